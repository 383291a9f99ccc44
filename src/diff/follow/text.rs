//! The tokens of a text that name an object, and others in their place.

use crate::schema::{DEFAULT_NAMESPACE, Id};
use crate::sql::{Token, TokenKind, name_of, quote_ident, tokens};

/// Gives the text that takes the place of the token at a position, where it is another one.
pub(super) type Swap<'a> = &'a dyn Fn(&[Token<'_>], usize) -> Option<String>;

pub(super) fn is_before_table(word: &str) -> bool {
    ["from", "join", "only"].iter().any(|other| word.eq_ignore_ascii_case(other))
}

/// Says whether a qualifier is a table, or what a FROM calls it.
pub(super) fn is_table_or_alias(all: &[Token<'_>], qualifier: usize, table: &str) -> bool {
    let Some(name) = name_of(&all[qualifier]) else { return false };
    let called = |at: usize| {
        let after = if all.get(at + 1).is_some_and(|t| t.text.eq_ignore_ascii_case("as")) { at + 2 } else { at + 1 };
        all.get(after).is_some_and(|alias| name_is(alias, &name))
    };
    name == table || (0..all.len()).any(|at| name_is(&all[at], table) && called(at))
}

/// Says whether a qualifier is what a trigger calls the row of its table.
pub(super) fn is_row(token: &Token<'_>) -> bool {
    ["new", "old"].iter().any(|row| token.text.eq_ignore_ascii_case(row))
}

/// Bare, a reserved word is itself: `ORDER BY` names no column `order`.
pub(super) fn name_is(token: &Token<'_>, name: &str) -> bool {
    let can_mean = token.kind == TokenKind::QuotedName || quote_ident(name) == name;
    can_mean && name_of(token).is_some_and(|found| found == name)
}

pub(super) fn is_qualifier(all: &[Token<'_>], at: usize, name: &str) -> bool {
    name_is(&all[at], name) && all.get(at + 1).is_some_and(|next| next.text == ".")
}

pub(super) fn ends_name(all: &[Token<'_>], at: usize) -> bool {
    all.get(at + 1).is_none_or(|next| next.text != ".")
}

/// Where the name, qualified or not, begins whose last part stands at `at`.
pub(super) fn first_of_name(all: &[Token<'_>], at: usize) -> usize {
    if at >= 2 && all[at - 1].text == "." { at - 2 } else { at }
}

/// Says whether the tokens from `at` on are an object's name: bare in the default namespace, qualified elsewhere.
pub(super) fn is_type(all: &[Token<'_>], at: usize, id: &Id) -> bool {
    let is = |at: usize, name: &str| all.get(at).is_some_and(|token| name_is(token, name));
    let bare = id.namespace == DEFAULT_NAMESPACE && is(at, &id.name);
    bare || (is_qualifier_at(all, at, &id.namespace) && is(at + 2, &id.name))
}

fn is_qualifier_at(all: &[Token<'_>], at: usize, name: &str) -> bool {
    at < all.len() && is_qualifier(all, at, name)
}

/// A text with other tokens in the place of some; spacing and comments stay.
pub(super) fn replaced(text: &str, swap: Swap<'_>) -> String {
    let Ok(all) = tokens(text) else { return text.to_owned() };
    let means = |token: &Token<'_>| !matches!(token.kind, TokenKind::Space | TokenKind::Comment);
    let meant: Vec<Token<'_>> = all.iter().filter(|token| means(token)).cloned().collect();
    let mut at = 0;
    let mut out = String::with_capacity(text.len());
    for token in &all {
        let new = if means(token) { swap(&meant, at) } else { None };
        at += usize::from(means(token));
        out.push_str(new.as_deref().unwrap_or(token.text));
    }
    out
}
