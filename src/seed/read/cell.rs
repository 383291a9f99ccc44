//! A value of a row: what the author wrote, in the light of its column's type.

use super::Reading;
use super::columns::{Columns, primary_key};
use crate::kind::{Column, KindTag};
use crate::load::Place;
use crate::load::fields::{Fields, Text};
use crate::load::tree::{Node, Table, Value as TomlValue};
use crate::schema::Id;
use crate::seed::clock::{Form, Moment};
use crate::seed::model::{Document, Handle, Uuid, Value};
use crate::seed::template::Template;

/// Reads a value for a column; `template` where texts may hold `{n}`.
pub(super) fn read(
    reading: &Reading<'_>,
    columns: &Columns<'_>,
    name: &str,
    column: &Column,
    node: &Node,
    template: bool,
) -> Option<Value> {
    Reader { reading, columns: Some(columns), name, kind: &column.r#type, template }.value(node)
}

/// A value that belongs to no column: a secret.
pub(super) fn generator_of(reading: &Reading<'_>, node: &Node) -> Option<Value> {
    Reader { reading, columns: None, name: "", kind: "text", template: false }.value(node)
}

/// `{ ref = "acme" }` outside of a row.
pub(super) fn reference(reading: &Reading<'_>, node: &Node, columns: Option<&Columns<'_>>) -> Option<Value> {
    let value = Reader { reading, columns, name: "", kind: "text", template: false }.value(node)?;
    if !matches!(value, Value::Ref { .. } | Value::Uuid(Uuid::V5(_))) {
        reading.report.hint(&node.at, "expected a text or a reference", "write `{ ref = \"acme\" }`");
        return None;
    }
    Some(value)
}

/// `acme`, or `tenants.acme`; `default` is the table where none is said.
pub(super) fn handle(reading: &Reading<'_>, said: &Text, default: Option<&Id>) -> Option<Handle> {
    let (table, name) = match said.text.rsplit_once('.') {
        Some((table, name)) => (super::file::declared_table(reading, table, &said.at)?, name),
        None => {
            let Some(table) = default else {
                let hint = "write `table.name`";
                reading.report.hint(&said.at, format!("which table's `{}` is meant?", said.text), hint);
                return None;
            };
            (table.clone(), said.text.as_str())
        }
    };
    Some(Handle { table, name: name.to_owned() })
}

struct Reader<'a> {
    reading: &'a Reading<'a>,
    columns: Option<&'a Columns<'a>>,
    name: &'a str,
    kind: &'a str,
    template: bool,
}

