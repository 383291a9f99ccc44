//! Databases that dbtool makes to try something out in, and drops again: empty ones, and copies of a live schema.
//!
//! A scratch stands beside the live database where the role may make one there: then version, extensions and roles are
//! the same. Else on the private server that is kept for this alone, or where the user says.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use anyhow::{Context as _, Result, anyhow};
use tokio_postgres::Client;

use crate::database::Database;
use crate::diff::{Change, diff};
use crate::inspect::{SEARCH_PATH, Scope, inspect};
use crate::kind::{KindTag, adopt_row_lists, lineage};
use crate::plan::{Options, Part, parts, plan};
use crate::reword::{Moving, reword};
use crate::schema::Schema;
use crate::sql::quote_ident;

/// How a scratch is called; the process and a number follow.
pub(crate) const PREFIX: &str = "dbtool_scratch_";

/// A database of our own, empty at first. [`Scratch::close`] drops it; what was left behind by a run that was killed goes
/// with the next one.
#[derive(Debug)]
pub struct Scratch {
    maintenance: Database,
    database: Database,
    name: String,
    /// The roles that were there before, on a server of our own: what comes in addition goes again.
    roles: Option<Vec<String>>,
}

impl Scratch {
    /// Makes one on the server that a connection leads to. `own` says that the whole server is dbtool's.
    ///
    /// # Errors
    /// The role may not create databases, or the server refuses.
    pub async fn on(server: &Database, own: bool) -> Result<Scratch> {
        let maintenance = server.again().await?;
        sweep(&maintenance).await;
        let roles = if own { Some(roles(&maintenance).await?) } else { None };
        let moment = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let name = format!("{PREFIX}{}_{:x}", std::process::id(), moment.as_nanos());
        // What template1 holds is the administrator's, and no part of what is tried out.
        let make = format!("CREATE DATABASE {} TEMPLATE template0", quote_ident(&name));
        maintenance.batch_execute(&make).await.context("cannot create a scratch database")?;
        match maintenance.again_in(&name).await {
            Ok(mut database) => {
                // Nothing stands between us and a server of our own, and what is tried out is read many times.
                if own {
                    database.keep_plans().await?;
                }
                Ok(Scratch { maintenance, database, name, roles })
            }
            Err(error) => {
                let _ = maintenance.batch_execute(&format!("DROP DATABASE {}", quote_ident(&name))).await;
                Err(error)
            }
        }
    }

    /// The database.
    pub fn database(&mut self) -> &mut Database {
        &mut self.database
    }

    /// Drops the database, and the roles that were made in it where the server is our own.
    pub async fn close(self) {
        self.database.close().await;
        let drop = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", quote_ident(&self.name));
        let _ = self.maintenance.batch_execute(&drop).await;
        if let (Some(before), Ok(now)) = (&self.roles, roles(&self.maintenance).await) {
            for role in now.iter().filter(|role| !before.contains(role)) {
                let _ = self.maintenance.batch_execute(&format!("DROP ROLE {}", quote_ident(role))).await;
            }
        }
        self.maintenance.close().await;
    }

    /// Makes the database a copy of a live schema. The inner value says why it is none, if it is none: what dbtool does
    /// not manage is missing in it, and something may stand on that.
    ///
    /// # Errors
    /// The server is lost.
    pub async fn copy(&mut self, live: &Schema, scope: &Scope) -> Result<Result<(), String>> {
        self.make_roles(live).await?;
        let version = self.database.version();
        let empty = inspect(&self.database, scope).await?.schema;
        let options = Options { version, online: false };
        let changes = diff(&empty, live);
        let plan = plan(&empty, live, &[], &changes, options);
        for part in parts(&empty, live, &plan, options) {
            if let Err(error) = run(&self.database, &part).await {
                if self.database.is_closed() {
                    return Err(self.database.explain(error));
                }
                return Ok(Err(format!("{error:#}")));
            }
        }
        let made = inspect(&self.database, scope).await?.schema;
        Ok(match left_over(&self.database, &made, live).await?.first() {
            None => Ok(()),
            Some(change) => Err(format!("{} comes out differently", change.id())),
        })
    }
}

impl Scratch {
    /// What all databases of the server share: roles, who belongs to which, settings, and whose the databases are.
    ///
    /// # Errors
    /// The server does not answer.
    pub(crate) async fn shared(&self) -> Result<Shared> {
        let rows = self.maintenance.query(SHARED, &[]).await.context("cannot see what the server's databases share")?;
        Ok(Shared(rows.iter().map(|row| (row.get(0), row.get(1))).collect()))
    }

