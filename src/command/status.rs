//! `dbtool status`: which migrations are applied, pending, changed, missing or out of order.

use serde_json::json;

use crate::command::{Session, TextOrJson};
use crate::error::Exit;
use crate::migration::{self, Status};

/// Show which migrations are applied and which are not
///
/// Exit code 0 means that everything is applied and unchanged, 2 that it is not.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// How to print it
    #[arg(long, default_value = "text")]
    format: TextOrJson,
}

/// Runs the command.
///
/// # Errors
/// The folder is wrong or the database cannot be read.
pub async fn run(args: Args, session: &Session) -> anyhow::Result<Exit> {
    let folder = session.migrations()?;
    let database = session.connect(|| session.declaration().map(|l| super::extensions(&l)).unwrap_or_default()).await?;
    let status = migration::status(database.client(), &folder).await.map_err(|error| database.explain(error))?;
    match args.format {
        TextOrJson::Text => text(&status, session),
        TextOrJson::Json => anstream::println!("{}", serde_json::to_string_pretty(&document(&status))?),
    }
    Ok(if status.is_clean() { Exit::Done } else { Exit::Different })
}

fn text(status: &Status, session: &Session) {
    for applied in &status.applied {
        anstream::println!("applied  {:<50} {}", applied.label(), applied.applied_on);
    }
    for file in &status.pending {
        let how = if file.transactional { "" } else { "outside transactions" };
        anstream::println!("pending  {:<50} {how}", format!("V{:04}__{}", file.version, file.name));
    }
    for problem in status.problems() {
        anstream::println!("problem  {problem}");
    }
    for leftover in &status.unfinished {
        let file = leftover.file.file_name();
        anstream::println!(
            "broken   `{file}` left the index `{}` unfinished; `dbtool migrate` drops and builds it",
            leftover.index
        );
    }
    if let Some(holder) = &status.running {
        anstream::println!("running  {holder}");
    }
    let problems = status.problems().len();
    session.talk.say(format!(
        "{} applied, {} pending, {problems} problem{}",
        status.applied.len(),
        status.pending.len(),
        if problems == 1 { "" } else { "s" }
    ));
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
        "renamed": status.renamed.iter().map(|c| file(&c.file)).collect::<Vec<_>>(),
        "missing": status.missing.iter().map(applied).collect::<Vec<_>>(),
        "out_of_order": status.out_of_order.iter().map(file).collect::<Vec<_>>(),
        "unfinished": status.unfinished.iter().map(|u| json!({ "file": u.file.file_name(), "index": u.index })).collect::<Vec<_>>(),
        "running": status.running.as_ref().map(ToString::to_string),
        "problems": status.problems(),
    })
}
