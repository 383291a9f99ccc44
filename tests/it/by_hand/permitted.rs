//! What is permitted of them, by whom, and what is said before anything runs.

use super::{file, to_be_allowed};
use crate::command::{Bench, one_error};

#[test]
fn a_policy_holds_for_what_cannot_be_looked_into() {
    let bench = Bench::new();
    file(&bench, "V0001__t", "CREATE TABLE t (a int);\nINSERT INTO t VALUES (1);\n");
    bench.run(0, &["migrate"]);
    let sql = "DO $$ BEGIN EXECUTE 'DROP ' || 'TABLE t'; END $$;\n";
    file(&bench, "V0002__by_hand", sql);
    let said = ["V0002__by_hand.sql:1:1: deletes_data: what EXECUTE puts together cannot be looked into"];
    one_error(&bench.run(3, &["migrate"]), &said);
    // Its author means it, and the project does not.
    file(&bench, "V0002__by_hand", &format!("-- hazards: deletes_data, weakens_access\n{sql}"));
    bench.project.write("dbtool.toml", "[hazards]\nrefuse = ['deletes_data']\n");
    one_error(&bench.run(3, &["migrate"]), &["V0002__by_hand.sql: deletes_data", "`--allow deletes_data`"]);
    bench.run(0, &["migrate", "--allow", "deletes_data"]);
}

#[test]
fn what_is_written_into_a_generated_file_is_judged_as_well() {
    let table = "[table.users]\nprimary_key = ['id']\ncolumn.id = 'integer'\ncolumn.age = 'integer'\n";
    let bench = Bench::new();
    bench.declare(table);
    bench.apply("first");
    bench.database.execute("INSERT INTO users VALUES (1, 1)");
    bench.declare(&format!("{table}column.plan = 'text'\n"));
    bench.run(0, &["diff", "--write", "plan"]);
    let path = "migrations/V0002__plan.sql";
    let text = bench.project.read(path);
    for more in ["DROP TABLE users;\n", "ALTER TABLE users DROP age;\n", "DELETE FROM users;\n"] {
        bench.project.write(path, &format!("{text}\n{more}"));
        let run = bench.run(3, &["migrate"]);
        one_error(&run, &["V0002__plan.sql:", "deletes_data"]);
        assert!(bench.run(2, &["check"]).stdout.contains("danger migrations V0002__plan.sql:"), "{more}");
    }
    // A head that leaves something out is no better.
    let without = |begin: &str| {
        let lines = text.lines().filter(|line| !line.starts_with(begin));
        lines.map(|line| format!("{line}\n")).collect::<String>()
    };
    bench.project.write(path, &format!("{}DROP TABLE users;\n", without("-- seal ")));
    bench.run(3, &["migrate"]);
    // Comments and a title of one's own change nothing.
    bench.project.write(path, &text.replace("-- plan\n", "-- Plans, at last\n").replace("ALTER", "-- why\nALTER"));
    bench.run(0, &["migrate"]);
    // The way back is sealed likewise.
    bench.database.execute("UPDATE users SET plan = 'free'");
    let down = "migrations/V0002__plan.down.sql";
    let back = bench.project.read(down);
    bench.project.write(down, &format!("{back}\nGRANT SELECT ON users TO PUBLIC;\n"));
    let run = bench.run(3, &["rollback", "--allow", "deletes_data"]);
    one_error(&run, &["V0002__plan.down.sql:", "weakens_access", "`--allow weakens_access`"]);
    bench.project.write(down, &back);
    bench.run(0, &["rollback", "--allow", "deletes_data"]);
}

