//! `seed`: what it plants, what it refuses, and what nobody ever sees.

mod documents;
mod guards;
mod mistakes;
mod open;
mod partitioned;
mod values;

use std::path::Path;

use crate::support::{Project, Run, TestDatabase, server};

/// A project whose schema is in the database already, owned by a role of its own that is bound by forced row security.
pub struct Seeding {
    pub project: Project,
    pub database: TestDatabase,
    /// The owner's URL.
    pub url: String,
    pub owner: String,
}

impl Seeding {
    /// With the schema that is given.
    pub fn new(major: u32, schema: &str) -> Seeding {
        let project = Project::new();
        project.write("schema/app.toml", schema);
        project.write("dbtool.toml", "tenant_setting = 'app.tenant'\n");
        Self::of(major, project)
    }

    /// With the schema and the seeds of a folder in `tests/projects`.
    pub fn from_folder(major: u32, folder: &Path) -> Seeding {
        let project = Project::new();
        for part in ["schema", "seeds"] {
            for entry in std::fs::read_dir(folder.join(part)).unwrap().flatten() {
                let text = std::fs::read_to_string(entry.path()).unwrap();
                project.write(&format!("{part}/{}", entry.file_name().to_string_lossy()), &text);
            }
        }
        Self::of(major, project)
    }

    fn of(major: u32, project: Project) -> Seeding {
        let database = server(major).database("seed");
        let owner = database.role("owner", "LOGIN");
        database.execute(&format!("ALTER SCHEMA public OWNER TO \"{owner}\""));
        let schemas = std::fs::read_dir(project.path().join("schema")).unwrap().flatten();
        if schemas.into_iter().any(|file| std::fs::read_to_string(file.path()).unwrap().contains("[extension.vector]"))
        {
            // Only a superuser can.
            database.execute("CREATE EXTENSION vector");
        }
        let seeding = Seeding { url: database.url_as(&owner), project, database, owner };
        let written = seeding.run(&["diff", "--write", "first"]);
        assert_eq!(written.code, 0, "{written}");
        let migrated = seeding.run(&["migrate"]);
        assert_eq!(migrated.code, 0, "{migrated}");
        seeding
    }

    /// Writes a seed.
    pub fn seed(&self, name: &str, text: &str) -> &Self {
        self.project.write(&format!("seeds/{name}"), text);
        self
    }

    /// Runs dbtool as the owner.
    pub fn run(&self, args: &[&str]) -> Run {
        self.project.dbtool_at(&self.url, args)
    }

    /// Runs dbtool as another role.
    pub fn run_as(&self, role: &str, args: &[&str]) -> Run {
        self.project.dbtool_at(&self.database.url_as(role), args)
    }

    /// Plants, and it has to work.
    pub fn plant(&self) -> Run {
        let run = self.run(&["seed"]);
        assert_eq!(run.code, 0, "{run}");
        self.all_closed();
        run
    }

    /// One value, as the superuser sees it.
    pub fn value(&self, sql: &str) -> String {
        self.database.query_text(sql)[0][0].clone()
    }

    /// Every table that has policies is forced.
    pub fn all_closed(&self) {
        let open = "SELECT string_agg(relname, ', ') FROM pg_class WHERE relrowsecurity AND NOT relforcerowsecurity
                    AND relname NOT LIKE '%on_purpose'";
        assert_eq!(self.value(open), "NULL", "open");
    }

    /// The run was refused, or failed, with one error that says all of these, and nothing was written.
    pub fn fails(&self, code: i32, run: &Run, parts: &[&str]) {
        assert_eq!(run.code, code, "{run}");
        for part in parts {
            assert!(run.stderr.contains(part), "`{part}` is missing in\n{run}");
        }
        assert_eq!(run.stderr.matches("error: ").count(), 1, "{run}");
        assert!(code != 3 || run.stderr.contains("hint: "), "{run}");
        self.all_closed();
    }
}

/// Two tables under forced row security, and one that refers to the other.
pub const NOTES: &str = r#"
[policy_set.tenant]
select.using = "{tenant} = NULLIF(current_setting('app.tenant', true), '')::uuid"
insert.check = "{tenant} = NULLIF(current_setting('app.tenant', true), '')::uuid"
update.using = "{tenant} = NULLIF(current_setting('app.tenant', true), '')::uuid"
update.check = "{tenant} = NULLIF(current_setting('app.tenant', true), '')::uuid"
delete.using = "{tenant} = NULLIF(current_setting('app.tenant', true), '')::uuid"

[table.tenants]
primary_key  = ["id"]
row_security = "force"
policies     = { set = "tenant", tenant = "id" }
[table.tenants.column]
id   = { type = "uuid", default = "gen_random_uuid()" }
name = { type = "text", not_null = true, unique = true }

[table.notes]
primary_key  = ["id"]
row_security = "force"
policies     = { set = "tenant", tenant = "tenant_id" }
[table.notes.column]
id        = { type = "bigint", identity = "always" }
tenant_id = { type = "uuid", not_null = true, references = "tenants(id)", on_delete = "cascade" }
body      = { type = "text", not_null = true, check = "body <> 'bad'" }
"#;

/// A tenant and a note of it.
pub const ACME: &str = r#"
tenant = { ref = "tenants.acme" }
[table.tenants.row.acme]
name = "Acme"
[table.notes]
key = ["tenant_id", "body"]
[table.notes.row.first]
tenant_id = { ref = "acme" }
body      = "hello"
"#;

/// Five tenants with three notes each, which say by their numbers what they belong to.
pub const MANY: &str = r#"
[table.tenants.rows.many]
repeat = 5
column.name = "tenant {n}"
[table.notes]
key = ["tenant_id", "body"]
[table.notes.rows.many]
each = "tenants.many"
repeat = 3
column.tenant_id = { ref = "many" }
column.body = "{n} {i} {each}"
"#;
