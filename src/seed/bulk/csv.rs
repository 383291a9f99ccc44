//! CSV as PostgreSQL's COPY reads it, strictly and a record at a time.
//!
//! Not the `csv` crate: it cannot tell an empty field (null) from a quoted empty one (the empty text), and takes broken
//! quotes for text without a word.

use std::io::BufRead;

use super::record::{Field, Record, Value};
use super::trouble::Trouble;

/// What may differ from file to file.
#[derive(Debug, Clone)]
pub struct CsvOptions {
    /// What stands between fields; one ASCII character.
    pub delimiter: u8,
    /// The unquoted text that means null.
    pub null: String,
    /// The longest record that is read, in bytes: what a quote that is never closed may cost.
    pub limit: usize,
}

impl Default for CsvOptions {
    fn default() -> Self {
        CsvOptions { delimiter: b',', null: String::new(), limit: 64 << 20 }
    }
}

/// A reader of CSV with a header line.
#[derive(Debug)]
pub struct Csv<R> {
    input: R,
    options: CsvOptions,
    header: Vec<String>,
    record: Record,
    next_line: u64,
    position: u64,
    /// Whether lines end with a carriage return, too; the first one says it for all, as it does to the server.
    crlf: Option<bool>,
}

/// What is wrong, and at which byte of the record.
type Fault = (usize, String);

impl<R: BufRead> Csv<R> {
    /// Reads the header line.
    pub fn new(input: R, options: CsvOptions) -> Result<Self, Trouble> {
        let mut csv = Csv {
            input,
            options,
            header: Vec::new(),
            record: Record::default(),
            next_line: 1,
            position: 0,
            crlf: None,
        };
        if !csv.options.delimiter.is_ascii() || matches!(csv.options.delimiter, b'"' | b'\r' | b'\n' | 0) {
            return Err(Trouble::at(1, 1, "a delimiter is one ASCII character, and no quote or line end"));
        }
        if !csv.read()? || csv.record.raw.is_empty() {
            return Err(Trouble::at(1, 1, "the file is empty; it begins with a line of column names"));
        }
        csv.split()?;
        for index in 0..csv.record.len() {
            let name = csv.record.get(index).unwrap_or_default();
            if name.is_empty() {
                return Err(Trouble::at_field(&csv.record, index, "a column without a name"));
            }
            if csv.header.iter().any(|other| other == name) {
                return Err(Trouble::at_field(&csv.record, index, format!("column `{name}` twice")));
            }
            csv.header.push(name.to_owned());
        }
        csv.record.number = 0;
        Ok(csv)
    }

    /// The names of the columns.
    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// How many bytes were read.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// The next record, `None` at the end.
    pub fn next_record(&mut self) -> Result<Option<&Record>, Trouble> {
        if !self.read()? {
            return Ok(None);
        }
        self.split()?;
        let (expected, found) = (self.header.len(), self.record.len());
        if expected != found {
            let at = self.record.fields.get(expected).map_or(self.record.raw.len(), |field| field.at);
            let message = format!("expected {expected} fields, found {found}");
            return Err(Trouble::in_record(&self.record, at, message));
        }
        Ok(Some(&self.record))
    }

    /// Reads the bytes of a record; false at the end.
    fn read(&mut self) -> Result<bool, Trouble> {
        let mut bytes = std::mem::take(&mut self.record.raw).into_bytes();
        bytes.clear();
        self.record.line = self.next_line;
        let failed = |line, error: std::io::Error| Trouble::at(line, 1, format!("cannot read: {error}"));
        let (mut open, mut ended) = (false, false);
        while !ended && bytes.len() <= self.options.limit {
            let buffer = self.input.fill_buf().map_err(|error| failed(self.next_line, error))?;
            if buffer.is_empty() {
                break;
            }
            let used;
            (used, ended) = to_record_end(buffer, &mut open);
            bytes.extend_from_slice(&buffer[..used]);
            self.input.consume(used);
            self.position += used as u64;
        }
        if self.record.line == 1 && bytes.starts_with(b"\xef\xbb\xbf") {
            bytes.drain(..3);
        }
        let some = ended || !bytes.is_empty();
        self.next_line += memchr::memchr_iter(b'\n', &bytes).count() as u64;
        let mut same_end = true;
        if ended {
            bytes.pop();
            let crlf = bytes.pop_if(|last| *last == b'\r').is_some();
            same_end = *self.crlf.get_or_insert(crlf) == crlf;
        }
        self.record.number += 1;
        self.accept(bytes)?;
        if !same_end {
            self.split()?;
            let message = "this line ends otherwise than the first one: with a carriage return, or without";
            return Err(Trouble::in_record(&self.record, self.record.raw.len(), message));
        }
        if self.record.raw.len() > self.options.limit {
            // A quote that is never closed is the usual reason, and splitting finds that one.
            self.split()?;
            let message = format!("a record longer than {} MiB", self.options.limit >> 20);
            return Err(Trouble::in_record(&self.record, 0, message));
        }
        Ok(some)
    }

