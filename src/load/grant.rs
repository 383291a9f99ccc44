//! `grant` and `revoke` of whatever can be granted, and `[[default_privileges]]`.

use std::collections::{BTreeMap, BTreeSet};

use super::builder::Builder;
use super::fields::{Fields, Text, text, texts};
use super::names;
use super::report::{Place, Report};
use super::tree::{Node, Value};
use crate::kind::{DefaultPrivilege, Grant, Granted, KindTag, OWNER, Object, PUBLIC, Privilege, Rights};
use crate::schema::{DEFAULT_NAMESPACE, Entry, Id};

/// What the key `from` calls the owner: only everybody and the owner have anything that could be taken away.
const FROM_OWNER: &str = "owner";

/// What is said of roles, one by one, with the place and the texts of each.
#[derive(Default)]
pub(super) struct Said {
    grants: BTreeMap<String, (Grant, Place, Vec<Text>)>,
    /// Where a list stands that grants nothing: the access list is to be written out all the same.
    nothing: Option<Place>,
}

/// What is granted and revoked, on what.
#[derive(Clone, Copy)]
struct On {
    granted: Granted,
    /// Whether it is the schema `public`, which everybody may use.
    is_public_schema: bool,
    /// Whether single columns can be named.
    has_columns: bool,
    /// Whether anything can be taken away: a schema's default privileges only add.
    revokes: bool,
}

/// Reads `grant` and `revoke` of an object.
pub(super) fn read(fields: &mut Fields<'_>, granted: Granted) -> Said {
    of(fields, On { granted, is_public_schema: false, has_columns: granted == Granted::Table, revokes: true })
}

/// The same for a schema.
pub(super) fn read_of_namespace(fields: &mut Fields<'_>, name: &str) -> Said {
    let is_public_schema = name == DEFAULT_NAMESPACE;
    of(fields, On { granted: Granted::Namespace, is_public_schema, has_columns: false, revokes: true })
}

fn of(fields: &mut Fields<'_>, on: On) -> Said {
    let mut said = Said::default();
    let report = fields.report;
    let list = fields.take("grant");
    said.nothing =
        list.filter(|node| matches!(&node.value, Value::Array(items) if items.is_empty())).map(|it| it.at.clone());
    for item in list.map(|node| items(report, node)).unwrap_or_default() {
        let Some(mut fields) = Fields::of(report, item, &item.at) else { continue };
        grant(&mut fields, on, item, &mut said);
        fields.finish();
    }
    for item in fields.take("revoke").map(|node| items(report, node)).unwrap_or_default() {
        let Some(mut fields) = Fields::of(report, item, &item.at) else { continue };
        revoke(&mut fields, on, item, &mut said);
        fields.finish();
    }
    said
}

/// The entries of a list; one alone needs no list.
fn items<'a>(report: &Report, node: &'a Node) -> Vec<&'a Node> {
    match &node.value {
        Value::Array(items) => items.iter().collect(),
        Value::Table(_) => vec![node],
        other => {
            let hint = "write `[{ to = [\"app\"], privileges = [\"select\"] }]`";
            report.hint(&node.at, format!("expected an array of tables, found {}", other.word()), hint);
            Vec::new()
        }
    }
}

fn grant(fields: &mut Fields<'_>, on: On, item: &Node, said: &mut Said) {
    let report = fields.report;
    let to = fields.required("to", "the grant").map(|node| words(report, node)).unwrap_or_default();
    let columns = if on.has_columns { fields.texts("columns") } else { Vec::new() };
    let all = if columns.is_empty() { every(on.granted) } else { Granted::OF_COLUMNS };
    let privileges = privileges(fields, "the grant", all);
    let option = fields.flag("with_grant_option");
    for role in to {
        if !names::is_name(report, &role.text, &role.at) {
            continue;
        }
        if option && role.text == PUBLIC {
            let hint = "name the roles that may pass it on";
            report.hint(&role.at, "what everybody has nobody can pass on", hint);
        }
        let (grant, _, texts) = said.of(&role, item);
        let add = |rights: &mut Rights| {
            rights.privileges.extend(&privileges);
            rights.with_grant_option.extend(privileges.iter().filter(|_| option));
        };
        if columns.is_empty() {
            add(&mut grant.rights);
        }
        for column in &columns {
            add(grant.columns.entry(column.text.clone()).or_default());
            texts.push(column.clone());
        }
    }
}

fn revoke(fields: &mut Fields<'_>, on: On, item: &Node, said: &mut Said) {
    let report = fields.report;
    let from = fields.required("from", "the revoke").map(|node| words(report, node)).unwrap_or_default();
    let taken = privileges(fields, "the revoke", every(on.granted));
    for role in from {
        let usual: &[Privilege] = match role.text.as_str() {
            _ if !on.revokes => &[],
            FROM_OWNER => every(on.granted),
            PUBLIC if on.is_public_schema => &[Privilege::Usage],
            PUBLIC => on.granted.of_everybody(),
            _ => &[],
        };
        let not_there = taken.iter().find(|one| **one != Privilege::All && !usual.contains(one));
        if usual.is_empty() || not_there.is_some() {
            let what = not_there.or(taken.first()).map_or("", |one| one.word());
            let message = format!("`{}` has no `{what}` here that could be revoked", role.text);
            let hint = "only what everybody (`public`) or the `owner` has anyway is revoked; whatever else nobody \
                        grants is not there";
            report.hint(&role.at, message, hint);
            continue;
        }
        let grantee = if role.text == FROM_OWNER { OWNER } else { PUBLIC };
        let (grant, ..) = said.of(&Text { text: grantee.to_owned(), at: role.at.clone() }, item);
        grant.revoked.extend(&taken);
    }
}

