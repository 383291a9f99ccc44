//! The names that an object has.

use super::{Id, Schema};
use crate::kind::Object;

impl Schema {
    /// An id, and the same under the other name that comes and goes with the object.
    pub(crate) fn names_of(&self, id: &Id) -> Vec<Id> {
        let also = self.object(id).and_then(Object::also_called).map(|name| Id { name: name.to_owned(), ..id.clone() });
        [id.clone()].into_iter().chain(also).collect()
    }
}
