//! `dbtool.toml`: what a project says about itself, read and checked.
//!
//! URLs stay as written until they are used, so that a variable missing for one target does not stop the others.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::time::Duration;

use serde::de::{self, Deserialize, Deserializer};
use toml::Spanned;

use super::target::{self, Target};
use super::{Environment, hazards, suggestion};
use crate::error::failure;
use crate::hazard::Policies;

/// What `dbtool.toml` says. Whatever it leaves out is `None` or empty.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// Where the database is.
    pub url: Option<Url>,
    /// A server where scratch databases may be made.
    pub scratch_url: Option<Url>,
    /// The namespaces that are managed; `None` for every one that is neither PostgreSQL's nor an extension's.
    pub namespaces: Option<Vec<String>>,
    /// Names of objects to leave alone, as written; see [`Config::ignores`].
    pub ignore: Vec<String>,
    /// The role that the application connects as.
    pub app_role: Option<String>,
    /// The setting that holds the current tenant, such as `app.tenant_id`.
    pub tenant_setting: Option<String>,
    /// How long to wait for what.
    pub timeouts: Timeouts,
    /// The named databases of `--target`.
    pub targets: BTreeMap<String, Target>,
    /// What to do about a hazard, by its name.
    pub hazards: Policies,
    /// How many rows a table may hold in a database without a mark, for a seed to write it.
    pub seed_max_rows: Option<u64>,
    globs: Vec<glob::Pattern>,
}

/// How long to wait for what; `None` leaves it to whoever waits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Timeouts {
    /// For a connection, per server address.
    #[serde(default, deserialize_with = "duration")]
    pub connect: Option<Duration>,
    /// For a lock in the database.
    #[serde(default, deserialize_with = "duration")]
    pub lock: Option<Duration>,
    /// For one statement.
    #[serde(default, deserialize_with = "duration")]
    pub statement: Option<Duration>,
}

/// A URL as written, with its place. Its `Debug` shows the place only, as a URL may hold a password.
#[derive(Clone, PartialEq, Eq)]
pub struct Url {
    text: String,
    place: String,
}

impl fmt::Debug for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Url(at {})", self.place)
    }
}

/// The file, key by key.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    url: Option<Spanned<String>>,
    scratch_url: Option<Spanned<String>>,
    namespaces: Option<Vec<String>>,
    #[serde(default)]
    ignore: Vec<Spanned<String>>,
    app_role: Option<String>,
    tenant_setting: Option<String>,
    #[serde(default)]
    timeouts: Timeouts,
    #[serde(default)]
    target: BTreeMap<String, target::Written>,
    /// Read with the place of each name by [`hazards`].
    #[serde(default, rename = "hazards")]
    _hazards: de::IgnoredAny,
    #[serde(default)]
    seed: Seed,
}

#[derive(Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Seed {
    max_rows: Option<u64>,
}

/// Where a byte of the file is, for messages.
pub(super) struct Place<'a> {
    text: &'a str,
    path: &'a str,
}

impl Place<'_> {
    /// `path:line:column`.
    pub(super) fn of(&self, byte: usize) -> String {
        place(self.text, self.path, byte)
    }
}

impl Config {
    /// Reads the text of `dbtool.toml`; `path` is how messages call the file.
    ///
    /// Fails on anything that is not TOML, not a known key or not a value of its key, with file, line and column.
    pub fn parse(text: &str, path: &str) -> anyhow::Result<Self> {
        let file: File = toml::from_str(text).map_err(|error| complaint(&error, text, path))?;
        let place = |span: Range<usize>| place(text, path, span.start);
        let url = |url: Spanned<String>| Url { place: place(url.span()), text: url.into_inner() };
        let globs = file.ignore.iter().map(|pattern| {
            glob::Pattern::new(pattern.get_ref()).map_err(|error| {
                let hint = "`*` stands for any letters, `?` for one, `[ab]` for one of several";
                failure(format!("{}: not a pattern: {}", place(pattern.span()), error.msg), hint)
            })
        });
        let targets: BTreeMap<String, Target> = file
            .target
            .into_iter()
            .map(|(name, target)| Ok((name.clone(), target.check(&name, &Place { text, path })?)))
            .collect::<anyhow::Result<_>>()?;
        let environments: Vec<&str> = targets.values().filter_map(|it| it.environment.as_deref()).collect();
        let hazards = hazards::read(text, path, &environments)?;
        Ok(Config {
            globs: globs.collect::<anyhow::Result<_>>()?,
            url: file.url.map(url),
            scratch_url: file.scratch_url.map(url),
            namespaces: file.namespaces,
            ignore: file.ignore.into_iter().map(Spanned::into_inner).collect(),
            app_role: file.app_role,
            tenant_setting: file.tenant_setting,
            timeouts: file.timeouts,
            targets,
            hazards,
            seed_max_rows: file.seed.max_rows,
        })
    }

