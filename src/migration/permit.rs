//! Whether a file's dangers are permitted where it is about to run: what its head names, or, where somebody wrote it by
//! hand, what its statements show.
//!
//! A file may have been written against a database whose tables were empty. Its head says so, and here they may not be: so
//! this is looked at again, right before the file runs.

use std::collections::{BTreeSet, HashMap};

use anyhow::Result;
use tokio_postgres::Client;

use super::folder::MigrationFile;
use super::look::{Found, Look};
use super::record::Direction;
use super::runner::Options;
use crate::error::{failure, refusal};
use crate::hazard::{ALL, About, Asks, CANNOT_UNDO, DELETES_DATA, Hazard, Head, Policy, Scripts, replaces};
use crate::source::place;
use crate::sql::{dollar_quote, printable, quote_literal};
use crate::talk::Talk;
use crate::types::nearest;

/// What migrations may do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Permit {
    /// What the project says of hazards where they run.
    pub policy: Policy,
    /// The hazards that are allowed for once.
    pub for_once: BTreeSet<&'static str>,
}

/// A danger of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Danger {
    /// What it is.
    pub hazard: Hazard,
    /// The line and the column of the statement, where somebody wrote it by hand.
    pub place: Option<(usize, usize)>,
    /// What makes it one.
    about: About,
}

impl Danger {
    fn plain(hazard: Hazard) -> Self {
        Self { hazard, place: None, about: About::Always }
    }

    /// What it is, with the place, in one line.
    pub fn told(&self, file: &str) -> String {
        let place = self.place.map(|(line, column)| format!(":{line}:{column}")).unwrap_or_default();
        let table = match &self.about {
            About::Table { sql, .. } => format!(" in `{sql}`"),
            _ => String::new(),
        };
        printable(&format!("{file}{place}: {}{table}: {}", self.hazard.rule.name, self.hazard.detail))
    }
}

/// The dangers of a file that nobody has said to mean: those that its head does not name. `before` are those that run before.
fn unnamed(file: &MigrationFile, direction: Direction, before: &mut Scripts) -> Vec<Danger> {
    let head = Head::read(&file.sql);
    let named = head.hazards.unwrap_or_default();
    let mut all = Vec::new();
    if head.written {
        // Later files may show what it brings along.
        before.pass(&file.sql);
    } else {
        all.extend(before.next(&file.sql).into_iter().map(|it| {
            let place = Some(place(&file.sql, it.start));
            // Who goes back means to break what goes forward.
            let grave = it.hazard.grave && (direction == Direction::Up || it.hazard.rule.refused);
            Danger { hazard: Hazard { grave, ..it.hazard }, place, about: it.about }
        }));
    }
    if file.down.is_none() && direction == Direction::Up {
        let hazard = CANNOT_UNDO.because("there is no down file, and so no way back");
        all.push(Danger::plain(Hazard { grave: false, ..hazard }));
    }
    all.retain(|danger| !named.contains(&danger.hazard.rule));
    all
}

/// The same, as far as they are dangers in a database. What hangs on rows is said all the same, as rows come.
///
/// # Errors
/// The server is lost.
pub async fn unnamed_here(client: &Client, options: &Options, files: &[&MigrationFile]) -> Result<Vec<Vec<Danger>>> {
    check_heads(files)?;
    let look = Look::around(client, &options.search_path).await?;
    let mut before = Scripts::default();
    let mut all: Vec<Vec<Danger>> = files.iter().map(|file| unnamed(file, Direction::Up, &mut before)).collect();
    let abouts: Vec<&About> = all.iter().flatten().map(|danger| &danger.about).collect();
    let mut found = look.at(client, &abouts).await?.into_iter();
    for dangers in &mut all {
        dangers.retain(|danger| {
            let by_rows =
                matches!(&danger.about, About::Table { asks: Asks::There | Asks::Rows | Asks::Values(_), .. });
            matches!(found.next(), Some(Found::Danger(_))) || by_rows
        });
    }
    Ok(all)
}

/// All of them. What the head names somebody has said to mean, unless the policy refuses it in so many words; who goes back
/// says it again.
fn dangers(file: &MigrationFile, direction: Direction, before: &mut Scripts) -> Vec<Danger> {
    let head = Head::read(&file.sql);
    let back = direction == Direction::Down;
    let named = head.hazards.unwrap_or_default().into_iter();
    let named = named.map(|rule| Danger::plain(Hazard { grave: back && rule.refused, ..rule.because(rule.effect) }));
    let elsewhere = head.where_rows.into_iter().map(|(rule, sql)| Danger {
        hazard: rule.because(rule.effect),
        place: None,
        about: About::Table { sql, asks: Asks::Rows, perhaps: false },
    });
    let lost = head.lost.into_iter().filter(|_| back);
    let lost = lost.map(|lost| Danger::plain(CANNOT_UNDO.because(format!("{lost} does not come back"))));
    named.chain(lost).chain(elsewhere).chain(unnamed(file, direction, before)).collect()
}

