//! The cases: a folder with `from.toml`, `to.toml` and the plan between them, as SQL and as text.
//!
//! Each is planned, compared with its goldens, applied, and diffed again to nothing; then the ways back lead to where it
//! began. `BLESS=1 cargo test cases` writes the goldens anew, first on 18 (`cases_18`), then on the others; read them before
//! they are committed.

#![allow(clippy::print_stderr, reason = "the case that fails is told by its name")]

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use dbtool::compare::How;
use dbtool::database::Database;
use dbtool::kind::KindTag;
use dbtool::plan::Expand;

use super::converge::{assert_same, converge, declare, difference, files, lines, open, planned, run};
use super::shared::Shared;
use crate::support;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases")
}

/// The folders in a folder, sorted.
pub fn folders(of: &Path) -> Vec<PathBuf> {
    let mut all: Vec<PathBuf> =
        fs::read_dir(of).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect();
    all.sort();
    all
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("cannot read {}: {error}", path.display()))
}

/// Compares a text with its golden, or writes the golden when asked to.
///
/// `plan.sql` is for the newest version; where an older one needs another plan, that stands in `plan.before_18.sql`, and
/// where one is older still in `plan.before_16.sql`.
fn golden(path: &Path, major: u32, text: &str, wrong: &mut Vec<String>) {
    let (stem, end) = (path.file_stem().unwrap().to_str().unwrap(), path.extension().unwrap().to_str().unwrap());
    let before = |version: u32| path.with_file_name(format!("{stem}.before_{version}.{end}"));
    // From the closest to what any version falls back on.
    let levels: Vec<PathBuf> = [16, 18].into_iter().filter(|version| major < *version).map(before).collect();
    let fallback = |levels: &[PathBuf]| levels.iter().find(|level| level.exists()).cloned().unwrap_or(path.to_owned());
    if std::env::var_os("BLESS").is_some() {
        let Some((closest, further)) = levels.split_first().filter(|_| path.exists()) else {
            return fs::write(path, text).unwrap();
        };
        let _ = fs::remove_file(closest);
        if read(&fallback(further)) != text {
            fs::write(closest, text).unwrap();
        }
        return;
    }
    let own = fallback(&levels);
    let expected = fs::read_to_string(&own).unwrap_or_default();
    if expected != text {
        wrong.push(format!("{}:\n--- expected\n{expected}\n--- found\n{text}", own.display()));
    }
}

/// Roles belong to the whole server, and nothing drops them: those that cases share are there before any case, and those
/// that a case makes are not.
pub async fn roles(client: &Database) {
    let sql = "DO $$ DECLARE it text; BEGIN \
          FOREACH it IN ARRAY ARRAY['case_app', 'case_reader', 'case_boss'] LOOP \
            BEGIN EXECUTE format('CREATE ROLE %I', it); EXCEPTION WHEN duplicate_object OR unique_violation THEN END; \
          END LOOP; END $$";
    client.batch_execute(sql).await.unwrap();
}

/// Cases of roles have the server's roles for themselves while they run.
static ROLES: Mutex<()> = Mutex::new(());

/// Walks one case on one server.
async fn case(path: &Path, shared: &mut Shared, major: u32, wrong: &mut Vec<String>) {
    let place = shared.take().await;
    let client = &place.1;
    let (from, to) = (read(&path.join("from.toml")), read(&path.join("to.toml")));
    roles(client).await;
    if path.parent().is_some_and(|kind| kind.ends_with("role")) {
        client
            .batch_execute("DROP ROLE IF EXISTS case_new; DROP ROLE IF EXISTS \"Case of \"\"none\"\"\"")
            .await
            .unwrap();
    }
    if !(can_have(client, &from).await && can_have(client, &to).await) {
        eprintln!("    passed over: PostgreSQL {major} of the tests lacks an extension, or is too old");
        return shared.put_back(place);
    }
    converge(client, &from).await;
    let wish = declare(&to);
    let comparison = difference(client, &wish).await;
    let text = [lines(&comparison), vec![String::new()], plain(&dbtool::render::hazards(&comparison.plan))].concat();
    golden(&path.join("plan.sql"), major, &dbtool::render::script(&comparison), wrong);
    golden(&path.join("plan.txt"), major, &(text.join("\n").trim_end().to_owned() + "\n"), wrong);
    let parts = files(&comparison);
    for part in &parts {
        run(client, part.transactional, &part.steps).await;
    }
    assert_same(client, &wish, "after the plan was applied").await;
    for part in parts.iter().rev() {
        run(client, part.transactional, &part.down).await;
    }
    assert_same(client, &declare(&from), "after the ways back").await;
    if comparison.expandable().is_some() {
        by_way_of_new_columns(client, path, (&from, &to), major, wrong).await;
    }
    shared.put_back(place);
}

