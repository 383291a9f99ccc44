//! A plan as SQL: the migration files and their ways back.

use crate::compare::Comparison;
use crate::hazard::{Head, WRITTEN, comments};
use crate::plan::{Part, Step, parts};
use crate::sql::printable;

/// The line that says that a file runs outside transactions.
const NO_TRANSACTION: &str = "-- dbtool: no-transaction";

/// The whole plan as one script, for reading.
pub fn script(comparison: &Comparison) -> String {
    let all = parts(&comparison.live, &comparison.desired, &comparison.plan, comparison.options);
    let many = all.len() > 1;
    let mut out = String::new();
    for (at, part) in all.iter().enumerate() {
        if many {
            let how = if part.transactional { "one transaction" } else { "no transaction" };
            let gap = if at > 0 { "\n" } else { "" };
            out.push_str(&format!("{gap}-- file {} of {}: {how}\n\n", at + 1, all.len()));
        }
        out.push_str(&statements(&part.steps));
    }
    out
}

/// A migration file: the directive if it needs one, what it is, what it starts from, its hazards, the statements.
pub fn up_script(title: &str, part: &Part) -> String {
    let mut head = Vec::new();
    if !part.transactional {
        head.push(NO_TRANSACTION.to_owned());
    }
    head.push(format!("-- {}", printable(title)));
    head.push(format!("{WRITTEN} {}", env!("CARGO_PKG_VERSION")));
    head.push(format!("-- from schema {}", part.before.fingerprint()));
    head.extend(Head::lines(&part.steps, &part.before));
    sealed(head, &statements(&part.steps))
}

/// The way back from a migration file.
pub fn down_script(title: &str, part: &Part) -> String {
    let mut head = Vec::new();
    if !part.transactional {
        head.push(NO_TRANSACTION.to_owned());
    }
    head.push(format!("-- the way back from: {}", printable(title)));
    head.extend(Head::lines(&part.down, &part.before));
    head.extend(Head::lost(part));
    head.push(format!("{WRITTEN} {}", env!("CARGO_PKG_VERSION")));
    sealed(head, &statements(&part.down))
}

/// A head, which says last what it is about, and the statements below it.
fn sealed(head: Vec<String>, statements: &str) -> String {
    let head = head.join("\n");
    let seal = Head::seal(&format!("{head}\n\n{statements}"));
    format!("{head}\n{seal}\n\n{statements}")
}

/// The statements, each on lines of its own, hazards as comments above them.
fn statements(steps: &[Step]) -> String {
    let mut out = String::new();
    let mut was_long = true;
    for step in steps {
        let comments = comments(step);
        let is_long = step.sql.contains('\n') || !comments.is_empty();
        if !out.is_empty() && (is_long || was_long) {
            out.push('\n');
        }
        comments.iter().for_each(|line| out.push_str(&format!("{line}\n")));
        // A comment at the end of an expression must not swallow the semicolon.
        let end = if step.sql.lines().last().is_some_and(|line| line.contains("--")) { "\n;\n" } else { ";\n" };
        out.push_str(&step.sql);
        out.push_str(end);
        was_long = is_long;
    }
    out
}
