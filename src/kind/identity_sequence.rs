//! The sequence behind an identity column, as far as it is more than the column's numbers: what it is called, and what is
//! said of it and granted on it. It comes and goes with the identity, and is a part of the table under the column's name.

use serde::{Deserialize, Serialize};

use super::catalog::Value::Text;
use super::catalog::object;
use super::{CatalogRow, Granted, Kind, KindTag, Known, Lookup, Object, constraint};
use crate::load::make;
use crate::plan::{Context, Step};
use crate::schema::{Id, Schema};
use crate::sql::quote_ident;

/// The sequence of an identity column.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdentitySequence {
    /// Its name, where it is not PostgreSQL's own.
    pub name: Option<String>,
    /// Whether that is PostgreSQL's own with a number, as it gives one to a name that it finds taken.
    #[serde(default, skip_serializing)]
    pub numbered: Known<bool>,
}

impl Kind for IdentitySequence {
    const WORD: &'static str = "identity sequence";
    const BELONGS_TO_TABLE: bool = true;
    const GRANTED: Option<Granted> = Some(Granted::Sequence);

    fn create(&self, _id: &Id, _cx: &Context<'_>) -> Vec<Step> {
        // The column's statement makes it.
        Vec::new()
    }

    fn drop(&self, id: &Id, cx: &Context<'_>) -> Vec<Step> {
        // It goes with the identity; what takes its name may come before that.
        let sequence = self.sequence(id);
        let is_taken = cx.desired.iter().any(|(other, _)| other.takes_name_of(&sequence));
        let aside = cx.free_name(&sequence, |digits| make(&sequence.name, None, &format!("_old{digits}")));
        let rename = format!("ALTER SEQUENCE {} RENAME TO {}", sequence.sql(), quote_ident(&aside));
        is_taken.then(|| Step::safe(rename)).into_iter().collect()
    }

    fn alter(&self, to: &Self, id: &Id, cx: &Context<'_>) -> Option<Vec<Step>> {
        let Self { name, numbered: _ } = to;
        if self.name == *name {
            return Some(Vec::new());
        }
        let ring = ring(id, cx);
        // One of them does it for all.
        Some(match ring.iter().min() {
            Some(first) if first == id => self.go_round(id, &ring, cx),
            Some(_) => Vec::new(),
            None => vec![renamed(&self.sequence(id), &to.name_of(id))],
        })
    }

    fn comment_target(&self, id: &Id) -> Option<String> {
        Some(format!("SEQUENCE {}", self.sql(id)))
    }

    fn depends_on(&self, id: &Id, _schema: &Schema) -> Vec<Id> {
        constraint::table_and_columns(id, [&id.name])
    }

    fn catalog(_version: u32) -> String {
        let object = object(&[("name", Text("o.relname"))]);
        // From the columns on, each step finds the next by an index: there are few columns, and many sequences.
        format!(
            "SELECT 'pg_class'::regclass, o.oid, 0, r.nspname, r.relname, a.attname, a.attnum::int, {object} \
               FROM rel r JOIN pg_attribute a ON a.attrelid = r.oid AND a.attidentity <> '' \
               JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = a.attrelid \
                AND d.refobjsubid = a.attnum AND d.classid = 'pg_class'::regclass AND d.deptype = 'i' \
               JOIN pg_class o ON o.oid = d.objid AND o.relkind = 'S'"
        )
    }

    fn read(row: &CatalogRow<'_>, _lookup: &Lookup) -> anyhow::Result<Self> {
        let found: Self = serde_json::from_str(row.object)?;
        let name = found.name.filter(|name| *name != usual_name(row.owner, row.name));
        let numbered = name.as_ref().is_some_and(|name| is_numbered(name, row.owner, row.name));
        Ok(Self { name, numbered: Known(numbered) })
    }
}

impl IdentitySequence {
    /// One of that name.
    pub fn called(name: Option<String>) -> Self {
        Self { name, ..Self::default() }
    }

    /// Follows the rename of its table or column, which leaves its name as it is.
    pub(crate) fn keep_name(&mut self, former: &Id, present: &Id) {
        self.name = kept(self.name.take(), former, present);
    }

