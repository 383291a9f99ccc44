//! The members of a JSON object in their order, borrowed from its text.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::value::RawValue;

/// What is wrong, and at which byte of the line.
pub(super) type Fault = (usize, String);

/// Calls `each` with every key, the byte it stands at, and its value.
pub(super) fn for_each_member<'a>(
    line: &'a str,
    each: impl FnMut(Cow<'a, str>, usize, &'a RawValue) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let mut members = Members { line, each, fault: None };
    let mut json = serde_json::Deserializer::from_str(line);
    let read = json.deserialize_map(&mut members).and_then(|()| json.end());
    match (read, members.fault) {
        (Ok(()), _) => Ok(()),
        (Err(_), Some(fault)) => Err(fault),
        (Err(error), None) => Err(explained(line, &error)),
    }
}

/// The byte of `line` at which `part`, a slice of it, begins; `None` where it is none.
pub(super) fn offset_in(line: &str, part: &str) -> Option<usize> {
    let at = (part.as_ptr() as usize).checked_sub(line.as_ptr() as usize)?;
    (at + part.len() <= line.len()).then_some(at)
}

/// serde_json counts columns in bytes from 1 and says the place in the message, where it is said better.
fn explained(line: &str, error: &serde_json::Error) -> Fault {
    if error.is_data() {
        return (0, "each line is a JSON object".to_owned());
    }
    let text = error.to_string();
    let message = text.rsplit_once(" at line ").map_or(text.as_str(), |(message, _)| message);
    let at = if error.is_eof() { line.len() } else { error.column().saturating_sub(1) };
    (at, message.to_owned())
}

struct Members<'a, F> {
    line: &'a str,
    each: F,
    fault: Option<Fault>,
}

impl<'a, F> Visitor<'a> for &mut Members<'a, F>
where
    F: FnMut(Cow<'a, str>, usize, &'a RawValue) -> Result<(), Fault>,
{
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some((Key(key), value)) = map.next_entry::<Key<'a>, &'a RawValue>()? {
            let at = match &key {
                // The quote stands before it.
                Cow::Borrowed(key) => offset_in(self.line, key).map(|at| at.saturating_sub(1)),
                Cow::Owned(_) => offset_in(self.line, value.get()),
            };
            if let Err(fault) = (self.each)(key, at.unwrap_or(0), value) {
                self.fault = Some(fault);
                return Err(A::Error::custom(""));
            }
        }
        Ok(())
    }
}

/// A key, borrowed unless it has escapes: `Cow` itself is never read as borrowed.
struct Key<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Borrow;
        impl<'de> Visitor<'de> for Borrow {
            type Value = Key<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Borrowed(text)))
            }
            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(Borrow)
    }
}
