//! Every guard: once it refuses, with its own message, exit code 3 and a way out, and once it lets through.

use std::time::Duration;

use super::{ACME, NOTES, Seeding};
use crate::support::{execute, query_text};

fn seeded() -> Seeding {
    let seeding = Seeding::new(18, NOTES);
    seeding.seed("demo.toml", ACME);
    seeding
}

fn rows(seeding: &Seeding) -> String {
    seeding.value("SELECT (SELECT count(*) FROM tenants) || ' ' || (SELECT count(*) FROM notes)")
}

/// A table is blocked from before its FORCE is lifted until it is restored, so what is noted here is what was forced.
fn says(run: &crate::support::Run, text: &str) {
    assert!(run.code == 0 && run.stderr.contains(text), "`{text}` is missing in\n{run}");
}

#[test]
fn the_owner_is_bound_and_so_force_is_lifted() {
    let seeding = seeded();
    let run = seeding.plant();
    says(
        &run,
        &format!("`{}` owns the tables: FORCE was lifted inside the transaction on `notes`, `tenants`", seeding.owner),
    );
    assert_eq!(rows(&seeding), "1 1");
}

#[test]
fn a_superuser_and_bypassrls_lift_nothing() {
    for (attributes, said) in [("LOGIN SUPERUSER", "is a superuser"), ("LOGIN BYPASSRLS", "has BYPASSRLS")] {
        let seeding = seeded();
        let role = seeding.database.role("other", attributes);
        let grants = format!(
            "GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO \"{role}\"; GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO \"{role}\""
        );
        seeding.database.execute(&grants);
        // Whoever holds only a reader's lock would be blocked by a lift, and is not.
        let reader = seeding.database.url.clone();
        execute(&reader, "BEGIN; SELECT count(*) FROM notes; COMMIT");
        let run = seeding.run_as(&role, &["seed"]);
        says(&run, &format!("`{role}` {said}: nothing had to be lifted"));
        assert_eq!(rows(&seeding), "1 1");
    }
}

#[test]
fn a_member_of_the_owners_role_is_the_owner() {
    let seeding = seeded();
    let member = seeding.database.role("member", &format!("LOGIN IN ROLE \"{}\"", seeding.owner));
    says(&seeding.run_as(&member, &["seed"]), "FORCE was lifted inside the transaction");
    assert_eq!(rows(&seeding), "1 1");
    seeding.all_closed();
    // One that does not inherit what the owner may do is somebody else.
    let seeding = seeded();
    let guest = seeding.database.role("guest", &format!("LOGIN NOINHERIT IN ROLE \"{}\"", seeding.owner));
    seeding.database.execute(&format!("GRANT SELECT ON ALL TABLES IN SCHEMA public TO \"{guest}\""));
    let run = seeding.run_as(&guest, &["seed"]);
    seeding.fails(3, &run, &["neither the owner nor superuser nor BYPASSRLS", "--no-bypass"]);
}

#[test]
fn an_owner_whose_tables_are_not_forced_lifts_nothing_and_forces_nothing() {
    let schema = NOTES
        .replace("\"force\"", "\"on\"")
        .replace("notes", "notes_on_purpose")
        .replace("tenants", "tenants_on_purpose");
    let seeding = Seeding::new(18, &schema);
    seeding.seed("demo.toml", &ACME.replace("notes", "notes_on_purpose").replace("tenants", "tenants_on_purpose"));
    says(&seeding.plant(), "row security does not bind");
    let forced = "SELECT count(*) FROM pg_class WHERE relforcerowsecurity";
    assert_eq!(
        (seeding.value(forced), seeding.value("SELECT count(*) FROM notes_on_purpose")),
        ("0".into(), "1".into())
    );
    // One forced, one not: each is afterwards what it was.
    let schema = schema.replacen("\"on\"", "\"force\"", 1);
    let seeding = Seeding::new(18, &schema);
    seeding.seed("demo.toml", &ACME.replace("notes", "notes_on_purpose").replace("tenants", "tenants_on_purpose"));
    let run = seeding.run(&["seed"]);
    says(&run, "FORCE was lifted inside the transaction on `tenants_on_purpose`\n");
    assert_eq!(
        seeding.value("SELECT string_agg(relname, ' ') FROM pg_class WHERE relforcerowsecurity"),
        "tenants_on_purpose"
    );
}

