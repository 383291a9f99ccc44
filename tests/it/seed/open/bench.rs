//! The database that is seeded, on a server that may be killed; and what must hold of it at all times.

use std::process::{Child, Output, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::{NOTES, TENANTS};
use crate::support::{Line, Project, Run, TestServer, execute, fixture_programs, own_server};

/// As production has it, but for the disk: a commit that was confirmed outlives the server.
const SETTINGS: [&str; 3] = ["synchronous_commit=on", "full_page_writes=on", "wal_level=replica"];

const SCHEMA: &str = r#"
[policy_set.tenant]
select.using = "{tenant} = current_tenant()"
insert.check = "{tenant} = current_tenant()"
update.using = "{tenant} = current_tenant()"
update.check = "{tenant} = current_tenant()"
delete.using = "{tenant} = current_tenant()"

[function.current_tenant]
returns    = "uuid"
language   = "sql"
volatility = "stable"
body       = "SELECT NULLIF(current_setting('app.tenant', true), '')::uuid"

[table.tenants]
primary_key  = ["id"]
row_security = "force"
policies     = { set = "tenant", tenant = "id" }
column.id    = "uuid"
column.name  = { type = "text", not_null = true }

[table.notes]
primary_key      = ["id"]
row_security     = "force"
policies         = { set = "tenant", tenant = "tenant_id" }
column.id        = "uuid"
column.tenant_id = { type = "uuid", not_null = true, references = "tenants(id)" }
column.body      = { type = "text", not_null = true }
check.notes_body_check.expression = "body <> 'broken'"
index.notes_tenant_id_idx.on      = ["tenant_id"]
"#;

/// Rows that fail when all those of the seed are written.
const WRONG: &str = r#"
environments = ["test"]
tenant       = { ref = "tenants.all" }

[table.notes.rows.wrong]
each   = "tenants.all"
repeat = 1
[table.notes.rows.wrong.column]
id        = { uuid = "v5", name = "wrong {n}" }
tenant_id = { ref = "tenants.all" }
body      = "broken"
"#;

/// The seed.
fn seed() -> String {
    format!(
        r#"
environments = ["test"]
tenant       = {{ ref = "tenants.all" }}

[table.tenants.rows.all]
repeat = {TENANTS}
[table.tenants.rows.all.column]
id   = "00000000-0000-4000-8000-00000000000{{n}}"
name = "Tenant {{n}}"

[table.notes.rows.all]
each   = "tenants.all"
repeat = {NOTES}
[table.notes.rows.all.column]
id        = {{ uuid = "v5", name = "note {{n}}" }}
tenant_id = {{ ref = "all" }}
body      = "Note {{i}} of tenant {{each}}"
"#
    )
}

/// Who was there before, with rows that nobody else may see.
const NEIGHBOUR: &str = "
    INSERT INTO tenants VALUES ('ffffffff-0000-4000-8000-000000000000', 'Neighbour');
    INSERT INTO notes SELECT gen_random_uuid(), 'ffffffff-0000-4000-8000-000000000000', 'Not yours' FROM generate_series(1, 3)";

/// The database, and dbtool's project for it.
pub struct Bench {
    pub server: TestServer,
    pub project: Project,
    /// For the superuser, the owner of the tables, and the application.
    pub url: String,
    pub owner: String,
    pub app: String,
}

/// A run of dbtool that ends with the test.
pub struct Running {
    child: Option<Child>,
    pub since: Instant,
}

impl Bench {
    pub fn new() -> Self {
        let server = own_server(&fixture_programs(18), &SETTINGS, &[]);
        let all = "CREATE ROLE owner LOGIN; CREATE ROLE app LOGIN";
        execute(&server.url("postgres"), all);
        execute(&server.url("postgres"), "CREATE DATABASE open OWNER owner TEMPLATE template0");
        execute(&server.url("postgres"), "ALTER DATABASE open SET dbtool.environment = 'test'");
        let url = server.url("open");
        let of = |role: &str| url.replacen("postgres@", &format!("{role}@"), 1);
        let bench = Self { owner: of("owner"), app: of("app"), url, server, project: Project::new() };
        bench.project.write("dbtool.toml", "tenant_setting = \"app.tenant\"\n");
        bench.project.write("schema/app.toml", SCHEMA);
        bench.project.write("seeds/whole.toml", &seed());
        bench.project.write("seeds/wrong.toml", WRONG);
        for command in [&["diff", "--write", "first"][..], &["migrate"]] {
            let run = bench.project.dbtool_at(&bench.owner, command);
            assert_eq!(run.code, 0, "{command:?}: {run}");
        }
        execute(&bench.url, &format!("{NEIGHBOUR}; GRANT SELECT ON ALL TABLES IN SCHEMA public TO app"));
        bench
    }

    /// Begins a seed, as the owner.
    pub fn begin(&self, seeds: &[&str]) -> Running {
        let (mut command, _home) = self.project.tool().args(["--url", &self.owner, "seed"]).args(seeds).into_command();
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Running { since: Instant::now(), child: Some(command.spawn().unwrap()) }
    }

    /// Waits until nothing of a seed is left in the server.
    pub fn settle(&self) -> Line {
        let line = Line::wait_for(&self.url);
        let start = Instant::now();
        let sessions = "SELECT pid FROM pg_stat_activity WHERE application_name = 'dbtool'";
        while !line.rows(sessions).unwrap().is_empty() {
            assert!(start.elapsed() < Duration::from_secs(90), "the seed's session outlives the seed");
            std::thread::sleep(Duration::from_millis(2));
        }
        line
    }

    /// Whether the rows are there, all of them; panics where a part of them is, or a table is open.
    pub fn is_planted(&self, line: &Line) -> bool {
        let state = "SELECT (SELECT count(*) FROM pg_class WHERE relrowsecurity AND relforcerowsecurity
                              AND oid IN ('tenants'::regclass, 'notes'::regclass)),
                            (SELECT count(*) FROM tenants WHERE name <> 'Neighbour'),
                            (SELECT count(*) FROM notes WHERE body <> 'Not yours'),
                            (SELECT count(*) FROM notes WHERE body = 'Not yours')";
        let rows = line.rows(state).unwrap();
        let found: Vec<u64> = rows[0].iter().map(|number| number.parse().unwrap()).collect();
        assert_eq!(found[0], 2, "a table was left open");
        assert_eq!(found[3], 3, "rows that were there before are gone");
        let whole = [TENANTS, TENANTS * NOTES];
        assert!(found[1..3] == whole || found[1..3] == [0, 0], "a part of the rows: {found:?}, not all: {whole:?}");
        found[1] > 0
    }

    /// As before the first seed.
    pub fn clean(&self, line: &Line) {
        line.rows(&format!("BEGIN; TRUNCATE tenants, notes; {NEIGHBOUR}; COMMIT")).unwrap();
    }
}

impl Running {
    pub fn has_ended(&mut self) -> bool {
        self.child.as_mut().unwrap().try_wait().unwrap().is_some()
    }

    pub fn signal(&mut self, signal: Signal) {
        let pid = self.child.as_ref().unwrap().id();
        kill(Pid::from_raw(pid.try_into().unwrap()), signal).unwrap();
    }

    /// What it left; `-1` is a kill.
    pub fn wait(mut self) -> Run {
        let start = Instant::now();
        while !self.has_ended() {
            assert!(start.elapsed() < Duration::from_secs(90), "dbtool hangs");
            std::thread::sleep(Duration::from_millis(1));
        }
        let Output { status, stdout, stderr } = self.child.take().unwrap().wait_with_output().unwrap();
        Run {
            code: status.code().unwrap_or(-1),
            stdout: String::from_utf8(stdout).unwrap(),
            stderr: String::from_utf8(stderr).unwrap(),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
