//! A comparison for a person: one line a change, then what is dangerous about it.

use std::collections::{BTreeMap, BTreeSet};

use anstyle::{AnsiColor, Style};
use serde_json::Value;

use crate::compare::Comparison;
use crate::diff::{Change, properties};
use crate::hazard::{Policy, Rule, Stance, leading};
use crate::kind::{Grant, KindTag, Object, Privilege, Rights, index_partition};
use crate::plan::Plan;
use crate::schema::Id;
use crate::sql::printable;

const GREEN: Style = AnsiColor::Green.on_default();
const YELLOW: Style = AnsiColor::Yellow.on_default();
const RED: Style = AnsiColor::Red.on_default();

/// One line a change, what belongs to a table below it. Columns of a new table are counted in its line.
pub fn lines(comparison: &Comparison) -> Vec<String> {
    lines_by_kind(comparison).into_iter().map(|(_, line)| line).collect()
}

/// The same lines, each with the kind of what it is about.
pub fn lines_by_kind(comparison: &Comparison) -> Vec<(KindTag, String)> {
    let mut changes: Vec<&Change> = told(comparison).collect();
    changes.sort_by_key(|change| place(change.id()));
    changes.into_iter().map(|change| (change.id().kind, line(change, comparison))).collect()
}

/// The changes that have a line of their own.
fn told(comparison: &Comparison) -> impl Iterator<Item = &Change> {
    let all = comparison.renames.iter().chain(&comparison.changes);
    all.filter(|change| !is_told_with_its_table(change, comparison))
}

/// What stands by itself by kind, then each table with what belongs to it.
fn place(id: &Id) -> (bool, String, String, KindTag) {
    let subject = id.subject().filter(|on| on.kind == KindTag::Table);
    let tables = id.kind.belongs_to_table() || id.kind == KindTag::Table || subject.is_some();
    let table = id.table().or(subject).unwrap_or_else(|| id.clone());
    (
        tables,
        if tables { table.namespace } else { String::new() },
        if tables { table.name } else { String::new() },
        id.kind,
    )
}

/// Columns come and go with their table, and its line says how many.
fn is_told_with_its_table(change: &Change, comparison: &Comparison) -> bool {
    if let (Change::Drop(id), Some(on)) = (change, change.id().subject()) {
        return id.kind == KindTag::Grant && !comparison.desired.contains(&on);
    }
    let Some(table) = change.id().table() else { return false };
    if change.id().kind == KindTag::IdentitySequence && comes_with_identity(change, comparison) {
        return true;
    }
    match change {
        // It goes with the index, unless that stays.
        Change::Drop(id) if id.kind == KindTag::IndexPartition => {
            index_partition::whole(&comparison.desired, id).is_none()
        }
        Change::Create(id) => {
            matches!(id.kind, KindTag::Column | KindTag::SequenceOwner) && !comparison.current.contains(&table)
        }
        Change::Drop(id) if id.kind == KindTag::Column => !comparison.desired.contains(&table),
        Change::Drop(_) => !comparison.desired.has_owner(&table),
        _ => false,
    }
}

/// The sequence of an identity comes and goes with that, and is told apart where something is said of it.
fn comes_with_identity(change: &Change, comparison: &Comparison) -> bool {
    match change {
        Change::Create(id) => comparison.desired.get(id).is_some_and(|entry| entry.comment.is_none()),
        Change::Drop(_) => true,
        _ => false,
    }
}

fn line(change: &Change, comparison: &Comparison) -> String {
    let (style, sign) = match change {
        Change::Create(_) => (GREEN, '+'),
        Change::Drop(_) => (RED, '-'),
        Change::Alter(_) | Change::Rename { .. } | Change::RenameValue { .. } => (YELLOW, '~'),
    };
    let detail = detail(change, comparison).map(|detail| format!(": {detail}")).unwrap_or_default();
    let what = match change {
        Change::Rename { from, .. } => from.to_string(),
        other => other.id().to_string(),
    };
    format!("{style}{sign}{style:#} {}", printable(&format!("{what}{detail}")))
}

