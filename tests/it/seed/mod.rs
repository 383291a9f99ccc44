//! The guarded seed.

mod open;
