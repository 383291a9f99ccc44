//! Arrays in PostgreSQL's own text form, `{a,"b c",NULL}`, of any number of dimensions.

use bytes::{BufMut as _, BytesMut};
use tokio_postgres::types::Type;

use super::{Encoder, is_blank, shown};

/// The most dimensions of an array.
const MOST: usize = 6;

#[derive(Debug)]
pub(super) struct Array {
    element: Encoder,
    oid: u32,
    /// Elements, each with its length, until the header can be written.
    body: BytesMut,
    word: String,
    sizes: Vec<usize>,
}

/// Where reading is.
struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl Array {
    /// `None` where the elements' encoding is not known, or where they are not separated by commas.
    pub(super) fn new(element: &Type, modifier: i32) -> Option<Array> {
        let encoder = Encoder::new(element, modifier)?;
        let parts = (BytesMut::new(), String::new(), Vec::new());
        Some(Array { element: encoder, oid: element.oid(), body: parts.0, word: parts.1, sizes: parts.2 })
    }

    pub(super) fn encode(&mut self, text: &str, out: &mut BytesMut) -> Result<(), String> {
        self.body.clear();
        self.sizes.clear();
        let mut cursor = Cursor { text, at: 0 };
        let mut nulls = false;
        cursor.blanks();
        let wrong = || format!("{} is no array such as `{{a,b}}`", shown(text));
        let depth = text[cursor.at..].bytes().filter(|b| !is_blank(char::from(*b))).take_while(|b| *b == b'{').count();
        if depth == 0 || depth > MOST {
            return Err(wrong());
        }
        self.sizes.resize(depth, usize::MAX);
        self.level(&mut cursor, 0, &mut nulls)?.ok_or_else(wrong)?;
        cursor.blanks();
        if cursor.at != text.len() {
            return Err(wrong());
        }
        let empty = self.sizes.contains(&0);
        if empty && depth > 1 {
            // The versions of PostgreSQL disagree on `{{}}`.
            return Err(wrong());
        }
        let most = |n: usize| i32::try_from(n).map_err(|_| "an array with too many elements".to_owned());
        out.put_i32(if empty { 0 } else { most(depth)? });
        out.put_i32(nulls.into());
        out.put_u32(self.oid);
        for size in self.sizes.iter().filter(|_| !empty) {
            out.put_i32(most(*size)?);
            out.put_i32(1);
        }
        out.put_slice(&self.body);
        Ok(())
    }

    /// Reads what stands between braces; `None` where it is no array.
    fn level(&mut self, cursor: &mut Cursor<'_>, depth: usize, nulls: &mut bool) -> Result<Option<()>, String> {
        if !cursor.take(b'{') {
            return Ok(None);
        }
        let mut count = 0;
        cursor.blanks();
        if !cursor.take(b'}') {
            loop {
                let read = if depth + 1 < self.sizes.len() {
                    self.level(cursor, depth + 1, nulls)?
                } else {
                    self.one(cursor, nulls)?
                };
                if read.is_none() {
                    return Ok(None);
                }
                count += 1;
                cursor.blanks();
                if cursor.take(b'}') {
                    break;
                }
                if !cursor.take(b',') {
                    return Ok(None);
                }
                cursor.blanks();
            }
        }
        let size = &mut self.sizes[depth];
        if *size != usize::MAX && *size != count {
            return Err("an array whose parts differ in their number of elements".to_owned());
        }
        *size = count;
        Ok(Some(()))
    }

    /// Reads one element.
    fn one(&mut self, cursor: &mut Cursor<'_>, nulls: &mut bool) -> Result<Option<()>, String> {
        let Some(quoted) = cursor.word(&mut self.word) else { return Ok(None) };
        if !quoted && self.word.eq_ignore_ascii_case("null") {
            *nulls = true;
            self.body.put_i32(-1);
            return Ok(Some(()));
        }
        let begin = self.body.len();
        self.body.put_i32(0);
        self.element.encode(&self.word, &mut self.body)?;
        let length = i32::try_from(self.body.len() - begin - 4).map_err(|_| "an element that is too long")?;
        self.body[begin..begin + 4].copy_from_slice(&length.to_be_bytes());
        Ok(Some(()))
    }
}

impl Cursor<'_> {
    fn take(&mut self, byte: u8) -> bool {
        let found = self.text.as_bytes().get(self.at) == Some(&byte);
        self.at += usize::from(found);
        found
    }

    fn blanks(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start_matches(is_blank).len();
    }

    /// Reads the text of an element, and whether it has quotes or backslashes, which make it not null.
    fn word(&mut self, word: &mut String) -> Option<bool> {
        word.clear();
        let quoted = self.take(b'"');
        let mut escaped = false;
        // Blanks at the end of an unquoted element are not part of it, but escaped ones are.
        let mut kept = 0;
        loop {
            let c = self.text[self.at..].chars().next()?;
            match c {
                '\\' => {
                    self.at += 1;
                    let next = self.text[self.at..].chars().next()?;
                    self.at += next.len_utf8();
                    word.push(next);
                    escaped = true;
                    kept = word.len();
                    continue;
                }
                '"' if quoted => {
                    self.at += 1;
                    return Some(true);
                }
                ',' | '}' if !quoted => break,
                '"' | '{' if !quoted => return None,
                _ => {}
            }
            word.push(c);
            self.at += c.len_utf8();
            if !is_blank(c) {
                kept = word.len();
            }
        }
        word.truncate(kept);
        (!word.is_empty()).then_some(escaped)
    }
}
