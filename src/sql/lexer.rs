//! The lexical structure of SQL as PostgreSQL reads it (manual, section 4.1): enough to know where a token begins and
//! ends, which is what comparing, checking and splitting need. It knows no grammar.

use std::fmt;

/// What a piece of SQL text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// A key word or an unquoted name.
    Word,
    /// A name in double quotes.
    QuotedName,
    /// A string in any of its forms: `'…'`, `E'…'`, `U&'…'`, `B'…'`, `X'…'`, `$tag$…$tag$`.
    Text,
    /// A number.
    Number,
    /// A parameter such as `$1`.
    Parameter,
    /// An operator, or one of `( ) [ ] , ; : .`.
    Symbol,
    /// White space.
    Space,
    /// `-- …` or `/* … */`.
    Comment,
}

/// A token and where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token<'a> {
    /// What it is.
    pub kind: TokenKind,
    /// Its text, quotes included.
    pub text: &'a str,
    /// The byte at which it begins.
    pub start: usize,
}

/// A quote or comment that never ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LexError {
    /// What is not closed.
    pub what: &'static str,
    /// The byte at which it begins.
    pub start: usize,
}

impl fmt::Display for LexError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is never closed", self.what)
    }
}

impl std::error::Error for LexError {}

/// Cuts SQL text into its tokens, white space and comments included.
///
/// # Errors
/// A quote or comment that is not closed.
pub fn tokens(sql: &str) -> Result<Vec<Token<'_>>, LexError> {
    let mut out = Vec::new();
    let mut at = 0;
    while at < sql.len() {
        let rest = &sql[at..];
        let (kind, length) = next(rest).map_err(|what| LexError { what, start: at })?;
        out.push(Token { kind, text: &rest[..length], start: at });
        at += length;
    }
    Ok(out)
}

/// The first token, whatever stands behind it.
pub fn first_token(sql: &str) -> Option<Token<'_>> {
    let (kind, length) = if sql.is_empty() { None } else { next(sql).ok() }?;
    Some(Token { kind, text: &sql[..length], start: 0 })
}

/// The kind and byte length of the first token of a text that is not empty.
fn next(rest: &str) -> Result<(TokenKind, usize), &'static str> {
    use TokenKind::{Comment, Number, QuotedName, Space, Symbol, Text, Word};
    let bytes = rest.as_bytes();
    let second = bytes.get(1).copied();
    Ok(match bytes[0] {
        b if is_space(b) => (Space, run(rest, |c| c.is_ascii() && is_space(c as u8))),
        b'-' if second == Some(b'-') => (Comment, rest.find(['\n', '\r']).unwrap_or(rest.len())),
        b'/' if second == Some(b'*') => (Comment, block_comment(rest)?),
        b'\'' => (Text, quoted(rest, 0, b'\'', false)?),
        b'"' => (QuotedName, quoted(rest, 0, b'"', false)?),
        b'e' | b'E' if second == Some(b'\'') => (Text, quoted(rest, 1, b'\'', true)?),
        b'b' | b'B' | b'x' | b'X' | b'n' | b'N' if second == Some(b'\'') => (Text, quoted(rest, 1, b'\'', false)?),
        b'u' | b'U' if second == Some(b'&') && bytes.get(2) == Some(&b'\'') => (Text, quoted(rest, 2, b'\'', false)?),
        b'u' | b'U' if second == Some(b'&') && bytes.get(2) == Some(&b'"') => {
            (QuotedName, quoted(rest, 2, b'"', false)?)
        }
        b'$' => dollar(rest)?,
        b'0'..=b'9' => (Number, number(rest)),
        b'.' if second.is_some_and(|b| b.is_ascii_digit()) => (Number, number(rest)),
        b if is_word_start(b) => (Word, run(rest, |c| !c.is_ascii() || is_word_part(c as u8))),
        b':' if matches!(second, Some(b':' | b'=')) => (Symbol, 2),
        b if is_operator(b) => (Symbol, operator(rest)),
        _ => (Symbol, rest.chars().next().map_or(1, char::len_utf8)),
    })
}

fn is_space(b: u8) -> bool {
    matches!(b, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c)
}

fn is_word_start(b: u8) -> bool {
    b.is_ascii_alphabetic() || b == b'_' || b >= 0x80
}

fn is_word_part(b: u8) -> bool {
    is_word_start(b) || b.is_ascii_digit() || b == b'$'
}

fn is_operator(b: u8) -> bool {
    b"+-*/<>=~!@#%^&|`?".contains(&b)
}

/// The byte length of the run of characters at the beginning that fit.
fn run(rest: &str, fits: impl Fn(char) -> bool) -> usize {
    rest.find(|c| !fits(c)).unwrap_or(rest.len())
}

/// The length of something in quotes: a doubled quote stands for one, a backslash escapes where `escapes`.
fn quoted(rest: &str, prefix: usize, quote: u8, escapes: bool) -> Result<usize, &'static str> {
    let bytes = rest.as_bytes();
    let mut at = prefix + 1;
    while at < bytes.len() {
        if escapes && bytes[at] == b'\\' {
            at += 2;
        } else if bytes[at] != quote {
            at += 1;
        } else if bytes.get(at + 1) == Some(&quote) {
            at += 2;
        } else if let Some(more) = continuation(rest, at + 1).filter(|_| quote == b'\'') {
            at = more;
        } else {
            return Ok(at + 1);
        }
    }
    Err(if quote == b'"' { "a quoted name" } else { "a quoted string" })
}

