//! Locks, settings, and sessions that end: what a run waits for, and what it leaves.

use super::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_runners_at_once_apply_each_file_once() {
    for runners in [3, 8] {
        let bench = Bench::new(
            18,
            &[
                ("V0001__t.sql", "create table t (x int); insert into t select generate_series(1, 1000);"),
                ("V0002__c.sql", CONCURRENTLY),
                ("V0003__s.sql", "insert into t values (-1); select pg_sleep(0.2);"),
            ],
        );
        let runs = futures_util::future::join_all((0..runners).map(|_| bench.migrate())).await;
        let applied: usize = runs.into_iter().map(|run| run.unwrap().applied.len()).sum();
        assert_eq!(applied, 3, "{runners} runners");
        assert_eq!(bench.history(), "1 t, 2 c, 3 s");
        assert_eq!(bench.value("select count(*) from t where x < 0"), "1");
        assert_eq!(bench.value("select bool_and(indisvalid) from pg_index where indrelid = 't'::regclass"), "t");
        assert_eq!(
            bench.value(
                "select count(*) from pg_locks l join pg_database d on d.oid = l.database
            where locktype = 'advisory' and datname = current_database()"
            ),
            "0"
        );
    }
}

#[tokio::test]
async fn a_foreign_holder_is_waited_for_and_then_named() {
    let bench = Bench::new(18, &[("V0001__a.sql", "select 1")]);
    let other = bench.database.connect().await;
    other.batch_execute("set application_name = 'the other one'").await.unwrap();
    let lock = migration::Lock::take(&other, migration::HISTORY, Duration::ZERO, &(&QUIET).into()).await.unwrap();
    let pid: i32 = other.query_one("select pg_backend_pid()", &[]).await.unwrap().get(0);
    assert_eq!(bench.status().await.running.map(|holder| holder.pid), Some(pid));

    let short = Options { wait_for_lock: Duration::from_millis(250), ..options() };
    let mut client = bench.database.connect().await;
    let error = bench.migrate_on(&mut client, &short).await.unwrap_err();
    assert_eq!(exit_code(&error), Exit::Refused);
    let said = error_report(&error);
    assert!(
        said.contains(&format!("(pid {pid}, role `postgres`, application `the other one`, connected since ")),
        "{said}"
    );

    let release = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        lock.release(&other).await;
    };
    let long = options();
    let (report, ()) = tokio::join!(bench.migrate_on(&mut client, &long), release);
    assert_eq!(files(&report.unwrap()), ["V0001__a.sql"]);
}

#[tokio::test]
async fn settings_of_a_file_do_not_leak() {
    let bench = Bench::new(16, &[]);
    let role = bench.database.role("app", "NOLOGIN");
    let sneaky = format!(
        "create schema other; set search_path = other; set statement_timeout = 770000; set time zone 'Asia/Tokyo'; \
         set app.tenant = 'x'; set row_security = off; set role \"{role}\";"
    );
    let seen =
        "create table seen as select current_setting('search_path') || ' ' || current_setting('statement_timeout')
        || ' ' || current_setting('timezone') || ' ' || coalesce(current_setting('app.tenant', true), '') || ' '
        || current_setting('row_security') || ' ' || current_user || ' ' || current_setting('work_mem') || ' '
        || current_setting('lock_timeout') as s;";
    let no_transaction = format!("-- dbtool: no-transaction\n{sneaky}");
    bench.write("V0001__a.sql", &sneaky);
    bench.write("V0002__b.sql", &no_transaction.replace("create schema other; ", ""));
    bench.write("V0003__c.sql", seen);
    let mut client = bench.database.connect().await;
    client.batch_execute("set work_mem = '5MB'; set search_path = mine").await.unwrap();
    bench.migrate_on(&mut client, &options()).await.unwrap();
    assert_eq!(bench.value("select s from seen"), "public 0 UTC  on postgres 5MB 300ms");
    let after = client
        .query_one("select current_setting('search_path') || current_setting('lock_timeout') || current_user", &[]);
    assert_eq!(after.await.unwrap().get::<_, String>(0), "mine0postgres");
}

#[tokio::test]
async fn a_connection_that_dies_half_way_leaves_nothing_of_the_file() {
    let die = "create table half ();\nselect pg_terminate_backend(pg_backend_pid());\n";
    let bench = Bench::new(18, &[("V0001__a.sql", "select 1"), ("V0002__d.sql", die)]);
    let said = bench.failure().await;
    assert!(said.contains("V0002__d.sql:2:1: the connection was lost: "), "{said}");
    assert!(said.contains("the server rolls the transaction of `V0002__d.sql` back"), "{said}");
    assert!(said.contains("applied before it, and kept: V0001__a.sql"), "{said}");
    assert_eq!((bench.value("select to_regclass('half') is null"), bench.history()), ("t".into(), "1 a".into()));

    bench.write("V0002__d.sql", &format!("-- dbtool: no-transaction\n{die}"));
    let said = bench.failure().await;
    assert!(said.contains("stopped at statement 2 of 2; statement 1 had completed and stays"), "{said}");
    assert_eq!(bench.history(), "1 a");
}

