//! Dates and times in the forms of ISO 8601, RFC 3339 and PostgreSQL's own output.
//!
//! What depends on the session (the order of day and month, the time zone that is meant when none is said) is refused.

use super::{shown, trimmed};

const DAY: i64 = 86_400_000_000;
/// 2000-01-01 as a Julian day: PostgreSQL counts from there.
const EPOCH: i64 = 2_451_545;
/// The first microsecond of 4714-11-24 BC, and the first one after 294276-12-31.
const TIMESTAMPS: std::ops::Range<i64> = -211_813_488_000_000_000..9_223_371_331_200_000_000;
/// The day after 5874897-12-31, as a Julian day.
const END_OF_DATES: i64 = 2_147_483_494;

/// A date: days since 2000-01-01.
pub(super) fn date(text: &str) -> Result<i32, String> {
    let text = trimmed(text);
    match infinity(text) {
        Some(true) => return Ok(i32::MAX),
        Some(false) => return Ok(i32::MIN),
        None => {}
    }
    let parsed = || {
        let (text, bc) = era(text);
        let (date, rest) = ymd(text, bc)?;
        rest.is_empty().then_some(date)
    };
    let day = parsed().ok_or_else(|| format!("{} is no date such as `2024-05-31`", shown(text)))?;
    let julian = julian(day).filter(|day| *day >= 0).ok_or_else(|| out_of_range(text, "date"))?;
    i32::try_from(julian - EPOCH).map_err(|_| out_of_range(text, "date"))
}

/// A timestamp without time zone: microseconds since 2000-01-01. A zone is passed over, as the server does.
pub(super) fn timestamp(text: &str) -> Result<i64, String> {
    let text = trimmed(text);
    let example = "is no timestamp such as `2024-05-31 12:30:00`";
    moment(text, "timestamp", example).map(|(local, _)| local)
}

/// A timestamp with time zone: microseconds since 2000-01-01 in UTC.
pub(super) fn timestamptz(text: &str) -> Result<i64, String> {
    let text = trimmed(text);
    let name = "timestamp with time zone";
    let example = "is no timestamp such as `2024-05-31 12:30:00+02`";
    match moment(text, name, example)? {
        (at, _) if at == i64::MAX || at == i64::MIN => Ok(at),
        (local, Some(zone)) => {
            let at = local - zone * 1_000_000;
            if TIMESTAMPS.contains(&at) { Ok(at) } else { Err(out_of_range(text, name)) }
        }
        (_, None) => Err(format!("{} has no time zone; end it with `Z` or one such as `+02`", shown(text))),
    }
}

/// A time of day: microseconds since midnight.
pub(super) fn time(text: &str) -> Result<i64, String> {
    let text = trimmed(text);
    let parsed = clock(text).filter(|(_, rest)| rest.is_empty());
    parsed.map(|(time, _)| time).ok_or_else(|| format!("{} is no time such as `12:30:00`", shown(text)))
}

/// The local time and the seconds that it is ahead of UTC, if that is said.
fn moment(text: &str, name: &str, example: &str) -> Result<(i64, Option<i64>), String> {
    match infinity(text) {
        Some(true) => return Ok((i64::MAX, None)),
        Some(false) => return Ok((i64::MIN, None)),
        None => {}
    }
    let parsed = || {
        let (text, bc) = era(text);
        let (date, rest) = ymd(text, bc)?;
        let (time, rest) = match rest.strip_prefix(['T', ' ']) {
            Some(rest) => clock(rest)?,
            None => (0, rest),
        };
        Some((date, time, zone(rest)?))
    };
    let (date, time, zone) = parsed().ok_or_else(|| format!("{} {example}", shown(text)))?;
    let day = julian(date).ok_or_else(|| out_of_range(text, name))? - EPOCH;
    let at = day.checked_mul(DAY).and_then(|at| at.checked_add(time));
    let at = at.ok_or_else(|| out_of_range(text, name))?;
    // Where a zone counts, it may bring a time from beyond the end back into the range.
    let counts = zone.is_some() && name != "timestamp";
    if counts || TIMESTAMPS.contains(&at) { Ok((at, zone)) } else { Err(out_of_range(text, name)) }
}

fn out_of_range(text: &str, name: &str) -> String {
    format!("{} is out of range for {name}", shown(text))
}

