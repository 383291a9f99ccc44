//! What a grant is on, as its id says it: the id's owner is the kind of object and its name.

use std::fmt;

use crate::kind::{Granted, KindTag, OWNER};
use crate::schema::Id;

impl Id {
    /// The id of what a role may do with an object.
    pub fn grant(on: &Self, grantee: &str) -> Self {
        let namespace = on.namespace.clone();
        Self { kind: KindTag::Grant, namespace, owner: on.as_subject(), name: grantee.to_owned() }
    }

    /// What a grant is on.
    pub fn subject(&self) -> Option<Self> {
        if self.kind != KindTag::Grant {
            return None;
        }
        let kinds = KindTag::ALL.iter().copied().filter(|kind| kind.granted().is_some());
        let mut fits = kinds.filter_map(|kind| Some((kind, self.owner.strip_prefix(kind.word())?.strip_prefix(' ')?)));
        let (kind, name) = fits.next()?;
        if !has_owner(kind) {
            return Some(Self::new(kind, &self.namespace, name));
        }
        // A name may hold a parenthesis; what separates the two cannot be in either.
        let (name, owner) = name.split_once('\u{1}')?;
        Some(Self { owner: owner.to_owned(), ..Self::new(kind, &self.namespace, name) })
    }

    /// How the owner of a grant's id names this.
    pub(crate) fn as_subject(&self) -> String {
        let word = self.kind.word();
        if has_owner(self.kind) {
            format!("{word} {}\u{1}{}", self.name, self.owner)
        } else {
            format!("{word} {}", self.name)
        }
    }

    /// What default privileges are about: the kind of objects, and whose, where that is not the one who owns the rest.
    pub fn of_default_privileges(&self) -> Option<(Granted, Option<&str>)> {
        let (plural, role) = match self.owner.split_once(' ') {
            Some((plural, role)) => (plural, Some(role)),
            None => (self.owner.as_str(), None),
        };
        Some((Granted::of_plural(plural)?, role)).filter(|_| self.kind == KindTag::DefaultPrivilege)
    }

    /// `grant on table users to app`.
    pub(crate) fn fmt_grant(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let on = self.subject().map(|on| on.to_string()).unwrap_or_default();
        let to = if self.name == OWNER { "its owner" } else { &self.name };
        write!(f, "{} on {on} to {to}", self.kind.word())
    }

    /// `default privileges on tables in billing of alice to app`.
    pub(crate) fn fmt_default_privileges(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (plural, role) = self.of_default_privileges().map_or(("", None), |(of, role)| (of.plural(), role));
        write!(f, "{} on {plural}", self.kind.word())?;
        if !self.namespace.is_empty() {
            write!(f, " in {}", self.namespace)?;
        }
        if let Some(role) = role {
            write!(f, " of {role}")?;
        }
        write!(f, " to {}", if self.name == OWNER { "their owner" } else { &self.name })
    }

    /// Under what a schema keeps the grants on an object, or the default privileges of one sort, together.
    pub(crate) fn group(&self) -> Option<Self> {
        match self.kind {
            KindTag::Grant => self.subject(),
            KindTag::DefaultPrivilege => Some(Self { name: String::new(), ..self.clone() }),
            _ => None,
        }
    }
}

/// Whether an object's name alone does not say which it is.
fn has_owner(kind: KindTag) -> bool {
    kind.granted() == Some(Granted::Routine) || kind.belongs_to_table()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_grant_is_on_can_be_told_from_its_id() {
        let function = Id { owner: "integer, text".to_owned(), ..Id::new(KindTag::Function, "a b", "f(x)") };
        let others = [KindTag::Table, KindTag::View, KindTag::Sequence, KindTag::Composite, KindTag::Domain]
            .map(|kind| Id::new(kind, "s", "table of view"));
        let table = Id::new(KindTag::Table, "s", "identity sequence of");
        let numbers = Id::of(KindTag::IdentitySequence, &table, "id of");
        for on in others.into_iter().chain([function, numbers, Id::new(KindTag::Namespace, "", "app")]) {
            assert_eq!(Id::grant(&on, "role").subject(), Some(on));
        }
    }
}
