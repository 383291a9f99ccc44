//! Real DDL that dbtool has never seen, judged by a script that stands beside the repository: each new database is
//! pulled, and the old one brought to it.
//!
//! `DBTOOL_ROUNDTRIP` names the folder with the script and the DDL. `ROUNDTRIP=all` judges every case, where the
//! default takes some; `ROUNDTRIP_ON=16` picks the server.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::support::{self, TestServer};

/// Every so-manieth case in the default run.
const EVERY: &str = "15";

/// What goes wrong in any case at all.
const NEVER: &[&str] = &["panicked", "internal error"];

pub fn folder() -> PathBuf {
    let named = std::env::var_os("DBTOOL_ROUNDTRIP").map(PathBuf::from);
    named.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/roundtrip"))
}

/// What is missing to run the script, if anything is.
pub fn missing(folder: &Path) -> Option<String> {
    if !folder.join("roundtrip.py").is_file() {
        return Some(format!("there is no `{}`; `DBTOOL_ROUNDTRIP` may name another folder", folder.display()));
    }
    let runs = |program: &str| Command::new(program).arg("--version").output().is_ok_and(|run| run.status.success());
    ["psql", "python3"].into_iter().find(|program| !runs(program)).map(|program| format!("`{program}` is not there"))
}

/// The server that is picked.
pub fn major() -> u32 {
    std::env::var("ROUNDTRIP_ON").ok().and_then(|major| major.parse().ok()).unwrap_or(18)
}

fn judge(server: &TestServer, folder: &Path, report: &Path) -> Output {
    let mut script = Command::new("python3");
    script.arg(folder.join("roundtrip.py")).args(["--dbtool", env!("CARGO_BIN_EXE_dbtool")]);
    script.args(["--server", &server.url("postgres"), "--jobs", "2", "--json"]).arg(report);
    if std::env::var("ROUNDTRIP").as_deref() != Ok("all") {
        script.args(["--every", EVERY]);
    }
    script.args(["pairs", "schemas"].map(|part| folder.join(part))).output().unwrap()
}

#[test]
fn real_schemas_go_there_and_back() {
    let folder = folder();
    if let Some(why) = missing(&folder) {
        return support::shout(&format!("the round trips of real schemas are not judged: {why}"));
    }
    let major = major();
    // Whatever the cases make, roles too, goes with a server of their own.
    let server = support::own_server(&support::fixture_programs(major), &[], &[]);
    let report = support::folder();
    let report = report.path().join("report.json");
    let run = judge(&server, &folder, &report);
    let told = String::from_utf8_lossy(&run.stdout);
    let cases: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(&report).unwrap_or_else(|_| {
        panic!("the script left no report:\n{told}{}", String::from_utf8_lossy(&run.stderr));
    }))
    .unwrap();
    let verdicts: Vec<(&str, &str)> = cases
        .as_object()
        .unwrap()
        .values()
        .map(|case| (case["verdict"].as_str().unwrap(), case["detail"].as_str().unwrap()))
        .collect();
    let broken: Vec<&str> = verdicts
        .iter()
        .filter(|(_, detail)| NEVER.iter().any(|never| detail.contains(never)))
        .map(|(_, detail)| *detail)
        .collect();
    assert!(broken.is_empty(), "{broken:#?}");
    let count = |verdict: &str| verdicts.iter().filter(|(found, _)| *found == verdict).count();
    let judged = verdicts.len() - count("not loadable") - count("unmanaged");
    support::shout(&format!(
        "on PostgreSQL {major}, {} of {judged} real schemas go there and back:\n{told}",
        count("pass")
    ));
    // What is pulled is always what is there; the way from the old one is as good as the kinds that are managed.
    assert_eq!(count("pull does not settle"), 0, "{told}");
    let least = if std::env::var("ROUNDTRIP").as_deref() == Ok("all") { LEAST } else { LEAST_OF_SOME };
    assert!(count("pass") * 100 >= judged * least, "fewer than {least} % pass:\n{told}");
}

/// How many of a hundred cases have to pass.
const LEAST: usize = 97;

/// The same where a few stand for all: one more or less counts for much there.
const LEAST_OF_SOME: usize = 90;
