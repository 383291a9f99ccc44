//! Which record the server means when it refuses one.

use tokio_postgres::error::DbError;

/// A record, and the column if one is named: its number in the file, from 0.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) record: u64,
    pub(super) column: Option<usize>,
}

/// The place that an error names. `names` are the file's columns.
pub(super) fn place(error: &DbError, table: &str, names: &[String]) -> Option<Place> {
    let mut place = in_context(error.where_()?, table, names)?;
    if let Some(column) = error.column() {
        place.column = names.iter().position(|name| name == column);
    }
    Some(place)
}

/// Reads `COPY items, line 12, column price: "x"`, of which the server may translate all but the names.
fn in_context(context: &str, table: &str, names: &[String]) -> Option<Place> {
    let start = format!("COPY {table}, ");
    let rest = context.lines().find_map(|line| line.strip_prefix(&start))?;
    let digits = rest.find(|c: char| c.is_ascii_digit())?;
    let end = rest[digits..].find(|c: char| !c.is_ascii_digit()).map_or(rest.len(), |at| digits + at);
    let record = rest[digits..end].parse().ok()?;
    // The longest name that fits: one may begin with another.
    let after = rest[end..].strip_prefix(", ").and_then(|rest| rest.split_once(' ')).map(|(_, rest)| rest);
    let fits = |name: &str| after.is_some_and(|rest| rest == name || rest.starts_with(&format!("{name}:")));
    let fitting = names.iter().enumerate().filter(|(_, name)| fits(name));
    Some(Place { record, column: fitting.max_by_key(|(_, name)| name.len()).map(|(index, _)| index) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_context_names_record_and_column() {
        let names: Vec<String> = ["a", "a: b", "price"].map(str::to_owned).into();
        let read = |context: &str| in_context(context, "t, line 3", &names);
        let place = |record, column| Some(Place { record, column });
        assert_eq!(read("COPY t, line 3, line 12, column price: \"x\""), place(12, Some(2)));
        assert_eq!(read("SQL function f\nCOPY t, line 3, Zeile 7, Spalte a: b: \"1, 2\""), place(7, Some(1)));
        assert_eq!(read("COPY t, line 3, line 12, column a"), place(12, Some(0)));
        assert_eq!(read("COPY t, line 3, line 12: \"1,2\""), place(12, None));
        assert_eq!(read("COPY t, line 3"), None);
        assert_eq!(read("COPY u, line 3"), None);
    }
}
