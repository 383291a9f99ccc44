//! Rows that come to where others may see them than those who see them where they stand.

use std::collections::BTreeSet;

use super::flow::{Source, apart, computed};
use super::names::{Made, Names};
use super::words::Words;
use super::{About, Asks, Calls, Closer, Moved, Told, Whither, code, shown};
use crate::hazard::WEAKENS_ACCESS;

/// Says which rows a statement moves that neither inserts nor updates any.
pub(super) fn judge(words: &Words, names: &Names, told: &mut Vec<Told>) {
    made(words, names, told);
    heard(words, names, told);
    if words.begin(&["do"]) {
        in_block(words, names, told);
    }
}

/// What a block reads may come by its variables to wherever it writes.
fn in_block(words: &Words, names: &Names, told: &mut Vec<Told>) {
    if let Some(text) = code::block(words) {
        in_words(&Words::of(&text), names, told);
    }
}

/// The same of the words of a body.
pub(super) fn in_words(block: &Words, names: &Names, told: &mut Vec<Told>) {
    heard(block, names, told);
    let sources = names.flow.behind(block);
    // What EXECUTE runs is given what stands behind USING.
    let texts = (0..block.len()).filter_map(|at| block.literal(at)).map(Words::of);
    into_others(block, &sources, names, told);
    texts.for_each(|text| into_others(&text, &sources, names, told));
}

/// Where the statements of a block bring what it reads.
fn into_others(block: &Words, sources: &BTreeSet<Source>, names: &Names, told: &mut Vec<Told>) {
    for at in 0..block.len() {
        let here = block.skip(at);
        let before = at.checked_sub(1).map_or("", |before| block.word(before));
        let to = match here.word(0) {
            "insert" if here.word(1) == "into" => here.skip(2).table().0,
            "update" if here.word(1) != "set" && super::rows::begins_after(before) => here.skip(1).table().0,
            _ => continue,
        };
        let mut sources = sources.clone();
        sources.extend(names.flow.fills(&to));
        hand_on(sources, &to, names, told);
    }
}

/// Rows that a new table begins with.
fn made(words: &Words, names: &Names, told: &mut Vec<Told>) {
    let kind = words.skip(1).past_any(&["global", "local", "unlogged"]);
    if words.begin(&["create"]) && kind.begin(&["table"]) {
        let name = kind.skip(1).past(&["if", "not", "exists"]).dotted().0;
        fresh(&kind.after("as"), &name, names, told);
    }
    let into = words.find(&["into"]).filter(|_| words.begins_with(&["select", "with"]));
    if let Some(at) = into.filter(|at| *at > 0 && !["insert", "merge"].contains(&words.word(at - 1))) {
        let target = words.skip(at + 1).past_any(&["unlogged", "table"]);
        if !target.begins_with(&["temp", "temporary"]) {
            fresh(words, &target.dotted().0, names, told);
        }
    }
}

/// Rows that come into a table that is made in the same moment.
fn fresh(from: &Words, to: &Option<String>, names: &Names, told: &mut Vec<Told>) {
    let whither = if names.flow.is_open(to) { Whither::All } else { Whither::Own };
    bring(names.flow.behind(from), to, whither, told);
}

/// What an action of ALTER TABLE brings into its rows.
pub(super) fn into_columns(action: &Words, table: &Option<String>, names: &Names, told: &mut Vec<Told>) {
    if let Some(value) = computed(action).filter(|_| !action.says(&["set", "default"])) {
        copied(&value, table, names, told);
    }
}

/// What a table that rows come to is called before the file; its own for one that the file makes.
fn target(to: &Option<String>, names: &Names) -> Whither {
    if names.flow.is_open(to) {
        return Whither::All;
    }
    let own = matches!(names.made(to), Some(Made::Empty | Made::Filled));
    match names.before(to).filter(|_| !own) {
        Some(table) => Whither::Table(table),
        None => Whither::Own,
    }
}

/// Rows that are told to whoever listens.
fn heard(words: &Words, names: &Names, told: &mut Vec<Told>) {
    if !words.has(&["pg_notify", "("]) {
        return;
    }
    let mut sources = names.flow.behind(words);
    sources.remove(&Source::Function("pg_notify".to_owned()));
    each(sources, "are told to whoever listens", &Whither::All, || None, told);
}

