//! Moments: `now + 30 days`, or a date as it is written. Pure.

use time::macros::format_description;
use time::{Duration, Month, OffsetDateTime};

use super::template::{Position, Template};

/// A moment, perhaps relative to now, in the form that its column takes.
#[derive(Debug, Clone)]
pub struct Moment {
    text: Template,
    form: Form,
    relative: bool,
}

/// What a column keeps of a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// All of it, with the offset.
    WithZone,
    /// All of it, in UTC, without saying so.
    WithoutZone,
    /// The day.
    Date,
    /// The time of the day.
    Time,
}

impl Form {
    /// The form for a type as `format_type` writes it; nothing for what keeps no moment.
    pub(super) fn of(kind: &str) -> Option<Self> {
        let base = kind.split('(').next().unwrap_or_default().trim();
        let zone = !kind.contains("without time zone");
        match base {
            "date" => Some(Self::Date),
            _ if base.starts_with("timestamp") && zone => Some(Self::WithZone),
            _ if base.starts_with("timestamp") => Some(Self::WithoutZone),
            _ if base.starts_with("time") => Some(Self::Time),
            "text" | "character varying" => Some(Self::WithZone),
            _ => None,
        }
    }
}

impl Moment {
    /// Reads `now`, `now + 30 days`, `now - {n} hours + 5 minutes`, or `2026-01-31T10:00:00Z - 1 day`.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub(super) fn read(text: Template, form: Form) -> Result<Self, String> {
        let first = text.fill(Position::default());
        let relative = first.trim_start().starts_with("now");
        compute(&first, OffsetDateTime::UNIX_EPOCH)?;
        Ok(Self { text, form, relative })
    }

    /// Whether it depends on when it is asked for.
    pub(super) fn is_relative(&self) -> bool {
        self.relative
    }

    /// The moment for a row, as PostgreSQL reads it.
    ///
    /// # Errors
    /// The moment is out of range.
    pub(super) fn at(&self, now: OffsetDateTime, position: Position) -> Result<String, String> {
        let moment = compute(&self.text.fill(position), now)?;
        let shown = match self.form {
            Form::WithZone => moment
                .format(format_description!("[year]-[month]-[day] [hour]:[minute]:[second].[subsecond digits:6]+00")),
            Form::WithoutZone => {
                moment.format(format_description!("[year]-[month]-[day] [hour]:[minute]:[second].[subsecond digits:6]"))
            }
            Form::Date => moment.format(format_description!("[year]-[month]-[day]")),
            Form::Time => moment.format(format_description!("[hour]:[minute]:[second].[subsecond digits:6]")),
        };
        shown.map_err(|error| error.to_string())
    }
}

/// A moment as an author writes it outside of any offset: RFC 3339, or a date.
///
/// # Errors
/// It is neither.
pub(super) fn fixed(text: &str) -> Result<OffsetDateTime, String> {
    let text = text.trim();
    let whole = if text.len() == 10 { format!("{text}T00:00:00Z") } else { text.replacen(' ', "T", 1) };
    let zoned = |text: &str| OffsetDateTime::parse(text, &time::format_description::well_known::Rfc3339);
    let moment = zoned(&whole).or_else(|_| zoned(&format!("{whole}Z")));
    let moment = moment.map_err(|_| format!("`{text}` is no moment: write `2026-01-31T10:00:00Z`, or `now`"))?;
    Ok(moment.to_offset(time::UtcOffset::UTC))
}

fn compute(text: &str, now: OffsetDateTime) -> Result<OffsetDateTime, String> {
    let (start, steps) = cut(text);
    let mut moment = if start.trim() == "now" { now } else { fixed(start)? };
    for (sign, step) in steps {
        let mut words = step.split_whitespace();
        while let Some(count) = words.next() {
            let said = || format!("`{}` is no span of time: write `30 days` or `2 hours`", step.trim());
            let count: i64 = count.parse().map_err(|_| said())?;
            let unit = words.next().ok_or_else(said)?;
            moment =
                shift(moment, sign * count, unit).ok_or_else(|| format!("`{text}` cannot be computed: {}", UNITS))?;
        }
    }
    Ok(moment)
}

