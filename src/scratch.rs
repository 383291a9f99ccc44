//! Databases that dbtool makes to try something out in, and drops again: empty ones, and copies of a live schema.
//!
//! A scratch stands beside the live database where the role may make one there: then version, extensions and roles are
//! the same. Else on the private server that is kept for this alone, or where the user says.

use anyhow::{Context as _, Result, anyhow};
use tokio_postgres::Client;

use crate::database::Database;
use crate::diff::{Change, diff};
use crate::inspect::{SEARCH_PATH, Scope, inspect};
use crate::kind::KindTag;
use crate::plan::{Options, Part, parts, plan};
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
        let moment = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        let name = format!("{PREFIX}{}_{:x}", std::process::id(), moment.as_nanos());
        // What template1 holds is the administrator's, and no part of what is tried out.
        let make = format!("CREATE DATABASE {} TEMPLATE template0", quote_ident(&name));
        maintenance.batch_execute(&make).await.context("cannot create a scratch database")?;
        match maintenance.again_in(&name).await {
            Ok(database) => Ok(Scratch { maintenance, database, name, roles }),
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
        let empty = inspect(self.database.client(), version, scope).await?.schema;
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
        let made = inspect(self.database.client(), version, scope).await?.schema;
        Ok(match differing(&made, live).first() {
            None => Ok(()),
            Some(change) => Err(format!("{} comes out differently", change.id())),
        })
    }
}

impl Scratch {
    /// On a server of our own: the live server's roles, by name alone, so that what is granted to them, or belongs to them,
    /// can be tried out.
    pub(crate) async fn make_roles(&self, live: &Schema) -> Result<()> {
        let Some(there) = &self.roles else { return Ok(()) };
        let missing = live.server.roles.iter().filter(|role| !there.contains(role) && !role.starts_with("pg_"));
        let sql: Vec<String> = missing.map(|role| format!("CREATE ROLE {};", quote_ident(role))).collect();
        self.database.batch_execute(&sql.join("\n")).await.context("cannot make the live server's roles")
    }
}

/// What differs between two schemas, roles aside: all databases of a server share them, and a copy needs no attributes.
pub fn differing(from: &Schema, to: &Schema) -> Vec<Change> {
    let mut changes = diff(from, to);
    changes.retain(|change| change.id().kind != KindTag::Role);
    changes
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

/// Drops what runs that were killed left behind: nobody is connected to it, and it is ours by name and owner.
async fn sweep(client: &Client) {
    let query = "SELECT d.datname::text FROM pg_catalog.pg_database d
        WHERE d.datname LIKE $1 AND pg_catalog.pg_has_role(d.datdba, 'USAGE')
          AND (pg_catalog.pg_stat_file('base/' || d.oid || '/PG_VERSION', true)).modification < now() - interval '1 hour'
          AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_activity a WHERE a.datid = d.oid)";
    let like = format!("{}%", PREFIX.replace('_', "\\_"));
    // Only superusers may look at files; for others a leftover stays until somebody drops it.
    for row in client.query(query, &[&like]).await.unwrap_or_default() {
        let name: String = row.get(0);
        let _ = client.batch_execute(&format!("DROP DATABASE IF EXISTS {}", quote_ident(&name))).await;
    }
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
    let row = database.query_opt(query, &[]).await.context("cannot ask for the role's rights")?;
    if !row.is_some_and(|row| row.get(0)) {
        return Ok(false);
    }
    let mark = crate::seed::guard::mark(database.client()).await?;
    let production = |said: &Option<String>| said.as_deref().is_some_and(crate::seed::environment::is_production);
    Ok(!production(&mark.catalog) && !production(&mark.session))
}
