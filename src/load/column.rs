//! `[table.NAME.column]`: a type alone, or a table with what the column has, its own constraints included.

use super::builder::Builder;
use super::constraint;
use super::draft::Draft;
use super::fields::{Fields, Text, expression, text};
use super::names;
use super::report::{Place, Report};
use super::sequence;
use super::tree::{Field, Node, Value};
use crate::kind::{Check, Column, Deferral, ForeignKey, Generated, KindTag, Known, NotNull, Numbers, Origin, Unique};
use crate::schema::Id;
use crate::sql::{self, Expr, TokenKind};

mod identity;
pub(crate) mod one_of;
mod upkeep;

use upkeep::upkeep;

/// Columns that every table has.
const SYSTEM: &[&str] = &["tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"];

/// Reads one column; `given` is what the table gets of it from a parent.
pub(super) fn one(builder: &mut Builder<'_>, table: &Id, name: &str, field: &Field, given: Option<Column>) {
    let report = builder.report;
    if !names::is_name(report, name, &field.key_at) {
        return;
    }
    if SYSTEM.contains(&name) {
        report.say(&field.key_at, format!("every table has a system column `{name}` already"));
    }
    let id = Id::of(KindTag::Column, table, name);
    if let Value::Text(_) = field.node.value {
        let said = text(report, &field.node);
        let column = start(builder, &id, said.as_ref(), given);
        return builder.add(&id, column, None, &field.key_at);
    }
    let Some(mut fields) = Fields::of(report, &field.node, &field.key_at) else { return };
    let said = match given {
        Some(_) => fields.text("type"),
        None => fields.required("type", &format!("column `{name}`")).and_then(|node| text(report, node)),
    };
    let column = start(builder, &id, said.as_ref(), given);
    builder.note(&id, said.map(|said| Text { text: column.r#type.clone(), at: said.at }));
    let column = details(builder, &id, &mut fields, column);
    let comment = fields.comment();
    let renamed_from = fields.text("renamed_from");
    constraints(builder, &id, &mut fields, &column);
    fields.finish();
    builder.add(&id, column, comment, &field.key_at);
    builder.renamed(&id, renamed_from);
}

/// A column with nothing but its type, and what it has from a parent: a type that is said is the parent's.
fn start(builder: &mut Builder<'_>, id: &Id, said: Option<&Text>, given: Option<Column>) -> Column {
    let own = said.map(|said| (typed(builder, id, said), said));
    let Some(given) = given else { return own.map_or_else(|| bare(String::new()), |(column, _)| column) };
    let Some((own, said)) = own else { return given };
    if own.r#type != given.r#type {
        let message = format!("`{}` is {} in the table that `{}` takes it from", id.name, given.r#type, id.owner);
        builder.report.say(&said.at, message);
    }
    let table = id.table().unwrap_or_else(|| id.clone());
    let partition = builder.schema.contains(&Id::own(KindTag::Partition, &table));
    Column { origin: Known(if partition { Origin::Inherited } else { Origin::Merged }), ..given }
}

/// A column with nothing but a type.
fn bare(r#type: String) -> Column {
    let (not_null_as, default, identity, generated, collation, upkeep, origin) = Default::default();
    Column { r#type, not_null: false, not_null_as, default, identity, generated, collation, upkeep, origin }
}

/// A column with what its type says of it: `serial` is an integer that a sequence of its own fills.
fn typed(builder: &mut Builder<'_>, id: &Id, said: &Text) -> Column {
    let integer = match said.text.trim().to_ascii_lowercase().as_str() {
        "serial" | "serial4" => "integer",
        "bigserial" | "serial8" => "bigint",
        "smallserial" | "serial2" => "smallint",
        _ => return bare(builder.type_name(said)),
    };
    let default = sequence::of_serial(builder, id, integer, &said.at);
    Column { not_null: true, default: Some(default), ..bare(integer.to_owned()) }
}

/// What the column itself has.
fn details(builder: &mut Builder<'_>, id: &Id, fields: &mut Fields<'_>, mut column: Column) -> Column {
    let report = fields.report;
    let inherits = column.origin.0 != Origin::Own;
    if let Some((is, more)) = fields.take("not_null").and_then(|node| not_null(report, node)) {
        if inherits && !is {
            builder.nullable.insert(id.clone());
        }
        column.not_null = is || (column.not_null && !inherits);
        column.not_null_as = more;
    }
    if let Some((default, at)) = fields.take("default").and_then(|node| default(report, node)) {
        is_no_moment(report, &default, &column.r#type, &at);
        builder.note(id, [Text { text: default.as_str().to_owned(), at }]);
        // To have no default where the parent has one.
        let none = inherits && default == Expr::from("NULL");
        column.default = Some(default).filter(|_| !none);
    }
    let identity_at = fields.take("identity").map(|node| node.at.clone());
    column.identity = fields.field("identity").and_then(|field| identity::read(builder, id, field, &column.r#type));
    column.not_null |= column.identity.is_some();
    let generated_at = fields.take("generated").map(|node| node.at.clone());
    if let Some((generated, at)) = fields.take("generated").and_then(|node| generated(report, node)) {
        builder.note(id, [Text { text: generated.expression.as_str().to_owned(), at }]);
        column.generated = Some(generated);
    }
    if let Some(said) = fields.text("collation") {
        column.collation = Some(&said).filter(|said| said.text != "default").map(names::collation);
    }
    column.upkeep = upkeep(fields, column.upkeep);
    let filled = [("default", column.default.is_some()), ("identity", column.identity.is_some())];
    let filled: Vec<&str> = filled.iter().filter(|(_, is)| *is).map(|(key, _)| *key).collect();
    match (filled.as_slice(), generated_at, identity_at) {
        ([one, ..], Some(at), _) => report.say(&at, format!("a column has either `{one}` or `generated`")),
        ([one, _], None, Some(at)) => report.say(&at, format!("a column has either `{one}` or `identity`")),
        _ => {}
    }
    column
}

/// `true`, or a table with what the constraint has beside (PostgreSQL 18).
pub(super) fn not_null(report: &Report, node: &Node) -> Option<(bool, NotNull)> {
    match &node.value {
        Value::Boolean(is) => Some((*is, NotNull::default())),
        Value::Table(_) => {
            let mut fields = Fields::of(report, node, &node.at)?;
            let name = fields.text("name").filter(|name| names::is_name(report, &name.text, &name.at));
            let (no_inherit, not_valid) = (fields.flag("no_inherit"), fields.flag("not_valid"));
            fields.finish();
            let name = name.map(|name| name.text);
            Some((true, NotNull { name, no_inherit, not_valid, ..NotNull::default() }))
        }
        other => {
            let hint = "write `true` or `false`, without quotes, or `{ name = \"…\" }`";
            report.hint(&node.at, format!("expected a boolean, found {}", other.word()), hint);
            None
        }
    }
}

/// A number or boolean is that literal, a string is an expression.
pub(super) fn default(report: &Report, node: &Node) -> Option<(Expr, Place)> {
    match &node.value {
        Value::Integer(literal) | Value::Float(literal) => Some((literal.as_str().into(), node.at.clone())),
        Value::Boolean(is) => Some((is.to_string().into(), node.at.clone())),
        Value::Text(said) if said.trim().is_empty() => {
            report.hint(&node.at, "the expression is empty", "the empty text is `\"''\"`");
            None
        }
        Value::Text(said) if is_lone_name(said) => {
            let literal = sql::quote_literal(said.trim());
            let hint = format!("a text is written in SQL's quotes: `\"{literal}\"`");
            report.hint(&node.at, format!("`{said}` is a name, not a value: a default cannot refer to a column"), hint);
            None
        }
        Value::Text(_) => expression(report, node),
        other => {
            report.say(&node.at, format!("expected a string, a number or a boolean, found {}", other.word()));
            None
        }
    }
}

/// Complains about `'now'` and its like: PostgreSQL reads them when the default is made, not when a row is.
fn is_no_moment(report: &Report, default: &Expr, of: &str, at: &Place) {
    const MOMENTS: &[(&str, &str)] = &[
        ("'now'", "now()"),
        ("'today'", "current_date"),
        ("'tomorrow'", "current_date + 1"),
        ("'yesterday'", "current_date - 1"),
    ];
    let temporal = ["timestamp", "date", "time"].iter().any(|word| of.starts_with(word));
    let tokens = sql::tokens_of(default.as_str()).unwrap_or_default();
    let literal = tokens.first().filter(|_| tokens.len() == 1 || tokens[1].text == "::" && !default.mentions("text"));
    let said = literal.map(|literal| literal.text.to_lowercase());
    if let (true, Some((moment, better))) = (temporal, MOMENTS.iter().find(|(word, _)| said.as_deref() == Some(word))) {
        let message = format!("{moment} is the moment at which the default is made, the same for every row");
        report.hint(at, message, format!("write `{better}`"));
    }
}

/// Whether an expression is one name that stands for no value by itself.
fn is_lone_name(text: &str) -> bool {
    const VALUES: &[&str] =
        &["true", "false", "null", "user", "session_user", "system_user", "localtime", "localtimestamp"];
    let is_value = |word: &str| VALUES.contains(&word) || word.starts_with("current_");
    match sql::tokens_of(text).as_deref() {
        Ok([one]) => match one.kind {
            TokenKind::Word => !is_value(&one.text.to_lowercase()),
            TokenKind::QuotedName => true,
            _ => false,
        },
        _ => false,
    }
}

/// What a sequence of an integer type counts.
pub(super) fn numbers(fields: &mut Fields<'_>, of: &str) -> Numbers {
    let (start, increment) = (fields.integer("start"), fields.integer("increment"));
    let (min, max, cache) = (fields.integer("min"), fields.integer("max"), fields.integer("cache"));
    let cycle = fields.flag("cycle");
    let (lowest, highest) = crate::types::limits(of);
    let upwards = increment.is_none_or(|step| step > 0);
    let (least, most) = if upwards { (1, highest) } else { (lowest, -1) };
    let first = if upwards { min.unwrap_or(least) } else { max.unwrap_or(most) };
    Numbers {
        start: start.filter(|start| *start != first),
        increment: increment.filter(|step| *step != 1),
        min: min.filter(|min| *min != least),
        max: max.filter(|max| *max != most),
        cache: cache.filter(|cache| *cache != 1),
        cycle,
    }
}

/// An expression, or a table with it and whether it is stored.
fn generated(report: &Report, node: &Node) -> Option<(Generated, Place)> {
    if !matches!(node.value, Value::Table(_)) {
        let (expression, at) = expression(report, node)?;
        return Some((Generated { expression, stored: true }, at));
    }
    let mut fields = Fields::of(report, node, &node.at)?;
    let said = fields.required("expression", "the generated column").and_then(|node| expression(report, node));
    let stored = fields.take("stored").is_none() || fields.flag("stored");
    fields.finish();
    let (expression, at) = said?;
    Some((Generated { expression, stored }, at))
}

/// The constraints that a column can say of itself.
fn constraints(builder: &mut Builder<'_>, id: &Id, fields: &mut Fields<'_>, column: &Column) {
    let Some(table) = id.table() else { return };
    let primary = fields.field("primary_key").map(|field| field.key_at.clone());
    if let (true, Some(at)) = (fields.flag("primary_key"), primary) {
        super::table::primary_key_of_column(builder, &table, &id.name, &at);
    }
    unique(builder, &table, &id.name, fields);
    if let Some(field) = fields.field("one_of")
        && let Some(expression) = one_of::expression(builder, &id.name, &column.r#type, &field.node)
    {
        check(builder, &table, expression, &field.key_at);
    }
    if let Some((expression, at)) = fields.expression("check") {
        check(builder, &table, expression, &at);
    }
    references(builder, &table, &id.name, fields);
}

fn check(builder: &mut Builder<'_>, table: &Id, expression: Expr, at: &Place) {
    let text = Text { text: expression.as_str().to_owned(), at: at.clone() };
    let mut draft = Draft::new(table, at, Check { expression, no_inherit: false, validated: true, enforced: true });
    draft.texts.push(text);
    builder.drafts.push(draft);
}

/// `true`, or a table with `name` and more.
fn unique(builder: &mut Builder<'_>, table: &Id, column: &str, fields: &mut Fields<'_>) {
    let report = fields.report;
    let Some(field) = fields.field("unique") else { return };
    let mut unique = Unique::default();
    let mut draft = Draft::new(table, &field.key_at, Unique::default());
    match field.node.value {
        Value::Boolean(false) => return,
        Value::Boolean(true) => {}
        Value::Table(_) => {
            let Some(mut inner) = Fields::of(report, &field.node, &field.key_at) else { return };
            draft.name = inner.text("name").filter(|name| names::is_name(report, &name.text, &name.at));
            unique = constraint::unique_options(&mut inner);
            draft.finish_fields(inner);
        }
        ref other => {
            let message = format!("expected a boolean or a table, found {}", other.word());
            return report.say(&field.node.at, message);
        }
    }
    unique.columns = vec![column.to_owned()];
    draft.object = unique.into();
    builder.drafts.push(draft);
}

fn references(builder: &mut Builder<'_>, table: &Id, column: &str, fields: &mut Fields<'_>) {
    let report = fields.report;
    let field = fields.field("references");
    let key = constraint::foreign_key_options(fields);
    let Some(field) = field else {
        let plain = ForeignKey { validated: true, enforced: true, ..ForeignKey::default() };
        let deferral = Deferral::default();
        if (ForeignKey { deferral, ..key.clone() } != plain) || key.deferral != deferral {
            let key = ["on_delete", "on_update", "match", "deferrable"].into_iter().find_map(|key| fields.field(key));
            let at = key.map_or(&fields.at, |field| &field.key_at).clone();
            report.say(&at, "this goes with `references`, which the column does not have");
        }
        return;
    };
    let mut draft = Draft::new(table, &field.key_at, Unique::default());
    let Some(target) = constraint::references(report, &field.node, &mut draft) else { return };
    let key = ForeignKey { columns: vec![column.to_owned()], ..target.into_key(key) };
    draft.object = key.into();
    builder.drafts.push(draft);
}
