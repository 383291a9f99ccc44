//! What stands on the objects that a plan drops or gives a new type, and is not the plan's to move: unmanaged objects, and
//! ignored ones. The server keeps the book on that; it is asked only where something goes.

use std::collections::HashMap;

use anyhow::Context as _;
use tokio_postgres::types::{ToSql, Type};

use crate::database::Database;
use crate::diff::Change;
use crate::hazard::BREAKS_UNMANAGED;
use crate::inspect::Address;
use crate::kind::{KindTag, Object};
use crate::plan::Plan;
use crate::schema::{Id, Schema};

/// Dependents of what goes (`goes`) or changes its type, but for what is `ours`, and the parts of what is.
const DEPENDENTS: &str = "
WITH gone AS (SELECT * FROM unnest($1::oid[], $2::oid[], $3::int4[], $4::bool[]) WITH ORDINALITY AS g(class, oid, part, goes, at)),
ours AS MATERIALIZED (SELECT * FROM unnest($5::oid[], $6::oid[]) AS o(class, oid)),
above AS (SELECT DISTINCT g.at, d.classid, d.objid, d.objsubid, d.deptype FROM gone g
  JOIN pg_catalog.pg_depend d ON d.refclassid = g.class AND d.refobjid = g.oid AND (g.part = 0 OR d.refobjsubid = g.part)
 WHERE d.deptype IN ('n', 'a', 'i')
   -- What an extension brought along is where that is, which moves or goes by itself.
   AND NOT (d.refclassid = 'pg_catalog.pg_namespace'::regclass AND (EXISTS (SELECT FROM pg_catalog.pg_depend e
             WHERE e.classid = d.classid AND e.objid = d.objid AND e.deptype = 'e')
        OR (d.classid = 'pg_catalog.pg_extension'::regclass
             AND (SELECT x.extname::text FROM pg_catalog.pg_extension x WHERE x.oid = d.objid) = ANY ($7::text[]))))
   AND (g.goes OR (d.deptype = 'n' AND d.classid IN ('pg_catalog.pg_rewrite'::regclass, 'pg_catalog.pg_policy'::regclass,
                                                     'pg_catalog.pg_trigger'::regclass))))
-- What hangs on an object in both ways goes with it.
SELECT a.at, NOT bool_or(a.deptype <> 'n'), COALESCE((SELECT 'view ' || w.ev_class::regclass::text FROM pg_catalog.pg_rewrite w
           WHERE a.classid = 'pg_catalog.pg_rewrite'::regclass AND w.oid = a.objid AND w.rulename = '_RETURN'),
         pg_catalog.pg_describe_object(a.classid, a.objid, 0)) AS what
  FROM above a
  LEFT JOIN pg_catalog.pg_class c ON a.classid = 'pg_catalog.pg_class'::regclass AND c.oid = a.objid
  LEFT JOIN pg_catalog.pg_type t ON a.classid = 'pg_catalog.pg_type'::regclass AND t.oid = a.objid
  LEFT JOIN pg_catalog.pg_rewrite w ON a.classid = 'pg_catalog.pg_rewrite'::regclass AND w.oid = a.objid
  LEFT JOIN pg_catalog.pg_constraint k ON a.classid = 'pg_catalog.pg_constraint'::regclass AND k.oid = a.objid
  LEFT JOIN pg_catalog.pg_trigger g ON a.classid = 'pg_catalog.pg_trigger'::regclass AND g.oid = a.objid
  LEFT JOIN pg_catalog.pg_policy p ON a.classid = 'pg_catalog.pg_policy'::regclass AND p.oid = a.objid
  LEFT JOIN pg_catalog.pg_attrdef f ON a.classid = 'pg_catalog.pg_attrdef'::regclass AND f.oid = a.objid
  CROSS JOIN LATERAL (SELECT COALESCE(w.ev_class, k.conrelid, g.tgrelid, p.polrelid, f.adrelid) AS of_table) r
 WHERE (a.classid, a.objid) NOT IN (SELECT class, oid FROM ours) AND a.classid <> 'pg_catalog.pg_default_acl'::regclass
   AND NOT (a.classid IN ('pg_catalog.pg_proc'::regclass, 'pg_catalog.pg_cast'::regclass) AND EXISTS (SELECT FROM pg_catalog.pg_depend i
             WHERE i.classid = a.classid AND i.objid = a.objid AND i.deptype = 'i'))
   AND CASE WHEN c.oid IS NOT NULL THEN c.relkind IN ('r', 'p', 'f', 'v', 'm') OR (c.relkind = 'c' AND NOT EXISTS (
                  SELECT FROM ours o WHERE o.oid = c.reltype AND o.class = 'pg_catalog.pg_type'::regclass))
            WHEN t.oid IS NOT NULL THEN t.typrelid = 0 AND t.typtype <> 'm' AND t.typoutput <> 'pg_catalog.array_out'::regproc
            WHEN w.rulename <> '_RETURN' THEN true
            WHEN f.oid IS NOT NULL AND (SELECT v.relkind FROM pg_catalog.pg_class v WHERE v.oid = f.adrelid) = 'v' THEN true
            WHEN k.contypid <> 0 THEN (k.contypid, 'pg_catalog.pg_type'::regclass) NOT IN (SELECT oid, class FROM ours)
            WHEN r.of_table IS NOT NULL THEN NOT EXISTS (
                  SELECT FROM ours o WHERE o.oid = r.of_table AND o.class = 'pg_catalog.pg_class'::regclass)
                  AND NOT COALESCE(g.tgisinternal, false)
            ELSE true END
 GROUP BY 1, 3 ORDER BY 1, 3";