fn detail(change: &Change, comparison: &Comparison) -> Option<String> {
    match change {
        Change::Rename { to, .. } => Some(format!("renamed to {}", to.name)),
        Change::RenameValue { id, from, to } => {
            let what = match id.kind {
                KindTag::Composite => "attribute",
                KindTag::Range => "multirange type",
                _ => "value",
            };
            Some(format!("{what} {from} renamed to {to}"))
        }
        Change::Drop(id) => drop_detail(id, comparison),
        Change::Create(id) => create_detail(id, comparison),
        Change::Alter(id) => {
            let (from, to) = (comparison.current.get(id)?, comparison.desired.get(id)?);
            if let (Some(from), Some(to)) = (grant_of(&from.object), grant_of(&to.object)) {
                let all = all_on(id, comparison);
                return Some(format!("{} -> {}", granted(from, all), granted(to, all)));
            }
            let mut changed: Vec<String> = properties(&from.object, &to.object)
                .iter()
                .map(|p| format!("{} {} -> {}", p.name.replace('_', " "), shown(&p.from), shown(&p.to)))
                .collect();
            if from.comment != to.comment {
                let quoted =
                    |comment: &Option<String>| comment.as_ref().map_or("none".to_owned(), |c| format!("{c:?}"));
                changed.push(format!("comment {} -> {}", quoted(&from.comment), quoted(&to.comment)));
            }
            Some(changed.join(", "))
        }
    }
}

fn drop_detail(id: &Id, comparison: &Comparison) -> Option<String> {
    if id.kind != KindTag::Table {
        return None;
    }
    let with = comparison.current.children(id).filter(|(child, _)| child.kind == KindTag::Column).count();
    Some(counted(with, "column"))
}

