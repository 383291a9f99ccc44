//! What a kind may know of the plan that its statements will stand in.

use std::collections::HashSet;

use crate::kind::{KindTag, Object, Table};
use crate::load::make;
use crate::schema::{Id, Schema};

/// How a plan is to be made.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// The server's version, as in `server_version_num`.
    pub version: u32,
    /// Whether changes of tables that exist take the online form, outside transactions where that needs it.
    pub online: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { version: 180_000, online: true }
    }
}

/// The plan around a statement.
#[derive(Debug)]
pub struct Context<'a> {
    /// The schema before, under the names that renamed objects will have.
    pub current: &'a Schema,
    /// The schema after.
    pub desired: &'a Schema,
    /// How the plan is to be made.
    pub options: Options,
    /// What is dropped and created again for the sake of something else.
    pub aside: &'a HashSet<Id>,
    /// What is dropped and created again, for whatever reason.
    pub replaced: &'a HashSet<Id>,
}

impl Context<'_> {
    /// Says whether a table, or what stands for one, is created in this plan; perhaps in the place of another kind.
    pub fn is_new(&self, table: &Id) -> bool {
        let kinds = KindTag::ALL.iter().filter(|kind| kind.owns());
        let wanted: Vec<Id> = kinds.map(|kind| Id { kind: *kind, ..table.clone() }).collect();
        let mut wanted = wanted.iter().filter(|id| self.desired.contains(id)).peekable();
        let stays = match wanted.peek() {
            Some(_) => wanted.any(|id| self.current.contains(id)),
            None => self.current.has_owner(table),
        };
        !stays || self.is_repartitioned(table)
    }

    /// Says whether a table is to be partitioned in another way than it is: then it is made anew.
    fn is_repartitioned(&self, table: &Id) -> bool {
        match (self.current.object(table), self.desired.object(table)) {
            (Some(Object::Table(from)), Some(Object::Table(to))) => from.is_spread_otherwise(to, table, self),
            _ => false,
        }
    }

    /// Says whether the plain form of a change will do: nobody uses the table yet, or it is locked all the same.
    pub fn is_plain(&self, id: &Id) -> bool {
        let plain = |table: &Id| self.is_new(table) || self.is_partitioned(table);
        !self.options.online || self.aside.contains(id) || id.table().is_none_or(|table| plain(&table))
    }

    /// Says whether the object's table exists and may be in use by others while the plan runs, so that whatever takes
    /// long has to let them through. A table that gets other parents is locked for that all the same.
    pub fn is_in_use(&self, id: &Id) -> bool {
        let Some(table) = id.table().filter(|table| self.options.online && !self.is_new(table)) else { return false };
        let same = |kind| self.current.object(&Id::own(kind, &table)) == self.desired.object(&Id::own(kind, &table));
        !self.aside.contains(id) && same(KindTag::Partition) && same(KindTag::Inheritance) && !self.is_left(&table)
    }

    /// Whether a child or a partition leaves a table for as long as the plan takes: that has to be one transaction.
    fn is_left(&self, table: &Id) -> bool {
        let has = |object: Option<&Object>| match object {
            Some(Object::Inheritance(tie)) => tie.parents.contains(table),
            Some(Object::Partition(tie)) => tie.parent() == *table,
            _ => false,
        };
        let mut ties = self.replaced.iter().filter(|tie| matches!(tie.kind, KindTag::Inheritance | KindTag::Partition));
        ties.any(|tie| {
            let both = has(self.current.object(tie)) && has(self.desired.object(tie));
            both && tie.table().is_some_and(|child| !self.steady_parents(&child).contains(table))
        })
    }

    /// Says whether a table is spread over partitions: nothing is built on it concurrently.
    pub fn is_partitioned(&self, table: &Id) -> bool {
        let object = self.desired.object(table).or_else(|| self.current.object(table));
        matches!(object, Some(Object::Table(Table { partition_by: Some(_), .. })))
    }

    /// Says whether a foreign key that stays may stand on this key or index.
    pub fn carries_foreign_key(&self, id: &Id) -> bool {
        let mut keys = self.current.of_kind(KindTag::ForeignKey).filter(|(key, _)| self.desired.contains(key));
        keys.any(|(key, entry)| entry.object.depends_on(key, self.current).contains(id))
    }

    /// Says whether a foreign key that stays may stand on this key or index before it is altered or after.
    pub fn would_carry_foreign_key(&self, id: &Id) -> bool {
        let mut keys = self.desired.of_kind(KindTag::ForeignKey).filter(|(key, _)| self.current.contains(key));
        self.carries_foreign_key(id) || keys.any(|(key, entry)| entry.object.depends_on(key, self.desired).contains(id))
    }

    /// Says whether a foreign key that is dropped and created again comes back on this key or index: it must not be
    /// missing while that is built.
    pub fn gets_foreign_key(&self, id: &Id) -> bool {
        let mut keys = self.replaced.iter().filter(|key| key.kind == KindTag::ForeignKey);
        keys.any(|key| self.desired.object(key).is_some_and(|it| it.depends_on(key, self.desired).contains(id)))
    }

    /// Says whether a view that stays may lean on this key, as one does that groups by it.
    pub fn carries_view(&self, id: &Id) -> bool {
        let mut views = self.current.of_kind(KindTag::View).filter(|(view, _)| self.desired.contains(view));
        views.any(|(view, entry)| entry.object.depends_on(view, self.current).contains(id))
    }

    /// A free name for what is built beside an index and takes its place then.
    pub fn spare_name(&self, id: &Id) -> String {
        self.free_name(id, |digits| make(&id.name, None, &format!("_new{digits}")))
    }

    /// The first of some names that nothing in an object's namespace has.
    pub fn free_name(&self, id: &Id, name: impl Fn(&str) -> String) -> String {
        let all = || self.current.iter().chain(self.desired.iter());
        let ties = || self.current.of_kind(KindTag::Partition).filter(|(tie, _)| tie.namespace == id.namespace);
        // The parts that partitions have of what their table keeps are named nowhere else.
        let goes = |id: &Id| !self.desired.contains(id) || self.replaced.contains(id);
        let is_part = |object: &Object, name: &str| match object {
            Object::Partition(tie) => tie.whole_of(name).is_some_and(|whole| {
                let parent = tie.parent();
                let mut above = self.current.children(&parent).map(|(id, _)| id);
                !above.any(|id| id.kind.is_relation() && id.name == whole && goes(id))
            }),
            _ => false,
        };
        let is_taken = |name: &str| {
            let mut namesakes = all().filter(|(other, _)| other.name == name && other.namespace == id.namespace);
            namesakes.any(|(other, _)| other.kind.is_relation())
                || ties().any(|(_, entry)| is_part(&entry.object, name))
        };
        let mut name_of = (0_usize..).map(|pass| name(&if pass == 0 { String::new() } else { pass.to_string() }));
        name_of.find(|name| !name.is_empty() && !is_taken(name)).unwrap_or_default()
    }

    /// The comment that an object has and keeps.
    pub fn kept_comment(&self, id: &Id) -> Option<&str> {
        let (before, after) = (self.current.get(id)?, self.desired.get(id)?);
        after.comment.as_deref().filter(|_| before.comment == after.comment)
    }

    /// Says whether any column of the object's table gets another type.
    pub fn is_retyped(&self, id: &Id) -> bool {
        let Some(table) = id.table() else { return false };
        let mut columns = self.current.children_of(&table, KindTag::Column);
        columns.any(|(column, entry)| match (&entry.object, self.desired.object(column)) {
            (Object::Column(from), Some(Object::Column(to))) => from.is_retyped(to),
            _ => false,
        })
    }
}
