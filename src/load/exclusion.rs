//! `exclude.NAME` of a table.

use super::builder::Builder;
use super::constraint::{deferral, index_comment, names_of};
use super::draft::Draft;
use super::fields::{Fields, Text, text};
use super::index::{opclass, order};
use super::names;
use super::report::Report;
use super::tree::{Field, Node, Value};
use crate::kind::{Exclusion, IndexKey, KeyTarget, with_clause};
use crate::schema::Id;
use crate::sql::{self, TokenKind};

/// A table with `on`, each key with the operator under `with`, and what an index has beside.
pub(super) fn one(builder: &mut Builder<'_>, table: &Id, name: &str, field: &Field) {
    let report = builder.report;
    let Some(mut fields) = Fields::of(report, &field.node, &field.key_at) else { return };
    let mut draft = Draft::named(report, table, name, field, Exclusion { definition: "".into(), index_comment: None });
    let using = fields.text("using").map_or_else(|| "gist".to_owned(), |using| using.text);
    let on = fields.required("on", &format!("exclusion constraint `{name}`"));
    let ordered = using == "btree";
    let keys = on.map(|node| keys(report, node, ordered, &mut draft.texts)).unwrap_or_default();
    let include = fields.texts("include");
    let predicate = fields.expression("where");
    let mut definition = format!("EXCLUDE USING {} ({})", sql::quote_ident(&using), keys.join(", "));
    if !include.is_empty() {
        definition.push_str(&format!(" INCLUDE ({})", sql::ident_list(&names_of(&include))));
        draft.texts.extend(include);
    }
    definition.push_str(&with_clause(&fields.parameters("with")));
    if let Some((predicate, at)) = predicate {
        definition.push_str(&format!(" WHERE {}", predicate.parenthesised()));
        draft.texts.push(Text { text: predicate.as_str().to_owned(), at });
    }
    definition.push_str(deferral(&mut fields).clause());
    let index_comment = index_comment(&mut fields);
    draft.finish_fields(fields);
    draft.object = Exclusion { definition: definition.into(), index_comment }.into();
    builder.drafts.push(draft);
}

fn keys(report: &Report, node: &Node, ordered: bool, texts: &mut Vec<Text>) -> Vec<String> {
    let Value::Array(items) = &node.value else {
        let hint = "`on` is a list: `on = [{ column = \"room\", with = \"=\" }]`";
        report.hint(&node.at, format!("expected an array, found {}", node.value.word()), hint);
        return Vec::new();
    };
    if items.is_empty() {
        report.say(&node.at, "an exclusion constraint needs at least one key");
    }
    items.iter().filter_map(|item| key(report, item, ordered, texts)).collect()
}

fn key(report: &Report, item: &Node, ordered: bool, texts: &mut Vec<Text>) -> Option<String> {
    let mut fields = Fields::of(report, item, &item.at)?;
    let column = fields.text("column");
    let expression = fields.expression("expression");
    let operator = fields.required("with", "the key").and_then(|node| text(report, node));
    let (opclass, opclass_parameters) = opclass(&mut fields);
    let collation = fields.text("collation").map(|said| names::collation(&said));
    let (descending, nulls_first) = order(&mut fields, ordered);
    fields.finish();
    let on = match (column, expression) {
        (Some(column), None) => {
            texts.push(column.clone());
            KeyTarget::Column(column.text)
        }
        (None, Some((expression, at))) => {
            texts.push(Text { text: expression.as_str().to_owned(), at });
            KeyTarget::Expression(expression)
        }
        _ => {
            report.say(&item.at, "a key of an exclusion constraint has either `column` or `expression`");
            return None;
        }
    };
    let operator = operator?;
    if !is_operator(&operator.text) {
        report.say(&operator.at, format!("`{}` is no operator", operator.text));
        return None;
    }
    let key = IndexKey { on, opclass, opclass_parameters, collation, descending, nulls_first };
    Some(format!("{} WITH {}", key.text(), operator.text.trim()))
}

/// Says whether a text is one operator, alone or as `OPERATOR(namespace.+)`.
fn is_operator(text: &str) -> bool {
    let symbol = |text: &str| !text.is_empty() && text.chars().all(|c| "+-*/<>=~!@#%^&|`?".contains(c));
    match sql::tokens_of(text).as_deref() {
        Ok([one]) => one.kind == TokenKind::Symbol && symbol(one.text),
        Ok([word, open, _, dot, operator, close]) => {
            let named = word.text.eq_ignore_ascii_case("operator");
            named && (open.text, dot.text, close.text) == ("(", ".", ")") && symbol(operator.text)
        }
        _ => false,
    }
}
