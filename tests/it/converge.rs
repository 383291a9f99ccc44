//! Bringing a database to a declaration through the library, and checking that it arrived.

use dbtool::compare::{Comparison, How, compare_with};
use dbtool::database::{Database, Settings, connect};
use dbtool::inspect::{Scope, inspect};
use dbtool::load::{Loaded, load_sources};
use dbtool::plan::{Part, Step, parts};
use dbtool::project::Environment;

use crate::support::TestDatabase;

/// Connects to a test database as dbtool does.
pub async fn open(database: &TestDatabase) -> Database {
    open_url(&database.url).await
}

/// The same by URL.
pub async fn open_url(url: &str) -> Database {
    let settings = Settings::parse(url, "the test", &Environment::empty()).unwrap();
    let mut database = connect(&settings).await.unwrap();
    database.keep_plans().await.unwrap();
    database
}

/// Reads one declaration.
pub fn declare(toml: &str) -> Loaded {
    match load_sources(vec![("schema/case.toml".to_owned(), toml.to_owned())]) {
        Ok(loaded) => loaded,
        Err(complaints) => panic!("the declaration is wrong: {complaints:#?}\n{toml}"),
    }
}

/// Compares a database with a declaration.
pub async fn difference(database: &Database, loaded: &Loaded) -> Comparison {
    planned(database, loaded, &How::default()).await
}

/// The same with a plan of a certain kind.
pub async fn planned(database: &Database, loaded: &Loaded, how: &How) -> Comparison {
    let inspected = inspect(database, &Scope::default()).await.unwrap();
    match compare_with(database, inspected, loaded, how).await {
        Ok(comparison) => comparison,
        Err(error) => panic!("{}", dbtool::error::report(&error)),
    }
}

/// The files that a comparison's plan needs.
pub fn files(comparison: &Comparison) -> Vec<Part> {
    parts(&comparison.live, &comparison.desired, &comparison.plan, comparison.options)
}

/// Runs statements as a migration file does.
pub async fn run(database: &Database, transactional: bool, steps: &[Step]) {
    let script = steps.iter().map(|step| format!("{}\n;", step.sql)).collect::<Vec<_>>().join("\n");
    let outcome = if transactional {
        database.batch_execute(&format!("BEGIN;\n{script}\nCOMMIT")).await
    } else {
        let mut outcome = Ok(());
        for step in steps {
            outcome = database.batch_execute(&step.sql).await;
            if outcome.is_err() {
                break;
            }
        }
        outcome
    };
    if let Err(error) = outcome {
        panic!("the server refused: {}\n{script}", dbtool::error::report(&error.into()));
    }
}

/// Applies what leads to the declaration and checks that nothing is left to do.
pub async fn converge(database: &Database, toml: &str) -> Comparison {
    let loaded = declare(toml);
    let comparison = difference(database, &loaded).await;
    for part in files(&comparison) {
        run(database, part.transactional, &part.steps).await;
    }
    assert_same(database, &loaded, "after the plan was applied").await;
    comparison
}

/// Checks that nothing differs.
pub async fn assert_same(database: &Database, loaded: &Loaded, when: &str) {
    let left = difference(database, loaded).await;
    assert!(left.is_same(), "{when} something still differs:\n{}", dbtool::render::script(&left));
}

/// The change lines of a comparison, without colours.
pub fn lines(comparison: &Comparison) -> Vec<String> {
    let plain = |line: &String| anstream::adapter::strip_str(line).to_string();
    dbtool::render::lines(comparison).iter().map(plain).collect()
}
