//! A table. Its columns, constraints, indexes and policies are objects of their own.

use serde::{Deserialize, Serialize};

use super::parameters::{Parameters, alter_parameters, sorted, with_clause};
use super::{
    Exclusion, Granted, Kind, KindTag, Object, Origin, PrimaryKey, Touch, Unique, constraint, lineage, numbering, swap,
};
use crate::hazard::{BREAKS_CODE, DELETES_DATA, REWRITES_TABLE};
use crate::plan::{Context, Step};
use crate::schema::{Id, Schema};
use crate::sql::{Expr, quote_ident};

/// A table.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// Not written to the write-ahead log: fast, and empty after a crash.
    pub unlogged: bool,
    /// Storage parameters.
    #[serde(serialize_with = "sorted")]
    pub with: Parameters,
    /// How its rows are spread over partitions, as in `RANGE (created_at)`; these are tables of their own.
    pub partition_by: Option<Expr>,
    /// How its rows are kept, where that is not PostgreSQL's own heap.
    pub access_method: Option<String>,
}

/// What PostgreSQL compares of two keys in one CREATE TABLE (`transformIndexConstraints`): all but the name.
fn key_of(object: &Object) -> Option<Object> {
    match object {
        Object::Exclusion(it) => Some(Exclusion { index_comment: None, ..it.clone() }.into()),
        Object::Unique(key) => Some(Unique { with: Parameters::new(), index_comment: None, ..key.clone() }.into()),
        Object::PrimaryKey(PrimaryKey { columns, include, without_overlaps, deferral, .. }) => {
            let (columns, include) = (columns.clone(), include.clone());
            let without_overlaps = *without_overlaps;
            Some(Unique { columns, include, without_overlaps, deferral: *deferral, ..Unique::default() }.into())
        }
        _ => None,
    }
}

impl Kind for Table {
    const WORD: &'static str = "table";
    const GRANTED: Option<Granted> = Some(Granted::Table);
    const OWNS: bool = true;
    const IS_TYPE: bool = true;
    const IS_RELATION: bool = true;
    const IS_WORDED: bool = true;

    fn create(&self, id: &Id, cx: &Context<'_>) -> Vec<Step> {
        let children = cx.desired.children(id);
        let clause = |child: &Id, object: &Object| match object {
            Object::Column(column) => column.named_beside(child, [cx.current]).clause(child),
            other => other.clause(child),
        };
        let mut clauses: Vec<(&Id, &Object, String)> =
            children.filter_map(|(child, entry)| Some((child, &entry.object, clause(child, &entry.object)?))).collect();
        clauses.sort_by_key(|(child, ..)| child.kind);
        let is_tie = |object: &Object| matches!(object, Object::Partition(_) | Object::Inheritance(_));
        let (ties, clauses): (Vec<_>, Vec<_>) = clauses.into_iter().partition(|(_, object, _)| is_tie(object));
        // CREATE TABLE makes one key of two that are equal but for their name, and says nothing.
        let mut keys = Vec::new();
        let (later, clauses): (Vec<_>, Vec<_>) = clauses.into_iter().partition(|(_, object, _)| {
            let key = key_of(object);
            let again = key.is_some() && keys.contains(&key);
            keys.push(key);
            again
        });
        let lines: Vec<String> = clauses.into_iter().map(|(.., clause)| format!("    {clause}")).collect();
        let body = if lines.is_empty() { String::new() } else { format!("(\n{}\n)", lines.join(",\n")) };
        let table = self.create_with(&body, ties.first().map(|(tie, object, clause)| (*tie, *object, clause)), id, cx);
        let later = later.into_iter().map(|(child, _, clause)| Step::safe(constraint::add_constraint(child, &clause)));
        let set = cx.desired.children_of(id, KindTag::Column).flat_map(|(child, entry)| match &entry.object {
            Object::Column(column) if column.origin.0 != Origin::Inherited => {
                let own = column.origin.0 == Origin::Own;
                let unchecked = own.then(|| column.unchecked_not_null(child)).into_iter().flatten();
                let set = column.settings(child, cx).into_iter().chain(column.typed_sequence(child, cx));
                unchecked.chain(set).collect()
            }
            _ => Vec::new(),
        });
        let counts_on = numbering::kept(id, cx).after;
        [table.also(cx.found_instead(id))].into_iter().chain(later).chain(set).chain(counts_on).collect()
    }

