//! What is inside a migration file: its text made comparable, its directive, and the statements that would break the
//! promise that a file is applied as a whole or not at all.
//!
//! Pure but for [`read_file`]. The lexer is `sql.rs`'s; whether the statements are wise is left to `lint`.

use std::path::Path;

use anyhow::{Context, Result};

use crate::source::snippet;
use crate::sql::{Statement, Token, TokenKind, split, tokens};

/// What the first line of a file says that must not run in a transaction.
const DIRECTIVE: &str = "-- dbtool: no-transaction";

/// The text as it is hashed and run: `\n` at the ends of lines, no byte order mark.
///
/// A checkout on Windows must not look like another migration.
pub(super) fn normalise(text: &str) -> String {
    text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n")
}

/// Reads and checks a file: its text and whether it runs in a transaction, or its faults.
pub(super) fn read_file(path: &Path) -> Result<Result<(String, bool), Vec<String>>> {
    let bytes = crate::file::read(path).with_context(|| format!("cannot read `{}`", path.display()))?;
    Ok(read(&path.display().to_string(), &bytes))
}

/// Reads and checks a file's bytes: the text, normalised, and whether it runs in a transaction.
///
/// The error holds every complaint, each with its place.
fn read(path: &str, bytes: &[u8]) -> Result<(String, bool), Vec<String>> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to();
        let line = bytes[..at].iter().filter(|b| **b == b'\n').count() + 1;
        vec![format!("{path}:{line}: byte {at} of the file is not UTF-8; save the file as UTF-8")]
    })?;
    let text = normalise(text);
    let transactional = check(path, &text)?;
    Ok((text, transactional))
}

/// Checks a script: whether it runs in a transaction, or all complaints.
pub(super) fn check(path: &str, text: &str) -> Result<bool, Vec<String>> {
    if text.trim().is_empty() {
        return Err(vec![format!("{path}: the file is empty")]);
    }
    if let Some(at) = text.find('\0') {
        return Err(vec![snippet(path, text, at..at + 1, "a NUL character has no place in SQL")]);
    }
    let (tokens, statements) = match tokens(text).and_then(|tokens| Ok((tokens, split(text)?))) {
        Ok(both) => both,
        Err(error) => return Err(vec![snippet(path, text, error.start..error.start + 1, &error.to_string())]),
    };
    let transactional = !tokens.first().is_some_and(is_directive);
    let misplaced = tokens.iter().skip(1).filter(|token| is_directive(token)).map(|token| {
        let message = format!("`{DIRECTIVE}` counts only as the first line of the file");
        snippet(path, text, token.start..token.start + token.text.len(), &message)
    });
    let meta = tokens.iter().filter(|token| begins_meta_command(text, token)).map(|token| {
        let message = "commands of psql such as `\\i` or `\\copy` are not SQL";
        snippet(path, text, token.start..end_of_word(text, token.start), message)
    });
    let forbidden = statements.iter().filter_map(|statement| {
        let message = fault_of(statement, transactional)?;
        let span = statement.start..end_of_word(text, statement.start);
        Some(snippet(path, text, span, &message))
    });
    let complaints: Vec<String> = misplaced.chain(meta).chain(forbidden).collect();
    if complaints.is_empty() { Ok(transactional) } else { Err(complaints) }
}

/// Whether a token is the comment that asks for no transaction, spaces aside.
fn is_directive(token: &Token<'_>) -> bool {
    let said = token.text.strip_prefix("--").and_then(|body| body.trim().strip_prefix("dbtool:"));
    token.kind == TokenKind::Comment && said.is_some_and(|word| word.trim() == "no-transaction")
}

/// Whether a backslash outside quotes begins a line, as psql's own commands do.
fn begins_meta_command(text: &str, token: &Token<'_>) -> bool {
    let line = text[..token.start].rfind('\n').map_or(0, |at| at + 1);
    token.text.starts_with('\\') && text[line..token.start].trim().is_empty()
}

/// The end of the word, or of psql's command, that begins there.
fn end_of_word(text: &str, start: usize) -> usize {
    let goes_on = |(at, c): &(usize, char)| *at == 0 || c.is_alphanumeric() || *c == '_';
    let length = text[start..].char_indices().take_while(goes_on).map(|(_, c)| c.len_utf8()).sum::<usize>();
    start + length
}

