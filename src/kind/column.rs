//! A column of a table.

use serde::{Deserialize, Serialize};

use super::catalog::Value::{Json, Text};
use super::catalog::object;
use super::lineage::ORIGIN_SQL;
use super::{
    Beside, CatalogRow, Kind, KindTag, Known, Lookup, Object, Origin, Touch, constraint, identity_sequence, lineage,
};
use crate::hazard::{
    BREAKS_CODE, DELETES_DATA, Hazard, MAY_FAIL, Question, REWRITES_TABLE, WEAKENS_ACCESS, with_lesser,
};
use crate::plan::{Context, Gradual, Step};
use crate::schema::{Id, Schema};
use crate::sql::{Expr, mentions, quote_ident};
use crate::types;

mod alteration;
mod gradual;
mod identity;
mod not_null;
mod stand_in;
mod upkeep;

use alteration::Alteration;
pub(super) use identity::numbers_sql;
pub use identity::{Identity, IdentityWhen, Numbers};
pub use not_null::NotNull;
pub(crate) use stand_in::sync;
use upkeep::upkeep_sql;
pub use upkeep::{Compression, Storage, Upkeep};

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
    /// How its values are kept, and what the planner is told of them.
    #[serde(flatten)]
    pub upkeep: Upkeep,
    /// Whether it is the table's own or a parent's; that changes with the parents only.
    #[serde(default, skip_serializing)]
    pub origin: Known<Origin>,
}

impl Kind for Column {
    const WORD: &'static str = "column";
    const BELONGS_TO_TABLE: bool = true;
    const NEEDS_WHOLE: bool = true;
    const IS_WORDED: bool = true;

