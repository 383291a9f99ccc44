//! Who could see or change what before a plan, and can after it by way of something else: views and functions with their
//! owner's rights, and whatever policies read. What is new in the plan holds nobody's rows yet.

mod handed;
mod read;

use std::collections::HashSet;

use crate::hazard::{Hazard, WEAKENS_ACCESS};
use crate::kind::{Function, Grant, KindTag, OWNER, Object, PUBLIC, Privilege, View, lineage};
use crate::plan::Context;
use crate::schema::{Id, Schema};

pub(super) use read::seen_otherwise;

/// What reads or changes rows.
const OF_ROWS: &[Privilege] =
    &[Privilege::Select, Privilege::Insert, Privilege::Update, Privilege::Delete, Privilege::Truncate];

/// Languages whose functions can do no more than whoever calls them may.
const TRUSTED: &[&str] = &["sql", "plpgsql", "plperl", "pltcl", "plv8", "plls", "plcoffee"];

/// What looks at something for others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reader {
    /// A policy.
    Policy,
    /// A view or a function with its owner's rights.
    Owner,
}

impl Context<'_> {
    /// Whether row security binds somebody in a table that is there, and stays so.
    pub(crate) fn is_closed(&self, table: &Id) -> bool {
        let state = self.current.object(&Id::own(KindTag::RowSecurity, table));
        matches!(state, Some(Object::RowSecurity(state)) if state.enabled) && !self.is_new(table)
    }

    /// What it means for others that a view or function changes which policies read, or which runs within something that
    /// has its owner's rights.
    pub(crate) fn changes_for_others(&self, id: &Id) -> Option<Hazard> {
        let calls = id.kind.is_routine();
        let (reader, seen) = self.reader_of(id)?;
        let name = &id.name;
        Some(WEAKENS_ACCESS.because(match reader {
            Reader::Policy if calls => format!("policies that call `{name}` let through what it says now"),
            Reader::Policy => format!("policies that read `{name}` let through what it says now"),
            Reader::Owner if calls => format!("`{}` calls `{name}` with its owner's rights", seen.name),
            Reader::Owner => format!("`{}` reads `{name}` with its owner's rights", seen.name),
        }))
    }

    /// Who reads or calls it for others, itself or by way of others; policies first. A new one may be found by a name that
    /// meant another, or nothing, before: by whoever has not changed.
    fn reader_of(&self, id: &Id) -> Option<(Reader, Id)> {
        let there = self.current.contains(id);
        let schema = if there { self.current } else { self.desired };
        if !is_named(schema, &id.name) {
            return None;
        }
        let looks = |other: &Id, object: &Object| {
            let stays = there || self.desired.object(other).is_some_and(|after| says_the_same(object, after));
            other != id && stays && reaches(schema, other, id)
        };
        let mut policies = self.current.of_kind(KindTag::Policy).filter(|(policy, entry)| looks(policy, &entry.object));
        if let Some((policy, _)) = policies.next() {
            return Some((Reader::Policy, policy.clone()));
        }
        let others = self.current.of_kind(KindTag::Function).chain(self.current.of_kind(KindTag::View));
        let mut others = others.filter(|(other, entry)| self.has_owners_rights(other, &entry.object));
        let owner = others.find(|(other, entry)| looks(other, &entry.object));
        owner.map(|(other, _)| (Reader::Owner, other.clone()))
    }

    /// Whether something runs, or reads what is closed, with its owner's rights.
    fn has_owners_rights(&self, id: &Id, object: &Object) -> bool {
        match object {
            Object::Function(function) => function.security_definer,
            Object::View(view) => !view.is_invokers() && self.closed_behind(id, self.current).is_some(),
            _ => false,
        }
    }

    /// The first closed table that a view reads, itself or by way of others.
    fn closed_behind(&self, view: &Id, schema: &Schema) -> Option<Id> {
        // What it calls runs with the rights of whoever asks, unless its rows are kept.
        let kept = matches!(schema.object(view), Some(Object::View(view)) if view.materialized.is_some());
        let follows = |id: &Id| id.kind == KindTag::View || (kept && id.kind.is_routine());
        // A table that is read is read with its children.
        let tables = behind(schema, view, follows).into_iter().filter(|id| id.kind == KindTag::Table);
        tables.flat_map(|table| lineage::below(schema, &table)).find(|table| self.is_closed(table))
    }

    /// Who gets to see or change what through a view that reads with its owner's rights; it is new, or not as it was.
    pub(crate) fn opened_by_view(&self, id: &Id) -> Option<Hazard> {
        let gains = |table: &Id| {
            let (view, table) = (&id.name, &table.name);
            WEAKENS_ACCESS.because(format!(
                "`{view}` reads `{table}` with its owner's rights, past the policies that bind others"
            ))
        };
        let closed = self.closed_behind(id, self.desired).map(|table| gains(&table));
        closed.or_else(|| {
            let grants = self.desired.children_of(id, KindTag::Grant).filter(|(grant, _)| grant.name != OWNER);
            let mut found = grants.filter_map(|(grant, entry)| {
                let Object::Grant(has) = &entry.object else { return None };
                let table = self.not_granted(id, &grant.name, &of_rows(has))?;
                let role = who(&grant.name);
                Some(WEAKENS_ACCESS.because(format!("{role} gets rows of `{}` through `{}`", table.name, id.name)))
            });
            found.next()
        })
    }

    /// The first relation that is there, is read by a view, and lets a role do less than the view does.
    fn not_granted(&self, view: &Id, role: &str, wanted: &[Privilege]) -> Option<Id> {
        let mut todo = vec![view.clone()];
        let mut seen = HashSet::new();
        while let Some(next) = todo.pop() {
            let Some(object) = self.desired.object(&next).filter(|_| seen.insert(next.clone())) else { continue };
            let children = lineage::children(self.desired, &next).iter().cloned();
            for need in object.depends_on(&next, self.desired).into_iter().chain(children) {
                if !matches!(need.kind, KindTag::Table | KindTag::View) || need == next {
                    continue;
                }
                if !self.current.contains(&need) || self.is_new(&need) {
                    todo.push(need);
                } else if !wanted.iter().all(|one| may(self.current, &need, role, *one)) {
                    return Some(need);
                }
            }
        }
        None
    }

    /// What it means that a function with its owner's rights, or with those of the server, is new or not as it was.
    pub(crate) fn opened_by_function(&self, id: &Id, function: &Function, before: Option<&Function>) -> Option<Hazard> {
        let name = &id.name;
        // With nothing there, nothing is opened.
        let tables = self.current.of_kind(KindTag::Table).chain(self.current.of_kind(KindTag::View));
        if !tables.into_iter().any(|(table, _)| self.desired.contains(table)) {
            return None;
        }
        let untrusted = !TRUSTED.contains(&function.language.as_str());
        let says = match function {
            _ if untrusted => format!("`{name}` is in a language that knows no rights"),
            Function { security_definer: true, .. } if self.is_callable(id, function) => {
                format!("`{name}` runs with its owner's rights, whoever calls it")
            }
            Function { leakproof: true, .. } if before.is_none_or(|before| !before.leakproof) => {
                format!("`{name}` is called for rows that policies hide, as it is said to tell nothing of them")
            }
            _ => return None,
        };
        Some(WEAKENS_ACCESS.because(says))
    }

    /// Whether anybody but its owner gets to call a function.
    fn is_callable(&self, id: &Id, function: &Function) -> bool {
        let grant = |role: &str| match self.desired.object(&Id::grant(id, role)) {
            Some(Object::Grant(grant)) => Some(grant),
            _ => None,
        };
        let everybody = grant(PUBLIC).is_none_or(|grant| !grant.revoked.contains(&Privilege::Execute));
        let mut others = self
            .desired
            .children_of(id, KindTag::Grant)
            .filter(|(grant, _)| ![PUBLIC, OWNER].contains(&grant.name.as_str()));
        // Triggers and event triggers ask nobody.
        // An aggregate calls it as the owner does.
        let called = || self.desired.of_kind(KindTag::Aggregate).any(|(other, _)| self.calls(other, id));
        everybody || others.next().is_some() || function.returns.as_str().ends_with("trigger") || called()
    }

    fn calls(&self, aggregate: &Id, function: &Id) -> bool {
        self.desired
            .object(aggregate)
            .is_some_and(|object| object.depends_on(aggregate, self.desired).contains(function))
    }

    /// What a new or changed aggregate opens: nobody asks whether its caller may call its functions.
    pub(crate) fn opened_by_aggregate(&self, id: &Id) -> Option<Hazard> {
        let definers = self
            .desired
            .of_kind(KindTag::Function)
            .filter(|(_, entry)| matches!(&entry.object, Object::Function(function) if function.security_definer));
        let mut called = definers.filter(|(function, _)| self.calls(id, function));
        let (function, _) = called.next()?;
        let told = format!("`{}` calls `{}` with its owner's rights, whoever calls it", id.name, function.name);
        Some(WEAKENS_ACCESS.because(told))
    }

    /// What a new table opens that is found under a name by which others were found.
    pub(crate) fn found_instead(&self, table: &Id) -> Option<Hazard> {
        let namesakes = self.current.of_kind(KindTag::Table).chain(self.current.of_kind(KindTag::View));
        let mut namesakes =
            namesakes.filter(|(other, _)| other.name == table.name && other.namespace != table.namespace);
        namesakes.next().and_then(|_| self.changes_for_others(table)).filter(|_| !self.current.contains(table))
    }

    /// Whether policies, functions or views of today read a setting, or find names by it.
    pub(crate) fn is_read_setting(&self, setting: &str) -> bool {
        let name = setting.to_lowercase();
        if ["role", "session_authorization", "session_replication_role", "row_security"].contains(&name.as_str()) {
            return true;
        }
        if name == "search_path" {
            let mut functions = self.current.of_kind(KindTag::Function);
            return functions.any(|(id, entry)| {
                let bound = matches!(&entry.object, Object::Function(it) if it.has_own_path() || it.is_parsed());
                !bound && matches!(self.reader_of(id), Some((Reader::Policy, _)))
            });
        }
        let said = |object: &Object| match object {
            Object::Policy(policy) => {
                [&policy.using, &policy.check].into_iter().flatten().any(|it| holds(it.as_str(), &name))
            }
            Object::Function(function) => holds(&function.body, &name),
            Object::View(view) => holds(view.query.as_str(), &name),
            _ => false,
        };
        name.contains('.') && self.current.iter().any(|(_, entry)| said(&entry.object))
    }

    /// Whether a role could reach anything in a namespace if it might use it.
    pub(crate) fn reaches_into(&self, namespace: &str, role: &str) -> bool {
        let grants = self.current.of_kind(KindTag::Grant).filter(|(id, _)| id.namespace == namespace);
        let mut own = grants.filter(|(id, _)| id.name == role || id.name == PUBLIC);
        let rows = |object: &Object| matches!(object, Object::Grant(grant) if !of_rows(grant).is_empty());
        own.any(|(_, entry)| rows(&entry.object))
            || self.current.of_kind(KindTag::Function).any(|(id, entry)| {
                id.namespace == namespace && matches!(&entry.object, Object::Function(it) if it.security_definer)
            })
    }
}