#[test]
fn ways_back_are_held_to_the_policy() {
    let bench = Bench::new();
    file(&bench, "V0001__t", "CREATE TABLE t (a int, b int);\n");
    bench.run(0, &["migrate"]);
    bench.database.execute("INSERT INTO t VALUES (1, 1)");
    for (name, down, named) in [
        ("V0002__a", "DROP TABLE t;\n", "deletes_data"),
        ("V0002__a", "DELETE FROM t WHERE a = 1;\n", "deletes_data"),
        ("V0002__a", "GRANT SELECT ON t TO PUBLIC;\n", "weakens_access"),
        ("V0002__a", "DO $$ BEGIN EXECUTE 'DROP ' || 'TABLE t'; END $$;\n", "deletes_data,weakens_access"),
    ] {
        bench.project.write(&format!("migrations/{name}.sql"), "SELECT 1;\n");
        bench.project.write(&format!("migrations/{name}.down.sql"), down);
        bench.run(0, &["migrate"]);
        let run = bench.run(3, &["rollback"]);
        one_error(
            &run,
            &["the way back is dangerous and was not taken", "V0002__a.down.sql:1:1: ", "nothing was rolled back"],
        );
        assert_eq!(to_be_allowed(&run.stderr), named, "{run}");
        assert_eq!(bench.value("SELECT max(version) FROM refinery_schema_history"), "2");
    }
    // What breaks only what goes forward is let through, unless somebody refuses it.
    bench.project.write("migrations/V0002__a.down.sql", "ALTER TABLE t RENAME b TO c;\n");
    bench.project.write("dbtool.toml", "[hazards.staging]\nrefuse = ['breaks_code']\n");
    let name = bench.value("SELECT current_database()");
    bench.database.execute(&format!("ALTER DATABASE \"{name}\" SET dbtool.environment = 'staging'"));
    one_error(&bench.run(3, &["rollback"]), &["breaks_code in `t`", "`--allow breaks_code`"]);
    bench.database.execute(&format!("ALTER DATABASE \"{name}\" RESET dbtool.environment"));
    bench.run(0, &["rollback"]);
    // And what is refused as a rule may be allowed for an environment.
    bench.project.write("migrations/V0002__a.down.sql", "DELETE FROM t;\n");
    bench.run(0, &["migrate"]);
    bench.project.write("dbtool.toml", "[hazards]\nallow = ['deletes_data']\n");
    bench.run(0, &["rollback"]);
}

/// What a name holds cannot be taken for a line of dbtool's.
#[test]
fn a_name_cannot_forge_a_line() {
    let bench = Bench::new();
    file(&bench, "V0001__t", "CREATE TABLE \"a\nerror: all is well\u{1b}[2J\" (b int);\n");
    bench.run(0, &["migrate"]);
    bench.database.execute("INSERT INTO \"a\nerror: all is well\u{1b}[2J\" VALUES (1)");
    file(&bench, "V0002__by_hand", "DROP TABLE \"a\nerror: all is well\u{1b}[2J\";\n");
    let run = bench.run(3, &["migrate"]);
    one_error(&run, &["in `\"a\\nerror: all is well\\u{1b}[2J\"`"]);
    assert!(!run.stderr.contains('\u{1b}'), "{run}");
    let run = bench.run(2, &["check"]);
    assert!(run.stdout.lines().all(|line| !line.starts_with("error")), "{run}");
}

#[test]
fn an_environment_that_nothing_is_of_is_said() {
    let bench = Bench::new();
    bench.project.write("dbtool.toml", "[hazards.prodution]\nrefuse = ['deletes_data']\n");
    let said =
        ["dbtool.toml:1:10: no target names the environment `prodution`", "did you mean `[hazards.production]`?"];
    for args in [&["migrate"][..], &["rollback"], &["diff"], &["check"]] {
        one_error(&bench.run(1, args), &said);
    }
}

