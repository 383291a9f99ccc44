//! That a table is a partition of another one, and of which of its rows.

use serde::{Deserialize, Serialize};

use super::catalog::Value::{Json, Text};
use super::catalog::object;
use super::{Kind, KindTag, Known, Object, Touch, lineage};
use crate::hazard::{BLOCKS_READS, BREAKS_CODE, Hazard, MAY_FAIL};
use crate::plan::{Context, Step};
use crate::schema::{Entry, Id, Schema};
use crate::sql::{Expr, dollar_quote, qualified, quote_ident, quote_literal};

mod merged;
mod named;

pub(crate) use merged::{is_left_behind, is_taken_over};
pub(super) use named::{called_after, copied_name};

/// The place of a table among the partitions of another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Partition {
    /// The namespace of the table that it is a partition of.
    pub of_namespace: String,
    /// That table.
    pub of: String,
    /// The rows that it holds, as they stand behind `FOR VALUES`; or `DEFAULT`.
    pub values: Expr,
    /// The keys and indexes that it has because the parent does, which nobody declares.
    #[serde(default, skip_serializing)]
    pub copies: Known<Vec<Copied>>,
}

/// A key or index that a partition got from its parent.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Copied {
    /// What it is called, which the server chose, or somebody.
    pub name: String,
    /// What the parent's is called.
    pub(super) of: String,
    /// Whether a constraint stands on it.
    constraint: bool,
}

impl Kind for Partition {
    const WORD: &'static str = "partition bound";
    const BELONGS_TO_TABLE: bool = true;
    const NEEDS_WHOLE: bool = true;
    const IS_WORDED: bool = true;

    fn create(&self, id: &Id, cx: &Context<'_>) -> Vec<Step> {
        let (parent, Some(table)) = (self.parent(), id.table()) else { return Vec::new() };
        // "child table is missing constraint": it has to have the parent's checks before.
        let mut steps = lineage::missing_checks(&table, &parent, &[], cx);
        let mut hazards = vec![
            BLOCKS_READS.because(format!("every row of `{}` is read", id.owner)).of_rows(id.table()),
            MAY_FAIL.because(format!("rows of `{}` that do not belong there", id.owner)).of_rows(id.table()),
        ];
        hazards.extend(self.hazards(id, cx));
        let sql = format!("ALTER TABLE {} ATTACH PARTITION {} {}", parent.sql(), table.sql(), self.bound());
        steps.push(Step::risky(sql, hazards));
        steps
    }

    fn drop(&self, id: &Id, cx: &Context<'_>) -> Vec<Step> {
        let hazard = BREAKS_CODE.because(format!("rows of `{}` are no longer found in `{}`", id.owner, self.of));
        let detach = format!("ALTER TABLE {} DETACH PARTITION {}", self.parent().sql(), id.table_sql());
        let back = cx.desired.contains(id);
        if !back && self.is_detached_concurrently(id, cx) {
            let mut steps = vec![Step::risky(format!("{detach} CONCURRENTLY"), [hazard])];
            steps.extend(self.left_behind(id, false, cx));
            steps.push(drop_left_bound(id, cx));
            return steps.into_iter().map(Step::alone).collect();
        }
        let mut steps = vec![Step::risky(detach, (!back).then_some(hazard))];
        // Another parent gives it its own keys and checks.
        let same = matches!(cx.desired.object(id), Some(Object::Partition(to)) if to.parent() == self.parent());
        steps.extend(self.left_behind(id, same, cx));
        steps
    }

    fn alter(&self, to: &Self, _id: &Id, _cx: &Context<'_>) -> Option<Vec<Step>> {
        // All that have other bounds are detached before any is attached again: they may change places.
        let Self { of_namespace, of, values, copies: _ } = to;
        ((of_namespace, of, values) == (&self.of_namespace, &self.of, &self.values)).then(Vec::new)
    }

    fn clause(&self, _id: &Id) -> Option<String> {
        Some(format!("PARTITION OF {}", self.parent().sql()))
    }

    fn comment_target(&self, _id: &Id) -> Option<String> {
        None
    }

    fn depends_on(&self, id: &Id, schema: &Schema) -> Vec<Id> {
        lineage::needs(id, &[self.parent()], schema)
    }

