//! An index that no constraint stands on: any access method, operator classes, predicate, expressions, parameters.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::catalog::Value::{Json, Numbers, Text};
use super::catalog::object;
use super::lookup::DEFAULT_COLLATION;
use super::table::{Parameters, alter_parameters, parameters};
use super::{CatalogRow, Kind, KindTag, Lookup, Touch, constraint, primary_key};
use crate::hazard::{BLOCKS_WRITES, BREAKS_CODE, BUILDS_INDEX, Hazard, MAY_FAIL};
use crate::plan::{Context, Step};
use crate::schema::{Id, Schema};
use crate::sql::{Expr, qualified, quote_ident, quote_literal};

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
    /// The collation, quoted for SQL, where it is not the column's.
    pub collation: Option<String>,
    /// Whether it runs downwards.
    pub descending: bool,
    /// Whether NULLs come first.
    pub nulls_first: bool,
}

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
    pub with: Parameters,
    /// False for the remains of a concurrent build that failed.
    pub valid: bool,
}

impl Kind for Index {
    const WORD: &'static str = "index";
    const BELONGS_TO_TABLE: bool = true;
    const IS_RELATION: bool = true;
    const IS_WORDED: bool = true;

    fn create(&self, id: &Id, cx: &Context<'_>) -> Vec<Step> {
        if cx.is_plain(id) || cx.carries_foreign_key(id) {
            return vec![Step::risky(self.text(id, &id.name, false), self.hazards(id, cx, false))];
        }
        vec![Step::risky(self.text(id, &id.name, true), self.hazards(id, cx, true)).alone()]
    }

    fn drop(&self, id: &Id, cx: &Context<'_>) -> Vec<Step> {
        let hazard = self.unique.then(no_longer_unique);
        // A column that goes takes the index along under its own lock, so waiting for writers would gain nothing.
        if cx.is_plain(id) || self.loses_column(id, cx) || cx.carries_foreign_key(id) {
            return vec![Step::risky(format!("DROP INDEX {}", id.sql()), hazard)];
        }
        vec![Step::risky(format!("DROP INDEX CONCURRENTLY IF EXISTS {}", id.sql()), hazard).alone()]
    }

    fn alter(&self, to: &Self, id: &Id, cx: &Context<'_>) -> Option<Vec<Step>> {
        if !self.is_built_anew_for(to) {
            return Some(alter_parameters(&self.with, &to.with, &format!("INDEX {}", id.sql())));
        }
        // A foreign key that stands on it goes and comes back in the same transaction, so that it is never missing.
        if cx.is_plain(id) || cx.is_retyped(id) || cx.carries_foreign_key(id) {
            return None;
        }
        Some(self.replace(to, id, cx))
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
        needs
    }

