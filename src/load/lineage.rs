//! `partition_of` with `values`, `inherits` and `partitions`: tables that take their columns from others.

use std::collections::HashSet;

use super::builder::Builder;
use super::column;
use super::fields::{Fields, Text, text};
use super::names;
use super::shared::named;
use super::tree::{Field, Value};
use crate::kind::{IndexPartition, Inheritance, KindTag, Object, Origin, Partition, index_partition, lineage};
use crate::schema::Id;
use crate::sql::{self, TokenKind};

/// The tables so that each comes after those from which it takes its columns, else in their order.
pub(super) fn parents_first<'a>(builder: &Builder<'_>, tables: Vec<(&'a str, &'a Field)>) -> Vec<(&'a str, &'a Field)> {
    let id = |key: &str| names::split(key).map(|(namespace, name)| Id::new(KindTag::Table, &namespace, &name));
    let mut done: HashSet<Id> = HashSet::new();
    let (mut left, mut sorted) = (tables, Vec::new());
    while !left.is_empty() {
        let waits =
            |field: &Field| said_parents(field).iter().any(|it| builder.tables.contains(it) && !done.contains(it));
        let (later, ready): (Vec<_>, Vec<_>) = left.into_iter().partition(|(_, field)| waits(field));
        if ready.is_empty() {
            for (key, field) in &later {
                builder.report.say(&field.key_at, format!("table `{key}` cannot take its columns from itself"));
            }
            return sorted;
        }
        done.extend(ready.iter().filter_map(|(key, _)| id(key)));
        sorted.extend(ready);
        left = later;
    }
    sorted
}

/// The parents that a table names, as far as they can be read.
fn said_parents(field: &Field) -> Vec<Id> {
    let Value::Table(table) = &field.node.value else { return Vec::new() };
    let mut said: Vec<&str> = Vec::new();
    if let Some(Value::Text(name)) = table.get("partition_of").map(|field| &field.node.value) {
        said.push(name);
    }
    if let Some(Value::Array(all)) = table.get("inherits").map(|field| &field.node.value) {
        said.extend(
            all.iter().filter_map(|node| if let Value::Text(name) = &node.value { Some(&**name) } else { None }),
        );
    }
    let tables = said.into_iter().filter_map(names::split);
    tables.map(|(namespace, name)| Id::new(KindTag::Table, &namespace, &name)).collect()
}

/// Whether a table says that its columns come from others.
pub(super) fn is_child(field: &Field) -> bool {
    matches!(&field.node.value, Value::Table(table) if table.contains_key("partition_of") || table.contains_key("inherits"))
}

/// Reads what ties a table to others.
pub(super) fn ties(builder: &mut Builder<'_>, table: &Id, fields: &mut Fields<'_>) {
    let report = builder.report;
    const MANAGED: &[(&str, bool)] = &[("managed", true), ("unmanaged", false)];
    if let Some(managed) = fields.word("partitions", MANAGED) {
        builder.schema.manages_partitions.insert(table.clone(), managed);
    }
    let field = fields.field("partition_of");
    let values = fields.text("values");
    let inherits = fields.field("inherits").map(|field| field.key_at.clone());
    let parents = fields.texts("inherits");
    match (field, inherits) {
        (Some(field), Some(_)) => {
            report.say(&field.key_at, "a partition has no other parents: it cannot have `inherits`")
        }
        (Some(field), None) => partition(builder, table, field, values),
        (None, Some(at)) if !parents.is_empty() => {
            let ids = parents.iter().filter_map(|said| parent(builder, said)).collect();
            let id = Id::own(KindTag::Inheritance, table);
            builder.add(&id, Inheritance { parents: ids }, None, &at);
        }
        _ => {
            if let Some(values) = values {
                report.say(&values.at, "`values` goes with `partition_of`");
            }
        }
    }
}

fn partition(builder: &mut Builder<'_>, table: &Id, field: &Field, values: Option<Text>) {
    let report = builder.report;
    let Some(parent) = text(report, &field.node).and_then(|said| parent(builder, &said)) else { return };
    let hint = "write `from (…) to (…)`, `in (…)`, `with (modulus 4, remainder 0)` or `default`";
    let Some(values) = values else {
        return report.hint(&field.key_at, format!("partition `{}` has no `values`", table.name), hint);
    };
    let Some(bound) = bound(&values.text) else {
        return report.hint(&values.at, format!("`{}` does not say which rows a partition holds", values.text), hint);
    };
    let id = Id::own(KindTag::Partition, table);
    builder.note(&id, [Text { text: bound.clone(), at: values.at }]);
    let values = bound.as_str().into();
    let of = (parent.namespace, parent.name);
    let partition = Partition { of_namespace: of.0, of: of.1, values, copies: Default::default() };
    builder.add(&id, partition, None, &field.key_at);
}

/// Reads what the partition's part of a key or index of a table above is called.
pub(super) fn index_name(builder: &mut Builder<'_>, table: &Id, of: &str, field: &Field) {
    let report = builder.report;
    let Some(said) = text(report, &field.node) else { return };
    if !builder.schema.contains(&Id::own(KindTag::Partition, table)) {
        return report.say(&field.key_at, "`index_names` goes with `partition_of`");
    }
    if names::is_name(report, &said.text, &said.at) {
        builder.add(
            &Id::of(KindTag::IndexPartition, table, of),
            IndexPartition { name: said.text },
            None,
            &field.key_at,
        );
    }
}

