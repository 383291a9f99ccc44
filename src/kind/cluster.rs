//! The index by which CLUSTER sorts a table.

use serde::{Deserialize, Serialize};

use super::{Kind, Touch, constraint};
use crate::plan::{Context, Step};
use crate::schema::{Id, Schema};
use crate::sql::quote_ident;

/// What CLUSTER without the name of an index goes by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cluster {
    /// The index, or the constraint that it stands behind.
    pub on: String,
}

impl Kind for Cluster {
    const WORD: &'static str = "cluster";
    const BELONGS_TO_TABLE: bool = true;

    fn create(&self, id: &Id, _cx: &Context<'_>) -> Vec<Step> {
        vec![Step::safe(format!("ALTER TABLE {} CLUSTER ON {}", id.table_sql(), quote_ident(&self.on)))]
    }

    fn drop(&self, id: &Id, _cx: &Context<'_>) -> Vec<Step> {
        vec![Step::safe(format!("ALTER TABLE {} SET WITHOUT CLUSTER", id.table_sql()))]
    }

    fn alter(&self, to: &Self, id: &Id, cx: &Context<'_>) -> Option<Vec<Step>> {
        let Self { on: _ } = to;
        Some(to.create(id, cx))
    }

    fn comment_target(&self, _id: &Id) -> Option<String> {
        None
    }

    fn depends_on(&self, id: &Id, schema: &Schema) -> Vec<Id> {
        constraint::table_and_index(id, Some(&self.on), schema)
    }

    fn steps_aside(&self, _id: &Id, other: &Id, touch: Touch<'_>) -> bool {
        constraint::loses_index(other, touch)
    }

    fn follow_name(&mut self, own: bool, from: &Id, to: &Id) {
        if own && from.kind.is_relation() && self.on == from.name {
            self.on.clone_from(&to.name);
        }
    }

    fn catalog(_version: u32) -> String {
        "SELECT 'pg_class'::regclass, 0::oid, 0, rel.nspname, rel.relname, '', 0, json_build_object('on', x.relname)::text \
           FROM pg_index i JOIN kept rel ON rel.oid = i.indrelid JOIN pg_class x ON x.oid = i.indexrelid WHERE i.indisclustered"
            .to_owned()
    }
}
