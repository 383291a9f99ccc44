//! How the catalog holds aggregates.

use serde::Deserialize;

use super::{Aggregate, Moving, Phase};
use crate::kind::catalog::Value::{Json, Text};
use crate::kind::catalog::object;
use crate::kind::function::IDENTITY_SQL;
use crate::kind::{Argument, Parallel};

/// The SELECT that reads them.
pub(super) fn query() -> String {
    let (phase, back) = (phase_sql("m"), function_sql("aggminvtransfn"));
    let moving = object(&[("phase", Json(&phase)), ("minvfunc", Text(&back))]);
    let moving = format!("CASE WHEN a.aggmtransfn <> 0 THEN {moving} END");
    let functions = ["aggcombinefn", "aggserialfn", "aggdeserialfn"].map(function_sql);
    let object = object(&[
        ("arguments", Json(ARGUMENTS_SQL)),
        ("kind", Text("a.aggkind")),
        ("direct", Json("a.aggnumdirectargs")),
        ("phase", Json(&phase_sql(""))),
        ("combinefunc", Text(&functions[0])),
        ("serialfunc", Text(&functions[1])),
        ("deserialfunc", Text(&functions[2])),
        ("moving", Json(&moving)),
        ("sortop", Text(SORTOP_SQL)),
        ("parallel", Text("CASE p.proparallel WHEN 's' THEN 'safe' WHEN 'r' THEN 'restricted' ELSE 'unsafe' END")),
    ]);
    format!(
        "SELECT 'pg_proc'::regclass, p.oid, 0, p.nspname, {IDENTITY_SQL}, p.proname, 0, {object} \
               FROM proc p JOIN pg_aggregate a ON a.aggfnoid = p.oid"
    )
}

const ARGUMENTS_SQL: &str = "COALESCE((SELECT json_agg(json_build_object('name', NULLIF(p.proargnames[o], ''), \
    'type', format_type(t, NULL), 'mode', CASE p.proargmodes[o] WHEN 'v' THEN 'variadic' ELSE 'in' END) ORDER BY o) \
    FROM unnest(p.proargtypes) WITH ORDINALITY u(t, o)), '[]')";

const SORTOP_SQL: &str = "(SELECT CASE WHEN pg_operator_is_visible(o.oid) THEN o.oprname::text \
    ELSE 'OPERATOR(' || quote_ident(n.nspname) || '.' || o.oprname || ')' END \
    FROM pg_operator o JOIN pg_namespace n ON n.oid = o.oprnamespace WHERE o.oid = a.aggsortop)";

/// A function as SQL names it, from a column of `pg_aggregate a`; NULL where there is none.
fn function_sql(column: &str) -> String {
    format!(
        "(SELECT CASE WHEN pg_function_is_visible(f.oid) THEN '' ELSE quote_ident(n.nspname) || '.' END || quote_ident(f.proname) \
           FROM pg_proc f JOIN pg_namespace n ON n.oid = f.pronamespace WHERE f.oid = a.{column})"
    )
}

/// A [`Phase`] from `pg_aggregate a`, whose columns for moving windows have an `m` in their names.
fn phase_sql(m: &str) -> String {
    let usual = "CASE a.aggkind WHEN 'n' THEN 'r' ELSE 'w' END";
    let modify = format!(
        "CASE NULLIF(a.agg{m}finalmodify::text, {usual}) WHEN 'r' THEN 'read_only' WHEN 's' THEN 'shareable' WHEN 'w' THEN 'read_write' END"
    );
    object(&[
        ("sfunc", Text(&function_sql(&format!("agg{m}transfn")))),
        ("stype", Text(&format!("format_type(a.agg{m}transtype, NULL)"))),
        ("sspace", Json(&format!("NULLIF(a.agg{m}transspace, 0)"))),
        ("finalfunc", Text(&function_sql(&format!("agg{m}finalfn")))),
        ("finalfunc_extra", Json(&format!("a.agg{m}finalextra"))),
        ("finalfunc_modify", Text(&modify)),
        ("initcond", Text(&format!("a.agg{m}initval"))),
    ])
}

/// An aggregate as the catalog holds it.
#[derive(Deserialize)]
pub(super) struct Raw {
    arguments: Vec<Argument>,
    kind: char,
    direct: usize,
    phase: Phase,
    combinefunc: Option<String>,
    serialfunc: Option<String>,
    deserialfunc: Option<String>,
    moving: Option<RawMoving>,
    sortop: Option<String>,
    parallel: Parallel,
}

#[derive(Deserialize)]
struct RawMoving {
    phase: Phase,
    minvfunc: String,
}

impl Raw {
    pub(super) fn into_aggregate(self) -> Aggregate {
        let Self { mut arguments, kind, direct, phase, combinefunc, serialfunc, deserialfunc, .. } = self;
        let order_by = (kind != 'n').then(|| arguments.split_off(direct.min(arguments.len())));
        let moving = self.moving.map(|RawMoving { phase, minvfunc }| Moving { phase, minvfunc });
        let (sortop, parallel, hypothetical) = (self.sortop, self.parallel, kind == 'h');
        Aggregate {
            arguments,
            order_by,
            hypothetical,
            phase,
            combinefunc,
            serialfunc,
            deserialfunc,
            moving,
            sortop,
            parallel,
        }
    }
}
