//! The hazards of a migration that somebody wrote by hand, as far as its statements show them. What stands in the bodies of
//! functions and DO blocks is not looked at.

use std::collections::HashSet;

use super::{
    BLOCKS_READS, BLOCKS_WRITES, BREAKS_CODE, DELETES_DATA, Hazard, MAY_FAIL, REWRITES_TABLE, Rule, WEAKENS_ACCESS,
};
use crate::sql::{Statement, TokenKind, name_of, qualified, quote_ident, split, tokens_of};

/// A hazard of a statement in a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The byte at which the statement begins.
    pub start: usize,
    /// What is dangerous.
    pub hazard: Hazard,
    /// The table, as SQL, where it is about one.
    pub table: Option<String>,
    /// Whether it is none as long as the table holds no rows.
    pub by_rows: bool,
}

/// The hazards of a script, in order. Tables that it makes itself are nobody's yet.
pub fn in_script(sql: &str) -> Vec<Written> {
    let statements = split(sql).unwrap_or_default();
    let all: Vec<Words> = statements.iter().map(Words::of).collect();
    let together = !sql.starts_with("-- dbtool: no-transaction");
    let mut new: HashSet<String> = HashSet::new();
    let mut found = Vec::new();
    for (at, words) in all.iter().enumerate() {
        if words.begin(&["create", "table"]) || words.begin(&["create", "unlogged", "table"]) {
            let name = words.after("table").past(&["if", "not", "exists"]).table();
            new.extend(name.map(|(name, _)| name));
        }
        let mut told = Vec::new();
        words.judge(&mut told);
        for Told { rule, detail, table, by_rows } in told {
            let own = table.as_ref().is_some_and(|table| new.contains(table));
            // Within one transaction nobody sees it open.
            let off = words.has(&["disable", "row", "level", "security"]);
            let closed_again = together
                && *rule == WEAKENS_ACCESS
                && all[at + 1..].iter().any(|later| later.closes(table.as_deref(), off));
            if !own && !closed_again {
                // Nobody was asked when it was written.
                let grave = [&BREAKS_CODE, &BLOCKS_READS, &BLOCKS_WRITES].contains(&rule);
                let hazard = rule.because(detail);
                let hazard = if grave { hazard.gravely() } else { hazard };
                found.push(Written { start: words.start, hazard, table, by_rows });
            }
        }
    }
    found
}

/// A hazard of one statement.
struct Told {
    rule: &'static Rule,
    detail: String,
    table: Option<String>,
    by_rows: bool,
}

/// A statement's tokens: words that are no names in quotes in lower case.
#[derive(Clone)]
struct Words {
    start: usize,
    all: Vec<(String, Option<String>)>,
}

impl Words {
    fn of(statement: &Statement<'_>) -> Self {
        let tokens = tokens_of(statement.text).unwrap_or_default();
        let all = tokens.iter().map(|token| {
            let word = if token.kind == TokenKind::Word { token.text.to_lowercase() } else { token.text.to_owned() };
            (word, name_of(token).map(|name| name.into_owned()))
        });
        Self { start: statement.start, all: all.collect() }
    }

    fn word(&self, at: usize) -> &str {
        self.all.get(at).map_or("", |(word, _)| word)
    }

    fn begin(&self, words: &[&str]) -> bool {
        words.iter().enumerate().all(|(at, word)| self.word(at) == *word)
    }

    fn has(&self, words: &[&str]) -> bool {
        (0..self.all.len()).any(|at| words.iter().enumerate().all(|(next, word)| self.word(at + next) == *word))
    }

    fn skip(&self, count: usize) -> Self {
        Self { start: self.start, all: self.all.iter().skip(count).cloned().collect() }
    }

    /// Without some words, where it begins with them.
    fn past(&self, words: &[&str]) -> Self {
        if self.begin(words) { self.skip(words.len()) } else { self.clone() }
    }

    fn after(&self, word: &str) -> Self {
        let at = (0..self.all.len()).find(|at| self.word(*at) == word);
        self.skip(at.map_or(self.all.len(), |at| at + 1))
    }

    fn name(&self, at: usize) -> Option<&str> {
        self.all.get(at)?.1.as_deref()
    }

    /// The table that it begins with, as SQL, and how many tokens its name takes.
    fn table(&self) -> Option<(String, usize)> {
        let first = self.name(0)?;
        match (self.word(1), self.name(2)) {
            (".", Some(name)) => Some((qualified(first, name), 3)),
            _ => Some((quote_ident(first), 1)),
        }
    }

    /// At the commas outside of parentheses.
    fn parts(&self) -> Vec<Self> {
        let (mut parts, mut depth) = (vec![Vec::new()], 0_usize);
        for token in &self.all {
            match token.0.as_str() {
                "(" | "[" => depth += 1,
                ")" | "]" => depth = depth.saturating_sub(1),
                "," if depth == 0 => {
                    parts.push(Vec::new());
                    continue;
                }
                _ => {}
            }
            if let Some(part) = parts.last_mut() {
                part.push(token.clone());
            }
        }
        parts.into_iter().map(|all| Self { start: self.start, all }).collect()
    }

