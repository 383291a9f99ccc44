//! A foreign key.

use serde::{Deserialize, Serialize};

use super::constraint::{self, DEFERRAL_SQL, Deferral};
use super::{Beside, CatalogRow, Kind, KindTag, Known, Lookup, Object, Touch, lineage};
use crate::hazard::{BLOCKS_WRITES, BREAKS_CODE, DELETES_DATA, Hazard, MAY_FAIL, Question};
use crate::plan::{Context, Gradual, Step};
use crate::schema::{Id, Schema};
use crate::sql::{ident_list, qualified, quote_ident};

mod words;

pub use words::{Action, Match};

/// A foreign key.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForeignKey {
    /// The columns that refer.
    pub columns: Vec<String>,
    /// The namespace of the table referred to.
    pub references_namespace: String,
    /// The table referred to.
    pub references_table: String,
    /// Its columns, in the order of `columns`.
    pub references_columns: Vec<String>,
    /// How NULLs are matched.
    pub r#match: Match,
    /// When the row referred to is deleted.
    pub on_delete: Action,
    /// The columns that SET NULL or SET DEFAULT touches on delete; empty for all.
    pub on_delete_columns: Vec<String>,
    /// When its key changes.
    pub on_update: Action,
    /// When it is checked.
    pub deferral: Deferral,
    /// Whether rows that were there before are known to satisfy it.
    pub validated: bool,
    /// Whether it is checked at all (PostgreSQL 18 can keep one that is not).
    pub enforced: bool,
    /// Whether the last column is a period, for all of which there are rows that it refers to (PostgreSQL 18).
    pub period: bool,
    /// Whether it compares other columns beside enums, arrays or ranges, for which PostgreSQL finds no cast when it looks
    /// again at a column that changes its type: "could not find cast from … to 3500".
    #[serde(skip_serializing, default)]
    pub is_mixed: Known<bool>,
}

impl Kind for ForeignKey {
    const WORD: &'static str = "foreign key";
    const BELONGS_TO_TABLE: bool = true;

    fn create(&self, id: &Id, cx: &Context<'_>) -> Vec<Step> {
        if let Some(steps) = self.by_partitions(id, cx) {
            return steps;
        }
        let hazards = [self.blocks(id), self.orphans(id)];
        let hazards = hazards.into_iter().filter(|_| self.validated).chain(self.takes_along(id, cx));
        constraint::on_table(id, cx, constraint::add_constraint(id, &self.text(id)), hazards)
    }

    fn drop(&self, id: &Id, _cx: &Context<'_>) -> Vec<Step> {
        vec![Step::safe(constraint::drop_constraint(id))]
    }

    fn alter(&self, to: &Self, id: &Id, _cx: &Context<'_>) -> Option<Vec<Step>> {
        let Self { validated, deferral, enforced, .. } = to;
        let rest = Self { validated: *validated, deferral: *deferral, enforced: *enforced, ..self.clone() };
        // To enforce it is to check it, so that it cannot stay unchecked.
        let loses = self.validated && !validated && *enforced;
        if rest != *to || loses || (!self.enforced && *enforced && !validated) {
            return None;
        }
        let mut steps = Vec::new();
        let table = format!("ALTER TABLE {}", id.table_sql());
        if self.deferral != *deferral {
            let clause = if *deferral == Deferral::NotDeferrable { " NOT DEFERRABLE" } else { deferral.clause() };
            let initially = if *deferral == Deferral::Immediate { " INITIALLY IMMEDIATE" } else { "" };
            let sql = format!("{table} ALTER CONSTRAINT {}{clause}{initially}", id.name_sql());
            steps.push(Step::safe(sql));
        }
        if self.enforced != *enforced {
            let not = if *enforced { "" } else { "NOT " };
            let sql = format!("{table} ALTER CONSTRAINT {} {not}ENFORCED", id.name_sql());
            steps.push(Step::risky(sql, enforced.then(|| [to.blocks(id), to.orphans(id)]).into_iter().flatten()));
        } else if self.validated != *validated {
            steps.push(constraint::validate(id, self.orphans(id)));
        }
        Some(steps)
    }

