//! Mistakes and what is said about them.
