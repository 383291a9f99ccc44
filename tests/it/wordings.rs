//! One schema in many wordings: whichever the author or the live database has, nothing differs.
//!
//! Each wording says some of the texts of the schema in other words. The declaration takes them against a database made
//! by plain SQL in the usual words, and a database made by plain SQL in the other words stands against the usual
//! declaration.

#[path = "wordings/list.rs"]
mod list;

use std::collections::BTreeMap;

use dbtool::compare::compare;
use dbtool::database::Database;
use dbtool::inspect::Scope;
use dbtool::load::Loaded;

use super::converge::{declare, lines, open};
use crate::support;
use list::{TEXTS, WORDINGS, Wording};

const DECLARED: &str = include_str!("wordings/schema.toml");
const MADE: &str = include_str!("wordings/schema.sql");

/// The texts of the schema in a wording; how often each is there is the templates' affair.
fn texts(wording: &Wording) -> BTreeMap<&'static str, &'static str> {
    let mut all: BTreeMap<_, _> = TEXTS.iter().copied().collect();
    for (name, text) in wording.texts {
        assert!(all.insert(name, text).is_some(), "`{}` words `{name}`, which there is not", wording.name);
    }
    all
}

/// A template with each `<<name>>` in the wording's words, and what the wording says of the template itself.
fn filled(template: &str, wording: &Wording, edits: &[(&str, &str)], quoted: impl Fn(&str) -> String) -> String {
    let mut out = template.to_owned();
    for (from, to) in edits {
        assert!(out.contains(from), "`{}` replaces what is not there: {from}", wording.name);
        out = out.replace(from, to);
    }
    for (name, text) in texts(wording) {
        out = out.replace(&format!("<<{name}>>"), &quoted(text));
    }
    assert!(!out.contains("<<"), "a text of the template has no words: {out}");
    out
}

fn declaration(wording: &Wording) -> String {
    filled(DECLARED, wording, wording.toml, |text| toml::Value::from(text).to_string())
}

fn statements(wording: &Wording) -> String {
    filled(MADE, wording, wording.sql, str::to_owned)
}

/// What differs, if anything does.
async fn differing(database: &Database, wish: &Loaded) -> Option<String> {
    match compare(database, &Scope::default(), wish).await {
        Ok(found) if found.is_same() => None,
        Ok(found) => Some(format!("{:#?}", lines(&found))),
        Err(error) => Some(dbtool::error::report(&error)),
    }
}

/// Compares each wording with the usual one, both ways.
async fn wordings_on(major: u32) {
    let server = support::server(major);
    let usual = server.database("usual");
    usual.execute(&statements(&list::USUAL));
    let usual_client = open(&usual).await;
    let usual_wish = declare(&declaration(&list::USUAL));
    let mut wrong = Vec::new();
    for wording in [&list::USUAL].into_iter().chain(WORDINGS) {
        let found = differing(&usual_client, &declare(&declaration(wording))).await;
        wrong.extend(found.map(|found| format!("declared with {}: {found}", wording.name)));
        let database = server.database("worded");
        database.execute(&statements(wording));
        let client = open(&database).await;
        let found = differing(&client, &usual_wish).await;
        wrong.extend(found.map(|found| format!("made by SQL with {}: {found}", wording.name)));
    }
    assert!(wrong.is_empty(), "{} wordings differ on {major}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn there_are_thirty_and_no_two_are_the_same() {
    assert!(WORDINGS.len() >= 30, "{}", WORDINGS.len());
    let mut all: Vec<(String, String)> = WORDINGS.iter().map(|one| (declaration(one), statements(one))).collect();
    all.push((declaration(&list::USUAL), statements(&list::USUAL)));
    let count = all.len();
    all.sort();
    all.dedup();
    assert_eq!(all.len(), count);
}

#[tokio::test]
async fn every_wording_means_the_same_on_16() {
    wordings_on(16).await;
}

#[tokio::test]
async fn every_wording_means_the_same_on_18() {
    wordings_on(18).await;
}

#[tokio::test]
async fn every_wording_means_the_same_on_15() {
    // Where npm is missing, support has said so aloud.
    if support::majors().contains(&15) {
        wordings_on(15).await;
    }
}

#[tokio::test]
async fn every_wording_means_the_same_on_17() {
    // Where npm is missing, support has said so aloud.
    if support::majors().contains(&17) {
        wordings_on(17).await;
    }
}
