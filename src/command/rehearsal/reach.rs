//! What a script may do beyond its own database, judged by its text.

use crate::hazard::{About, Calls, Written, in_script};
use crate::sql::{TokenKind, split, text_of, tokens_of};

/// Whether a script may change what all databases of a server share. In doubt it does.
pub(super) fn is_for_the_server(script: &str) -> bool {
    split(script).map_or(true, |all| all.iter().any(|statement| reaches_out(statement.text)))
}

/// Whether a script holds more than declarations: blocks, queries and calls run what their functions and triggers say.
pub(super) fn runs_code(script: &str) -> bool {
    const DECLARES: &[&str] =
        &["create", "alter", "drop", "comment", "grant", "revoke", "set", "reset", "lock", "security"];
    let declares = |text: &str| {
        let all = tokens_of(text).unwrap_or_default();
        all.first().is_some_and(|first| DECLARES.contains(&first.text.to_lowercase().as_str()))
    };
    // What a declaration computes for the rows that are there, or for a new table, runs as well.
    let calls = |it: &Written| {
        matches!(&it.about, About::Calls(calls) if *calls != Calls::default()) || it.about == About::Always
    };
    in_script(script).iter().any(calls)
        || split(script).map_or(true, |all| !all.iter().all(|statement| declares(statement.text)))
}

/// Whether a statement reaches out of its database, or may do so by what it runs.
fn reaches_out(text: &str) -> bool {
    const SHARED: &[&str] =
        &["role", "user", "group", "tablespace", "database", "system", "subscription", "parameter", "server"];
    let Ok(all) = tokens_of(text) else { return true };
    let words: Vec<String> = all.iter().filter(|t| t.kind == TokenKind::Word).map(|t| t.text.to_lowercase()).collect();
    let word = |at: usize| words.get(at).map_or("", String::as_str);
    let has = |wanted: &str| words.iter().any(|word| word == wanted);
    let on_shared = words.windows(2).any(|pair| pair[0] == "on" && SHARED.contains(&pair[1].as_str()));
    match (word(0), word(1)) {
        ("create" | "alter" | "drop", what) if SHARED.contains(&what) => true,
        ("drop" | "reassign", "owned") | ("call", _) => true,
        ("grant" | "revoke", _) => !has("on") || on_shared,
        ("comment", _) | ("security", "label") => on_shared,
        ("copy", _) => has("program"),
        // Its body may put a statement together.
        ("do", _) => all.iter().filter(|token| token.kind == TokenKind::Text).any(|body| {
            let said = body.text.to_lowercase();
            let inner = text_of(body).unwrap_or_default();
            ["grant", "revoke", "reassign", "role", "owned"].iter().any(|word| said.contains(word))
                || (said.contains("execute") && !executes_what_it_says(&inner))
        }),
        _ => false,
    }
}

/// Whether each statement that a body puts together says itself what it does, and is filled with names and values alone.
fn executes_what_it_says(body: &str) -> bool {
    let Ok(all) = tokens_of(body) else { return false };
    let is = |at: usize, word: &str| all.get(at).is_some_and(|token| token.text.eq_ignore_ascii_case(word));
    let says = |sql: String| {
        let filled = sql.split('%').skip(1).all(|rest| rest.starts_with(['I', 'L']));
        filled && !sql.contains(';') && !reaches_out(&sql)
    };
    let executes = (0..all.len()).filter(|at| all[*at].text.to_lowercase().contains("execute"));
    let mut said = executes.map(|at| {
        let plain = is(at, "execute") && is(at + 1, "format") && is(at + 2, "(");
        // Nothing more is put behind it.
        let end = (at..all.len()).find(|end| all[*end].text == ";").unwrap_or(all.len());
        let whole = !all[at..end].iter().any(|token| token.text == "||");
        plain && whole && all.get(at + 3).and_then(text_of).is_some_and(says)
    });
    said.all(|said| said)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_runs_code_is_noticed() {
        for script in [
            "SELECT f()",
            "UPDATE t SET a = 1",
            "DO $$ BEGIN NULL; END $$",
            "CALL p()",
            "CREATE TABLE t AS SELECT f()",
            "ALTER TABLE t ADD a int DEFAULT f()",
            "ALTER TABLE t ALTER a TYPE int USING s.f(a)",
            "CREATE INDEX i ON t (f(a))",
            "CREATE MATERIALIZED VIEW v AS SELECT * FROM f()",
            "CREATE EXTENSION e; REFRESH MATERIALIZED VIEW v",
        ] {
            assert!(runs_code(script), "{script}");
        }
        for script in [
            "CREATE TABLE t (a int DEFAULT lower('1')::int)",
            "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT g()'",
            "CREATE INDEX i ON t (a); GRANT SELECT ON t TO r",
            "ALTER TABLE t ALTER a TYPE int USING a::int",
        ] {
            assert!(!runs_code(script), "{script}");
        }
    }

    #[test]
    fn what_all_databases_share_is_noticed() {
        for script in [
            "create role a;",
            "CREATE /* c */ ROLE a",
            "create -- c\n user a",
            "DO $$ BEGIN CREATE\n ROLE a; END $$",
            "DO $$ BEGIN EXECUTE 'CREATE RO' || 'LE a'; END $$",
            "DO LANGUAGE plpgsql 'BEGIN GRANT a TO b; END'",
            "DO $$ BEGIN EXECUTE format('CREATE RO%s a', 'LE'); END $$",
            "DO $$ BEGIN EXECUTE format('%s', 'CREATE RO' || 'LE a'); END $$",
            "DO $$ BEGIN EXECUTE format('ALTER INDEX %I RENAME TO %I', a, b) || x; EXECUTE y; END $$",
            "DO $$ BEGIN EXECUTE format('ALTER SYSTEM SET %I = 1', a); END $$",
            "select 1;\nALTER SYSTEM SET x = 1",
            "ALTER ROLE a SET x = 1",
            "alter database d set app.x = 1",
            "DROP OWNED BY a",
            "REASSIGN OWNED BY a TO b",
            "GRANT a TO b",
            "GRANT CONNECT ON DATABASE d TO a",
            "COMMENT ON ROLE a IS 'x'",
            "COPY t TO PROGRAM 'rm -rf /'",
            "CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p",
            "CALL p()",
            "select 'not closed",
        ] {
            assert!(is_for_the_server(script), "{script}");
        }
        for script in [
            "CREATE TABLE roles (); ALTER TABLE t ADD user_id int; SET ROLE a",
            "GRANT SELECT ON t TO a; COMMENT ON TABLE role IS 'database'",
            "DO $$ BEGIN UPDATE t SET a = 1; END $$",
            "DO $$ BEGIN EXECUTE format('ALTER INDEX %I RENAME TO %I', a, b); END $$",
            "COPY t FROM '/x' -- program",
            "INSERT INTO t VALUES ('create role a')",
        ] {
            assert!(!is_for_the_server(script), "{script}");
        }
    }
}