/// A danger that is there before its file runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Foreseen {
    /// What it is.
    pub danger: Danger,
    /// The same in one line, with the place and with what the database says of it.
    pub told: String,
    /// Whether the file is refused for it.
    pub refused: bool,
    /// Which of the files it is in.
    at: usize,
}

/// The dangers of files that are about to run, all of them, with what the database says of them before the first runs.
///
/// # Errors
/// The server is lost.
pub async fn foresee(client: &Client, options: &Options, files: &[&MigrationFile]) -> Result<Vec<Vec<Foreseen>>> {
    check_heads(files)?;
    let none = Permit::default();
    let permit = options.permit.as_ref().unwrap_or(&none);
    let look = Look::around(client, &options.search_path).await?;
    let guard = Guard { permit, direction: Direction::Up, look, dangers: of_run(files, Direction::Up) };
    let mut of_files = vec![Vec::new(); files.len()];
    for foreseen in guard.foresee(client, files, |_| true).await? {
        of_files.get_mut(foreseen.at).into_iter().for_each(|file| file.push(foreseen.clone()));
    }
    Ok(of_files)
}

/// What a head names that is no hazard says nothing, although somebody meant something by it.
///
/// # Errors
/// There is such a name.
fn check_heads(files: &[&MigrationFile]) -> Result<()> {
    let (mut lines, mut near) = (Vec::new(), None);
    for file in files {
        for (line, column, name) in Head::read(&file.sql).unknown {
            near = near.or_else(|| nearest(&name.to_lowercase(), ALL.iter().map(|rule| rule.name)));
            lines.push(printable(&format!("{}:{line}:{column}: there is no hazard `{name}`", file.file_name())));
        }
    }
    if lines.is_empty() {
        return Ok(());
    }
    let all = || ALL.iter().map(|rule| rule.name).collect::<Vec<_>>().join(", ");
    let hint = near.map_or_else(|| format!("there are: {}", all()), |near| format!("did you mean `{near}`?"));
    Err(failure(lines.join("\n  "), hint))
}

/// What is looked at before each file of a run.
pub(super) struct Guard<'a> {
    permit: &'a Permit,
    direction: Direction,
    look: Look,
    /// The dangers of the run's files, by their names.
    dangers: HashMap<String, Vec<Danger>>,
}

/// The dangers of files that run one after the other, by their names.
fn of_run(files: &[&MigrationFile], direction: Direction) -> HashMap<String, Vec<Danger>> {
    let mut before = Scripts::default();
    files.iter().map(|file| (file.file_name(), dangers(file, direction, &mut before))).collect()
}

impl<'a> Guard<'a> {
    /// Refuses before anything runs what is dangerous in any of the files; warns of what has no way back.
    pub(super) async fn open(
        client: &Client,
        options: &'a Options,
        files: &[&MigrationFile],
        direction: Direction,
        talk: &Talk,
    ) -> Result<Option<Self>> {
        let Some(permit) = options.permit.as_ref().filter(|_| !options.fake) else { return Ok(None) };
        check_heads(files)?;
        let look = Look::around(client, &options.search_path).await?;
        let guard = Self { permit, direction, look, dangers: of_run(files, direction) };
        for file in files.iter().filter(|file| direction == Direction::Up && file.down.is_none()) {
            warn_of_no_way_back(permit, file, guard.of(file), talk);
        }
        let refused = guard.foresee(client, files, |danger| !permit.permits(danger)).await?;
        guard.refuse(&refused, None)?;
        Ok(Some(guard))
    }

    /// Refuses a file whose dangers hang on what is there when its turn comes, and says what is dangerous in the `rest`
    /// behind it as well. Gives the statements that its transaction begins with: tables that hold no rows are to hold none
    /// still, and nobody is to write to them before the file has.
    pub(super) async fn check(
        &self,
        client: &Client,
        file: &MigrationFile,
        rest: &[&MigrationFile],
        before: &[String],
    ) -> Result<String> {
        let (mut refused, mut empty) = (Vec::new(), BTreeSet::new());
        let forbidden = self.of(file).iter().filter(|danger| !self.permit.permits(danger));
        let forbidden: Vec<Danger> = forbidden.filter(|danger| is_for_later(danger)).cloned().collect();
        let abouts: Vec<&About> = forbidden.iter().map(|danger| &danger.about).collect();
        let found = self.look.at(client, &abouts).await?;
        for (danger, found) in forbidden.into_iter().zip(found) {
            match (told(&danger, file, &found), found) {
                (Some(told), _) => refused.push(Foreseen { danger, told, refused: true, at: 0 }),
                (None, Found::Empty(name)) => drop(empty.insert(name)),
                (None, _) => {}
            }
        }
        if !refused.is_empty() {
            let files: Vec<&MigrationFile> = [file].into_iter().chain(rest.iter().copied()).collect();
            let all = self.foresee(client, &files, |danger| !self.permit.permits(danger)).await?;
            refused.extend(all.into_iter().filter(|foreseen| foreseen.at > 0));
        }
        self.refuse(&refused, before.last())?;
        Ok(empty.iter().map(|table| still_empty(table)).collect())
    }

