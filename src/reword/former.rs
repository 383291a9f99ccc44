//! A declaration under the names that the server knows today: it cannot be asked about names that are yet to come.

use std::borrow::Cow;

use crate::diff::{Change, follow_value, reworded, undone};
use crate::kind::{KindTag, texts};
use crate::schema::{Id, Schema};
use crate::sql::{quote_literal, tokens};

/// The renames of a plan that expressions can see.
pub(crate) struct Former<'a> {
    renames: Vec<&'a Change>,
}

impl<'a> Former<'a> {
    /// Keeps those renames that change what an expression says.
    pub(crate) fn of(renames: &'a [Change]) -> Self {
        let seen = |change: &&Change| match change {
            Change::Rename { from, .. } => !from.kind.belongs_to_table() || from.kind == KindTag::Column,
            Change::RenameValue { .. } => true,
            _ => false,
        };
        Self { renames: renames.iter().filter(seen).collect() }
    }

    /// Says whether nothing that an expression can see is renamed.
    pub(crate) fn is_empty(&self) -> bool {
        self.renames.is_empty()
    }

    /// A schema under its former names.
    pub(crate) fn name<'s>(&self, schema: &'s Schema) -> Cow<'s, Schema> {
        if self.renames.is_empty() {
            return Cow::Borrowed(schema);
        }
        let renames: Vec<Change> = self.renames.iter().map(|&change| change.clone()).collect();
        let former = undone(schema, &renames);
        // A new object under the former name of another: then the names of today are the best there is.
        let taken = |id: &Id| former.iter().any(|(other, _)| other != id && other.takes_name_of(id));
        let clashes = renames.iter().any(|change| matches!(change, Change::Rename { from, .. } if taken(from)));
        if former.len() == schema.len() && !clashes { Cow::Owned(former) } else { Cow::Borrowed(schema) }
    }

    /// The object's id in `desired`, of which `asked` is the former naming.
    pub(crate) fn present(&self, id: &Id, asked: &Schema, desired: &Schema) -> Id {
        let mut pairs = asked.iter().zip(desired.iter());
        pairs.find(|((former, _), _)| *former == id).map_or_else(|| id.clone(), |(_, (present, _))| present.clone())
    }

    /// Takes over the wording that `asked` got, under the names that are yet to come.
    pub(crate) fn put_back(&self, before: &Schema, asked: &Schema, desired: &mut Schema) {
        let present = self.renames.iter().fold(asked.clone(), |schema, rename| match rename {
            Change::Rename { from, to } => reworded(&schema, from, to),
            Change::RenameValue { id, from, to } => follow_value(&schema, id, from, to),
            _ => schema,
        });
        let worded = before.iter().zip(asked.iter()).zip(present.iter());
        for (_, (id, entry)) in worded.filter(|(((_, before), (_, after)), _)| before != after) {
            let known = desired.object(id).is_some_and(|said| self.keeps_values(&texts(said), &texts(&entry.object)));
            if let (true, Some(wish)) = (known, desired.get_mut(id)) {
                wish.object = entry.object.clone();
            }
        }
    }

    /// Whether each renamed value came back as often as it was said: a text that is no value of the enum does not.
    fn keeps_values(&self, said: &[String], found: &[String]) -> bool {
        let count = |all: &[String], literal: &str| -> usize {
            let one = |text: &String| tokens(text).map_or(0, |all| all.iter().filter(|t| t.text == literal).count());
            all.iter().map(one).sum()
        };
        self.renames.iter().all(|rename| match rename {
            Change::RenameValue { from, to, .. } => {
                [from, to].iter().map(|value| quote_literal(value)).all(|v| count(said, &v) == count(found, &v))
            }
            _ => true,
        })
    }
}
