//! One command on many databases.

mod groups;
mod hundreds;
mod stop;

use std::time::Duration;

use serde_json::Value;

use crate::command::one_error;
use crate::support::{Project, Run, TestDatabase, distance, server};

/// Many databases, and a project that names them `d00`, `d01`, …
struct Fleet {
    project: Project,
    databases: Vec<TestDatabase>,
}

impl Fleet {
    fn new(count: usize) -> Fleet {
        let databases: Vec<TestDatabase> = (0..count).map(|_| server(18).database("fleet")).collect();
        let fleet = Fleet { project: Project::new(), databases };
        let target = |(at, database): (usize, &TestDatabase)| format!("[target.d{at:02}]\nurl = '{}'\n", database.url);
        let targets: String = fleet.databases.iter().enumerate().map(target).collect();
        fleet.project.write("dbtool.toml", &format!("[timeouts]\nlock = '200ms'\n{targets}"));
        fleet.project.write("migrations/V0001__t.sql", "CREATE TABLE t (x int);\n");
        fleet.project.write("schema/t.toml", "[table.t.column]\nx = 'int'\n");
        fleet
    }

    fn run(&self, code: i32, args: &[&str]) -> Run {
        let run = self.project.dbtool(args);
        assert_eq!(run.code, code, "{run}");
        run
    }

    fn applied(&self) -> Vec<usize> {
        let there = |database: &TestDatabase| database.query_text("select to_regclass('t') is not null")[0][0] == "t";
        (0..self.databases.len()).filter(|at| there(&self.databases[*at])).collect()
    }
}

#[test]
fn the_broken_are_named_the_others_done_and_the_rest_taken_up_again() {
    let fleet = Fleet::new(12);
    // Broken in three ways: no such database, a table in the way, a history that does not fit.
    let config = fleet.project.read("dbtool.toml");
    let lost = &fleet.databases[3].name;
    fleet.project.write("dbtool.toml", &config.replace(lost.as_str(), "no_such_database"));
    fleet.databases[5].execute("create table t (other int)");
    fleet.databases[7].execute(
        "create table refinery_schema_history (version int4 primary key, name varchar(255), applied_on varchar(255), checksum varchar(255));
         insert into refinery_schema_history values (1, 'another', '2026-01-01T00:00:00Z', '1')",
    );
    let run = fleet.run(1, &["migrate", "--target", "all", "--stop-after", "9"]);
    for part in [
        "d03: failed\n",
        "database \"no_such_database\" does not exist",
        "d05: failed\n",
        "already exists",
        "d07: failed\n",
        "V0001__another",
    ] {
        assert!(run.stdout.contains(part), "{part}: {run}");
    }
    assert!(run.stderr.contains("[ 1/12] d00: done in ") && run.stderr.contains("1 migration applied in "), "{run}");
    assert!(run.stderr.contains("9 done, 3 failed\nthe same with `--resume`"), "{run}");
    assert_eq!(fleet.applied(), [0, 1, 2, 4, 5, 6, 8, 9, 10, 11]);

    fleet.project.write("dbtool.toml", &config);
    fleet.databases[5].execute("drop table t");
    let run = fleet.run(1, &["migrate", "--target", "all", "--stop-after", "9", "--resume", "--format", "json"]);
    assert!(run.stderr.contains("9 of 12 were done by the last run"), "{run}");
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    let seen: Vec<(&str, i64)> = report["targets"]
        .as_array()
        .unwrap()
        .iter()
        .map(|t| (t["name"].as_str().unwrap(), t["exit"].as_i64().unwrap()))
        .collect();
    let mut sorted = seen.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, [("d03", 0), ("d05", 0), ("d07", 1)]);
    let of = |name: &str| report["targets"].as_array().unwrap().iter().find(|t| t["name"] == name).unwrap().clone();
    assert_eq!(of("d03")["output"]["applied"][0]["file"], "V0001__t.sql");
    fleet.databases[7].execute("drop table refinery_schema_history");
    fleet.run(0, &["migrate", "--target", "all", "--resume"]);
    assert_eq!(fleet.applied().len(), 12);
    assert!(fleet.run(0, &["status", "--target", "d*"]).stderr.ends_with("12 done\n"));
    assert!(fleet.run(0, &["check", "--target", "d0?"]).stderr.ends_with("10 done\n"));
}