    /// On a server of our own: the live server's roles, by name alone, so that what is granted to them, or belongs to them,
    /// can be tried out.
    pub(crate) async fn make_roles(&self, live: &Schema) -> Result<()> {
        let Some(there) = &self.roles else { return Ok(()) };
        let missing = live.server.roles.iter().filter(|role| !there.contains(role) && !role.starts_with("pg_"));
        let sql: Vec<String> = missing.map(|role| format!("CREATE ROLE {};", quote_ident(role))).collect();
        self.database.batch_execute(&sql.join("\n")).await.context("cannot make the live server's roles")
    }
}

/// What all databases of a server share, in words, as far as a role may read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Shared(BTreeMap<String, String>);

/// What is asked for that. Databases that come and go are others'.
const SHARED: &str = "SELECT 'role ' || rolname, concat_ws(' ', rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, \
           rolreplication, rolconnlimit, rolvaliduntil, rolbypassrls) FROM pg_catalog.pg_roles
    UNION ALL SELECT concat_ws(' ', 'membership of', member::pg_catalog.regrole, 'in', roleid::pg_catalog.regrole), \
           pg_catalog.string_agg(pg_catalog.row_to_json(m)::text, ' ' ORDER BY pg_catalog.row_to_json(m)::text) \
           FROM pg_catalog.pg_auth_members m GROUP BY member, roleid
    UNION ALL SELECT concat_ws(' ', 'settings of', NULLIF(setrole, 0)::pg_catalog.regrole, 'in', \
           COALESCE((SELECT datname FROM pg_catalog.pg_database WHERE oid = setdatabase), 'every database')), setconfig::text \
           FROM pg_catalog.pg_db_role_setting
    UNION ALL SELECT 'database ' || datname, concat_ws(' ', datdba, datallowconn, datconnlimit, datacl) \
           FROM pg_catalog.pg_database WHERE datname NOT LIKE 'dbtool\\_scratch\\_%'";

impl Shared {
    /// What is otherwise now. A new or missing database is none of ours: nothing that runs in a session makes one
    /// within a transaction.
    pub(crate) fn changed(&self, now: &Self) -> Vec<String> {
        let keys: std::collections::BTreeSet<&String> = self.0.keys().chain(now.0.keys()).collect();
        let one = |key: &String| match (self.0.get(key), now.0.get(key)) {
            (Some(before), Some(after)) if before == after => None,
            (Some(_), Some(_)) => Some(format!("{key} is different")),
            _ if key.starts_with("database ") => None,
            (None, _) => Some(format!("{key} is new")),
            (_, None) => Some(format!("{key} is gone")),
        };
        keys.into_iter().filter_map(one).collect()
    }
}

/// What differs between two schemas, roles aside: all databases of a server share them, and a copy needs no attributes.
pub fn differing(from: &Schema, to: &Schema) -> Vec<Change> {
    let mut to = to.clone();
    // A child that is tied to a parent again has its checks by itself, too, and cannot be without them.
    lineage::adopt_merged_checks(&mut to, from);
    lineage::adopt_not_null_names(&mut to, from);
    adopt_row_lists(&mut to, from);
    let mut changes = diff(from, &to);
    // A part of an index that was called as PostgreSQL calls it has another number now: nobody said which.
    let is_name = |change: &Change| matches!(change, Change::Drop(id) if id.kind == KindTag::IndexPartition);
    changes.retain(|change| change.id().kind != KindTag::Role && !is_name(change));
    changes
}

/// The same, with the server asked about what differs in its text: its wording of its own wording may be another one, as
/// `BETWEEN` beside `AND` shows.
///
/// # Errors
/// The server does not answer.
pub(crate) async fn left_over(database: &Database, found: &Schema, wanted: &Schema) -> Result<Vec<Change>> {
    let changes = differing(found, wanted);
    if changes.is_empty() {
        return Ok(changes);
    }
    let mut asked = wanted.clone();
    let moving = Moving::new(found, wanted, &[], &changes);
    let outcome = reword(database, found, &mut asked, &changes, &moving).await?;
    Ok(if outcome.is_ok() { differing(found, &asked) } else { changes })
}

