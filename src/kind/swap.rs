//! A new type in the place of an old one, for what PostgreSQL has no statement for: values of an enum that go, a domain
//! over another type.

use std::collections::BTreeSet;

use super::column::default_text;
use super::{Column, KindTag, Object, Origin, domain, function, lineage, types_of};
use crate::hazard::{DELETES_DATA, Hazard, MAY_FAIL, Question, REWRITES_TABLE};
use crate::plan::{Context, Step};
use crate::schema::{Id, Schema};
use crate::sql::{Expr, qualified, quote_ident, quote_literal};
use crate::types;

/// How a value becomes one of the new type, or an array of it, where its text does not say it.
pub(super) type Value<'a> = Option<&'a dyn Fn(&str, &str) -> Option<String>>;

/// What the old type is called while the new one has its name.
pub(super) fn old_name(id: &Id) -> String {
    format!("{}__old", id.name.chars().take(55).collect::<String>())
}

/// The new type, which `create` makes, takes the place of the old one in every column; `done` follows.
pub(super) fn swap(
    id: &Id,
    (create, done): (Vec<Step>, Vec<Step>),
    gone: &[&str],
    value: Value<'_>,
    cx: &Context<'_>,
) -> Vec<Step> {
    let old = old_name(id);
    let mut steps = vec![Step::safe(format!("ALTER TYPE {} RENAME TO {}", id.sql(), quote_ident(&old)))];
    steps.extend(create);
    for (column, from) in users(id, cx.current).into_iter().chain(left_alone(id, cx)) {
        // A column that is made anew is made of the new type.
        if let (Some(Object::Column(to)), false) = (cx.desired.object(&column), cx.replaced.contains(&column)) {
            steps.extend(retype(&column, from, to, id, (gone, value), cx));
        }
    }
    steps.extend(done);
    if made_of(id, cx.current, cx.desired).is_empty() {
        steps.push(drop_old(id));
    }
    // The comment went with the old type; a new one is written wherever it differs.
    if let Some(kept) = cx.kept_comment(id) {
        steps.push(Step::safe(format!("COMMENT ON TYPE {} IS {}", id.sql(), quote_literal(kept))));
    }
    steps
}

/// What is left of the old type in the end.
fn drop_old(id: &Id) -> Step {
    Step::safe(format!("DROP TYPE {}", qualified(&id.namespace, &old_name(id))))
}

/// The types that are made of this one and stay: their old ones are made of its old one.
pub(crate) fn made_of(id: &Id, current: &Schema, desired: &Schema) -> Vec<Id> {
    let is_of = |object: &Object| types_of(object).iter().any(|name| current.mentioned(name).contains(id));
    let kinds = [KindTag::Composite, KindTag::Domain, KindTag::Range].into_iter();
    let all =
        kinds.flat_map(|kind| current.of_kind(kind)).filter(|(other, entry)| *other != id && is_of(&entry.object));
    all.map(|(other, _)| other).filter(|other| desired.contains(other)).cloned().collect()
}

/// The dangers of casting what values of a type hold, in each table that has some: within other types, too.
pub(super) fn cast_hazards(id: &Id, what: &str, (from, to): (&str, &str), cx: &Context<'_>) -> Vec<Hazard> {
    let stored = |name: &str, schema: &Schema| domain::stored_as(name, schema, false);
    let (has, becomes) = (stored(from, cx.current), stored(to, cx.desired));
    if has == becomes {
        return Vec::new();
    }
    let cost = types::hazards_of_cast(&has, &becomes);
    let mut all = Vec::new();
    for table in tables_with(id, cx) {
        let what = format!("{what} in `{}`: {from} becomes {to}", table.name);
        let cut = cost.loses.then(|| DELETES_DATA.because(format!("values are cut: {what}")));
        let unfit = cost.may_fail.then(|| MAY_FAIL.because(format!("values that do not fit: {what}")));
        all.extend([cut, unfit].into_iter().flatten().map(|hazard| hazard.of_rows(Some(table.clone()))));
    }
    all
}

