//! dbtool declares a PostgreSQL database in TOML and keeps the live one equal to it.

pub mod command;
pub mod compare;
pub mod database;
pub mod diff;
pub mod embedded;
pub mod error;
pub mod hazard;
pub mod inspect;
pub mod kind;
pub mod load;
pub mod migration;
pub mod plan;
pub mod project;
pub mod render;
pub mod reword;
pub mod schema;
pub mod source;
pub mod sql;
pub mod talk;
pub mod types;
