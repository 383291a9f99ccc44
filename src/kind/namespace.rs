//! A namespace: what PostgreSQL calls a schema.

use serde::{Deserialize, Serialize};

use super::{Granted, Kind};
use crate::hazard::DELETES_DATA;
use crate::plan::{Context, Step};
use crate::schema::{Id, Schema};
use crate::sql::quote_ident;

/// A namespace that holds other objects.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Namespace {}

impl Kind for Namespace {
    const WORD: &'static str = "schema";
    const GRANTED: Option<Granted> = Some(Granted::Namespace);

    fn create(&self, id: &Id, _cx: &Context<'_>) -> Vec<Step> {
        vec![Step::safe(format!("CREATE SCHEMA {}", id.name_sql()))]
    }

    fn drop(&self, id: &Id, _cx: &Context<'_>) -> Vec<Step> {
        let lost = DELETES_DATA.because(format!("`{}` and what dbtool does not manage in it", id.name));
        vec![Step::risky(format!("DROP SCHEMA {}", id.name_sql()), [lost])]
    }

    fn alter(&self, Self {}: &Self, _id: &Id, _cx: &Context<'_>) -> Option<Vec<Step>> {
        Some(Vec::new())
    }

    fn comment_target(&self, id: &Id) -> Option<String> {
        Some(format!("SCHEMA {}", id.name_sql()))
    }

    fn rename(&self, from: &Id, to: &str) -> Option<String> {
        Some(format!("ALTER SCHEMA {} RENAME TO {}", from.name_sql(), quote_ident(to)))
    }

    fn depends_on(&self, _id: &Id, _schema: &Schema) -> Vec<Id> {
        Vec::new()
    }

    fn catalog(_version: u32) -> String {
        // PostgreSQL's own comment on `public` is not the user's.
        "SELECT 'pg_namespace'::regclass AS class, CASE WHEN nspname = 'public' \
                     AND obj_description(oid, 'pg_namespace') = 'standard public schema' THEN 0::oid ELSE oid END AS oid, \
                0 AS subid, '' AS namespace, '' AS owner, nspname AS name, 0 AS position, '{}' AS object FROM ns"
            .to_owned()
    }
}
