//! What is known of rows that others refer to. Pure.

use std::collections::HashMap;

use anyhow::{Context as _, Result};

use super::model::Handle;
use super::template::Position;

/// Columns of rows that are planted, or about to be.
#[derive(Debug, Default)]
pub(super) struct Known {
    rows: HashMap<Handle, Rows>,
}

/// The rows of one handle.
#[derive(Debug, Default, Clone)]
pub(super) struct Rows {
    /// Column by column, a value a row; nothing for NULL.
    pub columns: HashMap<String, Vec<Option<String>>>,
    /// How many there are.
    pub count: u64,
    /// The rows that these are made for, and how many for each.
    pub each: Option<(Handle, u64)>,
}

impl Known {
    /// Notes the rows of a handle.
    pub(super) fn insert(&mut self, handle: Handle, rows: Rows) {
        self.rows.insert(handle, rows);
    }

    /// How many rows a handle has.
    pub(super) fn count(&self, handle: &Handle) -> Option<u64> {
        self.rows.get(handle).map(|rows| rows.count)
    }

    /// A column of the row that is meant from a position: the one that the asking row is made for, the one that that
    /// one is made for, and so on; else the only one there is, or one after the other.
    ///
    /// # Errors
    /// There is no such row, or it has NULL there.
    pub(super) fn get(
        &self,
        handle: &Handle,
        column: &str,
        made_for: Option<&Handle>,
        position: Position,
    ) -> Result<&str> {
        let missing = || format!("`{}.{}` has no `{column}`", handle.table.name, handle.name);
        let (mut current, mut at) = (made_for, position.outer);
        while let Some(step) = current {
            let rows = self.rows.get(step).with_context(|| format!("no rows `{}` are known", step.name))?;
            if step == handle {
                return rows.at(column, at).with_context(missing);
            }
            current = rows.each.as_ref().map(|(parent, _)| parent);
            at = rows.each.as_ref().map_or(0, |(_, repeat)| at / (*repeat).max(1));
        }
        let rows = self.rows.get(handle).with_context(|| format!("no rows `{}` are known", handle.name))?;
        rows.at(column, position.row % rows.count.max(1)).with_context(missing)
    }
}

impl Rows {
    fn at(&self, column: &str, at: u64) -> Option<&str> {
        self.columns.get(column)?.get(usize::try_from(at).ok()?)?.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kind::KindTag;
    use crate::schema::Id;

    fn handle(table: &str) -> Handle {
        Handle { table: Id::new(KindTag::Table, "public", table), name: "many".to_owned() }
    }

    fn rows(values: &[&str], each: Option<(Handle, u64)>) -> Rows {
        let column = values.iter().map(|value| Some((*value).to_owned())).collect();
        Rows { columns: HashMap::from([("id".to_owned(), column)]), count: values.len() as u64, each }
    }

    #[test]
    fn a_row_finds_its_parent_and_its_grandparent() {
        let mut known = Known::default();
        known.insert(handle("tenants"), rows(&["t0", "t1"], None));
        known.insert(handle("sessions"), rows(&["s0", "s1", "s2", "s3"], Some((handle("tenants"), 2))));
        let sessions = handle("sessions");
        let from = |row: u64, outer: u64| Position { row, inner: 0, outer };
        let get = |of: &str, at: Position| known.get(&handle(of), "id", Some(&sessions), at).unwrap();
        assert_eq!((get("sessions", from(9, 3)), get("tenants", from(9, 3))), ("s3", "t1"));
        assert_eq!((get("sessions", from(0, 1)), get("tenants", from(0, 1))), ("s1", "t0"));
        let alone = known.get(&handle("tenants"), "id", None, from(3, 0)).unwrap();
        assert_eq!(alone, "t1", "one after the other");
        assert!(known.get(&handle("tenants"), "name", None, from(0, 0)).is_err());
        assert!(known.get(&handle("users"), "id", None, from(0, 0)).is_err());
    }
}
