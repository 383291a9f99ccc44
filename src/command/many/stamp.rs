//! Which database it is and how far it has come, so that one that was made anew under the same name, or rolled back, is not
//! taken for the one that was visited.

use std::time::Duration;

use crate::database;
use crate::migration::{HISTORY, UNFINISHED};
use crate::project::{Project, Source};

/// How long a database may take to say it.
const PATIENCE: Duration = Duration::from_secs(15);

/// Asks a target's database. Nothing where it does not say: then nobody believes that it is done.
pub(super) async fn stamp(project: &Project, name: &str) -> Option<String> {
    let Ok(Source::Server(settings)) = project.source(None, Some(name)) else { return None };
    let asked = async {
        let database = database::connect(&settings).await.ok()?;
        let query = "SELECT oid::text, pg_catalog.to_regclass($1) IS NOT NULL, pg_catalog.to_regclass($2) IS NOT NULL
                     FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()";
        let row = database.query_one(query, &[&HISTORY, &UNFINISHED]).await.ok()?;
        let (oid, has_history, unfinished): (String, bool, bool) = (row.get(0), row.get(1), row.get(2));
        let history: String = if has_history {
            // All of it: something else may have the same number by now.
            let query = format!(
                "SELECT COALESCE(max(version), 0)::text || ' ' || pg_catalog.md5(COALESCE(pg_catalog.string_agg(
                        version || ' ' || checksum || ' ' || applied_on, ',' ORDER BY version), '')) FROM {HISTORY}"
            );
            database.query_one(&query, &[]).await.ok()?.get(0)
        } else {
            String::new()
        };
        database.close().await;
        (!unfinished).then(|| format!("{oid} {history}"))
    };
    tokio::time::timeout(PATIENCE, asked).await.ok().flatten()
}
