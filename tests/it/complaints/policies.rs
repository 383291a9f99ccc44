//! Row security: the same policy re-created on every run, a changed one that nobody sees, FORCE that gets lost.

use std::fmt::Write as _;

use super::{Live, stays, told_of};
use crate::support;

/// A table with row security on and one policy.
const NOTES: &str = r#"
[table.notes]
primary_key = ["id"]
row_security = "force"
column.id = "bigint"
column.tenant_id = { type = "uuid", not_null = true }
policy.notes_own = { using = "tenant_id = current_setting('app.tenant')::uuid", check = "tenant_id = current_setting('app.tenant')::uuid" }
"#;

const NOTES_SQL: &str = "
    CREATE TABLE notes (id bigint PRIMARY KEY, tenant_id uuid NOT NULL);
    ALTER TABLE notes ENABLE ROW LEVEL SECURITY; ALTER TABLE notes FORCE ROW LEVEL SECURITY;
    CREATE POLICY notes_own ON notes USING (tenant_id = current_setting('app.tenant')::uuid)
        WITH CHECK (tenant_id = current_setting('app.tenant')::uuid);";

/// pgschema#220, pgschema#224.
#[tokio::test]
async fn a_policy_is_altered_on_every_run_for_the_qualifiers_in_it() {
    let sql = "
        CREATE SCHEMA app;
        CREATE FUNCTION app.tenant() RETURNS uuid LANGUAGE sql STABLE AS 'SELECT NULL::uuid';
        CREATE TABLE app.members (tenant_id uuid, who text);
        CREATE TABLE public.notes (tenant_id uuid);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY notes_own ON public.notes USING (public.notes.tenant_id = app.tenant()
            AND EXISTS (SELECT 1 FROM app.members WHERE app.members.tenant_id = public.notes.tenant_id));";
    let toml = |using: &str| {
        format!(
            "[function.\"app.tenant\"]\nreturns = \"uuid\"\nvolatility = \"stable\"\nbody = \"SELECT NULL::uuid\"\n\
             [table.\"app.members\".column]\ntenant_id = \"uuid\"\nwho = \"text\"\n\
             [table.notes]\nrow_security = \"on\"\ncolumn.tenant_id = \"uuid\"\npolicy.notes_own = {{ using = \"{using}\" }}\n"
        )
    };
    for using in [
        "tenant_id = app.tenant() AND EXISTS (SELECT 1 FROM app.members WHERE members.tenant_id = notes.tenant_id)",
        "notes.tenant_id = app.tenant() and exists (select 1 from app.members \
         where app.members.tenant_id = public.notes.tenant_id)",
    ] {
        stays(sql, &toml(using)).await;
    }
}

/// pgschema#449, pgmodeler#1438, pgmold#187.
#[tokio::test]
async fn policies_and_checks_differ_again_right_after_they_were_applied() {
    let sql = "
        CREATE TABLE notes (kind text, size numeric(8,2), CONSTRAINT notes_kind_check CHECK (kind IN ('a', 'b')),
            CONSTRAINT notes_size_check CHECK (size BETWEEN 0 AND 10.5));
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY notes_read ON notes FOR SELECT
            USING ((kind)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]));
        CREATE POLICY notes_write ON notes FOR UPDATE USING (NOT (kind <> 'a' AND size IS NULL)) WITH CHECK (true);";
    let toml = r#"
        [table.notes]
        row_security = "on"
        column.kind = { type = "text", one_of = ["a", "b"] }
        column.size = "numeric(8,2)"
        check.notes_size_check = "size between 0 and 10.5"
        policy.notes_read = { for = "select", using = "kind::text = any (array['a'::varchar, 'b'::varchar]::text[])" }
        policy.notes_write = { for = "update", using = "not (kind != 'a' and size is null)", check = "TRUE" }
    "#;
    stays(sql, toml).await;
}

