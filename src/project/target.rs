//! The named databases of `dbtool.toml`: one each, or many at once under one name.

use toml::Spanned;

use super::config::{Place, Url};
use super::{CONFIG_FILE, Project, Source, suggestion};
use crate::database::Settings;
use crate::error::failure;

/// What stands in the URL where the name of one of many belongs.
const NAME: &str = "{name}";

/// A database with a name, or many of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Where it is. Of many, the pattern of their URLs, or the way to the server that has them.
    pub url: Url,
    /// What goes before all others.
    pub canary: Canary,
    /// Which ones, where it is many; each is called `TARGET/NAME`.
    pub members: Option<Members>,
    /// Which environment it is, or they are; a database's own mark goes before that.
    pub environment: Option<String>,
}

/// Which databases stand behind one name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Members {
    /// Those whose names stand in the file; `{name}` in the URL is replaced by each.
    Named(Vec<String>),
    /// Every database of the server that is called so.
    Databases(glob::Pattern),
}

/// What goes before all others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Canary {
    /// Nothing of it.
    #[default]
    No,
    /// It does.
    Yes,
    /// The one of this name, of many.
    Member(String),
}

/// `[target.NAME]`, key by key.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    url: Spanned<String>,
    #[serde(default)]
    canary: WrittenCanary,
    names: Option<Spanned<Vec<String>>>,
    databases: Option<Spanned<String>>,
    environment: Option<String>,
}

#[derive(Default, serde::Deserialize)]
#[serde(untagged, expecting = "`true`, or of many the name of one")]
enum WrittenCanary {
    #[default]
    No,
    Said(bool),
    Member(String),
}

impl Written {
    /// What was written, checked.
    ///
    /// # Errors
    /// It contradicts itself, with its place.
    pub(super) fn check(self, name: &str, place: &Place<'_>) -> anyhow::Result<Target> {
        let start = self.url.span().start;
        let at = place.of(start);
        if name == "all" {
            let hint = "`--target all` means every target: give this one another name";
            return Err(failure(format!("{at}: a target cannot be called `all`"), hint));
        }
        let url = Url::new(self.url.into_inner(), at.clone());
        let members = match (self.names, self.databases) {
            (None, None) => None,
            (Some(names), None) => Some(Members::Named(check_names(names, &url, place)?)),
            (None, Some(pattern)) => Some(Members::Databases(check_pattern(&pattern, &url, place)?)),
            (Some(_), Some(other)) => {
                let hint = "`names` says them one by one, `databases` asks the server for all that are called so";
                let at = place.of(other.span().start);
                return Err(failure(format!("{at}: `names` and `databases` exclude each other"), hint));
            }
        };
        let canary = match (self.canary, &members) {
            (WrittenCanary::Member(one), Some(Members::Named(names))) if !names.contains(&one) => {
                return Err(failure(
                    format!("{at}: there is no `{one}` that could be the canary"),
                    suggestion(&one, names.iter().map(String::as_str)),
                ));
            }
            (WrittenCanary::Member(one), Some(_)) => Canary::Member(one),
            (WrittenCanary::Said(true), None) => Canary::Yes,
            (WrittenCanary::Said(true), Some(_)) | (WrittenCanary::Member(_), None) => {
                let hint = "of one database it is `canary = true`, of many `canary = \"NAME\"`";
                return Err(failure(format!("{at}: this canary cannot be meant"), hint));
            }
            (WrittenCanary::Said(false) | WrittenCanary::No, _) => Canary::No,
        };
        Ok(Target { url, canary, members, environment: self.environment })
    }
}

