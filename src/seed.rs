//! The guarded seed: rows into a database under forced row security, in one command and one transaction.
//!
//! ```text
//! lock -> guards -> BEGIN -> lift FORCE -> rows, tenant by tenant -> constraints -> FORCE -> check -> COMMIT -> check
//! ```
//!
//! Lifting is transactional: no other session ever sees a table un-forced, and whatever dies on the way, the server rolls
//! everything back. [`read`] takes the files, [`order`] says what comes first, [`make`] draws values, [`bulk`] reads and
//! sends files of rows; [`force`], [`guard`] and [`transaction`] are the guarded part.

pub mod bulk;
mod catalog;
mod clock;
mod draw;
pub mod environment;
pub mod force;
pub mod guard;
mod known;
mod lines;
mod make;
pub mod model;
mod order;
mod plant;
mod plant_bulk;
mod plant_secrets;
mod preview;
mod read;
mod run_script;
mod script;
mod sequence;
mod stage;
mod summary;
mod template;
mod transaction;
mod trouble;

use std::time::Duration;

use anyhow::Result;

pub use self::draw::Draw;
pub use self::model::Seeds;
pub use self::read::read;
pub use self::stage::Counts;
pub use self::summary::{After, Summary, TableCounts};

use self::guard::Role;
use self::transaction::Work;
use crate::compare::compare;
use crate::database::Database;
use crate::error::refusal;
use crate::inspect::Scope;
use crate::kind::KindTag;
use crate::load::Loaded;
use crate::migration::{self, Folder, HISTORY, Lock, direct};
use crate::render;
use crate::schema::Id;
use crate::talk::Talk;

/// How to seed.
#[derive(Debug, Clone)]
pub struct Options {
    /// Lift FORCE where the role needs it; without, rows are written within their tenants alone.
    pub bypass: bool,
    /// Close again what is declared closed and found open.
    pub heal: bool,
    /// Look, and write nothing.
    pub dry_run: bool,
    /// What values are drawn from; nobody can foretell them without.
    pub seed_value: Option<String>,
    /// How many rows a table may hold in a database that is not marked.
    pub max_rows: u64,
    /// How long to wait for another runner.
    pub wait_for_runner: Duration,
    /// How long to wait for a lock on a table.
    pub lock_timeout: Duration,
    /// How often to try again after that.
    pub lock_retries: u32,
    /// How long a statement may take; no limit without it.
    pub statement_timeout: Option<Duration>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            bypass: true,
            heal: false,
            dry_run: false,
            seed_value: None,
            max_rows: 10_000,
            wait_for_runner: Duration::from_secs(60),
            lock_timeout: Duration::from_secs(5),
            lock_retries: 3,
            statement_timeout: None,
        }
    }
}

/// What is to be planted, and against what it is held.
#[derive(Debug, Clone, Copy)]
pub struct Job<'a> {
    /// The files, chosen already.
    pub seeds: &'a Seeds,
    /// The declared schema.
    pub loaded: &'a Loaded,
    /// The migrations.
    pub folder: &'a Folder,
    /// What of the database is ours.
    pub scope: &'a Scope,
    /// Which environment this is, if that is known.
    pub environment: Option<&'a str>,
    /// Whether the database itself says so.
    pub marked: bool,
    /// How to seed.
    pub options: &'a Options,
}

/// Plants the seeds, if every guard lets them through.
///
/// # Errors
/// A refusal by a guard; a failure while planting, after which nothing is written.
pub async fn seed(database: &mut Database, job: &Job<'_>, talk: &Talk) -> Result<Summary> {
    let other = database.again().await.ok();
    direct(database.client(), other.as_ref().map(Database::client)).await?;
    let lock = Lock::take(database.client(), HISTORY, job.options.wait_for_runner, &talk.into()).await?;
    let outcome = under_lock(database, job, &lock, talk).await;
    lock.release(database.client()).await;
    outcome
}

/// Nobody else migrates or seeds now.
async fn under_lock(database: &mut Database, job: &Job<'_>, lock: &Lock, talk: &Talk) -> Result<Summary> {
    let options = job.options;
    let declared = &job.loaded.schema;
    let nothing = job.seeds.files.is_empty();
    if nothing && !options.heal {
        let hint = "a seed is `seeds/NAME.toml`, `.sql`, `.csv` or `.jsonl`; the README shows one";
        return Err(crate::error::failure("there is nothing to plant in `seeds/`", hint));
    }
    let heal = options.heal && !options.dry_run;
    let healed = guard::closed(database.client(), declared, heal, options.lock_timeout, talk).await?;
    up_to_date(database, job).await?;
    let role = Role::of(database.client()).await?;
    let tables = job.seeds.tables();
    let standing = force::standing(database.client(), &tables).await?;
    guard::may_write(&role, &standing, &tables, options.bypass)?;
    if !options.bypass {
        guard::found_within_tenants(job.seeds, &standing)?;
    }
    if !job.marked {
        let estimates: Vec<(Id, f64)> = standing.iter().map(|known| (known.table.clone(), known.estimate)).collect();
        guard::few_rows(&estimates, options.max_rows)?;
    }
    let batches = order::order(&job.seeds.files.iter().collect::<Vec<_>>(), declared).map_err(|cycle| {
        let message = format!("rows refer to each other in a circle: {}", cycle.rows.join(" -> "));
        let hint = "insert one of them without its reference, and set that in a `*.sql`";
        crate::error::failure(job.seeds.complain(&cycle.at, &message), hint)
    })?;
    let mut summary = Summary::new(job, &role, &standing, healed);
    if options.dry_run {
        return preview::preview(job, &standing, &batches, summary);
    }
    let work = Work { job, batches: &batches, standing: &standing, lock, talk };
    transaction::run(database, work, &mut summary).await?;
    Ok(summary)
}

/// The database has to be what the declaration says: then the columns are known, and so is what is closed.
async fn up_to_date(database: &Database, job: &Job<'_>) -> Result<()> {
    let status = migration::status(database.client(), job.folder).await?;
    if let Some(problem) = status.problems().first() {
        return Err(refusal(problem.clone(), "`dbtool status` shows all of it; a seed is planted on what is known"));
    }
    if !status.pending.is_empty() {
        let names: Vec<String> = status.pending.iter().map(migration::MigrationFile::file_name).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let message = format!("migrations are pending: {}", guard::list(&names));
        return Err(refusal(message, "apply them first: `dbtool migrate`"));
    }
    let comparison = compare(database, job.scope, job.loaded).await?;
    // Who else may do what with the tables is no matter of the rows.
    let matters = |kind: KindTag| !matches!(kind, KindTag::Role | KindTag::Grant | KindTag::DefaultPrivilege);
    if comparison.renames.is_empty() && !comparison.changes.iter().any(|change| matters(change.id().kind)) {
        return Ok(());
    }
    let lines: Vec<String> = render::lines_by_kind(&comparison)
        .into_iter()
        .filter(|(kind, _)| matters(*kind))
        .map(|(_, line)| format!("  {}", anstream::adapter::strip_str(&line)))
        .take(10)
        .collect();
    let message =
        format!("the database is not what is declared: {}\n{}", render::summary(&comparison), lines.join("\n"));
    Err(refusal(
        message,
        "`dbtool diff` shows all of it; write the migration with `dbtool diff --write NAME`, and apply it",
    ))
}
