//! The README's commands and outputs are what happens.

use std::path::Path;
use std::process::Command;

use crate::support;

fn text() -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap()
}

/// The fenced blocks: the language, the line in front of the fence, the content.
fn blocks(text: &str) -> Vec<(String, String, String)> {
    let mut found = Vec::new();
    let mut lines = text.lines();
    let mut before = String::new();
    while let Some(line) = lines.next() {
        if let Some(language) = line.strip_prefix("```") {
            let content: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            found.push((language.to_owned(), before.clone(), content.join("\n")));
        } else if !line.is_empty() {
            before = line.to_owned();
        }
    }
    found
}

/// Compares line by line; `…` stands for anything, and a line of nothing else for any lines.
fn matches(expected: &[&str], found: &[&str]) -> bool {
    match expected.split_first() {
        None => found.is_empty(),
        Some((&"…", rest)) => (0..=found.len()).any(|at| matches(rest, &found[at..])),
        Some((line, rest)) => match found.split_first() {
            Some((first, others)) => line_matches(line, first) && matches(rest, others),
            None => false,
        },
    }
}

fn line_matches(expected: &str, found: &str) -> bool {
    match expected.split_once('…') {
        None => expected == found,
        Some((front, back)) => {
            found.starts_with(front) && found.ends_with(back) && found.len() >= front.len() + back.len()
        }
    }
}

#[test]
fn the_session_is_what_happens() {
    let server = support::server(18);
    let database = server.database("readme");
    let project = support::Project::new();
    let program = Path::new(env!("CARGO_BIN_EXE_dbtool")).parent().unwrap();
    let path = format!("{}:{}:/usr/bin:/bin", program.display(), server.bin_dir.display());
    let mut last = 0;
    let mut commands = 0;
    for (language, before, content) in blocks(&text()) {
        let file = before.strip_prefix('`').and_then(|line| line.strip_suffix("`:"));
        match (language.as_str(), file) {
            ("toml", Some(file)) => drop(project.write(file, &(content + "\n"))),
            ("console", _) => {
                for step in content.split("$ ").skip(1) {
                    let (command, expected) = step.split_once('\n').unwrap_or((step, ""));
                    let mut shell = Command::new("sh");
                    // One pipe for both, in the order in which they are written.
                    shell.args(["-c", &format!("(exit {last}); {{ {command}; }} 2>&1")]).current_dir(project.path());
                    shell.env_clear().env("PATH", &path).env("DATABASE_URL", &database.url).env("NO_COLOR", "1");
                    let output = shell.output().unwrap();
                    last = output.status.code().unwrap();
                    let told = String::from_utf8(output.stdout).unwrap();
                    let expected: Vec<&str> = expected.trim_end().lines().collect();
                    let found: Vec<&str> = told.trim_end().lines().collect();
                    assert!(matches(&expected, &found), "`{command}` prints\n{told}\nand not\n{}", expected.join("\n"));
                    commands += 1;
                }
            }
            _ => {}
        }
    }
    assert!(commands > 10, "only {commands} commands were found");
}

#[test]
fn the_commands_are_all_there() {
    let help = support::dbtool().args(["--help"]).run();
    let listed = help.stdout.split("Commands:").nth(1).unwrap().split("\n\n").next().unwrap();
    for line in listed.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   ")) {
        let name = line.split_whitespace().next().unwrap();
        assert!(text().contains(&format!("| `{name}")), "the README does not list `{name}`");
    }
}
