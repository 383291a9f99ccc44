//! Whether a file's dangers are permitted where it is about to run: what its head names, or, where somebody wrote it by
//! hand, what its statements show.
//!
//! A file may have been written against a database whose tables were empty. Its head says so, and here they may not be: so
//! this is looked at again, right before the file runs.

use std::collections::{BTreeSet, HashSet};

use anyhow::{Context as _, Result};
use tokio_postgres::Client;

use super::folder::MigrationFile;
use super::runner::Options;
use crate::error::{refusal, server_message};
use crate::hazard::{CANNOT_UNDO, Hazard, Head, Policy, in_script};
use crate::sql::{dollar_quote, quote_literal};
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
    /// The table, as SQL, that has to have been there before for it.
    table: Option<String>,
    /// Whether it has to hold rows, too.
    by_rows: bool,
}

impl Danger {
    fn plain(hazard: Hazard) -> Self {
        Self { hazard, line: None, table: None, by_rows: false }
    }

    /// What it is, with the place.
    pub fn told(&self, file: &str) -> String {
        let line = self.line.map(|line| format!(":{line}")).unwrap_or_default();
        let table = self.table.as_ref().map(|table| format!(" in `{table}`")).unwrap_or_default();
        format!("{file}{line}: {}{table}: {}", self.hazard.rule.name, self.hazard.detail)
    }
}

/// The dangers of a file that nobody has said to mean: those that its head does not name.
pub fn unnamed(file: &MigrationFile) -> Vec<Danger> {
    let head = Head::read(&file.sql);
    let named = head.hazards.unwrap_or_default();
    let mut all = Vec::new();
    if !head.written {
        all.extend(in_script(&file.sql).into_iter().map(|it| {
            let line = file.sql.get(..it.start).map(|before| before.matches('\n').count() + 1);
            Danger { hazard: it.hazard, line, table: it.table, by_rows: it.by_rows }
        }));
    }
    if file.down.is_none() {
        let hazard = CANNOT_UNDO.because("there is no down file, and so no way back");
        all.push(Danger::plain(Hazard { grave: false, ..hazard }));
    }
    all.retain(|danger| !named.contains(&danger.hazard.rule));
    all
}

/// All of them. What the head names somebody has said to mean, unless the policy refuses it in so many words.
fn dangers(file: &MigrationFile) -> Vec<Danger> {
    let head = Head::read(&file.sql);
    let named = head.hazards.unwrap_or_default().into_iter();
    let named = named.map(|rule| Danger::plain(Hazard { grave: false, ..rule.because(rule.effect) }));
    let elsewhere = head.where_rows.into_iter().map(|(rule, table)| Danger {
        hazard: rule.because(rule.effect),
        line: None,
        table: Some(table),
        by_rows: true,
    });
    named.chain(elsewhere).chain(unnamed(file)).collect()
}

/// What is looked at before each file of a run.
pub(super) struct Guard<'a> {
    permit: &'a Permit,
    search_path: &'a str,
    /// The tables that were there before the run: what it makes itself nobody uses yet.
    old: HashSet<u32>,
}

impl<'a> Guard<'a> {
    /// Refuses before anything runs what does not hang on rows; warns of what has no way back.
    pub(super) async fn open(
        client: &Client,
        options: &'a Options,
        pending: &[&MigrationFile],
        talk: &Talk,
    ) -> Result<Option<Self>> {
        let Some(permit) = options.permit.as_ref().filter(|_| !options.fake) else { return Ok(None) };
        let mut refused = Vec::new();
        let mut hangs = false;
        for file in pending {
            let all = dangers(file);
            let forbidden = all.iter().filter(|danger| !permit.permits(danger));
            let (later, now): (Vec<&Danger>, Vec<&Danger>) = forbidden.partition(|danger| danger.table.is_some());
            hangs |= !later.is_empty();
            refused.extend(now.into_iter().map(|danger| (danger.clone(), danger.told(&file.file_name()))));
            if all
                .iter()
                .any(|danger| *danger.hazard.rule == CANNOT_UNDO && permit.permits(danger) && file.down.is_none())
                && !Head::read(&file.sql).hazards.is_some_and(|named| named.contains(&&CANNOT_UNDO))
            {
                talk.warn(format!("{} has no way back: there is no down file", file.file_name()));
            }
        }
        refuse(&refused, "nothing was applied")?;
        let old = match hangs {
            true => {
                let rows =
                    client.query("SELECT oid FROM pg_catalog.pg_class WHERE relkind IN ('r', 'p', 'm')", &[]).await;
                rows.context("cannot see which tables there are")?.iter().map(|row| row.get(0)).collect()
            }
            false => HashSet::new(),
        };
        Ok(Some(Self { permit, search_path: &options.search_path, old }))
    }

