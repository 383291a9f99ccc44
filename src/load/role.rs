//! `[role.NAME]`.

use std::collections::BTreeMap;

use super::builder::Builder;
use super::fields::{Fields, Text, text};
use super::names;
use super::report::{Place, Report};
use super::shared::named;
use super::tree::{Node, Value};
use crate::kind::{KindTag, Membership, Role};
use crate::schema::Id;

/// Reads `[role.NAME]`.
pub(super) fn all(builder: &mut Builder<'_>, top: &mut Fields<'_>) {
    for (name, field) in named(top, "role") {
        let report = builder.report;
        let Some(mut fields) = Fields::of(report, &field.node, &field.key_at) else { continue };
        if fields.has_refused("password") {
            let hint =
                "set it on the server, by `\\password` of psql: a password in a file is known to all who read it";
            report.hint(&field.key_at, "dbtool neither reads nor writes passwords of roles", hint);
        }
        let mut texts = Vec::new();
        let role = Role {
            login: fields.flag("login"),
            inherit: fields.take("inherit").is_none() || fields.flag("inherit"),
            superuser: fields.flag("superuser"),
            createdb: fields.flag("createdb"),
            createrole: fields.flag("createrole"),
            replication: fields.flag("replication"),
            bypassrls: fields.flag("bypassrls"),
            connection_limit: connection_limit(&mut fields),
            valid_until: fields.take("valid_until").and_then(|node| moment(report, node)),
            member_of: fields.take("member_of").map(|node| memberships(report, node, &mut texts)).unwrap_or_default(),
            set: fields.settings("set").into_iter().map(super::function::setting).collect(),
        };
        let comment = fields.comment();
        fields.finish();
        if is_role(report, name, &field.key_at) {
            let id = Id::new(KindTag::Role, "", name);
            builder.note(&id, texts);
            builder.add(&id, role, comment, &field.key_at);
        }
    }
}

/// Complains about the names that PostgreSQL keeps for itself.
fn is_role(report: &Report, name: &str, at: &Place) -> bool {
    if name.starts_with("pg_") || name == "public" || name == "none" {
        report.say(at, format!("the role `{name}` is PostgreSQL's own"));
        return false;
    }
    names::is_name(report, name, at)
}

fn connection_limit(fields: &mut Fields<'_>) -> Option<i32> {
    let at = fields.field("connection_limit").map(|field| field.node.at.clone())?;
    let limit = fields.integer("connection_limit")?;
    let fits = i32::try_from(limit).ok().filter(|limit| *limit >= -1);
    if fits.is_none() {
        fields.report.say(&at, "a limit is a number of connections, or -1 for none");
    }
    fits.filter(|limit| *limit >= 0)
}

/// A date or a moment, in UTC, as the catalog has it.
fn moment(report: &Report, node: &Node) -> Option<String> {
    let said = match &node.value {
        Value::Moment(said) | Value::Text(said) => said.trim().to_owned(),
        _ => String::new(),
    };
    if said == "infinity" {
        return None;
    }
    let (date, time) = said.split_at_checked(10).unwrap_or((&said, ""));
    let time = time.trim_start_matches(['T', 't', ' ']);
    let time = ["Z", "z", "+00:00", "+00"].iter().find_map(|zone| time.strip_suffix(zone)).unwrap_or(time);
    let time = if time.is_empty() { "00:00:00" } else { time };
    let digits = |text: &str, shape: &str| {
        let fits = |(c, s): (char, char)| if s == '0' { c.is_ascii_digit() } else { c == s };
        text.len() == shape.len() && text.chars().zip(shape.chars()).all(fits)
    };
    if digits(date, "0000-00-00") && digits(time, "00:00:00") {
        return Some(format!("{date} {time}+00"));
    }
    report.hint(&node.at, "this is no moment", "write a date, or a moment in UTC: `2030-01-01T12:00:00Z`");
    None
}

/// Names of roles; a table says more of a membership.
fn memberships(report: &Report, node: &Node, texts: &mut Vec<Text>) -> BTreeMap<String, Membership> {
    let items = match &node.value {
        Value::Array(items) => items.iter().collect(),
        _ => vec![node],
    };
    items.into_iter().filter_map(|item| membership(report, item, texts)).collect()
}

fn membership(report: &Report, item: &Node, texts: &mut Vec<Text>) -> Option<(String, Membership)> {
    let mut membership = Membership::default();
    let role = if let Value::Table(_) = item.value {
        let mut fields = Fields::of(report, item, &item.at)?;
        let role = fields.required("role", "the membership").and_then(|node| text(report, node));
        membership.admin = fields.flag("admin");
        membership.inherit = fields.take("inherit").is_some().then(|| fields.flag("inherit"));
        membership.set = fields.take("set").is_none() || fields.flag("set");
        fields.finish();
        role
    } else {
        text(report, item)
    };
    let role = role.filter(|role| names::is_name(report, &role.text, &role.at))?;
    texts.push(role.clone());
    Some((role.text, membership))
}
