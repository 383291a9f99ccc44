//! What tells one schema from another.

use sha2::{Digest, Sha256};

use super::Schema;
use crate::kind::KindTag;

impl Schema {
    /// A short hash of everything in the schema, whatever its order: what a migration says it starts from.
    pub fn fingerprint(&self) -> String {
        let mut lines: Vec<String> = self
            .iter()
            // What the parts of an index are called is the server's choice, and differs where nothing else does.
            .filter(|(id, _)| id.kind != KindTag::IndexPartition)
            .map(|(id, entry)| {
                let object = serde_json::to_string(&entry.object).unwrap_or_default();
                format!("{id:?} {object} {:?}", entry.comment)
            })
            .collect();
        lines.sort_unstable();
        let mut hash = Sha256::new();
        lines.iter().for_each(|line| hash.update(line.as_bytes()));
        hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }
}
