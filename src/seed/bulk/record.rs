//! One record of a file: its fields as text or null, and where each of them stands.

use std::ops::Range;

/// A record. One is reused for a whole file: its buffers grow to the longest record and stay.
#[derive(Debug, Default)]
pub struct Record {
    /// The record as it stands in the file, without its line end.
    pub(super) raw: String,
    /// Values that are not in `raw` as they are: escapes undone.
    pub(super) decoded: String,
    pub(super) fields: Vec<Field>,
    /// The line on which it begins.
    pub(super) line: u64,
    /// Which record it is, from 1, the header not counted.
    pub(super) number: u64,
}

/// A field: where it begins in the raw record, and what it says.
#[derive(Debug, Clone)]
pub(super) struct Field {
    pub(super) at: usize,
    pub(super) value: Value,
}

/// What a field says.
#[derive(Debug, Clone)]
pub(super) enum Value {
    Null,
    Raw(Range<usize>),
    Decoded(Range<usize>),
}

impl Record {
    /// How many fields it has.
    pub fn len(&self) -> usize {
        self.fields.len()
    }

    /// Whether it has no fields at all.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// The text of a field; `None` is null.
    pub fn get(&self, index: usize) -> Option<&str> {
        match &self.fields.get(index)?.value {
            Value::Null => None,
            Value::Raw(range) => self.raw.get(range.clone()),
            Value::Decoded(range) => self.decoded.get(range.clone()),
        }
    }

    /// Which record of the file it is, from 1, the header not counted.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// Line and column, both from 1 and the column in characters, of a field.
    pub fn place(&self, index: usize) -> (u64, u64) {
        self.place_of_byte(self.fields.get(index).map_or(0, |field| field.at))
    }

    /// Line and column of a byte of the raw record.
    pub(super) fn place_of_byte(&self, byte: usize) -> (u64, u64) {
        let (line, column) = crate::source::place(&self.raw, byte);
        (self.line + line as u64 - 1, column as u64)
    }

    /// The line of the file that a byte of the raw record stands in, and the byte's place in that line.
    pub(super) fn line_of_byte(&self, byte: usize) -> (&str, usize) {
        let byte = byte.min(self.raw.len());
        let start = memchr::memrchr(b'\n', &self.raw.as_bytes()[..byte]).map_or(0, |at| at + 1);
        let end = memchr::memchr(b'\n', &self.raw.as_bytes()[byte..]).map_or(self.raw.len(), |at| byte + at);
        (self.raw[start..end].trim_end_matches('\r'), byte - start)
    }
}
