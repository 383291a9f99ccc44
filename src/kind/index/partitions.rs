//! An index of a table in partitions: one of the parent alone, then one of each partition while others read and write it,
//! which the parent's takes over.

use super::Index;
use crate::hazard::{BUILDS_INDEX, Build, Hazard};
use crate::kind::{KindTag, Object, beside, index_partition, lineage, partition};
use crate::load::make;
use crate::plan::{Context, Step};
use crate::schema::{Id, Schema};
use crate::sql::{qualified, quote_ident, quote_literal};

/// The statements, where every partition is known and stays; nothing where one statement does the same.
pub(super) fn over_partitions(index: &Index, id: &Id, cx: &Context<'_>) -> Option<Vec<Step>> {
    let (table, all) = steady(index, id, cx)?;
    let online = cx.is_in_use(id) && !cx.carries_foreign_key(id);
    // One statement would take what a partition keeps for itself.
    let keeps = |child: &Id| {
        let mut own = cx.current.children_of(child, KindTag::Index).filter(|(own, _)| cx.desired.contains(own));
        own.any(|(_, entry)| matches!(&entry.object, Object::Index(own) if own == index))
    };
    if !online && !all.iter().any(|(child, _)| keeps(child)) {
        return None;
    }
    let mut tree = Tree::new(index, id, online, cx);
    let head = if online { "IF NOT EXISTS " } else { "" };
    tree.steps.push(Step::safe(index.statement(head, &id.name, &format!("ONLY {}", table.sql()))));
    tree.below(&table, &id.sql(), &all);
    Some(tree.steps())
}

/// The statements that give each partition that lacks it its part of an index that is of their table alone, where every
/// one is known and stays.
pub(super) fn finished(index: &Index, id: &Id, cx: &Context<'_>) -> Option<Vec<Step>> {
    let (table, all) = steady(index, id, cx)?;
    let mut tree = Tree { finishes: true, ..Tree::new(index, id, cx.is_in_use(id), cx) };
    tree.below(&table, &id.sql(), &all);
    // Where each has its part and it is not whole all the same, a part is the rest of a build that failed.
    Some(tree.steps()).filter(|steps| !steps.is_empty())
}

/// The statements that put another index in the place of one while others read and write the partitions: it is built
/// beside that, whose name and those of its parts it takes as that goes. Nothing where that has to be one transaction.
///
/// What hangs on the order of the plan must not decide, as this is asked before there is one.
pub(super) fn replaced(before: &Index, index: &Index, id: &Id, cx: &Context<'_>) -> Option<Vec<Step>> {
    let (table, all) = steady(index, id, cx)?;
    if !cx.is_in_use(id) || cx.is_retyped(id) || cx.would_carry_foreign_key(id) {
        return None;
    }
    let spare = cx.spare_name(id);
    let mut tree = Tree { before: Some(before), ..Tree::new(index, id, true, cx) };
    tree.names.push(spare.clone());
    tree.steps.push(Step::safe(index.statement("IF NOT EXISTS ", &spare, &format!("ONLY {}", table.sql()))));
    tree.takes_name(id, &spare);
    let whole = qualified(&id.namespace, &spare);
    tree.below(&table, &whole, &all);
    let drop = format!("DROP INDEX {}", id.sql());
    let comment = cx.kept_comment(id).map(|text| format!("COMMENT ON INDEX {} IS {}", id.sql(), quote_literal(text)));
    let swap = [drop].into_iter().chain(std::mem::take(&mut tree.swap)).chain(comment);
    let swap = beside::at_once(&whole, swap);
    tree.steps.push(Step::risky(swap, before.breaks_as(index)));
    Some(tree.steps())
}

/// The statements for an index of a table in partitions alone, with the parts that some of them are known to have.
pub(super) fn partly(index: &Index, id: &Id, cx: &Context<'_>) -> Vec<Step> {
    let mut steps = vec![Step::risky(index.text(id, &id.name, false), index.hazards(id, cx, false))];
    if let Some(table) = id.table() {
        parts(index, &table, (&id.name, &id.sql()), cx, &mut steps);
    }
    steps
}

fn parts(index: &Index, table: &Id, (whole, sql): (&str, &str), cx: &Context<'_>, steps: &mut Vec<Step>) {
    for child in lineage::children(cx.desired, table) {
        let Some(Object::Partition(tie)) = cx.desired.object(&Id::own(KindTag::Partition, child)) else { continue };
        let Some(name) = tie.part_of(whole) else { continue };
        if index_partition::own_part(child, whole, cx.desired).is_some() {
            continue;
        }
        let part = qualified(&child.namespace, name);
        let only = if cx.is_partitioned(child) { "ONLY " } else { "" };
        steps.push(Step::safe(index.statement("", name, &format!("{only}{}", child.sql()))));
        parts(index, child, (name, &part), cx, steps);
        steps.push(Step::safe(format!("ALTER INDEX {sql} ATTACH PARTITION {part}")));
    }
}

/// The table of an index and its partitions, where all of them are known and stay.
fn steady(index: &Index, id: &Id, cx: &Context<'_>) -> Option<(Id, Vec<(Id, Id)>)> {
    let there = |table: &Id| cx.is_partitioned(table) && !cx.is_new(table) && !index.only;
    let table = id.table().filter(there)?;
    let all = cx.steady_partitions(&table)?;
    Some((table, all))
}

