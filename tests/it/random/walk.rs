//! From nothing to A, to B, back to A, and from nothing to B, with what has to hold on the way.

use std::collections::HashSet;
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};

use dbtool::compare::{Comparison, How, compare_with};
use dbtool::database::{Database, Settings, connect};
use dbtool::inspect::{Inspected, Scope, inspect};
use dbtool::kind::{KindTag, Object};
use dbtool::load::{Loaded, load_sources};
use dbtool::plan::{Step, parts};
use dbtool::project::Environment;
use dbtool::schema::{Entry, Id, Schema};

use super::roles::WALKER;

/// What did not hold, and where on the way.
#[derive(Debug, Clone)]
pub struct Failure {
    pub stage: &'static str,
    pub message: String,
}

impl Failure {
    fn new(stage: &'static str, message: impl fmt::Display) -> Self {
        Self { stage, message: message.to_string() }
    }

    /// Whether a value or a combination of values was refused.
    fn is_about_rows(&self) -> bool {
        ["A to B", "the way back"].contains(&self.stage)
            && ["(SQLSTATE 22", "(SQLSTATE 23"].iter().any(|class| self.message.contains(class))
    }

    /// Whether it is the same mistake, as far as its words tell: names aside.
    pub fn is_like(&self, other: &Failure) -> bool {
        let words = |failure: &Failure| {
            let line = failure.message.lines().next().unwrap_or_default().to_owned();
            // What the server refuses is the same by its code, whatever it is called and wherever it stands.
            if let Some((_, code)) = line.split_once("(SQLSTATE ") {
                let what = line.split_once("does not accept ").and_then(|(_, what)| what.split(' ').next());
                return format!("{} {code}", what.unwrap_or_default());
            }
            let plain = line.split(['`', '"', '\'']).step_by(2).collect::<String>();
            plain.split_whitespace().take(12).collect::<Vec<_>>().join(" ")
        };
        self.stage == other.stage && words(self) == words(other)
    }
}

/// How many tables there were before a change, how many of them got rows, and how many pairs held with rows.
pub static ROWS: [AtomicUsize; 3] = [const { AtomicUsize::new(0) }; 3];

/// Whether a pair of declarations holds what dbtool promises; the database is emptied first. Where rows stand in the way,
/// as the plan's hazards say that they may, it is walked once more without any.
pub async fn walk(url: String, from: String, to: String, how: How) -> Result<(), Failure> {
    match walk_with(&url, &from, &to, &how, true).await {
        Err(failure) if failure.is_about_rows() => walk_with(&url, &from, &to, &how, false).await,
        other => other,
    }
}

async fn walk_with(url: &str, from: &str, to: &str, how: &How, rows: bool) -> Result<(), Failure> {
    let settings = Settings::parse(url, "the test", &Environment::empty()).unwrap();
    let database = connect(&settings).await.unwrap();
    let mine = |toml: &str| toml.replace(WALKER, &format!("{}/", url.rsplit('/').next().unwrap_or_default()));
    let (a, b) = (declared("load A", &mine(from))?, declared("load B", &mine(to))?);
    empty(&database).await;
    let before = reach(&database, "nothing to A", &a).await?;
    let filled = if rows { super::rows::plant(&database).await } else { [0, 0] };
    let comparison = difference(&database, "plan A to B", before.clone(), &b, how).await?;
    let files = parts(&comparison.live, &comparison.desired, &comparison.plan, comparison.options);
    for part in &files {
        run(&database, "A to B", part.transactional, &part.steps).await?;
    }
    let there = same(&database, "after A to B", &b).await?;
    for part in files.iter().rev() {
        run(&database, "the way back", part.transactional, &part.down).await?;
    }
    let back = same(&database, "after the way back", &a).await?;
    equal("the way back to A", &before, &back, &a)?;
    let held = usize::from(filled[1] > 0);
    for (of, more) in ROWS.iter().zip([filled[0], filled[1], held]) {
        of.fetch_add(more, Ordering::Relaxed);
    }
    empty(&database).await;
    let other = reach(&database, "nothing to B", &b).await?;
    equal("two ways to B", &there, &other, &b)
}

