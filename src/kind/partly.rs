//! A key of a table in partitions alone, as `ALTER TABLE ONLY … ADD` makes it, and what gives each partition its part.

use super::{KindTag, Object, lineage, partition};
use crate::plan::{Context, Step};
use crate::schema::Id;
use crate::sql::qualified;

/// The statements that add the key to a table under a name; of a table in partitions to that alone, where it is said.
type Adds<'a> = &'a dyn Fn(&Id, bool) -> Vec<Step>;

/// The statements for one of the parent alone, with the parts that some partitions are known to have.
pub(super) fn created(id: &Id, adds: Adds<'_>, cx: &Context<'_>) -> Vec<Step> {
    let mut steps = adds(id, true);
    below(id, adds, cx, &mut steps);
    steps
}

fn below(whole: &Id, adds: Adds<'_>, cx: &Context<'_>, steps: &mut Vec<Step>) {
    let Some(table) = whole.table() else { return };
    for child in lineage::children(cx.desired, &table) {
        let Some(Object::Partition(tie)) = cx.desired.object(&Id::own(KindTag::Partition, &child)) else { continue };
        let Some(name) = tie.part_of(&whole.name) else { continue };
        let part = Id::of(whole.kind, &child, name);
        steps.extend(adds(&part, cx.is_partitioned(&child)));
        below(&part, adds, cx, steps);
        steps.push(attached(whole, &part));
    }
}

/// The statements that give each partition that lacks it its part of a key that is the parent's alone, where every one is
/// known and stays; nothing where it has to be made anew.
pub(super) fn finished(id: &Id, key: &Object, adds: Adds<'_>, cx: &Context<'_>) -> Option<Vec<Step>> {
    let table = id.table()?;
    let all = cx.known_partitions(&table)?;
    let steady = |(child, parent): &(Id, Id)| cx.steady_parents(child) == [parent.clone()] && !cx.is_new(child);
    if !all.iter().all(steady) {
        return None;
    }
    let mut finishing = Finishing { key, adds, cx, names: vec![id.name.clone()], steps: Vec::new() };
    finishing.below(id, &all);
    Some(finishing.steps).filter(|steps| !steps.is_empty())
}

struct Finishing<'a> {
    key: &'a Object,
    adds: Adds<'a>,
    cx: &'a Context<'a>,
    names: Vec<String>,
    steps: Vec<Step>,
}

impl Finishing<'_> {
    fn below(&mut self, whole: &Id, all: &[(Id, Id)]) {
        for (child, _) in all.iter().filter(|(_, parent)| Some(parent) == whole.table().as_ref()) {
            let tie = self.cx.current.object(&Id::own(KindTag::Partition, child));
            let there = if let Some(Object::Partition(tie)) = tie { tie.part_of(&whole.name) } else { None };
            if let Some(name) = there {
                self.below(&Id::of(whole.kind, child, name), all);
                continue;
            }
            let part = match self.own(child) {
                Some(own) => own,
                None => {
                    let part = Id::of(whole.kind, child, &self.name(whole, child));
                    self.steps.extend((self.adds)(&part, self.cx.is_partitioned(child)));
                    self.below(&part, all);
                    part
                }
            };
            self.steps.push(attached(whole, &part));
        }
    }

    /// An equal key that a partition has by itself and is not to keep, which becomes its part.
    fn own(&self, child: &Id) -> Option<Id> {
        let mut own = self.cx.current.children_of(child, self.key.kind());
        let own = own.find(|(id, entry)| entry.object == *self.key && !self.cx.desired.contains(id));
        own.map(|(id, _)| id.clone())
    }

    /// What PostgreSQL would call the part.
    fn name(&mut self, whole: &Id, child: &Id) -> String {
        let (key, names) = (self.key, &self.names);
        let name = self.cx.free_name(&Id::of(whole.kind, child, ""), |digits| {
            let usual = partition::copied_name(&child.name, key, digits).unwrap_or_default();
            // One of this plan is not in any schema.
            if names.contains(&usual) { String::new() } else { usual }
        });
        self.names.push(name.clone());
        name
    }
}

fn attached(whole: &Id, part: &Id) -> Step {
    let part = qualified(&part.namespace, &part.name);
    Step::safe(format!("ALTER INDEX {} ATTACH PARTITION {part}", whole.sql()))
}
