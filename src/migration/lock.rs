//! One runner at a time: a session advisory lock, polled.
//!
//! Never `pg_advisory_lock()`: a waiter inside it holds a snapshot that `CREATE INDEX CONCURRENTLY` waits for, and the
//! two deadlock. What is done under the lock is left to the caller.

use std::fmt;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use sha2::{Digest as _, Sha256};
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, SimpleQueryMessage};

use super::beside::Beside;
use crate::error::refusal;

/// The first half of every key of dbtool's: the letters `dbtl`, visible as `classid` in `pg_locks`.
const NAMESPACE: i32 = 0x6462_746c;
const POLL: Duration = Duration::from_millis(100);

/// Who holds the lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// The backend's process id.
    pub pid: i32,
    /// Its role.
    pub user: Option<String>,
    /// What it calls itself.
    pub application: Option<String>,
    /// Since when it is connected, in its time zone; unknown to roles that may not see it.
    pub since: Option<String>,
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "pid {}", self.pid)?;
        if let Some(user) = &self.user {
            write!(f, ", role `{user}`")?;
        }
        if let Some(application) = self.application.as_deref().filter(|name| !name.is_empty()) {
            write!(f, ", application `{application}`")?;
        }
        if let Some(since) = &self.since {
            write!(f, ", connected since {since}")?;
        }
        Ok(())
    }
}

/// A lock that this session holds, until it is released or the connection ends.
#[derive(Debug)]
#[must_use = "a lock that is not released stays until the connection ends"]
pub struct Lock {
    key: i32,
}

impl Lock {
    /// Takes the lock for a subject, such as the name of the history table, waiting at most that long.
    ///
    /// # Errors
    /// A refusal that names the holder, when the time is up.
    pub async fn take(client: &Client, subject: &str, wait: Duration, beside: &Beside<'_>) -> Result<Lock> {
        let key = key(client, subject).await?;
        let begun = Instant::now();
        let mut told = false;
        loop {
            let row = client.query_typed_one("SELECT pg_catalog.pg_try_advisory_lock($1, $2)", &halves(&key)).await;
            if row.context("cannot take the advisory lock")?.get(0) {
                return Ok(Lock { key });
            }
            if begun.elapsed() >= wait {
                return Err(taken(client, key, wait).await);
            }
            if !told {
                let by = holder_of(client, key).await?.map_or(String::new(), |holder| format!(": {holder}"));
                beside.talk.say(format!("waiting up to {} for another runner{by}", shown(wait)));
                told = true;
            }
            beside.stop.check("nothing was applied")?;
            tokio::time::sleep(POLL.min(wait.saturating_sub(begun.elapsed()))).await;
        }
    }

    /// Whether this session still holds it: `DISCARD ALL` lets it go, and a pooler may have changed the session.
    pub async fn is_held(&self, client: &Client) -> Result<bool, tokio_postgres::Error> {
        let query = format!("SELECT EXISTS (SELECT {LOCKS} AND l.pid = pg_catalog.pg_backend_pid())");
        Ok(client.query_typed_one(&query, &halves(&self.key)).await?.get(0))
    }

    /// Lets it go. Where the connection is gone, so is the lock.
    pub async fn release(self, client: &Client) {
        let _ = client.query_typed("SELECT pg_catalog.pg_advisory_unlock($1, $2)", &halves(&self.key)).await;
    }
}

/// Our lock in `pg_locks`; `objsubid` 2 marks keys of two halves.
const LOCKS: &str = "FROM pg_catalog.pg_locks l WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 2
    AND l.classid = $1::pg_catalog.int4::pg_catalog.oid AND l.objid = $2::pg_catalog.int4::pg_catalog.oid
    AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())";

/// Who holds the lock for a subject, if anybody does.
///
/// # Errors
/// The server cannot be asked.
pub async fn holder(client: &Client, subject: &str) -> Result<Option<Holder>> {
    holder_of(client, key(client, subject).await?).await
}

