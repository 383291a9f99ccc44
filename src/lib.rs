//! dbtool declares a PostgreSQL database in TOML and keeps the live one equal to it.

pub mod diff;
pub mod error;
pub mod hazard;
pub mod kind;
pub mod load;
pub mod migration;
pub mod plan;
pub mod schema;
pub mod source;
pub mod sql;
pub mod talk;
pub mod types;
