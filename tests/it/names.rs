//! Names that break whoever forgets to quote: they are created, altered, renamed and dropped like any other.

use dbtool::database::Database;

use super::converge::{assert_same, converge, declare, difference, files, open, run};
use crate::support;

/// Names of every awkward sort. The one in the middle has 63 bytes, the longest that PostgreSQL keeps.
const NAMES: &[&str] = &[
    "order",
    "Ünïcode",
    "a\"b",
    "x'; drop table y; --",
    "$$",
    "$body$",
    "%s\\n",
    "0123456789012345678901234567890123456789012345678901234567890ab",
    "äääääääääääääääääääääääääääääää",
    "Upper Case",
    "  ",
    "select",
    "back\\slash",
    "/* no comment",
    "new\nline",
    "1st",
    "{tenant}",
];

/// A name as TOML writes it.
fn toml(name: &str) -> String {
    serde_json::to_string(name).unwrap()
}

/// A text as it stands inside a TOML string.
fn inside(text: &str) -> String {
    let quoted = toml(text);
    quoted[1..quoted.len() - 1].to_owned()
}

/// A name as SQL writes it, inside a TOML string.
fn sql(name: &str) -> String {
    inside(&format!("\"{}\"", name.replace('"', "\"\"")))
}

/// What a declaration makes of the name.
#[derive(Clone, Copy)]
struct Stage<'a> {
    /// The name.
    name: &'a str,
    /// The schema that the table lives in.
    home: &'a str,
    /// What everything was called before.
    was: Option<&'a str>,
    /// A text that expressions hold.
    text: &'a str,
}

/// A schema in which everything has the name, beside a table that nobody may touch.
fn declared(stage: Stage<'_>) -> String {
    let Stage { name, home, was, text } = stage;
    let (key, quoted, home_key, home_quoted) = (toml(name), sql(name), toml(home), sql(home));
    let literal = inside(&name.replace('\'', "''").replace('\\', "\\\\"));
    let table = toml(&format!("{home}.{name}"));
    let was = was.map(|was| format!("renamed_from = {}", toml(was))).unwrap_or_default();
    let also = if was.is_empty() { String::new() } else { format!(", {was}") };
    format!(
        r#"{CANARY}
[schema.{home_key}]
comment = {key}

[enum.{key}]
values = [{{ name = {key}{also} }}, "other"]
comment = {key}
{was}

[function.{key}]
arguments = [{{ name = {key}, type = "text" }}]
returns = "text"
language = "sql"
volatility = "immutable"
body = "SELECT $1 || E'{literal}{text}'"
comment = {key}

[table.{table}]
comment = {key}
row_security = "force"
primary_key = {{ columns = [{key}], name = "named_pkey" }}
check.{key} = {{ expression = "{quoted} <> E'{literal}{text}'", comment = {key}{also} }}
unique.named_key = ["kind", {key}]
{was}

[table.{table}.column]
{key} = {{ type = "text", not_null = true, default = "E'{literal}{text}'", comment = {key}{also} }}
kind = "text"
computed = {{ type = "text", generated = "{quoted} || 'x'" }}

[table.{table}.foreign_key.named_fk]
columns = [{key}]
references = {{ table = {table}, columns = [{key}] }}
comment = {key}

[table.{table}.policy.{key}]
using = "{quoted} = E'{literal}{text}' AND EXISTS (SELECT FROM {home_quoted}.{quoted} o WHERE o.{quoted} = kind)"
to = ["pg_monitor"]
comment = {key}
{was}

[table.plain.column]
{key} = {{ type = "text"{also} }}
value = {{ type = "{quoted}", default = "E'{literal}'" }}

[table.plain.foreign_key.{key}]
columns = [{key}]
references = {{ table = {table}, columns = [{key}] }}
{was}

[table.plain.index.{key}]
on = [{key}, {{ expression = "lower({quoted})" }}]
include = ["value"]
where = "{quoted} <> E'{literal}{text}'"
comment = {key}
{was}
"#
    )
}

/// The table that an unquoted name would take away, or its row.
const CANARY: &str = "[table.y]\ncolumn.id = \"integer\"\n";

/// Goes from one declaration to the next, back, and there again.
async fn step(client: &Database, from: &str, to: &str) {
    let wish = declare(to);
    let comparison = difference(client, &wish).await;
    let parts = files(&comparison);
    for part in &parts {
        run(client, part.transactional, &part.steps).await;
    }
    assert_same(client, &wish, "after the plan was applied").await;
    for part in parts.iter().rev() {
        run(client, part.transactional, &part.down).await;
    }
    assert_same(client, &declare(from), "after the ways back").await;
    converge(client, to).await;
    let left = client.query_one("SELECT count(*) FROM public.y", &[]).await.unwrap();
    assert_eq!(left.get::<_, i64>(0), 1, "somebody touched the canary");
}

/// Everything gets each name in turn, under which it is created, altered, and dropped; then it is renamed to the next.
async fn names(major: u32) {
    let database = support::server(major).database("names");
    let client = open(&database).await;
    converge(&client, CANARY).await;
    client.batch_execute("INSERT INTO y VALUES (1)").await.unwrap();
    for (at, name) in NAMES.iter().enumerate() {
        eprintln!("name {name:?}");
        // Not the same name: an expression's words are followed without knowing which is the schema's.
        let home = NAMES[(at + 5) % NAMES.len()];
        let stage = Stage { name, home, was: None, text: "" };
        let (new, altered) = (declared(stage), declared(Stage { text: "more", ..stage }));
        step(&client, CANARY, &new).await;
        step(&client, &new, &altered).await;
        let next = NAMES[(at + 1) % NAMES.len()];
        let renamed = declared(Stage { name: next, home, was: Some(name), text: "more" });
        step(&client, &altered, &renamed).await;
        step(&client, &declared(Stage { name: next, home, was: None, text: "more" }), CANARY).await;
    }
}

#[tokio::test]
async fn awkward_names_are_quoted_everywhere_16() {
    names(16).await;
}

#[tokio::test]
async fn awkward_names_are_quoted_everywhere_18() {
    names(18).await;
}

/// A role's name is quoted, too; roles are the server's, so the test makes one of its own.
#[tokio::test]
async fn a_policy_for_an_awkward_role() {
    for major in [16, 18] {
        let database = support::server(major).database("names");
        let role = database.role("Rôle \"x'; drop table y; --", "NOLOGIN");
        let client = open(&database).await;
        let policy = |to: &str| format!("{CANARY}\n[table.y.policy.p]\nto = [{to}]\nusing = \"true\"\n");
        converge(&client, CANARY).await;
        converge(&client, &policy(&toml(&role))).await;
        converge(&client, &policy(&format!("\"pg_monitor\", {}", toml(&role)))).await;
        converge(&client, CANARY).await;
    }
}
