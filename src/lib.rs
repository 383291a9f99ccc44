//! dbtool declares a PostgreSQL database in TOML and keeps the live one equal to it.

pub mod embedded;
pub mod error;
pub mod talk;
