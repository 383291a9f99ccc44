//! What the rows of a table can be asked: how many of them a statement will fail on, and which one is such a row.

use super::size::grouped;
use crate::schema::Id;
use crate::sql::{Expr, quote_ident, quote_literal};

/// What is asked of the rows of a table, under the names that it and its columns will have.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Question {
    /// How many there are at all: each is one too many.
    Rows,
    /// How many there are beyond the numbers that there are for them.
    Beyond {
        /// How many numbers there are.
        numbers: u64,
    },
    /// Which lack a value.
    Nulls {
        /// The column.
        column: String,
    },
    /// Which values stand in more than one row.
    Duplicates {
        /// The keys.
        keys: Vec<Key>,
        /// Which rows count.
        only: Option<Expr>,
        /// Whether two NULLs are equal.
        nulls_not_distinct: bool,
        /// Whether NULL is no value at all.
        no_nulls: bool,
    },
    /// Which refer to a row that is not there.
    Orphans {
        /// The columns.
        columns: Vec<String>,
        /// The table that they refer to.
        other: Id,
        /// Its columns.
        other_columns: Vec<String>,
        /// Whether either all columns have to be NULL or none.
        full: bool,
    },
    /// Which do not satisfy a check.
    Breaches {
        /// The check's name.
        name: String,
        /// What has to hold.
        expression: Expr,
    },
    /// Which hold a text that cannot be read as another type.
    Unfit {
        /// The column.
        column: String,
        /// The type that it is to get.
        r#type: String,
    },
    /// Which hold a value that loses a part without an error.
    Cut {
        /// The column.
        column: String,
        /// The type that its text is read as.
        read: String,
        /// The type that holds all of it, before and after.
        exact: String,
    },
    /// Which hold one of some values.
    Holds {
        /// The column.
        column: String,
        /// The values.
        values: Vec<String>,
    },
}

/// A key of a unique index.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Key {
    /// The column's name, or the expression.
    pub name: String,
    /// It as SQL.
    pub sql: String,
}

impl Key {
    /// A column.
    pub fn column(name: &str) -> Self {
        Self { name: name.to_owned(), sql: quote_ident(name) }
    }
}

/// The table that is asked, and how its rows are told from each other.
#[derive(Debug, Clone)]
pub struct Source<'a> {
    /// The table as it stands behind FROM, under the name that it will have.
    pub from: &'a str,
    /// What it is called there.
    pub alias: &'a str,
    /// The one that it refers to, as it may stand before AS.
    pub other: &'a str,
    /// The columns of the primary key.
    pub key: &'a [String],
}

/// What is found where a foreign key refers to: its alias.
const OTHER: &str = "dbtool_other";

impl Question {
    /// The other table that has to be read for it.
    pub fn other(&self) -> Option<&Id> {
        match self {
            Self::Orphans { other, .. } => Some(other),
            _ => None,
        }
    }

    /// The columns that it is about by name.
    pub fn columns(&self) -> Vec<&str> {
        match self {
            Self::Nulls { column } | Self::Unfit { column, .. } => vec![column],
            Self::Cut { column, .. } | Self::Holds { column, .. } => vec![column],
            Self::Duplicates { keys, .. } => keys.iter().map(|key| key.name.as_str()).collect(),
            Self::Orphans { columns, .. } => columns.iter().map(String::as_str).collect(),
            Self::Rows | Self::Beyond { .. } | Self::Breaches { .. } => Vec::new(),
        }
    }

    /// The texts in it that the server reads as expressions.
    pub fn texts(&self) -> Vec<&str> {
        match self {
            Self::Duplicates { keys, only, .. } => {
                keys.iter().map(|key| key.sql.as_str()).chain(only.as_ref().map(Expr::as_str)).collect()
            }
            Self::Breaches { expression, .. } => vec![expression.as_str()],
            _ => Vec::new(),
        }
    }

    /// The oldest server that can be asked.
    pub fn since(&self) -> u32 {
        if matches!(self, Self::Unfit { .. } | Self::Cut { .. }) { 160_000 } else { 0 }
    }

