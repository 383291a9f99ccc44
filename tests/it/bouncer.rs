//! dbtool through a real PgBouncer in transaction mode. Where the machine has none, that is said, and nothing else is.

use crate::command::{Bench, one_error};
use crate::support;

const DECLARED: &str = "[table.t]\nprimary_key = ['id']\ncolumn.id = 'integer'\n";

/// The ways in which it may hand out its sessions: one for all, or others in turns.
const POOLS: &[&str] =
    &["default_pool_size = 1", "default_pool_size = 20", "server_round_robin = 1\nmin_pool_size = 3"];

/// Runs something with a PgBouncer of each kind before the server of a bench.
fn each(act: impl Fn(&Bench, &str)) {
    for settings in POOLS {
        let bench = Bench::new();
        let Some(bouncer) = support::bouncer(bench.database.server.port, settings) else {
            return support::shout("no PgBouncer here (Debian: `apt-get install pgbouncer`): a real one is not tried");
        };
        act(&bench, &bouncer.url(&bench.database.name));
    }
}

#[test]
fn what_needs_a_session_is_refused() {
    each(|bench, pooled| {
        bench.declare(DECLARED);
        bench.project.write("migrations/V0001__t.sql", "CREATE TABLE t (id integer PRIMARY KEY);\n");
        bench.project.write("migrations/V0001__t.down.sql", "DROP TABLE t;\n");
        let seed = "-- dbtool: environments development\n-- dbtool: writes t\nINSERT INTO t VALUES (1);\n";
        bench.project.write("seeds/t.sql", seed);
        let refused = |args: &[&str]| {
            let run = bench.project.dbtool_at(pooled, args);
            assert_eq!(run.code, 3, "{args:?}: {run}");
            one_error(&run, &["pooler in transaction mode", "connect to the server itself"]);
        };
        refused(&["migrate"]);
        refused(&["migrate", "--fake", "1"]);
        refused(&["baseline", "x"]);
        assert_eq!(
            bench.value("SELECT to_regclass('t') IS NULL AND to_regclass('refinery_schema_history') IS NULL"),
            "t"
        );
        bench.run(0, &["migrate"]);
        refused(&["seed", "--env", "development"]);
        refused(&["rollback"]);
        assert_eq!(bench.value("SELECT count(*) FROM t"), "0");
        // No lock was left with a session that the pooler keeps.
        let locks = "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database \
                     WHERE datname = current_database() AND locktype = 'advisory'";
        assert_eq!(bench.value(locks), "0");
    });
}

#[test]
fn what_only_reads_works() {
    each(|bench, pooled| {
        bench.declare(DECLARED);
        bench.apply("first");
        // Twice, as what a session keeps it keeps for the next.
        for _ in 0..2 {
            for args in [&["status"][..], &["diff"], &["check"]] {
                let run = bench.project.dbtool_at(pooled, args);
                assert_eq!(run.code, 0, "{args:?}: {run}");
            }
        }
        bench.database.execute("ALTER TABLE t ADD a text; INSERT INTO t VALUES (1)");
        let run = bench.project.dbtool_at(pooled, &["diff"]);
        assert_eq!(run.code, 2, "{run}");
        // What is pending is looked at where it would run.
        bench.project.write("migrations/V0002__by_hand.sql", "UPDATE t SET a = '' WHERE id > 0;\nDELETE FROM t;\n");
        let run = bench.project.dbtool_at(pooled, &["check"]);
        assert!(run.code == 2 && run.stdout.contains("V0002__by_hand.sql:2:1: deletes_data"), "{run}");
        std::fs::remove_file(bench.project.path().join("migrations/V0002__by_hand.sql")).unwrap();
        let run = bench.project.dbtool_at(pooled, &["pull"]);
        assert_eq!(run.code, 0, "{run}");
        let run = bench.project.dbtool_at(pooled, &["diff"]);
        assert_eq!(run.code, 0, "{run}");
        // Nothing of it stays with the sessions that others get.
        let client = support::query_text(
            pooled,
            "SELECT current_setting('row_security') || current_setting('statement_timeout') || current_setting('search_path')",
        );
        assert_eq!(client[0][0], "on0\"$user\", public");
    });
}
