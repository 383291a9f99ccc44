//! `grant` and `revoke` of an object, and `[[default_privileges]]`.

use std::collections::{BTreeMap, BTreeSet};

use super::layout::{Item, Section};
use super::value::{Body, Toml};
use super::write::{flag, push_text};
use crate::kind::{Grant, Granted, KindTag, OWNER, Object, PUBLIC, Privilege};
use crate::schema::{Entry, Id, Schema};

/// What is said of one entry beside the roles: columns, privileges, whether they can be passed on.
type Said = (Vec<String>, Vec<Privilege>, bool);

/// `grant` and `revoke`, as far as there is something to say.
pub(super) fn of_object(schema: &Schema, on: &Id) -> Body {
    let grants = schema.children_of(on, KindTag::Grant).filter_map(|(id, entry)| match &entry.object {
        Object::Grant(grant) => Some((id.name.as_str(), grant)),
        _ => None,
    });
    let Some(granted) = on.kind.granted() else { return Body::new() };
    body(grants.collect(), granted, schema.server.version, &owner_of(schema, on))
}

/// Says whether it is an access list that is written out and says nothing new.
pub(super) fn is_only_written(entry: &Entry) -> bool {
    matches!(&entry.object, Object::Grant(grant) if grant.is_only_written())
}

/// The role that owns an object.
fn owner_of(schema: &Schema, on: &Id) -> String {
    let owners = &schema.server.owners;
    let own = owners.get(&(on.namespace.clone(), Id::grant(on, PUBLIC).owner));
    own.unwrap_or(&schema.server.owner).clone()
}

fn body(mut grants: Vec<(&str, &Grant)>, granted: Granted, version: u32, owner: &str) -> Body {
    grants.sort_by_key(|(role, _)| *role);
    let mut said: Vec<(Said, Vec<&str>)> = Vec::new();
    let mut taken: BTreeMap<&BTreeSet<Privilege>, Vec<&str>> = BTreeMap::new();
    let written = grants.iter().any(|(_, grant)| grant.written);
    for (role, grant) in grants {
        let role_of_all = if role == OWNER { "owner" } else { role };
        let role = if role == OWNER { owner } else { role };
        for one in entries(grant) {
            // Everybody is a line of its own: that one is looked for.
            match said.iter_mut().find(|(other, roles)| *other == one && role != PUBLIC && !roles.contains(&PUBLIC)) {
                Some((_, roles)) => roles.push(role),
                None => said.push((one, vec![role])),
            }
        }
        if !grant.revoked.is_empty() {
            taken.entry(&grant.revoked).or_default().push(role_of_all);
        }
    }
    let all = granted.privileges(version);
    let grants = said.into_iter().map(|((columns, privileges, option), roles)| {
        let all = if columns.is_empty() { all } else { Granted::OF_COLUMNS };
        let mut entry = vec![("to".to_owned(), names(&roles)), ("privileges".to_owned(), words(&privileges, all))];
        if !columns.is_empty() {
            entry.push(("columns".to_owned(), Toml::texts(&columns)));
        }
        flag(&mut entry, "with_grant_option", option);
        Toml::Table(entry)
    });
    let revokes = taken.into_iter().map(|(privileges, roles)| {
        let privileges: Vec<Privilege> = privileges.iter().copied().collect();
        Toml::Table(vec![("from".to_owned(), names(&roles)), ("privileges".to_owned(), words(&privileges, all))])
    });
    let (grants, revokes): (Vec<Toml>, Vec<Toml>) = (grants.collect(), revokes.collect());
    // An empty list is a list, too.
    let lists = [("grant", grants, written), ("revoke", revokes, false)].into_iter();
    let said = lists.filter(|(_, list, even_empty)| *even_empty || !list.is_empty());
    said.map(|(key, list, _)| (key.to_owned(), Toml::Lines(list))).collect()
}

/// What is granted, apart by columns and by what can be passed on.
fn entries(grant: &Grant) -> Vec<Said> {
    let Grant { rights, revoked: _, columns, written: _, by: _ } = grant;
    let mut all: Vec<Said> = Vec::new();
    let mut add = |privileges: Vec<Privilege>, option: bool, column: Option<&String>| {
        if privileges.is_empty() {
            return;
        }
        let same = |one: &&mut Said| column.is_some() && !one.0.is_empty() && one.1 == privileges && one.2 == option;
        match (all.iter_mut().find(same), column) {
            (Some(one), Some(column)) => one.0.push(column.clone()),
            _ => all.push((column.cloned().into_iter().collect(), privileges, option)),
        }
    };
    for (column, on) in [(None, rights)].into_iter().chain(columns.iter().map(|(column, on)| (Some(column), on))) {
        add(on.privileges.difference(&on.with_grant_option).copied().collect(), false, column);
        add(on.with_grant_option.iter().copied().collect(), true, column);
    }
    all
}

/// `public`, which is no role, stands by itself.
fn names(roles: &[&str]) -> Toml {
    match roles {
        [only] if *only == PUBLIC || *only == "owner" => Toml::text(*only),
        _ => Toml::texts(roles),
    }
}

fn words(privileges: &[Privilege], all: &[Privilege]) -> Toml {
    if all.len() > 1 && all.iter().all(|one| privileges.contains(one)) {
        return Toml::texts(&["all"]);
    }
    Toml::texts(&privileges.iter().map(|one| one.word()).collect::<Vec<_>>())
}

/// `[[default_privileges]]`: an entry for each sort of objects, schema and role.
pub(super) fn defaults(schema: &Schema, wanted: &dyn Fn(&Id) -> bool) -> Option<Section> {
    let mut groups: Vec<Id> = Vec::new();
    for (id, _) in schema.of_kind(KindTag::DefaultPrivilege).filter(|(id, _)| wanted(id)) {
        groups.extend(id.group().filter(|group| !groups.contains(group)));
    }
    let items: Vec<Item> = groups.iter().filter_map(|group| default(schema, group)).collect();
    (!items.is_empty()).then(|| Section { name: DEFAULTS.to_owned(), items })
}

/// The key of a list, whose entries have no names.
pub(super) const DEFAULTS: &str = "default_privileges";

fn default(schema: &Schema, group: &Id) -> Option<Item> {
    let (granted, role) = group.of_default_privileges()?;
    let grants = schema.children(group).filter_map(|(id, entry)| match &entry.object {
        Object::DefaultPrivilege(more) => Some((id.name.as_str(), &more.grant)),
        _ => None,
    });
    let mut said = Body::new();
    push_text(&mut said, "on", Some(granted.plural().to_owned()));
    push_text(&mut said, "in_schema", (!group.namespace.is_empty()).then(|| group.namespace.clone()));
    push_text(&mut said, "for_role", role.map(str::to_owned));
    said.extend(body(grants.collect(), granted, schema.server.version, "owner"));
    Some(Item { key: String::new(), body: said, short: None })
}
