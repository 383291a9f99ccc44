//! Two hundred databases of one server.

use std::time::Duration;

use serde_json::Value;

use crate::support::{Distance, Line, Project, Run, TestServer, distance, fixture_programs, own_server};

const COUNT: usize = 200;
const PREFIX: &str = "crowd_";
/// What each has: a table and a row, which the migration of the test keeps only where it can.
const TEMPLATE: &str = "create table people (email text); insert into people values ('a@b')";

/// Many databases that are called alike, all behind one proxy that sees who asks for which.
struct Crowd {
    project: Project,
    /// One of its own, which goes with all that is in it: to drop them one by one takes longer than the test.
    server: TestServer,
    way: Distance,
}

impl Crowd {
    fn new() -> Crowd {
        let server = own_server(&fixture_programs(18), &[], &[]);
        let way = distance(server.port, Duration::ZERO);
        let crowd = Crowd { project: Project::new(), server, way };
        let line = Line::open(&crowd.server.url("postgres")).unwrap();
        // A template of its own spares running its statements two hundred times.
        let template = crowd.database("template");
        line.rows(&format!("create database \"{template}\" template template0 strategy file_copy")).unwrap();
        Line::open(&crowd.server.url(&template)).unwrap().rows(TEMPLATE).unwrap();
        for at in 0..COUNT {
            let name = crowd.database(&name(at));
            let sql = format!("create database \"{name}\" template \"{template}\" strategy file_copy");
            // Whoever has just left the template may not be quite gone yet.
            while let Err(error) = line.rows(&sql) {
                assert!(error.as_db_error().unwrap().message().contains("being accessed"), "{error:?}");
            }
        }
        let names: Vec<String> = (0..COUNT).map(|at| format!("'{}'", name(at))).collect();
        let url = format!("postgres://postgres@127.0.0.1:{}/{PREFIX}{{name}}", crowd.way.port);
        let names = names.join(", ");
        crowd.project.write("dbtool.toml", &format!("[target.crowd]\nurl = '{url}'\nnames = [{names}]\n"));
        crowd.project.write(
            "migrations/V0001__key.sql",
            "-- hazards: blocks_reads\nALTER TABLE people ADD PRIMARY KEY (email);\n",
        );
        crowd
    }

    fn database(&self, name: &str) -> String {
        format!("{PREFIX}{name}")
    }

    fn at(&self, at: usize) -> Line {
        Line::open(&self.server.url(&self.database(&name(at)))).unwrap()
    }

    fn migrate(&self, code: i32, args: &[&str]) -> Run {
        self.way.databases();
        let run = self.project.dbtool(&[&["migrate", "--target", "crowd", "--stop-after", "9"], args].concat());
        assert_eq!(run.code, code, "{run}");
        run
    }

    /// Which of them were asked for since the last run began.
    fn visited(&self) -> Vec<String> {
        let mut names: Vec<String> =
            self.way.databases().iter().map(|database| database[PREFIX.len()..].to_owned()).collect();
        names.sort();
        names.dedup();
        names
    }
}

fn name(at: usize) -> String {
    format!("n{at:03}")
}

/// Which of them a run says to have gone to: the rest is only asked whether it is still as the last run left it.
fn begun(run: &Run) -> Vec<String> {
    let lines: Vec<&str> = run.stderr.lines().filter(|line| line.starts_with('[')).collect();
    (0..COUNT).map(name).filter(|name| lines.iter().any(|line| line.contains(&format!("crowd/{name}")))).collect()
}

/// What a report says of one.
fn of<'a>(report: &'a Value, name: &str) -> &'a Value {
    report["targets"].as_array().unwrap().iter().find(|target| target["name"] == name).unwrap()
}

#[test]
fn of_two_hundred_three_are_broken_and_the_next_run_touches_only_those() {
    let crowd = Crowd::new();
    // Not there at all, rows that do not fit, and a history that is not that of the folder.
    let postgres = Line::open(&crowd.server.url("postgres")).unwrap();
    let (gone, away) = (crowd.database(&name(17)), crowd.database("away"));
    postgres.rows(&format!("alter database \"{gone}\" rename to \"{away}\"")).unwrap();
    crowd.at(88).rows("insert into people values ('a@b')").unwrap();
    crowd
        .at(199)
        .rows("create table refinery_schema_history (version int4 primary key, name varchar(255), applied_on varchar(255), checksum varchar(255));
               insert into refinery_schema_history values (1, 'another', '2026-01-01T00:00:00Z', '1')")
        .unwrap();

    let run = crowd.migrate(1, &[]);
    assert!(run.stderr.contains("197 done, 3 failed\nthe same with `--resume`"), "{run}");
    let lines = run.stderr.lines().filter(|line| line.starts_with('[')).count();
    assert_eq!(lines, COUNT, "a line each: {run}");
    let named: Vec<&str> = run.stdout.lines().filter(|line| !line.starts_with(' ')).collect();
    let mut sorted = named.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, ["crowd/n017: failed", "crowd/n088: failed", "crowd/n199: failed"], "{run}");
    for reason in [
        format!("database \"{gone}\" does not exist"),
        "could not create unique index \"people_pkey\"".into(),
        "Key (email)=(a@b) is duplicated".into(),
        "`V0001__key.sql` has the number of `V0001__another`, which was applied".into(),
    ] {
        assert!(run.stdout.contains(&reason), "{reason}: {run}");
    }
    assert_eq!(crowd.visited().len(), COUNT);
    // Two connections each, and one that is just being closed or asks how far it came.
    assert!((8..=24).contains(&crowd.way.most()), "8 at a time with three connections each: {}", crowd.way.most());

    // Nothing is put right: the same three, and no others, not even as canaries.
    let run = crowd.migrate(1, &["--resume", "--format", "json"]);
    assert!(run.stderr.contains("197 of 200 were done by the last run"), "{run}");
    assert_eq!(begun(&run), ["n017", "n088", "n199"], "{run}");
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(report["counts"], serde_json::json!({ "done": 0, "differs": 0, "refused": 0, "failed": 3 }));
    for (name, reason) in
        [("n017", "does not exist"), ("n088", "is duplicated"), ("n199", "has the number of `V0001__another`")]
    {
        let target = of(&report, &format!("crowd/{name}"));
        assert!(target["state"] == "failed" && target["exit"] == 1, "{target}");
        assert!(target["error"].as_str().unwrap().contains(reason), "{target}");
        assert!(target["place"].as_str().unwrap().ends_with(&crowd.database(name)), "{target}");
    }

    postgres.rows(&format!("alter database \"{away}\" rename to \"{gone}\"")).unwrap();
    crowd.at(88).rows("delete from people; insert into people values ('a@b')").unwrap();
    crowd.at(199).rows("drop table refinery_schema_history").unwrap();
    let run = crowd.migrate(0, &["--resume"]);
    assert!(run.stdout.is_empty() && run.stderr.ends_with("3 done\n"), "{run}");
    assert_eq!(begun(&run), ["n017", "n088", "n199"], "{run}");
    let run = crowd.migrate(0, &["--resume"]);
    assert!(run.stderr.contains("200 of 200 were done by the last run\n0 done\n"), "{run}");
    assert_eq!(begun(&run), Vec::<String>::new(), "{run}");
    let history = "select count(*) from refinery_schema_history where version = 1";
    assert!((0..COUNT).step_by(11).chain([17, 88, 199]).all(|at| crowd.at(at).rows(history).unwrap() == [["1"]]));
}