    fn gradual(&self, before: Option<&Self>, id: &Id, cx: &Context<'_>) -> Option<Gradual<Self>> {
        let unchecked = before.is_none_or(|before| before.enforced && !before.validated);
        if !self.validated || !self.enforced || !unchecked || !cx.is_in_use(id) {
            return None;
        }
        // "cannot add NOT VALID foreign key on partitioned table"
        if cx.options.version < 180_000 && id.table().is_some_and(|table| cx.is_partitioned(&table)) {
            return None;
        }
        let rest = vec![constraint::validate(id, self.orphans(id))];
        Some(Gradual { first: Self { validated: false, ..self.clone() }, rest })
    }

    fn beside(&self) -> Beside {
        if self.period { Beside::Hinders("a temporal key is about it") } else { Beside::Made(self.clone().into()) }
    }

    fn comment_target(&self, id: &Id) -> Option<String> {
        constraint::comment_target(id)
    }

    fn rename(&self, from: &Id, to: &str) -> Option<String> {
        constraint::rename(from, to)
    }

    fn depends_on(&self, id: &Id, schema: &Schema) -> Vec<Id> {
        let other = self.references();
        let mut needs = constraint::table_and_columns(id, &self.columns);
        needs.extend(self.references_columns.iter().map(|column| Id::of(KindTag::Column, &other, column)));
        // A partition has the keys of the table that it is part of.
        let tables = [other.clone()].into_iter().chain(lineage::partitioned_above(schema, &other));
        let keys = tables.flat_map(|table| schema.children(&table).collect::<Vec<_>>());
        for (key, entry) in keys.filter(|(_, entry)| self.stands_on(&entry.object)) {
            needs.push(key.clone());
            // The key is built anew with any column that it carries.
            needs.extend(included(&entry.object).iter().map(|column| Id::of(KindTag::Column, &other, column)));
        }
        needs.push(other);
        needs
    }

    fn steps_aside(&self, _id: &Id, other: &Id, touch: Touch<'_>) -> bool {
        let key = matches!(other.kind, KindTag::PrimaryKey | KindTag::Unique | KindTag::Index);
        match touch {
            Touch::Replaced | Touch::Rebuilt => true,
            // Both sides have to be of types that can be compared at every moment.
            Touch::Altered(Object::Column(from), Object::Column(to)) => {
                from.is_rewritten_for(to) || (from.is_retyped(to) && self.is_mixed.0)
            }
            Touch::Altered(..) => false,
            // Another key may take over.
            Touch::Dropped => key,
        }
    }

    fn adopt(&mut self, live: &Self, _goes: &dyn Fn(&Id) -> bool) {
        self.is_mixed = live.is_mixed.clone();
    }

