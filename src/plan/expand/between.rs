//! The schema between: what there is, with a new column beside each old one, a trigger that keeps the two in step, and
//! everything that is about the old one and has to be built made about the new one, too.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::hindrance::{family, new_types};
use crate::diff::{Change, follow};
use crate::kind::{Beside, Column, KindTag, NotNull, Object, Table, lineage, sync};
use crate::load::make;
use crate::schema::{Entry, Id, Schema};

/// The way from one schema to another in two goes.
pub(super) struct Stages {
    /// What the first leads to.
    pub(super) between: Schema,
    /// What the second begins with: new names for the new, and other ones for the old.
    pub(super) renames: Vec<Change>,
    /// The schema between, after these.
    pub(super) renamed: Schema,
    /// The columns, as they are called before and after.
    pub(super) columns: Vec<Id>,
    /// What is old, under the names that it has at the end.
    pub(super) asides: HashSet<Id>,
    /// What is there only between.
    pub(super) scaffold: HashSet<Id>,
    /// The parts that partitions have of what is new, and the names that they have at the end.
    pub(super) parts: Vec<(Id, String)>,
}

/// A column and what its new one is called until it takes the old one's place.
struct Pair {
    old: Id,
    new: Id,
}

/// The stages for some columns; nothing where a table has a trigger that would fire after any other.
pub(super) fn stages(current: &Schema, desired: &Schema, columns: &[Id], version: u32) -> Option<Stages> {
    let mut names = Names::of(current, desired);
    let pairs: Vec<Pair> = columns.iter().map(|old| Pair { old: old.clone(), new: names.free(old, "_new") }).collect();
    let mut making =
        Making { current, between: current.clone(), renames: Vec::new(), scaffold: HashSet::new(), parts: Vec::new() };
    for Pair { old, new } in &pairs {
        making.columns(old, new, desired, &mut names, version);
    }
    let followed = pairs.iter().fold(desired.clone(), |schema, pair| follow(&schema, &pair.old, &pair.new));
    making.copies(&pairs, &followed, &mut names);
    making.triggers(&pairs, desired, &mut names)?;
    let Making { between, renames, scaffold, parts, .. } = making;
    let mut renamed = renames.iter().fold(between.clone(), |schema, rename| match rename {
        Change::Rename { from, to } => follow(&schema, from, to),
        _ => schema,
    });
    let aside = |old: &Id| {
        let mut aside = renames.iter().filter_map(|rename| match rename {
            Change::Rename { from, to } if from == old => Some(to.clone()),
            _ => None,
        });
        aside.next()
    };
    // What took another's place stands in for that under its own name.
    let swapped = |(old, new): (&Id, &Id)| match aside(old) {
        Some(aside) => (aside, old.clone()),
        None => (old.clone(), new.clone()),
    };
    renamed.stand_ins = between.stand_ins.iter().map(swapped).collect();
    let asides = renames.iter().filter_map(|rename| match rename {
        Change::Rename { to, .. } if !desired.contains(to) => Some(to.clone()),
        _ => None,
    });
    let asides = asides.collect();
    Some(Stages { between, renames, renamed, columns: columns.to_vec(), asides, scaffold, parts })
}

struct Making<'a> {
    current: &'a Schema,
    between: Schema,
    renames: Vec<Change>,
    scaffold: HashSet<Id>,
    parts: Vec<(Id, String)>,
}

