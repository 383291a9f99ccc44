//! What the server says of tables and their rows, in a transaction that a refusal does not end.

use std::collections::HashMap;

use anyhow::Context as _;
use tokio_postgres::types::Type;
use tokio_postgres::{Client, SimpleQueryMessage};

use super::Answer;
use crate::error::server_message;
use crate::hazard::Size;
use crate::schema::Id;

/// What the catalog says of the tables, each with its partitions and other children.
const FACTS: &str = "
WITH RECURSIVE asked AS (
  SELECT t.at, c.oid, c.oid AS part FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS t(namespace, name, at)
    JOIN pg_catalog.pg_namespace n ON n.nspname = t.namespace
    JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = t.name AND c.relkind IN ('r', 'p', 'm')
   UNION
  SELECT a.at, a.oid, i.inhrelid FROM asked a JOIN pg_catalog.pg_inherits i ON i.inhparent = a.part)
SELECT a.at,
       bool_and(pg_catalog.has_table_privilege(a.oid, 'SELECT')) AS readable,
       bool_and(pg_catalog.row_security_active(a.oid)) AS bound,
       bool_and(c.relispopulated) AS filled,
       CASE WHEN bool_and(c.reltuples >= 0) FILTER (WHERE c.relkind <> 'p') THEN
            (sum(c.reltuples) FILTER (WHERE c.relkind <> 'p'))::int8 END AS rows,
       array_agg(c.oid) AS parts
  FROM asked a JOIN pg_catalog.pg_class c ON c.oid = a.part GROUP BY a.at ORDER BY a.at";

/// What is known of a table.
#[derive(Debug, Clone, Default)]
pub(super) struct Facts {
    /// It, and its partitions and other children.
    parts: Vec<u32>,
    pub(super) size: Size,
    /// Why its rows cannot be asked.
    pub(super) closed: Option<String>,
    /// Whether there is no row; unknown where nobody may look.
    pub(super) empty: Option<bool>,
}

/// What the catalog says of tables that are called so today.
pub(super) async fn facts(client: &Client, tables: Vec<Id>) -> anyhow::Result<HashMap<Id, Facts>> {
    let namespaces: Vec<&str> = tables.iter().map(|table| table.namespace.as_str()).collect();
    let names: Vec<&str> = tables.iter().map(|table| table.name.as_str()).collect();
    let rows = client
        .query_typed(FACTS, &[(&namespaces, Type::TEXT_ARRAY), (&names, Type::TEXT_ARRAY)])
        .await
        .context("cannot ask how large the tables are")?;
    let mut facts = HashMap::new();
    for row in rows {
        let at = usize::try_from(row.get::<_, i64>(0)).unwrap_or_default();
        let Some(table) = at.checked_sub(1).and_then(|at| tables.get(at)) else { continue };
        let (readable, bound, filled): (bool, bool, bool) = (row.get(1), row.get(2), row.get(3));
        let count = |at: usize| row.get::<_, Option<i64>>(at).and_then(|it| u64::try_from(it).ok());
        let closed = match (readable, bound, filled) {
            (false, ..) => Some(format!("this role may not read `{}`", table.name)),
            (_, true, _) => Some(format!("row security binds this role in `{}`", table.name)),
            (.., false) => Some(format!("`{}` is not filled", table.name)),
            _ => None,
        };
        let size = Size { rows: count(4), bytes: None };
        facts.insert(table.clone(), Facts { parts: row.get(5), size, closed, empty: None });
    }
    Ok(facts)
}

/// How large the tables are, which takes a lock of each: where somebody holds on to one, nobody knows.
pub(super) async fn measure(client: &Client, facts: &mut HashMap<Id, Facts>) -> anyhow::Result<()> {
    let parts: Vec<String> = facts.values().flat_map(|it| &it.parts).map(|oid| format!("({oid}::oid)")).collect();
    if parts.is_empty() {
        return Ok(());
    }
    let sql = format!("SELECT p.oid, pg_catalog.pg_table_size(p.oid) FROM (VALUES {}) AS p(oid)", parts.join(", "));
    let rows = guarded(client, &sql).await?.unwrap_or_default();
    let number = |value: Option<&Option<String>>| value.and_then(|it| it.as_ref()?.parse::<u64>().ok());
    let sizes: HashMap<u64, u64> =
        rows.iter().filter_map(|row| Some((number(row.first())?, number(row.get(1))?))).collect();
    for facts in facts.values_mut() {
        facts.size.bytes = facts.parts.iter().map(|oid| sizes.get(&u64::from(*oid)).copied()).sum();
    }
    Ok(())
}

/// Whether the tables hold a row at all, in one statement.
pub(super) async fn look_for_rows(client: &Client, facts: &mut HashMap<Id, Facts>) -> anyhow::Result<()> {
    let mut open: Vec<Id> =
        facts.iter().filter(|(_, it)| it.closed.is_none()).map(|(table, _)| table.clone()).collect();
    open.sort();
    if open.is_empty() {
        return Ok(());
    }
    let each = open.iter().enumerate();
    let each: Vec<String> =
        each.map(|(at, table)| format!("SELECT {at}, EXISTS (SELECT FROM {})", table.sql())).collect();
    let answer = guarded(client, &each.join(" UNION ALL ")).await?;
    for (at, table) in open.iter().enumerate() {
        let Some(facts) = facts.get_mut(table) else { continue };
        match &answer {
            Ok(rows) => {
                let row = rows.iter().find(|row| row.first().is_some_and(|it| it.as_deref() == Some(&at.to_string())));
                facts.empty = row.and_then(|row| row.get(1)?.as_ref().map(|it| it == "f"));
            }
            Err(why) => facts.closed = Some(why.clone()),
        }
    }
    Ok(())
}

/// The answer to one question.
pub(super) async fn one(client: &Client, sql: &str) -> anyhow::Result<Answer> {
    Ok(guarded(client, sql).await?.and_then(|rows| {
        let row = rows.into_iter().next().ok_or_else(|| "no answer".to_owned())?;
        let mut values = row.into_iter();
        let count = values.next().flatten().and_then(|count| count.parse().ok());
        Ok((count.ok_or_else(|| "no answer".to_owned())?, values.next().flatten()))
    }))
}

type Rows = Vec<Vec<Option<String>>>;

/// A query whose failure leaves the transaction as it is. The three messages go off together.
async fn guarded(client: &Client, sql: &str) -> anyhow::Result<Result<Rows, String>> {
    let before = client.simple_query("SAVEPOINT dbtool_question");
    let query = client.simple_query(sql);
    let after = client.simple_query("ROLLBACK TO SAVEPOINT dbtool_question; RELEASE SAVEPOINT dbtool_question");
    let (before, found, after) = tokio::join!(before, query, after);
    before.and(after).context("cannot ask about the rows")?;
    let messages = match found {
        Ok(messages) => messages,
        Err(error) if client.is_closed() => return Err(error).context("cannot ask about the rows"),
        Err(error) => return Ok(Err(error.as_db_error().map_or_else(|| error.to_string(), server_message))),
    };
    let rows = messages.iter().filter_map(|message| match message {
        SimpleQueryMessage::Row(row) => Some((0..row.len()).map(|at| row.get(at).map(str::to_owned)).collect()),
        _ => None,
    });
    Ok(Ok(rows.collect()))
}
