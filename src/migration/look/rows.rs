//! Which tables hold rows, and which conditions leave any of them out: a query for all tables, and one for all conditions.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use futures_util::future::join_all;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::Type;
use tokio_postgres::{Client, Error, SimpleQueryMessage};

use super::facts::Facts;
use super::{Found, danger, refused};
use crate::hazard::{About, Asks, Spared};
use crate::sql::quote_ident;

/// What is known of rows.
#[derive(Default)]
pub(super) struct Rows {
    /// Whether a table holds any, by its name as the server writes it.
    full: HashMap<String, Result<bool, String>>,
    /// What conditions come to, by their question.
    spared: HashMap<String, Found>,
}

impl Rows {
    pub(super) async fn of<'a>(
        client: &Client,
        abouts: impl Iterator<Item = &'a About>,
        facts: &Facts,
    ) -> Result<Self, Error> {
        let (mut tables, mut questions) = (BTreeSet::new(), BTreeMap::new());
        for (table, asks) in abouts.filter_map(|about| part(about, facts)) {
            match asks {
                Asks::Spares(spared) => drop(questions.insert(question(table, spared, facts), &**spared)),
                asks => drop(tables.insert(looked(table, asks, facts))),
            }
        }
        let mut rows = Self::default();
        rows.look(client, tables).await?;
        rows.ask(client, questions).await?;
        Ok(rows)
    }

    async fn look(&mut self, client: &Client, tables: BTreeSet<String>) -> Result<(), Error> {
        if tables.is_empty() {
            return Ok(());
        }
        // The server quotes the names itself.
        let columns: Vec<String> = tables.iter().map(|table| format!("EXISTS (SELECT FROM {table})")).collect();
        match client.query_typed_one(&format!("SELECT ARRAY[{}]", columns.join(", ")), &[]).await {
            Ok(row) => {
                self.full.extend(tables.into_iter().zip(row.get::<_, Vec<bool>>(0)).map(|(it, is)| (it, Ok(is))))
            }
            Err(error) if client.is_closed() => return Err(error),
            Err(error) => self.full.extend(tables.into_iter().map(|it| (it, Err(refused(&error))))),
        }
        Ok(())
    }

    /// Asks all conditions at once, and each by itself only where one of them cannot be asked.
    async fn ask(&mut self, client: &Client, mut questions: BTreeMap<String, &Spared>) -> Result<(), Error> {
        if questions.is_empty() {
            return Ok(());
        }
        client.batch_execute("ROLLBACK TO SAVEPOINT look").await?;
        let unsure = unsure(client, questions.values().flat_map(|it| &it.calls)).await?;
        questions.retain(|sql, spared| {
            let call = spared.calls.iter().find(|name| unsure.contains(*name));
            let why = |name| format!("which rows it leaves out is not looked for, as that would call `{name}`");
            let known = call.map(|name| self.spared.insert(sql.clone(), danger(why(name))));
            known.is_none()
        });
        let all: Vec<String> = questions.into_keys().collect();
        if all.is_empty() {
            return Ok(());
        }
        let parts: Vec<String> = all.iter().map(|sql| format!("({sql})")).collect();
        match client.query_typed_one(&format!("SELECT ARRAY[{}]", parts.join(", ")), &[]).await {
            Ok(row) => {
                let counts = row.get::<_, Vec<i64>>(0).into_iter().map(lost);
                self.spared.extend(all.into_iter().zip(counts));
            }
            Err(error) if client.is_closed() => return Err(error),
            // Nobody waits as long again for each of them.
            Err(error) if error.code() == Some(&SqlState::QUERY_CANCELED) => {
                self.spared.extend(all.into_iter().map(|sql| (sql, unanswered(&error))));
            }
            Err(_) => self.ask_each(client, all).await?,
        }
        Ok(())
    }

    /// All are on their way before the first is answered.
    async fn ask_each(&mut self, client: &Client, all: Vec<String>) -> Result<(), Error> {
        let sent = all.iter().map(|sql| format!("ROLLBACK TO SAVEPOINT look; {sql}")).collect::<Vec<_>>();
        let answers = join_all(sent.iter().map(|sql| client.simple_query(sql))).await;
        for (sql, answer) in all.into_iter().zip(answers) {
            let found = match answer {
                Ok(messages) => counted(&messages),
                Err(error) if client.is_closed() => return Err(error),
                Err(error) => unanswered(&error),
            };
            self.spared.insert(sql, found);
        }
        Ok(())
    }

    pub(super) fn told(&self, about: &About, facts: &Facts) -> Found {
        let Some((table, asks)) = part(about, facts) else { return Found::Nothing };
        if let Asks::Spares(spared) = asks {
            return self.spared.get(&question(table, spared, facts)).cloned().unwrap_or(Found::Nothing);
        }
        let name = looked(table, asks, facts);
        match self.full.get(&name) {
            Some(Ok(false)) if *asks == Asks::Default => Found::Nothing,
            Some(Ok(true)) => danger("it holds rows"),
            Some(Ok(false)) => Found::Empty(name),
            Some(Err(why)) => danger(why.clone()),
            None => Found::Nothing,
        }
    }
}

