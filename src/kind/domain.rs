//! A domain: a type with conditions of its own.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::catalog::Value::{Json, Text};
use super::catalog::object;
use super::column::default_text;
use super::composite::by_name;
use super::{Granted, Kind, KindTag, Known, Object, Touch, constraint, swap};
use crate::hazard::MAY_FAIL;
use crate::plan::{Context, Step};
use crate::schema::{Id, Schema};
use crate::sql::{Expr, quote_ident, quote_literal};
use crate::types;

/// A domain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Domain {
    /// The type that it is made of.
    pub r#type: String,
    /// Whether NULL is refused.
    pub not_null: bool,
    /// The default of columns that have none.
    pub default: Option<Expr>,
    /// The collation, quoted for SQL, where it is not the type's own.
    pub collation: Option<String>,
    /// What has to hold for each `VALUE`, by name.
    pub check: BTreeMap<String, DomainCheck>,
    /// Whether a new type takes its place because one takes the place of what it is made of.
    #[serde(skip)]
    pub anew: Known<bool>,
}

/// What the values of a column of this type are stored as: a domain's are those of the type that it is made of. One that
/// values are to become must ask nothing of them, or each is looked at.
pub(super) fn stored_as(column_type: &str, schema: &Schema, asks_nothing: bool) -> String {
    let mut at = column_type.to_owned();
    // A domain may be made of another one; a ring would be a mistake of the declaration.
    for _ in 0..8 {
        let named = schema.mentioned(&at).into_iter().find(|id| [id.sql(), id.name_sql()].contains(&at));
        let Some(Object::Domain(domain)) = named.and_then(|id| schema.object(&id)) else { break };
        if asks_nothing && (domain.not_null || !domain.check.is_empty()) {
            break;
        }
        at.clone_from(&domain.r#type);
    }
    at
}

/// What has to hold for each value of a domain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DomainCheck {
    /// What has to hold for `VALUE`, or be unknown.
    pub expression: Expr,
    /// Whether values that were there before may not satisfy it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub not_valid: bool,
    /// The comment on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

impl DomainCheck {
    /// The name and what it asks, as they stand behind ADD or in CREATE DOMAIN.
    pub(super) fn clause(&self, name: &str) -> String {
        let Self { expression, not_valid, comment: _ } = self;
        let not_valid = if *not_valid { " NOT VALID" } else { "" };
        format!("CONSTRAINT {} CHECK {}{not_valid}", quote_ident(name), expression.parenthesised())
    }

    /// Whether it stays for what is to be: it can be validated, and nothing else.
    pub(super) fn becomes(&self, to: Option<&Self>) -> bool {
        to.is_some_and(|to| self.expression == to.expression && (self.not_valid || !to.not_valid))
    }

    /// The statement for its comment, where that differs.
    pub(super) fn commented(&self, before: Option<&str>, name: &str, id: &Id) -> Option<Step> {
        let text = self.comment.as_deref().map_or("NULL".to_owned(), quote_literal);
        let sql = format!("COMMENT ON CONSTRAINT {} ON DOMAIN {} IS {text}", quote_ident(name), id.sql());
        (self.comment.as_deref() != before).then(|| Step::safe(sql))
    }
}

impl Kind for Domain {
    const WORD: &'static str = "domain";
    const GRANTED: Option<Granted> = Some(Granted::Type);
    const IS_TYPE: bool = true;
    const IS_WORDED: bool = true;

    fn create(&self, id: &Id, cx: &Context<'_>) -> Vec<Step> {
        let Self { r#type, not_null, default, collation, check, anew: _ } = self;
        let mut sql = format!("CREATE DOMAIN {} AS {type}", id.sql());
        if let Some(collation) = collation {
            sql.push_str(&format!(" COLLATE {collation}"));
        }
        if let Some(default) = default {
            sql.push_str(&format!(" DEFAULT {}", default_text(default)));
        }
        if *not_null {
            sql.push_str(" NOT NULL");
        }
        for (name, check) in check.iter().filter(|(_, check)| !check.not_valid) {
            sql.push_str(&format!(" {}", check.clause(name)));
        }
        let mut steps = vec![Step::safe(sql)];
        // A domain over another one begins with the default of that.
        let over = cx.desired.mentioned(r#type).into_iter().find_map(|base| match cx.desired.object(&base) {
            Some(Object::Domain(base)) => base.default.as_ref(),
            _ => None,
        });
        if default.is_none() && over.is_some() {
            steps.push(Step::safe(format!("ALTER DOMAIN {} DROP DEFAULT", id.sql())));
        }
        for (name, check) in check {
            let later = check.not_valid.then(|| format!("ALTER DOMAIN {} ADD {}", id.sql(), check.clause(name)));
            steps.extend(later.map(Step::safe).into_iter().chain(check.commented(None, name, id)));
        }
        steps
    }

    fn drop(&self, id: &Id, _cx: &Context<'_>) -> Vec<Step> {
        vec![Step::safe(format!("DROP DOMAIN {}", id.sql()))]
    }

    fn alter(&self, to: &Self, id: &Id, cx: &Context<'_>) -> Option<Vec<Step>> {
        if self.is_swapped_for(to) {
            let mut create = to.create(id, cx);
            let what = format!("`{}`", id.name);
            create[0].hazards.extend(swap::cast_hazards(id, &what, (&self.r#type, &to.r#type), cx));
            let (made, done) = by_name::helpers(id, cx);
            create.extend(made);
            let value = |column: &str, target: &str| by_name::of_column(id, column, target, cx);
            return Some(swap::swap(id, (create, done), &[], Some(&value), cx));
        }
        let Self { r#type: _, not_null, default, collation: _, check, anew: _ } = to;
        let say = |action: String| format!("ALTER DOMAIN {} {action}", id.sql());
        let fits = |what: String| MAY_FAIL.because(format!("values that {what}"));
        let mut steps = Vec::new();
        for name in self.check.iter().filter(|(name, had)| !had.becomes(check.get(*name))).map(|(name, _)| name) {
            steps.push(Step::safe(say(format!("DROP CONSTRAINT {}", quote_ident(name)))));
        }
        match default {
            _ if self.default == *default => {}
            Some(default) => steps.push(Step::safe(say(format!("SET DEFAULT {}", default_text(default))))),
            None => steps.push(Step::safe(say("DROP DEFAULT".to_owned()))),
        }
        match (self.not_null, not_null) {
            (true, false) => steps.push(Step::safe(say("DROP NOT NULL".to_owned()))),
            (false, true) => steps.push(Step::risky(say("SET NOT NULL".to_owned()), [fits("are NULL".to_owned())])),
            _ => {}
        }
        for (name, wish) in check {
            let had = self.check.get(name).filter(|had| had.becomes(Some(wish)));
            let hazard = (!wish.not_valid).then(|| fits(format!("do not satisfy `{name}`")));
            match had {
                None => steps.push(Step::risky(say(format!("ADD {}", wish.clause(name))), hazard)),
                Some(had) if had.not_valid && !wish.not_valid => {
                    steps.push(Step::risky(say(format!("VALIDATE CONSTRAINT {}", quote_ident(name))), hazard));
                }
                Some(_) => {}
            }
            steps.extend(wish.commented(had.and_then(|had| had.comment.as_deref()), name, id));
        }
        Some(steps)
    }

    fn comment_target(&self, id: &Id) -> Option<String> {
        Some(format!("DOMAIN {}", id.sql()))
    }

    fn rename(&self, from: &Id, to: &str) -> Option<String> {
        Some(format!("ALTER DOMAIN {} RENAME TO {}", from.sql(), quote_ident(to)))
    }

    fn depends_on(&self, id: &Id, schema: &Schema) -> Vec<Id> {
        let texts = self.check.values().map(|check| &check.expression).chain(&self.default).map(Expr::as_str);
        let mut needs: Vec<Id> = texts.flat_map(|text| constraint::mentioned_in_query(text, schema)).collect();
        // Nothing can be read from a table there; a row of one can be what a domain is made of.
        needs.retain(|need| need.kind != KindTag::Column && !need.kind.owns());
        needs.extend(schema.mentioned(&self.r#type));
        needs.retain(|need| need != id);
        needs.push(Id::new(KindTag::Namespace, "", &id.namespace));
        needs
    }

    fn steps_aside(&self, _id: &Id, _other: &Id, _touch: Touch<'_>) -> bool {
        // Its columns would lose their type.
        false
    }

    fn rebuilds(&self, to: &Self, id: &Id, schema: &Schema) -> Vec<Id> {
        let swapped = self.is_swapped_for(to);
        swapped.then(|| swap::users(id, schema)).into_iter().flatten().map(|(column, _)| column).collect()
    }

    fn is_swapped_for(&self, to: &Self) -> bool {
        to.anew.0 || (&self.r#type, &self.collation) != (&to.r#type, &to.collation)
    }

    fn adopt(&mut self, live: &Self, _goes: &dyn Fn(&Id) -> bool) {
        if let (Some(wish), Some(found)) = (&self.default, &live.default)
            && self.r#type == live.r#type
            && types::is_cast_of(found, wish, &self.r#type)
        {
            self.default.clone_from(&live.default);
        }
    }

    fn take_wording(&mut self, found: Self) {
        // One over another domain shows the default of that where it has none of its own.
        let default = found.default.filter(|_| self.default.is_some());
        *self = Self { default, ..found };
    }

    fn texts_mut(&mut self) -> Vec<&mut Expr> {
        self.check.values_mut().map(|check| &mut check.expression).chain(&mut self.default).collect()
    }

    fn each_type(&mut self, change: &mut dyn FnMut(&str) -> String) {
        self.r#type = change(&self.r#type);
    }

    fn each_name(&mut self, change: &mut dyn FnMut(&str) -> String) {
        self.collation.iter_mut().for_each(|name| *name = change(name));
    }

    fn catalog(_version: u32) -> String {
        let collation = "CASE WHEN t.typcollation <> b.typcollation THEN \
            (SELECT quote_ident(cn.nspname) || '.' || quote_ident(co.collname) FROM pg_collation co \
               JOIN pg_namespace cn ON cn.oid = co.collnamespace WHERE co.oid = t.typcollation) END";
        let check = "COALESCE((SELECT json_object_agg(conname, json_build_object('expression', pg_get_expr(conbin, 0), \
                'not_valid', NOT convalidated, 'comment', obj_description(k.oid, 'pg_constraint'))) \
            FROM pg_constraint k WHERE contypid = t.oid AND contype = 'c'), '{}')";
        let object = object(&[
            ("type", Text("format_type(t.typbasetype, t.typtypmod)")),
            ("not_null", Json("t.typnotnull")),
            ("default", Text("pg_get_expr(t.typdefaultbin, 'pg_type'::regclass)")),
            ("collation", Text(collation)),
            ("check", Json(check)),
        ]);
        format!(
            "SELECT 'pg_type'::regclass, t.oid, 0, t.nspname, '', t.typname, 0, {object} \
               FROM typ t JOIN pg_type b ON b.oid = t.typbasetype WHERE t.typtype = 'd'"
        )
    }
}

impl Domain {
    /// The same without what it asks of its values.
    pub(crate) fn unchecked(&self) -> Self {
        Self { check: BTreeMap::new(), default: None, ..self.clone() }
    }

    /// Whether a new type has to take its place because PostgreSQL looks for values that do not satisfy a new condition in
    /// columns of the domain and of domains over it only, and refuses where it stands in arrays or composite types.
    pub(super) fn is_out_of_reach(&self, to: &Self, id: &Id, schema: &Schema) -> bool {
        let asks = |name: &String, check: &DomainCheck| {
            let had = self.check.get(name).filter(|had| had.becomes(Some(check)));
            !check.not_valid && had.is_none_or(|had| had.not_valid)
        };
        let stricter = (to.not_null && !self.not_null) || to.check.iter().any(|(name, check)| asks(name, check));
        stricter && swap::is_inside_another(id, schema)
    }
}