/// pgschema#551: `ALTER POLICY` cannot do it.
#[tokio::test]
async fn a_check_of_a_policy_cannot_be_taken_away() {
    let without = NOTES.replace(", check = \"tenant_id = current_setting('app.tenant')::uuid\"", "");
    assert_ne!(without, NOTES);
    for major in support::with_vector() {
        let live = Live::made(major, NOTES_SQL).await;
        live.reach_and_return(NOTES, &without).await;
        live.reach(&without).await;
        assert_eq!(live.value("SELECT polwithcheck IS NULL AND polqual IS NOT NULL FROM pg_policy"), "t");
    }
}

/// pgschema#471: policies that nothing enforces.
#[tokio::test]
async fn row_security_of_a_partitioned_table_is_not_seen() {
    let sql = "
        CREATE TABLE events (id bigint, tenant_id uuid) PARTITION BY RANGE (id);
        ALTER TABLE events ENABLE ROW LEVEL SECURITY;
        CREATE POLICY events_own ON events USING (tenant_id IS NOT NULL);";
    let toml = r#"
        [table.events]
        partition_by = "RANGE (id)"
        row_security = "on"
        column.id = "bigint"
        column.tenant_id = "uuid"
        policy.events_own = { using = "tenant_id is not null" }
    "#;
    stays(sql, toml).await;
    for major in support::with_vector() {
        let live = Live::made(major, sql).await;
        assert!(live.pulled().await.contains("row_security = \"on\""));
        live.database.execute("ALTER TABLE events DISABLE ROW LEVEL SECURITY");
        assert_eq!(live.told(toml).await, ["+ row security of events: on"]);
        live.reach(toml).await;
        assert_eq!(live.value("SELECT relrowsecurity FROM pg_class WHERE relname = 'events'"), "t");
    }
}

/// sqldef PR 1271.
#[tokio::test]
async fn a_policy_for_everybody_in_another_schema_with_needless_casts_is_created_again() {
    let sql = "
        CREATE SCHEMA crm; CREATE TABLE crm.leads (owner text, stage varchar(20));
        ALTER TABLE crm.leads ENABLE ROW LEVEL SECURITY;
        CREATE POLICY leads_own ON crm.leads USING (owner = CURRENT_USER::text AND stage::text <> 'lost'::text);";
    let toml = r#"
        [table."crm.leads"]
        row_security = "on"
        column.owner = "text"
        column.stage = "varchar(20)"
        policy.leads_own = { to = ["public"], using = "(owner::text = current_user::text) and (stage <> ('lost'))" }
    "#;
    stays(sql, toml).await;
}

/// sqldef PR 1270, drizzle-orm#5819, DataProvider#32, pgsd#111.
#[tokio::test]
async fn there_is_no_way_to_say_enable_and_force() {
    let state = "SELECT relrowsecurity::text || relforcerowsecurity FROM pg_class WHERE relname = 'notes'";
    for major in support::with_vector() {
        let live = Live::made(major, "").await;
        for (said, is) in [("off", "falsefalse"), ("on", "truefalse"), ("force", "truetrue"), ("off", "falsefalse")] {
            live.reach(&NOTES.replace("\"force\"", &format!("{said:?}"))).await;
            assert_eq!(live.value(state), is, "{said}");
        }
        live.reach(NOTES).await;
        live.database.execute("ALTER TABLE notes NO FORCE ROW LEVEL SECURITY");
        assert_eq!(live.told(NOTES).await, ["~ row security of notes: forced no -> yes"]);
    }
}

/// drizzle-orm#3504, drizzle-orm#4626.
#[tokio::test]
async fn using_and_check_are_lost_on_the_way() {
    let state = "SELECT string_agg(polname || ' ' || (polqual IS NOT NULL) || ' ' || (polwithcheck IS NOT NULL), ', ' \
                 ORDER BY polname) FROM pg_policy";
    let toml = NOTES.to_owned() + "policy.notes_add = { for = \"insert\", check = \"id > 0\" }\n";
    for major in support::with_vector() {
        let live = Live::made(major, "").await;
        live.reach(&toml).await;
        assert_eq!(live.value(state), "notes_add false true, notes_own true true");
        // Nor do they go when something else of the policy changes.
        live.reach(&toml.replace("{ using", "{ to = [\"pg_monitor\"], using")).await;
        assert_eq!(live.value(state), "notes_add false true, notes_own true true");
        live.reach(&toml.replace("uuid\", check", "uuid or false\", check")).await;
        assert_eq!(live.value(state), "notes_add false true, notes_own true true");
    }
}

