//! What the head of a migration file says of its hazards, for the commands that run it.

use sha2::{Digest as _, Sha256};

use super::{Rule, leading};
use crate::plan::{Part, Step};
use crate::schema::{Id, Schema};
use crate::sql::{printable, tokens_of};

/// How a file begins to say which version of dbtool wrote it.
pub const WRITTEN: &str = "-- written by dbtool";

/// How a migration file's head names its hazards.
pub const HAZARDS: &str = "-- hazards: ";

/// How it names those that were none where it was written, since a table was empty there, or its rows fit.
pub const WHERE_ROWS: &str = "-- hazard where there are rows: ";

/// How a way back's head says what it does not bring back.
pub const LOST: &str = "-- does not bring back ";

/// How a head says what stood below it when it was written.
const SEAL: &str = "-- seal ";

/// How a file's directives begin.
const DIRECTIVE: &str = "-- dbtool:";

/// The head of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Head {
    /// The hazards, where it names any or says that there are none.
    pub hazards: Option<Vec<&'static Rule>>,
    /// The names among them that are no hazards', with the line and the column where they stand.
    pub unknown: Vec<(usize, usize, String)>,
    /// The hazards that are none as long as a table is empty, with its name as SQL.
    pub where_rows: Vec<(&'static Rule, String)>,
    /// Whether dbtool wrote the file and nobody changed it since, so that the head is complete.
    pub written: bool,
    /// What does not come back.
    pub lost: Vec<String>,
}

impl Head {
    /// Reads the comments at the beginning of a file.
    pub fn read(sql: &str) -> Self {
        let mut head = Self::default();
        let (mut by_dbtool, mut seal) = (false, None);
        for (number, line) in sql.lines().take_while(|line| line.starts_with("--")).enumerate() {
            if line.starts_with(WRITTEN) {
                by_dbtool = true;
            } else if let Some(said) = line.strip_prefix(SEAL) {
                seal = Some(said.trim());
            } else if let Some(names) = line.strip_prefix(HAZARDS) {
                let rules = names.split(',').filter_map(|name| Rule::named(name.trim()));
                head.hazards.get_or_insert_default().extend(rules);
                head.unknown.extend(unknown(line, names).map(|(column, name)| (number + 1, column, name)));
            } else if let Some((rule, table)) = line.strip_prefix(WHERE_ROWS).and_then(|it| it.split_once(" in ")) {
                head.where_rows.extend(Rule::named(rule).map(|rule| (rule, table.trim().to_owned())));
            } else if let Some(lost) = line.strip_prefix(LOST) {
                head.lost.push(lost.to_owned());
            }
        }
        head.written = by_dbtool && seal.is_some_and(|said| said == seal_of(sql));
        head
    }

    /// The line that says what a file is made of, its head included.
    pub fn seal(file: &str) -> String {
        format!("{SEAL}{}", seal_of(file))
    }

    /// The lines for the statements of a file.
    pub fn lines(steps: &[Step], before: &Schema) -> Vec<String> {
        let mut names: Vec<&str> = steps.iter().flat_map(|step| &step.hazards).map(|it| it.rule.name).collect();
        names.sort_unstable();
        names.dedup();
        let said = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        let mut elsewhere: Vec<String> = Vec::new();
        for absent in steps.iter().flat_map(|step| &step.absent) {
            let Some(table) = &absent.hazard.table else { continue };
            // Before this file it may have another name than before the first.
            let table = if before.contains(table) { table } else { &absent.table };
            elsewhere.push(format!("{WHERE_ROWS}{} in {}", absent.hazard.rule.name, printable(&table.sql())));
        }
        elsewhere.sort_unstable();
        elsewhere.dedup();
        [format!("{HAZARDS}{said}")].into_iter().chain(elsewhere).collect()
    }

    /// What the way back of a file cannot bring back, as lines.
    pub fn lost(part: &Part) -> Vec<String> {
        let all = part.steps.iter().flat_map(|step| step.hazards.iter().chain(step.absent.iter().map(|it| &it.hazard)));
        let loses = all.filter(|hazard| *hazard.rule == super::DELETES_DATA);
        loses.map(|hazard| format!("{LOST}{}", printable(&hazard.detail))).collect()
    }
}

