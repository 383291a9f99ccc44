//! TOML that is about to be written: its values, and the form that a person would give them.

use toml_edit::{Item, Key, Value};

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Toml {
    Text(String),
    /// As it is to be written.
    Number(String),
    Flag(bool),
    List(Vec<Toml>),
    /// A list of which each item has a line of its own, where there are several.
    Lines(Vec<Toml>),
    Table(Body),
}

/// Keys and values, in order.
pub(super) type Body = Vec<(String, Toml)>;

impl Toml {
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A list of texts.
    pub(super) fn texts<S: AsRef<str>>(texts: &[S]) -> Self {
        Self::List(texts.iter().map(|text| Self::text(text.as_ref())).collect())
    }

    /// A number where TOML would give the same text back, else the text.
    pub(super) fn number_or_text(text: &str) -> Self {
        if is_number(text) { Self::Number(text.to_owned()) } else { Self::text(text) }
    }

    /// A number or a boolean where TOML would give the same text back, else the text.
    pub(super) fn scalar(text: &str) -> Self {
        match text {
            "true" => Self::Flag(true),
            "false" => Self::Flag(false),
            _ => Self::number_or_text(text),
        }
    }

    /// The value as TOML, on one line unless a text has several.
    pub(super) fn render(&self) -> String {
        match self {
            Self::Text(text) => string(text),
            Self::Number(number) => number.clone(),
            Self::Flag(is) => is.to_string(),
            Self::List(items) => format!("[{}]", items.iter().map(Self::render).collect::<Vec<_>>().join(", ")),
            Self::Lines(items) if items.len() > 1 => {
                let lines: String = items.iter().map(|item| format!("    {},\n", item.render())).collect();
                format!("[\n{lines}]")
            }
            Self::Lines(items) => Self::List(items.clone()).render(),
            Self::Table(body) if body.is_empty() => "{}".to_owned(),
            Self::Table(body) => {
                let pairs = body.iter().map(|(name, value)| format!("{} = {}", key(name), value.render()));
                format!("{{ {} }}", pairs.collect::<Vec<_>>().join(", "))
            }
        }
    }

    /// The value for a document; nothing where it cannot be parsed, which its own rendering always can.
    pub(super) fn to_edit(&self) -> Option<Value> {
        self.render().parse().ok()
    }

    /// What a document holds.
    pub(super) fn of_item(item: &Item) -> Option<Self> {
        match item {
            Item::None => None,
            Item::Value(value) => Some(Self::of_value(value)),
            Item::Table(table) => Some(Self::Table(
                table.iter().filter_map(|(key, item)| Some((key.to_owned(), Self::of_item(item)?))).collect(),
            )),
            Item::ArrayOfTables(tables) => {
                let one = |table: &toml_edit::Table| Self::of_item(&Item::Table(table.clone()));
                Some(Self::List(tables.iter().filter_map(one).collect()))
            }
        }
    }

    fn of_value(value: &Value) -> Self {
        match value {
            Value::String(text) => Self::text(text.value()),
            Value::Integer(number) => Self::Number(number.display_repr().into_owned()),
            Value::Float(number) => Self::Number(number.display_repr().into_owned()),
            Value::Boolean(is) => Self::Flag(*is.value()),
            Value::Datetime(moment) => Self::text(moment.display_repr()),
            Value::Array(items) => Self::List(items.iter().map(Self::of_value).collect()),
            Value::InlineTable(table) => {
                Self::Table(table.iter().map(|(key, value)| (key.to_owned(), Self::of_value(value))).collect())
            }
        }
    }
}

/// A key, in quotes where TOML asks for them.
pub(super) fn key(name: &str) -> String {
    Key::new(name).display_repr().into_owned()
}

/// A text. Several lines stand as they are, between triple quotes, unless they hold what only an escape can say.
fn string(text: &str) -> String {
    let plain = |c: char| !c.is_control() || matches!(c, '\n' | '\t');
    if !text.chars().all(plain) {
        return escaped(text);
    }
    if text.contains('\n') && !text.contains("'''") && !text.ends_with('\'') {
        return format!("'''\n{text}'''");
    }
    Value::from(text).to_string()
}

/// A text on one line, whatever it holds.
fn escaped(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if c.is_control() => out.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out + "\""
}

/// Whether TOML reads a text as a number and keeps it as it is: `10`, `-3`, `0.50`, and not `007`, `1.` or `1e5`.
fn is_number(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let whole = |part: &str| digits(part) && part.len() <= 18 && (part == "0" || !part.starts_with('0'));
    let bare = text.strip_prefix('-').unwrap_or(text);
    match bare.split_once('.') {
        Some((front, back)) => whole(front) && digits(back),
        None => whole(bare) && text != "-0",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_comes_back() {
        let texts = [
            "",
            "a",
            "it's",
            "a \"b\"",
            "a 'b' \"c\"",
            "\\",
            "a\nb",
            "\n\na\n",
            "a\r\nb",
            "\t",
            "'''\n",
            "x\n'",
            "\"\"\"\n\\n",
            "\u{7f}\u{1}ü",
            "\u{85}",
            "a\n'''b\"\"\"c\\",
            " ",
            "''",
            "\"",
        ];
        for text in texts {
            let value = Toml::text(text).to_edit().unwrap_or_else(|| panic!("{text:?}: {}", string(text)));
            assert_eq!(value.as_str(), Some(text), "{}", string(text));
            let table = Toml::Table(vec![(text.to_owned(), Toml::text(text))]);
            assert_eq!(Toml::of_value(&table.to_edit().unwrap()), table);
        }
        assert_eq!(string("BEGIN\nEND"), "'''\nBEGIN\nEND'''");
        assert_eq!(string("now()"), "\"now()\"");
        assert_eq!(string("\"Mood\" = 1"), "'\"Mood\" = 1'");
    }

    #[test]
    fn only_what_stays_the_same_is_a_number() {
        for number in ["0", "10", "-3", "0.50", "-1.0", "999999999999999999"] {
            assert_eq!(Toml::number_or_text(number).render(), number);
            assert!(number.parse::<Value>().is_ok());
        }
        for text in ["", "-", "007", "1.", ".5", "1e5", "1_000", "-0", "9999999999999999999", "'1'"] {
            assert_eq!(Toml::number_or_text(text), Toml::text(text));
        }
    }
}
