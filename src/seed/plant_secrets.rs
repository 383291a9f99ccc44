//! What was drawn for rows that are inserted, kept to be shown at the end: nobody can look it up later.

use std::collections::HashMap;

use super::lines::Line;
use super::make::Drawn;
use super::model::{Made, Rows};
use super::order::Batch;
use super::plant::{Planter, Sent, Written};
use super::read::shown;

/// How many tokens of one template are shown; nobody reads a thousand.
const MOST: usize = 20;

/// A secret that is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shown {
    /// The file that it is of.
    pub(super) file: String,
    /// What it is called there.
    pub(super) name: String,
    /// What it is.
    pub(super) value: String,
}

/// What was drawn for the rows of a batch.
#[derive(Debug, Default)]
pub(super) struct ToShow {
    tokens: Vec<(i64, String, String)>,
    /// The file's secrets, and the rows that use them.
    secrets: HashMap<String, Vec<i64>>,
    /// Tokens that are too many to be shown.
    more: u64,
}

impl ToShow {
    /// Notes what was drawn for a row.
    pub(super) fn note(&mut self, row: i64, line: &Line<'_>, drawn: Vec<Drawn>) {
        let single = matches!(&line.piece.rows, Rows::Made(Made { repeat: 1, each: None, .. }));
        for one in drawn {
            match one {
                Drawn::Token(..) if !single && self.tokens.len() >= MOST => self.more += 1,
                Drawn::Token(place, value) => {
                    let column = place.rsplit('.').next().unwrap_or_default();
                    let number = if single { String::new() } else { format!("[{}]", line.position.row + 1) };
                    self.tokens.push((row, format!("{}{number}.{column}", shown(line.piece)), value));
                }
                Drawn::Secret(name) => self.secrets.entry(name).or_default().push(row),
            }
        }
    }

    /// Whether there is nothing to show.
    pub(super) fn is_empty(&self) -> bool {
        self.tokens.is_empty() && self.secrets.is_empty()
    }
}

impl Planter<'_> {
    /// Keeps what was drawn for rows that were inserted, to be shown at the end.
    pub(super) fn secrets(&mut self, batch: &Batch<'_>, sent: &Sent, written: &Written) {
        for (row, name, value) in &sent.drawn.tokens {
            if written.fresh.contains(row) {
                self.show(batch.file, name, value.clone());
            }
        }
        let mut used: Vec<&String> = sent.drawn.secrets.keys().collect();
        used.sort();
        for name in used {
            if sent.drawn.secrets[name].iter().any(|row| written.fresh.contains(row)) {
                let value = self.maker.secret(batch.file, name).unwrap_or_default().to_owned();
                self.show(batch.file, name, value);
            }
        }
        if sent.drawn.more > 0 && !written.fresh.is_empty() {
            let table = batch.pieces.first().map(|piece| piece.table.name.as_str()).unwrap_or_default();
            let more = sent.drawn.more;
            let why = "a template is no place for keys that somebody is to use";
            self.talk.warn(format!("{more} more tokens of `{table}` are not shown: {why}"));
        }
    }

    fn show(&mut self, file: &str, name: &str, value: String) {
        let one = Shown { file: file.to_owned(), name: name.to_owned(), value };
        if !self.secrets.contains(&one) {
            self.secrets.push(one);
        }
    }
}
