//! Which databases are meant: by a name, a pattern or `all`, from `dbtool.toml` and from the catalogs of servers.

use anyhow::{Context as _, Result};

use crate::database;
use crate::error::failure;
use crate::project::{Canary, Members, Project, Source, Target};
use crate::talk::Talk;

/// A database to visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Goal {
    /// What `--target` calls it.
    pub(super) name: String,
    /// Where it is, without a password; nothing where its URL cannot be read, which its visit will tell.
    pub(super) place: String,
    /// Whether it goes before the others.
    pub(super) canary: bool,
}

/// Whether a name, a pattern or `all` means several databases, and not one of `dbtool.toml`.
pub(crate) fn means_many(project: &Project, said: &str) -> bool {
    match project.config.targets.get(said) {
        Some(target) => target.members.is_some(),
        None => said == "all" || said.contains(['*', '?', '[']),
    }
}

/// The databases that are meant, the canaries first.
///
/// # Errors
/// The pattern is none, nothing fits, or a server does not say which databases it has.
pub(crate) async fn goals(project: &Project, said: &str, talk: &Talk) -> Result<Vec<Goal>> {
    let pattern = if said == "all" { "*" } else { said };
    // The plain name of many is no pattern, whatever letters it has.
    let text = if project.config.targets.contains_key(said) { glob::Pattern::escape(said) } else { pattern.to_owned() };
    let pattern = glob::Pattern::new(&text)
        .map_err(|error| failure(format!("`{said}` is no pattern: {}", error.msg), "`*` stands for any letters"))?;
    let mut goals = Vec::new();
    for (name, target) in &project.config.targets {
        let Some(members) = &target.members else {
            if pattern.matches(name) {
                goals.push(goal(project, name.clone(), target.canary == Canary::Yes));
            }
            continue;
        };
        let whole = pattern.matches(name);
        if !whole && !may_match(&text, &format!("{name}/")) {
            continue;
        }
        let members = match members {
            Members::Named(names) => names.clone(),
            Members::Databases(called) => databases(project, name, target, called, talk).await?,
        };
        check_canary(name, target, &members)?;
        let full = members.iter().map(|member| (member, format!("{name}/{member}")));
        let meant = full.filter(|(_, full)| whole || pattern.matches(full));
        goals.extend(meant.map(|(member, full)| goal(project, full, target.canary == Canary::Member(member.clone()))));
    }
    if goals.is_empty() {
        let hint = "one is written `[target.NAME]` with a `url`; with `databases = \"tenant_*\"` it is many";
        return Err(failure(format!("no target in `dbtool.toml` fits `{said}`"), hint));
    }
    goals.sort_by_key(|goal| !goal.canary);
    Ok(goals)
}

fn goal(project: &Project, name: String, canary: bool) -> Goal {
    let place = match project.source(None, Some(&name)) {
        Ok(Source::Server(settings)) => settings.display_url(),
        _ => String::new(),
    };
    Goal { name, place, canary }
}

/// Whether a pattern can match anything that begins so: a server is asked only where it has to be.
fn may_match(pattern: &str, start: &str) -> bool {
    let literal = pattern.split(['*', '?', '[']).next().unwrap_or_default();
    literal.starts_with(start) || start.starts_with(literal)
}

/// A canary that is not there would let all others go without one.
fn check_canary(name: &str, target: &Target, members: &[String]) -> Result<()> {
    match &target.canary {
        Canary::Member(canary) if !members.contains(canary) => {
            let hint = "the canary goes before all others: name one that is there";
            Err(failure(format!("the target `{name}` has no database `{canary}`, which is to be its canary"), hint))
        }
        _ => Ok(()),
    }
}

/// The databases of a target's server that are called so, by name.
async fn databases(
    project: &Project,
    name: &str,
    target: &Target,
    called: &glob::Pattern,
    talk: &Talk,
) -> Result<Vec<String>> {
    let cannot = || format!("cannot ask which databases the target `{name}` has");
    let Source::Server(settings) = project.server_of(name, target).with_context(cannot)? else { return Ok(Vec::new()) };
    let server = database::connect(&settings).await.with_context(cannot)?;
    let query = "SELECT datname::pg_catalog.text, datallowconn FROM pg_catalog.pg_database
                 WHERE NOT datistemplate ORDER BY datname";
    let rows = server.query(query, &[]).await.with_context(cannot)?;
    server.close().await;
    let fitting = rows.iter().map(|row| (row.get::<_, String>(0), row.get::<_, bool>(1)));
    let scratch = |database: &str| database.starts_with(crate::scratch::PREFIX);
    let (open, closed): (Vec<_>, Vec<_>) =
        fitting.filter(|(database, _)| called.matches(database) && !scratch(database)).partition(|(_, open)| *open);
    for (database, _) in closed {
        talk.say(format!("left out: `{name}/{database}` is closed to everybody (ALLOW_CONNECTIONS false)"));
    }
    if open.is_empty() {
        talk.warn(format!("the target `{name}` has no database: none on `{settings}` is called `{called}`"));
    }
    Ok(open.into_iter().map(|(database, _)| database).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_asked_only_where_its_databases_may_be_meant() {
        for pattern in ["*", "t*", "tenants/*", "tenants/a?", "ten[a-z]*", "?enants/x"] {
            assert!(may_match(pattern, "tenants/"), "{pattern}");
        }
        for pattern in ["eu_*", "tenant_*", "tenants_*"] {
            assert!(!may_match(pattern, "tenants/"), "{pattern}");
        }
    }
}
