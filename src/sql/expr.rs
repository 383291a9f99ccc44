//! An SQL expression as somebody wrote it, compared by its tokens.
//!
//! Two expressions are equal here only if PostgreSQL must read them the same: white space, comments and redundant
//! outer parentheses aside, token for token. Whether two that differ here still mean the same is the server's to say.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::hash::{Hash, Hasher};

use super::array::as_stored;
use super::keywords;
use super::lexer::{LexError, Token, TokenKind, tokens};
use super::returns::without_returns;

/// An SQL expression, or a type's name: text whose spacing does not matter.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Expr {
    text: String,
    /// The tokens, separated by a character that no token can hold.
    key: String,
}

impl Expr {
    /// An expression of which it is known how the server will word it: written as it is, compared by those words.
    pub fn known_as(text: &str, wording: &str) -> Self {
        Self { text: text.to_owned(), key: Self::from(wording).key }
    }

    /// The tokens by which it is compared.
    pub fn words(&self) -> Vec<&str> {
        self.key.split('\u{0}').collect()
    }

    /// The expression's text, as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Checks that the text can stand inside parentheses: quotes, comments and brackets are closed, no `;`.
    ///
    /// # Errors
    /// What is wrong, in words.
    pub fn check(text: &str) -> Result<(), String> {
        if text.contains('\r') {
            return Err("a carriage return cannot stand in an expression".to_owned());
        }
        let mut open = Vec::new();
        for token in tokens(text).map_err(|error| error.to_string())? {
            match token.text {
                "(" | "[" if token.kind == TokenKind::Symbol => open.push(token.text),
                ")" if token.kind == TokenKind::Symbol && open.pop() != Some("(") => {
                    return Err("a `)` without its `(`".to_owned());
                }
                "]" if token.kind == TokenKind::Symbol && open.pop() != Some("[") => {
                    return Err("a `]` without its `[`".to_owned());
                }
                ";" if token.kind == TokenKind::Symbol => return Err("a `;` cannot stand in an expression".to_owned()),
                _ => {}
            }
        }
        match open.pop() {
            Some(bracket) => Err(format!("a `{bracket}` is never closed")),
            None if tokens_of(text).is_ok_and(|t| t.is_empty()) => Err("the expression is empty".to_owned()),
            None => Ok(()),
        }
    }

    /// The expression between parentheses, on lines of its own where a comment would swallow the closing one.
    pub fn parenthesised(&self) -> String {
        if self.text.contains("--") {
            format!("(\n{}\n)", as_stored(&self.text))
        } else {
            format!("({})", as_stored(self.trimmed()))
        }
    }

    /// The text without white space at its ends and without a pair of parentheses around the whole.
    pub fn trimmed(&self) -> &str {
        let Ok(all) = tokens_of(&self.text) else { return self.text.trim() };
        let inside = core(&all);
        match (inside.first(), inside.last()) {
            (Some(first), Some(last)) => &self.text[first.start..last.start + last.text.len()],
            _ => "",
        }
    }

    /// Says whether the expression holds this name as a token, bare or quoted.
    pub fn mentions(&self, name: &str) -> bool {
        mentions(&self.text, name)
    }
}

/// Says whether SQL text holds a name as a token, bare (folded to lower case as PostgreSQL does) or quoted.
pub fn mentions(sql: &str, name: &str) -> bool {
    tokens(sql).map_or(true, |all| all.iter().any(|token| name_of(token).is_some_and(|found| found == name)))
}

/// Every word and quoted name of SQL text, as names: folded to lower case, or without the quotes.
pub fn names_in(sql: &str) -> Vec<String> {
    let all = tokens_of(sql).unwrap_or_default();
    all.iter().filter_map(name_of).map(Cow::into_owned).chain(relations_in(&all)).collect()
}

/// The name that a token can mean: a reserved word is a name in quotes only, or behind a dot.
pub fn meant_name<'a>(all: &[Token<'a>], at: usize) -> Option<Cow<'a, str>> {
    let token = all.get(at)?;
    let name = name_of(token)?;
    let qualified = at.checked_sub(1).is_some_and(|before| all[before].text == ".");
    let can = token.kind == TokenKind::QuotedName || qualified || !keywords::is_never_bare(&name);
    can.then_some(name)
}

