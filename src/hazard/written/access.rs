//! Who may see and change what, and who stands above that.

use super::names::{Made, Names};
use super::words::Words;
use super::{About, Asks, Told, code, moved, parts};
use crate::hazard::{BREAKS_CODE, WEAKENS_ACCESS};

/// Says whom a statement lets in.
pub(super) fn judge(words: &Words, names: &Names, told: &mut Vec<Told>) {
    let mut tell = |detail: String, about| told.push(Told::of(&WEAKENS_ACCESS, detail, about));
    match (words.word(0), words.word(1)) {
        ("grant", _) => grant(&words.skip(1), names, told),
        ("revoke", _) => revoke(&words.skip(1), names, told),
        ("alter", "default") if words.says(&["grant"]) => {
            tell("somebody gets rights on all that is made from now on".to_owned(), About::Anything);
        }
        ("create" | "alter", "user") if words.word(2) == "mapping" => {
            tell("others get the rights of a role of another server, or of this one".to_owned(), About::Anything);
        }
        ("create" | "alter", "role" | "user" | "group") => {
            role(words, told);
            setting(words, told);
        }
        ("alter", "database") if words.says(&["owner", "to"]) => {
            tell("another role owns the database".to_owned(), About::Anything);
        }
        ("alter", "database") => setting(words, told),
        ("security", "label") => tell("what is labelled may be shown to others".to_owned(), About::Anything),
        ("alter", "server" | "subscription") if words.says(&["options"]) || words.says(&["connection"]) => {
            tell("rows come from elsewhere, or go there".to_owned(), About::Anything);
        }
        ("create" | "alter", "publication") => {
            tell("rows are sent to whoever subscribes".to_owned(), About::Anything);
        }
        ("create", "policy") => policy(words, names, told),
        ("alter", "policy") if !words.says(&["rename", "to"]) => {
            let table = words.after("on").table().0;
            let detail = format!("`{}` may let more rows through", words.skip(2).shown());
            told.push(Told::table(&WEAKENS_ACCESS, detail, &table, Asks::Closed));
        }
        ("create", _) => made(words, names, told),
        ("alter", "system") => tell("a setting of the whole server".to_owned(), About::Always),
        ("alter", "event") if words.says(&["disable"]) || words.says(&["enable", "replica"]) => {
            tell("an event trigger no longer watches".to_owned(), About::Anything);
        }
        ("alter", "function" | "procedure" | "routine") if words.says(&["security", "definer"]) => {
            tell(format!("`{}` runs with its owner's rights", words.skip(2).shown()), About::Anything);
        }
        // What it sets it sets for whoever is called by it, too.
        ("alter", "function" | "procedure" | "routine")
            if ["set", "reset"].iter().any(|it| words.says(&[it])) && !words.says(&["set", "schema"]) =>
        {
            let name = words.skip(2).last_name().unwrap_or_default();
            tell(format!("policies that call `{name}` let through what it says now"), About::Guards(name));
        }
        ("alter", _) if words.says(&["owner", "to"]) && words.altered().is_none() => {
            let name = words.skip(2).shown();
            if !names.running.makes(&name) && !names.has_schema(&name) {
                tell("another role owns it".to_owned(), About::Anything);
            }
        }
        ("reassign", "owned") => tell("all that a role owns is another's".to_owned(), About::Anything),
        _ => {}
    }
    replication(words, told);
    if words.begin(&["alter"]) && ["function", "procedure", "routine"].contains(&words.word(1)) {
        leakproof(words, &words.skip(2).shown(), told);
    }
}

/// Triggers and foreign keys do not fire for who is taken for a replica.
fn replication(words: &Words, told: &mut Vec<Told>) {
    let is_it = |at: usize| {
        words.name(at).or(words.literal(at)).is_some_and(|it| it.eq_ignore_ascii_case("session_replication_role"))
    };
    let back = words.begins_with(&["reset"]) || words.says(&["reset"]);
    let set = (words.begins_with(&["set", "alter"]) || words.has(&["update", "pg_settings"]))
        && !back
        && (0..words.len()).any(is_it);
    let ordinary = ["origin", "default"].iter().any(|it| {
        let last = words.len().saturating_sub(1);
        words.literal(last).unwrap_or(words.word(last)).eq_ignore_ascii_case(it)
    });
    if (set && !ordinary) || code::sets(words, "session_replication_role") {
        let detail = "triggers and foreign keys do not hold for a replica";
        told.push(Told::of(&WEAKENS_ACCESS, detail, About::Anything));
    }
}

