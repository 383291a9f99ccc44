//! Changes a made-up schema as an author would, several things at once.

use std::collections::HashSet;

use super::classes::{identity, kinds};
use super::model::{Class, Column, Filled, Model, Named, Part, Uid};
use super::names::{comment, name};
use super::others;
use super::prng::Rng;
use super::texts;

/// The schema some changes later.
pub fn mutated(rng: &mut Rng, from: &Model) -> Model {
    let mut to = from.clone();
    forget(&mut to);
    for _ in 0..1 + rng.below(7) {
        one(rng, &mut to);
    }
    to
}

/// Former names are of one step only.
fn forget(model: &mut Model) {
    model.namespaces.iter_mut().for_each(|n| n.was = None);
    model.functions.iter_mut().for_each(|f| f.was = None);
    model.others.iter_mut().for_each(|o| o.was = None);
    model.children.iter_mut().for_each(|c| c.was = None);
    for one in &mut model.enums {
        one.was = None;
        one.values.iter_mut().for_each(|v| v.1 = None);
    }
    for table in &mut model.tables {
        table.was = None;
        table.columns.iter_mut().for_each(|c| c.was = None);
        table.parts.iter_mut().for_each(|p| p.was = None);
    }
}

fn one(rng: &mut Rng, model: &mut Model) {
    match rng.below(36) {
        20..26 => others::mutate(rng, model),
        26..29 => model.mutate_more(rng),
        29..32 => model.mutate_children(rng),
        32..34 => model.mutate_grants(rng),
        34 => model.mutate_roles(rng),
        0 => model.add_table(rng),
        1 if !model.tables.is_empty() => drop(model.tables.remove(rng.below(model.tables.len()))),
        2 => function(rng, model),
        3 | 4 => enumeration(rng, model),
        5 => namespace(rng, model),
        6 if !model.sets.is_empty() => {
            let at = rng.below(4);
            match model.sets[0].members.get(at) {
                Some(_) => drop(model.sets[0].members.remove(at)),
                None => model.tables.iter_mut().for_each(|t| t.set = t.set.filter(|_| rng.chance(50))),
            }
        }
        7..=9 if !model.tables.is_empty() => table(rng, model),
        10..=12 => model.add_part(rng),
        13 | 14 => part(rng, model),
        _ if !model.tables.is_empty() => column(rng, model),
        _ => model.add_table(rng),
    }
}

/// Gives a new name, or says that it is none.
pub fn rename(rng: &mut Rng, taken: &mut HashSet<String>, name: &mut String, was: &mut Option<String>) {
    let new = self::name(rng, taken);
    let old = std::mem::replace(name, new);
    // Without a former name it is another object that comes, and this one that goes.
    if rng.chance(80) {
        was.get_or_insert(old);
    }
}

fn function(rng: &mut Rng, model: &mut Model) {
    if model.functions.is_empty() {
        return model.add_function(rng);
    }
    let at = rng.below(model.functions.len());
    match rng.below(8) {
        0 => model.add_function(rng),
        1 => drop(model.functions.remove(at)),
        2 => {
            let mut taken = model.taken();
            let it = &mut model.functions[at];
            rename(rng, &mut taken, &mut it.name, &mut it.was);
            it.name = it.name.replace('(', "[");
        }
        3 => {
            let it = &mut model.functions[at];
            it.argument = if it.argument.is_some() { None } else { it.takes.map(|_| "renamed".to_owned()) };
        }
        4 => model.functions[at].comment = comment(rng),
        5 => model.functions[at].more = rng.some(&["strict", "security_definer", "leakproof"], 2),
        _ => {
            let old = model.functions[at].clone();
            let (takes, gives, language, volatility, body) = model.body(rng);
            let it = &mut model.functions[at];
            (it.takes, it.gives, it.language, it.volatility, it.body) = (takes, gives, language, volatility, body);
            it.argument = old.argument.filter(|_| takes.is_some());
        }
    }
}

