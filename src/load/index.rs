//! `index.NAME` of a table.

use super::builder::Builder;
use super::constraint::names_of;
use super::fields::{Fields, Text, text};
use super::names;
use super::report::Report;
use super::tree::{Field, Node, Value};
use crate::kind::{Index, IndexKey, KeyTarget, KindTag, Known, Object, Parameters, Table};
use crate::schema::Id;

/// PostgreSQL's and pgvector's access methods that cannot keep keys unique.
const NEVER_UNIQUE: &[&str] = &["hash", "gin", "gist", "spgist", "brin", "hnsw", "ivfflat"];

/// Reads one index.
pub(super) fn one(builder: &mut Builder<'_>, table: &Id, name: &str, field: &Field) {
    let report = builder.report;
    let id = Id::of(KindTag::Index, table, name);
    let Some(mut fields) = Fields::of(report, &field.node, &field.key_at) else { return };
    let using = fields.text("using").map_or_else(|| "btree".to_owned(), |using| using.text);
    let ordered = using == "btree";
    let keys = fields.required("on", &format!("index `{name}`"));
    let keys = keys.map(|node| keys_of(report, node, ordered)).unwrap_or_default();
    let include = fields.texts("include");
    let predicate = fields.expression("where");
    let unique_at = fields.take("unique").map(|node| node.at.clone());
    let unique = fields.flag("unique");
    if let (true, Some(at), true) = (unique, unique_at, NEVER_UNIQUE.contains(&using.as_str())) {
        report.say(&at, format!("an index of the access method `{using}` cannot be unique"));
    }
    let mut texts: Vec<Text> = keys.iter().map(|(_, text)| text.clone()).chain(include.clone()).collect();
    texts.extend(predicate.iter().map(|(text, at)| Text { text: text.as_str().to_owned(), at: at.clone() }));
    let index = Index {
        using,
        unique,
        nulls_not_distinct: fields.flag("nulls_not_distinct"),
        keys: keys.into_iter().map(|(key, _)| key).collect(),
        include: names_of(&include),
        r#where: predicate.map(|(predicate, _)| predicate),
        with: fields.parameters("with"),
        only: only(builder, table, &mut fields),
        valid: true,
        whole: Known(false),
    };
    let comment = fields.comment();
    let renamed_from = fields.text("renamed_from");
    fields.finish();
    if names::is_name(report, name, &field.key_at) {
        builder.note(&id, texts);
        builder.add(&id, index, comment, &field.key_at);
        builder.renamed(&id, renamed_from);
    }
}

/// Whether it is of a table in partitions alone.
pub(super) fn only(builder: &Builder<'_>, table: &Id, fields: &mut Fields<'_>) -> bool {
    let at = fields.take("only").map(|node| node.at.clone());
    let only = fields.flag("only");
    let spread = matches!(builder.schema.object(table), Some(Object::Table(Table { partition_by: Some(_), .. })));
    if let (true, false, Some(at)) = (only, spread, at) {
        builder.report.hint(
            &at,
            format!("`{}` is not in partitions: what it has is its own anyway", table.name),
            "leave `only` out",
        );
    }
    only && spread
}

/// The keys, each with the column or expression and its place.
fn keys_of(report: &Report, node: &Node, ordered: bool) -> Vec<(IndexKey, Text)> {
    let Value::Array(items) = &node.value else {
        let hint = "`on` is a list: `on = [\"a\", { expression = \"lower(b)\" }]`";
        report.hint(&node.at, format!("expected an array, found {}", node.value.word()), hint);
        return Vec::new();
    };
    if items.is_empty() {
        report.say(&node.at, "an index needs at least one key");
    }
    items.iter().filter_map(|item| key(report, item, ordered)).collect()
}

/// An operator class and its parameters.
pub(super) fn opclass(fields: &mut Fields<'_>) -> (Option<String>, Parameters) {
    let report = fields.report;
    let class = fields.text("opclass").and_then(|said| names::operator_class(report, &said));
    let at = fields.take("opclass_parameters").map(|node| node.at.clone());
    let parameters = fields.parameters("opclass_parameters");
    if let (None, Some(at)) = (&class, at) {
        report.hint(&at, "there is no `opclass` whose parameters these could be", "name the operator class too");
    }
    (class, parameters)
}

/// Whether a key runs downwards, and whether NULLs come first.
pub(super) fn order(fields: &mut Fields<'_>, ordered: bool) -> (bool, bool) {
    let order_at = fields.take("order").or(fields.take("nulls")).map(|node| node.at.clone());
    if let (false, Some(at)) = (ordered, order_at) {
        fields.report.say(&at, "only btree indexes have an order");
    }
    let descending = fields.word("order", &[("asc", false), ("desc", true)]).unwrap_or_default();
    // PostgreSQL takes NULLs for larger than everything else.
    let nulls_first = fields.word("nulls", &[("first", true), ("last", false)]).unwrap_or(descending);
    (descending, nulls_first)
}

fn key(report: &Report, item: &Node, ordered: bool) -> Option<(IndexKey, Text)> {
    let plain = IndexKey::plain;
    if !matches!(item.value, Value::Table(_)) {
        let said = text(report, item)?;
        return Some((plain(KeyTarget::Column(said.text.clone())), said));
    }
    let mut fields = Fields::of(report, item, &item.at)?;
    let column = fields.text("column");
    let has_expression = fields.take("expression").is_some();
    let expression = fields.expression("expression");
    let target = match (column, expression) {
        (Some(column), None) if !has_expression => Some((KeyTarget::Column(column.text.clone()), column)),
        (None, Some((expression, at))) => {
            let text = Text { text: expression.as_str().to_owned(), at };
            Some((KeyTarget::Expression(expression), text))
        }
        (None, None) if has_expression => None,
        _ => {
            report.say(&item.at, "a key of an index has either `column` or `expression`");
            None
        }
    };
    let (opclass, opclass_parameters) = opclass(&mut fields);
    let collation = fields.text("collation").map(|said| names::collation(&said));
    let (descending, nulls_first) = order(&mut fields, ordered);
    fields.finish();
    let (on, text) = target?;
    Some((IndexKey { on, opclass, opclass_parameters, collation, descending, nulls_first }, text))
}
