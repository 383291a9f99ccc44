//! `[function.NAME]` and `[procedure.NAME]`, also as `[function."name(type, type)"]` where namesakes take other arguments.

use super::builder::Builder;
use super::fields::{Fields, Text, text};
use super::report::Report;
use super::shared::named;
use super::tree::{Field, Node, Value};
use super::{grant, names};
use crate::kind::{Argument, ArgumentMode, Function, Granted, KindTag, Parallel, Volatility};
use crate::schema::Id;
use crate::types;

const VOLATILITIES: &[(&str, Volatility)] =
    &[("volatile", Volatility::Volatile), ("stable", Volatility::Stable), ("immutable", Volatility::Immutable)];

pub(super) const PARALLEL: &[(&str, Parallel)] =
    &[("unsafe", Parallel::Unsafe), ("restricted", Parallel::Restricted), ("safe", Parallel::Safe)];

const MODES: &[(&str, ArgumentMode)] = &[
    ("in", ArgumentMode::In),
    ("out", ArgumentMode::Out),
    ("inout", ArgumentMode::Inout),
    ("variadic", ArgumentMode::Variadic),
];

/// Settings whose value is a list of names, which the catalog keeps with a blank behind each comma.
const LISTS: &[&str] = &["search_path", "temp_tablespaces", "local_preload_libraries"];

/// Reads both.
pub(super) fn all(builder: &mut Builder<'_>, top: &mut Fields<'_>) {
    for (key, field) in named(top, "function") {
        one(builder, key, field);
    }
    for (key, field) in named(top, "procedure") {
        procedure(builder, key, field);
    }
}

/// A procedure has little of what a function has.
fn procedure(builder: &mut Builder<'_>, key: &str, field: &Field) {
    let report = builder.report;
    let Some(mut fields) = Fields::of(report, &field.node, &field.key_at) else { return };
    let arguments = fields.take("arguments").map(|node| arguments(builder, node)).unwrap_or_default();
    let body = fields.required("body", &format!("procedure `{key}`")).and_then(|node| text(report, node));
    let comment = fields.comment();
    let renamed_from = fields.text("renamed_from");
    let procedure = Function {
        returns: "".into(),
        body: body.as_ref().map(|body| body.text.clone()).unwrap_or_default(),
        volatility: Volatility::default(),
        strict: false,
        security_definer: fields.flag("security_definer"),
        leakproof: false,
        parallel: Parallel::default(),
        cost: None,
        rows: None,
        window: false,
        support: None,
        transforms: transforms(builder, &mut fields),
        object_file: fields.text("object_file").map(|said| said.text),
        set: fields.settings("set").into_iter().map(setting).collect(),
        language: language(&mut fields),
        arguments,
    };
    let grants = grant::read(&mut fields, Granted::Routine);
    fields.finish();
    let Some(id) = id(report, key, field, &procedure) else { return };
    builder.note(&id, body);
    builder.add(&id, procedure, comment, &field.key_at);
    grants.add(builder, &id);
    builder.renamed(&id, renamed_from);
}

/// The language; SQL's own words are the same in capitals.
fn language(fields: &mut Fields<'_>) -> String {
    fields.text("language").map_or_else(|| "sql".to_owned(), |language| language.text.to_ascii_lowercase())
}

fn one(builder: &mut Builder<'_>, key: &str, field: &Field) {
    let Some(mut fields) = Fields::of(builder.report, &field.node, &field.key_at) else { return };
    let arguments = fields.take("arguments").map(|node| arguments(builder, node)).unwrap_or_default();
    let returns = returns(builder, fields.text("returns"), &arguments);
    let body = fields.required("body", &format!("function `{key}`")).and_then(|node| text(builder.report, node));
    let comment = fields.comment();
    let renamed_from = fields.text("renamed_from");
    let language = language(&mut fields);
    let (cost, rows) = (fields.number("cost"), fields.number("rows"));
    let default_cost = if matches!(language.as_str(), "c" | "internal") { "1" } else { "100" };
    let function = Function {
        returns: returns.as_str().into(),
        body: body.as_ref().map(|body| body.text.clone()).unwrap_or_default(),
        volatility: fields.word("volatility", VOLATILITIES).unwrap_or_default(),
        strict: fields.flag("strict"),
        security_definer: fields.flag("security_definer"),
        leakproof: fields.flag("leakproof"),
        parallel: fields.word("parallel", PARALLEL).unwrap_or_default(),
        cost: cost.map(plain).filter(|cost| cost != default_cost),
        rows: rows.map(plain).filter(|rows| rows != "1000"),
        window: fields.flag("window"),
        support: fields.text("support").map(|said| names::function(&said.text)),
        transforms: transforms(builder, &mut fields),
        object_file: fields.text("object_file").map(|said| said.text),
        set: fields.settings("set").into_iter().map(setting).collect(),
        language,
        arguments,
    };
    let grants = grant::read(&mut fields, Granted::Routine);
    fields.finish();
    let Some(id) = id(builder.report, key, field, &function) else { return };
    builder.note(&id, body);
    builder.add(&id, function, comment, &field.key_at);
    grants.add(builder, &id);
    builder.renamed(&id, renamed_from);
}

/// Types whose values the language gets in its own form.
fn transforms(builder: &mut Builder<'_>, fields: &mut Fields<'_>) -> Vec<String> {
    fields.texts("transforms").iter().map(|said| bare_type(builder, said)).collect()
}