    fn create(&self, id: &Id, cx: &Context<'_>) -> Vec<Step> {
        let own = self.origin.0 == Origin::Own || cx.comes_before_parent(id);
        let given = if own { None } else { self.comes_with_parent(id, cx) };
        if let Some(mut given) = given {
            // The parent's may be in the server's words already.
            let same = |(has, wish): (&Expr, &Expr)| types::is_cast_of(has, wish, &self.r#type);
            if given.default.as_ref().zip(self.default.as_ref()).is_some_and(same) {
                given.default.clone_from(&self.default);
            }
            return given.own_steps(self, id, cx).unwrap_or_default();
        }
        if let Some(steps) = self.brought_back(id, cx) {
            return steps;
        }
        let mut hazards: Vec<Hazard> = Vec::new();
        if !id.table().is_none_or(|table| cx.is_new(&table)) {
            let filled = self.default.is_some() || self.identity.is_some() || self.generated.is_some();
            if self.not_null && !self.not_null_as.not_valid && !filled {
                hazards.push(BREAKS_CODE.because(format!("code that inserts without `{}`", id.name)).gravely());
                let needs = MAY_FAIL.because(format!("`{}` has rows: they would need a value", id.owner));
                hazards.push(needs.of_rows(id.table()).asking(Question::Rows));
            }
            hazards.extend(self.identity.as_ref().and_then(|identity| identity.runs_out(id, &self.r#type)));
            hazards.extend(self.seen_by_type(id, cx));
            hazards.extend(self.given_from_closed(id, cx));
            if cx.is_in_use(id) && self.is_filled_later(id, cx) {
                let asked = hazards.into_iter().filter(|it| [&REWRITES_TABLE, &WEAKENS_ACCESS].contains(&it.rule));
                return self.added_empty(id, asked.collect(), cx);
            }
            let computed = self.identity.is_some() || self.generated.as_ref().is_some_and(|g| g.stored);
            if computed || self.has_values_of_their_own(cx) {
                let rewrite = REWRITES_TABLE.because(format!("each row of `{}` gets a value of its own", id.owner));
                hazards.push(rewrite.of_rows(id.table()));
            }
        }
        let origin = if own { Known(Origin::Own) } else { self.origin.clone() };
        let text = Self { origin, ..self.named_beside(id, [cx.current, cx.desired]) }.text(id);
        let mut add = vec![Step::safe(format!("ALTER TABLE {} ADD COLUMN {text}", id.table_sql()))];
        add = self.counted_with_children(id, cx).unwrap_or(add);
        // The hazards are those of the statement that reads or writes the rows.
        let at = add.len().min(2) - 1;
        add[at].hazards = with_lesser(hazards);
        let set = self.settings(id, cx).into_iter().chain(self.typed_sequence(id, cx));
        add.into_iter().chain(self.unchecked_not_null(id)).chain(set).collect()
    }

    fn drop(&self, id: &Id, cx: &Context<'_>) -> Vec<Step> {
        if self.origin.0 == Origin::Inherited && cx.goes_with_parent(id) {
            return Vec::new();
        }
        if let Some(hazard) = self.values_elsewhere(id, cx) {
            let sql = format!("ALTER TABLE {} DROP COLUMN {}", id.table_sql(), id.name_sql());
            return vec![Step::risky(sql, hazard)];
        }
        let what = format!("every value of `{}.{}`", id.owner, id.name);
        let computes = |object: &Object| matches!(object, Object::Column(column) if column.generated.is_some());
        let back = self.generated.is_some() && cx.desired.object(id).is_some_and(computes);
        let hazard =
            if back { REWRITES_TABLE.because("its values are computed again") } else { DELETES_DATA.because(what) };
        let gone = BREAKS_CODE.because(format!("code that names `{}.{}`", id.owner, id.name)).gravely();
        let hazards = [hazard.of_rows(id.table())].into_iter().chain((!cx.desired.contains(id)).then_some(gone));
        // What the table says itself too may have come with the parent's alone.
        let there = if self.origin.0 == Origin::Merged && cx.goes_with_parent(id) { "IF EXISTS " } else { "" };
        let sql = format!("ALTER TABLE {} DROP COLUMN {there}{}", id.table_sql(), id.name_sql());
        vec![Step::risky(sql, hazards)]
    }

    fn alter(&self, to: &Self, id: &Id, cx: &Context<'_>) -> Option<Vec<Step>> {
        cx.after_parents(id, self)?.own_steps(to, id, cx)
    }

    fn gradual(&self, before: Option<&Self>, id: &Id, cx: &Context<'_>) -> Option<Gradual<Self>> {
        if before.is_none() && self.origin.0 == Origin::Inherited && cx.stands_in_with_parent(id) {
            return Some(Gradual { first: self.nullable(), rest: Vec::new() });
        }
        if !cx.is_in_use(id) || self.origin.0 != Origin::Own {
            return None;
        }
        match before {
            None if cx.desired.stands_in_for(id).is_some() => self.kept_in_step(id, cx),
            None => self.is_filled_later(id, cx).then(|| self.filled(id, cx)),
            Some(before) => self.refuses_later(before, id, cx).then(|| self.refusing(id, cx)),
        }
    }

    fn clause(&self, id: &Id) -> Option<String> {
        (self.origin.0 != Origin::Inherited).then(|| self.text(id))
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
        needs.extend(constraint::rows_of(&self.r#type, schema));
        for text in self.default.iter().chain(self.generated.as_ref().map(|g| &g.expression)) {
            needs.extend(schema.mentioned(text.as_str()));
        }
        if let Some(generated) = &self.generated {
            needs.extend(constraint::mentioned_columns(id, generated.expression.as_str(), schema));
        }
        // A parent's column of that name, even one that goes: this one may take its place.
        let parents = id.table().map(|table| lineage::parents(schema, &table)).unwrap_or_default();
        needs.extend(parents.iter().map(|parent| Id::of(KindTag::Column, parent, &id.name)));
        needs.retain(|need| need != id);
        needs
    }

    fn beside(&self) -> Beside {
        let computed = self.generated.is_some();
        if computed { Beside::Hinders("a generated column is computed from it") } else { Beside::Changes }
    }

    fn steps_aside(&self, _id: &Id, other: &Id, touch: Touch<'_>) -> bool {
        // "cannot alter type of a column used by a generated column"; other dependencies of a column are altered with it.
        let computed_from = self.generated.as_ref().is_some_and(|g| mentions(g.expression.as_str(), &other.name));
        match touch {
            Touch::Altered(Object::Column(from), Object::Column(to)) => computed_from && from.is_retyped(to),
            // "cannot specify USING when altering type of generated column": a new type cannot be put in the place of its own.
            Touch::Altered(from, to) if self.generated.is_some() => from.is_swapped_for(to),
            Touch::Altered(..) | Touch::Dropped => false,
            Touch::Rebuilt => computed_from,
            Touch::Replaced => computed_from && matches!(other.kind, KindTag::Column | KindTag::Function),
        }
    }

    fn adopt(&mut self, live: &Self, _goes: &dyn Fn(&Id) -> bool) {
        if self.origin.0 != Origin::Own && live.origin.0 != Origin::Own && live.not_null {
            // A child that is made later has no rows that could break what the parent's are not asked for.
            self.not_null_as.not_valid &= live.not_null_as.not_valid;
            self.not_null_as.name.clone_from(&live.not_null_as.name);
        }
        self.not_null_as.adopt(&live.not_null_as);
        // The server writes a literal with its type behind it; reading it back gives the same value (types are made so,
        // or no dump could be restored), so that a plain literal need not be asked about.
        if let (Some(wish), Some(found)) = (&self.default, &live.default)
            && self.r#type == live.r#type
            && types::is_cast_of(found, wish, &self.r#type)
        {
            self.default.clone_from(&live.default);
        }
        // Whether a child says a column too that its parent has cannot be changed, and makes no difference while it has.
        if self.origin.0 != Origin::Own && live.origin.0 != Origin::Own {
            self.origin = live.origin.clone();
        }
    }

    fn each_type(&mut self, change: &mut dyn FnMut(&str) -> String) {
        self.r#type = change(&self.r#type);
    }

    fn each_name(&mut self, change: &mut dyn FnMut(&str) -> String) {
        self.collation.iter_mut().for_each(|name| *name = change(name));
    }

    fn take_wording(&mut self, found: Self) {
        // The twin's constraint is called after the twin.
        let not_null_as = std::mem::take(&mut self.not_null_as);
        *self = Self { not_null_as, origin: self.origin.clone(), ..found };
    }

    fn texts_mut(&mut self) -> Vec<&mut Expr> {
        self.generated.as_mut().map(|g| &mut g.expression).into_iter().chain(&mut self.default).collect()
    }

    fn catalog(version: u32) -> String {
        let computed = if version >= 180_000 { "a.attgenerated IN ('s', 'v')" } else { "a.attgenerated = 's'" };
        let (expression, not_null) = ("pg_get_expr(d.adbin, d.adrelid)", not_null::join(version));
        let generated = object(&[("expression", Text(expression)), ("stored", Json("a.attgenerated = 's'"))]);
        let generated = format!("CASE WHEN {computed} THEN {generated} END");
        let identity = format!("CASE WHEN a.attidentity <> '' THEN {} END", identity::sql());
        let default = format!("CASE WHEN a.attgenerated = '' THEN {expression} END");
        let not_null_as = not_null::sql(version);
        let mut properties = vec![
            ("type", Text("format_type(a.atttypid, a.atttypmod)")),
            ("not_null", Json("a.attnotnull")),
            ("not_null_as", Json(&not_null_as)),
            ("default", Text(&default)),
            ("generated", Json(&generated)),
            ("identity", Json(&identity)),
            ("collation", Text(COLLATION_SQL)),
            ("origin", Text(ORIGIN_SQL)),
        ];
        properties.extend(upkeep_sql());
        let object = object(&properties);
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
        if let Some(identity) = &mut column.identity {
            let usual = identity_sequence::usual_name(row.owner, row.name);
            identity.sequence = Known(identity.sequence.0.take().filter(|name| *name != usual));
        }
        Ok(column)
    }
}

/// The collation, quoted for SQL, where it is not the type's own.
const COLLATION_SQL: &str = "CASE WHEN a.attcollation <> t.typcollation THEN \
    (SELECT quote_ident(cn.nspname) || '.' || quote_ident(co.collname) FROM pg_collation co \
       JOIN pg_namespace cn ON cn.oid = co.collnamespace WHERE co.oid = a.attcollation) END";

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
        let Self { r#type, not_null, not_null_as, default, identity, generated, collation, upkeep: _, origin: _ } =
            self;
        let mut text = format!("{} {type}", quote_ident(&id.name));
        if let Some(collation) = collation {
            text.push_str(&format!(" COLLATE {collation}"));
        }
        if let Some(default) = default {
            text.push_str(&format!(" DEFAULT {}", default_text(default)));
        }
        // Else it would have the parent's.
        if self.origin.0 == Origin::Merged && default.is_none() && generated.is_none() && identity.is_none() {
            text.push_str(" DEFAULT NULL");
        }
        if let Some(Generated { expression, stored }) = generated {
            let kind = if *stored { "STORED" } else { "VIRTUAL" };
            text.push_str(&format!(" GENERATED ALWAYS AS {} {kind}", expression.parenthesised()));
        }
        if let Some(identity) = identity {
            text.push_str(&format!(
                " GENERATED {} AS IDENTITY{}",
                identity.generated.sql(),
                identity.options(id, r#type)
            ));
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
