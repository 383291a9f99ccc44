//! Defaults, as far as their tokens tell.

use super::without_modifier;
use crate::sql::{Expr, TokenKind, tokens_of};

/// Functions whose value is one for all rows of a statement, so that a column can be added with them without a rewrite.
const STEADY: &[&str] = &[
    "now",
    "current_timestamp",
    "current_date",
    "localtimestamp",
    "transaction_timestamp",
    "null",
    "true",
    "false",
    "array",
    "statement_timestamp",
    "current_user",
    "current_setting",
];

/// Says whether a default has one value for all rows that are there when the column is added; `steady` knows the functions
/// of the schema for which that holds.
pub fn is_constant(default: &Expr, steady: &dyn Fn(&str) -> bool) -> bool {
    let Ok(all) = tokens_of(default.as_str()) else { return false };
    let mut casting = false;
    all.iter().all(|token| {
        let is_type = casting;
        casting = token.text == "::" || (casting && matches!(token.text, "."));
        let calls = token.kind == TokenKind::Word || token.kind == TokenKind::QuotedName;
        let word = token.text.to_lowercase();
        !calls || is_type || STEADY.contains(&word.as_str()) || is_type_word(&word) || steady(token.text)
    })
}

/// The second words of types, such as in `'x'::character varying`.
fn is_type_word(word: &str) -> bool {
    matches!(word.to_lowercase().as_str(), "varying" | "precision" | "with" | "without" | "time" | "zone")
}

/// Says whether one expression is the other, a plain string literal, with a cast to the type behind it.
pub fn is_cast_of(cast: &Expr, literal: &Expr, r#type: &str) -> bool {
    let (Ok(cast), Ok(literal)) = (tokens_of(cast.trimmed()), tokens_of(literal.trimmed())) else { return false };
    let ([literal], [value, colons, ..]) = (literal.as_slice(), cast.as_slice()) else { return false };
    let plain = literal.kind == TokenKind::Text && literal.text.starts_with('\'');
    let target: String = cast[2..].iter().map(|token| token.text).collect::<Vec<_>>().join(" ");
    plain && value.text == literal.text && colons.text == "::" && is_type_of(&target, r#type)
}

/// Whether a cast is to a column's own type: to its modifier, or to none, as the server writes a literal of it.
fn is_type_of(target: &str, r#type: &str) -> bool {
    let plain = |text: &str| text.replace(' ', "");
    let (own, bare) = (plain(r#type), without_modifier(r#type));
    let target = plain(target);
    target == own || target == plain(&bare)
}

/// Says whether an expression can stand after DEFAULT as it is: one value or call, perhaps with a cast.
pub fn is_simple(default: &Expr) -> bool {
    const JOINING: &[&str] =
        &["and", "or", "not", "is", "in", "like", "ilike", "between", "similar", "at", "collate", "isnull", "notnull"];
    let Ok(all) = tokens_of(default.trimmed()) else { return false };
    let mut depth = 0_usize;
    all.iter().enumerate().all(|(at, token)| match (token.kind, token.text) {
        (TokenKind::Symbol, "(" | "[") => {
            depth += 1;
            true
        }
        (TokenKind::Symbol, ")" | "]") => {
            depth = depth.saturating_sub(1);
            true
        }
        (TokenKind::Symbol, "::" | ".") => true,
        (TokenKind::Symbol, "-") => depth > 0 || at == 0,
        (TokenKind::Symbol, _) => depth > 0,
        (TokenKind::Word, word) => depth > 0 || !JOINING.contains(&word.to_lowercase().as_str()),
        _ => true,
    })
}