/// Why a statement may not stand in a migration file, if so.
fn fault_of(statement: &Statement<'_>, transactional: bool) -> Option<String> {
    let words = words(statement.text);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    if let Some(shown) = ends_or_begins_a_transaction(&words) {
        return Some(if transactional {
            format!("`{shown}` would break the transaction that the file runs in; take it out")
        } else {
            format!("`{shown}`: each statement of a no-transaction file runs alone; put the rest in a file of its own")
        });
    }
    if copies_over_the_wire(&words) {
        return Some("`COPY` from STDIN or to STDOUT needs psql; write INSERT, or plant the rows with a seed".into());
    }
    let shown = transactional.then(|| refuses_a_transaction(&words)).flatten()?;
    Some(format!("`{shown}` cannot run in a transaction; make `{DIRECTIVE}` the first line of a file for it alone"))
}

/// The words of a statement in upper case, and its other tokens as they are.
pub(super) fn words(statement: &str) -> Vec<String> {
    let solid = |t: &Token<'_>| !matches!(t.kind, TokenKind::Space | TokenKind::Comment);
    let shown = |t: Token<'_>| if t.kind == TokenKind::Word { t.text.to_uppercase() } else { t.text.to_owned() };
    tokens(statement).unwrap_or_default().into_iter().filter(solid).map(shown).collect()
}

/// The transaction command that a statement is. Savepoints stay inside the transaction and are none.
fn ends_or_begins_a_transaction(words: &[&str]) -> Option<String> {
    let back_to_savepoint = |rest: &[&str]| rest.iter().take(2).any(|word| *word == "TO");
    match words {
        ["ROLLBACK", rest @ ..] if back_to_savepoint(rest) => None,
        [first @ ("BEGIN" | "COMMIT" | "END" | "ROLLBACK" | "ABORT"), ..] => Some((*first).to_owned()),
        [first @ ("START" | "PREPARE"), "TRANSACTION", ..] => Some(format!("{first} TRANSACTION")),
        _ => None,
    }
}

fn copies_over_the_wire(words: &[&str]) -> bool {
    words.first() == Some(&"COPY") && words.windows(2).any(|pair| matches!(pair, ["FROM", "STDIN"] | ["TO", "STDOUT"]))
}

/// The command that PostgreSQL refuses to run inside a transaction block.
fn refuses_a_transaction(words: &[&str]) -> Option<&'static str> {
    Some(match words {
        ["CREATE", "INDEX", "CONCURRENTLY", ..] | ["CREATE", "UNIQUE", "INDEX", "CONCURRENTLY", ..] => {
            "CREATE INDEX CONCURRENTLY"
        }
        ["DROP", "INDEX", "CONCURRENTLY", ..] => "DROP INDEX CONCURRENTLY",
        ["REINDEX", rest @ ..] if rest.iter().take(12).any(|word| *word == "CONCURRENTLY") => "REINDEX CONCURRENTLY",
        ["REINDEX", "DATABASE" | "SYSTEM" | "SCHEMA", ..] => "REINDEX DATABASE",
        ["ALTER", "TABLE", rest @ ..] if rest.contains(&"DETACH") && rest.last() == Some(&"CONCURRENTLY") => {
            "DETACH PARTITION CONCURRENTLY"
        }
        ["VACUUM", ..] => "VACUUM",
        ["ALTER", "SYSTEM", ..] => "ALTER SYSTEM",
        ["CREATE", "DATABASE", ..] => "CREATE DATABASE",
        ["DROP", "DATABASE", ..] => "DROP DATABASE",
        ["CREATE", "TABLESPACE", ..] => "CREATE TABLESPACE",
        ["DROP", "TABLESPACE", ..] => "DROP TABLESPACE",
        _ => return None,
    })
}

/// Whether a statement cannot share a transaction with the record of it, or may end one itself.
pub(super) fn runs_alone(statement: &str) -> bool {
    let words = words(statement);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let may_commit = match words.first() {
        Some(&"DO") => may_end_its_transaction(statement),
        first => matches!(first, Some(&("CALL" | "DISCARD" | "CLUSTER" | "REINDEX"))),
    };
    may_commit || is_setting(statement) || refuses_a_transaction(&words).is_some()
}

/// Whether a block says a word that ends its transaction, or does what only shows when it runs.
fn may_end_its_transaction(block: &str) -> bool {
    let words = block.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$'));
    let mut words = words.map(|word| word.trim_matches('$').to_lowercase());
    words.any(|word| matches!(word.as_str(), "commit" | "rollback" | "call" | "execute"))
}

/// Whether a statement only sets up the session.
pub(super) fn is_setting(statement: &str) -> bool {
    words(statement).first().is_some_and(|word| word == "SET" || word == "RESET")
}

/// Whether a statement waits without anybody queueing behind it. It waits for every transaction that is older, which
/// `lock_timeout` would count too, and cut off a build of hours.
pub(super) fn is_concurrent(statement: &str) -> bool {
    words(statement).iter().any(|word| word == "CONCURRENTLY")
}