/// Whether anything that policies lean on may name it; a quick look.
fn is_named(schema: &Schema, name: &str) -> bool {
    let name = name.to_lowercase();
    let odd = name.contains('"');
    schema.iter().any(|(_, entry)| match &entry.object {
        Object::Policy(policy) => {
            odd || [&policy.using, &policy.check].into_iter().flatten().any(|it| holds(it.as_str(), &name))
        }
        Object::Function(function) => {
            odd || holds(&function.body, &name) || function.arguments.iter().any(|it| it.default.is_some())
        }
        Object::View(view) => odd || holds(view.query.as_str(), &name),
        Object::Aggregate(_) => true,
        _ => false,
    })
}

/// Whether something leans on the same as before; which roles a policy binds is beside that.
fn says_the_same(before: &Object, after: &Object) -> bool {
    match (before, after) {
        (Object::Policy(before), Object::Policy(after)) => {
            (&before.using, &before.check) == (&after.using, &after.check)
        }
        _ => before == after,
    }
}

/// Whether a text holds a name, whatever its case.
fn holds(text: &str, name: &str) -> bool {
    text.to_lowercase().contains(name)
}

/// A role in words.
fn who(role: &str) -> String {
    if role == PUBLIC { "everybody".to_owned() } else { format!("`{role}`") }
}

