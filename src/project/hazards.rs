//! `[hazards]` of `dbtool.toml`: lists of what is allowed, warned of and refused, for everywhere or for an environment.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::config::place;
use super::{nearest, suggestion};
use crate::error::failure;
use crate::hazard::{ALL, Policies, Policy, Rule, Stance};
use crate::seed::environment::is_production;

/// The words of the lists.
const WORDS: [(&str, Stance); 3] = [("allow", Stance::Allow), ("warn", Stance::Warn), ("refuse", Stance::Refuse)];

/// What environments are usually called, but for production, which has many names.
const USUAL: [&str; 8] = ["production", "staging", "development", "testing", "test", "preview", "local", "ci"];

/// Reads the table; the text is known to be TOML. `environments` are those that targets name. A database's mark may name
/// others, so that only what is nearly one of those is taken for a slip.
///
/// # Errors
/// A hazard that there is none of, with the nearest that there is; one that is said twice; an environment that is misspelt.
pub(super) fn read(text: &str, path: &str, environments: &[&str]) -> anyhow::Result<Policies> {
    let reader = Reader { text, path };
    let mut policies = Policies::default();
    let document = DeTable::parse(text).map_err(|error| failure(format!("{path}: {error}"), "put it right"))?;
    let Some(written) = document.get_ref().get("hazards") else { return Ok(policies) };
    let DeValue::Table(table) = written.get_ref() else {
        return Err(reader.wrong(written.span(), "`hazards` is a table"));
    };
    for (key, value) in table {
        let name = key.get_ref().as_ref();
        match value.get_ref() {
            DeValue::Table(own) => {
                reader.environment(name, key.span(), environments)?;
                let mut policy = Policy::default();
                for (key, value) in own {
                    reader.entry(&mut policy, key.get_ref().as_ref(), key.span(), value.get_ref(), value.span())?;
                }
                policies.of.insert(name.to_owned(), policy);
            }
            other => reader.entry(&mut policies.general, name, key.span(), other, value.span())?,
        }
    }
    Ok(policies)
}

struct Reader<'a> {
    text: &'a str,
    path: &'a str,
}