fn infinity(text: &str) -> Option<bool> {
    let (positive, word) = match text.as_bytes().first()? {
        b'-' => (false, &text[1..]),
        b'+' => (true, &text[1..]),
        _ => (true, text),
    };
    word.eq_ignore_ascii_case("infinity").then_some(positive)
}

/// Without ` BC` at the end, and whether it was there.
fn era(text: &str) -> (&str, bool) {
    text.strip_suffix(" BC").map_or((text, false), |rest| (rest, true))
}

/// Year (from 1, or with `bc` before), month and day of the beginning of a text, and the rest. No such day: `None`.
fn ymd(text: &str, bc: bool) -> Option<((i64, i64, i64), &str)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if !(4..=7).contains(&digits) {
        return None;
    }
    let (year, rest) = text.split_at(digits);
    let (month, rest) = two(rest.strip_prefix('-')?)?;
    let (day, rest) = two(rest.strip_prefix('-')?)?;
    let year = year.parse::<i64>().ok().filter(|year| *year > 0)?;
    let year = if bc { 1 - year } else { year };
    let leap = year.rem_euclid(4) == 0 && (year.rem_euclid(100) != 0 || year.rem_euclid(400) == 0);
    let most = match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    (1..=most).contains(&day).then_some(((year, month, day), rest))
}

/// The Julian day, inside of what a date can be, or one day before: a zone may bring that back into the range.
fn julian((year, month, day): (i64, i64, i64)) -> Option<i64> {
    // The year that begins in March, so that a leap day is its last.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * month + 2) / 5 + day - 1;
    let day = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year + 1_721_120;
    (-1..END_OF_DATES).contains(&day).then_some(day)
}

/// Microseconds since midnight, and the rest. 24:00 and a 60th second are the beginning of what comes next.
fn clock(text: &str) -> Option<(i64, &str)> {
    let (hour, rest) = two(text)?;
    let (minute, mut rest) = two(rest.strip_prefix(':')?)?;
    let (mut second, mut micros) = (0, 0);
    if let Some(after) = rest.strip_prefix(':') {
        (second, rest) = two(after)?;
        if let Some(after) = rest.strip_prefix('.') {
            let digits = after.bytes().take_while(u8::is_ascii_digit).count();
            micros = fraction(&after[..digits])?;
            rest = &after[digits..];
        }
    }
    let time = ((hour * 60 + minute) * 60 + second) * 1_000_000 + micros;
    (hour <= 24 && minute < 60 && second <= 60 && time <= DAY).then_some((time, rest))
}

/// Microseconds of the digits behind the point; more than six are rounded the way the server rounds.
fn fraction(digits: &str) -> Option<i64> {
    if digits.is_empty() {
        return None;
    }
    if digits.len() <= 6 {
        return Some(digits.parse::<i64>().ok()? * 10_i64.pow(6 - digits.len() as u32));
    }
    let value: f64 = format!("0.{digits}").parse().ok()?;
    Some((value * 1_000_000.0).round_ties_even() as i64)
}

/// The zone that a text consists of, in seconds ahead of UTC; `Some(None)` where there is none.
fn zone(text: &str) -> Option<Option<i64>> {
    let text = text.strip_prefix(' ').unwrap_or(text);
    if text.is_empty() {
        return Some(None);
    }
    if text.eq_ignore_ascii_case("z") || text.eq_ignore_ascii_case("utc") {
        return Some(Some(0));
    }
    let sign = match text.as_bytes()[0] {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let (hours, mut rest) = two(&text[1..])?;
    let mut parts = [0; 2];
    for part in &mut parts {
        if !rest.is_empty() {
            (*part, rest) = two(rest.strip_prefix(':').unwrap_or(rest))?;
        }
    }
    let [minutes, seconds] = parts;
    (rest.is_empty() && hours <= 15 && minutes < 60 && seconds < 60)
        .then_some(Some(sign * (hours * 3600 + minutes * 60 + seconds)))
}

/// A number of exactly two digits, and the rest.
fn two(text: &str) -> Option<(i64, &str)> {
    match text.as_bytes() {
        [a @ b'0'..=b'9', b @ b'0'..=b'9', ..] => Some((i64::from(a - b'0') * 10 + i64::from(b - b'0'), &text[2..])),
        _ => None,
    }
}