/// Two schemas are the same, object by object.
fn equal(stage: &'static str, one: &Inspected, two: &Inspected, declared: &Loaded) -> Result<(), Failure> {
    let lines = |all: &Inspected| objects(&all.schema, &declared.schema);
    let (one, two) = (lines(one), lines(two));
    // PostgreSQL words `varchar IN (…)` otherwise when it reads its own wording: the casts stand elsewhere.
    let uncast = |line: String| {
        let list = line.contains("ARRAY[") && line.contains("character");
        let casts = ["::character varying", "::charactervarying", "::text[]", "::text"];
        if list { casts.iter().fold(line, |line, cast| line.replace(cast, "")) } else { line }
    };
    // And `(a AND b) AND c` without the parentheses.
    // Whether a child has a column for itself, too, is decided when the tie is made, and no statement changes it after.
    let flat = |line: &String| {
        let line = line.replace("origin: Known(Merged)", "origin: Known(Inherited)");
        uncast(line.replace(['(', ')'], "").replace("\\0", ""))
    };
    let only = |these: &[String], those: &[String]| -> Vec<String> {
        let those: HashSet<String> = those.iter().map(flat).collect();
        these.iter().filter(|line| !those.contains(&flat(line))).cloned().collect()
    };
    match (only(&one, &two), only(&two, &one)) {
        (a, b) if a.is_empty() && b.is_empty() => Ok(()),
        (a, b) => Err(Failure::new(stage, format!("they differ\none: {a:#?}\nother: {b:#?}"))),
    }
}

fn declared(stage: &'static str, toml: &str) -> Result<Loaded, Failure> {
    load_sources(vec![("schema/case.toml".to_owned(), toml.to_owned())])
        .map_err(|complaints| Failure::new(stage, format!("{complaints:#?}")))
}

async fn difference(
    database: &Database,
    stage: &'static str,
    live: Inspected,
    wish: &Loaded,
    how: &How,
) -> Result<Comparison, Failure> {
    let compared = compare_with(database, live, wish, how).await;
    let compared = compared.map_err(|error| Failure::new(stage, dbtool::error::report(&error)))?;
    match &compared.untried {
        Some(why) => Err(Failure::new(stage, format!("not tried: {why}"))),
        None => Ok(compared),
    }
}

/// Applies what leads to a declaration, and gives what is there then.
async fn reach(database: &Database, stage: &'static str, wish: &Loaded) -> Result<Inspected, Failure> {
    let comparison = difference(database, stage, look(database).await, wish, &How::default()).await?;
    for part in parts(&comparison.live, &comparison.desired, &comparison.plan, comparison.options) {
        run(database, stage, part.transactional, &part.steps).await?;
    }
    same(database, stage, wish).await
}

/// Checks that nothing differs, and gives what is there.
async fn same(database: &Database, stage: &'static str, wish: &Loaded) -> Result<Inspected, Failure> {
    let live = look(database).await;
    let left = difference(database, stage, live.clone(), wish, &How::default()).await?;
    if left.is_same() {
        Ok(live)
    } else {
        Err(Failure::new(stage, format!("something differs\n{}", dbtool::render::script(&left))))
    }
}

/// Runs statements as a migration file does.
async fn run(database: &Database, stage: &'static str, transactional: bool, steps: &[Step]) -> Result<(), Failure> {
    let script = steps.iter().map(|step| format!("{}\n;", step.sql)).collect::<Vec<_>>().join("\n");
    let mut outcome = Ok(());
    if transactional {
        outcome = database.batch_execute(&format!("BEGIN;\n{script}\nCOMMIT")).await;
    } else {
        for step in steps {
            if outcome.is_ok() {
                outcome = database.batch_execute(&step.sql).await;
            }
        }
    }
    outcome.map_err(|error| Failure::new(stage, format!("{}\n{script}", dbtool::error::report(&error.into()))))
}