    fn catalog(version: u32) -> String {
        let (enforced, period) = (constraint::enforced_sql(version), constraint::period_sql(version));
        let action = |column: &str| {
            format!(
                "CASE {column} WHEN 'r' THEN 'restrict' WHEN 'c' THEN 'cascade' WHEN 'n' THEN 'set_null' \
                 WHEN 'd' THEN 'set_default' ELSE 'no_action' END"
            )
        };
        let (on_delete, on_update) = (action("c.confdeltype"), action("c.confupdtype"));
        format!(
            "SELECT 'pg_constraint'::regclass, c.oid, 0, r.nspname, r.relname, c.conname, 0, json_build_object( \
                    'table', c.conrelid::int8, 'keys', c.conkey, 'delete_keys', COALESCE(c.confdelsetcols, '{{}}'), \
                    'namespace', fn.nspname, 'references', f.relname, \
                    'columns', ARRAY(SELECT a.attname FROM unnest(c.confkey) WITH ORDINALITY k(n, o) \
                                       JOIN pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = k.n ORDER BY k.o), \
                    'match', CASE c.confmatchtype WHEN 'f' THEN 'full' ELSE 'simple' END, \
                    'on_delete', {on_delete}, 'on_update', {on_update}, \
                    'deferral', {DEFERRAL_SQL}, 'validated', c.convalidated, \
                    'enforced', {enforced}, 'period', {period}, 'is_mixed', array_length(c.conkey, 1) > 1 AND EXISTS ( \
                       SELECT FROM unnest(c.conpfeqop) k(oid) JOIN pg_operator o ON o.oid = k.oid \
                        WHERE o.oprleft IN ('anyarray'::regtype, 'anyenum'::regtype, \
                              'anyrange'::regtype, 'anymultirange'::regtype)))::text \
               FROM pg_constraint c JOIN rel r ON r.oid = c.conrelid JOIN pg_class f ON f.oid = c.confrelid \
               JOIN pg_namespace fn ON fn.oid = f.relnamespace \
              WHERE c.contype = 'f' AND c.conparentid = 0"
        )
    }

    fn read(row: &CatalogRow<'_>, lookup: &Lookup) -> anyhow::Result<Self> {
        let raw: Raw = serde_json::from_str(row.object)?;
        Ok(Self {
            columns: lookup.columns(raw.table, &raw.keys)?,
            references_namespace: raw.namespace,
            references_table: raw.references,
            references_columns: raw.columns,
            r#match: raw.r#match,
            on_delete: raw.on_delete,
            on_delete_columns: lookup.columns(raw.table, &raw.delete_keys)?,
            on_update: raw.on_update,
            deferral: raw.deferral,
            validated: raw.validated,
            enforced: raw.enforced,
            period: raw.period,
            is_mixed: Known(raw.is_mixed),
        })
    }
}

/// Which rows a foreign key fails for.
const NOTHING: &str = "rows that refer to nothing";

#[derive(Deserialize)]
struct Raw {
    table: u32,
    keys: Vec<i16>,
    delete_keys: Vec<i16>,
    namespace: String,
    references: String,
    columns: Vec<String>,
    r#match: Match,
    on_delete: Action,
    on_update: Action,
    deferral: Deferral,
    validated: bool,
    enforced: bool,
    period: bool,
    is_mixed: bool,
}

impl ForeignKey {
    /// The table referred to.
    pub fn references(&self) -> Id {
        Id::new(KindTag::Table, &self.references_namespace, &self.references_table)
    }

    /// Before PostgreSQL 18 a table in partitions takes no key that is NOT VALID; one that each partition has, and has
    /// checked, it takes over without reading a row.
    fn by_partitions(&self, id: &Id, cx: &Context<'_>) -> Option<Vec<Step>> {
        let table = id.table().filter(|table| cx.options.version < 180_000 && cx.is_partitioned(table))?;
        if !self.validated || !cx.is_in_use(id) || cx.is_partitioned(&self.references()) {
            return None;
        }
        let leaves = cx.steady_leaves(&table)?;
        let own = |leaf: &Id| Id::of(KindTag::ForeignKey, leaf, &id.name);
        if leaves.iter().any(|leaf| cx.current.contains(&own(leaf)) || cx.desired.contains(&own(leaf))) {
            return None;
        }
        let first = Self { validated: false, ..self.clone() };
        let mut steps = Vec::new();
        for leaf in leaves.iter().map(own) {
            steps.push(Step::safe(constraint::add_constraint(&leaf, &first.text(&leaf))));
            steps.push(constraint::validate(&leaf, self.orphans(&leaf)));
        }
        let whole = constraint::add_constraint(id, &self.text(id));
        steps.push(Step::risky(whole, self.takes_along(id, cx)));
        Some(steps.into_iter().map(Step::alone).collect())
    }

