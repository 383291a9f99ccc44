//! ALTER TABLE, also under its other names, and what partitions open.

use super::names::{Made, Names};
use super::value::{self, PLAIN, is_volatile};
use super::words::Words;
use super::{About, Asks, Closer, Told, moved, parts, statement};
use crate::hazard::{
    BLOCKS_READS, BLOCKS_WRITES, BREAKS_CODE, DELETES_DATA, MAY_FAIL, REWRITES_TABLE, Rule, WEAKENS_ACCESS,
};

/// What an ALTER TABLE is about.
struct Altered {
    table: Option<String>,
    if_exists: bool,
    actions: Vec<Words>,
}

impl Altered {
    fn read(words: &Words) -> Option<Self> {
        let kind = words.altered()?;
        let rest = kind.past(&["if", "exists"]);
        let if_exists = rest.len() < kind.len();
        let (table, rest) = rest.table();
        Some(Self { table, if_exists, actions: rest.split(",") })
    }
}

/// Says what an ALTER TABLE, or a new partition, does.
pub(super) fn judge(words: &Words, names: &Names, told: &mut Vec<Told>) {
    if let Some(at) = words.find(&["partition", "of"]).filter(|_| words.begin(&["create"])) {
        let own = words.after("table").past(&["if", "not", "exists"]).dotted().0;
        let parent = words.skip(at + 2).dotted().0;
        partition(&own, &parent, !names.flow.is_open(&own), told);
        default(&parent, told);
    }
    let Some(Altered { table, if_exists, actions }) = Altered::read(words) else { return };
    if words.has(&["all", "in", "tablespace"]) {
        told.push(Told::of(&REWRITES_TABLE, "every table of a tablespace is written again", About::Anything));
        return;
    }
    let gets = actions.clone();
    for action in actions {
        let before = told.len();
        Action { words: action, table: &table }.judge(names, told);
        let again = |it: &Told| match &it.closer {
            Some(Closer::Default(_, column)) => gets.iter().any(|action| defaults(action, column)),
            _ => false,
        };
        let mut fresh = told.split_off(before);
        fresh.retain(|it| !again(it));
        told.extend(fresh.into_iter().map(|it| if if_exists { it.if_exists(true) } else { it }));
    }
}

/// Whether an action gives a column a default, or lets it go without a value.
fn defaults(action: &Words, column: &str) -> bool {
    let named = action.skip(1).past(&["column"]);
    let what = named.skip(1);
    let gives = [&["set", "default"][..], &["add", "generated"], &["drop", "not", "null"]];
    let gone = action.begin(&["drop"]) && named.past(&["if", "exists"]).name(0) == Some(column);
    gone || (action.begin(&["alter"]) && named.name(0) == Some(column) && gives.iter().any(|it| what.begin(it)))
}

/// Whether a statement takes back what opened a table for the length of a file.
pub(super) fn closes(words: &Words, closer: &Closer) -> bool {
    let made = words.skip(1).past(&["or", "replace"]).past_any(&["constraint", "materialized", "recursive"]);
    let named = words.begin(&["create"]).then(|| made.skip(1));
    match (closer, named) {
        (Closer::View(of), Some(name)) => return made.begin(&["view"]) && name.dotted().0.as_ref() == Some(of),
        (Closer::Routine(of), Some(name)) => {
            return made.begins_with(&["function", "procedure"]) && name.last_name().as_ref() == Some(of);
        }
        (Closer::Made(table, of), Some(name)) => {
            let on = name.after("on").table().0;
            return made.begin(&["trigger"]) && name.name(0) == Some(of) && on.as_ref() == Some(table);
        }
        (Closer::Policy(of), Some(name)) => {
            let lets = made.begin(&["policy"]) && !words.says(&["restrictive"]);
            return lets && name.after("on").table().0.as_ref() == Some(of);
        }
        _ => {}
    }
    let Some(Altered { table: Some(table), actions, .. }) = Altered::read(words) else { return false };
    let last = |of: &str, on: &[&str], off: &[&str]| {
        let state = |it: &Words| (it.begin(on) || it.begin(off)).then(|| it.begin(on));
        table == of && actions.iter().filter_map(state).next_back() == Some(true)
    };
    match closer {
        Closer::Force(of) => last(of, &["force", "row"], &["no", "force"]),
        Closer::Enable(of) => last(of, &["enable", "row"], &["disable", "row"]),
        Closer::Trigger(of, name) => last(of, &["enable", "trigger", name], &["disable", "trigger"]),
        Closer::Default(of, column) => table == *of && actions.iter().any(|action| defaults(action, column)),
        Closer::Made(..) | Closer::View(_) | Closer::Routine(_) | Closer::Policy(_) => false,
    }
}

