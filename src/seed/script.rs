//! `seeds/*.sql`: what may stand in one, found before anything runs.
//!
//! A seed's statements run inside the guarded transaction. So they write rows and nothing else: no statement may end the
//! transaction, take another role, or touch row security. What a function does that they call is found afterwards, when
//! the state of row security is checked before the commit.

mod words;

use self::words::{begins_outside, must_write, not_for_a_seed, reaches_outside, selects_into, target};
use super::model::{Script, ScriptStatement, SeedFile, Tenant, TenantValue, Value};
use super::read::Reading;
use super::template::Template;
use crate::kind::KindTag;
use crate::load::{Place, Source, names};
use crate::schema::Id;
use crate::sql::{Token, TokenKind, name_of, split, tokens};

/// Reads a script.
pub(super) fn read(reading: &Reading<'_>, source: &Source, file: usize, name: &str) -> SeedFile {
    let mut seed = SeedFile { name: name.to_owned(), path: source.path.clone(), ..SeedFile::default() };
    let place = |start: usize, length: usize| Place { file, span: start..start + length };
    if let Some(at) = source.text.find('\0') {
        reading.report.say(&place(at, 1), "a NUL character has no place in SQL");
        return seed;
    }
    let (all, statements) = match tokens(&source.text).and_then(|all| Ok((all, split(&source.text)?))) {
        Ok(both) => both,
        Err(error) => {
            reading.report.say(&place(error.start, 1), error.to_string());
            return seed;
        }
    };
    let mut checker =
        Checker { reading, file, temporary: Vec::new(), seed: &mut seed, may_write_nothing: Vec::new(), tenant: None };
    for token in all.iter().filter(|token| token.kind == TokenKind::Comment) {
        checker.directive(token);
    }
    for token in all.iter().filter(|token| begins_meta_command(&source.text, token)) {
        reading.report.say(&place(token.start, 1), "commands of psql such as `\\i` or `\\copy` are not SQL");
    }
    let mut script = Script { file, ..Script::default() };
    let mut before = 0;
    for statement in statements {
        let solid = solid(statement.text);
        let writes = checker.statement(&solid, statement.start);
        let excused =
            checker.may_write_nothing.iter().any(|at| (before..statement.start + statement.text.len()).contains(at));
        let at = place(statement.start, statement.text.len());
        script.statements.push(ScriptStatement { at, writes: writes && !excused });
        before = statement.start + statement.text.len();
    }
    script.tenant = checker.tenant.take();
    script.temporary = std::mem::take(&mut checker.temporary);
    seed.script = Some(script);
    seed
}

/// Whether a backslash outside quotes begins a line, as psql's own commands do.
fn begins_meta_command(text: &str, token: &Token<'_>) -> bool {
    let line = text[..token.start].rfind('\n').map_or(0, |at| at + 1);
    token.text.starts_with('\\') && text[line..token.start].trim().is_empty()
}

fn solid(text: &str) -> Vec<Token<'_>> {
    let mut all = tokens(text).unwrap_or_default();
    all.retain(|token| !matches!(token.kind, TokenKind::Space | TokenKind::Comment));
    all
}

struct Checker<'a> {
    reading: &'a Reading<'a>,
    file: usize,
    /// Tables that the script makes for itself.
    temporary: Vec<String>,
    seed: &'a mut SeedFile,
    /// Where it says that the next statement may find nothing to do.
    may_write_nothing: Vec<usize>,
    tenant: Option<Tenant>,
}