/// Whether a file knows better how long to wait.
pub(super) fn sets_lock_timeout(statement: &str) -> bool {
    is_setting(statement) && words(statement).iter().any(|word| word == "LOCK_TIMEOUT")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaints(text: &str) -> String {
        check("V0001__x.sql", text).unwrap_err().join("\n")
    }

    #[test]
    fn a_checkout_with_other_line_ends_is_the_same_text() {
        assert_eq!(normalise("\u{feff}a\r\nb\rc\n\n"), "a\nb\rc\n\n");
    }

    #[test]
    fn the_directive_counts_on_the_first_line_only() {
        for first in ["-- dbtool: no-transaction", "-- dbtool:no-transaction  ", "--dbtool: no-transaction"] {
            assert_eq!(check("x", &format!("{first}\nvacuum t;\n")), Ok(false), "{first}");
        }
        assert_eq!(check("x", "select '\n-- dbtool: no-transaction\n'; select 1; -- dbtool: lint"), Ok(true));
        for text in ["\n-- dbtool: no-transaction\nselect 1", "-- a\n-- dbtool:no-transaction\nselect 1"] {
            assert!(complaints(text).contains("counts only as the first line"), "{text}");
        }
    }

    #[test]
    fn transaction_commands_are_refused_with_their_place() {
        let shown = complaints("create table a ();\n  commit ;\ncreate table b ();");
        assert!(shown.starts_with("V0001__x.sql:2:3: `COMMIT` would break"), "{shown}");
        assert!(shown.contains("2 |   commit ;"), "{shown}");
        for text in [
            "begin",
            "START TRANSACTION",
            "end;",
            "rollback;",
            "abort",
            "prepare transaction 'x'",
            "commit prepared 'x'",
        ] {
            assert!(check("x", text).is_err(), "{text}");
            assert!(check("x", &format!("{DIRECTIVE}\n{text}")).is_err(), "{text} without a transaction");
        }
        let fine = "savepoint a; rollback to a; rollback work to savepoint a; release a; prepare p as select 1;
            do $$ begin perform 1; end $$; create function f() returns int begin atomic select 1; end; select 'commit';";
        assert_eq!(check("x", fine), Ok(true));
    }

    #[test]
    fn what_cannot_run_in_a_transaction_asks_for_the_directive() {
        for text in [
            "create index concurrently a on t (x)",
            "create /* c */ unique index concurrently if not exists a on t (x)",
            "drop index concurrently a",
            "reindex index concurrently a",
            "reindex (verbose, concurrently) table t",
            "reindex (tablespace x) table concurrently t",
            "alter table t detach partition p concurrently",
            "vacuum full t",
            "alter system set x = 1",
            "create database d",
        ] {
            assert!(complaints(text).contains("cannot run in a transaction"), "{text}");
            assert_eq!(check("x", &format!("{DIRECTIVE}\n{text};")), Ok(false), "{text}");
        }
        let fine =
            "create index a on t (x); refresh materialized view concurrently m; alter table t detach partition p;
            comment on table t is 'vacuum';";
        assert_eq!(check("x", fine), Ok(true));
    }

    #[test]
    fn a_block_that_may_commit_runs_alone() {
        for text in ["do $$begin commit; end$$", "DO 'begin Call p(); end'", "do $$ begin execute f(1); end $$"] {
            assert!(runs_alone(text), "{text}");
        }
        for text in ["do $$ begin drop index calls_idx; end $$", "do $$ begin perform executed from commits; end $$"] {
            assert!(!runs_alone(text), "{text}");
        }
    }

    #[test]
    fn what_only_psql_understands_is_refused() {
        let shown = complaints("select 1;\n  \\i other.sql\nselect 'a\n\\i b';");
        assert!(shown.starts_with("V0001__x.sql:2:3: ") && !shown.contains(":4:"), "{shown}");
        assert!(complaints("copy t (a) from stdin;").contains("COPY"));
        assert_eq!(check("x", "copy t from '/srv/data.csv'"), Ok(true));
    }

    #[test]
    fn broken_text_is_named_with_its_place() {
        assert!(complaints("  \n").contains("is empty"));
        assert!(complaints("select 1;\nselect 'x").starts_with("V0001__x.sql:2:8: a quoted string is never closed"));
        assert!(complaints("select \0").contains("NUL"));
        let complaint = read("a.sql", b"ab\nc\xffd").unwrap_err().join("");
        assert_eq!(complaint, "a.sql:2: byte 4 of the file is not UTF-8; save the file as UTF-8");
    }

    #[test]
    fn every_complaint_of_a_file_is_shown() {
        assert_eq!(check("x", "begin; vacuum; commit;").unwrap_err().len(), 3);
    }
}
