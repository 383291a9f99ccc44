//! What the hazards of files come to in the database that they are about to run in.
//!
//! Asked right before a file runs, in a transaction that reads only, without row security and with timeouts of its own: for
//! all hazards at once, however many there are.

mod code;
mod crossing;
mod facts;
mod leads;
mod paths;
mod rows;
mod shows;
mod users;

use std::collections::{HashMap, HashSet};

use anyhow::{Context as _, Result};
use tokio_postgres::types::Type;
use tokio_postgres::{Client, Error};

use self::code::Code;
use self::crossing::crosses;
use self::facts::{Facts, Relation};
use self::paths::Paths;
use self::rows::Rows;
use super::history::HISTORY;
use super::record::UNFINISHED;
use crate::error::server_message;
use crate::hazard::{About, Asks, Moved, Whither};
use crate::sql::quote_literal;

/// What was in a database before anything ran: what a run makes itself nobody uses yet.
pub(super) struct Look {
    search_path: String,
    /// The tables and views, and whether they have row security.
    old: HashMap<u32, bool>,
    /// The names of those that have, without their namespaces.
    closed: HashSet<String>,
    /// Whether any of them is somebody's.
    in_use: bool,
}

/// What a look found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Found {
    /// Nobody is in danger.
    Nothing,
    /// There is a danger, and why.
    Danger(String),
    /// A table holds no rows; its name as the server writes it.
    Empty(String),
}

/// Why a name that nothing has is a danger.
const NOWHERE: &str = "no table of that name is found before the file runs, so nobody knows which it will be";

/// From how many rows on it takes its time to go through all of them.
const MANY: i64 = 100_000;

impl Found {
    /// Whether a name means nothing yet: a file before may still make it in ways that its text does not show.
    pub(super) fn is_of_nothing(&self) -> bool {
        matches!(self, Self::Danger(why) if why == NOWHERE)
    }
}

fn danger(why: impl Into<String>) -> Found {
    Found::Danger(why.into())
}

impl Look {
    /// Looks around.
    pub(super) async fn around(client: &Client, search_path: &str) -> Result<Self> {
        let sql = "SELECT c.oid, c.relrowsecurity, n.nspname NOT IN ('pg_catalog', 'information_schema') \
                     AND n.nspname !~ '^pg_(toast|temp)' AND n.nspname || '.' || c.relname <> ALL ($1) \
                     AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass \
                                     AND d.objid = c.oid AND d.deptype = 'e'), \
                     c.relname::pg_catalog.text \
                   FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
                   WHERE c.relkind IN ('r', 'p', 'm', 'v', 'f')";
        let rows = client.query_typed(sql, &[(&[HISTORY, UNFINISHED].as_slice(), Type::TEXT_ARRAY)]).await;
        let rows = rows.context("cannot see which tables there are")?;
        let in_use = rows.iter().any(|row| row.get(2));
        let old = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
        let closed = rows.iter().filter(|row| row.get(1)).map(|row| row.get(3)).collect();
        Ok(Self { search_path: search_path.to_owned(), old, closed, in_use })
    }

    /// What each of them comes to here.
    ///
    /// # Errors
    /// The server is lost. What it refuses to tell is taken for a danger.
    pub(super) async fn at(&self, client: &Client, abouts: &[&About]) -> Result<Vec<Found>> {
        let known: Vec<Option<Found>> = abouts.iter().map(|about| self.known(about)).collect();
        let open: Vec<&About> =
            abouts.iter().zip(&known).filter(|(_, it)| it.is_none()).map(|(about, _)| *about).collect();
        let mut asked = match open.is_empty() {
            true => Vec::new(),
            false => self.asked(client, &open).await?,
        }
        .into_iter();
        Ok(known.into_iter().map(|it| it.or_else(|| asked.next()).unwrap_or(Found::Nothing)).collect())
    }

    /// What needs no question.
    fn known(&self, about: &About) -> Option<Found> {
        match about {
            About::Always => Some(danger("wherever it runs")),
            _ if !self.in_use => Some(Found::Nothing),
            About::Anything => Some(danger("this database is in use")),
            About::InPlace(name) if self.closed.contains(name) => Some(danger("it had row security")),
            About::Sets(_) | About::Under(..) if !self.has_closed() => Some(Found::Nothing),
            About::Closed => Some(match self.has_closed() {
                true => danger("some tables here have row security"),
                false => Found::Nothing,
            }),
            _ => None,
        }
    }

    fn has_closed(&self) -> bool {
        self.old.values().any(|closed| *closed)
    }

