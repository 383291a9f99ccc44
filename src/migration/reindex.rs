//! The INVALID copies that a failed `REINDEX … CONCURRENTLY` leaves behind: it builds each index anew beside the old one,
//! under the same name with `_ccnew`, and takes the old one away as `_ccold`.

use tokio_postgres::{Client, Error};

use super::leftover::{after, qualified, solid};
use crate::sql::Token;
use crate::talk::Talk;

/// What a statement builds anew concurrently: one index or the indexes of a table, as the statement names them, or those
/// of more than that.
fn rebuilt(statement: &str) -> Option<Option<String>> {
    let all = solid(statement)?;
    let rest = after(&all, &["reindex"])?;
    let (options, rest) = options(rest);
    let (what, rest) = rest.split_first()?;
    let (concurrently, rest) = match after(rest, &["concurrently"]) {
        Some(rest) => (true, rest),
        None => (options, rest),
    };
    let one = ["index", "table"].iter().any(|kind| what.text.eq_ignore_ascii_case(kind));
    concurrently.then(|| Some(qualified(rest)).filter(|name| one && !name.is_empty()))
}

/// Whether the options in parentheses ask for it to be done concurrently, and what comes after them.
fn options<'a, 't>(tokens: &'a [Token<'t>]) -> (bool, &'a [Token<'t>]) {
    let Some(end) = tokens.iter().position(|token| token.text == ")") else { return (false, tokens) };
    if tokens.first().is_none_or(|token| token.text != "(") {
        return (false, tokens);
    }
    let says = |token: &Token<'_>, words: &[&str]| words.iter().any(|word| token.text.eq_ignore_ascii_case(word));
    let at = tokens[..end].iter().position(|token| says(token, &["concurrently"]));
    let off = |at: usize| tokens.get(at + 1).is_some_and(|next| says(next, &["false", "off", "0"]));
    (at.is_some_and(|at| !off(at)), &tokens[end + 1..])
}

/// Drops what an earlier attempt at this statement left, if it reindexes concurrently.
pub(super) async fn drop_copies(client: &Client, statement: &str, talk: &Talk) -> Result<(), Error> {
    let Some(of) = rebuilt(statement) else { return Ok(()) };
    let query = "SELECT pg_catalog.format('%I.%I', n.nspname, c.relname)
        FROM pg_catalog.pg_index i
        JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE NOT i.indisvalid AND c.relkind = 'i' AND c.relname ~ '_cc(new|old)[0-9]*$'
          AND ($1::pg_catalog.text IS NULL OR i.indrelid IN (
              SELECT unnest(ARRAY[t.oid, t.reltoastrelid]) FROM pg_catalog.pg_class t
              WHERE t.oid = pg_catalog.to_regclass($1)
                 OR t.oid = (SELECT x.indrelid FROM pg_catalog.pg_index x WHERE x.indexrelid = pg_catalog.to_regclass($1))))
          AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_progress_create_index p WHERE p.relid = i.indrelid)
        ORDER BY 1";
    for row in client.query(query, &[&of]).await? {
        let index: String = row.get(0);
        talk.say(format!("dropping the unfinished index `{index}` of an earlier attempt"));
        client.batch_execute(&format!("DROP INDEX CONCURRENTLY {index}")).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_rebuilt_is_read_as_the_server_reads_it() {
        let some = |name: &str| Some(Some(name.to_owned()));
        assert_eq!(rebuilt("REINDEX INDEX CONCURRENTLY a.\"B\";"), some("a.\"B\""));
        assert_eq!(rebuilt("reindex (verbose, concurrently) table t"), some("t"));
        assert_eq!(rebuilt("reindex (tablespace x) /* c */ table concurrently t"), some("t"));
        assert_eq!(rebuilt("reindex schema concurrently s"), Some(None));
        assert_eq!(rebuilt("reindex database concurrently"), Some(None));
        for other in ["reindex table t", "reindex (concurrently off) table t", "create index a on t (x)", "reindex"] {
            assert_eq!(rebuilt(other), None, "{other}");
        }
    }
}
