//! Tables that take their columns from others: partitions, and children by inheritance.
//!
//! What is done to a column of the parent is done to theirs by the server, so that their own statements are only about
//! what differs then.

use serde::{Deserialize, Serialize};

use super::{Column, KindTag, Known, NotNull, Object, Parameters, Upkeep};
use crate::hazard::MAY_FAIL;
use crate::plan::{Context, Step};
use crate::schema::{Id, Schema};

mod checks;
mod tree;

pub(crate) use checks::{adopt_merged_checks, adopt_not_null_names};
pub(super) use checks::{checks, is_left_check, left_checks, left_parents, missing_checks};
pub(crate) use tree::{above, all_children, below, childless, children, partitioned_above, partitions_below, root};

/// Where a column comes from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Its own table.
    #[default]
    Own,
    /// The table's parent alone.
    Inherited,
    /// Both: the table says it too, and keeps it when the parent goes.
    Merged,
}

/// SQL for an [`Origin`] from `pg_attribute a`.
pub(super) const ORIGIN_SQL: &str =
    "CASE WHEN a.attinhcount = 0 THEN 'own' WHEN a.attislocal THEN 'merged' ELSE 'inherited' END";

/// The tables that a table takes its columns from, in their order.
pub(crate) fn parents(schema: &Schema, table: &Id) -> Vec<Id> {
    let partition = schema.object(&Id::own(KindTag::Partition, table));
    let inheritance = schema.object(&Id::own(KindTag::Inheritance, table));
    match (partition, inheritance) {
        (Some(Object::Partition(partition)), _) => vec![partition.parent()],
        (_, Some(Object::Inheritance(inheritance))) => inheritance.parents.clone(),
        _ => Vec::new(),
    }
}

/// A foreign key to a table in partitions holds on to each of them: one that is to be dropped has to be detached before.
pub(super) fn detached_from_keys(table: &Id, cx: &Context<'_>) -> Option<Step> {
    let parent = parents(cx.current, table).into_iter().next()?;
    if !cx.current.contains(&Id::own(KindTag::Partition, table)) {
        return None;
    }
    let mut above = vec![parent.clone()];
    while let Some(next) = above.last().and_then(|last| parents(cx.current, last).into_iter().next()) {
        above.push(next);
    }
    let refers = |object: &Object| matches!(object, Object::ForeignKey(key) if above.contains(&key.references()));
    let held = cx.current.of_kind(KindTag::ForeignKey).any(|(_, entry)| refers(&entry.object));
    let hazard = MAY_FAIL.because(format!("rows of other tables that refer to rows in `{}`", table.name));
    let sql = format!("ALTER TABLE {} DETACH PARTITION {}", parent.sql(), table.sql());
    held.then(|| Step::risky(sql, [hazard]))
}

/// A column as a table gets it from its parents, where one of them has it.
pub(crate) fn inherited(schema: &Schema, id: &Id) -> Option<Column> {
    let columns = parents(schema, &id.table()?).into_iter().filter_map(|parent| column(schema, &parent, &id.name));
    columns.map(handed_on).reduce(|first, next| Column { not_null: first.not_null || next.not_null, ..first })
}

/// What a child gets of a column: not its numbers, which are counted by the parent, nor what the planner is told of it.
pub(crate) fn handed_on(column: &Column) -> Column {
    let upkeep = Upkeep { options: Parameters::new(), ..column.upkeep.clone() };
    // The name of what refuses NULL there is the server's choice, and what is said to be for the parent alone is.
    let NotNull { name: _, no_inherit, not_valid, kept: _, own: _ } = column.not_null_as;
    let not_null_as = NotNull { not_valid, ..NotNull::default() };
    let not_null = column.not_null && !no_inherit;
    let (identity, origin) = (None, Known(Origin::Inherited));
    Column { not_null, not_null_as, identity, origin, upkeep, ..column.clone() }
}

fn column<'a>(schema: &'a Schema, table: &Id, name: &str) -> Option<&'a Column> {
    match schema.object(&Id::of(KindTag::Column, table, name))? {
        Object::Column(column) => Some(column),
        _ => None,
    }
}