const UNITS: &str = "the units are seconds, minutes, hours, days, weeks, months and years, up to the year 9999";

/// The beginning of a moment, and what is added to it or taken off.
fn cut(text: &str) -> (&str, Vec<(i64, &str)>) {
    let signs: Vec<usize> = text
        .match_indices([' '])
        .filter(|(at, _)| text[at + 1..].starts_with("+ ") || text[at + 1..].starts_with("- "))
        .map(|(at, _)| at + 1)
        .collect();
    let start = &text[..signs.first().copied().unwrap_or(text.len())];
    let ends = signs.iter().skip(1).copied().chain([text.len()]);
    let steps = signs.iter().zip(ends).map(|(at, end)| {
        let sign = if text[*at..].starts_with('-') { -1 } else { 1 };
        (sign, &text[at + 1..end])
    });
    (start, steps.collect())
}

fn shift(moment: OffsetDateTime, count: i64, unit: &str) -> Option<OffsetDateTime> {
    let by = |seconds: i64| moment.checked_add(Duration::seconds(count.checked_mul(seconds)?));
    match unit.trim_end_matches('s') {
        "second" | "sec" => by(1),
        "minute" | "min" => by(60),
        "hour" => by(3_600),
        "day" => by(86_400),
        "week" => by(604_800),
        "month" => months(moment, count),
        "year" => months(moment, count.checked_mul(12)?),
        _ => None,
    }
}

/// As PostgreSQL does it: the last day of the month where that has no such day.
fn months(moment: OffsetDateTime, count: i64) -> Option<OffsetDateTime> {
    let total = (i64::from(moment.year()) * 12 + i64::from(u8::from(moment.month())) - 1).checked_add(count)?;
    let year = i32::try_from(total.div_euclid(12)).ok()?;
    let month = Month::try_from(u8::try_from(total.rem_euclid(12) + 1).ok()?).ok()?;
    let day = moment.day().min(month.length(year));
    Some(moment.replace_date(time::Date::from_calendar_date(year, month, day).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, form: Form) -> Result<String, String> {
        let now = fixed("2026-01-31T10:20:30.5Z").unwrap();
        Moment::read(Template::read(text)?, form)?.at(now, Position { row: 2, inner: 0, outer: 0 })
    }

    #[test]
    fn spans_are_added_as_postgresql_adds_them() {
        for (text, expected) in [
            ("now", "2026-01-31 10:20:30.500000+00"),
            ("now + 30 days", "2026-03-02 10:20:30.500000+00"),
            ("now + 1 month", "2026-02-28 10:20:30.500000+00"),
            ("now - 1 year + 2 hours 5 minutes", "2025-01-31 12:25:30.500000+00"),
            ("now - {n} hours", "2026-01-31 07:20:30.500000+00"),
            ("2026-01-01 + 1 week", "2026-01-08 00:00:00.000000+00"),
            ("2026-01-01T12:00:00+02:00", "2026-01-01 10:00:00.000000+00"),
        ] {
            assert_eq!(at(text, Form::WithZone).as_deref(), Ok(expected), "{text}");
        }
        assert_eq!(at("now", Form::Date).as_deref(), Ok("2026-01-31"));
        assert_eq!(at("now", Form::Time).as_deref(), Ok("10:20:30.500000"));
        assert_eq!(at("now", Form::WithoutZone).as_deref(), Ok("2026-01-31 10:20:30.500000"));
    }

    #[test]
    fn what_is_no_moment_is_an_error() {
        for text in ["soon", "now + x days", "now + 3", "now + 3 fortnights", "now + 99999 years", "2026-02-30"] {
            assert!(at(text, Form::WithZone).is_err(), "{text}");
        }
    }

    #[test]
    fn the_form_follows_the_type() {
        assert_eq!(Form::of("timestamp(3) with time zone"), Some(Form::WithZone));
        assert_eq!(Form::of("timestamp without time zone"), Some(Form::WithoutZone));
        assert_eq!((Form::of("date"), Form::of("time without time zone")), (Some(Form::Date), Some(Form::Time)));
        assert_eq!(Form::of("uuid"), None);
    }
}
