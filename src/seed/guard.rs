//! What must hold before a seed may begin, each with its own refusal and a way out.

use std::time::Duration;

use anyhow::{Context as _, Result};
use tokio_postgres::Client;
use tokio_postgres::error::SqlState;

use super::force::{self, Open, Standing};
use super::model::{Mode, Piece, Rows, Seeds, TenantValue, Value};
use crate::error::{failure, refusal};
use crate::schema::{Id, Schema};
use crate::talk::Talk;

/// Who seeds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// Its name.
    pub name: String,
    /// Nothing ever binds it.
    pub superuser: bool,
    /// No policy binds it.
    pub bypass: bool,
}

impl Role {
    /// Asks the server.
    ///
    /// # Errors
    /// It does not answer.
    pub async fn of(client: &Client) -> Result<Self> {
        let sql = "SELECT rolname::text, rolsuper, rolbypassrls FROM pg_catalog.pg_roles WHERE rolname = current_user";
        let row = client.query_one(sql, &[]).await.context("cannot see which role this is")?;
        Ok(Self { name: row.try_get(0)?, superuser: row.try_get(1)?, bypass: row.try_get(2)? })
    }
}

/// What is said of a database, and by whom.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mark {
    /// The mark in the catalog, of the database or of the role in it.
    pub catalog: Option<String>,
    /// What the session was begun with: the options of a connection can say it, too.
    pub session: Option<String>,
}

impl Mark {
    /// The mark that counts. Production is believed wherever it is said.
    pub fn settled(&self) -> Option<&str> {
        let session = self.session.as_deref().filter(|said| super::environment::is_production(said));
        session.or(self.catalog.as_deref())
    }
}

/// What the database says of itself: a mark in the catalog cannot be talked away with the options of a connection.
///
/// # Errors
/// The server does not answer.
pub async fn mark(client: &Client) -> Result<Mark> {
    let sql = "SELECT btrim(substr(setting, strpos(setting, '=') + 1)) FROM pg_catalog.pg_db_role_setting s, unnest(s.setconfig) AS setting
               WHERE lower(split_part(setting, '=', 1)) = 'dbtool.environment'
                 AND s.setrole IN (0, (SELECT r.oid FROM pg_catalog.pg_roles r WHERE r.rolname = session_user))
                 AND s.setdatabase IN (0, (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = current_database()))
               ORDER BY s.setdatabase = 0, s.setrole <> 0";
    let rows = client.query_typed(sql, &[]).await.context("cannot read the database's mark")?;
    let marks: Vec<String> = rows.iter().map(|row| row.get::<_, String>(0)).filter(|mark| !mark.is_empty()).collect();
    let production = marks.iter().find(|mark| super::environment::is_production(mark));
    let session = client.query_typed_one("SELECT btrim(current_setting('dbtool.environment', true))", &[]).await;
    let session: Option<String> = session.context("cannot read the database's mark")?.get(0);
    Ok(Mark { catalog: production.or(marks.first()).cloned(), session: session.filter(|said| !said.is_empty()) })
}

/// Every table that is written has to be there, and free for the role, or about to be.
///
/// # Errors
/// A refusal.
pub fn may_write(role: &Role, standing: &[Standing], tables: &[Id], bypass: bool) -> Result<()> {
    if let Some(missing) = tables.iter().find(|table| !standing.iter().any(|known| known.table == **table)) {
        let hint = "`dbtool migrate` brings the database up to its migrations";
        return Err(refusal(format!("the table `{}` is not in the database", missing.name), hint));
    }
    let bound: Vec<&str> = standing
        .iter()
        .filter(|known| bypass && known.bound && !known.is_lifted())
        .map(|known| known.table.name.as_str())
        .collect();
    if bound.is_empty() {
        return Ok(());
    }
    let message = format!(
        "row security binds `{}` on {}: it is neither the owner nor superuser nor BYPASSRLS",
        role.name,
        list(&bound)
    );
    Err(refusal(
        message,
        "connect as the owner of the tables, or pass `--no-bypass` to write within each row's tenant alone",
    ))
}

/// A row that is its own tenant has to be known beforehand where nothing is lifted: among rows that cannot be seen it could
/// not be looked for.
///
/// # Errors
/// A failure at the row that is drawn anew in each run.
pub fn found_within_tenants(seeds: &Seeds, standing: &[Standing]) -> Result<()> {
    let is_bound = |piece: &&Piece| standing.iter().any(|known| known.table == piece.table && known.bound);
    for piece in seeds.pieces().filter(is_bound).filter(|piece| piece.mode != Mode::Insert) {
        let (Rows::Made(made), Some(tenant)) = (&piece.rows, &piece.tenant) else { continue };
        let column = match &tenant.value {
            TenantValue::Column(column) => column,
            TenantValue::Value(Value::Ref { handle, column }) if *handle == piece.own() => column,
            TenantValue::Value(_) => continue,
        };
        if made.cells.get(column).is_some_and(|cell| cell.value.is_drawn()) {
            let message = format!(
                "`{column}` is drawn anew in each run, and is the row's own tenant: it could not be found again"
            );
            let hint = format!("without a lift it has to be known: `{column} = {{ uuid = \"v5\", name = \"...\" }}`");
            return Err(failure(seeds.complain(&piece.at, &message), hint));
        }
    }
    Ok(())
}