/// The names go into a URL as they are.
fn check_names(names: Spanned<Vec<String>>, url: &Url, place: &Place<'_>) -> anyhow::Result<Vec<String>> {
    let at = place.of(names.span().start);
    let names = names.into_inner();
    let plain = |name: &str| {
        let letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
        !name.is_empty() && name.chars().all(letter)
    };
    let mut known = std::collections::BTreeSet::new();
    for name in &names {
        if !plain(name) {
            let hint = "letters, digits, `_`, `-` and `.`; others get a `[target.NAME]` of their own";
            return Err(failure(format!("{at}: `{name}` cannot stand in a URL as it is"), hint));
        }
        if !known.insert(name) {
            return Err(failure(format!("{at}: `{name}` stands there twice"), "each database is named once"));
        }
    }
    if names.is_empty() || !url.holds(NAME) {
        let hint = "as in `url = \"postgres://host/tenant_{name}\"` with `names = [\"acme\", \"globex\"]`";
        return Err(failure(format!("{at}: `names` needs names, and `{NAME}` in the URL where each belongs"), hint));
    }
    Ok(names)
}

fn check_pattern(pattern: &Spanned<String>, url: &Url, place: &Place<'_>) -> anyhow::Result<glob::Pattern> {
    let at = place.of(pattern.span().start);
    if url.holds(NAME) {
        let hint = "with `databases`, the URL leads to any database of the server, such as `postgres`";
        return Err(failure(format!("{at}: `{NAME}` in the URL goes with `names`"), hint));
    }
    glob::Pattern::new(pattern.get_ref()).map_err(|error| {
        let hint = "`*` stands for any letters, `?` for one, `[ab]` for one of several";
        failure(format!("{at}: not a pattern: {}", error.msg), hint)
    })
}

impl Project {
    /// Where a target's database is; of many, one that is called `TARGET/NAME`.
    pub(super) fn source_of(&self, name: &str) -> anyhow::Result<Source> {
        let (target, member) = self.find(name)?;
        let origin = format!("the target `{name}` in `{CONFIG_FILE}`");
        match (&target.members, member) {
            (Some(_), None) => {
                let hint = format!("name one of them: `--target {name}/NAME`");
                Err(failure(format!("the target `{name}` is many databases"), hint))
            }
            (Some(Members::Databases(_)), Some(member)) => {
                let url = target.url.expand(self.environment())?;
                let settings = Settings::parse_in(&url, member, &origin, self.environment())?;
                Ok(self.finish(settings))
            }
            (_, member) => self.server(&target.url.expand_for(member, self.environment())?, &origin),
        }
    }

    /// Which environment a target is said to be, also one of many.
    pub(crate) fn environment_of(&self, name: &str) -> Option<&str> {
        self.find(name).ok()?.0.environment.as_deref()
    }

    /// Whether a database is said to be such an environment, as a target or under the place of one.
    pub(crate) fn is_said(&self, url: Option<&str>, target: Option<&str>, such: impl Fn(&str) -> bool) -> bool {
        let said = |name: &str| self.environment_of(name).is_some_and(&such);
        if target.is_some_and(said) {
            return true;
        }
        let place = |source: anyhow::Result<Source>| match source {
            Ok(Source::Server(settings)) => Some((settings.host(), settings.port(), settings.dbname().to_owned())),
            _ => None,
        };
        let here = place(self.source(url, target));
        let mut targets = self.config.targets.keys().filter(|name| said(name));
        here.is_some() && targets.any(|name| place(self.source(None, Some(name))) == here)
    }

    /// The way to the server that has the databases of a target.
    ///
    /// # Errors
    /// Its URL cannot be read.
    pub fn server_of(&self, name: &str, target: &Target) -> anyhow::Result<Source> {
        self.server(&target.url.expand(self.environment())?, &format!("the target `{name}` in `{CONFIG_FILE}`"))
    }

