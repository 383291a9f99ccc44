//! A key of an index, and how the catalog holds it.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::hazard::Key;
use crate::kind::Lookup;
use crate::kind::lookup::DEFAULT_COLLATION;
use crate::kind::parameters::{Parameters, from_catalog, parameters, sorted};
use crate::sql::{Expr, name_of, quote_ident, tokens_of};

/// What a key of an index is made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyTarget {
    /// A column.
    Column(String),
    /// An expression.
    Expression(Expr),
}

/// One key of an index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexKey {
    /// What it is made of.
    pub on: KeyTarget,
    /// The operator class, where it is not the default one.
    pub opclass: Option<String>,
    /// Parameters of the operator class, such as `siglen`; then that is always named.
    #[serde(default, serialize_with = "sorted", skip_serializing_if = "Parameters::is_empty")]
    pub opclass_parameters: Parameters,
    /// The collation, quoted for SQL, where it is not the column's.
    pub collation: Option<String>,
    /// Whether it runs downwards.
    pub descending: bool,
    /// Whether NULLs come first.
    pub nulls_first: bool,
}

/// An index as the catalog holds it: arrays of numbers, decoded here rather than by `pg_get_indexdef`, which costs ten
/// times as much.
#[derive(Deserialize)]
pub(super) struct Raw {
    pub(super) table: u32,
    pub(super) using: String,
    pub(super) unique: bool,
    pub(super) nulls_not_distinct: bool,
    pub(super) only: bool,
    pub(super) valid: bool,
    pub(super) whole: bool,
    pub(super) key_count: usize,
    pub(super) keys: Vec<i16>,
    pub(super) classes: Vec<u32>,
    pub(super) collations: Vec<u32>,
    pub(super) options: Vec<i16>,
    #[serde(default)]
    pub(super) with: Vec<String>,
    /// By the number of the key.
    #[serde(default)]
    pub(super) class_parameters: HashMap<usize, Vec<String>>,
    pub(super) r#where: Option<Expr>,
    pub(super) definitions: Option<Vec<String>>,
}

impl Raw {
    pub(super) fn key(&self, at: usize, lookup: &Lookup) -> anyhow::Result<IndexKey> {
        let number = self.keys.get(at).copied().unwrap_or_default();
        let definition = self.definitions.as_ref().and_then(|all| all.get(at));
        let on = match (number, definition) {
            (0, Some(expression)) => KeyTarget::Expression(expression.as_str().into()),
            _ => KeyTarget::Column(lookup.column(self.table, number)?.to_owned()),
        };
        let class = lookup.class(self.classes.get(at).copied().unwrap_or_default())?;
        let own = if number == 0 { DEFAULT_COLLATION } else { lookup.column_collation(self.table, number) };
        // An expression's own collation is not known here; the default one is what it nearly always has.
        let collation = self.collations.get(at).copied().filter(|oid| *oid != 0 && *oid != own);
        let option = self.options.get(at).copied().unwrap_or_default();
        // Only b-trees have an order; what others keep here means something else.
        let ordered = self.using == "btree";
        let descending = ordered && option & 1 != 0;
        let opclass_parameters = self.class_parameters.get(&(at + 1)).map(|all| from_catalog(all)).unwrap_or_default();
        Ok(IndexKey {
            on,
            opclass: (!class.default || !opclass_parameters.is_empty()).then(|| class.name.clone()),
            opclass_parameters,
            collation: collation.and_then(|oid| lookup.collation(oid)).map(str::to_owned),
            descending,
            nulls_first: ordered && option & 2 != 0,
        })
    }
}

impl IndexKey {
    /// What PostgreSQL calls the index's column for it.
    pub(in crate::kind) fn usual_name(&self) -> String {
        match &self.on {
            KeyTarget::Column(name) => name.clone(),
            KeyTarget::Expression(text) => called(text).unwrap_or_else(|| "expr".to_owned()),
        }
    }

    /// It as the rows are asked for it.
    pub(super) fn asked(&self) -> Key {
        let (name, sql) = match &self.on {
            KeyTarget::Column(name) => (name.clone(), quote_ident(name)),
            KeyTarget::Expression(expression) => (expression.trimmed().to_owned(), expression.parenthesised()),
        };
        let collation = self.collation.as_ref().map(|name| format!(" COLLATE {name}")).unwrap_or_default();
        Key { name, sql: format!("{sql}{collation}") }
    }

    /// A key with nothing but what it is made of.
    pub fn plain(on: KeyTarget) -> Self {
        let (opclass, opclass_parameters, collation) = Default::default();
        Self { on, opclass, opclass_parameters, collation, descending: false, nulls_first: false }
    }

    pub(crate) fn text(&self) -> String {
        let Self { on, opclass, opclass_parameters, collation, descending, nulls_first } = self;
        let mut text = match on {
            KeyTarget::Column(name) => quote_ident(name),
            KeyTarget::Expression(expression) => expression.parenthesised(),
        };
        if let Some(collation) = collation {
            text.push_str(&format!(" COLLATE {collation}"));
        }
        if let Some(opclass) = opclass {
            text.push_str(&format!(" {opclass}"));
        }
        if !opclass_parameters.is_empty() {
            text.push_str(&format!(" ({})", parameters(opclass_parameters)));
        }
        if *descending {
            text.push_str(" DESC");
        }
        // NULLs come last upwards and first downwards unless it says otherwise.
        if nulls_first != descending {
            text.push_str(if *nulls_first { " NULLS FIRST" } else { " NULLS LAST" });
        }
        text
    }
}

/// The function that an expression is a call of: PostgreSQL calls the index's column after it.
fn called(text: &Expr) -> Option<String> {
    let all = tokens_of(text.trimmed()).ok()?;
    let opens = all.iter().position(|token| token.text == "(").filter(|at| *at > 0)?;
    let (mut depth, mut closes) = (0_usize, None);
    for (at, token) in all.iter().enumerate().skip(opens) {
        depth = if token.text == "(" { depth + 1 } else { depth.saturating_sub(usize::from(token.text == ")")) };
        if depth == 0 {
            closes = Some(at);
            break;
        }
    }
    let name = all[..opens].iter().all(|token| token.text == "." || name_of(token).is_some());
    let whole = closes == Some(all.len() - 1) && name && (opens == 1 || all[opens - 2].text == ".");
    name_of(&all[opens - 1]).filter(|_| whole).map(Into::into)
}
