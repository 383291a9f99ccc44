//! Sequences behind columns that a seed gives values of their own.

use tokio_postgres::Client;

use crate::kind::Column;
use crate::schema::Id;
use crate::sql::{quote_ident, quote_literal};

/// The sequence behind a column, moved past the largest value in a relation.
///
/// # Errors
/// The role may not read the sequence or move it.
pub(super) async fn advance(
    client: &Client,
    table: &Id,
    name: &str,
    column: &Column,
    from: &str,
) -> Result<(), tokio_postgres::Error> {
    let numbered = column.default.as_ref().is_some_and(|default| default.as_str().contains("nextval("));
    if column.identity.is_none() && !numbered {
        return Ok(());
    }
    let sql = format!(
        "SELECT pg_catalog.setval(q.seq, v.most) FROM (SELECT max({0})::bigint AS most FROM {from}) v,
           (SELECT pg_catalog.pg_get_serial_sequence({1}, {2})::pg_catalog.regclass AS seq) q
         WHERE q.seq IS NOT NULL AND v.most > coalesce(pg_catalog.pg_sequence_last_value(q.seq),
           (SELECT p.seqstart - 1 FROM pg_catalog.pg_sequence p WHERE p.seqrelid = q.seq))
           AND EXISTS (SELECT FROM pg_catalog.pg_sequence p WHERE p.seqrelid = q.seq AND p.seqincrement > 0
                         AND v.most <= p.seqmax)",
        quote_ident(name),
        quote_literal(&table.sql()),
        quote_literal(name),
    );
    client.query(&sql, &[]).await.map(|_| ())
}
