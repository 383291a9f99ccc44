//! The roles of a declaration: which of them are compared, and whether all that are named are there.

use std::collections::BTreeSet;

use crate::error::failure;
use crate::inspect::Inspected;
use crate::kind::{KindTag, MEMBERSHIPS_WITH_OPTIONS, OWNER, Object, PUBLIC, Privilege, Role};
use crate::load::Loaded;
use crate::schema::{Id, Schema};
use crate::types::nearest;

/// Roles that are no names.
const SPECIAL: &[&str] = &[PUBLIC, OWNER, "current_user", "session_user", "current_role"];

/// The first version that knows MAINTAIN.
const WITH_MAINTAIN: u32 = 170_000;

/// A role that the declaration does not name is another's: it is not compared.
pub(crate) fn keep_declared(live: &mut Inspected, declared: &Schema) {
    let is_other = |id: &Id| id.kind == KindTag::Role && !declared.contains(id);
    if live.schema.of_kind(KindTag::Role).any(|(id, _)| is_other(id)) {
        live.retain(|id| !is_other(id));
    }
}

/// Complains about what a server of that version does not know yet.
fn unknown_to(version: u32, id: &Id, object: &Object, loaded: &Loaded) -> Vec<String> {
    let maintains = |privileges: &BTreeSet<Privilege>| privileges.contains(&Privilege::Maintain);
    let maintain = "this server has no privilege `maintain`: PostgreSQL 17 is the first";
    match object {
        Object::Grant(grant) if version < WITH_MAINTAIN && maintains(&grant.rights.privileges) => {
            vec![loaded.complain(id, maintain)]
        }
        Object::DefaultPrivilege(more) if version < WITH_MAINTAIN && maintains(&more.grant.rights.privileges) => {
            vec![loaded.complain(id, maintain)]
        }
        Object::Role(role) if version < MEMBERSHIPS_WITH_OPTIONS => {
            let options = unknown_options(role).map(|(other, option)| {
                let message = format!("this server has no `{option}` of a membership: PostgreSQL 16 is the first");
                loaded.complain_of_text(id, other, &message)
            });
            options.collect()
        }
        _ => Vec::new(),
    }
}

/// What an older server cannot keep apart from the role itself, with the membership that says it.
fn unknown_options(role: &Role) -> impl Iterator<Item = (&str, &'static str)> {
    role.member_of.iter().flat_map(|(other, membership)| {
        let inherit = membership.inherit.is_some_and(|inherit| inherit != role.inherit).then_some("inherit");
        let set = (!membership.set).then_some("set = false");
        [inherit, set].into_iter().flatten().map(move |option| (other.as_str(), option))
    })
}

/// Takes out roles.
pub(crate) fn keep(live: &mut Schema, wanted: impl Fn(&Id) -> bool) {
    let others = live.of_kind(KindTag::Role).map(|(id, _)| id).filter(|id| !wanted(id));
    for id in others.cloned().collect::<Vec<_>>() {
        live.remove(&id);
    }
}

/// The roles that an object names.
pub(crate) fn named_by<'a>(id: &'a Id, object: &'a Object) -> Vec<&'a str> {
    let names: Vec<&str> = match object {
        Object::Policy(policy) => policy.to.iter().map(String::as_str).collect(),
        Object::Role(role) => role.member_of.keys().map(String::as_str).collect(),
        Object::Grant(_) => vec![&id.name],
        Object::Namespace(namespace) => namespace.owner.iter().map(String::as_str).collect(),
        Object::DefaultPrivilege(_) => {
            let of = id.of_default_privileges().and_then(|(_, role)| role);
            of.into_iter().chain([id.name.as_str()]).collect()
        }
        _ => Vec::new(),
    };
    names.into_iter().filter(|name| !SPECIAL.contains(name)).collect()
}

/// Complains about a role that is named, is not there, and is not declared.
pub(super) fn all_are_known(desired: &Schema, live: &Schema, loaded: &Loaded) -> anyhow::Result<()> {
    let there = &live.server.roles;
    if there.is_empty() {
        return Ok(());
    }
    let (mut complaints, mut too_old) = (Vec::new(), Vec::new());
    let mut told = BTreeSet::new();
    for (id, entry) in desired.iter() {
        for role in named_by(id, &entry.object) {
            let declared = desired.contains(&Id::new(KindTag::Role, "", role));
            if !declared && !there.contains(role) && told.insert(role.to_owned()) {
                let near = nearest(role, there.iter().map(String::as_str).filter(|name| !name.starts_with("pg_")));
                let near = near.map_or_else(String::new, |near| format!(" (there is `{near}`)"));
                let message = format!("there is no role `{role}`, and none is declared{near}");
                let near = (id.kind == KindTag::Policy).then(|| loaded.complain_near(id, role, &message)).flatten();
                complaints.push(near.unwrap_or_else(|| loaded.complain_of_text(id, role, &message)));
            }
        }
        too_old.extend(unknown_to(live.server.version, id, &entry.object, loaded));
    }
    let hint = match (complaints.is_empty(), too_old.is_empty()) {
        (true, true) => return Ok(()),
        (true, false) => "leave it out as long as a database is on an older server",
        _ => "declare it as `[role.NAME]`, and dbtool makes it; or correct the name",
    };
    complaints.extend(too_old);
    Err(failure(complaints.join("\n\n"), hint))
}
