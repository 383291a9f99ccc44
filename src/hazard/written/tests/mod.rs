mod access;
mod breaks;
mod code;
mod names;
mod rows;
mod running;

use super::*;

/// What a hazard hangs on.
fn shown(about: &About) -> String {
    match about {
        About::Always => "always".to_owned(),
        About::Anything => "anything".to_owned(),
        About::Closed => "closed".to_owned(),
        About::Table { sql, asks, perhaps } => {
            let asks = match asks {
                Asks::There => "there".to_owned(),
                Asks::Rows => "rows".to_owned(),
                Asks::Closed => "closed".to_owned(),
                Asks::Values(_) => "values".to_owned(),
                Asks::Restricts(_) => "restricts".to_owned(),
                Asks::Opens => "opens".to_owned(),
                Asks::Copied(whither) => format!("copied {}", to(whither)),
                Asks::Crosses(it) => format!("crosses into {} {:?}", it.to, it.values),
                Asks::Begins(column, begin) => format!("begins {column} {begin:?}"),
                Asks::Ungranted(_) => "there".to_owned(),
                Asks::Decides(columns) => format!("decides {}", columns.join(" ")),
                Asks::Granted(roles) => format!("granted {}", roles.join(" ")),
                Asks::Trigger(name) => format!("trigger {name}"),
                Asks::Restrains => "restrains".to_owned(),
                Asks::Required(column) => format!("required {column}"),
                Asks::Unique(name) => format!("unique {name}"),
                Asks::Unpoliced { forced } => format!("unpoliced {forced}"),
                Asks::OnlyPolicy(name) => format!("only policy {name}"),
                Asks::Many => "many".to_owned(),
                Asks::Steers => "steers".to_owned(),
                Asks::HandsOn(function) => format!("hands on {}", function.as_deref().unwrap_or("own")),
                Asks::Default => "default".to_owned(),
                Asks::Typed(name) => format!("typed {name}"),
                Asks::Spares(it) => {
                    let parts =
                        [&it.with, &it.alias, &it.sources, &it.condition, &it.columns.join(" "), &it.calls.join(" ")];
                    format!("spares {}", parts.map(String::as_str).join(" | "))
                }
            };
            format!("{sql} {asks}{}", if *perhaps { "?" } else { "" })
        }
        About::Carries(calls) => format!("carries {}", calls.functions.join(" ")),
        About::Calls(calls) => {
            let all = calls.functions.iter().chain(&calls.operators).chain(&calls.relations);
            format!("calls {}", all.map(String::as_str).collect::<Vec<_>>().join(" "))
        }
        About::Moves(Moved { by, whither }) => {
            let all = by.functions.iter().chain(&by.operators);
            format!("moves {} {}", all.map(String::as_str).collect::<Vec<_>>().join(" "), to(whither))
        }
        About::Ahead(ahead) => match &ahead.which {
            Which::Named(namespace, name) => format!("ahead {} {name}", namespace.as_deref().unwrap_or("own")),
            Which::Anywhere(name) => format!("ahead anywhere {name}"),
            Which::All { of, under } => format!("ahead all of {of} under {under}"),
        },
        About::InPlace(name) => format!("in place {name}"),
        About::Extension(name) => format!("extension {name}"),
        About::Guards(name) => format!("guards {name}"),
        About::Routine(name) => format!("routine {name}"),
        About::Hands(name) => format!("hands {name}"),
        About::Sets(sets) => format!("sets {:?}", sets.settings),
        About::Under(name, about) => format!("{} under {name}", shown(about)),
    }
}

fn to(whither: &Whither) -> &str {
    match whither {
        Whither::Own => "own",
        Whither::Table(table) => table,
        Whither::All => "all",
    }
}

/// What is only asked wherever rows are read or written.
fn is_usual(about: &About) -> bool {
    match about {
        About::Table { asks, .. } => {
            matches!(
                asks,
                Asks::Copied(_)
                    | Asks::Crosses(_)
                    | Asks::Decides(_)
                    | Asks::Begins(..)
                    | Asks::Many
                    | Asks::Steers
                    | Asks::Default
                    | Asks::Required(_)
                    | Asks::Unique(_)
                    | Asks::Unpoliced { .. }
                    | Asks::OnlyPolicy(_)
                    | Asks::HandsOn(Some(_))
                    | Asks::Typed(_)
            )
        }
        About::Calls(calls) => calls.functions.iter().all(|it| it.starts_with('.')) && calls.operators.is_empty(),
        About::Moves(_) | About::Ahead(_) | About::InPlace(_) | About::Carries(_) => true,
        About::Sets(_) | About::Under(..) => true,
        _ => false,
    }
}

fn told(sql: &str, usual: bool) -> Vec<String> {
    let all = in_script(sql).into_iter().filter(|it| usual || !is_usual(&it.about));
    all.map(|it| format!("{}: {}", it.hazard.rule.name, shown(&it.about))).collect()
}

/// What is told of a script: each hazard, with what it hangs on.
fn found(sql: &str) -> Vec<String> {
    told(sql, false)
}

/// Statements, and all that is told of each.
fn check(cases: &[(&str, &[&str])]) {
    let wrong: Vec<String> = cases
        .iter()
        .filter(|(sql, wish)| found(sql) != *wish)
        .map(|(sql, wish)| format!("{sql}\n   is {:?}\n  not {wish:?}", found(sql)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

const DROPPED: &[&str] = &["breaks_code: t there", "deletes_data: t rows"];
const UNSURE: &[&str] = &["breaks_code: anything", "deletes_data: anything"];
const OPAQUE: &[&str] = &["deletes_data: anything", "weakens_access: anything"];
const CLOSED: &[&str] = &["weakens_access: t closed"];
const OPEN: &[&str] = &["weakens_access: t there"];