/// `100.0` is how TOML writes what the catalog shows as `100`.
fn plain(number: String) -> String {
    number.strip_suffix(".0").map_or(number.clone(), str::to_owned)
}

pub(super) fn setting((name, value): (String, String)) -> String {
    if !LISTS.contains(&name.as_str()) {
        return format!("{name}={value}");
    }
    // The catalog has a name without letters for a list without names.
    let names = value.split(',').map(str::trim).map(|name| if name.is_empty() { "\"\"" } else { name });
    format!("{name}={}", names.collect::<Vec<_>>().join(", "))
}

/// The id; the types in the key have to be those of the arguments.
fn id(report: &Report, key: &str, field: &Field, function: &Function) -> Option<Id> {
    routine_id(report, KindTag::Function, key, field, &Function::identity(&function.arguments))
}

/// The same for anything that is called.
pub(super) fn routine_id(report: &Report, kind: KindTag, key: &str, field: &Field, identity: &str) -> Option<Id> {
    let (name, said) = match key.split_once('(') {
        Some((name, rest)) => (name.trim_end(), Some(rest.strip_suffix(')').unwrap_or(rest))),
        None => (key, None),
    };
    let said = said.map(|said| split_types(said).into_iter().map(types::without_modifier).collect::<Vec<_>>());
    if let Some(said) = said.map(|said| said.join(", ")).filter(|said| said != identity) {
        let message = format!("the name says `({said})` and `arguments` says `({identity})`");
        report.say(&field.key_at, message);
    }
    let id = names::id(report, kind, name, field)?;
    Some(Id { owner: identity.to_owned(), ..id })
}

/// The parts of a list of types: commas inside parentheses and quoted names do not cut.
fn split_types(list: &str) -> Vec<&str> {
    let (mut depth, mut quoted) = (0_usize, false);
    let parts = list.split(|c: char| {
        match c {
            '"' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ',' && depth == 0 && !quoted
    });
    parts.map(str::trim).filter(|part| !part.is_empty()).collect()
}

/// The result: as it is said, else what the OUT arguments make, else nothing.
fn returns(builder: &mut Builder<'_>, said: Option<Text>, arguments: &[Argument]) -> String {
    let Some(said) = said else {
        let out = |argument: &&Argument| matches!(argument.mode, ArgumentMode::Out | ArgumentMode::Inout);
        let out: Vec<&Argument> = arguments.iter().filter(out).collect();
        return match out.as_slice() {
            [] => "void".to_owned(),
            [one] => one.r#type.clone(),
            _ => "record".to_owned(),
        };
    };
    let upper = said.text.trim().to_ascii_uppercase();
    if let Some(rest) = upper.strip_prefix("SETOF ") {
        let rest = said.text.trim()[upper.len() - rest.len()..].to_owned();
        return format!("SETOF {}", bare_type(builder, &Text { text: rest, at: said.at }));
    }
    let columns = upper.strip_prefix("TABLE").is_some_and(|rest| rest.trim_start().starts_with('('));
    if columns { table_of(builder, &said) } else { bare_type(builder, &said) }
}

/// `TABLE(a integer, b text)`, as the server writes it.
fn table_of(builder: &mut Builder<'_>, said: &Text) -> String {
    let (Some(open), Some(close)) = (said.text.find('('), said.text.rfind(')')) else {
        builder.report.say(&said.at, "a `(` is never closed");
        return said.text.clone();
    };
    let inside = said.text.get(open + 1..close).unwrap_or_default();
    let mut columns = Vec::new();
    for column in split_types(inside) {
        let mut quoted = false;
        let end = |c: char| {
            quoted ^= c == '"';
            c.is_whitespace() && !quoted
        };
        let Some((name, of)) = column.split_once(end) else {
            builder.report.say(&said.at, format!("`{column}` is not a name and a type"));
            continue;
        };
        columns.push(format!("{name} {}", bare_type(builder, &Text { text: of.to_owned(), at: said.at.clone() })));
    }
    format!("TABLE({})", columns.join(", "))
}

/// Arguments and results have no modifier: PostgreSQL drops it.
pub(super) fn bare_type(builder: &mut Builder<'_>, said: &Text) -> String {
    types::without_modifier(&builder.type_name(said))
}

pub(super) fn arguments(builder: &mut Builder<'_>, node: &Node) -> Vec<Argument> {
    let Value::Array(items) = &node.value else {
        builder.report.say(&node.at, format!("expected an array, found {}", node.value.word()));
        return Vec::new();
    };
    items.iter().filter_map(|item| argument(builder, item)).collect()
}

fn argument(builder: &mut Builder<'_>, item: &Node) -> Option<Argument> {
    let plain = |r#type| Argument { name: None, r#type, default: None, mode: ArgumentMode::In };
    if !matches!(item.value, Value::Table(_)) {
        let said = text(builder.report, item)?;
        return Some(plain(bare_type(builder, &said)));
    }
    let mut fields = Fields::of(builder.report, item, &item.at)?;
    let name = fields.text("name").map(|name| name.text);
    let said = fields.required("type", "the argument").and_then(|node| text(builder.report, node));
    let default = fields.expression("default").map(|(default, _)| default);
    let mode = fields.word("mode", MODES).unwrap_or_default();
    fields.finish();
    Some(Argument { name, default, mode, ..plain(bare_type(builder, &said?)) })
}
