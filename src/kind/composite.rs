//! A composite type: a row without a table.

use serde::{Deserialize, Serialize};

use super::catalog::Value::{Json, Text};
use super::catalog::object;
use super::{Granted, Kind, KindTag, Known, Object, Touch, all_texts, constraint, swap, types_of};
use crate::hazard::DELETES_DATA;
use crate::plan::{Context, Step};
use crate::schema::{Id, Schema};
use crate::sql::{mentions, quote_ident, quote_literal};

pub(super) mod by_name;

/// A part of a composite type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attribute {
    /// Its name.
    pub name: String,
    /// Its type.
    pub r#type: String,
    /// The collation, quoted for SQL, where it is not the type's own.
    pub collation: Option<String>,
    /// The comment on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// A composite type.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Composite {
    /// Its parts, in order.
    pub attributes: Vec<Attribute>,
    /// Whether a new type takes its place because one takes the place of what it is made of.
    #[serde(skip)]
    pub anew: Known<bool>,
}

impl Kind for Composite {
    const WORD: &'static str = "composite type";
    const GRANTED: Option<Granted> = Some(Granted::Type);
    const IS_TYPE: bool = true;
    const IS_RELATION: bool = true;

    fn create(&self, id: &Id, _cx: &Context<'_>) -> Vec<Step> {
        let all: Vec<String> = self.attributes.iter().map(Attribute::text).collect();
        let create = Step::safe(format!("CREATE TYPE {} AS ({})", id.sql(), all.join(", ")));
        [create].into_iter().chain(self.commented(&Self::default(), id)).collect()
    }

    fn drop(&self, id: &Id, _cx: &Context<'_>) -> Vec<Step> {
        vec![Step::safe(format!("DROP TYPE {}", id.sql()))]
    }

    fn alter(&self, to: &Self, id: &Id, cx: &Context<'_>) -> Option<Vec<Step>> {
        let Self { attributes, anew: _ } = to;
        if self.is_swapped_for(to) {
            return Some(self.swapped(to, id, cx));
        }
        let say = |action: String| format!("ALTER TYPE {} {action}", id.sql());
        let mut steps = Vec::new();
        for gone in self.attributes.iter().filter(|had| !attributes.iter().any(|has| has.name == had.name)) {
            let lost = DELETES_DATA.because(format!("every value of `{}` in `{}`", gone.name, id.name));
            steps.push(Step::risky(say(format!("DROP ATTRIBUTE {}", quote_ident(&gone.name))), [lost]));
        }
        for has in attributes {
            if !self.names().any(|name| name == has.name) {
                steps.push(Step::safe(say(format!("ADD ATTRIBUTE {}", has.text()))));
            }
        }
        steps.extend(to.commented(self, id));
        Some(steps)
    }

    fn comment_target(&self, id: &Id) -> Option<String> {
        Some(format!("TYPE {}", id.sql()))
    }

    fn rename(&self, from: &Id, to: &str) -> Option<String> {
        Some(format!("ALTER TYPE {} RENAME TO {}", from.sql(), quote_ident(to)))
    }