impl Context<'_> {
    /// The parents to which a table stays tied all the time, so that it gets what is done to their columns.
    pub(crate) fn steady_parents(&self, table: &Id) -> Vec<Id> {
        let tie = |kind| (self.current.object(&Id::own(kind, table)), self.desired.object(&Id::own(kind, table)));
        if !self.current.contains(table) || self.is_new(table) {
            return Vec::new();
        }
        match (tie(KindTag::Partition), tie(KindTag::Inheritance)) {
            ((Some(from), Some(to)), _) if from == to => {
                // It is away while one of them is made anew.
                let parents = parents(self.current, table);
                if parents.iter().any(|parent| self.is_new(parent)) { Vec::new() } else { parents }
            }
            (_, (Some(Object::Inheritance(from)), Some(Object::Inheritance(to)))) => {
                from.kept(to, |parent, kept| !self.is_new(parent) && !self.shares_retyped(parent, kept))
            }
            _ => Vec::new(),
        }
    }

    /// Whether a column of a parent gets another type that other ones have by themselves, too: "cannot alter inherited
    /// column", as long as a child has it from both.
    fn shares_retyped(&self, parent: &Id, others: &[Id]) -> bool {
        let own =
            |table: &Id, name: &str| column(self.current, table, name).filter(|it| it.origin.0 != Origin::Inherited);
        let shared = |name: &str| others.iter().any(|other| own(other, name).is_some());
        self.current.children_of(parent, KindTag::Column).any(|(id, _)| {
            let both = own(parent, &id.name).zip(column(self.desired, parent, &id.name));
            both.is_some_and(|(from, to)| from.is_retyped(to)) && shared(&id.name)
        })
    }

    /// All tables below a table in partitions, each with the one it is a partition of, where every one of them is known.
    ///
    /// Partitions that are left to somebody else are not.
    pub(super) fn known_partitions(&self, table: &Id) -> Option<Vec<(Id, Id)>> {
        let mut all = Vec::new();
        let mut todo = vec![table.clone()];
        while let Some(parent) = todo.pop() {
            let below = children(self.desired, &parent);
            let known = self.desired.manages_partitions.get(&parent).copied().unwrap_or(!below.is_empty());
            if !known {
                return None;
            }
            for child in below {
                if self.is_partitioned(child) {
                    todo.push(child.clone());
                }
                all.push((child.clone(), parent.clone()));
            }
        }
        Some(all)
    }

    /// The same where there are some, and all of them stay where they are.
    pub(super) fn steady_partitions(&self, table: &Id) -> Option<Vec<(Id, Id)>> {
        let all = self.known_partitions(table)?;
        let steady = |(child, parent): &(Id, Id)| self.steady_parents(child) == [parent.clone()];
        (!all.is_empty() && all.iter().all(steady)).then_some(all)
    }

    /// The partitions that hold rows now and stay, where every one of them is known.
    pub(super) fn steady_leaves(&self, table: &Id) -> Option<Vec<Id>> {
        let mut all = self.known_partitions(table)?;
        all.retain(|(leaf, parent)| !self.is_partitioned(leaf) && self.steady_parents(leaf) == [parent.clone()]);
        Some(all.into_iter().map(|(leaf, _)| leaf).collect())
    }

    /// The parent's column before and after, for each parent to which the column's table stays tied.
    fn parent_columns(&self, id: &Id) -> Vec<(Id, Option<&Column>, Option<&Column>)> {
        let parents = id.table().map(|table| self.steady_parents(&table)).unwrap_or_default();
        let one = |parent: Id| {
            let both = (column(self.current, &parent, &id.name), column(self.desired, &parent, &id.name));
            (Id::of(KindTag::Column, &parent, &id.name), both.0, both.1)
        };
        parents.into_iter().map(one).collect()
    }

    /// Whether a column goes from its table as it goes from the parent, to which the table stays tied: for good, or to be
    /// made anew.
    pub(crate) fn goes_with_parent(&self, id: &Id) -> bool {
        let all = self.parent_columns(id);
        let goes = |parent: &Id, after: Option<&Column>| after.is_none() || self.replaced.contains(parent);
        all.iter().any(|(_, before, _)| before.is_some()) && all.iter().all(|(parent, _, after)| goes(parent, *after))
    }

    /// What the parents' changes make of a column that is there; nothing where it comes anew with a parent's.
    pub(super) fn after_parents(&self, id: &Id, column: &Column) -> Option<Column> {
        let mut column = column.clone();
        if column.origin.0 == Origin::Own {
            return Some(column);
        }
        if column.origin.0 == Origin::Inherited && self.goes_with_parent(id) {
            return None;
        }
        // From 18 on the key of a child has a NOT NULL of its own, which stays when the parent's goes.
        let keyed = column.not_null_as.own.0 || (column.not_null_as.kept.0 && self.is_in_own_key(id));
        let keyed = column.not_null && keyed;
        let not_null_as = column.not_null_as.clone();
        for (parent, before, after) in self.parent_columns(id) {
            if let (Some(before), Some(after)) = (before, after)
                && before != after
            {
                super::Kind::alter(before, after, &parent, self)?;
                column.take_change(before, after);
            }
        }
        if keyed && !column.not_null {
            column = Column { not_null: true, not_null_as, ..column };
        }
        Some(column)
    }

    /// Whether the table of a column has a primary key with it, by itself or as its part of one above, which may have been
    /// made before that.
    fn is_in_own_key(&self, id: &Id) -> bool {
        let Some(table) = id.table() else { return false };
        let mut tables = vec![table.clone()];
        while let Some(Object::Partition(tie)) =
            tables.last().and_then(|table| self.current.object(&Id::own(KindTag::Partition, table)))
        {
            tables.push(tie.parent());
        }
        let mut keys = tables.iter().flat_map(|table| self.current.children_of(table, KindTag::PrimaryKey));
        keys.any(|(_, entry)| matches!(&entry.object, Object::PrimaryKey(key) if key.columns.contains(&id.name)))
    }

    /// Whether a new column is the table's own before it is a parent's too: what is said on both stays when the parent's
    /// goes, which it would not if it came with that.
    pub(crate) fn comes_before_parent(&self, id: &Id) -> bool {
        let said = |object: &Object| matches!(object, Object::Column(column) if column.origin.0 == Origin::Merged);
        let new = !self.current.contains(id) && self.desired.object(id).is_some_and(said);
        // "cannot add column to a partition"
        let new = new && id.table().is_some_and(|table| self.desired.contains(&Id::own(KindTag::Inheritance, &table)));
        let parents = if new { self.parent_columns(id) } else { Vec::new() };
        parents.iter().any(|(_, _, after)| after.is_some()) && parents.iter().all(|(_, before, _)| before.is_none())
    }

    /// Whether a table that is there gets a column from parents that get it too, and that it is tied to before: what it
    /// does not say itself is theirs alone then.
    pub(crate) fn comes_after_tie(&self, id: &Id) -> bool {
        let inherits =
            |object: &Object| matches!(object, Object::Column(column) if column.origin.0 == Origin::Inherited);
        let new = !self.current.contains(id) && self.desired.object(id).is_some_and(inherits);
        let all = if new { self.new_parents(id) } else { Vec::new() };
        // "cannot recursively add identity column to table that has child tables"
        let comes = |parent: &Id| {
            let has = column(self.desired, parent, &id.name).is_some_and(|column| column.identity.is_none());
            has && column(self.current, parent, &id.name).is_none() && !self.is_new(parent)
        };
        !all.is_empty() && all.iter().all(comes)
    }

    /// Whether a new check of a parent names a column that a table has only once it is tied to it: then the check comes to
    /// the table with the parent's.
    pub(crate) fn check_comes_after_tie(&self, check: &Id, table: &Id) -> bool {
        let wish = self.desired.object(check);
        let new = self.current.object(check) != wish;
        let Some(Object::Check(wish)) = wish.filter(|_| new) else { return false };
        let mut columns = self.desired.children_of(table, KindTag::Column).map(|(column, _)| column);
        columns.any(|column| wish.expression.mentions(&column.name) && self.comes_after_tie(column))
    }

    /// Those of a column's parents that its table, which is there, is only tied to in this plan.
    fn new_parents(&self, id: &Id) -> Vec<Id> {
        let there = |table: &Id| self.current.contains(table) && !self.is_new(table);
        let Some(table) = id.table().filter(there) else { return Vec::new() };
        let steady = self.steady_parents(&table);
        let Some(Object::Inheritance(tie)) = self.desired.object(&Id::own(KindTag::Inheritance, &table)) else {
            return Vec::new();
        };
        let new = tie.parents.iter().filter(|parent| !steady.contains(parent));
        new.filter(|parent| column(self.desired, parent, &id.name).is_some()).cloned().collect()
    }

    /// A new column as it comes with its table, or with the parent's column; nothing where it has to be added by itself.
    pub(super) fn comes_with_parent(&self, id: &Id) -> Option<Column> {
        let table = id.table()?;
        if self.is_new(&table) {
            // CREATE TABLE takes over all but how closely ANALYZE looks.
            let mut column = inherited(self.desired, id)?;
            column.upkeep.statistics = None;
            return Some(column);
        }
        let of_new = || self.new_parents(id).iter().find_map(|parent| column(self.desired, parent, &id.name).cloned());
        let added = self.parent_columns(id).into_iter().find_map(|(_, _, after)| after.cloned());
        let added = added.or_else(|| self.comes_after_tie(id).then(of_new).flatten())?;
        let mut column = handed_on(&added);
        // ADD COLUMN goes to the children, and of what is set afterwards only these two.
        column.upkeep.compression = None;
        Some(column)
    }
}

