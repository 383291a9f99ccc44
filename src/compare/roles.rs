//! The roles of a declaration: which of them are compared, and whether all that are named are there.

use std::collections::BTreeSet;

use crate::error::failure;
use crate::inspect::Inspected;
use crate::kind::{KindTag, OWNER, Object, PUBLIC, Privilege};
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
    let mut complaints = Vec::new();
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
        let maintains = match &entry.object {
            Object::Grant(grant) => grant.rights.privileges.contains(&Privilege::Maintain),
            Object::DefaultPrivilege(more) => more.grant.rights.privileges.contains(&Privilege::Maintain),
            _ => false,
        };
        if maintains && live.server.version < WITH_MAINTAIN {
            complaints.push(loaded.complain(id, "this server has no privilege `maintain`: PostgreSQL 17 is the first"));
        }
    }
    if complaints.is_empty() {
        return Ok(());
    }
    let hint = "declare it as `[role.NAME]`, and dbtool makes it; or correct the name";
    Err(failure(complaints.join("\n\n"), hint))
}
