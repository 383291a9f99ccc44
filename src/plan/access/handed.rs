//! Rows that are found in another table than their own, or handed on to one: as parts of a table that is less closed, by
//! triggers and by checks.

use std::collections::HashSet;

use super::{holds, may, of_rows, who};
use crate::hazard::{Hazard, WEAKENS_ACCESS};
use crate::kind::{KindTag, OWNER, Object, Policy};
use crate::plan::Context;
use crate::schema::{Entry, Id, Schema};
use crate::sql::{TokenKind, tokens_of};

/// Words of a body that take what it is given somewhere else.
const HANDING_ON: &[&str] = &["insert", "update", "delete", "merge", "copy", "execute", "call", "notify", "pg_notify"];

impl Context<'_> {
    /// Whether a partition can be asked directly, past what closes the table that it belongs to.
    pub(crate) fn found_beside(&self, table: &Id, parent: &Id) -> Option<Hazard> {
        let (own, above) = (closed(self.desired, table), closed(self.desired, parent));
        let less = (above.0 && !own.0) || (above.1 && !own.1);
        let (table, parent) = (&table.name, &parent.name);
        less.then(|| {
            WEAKENS_ACCESS.because(format!(
                "policies of `{parent}` do not bind who queries its partition `{table}` directly, which is not closed as it is"
            ))
        })
    }

    /// Who finds the rows of a table through one that it becomes part of, and could not before.
    pub(crate) fn found_through(&self, table: &Id, parent: &Id) -> Option<Hazard> {
        let (own, above) = (closed(self.desired, table), closed(self.desired, parent));
        let there = self.current.contains(table) && !self.is_new(table);
        let looser = there && self.is_closed(table) && self.is_looser(parent, table);
        if (own.0 && !above.0) || (own.1 && !above.1) || looser {
            let less = format!("rows of `{}` are found through `{}`, which is less closed", table.name, parent.name);
            return Some(WEAKENS_ACCESS.because(less));
        }
        let grants = self.desired.children_of(parent, KindTag::Grant).filter(|(grant, _)| there && grant.name != OWNER);
        let gains = |(grant, entry): (&Id, &Entry)| {
            let Object::Grant(has) = &entry.object else { return None };
            let more = of_rows(has).into_iter().any(|one| !may(self.current, table, &grant.name, one));
            more.then(|| format!("{} gets rows of `{}` through `{}`", who(&grant.name), table.name, parent.name))
        };
        grants.filter_map(gains).next().map(|why| WEAKENS_ACCESS.because(why))
    }

    /// Whether the policies of one table may let rows through that those of another would not.
    fn is_looser(&self, one: &Id, other: &Id) -> bool {
        let all = |schema: &Schema, table: &Id, permissive: bool| -> Vec<Policy> {
            let policies =
                schema.children_of(table, KindTag::Policy).filter_map(|(_, entry)| (&entry.object).try_into().ok());
            policies.filter(|policy: &&Policy| policy.permissive == permissive).cloned().collect()
        };
        let within = |some: Vec<Policy>, others: Vec<Policy>| some.iter().all(|policy| others.contains(policy));
        let (before, after) = (self.current, self.desired);
        !within(all(after, one, true), all(before, other, true))
            || !within(all(before, other, false), all(after, one, false))
    }

    /// Whether rows of a closed table are handed on by a function that a trigger or check of it calls for each of them,
    /// and that it did not call before.
    pub(crate) fn hands_on(&self, by: &Id, function: &Id) -> Option<Hazard> {
        let same = self.current.object(by).is_some_and(|before| Some(before) == self.desired.object(by));
        if same { None } else { self.rows_handed_on(by, function) }
    }

    fn rows_handed_on(&self, by: &Id, function: &Id) -> Option<Hazard> {
        let table = by.table().filter(|table| self.is_closed(table))?;
        let (name, rows, function_name) = (&by.name, &table.name, &function.name);
        let told = format!("`{name}` hands rows of `{rows}` on to where `{function_name}` writes");
        hands_on(self.desired, function, &mut HashSet::new()).then(|| WEAKENS_ACCESS.because(told))
    }

    /// Whether what the rows of a table get is read in a closed one: whoever migrates may see all of that.
    pub(crate) fn read_for_rows(&self, column: &Id, text: &str) -> Option<Hazard> {
        let table = column.table().filter(|table| !closed(self.desired, table).0)?;
        let called = self.desired.mentioned(text).into_iter().filter(|id| id.kind == KindTag::Function);
        let read = called.into_iter().find_map(|function| {
            let follows = |id: &Id| id.kind == KindTag::View || id.kind.is_routine();
            let all = super::behind(self.desired, &function, follows);
            Some((all.into_iter().find(|id| id.kind == KindTag::Table && self.is_closed(id))?, function))
        });
        let (read, function) = read?;
        let (column, table, function, read) = (&column.name, &table.name, &function.name, &read.name);
        Some(WEAKENS_ACCESS.because(format!(
            "`{column}` of `{table}` gets what `{function}` reads in `{read}`, past the policies that bind others"
        )))
    }

    /// Whether new rows are somebody's, or seen by somebody, by a default that is the same for everybody.
    pub(crate) fn decided_by_default(&self, column: &Id, default: &str) -> Option<Hazard> {
        let tokens = tokens_of(default).unwrap_or_default();
        let mut words = tokens.iter().filter(|token| token.kind == TokenKind::Word);
        let is_same = match tokens.first()?.kind {
            TokenKind::Text | TokenKind::Number => tokens.iter().all(|token| token.text != "("),
            _ => words.all(|word| ["true", "false"].iter().any(|it| word.text.eq_ignore_ascii_case(it))),
        };
        let mut policies = self.current.of_kind(KindTag::Policy).filter(|(id, _)| self.desired.contains(id));
        let reads = |(id, entry): &(&Id, &Entry)| entry.object.depends_on(id, self.current).contains(column);
        let (policy, _) = policies.find(reads).filter(|_| is_same)?;
        let (policy, table, name) = (&policy.name, &column.owner, &column.name);
        Some(
            WEAKENS_ACCESS.because(format!(
                "`{policy}` reads `{name}` of `{table}`, which code that leaves it out no longer says"
            )),
        )
    }

    /// The same of a text that calls functions.
    pub(crate) fn hands_on_by(&self, by: &Id, text: &str) -> Option<Hazard> {
        let called = self.desired.mentioned(text).into_iter().filter(|id| id.kind == KindTag::Function);
        called.into_iter().find_map(|function| self.hands_on(by, &function))
    }

    /// The same of a function that changes under those who call it for each row.
    pub(crate) fn handed_on_by(&self, function: &Id) -> Option<Hazard> {
        let callers = self.current.of_kind(KindTag::Trigger).chain(self.current.of_kind(KindTag::Check));
        let calls = |object: &Object| match object {
            Object::Trigger(trigger) => trigger.function == function.name,
            Object::Check(check) => holds(check.expression.as_str(), &function.name.to_lowercase()),
            _ => false,
        };
        let mut callers = callers.filter(|(id, entry)| {
            calls(&entry.object)
                && self.desired.contains(id)
                && entry.object.depends_on(id, self.current).contains(function)
        });
        callers.find_map(|(id, _)| self.rows_handed_on(id, function))
    }
}

/// Whether a table has row security, and whether that binds its owner too.
pub(super) fn closed(schema: &Schema, table: &Id) -> (bool, bool) {
    match schema.object(&Id::own(KindTag::RowSecurity, table)) {
        Some(Object::RowSecurity(state)) => (state.enabled, state.enabled && state.forced),
        _ => (false, false),
    }
}

/// Whether a function takes what it is given somewhere else, itself or by way of others.
fn hands_on(schema: &Schema, function: &Id, seen: &mut HashSet<Id>) -> bool {
    let Some(Object::Function(it)) = schema.object(function).filter(|_| seen.insert(function.clone())) else {
        return false;
    };
    let known = ["sql", "plpgsql"].contains(&it.language.as_str());
    let Ok(tokens) = tokens_of(&it.body) else { return true };
    let words = tokens.iter().filter(|token| token.kind == TokenKind::Word).map(|token| token.text.to_lowercase());
    let writes = words.into_iter().any(|word| HANDING_ON.contains(&word.as_str()) || word.starts_with("dblink"));
    let others = schema.mentioned(&it.body).into_iter().filter(|id| id.kind == KindTag::Function);
    !known || writes || others.into_iter().any(|other| hands_on(schema, &other, seen))
}
