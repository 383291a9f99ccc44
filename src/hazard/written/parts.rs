//! Tables whose rows are found through others, too: whoever may use such a part by itself goes by the policies of the whole.

use super::flow::Flow;
use super::names::Names;
use super::words::Words;
use super::{Asks, Closer, Told, shown};
use crate::hazard::WEAKENS_ACCESS;

impl Flow {
    /// Takes in through which tables the rows of another are found from now on.
    pub(super) fn join(&mut self, words: &Words) {
        if words.begin(&["create", "policy"]) && !words.says(&["restrictive"]) {
            self.let_through.extend(words.after("on").table().0);
        }
        if words.begin(&["alter", "table"]) {
            let (Some(table), rest) = words.skip(2).past(&["if", "exists"]).table() else { return };
            for action in rest.split(",") {
                if let Some(part) = action.begin(&["attach", "partition"]).then(|| action.skip(2).dotted().0).flatten()
                {
                    self.parents.entry(part).or_default().push(table.clone());
                } else if action.begin(&["inherit"]) {
                    self.parents.entry(table.clone()).or_default().extend(action.skip(1).dotted().0);
                }
            }
        }
        let kind = words.skip(1).past_any(&["global", "local", "temp", "temporary", "unlogged", "foreign"]);
        if words.begin(&["create"]) && kind.begin(&["table"]) {
            let (Some(name), rest) = kind.skip(1).past(&["if", "not", "exists"]).dotted() else { return };
            let above = rest.find(&["inherits"]).map(|at| rest.skip(at + 2).inside().split(","));
            let whole = rest.find(&["partition", "of"]).map(|at| vec![rest.skip(at + 2)]);
            let all = above.into_iter().chain(whole).flatten().filter_map(|it| it.dotted().0);
            self.parents.entry(name).or_default().extend(all);
        }
    }
}

impl Names {
    /// A table, and those through which its rows are found as far as the files have made it so.
    pub(super) fn with_parents(&self, table: &Option<String>) -> Vec<Option<String>> {
        let mut all = vec![table.clone()];
        let mut at = 0;
        while let Some(name) = all.get(at).cloned() {
            let parents = name.and_then(|name| self.flow.parents.get(&name)).into_iter().flatten();
            let new: Vec<Option<String>> = parents.cloned().map(Some).filter(|it| !all.contains(it)).collect();
            all.extend(new);
            at += 1;
        }
        all
    }
}

/// Says whose rows are shown or changed by rights on a part: `what` are the rights.
pub(super) fn granted(what: &Words, table: &Option<String>, names: &Names, told: &mut Vec<Told>) {
    const LOOKS: &[&str] = &["select", "references", "trigger", "maintain"];
    let writes = !what.split(",").iter().all(|it| it.begins_with(LOOKS));
    // What its own policies let through is not known to be what those of the whole do.
    let is_open = table.as_ref().is_none_or(|table| names.flow.let_through.contains(table));
    let is_closed = names.flow.is_closed(table) && !is_open;
    for whole in names.with_parents(table).into_iter().skip(1) {
        if !is_closed {
            opened(table, &whole, told);
        }
        if writes {
            super::rows::steers(&whole, names, told);
        }
    }
}

/// A policy on a part that others have rights on already.
pub(super) fn let_through(table: &Option<String>, names: &Names, told: &mut Vec<Told>) {
    if names.flow.is_granted(table) {
        let all = names.with_parents(table).into_iter().skip(1);
        all.for_each(|whole| told.push(own(&whole)));
    }
}

/// A part that others have rights on.
pub(super) fn opened(part: &Option<String>, whole: &Option<String>, told: &mut Vec<Told>) {
    told.push(own(whole).until(part.clone().map(Closer::Enable)));
}

fn own(whole: &Option<String>) -> Told {
    let detail = format!("policies of {} do not bind who queries a part of it directly", shown(whole));
    Told::table(&WEAKENS_ACCESS, detail, whole, Asks::Closed)
}
