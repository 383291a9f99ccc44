//! What a value loses on its way into another type without an error, and how the rows can tell.

use sea_schema::postgres::def::Type;

use super::change::{Cost, Family, family, hazards_of_change};
use super::{canonical, known, without_modifier};

/// What changing values from one type to another by a cast that is written out does to them.
///
/// Such a cast cuts what is too long without a word, where the server's own would fail.
pub fn hazards_of_cast(from: &str, to: &str) -> Cost {
    let cost = hazards_of_change(from, to);
    if is_cut_to_length(from, to) { Cost { may_fail: false, loses: true, ..cost } } else { cost }
}

/// Whether the other type has a length that values may be longer than.
fn is_cut_to_length(from: &str, to: &str) -> bool {
    let length = |name: &str| {
        let (known, modifier) = known(name)?;
        let limited = matches!(known, Type::Varchar(_) | Type::Char(_) | Type::Bit(_) | Type::VarBit(_));
        modifier.first().filter(|_| limited)?.parse::<u64>().ok()
    };
    let item = |name: &str| canonical(name).trim_end_matches("[]").to_owned();
    let (from, to) = (item(from), item(to));
    from != to && length(&to).is_some_and(|most| length(&from).is_none_or(|had| had > most))
}

/// Whether a text loses a part without an error when it is read as a value of a type: digits, a time of day, a zone.
pub(super) fn is_cut_when_read(from: &str, to: &str) -> bool {
    let known_from = known(from);
    // What is told by its name alone goes by way of text.
    let is_text = match &known_from {
        Some((from, _)) => matches!(family(from), Family::Text | Family::Json),
        None => !canonical(from).ends_with("[]"),
    };
    let item = canonical(to);
    let item = item.trim_end_matches("[]");
    if is_text && item.starts_with("interval") && item != "interval" {
        return true;
    }
    let Some((to, modifier)) = known(item).filter(|_| is_text) else { return false };
    match to {
        Type::Real | Type::DoublePrecision | Type::Date | Type::Timestamp(_) => true,
        Type::Time(_) | Type::TimeWithTimeZone(_) => true,
        Type::Numeric(_) | Type::TimestampWithTimeZone(_) => !modifier.is_empty(),
        _ => false,
    }
}

/// How the rows tell whether a value loses something: it is read as the first type and written again, and then the two
/// texts are compared as values of the second one, which holds all of either.
pub fn compared_as(from: &str, to: &str) -> Option<(String, String)> {
    let (had, has) = (without_modifier(from), without_modifier(to));
    let known_from = known(from).map(|(from, _)| family(&from));
    let text = known_from == Some(Family::Text);
    let number = known_from == Some(Family::Number);
    let as_exact = |exact: &str| Some((canonical(to), exact.to_owned()));
    match has.as_str() {
        // The server reads no fraction as one of these, and rounds it.
        "smallint" | "integer" | "bigint" if number => Some(("numeric(1000,0)".to_owned(), "numeric".to_owned())),
        "numeric" | "real" | "double precision" if text || number => as_exact("numeric"),
        "date" | "timestamp without time zone" if text => as_exact("timestamp with time zone"),
        "timestamp with time zone" if text => as_exact(&has),
        "date" if had.starts_with("timestamp") => as_exact(&had),
        "name" | super::change::CHAR if text => as_exact("text"),
        it if it.starts_with("interval") && (text || had.starts_with("interval")) => as_exact("interval"),
        it if it == had && (it.starts_with("time ") || it.starts_with("timestamp ")) => as_exact(it),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cast_that_is_written_out_cuts() {
        for (from, to, loses) in [
            ("text", "varchar(20)", true),
            ("varchar(10)", "varchar(20)", false),
            ("varchar(20)", "varchar(20)", false),
            ("integer", "varchar(3)", true),
            ("text[]", "varchar(20)[]", true),
            ("bit(8)", "bit(4)", true),
            ("text", "varchar", false),
            ("integer", "bigint", false),
            ("text", "numeric(6,2)", true),
        ] {
            assert_eq!(hazards_of_cast(from, to).loses, loses, "{from} becomes {to}");
        }
        assert!(!hazards_of_cast("text", "varchar(20)").may_fail);
    }

    #[test]
    fn the_rows_are_asked_what_can_be_compared() {
        let pair = |from, to| compared_as(from, to);
        let of = |to: &str, exact: &str| Some((to.to_owned(), exact.to_owned()));
        assert_eq!(pair("text", "numeric(6,2)"), of("numeric(6,2)", "numeric"));
        assert_eq!(pair("numeric", "integer"), of("numeric(1000,0)", "numeric"));
        assert_eq!(pair("text", "date"), of("date", "timestamp with time zone"));
        assert_eq!(pair("timestamp", "date"), of("date", "timestamp without time zone"));
        assert_eq!(
            pair("timestamptz", "timestamptz(3)"),
            of("timestamp(3) with time zone", "timestamp with time zone")
        );
        assert_eq!(pair("interval", "interval(3)"), of("interval(3)", "interval"));
        // A day that goes does not come back.
        assert_eq!(pair("timestamp", "time"), None);
        assert_eq!(pair("text", "time"), None);
        assert_eq!(pair("numeric[]", "integer[]"), None);
        assert_eq!(pair("text", "integer"), None);
    }
}
