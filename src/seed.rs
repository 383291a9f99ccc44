//! Seeding: the rows that a database starts with.

pub mod bulk;
