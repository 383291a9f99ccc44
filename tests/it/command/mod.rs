//! The command line as its users see it: what is printed where, the exit codes, and what stays untouched.

mod check;
mod dev;
mod diff;
mod lost;
mod migrate;
mod mistakes;
mod places;
mod refused;
mod secrets;
mod write;

use crate::support::{Project, Run, TestDatabase, Tool, server};

/// A small declaration.
pub const TENANTS: &str = "[table.tenants]\nprimary_key = ['id']\nrow_security = 'force'\n\
    [table.tenants.column]\nid = 'uuid'\nname = { type = 'text', not_null = true }\n\
    [table.tenants.policy.tenants_all]\nusing = \"id::text = current_setting('app.tenant_id', true)\"\n";

/// The same with a column more.
pub fn with_column(column: &str) -> String {
    TENANTS.replace("not_null = true }\n", &format!("not_null = true }}\n{column}\n"))
}

/// A project and its database.
pub struct Bench {
    pub project: Project,
    pub database: TestDatabase,
}

impl Bench {
    /// Nothing declared, nothing there.
    pub fn new() -> Bench {
        Bench { project: Project::new(), database: server(18).database("command") }
    }

    /// With the small declaration, written as a migration and applied.
    pub fn applied() -> Bench {
        let bench = Bench::new();
        bench.declare(TENANTS);
        bench.apply("first");
        bench
    }

    /// Declares this and nothing else.
    pub fn declare(&self, toml: &str) {
        self.project.write("schema/app.toml", toml);
    }

    /// Writes what is declared as a migration, whatever the hazards, and applies it.
    pub fn apply(&self, name: &str) {
        self.run(0, &["diff", "--write", name, "--allow", "all"]);
        self.run(0, &["migrate"]);
    }

    /// A run about to be made. An error shows no backtrace although one is asked for.
    pub fn tool(&self) -> Tool {
        self.project.tool().env("RUST_BACKTRACE", "1").env("DATABASE_URL", &self.database.url)
    }

    /// Runs dbtool and checks how it exits.
    pub fn run(&self, code: i32, args: &[&str]) -> Run {
        exits(code, self.tool().args(args).run())
    }

    /// The first value of a query, as text.
    pub fn value(&self, sql: &str) -> String {
        self.database.query_text(sql)[0][0].clone()
    }

    /// Everything of the user's that the catalog holds, as one value.
    pub fn fingerprint(&self) -> String {
        self.database.query_text(FINGERPRINT).concat().concat()
    }

    /// The names of the migrations folder, sorted.
    pub fn files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.project.path().join("migrations")).into_iter().flatten().flatten();
        let mut names: Vec<String> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }
}

const FINGERPRINT: &str = "SELECT md5(string_agg(x, ',' ORDER BY x)) FROM (
    SELECT concat_ws(' ', oid, relname, relkind, relfilenode, relrowsecurity, relforcerowsecurity) x FROM pg_class
    UNION ALL SELECT concat_ws(' ', attrelid, attname, atttypid, attnotnull, attisdropped) FROM pg_attribute
    UNION ALL SELECT concat_ws(' ', oid, pg_get_expr(adbin, adrelid)) FROM pg_attrdef
    UNION ALL SELECT concat_ws(' ', oid, pg_get_constraintdef(oid)) FROM pg_constraint
    UNION ALL SELECT concat_ws(' ', oid, polname, pg_get_expr(polqual, polrelid)) FROM pg_policy
    UNION ALL SELECT concat_ws(' ', oid, proname, prosrc) FROM pg_proc WHERE oid >= 16384
    UNION ALL SELECT concat_ws(' ', oid, nspname) FROM pg_namespace
    UNION ALL SELECT concat_ws(' ', oid, extname) FROM pg_extension
    UNION ALL SELECT concat_ws(' ', oid, typname) FROM pg_type) all_of_it";

/// Checks how a run ended, and that nothing of the program's insides is shown.
pub fn exits(code: i32, run: Run) -> Run {
    assert_eq!(run.code, code, "{run}");
    for inside in ["panicked", "backtrace", "src/", ".rs:"] {
        assert!(!run.stderr.contains(inside) && !run.stdout.contains(inside), "`{inside}` in {run}");
    }
    run
}

/// Checks that a text holds each of these.
pub fn holds(run: &Run, parts: &[&str]) {
    for part in parts {
        assert!(run.stderr.contains(part) || run.stdout.contains(part), "no `{part}` in {run}");
    }
}

/// Checks that an error is one, says this, and what to do.
pub fn one_error(run: &Run, parts: &[&str]) {
    let errors = run.stderr.lines().filter(|line| line.starts_with("error: ")).count();
    let hints = run.stderr.lines().filter(|line| line.starts_with("hint: ")).count();
    assert!(errors == 1 && hints >= 1, "{run}");
    for line in run.stderr.lines().filter(|line| line.starts_with("error: ") || line.starts_with("hint: ")) {
        assert!(!line.ends_with('.'), "a full stop at the end of `{line}`");
    }
    holds(run, parts);
}