    /// Takes the bytes as text.
    fn accept(&mut self, bytes: Vec<u8>) -> Result<(), Trouble> {
        let nul = memchr::memchr(0, &bytes);
        let (text, bad) = match String::from_utf8(bytes) {
            Ok(text) => (text, None),
            Err(error) => {
                let at = error.utf8_error().valid_up_to();
                (String::from_utf8_lossy(error.as_bytes()).into_owned(), Some(at))
            }
        };
        self.record.raw = text;
        match (nul, bad) {
            (Some(at), None) => {
                Err(Trouble::in_record(&self.record, at, "a NUL byte, which PostgreSQL does not store in text"))
            }
            (_, Some(at)) => Err(Trouble::in_record(&self.record, at, "not UTF-8")),
            (None, None) => Ok(()),
        }
    }

    /// Finds the fields of the record.
    fn split(&mut self) -> Result<(), Trouble> {
        let record = &mut self.record;
        record.fields.clear();
        record.decoded.clear();
        split(record, &self.options).map_err(|(at, message)| {
            let hint = message.contains("unquoted").then_some("quote the field and double the quotes in it");
            let trouble = Trouble::in_record(&self.record, at, message);
            hint.map_or(trouble.clone(), |hint| trouble.with_hint(hint))
        })
    }
}

/// How much of the buffer belongs to the record, and whether it ends there.
///
/// Counting quotes is enough: where they stand wrongly, splitting the record says so.
fn to_record_end(buffer: &[u8], open: &mut bool) -> (usize, bool) {
    let mut at = 0;
    loop {
        let rest = &buffer[at..];
        let found = if *open { memchr::memchr(b'"', rest) } else { memchr::memchr2(b'"', b'\n', rest) };
        match found {
            None => return (buffer.len(), false),
            Some(n) if rest[n] == b'\n' => return (at + n + 1, true),
            Some(n) => {
                *open = !*open;
                at += n + 1;
            }
        }
    }
}

fn split(record: &mut Record, options: &CsvOptions) -> Result<(), Fault> {
    let mut at = 0;
    loop {
        let bytes = record.raw.as_bytes();
        let (value, end) = if bytes.get(at) == Some(&b'"') {
            quoted(&record.raw, at, &mut record.decoded)?
        } else {
            unquoted(&record.raw, at, options)?
        };
        let next = bytes.get(end).copied();
        record.fields.push(Field { at, value });
        match next {
            None => return Ok(()),
            Some(byte) if byte == options.delimiter => at = end + 1,
            Some(_) => return Err((end, "text after the closing quote".to_owned())),
        }
    }
}

/// The field whose opening quote is at `at`, and the byte behind its closing quote.
fn quoted(raw: &str, at: usize, decoded: &mut String) -> Result<(Value, usize), Fault> {
    let (mut from, begin) = (at + 1, decoded.len());
    let mut doubled = false;
    loop {
        let Some(n) = memchr::memchr(b'"', &raw.as_bytes()[from..]) else {
            return Err((at, "the quote that opens here is never closed".to_owned()));
        };
        let quote = from + n;
        if raw.as_bytes().get(quote + 1) != Some(&b'"') {
            if !doubled {
                return Ok((Value::Raw(from..quote), quote + 1));
            }
            decoded.push_str(&raw[from..quote]);
            return Ok((Value::Decoded(begin..decoded.len()), quote + 1));
        }
        doubled = true;
        decoded.push_str(&raw[from..=quote]);
        from = quote + 2;
    }
}

/// The field that begins at `at`, and the byte behind it.
fn unquoted(raw: &str, at: usize, options: &CsvOptions) -> Result<(Value, usize), Fault> {
    let rest = &raw.as_bytes()[at..];
    let end = match memchr::memchr3(options.delimiter, b'"', b'\r', rest) {
        None => raw.len(),
        Some(n) => match rest[n] {
            b'"' => return Err((at + n, "a quote inside an unquoted field".to_owned())),
            b'\r' => return Err((at + n, "a carriage return inside an unquoted field".to_owned())),
            _ => at + n,
        },
    };
    let null = raw[at..end] == options.null;
    Ok((if null { Value::Null } else { Value::Raw(at..end) }, end))
}

#[cfg(test)]
mod tests;
