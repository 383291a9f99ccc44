//! `seeds/*.sql`: what may stand in one, found before anything runs.
//!
//! A seed's statements run inside the guarded transaction. So they write rows and nothing else: no statement may end the
//! transaction, take another role, or touch row security. What a function does that they call is found afterwards, when
//! the state of row security is checked before the commit.

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
    let mut checker = Checker { reading, file, temporary: Vec::new(), seed: &mut seed, may_write_nothing: Vec::new() };
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
    script.tenant = checker.seed.script.take().and_then(|script| script.tenant);
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
}

impl Checker<'_> {
    fn say(&self, start: usize, length: usize, message: impl Into<String>, hint: &str) {
        self.reading.report.hint(&Place { file: self.file, span: start..start + length }, message, hint);
    }

    /// `-- dbtool: environments a, b`, `-- dbtool: writes a, b`, `-- dbtool: tenant VALUE`, `-- dbtool: may write nothing`.
    fn directive(&mut self, token: &Token<'_>) {
        let Some(said) = token.text.strip_prefix("--").and_then(|text| text.trim().strip_prefix("dbtool:")) else {
            return;
        };
        let (word, rest) = said.trim().split_once(char::is_whitespace).unwrap_or((said.trim(), ""));
        let place = Place { file: self.file, span: token.start..token.start + token.text.len() };
        let list = || rest.split(',').map(|one| one.trim().to_owned()).filter(|one| !one.is_empty());
        match word {
            "environments" => self.seed.environments = Some(list().collect()),
            "writes" => {
                let tables: Vec<Id> = list().filter_map(|name| self.declared(&name, &place)).collect();
                self.seed.writes.extend(tables);
            }
            "tenant" => {
                let Some(setting) = self.reading.tenant_setting else {
                    let hint = "say `tenant_setting = \"app.tenant_id\"` in dbtool.toml";
                    self.reading.report.hint(&place, "which setting holds the tenant is not known", hint);
                    return;
                };
                let value = TenantValue::Value(Value::Text(Template::plain(rest.trim())));
                let tenant = Some(Tenant { setting: setting.to_owned(), value, at: place });
                self.seed.script = Some(Script { tenant, ..Script::default() });
            }
            "may" if rest.trim() == "write nothing" => self.may_write_nothing.push(token.start),
            _ => {
                let known = "`environments a, b`, `writes a, b`, `tenant VALUE` and `may write nothing`";
                self.say(
                    token.start,
                    token.text.len(),
                    format!("`{}` is not known here", said.trim()),
                    &format!("there are {known}"),
                );
            }
        }
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
            self.temporary.extend(solid.get(skip).and_then(name_of).map(|name| name.into_owned()));
            return false;
        }
        self.forbidden(solid, start, words.first() == Some(&"DO"));
        self.targets(solid, start, 0);
        must_write(&words) && !self.writes_own_table(solid)
    }

    /// Words that reach outside the transaction, wherever they stand; inside quotes only where they are run.
    fn forbidden(&self, solid: &[Token<'_>], start: usize, runs_texts: bool) {
        for (at, token) in solid.iter().enumerate() {
            let ahead: Vec<String> = solid[at..].iter().take(4).map(upper).collect();
            let ahead: Vec<&str> = ahead.iter().map(String::as_str).collect();
            if let Some(what) = reaches_outside(&ahead, runs_texts) {
                let hint = "the seed runs in one guarded transaction, as one role, under one state of row security";
                self.say(start + token.start, token.text.len(), format!("`{what}` has no place in a seed"), hint);
            }
            if runs_texts && token.kind == TokenKind::Text {
                let (text, offset) = inside(token.text);
                let inner = crate::sql::tokens(text).map(|_| self::solid(text)).unwrap_or_default();
                self.forbidden(&inner, start + token.start + offset, true);
            }
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

/// Why a kind of statement may not stand in a seed at all, if so.
fn not_for_a_seed(words: &[&str]) -> Option<String> {
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

/// The command at the beginning of these words that reaches outside the seed's transaction; `body` where the words are
/// those of a `DO`.
fn reaches_outside(words: &[&str], body: bool) -> Option<String> {
    let unquoted = |text: &str| text.trim_matches('\'').to_lowercase();
    match words {
        [first @ ("COMMIT" | "ROLLBACK" | "ABORT" | "SAVEPOINT"), ..] => Some((*first).to_owned()),
        ["BEGIN", "TRANSACTION" | "WORK" | "ISOLATION" | ";", ..] | ["BEGIN"] => Some("BEGIN".to_owned()),
        ["START", "TRANSACTION", ..] => Some("START TRANSACTION".to_owned()),
        ["PREPARE", "TRANSACTION", ..] => Some("PREPARE TRANSACTION".to_owned()),
        ["END", "TRANSACTION" | "WORK", ..] => Some("END".to_owned()),
        ["END"] | ["RELEASE", ..] if !body => Some(words[0].to_owned()),
        ["SET", "ROLE", ..] | ["SET", "LOCAL" | "SESSION", "ROLE", ..] => Some("SET ROLE".to_owned()),
        ["RESET", "ROLE" | "ALL" | "SESSION", ..] | ["DISCARD", ..] => {
            Some(format!("{} {}", words[0], words.get(1).unwrap_or(&"")))
        }
        ["RESET", ..] if !body => Some("RESET".to_owned()),
        ["SESSION", "AUTHORIZATION", ..] => Some("SET SESSION AUTHORIZATION".to_owned()),
        ["SET", "SESSION", "CHARACTERISTICS", ..] => Some("SET SESSION CHARACTERISTICS".to_owned()),
        ["SET", "LOCAL" | "SESSION", "SESSION_REPLICATION_ROLE", ..] | ["SET", "SESSION_REPLICATION_ROLE", ..] => {
            Some("SET session_replication_role".to_owned())
        }
        ["SET", "ROW_SECURITY", ..] | ["SET", "LOCAL" | "SESSION", "ROW_SECURITY", ..] => {
            Some("SET row_security".to_owned())
        }
        ["ROW", "LEVEL", "SECURITY", ..] => Some("ROW LEVEL SECURITY".to_owned()),
        [first @ ("CREATE" | "ALTER" | "DROP"), second @ ("POLICY" | "ROLE" | "USER"), ..] => {
            Some(format!("{first} {second}"))
        }
        ["SET_CONFIG", "(", name, ..] => {
            let name = unquoted(name);
            let outside = ["role", "session_authorization", "row_security", "session_replication_role"];
            outside.contains(&name.as_str()).then(|| format!("set_config('{name}')"))
        }
        _ => None,
    }
}

/// Where the name of the table stands that the token at `at` writes, if it is the word of a write.
fn target(solid: &[Token<'_>], at: usize) -> Option<usize> {
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

/// Whether a statement is there to write rows. One with ON CONFLICT may find them all there.
fn must_write(words: &[&str]) -> bool {
    let mut depth = 0;
    let mut main = None;
    for word in words {
        match *word {
            "(" => depth += 1,
            ")" => depth -= 1,
            "INSERT" | "UPDATE" | "DELETE" | "MERGE" | "SELECT" | "VALUES" if depth == 0 && main.is_none() => {
                main = Some(*word)
            }
            "CONFLICT" if depth == 0 => return false,
            _ => {}
        }
    }
    matches!(main, Some("INSERT" | "UPDATE" | "DELETE" | "MERGE"))
}