fn part<'a>(about: &'a About, facts: &Facts) -> Option<(&'a str, &'a Asks)> {
    match about {
        About::Table { sql, asks, .. } if facts.relation(sql).is_some() => Some((sql, asks)),
        _ => None,
    }
}

/// The table whose rows matter.
fn looked(table: &str, asks: &Asks, facts: &Facts) -> String {
    let default = facts.relation(table).and_then(|it| it.default.clone()).filter(|_| *asks == Asks::Default);
    default.unwrap_or_else(|| name(table, facts))
}

fn name(table: &str, facts: &Facts) -> String {
    facts.relation(table).map(|it| it.name.clone()).unwrap_or_default()
}

/// How many rows would lose a value where no row is left out: two are enough to know. One row by itself is the one that is
/// meant.
fn question(table: &str, spared: &Spared, facts: &Facts) -> String {
    let Spared { with, alias, sources, condition, columns, .. } = spared;
    let known = facts.relation(table).map(|it| it.columns.as_slice()).unwrap_or_default();
    let columns = columns.iter().filter(|column| known.contains(column));
    let columns: Vec<String> = columns.map(|column| format!("{alias}.{}", quote_ident(column))).collect();
    let from = format!("{} AS {alias}", name(table, facts));
    let touched = match sources.is_empty() {
        true => condition.clone(),
        false => format!("EXISTS (SELECT FROM {sources} WHERE {condition})"),
    };
    format!(
        "{with} SELECT CASE WHEN EXISTS (SELECT FROM {from} WHERE ({touched}) IS NOT TRUE) THEN 0 ELSE \
         (SELECT pg_catalog.count(*) FROM (SELECT FROM {from} WHERE pg_catalog.num_nonnulls({}) > 0 LIMIT 2) AS lost) END",
        columns.join(", ")
    )
}

fn counted(messages: &[SimpleQueryMessage]) -> Found {
    let value = messages.iter().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => row.get(0)?.parse().ok(),
        _ => None,
    });
    value.map_or_else(|| danger("whether it leaves rows out is not known"), lost)
}

fn lost(rows: i64) -> Found {
    if rows > 1 { danger("it leaves no row out") } else { Found::Nothing }
}

fn unanswered(error: &Error) -> Found {
    danger(format!("it may leave no row out: {}", refused(error)))
}

/// Those of some functions that may do more than compute: nobody's but PostgreSQL's own are called to look.
async fn unsure(client: &Client, names: impl Iterator<Item = &String>) -> Result<HashSet<String>, Error> {
    let names: Vec<&String> = names.collect::<BTreeSet<_>>().into_iter().collect();
    if names.is_empty() {
        return Ok(HashSet::new());
    }
    let sql = "SELECT DISTINCT proname::pg_catalog.text FROM pg_catalog.pg_proc WHERE proname = ANY ($1) \
               AND (provolatile = 'v' OR pronamespace <> 'pg_catalog'::pg_catalog.regnamespace)";
    Ok(client.query_typed(sql, &[(&names, Type::TEXT_ARRAY)]).await?.iter().map(|row| row.get(0)).collect())
}
