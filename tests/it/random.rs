//! Made-up schemas and changes of them: whatever the pair, dbtool gets from one to the other and back.
//!
//! `DBTOOL_RANDOM_PAIRS=N` walks so many pairs on each server, `DBTOOL_RANDOM_SEED=S` begins with another one. A pair that
//! fails is made small and printed as a case folder.

#[path = "random/children.rs"]
mod children;
#[path = "random/classes.rs"]
mod classes;
#[path = "random/generate.rs"]
mod generate;
#[path = "random/model.rs"]
mod model;
#[path = "random/more.rs"]
mod more;
#[path = "random/mutate.rs"]
mod mutate;
#[path = "random/names.rs"]
mod names;
#[path = "random/others.rs"]
mod others;
#[path = "random/parts.rs"]
mod parts;
#[path = "random/prng.rs"]
pub mod prng;
#[path = "random/roles.rs"]
mod roles;
#[path = "random/rows.rs"]
mod rows;
#[path = "random/shrink.rs"]
mod shrink;
#[path = "random/texts.rs"]
mod texts;
#[path = "random/walk.rs"]
mod walk;
#[path = "random/write.rs"]
mod write;
#[path = "random/write_others.rs"]
mod write_others;

use std::str::FromStr;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::support;
use dbtool::compare::How;
use dbtool::plan::Expand;
use model::Model;
use prng::Rng;
use tokio::runtime::Runtime;
use walk::{Failure, ROWS, walk};

/// A number from the environment.
pub fn setting<T: FromStr>(name: &str, default: T) -> T {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// So many pairs on each of the four servers make 500.
const PAIRS: u64 = 125;

/// So many pairs are walked at a time on a server, each in a database of its own.
const WALKERS: usize = 2;

/// The declarations of one pair; each server has others.
fn pair(seed: u64, major: u32) -> (String, String) {
    let mut rng = Rng::new(seed ^ (u64::from(major) << 32));
    let vector = support::with_vector().contains(&major) && rng.chance(15);
    let from = Model::random(&mut rng, major, vector);
    let to = if rng.chance(90) { mutate::mutated(&mut rng, &from) } else { Model::random(&mut rng, major, vector) };
    (write::write(&from), write::write(&to))
}

/// How the plan from one to the other is made: as it comes, in the short form, or with types that change by way of new
/// columns.
fn form(seed: u64) -> How {
    let (offline, expand) = (How { online: false, ..How::default() }, How { expand: Expand::All, ..How::default() });
    match seed % 5 {
        1 => offline,
        2 | 3 => expand,
        _ => How::default(),
    }
}

/// Walks a pair on a task of its own, so that a panic is a failure like another.
fn outcome(runtime: &Runtime, url: &str, (from, to): (&str, &str), how: &How) -> Result<(), Failure> {
    let task = runtime.spawn(walk(url.to_owned(), from.to_owned(), to.to_owned(), how.clone()));
    match runtime.block_on(task) {
        Ok(outcome) => outcome,
        Err(panic) => Err(Failure { stage: "panic", message: panic.to_string() }),
    }
}

/// Walks those pairs that nobody has begun, until none is left.
fn walk_some(runtime: &Runtime, major: u32, next: &AtomicU64, end: u64) -> Vec<(u64, Failure)> {
    let database = support::server(major).database("random");
    let mut failed = Vec::new();
    loop {
        let seed = next.fetch_add(1, Ordering::Relaxed);
        if seed >= end {
            return failed;
        }
        let (from, to) = pair(seed, major);
        failed.extend(outcome(runtime, &database.url, (&from, &to), &form(seed)).err().map(|failure| (seed, failure)));
    }
}

/// Walks pairs on one server; shows every kind of failure once, made small.
fn pairs(major: u32) {
    let (count, first) = (setting("DBTOOL_RANDOM_PAIRS", PAIRS), setting("DBTOOL_RANDOM_SEED", 1_u64));
    let runtime = Runtime::new().unwrap();
    let next = AtomicU64::new(first);
    let walker = || walk_some(&runtime, major, &next, first + count);
    let mut failed: Vec<(u64, Failure)> = std::thread::scope(|scope| {
        let walkers: Vec<_> = (0..WALKERS).map(|_| scope.spawn(walker)).collect();
        walkers.into_iter().flat_map(|walker| walker.join().unwrap()).collect()
    });
    failed.sort_by_key(|(seed, _)| *seed);
    let [tables, filled, kept] = ROWS.each_ref().map(|of| of.load(Ordering::Relaxed));
    eprintln!("{filled} of {tables} tables got rows; with rows {kept} pairs went there and back");
    assert!(tables < 1000 || (filled > tables / 5 && kept > 0), "hardly any table gets rows");
    let mut seen: Vec<&Failure> = Vec::new();
    for (seed, failure) in &failed {
        eprintln!("{major} {seed} {}: {}", failure.stage, failure.message.lines().next().unwrap_or_default());
    }
    for (seed, failure) in &failed {
        if !seen.iter().any(|before| before.is_like(failure)) {
            show(&runtime, major, *seed, failure);
            seen.push(failure);
        }
    }
    let seeds: Vec<u64> = failed.iter().map(|(seed, _)| *seed).collect();
    let ways = seen.len();
    assert!(seeds.is_empty(), "{} of {count} pairs fail on PostgreSQL {major}, in {ways} ways: {seeds:?}", seeds.len());
}

/// Prints a failure as a case folder, as small as it gets.
fn show(runtime: &Runtime, major: u32, seed: u64, failure: &Failure) {
    let database = support::server(major).database("random");
    let (from, to) = pair(seed, major);
    let how = form(seed);
    let fails = |from: &str, to: &str| {
        let other = outcome(runtime, &database.url, (from, to), &how);
        other.is_err_and(|other| other.is_like(failure) && shrink::is_declared(&other.message, &[from, to]))
    };
    // What cannot be read is the generator's mistake, and seen at once.
    let (from, to) = if failure.stage.starts_with("load") { (from, to) } else { shrink::shrink(&from, &to, fails) };
    let last = outcome(runtime, &database.url, (&from, &to), &how).err();
    let Failure { stage, message } = last.as_ref().unwrap_or(failure);
    let how = format!("online {}, {:?}", how.online, how.expand);
    eprintln!("=== seed {seed} on {major} ({how}): {stage}: {message}\n--- from.toml\n{from}\n--- to.toml\n{to}\n");
}

#[test]
fn pairs_16() {
    pairs(16);
}

#[test]
fn pairs_18() {
    pairs(18);
}

#[test]
fn pairs_15() {
    // Where npm is missing, support has said so aloud.
    if support::majors().contains(&15) {
        pairs(15);
    }
}

#[test]
fn pairs_17() {
    // Where npm is missing, support has said so aloud.
    if support::majors().contains(&17) {
        pairs(17);
    }
}
