//! A check constraint of a table.

use serde::{Deserialize, Serialize};

use super::{Beside, Kind, KindTag, Touch, constraint, lineage};
use crate::hazard::{BLOCKS_READS, Hazard, MAY_FAIL, Question};
use crate::plan::{Context, Gradual, Step};
use crate::schema::{Id, Schema};
use crate::sql::{Expr, quote_ident};
use crate::types;

/// A check constraint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// What has to hold for every row, or be unknown.
    pub expression: Expr,
    /// Whether child tables are free of it.
    pub no_inherit: bool,
    /// Whether rows that were there before are known to satisfy it.
    pub validated: bool,
    /// Whether it is checked at all (PostgreSQL 18 can keep one that is not).
    pub enforced: bool,
}

impl Kind for Check {
    const WORD: &'static str = "check";
    const BELONGS_TO_TABLE: bool = true;
    const IS_WORDED: bool = true;

    fn create(&self, id: &Id, cx: &Context<'_>) -> Vec<Step> {
        let not_valid = constraint::validity(self.enforced, self.validated);
        let hazards = self.validated.then(|| {
            [
                BLOCKS_READS.because(format!("every row of `{}` is checked", id.owner)).of_rows(id.table()),
                self.breaches(id),
            ]
        });
        let sql = constraint::add_constraint(id, &format!("{}{not_valid}", self.text(id)));
        let hands_on = cx.hands_on_by(id, self.expression.as_str());
        constraint::on_table(id, cx, sql, hazards.into_iter().flatten().chain(hands_on))
    }

    fn drop(&self, id: &Id, _cx: &Context<'_>) -> Vec<Step> {
        vec![Step::safe(constraint::drop_constraint(id))]
    }

    fn alter(&self, to: &Self, id: &Id, _cx: &Context<'_>) -> Option<Vec<Step>> {
        let Self { expression, no_inherit, validated, enforced } = to;
        let same = (expression, no_inherit, enforced) == (&self.expression, &self.no_inherit, &self.enforced);
        if !same || (self.validated && !validated) {
            return None;
        }
        if self.validated == *validated {
            return Some(Vec::new());
        }
        Some(vec![constraint::validate(id, self.breaches(id))])
    }

    fn gradual(&self, before: Option<&Self>, id: &Id, cx: &Context<'_>) -> Option<Gradual<Self>> {
        if !self.validated || !self.enforced || before.is_some_and(|before| before.validated) || !cx.is_in_use(id) {
            return None;
        }
        // "constraint … conflicts with NOT VALID constraint": what parent and child both say is valid in both.
        let table = id.table()?;
        let relatives = lineage::above(cx.desired, &table).into_iter().chain(lineage::below(cx.desired, &table));
        let said = |other: Id| other != table && cx.desired.contains(&Id::of(KindTag::Check, &other, &id.name));
        if relatives.into_iter().any(said) {
            return None;
        }
        let rest = vec![constraint::validate(id, self.breaches(id))];
        Some(Gradual { first: Self { validated: false, ..self.clone() }, rest })
    }

    fn beside(&self) -> Beside {
        Beside::Made(self.clone().into())
    }

    fn clause(&self, id: &Id) -> Option<String> {
        // In CREATE TABLE, NOT VALID would be passed over.
        (self.validated || !self.enforced)
            .then(|| format!("{}{}", self.text(id), constraint::validity(self.enforced, true)))
    }

    fn comment_target(&self, id: &Id) -> Option<String> {
        constraint::comment_target(id)
    }

    fn rename(&self, from: &Id, to: &str) -> Option<String> {
        constraint::rename(from, to)
    }

    fn depends_on(&self, id: &Id, schema: &Schema) -> Vec<Id> {
        let text = self.expression.as_str();
        let mut needs = constraint::mentioned_columns(id, text, schema);
        needs.extend(constraint::table_and_columns(id, std::iter::empty::<&str>()));
        needs.extend(schema.mentioned(text));
        needs
    }

    fn steps_aside(&self, _id: &Id, _other: &Id, touch: Touch<'_>) -> bool {
        matches!(touch, Touch::Replaced | Touch::Rebuilt)
    }

    fn adopt(&mut self, live: &Self, _goes: &dyn Fn(&Id) -> bool) {
        // A text that is known to be worded so is shown in the server's words once they are there.
        let same = self.expression == live.expression;
        if same || types::is_cast_element_by_element(&live.expression, &self.expression) {
            self.expression.clone_from(&live.expression);
        }
    }

    fn texts_mut(&mut self) -> Vec<&mut Expr> {
        vec![&mut self.expression]
    }

    fn catalog(version: u32) -> String {
        let enforced = constraint::enforced_sql(version);
        format!(
            "SELECT 'pg_constraint'::regclass, c.oid, 0, r.nspname, r.relname, c.conname, 0, json_build_object( \
                    'expression', pg_get_expr(c.conbin, c.conrelid), 'no_inherit', c.connoinherit, \
                    'validated', c.convalidated, 'enforced', {enforced})::text \
               FROM pg_constraint c JOIN rel r ON r.oid = c.conrelid WHERE c.contype = 'c' AND c.conislocal"
        )
    }
}

impl Check {
    /// That a row may not satisfy it.
    fn breaches(&self, id: &Id) -> Hazard {
        let fails = MAY_FAIL.because(format!("rows that do not satisfy `{}`", id.name)).of_rows(id.table());
        fails.asking(Question::Breaches { name: id.name.clone(), expression: self.expression.clone() })
    }

    fn text(&self, id: &Id) -> String {
        let no_inherit = if self.no_inherit { " NO INHERIT" } else { "" };
        format!("CONSTRAINT {} CHECK {}{no_inherit}", quote_ident(&id.name), self.expression.parenthesised())
    }
}
