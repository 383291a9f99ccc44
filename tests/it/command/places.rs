//! Folders and files that are missing, misnamed or not to be read.

use std::os::unix::fs::PermissionsExt as _;

use super::{Bench, TENANTS, exits, holds, one_error};
use crate::support::Project;

#[test]
fn a_folder_that_does_not_exist() {
    let bench = Bench::new();
    let run = bench.run(1, &["--project", "nope", "diff"]);
    one_error(&run, &["there is no folder `nope`", "`--project` takes the folder"]);
}

#[test]
fn a_project_elsewhere_shows_paths_that_can_be_opened() {
    let bench = Bench::new();
    bench.project.write("sub/schema/app.toml", "oops");
    let run = bench.run(1, &["--project", "sub", "diff"]);
    one_error(&run, &["error: sub/schema/app.toml:1:5: "]);
    bench.project.write("sub/schema/app.toml", TENANTS);
    let run = bench.run(0, &["--project", "sub", "diff", "--write", "first"]);
    assert_eq!(run.stdout.lines().next(), Some("sub/migrations/V0001__first.sql"));
}

#[test]
fn a_project_without_anything() {
    let bench = Bench::new();
    for args in [&["diff"][..], &["diff", "--write", "x"], &["dev"]] {
        one_error(&bench.run(1, args), &["there is no folder `schema`", "hint: "]);
    }
    std::fs::create_dir(bench.project.path().join("schema")).unwrap();
    one_error(&bench.run(1, &["diff"]), &["`schema` holds no `*.toml`"]);
    let run = bench.run(0, &["status"]);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", "0 applied, 0 pending, 0 problems\n"));
    assert_eq!(bench.run(0, &["migrate"]).stderr, "nothing to apply\n");
    assert!(!bench.project.path().join("migrations").exists());
}

#[test]
fn a_file_of_settings_that_is_wrong() {
    let bench = Bench::applied();
    for (toml, parts) in [
        ("urll = 'x'", &["dbtool.toml:1:1: unknown key `urll`", "did you mean `url`?"][..]),
        ("[timeouts]\nlock = 'soon'", &["dbtool.toml:2:8: not a duration"]),
        ("url = 3", &["dbtool.toml:1:7: "]),
        ("not toml", &["dbtool.toml:1:"]),
    ] {
        bench.project.write("dbtool.toml", toml);
        for args in [&["diff"][..], &["migrate"], &["status"], &["check"], &["dev"]] {
            one_error(&bench.run(1, args), parts);
        }
    }
}

#[test]
fn a_migrations_folder_with_misnamed_files() {
    let bench = Bench::applied();
    let before = bench.fingerprint();
    for name in ["foo.sql", "v2_x.sql", "V2-x.sql"] {
        bench.project.write(&format!("migrations/{name}"), "DROP TABLE tenants;\n");
    }
    for args in [&["migrate"][..], &["migrate", "--dry-run"], &["diff", "--write", "x"]] {
        let run = bench.run(1, args);
        one_error(&run, &["the migrations folder `migrations` has 3 faults", "`foo.sql`", "`v2_x.sql`", "`V2-x.sql`"]);
    }
    // Those that only look say what is wrong beside what is there.
    let run = bench.run(2, &["status"]);
    holds(
        &run,
        &[
            "applied  V0001__first",
            "problem  `foo.sql`: ",
            "problem  `v2_x.sql`: ",
            "1 applied, 0 pending, 3 problems\n",
        ],
    );
    let run = bench.run(2, &["check"]);
    holds(&run, &["danger migrations `foo.sql`: ", "danger migrations `v2_x.sql`: ", "3 findings\n"]);
    assert_eq!(bench.fingerprint(), before);
}

#[test]
fn a_file_that_cannot_be_read() {
    let bench = Bench::new();
    // A folder of that name cannot be read by anybody, not even by root.
    std::fs::create_dir_all(bench.project.path().join("schema/app.toml")).unwrap();
    let run = bench.run(1, &["diff"]);
    one_error(&run, &["error: cannot read `schema/app.toml`\ncaused by: it is not a file\n"]);
    std::fs::remove_dir(bench.project.path().join("schema/app.toml")).unwrap();
    std::fs::write(bench.project.path().join("schema/app.toml"), b"# caf\xe9\n").unwrap();
    one_error(&bench.run(1, &["diff"]), &["schema/app.toml:1:6: the file is not valid UTF-8"]);
    bench.declare(TENANTS);
    std::fs::create_dir_all(bench.project.path().join("migrations/V0001__x.sql")).unwrap();
    one_error(&bench.run(1, &["migrate"]), &["V0001__x.sql"]);
}

#[test]
fn a_migrations_folder_that_cannot_be_written() {
    let bench = Bench::new();
    bench.declare(TENANTS);
    bench.project.write("migrations", "a file where the folder should be");
    let run = bench.run(1, &["diff", "--write", "x"]);
    one_error(&run, &["`migrations`"]);
}

#[test]
fn a_cache_folder_that_cannot_be_written() {
    let project = Project::new();
    project.write("schema/app.toml", TENANTS);
    project.write("file", "");
    // Root's server runs as another user, so a cache that others may not enter is passed over: this one they may.
    std::fs::set_permissions(project.path().join("file"), std::fs::Permissions::from_mode(0o755)).unwrap();
    let file = project.path().join("file").display().to_string();
    for cache in [file.as_str(), "/proc/nope"] {
        let run = exits(1, project.tool().env("RUST_BACKTRACE", "1").env("DBTOOL_CACHE", cache).args(["dev"]).run());
        one_error(&run, &[cache]);
    }
}
