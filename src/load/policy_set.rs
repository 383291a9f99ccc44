//! `[policy_set.NAME]`: policies that are written once and spread over tables by `policies = { set = "NAME", … }`.

use std::collections::{BTreeMap, BTreeSet};

use super::builder::Builder;
use super::fields::{Fields, Text, text};
use super::names;
use super::naming;
use super::policy::{permissive, roles, rules};
use super::report::{Place, Report};
use super::shared::named;
use super::tree::{Field, Node, Value};
use crate::kind::{Command, KindTag, Policy};
use crate::schema::{DEFAULT_NAMESPACE, Id};
use crate::sql::{self, Expr, TokenKind};
use crate::types;

/// The sets by their names.
pub(super) type PolicySets = BTreeMap<String, PolicySet>;

/// The policies of a set.
pub(super) struct PolicySet {
    members: Vec<Member>,
    /// What a table has to say to take part.
    placeholders: BTreeSet<String>,
}

/// One policy of a set: as it will be, but with placeholders.
struct Member {
    word: &'static str,
    /// `{table}` in it is the table's name.
    name: Option<Text>,
    policy: Policy,
    comment: Option<String>,
    texts: Vec<Text>,
}

const MEMBERS: &[(&str, Command)] = &[
    ("all", Command::All),
    ("select", Command::Select),
    ("insert", Command::Insert),
    ("update", Command::Update),
    ("delete", Command::Delete),
];

/// Reads `[policy_set.NAME]`.
pub(super) fn all(report: &Report, top: &mut Fields<'_>) -> PolicySets {
    let mut sets = PolicySets::new();
    for (name, field) in named(top, "policy_set") {
        if let Some(fields) = Fields::of(report, &field.node, &field.key_at) {
            sets.insert(name.to_owned(), set(report, fields));
        }
    }
    sets
}

fn set(report: &Report, mut fields: Fields<'_>) -> PolicySet {
    let mut members = Vec::new();
    for (word, command) in MEMBERS {
        let Some(field) = fields.field(word) else { continue };
        members.extend(member(report, word, *command, field));
    }
    fields.finish();
    let texts = members.iter().flat_map(|member| &member.texts);
    let placeholders = texts.flat_map(|text| placeholders(&text.text)).map(|(_, name)| name).collect();
    PolicySet { members, placeholders }
}

fn member(report: &Report, word: &'static str, command: Command, field: &Field) -> Option<Member> {
    let mut fields = Fields::of(report, &field.node, &field.key_at)?;
    let (using, check) = (fields.expression("using"), fields.expression("check"));
    rules(&mut fields, command);
    let policy = Policy {
        permissive: permissive(&mut fields),
        r#for: command,
        to: roles(&mut fields),
        using: using.as_ref().map(|(using, _)| using.clone()),
        check: check.as_ref().map(|(check, _)| check.clone()),
    };
    let (name, comment) = (fields.text("name"), fields.comment());
    fields.finish();
    let texts = using.into_iter().chain(check);
    let texts = texts.map(|(text, at)| Text { text: text.as_str().to_owned(), at }).collect();
    Some(Member { word, name, policy, comment, texts })
}

/// `{name}` outside quotes: the bytes of the text, and the name.
fn placeholders(text: &str) -> Vec<(std::ops::Range<usize>, String)> {
    let tokens = sql::tokens_of(text).unwrap_or_default();
    let found = tokens.windows(3).filter_map(|three| match three {
        [open, name, close] if open.text == "{" && close.text == "}" && name.kind == TokenKind::Word => {
            Some((open.start..close.start + 1, name.text.to_owned()))
        }
        _ => None,
    });
    found.collect()
}

/// A text with every placeholder replaced.
fn filled(text: &str, values: &BTreeMap<String, String>) -> String {
    let mut out = text.to_owned();
    for (span, name) in placeholders(text).into_iter().rev() {
        out.replace_range(span, values.get(&name).map_or("", String::as_str));
    }
    out
}

/// Reads `policies` of a table: one set, or several.
pub(super) fn spread(builder: &mut Builder<'_>, table: &Id, field: &Field, sets: &PolicySets) {
    match &field.node.value {
        Value::Array(items) => items.iter().for_each(|item| one(builder, table, item, &item.at, sets)),
        _ => one(builder, table, &field.node, &field.key_at, sets),
    }
}