/// drizzle-orm#4948, pg-toolbelt#451: row security that an event trigger switches on for every new table.
#[tokio::test]
async fn row_security_is_switched_off_on_every_run() {
    let sql = "
        CREATE FUNCTION closes() RETURNS event_trigger LANGUAGE plpgsql AS $$ DECLARE made record; BEGIN
            FOR made IN SELECT * FROM pg_event_trigger_ddl_commands() WHERE command_tag = 'CREATE TABLE' LOOP
                IF made.schema_name <> 'pg_temp' THEN
                    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', made.object_identity);
                END IF;
            END LOOP; END $$;
        CREATE EVENT TRIGGER closes ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION closes();";
    for major in support::with_vector() {
        let live = Live::made(major, sql).await;
        let toml = NOTES.replace("\"force\"", "\"on\"") + &live.pulled().await;
        let script = live.reach(&toml).await;
        assert!(!script.contains("DISABLE ROW LEVEL SECURITY"), "{script}");
        assert_eq!(live.told(&toml).await, Vec::<String>::new());
        assert_eq!(live.value("SELECT relrowsecurity FROM pg_class WHERE relname = 'notes'"), "t");
    }
}

/// drizzle-orm#5329.
#[tokio::test]
async fn policies_of_schemas_that_are_filtered_out_are_dropped() {
    let sql = "
        CREATE SCHEMA storage; CREATE TABLE storage.objects (name text);
        ALTER TABLE storage.objects ENABLE ROW LEVEL SECURITY;
        CREATE POLICY objects_read ON storage.objects FOR SELECT USING (true);";
    for major in support::with_vector() {
        let live = Live::made(major, &format!("{NOTES_SQL}{sql}")).await;
        assert_eq!(told_of(&live, &["public"], NOTES).await, Vec::<String>::new());
        // Where the schema is looked at, everything of it is told.
        let all = live.told(NOTES).await;
        assert!(all.contains(&"- table storage.objects: 1 column".to_owned()), "{all:#?}");
    }
}

/// supabase/cli#2100: policies on tables that another part of the system made.
#[tokio::test]
async fn policies_on_tables_of_other_schemas_are_missed() {
    let sql = "
        CREATE SCHEMA storage; CREATE TABLE storage.objects (name text, owner uuid);
        ALTER TABLE storage.objects ENABLE ROW LEVEL SECURITY;";
    let policy = "CREATE POLICY objects_read ON storage.objects FOR SELECT USING (owner IS NOT NULL)";
    for major in support::with_vector() {
        let live = Live::made(major, sql).await;
        let before = live.pulled().await;
        live.database.execute(policy);
        assert_eq!(live.told(&before).await, ["- policy objects_read on storage.objects"]);
        assert!(live.pulled().await.contains("objects_read"));
    }
}

/// migra#72, migra#121: a policy for everybody became one for `unknown (OID=0)`.
#[tokio::test]
async fn a_policy_for_public_is_given_to_a_role_that_nobody_knows() {
    for major in support::with_vector() {
        let live = Live::made(major, NOTES_SQL).await;
        let pulled = live.pulled().await;
        assert!(!pulled.contains("unknown") && !pulled.contains("to ="), "{pulled}");
        let own = Live::made(major, "").await;
        let script = own.reach(&NOTES.replace("{ using", "{ to = [\"public\"], using")).await;
        assert!(script.contains("ENABLE ROW LEVEL SECURITY"), "{script}");
        assert_eq!(own.value("SELECT polroles FROM pg_policy"), "{0}");
        assert_eq!(own.told(NOTES).await, Vec::<String>::new());
    }
}

