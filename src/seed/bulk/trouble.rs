//! What is wrong with a record, and where.

use std::fmt::Write as _;

use super::record::Record;

/// Lines longer than this are shown by their beginning only.
const SHOWN: usize = 120;

/// Something wrong at a place of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// The line, from 1.
    pub line: u64,
    /// The column, from 1, in characters.
    pub column: u64,
    /// What is wrong.
    pub message: String,
    /// What can be done about it.
    pub hint: Option<String>,
    /// The line itself, with a caret where it is short enough.
    shown: String,
}

impl Trouble {
    /// At a line and column, without the text.
    pub(super) fn at(line: u64, column: u64, message: impl Into<String>) -> Self {
        Trouble { line, column, message: message.into(), hint: None, shown: String::new() }
    }

    /// At a byte of the raw record.
    pub(super) fn in_record(record: &Record, byte: usize, message: impl Into<String>) -> Self {
        let (line, column) = record.place_of_byte(byte);
        let (text, at) = record.line_of_byte(byte);
        Trouble { shown: show(line, text, at), ..Trouble::at(line, column, message) }
    }

    /// At a field of the record.
    pub fn at_field(record: &Record, index: usize, message: impl Into<String>) -> Self {
        Self::in_record(record, record.fields.get(index).map_or(0, |field| field.at), message)
    }

    /// With what can be done about it.
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// `path:line:column: message`, and the line under it.
    pub fn text(&self, path: &str) -> String {
        let mut text = format!("{path}:{}:{}: {}", self.line, self.column, self.message);
        if !self.shown.is_empty() {
            let _ = write!(text, "\n{}", self.shown);
        }
        text
    }

    /// The error that the user reads.
    pub fn into_error(self, path: &str) -> anyhow::Error {
        let text = self.text(path);
        match self.hint {
            Some(hint) => crate::error::failure(text, hint),
            None => anyhow::Error::msg(text),
        }
    }
}

/// The line with a caret; only its beginning, and no caret behind that, where it is long.
fn show(number: u64, line: &str, at: usize) -> String {
    let number = usize::try_from(number).unwrap_or(usize::MAX);
    let end = line.char_indices().nth(SHOWN).map_or(line.len(), |(at, _)| at);
    let caret = line[at.min(line.len())..].chars().next().map_or(0, char::len_utf8);
    if end == line.len() {
        let at = at.min(line.len());
        return crate::source::line_with_caret(number, line, at..at + caret);
    }
    let beginning = format!("{}...", &line[..end]);
    if at < end {
        return crate::source::line_with_caret(number, &beginning, at..at + caret);
    }
    format!("{number} | {beginning}")
}