fn enumeration(rng: &mut Rng, model: &mut Model) {
    if model.enums.is_empty() {
        return model.add_enum(rng);
    }
    let at = rng.below(model.enums.len());
    let mut values: HashSet<String> = model.enums[at].values.iter().map(|v| v.0.clone()).collect();
    let mut taken = model.taken();
    let it = &mut model.enums[at];
    let place = rng.below(it.values.len() + 1);
    match rng.below(9) {
        0 => model.add_enum(rng),
        1 => drop(model.enums.remove(at)),
        2 => rename(rng, &mut taken, &mut it.name, &mut it.was),
        3 | 4 => it.values.insert(place, (name(rng, &mut values), None)),
        5 if it.values.len() > 1 && place < it.values.len() => drop(it.values.remove(place)),
        6 if it.values.len() > 1 => it.values.rotate_left(1),
        7 if place < it.values.len() => {
            let (name, was) = &mut it.values[place];
            rename(rng, &mut values, name, was);
        }
        _ => it.comment = comment(rng),
    }
}

fn namespace(rng: &mut Rng, model: &mut Model) {
    if model.namespaces.len() < 2 {
        return model.add_namespace(rng);
    }
    let at = 1 + rng.below(model.namespaces.len() - 1);
    let mut taken: HashSet<String> = model.namespaces.iter().map(|n| n.name.clone()).collect();
    match rng.below(4) {
        0 => model.add_namespace(rng),
        1 => {
            let gone = model.namespaces.remove(at).uid;
            model.tables.retain(|t| t.namespace != gone);
            model.enums.retain(|e| e.namespace != gone);
            model.functions.retain(|f| f.namespace != gone);
            model.others.retain(|o| o.namespace != gone);
            model.children.retain(|c| c.namespace != gone);
            model.later.retain(|l| l.namespace != Some(gone));
            model.vector_in = model.vector_in.filter(|uid| *uid != gone);
        }
        2 => {
            let it = &mut model.namespaces[at];
            rename(rng, &mut taken, &mut it.name, &mut it.was);
            it.name = it.name.replace('(', "[");
        }
        _ => model.namespaces[at].comment = comment(rng),
    }
}

fn table(rng: &mut Rng, model: &mut Model) {
    let at = rng.below(model.tables.len());
    let mut taken = model.taken();
    let it = &mut model.tables[at];
    match rng.below(6) {
        0 | 1 => rename(rng, &mut taken, &mut it.name, &mut it.was),
        2 => it.comment = comment(rng),
        3 => it.security = *rng.pick(&["off", "on", "force"]),
        4 => it.fillfactor = if it.fillfactor.is_some() { None } else { Some(80) },
        _ => model.choose_key(rng, at),
    }
}

fn part(rng: &mut Rng, model: &mut Model) {
    let at = rng.below(model.tables.len());
    if model.tables.is_empty() || model.tables[at].parts.is_empty() {
        return model.add_part(rng);
    }
    let which = rng.below(model.tables[at].parts.len());
    let mut taken = model.taken();
    let it = &mut model.tables[at].parts[which];
    match rng.below(6) {
        0 => drop(model.tables[at].parts.remove(which)),
        1 => rename(rng, &mut taken, &mut it.name, &mut it.was),
        2 => it.comment = comment(rng),
        // Another thing under the same name, perhaps of another kind.
        3 => drop(model.part(rng, at).map(|part| model.tables[at].parts[which].part = part)),
        _ => alter_part(rng, model, at, which),
    }
}

/// Changes a part in place.
fn alter_part(rng: &mut Rng, model: &mut Model, at: usize, which: usize) {
    let text = texts::condition(rng, model, &model.tables[at]);
    let rule = texts::rule(rng, model, &model.tables[at]);
    if let Part::Trigger(_) = model.tables[at].parts[which].part {
        return others::alter_trigger(rng, model, at, which);
    }
    let Named { part, .. } = &mut model.tables[at].parts[which];
    match part {
        Part::Unique { nulls, deferrable, .. } => {
            *nulls = !*nulls;
            *deferrable = rng.chance(30).then_some("deferred");
        }
        Part::Check { text: old, not_valid } => {
            *not_valid = rng.chance(20);
            if let (Some(text), true) = (text, rng.chance(60)) {
                *old = text;
            }
        }
        Part::ForeignKey { delete, update, more, .. } => {
            *delete = *rng.pick(&["cascade", "restrict", "no action"]);
            *update = *rng.pick(&["cascade", "restrict", "no action"]);
            *more =
                if rng.chance(50) { vec![("deferrable", *rng.pick(&["deferred", "immediate"]))] } else { Vec::new() };
        }
        Part::Index(index) => match index.using {
            "btree" if rng.chance(50) => index.unique = !index.unique,
            "hnsw" => index.with = vec![("m", 4 + rng.below(30) as i64)],
            "btree" => index.with = if index.with.is_empty() { vec![("fillfactor", 60)] } else { Vec::new() },
            _ => index.keys.iter_mut().for_each(|key| key.more.clear()),
        },
        Part::Policy { command, restrictive, using, check, to } => match rng.below(4) {
            0 => *restrictive = !*restrictive,
            1 => to.clear(),
            2 if *command != "insert" => *using = rule,
            _ if matches!(*command, "all" | "update") => *check = if check.is_some() { None } else { rule },
            _ => {}
        },
        Part::Exclusion { deferrable, predicate, .. } => {
            *deferrable = !*deferrable;
            if rng.chance(30) {
                *predicate = None;
            }
        }
        Part::Trigger(_) => {}
    }
    if let Part::Index(index) = part {
        index.with.retain(|(key, _)| index.using == "btree" || *key != "fillfactor");
        let opclass = [("opclass", "vector_l2_ops")];
        let vector = index.using == "hnsw";
        index.keys.iter_mut().filter(|key| vector && key.more.is_empty()).for_each(|key| key.more.extend(opclass));
    }
}

