//! A statement as its words: what is no name in quotes in lower case, comments and white space left out.

use std::rc::Rc;

use crate::sql::{Token, TokenKind, name_of, qualified, quote_ident, text_of, tokens_of};

/// A token.
#[derive(Debug, Clone)]
struct Word {
    text: String,
    name: Option<String>,
    literal: Option<String>,
    is_literal: bool,
    /// Where the parenthesis stands that closes around it, among all words; behind all where none does.
    end: usize,
}

/// Some tokens in a row. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Words {
    all: Rc<[Word]>,
    from: usize,
    to: usize,
}

impl Word {
    fn of(token: &Token<'_>) -> Self {
        let bare = token.kind == TokenKind::Word;
        // PostgreSQL folds the letters of ASCII only.
        let text = if bare { token.text.to_ascii_lowercase() } else { token.text.to_owned() };
        let name = match token.kind {
            TokenKind::Word => Some(text.clone()),
            TokenKind::QuotedName if token.text.starts_with('"') => name_of(token).map(|name| name.into_owned()),
            TokenKind::QuotedName => unescaped(token.text),
            _ => None,
        };
        Self { text, name, literal: text_of(token), is_literal: token.kind == TokenKind::Text, end: usize::MAX }
    }
}

/// The name that `U&"d\0061t\+000061"` is; nothing where an escape is none.
fn unescaped(text: &str) -> Option<String> {
    let inside = text.get(2..)?.strip_prefix('"')?.strip_suffix('"')?.replace("\"\"", "\"");
    let mut out = String::new();
    let mut rest = inside.as_str();
    while let Some((before, escape)) = rest.split_once('\\') {
        out.push_str(before);
        let (skip, digits) = match escape.as_bytes().first()? {
            b'\\' => (1, 0),
            b'+' => (1, 6),
            _ => (0, 4),
        };
        let end = skip + digits;
        match escape.get(skip..end)? {
            "" => out.push('\\'),
            code => out.push(char::from_u32(u32::from_str_radix(code, 16).ok()?)?),
        }
        rest = escape.get(end..)?;
    }
    out.push_str(rest);
    Some(out)
}

impl Words {
    pub(super) fn of(text: &str) -> Self {
        Self::over(tokens_of(text).unwrap_or_default().iter().map(Word::of).collect())
    }

    /// All of some words, of which each knows where it is closed around: a statement may hold a hundred thousand.
    fn over(mut all: Vec<Word>) -> Self {
        for at in (0..all.len()).rev() {
            let end_at = |at: usize| all.get(at).map_or(usize::MAX, |word| word.end);
            let behind = end_at(at + 1);
            all[at].end = match all[at].text.as_str() {
                ")" | "]" => at,
                "(" | "[" => behind.checked_add(1).map_or(usize::MAX, end_at),
                _ => behind,
            };
        }
        Self { from: 0, to: all.len(), all: all.into() }
    }

    fn at(&self, at: usize) -> Option<&Word> {
        self.all.get(self.from + at).filter(|_| self.from + at < self.to)
    }

    /// As SQL again.
    pub(super) fn sql(&self) -> String {
        let words: Vec<&str> = (0..self.len()).map(|at| self.word(at)).collect();
        words.join(" ")
    }

    /// Whether an operator stands there.
    pub(super) fn is_operator(&self, at: usize) -> bool {
        self.name(at).is_none()
            && !self.is_literal(at)
            && self.word(at).starts_with(|c| "+-*/<>=~!@#%^&|`?".contains(c))
    }

    pub(super) fn len(&self) -> usize {
        self.to - self.from
    }

    pub(super) fn word(&self, at: usize) -> &str {
        self.at(at).map_or("", |word| &word.text)
    }

    /// The name that the first token is, if it can be one.
    pub(super) fn name(&self, at: usize) -> Option<&str> {
        self.at(at)?.name.as_deref()
    }

    /// All names.
    pub(super) fn names(&self) -> impl Iterator<Item = String> {
        (0..self.len()).filter_map(|at| self.name(at).map(str::to_owned))
    }

