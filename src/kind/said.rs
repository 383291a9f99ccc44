//! What objects say in SQL texts.

use super::Object;
use crate::sql::{quote_literal, tokens_of};

/// The SQL texts of an object, with the names of types, operator classes and collations.
pub(crate) fn texts(object: &Object) -> Vec<String> {
    let mut copy = object.clone();
    let mut all: Vec<String> = copy.texts_mut().into_iter().map(|text| text.as_str().to_owned()).collect();
    if let Object::Function(function) = &copy {
        let defaults = function.arguments.iter().filter_map(|argument| argument.default.as_ref());
        all.extend(defaults.map(|default| default.as_str().to_owned()));
    }
    all.extend(types_of(&copy));
    copy.each_name(&mut |name| {
        all.push(name.to_owned());
        name.to_owned()
    });
    all
}

/// The types that an object names by themselves.
pub(crate) fn types_of(object: &Object) -> Vec<String> {
    let mut all = Vec::new();
    object.clone().each_type(&mut |name| {
        all.push(name.to_owned());
        name.to_owned()
    });
    all
}

/// The SQL texts of an object, with the body of a function.
pub(crate) fn all_texts(object: &Object) -> Vec<String> {
    let mut all = texts(object);
    if let Object::Function(function) = object {
        all.push(function.body.clone());
    }
    all
}

/// Says whether a value stands in one of the texts, alone or in the literal of an array.
pub(crate) fn says(texts: &[String], value: &str) -> bool {
    let written = written(value);
    let says = |text: &str| written.iter().any(|inside| text.contains(inside));
    let literals = |text: &String| tokens_of(text).is_ok_and(|all| all.iter().any(|token| says(token.text)));
    texts.iter().any(literals)
}

/// Says whether a value stands in a longer literal: in that of an array, a row or a range.
pub(crate) fn says_within(texts: &[String], value: &str) -> bool {
    let (quoted, written) = (quote_literal(value), written(value));
    let within = |text: &str| text != quoted && written.iter().any(|inside| text.contains(inside));
    texts.iter().any(|text| tokens_of(text).is_ok_and(|all| all.iter().any(|token| within(token.text))))
}

/// What stands between the quotes of a literal where a value does: as it is, in an array, and either in an `E''`.
fn written(value: &str) -> [String; 4] {
    let quoted = quote_literal(value);
    let inside = quoted.trim_start_matches('E').strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
    let doubled = |text: &str| text.replace('\\', r"\\");
    let plain = inside.unwrap_or_default().replace(r"\\", r"\");
    let part = doubled(&plain).replace('"', r#"\""#);
    [doubled(&plain), doubled(&part), plain, part]
}
