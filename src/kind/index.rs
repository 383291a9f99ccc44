//! An index that no constraint stands on: any access method, operator classes, predicate, expressions, parameters.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::catalog::Value::{Json, Numbers, Text};
use super::catalog::object;
use super::parameters::{Parameters, alter_index, from_catalog, sorted, with_clause};
use super::{Beside, CatalogRow, Composite, Kind, KindTag, Known, Lookup, Touch};
use super::{beside, constraint, index_partition, primary_key};
use crate::hazard::{BLOCKS_WRITES, BREAKS_CODE, BUILDS_INDEX, Build, Hazard, MAY_FAIL, Question};
use crate::plan::{Context, Step};
use crate::schema::{Id, Schema};
use crate::sql::{Expr, quote_ident, quote_literal};

mod key;
mod partitions;

use key::Raw;
pub use key::{IndexKey, KeyTarget};
use partitions::{finished, over_partitions, partly, replaced};

/// An index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Index {
    /// The access method.
    pub using: String,
    /// Whether equal keys are refused.
    pub unique: bool,
    /// Whether two NULLs are equal.
    pub nulls_not_distinct: bool,
    /// The keys.
    pub keys: Vec<IndexKey>,
    /// Columns that it carries without comparing them.
    pub include: Vec<String>,
    /// Which rows it holds.
    pub r#where: Option<Expr>,
    /// Storage parameters, such as HNSW's `m` and `ef_construction`.
    #[serde(serialize_with = "sorted")]
    pub with: Parameters,
    /// Whether it is of a table in partitions alone: not each of them has its part of it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub only: bool,
    /// False for the remains of a concurrent build that failed.
    pub valid: bool,
    /// Whether its table has no partition, so that nothing is missing from it.
    #[serde(default, skip_serializing)]
    pub whole: Known<bool>,
}

impl Kind for Index {
    const WORD: &'static str = "index";
    const BELONGS_TO_TABLE: bool = true;
    const IS_RELATION: bool = true;
    const IS_WORDED: bool = true;

    fn create(&self, id: &Id, cx: &Context<'_>) -> Vec<Step> {
        if self.only {
            return partly(self, id, cx);
        }
        if let Some(steps) = over_partitions(self, id, cx) {
            return steps;
        }
        if cx.is_plain(id) || cx.carries_foreign_key(id) || cx.gets_foreign_key(id) {
            return vec![Step::risky(self.text(id, &id.name, false), self.hazards(id, cx, false))];
        }
        vec![Step::risky(self.text(id, &id.name, true), self.hazards(id, cx, true)).alone()]
    }

    fn drop(&self, id: &Id, cx: &Context<'_>) -> Vec<Step> {
        // A key has taken it over.
        if cx.current.is_absorbed(id, cx.desired) {
            return Vec::new();
        }
        let hazard = self.unique.then(no_longer_unique);
        // A column that goes takes the index along under its own lock, so waiting for writers would gain nothing.
        if cx.is_plain(id) || self.loses_column(id, cx) || cx.carries_foreign_key(id) {
            return vec![Step::risky(format!("DROP INDEX {}", id.sql()), hazard)];
        }
        vec![Step::risky(format!("DROP INDEX CONCURRENTLY IF EXISTS {}", id.sql()), hazard).alone()]
    }

    fn alter(&self, to: &Self, id: &Id, cx: &Context<'_>) -> Option<Vec<Step>> {
        if self.only && !to.only && (Self { only: false, ..self.clone() }) == *to {
            return finished(to, id, cx).or_else(|| replaced(self, to, id, cx));
        }
        let anew = self.is_built_anew_for(to);
        let in_place = if anew { None } else { alter_index(&self.with, &to.with, id, cx) };
        if let Some(steps) = in_place.or_else(|| replaced(self, to, id, cx)) {
            return Some(steps);
        }
        // A foreign key that stands on it goes and comes back in the same transaction, so that it is never missing.
        if cx.is_plain(id) || cx.is_retyped(id) || cx.would_carry_foreign_key(id) {
            return None;
        }
        Some(self.replace(to, id, cx))
    }

    fn adopt(&mut self, live: &Self, _goes: &dyn Fn(&Id) -> bool) {
        // Of a table without partitions it is whole, whatever is said.
        self.only &= live.only || !live.whole.0;
    }

    fn beside(&self) -> Beside {
        Beside::Made(self.clone().into())
    }

    fn comment_target(&self, id: &Id) -> Option<String> {
        Some(format!("INDEX {}", id.sql()))
    }

    fn rename(&self, from: &Id, to: &str) -> Option<String> {
        Some(format!("ALTER INDEX {} RENAME TO {}", from.sql(), quote_ident(to)))
    }

    fn depends_on(&self, id: &Id, schema: &Schema) -> Vec<Id> {
        let mut needs = constraint::table_and_columns(id, self.plain_columns().iter().chain(&self.include));
        let expressions = self.keys.iter().filter_map(|key| match &key.on {
            KeyTarget::Expression(expression) => Some(expression),
            KeyTarget::Column(_) => None,
        });
        for text in expressions.chain(&self.r#where) {
            needs.extend(constraint::mentioned_columns(id, text.as_str(), schema));
            needs.extend(schema.mentioned(text.as_str()));
        }
        needs.extend(index_partition::keys_below(id, schema));
        needs
    }

