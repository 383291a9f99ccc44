//! A column of a table.

use serde::{Deserialize, Serialize};

use super::catalog::Value::{Json, Text};
use super::catalog::object;
use super::swap::is_swapped;
use super::{CatalogRow, Kind, KindTag, Lookup, Object, Touch, constraint, sequence};
use crate::hazard::{DELETES_DATA, Hazard, MAY_FAIL, REWRITES_TABLE};
use crate::plan::{Context, Step};
use crate::schema::{Id, Schema};
use crate::sql::{Expr, mentions, quote_ident};
use crate::types;

mod alteration;
mod identity;
mod not_null;

use alteration::Alteration;
pub(super) use identity::numbers_sql;
pub use identity::{Identity, IdentityWhen, Numbers};
pub use not_null::NotNull;

/// A value computed from the row's other columns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Generated {
    /// The expression.
    pub expression: Expr,
    /// Whether it is kept in the row, or computed when read (PostgreSQL 18).
    pub stored: bool,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// The type, with its modifier, as `format_type` writes it.
    pub r#type: String,
    /// Whether NULL is refused.
    pub not_null: bool,
    /// What that has as a constraint of its own (PostgreSQL 18).
    #[serde(default, skip_serializing_if = "NotNull::is_plain")]
    pub not_null_as: NotNull,
    /// The default expression.
    pub default: Option<Expr>,
    /// Numbers for new rows.
    pub identity: Option<Identity>,
    /// A computed value.
    pub generated: Option<Generated>,
    /// The collation, quoted for SQL, where it is not the type's own.
    pub collation: Option<String>,
}

impl Kind for Column {
    const WORD: &'static str = "column";
    const BELONGS_TO_TABLE: bool = true;
    const IS_WORDED: bool = true;

    fn create(&self, id: &Id, cx: &Context<'_>) -> Vec<Step> {
        let mut hazards: Vec<Hazard> = Vec::new();
        if !id.table().is_none_or(|table| cx.is_new(&table)) {
            let filled = self.default.is_some() || self.identity.is_some() || self.generated.is_some();
            if self.not_null && !self.not_null_as.not_valid && !filled {
                hazards.push(MAY_FAIL.because(format!("`{}` has rows: they would need a value", id.owner)));
            }
            let computed = self.identity.is_some() || self.generated.as_ref().is_some_and(|g| g.stored);
            if computed || self.default.as_ref().is_some_and(|default| !types::is_constant(default)) {
                hazards.push(REWRITES_TABLE.because(format!("each row of `{}` gets a value of its own", id.owner)));
            }
        }
        let add = Step::risky(format!("ALTER TABLE {} ADD COLUMN {}", id.table_sql(), self.text(id)), hazards);
        [add].into_iter().chain(self.unchecked_not_null(id)).collect()
    }

    fn drop(&self, id: &Id, cx: &Context<'_>) -> Vec<Step> {
        let what = format!("every value of `{}.{}`", id.owner, id.name);
        let back = self.generated.is_some() && cx.desired.contains(id);
        let hazard =
            if back { REWRITES_TABLE.because("its values are computed again") } else { DELETES_DATA.because(what) };
        vec![Step::risky(format!("ALTER TABLE {} DROP COLUMN {}", id.table_sql(), id.name_sql()), [hazard])]
    }

    fn alter(&self, to: &Self, id: &Id, cx: &Context<'_>) -> Option<Vec<Step>> {
        let Self { r#type: _, not_null, not_null_as, default, identity, generated, collation: _ } = to;
        let becomes_plain = self.generated.is_some() && generated.is_none();
        if self.generated != *generated && !(becomes_plain && self.generated.as_ref().is_some_and(|g| g.stored)) {
            return None;
        }
        if self.generated.is_some() && types::needs_text(&self.r#type, &to.r#type) {
            // "cannot specify USING when altering type of generated column"
            return None;
        }
        let mut change = Alteration { id, steps: Vec::new() };
        if becomes_plain {
            change.say("DROP EXPRESSION".to_owned(), None);
        }
        // Where a new enum takes the place of the column's, that brings its type and default along.
        let swapped = is_swapped(self, cx);
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
            change.retype(self, to);
        }
        if self.not_null && *not_null && self.not_null_as != *not_null_as {
            change.alter_not_null(self, to);
        }
        if !self.not_null && *not_null && !change.add_not_null(to) {
            let nulls = MAY_FAIL.because(format!("rows where `{}` is NULL", id.name));
            change.say("SET NOT NULL".to_owned(), Some(nulls));
        }
        if let (Some(default), true) = (default, generated.is_none() && redefaulted) {
            change.say(format!("SET DEFAULT {}", default_text(default)), None);
        }
        if let (Some(identity), true) = (identity, self.identity != *identity) {
            let left = self.default.as_ref().and_then(|default| sequence::left_for_identity(id, default, cx));
            change.steps.extend(left.iter().map(|(_, freed)| freed.clone()));
            change.identify(self.identity.as_ref(), identity);
            change.steps.extend(left.and_then(|(old, _)| sequence::counts_on(&old, id, &identity.numbers, cx)));
        }
        Some(change.steps)
    }

