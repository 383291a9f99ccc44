//! From nothing to A, to B, back to A, and from nothing to B, with what has to hold on the way.

use std::collections::HashSet;
use std::fmt;

use dbtool::compare::{Comparison, compare};
use dbtool::database::{Database, Settings, connect};
use dbtool::inspect::{Scope, inspect};
use dbtool::load::{Loaded, load_sources};
use dbtool::plan::{Step, parts};
use dbtool::project::Environment;

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

/// Whether a pair of declarations holds what dbtool promises; the database is emptied first.
pub async fn walk(url: String, from: String, to: String) -> Result<(), Failure> {
    let settings = Settings::parse(&url, "the test", &Environment::empty()).unwrap();
    let database = connect(&settings).await.unwrap();
    let (a, b) = (declared("load A", &from)?, declared("load B", &to)?);
    empty(&database).await;
    reach(&database, "nothing to A", &a).await?;
    let before = objects(&database).await;
    let comparison = difference(&database, "plan A to B", &b).await?;
    let files = parts(&comparison.live, &comparison.desired, &comparison.plan, comparison.options);
    for part in &files {
        run(&database, "A to B", part.transactional, &part.steps).await?;
    }
    same(&database, "after A to B", &b).await?;
    let there = objects(&database).await;
    for part in files.iter().rev() {
        run(&database, "the way back", part.transactional, &part.down).await?;
    }
    same(&database, "after the way back", &a).await?;
    equal("the way back to A", &before, &objects(&database).await)?;
    empty(&database).await;
    reach(&database, "nothing to B", &b).await?;
    equal("two ways to B", &there, &objects(&database).await)
}

/// Without the usual name that PostgreSQL 18 gave a NOT NULL: it stays when its table is renamed, and nobody declared it.
fn not_null_unnamed(line: &str) -> String {
    const NAME: &str = "NotNull { name: Some(\"";
    let Some((before, rest)) = line.split_once(NAME) else { return line.to_owned() };
    match rest.split_once("_not_null\")") {
        Some((name, after)) if !name.contains("\")") => format!("{before}NotNull {{ name: None{after}"),
        _ => line.to_owned(),
    }
}

/// Two schemas are the same, object by object.
fn equal(stage: &'static str, one: &[String], two: &[String]) -> Result<(), Failure> {
    // PostgreSQL words `varchar IN (…)` otherwise when it reads its own wording.
    // Roles are the server's, and other pairs make theirs meanwhile.
    let varchar_list = |line: &str| line.contains("ARRAY[") && line.contains("character varying");
    let steady = |line: &&String| !varchar_list(line) && !line.starts_with("role ");
    // And `(a AND b) AND c` without the parentheses.
    let flat = |line: &String| not_null_unnamed(line).replace(['(', ')'], "").replace("\\0", "");
    let only = |these: &[String], those: &[String]| -> Vec<String> {
        let those: HashSet<String> = those.iter().map(flat).collect();
        these.iter().filter(steady).filter(|line| !those.contains(&flat(line))).cloned().collect()
    };
    match (only(one, two), only(two, one)) {
        (a, b) if a.is_empty() && b.is_empty() => Ok(()),
        (a, b) => Err(Failure::new(stage, format!("they differ\none: {a:#?}\nother: {b:#?}"))),
    }
}

fn declared(stage: &'static str, toml: &str) -> Result<Loaded, Failure> {
    load_sources(vec![("schema/case.toml".to_owned(), toml.to_owned())])
        .map_err(|complaints| Failure::new(stage, format!("{complaints:#?}")))
}

async fn difference(database: &Database, stage: &'static str, wish: &Loaded) -> Result<Comparison, Failure> {
    let compared = compare(database, &Scope::default(), wish).await;
    let compared = compared.map_err(|error| Failure::new(stage, dbtool::error::report(&error)))?;
    match &compared.untried {
        Some(why) => Err(Failure::new(stage, format!("not tried: {why}"))),
        None => Ok(compared),
    }
}

async fn reach(database: &Database, stage: &'static str, wish: &Loaded) -> Result<(), Failure> {
    let comparison = difference(database, stage, wish).await?;
    for part in parts(&comparison.live, &comparison.desired, &comparison.plan, comparison.options) {
        run(database, stage, part.transactional, &part.steps).await?;
    }
    same(database, stage, wish).await
}

async fn same(database: &Database, stage: &'static str, wish: &Loaded) -> Result<(), Failure> {
    let left = difference(database, stage, wish).await?;
    if left.is_same() {
        Ok(())
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

/// Everything that is there, a line an object.
async fn objects(database: &Database) -> Vec<String> {
    let schema = inspect(database.client(), database.version(), &Scope::default()).await.unwrap().schema;
    schema.iter().map(|(id, entry)| format!("{id}: {entry:?}")).collect()
}

async fn empty(database: &Database) {
    let sql = "DO $$ DECLARE n text; BEGIN \
        DROP EXTENSION IF EXISTS vector CASCADE; \
        FOR n IN SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' \
        LOOP EXECUTE format('DROP SCHEMA %I CASCADE', n); END LOOP; CREATE SCHEMA public; END $$";
    database
        .batch_execute(&format!("SET client_min_messages = error; {sql}; RESET client_min_messages"))
        .await
        .unwrap();
}
