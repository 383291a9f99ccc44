//! A declaration's grants and owners as this server would have them: `all` by name, nothing for whoever owns the object.

use std::collections::BTreeSet;

use super::{Grant, Granted, OWNER, PUBLIC, Privilege, Rights};
use crate::kind::{KindTag, Object};
use crate::schema::{DEFAULT_NAMESPACE, Id, Schema, Server};

/// Brings a declaration's grants into the form that the catalog has.
pub(crate) fn settle(desired: &mut Schema, live: &Schema) {
    let server = &live.server;
    let namespaces = desired.iter_mut().filter(|(id, _)| id.kind == KindTag::Namespace);
    for (id, entry) in namespaces {
        let there = match live.object(id) {
            Some(Object::Namespace(there)) => Some(there),
            _ => None,
        };
        if let Object::Namespace(namespace) = &mut entry.object {
            namespace.settle(id, there, server);
        }
    }
    let kinds = [KindTag::Grant, KindTag::DefaultPrivilege];
    let of_kinds = kinds.iter().flat_map(|kind| desired.of_kind(*kind)).map(|(id, _)| id.clone());
    for id in of_kinds.collect::<Vec<_>>() {
        let Some(entry) = desired.get(&id).cloned() else { continue };
        let (as_live, object) = match entry.object {
            Object::Grant(grant) => of_object(&id, grant, live),
            Object::DefaultPrivilege(more) => (
                of_owner(&id, server),
                of_defaults(&id, more.grant, server).map(|grant| super::super::DefaultPrivilege { grant }.into()),
            ),
            _ => continue,
        };
        match object {
            Some(object) if as_live == id => {
                desired.get_mut(&id).into_iter().for_each(|entry| entry.object = object.clone());
            }
            Some(mut object) => {
                desired.remove(&id);
                // What was taken from the owner stands apart from what the owner was given.
                if let (Object::Grant(grant), Some(Object::Grant(other))) = (&mut object, desired.object(&as_live)) {
                    grant.revoked.extend(&other.revoked);
                }
                desired.insert(as_live, object.into());
            }
            None => drop(desired.remove(&id)),
        }
    }
}

/// The grant as the catalog would have it, and what it is called there; nothing where it says nothing.
fn of_object(id: &Id, grant: Grant, live: &Schema) -> (Id, Option<Object>) {
    let Some((on, granted)) = id.subject().and_then(|on| Some((on.clone(), on.kind.granted()?))) else {
        return (id.clone(), None);
    };
    let server = &live.server;
    let owner = match server.owners.get(&(id.namespace.clone(), id.owner.clone())) {
        Some(owner) => owner,
        None if live.contains(&on) => &server.owner,
        None => &server.user,
    };
    let as_live = if id.name == *owner { Id { name: OWNER.to_owned(), ..id.clone() } } else { id.clone() };
    let mut grant = expanded(grant, granted, &as_live.name, server.version);
    if as_live.name == OWNER {
        grant.as_owner();
    }
    if id.name == PUBLIC {
        without_usual(&mut grant, granted);
    }
    if on == Id::new(KindTag::Namespace, "", DEFAULT_NAMESPACE) {
        // Its list is written out anywhere.
        grant.written = false;
        if id.name == PUBLIC {
            // Everybody may use `public`, unless that is revoked.
            grant.rights.privileges.remove(&Privilege::Usage);
        }
    }
    (as_live, (!grant.is_empty()).then_some(Object::Grant(grant)))
}

fn of_defaults(id: &Id, grant: Grant, server: &Server) -> Option<Grant> {
    let (granted, role) = id.of_default_privileges()?;
    let own = id.namespace.is_empty() && id.name == role.unwrap_or(&server.owner);
    let mut grant = expanded(if own { Grant::default() } else { grant }, granted, &id.name, server.version);
    if id.namespace.is_empty() && id.name == PUBLIC {
        without_usual(&mut grant, granted);
    }
    (!grant.is_empty()).then_some(grant)
}

/// The role that owns the rest is not named.
fn of_owner(id: &Id, server: &Server) -> Id {
    match id.of_default_privileges() {
        Some((granted, Some(role))) if role == server.owner => Id { owner: granted.plural().to_owned(), ..id.clone() },
        _ => id.clone(),
    }
}

/// A grant in which `all` is what there is on that version.
fn expanded(mut grant: Grant, granted: Granted, grantee: &str, version: u32) -> Grant {
    let all = granted.privileges(version);
    expand(&mut grant.rights, all);
    grant.columns.values_mut().for_each(|rights| expand(rights, Granted::OF_COLUMNS));
    grant.columns.retain(|_, rights| !rights.privileges.is_empty());
    if grant.revoked.remove(&Privilege::All) {
        let usual = match (granted, grantee) {
            (_, OWNER) => all,
            (Granted::Namespace, _) => &[Privilege::Usage],
            _ => granted.of_everybody(),
        };
        grant.revoked.extend(usual);
    }
    grant
}

/// What everybody has anyway need not be granted.
fn without_usual(grant: &mut Grant, granted: Granted) {
    grant.rights.privileges.retain(|privilege| !granted.of_everybody().contains(privilege));
}

fn expand(rights: &mut Rights, all: &[Privilege]) {
    for set in [&mut rights.privileges, &mut rights.with_grant_option] {
        if set.remove(&Privilege::All) {
            *set = all.iter().copied().collect::<BTreeSet<_>>();
        }
    }
}
