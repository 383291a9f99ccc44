//! A run on the database that can be watched and interrupted: a second connection beside the first, Ctrl-C that stops
//! the statement at the server and not only the process that waits for it.

use std::pin::pin;

use anyhow::Result;
use tokio_postgres::Client;

use crate::command::Session;
use crate::database::Database;
use crate::error::failure;
use crate::interrupt::Interrupt;
use crate::migration::{Beside, Stop};

/// Lets the work run with all that stands beside it.
///
/// # Errors
/// Those of the work; that it was interrupted twice.
pub(crate) async fn run<T>(
    database: &mut Database,
    session: &Session,
    work: impl AsyncFnOnce(&mut Client, Beside<'_>) -> Result<T>,
) -> Result<T> {
    let watcher = database.again().await;
    if let Err(error) = &watcher {
        session.talk.detail(format!("{error}: who blocks the run will not be told"));
    }
    let watcher = watcher.ok();
    let canceller = database.canceller();
    let stop = Stop::default();
    let beside = Beside { talk: &session.talk, watcher: watcher.as_ref().map(Database::client), stop: stop.clone() };
    let mut interrupt = Interrupt::listen();
    let outcome = {
        let mut work = pin!(work(database.client_mut(), beside));
        loop {
            tokio::select! {
                biased;
                done = &mut work => break done,
                () = interrupt.came() => {}
            }
            if stop.is_asked() {
                // The transaction is rolled back as soon as the server notices that nobody is there any more.
                break Err(failure("interrupted twice: gave up waiting", "`dbtool status` says what became of it"));
            }
            stop.ask();
            session.talk.say("interrupted: stopping what runs; once more to leave at once");
            if let Err(error) = canceller.cancel().await {
                session.talk.warn(format!("{error:#}"));
            }
        }
    };
    outcome.map_err(|error| database.explain(error))
}
