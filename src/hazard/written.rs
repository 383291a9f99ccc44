//! The hazards of SQL that somebody wrote by hand, as far as its statements show them. What cannot be looked into is said to
//! be so, as the danger that it may be.
//!
//! What hangs on the database is not known here: each hazard says what it is [`About`], and who runs the file looks there.

mod about;
mod access;
mod ahead;
mod between;
mod called;
mod code;
mod condition;
mod crossing;
mod flow;
mod held;
mod later;
mod moved;
mod names;
mod parts;
mod replaced;
mod rows;
mod running;
mod settings;
mod shift;
mod statement;
mod table;
mod value;
mod words;

pub use self::about::{About, Ahead, Asks, Begin, Calls, Crossing, Filled, Moved, Sets, Spared, Which, Whither};
use std::collections::HashSet;

use self::flow::Flow;
use self::held::Held;
use self::names::Names;
pub use self::replaced::replaces;
use self::words::Words;
use super::{BLOCKS_READS, BLOCKS_WRITES, BREAKS_CODE, Hazard, Rule};
use crate::sql::{TokenKind, first_token, split};

/// A hazard of a statement in a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The byte at which the statement begins.
    pub start: usize,
    /// What is dangerous.
    pub hazard: Hazard,
    /// What makes it so.
    pub about: About,
}

/// The hazards of a script, in order. Tables that it makes itself are nobody's yet.
pub fn in_script(sql: &str) -> Vec<Written> {
    Scripts::default().next(sql)
}

/// Scripts that run one after the other: what one of them brings where nobody reads it, a later one may show.
#[derive(Default)]
pub struct Scripts {
    flow: Flow,
}

impl Scripts {
    /// Passes over one whose hazards are known.
    pub fn pass(&mut self, sql: &str) {
        split(sql).unwrap_or_default().iter().for_each(|it| self.flow.follow(&Words::of(it.text)));
    }

    /// The hazards of the next of them.
    pub fn next(&mut self, sql: &str) -> Vec<Written> {
        let alone = first_token(sql).is_some_and(|token| {
            let said = token.text.strip_prefix("--").and_then(|body| body.trim().strip_prefix("dbtool:"));
            token.kind == TokenKind::Comment && said.is_some_and(|word| word.trim() == "no-transaction")
        });
        let all: Vec<(usize, Words)> =
            split(sql).unwrap_or_default().iter().map(|it| (it.start, Words::of(it.text))).collect();
        let mut names = Names::of_file(alone, std::mem::take(&mut self.flow));
        let found = in_statements(&all, &mut names, alone);
        let goes_back = all.iter().any(|(_, words)| shift::goes_back(words));
        self.flow = names.flow.of_next_file(!goes_back);
        found
    }
}

fn in_statements(all: &[(usize, Words)], names: &mut Names, alone: bool) -> Vec<Written> {
    let mut found = Vec::new();
    let mut held = Held::default();
    let goes_back = all.iter().any(|(_, words)| shift::goes_back(words));
    for (at, (start, words)) in all.iter().enumerate() {
        let waits = if alone { Vec::new() } else { held.waits(words, names) };
        let told = statement(words, names, true);
        held.follow(words, names);
        for (told, about) in told.into_iter().chain(waits) {
            // Within one transaction nobody sees it open.
            let again = |closer: &Closer| {
                all[at + 1..]
                    .iter()
                    .map(|(_, later)| later)
                    .take_while(|it| !shift::shifts(it))
                    .any(|it| table::closes(it, closer))
            };
            if !alone && !goes_back && told.closer.as_ref().is_some_and(again) {
                continue;
            }
            // Nobody was asked when it was written.
            let grave = [&BREAKS_CODE, &BLOCKS_READS, &BLOCKS_WRITES].contains(&told.rule);
            let hazard = told.rule.because(told.detail);
            found.push(Written { start: *start, hazard: if grave { hazard.gravely() } else { hazard }, about });
        }
    }
    found
}