    fn steps_aside(&self, _id: &Id, other: &Id, touch: Touch<'_>) -> bool {
        // A parent that is made anew would take the table along.
        other.kind == KindTag::Table && matches!(touch, Touch::Replaced)
    }

    fn texts_mut(&mut self) -> Vec<&mut Expr> {
        vec![&mut self.values]
    }

    fn follow_name(&mut self, _own: bool, from: &Id, to: &Id) {
        if self.parent() == *from {
            self.of.clone_from(&to.name);
        } else if from.kind == KindTag::Namespace && self.of_namespace == from.name {
            self.of_namespace.clone_from(&to.name);
        } else if from.kind.is_relation() && from.table() == Some(self.parent()) {
            self.copies.0.iter_mut().filter(|part| part.of == from.name).for_each(|part| part.of.clone_from(&to.name));
        }
    }

    fn take_wording(&mut self, found: Self) {
        self.values = found.values;
    }

    fn catalog(_version: u32) -> String {
        let values = "regexp_replace(pg_get_expr(rel.relpartbound, rel.oid), '^FOR VALUES ', '')";
        let object = object(&[
            ("of_namespace", Text("n.nspname")),
            ("of", Text("p.relname")),
            ("values", Text(values)),
            ("copies", Json(COPIES)),
        ]);
        format!(
            "SELECT 'pg_class'::regclass, 0::oid, 0, rel.nspname, rel.relname, '', 0, {object} \
               FROM rel JOIN pg_inherits i ON i.inhrelid = rel.oid JOIN pg_class p ON p.oid = i.inhparent \
               JOIN pg_namespace n ON n.oid = p.relnamespace WHERE rel.relispartition"
        )
    }
}

/// The indexes of `rel` that are part of the parent's.
const COPIES: &str = "(SELECT json_agg(json_build_object('name', x.relname, 'of', px.relname, 'constraint', EXISTS \
    (SELECT FROM pg_constraint c WHERE c.conindid = x.oid AND c.conrelid = rel.oid AND c.contype IN ('p', 'u', 'x')))) \
    FROM pg_index xi JOIN pg_class x ON x.oid = xi.indexrelid AND x.relispartition \
    JOIN pg_inherits h ON h.inhrelid = x.oid JOIN pg_class px ON px.oid = h.inhparent WHERE xi.indrelid = rel.oid)";

impl Partition {
    /// The table that it is a partition of.
    pub fn parent(&self) -> Id {
        Id::new(KindTag::Table, &self.of_namespace, &self.of)
    }

    /// Whether it takes the rows that no other partition does.
    pub fn is_default(&self) -> bool {
        self.values == Expr::from("DEFAULT")
    }

    /// `FOR VALUES …`, or `DEFAULT`.
    pub(super) fn bound(&self) -> String {
        if self.is_default() { "DEFAULT".to_owned() } else { format!("FOR VALUES {}", self.values.trimmed()) }
    }

    /// What is dangerous about a new partition, whether its table is new or not.
    pub(super) fn hazards(&self, id: &Id, cx: &Context<'_>) -> Vec<Hazard> {
        let parent = self.parent();
        let mut hazards = Vec::new();
        let mut siblings = cx.current.of_kind(KindTag::Partition).filter_map(|(other, entry)| match &entry.object {
            Object::Partition(partition) if partition.parent() == parent && other != id => Some((other, partition)),
            _ => None,
        });
        if let Some((other, _)) = siblings.find(|(_, partition)| partition.is_default()) {
            let reads = BLOCKS_READS.because(format!("every row of the default partition `{}` is read", other.owner));
            let fails = MAY_FAIL.because(format!("rows in `{}` that would belong there", other.owner));
            hazards.extend([reads, fails].map(|hazard| hazard.of_rows(other.table())));
        }
        // One that only gets other bounds is where it was.
        let back = matches!(cx.current.object(id), Some(Object::Partition(from)) if from.parent() == parent);
        if let (Some(table), false) = (id.table(), back) {
            hazards.extend(cx.found_beside(&table, &parent));
            hazards.extend(cx.found_through(&table, &parent));
        }
        hazards
    }

