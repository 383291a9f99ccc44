//! What is interrupted: a mixed plan in several files, as `diff --write` makes it, with a file by hand whose statements
//! must not run twice; and the places where a run of it may come to a stand.

use std::collections::BTreeMap;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use dbtool::inspect::{Scope, inspect};
use dbtool::migration::{self, Direction, Folder};

use crate::command::exits;
use crate::converge::open;
use crate::support::{Project, Run, TestDatabase, TestServer, server};

/// How long anything here may take before it is a failure.
pub const PATIENCE: Duration = Duration::from_secs(90);

const FROM: &str = "
    [enum.plan]
    values = ['free', 'pro']
    [table.tenants]
    primary_key = ['id']
    column.id = 'bigint'
    [table.counters]
    column.n = 'bigint'
    [table.items]
    primary_key = ['id']
    [table.items.column]
    id = 'bigint'
    tenant_id = 'bigint'
    sku = 'text'
    price = 'integer'
    old = 'text'
    [table.items.index]
    items_price_idx = { on = ['price'] }
";

const TO: &str = "
    [enum.plan]
    values = ['free', 'pro', 'team']
    [table.tenants]
    primary_key = ['id']
    column.id = 'bigint'
    column.plan = { type = 'plan', not_null = true, default = \"'team'\" }
    [table.counters]
    column.n = 'bigint'
    index.counters_n_idx = { on = ['n'] }
    [table.notes]
    row_security = 'force'
    column.body = 'text'
    policy.notes_all = { using = 'body IS NOT NULL' }
    [table.items]
    primary_key = ['id']
    check.items_price_check = 'price > 0'
    unique.items_sku_key = { columns = ['sku'] }
    [table.items.column]
    id = 'bigint'
    tenant_id = { type = 'bigint', not_null = true, references = 'tenants(id)' }
    sku = 'text'
    price = 'integer'
    token = { type = 'uuid', not_null = true, default = 'gen_random_uuid()' }
    [table.items.index]
    items_price_idx = { on = ['price', 'id'] }
";

const ROWS: &str = "
    INSERT INTO tenants SELECT generate_series(1, 20);
    INSERT INTO counters VALUES (0);
    INSERT INTO items SELECT i, i % 20 + 1, 'sku ' || i, i, 'old' FROM generate_series(1, 500) i;
";

/// By hand: each statement would be noticed if it ran twice.
const BY_HAND: &str = "-- dbtool: no-transaction
-- hazards: cannot_undo
UPDATE counters SET n = n + 1;
CREATE INDEX CONCURRENTLY counters_n_idx ON counters (n);
UPDATE counters SET n = n + 10;
VACUUM counters;
UPDATE counters SET n = n + 100;
";
const BY_HAND_BACK: &str = "-- dbtool: no-transaction
UPDATE counters SET n = n - 100;
DROP INDEX CONCURRENTLY counters_n_idx;
UPDATE counters SET n = n - 11;
";

/// The project, the database before the plan, and what is known of the way.
pub struct Subject {
    pub project: Project,
    pub before: TestDatabase,
    /// The fingerprint of the schema when so many migrations are applied.
    pub boundaries: BTreeMap<i32, String>,
    /// The newest migration; the first one makes what is there before.
    pub newest: i32,
}

/// How a database was left.
#[derive(Debug, PartialEq, Eq)]
pub struct Left {
    pub applied: i32,
    /// The file that is half done, and how many of its statements are.
    pub unfinished: Option<(String, usize)>,
    pub schema: String,
}

impl Subject {
    pub fn new(major: u32) -> Subject {
        Subject::on(server(major))
    }

    pub fn on(server: &'static TestServer) -> Subject {
        let (project, before) = (Project::new(), server.database("faults"));
        let run = |args: &[&str]| exits(0, project.dbtool_at(&before.url, args));
        project.write("schema/app.toml", FROM);
        run(&["diff", "--write", "base"]);
        run(&["migrate"]);
        before.execute(ROWS);
        project.write("schema/app.toml", &TO.replace("index.counters_n_idx = { on = ['n'] }", ""));
        run(&["diff", "--write", "mixed", "--allow", "all"]);
        let newest = Folder::read(&project.path().join("migrations")).unwrap().next_version().unwrap();
        project.write(&format!("migrations/V{newest:04}__by_hand.sql"), BY_HAND);
        project.write(&format!("migrations/V{newest:04}__by_hand.down.sql"), BY_HAND_BACK);
        project.write("schema/app.toml", TO);
        let mut subject = Subject { project, before, boundaries: BTreeMap::new(), newest };
        let undisturbed = subject.before.copy("faults");
        subject.boundaries.insert(1, left(&subject, &undisturbed).schema);
        for version in 2..=newest {
            exits(0, subject.project.dbtool_at(&undisturbed.url, &["migrate", "--to", &version.to_string()]));
            subject.boundaries.insert(version, left(&subject, &undisturbed).schema);
        }
        subject.is_after(&undisturbed);
        subject
    }

    /// From here on the borders are those of the way back: what was begun in one file and finished in the next may stay
    /// whole between them.
    pub fn note_the_way_back(&mut self, after: &TestDatabase) {
        let undisturbed = after.copy("faults");
        for version in (1..self.newest).rev() {
            let args = ["rollback", "--to", &version.to_string(), "--allow", "all"];
            self.run(0, &undisturbed.url, &args);
            let schema = left(self, &undisturbed).schema;
            self.boundaries.insert(version, schema);
        }
        self.is_before(&undisturbed);
    }

    pub fn folder(&self) -> Folder {
        Folder::read(&self.project.path().join("migrations")).unwrap()
    }

    /// How many statements there are in the files that are to be applied.
    pub fn statements(&self) -> usize {
        let new = self.folder().migrations.into_iter().filter(|file| file.version > 1);
        new.map(|file| dbtool::sql::split(&file.sql).unwrap().len()).sum()
    }

    pub fn run(&self, code: i32, url: &str, args: &[&str]) -> Run {
        exits(code, self.project.dbtool_at(url, args))
    }

    /// Begins a run that somebody will disturb.
    pub fn begin(&self, url: &str, args: &[&str]) -> Child {
        let (mut command, _home) = self.project.tool().args(["--url", url]).args(args).into_command();
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// All is as the declaration wants it, and every row as if nothing had happened.
    pub fn is_after(&self, database: &TestDatabase) {
        let run = self.run(0, &database.url, &["diff"]);
        assert!(run.stdout.is_empty() && run.stderr.ends_with("no differences\n"), "{run}");
        self.run(0, &database.url, &["status"]);
        let rows = "SELECT (SELECT n FROM counters), count(*), count(DISTINCT token), sum(price), count(tenant_id),
            (SELECT count(*) FROM pg_index WHERE NOT indisvalid), to_regclass('dbtool_unfinished') IS NULL FROM items";
        assert_eq!(database.query_text(rows), [["111", "500", "500", "125250", "500", "0", "t"]]);
    }

    /// All is as before the plan, but for what the way back says does not come back.
    pub fn is_before(&self, database: &TestDatabase) {
        let found = left(self, database);
        assert_eq!(found, Left { applied: 1, unfinished: None, schema: self.boundaries[&1].clone() });
        let rows = "SELECT (SELECT n FROM counters), count(*), sum(price),
            (SELECT count(*) FROM pg_index WHERE NOT indisvalid), to_regclass('dbtool_unfinished') IS NULL FROM items";
        assert_eq!(database.query_text(rows), [["0", "500", "125250", "0", "t"]]);
    }

    /// It is at the border of two files, or half through one that says so.
    pub fn is_known(&self, left: &Left) {
        match &left.unfinished {
            None => assert_eq!(Some(&left.schema), self.boundaries.get(&left.applied), "{left:?}"),
            Some((file, done)) => {
                let path = self.project.path().join("migrations").join(file);
                let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{left:?}: {error}"));
                assert!(text.starts_with("-- dbtool: no-transaction\n"), "{left:?}");
                assert!(*done <= dbtool::sql::split(&text).unwrap().len(), "{left:?}");
            }
        }
    }
}

/// How a database stands, once nobody is at work in it any more.
pub fn left(subject: &Subject, database: &TestDatabase) -> Left {
    alone(database);
    let scope = Scope::default();
    let look = async {
        let connection = open(database).await;
        let status = migration::status(connection.client(), &subject.folder()).await.unwrap();
        assert_eq!(status.running, None);
        assert_eq!(status.problems(), Vec::<String>::new());
        let half = status.unfinished.iter().find(|one| one.done.is_some());
        assert_eq!(half.is_some(), !status.unfinished.is_empty(), "{:?}", status.unfinished);
        let schema = inspect(&connection, &scope).await.unwrap().schema;
        let applied = status.applied.last().map_or(0, |row| row.version);
        if let Some(half) = half {
            let next = if half.direction == Direction::Up { applied + 1 } else { applied };
            assert!(half.file.starts_with(&format!("V{next:04}__")), "{half:?} at {applied}");
        }
        let unfinished = half.map(|half| (half.file.clone(), half.done.unwrap_or_default()));
        connection.close().await;
        Left { applied, unfinished, schema: schema.fingerprint().to_string() }
    };
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(look)
}

/// Waits until nobody else is connected to a database: what was killed is noticed.
pub fn alone(database: &TestDatabase) {
    let others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
                  AND backend_type = 'client backend'";
    until(database, others, "0");
}

/// Waits until a query gives a value.
pub fn until(database: &TestDatabase, sql: &str, value: &str) {
    let start = Instant::now();
    while database.query_text(sql)[0][0] != value {
        assert!(start.elapsed() < PATIENCE, "it never became {value}: {sql}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Waits for the end of a run.
pub fn end(child: Child) -> Run {
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Run { stdout: text(output.stdout), stderr: text(output.stderr), code: output.status.code().unwrap_or(-1) }
}