    /// One row: how many, and one of them.
    pub fn sql(&self, source: &Source<'_>) -> String {
        let own = |shown: &[String]| {
            let named = if source.key.is_empty() { shown } else { source.key };
            shown_columns(named)
        };
        match self {
            Self::Rows => rows(source, "true", "NULL::text"),
            Self::Beyond { numbers } => {
                format!("SELECT GREATEST(pg_catalog.count(*) - {numbers}, 0), NULL::text FROM {}", source.from)
            }
            Self::Nulls { column } => rows(source, &format!("{} IS NULL", quote_ident(column)), &own(&[])),
            Self::Breaches { expression, .. } => {
                rows(source, &format!("{} IS FALSE", expression.parenthesised()), &own(&[]))
            }
            Self::Unfit { column, r#type } => {
                let (name, wish) = (quote_ident(column), quote_literal(r#type));
                let unfit = format!("{name} IS NOT NULL AND NOT pg_catalog.pg_input_is_valid({name}::text, {wish})");
                rows(source, &unfit, &own(std::slice::from_ref(column)))
            }
            Self::Cut { column, read, exact } => {
                rows(source, &cut(column, read, exact), &own(std::slice::from_ref(column)))
            }
            Self::Holds { column, values } => {
                let list: Vec<String> = values.iter().map(|value| quote_literal(value)).collect();
                let holds = format!("{}::text IN ({})", quote_ident(column), list.join(", "));
                rows(source, &holds, &own(std::slice::from_ref(column)))
            }
            Self::Orphans { columns, other_columns, full, .. } => {
                let lone = orphans(columns, other_columns, *full, source);
                let mut shown = source.key.to_vec();
                shown.extend(columns.iter().filter(|column| !source.key.contains(column)).cloned());
                rows(source, &lone, &shown_columns(&shown))
            }
            Self::Duplicates { keys, only, nulls_not_distinct, no_nulls } => {
                duplicates(source, keys, only.as_ref(), *nulls_not_distinct, *no_nulls)
            }
        }
    }

    /// What was found, in a few words.
    pub fn said(&self, table: &str, count: u64, example: Option<&str>) -> String {
        let number = grouped(count);
        let (rows, have, hold, do_not, refer) = match count {
            1 => ("1 row".to_owned(), "has", "holds", "does not", "refers"),
            _ => (format!("{number} rows"), "have", "hold", "do not", "refer"),
        };
        let what = match self {
            Self::Rows => format!("{rows} of `{table}` would need a value"),
            Self::Beyond { numbers } => format!(
                "{rows} of `{table}` {} beyond the {} numbers",
                if count == 1 { "is" } else { "are" },
                grouped(*numbers)
            ),
            Self::Nulls { column } => format!("{rows} of `{table}` {have} no `{column}`"),
            Self::Breaches { name, .. } => format!("{rows} of `{table}` {do_not} satisfy `{name}`"),
            Self::Unfit { column, r#type } => {
                format!("{rows} of `{table}` {have} a `{column}` that does not fit {}", r#type)
            }
            Self::Cut { column, .. } => format!("{rows} of `{table}` {hold} a `{column}` that is cut or rounded"),
            Self::Holds { column, .. } => format!("{rows} of `{table}` {hold} a value in `{column}` that goes"),
            Self::Orphans { other, .. } => format!("{rows} of `{table}` {refer} to no row of `{}`", other.name),
            Self::Duplicates { keys, no_nulls, .. } => {
                let names: Vec<&str> = keys.iter().map(|key| key.name.as_str()).collect();
                let (values, stand) =
                    if count == 1 { ("1 value".to_owned(), "stands") } else { (format!("{number} values"), "stand") };
                let missing = if *no_nulls { " or lacks a part" } else { "" };
                format!("{values} of ({}) {stand} in more than one row of `{table}`{missing}", names.join(", "))
            }
        };
        example.map_or(what.clone(), |example| format!("{what}, for example {example}"))
    }
}

/// The rows that satisfy a condition: their number, and the first of them.
fn rows(source: &Source<'_>, condition: &str, example: &str) -> String {
    let from = source.from;
    let first = match (example, source.key) {
        ("NULL::text", _) => example.to_owned(),
        (_, key) => {
            let order: Vec<String> = key.iter().map(|column| quote_ident(column)).collect();
            let order = if order.is_empty() { String::new() } else { format!(" ORDER BY {}", order.join(", ")) };
            format!("(SELECT {example} FROM {from} WHERE {condition}{order} LIMIT 1)")
        }
    };
    format!(
        "SELECT pg_catalog.count(*), CASE WHEN pg_catalog.count(*) > 0 THEN {first} END FROM {from} WHERE {condition}"
    )
}

/// What cannot be read at all makes the statement fail, and loses nothing.
fn cut(column: &str, read: &str, exact: &str) -> String {
    let text = format!("{}::text", quote_ident(column));
    let valid = |name: &str| format!("pg_catalog.pg_input_is_valid({text}, {})", quote_literal(name));
    format!(
        "CASE WHEN {} AND {} THEN {text}::{exact} IS DISTINCT FROM {text}::{read}::text::{exact} ELSE false END",
        valid(read),
        valid(exact)
    )
}

fn orphans(columns: &[String], other_columns: &[String], full: bool, source: &Source<'_>) -> String {
    let all = |what: &str, word: &str| {
        let each: Vec<String> = columns.iter().map(|column| format!("{} {what}", quote_ident(column))).collect();
        each.join(word)
    };
    let pairs = columns.iter().zip(other_columns);
    let alias = source.alias;
    let same: Vec<String> =
        pairs.map(|(own, their)| format!("{OTHER}.{} = {alias}.{}", quote_ident(their), quote_ident(own))).collect();
    let lone = format!("NOT EXISTS (SELECT FROM {} AS {OTHER} WHERE {})", source.other, same.join(" AND "));
    let whole = format!("({} AND {lone})", all("IS NOT NULL", " AND "));
    match full {
        true => format!("({whole} OR (({}) AND ({})))", all("IS NULL", " OR "), all("IS NOT NULL", " OR ")),
        false => whole,
    }
}

fn duplicates(
    source: &Source<'_>,
    keys: &[Key],
    only: Option<&Expr>,
    nulls_not_distinct: bool,
    no_nulls: bool,
) -> String {
    let name = |at: usize| format!("dbtool_{at}");
    let list = |each: &dyn Fn(usize, &Key) -> String, word: &str| {
        keys.iter().enumerate().map(|(at, key)| each(at, key)).collect::<Vec<_>>().join(word)
    };
    let named = list(&|at, key| format!("{} AS {}", key.sql, name(at)), ", ");
    let names = list(&|at, _| name(at), ", ");
    let condition = only.map(|only| format!(" WHERE {}", only.parenthesised())).unwrap_or_default();
    let nulls = |what: &str, word: &str| list(&|at, _| format!("{} {what}", name(at)), word);
    let counted = if nulls_not_distinct || no_nulls {
        String::new()
    } else {
        format!(" WHERE {}", nulls("IS NOT NULL", " AND "))
    };
    let missing = if no_nulls { format!(" OR {}", nulls("IS NULL", " OR ")) } else { String::new() };
    let shown = list(
        &|at, key| {
            format!(
                "{} || COALESCE(pg_catalog.left({}::text, 60), 'NULL')",
                quote_literal(&format!("{} = ", key.name)),
                name(at)
            )
        },
        " || ', ' || ",
    );
    format!(
        "WITH dbtool_keys AS (SELECT {named} FROM {}{condition}), \
              dbtool_found AS (SELECT {names} FROM dbtool_keys{counted} GROUP BY {names} \
                               HAVING pg_catalog.count(*) > 1{missing}) \
         SELECT pg_catalog.count(*), (SELECT {shown} FROM dbtool_found ORDER BY {names} LIMIT 1) FROM dbtool_found",
        source.from
    )
}

/// `id = 7, tenant_id = 1`, as SQL.
fn shown_columns(columns: &[String]) -> String {
    if columns.is_empty() {
        return "NULL::text".to_owned();
    }
    let each = columns.iter().map(|column| {
        let label = quote_literal(&format!("{column} = "));
        format!("{label} || COALESCE(pg_catalog.left({}::text, 60), 'NULL')", quote_ident(column))
    });
    each.collect::<Vec<_>>().join(" || ', ' || ")
}