/// All that there is on any version.
fn every(granted: Granted) -> &'static [Privilege] {
    granted.privileges(u32::MAX)
}

/// A text or several.
fn words(report: &Report, node: &Node) -> Vec<Text> {
    match node.value {
        Value::Array(_) => texts(report, node),
        _ => text(report, node).into_iter().collect(),
    }
}

fn privileges(fields: &mut Fields<'_>, whose: &str, all: &[Privilege]) -> BTreeSet<Privilege> {
    let report = fields.report;
    let said = fields.required("privileges", whose).map(|node| words(report, node)).unwrap_or_default();
    let mut found = BTreeSet::new();
    for one in said {
        let word = one.text.to_lowercase();
        let privilege = if word == "all privileges" { Some(Privilege::All) } else { Privilege::named(&word) };
        match privilege.filter(|privilege| *privilege == Privilege::All || all.contains(privilege)) {
            Some(privilege) => drop(found.insert(privilege)),
            None => {
                let list: Vec<String> = all.iter().map(|one| format!("`{}`", one.word())).collect();
                let near = crate::types::nearest(&word, all.iter().map(|one| one.word()));
                let hint = match near {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("what can be granted here is {}, or `all` of it", list.join(", ")),
                };
                report.hint(&one.at, format!("there is no privilege `{}` here", one.text), hint);
            }
        }
    }
    found
}

impl Said {
    fn of(&mut self, role: &Text, item: &Node) -> &mut (Grant, Place, Vec<Text>) {
        let new = || (Grant::default(), item.at.clone(), Vec::new());
        let entry = self.grants.entry(role.text.clone()).or_insert_with(new);
        entry.2.push(role.clone());
        entry
    }

    /// Adds the grants on an object to the schema.
    pub(super) fn add(self, builder: &mut Builder<'_>, on: &Id) {
        if let Some(at) = self.nothing.filter(|_| self.grants.is_empty()) {
            builder.add(&Id::grant(on, OWNER), Grant::written_out(), None, &at);
        }
        for (role, (grant, at, texts)) in self.grants {
            let id = Id::grant(on, &role);
            builder.note(&id, texts);
            builder.add(&id, grant, None, &at);
        }
    }
}

/// What default privileges can be on.
const PLURALS: &[(&str, Granted)] = &[
    ("tables", Granted::Table),
    ("sequences", Granted::Sequence),
    ("functions", Granted::Routine),
    ("types", Granted::Type),
    ("schemas", Granted::Namespace),
];

/// Reads `[[default_privileges]]`.
pub(super) fn defaults(builder: &mut Builder<'_>, top: &mut Fields<'_>) {
    let report = builder.report;
    for item in top.take("default_privileges").map(|node| items(report, node)).unwrap_or_default() {
        let Some(mut fields) = Fields::of(report, item, &item.at) else { continue };
        fields.required("on", "the entry");
        let on = fields.word("on", PLURALS);
        let (schema, role) = (fields.text("in_schema"), fields.text("for_role"));
        let schema = schema
            .filter(|schema| schema.text == DEFAULT_NAMESPACE || names::is_namespace(report, &schema.text, &schema.at));
        let role = role.filter(|role| names::is_name(report, &role.text, &role.at));
        if let (Some(Granted::Namespace), Some(schema)) = (on, &schema) {
            report.hint(&schema.at, "a schema holds no schemas", "leave `in_schema` out");
        }
        let granted = on.unwrap_or(Granted::Table);
        let revokes = schema.is_none();
        let said = of(&mut fields, On { granted, is_public_schema: false, has_columns: false, revokes });
        fields.finish();
        let owner = match &role {
            Some(role) => format!("{} {}", granted.plural(), role.text),
            None => granted.plural().to_owned(),
        };
        let namespace = schema.as_ref().map_or("", |schema| schema.text.as_str());
        for (grantee, (grant, _, texts)) in said.grants {
            let id = Id { owner: owner.clone(), ..Id::new(KindTag::DefaultPrivilege, namespace, &grantee) };
            builder.note(&id, texts.into_iter().chain(role.clone()));
            add_default(builder, &id, grant, &item.at);
        }
    }
}

/// Several entries may be about the same objects and the same role.
fn add_default(builder: &mut Builder<'_>, id: &Id, grant: Grant, at: &Place) {
    match builder.schema.get_mut(id) {
        Some(Entry { object: Object::DefaultPrivilege(before), .. }) => {
            let Rights { privileges, with_grant_option } = grant.rights;
            before.grant.rights.privileges.extend(privileges);
            before.grant.rights.with_grant_option.extend(with_grant_option);
            before.grant.revoked.extend(grant.revoked);
        }
        _ => builder.add(id, DefaultPrivilege { grant }, None, at),
    }
}
