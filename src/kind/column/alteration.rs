//! The statements that alter one column, each with what is dangerous about it.

use super::{Column, Identity};
use crate::hazard::{BREAKS_CODE, DELETES_DATA, Hazard, MAY_FAIL, REWRITES_TABLE};
use crate::plan::Step;
use crate::schema::Id;
use crate::types;

/// The statements that alter one column.
pub(super) struct Alteration<'a> {
    pub(super) id: &'a Id,
    pub(super) steps: Vec<Step>,
}

impl Alteration<'_> {
    pub(super) fn say(&mut self, action: String, hazard: Option<Hazard>) {
        let sql = format!("ALTER TABLE {} ALTER COLUMN {} {action}", self.id.table_sql(), self.id.name_sql());
        self.steps.push(Step::risky(sql, hazard));
    }

    pub(super) fn run(&mut self, sql: String, hazard: Option<Hazard>) {
        self.steps.push(Step::risky(sql, hazard));
    }

    pub(super) fn retype(&mut self, from: &Column, to: &Column) {
        let name = self.id.name_sql();
        let mut action = format!("TYPE {}", to.r#type);
        if let Some(collation) = &to.collation {
            action.push_str(&format!(" COLLATE {collation}"));
        } else if from.collation.is_some() && from.r#type == to.r#type {
            action.push_str(" COLLATE pg_catalog.\"default\"");
        }
        if from.generated.is_none() {
            action.push_str(&types::conversion(&from.r#type, &to.r#type, &name));
        }
        let hazards = types::hazards_of_change(&from.r#type, &to.r#type);
        let what = format!("`{}.{}`: {} becomes {}", self.id.owner, self.id.name, from.r#type, to.r#type);
        let mut all: Vec<Hazard> = Vec::new();
        if hazards.rewrites {
            all.push(REWRITES_TABLE.because(what.clone()));
        }
        if hazards.may_fail {
            all.push(MAY_FAIL.because(format!("values that do not fit: {what}")));
        }
        if hazards.loses {
            all.push(DELETES_DATA.because(format!("values are cut: {what}")));
        }
        if all.is_empty() && from.r#type != to.r#type {
            all.push(BREAKS_CODE.because(what));
        }
        let sql = format!("ALTER TABLE {} ALTER COLUMN {name} {action}", self.id.table_sql());
        self.steps.push(Step::risky(sql, all));
    }

    pub(super) fn identify(&mut self, from: Option<&Identity>, to: &Identity) {
        let Some(from) = from else {
            let options = to.numbers.options(None);
            let options = if options.is_empty() { String::new() } else { format!(" ({})", options.join(" ")) };
            return self.say(format!("ADD GENERATED {} AS IDENTITY{options}", to.generated.sql()), None);
        };
        let mut actions = Vec::new();
        if from.generated != to.generated {
            actions.push(format!("SET GENERATED {}", to.generated.sql()));
        }
        actions.extend(to.numbers.options(Some(&from.numbers)).into_iter().map(|option| format!("SET {option}")));
        let mut hazard = None;
        let (from, to) = (&from.numbers, &to.numbers);
        if from.is_upwards() != to.is_upwards() {
            // The last number lies beyond the new limits.
            actions.push("RESTART".to_owned());
            hazard = Some(BREAKS_CODE.because(format!("numbers of `{}` begin again at {}", self.id.name, to.first())));
        } else if (from.min, from.max) != (to.min, to.max) {
            hazard = Some(MAY_FAIL.because(format!("the last number of `{}` is beyond the new limits", self.id.name)));
        }
        self.say(actions.join(" "), hazard);
    }
}