    fn steps_aside(&self, _id: &Id, other: &Id, touch: Touch<'_>) -> bool {
        let mut copy = self.clone();
        let mut texts = copy.texts_mut().into_iter();
        match touch {
            Touch::Replaced => true,
            // The server builds plain keys again by itself.
            Touch::Rebuilt => texts.any(|text| text.mentions(&other.name)),
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

    fn catalog(_version: u32) -> String {
        let object = object(&[
            ("table", Json("i.indrelid")),
            ("using", Text("am.amname")),
            ("unique", Json("i.indisunique")),
            ("nulls_not_distinct", Json("i.indnullsnotdistinct")),
            ("valid", Json("i.indisvalid")),
            ("key_count", Json("i.indnkeyatts")),
            ("keys", Numbers("i.indkey")),
            ("classes", Numbers("i.indclass")),
            ("collations", Numbers("i.indcollation")),
            ("options", Numbers("i.indoption")),
            ("with", Json("array_to_json(x.reloptions)")),
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
              WHERE i.indislive AND NOT x.relispartition AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid \
                    AND c.contype IN ('p', 'u', 'x'))"
        )
    }

    fn read(row: &CatalogRow<'_>, lookup: &Lookup) -> anyhow::Result<Self> {
        let raw: Raw = serde_json::from_str(row.object)?;
        let keys = (0..raw.key_count).map(|at| raw.key(at, lookup)).collect::<anyhow::Result<_>>()?;
        let split = |option: &String| option.split_once('=').map(|(n, v)| (n.to_owned(), v.to_owned()));
        Ok(Self {
            keys,
            include: lookup.columns(raw.table, raw.keys.get(raw.key_count..).unwrap_or_default())?,
            using: raw.using,
            unique: raw.unique,
            nulls_not_distinct: raw.nulls_not_distinct,
            r#where: raw.r#where,
            with: raw.with.iter().filter_map(split).collect(),
            valid: raw.valid,
        })
    }
}

/// An index as the catalog holds it: arrays of numbers, decoded here rather than by `pg_get_indexdef`, which costs ten
/// times as much.
#[derive(Deserialize)]
struct Raw {
    table: u32,
    using: String,
    unique: bool,
    nulls_not_distinct: bool,
    valid: bool,
    key_count: usize,
    keys: Vec<i16>,
    classes: Vec<u32>,
    collations: Vec<u32>,
    options: Vec<i16>,
    #[serde(default)]
    with: Vec<String>,
    r#where: Option<Expr>,
    definitions: Option<Vec<String>>,
}

impl Raw {
    fn key(&self, at: usize, lookup: &Lookup) -> anyhow::Result<IndexKey> {
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
        Ok(IndexKey {
            on,
            opclass: (!class.default).then(|| class.name.clone()),
            collation: collation.and_then(|oid| lookup.collation(oid)).map(str::to_owned),
            descending,
            nulls_first: ordered && option & 2 != 0,
        })
    }
}

impl IndexKey {
    pub(crate) fn text(&self) -> String {
        let Self { on, opclass, collation, descending, nulls_first } = self;
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
        let Self { using, unique, nulls_not_distinct, keys, include, r#where, with, valid } = to;
        let same = (using, unique, nulls_not_distinct) == (&self.using, &self.unique, &self.nulls_not_distinct)
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

    /// Whether a column goes that it names, in an expression too.
    fn loses_column(&self, id: &Id, cx: &Context<'_>) -> bool {
        let needs = self.depends_on(id, cx.current);
        needs.iter().any(|need| need.kind == KindTag::Column && !cx.desired.contains(need))
    }

    fn text(&self, id: &Id, name: &str, concurrently: bool) -> String {
        let Self { using, unique, nulls_not_distinct, keys, include, r#where, with, valid: _ } = self;
        let unique = if *unique { "UNIQUE " } else { "" };
        let how = if concurrently { "CONCURRENTLY IF NOT EXISTS " } else { "" };
        let using = if using == "btree" { String::new() } else { format!(" USING {}", quote_ident(using)) };
        let keys = keys.iter().map(IndexKey::text).collect::<Vec<_>>().join(", ");
        let mut text = format!("CREATE {unique}INDEX {how}{} ON {}", quote_ident(name), id.table_sql());
        text.push_str(&format!("{using} ({keys}){}", primary_key::including(include)));
        if *nulls_not_distinct {
            text.push_str(" NULLS NOT DISTINCT");
        }
        if !with.is_empty() {
            text.push_str(&format!(" WITH ({})", parameters(with)));
        }
        if let Some(predicate) = r#where {
            text.push_str(&format!(" WHERE {}", predicate.parenthesised()));
        }
        text
    }

    fn hazards(&self, id: &Id, cx: &Context<'_>, concurrently: bool) -> Vec<Hazard> {
        if id.table().is_none_or(|table| cx.is_new(&table)) {
            return Vec::new();
        }
        let build = BUILDS_INDEX.because(format!("`{}` on `{}`", id.name, id.owner));
        let locks = (!concurrently).then(|| BLOCKS_WRITES.because("writers wait while the index is built"));
        let unique = self.unique.then(|| MAY_FAIL.because("rows with equal values"));
        locks.into_iter().chain([build]).chain(unique).collect()
    }

    /// Builds the new index beside the old one, so that there is never a moment without.
    fn replace(&self, to: &Self, id: &Id, cx: &Context<'_>) -> Vec<Step> {
        let spare = format!("{}__new", id.name.chars().take(58).collect::<String>());
        let build = Step::risky(to.text(id, &spare, true), to.hazards(id, cx, true)).alone();
        let same = to.unique && (&self.keys, &self.r#where) == (&to.keys, &to.r#where);
        let drop = format!("DROP INDEX CONCURRENTLY IF EXISTS {}", id.sql());
        let drop = Step::risky(drop, (self.unique && !same).then(no_longer_unique)).alone();
        let spare = qualified(&id.namespace, &spare);
        let rename = Step::safe(format!("ALTER INDEX IF EXISTS {spare} RENAME TO {}", id.name_sql())).alone();
        let kept = cx.kept_comment(id).map(|text| format!("COMMENT ON INDEX {} IS {}", id.sql(), quote_literal(text)));
        [build, drop, rename].into_iter().chain(kept.map(|sql| Step::safe(sql).alone())).collect()
    }
}