/// The same where types change by way of new columns. There are goldens where `plan.expanded.sql` is there.
async fn by_way_of_new_columns(
    client: &Database,
    path: &Path,
    (from, to): (&str, &str),
    major: u32,
    wrong: &mut Vec<String>,
) {
    let wish = declare(to);
    let comparison = planned(client, &wish, &How { expand: Expand::All, ..How::default() }).await;
    let file = path.join("plan.expanded.sql");
    if file.exists() {
        golden(&file, major, &dbtool::render::script(&comparison), wrong);
    }
    let parts = files(&comparison);
    for part in &parts {
        run(client, part.transactional, &part.steps).await;
    }
    assert_same(client, &wish, "after types changed by way of new columns").await;
    for part in parts.iter().rev() {
        run(client, part.transactional, &part.down).await;
    }
    assert_same(client, &declare(from), "after the ways back from new columns").await;
}

/// Says whether the server has every extension that is declared (the tests' 16 brings pgvector only) and is not older
/// than the first line says: `# PostgreSQL 18`.
pub async fn can_have(client: &Database, toml: &str) -> bool {
    let since = toml.lines().next().and_then(|line| line.strip_prefix("# PostgreSQL "));
    if since.is_some_and(|since| client.version() / 10_000 < since.parse().expect("a version of PostgreSQL")) {
        return false;
    }
    let wish = declare(toml).schema;
    let names: Vec<&str> = wish.of_kind(KindTag::Extension).map(|(id, _)| id.name.as_str()).collect();
    let sql = "SELECT $1::text[] <@ ARRAY(SELECT name::text FROM pg_available_extensions)";
    client.query_one(sql, &[&names]).await.unwrap().get(0)
}

fn plain(lines: &[String]) -> Vec<String> {
    lines.iter().map(|line| anstream::adapter::strip_str(line).to_string()).collect()
}

/// Runs every case of a kind on one server, or the one that `CASE` names; all that is wrong is shown at once.
fn cases_of(kind: &str, major: u32) {
    let _alone = (kind == "role").then(|| ROLES.lock().unwrap_or_else(PoisonError::into_inner));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let all = folders(&folder().join(kind));
    assert!(!all.is_empty(), "`{kind}` has no cases");
    let only = std::env::var("CASE").unwrap_or_default();
    let (mut wrong, mut failed) = (Vec::new(), Vec::new());
    let mut shared = Shared::on(major);
    for path in all.iter().filter(|path| path.ends_with(&only) || only.is_empty()) {
        eprintln!("case {}", path.display());
        let walked = AssertUnwindSafe(|| runtime.block_on(case(path, &mut shared, major, &mut wrong)));
        failed.extend(catch_unwind(walked).is_err().then(|| path.display().to_string()));
    }
    assert!(failed.is_empty(), "{} cases fail, as said above:\n{}", failed.len(), failed.join("\n"));
    assert!(wrong.is_empty(), "{} goldens differ (BLESS=1 writes them anew)\n{}", wrong.len(), wrong.join("\n"));
}

