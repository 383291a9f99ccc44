//! Lists of values in the server's words: a cast of the whole array, or of each element.

use crate::sql::Expr;

/// Says whether one expression casts each element of an array where the other casts the array, and is the same beside
/// that. PostgreSQL writes `varchar IN ('a', 'b')` as `(…)::text = ANY ((ARRAY['a', 'b'])::text[])`, and makes that the
/// other one when a dump brings it back: a cast of an array is the cast of its elements.
pub fn is_cast_element_by_element(each: &Expr, whole: &Expr) -> bool {
    in_elements(&whole.words()).is_some_and(|text| Expr::from(text) == *each)
}

/// The text with the first `(ARRAY[a, b])::t[]` as `ARRAY[(a)::t, (b)::t]`.
fn in_elements(texts: &[&str]) -> Option<String> {
    let begin = texts.windows(3).position(|three| three == ["(", "ARRAY", "["])?;
    let end = begin + texts[begin..].windows(3).position(|three| three == ["]", ")", "::"])?;
    let cast = end + 3;
    let brackets = cast + texts[cast..].windows(2).position(|two| two == ["[", "]"])?;
    let of = texts[cast..brackets].join(" ");
    let items = texts[begin + 3..end].split(|text| *text == ",");
    let items: Vec<String> = items.map(|item| format!("({})::{of}", item.join(" "))).collect();
    let (before, after) = (texts[..begin].join(" "), texts[brackets + 2..].join(" "));
    Some(format!("{before} ARRAY[{}] {after}", items.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_wordings_of_a_list_are_the_same() {
        let whole = "((mode)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))";
        let each = "((mode)::text = ANY (ARRAY[('a'::character varying)::text, ('b'::character varying)::text]))";
        assert!(is_cast_element_by_element(&each.into(), &whole.into()));
        assert!(!is_cast_element_by_element(&each.replace("'b'", "'c'").into(), &whole.into()));
        assert!(!is_cast_element_by_element(&whole.into(), &each.into()));
        assert!(!is_cast_element_by_element(&"a".into(), &"(ARRAY[1])::int".into()));
    }
}
