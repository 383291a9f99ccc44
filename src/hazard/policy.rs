//! What a project does about hazards: allow, warn or refuse, for each environment.

use std::collections::{BTreeMap, BTreeSet};

use super::{ALL, Hazard, Rule};

/// What to do about a hazard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stance {
    /// Say nothing.
    Allow,
    /// Say it and go on.
    Warn,
    /// Refuse.
    Refuse,
}

/// What to do about each hazard that somebody said something about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Policy {
    said: BTreeMap<&'static str, Stance>,
}

/// The policy of a project, and what differs from it in environments.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Policies {
    /// What holds everywhere.
    pub general: Policy,
    /// What holds in an environment before that.
    pub of: BTreeMap<String, Policy>,
}

impl Policy {
    /// Sets what to do about a hazard; says whether nothing was said about it before.
    pub fn set(&mut self, rule: &'static Rule, stance: Stance) -> bool {
        self.said.insert(rule.name, stance).is_none()
    }

    /// What somebody said about a hazard: of itself, or of a lesser one that it brings along and that is refused.
    pub fn stance(&self, rule: &Rule) -> Option<Stance> {
        let own = self.said.get(rule.name).copied();
        let brings = || rule.includes.and_then(|lesser| self.stance(lesser)).filter(|it| *it == Stance::Refuse);
        own.or_else(brings)
    }

    /// Whether a plan may have a hazard; `for_once` are those that are allowed whatever else is said.
    pub fn permits(&self, hazard: &Hazard, for_once: &BTreeSet<&'static str>) -> bool {
        let said = self.stance(hazard.rule).map_or(hazard.grave, |stance| stance == Stance::Refuse);
        !said || for_once.contains(hazard.rule.name)
    }

    /// The hazards that somebody refuses in so many words.
    pub fn refused(&self) -> BTreeSet<&'static str> {
        ALL.iter().filter(|rule| self.stance(rule) == Some(Stance::Refuse)).map(|rule| rule.name).collect()
    }
}

impl Policies {
    /// Says whether anything hangs on the environment.
    pub fn differ(&self) -> bool {
        !self.of.is_empty()
    }

    /// What holds in an environment. One that `is_production` may be called otherwise than the file calls it.
    pub fn within(&self, environment: Option<&str>, is_production: impl Fn(&str) -> bool) -> Policy {
        let mut policy = self.general.clone();
        let Some(environment) = environment else { return policy };
        let named = self.of.get(environment).map(|own| vec![own]);
        let likewise = || self.of.iter().filter(|(name, _)| is_production(name) && is_production(environment));
        for own in named.unwrap_or_else(|| likewise().map(|(_, own)| own).collect()) {
            policy.said.extend(own.said.iter().map(|(name, stance)| (*name, *stance)));
        }
        policy
    }
}

/// The hazards that a command line names; `all` is each.
///
/// # Errors
/// A name that no hazard has.
pub fn named(names: &[String]) -> anyhow::Result<BTreeSet<&'static str>> {
    let mut all = BTreeSet::new();
    for name in names {
        match Rule::named(name) {
            Some(rule) => drop(all.insert(rule.name)),
            None if name == "all" => all.extend(ALL.iter().map(|rule| rule.name)),
            None => return Err(super::unknown(name)),
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hazard::{BLOCKS_READS, BLOCKS_WRITES, DELETES_DATA, MAY_FAIL, REWRITES_TABLE};

    #[test]
    fn who_refuses_the_lesser_refuses_the_greater() {
        let mut policy = Policy::default();
        let (lost, fails) = (DELETES_DATA.because("a"), MAY_FAIL.because("b"));
        assert!(!policy.permits(&lost, &BTreeSet::new()) && policy.permits(&fails, &BTreeSet::new()));
        assert!(policy.permits(&lost, &BTreeSet::from(["deletes_data"])));
        assert!(!policy.permits(&fails.gravely(), &BTreeSet::new()));
        policy.set(&BLOCKS_WRITES, Stance::Refuse);
        assert_eq!(policy.stance(&REWRITES_TABLE), Some(Stance::Refuse));
        policy.set(&BLOCKS_READS, Stance::Warn);
        assert_eq!(policy.refused(), BTreeSet::from(["blocks_writes"]));
        assert_eq!((policy.stance(&MAY_FAIL), policy.stance(&DELETES_DATA)), (None, None));
    }

    #[test]
    fn an_environment_goes_before_the_rest() {
        let mut policies = Policies::default();
        policies.general.set(&MAY_FAIL, Stance::Refuse);
        let mut production = Policy::default();
        production.set(&MAY_FAIL, Stance::Allow);
        policies.of.insert("production".to_owned(), production);
        let prod = |name: &str| name.contains("prod");
        for (environment, wish) in [
            (None, Stance::Refuse),
            (Some("staging"), Stance::Refuse),
            (Some("production"), Stance::Allow),
            (Some("prod-eu"), Stance::Allow),
        ] {
            assert_eq!(policies.within(environment, prod).stance(&MAY_FAIL), Some(wish), "{environment:?}");
        }
    }
}
