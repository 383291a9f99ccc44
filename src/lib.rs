//! dbtool declares a PostgreSQL database in TOML and keeps the live one equal to it.

pub mod database;
pub mod error;
pub mod project;
pub mod talk;