/// What a new table shows of a closed one hangs on the rights that it is born with, and on who is bound.
#[test]
fn a_table_is_as_open_as_it_is_born() {
    let bench = Bench::new();
    let parts = "CREATE TABLE parts (a int) PARTITION BY LIST (a);\nALTER TABLE parts ENABLE ROW LEVEL SECURITY;\n\
                 ALTER TABLE parts FORCE ROW LEVEL SECURITY;\n";
    file(&bench, "V0001__parts", parts);
    bench.run(0, &["migrate"]);
    bench.database.execute("ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO pg_monitor");
    for (sql, table) in [
        ("CREATE TABLE p1 PARTITION OF parts FOR VALUES IN (1);\n", "p1"),
        ("CREATE TABLE copied AS SELECT * FROM parts;\n", "copied"),
    ] {
        file(&bench, "V0002__more", sql);
        one_error(
            &bench.run(3, &["migrate"]),
            &["default privileges give others rights on", "`--allow weakens_access`"],
        );
        let closed = format!("{sql}ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;\nSELECT 1/0;\n");
        file(&bench, "V0002__more", &closed);
        assert!(bench.run(1, &["migrate"]).stderr.contains("division by zero"));
    }
    bench.database.execute("ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE SELECT ON TABLES FROM pg_monitor");
    // An owner that row security binds in the one table it does not bind in the other.
    let owner = bench.database.role("owner", "LOGIN");
    let grants = format!(
        "ALTER TABLE parts OWNER TO \"{owner}\"; GRANT CREATE ON SCHEMA public TO \"{owner}\"; \
                          ALTER TABLE refinery_schema_history OWNER TO \"{owner}\""
    );
    bench.database.execute(&grants);
    file(&bench, "V0002__more", "CREATE TABLE p1 PARTITION OF parts FOR VALUES IN (1);\n");
    let run = bench.project.dbtool_at(&bench.database.url_as(&owner), &["migrate"]);
    assert_eq!(run.code, 3, "{run}");
    one_error(&run, &["its owner is bound in the other table, and not in this one"]);
    bench.run(0, &["migrate"]);
}

/// Rows that row security keeps apart, bound for their owner as well.
const CLOSED: &str = "CREATE TABLE notes (id int PRIMARY KEY, tenant text, body text);
    INSERT INTO notes SELECT n, 'b', 'x' FROM generate_series(1, 3) AS n;
    ALTER TABLE notes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
    CREATE POLICY own ON notes USING (tenant = current_user);
    CREATE TABLE plain (id int PRIMARY KEY, a int); INSERT INTO plain VALUES (1, 1), (2, 2);";

const LEAK: &str = "CREATE VIEW peek AS SELECT * FROM notes; GRANT SELECT ON peek TO PUBLIC;\n\
                    UPDATE notes SET tenant = 'a' WHERE id = id;\n";

#[test]
fn the_first_refusal_names_every_danger() {
    let bench = Bench::new();
    bench.database.execute(CLOSED);
    file(&bench, "V0001__leak", LEAK);
    let all = [
        "V0001__leak.sql:1:1: weakens_access",
        "V0001__leak.sql:1:42: weakens_access",
        "V0001__leak.sql:2:1: cannot_undo",
    ];
    let run = bench.run(3, &["migrate"]);
    one_error(&run, &all);
    one_error(
        &run,
        &["V0001__leak.sql:2:1: weakens_access in `notes`", "(policies read `tenant`)", "nothing was applied"],
    );
    assert_eq!(to_be_allowed(&run.stderr), "cannot_undo,weakens_access", "{run}");
    // Those of the files behind as well, and none of what an earlier one makes: that is nobody's yet.
    file(&bench, "V0002__more", "CREATE TABLE fresh (a int);\nINSERT INTO fresh VALUES (1);\n");
    file(&bench, "V0003__more", "UPDATE fresh SET a = 1;\n  DELETE FROM plain;\n");
    file(&bench, "V0004__more", "DROP TABLE fresh;\nALTER TABLE plain DROP COLUMN a;\n");
    let run = bench.run(3, &["migrate"]);
    one_error(&run, &all);
    one_error(
        &run,
        &["V0003__more.sql:2:3: deletes_data in `plain`: every row", "V0004__more.sql:2:1: breaks_code in `plain`"],
    );
    assert!(!run.stderr.contains("fresh"), "{run}");
    let named = "breaks_code,cannot_undo,deletes_data,weakens_access";
    assert_eq!(to_be_allowed(&run.stderr), named, "{run}");
    assert_eq!(bench.value("SELECT to_regclass('peek') IS NULL AND to_regclass('fresh') IS NULL"), "t");
    bench.run(0, &["migrate", "--allow", named]);
}

