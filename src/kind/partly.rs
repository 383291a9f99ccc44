//! A key of a table in partitions: of that alone, as `ALTER TABLE ONLY … ADD` makes it, and what gives each partition its
//! part; while others read and write the partitions, the index of each is built by itself.

use super::beside::{self, Key};
use super::{KindTag, Object, constraint, index_partition, lineage, partition};
use crate::hazard::Hazard;
use crate::load::make;
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
        let Some(Object::Partition(tie)) = cx.desired.object(&Id::own(KindTag::Partition, child)) else { continue };
        let Some(name) = tie.part_of(&whole.name) else { continue };
        let part = Id::of(whole.kind, child, name);
        steps.extend(adds(&part, cx.is_partitioned(child)));
        below(&part, adds, cx, steps);
        steps.push(attached(whole, &part));
    }
}

fn attached(whole: &Id, part: &Id) -> Step {
    let part = qualified(&part.namespace, &part.name);
    Step::safe(format!("ALTER INDEX {} ATTACH PARTITION {part}", whole.sql()))
}

/// A whole key of a table in partitions that stays where it is, as all of them do.
pub(super) struct Spread<'a> {
    /// The key.
    pub(super) id: &'a Id,
    /// It as an object.
    pub(super) object: &'a Object,
    /// What its index is like, where that can be built while others use the partitions.
    pub(super) key: Option<Key<'a>>,
    /// What adds it.
    pub(super) adds: Adds<'a>,
    /// The plan around it.
    pub(super) cx: &'a Context<'a>,
}

impl Spread<'_> {
    /// The statements that give each partition that lacks it its part of a key that is the parent's alone, where every one
    /// is known and stays; nothing where it has to be made anew.
    pub(super) fn finished(&self) -> Option<Vec<Step>> {
        let all = self.cx.steady_partitions(&self.id.table()?)?;
        let key = self.key.as_ref().filter(|_| self.cx.is_in_use(self.id));
        let mut parts = Parts::of(self, key);
        parts.below(self.id, Some(&self.id.name), &all);
        Some(parts.steps()).filter(|steps| !steps.is_empty())
    }

    /// The statements that make it where there is none, if it need not keep anybody waiting.
    pub(super) fn created(&self) -> Option<Vec<Step>> {
        let key = self.key.as_ref().filter(|_| beside::is_built_beside_in_partitions(self.id, self.cx))?;
        let all = self.cx.steady_partitions(&self.id.table()?)?;
        let mut parts = Parts::of(self, Some(key));
        parts.steps.extend((self.adds)(self.id, true));
        parts.below(self.id, None, &all);
        Some(parts.steps())
    }

    /// The statements that put it in the place of the one of its name, so that there is never a moment without.
    pub(super) fn replaced(&self, breaks: Option<Hazard>) -> Option<Vec<Step>> {
        let key = self.key.as_ref().filter(|_| beside::is_replaced_beside_in_partitions(self.id, self.cx))?;
        let all = self.cx.steady_partitions(&self.id.table()?)?;
        let mut parts = Parts { replaces: true, ..Parts::of(self, Some(key)) };
        parts.steps.extend((self.adds)(self.id, true));
        parts.below(self.id, Some(&self.id.name), &all);
        let drop = constraint::drop_constraint(self.id);
        parts.marks.extend(beside::marks(self.id, &self.id.name, self.cx));
        parts.marks.extend(key.kept_comments(self.id, self.cx));
        let swap = parts.steps.into_iter().chain(parts.marks).map(|step| step.sql);
        let swap = beside::at_once(parts.spares.first()?, [drop].into_iter().chain(swap));
        let steps = parts.builds.into_iter().chain([Step::risky(swap, breaks)]);
        Some(steps.map(Step::alone).collect())
    }

    /// The same in one transaction, where each partition has an index that stands in for its part.
    pub(super) fn takes_over(&self) -> Option<Vec<Step>> {
        let key = self.key.as_ref()?;
        let all = self.cx.steady_partitions(&self.id.table()?)?;
        let mut parts = Parts { replaces: true, stand_in: true, ..Parts::of(self, Some(key)) };
        parts.steps.extend((self.adds)(self.id, true));
        parts.below(self.id, Some(&self.id.name), &all);
        // Not one of them is built now.
        if !parts.builds.is_empty() || parts.spares.is_empty() {
            return None;
        }
        parts.marks.extend(beside::marks(self.id, &self.id.name, self.cx));
        parts.marks.extend(key.kept_comments(self.id, self.cx));
        let drop = Step::safe(constraint::drop_constraint(self.id));
        Some([drop].into_iter().chain(parts.steps).chain(parts.marks).collect())
    }
}

