//! The INVALID index that a failed `CREATE INDEX CONCURRENTLY` leaves behind: it would count as present for
//! `IF NOT EXISTS` and be a name clash without, so it goes before the statement runs again.

use tokio_postgres::{Client, Error};

use crate::sql::{Token, TokenKind, split, tokens};
use crate::talk::Talk;

/// Drops the leftover of an earlier attempt at this statement, if it builds an index concurrently and there is one.
pub(super) async fn drop_leftover(client: &Client, statement: &str, talk: &Talk) -> Result<(), Error> {
    let Some(index) = of_statement(client, statement).await? else { return Ok(()) };
    talk.say(format!("dropping the unfinished index `{index}` of an earlier attempt"));
    client.batch_execute(&format!("DROP INDEX CONCURRENTLY {index}")).await
}

/// The leftovers of earlier attempts at a script.
pub(super) async fn of_script(client: &Client, script: &str) -> Result<Vec<String>, Error> {
    let mut out = Vec::new();
    for statement in split(script).unwrap_or_default() {
        out.extend(of_statement(client, statement.text).await?);
    }
    Ok(out)
}

/// The leftover of an earlier attempt at a statement, as a quoted and qualified name.
async fn of_statement(client: &Client, statement: &str) -> Result<Option<String>, Error> {
    let Some(target) = concurrent_index(statement) else { return Ok(None) };
    // Only on the same table, and not one that somebody is building at this moment.
    let query = "SELECT pg_catalog.format('%I.%I', n.nspname, c.relname)
        FROM pg_catalog.pg_index i
        JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relname = $1 AND c.relkind = 'i' AND NOT i.indisvalid
          AND i.indrelid = pg_catalog.to_regclass($2)
          AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_progress_create_index p WHERE p.index_relid = i.indexrelid)";
    let row = client.query_opt(query, &[&target.index, &target.table]).await?;
    Ok(row.map(|row| row.get(0)))
}

/// What a `CREATE INDEX CONCURRENTLY` builds.
#[derive(Debug, PartialEq, Eq)]
struct ConcurrentIndex {
    /// The index's name as the catalog has it.
    index: String,
    /// The table as the statement names it.
    table: String,
}

/// The index that a statement builds concurrently, if it does and names it.
fn concurrent_index(statement: &str) -> Option<ConcurrentIndex> {
    let solid = |t: &Token<'_>| !matches!(t.kind, TokenKind::Space | TokenKind::Comment);
    let all: Vec<Token<'_>> = tokens(statement).ok()?.into_iter().filter(solid).collect();
    let rest = after(&all, &["create"])?;
    let rest = after(rest, &["unique"]).unwrap_or(rest);
    let rest = after(rest, &["index", "concurrently"])?;
    let rest = after(rest, &["if", "not", "exists"]).unwrap_or(rest);
    let (name, rest) = rest.split_first()?;
    let rest = after(rest, &["on"])?;
    let rest = after(rest, &["only"]).unwrap_or(rest);
    let in_name = |t: &&Token<'_>| matches!(t.kind, TokenKind::Word | TokenKind::QuotedName) || t.text == ".";
    // `on t using hnsw` and `on a.b (x)`: names and dots alternate.
    let mut table = String::new();
    for (at, token) in rest.iter().take_while(in_name).enumerate() {
        if (at % 2 == 1) != (token.text == ".") {
            break;
        }
        table.push_str(token.text);
    }
    Some(ConcurrentIndex { index: folded(name)?, table })
}

/// The tokens after these words, if they come first.
fn after<'a, 't>(tokens: &'a [Token<'t>], words: &[&str]) -> Option<&'a [Token<'t>]> {
    let fits = tokens.len() >= words.len()
        && tokens.iter().zip(words).all(|(t, w)| t.kind == TokenKind::Word && t.text.eq_ignore_ascii_case(w));
    fits.then(|| &tokens[words.len()..])
}

/// A name as the catalog has it: lower case unless quoted. `U&"…"` is not resolved.
fn folded(token: &Token<'_>) -> Option<String> {
    match token.kind {
        TokenKind::Word => Some(token.text.to_ascii_lowercase()),
        TokenKind::QuotedName => Some(token.text.strip_prefix('"')?.strip_suffix('"')?.replace("\"\"", "\"")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_and_table_are_read_as_the_server_reads_them() {
        let read = |sql| concurrent_index(sql).map(|i| (i.index, i.table));
        let both = |index: &str, table: &str| Some((index.to_owned(), table.to_owned()));
        assert_eq!(read("CREATE INDEX CONCURRENTLY Foo_Idx ON t (x)"), both("foo_idx", "t"));
        assert_eq!(
            read("create unique index /* c */ concurrently if not exists \"A\"\"b\" on only \"My\".T using btree (x)"),
            both("A\"b", "\"My\".T")
        );
        for other in ["create index concurrently on t (x)", "create index a on t (x)", "drop index concurrently a"] {
            assert_eq!(read(other), None, "{other}");
        }
    }
}
