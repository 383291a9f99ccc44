//! `unique.NAME`, `check.NAME` and `foreign_key.NAME` of a table, and what they share with columns.

use super::builder::Builder;
use super::draft::Draft;
use super::fields::{Fields, Text, expression, text, texts, word};
use super::names;
use super::report::{Place, Report};
use super::tree::{Field, Node, Value};
use crate::kind::{Action, Check, Deferral, ForeignKey, KindTag, Match, Unique};
use crate::schema::Id;

const ACTIONS: &[(&str, Action)] = &[
    ("cascade", Action::Cascade),
    ("restrict", Action::Restrict),
    ("set null", Action::SetNull),
    ("set default", Action::SetDefault),
    ("no action", Action::NoAction),
];

/// `["a", "b"]`, or a table with `columns` and more.
pub(super) fn unique(builder: &mut Builder<'_>, table: &Id, name: &str, field: &Field) {
    let report = builder.report;
    let mut draft = Draft::named(report, table, name, field, Unique::default());
    let mut unique = Unique::default();
    let columns = if let Value::Table(_) = field.node.value {
        let Some(mut fields) = Fields::of(report, &field.node, &field.key_at) else { return };
        let columns = fields.texts("columns");
        let include = fields.texts("include");
        unique = unique_options(&mut fields);
        unique.include = names_of(&include);
        unique.only = super::index::only(builder, table, &mut fields);
        draft.texts.extend(include);
        draft.finish_fields(fields);
        columns
    } else {
        texts(report, &field.node)
    };
    if are_columns(builder, &columns, &field.key_at) {
        unique.columns = names_of(&columns);
        draft.texts.extend(columns);
        draft.object = unique.into();
        builder.drafts.push(draft);
    }
}

/// What a unique constraint has beside its columns.
pub(super) fn unique_options(fields: &mut Fields<'_>) -> Unique {
    let nulls_not_distinct = fields.flag("nulls_not_distinct");
    let without_overlaps = fields.flag("without_overlaps");
    let (with, deferral, index_comment) = (fields.parameters("with"), deferral(fields), index_comment(fields));
    Unique { nulls_not_distinct, without_overlaps, with, deferral, index_comment, ..Unique::default() }
}

/// The comment on the index of a constraint; an empty one is none.
pub(super) fn index_comment(fields: &mut Fields<'_>) -> Option<String> {
    fields.text("index_comment").map(|said| said.text).filter(|text| !text.is_empty())
}

/// An expression, or a table with `expression` and more.
pub(super) fn check(builder: &mut Builder<'_>, table: &Id, name: &str, field: &Field) {
    let report = builder.report;
    let mut draft = Draft::named(report, table, name, field, Unique::default());
    let mut check = Check { expression: "".into(), no_inherit: false, validated: true, enforced: true };
    let said = if let Value::Table(_) = field.node.value {
        let Some(mut fields) = Fields::of(report, &field.node, &field.key_at) else { return };
        let said = fields.required("expression", &format!("check `{name}`"));
        let said = said.and_then(|node| expression(report, node));
        check.no_inherit = fields.flag("no_inherit");
        (check.validated, check.enforced) = validity(&mut fields);
        draft.finish_fields(fields);
        said
    } else {
        expression(report, &field.node)
    };
    if let Some((expression, at)) = said {
        draft.texts.push(Text { text: expression.as_str().to_owned(), at });
        draft.object = Check { expression, ..check }.into();
        builder.drafts.push(draft);
    }
}

/// A table with `columns`, `references` and more.
pub(super) fn foreign_key(builder: &mut Builder<'_>, table: &Id, name: &str, field: &Field) {
    let report = builder.report;
    let Some(mut fields) = Fields::of(report, &field.node, &field.key_at) else { return };
    let mut draft = Draft::named(report, table, name, field, Unique::default());
    let columns = fields.texts("columns");
    let target = fields.required("references", &format!("foreign key `{name}`"));
    let target = target.and_then(|node| references(report, node, &mut draft));
    let mut key = foreign_key_options(&mut fields);
    let on_delete_columns = fields.texts("on_delete_columns");
    key.on_delete_columns = names_of(&on_delete_columns);
    draft.texts.extend(on_delete_columns);
    key.period = fields.flag("period");
    draft.finish_fields(fields);
    if !are_columns(builder, &columns, &field.key_at) {
        return;
    }
    key.columns = names_of(&columns);
    draft.texts.extend(columns);
    if let Some(target) = target {
        draft.object = target.into_key(key).into();
        builder.drafts.push(draft);
    }
}