/// What of a grant is about rows, on single columns too.
fn of_rows(grant: &Grant) -> Vec<Privilege> {
    let columns = grant.columns.values().flat_map(|rights| &rights.privileges);
    let all: HashSet<&Privilege> = grant.rights.privileges.iter().chain(columns).collect();
    OF_ROWS.iter().copied().filter(|one| all.contains(one)).collect()
}

/// Whether a role may do something with all of a relation, itself or as everybody.
fn may(schema: &Schema, on: &Id, role: &str, privilege: Privilege) -> bool {
    [role, PUBLIC].iter().any(|role| {
        matches!(schema.object(&Id::grant(on, role)), Some(Object::Grant(grant)) if grant.rights.privileges.contains(&privilege))
    })
}

/// What a policy, view or function reads and calls, what that reads and calls where it is followed, and so on.
fn behind(schema: &Schema, from: &Id, follows: impl Fn(&Id) -> bool) -> Vec<Id> {
    let mut todo = vec![from.clone()];
    let mut seen: HashSet<Id> = HashSet::from([from.clone()]);
    let mut all = Vec::new();
    while let Some(next) = todo.pop() {
        let Some(object) = schema.object(&next) else { continue };
        if next != *from && !follows(&next) {
            continue;
        }
        let mut needs = object.depends_on(&next, schema);
        if let Object::Function(Function { body, .. }) = object {
            // The body of a function in any language may name another.
            needs.extend(schema.mentioned(body));
        }
        for need in needs.into_iter().filter(|need| need.kind != KindTag::Column) {
            if seen.insert(need.clone()) {
                all.push(need.clone());
                todo.push(need);
            }
        }
    }
    all
}

