//! Two schemas -> what has to change. Knows nothing of tables or policies. Pure.

use serde::Serialize;
use serde_json::Value;

use crate::kind::{KindTag, Object, settle};
use crate::schema::{Id, Schema};
use crate::sql::Expr;

mod extension;
mod follow;
mod follow_text;
mod rename;

pub(crate) use extension::is_same_wherever;
pub(crate) use follow::{follow, follow_value, reworded, undone};
pub use rename::rename;

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// It is declared and not there.
    Create(Id),
    /// It is there and not declared.
    Drop(Id),
    /// It is both, and differs.
    Alter(Id),
    /// It is there under another name.
    Rename {
        /// What it is called.
        from: Id,
        /// What it is to be called.
        to: Id,
    },
    /// A value of an enum is there under another name.
    RenameValue {
        /// The enum.
        id: Id,
        /// What the value is called.
        from: String,
        /// What it is to be called.
        to: String,
    },
}

impl Change {
    /// The object that changes, under the name that it has at the end.
    pub fn id(&self) -> &Id {
        match self {
            Self::Create(id) | Self::Drop(id) | Self::Alter(id) => id,
            Self::Rename { to: id, .. } | Self::RenameValue { id, .. } => id,
        }
    }
}

/// A property of an object before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Property {
    /// Its name, as the TOML calls it.
    pub name: String,
    /// Before.
    pub from: Value,
    /// After.
    pub to: Value,
}

/// What has to change in `current` to make it `desired`: drops, then alterations and creations in the declared order.
///
/// Former names are not looked at here: [`rename`] comes first.
pub fn diff(current: &Schema, desired: &Schema) -> Vec<Change> {
    let is_no_loss = |object: &Object| matches!(object, Object::Grant(grant) if grant.is_only_written());
    let gone = current.iter().filter(|(id, entry)| !desired.contains(id) && !is_no_loss(&entry.object));
    let gone = gone.map(|(id, _)| Change::Drop(id.clone()));
    let wanted = desired.iter().filter_map(|(id, entry)| match current.get(id) {
        None => Some(Change::Create(id.clone())),
        Some(live) => (live != entry).then(|| Change::Alter(id.clone())),
    });
    gone.chain(wanted).collect()
}

/// Lets the declaration take over from the live schema what it leaves open, such as an extension's exact version.
pub fn adopt(desired: &mut Schema, current: &Schema) {
    let stay: Vec<Id> = desired.of_kind(KindTag::Namespace).map(|(id, _)| id.clone()).collect();
    let goes = |namespace: &Id| current.contains(namespace) && !stay.contains(namespace);
    for (id, entry) in desired.iter_mut() {
        if let Some(live) = current.object(id) {
            entry.object.adopt(live, &goes);
        }
    }
    crate::kind::lineage::adopt_merged_checks(desired, current);
    crate::kind::adopt_numbers(desired, current);
    crate::kind::index_partition::adopt_index_names(desired, current);
    settle(desired, current);
}

/// The properties in which two objects of a kind differ. Texts that are the same expression are no difference.
pub fn properties(from: &Object, to: &Object) -> Vec<Property> {
    if from == to {
        return Vec::new();
    }
    let fields = |object: &Object| match serde_json::to_value(object) {
        Ok(Value::Object(fields)) => fields,
        _ => serde_json::Map::new(),
    };
    let (mut from, to) = (fields(from), fields(to));
    let pairs = to.into_iter().map(|(name, to)| {
        let from = from.remove(&name).unwrap_or_default();
        Property { name, from, to }
    });
    let mut pairs: Vec<Property> = pairs.collect();
    // What says nothing may be left out.
    pairs.extend(from.into_iter().map(|(name, from)| Property { name, from, to: Value::Null }));
    pairs.into_iter().filter(|property| !is_same(&property.from, &property.to)).collect()
}

/// Whether two values are equal, expressions by their tokens.
fn is_same(from: &Value, to: &Value) -> bool {
    match (from, to) {
        (Value::String(from), Value::String(to)) => from == to || Expr::from(from.as_str()) == Expr::from(to.as_str()),
        (Value::Array(from), Value::Array(to)) => {
            from.len() == to.len() && from.iter().zip(to).all(|(from, to)| is_same(from, to))
        }
        (Value::Object(from), Value::Object(to)) => {
            let same = |(name, from): (&String, &Value)| to.get(name).is_some_and(|to| is_same(from, to));
            from.len() == to.len() && from.iter().all(same)
        }
        _ => from == to,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kind::Enum;
    use crate::schema::Entry;

    fn schema(values: &[&str]) -> Schema {
        let values = values.iter().map(|&v| v.to_owned()).collect();
        let entry = Entry::from(Object::Enum(Enum::of(values)));
        [(Id::new(KindTag::Enum, "public", "plan"), entry)].into_iter().collect()
    }

    #[test]
    fn what_is_equal_is_not_a_change() {
        assert_eq!(diff(&schema(&["a"]), &schema(&["a"])), []);
        assert!(matches!(diff(&schema(&["a"]), &schema(&["b"])).as_slice(), [Change::Alter(_)]));
        assert!(matches!(diff(&schema(&["a"]), &Schema::default()).as_slice(), [Change::Drop(_)]));
        assert!(matches!(diff(&Schema::default(), &schema(&["a"])).as_slice(), [Change::Create(_)]));
    }

    #[test]
    fn the_properties_that_differ_are_named() {
        let (a, b) = (Object::Enum(Enum::of(vec!["a".into()])), Object::Enum(Enum::of(Vec::new())));
        let all = properties(&a, &b);
        assert_eq!((all.len(), all[0].name.as_str()), (1, "values"));
    }
}
