//! Constraints that wait until every name is known: then those without a name get PostgreSQL's, and those that refer to
//! a table refer to its primary key where they name no column.

use std::collections::HashSet;

use super::builder::Builder;
use super::fields::{Fields, Text};
use super::names;
use super::naming::{choose, joined};
use super::report::{Place, Report};
use super::tree::Field;
use crate::kind::{ForeignKey, KindTag, Object};
use crate::schema::Id;
use crate::sql::{self, TokenKind};

/// A constraint without its final name.
pub(super) struct Draft {
    pub(super) table: Id,
    pub(super) name: Option<Text>,
    pub(super) at: Place,
    pub(super) object: Object,
    pub(super) comment: Option<String>,
    pub(super) renamed_from: Option<Text>,
    /// Where its columns and expressions stand.
    pub(super) texts: Vec<Text>,
    /// Where a foreign key says what it refers to.
    pub(super) references_at: Option<Place>,
}

/// The text under which the place of a foreign key's target is kept; no name can be equal to it.
pub(super) const TARGET: &str = "\0references";

impl Draft {
    /// A constraint without a name.
    pub(super) fn new(table: &Id, at: &Place, object: impl Into<Object>) -> Self {
        let (name, comment, renamed_from, texts, references_at) = Default::default();
        Self {
            table: table.clone(),
            at: at.clone(),
            object: object.into(),
            name,
            comment,
            renamed_from,
            texts,
            references_at,
        }
    }

    /// A constraint under a key of the tree; its object is filled in as it is read.
    pub(super) fn named(report: &Report, table: &Id, name: &str, field: &Field, object: impl Into<Object>) -> Self {
        let name = names::is_name(report, name, &field.key_at).then(|| name.to_owned());
        let name = name.map(|text| Text { text, at: field.key_at.clone() });
        Self { name, ..Self::new(table, &field.key_at, object) }
    }

    /// Reads what every named constraint can have, and complains about the rest.
    pub(super) fn finish_fields(&mut self, mut fields: Fields<'_>) {
        self.comment = fields.comment();
        self.renamed_from = fields.text("renamed_from");
        fields.finish();
    }

    /// The columns' part of an implicit name, and its label.
    fn implicit(&self, builder: &Builder<'_>) -> (Option<String>, &'static str) {
        match &self.object {
            Object::Unique(unique) => (Some(joined(&unique.columns)), "key"),
            Object::ForeignKey(key) => (Some(joined(&key.columns)), "fkey"),
            Object::Check(check) => (only_column(check.expression.as_str(), builder.columns_of(&self.table)), "check"),
            _ => (None, "pkey"),
        }
    }

    /// Whether an index of the same name stands behind it.
    fn has_index(&self) -> bool {
        self.object.kind().is_relation()
    }
}

/// Names that are taken: of relations in a namespace, and of constraints of a table.
#[derive(Default)]
struct Taken {
    relations: HashSet<(String, String)>,
    constraints: HashSet<(Id, String)>,
}

impl Taken {
    fn new(builder: &Builder<'_>) -> Self {
        let mut taken = Self::default();
        for (id, _) in builder.schema.iter().filter(|(id, _)| id.kind.is_relation()) {
            taken.relations.insert((id.namespace.clone(), id.name.clone()));
        }
        for draft in &builder.drafts {
            if let Some(name) = &draft.name {
                taken.add(draft, &name.text);
            }
        }
        taken
    }

    fn add(&mut self, draft: &Draft, name: &str) {
        self.constraints.insert((draft.table.clone(), name.to_owned()));
        if draft.has_index() {
            self.relations.insert((draft.table.namespace.clone(), name.to_owned()));
        }
    }

    fn has(&self, draft: &Draft, name: &str) -> bool {
        let relation = || self.relations.contains(&(draft.table.namespace.clone(), name.to_owned()));
        self.constraints.contains(&(draft.table.clone(), name.to_owned())) || (draft.has_index() && relation())
    }
}

/// Names every draft and adds it to the schema, keys before what refers to them.
pub(super) fn settle(builder: &mut Builder<'_>) {
    let mut taken = Taken::new(builder);
    let mut drafts = std::mem::take(&mut builder.drafts);
    drafts.sort_by_key(|draft| draft.object.kind());
    let mut keyed: std::collections::HashMap<Id, Place> = std::collections::HashMap::new();
    for mut draft in drafts {
        if draft.object.kind() == KindTag::PrimaryKey {
            if let Some(before) = keyed.get(&draft.table) {
                let message = format!("table `{}` has two primary keys", draft.table.name);
                builder.report.both(&draft.at, message, before, "the other one is here");
                continue;
            }
            keyed.insert(draft.table.clone(), draft.at.clone());
        }
        let name = match &draft.name {
            Some(name) => name.text.clone(),
            None => {
                let (columns, label) = draft.implicit(builder);
                choose(&draft.table.name, columns.as_deref(), label, |name| taken.has(&draft, name))
            }
        };
        taken.add(&draft, &name);
        if let Object::ForeignKey(key) = &mut draft.object {
            complete(builder, key);
        }
        add(builder, draft, &name);
    }
}

fn add(builder: &mut Builder<'_>, draft: Draft, name: &str) {
    let id = Id::of(draft.object.kind(), &draft.table, name);
    if let Object::PrimaryKey(key) = &draft.object {
        for column in &key.columns {
            let column = Id::of(KindTag::Column, &draft.table, column);
            if let Some(Object::Column(column)) = builder.schema.get_mut(&column).map(|entry| &mut entry.object) {
                column.not_null = true;
            }
        }
    }
    builder.note(&id, draft.texts);
    builder.note(&id, draft.references_at.map(|at| Text { text: TARGET.to_owned(), at }));
    builder.add(&id, draft.object, draft.comment, &draft.at);
    builder.renamed(&id, draft.renamed_from);
}

/// A foreign key that names no column of its target refers to the primary key.
fn complete(builder: &Builder<'_>, key: &mut ForeignKey) {
    if key.references_columns.is_empty() {
        let target = key.references();
        let primary = builder.schema.children_of(&target, KindTag::PrimaryKey).next();
        if let Some(Object::PrimaryKey(primary)) = primary.map(|(_, entry)| &entry.object) {
            key.references_columns.clone_from(&primary.columns);
        }
    }
}

/// The one column that an expression names; PostgreSQL leaves the column out of a check's name where there are more.
pub(crate) fn only_column<'c>(expression: &str, columns: impl Iterator<Item = &'c str>) -> Option<String> {
    let tokens = sql::tokens_of(expression).unwrap_or_default();
    let is_call = |at: usize| tokens.get(at + 1).is_some_and(|next| next.text == "(");
    let is_type = |at: usize| at > 0 && tokens[at - 1].text == "::";
    let outside = |at: usize| tokens[at].kind == TokenKind::QuotedName || (!is_call(at) && !is_type(at));
    let names = (0..tokens.len()).filter(|at| outside(*at)).filter_map(|at| sql::name_of(&tokens[at]));
    let names: HashSet<String> = names.map(std::borrow::Cow::into_owned).collect();
    let mut named = columns.filter(|column| names.contains(*column));
    let first = named.next()?;
    named.next().is_none().then(|| first.to_owned())
}