    /// Whether an object of this name is to be left alone. One in another namespace is called `namespace.name`.
    pub fn ignores(&self, name: &str) -> bool {
        self.globs.iter().any(|pattern| pattern.matches(name))
    }
}

impl Url {
    pub(super) fn new(text: String, place: String) -> Url {
        Url { text, place }
    }

    /// Whether something stands in it, variables aside.
    pub(super) fn holds(&self, part: &str) -> bool {
        self.text.replace(&format!("${part}"), "").contains(part)
    }

    /// The URL with each `${NAME}` replaced from the environment.
    ///
    /// Fails when one of them is not set. The result may hold a password.
    pub fn expand(&self, environment: &Environment) -> anyhow::Result<String> {
        self.expand_for(None, environment)
    }

    /// The same for one of many, whose name takes the place of each `{name}`.
    pub(super) fn expand_for(&self, member: Option<&str>, environment: &Environment) -> anyhow::Result<String> {
        let literal = |text: &str| member.map_or(text.to_owned(), |member| text.replace("{name}", member));
        let mut expanded = String::new();
        let mut rest = self.text.as_str();
        while let Some((before, after)) = rest.split_once("${") {
            let Some((name, after)) = after.split_once('}') else {
                let hint = "a variable is written `${NAME}`";
                return Err(failure(format!("{}: a `${{` in the URL has no `}}`", self.place), hint));
            };
            let value = environment.get(name).ok_or_else(|| {
                let hint = format!("the `url` there takes it from the environment: set `{name}`, or use `--url`");
                failure(format!("{}: `{name}` is not set", self.place), hint)
            })?;
            expanded.push_str(&literal(before));
            expanded.push_str(value);
            rest = after;
        }
        expanded.push_str(&literal(rest));
        Ok(expanded)
    }
}

/// What the TOML reader complains about, with its place and, for a name that is not known, the nearest known one.
fn complaint(error: &toml::de::Error, text: &str, path: &str) -> anyhow::Error {
    let at = error.span().map_or_else(|| path.to_owned(), |span| place(text, path, span.start));
    let message = error.message();
    let (said, expected) = message.split_once(", expected ").unwrap_or((message, ""));
    let quoted = |text: &str| text.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
    match (quoted(said).as_slice(), said.strip_prefix("unknown ")) {
        ([word], Some(what)) => {
            let what = what.split(' ').next().map_or("name", |what| if what == "field" { "key" } else { "value" });
            let known = quoted(expected);
            failure(format!("{at}: unknown {what} `{word}`"), suggestion(word, known.iter().map(String::as_str)))
        }
        _ => {
            let said = without_value(message).trim_end().replace('\n', ": ");
            let otherwise = (&*said, "texts stand in quotes, and a target is `[target.NAME]` with a `url`".to_owned());
            let told = said.split_once(": write ").map(|(said, how)| (said, format!("write {how}")));
            let (said, hint) = told.unwrap_or(otherwise);
            failure(format!("{at}: {said}"), hint)
        }
    }
}

/// The message without the text that stands in the wrong place: it may be a URL with a password.
fn without_value(message: &str) -> String {
    let value = message.split_once("string \"");
    match value.and_then(|(before, after)| Some((before, after.rsplit_once("\", expected")?.1))) {
        Some((before, expected)) => format!("{before}text, expected{expected}"),
        None => message.to_owned(),
    }
}

/// `path:line:column` of a byte in the text.
pub(super) fn place(text: &str, path: &str, byte: usize) -> String {
    let before = text.get(..byte).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let line = before.matches('\n').count() + 1;
    format!("{path}:{line}:{}", before[line_start..].chars().count() + 1)
}

/// A duration: a whole number of seconds, or text with a unit.
fn duration<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
    #[derive(serde::Deserialize)]
    #[serde(untagged)]
    enum Written {
        Seconds(u64),
        Text(String),
    }
    let wrong =
        || de::Error::custom("not a duration: write `\"500ms\"`, `\"3s\"`, `\"2m\"`, `\"1h\"` or whole seconds");
    match Written::deserialize(deserializer).map_err(|_| wrong())? {
        Written::Seconds(seconds) => Ok(Some(Duration::from_secs(seconds))),
        Written::Text(text) => parse_duration(&text).map(Some).ok_or_else(wrong),
    }
}

