//! The guarded transaction: FORCE is lifted in it, rows are written, FORCE is restored, and only then it ends.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow};
use time::OffsetDateTime;
use tokio_postgres::Client;

use super::draw::Draw;
use super::force::{self, Standing};
use super::known::Known;
use super::make::Maker;
use super::order::Batch;
use super::plant::Planter;
use super::plant_secrets::Shown;
use super::summary::Summary;
use super::{Job, catalog, guard, read, trouble};
use crate::database::Database;
use crate::error::{Hint as _, failure, refusal, server_error};
use crate::interrupt::Interrupt;
use crate::migration::Lock;
use crate::schema::Id;
use crate::talk::Talk;

/// What a transaction works on.
#[derive(Clone, Copy)]
pub(super) struct Work<'a> {
    pub(super) job: &'a Job<'a>,
    pub(super) batches: &'a [Batch<'a>],
    pub(super) standing: &'a [Standing],
    /// The lock that keeps other runners out.
    pub(super) lock: &'a Lock,
    pub(super) talk: &'a Talk,
}

/// Runs the seed in one transaction. A lock that is not granted is tried for again.
pub(super) async fn run(database: &mut Database, work: Work<'_>, summary: &mut Summary) -> Result<()> {
    let Work { job, standing, talk, .. } = work;
    let draw = Draw::new(job.options.seed_value.as_deref())?;
    let mut maker = Maker::new(job.seeds, draw, now(database.client()).await?)?;
    let mut attempt = 0;
    let mut interrupt = Interrupt::listen();
    loop {
        let begun = Instant::now();
        let outcome = once(database, work, &mut maker, &mut interrupt).await;
        let Err(error) = outcome else {
            summary.planted(outcome?, begun.elapsed());
            return Ok(());
        };
        let _ = database.batch_execute("ROLLBACK").await;
        if !trouble::is_lock_wait(&error) {
            return Err(database.explain(error));
        }
        let tables: Vec<Id> = standing.iter().map(|known| known.table.clone()).collect();
        let blockers = guard::blockers(database.client(), &tables).await;
        if attempt >= job.options.lock_retries {
            let waited = format!("no lock on the tables within {:?}, {} times", job.options.lock_timeout, attempt + 1);
            let hint = "wait for those transactions to end, or end them, and run it again; nothing was written";
            return Err(refusal(format!("{waited}{blockers}"), hint));
        }
        let pause = Duration::from_millis(500 << attempt.min(4));
        talk.say(format!("another session holds a lock that is needed; trying again in {pause:?}{blockers}"));
        tokio::select! {
            () = tokio::time::sleep(pause) => attempt += 1,
            () = interrupt.came() => return Err(interrupted()),
        }
    }
}

fn interrupted() -> anyhow::Error {
    failure("interrupted", "nothing was written: the server rolls the transaction back")
}

/// What a transaction left.
pub(super) struct Planted {
    pub(super) counts: Vec<(Id, super::Counts)>,
    pub(super) scripts: Vec<(String, u64)>,
    pub(super) secrets: Vec<Shown>,
    pub(super) lifted: Vec<Id>,
    pub(super) blocked: Duration,
}

/// What must be the same at the end of the transaction as at its beginning.
#[derive(Debug, PartialEq, Eq)]
struct Identity {
    transaction: String,
    user: String,
    session_user: String,
    row_security: String,
    replication: String,
}

/// One try.
async fn once(
    database: &mut Database,
    work: Work<'_>,
    maker: &mut Maker,
    interrupt: &mut Interrupt,
) -> Result<Planted> {
    let (mut planted, locked) = tokio::select! {
        outcome = write(database, work, maker) => outcome?,
        () = interrupt.came() => {
            // The statement goes on where it was given up, and holds its locks.
            let _ = database.cancel().await;
            return Err(interrupted());
        }
    };
    commit(database, interrupt).await?;
    if !planted.lifted.is_empty() {
        planted.blocked = locked.elapsed();
    }
    Ok(planted)
}