/// The tables that stay and hold values of a type, by themselves or within those of other types.
fn tables_with(id: &Id, cx: &Context<'_>) -> Vec<Id> {
    let mut types = vec![id.clone()];
    let mut at = 0;
    while let Some(each) = types.get(at) {
        let others = made_of(each, cx.current, cx.desired);
        types.extend(others.into_iter().filter(|other| !types.contains(other)).collect::<Vec<_>>());
        at += 1;
    }
    let columns = types.iter().flat_map(|each| users(each, cx.current)).map(|(column, _)| column);
    let stay = columns.filter(|column| cx.desired.contains(column) && !cx.replaced.contains(column));
    let tables: BTreeSet<Id> = stay.filter_map(|column| column.table()).collect();
    tables.into_iter().collect()
}

/// Says whether values of a type lie in those of another one that is stored: in arrays, or in composite types.
pub(super) fn is_inside_another(id: &Id, schema: &Schema) -> bool {
    let arrays = users(id, schema).iter().any(|(_, column)| column.r#type.ends_with("[]"));
    arrays
        || made_of(id, schema, schema).iter().any(|other| match schema.object(other) {
            Some(Object::Domain(domain)) => domain.r#type.ends_with("[]") || is_inside_another(other, schema),
            _ => true,
        })
}

/// What has to wait until the types that are made of a swapped one are made of the new one: the end of the old.
pub(crate) fn ending(id: &Id, from: &Object, to: &Object, cx: &Context<'_>) -> Option<Step> {
    let waits = from.is_swapped_for(to) && !made_of(id, cx.current, cx.desired).is_empty();
    waits.then(|| drop_old(id))
}

/// A new type in the place of one that is made of another one takes a new one along.
pub(crate) fn along(current: &Schema, desired: &Schema) -> Option<(Schema, Vec<Id>)> {
    let swapped = |id: &Id, to: &Object| current.object(id).is_some_and(|from| from.is_swapped_for(to));
    let types = desired.iter().filter(|(id, entry)| id.kind.is_type() && swapped(id, &entry.object));
    let mut todo: Vec<Id> = types.map(|(id, _)| id.clone()).collect();
    let out_of_reach = |id: &Id, to: &Object| match (current.object(id), to) {
        (Some(Object::Domain(from)), Object::Domain(to)) => from.is_out_of_reach(to, id, current),
        _ => false,
    };
    let domains = desired.of_kind(KindTag::Domain).filter(|(id, entry)| out_of_reach(id, &entry.object));
    let mut others: Vec<Id> = domains.map(|(id, _)| id.clone()).collect();
    let (mut with, mut found) = (None, Vec::new());
    loop {
        while let Some(other) = others.pop() {
            let with = with.get_or_insert_with(|| desired.clone());
            let anew = match with.get_mut(&other).map(|entry| &mut entry.object) {
                Some(Object::Composite(it)) => &mut it.anew,
                Some(Object::Domain(it)) => &mut it.anew,
                Some(Object::Range(it)) => &mut it.anew,
                _ => continue,
            };
            if !std::mem::replace(&mut anew.0, true) {
                found.push(other.clone());
                todo.push(other);
            }
        }
        let Some(id) = todo.pop() else { break };
        others = made_of(&id, current, desired);
    }
    with.map(|with| (with, found))
}

/// Says whether the type of a column is one that a new one takes the place of: then the swap retypes the column.
pub(super) fn is_swapped(column: &Column, cx: &Context<'_>) -> bool {
    cx.current.mentioned(&column.r#type).iter().any(|id| is_swapped_type(id, cx))
}

/// Says whether a column is to be of yet another type, which is only made of the new one: the column is of that first.
pub(super) fn goes_further(column: &Id, cx: &Context<'_>) -> bool {
    let Some(Object::Column(to)) = cx.desired.object(column) else { return false };
    let is_made_of_swapped = |id: &Id| {
        let needs = cx.desired.object(id).map(|object| object.depends_on(id, cx.desired)).unwrap_or_default();
        needs.iter().any(|need| is_swapped_type(need, cx))
    };
    let mut types = cx.desired.mentioned(&to.r#type).into_iter();
    types.any(|id| id.kind.is_type() && !cx.current.contains(&id) && is_made_of_swapped(&id))
}

/// The types to which columns go from one in whose place a new one comes: the swap brings them there.
pub(crate) fn left_for(id: &Id, cx: &Context<'_>) -> Vec<Id> {
    if !is_swapped_type(id, cx) {
        return Vec::new();
    }
    let columns = users(id, cx.current).into_iter().filter(|(column, _)| !goes_further(column, cx));
    let to = columns.filter_map(|(column, from)| match cx.desired.object(&column)? {
        Object::Column(to) => (from.r#type != to.r#type).then_some(&to.r#type),
        _ => None,
    });
    let types = to.flat_map(|to| cx.desired.mentioned(to));
    types.filter(|of| of.kind.is_type() && of != id).collect()
}

/// Says whether a new type takes the place of this one.
pub(crate) fn is_swapped_type(id: &Id, cx: &Context<'_>) -> bool {
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
    let further = goes_further(column, cx);
    let target = if from.r#type == to.r#type || further { &new } else { &to.r#type };
    // Of an array and what is none, each is read from the other as a whole.
    let bridge = if array && target.ends_with("[]") { "text[]" } else { "text" };
    let using = if target == bridge { String::new() } else { format!("::{target}") };
    let mut hazards = vec![REWRITES_TABLE.because(format!("`{}`", column.owner)).of_rows(column.table())];
    if !gone.is_empty() {
        let holds = MAY_FAIL.because(format!("rows of `{}` that hold {}", column.owner, gone.join(", ")));
        let (name, values) = (column.name.clone(), gone.iter().map(|value| (*value).to_owned()).collect());
        let question = Question::Holds { column: name, values };
        let holds = holds.of_rows(column.table());
        hazards.push(if array { holds } else { holds.asking(question) });
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
    let others = if further { Vec::new() } else { defaults_below(column, to.default.as_ref(), cx) };
    if from.default.is_none() {
        let had = others.iter().filter(|(_, had, _)| had.is_some());
        steps.extend(
            had.map(|(table, ..)| Step::safe(format!("ALTER TABLE {} ALTER COLUMN {name} DROP DEFAULT", table.sql()))),
        );
    }
    // What becomes yet another type is made one of the new type before: only then are its parts in their places.
    let converted = match value.and_then(|value| value(&name, &new)) {
        Some(converted) if *target == new => converted,
        Some(converted) => format!("({converted})::{bridge}{using}"),
        None => format!("{name}::{bridge}{using}"),
    };
    let sql = format!("{table} ALTER COLUMN {name} TYPE {target} USING {converted}");
    steps.push(Step::risky(sql, hazards));
    if let Some(default) = to.default.as_ref().filter(|default| !further && !calls_aside(default)) {
        steps.push(Step::safe(format!("{table} ALTER COLUMN {name} SET DEFAULT {}", default_text(default))));
    }
    steps.extend(others.into_iter().map(|(table, _, default)| {
        let is = default.map_or("DROP DEFAULT".to_owned(), |default| format!("SET DEFAULT {}", default_text(default)));
        Step::safe(format!("ALTER TABLE {} ALTER COLUMN {name} {is}", table.sql()))
    }));
    steps
}

/// The tables that take a column from this one and have another default for it, with that before and after.
fn defaults_below<'a>(
    column: &Id,
    default: Option<&Expr>,
    cx: &Context<'a>,
) -> Vec<(Id, Option<&'a Expr>, Option<&'a Expr>)> {
    let below = column.table().map(|table| lineage::below(cx.desired, &table)).unwrap_or_default();
    let of = |schema: &'a Schema, table: &Id| match schema.object(&Id::of(KindTag::Column, table, &column.name)) {
        Some(Object::Column(column)) => Some(column.default.as_ref()),
        _ => None,
    };
    let both = below.into_iter().skip(1).filter_map(|table| {
        let (before, after) = (of(cx.current, &table)?, of(cx.desired, &table)?);
        (after != default).then_some((table, before, after))
    });
    both.collect()
}

/// The columns of this type that their tables have from parents which are away by then.
fn left_alone<'a>(id: &Id, cx: &Context<'a>) -> Vec<(Id, &'a Column)> {
    let columns = cx.current.of_kind(KindTag::Column);
    let is_alone = |column: &Id| column.table().is_some_and(|table| cx.steady_parents(&table).is_empty());
    let left = columns.filter_map(|(column, entry)| match &entry.object {
        Object::Column(it) if it.origin.0 != Origin::Own && cx.current.mentioned(&it.r#type).contains(id) => {
            is_alone(column).then(|| (column.clone(), it))
        }
        _ => None,
    });
    left.collect()
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