    fn depends_on(&self, id: &Id, schema: &Schema) -> Vec<Id> {
        let mut needs: Vec<Id> =
            self.attributes.iter().flat_map(|one| constraint::rows_of(&one.r#type, schema)).collect();
        needs.retain(|need| need != id);
        needs.push(Id::new(KindTag::Namespace, "", &id.namespace));
        needs
    }

    fn steps_aside(&self, _id: &Id, _other: &Id, _touch: Touch<'_>) -> bool {
        false
    }

    fn rebuilds(&self, to: &Self, id: &Id, schema: &Schema) -> Vec<Id> {
        let swapped = self.is_swapped_for(to);
        swapped.then(|| swap::users(id, schema)).into_iter().flatten().map(|(column, _)| column).collect()
    }

    fn is_swapped_for(&self, to: &Self) -> bool {
        // PostgreSQL adds at the end only, and changes the type of nothing that a column uses.
        let kept = self.attributes.iter().filter(|had| to.names().any(|name| name == had.name));
        let same = |has: &Attribute, had: &Attribute| {
            (&has.name, &has.r#type, &has.collation) == (&had.name, &had.r#type, &had.collation)
        };
        to.anew.0 || !to.attributes.iter().zip(kept).all(|(has, had)| same(has, had))
    }

    fn each_name(&mut self, change: &mut dyn FnMut(&str) -> String) {
        let names = self.attributes.iter_mut().filter_map(|attribute| attribute.collation.as_mut());
        names.for_each(|name| *name = change(name));
    }

    fn each_type(&mut self, change: &mut dyn FnMut(&str) -> String) {
        for attribute in &mut self.attributes {
            attribute.r#type = change(&attribute.r#type);
        }
    }

    fn catalog(_version: u32) -> String {
        let collation = "CASE WHEN a.attcollation <> t.typcollation THEN \
            (SELECT quote_ident(cn.nspname) || '.' || quote_ident(co.collname) FROM pg_collation co \
               JOIN pg_namespace cn ON cn.oid = co.collnamespace WHERE co.oid = a.attcollation) END";
        let attribute = object(&[
            ("name", Text("a.attname")),
            ("type", Text("format_type(a.atttypid, a.atttypmod)")),
            ("collation", Text(collation)),
            ("comment", Text("col_description(a.attrelid, a.attnum)")),
        ]);
        let attributes = format!(
            "COALESCE((SELECT json_agg(({attribute})::json ORDER BY a.attnum) FROM pg_attribute a \
               JOIN pg_type t ON t.oid = a.atttypid WHERE a.attrelid = o.oid AND a.attnum > 0 AND NOT a.attisdropped), '[]')"
        );
        let object = object(&[("attributes", Json(&attributes))]);
        format!(
            "SELECT 'pg_type'::regclass, o.reltype, 0, o.nspname, '', o.relname, 0, {object} FROM own o WHERE o.relkind = 'c'"
        )
    }
}

impl Composite {
    /// The comments on its parts that differ from those of before.
    fn commented(&self, before: &Self, id: &Id) -> Vec<Step> {
        let had = |name: &str| before.attributes.iter().find(|had| had.name == name)?.comment.as_deref();
        let changed = self.attributes.iter().filter(|has| had(&has.name) != has.comment.as_deref());
        let say = |has: &Attribute| {
            let text = has.comment.as_deref().map_or("NULL".to_owned(), quote_literal);
            Step::safe(format!("COMMENT ON COLUMN {}.{} IS {text}", id.sql(), quote_ident(&has.name)))
        };
        changed.map(say).collect()
    }

    /// `ALTER TYPE … RENAME ATTRIBUTE`.
    pub(crate) fn rename_attribute(id: &Id, from: &str, to: &str) -> String {
        format!("ALTER TYPE {} RENAME ATTRIBUTE {} TO {}", id.sql(), quote_ident(from), quote_ident(to))
    }

    /// The new type in the place of this one, with the values of the columns that are of it.
    fn swapped(&self, to: &Self, id: &Id, cx: &Context<'_>) -> Vec<Step> {
        let stays = |column: &Id| cx.desired.contains(column);
        let users: Vec<_> = swap::users(id, cx.current).into_iter().filter(|(column, _)| stays(column)).collect();
        let mut create = to.create(id, cx);
        // Its values may lie in those of other types.
        let held = !users.is_empty() || !swap::made_of(id, cx.current, cx.desired).is_empty();
        let gone = self.names().filter(|name| held && !to.names().any(|has| has == *name));
        create[0]
            .hazards
            .extend(gone.map(|name| DELETES_DATA.because(format!("every value of `{name}` in `{}`", id.name))));
        let had = |has: &Attribute| self.attributes.iter().find(|had| had.name == has.name);
        let kept = to.attributes.iter().filter_map(|has| Some((has, had(has)?)));
        create[0].hazards.extend(kept.flat_map(|(has, had)| {
            let what = format!("`{}` of `{}`", has.name, id.name);
            swap::cast_hazards(id, &what, (&had.r#type, &has.r#type), cx)
        }));
        let (made, done) = by_name::helpers(id, cx);
        create.extend(made);
        let value = |column: &str, target: &str| by_name::of_column(id, column, target, cx);
        swap::swap(id, (create, done), &[], Some(&value), cx)
    }

    /// Whether an object reads a part of such values that they lose: the server lets no such part go.
    pub(crate) fn is_missed_by(&self, to: &Self, object: &Object) -> bool {
        let reads = match object {
            Object::Column(column) => column.generated.is_some(),
            Object::Function(function) => function.is_parsed(),
            object => object.kind().is_worded() && object.kind() != KindTag::Table,
        };
        let texts = if reads { all_texts(object) } else { Vec::new() };
        let mut lost = self.names().filter(|name| !to.names().any(|has| has == *name));
        !texts.is_empty() && lost.any(|name| texts.iter().any(|text| mentions(text, name)))
    }

    /// Whether something of one schema reads a part of a type's values that they have not in the other.
    pub(crate) fn is_read(composite: &Id, id: &Id, of: &Schema, other: &Schema) -> bool {
        let (Some(Object::Composite(has)), Some(Object::Composite(lacks)), Some(object)) =
            (of.object(composite), other.object(composite), of.object(id))
        else {
            return false;
        };
        let needs = if has.is_missed_by(lacks, object) { object.depends_on(id, of) } else { Vec::new() };
        let holds = || Self::holders(composite, of).iter().any(|holder| needs.contains(holder));
        needs.contains(composite) || (!needs.is_empty() && holds())
    }

    /// What gives values of it to those that read them: columns, and functions.
    pub(crate) fn holders(id: &Id, schema: &Schema) -> Vec<Id> {
        let holds = |object: &Object| {
            let types = match object {
                Object::Column(_) | Object::Function(_) => types_of(object),
                _ => Vec::new(),
            };
            types.iter().any(|name| schema.mentioned(name).contains(id))
        };
        schema.iter().filter(|(_, entry)| holds(&entry.object)).map(|(id, _)| id.clone()).collect()
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        self.attributes.iter().map(|attribute| attribute.name.as_str())
    }

    /// A column's value as a row of the new type.
    fn value(&self, to: &Self, column: &str, target: &str, cx: &Context<'_>) -> String {
        let within = |had: &Attribute, has: &Attribute| {
            let value = format!("({column}).{}", quote_ident(&has.name));
            if had.r#type == has.r#type { by_name::written_over(&had.r#type, &value, cx) } else { None }
        };
        let part = |has: &Attribute| match self.attributes.iter().find(|had| had.name == has.name) {
            Some(had) if within(had, has).is_some() => within(had, has).unwrap_or_default(),
            // What it is made of may be another type of the same name.
            Some(had) if had.r#type == has.r#type && to.anew.0 => {
                format!("({column}).{}::text::{}", quote_ident(&has.name), has.r#type)
            }
            Some(_) => format!("({column}).{}::{}", quote_ident(&has.name), has.r#type),
            None => "NULL".to_owned(),
        };
        let parts: Vec<String> = to.attributes.iter().map(part).collect();
        let row = format!("ROW({})::{target}", parts.join(", "));
        format!("CASE WHEN {column} IS DISTINCT FROM NULL THEN {row} END")
    }
}

impl Attribute {
    fn text(&self) -> String {
        let Self { name, r#type, collation, comment: _ } = self;
        let collation = collation.as_ref().map(|name| format!(" COLLATE {name}")).unwrap_or_default();
        format!("{} {type}{collation}", quote_ident(name))
    }
}