    fn drop(&self, id: &Id, cx: &Context<'_>) -> Vec<Step> {
        let mut lost = format!("every row of `{}`", id.name);
        if let Some(Object::Partition(partition)) = cx.current.object(&Id::own(KindTag::Partition, id))
            && cx.desired.contains(&partition.parent())
        {
            let parent = &partition.of;
            lost.push_str(&format!(
                "; if something else makes partitions of `{parent}`, say `partitions = \"unmanaged\"` there"
            ));
        }
        if cx.desired.contains(id) {
            lost.push_str(
                ": PostgreSQL cannot change how a table is partitioned; to keep the rows, declare a new table beside it, \
                 move them, then drop the old one",
            );
        }
        let lost = DELETES_DATA.because(lost).of_rows(Some(id.clone()));
        let lost = Some(lost).filter(|_| !self.leaves_its_rows(id, cx));
        let gone = BREAKS_CODE.because(format!("code that names `{}`", id.name)).gravely();
        let gone = (!cx.desired.contains(id)).then_some(gone);
        let kept = numbering::kept(id, cx);
        let hazards = lost.into_iter().chain(gone).chain(kept.lost);
        let drop = Step::risky(format!("DROP TABLE {}", id.sql()), hazards);
        kept.before.into_iter().chain(lineage::detached_from_keys(id, cx)).chain([drop]).collect()
    }

    fn alter(&self, to: &Self, id: &Id, cx: &Context<'_>) -> Option<Vec<Step>> {
        let Self { unlogged, with, partition_by, access_method } = to;
        if self.is_spread_otherwise(to, id, cx) {
            return None;
        }
        let table = format!("TABLE {}", id.sql());
        let mut steps = alter_parameters(&self.with, with, &table);
        if self.unlogged != *unlogged {
            let to = if *unlogged { "UNLOGGED" } else { "LOGGED" };
            let rewrite = REWRITES_TABLE.because(format!("`{}`", id.name)).of_rows(Some(id.clone()));
            let emptied = unlogged.then(|| DELETES_DATA.because(format!("every row of `{}`, after a crash", id.name)));
            steps.push(Step::risky(format!("ALTER {table} SET {to}"), [rewrite].into_iter().chain(emptied)));
        }
        if self.access_method != *access_method {
            let plain = if partition_by.is_some() { "DEFAULT" } else { "heap" };
            let to = access_method.as_ref().map_or_else(|| plain.to_owned(), |name| quote_ident(name));
            // Of a table in partitions it is only what new ones begin with.
            let rewrites = || REWRITES_TABLE.because(format!("`{}`", id.name)).of_rows(Some(id.clone()));
            let rewrite = partition_by.is_none().then(rewrites);
            steps.push(Step::risky(format!("ALTER {table} SET ACCESS METHOD {to}"), rewrite));
        }
        Some(steps)
    }

    fn comment_target(&self, id: &Id) -> Option<String> {
        Some(format!("TABLE {}", id.sql()))
    }

    fn rename(&self, from: &Id, to: &str) -> Option<String> {
        Some(format!("ALTER TABLE {} RENAME TO {}", from.sql(), quote_ident(to)))
    }

    fn depends_on(&self, id: &Id, schema: &Schema) -> Vec<Id> {
        // A new table is created with its columns and constraints, so it needs what they need.
        let parts = schema.children(id).filter(|(child, entry)| entry.object.clause(child).is_some());
        let needs = parts.flat_map(|(child, entry)| entry.object.depends_on(child, schema));
        let outside = needs.filter(|need| need.table().as_ref() != Some(id) && need != id);
        outside.chain([Id::new(KindTag::Namespace, "", &id.namespace)]).collect()
    }

