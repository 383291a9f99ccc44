//! `dbtool check`: for CI, whether files, history and database agree.

use serde::Serialize;

use crate::command::{Session, TextOrJson, extensions, output, tell_unmanaged};
use crate::compare::{Comparison, compare_inspected};
use crate::database::Database;
use crate::error::{Exit, report};
use crate::hazard::{CANNOT_UNDO, Policy, Stance};
use crate::inspect::{Unmanaged, counts, inspect};
use crate::kind::KindTag;
use crate::migration;
use crate::render;

/// Check that files, applied migrations and the database agree
///
/// Exit code 0 means that they do, 2 that they do not.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// How to print the findings
    #[arg(long, default_value = "text")]
    pub(crate) format: TextOrJson,
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// Not what the files say.
    Drift,
    /// Somebody may see what they should not, or a migration cannot be trusted.
    Danger,
}

/// Something that does not agree.
#[derive(Debug, Clone, Serialize)]
pub struct Finding {
    /// How bad it is.
    pub grade: Grade,
    /// Which check found it: `schema`, `migrations`, `history`, `pending` or `database`.
    pub check: &'static str,
    /// What it is.
    pub message: String,
}

/// Runs the command.
///
/// # Errors
/// The database cannot be reached or read.
pub async fn run(args: Args, session: &Session) -> anyhow::Result<Exit> {
    let mut findings = Vec::new();
    let loaded = found("schema", session.declaration(), &mut findings);
    let surveyed = migration::Folder::survey(&session.project.migrations_dir());
    let folder = found("migrations", surveyed, &mut findings).map(|(folder, faults)| {
        let faults = faults.into_iter();
        findings.extend(faults.map(|message| Finding { grade: Grade::Danger, check: "migrations", message }));
        folder
    });
    let database = session.connect(|| loaded.as_ref().map(extensions).unwrap_or_default()).await?;
    let outcome: anyhow::Result<Vec<Unmanaged>> = async {
        if let Some(folder) = &folder {
            let status = migration::status(database.client(), folder).await?;
            history(&status, &mut findings);
            let policy = session.hazards(&database).await?;
            dangers(&database, folder, &status, &policy, &mut findings).await?;
        }
        let inspected = inspect(&database, &session.scope()).await?;
        let unmanaged = inspected.unmanaged.clone();
        if let Some(loaded) = &loaded {
            drift(&compare_inspected(&database, inspected, loaded).await?, &mut findings);
        }
        Ok(unmanaged)
    }
    .await;
    let unmanaged = outcome.map_err(|error| database.explain(error))?;
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.grade));
    print(args.format, &findings, &unmanaged, session)?;
    Ok(if findings.is_empty() { Exit::Done } else { Exit::Different })
}

/// A file that cannot be read is a finding, not the end of the run.
fn found<T>(check: &'static str, outcome: anyhow::Result<T>, findings: &mut Vec<Finding>) -> Option<T> {
    match outcome {
        Ok(value) => Some(value),
        Err(error) => {
            let message = report(&error).trim_end().trim_start_matches("error: ").to_owned();
            findings.push(Finding { grade: Grade::Danger, check, message });
            None
        }
    }
}

fn history(status: &migration::Status, findings: &mut Vec<Finding>) {
    for message in status.problems() {
        findings.push(Finding { grade: Grade::Danger, check: "history", message });
    }
    for file in &status.pending {
        let message = format!("`{}` is not applied", file.file_name());
        findings.push(Finding { grade: Grade::Drift, check: "pending", message });
    }
    for unfinished in &status.unfinished {
        findings.push(Finding { grade: Grade::Drift, check: "pending", message: unfinished.said() });
    }
}

/// What is not applied yet and is dangerous, as somebody wrote it by hand, or has no way back. What is applied is as it is:
/// a folder that was there before dbtool came has no ways back, and need not get any.
async fn dangers(
    database: &Database,
    folder: &migration::Folder,
    status: &migration::Status,
    policy: &Policy,
    findings: &mut Vec<Finding>,
) -> anyhow::Result<()> {
    let is_pending =
        |file: &&migration::MigrationFile| status.pending.iter().any(|other| other.version == file.version);
    let pending: Vec<_> = folder.migrations.iter().filter(is_pending).collect();
    let found = migration::unnamed_here(database.client(), &migration::Options::default(), &pending).await?;
    for (file, dangers) in pending.iter().zip(found) {
        for danger in dangers.iter().filter(|danger| policy.stance(danger.hazard.rule) != Some(Stance::Allow)) {
            let no_way_back = *danger.hazard.rule == CANNOT_UNDO && danger.place.is_none();
            let grade = if no_way_back { Grade::Drift } else { Grade::Danger };
            let message = danger.told(&file.file_name());
            findings.push(Finding { grade, check: "migrations", message });
        }
    }
    Ok(())
}

/// What differs. Where policies or row security do, somebody may see what they should not.
fn drift(comparison: &Comparison, findings: &mut Vec<Finding>) {
    for (kind, line) in render::lines_by_kind(comparison) {
        let grade = match kind {
            KindTag::Policy | KindTag::RowSecurity => Grade::Danger,
            _ => Grade::Drift,
        };
        let message = anstream::adapter::strip_str(&line).to_string();
        findings.push(Finding { grade, check: "database", message });
    }
}

fn print(format: TextOrJson, findings: &[Finding], unmanaged: &[Unmanaged], session: &Session) -> anyhow::Result<()> {
    match format {
        TextOrJson::Text => {
            let red = anstyle::AnsiColor::Red.on_default().bold();
            let yellow = anstyle::AnsiColor::Yellow.on_default().bold();
            for finding in findings {
                let (style, word) = match finding.grade {
                    Grade::Danger => (red, "danger"),
                    Grade::Drift => (yellow, "drift"),
                };
                // The lines that follow belong to it, too: a snippet, a hint.
                let message = finding.message.replace('\n', "\n    ");
                output::line(format!("{style}{word:<6}{style:#} {:<10} {message}", finding.check))?;
            }
        }
        TextOrJson::Json => {
            let document =
                serde_json::json!({ "ok": findings.is_empty(), "findings": findings, "unmanaged": counts(unmanaged) });
            output::line(serde_json::to_string_pretty(&document)?)?;
        }
    }
    // No finding: nobody said that it is not to be there.
    tell_unmanaged(unmanaged, &session.talk);
    match findings.len() {
        0 => session.talk.say("files, migrations and database agree"),
        1 => session.talk.say("1 finding"),
        count => session.talk.say(format!("{count} findings")),
    }
    Ok(())
}
