//! What a run waits for, seen from a second connection: who blocks its statement, how far an index build is.

use std::future::Future;
use std::pin::pin;
use std::time::{Duration, Instant};

use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Row};

use crate::talk::{Spinner, Talk};

/// How long a statement is blocked before that is said: most locks are granted in no time.
const PATIENCE: Duration = Duration::from_millis(500);

/// How often a line says how far an index is, where there is no spinner.
const PAUSE: Duration = Duration::from_secs(10);

/// One question for both: the sessions that block the backend `$1`, and the index that it builds.
const LOOK: &str = "
    SELECT b.pid, a.usename::text, a.application_name, a.state,
           left(regexp_replace(a.query, '\\s+', ' ', 'g'), 80),
           date_trunc('second', clock_timestamp() - coalesce(a.xact_start, a.query_start, a.backend_start))::text, NULL::text
    FROM (SELECT DISTINCT unnest(pg_catalog.pg_blocking_pids($1)) AS pid) b
    LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = b.pid
    UNION ALL
    SELECT 0, NULL, NULL, NULL, NULL, NULL, concat(p.phase, CASE
        WHEN p.blocks_total > 0 THEN format(', %s of %s blocks', p.blocks_done, p.blocks_total)
        WHEN p.tuples_total > 0 THEN format(', %s of %s rows', p.tuples_done, p.tuples_total)
        WHEN p.lockers_total > 0 THEN format(', for pid %s, %s of %s', p.current_locker_pid, p.lockers_done, p.lockers_total)
        END)
    FROM pg_catalog.pg_stat_progress_create_index p WHERE p.pid = $1";

/// What was seen of a run's backend.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// Who blocked it last, a line each.
    pub(super) blockers: Vec<String>,
    /// Since when it is blocked without a break.
    since: Option<Instant>,
    told: bool,
    /// When it was last said in a line how far an index is, or since when one is built.
    said: Option<Instant>,
}

/// Eyes on a backend.
#[derive(Clone, Copy)]
pub(super) struct Watch<'a> {
    pub(super) client: &'a Client,
    /// The backend that runs.
    pub(super) pid: i32,
    pub(super) talk: &'a Talk,
    /// How often to look.
    pub(super) pause: Duration,
}

impl Watch<'_> {
    /// Lets the work run and looks at it meanwhile. What was seen stays in `seen` for the message about a failure.
    pub(super) async fn over<T>(self, work: impl Future<Output = T>, seen: &mut Seen, spinner: &Spinner) -> T {
        let mut work = pin!(work);
        loop {
            tokio::select! {
                biased;
                done = &mut work => return done,
                () = tokio::time::sleep(self.pause) => {}
            }
            let pid: &(dyn ToSql + Sync) = &self.pid;
            let parameters = [pid];
            tokio::select! {
                biased;
                done = &mut work => return done,
                rows = self.client.query(LOOK, &parameters) => self.note(&rows.unwrap_or_default(), seen, spinner),
            }
        }
    }

    fn note(self, rows: &[Row], seen: &mut Seen, spinner: &Spinner) {
        let (index, blockers): (Vec<&Row>, Vec<&Row>) = rows.iter().partition(|row| row.get::<_, i32>(0) == 0);
        if let Some(row) = index.first() {
            let text = format!("index: {}", row.get::<_, String>(6));
            if !spinner.is_shown() && seen.said.get_or_insert_with(Instant::now).elapsed() >= PAUSE {
                seen.said = Some(Instant::now());
                self.talk.say(&text);
            }
            spinner.set(text);
        }
        if blockers.is_empty() {
            seen.since = None;
            return;
        }
        seen.blockers = blockers.into_iter().map(blocker).collect();
        let since = *seen.since.get_or_insert_with(Instant::now);
        if !seen.told && since.elapsed() >= PATIENCE {
            seen.told = true;
            self.talk.say(format!("waiting for a lock that others hold\n  {}", seen.blockers.join("\n  ")));
        }
    }
}

/// `pid 42, role `app`, idle in transaction, for 00:01:07: UPDATE t …`; other people's statements are shown to those
/// only who may see them.
fn blocker(row: &Row) -> String {
    let text = |at: usize| row.get::<_, Option<String>>(at).filter(|text| !text.is_empty());
    let mut out = format!("pid {}", row.get::<_, i32>(0));
    if let Some(role) = text(1) {
        out.push_str(&format!(", role `{role}`"));
    }
    if let Some(application) = text(2) {
        out.push_str(&format!(", application `{application}`"));
    }
    if let (Some(state), Some(age)) = (text(3), text(5)) {
        out.push_str(&format!(", {state}, for {age}"));
    }
    if let Some(query) = text(4) {
        out.push_str(&format!(": {query}"));
    }
    out
}
