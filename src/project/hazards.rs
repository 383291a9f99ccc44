//! `[hazards]` of `dbtool.toml`: lists of what is allowed, warned of and refused, for everywhere or for an environment.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::config::place;
use super::suggestion;
use crate::error::failure;
use crate::hazard::{ALL, Policies, Policy, Rule, Stance};

/// The words of the lists.
const WORDS: [(&str, Stance); 3] = [("allow", Stance::Allow), ("warn", Stance::Warn), ("refuse", Stance::Refuse)];

/// Reads the table; the text is known to be TOML.
///
/// # Errors
/// A hazard that there is none of, with the nearest that there is; one that is said twice.
pub(super) fn read(text: &str, path: &str) -> anyhow::Result<Policies> {
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
        let policies = read(text, "dbtool.toml").unwrap();
        let (own, production) = (&policies.general, &policies.of["production"]);
        assert_eq!((own.stance(&BREAKS_CODE), own.stance(&MAY_FAIL)), (Some(Stance::Allow), Some(Stance::Warn)));
        assert_eq!(own.stance(&DELETES_DATA), None);
        assert_eq!(production.stance(&BREAKS_CODE), Some(Stance::Refuse));
        assert_eq!(read("url = 'a'", "dbtool.toml").unwrap(), Policies::default());
    }

    #[test]
    fn what_is_wrong_has_its_place_and_the_nearest() {
        let error = |text: &str| report(&read(text, "dbtool.toml").unwrap_err());
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
}
