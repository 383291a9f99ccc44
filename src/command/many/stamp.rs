//! Which database it is and how far it has come, so that one that was made anew under the same name, or rolled back, is not
//! taken for the one that was visited.

use std::time::Duration;

use tokio_postgres::types::{ToSql, Type};

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
        let place = "SELECT oid::text, pg_catalog.to_regclass($1) IS NOT NULL, pg_catalog.to_regclass($2) IS NOT NULL
                     FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()";
        // All of it: something else may have the same number by now.
        let history = format!(
            "SELECT COALESCE(max(version), 0)::text || ' ' || pg_catalog.md5(COALESCE(pg_catalog.string_agg(
                    version || ' ' || checksum || ' ' || applied_on, ',' ORDER BY version), '')) FROM {HISTORY}"
        );
        // Both at once: with hundreds of databases far away it is the round trips that take the time.
        let names: [(&(dyn ToSql + Sync), Type); 2] = [(&HISTORY, Type::TEXT), (&UNFINISHED, Type::TEXT)];
        let (place, history) =
            tokio::join!(database.query_typed_one(place, &names), database.query_typed_one(&history, &[]));
        let place = place.ok()?;
        let (oid, has_history, unfinished): (String, bool, bool) = (place.get(0), place.get(1), place.get(2));
        let history: String = if has_history { history.ok()?.get(0) } else { String::new() };
        database.close().await;
        (!unfinished).then(|| format!("{oid} {history}"))
    };
    tokio::time::timeout(PATIENCE, asked).await.ok().flatten()
}