    /// Whether it can go while both tables are in use: "cannot detach partitions concurrently when a default partition
    /// exists".
    fn is_detached_concurrently(&self, id: &Id, cx: &Context<'_>) -> bool {
        let (parent, Some(table)) = (self.parent(), id.table()) else { return false };
        let stay = [&parent, &table].iter().all(|table| cx.desired.contains(table) && !cx.is_new(table));
        let default = |tie: &Id| matches!(cx.current.object(tie), Some(Object::Partition(it)) if it.is_default());
        let siblings = lineage::children(cx.current, &parent);
        // Partitions that are left to somebody else are not known: one of them may be the default.
        let known = cx.desired.manages_partitions.get(&parent) == Some(&true)
            || !lineage::children(cx.desired, &parent).is_empty();
        // What the parent loses goes from the partition too, before it leaves; and what it gets is not the partition's.
        let kept = cx.current.children(&parent).all(|(part, entry)| cx.desired.object(part) == Some(&entry.object));
        let same = kept && cx.desired.children(&parent).all(|(part, _)| cx.current.contains(part));
        let steady = !cx.aside.contains(id) && cx.options.online && known && same;
        stay && steady && !siblings.iter().any(|table| default(&Id::own(KindTag::Partition, table)))
    }

    /// A table keeps what it got from the parent when it is detached: keys, indexes, checks and foreign keys. What is not
    /// declared of them goes. One that comes back to the same parent keeps what that keeps.
    fn left_behind(&self, id: &Id, back: bool, cx: &Context<'_>) -> Vec<Step> {
        let Some(table) = id.table() else { return Vec::new() };
        let drop =
            |name: &str, gone: &str| format!("ALTER TABLE {} DROP CONSTRAINT {gone}{}", table.sql(), quote_ident(name));
        let stays = |child: &Id, object: &Object| {
            let stays = Id { namespace: table.namespace.clone(), owner: table.name.clone(), ..child.clone() };
            cx.desired.object(&stays).is_some_and(|wish| wish == object) && is_left_behind(&stays, object, cx)
        };
        // What steps aside on the parent may hold on to a function that goes for a while, here too.
        let holds = |child: &Id| matches!(child.kind, KindTag::Index | KindTag::Check) && cx.aside.contains(child);
        let has_still = |child: &Id, object: &Object| {
            let lets_go = holds(child) && !cx.is_new(&self.parent());
            back && !lets_go && cx.desired.object(child) == Some(object)
        };
        let mut steps = Vec::new();
        let checks =
            lineage::checks(cx.current, &self.parent()).into_iter().map(|(id, check)| (id, check.clone().into()));
        let parent = self.parent();
        let keys = cx.current.children_of(&parent, KindTag::ForeignKey);
        let keys = keys.map(|(id, entry)| (id, entry.object.clone()));
        for (child, object) in checks.chain(keys) {
            let own = Id::of(child.kind, &table, &child.name);
            if !cx.current.contains(&own) && !stays(child, &object) && !has_still(child, &object) {
                // One that goes from the parent in this plan may have gone already.
                let gone = if cx.desired.contains(child) && !back { "" } else { "IF EXISTS " };
                steps.push(Step::safe(drop(&child.name, gone)));
            }
        }
        for Copied { name, of, constraint } in &self.copies.0 {
            let original = original(of, &self.parent(), cx.current);
            let kept = original.map_or(back, |(child, entry)| {
                let own = Id { name: name.clone(), ..child.clone() };
                stays(&own, &entry.object) || has_still(child, &entry.object)
            });
            let sql = if *constraint {
                format!("ALTER TABLE {} DROP CONSTRAINT IF EXISTS {}", table.sql(), quote_ident(name))
            } else {
                format!("DROP INDEX IF EXISTS {}", qualified(&id.namespace, name))
            };
            steps.extend((!kept).then(|| Step::safe(sql)));
        }
        steps
    }