fn one(builder: &mut Builder<'_>, table: &Id, node: &Node, at: &Place, sets: &PolicySets) {
    let report = builder.report;
    let Some(mut fields) = Fields::of(report, node, at) else { return };
    let Some(name) = fields.text("set") else {
        return report.hint(&node.at, "it does not say which `set`", "`policies = { set = \"tenant\", … }`");
    };
    let Some(set) = sets.get(&name.text) else {
        let near = types::nearest(&name.text, sets.keys().map(String::as_str));
        let hint = near.map(|near| format!("did you mean `{near}`?"));
        return report.maybe_hint(&name.at, format!("there is no policy set `{}`", name.text), hint);
    };
    let mut values = BTreeMap::new();
    let mut complete = true;
    for (key, field) in fields.rest() {
        if set.placeholders.contains(key) {
            let value = argument(builder, table, &field.node);
            complete &= value.is_some();
            values.insert(key.clone(), value.unwrap_or_default());
        } else {
            complain_about_argument(report, set, &name.text, key, &field.key_at);
        }
    }
    for missing in set.placeholders.iter().filter(|name| !values.contains_key(*name)) {
        let set = &name.text;
        let hint = format!("write `policies = {{ set = \"{set}\", {missing} = \"…\" }}`");
        report.hint(at, format!("the policy set `{}` needs `{missing}`", name.text), hint);
        complete = false;
    }
    if complete {
        set.members.iter().for_each(|member| add(builder, table, member, &values, at));
    }
}

fn complain_about_argument(report: &Report, set: &PolicySet, name: &str, key: &str, at: &Place) {
    let near = types::nearest(key, set.placeholders.iter().map(String::as_str));
    let hint = near.map(|near| format!("did you mean `{near}`?"));
    report.maybe_hint(at, format!("the policy set `{name}` has no placeholder `{{{key}}}`"), hint);
}

/// What stands for a placeholder: a column of the table, another table, or else an expression.
fn argument(builder: &Builder<'_>, table: &Id, node: &Node) -> Option<String> {
    let report = builder.report;
    let said = text(report, node)?;
    if builder.columns_of(table).any(|column| column == said.text) {
        return Some(sql::quote_ident(&said.text));
    }
    let other = names::split(&said.text).map(|(namespace, name)| Id::new(KindTag::Table, &namespace, &name));
    if let Some(other) = other.filter(|other| builder.tables.contains(other)) {
        let shown = other.namespace == DEFAULT_NAMESPACE;
        return Some(if shown { other.name_sql() } else { other.sql() });
    }
    if matches!(sql::tokens_of(&said.text).as_deref(), Ok([one]) if one.kind == TokenKind::Word) {
        let near = types::nearest(&said.text, builder.columns_of(table));
        let hint = near.map(|near| format!("did you mean `{near}`?"));
        let message = format!("`{}` is neither a column of table `{}` nor a table", said.text, table.name);
        report.maybe_hint(&said.at, message, hint);
        return None;
    }
    match Expr::check(&said.text) {
        Ok(()) => Some(Expr::from(said.text).parenthesised()),
        Err(wrong) => {
            report.say(&said.at, wrong);
            None
        }
    }
}

fn add(builder: &mut Builder<'_>, table: &Id, member: &Member, values: &BTreeMap<String, String>, at: &Place) {
    let name = match &member.name {
        Some(name) => name.text.replace("{table}", &table.name),
        None => naming::make(&table.name, None, member.word),
    };
    let place = member.name.as_ref().map_or(at, |name| &name.at);
    if !names::is_name(builder.report, &name, place) {
        return;
    }
    let fill = |expression: &Option<Expr>| expression.as_ref().map(|e| Expr::from(filled(e.as_str(), values)));
    let Policy { permissive, r#for, to, using, check } = &member.policy;
    let (permissive, r#for, to) = (*permissive, *r#for, to.clone());
    let policy = Policy { permissive, r#for, to, using: fill(using), check: fill(check) };
    let id = Id::of(KindTag::Policy, table, &name);
    let taken = builder.schema.contains(&id);
    builder.note(&id, member.texts.iter().map(|t| Text { text: filled(&t.text, values), at: t.at.clone() }));
    builder.add(&id, policy, member.comment.clone(), at);
    if taken {
        let hint =
            format!("policies of a set can have other names: `{} = {{ name = \"{{table}}_…\", … }}`", member.word);
        builder.report.hint_on_last(hint);
    }
}
