//! Places in a text: line and column, and the line itself with a caret under what is meant.
//!
//! Pure, and plain text: colours are for whoever prints. What the text means is left to the caller.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

/// The line and column, both from 1 and the column in characters, of a byte of a text.
///
/// A byte behind the end stands for the end, one inside a character for that character.
pub fn place(text: &str, byte: usize) -> (usize, usize) {
    let before = &text[..on_boundary(text, byte)];
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let line = before.bytes().filter(|b| *b == b'\n').count() + 1;
    (line, before[line_start..].chars().count() + 1)
}

/// The byte at which the `position`th character (from 1) of a text begins; PostgreSQL counts so in its errors.
pub fn byte_of_character(text: &str, position: usize) -> usize {
    text.char_indices().nth(position.saturating_sub(1)).map_or(text.len(), |(at, _)| at)
}

/// `path:line:col: message`, then the line of the text and a caret under the span.
///
/// A span over several lines is underlined on its first.
pub fn snippet(path: &str, text: &str, span: Range<usize>, message: &str) -> String {
    let start = on_boundary(text, span.start);
    let (number, column) = place(text, start);
    let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let line_end = text[start..].find('\n').map_or(text.len(), |at| start + at);
    let line = text[line_start..line_end].trim_end_matches('\r');
    let end = on_boundary(text, span.end).clamp(start, line_end);
    let from = (start - line_start).min(line.len());
    let to = (end - line_start).clamp(from, line.len());
    format!("{path}:{number}:{column}: {message}\n{}", line_with_caret(number, line, from..to))
}

/// A line under its number, with a caret under the span of it.
pub fn line_with_caret(number: usize, line: &str, span: Range<usize>) -> String {
    let source = Snippet::source(line)
        .line_start(number)
        .fold(false)
        .annotation(AnnotationKind::Primary.span(span).highlight_source(true));
    let group = Group::with_level(Level::ERROR).element(source);
    Renderer::plain().render(&[group])
}

/// The byte, or the beginning of the character it stands in, or the end of the text.
fn on_boundary(text: &str, byte: usize) -> usize {
    let mut at = byte.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters() {
        assert_eq!(place("", 0), (1, 1));
        assert_eq!(place("é = 1\nab", 2), (1, 2));
        assert_eq!(place("é = 1\nab", 8), (2, 2));
        assert_eq!(place("a\n", 99), (2, 1));
        assert_eq!(byte_of_character("é = 1", 2), 2);
        assert_eq!(byte_of_character("é", 9), 2);
    }

    #[test]
    fn the_line_stands_under_the_message_with_a_caret() {
        let text = "one\ncreate table é (x nope);\nthree\n";
        let at = text.find("nope").unwrap();
        let shown = snippet("a/b.sql", text, at..at + 4, "no such type");
        assert_eq!(shown, "a/b.sql:2:19: no such type\n  |\n2 | create table é (x nope);\n  |                   ^^^^");
    }

    #[test]
    fn a_span_of_several_lines_and_one_behind_the_end_still_have_a_caret() {
        let shown = snippet("x", "ab\r\ncd", 0..6, "m");
        assert!(shown.ends_with("1 | ab\n  | ^^"), "{shown}");
        let shown = snippet("x", "ab", 2..2, "m");
        assert!(shown.contains("x:1:3: m") && shown.ends_with('^'), "{shown}");
        assert!(snippet("x", "", 0..0, "m").starts_with("x:1:1: m"));
    }

    #[test]
    fn any_span_of_any_text_is_shown() {
        for text in ["", "\n", "a\té\r\n\n日本\u{fe0f}\u{301}\n\tx", &"long ".repeat(2000)] {
            for start in (0..text.len() + 2).filter(|at| *at < 40 || at % 997 == 0) {
                for end in [0, start, start + 1, start + 7, text.len() + 3] {
                    let (line, column) = place(text, start);
                    let shown = snippet("p", text, start..end, "m");
                    assert!(shown.starts_with(&format!("p:{line}:{column}: m\n")) && shown.contains('^'), "{shown}");
                }
            }
        }
    }
}