impl Column {
    /// Takes over what the server does to a child's column when the parent's changes.
    fn take_change(&mut self, before: &Self, after: &Self) {
        let retyped = before.is_retyped(after);
        if retyped {
            self.r#type.clone_from(&after.r#type);
            self.collation.clone_from(&after.collation);
            self.upkeep = self.upkeep.retyped();
        }
        if before.default != after.default || (retyped && after.default.is_some()) {
            self.default.clone_from(&after.default);
        }
        let (had, has) = (handed_on(before), handed_on(after));
        // One that is only not handed on any more stays with the children, as their own.
        let only_let_go = had.not_null && after.not_null;
        if had.not_null != has.not_null && !only_let_go {
            // What the child says itself it keeps from 18 on; to say it twice does no harm before.
            self.not_null = has.not_null || self.origin.0 == Origin::Merged;
        }
        if has.not_null && (had.not_null, &had.not_null_as) != (has.not_null, &has.not_null_as) {
            self.not_null_as.not_valid = has.not_null_as.not_valid;
        }
        if before.generated != after.generated {
            self.generated.clone_from(&after.generated);
        }
        let kept = if retyped { before.upkeep.retyped() } else { before.upkeep.clone() };
        if kept.storage != after.upkeep.storage {
            self.upkeep.storage = after.upkeep.storage;
        }
        if kept.statistics != after.upkeep.statistics {
            self.upkeep.statistics = after.upkeep.statistics;
        }
    }
}

/// What has to be as it is to be before a table is tied to its parents: the columns on both sides, and the checks that
/// the table has to have.
pub(super) fn needs(tie: &Id, parents: &[Id], schema: &Schema) -> Vec<Id> {
    let Some(table) = tie.table() else { return Vec::new() };
    let mut all = vec![table.clone()];
    let of = |table: &Id, kind| schema.children_of(table, kind).map(|(id, _)| id.clone()).collect::<Vec<_>>();
    all.extend(of(&table, KindTag::Column));
    all.extend(of(&table, KindTag::Check));
    for parent in parents {
        all.extend(of(parent, KindTag::Column));
        all.extend(of(parent, KindTag::Check));
        all.push(parent.clone());
    }
    all
}