    /// The target of a name, and which of its databases, if it is many.
    fn find<'a>(&self, name: &'a str) -> anyhow::Result<(&Target, Option<&'a str>)> {
        let targets = &self.config.targets;
        if let Some(target) = targets.get(name) {
            return Ok((target, None));
        }
        for (group, target) in targets {
            let member = name.strip_prefix(group.as_str()).and_then(|rest| rest.strip_prefix('/'));
            let (Some(members), Some(member)) = (&target.members, member) else { continue };
            match members {
                Members::Named(names) if !names.iter().any(|known| known == member) => {
                    let hint = suggestion(member, names.iter().map(String::as_str));
                    return Err(failure(format!("the target `{group}` has no `{member}`"), hint));
                }
                Members::Databases(pattern) if !pattern.matches(member) => {
                    let hint = format!("its databases are those that are called `{pattern}`");
                    return Err(failure(format!("the target `{group}` has no `{member}`"), hint));
                }
                _ => return Ok((target, Some(member))),
            }
        }
        let hint = match targets.is_empty() {
            true => format!("`{CONFIG_FILE}` names none; one is written `[target.{name}]` with a `url`"),
            false => suggestion(name, targets.keys().map(String::as_str)),
        };
        Err(failure(format!("there is no target `{name}` in `{CONFIG_FILE}`"), hint))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Config, Environment};
    use super::*;
    use crate::error::report;

    fn project(toml: &str) -> anyhow::Result<Project> {
        let environment = Environment::empty().with_user("me").with("name", "variable");
        Ok(Project { root: ".".into(), config: Config::parse(toml, "dbtool.toml")?, environment })
    }

    fn shown(project: &Project, target: &str) -> String {
        match project.source(None, Some(target)) {
            Ok(Source::Server(settings)) => settings.display_url(),
            Ok(Source::Embedded) => "embedded".to_owned(),
            Err(error) => report(&error),
        }
    }

    #[test]
    fn one_of_many_has_a_url_of_its_own() {
        let toml = "[target.eu]\nurl = 'postgres://u@db.{name}/${name}'\nnames = ['a-1', 'b']\n\
                    [target.t]\nurl = 'postgres://u@h/postgres'\ndatabases = 'tenant_*'\n\
                    [target.'t/x']\nurl = 'postgres://u@h/exact'\n";
        let project = project(toml).unwrap();
        assert_eq!(shown(&project, "eu/a-1"), "postgres://u@db.a-1:5432/variable");
        assert_eq!(shown(&project, "t/tenant_1 é"), "postgres://u@h:5432/tenant_1%20%C3%A9");
        assert_eq!(shown(&project, "t/x"), "postgres://u@h:5432/exact");
        assert!(shown(&project, "eu").contains("the target `eu` is many databases\nhint: name one of them"));
        assert!(shown(&project, "eu/c").contains("the target `eu` has no `c`"));
        assert!(shown(&project, "t/other").contains("the target `t` has no `other`"));
    }

    #[test]
    fn what_cannot_be_meant_has_its_place() {
        let error = |toml: &str| report(&project(toml).unwrap_err());
        let wrong = "[target.t]\nurl = 'postgres://h/d'\n";
        assert!(
            error("[target.all]\nurl = 'x'").starts_with("error: dbtool.toml:2:7: a target cannot be called `all`")
        );
        assert!(error(&format!("{wrong}names = ['a']")).starts_with("error: dbtool.toml:3:9: `names` needs"));
        assert!(error(&format!("{wrong}names = ['a b']")).contains("`a b` cannot stand in a URL"));
        assert!(error("[target.t]\nurl = 'h/{name}'\nnames = ['a', 'a']").contains("stands there twice"));
        assert!(error(&format!("{wrong}databases = '['")).contains("dbtool.toml:3:13: not a pattern"));
        assert!(error(&format!("{wrong}databases = '*'\nnames = []")).contains("exclude each other"));
        assert!(error("[target.t]\nurl = 'h/{name}'\ndatabases = '*'").contains("goes with `names`"));
        assert!(error(&format!("{wrong}canary = 'a'")).contains("this canary cannot be meant"));
        assert!(error("[target.t]\nurl = 'h/{name}'\nnames = ['ab']\ncanary = 'a'").contains("did you mean `ab`?"));
        assert!(error(&format!("{wrong}canary = 1")).contains("`true`, or of many the name of one"));
    }
}