/// Everything but the end of the transaction: what it leaves, and since when the tables are locked.
async fn write(database: &mut Database, work: Work<'_>, maker: &mut Maker) -> Result<(Planted, Instant)> {
    let Work { job, batches, standing, lock, talk } = work;
    let client: &Client = database.client();
    begin(client, job).await?;
    if !lock.is_held(client).await? {
        let hint = "a pooler that hands out another session for each transaction cannot keep it: connect to the server directly";
        return Err(refusal("the lock that keeps other runners out is gone", hint));
    }
    let lifted = lift(client, work).await?;
    let locked = Instant::now();
    let before = identity(client).await?;
    let shape = catalog::of_tables(client, &lifted).await?;
    let mut planter = planter(client, job, standing, maker, talk);
    for batch in batches {
        planter.batch(batch).await?;
    }
    let scripts = planter.scripts().await?;
    let Planter { counts, secrets, .. } = planter;
    client.batch_execute("SET CONSTRAINTS ALL IMMEDIATE").await.map_err(|error| deferred(error.into()))?;
    close(client, work, &lifted, &before, &shape).await?;
    Ok((Planted { counts, scripts, secrets, lifted, blocked: Duration::ZERO }, locked))
}

/// Lifts FORCE where it has to be, and counts the rows that are there where nobody marked the database.
async fn lift(client: &Client, work: Work<'_>) -> Result<Vec<Id>> {
    let Work { job, standing, talk, .. } = work;
    let (bypass, most) = (job.options.bypass, job.options.max_rows);
    let to_lift = standing.iter().filter(|known| bypass && known.is_lifted());
    let to_lift: Vec<Id> = to_lift.map(|known| known.table.clone()).collect();
    let lifted = force::lift(client, &to_lift).await.map_err(|error| trouble::marked(error.into()));
    let lifted = lifted.context("cannot lift FORCE")?;
    if !lifted.is_empty() {
        let names: Vec<&str> = lifted.iter().map(|table| table.name.as_str()).collect();
        talk.detail(format!("FORCE is lifted in the transaction, and the tables are locked: {}", guard::list(&names)));
    }
    if bypass {
        // A tripwire: what is still filtered becomes an error instead of rows that are quietly not there.
        client.batch_execute("SET LOCAL row_security = off").await?;
    }
    if !job.marked {
        // Where rows are hidden from the role, the statistics had to do.
        let seen = standing.iter().filter(|known| known.readable && (!known.bound || to_lift.contains(&known.table)));
        let seen: Vec<Id> = seen.map(|known| known.table.clone()).collect();
        guard::few_rows(&guard::count_rows(client, &seen, most).await?, most)?;
    }
    Ok(lifted)
}

/// Restores FORCE, and sees to it that rows are all that changed.
async fn close(client: &Client, work: Work<'_>, lifted: &[Id], before: &Identity, shape: &str) -> Result<()> {
    // Whatever a script left as its search path, what follows means PostgreSQL's own.
    client.batch_execute("SET LOCAL search_path = pg_catalog, pg_temp").await?;
    let after = identity(client).await?;
    if before.transaction != after.transaction {
        return Err(broken(client, lifted).await);
    }
    unchanged(before, &after)?;
    catalog::only_rows(client, lifted, shape).await?;
    force::restore(client, lifted).await.context("cannot force row security again")?;
    closed(client, work.job).await?;
    if !work.lock.is_held(client).await? {
        let message = "something in the seed let the lock go that keeps other runners out";
        return Err(failure(message, "take out the call that does it; nothing was written"));
    }
    Ok(())
}

/// Ends the transaction. Whoever loses sight of the server here cannot know whether it did.
async fn commit(client: &Client, interrupt: &mut Interrupt) -> Result<()> {
    let outcome = tokio::select! {
        outcome = client.batch_execute("COMMIT") => outcome.context("cannot commit"),
        () = interrupt.came() => Err(anyhow!("interrupted while committing")),
    };
    let Err(error) = outcome else { return Ok(()) };
    if server_error(&error).is_some() && !crate::database::lost(&error) {
        return Err(error);
    }
    Err(error)
        .hint("whether the seed is there is not known: it is wholly there or not at all; look before the next run")
}

