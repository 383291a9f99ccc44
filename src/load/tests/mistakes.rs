//! Mistakes and what is said about them: `mistakes.txt` holds files and, after `------->`, the whole of the answer.
//!
//! `BLESS=1 cargo test mistakes` writes the answers anew; what changed is for `git diff` to show and for you to judge.

use super::*;

const CASE: &str = "========\n";
const NEXT_FILE: &str = "--------\n";
const ANSWER: &str = "------->\n";

#[test]
fn every_mistake_is_shown_at_its_place() {
    let golden = include_str!("mistakes.txt");
    let cases: Vec<&str> = golden.split(CASE).skip(1).collect();
    assert!(cases.len() > 90, "{}", cases.len());
    let mut all = String::new();
    for case in cases {
        let (input, expected) = case.split_once(ANSWER).unwrap();
        let files: Vec<&str> = input.split(NEXT_FILE).collect();
        let complaints = try_files(&files).map(|_| ()).expect_err(input);
        let answer = format!("{}\n\n", texts(&complaints));
        assert!(std::env::var_os("BLESS").is_some() || answer == expected, "{input}\nsays\n\n{answer}");
        all.push_str(&format!("{CASE}{input}{ANSWER}{answer}"));
    }
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/src/load/tests/mistakes.txt"), all).unwrap();
    }
}

/// PostgreSQL has it, so that a database may: it is said, and no more.
#[test]
fn a_key_that_cannot_be_emptied_is_doubted() {
    let loaded = one(
        "[table.tenants]\nprimary_key = [\"id\"]\ncolumn.id = \"uuid\"\n[table.a]\ncolumn.id = { type = \"uuid\", \
        not_null = true, references = \"tenants\", on_delete = \"set null\" }\n",
    );
    let said: Vec<&str> = loaded.doubts.iter().map(|doubt| doubt.text.as_str()).collect();
    assert!(
        said.len() == 1 && said[0].starts_with("schema/a.toml:5:47: `on_delete` would set `id` to NULL"),
        "{said:?}"
    );
    assert!(said[0].ends_with("hint: take `not_null` away, or use `cascade` or `restrict`"), "{said:?}");
}

#[test]
fn mistakes_come_in_the_order_of_the_files() {
    let complaints =
        try_files(&["[table.a]\nx = 1\ny = 1\n", "[table.b]\nprimary_key = [\"id\"]\nx = 1\n"]).unwrap_err();
    let places: Vec<_> = complaints.iter().map(|c| (c.path.as_str(), c.line, c.column)).collect();
    let (a, b) = ("schema/a.toml", "schema/b.toml");
    assert_eq!(places, [(a, 2, 1), (a, 3, 1), (b, 1, 8), (b, 2, 16), (b, 3, 1)]);
}

#[test]
fn lines_end_as_they_like_and_columns_count_characters() {
    let complaints =
        try_one("[table.a]\r\ncomment = \"ü\"\r\n\"ü\" = 1\r\ncolumn.a = { type = \"text\", \"ä\" = \"ö\", b = 1 }")
            .unwrap_err();
    let places: Vec<_> = complaints.iter().map(|c| (c.line, c.column)).collect();
    assert_eq!(places, [(3, 1), (4, 29), (4, 40)]);
    one("\u{feff}[table.a]\r\ncolumn.a = \"text\"\r\n");
    let shown = try_one("\u{feff}[table.a]\nx = 1\n").unwrap_err();
    assert!(shown[0].text.starts_with("schema/a.toml:2:1: unknown key `x`\n  |\n2 | x = 1\n  | ^\n"), "{}", shown[0]);
}
