//! The cells of a row in COPY's binary and text formats.

use bytes::{BufMut as _, BytesMut};

use crate::seed::bulk::encode::Encoder;

/// A row being written: a cell for every column, in their order.
#[derive(Debug)]
pub struct Cells<'a> {
    out: &'a mut BytesMut,
    binary: bool,
    count: usize,
}

impl<'a> Cells<'a> {
    /// Begins a row of `columns` cells.
    pub(super) fn begin(out: &'a mut BytesMut, binary: bool, columns: i16) -> Self {
        if binary {
            out.put_i16(columns);
        }
        Cells { out, binary, count: 0 }
    }

    /// How many cells there are so far.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// Ends the row.
    pub(super) fn end(self) {
        if !self.binary {
            self.out.put_u8(b'\n');
        }
    }

    /// Null.
    pub fn null(&mut self) {
        self.separate();
        if self.binary {
            self.out.put_i32(-1);
        } else {
            self.out.put_slice(b"\\N");
        }
    }

    /// A value of a `bigint` column.
    pub fn bigint(&mut self, value: i64) {
        self.separate();
        if self.binary {
            self.out.put_i32(8);
            self.out.put_i64(value);
        } else {
            self.out.put_slice(value.to_string().as_bytes());
        }
    }

    /// A value by its text. What the text means in binary form, the encoder knows.
    pub fn value(&mut self, encoder: &mut Encoder, text: &str) -> Result<(), String> {
        if !self.binary {
            self.text(text);
            return Ok(());
        }
        self.separate();
        let begin = self.out.len();
        self.out.put_i32(0);
        encoder.encode(text, self.out)?;
        let length = i32::try_from(self.out.len() - begin - 4).map_err(|_| "a value longer than 2 GiB")?;
        self.out[begin..begin + 4].copy_from_slice(&length.to_be_bytes());
        Ok(())
    }

    /// Whether a text has a binary form; it is not written.
    pub(super) fn check(&mut self, encoder: &mut Encoder, text: &str) -> Result<(), String> {
        let end = self.out.len();
        let result = encoder.encode(text, self.out);
        self.out.truncate(end);
        result
    }

    /// The text of a `text` column; in the text format, of a column of any type.
    pub fn text(&mut self, text: &str) {
        self.separate();
        if self.binary {
            // A record is far shorter than 2 GiB.
            self.out.put_i32(i32::try_from(text.len()).unwrap_or(i32::MAX));
            self.out.put_slice(text.as_bytes());
        } else {
            text_copy_escape(text, self.out);
        }
    }

    fn separate(&mut self) {
        if !self.binary && self.count > 0 {
            self.out.put_u8(b'\t');
        }
        self.count += 1;
    }
}

/// Appends a text as COPY's text format has it. Every record stays one line, so that the server's line numbers are
/// those of records.
pub fn text_copy_escape(text: &str, out: &mut BytesMut) {
    let bytes = text.as_bytes();
    let mut from = 0;
    for (at, byte) in bytes.iter().enumerate() {
        let letter = match byte {
            b'\\' => b'\\',
            b'\n' => b'n',
            b'\r' => b'r',
            b'\t' => b't',
            _ => continue,
        };
        out.put_slice(&bytes[from..at]);
        out.put_slice(&[b'\\', letter]);
        from = at + 1;
    }
    out.put_slice(&bytes[from..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_on_one_line() {
        let mut out = BytesMut::new();
        let mut cells = Cells::begin(&mut out, false, 4);
        cells.bigint(-7);
        cells.null();
        cells.text("a\\N\tb\r\nc");
        cells.text("");
        cells.end();
        assert_eq!(out, "-7\t\\N\ta\\\\N\\tb\\r\\nc\t\n");
    }

    #[test]
    fn binary_cells_say_their_length() {
        let mut out = BytesMut::new();
        let mut cells = Cells::begin(&mut out, true, 3);
        cells.null();
        cells.text("ab");
        cells.bigint(1);
        cells.end();
        assert_eq!(out[..], *b"\0\x03\xff\xff\xff\xff\0\0\0\x02ab\0\0\0\x08\0\0\0\0\0\0\0\x01");
    }
}
