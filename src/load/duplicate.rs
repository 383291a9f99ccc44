//! Where the first of two equal keys of one file stands: toml names only the second.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::report::Place;

/// What toml says of a key that is there already.
const MESSAGE: &str = "duplicate key";

/// Whether an error is about a key that is there twice; everything else of the file can be read all the same.
pub(crate) fn is(error: &toml::de::Error) -> bool {
    error.message() == MESSAGE
}

/// The key and the place of its first occurrence, where it can be found.
///
/// The path of the second one comes from reading its line once more, under the header that it stands under.
pub(crate) fn first(parsed: &DeTable<'_>, text: &str, second: &Place) -> Option<(String, Place)> {
    let start = second.span.start;
    let line_start = text.get(..start)?.rfind('\n').map_or(0, |at| at + 1);
    let line = text.get(line_start..)?.lines().next()?;
    let is_header = |line: &&str| line.trim_start().starts_with('[');
    if is_header(&line) {
        return first_header(text, line, line_start, second.file);
    }
    let header = text[..line_start].lines().rfind(is_header).unwrap_or("");
    let alone = format!("{header}\n{line}");
    let (tree, _) = DeTable::parse_recoverable(&alone);
    let mut path = Vec::new();
    if !path_to(tree.get_ref(), header.len() + 1 + start - line_start, &mut path) {
        return None;
    }
    let (last, tables) = path.split_last()?;
    let parent = tables.iter().try_fold(parsed, |table, key| match table.get(key.as_str())?.get_ref() {
        DeValue::Table(inner) => Some(inner),
        _ => None,
    })?;
    let (first, _) = parent.get_key_value(last.as_str())?;
    let place = Place { file: second.file, span: first.span() };
    (place.span.start < start).then(|| (path.join("."), place))
}

/// The same for a header, of which the tree keeps the later one.
fn first_header(text: &str, line: &str, before: usize, file: usize) -> Option<(String, Place)> {
    let wanted = header_of(line)?;
    let mut start = 0;
    for earlier in text[..before].split_inclusive('\n') {
        match header_of(earlier) {
            Some((path, span)) if path == wanted.0 => {
                let span = start + span.start..start + span.end;
                return Some((path.join("."), Place { file, span }));
            }
            _ => start += earlier.len(),
        }
    }
    None
}

/// The path that a line opens, if it is a header, and where the last key of it stands.
fn header_of(line: &str) -> Option<(Vec<String>, Range<usize>)> {
    let tree = DeTable::parse(line.trim_start().starts_with('[').then_some(line)?).ok()?;
    let (mut path, mut span, mut table) = (Vec::new(), 0..0, tree.get_ref());
    while let Some((key, value)) = table.iter().next() {
        path.push(key.get_ref().to_string());
        span = key.span();
        match value.get_ref() {
            DeValue::Table(inner) => table = inner,
            _ => break,
        }
    }
    Some((path, span))
}

/// The keys on the way to the one that begins at a byte.
fn path_to(table: &DeTable<'_>, byte: usize, path: &mut Vec<String>) -> bool {
    for (key, value) in table {
        path.push(key.get_ref().to_string());
        let found =
            key.span().start == byte || matches!(value.get_ref(), DeValue::Table(inner) if path_to(inner, byte, path));
        if found {
            return true;
        }
        path.pop();
    }
    false
}
