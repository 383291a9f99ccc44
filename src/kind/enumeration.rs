//! An enumerated type.

use sea_query::extension::postgres::{Type, TypeAlterStatement};
use sea_query::{Alias, IntoTypeRef, PostgresQueryBuilder, TypeRef};
use serde::{Deserialize, Serialize};

use super::{Kind, KindTag, Object};
use crate::hazard::{BREAKS_CODE, MAY_FAIL, REWRITES_TABLE};
use crate::plan::{Context, Step};
use crate::schema::{Id, Schema};
use crate::sql::{mentions, qualified, quote_ident};

/// An enumerated type: its values in their sort order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enum {
    /// The values, in sort order.
    pub values: Vec<String>,
}

impl Kind for Enum {
    const WORD: &'static str = "enum";

    fn create(&self, id: &Id, _cx: &Context<'_>) -> Vec<Step> {
        let mut statement = Type::create();
        statement.as_enum(type_ref(&id.namespace, &id.name)).values(self.values.iter().map(Alias::new));
        vec![Step::safe(statement.to_string(PostgresQueryBuilder))]
    }

    fn drop(&self, id: &Id, _cx: &Context<'_>) -> Vec<Step> {
        vec![Step::safe(Type::drop().name(type_ref(&id.namespace, &id.name)).to_string(PostgresQueryBuilder))]
    }

    fn alter(&self, to: &Self, id: &Id, cx: &Context<'_>) -> Option<Vec<Step>> {
        let Self { values } = to;
        let renamed = cx.renamed_values(id);
        let mut steps = Vec::new();
        let mut have = self.values.clone();
        for (from, to) in renamed.iter().filter(|(from, to)| self.values.contains(from) && !self.values.contains(to)) {
            let statement = alter(id).rename_value(Alias::new(from), Alias::new(to));
            let sql = statement.to_string(PostgresQueryBuilder);
            steps.push(Step::risky(sql, [BREAKS_CODE.because(format!("value `{from}` is called `{to}`"))]));
            have.iter_mut().filter(|value| *value == from).for_each(|value| value.clone_from(to));
        }
        let kept: Vec<&String> = values.iter().filter(|value| have.contains(value)).collect();
        if kept.len() != have.len() || kept.into_iter().ne(have.iter()) {
            return Some(self.swap(to, id, cx));
        }
        for (at, value) in values.iter().enumerate().filter(|(_, value)| !have.contains(value)) {
            let statement = alter(id).add_value(Alias::new(value));
            let statement = match at.checked_sub(1).map(|before| &values[before]) {
                Some(before) => statement.after(Alias::new(before)),
                None => match self.values.first() {
                    Some(first) => statement.before(Alias::new(first)),
                    None => statement,
                },
            };
            // A new value cannot be used in the transaction that adds it (manual, ALTER TYPE, notes).
            steps.push(Step::safe(statement.to_string(PostgresQueryBuilder)).in_its_own_transaction());
        }
        Some(steps)
    }

    fn comment_target(&self, id: &Id) -> Option<String> {
        Some(format!("TYPE {}", id.sql()))
    }

    fn rename(&self, from: &Id, to: &str) -> Option<String> {
        Some(format!("ALTER TYPE {} RENAME TO {}", from.sql(), quote_ident(to)))
    }

    fn depends_on(&self, id: &Id, _schema: &Schema) -> Vec<Id> {
        vec![Id::new(KindTag::Namespace, "", &id.namespace)]
    }

    fn rebuilds(&self, to: &Self, id: &Id, schema: &Schema) -> Vec<Id> {
        let grows = self.values.iter().all(|value| to.values.contains(value));
        if grows { Vec::new() } else { users(id, schema).into_iter().map(|(column, _)| column).collect() }
    }

    fn catalog(_version: u32) -> String {
        "SELECT 'pg_type'::regclass, t.oid, 0, t.nspname, '', t.typname, 0, json_build_object('values', \
                ARRAY(SELECT enumlabel FROM pg_enum e WHERE e.enumtypid = t.oid ORDER BY enumsortorder))::text \
           FROM typ t WHERE t.typtype = 'e'"
            .to_owned()
    }
}

impl Enum {
    /// A value cannot be taken away or moved: a new type takes the place of the old one in every column.
    fn swap(&self, to: &Self, id: &Id, cx: &Context<'_>) -> Vec<Step> {
        let old = format!("{}__old", id.name.chars().take(55).collect::<String>());
        let mut steps = vec![Step::safe(format!("ALTER TYPE {} RENAME TO {}", id.sql(), quote_ident(&old)))];
        steps.extend(to.create(id, cx));
        let gone: Vec<&str> = self.values.iter().filter(|v| !to.values.contains(v)).map(String::as_str).collect();
        for (column, of) in users(id, cx.current) {
            let Some(Object::Column(_)) = cx.desired.object(&column) else { continue };
            let hazards = [
                REWRITES_TABLE.because(format!("`{}`", column.owner)),
                MAY_FAIL.because(format!("rows that hold {}", gone.join(", "))),
            ];
            let name = column.name_sql();
            let target = if of.r#type.ends_with("[]") { format!("{}[]", id.sql()) } else { id.sql() };
            let bridge = if of.r#type.ends_with("[]") { "text[]" } else { "text" };
            let table = format!("ALTER TABLE {}", column.table_sql());
            if of.default.is_some() {
                steps.push(Step::safe(format!("{table} ALTER COLUMN {name} DROP DEFAULT")));
            }
            let sql = format!("{table} ALTER COLUMN {name} TYPE {target} USING {name}::{bridge}::{target}");
            steps.push(Step::risky(sql, hazards));
            if let Some(default) = &of.default {
                let default = default.parenthesised();
                steps.push(Step::safe(format!("{table} ALTER COLUMN {name} SET DEFAULT {default}")));
            }
        }
        steps.push(Step::safe(format!("DROP TYPE {}", qualified(&id.namespace, &old))));
        steps
    }
}

/// The columns whose type is this one, or an array of it.
fn users<'a>(id: &Id, schema: &'a Schema) -> Vec<(Id, &'a super::Column)> {
    let columns = schema.of_kind(KindTag::Column);
    columns
        .filter_map(|(column, entry)| match &entry.object {
            Object::Column(object) if mentions(&object.r#type, &id.name) => Some((column.clone(), object)),
            _ => None,
        })
        .collect()
}

fn type_ref(namespace: &str, name: &str) -> TypeRef {
    (Alias::new(namespace), Alias::new(name)).into_type_ref()
}

fn alter(id: &Id) -> TypeAlterStatement {
    Type::alter().name(type_ref(&id.namespace, &id.name))
}
