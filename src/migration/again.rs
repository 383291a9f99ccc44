//! Whether a statement that had begun when a run was cut off may simply run again. What cannot share a transaction with the
//! record of it may have come to its end, and nobody has noted that.

use super::folder::MigrationFile;
use super::leftover::Target;
use super::script::words;
use crate::error::failure;
use crate::hazard::Head;

/// What is to be done with a statement that had begun, and of which nobody knows whether it came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Begun {
    /// It runs again
    Again,
    /// It counts as done
    Done,
}

/// Whether a statement does the same when it runs once more, finds out itself what is left to do, or fails.
pub(super) fn is_repeatable(file: &MigrationFile, statement: &str) -> bool {
    if Head::read(&file.sql).written {
        // What dbtool writes goes on where something is missing.
        return true;
    }
    match words(statement).first().map(String::as_str) {
        Some("DO" | "CALL") => false,
        // An index that nobody has named is built a second time.
        Some("CREATE") => Target::of(statement).is_some() || !words(statement).iter().any(|word| word == "INDEX"),
        _ => true,
    }
}

/// What a run has to be told that comes to such a statement.
pub(super) fn unknown(file: &MigrationFile, at: usize, statement: &str) -> anyhow::Error {
    let (name, number) = (file.file_name(), at + 1);
    let first = statement.lines().next().unwrap_or_default();
    let message = format!(
        "statement {number} of `{name}` had begun when the run was cut off, and may have come to its end: {first}"
    );
    let hint =
        "look whether its effects are there: then `--begun done` goes on behind it, else `--begun again` runs it again";
    failure(message, hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_find_out_itself_what_is_left_is_not_repeated() {
        let file = |sql: &str| MigrationFile {
            version: 1,
            name: "x".into(),
            path: "x".into(),
            sql: sql.into(),
            transactional: false,
            down: None,
            checksum: 0,
        };
        let own = file("-- dbtool: no-transaction\nselect 1;");
        for (statement, wish) in [
            ("DO $$ BEGIN COMMIT; END $$", false),
            ("/* c */ call p()", false),
            ("CREATE INDEX CONCURRENTLY ON t (x)", false),
            ("CREATE INDEX CONCURRENTLY i ON t (x)", true),
            ("DROP INDEX CONCURRENTLY i", true),
            ("VACUUM t", true),
            ("SET x = 1", true),
        ] {
            assert_eq!(is_repeatable(&own, statement), wish, "{statement}");
        }
        let (head, body) = ("-- dbtool: no-transaction\n-- a\n-- written by dbtool 1", "DO $$ $$;\n");
        let seal = Head::seal(&format!("{head}\n\n{body}"));
        assert!(is_repeatable(&file(&format!("{head}\n{seal}\n\n{body}")), "DO $$ $$"));
    }
}
