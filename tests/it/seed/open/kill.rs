//! Kills at random moments of a seed.

use std::time::{Duration, Instant};

use nix::sys::signal::Signal;

use super::bench::{Bench, Running};
use super::watch::Watch;
use crate::random::prng::Rng;
use crate::support::{Line, Run, kill_running};

/// What is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Victim {
    /// dbtool.
    Tool,
    /// The process of the server that serves it.
    Backend,
    /// The server, all of it.
    Server,
    /// dbtool, as Ctrl-C asks it to end.
    Asked,
}

/// When to kill: after a share of the usual time since the start, or since the tables were locked.
#[derive(Debug, Clone, Copy)]
struct Moment {
    since_lift: bool,
    share: f64,
}

/// How long a seed takes that nobody disturbs.
#[derive(Debug, Clone, Copy, Default)]
pub struct Usual {
    /// dbtool, from its start to its end.
    pub whole: Duration,
    /// From the first sight of its session to its end.
    pub session: Duration,
    /// From the first sight of its lock to its end.
    pub lifted: Duration,
}

impl Usual {
    /// Watches one.
    pub fn of(line: &Line, running: &mut Running) -> Self {
        let session = wait_for(line, running, |sight| sight.pid != 0);
        let lifted = wait_for(line, running, |sight| sight.lifted);
        while !running.has_ended() {
            std::thread::sleep(Duration::from_micros(500));
        }
        let since = |begun: Option<Instant>| begun.unwrap_or(running.since).elapsed();
        Self { whole: running.since.elapsed(), session: since(session), lifted: since(lifted) }
    }

    /// The machine is slower than it was.
    fn grow(&mut self) {
        for time in [&mut self.whole, &mut self.session, &mut self.lifted] {
            *time = time.mul_f64(1.1);
        }
    }
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

/// Kills so many times, spread over a seed's whole life and a little more, half of them over the more interesting part.
pub fn kills(bench: &Bench, watch: &Watch, victim: Victim, count: usize, usual: &mut Usual, rng: &mut Rng) -> Kills {
    let mut kills = Kills::default();
    for slot in 0..count {
        let within = |rng: &mut Rng| rng.below(1_000_000) as f64 / 1e6 * 1.05;
        let mut moment = Moment { since_lift: slot % 2 == 1, share: (slot as f64 + within(rng)) / count as f64 };
        while !round(bench, watch, victim, moment, usual, &mut kills) {
            kills.missed += 1;
            assert!(kills.missed < 20 * count, "the seed always ends before it is killed: {usual:?}");
            moment.share = within(rng);
        }
    }
    kills
}

/// A seed that is killed after a share of its usual time; `false` where it had ended before.
fn round(bench: &Bench, watch: &Watch, victim: Victim, moment: Moment, usual: &mut Usual, kills: &mut Kills) -> bool {
    let line = bench.settle();
    watch.seeding(true);
    let mut running = bench.begin(&["whole"]);
    let sight = strike(bench, &line, victim, moment, usual, &mut running);
    let run = running.wait();
    // It may have ended by itself just before the signal came.
    let sight = sight.filter(|_| match victim {
        Victim::Tool => run.code == -1,
        Victim::Asked => run.code != 0,
        _ => true,
    });
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
    if moment.share > 0.9 && !planted {
        usual.grow();
    }
    true
}

/// What dbtool says of itself has to be so.
fn check(run: &Run, killed: bool, planted: bool) {
    assert!(!run.stderr.contains("panicked"), "{run}");
    assert!(planted || run.code != 0, "it says that it is done, and nothing is there: {run}");
    assert!(!planted || !run.stderr.contains("nothing was written"), "it is there: {run}");
    assert!(killed || run.code == 0, "{run}");
    let unsure = run.stderr.contains("whether the seed is there is not known");
    let said_so = run.stderr.contains("the seed is planted, but");
    assert!(planted || !said_so, "it says that it is planted, and nothing is there: {run}");
    assert!(!said_so || run.stderr.contains("inserted"), "what was planted is not said: {run}");
    assert!(!planted || run.code <= 0 || unsure || said_so, "it is there, and nothing says so: {run}");
}

/// Waits for the moment, and kills.
fn strike(
    bench: &Bench,
    line: &Line,
    victim: Victim,
    moment: Moment,
    usual: &mut Usual,
    running: &mut Running,
) -> Option<Sight> {
    let (since, time) = match victim {
        _ if moment.since_lift => (wait_for(line, running, |sight| sight.lifted)?, &mut usual.lifted),
        Victim::Tool | Victim::Asked => (running.since, &mut usual.whole),
        Victim::Backend | Victim::Server => (wait_for(line, running, |sight| sight.pid != 0)?, &mut usual.session),
    };
    while since.elapsed() < time.mul_f64(moment.share) {
        if running.has_ended() {
            *time = (*time + since.elapsed()) / 2;
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
            Victim::Tool => running.signal(Signal::SIGKILL),
            Victim::Asked => running.signal(Signal::SIGINT),
            Victim::Server => bench.server.kill(),
            // Between its two connections.
            Victim::Backend if sight.pid == 0 => continue,
            Victim::Backend if !kill_running(sight.pid) => return None,
            Victim::Backend => {}
        }
        return Some(sight);
    }
}

/// Waits for a sight, and says when that was; `None` where dbtool ended before.
fn wait_for(line: &Line, running: &mut Running, wanted: fn(&Sight) -> bool) -> Option<Instant> {
    while !wanted(&look(line)) {
        if running.has_ended() {
            return None;
        }
        std::thread::sleep(Duration::from_micros(500));
    }
    Some(Instant::now())
}

fn look(line: &Line) -> Sight {
    let sql = "SELECT coalesce(max(a.pid), 0), count(l.pid) FROM pg_stat_activity a
               LEFT JOIN pg_locks l ON l.pid = a.pid AND l.granted AND l.mode = 'AccessExclusiveLock'
                                   AND l.relation = 'notes'::regclass
               WHERE a.application_name = 'dbtool'";
    let rows = line.rows(sql).unwrap();
    Sight { pid: rows[0][0].parse().unwrap(), lifted: rows[0][1] != "0" }
}