    async fn asked(&self, client: &Client, abouts: &[&About]) -> Result<Vec<Found>> {
        let path = quote_literal(&self.search_path);
        let begin = format!(
            "BEGIN READ ONLY; SET LOCAL row_security = off; SET LOCAL statement_timeout = '3s'; SET LOCAL lock_timeout = '1s'; \
             SELECT pg_catalog.set_config('search_path', {path}, true); SAVEPOINT look"
        );
        client.batch_execute(&begin).await.context("cannot look for rows")?;
        let found = self.ask(client, abouts).await;
        client.batch_execute("ROLLBACK").await.context("cannot look for rows")?;
        match found {
            Ok(found) => Ok(found),
            Err(error) if client.is_closed() => Err(error).context("cannot look for rows"),
            Err(error) => Ok(abouts.iter().map(|_| danger(refused(&error))).collect()),
        }
    }

    async fn ask(&self, client: &Client, abouts: &[&About]) -> Result<Vec<Found>, Error> {
        let mut facts = Facts::of(client, abouts).await?;
        let closed: Vec<u32> = self.old.iter().filter(|(_, closed)| **closed).map(|(oid, _)| *oid).collect();
        let code = Code::of(client, abouts, &facts, &closed).await?;
        if abouts.iter().any(|about| matches!(about.inner(), About::Carries(_))) {
            facts.and(Facts::of(client, &code.all_carried()).await?);
        }
        let paths = Paths::of(client, abouts, &self.search_path).await?;
        let mut found: Vec<Option<Found>> =
            abouts.iter().map(|about| self.told(about, &facts, &code, &paths)).collect();
        let open = abouts.iter().zip(&found).filter(|(_, found)| found.is_none()).map(|(about, _)| *about);
        let rows = Rows::of(client, open, &facts).await?;
        for (about, found) in abouts.iter().zip(&mut found) {
            found.get_or_insert_with(|| rows.told(about, &facts));
        }
        Ok(found.into_iter().flatten().collect())
    }

    /// What the catalogs say; nothing where it hangs on rows.
    fn told(&self, about: &About, facts: &Facts, code: &Code, paths: &Paths) -> Option<Found> {
        match about {
            About::Table { sql, asks, perhaps } => self.of_table(sql, asks, *perhaps, (facts, code)),
            About::Calls(calls) => Some(code.called(calls, facts)),
            About::Carries(calls) => {
                let all = code.carried(calls, facts).into_iter().filter_map(|it| self.told(it, facts, code, paths));
                Some(all.filter(|it| matches!(it, Found::Danger(_))).min().unwrap_or(Found::Nothing))
            }
            About::Moves(Moved { by, whither }) => Some(match code.reader(by) {
                Some(name) => copied(&format!("`{name}` reads rows that row security hides"), whither, facts, code),
                None => Found::Nothing,
            }),
            About::Ahead(ahead) => Some(paths.ahead(ahead, code)),
            About::Extension(name) => Some(paths.member(name)),
            About::Guards(name) => Some(code.guards(name)),
            About::Hands(name) => Some(code.hands(name)),
            About::Routine(name) => Some(match code.has(name) {
                true => danger("others may call it"),
                false => Found::Nothing,
            }),
            About::InPlace(name) if code.names_table(name) => Some(danger("code that decides who sees what names it")),
            About::Sets(sets) => Some(code.sets(sets, facts)),
            About::Under(name, about) if code.is_used(name) => self.told(about, facts, code, paths),
            About::Under(..) => Some(Found::Nothing),
            About::Always | About::Anything | About::Closed | About::InPlace(_) => Some(Found::Nothing),
        }
    }