/// The names that SQL text can mean, each with whether a `(` follows it, as it does where a function is called.
pub fn names_and_calls_in(sql: &str) -> Vec<(String, bool)> {
    let all = tokens_of(sql).unwrap_or_default();
    let called = |at: usize| all.get(at + 1).is_some_and(|next| next.text == "(");
    let named = (0..all.len()).filter_map(|at| Some((meant_name(&all, at)?.into_owned(), called(at))));
    named.chain(relations_in(&all).into_iter().map(|name| (name, false))).collect()
}

/// The names in literals that name relations.
fn relations_in(all: &[Token<'_>]) -> Vec<String> {
    let texts = (0..all.len()).filter_map(|at| regclass(all, at));
    let names = |text: String| {
        tokens(&text).unwrap_or_default().iter().filter_map(name_of).map(Cow::into_owned).collect::<Vec<_>>()
    };
    texts.flat_map(names).collect()
}

/// The text of a literal that names a relation: `'a_id_seq'::regclass`, `nextval('a_id_seq')`.
pub fn regclass(all: &[Token<'_>], at: usize) -> Option<String> {
    let token = all.get(at).filter(|token| token.kind == TokenKind::Text)?;
    let means = |token: &&Token<'_>| !matches!(token.kind, TokenKind::Space | TokenKind::Comment);
    let mut before = all[..at].iter().rev().filter(means).map(|token| token.text.to_ascii_lowercase());
    let mut after = all[at + 1..].iter().filter(means).map(|token| token.text.to_ascii_lowercase());
    let cast = after.next().as_deref() == Some("::") && after.next().as_deref() == Some("regclass");
    let opens = before.next().as_deref() == Some("(");
    let counts = opens && before.next().is_some_and(|word| ["nextval", "currval", "setval"].contains(&word.as_str()));
    (cast || counts).then(|| value_of(token.text)).flatten()
}

/// What a literal in single quotes says; one with escapes only where it escapes nothing but quotes and backslashes, as
/// names do.
fn value_of(literal: &str) -> Option<String> {
    let (escapes, quoted) = match literal.strip_prefix(['E', 'e']) {
        Some(quoted) => (true, quoted),
        None => (false, literal),
    };
    let inside = quoted.strip_prefix('\'')?.strip_suffix('\'')?.replace("''", "'");
    if !escapes {
        return Some(inside);
    }
    let mut out = String::new();
    let mut chars = inside.chars();
    while let Some(c) = chars.next() {
        out.push(if c == '\\' { chars.next().filter(|c| ['\\', '\''].contains(c))? } else { c });
    }
    Some(out)
}

/// What a literal says, in dollar quotes too; nothing where its escapes are more than quotes and backslashes.
pub fn text_of(token: &Token<'_>) -> Option<String> {
    if token.kind != TokenKind::Text {
        return None;
    }
    if let Some(rest) = token.text.strip_prefix('$') {
        let tag = rest.find('$')? + 2;
        return token.text.get(tag..token.text.len().checked_sub(tag)?).map(str::to_owned);
    }
    // A string that goes on behind a line end holds quotes that are no part of what it says.
    let inside = token.text.trim_start_matches(['E', 'e']);
    let inside = inside.strip_prefix('\'')?.strip_suffix('\'')?;
    if inside.replace("''", "").replace("\\'", "").contains('\'') { None } else { value_of(token.text) }
}

/// The namespace, if it is said, and the name of the sequence that an expression takes its value from, if it does
/// nothing else.
pub fn counted_with(expression: &str) -> Option<(Option<String>, String)> {
    let all = tokens_of(expression).ok()?;
    let at = all.iter().position(|token| token.kind == TokenKind::Text)?;
    let calls = all.get(at.checked_sub(2)?).is_some_and(|token| token.text.eq_ignore_ascii_case("nextval"));
    let name = regclass(&all, at).filter(|_| calls)?;
    let names: Vec<String> = tokens(&name).ok()?.iter().filter_map(name_of).map(Cow::into_owned).collect();
    match names.as_slice() {
        [name] => Some((None, name.clone())),
        [namespace, name] => Some((Some(namespace.clone()), name.clone())),
        _ => None,
    }
}

/// The name that a token is, if it can be one.
pub fn name_of<'a>(token: &Token<'a>) -> Option<Cow<'a, str>> {
    match token.kind {
        TokenKind::Word if token.text.chars().any(char::is_uppercase) => Some(token.text.to_lowercase().into()),
        TokenKind::Word => Some(token.text.into()),
        TokenKind::QuotedName => {
            let inside = token.text.strip_prefix('"')?.strip_suffix('"')?;
            Some(if inside.contains('"') { inside.replace("\"\"", "\"").into() } else { inside.into() })
        }
        _ => None,
    }
}

