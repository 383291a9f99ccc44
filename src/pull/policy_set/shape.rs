//! The shape of a table's policies: their texts with every name numbered that may be another one on the next table.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use super::Choice;
use crate::kind::{Command, KindTag, Object, Policy};
use crate::load::make;
use crate::pull::policy;
use crate::pull::value::{Body, Toml};
use crate::schema::{DEFAULT_NAMESPACE, Entry, Id, Schema};
use crate::sql::{Expr, name_of, tokens_of};

/// What a name that may differ is the name of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// The table itself.
    Own,
    /// Another table.
    Table,
    /// A column of the table.
    Column,
}

/// A policy with the places of such names in its texts.
#[derive(Debug)]
pub(super) struct Member<'a> {
    pub(super) id: &'a Id,
    entry: &'a Entry,
    policy: &'a Policy,
    /// Its name where the set has to say it, with `{table}` for the table's.
    name: Option<String>,
    using: Vec<(Range<usize>, usize)>,
    check: Vec<(Range<usize>, usize)>,
}

/// The policies of a table, one a command.
#[derive(Debug)]
pub(super) struct Shaped<'a> {
    pub(super) table: &'a Id,
    pub(super) members: Vec<Member<'a>>,
    /// The same for all tables that can share a set.
    pub(super) key: String,
    /// The names, by their numbers.
    pub(super) values: Vec<String>,
    /// What each is the name of.
    pub(super) classes: Vec<Class>,
}

/// The shape of all policies of a table; nothing where a set could not say them.
pub(super) fn shape_of<'a>(schema: &'a Schema, table: &'a Id, choice: &Choice) -> Option<Shaped<'a>> {
    shape_among(schema, table, choice, &|_| true)
}

/// The shape of those policies of a table that are asked for.
pub(super) fn shape_among<'a>(
    schema: &'a Schema,
    table: &'a Id,
    choice: &Choice,
    among: &dyn Fn(&Id) -> bool,
) -> Option<Shaped<'a>> {
    let policies = schema.children_of(table, KindTag::Policy).filter(|(id, _)| among(id));
    shape(schema, table, policies.collect(), choice)
}

/// The shape of those policies of a table that are like those of another one.
pub(super) fn subset_of<'a>(
    schema: &'a Schema,
    table: &'a Id,
    choice: &Choice,
    like: &Shaped<'_>,
) -> Option<Shaped<'a>> {
    let fits = |id: &Id, policy: &Policy| {
        let same = |member: &Member<'_>| member.policy.r#for == policy.r#for && member.name == pattern(id, policy);
        like.members.iter().any(same)
    };
    let all = schema.children_of(table, KindTag::Policy);
    let some = all.filter(|(id, entry)| matches!(&entry.object, Object::Policy(policy) if fits(id, policy)));
    shape(schema, table, some.collect(), choice).filter(|shaped| shaped.key == like.key)
}

