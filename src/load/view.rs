//! `[view.NAME]` and `[materialized_view.NAME]`.

use super::builder::Builder;
use super::constraint::names_of;
use super::fields::{Fields, Text, text};
use super::report::Report;
use super::shared::named;
use super::tree::{Field, Node};
use super::{grant, index, names, table, trigger};
use crate::kind::{Granted, KindTag, Materialized, View};
use crate::schema::Id;
use crate::sql::Expr;

/// Reads both.
pub(super) fn all(builder: &mut Builder<'_>, top: &mut Fields<'_>) {
    for (key, field) in named(top, "view") {
        one(builder, key, field, false);
    }
    for (key, field) in named(top, "materialized_view") {
        one(builder, key, field, true);
    }
}

fn one(builder: &mut Builder<'_>, key: &str, field: &Field, materialized: bool) {
    let report = builder.report;
    let Some(mut fields) = Fields::of(report, &field.node, &field.key_at) else { return };
    let Some(id) = names::id(report, KindTag::View, key, field) else { return };
    let said = fields.required("query", &format!("view `{key}`")).and_then(|node| query(report, node));
    let columns = fields.texts("columns");
    for column in &columns {
        names::is_name(report, &column.text, &column.at);
    }
    let mut view = View {
        query: said.as_ref().map_or("", |said| said.text.as_str()).into(),
        columns: names_of(&columns),
        materialized: None,
        with: fields.parameters("with"),
        column_comments: fields.parameters("column_comments").into_iter().collect(),
        shape: Default::default(),
    };
    view.column_comments.retain(|_, comment| !comment.is_empty());
    if materialized {
        let with_data = fields.take("with_data").is_none() || fields.flag("with_data");
        view.materialized = Some(Materialized { with_data });
        for (name, field) in named(&mut fields, "index") {
            index::one(builder, &id, name, field);
        }
        let stands = Id { kind: KindTag::Table, ..id.clone() };
        table::cluster(builder, &stands, &mut fields);
    }
    for (name, field) in if materialized { Vec::new() } else { named(&mut fields, "trigger") } {
        trigger::one(builder, &id, name, field);
    }
    let comment = fields.comment();
    let renamed_from = fields.text("renamed_from");
    let grants = grant::read(&mut fields, Granted::Table);
    fields.finish();
    builder.note(&id, said);
    builder.note(&id, columns);
    builder.add(&id, view, comment, &field.key_at);
    grants.add(builder, &id);
    builder.renamed(&id, renamed_from);
}

/// A query; the `;` that many write behind one is none of it.
fn query(report: &Report, node: &Node) -> Option<Text> {
    let Text { text, at } = text(report, node)?;
    let trimmed = text.trim_end().trim_end_matches(';').trim_end();
    match Expr::check(trimmed) {
        // A comment at the end would swallow what follows.
        Ok(()) => Some(Text { text: Expr::from(trimmed).trimmed().to_owned(), at }),
        Err(wrong) => {
            report.say(&at, wrong);
            None
        }
    }
}
