//! An enumerated type.

use sea_query::extension::postgres::{Type, TypeAlterStatement};
use sea_query::{Alias, IntoTypeRef, PostgresQueryBuilder, TypeRef};
use serde::{Deserialize, Serialize};

use super::column::default_text;
use super::{Column, Kind, KindTag, Object, function};
use crate::hazard::{MAY_FAIL, REWRITES_TABLE};
use crate::plan::{Context, Step};
use crate::schema::{Id, Schema};
use crate::sql::{Expr, qualified, quote_ident, quote_literal};

/// An enumerated type: its values in their sort order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enum {
    /// The values, in sort order.
    pub values: Vec<String>,
}

impl Kind for Enum {
    const WORD: &'static str = "enum";
    const IS_TYPE: bool = true;

    fn create(&self, id: &Id, _cx: &Context<'_>) -> Vec<Step> {
        if self.values.is_empty() {
            return vec![Step::safe(format!("CREATE TYPE {} AS ENUM ()", id.sql()))];
        }
        let mut statement = Type::create();
        statement.as_enum(type_ref(&id.namespace, &id.name)).values(self.values.iter().map(Alias::new));
        vec![Step::safe(statement.to_string(PostgresQueryBuilder))]
    }

    fn drop(&self, id: &Id, _cx: &Context<'_>) -> Vec<Step> {
        vec![Step::safe(Type::drop().name(type_ref(&id.namespace, &id.name)).to_string(PostgresQueryBuilder))]
    }

    fn alter(&self, to: &Self, id: &Id, cx: &Context<'_>) -> Option<Vec<Step>> {
        if self.is_swapped_for(to) {
            return Some(self.swap(to, id, cx));
        }
        let Self { values } = to;
        let mut steps = Vec::new();
        for (at, value) in values.iter().enumerate().filter(|(_, value)| !self.values.contains(value)) {
            let statement = alter(id).add_value(Alias::new(value));
            let last = !values[at..].iter().any(|after| self.values.contains(after));
            let statement = match (at.checked_sub(1).map(|before| &values[before]), self.values.first()) {
                _ if last => statement,
                (Some(before), _) => statement.after(Alias::new(before)),
                (None, Some(first)) => statement.before(Alias::new(first)),
                (None, None) => statement,
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
        if !self.is_swapped_for(to) {
            return Vec::new();
        }
        users(id, schema).into_iter().map(|(column, _)| column).collect()
    }

    fn catalog(_version: u32) -> String {
        "SELECT 'pg_type'::regclass, t.oid, 0, t.nspname, '', t.typname, 0, json_build_object('values', \
                ARRAY(SELECT enumlabel FROM pg_enum e WHERE e.enumtypid = t.oid ORDER BY enumsortorder))::text \
           FROM typ t WHERE t.typtype = 'e'"
            .to_owned()
    }
}

impl Enum {
    /// Whether turning it into `to` takes values away or moves them, for which PostgreSQL has no statement.
    pub fn is_swapped_for(&self, to: &Self) -> bool {
        to.values.iter().filter(|value| self.values.contains(value)).ne(&self.values)
    }

    /// `ALTER TYPE … RENAME VALUE`.
    pub(crate) fn rename_value(&self, id: &Id, from: &str, to: &str) -> String {
        alter(id).rename_value(Alias::new(from), Alias::new(to)).to_string(PostgresQueryBuilder)
    }

    /// A new type takes the place of the old one in every column.
    fn swap(&self, to: &Self, id: &Id, cx: &Context<'_>) -> Vec<Step> {
        let old = format!("{}__old", id.name.chars().take(55).collect::<String>());
        let mut steps = vec![Step::safe(format!("ALTER TYPE {} RENAME TO {}", id.sql(), quote_ident(&old)))];
        steps.extend(to.create(id, cx));
        let gone: Vec<&str> = self.values.iter().filter(|v| !to.values.contains(v)).map(String::as_str).collect();
        for (column, from) in users(id, cx.current) {
            if let Some(Object::Column(to)) = cx.desired.object(&column) {
                steps.extend(retype(&column, from, to, id, &gone, cx));
            }
        }
        steps.push(Step::safe(format!("DROP TYPE {}", qualified(&id.namespace, &old))));
        // The comment went with the old type; a new one is written wherever it differs.
        let comment = |schema: &Schema| schema.get(id).and_then(|entry| entry.comment.clone());
        if let Some(kept) = comment(cx.desired).filter(|kept| Some(kept) == comment(cx.current).as_ref()) {
            steps.push(Step::safe(format!("COMMENT ON TYPE {} IS {}", id.sql(), quote_literal(&kept))));
        }
        steps
    }
}

/// Says whether the type of a column is an enum that a new one takes the place of: then the swap retypes the column.
pub(super) fn is_swapped(column: &Column, cx: &Context<'_>) -> bool {
    let mentioned = cx.current.mentioned(&column.r#type);
    mentioned.iter().any(|id| match (cx.current.object(id), cx.desired.object(id)) {
        (Some(Object::Enum(from)), Some(Object::Enum(to))) => from.is_swapped_for(to),
        _ => false,
    })
}

/// The statements that bring a column from the old type to the new one, or to what else it is to be.
fn retype(column: &Id, from: &Column, to: &Column, id: &Id, gone: &[&str], cx: &Context<'_>) -> Vec<Step> {
    let (table, name) = (format!("ALTER TABLE {}", column.table_sql()), column.name_sql());
    let array = from.r#type.ends_with("[]");
    let new = if array { format!("{}[]", id.sql()) } else { id.sql() };
    let target = if from.r#type == to.r#type { &new } else { &to.r#type };
    let bridge = if array { "text[]" } else { "text" };
    let using = if target == bridge { String::new() } else { format!("::{target}") };
    let mut hazards = vec![REWRITES_TABLE.because(format!("`{}`", column.owner))];
    if !gone.is_empty() {
        hazards.push(MAY_FAIL.because(format!("rows of `{}` that hold {}", column.owner, gone.join(", "))));
    }
    let mut steps = Vec::new();
    // A function that waits for the type takes the defaults that call it along, and brings them back.
    let calls_aside = |default: &&Expr| {
        let sides = [cx.current, cx.desired].into_iter().flat_map(|schema| schema.mentioned(default.as_str()));
        sides.into_iter().any(|id| function::is_late(&id, cx))
    };
    if from.default.as_ref().filter(|default| !calls_aside(default)).is_some() {
        steps.push(Step::safe(format!("{table} ALTER COLUMN {name} DROP DEFAULT")));
    }
    let sql = format!("{table} ALTER COLUMN {name} TYPE {target} USING {name}::{bridge}{using}");
    steps.push(Step::risky(sql, hazards));
    if let Some(default) = to.default.as_ref().filter(|default| !calls_aside(default)) {
        steps.push(Step::safe(format!("{table} ALTER COLUMN {name} SET DEFAULT {}", default_text(default))));
    }
    steps
}

/// The columns whose type is this one, or an array of it. A computed column has stepped aside.
fn users<'a>(id: &Id, schema: &'a Schema) -> Vec<(Id, &'a Column)> {
    let columns = schema.of_kind(KindTag::Column);
    columns
        .filter_map(|(column, entry)| match &entry.object {
            Object::Column(object) if schema.mentioned(&object.r#type).contains(id) => Some((column.clone(), object)),
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
