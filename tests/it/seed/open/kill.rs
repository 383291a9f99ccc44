//! Kills at random moments of a seed.

use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::bench::{Bench, Running};
use super::watch::Watch;
use crate::random::prng::Rng;
use crate::support::{Line, Run};

/// What is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Victim {
    /// dbtool.
    Tool,
    /// The process of the server that serves it.
    Backend,
    /// The server, all of it.
    Server,
}

/// How long a seed takes that nobody disturbs.
#[derive(Debug, Clone, Copy, Default)]
pub struct Usual {
    /// dbtool, from its start to its end.
    pub whole: Duration,
    /// From the first sight of its session to its end.
    pub session: Duration,
}

/// When kills came, and what was left.
#[derive(Debug, Default)]
pub struct Kills {
    /// Before the tables were locked.
    pub before: usize,
    /// While they were.
    pub lifted: usize,
    /// After the commit.
    pub after: usize,
    /// While they were locked, and the commit was quicker than the kill.
    pub lifted_and_whole: usize,
    /// How often nothing of the seed was there afterwards.
    pub absent: usize,
    /// How often it had ended before.
    pub missed: usize,
}

/// What a look at the seed's session tells.
struct Sight {
    pid: i32,
    lifted: bool,
}

/// Kills so many times, spread over a seed's whole life and a little more.
pub fn kills(bench: &Bench, watch: &Watch, victim: Victim, count: usize, usual: &mut Usual, rng: &mut Rng) -> Kills {
    let mut kills = Kills::default();
    for slot in 0..count {
        let within = |rng: &mut Rng| rng.below(1_000_000) as f64 / 1e6;
        let mut share = (slot as f64 + within(rng)) / count as f64 * 1.05;
        while !round(bench, watch, victim, share, usual, &mut kills) {
            kills.missed += 1;
            assert!(kills.missed < 20 * count, "the seed always ends before it is killed: {usual:?}");
            share = within(rng);
        }
    }
    kills
}

/// A seed that is killed after a share of its usual time; `false` where it had ended before.
fn round(bench: &Bench, watch: &Watch, victim: Victim, share: f64, usual: &mut Usual, kills: &mut Kills) -> bool {
    let line = bench.settle();
    watch.seeding(true);
    let mut running = bench.begin(&["whole"]);
    let sight = strike(bench, &line, victim, share, usual, &mut running);
    let run = running.wait();
    // It may have ended by itself just before the signal came.
    let sight = sight.filter(|_| victim != Victim::Tool || run.code == -1);
    match victim {
        Victim::Server if sight.is_some() => bench.server.start_again(),
        // The postmaster ends all others, too, as soon as it has learnt of it.
        Victim::Backend if sight.is_some() => line.wait_for_loss(),
        _ => {}
    }
    let line = bench.settle();
    watch.seeding(false);
    let planted = bench.is_planted(&line);
    check(&run, sight.is_some(), planted);
    if planted {
        bench.clean(&line);
    }
    let Some(Sight { lifted, .. }) = sight else { return false };
    kills.before += usize::from(!lifted && !planted);
    kills.lifted += usize::from(lifted);
    kills.after += usize::from(!lifted && planted);
    kills.lifted_and_whole += usize::from(lifted && planted);
    kills.absent += usize::from(!planted);
    if share > 0.9 && !planted {
        // The machine is slower than it was.
        *usual = Usual { whole: usual.whole.mul_f64(1.1), session: usual.session.mul_f64(1.1) };
    }
    true
}

/// What dbtool says of itself has to be so.
fn check(run: &Run, killed: bool, planted: bool) {
    assert!(!run.stderr.contains("panicked"), "{run}");
    assert!(planted || run.code != 0, "it says that it is done, and nothing is there: {run}");
    assert!(!planted || !run.stderr.contains("nothing was written"), "it is there: {run}");
    assert!(killed || run.code == 0, "{run}");
}

/// Waits for the moment, and kills.
fn strike(
    bench: &Bench,
    line: &Line,
    victim: Victim,
    share: f64,
    usual: &mut Usual,
    running: &mut Running,
) -> Option<Sight> {
    let (from, time) = match victim {
        Victim::Tool => (running.since, &mut usual.whole),
        Victim::Backend | Victim::Server => {
            wait_for_session(line, running);
            (Instant::now(), &mut usual.session)
        }
    };
    while from.elapsed() < time.mul_f64(share) {
        if running.has_ended() {
            *time = (*time + from.elapsed()) / 2;
            return None;
        }
        std::thread::sleep(Duration::from_micros(500));
    }
    loop {
        let sight = look(line);
        if running.has_ended() {
            return None;
        }
        match victim {
            Victim::Tool => running.kill(),
            Victim::Server => bench.server.kill(),
            // Between its two connections.
            Victim::Backend if sight.pid == 0 => continue,
            Victim::Backend => kill(Pid::from_raw(sight.pid), Signal::SIGKILL).ok()?,
        }
        return Some(sight);
    }
}

/// Waits until dbtool has connected, and says how long after its start that was.
pub fn wait_for_session(line: &Line, running: &mut Running) -> Duration {
    while look(line).pid == 0 && !running.has_ended() {
        std::thread::sleep(Duration::from_micros(500));
    }
    running.since.elapsed()
}

fn look(line: &Line) -> Sight {
    let sql = "SELECT coalesce(max(a.pid), 0), count(l.pid) FROM pg_stat_activity a
               LEFT JOIN pg_locks l ON l.pid = a.pid AND l.granted AND l.mode = 'AccessExclusiveLock'
                                   AND l.relation = 'notes'::regclass
               WHERE a.application_name = 'dbtool'";
    let rows = line.rows(sql).unwrap();
    Sight { pid: rows[0][0].parse().unwrap(), lifted: rows[0][1] != "0" }
}
