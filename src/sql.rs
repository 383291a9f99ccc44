//! Writing and reading SQL text: the one place that quotes, and the one lexer.
//!
//! Nothing else in dbtool quotes a name, quotes a literal, splits a script or compares two expressions. Pure.

mod array;
mod expr;
mod keywords;
mod lexer;
mod returns;
mod split;

pub use array::as_stored;
pub use expr::{
    Expr, counted_with, is_before_relation, meant_name, mentions, name_of, names_and_calls_in, names_in, regclass,
    text_of, tokens_of,
};
pub use lexer::{LexError, Token, TokenKind, first_token, tokens};
pub use split::{Statement, split};

/// A name as it has to stand in SQL: bare where PostgreSQL reads it back the same, else in double quotes.
///
/// The rule is that of PostgreSQL's own `quote_ident()` (manual, section 9.4).
pub fn quote_ident(name: &str) -> String {
    let mut chars = name.chars();
    let bare = chars.next().is_some_and(|c| c.is_ascii_lowercase() || c == '_')
        && chars.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if bare && !keywords::is_reserved(name) {
        return name.to_owned();
    }
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A name in its namespace, both quoted.
pub fn qualified(namespace: &str, name: &str) -> String {
    format!("{}.{}", quote_ident(namespace), quote_ident(name))
}

/// A comma-separated list of quoted names.
pub fn ident_list<S: AsRef<str>>(names: &[S]) -> String {
    names.iter().map(|name| quote_ident(name.as_ref())).collect::<Vec<_>>().join(", ")
}

/// A text as an SQL string literal, safe whatever `standard_conforming_strings` says.
pub fn quote_literal(text: &str) -> String {
    let doubled = text.replace('\'', "''");
    // A bare carriage return would not survive a change of line ends.
    if text.contains(['\\', '\r']) {
        format!("E'{}'", doubled.replace('\\', "\\\\").replace('\r', "\\r"))
    } else {
        format!("'{doubled}'")
    }
}

/// A text as it may stand in a line of a comment or on a terminal: what cannot be seen is written out.
pub fn printable(text: &str) -> String {
    // Line ends that are no control characters, and what turns the order of a line round.
    let hides = |c: char| matches!(c, '\u{2028}' | '\u{2029}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let shown = |c: char| if c.is_control() || hides(c) { c.escape_default().to_string() } else { c.to_string() };
    text.chars().map(shown).collect()
}

/// A text between dollar quotes whose tag does not occur in it.
pub fn dollar_quote(text: &str) -> String {
    if text.contains('\r') {
        return quote_literal(text);
    }
    let mut tag = String::new();
    // A body that ends with `$` would close a `$$` quote one character early.
    while text.contains(&format!("${tag}$")) || (text.ends_with('$') && tag.is_empty()) {
        tag = if tag.is_empty() { "body".to_owned() } else { format!("{tag}_") };
    }
    format!("${tag}${text}${tag}$")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_quoted_only_where_they_must_be() {
        assert_eq!(quote_ident("sessions"), "sessions");
        assert_eq!(quote_ident("order"), "\"order\"");
        assert_eq!(quote_ident("Ünïcode"), "\"Ünïcode\"");
        assert_eq!(quote_ident("a\"b"), "\"a\"\"b\"");
        assert_eq!(quote_ident("x'; drop table y; --"), "\"x'; drop table y; --\"");
        assert_eq!(quote_ident("1st"), "\"1st\"");
        assert_eq!(quote_ident(""), "\"\"");
    }

    #[test]
    fn literals_survive_backslashes_and_quotes() {
        assert_eq!(quote_literal("it's"), "'it''s'");
        assert_eq!(quote_literal("a\\'b"), "E'a\\\\''b'");
    }

    #[test]
    fn what_cannot_be_seen_is_written() {
        assert_eq!(printable("a\r\u{1b}[2J\nb"), "a\\r\\u{1b}[2J\\nb");
        assert_eq!(quote_literal("a\rb"), "E'a\\rb'");
    }

    #[test]
    fn dollar_quotes_never_close_early() {
        assert_eq!(dollar_quote("BEGIN END;"), "$$BEGIN END;$$");
        assert_eq!(dollar_quote("a $$ b"), "$body$a $$ b$body$");
        assert_eq!(dollar_quote("costs 5$"), "$body$costs 5$$body$");
    }
}
