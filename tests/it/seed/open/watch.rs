//! Other sessions that look for a moment of openness, as fast as they can.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use super::{NOTES, TENANT};
use crate::support::Line;

/// Both tables: how many are open, how many there are, and whether somebody has `notes` for himself.
const STATE: &str = "
    SELECT count(*) FILTER (WHERE NOT (relrowsecurity AND relforcerowsecurity)), count(*),
           (SELECT count(*) FROM pg_locks WHERE relation = 'notes'::regclass AND mode = 'AccessExclusiveLock' AND granted)
    FROM pg_class WHERE oid IN ('tenants'::regclass, 'notes'::regclass)";

/// What watchers saw.
#[derive(Debug, Default)]
pub struct Seen {
    /// How often the catalog was asked.
    pub polls: u64,
    /// How often of these while a seed was under way and had the tables for itself.
    pub polls_while_lifted: u64,
    /// How often rows were read.
    pub reads: u64,
    /// How often of these the tenant's own rows were there.
    pub reads_of_rows: u64,
    /// How often a reader waited in vain for the table.
    pub waits: u64,
    /// How often a connection was opened.
    pub connections: u64,
    /// How often a table was open.
    pub open: u64,
    /// How often rows of another tenant were read.
    pub foreign: u64,
    /// How often a part of a tenant's rows was read.
    pub part: u64,
    /// Errors that no kill explains.
    pub unexpected: BTreeMap<String, u64>,
}

impl Seen {
    fn add(mut self, other: Seen) -> Seen {
        self.polls += other.polls;
        self.polls_while_lifted += other.polls_while_lifted;
        self.reads += other.reads;
        self.reads_of_rows += other.reads_of_rows;
        self.waits += other.waits;
        self.connections += other.connections;
        self.open += other.open;
        self.foreign += other.foreign;
        self.part += other.part;
        for (text, count) in other.unexpected {
            *self.unexpected.entry(text).or_default() += count;
        }
        self
    }
}

/// What the watchers share with whoever started them.
#[derive(Default)]
struct Shared {
    stop: AtomicBool,
    seeding: AtomicBool,
    open: AtomicBool,
    foreign: AtomicBool,
}

/// Watchers at work.
pub struct Watch {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<Seen>>,
}

impl Watch {
    /// Sets them to work: one asks the catalog, one reads as the owner, one as the application.
    pub fn start(owner: &str, app: &str) -> Self {
        let shared = Arc::new(Shared::default());
        let thread = |url: &str, work: fn(&Line, &Shared, &mut Seen) -> Option<()>| {
            let (url, shared) = (url.to_owned(), Arc::clone(&shared));
            std::thread::spawn(move || watch(&url, &shared, work))
        };
        let threads = vec![thread(app, poll), thread(owner, read), thread(app, read)];
        Self { shared, threads }
    }

    /// Says whether a seed is under way: only then a lock is the seed's.
    pub fn seeding(&self, now: bool) {
        self.shared.seeding.store(now, Ordering::SeqCst);
    }

    /// Whether both kinds of leak were seen already.
    pub fn saw_leaks(&self) -> (bool, bool) {
        (self.shared.open.load(Ordering::SeqCst), self.shared.foreign.load(Ordering::SeqCst))
    }

    /// Ends them, and says what they saw.
    pub fn stop(mut self) -> Seen {
        self.shared.stop.store(true, Ordering::SeqCst);
        self.threads.drain(..).map(|thread| thread.join().unwrap()).fold(Seen::default(), Seen::add)
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::SeqCst);
    }
}

/// Connects, and looks until the connection is lost; all over again until it is told to stop.
fn watch(url: &str, shared: &Shared, look: fn(&Line, &Shared, &mut Seen) -> Option<()>) -> Seen {
    let mut seen = Seen::default();
    let setup = format!("SET app.tenant = '{TENANT}'; SET lock_timeout = '2s'");
    while !shared.stop.load(Ordering::SeqCst) {
        let line = Line::open(url).filter(|line| line.rows(&setup).is_ok());
        let Some(line) = line else {
            std::thread::sleep(Duration::from_millis(1));
            continue;
        };
        seen.connections += 1;
        while look(&line, shared, &mut seen).is_some() && !shared.stop.load(Ordering::SeqCst) {
            std::hint::spin_loop();
        }
    }
    seen
}

/// Whether the tables are forced.
fn poll(line: &Line, shared: &Shared, seen: &mut Seen) -> Option<()> {
    let seeding = shared.seeding.load(Ordering::SeqCst);
    let Some([open, tables, locked]) = numbers(line, STATE, seen)? else { return Some(()) };
    seen.polls += 1;
    seen.polls_while_lifted += u64::from(seeding && locked > 0 && shared.seeding.load(Ordering::SeqCst));
    if open > 0 || tables != 2 {
        seen.open += 1;
        shared.open.store(true, Ordering::SeqCst);
    }
    Some(())
}

/// What can be read with a tenant's setting: nothing of the others, and its own wholly or not at all.
fn read(line: &Line, shared: &Shared, seen: &mut Seen) -> Option<()> {
    for (table, column, whole) in [("notes", "tenant_id", NOTES), ("tenants", "id", 1)] {
        let sql = format!(
            "SELECT count(*) FILTER (WHERE {column} <> '{TENANT}'), count(*) FILTER (WHERE {column} = '{TENANT}') FROM {table}"
        );
        let Some([foreign, own]) = numbers(line, &sql, seen)? else { continue };
        seen.reads += 1;
        seen.reads_of_rows += u64::from(own > 0);
        seen.part += u64::from(own != 0 && own != whole);
        if foreign > 0 {
            seen.foreign += 1;
            shared.foreign.store(true, Ordering::SeqCst);
        }
    }
    Some(())
}

/// A row of numbers; within, `None` where the lock was not to be had; without, where the connection is lost.
fn numbers<const N: usize>(line: &Line, sql: &str, seen: &mut Seen) -> Option<Option<[u64; N]>> {
    let error = match line.rows(sql) {
        Ok(rows) => {
            let numbers: Vec<u64> = rows[0].iter().map(|number| number.parse().unwrap()).collect();
            return Some(Some(numbers.try_into().unwrap()));
        }
        Err(error) => error,
    };
    match error.code().map(|code| code.code()) {
        Some("55P03") => seen.waits += 1,
        // The connection is lost; or the server says so itself: another process died, or it is shutting down.
        None | Some("57P01" | "57P02" | "57P03") => return None,
        Some(_) => *seen.unexpected.entry(error.to_string()).or_default() += 1,
    }
    if line.is_lost() { None } else { Some(None) }
}