/// What a foreign key refers to.
pub(super) struct Target {
    table: Id,
    columns: Vec<String>,
}

impl Target {
    /// The foreign key that refers to it.
    pub(super) fn into_key(self, key: ForeignKey) -> ForeignKey {
        ForeignKey {
            references_namespace: self.table.namespace,
            references_table: self.table.name,
            references_columns: self.columns,
            ..key
        }
    }
}

/// `"table(column)"`, or a table with `table`, `columns` and, on a column, `name`.
pub(super) fn references(report: &Report, node: &Node, draft: &mut Draft) -> Option<Target> {
    draft.references_at = Some(node.at.clone());
    if !matches!(node.value, Value::Table(_)) {
        let (table, columns) = names::reference(report, &text(report, node)?)?;
        return Some(Target { table, columns });
    }
    let mut fields = Fields::of(report, node, &node.at)?;
    let said = fields.required("table", "the reference").and_then(|node| text(report, node));
    let mut columns = fields.take("columns").map(|node| texts(report, node)).unwrap_or_default();
    columns.extend(fields.text("column"));
    if draft.name.is_none() {
        draft.name = fields.text("name").filter(|name| names::is_name(report, &name.text, &name.at));
    }
    fields.finish();
    let said = said?;
    // With the columns said apart, the table's name is taken as it stands, whatever it holds.
    if !columns.is_empty()
        && let Some((namespace, name)) = names::split(&said.text)
    {
        let table = Id::new(KindTag::Table, &namespace, &name);
        return Some(Target { table, columns: names_of(&columns) });
    }
    let (table, columns) = names::reference(report, &said)?;
    Some(Target { table, columns })
}

/// What a foreign key has beside its columns and its target.
pub(super) fn foreign_key_options(fields: &mut Fields<'_>) -> ForeignKey {
    let (validated, enforced) = validity(fields);
    ForeignKey {
        on_delete: fields.word("on_delete", ACTIONS).unwrap_or_default(),
        on_update: fields.word("on_update", ACTIONS).unwrap_or_default(),
        r#match: fields.word("match", &[("simple", Match::Simple), ("full", Match::Full)]).unwrap_or_default(),
        deferral: deferral(fields),
        validated,
        enforced,
        ..ForeignKey::default()
    }
}

/// Whether rows that were there before are checked, and whether any are.
fn validity(fields: &mut Fields<'_>) -> (bool, bool) {
    let enforced = !fields.flag("not_enforced");
    // What is not enforced is not valid either.
    let not_valid = fields.flag("not_valid");
    (enforced && !not_valid, enforced)
}

/// `deferrable`: true, false, or when it is checked unless the transaction says otherwise.
pub(super) fn deferral(fields: &mut Fields<'_>) -> Deferral {
    let report = fields.report;
    let Some(node) = fields.take("deferrable") else { return Deferral::default() };
    match &node.value {
        Value::Boolean(true) => Deferral::Immediate,
        Value::Boolean(false) => Deferral::NotDeferrable,
        Value::Text(when) => {
            let words = [("deferred", Deferral::Deferred), ("immediate", Deferral::Immediate)];
            let said = Text { text: when.clone(), at: node.at.clone() };
            word(report, &said, &words).unwrap_or_default()
        }
        other => {
            let message = format!("expected a boolean, `deferred` or `immediate`, found {}", other.word());
            report.say(&node.at, message);
            Deferral::default()
        }
    }
}

/// The texts alone.
pub(super) fn names_of(texts: &[Text]) -> Vec<String> {
    texts.iter().map(|text| text.text.clone()).collect()
}

/// Says whether these can be the columns of a key; complains where there are none or one is there twice.
pub(super) fn are_columns(builder: &Builder<'_>, columns: &[Text], at: &Place) -> bool {
    if columns.is_empty() {
        builder.report.say(at, "a key needs at least one column");
    }
    for (number, column) in columns.iter().enumerate() {
        if columns[..number].iter().any(|before| before.text == column.text) {
            builder.report.say(&column.at, format!("the column `{}` is there twice", column.text));
        }
    }
    !columns.is_empty()
}
