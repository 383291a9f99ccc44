//! `[role.NAME]`.

use std::collections::{BTreeSet, HashSet};

use super::function::one_setting;
use super::value::{Body, Toml};
use super::write::{flag, push, push_text};
use crate::compare::roles::{keep, named_by};
use crate::kind::{KindTag, Membership, Object, Role};
use crate::schema::{DEFAULT_NAMESPACE, Id, Schema};

/// What is said of a role: only what is not PostgreSQL's own choice.
pub(super) fn body(role: &Role) -> Body {
    let Role { login, inherit, superuser, createdb, createrole, replication, bypassrls, .. } = role;
    let Role { connection_limit, valid_until, member_of, set, .. } = role;
    let mut body = Body::new();
    flag(&mut body, "login", *login);
    push(&mut body, "inherit", (!inherit).then_some(Toml::Flag(false)));
    flag(&mut body, "superuser", *superuser);
    flag(&mut body, "createdb", *createdb);
    flag(&mut body, "createrole", *createrole);
    flag(&mut body, "replication", *replication);
    flag(&mut body, "bypassrls", *bypassrls);
    push(&mut body, "connection_limit", connection_limit.map(|limit| Toml::Number(limit.to_string())));
    push_text(&mut body, "valid_until", valid_until.clone());
    let groups: Vec<Toml> = member_of.iter().map(|(group, membership)| member(group, *membership)).collect();
    push(&mut body, "member_of", (!groups.is_empty()).then_some(Toml::List(groups)));
    let settings: Body = set.iter().map(|setting| one_setting(setting)).collect();
    push(&mut body, "set", (!settings.is_empty()).then_some(Toml::Table(settings)));
    body
}

/// A name alone, or a table with what is special about the membership.
fn member(group: &str, membership: Membership) -> Toml {
    let Membership { admin, inherit, set } = membership;
    let mut body = vec![("role".to_owned(), Toml::text(group))];
    flag(&mut body, "admin", admin);
    push(&mut body, "inherit", inherit.map(Toml::Flag));
    push(&mut body, "set", (!set).then_some(Toml::Flag(false)));
    if body.len() == 1 { Toml::text(group) } else { Toml::Table(body) }
}

/// Leaves those roles that the schema names, or that are declared already; not the one that owns it, nor those that an
/// author has named without declaring them: whoever did so has them made elsewhere.
pub(crate) fn keep_named(live: &mut Schema, declared: Option<&Schema>) {
    let mut wanted: BTreeSet<String> = BTreeSet::new();
    let mut todo: Vec<(Id, Object)> = Vec::new();
    let is_role = |id: &Id| id.kind == KindTag::Role;
    // An owner of whom the author says nothing stays unsaid.
    let is_unsaid = |id: &Id| match declared.map(|schema| schema.object(id)) {
        Some(Some(Object::Namespace(namespace))) => namespace.owner.is_none(),
        Some(None) => id.kind == KindTag::Namespace && id.name == DEFAULT_NAMESPACE,
        _ => false,
    };
    let others = live.iter().filter(|(id, _)| !is_role(id) && !is_unsaid(id));
    let others = others.map(|(id, entry)| (id.clone(), entry.object.clone()));
    todo.extend(others);
    let roles = declared.into_iter().flat_map(|schema| schema.of_kind(KindTag::Role)).map(|(id, _)| id.name.clone());
    wanted.extend(roles);
    let by_author = declared.into_iter().flat_map(Schema::iter).flat_map(|(id, entry)| named_by(id, &entry.object));
    let elsewhere: HashSet<&str> = by_author.filter(|name| !wanted.contains(*name)).collect();
    let owner = live.server.owner.clone();
    // What a role belongs to is named by it.
    while let Some((id, object)) = todo.pop() {
        for name in named_by(&id, &object).into_iter().filter(|name| *name != owner && !elsewhere.contains(name)) {
            let role = Id::new(KindTag::Role, "", name);
            if let (true, Some(object)) = (wanted.insert(name.to_owned()), live.object(&role)) {
                todo.push((role.clone(), object.clone()));
            }
        }
    }
    keep(live, |id| wanted.contains(&id.name));
}
