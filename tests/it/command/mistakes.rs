//! Mistakes in the declaration: each is one clear error with a place and a hint, and nothing is half done.

use super::{Bench, TENANTS, one_error};

/// A second file, the place in it, and what is said about it; the rest of the declaration is [`TENANTS`].
const MISTAKES: &[(&str, &str, &[&str])] = &[
    ("not toml = =", "1:5", &["key with no value", "hint: TOML is"]),
    ("[table.a.column]\nx = { type = 3 }", "2:14", &["expected a string, found an integer", "in quotes"]),
    ("[table.a.column]\nx = { type = 'int', not_null = 'yes' }", "2:32", &["expected a boolean", "without quotes"]),
    ("[table.a.colum]\nx = 'int'", "1:10", &["unknown key `colum`", "did you mean `column`?"]),
    ("[tabel.a.column]\nx = 'int'", "1:2", &["unknown key `tabel`", "did you mean `table`?"]),
    ("[table.tenant.policy.p]\nusing = 'true'", "1:8", &["table `tenant` has no columns", "did you mean `tenants`?"]),
    (
        "[table.a]\nrow_security = 'on'\n[table.a.column]\nx = 'int'\n[table.a.policy.p]\nusing = 'x IN (SELECT y FROM nope)'",
        "6:30",
        &["policy p on a: relation \"nope\" does not exist (SQLSTATE 42P01)", "correct the name"],
    ),
    (
        "[table.tenants.policy.p]\nusing = 'EXISTS (SELECT FROM nope)'",
        "2:30",
        &["policy p on tenants: relation \"nope\" does not exist", "correct the name"],
    ),
    (
        "[table.a.column]\nx = { type = 'uuid', references = 'tenants(nope)' }",
        "2:35",
        &["table `tenants` has no column `nope`", "the columns are `id`, `name`"],
    ),
    (
        "[table.a.column]\nx = { type = 'uuid', references = 'tenant(id)' }",
        "2:35",
        &["there is no table `tenant`", "did you mean `tenants`?"],
    ),
    (
        "[function.f]\nreturns = 'int'\nlanguage = 'sql'\nbody = 'SELECT g() + nope'\n\
         [function.g]\nreturns = 'int'\nlanguage = 'sql'\nbody = 'SELECT f()'",
        "4:22",
        &["function f(): column \"nope\" does not exist (SQLSTATE 42703)", "correct the name"],
    ),
    (
        "[table.a.column]\nx = { type = 'int', default = '1 + foo()' }",
        "2:36",
        &["table a: function foo() does not exist (SQLSTATE 42883)", "declare the function"],
    ),
    (
        "[table.a.column]\nx = { type = 'int', default = 'now()' }",
        "2:31",
        &["is of type integer but default expression is of type timestamp", "cast it"],
    ),
    (
        "[table.tenants.column]\nx = { type = 'int', default = \"'a'\" }",
        "2:33",
        &["invalid input syntax for type integer", "give a value that fits the type"],
    ),
    (
        "[table.tenants.check.c]\nexpression = 'name ><< 3'",
        "2:20",
        &["check c on tenants: operator does not exist", "hint: "],
    ),
    (
        "[table.a.column]\nx = 'int'\n[table.a.check.c]\nexpression = 'y > 3'",
        "4:15",
        &["column \"y\" does not exist", "correct the name"],
    ),
    (
        "[table.a.column]\nx = 'int'\n[table.a.index.i]\non = [{ column = 'x', opclass = 'nope_ops' }]",
        "4:34",
        &["operator class \"nope_ops\" does not exist", "operator class"],
    ),
    ("[table.a.column]\nx = 'nonsense'", "2:5", &["there is no type `nonsense`", "hint: "]),
    (
        "[table.tenants.policy.p]\nto = ['ghost']\nusing = 'true'",
        "2:8",
        &["there is no role `ghost`, and none is declared", "[role.NAME]"],
    ),
    (
        "[function.f]\nreturns = 'int'\nlanguage = 'plpgsql'\nbody = '''\nBEGIN\n  RETRN 1;\nEND'''",
        "6:3",
        &["function f(): syntax error at or near \"RETRN\" (SQLSTATE 42601)", "6 |   RETRN 1;", "hint: "],
    ),
    ("[extension.nope]", "1:12", &["extension nope", "hint: "]),
];

#[test]
fn each_is_shown_at_its_place_and_nothing_is_done() {
    let bench = Bench::applied();
    let before = (bench.fingerprint(), bench.files());
    for (toml, place, parts) in MISTAKES {
        bench.project.write("schema/mistake.toml", toml);
        for args in [&["diff"][..], &["diff", "--write", "x", "--allow", "all"]] {
            let run = bench.run(1, args);
            assert!(run.stdout.is_empty(), "{run}");
            assert!(run.stderr.contains(&format!("error: schema/mistake.toml:{place}: ")), "{place} in {run}");
            assert!(run.stderr.contains('^') && !run.stderr.contains("at character"), "{run}");
            one_error(&run, parts);
        }
        assert_eq!((bench.fingerprint(), bench.files()), before, "{toml}");
    }
}

#[test]
fn a_default_changed_to_nonsense_is_shown_at_its_column() {
    let bench = Bench::applied();
    let before = bench.fingerprint();
    bench.declare(&TENANTS.replace("not_null = true }", "not_null = true, default = 'nope()' }"));
    let run = bench.run(1, &["diff"]);
    one_error(&run, &["error: schema/app.toml:6:", "column tenants.name: function nope() does not exist"]);
    assert_eq!(bench.fingerprint(), before);
}

#[test]
fn all_mistakes_of_the_files_are_shown_at_once() {
    let bench = Bench::new();
    bench.project.write("schema/a.toml", "[table.a.column]\nx = 3\n");
    bench.project.write("schema/b.toml", "[table.b.column]\ny = 'nonsense'\n[table.b.colum]\n");
    let run = bench.run(1, &["diff"]);
    for place in ["schema/a.toml:2:5: ", "schema/b.toml:2:5: ", "schema/b.toml:3:10: "] {
        assert!(run.stderr.contains(place), "{run}");
    }
}

#[test]
fn the_same_name_in_two_files_shows_both() {
    let bench = Bench::new();
    bench.project.write("schema/a.toml", "[enum.e]\nvalues = ['x']\n");
    bench.project.write("schema/b.toml", "[enum.e]\nvalues = ['x']\n");
    let run = bench.run(1, &["diff"]);
    assert!(run.stderr.contains("schema/a.toml:1:7: ") && run.stderr.contains("schema/b.toml:1:7: "), "{run}");
}
