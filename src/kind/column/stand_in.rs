//! A column that gets another type by way of a new one: what fills that and keeps it in step until it takes the old one's
//! place, and what brings the old one back.

use super::{Alteration, Column, Identity, default_text};
use crate::hazard::{BREAKS_CODE, DELETES_DATA, Hazard, MAY_FAIL, REWRITES_TABLE};
use crate::kind::backfill::Fill;
use crate::kind::{
    Event, Function, KindTag, Object, Parallel, Timing, Trigger, Volatility, constraint, domain, lineage, numbering,
};
use crate::plan::{Context, Gradual, Step};
use crate::schema::{Id, Schema};
use crate::sql::{quote_ident, quote_literal};
use crate::types::{self, Cost};

impl Column {
    /// What changing its type where it stands does to its rows.
    pub(crate) fn cost_of(&self, to: &Self, current: &Schema, desired: &Schema) -> Cost {
        let (has, becomes) =
            (domain::stored_as(&self.r#type, current, false), domain::stored_as(&to.r#type, desired, true));
        if self.is_retyped(to) { types::hazards_of_change(&has, &becomes) } else { Cost::default() }
    }

    /// `notes.total`: text becomes integer.
    pub(crate) fn becoming(&self, to: &Self, id: &Id) -> String {
        format!("`{}.{}`: {} becomes {}", id.owner, id.name, self.r#type, to.r#type)
    }

    /// The same column under another name, as it is until it takes this one's place.
    pub(crate) fn beside_itself(&self) -> Self {
        Self { default: None, identity: None, ..self.clone() }
    }

    /// What the new column holds, from the SQL of the old one's value.
    fn made_of(&self, from: &Self, value: &str) -> String {
        let using = types::conversion(&from.r#type, &self.r#type, value);
        using.strip_prefix(" USING ").map_or_else(|| value.to_owned(), str::to_owned)
    }

    /// What a partition gets with the parent's; NULL is refused only when that is filled.
    pub(super) fn comes_with_parent(&self, id: &Id, cx: &Context<'_>) -> Option<Self> {
        let given = cx.comes_with_parent(id)?;
        Some(if !self.not_null && cx.stands_in_with_parent(id) { given.nullable() } else { given })
    }

    /// It is empty at first, then filled in batches; then it is proven that nothing is missing, and NULL is refused.
    pub(super) fn kept_in_step(&self, id: &Id, cx: &Context<'_>) -> Option<Gradual<Self>> {
        let old = cx.desired.stands_in_for(id)?;
        let Some(Object::Column(from)) = cx.current.object(old) else { return None };
        let table = id.table()?;
        let (new, has) = (id.name_sql(), old.name_sql());
        let set = format!("{new} = {}", self.made_of(from, &has));
        let missing = format!("({new} IS NULL AND {has} IS NOT NULL)");
        // A table in partitions holds no rows itself.
        let parts = if cx.is_partitioned(&table) { cx.steady_leaves(&table)? } else { vec![table.clone()] };
        let fill = |part: &Id| {
            let mut fill = Fill { table: part, set: set.clone(), missing: missing.clone() }.step(cx);
            fill.hazards.extend(fires(part, cx).or_else(|| fires(&table, cx)));
            fill
        };
        let mut rest: Vec<Step> = parts.iter().map(fill).collect();
        let fails = fails_for(from, self, old, cx);
        rest.first_mut().into_iter().for_each(|fill| fill.hazards.extend(fails.clone()));
        let mut first = self.clone();
        if self.not_null {
            let refusing = self.refusing(id, cx);
            (first, rest) = (refusing.first, rest.into_iter().chain(refusing.rest).collect());
        } else {
            rest.extend(nothing_is_missing(id, old));
        }
        // Else the planner would know nothing of it when it takes the old one's place.
        rest.push(Step::safe(format!("ANALYZE {} ({new})", table.sql())));
        Some(Gradual { first, rest })
    }

    /// The way back from its place: it is made anew and takes its values from the column that stands in for it. As a change
    /// of type that needs no trigger, no policy hides a row from it.
    pub(super) fn brought_back(&self, id: &Id, cx: &Context<'_>) -> Option<Vec<Step>> {
        let new = cx.desired.stand_in(id).filter(|new| cx.current.contains(new))?;
        let Some(Object::Column(from)) = cx.current.object(new) else { return None };
        let bare = Self { default: None, identity: None, not_null: false, ..self.clone() };
        let bare = Self { upkeep: Default::default(), ..bare };
        let add = Step::safe(format!("ALTER TABLE {} ADD COLUMN {}", id.table_sql(), bare.text(id)));
        let mut change = Alteration { id, steps: vec![add] };
        let collate = self.collation.as_ref().map(|name| format!(" COLLATE {name}")).unwrap_or_default();
        let value = self.made_of(from, &new.name_sql());
        let mut hazards = vec![REWRITES_TABLE.because(from.becoming(self, id))];
        hazards.extend(fails_for(from, self, id, cx));
        hazards.extend(from.cuts(self, id, cx));
        change.say(format!("TYPE {}{collate} USING {value}", self.r#type), hazards);
        if self.not_null {
            change.refuse_nulls(&bare, self, cx);
        }
        if let Some(default) = &self.default {
            change.say(format!("SET DEFAULT {}", default_text(default)), None);
        }
        if let Some(identity) = &self.identity {
            let (freed, counts_on) = counting(new, id, identity);
            change.steps.extend(freed.filter(|_| !cx.current.contains(&identity.sequence(id))));
            change.identify(None, identity, &self.r#type, cx);
            let sequence = numbering::sequence_of(id);
            let beyond = || numbering::beyond_rows(id, &self.r#type, &identity.numbers, &sequence, cx);
            change.steps.extend(if from.identity.is_some() { Some(counts_on) } else { beyond() });
        }
        change.steps.extend(self.settings(id, cx));
        Some(change.steps)
    }

    /// The dangers of dropping it, where another column holds its values, too.
    pub(super) fn values_elsewhere(&self, id: &Id, cx: &Context<'_>) -> Option<Option<Hazard>> {
        let Some(new) = cx.current.stand_in(id) else { return cx.current.stands_in_for(id).map(|_| None) };
        let Some(Object::Column(to)) = cx.current.object(new) else { return None };
        Some(self.cuts(to, new, cx))
    }

    fn cuts(&self, to: &Self, id: &Id, cx: &Context<'_>) -> Option<Hazard> {
        let loses = self.cost_of(to, cx.current, cx.desired).loses;
        loses.then(|| DELETES_DATA.because(format!("values are cut: {}", self.becoming(to, id))))
    }

    /// Where the column whose place it takes gave numbers by itself: what frees the name of its sequence, and what lets the
    /// new one count on from there.
    pub(super) fn counted_before(&self, id: &Id, to: &Identity, cx: &Context<'_>) -> Option<(Option<Step>, Step)> {
        let old = cx.current.stands_in_for(id)?;
        let Some(Object::Column(Self { identity: Some(from), .. })) = cx.current.object(old) else { return None };
        let (freed, counts_on) = counting(old, id, to);
        let freed = freed.filter(|_| !cx.current.contains(&to.sequence(id)));
        from.numbers.goes_on_as(&to.numbers).then_some((freed, counts_on))
    }
}

impl Context<'_> {
    /// Whether a column of a partition comes with one of the table at the top that stands in for another.
    pub(crate) fn stands_in_with_parent(&self, id: &Id) -> bool {
        if id.kind != KindTag::Column || self.desired.stand_ins.is_empty() {
            return false;
        }
        let above = id.table().map(|table| lineage::above(self.desired, &table)).unwrap_or_default();
        above.iter().any(|table| self.desired.stands_in_for(&Id::of(KindTag::Column, table, &id.name)).is_some())
    }
}

/// What lets an identity column count on from another one of its table, and what keeps the name of its sequence for it.
fn counting(from: &Id, to: &Id, identity: &Identity) -> (Option<Step>, Step) {
    let of =
        |id: &Id| format!("pg_get_serial_sequence({}, {})", quote_literal(&id.table_sql()), quote_literal(&id.name));
    let usual = identity.sequence(to);
    let aside = quote_ident(&crate::load::make(&usual.name, None, "_old"));
    let freed = Step::safe(format!("ALTER SEQUENCE IF EXISTS {} RENAME TO {aside}", usual.sql()));
    let next = format!("nextval({})", of(from));
    (Some(freed), Step::safe(format!("SELECT setval({}, {next}, false)", of(to))))
}

fn fails_for(from: &Column, to: &Column, id: &Id, cx: &Context<'_>) -> Option<Hazard> {
    let fails = from.cost_of(to, cx.current, cx.desired).may_fail;
    fails.then(|| MAY_FAIL.because(format!("values that do not fit: {}", from.becoming(to, id))))
}

/// The user's triggers that see each row updated while it is filled.
fn fires(table: &Id, cx: &Context<'_>) -> Option<Hazard> {
    let mut triggers = cx.current.children_of(table, KindTag::Trigger);
    let sees = |object: &Object| matches!(object, Object::Trigger(it) if it.events.contains(&Event::Update) && it.columns.is_empty());
    let (trigger, _) = triggers.find(|(_, entry)| sees(&entry.object))?;
    Some(BREAKS_CODE.because(format!("`{}` is called for every row while it is filled", trigger.name)))
}

/// The proof that every row was filled; the trigger sees to it from there on.
fn nothing_is_missing(id: &Id, old: &Id) -> Vec<Step> {
    let table = format!("ALTER TABLE {}", id.table_sql());
    let name = crate::load::make(&id.owner, Some(&id.name), "filled");
    let proof = Id { name, ..id.clone() };
    let holds = format!("CHECK (({} IS NULL) = ({} IS NULL)) NOT VALID", id.name_sql(), old.name_sql());
    let fails = MAY_FAIL.because(format!("rows where `{}` could not be filled", id.name));
    vec![
        Step::safe(format!("{table} ADD CONSTRAINT {} {holds}", proof.name_sql())),
        constraint::validate(&proof, fails.of_rows(id.table())),
        Step::safe(format!("{table} DROP CONSTRAINT {}", proof.name_sql())),
    ]
}

/// The function and the trigger that keep new columns in step with old ones, whoever writes; under names for both.
pub(crate) fn sync(pairs: &[(Id, &Column, Id, &Column)], function: &Id) -> (Function, Trigger) {
    let set = pairs.iter().map(|(old, from, new, to)| {
        let value = to.made_of(from, &format!("NEW.{}", old.name_sql()));
        format!("    NEW.{} := {value};\n", new.name_sql())
    });
    let body = format!("\nBEGIN\n{}    RETURN NEW;\nEND\n", set.collect::<String>());
    let function_of = Function {
        arguments: Vec::new(),
        returns: "trigger".into(),
        language: "plpgsql".to_owned(),
        body,
        volatility: Volatility::Volatile,
        strict: false,
        security_definer: false,
        leakproof: false,
        parallel: Parallel::Unsafe,
        cost: None,
        rows: None,
        window: false,
        support: None,
        transforms: Vec::new(),
        object_file: None,
        // Types are named as they are where nothing but public is looked into.
        set: vec!["search_path=pg_catalog, public, pg_temp".to_owned()],
    };
    let trigger = Trigger {
        timing: Timing::Before,
        events: vec![Event::Insert, Event::Update],
        columns: Vec::new(),
        for_each_row: true,
        when: None,
        function_namespace: function.namespace.clone(),
        function: function.name.clone(),
        arguments: Vec::new(),
        old_table: None,
        new_table: None,
        constraint: None,
        from: None,
        // What replication brings has to be kept in step, too.
        enabled: crate::kind::Enabled::Always,
    };
    (function_of, trigger)
}
