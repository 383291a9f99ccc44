//! The INVALID index that a failed `CREATE INDEX CONCURRENTLY` leaves behind: it would count as present for
//! `IF NOT EXISTS` and be a name clash without, so it goes before the statement runs again. And the partition that a
//! `DETACH … CONCURRENTLY` left half detached, which only `FINALIZE` brings on.

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

/// What a statement that cannot share a transaction makes or removes, so that it can be seen whether it did.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// The index that is built.
    Built(ConcurrentIndex),
    /// The index that goes, as the statement names it.
    Removed(String),
    /// The partition that is detached.
    Detached(Detach),
}

impl Target {
    /// What a statement is about, where that can be said.
    pub(super) fn of(statement: &str) -> Option<Target> {
        let index = concurrent_index(statement).map(Target::Built);
        let index = index.or_else(|| removed_index(statement).map(Target::Removed));
        index.or_else(|| Detach::of(statement).map(Target::Detached))
    }

    /// Whether the index is there, and whole.
    pub(super) async fn is_there(&self, client: &Client) -> Result<bool, Error> {
        let row = match self {
            Target::Built(ConcurrentIndex { index, table }) => {
                let query = "SELECT EXISTS (SELECT FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
                    WHERE c.relname = $1 AND i.indisvalid AND i.indrelid = pg_catalog.to_regclass($2))";
                client.query_one(query, &[index, table]).await?
            }
            Target::Removed(index) => {
                client.query_one("SELECT pg_catalog.to_regclass($1) IS NOT NULL", &[index]).await?
            }
            Target::Detached(Detach { parent, partition }) => {
                let query =
                    "SELECT EXISTS (SELECT FROM pg_catalog.pg_inherits WHERE inhparent = pg_catalog.to_regclass($1)
                    AND inhrelid = pg_catalog.to_regclass($2))";
                client.query_one(query, &[parent, partition]).await?
            }
        };
        Ok(row.get(0))
    }

    /// Whether a statement that had begun came to its end, though nobody could note it; `existed` says whether the
    /// index was there before it began.
    pub(super) async fn is_done(&self, client: &Client, existed: bool) -> Result<bool, Error> {
        let there = self.is_there(client).await?;
        Ok(match self {
            Target::Built(_) => there && !existed,
            Target::Removed(_) | Target::Detached(_) => !there && existed,
        })
    }
}

/// What a `DETACH PARTITION CONCURRENTLY` takes from what, as the statement names them.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Detach {
    parent: String,
    partition: String,
}

impl Detach {
    /// What a statement detaches concurrently.
    fn of(statement: &str) -> Option<Detach> {
        let all = solid(statement)?;
        let rest = after(&all, &["alter", "table"])?;
        let rest = after(rest, &["if", "exists"]).unwrap_or(rest);
        let at =
            rest.iter().position(|token| token.kind == TokenKind::Word && token.text.eq_ignore_ascii_case("detach"))?;
        let (parent, rest) = rest.split_at(at);
        let rest = after(rest, &["detach", "partition"])?;
        let last = rest.iter().rposition(|token| token.text.eq_ignore_ascii_case("concurrently"))?;
        let (parent, partition) = (qualified(parent), qualified(&rest[..last]));
        (!parent.is_empty() && !partition.is_empty()).then_some(Detach { parent, partition })
    }
}

/// The statement that brings to its end what an earlier attempt at this one left half detached.
pub(super) async fn unfinished_detach(client: &Client, statement: &str) -> Result<Option<String>, Error> {
    let Some(Detach { parent, partition }) = Detach::of(statement) else { return Ok(None) };
    let query = "SELECT EXISTS (SELECT FROM pg_catalog.pg_inherits WHERE inhparent = pg_catalog.to_regclass($1)
        AND inhrelid = pg_catalog.to_regclass($2) AND inhdetachpending)";
    let pending = client.query_one(query, &[&parent, &partition]).await?.get(0);
    let finish = || format!("ALTER TABLE {parent} DETACH PARTITION {partition} FINALIZE");
    Ok(if pending { Some(finish()) } else { None })
}