    fn texts_mut(&mut self) -> Vec<&mut Expr> {
        self.partition_by.iter_mut().collect()
    }

    fn steps_aside(&self, _id: &Id, _other: &Id, _touch: Touch<'_>) -> bool {
        // Never: its rows would be gone. What of it is in the way steps aside by itself.
        false
    }

    fn take_wording(&mut self, found: Self) {
        self.partition_by = found.partition_by;
    }

    fn catalog(_version: u32) -> String {
        "SELECT 'pg_class'::regclass, rel.oid, 0, nspname, '', relname, 0, json_build_object( \
                'unlogged', relpersistence = 'u', 'partition_by', pg_get_partkeydef(rel.oid), \
                'access_method', (SELECT amname FROM pg_am WHERE pg_am.oid = rel.relam AND amname <> 'heap'), \
                'with', COALESCE((SELECT json_object_agg(split_part(o, '=', 1), substr(o, strpos(o, '=') + 1)) \
                                    FROM unnest(rel.reloptions || t.options) o), '{}'))::text \
           FROM rel LEFT JOIN (SELECT oid, ARRAY(SELECT 'toast.' || o FROM unnest(reloptions) o) AS options FROM pg_class \
                                WHERE relkind = 't' AND reloptions IS NOT NULL) t ON t.oid = rel.reltoastrelid"
            .to_owned()
    }
}

impl Table {
    /// Whether it is partitioned in another way then: by something else, or by a column that gets another type, which no
    /// statement can give to one of the key.
    pub(crate) fn is_spread_otherwise(&self, to: &Self, id: &Id, cx: &Context<'_>) -> bool {
        let Some(by) = self.partition_by.as_ref().filter(|_| self.partition_by == to.partition_by) else {
            return self.partition_by != to.partition_by;
        };
        let key = constraint::mentioned_columns(&Id::own(KindTag::Partition, id), by.as_str(), cx.current);
        key.iter().any(|column| match (cx.current.object(column), cx.desired.object(column)) {
            (Some(Object::Column(from)), Some(Object::Column(to))) => from.is_retyped(to) || swap::is_swapped(from, cx),
            _ => false,
        })
    }

    /// Whether all rows are those of partitions that stay: one that is made anew lets them go before, and takes them back.
    fn leaves_its_rows(&self, id: &Id, cx: &Context<'_>) -> bool {
        let below = lineage::children(cx.current, id);
        let stays = |part: &Id| cx.desired.contains(part) && !cx.replaced.contains(part);
        let known = cx.desired.manages_partitions.get(id).copied().unwrap_or(!below.is_empty());
        self.partition_by.is_some() && cx.desired.contains(id) && known && below.iter().all(stays)
    }

    /// The statement that makes it, tied to its parents where it has some.
    fn create_with(&self, body: &str, tie: Option<(&Id, &Object, &String)>, id: &Id, cx: &Context<'_>) -> Step {
        let unlogged = if self.unlogged { "UNLOGGED " } else { "" };
        let with = with_clause(&self.with);
        let by = self.partition_by.as_ref().map(|by| format!(" PARTITION BY {by}")).unwrap_or_default();
        let using = self.access_method.as_ref().map(|name| format!(" USING {}", quote_ident(name))).unwrap_or_default();
        let rest = format!("{by}{using}{with}");
        let whole = if body.is_empty() { "()" } else { body };
        match tie {
            Some((tie, Object::Partition(partition), _)) => {
                Step::risky(partition.create_table(id, unlogged, body, &rest), partition.hazards(tie, cx))
            }
            Some((.., clause)) => Step::safe(format!("CREATE {unlogged}TABLE {} {whole} {clause}{rest}", id.sql())),
            None => Step::safe(format!("CREATE {unlogged}TABLE {} {whole}{rest}", id.sql())),
        }
    }
}

/// Hazards of renaming or moving a table or column.
pub(crate) fn renamed(from: &str, to: &str) -> crate::hazard::Hazard {
    BREAKS_CODE.because(format!("`{from}` is called `{to}`")).gravely()
}