fn reaches(schema: &Schema, from: &Id, to: &Id) -> bool {
    let follows = |id: &Id| id.kind == KindTag::View || id.kind.is_routine();
    from != to && behind(schema, from, follows).contains(to)
}

/// What a view's options or query take away of what it kept from others.
pub(crate) fn opened(to: &View, before: Option<&View>, id: &Id, cx: &Context<'_>) -> Vec<Hazard> {
    let is = |view: &View, option: &str| view.options().contains_key(option);
    let lost = |option: &str| before.is_some_and(|before| is(before, option)) && !is(to, option);
    let changed = before.is_none_or(|before| {
        (&before.query, &before.columns, before.options()) != (&to.query, &to.columns, to.options())
    });
    let mut found = Vec::new();
    if lost("security_invoker") {
        found.push(WEAKENS_ACCESS.because(format!("`{}` reads with its owner's rights", id.name)));
    } else if changed && !to.is_invokers() {
        found.extend(cx.opened_by_view(id));
    }
    if lost("security_barrier") {
        found.push(WEAKENS_ACCESS.because(format!("conditions of others may see rows that `{}` hides", id.name)));
    }
    let checked = |view: &View| view.options().get("check_option").map(|it| if it == "cascaded" { 2 } else { 1 });
    if !to.is_invokers() && before.and_then(checked) > checked(to) {
        found.push(WEAKENS_ACCESS.because(format!("rows that `{}` does not show can be written through it", id.name)));
    }
    if changed {
        found.extend(cx.changes_for_others(id));
    }
    found
}