/// Without a mark, a table that holds many rows may be somebody's real data.
///
/// # Errors
/// A refusal.
pub fn few_rows(rows: &[(Id, f64)], most: u64) -> Result<()> {
    #[expect(clippy::cast_precision_loss, reason = "an estimate is compared")]
    let Some((table, count)) = rows.iter().find(|(_, count)| *count > most as f64) else { return Ok(()) };
    let message = format!(
        "`{}` holds about {count:.0} rows, more than {most}, and the database is not marked: it may be real data",
        table.name
    );
    let hint = "if it is not, let a superuser mark it: `ALTER DATABASE ... SET dbtool.environment = 'staging'`; or raise \
                `max_rows` under `[seed]` in dbtool.toml";
    Err(refusal(message, hint))
}

/// How many rows the tables really hold, counted no further than one more than matters.
///
/// # Errors
/// The server refuses.
pub async fn count_rows(client: &Client, tables: &[Id], most: u64) -> Result<Vec<(Id, f64)>> {
    let limit = most.saturating_add(1);
    let counts: Vec<String> = tables
        .iter()
        .map(|table| format!("(SELECT count(*)::float8 FROM (SELECT FROM {} LIMIT {limit}) AS rows)", table.sql()))
        .collect();
    if counts.is_empty() {
        return Ok(Vec::new());
    }
    let row = client.query_one(&format!("SELECT {}", counts.join(", ")), &[]).await;
    let row = row.context("cannot count the rows that are there")?;
    Ok(tables.iter().enumerate().map(|(at, table)| (table.clone(), row.get(at))).collect())
}

/// Tables that the declaration closes and the database leaves open: refused, or healed.
///
/// # Errors
/// A refusal where nobody asked for the healing; the server refuses it.
pub async fn closed(
    client: &Client,
    declared: &Schema,
    heal: bool,
    lock_timeout: Duration,
    talk: &Talk,
) -> Result<Vec<Id>> {
    let (open, _) = force::open_tables(client, declared).await?;
    let names: Vec<&str> = open.iter().map(|open| open.table.name.as_str()).collect();
    if open.is_empty() || heal {
        for open in &open {
            close(client, open, lock_timeout).await?;
            talk.say(format!("healed: {}", open.remedy()));
        }
        return Ok(open.into_iter().map(|open| open.table).collect());
    }
    let message = format!("somebody left row security of {} open: it is declared stronger than it is", list(&names));
    Err(refusal(message, "`--heal` closes it again; then find out who opened it, and what they did meanwhile"))
}

/// Closes a table. It waits no longer for its lock than a seed does: whoever comes after it would wait, too.
async fn close(client: &Client, open: &Open, lock_timeout: Duration) -> Result<()> {
    let remedy = open.remedy();
    let milliseconds = lock_timeout.as_millis().clamp(1, 2_147_483_647);
    let sql = format!("BEGIN; SET LOCAL lock_timeout = {milliseconds}; {remedy}; COMMIT");
    let Err(error) = client.batch_execute(&sql).await else { return Ok(()) };
    let _ = client.batch_execute("ROLLBACK").await;
    if error.code() == Some(&SqlState::LOCK_NOT_AVAILABLE) {
        let blockers = blockers(client, std::slice::from_ref(&open.table)).await;
        let message = format!("no lock on `{}` within {lock_timeout:?}: it stays open{blockers}", open.table.name);
        return Err(refusal(message, format!("end those transactions and run it again, or say it yourself: {remedy}")));
    }
    Err(error).with_context(|| format!("cannot heal: {remedy}"))
}

/// Who holds a lock on one of the tables, for a message.
pub async fn blockers(client: &Client, tables: &[Id]) -> String {
    let names: Vec<String> = tables.iter().map(Id::sql).collect();
    let sql = "SELECT DISTINCT a.pid, a.usename::text, a.state, left(regexp_replace(a.query, '\\s+', ' ', 'g'), 60),
                      date_trunc('second', now() - coalesce(a.xact_start, a.query_start))::text
               FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
               WHERE l.granted AND l.pid <> pg_catalog.pg_backend_pid()
                 AND l.relation IN (SELECT to_regclass(name) FROM unnest($1::text[]) AS name)";
    let rows = client.query(sql, &[&names]).await.unwrap_or_default();
    let one = |row: &tokio_postgres::Row| {
        let text = |at: usize| row.get::<_, Option<String>>(at);
        let who = format!("\n  pid {}, role `{}`", row.get::<_, i32>(0), text(1).unwrap_or_default());
        // Other people's statements are shown to those only who may see them.
        match (text(2), text(3), text(4)) {
            (Some(state), Some(query), Some(age)) => format!("{who}, {state}, for {age}: {query}"),
            _ => who,
        }
    };
    rows.iter().map(one).collect()
}

/// Names for a sentence.
pub fn list(names: &[&str]) -> String {
    let shown: Vec<String> = names.iter().take(5).map(|name| format!("`{name}`")).collect();
    match names.len().saturating_sub(5) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// About how long rows take to plant, from how many there are and how many indexes are kept up. A rule of thumb.
pub fn estimate(rows: u64, indexes: (i64, i64)) -> Duration {
    let (all, vector) = indexes;
    let plain = u64::try_from(all - vector).unwrap_or_default();
    let micros = 6 + 3 * plain + 1_500 * u64::try_from(vector).unwrap_or_default();
    Duration::from_micros(rows.saturating_mul(micros)) + Duration::from_millis(5)
}