/// What sessions of a role or a database begin with from now on, where policies may read it or names hang on it.
fn setting(words: &Words, told: &mut Vec<Told>) {
    const GRAVE: &[&str] = &["role", "search_path", "row_security", "session_authorization"];
    let rest = words.skip(2);
    let set = if rest.says(&["set"]) { rest.after("set") } else { rest.after("reset") };
    let name = set.shown();
    if rest.says(&["reset", "all"])
        || set.word(1) == "."
        || name.contains('.')
        || GRAVE.iter().any(|it| name.eq_ignore_ascii_case(it))
    {
        let name = set.dotted().0.unwrap_or(name);
        let detail = format!("sessions of `{}` begin with another `{name}`", words.skip(2).shown());
        let about = if words.word(1) == "database" { About::Anything } else { About::Always };
        told.push(Told::of(&WEAKENS_ACCESS, detail, about));
    }
}

/// Who loses rights that code may need.
fn revoke(rest: &Words, names: &Names, told: &mut Vec<Told>) {
    let from = rest.after("from").before(&["cascade", "restrict", "granted"]);
    let list = rest.before(&["from"]);
    let what = list.before(&["on"]);
    let detail = format!("`{}` loses {}", from.shown(), what.sql());
    if !list.says(&["on"]) {
        return told.push(Told::of(&BREAKS_CODE, detail, About::Always));
    }
    let object = list.after("on");
    let roles = || from.split(",").iter().filter_map(|it| it.past(&["group"]).name(0).map(str::to_owned)).collect();
    let parts = object.skip(1).split(",");
    let own = match object.word(0) {
        _ if object.len() == 1 || [",", "."].contains(&object.word(1)) => false,
        "schema" => parts.iter().all(|it| it.name(0).is_some_and(|it| names.has_schema(it))),
        "function" | "procedure" | "routine" => {
            parts.iter().all(|it| it.last_name().is_some_and(|it| names.running.makes(&it)))
        }
        "table" => false,
        _ => parts.iter().all(|it| names.has_object(&it.dotted().0)),
    };
    let of_table = object.begin(&["table"]) || object.len() == 1 || [",", "."].contains(&object.word(1));
    if of_table {
        for part in object.past(&["table"]).split(",") {
            told.push(Told::table(&BREAKS_CODE, detail.clone(), &part.dotted().0, Asks::Granted(roles())));
        }
    } else if !own {
        told.push(Told::of(&BREAKS_CODE, detail, About::Anything));
    }
}

fn grant(rest: &Words, names: &Names, told: &mut Vec<Told>) {
    let to = rest.after("to");
    if !rest.before(&["to"]).says(&["on"]) {
        let roles = rest.before(&["to"]);
        let detail = format!("`{}` gets the rights of `{}`", to.shown(), roles.shown());
        return told.push(Told::of(&WEAKENS_ACCESS, detail, About::Always));
    }
    let object = rest.after("on").before(&["to"]);
    let what = if rest.begin(&["all"]) { "all".to_owned() } else { rest.word(0).to_owned() };
    let everybody = to.has(&["public"]);
    let passes = to.says(&["with", "grant", "option"]);
    let who = if everybody { "everybody".to_owned() } else { format!("`{}`", to.shown()) };
    let detail = format!("{who} gets {what}{}", if passes { ", and may pass it on" } else { "" });
    let wide = everybody || passes;
    match object.word(0) {
        "schema" => {
            if wide || !object.skip(1).split(",").iter().all(|it| it.name(0).is_some_and(|it| names.has_schema(it))) {
                told.push(Told::of(&WEAKENS_ACCESS, detail, About::Anything));
            }
        }
        "all" => {
            let list = object.after("schema");
            for table in list.split(",").iter().filter_map(|it| it.name(0)).flat_map(|it| names.flow.in_schema(it)) {
                moved::shown_by(&Some(table.clone()), names, told);
            }
            if wide || !list.split(",").iter().all(|it| it.name(0).is_some_and(|it| names.has_schema(it))) {
                told.push(Told::of(&WEAKENS_ACCESS, detail, About::Anything));
            }
        }
        "function" | "procedure" | "routine" => {
            let own = |it: &Words| it.last_name().is_some_and(|it| names.running.makes(&it));
            if wide || !object.skip(1).split(",").iter().all(own) {
                told.push(Told::of(&WEAKENS_ACCESS, detail, About::Anything));
            }
        }
        "database" | "domain" | "foreign" | "language" | "large" | "parameter" | "sequence" | "tablespace" | "type"
            if object.len() > 1 && object.word(1) != "," && object.word(1) != "." =>
        {
            let own = |it: &Words| names.has_object(&it.dotted().0);
            if wide || !object.skip(1).split(",").iter().all(own) {
                told.push(Told::of(&WEAKENS_ACCESS, detail, About::Anything));
            }
        }
        _ => {
            for part in object.past(&["table"]).split(",") {
                let table = part.dotted().0;
                let own = matches!(names.made(&table), Some(Made::Empty | Made::Filled));
                if (own || names.flow.knows(&table)) && wide {
                    told.push(Told::of(&WEAKENS_ACCESS, detail.clone(), About::Anything));
                } else if !own {
                    let asks = Asks::Ungranted(rights(&rest.before(&["on"]), &to, passes));
                    told.push(Told::table(&WEAKENS_ACCESS, detail.clone(), &table, asks));
                }
                if !names.flow.is_invoker(&table) {
                    moved::shown_by(&table, names, told);
                }
                parts::granted(&rest.before(&["on"]), &table, names, told);
            }
        }
    }
}

