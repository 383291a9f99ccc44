//! What can be changed behind dbtool's back, each with the lines that tell of it.

mod others;
mod tables;

pub use others::{AGGREGATES, SEQUENCES, SINCE_18, TRIGGERS, TYPES, VIEWS};
pub use tables::{ACCESS, CHILDREN, COLUMNS, CONSTRAINTS, INDEXES, OTHERS, UPKEEP};

/// What somebody did, and the lines that tell of it.
pub type Drift = (&'static str, &'static [&'static str]);
