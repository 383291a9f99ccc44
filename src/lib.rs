//! dbtool declares a PostgreSQL database in TOML and keeps the live one equal to it.

pub mod error;
pub mod migration;
pub mod source;
pub mod sql;
pub mod talk;