#[tokio::test]
async fn a_lock_that_is_not_granted_gives_up_or_tries_again() {
    let bench = Bench::new(18, &[("V0001__t.sql", "create table t (x int);")]);
    bench.migrate().await.unwrap();
    bench.write("V0002__a.sql", "select 1;\nalter table t add y int;");
    let other = bench.database.connect().await;
    other.batch_execute("begin; lock table t").await.unwrap();
    let said = bench.failure().await;
    assert!(said.contains("V0002__a.sql:2:1: canceling statement due to lock timeout"), "{said}");
    assert!(said.contains("hint: another session holds a lock that this needs"), "{said}");
    let patient = Options { lock_retries: 5, ..options() };
    let mut client = bench.database.connect().await;
    let release = async {
        tokio::time::sleep(Duration::from_millis(400)).await;
        other.batch_execute("commit").await.unwrap();
    };
    let (report, ()) = tokio::join!(bench.migrate_on(&mut client, &patient), release);
    assert_eq!(files(&report.unwrap()), ["V0002__a.sql"]);
}

#[tokio::test]
async fn a_lock_that_a_file_let_go_stops_the_run() {
    let bench =
        Bench::new(18, &[("V0001__a.sql", "-- dbtool: no-transaction\ndiscard all"), ("V0002__b.sql", "select 1")]);
    let said = bench.failure().await;
    assert!(said.contains("the lock of this run was lost before `V0002__b.sql`"), "{said}");
    assert_eq!(bench.history(), "1 a");
}

#[tokio::test]
async fn an_index_built_concurrently_outwaits_the_lock_timeout_unless_its_file_sets_one() {
    let bench = Bench::new(18, &[("V0001__t.sql", "create table t (x int);"), ("V0002__c.sql", CONCURRENTLY)]);
    let short = CONCURRENTLY.replace("create", "set lock_timeout = '100ms';\ncreate").replace("t_x", "t_y");
    let other = bench.database.connect().await;
    bench.migrate_on(&mut bench.database.connect().await, &Options { to: Some(1), ..options() }).await.unwrap();
    other.batch_execute("begin; insert into t values (1)").await.unwrap();
    let release = async {
        tokio::time::sleep(Duration::from_millis(900)).await;
        other.batch_execute("commit").await.unwrap();
    };
    let (report, ()) = tokio::join!(bench.migrate(), release);
    assert_eq!(files(&report.unwrap()), ["V0002__c.sql"]);
    bench.write("V0003__d.sql", &short);
    other.batch_execute("begin; insert into t values (1)").await.unwrap();
    let said = bench.failure().await;
    assert!(said.contains("V0003__d.sql:3:1: canceling statement due to lock timeout"), "{said}");
    other.batch_execute("commit").await.unwrap();
    assert_eq!(files(&bench.migrate().await.unwrap()), ["V0003__d.sql"]);
}

/// What `kill -9` does to a runner: the client is gone, the server goes on with the statement, and holds the lock.
#[tokio::test]
async fn a_runner_that_is_killed_while_it_builds_an_index_is_waited_for_and_finished() {
    let bench = Bench::new(18, &[("V0001__t.sql", "create table t (x int);"), ("V0002__c.sql", CONCURRENTLY)]);
    bench.migrate_on(&mut bench.database.connect().await, &Options { to: Some(1), ..options() }).await.unwrap();
    let old = bench.database.connect().await;
    old.batch_execute("begin; insert into t values (1)").await.unwrap();
    let mut killed = bench.database.connect().await;
    let cut = tokio::time::timeout(Duration::from_secs(1), bench.migrate_on(&mut killed, &options())).await;
    assert!(cut.is_err(), "it waits for the old transaction");
    drop(killed);
    let status = bench.status().await;
    assert!(status.running.is_some() && !status.is_clean());
    assert_eq!(status.unfinished, [], "an index that is being built is no leftover");
    let release = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        old.batch_execute("commit").await.unwrap();
    };
    let (report, ()) = tokio::join!(bench.migrate(), release);
    assert_eq!(files(&report.unwrap()), ["V0002__c.sql"]);
    assert!(bench.status().await.is_clean());
    assert_eq!(bench.value("select indisvalid from pg_index where indexrelid = 't_x'::regclass"), "t");
}

/// A run that is given up while a file runs: nothing of the file stays, and the connection is fit for the next run.
#[tokio::test]
async fn a_run_that_is_given_up_keeps_nothing_of_its_file() {
    let bench = Bench::new(16, &[("V0001__t.sql", "create table t (x int); select pg_sleep(1.5);")]);
    let mut client = bench.database.connect().await;
    let cut = tokio::time::timeout(Duration::from_millis(700), bench.migrate_on(&mut client, &options())).await;
    assert!(cut.is_err());
    client.batch_execute("select 1").await.unwrap();
    assert_eq!(bench.value("select to_regclass('t') is null"), "t");
    assert_eq!(bench.history(), "");
    drop(client);
    assert_eq!(files(&bench.migrate().await.unwrap()), ["V0001__t.sql"]);
}

/// A session that the caller prepared keeps its role, and the objects belong to it.
#[tokio::test]
async fn a_role_that_the_caller_chose_stays_through_all_files() {
    let bench =
        Bench::new(18, &[("V0001__a.sql", "create table a (); reset role;"), ("V0002__b.sql", "create table b ();")]);
    let owner = bench.database.role("owner", "NOLOGIN");
    bench.database.execute(&format!("grant create on schema public to \"{owner}\""));
    let mut client = bench.database.connect().await;
    client.batch_execute(&format!("set role \"{owner}\"")).await.unwrap();
    bench.migrate_on(&mut client, &options()).await.unwrap();
    let owners = "select string_agg(distinct tableowner::text, ',') from pg_tables where schemaname = 'public'";
    assert_eq!(bench.value(owners), owner);
    bench.database.execute("drop table a, b, refinery_schema_history");
    bench.database.execute(&format!("revoke create on schema public from \"{owner}\""));
}