/// What the body of a function does.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Body {
    /// Whether it does something dangerous, or what cannot be looked into.
    pub is_dangerous: bool,
    /// Whether it writes rows, or tells others of them.
    pub writes: bool,
    /// The functions that it calls.
    pub calls: Vec<String>,
    /// The tables and views that it reads, as SQL.
    pub reads: Vec<String>,
    /// The operators that it uses that are none of PostgreSQL's own.
    pub operators: Vec<String>,
    /// What moves rows in it to where others may see them.
    pub moves: Vec<About>,
    /// All functions and operators that it names, PostgreSQL's own too.
    pub named: Vec<String>,
    /// The settings that it changes; nothing stands for one that may be any.
    pub sets: Vec<Option<String>>,
    /// The settings that it reads.
    pub settings: Vec<String>,
    /// All names that stand in it, and in the texts in it.
    pub says: HashSet<String>,
}

impl Body {
    /// All that it calls.
    fn called(self) -> Calls {
        Calls { functions: self.calls, operators: self.operators, relations: self.reads, replaced: Vec::new() }
    }
}

/// Looks into the body of a function in SQL or PL/pgSQL.
pub fn in_body(text: &str) -> Body {
    let mut names = Names::of_file(false, Flow::default());
    let mut body = Body::default();
    let words = Words::of(text);
    for about in
        code::in_variables(&words, &names).into_iter().chain(code::body(text, &mut names).into_iter().map(|it| it.1))
    {
        let asks = if let About::Table { asks, .. } = &about { Some(asks) } else { None };
        if matches!(asks, Some(Asks::Copied(_) | Asks::Crosses(_))) || matches!(about, About::Moves(_)) {
            body.moves.push(about.clone());
        }
        match about {
            About::Calls(calls) => {
                body.calls.extend(calls.functions);
                body.operators.extend(calls.operators);
            }
            about => body.is_dangerous |= !about.is_of_rows(),
        }
    }
    body.writes = code::writes(&words);
    body.reads = called::relations(&words);
    body.named = called::named(&words);
    // What EXECUTE runs reads as well.
    let texts: Vec<Words> = (0..words.len()).filter_map(|at| words.literal(at)).map(Words::of).collect();
    body.reads.extend(texts.iter().flat_map(called::relations));
    body.sets = texts.iter().chain([&words]).flat_map(settings::changed).collect();
    body.settings = texts.iter().chain([&words]).flat_map(settings::read).collect();
    body.says = texts.iter().chain([&words]).flat_map(Words::names).collect();
    body
}

/// A hazard of one statement.
struct Told {
    rule: &'static Rule,
    detail: String,
    subject: Subject,
    /// What in the rest of the file takes it back.
    closer: Option<Closer>,
}

/// What a statement is about, before it is known what the file has made of its names.
enum Subject {
    Known(About),
    Table { table: Option<String>, asks: Asks, if_exists: bool },
}

/// What closes again what was opened for the length of a file.
enum Closer {
    Force(String),
    Enable(String),
    Trigger(String, String),
    /// A trigger of a table that is made again.
    Made(String, String),
    /// A view that is made again.
    View(String),
    /// A table that gets a policy that lets rows through.
    Policy(String),
    /// A column of a table that gets a default, or need not have a value.
    Default(String, String),
    /// A function that is made again.
    Routine(String),
}

impl Told {
    fn of(rule: &'static Rule, detail: impl Into<String>, about: About) -> Self {
        Self { rule, detail: detail.into(), subject: Subject::Known(about), closer: None }
    }

    fn table(rule: &'static Rule, detail: impl Into<String>, table: &Option<String>, asks: Asks) -> Self {
        let subject = Subject::Table { table: table.clone(), asks, if_exists: false };
        Self { rule, detail: detail.into(), subject, closer: None }
    }

    fn if_exists(mut self, said: bool) -> Self {
        if let Subject::Table { if_exists, .. } = &mut self.subject {
            *if_exists = said;
        }
        self
    }

    fn until(self, closer: Option<Closer>) -> Self {
        Self { closer, ..self }
    }
}

/// What one statement does. `certainly` says that it runs whenever the file does.
fn statement(words: &Words, names: &mut Names, certainly: bool) -> Vec<(Told, About)> {
    let mut told = Vec::new();
    statement::judge(words, names, &mut told);
    let mut found: Vec<(Told, About)> =
        told.into_iter().filter_map(|told| names.about(&told.subject).map(|about| (told, about))).collect();
    found.extend(code::inside(words, names));
    names.flow.follow(words);
    names.follow(words, certainly);
    found
}

/// A table as it stands in a message.
fn shown(table: &Option<String>) -> String {
    table.as_ref().map_or_else(|| "a table".to_owned(), |table| format!("`{table}`"))
}

#[cfg(test)]
mod tests;