fn shape<'a>(
    schema: &'a Schema,
    table: &'a Id,
    policies: Vec<(&'a Id, &'a Entry)>,
    choice: &Choice,
) -> Option<Shaped<'a>> {
    let mut names = Names { schema, table, numbers: HashMap::new(), values: Vec::new(), classes: Vec::new() };
    let mut by_command: BTreeMap<u8, (&Id, &Entry, &Policy)> = BTreeMap::new();
    for (id, entry) in policies {
        let Object::Policy(policy) = &entry.object else { return None };
        // A set has one policy a command.
        let twice = by_command.insert(rank(policy.r#for), (id, entry, policy)).is_some();
        if twice || choice.explicit.contains(id) {
            return None;
        }
    }
    let (mut members, mut key) = (Vec::new(), String::new());
    for (id, entry, policy) in by_command.into_values() {
        let (mut of_using, mut of_check) = (Vec::new(), Vec::new());
        let using = names.number(policy.using.as_ref(), &mut of_using)?;
        let check = names.number(policy.check.as_ref(), &mut of_check)?;
        let name = pattern(id, policy);
        let Policy { permissive, r#for, to, using: _, check: _ } = policy;
        key.push_str(&format!("{for:?} {name:?} {permissive} {to:?} {using:?} {check:?} {:?}\n", entry.comment));
        members.push(Member { id, entry, policy, name, using: of_using, check: of_check });
    }
    let Names { values, classes, .. } = names;
    (!members.is_empty()).then_some(Shaped { table, members, key, values, classes })
}

fn rank(command: Command) -> u8 {
    match command {
        Command::All => 0,
        Command::Select => 1,
        Command::Insert => 2,
        Command::Update => 3,
        Command::Delete => 4,
    }
}

/// The name as a set says it; nothing where it is the one that a set gives anyway.
fn pattern(id: &Id, policy: &Policy) -> Option<String> {
    let usual = make(&id.owner, None, policy::word(policy.r#for)) == id.name;
    (!usual).then(|| id.name.replace(&id.owner, "{table}"))
}

/// The names that were met on the way through a table's policies.
struct Names<'a> {
    schema: &'a Schema,
    table: &'a Id,
    numbers: HashMap<String, usize>,
    values: Vec<String>,
    classes: Vec<Class>,
}

impl Names<'_> {
    /// A text token by token, names as their numbers; nothing where it could not stand in a set.
    fn number(&mut self, text: Option<&Expr>, places: &mut Vec<(Range<usize>, usize)>) -> Option<Vec<String>> {
        let text = text.map(Expr::trimmed).unwrap_or_default();
        let mut shape = Vec::new();
        for token in tokens_of(text).ok()? {
            if token.text == "{" {
                return None;
            }
            let name = name_of(&token);
            let class = name.as_ref().and_then(|name| Some((name.to_string(), self.class(name)?)));
            let Some((name, class)) = class else {
                shape.push(token.text.to_owned());
                continue;
            };
            let number = *self.numbers.entry(name.clone()).or_insert_with(|| {
                self.values.push(name);
                self.classes.push(class);
                self.values.len() - 1
            });
            places.push((token.start..token.start + token.text.len(), number));
            shape.push(format!("\0{number}{:?}", self.classes[number]));
        }
        Some(shape)
    }

    fn class(&self, name: &str) -> Option<Class> {
        if self.schema.contains(&Id::of(KindTag::Column, self.table, name)) {
            return Some(Class::Column);
        }
        let other = Id::new(KindTag::Table, DEFAULT_NAMESPACE, name);
        self.schema.contains(&other).then_some(if other == *self.table { Class::Own } else { Class::Table })
    }
}

impl Shaped<'_> {
    /// The set as these policies say it, with placeholders for some names.
    pub(super) fn body(&self, placeholders: &BTreeMap<usize, String>) -> Body {
        self.members.iter().flat_map(|member| member.body(placeholders)).collect()
    }
}

impl Member<'_> {
    /// `select.using = "…"` and its like, as keys with a dot.
    fn body(&self, placeholders: &BTreeMap<usize, String>) -> Body {
        let filled = |text: &Expr, places: &[(Range<usize>, usize)]| {
            let mut text = text.trimmed().to_owned();
            for (span, number) in places.iter().rev() {
                if let Some(name) = placeholders.get(number) {
                    text.replace_range(span.clone(), &format!("{{{name}}}"));
                }
            }
            Expr::from(text)
        };
        let using = self.policy.using.as_ref().map(|text| filled(text, &self.using));
        let check = self.policy.check.as_ref().map(|text| filled(text, &self.check));
        let mut body = policy::rest(&Policy { using, check, ..self.policy.clone() });
        body.splice(0..0, self.name.clone().map(|name| ("name".to_owned(), Toml::text(name))));
        body.extend(self.entry.comment.clone().map(|comment| ("comment".to_owned(), Toml::text(comment))));
        vec![(policy::word(self.policy.r#for).to_owned(), Toml::Table(body))]
    }
}
