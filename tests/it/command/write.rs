//! `diff --write`: the files, and what is refused.

use super::{Bench, TENANTS, holds, one_error, with_column};

#[test]
fn a_migration_and_its_way_back_are_written() {
    let bench = Bench::new();
    bench.declare(TENANTS);
    let run = bench.run(0, &["diff", "--write", "Add tenants"]);
    assert_eq!(run.stdout, "migrations/V0001__add_tenants.sql\nmigrations/V0001__add_tenants.down.sql\n");
    assert!(run.stderr.ends_with("4 to create\nread it, then apply it with `dbtool migrate`\n"), "{run}");
    let up = bench.project.read("migrations/V0001__add_tenants.sql");
    let head: Vec<&str> = up.lines().take(4).collect();
    assert_eq!(head[..2], ["-- Add tenants", concat!("-- written by dbtool ", env!("CARGO_PKG_VERSION"))]);
    let fingerprint = head[2].strip_prefix("-- from schema ").unwrap();
    assert!(fingerprint.len() == 16 && fingerprint.chars().all(|c| c.is_ascii_hexdigit()), "{up}");
    assert!(head[3].starts_with("-- hazards: none"), "{up}");
    let down = bench.project.read("migrations/V0001__add_tenants.down.sql");
    assert!(
        down.starts_with("-- the way back from: Add tenants\n-- hazards: breaks_code, deletes_data")
            && down.contains("DROP TABLE")
    );
    assert_eq!(bench.database.query_text("SELECT to_regclass('tenants')"), [["NULL"]]);
}

#[test]
fn from_nothing_to_no_differences() {
    let bench = Bench::new();
    bench.declare(TENANTS);
    bench.run(0, &["diff", "--write", "first"]);
    let run = bench.run(3, &["diff", "--write", "second"]);
    one_error(&run, &["migrations are pending", "`V0001__first.sql`", "hint: apply them first with `dbtool migrate`"]);
    assert_eq!(bench.files(), ["V0001__first.down.sql", "V0001__first.sql"]);
    let run = bench.run(0, &["migrate"]);
    assert!(run.stdout.is_empty(), "{run}");
    holds(&run, &["applied V0001__first.sql in ", "1 migration applied in "]);
    for args in [&["diff"][..], &["check"], &["status"], &["migrate"]] {
        bench.run(0, args);
    }
    let run = bench.run(0, &["diff", "--write", "third"]);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", "no differences\nnothing to write\n"));
    assert_eq!(bench.files().len(), 2);
}

#[test]
fn what_cannot_run_in_a_transaction_gets_a_file_of_its_own() {
    let bench = Bench::applied();
    bench.declare(&format!("{}[table.tenants.index.tenants_age]\non = ['age']\n", with_column("age = 'integer'")));
    let run = bench.run(0, &["diff", "--write", "age"]);
    let (second, third) = ("migrations/V0002__age.sql", "migrations/V0003__age_2.sql");
    assert!(run.stdout.contains(second) && run.stdout.contains(third), "{run}");
    let text = bench.project.read(third);
    assert!(
        text.starts_with("-- dbtool: no-transaction\n-- age (2 of 2)\n") && text.contains("CONCURRENTLY"),
        "{text}"
    );
    assert!(!bench.project.read(second).contains("CONCURRENTLY"));
    bench.run(0, &["migrate"]);
    bench.run(0, &["check"]);
}

#[test]
fn a_hazard_is_refused_by_name_with_its_statement_and_its_flag() {
    let bench = Bench::new();
    bench.declare(&with_column("age = 'integer'"));
    bench.apply("first");
    bench.database.execute("INSERT INTO tenants (id, name) VALUES (gen_random_uuid(), 'a')");
    bench.declare(TENANTS);
    let before = (bench.fingerprint(), bench.files());
    let run = bench.run(3, &["diff", "--write", "drop age"]);
    assert!(run.stdout.is_empty(), "{run}");
    let statement = "ALTER TABLE public.tenants DROP COLUMN age";
    one_error(&run, &["deletes_data: every value of `tenants.age`", statement, "`--allow breaks_code,deletes_data`"]);
    assert_eq!((bench.fingerprint(), bench.files()), before);
    bench.run(3, &["diff", "--write", "drop age", "--allow", "weakens_access"]);
    let run = bench.run(1, &["diff", "--write", "drop age", "--allow", "delete_data"]);
    one_error(&run, &["there is no hazard `delete_data`", "deletes_data"]);
    assert_eq!((bench.fingerprint(), bench.files()), before);
    bench.run(0, &["diff", "--write", "drop age", "--allow", "weakens_access,deletes_data,breaks_code"]);
    let up = bench.project.read("migrations/V0002__drop_age.sql");
    assert!(up.contains("-- hazards: ") && up.contains("deletes_data"), "{up}");
    let down = bench.project.read("migrations/V0002__drop_age.down.sql");
    assert!(down.contains("-- does not bring back every value of `tenants.age`"), "{down}");
}

#[test]
fn all_allows_everything() {
    let bench = Bench::applied();
    bench.declare(&TENANTS.replace("'force'", "'off'"));
    let run = bench.run(3, &["diff", "--write", "open"]);
    one_error(&run, &["weakens_access", "ROW LEVEL SECURITY", "`--allow weakens_access`"]);
    bench.run(0, &["diff", "--write", "open", "--allow", "all"]);
}

#[test]
fn the_file_says_which_hazards_are_allowed_or_refused() {
    let bench = Bench::new();
    bench.declare(&with_column("age = 'integer'"));
    bench.apply("first");
    bench.database.execute("INSERT INTO tenants (id, name) VALUES (gen_random_uuid(), 'a')");
    bench.declare(TENANTS);
    bench.project.write("dbtool.toml", "[hazards]\ndeletes_data = 'allow'\nbreaks_code = 'allow'\n");
    bench.run(0, &["diff", "--write", "drop age"]);
    bench.run(0, &["migrate"]);
    bench.project.write("dbtool.toml", "[hazards]\nmay_fail = 'refuse'\nbreaks_code = 'warn'\n");
    bench.declare(&with_column("age = { type = 'integer', not_null = true }"));
    one_error(&bench.run(3, &["diff", "--write", "age"]), &["may_fail", "`--allow may_fail"]);
    bench.project.write("dbtool.toml", "[hazards]\nmay_fall = 'refuse'\n");
    one_error(&bench.run(1, &["diff"]), &["there is no hazard `may_fall`"]);
}

#[test]
fn a_name_that_is_none_is_refused_before_anything_is_done() {
    let bench = Bench::new();
    bench.declare(TENANTS);
    for name in ["", "   ", "!!!"] {
        one_error(&bench.run(1, &["diff", "--write", name]), &[]);
    }
    assert!(bench.files().is_empty());
}