/// Says at each statement of the plan what else it takes along, or what stands in its way.
pub(super) async fn mark(
    database: &Database,
    plan: &mut Plan,
    renames: &[Change],
    [live, desired]: [&Schema; 2],
    addresses: &[Address],
) -> anyhow::Result<()> {
    let places: HashMap<&Id, Address> = live.iter().map(|(id, _)| id).zip(addresses.iter().copied()).collect();
    let mut asked: Vec<(usize, Address, bool)> = Vec::new();
    for (at, step) in plan.moves.iter().enumerate().filter(|(_, step)| !step.steps.is_empty()) {
        // What a new column takes the place of was renamed by the plan itself.
        let id = past(&between(plan, at, step.change.id()), renames);
        let goes = match &step.change {
            Change::Drop(_) => true,
            Change::Alter(to) => match (live.object(&id), desired.object(to)) {
                (Some(Object::Column(from)), Some(Object::Column(to))) if from.r#type != to.r#type => false,
                (Some(from), Some(to)) if from.is_swapped_for(to) => true,
                _ => continue,
            },
            _ => continue,
        };
        asked.extend(places.get(&id).filter(|place| place.oid != 0).map(|place| (at, *place, goes)));
    }
    if asked.is_empty() {
        return Ok(());
    }
    let column = |part: fn(&Address) -> u32| -> Vec<u32> { asked.iter().map(|(_, place, _)| part(place)).collect() };
    let (classes, oids) = (column(|place| place.class), column(|place| place.oid));
    let parts: Vec<i32> = asked.iter().map(|(_, place, _)| place.part).collect();
    let goes: Vec<bool> = asked.iter().map(|(.., goes)| *goes).collect();
    let ours: Vec<&Address> = addresses.iter().filter(|place| place.part == 0 && place.oid != 0).collect();
    let our_classes: Vec<u32> = ours.iter().map(|place| place.class).collect();
    let our_oids: Vec<u32> = ours.iter().map(|place| place.oid).collect();
    let extensions: Vec<&str> = live.of_kind(KindTag::Extension).map(|(id, _)| id.name.as_str()).collect();
    let parameters: [(&(dyn ToSql + Sync), Type); 7] = [
        (&classes, Type::OID_ARRAY),
        (&oids, Type::OID_ARRAY),
        (&parts, Type::INT4_ARRAY),
        (&goes, Type::BOOL_ARRAY),
        (&our_classes, Type::OID_ARRAY),
        (&our_oids, Type::OID_ARRAY),
        (&extensions, Type::TEXT_ARRAY),
    ];
    let rows = database.client().query_typed(DEPENDENTS, &parameters).await;
    for row in rows.context("cannot ask what depends on the objects that go")? {
        let (at, refuses, what): (i64, bool, String) = (row.get(0), row.get(1), row.get(2));
        let says = if refuses { "depends on it, so that the server refuses" } else { "goes with it" };
        let position = usize::try_from(at).ok().and_then(|at| asked.get(at.checked_sub(1)?));
        let step = position.and_then(|(at, ..)| plan.moves.get_mut(*at)?.steps.first_mut());
        step.into_iter().for_each(|step| step.hazards.push(BREAKS_UNMANAGED.because(format!("{what} {says}"))));
    }
    Ok(())
}

/// What an object was called in the schema that a plan goes by way of, before the renames that its second half begins with.
fn between(plan: &Plan, at: usize, id: &Id) -> Id {
    let from = plan.between.as_ref().map_or(at, |between| between.moves.min(at));
    let renames = plan.moves[from..at].iter().map(|each| &each.change);
    past(id, &renames.filter(|change| matches!(change, Change::Rename { .. })).cloned().collect::<Vec<_>>())
}

/// What an object was called before the renames.
pub(super) fn past(id: &Id, renames: &[Change]) -> Id {
    let mut past = id.clone();
    for rename in renames.iter().rev() {
        let Change::Rename { from, to } = rename else { continue };
        if past == *to {
            past = from.clone();
        } else if to.kind.owns()
            && past.kind.belongs_to_table()
            && past.namespace == to.namespace
            && past.owner == to.name
        {
            past.namespace.clone_from(&from.namespace);
            past.owner.clone_from(&from.name);
        }
    }
    past
}