#[test]
fn a_later_file_is_refused_before_an_earlier_one_ran() {
    let bench = Bench::new();
    bench.database.execute(CLOSED);
    file(&bench, "V0001__harmless", "CREATE TABLE fresh (a int);\n");
    file(&bench, "V0002__plain", "DELETE FROM plain;\n");
    file(&bench, "V0003__notes", "UPDATE notes SET tenant = 'a' WHERE id = id;\n");
    let run = bench.run(3, &["migrate"]);
    one_error(
        &run,
        &["V0002__plain.sql:1:1: deletes_data", "V0003__notes.sql:1:1: cannot_undo", "nothing was applied"],
    );
    assert_eq!(to_be_allowed(&run.stderr), "cannot_undo,deletes_data,weakens_access", "{run}");
    assert_eq!(bench.value("SELECT to_regclass('fresh') IS NULL"), "t");
    // What only its turn tells is told with what is behind it.
    file(&bench, "V0001__harmless", "CREATE TABLE kept AS SELECT * FROM plain;\nDROP TABLE IF EXISTS plain_too;\n");
    file(&bench, "V0002__plain", "ALTER TABLE plain RENAME TO others;\n");
    file(&bench, "V0003__notes", "DELETE FROM others;\n");
    file(&bench, "V0004__last", "UPDATE notes SET tenant = 'a' WHERE id = id;\n");
    let run = bench.run(3, &["migrate", "--allow", "breaks_code,cannot_undo,weakens_access"]);
    one_error(&run, &["V0003__notes.sql:1:1: deletes_data in `others`", "up to `V0002__plain.sql`"]);
}

#[test]
fn the_first_refusal_of_a_way_back_names_every_danger() {
    let bench = Bench::new();
    bench.database.execute(CLOSED);
    for (name, down) in [("V0001__a", LEAK), ("V0002__b", "DELETE FROM plain;\n")] {
        file(&bench, name, "SELECT 1;\n");
        bench.project.write(&format!("migrations/{name}.down.sql"), down);
    }
    bench.run(0, &["migrate"]);
    let run = bench.run(3, &["rollback", "--to", "0"]);
    one_error(
        &run,
        &["V0002__b.down.sql:1:1: deletes_data", "V0001__a.down.sql:1:1: weakens_access", "nothing was rolled back"],
    );
    one_error(&run, &["V0001__a.down.sql:2:1: cannot_undo", "V0001__a.down.sql:2:1: weakens_access in `notes`"]);
    let named = "cannot_undo,deletes_data,weakens_access";
    assert_eq!(to_be_allowed(&run.stderr), named, "{run}");
    bench.run(0, &["rollback", "--to", "0", "--allow", named]);
}

