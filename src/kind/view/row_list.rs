//! The names that the server writes behind a function which gives rows of a table: `FROM found(1) found(id, title)`.
//!
//! They are those of the table's columns and say nothing new; but once the table has other columns they are too many, or
//! mean others than before.

use std::ops::Range;

use super::View;
use crate::kind::{Function, KindTag, Object};
use crate::schema::{Id, Schema};
use crate::sql::{Token, name_of, quote_ident, tokens_of};

impl View {
    /// The view without such names, as far as they are those of the columns in one of the schemas.
    pub(crate) fn without_row_lists(&self, schemas: &[&Schema]) -> Self {
        let query = without_row_lists(self.query.as_str(), schemas);
        query.map_or_else(|| self.clone(), |query| Self { query: query.into(), ..self.clone() })
    }
}

/// Takes over the lists of some views where they are all that differs: the columns of a table may have come in another order.
pub(crate) fn adopt_row_lists(schema: &mut Schema, other: &Schema) {
    let plain = |schema: &Schema, id: &Id| match schema.object(id) {
        Some(Object::View(view)) => Some(view.without_row_lists(&[schema])),
        _ => None,
    };
    let differing = schema.of_kind(KindTag::View).filter(|(id, entry)| other.object(id) != Some(&entry.object));
    let differing: Vec<Id> = differing.map(|(id, _)| id.clone()).collect();
    for id in differing {
        if let (true, Some(same)) = (plain(schema, &id) == plain(other, &id), other.object(&id))
            && let Some(entry) = schema.get_mut(&id)
        {
            entry.object.clone_from(same);
        }
    }
}

/// The tables whose rows the functions give that a text calls.
pub(crate) fn tables_given(text: &str, schema: &Schema) -> Vec<Id> {
    let called = schema.mentioned(text).into_iter().filter(|id| id.kind == KindTag::Function);
    called.filter_map(|id| table_given(&id, schema)).collect()
}

/// The table whose rows a function gives.
pub(crate) fn table_given(function: &Id, schema: &Schema) -> Option<Id> {
    let Some(Object::Function(Function { returns, .. })) = schema.object(function) else { return None };
    schema.mentioned(returns.as_str()).into_iter().find(|id| id.kind == KindTag::Table)
}

impl View {
    /// Whether it has names of its own for the columns of what one of some functions gives.
    pub(crate) fn names_columns_of(&self, is_one: impl Fn(&str) -> bool) -> bool {
        let all = tokens_of(self.query.as_str()).unwrap_or_default();
        (0..all.len()).any(|at| list_behind(&all, at).is_some_and(|list| is_one(&list.function)))
    }
}

/// The text without the lists; nothing where it has none.
fn without_row_lists(text: &str, schemas: &[&Schema]) -> Option<String> {
    let all = tokens_of(text).ok()?;
    let lists: Vec<List> = (0..all.len()).filter_map(|at| list_behind(&all, at)).collect();
    let said = lists.iter().filter(|list| schemas.iter().any(|schema| list.is_of_row(schema)));
    let ranges: Vec<Range<usize>> = said.map(|list| list.range.clone()).collect();
    if ranges.is_empty() {
        return None;
    }
    let mut out = text.to_owned();
    ranges.into_iter().rev().for_each(|range| out.replace_range(range, ""));
    Some(out)
}

/// Names for the columns of what a function gives.
struct List {
    function: String,
    names: Vec<String>,
    range: Range<usize>,
}

impl List {
    /// Whether the names are those of the columns of the table whose rows the function gives.
    fn is_of_row(&self, schema: &Schema) -> bool {
        tables_given(&format!("{}(", quote_ident(&self.function)), schema).iter().any(|table| {
            let columns = schema.children_of(table, KindTag::Column).map(|(column, _)| &column.name);
            columns.eq(&self.names)
        })
    }
}

/// The list behind a call that begins at a token: `f(…) [AS] name(…)`.
fn list_behind(all: &[Token<'_>], at: usize) -> Option<List> {
    let is = |at: usize, text: &str| all.get(at).is_some_and(|token| token.text.eq_ignore_ascii_case(text));
    let function = name_of(all.get(at)?).filter(|_| is(at + 1, "("))?;
    let mut next = closing(all, at + 1)? + 1;
    let counts = is(next, "with") && is(next + 1, "ordinality");
    next += if counts { 2 } else { 0 };
    next += usize::from(is(next, "as"));
    name_of(all.get(next)?).filter(|_| is(next + 1, "("))?;
    let (opens, closes) = (next + 1, closing(all, next + 1)?);
    let inside = &all[opens + 1..closes];
    let listed = inside
        .iter()
        .enumerate()
        .all(|(at, token)| if at % 2 == 0 { name_of(token).is_some() } else { token.text == "," });
    let mut names: Vec<String> = inside.iter().step_by(2).filter_map(name_of).map(Into::into).collect();
    // What is counted is called so where nothing else is said.
    let listed = listed && (!counts || names.pop().as_deref() == Some("ordinality"));
    let range = all[opens].start..all[closes].start + all[closes].text.len();
    listed.then(|| List { function: function.into(), names, range })
}

/// Where a parenthesis closes.
fn closing(all: &[Token<'_>], opens: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, token) in all.iter().enumerate().skip(opens) {
        match token.text {
            "(" => depth += 1,
            ")" => depth = depth.checked_sub(1)?,
            _ => {}
        }
        if depth == 0 {
            return Some(at);
        }
    }
    None
}