fn parse_duration(text: &str) -> Option<Duration> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let number: u64 = number.parse().ok()?;
    match unit.trim() {
        "ms" => Some(Duration::from_millis(number)),
        "s" | "" => Some(Duration::from_secs(number)),
        "m" | "min" => number.checked_mul(60).map(Duration::from_secs),
        "h" => number.checked_mul(3600).map(Duration::from_secs),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::report;

    fn error(text: &str) -> String {
        report(&Config::parse(text, "dbtool.toml").unwrap_err())
    }

    #[test]
    fn every_key_is_read() {
        let config = Config::parse(
            "url = 'postgres://h'\nscratch_url = 'postgres://s'\nnamespaces = ['public']\nignore = ['tmp_*', 'audit.*']\napp_role = 'app'\n\
             tenant_setting = 'app.tenant_id'\n[timeouts]\nconnect = '3s'\nlock = '500ms'\nstatement = 60\n\
             [target.prod]\nurl = 'postgres://p'\n[hazards]\ndeletes_data = 'refuse'\n[seed]\nmax_rows = 5\n",
            "dbtool.toml",
        )
        .unwrap();
        assert_eq!(config.url.clone().unwrap().expand(&Environment::empty()).unwrap(), "postgres://h");
        assert!(config.scratch_url.is_some());
        assert_eq!(config.timeouts.connect, Some(Duration::from_secs(3)));
        assert_eq!(config.timeouts.lock, Some(Duration::from_millis(500)));
        assert_eq!(config.timeouts.statement, Some(Duration::from_secs(60)));
        assert_eq!(config.hazards.general.stance(&crate::hazard::DELETES_DATA), Some(crate::hazard::Stance::Refuse));
        assert!(config.targets.contains_key("prod"));
        assert!(config.ignores("tmp_a") && config.ignores("audit.log") && !config.ignores("users"));
        assert_eq!((config.tenant_setting.as_deref(), config.seed_max_rows), (Some("app.tenant_id"), Some(5)));
    }

    #[test]
    fn an_unknown_name_has_its_place_and_the_nearest() {
        let expected = "error: dbtool.toml:2:1: unknown key `urll`\nhint: did you mean `url`?\n";
        assert_eq!(error("app_role = 'a'\nurll = 'x'\n"), expected);
        let expected = "error: dbtool.toml:2:1: unknown key `conect`\nhint: did you mean `connect`?\n";
        assert_eq!(error("[timeouts]\nconect = '3s'\n"), expected);
        let expected = "error: dbtool.toml:1:13: unknown key `ur`\nhint: did you mean `url`?\n";
        assert_eq!(error("target.a = {ur = '3s'}\n"), expected);
    }

    #[test]
    fn a_wrong_value_has_its_place() {
        assert!(
            error("[timeouts]\nlock = 'soon'\n").starts_with("error: dbtool.toml:2:8: not a duration\nhint: write `")
        );
        assert!(error("[timeouts]\nlock = -1\n").starts_with("error: dbtool.toml:2:8: not a duration"));
        assert!(error("ignore = ['a', '[']").starts_with("error: dbtool.toml:1:16: not a pattern"));
        assert!(error("url = 1").starts_with("error: dbtool.toml:1:7: invalid type"));
        assert!(error("url = 'a\n").starts_with("error: dbtool.toml:1:"));
        assert!(error("[target.x]\n").contains("missing field `url`"));
    }

    #[test]
    fn variables_in_a_url() {
        let url = |text: &str| Url { text: text.to_owned(), place: "f:1:1".to_owned() };
        let environment = Environment::empty().with("A", "a").with("B", "b");
        assert_eq!(url("x${A}y${B}").expand(&environment).unwrap(), "xayb");
        assert_eq!(url("$A").expand(&environment).unwrap(), "$A");
        assert!(url("${A").expand(&environment).is_err());
        assert_eq!(
            report(&url("${C}").expand(&environment).unwrap_err()),
            "error: f:1:1: `C` is not set\nhint: the `url` there takes it from the environment: set `C`, or use `--url`\n"
        );
    }

    #[test]
    fn debug_shows_no_password() {
        let config = Config::parse("url = 'postgres://a:s3cret@h'", "dbtool.toml").unwrap();
        assert!(!format!("{config:?}").contains("s3cret"));
        let misplaced = error("[target]\nprod = 'postgres://a:s3cret@h'");
        assert!(misplaced.contains("dbtool.toml:2:8: invalid type: text, expected") && !misplaced.contains("s3cret"));
    }
}