/// What is there. A look at the catalog is dear: each state is looked at once.
async fn look(database: &Database) -> Inspected {
    inspect(database, &Scope::default()).await.unwrap()
}

/// Everything that is there, a line an object. Roles are the server's, never dropped, and other pairs make theirs
/// meanwhile: those count that are declared.
fn objects(schema: &Schema, declared: &Schema) -> Vec<String> {
    let counts = |id: &Id, entry: &Entry| match id.kind {
        // Nor is what the parts of an index are called anybody's choice who does not say it.
        KindTag::Role | KindTag::IndexPartition => declared.contains(id),
        // No statement takes it away that an access list is written out.
        KindTag::Grant => !matches!(&entry.object, Object::Grant(grant) if grant.written),
        KindTag::Check => declared.contains(id) || !is_of_parent_too(schema, id, entry),
        _ => true,
    };
    let line = |(id, entry): (&Id, &Entry)| {
        let mut entry = entry.clone();
        // A NOT NULL whose name is not declared may have any, as it stays when its table is renamed.
        if let (Object::Column(it), Some(Object::Column(said))) = (&mut entry.object, declared.object(id))
            && said.not_null_as.name.is_none()
        {
            it.not_null_as.name = None;
        }
        // A partition whose key was made before the table's refuses NULL by itself, too.
        if let Object::Column(it) = &mut entry.object {
            it.not_null_as.own.0 = false;
        }
        // Which of its indexes a partition was given first is nobody's business. It keeps their names when it or a column
        // gets another one; nobody declares them.
        if let Object::Partition(it) = &mut entry.object {
            if !declared.renamed_from.is_empty() {
                it.copies.0.iter_mut().for_each(|copied| copied.name.clear());
            }
            it.copies.0.sort_by_key(|copied| format!("{copied:?}"));
        }
        format!("{id}: {entry:?}")
    };
    schema.iter().filter(|(id, entry)| counts(id, entry)).map(line).collect()
}

/// Whether a table says a check itself that it has from a parent, too: it had to, to become a child, and no statement makes
/// it the parent's alone.
fn is_of_parent_too(schema: &Schema, id: &Id, entry: &Entry) -> bool {
    let tie = id.table().and_then(|table| schema.object(&Id::own(KindTag::Inheritance, &table)));
    let Some(Object::Inheritance(tie)) = tie else { return false };
    let same = |parent: &Id| schema.object(&Id::of(KindTag::Check, parent, &id.name)) == Some(&entry.object);
    tie.parents.iter().any(same)
}

/// A table access method of the user's, which is PostgreSQL's own under another name.
pub const ACCESS_METHOD: &str = "heap_too";

/// Makes the database as it was, and takes the walker's roles from the server.
async fn empty(database: &Database) {
    let sql = "DO $$ DECLARE n text; BEGIN \
        FOR n IN SELECT rolname FROM pg_roles WHERE starts_with(rolname, current_database() || '/') \
        LOOP EXECUTE format('DROP OWNED BY %I CASCADE', n); EXECUTE format('DROP ROLE %I', n); END LOOP; \
        DROP EXTENSION IF EXISTS vector CASCADE; \
        FOR n IN SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' \
        LOOP EXECUTE format('DROP SCHEMA %I CASCADE', n); END LOOP; CREATE SCHEMA public; \
        IF NOT EXISTS (SELECT FROM pg_am WHERE amname = 'heap_too') THEN \
          CREATE ACCESS METHOD heap_too TYPE TABLE HANDLER heap_tableam_handler; END IF; \
        DELETE FROM pg_default_acl; END $$";
    database
        .batch_execute(&format!("SET client_min_messages = error; {sql}; RESET client_min_messages"))
        .await
        .unwrap();
}
