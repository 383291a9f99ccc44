//! Row security of a table: off (absent), on, or forced on the owner too.

use serde::{Deserialize, Serialize};

use super::{Kind, KindTag};
use crate::hazard::{BREAKS_CODE, Hazard, WEAKENS_ACCESS};
use crate::plan::{Context, Step};
use crate::schema::{Id, Schema};

/// Row security of a table that has it.
///
/// FORCE binds the table's owner only: superusers and roles with BYPASSRLS are never bound (manual, section 5.9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowSecurity {
    /// Policies bind everybody but the owner.
    pub enabled: bool,
    /// They bind the owner too, once enabled.
    pub forced: bool,
}

impl RowSecurity {
    /// The state of a table without row security.
    const OFF: Self = Self { enabled: false, forced: false };

    fn step(self, to: Self, id: &Id, cx: &Context<'_>) -> Vec<Step> {
        let Self { enabled, forced } = to;
        let mut clauses = Vec::new();
        let mut hazards: Vec<Hazard> = Vec::new();
        let new = id.table().is_none_or(|table| cx.is_new(&table));
        if self.enabled != enabled {
            clauses.push(if enabled { "ENABLE ROW LEVEL SECURITY" } else { "DISABLE ROW LEVEL SECURITY" });
            if !enabled {
                hazards.push(
                    WEAKENS_ACCESS.because(format!("every row of `{}` is open to all who may read it", id.owner)),
                );
            } else if !new {
                hazards
                    .push(BREAKS_CODE.because(format!("rows of `{}` that no policy lets through disappear", id.owner)));
            }
        }
        if self.forced != forced {
            clauses.push(if forced { "FORCE ROW LEVEL SECURITY" } else { "NO FORCE ROW LEVEL SECURITY" });
            if !forced && enabled {
                hazards.push(WEAKENS_ACCESS.because(format!("the owner of `{}` sees and changes every row", id.owner)));
            }
        }
        if clauses.is_empty() {
            return Vec::new();
        }
        vec![Step::risky(format!("ALTER TABLE {} {}", id.table_sql(), clauses.join(", ")), hazards)]
    }
}

impl Kind for RowSecurity {
    const WORD: &'static str = "row security";
    const BELONGS_TO_TABLE: bool = true;

    fn create(&self, id: &Id, cx: &Context<'_>) -> Vec<Step> {
        Self::OFF.step(*self, id, cx)
    }

    fn drop(&self, id: &Id, cx: &Context<'_>) -> Vec<Step> {
        self.step(Self::OFF, id, cx)
    }

    fn alter(&self, to: &Self, id: &Id, cx: &Context<'_>) -> Option<Vec<Step>> {
        Some(self.step(*to, id, cx))
    }

    fn comment_target(&self, _id: &Id) -> Option<String> {
        None
    }

    fn depends_on(&self, id: &Id, schema: &Schema) -> Vec<Id> {
        // Closed only once its policies are there, and opened before they go.
        let table = Id::new(KindTag::Table, &id.namespace, &id.owner);
        let policies = schema.children_of(&table, KindTag::Policy).map(|(policy, _)| policy.clone());
        policies.chain([table.clone()]).collect()
    }

    fn steps_aside(&self, _id: &Id, _other: &Id, _touch: super::Touch<'_>) -> bool {
        false
    }

    fn catalog(_version: u32) -> String {
        "SELECT 'pg_class'::regclass, 0::oid, 0, nspname, relname, '', 0, \
                json_build_object('enabled', relrowsecurity, 'forced', relforcerowsecurity)::text \
           FROM rel WHERE relrowsecurity OR relforcerowsecurity"
            .to_owned()
    }
}