/// What the partitions need, as it comes together.
struct Parts<'a> {
    whole: &'a Spread<'a>,
    /// What is built while others use the partitions.
    online: Option<&'a Key<'a>>,
    /// Whether the parts that are there go.
    replaces: bool,
    /// Whether the indexes of those that come are there already.
    stand_in: bool,
    names: Vec<String>,
    /// What the indexes that are built are called until they belong to the key, as SQL.
    spares: Vec<String>,
    builds: Vec<Step>,
    steps: Vec<Step>,
    marks: Vec<Step>,
}

impl<'a> Parts<'a> {
    fn of(whole: &'a Spread<'a>, online: Option<&'a Key<'a>>) -> Self {
        let (spares, builds, steps, marks) = Default::default();
        let names = vec![whole.id.name.clone()];
        Self { whole, online, replaces: false, stand_in: false, names, spares, builds, steps, marks }
    }

    /// What is built, and then what makes keys of it: each statement by itself, where others are not to wait.
    fn steps(self) -> Vec<Step> {
        let online = self.online.is_some();
        let all = self.builds.into_iter().chain(self.steps);
        all.map(|step| if online { step.alone() } else { step }).collect()
    }

    /// What the partitions of a table need whose key is to be `whole`, and was `had`.
    fn below(&mut self, whole: &Id, had: Option<&str>, all: &[(Id, Id)]) {
        for (child, _) in all.iter().filter(|(_, parent)| Some(parent) == whole.table().as_ref()) {
            let tie = self.whole.cx.current.object(&Id::own(KindTag::Partition, child));
            let there = match (tie, had) {
                (Some(Object::Partition(tie)), Some(had)) => tie.part_of(had),
                _ => None,
            };
            if let Some(name) = there.filter(|_| !self.replaces) {
                self.below(&Id::of(whole.kind, child, name), Some(name), all);
                continue;
            }
            let part = match self.own(child).filter(|_| !self.replaces) {
                Some(own) => own,
                None => {
                    let part = Id::of(whole.kind, child, &self.name(whole, there, child));
                    self.added(&part, child);
                    self.below(&part, there, all);
                    part
                }
            };
            self.steps.push(attached(whole, &part));
        }
    }

    /// Adds a part.
    fn added(&mut self, part: &Id, child: &Id) {
        let Spread { adds, cx, .. } = self.whole;
        match self.online.filter(|_| !cx.is_partitioned(child)) {
            Some(key) => {
                let there = cx.current.stand_in(part).filter(|_| self.stand_in).map(|index| index.name.clone());
                let build = there.is_none();
                let spare =
                    there.unwrap_or_else(|| if self.replaces { self.spare_name(part) } else { part.name.clone() });
                self.builds.extend(build.then(|| key.build(part, &spare)));
                self.steps.push(key.added_using(part, &spare));
                self.spares.push(qualified(&part.namespace, &spare));
            }
            None => self.steps.extend(adds(part, cx.is_partitioned(child))),
        }
        if self.replaces {
            self.marks.extend(beside::marks(part, &part.name, cx));
        }
    }

    /// An equal key that a partition has by itself and is not to keep, which becomes its part.
    fn own(&self, child: &Id) -> Option<Id> {
        let Spread { object, cx, .. } = self.whole;
        let mut own = cx.current.children_of(child, object.kind());
        let own = own.find(|(id, entry)| entry.object == **object && !cx.desired.contains(id));
        own.map(|(id, _)| id.clone())
    }

    /// What the part was called that comes back, or is to be called after the one that goes, or PostgreSQL would call it.
    fn name(&mut self, whole: &Id, had: Option<&str>, child: &Id) -> String {
        let Spread { object, cx, .. } = self.whole;
        let back = match cx.desired.object(&Id::own(KindTag::Partition, child)) {
            Some(Object::Partition(tie)) => tie.part_of(&whole.name),
            _ => None,
        };
        let back = back.filter(|name| !self.names.iter().any(|taken| taken == name));
        let usual = || index_partition::name_to_be(child, self.whole.id, object, &self.names, cx);
        let name = match (back, had, cx.current.object(self.whole.id)) {
            (Some(back), ..) => back.to_owned(),
            (None, Some(had), Some(before)) => partition::called_after(had, &child.name, before, object, usual),
            _ => usual(),
        };
        self.names.push(name.clone());
        name
    }

    /// What the index of a part is called until it takes its name from the one that goes.
    fn spare_name(&mut self, part: &Id) -> String {
        let spare = self.free_name(part, &|digits| make(&part.name, None, &format!("_new{digits}")));
        self.names.push(spare.clone());
        spare
    }

    fn free_name(&self, id: &Id, name: &dyn Fn(&str) -> String) -> String {
        // One of this plan is not in any schema.
        let free = |name: String| if self.names.contains(&name) { String::new() } else { name };
        self.whole.cx.free_name(id, |digits| free(name(digits)))
    }
}