/// The statements for a tree of partitions as they come together.
struct Tree<'a> {
    index: &'a Index,
    id: &'a Id,
    cx: &'a Context<'a>,
    /// Whether others read and write the tables in the meantime.
    online: bool,
    /// Whether parts that are there already stay.
    finishes: bool,
    /// What it is built beside, which goes.
    before: Option<&'a Index>,
    fails: Vec<Hazard>,
    names: Vec<String>,
    steps: Vec<Step>,
    /// What gives it and its parts their names in the end.
    swap: Vec<String>,
}

impl<'a> Tree<'a> {
    fn new(index: &'a Index, id: &'a Id, online: bool, cx: &'a Context<'a>) -> Self {
        let hazards = index.hazards(id, cx, online);
        let fails = hazards.into_iter().filter(|hazard| hazard.rule != &BUILDS_INDEX).collect();
        let (names, steps, swap) = (vec![id.name.clone()], Vec::new(), Vec::new());
        Self { index, id, cx, online, finishes: false, before: None, fails, names, steps, swap }
    }

    fn steps(self) -> Vec<Step> {
        let online = self.online;
        self.steps.into_iter().map(|step| if online { step.alone() } else { step }).collect()
    }

    /// What the partitions of a table need, whose index is called `whole`.
    fn below(&mut self, table: &Id, whole: &str, all: &[(Id, Id)]) {
        for (child, _) in all.iter().filter(|(_, parent)| parent == table) {
            if let Some(part) = self.part(child, self.cx.current).filter(|_| self.finishes) {
                self.below(child, &qualified(&child.namespace, &part), all);
                continue;
            }
            let key = index_partition::own_part(child, &self.id.name, self.cx.desired);
            if let Some(own) = key.or_else(|| self.own(child)) {
                self.steps.push(Step::safe(format!("ALTER INDEX {whole} ATTACH PARTITION {}", own.sql())));
                continue;
            }
            let own = self.name(child);
            let name = self.spare_name(child, &own);
            let part = qualified(&child.namespace, &name);
            let again = if self.online { "IF NOT EXISTS " } else { "" };
            if self.cx.is_partitioned(child) {
                let sql = self.index.statement(again, &name, &format!("ONLY {}", child.sql()));
                self.steps.push(Step::safe(sql));
                self.below(child, &part, all);
            } else {
                let how = if self.online { "CONCURRENTLY IF NOT EXISTS " } else { "" };
                let sql = self.index.statement(how, &name, &child.sql());
                let builds = BUILDS_INDEX.because(format!("`{own}` on `{}`", child.name)).of_rows(Some(child.clone()));
                let builds = builds.building(Build::of(&self.index.using, self.online));
                self.steps.push(Step::risky(sql, [builds].into_iter().chain(self.fails.clone())));
            }
            self.steps.push(Step::safe(format!("ALTER INDEX {whole} ATTACH PARTITION {part}")));
        }
    }

    /// What the part of a partition is called that has one.
    fn part(&self, table: &Id, schema: &Schema) -> Option<String> {
        index_partition::part_of(schema, table, self.id)
    }

    /// An equal index that a partition has by itself and is not to keep, which becomes its part; not beside the part that
    /// it has.
    fn own(&self, child: &Id) -> Option<&Id> {
        let is_equal = |object: &Object| matches!(object, Object::Index(own) if own == self.index);
        let mut own = self.cx.current.children_of(child, KindTag::Index).filter(|_| self.before.is_none());
        own.find(|(id, entry)| is_equal(&entry.object) && !self.cx.desired.contains(id)).map(|(id, _)| id)
    }

    /// What a part is called until it takes its name from the one that goes.
    fn spare_name(&mut self, child: &Id, name: &str) -> String {
        let part = Id::of(KindTag::Index, child, name);
        if self.before.is_none() {
            return name.to_owned();
        }
        let names = &self.names;
        let spare = self.cx.free_name(&part, |digits| {
            let usual = make(name, None, &format!("_new{digits}"));
            if names.contains(&usual) { String::new() } else { usual }
        });
        self.names.push(spare.clone());
        self.takes_name(&part, &spare);
        spare
    }

    fn takes_name(&mut self, part: &Id, spare: &str) {
        let spare = qualified(&part.namespace, spare);
        self.swap.push(format!("ALTER INDEX {spare} RENAME TO {}", quote_ident(&part.name)));
        self.swap.extend(beside::marks(part, &part.name, self.cx).into_iter().map(|mark| mark.sql));
    }

    /// What the partition's part was called that comes back, or is to be called after the one that goes, or PostgreSQL would
    /// call it; or something like that where it is taken.
    fn name(&mut self, child: &Id) -> String {
        let is_new = |name: &String| !self.names.contains(name);
        let name = self.part(child, self.cx.desired).filter(is_new).unwrap_or_else(|| {
            let former = self.before.and_then(|before| Some((before, self.part(child, self.cx.current)?)));
            let Some((before, former)) = former else { return self.usual_name(child) };
            let [before, after] = [before, self.index].map(|index| Object::Index(index.clone()));
            partition::called_after(&former, &child.name, &before, &after, || self.usual_name(child))
        });
        self.names.push(name.clone());
        name
    }

    fn usual_name(&self, child: &Id) -> String {
        let object = Object::Index(self.index.clone());
        index_partition::name_to_be(child, self.id, &object, &self.names, self.cx)
    }
}