    /// The name that the first token is, for a message.
    pub(super) fn shown(&self) -> String {
        self.name(0).unwrap_or_else(|| self.word(0)).to_owned()
    }

    /// What a literal says, where it can be read.
    pub(super) fn literal(&self, at: usize) -> Option<&str> {
        self.at(at)?.literal.as_deref()
    }

    pub(super) fn is_literal(&self, at: usize) -> bool {
        self.at(at).is_some_and(|word| word.is_literal)
    }

    /// Whether nothing but its names and operators can make a difference: literals are the same for every row.
    pub(super) fn same_as(&self, other: &Self) -> bool {
        self.len() == other.len() && (0..self.len()).all(|at| self.word(at) == other.word(at))
    }

    pub(super) fn begin(&self, words: &[&str]) -> bool {
        words.iter().enumerate().all(|(at, word)| self.word(at) == *word)
    }

    pub(super) fn begins_with(&self, words: &[&str]) -> bool {
        words.contains(&self.word(0))
    }

    pub(super) fn ends(&self, words: &[&str]) -> bool {
        self.len().checked_sub(words.len()).is_some_and(|at| self.skip(at).begin(words))
    }

    pub(super) fn has(&self, words: &[&str]) -> bool {
        (0..self.len()).any(|at| self.skip(at).begin(words))
    }

