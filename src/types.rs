//! Types by name: PostgreSQL's own spelling of an alias, what a change of type costs, and names that were misspelled.
//!
//! What a type is comes from sea-schema's model of PostgreSQL's types; how it is written, from `format_type`. Pure.

mod names;

use sea_schema::postgres::def::Type;

use crate::sql::{Expr, Token, TokenKind, tokens_of};

pub use names::{Named, look_up, nearest};

/// What changing a column's type does to its rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cost {
    /// Every row is written again.
    pub rewrites: bool,
    /// A value may not fit, which fails the statement.
    pub may_fail: bool,
    /// A part of a value may be lost without an error.
    pub loses: bool,
}

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

/// What kind of values a type holds, as far as casts between types go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Family {
    Number,
    Text,
    Moment,
    Json,
    Network,
    Other,
}

fn family(known: &Type) -> Family {
    match known {
        Type::SmallInt | Type::Integer | Type::BigInt | Type::Decimal(_) | Type::Numeric(_) => Family::Number,
        Type::Real | Type::DoublePrecision => Family::Number,
        Type::Varchar(_) | Type::Char(_) | Type::Text => Family::Text,
        Type::Timestamp(_) | Type::TimestampWithTimeZone(_) | Type::Date => Family::Moment,
        Type::Json | Type::JsonBinary => Family::Json,
        Type::Inet | Type::Cidr => Family::Network,
        _ => Family::Other,
    }
}

/// The USING clause that a change of type needs, with a blank in front; empty where PostgreSQL needs none.
///
/// None wherever the server casts by itself: a cast that is written out cuts a text that is too long without a word,
/// where the server's own fails. Between types that have no cast the values go by way of text, which every type can be
/// written as and read from.
pub fn conversion(from: &str, to: &str, column: &str) -> String {
    let (from_canonical, to_canonical) = (without_modifier(from), without_modifier(to));
    let (from_item, to_item) = (from_canonical.strip_suffix("[]"), to_canonical.strip_suffix("[]"));
    let arrays = from_item.is_some() && to_item.is_some();
    if from_item.is_some() != to_item.is_some() && to_canonical != "text" {
        return format!(" USING {column}::{}{to}", if from_canonical == "text" { "" } else { "text::" });
    }
    let (from_item, to_item) = (from_item.unwrap_or(&from_canonical), to_item.unwrap_or(&to_canonical));
    let family = |name| known(name).map(|(known, _)| family(&known));
    match (family(from_item), family(to_item)) {
        _ if from_item == to_item => String::new(),
        (_, Some(Family::Text)) => String::new(),
        (Some(a), Some(b)) if a == b && a != Family::Other => String::new(),
        (Some(Family::Text), _) => format!(" USING {column}::{to}"),
        _ if explicit_cast(from_item, to_item) => format!(" USING {column}::{to}"),
        _ if arrays => format!(" USING {column}::text[]::{to}"),
        _ => format!(" USING {column}::text::{to}"),
    }
}

/// Says whether the values of a change of type have to go by way of text.
pub fn needs_text(from: &str, to: &str) -> bool {
    conversion(from, to, "").contains("::text")
}

/// pgvector's types have casts among each other, truth values and integers too.
fn explicit_cast(from: &str, to: &str) -> bool {
    let vector = |name: &str| matches!(name, "vector" | "halfvec" | "sparsevec");
    (vector(from) && vector(to)) || matches!((from, to), ("boolean", "integer") | ("integer", "boolean"))
}

/// What changing a column from one type to another does to its rows.
///
/// PostgreSQL leaves the rows alone where the new type takes every old value as it is stored (manual, ALTER TABLE,
/// notes): a longer or unlimited varchar or varbit, a wider numeric of the same scale, a longer time precision.
pub fn hazards_of_change(from: &str, to: &str) -> Cost {
    let hard = Cost { rewrites: true, may_fail: true, loses: false };
    if canonical(from) == canonical(to) {
        return Cost::default();
    }
    let texts = ["text", "character varying"];
    if canonical(to) == "text" && !texts.contains(&without_modifier(from).as_str()) {
        // Every value can be written as a text.
        return Cost { rewrites: true, ..Cost::default() };
    }
    let (Some((from, from_modifier)), Some((to, to_modifier))) = (known(from), known(to)) else { return hard };
    let number = |modifier: &[String], at: usize| modifier.get(at).and_then(|n| n.parse::<i64>().ok());
    let grows =
        |unlimited: i64| number(&to_modifier, 0).unwrap_or(unlimited) >= number(&from_modifier, 0).unwrap_or(unlimited);
    match (&from, &to) {
        (Type::Varchar(_), Type::Text) => Cost::default(),
        (Type::Text | Type::Varchar(_), Type::Varchar(_))
            if matches!(from, Type::Varchar(_)) || to_modifier.is_empty() =>
        {
            if grows(i64::MAX) {
                Cost::default()
            } else {
                Cost { may_fail: true, ..hard }
            }
        }
        (Type::VarBit(_), Type::VarBit(_)) if grows(i64::MAX) => Cost::default(),
        (Type::Numeric(_), Type::Numeric(_)) => {
            let free = to_modifier.is_empty()
                || (!from_modifier.is_empty()
                    && grows(i64::MAX)
                    && number(&from_modifier, 1) == number(&to_modifier, 1));
            if free {
                Cost::default()
            } else {
                Cost { loses: number(&to_modifier, 1) < number(&from_modifier, 1), ..hard }
            }
        }
        (Type::Timestamp(_), Type::Timestamp(_)) | (Type::TimestampWithTimeZone(_), Type::TimestampWithTimeZone(_)) => {
            if grows(6) {
                Cost::default()
            } else {
                Cost { rewrites: true, may_fail: false, loses: true }
            }
        }
        (Type::SmallInt, Type::Integer | Type::BigInt | Type::Numeric(_)) | (Type::Integer, Type::BigInt) => {
            Cost { rewrites: true, ..Cost::default() }
        }
        (Type::Numeric(_) | Type::DoublePrecision | Type::Real, Type::SmallInt | Type::Integer | Type::BigInt)
        | (Type::Timestamp(_) | Type::TimestampWithTimeZone(_), Type::Date)
        | (Type::DoublePrecision, Type::Real) => Cost { loses: true, ..hard },
        _ => hard,
    }
}

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

/// Says whether a default has one value for all rows that are there when the column is added.
pub fn is_constant(default: &Expr) -> bool {
    let Ok(all) = tokens_of(default.as_str()) else { return false };
    let mut casting = false;
    all.iter().all(|token| {
        let is_type = casting;
        casting = token.text == "::" || (casting && matches!(token.text, "."));
        let calls = token.kind == TokenKind::Word || token.kind == TokenKind::QuotedName;
        !calls || is_type || STEADY.contains(&token.text.to_lowercase().as_str()) || is_type_word(token.text)
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
    plain && value.text == literal.text && colons.text == "::" && without_modifier(&target) == without_modifier(r#type)
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
        assert!(hazards_of_change("text", "varchar(20)").may_fail);
        assert_eq!(hazards_of_change("numeric(10,2)", "numeric(12,2)"), Cost::default());
        assert!(hazards_of_change("numeric(10,2)", "numeric(12,4)").rewrites);
        assert!(hazards_of_change("integer", "bigint").rewrites);
        assert!(hazards_of_change("vector(1024)", "vector(1536)").rewrites);
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
    }

    #[test]
    fn defaults_are_judged_by_their_tokens() {
        assert!(is_constant(&"'free'::character varying".into()) && is_constant(&"now()".into()));
        assert!(!is_constant(&"gen_random_uuid()".into()));
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
