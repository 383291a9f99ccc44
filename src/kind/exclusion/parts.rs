//! An exclusion constraint taken apart, as far as it can be declared.

use crate::kind::{Deferral, Parameters};
use crate::sql::{Expr, Token, TokenKind, name_of, tokens_of};

/// What an exclusion constraint consists of.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Parts {
    pub(crate) using: String,
    pub(crate) keys: Vec<Key>,
    pub(crate) include: Vec<String>,
    pub(crate) with: Parameters,
    pub(crate) predicate: Option<Expr>,
    pub(crate) deferral: Deferral,
}

/// What may not be the same in two rows.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Key {
    pub(crate) on: On,
    /// The names of the collation; the namespaces that are searched anyway left out.
    pub(crate) collation: Vec<String>,
    pub(crate) opclass: Option<String>,
    pub(crate) opclass_parameters: Parameters,
    /// Whether it runs downwards.
    pub(crate) descending: bool,
    /// Whether NULLs come first.
    pub(crate) nulls_first: bool,
    pub(crate) operator: String,
}

/// What a key compares.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum On {
    Column(String),
    Expression(Expr),
}

/// Takes a definition apart; nothing where it holds what cannot be declared.
pub(crate) fn parts(definition: &str) -> Option<Parts> {
    let tokens = tokens_of(definition).ok()?;
    let mut rest = Rest { text: definition, tokens: &tokens };
    rest.word("exclude").then_some(())?;
    let using = if rest.word("using") { rest.name()? } else { "btree".to_owned() };
    let keys = rest.enclosed()?.split(",").into_iter().map(key).collect::<Option<Vec<Key>>>()?;
    let include = match rest.word("include") {
        true => rest.enclosed()?.split(",").into_iter().map(|mut one| one.name()).collect::<Option<Vec<String>>>()?,
        false => Vec::new(),
    };
    let with = if rest.word("with") { rest.enclosed()?.parameters()? } else { Parameters::new() };
    let predicate = match rest.word("where") {
        true => Some(Expr::from(rest.enclosed()?.source())),
        false => None,
    };
    let mut deferral = Deferral::NotDeferrable;
    if rest.word("deferrable") {
        let later = rest.word("initially") && rest.word("deferred");
        deferral = if later { Deferral::Deferred } else { Deferral::Immediate };
    }
    rest.tokens.is_empty().then_some(Parts { using, keys, include, with, predicate, deferral })
}

fn key(text: Rest<'_, '_>) -> Option<Key> {
    let [mut front, operator] = <[Rest<'_, '_>; 2]>::try_from(text.split("with")).ok()?;
    let on = front.subject()?;
    let mut collation = if front.word("collate") { front.names()? } else { Vec::new() };
    if collation.len() == 2 && matches!(collation[0].as_str(), "pg_catalog" | "public") {
        collation.remove(0);
    }
    let is_order =
        |first: &Token<'_>| ["asc", "desc", "nulls"].iter().any(|word| first.text.eq_ignore_ascii_case(word));
    let opclass = match front.first() {
        Some(first) if !is_order(first) => Some(front.names()?.join(".")),
        _ => None,
    };
    let opclass_parameters = match front.first() {
        Some(open) if open.text == "(" => front.enclosed()?.parameters()?,
        _ => Parameters::new(),
    };
    let (descending, nulls_first) = front.order()?;
    let whole = front.tokens.is_empty();
    let operator = operator.source().to_owned();
    whole.then_some(Key { on, collation, opclass, opclass_parameters, descending, nulls_first, operator })
}

/// The tokens that were not read yet.
#[derive(Clone, Copy)]
struct Rest<'t, 's> {
    text: &'s str,
    tokens: &'t [Token<'s>],
}

