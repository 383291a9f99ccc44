//! `dbtool migrate` over two hundred databases that are far away, eight at a time against one by one.
//!
//! All are on one server, behind a proxy that makes every round trip 20 ms longer: 10 ms on the way there, 10 ms on the
//! way back, for TCP's own handshake as well. Whole runs of the program are timed, with one migration to apply to each
//! database and with none, and the round trips that a database costs are counted in the proxy. `cargo bench --bench many`
//! prints the figures; `DBTOOL_BENCH_TARGETS`, `DBTOOL_BENCH_LATENCY` and `DBTOOL_BENCH_ROUNDS` set other numbers.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, dead_code, unreachable_pub)]

use std::time::{Duration, Instant};

#[path = "../tests/it/support/mod.rs"]
mod support;

use support::{Distance, Line, Project, TestServer, distance, server};

fn main() {
    let number = |name: &str, default| std::env::var(name).map_or(default, |n| n.parse().unwrap());
    let (targets, latency) = (number("DBTOOL_BENCH_TARGETS", 200), number("DBTOOL_BENCH_LATENCY", 20));
    let fleet = Fleet::new(server(18), targets, Duration::from_millis(latency as u64));
    fleet.measure(latency, number("DBTOOL_BENCH_ROUNDS", 3));
}

struct Fleet {
    project: Project,
    server: &'static TestServer,
    targets: usize,
    way: Distance,
}

impl Fleet {
    fn new(server: &'static TestServer, targets: usize, latency: Duration) -> Fleet {
        let way = distance(server.port, latency);
        let project = Project::new();
        let line = Line::open(&server.url("postgres")).unwrap();
        for at in 0..targets {
            line.rows(&format!("create database \"bench_{at:03}\" template template0 strategy file_copy")).unwrap();
        }
        let url = format!("postgres://postgres@127.0.0.1:{}/postgres", way.port);
        project.write("dbtool.toml", &format!("[target.bench]\nurl = '{url}'\ndatabases = 'bench_*'\n"));
        project.write("migrations/V0001__first.sql", "CREATE TABLE t0 (id bigint PRIMARY KEY, body text);\n");
        Fleet { project, server, targets, way }
    }

    /// Both are timed in turns, so that a slow minute of the machine hits both.
    fn measure(&self, latency: usize, rounds: usize) {
        // The first run makes the history, and the server's caches of each database.
        self.migrate(8);
        let (mut apply, mut idle) = ([Vec::new(), Vec::new()], [Vec::new(), Vec::new()]);
        let (mut turns_apply, mut turns_idle) = (0, 0);
        for round in 0..rounds {
            for (at, parallel) in [1, 8].into_iter().enumerate() {
                let version = 2 + 2 * round + at;
                let sql = format!("CREATE TABLE t{version} (id bigint PRIMARY KEY, body text);\n");
                self.project.write(&format!("migrations/V{version:04}__more.sql"), &sql);
                let before = self.way.turns();
                apply[at].push(self.migrate(parallel));
                turns_apply = self.way.turns() - before;
                let before = self.way.turns();
                idle[at].push(self.migrate(parallel));
                turns_idle = self.way.turns() - before;
            }
        }
        let (major, targets) = (self.server.major, self.targets);
        println!(
            "PostgreSQL {major}, {targets} databases, {latency} ms a round trip more, median of {rounds} whole runs:"
        );
        for (what, [one, eight], turns) in [("one migration", apply, turns_apply), ("nothing to do", idle, turns_idle)]
        {
            let (one, eight) = (median(one).as_secs_f64(), median(eight).as_secs_f64());
            let each = turns as f64 / targets as f64;
            let ratio = one / eight;
            println!(
                "  {what}: one by one {one:6.1} s, 8 at a time {eight:6.1} s, ratio {ratio:.2}, {each:.1} round trips each"
            );
        }
    }

    fn migrate(&self, parallel: usize) -> Duration {
        let begin = Instant::now();
        let run = self.project.dbtool(&["migrate", "--target", "all", "--parallel", &parallel.to_string()]);
        let took = begin.elapsed();
        assert!(run.code == 0 && run.stderr.ends_with(&format!("{} done\n", self.targets)), "{run}");
        took
    }
}

impl Drop for Fleet {
    fn drop(&mut self) {
        let Some(line) = Line::open(&self.server.url("postgres")) else { return };
        for at in 0..self.targets {
            let _ = line.rows(&format!("drop database if exists \"bench_{at:03}\" with (force)"));
        }
    }
}

fn median(mut all: Vec<Duration>) -> Duration {
    all.sort();
    all[all.len() / 2]
}