#[test]
fn a_plain_role_is_refused_and_writes_within_its_tenants_when_asked_to() {
    let seeding = seeded();
    let role = seeding.database.role("app", "LOGIN");
    seeding.database.execute(&format!("GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO \"{role}\""));
    let run = seeding.run_as(&role, &["seed"]);
    seeding.fails(
        3,
        &run,
        &["row security binds", "`notes`, `tenants`", "connect as the owner of the tables, or pass `--no-bypass`"],
    );
    assert_eq!(rows(&seeding), "0 0");
    // The tenant's id has to be known without looking for it among rows that cannot be seen.
    let drawn = seeding.run_as(&role, &["seed", "--no-bypass"]);
    seeding.fails(1, &drawn, &["seeds/demo.toml:3:", "could not be found again"]);
    let known = ACME.replace("name = \"Acme\"", "id = { uuid = \"v5\", name = \"acme\" }\nname = \"Acme\"");
    let known = known.replace("key = [\"tenant_id\", \"body\"]", "mode = \"insert\"");
    seeding.seed("demo.toml", &known);
    says(&seeding.run_as(&role, &["seed", "--no-bypass"]), "wrote within each row's tenant: nothing was lifted");
    assert_eq!(rows(&seeding), "1 1");
}

#[test]
fn a_role_that_may_only_insert_can_do_just_that() {
    let seeding = seeded();
    let role = seeding.database.role("writer", "LOGIN");
    seeding.database.execute(&format!(
        "GRANT INSERT ON ALL TABLES IN SCHEMA public TO \"{role}\"; GRANT SELECT ON refinery_schema_history TO \"{role}\""
    ));
    let run = seeding.run_as(&role, &["seed", "--no-bypass"]);
    seeding.fails(1, &run, &["seeds/demo.toml:"]);
    let insert = r#"
        tenant = { ref = "tenants.acme" }
        [table.tenants]
        mode = "insert"
        [table.tenants.row.acme]
        id = { uuid = "v5", name = "acme" }
        name = "Acme"
        [table.notes]
        mode = "insert"
        [table.notes.row.first]
        tenant_id = { ref = "acme" }
        body = "hello"
    "#;
    seeding.seed("demo.toml", insert);
    says(&seeding.run_as(&role, &["seed", "--no-bypass"]), "nothing was lifted");
    assert_eq!(rows(&seeding), "1 1");
}

#[test]
fn rows_for_another_tenant_are_refused_without_a_lift() {
    let seeding = seeded();
    let foreign = ACME.replace("tenant = { ref", "tenant = \"00000000-0000-0000-0000-000000000001\" # { ref");
    seeding.seed(
        "demo.toml",
        &foreign.replace("name = \"Acme\"", "id = { uuid = \"v5\", name = \"acme\" }\nname = \"Acme\""),
    );
    let run = seeding.run(&["seed", "--no-bypass"]);
    seeding.fails(1, &run, &["seeds/demo.toml:", "row-level security", "does not belong to the tenant"]);
    assert_eq!(rows(&seeding), "0 0");
}

#[test]
fn production_and_the_wrong_environment() {
    let seeding = seeded();
    let name = seeding.database.name.clone();
    seeding.fails(
        3,
        &seeding.run(&["seed", "--env", "production"]),
        &["--env production", "nothing is planted in production"],
    );
    seeding.seed("demo.toml", &format!("environments = [\"demo\"]\n{ACME}"));
    seeding.fails(3, &seeding.run(&["seed"]), &["`seeds/demo.toml` is for demo", "--env"]);
    seeding.fails(3, &seeding.run(&["seed", "demo", "--env", "staging"]), &["is for demo, and this is `staging`"]);
    seeding.database.execute(&format!("ALTER DATABASE \"{name}\" SET dbtool.environment = 'Production'"));
    seeding.fails(3, &seeding.run(&["seed", "--env", "demo"]), &["marked `Production`", "ALTER DATABASE"]);
    // The options of a connection cannot talk the mark away.
    let url = format!("{}?options=-c%20dbtool.environment%3Ddemo", seeding.url);
    let run = seeding.project.dbtool_at(&url, &["seed"]);
    seeding.fails(3, &run, &["marked `Production`"]);
    assert_eq!(rows(&seeding), "0 0");
    seeding.database.execute(&format!("ALTER DATABASE \"{name}\" SET dbtool.environment = 'demo'"));
    says(&seeding.run(&["seed", "--env", "staging"]), "the database is marked `demo`; that counts");
    assert_eq!(rows(&seeding), "1 1");
}

