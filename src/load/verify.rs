//! What is checked across objects, once all of them are known: names that refer to something, keys that a foreign key
//! can stand on, names that clash.

use std::collections::HashMap;

use super::Loaded;
use super::draft::TARGET;
use super::fields::Text;
use super::report::{Place, Report};
use crate::kind::{
    Action, Column, Deferral, ForeignKey, Grant, IdentifiedBy, KindTag, Object, Partition, ReplicaIdentity, Trigger,
    index_partition, lineage,
};
use crate::schema::{DEFAULT_NAMESPACE, Entry, Id};
use crate::types::{self, Named};

/// Makes every check.
pub(super) fn all(loaded: &Loaded, used_types: &[Text], report: &Report) {
    let check = Check { loaded, report };
    check.types(used_types);
    check.clashes();
    loaded.not_ours.check(&loaded.schema, report);
    for (id, entry) in loaded.schema.iter() {
        match &entry.object {
            Object::PrimaryKey(key) => check.columns(id, key.columns.iter().chain(&key.include)),
            Object::Unique(key) => check.columns(id, key.columns.iter().chain(&key.include)),
            // A view's columns are the server's to know.
            Object::Index(_) if id.table().is_none_or(|table| !loaded.schema.contains(&table)) => {}
            Object::Index(index) => check.columns(id, index.plain_columns().iter().chain(&index.include)),
            Object::ForeignKey(key) => check.foreign_key(id, key),
            Object::SequenceOwner(owner) => check.columns(id, [&owner.column].into_iter()),
            Object::Trigger(trigger) => check.trigger(id, trigger),
            Object::ReplicaIdentity(ReplicaIdentity { by: IdentifiedBy::Index(name) }) => check.index(id, name),
            Object::Cluster(cluster) => check.index(id, &cluster.on),
            Object::Partition(partition) => check.partition(id, partition),
            Object::Grant(grant) => check.grant(id, grant),
            _ => {}
        }
    }
}

struct Check<'a> {
    loaded: &'a Loaded,
    report: &'a Report,
}

/// `did you mean …?` for the nearest of some names, else all of them.
fn suggestion(name: &str, names: Vec<&str>, what: &str) -> String {
    if let Some(near) = types::nearest(name, names.iter().copied()) {
        return format!("did you mean `{near}`?");
    }
    let all: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    if all.is_empty() { format!("it has no {what}") } else { format!("the {what} are {}", all.join(", ")) }
}

