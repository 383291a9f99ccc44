//! An index of a table in partitions: one of the parent alone, then one of each partition while others read and write it,
//! which the parent's takes over.

use super::Index;
use crate::hazard::{BUILDS_INDEX, Build, Hazard};
use crate::kind::{KindTag, Object, partition};
use crate::plan::{Context, Step};
use crate::schema::Id;
use crate::sql::qualified;

/// The statements, where every partition is known, stays, and has no such index already.
pub(super) fn over_partitions(index: &Index, id: &Id, cx: &Context<'_>) -> Option<Vec<Step>> {
    let table = id.table().filter(|table| cx.is_in_use(id) && cx.is_partitioned(table))?;
    let all = cx.known_partitions(&table)?;
    let has_own = |table: &Id| {
        let mut own = cx.desired.children_of(table, KindTag::Index);
        own.any(|(_, entry)| matches!(&entry.object, Object::Index(own) if own == index))
    };
    let steady = |(child, parent): &(Id, Id)| cx.steady_parents(child) == [parent.clone()] && !has_own(child);
    if all.is_empty() || cx.carries_foreign_key(id) || !all.iter().all(steady) {
        return None;
    }
    let hazards = index.hazards(id, cx, true);
    let fails = hazards.iter().filter(|hazard| hazard.rule != &BUILDS_INDEX).cloned().collect();
    let mut tree = Tree { index, cx, fails, names: vec![id.name.clone()], steps: Vec::new() };
    let head = index.statement("IF NOT EXISTS ", &id.name, &format!("ONLY {}", table.sql()));
    tree.steps.push(Step::safe(head));
    tree.below(&table, &id.sql(), &all);
    Some(tree.steps.into_iter().map(Step::alone).collect())
}

/// The statements for a tree of partitions as they come together.
struct Tree<'a> {
    index: &'a Index,
    cx: &'a Context<'a>,
    fails: Vec<Hazard>,
    names: Vec<String>,
    steps: Vec<Step>,
}

impl Tree<'_> {
    /// What the partitions of a table need, whose index is called `whole`.
    fn below(&mut self, table: &Id, whole: &str, all: &[(Id, Id)]) {
        for (child, _) in all.iter().filter(|(_, parent)| parent == table) {
            if let Some(own) = self.own(child) {
                self.steps.push(Step::safe(format!("ALTER INDEX {whole} ATTACH PARTITION {}", own.sql())));
                continue;
            }
            let name = self.name(child);
            let part = qualified(&child.namespace, &name);
            if self.cx.is_partitioned(child) {
                let sql = self.index.statement("IF NOT EXISTS ", &name, &format!("ONLY {}", child.sql()));
                self.steps.push(Step::safe(sql));
                self.below(child, &part, all);
            } else {
                let sql = self.index.statement("CONCURRENTLY IF NOT EXISTS ", &name, &child.sql());
                let builds = BUILDS_INDEX.because(format!("`{name}` on `{}`", child.name)).of_rows(Some(child.clone()));
                let builds = builds.building(Build::of(&self.index.using, true));
                self.steps.push(Step::risky(sql, [builds].into_iter().chain(self.fails.clone())));
            }
            self.steps.push(Step::safe(format!("ALTER INDEX {whole} ATTACH PARTITION {part}")));
        }
    }

    /// An equal index that a partition has by itself, which becomes its part.
    fn own(&self, child: &Id) -> Option<&Id> {
        let is_equal = |object: &Object| matches!(object, Object::Index(own) if own == self.index);
        let mut own = self.cx.current.children_of(child, KindTag::Index);
        own.find(|(_, entry)| is_equal(&entry.object)).map(|(id, _)| id)
    }

    /// What PostgreSQL would call the partition's part, or something like it where that is taken.
    fn name(&mut self, child: &Id) -> String {
        let object = Object::Index(self.index.clone());
        let probe = Id::of(KindTag::Index, child, "");
        let names = &self.names;
        let name = self.cx.free_name(&probe, |digits| {
            let usual = partition::copied_name(&child.name, &object, digits).unwrap_or_default();
            // One of this plan is not in any schema.
            if names.contains(&usual) { String::new() } else { usual }
        });
        self.names.push(name.clone());
        name
    }
}
