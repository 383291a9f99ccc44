//! The test support itself: what every other suite leans on.

use crate::support;

#[test]
fn every_major_version_runs_and_is_what_it_says() {
    for major in support::majors() {
        let database = support::server(major).database("version");
        let rows = database.query_text("SELECT current_setting('server_version_num')::int / 10000, current_database()");
        assert_eq!(rows, [[major.to_string(), database.name.clone()]]);
    }
}

#[test]
fn vector_is_there_where_it_is_promised() {
    for major in support::with_vector() {
        let database = support::server(major).database("vector");
        database.execute(
            "CREATE EXTENSION vector; CREATE TABLE t (v vector(3)); CREATE INDEX ON t USING hnsw (v vector_l2_ops)",
        );
    }
}

#[test]
fn a_role_logs_in_and_goes_with_its_database() {
    let server = support::server(16);
    let database = server.database("roles");
    let role = database.role("app", "LOGIN NOBYPASSRLS");
    assert!(role.starts_with(&database.name), "{role}");
    let who = support::query_text(&database.url_as(&role), "SELECT current_user, NULL");
    assert_eq!(who, [[role.as_str(), "NULL"]]);
    let name = database.name.clone();
    drop(database);
    let left = format!(
        "SELECT rolname::text FROM pg_roles WHERE rolname = '{role}' UNION ALL SELECT datname::text FROM pg_database WHERE datname = '{name}'"
    );
    assert_eq!(support::query_text(&server.url("postgres"), &left), Vec::<Vec<String>>::new());
}

#[tokio::test]
async fn the_helpers_also_work_inside_a_runtime() {
    let database = support::server(18).database("inside");
    database.execute("CREATE TABLE t (a int)");
    let client = database.connect().await;
    assert_eq!(client.execute("INSERT INTO t VALUES (1), (2)", &[]).await.unwrap(), 2);
    assert_eq!(database.query_text("SELECT a FROM t ORDER BY a"), [["1"], ["2"]]);
}

#[test]
fn a_project_is_a_folder_of_its_own_and_the_binary_runs_in_it() {
    let project = support::Project::new();
    project.write("schema/a.toml", "[table.a]\n");
    assert_eq!(project.read("schema/a.toml"), "[table.a]\n");
    let run = project.dbtool(&["--version"]);
    assert_eq!(run.code, 0, "{run}");
}

/// A test process that dies without a goodbye leaves no server and no folder: the guard's pipe breaks.
#[cfg(unix)]
#[test]
fn a_killed_process_leaves_nothing_behind() {
    use std::io::{BufRead as _, BufReader};
    use std::process::{Command, Stdio};
    use std::time::{Duration, Instant};

    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["servers::a_server_to_be_killed", "--exact", "--ignored", "--nocapture"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let folder = lines.map_while(Result::ok).find_map(|line| line.split_once("folder=").map(|(_, at)| at.to_owned()));
    let folder = std::path::PathBuf::from(folder.unwrap());
    assert!(folder.join("data/postmaster.pid").exists());
    child.kill().unwrap();
    child.wait().unwrap();
    let start = Instant::now();
    while folder.exists() {
        assert!(start.elapsed() < Duration::from_secs(20), "{} is still there", folder.display());
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
#[ignore = "run by a_killed_process_leaves_nothing_behind"]
fn a_server_to_be_killed() {
    println!("folder={}", support::server(18).folder.display());
    std::thread::sleep(std::time::Duration::from_secs(60));
}