impl<'t, 's> Rest<'t, 's> {
    fn source(&self) -> &'s str {
        match self.tokens {
            [first, .., last] => &self.text[first.start..last.start + last.text.len()],
            [one] => one.text,
            [] => "",
        }
    }

    fn first(&self) -> Option<&'t Token<'s>> {
        self.tokens.first()
    }

    /// The first so many tokens, which are read.
    fn cut(&mut self, count: usize) -> Self {
        let (front, back) = self.tokens.split_at(count);
        self.tokens = back;
        Self { text: self.text, tokens: front }
    }

    /// Reads a word if it comes next.
    fn word(&mut self, word: &str) -> bool {
        let is = |token: &&Token<'_>| token.kind == TokenKind::Word && token.text.eq_ignore_ascii_case(word);
        let found = self.first().filter(is).is_some();
        if found {
            self.cut(1);
        }
        found
    }

    /// Whether it runs downwards, and whether NULLs come first: as they do then, unless it says otherwise.
    fn order(&mut self) -> Option<(bool, bool)> {
        let descending = self.word("desc");
        if !descending {
            self.word("asc");
        }
        if !self.word("nulls") {
            return Some((descending, descending));
        }
        match (self.word("first"), self.word("last")) {
            (true, false) => Some((descending, true)),
            (false, true) => Some((descending, false)),
            _ => None,
        }
    }

    fn name(&mut self) -> Option<String> {
        let name = name_of(self.first()?)?.into_owned();
        self.cut(1);
        Some(name)
    }

    /// One name, or several with dots between them.
    fn names(&mut self) -> Option<Vec<String>> {
        let mut all = vec![self.name()?];
        while self.first().is_some_and(|token| token.text == ".") {
            self.cut(1);
            all.push(self.name()?);
        }
        Some(all)
    }

    /// Names and values, such as `fillfactor='70'`.
    fn parameters(self) -> Option<Parameters> {
        let one = |mut part: Rest<'t, 's>| {
            let name = part.names()?.join(".");
            let [equals, value] = part.tokens else { return None };
            let text = value.text.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')).unwrap_or(value.text);
            (equals.text == "=").then(|| (name, text.replace("''", "'")))
        };
        self.split(",").into_iter().map(one).collect()
    }

    /// What stands between the parentheses that come next.
    fn enclosed(&mut self) -> Option<Self> {
        let close = self.close_of(0)?;
        let all = self.cut(close + 1);
        Some(Self { tokens: &all.tokens[1..close], ..all })
    }

    /// Where the parenthesis closes that opens there.
    fn close_of(&self, open: usize) -> Option<usize> {
        (self.tokens.get(open)?.text == "(").then_some(())?;
        let mut depth = 0_usize;
        let closes = |token: &Token<'_>| {
            match token.text {
                "(" => depth += 1,
                ")" => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth == 0
        };
        self.tokens[open..].iter().position(closes).map(|at| open + at)
    }

    /// A column, a call, or an expression between parentheses.
    fn subject(&mut self) -> Option<On> {
        let call = self.tokens.iter().position(|token| token.kind == TokenKind::Symbol && token.text != ".");
        match call {
            Some(open) if open == 0 || open % 2 == 1 => {
                let close = self.close_of(open)?;
                Some(On::Expression(Expr::from(self.cut(close + 1).source())))
            }
            // Those of a call or an operator class with parameters.
            Some(_) | None => self.name().map(On::Column),
        }
    }

    /// The parts between a word or a sign that stands in no parentheses.
    fn split(self, at: &str) -> Vec<Self> {
        let (mut all, mut depth, mut begin) = (Vec::new(), 0_usize, 0);
        for (here, token) in self.tokens.iter().enumerate() {
            match token.text {
                "(" | "[" => depth += 1,
                ")" | "]" => depth = depth.saturating_sub(1),
                text if depth == 0 && token.kind != TokenKind::QuotedName && text.eq_ignore_ascii_case(at) => {
                    all.push(Self { tokens: &self.tokens[begin..here], ..self });
                    begin = here + 1;
                }
                _ => {}
            }
        }
        all.push(Self { tokens: &self.tokens[begin..], ..self });
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn definitions_are_taken_apart() {
        let text = "EXCLUDE USING gist (room WITH =, \"With\" COLLATE \"C\" s.ops WITH OPERATOR(s.&&), \
                    tsrange(a, b) WITH &&, ((a + 1)) WITH =) INCLUDE (c, \"D\") WHERE ((a > 0)) DEFERRABLE INITIALLY DEFERRED";
        let found = parts(text).unwrap();
        assert_eq!((found.using.as_str(), found.deferral), ("gist", Deferral::Deferred));
        assert_eq!(found.include, ["c", "D"]);
        assert_eq!(found.predicate, Some("a > 0".into()));
        let on: Vec<&On> = found.keys.iter().map(|key| &key.on).collect();
        let (call, sum) = (On::Expression("tsrange(a, b)".into()), On::Expression("a + 1".into()));
        assert_eq!(on, [&On::Column("room".to_owned()), &On::Column("With".to_owned()), &call, &sum]);
        assert_eq!(
            (found.keys[1].collation.join("."), found.keys[1].operator.as_str()),
            ("C".to_owned(), "OPERATOR(s.&&)")
        );
        assert_eq!(found.keys[1].opclass.as_deref(), Some("s.ops"));
    }

    #[test]
    fn parameters_are_taken_apart() {
        let found =
            parts("EXCLUDE USING gist (a s.ops (siglen='8') WITH =) WITH (fillfactor='70', buffering=on)").unwrap();
        assert_eq!(found.keys[0].opclass_parameters.get("siglen").map(String::as_str), Some("8"));
        let with: Vec<(&str, &str)> = found.with.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(with, [("fillfactor", "70"), ("buffering", "on")]);
    }

    #[test]
    fn orders_are_taken_apart() {
        let found = parts(
            "EXCLUDE USING btree (a WITH =, b DESC WITH =, c ASC NULLS FIRST WITH =, d s.ops DESC NULLS LAST WITH =)",
        );
        let orders: Vec<_> = found.unwrap().keys.iter().map(|key| (key.descending, key.nulls_first)).collect();
        assert_eq!(orders, [(false, false), (true, true), (false, true), (true, false)]);
    }

    #[test]
    fn what_cannot_be_declared_is_left_whole() {
        for text in ["EXCLUDE USING gist (a DOWN OR UP WITH =)", "EXCLUDE USING gist (a WITH =", "CHECK (true)"] {
            assert_eq!(parts(text), None, "{text}");
        }
    }
}
