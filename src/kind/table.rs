//! A table. Its columns, constraints, indexes and policies are objects of their own.

use serde::{Deserialize, Serialize};

use super::parameters::{Parameters, alter_parameters, sorted, with_clause};
use super::{Granted, Kind, KindTag, Object, PrimaryKey, Touch, Unique, constraint};
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
    /// How its rows are spread over partitions, as in `RANGE (created_at)`; the partitions are not managed.
    pub partition_by: Option<Expr>,
}

/// What PostgreSQL compares of two keys in one CREATE TABLE (`transformIndexConstraints`): all but the name.
fn key_of(object: &Object) -> Option<Object> {
    match object {
        Object::Exclusion(_) => Some(object.clone()),
        Object::Unique(key) => Some(Unique { with: Parameters::new(), ..key.clone() }.into()),
        Object::PrimaryKey(PrimaryKey { columns, include, without_overlaps, deferral, with: _ }) => {
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

    fn create(&self, id: &Id, cx: &Context<'_>) -> Vec<Step> {
        let children = cx.desired.children(id);
        let mut clauses: Vec<(&Id, &Object, String)> =
            children.filter_map(|(child, entry)| Some((child, &entry.object, entry.object.clause(child)?))).collect();
        clauses.sort_by_key(|(child, ..)| child.kind);
        // CREATE TABLE makes one key of two that are equal but for their name, and says nothing.
        let mut keys = Vec::new();
        let (later, clauses): (Vec<_>, Vec<_>) = clauses.into_iter().partition(|(_, object, _)| {
            let key = key_of(object);
            let again = key.is_some() && keys.contains(&key);
            keys.push(key);
            again
        });
        let lines: Vec<String> = clauses.into_iter().map(|(.., clause)| format!("    {clause}")).collect();
        let body = if lines.is_empty() { "()".to_owned() } else { format!("(\n{}\n)", lines.join(",\n")) };
        let unlogged = if self.unlogged { "UNLOGGED " } else { "" };
        let with = with_clause(&self.with);
        let by = self.partition_by.as_ref().map(|by| format!(" PARTITION BY {by}")).unwrap_or_default();
        let table = Step::safe(format!("CREATE {unlogged}TABLE {} {body}{by}{with}", id.sql()));
        let later = later.into_iter().map(|(child, _, clause)| Step::safe(constraint::add_constraint(child, &clause)));
        let columns = cx.desired.children_of(id, KindTag::Column);
        let unchecked = columns.filter_map(|(child, entry)| match &entry.object {
            Object::Column(column) => column.unchecked_not_null(child),
            _ => None,
        });
        [table].into_iter().chain(later).chain(unchecked).collect()
    }

    fn drop(&self, id: &Id, _cx: &Context<'_>) -> Vec<Step> {
        let lost = DELETES_DATA.because(format!("every row of `{}`", id.name));
        vec![Step::risky(format!("DROP TABLE {}", id.sql()), [lost])]
    }

    fn alter(&self, to: &Self, id: &Id, _cx: &Context<'_>) -> Option<Vec<Step>> {
        let Self { unlogged, with, partition_by } = to;
        if self.partition_by != *partition_by {
            return None;
        }
        let table = format!("TABLE {}", id.sql());
        let mut steps = alter_parameters(&self.with, with, &table);
        if self.unlogged != *unlogged {
            let to = if *unlogged { "UNLOGGED" } else { "LOGGED" };
            let rewrite = REWRITES_TABLE.because(format!("`{}`", id.name));
            let emptied = unlogged.then(|| DELETES_DATA.because(format!("every row of `{}`, after a crash", id.name)));
            steps.push(Step::risky(format!("ALTER {table} SET {to}"), [rewrite].into_iter().chain(emptied)));
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

    fn catalog(_version: u32) -> String {
        "SELECT 'pg_class'::regclass, rel.oid, 0, nspname, '', relname, 0, json_build_object( \
                'unlogged', relpersistence = 'u', 'partition_by', pg_get_partkeydef(rel.oid), \
                'with', COALESCE((SELECT json_object_agg(split_part(o, '=', 1), substr(o, strpos(o, '=') + 1)) \
                                    FROM unnest(rel.reloptions || t.options) o), '{}'))::text \
           FROM rel LEFT JOIN (SELECT oid, ARRAY(SELECT 'toast.' || o FROM unnest(reloptions) o) AS options FROM pg_class \
                                WHERE relkind = 't' AND reloptions IS NOT NULL) t ON t.oid = rel.reltoastrelid"
            .to_owned()
    }
}

/// Hazards of renaming or moving a table or column.
pub(crate) fn renamed(from: &str, to: &str) -> crate::hazard::Hazard {
    BREAKS_CODE.because(format!("`{from}` is called `{to}`"))
}