/// Runs a part of a plan as its file would be run.
async fn run(client: &Client, part: &Part) -> Result<()> {
    let pins = format!("SET search_path = {SEARCH_PATH}; SET check_function_bodies = off");
    client.batch_execute(&pins).await?;
    if !part.transactional {
        for step in &part.steps {
            client.batch_execute(&step.sql).await.with_context(|| first_line(&step.sql))?;
        }
        return Ok(());
    }
    client.batch_execute("BEGIN").await?;
    for step in &part.steps {
        if let Err(error) = client.batch_execute(&step.sql).await {
            let said = error.as_db_error().map_or_else(|| error.to_string(), |server| server.message().to_owned());
            let _ = client.batch_execute("ROLLBACK").await;
            return Err(anyhow!("{said}, in: {}", first_line(&step.sql)));
        }
    }
    Ok(client.batch_execute("COMMIT").await?)
}

fn first_line(sql: &str) -> String {
    sql.lines().next().unwrap_or_default().to_owned()
}

async fn roles(client: &Client) -> Result<Vec<String>> {
    let rows = client.query("SELECT rolname::text FROM pg_catalog.pg_roles", &[]).await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

/// How old a leftover has to be.
const LEFT: Duration = Duration::from_secs(3600);

/// Drops what runs that were killed left behind: nobody is connected to it, and it is ours by name and owner.
async fn sweep(client: &Client) {
    let query = "SELECT d.datname::text FROM pg_catalog.pg_database d
        WHERE d.datname LIKE $1 AND pg_catalog.pg_has_role(d.datdba, 'USAGE')
          AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_activity a WHERE a.datid = d.oid)";
    let like = format!("{}%", PREFIX.replace('_', "\\_"));
    let now = SystemTime::now();
    for row in client.query(query, &[&like]).await.unwrap_or_default() {
        let name: String = row.get(0);
        if made_at(&name).is_some_and(|made| now.duration_since(made).is_ok_and(|age| age > LEFT)) {
            let _ = client.batch_execute(&format!("DROP DATABASE IF EXISTS {}", quote_ident(&name))).await;
        }
    }
}

/// When a scratch was made: its name says it, as only superusers may ask the server.
fn made_at(name: &str) -> Option<SystemTime> {
    let (process, moment) = name.strip_prefix(PREFIX)?.split_once('_')?;
    process.parse::<u32>().ok()?;
    let nanoseconds = u64::from_str_radix(moment, 16).ok()?;
    Some(SystemTime::UNIX_EPOCH + Duration::from_nanos(nanoseconds))
}

/// Whether the role of a connection may make a scratch beside its database: it may create databases, and the server is
/// neither a standby nor marked as production.
///
/// # Errors
/// The server does not answer.
pub async fn may_be_beside(database: &Database) -> Result<bool> {
    let query = "SELECT (r.rolcreatedb OR r.rolsuper) AND NOT pg_catalog.pg_is_in_recovery()
                        AND pg_catalog.current_setting('default_transaction_read_only') = 'off'
                 FROM pg_catalog.pg_roles r WHERE r.rolname = current_user";
    let row = database.query_typed_opt(query, &[]).await.context("cannot ask for the role's rights")?;
    if !row.is_some_and(|row| row.get(0)) {
        return Ok(false);
    }
    let mark = crate::seed::guard::mark(database.client()).await?;
    let production = |said: &Option<String>| said.as_deref().is_some_and(crate::seed::environment::is_production);
    Ok(!production(&mark.catalog) && !production(&mark.session))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scratch_says_when_it_was_made() {
        let made = made_at("dbtool_scratch_123_1877e8f6f4b1c000").unwrap();
        assert!(made > SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000));
        for other in ["dbtool_scratch_mine", "dbtool_scratch_a_b", "dbtool_scratch_1_xyz", "other_1_1"] {
            assert_eq!(made_at(other), None, "{other}");
        }
    }

    #[test]
    fn what_changed_on_the_server_is_told() {
        let shared = |all: &[(&str, &str)]| {
            Shared(all.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect())
        };
        let before = shared(&[("role a", "f"), ("role b", "f"), ("database x", "1"), ("database y", "1")]);
        let after = shared(&[("role a", "t"), ("role c", "f"), ("database x", "2"), ("database z", "1")]);
        let wish = ["database x is different", "role a is different", "role b is gone", "role c is new"];
        assert_eq!(before.changed(&after), wish);
        assert_eq!(before.changed(&before), Vec::<String>::new());
    }
}