    /// Whether a key of the table referred to may be the one that this stands on.
    fn stands_on(&self, key: &Object) -> bool {
        let same = |columns: &[String]| {
            columns.len() == self.references_columns.len()
                && columns.iter().all(|column| self.references_columns.contains(column))
        };
        match key {
            Object::PrimaryKey(key) => same(&key.columns),
            Object::Unique(key) => same(&key.columns),
            Object::Index(index) => index.unique && same(&index.plain_columns()),
            _ => false,
        }
    }

    /// That writers wait.
    fn blocks(&self, id: &Id) -> Hazard {
        let waits = format!("writers of both tables wait while `{}` is checked", id.owner);
        BLOCKS_WRITES.because(waits).of_rows(id.table())
    }

    /// That rows may refer to nothing.
    fn orphans(&self, id: &Id) -> Hazard {
        let fails = MAY_FAIL.because(NOTHING).of_rows(id.table());
        let (columns, other_columns) = (self.columns.clone(), self.references_columns.clone());
        let full = self.r#match == Match::Full;
        // All of a period has to be covered, by several rows perhaps.
        match self.period {
            true => fails,
            false => fails.asking(Question::Orphans { columns, other: self.references(), other_columns, full }),
        }
    }

    /// What happens from now on where a row goes that others refer to, and did not happen before.
    fn takes_along(&self, id: &Id, cx: &Context<'_>) -> Option<Hazard> {
        let Some(Object::ForeignKey(before)) = cx.current.object(id) else { return None };
        if self.on_delete == before.on_delete {
            return None;
        }
        let (own, other) = (&id.owner, &self.references_table);
        match self.on_delete {
            Action::Cascade => Some(DELETES_DATA.because(format!("rows of `{own}` go with the rows of `{other}`"))),
            Action::SetNull | Action::SetDefault => {
                Some(BREAKS_CODE.because(format!("rows of `{own}` change when rows of `{other}` go")))
            }
            Action::NoAction | Action::Restrict => {
                let fails = format!("rows of `{other}` cannot go while rows of `{own}` refer to them");
                (before.on_delete != Action::NoAction && before.on_delete != Action::Restrict)
                    .then(|| BREAKS_CODE.because(fails))
            }
        }
    }

    fn text(&self, id: &Id) -> String {
        let Self { columns, references_namespace, references_table, references_columns, r#match, .. } = self;
        let Self { on_delete, on_delete_columns, on_update, deferral, validated, enforced, period, .. } = self;
        let target = qualified(references_namespace, references_table);
        let list = |columns: &[String]| match columns {
            [front @ .., last] if *period => {
                let front: String = front.iter().map(|name| format!("{}, ", quote_ident(name))).collect();
                format!("{front}PERIOD {}", quote_ident(last))
            }
            all => ident_list(all),
        };
        let mut text = format!("CONSTRAINT {} FOREIGN KEY ({})", quote_ident(&id.name), list(columns));
        text.push_str(&format!(" REFERENCES {target} ({})", list(references_columns)));
        if *r#match == Match::Full {
            text.push_str(" MATCH FULL");
        }
        if *on_update != Action::NoAction {
            text.push_str(&format!(" ON UPDATE {}", on_update.sql()));
        }
        if *on_delete != Action::NoAction {
            text.push_str(&format!(" ON DELETE {}", on_delete.sql()));
            if !on_delete_columns.is_empty() {
                text.push_str(&format!(" ({})", ident_list(on_delete_columns)));
            }
        }
        text.push_str(deferral.clause());
        text.push_str(constraint::validity(*enforced, *validated));
        text
    }
}

/// The columns that a key carries without comparing them.
fn included(key: &Object) -> &[String] {
    match key {
        Object::PrimaryKey(key) => &key.include,
        Object::Unique(key) => &key.include,
        Object::Index(index) => &index.include,
        _ => &[],
    }
}