    /// Refuses a file whose dangers hang on rows that are there. Gives the statements that its transaction begins with:
    /// tables that hold none are to hold none still, and nobody is to write to them before the file has.
    pub(super) async fn check(&self, client: &Client, file: &MigrationFile, before: &[String]) -> Result<String> {
        let (mut refused, mut empty) = (Vec::new(), BTreeSet::new());
        for danger in dangers(file).into_iter().filter(|danger| !self.permit.permits(danger)) {
            let Some(table) = &danger.table else { continue };
            match self.is_one(client, table, danger.by_rows).await? {
                Found::Danger(why) => {
                    let told = format!("{} ({why})", danger.told(&file.file_name()));
                    refused.push((danger, told));
                }
                Found::Empty(name) => drop(empty.insert(name)),
                Found::Nothing => {}
            }
        }
        let stays = match before.last() {
            Some(last) => format!("what was applied before stays, up to `{last}`"),
            None => "nothing was applied".to_owned(),
        };
        refuse(&refused, &stays)?;
        Ok(empty.iter().map(|table| still_empty(table)).collect())
    }

    /// Whether a table was there before, and holds rows if it has to; why it is taken to.
    async fn is_one(&self, client: &Client, table: &str, by_rows: bool) -> Result<Found> {
        let begin = "BEGIN READ ONLY; SET LOCAL row_security = off; SET LOCAL statement_timeout = '3s'; SET LOCAL lock_timeout = '1s'";
        client.batch_execute(begin).await.context("cannot look for rows")?;
        let found = self.look(client, table, by_rows).await;
        client.batch_execute("ROLLBACK").await.context("cannot look for rows")?;
        match found {
            Ok(found) => Ok(found),
            Err(error) if client.is_closed() => Err(error).context("cannot look for rows"),
            Err(error) => {
                let said = error.as_db_error().map_or_else(|| error.to_string(), server_message);
                Ok(Found::Danger(format!("cannot look for rows: {said}")))
            }
        }
    }

    async fn look(&self, client: &Client, table: &str, by_rows: bool) -> Result<Found, tokio_postgres::Error> {
        client.execute("SELECT pg_catalog.set_config('search_path', $1, true)", &[&self.search_path]).await?;
        let sql = "SELECT r.oid::oid, r.oid::pg_catalog.regclass::text FROM pg_catalog.to_regclass($1) AS r(oid)";
        let row = client.query_one(sql, &[&table]).await?;
        let Some((oid, name)) = row.get::<_, Option<u32>>(0).zip(row.get::<_, Option<String>>(1)) else {
            return Ok(Found::Nothing);
        };
        if !self.old.contains(&oid) {
            return Ok(Found::Nothing);
        }
        if !by_rows {
            return Ok(Found::Danger("others may use it".to_owned()));
        }
        // The server quotes the name itself.
        let row = client.query_one(&format!("SELECT EXISTS (SELECT FROM {name})"), &[]).await?;
        Ok(if row.get::<_, bool>(0) { Found::Danger("it holds rows".to_owned()) } else { Found::Empty(name) })
    }
}

/// What a look at a table found.
enum Found {
    /// It is none that others use.
    Nothing,
    /// There is a danger, and why.
    Danger(String),
    /// It holds no rows; its name as the server writes it.
    Empty(String),
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

fn refuse(refused: &[(Danger, String)], stays: &str) -> Result<()> {
    if refused.is_empty() {
        return Ok(());
    }
    let lines: Vec<String> = refused.iter().map(|(_, told)| format!("  {told}")).collect();
    let names: BTreeSet<&str> = refused.iter().map(|(danger, _)| danger.hazard.rule.name).collect();
    let names: Vec<&str> = names.into_iter().collect();
    let by_hand = match refused.iter().any(|(danger, _)| danger.line.is_some()) {
        true => format!("; a file that says `-- hazards: {}` in its first lines means it", names.join(", ")),
        false => String::new(),
    };
    let message = format!("dangerous here and not applied\n{}", lines.join("\n"));
    Err(refusal(message, format!("{stays}; if it is meant, pass `--allow {}`{by_hand}", names.join(","))))
}
