//! What a new object is born with: the default privileges of the role that makes it.

use std::collections::BTreeMap;

use super::{Grant, Granted, PUBLIC, Privilege, Saying, change};
use crate::kind::{KindTag, Object};
use crate::plan::{Context, Step};
use crate::schema::{DEFAULT_NAMESPACE, Id};

/// What roles have on an object as soon as it is made, by role.
///
/// Default privileges that go in this plan go first, those that come or change do so last.
pub(super) fn of(on: &Id, cx: &Context<'_>) -> BTreeMap<String, Grant> {
    let mut found: BTreeMap<String, Grant> = BTreeMap::new();
    let Some(granted) = on.kind.granted() else { return found };
    let server = &cx.current.server;
    let owner = if server.user == server.owner {
        granted.plural().to_owned()
    } else {
        format!("{} {}", granted.plural(), server.user)
    };
    // For every schema first: what was revoked there can be granted in one of them.
    let of_type = granted != Granted::Namespace;
    for namespace in [Some(""), of_type.then_some(on.namespace.as_str())].into_iter().flatten() {
        let kind = KindTag::DefaultPrivilege;
        let group = Id { kind, namespace: namespace.to_owned(), owner: owner.clone(), name: String::new() };
        for (id, entry) in cx.current.children(&group).filter(|(id, _)| cx.desired.contains(id)) {
            if let (Object::DefaultPrivilege(more), true) = (&entry.object, id.name != server.user) {
                add(found.entry(id.name.clone()).or_default(), &more.grant);
            }
        }
    }
    if *on == Id::new(KindTag::Namespace, "", DEFAULT_NAMESPACE) {
        // Made by hand it is a schema like any other.
        found.entry(PUBLIC.to_owned()).or_default().revoked.insert(Privilege::Usage);
    }
    // What everybody has anyway is not given twice, and not to be taken back.
    if let Some(grant) = found.get_mut(PUBLIC) {
        grant.rights.privileges.retain(|privilege| !granted.of_everybody().contains(privilege));
    }
    found.retain(|_, grant| !grant.is_empty());
    found
}

fn add(to: &mut Grant, more: &Grant) {
    let Grant { rights, revoked, columns: _, written: _, by: _ } = more;
    // What everybody had anyway and lost, a schema may give back.
    let (back, new): (Vec<Privilege>, Vec<Privilege>) =
        rights.privileges.iter().partition(|privilege| to.revoked.contains(privilege));
    to.revoked.retain(|privilege| !back.contains(privilege));
    to.rights.privileges.extend(new);
    to.rights.with_grant_option.extend(&rights.with_grant_option);
    to.revoked.extend(revoked);
}

/// The statements that take from a new object what it is born with and nobody declares.
pub(crate) fn at_birth(on: &Id, cx: &Context<'_>) -> Vec<Step> {
    let nobody = |id: &Id| !cx.desired.contains(id);
    let born = of(on, cx).into_iter().map(|(grantee, born)| (Id::grant(on, &grantee), born));
    let undeclared = born.filter(|(id, _)| nobody(id));
    undeclared
        .flat_map(|(id, born)| change(&born, &Grant::default(), &Saying { in_use: false, ..Saying::of(&id, cx) }))
        .collect()
}