#[test]
fn a_canary_that_fails_spares_the_others() {
    let fleet = Fleet::new(4);
    let config = fleet.project.read("dbtool.toml");
    fleet.project.write("dbtool.toml", &config.replace("[target.d02]\n", "[target.d02]\ncanary = true\n"));
    fleet.databases[2].execute("create table t ()");
    let run = fleet.run(1, &["migrate", "--target", "all", "--stop-after", "3"]);
    assert!(
        run.stdout.ends_with("not reached: d00, d01, d03\n") && run.stderr.contains("1 failed, 3 not reached"),
        "{run}"
    );
    assert_eq!(fleet.applied(), [2]);
    fleet.databases[2].execute("drop table t");
    fleet.run(0, &["migrate", "--target", "all"]);
    fleet.databases[1].execute("alter table t add y int");
    let run = fleet.run(2, &["check", "--target", "all"]);
    assert!(run.stdout.starts_with("d01: differs\n    drift ") && run.stderr.contains("3 done, 1 differ\n"), "{run}");
    fleet.databases[1].execute("alter table t drop y");
    let run = fleet.run(0, &["check", "--target", "all", "--resume"]);
    assert!(run.stderr.contains("3 of 4 were done by the last run") && run.stderr.ends_with("\n1 done\n"), "{run}");
}

/// Far away, a round trip is all the time there is. Measured over 200: 4.2 with nothing to do, 27.9 with
/// a file.
#[test]
fn a_migration_needs_few_round_trips() {
    let fleet = Fleet::new(1);
    let way = distance(server(18).port, Duration::ZERO);
    let url = fleet.databases[0].url.replace(&format!(":{}/", server(18).port), &format!(":{}/", way.port));
    let turns = || {
        let before = way.turns();
        let run = fleet.project.dbtool(&["migrate", "--url", &url]);
        assert_eq!(run.code, 0, "{run}");
        way.turns() - before
    };
    let (file, nothing) = (turns(), turns());
    assert!((2..=6).contains(&nothing), "{nothing} round trips with nothing to do");
    assert!((10..=31).contains(&file), "{file} round trips with one file");
}

#[test]
fn what_cannot_be_meant_is_said() {
    let fleet = Fleet::new(1);
    one_error(&fleet.run(1, &["migrate", "--target", "x*"]), &["no target in `dbtool.toml` fits `x*`"]);
    one_error(&fleet.run(1, &["diff", "--target", "all"]), &["one database at a time"]);
    one_error(&fleet.run(1, &["status", "--target", "all", "--resume"]), &["no run of this command is remembered"]);
    one_error(&fleet.run(1, &["migrate", "--target", "d0"]), &["there is no target `d0`", "did you mean `d00`?"]);
    one_error(
        &fleet.run(1, &["status", "--target", "d00", "--resume"]),
        &["`--resume` means nothing with one database"],
    );
    fleet.run(0, &["migrate", "--target", "d00"]);
    // Behind `--` everything is a name, and stays one.
    let run = fleet.run(1, &["--color", "always", "seed", "--target", "all", "--", "--target"]);
    assert!(run.stdout.starts_with("d00: failed\n    error: "), "{run}");
}

#[test]
fn what_is_not_as_the_last_run_left_it_is_visited_again() {
    let fleet = Fleet::new(4);
    let all = ["migrate", "--target", "all"];
    fleet.run(0, &all);
    fleet.databases[1].execute("drop table t; delete from refinery_schema_history");
    let anew = &fleet.databases[2].name;
    fleet.databases[0].execute(&format!("drop database \"{anew}\" with (force)"));
    fleet.databases[0].execute(&format!("create database \"{anew}\""));
    let run = fleet.run(0, &["migrate", "--target", "all", "--resume"]);
    for part in ["d01 is not as the last run left it", "d02 is not as", "2 of 4 were done by the last run"] {
        assert!(run.stderr.contains(part), "{part}: {run}");
    }
    assert_eq!(fleet.applied(), [0, 1, 2, 3]);
    let there = crate::support::Line::open(&fleet.databases[2].url).unwrap();
    assert_eq!(there.rows("select count(*) from t").unwrap()[0][0], "0");
}