fn create_detail(id: &Id, comparison: &Comparison) -> Option<String> {
    match comparison.desired.object(id)? {
        Object::Table(_) => Some(counted(comparison.desired.children_of(id, KindTag::Column).count(), "column")),
        Object::Column(column) => {
            let not_null = if column.not_null { " not null" } else { "" };
            let default = column.default.as_ref().map(|d| format!(" default {d}")).unwrap_or_default();
            Some(format!("{}{not_null}{default}", column.r#type))
        }
        Object::ForeignKey(key) => Some(format!("({}) -> {}", key.columns.join(", "), key.references_table)),
        Object::PrimaryKey(key) => Some(format!("({})", key.columns.join(", "))),
        Object::Unique(key) => Some(format!("({})", key.columns.join(", "))),
        Object::IndexPartition(part) => Some(format!("name {}", part.name)),
        object @ (Object::Grant(_) | Object::DefaultPrivilege(_)) => {
            grant_of(object).map(|grant| granted(grant, all_on(id, comparison)))
        }
        Object::RowSecurity(security) => Some(if security.forced { "force".to_owned() } else { "on".to_owned() }),
        _ => None,
    }
}

fn grant_of(object: &Object) -> Option<&Grant> {
    match object {
        Object::Grant(grant) => Some(grant),
        Object::DefaultPrivilege(more) => Some(&more.grant),
        _ => None,
    }
}

/// All that can be granted on what a grant is on.
fn all_on(id: &Id, comparison: &Comparison) -> &'static [Privilege] {
    let of_object = id.subject().and_then(|on| on.kind.granted());
    let granted = of_object.or_else(|| id.of_default_privileges().map(|(granted, _)| granted));
    granted.map_or(&[], |granted| granted.privileges(comparison.options.version))
}

/// `select, insert, update (name)`.
fn granted(grant: &Grant, all: &[Privilege]) -> String {
    let Grant { rights, revoked, columns, written, by: _ } = grant;
    let on = |rights: &Rights, column: &str| {
        let Rights { privileges, with_grant_option } = rights;
        // Of what an owner was given by name only the right to pass it on is told apart.
        let privileges = &(privileges | with_grant_option);
        let passed =
            |privilege: &Privilege| if with_grant_option.contains(privilege) { " with grant option" } else { "" };
        let one = |privilege: &Privilege| format!("{}{column}{}", privilege.word(), passed(privilege));
        let is_all = |set: &BTreeSet<Privilege>| all.len() > 1 && all.iter().all(|one| set.contains(one));
        if is_all(privileges) && (is_all(with_grant_option) || with_grant_option.is_empty()) {
            return vec![format!("all{}", passed(&all[0]))];
        }
        privileges.iter().map(one).collect::<Vec<String>>()
    };
    let mut all = on(rights, "");
    all.extend(columns.iter().flat_map(|(column, rights)| on(rights, &format!(" ({column})"))));
    all.extend(revoked.iter().map(|privilege| format!("{} revoked", privilege.word())));
    all.extend(written.then(|| "what it has anyway, written out".to_owned()));
    all.join(", ")
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// A JSON value as a person would write it; long texts are cut.
fn shown(value: &Value) -> String {
    const LONGEST: usize = 120;
    let text = match value {
        Value::Null => "none".to_owned(),
        Value::String(text) => text.split_whitespace().collect::<Vec<_>>().join(" "),
        Value::Bool(flag) => if *flag { "yes" } else { "no" }.to_owned(),
        Value::Array(items) if items.is_empty() => "none".to_owned(),
        Value::Array(items) => format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(", ")),
        Value::Object(fields) => {
            let told = fields.iter().filter(|(_, v)| !v.is_null() && **v != Value::Bool(false));
            let parts: Vec<String> = told.map(|(name, v)| format!("{name} {}", shown(v))).collect();
            if parts.is_empty() { "none".to_owned() } else { parts.join(" ") }
        }
        other => other.to_string(),
    };
    if text.chars().count() > LONGEST { format!("{}…", text.chars().take(LONGEST).collect::<String>()) } else { text }
}

/// What is dangerous in a plan: each kind of hazard with its effect and the safer way, then where it is.
pub fn hazards(plan: &Plan) -> Vec<String> {
    hazards_under(plan, &Policy::default())
}

/// The same without what a policy allows without a word.
pub fn hazards_under(plan: &Plan, policy: &Policy) -> Vec<String> {
    let mut found: BTreeMap<&str, (&Rule, Vec<String>)> = BTreeMap::new();
    let told = |rule: &Rule| policy.stance(rule) != Some(Stance::Allow);
    for hazard in plan.steps().flat_map(|step| leading(&step.hazards)).filter(|hazard| told(hazard.rule)) {
        found.entry(hazard.rule.name).or_insert((hazard.rule, Vec::new())).1.push(hazard.told());
    }
    let mut out = Vec::new();
    for (rule, mut details) in found.into_values() {
        details.dedup();
        let refused = policy.stance(rule).map_or(rule.refused, |stance| stance == Stance::Refuse);
        let style = if refused { RED.bold() } else { YELLOW.bold() };
        out.push(format!("{style}{}{style:#}: {}", rule.name, rule.effect));
        out.extend(details.into_iter().map(|detail| format!("    {}", printable(&detail))));
        out.push(format!("    instead: {}", rule.instead));
    }
    out.extend(no_danger(plan));
    out
}

/// What would be dangerous where there are rows, by the reason why it is not here.
fn no_danger(plan: &Plan) -> Vec<String> {
    let mut reasons: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for absent in plan.steps().flat_map(|step| &step.absent) {
        reasons.entry(&absent.because).or_default().insert(absent.hazard.rule.name);
    }
    let lines = reasons.into_iter().map(|(because, names)| {
        let names: Vec<&str> = names.into_iter().collect();
        format!("    {}: {}", printable(because), names.join(", "))
    });
    let lines: Vec<String> = lines.collect();
    if lines.is_empty() {
        return lines;
    }
    [format!("{GREEN}no danger in this database{GREEN:#}")].into_iter().chain(lines).collect()
}

/// How many changes of each sort there are, a line of [`lines`] counting as one.
pub fn summary(comparison: &Comparison) -> String {
    if comparison.is_same() {
        return "no differences".to_owned();
    }
    let mut counts = [0_usize; 3];
    for change in told(comparison) {
        let at = match change {
            Change::Create(_) => 0,
            Change::Alter(_) | Change::Rename { .. } | Change::RenameValue { .. } => 1,
            Change::Drop(_) => 2,
        };
        counts[at] += 1;
    }
    let words = ["to create", "to change", "to drop"];
    let told = counts.iter().zip(words).filter(|(count, _)| **count > 0);
    told.map(|(count, word)| format!("{count} {word}")).collect::<Vec<_>>().join(", ")
}