    /// Where words stand outside of parentheses.
    pub(super) fn find(&self, words: &[&str]) -> Option<usize> {
        let mut depth = 0_usize;
        for at in 0..self.len() {
            if depth == 0 && self.skip(at).begin(words) {
                return Some(at);
            }
            match self.word(at) {
                "(" | "[" => depth += 1,
                ")" | "]" => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
        None
    }

    /// Whether words stand outside of parentheses.
    pub(super) fn says(&self, words: &[&str]) -> bool {
        self.find(words).is_some()
    }

    pub(super) fn skip(&self, count: usize) -> Self {
        Self { from: (self.from + count).min(self.to), ..self.clone() }
    }

    pub(super) fn take(&self, count: usize) -> Self {
        Self { to: (self.from + count).min(self.to), ..self.clone() }
    }

    /// Without some words, where it begins with them.
    pub(super) fn past(&self, words: &[&str]) -> Self {
        if self.begin(words) { self.skip(words.len()) } else { self.clone() }
    }

    /// Without any of some words at the beginning.
    pub(super) fn past_any(&self, words: &[&str]) -> Self {
        let count = (0..self.len()).take_while(|at| words.contains(&self.word(*at))).count();
        self.skip(count)
    }

    /// What follows ALTER TABLE, or what else a relation may be called there.
    pub(super) fn altered(&self) -> Option<Self> {
        let rest = self.past(&["alter"]);
        let kinds: [&[&str]; 6] =
            [&["table"], &["foreign", "table"], &["materialized", "view"], &["view"], &["index"], &["sequence"]];
        let kind = kinds.iter().find(|kind| rest.len() < self.len() && rest.begin(kind))?;
        Some(rest.skip(kind.len()))
    }

    /// The tables and views that a DROP names.
    pub(super) fn dropped(&self) -> Option<Self> {
        let kinds: [&[&str]; 4] = [&["table"], &["foreign", "table"], &["view"], &["materialized", "view"]];
        let rest = self.skip(1);
        let kind = kinds.iter().find(|kind| self.begin(&["drop"]) && rest.begin(kind))?;
        Some(rest.skip(kind.len()).past(&["if", "exists"]))
    }

    /// The last part of the name with dots that it begins with.
    pub(super) fn last_name(&self) -> Option<String> {
        let mut rest = self.clone();
        while rest.word(1) == "." {
            rest = rest.skip(2);
        }
        rest.name(0).map(str::to_owned)
    }

    /// What follows a word that stands outside of parentheses; nothing without it.
    pub(super) fn after(&self, word: &str) -> Self {
        self.skip(self.find(&[word]).map_or(self.len(), |at| at + 1))
    }

    /// What stands before the first of some words outside of parentheses.
    pub(super) fn before(&self, words: &[&str]) -> Self {
        self.take(words.iter().filter_map(|word| self.find(&[word])).min().unwrap_or(self.len()))
    }

    /// Without what stands behind WHERE, in it and in the queries in it.
    pub(super) fn without_conditions(&self) -> Self {
        const ENDS: &[&str] = &[
            "group",
            "order",
            "limit",
            "offset",
            "window",
            "union",
            "except",
            "intersect",
            "returning",
            "on",
            "when",
            "then",
            "loop",
            ";",
        ];
        let (mut kept, mut depth) = (Vec::new(), 0_usize);
        // How deep the condition stands that is left out.
        let mut condition = None;
        for word in &self.all[self.from..self.to] {
            match word.text.as_str() {
                "(" | "[" => depth += 1,
                ")" | "]" => depth = depth.saturating_sub(1),
                _ => {}
            }
            let is_over = |deep: usize| depth < deep || (depth == deep && ENDS.contains(&word.text.as_str()));
            condition = condition.filter(|deep| !is_over(*deep));
            if condition.is_none() && word.text == "where" {
                condition = Some(depth);
            }
            if condition.is_none() {
                kept.push(word.clone());
            }
        }
        Self::over(kept)
    }

    /// Up to the parenthesis that encloses it.
    pub(super) fn inside(&self) -> Self {
        let end = self.at(0).map_or(self.to, |word| word.end);
        Self { to: end.clamp(self.from, self.to), ..self.clone() }
    }

    /// Without the parentheses around it.
    pub(super) fn bare(&self) -> Self {
        match self.word(0) == "(" && self.skip(1).inside().len() + 2 == self.len() {
            true => self.skip(1).inside().bare(),
            false => self.clone(),
        }
    }

    /// The table that it begins with, as SQL where its name can be read, and what follows.
    pub(super) fn table(&self) -> (Option<String>, Self) {
        let open = self.past(&["only"]);
        let inner = open.past(&["("]);
        let (name, rest) = inner.dotted();
        let rest = if inner.len() < open.len() { rest.past(&[")"]) } else { rest };
        (name, rest.past(&["*"]))
    }

    /// The name that it begins with, as SQL where it can be read, and what follows. The database may stand before it.
    pub(super) fn dotted(&self) -> (Option<String>, Self) {
        let part = |words: &Self| {
            // Who says what the escape is can write any name.
            let escape = words.word(1) == "uescape";
            (words.name(0).filter(|_| !escape).map(str::to_owned), words.skip(if escape { 3 } else { 1 }))
        };
        let (first, mut rest) = part(self);
        let mut names = vec![first];
        while rest.word(0) == "." {
            let (name, after) = part(&rest.skip(1));
            names.push(name);
            rest = after;
        }
        let names: Option<Vec<String>> = names.into_iter().collect();
        let sql = names.and_then(|names| match names.as_slice() {
            [name] => Some(quote_ident(name)),
            [.., namespace, name] => Some(qualified(namespace, name)),
            [] => None,
        });
        (sql, rest)
    }

    /// The pieces between some words or symbols outside of parentheses.
    pub(super) fn split(&self, by: &str) -> Vec<Self> {
        let mut parts = Vec::new();
        let mut rest = self.clone();
        while let Some(at) = rest.find(&[by]) {
            parts.push(rest.take(at));
            rest = rest.skip(at + 1);
        }
        parts.push(rest);
        parts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_what_the_server_reads() {
        for (sql, wish) in [
            ("T", Some("t")),
            ("only (S.\"T\")", Some("s.\"T\"")),
            ("db.s.t", Some("s.t")),
            ("/* x */ U&\"\\0074\"", Some("t")),
            ("u&\"\\+000074\\\\\"", Some("\"t\\\"")),
            ("U&\"!0074\" UESCAPE '!'", None),
            ("U&\"\\00\"", None),
            ("ÄB", Some("\"Äb\"")),
            ("'t'", None),
        ] {
            assert_eq!(Words::of(sql).table().0.as_deref(), wish, "{sql}");
        }
    }
}
