//! What a column of a table in use gets without anybody waiting for it: values for the rows that are there, and NOT NULL.

use super::not_null::{no_more_nulls, nulls_of, usual_name};
use super::{Alteration, Column, NotNull, default_text};
use crate::hazard::{Hazard, REWRITES_TABLE, with_lesser};
use crate::kind::backfill::Fill;
use crate::kind::domain::stored_as;
use crate::kind::{Function, KindTag, Object, Origin, Volatility, constraint, lineage};
use crate::plan::{Context, Gradual, Step};
use crate::schema::{Id, Schema};
use crate::sql::quote_ident;
use crate::types;

impl Column {
    /// Whether its default has to be asked for each row.
    pub(super) fn has_values_of_their_own(&self, cx: &Context<'_>) -> bool {
        let steady = |name: &str| {
            let named = cx.desired.of_kind(KindTag::Function).filter(|(id, _)| id.name == name);
            let volatile = |object: &Object| matches!(object, Object::Function(Function { volatility, .. }) if *volatility == Volatility::Volatile);
            let mut found = named.map(|(_, entry)| volatile(&entry.object)).peekable();
            found.peek().is_some() && !found.any(|volatile| volatile)
        };
        self.default.as_ref().is_some_and(|default| !types::is_constant(default, &steady))
    }

    /// Whether it is added without values, which the rows that are there get in batches.
    pub(super) fn is_filled_later(&self, id: &Id, cx: &Context<'_>) -> bool {
        let Some(table) = id.table() else { return false };
        let plain = self.generated.is_none() && self.identity.is_none() && self.origin.0 == Origin::Own;
        let alone = !cx.is_partitioned(&table) && lineage::children(cx.desired, &table).is_empty();
        plain && alone && !self.not_null_as.not_valid && self.has_values_of_their_own(cx)
    }

    /// The default is for new rows only where it comes by itself.
    pub(super) fn added_empty(&self, id: &Id, hazards: Vec<Hazard>, cx: &Context<'_>) -> Vec<Step> {
        let empty = Self { default: None, ..self.nullable() };
        let add = format!("ALTER TABLE {} ADD COLUMN {}", id.table_sql(), empty.text(id));
        let add = Step { hazards: with_lesser(hazards), ..Step::safe(add) };
        let mut change = Alteration { id, steps: vec![add] };
        if let Some(default) = &self.default {
            change.say(format!("SET DEFAULT {}", default_text(default)), None);
        }
        change.steps.extend(self.settings(id, cx));
        change.steps
    }

    /// What its type asks of values each row is held against, and written again.
    pub(super) fn seen_by_type(&self, id: &Id, cx: &Context<'_>) -> Option<Hazard> {
        let stored = |asks_nothing| stored_as(&self.r#type, cx.desired, asks_nothing);
        let asks = stored(true) != stored(false);
        let detail = format!("each row of `{}` is held against what `{}` asks of its values", id.owner, self.r#type);
        asks.then(|| REWRITES_TABLE.because(detail).of_rows(id.table()))
    }

    /// What the rows that are there get is read with the rights of who migrates.
    pub(super) fn given_from_closed(&self, id: &Id, cx: &Context<'_>) -> Option<Hazard> {
        let texts = self.default.iter().chain(self.generated.as_ref().map(|generated| &generated.expression));
        texts.into_iter().find_map(|text| cx.read_for_rows(id, text.as_str()))
    }

    /// It is empty at first; then its rows are filled, and NULL is refused.
    pub(super) fn filled(&self, id: &Id, cx: &Context<'_>) -> Gradual<Self> {
        let column = id.name_sql();
        let fill = id.table().map(|table| {
            let (set, missing) = (format!("{column} = DEFAULT"), format!("{column} IS NULL"));
            Fill { table: &table, set, missing }.step(cx)
        });
        let refusing = if self.not_null { self.refusing(id, cx).rest } else { Vec::new() };
        Gradual { first: self.nullable(), rest: fill.into_iter().chain(refusing).collect() }
    }

    /// Whether it is to refuse NULL, and did not before. Numbers are counted only where NULL is refused; and what else
    /// changes goes to the children at once, which have to put it right in the same transaction.
    pub(super) fn refuses_later(&self, before: &Self, id: &Id, cx: &Context<'_>) -> bool {
        let counted = self.identity.is_some() && before.identity.is_none();
        let childless = id.table().is_some_and(|table| lineage::children(cx.desired, &table).is_empty());
        let refuses = self.not_null && !before.not_null && !self.not_null_as.not_valid;
        refuses && !counted && before.origin.0 == Origin::Own && (childless || self.nullable() == *before)
    }

    /// It takes NULL at first; then it refuses it, once every row is known to have a value.
    pub(super) fn refusing(&self, id: &Id, cx: &Context<'_>) -> Gradual<Self> {
        let (table, column) = (format!("ALTER TABLE {}", id.table_sql()), id.name_sql());
        let native = cx.options.version >= 180_000;
        let NotNull { name, no_inherit, not_valid: _, kept: _, own: _ } = &self.not_null_as;
        let name = name.clone().filter(|_| native).unwrap_or_else(|| free_name(id, cx));
        let quoted = quote_ident(&name);
        let no_inherit = if *no_inherit { " NO INHERIT" } else { "" };
        let what = if native { format!("NOT NULL {column}") } else { format!("CHECK ({column} IS NOT NULL)") };
        let validate = Id { name, ..Id::of(KindTag::Check, &id.table().unwrap_or_else(|| id.clone()), "") };
        let breaks = cx.current.contains(id).then(|| no_more_nulls(id));
        let mut rest = vec![
            Step::risky(format!("{table} ADD CONSTRAINT {quoted} {what}{no_inherit} NOT VALID"), breaks),
            constraint::validate(&validate, nulls_of(id)),
        ];
        if !native {
            rest.push(Step::safe(format!("{table} ALTER COLUMN {column} SET NOT NULL")));
            rest.push(Step::safe(format!("{table} DROP CONSTRAINT {quoted}")));
        }
        Gradual { first: self.nullable(), rest }
    }

    pub(super) fn nullable(&self) -> Self {
        let not_null_as = NotNull { kept: self.not_null_as.kept.clone(), ..NotNull::default() };
        Self { not_null: false, not_null_as, ..self.clone() }
    }
}

/// The name that PostgreSQL would give to the NOT NULL of a column, or one like it where a constraint has that.
fn free_name(id: &Id, cx: &Context<'_>) -> String {
    let usual = usual_name(&id.owner, &id.name);
    let tables = id.table().map(|table| lineage::below(cx.desired, &table)).unwrap_or_default();
    let on_tables = |schema: &Schema, name: &str| {
        let mut parts = tables.iter().flat_map(|table| schema.children(table));
        parts.any(|(part, entry)| {
            part.name == name
                || matches!(&entry.object, Object::Column(it) if it.not_null_as.name.as_deref() == Some(name))
        })
    };
    let is_taken = |name: &str| on_tables(cx.current, name) || on_tables(cx.desired, name);
    let mut names = (0_usize..).map(|pass| if pass == 0 { usual.clone() } else { format!("{usual}{pass}") });
    names.find(|name| !is_taken(name)).unwrap_or(usual)
}
