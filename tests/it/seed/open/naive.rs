//! The sequence that dbtool is instead of: lift, write, restore, each on its own. The same watchers see it leak.

use std::time::{Duration, Instant};

use super::bench::Bench;
use super::open_tables;
use super::watch::Watch;
use crate::support::Line;

const LIFT: [&str; 2] =
    ["ALTER TABLE tenants NO FORCE ROW LEVEL SECURITY", "ALTER TABLE notes NO FORCE ROW LEVEL SECURITY"];
const WRITE: [&str; 2] = ["INSERT INTO tenants TABLE aside.tenants", "INSERT INTO notes TABLE aside.notes"];
const RESTORE: [&str; 2] =
    ["ALTER TABLE tenants FORCE ROW LEVEL SECURITY", "ALTER TABLE notes FORCE ROW LEVEL SECURITY"];

/// Runs the steps, and has the watchers see it.
pub fn leaks(bench: &Bench) {
    let line = put_rows_aside(bench);
    let watch = Watch::start(&bench.owner, &bench.app);
    let start = Instant::now();
    let mut runs = 0;
    while watch.saw_leaks() != (true, true) {
        assert!(start.elapsed() < Duration::from_secs(60), "{runs} runs, and no leak is seen: {:?}", watch.stop());
        steps(&Line::wait_for(&bench.owner), &[LIFT, WRITE, RESTORE]);
        // It ends well, and nobody would know.
        assert!(bench.is_planted(&line));
        bench.clean(&line);
        runs += 1;
    }
    eprintln!("the naive sequence leaks within {runs} runs: {:#?}", watch.stop());
}

/// Kills the server between the steps: the tables stay open, with a part of the rows. dbtool says so, and closes them.
pub fn stays_open_when_killed(bench: &Bench) {
    let owner = Line::wait_for(&bench.owner);
    steps(&owner, &[LIFT]);
    steps(&owner, &[[WRITE[0], "SELECT"]]);
    bench.server.kill();
    bench.server.start_again();
    let line = Line::wait_for(&bench.url);
    assert_eq!(open_tables(&line), "2");
    let sql = "SELECT (SELECT count(*) > 1 FROM tenants), (SELECT count(*) > 3 FROM notes)";
    assert_eq!(line.rows(sql).unwrap(), [["t", "f"]]);
    line.rows("DROP SCHEMA aside CASCADE").unwrap();
    let run = bench.begin(&["whole"]).wait();
    assert_eq!(run.code, 3, "{run}");
    assert_eq!(open_tables(&line), "2");
    let run = bench.project.dbtool_at(&bench.owner, &["seed", "whole", "--heal"]);
    assert_eq!(run.code, 0, "{run}");
    assert!(bench.is_planted(&line));
}

/// The rows that dbtool plants, where the steps find them.
fn put_rows_aside(bench: &Bench) -> Line {
    let run = bench.begin(&["whole"]).wait();
    assert_eq!(run.code, 0, "{run}");
    let line = bench.settle();
    let aside = "CREATE SCHEMA aside; GRANT USAGE ON SCHEMA aside TO owner;
                 CREATE TABLE aside.tenants AS SELECT * FROM tenants WHERE name <> 'Neighbour';
                 CREATE TABLE aside.notes AS SELECT * FROM notes WHERE body <> 'Not yours';
                 GRANT SELECT ON ALL TABLES IN SCHEMA aside TO owner";
    line.rows(aside).unwrap();
    bench.clean(&line);
    line
}

fn steps(line: &Line, steps: &[[&str; 2]]) {
    for statement in steps.iter().flatten() {
        line.rows(statement).unwrap_or_else(|error| panic!("{error:?}\nin: {statement}"));
    }
}
