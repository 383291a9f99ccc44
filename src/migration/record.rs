//! How far a file without a transaction has come, kept in the database beside the history, so that the next run goes on
//! where this one was cut off: `public.dbtool_unfinished`, which is there only while such a file is unfinished.

use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};
use tokio_postgres::error::SqlState;
use tokio_postgres::types::Type;
use tokio_postgres::{Client, Error};

use super::folder::MigrationFile;
use crate::error::failure;
use crate::sql::{Statement, quote_literal};
use crate::talk::Talk;

/// The table. The advisory lock lets one file be unfinished at a time.
pub const UNFINISHED: &str = "public.dbtool_unfinished";

/// Which way a file leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// A migration.
    Up,
    /// The way back of one.
    Down,
}

impl Direction {
    fn word(self) -> &'static str {
        match self {
            Direction::Up => "up",
            Direction::Down => "down",
        }
    }
}

/// What the table says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The migration's number.
    pub version: i32,
    /// Whether it was on its way back.
    pub direction: Direction,
    /// How many of its statements are done.
    pub done: usize,
    /// Whether the next one had begun.
    pub begun: bool,
    next: String,
    /// Whether what that one makes or removes was there before it began.
    pub existed: bool,
    prefix: String,
}

/// What is recorded, if anything is.
///
/// # Errors
/// The server cannot be asked.
pub(super) async fn read(client: &Client) -> Result<Option<Record>> {
    let there =
        client.query_typed_one("SELECT pg_catalog.to_regclass($1) IS NOT NULL", &[(&UNFINISHED, Type::TEXT)]).await;
    if !there.context("cannot look for an unfinished migration")?.get::<_, bool>(0) {
        return Ok(None);
    }
    let query = format!("SELECT version, direction = 'down', done, begun, existed, prefix, next FROM {UNFINISHED}");
    let row = match client.query_typed_opt(&query, &[]).await {
        // Another runner has come to the end of its file meanwhile.
        Err(error) if error.code() == Some(&SqlState::UNDEFINED_TABLE) => return Ok(None),
        row => row.with_context(|| format!("cannot read `{UNFINISHED}`"))?,
    };
    Ok(row.map(|row| Record {
        version: row.get(0),
        direction: if row.get(1) { Direction::Down } else { Direction::Up },
        done: usize::try_from(row.get::<_, i32>(2)).unwrap_or_default(),
        begun: row.get(3),
        existed: row.get(4),
        prefix: row.get(5),
        next: row.get(6),
    }))
}

impl Record {
    /// Whether the statements that were done are still the first ones of the file.
    pub(super) fn fits(&self, statements: &[Statement<'_>]) -> bool {
        self.done <= statements.len() && self.prefix == hash(&statements[..self.done])
    }

    /// Whether this statement is the one that had begun, and not what somebody wrote in its place.
    pub(super) fn had_begun(&self, statement: Option<&Statement<'_>>) -> bool {
        self.begun && statement.is_some_and(|statement| self.next == hash(std::slice::from_ref(statement)))
    }

    /// What a run in the other direction, or of another file, has to be told.
    pub(super) fn in_the_way(&self) -> anyhow::Error {
        let (version, done) = (self.version, self.done);
        let (what, way) = match self.direction {
            Direction::Up => (format!("V{version:04}"), "`dbtool migrate` finishes it, with the file that began it"),
            Direction::Down => (format!("the way back of V{version:04}"), "`dbtool rollback` finishes it"),
        };
        let message = format!("{what} runs without a transaction and is half done: {done} of its statements stay");
        failure(message, format!("{way}; if you undid them by hand, `DROP TABLE {UNFINISHED}` forgets it"))
    }
}

/// The record that a run keeps of one file.
pub(super) struct Keeper<'a> {
    version: i32,
    direction: Direction,
    statements: &'a [Statement<'a>],
    /// Whether the role may write it at all.
    kept: bool,
}

impl<'a> Keeper<'a> {
    /// Makes sure that the table is there.
    ///
    /// A role that may write the history, and not make a table beside it, runs without a record, and is told.
    pub(super) async fn open(
        client: &Client,
        file: &MigrationFile,
        direction: Direction,
        statements: &'a [Statement<'a>],
        talk: &Talk,
    ) -> Result<Keeper<'a>, Error> {
        let make = format!(
            "CREATE TABLE IF NOT EXISTS {UNFINISHED} (version int4 PRIMARY KEY, direction text NOT NULL, done int4 NOT NULL, \
             begun bool NOT NULL, existed bool NOT NULL, prefix text NOT NULL, next text NOT NULL, at timestamptz NOT NULL DEFAULT now())"
        );
        let kept = match client.batch_execute(&make).await {
            Ok(()) => true,
            Err(error) if error.code() == Some(&SqlState::INSUFFICIENT_PRIVILEGE) => {
                let name = file.file_name();
                talk.warn(format!("this role may not create `{UNFINISHED}`: if `{name}` is cut off, it starts anew"));
                false
            }
            Err(error) => return Err(error),
        };
        Ok(Keeper { version: file.version, direction, statements, kept })
    }

    /// The statement that says how far the file is.
    pub(super) fn says(&self, done: usize, begun: bool, existed: bool) -> String {
        if !self.kept {
            return String::new();
        }
        let prefix = quote_literal(&hash(&self.statements[..done]));
        let next = quote_literal(&hash(self.statements.get(done..=done).filter(|_| begun).unwrap_or_default()));
        let direction = quote_literal(self.direction.word());
        format!(
            "INSERT INTO {UNFINISHED} AS u (version, direction, done, begun, existed, prefix, next)
             VALUES ({}, {direction}, {done}, {begun}, {existed}, {prefix}, {next}) ON CONFLICT (version) DO UPDATE
             SET done = excluded.done, begun = excluded.begun, existed = excluded.existed, prefix = excluded.prefix,
                 next = excluded.next;",
            self.version
        )
    }

    /// The statement that forgets it, in one transaction with the history.
    pub(super) fn forgets(&self) -> String {
        if self.kept { format!("DROP TABLE {UNFINISHED};") } else { String::new() }
    }
}

/// What the first statements of a file are, however it is laid out between them.
fn hash(statements: &[Statement<'_>]) -> String {
    let mut hasher = Sha256::new();
    for statement in statements {
        hasher.update(statement.text.as_bytes());
        hasher.update([0]);
    }
    hasher.finalize().iter().take(12).map(|byte| format!("{byte:02x}")).collect()
}