/// The tokens that mean something.
///
/// # Errors
/// A quote or comment that is not closed.
pub fn tokens_of(text: &str) -> Result<Vec<Token<'_>>, LexError> {
    let mut all = tokens(text)?;
    all.retain(|t| !matches!(t.kind, TokenKind::Space | TokenKind::Comment));
    Ok(all)
}

/// Whether what follows a word is the name of a table, or of what stands where one can.
pub fn is_before_relation(word: &str) -> bool {
    ["from", "join", "only", "into", "update", "table"].iter().any(|other| word.eq_ignore_ascii_case(other))
}

/// The tokens inside the pairs of parentheses that enclose all of them.
fn core<'a, 'b>(all: &'a [Token<'b>]) -> &'a [Token<'b>] {
    let mut open = Vec::new();
    let mut closes = vec![usize::MAX; all.len()];
    for (at, token) in all.iter().enumerate().filter(|(_, token)| token.kind == TokenKind::Symbol) {
        match token.text {
            "(" => open.push(at),
            ")" => match open.pop() {
                Some(opening) => closes[opening] = at,
                None => return all,
            },
            _ => {}
        }
    }
    let mut depth = 0;
    while 2 * depth + 2 < all.len() && closes[depth] == all.len() - 1 - depth {
        depth += 1;
    }
    &all[depth..all.len() - depth]
}

impl From<String> for Expr {
    fn from(text: String) -> Self {
        let text = if text.contains('\r') { without_returns(&text) } else { text };
        let key = match tokens_of(&text) {
            Ok(all) => core(&all).iter().map(|t| t.text).collect::<Vec<_>>().join("\u{0}"),
            Err(_) => text.clone(),
        };
        Self { text, key }
    }
}

impl From<&str> for Expr {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl From<Expr> for String {
    /// The text without what does not matter around it.
    fn from(expr: Expr) -> Self {
        expr.trimmed().to_owned()
    }
}

impl PartialEq for Expr {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Eq for Expr {}

impl Hash for Expr {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key.hash(state);
    }
}

impl std::fmt::Display for Expr {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.trimmed())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(a: &str, b: &str) -> bool {
        Expr::from(a) == Expr::from(b)
    }

    #[test]
    fn only_what_cannot_matter_is_passed_over() {
        assert!(same("((a  =  b))", "a = b -- why"));
        assert!(!same("(a) = (b)", "a = b"));
        assert!(!same("a = 'x  y'", "a = 'x y'"));
        assert!(!same("a = \"B\"", "a = B"));
        assert!(!same("(a OR b) AND (c)", "a OR b) AND (c"));
    }

    #[test]
    fn an_expression_cannot_break_out_of_its_parentheses() {
        assert!(Expr::check("a IN ('(', ')')").is_ok());
        assert!(Expr::check("true); DROP TABLE x; --").is_err());
        assert!(Expr::check("true; x").is_err());
        assert!(Expr::check("f(a").is_err());
        assert!(Expr::check(" -- nothing").is_err());
        assert_eq!(Expr::from("a -- why").parenthesised(), "(\na -- why\n)");
        assert_eq!(Expr::from("((a) = (b))").trimmed(), "(a) = (b)");
    }

    #[test]
    fn names_are_found_as_tokens_only() {
        assert!(mentions("Tenant_ID = 1", "tenant_id"));
        assert!(mentions("\"Ten\"\"ant\" = 1", "Ten\"ant"));
        assert!(!mentions("a = 'tenant_id'", "tenant_id"));
        assert!(!mentions("my_tenant_id", "tenant_id"));
    }
}
