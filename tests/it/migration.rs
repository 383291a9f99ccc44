//! Migrations on real servers: atomic, once, by one runner at a time, and explained where they fail.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use dbtool::error::{Exit, exit_code, report as error_report};
use dbtool::migration::{self, Folder, Options, Report, dry_run};
use dbtool::talk::{Level, Talk};
use tokio_postgres::Client;

use crate::support::{self, TestDatabase, server};

mod history;
mod locks;

const QUIET: Talk = Talk { level: Level::Quiet };
const CONCURRENTLY: &str =
    "-- dbtool: no-transaction\ncreate index concurrently if not exists t_x on t (x);\nvacuum t;\n";

/// A database and a migrations folder.
struct Bench {
    database: TestDatabase,
    folder: tempfile::TempDir,
}

impl Bench {
    fn new(major: u32, files: &[(&str, &str)]) -> Bench {
        let bench = Bench { database: server(major).database("migration"), folder: tempfile::tempdir().unwrap() };
        for (name, text) in files {
            bench.write(name, text);
        }
        bench
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    fn read(&self) -> Folder {
        Folder::read(self.folder.path()).unwrap()
    }

    async fn migrate(&self) -> anyhow::Result<Report> {
        self.migrate_on(&mut self.database.connect().await, &options()).await
    }

    async fn migrate_on(&self, client: &mut Client, options: &Options) -> anyhow::Result<Report> {
        migration::migrate(client, &self.read(), options, &QUIET).await
    }

    /// The whole error of a run that fails.
    async fn failure(&self) -> String {
        error_report(&self.migrate().await.expect_err("it was to fail"))
    }

    async fn status(&self) -> migration::Status {
        migration::status(&self.database.connect().await, &self.read()).await.unwrap()
    }

    /// A single value of a query, as text.
    fn value(&self, sql: &str) -> String {
        self.database.query_text(sql)[0][0].clone()
    }

    fn history(&self) -> String {
        self.value("select coalesce(string_agg(version || ' ' || name, ', ' order by version), '') from public.refinery_schema_history")
    }
}

fn options() -> Options {
    Options { lock_timeout: Duration::from_millis(300), lock_retries: 0, ..Options::default() }
}

fn files(report: &Report) -> Vec<&str> {
    report.applied.iter().map(|file| file.file.as_str()).collect()
}

#[tokio::test]
async fn files_are_applied_in_order_and_once() {
    for major in support::majors() {
        let bench = Bench::new(
            major,
            &[
                (
                    "V0001__t.sql",
                    "create table t (x int);\ncreate function f() returns int language plpgsql as $$ begin return 1; end $$;\n",
                ),
                ("V0002__c.sql", CONCURRENTLY),
            ],
        );
        let report = bench.migrate().await.unwrap();
        assert_eq!(files(&report), ["V0001__t.sql", "V0002__c.sql"], "on {major}");
        assert_eq!(bench.history(), "1 t, 2 c");
        assert_eq!(bench.value("select indisvalid from pg_index where indexrelid = 't_x'::regclass"), "t");
        assert_eq!(files(&bench.migrate().await.unwrap()), Vec::<&str>::new());
        assert!(bench.status().await.is_clean());
    }
}

#[tokio::test]
async fn a_target_stops_the_run_and_must_make_sense() {
    let bench =
        Bench::new(18, &[("V0001__a.sql", "select 1"), ("V0002__b.sql", "select 2"), ("V0003__c.sql", "select 3")]);
    let mut client = bench.database.connect().await;
    let to = |to| Options { to: Some(to), ..options() };
    assert_eq!(files(&bench.migrate_on(&mut client, &to(2)).await.unwrap()), ["V0001__a.sql", "V0002__b.sql"]);
    let error = bench.migrate_on(&mut client, &to(9)).await.unwrap_err();
    assert!(error_report(&error).contains("no migration V0009\nhint: the newest is `V0003__c.sql`"), "{error:?}");
    let error = bench.migrate_on(&mut client, &to(1)).await.unwrap_err();
    assert!(error_report(&error).contains("rollback --to 1"), "{error:?}");
    let status = bench.status().await;
    assert_eq!(dry_run(&status, None, &[]), "-- V0003__c.sql\nselect 3\n");
}

#[tokio::test]
async fn a_failing_statement_rolls_its_file_back_and_is_shown() {
    let bench = Bench::new(
        18,
        &[
            ("V0001__a.sql", "create table a ();"),
            ("V0002__b.sql", "create table b (é text);\n-- é\n  select é, nope\n  from b;\n"),
        ],
    );
    let said = bench.failure().await;
    let path = bench.path("V0002__b.sql").display().to_string();
    assert!(
        said.starts_with(&format!("error: {path}:3:13: column \"nope\" does not exist (SQLSTATE 42703)\n")),
        "{said}"
    );
    assert!(said.contains("3 |   select é, nope\n  |             ^^^^\n"), "{said}");
    assert!(said.contains("`V0002__b.sql` was rolled back: nothing of it stays"), "{said}");
    assert!(said.contains("applied before it, and kept: V0001__a.sql"), "{said}");
    assert!(!said.contains("at character"), "{said}");
    assert_eq!((bench.value("select to_regclass('a') is not null, 1"), bench.history()), ("t".into(), "1 a".into()));
    assert_eq!(bench.value("select to_regclass('b') is null"), "t");
    bench.write("V0002__b.sql", "create table b ();");
    assert_eq!(files(&bench.migrate().await.unwrap()), ["V0002__b.sql"]);
}

#[tokio::test]
async fn an_error_without_a_position_shows_the_statement_that_failed() {
    let bench = Bench::new(
        16,
        &[(
            "V0001__a.sql",
            "create table a (x int primary key);\ninsert into a values (1);\n\ninsert into a values (1);\n",
        )],
    );
    let said = bench.failure().await;
    assert!(said.contains("V0001__a.sql:4:1: duplicate key value"), "{said}");
    assert!(said.contains("  detail: Key (x)=(1) already exists."), "{said}");
    assert_eq!(bench.history(), "");
}

#[tokio::test]
async fn a_violation_that_only_the_commit_finds_keeps_nothing() {
    let bench = Bench::new(
        18,
        &[(
            "V0001__a.sql",
            "create table a (x int unique deferrable initially deferred); insert into a values (1), (1);",
        )],
    );
    let said = bench.failure().await;
    assert!(said.contains("cannot commit: duplicate key") && said.contains("nothing of it stays"), "{said}");
    assert_eq!(bench.value("select to_regclass('a') is null"), "t");
}

#[tokio::test]
async fn a_file_without_a_transaction_says_what_stays_and_finishes_when_run_again() {
    let bench = Bench::new(
        18,
        &[
            ("V0001__t.sql", "create table t (x int); insert into t values (1), (1);"),
            (
                "V0002__i.sql",
                "-- dbtool: no-transaction\ncreate index concurrently if not exists a on t (x);\ncreate unique index concurrently if not exists \"B\" on public.t (x);\n",
            ),
        ],
    );
    let said = bench.failure().await;
    assert!(said.contains("V0002__i.sql:3:1: could not create unique index \"B\""), "{said}");
    assert!(said.contains("stopped at statement 2 of 2; statement 1 had completed and stays"), "{said}");
    let invalid = "select string_agg(indexrelid::regclass::text, ',') from pg_index where not indisvalid";
    assert_eq!(bench.value(invalid), "\"B\"");
    let unfinished = bench.status().await.unfinished;
    assert_eq!(unfinished.iter().filter_map(|u| u.index.as_deref()).collect::<Vec<_>>(), ["public.\"B\""]);
    bench.database.execute("delete from t");
    assert_eq!(files(&bench.migrate().await.unwrap()), ["V0002__i.sql"]);
    assert_eq!(bench.value(invalid), "NULL");
    assert_eq!(bench.value("select count(*) from pg_index where indrelid = 't'::regclass"), "2");
}

#[tokio::test]
async fn what_was_applied_must_be_what_the_files_say() {
    let bench = Bench::new(
        18,
        &[("V0001__a.sql", "select 1;\n"), ("V0002__b.sql", "select 2;\n"), ("V0003__c.sql", "select 3;\n")],
    );
    bench.migrate().await.unwrap();
    bench.write("V0001__a.sql", "select 1;\r\n");
    assert!(bench.status().await.is_clean(), "line ends alone are no change");
    bench.write("V0001__a.sql", "select 1;\n\n");
    fs::rename(bench.path("V0002__b.sql"), bench.path("V0002__better.sql")).unwrap();
    fs::remove_file(bench.path("V0003__c.sql")).unwrap();
    let said = bench.failure().await;
    for part in
        ["`V0001__a.sql` was changed after", "`V0002__better.sql` was applied as `V0002__b`", "`V0003__c.sql` is gone"]
    {
        assert!(said.contains(part), "{part}\n{said}");
    }
    let status = bench.status().await;
    assert_eq!((status.changed.len(), status.renamed.len(), status.missing.len()), (1, 1, 1));
}

#[tokio::test]
async fn a_file_before_what_is_applied_is_out_of_order() {
    let bench = Bench::new(18, &[("V0001__a.sql", "select 1"), ("V0002__b.sql", "select 2")]);
    bench.migrate().await.unwrap();
    bench.database.execute("delete from refinery_schema_history where version = 1");
    let said = bench.failure().await;
    assert!(said.contains("`V0001__a.sql` is not applied but the later `V0002__b` is"), "{said}");
    assert_eq!(bench.history(), "2 b");
}

#[tokio::test]
async fn status_and_nothing_to_do_make_no_history_table() {
    let bench = Bench::new(15, &[("V0001__a.sql", "select 1")]);
    let status = bench.status().await;
    assert_eq!((status.pending.len(), status.applied.len(), status.running.is_none()), (1, 0, true));
    fs::remove_file(bench.path("V0001__a.sql")).unwrap();
    assert_eq!(bench.migrate().await.unwrap(), Report::default());
    assert_eq!(bench.value("select to_regclass('public.refinery_schema_history') is null"), "t");
}

#[tokio::test]
async fn a_database_that_must_not_be_written_to_is_explained() {
    let bench = Bench::new(18, &[("V0001__a.sql", "create table a ();")]);
    let name = &bench.database.name;
    bench.database.execute(&format!("alter database \"{name}\" set default_transaction_read_only = on"));
    let said = bench.failure().await;
    assert!(said.contains("SQLSTATE 25006") && said.contains("hint: the server is a standby, or"), "{said}");
}

#[tokio::test]
async fn a_role_without_rights_is_told_which_it_needs() {
    let bench = Bench::new(16, &[("V0001__a.sql", "select 1")]);
    let role = bench.database.role("weak", "LOGIN");
    let (mut client, connection) =
        tokio_postgres::connect(&bench.database.url_as(&role), tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    let said = error_report(&bench.migrate_on(&mut client, &options()).await.unwrap_err());
    assert!(
        said.contains("cannot create the history table") && said.contains("GRANT CREATE ON SCHEMA public"),
        "{said}"
    );

    bench.migrate().await.unwrap();
    let error = migration::status(&client, &bench.read()).await.unwrap_err();
    assert!(error_report(&error).contains("GRANT SELECT ON public.refinery_schema_history"), "{error:?}");
    // With rights on the table but none to create one, a migration runs.
    bench.database.execute(&format!("grant select, insert on refinery_schema_history to \"{role}\""));
    bench.write("V0002__b.sql", "select 2");
    assert_eq!(files(&bench.migrate_on(&mut client, &options()).await.unwrap()), ["V0002__b.sql"]);
}

#[tokio::test]
async fn plain_refinery_reads_the_same_history() {
    let bench = Bench::new(18, &[("V0001__a.sql", "select 1;\n"), ("V0002__b.sql", CONCURRENTLY)]);
    bench.write("V0001__a.sql", "create table t (x int);\n");
    bench.migrate().await.unwrap();
    let columns = "select string_agg(attname || ' ' || format_type(atttypid, atttypmod), ', ' order by attnum)
        from pg_attribute where attrelid = 'refinery_schema_history'::regclass and attnum > 0";
    let expected = "version integer, name character varying(255), applied_on character varying(255), checksum character varying(255)";
    assert_eq!(bench.value(columns), expected);
    // What refinery's own loader makes of the folder has the checksums that the history holds.
    let loaded = refinery_core::load_sql_migrations(bench.folder.path()).unwrap();
    let rows =
        bench.database.query_text("select version, name, checksum from refinery_schema_history order by version");
    assert_eq!(loaded.len(), rows.len());
    for (migration, row) in loaded.iter().zip(rows) {
        assert_eq!(
            row,
            [migration.version().to_string(), migration.name().to_owned(), migration.checksum().to_string()]
        );
    }
}