/// The rights that are granted, each behind its role.
fn rights(what: &Words, to: &Words, passes: bool) -> Vec<String> {
    const ALL: &[&str] = &["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER", "MAINTAIN"];
    let said: Vec<String> = match what.begin(&["all"]) {
        true => ALL.iter().map(|it| (*it).to_owned()).collect(),
        false => what.split(",").iter().map(|it| it.word(0).to_ascii_uppercase()).collect(),
    };
    let roles = to.before(&["with", "granted"]);
    let roles = roles.split(",").into_iter().map(|it| it.past(&["group"]).shown());
    let star = if passes { "*" } else { "" };
    roles.flat_map(|role| said.iter().map(move |right| format!("{role} {right}{star}")).collect::<Vec<_>>()).collect()
}

/// A trigger, whose function may hand rows of its table on to where others read.
fn trigger(words: &Words, names: &Names, told: &mut Vec<Told>) {
    let what = words.skip(1).past(&["or", "replace"]).past_any(&["constraint"]);
    let Some(function) = words.after("execute").skip(1).last_name().filter(|_| what.begin(&["trigger"])) else {
        return;
    };
    let own = names.running.makes(&function);
    if own && !names.running.writes(&function) {
        return;
    }
    let detail = format!("`{}` may hand rows on to where others read", what.skip(1).shown());
    let asks = Asks::HandsOn((!own).then_some(function));
    told.push(Told::table(&WEAKENS_ACCESS, detail, &words.after("on").table().0, asks));
}

/// A trigger that another takes the place of.
fn replaced(words: &Words, told: &mut Vec<Told>) {
    if words.begin(&["create", "or", "replace", "trigger"]) {
        let name = words.skip(4).shown();
        let detail = format!("`{name}` calls what it says now");
        told.push(Told::table(&BREAKS_CODE, detail, &words.after("on").table().0, Asks::Trigger(name)));
    }
}

/// A function that sees rows before policies have left them out.
fn leakproof(words: &Words, name: &str, told: &mut Vec<Told>) {
    if words.says(&["leakproof"]) && !words.says(&["not", "leakproof"]) {
        let detail = format!("`{name}` may see rows before policies leave them out");
        told.push(Told::of(&WEAKENS_ACCESS, detail, About::Closed));
    }
}

fn role(words: &Words, told: &mut Vec<Told>) {
    const GAINS: &[(&str, &str)] = &[
        ("superuser", "may do everything, whatever policies say"),
        ("bypassrls", "is not bound by any policy"),
        ("createrole", "may make roles and let others in"),
        ("replication", "may copy the whole server"),
    ];
    let name = words.skip(2).shown();
    let options = words.skip(3);
    if words.begin(&["alter"]) && (options.says(&["login"]) || options.says(&["password"])) {
        told.push(Told::of(&WEAKENS_ACCESS, format!("`{name}` may log in with what it has"), About::Always));
    }
    for (word, gains) in GAINS {
        if options.says(&[word]) {
            told.push(Told::of(&WEAKENS_ACCESS, format!("`{name}` {gains}"), About::Always));
        }
    }
    let member = ["in", "role", "admin", "user", "group"];
    let joins = words.begin(&["create"]) && member.iter().any(|it| options.says(&[it]));
    if joins || options.begin(&["add", "user"]) {
        told.push(Told::of(
            &WEAKENS_ACCESS,
            format!("`{name}` gets the rights of others, or gives them"),
            About::Always,
        ));
    }
}

