//! Columns and keys that stand in for each other while one takes the other's place.

use super::{Id, Schema};
use crate::kind::{KindTag, lineage};

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
        let becomes_its = |old: &Id| {
            let whole = self.whole_key(old);
            desired.contains(&whole) && self.object(&whole) != desired.object(&whole)
        };
        !desired.contains(id) && self.stands_in_for(id).is_some_and(becomes_its)
    }

    /// The primary key that one of a partition is a part of, which is no object by itself; any other is itself.
    fn whole_key(&self, id: &Id) -> Id {
        let part = id.kind == KindTag::PrimaryKey && !self.contains(id);
        let above = id.table().filter(|_| part).map(|table| lineage::above(self, &table)).unwrap_or_default();
        let mut keys = above.iter().flat_map(|table| self.children_of(table, KindTag::PrimaryKey));
        keys.next().map_or_else(|| id.clone(), |(whole, _)| whole.clone())
    }
}