#[test]
fn many_rows_and_no_mark() {
    let seeding = seeded();
    seeding.project.write("dbtool.toml", "tenant_setting = 'app.tenant'\n[seed]\nmax_rows = 20\n");
    seeding.database.execute("INSERT INTO tenants (name) SELECT 'tenant ' || n FROM generate_series(1, 21) n");
    let run = seeding.run(&["seed"]);
    seeding.fails(3, &run, &["`tenants` holds about 21 rows, more than 20", "not marked", "max_rows"]);
    assert_eq!(rows(&seeding), "21 0");
    // As the statistics have it, without a lock.
    seeding.database.execute("ANALYZE");
    seeding.fails(3, &seeding.run(&["seed", "--dry-run"]), &["`tenants` holds about 21 rows"]);
    seeding
        .database
        .execute(&format!("ALTER DATABASE \"{}\" SET dbtool.environment = 'staging'", seeding.database.name));
    says(&seeding.plant(), "1 inserted");
}

#[test]
fn pending_migrations_and_drift() {
    let seeding = seeded();
    seeding.project.write("migrations/V0002__more.sql", "CREATE TABLE more ();\n");
    seeding.fails(3, &seeding.run(&["seed"]), &["migrations are pending: `V0002__more.sql`", "dbtool migrate"]);
    std::fs::remove_file(seeding.project.path().join("migrations/V0002__more.sql")).unwrap();
    seeding.database.execute("ALTER TABLE notes ADD COLUMN extra text");
    seeding.fails(
        3,
        &seeding.run(&["seed"]),
        &["the database is not what is declared", "column notes.extra", "dbtool diff"],
    );
    seeding.database.execute("ALTER TABLE notes DROP COLUMN extra");
    says(&seeding.plant(), "1 inserted");
}

#[test]
fn what_somebody_left_open_is_refused_and_healed() {
    let seeding = seeded();
    seeding
        .database
        .execute("ALTER TABLE notes NO FORCE ROW LEVEL SECURITY; ALTER TABLE tenants DISABLE ROW LEVEL SECURITY");
    let run = seeding.run(&["seed"]);
    assert_eq!(run.code, 3, "{run}");
    assert!(
        run.stderr.contains("somebody left row security of ") && run.stderr.contains("`--heal` closes it again"),
        "{run}"
    );
    std::fs::rename(seeding.project.path().join("seeds"), seeding.project.path().join("kept")).unwrap();
    seeding.database.execute("BEGIN; ALTER TABLE notes FORCE ROW LEVEL SECURITY; COMMIT");
    says(&seeding.run(&["seed", "--heal"]), "healed: ALTER TABLE public.tenants ENABLE ROW LEVEL SECURITY");
    seeding.all_closed();
    std::fs::rename(seeding.project.path().join("kept"), seeding.project.path().join("seeds")).unwrap();
    seeding
        .database
        .execute("ALTER TABLE notes NO FORCE ROW LEVEL SECURITY; ALTER TABLE tenants DISABLE ROW LEVEL SECURITY");
    let healed = seeding.run(&["seed", "--heal"]);
    says(&healed, "healed: ALTER TABLE public.notes FORCE ROW LEVEL SECURITY");
    says(&healed, "healed: ALTER TABLE public.tenants ENABLE ROW LEVEL SECURITY");
    seeding.all_closed();
    assert_eq!(
        (rows(&seeding), seeding.value("SELECT relrowsecurity FROM pg_class WHERE relname = 'tenants'")),
        ("1 1".into(), "t".into())
    );
}

#[test]
fn deferred_constraints() {
    let schema = NOTES.replace(
        "references = \"tenants(id)\", on_delete = \"cascade\" }",
        "references = \"tenants(id)\", on_delete = \"cascade\", deferrable = \"deferred\" }",
    );
    let seeding = Seeding::new(18, &schema);
    let orphan = "INSERT INTO notes (tenant_id, body) VALUES ('00000000-0000-0000-0000-000000000001', 'x');\n";
    seeding.seed("late.sql", orphan);
    let run = seeding.run(&["seed"]);
    seeding.fails(
        1,
        &run,
        &["a deferred constraint does not hold at the end of the seed", "notes_tenant_id_fkey", "nothing was written"],
    );
    assert_eq!(rows(&seeding), "0 0");
    // Pending trigger events would keep FORCE from being restored: the constraints are settled before.
    seeding.seed(
        "late.sql",
        &format!("{orphan}INSERT INTO tenants (id, name) VALUES ('00000000-0000-0000-0000-000000000001', 'late');\n"),
    );
    says(&seeding.plant(), "seeds/late.sql  2 rows written");
    assert_eq!(rows(&seeding), "1 1");
}