/// Where a string goes on behind its closing quote: behind white space with a line end in it, comments of a line
/// included, at the next quote. What is escaped in it stays as it was (manual, section 4.1.2.1; `quotecontinue` in
/// PostgreSQL's own lexer).
fn continuation(rest: &str, closed: usize) -> Option<usize> {
    let (mut at, mut line_end) = (closed, false);
    loop {
        let after = &rest[at..];
        match after.bytes().next()? {
            b'\n' | b'\r' => (line_end, at) = (true, at + 1),
            b if is_space(b) => at += 1,
            b'-' if after.starts_with("--") => at += after.find(['\n', '\r']).unwrap_or(after.len()),
            b'\'' if line_end => return Some(at + 1),
            _ => return None,
        }
    }
}

/// Block comments nest in PostgreSQL.
fn block_comment(rest: &str) -> Result<usize, &'static str> {
    let bytes = rest.as_bytes();
    let (mut at, mut depth) = (2, 1);
    while at + 1 < bytes.len() {
        match (bytes[at], bytes[at + 1]) {
            (b'*', b'/') if depth == 1 => return Ok(at + 2),
            (b'*', b'/') => (depth, at) = (depth - 1, at + 2),
            (b'/', b'*') => (depth, at) = (depth + 1, at + 2),
            _ => at += 1,
        }
    }
    Err("a comment")
}

/// `$1`, `$$…$$`, `$tag$…$tag$`, or a lone dollar sign.
fn dollar(rest: &str) -> Result<(TokenKind, usize), &'static str> {
    let digits = run(&rest[1..], |c| c.is_ascii_digit());
    if digits > 0 {
        return Ok((TokenKind::Parameter, 1 + digits));
    }
    let tag = run(&rest[1..], |c| !c.is_ascii() || c.is_ascii_alphanumeric() || c == '_');
    let opening = 1 + tag + 1;
    if rest.as_bytes().get(1 + tag) != Some(&b'$') {
        return Ok((TokenKind::Symbol, 1));
    }
    match rest[opening..].find(&rest[..opening]) {
        Some(end) => Ok((TokenKind::Text, opening + end + opening)),
        None => Err("a dollar-quoted string"),
    }
}

fn number(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let mut at = 0;
    while let Some(&b) = bytes.get(at) {
        let exponent_sign = matches!(b, b'+' | b'-')
            && matches!(bytes.get(at.wrapping_sub(1)), Some(b'e' | b'E'))
            && !rest[..at].starts_with("0x");
        // Two dots stand between the bounds of a loop.
        if b == b'.' && bytes.get(at + 1) == Some(&b'.') {
            break;
        }
        if !(b.is_ascii_alphanumeric() || b == b'.' || b == b'_' || exponent_sign) {
            break;
        }
        at += 1;
    }
    at
}

/// The longest run of operator characters, cut where a comment begins. A trailing `+` or `-` belongs to it only if the
/// operator also holds one of `~ ! @ # % ^ & | ` ?` (manual, section 4.1.3).
fn operator(rest: &str) -> usize {
    let mut length = run(rest, |c| c.is_ascii() && is_operator(c as u8));
    for comment in ["--", "/*"] {
        if let Some(at) = rest[..length].find(comment) {
            length = at;
        }
    }
    let special = rest[..length].bytes().any(|b| b"~!@#%^&|`?".contains(&b));
    while length > 1 && !special && matches!(rest.as_bytes()[length - 1], b'+' | b'-') {
        length -= 1;
    }
    length.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(sql: &str) -> Vec<&str> {
        let solid = |t: &Token<'_>| !matches!(t.kind, TokenKind::Space | TokenKind::Comment);
        tokens(sql).unwrap().into_iter().filter(solid).map(|t| t.text).collect()
    }

    #[test]
    fn every_form_of_quote_is_one_token() {
        assert_eq!(texts("E'a\\'b' || $x$ ' $x$"), ["E'a\\'b'", "||", "$x$ ' $x$"]);
        assert_eq!(texts("\"a\"\"b\".c = 'it''s'"), ["\"a\"\"b\"", ".", "c", "=", "'it''s'"]);
        assert_eq!(texts("a /* x /* y */ z */ = -- end\n $1"), ["a", "=", "$1"]);
    }

    #[test]
    fn a_string_goes_on_behind_a_line_end() {
        assert_eq!(texts("E'a'\n'\\' || ' ); COMMIT; --'"), ["E'a'\n'\\' || '", ")", ";", "COMMIT", ";"]);
        assert_eq!(texts("'a' -- b\n  -- c\n 'd' 'e'"), ["'a' -- b\n  -- c\n 'd'", "'e'"]);
        assert_eq!(texts("'a' /* \n */ 'b'"), ["'a'", "'b'"]);
        assert_eq!(texts("\"a\"\n\"b\""), ["\"a\"", "\"b\""]);
    }

    #[test]
    fn a_comment_ends_where_the_server_ends_it() {
        assert_eq!(texts("a -- b\r; drop table c"), ["a", ";", "drop", "table", "c"]);
    }

    #[test]
    fn operators_follow_the_rule_on_trailing_signs() {
        assert_eq!(texts("a<-1"), ["a", "<", "-", "1"]);
        assert_eq!(texts("a@-1"), ["a", "@-", "1"]);
        assert_eq!(texts("a::text=1.5e-3"), ["a", "::", "text", "=", "1.5e-3"]);
        assert_eq!(texts("1..f(2.5)"), ["1", ".", ".", "f", "(", "2.5", ")"]);
        assert_eq!(texts("embedding<=>'[1]'"), ["embedding", "<=>", "'[1]'"]);
    }

    #[test]
    fn what_is_not_closed_is_named() {
        assert_eq!(tokens("a = 'b").unwrap_err(), LexError { what: "a quoted string", start: 4 });
        assert_eq!(tokens("/* /* */").unwrap_err().what, "a comment");
        assert_eq!(tokens("$x$ $$").unwrap_err().what, "a dollar-quoted string");
    }
}
