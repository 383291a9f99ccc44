//! What the parts are called that partitions have of their tables' keys and indexes.

use super::{Copied, Partition};
use crate::kind::{IndexKey, Object};
use crate::load::{joined, make};

impl Partition {
    /// What its part of a key or index of its parent is called.
    pub(crate) fn part_of(&self, whole: &str) -> Option<&str> {
        self.copies.0.iter().find(|copied| copied.of == whole).map(|copied| copied.name.as_str())
    }

    /// Notes what its part of a key or index that its parent is to have is to be called.
    pub(crate) fn expect(&mut self, name: String, of: String, constraint: bool) {
        self.copies.0.push(Copied { name, of, constraint });
    }

    /// The key or index of its parent whose part here is called so.
    pub(crate) fn whole_of(&self, part: &str) -> Option<&str> {
        self.copies.0.iter().find(|copied| copied.name == part).map(|copied| copied.of.as_str())
    }
}

/// What PostgreSQL calls a partition's part of a key or index, with digits behind it where that name is taken.
pub(in crate::kind) fn copied_name(table: &str, object: &Object, digits: &str) -> Option<String> {
    match object {
        Object::PrimaryKey(_) => Some(make(table, None, &format!("pkey{digits}"))),
        Object::Unique(unique) => {
            let names = [&unique.columns[..], &unique.include].concat();
            Some(make(table, Some(&joined(&names)), &format!("key{digits}")))
        }
        Object::Index(index) => {
            let names: Vec<String> =
                index.keys.iter().map(IndexKey::usual_name).chain(index.include.iter().cloned()).collect();
            Some(make(table, Some(&joined(&names)), &format!("idx{digits}")))
        }
        _ => None,
    }
}

/// What a part is called once another key or index has taken the place of the one that it was a part of: as before, where
/// somebody had named it; what PostgreSQL had called it gets the name that PostgreSQL would give it now, which `free` finds.
pub(in crate::kind) fn called_after(
    former: &str,
    table: &str,
    before: &Object,
    after: &Object,
    free: impl FnOnce() -> String,
) -> String {
    let is_usual = |object: &Object| {
        let named = |digits: &str| copied_name(table, object, digits).is_some_and(|name| name == former);
        named("") || (1..100).any(|digits| named(&digits.to_string()))
    };
    if !is_usual(before) || copied_name(table, after, "").as_deref() == Some(former) {
        return former.to_owned();
    }
    let free = free();
    let keeps = is_usual(after) && copied_name(table, after, "").as_ref() != Some(&free);
    if keeps { former.to_owned() } else { free }
}
