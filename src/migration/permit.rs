//! Whether a file's dangers are permitted where it is about to run: what its head names, or, where somebody wrote it by
//! hand, what its statements show.
//!
//! A file may have been written against a database whose tables were empty. Its head says so, and here they may not be: so
//! this is looked at again, right before the file runs.

use std::collections::BTreeSet;

use anyhow::Result;
use tokio_postgres::Client;

use super::folder::MigrationFile;
use super::look::{Found, Look};
use super::record::Direction;
use super::runner::Options;
use crate::error::refusal;
use crate::hazard::{About, Asks, CANNOT_UNDO, DELETES_DATA, Hazard, Head, Policy, in_script};
use crate::sql::{dollar_quote, printable, quote_literal};
use crate::talk::Talk;

/// What migrations may do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Permit {
    /// What the project says of hazards where they run.
    pub policy: Policy,
    /// The hazards that are allowed for once.
    pub for_once: BTreeSet<&'static str>,
}

/// A danger of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Danger {
    /// What it is.
    pub hazard: Hazard,
    /// The line of the statement, where somebody wrote it by hand.
    pub line: Option<usize>,
    /// What makes it one.
    about: About,
}

impl Danger {
    fn plain(hazard: Hazard) -> Self {
        Self { hazard, line: None, about: About::Always }
    }

    /// What it is, with the place, in one line.
    pub fn told(&self, file: &str) -> String {
        let line = self.line.map(|line| format!(":{line}")).unwrap_or_default();
        let table = match &self.about {
            About::Table { sql, .. } => format!(" in `{sql}`"),
            _ => String::new(),
        };
        printable(&format!("{file}{line}: {}{table}: {}", self.hazard.rule.name, self.hazard.detail))
    }
}

/// The dangers of a file that nobody has said to mean: those that its head does not name.
fn unnamed(file: &MigrationFile, direction: Direction) -> Vec<Danger> {
    let head = Head::read(&file.sql);
    let named = head.hazards.unwrap_or_default();
    let mut all = Vec::new();
    if !head.written {
        all.extend(in_script(&file.sql).into_iter().map(|it| {
            let line = file.sql.get(..it.start).map(|before| before.matches('\n').count() + 1);
            // Who goes back means to break what goes forward.
            let grave = it.hazard.grave && (direction == Direction::Up || it.hazard.rule.refused);
            Danger { hazard: Hazard { grave, ..it.hazard }, line, about: it.about }
        }));
    }
    if file.down.is_none() && direction == Direction::Up {
        let hazard = CANNOT_UNDO.because("there is no down file, and so no way back");
        all.push(Danger::plain(Hazard { grave: false, ..hazard }));
    }
    all.retain(|danger| !named.contains(&danger.hazard.rule));
    all
}

/// The same, as far as they are dangers in a database. What hangs on rows is said all the same, as rows come.
///
/// # Errors
/// The server is lost.
pub async fn unnamed_here(client: &Client, options: &Options, files: &[&MigrationFile]) -> Result<Vec<Vec<Danger>>> {
    let look = Look::around(client, &options.search_path).await?;
    let mut all: Vec<Vec<Danger>> = files.iter().map(|file| unnamed(file, Direction::Up)).collect();
    let abouts: Vec<&About> = all.iter().flatten().map(|danger| &danger.about).collect();
    let mut found = look.at(client, &abouts).await?.into_iter();
    for dangers in &mut all {
        dangers.retain(|danger| {
            let by_rows =
                matches!(&danger.about, About::Table { asks: Asks::There | Asks::Rows | Asks::Values(_), .. });
            matches!(found.next(), Some(Found::Danger(_))) || by_rows
        });
    }
    Ok(all)
}

/// All of them. What the head names somebody has said to mean, unless the policy refuses it in so many words; who goes back
/// says it again.
fn dangers(file: &MigrationFile, direction: Direction) -> Vec<Danger> {
    let head = Head::read(&file.sql);
    let back = direction == Direction::Down;
    let named = head.hazards.unwrap_or_default().into_iter();
    let named = named.map(|rule| Danger::plain(Hazard { grave: back && rule.refused, ..rule.because(rule.effect) }));
    let elsewhere = head.where_rows.into_iter().map(|(rule, sql)| Danger {
        hazard: rule.because(rule.effect),
        line: None,
        about: About::Table { sql, asks: Asks::Rows, perhaps: false },
    });
    let lost = head.lost.into_iter().filter(|_| back);
    let lost = lost.map(|lost| Danger::plain(CANNOT_UNDO.because(format!("{lost} does not come back"))));
    named.chain(lost).chain(elsewhere).chain(unnamed(file, direction)).collect()
}

/// What is looked at before each file of a run.
pub(super) struct Guard<'a> {
    permit: &'a Permit,
    direction: Direction,
    look: Look,
}