impl Making<'_> {
    /// The new column, which has no default and no numbers of its own: it has what the old one has.
    fn columns(&mut self, old: &Id, new: &Id, desired: &Schema, names: &mut Names, version: u32) {
        let Some((to, Object::Column(column))) = desired.get(old).map(|entry| (entry, &entry.object)) else { return };
        for id in new_types(old, self.current, desired).unwrap_or_default() {
            desired.get(&id).into_iter().for_each(|entry| drop(self.between.insert(id.clone(), entry.clone())));
        }
        let mut column = column.beside_itself();
        if column.not_null && version >= 180_000 {
            self.name_not_null(old, &mut column, names);
        }
        // Partitions get theirs with it.
        for child in family(old, self.current).into_iter().filter(|child| child != old) {
            let (id, column) = (Id { name: new.name.clone(), ..child }, lineage::handed_on(&column));
            self.between.insert(id, Entry::from(Object::from(column)));
        }
        self.between.insert(new.clone(), Entry { object: column.into(), comment: to.comment.clone() });
        self.between.stand_ins.insert(old.clone(), new.clone());
        self.takes_place(old, new, names);
    }

    /// The name that the new column's NOT NULL will have at the end must be free before.
    fn name_not_null(&mut self, old: &Id, column: &mut Column, names: &mut Names) {
        let usual = make(&old.owner, Some(&old.name), "not_null");
        let name = column.not_null_as.name.clone().unwrap_or(usual);
        let aside = names.free(&Id { kind: KindTag::Check, name: name.clone(), ..old.clone() }, "_old").name;
        if let Some(Object::Column(before)) = self.between.get_mut(old).map(|entry| &mut entry.object)
            && before.not_null
        {
            before.not_null_as = NotNull { name: Some(aside), ..before.not_null_as.clone() };
        }
        column.not_null_as.name = Some(name);
    }

    fn takes_place(&mut self, old: &Id, new: &Id, names: &mut Names) {
        let aside = names.free(old, "_old");
        self.renames.push(Change::Rename { from: old.clone(), to: aside });
        self.renames.push(Change::Rename { from: new.clone(), to: old.clone() });
    }

    /// What is about the old column and is to be about the new one, made beforehand.
    fn copies(&mut self, pairs: &[Pair], followed: &Schema, names: &mut Names) {
        let news: HashSet<Id> = pairs.iter().flat_map(|pair| family(&pair.new, &self.between)).collect();
        for (id, entry) in followed.iter().filter(|(id, _)| self.current.contains(id)) {
            let (object, stands) = match entry.object.beside() {
                Beside::Made(object) => (object, false),
                Beside::StandsOn(object) => (object, true),
                Beside::Changes | Beside::Hinders(_) => continue,
            };
            let mut needs = entry.object.depends_on(id, followed);
            needs.retain(|need| need.kind == KindTag::Column);
            // It may be about what this plan makes only later.
            let there = |need: &Id| news.contains(need) || self.current.contains(need);
            if !needs.iter().any(|need| news.contains(need)) || !needs.iter().all(there) {
                continue;
            }
            if stands && self.stand_in_partitions(id, &object, names) {
                continue;
            }
            let copy = Id { kind: object.kind(), ..names.free(id, "_new") };
            self.name_parts(id, &copy, names);
            let comment = entry.comment.clone().filter(|_| !stands);
            self.between.insert(copy.clone(), Entry { object, comment });
            if stands {
                self.scaffold.insert(copy.clone());
                self.between.stand_ins.insert(id.clone(), copy);
            } else {
                self.takes_place(id, &copy, names);
            }
        }
    }

    /// What a key of a table in partitions will stand on: an index of each of them, which is no part of any other.
    fn stand_in_partitions(&mut self, id: &Id, index: &Object, names: &mut Names) -> bool {
        let leaves = parts(id, self.current);
        for part in leaves.iter().filter(|part| part.table().is_some_and(|table| !is_spread(&table, self.current))) {
            let copy = Id { kind: index.kind(), ..names.free(part, "_new") };
            self.between.insert(copy.clone(), Entry::from(index.clone()));
            self.scaffold.insert(copy.clone());
            self.between.stand_ins.insert(part.clone(), copy);
        }
        !leaves.is_empty()
    }

    /// What its partitions' parts of a new key or index are called until they take the names of the old one's.
    fn name_parts(&mut self, id: &Id, copy: &Id, names: &mut Names) {
        let mut new = BTreeMap::from([((id.table(), id.name.clone()), copy.name.clone())]);
        for part in parts(id, self.current) {
            let tie = part.table().map(|table| Id::own(KindTag::Partition, &table));
            let Some(tie) = tie.and_then(|tie| self.between.get_mut(&tie)) else { continue };
            let Object::Partition(tie) = &mut tie.object else { continue };
            let above = tie.whole_of(&part.name).map(|whole| (Some(tie.parent()), whole.to_owned()));
            let Some(above) = above.and_then(|above| new.get(&above).cloned()) else { continue };
            let named = names.free(&part, "_new").name;
            tie.expect(named.clone(), above, id.kind != KindTag::Index);
            self.parts.push((Id { name: named.clone(), ..part.clone() }, part.name.clone()));
            new.insert((part.table(), part.name), named);
        }
    }

    /// A function and a trigger for each table.
    fn triggers(&mut self, pairs: &[Pair], desired: &Schema, names: &mut Names) -> Option<()> {
        let mut tables: BTreeMap<Id, Vec<(Id, &Column, Id, &Column)>> = BTreeMap::new();
        for Pair { old, new } in pairs {
            let (Object::Column(from), Object::Column(to)) = (self.current.object(old)?, desired.object(old)?) else {
                return None;
            };
            tables.entry(old.table()?).or_default().push((old.clone(), from, new.clone(), to));
        }
        for (table, pairs) in tables {
            let function = names.free(&Id { kind: KindTag::Function, ..table.clone() }, "in_step");
            let trigger = Id::of(KindTag::Trigger, &table, &last_name(&table, self.current, desired)?);
            let (calls, fires) = sync(&pairs, &function);
            self.between.insert(function.clone(), Entry::from(Object::from(calls)));
            self.between.insert(trigger.clone(), Entry::from(Object::from(fires)));
            self.scaffold.extend([function, trigger]);
        }
        Some(())
    }
}