async fn begin(client: &Client, job: &Job<'_>) -> Result<()> {
    let lock = job.options.lock_timeout.as_millis().clamp(1, 2_147_483_647);
    let statement = job.options.statement_timeout.map_or(0, |limit| limit.as_millis().clamp(1, 2_147_483_647));
    let begin = format!(
        "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SET LOCAL search_path = public; SET LOCAL TimeZone = 'UTC'; \
         SET LOCAL DateStyle = 'ISO, YMD'; SET LOCAL lock_timeout = {lock}; SET LOCAL statement_timeout = {statement}; \
         SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL row_security = on; \
         SET LOCAL standard_conforming_strings = on; SET LOCAL client_min_messages = warning"
    );
    // Where dbtool is killed, its locks go with it, and not only after the statement that runs. Some servers cannot look.
    let _ = client.batch_execute("SET client_connection_check_interval = '1s'").await;
    client.batch_execute(&begin).await.context("cannot begin")
}

/// The server's clock.
async fn now(client: &Client) -> Result<OffsetDateTime> {
    let row =
        client.query_one("SELECT extract(epoch FROM now())::float8", &[]).await.context("cannot ask for the time")?;
    #[expect(clippy::cast_possible_truncation, reason = "microseconds since 1970 fit")]
    let micros = (row.get::<_, f64>(0) * 1e6).round() as i128;
    Ok(OffsetDateTime::from_unix_timestamp_nanos(micros * 1_000)?)
}

fn planter<'a>(
    client: &'a Client,
    job: &Job<'a>,
    standing: &[Standing],
    maker: &'a mut Maker,
    talk: &'a Talk,
) -> Planter<'a> {
    let mut bound = standing.iter().filter(|known| known.bound && !(job.options.bypass && known.is_lifted()));
    Planter {
        client,
        seeds: job.seeds,
        declared: &job.loaded.schema,
        maker,
        known: Known::default(),
        wanted: read::wanted(job.seeds),
        sees_all: bound.next().is_none(),
        counts: Vec::new(),
        secrets: Vec::new(),
        talk,
        stages: 0,
    }
}

async fn identity(client: &Client) -> Result<Identity> {
    let sql = "SELECT pg_catalog.pg_current_xact_id()::text, current_user::text, session_user::text,
                      pg_catalog.current_setting('row_security'), pg_catalog.current_setting('session_replication_role')";
    let row = client.query_one(sql, &[]).await.context("cannot write here")?;
    Ok(Identity {
        transaction: row.get(0),
        user: row.get(1),
        session_user: row.get(2),
        row_security: row.get(3),
        replication: row.get(4),
    })
}

/// The transaction ended before its time. That should not be possible; if it was, the tables are closed at once.
async fn broken(client: &Client, lifted: &[Id]) -> anyhow::Error {
    let closed = force::restore(client, lifted).await;
    let state = if closed.is_ok() {
        "FORCE is restored"
    } else {
        "FORCE could not be restored: run `dbtool seed --heal` at once"
    };
    failure(
        format!("something in the seed ended the transaction: what was written until then stays; {state}"),
        "take out what ends it, and look at what is there",
    )
}

/// A function that a seed called may have done what a script may not say.
fn unchanged(before: &Identity, after: &Identity) -> Result<()> {
    if before == after {
        return Ok(());
    }
    let message =
        format!("something in the seed changed the transaction, the role or row security: {before:?} became {after:?}");
    Err(failure(message, "take out the call that does it; nothing was written"))
}

/// Every declared table has to be closed again, whatever was done meanwhile.
async fn closed(client: &Client, job: &Job<'_>) -> Result<()> {
    let (open, _) = force::open_tables(client, &job.loaded.schema).await?;
    if open.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = open.iter().map(|open| open.table.name.as_str()).collect();
    let message = format!("the seed would have left row security of {} open", guard::list(&names));
    Err(failure(message, "take out what opens it; nothing was written"))
}

fn deferred(error: anyhow::Error) -> anyhow::Error {
    if server_error(&error).is_none() {
        return error;
    }
    let said = server_error(&error).map(crate::error::server_message).unwrap_or_default();
    failure(
        format!("a deferred constraint does not hold at the end of the seed: {said}"),
        "plant the rows that it asks for; nothing was written",
    )
}
