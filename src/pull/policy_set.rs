//! Policies that recur on several tables, with the same texts but for the names of tables and columns: written once.
//!
//! Of each table's policies a shape is made, in which names that may differ are numbered. Tables of one shape share a
//! set; where they differ in a name, it gets a placeholder.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::document::{Choice, one_or_all};
use super::layout::Item;
use super::value::{Body, Toml};
use crate::schema::{Id, Schema};

mod known;
mod shape;

pub(super) use known::uses;
use shape::{Class, Shaped, shape_of, subset_of};

/// The sets, and who uses them.
#[derive(Debug, Default)]
pub(super) struct Sets {
    sets: Vec<Item>,
    uses: HashMap<Id, Toml>,
    covered: HashSet<Id>,
}

/// A set is worth its name where it saves at least so many policies.
const WORTH: usize = 4;

impl Sets {
    /// Looks for sets among all tables of a schema.
    pub(super) fn of(schema: &Schema, choice: &Choice) -> Self {
        let mut groups: BTreeMap<String, Vec<Shaped>> = BTreeMap::new();
        let mut rest = Vec::new();
        for (table, _) in schema.of_kind(crate::kind::KindTag::Table) {
            match shape_of(schema, table, choice) {
                Some(shaped) => groups.entry(shaped.key.clone()).or_default().push(shaped),
                None => rest.push(table),
            }
        }
        let worth = |group: &Vec<Shaped>| group.len() > 1 && group.len() * group[0].members.len() >= WORTH;
        let (mut good, poor): (Vec<_>, Vec<_>) = groups.into_values().partition(worth);
        rest.extend(poor.iter().flatten().map(|shaped| shaped.table));
        // A table may have a set's policies and more.
        for table in rest {
            for group in &mut good {
                if let Some(shaped) = subset_of(schema, table, choice, &group[0]) {
                    group.push(shaped);
                    break;
                }
            }
        }
        good.sort_by(|a, b| (b.len(), &a[0].table).cmp(&(a.len(), &b[0].table)));
        let mut sets = Self::default();
        good.iter().for_each(|group| sets.add(group));
        sets
    }

    fn add(&mut self, group: &[Shaped]) {
        let first = &group[0];
        let differs = |at: usize| group.iter().any(|other| other.values[at] != first.values[at]);
        let varying: Vec<usize> = (0..first.values.len()).filter(|at| differs(*at)).collect();
        let mut placeholders: BTreeMap<usize, String> = BTreeMap::new();
        for at in varying {
            let wish = match first.classes[at] {
                Class::Own => "table".to_owned(),
                Class::Table => "parent".to_owned(),
                Class::Column => column_word(group, at),
            };
            let taken: Vec<&String> = placeholders.values().collect();
            let name = free(&wish, |name| name == "set" || taken.iter().any(|other| *other == name));
            placeholders.insert(at, name);
        }
        let wish = name_of(group, &placeholders);
        let name = free(&wish, |name| self.sets.iter().any(|set| set.key == name));
        self.sets.push(Item { key: name.clone(), body: first.body(&placeholders), short: None });
        for shaped in group {
            let mut body: Body = vec![("set".to_owned(), Toml::text(&name))];
            body.extend(placeholders.iter().map(|(at, name)| (name.clone(), Toml::text(&shaped.values[*at]))));
            self.uses.insert(shaped.table.clone(), Toml::Table(body));
            self.covered.extend(shaped.members.iter().map(|member| member.id.clone()));
        }
    }

    /// Whether a set stands for a policy.
    pub(super) fn covers(&self, id: &Id) -> bool {
        self.covered.contains(id)
    }

    /// `policies` of a table.
    pub(super) fn used_by(&self, table: &Id) -> Option<Toml> {
        one_or_all(self.uses.get(table).cloned().into_iter().collect())
    }

    /// The sets themselves.
    pub(super) fn items(&self) -> Vec<Item> {
        self.sets.clone()
    }
}

/// A name for a set: after the table that it goes through, the column that it looks at, or its only policy.
fn name_of(group: &[Shaped], placeholders: &BTreeMap<usize, String>) -> String {
    let first = &group[0];
    if let ([only], None) = (first.members.as_slice(), first.classes.iter().position(|class| *class == Class::Column))
        && let Some(name) = word(&only.id.name)
    {
        return name;
    }
    let at = |class: Class| first.classes.iter().position(|other| *other == class);
    if let Some(parent) = at(Class::Table) {
        let shown = placeholders.get(&parent).or(first.values.get(parent)).and_then(|name| word(name));
        return format!("through_{}", shown.unwrap_or_else(|| "parent".to_owned()));
    }
    let column = at(Class::Column).and_then(|at| stem(&most_frequent(group, at)));
    column.unwrap_or_else(|| "shared".to_owned())
}

/// What a column is to a set: what most tables call it, else the key that leads to another table, else just a column.
fn column_word(group: &[Shaped], at: usize) -> String {
    let most = most_frequent(group, at);
    let count = group.iter().filter(|shaped| shaped.values[at] == most).count();
    let usual = stem(&most).filter(|_| count * 2 > group.len());
    let through = group[0].classes.contains(&Class::Table);
    usual.unwrap_or_else(|| if through { "key" } else { "column" }.to_owned())
}

fn most_frequent(group: &[Shaped], at: usize) -> String {
    let mut count: BTreeMap<&str, usize> = BTreeMap::new();
    group.iter().for_each(|shaped| *count.entry(shaped.values[at].as_str()).or_default() += 1);
    let most = count.into_iter().max_by_key(|(name, count)| (*count, std::cmp::Reverse(*name)));
    most.map(|(name, _)| name.to_owned()).unwrap_or_default()
}

/// `tenant` for `tenant_id`.
fn stem(column: &str) -> Option<String> {
    word(column.strip_suffix("_id").or(column.strip_suffix("Id")).unwrap_or(column))
}

/// A name in small letters, blanks as underscores; nothing where that leaves no word.
fn word(name: &str) -> Option<String> {
    let lower: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' }).collect();
    let trimmed = lower.trim_matches('_');
    trimmed.starts_with(|c: char| c.is_ascii_alphabetic()).then(|| trimmed.chars().take(40).collect())
}

/// The name, with a number where it is taken.
fn free(wish: &str, taken: impl Fn(&str) -> bool) -> String {
    let numbered = (2..).map(|number| format!("{wish}_{number}"));
    std::iter::once(wish.to_owned()).chain(numbered).find(|name| !taken(name)).unwrap_or_default()
}