    fn of_table(&self, sql: &str, asks: &Asks, perhaps: bool, known: (&Facts, &Code)) -> Option<Found> {
        let (facts, code) = known;
        let Some(table) = facts.relation(sql) else {
            return Some(if perhaps { Found::Nothing } else { danger(NOWHERE) });
        };
        let Some(closed) = self.old.get(&table.oid) else { return Some(Found::Nothing) };
        let has = |columns: &[String]| columns.iter().any(|column| table.columns.contains(column));
        let said = |so: bool, why: &str| Some(if so { danger(why) } else { Found::Nothing });
        match asks {
            Asks::There => said(true, "others may use it"),
            Asks::Closed => said(*closed, "it has row security"),
            Asks::Opens if *closed => Some(opens(table, facts)),
            Asks::Copied(whither) if code.shows.relation(table.oid) => {
                Some(copied("row security hides them where they stand", whither, facts, code))
            }
            Asks::Copied(whither) => Some(match code.reader_behind(table.oid) {
                Some(name) => copied(&format!("`{name}` reads rows that row security hides"), whither, facts, code),
                None => Found::Nothing,
            }),
            Asks::Restricts(policy) if *closed => Some(restricts(table, policy)),
            Asks::Crosses(crossing) => Some(crosses(table, crossing, facts, code)),
            Asks::Opens | Asks::Restricts(_) => Some(Found::Nothing),
            Asks::Decides(columns) => {
                let by_code = |column: &String| code.steering(sql).is_some_and(|names| names.contains(column));
                let decides = columns.iter().find(|column| table.decides.contains(column) || by_code(column));
                Some(decides.map_or(Found::Nothing, |column| danger(format!("policies read `{column}`"))))
            }
            Asks::Begins(column, begin) => {
                let decides = table.decides.contains(column) && !code.asked_for(begin);
                said(decides, "policies read it, and do not compare it with that")
            }
            Asks::Ungranted(rights) => {
                let has = |right: &String| table.rights.iter().any(|it| it == right || *it == format!("{right}*"));
                said(!rights.iter().all(has), "others may use it")
            }
            Asks::Granted(roles) => {
                let has = roles.iter().find(|role| table.granted.contains(role));
                Some(has.map_or(Found::Nothing, |role| danger(format!("`{role}` has rights on it"))))
            }
            Asks::Steers => said(table.steers || code.steering(sql).is_some(), "policies of other tables read it"),
            Asks::HandsOn(function) => {
                let writes = function.as_ref().is_none_or(|function| code.writes(function));
                said(*closed && writes, "it has row security")
            }
            Asks::Default if table.default.is_none() => Some(Found::Nothing),
            Asks::Many if table.rows < MANY => Some(Found::Nothing),
            Asks::Many => Some(danger(format!("it holds about {} rows", table.rows))),
            Asks::Required(column) => said(table.required.contains(column), "the column is NOT NULL"),
            Asks::Unique(name) => said(table.unique.contains(name), "it is a key"),
            Asks::Unpoliced { forced } => {
                let others = !closed && (table.is_forced || !table.granted.is_empty());
                let binds = if *forced { !table.is_forced } else { others };
                said(binds && table.policies.is_empty(), "it has none, and others use it")
            }
            Asks::OnlyPolicy(name) => {
                let mut open = table.policies.iter().filter(|it| !table.restrictive.contains(it));
                said(*closed && open.next() == Some(name) && open.next().is_none(), "it is the only one")
            }
            Asks::Restrains => said(table.restrains, "such a policy hangs on it, or on a view"),
            Asks::Trigger(name) => said(table.triggers.contains(name), "others rely on it"),
            Asks::Values(columns) if !has(columns) => Some(Found::Nothing),
            Asks::Spares(spared) if !has(&spared.columns) => Some(Found::Nothing),
            Asks::Typed(name) if !facts.is_strict(name) => Some(Found::Nothing),
            Asks::Typed(_) | Asks::Rows | Asks::Values(_) | Asks::Spares(_) | Asks::Default => None,
        }
    }
}

/// Whether a table that is made now shows rows that another one hides.
fn opens(parent: &Relation, facts: &Facts) -> Found {
    if facts.born_open {
        return danger("default privileges give others rights on it");
    }
    match parent.is_forced && facts.is_bound {
        true => danger("its owner is bound in the other table, and not in this one"),
        false => Found::Nothing,
    }
}

/// Whether rows come to where others may see them than those who see them where they stand.
fn copied(hidden: &str, whither: &Whither, facts: &Facts, code: &Code) -> Found {
    let to = match whither {
        Whither::All => return danger(format!("{hidden}, and others see them there")),
        Whither::Own if facts.born_open => return danger("default privileges give others rights on the copy"),
        Whither::Own => return Found::Nothing,
        Whither::Table(to) => facts.relation(to),
    };
    match to {
        None => danger("nobody knows which table they come to"),
        Some(to) if to.is_foreign => danger("the other table stands on another server"),
        Some(to) if !to.is_closed && !to.readers.is_empty() => {
            danger("its policies do not bind who may read the other table")
        }
        Some(to) if !to.is_closed && !code.shows.is_owner(to.owner) => {
            danger("its policies do not bind who owns the other table")
        }
        Some(_) => Found::Nothing,
    }
}

/// Whether a policy restricts a table. One that is not found may be one under another name.
fn restricts(table: &Relation, policy: &str) -> Found {
    let is_known = table.policies.iter().any(|it| it == policy);
    let found = table.restrictive.iter().find(|it| *it == policy || !is_known);
    found.map_or(Found::Nothing, |it| danger(format!("`{it}` restricts it")))
}

/// What is said where the server does not tell.
fn refused(error: &Error) -> String {
    let said = error.as_db_error().map_or_else(|| error.to_string(), server_message);
    format!("cannot look for rows: {said}")
}