/// pgadmin4#5241, DataProvider#98 (a production outage, with exit code 0 and no warning), DataProvider#37.
#[tokio::test]
async fn a_policy_that_changed_under_its_name_is_not_seen() {
    let sql = "tenant_id = (current_setting('app.tenant'::text))::uuid";
    for major in support::with_vector() {
        let live = Live::made(major, NOTES_SQL).await;
        assert_eq!(live.told(NOTES).await, Vec::<String>::new());
        for (statement, property) in [("USING (true)", "using"), ("WITH CHECK (true)", "check")] {
            live.database.execute(&format!("ALTER POLICY notes_own ON notes {statement}"));
            let told = live.told(NOTES).await;
            assert_eq!(told, [format!("~ policy notes_own on notes: {property} true -> {sql}")]);
            live.reach(NOTES).await;
        }
        live.database.execute("ALTER POLICY notes_own ON notes WITH CHECK (true)");
        let project = support::Project::new();
        project.write("schema/notes.toml", NOTES);
        let run = project.dbtool(&["check", "--url", &live.database.url]);
        assert_eq!(run.code, 2, "{run}");
    }
}

/// pgadmin4#3676, pgadmin4#5275.
#[tokio::test]
async fn other_roles_or_restrictive_give_statements_that_fail() {
    let base = NOTES.to_owned();
    for major in support::with_vector() {
        let live = Live::made(major, NOTES_SQL).await;
        for change in [
            "{ to = [\"pg_monitor\", \"pg_read_all_data\"], using",
            "{ as = \"restrictive\", using",
            "{ as = \"restrictive\", to = [\"pg_monitor\"], using",
            "{ for = \"update\", using",
        ] {
            live.reach_and_return(&base, &base.replace("{ using", change)).await;
        }
    }
}

/// pgmold#54, pgmold#187: hundreds of policies, hundreds of statements, on every run.
#[tokio::test]
async fn many_policies_never_come_to_rest() {
    let (mut sql, mut toml) = (String::new(), String::new());
    for number in 0..130 {
        writeln!(
            sql,
            "CREATE TABLE t{number} (id bigint, org text); ALTER TABLE t{number} ENABLE ROW LEVEL SECURITY;
             CREATE POLICY p ON t{number} FOR ALL TO PUBLIC USING (org IN ('a', 'b') OR
                 EXISTS (SELECT 1 FROM t0 WHERE t0.id = t{number}.id AND t0.org = current_setting('app.org', true)));"
        )
        .unwrap();
        writeln!(
            toml,
            "[table.t{number}]\nrow_security = \"on\"\ncolumn.id = \"bigint\"\ncolumn.org = \"text\"\n\
             policy.p = {{ using = \"org in ('a', 'b') or exists (select 1 from t0 where t0.id = t{number}.id \
             and t0.org = current_setting('app.org', true))\" }}"
        )
        .unwrap();
    }
    stays(&sql, &toml).await;
}

/// pgroll#179, supabase/cli#792: a view that lost `security_invoker` shows every tenant's rows.
#[tokio::test]
async fn a_view_goes_around_the_policies_of_its_table() {
    let toml = NOTES.to_owned()
        + "[view.mine]\nquery = \"SELECT id FROM notes\"\nwith = { security_invoker = true, security_barrier = true }\n";
    let options = "SELECT reloptions FROM pg_class WHERE relname = 'mine'";
    for major in support::with_vector() {
        let live = Live::made(major, "").await;
        live.reach(&toml).await;
        assert_eq!(live.value(options), "{security_invoker=true,security_barrier=true}");
        // It is still there when the view was made anew under another type of its column.
        live.reach(&toml.replace("column.id = \"bigint\"", "column.id = \"integer\"")).await;
        assert_eq!(live.value(options), "{security_invoker=true,security_barrier=true}");
        live.database.execute("ALTER VIEW mine RESET (security_invoker)");
        let told = live.told(&toml.replace("column.id = \"bigint\"", "column.id = \"integer\"")).await;
        assert!(told.len() == 1 && told[0].contains("security_invoker"), "{told:#?}");
        assert!(live.pulled().await.contains("security_barrier"));
    }
}
