//! What the hazards of a plan come to in the database at hand: how large the tables are, and whether rows stand in the way.
//!
//! Only asked where a plan has such hazards. Nothing is written: one read-only transaction, that is rolled back, with a
//! timeout of its own and without row security, so that a role that is bound is refused rather than told half of it.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use futures_util::{StreamExt as _, stream};
use tokio_postgres::Client;

mod rows;

use self::rows::{Facts, facts, look_for_rows, measure, one};
use super::Comparison;
use super::standing::past;
use crate::database::Database;
use crate::diff::Change;
use crate::hazard::{Absent, Found, Hazard, Question, Source, duration};
use crate::kind::{KindTag, Object};
use crate::plan::Step;
use crate::schema::Id;
use crate::sql::quote_ident;

/// How long all questions may take before no other is begun.
const PATIENCE: Duration = Duration::from_secs(15);

/// How many questions wait at the server at a time.
const AT_A_TIME: usize = 8;

/// Asks the live database about the hazards of a plan, and says at each what it comes to: nothing, where the table holds no
/// rows or none that stands in the way.
///
/// # Errors
/// The server is lost. What it refuses to tell is said at the hazard instead, which stays.
pub async fn weigh(database: &Database, comparison: &mut Comparison) -> anyhow::Result<()> {
    let tables = tables(comparison);
    if tables.is_empty() {
        return Ok(());
    }
    let client = database.client();
    let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL search_path = public; \
                 SET LOCAL row_security = off; SET LOCAL statement_timeout = '3s'; SET LOCAL lock_timeout = '1s'";
    client.batch_execute(begin).await.context("cannot ask about the rows")?;
    let outcome = ask(client, comparison, tables).await;
    client.batch_execute("ROLLBACK").await.context("cannot ask about the rows")?;
    let answers = outcome?;
    let moves = std::mem::take(&mut comparison.plan.moves);
    comparison.plan.moves = moves
        .into_iter()
        .map(|mut each| {
            each.steps = each.steps.into_iter().map(|step| answers.weighed(step, comparison)).collect();
            each
        })
        .collect();
    Ok(())
}

/// The tables that hazards are about and that others have to be read for, as they are called today.
fn tables(comparison: &Comparison) -> Vec<Id> {
    let mut all: Vec<Id> = Vec::new();
    for hazard in comparison.plan.steps().flat_map(|step| &step.hazards) {
        let table = hazard.table.as_ref().map(|table| past(table, &comparison.renames));
        all.extend(table.filter(|table| comparison.live.has_owner(table)));
    }
    all.sort();
    all.dedup();
    all
}

/// The answer to a question: how many, and one of them; or why there is none.
type Answer = Result<(u64, Option<String>), String>;

/// All that the database said.
struct Answers {
    facts: HashMap<Id, Facts>,
    answers: HashMap<(Id, Question), Answer>,
}

async fn ask(client: &Client, comparison: &Comparison, tables: Vec<Id>) -> anyhow::Result<Answers> {
    let mut facts = facts(client, tables).await?;
    measure(client, &mut facts).await?;
    look_for_rows(client, &mut facts).await?;
    let mut asked: HashSet<(Id, Question)> = HashSet::new();
    for hazard in comparison.plan.steps().flat_map(|step| &step.hazards) {
        let Some((table, question)) = hazard.table.as_ref().zip(hazard.question.as_ref()) else { continue };
        let open = facts.get(&past(table, &comparison.renames)).is_some_and(|facts| facts.empty == Some(false));
        if open {
            asked.insert((table.clone(), question.clone()));
        }
    }
    let mut asked: Vec<(Id, Question)> = asked.into_iter().collect();
    // The small tables first: they are answered in any case.
    let size = |table: &Id| {
        facts.get(&past(table, &comparison.renames)).map_or(0, |facts| facts.size.bytes.unwrap_or_default())
    };
    asked.sort_by_cached_key(|(table, question)| (size(table), table.clone(), format!("{question:?}")));
    let begun = Instant::now();
    let answers = stream::iter(asked.into_iter().map(async |(table, question)| {
        let answer = match unaskable(&table, &question, comparison) {
            Some(why) => Err(why),
            None if begun.elapsed() > PATIENCE => Err("there was no time to look".to_owned()),
            None => one(client, &wording(&table, &question, comparison)).await?,
        };
        anyhow::Ok(((table, question), answer))
    }));
    let answers: Vec<anyhow::Result<_>> = answers.buffered(AT_A_TIME).collect().await;
    Ok(Answers { facts, answers: answers.into_iter().collect::<anyhow::Result<_>>()? })
}

