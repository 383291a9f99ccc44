//! Integers and floats.

use std::str::FromStr;

use super::{shown, trimmed};

/// An integer in decimal digits. PostgreSQL 16's `0x1F` and `1_000` are left out: 15 refuses them.
pub(super) fn integer<T: FromStr>(text: &str, name: &str) -> Result<T, String> {
    let text = trimmed(text);
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(format!("{} is no {name}", shown(text)));
    }
    text.parse().map_err(|_| format!("{} is out of range for {name}", shown(text)))
}

pub(super) fn float4(text: &str) -> Result<f32, String> {
    let text = trimmed(text);
    let value: f32 = parse(text).ok_or_else(|| format!("{} is no real", shown(text)))?;
    match lost(text, value.is_infinite(), value == 0.0) {
        false => Ok(value),
        true => Err(format!("{} is out of range for real", shown(text))),
    }
}

pub(super) fn float8(text: &str) -> Result<f64, String> {
    let text = trimmed(text);
    let value: f64 = parse(text).ok_or_else(|| format!("{} is no double precision", shown(text)))?;
    match lost(text, value.is_infinite(), value == 0.0) {
        false => Ok(value),
        true => Err(format!("{} is out of range for double precision", shown(text))),
    }
}

/// A float. Rust's grammar is C's without hexadecimal digits and with `-nan`, of which there is only one in PostgreSQL.
pub(super) fn parse<F: FromStr>(text: &str) -> Option<F> {
    let sign = text.starts_with(['-', '+']);
    if sign && text[1..].eq_ignore_ascii_case("nan") {
        return None;
    }
    text.parse().ok()
}

/// Whether a finite number became infinite, or one that is not zero became zero: PostgreSQL refuses both.
fn lost(text: &str, infinite: bool, zero: bool) -> bool {
    if infinite {
        return text.bytes().any(|b| b.is_ascii_digit());
    }
    let mantissa = text.split(['e', 'E']).next().unwrap_or_default();
    zero && mantissa.bytes().any(|b| matches!(b, b'1'..=b'9'))
}
