//! A new type in the place of an old one, for what PostgreSQL has no statement for: values of an enum that go, a domain
//! over another type.

use super::column::default_text;
use super::{Column, KindTag, Object, Origin, function};
use crate::hazard::{MAY_FAIL, REWRITES_TABLE};
use crate::plan::{Context, Step};
use crate::schema::{Id, Schema};
use crate::sql::{Expr, qualified, quote_ident, quote_literal};

/// How a value becomes one of the new type, where its text does not say it.
pub(super) type Value<'a> = Option<&'a dyn Fn(&str, &str) -> String>;

/// The new type, which `create` makes, takes the place of the old one in every column.
pub(super) fn swap(id: &Id, create: Vec<Step>, gone: &[&str], value: Value<'_>, cx: &Context<'_>) -> Vec<Step> {
    let old = format!("{}__old", id.name.chars().take(55).collect::<String>());
    let mut steps = vec![Step::safe(format!("ALTER TYPE {} RENAME TO {}", id.sql(), quote_ident(&old)))];
    steps.extend(create);
    for (column, from) in users(id, cx.current) {
        // A column that is made anew is made of the new type.
        if let (Some(Object::Column(to)), false) = (cx.desired.object(&column), cx.replaced.contains(&column)) {
            steps.extend(retype(&column, from, to, id, (gone, value), cx));
        }
    }
    steps.push(Step::safe(format!("DROP TYPE {}", qualified(&id.namespace, &old))));
    // The comment went with the old type; a new one is written wherever it differs.
    if let Some(kept) = cx.kept_comment(id) {
        steps.push(Step::safe(format!("COMMENT ON TYPE {} IS {}", id.sql(), quote_literal(kept))));
    }
    steps
}

/// Says whether the type of a column is one that a new one takes the place of: then the swap retypes the column.
pub(super) fn is_swapped(column: &Column, cx: &Context<'_>) -> bool {
    cx.current.mentioned(&column.r#type).iter().any(|id| is_swapped_type(id, cx))
}

/// Says whether a new type takes the place of this one.
pub(super) fn is_swapped_type(id: &Id, cx: &Context<'_>) -> bool {
    match (cx.current.object(id), cx.desired.object(id)) {
        (Some(from), Some(to)) => from.is_swapped_for(to),
        _ => false,
    }
}

/// The statements that bring a column from the old type to the new one, or to what else it is to be.
fn retype(
    column: &Id,
    from: &Column,
    to: &Column,
    id: &Id,
    (gone, value): (&[&str], Value<'_>),
    cx: &Context<'_>,
) -> Vec<Step> {
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
    let converted = match value {
        Some(value) if !array && *target == new => value(&name, target),
        _ => format!("{name}::{bridge}{using}"),
    };
    let sql = format!("{table} ALTER COLUMN {name} TYPE {target} USING {converted}");
    steps.push(Step::risky(sql, hazards));
    if let Some(default) = to.default.as_ref().filter(|default| !calls_aside(default)) {
        steps.push(Step::safe(format!("{table} ALTER COLUMN {name} SET DEFAULT {}", default_text(default))));
    }
    steps
}

/// The columns whose type is this one, or an array of it. A computed column has stepped aside.
pub(super) fn users<'a>(id: &Id, schema: &'a Schema) -> Vec<(Id, &'a Column)> {
    let columns = schema.of_kind(KindTag::Column);
    columns
        .filter_map(|(column, entry)| match &entry.object {
            // What a child has from its parent changes with the parent's.
            Object::Column(object)
                if object.origin.0 == Origin::Own && schema.mentioned(&object.r#type).contains(id) =>
            {
                Some((column.clone(), object))
            }
            _ => None,
        })
        .collect()
}
