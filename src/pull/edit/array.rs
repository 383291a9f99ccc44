//! Lists that get other elements: those that stay keep what the author wrote beside them.

use toml_edit::{Array, Item, Value};

use crate::pull::value::Toml;

/// Adds what a list lacks at its end, where that is all that it lacks.
pub(super) fn extend(array: &mut Array, list: &[Toml]) -> bool {
    let Some(old) = elements(array) else { return false };
    if old.is_empty() || old.len() > list.len() || old != list[..old.len()] {
        return false;
    }
    for value in list[old.len()..].iter().filter_map(Toml::to_edit) {
        array.push(value);
    }
    true
}

/// Makes a list with comments in it say something else: what is the same at its beginning and its end stays, and what lies
/// between takes the place of what did.
pub(super) fn rearrange(array: &mut Array, list: &[Toml]) -> bool {
    let Some(old) = elements(array).filter(|_| array.to_string().contains('#')) else { return false };
    let first = old.iter().zip(list).take_while(|(had, has)| had == has).count();
    let rest = old.len().min(list.len()) - first;
    let last = old.iter().rev().zip(list.iter().rev()).take(rest).take_while(|(had, has)| had == has).count();
    let Some(new) = list[first..list.len() - last].iter().map(Toml::to_edit).collect::<Option<Vec<Value>>>() else {
        return false;
    };
    let places = old.len() - last - first;
    let indent = array.iter().next().map(indent_of);
    for (at, mut value) in new.iter().cloned().enumerate() {
        if at < places {
            array.replace(first + at, value);
        } else {
            indent.iter().for_each(|indent| value.decor_mut().set_prefix(indent.clone()));
            array.insert_formatted(first + at, value);
        }
    }
    (new.len()..places).for_each(|_| take_out(array, first + new.len()));
    true
}

/// Takes an element out with the comments above it and behind it: what stands behind the one before it stays.
fn take_out(array: &mut Array, at: usize) {
    let gone = array.remove(at);
    let behind = prefix_of(&gone).split('\n').next().unwrap_or_default().to_owned();
    if let Some(next) = array.get_mut(at) {
        let above = prefix_of(next).find('\n').map_or("", |line| &prefix_of(next)[line..]).to_owned();
        next.decor_mut().set_prefix(behind + &above);
    } else {
        let rest = array.trailing().as_str().unwrap_or_default().to_owned();
        array.set_trailing(behind + rest.find('\n').map_or("", |line| &rest[line..]));
    }
}

fn prefix_of(value: &Value) -> &str {
    value.decor().prefix().and_then(|prefix| prefix.as_str()).unwrap_or_default()
}

/// What a list says, where all of it is known.
fn elements(array: &Array) -> Option<Vec<Toml>> {
    match Toml::of_item(&Item::Value(Value::Array(array.clone())))? {
        Toml::List(list) => Some(list),
        _ => None,
    }
}

/// Where an element begins, without the comments before it.
fn indent_of(value: &Value) -> String {
    let prefix = prefix_of(value);
    prefix.rfind('\n').map_or(prefix, |at| &prefix[at..]).to_owned()
}

#[cfg(test)]
mod tests {
    use toml_edit::DocumentMut;

    use super::super::overwrite;
    use super::*;

    #[test]
    fn comments_beside_what_stays_stay() {
        let text = "a = [\n    # the first\n    1, # one\n    # the second\n    2,\n    3, # three\n]\n";
        let becomes = |numbers: &[&str]| {
            let mut document: DocumentMut = text.parse().unwrap();
            let list = numbers.iter().map(|number| Toml::of_item(&number.parse::<Value>().unwrap().into()).unwrap());
            overwrite(&mut document["a"], &Toml::List(list.collect()));
            document.to_string()
        };
        assert_eq!(becomes(&["1", "2", "3"]), text);
        assert_eq!(becomes(&["1", "4", "3"]), text.replace("    2,", "    4,"));
        assert_eq!(becomes(&["1", "4", "5", "3"]), text.replace("    2,", "    4,\n    5,"));
        assert_eq!(becomes(&["1", "3"]), text.replace("    # the second\n    2,\n", ""));
        assert_eq!(becomes(&["2", "3"]), text.replace("    # the first\n    1, # one\n", ""));
        assert_eq!(becomes(&["1"]), text.replace("    # the second\n    2,\n    3, # three\n", ""));
    }
}
