//! What a role may do with an object, as far as that is not what it may do anyway.
//!
//! Anyway, that is: the owner may do everything, and everybody may call functions and use types. So a database that
//! alice owns declares the same as one that bob owns. Whatever made a grant (the owner, or somebody who was allowed to
//! pass it on), the role has it; what dbtool grants, it grants as the owner.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::known::Known;
use super::{CatalogRow, Kind, KindTag, Lookup, Object, Touch, swap};
use crate::plan::{Context, Step};
use crate::schema::{Id, Schema};

mod birth;
mod catalog;
mod change;
mod privilege;
mod settle;
mod subject;

pub(crate) use birth::at_birth;
pub(crate) use catalog::{LOOKUPS, SHARED};
pub(super) use catalog::{default_privileges, read};
pub(super) use change::{Saying, change};
pub use privilege::{Granted, Privilege};
pub(crate) use settle::settle;

/// Everybody, as a grantee.
pub const PUBLIC: &str = "public";

/// The owner of the object, as a grantee: no role can be called that.
pub const OWNER: &str = "";

/// Privileges, and those of them that can be passed on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rights {
    /// What may be done.
    pub privileges: BTreeSet<Privilege>,
    /// What may be passed on to others too.
    pub with_grant_option: BTreeSet<Privilege>,
}

/// What one role has on one object, as far as that differs from what it has anyway.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// On the object as a whole.
    #[serde(flatten)]
    pub rights: Rights,
    /// What was taken from those who have it anyway.
    pub revoked: BTreeSet<Privilege>,
    /// On single columns.
    pub columns: BTreeMap<String, Rights>,
    /// Of an owner: whether the access list is written out, though nothing in it is other than it is anyway.
    pub written: bool,
    /// Who gave any of it, other than the owner.
    #[serde(skip)]
    pub by: Known<BTreeSet<String>>,
}

impl Kind for Grant {
    const WORD: &'static str = "grant";

    fn create(&self, id: &Id, cx: &Context<'_>) -> Vec<Step> {
        let (before, say) = (before(id, cx), Saying::of(id, cx));
        let mut steps = change(&before, self, &say);
        steps.extend(is_unwritten(id, cx).then(|| say.write_out()).filter(|_| self.written));
        steps
    }

    fn drop(&self, id: &Id, cx: &Context<'_>) -> Vec<Step> {
        // It goes with the object; and what comes back knows itself what is left of it by then.
        if is_made_anew(id, cx) || cx.desired.contains(id) || !id.subject().is_some_and(|on| cx.desired.contains(&on)) {
            return Vec::new();
        }
        change(&before(id, cx), &Self::default(), &Saying::of(id, cx))
    }

    fn alter(&self, to: &Self, id: &Id, cx: &Context<'_>) -> Option<Vec<Step>> {
        Some(change(&before(id, cx), to, &Saying::of(id, cx)))
    }

    fn comment_target(&self, _id: &Id) -> Option<String> {
        None
    }

    fn depends_on(&self, id: &Id, _schema: &Schema) -> Vec<Id> {
        let Some(on) = id.subject() else { return Vec::new() };
        let mut needs = Vec::new();
        if on.kind == KindTag::Table {
            needs.extend(self.columns.keys().map(|column| Id::of(KindTag::Column, &on, column)));
            // A table is closed before it is handed out.
            needs.push(Id::of(KindTag::RowSecurity, &on, ""));
        }
        // Who was given it by another loses it before that one.
        let by = self.by.0.iter().map(|role| Id { name: role.clone(), ..id.clone() });
        needs.extend(by.filter(|other| other != id));
        needs.push(Id::new(KindTag::Role, "", &id.name));
        needs.push(on);
        needs
    }

    fn steps_aside(&self, _id: &Id, _other: &Id, touch: Touch<'_>) -> bool {
        match touch {
            Touch::Replaced => true,
            Touch::Altered(from, to) => from.is_swapped_for(to),
            Touch::Rebuilt | Touch::Dropped => false,
        }
    }

    fn follow_name(&mut self, own: bool, from: &Id, to: &Id) {
        if let (true, KindTag::Column, Some(rights)) = (own, from.kind, self.columns.remove(&from.name)) {
            self.columns.insert(to.name.clone(), rights);
        }
    }

    fn catalog(_version: u32) -> String {
        catalog::grants()
    }

    fn read(row: &CatalogRow<'_>, _lookup: &Lookup) -> anyhow::Result<Self> {
        let mut grant = catalog::read(row.object)?;
        if row.name == OWNER {
            grant.as_owner();
        }
        Ok(grant)
    }
}

impl Grant {
    /// What an owner has by name: the privileges themselves it has anyway.
    fn as_owner(&mut self) {
        self.rights.privileges.clear();
    }

    /// That of an owner whose access list is written out and says nothing new.
    pub(crate) fn written_out() -> Self {
        Self { written: true, ..Self::default() }
    }

    /// Says whether it is no more than a list that says nothing new: no statement takes that away, and nobody misses it.
    pub(crate) fn is_only_written(&self) -> bool {
        *self == Self::written_out()
    }

    /// Says whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        let Self { rights, revoked, columns, written, by: _ } = self;
        let nothing = rights.privileges.is_empty() && rights.with_grant_option.is_empty();
        nothing && !written && revoked.is_empty() && columns.values().all(|on| on.privileges.is_empty())
    }
}

/// Whether an access list that says nothing new is yet to be written out: any other is written anyway.
fn is_unwritten(id: &Id, cx: &Context<'_>) -> bool {
    let Some(on) = id.subject() else { return false };
    let on_whole = |grant: &Grant| !grant.rights.privileges.is_empty() || !grant.revoked.is_empty();
    let is_list = |object: &Object| matches!(object, Object::Grant(grant) if on_whole(grant));
    is_made_anew(id, cx) || !cx.current.children_of(&on, KindTag::Grant).any(|(_, entry)| is_list(&entry.object))
}

/// What the role has when the statements run: what is there today, or what the object is born with.
fn before(id: &Id, cx: &Context<'_>) -> Grant {
    let Some(on) = id.subject() else { return Grant::default() };
    if is_made_anew(id, cx) {
        return birth::of(&on, cx).remove(&id.name).unwrap_or_default();
    }
    let mut found = match cx.current.object(id) {
        Some(Object::Grant(grant)) => grant.clone(),
        _ => Grant::default(),
    };
    let gone = |column: &Id| cx.current.contains(column) && !cx.desired.contains(column);
    found.columns.retain(|column, _| {
        let column = Id::of(KindTag::Column, &on, column);
        !gone(&column) && !cx.replaced.contains(&column)
    });
    found
}

/// Says whether what a grant is on is made in this plan, so that nothing is left of what was granted.
fn is_made_anew(id: &Id, cx: &Context<'_>) -> bool {
    let anew = |on: &Id| !cx.current.contains(on) || cx.replaced.contains(on) || swap::is_swapped_type(on, cx);
    id.subject().is_some_and(|on| anew(&on))
}
