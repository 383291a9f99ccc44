//! A partition's own key that is its part of an index of a table above: the server takes one that is equal, and there.

use super::IndexPartition;
use crate::kind::{KindTag, Object, lineage};
use crate::plan::Step;
use crate::schema::{Id, Schema};

impl IndexPartition {
    /// The key of the partition's own that is the part.
    pub(super) fn own_key<'a>(&self, table: &Id, schema: &'a Schema) -> Option<&'a Id> {
        let mut own = schema.children(table).map(|(id, _)| id);
        own.find(|id| matches!(id.kind, KindTag::PrimaryKey | KindTag::Unique) && id.name == self.name)
    }
}

/// The statement that makes a partition's own key a part of an index.
pub(super) fn attached(whole: &Id, key: &Id) -> Step {
    Step::safe(format!("ALTER INDEX {} ATTACH PARTITION {}", whole.sql(), key.sql()))
}

/// The key of a partition's own that is its part of an index.
pub(crate) fn own_part<'a>(table: &Id, whole: &str, schema: &'a Schema) -> Option<&'a Id> {
    match schema.object(&Id::of(KindTag::IndexPartition, table, whole)) {
        Some(Object::IndexPartition(part)) => part.own_key(table, schema),
        _ => None,
    }
}

/// The keys of partitions that become the parts of an index: the server takes one that is equal, and there.
pub(crate) fn keys_below(whole: &Id, schema: &Schema) -> Vec<Id> {
    let below = whole.table().map(|top| lineage::below(schema, &top)).unwrap_or_default();
    below.iter().skip(1).filter_map(|table| own_part(table, &whole.name, schema).cloned()).collect()
}