/// Why the rows of today would answer another question than the one that the statement will ask.
fn unaskable(table: &Id, question: &Question, comparison: &Comparison) -> Option<String> {
    let (current, desired) = (&comparison.current, &comparison.desired);
    if comparison.options.version < question.since() {
        return Some(format!("PostgreSQL {} is the first that can be asked", question.since() / 10_000));
    }
    if let Some(new) = question.columns().into_iter().find(|name| {
        let column = Id::of(KindTag::Column, table, name);
        desired.contains(&column) && !current.contains(&column)
    }) {
        return Some(format!("`{new}` comes with this plan"));
    }
    if let Some(other) = question.other().filter(|other| !current.has_owner(other)) {
        return Some(format!("`{}` comes with this plan", other.name));
    }
    let texts = question.texts();
    let named = |id: &Id| {
        let by_name = question.columns().contains(&id.name.as_str());
        id.table().as_ref() == Some(table) && (by_name || texts.iter().any(|text| crate::sql::mentions(text, &id.name)))
    };
    let leans = |id: &Id| match id.kind {
        KindTag::Column => named(id) && is_other(id, question, comparison),
        kind if kind.is_routine() => texts.iter().any(|text| crate::sql::mentions(text, &id.name)),
        KindTag::Enum | KindTag::Domain | KindTag::Composite | KindTag::Range => !matches!(
            question,
            Question::Holds { .. } | Question::Nulls { .. } | Question::Rows | Question::Beyond { .. }
        ),
        _ => false,
    };
    let renamed_value = comparison.renames.iter().any(|change| matches!(change, Change::RenameValue { .. }));
    if renamed_value && !matches!(question, Question::Nulls { .. } | Question::Rows | Question::Beyond { .. }) {
        return Some("a value gets another name in this plan".to_owned());
    }
    let changed = comparison.changes.iter().map(Change::id).find(|id| leans(id))?;
    Some(format!("{changed} changes in this plan"))
}

/// Whether a column's values will be others, as far as a question goes.
fn is_other(id: &Id, question: &Question, comparison: &Comparison) -> bool {
    match (comparison.current.object(id), comparison.desired.object(id)) {
        (Some(Object::Column(from)), Some(Object::Column(to))) => {
            let same = (&from.collation, &from.generated) == (&to.collation, &to.generated);
            let by_type = matches!(question, Question::Unfit { .. } | Question::Cut { .. } | Question::Holds { .. });
            let retyped = from.r#type != to.r#type && !by_type;
            !same || retyped
        }
        _ => false,
    }
}

/// The question in SQL, asked of the tables as they are called today and answered under the names that they will have.
fn wording(table: &Id, question: &Question, comparison: &Comparison) -> String {
    let alias = quote_ident(&table.name);
    let own = as_it_will_be(table, comparison);
    let other = question.other().map(|other| as_it_will_be(other, comparison)).unwrap_or_default();
    let key = match comparison.current.children_of(table, KindTag::PrimaryKey).next() {
        Some((_, entry)) => match &entry.object {
            Object::PrimaryKey(key) => key.columns.clone(),
            _ => Vec::new(),
        },
        None => Vec::new(),
    };
    question.sql(&Source { from: &format!("{own} AS {alias}"), alias: &alias, other: &other, key: &key })
}

/// A table as it may stand behind FROM: where columns of it get other names, with those already.
fn as_it_will_be(table: &Id, comparison: &Comparison) -> String {
    let today = past(table, &comparison.renames);
    let columns: Vec<(String, String)> = comparison
        .current
        .children_of(table, KindTag::Column)
        .map(|(column, _)| (past(column, &comparison.renames).name, column.name.clone()))
        .collect();
    if columns.iter().all(|(before, after)| before == after) {
        return today.sql();
    }
    let list = columns.iter().map(|(before, after)| format!("{} AS {}", quote_ident(before), quote_ident(after)));
    format!("(SELECT {} FROM {})", list.collect::<Vec<_>>().join(", "), today.sql())
}

impl Answers {
    /// A statement with what its hazards come to.
    fn weighed(&self, step: Step, comparison: &Comparison) -> Step {
        let mut weighed = Step { hazards: Vec::new(), ..step };
        for hazard in step.hazards {
            let table = hazard.table.as_ref().map(|table| past(table, &comparison.renames));
            let known = table.as_ref().and_then(|table| Some((table, self.facts.get(table)?)));
            let Some((today, facts)) = known else {
                weighed.hazards.push(hazard);
                continue;
            };
            match self.come_to(hazard, facts) {
                (hazard, None) => weighed.hazards.push(hazard),
                (hazard, Some(because)) => weighed.absent.push(Absent { hazard, because, table: today.clone() }),
            }
        }
        weighed
    }

    /// A hazard with what the database said, or why it is none.
    fn come_to(&self, hazard: Hazard, facts: &Facts) -> (Hazard, Option<String>) {
        let Some(table) = hazard.table.clone() else { return (hazard, None) };
        if facts.empty == Some(true) {
            return (hazard, Some(format!("`{}` is empty", table.name)));
        }
        let answer = hazard.question.clone().map(|question| {
            let answer = self.answers.get(&(table.clone(), question.clone())).cloned();
            (
                question,
                answer.unwrap_or_else(|| Err(facts.closed.clone().unwrap_or_else(|| "nobody looked".to_owned()))),
            )
        });
        let mut found = Found { table_rows: facts.size.rows, table_bytes: facts.size.bytes, ..Found::default() };
        let known = facts.size.rows.is_some() || facts.size.bytes.is_some();
        found.seconds = hazard.build.as_ref().filter(|_| known).map(|build| build.seconds(facts.size));
        found.said = match answer {
            Some((_, Ok((0, _)))) => {
                let because = format!("{}: asked, there are none", hazard.detail);
                return (hazard, Some(because));
            }
            Some((question, Ok((count, example)))) => {
                let said = question.said(&table.name, count, example.as_deref());
                (found.count, found.example) = (Some(count), example);
                said
            }
            Some((_, Err(why))) => format!("not asked: {why}"),
            None => match found.seconds {
                Some(seconds) => format!("{}: {}", facts.size.told(), duration(seconds)),
                None => facts.size.told(),
            },
        };
        (Hazard { found: Some(found), ..hazard }, None)
    }
}