    /// What it is called, as a sequence like any other.
    pub(crate) fn sequence(&self, id: &Id) -> Id {
        Id::new(KindTag::Sequence, &id.namespace, &self.name_of(id))
    }

    /// Each of those that take each other's names gets its own, once this one is out of the way.
    fn go_round(&self, id: &Id, ring: &[Id], cx: &Context<'_>) -> Vec<Step> {
        let mut free = self.sequence(id);
        let aside = cx.free_name(&free, |digits| make(&free.name, None, &format!("_old{digits}")));
        let mut steps = vec![renamed(&free, &aside)];
        for other in ring.iter().skip(1).rev().filter_map(|other| sequence_in(cx.current, other)) {
            steps.push(renamed(&other, &free.name));
            free = other;
        }
        steps.push(renamed(&Id { name: aside, ..free.clone() }, &free.name));
        steps
    }

    fn sql(&self, id: &Id) -> String {
        self.sequence(id).sql()
    }

    fn name_of(&self, id: &Id) -> String {
        self.name.clone().unwrap_or_else(|| usual_name(&id.owner, &id.name))
    }
}

fn renamed(sequence: &Id, to: &str) -> Step {
    Step::safe(format!("ALTER SEQUENCE {} RENAME TO {}", sequence.sql(), quote_ident(to)))
}

/// The sequence that an identity column has, as one like any other.
pub(super) fn present(column: &Id, cx: &Context<'_>) -> Option<Id> {
    sequence_in(cx.current, &Id { kind: KindTag::IdentitySequence, ..column.clone() })
}

fn sequence_in(schema: &Schema, id: &Id) -> Option<Id> {
    match schema.object(id) {
        Some(Object::IdentitySequence(sequence)) => Some(sequence.sequence(id)),
        _ => None,
    }
}

/// The columns whose sequences take each other's names, beginning with this one: each takes that of the next.
pub(crate) fn ring(id: &Id, cx: &Context<'_>) -> Vec<Id> {
    let mut ring = vec![id.clone()];
    while let Some(wanted) = ring.last().and_then(|last| sequence_in(cx.desired, last)) {
        let stays = |other: &Id| cx.desired.contains(other) && !cx.replaced.contains(other);
        let mut others = cx.current.of_kind(KindTag::IdentitySequence).map(|(other, _)| other);
        match others.find(|other| stays(other) && sequence_in(cx.current, other).as_ref() == Some(&wanted)) {
            Some(next) if next == id && ring.len() > 1 => return ring,
            Some(next) if !ring.contains(next) => ring.push(next.clone()),
            _ => break,
        }
    }
    Vec::new()
}

/// A sequence that got a number, as its usual name was taken, keeps it unless what has that name goes.
pub(crate) fn adopt_numbers(desired: &mut Schema, current: &Schema) {
    for (id, entry) in current.of_kind(KindTag::IdentitySequence) {
        let Object::IdentitySequence(live) = &entry.object else { continue };
        let usual = IdentitySequence::default().sequence(id);
        let mut holders = current.iter().filter(|(other, _)| other.kind.is_relation() && usual.takes_name_of(other));
        if !live.numbered.0 || holders.any(|(other, _)| !desired.contains(other)) {
            continue;
        }
        if let Some(Object::IdentitySequence(wish)) = desired.get_mut(id).map(|entry| &mut entry.object) {
            wish.name = wish.name.take().or_else(|| live.name.clone());
        }
    }
}

/// What PostgreSQL calls the sequence of an identity column, where that name is free.
pub(super) fn usual_name(table: &str, column: &str) -> String {
    make(table, Some(column), "seq")
}

/// The name of a sequence that keeps it while its table or column gets another one: what was usual is not any more, or is
/// again.
pub(super) fn kept(name: Option<String>, former: &Id, present: &Id) -> Option<String> {
    let name = name.unwrap_or_else(|| usual_name(&former.owner, &former.name));
    Some(name).filter(|name| *name != usual_name(&present.owner, &present.name))
}

fn is_numbered(name: &str, table: &str, column: &str) -> bool {
    let last = name.rsplit("_seq").next().unwrap_or_default();
    last.parse::<u32>().is_ok() && make(table, Some(column), &format!("seq{last}")) == name
}
