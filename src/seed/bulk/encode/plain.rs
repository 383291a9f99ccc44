//! Truth values, names, enums, JSON, UUIDs and bytes.

use bytes::{BufMut as _, BytesMut};
use serde::de::IgnoredAny;

use super::{shown, trimmed};

/// The beginnings of `true`, `yes`, `on`, `1` and their opposites, in any case, as far as they are unique.
pub(super) fn boolean(text: &str) -> Result<bool, String> {
    let word = trimmed(text).to_ascii_lowercase();
    let begins = |full: &str, least: usize| word.len() >= least && full.starts_with(word.as_str());
    if begins("true", 1) || begins("yes", 1) || begins("on", 2) || word == "1" {
        Ok(true)
    } else if begins("false", 1) || begins("no", 1) || begins("off", 2) || word == "0" {
        Ok(false)
    } else {
        Err(format!("{} is no boolean", shown(text)))
    }
}

/// An identifier: `name`'s input function would cut it off in silence.
pub(super) fn name(text: &str, out: &mut BytesMut) -> Result<(), String> {
    if text.len() > 63 {
        return Err(format!("{} is longer than the 63 bytes of a name", shown(text)));
    }
    out.put_slice(text.as_bytes());
    Ok(())
}

/// A label of an enum.
pub(super) fn label(text: &str, name: &str, labels: &[String], out: &mut BytesMut) -> Result<(), String> {
    if !labels.iter().any(|label| label == text) {
        let near = crate::types::nearest(text, labels.iter().map(String::as_str));
        return Err(match near {
            Some(near) => format!("{} is no value of `{name}`; did you mean `{near}`?", shown(text)),
            None => format!("{} is no value of `{name}`, which has `{}`", shown(text), labels.join("`, `")),
        });
    }
    out.put_slice(text.as_bytes());
    Ok(())
}

/// JSON, as it stands. Nothing of it is changed; it is read only to say where it is broken.
pub(super) fn json(text: &str, out: &mut BytesMut) -> Result<(), String> {
    if let Err(error) = serde_json::from_str::<IgnoredAny>(text) {
        return Err(format!("no JSON: {error}"));
    }
    out.put_slice(text.as_bytes());
    Ok(())
}

/// 32 hexadecimal digits, a dash after any four of them, braces around them: all as the server takes them.
pub(super) fn uuid(text: &str, out: &mut BytesMut) -> Result<(), String> {
    let parsed = || {
        let body = text.strip_prefix('{').map_or(Some(text), |rest| rest.strip_suffix('}'))?;
        let (mut bytes, mut rest) = ([0; 16], body.as_bytes());
        for (at, byte) in bytes.iter_mut().enumerate() {
            let [high, low, after @ ..] = rest else { return None };
            *byte = hex(*high)? << 4 | hex(*low)?;
            rest = match after {
                [b'-', after @ ..] if at % 2 == 1 && at < 15 => after,
                after => after,
            };
        }
        rest.is_empty().then_some(bytes)
    };
    out.put_slice(&parsed().ok_or_else(|| format!("{} is no uuid", shown(text)))?);
    Ok(())
}

/// `\x` and hexadecimal digits, or text in which `\\` is a backslash and `\ooo` the byte with that octal number.
pub(super) fn bytea(text: &str, out: &mut BytesMut) -> Result<(), String> {
    let wrong = || format!("{} is no bytea", shown(text));
    if let Some(digits) = text.strip_prefix("\\x") {
        let mut rest = digits.as_bytes();
        while let [first, after @ ..] = rest {
            rest = after;
            if matches!(first, b' ' | b'\n' | b'\t' | b'\r') {
                continue;
            }
            let [second, after @ ..] = rest else { return Err(wrong()) };
            rest = after;
            let (high, low) = hex(*first).zip(hex(*second)).ok_or_else(wrong)?;
            out.put_u8(high << 4 | low);
        }
        return Ok(());
    }
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let (byte, after) = match (first, after) {
            (b'\\', [b'\\', after @ ..]) => (b'\\', after),
            (b'\\', [a @ b'0'..=b'3', b @ b'0'..=b'7', c @ b'0'..=b'7', after @ ..]) => {
                ((a - b'0') << 6 | (b - b'0') << 3 | (c - b'0'), after)
            }
            (b'\\', _) => return Err(wrong()),
            (byte, after) => (*byte, after),
        };
        out.put_u8(byte);
        rest = after;
    }
    Ok(())
}

/// The value of a hexadecimal digit.
fn hex(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}
