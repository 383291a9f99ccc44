//! The tables from which a table inherits.

use serde::{Deserialize, Serialize};

use super::{Kind, KindTag, Object, Touch, lineage};
use crate::hazard::BREAKS_CODE;
use crate::plan::{Context, Step};
use crate::schema::{Id, Schema};

/// The parents of a table, in their order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inheritance {
    /// The tables whose columns and checks it has, and in which its rows are found.
    #[serde(with = "names")]
    pub parents: Vec<Id>,
}

/// Tables as pairs of namespace and name.
mod names {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use crate::kind::KindTag;
    use crate::schema::Id;

    pub(super) fn serialize<S: Serializer>(tables: &[Id], serializer: S) -> Result<S::Ok, S::Error> {
        let pairs: Vec<String> = tables.iter().map(Id::sql).collect();
        pairs.serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Id>, D::Error> {
        let pairs = Vec::<(String, String)>::deserialize(deserializer)?;
        Ok(pairs.iter().map(|(namespace, name)| Id::new(KindTag::Table, namespace, name)).collect())
    }
}

impl Kind for Inheritance {
    const WORD: &'static str = "inheritance";
    const BELONGS_TO_TABLE: bool = true;
    const NEEDS_WHOLE: bool = true;

    fn create(&self, id: &Id, cx: &Context<'_>) -> Vec<Step> {
        let kept = kept(id, cx);
        let new: Vec<&Id> = self.parents.iter().filter(|parent| !kept.contains(parent)).collect();
        (0..new.len()).flat_map(|at| inherit(id, new[at], &new[..at], cx)).collect()
    }

    fn drop(&self, id: &Id, cx: &Context<'_>) -> Vec<Step> {
        let one = |parent: &Id| {
            let hazard =
                BREAKS_CODE.because(format!("rows of `{}` are no longer found in `{}`", id.owner, parent.name));
            let back = cx
                .desired
                .object(id)
                .is_some_and(|to| matches!(to, Object::Inheritance(to) if to.parents.contains(parent)));
            Step::risky(
                format!("ALTER TABLE {} NO INHERIT {}", id.table_sql(), parent.sql()),
                (!back).then_some(hazard),
            )
        };
        let left = id.table().map(|table| lineage::left_checks(&table, cx)).unwrap_or_default();
        let kept = kept(id, cx);
        self.parents.iter().filter(|parent| !kept.contains(parent)).map(one).chain(left).collect()
    }

    fn alter(&self, to: &Self, id: &Id, cx: &Context<'_>) -> Option<Vec<Step>> {
        // Those that go are left before anything is done to them, and those that come are taken after that.
        let Self { parents } = to;
        (parents.starts_with(&self.parents) && kept(id, cx) == self.parents).then(|| to.create(id, cx))
    }

    fn clause(&self, _id: &Id) -> Option<String> {
        let all: Vec<String> = self.parents.iter().map(Id::sql).collect();
        Some(format!("INHERITS ({})", all.join(", ")))
    }

    fn comment_target(&self, _id: &Id) -> Option<String> {
        None
    }

    fn depends_on(&self, id: &Id, schema: &Schema) -> Vec<Id> {
        lineage::needs(id, &self.parents, schema)
    }

    fn steps_aside(&self, _id: &Id, other: &Id, touch: Touch<'_>) -> bool {
        // A parent that is made anew would take the table along.
        other.kind == KindTag::Table && matches!(touch, Touch::Replaced)
    }

    fn follow_name(&mut self, _own: bool, from: &Id, to: &Id) {
        for parent in &mut self.parents {
            if parent == from {
                parent.name.clone_from(&to.name);
            } else if from.kind == KindTag::Namespace && parent.namespace == from.name {
                parent.namespace.clone_from(&to.name);
            }
        }
    }

    fn catalog(_version: u32) -> String {
        "SELECT 'pg_class'::regclass, 0::oid, 0, rel.nspname, rel.relname, '', 0, json_build_object('parents', \
                json_agg(json_build_array(n.nspname, p.relname) ORDER BY i.inhseqno))::text \
           FROM rel JOIN pg_inherits i ON i.inhrelid = rel.oid JOIN pg_class p ON p.oid = i.inhparent \
           JOIN pg_namespace n ON n.oid = p.relnamespace WHERE NOT rel.relispartition GROUP BY rel.nspname, rel.relname"
            .to_owned()
    }
}

impl Inheritance {
    /// The parents that a table need not leave: the first of those that it is to have, as far as they come in that order
    /// now. A new one comes last.
    pub(super) fn kept(&self, to: &Self, stays: impl Fn(&Id, &[Id]) -> bool) -> Vec<Id> {
        let (mut had, mut kept) = (self.parents.iter(), Vec::new());
        for parent in &to.parents {
            if !stays(parent, &kept) || !had.any(|one| one == parent) {
                break;
            }
            kept.push(parent.clone());
        }
        kept
    }
}

impl Object {
    /// What is left of an object that goes before it comes back: the ties that a table keeps.
    pub(crate) fn left(&self, id: &Id, cx: &Context<'_>) -> Option<Self> {
        let kept = matches!(self, Self::Inheritance(_)).then(|| kept(id, cx)).filter(|kept| !kept.is_empty());
        kept.map(|parents| Inheritance { parents }.into())
    }
}

fn kept(id: &Id, cx: &Context<'_>) -> Vec<Id> {
    id.table().map(|table| cx.steady_parents(&table)).unwrap_or_default()
}

/// Ties a table that is there to a parent, whose checks it has to have before; it got those of some other parents.
fn inherit(id: &Id, parent: &Id, before: &[&Id], cx: &Context<'_>) -> Vec<Step> {
    let Some(table) = id.table() else { return Vec::new() };
    let mut steps = lineage::missing_checks(&table, parent, before, cx);
    let hazard = BREAKS_CODE.because(format!("rows of `{}` are found in `{}` too", id.owner, parent.name));
    let widens = cx.found_through(&table, parent);
    let sql = format!("ALTER TABLE {} INHERIT {}", table.sql(), parent.sql());
    // One that only comes back to it was there.
    let back = matches!(cx.current.object(id), Some(Object::Inheritance(from)) if from.parents.contains(parent));
    steps.push(Step::risky(sql, [hazard].into_iter().chain(widens).filter(|_| !back)));
    steps
}