/// Rows that a new partition is for may stand in the one for all others.
fn default(parent: &Option<String>, told: &mut Vec<Told>) {
    let detail = "every row of the DEFAULT partition is read, for those that belong into the new one";
    told.push(Told::table(&BLOCKS_READS, detail, parent, Asks::Default));
}

/// A partition is not closed as its parent is, and shows through it. Of one that the file makes others see what they have
/// rights on.
fn partition(own: &Option<String>, parent: &Option<String>, is_new: bool, told: &mut Vec<Told>) {
    let detail = "policies of its parent do not bind who queries a partition directly";
    let asks = if is_new { Asks::Opens } else { Asks::Closed };
    told.push(Told::table(&WEAKENS_ACCESS, detail, parent, asks).until(own.clone().map(Closer::Enable)));
}

struct Action<'a> {
    words: Words,
    table: &'a Option<String>,
}

impl Action<'_> {
    fn tell(&self, told: &mut Vec<Told>, rule: &'static Rule, detail: impl Into<String>, asks: Asks) {
        told.push(Told::table(rule, detail, self.table, asks));
    }

    fn judge(&self, names: &Names, told: &mut Vec<Told>) {
        let words = &self.words;
        match (words.word(0), words.word(1)) {
            ("drop", "constraint") => {
                let name = words.skip(2).past(&["if", "exists"]).shown();
                let detail = format!("code that relies on `{name}`, as with ON CONFLICT");
                self.tell(told, &BREAKS_CODE, detail, Asks::Unique(name));
            }
            ("drop", _) => self.drop_column(told),
            ("rename", "constraint") => {}
            ("rename", "to") => self.tell(told, &BREAKS_CODE, "the table gets another name", Asks::There),
            ("rename", _) => {
                let name = words.skip(1).past(&["column"]);
                self.tell(told, &BREAKS_CODE, format!("`{}` gets another name", name.shown()), Asks::There);
            }
            ("set", "schema") => self.tell(told, &BREAKS_CODE, "the table gets another namespace", Asks::There),
            ("add", _) => self.addition(names, told),
            ("alter", _) => self.column(names, told),
            ("set", "logged" | "unlogged" | "access" | "tablespace") => {
                self.tell(told, &REWRITES_TABLE, "the table is written again", Asks::Rows);
            }
            ("attach", "partition") => self.attach(names, told),
            ("enable" | "force", "row") if !names.has_policy(self.table) => {
                let detail = "whom row security binds finds no rows without a policy";
                let asks = Asks::Unpoliced { forced: words.begin(&["force"]) };
                let again = self.table.clone().map(Closer::Policy);
                told.push(Told::table(&BREAKS_CODE, detail, self.table, asks).until(again));
            }
            ("detach", "partition") => {
                self.tell(told, &BREAKS_CODE, "rows are no longer found through it", Asks::There);
            }
            _ => self.access(names, told),
        }
        moved::into_columns(words, self.table, names, told);
        if words.begin(&["drop"]) && words.ends(&["cascade"]) {
            self.tell(told, &BREAKS_CODE, "what hangs on it goes along (CASCADE)", Asks::There);
            self.tell(told, &WEAKENS_ACCESS, statement::RESTRICTIONS, Asks::Restrains);
        }
    }

    fn drop_column(&self, told: &mut Vec<Told>) {
        let column = self.words.skip(1).past(&["column"]).past(&["if", "exists"]);
        let name = column.shown();
        self.tell(told, &BREAKS_CODE, format!("`{name}` is dropped"), Asks::There);
        self.tell(told, &DELETES_DATA, format!("every value of `{name}`"), Asks::Rows);
    }

    /// What changes who sees and changes what.
    fn access(&self, names: &Names, told: &mut Vec<Told>) {
        let words = &self.words;
        let (table, third) = (self.table.clone(), words.word(2).to_owned());
        let (detail, closer) = match (words.word(0), words.word(1)) {
            ("disable", "row") => ("row security is off", table.map(Closer::Enable)),
            ("no", "force") => ("its owner sees and changes every row", table.map(Closer::Force)),
            ("disable", "trigger") => ("triggers do not fire", table.map(|table| Closer::Trigger(table, third))),
            ("disable", "rule") => ("a rule no longer holds", None),
            ("enable", "replica") => ("a trigger fires on replicas only", None),
            ("owner", "to") => ("another role owns it", None),
            ("inherit", _) => {
                // Its rows are found through the other, which may be less closed.
                self.tell(told, &WEAKENS_ACCESS, "its rows are found through another table", Asks::Closed);
                let parent = words.skip(1).dotted().0;
                moved::joined(self.table, &parent, names, told);
                if names.flow.is_open(self.table) {
                    parts::opened(self.table, &parent, told);
                }
                super::rows::steers(&parent, names, told);
                return;
            }
            ("set", "(") if ["security_invoker", "security_barrier"].iter().any(|it| is_off(words, it)) => {
                ("it reads with its owner's rights, or without its barrier", None)
            }
            ("reset", "(") if words.has(&["security_invoker"]) || words.has(&["security_barrier"]) => {
                ("it reads with its owner's rights, or without its barrier", None)
            }
            _ => return,
        };
        told.push(Told::table(&WEAKENS_ACCESS, detail, self.table, Asks::There).until(closer));
        // What the file shows to others it would show to them all.
        let owned = words.begin(&["owner"]) && !names.flow.is_invoker(self.table);
        if owned || (words.begins_with(&["set", "reset"]) && names.flow.is_open(self.table)) {
            moved::shown_by(self.table, names, told);
        }
    }

    fn attach(&self, names: &Names, told: &mut Vec<Told>) {
        let part = self.words.skip(2).table().0;
        let is_new = matches!(names.made(&part), Some(Made::Empty | Made::Filled)) && !names.flow.is_open(&part);
        partition(&part, self.table, is_new, told);
        default(self.table, told);
        moved::joined(&part, self.table, names, told);
        super::rows::steers(self.table, names, told);
        let through = format!("its rows are found through {}", super::shown(self.table));
        told.push(Told::table(&WEAKENS_ACCESS, through, &part, Asks::Closed));
        told.push(Told::table(&BLOCKS_READS, "every row is checked against the partition's bounds", &part, Asks::Rows));
    }

    /// What `ALTER COLUMN …` does.
    fn column(&self, names: &Names, told: &mut Vec<Told>) {
        let column = self.words.skip(1).past(&["column"]);
        let (name, action) = (column.shown(), column.skip(1));
        if action.begin(&["set", "not", "null"]) {
            let detail = "every row is read; validate a CHECK (… IS NOT NULL) that was added NOT VALID before";
            self.tell(told, &BLOCKS_READS, detail, Asks::Rows);
            self.tell(told, &BREAKS_CODE, "code that writes NULL", Asks::There);
        } else if action.begin(&["type"]) || action.begin(&["set", "data", "type"]) {
            self.tell(told, &REWRITES_TABLE, "a column gets another type", Asks::Rows);
            let using = action.after("using");
            if using.len() > 0 && !(0..using.len()).any(|at| using.name(at) == column.name(0)) {
                self.tell(told, &DELETES_DATA, format!("every value of `{name}` is another"), Asks::Rows);
            }
        } else if action.begin(&["drop", "identity"]) {
            self.undefaulted(&name, told);
        } else if action.begin(&["set", "default"]) || action.begin(&["drop", "default"]) {
            if action.begin(&["drop"]) {
                self.undefaulted(&name, told);
            }
            let detail = format!("new rows may be others' by their `{name}`");
            let asks = value::asked_of(&name, &action.after("default"), names);
            self.tell(told, &WEAKENS_ACCESS, detail, asks);
        } else if action.begin(&["set", "expression"]) {
            self.tell(told, &REWRITES_TABLE, format!("`{name}` is computed again"), Asks::Rows);
        }
    }

    /// A column that gets no value by itself any more.
    fn undefaulted(&self, column: &str, told: &mut Vec<Told>) {
        let detail = format!("code that inserts without `{column}`");
        let again = self.table.clone().map(|table| Closer::Default(table, column.to_owned()));
        let asks = Asks::Required(column.to_owned());
        told.push(Told::table(&BREAKS_CODE, detail, self.table, asks).until(again));
    }

    /// What `ADD …` does.
    fn addition(&self, names: &Names, told: &mut Vec<Told>) {
        let named = self.words.word(1) == "constraint";
        let body = self.words.skip(if named { 3 } else { 1 });
        let later = body.says(&["not", "valid"]);
        let checked = "every row is checked; add it NOT VALID and validate it later";
        match body.word(0) {
            "foreign" if !later => {
                self.tell(told, &BLOCKS_WRITES, checked, Asks::Rows);
            }
            "check" | "not" if !later => self.tell(told, &BLOCKS_READS, checked, Asks::Rows),
            "unique" | "primary" if !body.says(&["using", "index"]) => {
                let detail = "an index is built; build it CONCURRENTLY first, and say USING INDEX";
                self.tell(told, &BLOCKS_READS, detail, Asks::Rows);
            }
            "exclude" => self.tell(told, &BLOCKS_READS, "an index is built", Asks::Rows),
            "foreign" | "check" | "not" | "unique" | "primary" => {}
            _ if named => {}
            _ => self.new_column(&body.past(&["column"]).past(&["if", "not", "exists"]), names, told),
        }
    }

    /// What a domain asks of its values every row is held against.
    fn typed(&self, column: &Words, names: &Names, told: &mut Vec<Told>) {
        let (Some(name), rest) = column.dotted() else { return };
        if rest.word(0) == "[" || rest.word(0) == "array" || PLAIN.contains(&column.word(0)) {
            return;
        }
        let detail = format!("each row is written again, as `{name}` may ask something of its values");
        let asks = if names.is_strict(&name) { Asks::Rows } else { Asks::Typed(name) };
        self.tell(told, &REWRITES_TABLE, detail, asks);
    }

    fn new_column(&self, column: &Words, names: &Names, told: &mut Vec<Told>) {
        let name = column.shown();
        self.typed(&column.skip(1), names, told);
        let counts =
            column.skip(1).begins_with(&["serial", "bigserial", "smallserial", "serial4", "serial8", "serial2"]);
        let default =
            column.after("default").before(&["not", "null", "check", "unique", "primary", "references", "constraint"]);
        let filled = counts || column.says(&["default"]) || column.says(&["generated"]);
        if (column.says(&["not", "null"]) || column.says(&["primary", "key"])) && !filled {
            self.tell(told, &MAY_FAIL, format!("rows would need a value for `{name}`"), Asks::Rows);
            self.tell(told, &BREAKS_CODE, format!("code that inserts without `{name}`"), Asks::There);
        }
        // The words of a virtual one are computed when it is read.
        let stored = column.says(&["generated"]) && !column.says(&["virtual"]);
        if counts || stored || is_volatile(&default) {
            let detail =
                format!("every row gets a value of its own for `{name}`; add it without, and fill it in batches");
            self.tell(told, &REWRITES_TABLE, detail, Asks::Rows);
        }
        if column.says(&["references"]) && filled {
            let detail =
                format!("every row's `{name}` is looked up; add the foreign key NOT VALID and validate it later");
            self.tell(told, &BLOCKS_READS, detail, Asks::Rows);
        }
        if column.says(&["check"]) {
            let detail = format!("every row is checked; add a CHECK on `{name}` NOT VALID and validate it later");
            self.tell(told, &BLOCKS_READS, detail, Asks::Rows);
        }
        if column.says(&["unique"]) || (column.says(&["primary", "key"]) && filled) {
            self.tell(told, &BLOCKS_READS, format!("an index on `{name}` is built"), Asks::Rows);
        }
    }
}

/// Whether an option is turned off.
fn is_off(words: &Words, option: &str) -> bool {
    let at = (0..words.len()).find(|at| words.word(*at) == option);
    at.is_some_and(|at| {
        words.word(at + 1) == "=" && !["true", "on", "1"].contains(&words.literal(at + 2).unwrap_or(words.word(at + 2)))
    })
}
