//! What only the server knows of an object.

use serde::{Deserialize, Serialize};

/// What the server tells of an object and nobody declares: never a difference.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Known<T>(pub T);

impl<T> PartialEq for Known<T> {
    fn eq(&self, _other: &Self) -> bool {
        true
    }
}

impl<T> Eq for Known<T> {}