#[test]
fn a_dry_run_shows_what_is_dangerous() {
    let bench = Bench::new();
    bench.database.execute(CLOSED);
    file(&bench, "V0001__leak", LEAK);
    file(&bench, "V0002__plain", "SELECT 1;\nDELETE FROM plain;\n");
    let run = bench.run(0, &["migrate", "--dry-run"]);
    let shown =
        "-- V0002__plain.sql\n-- V0002__plain.sql:2:1: deletes_data in `plain`: every row of `plain` (it holds rows)\n";
    assert!(run.stdout.contains(shown), "{run}");
    assert!(run.stdout.starts_with("-- V0001__leak.sql\n-- V0001__leak.sql:1:1: weakens_access"), "{run}");
    let said = "2 migrations would be applied, once `--allow cannot_undo,deletes_data,weakens_access` is passed";
    assert!(run.stderr.contains(said), "{run}");
    let run = bench.run(0, &["migrate", "--dry-run", "--format", "json", "--allow", "deletes_data"]);
    let shown: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    let hazard = &shown["pending"][1]["hazards"][0];
    assert_eq!((&hazard["hazard"], &hazard["line"], &hazard["column"]), (&"deletes_data".into(), &2.into(), &1.into()));
    assert_eq!((&hazard["refused"], &shown["pending"][1]["file"]), (&false.into(), &"V0002__plain.sql".into()));
    assert_eq!(bench.value("SELECT count(*) FROM plain"), "2");
}

/// The statements that a run of a file sends that is dangerous in so many ways and tables.
fn sent(tables: usize) -> usize {
    let bench = Bench::new();
    let each = |sql: &str| (0..tables).map(|n| sql.replace("{n}", &n.to_string())).collect::<String>();
    let made = "CREATE TABLE t{n} (id int PRIMARY KEY, a text, c int);\nINSERT INTO t{n} VALUES (1, 'x', 1), (2, 'y', 2);\n\
                CREATE TABLE e{n} (a int);\nCREATE FUNCTION f{n}() RETURNS int LANGUAGE sql AS 'SELECT 1';\n\
                CREATE VIEW v{n} AS SELECT f{n}();\n";
    file(&bench, "V0001__made", &each(made));
    bench.run(0, &["migrate"]);
    let name = bench.value("SELECT current_database()");
    bench.database.execute(&format!("ALTER DATABASE \"{name}\" SET log_statement = 'all'"));
    let sql = "UPDATE t{n} SET a = '' WHERE id > 1;\nDELETE FROM e{n};\nSELECT f{n}() FROM v{n};\n\
               DROP VIEW IF EXISTS w{n};\nDROP FUNCTION IF EXISTS g{n}();\n";
    let sql = each(sql) + &each("DROP POLICY IF EXISTS p ON t{n};\n");
    file(&bench, "V0002__more", &sql);
    let logged = || {
        let log = std::fs::read_to_string(bench.database.server.folder.join("log")).unwrap();
        let mark = format!("[{name}]");
        log.lines().filter(|l| l.contains(&mark) && (l.contains("statement: ") || l.contains("execute "))).count()
    };
    let before = logged();
    bench.run(0, &["migrate"]);
    logged() - before
}

#[test]
fn the_number_of_questions_does_not_grow_with_the_statements() {
    let (few, many) = (sent(2), sent(40));
    assert!(few > 0, "the server logs nothing");
    assert_eq!(few, many);
}

#[test]
fn a_head_names_hazards_that_there_are() {
    let bench = Bench::new();
    file(&bench, "V0001__t", "-- The first\n-- hazards: none, delets_data\nCREATE TABLE t (a int);\n");
    let said = ["V0001__t.sql:2:19: there is no hazard `delets_data`", "did you mean `deletes_data`?"];
    one_error(&bench.run(1, &["migrate"]), &said);
    one_error(&bench.run(1, &["migrate", "--dry-run"]), &said);
    file(&bench, "V0001__t", "-- hazards: whatever\nCREATE TABLE t (a int);\n");
    one_error(&bench.run(1, &["migrate"]), &["V0001__t.sql:1:13: there is no hazard `whatever`", "there are: "]);
    file(&bench, "V0001__t", "-- hazards: deletes_data, none\nCREATE TABLE t (a int);\n");
    bench.run(0, &["migrate"]);
    // The way back has a head of its own.
    bench.project.write("migrations/V0001__t.down.sql", "-- hazards: delete_data\nDROP TABLE t;\n");
    one_error(&bench.run(1, &["rollback"]), &["V0001__t.down.sql:1:13: there is no hazard `delete_data`"]);
}
