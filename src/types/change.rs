//! What changing a column from one type to another takes, and what it does to the rows.

use sea_schema::postgres::def::Type;

use super::cast::{self, Cast};
use super::loss::is_cut_when_read;
use super::{canonical, known, without_modifier};

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

/// What kind of values a type holds, as far as casts between types go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    Number,
    Text,
    Moment,
    Json,
    Network,
    Other,
}

pub(super) fn family(known: &Type) -> Family {
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
    let cast = cast::between(from_item, to_item);
    let family = |name| known(name).map(|(known, _)| family(&known));
    match (family(from_item), family(to_item)) {
        _ if from_item == to_item => String::new(),
        (_, Some(Family::Text)) => String::new(),
        (Some(a), Some(b)) if a == b && a != Family::Other => String::new(),
        (Some(Family::Text), _) => format!(" USING {column}::{to}"),
        _ if cast.is_some() => match cast {
            Some(Cast::Through(other)) => format!(" USING {column}::{other}{}::{to}", if arrays { "[]" } else { "" }),
            Some(Cast::Explicit) => format!(" USING {column}::{to}"),
            _ => String::new(),
        },
        _ if arrays => format!(" USING {column}::text[]::{to}"),
        _ => format!(" USING {column}::text::{to}"),
    }
}

/// Says whether a change of type needs a USING clause.
pub fn needs_using(from: &str, to: &str) -> bool {
    !conversion(from, to, "").is_empty()
}

/// The type of one byte.
pub(super) const CHAR: &str = "\"char\"";

/// Says whether a value fits the other type exactly if its text can be read as one.
pub fn is_read_from_text(from: &str, to: &str) -> bool {
    // Any text becomes one of these; what is too long is cut.
    let cuts = ["name", CHAR].contains(&canonical(to).as_str());
    let (Some((from, _)), false) = (known(from), cuts || to.ends_with(']')) else { return false };
    let integer = |known: &Type| matches!(known, Type::SmallInt | Type::Integer | Type::BigInt);
    match known(to) {
        _ if family(&from) == Family::Text => true,
        Some((to, _)) => integer(&from) && integer(&to),
        None => false,
    }
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
    if let Some(cost) = of_items(from, to).or_else(|| of_names(from, to)) {
        return cost;
    }
    if is_cut_when_read(from, to) {
        return Cost { loses: true, ..hard };
    }
    let (Some((from, from_modifier)), Some((to, to_modifier))) = (known(from), known(to)) else { return hard };
    let number = |modifier: &[String], at: usize| modifier.get(at).and_then(|n| n.parse::<i64>().ok());
    let grows =
        |unlimited: i64| number(&to_modifier, 0).unwrap_or(unlimited) >= number(&from_modifier, 0).unwrap_or(unlimited);
    // A precision alone leaves nothing behind the point; without one there is room for everything.
    let scale = |modifier: &[String]| number(modifier, 1).unwrap_or(if modifier.is_empty() { i64::MAX } else { 0 });
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
        (Type::Bit(_), Type::VarBit(_)) if to_modifier.is_empty() => Cost::default(),
        (Type::Cidr, Type::Inet) => Cost::default(),
        (Type::Time(_), Type::Time(_)) | (Type::TimeWithTimeZone(_), Type::TimeWithTimeZone(_)) => {
            if grows(6) {
                Cost::default()
            } else {
                Cost { rewrites: true, may_fail: false, loses: true }
            }
        }
        (Type::Numeric(_), Type::Numeric(_)) => {
            let free = to_modifier.is_empty()
                || (!from_modifier.is_empty() && grows(i64::MAX) && scale(&from_modifier) == scale(&to_modifier));
            if free { Cost::default() } else { Cost { loses: scale(&to_modifier) < scale(&from_modifier), ..hard } }
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
        // What has fewer digits is rounded.
        (Type::Integer | Type::BigInt | Type::Numeric(_), Type::Real)
        | (Type::BigInt | Type::Numeric(_), Type::DoublePrecision) => Cost { loses: true, ..hard },
        (Type::Real | Type::DoublePrecision, Type::Numeric(_)) => Cost { loses: !to_modifier.is_empty(), ..hard },
        // What comes without the day, or without the zone.
        (
            Type::Timestamp(_) | Type::TimestampWithTimeZone(_) | Type::TimeWithTimeZone(_),
            Type::Time(_) | Type::TimeWithTimeZone(_),
        ) => Cost { loses: true, ..hard },
        // It has as many digits behind the point as its currency.
        (Type::Numeric(_), Type::Money) => Cost { loses: scale(&from_modifier) > 2, ..hard },
        (Type::Real | Type::DoublePrecision | Type::Text | Type::Varchar(_) | Type::Char(_), Type::Money) => {
            Cost { loses: true, ..hard }
        }
        (Type::Json, Type::JsonBinary) => Cost { loses: true, ..hard },
        _ => hard,
    }
}

/// What an array loses is what its elements lose; it is always written anew.
fn of_items(from: &str, to: &str) -> Option<Cost> {
    let (from, to) = (canonical(from), canonical(to));
    let (from, to) = (from.strip_suffix("[]")?, to.strip_suffix("[]")?);
    Some(Cost { rewrites: true, may_fail: true, loses: hazards_of_change(from, to).loses })
}

/// What it costs to become, or to have been, a type that is told by its name alone.
fn of_names(from: &str, to: &str) -> Option<Cost> {
    let cut = Cost { rewrites: true, may_fail: false, loses: true };
    let (had, has) = (without_modifier(from), without_modifier(to));
    let short = ["boolean", "uuid", "smallint", "integer", "bigint", "date", "inet", "cidr", CHAR];
    match has.as_str() {
        "name" if known(from).is_some() && !short.contains(&had.as_str()) => return Some(cut),
        CHAR if known(from).is_some() || had == "name" => return Some(cut),
        _ => {}
    }
    let interval = |name: &str| name == "interval" || name.starts_with("interval ");
    if interval(&had) && interval(&has) {
        // Without fields and a precision there is room for everything.
        return Some(if canonical(to) == "interval" { Cost::default() } else { cut });
    }
    // They may lie in any schema.
    let last = |name: &'_ str| name.rsplit('.').next().unwrap_or_default().to_owned();
    let halves = last(&has) == "halfvec" && ["vector", "sparsevec"].contains(&last(&had).as_str());
    halves.then_some(Cost { may_fail: true, ..cut })
}

/// Says whether values of two types are compared without a cast between them, so that none is written in what compares
/// columns of which one has got its new type and the other has not.
pub fn compare_alike(from: &str, to: &str) -> bool {
    const INTEGERS: [&str; 3] = ["smallint", "integer", "bigint"];
    [from, to].iter().all(|name| INTEGERS.contains(&without_modifier(name).as_str()))
}
