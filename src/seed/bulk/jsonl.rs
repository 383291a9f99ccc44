//! JSON lines: an object a line, every number with the digits that it was written with.

mod array;
mod object;

use std::io::BufRead;

use serde_json::value::RawValue;
use tokio_postgres::types::{Kind, Type};

use self::object::{for_each_member, offset_in};
use super::record::{Field, Record, Value};
use super::trouble::Trouble;

/// The longest line that is read, in bytes.
const LIMIT: usize = 64 << 20;

/// What a column makes of a JSON value; as `json_populate_record` does it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shape {
    /// A string is its text; anything else, the text of the JSON.
    #[default]
    Text,
    /// The value is JSON and stays it, a string too.
    Json,
    /// An array becomes PostgreSQL's, of elements that are texts.
    Array,
    /// An array becomes PostgreSQL's, of elements that are JSON.
    ArrayOfJson,
}

impl Shape {
    /// By the type of the column.
    pub fn of(type_: &Type) -> Shape {
        match type_.kind() {
            Kind::Array(element) if Shape::of(element) == Shape::Json => Shape::ArrayOfJson,
            Kind::Array(_) => Shape::Array,
            Kind::Domain(base) => Shape::of(base),
            _ if matches!(*type_, Type::JSON | Type::JSONB) => Shape::Json,
            _ => Shape::Text,
        }
    }
}

/// A reader of JSON lines. The columns are the keys of the first line.
#[derive(Debug)]
pub struct Jsonl<R> {
    input: R,
    header: Vec<String>,
    shapes: Vec<Shape>,
    record: Record,
    /// The first line is read for its keys, before anybody asks for it as a record.
    pending: bool,
    next_line: u64,
    position: u64,
}

impl<R: BufRead> Jsonl<R> {
    /// Reads the first line for its keys.
    pub fn new(input: R) -> Result<Self, Trouble> {
        let (header, shapes, record) = (Vec::new(), Vec::new(), Record::default());
        let mut jsonl = Jsonl { input, header, shapes, record, pending: true, next_line: 1, position: 0 };
        if !jsonl.read()? {
            return Err(Trouble::at(1, 1, "the file is empty; each of its lines is a JSON object"));
        }
        let (header, line) = (&mut jsonl.header, jsonl.record.raw.as_str());
        let found = for_each_member(line, |key, at, _| {
            if key.is_empty() {
                return Err((at, "a key without a name".to_owned()));
            }
            if header.iter().any(|other| *other == key) {
                return Err((at, format!("key `{key}` twice")));
            }
            header.push(key.into_owned());
            Ok(())
        });
        found.map_err(|(at, message)| Trouble::in_record(&jsonl.record, at, message))?;
        if jsonl.header.is_empty() {
            return Err(Trouble::at(1, 1, "an object without keys: the first line names the columns"));
        }
        Ok(jsonl)
    }

    /// The names of the columns.
    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// How many bytes were read.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// Says what the columns make of JSON; all are texts otherwise.
    pub fn set_shapes(&mut self, shapes: Vec<Shape>) {
        self.shapes = shapes;
    }

    /// The next record, `None` at the end.
    pub fn next_record(&mut self) -> Result<Option<&Record>, Trouble> {
        if !std::mem::take(&mut self.pending) && !self.read()? {
            return Ok(None);
        }
        self.record.number += 1;
        self.split()?;
        Ok(Some(&self.record))
    }

    /// Reads a line; false at the end. Only empty lines may follow an empty one.
    fn read(&mut self) -> Result<bool, Trouble> {
        let mut empty = None;
        loop {
            let line = self.next_line;
            if !self.read_line()? {
                return Ok(false);
            }
            let blank = self.record.raw.trim().is_empty();
            match (blank, empty) {
                (true, None) => empty = Some(line),
                (true, Some(_)) => {}
                (false, None) => return Ok(true),
                (false, Some(line)) => return Err(Trouble::at(line, 1, "an empty line before further rows")),
            }
        }
    }

