//! The example of a hazard: a change of a declaration, on a database that holds rows.

/// A change.
#[derive(Debug, PartialEq, Eq)]
pub struct Example {
    /// What it is, in a few words.
    pub what: &'static str,
    /// The declaration before.
    pub from: &'static str,
    /// What somebody did to the database beside it: rows, mostly.
    pub beside: &'static str,
    /// The declaration after.
    pub to: &'static str,
    /// Whether it is planned in the short form, as by `--offline`.
    pub offline: bool,
}