    /// Whether a table is closed again that was opened for the length of a file.
    fn closes(&self, table: Option<&str>, off: bool) -> bool {
        let own = self.skip(2).past(&["if", "exists"]).past(&["only"]).table().map(|(name, _)| name);
        let force = self.has(&["force", "row", "level", "security"]) && !self.has(&["no", "force"]);
        let on = self.has(&["enable", "row", "level", "security"]);
        self.begin(&["alter", "table"]) && (if off { on } else { force }) && own.as_deref() == table
    }

    fn judge(&self, told: &mut Vec<Told>) {
        if self.begin(&["alter", "table"]) {
            return self.alter_table(told);
        }
        let index = self.past(&["create"]).past(&["unique"]);
        if self.word(0) == "create" && index.word(0) == "index" && index.word(1) != "concurrently" {
            let table = index.after("on").past(&["only"]).table().map(|(name, _)| name);
            let detail = "an index is built in a transaction; write CONCURRENTLY, in a file of its own that begins with \
                          `-- dbtool: no-transaction`";
            told.push(Told { rule: &BLOCKS_WRITES, detail: detail.to_owned(), table, by_rows: true });
        }
        if self.begin(&["drop", "table"]) {
            self.each_table(&self.skip(2).past(&["if", "exists"]), told);
        }
        if self.begin(&["truncate"]) {
            self.each_table(&self.skip(1).past(&["table"]).past(&["only"]), told);
        }
        if self.begin(&["delete", "from"]) && !self.has(&["where"]) {
            self.each_table(&self.skip(2).past(&["only"]), told);
        }
        if self.begin(&["drop", "schema"]) && self.has(&["cascade"]) {
            told.push(Told {
                rule: &DELETES_DATA,
                detail: "all that is in it".to_owned(),
                table: None,
                by_rows: false,
            });
        }
        if self.begin(&["vacuum"]) && self.has(&["full"]) || self.begin(&["cluster"]) {
            let detail = "the table is written again".to_owned();
            told.push(Told { rule: &REWRITES_TABLE, detail, table: None, by_rows: false });
        }
    }

    fn each_table(&self, list: &Self, told: &mut Vec<Told>) {
        for (table, _) in list.parts().iter().filter_map(Self::table) {
            let detail = format!("every row of `{table}`");
            if self.begin(&["drop"]) {
                let gone = format!("`{table}` is dropped");
                told.push(Told { rule: &BREAKS_CODE, detail: gone, table: Some(table.clone()), by_rows: false });
            }
            told.push(Told { rule: &DELETES_DATA, detail, table: Some(table), by_rows: true });
        }
    }

    fn alter_table(&self, told: &mut Vec<Told>) {
        let rest = self.skip(2).past(&["if", "exists"]).past(&["only"]);
        let Some((table, length)) = rest.table() else { return };
        for action in rest.skip(length).past(&["*"]).parts() {
            for (rule, detail, by_rows) in action.action() {
                told.push(Told { rule, detail, table: Some(table.clone()), by_rows });
            }
        }
    }

    /// What one action of ALTER TABLE does.
    fn action(&self) -> Vec<(&'static Rule, String, bool)> {
        let say = |rule: &'static Rule, detail: &str| vec![(rule, detail.to_owned(), true)];
        match (self.word(0), self.word(1)) {
            ("drop", "constraint") => Vec::new(),
            ("drop", _) => {
                let column = self.skip(1).past(&["column"]).past(&["if", "exists"]);
                let name = column.name(0).unwrap_or_default();
                vec![
                    (&BREAKS_CODE, format!("`{name}` is dropped"), false),
                    (&DELETES_DATA, format!("every value of `{name}`"), true),
                ]
            }
            ("rename", "constraint") => Vec::new(),
            ("rename", "to") => vec![(&BREAKS_CODE, "the table gets another name".to_owned(), false)],
            ("rename", _) => {
                let name = self.skip(1).past(&["column"]);
                vec![(&BREAKS_CODE, format!("`{}` gets another name", name.name(0).unwrap_or_default()), false)]
            }
            ("add", _) => self.addition(),
            ("alter", _) if self.has(&["set", "not", "null"]) => {
                let detail = "every row is read; validate a CHECK (… IS NOT NULL) that was added NOT VALID before";
                let mut all = say(&BLOCKS_READS, detail);
                all.push((&BREAKS_CODE, "code that writes NULL".to_owned(), false));
                all
            }
            ("alter", _) if self.word(2) == "type" || self.word(3) == "type" || self.has(&["set", "data", "type"]) => {
                say(&REWRITES_TABLE, "a column gets another type")
            }
            ("disable", "row") => vec![(&WEAKENS_ACCESS, "row security is off".to_owned(), false)],
            ("no", "force") => vec![(&WEAKENS_ACCESS, "its owner sees and changes every row".to_owned(), false)],
            ("set", "logged" | "unlogged" | "access" | "tablespace") => {
                say(&REWRITES_TABLE, "the table is written again")
            }
            _ => Vec::new(),
        }
    }