    fn read_line(&mut self) -> Result<bool, Trouble> {
        let mut bytes = std::mem::take(&mut self.record.raw).into_bytes();
        bytes.clear();
        let line = self.next_line;
        self.record.line = line;
        let failed = |message: String| Trouble::at(line, 1, message);
        let mut ended = false;
        while !ended {
            let buffer = self.input.fill_buf().map_err(|error| failed(format!("cannot read: {error}")))?;
            if buffer.is_empty() {
                break;
            }
            let end = memchr::memchr(b'\n', buffer);
            ended = end.is_some();
            let used = end.map_or(buffer.len(), |end| end + 1);
            bytes.extend_from_slice(&buffer[..used]);
            self.input.consume(used);
            self.position += used as u64;
            if bytes.len() > LIMIT {
                return Err(failed(format!("a line longer than {} MiB", LIMIT >> 20)));
            }
        }
        let some = !bytes.is_empty();
        self.next_line += u64::from(ended);
        if ended {
            bytes.pop();
        }
        if line == 1 && bytes.starts_with(b"\xef\xbb\xbf") {
            bytes.drain(..3);
        }
        self.record.raw = String::from_utf8(bytes).map_err(|error| {
            let good = String::from_utf8_lossy(&error.as_bytes()[..error.utf8_error().valid_up_to()]);
            Trouble::at(line, good.chars().count() as u64 + 1, "not UTF-8")
        })?;
        Ok(some)
    }

    /// Finds the fields of the line.
    fn split(&mut self) -> Result<(), Trouble> {
        let Record { raw, decoded, fields, .. } = &mut self.record;
        let (header, shapes) = (&self.header, &self.shapes);
        decoded.clear();
        fields.clear();
        fields.resize(header.len(), Field { at: usize::MAX, value: Value::Null });
        let mut expected = 0;
        let line = raw.as_str();
        let found = for_each_member(line, |key, at, value| {
            let index = column_of(header, &key, expected).ok_or_else(|| unknown(header, &key, at))?;
            expected = index + 1;
            if fields[index].at != usize::MAX {
                return Err((at, format!("key `{key}` twice")));
            }
            let shape = shapes.get(index).copied().unwrap_or_default();
            let start = offset_in(line, value.get()).unwrap_or(at);
            let value = text_of(line, value, shape, decoded).map_err(|message| (start, message))?;
            fields[index] = Field { at: start, value };
            Ok(())
        });
        for field in fields.iter_mut().filter(|field| field.at == usize::MAX) {
            field.at = 0;
        }
        found.map_err(|(at, message)| Trouble::in_record(&self.record, at, message))
    }
}

/// The column of a key; keys mostly come in the order of the header.
fn column_of(header: &[String], key: &str, expected: usize) -> Option<usize> {
    match header.get(expected) {
        Some(name) if name == key => Some(expected),
        _ => header.iter().position(|name| name == key),
    }
}

fn unknown(header: &[String], key: &str, at: usize) -> (usize, String) {
    let near = crate::types::nearest(key, header.iter().map(String::as_str));
    let near = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
    (at, format!("key `{key}` is not one of the first line{near}"))
}

/// What a JSON value says to its column.
fn text_of(line: &str, value: &RawValue, shape: Shape, decoded: &mut String) -> Result<Value, String> {
    let text = value.get();
    let begin = decoded.len();
    match text.as_bytes().first() {
        Some(b'n') => return Ok(Value::Null),
        Some(b'[') if matches!(shape, Shape::Array | Shape::ArrayOfJson) => {
            array::to_postgresql(text, shape == Shape::ArrayOfJson, decoded)?;
        }
        Some(b'"') if shape != Shape::Json => {
            let inside = &text[1..text.len() - 1];
            if let Some(at) = offset_in(line, inside).filter(|_| !inside.contains('\\')) {
                return Ok(Value::Raw(at..at + inside.len()));
            }
            decoded.push_str(&string(text)?);
        }
        _ => {
            if let Some(at) = offset_in(line, text) {
                return Ok(Value::Raw(at..at + text.len()));
            }
            decoded.push_str(text);
        }
    }
    Ok(Value::Decoded(begin..decoded.len()))
}

/// The text of a JSON string.
fn string(literal: &str) -> Result<String, String> {
    let text: String = serde_json::from_str(literal).map_err(|_| "a broken escape in this string".to_owned())?;
    if text.contains('\0') {
        return Err("`\\u0000`, which PostgreSQL does not store in text".to_owned());
    }
    Ok(text)
}

#[cfg(test)]
mod tests;
