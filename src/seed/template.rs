//! Texts with the number of the row in them: `user{n}@example.com`. Pure.

/// A text whose placeholders are known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Number(Number),
}

/// A number that a template can hold. All begin with 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Number {
    /// Of the row among all that the template makes.
    Row,
    /// Of the row among those that are made for the same one.
    Inner,
    /// Of the row that it is made for.
    Outer,
}

/// Which row a template is filled for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Position {
    /// Among all rows of the template, from 0.
    pub row: u64,
    /// Among those that are made for the same row, from 0.
    pub inner: u64,
    /// The row that it is made for, from 0.
    pub outer: u64,
}

impl Template {
    /// A text as it is.
    pub(super) fn plain(text: &str) -> Self {
        Self(vec![Part::Text(text.to_owned())])
    }

    /// Reads `{n}`, `{i}` and `{each}`; `{{` and `}}` stand for the braces themselves.
    ///
    /// # Errors
    /// Another word in braces, or a brace alone: what is wrong.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            plain.push_str(&rest[..at]);
            let brace = &rest[at..=at];
            let after = &rest[at + 1..];
            if let Some(after) = after.strip_prefix(brace) {
                plain.push_str(brace);
                rest = after;
                continue;
            }
            let word = after.split_once('}').filter(|_| brace == "{");
            let (word, after) =
                word.ok_or_else(|| format!("a lone `{brace}`: write `{brace}{brace}` for the brace"))?;
            let number = match word {
                "n" => Number::Row,
                "i" => Number::Inner,
                "each" => Number::Outer,
                _ => return Err(format!("`{{{word}}}` is not known here: there are `{{n}}`, `{{i}}` and `{{each}}`")),
            };
            parts.push(Part::Text(std::mem::take(&mut plain)));
            parts.push(Part::Number(number));
            rest = after;
        }
        plain.push_str(rest);
        parts.push(Part::Text(plain));
        Ok(Self(parts))
    }

    /// The text for one row.
    pub(super) fn fill(&self, at: Position) -> String {
        let mut out = String::new();
        for part in &self.0 {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Number(number) => {
                    let number = match number {
                        Number::Row => at.row,
                        Number::Inner => at.inner,
                        Number::Outer => at.outer,
                    };
                    out.push_str(&(number + 1).to_string());
                }
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_filled_in_and_braces_can_be_written() {
        let at = Position { row: 11, inner: 1, outer: 5 };
        let filled = |text: &str| Template::read(text).map(|template| template.fill(at));
        assert_eq!(filled("u{n}-{i}-{each}@x").as_deref(), Ok("u12-2-6@x"));
        assert_eq!(filled("{{n}} }}{{").as_deref(), Ok("{n} }{"));
        assert_eq!(Template::plain("{n}").fill(at), "{n}");
    }

    #[test]
    fn what_is_not_known_is_an_error() {
        for text in ["{x}", "{", "}", "a {n", "{}"] {
            assert!(Template::read(text).is_err(), "{text}");
        }
    }
}
