//! `check`: each way in which files, history and database can disagree.

use serde_json::Value;

use super::{Bench, TENANTS, holds, with_column};

fn findings(bench: &Bench) -> Vec<(String, String, String)> {
    let document: Value = serde_json::from_str(&bench.run(2, &["check", "--format", "json"]).stdout).unwrap();
    assert_eq!(document["ok"], false);
    let text = |finding: &Value, key: &str| finding[key].as_str().unwrap().to_owned();
    let all = document["findings"].as_array().unwrap();
    all.iter().map(|f| (text(f, "grade"), text(f, "check"), text(f, "message"))).collect()
}

fn is(found: &(String, String, String), grade: &str, check: &str, part: &str) -> bool {
    found.0 == grade && found.1 == check && found.2.contains(part)
}

#[test]
fn what_agrees_is_exit_0() {
    let bench = Bench::applied();
    let run = bench.run(0, &["check"]);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", "files, migrations and database agree\n"));
    let document: Value = serde_json::from_str(&bench.run(0, &["check", "--format", "json"]).stdout).unwrap();
    assert_eq!((&document["ok"], document["findings"].as_array().map(Vec::len)), (&true.into(), Some(0)));
}

#[test]
fn what_is_pending_is_found() {
    let bench = Bench::applied();
    bench.project.write("migrations/V0002__b.sql", "SELECT 1;\n");
    bench.project.write("migrations/V0002__b.down.sql", "SELECT 1;\n");
    let found = findings(&bench);
    assert!(found.len() == 1 && is(&found[0], "drift", "pending", "`V0002__b.sql` is not applied"), "{found:?}");
}

#[test]
fn a_file_changed_after_it_was_applied_is_a_danger() {
    let bench = Bench::applied();
    bench.project.write("migrations/V0001__first.sql", "SELECT 1;\n");
    let found = findings(&bench);
    assert!(found.len() == 1 && is(&found[0], "danger", "history", "was changed after"), "{found:?}");
}

#[test]
fn drift_of_the_database_is_found_and_of_access_is_a_danger() {
    let bench = Bench::applied();
    bench.database.execute("ALTER TABLE tenants ALTER name DROP NOT NULL");
    let found = findings(&bench);
    assert!(
        found.len() == 1 && is(&found[0], "drift", "database", "~ column tenants.name: not null no -> yes"),
        "{found:?}"
    );
    bench.database.execute("ALTER TABLE tenants NO FORCE ROW LEVEL SECURITY; CREATE POLICY p ON tenants USING (true)");
    let found = findings(&bench);
    assert_eq!(found.len(), 3, "{found:?}");
    assert!(found[..2].iter().all(|f| f.0 == "danger") && found[2].0 == "drift", "the worst comes first: {found:?}");
    let run = bench.run(2, &["check"]);
    holds(
        &run,
        &["danger database   - policy p on tenants\n", "danger database   ~ row security of tenants", "3 findings\n"],
    );
}

#[test]
fn a_comment_about_policies_is_no_danger() {
    let bench = Bench::applied();
    bench.database.execute("COMMENT ON TABLE tenants IS 'see the policy there'");
    assert_eq!(findings(&bench)[0].0, "drift");
}

#[test]
fn files_that_cannot_be_read_are_findings_with_their_place() {
    let bench = Bench::applied();
    bench.project.write("schema/app.toml", "not toml = =\n");
    let found = findings(&bench);
    assert!(found.len() == 1 && is(&found[0], "danger", "schema", "schema/app.toml:1:5: "), "{found:?}");
    let run = bench.run(2, &["check"]);
    assert!(run.stdout.contains("\n    1 | not toml = =\n"), "{run}");
    bench.declare(TENANTS);
    bench.project.write("migrations/v2_x.sql", "");
    let found = findings(&bench);
    assert!(found.len() == 1 && is(&found[0], "danger", "migrations", "`v2_x.sql`"), "{found:?}");
}

#[test]
fn a_declaration_that_is_ahead_is_found() {
    let bench = Bench::applied();
    bench.declare(&with_column("age = 'integer'"));
    let found = findings(&bench);
    assert!(found.len() == 1 && is(&found[0], "drift", "database", "+ column tenants.age: integer"), "{found:?}");
}
