//! How logical replication tells the rows of a table apart, where it is not by the primary key.

use serde::{Deserialize, Serialize};

use super::catalog::Value::Json;
use super::catalog::object;
use super::{Kind, Touch, constraint};
use crate::hazard::BREAKS_CODE;
use crate::plan::{Context, Step};
use crate::schema::{Id, Schema};
use crate::sql::quote_ident;

/// What a row is told by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdentifiedBy {
    /// All of its columns.
    Full,
    /// Nothing: its changes cannot be replicated.
    Nothing,
    /// The columns of an index, or of the constraint that it stands behind.
    Index(String),
}

/// The replica identity of a table that has another one than its primary key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplicaIdentity {
    /// What a row is told by.
    pub by: IdentifiedBy,
}

impl Kind for ReplicaIdentity {
    const WORD: &'static str = "replica identity";
    const BELONGS_TO_TABLE: bool = true;
    const NEEDS_WHOLE: bool = true;

    fn create(&self, id: &Id, cx: &Context<'_>) -> Vec<Step> {
        let new = id.table().is_none_or(|table| cx.is_new(&table));
        let nothing = self.by == IdentifiedBy::Nothing && !new;
        let hazard =
            nothing.then(|| BREAKS_CODE.because(format!("UPDATE and DELETE fail while `{}` is published", id.owner)));
        let by = match &self.by {
            IdentifiedBy::Full => "FULL".to_owned(),
            IdentifiedBy::Nothing => "NOTHING".to_owned(),
            IdentifiedBy::Index(name) => format!("USING INDEX {}", quote_ident(name)),
        };
        vec![Step::risky(format!("ALTER TABLE {} REPLICA IDENTITY {by}", id.table_sql()), hazard)]
    }

    fn drop(&self, id: &Id, _cx: &Context<'_>) -> Vec<Step> {
        vec![Step::safe(format!("ALTER TABLE {} REPLICA IDENTITY DEFAULT", id.table_sql()))]
    }

    fn alter(&self, to: &Self, id: &Id, cx: &Context<'_>) -> Option<Vec<Step>> {
        let Self { by: _ } = to;
        Some(to.create(id, cx))
    }

    fn comment_target(&self, _id: &Id) -> Option<String> {
        None
    }

    fn depends_on(&self, id: &Id, schema: &Schema) -> Vec<Id> {
        let index = match &self.by {
            IdentifiedBy::Index(name) => Some(name.as_str()),
            _ => None,
        };
        constraint::table_and_index(id, index, schema)
    }

    fn steps_aside(&self, _id: &Id, other: &Id, touch: Touch<'_>) -> bool {
        constraint::loses_index(other, touch)
    }

    fn follow_name(&mut self, own: bool, from: &Id, to: &Id) {
        match &mut self.by {
            IdentifiedBy::Index(name) if own && from.kind.is_relation() && *name == from.name => {
                name.clone_from(&to.name)
            }
            _ => {}
        }
    }

    fn catalog(_version: u32) -> String {
        let index = "(SELECT json_build_object('index', x.relname) FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid \
            WHERE i.indrelid = rel.oid AND i.indisreplident)";
        let by =
            format!("CASE relreplident WHEN 'f' THEN '\"full\"' WHEN 'n' THEN '\"nothing\"' ELSE {index}::text END");
        let object = object(&[("by", Json(&by))]);
        // An index that is gone leaves its mark behind, which means nothing at all.
        format!(
            "SELECT 'pg_class'::regclass, 0::oid, 0, nspname, relname, '', 0, {object} FROM rel \
              WHERE relreplident IN ('f', 'n') OR (relreplident = 'i' AND EXISTS (SELECT FROM pg_index i \
                    WHERE i.indrelid = rel.oid AND i.indisreplident))"
        )
    }
}
