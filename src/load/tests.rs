//! Whole files in, schemas and complaints out.

use super::*;
use crate::kind::{KindTag, Object};

mod constraints;
mod fuzz;
mod mistakes;
mod objects;

/// The example of the contract, with the tables that it refers to.
pub(super) const EXAMPLE: &str = include_str!("tests/example.toml");

/// Loads one file called `schema/a.toml`.
pub(super) fn try_one(text: &str) -> Result<Loaded, Vec<Complaint>> {
    try_files(&[text])
}

/// Loads files called `schema/a.toml`, `schema/b.toml`, ….
pub(super) fn try_files(texts: &[&str]) -> Result<Loaded, Vec<Complaint>> {
    let path = |at: usize| format!("schema/{}.toml", ["a", "b", "c"][at]);
    load_sources(texts.iter().enumerate().map(|(at, text)| (path(at), (*text).to_owned())).collect())
}

/// Loads one file that has no mistakes.
pub(super) fn one(text: &str) -> Loaded {
    try_one(text).unwrap_or_else(|complaints| panic!("{}", texts(&complaints)))
}

pub(super) fn texts(complaints: &[Complaint]) -> String {
    complaints.iter().map(|complaint| complaint.text.as_str()).collect::<Vec<_>>().join("\n\n")
}

/// The id of something on a table of `public`.
pub(super) fn on(table: &str, kind: KindTag, name: &str) -> Id {
    Id::of(kind, &Id::new(KindTag::Table, "public", table), name)
}

/// The object as JSON: all that it holds, in one line.
pub(super) fn json(loaded: &Loaded, id: &Id) -> String {
    let object: &Object = loaded.schema.object(id).unwrap_or_else(|| panic!("no {id}"));
    serde_json::to_string(object).unwrap()
}

#[test]
fn a_folder_is_read_in_the_order_of_its_names() {
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &[u8]| std::fs::write(dir.path().join(name), text).unwrap();
    assert!(load(&dir.path().join("none"), "schema").unwrap_err().to_string().contains("no folder `schema`"));
    assert!(load(dir.path(), "schema").unwrap_err().to_string().contains("holds no `*.toml`"));
    write("b.toml", b"[table.b]\n");
    write("a.toml", b"[table.a]\n");
    write(".a.toml.swp.toml", b"nonsense");
    write("notes.txt", b"nonsense");
    let loaded = load(dir.path(), "schema/").unwrap();
    assert_eq!(loaded.sources.iter().map(|s| s.path.as_str()).collect::<Vec<_>>(), ["schema/a.toml", "schema/b.toml"]);
    let table = Id::new(KindTag::Table, "public", "b");
    assert_eq!(loaded.complain(&table, "wrong"), "schema/b.toml:1:8: wrong\n  |\n1 | [table.b]\n  |        ^");
    write("c.toml", b"[table.c]\ncomment = \"\xff\"\nuniqe = 1\n");
    write("d.toml", b"[tabel.c]\n");
    let error = crate::error::report(&load(dir.path(), "schema").unwrap_err());
    let expected = "\
error: schema/c.toml:2:12: the file is not valid UTF-8
  |
2 | comment = \"\u{fffd}\"
  |            ^
hint: save it as UTF-8; every editor can

schema/c.toml:3:1: unknown key `uniqe`
  |
3 | uniqe = 1
  | ^^^^^
hint: did you mean `unique`?

schema/d.toml:1:2: unknown key `tabel`
  |
1 | [tabel.c]
  |  ^^^^^
hint: did you mean `table`?
";
    assert_eq!(error, expected);
}

#[test]
fn texts_have_places_of_their_own() {
    let loaded = one(EXAMPLE);
    let line = |id: &Id, text: &str| {
        let at = loaded.place_of_text(id, text).unwrap();
        loaded.sources[at.file].text[at.span.clone()].lines().next().unwrap().to_owned()
    };
    let mode = on("sessions", KindTag::Column, "mode");
    assert_eq!(line(&mode, "'text'"), "\"'text'\"");
    assert_eq!(line(&mode, "something else"), "mode");
    let policy = on("sessions", KindTag::Policy, "sessions_select");
    assert_eq!(line(&policy, "(tenant_id = get_current_tenant_id())"), "\"{tenant} = get_current_tenant_id()\"");
    assert_eq!(line(&policy, ""), "policies");
    let index = on("knowledge_chunks", KindTag::Index, "knowledge_chunk_embedding_idx");
    assert_eq!(line(&index, "embedding"), "\"embedding\"");
    assert!(loaded.place_of(&Id::new(KindTag::Namespace, "", "public")).is_none());
}

#[test]
fn a_policy_set_reaches_the_tenant_through_another_table() {
    let text = r#"
[policy_set.through]
select.using = "EXISTS (SELECT FROM {parent} p WHERE p.id = {key})"
[table.accounts]
policies = { set = "through", parent = "users", key = "accounts.user_id" }
column.user_id.type = "uuid"
[table.invoices]
policies = { set = "through", parent = "billing.Order", key = "invoices.order_id" }
column.order_id.type = "uuid"
[table.users.column]
id = { type = "uuid" }
[table."billing.Order".column]
id = { type = "uuid" }
"#;
    let loaded = one(text);
    let using = |table: &str| json(&loaded, &on(table, KindTag::Policy, &format!("{table}_select")));
    assert!(using("accounts").contains("FROM users p WHERE p.id = (accounts.user_id)"), "{}", using("accounts"));
    assert!(using("invoices").contains("FROM billing.\\\"Order\\\" p WHERE"), "{}", using("invoices"));
    let complaints = try_one(&text.replace("\"users\"", "\"user_idd\"")).unwrap_err();
    let expected = "`user_idd` is neither a column of table `accounts` nor a table";
    assert!(texts(&complaints).contains(expected), "{}", texts(&complaints));
    assert!(texts(&complaints).contains("did you mean `user_id`?"), "{}", texts(&complaints));
}