    fn steps_aside(&self, _id: &Id, other: &Id, touch: Touch<'_>) -> bool {
        let mut copy = self.clone();
        let mut texts = copy.texts_mut().into_iter();
        match touch {
            Touch::Replaced => true,
            // The server builds plain keys again by itself.
            // On the way, though, a value may be a text, which these have no operators for.
            Touch::Rebuilt => {
                matches!(self.using.as_str(), "gist" | "spgist") || texts.any(|text| text.mentions(&other.name))
            }
            Touch::Altered(..) | Touch::Dropped => false,
        }
    }

    fn texts_mut(&mut self) -> Vec<&mut Expr> {
        let keys = self.keys.iter_mut().filter_map(|key| match &mut key.on {
            KeyTarget::Expression(expression) => Some(expression),
            KeyTarget::Column(_) => None,
        });
        keys.chain(&mut self.r#where).collect()
    }

    fn each_name(&mut self, change: &mut dyn FnMut(&str) -> String) {
        let names = self.keys.iter_mut().flat_map(|key| [&mut key.opclass, &mut key.collation]);
        names.flatten().for_each(|name| *name = change(name));
    }

    fn twin(self) -> Self {
        Self { only: false, ..self }
    }

    fn take_wording(&mut self, found: Self) {
        *self = Self { only: self.only, ..found };
    }

    fn catalog(_version: u32) -> String {
        let object = object(&[
            ("table", Json("i.indrelid")),
            ("using", Text("am.amname")),
            ("unique", Json("i.indisunique")),
            ("nulls_not_distinct", Json("i.indnullsnotdistinct")),
            ("only", Json(primary_key::ONLY_SQL)),
            ("valid", Json("i.indisvalid OR x.relkind = 'I'")),
            ("whole", Json(primary_key::WHOLE_SQL)),
            ("key_count", Json("i.indnkeyatts")),
            ("keys", Numbers("i.indkey")),
            ("classes", Numbers("i.indclass")),
            ("collations", Numbers("i.indcollation")),
            ("options", Numbers("i.indoption")),
            ("with", Json("array_to_json(x.reloptions)")),
            ("class_parameters", Json("o.parameters")),
            ("where", Text("pg_get_expr(i.indpred, i.indrelid)")),
            (
                "definitions",
                Json(
                    "CASE WHEN i.indexprs IS NOT NULL THEN array_to_json(ARRAY(SELECT pg_get_indexdef(i.indexrelid, n, false) \
                     FROM generate_series(1, i.indnkeyatts) n)) END",
                ),
            ),
        ]);
        format!(
            "SELECT 'pg_class'::regclass, i.indexrelid, 0, r.nspname, r.relname, x.relname, 0, {object} \
               FROM pg_index i JOIN kept r ON r.oid = i.indrelid JOIN pg_class x ON x.oid = i.indexrelid \
               JOIN pg_am am ON am.oid = x.relam \
               LEFT JOIN (SELECT attrelid, json_object_agg(attnum, attoptions) AS parameters FROM pg_attribute \
                           WHERE attoptions IS NOT NULL GROUP BY 1) o ON o.attrelid = i.indexrelid \
              WHERE i.indislive AND NOT x.relispartition AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid \
                    AND c.contype IN ('p', 'u', 'x'))"
        )
    }

    fn read(row: &CatalogRow<'_>, lookup: &Lookup) -> anyhow::Result<Self> {
        let raw: Raw = serde_json::from_str(row.object)?;
        let keys = (0..raw.key_count).map(|at| raw.key(at, lookup)).collect::<anyhow::Result<_>>()?;
        Ok(Self {
            keys,
            include: lookup.columns(raw.table, raw.keys.get(raw.key_count..).unwrap_or_default())?,
            using: raw.using,
            unique: raw.unique,
            nulls_not_distinct: raw.nulls_not_distinct,
            r#where: raw.r#where,
            with: from_catalog(&raw.with),
            only: raw.only,
            valid: raw.valid,
            whole: Known(raw.whole),
        })
    }
}

fn no_longer_unique() -> Hazard {
    BREAKS_CODE.because("rows can be equal; ON CONFLICT needs it")
}

/// The parameters that only building the index again changes.
fn rest_of(with: &Parameters) -> BTreeMap<&String, &String> {
    const LATER: &[&str] =
        &["fillfactor", "deduplicate_items", "fastupdate", "gin_pending_list_limit", "autosummarize"];
    with.iter().filter(|(name, _)| !LATER.contains(&name.as_str())).collect()
}

impl Index {
    /// The columns that are keys by themselves.
    pub fn plain_columns(&self) -> Vec<String> {
        let plain = self.keys.iter().filter_map(|key| match &key.on {
            KeyTarget::Column(name) => Some(name.clone()),
            KeyTarget::Expression(_) => None,
        });
        plain.collect()
    }

