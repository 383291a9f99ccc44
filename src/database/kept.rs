//! Statements that the server keeps planned, for sessions that ask the same again and again.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use tokio_postgres::error::SqlState;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{RowStream, Statement};

use super::Database;

/// A value and its type.
pub(crate) type Parameter = (Box<dyn ToSql + Sync + Send>, Type);

/// What the parameters are makes no difference to the plan: it need not be made anew for each.
const KEEP: &str = "SET plan_cache_mode = force_generic_plan";

/// A new namespace makes the server plan everything anew, so the session has its temporary one from the start, and not
/// with each twin once more.
const FIRST: &str = "CREATE TEMPORARY TABLE dbtool_first (); DROP TABLE pg_temp.dbtool_first";

/// The statements that this session has planned, by their text.
pub(super) type Kept = Mutex<HashMap<String, Statement>>;

impl Database {
    /// Lets this session keep the plans of what it asks often: planning the catalog query takes the server longer than
    /// answering it. Only for a session that is ours alone: behind a pooler the next statement may meet another session,
    /// which knows nothing of what was prepared.
    ///
    /// # Errors
    /// The server refuses or is lost.
    pub async fn keep_plans(&mut self) -> Result<(), tokio_postgres::Error> {
        self.client.batch_execute(KEEP).await?;
        // Who may have no temporary tables makes no twins.
        let _ = self.client.batch_execute(FIRST).await;
        self.kept = Some(Kept::default());
        Ok(())
    }

    /// Whether plans are kept: then a statement may take one more message than the one that it is.
    pub(crate) fn keeps_plans(&self) -> bool {
        self.kept.is_some()
    }

    /// Forgets what was kept where the error says that the server has forgotten it, and says whether that was so.
    pub(crate) fn forget_plans(&self, error: &tokio_postgres::Error) -> bool {
        let gone = error.code() == Some(&SqlState::INVALID_SQL_STATEMENT_NAME);
        let Some(kept) = self.kept.as_ref().filter(|_| gone) else { return false };
        kept.lock().unwrap_or_else(PoisonError::into_inner).clear();
        true
    }

    /// Asks in one message; in two where the plan is to be kept and is not there yet.
    pub(crate) async fn ask(&self, sql: &str, parameters: Vec<Parameter>) -> Result<RowStream, tokio_postgres::Error> {
        let Some(kept) = &self.kept else { return self.client.query_typed_raw(sql, parameters).await };
        let known = |kept: &Kept| kept.lock().unwrap_or_else(PoisonError::into_inner).get(sql).cloned();
        let statement = match known(kept) {
            Some(statement) => statement,
            None => {
                let types: Vec<Type> = parameters.iter().map(|(_, of)| of.clone()).collect();
                let statement = self.client.prepare_typed(sql, &types).await?;
                kept.lock().unwrap_or_else(PoisonError::into_inner).insert(sql.to_owned(), statement.clone());
                statement
            }
        };
        self.client.query_raw(&statement, parameters.into_iter().map(|(value, _)| value)).await
    }
}
