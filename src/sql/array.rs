//! Casts of whole arrays, said so that the server keeps them as such.

use std::borrow::Cow;

use super::lexer::{Token, TokenKind};
use super::tokens_of;

/// A text that the server understands as it wrote it.
///
/// Of `varchar IN ('a', 'b')` it makes a cast of a whole array, which it prints as `(ARRAY['a'::character varying, …])::text[]`.
/// Read back, that would be a cast of each element instead: unless the type of the inner array is said, too.
pub fn as_stored(text: &str) -> Cow<'_, str> {
    let all = if text.contains("])::") { tokens_of(text).unwrap_or_default() } else { Vec::new() };
    let places: Vec<(usize, String)> = (0..all.len()).filter_map(|at| inner_type(text, &all, at)).collect();
    if places.is_empty() {
        return text.into();
    }
    let mut out = text.to_owned();
    for (at, cast) in places.iter().rev() {
        out.insert_str(*at, cast);
    }
    out.into()
}

/// Where the array ends that begins there, and the cast to what each of its elements is cast to.
fn inner_type(text: &str, all: &[Token<'_>], at: usize) -> Option<(usize, String)> {
    let is = |at: usize, what: &str| all.get(at).is_some_and(|token| token.text.eq_ignore_ascii_case(what));
    let begins = is(at, "(") && is(at + 1, "array") && all[at + 1].kind == TokenKind::Word && is(at + 2, "[");
    begins.then_some(())?;
    let (mut depth, mut ends, mut close) = (0_usize, Vec::new(), None);
    for (here, token) in all.iter().enumerate().skip(at + 2).filter(|(_, token)| token.kind == TokenKind::Symbol) {
        match token.text {
            "[" | "(" => depth += 1,
            "]" | ")" => depth = depth.checked_sub(1)?,
            "," if depth == 1 => ends.push(here),
            _ => {}
        }
        if depth == 0 {
            close = Some(here);
            break;
        }
    }
    let close = close.filter(|close| is(close + 1, ")") && is(close + 2, "::"))?;
    ends.push(close);
    let mut begin = at + 3;
    let mut common: Option<&str> = None;
    for end in ends {
        // A literal with its type; anything else is no list of values.
        let [literal, cast, name @ ..] = all.get(begin..end)? else { return None };
        let (first, last) = (name.first()?, name.last()?);
        let plain = matches!(literal.kind, TokenKind::Text | TokenKind::Number) && cast.text == "::";
        let simple = name.iter().all(|token| !matches!(token.text, "[" | "::" | "+" | "||"));
        let said = &text[first.start..last.start + last.text.len()];
        (plain && simple && common.is_none_or(|common| common == said)).then_some(())?;
        common = Some(said);
        begin = end + 1;
    }
    Some((all[close].start + 1, format!("::{}[]", common?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_type_of_an_inner_array_is_said() {
        let stored = "(a)::text = ANY ((ARRAY['x'::character varying, 'y'::character varying])::text[])";
        let said =
            "(a)::text = ANY ((ARRAY['x'::character varying, 'y'::character varying]::character varying[])::text[])";
        assert_eq!(as_stored(stored), said);
        assert_eq!(as_stored(said), said);
        let twice = format!("({stored}) OR ({stored})");
        assert_eq!(as_stored(&twice), format!("({said}) OR ({said})"));
    }

    #[test]
    fn everything_else_stays_as_it_is() {
        for text in [
            "a = ANY (ARRAY['x'::text, 'y'::text])",
            "a = ANY (ARRAY[('x'::character varying)::text])",
            "a = ANY ((ARRAY['x'::character varying, b])::text[])",
            "a = ANY ((ARRAY[]))::text[]",
            "a = '(ARRAY[1::int])::text[]'",
            "(ARRAY['x'::a, 'y'::b])::text[]",
        ] {
            assert_eq!(as_stored(text), text);
        }
    }
}
