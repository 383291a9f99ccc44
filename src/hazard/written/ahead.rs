//! Names under which something else is found from now on: what stands ahead of it in a search path, or in its place.

use super::flow::Flow;
use super::names::{Names, split_name};
use super::shift::renames;
use super::words::Words;
use super::{About, Ahead, Told, Which, code};
use crate::hazard::WEAKENS_ACCESS;

/// Says what a statement puts ahead of others or in their place.
pub(super) fn judge(words: &Words, names: &Names, told: &mut Vec<Told>) {
    let what = words.skip(1).past(&["or", "replace"]);
    if words.begin(&["create", "schema"]) {
        elements(words, told);
    } else if let Some(name) = made(words) {
        relation(&name, false, names, told);
    } else if let Some((old, Some(new))) = renames(words) {
        let comes_back = names.before(&old).as_ref() == Some(&new);
        relation(&new, comes_back, names, told);
    } else if words.begin(&["alter", "schema"]) && words.has(&["rename", "to"]) {
        let (old, new) = (words.skip(2), words.after("to"));
        if let Some((old, new)) = old.name(0).zip(new.name(0)) {
            schema(old, new, false, names, told);
        }
    } else if ["role", "user", "group"].contains(&words.word(1)) && words.word(2) != "mapping" {
        let renamed = words.begin(&["alter"]) && words.has(&["rename", "to"]);
        let name = if renamed { words.after("to") } else { words.skip(2) };
        if let Some(name) = name.name(0).filter(|_| renamed || words.begin(&["create"])) {
            schema(name, name, true, names, told);
        }
    } else if words.begin(&["create"]) && what.begin(&["operator"]) && !["class", "family"].contains(&what.word(1)) {
        let symbol = (0..words.len()).find(|at| words.is_operator(*at)).map(|at| words.word(at).to_owned());
        symbol.into_iter().for_each(|symbol| guarded(symbol, told));
    } else if words.begin(&["create"]) && what.begin(&["aggregate"]) {
        what.skip(1).last_name().into_iter().for_each(|name| guarded(name, told));
    } else if words.begin(&["alter"]) && ["function", "procedure", "routine", "aggregate"].contains(&words.word(1)) {
        let old = words.skip(2).last_name().filter(|_| words.says(&["set", "schema"]));
        let new = words.says(&["rename", "to"]).then(|| words.after("to").shown()).or(old);
        new.into_iter().for_each(|name| guarded(name, told));
    }
}

/// What policies call, or what runs with its owner's rights, by a name that may mean this from now on.
fn guarded(name: String, told: &mut Vec<Told>) {
    let detail = format!("policies that use `{name}` may mean this one from now on");
    told.push(Told::of(&WEAKENS_ACCESS, detail, About::Guards(name)));
}

/// The table or view that a statement makes so that others find it.
fn made(words: &Words) -> Option<String> {
    let kind = words.skip(1).past(&["or", "replace"]);
    if !words.begin(&["create"]) || kind.past_any(&["global", "local"]).begins_with(&["temp", "temporary"]) {
        return None;
    }
    let kind = kind.past_any(&["unlogged", "foreign", "recursive", "materialized"]);
    let named = kind.begins_with(&["table", "view"]).then(|| kind.skip(1).past(&["if", "not", "exists"]));
    named?.dotted().0.filter(|_| !code::makes_function(words))
}

fn relation(sql: &str, comes_back: bool, names: &Names, told: &mut Vec<Told>) {
    let (namespace, bare) = split_name(sql);
    let name = unquoted(bare);
    if names.flow.has_gone(bare) && !comes_back {
        let detail = format!("`{name}` takes the place of a table whose policies held under this name");
        told.push(Told::of(&WEAKENS_ACCESS, detail, About::InPlace(name.clone())));
    }
    let which = match namespace {
        Some(namespace) => Which::Named(Some(unquoted(namespace)), name),
        None if names.is_where_it_began() => Which::Named(None, name),
        None => Which::Anywhere(name),
    };
    ahead(which, false, told);
}

/// What stands in a namespace that has another name from now on, or that a role's sessions may find first.
fn schema(old: &str, new: &str, of_role: bool, names: &Names, told: &mut Vec<Told>) {
    ahead(Which::All { of: old.to_owned(), under: new.to_owned() }, of_role, told);
    for table in names.flow.in_schema(old) {
        let name = unquoted(split_name(table).1);
        ahead(Which::Named(Some(new.to_owned()), name), of_role, told);
    }
}

fn ahead(which: Which, of_role: bool, told: &mut Vec<Told>) {
    let detail = match &which {
        Which::Named(_, name) | Which::Anywhere(name) => {
            format!("`{name}` is found before others of its name, which are closed or decide who sees what")
        }
        Which::All { under, .. } => {
            format!(
                "what stands in `{under}` is found before others of its name, which are closed or decide who sees what"
            )
        }
    };
    told.push(Told::of(&WEAKENS_ACCESS, detail, About::Ahead(Ahead { which, of_role })));
}

/// What a namespace is made with.
fn elements(words: &Words, told: &mut Vec<Told>) {
    let rest = words.skip(2).past(&["if", "not", "exists"]);
    let named = rest.past(&["authorization"]);
    let Some(namespace) = named.name(0) else { return };
    for at in 1..named.len() {
        if let Some(name) = (named.word(at) == "create").then(|| made(&named.skip(at))).flatten() {
            let name = unquoted(split_name(&name).1);
            ahead(Which::Named(Some(namespace.to_owned()), name), false, told);
        }
    }
}

fn unquoted(sql: &str) -> String {
    Words::of(sql).name(0).unwrap_or_default().to_owned()
}

impl Flow {
    /// Takes in what of the names that were there means something else, or nothing.
    pub(super) fn forget(&mut self, words: &Words) {
        if let Some((Some(old), _)) = renames(words) {
            self.gone(&old);
        }
        let list = words.dropped().map(|list| list.split(",")).unwrap_or_default();
        list.iter().filter_map(|part| part.table().0).for_each(|table| self.gone(&table));
    }
}