    /// What `ADD …` does.
    fn addition(&self) -> Vec<(&'static Rule, String, bool)> {
        let say = |rule: &'static Rule, detail: &str| vec![(rule, detail.to_owned(), true)];
        let named = self.word(1) == "constraint";
        let body = if named { self.skip(3) } else { self.skip(1) };
        let checked_later = self.has(&["not", "valid"]);
        match body.word(0) {
            "foreign" if !checked_later => {
                say(&BLOCKS_WRITES, "every row is checked; add it NOT VALID and validate it later")
            }
            "check" if !checked_later => {
                say(&BLOCKS_READS, "every row is checked; add it NOT VALID and validate it later")
            }
            "unique" | "primary" if !self.has(&["using", "index"]) => {
                say(&BLOCKS_READS, "an index is built; build it CONCURRENTLY first, and say USING INDEX")
            }
            "exclude" => say(&BLOCKS_READS, "an index is built"),
            "foreign" | "check" | "unique" | "primary" => Vec::new(),
            _ if named => Vec::new(),
            _ => {
                let column = body.past(&["column"]).past(&["if", "not", "exists"]);
                let name = column.name(0).unwrap_or_default();
                let filled =
                    ["default", "generated", "serial", "bigserial", "smallserial"].iter().any(|it| column.has(&[it]));
                let refuses = column.has(&["not", "null"]) || column.has(&["primary", "key"]);
                match refuses && !filled {
                    true => vec![
                        (&MAY_FAIL, format!("rows would need a value for `{name}`"), true),
                        (&BREAKS_CODE, format!("code that inserts without `{name}`"), false),
                    ],
                    false => Vec::new(),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(sql: &str) -> Vec<(&'static str, Option<String>)> {
        in_script(sql).into_iter().map(|it| (it.hazard.rule.name, it.table.filter(|_| it.by_rows))).collect()
    }

    #[test]
    fn dangers_are_found_in_what_somebody_wrote() {
        let t = Some("t".to_owned());
        for (sql, wish) in [
            ("CREATE UNIQUE INDEX i ON t (a)", vec![("blocks_writes", t.clone())]),
            ("create index i on only s.\"T\" (a)", vec![("blocks_writes", Some("s.\"T\"".to_owned()))]),
            ("CREATE INDEX CONCURRENTLY i ON t (a)", vec![]),
            ("ALTER TABLE ONLY t DROP a", vec![("breaks_code", None), ("deletes_data", t.clone())]),
            (
                "ALTER TABLE IF EXISTS t DROP COLUMN IF EXISTS a",
                vec![("breaks_code", None), ("deletes_data", t.clone())],
            ),
            ("ALTER TABLE t DROP CONSTRAINT a, RENAME CONSTRAINT b TO c", vec![]),
            ("ALTER TABLE t RENAME a TO b", vec![("breaks_code", None)]),
            ("ALTER TABLE t RENAME TO b", vec![("breaks_code", None)]),
            ("ALTER TABLE t ADD a int NOT NULL", vec![("may_fail", t.clone()), ("breaks_code", None)]),
            ("ALTER TABLE t ADD COLUMN a int NOT NULL DEFAULT 0, ADD b numeric(4,2)", vec![]),
            ("ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u", vec![("blocks_writes", t.clone())]),
            ("ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID", vec![]),
            ("ALTER TABLE t ADD CONSTRAINT c UNIQUE USING INDEX i", vec![]),
            ("ALTER TABLE t ADD PRIMARY KEY (a)", vec![("blocks_reads", t.clone())]),
            ("ALTER TABLE t ALTER a TYPE bigint", vec![("rewrites_table", t.clone())]),
            ("ALTER TABLE t ALTER COLUMN a SET NOT NULL", vec![("blocks_reads", t.clone()), ("breaks_code", None)]),
            ("ALTER TABLE t NO FORCE ROW LEVEL SECURITY", vec![("weakens_access", None)]),
            (
                "ALTER TABLE t NO FORCE ROW LEVEL SECURITY; UPDATE t SET a = 1; ALTER TABLE t FORCE ROW LEVEL SECURITY",
                vec![],
            ),
            ("DROP TABLE IF EXISTS t", vec![("breaks_code", None), ("deletes_data", t.clone())]),
            ("TRUNCATE t", vec![("deletes_data", t.clone())]),
            ("DELETE FROM t", vec![("deletes_data", t.clone())]),
            ("DELETE FROM t WHERE a = 1", vec![]),
            ("CREATE TABLE IF NOT EXISTS t (a int); CREATE INDEX i ON t (a); ALTER TABLE t DROP a", vec![]),
            ("SELECT 'DROP TABLE t' -- DROP TABLE t", vec![]),
        ] {
            assert_eq!(found(sql), wish, "{sql}");
        }
    }
}