    /// What the database says of dangers before any of the files runs, in one look. Where a file before puts something else
    /// in the place of what a danger is about, only its turn will tell.
    async fn foresee(
        &self,
        client: &Client,
        files: &[&MigrationFile],
        which: impl Fn(&Danger) -> bool,
    ) -> Result<Vec<Foreseen>> {
        let mut all = Vec::new();
        for (at, file) in files.iter().copied().enumerate() {
            let before = || files.iter().take(at);
            let stays = |danger: &Danger| !before().any(|before| replaces(&before.sql, &danger.about));
            let here = self.of(file).iter().filter(|danger| which(danger) && stays(danger));
            all.extend(here.cloned().map(|danger| (at, file, danger)));
        }
        let abouts: Vec<&About> = all.iter().map(|(.., danger)| &danger.about).collect();
        let found = self.look.at(client, &abouts).await?;
        let there = all.into_iter().zip(found).filter_map(|((at, file, danger), found)| {
            let told = told(&danger, file, &found).filter(|_| at == 0 || !found.is_of_nothing())?;
            let refused = !self.permit.permits(&danger);
            Some(Foreseen { danger, told, refused, at })
        });
        Ok(there.collect())
    }

    fn of(&self, file: &MigrationFile) -> &[Danger] {
        self.dangers.get(&file.file_name()).map(Vec::as_slice).unwrap_or_default()
    }

    fn refuse(&self, refused: &[Foreseen], last: Option<&String>) -> Result<()> {
        if refused.is_empty() {
            return Ok(());
        }
        let mut lines: Vec<String> = Vec::new();
        for Foreseen { told, .. } in refused {
            let line = format!("  {told}");
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
        let names: BTreeSet<&str> = refused.iter().map(|it| it.danger.hazard.rule.name).collect();
        let names: Vec<&str> = names.into_iter().collect();
        let (message, done) = match self.direction {
            Direction::Up => ("dangerous here and not applied", "applied"),
            Direction::Down => ("the way back is dangerous and was not taken", "rolled back"),
        };
        let stays = match last {
            Some(last) => format!("what was {done} before stays, up to `{last}`"),
            None => format!("nothing was {done}"),
        };
        let by_hand = refused.iter().any(|it| it.danger.place.is_some()) && self.direction == Direction::Up;
        let by_hand = match by_hand {
            true => format!("; a file that says `-- hazards: {}` in its first lines means it", names.join(", ")),
            false => String::new(),
        };
        let message = format!("{message}\n{}", lines.join("\n"));
        Err(refusal(message, format!("{stays}; if it is meant, pass `--allow {}`{by_hand}", names.join(","))))
    }
}

/// A danger in one line, if it is one where so much is found.
fn told(danger: &Danger, file: &MigrationFile, found: &Found) -> Option<String> {
    let why = match found {
        Found::Danger(why) => why,
        // Nothing keeps others from writing to it until the statement runs.
        Found::Empty(_) if !file.transactional && *danger.hazard.rule == DELETES_DATA => {
            "it is empty now, and without a transaction rows may come before the statement runs"
        }
        Found::Empty(_) | Found::Nothing => return None,
    };
    let told = danger.told(&file.file_name());
    Some(if is_for_later(danger) { format!("{told} ({})", printable(why)) } else { told })
}

/// Whether a danger hangs on what the files before may change.
fn is_for_later(danger: &Danger) -> bool {
    !matches!(danger.about, About::Always | About::Anything | About::Closed)
}

fn warn_of_no_way_back(permit: &Permit, file: &MigrationFile, all: &[Danger], talk: &Talk) {
    let unsaid =
        all.iter().any(|danger| *danger.hazard.rule == CANNOT_UNDO && danger.place.is_none() && permit.permits(danger));
    if unsaid && !Head::read(&file.sql).hazards.is_some_and(|named| named.contains(&&CANNOT_UNDO)) {
        talk.warn(format!("{} has no way back: there is no down file", file.file_name()));
    }
}

/// Keeps others from writing to a table that was found empty, and stops where they did meanwhile.
fn still_empty(table: &str) -> String {
    let said = quote_literal(&format!("{table} holds rows by now, and held none when they were looked for"));
    let hint = "run `dbtool migrate` again: it says what is dangerous then";
    let body = format!(
        "BEGIN IF (SELECT relkind IN ('r', 'p') FROM pg_catalog.pg_class WHERE oid = {}::pg_catalog.regclass) THEN \
         LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE; END IF; \
         IF EXISTS (SELECT FROM {table}) THEN RAISE EXCEPTION USING MESSAGE = {said}, HINT = {}; END IF; END",
        quote_literal(table),
        quote_literal(hint)
    );
    format!("SET LOCAL row_security = off; DO {}; SET LOCAL row_security = on;", dollar_quote(&body))
}

impl Permit {
    fn permits(&self, danger: &Danger) -> bool {
        self.policy.permits(&danger.hazard, &self.for_once)
    }
}
