//! The statements that alter one column where it stands, each with what is dangerous about it.

use super::super::swap::{goes_further, is_swapped};
use super::{Column, Identity, Upkeep, default_text};
use crate::hazard::{BLOCKS_READS, BREAKS_CODE, DELETES_DATA, Hazard, MAY_FAIL, Question, REWRITES_TABLE};
use crate::kind::{Kind, Origin, constraint, domain, identity_sequence, lineage, numbering, sequence};
use crate::plan::{Context, Step};
use crate::schema::Id;
use crate::sql::quote_literal;
use crate::types;

impl Column {
    /// The column's own statements that turn it into `to`; nothing where only dropping and creating will do.
    pub(super) fn own_steps(&self, to: &Self, id: &Id, cx: &Context<'_>) -> Option<Vec<Step>> {
        let Self { r#type: _, not_null, not_null_as: _, default, identity, generated, collation: _, upkeep, origin: _ } =
            to;
        let becomes_plain = self.generated.is_some() && generated.is_none();
        if self.generated != *generated && !(becomes_plain && self.generated.as_ref().is_some_and(|g| g.stored)) {
            return None;
        }
        if self.generated.is_some() && types::needs_using(&self.r#type, &to.r#type) {
            // "cannot specify USING when altering type of generated column"
            return None;
        }
        let mut change = Alteration { id, steps: Vec::new() };
        if becomes_plain {
            change.say("DROP EXPRESSION".to_owned(), None);
        }
        // Where a new enum takes the place of the column's, that brings its type and default along.
        let swapped = is_swapped(self, cx) && !goes_further(id, cx);
        let retyped = self.is_retyped(to) && !swapped;
        let redefaulted = (self.default != *default || retyped) && !swapped;
        if self.default.is_some() && redefaulted && (default.is_none() || retyped) {
            change.say("DROP DEFAULT".to_owned(), None);
        }
        if self.identity.is_some() && identity.is_none() {
            change.say("DROP IDENTITY".to_owned(), None);
        }
        if self.not_null && !not_null {
            change.say("DROP NOT NULL".to_owned(), None);
        }
        if retyped {
            change.retype(self, to, cx);
        }
        if *not_null {
            change.refuse_nulls(self, to, cx);
        }
        if let (Some(default), true) = (default, generated.is_none() && redefaulted) {
            let other = self.default.as_ref() != Some(default);
            let decides = cx.decided_by_default(id, default.as_str()).filter(|_| other && !retyped);
            change.say(format!("SET DEFAULT {}", default_text(default)), decides);
            change.steps.extend(numbering::beyond_rows_of_serial(id, to, default, cx).filter(|_| other));
        }
        let has = self.identity.as_ref().map(|it| if retyped { it.retyped(&to.r#type) } else { it.clone() });
        if let (Some(identity), true) = (identity, has != *identity) {
            let left = self.default.as_ref().and_then(|default| sequence::left_for_identity(id, default, cx));
            change.steps.extend(left.iter().flat_map(|(_, freed)| freed.clone()));
            let counted = self.counted_before(id, identity, cx);
            change.steps.extend(counted.iter().flat_map(|(freed, _)| freed.clone()));
            change.identify(has.as_ref(), identity, &to.r#type, cx);
            let counts_on = left.and_then(|(old, _)| sequence::counts_on(&old, id, &identity.numbers, cx));
            let counts_on = counts_on.or(counted.map(|(_, counts_on)| counts_on));
            let begins = has.is_none() && counts_on.is_none();
            let sequence = numbering::sequence_of(id);
            let beyond = || numbering::beyond_rows(id, &to.r#type, &identity.numbers, &sequence, cx);
            change.steps.extend(counts_on.or_else(|| beyond().filter(|_| begins)));
        }
        let kept = if retyped { self.upkeep.retyped() } else { self.upkeep.clone() };
        change.keep(upkeep.actions(&kept, &to.r#type, cx.options.version));
        Some(change.steps)
    }

    /// What is set on a new column once it is there.
    pub(in crate::kind) fn settings(&self, id: &Id, cx: &Context<'_>) -> Vec<Step> {
        // To be tied to a parent gives a table that is there nothing of this.
        let made = self.origin.0 != Origin::Own && id.table().is_some_and(|table| cx.is_new(&table));
        let given = made.then(|| lineage::inherited(cx.desired, id)).flatten();
        let given = given.map(|column| Upkeep { statistics: None, ..column.upkeep }).unwrap_or_default();
        let mut change = Alteration { id, steps: Vec::new() };
        change.keep(self.upkeep.actions(&given, &self.r#type, cx.options.version));
        change.steps
    }

    /// What gives the sequence of a new identity column its type.
    pub(in crate::kind) fn typed_sequence(&self, id: &Id, cx: &Context<'_>) -> Vec<Step> {
        self.identity.as_ref().map(|identity| identity.typed(id, &self.r#type, cx)).unwrap_or_default()
    }
}

/// The statements that alter one column.
pub(super) struct Alteration<'a> {
    pub(super) id: &'a Id,
    pub(super) steps: Vec<Step>,
}

impl Alteration<'_> {
    pub(super) fn say(&mut self, action: String, hazard: impl IntoIterator<Item = Hazard>) {
        let sql = format!("ALTER TABLE {} ALTER COLUMN {} {action}", self.id.table_sql(), self.id.name_sql());
        self.steps.push(Step::risky(sql, hazard));
    }

    /// All in one statement: none of it reads or writes a row.
    fn keep(&mut self, actions: Vec<String>) {
        let column = self.id.name_sql();
        let all: Vec<String> = actions.iter().map(|action| format!("ALTER COLUMN {column} {action}")).collect();
        if !all.is_empty() {
            self.steps.push(Step::safe(format!("ALTER TABLE {} {}", self.id.table_sql(), all.join(", "))));
        }
    }

    pub(super) fn run(&mut self, sql: String, hazard: impl IntoIterator<Item = Hazard>) {
        self.steps.push(Step::risky(sql, hazard));
    }

    pub(super) fn retype(&mut self, from: &Column, to: &Column, cx: &Context<'_>) {
        let name = self.id.name_sql();
        let mut action = format!("TYPE {}", to.r#type);
        if let Some(collation) = &to.collation {
            action.push_str(&format!(" COLLATE {collation}"));
        } else if from.collation.is_some() && from.r#type == to.r#type {
            action.push_str(" COLLATE pg_catalog.\"default\"");
        }
        let has = domain::stored_as(&from.r#type, cx.current, false);
        let becomes = domain::stored_as(&to.r#type, cx.desired, true);
        // The server casts between a domain and its type by itself, without writing a row.
        let cast = if from.generated.is_some() || has == becomes {
            String::new()
        } else {
            types::conversion(&from.r#type, &to.r#type, &name)
        };
        action.push_str(&cast);
        let hazards = types::hazards_of_change(&has, &becomes);
        let what = from.becoming(to, self.id);
        let mut all: Vec<Hazard> = Vec::new();
        if hazards.rewrites {
            all.push(REWRITES_TABLE.because(what.clone()).of_rows(self.id.table()));
        }
        if hazards.may_fail {
            let unfit = MAY_FAIL.because(format!("values that do not fit: {what}")).of_rows(self.id.table());
            let question = Question::Unfit { column: self.id.name.clone(), r#type: to.r#type.clone() };
            let by_text = from.generated.is_none() && types::is_read_from_text(&has, &becomes);
            all.push(if by_text { unfit.asking(question) } else { unfit });
        }
        all.extend(self.cut_values(from, to, (&has, !cast.is_empty()), cx));
        if !hazards.rewrites
            && let Some(check) = constraint::checked_again(self.id, cx)
        {
            let waits = BLOCKS_READS.because(format!("`{check}` is checked again"));
            all.push(waits.of_rows(self.id.table()));
        }
        if all.is_empty() && from.r#type != to.r#type {
            all.push(BREAKS_CODE.because(what));
        }
        let sql = format!("ALTER TABLE {} ALTER COLUMN {name} {action}", self.id.table_sql());
        self.steps.push(Step::risky(sql, all));
    }

    /// That values lose a part without an error: those of a domain are cut to what it is made of, whatever it asks of them.
    fn cut_values(&self, from: &Column, to: &Column, (has, cast): (&str, bool), cx: &Context<'_>) -> Option<Hazard> {
        let held = domain::stored_as(&to.r#type, cx.desired, false);
        let cost = if cast { types::hazards_of_cast(has, &held) } else { types::hazards_of_change(has, &held) };
        let what = format!("values are cut: {}", from.becoming(to, self.id));
        let hazard = DELETES_DATA.because(what).of_rows(self.id.table());
        let asked = types::compared_as(has, &held).filter(|_| from.generated.is_none());
        let question = asked.map(|(read, exact)| Question::Cut { column: self.id.name.clone(), read, exact });
        cost.loses.then(|| question.map_or(hazard.clone(), |question| hazard.asking(question)))
    }

    pub(super) fn identify(&mut self, from: Option<&Identity>, to: &Identity, of: &str, cx: &Context<'_>) {
        let Some(from) = from else {
            let options = to.options(self.id, of);
            self.say(format!("ADD GENERATED {} AS IDENTITY{options}", to.generated.sql()), None);
            return self.steps.extend(to.typed(self.id, of, cx));
        };
        let mut actions = Vec::new();
        if from.generated != to.generated {
            actions.push(format!("SET GENERATED {}", to.generated.sql()));
        }
        if from.r#type != to.r#type {
            // "sequence option "as" not supported here"
            if !actions.is_empty() {
                self.say(actions.join(" "), None);
            }
            let sequence = identity_sequence::present(self.id, cx).unwrap_or_else(|| from.sequence(self.id));
            let altered = from.counting(of).alter(&to.counting(of), &sequence, cx);
            return self.steps.extend(altered.into_iter().flatten());
        }
        actions.extend(to.numbers.options(Some(&from.numbers)).into_iter().map(|option| format!("SET {option}")));
        let mut hazard = None;
        let (from, to) = (&from.numbers, &to.numbers);
        let (of, own) = (quote_literal(&self.id.table_sql()), quote_literal(&self.id.name));
        let inside = from.brought_within(to, &format!("pg_get_serial_sequence({of}, {own})::regclass"));
        self.steps.extend(inside.step);
        if inside.again || from.is_upwards() != to.is_upwards() {
            // The last number lies beyond the new limits.
            actions.push("RESTART".to_owned());
            hazard = Some(BREAKS_CODE.because(format!("numbers of `{}` begin again at {}", self.id.name, to.first())));
        } else if (from.min, from.max) != (to.min, to.max) {
            hazard = Some(MAY_FAIL.because(format!("the last number of `{}` is beyond the new limits", self.id.name)));
        }
        self.say(actions.join(" "), hazard);
    }
}
