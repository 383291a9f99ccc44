//! `dbtool seed`: the guarded seed.

use std::time::Duration;

use anyhow::Context as _;

use crate::command::{Session, TextOrJson, extensions, output};
use crate::database::Database;
use crate::error::{Exit, failure};
use crate::load::Loaded;
use crate::seed::{self, Job, Options, Seeds, Summary, environment, force, guard};

/// Plant seeds/*.toml, *.sql, *.csv and *.jsonl in one guarded transaction
///
/// Forced row security is lifted inside the transaction where the role needs it, and restored before it ends: no other
/// session ever sees a table un-forced, and whatever dies on the way leaves nothing behind.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// The seeds to plant, by the names of their files without ending; all that fit the environment without
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// Which environment this is; the database's own mark wins (`ALTER DATABASE ... SET dbtool.environment`)
    #[arg(long, value_name = "ENV")]
    env: Option<String>,
    /// Say what would be planted, which tables would be blocked and for about how long, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Close tables first that are declared closed and were left open
    #[arg(long)]
    heal: bool,
    /// Lift nothing: write each row as its tenant, as the application would
    #[arg(long)]
    no_bypass: bool,
    /// Draw random values from this, so that the same value gives the same rows
    #[arg(long, value_name = "VALUE")]
    seed_value: Option<String>,
    /// How long to wait for another runner, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    wait: u64,
    /// How to print the summary
    #[arg(long, default_value = "text")]
    pub(crate) format: TextOrJson,
}

impl Args {
    /// The same, but for how it is printed.
    pub(crate) fn silent(&self) -> Args {
        Args { format: TextOrJson::Text, ..self.clone() }
    }
}

/// Runs the command.
///
/// # Errors
/// A file is wrong, a guard refuses, or planting fails; nothing is written then.
pub async fn run(args: Args, session: &Session) -> anyhow::Result<Exit> {
    let loaded = session.declaration()?;
    let options = options(&args, session);
    // Healing needs no seeds.
    let none = args.heal && !session.project.seeds_dir().is_dir();
    let mut seeds = if none { Seeds::default() } else { read(session, &loaded)? };
    let mut database = session.connect(|| extensions(&loaded)).await?;
    let outcome =
        guarded(&args.names, args.env.as_deref(), session, &loaded, &options, &mut seeds, &mut database).await;
    let mut summary = outcome.map_err(|error| database.explain(error))?;
    database.close().await;
    let checked = if summary.dry_run { Ok(()) } else { look_again(session, &loaded, &mut summary).await };
    // What was done is said whatever the check says: secrets are shown only now.
    print(&summary, args.format, session)?;
    checked.context("the seed is planted, but row security could not be checked by another connection")?;
    still_closed(&summary)
}

async fn look_again(session: &Session, loaded: &Loaded, summary: &mut Summary) -> anyhow::Result<()> {
    let another = session.connect(|| extensions(loaded)).await?;
    let outcome = after(&another, loaded, summary).await;
    outcome.map_err(|error| another.explain(error))
}

fn options(args: &Args, session: &Session) -> Options {
    let (timeouts, defaults) = (&session.project.config.timeouts, Options::default());
    Options {
        bypass: !args.no_bypass,
        heal: args.heal,
        dry_run: args.dry_run,
        seed_value: args.seed_value.clone(),
        max_rows: session.project.config.seed_max_rows.unwrap_or(defaults.max_rows),
        wait_for_runner: Duration::from_secs(args.wait),
        lock_timeout: timeouts.lock.unwrap_or(defaults.lock_timeout),
        statement_timeout: timeouts.statement,
        ..defaults
    }
}

/// Reads the project's seeds.
///
/// # Errors
/// There are none, or they have mistakes.
pub(crate) fn read(session: &Session, loaded: &Loaded) -> anyhow::Result<Seeds> {
    let folder = session.project.seeds_dir();
    let setting = session.project.config.tenant_setting.as_deref();
    seed::read(&folder, &folder.display().to_string(), &loaded.schema, setting)
}

/// Chooses what is for this environment, and plants it.
pub(crate) async fn guarded(
    names: &[String],
    said: Option<&str>,
    session: &Session,
    loaded: &Loaded,
    options: &Options,
    seeds: &mut Seeds,
    database: &mut Database,
) -> anyhow::Result<Summary> {
    let mark = guard::mark(database.client()).await?;
    // Nobody can mark a database with the options of a connection; but to say which one it is will do.
    let said = said.or(mark.session.as_deref());
    let marked = mark.catalog.is_some();
    let mark = mark.settled();
    let environment = environment::settle(mark, said)?;
    if let (Some(mark), Some(said)) = (mark, said)
        && mark != said
    {
        session.talk.warn(format!("the database is marked `{mark}`; that counts, not `--env {said}`"));
    }
    for other in environment::choose(seeds, names, environment.as_deref())? {
        session.talk.say(format!("left out: `{}` is not for this environment", other.path));
    }
    let folder = session.migrations()?;
    let scope = session.scope();
    let environment = environment.as_deref();
    let job = Job { seeds, loaded, folder: &folder, scope: &scope, environment, marked, options };
    seed::seed(database, &job, &session.talk).await
}

/// What a connection that had no part in it sees.
pub(crate) async fn after(database: &Database, loaded: &Loaded, summary: &mut Summary) -> anyhow::Result<()> {
    let (open, as_declared) = force::open_tables(database.client(), &loaded.schema).await?;
    let open = open.into_iter().map(|open| open.table.name).collect();
    summary.after = Some(seed::After { as_declared, open });
    Ok(())
}

fn still_closed(summary: &Summary) -> anyhow::Result<Exit> {
    let open = summary.after.as_ref().map(|after| after.open.as_slice()).unwrap_or_default();
    if open.is_empty() {
        return Ok(Exit::Done);
    }
    let names: Vec<&str> = open.iter().map(String::as_str).collect();
    let message = format!("after the seed, row security of {} is open: somebody else opened it", guard::list(&names));
    Err(failure(message, "`dbtool seed --heal` closes it again"))
}

/// Prints what was done: to a person on stderr but for the secrets, to a program on stdout.
pub(crate) fn print(summary: &Summary, format: TextOrJson, session: &Session) -> anyhow::Result<()> {
    if format == TextOrJson::Json {
        return output::line(serde_json::to_string_pretty(summary)?);
    }
    let talk = &session.talk;
    talk.say(summary.way_in_words());
    summary.lines().iter().for_each(|line| talk.say(format!("  {line}")));
    let blocked: Vec<&str> = summary.lifted.iter().map(String::as_str).collect();
    if summary.dry_run {
        if !blocked.is_empty() {
            let list = guard::list(&blocked);
            talk.say(format!("other sessions would wait for {list} for about {} s", summary.blocked_seconds));
        }
        talk.say(format!("nothing was written; it would take about {} s", summary.seconds));
        return Ok(());
    }
    if !blocked.is_empty() {
        talk.say(format!("other sessions waited for these tables for {} s at most", summary.blocked_seconds));
    }
    talk.say(if summary.is_unchanged() {
        "nothing had to be changed".to_owned()
    } else {
        format!("planted in {} s", summary.seconds)
    });
    if let Some(after) = &summary.after {
        talk.say(format!("row security checked by another connection: {} tables as declared", after.as_declared));
    }
    if !summary.secrets.is_empty() {
        talk.say("drawn, and shown only now:");
        for secret in &summary.secrets {
            output::line(format!("{} = {}", secret.name, secret.value))?;
        }
    }
    Ok(())
}
