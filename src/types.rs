//! Types by name: PostgreSQL's own spelling of an alias, what a change of type costs, and names that were misspelled.
//!
//! What a type is comes from sea-schema's model of PostgreSQL's types; how it is written, from `format_type`. Pure.

use sea_schema::postgres::def::Type;

use crate::sql::{Token, TokenKind, tokens_of};

mod cast;
mod change;
mod default;
mod list;
mod loss;
mod name;

pub use change::{Cost, compare_alike, conversion, hazards_of_change, is_read_from_text, needs_using};
pub use default::{is_cast_of, is_constant, is_simple};
pub use list::is_cast_element_by_element;
pub use loss::{compared_as, hazards_of_cast};
pub use name::{Named, base, look_up, nearest};

/// A type's name taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Parts {
    /// Lower-case words, or the quoted or qualified name.
    base: String,
    /// What stands in parentheses.
    modifier: Vec<String>,
    /// `with time zone`, `hour to minute`.
    suffix: String,
    array: bool,
}

/// The name of a type as `format_type` writes it: aliases resolved, spacing removed.
///
/// Names that PostgreSQL's grammar does not know come back as they are, token by token.
pub fn canonical(text: &str) -> String {
    let Some(parts) = parse(text) else { return text.trim().to_owned() };
    let Parts { base, mut modifier, suffix, array } = parts;
    let (base, suffix) = spelled_out(&base, &suffix);
    match (base.as_str(), modifier.len()) {
        ("character" | "bit", 0) => modifier.push("1".to_owned()),
        ("numeric", 1) => modifier.push("0".to_owned()),
        _ => {}
    }
    if base == "float" {
        let single = modifier.first().and_then(|bits| bits.parse::<u8>().ok()).is_some_and(|bits| bits <= 24);
        let float = if single { "real" } else { "double precision" };
        return format!("{float}{}", if array { "[]" } else { "" });
    }
    let modifier = if modifier.is_empty() { String::new() } else { format!("({})", modifier.join(",")) };
    let suffix = if suffix.is_empty() { String::new() } else { format!(" {suffix}") };
    format!("{base}{modifier}{suffix}{}", if array { "[]" } else { "" })
}

/// PostgreSQL's name for an alias of its grammar.
fn spelled_out(base: &str, suffix: &str) -> (String, String) {
    let zone = if suffix.is_empty() { "without time zone" } else { suffix };
    let (base, suffix) = match base {
        "int" | "int4" => ("integer", suffix),
        "int2" => ("smallint", suffix),
        "int8" => ("bigint", suffix),
        "bool" => ("boolean", suffix),
        "float4" => ("real", suffix),
        "float8" => ("double precision", suffix),
        "decimal" | "dec" => ("numeric", suffix),
        "varchar" | "char varying" | "national character varying" | "national char varying" | "nchar varying" => {
            ("character varying", suffix)
        }
        "char" | "nchar" | "national character" | "national char" => ("character", suffix),
        "varbit" => ("bit varying", suffix),
        "timestamptz" => ("timestamp", "with time zone"),
        "timetz" => ("time", "with time zone"),
        "timestamp" => ("timestamp", zone),
        "time" => ("time", zone),
        other => (other, suffix),
    };
    (base.to_owned(), suffix.to_owned())
}

/// Takes a type's name apart; `None` where it is not one.
fn parse(text: &str) -> Option<Parts> {
    let all = tokens_of(text).ok()?;
    let mut rest = all.as_slice();
    if let [first, dot, after @ ..] = rest {
        let system = first.text.eq_ignore_ascii_case("pg_catalog") && dot.text == ".";
        rest = if system { after } else { rest };
    }
    let is_array = |t: &Token<'_>| t.kind == TokenKind::Word && t.text.eq_ignore_ascii_case("array");
    let in_name = |t: &Token<'_>| matches!(t.kind, TokenKind::Word | TokenKind::QuotedName) || t.text == ".";
    let words = rest.iter().take_while(|t| in_name(t) && !is_array(t));
    let count = words.count();
    let (mut base, mut suffix) = (join(&rest[..count]), String::new());
    for zone in ["with time zone", "without time zone"] {
        if let Some(front) = base.strip_suffix(zone) {
            (base, suffix) = (front.trim().to_owned(), zone.to_owned());
        }
    }
    rest = &rest[count..];
    let mut modifier = Vec::new();
    if rest.first().is_some_and(|t| t.text == "(") {
        let close = rest.iter().position(|t| t.text == ")")?;
        let inside = rest[1..close].split(|t| t.text == ",");
        modifier = inside.map(|part| part.iter().map(|t| t.text).collect()).collect();
        rest = &rest[close + 1..];
        let words = rest.iter().take_while(|t| t.kind == TokenKind::Word && !is_array(t)).count();
        suffix = if words > 0 { join(&rest[..words]) } else { suffix };
        rest = &rest[words..];
    }
    if base.is_empty() {
        return None;
    }
    let array = !rest.is_empty();
    let brackets = |t: &Token<'_>| matches!(t.text, "[" | "]") || t.kind == TokenKind::Number || is_array(t);
    rest.iter().all(brackets).then_some(Parts { base, modifier, suffix, array })
}

