//! The arguments that are handed on to each visit.

use std::ffi::OsString;

/// The options that are the run's business and not a visit's, and whether they take a value.
const OURS: [(&str, bool); 5] =
    [("--target", true), ("--parallel", true), ("--stop-after", true), ("--resume", false), ("--color", true)];

/// The arguments without those that are the run's.
pub(super) fn without_ours(arguments: &[OsString]) -> Vec<OsString> {
    let mut rest = Vec::new();
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        let text = argument.to_string_lossy();
        if text == "--" {
            rest.push(argument.clone());
            rest.extend(arguments.cloned());
            break;
        }
        match OURS.iter().find(|(name, _)| text == *name || text.starts_with(&format!("{name}="))) {
            Some((name, true)) if text == *name => drop(arguments.next()),
            Some(_) => {}
            None => rest.push(argument.clone()),
        }
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_of_a_visit_are_those_of_the_run_without_its_own() {
        let take = |all: &[&str]| without_ours(&all.iter().map(OsString::from).collect::<Vec<_>>());
        let kept =
            take(&["--target", "all", "migrate", "--to", "3", "--parallel=4", "--resume", "--stop-after", "2", "-v"]);
        assert_eq!(kept, ["migrate", "--to", "3", "-v"].map(OsString::from));
        assert_eq!(take(&["status", "--target=eu_*"]), ["status"].map(OsString::from));
        let kept = take(&["seed", "--color", "always", "--target", "all", "--", "--resume", "--target"]);
        assert_eq!(kept, ["seed", "--", "--resume", "--target"].map(OsString::from));
    }
}
