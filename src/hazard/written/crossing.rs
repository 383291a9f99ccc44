//! Rows that are copied between tables whose policies decide by what stands in them: whether a copy says the same as its
//! original of whose it is. What is not carried over as it is may be anybody's.

use super::called::all_relations;
use super::condition::keyword;
use super::flow::apart;
use super::names::Names;
use super::words::Words;
use super::{Asks, Crossing, Filled, Told, between, code, shown};
use crate::hazard::WEAKENS_ACCESS;

/// What is read where rows are copied. What is only in conditions moves nowhere.
struct Reading {
    all: Vec<String>,
    links: Vec<(String, String)>,
    renamed: Vec<String>,
    beside: Vec<String>,
    windows: Vec<Vec<String>>,
    apart: Vec<String>,
}

impl Reading {
    fn of(from: &[&Words], names: &Names) -> Self {
        let moved: Vec<Words> = from.iter().map(|words| words.without_conditions()).collect();
        let mut all: Vec<String> = moved.iter().flat_map(|words| apart(names.flow.behind(words)).0).collect();
        all.sort();
        all.dedup();
        Self {
            links: from.iter().flat_map(|words| links(words)).collect(),
            renamed: {
                let own = names.flow.renamed(&all).cloned();
                from.iter().flat_map(|words| renamed(words)).chain(own).collect()
            },
            beside: moved.iter().flat_map(all_relations).collect(),
            windows: from.iter().flat_map(|words| between::windows(words)).collect(),
            apart: from.iter().flat_map(|words| between::apart(words)).collect(),
            all,
        }
    }

    /// Says which rows come into a table: `row` is where it inserts columns and values.
    fn tell(&self, row: Option<&Words>, to: &Option<String>, names: &Names, told: &mut Vec<Told>) {
        let Some(before) = names.before(to).filter(|it| names.made(to).is_none() && !it.is_empty()) else { return };
        let (columns, values) = row.map(filled).unzip();
        let crossing = Crossing {
            to: before,
            columns: columns.unwrap_or_default(),
            values,
            links: self.links.clone(),
            renamed: self.renamed.clone(),
            beside: self.beside.clone(),
            windows: self.windows.clone(),
            apart: self.apart.clone(),
        };
        for relation in &self.all {
            let name = Some(relation.clone());
            let detail = format!("rows of {} may be others' in {}", shown(&name), shown(to));
            let asks = Asks::Crosses(Box::new(crossing.clone()));
            told.push(Told::table(&WEAKENS_ACCESS, detail, &name, asks).if_exists(true));
        }
    }
}

/// Says which rows a statement copies into a table: `row` is where it inserts columns and values.
pub(super) fn copies(from: &[&Words], row: Option<&Words>, to: &Option<String>, names: &Names, told: &mut Vec<Told>) {
    Reading::of(from, names).tell(row, to, names, told);
}

/// The same where a list of assignments writes over values. Where it writes literals alone nothing comes from elsewhere.
pub(super) fn updates(from: &[&Words], list: &Words, to: &Option<String>, names: &Names, told: &mut Vec<Told>) {
    if writes_more(list) {
        copies(from, None, to, names, told);
    }
}

fn writes_more(list: &Words) -> bool {
    list.before(&["from"]).split(",").iter().any(|part| says_more(&part.after("=")))
}

/// The same of a block, whose variables carry what it reads to what it writes.
pub(super) fn in_block(block: &Words, names: &Names, told: &mut Vec<Told>) {
    let mut reading = None;
    for at in (0..block.len()).filter(|at| ["insert", "update"].contains(&block.word(*at))) {
        let here = block.skip(at).before(&[";"]);
        let (table, rest) = here.skip(if here.begin(&["insert", "into"]) { 2 } else { 1 }).table();
        let row = rest.before(&["on", "returning"]);
        let inserts = here.word(0) == "insert";
        let more = match inserts {
            true => says_more(&row.after("values")),
            false => writes_more(&here.after("set").before(&["where", "returning"])),
        };
        if more {
            let reading = reading.get_or_insert_with(|| Reading::of(&[block], names));
            reading.tell(inserts.then_some(&row), &table, names, told);
        }
    }
}

/// Whether values are more than literals.
fn says_more(values: &Words) -> bool {
    (0..values.len()).any(|at| values.name(at).is_some_and(|name| !keyword(name)) && values.word(at + 1) != "(")
}

/// The columns that an INSERT names, and what they are filled with.
fn filled(row: &Words) -> (Vec<String>, Vec<Filled>) {
    let listed = row.word(0) == "(" && !["select", "values", "with", "table", "("].contains(&row.word(1));
    let list = if listed { row.skip(1).inside() } else { row.take(0) };
    let columns = list.split(",").iter().filter_map(|it| it.name(0).map(str::to_owned)).collect();
    let source = if listed { row.skip(list.len() + 2) } else { row.clone() };
    (columns, values(&source.bare()))
}

fn values(source: &Words) -> Vec<Filled> {
    if let Some(at) = source.find(&["values"]) {
        let tuple = source.skip(at + 2).inside();
        // Of several nobody looks at each.
        let single = source.word(at + 1) == "(" && source.len() == at + 3 + tuple.len();
        return if single { tuple.split(",").iter().map(value).collect() } else { Vec::new() };
    }
    if source.begin(&["table"]) {
        return vec![Filled::All];
    }
    let Some(at) = source.find(&["select"]) else { return Vec::new() };
    let rest = source.skip(at);
    let parts = ["union", "except", "intersect"]
        .iter()
        .fold(vec![rest], |parts, word| parts.iter().flat_map(|part| part.split(word)).collect());
    let mut lists = parts.iter().map(|part| selected(&part.past(&["all"]).past(&["distinct"]).bare()));
    let first = lists.next().unwrap_or_default();
    match lists.all(|list| list == first) {
        true => first,
        false => Vec::new(),
    }
}

