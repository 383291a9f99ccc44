//! Who belongs to whom, and who is called what.

use std::borrow::Cow;
use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::Id;
use crate::kind::{KindTag, Object};

/// The objects of a schema by table and by name.
#[derive(Debug, Clone, Default)]
pub(super) struct Relations {
    /// What each table owns, in order.
    pub(super) children: HashMap<Id, Vec<Id>, RandomState>,
    /// What stands in a namespace by itself, by its bare name.
    pub(super) names: HashMap<String, Vec<Id>, RandomState>,
}

/// Where what belongs to something is kept: there is one of a name among tables and what stands where one can.
pub(super) fn as_key(owner: &Id) -> Cow<'_, Id> {
    if owner.kind.owns() && owner.kind != KindTag::Table {
        Cow::Owned(Id { kind: KindTag::Table, ..owner.clone() })
    } else {
        Cow::Borrowed(owner)
    }
}

impl Relations {
    pub(super) fn add(&mut self, id: &Id, object: &Object) {
        match id.table().or_else(|| id.group()) {
            Some(owner) => self.children.entry(as_key(&owner).into_owned()).or_default().push(id.clone()),
            None if id.namespace.is_empty() => {}
            None => {
                for name in [Some(id.name.as_str()), object.also_called()].into_iter().flatten() {
                    self.names.entry(name.to_owned()).or_default().push(id.clone());
                }
            }
        }
    }

    pub(super) fn take(&mut self, id: &Id, object: &Object) {
        let owner = id.table().or_else(|| id.group());
        let siblings = owner.and_then(|owner| self.children.get_mut(as_key(&owner).as_ref()));
        siblings.into_iter().for_each(|all| all.retain(|other| other != id));
        for name in [Some(id.name.as_str()), object.also_called()].into_iter().flatten() {
            self.names.get_mut(name).into_iter().for_each(|all| all.retain(|other| other != id));
        }
    }
}
