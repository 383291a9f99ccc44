//! The files as one tree of values, each with its place.

use indexmap::IndexMap;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::duplicate;
use super::report::{Place, Report, Source};

/// A value and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) at: Place,
    pub(crate) value: Value,
}

/// What TOML can hold.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    Text(String),
    /// A whole number in decimal digits, whatever its size.
    Integer(String),
    /// As it was written: `1.50` stays `1.50`.
    Float(String),
    Boolean(bool),
    /// A date or a time, as it was written.
    Moment(String),
    Array(Vec<Node>),
    Table(Table),
}

/// A key and its value.
#[derive(Debug, Clone)]
pub(crate) struct Field {
    /// Where the key stands.
    pub(crate) key_at: Place,
    pub(crate) node: Node,
}

/// Keys in the order of the files.
pub(crate) type Table = IndexMap<String, Field>;

impl Value {
    /// What it is, for a message.
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Self::Text(_) => "a string",
            Self::Integer(_) => "an integer",
            Self::Float(_) => "a float",
            Self::Boolean(_) => "a boolean",
            Self::Moment(_) => "a date or time",
            Self::Array(_) => "an array",
            Self::Table(_) => "a table",
        }
    }
}

/// Sections of a table that may be spread over files.
const SECTIONS: &[&str] = &["column", "unique", "check", "foreign_key", "index", "policy"];

/// Reads all files into one tree. Says whether the tree holds all that they declare.
pub(crate) fn read(sources: &[Source], report: &Report) -> (Table, bool) {
    let (mut whole, mut sound) = (Table::new(), true);
    for (file, source) in sources.iter().enumerate() {
        sound &= each(source, file, report, |table| merge(&mut whole, table, &mut Vec::new(), report));
    }
    (whole, sound)
}

/// Reads one file and hands its tree on where it has one. Says whether all of it could be read.
fn each(source: &Source, file: usize, report: &Report, take: impl FnOnce(Table)) -> bool {
    let (parsed, errors) = DeTable::parse_recoverable(&source.text);
    let place = |error: &toml::de::Error| Place { file, span: error.span().unwrap_or(0..0) };
    // What follows the first error of syntax is often its consequence.
    if let Some(error) = errors.iter().find(|error| !duplicate::is(error)) {
        let hint = "TOML is `key = value` in lines, `[table.name]` above them, texts in quotes";
        report.hint(&place(error), error.message(), hint);
        return false;
    }
    for error in &errors {
        twice(report, &source.text, parsed.get_ref(), &place(error));
    }
    take(table(parsed.get_ref(), file));
    errors.is_empty()
}

/// Reads one file by itself; nothing where it cannot be read.
pub(crate) fn one(source: &Source, file: usize, report: &Report) -> Option<Table> {
    let mut tree = None;
    each(source, file, report, |table| tree = Some(table)).then_some(tree).flatten()
}

/// Complains about a key that is there twice in one file.
fn twice(report: &Report, text: &str, parsed: &DeTable<'_>, second: &Place) {
    match duplicate::first(parsed, text, second) {
        Some((path, first)) => {
            report.both(second, format!("`{path}` is declared twice"), &first, "it is declared here too");
        }
        None => {
            let key = text.get(second.span.clone()).unwrap_or_default();
            report.say(second, format!("the key `{key}` is there twice"));
        }
    }
}

/// Adds the tables of one file to those of the files before it.
fn merge(into: &mut Table, from: Table, path: &mut Vec<String>, report: &Report) {
    for (key, field) in from {
        let Some(before) = into.get_mut(&key) else {
            into.insert(key, field);
            continue;
        };
        path.push(key.clone());
        match (&mut before.node.value, field.node.value) {
            (Value::Table(before), Value::Table(more)) if spreads(path) => merge(before, more, path, report),
            // Entries without names: each file adds its own.
            (Value::Array(before), Value::Array(more)) if is_list(path) => before.extend(more),
            _ => {
                let message = format!("`{}` is declared twice", path.join("."));
                report.both(&field.key_at, message, &before.key_at, "it is declared here too");
            }
        }
        path.pop();
    }
}

/// Whether the table under this path may be written in several pieces.
fn spreads(path: &[String]) -> bool {
    match path {
        [_] => true,
        [top, _] => top == "table",
        [top, _, section] => top == "table" && SECTIONS.contains(&section.as_str()),
        _ => false,
    }
}

/// Whether what stands under this path is a list that may be written in several pieces.
fn is_list(path: &[String]) -> bool {
    matches!(path, [only] if only == "default_privileges")
}

fn table(from: &DeTable<'_>, file: usize) -> Table {
    let field = |(key, value): (&Spanned<_>, &Spanned<DeValue<'_>>)| {
        let key: &Spanned<std::borrow::Cow<'_, str>> = key;
        let key_at = Place { file, span: key.span() };
        (key.get_ref().to_string(), Field { key_at, node: node(value, file) })
    };
    from.iter().map(field).collect()
}

fn node(from: &Spanned<DeValue<'_>>, file: usize) -> Node {
    let value = match from.get_ref() {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(number) => {
            let decimal = i128::from_str_radix(number.as_str(), number.radix());
            Value::Integer(decimal.map_or_else(|_| number.to_string(), |number| number.to_string()))
        }
        DeValue::Float(number) => Value::Float(number.as_str().to_owned()),
        DeValue::Boolean(is) => Value::Boolean(*is),
        DeValue::Datetime(moment) => Value::Moment(moment.to_string()),
        DeValue::Array(items) => Value::Array(items.iter().map(|item| node(item, file)).collect()),
        DeValue::Table(entries) => Value::Table(table(entries, file)),
    };
    Node { at: Place { file, span: from.span() }, value }
}