fn selected(part: &Words) -> Vec<Filled> {
    let list = part.past(&["select"]).past_any(&["all", "distinct"]);
    let list = if list.begin(&["on", "("]) { list.skip(3 + list.skip(2).inside().len()) } else { list };
    list.before(&["from", "where", "order", "limit", "into"]).split(",").iter().map(value).collect()
}

/// What stands for a value: a column as it is, all of them, or something else.
fn value(part: &Words) -> Filled {
    let part = part.before(&["as"]);
    let mut rest = part.clone();
    while rest.name(0).is_some() && rest.word(1) == "." {
        rest = rest.skip(2);
    }
    if rest.word(0) == "*" && rest.len() == 1 {
        return Filled::All;
    }
    let alone = rest.len() == 1 || rest.word(1) == "::" || (rest.len() == 2 && rest.name(1).is_some());
    match rest.name(0).filter(|_| alone) {
        Some(name) => Filled::Column(name.to_owned()),
        None => Filled::Other,
    }
}

/// The columns of different rows that conditions hold equal.
fn links(words: &Words) -> Vec<(String, String)> {
    const BEFORE: &[&str] = &["where", "and", "on", "(", "when", "if", "elsif"];
    const AFTER: &[&str] = &[
        "",
        "and",
        ")",
        "then",
        "when",
        "order",
        "group",
        "limit",
        "returning",
        ";",
        "union",
        "loop",
        "where",
        "join",
        "left",
    ];
    if words.has(&["or"]) {
        return Vec::new();
    }
    let mut all = Vec::new();
    for at in (1..words.len()).filter(|at| words.word(*at) == "=") {
        let from = start_of_name(words, at - 1);
        let (left, right) = (words.skip(from).take(at - from), words.skip(at + 1));
        let end = end_of_name(&right);
        let right = right.take(end);
        let bounds = from > 0 && BEFORE.contains(&words.word(from - 1)) && AFTER.contains(&words.word(at + 1 + end));
        if let Some((a, b)) = left.last_name().zip(right.last_name()).filter(|_| bounds) {
            let apart = (left.len() > 1 && right.len() > 1 && left.word(0) != right.word(0))
                || (left.len() != right.len())
                || (left.len() == 1 && a != b);
            all.extend(apart.then_some((a, b)));
        }
    }
    for at in (0..words.len()).filter(|at| words.skip(*at).begin(&["using", "("])) {
        let list = words.skip(at + 2).inside();
        all.extend(list.split(",").iter().filter_map(|it| it.name(0).map(|name| (name.to_owned(), name.to_owned()))));
    }
    all
}

pub(super) fn start_of_name(words: &Words, last: usize) -> usize {
    let mut at = last;
    while at >= 2 && words.word(at - 1) == "." {
        at -= 2;
    }
    at
}

pub(super) fn end_of_name(words: &Words) -> usize {
    let mut at = 1;
    while words.word(at) == "." {
        at += 2;
    }
    at
}

/// The columns that an INSERT fills with something else than what is called so; `*` where it does not say which.
pub(super) fn filled_anew(row: &Words) -> Vec<String> {
    let (columns, values) = filled(row);
    let anew = |value: &Filled, name: &str| !matches!(value, Filled::Column(it) if it == name);
    if columns.is_empty() {
        let any = values.is_empty() || values.contains(&Filled::Other);
        return any.then(|| "*".to_owned()).into_iter().collect();
    }
    let mut pairs = columns.iter().enumerate();
    pairs
        .by_ref()
        .filter(|(at, name)| values.get(*at).is_none_or(|it| anew(it, name)))
        .map(|(_, it)| it.clone())
        .collect()
}

/// The names that may stand for something else than the columns that have them.
pub(super) fn renamed(words: &Words) -> Vec<String> {
    let mut all = Vec::new();
    for at in 1..words.len() {
        let Some(name) = words.name(at) else { continue };
        let before = words.skip(at - 1);
        let other = |value: &Words| value.name(0) != Some(name);
        let is_value = before.is_literal(0)
            || before.word(0) == ")"
            || before.word(0).starts_with(|c: char| c.is_ascii_digit())
            || before.name(0).is_some_and(|it| !keyword(it));
        let said = before.word(0) == "as" && at > 1 && other(&words.skip(at - 2));
        if said || (is_value && other(&before)) {
            all.push(name.to_owned());
        }
        // The columns of what has a name of its own.
        let list = words.skip(at + 2).inside();
        let lists = ["as", ")", "with", "recursive", ","].contains(&before.word(0)) && words.word(at + 1) == "(";
        if lists && list.split(",").iter().all(|it| it.len() == 1 && it.name(0).is_some()) {
            all.extend(list.split(",").iter().filter_map(|it| it.name(0).map(str::to_owned)));
        }
    }
    all
}

/// A block that a statement runs.
pub(super) fn judge(words: &Words, names: &Names, told: &mut Vec<Told>) {
    if let Some(text) = code::block(words).filter(|_| words.begin(&["do"])) {
        in_block(&Words::of(&text), names, told);
    }
}