async fn holder_of(client: &Client, key: i32) -> Result<Option<Holder>> {
    let query = format!(
        "SELECT a.pid, a.usename::pg_catalog.text, a.application_name,
                pg_catalog.date_trunc('second', a.backend_start)::pg_catalog.text
         FROM pg_catalog.pg_stat_activity a WHERE a.pid IN (SELECT l.pid {LOCKS})"
    );
    let row = client.query_typed_opt(&query, &halves(&key)).await.context("cannot see who holds the lock")?;
    row.map(|row| {
        Ok(Holder { pid: row.try_get(0)?, user: row.try_get(1)?, application: row.try_get(2)?, since: row.try_get(3)? })
    })
    .transpose()
}

/// The key as parameters, with their types: so a question is one round trip, and the server need not describe it first.
fn halves(key: &i32) -> [(&(dyn ToSql + Sync), Type); 2] {
    [(&NAMESPACE, Type::INT4), (key, Type::INT4)]
}

/// The second half of the key. It is positive, so that `pg_locks` shows the same number.
async fn key(client: &Client, subject: &str) -> Result<i32> {
    let row = client.query_typed_one("SELECT pg_catalog.current_database()::pg_catalog.text", &[]).await;
    let database: String = row.context("cannot ask for the database's name")?.get(0);
    let hash = Sha256::digest(format!("{database}\0{subject}"));
    let first = hash.iter().take(4).fold(0u32, |key, byte| (key << 8) | u32::from(*byte));
    Ok(i32::try_from(first & 0x7fff_ffff).unwrap_or_default())
}

async fn taken(client: &Client, key: i32, wait: Duration) -> anyhow::Error {
    let holder = holder_of(client, key).await.ok().flatten();
    let by = holder.as_ref().map_or(String::new(), |holder| format!(" ({holder})"));
    let pid = holder.map_or("PID".to_owned(), |holder| holder.pid.to_string());
    refusal(
        format!("another runner holds the lock{by}; waited {}", shown(wait)),
        format!("wait for it and run again; if it hangs, `SELECT pg_terminate_backend({pid})` ends it"),
    )
}

/// A pooler that hands every transaction to another server session keeps neither the lock nor a setting: two connections
/// of ours are then seen on one server session, or one of them on two. To be asked before the lock is taken, which would
/// stay with a session that nobody finds again.
///
/// # Errors
/// A refusal if there is such a pooler in between.
pub async fn direct(client: &Client, other: Option<&Client>) -> Result<()> {
    let Some(other) = other else { return Ok(()) };
    let mut seen = Vec::new();
    // Twice in a row, since a pool of two may serve them in turns.
    for client in [client, client, other, client] {
        seen.push(server_session(client).await.context("cannot ask for the server session")?);
    }
    if seen[0] != seen[2] && [seen[1], seen[3]] == [seen[0]; 2] {
        return Ok(());
    }
    let message = "the connection goes through a pooler in transaction mode, which keeps neither locks nor settings";
    Err(refusal(message, DIRECT))
}

/// The way out where a pooler is in between.
pub(crate) const DIRECT: &str =
    "connect to the server itself (its own port, not the pooler's), or to a pool in session mode";

/// The backend's process id, asked for without a prepared statement, which such a pooler may not know.
async fn server_session(client: &Client) -> Result<Option<i32>, tokio_postgres::Error> {
    let messages = client.simple_query("SELECT pg_catalog.pg_backend_pid()").await?;
    let row = messages.iter().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => row.get(0),
        _ => None,
    });
    Ok(row.and_then(|pid| pid.parse().ok()))
}

/// A duration as people read it.
pub(super) fn shown(duration: Duration) -> String {
    match duration {
        d if d < Duration::from_secs(1) => format!("{} ms", d.as_millis()),
        d if d < Duration::from_secs(120) => format!("{:.1} s", d.as_secs_f64()),
        d => format!("{} min", d.as_secs() / 60),
    }
}