fn policy(words: &Words, names: &Names, told: &mut Vec<Told>) {
    if !words.says(&["as", "restrictive"]) {
        let table = words.after("on").table().0;
        let detail = format!("`{}` lets rows through", words.skip(2).shown());
        told.push(Told::table(&WEAKENS_ACCESS, detail, &table, Asks::Closed));
        parts::let_through(&table, names, told);
    }
}

/// A policy that goes, where it restricts.
pub(super) fn dropped_policy(words: &Words, names: &Names, told: &mut Vec<Told>) {
    let rest = words.skip(2);
    let named = rest.past(&["if", "exists"]);
    let table = named.after("on").table().0;
    let detail = format!("`{}` no longer restricts", named.shown());
    let name = named.name(0).filter(|_| named.word(1) == "on");
    let asks = name.map_or(Asks::Closed, |name| Asks::Restricts(name.to_owned()));
    let if_exists = named.len() < rest.len();
    told.push(Told::table(&WEAKENS_ACCESS, detail, &table, asks).if_exists(if_exists));
    if let Some(name) = name.filter(|_| !names.has_policy(&table)) {
        let detail = "no policy lets rows through any more";
        let asks = Asks::OnlyPolicy(name.to_owned());
        let again = table.clone().map(super::Closer::Policy);
        told.push(Told::table(&BREAKS_CODE, detail, &table, asks).if_exists(if_exists).until(again));
    }
}

/// Views and functions that show what their owner sees.
fn made(words: &Words, names: &Names, told: &mut Vec<Told>) {
    trigger(words, names, told);
    replaced(words, told);
    let what = words.skip(1).past(&["or", "replace"]);
    let kind = what.past_any(&["temp", "temporary", "recursive", "materialized"]);
    let temporary = what.begins_with(&["temp", "temporary"]);
    if what.begin(&["materialized"]) {
        moved::shown_in(&kind, names, told);
    } else if kind.begin(&["view"]) && !temporary && !is_invoker(&kind) {
        let detail = format!("`{}` shows what its owner sees; write WITH (security_invoker)", kind.skip(1).shown());
        told.push(Told::of(&WEAKENS_ACCESS, detail, About::Closed));
    }
    if kind.begin(&["view"]) && !temporary && what.len() + 1 < words.len() {
        let name = kind.skip(1).last_name().unwrap_or_default();
        let detail = format!("policies that read `{name}` let through what it says now");
        told.push(Told::of(&WEAKENS_ACCESS, detail, About::Guards(name)));
    }
    if what.begins_with(&["function", "procedure"]) {
        let name = what.skip(1).last_name().unwrap_or_default();
        if words.says(&["security", "definer"]) {
            let detail = format!("`{name}` runs with its owner's rights");
            told.push(Told::of(&WEAKENS_ACCESS, detail, About::Anything));
        }
        leakproof(words, &name, told);
        let detail = format!("policies that call `{name}` let through what it says now");
        told.push(Told::of(&WEAKENS_ACCESS, detail, About::Guards(name.clone())));
        if code::makes_writer(words) && words.says(&["or", "replace"]) {
            let detail = format!("`{name}` may hand rows on to where others read");
            told.push(Told::of(&WEAKENS_ACCESS, detail, About::Hands(name)));
        }
    }
}

/// Whether a view that is made shows what whoever reads it may see: `kind` begins at VIEW.
pub(super) fn is_invoker(kind: &Words) -> bool {
    let options = kind.before(&["as"]).after("with").skip(1).inside();
    let at = (0..options.len()).find(|at| options.word(*at) == "security_invoker");
    let value = |at: usize| options.literal(at).unwrap_or(options.word(at)).to_lowercase();
    at.is_some_and(|at| match options.word(at + 1) {
        "=" => ["true", "on", "1", "yes"].contains(&value(at + 2).as_str()),
        _ => true,
    })
}