impl Reader<'_> {
    /// `refuse = ["deletes_data"]`, or `deletes_data = "refuse"`.
    fn entry(
        &self,
        policy: &mut Policy,
        name: &str,
        at: Range<usize>,
        value: &DeValue<'_>,
        value_at: Range<usize>,
    ) -> anyhow::Result<()> {
        let stance = |word: &str| WORDS.iter().find(|(known, _)| *known == word).map(|(_, stance)| *stance);
        match value {
            DeValue::Array(items) => {
                let Some(stance) = stance(name) else {
                    let hint = suggestion(name, WORDS.map(|(word, _)| word));
                    return Err(failure(format!("{}: there is no list `{name}`", self.place(&at)), hint));
                };
                for item in items {
                    let DeValue::String(hazard) = item.get_ref() else {
                        return Err(self.wrong(item.span(), "a hazard's name stands in quotes"));
                    };
                    self.set(policy, hazard, stance, item.span())?;
                }
                Ok(())
            }
            DeValue::String(word) => {
                let Some(stance) = stance(word) else {
                    let hint = suggestion(word, WORDS.map(|(word, _)| word));
                    return Err(failure(format!("{}: unknown value `{word}`", self.place(&value_at)), hint));
                };
                self.set(policy, name, stance, at)
            }
            _ => Err(self.wrong(value_at, "neither a list of hazards nor what to do about one")),
        }
    }

    fn set(&self, policy: &mut Policy, name: &str, stance: Stance, at: Range<usize>) -> anyhow::Result<()> {
        let Some(rule) = Rule::named(name) else {
            let hint = suggestion(name, ALL.iter().map(|rule| rule.name));
            return Err(failure(format!("{}: there is no hazard `{name}`", self.place(&at)), hint));
        };
        if !policy.set(rule, stance) {
            let hint = "one of `allow`, `warn` and `refuse` is enough";
            return Err(failure(format!("{}: `{name}` is said twice", self.place(&at)), hint));
        }
        Ok(())
    }

    /// Whether anything can be of that environment. Nothing would say that its policy is never asked.
    fn environment(&self, name: &str, at: Range<usize>, known: &[&str]) -> anyhow::Result<()> {
        let all = || known.iter().copied().chain(USUAL);
        // `test2` and `staging-eu` are names of their own.
        let goes_on =
            |known: &str| name.strip_prefix(known).is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphabetic()));
        if is_production(name) || all().any(goes_on) {
            return Ok(());
        }
        let place = self.place(&at);
        match nearest(name, all()) {
            Some(near) => {
                let hint = format!("did you mean `[hazards.{near}]`?");
                Err(failure(format!("{place}: no target names the environment `{name}`"), hint))
            }
            // Whoever leaves the brackets out writes a hazard's name here.
            None if ALL.iter().any(|rule| rule.name == name) || WORDS.iter().any(|(word, _)| *word == name) => {
                Err(self.wrong(at, &format!("`{name}` is not an environment")))
            }
            None => Ok(()),
        }
    }

    fn wrong(&self, at: Range<usize>, what: &str) -> anyhow::Error {
        failure(
            format!("{}: {what}", self.place(&at)),
            "write `[hazards]` with `allow`, `warn` or `refuse = [\"NAME\"]`, and `[hazards.ENVIRONMENT]` likewise",
        )
    }

    fn place(&self, at: &Range<usize>) -> String {
        place(self.text, self.path, at.start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::report;
    use crate::hazard::{BREAKS_CODE, DELETES_DATA, MAY_FAIL};

    #[test]
    fn lists_and_single_names_for_everywhere_and_for_an_environment() {
        let text = "[hazards]\nallow = ['breaks_code']\nmay_fail = 'warn'\n[hazards.production]\nrefuse = ['breaks_code', 'deletes_data']\n";
        let policies = read(text, "dbtool.toml", &[]).unwrap();
        let (own, production) = (&policies.general, &policies.of["production"]);
        assert_eq!((own.stance(&BREAKS_CODE), own.stance(&MAY_FAIL)), (Some(Stance::Allow), Some(Stance::Warn)));
        assert_eq!(own.stance(&DELETES_DATA), None);
        assert_eq!(production.stance(&BREAKS_CODE), Some(Stance::Refuse));
        assert_eq!(read("url = 'a'", "dbtool.toml", &[]).unwrap(), Policies::default());
    }

    #[test]
    fn what_is_wrong_has_its_place_and_the_nearest() {
        let error = |text: &str| report(&read(text, "dbtool.toml", &[]).unwrap_err());
        let expected =
            "error: dbtool.toml:2:11: there is no hazard `deletes_dat`\nhint: did you mean `deletes_data`?\n";
        assert_eq!(error("[hazards]\nrefuse = ['deletes_dat']\n"), expected);
        let expected = "error: dbtool.toml:2:1: there is no hazard `brakes_code`\nhint: did you mean `breaks_code`?\n";
        assert_eq!(error("[hazards.staging]\nbrakes_code = 'warn'\n"), expected);
        let expected = "error: dbtool.toml:2:12: unknown value `wran`\nhint: did you mean `warn`?\n";
        assert_eq!(error("[hazards]\nmay_fail = 'wran'\n"), expected);
        let expected = "error: dbtool.toml:2:1: there is no list `refuze`\nhint: did you mean `refuse`?\n";
        assert_eq!(error("[hazards]\nrefuze = ['may_fail']\n"), expected);
        assert!(
            error("[hazards]\nallow = ['may_fail']\nmay_fail = 'warn'\n").contains("3:1: `may_fail` is said twice")
        );
        assert!(error("hazards = 1").starts_with("error: dbtool.toml:1:11: `hazards` is a table"));
    }
    #[test]
    fn an_environment_that_is_misspelt_is_said() {
        let read = |name: &str, known: &[&str]| {
            let text = format!("[hazards]\n[hazards.{name}]\nmay_fail = 'refuse'\n");
            read(&text, "dbtool.toml", known).map(drop).map_err(|error| report(&error))
        };
        for (name, near) in [
            ("prodution", "production"),
            ("Staging", "staging"),
            ("devlopment", "development"),
            ("stagingg", "staging"),
            ("berlim", "berlin"),
        ] {
            let error = read(name, &["berlin"]).unwrap_err();
            let expected = format!(
                "error: dbtool.toml:2:10: no target names the environment `{name}`\nhint: did you mean `[hazards.{near}]`?\n"
            );
            assert_eq!(error, expected);
        }
        for name in ["production", "prod-eu", "PRD", "live", "staging", "staging-eu", "test2", "berlin", "oslo", "demo"]
        {
            assert_eq!(read(name, &["berlin"]), Ok(()), "{name}");
        }
        assert_eq!(read("stagin", &["stagin"]), Ok(()), "a target says it");
        assert!(read("may_fail", &[]).unwrap_err().contains("`may_fail` is not an environment"));
    }
}