    fn clause(&self, id: &Id) -> Option<String> {
        Some(self.text(id))
    }

    fn comment_target(&self, id: &Id) -> Option<String> {
        Some(format!("COLUMN {}.{}", id.table_sql(), id.name_sql()))
    }

    fn rename(&self, from: &Id, to: &str) -> Option<String> {
        let (from_sql, to) = (from.name_sql(), quote_ident(to));
        Some(format!("ALTER TABLE {} RENAME COLUMN {from_sql} TO {to}", from.table_sql()))
    }

    fn depends_on(&self, id: &Id, schema: &Schema) -> Vec<Id> {
        let mut needs = constraint::table_and_columns(id, std::iter::empty::<&str>());
        needs.extend(schema.mentioned(&self.r#type));
        for text in self.default.iter().chain(self.generated.as_ref().map(|g| &g.expression)) {
            needs.extend(schema.mentioned(text.as_str()));
        }
        if let Some(generated) = &self.generated {
            needs.extend(constraint::mentioned_columns(id, generated.expression.as_str(), schema));
        }
        needs.retain(|need| need != id);
        needs
    }

    fn steps_aside(&self, _id: &Id, other: &Id, touch: Touch<'_>) -> bool {
        // "cannot alter type of a column used by a generated column"; other dependencies of a column are altered with it.
        let computed_from = self.generated.as_ref().is_some_and(|g| mentions(g.expression.as_str(), &other.name));
        match touch {
            Touch::Altered(Object::Column(from), Object::Column(to)) => computed_from && from.is_retyped(to),
            Touch::Altered(..) | Touch::Dropped => false,
            Touch::Rebuilt => computed_from,
            Touch::Replaced => computed_from && matches!(other.kind, KindTag::Column | KindTag::Function),
        }
    }

    fn adopt(&mut self, live: &Self, _goes: &dyn Fn(&Id) -> bool) {
        self.not_null_as.adopt(&live.not_null_as);
        // The server writes a literal with its type behind it; reading it back gives the same value (types are made so,
        // or no dump could be restored), so that a plain literal need not be asked about.
        if let (Some(wish), Some(found)) = (&self.default, &live.default)
            && self.r#type == live.r#type
            && types::is_cast_of(found, wish, &self.r#type)
        {
            self.default.clone_from(&live.default);
        }
    }

    fn each_type(&mut self, change: &mut dyn FnMut(&str) -> String) {
        self.r#type = change(&self.r#type);
    }

    fn take_wording(&mut self, found: Self) {
        // The twin's constraint is called after the twin.
        let not_null_as = std::mem::take(&mut self.not_null_as);
        *self = Self { not_null_as, ..found };
    }

    fn texts_mut(&mut self) -> Vec<&mut Expr> {
        self.generated.as_mut().map(|g| &mut g.expression).into_iter().chain(&mut self.default).collect()
    }

    fn catalog(version: u32) -> String {
        let computed = if version >= 180_000 { "a.attgenerated IN ('s', 'v')" } else { "a.attgenerated = 's'" };
        let (expression, not_null) = ("pg_get_expr(d.adbin, d.adrelid)", not_null::join(version));
        let generated = object(&[("expression", Text(expression)), ("stored", Json("a.attgenerated = 's'"))]);
        let object = object(&[
            ("type", Text("format_type(a.atttypid, a.atttypmod)")),
            ("not_null", Json("a.attnotnull")),
            ("not_null_as", Json(&not_null::sql(version))),
            ("default", Text(&format!("CASE WHEN a.attgenerated = '' THEN {expression} END"))),
            ("generated", Json(&format!("CASE WHEN {computed} THEN {generated} END"))),
            ("identity", Json(&format!("CASE WHEN a.attidentity <> '' THEN {} END", identity_sql()))),
            ("collation", Text(COLLATION_SQL)),
        ]);
        format!(
            "SELECT 'pg_class'::regclass, a.attrelid, a.attnum::int, r.nspname, r.relname, a.attname, a.attnum::int, {object} \
               FROM rel r JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped \
               JOIN pg_type t ON t.oid = a.atttypid {not_null} \
               LEFT JOIN pg_attrdef d ON a.atthasdef AND d.adrelid = a.attrelid AND d.adnum = a.attnum"
        )
    }

    fn read(row: &CatalogRow<'_>, _lookup: &Lookup) -> anyhow::Result<Self> {
        let mut column: Self = serde_json::from_str(row.object)?;
        let name = &mut column.not_null_as.name;
        *name = name.take().filter(|name| *name != not_null::usual_name(row.owner, row.name));
        Ok(column)
    }
}

/// The collation, quoted for SQL, where it is not the type's own.
const COLLATION_SQL: &str = "CASE WHEN a.attcollation <> t.typcollation THEN \
    (SELECT quote_ident(cn.nspname) || '.' || quote_ident(co.collname) FROM pg_collation co \
       JOIN pg_namespace cn ON cn.oid = co.collnamespace WHERE co.oid = a.attcollation) END";

/// An identity column's options, those left out that are PostgreSQL's defaults for its type and direction.
fn identity_sql() -> String {
    let generated = Text("CASE a.attidentity WHEN 'a' THEN 'always' ELSE 'by_default' END");
    let numbers = numbers_sql();
    let numbers = numbers.iter().map(|(name, sql)| (*name, Json(sql.as_str())));
    let options = object(&[("generated", generated)].into_iter().chain(numbers).collect::<Vec<_>>());
    format!(
        "(SELECT {options} FROM pg_depend dep JOIN pg_sequence s ON s.seqrelid = dep.objid \
           WHERE dep.refclassid = 'pg_class'::regclass AND dep.refobjid = a.attrelid AND dep.refobjsubid = a.attnum \
             AND dep.classid = 'pg_class'::regclass AND dep.deptype = 'i')"
    )
}

impl Column {
    /// Whether turning it into `to` changes its type or collation.
    pub fn is_retyped(&self, to: &Self) -> bool {
        (&self.r#type, &self.collation) != (&to.r#type, &to.collation)
    }

    /// Whether that writes every value again.
    pub(super) fn is_rewritten_for(&self, to: &Self) -> bool {
        self.is_retyped(to) && types::hazards_of_change(&self.r#type, &to.r#type).rewrites
    }

    fn text(&self, id: &Id) -> String {
        let Self { r#type, not_null, not_null_as, default, identity, generated, collation } = self;
        let mut text = format!("{} {type}", quote_ident(&id.name));
        if let Some(collation) = collation {
            text.push_str(&format!(" COLLATE {collation}"));
        }
        if let Some(default) = default {
            text.push_str(&format!(" DEFAULT {}", default_text(default)));
        }
        if let Some(Generated { expression, stored }) = generated {
            let kind = if *stored { "STORED" } else { "VIRTUAL" };
            text.push_str(&format!(" GENERATED ALWAYS AS {} {kind}", expression.parenthesised()));
        }
        if let Some(identity) = identity {
            text.push_str(&format!(" GENERATED {} AS IDENTITY", identity.generated.sql()));
            let options = identity.numbers.options(None);
            if !options.is_empty() {
                text.push_str(&format!(" ({})", options.join(" ")));
            }
        }
        if *not_null && !not_null_as.not_valid {
            text.push_str(&not_null_as.clause());
        }
        text
    }
}

/// A default as it stands after DEFAULT: bare where it is one value or call, else in parentheses.
pub(super) fn default_text(default: &Expr) -> String {
    // A comment would swallow what follows.
    let bare = types::is_simple(default) && !default.as_str().contains("--");
    if bare { default.trimmed().to_owned() } else { default.parenthesised() }
}
