//! Taking a table of the tree apart, key by key; what nobody took is a mistake.

use super::report::{Place, Report};
use super::tree::{Field, Node, Table, Value};
use crate::kind::Parameters;
use crate::sql::Expr;
use crate::types;

/// A text and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Text {
    pub(crate) text: String,
    pub(crate) at: Place,
}

/// The fields of one table, while they are read.
pub(crate) struct Fields<'a> {
    pub(crate) report: &'a Report,
    /// Where the object stands: the place for what is missing.
    pub(crate) at: Place,
    table: &'a Table,
    known: Vec<&'static str>,
    refused: Vec<&'static str>,
}

impl<'a> Fields<'a> {
    /// The fields of a value that has to be a table.
    pub(crate) fn of(report: &'a Report, node: &'a Node, at: &Place) -> Option<Self> {
        match &node.value {
            Value::Table(table) => Some(Self::over(report, table, at)),
            other => {
                report.hint(
                    &node.at,
                    format!("expected a table, found {}", other.word()),
                    "a table is written `{ key = value }`",
                );
                None
            }
        }
    }

    /// The fields of a table.
    pub(crate) fn over(report: &'a Report, table: &'a Table, at: &Place) -> Self {
        Self { report, at: at.clone(), table, known: Vec::new(), refused: Vec::new() }
    }

