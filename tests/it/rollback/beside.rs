//! What others do meanwhile: who holds a lock, what an interrupt leaves, poolers.

use super::*;

/// A session that holds a lock on `t` inside a transaction.
async fn holder(bench: &Bench) -> Client {
    let other = bench.database.connect().await;
    other.batch_execute("set application_name = 'the report'; begin; lock table t in access share mode").await.unwrap();
    other
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_holds_a_lock_is_named() {
    let bench = Bench::new();
    bench.project.write("dbtool.toml", "[timeouts]\nlock = '900ms'\n");
    files(&bench, &[("V0001__t.sql", T), ("V0002__a.sql", "ALTER TABLE t ADD a int;\n")]);
    bench.run(0, &["migrate", "--to", "1"]);
    let other = holder(&bench).await;
    let run = bench.run(1, &["migrate"]);
    let named = "role `postgres`, application `the report`, idle in transaction, for 00:00:0";
    assert!(run.stderr.contains("waiting for a lock that others hold\n  pid ") && run.stderr.contains(named), "{run}");
    let held = run.stderr.lines().find(|line| line.starts_with("  held by pid ")).unwrap_or_else(|| panic!("{run}"));
    assert!(held.contains(named) && held.contains("lock table t in access share mode"), "{held}");
    other.batch_execute("commit").await.unwrap();
    bench.run(0, &["migrate"]);
}

/// Where there is no terminal, a line says from time to time how far an index is.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn how_far_an_index_is_goes_into_a_log_too() {
    let bench = Bench::new();
    files(
        &bench,
        &[("V0001__t.sql", T), ("V0002__i.sql", "-- dbtool: no-transaction\nCREATE INDEX CONCURRENTLY i ON t (x);\n")],
    );
    bench.run(0, &["migrate", "--to", "1"]);
    let other = bench.database.connect().await;
    other.batch_execute("begin; insert into t values (1)").await.unwrap();
    let (mut command, _home) = bench.project.tool().args(["--url", &bench.database.url, "migrate"]).into_command();
    let mut child = command.stderr(std::process::Stdio::piped()).spawn().unwrap();
    let mut lines = std::io::BufRead::lines(std::io::BufReader::new(child.stderr.take().unwrap()));
    let said = lines.by_ref().map_while(Result::ok).find(|line| line.starts_with("index: "));
    assert_eq!(
        said.as_deref(),
        Some("index: waiting for writers before build, for pid PID, 0 of 1")
            .map(|text| text.replace("PID", &pid(&other)))
            .as_deref()
    );
    other.batch_execute("commit").await.unwrap();
    assert!(lines.map_while(Result::ok).any(|line| line.starts_with("applied V0002__i.sql")));
    assert!(child.wait().unwrap().success());
}

/// The process id of a session, which answers while others wait for it.
fn pid(client: &Client) -> String {
    let ask = async { client.query_one("select pg_backend_pid()", &[]).await.unwrap().get::<_, i32>(0).to_string() };
    tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(ask))
}

