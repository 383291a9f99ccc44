//! Many databases under one name: by their names, and by what a server has.

use crate::command::one_error;
use crate::support::{Project, TestDatabase, server};

/// A project whose migrations make a table `t`, and databases that are called `PREFIX_a`, `PREFIX_b`, ….
fn project() -> Project {
    let project = Project::new();
    project.write("migrations/V0001__t.sql", "CREATE TABLE t (x int);\n");
    project.write("schema/t.toml", "[table.t.column]\nx = 'int'\n");
    project
}

fn is_applied(database: &TestDatabase) -> bool {
    database.query_text("select to_regclass('t') is not null")[0][0] == "t"
}

#[test]
fn a_server_says_which_databases_there_are() {
    let server = server(18);
    let all: Vec<TestDatabase> = (0..3).map(|_| server.database("many groups é")).collect();
    let pattern = format!("many groups é_{}_*", std::process::id());
    let project = project();
    let config = |more: &str| {
        let url = server.url("postgres");
        project.write("dbtool.toml", &format!("[target.t]\nurl = '{url}'\ndatabases = '{pattern}'\n{more}"));
    };
    config("");
    let run = project.dbtool(&["migrate", "--target", "t"]);
    assert!(run.code == 0 && run.stderr.ends_with("3 done\n"), "{run}");
    assert!(run.stderr.contains(&format!("] t/{}: done in ", all[1].name)), "{run}");
    assert!(all.iter().all(is_applied));
    // One of them, also where only one can be meant; its name has a blank and an accent.
    let one = format!("t/{}", all[0].name);
    let run = project.dbtool(&["diff", "--target", &one]);
    assert!(run.code == 0, "{run}");
    one_error(&project.dbtool(&["diff", "--target", "t"]), &["one database at a time"]);
    one_error(&project.dbtool(&["diff", "--target", "t/postgres"]), &["the target `t` has no `postgres`", &pattern]);

    // A new one is found by itself, and one that takes no connections is left out aloud.
    let new = server.database("many groups é");
    let closed = format!("alter database \"{}\" allow_connections false", all[1].name);
    server_says(&all[0], &closed);
    let run = project.dbtool(&["status", "--target", "t/*"]);
    assert!(run.code == 2 && run.stderr.contains("2 done, 1 differ"), "{run}");
    assert!(run.stderr.contains(&format!("left out: `t/{}` is closed to everybody", all[1].name)), "{run}");
    server_says(&all[0], &closed.replace("false", "true"));

    config(&format!("canary = '{}'\n", new.name));
    let run = project.dbtool(&["migrate", "--target", "all"]);
    let first = run.stderr.lines().find(|line| line.starts_with("[1/4]")).unwrap_or_default();
    assert!(run.code == 0 && first.contains(&new.name), "{run}");
    config("canary = 'nobody'\n");
    one_error(&project.dbtool(&["migrate", "--target", "all"]), &["no database `nobody`, which is to be its canary"]);
    project.write("dbtool.toml", &format!("[target.t]\nurl = '{}'\ndatabases = 'nothing_*'\n", server.url("postgres")));
    let run = project.dbtool(&["migrate", "--target", "all"]);
    assert!(run.code == 1 && run.stderr.contains("is called `nothing_*`"), "{run}");
}

fn server_says(database: &TestDatabase, sql: &str) {
    crate::support::execute(&database.server.url("postgres"), sql);
}

#[test]
fn names_in_the_file_stand_in_the_url() {
    let server = server(18);
    let all: Vec<TestDatabase> = (0..2).map(|_| server.database("named")).collect();
    let project = project();
    let rest = |database: &TestDatabase| database.name.trim_start_matches("named_").to_owned();
    let (a, b) = (rest(&all[0]), rest(&all[1]));
    let url = server.url("named_{name}");
    project.write("dbtool.toml", &format!("[target.n]\nurl = '{url}'\nnames = ['{a}', '{b}']\ncanary = '{b}'\n"));
    let run = project.dbtool(&["migrate", "--target", "n"]);
    let order: Vec<&str> = run.stderr.lines().filter(|line| line.starts_with('[')).collect();
    assert!(run.code == 0 && order[0].contains(&format!("n/{b}: done")), "{run}");
    assert!(all.iter().all(is_applied));
    let run = project.dbtool(&["rollback", "--target", &format!("n/{a}x")]);
    one_error(&run, &[&format!("the target `n` has no `{a}x`"), &format!("did you mean `{a}`?")]);
}
