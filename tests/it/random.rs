//! Made-up schemas and changes of them: whatever the pair, dbtool gets from one to the other and back.
//!
//! `DBTOOL_RANDOM_PAIRS=N` walks so many pairs on each server, `DBTOOL_RANDOM_SEED=S` begins with another one. A pair that
//! fails is made small and printed as a case folder.

#[path = "random/generate.rs"]
mod generate;
#[path = "random/model.rs"]
mod model;
#[path = "random/mutate.rs"]
mod mutate;
#[path = "random/others.rs"]
mod others;
#[path = "random/prng.rs"]
pub mod prng;
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

use crate::support;
use model::Model;
use prng::Rng;
use walk::{Failure, walk};

/// A number from the environment.
pub fn setting<T: FromStr>(name: &str, default: T) -> T {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// The declarations of one pair.
fn pair(seed: u64, major: u32) -> (String, String) {
    let mut rng = Rng::new(seed);
    let vector = support::with_vector().contains(&major) && rng.chance(15);
    let from = Model::random(&mut rng, major, vector);
    let to = if rng.chance(90) { mutate::mutated(&mut rng, &from) } else { Model::random(&mut rng, major, vector) };
    (write::write(&from), write::write(&to))
}

/// Walks a pair on a task of its own, so that a panic is a failure like another.
fn outcome(runtime: &tokio::runtime::Runtime, url: &str, from: &str, to: &str) -> Result<(), Failure> {
    let task = runtime.spawn(walk(url.to_owned(), from.to_owned(), to.to_owned()));
    match runtime.block_on(task) {
        Ok(outcome) => outcome,
        Err(panic) => Err(Failure { stage: "panic", message: panic.to_string() }),
    }
}

/// Walks pairs on one server; shows every kind of failure once, made small.
fn pairs(major: u32) {
    let (count, first) = (setting("DBTOOL_RANDOM_PAIRS", 40_u64), setting("DBTOOL_RANDOM_SEED", 1_u64));
    let database = support::server(major).database("random");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut seen: Vec<Failure> = Vec::new();
    let mut failed = 0;
    for seed in first..first + count {
        let (from, to) = pair(seed, major);
        let Err(failure) = outcome(&runtime, &database.url, &from, &to) else { continue };
        failed += 1;
        if seen.iter().any(|before| before.is_like(&failure)) {
            continue;
        }
        let fails = |from: &str, to: &str| {
            outcome(&runtime, &database.url, from, to).is_err_and(|other| other.is_like(&failure))
        };
        // What cannot be read is the generator's mistake, and seen at once.
        let (from, to) = if failure.stage.starts_with("load") { (from, to) } else { shrink::shrink(&from, &to, fails) };
        let last = outcome(&runtime, &database.url, &from, &to).err();
        let Failure { stage, message } = last.as_ref().unwrap_or(&failure);
        eprintln!("=== seed {seed} on {major}: {stage}: {message}\n--- from.toml\n{from}\n--- to.toml\n{to}\n");
        seen.push(failure);
    }
    assert!(seen.is_empty(), "{failed} of {count} pairs fail on PostgreSQL {major}, in {} ways", seen.len());
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
