//! Casts that the server has between types of different families (`pg_cast`), where text would be a detour, or a dead end:
//! `$12.50` is no number.

/// How one type becomes another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cast {
    /// By itself, wherever a value is assigned.
    Assigned,
    /// Where the cast is written out.
    Explicit,
    /// Where it is written out, by way of a third type.
    Through(&'static str),
}

/// The cast from one type to another, both as `format_type` writes them without a modifier; nothing where there is none.
pub(super) fn between(from: &str, to: &str) -> Option<Cast> {
    const NUMBERS: &[&str] = &["smallint", "integer", "bigint", "numeric", "real", "double precision"];
    let is_number = |name: &str| NUMBERS.contains(&name);
    let vector = |name: &str| matches!(name, "vector" | "halfvec" | "sparsevec");
    let cast = match (from, to) {
        ("money", "numeric") | ("numeric" | "integer" | "bigint", "money") => Cast::Assigned,
        ("money", _) if is_number(to) => Cast::Through("numeric"),
        (_, "money") if is_number(from) => Cast::Through("numeric"),
        (
            "timestamp without time zone" | "timestamp with time zone" | "time with time zone" | "interval",
            "time without time zone",
        )
        | ("timestamp with time zone" | "time without time zone", "time with time zone")
        | ("time without time zone", "interval") => Cast::Assigned,
        ("macaddr", "macaddr8") | ("macaddr8", "macaddr") => Cast::Assigned,
        ("bit", "bit varying") | ("bit varying", "bit") => Cast::Assigned,
        ("point", "box") | ("path" | "box", "polygon") | ("polygon", "path") => Cast::Assigned,
        ("lseg" | "box" | "polygon" | "circle", "point")
        | ("polygon" | "circle", "box")
        | ("circle", "polygon")
        | ("box", "lseg")
        | ("box" | "polygon", "circle") => Cast::Explicit,
        ("integer" | "bigint", "bit") | ("bit", "integer" | "bigint") => Cast::Explicit,
        ("boolean", "integer") | ("integer", "boolean") | ("\"char\"", "integer") => Cast::Explicit,
        ("boolean", _) if is_number(to) => Cast::Through("integer"),
        ("jsonb", _) if to == "boolean" || is_number(to) => Cast::Explicit,
        // pgvector's have casts among each other.
        _ if vector(from) && vector(to) => Cast::Explicit,
        _ => return range(from, to),
    };
    Some(cast)
}

/// A range as what holds several of its kind.
fn range(from: &str, to: &str) -> Option<Cast> {
    let builtin = ["int4range", "int8range", "numrange", "daterange", "tsrange", "tstzrange"].contains(&from);
    (builtin && to == from.replace("range", "multirange")).then_some(Cast::Explicit)
}
