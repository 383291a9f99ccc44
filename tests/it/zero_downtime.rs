//! The six rules for migrations without downtime: each is enforced, in what dbtool writes and in what somebody wrote by hand.

use crate::command::{Bench, one_error};
use crate::support::{TestDatabase, server};

const USERS: &str =
    "[table.users]\nprimary_key = ['id']\ncolumn.id = 'integer'\ncolumn.email = 'text'\ncolumn.age = 'integer'\n";

/// A project whose table holds rows.
fn in_use() -> Bench {
    let bench = Bench::new();
    bench.declare(USERS);
    bench.apply("first");
    bench.database.execute("INSERT INTO users SELECT n, 'user' || n, n FROM generate_series(1, 100) AS n");
    bench
}

/// Puts a migration that somebody wrote by hand into the project, with its way back.
fn by_hand(bench: &Bench, name: &str, sql: &str) {
    bench.project.write(&format!("migrations/{name}.sql"), sql);
    bench.project.write(&format!("migrations/{name}.down.sql"), "SELECT 1;\n");
}

/// The same migrations on another database, where the table holds rows.
fn elsewhere(bench: &Bench, to: &str) -> TestDatabase {
    let other = server(18).database("production");
    let run = bench.project.tool().args(["migrate", "--to", to, "--url", &other.url]).run();
    assert_eq!(run.code, 0, "{run}");
    other.execute("INSERT INTO users (id) VALUES (1)");
    other
}

#[test]
fn rule_1_never_drop_a_column_that_code_uses() {
    let bench = in_use();
    bench.declare(&USERS.replace("column.age = 'integer'\n", ""));
    let run = bench.run(3, &["diff", "--write", "drop age"]);
    one_error(&run, &["deletes_data: every value of `users.age`", "breaks_code: code that names `users.age`"]);
    one_error(&run, &["`--allow breaks_code,deletes_data`"]);
    // Without rows nothing is lost, and code breaks all the same.
    bench.database.execute("TRUNCATE users");
    let run = bench.run(3, &["diff", "--write", "drop age"]);
    one_error(&run, &["breaks_code: code that names `users.age`", "`--allow breaks_code`"]);
    assert!(!run.stderr.contains("deletes_data"), "{run}");
    // The release after: nobody names it any more, and somebody says so.
    let run = bench.run(0, &["diff", "--write", "drop age", "--allow", "breaks_code"]);
    assert!(run.stderr.contains("no danger in this database\n    `users` is empty: deletes_data"), "{run}");
    // What was written where the table is empty is looked at again where it is not.
    let other = elsewhere(&bench, "1");
    let run = bench.project.tool().args(["migrate", "--url", &other.url]).run();
    assert_eq!(run.code, 3, "{run}");
    one_error(
        &run,
        &["V0002__drop_age.sql: deletes_data in `public.users`", "it holds rows", "`--allow deletes_data`"],
    );
    let run = bench.project.tool().args(["migrate", "--url", &other.url, "--allow", "deletes_data"]).run();
    assert_eq!(run.code, 0, "{run}");
    bench.run(0, &["migrate"]);
    // By hand.
    by_hand(&bench, "V0003__by_hand", "-- gone\nALTER TABLE users DROP COLUMN email;\n");
    let run = bench.run(3, &["migrate"]);
    one_error(&run, &["V0003__by_hand.sql:2:1: breaks_code in `users`: `email` is dropped", "`--allow breaks_code`"]);
    let run = bench.project.tool().args(["migrate", "--url", &other.url]).run();
    one_error(
        &run,
        &["breaks_code", "V0003__by_hand.sql:2:1: deletes_data in `users`: every value of `email` (it holds rows)"],
    );
    let run = bench.run(2, &["check"]);
    assert!(run.stdout.contains("danger migrations V0003__by_hand.sql:2:1: breaks_code"), "{run}");
    // Its author says that it is meant.
    by_hand(&bench, "V0003__by_hand", "-- hazards: breaks_code, deletes_data\nALTER TABLE users DROP COLUMN email;\n");
    bench.run(0, &["migrate"]);
}