fn column(rng: &mut Rng, model: &mut Model) {
    let at = rng.below(model.tables.len());
    if model.tables[at].columns.is_empty() || rng.chance(15) {
        return model.add_column(rng, at);
    }
    let which = rng.below(model.tables[at].columns.len());
    let keyable = model.keyable(at);
    let old = model.tables[at].columns[which].clone();
    let mut taken: HashSet<String> = model.tables[at].columns.iter().map(|c| c.name.clone()).collect();
    let default = texts::default(rng, model, old.class);
    let computed = model.computed(rng, at, old.class);
    let referred = |part: &Named| matches!(&part.part, Part::ForeignKey { target, .. } if target.contains(&old.uid));
    let in_key = model.tables.iter().flat_map(|t| &t.parts).any(|part| match &part.part {
        Part::ForeignKey { columns, target, .. } => columns.contains(&old.uid) || target.contains(&old.uid),
        _ => false,
    });
    let key = if model.tables.iter().flat_map(|t| &t.parts).any(referred) { vec![old.uid] } else { Vec::new() };
    let it = &mut model.tables[at].columns[which];
    match rng.below(12) {
        0 => remove(model, at, old.uid),
        1 | 2 => rename(rng, &mut taken, &mut it.name, &mut it.was),
        // Keys of two kinds of numbers cannot be compared.
        3 | 4
            if !kinds(old.class)[0].is_empty()
                && old.class != Class::Misc
                && (old.class != Class::Number || !in_key) =>
        {
            it.kind = (*rng.pick(kinds(old.class))).to_owned()
        }
        5 if keyable.contains(&old.uid) && !key.contains(&old.uid) => retype(rng, it),
        6 if keyable.contains(&old.uid) => it.not_null = !it.not_null,
        7 => it.comment = comment(rng),
        8 if old.class == Class::Text => it.collation = if it.collation.is_some() { None } else { Some("C") },
        9 if keyable.contains(&old.uid) && old.class == Class::Int => it.filled = identity(rng),
        10 if old.class.ordered() => it.unique = !it.unique && !matches!(it.filled, Filled::Generated(_, false)),
        _ => match it.filled {
            Filled::Generated(..) if rng.chance(40) => it.filled = Filled::Nothing,
            Filled::Generated(..) => it.filled = computed.filter(|_| !it.unique).unwrap_or(Filled::Nothing),
            _ => it.filled = default.map_or(Filled::Nothing, Filled::Default),
        },
    }
    if let Some(it) = model.tables[at].columns.iter_mut().find(|c| c.uid == old.uid && c.filled != Filled::Nothing) {
        // What a sequence of its own fills has no other default.
        it.kind = it.kind.replace("serial", "int");
    }
}

/// Gives a column another kind of values, and takes away what only fitted the old.
fn retype(rng: &mut Rng, column: &mut Column) {
    column.class = *rng.pick(&[Class::Text, Class::Int, Class::Number]);
    column.kind = (*rng.pick(kinds(column.class))).to_owned();
    (column.filled, column.collation, column.one_of) = (Filled::Nothing, None, false);
}

fn remove(model: &mut Model, at: usize, uid: Uid) {
    let table = &mut model.tables[at];
    if table.columns.len() > 1 {
        table.columns.retain(|c| c.uid != uid);
        table.key.retain(|key| *key != uid);
    }
}