impl Checker<'_> {
    fn say(&self, start: usize, length: usize, message: impl Into<String>, hint: &str) {
        self.reading.report.hint(&Place { file: self.file, span: start..start + length }, message, hint);
    }

    /// `-- dbtool: environments a, b`, `-- dbtool: writes a, b`, `-- dbtool: tenant VALUE`, `-- dbtool: may write nothing`.
    /// What looks like one and is not is a mistake: it may have been a guard.
    fn directive(&mut self, token: &Token<'_>) {
        if !token.text.to_lowercase().contains("dbtool:") {
            return;
        }
        let said =
            token.text.strip_prefix("--").and_then(|text| text.trim().strip_prefix("dbtool:")).unwrap_or_default();
        let (word, rest) = said.trim().split_once(char::is_whitespace).unwrap_or((said.trim(), ""));
        let place = Place { file: self.file, span: token.start..token.start + token.text.len() };
        let list = || rest.split(',').map(|one| one.trim().to_owned()).filter(|one| !one.is_empty());
        match word {
            "environments" if list().next().is_some() => {
                super::read::check_environments(self.reading, &list().collect::<Vec<_>>(), &place);
                self.seed.environments = Some(list().collect());
            }
            "writes" => {
                let tables: Vec<Id> = list().filter_map(|name| self.declared(&name, &place)).collect();
                self.seed.writes.extend(tables);
            }
            "tenant" => self.tenant(rest.trim(), place),
            "may" if rest.trim() == "write nothing" => self.may_write_nothing.push(token.start),
            _ => {
                let hint =
                    "there are `-- dbtool: environments a, b`, `writes a, b`, `tenant VALUE` and `may write nothing`";
                self.say(token.start, token.text.len(), format!("`{}` is not known here", token.text.trim()), hint);
            }
        }
    }

    fn tenant(&mut self, value: &str, at: Place) {
        let Some(setting) = self.reading.tenant_setting else {
            let hint = "say `tenant_setting = \"app.tenant_id\"` in dbtool.toml";
            self.reading.report.hint(&at, "which setting holds the tenant is not known", hint);
            return;
        };
        let value = TenantValue::Value(Value::Text(Template::plain(value)));
        self.tenant = Some(Tenant { setting: setting.to_owned(), value, at });
    }

    /// Checks a statement and says whether it must write a row.
    fn statement(&mut self, solid: &[Token<'_>], start: usize) -> bool {
        let words: Vec<String> = solid.iter().map(upper).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let length = solid.first().map_or(1, |token| token.text.len());
        if let Some(why) = not_for_a_seed(&words) {
            self.say(start, length, why, "a seed writes rows; what changes the schema is a migration");
            return false;
        }
        if let ["CREATE", "TEMP" | "TEMPORARY", "TABLE", rest @ ..] = words.as_slice() {
            let skip = if rest.starts_with(&["IF", "NOT", "EXISTS"]) { 6 } else { 3 };
            if let Some(name) = solid.get(skip).and_then(name_of) {
                self.temporary_table(&name, start + solid[skip].start);
            }
        }
        if let Some(at) = words.iter().position(|word| *word == "INTO").filter(|at| selects_into(&words, *at)) {
            let hint = "rows that are put aside for a moment go into a temporary table";
            self.say(start + solid[at].start, 4, "`SELECT INTO` makes a table; a seed writes rows", hint);
        }
        self.forbidden(solid, start, words.first() == Some(&"DO"));
        self.targets(solid, start, 0);
        must_write(&words) && !self.writes_own_table(solid)
    }

    /// A temporary table hides one of its name.
    fn temporary_table(&mut self, name: &str, start: usize) {
        let hidden = self.reading.schema.of_kind(KindTag::Table).any(|(id, _)| id.name == name);
        if hidden {
            let message = format!("the temporary table `{name}` would hide the declared one");
            self.say(start, name.len(), message, "give it another name");
        }
        self.temporary.push(name.to_owned());
    }

    /// Words that reach outside the transaction: at the beginning of a statement, or wherever they cannot mean a column.
    /// In the body of a `DO`, at the beginning of each of its statements, too.
    fn forbidden(&self, solid: &[Token<'_>], start: usize, body: bool) {
        let mut begins = true;
        for (at, token) in solid.iter().enumerate() {
            let ahead: Vec<String> = solid[at..].iter().take(5).map(plain).collect();
            let ahead: Vec<&str> = ahead.iter().map(String::as_str).collect();
            let what = if begins { begins_outside(&ahead, body) } else { None };
            if let Some(what) = what.or_else(|| reaches_outside(&ahead)) {
                let hint = "the seed runs in one guarded transaction, as one role, under one state of row security";
                self.say(start + token.start, token.text.len(), format!("`{what}` has no place in a seed"), hint);
            }
            if let ["SET_CONFIG", "(", ..] = ahead.as_slice() {
                self.set_config(&solid[at..], start);
            }
            begins = body && matches!(ahead[0], ";" | "BEGIN" | "THEN" | "ELSE" | "LOOP");
            if body && token.kind == TokenKind::Text {
                let (text, offset) = inside(token.text);
                self.forbidden(&self::solid(text), start + token.start + offset, true);
            }
        }
    }

    /// `set_config` is taken with a name that can be read, of a setting that is the application's.
    fn set_config(&self, solid: &[Token<'_>], start: usize) {
        let name = solid.get(2).map(|token| token.text).unwrap_or_default();
        let simple = name.strip_prefix('\'').and_then(|name| name.strip_suffix('\''));
        let own = simple.is_some_and(|name| name.contains('.') && !name.contains(['\'', '\n']));
        if !own {
            let place = start + solid[0].start;
            let message = format!("`set_config({name})` has no place in a seed");
            self.say(
                place,
                solid[0].text.len(),
                message,
                "only settings of the application, such as 'app.tenant', are a seed's to set",
            );
        }
    }

    /// Notes the tables that a statement writes, those in the body of a `DO` included.
    fn targets(&mut self, solid: &[Token<'_>], start: usize, depth: usize) {
        for (at, token) in solid.iter().enumerate() {
            if depth == 0 && token.kind == TokenKind::Text && token.text.starts_with('$') {
                let (text, offset) = inside(token.text);
                self.targets(&self::solid(text), start + token.start + offset, 1);
            }
            let Some(name_at) = target(solid, at) else { continue };
            let Some((name, place)) = self.named(solid, name_at, start) else { continue };
            if let Some(table) = self.declared(&name, &place) {
                self.seed.writes.push(table);
            }
        }
    }

    fn writes_own_table(&self, solid: &[Token<'_>]) -> bool {
        let named = (0..solid.len()).find_map(|at| target(solid, at)).and_then(|at| solid.get(at)).and_then(name_of);
        named.is_some_and(|name| self.temporary.contains(&name.into_owned()))
    }

    /// The table's name that begins at a token, unless the script made that table itself.
    fn named(&self, solid: &[Token<'_>], at: usize, start: usize) -> Option<(String, Place)> {
        let first = solid.get(at)?;
        let mut name = name_of(first)?.into_owned();
        let mut end = first.start + first.text.len();
        if let (Some(dot), Some(second)) = (solid.get(at + 1), solid.get(at + 2))
            && dot.text == "."
        {
            name = format!("{name}.{}", name_of(second)?);
            end = second.start + second.text.len();
        }
        let place = Place { file: self.file, span: start + first.start..start + end };
        (!self.temporary.contains(&name)).then_some((name, place))
    }

    fn declared(&self, name: &str, at: &Place) -> Option<Id> {
        let (namespace, bare) = names::split(name)?;
        let id = Id::new(KindTag::Table, &namespace, &bare);
        if !self.reading.schema.contains(&id) {
            let hint = "a seed writes declared tables only";
            self.reading.report.hint(at, format!("the table `{name}` is not declared in schema/"), hint);
            return None;
        }
        Some(id)
    }
}

/// A word in upper case, whether it is quoted or not: `"row_security"` is `row_security`.
fn plain(token: &Token<'_>) -> String {
    match token.kind {
        TokenKind::QuotedName => name_of(token).unwrap_or_default().to_uppercase(),
        _ => upper(token),
    }
}

fn upper(token: &Token<'_>) -> String {
    if token.kind == TokenKind::Word { token.text.to_uppercase() } else { token.text.to_owned() }
}

/// What stands between the quotes of a text, and how far in.
fn inside(text: &str) -> (&str, usize) {
    let opening = match text.strip_prefix('$') {
        Some(rest) => rest.find('$').map_or(0, |at| at + 2),
        None => text.find('\'').map_or(0, |at| at + 1),
    };
    let closing = if text.starts_with('$') { opening } else { 1 };
    (text.get(opening..text.len().saturating_sub(closing)).unwrap_or_default(), opening)
}