/// Every ordered pair of a kind's fixtures converges: one walk that takes each step once. Where there are many
/// fixtures, the steps are a regular part of them, and all with `PAIRS=all`.
fn pairs_of(kind: &str, major: u32) {
    let mut fixtures: Vec<(PathBuf, String)> = Vec::new();
    for path in folders(&folder().join(kind)) {
        for file in ["from.toml", "to.toml"].map(|file| path.join(file)) {
            let text = read(&file);
            // A former name would make the outcome hang on where the walk comes from.
            if !fixtures.iter().any(|(_, other)| *other == text) && !text.contains("renamed_from") {
                fixtures.push((file, text));
            }
        }
    }
    let _alone = (kind == "role").then(|| ROLES.lock().unwrap_or_else(PoisonError::into_inner));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let database = support::server(major).database("pairs");
        let client = open(&database).await;
        roles(&client).await;
        let mut usable = Vec::new();
        for fixture in fixtures {
            if can_have(&client, &fixture.1).await {
                usable.push(fixture);
            }
        }
        let fixtures = usable;
        let most = if std::env::var_os("PAIRS").is_some() { usize::MAX } else { 8 };
        let tour = walk(fixtures.len(), most);
        // Columns that are gone still count among the 1600 that a table can have.
        for part in tour.chunks(100).scan(tour[0], |last, part| Some((std::mem::replace(last, *part.last()?), part))) {
            let database = support::server(major).database("pairs");
            let client = open(&database).await;
            for at in [&[part.0], part.1].concat() {
                let (path, text) = &fixtures[at];
                eprintln!("to {}", path.display());
                converge(&client, text).await;
            }
        }
    });
}

/// A round trip that takes every ordered pair once, or as many a fixture as are asked for: each goes to those that are
/// certain distances behind it, so that as many steps lead to it as away.
fn walk(count: usize, most: usize) -> Vec<usize> {
    let stride = count.saturating_sub(1).div_ceil(most).max(1);
    let reached = |from: usize| (1..count).step_by(stride).map(move |behind| (from + behind) % count).collect();
    let mut left: Vec<Vec<usize>> = (0..count).map(reached).collect();
    let mut stack = vec![0];
    let mut tour = Vec::new();
    while let Some(&at) = stack.last() {
        match left[at].pop() {
            Some(next) => stack.push(next),
            None => tour.push(stack.pop().unwrap()),
        }
    }
    tour.reverse();
    tour
}

#[test]
fn the_walk_takes_every_pair_once() {
    assert_eq!(walk(9, 4).len(), 9 * 4 + 1);
    let tour = walk(5, usize::MAX);
    let mut steps: Vec<(usize, usize)> = tour.windows(2).map(|pair| (pair[0], pair[1])).collect();
    assert_eq!(steps.len(), 20);
    steps.sort_unstable();
    steps.dedup();
    assert_eq!(steps.len(), 20);
}

/// One test a kind and server for its cases, one for its pairs.
macro_rules! kinds {
    ($($kind:ident)*) => {
        /// Every folder under `tests/cases` is run.
        #[test]
        fn no_folder_is_forgotten() {
            let run = [$(stringify!($kind)),*];
            for path in folders(&folder()) {
                let name = path.file_name().unwrap().to_str().unwrap().to_owned();
                assert!(run.contains(&name.as_str()), "nothing runs tests/cases/{name}");
            }
        }
        $(mod $kind {
            #[test]
            fn cases_16() { super::cases_of(stringify!($kind), 16) }
            #[test]
            fn cases_18() { super::cases_of(stringify!($kind), 18) }
            #[test]
            fn pairs_16() { super::pairs_of(stringify!($kind), 16) }
            #[test]
            fn pairs_18() { super::pairs_of(stringify!($kind), 18) }
        })*
    };
}

kinds! {
    namespace extension enumeration domain composite range sequence function aggregate table column primary_key unique exclusion check foreign_key partition inheritance index index_partition replica_identity cluster view trigger policy row_security
    grant default_privilege role
}

/// The versions in between, for the kinds whose plans hang on them.
macro_rules! between {
    ($($kind:ident)*) => {
        mod between {
            $(mod $kind {
                #[test]
                fn cases_15() { super::super::cases_of(stringify!($kind), 15) }
                #[test]
                fn cases_17() { super::super::cases_of(stringify!($kind), 17) }
            })*
        }
    };
}

between! { check foreign_key unique primary_key column index partition }
