//! What the words of a statement say that it does. Pure.

use super::upper;
use crate::sql::{Token, TokenKind};

/// Why a kind of statement may not stand in a seed at all, if so.
pub(super) fn not_for_a_seed(words: &[&str]) -> Option<String> {
    match words {
        [
            "INSERT" | "UPDATE" | "DELETE" | "MERGE" | "SELECT" | "WITH" | "VALUES" | "TABLE" | "DO" | "CALL" | "(",
            ..,
        ] => None,
        ["CREATE", "TEMP" | "TEMPORARY", "TABLE", ..] | ["SET", "CONSTRAINTS", ..] => None,
        // These are named more exactly by what they reach.
        ["SET", "ROLE" | "SESSION" | "ROW_SECURITY", ..] | ["RESET", ..] | ["SET", "LOCAL", ..] => None,
        ["BEGIN" | "START" | "COMMIT" | "END" | "ROLLBACK" | "ABORT" | "PREPARE" | "SAVEPOINT" | "RELEASE", ..] => None,
        ["SET", ..] => Some("`SET` would outlive the seed; write `SET LOCAL`".to_owned()),
        ["COPY", ..] => {
            Some("`COPY` has no place in a seed; name the file in a `*.toml` with `file = \"...\"`".to_owned())
        }
        [first, second, ..] => Some(format!("`{first} {second}` has no place in a seed")),
        [first] => Some(format!("`{first}` has no place in a seed")),
        [] => None,
    }
}

/// The command that begins with these words and reaches outside the seed's transaction.
pub(super) fn begins_outside(words: &[&str], body: bool) -> Option<String> {
    match words {
        // In a body, `END` closes a block, and `COMMIT` is a command.
        ["END" | "BEGIN", ..] if body => None,
        [first @ ("COMMIT" | "ROLLBACK" | "ABORT" | "SAVEPOINT" | "BEGIN" | "END" | "RELEASE"), ..] => {
            Some((*first).to_owned())
        }
        [first @ ("START" | "PREPARE"), "TRANSACTION", ..] => Some(format!("{first} TRANSACTION")),
        ["RESET", what, ..] => Some(format!("RESET {what}")),
        ["SET", "LOCAL" | "SESSION", "SESSION", what, ..]
        | ["SET", "SESSION", what @ ("AUTHORIZATION" | "CHARACTERISTICS"), ..] => Some(format!("SET SESSION {what}")),
        ["SET", "CONSTRAINTS", ..] => None,
        ["SET", "LOCAL" | "SESSION", name, dot, ..] | ["SET", name, dot, ..] => {
            let harmless =
                ["TIMEZONE", "TIME", "DATESTYLE", "INTERVALSTYLE", "SEARCH_PATH", "WORK_MEM", "MAINTENANCE_WORK_MEM"];
            let own = *dot == "." || harmless.contains(name);
            let said = if *name == "ROLE" { "ROLE".to_owned() } else { name.to_lowercase() };
            (!own).then(|| format!("SET {said}"))
        }
        [
            first @ ("ALTER" | "CREATE" | "DROP" | "GRANT" | "REVOKE" | "TRUNCATE" | "EXECUTE" | "REASSIGN"
            | "SECURITY" | "COMMENT"),
            second,
            ..,
        ] if body => Some(if *first == "EXECUTE" { "EXECUTE".to_owned() } else { format!("{first} {second}") }),
        _ => None,
    }
}

/// Words that reach outside wherever they stand: no column or table is called so.
pub(super) fn reaches_outside(words: &[&str]) -> Option<String> {
    match words {
        ["SESSION", "AUTHORIZATION", ..] => Some("SET SESSION AUTHORIZATION".to_owned()),
        ["ROW", "LEVEL", "SECURITY", ..] => Some("ROW LEVEL SECURITY".to_owned()),
        [name, "(", ..] if name.starts_with("PG_ADVISORY_UNLOCK") => Some(name.to_lowercase()),
        _ => None,
    }
}

/// Whether the `INTO` of a query names a table to make: not that of an INSERT or MERGE.
pub(super) fn selects_into(words: &[&str], at: usize) -> bool {
    matches!(words.first(), Some(&("SELECT" | "WITH" | "(")))
        && !matches!(words.get(at.wrapping_sub(1)), Some(&("INSERT" | "MERGE")))
}

/// Where the name of the table stands that the token at `at` writes, if it is the word of a write.
pub(super) fn target(solid: &[Token<'_>], at: usize) -> Option<usize> {
    let word = |at: usize| solid.get(at).map(upper).unwrap_or_default();
    let previous = at.checked_sub(1).map(word).unwrap_or_default();
    let name = match word(at).as_str() {
        "INSERT" | "MERGE" if word(at + 1) == "INTO" => at + 2,
        "DELETE" if word(at + 1) == "FROM" => at + 2,
        // FOR UPDATE, FOR NO KEY UPDATE, ON CONFLICT DO UPDATE, WHEN MATCHED THEN UPDATE name no table.
        "UPDATE" if !["FOR", "KEY", "DO", "THEN"].contains(&previous.as_str()) => at + 1,
        _ => return None,
    };
    let name = if word(name) == "ONLY" { name + 1 } else { name };
    solid.get(name).filter(|token| matches!(token.kind, TokenKind::Word | TokenKind::QuotedName)).map(|_| name)
}

/// Whether a statement is there to write rows, in a `WITH`, too. One with ON CONFLICT may find them all there.
pub(super) fn must_write(words: &[&str]) -> bool {
    let writes = |pair: &[&str]| matches!(pair, ["INSERT" | "MERGE", "INTO"] | ["DELETE", "FROM"]);
    let conflicts = words.contains(&"CONFLICT");
    let updates = words.iter().enumerate().any(|(at, word)| {
        *word == "UPDATE"
            && !at.checked_sub(1).is_some_and(|before| ["FOR", "KEY", "DO", "THEN"].contains(&words[before]))
    });
    matches!(words.first(), Some(&("INSERT" | "UPDATE" | "DELETE" | "MERGE" | "WITH")))
        && !conflicts
        && (updates || words.windows(2).any(writes))
}