impl<'a> Guard<'a> {
    /// Refuses before anything runs what does not hang on a table; warns of what has no way back.
    pub(super) async fn open(
        client: &Client,
        options: &'a Options,
        files: &[&MigrationFile],
        direction: Direction,
        talk: &Talk,
    ) -> Result<Option<Self>> {
        let Some(permit) = options.permit.as_ref().filter(|_| !options.fake) else { return Ok(None) };
        let guard = Self { permit, direction, look: Look::around(client, &options.search_path).await? };
        let mut forbidden = Vec::new();
        for file in files {
            let all = dangers(file, direction);
            if direction == Direction::Up && file.down.is_none() {
                warn_of_no_way_back(permit, file, &all, talk);
            }
            let now = all.into_iter().filter(|danger| !permit.permits(danger) && !is_for_later(danger));
            forbidden.extend(now.map(|danger| (danger, file)));
        }
        let abouts: Vec<&About> = forbidden.iter().map(|(danger, _)| &danger.about).collect();
        let found = guard.look.at(client, &abouts).await?;
        let refused = forbidden.into_iter().zip(found).filter(|(_, found)| matches!(found, Found::Danger(_)));
        let refused: Vec<(Danger, String)> = refused
            .map(|((danger, file), _)| {
                let told = danger.told(&file.file_name());
                (danger, told)
            })
            .collect();
        guard.refuse(&refused, None)?;
        Ok(Some(guard))
    }

    /// Refuses a file whose dangers hang on what is there when its turn comes. Gives the statements that its transaction
    /// begins with: tables that hold no rows are to hold none still, and nobody is to write to them before the file has.
    pub(super) async fn check(&self, client: &Client, file: &MigrationFile, before: &[String]) -> Result<String> {
        let (mut refused, mut empty) = (Vec::new(), BTreeSet::new());
        let forbidden = dangers(file, self.direction).into_iter().filter(|danger| !self.permit.permits(danger));
        let forbidden: Vec<Danger> = forbidden.filter(is_for_later).collect();
        let abouts: Vec<&About> = forbidden.iter().map(|danger| &danger.about).collect();
        let found = self.look.at(client, &abouts).await?;
        for (danger, found) in forbidden.into_iter().zip(found) {
            match found {
                Found::Danger(why) => {
                    let told = format!("{} ({})", danger.told(&file.file_name()), printable(&why));
                    refused.push((danger, told));
                }
                // Nothing keeps others from writing to it until the statement runs.
                Found::Empty(_) if !file.transactional && *danger.hazard.rule == DELETES_DATA => {
                    let why = "it is empty now, and without a transaction rows may come before the statement runs";
                    let told = format!("{} ({why})", danger.told(&file.file_name()));
                    refused.push((danger, told));
                }
                Found::Empty(name) => drop(empty.insert(name)),
                Found::Nothing => {}
            }
        }
        self.refuse(&refused, before.last())?;
        Ok(empty.iter().map(|table| still_empty(table)).collect())
    }

    fn refuse(&self, refused: &[(Danger, String)], last: Option<&String>) -> Result<()> {
        if refused.is_empty() {
            return Ok(());
        }
        let mut lines: Vec<String> = Vec::new();
        for (_, told) in refused {
            let line = format!("  {told}");
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
        let names: BTreeSet<&str> = refused.iter().map(|(danger, _)| danger.hazard.rule.name).collect();
        let names: Vec<&str> = names.into_iter().collect();
        let (message, done) = match self.direction {
            Direction::Up => ("dangerous here and not applied", "applied"),
            Direction::Down => ("the way back is dangerous and was not taken", "rolled back"),
        };
        let stays = match last {
            Some(last) => format!("what was {done} before stays, up to `{last}`"),
            None => format!("nothing was {done}"),
        };
        let by_hand = refused.iter().any(|(danger, _)| danger.line.is_some()) && self.direction == Direction::Up;
        let by_hand = match by_hand {
            true => format!("; a file that says `-- hazards: {}` in its first lines means it", names.join(", ")),
            false => String::new(),
        };
        let message = format!("{message}\n{}", lines.join("\n"));
        Err(refusal(message, format!("{stays}; if it is meant, pass `--allow {}`{by_hand}", names.join(","))))
    }
}

/// Whether a danger hangs on what the files before may change.
fn is_for_later(danger: &Danger) -> bool {
    matches!(danger.about, About::Table { .. } | About::Calls(_) | About::Routine(_))
}

fn warn_of_no_way_back(permit: &Permit, file: &MigrationFile, all: &[Danger], talk: &Talk) {
    let unsaid =
        all.iter().any(|danger| *danger.hazard.rule == CANNOT_UNDO && danger.line.is_none() && permit.permits(danger));
    if unsaid && !Head::read(&file.sql).hazards.is_some_and(|named| named.contains(&&CANNOT_UNDO)) {
        talk.warn(format!("{} has no way back: there is no down file", file.file_name()));
    }
}

/// Keeps others from writing to a table that was found empty, and stops where they did meanwhile.
fn still_empty(table: &str) -> String {
    let said = quote_literal(&format!("{table} holds rows by now, and held none when they were looked for"));
    let hint = "run `dbtool migrate` again: it says what is dangerous then";
    let body = format!(
        "BEGIN IF (SELECT relkind IN ('r', 'p') FROM pg_catalog.pg_class WHERE oid = {}::pg_catalog.regclass) THEN \
         LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE; END IF; \
         IF EXISTS (SELECT FROM {table}) THEN RAISE EXCEPTION USING MESSAGE = {said}, HINT = {}; END IF; END",
        quote_literal(table),
        quote_literal(hint)
    );
    format!("SET LOCAL row_security = off; DO {}; SET LOCAL row_security = on;", dollar_quote(&body))
}

impl Permit {
    fn permits(&self, danger: &Danger) -> bool {
        self.policy.permits(&danger.hazard, &self.for_once)
    }
}