/// Names can only be of what there is: known once every key has its own name.
pub(super) fn settle_index_names(builder: &mut Builder<'_>) {
    let schema = &builder.schema;
    let said = schema.of_kind(KindTag::IndexPartition).map(|(id, _)| id);
    let wrong: Vec<Id> = said.filter(|id| index_partition::whole(schema, id).is_none()).cloned().collect();
    for id in wrong {
        let above = id.table().map(|table| lineage::above(schema, &table)).unwrap_or_default();
        let keys = above.iter().flat_map(|table| schema.children(table).map(|(key, _)| key));
        let keys = keys.filter(|key| key.kind.is_relation()).map(|key| key.name.as_str());
        let near = crate::types::nearest(&id.name, keys).map(|near| format!("did you mean `{near}`?"));
        if let Some(at) = builder.place_of(&id) {
            builder.report.maybe_hint(at, format!("no table above has a key or index `{}`", id.name), near);
        }
    }
}

/// The bound as PostgreSQL writes it as far as its own words are concerned; nothing where it is none.
fn bound(said: &str) -> Option<String> {
    let mut words = Vec::new();
    let mut text = String::new();
    for token in sql::tokens(said).ok()? {
        let lower = token.text.to_ascii_lowercase();
        let own = token.kind == TokenKind::Word;
        match lower.as_str() {
            "from" | "to" | "in" | "with" | "default" | "minvalue" | "maxvalue" | "for" | "values" if own => {
                text.push_str(&lower.to_ascii_uppercase());
            }
            "modulus" | "remainder" if own => text.push_str(&lower),
            _ => text.push_str(token.text),
        }
        words.extend((token.kind != TokenKind::Space).then_some(lower));
    }
    let text = text.trim();
    let text = text.strip_prefix("FOR VALUES").unwrap_or(text).trim();
    let first = words.iter().find(|word| !["for", "values"].contains(&word.as_str()))?;
    let known = match first.as_str() {
        "default" => text == "DEFAULT",
        "from" => words.iter().any(|word| word == "to") && text.ends_with(')'),
        "in" | "with" => text.ends_with(')'),
        _ => false,
    };
    known.then(|| text.to_owned())
}

fn parent(builder: &Builder<'_>, said: &Text) -> Option<Id> {
    let split = names::split(&said.text);
    let id = split.map(|(namespace, name)| Id::new(KindTag::Table, &namespace, &name));
    let known = id.filter(|id| builder.tables.contains(id));
    if known.is_none() {
        let mut names: Vec<&str> = builder.tables.iter().map(|id| id.name.as_str()).collect();
        names.sort_unstable();
        let near = crate::types::nearest(&said.text, names.into_iter()).map(|near| format!("did you mean `{near}`?"));
        builder.report.maybe_hint(&said.at, format!("there is no table `{}`", said.text), near);
    }
    known
}

/// Reads the columns of a table: first those of its parents, with what it says of them itself.
pub(super) fn columns(builder: &mut Builder<'_>, table: &Id, fields: &mut Fields<'_>) {
    let declared = named(fields, "column");
    let parents = lineage::parents(&builder.schema, table);
    let mut given: Vec<String> = Vec::new();
    for parent in &parents {
        let names: Vec<String> = builder.columns_of(parent).map(str::to_owned).collect();
        given.extend(names);
    }
    let mut seen = HashSet::new();
    given.retain(|name| seen.insert(name.clone()));
    for name in &given {
        let id = Id::of(KindTag::Column, table, name);
        let Some(base) = lineage::inherited(&builder.schema, &id) else { continue };
        match declared.iter().find(|(key, _)| key == name) {
            Some((_, field)) => column::one(builder, table, name, field, Some(base)),
            None => builder.add_quietly(&id, base),
        }
    }
    let partition = builder.schema.contains(&Id::own(KindTag::Partition, table));
    for (name, field) in declared.iter().filter(|(key, _)| !seen.contains(*key)) {
        if let (true, [parent]) = (partition, parents.as_slice()) {
            let message = format!("`{}` is a partition and has just the columns of `{}`", table.name, parent.name);
            builder.report.hint(&field.key_at, message, format!("declare `{name}` there"));
            continue;
        }
        column::one(builder, table, name, field, None);
    }
}

/// What a primary key says of its columns holds in the children too.
pub(super) fn settle(builder: &mut Builder<'_>) {
    let columns = builder.schema.of_kind(KindTag::Column).filter_map(|(id, entry)| match &entry.object {
        Object::Column(column) if column.origin.0 != Origin::Own && !column.not_null => Some(id.clone()),
        _ => None,
    });
    // Parents were read before their children.
    for id in columns.collect::<Vec<_>>() {
        let refused = lineage::inherited(&builder.schema, &id).is_some_and(|column| column.not_null);
        let free = builder.nullable.contains(&id);
        if let (true, false, Some(entry)) = (refused, free, builder.schema.get_mut(&id))
            && let Object::Column(column) = &mut entry.object
        {
            column.not_null = true;
        }
    }
}
