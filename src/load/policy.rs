//! `policy.NAME` of a table, and what it shares with the policies of a set.

use indexmap::IndexSet;

use super::builder::Builder;
use super::fields::{Fields, Text, text, texts};
use super::names;
use super::tree::{Field, Value};
use crate::kind::{Command, KindTag, Policy, Roles};
use crate::schema::Id;

const COMMANDS: &[(&str, Command)] = &[
    ("all", Command::All),
    ("select", Command::Select),
    ("insert", Command::Insert),
    ("update", Command::Update),
    ("delete", Command::Delete),
];

/// Reads one policy.
pub(super) fn one(builder: &mut Builder<'_>, table: &Id, name: &str, field: &Field) {
    let report = builder.report;
    let Some(mut fields) = Fields::of(report, &field.node, &field.key_at) else { return };
    let command = fields.word("for", COMMANDS).unwrap_or_default();
    let (using, check) = (fields.expression("using"), fields.expression("check"));
    let policy = Policy {
        permissive: permissive(&mut fields),
        r#for: command,
        to: roles(&mut fields),
        using: using.as_ref().map(|(using, _)| using.clone()),
        check: check.as_ref().map(|(check, _)| check.clone()),
    };
    rules(&mut fields, command);
    let comment = fields.comment();
    let renamed_from = fields.text("renamed_from");
    fields.finish();
    if !names::is_name(report, name, &field.key_at) {
        return;
    }
    let id = Id::of(KindTag::Policy, table, name);
    let texts = using.into_iter().chain(check);
    builder.note(&id, texts.map(|(text, at)| Text { text: text.as_str().to_owned(), at }));
    builder.add(&id, policy, comment, &field.key_at);
    builder.renamed(&id, renamed_from);
}

/// `as`: policies are permissive unless they say otherwise.
pub(super) fn permissive(fields: &mut Fields<'_>) -> bool {
    fields.word("as", &[("permissive", true), ("restrictive", false)]).unwrap_or(true)
}

/// `to`: a role or several, each once; `public` is everybody, whoever else is named.
pub(super) fn roles(fields: &mut Fields<'_>) -> Roles {
    let report = fields.report;
    let Some(node) = fields.take("to") else { return Roles::default() };
    let said = match node.value {
        Value::Array(_) => texts(report, node),
        _ => text(report, node).into_iter().collect(),
    };
    let named: Vec<&Text> = said.iter().filter(|role| names::is_name(report, &role.text, &role.at)).collect();
    let roles: IndexSet<String> = named.into_iter().map(|role| role.text.clone()).collect();
    if roles.contains("public") { Roles::default() } else { Roles(roles.into_iter().collect()) }
}

/// PostgreSQL's rules on which command takes which expression.
pub(super) fn rules(fields: &mut Fields<'_>, command: Command) {
    let report = fields.report;
    let wrong = match command {
        Command::Insert => fields.field("using").map(|field| (field, "using", "`check` says what may be inserted")),
        Command::Select | Command::Delete => {
            fields.field("check").map(|field| (field, "check", "`using` says which rows it lets through"))
        }
        Command::All | Command::Update => None,
    };
    if let Some((field, key, hint)) = wrong {
        let message = format!("a policy for {} has no `{key}`", command.sql());
        report.hint(&field.key_at, message, hint);
    }
}