/// Ctrl-C stops the statement at the server: what waits behind it goes on.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_interrupt_rolls_back_and_the_next_run_goes_on() {
    use nix::sys::signal::Signal;
    for (signal, sql, stays) in [
        (
            Signal::SIGINT,
            "-- hazards: blocks_reads\nALTER TABLE t ADD a int; SELECT pg_sleep(600);",
            "nothing of it stays",
        ),
        (
            Signal::SIGTERM,
            "-- dbtool: no-transaction\nINSERT INTO t VALUES (1);\nCREATE INDEX CONCURRENTLY i ON t (x);",
            "statement 1 had completed and stays",
        ),
    ] {
        let bench = Bench::new();
        files(&bench, &[("V0001__t.sql", T), ("V0002__a.sql", sql)]);
        bench.run(0, &["migrate", "--to", "1"]);
        // The index waits for this old transaction.
        let old = bench.database.connect().await;
        old.batch_execute("begin isolation level repeatable read; select 1").await.unwrap();
        let (mut command, _home) = bench.project.tool().args(["--url", &bench.database.url, "migrate"]).into_command();
        let child = command.stderr(std::process::Stdio::piped()).spawn().unwrap();
        wait_until(
            &bench,
            "select count(*) > 0 from pg_stat_activity where datname = current_database()
                            and (wait_event = 'PgSleep' or query like 'CREATE INDEX CONC%') and state = 'active'",
        )
        .await;
        let pid = nix::unistd::Pid::from_raw(child.id().try_into().unwrap());
        nix::sys::signal::kill(pid, signal).unwrap();
        let output = child.wait_with_output().unwrap();
        let run = Run {
            stdout: String::new(),
            stderr: String::from_utf8(output.stderr).unwrap(),
            code: output.status.code().unwrap_or(-1),
        };
        assert_eq!(run.code, 1, "{run}");
        for part in [
            "interrupted: stopping what runs",
            "canceling statement due to user request",
            stays,
            "interrupted; to go on",
        ] {
            assert!(run.stderr.contains(part), "{part}: {run}");
        }
        assert_eq!(bench.value("select count(*) from pg_stat_activity where datname = current_database() and application_name like 'dbtool%' and state <> 'idle'"), "0");
        old.batch_execute("commit").await.unwrap();
        bench.project.write("migrations/V0002__a.sql", &sql.replace("600", "0"));
        bench.run(0, &["migrate"]);
        assert_eq!(history(&bench), "1 2");
        assert_eq!(bench.value("select count(*) from t"), if signal == Signal::SIGINT { "0" } else { "1" });
    }
}

async fn wait_until(bench: &Bench, condition: &str) {
    for _ in 0..600 {
        if bench.value(condition) == "t" {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("it never became true: {condition}");
}

/// What PgBouncer does in transaction mode: two connections are served by one server session, in turns.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pooler_in_transaction_mode_is_refused() {
    let bench = Bench::new();
    files(&bench, &[("V0001__t.sql", T)]);
    let talk = dbtool::talk::Talk { level: dbtool::talk::Level::Quiet };
    let folder = dbtool::migration::Folder::read(&bench.project.path().join("migrations")).unwrap();
    let beside = |watcher| dbtool::migration::Beside { watcher: Some(watcher), ..(&talk).into() };
    let options = dbtool::migration::Options::default();
    let pooled = support::pooled(&bench.database.url).await;
    let (mut first, second) = (pooled.connect().await, pooled.connect().await);
    let error = dbtool::migration::migrate(&mut first, &folder, &options, beside(&second)).await.unwrap_err();
    let said = dbtool::error::report(&error);
    assert!(
        said.contains("pooler in transaction mode") && said.contains("hint: connect to the server itself"),
        "{said}"
    );
    assert!(!is_there(&bench, "t") && !is_there(&bench, "refinery_schema_history"));
    // The binary opens its second connection by itself, whatever it is to do.
    bench.project.write("schema/t.toml", "[table.t]\ncolumn.x = 'integer'\n");
    bench
        .project
        .write("seeds/t.sql", "-- dbtool: environments development\n-- dbtool: writes t\nINSERT INTO t VALUES (1);\n");
    for args in [
        &["migrate"][..],
        &["migrate", "--fake", "1"],
        &["rollback"],
        &["seed", "--env", "development"],
        &["baseline", "x"],
    ] {
        let run = bench.project.dbtool_at(&pooled.url, args);
        assert_eq!(run.code, 3, "{args:?}: {run}");
        one_error(&run, &["pooler in transaction mode", "connect to the server itself"]);
    }
    // No lock was left with a session that the pooler keeps.
    assert_eq!(bench.value("select count(*) from pg_locks l join pg_database d on d.oid = l.database where datname = current_database() and locktype = 'advisory'"), "0");
    assert!(!is_there(&bench, "t") && !is_there(&bench, "refinery_schema_history"));
    let direct = (bench.database.connect().await, bench.database.connect().await);
    let (mut first, second) = direct;
    dbtool::migration::migrate(&mut first, &folder, &options, beside(&second)).await.unwrap();
}
