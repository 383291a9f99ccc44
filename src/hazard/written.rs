//! The hazards of SQL that somebody wrote by hand, as far as its statements show them. What cannot be looked into is said to
//! be so, as the danger that it may be.
//!
//! What hangs on the database is not known here: each hazard says what it is [`About`], and who runs the file looks there.

mod access;
mod ahead;
mod called;
mod code;
mod condition;
mod crossing;
mod flow;
mod held;
mod moved;
mod names;
mod replaced;
mod rows;
mod shift;
mod statement;
mod table;
mod words;

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

/// What has to be in a database for a hazard to be one there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// Nothing: it reaches out of the database.
    Always,
    /// Anything at all that somebody uses.
    Anything,
    /// A table with row security.
    Closed,
    /// A table.
    Table {
        /// Its name, as SQL.
        sql: String,
        /// What has to be so of it.
        asks: Asks,
        /// Whether it may just as well not be there: then there is no danger. Without that, a name that is not found is
        /// one, as nobody knows what it will mean.
        perhaps: bool,
    },
    /// Functions that somebody wrote, whose bodies are dangerous in their turn.
    Calls(Calls),
    /// Functions and operators that somebody wrote, which may read what row security hides.
    Moves(Moved),
    /// A table or a view that a search path may find before others of its name.
    Ahead(Ahead),
    /// A table with row security that had this name, in whatever namespace.
    InPlace(String),
    /// An extension of this name, with tables of its own.
    Extension(String),
    /// A policy, or what runs with its owner's rights, that calls a function of this name, or reads a view.
    Guards(String),
    /// A trigger of a table with row security that calls a function of this name.
    Hands(String),
    /// A function of this name.
    Routine(String),
}

/// What leads to functions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Calls {
    /// Functions by their names.
    pub functions: Vec<String>,
    /// Operators that are none of PostgreSQL's own.
    pub operators: Vec<String>,
    /// Tables and views that are read, as SQL.
    pub relations: Vec<String>,
}

/// What a search path may find before others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ahead {
    /// What it is.
    pub which: Which,
    /// Whether its namespace has the name of a role from now on.
    pub of_role: bool,
}

/// Tables and views that others of the same name may stand behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    /// One, in a namespace or in the one that files begin with.
    Named(Option<String>, String),
    /// One, and nobody knows where.
    Anywhere(String),
    /// All of a namespace, under a name that it has from now on.
    All {
        /// Its name before.
        of: String,
        /// Its name then.
        under: String,
    },
}

/// Rows that come to where others may see them, by what is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// What may read them.
    pub by: Calls,
    /// Where they come to.
    pub whither: Whither,
}

/// Where rows come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whither {
    /// A table that the file makes, which nobody else reads so far.
    Own,
    /// A table that was there before, as SQL.
    Table(String),
    /// Where others read them at once.
    All,
}

/// What has to be so of a table that was there before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asks {
    /// Nothing else.
    There,
    /// It holds rows.
    Rows,
    /// It has row security.
    Closed,
    /// It holds rows, and has one of these columns.
    Values(Vec<String>),
    /// A policy of this name restricts it.
    Restricts(String),
    /// It has row security, and a table that is made now shows what it hides.
    Opens,
    /// It has row security, and others may read where its rows come to.
    Copied(Whither),
    /// It holds rows, and a type is a domain that asks something of its values.
    Typed(String),
    /// It has row security, and so has the table that its rows come to, where they may be others'.
    Crosses(Box<Crossing>),
    /// Policies read one of these columns.
    Decides(Vec<String>),
    /// One of these roles has rights on it.
    Granted(Vec<String>),
    /// Policies of other tables read it.
    Steers,
    /// It has row security, and a function that its triggers call hands rows on: of this name, or the file's own.
    HandsOn(Option<String>),
    /// A partition for all other rows holds some.
    Default,
    /// It has a trigger of this name.
    Trigger(String),
    /// Some policy restricts, its own or another's.
    Restrains,
    /// It holds so many rows that going through them takes its time.
    Many,
    /// A condition leaves none of its rows out.
    Spares(Box<Spared>),
}

/// Rows that come from one table into another, or into others of the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crossing {
    /// The table that they come to, as SQL.
    pub to: String,
    /// The columns that are filled; all of the table's where it names none.
    pub columns: Vec<String>,
    /// What they are filled with, where rows are inserted.
    pub values: Option<Vec<Filled>>,
    /// Columns that are held equal.
    pub links: Vec<(String, String)>,
    /// Names that may stand for something else than the columns that have them.
    pub renamed: Vec<String>,
    /// The tables and views that are read, as SQL, as often as they are.
    pub beside: Vec<String>,
}

/// What a column is filled with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filled {
    /// A column as it is.
    Column(String),
    /// All columns of what is read.
    All,
    /// Anything else.
    Other,
}

/// A condition that rows are picked by, to be asked of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spared {
    /// The WITH clause before it, if there is one.
    pub with: String,
    /// What the table is called in it, as SQL.
    pub alias: String,
    /// The other tables that it is about, as SQL.
    pub sources: String,
    /// The condition.
    pub condition: String,
    /// The columns whose values are written over.
    pub columns: Vec<String>,
    /// The functions that it calls.
    pub calls: Vec<String>,
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
    /// All functions and operators that it names, PostgreSQL's own too.
    pub named: Vec<String>,
}

/// Looks into the body of a function in SQL or PL/pgSQL.
pub fn in_body(text: &str) -> Body {
    let mut names = Names::of_file(false, Flow::default());
    let mut body = Body::default();
    for (_, about) in code::body(text, &mut names) {
        match about {
            About::Calls(calls) => {
                body.calls.extend(calls.functions);
                body.operators.extend(calls.operators);
            }
            about => body.is_dangerous |= !about.is_of_rows(),
        }
    }
    let words = Words::of(text);
    body.writes = code::writes(&words);
    body.reads = called::relations(&words);
    body.named = called::named(&words);
    // What EXECUTE runs reads as well.
    let texts = (0..words.len()).filter_map(|at| words.literal(at)).map(Words::of);
    body.reads.extend(texts.flat_map(|words| called::relations(&words)));
    body
}

impl About {
    /// Whether it hangs on which rows a statement is about: of a function only its caller knows.
    fn is_of_rows(&self) -> bool {
        let Self::Table { asks, .. } = self else { return matches!(self, Self::Moves(_) | Self::Ahead(_)) };
        matches!(
            asks,
            Asks::Copied(_) | Asks::Crosses(_) | Asks::Decides(_) | Asks::Steers | Asks::Many | Asks::Spares(_)
        )
    }
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