#[test]
fn rule_2_never_rename_a_column() {
    let bench = in_use();
    bench.declare(&USERS.replace("column.email = 'text'", "column.mail = { type = 'text', renamed_from = 'email' }"));
    let run = bench.run(3, &["diff", "--write", "mail"]);
    one_error(&run, &["breaks_code: `email` is called `mail`", "`--allow breaks_code`"]);
    // In two phases: the new one beside the old one, then the old one goes, once nobody names it.
    let both = USERS.replace("column.email = 'text'", "column.email = 'text'\ncolumn.mail = 'text'");
    bench.declare(&both);
    bench.run(0, &["diff", "--write", "mail beside email"]);
    bench.run(0, &["migrate"]);
    bench.declare(&both.replace("column.email = 'text'\n", ""));
    one_error(&bench.run(3, &["diff", "--write", "no email"]), &["deletes_data", "breaks_code"]);
    bench.run(0, &["diff", "--write", "no email", "--allow", "deletes_data,breaks_code"]);
    bench.run(0, &["migrate"]);
    // By hand.
    by_hand(&bench, "V0004__by_hand", "ALTER TABLE public.users RENAME mail TO email;\n");
    let run = bench.run(3, &["migrate"]);
    one_error(&run, &["V0004__by_hand.sql:1:1: breaks_code in `public.users`: `mail` gets another name"]);
    assert_eq!(bench.value("SELECT max(version) FROM refinery_schema_history"), "3");
    bench.run(0, &["migrate", "--allow", "breaks_code"]);
}

#[test]
fn rule_3_a_new_column_takes_null_or_has_a_default() {
    let bench = in_use();
    let with = |column: &str| USERS.to_owned() + column;
    bench.declare(&with("column.plan = { type = 'text', not_null = true }\n"));
    let run = bench.run(3, &["diff", "--write", "plan"]);
    one_error(&run, &["breaks_code: code that inserts without `plan`", "`--allow breaks_code`"]);
    let run = bench.run(2, &["diff"]);
    assert!(run.stderr.contains("may_fail") && run.stderr.contains("100 rows of `users` would need a value"), "{run}");
    for (name, column) in [
        ("nullable", "column.a = 'text'\n"),
        ("default", "column.b = { type = 'integer', not_null = true, default = 0 }\n"),
    ] {
        bench.declare(&with(&["column.a = 'text'\n", column][..1 + usize::from(name == "default")].concat()));
        bench.run(0, &["diff", "--write", name]);
        bench.run(0, &["migrate"]);
    }
    by_hand(&bench, "V0004__by_hand", "ALTER TABLE users ADD COLUMN plan text NOT NULL;\n");
    one_error(
        &bench.run(3, &["migrate"]),
        &["V0004__by_hand.sql:1:1: breaks_code in `users`: code that inserts without `plan`"],
    );
    by_hand(&bench, "V0004__by_hand", "ALTER TABLE users ADD COLUMN plan text NOT NULL DEFAULT 'free';\n");
    bench.run(0, &["migrate"]);
}

#[test]
fn rule_4_indexes_are_created_concurrently() {
    let bench = in_use();
    bench.declare(
        &(USERS.to_owned() + "index.users_email_idx = { on = ['email'] }\nunique.users_age = { columns = ['age'] }\n"),
    );
    bench.run(0, &["diff", "--write", "indexes"]);
    let text = std::fs::read_to_string(bench.project.path().join("migrations/V0002__indexes.sql")).unwrap();
    assert!(text.starts_with("-- dbtool: no-transaction\n"), "{text}");
    assert_eq!(text.matches("INDEX CONCURRENTLY").count(), 2, "{text}");
    bench.run(0, &["migrate"]);
    // Where writers would wait, that is said; a project can refuse it.
    by_hand(&bench, "V0003__by_hand", "CREATE INDEX by_hand ON users (age);\n");
    let run = bench.run(2, &["check"]);
    assert!(run.stdout.contains("danger migrations V0003__by_hand.sql:1:1: blocks_writes in `users`"), "{run}");
    assert!(run.stdout.contains("write CONCURRENTLY"), "{run}");
    one_error(&bench.run(3, &["migrate"]), &["V0003__by_hand.sql:1:1: blocks_writes", "`--allow blocks_writes`"]);
    by_hand(&bench, "V0003__by_hand", "-- dbtool: no-transaction\nCREATE INDEX CONCURRENTLY by_hand ON users (age);\n");
    bench.run(0, &["migrate"]);
    bench.declare(&(USERS.to_owned() + "index.users_email_idx = { on = ['email'] }\nunique.users_age = { columns = ['age'] }\nindex.by_hand = { on = ['age'] }\n"));
    bench.run(0, &["check"]);
}

#[test]
fn rule_5_migrations_are_tried_out_on_a_copy() {
    let bench = in_use();
    bench.declare(&(USERS.to_owned() + "column.plan = 'text'\n"));
    let run = bench.run(0, &["diff", "--write", "plan"]);
    assert!(run.stderr.contains("rehearsed on a scratch copy: forward and back\n"), "{run}");
    let run = bench.run(0, &["migrate", "--rehearse"]);
    assert!(run.stderr.contains("1 migration rehearsed on a scratch copy: forward and back"), "{run}");
    assert_eq!(bench.value("SELECT max(version) FROM refinery_schema_history"), "1");
    // What fails there fails before the database is touched.
    by_hand(&bench, "V0003__by_hand", "ALTER TABLE users ADD COLUMN plan text;\n");
    let run = bench.run(1, &["migrate", "--rehearse"]);
    one_error(
        &run,
        &[
            "the rehearsal failed, on a scratch copy of the schema",
            "column \"plan\" of relation \"users\" already exists",
        ],
    );
    assert_eq!(bench.value("SELECT max(version) FROM refinery_schema_history"), "1");
}