/// Words with a blank between them, qualified names without; bare words in lower case, as PostgreSQL folds them.
fn join(tokens: &[Token<'_>]) -> String {
    let mut out = String::new();
    for token in tokens {
        if !out.is_empty() && !out.ends_with('.') && token.text != "." {
            out.push(' ');
        }
        match token.kind {
            TokenKind::Word => out.push_str(&token.text.to_lowercase()),
            _ => out.push_str(token.text),
        }
    }
    out
}

/// The smallest and the largest number of an integer type.
pub fn limits(of: &str) -> (i64, i64) {
    match of {
        "bigint" => (i64::MIN, i64::MAX),
        "integer" => (i32::MIN.into(), i32::MAX.into()),
        _ => (i16::MIN.into(), i16::MAX.into()),
    }
}

/// The type without its modifier: what tells functions of one name apart.
pub fn without_modifier(text: &str) -> String {
    let canonical = canonical(text);
    match parse(&canonical) {
        Some(parts) => {
            let suffix = if parts.suffix.is_empty() { String::new() } else { format!(" {}", parts.suffix) };
            format!("{}{suffix}{}", parts.base, if parts.array { "[]" } else { "" })
        }
        None => canonical,
    }
}

/// sea-schema's idea of a type, and its modifier; `None` for arrays and what it does not know.
fn known(text: &str) -> Option<(Type, Vec<String>)> {
    let parts = parse(&canonical(text))?;
    let suffix = if parts.suffix.is_empty() { String::new() } else { format!(" {}", parts.suffix) };
    match Type::from_str(&format!("{}{suffix}", parts.base), None, false) {
        Type::Unknown(_) => None,
        _ if parts.array => None,
        known => Some((known, parts.modifier)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aliases_are_written_as_the_server_writes_them() {
        for (given, expected) in [
            ("int8", "bigint"),
            ("varchar( 20 )", "character varying(20)"),
            ("VARCHAR", "character varying"),
            ("timestamptz(3)", "timestamp(3) with time zone"),
            ("timestamp", "timestamp without time zone"),
            ("timestamp(3) with time zone", "timestamp(3) with time zone"),
            ("timestamp with time zone", "timestamp with time zone"),
            ("decimal(10, 4)", "numeric(10,4)"),
            ("numeric(5)", "numeric(5,0)"),
            ("char", "character(1)"),
            ("bit", "bit(1)"),
            ("float", "double precision"),
            ("float(10)", "real"),
            ("text []", "text[]"),
            ("integer[3][3]", "integer[]"),
            ("int ARRAY", "integer[]"),
            ("pg_catalog.int4", "integer"),
            ("vector(1024)", "vector(1024)"),
            ("\"Mood\"", "\"Mood\""),
            ("billing.plan", "billing.plan"),
            ("interval", "interval"),
        ] {
            assert_eq!(canonical(given), expected, "{given}");
            assert_eq!(canonical(expected), expected);
        }
        assert_eq!(without_modifier("varchar(20)[]"), "character varying[]");
    }

    #[test]
    fn a_change_costs_what_the_server_does() {
        assert_eq!(hazards_of_change("varchar(20)", "varchar(40)"), Cost::default());
        assert_eq!(hazards_of_change("varchar(20)", "text"), Cost::default());
        assert_eq!(hazards_of_change("text", "varchar"), Cost::default());
        assert!(hazards_of_change("varchar(40)", "varchar(20)").may_fail);
        for (from, to, loses) in [
            ("numeric", "numeric(6,0)", true),
            ("numeric", "numeric(6,2)", true),
            ("numeric(8,2)", "numeric(6)", true),
            ("numeric(6)", "numeric(8,2)", false),
            ("double precision", "numeric(6,2)", true),
            ("double precision", "numeric", false),
            ("bigint", "double precision", true),
            ("integer", "double precision", false),
            ("integer", "real", true),
            ("text", "name", true),
            ("varchar(100)", "name", true),
            ("uuid", "name", false),
            ("text", "\"char\"", true),
            ("timestamp", "time", true),
            ("timestamptz", "time", true),
            ("timestamptz", "date", true),
            ("timestamp", "date", true),
            ("timetz", "time", true),
            ("time", "timetz", false),
            ("interval", "interval day", true),
            ("interval", "interval(3)", true),
            ("interval day", "interval", false),
            ("vector(3)", "halfvec(3)", true),
            ("ext.vector(3)", "ext.halfvec(3)", true),
            ("halfvec(3)", "vector(3)", false),
            ("numeric", "money", true),
            ("numeric(8,2)", "money", false),
            ("text", "money", true),
            ("text", "numeric(6,2)", true),
            ("text", "numeric", false),
            ("varchar(20)", "real", true),
            ("text", "double precision", true),
            ("text", "date", true),
            ("text", "timestamp", true),
            ("text", "timestamptz", false),
            ("text", "timestamptz(3)", true),
            ("text", "interval", false),
            ("text", "interval day", true),
            ("text", "integer", false),
            ("text", "uuid", false),
            ("text[]", "numeric(6,2)[]", true),
            ("text", "numeric(6,2)[]", true),
            ("jsonb", "numeric(6,2)", true),
            ("integer", "numeric(6,2)", false),
            ("uuid", "text", false),
            ("numeric[]", "integer[]", true),
            ("timestamptz[]", "date[]", true),
            ("float8[]", "real[]", true),
            ("numeric(10,3)[]", "numeric(10,1)[]", true),
            ("integer[]", "bigint[]", false),
            ("text[]", "name[]", true),
            ("timestamp[]", "timestamptz[]", false),
        ] {
            assert_eq!(hazards_of_change(from, to).loses, loses, "{from} becomes {to}");
        }
        assert_eq!(hazards_of_change("numeric(6)", "numeric(8,0)"), Cost::default());
        assert!(hazards_of_change("text", "varchar(20)").may_fail);
        assert_eq!(hazards_of_change("numeric(10,2)", "numeric(12,2)"), Cost::default());
        assert!(hazards_of_change("numeric(10,2)", "numeric(12,4)").rewrites);
        assert!(hazards_of_change("integer", "bigint").rewrites);
        assert!(hazards_of_change("vector(1024)", "vector(1536)").rewrites);
        // What is cut fails nobody, and what fails nobody is not asked about.
        for to in ["name", "\"char\""] {
            assert!(!hazards_of_change("text", to).may_fail && !is_read_from_text("text", to), "{to}");
        }
    }

    #[test]
    fn values_are_cast_by_hand_only_where_the_server_would_not() {
        let using = |from, to| conversion(from, to, "c");
        assert_eq!(using("text", "varchar(20)"), "");
        assert_eq!(using("text[]", "varchar(20)[]"), "");
        assert_eq!(using("integer", "bigint"), "");
        assert_eq!(using("mode", "text"), "");
        assert_eq!(using("text", "uuid"), " USING c::uuid");
        assert_eq!(using("boolean", "integer"), " USING c::integer");
        assert_eq!(using("text[]", "uuid[]"), " USING c::uuid[]");
        assert_eq!(using("text", "text[]"), " USING c::text[]");
        assert_eq!(using("uuid", "integer"), " USING c::text::integer");
        assert_eq!(using("money", "numeric(8,2)") + &using("bit(4)", "varbit") + &using("timestamptz", "time"), "");
        assert_eq!(using("money[]", "numeric[]"), "");
        assert_eq!(using("money", "integer"), " USING c::numeric::integer");
        assert_eq!(using("boolean[]", "bigint[]"), " USING c::integer[]::bigint[]");
        assert_eq!(using("box", "circle"), " USING c::circle");
        assert_eq!(using("jsonb", "integer"), " USING c::integer");
        assert_eq!(using("int4range", "int4multirange"), " USING c::int4multirange");
    }

    #[test]
    fn defaults_are_judged_by_their_tokens() {
        let none = |_: &str| false;
        assert!(is_constant(&"tenant()".into(), &|name| name == "tenant"));
        assert!(is_constant(&"'free'::character varying".into(), &none) && is_constant(&"now()".into(), &none));
        assert!(!is_constant(&"gen_random_uuid()".into(), &none));
        assert!(is_simple(&"'{}'::jsonb".into()) && is_simple(&"-1".into()) && is_simple(&"f(a + 1)".into()));
        assert!(!is_simple(&"a + 1".into()) && !is_simple(&"now() at time zone 'utc'".into()));
    }

    #[test]
    fn a_literal_with_its_type_is_that_literal() {
        let same = |cast: &str, literal: &str, kind: &str| is_cast_of(&cast.into(), &literal.into(), kind);
        assert!(same("'free'::text", "'free'", "text"));
        assert!(same("'a'::character varying", "'a'", "character varying(20)"));
        assert!(same("'{}'::jsonb", "'{}'", "jsonb") && same("'a'::\"Mood\"", "'a'", "\"Mood\""));
        assert!(!same("'{}'::text", "'{}'", "jsonb") && !same("'b'::text", "'a'", "text"));
        assert!(!same("now()", "'now'", "timestamp with time zone"));
    }

    #[test]
    fn misspelled_types_get_a_suggestion() {
        let look = |text| look_up(text, ["plan"].into_iter());
        assert_eq!(look("plan[]"), Named::Known);
        assert_eq!(look("timestamp(3) with time zone"), Named::Known);
        assert_eq!(look("vector(3)"), Named::FromExtension("vector"));
        assert_eq!(look("txet"), Named::Unknown(Some("text".to_owned())));
        assert_eq!(look("uid"), Named::Unknown(Some("uuid".to_owned())));
    }
}