/// The parts that partitions have of a key or index of their table, from the top down.
fn parts(id: &Id, schema: &Schema) -> Vec<Id> {
    let mut all = vec![id.clone()];
    let mut at = 0;
    while let Some(whole) = all.get(at).cloned() {
        let below = whole.table().map(|table| lineage::children(schema, &table)).unwrap_or_default();
        all.extend(below.iter().filter_map(|child| match schema.object(&Id::own(KindTag::Partition, child)) {
            Some(Object::Partition(tie)) => Some(Id::of(id.kind, child, tie.part_of(&whole.name)?)),
            _ => None,
        }));
        at += 1;
    }
    all.split_off(1)
}

/// Whether a table is spread over partitions.
fn is_spread(table: &Id, schema: &Schema) -> bool {
    matches!(schema.object(table), Some(Object::Table(Table { partition_by: Some(_), .. })))
}

/// Triggers fire in the order of their names, byte by byte: this one has to be behind all others, which may still change
/// the row.
fn last_name(table: &Id, current: &Schema, desired: &Schema) -> Option<String> {
    let all = || [current, desired].into_iter().flat_map(|schema| schema.children_of(table, KindTag::Trigger));
    let prefixed =
        ["zz_", "zzz_", "~", "~~~~"].iter().map(|first| make(&format!("{first}{}", table.name), None, "in_step"));
    let mut fits = prefixed.filter(|name| all().all(|(id, _)| id.name.as_bytes() < name.as_bytes()));
    fits.next()
}

/// The names that are taken: those of columns in each table, others in each namespace.
struct Names(BTreeSet<(String, String, String)>);

impl Names {
    fn of(current: &Schema, desired: &Schema) -> Self {
        let mut names = Self(BTreeSet::new());
        for (id, entry) in current.iter().chain(desired.iter()) {
            names.take(id, &id.name);
            if let Object::Column(Column { not_null_as: NotNull { name: Some(name), .. }, .. }) = &entry.object {
                names.take(&Id { kind: KindTag::Check, ..id.clone() }, name);
            }
        }
        names
    }

    /// Says whether a name was free; then it is not any more.
    fn take(&mut self, id: &Id, name: &str) -> bool {
        let table = if id.kind == KindTag::Column { id.owner.clone() } else { String::new() };
        self.0.insert((id.namespace.clone(), table, name.to_owned()))
    }

    /// A name made of an object's own that nothing has, and nothing will get.
    fn free(&mut self, id: &Id, suffix: &str) -> Id {
        let named = |pass: usize| {
            let digits = if pass == 0 { String::new() } else { pass.to_string() };
            make(&id.name, None, &format!("{suffix}{digits}"))
        };
        let name = (0..).map(named).find(|name| self.take(id, name));
        Id { name: name.unwrap_or_default(), ..id.clone() }
    }
}
