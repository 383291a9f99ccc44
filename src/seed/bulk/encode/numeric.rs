//! `numeric`: decimal text into digits of base 10,000.

use bytes::{BufMut as _, BytesMut};

use super::{shown, trimmed};

const NEGATIVE: u16 = 0x4000;
const NAN: u16 = 0xC000;
const POSITIVE_INFINITY: u16 = 0xD000;
const NEGATIVE_INFINITY: u16 = 0xF000;
/// The most digits behind the point that PostgreSQL stores.
const MOST_SCALE: i64 = 16_383;
/// The most digits before the point.
const MOST_BEFORE: i64 = 131_072;

/// The decimal digits of the number at hand, kept for their buffer.
#[derive(Debug, Default)]
pub(super) struct Digits(Vec<u8>);

impl Digits {
    pub(super) fn encode(&mut self, text: &str, out: &mut BytesMut) -> Result<(), String> {
        let text = trimmed(text);
        let (negative, body) = match text.as_bytes().first() {
            Some(b'-') => (true, &text[1..]),
            Some(b'+') => (false, &text[1..]),
            _ => (false, text),
        };
        let word = |name: &str| body.eq_ignore_ascii_case(name);
        if word("infinity") || word("inf") {
            header(out, 0, 0, if negative { NEGATIVE_INFINITY } else { POSITIVE_INFINITY }, 0);
            return Ok(());
        }
        if word("nan") && body.len() == text.len() {
            header(out, 0, 0, NAN, 0);
            return Ok(());
        }
        let point = self.read(body).ok_or_else(|| format!("{} is no numeric", shown(text)))?;
        self.write(negative, point, out).ok_or_else(|| format!("{} is out of range for numeric", shown(text)))
    }

    /// Reads the digits; answers how many of them stand before the point, which may be negative or beyond them.
    fn read(&mut self, body: &str) -> Option<i64> {
        self.0.clear();
        let (mantissa, exponent) = match body.find(['e', 'E']) {
            Some(at) => (&body[..at], self::exponent(&body[at + 1..])?),
            None => (body, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        for byte in whole.bytes().chain(fraction.bytes()) {
            self.0.push(byte.checked_sub(b'0').filter(|digit| *digit < 10)?);
        }
        (!self.0.is_empty()).then_some(whole.len() as i64 + exponent)
    }

    fn write(&mut self, negative: bool, point: i64, out: &mut BytesMut) -> Option<()> {
        let digits = &self.0;
        let scale = (digits.len() as i64 - point).max(0);
        if scale > MOST_SCALE {
            return None;
        }
        let Some(first) = digits.iter().position(|digit| *digit != 0) else {
            header(out, 0, 0, 0, scale as u16);
            return Some(());
        };
        let last = digits.iter().rposition(|digit| *digit != 0).unwrap_or(first);
        let before = point - first as i64;
        if before > MOST_BEFORE {
            return None;
        }
        // Groups of four, counted from the point: group 0 is the one right before it.
        let group = |index: usize| (point - 1 - index as i64).div_euclid(4);
        let (high, low) = (group(first), group(last));
        header(out, u16::try_from(high - low + 1).ok()?, i16::try_from(high).ok()?, sign(negative), scale as u16);
        for group in (low..=high).rev() {
            let begin = point - 4 * (group + 1);
            let mut value = 0;
            for at in begin..begin + 4 {
                let digit = usize::try_from(at).ok().and_then(|at| digits.get(at)).copied().unwrap_or(0);
                value = value * 10 + i16::from(digit);
            }
            out.put_i16(value);
        }
        Some(())
    }
}

/// The number behind an `e`; one too large to matter otherwise is cut to one that is out of range for sure.
fn exponent(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let value = digits.parse().unwrap_or(i64::MAX).min(1 << 40);
    Some(if text.starts_with('-') { -value } else { value })
}

fn sign(negative: bool) -> u16 {
    if negative { NEGATIVE } else { 0 }
}

fn header(out: &mut BytesMut, count: u16, weight: i16, sign: u16, scale: u16) {
    out.put_u16(count);
    out.put_i16(weight);
    out.put_u16(sign);
    out.put_u16(scale);
}
