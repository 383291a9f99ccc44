//! What a hazard of a file comes to in the database that it is about to run in.
//!
//! Asked right before the file runs, in a transaction that reads only, without row security and with timeouts of its own.

use std::collections::{HashMap, HashSet};

use anyhow::{Context as _, Result};
use tokio_postgres::{Client, Error};

use super::history::HISTORY;
use super::record::UNFINISHED;
use crate::error::server_message;
use crate::hazard::{About, Asks, in_body};

/// What was in a database before anything ran: what a run makes itself nobody uses yet.
pub(super) struct Look {
    search_path: String,
    /// The tables and views, and whether they have row security.
    old: HashMap<u32, bool>,
    /// Whether any of them is somebody's.
    in_use: bool,
}

/// What a look found.
pub(super) enum Found {
    /// Nobody is in danger.
    Nothing,
    /// There is a danger, and why.
    Danger(String),
    /// A table holds no rows; its name as the server writes it.
    Empty(String),
}

impl Look {
    /// Looks around.
    pub(super) async fn around(client: &Client, search_path: &str) -> Result<Self> {
        let sql = "SELECT c.oid, c.relrowsecurity, n.nspname NOT IN ('pg_catalog', 'information_schema') \
                     AND n.nspname !~ '^pg_(toast|temp)' AND n.nspname || '.' || c.relname <> ALL ($1) \
                     AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass \
                                     AND d.objid = c.oid AND d.deptype = 'e') \
                   FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
                   WHERE c.relkind IN ('r', 'p', 'm', 'v', 'f')";
        let rows = client.query(sql, &[&[HISTORY, UNFINISHED].as_slice()]).await;
        let rows = rows.context("cannot see which tables there are")?;
        let in_use = rows.iter().any(|row| row.get(2));
        let old = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
        Ok(Self { search_path: search_path.to_owned(), old, in_use })
    }

    /// Whether something is a danger here, and why.
    ///
    /// # Errors
    /// The server is lost. What it refuses to tell is taken for a danger.
    pub(super) async fn at(&self, client: &Client, about: &About) -> Result<Found> {
        match about {
            About::Always => return Ok(Found::Danger("wherever it runs".to_owned())),
            _ if !self.in_use => return Ok(Found::Nothing),
            About::Anything => return Ok(Found::Danger("this database is in use".to_owned())),
            About::Closed if self.old.values().any(|closed| *closed) => {
                return Ok(Found::Danger("some tables here have row security".to_owned()));
            }
            About::Closed => return Ok(Found::Nothing),
            _ => {}
        }
        let begin = "BEGIN READ ONLY; SET LOCAL row_security = off; SET LOCAL statement_timeout = '3s'; SET LOCAL lock_timeout = '1s'";
        client.batch_execute(begin).await.context("cannot look for rows")?;
        let found = self.ask(client, about).await;
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

    async fn ask(&self, client: &Client, about: &About) -> Result<Found, Error> {
        match about {
            About::Table { sql, asks, perhaps } => self.table(client, sql, asks, *perhaps).await,
            About::Calls(names) => called(client, names).await,
            About::Guards(name) => guards(client, name).await,
            About::Always | About::Anything | About::Closed => Ok(Found::Nothing),
        }
    }

    async fn table(&self, client: &Client, table: &str, asks: &Asks, perhaps: bool) -> Result<Found, Error> {
        client.execute("SELECT pg_catalog.set_config('search_path', $1, true)", &[&self.search_path]).await?;
        let sql = "SELECT r.oid::oid, r.oid::pg_catalog.regclass::text FROM pg_catalog.to_regclass($1) AS r(oid)";
        let row = client.query_one(sql, &[&table]).await?;
        let Some((oid, name)) = row.get::<_, Option<u32>>(0).zip(row.get::<_, Option<String>>(1)) else {
            let why = "no table of that name is found before the file runs, so nobody knows which it will be";
            return Ok(if perhaps { Found::Nothing } else { Found::Danger(why.to_owned()) });
        };
        let Some(closed) = self.old.get(&oid) else { return Ok(Found::Nothing) };
        match asks {
            Asks::There => return Ok(Found::Danger("others may use it".to_owned())),
            Asks::Closed | Asks::Restricts(_) if !closed => return Ok(Found::Nothing),
            Asks::Closed => return Ok(Found::Danger("it has row security".to_owned())),
            Asks::Restricts(policy) => return restricts(client, oid, policy).await,
            Asks::Values(columns) => {
                let sql = "SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = $1 AND attname = ANY ($2) \
                           AND NOT attisdropped)";
                if !client.query_one(sql, &[&oid, columns]).await?.get::<_, bool>(0) {
                    return Ok(Found::Nothing);
                }
            }
            Asks::Rows => {}
        }
        // The server quotes the name itself.
        let row = client.query_one(&format!("SELECT EXISTS (SELECT FROM {name})"), &[]).await?;
        Ok(if row.get::<_, bool>(0) { Found::Danger("it holds rows".to_owned()) } else { Found::Empty(name) })
    }
}

/// Whether a policy restricts a table. One that is not found may be one under another name.
async fn restricts(client: &Client, table: u32, policy: &str) -> Result<Found, Error> {
    let sql = "SELECT polname::text FROM pg_catalog.pg_policy WHERE polrelid = $1 AND NOT polpermissive \
               AND (polname = $2 OR NOT EXISTS (SELECT FROM pg_catalog.pg_policy WHERE polrelid = $1 AND polname = $2))";
    let rows = client.query(sql, &[&table, &policy]).await?;
    Ok(match rows.first() {
        Some(row) => Found::Danger(format!("`{}` restricts it", row.get::<_, String>(0))),
        None => Found::Nothing,
    })
}

/// Whether functions that somebody wrote do what is dangerous, themselves or by others that they call.
async fn called(client: &Client, names: &[String]) -> Result<Found, Error> {
    let sql = "SELECT p.proname::text, l.lanname::text, coalesce(pg_catalog.pg_get_function_sqlbody(p.oid), p.prosrc) \
               FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_language l ON l.oid = p.prolang \
               WHERE p.proname = ANY ($1) AND p.prokind IN ('f', 'p') \
                 AND p.pronamespace <> 'pg_catalog'::pg_catalog.regnamespace \
                 AND p.prorettype NOT IN ('trigger'::pg_catalog.regtype, 'event_trigger'::pg_catalog.regtype) \
                 AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass \
                                 AND d.objid = p.oid AND d.deptype = 'e')";
    let mut seen: HashSet<String> = names.iter().cloned().collect();
    let mut next = names.to_vec();
    while !next.is_empty() {
        let mut calls = Vec::new();
        for row in client.query(sql, &[&next]).await? {
            let (name, language, text): (String, String, String) = (row.get(0), row.get(1), row.get(2));
            let body = in_body(&text);
            if !["sql", "plpgsql"].contains(&language.as_str()) || body.is_dangerous {
                return Ok(Found::Danger(format!("`{name}` does what is dangerous, or cannot be looked into")));
            }
            calls.extend(body.calls);
        }
        next = calls.into_iter().filter(|name| seen.insert(name.clone())).collect();
    }
    Ok(Found::Nothing)
}

async fn guards(client: &Client, function: &str) -> Result<Found, Error> {
    let sql = "SELECT EXISTS (SELECT FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_proc p ON p.oid = d.refobjid \
               WHERE d.classid = 'pg_catalog.pg_policy'::pg_catalog.regclass \
                 AND d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND p.proname = $1)";
    let row = client.query_one(sql, &[&function]).await?;
    Ok(if row.get(0) { Found::Danger("policies call it".to_owned()) } else { Found::Nothing })
}