#[test]
fn rule_6_every_migration_has_its_way_back() {
    let bench = in_use();
    bench.declare(&(USERS.to_owned() + "column.plan = 'text'\n"));
    bench.run(0, &["diff", "--write", "plan"]);
    assert!(bench.files().contains(&"V0002__plan.down.sql".to_owned()), "{:?}", bench.files());
    bench.run(0, &["migrate"]);
    bench.run(0, &["check"]);
    bench.project.write("migrations/V0003__by_hand.sql", "UPDATE users SET plan = 'free' WHERE plan IS NULL;\n");
    let run = bench.run(2, &["check"]);
    let finding = "drift  migrations V0003__by_hand.sql: cannot_undo: there is no down file, and so no way back";
    assert!(run.stdout.contains(finding), "{run}");
    // A project that lets nothing through without one.
    bench.project.write("dbtool.toml", "[hazards]\nrefuse = ['cannot_undo']\n");
    one_error(&bench.run(3, &["migrate"]), &["V0003__by_hand.sql: cannot_undo", "`--allow cannot_undo`"]);
    bench.project.write("dbtool.toml", "");
    let run = bench.run(0, &["migrate"]);
    assert!(run.stderr.contains("V0003__by_hand.sql has no way back: there is no down file"), "{run}");
    // What is applied is as it is; the way back can still be written.
    bench.run(0, &["check"]);
    bench.project.write("migrations/V0003__by_hand.down.sql", "SELECT 1;\n");
    bench.run(0, &["check"]);
    bench.run(0, &["rollback", "--to", "1", "--allow", "deletes_data"]);
}

#[test]
fn what_is_refused_hangs_on_the_environment() {
    let bench = in_use();
    bench.project.write(
        "dbtool.toml",
        "[hazards]\nallow = ['builds_index']\n[hazards.production]\nrefuse = ['builds_index']\n[hazards.staging]\nwarn = ['deletes_data', 'breaks_code']\n",
    );
    bench.declare(&(USERS.to_owned() + "index.users_email_idx = { on = ['email'] }\n"));
    let run = bench.run(2, &["diff"]);
    assert!(!run.stderr.contains("builds_index"), "{run}");
    let name = bench.value("SELECT current_database()");
    let mark = |it: &str| bench.database.execute(&format!("ALTER DATABASE \"{name}\" SET dbtool.environment = '{it}'"));
    mark("prod-eu");
    one_error(
        &bench.run(3, &["diff", "--write", "index"]),
        &["builds_index: `users_email_idx` on `users` (", "`--allow builds_index`"],
    );
    mark("staging");
    bench.run(0, &["diff", "--write", "index"]);
    // The same file elsewhere.
    mark("production");
    let run = bench.run(3, &["migrate"]);
    one_error(&run, &["V0002__index.sql: builds_index", "nothing was applied", "`--allow builds_index`"]);
    bench.run(0, &["migrate", "--allow", "builds_index"]);
    // What is refused as a rule is only warned of there.
    bench.declare(&(USERS.replace("column.age = 'integer'\n", "") + "index.users_email_idx = { on = ['email'] }\n"));
    bench.run(3, &["diff", "--write", "drop"]);
    mark("staging");
    bench.run(0, &["diff", "--write", "drop", "--no-rehearsal"]);
    // A target says it, where the database does not.
    bench.database.execute(&format!("ALTER DATABASE \"{name}\" RESET dbtool.environment"));
    bench.project.write(
        "dbtool.toml",
        "[hazards.production]\nrefuse = ['deletes_data']\n[target.live]\nurl = '${LIVE}'\nenvironment = 'production'\n",
    );
    let run = bench.tool().env("LIVE", &bench.database.url).args(["migrate", "--target", "live"]).run();
    assert_eq!(run.code, 3, "{run}");
    one_error(&run, &["V0003__drop.sql: deletes_data"]);
    bench.run(0, &["migrate"]);
}

#[test]
fn a_new_database_is_built_from_whatever_is_in_the_folder() {
    let bench = Bench::new();
    by_hand(&bench, "V0001__a", "CREATE TABLE t (a int, b int); INSERT INTO t VALUES (1, 2);\n");
    by_hand(
        &bench,
        "V0002__b",
        "ALTER TABLE t RENAME a TO c; ALTER TABLE t DROP b; CREATE INDEX i ON t (c); DELETE FROM t;\n",
    );
    bench.run(0, &["migrate"]);
}
