//! Names inside of SQL texts and types, followed token by token.

use crate::kind::KindTag;
use crate::schema::{DEFAULT_NAMESPACE, Id};
use crate::sql::{Token, TokenKind, name_of, quote_ident, quote_literal, regclass, tokens, tokens_of};

pub(super) type Swap<'a> = &'a dyn Fn(&[Token<'_>], usize) -> Option<String>;

/// The name of a type, or of several, after a rename.
pub(super) fn followed_type(text: &str, from: &Id, to: &Id) -> String {
    replaced(text, &|all, at| {
        let meant = match from.kind {
            KindTag::Namespace => is_qualifier(all, at, &from.name),
            kind => kind.is_type() && is_type(all, first_of_name(all, at), from) && ends_name(all, at),
        };
        (meant && name_is(&all[at], &from.name)).then(|| quote_ident(&to.name))
    })
}

/// An expression after a rename: only where the name can mean what is renamed.
pub(super) fn followed(text: &str, own: bool, from: &Id, to: &Id, hidden: bool) -> String {
    replaced(text, &|all, at| {
        if let Some(name) = regclass(all, at) {
            let followed = followed_relation(&name, from, to);
            return (followed != name).then(|| quote_literal(&followed));
        }
        if !name_is(&all[at], &from.name) {
            return None;
        }
        let next = |what: &str| all.get(at + 1).is_some_and(|token| token.text == what);
        let first = first_of_name(all, at);
        let before = first.checked_sub(1).map(|before| all[before].text);
        let casts = before.is_some_and(|word| word == "::" || word.eq_ignore_ascii_case("as"));
        let meant = match from.kind {
            KindTag::Namespace => is_qualifier(all, at, &from.name),
            kind if kind.is_routine() => next("(") && is_type(all, first, from),
            KindTag::Column if first < at => is_table_or_alias(all, first, &from.owner) || (own && is_row(&all[first])),
            KindTag::Column => own && !next("(") && before.is_none_or(|word| word != "::" && !is_as(word)),
            kind if kind.owns() => {
                let table = first == at && (!hidden || next(".") || before.is_some_and(is_before_table));
                !next("(") && (table || (first < at && is_type(all, first, from)))
            }
            kind => kind.is_type() && casts && is_type(all, first, from) && ends_name(all, at),
        };
        meant.then(|| quote_ident(&to.name))
    })
}

/// Says whether a query reads one table and nothing else: then its bare names are that table's columns.
pub(super) fn reads_only(text: &str, table: &str) -> bool {
    let all = tokens_of(text).unwrap_or_default();
    let is = |at: usize, word: &str| all.get(at).is_some_and(|token| token.text.eq_ignore_ascii_case(word));
    let mut from = (0..all.len()).filter(|at| is(*at, "from"));
    let (Some(at), None) = (from.next(), from.next()) else { return false };
    let at = if is(at + 2, ".") { at + 3 } else { at + 1 };
    let alone = !(0..all.len()).any(|at| is(at, "join")) && !is(at + 1, ",") && !is(at + 2, ",") && !is(at + 3, ",");
    alone && all.get(at).is_some_and(|token| name_is(token, table))
}

/// The name of a table, view or sequence, after a rename.
pub(super) fn followed_relation(text: &str, from: &Id, to: &Id) -> String {
    replaced(text, &|all, at| {
        let meant = match from.kind {
            KindTag::Namespace => is_qualifier(all, at, &from.name),
            kind => kind.is_relation() && is_type(all, first_of_name(all, at), from) && ends_name(all, at),
        };
        (meant && name_is(&all[at], &from.name)).then(|| quote_ident(&to.name))
    })
}

fn is_as(word: &str) -> bool {
    word.eq_ignore_ascii_case("as")
}

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

pub(super) fn is_qualifier_at(all: &[Token<'_>], at: usize, name: &str) -> bool {
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