    /// The field under a key, if it is there.
    pub(crate) fn field(&mut self, key: &'static str) -> Option<&'a Field> {
        self.known.push(key);
        self.table.get(key)
    }

    /// The value under a key, if it is there.
    pub(crate) fn take(&mut self, key: &'static str) -> Option<&'a Node> {
        self.field(key).map(|field| &field.node)
    }

    /// A string.
    pub(crate) fn text(&mut self, key: &'static str) -> Option<Text> {
        let node = self.take(key)?;
        text(self.report, node)
    }

    /// The value under a key that has to be there. A misspelled key is shown as such, not as missing too.
    pub(crate) fn required(&mut self, key: &'static str, whose: &str) -> Option<&'a Node> {
        let found = self.take(key);
        let misspelled = || self.rest().any(|(other, _)| types::nearest(other, [key].into_iter()).is_some());
        if found.is_none() && !misspelled() {
            self.report.say(&self.at, format!("{whose} has no `{key}`"));
        }
        found
    }

    /// A boolean; false where it is not said.
    pub(crate) fn flag(&mut self, key: &'static str) -> bool {
        let Some(node) = self.take(key) else { return false };
        match node.value {
            Value::Boolean(is) => is,
            ref other => {
                let hint = "write `true` or `false`, without quotes";
                self.report.hint(&node.at, format!("expected a boolean, found {}", other.word()), hint);
                false
            }
        }
    }

    /// An integer.
    pub(crate) fn integer(&mut self, key: &'static str) -> Option<i64> {
        let node = self.take(key)?;
        match &node.value {
            Value::Integer(digits) => {
                let number = digits.parse().ok();
                if number.is_none() {
                    self.report.say(&node.at, "the number does not fit into 64 bits");
                }
                number
            }
            other => {
                let hint = "write a whole number, without quotes";
                self.report.hint(&node.at, format!("expected an integer, found {}", other.word()), hint);
                None
            }
        }
    }

    /// A number, as text.
    pub(crate) fn number(&mut self, key: &'static str) -> Option<String> {
        let node = self.take(key)?;
        match &node.value {
            Value::Integer(digits) | Value::Float(digits) => Some(digits.clone()),
            other => {
                self.report.hint(
                    &node.at,
                    format!("expected a number, found {}", other.word()),
                    "write it without quotes",
                );
                None
            }
        }
    }

    /// An array of strings.
    pub(crate) fn texts(&mut self, key: &'static str) -> Vec<Text> {
        self.take(key).map(|node| texts(self.report, node)).unwrap_or_default()
    }

    /// An SQL expression that can stand inside parentheses.
    pub(crate) fn expression(&mut self, key: &'static str) -> Option<(Expr, Place)> {
        let node = self.take(key)?;
        expression(self.report, node)
    }

    /// A comment; an empty one is none, as PostgreSQL has it.
    pub(crate) fn comment(&mut self) -> Option<String> {
        self.text("comment").map(|comment| comment.text).filter(|comment| !comment.is_empty())
    }

    /// One of a few words; blanks and underscores are the same.
    pub(crate) fn word<T: Copy>(&mut self, key: &'static str, words: &[(&str, T)]) -> Option<T> {
        let said = self.text(key)?;
        word(self.report, &said, words)
    }

    /// Names and values of storage parameters and the like, all as text, in the order in which they are written.
    pub(crate) fn parameters(&mut self, key: &'static str) -> Parameters {
        self.settings(key).into_iter().collect()
    }

    /// The same in the order in which they are written.
    pub(crate) fn settings(&mut self, key: &'static str) -> Vec<(String, String)> {
        let Some(node) = self.take(key) else { return Vec::new() };
        let Some(inner) = Self::of(self.report, node, &node.at) else { return Vec::new() };
        let one = |(name, field): (&String, &Field)| Some((name.clone(), inner.scalar(&field.node)?));
        inner.table.iter().filter_map(one).collect()
    }

    /// An array of strings, numbers and booleans, all as text.
    pub(crate) fn scalars(&mut self, key: &'static str) -> Vec<String> {
        let Some(node) = self.take(key) else { return Vec::new() };
        match &node.value {
            Value::Array(items) => items.iter().filter_map(|item| self.scalar(item)).collect(),
            other => {
                self.report.say(&node.at, format!("expected an array, found {}", other.word()));
                Vec::new()
            }
        }
    }

    fn scalar(&self, node: &Node) -> Option<String> {
        match &node.value {
            Value::Text(text) | Value::Integer(text) | Value::Float(text) => Some(text.clone()),
            Value::Boolean(is) => Some(is.to_string()),
            other => {
                let message = format!("expected a string, a number or a boolean, found {}", other.word());
                self.report.say(&node.at, message);
                None
            }
        }
    }

    /// Says whether there is a key that must not be there; its line is shown to nobody.
    pub(crate) fn has_refused(&mut self, key: &'static str) -> bool {
        self.refused.push(key);
        self.table.contains_key(key)
    }

    /// The fields that were not asked for.
    pub(crate) fn rest(&self) -> impl Iterator<Item = (&'a String, &'a Field)> {
        let known = |key: &str| self.known.contains(&key) || self.refused.contains(&key);
        self.table.iter().filter(move |(key, _)| !known(key))
    }

    /// Complains about every key that nobody took.
    pub(crate) fn finish(self) {
        for (key, field) in self.rest() {
            let near = types::nearest(key, self.known.iter().copied());
            let hint = near.map(|near| format!("did you mean `{near}`?")).or_else(|| {
                let mut known: Vec<String> = self.known.iter().map(|key| format!("`{key}`")).collect();
                known.dedup();
                (!known.is_empty()).then(|| format!("the keys here are {}", known.join(", ")))
            });
            self.report.maybe_hint(&field.key_at, format!("unknown key `{key}`"), hint);
        }
    }
}

/// A value that has to be a string.
pub(crate) fn text(report: &Report, node: &Node) -> Option<Text> {
    match &node.value {
        Value::Text(text) if text.contains('\0') => {
            report.say(&node.at, "a text in PostgreSQL cannot hold a NUL character");
            None
        }
        Value::Text(text) => Some(Text { text: text.clone(), at: node.at.clone() }),
        other => {
            report.hint(&node.at, format!("expected a string, found {}", other.word()), "write a text, in quotes");
            None
        }
    }
}

/// A value that has to be an array of strings.
pub(crate) fn texts(report: &Report, node: &Node) -> Vec<Text> {
    match &node.value {
        Value::Array(items) => items.iter().filter_map(|item| text(report, item)).collect(),
        other => {
            let hint = "write it as `[\"one\", \"two\"]`, also where it is only one";
            report.hint(&node.at, format!("expected an array of strings, found {}", other.word()), hint);
            Vec::new()
        }
    }
}

/// A value that has to be an SQL expression.
pub(crate) fn expression(report: &Report, node: &Node) -> Option<(Expr, Place)> {
    let said = text(report, node)?;
    match Expr::check(&said.text) {
        Ok(()) => Some((said.text.into(), said.at)),
        Err(wrong) => {
            report.say(&said.at, wrong);
            None
        }
    }
}

/// One of a few words.
pub(crate) fn word<T: Clone>(report: &Report, said: &Text, words: &[(&str, T)]) -> Option<T> {
    let spaced = said.text.replace('_', " ");
    let found = words.iter().find(|(word, _)| *word == spaced).map(|(_, meaning)| meaning.clone());
    if found.is_none() {
        let all: Vec<String> = words.iter().map(|(word, _)| format!("`{word}`")).collect();
        let near = types::nearest(&spaced.to_lowercase(), words.iter().map(|(word, _)| *word));
        let hint = near.map(|near| format!("did you mean `{near}`?"));
        report.maybe_hint(&said.at, format!("expected one of {}, found `{}`", all.join(", "), said.text), hint);
    }
    found
}
