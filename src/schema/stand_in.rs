//! Columns and keys that stand in for each other while one takes the other's place.

use super::{Id, Schema};

impl Schema {
    /// What holds, or is to hold, the same as another object: the new column beside an old one, the index that a primary
    /// key will stand on.
    pub fn stand_in(&self, id: &Id) -> Option<&Id> {
        self.stand_ins.get(id)
    }

    /// What an object stands in for.
    pub fn stands_in_for(&self, id: &Id) -> Option<&Id> {
        self.stand_ins.iter().find(|(_, new)| *new == id).map(|(old, _)| old)
    }

    /// Says whether an object becomes a part of what it stands in for on the way to another schema.
    pub fn is_absorbed(&self, id: &Id, desired: &Schema) -> bool {
        let becomes_its = |old: &Id| desired.contains(old) && self.object(old) != desired.object(old);
        !desired.contains(id) && self.stands_in_for(id).is_some_and(becomes_its)
    }
}