/// The names in the list at the end of a line that are no hazards', with their columns.
fn unknown<'a>(line: &'a str, names: &'a str) -> impl Iterator<Item = (usize, String)> {
    let none = |name: &str| name.is_empty() || name == "none" || Rule::named(name).is_some();
    let all = names.split(',').map(str::trim).filter(move |name| !none(name));
    all.map(move |name| {
        let before = line.get(..name.as_ptr() as usize - line.as_ptr() as usize).unwrap_or_default();
        (before.chars().count() + 1, name.to_owned())
    })
}

/// A hash of what a file does and of what its head says of that: comments may be put in, and the title be another.
fn seal_of(file: &str) -> String {
    let file = file.replace("\r\n", "\n");
    let mut hasher = Sha256::new();
    let mut add = |text: &str| {
        hasher.update(text.as_bytes());
        hasher.update([0]);
    };
    let says = |line: &&str| [HAZARDS, WHERE_ROWS, LOST, DIRECTIVE].iter().any(|begin| line.starts_with(begin));
    file.lines().take_while(|line| line.starts_with("--")).filter(says).for_each(&mut add);
    tokens_of(&file).unwrap_or_default().iter().for_each(|token| add(token.text));
    hasher.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// The comments above a statement: its hazards, and what would be some elsewhere.
pub fn comments(step: &Step) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for hazard in leading(&step.hazards) {
        out.push(format!("-- {}: {}", hazard.rule.name, printable(&hazard.detail)));
    }
    let absent: Vec<super::Hazard> = step.absent.iter().map(|it| it.hazard.clone()).collect();
    for hazard in leading(&absent) {
        let where_rows =
            hazard.table.as_ref().map_or(String::new(), |table: &Id| format!(", where `{}` holds rows", table.name));
        out.push(format!("-- {}{}: {}", hazard.rule.name, printable(&where_rows), printable(&hazard.detail)));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hazard::{BREAKS_CODE, DELETES_DATA, MAY_FAIL};

    #[test]
    fn a_head_is_read_as_it_is_written() {
        let head = Head::read(
            "-- title\n-- hazards: breaks_code, deletes_data\n-- hazard where there are rows: may_fail in public.\"a in b\"\n\
             -- does not bring back column `a`\n\n-- hazards: rewrites_table\nselect 1;",
        );
        assert_eq!(head.hazards, Some(vec![&BREAKS_CODE, &DELETES_DATA]));
        assert_eq!(head.where_rows, [(&MAY_FAIL, "public.\"a in b\"".to_owned())]);
        assert_eq!(head.lost, ["column `a`"]);
        assert_eq!(head.unknown, []);
        let head = Head::read("-- title\n-- hazards: none, Breaks_code , deletes_data,\n-- hazards: x\n");
        assert_eq!(head.unknown, [(2, 19, "Breaks_code".to_owned()), (3, 13, "x".to_owned())]);
        assert_eq!(Head::read("-- hazards: none\n").hazards, Some(Vec::new()));
        assert_eq!(Head::read("drop table t;"), Head::default());
    }

    #[test]
    fn a_head_is_complete_while_nobody_changes_what_it_is_about() {
        let head = "-- dbtool: no-transaction\n-- title\n-- written by dbtool 1.0\n-- hazards: breaks_code\n";
        let body = "\nDROP TABLE t;\n";
        let file = format!("{head}{}\n{body}", Head::seal(&format!("{head}{body}")));
        assert!(Head::read(&file).written);
        assert!(!Head::read(&format!("{head}{body}")).written, "without a seal");
        for (from, to, written) in [
            ("-- title", "-- another title", true),
            ("\nDROP", "\n-- why\n  DROP /* all */", true),
            ("-- hazards: breaks_code", "-- hazards: none", false),
            ("-- dbtool: no-transaction\n", "", false),
            ("DROP TABLE t;", "DROP TABLE t; DROP TABLE u;", false),
            ("DROP TABLE t;", "DROP TABLE \"T\";", false),
            ("-- written by dbtool 1.0\n", "", false),
        ] {
            assert_eq!(Head::read(&file.replace(from, to)).written, written, "{from} -> {to}");
        }
    }
}
