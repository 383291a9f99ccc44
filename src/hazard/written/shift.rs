//! Statements after which names mean something else.

use super::code;
use super::names::split_name;
use super::words::Words;

/// Whether a statement goes back to a savepoint, so that what was done since was not.
pub(super) fn goes_back(words: &Words) -> bool {
    words.begins_with(&["rollback"])
}

/// Whether names mean something else after a statement.
pub(super) fn shifts(words: &Words) -> bool {
    let schema = words.begin(&["alter", "schema"]) && words.has(&["rename", "to"]);
    goes_back(words) || sets_path(words) || schema || renames(words).is_some()
}

/// Whether a statement may set the search path.
pub(super) fn sets_path(words: &Words) -> bool {
    let is_path = |it: Option<&str>| it.is_some_and(|name| name.eq_ignore_ascii_case("search_path"));
    if words.begins_with(&["set", "reset"]) {
        let what = words.skip(1).past_any(&["local", "session"]);
        return is_path(what.name(0)) || what.begins_with(&["schema", "all"]);
    }
    words.begins_with(&["discard"]) || words.has(&["update", "pg_settings"]) || code::sets(words, "search_path")
}

/// The table that gets another name or namespace, and how it is called then.
pub(super) fn renames(words: &Words) -> Option<(Option<String>, Option<String>)> {
    let (old, rest) = words.altered()?.past(&["if", "exists"]).table();
    let bare = old.as_deref().map(split_name);
    let new = rest.skip(2).dotted().0;
    if rest.begin(&["rename", "to"]) {
        let full = match (bare, &new) {
            (Some((Some(namespace), _)), Some(new)) => Some(format!("{namespace}.{new}")),
            (Some((None, _)), Some(new)) => Some(new.clone()),
            _ => None,
        };
        return Some((old, full));
    }
    if rest.begin(&["set", "schema"]) {
        return Some((old.clone(), bare.zip(new).map(|((_, name), namespace)| format!("{namespace}.{name}"))));
    }
    None
}
