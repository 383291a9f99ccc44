//! `diff`: what it prints, where, and how it exits.

use std::fs::OpenOptions;
use std::process::Stdio;

use serde_json::Value;

use super::{Bench, TENANTS, exits, holds, one_error, with_column};

#[test]
fn the_text_is_a_line_a_change_on_stdout_and_the_summary_on_stderr() {
    let bench = Bench::new();
    bench.declare(TENANTS);
    let run = bench.run(2, &["diff"]);
    assert_eq!(
        run.stdout,
        "+ table tenants: 2 columns\n+ primary key tenants_pkey on tenants: (id)\n\
         + policy tenants_all on tenants\n+ row security of tenants: force\n"
    );
    assert_eq!(run.stderr, "4 to create\n");
}

#[test]
fn changes_have_a_sign_each_and_hazards_are_explained_on_stderr() {
    let bench = Bench::applied();
    bench.database.execute("CREATE TABLE old AS SELECT 1 AS x; ALTER TABLE tenants ADD COLUMN gone int");
    bench.declare(&with_column("plan = { type = 'text', default = \"'free'\" }"));
    let run = bench.run(2, &["diff"]);
    assert_eq!(
        run.stdout, "- table old: 1 column\n- column tenants.gone\n+ column tenants.plan: text default 'free'\n",
        "{run}"
    );
    let said = "\ndeletes_data: rows or values are gone for good\n";
    holds(&run, &[said, "    every row of `old` (rows not counted yet, ", "    instead: stop using it first"]);
    holds(&run, &["\nno danger in this database\n    `tenants` is empty: deletes_data\n"]);
    assert!(run.stderr.ends_with("1 to create, 2 to drop\n"), "{run}");
}

#[test]
fn nothing_differs_is_exit_0_and_no_data() {
    let bench = Bench::applied();
    let run = bench.run(0, &["diff"]);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", "no differences\n"));
    let run = bench.run(0, &["-q", "diff"]);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""));
    holds(&bench.run(0, &["-v", "diff"]), &["connecting to postgres://postgres@127.0.0.1:", "(`DATABASE_URL`)"]);
}

#[test]
fn quiet_leaves_the_data() {
    let bench = Bench::new();
    bench.declare(TENANTS);
    let run = bench.run(2, &["-q", "diff"]);
    assert!(run.stderr.is_empty() && run.stdout.starts_with("+ table tenants"), "{run}");
}

#[test]
fn the_sql_can_be_applied_as_it_is() {
    let bench = Bench::new();
    bench.declare(TENANTS);
    let run = bench.run(2, &["diff", "--format", "sql"]);
    bench.database.execute(&run.stdout);
    assert_eq!(bench.run(0, &["diff", "--format", "sql"]).stdout, "");
}

#[test]
fn the_json_has_the_keys_that_programs_rely_on() {
    let bench = Bench::applied();
    let same: Value = serde_json::from_str(&bench.run(0, &["diff", "--format", "json"]).stdout).unwrap();
    assert_eq!((&same["same"], same["changes"].as_array().map(Vec::len)), (&Value::Bool(true), Some(0)));
    bench.declare(&with_column("age = 'integer'").replace("'force'", "'on'"));
    let run = bench.run(2, &["diff", "--format", "json"]);
    let document: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(document["same"], false);
    let change = |kind: &str| {
        let all = document["changes"].as_array().unwrap();
        all.iter().find(|change| change["kind"] == kind).unwrap_or_else(|| panic!("{kind} in {run}")).clone()
    };
    let column = change("column");
    for (key, value) in [("action", "create"), ("namespace", "public"), ("table", "tenants"), ("name", "age")] {
        assert_eq!(column[key], value, "{column}");
    }
    assert_eq!(column["object"]["type"], "integer");
    let security = change("row security");
    assert_eq!((&security["action"], &security["properties"][0]["name"]), (&"alter".into(), &"forced".into()));
    assert_eq!((&security["properties"][0]["from"], &security["properties"][0]["to"]), (&true.into(), &false.into()));
    let statements = document["statements"].as_array().unwrap();
    let dangerous = statements.iter().find(|s| s["hazards"][0]["hazard"] == "weakens_access");
    assert!(dangerous.is_some_and(|s| s["sql"].as_str().unwrap().contains("NO FORCE ROW LEVEL SECURITY")), "{run}");
    assert!(document["unmanaged"].is_object());
    assert_eq!(run.stdout, bench.run(2, &["diff", "--format", "json"]).stdout, "same input, same bytes");
}

#[test]
fn colours_come_when_they_are_asked_for() {
    let bench = Bench::new();
    bench.declare(TENANTS);
    let coloured = |args: &[&str]| bench.run(2, args).stdout.contains('\u{1b}');
    assert!(
        !coloured(&["diff"]) && !coloured(&["--color", "never", "diff"]) && coloured(&["--color", "always", "diff"])
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_reader_that_goes_is_no_failure_and_a_full_disk_is_one() {
    let bench = Bench::new();
    bench.declare(TENANTS);
    for args in [&["diff"][..], &["diff", "--format", "json"], &["status"], &["check"], &["--help"]] {
        let (mut command, _home) = bench.tool().args(args).into_command();
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(matches!(output.status.code(), Some(0 | 2)) && !said.contains("error"), "{args:?}: {said}");
    }
    let full = || OpenOptions::new().write(true).open("/dev/full").unwrap();
    let (mut command, _home) = bench.tool().args(["diff"]).into_command();
    let output = command.stdout(full()).stderr(Stdio::piped()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() == Some(1) && said.contains("error: cannot write to stdout\ncaused by: "), "{said}");
    let (mut command, _home) = bench.tool().args(["diff"]).into_command();
    assert_eq!(command.stdout(Stdio::null()).stderr(full()).status().unwrap().code(), Some(2));
}

#[test]
fn namespaces_and_ignored_names_are_left_alone() {
    let bench = Bench::applied();
    bench.database.execute("CREATE SCHEMA billing CREATE TABLE invoices (x int); CREATE TABLE tmp_a (x int)");
    assert!(bench.run(2, &["diff"]).stdout.contains("- table tmp_a"));
    bench.project.write("dbtool.toml", "namespaces = ['public']\nignore = ['tmp_*']\n");
    assert_eq!(bench.run(0, &["diff"]).stdout, "");
    // What is declared there would only seem to be compared.
    bench.project.write("dbtool.toml", "namespaces = ['pubic']\n");
    for command in ["diff", "check"] {
        let said = ["schema/app.toml:", "`namespaces` in dbtool.toml leaves out the schema `public`"];
        one_error(&bench.run(1, &[command]), &said);
    }
}

#[test]
fn arguments_that_make_no_sense_are_a_failure_and_no_difference() {
    let bench = Bench::new();
    for args in [&["diff", "--frobnicate"][..], &["difff"], &["diff", "--format", "yaml"], &[], &["-v", "-q", "diff"]] {
        let run = exits(1, bench.tool().args(args).run());
        assert!(run.stdout.is_empty() && run.stderr.contains("Usage") || run.stderr.contains("--help"), "{run}");
    }
    bench.run(0, &["--version"]);
    for command in ["diff", "migrate", "status", "check", "dev"] {
        let run = bench.run(0, &[command, "--help"]);
        assert!(!run.stdout.contains("See [") && run.stdout.contains("Options of every command:"), "{run}");
    }
    bench.declare(TENANTS);
    let run = bench.run(1, &["--target", "prod", "diff"]);
    one_error(&run, &["there is no target `prod`", "[target.prod]"]);
}