#[test]
fn a_policy_that_raises_stops_only_those_whom_it_binds() {
    let raising = r#"
[function.current_tenant]
returns  = "uuid"
language = "plpgsql"
volatility = "stable"
body     = "BEGIN RAISE EXCEPTION 'no tenant is set'; END"
"#;
    let schema = NOTES.replace("NULLIF(current_setting('app.tenant', true), '')::uuid", "current_tenant()");
    let seeding = Seeding::new(18, &format!("{raising}{schema}"));
    let known = ACME.replace("name = \"Acme\"", "id = { uuid = \"v5\", name = \"acme\" }\nname = \"Acme\"");
    let known = known.replace("key = [\"tenant_id\", \"body\"]", "mode = \"insert\"");
    seeding.seed("demo.toml", &known);
    let run = seeding.run(&["seed", "--no-bypass"]);
    seeding.fails(1, &run, &["no tenant is set", "seeds/demo.toml:"]);
    assert_eq!(rows(&seeding), "0 0");
    seeding.plant();
    assert_eq!(rows(&seeding), "1 1");
}

#[test]
fn a_lock_that_is_not_granted_names_who_holds_it() {
    let seeding = seeded();
    seeding.project.write("dbtool.toml", "tenant_setting = 'app.tenant'\ntimeouts = { lock = '50ms' }\n");
    let holder = std::thread::spawn({
        let url = seeding.url.clone();
        move || query_text(&url, "BEGIN; LOCK TABLE notes IN ROW EXCLUSIVE MODE; SELECT pg_sleep(20)")
    });
    let waiting = "SELECT count(*) FROM pg_locks WHERE relation = 'notes'::regclass AND mode = 'RowExclusiveLock'";
    while seeding.value(waiting) == "0" {
        std::thread::sleep(Duration::from_millis(10));
    }
    let run = seeding.run(&["seed"]);
    seeding.fails(
        3,
        &run,
        &[
            "no lock on the tables within 50ms",
            "active, for",
            "LOCK TABLE notes IN ROW EXCLUSIVE MODE",
            "nothing was written",
        ],
    );
    assert!(run.stderr.contains("trying again in"), "{run}");
    seeding.database.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(20)' AND pid <> pg_backend_pid()");
    assert!(holder.join().is_err());
    seeding.plant();
}

#[test]
fn two_seeds_at_once() {
    let seeding = seeded();
    seeding.seed("slow.sql", "-- dbtool: may write nothing\nSELECT pg_sleep(4);\n");
    std::thread::scope(|scope| {
        let first = scope.spawn(|| seeding.run(&["seed"]));
        // Other tests hold locks in other databases.
        let locked = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted \
                      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
        while seeding.value(locked) == "0" {
            std::thread::sleep(Duration::from_millis(5));
        }
        let refused = seeding.run(&["seed", "--wait", "0"]);
        assert_eq!(refused.code, 3, "{refused}");
        assert!(refused.stderr.contains("another runner holds the lock (pid"), "{refused}");
        let second = seeding.run(&["seed"]);
        says(&second, "waiting up to");
        says(&second, "1 unchanged");
        says(&first.join().unwrap(), "1 inserted");
    });
    assert_eq!(rows(&seeding), "1 1");
}

#[test]
fn a_dry_run_writes_nothing_and_says_what_would_wait() {
    let seeding = seeded();
    let run = seeding.run(&["seed", "--dry-run"]);
    says(&run, "FORCE would be lifted inside the transaction on `notes`, `tenants`");
    says(&run, "other sessions would wait for `notes`, `tenants` for about");
    says(&run, "nothing was written");
    assert_eq!(rows(&seeding), "0 0");
}

/// What a function does that a seed calls is seen before the commit.
#[test]
fn a_function_cannot_leave_a_table_open() {
    let schema = format!(
        "{NOTES}\n[function.open]\nreturns = \"void\"\nlanguage = \"plpgsql\"\nbody = \"BEGIN EXECUTE 'ALTER TABLE notes DISABLE ROW LEVEL SECURITY'; END\"\n\
         [function.switch]\nreturns = \"void\"\nlanguage = \"plpgsql\"\nbody = \"BEGIN PERFORM set_config('row_' || 'security', 'on', false); END\"\n"
    );
    let seeding = Seeding::new(18, &schema);
    seeding.seed("a.sql", "SELECT open();\n");
    seeding.fails(1, &seeding.run(&["seed"]), &["the seed changed the schema: `public.notes`", "nothing was written"]);
    seeding.seed("a.sql", "SELECT switch();\n");
    seeding.fails(1, &seeding.run(&["seed"]), &["changed the transaction, the role or row security"]);
}