    /// What it will have because the parent does: the table's own where it has them already, else under the names that
    /// PostgreSQL gives.
    pub(crate) fn expected_copies(&self, id: &Id, before: [&Schema; 2], after: &Schema) -> Vec<Copied> {
        let Some(table) = id.table() else { return Vec::new() };
        let parent = self.parent();
        // Of an index that is the parent's alone it has no part.
        let whole = |object: &Object| !is_alone(object);
        let above = [parent.clone()].into_iter().chain(lineage::above(after, &parent));
        let keys = above.flat_map(|table| after.children(&table).collect::<Vec<_>>());
        let one = |(key, entry): (&Id, &Entry)| {
            let own = before.iter().flat_map(|before| before.children_of(&table, key.kind));
            let mut own = own.filter(|(_, other)| other.object == entry.object);
            let name =
                own.next().map(|(own, _)| own.name.clone()).or_else(|| copied_name(&table.name, &entry.object, ""))?;
            let of = if key.table().as_ref() == Some(&parent) {
                key.name.clone()
            } else {
                // The parent has it from its own parent.
                copied_name(&parent.name, &entry.object, "")?
            };
            Some(Copied { name, of, constraint: key.kind != KindTag::Index })
        };
        keys.filter(|(key, entry)| key.kind.is_relation() && whole(&entry.object)).filter_map(one).collect()
    }

    /// The statement that makes a table as a partition.
    pub(super) fn create_table(&self, table: &Id, unlogged: &str, body: &str, rest: &str) -> String {
        let body = if body.is_empty() { String::new() } else { format!(" {body}") };
        let parent = qualified(&self.of_namespace, &self.of);
        format!("CREATE {unlogged}TABLE {} PARTITION OF {parent}{body} {}{rest}", table.sql(), self.bound())
    }
}

/// Whether a key or index is of a table in partitions alone.
fn is_alone(object: &Object) -> bool {
    match object {
        Object::Index(index) => index.only,
        Object::PrimaryKey(key) => key.only,
        Object::Unique(key) => key.only,
        _ => false,
    }
}

/// What a partition has a part of: the key or index that the parent has under a name, or what that is a part of.
pub(super) fn original<'s>(of: &str, parent: &Id, schema: &'s Schema) -> Option<(&'s Id, &'s Entry)> {
    let mut own = schema.children(parent).filter(|(child, _)| child.kind.is_relation());
    if let Some(found) = own.find(|(child, _)| child.name == of) {
        return Some(found);
    }
    let Some(Object::Partition(tie)) = schema.object(&Id::own(KindTag::Partition, parent)) else { return None };
    if let Some(copied) = tie.copies.0.iter().find(|copied| copied.name == of) {
        return original(&copied.of, &tie.parent(), schema);
    }
    // One that the parent gets in this plan has the name that PostgreSQL gives it.
    let above =
        lineage::above(schema, parent).into_iter().flat_map(|table| schema.children(&table).collect::<Vec<_>>());
    let mut keys = above.filter(|(key, _)| key.kind.is_relation());
    keys.find(|(_, entry)| copied_name(&parent.name, &entry.object, "").as_deref() == Some(of))
}

/// What is detached concurrently keeps its bound as a check, under a name that the server chose: whatever check is not
/// declared goes.
fn drop_left_bound(id: &Id, cx: &Context<'_>) -> Step {
    let table = id.table_sql();
    let declared = id.table().into_iter().flat_map(|table| {
        let own = cx.desired.children_of(&table, KindTag::Check).chain(cx.current.children_of(&table, KindTag::Check));
        own.map(|(check, _)| quote_literal(&check.name)).collect::<Vec<_>>()
    });
    let mut kept: Vec<String> = declared.collect();
    kept.sort();
    kept.dedup();
    let array = if kept.is_empty() { "'{}'".to_owned() } else { format!("ARRAY[{}]", kept.join(", ")) };
    let literal = quote_literal(&table);
    let drop = quote_literal(&format!("ALTER TABLE {} DROP CONSTRAINT %I", table.replace('%', "%%")));
    let body = format!(
        "
DECLARE
    bound name;
BEGIN
    FOR bound IN SELECT conname FROM pg_constraint
                  WHERE conrelid = {literal}::regclass AND contype = 'c' AND coninhcount = 0
                    AND conname <> ALL ({array}::name[]) LOOP
        EXECUTE format({drop}, bound);
    END LOOP;
END
"
    );
    Step::safe(format!("DO {}", dollar_quote(&body)))
}
