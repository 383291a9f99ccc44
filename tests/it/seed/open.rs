//! No moment of openness: other sessions watch while seeds succeed, fail, and die of `kill -9` of everything there is.
//!
//! `DBTOOL_TEST_KILLS` is how many kills there are of each kind; `DBTOOL_TEST_KILL_SEED` chooses their moments as a run
//! has printed them.

mod bench;
mod kill;
mod naive;
mod watch;

use std::time::Duration;

use self::bench::Bench;
use self::kill::{Kills, Usual, Victim};
use self::watch::{Seen, Watch};
use crate::random::prng::Rng;
use crate::random::setting;
use crate::support::Line;

/// How many tenants a seed makes, and how many notes for each.
const TENANTS: u64 = 4;
const NOTES: u64 = 750;

/// One of them, whose setting the readers have.
const TENANT: &str = "00000000-0000-4000-8000-000000000001";

#[test]
fn nobody_ever_sees_a_table_open_or_a_part_of_a_seed() {
    let count = setting("DBTOOL_TEST_KILLS", 20_usize);
    let chosen = setting("DBTOOL_TEST_KILL_SEED", u64::from(std::process::id()));
    eprintln!("DBTOOL_TEST_KILL_SEED={chosen}");
    let bench = Bench::new();
    let watch = Watch::start(&bench.owner, &bench.app);
    let mut usual = successes(&bench, &watch);
    errors(&bench, &watch);
    let mut rng = Rng::new(chosen);
    for (victim, count) in
        [(Victim::Tool, count), (Victim::Backend, count), (Victim::Server, count), (Victim::Asked, count.div_ceil(4))]
    {
        let kills = kill::kills(&bench, &watch, victim, count, &mut usual, &mut rng);
        eprintln!("{victim:?}: {kills:?}, as it usually takes {usual:?}");
        assert_enough(&kills, count);
    }
    successes(&bench, &watch);
    let seen = watch.stop();
    eprintln!("{seen:#?}");
    assert_closed(&seen);
    naive::leaks(&bench);
    naive::stays_open_when_killed(&bench);
}

/// Seeds that nobody disturbs, and how long one takes.
fn successes(bench: &Bench, watch: &Watch) -> Usual {
    let mut usual = Usual::default();
    for _ in 0..3 {
        let line = bench.settle();
        assert!(!bench.is_planted(&line));
        watch.seeding(true);
        let mut running = bench.begin(&["whole"]);
        usual = Usual::of(&line, &mut running);
        let run = running.wait();
        watch.seeding(false);
        assert_eq!(run.code, 0, "{run}");
        assert!(bench.is_planted(&line));
        // The readers are to see them, too.
        std::thread::sleep(Duration::from_millis(50));
        bench.clean(&line);
    }
    usual
}

/// Seeds whose last rows break a rule.
fn errors(bench: &Bench, watch: &Watch) {
    for _ in 0..3 {
        watch.seeding(true);
        let run = bench.begin(&["whole", "wrong"]).wait();
        watch.seeding(false);
        assert_eq!(run.code, 1, "{run}");
        assert!(run.stderr.contains("notes_body_check"), "{run}");
        assert!(!bench.is_planted(&bench.settle()));
    }
}

/// The moments were such that the kills mattered.
fn assert_enough(kills: &Kills, count: usize) {
    assert_eq!(kills.before + kills.lifted + kills.after, count, "{kills:?}");
    assert!(count < 5 || kills.absent > 0, "no kill prevented anything: {kills:?}");
    assert!(count < 20 || kills.lifted > 0, "no kill came while FORCE was lifted: {kills:?}");
}

fn assert_closed(seen: &Seen) {
    assert_eq!((seen.open, seen.foreign, seen.part), (0, 0, 0), "{seen:#?}");
    assert!(seen.unexpected.is_empty(), "{seen:#?}");
    assert!(seen.polls > 1_000 && seen.polls_while_lifted > 20, "too few looks to mean anything: {seen:#?}");
    assert!(seen.reads > 200 && seen.reads_of_rows > 0, "too few looks to mean anything: {seen:#?}");
}

/// How many of the two tables are not forced.
fn open_tables(line: &Line) -> String {
    let sql = "SELECT count(*) FROM pg_class WHERE oid IN ('tenants'::regclass, 'notes'::regclass)
               AND NOT (relrowsecurity AND relforcerowsecurity)";
    line.rows(sql).unwrap()[0][0].clone()
}