    /// Whether it has to be built again to become `to`.
    pub(super) fn is_built_anew_for(&self, to: &Self) -> bool {
        let Self { using, unique, nulls_not_distinct, keys, include, r#where, with, only, valid, whole: _ } = to;
        let same = (using, unique, nulls_not_distinct, only)
            == (&self.using, &self.unique, &self.nulls_not_distinct, &self.only)
            && (keys, include, r#where, valid) == (&self.keys, &self.include, &self.r#where, &self.valid);
        // Parameters such as `m` shape the index when it is built; only fillfactor and its like can be set later.
        !(same && rest_of(&self.with) == rest_of(with))
    }

    /// Lets its keys follow a column that has a new name.
    pub(crate) fn rename_column(&mut self, from: &str, to: &str) {
        for key in &mut self.keys {
            if let KeyTarget::Column(name) = &mut key.on
                && name == from
            {
                to.clone_into(name);
            }
        }
    }

    /// Whether a column goes that it names, in an expression too, or a part of its values. What reads such a part steps
    /// aside in one transaction with the type, a policy perhaps: that must not end for the sake of an index.
    fn loses_column(&self, id: &Id, cx: &Context<'_>) -> bool {
        let needs = self.depends_on(id, cx.current);
        let mut types = cx.current.of_kind(KindTag::Composite);
        needs.iter().any(|need| need.kind == KindTag::Column && !cx.desired.contains(need))
            || types.any(|(composite, _)| Composite::is_read(composite, id, cx.current, cx.desired))
    }

    fn text(&self, id: &Id, name: &str, concurrently: bool) -> String {
        let how = if concurrently { "CONCURRENTLY IF NOT EXISTS " } else { "" };
        let only = if self.only { "ONLY " } else { "" };
        self.statement(how, name, &format!("{only}{}", id.table_sql()))
    }

    fn statement(&self, how: &str, name: &str, table: &str) -> String {
        let Self { using, unique, nulls_not_distinct, keys, include, r#where, with, .. } = self;
        let unique = if *unique { "UNIQUE " } else { "" };
        let using = if using == "btree" { String::new() } else { format!(" USING {}", quote_ident(using)) };
        let keys = keys.iter().map(IndexKey::text).collect::<Vec<_>>().join(", ");
        let mut text = format!("CREATE {unique}INDEX {how}{} ON {}", quote_ident(name), table);
        text.push_str(&format!("{using} ({keys}){}", primary_key::including(include)));
        if *nulls_not_distinct {
            text.push_str(" NULLS NOT DISTINCT");
        }
        text.push_str(&with_clause(with));
        if let Some(predicate) = r#where {
            text.push_str(&format!(" WHERE {}", predicate.parenthesised()));
        }
        text
    }

    fn hazards(&self, id: &Id, cx: &Context<'_>, concurrently: bool) -> Vec<Hazard> {
        if self.only || id.table().is_none_or(|table| cx.is_new(&table)) {
            return Vec::new();
        }
        let build = BUILDS_INDEX.because(format!("`{}` on `{}`", id.name, id.owner));
        let build = build.building(Build::of(&self.using, concurrently));
        let locks = (!concurrently).then(|| BLOCKS_WRITES.because(format!("`{}` is built", id.name)));
        let unique = self.unique.then(|| MAY_FAIL.because("rows with equal values").asking(self.duplicates()));
        let all = locks.into_iter().chain([build]).chain(unique);
        all.map(|hazard| hazard.of_rows(id.table())).collect()
    }

    /// What rows are asked before they may not be equal any more.
    fn duplicates(&self) -> Question {
        Question::Duplicates {
            keys: self.keys.iter().map(IndexKey::asked).collect(),
            only: self.r#where.clone(),
            nulls_not_distinct: self.nulls_not_distinct,
            no_nulls: false,
        }
    }

    /// That rows which it refused are taken by the one that comes in its place.
    fn breaks_as(&self, to: &Self) -> Option<Hazard> {
        let same = to.unique && (&self.keys, &self.r#where) == (&to.keys, &to.r#where);
        (self.unique && !same).then(no_longer_unique)
    }

    /// Builds the new index beside the old one, so that there is never a moment without.
    fn replace(&self, to: &Self, id: &Id, cx: &Context<'_>) -> Vec<Step> {
        let spare = cx.spare_name(id);
        let build = Step::risky(to.text(id, &spare, true), to.hazards(id, cx, true));
        let drop = format!("DROP INDEX CONCURRENTLY IF EXISTS {}", id.sql());
        let drop = Step::risky(drop, self.breaks_as(to));
        let kept = cx.kept_comment(id).map(|text| format!("COMMENT ON INDEX {} IS {}", id.sql(), quote_literal(text)));
        let marks = beside::marks(id, &spare, cx);
        let swap = [drop, beside::takes_name(id, &spare)].into_iter().chain(kept.map(Step::safe));
        [build].into_iter().chain(marks).chain(swap).map(Step::alone).collect()
    }
}
