//! What a kind may know of the plan that its statements will stand in.

use std::collections::HashSet;

use crate::kind::{KindTag, Object, Table};
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
    /// Says whether a table, or what stands for one, is created in this plan.
    pub fn is_new(&self, table: &Id) -> bool {
        !self.current.has_owner(table) || self.is_repartitioned(table)
    }

    /// Says whether a table is to be partitioned in another way than it is: then it is made anew.
    fn is_repartitioned(&self, table: &Id) -> bool {
        match (self.current.object(table), self.desired.object(table)) {
            (Some(Object::Table(from)), Some(Object::Table(to))) => from.partition_by != to.partition_by,
            _ => false,
        }
    }

    /// Says whether the plain form of a change will do: nobody uses the table yet, or it is locked all the same.
    pub fn is_plain(&self, id: &Id) -> bool {
        let plain = |table: &Id| self.is_new(table) || self.is_partitioned(table);
        !self.options.online || self.aside.contains(id) || id.table().is_none_or(|table| plain(&table))
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

    /// Says whether a policy of today calls a function, itself or through other functions.
    pub fn is_called_by_policy(&self, function: &Id) -> bool {
        let policies = self.current.of_kind(KindTag::Policy);
        let mut todo: Vec<Id> = policies.flat_map(|(id, entry)| entry.object.depends_on(id, self.current)).collect();
        let mut seen = HashSet::new();
        while let Some(id) = todo.pop() {
            if id == *function {
                return true;
            }
            // The body of a function in any language may name another.
            if let (Some(Object::Function(called)), true) = (self.current.object(&id), seen.insert(id.clone())) {
                todo.extend(self.current.mentioned(&called.body));
            }
        }
        false
    }
}