impl Check<'_> {
    fn types(&self, used: &[Text]) {
        let schema = &self.loaded.schema;
        let of_user = schema.iter().filter(|(id, _)| id.kind.is_type());
        let names =
            |(id, entry): (&'_ Id, &'_ Entry)| [Some(id.name.clone()), entry.object.also_called().map(str::to_owned)];
        let declared: Vec<String> = of_user.flat_map(names).flatten().collect();
        let mut known: HashMap<&str, Named> = HashMap::new();
        for Text { text, at } in used {
            match known.entry(text).or_insert_with(|| types::look_up(text, declared.iter().map(String::as_str))) {
                Named::Known => {}
                _ if self.loaded.not_ours.has_type(text) => {}
                Named::FromExtension(extension) => {
                    if !schema.contains(&Id::new(KindTag::Extension, "", extension)) {
                        let hint = format!("declare `[extension.{extension}]`");
                        self.report.hint(at, format!("the type `{text}` needs the extension `{extension}`"), hint);
                    }
                }
                Named::Unknown(near) => {
                    let hint = match near {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => "it is no type of PostgreSQL's, and none of this declaration; one that \
                                 somebody else manages is named by `[unmanaged]` `types`"
                            .to_owned(),
                    };
                    self.report.hint(at, format!("there is no type `{text}`"), hint);
                }
            }
        }
    }

    /// Tables, indexes and the indexes of constraints share their names within a namespace, enums and tables do as types,
    /// and constraints share theirs within a table.
    fn clashes(&self) {
        let mut relations: HashMap<(&str, &str), &Id> = HashMap::new();
        let mut types: HashMap<(&str, &str), &Id> = HashMap::new();
        let mut constraints: HashMap<(&str, &str, &str), &Id> = HashMap::new();
        for (id, _) in self.loaded.schema.iter() {
            use KindTag::{Check, Exclusion, ForeignKey, PrimaryKey, Unique};
            let name = (id.namespace.as_str(), id.name.as_str());
            let mut before = None;
            if id.kind.is_relation() {
                before = before.or(relations.insert(name, id));
            }
            if id.kind.is_type() {
                before = before.or(types.insert(name, id));
            }
            if matches!(id.kind, PrimaryKey | Unique | Exclusion | Check | ForeignKey) {
                before = before.or(constraints.insert((&id.namespace, &id.owner, &id.name), id));
            }
            let places = before.map(|before| (before, self.loaded.place_of(id), self.loaded.place_of(before)));
            if let Some((before, Some(at), Some(other))) = places {
                let message = format!("`{id}` has the name of `{before}`");
                self.report.both(at, message, other, "which is declared here");
            }
        }
    }

    fn column(&self, table: &Id, name: &str) -> Option<&Column> {
        match self.loaded.schema.object(&Id::of(KindTag::Column, table, name))? {
            Object::Column(column) => Some(column),
            _ => None,
        }
    }

    /// The columns that an object of a table names have to be there.
    fn columns<'c>(&self, id: &Id, columns: impl Iterator<Item = &'c String>) {
        let Some(table) = id.table() else { return };
        for column in columns {
            self.has_column(&table, column, id, column);
        }
    }

    /// The columns of a table on which something is granted have to be there; those of a view the server knows.
    fn grant(&self, id: &Id, grant: &Grant) {
        if let Some(table) = id.subject().filter(|on| on.kind == KindTag::Table) {
            for column in grant.columns.keys() {
                self.has_column(&table, column, id, column);
            }
        }
    }

    /// The columns of a trigger of a table have to be there, and its function has to be one for triggers.
    fn trigger(&self, id: &Id, trigger: &Trigger) {
        if id.table().is_some_and(|table| self.loaded.schema.contains(&table)) {
            self.columns(id, trigger.columns.iter());
        }
        let Some(Object::Function(function)) = self.loaded.schema.object(&trigger.function_id()) else { return };
        let at = self.loaded.place_of_text(id, &trigger.function).filter(|_| function.returns.as_str() != "trigger");
        if let Some(at) = at {
            let hint = "a function for triggers has `returns = \"trigger\"` and no arguments";
            self.report.hint(at, format!("`{}` is no function for triggers", trigger.function), hint);
        }
    }

    /// Complains at a text of an object where a table does not have a column.
    fn has_column(&self, table: &Id, column: &str, id: &Id, text: &str) -> bool {
        let found = self.column(table, column).is_some();
        if let (false, Some(at)) = (found, self.loaded.place_of_text(id, text)) {
            let children = self.loaded.schema.children_of(table, KindTag::Column);
            let names: Vec<&str> = children.map(|(id, _)| id.name.as_str()).collect();
            let hint = suggestion(column, names, "columns");
            self.report.hint(at, format!("table `{}` has no column `{column}`", shown(table)), hint);
        }
        found
    }

    /// Only a table that is spread over partitions can have one.
    fn partition(&self, id: &Id, partition: &Partition) {
        let parent = partition.parent();
        let spread = match self.loaded.schema.object(&parent) {
            Some(Object::Table(table)) => table.partition_by.is_some(),
            _ => true,
        };
        if let (false, Some(at)) = (spread, self.loaded.place_of(id)) {
            let hint = "give it `partition_by = \"range (column)\"`, or use `inherits`";
            self.report.hint(at, format!("`{}` is not partitioned", shown(&parent)), hint);
        }
        let key = |table: &Id| self.loaded.schema.children_of(table, KindTag::PrimaryKey).next();
        let Some(table) = id.table() else { return };
        // Of one that the parent has alone a partition may have no part.
        let alone = |entry: &Entry| matches!(&entry.object, Object::PrimaryKey(key) if key.only);
        if let (Some((own, _)), Some(_)) = (key(&table), key(&parent).filter(|(_, entry)| !alone(entry)))
            && let Some(at) = self.loaded.place_of(own)
        {
            let hint = "leave it out: a partition has the keys and indexes of the table that it is part of";
            let message = format!("`{}` has its primary key from `{}`", shown(&table), shown(&parent));
            self.report.hint(at, message, hint);
        }
    }

    /// The index that the table marks has to be there, by itself or behind a constraint.
    fn index(&self, id: &Id, name: &str) {
        let Some(table) = id.table() else { return };
        let indexes = || self.loaded.schema.children(&table).map(|(child, _)| child).filter(|id| id.kind.is_relation());
        let there = indexes().any(|index| index.name == name)
            || index_partition::whole_called(&self.loaded.schema, &table, name).is_some();
        if let (false, Some(at)) = (there, self.loaded.place_of_text(id, name)) {
            let hint = suggestion(name, indexes().map(|index| index.name.as_str()).collect(), "indexes");
            self.report.hint(at, format!("`{}` has no index `{name}`", shown(&table)), hint);
        }
    }

    fn foreign_key(&self, id: &Id, key: &ForeignKey) {
        self.columns(id, key.columns.iter().chain(&key.on_delete_columns));
        self.set_null(id, key);
        let target = key.references();
        let Some(at) = self.loaded.place_of_text(id, TARGET) else { return };
        if self.loaded.not_ours.tables.contains(&target) {
            if !key.references_columns.is_empty() {
                return self.numbers_agree(key, at);
            }
            let message = format!("`{}` is unmanaged, so that its primary key is not known", shown(&target));
            return self.report.hint(at, message, format!("name the columns: `{}(…)`", shown(&target)));
        }
        if !self.loaded.schema.contains(&target) {
            let names: Vec<String> = self.loaded.schema.of_kind(KindTag::Table).map(|(id, _)| shown(id)).collect();
            let elsewhere = names.iter().find(|name| name.rsplit('.').next() == Some(target.name.as_str()));
            let hint = match elsewhere {
                Some(name) => format!("did you mean `{name}`?"),
                None => suggestion(&shown(&target), names.iter().map(String::as_str).collect(), "tables"),
            };
            let near = hint.starts_with("did you mean");
            let hint = if near {
                hint
            } else {
                format!("{hint}; one that somebody else manages is named by `[unmanaged]` `tables`")
            };
            return self.report.hint(at, format!("there is no table `{}`", shown(&target)), hint);
        }
        if key.references_columns.is_empty() {
            let message = format!("table `{}` has no primary key to refer to", shown(&target));
            return self.report.hint(at, message, format!("name the columns: `{}(…)`", shown(&target)));
        }
        let mut found = true;
        for column in &key.references_columns {
            found &= self.has_column(&target, column, id, TARGET);
        }
        if !found {
            return;
        }
        if key.columns.len() != key.references_columns.len() {
            return self.numbers_agree(key, at);
        }
        self.stands_on_a_key(id, key, &target);
        self.types_agree(id, key, &target);
    }

    /// As many columns refer as are referred to; all that can be said where the other table is not ours.
    fn numbers_agree(&self, key: &ForeignKey, at: &Place) {
        if key.columns.len() != key.references_columns.len() {
            let (from, to) = (key.columns.join(", "), key.references_columns.join(", "));
            let message = format!("({from}) cannot refer to ({to}): the numbers of columns differ");
            self.report.say(at, message);
        }
    }

    /// PostgreSQL wants the columns referred to to be unique, by a constraint or index that is checked at once.
    fn stands_on_a_key(&self, id: &Id, key: &ForeignKey, target: &Id) {
        let same = |columns: &[String]| {
            columns.len() == key.references_columns.len()
                && key.references_columns.iter().all(|column| columns.contains(column))
        };
        let fits = |object: &Object| match object {
            Object::PrimaryKey(key) => same(&key.columns) && key.deferral == Deferral::NotDeferrable,
            Object::Unique(key) => same(&key.columns) && key.deferral == Deferral::NotDeferrable,
            Object::Index(index) => {
                let plain = index.plain_columns();
                index.unique && index.r#where.is_none() && index.keys.len() == plain.len() && same(&plain)
            }
            _ => false,
        };
        // A partition keeps unique what the table does that it is part of.
        let tables = [target.clone()].into_iter().chain(lineage::partitioned_above(&self.loaded.schema, target));
        if tables.into_iter().any(|table| self.loaded.schema.children(&table).any(|(_, entry)| fits(&entry.object))) {
            return;
        }
        let (columns, table) = (key.references_columns.join(", "), shown(target));
        if let Some(at) = self.loaded.place_of_text(id, TARGET) {
            let hint = format!("give `{table}` a primary key or a unique constraint on just these columns");
            self.report.hint(at, format!("`{table}` does not keep ({columns}) unique"), hint);
        }
    }

    /// A uuid can only refer to a uuid; other types have operators among each other that the server knows better.
    fn types_agree(&self, id: &Id, key: &ForeignKey, target: &Id) {
        let Some(table) = id.table() else { return };
        for (from, to) in key.columns.iter().zip(&key.references_columns) {
            let (Some(own), Some(other)) = (self.column(&table, from), self.column(target, to)) else { continue };
            if own.r#type != other.r#type
                && (own.r#type == "uuid" || other.r#type == "uuid")
                && let Some(at) = self.loaded.place_of_text(id, TARGET)
            {
                let message = format!(
                    "`{from}` is {} and cannot refer to `{}.{to}`, which is {}",
                    own.r#type,
                    shown(target),
                    other.r#type
                );
                self.report.say(at, message);
            }
        }
    }

    /// PostgreSQL accepts SET NULL on a column that cannot be NULL, and fails when a row is deleted.
    fn set_null(&self, id: &Id, key: &ForeignKey) {
        let (Some(table), Some(at)) = (id.table(), self.loaded.place_of(id)) else { return };
        let on_delete: &[String] = if key.on_delete_columns.is_empty() { &key.columns } else { &key.on_delete_columns };
        let actions = [("on_delete", key.on_delete, on_delete), ("on_update", key.on_update, &key.columns[..])];
        for (word, action, columns) in actions {
            let mut fixed = columns.iter().filter(|name| self.column(&table, name).is_some_and(|c| c.not_null));
            if let (Action::SetNull, Some(column)) = (action, fixed.next()) {
                let message = format!("`{word}` would set `{column}` to NULL, which it cannot be");
                self.report.doubt(at, message, "take `not_null` away, or use `cascade` or `restrict`");
            }
        }
    }
}

/// A table as the TOML names it.
fn shown(table: &Id) -> String {
    if table.namespace == DEFAULT_NAMESPACE {
        table.name.clone()
    } else {
        format!("{}.{}", table.namespace, table.name)
    }
}