/// What a `CREATE INDEX CONCURRENTLY` builds.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ConcurrentIndex {
    /// The index's name as the catalog has it.
    index: String,
    /// The table as the statement names it.
    table: String,
}

/// The index that a statement builds concurrently, if it does and names it.
fn concurrent_index(statement: &str) -> Option<ConcurrentIndex> {
    let all = solid(statement)?;
    let rest = after(&all, &["create"])?;
    let rest = after(rest, &["unique"]).unwrap_or(rest);
    let rest = after(rest, &["index", "concurrently"])?;
    let rest = after(rest, &["if", "not", "exists"]).unwrap_or(rest);
    let (name, rest) = rest.split_first()?;
    let rest = after(rest, &["on"])?;
    let rest = after(rest, &["only"]).unwrap_or(rest);
    Some(ConcurrentIndex { index: folded(name)?, table: qualified(rest) })
}

/// The one index that a statement drops concurrently.
fn removed_index(statement: &str) -> Option<String> {
    let all = solid(statement)?;
    let rest = after(&all, &["drop", "index", "concurrently"])?;
    Some(qualified(after(rest, &["if", "exists"]).unwrap_or(rest))).filter(|name| !name.is_empty())
}

/// The tokens that count.
pub(super) fn solid(statement: &str) -> Option<Vec<Token<'_>>> {
    let solid = |t: &Token<'_>| !matches!(t.kind, TokenKind::Space | TokenKind::Comment);
    Some(tokens(statement).ok()?.into_iter().filter(solid).collect())
}

/// The name at the beginning: names and dots alternate, as `on t using hnsw` and `on a.b (x)` go on otherwise.
pub(super) fn qualified(tokens: &[Token<'_>]) -> String {
    let in_name = |t: &&Token<'_>| matches!(t.kind, TokenKind::Word | TokenKind::QuotedName) || t.text == ".";
    let mut name = String::new();
    for (at, token) in tokens.iter().take_while(in_name).enumerate() {
        if (at % 2 == 1) != (token.text == ".") {
            break;
        }
        name.push_str(token.text);
    }
    name
}

/// The tokens after these words, if they come first.
pub(super) fn after<'a, 't>(tokens: &'a [Token<'t>], words: &[&str]) -> Option<&'a [Token<'t>]> {
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
    fn what_is_detached_is_read_as_the_server_reads_it() {
        let read = |sql| Detach::of(sql).map(|it| (it.parent, it.partition));
        let both = |parent: &str, partition: &str| Some((parent.to_owned(), partition.to_owned()));
        assert_eq!(read("ALTER TABLE a.\"T\" DETACH PARTITION p /* c */ concurrently;"), both("a.\"T\"", "p"));
        assert_eq!(read("alter table if exists t detach partition b.p concurrently"), both("t", "b.p"));
        for other in ["alter table t detach partition p", "alter table t detach partition p finalize", "select 1"] {
            assert_eq!(read(other), None, "{other}");
        }
    }

    #[test]
    fn the_name_and_table_are_read_as_the_server_reads_them() {
        let read = |sql| concurrent_index(sql).map(|i| (i.index, i.table));
        let both = |index: &str, table: &str| Some((index.to_owned(), table.to_owned()));
        assert_eq!(read("CREATE INDEX CONCURRENTLY Foo_Idx ON t (x)"), both("foo_idx", "t"));
        assert_eq!(
            read("create unique index /* c */ concurrently if not exists \"A\"\"b\" on only \"My\".T using btree (x)"),
            both("A\"b", "\"My\".T")
        );
        assert_eq!(removed_index("drop index concurrently if exists a.\"B\";").as_deref(), Some("a.\"B\""));
        for other in ["create index concurrently on t (x)", "create index a on t (x)", "drop index concurrently a"] {
            assert_eq!(read(other), None, "{other}");
        }
    }
}
