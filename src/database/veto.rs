//! Event triggers that forbid what is to be done: whose veto it was, since the server only names a function.

use tokio_postgres::{Client, Error};

/// The event trigger whose function raised an error, if it was one. Asked outside of a failed transaction.
///
/// Nothing is done about it: whoever made the trigger meant it, and only they can say that a migration may pass.
pub(crate) async fn behind(client: &Client, error: &Error) -> Option<String> {
    let place = error.as_db_error()?.where_()?;
    let query = "SELECT e.evtname, p.proname FROM pg_catalog.pg_event_trigger e \
                 JOIN pg_catalog.pg_proc p ON p.oid = e.evtfoid WHERE e.evtenabled <> 'D' ORDER BY 1";
    let triggers = client.query_typed(query, &[]).await.ok()?;
    let raised = |function: &str| place.contains(&format!("{}(", crate::sql::quote_ident(function)));
    triggers.iter().find(|row| raised(row.get(1))).map(|row| row.get(0))
}

/// What to do about it.
pub(crate) fn hint(trigger: &str) -> String {
    format!(
        "the event trigger `{trigger}` forbids it, and dbtool goes around no guard: have a superuser run \
         `ALTER EVENT TRIGGER {} DISABLE` for the time of the migration, and `ENABLE` after it",
        crate::sql::quote_ident(trigger)
    )
}