/// Rows that come from elsewhere into a table, whose policies do not bind whoever reads that.
pub(super) fn copied(from: &Words, to: &Option<String>, names: &Names, told: &mut Vec<Told>) {
    let mut sources = names.flow.behind(from);
    sources.extend(names.flow.fills(to));
    hand_on(sources, to, names, told);
}

/// Rows of a table that are found through another from now on.
pub(super) fn joined(part: &Option<String>, to: &Option<String>, names: &Names, told: &mut Vec<Told>) {
    hand_on(names.flow.inside(part), to, names, told);
}

/// Rows that come into a table, and so into those through which its rows are found.
fn hand_on(sources: BTreeSet<Source>, to: &Option<String>, names: &Names, told: &mut Vec<Told>) {
    for to in names.with_parents(to) {
        bring(sources.clone(), &to, target(&to, names), told);
    }
}

fn bring(mut sources: BTreeSet<Source>, to: &Option<String>, whither: Whither, told: &mut Vec<Told>) {
    // Between its own rows nothing comes to anybody else.
    let own = to.clone().map(Source::Relation);
    sources.retain(|source| Some(source) != own.as_ref());
    let what = format!("are copied into {}", shown(to));
    each(sources, &what, &whither, || to.clone().map(Closer::Enable), told);
}

/// Rows that functions move which a statement calls: those of the file itself, and those that were there before.
pub(super) fn carried(calls: &Calls, names: &Names, told: &mut Vec<Told>) {
    let named = |name: &String| format!("rows that `{name}` moves come to where others may read them");
    for name in &calls.functions {
        let own = names.running.carried(name).iter().map(|about| resolved(about, names));
        told.extend(own.map(|about| Told::of(&WEAKENS_ACCESS, named(name), about)));
    }
    let first = calls.functions.iter().chain(&calls.operators).chain(&calls.relations).next();
    told.extend(first.map(|name| Told::of(&WEAKENS_ACCESS, named(name), About::Carries(calls.clone()))));
}

/// What a body of the file moves, by what the names in it mean.
pub(super) fn resolved(about: &About, names: &Names) -> About {
    let mut about = about.clone();
    let to = match &mut about {
        About::Table { asks: Asks::Copied(to), .. } => to,
        About::Moves(moved) => &mut moved.whither,
        _ => return about,
    };
    if let Whither::Table(table) = to {
        *to = target(&Some(table.clone()), names);
    }
    about
}

/// Rows that others may read from now on in what the files made and filled.
pub(super) fn shown_by(table: &Option<String>, names: &Names, told: &mut Vec<Told>) {
    let sources = names.flow.inside(table);
    each(sources, &format!("are shown by {}", shown(table)), &Whither::All, || None, told);
}

/// Rows that stand in a materialized view, to which no policy holds: `kind` begins at VIEW.
pub(super) fn shown_in(kind: &Words, names: &Names, told: &mut Vec<Told>) {
    let name = kind.skip(1).past(&["if", "not", "exists"]).dotted().0;
    each(names.flow.behind(&kind.after("as")), &format!("stand in {}", shown(&name)), &Whither::All, || None, told);
}

fn each(
    sources: BTreeSet<Source>,
    what: &str,
    whither: &Whither,
    closer: impl Fn() -> Option<Closer>,
    told: &mut Vec<Told>,
) {
    let (relations, calls) = apart(sources);
    for relation in relations {
        let name = Some(relation);
        let detail = format!("rows of {} {what}", shown(&name));
        let asks = Asks::Copied(whither.clone());
        told.push(Told::table(&WEAKENS_ACCESS, detail, &name, asks).if_exists(true).until(closer()));
    }
    let called: Vec<String> = calls.functions.iter().chain(&calls.operators).map(|name| format!("`{name}`")).collect();
    if !called.is_empty() {
        let detail = format!("rows that {} may read {what}", called.join(", "));
        let about = About::Moves(Moved { by: calls, whither: whither.clone() });
        told.push(Told::of(&WEAKENS_ACCESS, detail, about).until(closer()));
    }
}
