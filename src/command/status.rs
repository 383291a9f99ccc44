//! `dbtool status`: which migrations are applied, pending, changed, missing or out of order.

use serde_json::json;

use crate::command::{Session, TextOrJson, output};
use crate::error::Exit;
use crate::migration::{self, Status};

/// Show which migrations are applied and which are not
///
/// Exit code 0 means that everything is applied and unchanged, 2 that it is not.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// How to print it
    #[arg(long, default_value = "text")]
    pub(crate) format: TextOrJson,
}

/// Runs the command.
///
/// # Errors
/// The folder is wrong or the database cannot be read.
pub async fn run(args: Args, session: &Session) -> anyhow::Result<Exit> {
    let (folder, faults) = migration::Folder::survey(&session.project.migrations_dir())?;
    let database = session.connect(|| session.declaration().map(|l| super::extensions(&l)).unwrap_or_default()).await?;
    let status = migration::status(database.client(), &folder).await.map_err(|error| database.explain(error))?;
    let status = Status { faults, ..status };
    match args.format {
        TextOrJson::Text => text(&status, session)?,
        TextOrJson::Json => output::line(serde_json::to_string_pretty(&document(&status))?)?,
    }
    Ok(if status.is_clean() { Exit::Done } else { Exit::Different })
}

fn text(status: &Status, session: &Session) -> anyhow::Result<()> {
    for applied in &status.applied {
        output::line(row("applied", &applied.label(), to_the_second(&applied.applied_on)))?;
    }
    for file in &status.pending {
        let how = if file.transactional { "" } else { "outside transactions" };
        output::line(row("pending", &format!("V{:04}__{}", file.version, file.name), how))?;
    }
    for problem in status.problems() {
        // The lines that follow belong to it, too.
        output::line(format!("problem  {}", problem.replace('\n', "\n         ")))?;
    }
    for unfinished in &status.unfinished {
        output::line(format!("broken   {}", unfinished.said()))?;
    }
    if let Some(holder) = &status.running {
        output::line(format!("running  {holder}"))?;
    }
    let (applied, pending, problems) = (status.applied.len(), status.pending.len(), status.problems().len());
    let plural = if problems == 1 { "" } else { "s" };
    session.talk.say(format!("{applied} applied, {pending} pending, {problems} problem{plural}"));
    Ok(())
}

fn row(state: &str, name: &str, more: &str) -> String {
    format!("{state:<8} {name:<50} {more}").trim_end().to_owned()
}

/// `2026-01-02T03:04:05.678Z` without the fraction, which is for programs.
fn to_the_second(moment: &str) -> &str {
    moment.split_once('.').map_or(moment, |(second, _)| second)
}

/// The status for a program.
pub(crate) fn document(status: &Status) -> serde_json::Value {
    let applied = |a: &migration::Applied| json!({ "version": a.version, "name": a.name, "applied_on": a.applied_on });
    let file = |f: &migration::MigrationFile| json!({ "version": f.version, "name": f.name, "file": f.file_name(), "transactional": f.transactional });
    json!({
        "clean": status.is_clean(),
        "applied": status.applied.iter().map(applied).collect::<Vec<_>>(),
        "pending": status.pending.iter().map(file).collect::<Vec<_>>(),
        "changed": status.changed.iter().map(|c| file(&c.file)).collect::<Vec<_>>(),
        "taken": status.taken.iter().map(|c| json!({ "applied": applied(&c.applied), "file": c.file.file_name() })).collect::<Vec<_>>(),
        "renamed": status.renamed.iter().map(|c| file(&c.file)).collect::<Vec<_>>(),
        "missing": status.missing.iter().map(applied).collect::<Vec<_>>(),
        "out_of_order": status.out_of_order.iter().map(file).collect::<Vec<_>>(),
        "unfinished": status.unfinished.iter().map(|u| json!({ "file": u.file, "index": u.index, "done": u.done })).collect::<Vec<_>>(),
        "running": status.running.as_ref().map(ToString::to_string),
        "problems": status.problems(),
    })
}
