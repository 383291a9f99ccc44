//! What a catalog row holds, and the names behind the numbers in it.

use std::collections::HashMap;

use anyhow::Context as _;

/// A row of a kind's catalog query.
#[derive(Debug, Clone, Copy)]
pub struct CatalogRow<'a> {
    /// The object's own number in its catalog.
    pub oid: u32,
    /// The table that it belongs to, or the types of its arguments.
    pub owner: &'a str,
    /// Its name.
    pub name: &'a str,
    /// The object as JSON.
    pub object: &'a str,
}

/// An operator class.
#[derive(Debug, Clone)]
pub struct OperatorClass {
    /// Its name, in its namespace where that is not on the search path.
    pub name: String,
    /// Whether it is what PostgreSQL takes where none is named.
    pub default: bool,
}

/// `pg_catalog."default"` in `pg_collation`: fixed since PostgreSQL 9.1.
pub(super) const DEFAULT_COLLATION: u32 = 100;

/// Names behind the numbers that index and constraint rows carry: read once, so that no row has to be joined to them.
#[derive(Debug, Default)]
pub struct Lookup {
    columns: HashMap<(u32, i16), String>,
    classes: HashMap<u32, OperatorClass>,
    collations: HashMap<u32, String>,
    /// Collations of columns, where they are not the default one.
    column_collations: HashMap<(u32, i16), u32>,
}

impl Lookup {
    /// Notes the name of a column.
    pub fn add_column(&mut self, table: u32, number: i16, name: &str) {
        self.columns.insert((table, number), name.to_owned());
    }

    /// Notes the collation of a column, where it is not the default one.
    pub fn add_column_collation(&mut self, table: u32, number: i16, collation: u32) {
        self.column_collations.insert((table, number), collation);
    }

    /// The collation of a column.
    pub fn column_collation(&self, table: u32, number: i16) -> u32 {
        self.column_collations.get(&(table, number)).copied().unwrap_or(DEFAULT_COLLATION)
    }

    /// Notes an operator class.
    pub fn add_class(&mut self, oid: u32, class: OperatorClass) {
        self.classes.insert(oid, class);
    }

    /// Notes a collation.
    pub fn add_collation(&mut self, oid: u32, name: &str) {
        self.collations.insert(oid, name.to_owned());
    }

    /// The name of a column.
    ///
    /// # Errors
    /// There is none of that number.
    pub fn column(&self, table: u32, number: i16) -> anyhow::Result<&str> {
        let name = self.columns.get(&(table, number));
        name.map(String::as_str).with_context(|| format!("the catalog has no column {number} of table {table}"))
    }

    /// The names of several columns.
    ///
    /// # Errors
    /// One of them is not there.
    pub fn columns(&self, table: u32, numbers: &[i16]) -> anyhow::Result<Vec<String>> {
        numbers.iter().map(|number| Ok(self.column(table, *number)?.to_owned())).collect()
    }

    /// An operator class.
    ///
    /// # Errors
    /// There is none of that number.
    pub fn class(&self, oid: u32) -> anyhow::Result<&OperatorClass> {
        self.classes.get(&oid).with_context(|| format!("the catalog has no operator class {oid}"))
    }

    /// The name of a collation, quoted for SQL; none where it is the column's own.
    pub fn collation(&self, oid: u32) -> Option<&str> {
        self.collations.get(&oid).map(String::as_str)
    }
}