impl Reader<'_> {
    fn is_json(&self) -> bool {
        matches!(self.kind, "json" | "jsonb")
    }

    fn value(&self, node: &Node) -> Option<Value> {
        match &node.value {
            TomlValue::Table(keys) if self.is_json() && !is_generator_of_json(keys) => {
                Some(Value::Json(self.document(node)?))
            }
            TomlValue::Table(keys) => self.generator(node, keys),
            TomlValue::Array(_) if self.is_json() => Some(Value::Json(self.document(node)?)),
            TomlValue::Array(items) => self.array(items).map(Value::Text),
            // A text in a JSON column is a JSON text, not a document in quotes.
            TomlValue::Text(_) if self.is_json() => Some(Value::Json(self.document(node)?)),
            TomlValue::Text(text) => self.text(text, &node.at).map(Value::Text),
            TomlValue::Moment(text) if Form::of(self.kind) == Some(Form::WithoutZone) => {
                // A column without time zone would drop the offset that was written.
                let moment = Moment::read(Template::plain(text), Form::WithoutZone);
                moment.map_err(|wrong| self.reading.report.say(&node.at, wrong)).ok().map(Value::Time)
            }
            TomlValue::Integer(text) | TomlValue::Float(text) | TomlValue::Moment(text) => {
                Some(Value::Text(Template::plain(text)))
            }
            TomlValue::Boolean(is) => Some(Value::Text(Template::plain(&is.to_string()))),
        }
    }

    fn text(&self, text: &str, at: &Place) -> Option<Template> {
        if text.contains('\0') {
            self.reading.report.say(at, "a text in PostgreSQL cannot hold a NUL character");
            return None;
        }
        if !self.template {
            return Some(Template::plain(text));
        }
        Template::read(text).map_err(|wrong| self.reading.report.say(at, wrong)).ok()
    }

    fn document(&self, node: &Node) -> Option<Document> {
        Some(match &node.value {
            TomlValue::Text(text) => Document::Text(self.text(text, &node.at)?),
            TomlValue::Integer(text) | TomlValue::Float(text) => Document::Literal(text.clone()),
            TomlValue::Boolean(is) => Document::Literal(is.to_string()),
            TomlValue::Moment(text) => Document::Text(Template::plain(text)),
            TomlValue::Array(items) => {
                Document::List(items.iter().map(|item| self.document(item)).collect::<Option<_>>()?)
            }
            TomlValue::Table(keys) => {
                let one = |(key, field): (&String, &crate::load::tree::Field)| {
                    Some((self.text(key, &field.key_at)?, self.document(&field.node)?))
                };
                Document::Object(keys.iter().map(one).collect::<Option<_>>()?)
            }
        })
    }

    /// An array of PostgreSQL's, or a vector.
    fn array(&self, items: &[Node]) -> Option<Template> {
        let vector = self.kind.starts_with("vector") || self.kind.starts_with("halfvec");
        let (open, close) = if vector { ("[", "]") } else { ("{", "}") };
        let mut parts = vec![Template::plain(open)];
        for (at, item) in items.iter().enumerate() {
            if at > 0 {
                parts.push(Template::plain(","));
            }
            parts.push(match &item.value {
                TomlValue::Text(text) => self.text(text, &item.at)?.quoted(quoted_item),
                TomlValue::Integer(text) | TomlValue::Float(text) => Template::plain(text),
                TomlValue::Moment(text) => Template::plain(&format!("\"{text}\"")),
                TomlValue::Boolean(is) => Template::plain(&is.to_string()),
                TomlValue::Array(inner) => self.array(inner)?,
                TomlValue::Table(_) => {
                    self.reading.report.say(&item.at, "an array holds texts, numbers and booleans");
                    return None;
                }
            });
        }
        parts.push(Template::plain(close));
        Some(Template::joined(parts))
    }

    /// A value that is made: a table with one word that says how.
    fn generator(&self, node: &Node, keys: &Table) -> Option<Value> {
        let report = self.reading.report;
        let mut fields = Fields::of(report, node, &node.at)?;
        let word = WORDS.iter().find(|word| keys.contains_key(**word));
        let Some(word) = word else {
            let near = keys.keys().find_map(|key| crate::types::nearest(key, WORDS.iter().copied()));
            let hint = near.map_or_else(
                || format!("a value is made by one of {}; a document goes into a json column", WORDS.join(", ")),
                |near| format!("did you mean `{near}`?"),
            );
            report.hint(&node.at, "it is not said how the value is made", hint);
            return None;
        };
        let value = self.made_by(word, &mut fields, node);
        fields.finish();
        value
    }

    fn made_by(&self, word: &str, fields: &mut Fields<'_>, node: &Node) -> Option<Value> {
        match word {
            "ref" => self.reference(fields),
            "sql" => Some(Value::Sql(fields.expression("sql")?.0.to_string())),
            "json" => Some(Value::Json(self.document(fields.take("json")?)?)),
            "time" => {
                let said = fields.text("time")?;
                let form = Form::of(self.kind).unwrap_or(Form::WithZone);
                let text = self.text(&said.text, &said.at)?;
                Moment::read(text, form).map_err(|wrong| self.reading.report.say(&said.at, wrong)).ok().map(Value::Time)
            }
            "token" | "hex" => self.token(fields, word),
            "uuid" => self.uuid(fields),
            "argon2id" => Some(Value::Argon2id(Box::new(self.inner(fields.take("argon2id")?)?))),
            "sha256" => Some(Value::Sha256(Box::new(self.inner(fields.take("sha256")?)?))),
            "secret" => {
                let name = fields.text("secret")?.text;
                let first = fields.integer("first").and_then(|count| usize::try_from(count).ok());
                let fixed = self.columns.is_some_and(|columns| columns.fixed.contains(&name));
                Some(Value::Secret { name, first, fixed })
            }
            "unit_vector" => self.unit_vector(fields, node),
            "file" => self.file(fields),
            "pick" => Some(Value::Pick(self.several(fields.take("pick")?)?)),
            "cycle" => Some(Value::Cycle(self.several(fields.take("cycle")?)?)),
            _ => self.between(fields),
        }
    }

    fn reference(&self, fields: &mut Fields<'_>) -> Option<Value> {
        let report = self.reading.report;
        let said = fields.text("ref")?;
        let target = self.columns.and_then(|columns| columns.refers_to(self.name));
        let handle = handle(self.reading, &said, target.as_ref().map(|(table, _)| table))?;
        if let Some(column) = fields.text("column") {
            let known = crate::schema::Id::of(KindTag::Column, &handle.table, &column.text);
            if !self.reading.schema.contains(&known) {
                report.say(&column.at, format!("the table `{}` has no column `{}`", handle.table.name, column.text));
                return None;
            }
            return Some(Value::Ref { handle, column: column.text });
        }
        let of_key = target.filter(|(table, _)| *table == handle.table).map(|(_, column)| column);
        let column = of_key.or_else(|| primary_key(self.reading.schema, &handle.table));
        let Some(column) = column else {
            let hint = "say it: `{ ref = \"...\", column = \"...\" }`";
            report.hint(&said.at, format!("which column of `{}` is meant?", handle.table.name), hint);
            return None;
        };
        Some(Value::Ref { handle, column })
    }

    fn token(&self, fields: &mut Fields<'_>, word: &str) -> Option<Value> {
        let prefix = if word == "token" { fields.text("token")?.text } else { String::new() };
        let bytes = if word == "token" { fields.integer("bytes") } else { fields.integer("hex") };
        match usize::try_from(bytes.unwrap_or(16)) {
            Ok(bytes @ 1..=1024) => Some(Value::Token { prefix, bytes, shown: word == "token" }),
            _ => {
                self.reading.report.say(&fields.at, "from 1 to 1024 random bytes");
                None
            }
        }
    }

    fn uuid(&self, fields: &mut Fields<'_>) -> Option<Value> {
        let words = [("v4", 4), ("v5", 5), ("v7", 7)];
        match fields.word("uuid", &words)? {
            4 => Some(Value::Uuid(Uuid::V4)),
            7 => Some(Value::Uuid(Uuid::V7)),
            _ => {
                fields.required("name", "a uuid of version 5");
                let name = fields.text("name")?;
                Some(Value::Uuid(Uuid::V5(self.text(&name.text, &name.at)?)))
            }
        }
    }

    fn unit_vector(&self, fields: &mut Fields<'_>, node: &Node) -> Option<Value> {
        let said = fields.text("unit_vector")?;
        let of = self.text(&said.text, &said.at)?;
        let dimensions = self.kind.split_once('(').and_then(|(base, rest)| {
            let fits = ["vector", "halfvec"].iter().any(|name| base.ends_with(name));
            rest.trim_end_matches(')').parse().ok().filter(|_| fits)
        });
        if dimensions.is_none() {
            let message = format!("`{}` is `{}`, no vector of a known dimension", self.name, self.kind);
            self.reading.report.say(&node.at, message);
        }
        Some(Value::UnitVector { of, dimensions: dimensions? })
    }

    /// The text of a file beside the seed.
    fn file(&self, fields: &mut Fields<'_>) -> Option<Value> {
        let said = fields.text("file")?;
        let path = self.reading.folder.join(&said.text);
        match crate::file::read_to_string(&path) {
            Ok(text) => {
                let one_line = self.kind.starts_with("vector") || self.kind.starts_with("halfvec");
                let text = if one_line { text.split_whitespace().collect() } else { text };
                if text.contains('\0') {
                    self.reading.report.say(&said.at, "the file holds a NUL character");
                    return None;
                }
                Some(Value::Text(Template::plain(&text)))
            }
            Err(error) => {
                let message = format!("cannot read `{}/{}`: {error}", self.reading.shown, said.text);
                self.reading.report.say(&said.at, message);
                None
            }
        }
    }

    fn between(&self, fields: &mut Fields<'_>) -> Option<Value> {
        let node = fields.take("between")?;
        let number = |node: &Node| match &node.value {
            TomlValue::Integer(text) => text.parse::<i64>().ok(),
            _ => None,
        };
        if let TomlValue::Array(items) = &node.value
            && let [Some(from), Some(to)] = items.iter().map(number).collect::<Vec<_>>().as_slice()
            && from <= to
        {
            return Some(Value::Between(*from, *to));
        }
        self.reading.report.hint(
            &node.at,
            "expected two whole numbers, the smaller first",
            "write `{ between = [1, 100] }`",
        );
        None
    }

    /// What a hash is made of: a text, or a value that is made itself.
    fn inner(&self, node: &Node) -> Option<Value> {
        Reader { kind: "text", ..*self }.value(node)
    }

    fn several(&self, node: &Node) -> Option<Vec<Value>> {
        match &node.value {
            TomlValue::Array(items) if !items.is_empty() => items.iter().map(|item| self.value(item)).collect(),
            _ => {
                self.reading.report.say(&node.at, "expected an array with at least one value");
                None
            }
        }
    }
}

/// The words that say how a value is made.
const WORDS: [&str; 15] = [
    "ref",
    "sql",
    "json",
    "time",
    "token",
    "hex",
    "uuid",
    "argon2id",
    "sha256",
    "secret",
    "unit_vector",
    "file",
    "pick",
    "cycle",
    "between",
];

/// In a JSON column a table is the document itself, but for these, alone.
fn is_generator_of_json(keys: &Table) -> bool {
    keys.len() == 1 && ["sql", "json", "file", "pick", "cycle"].iter().any(|word| keys.contains_key(*word))
}

/// A part of an item of an array literal, as PostgreSQL reads it between quotes.
fn quoted_item(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}
