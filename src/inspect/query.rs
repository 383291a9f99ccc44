//! The one statement that reads a schema.

use super::unmanaged;
use crate::kind::{self, KindTag};

/// What the kinds' queries share: the user's namespaces, relations, types and functions.
///
/// `$1` are the namespaces to look at, or NULL for all that are the user's; `$2` asks for the session's temporary
/// namespace instead, where twins are made. What an extension brought is the extension's, and refinery's history is
/// refinery's.
///
/// `$3` is the search path under which names are written. The statement itself is understood under `pg_catalog` alone:
/// whoever may create functions or operators elsewhere must not get a say in it (CVE-2018-1058).
const SHARED: &str = "\
WITH path AS MATERIALIZED (SELECT set_config('search_path', $3, true)),
member AS MATERIALIZED (SELECT classid, objid FROM pg_depend WHERE deptype = 'e'),
ns AS MATERIALIZED (SELECT n.oid, n.nspname FROM pg_namespace n CROSS JOIN path WHERE CASE WHEN $2 THEN n.oid = pg_my_temp_schema()
      ELSE nspname !~ '^pg_' AND nspname <> 'information_schema' AND ($1::text[] IS NULL OR nspname = ANY ($1))
       AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_namespace'::regclass AND m.objid = n.oid) END),
own AS MATERIALIZED (SELECT c.*, n.nspname FROM pg_class c JOIN ns n ON n.oid = c.relnamespace
      WHERE c.relname NOT IN ('refinery_schema_history', 'dbtool_unfinished')
        AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_class'::regclass AND m.objid = c.oid)
        AND (c.relkind <> 'c' OR NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_type'::regclass AND m.objid = c.reltype))),
rel AS MATERIALIZED (SELECT * FROM own WHERE relkind IN ('r', 'p') AND reloftype = 0),
seq AS MATERIALIZED (SELECT * FROM own WHERE relkind = 'S'
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = own.oid AND d.refclassid = 'pg_class'::regclass
                           AND (d.deptype = 'i' OR (d.deptype = 'a' AND NOT EXISTS (SELECT FROM rel WHERE rel.oid = d.refobjid))))),
kept AS MATERIALIZED (SELECT * FROM rel UNION ALL SELECT * FROM own WHERE relkind = 'm'),
typ AS MATERIALIZED (SELECT t.*, n.nspname FROM pg_type t JOIN ns n ON n.oid = t.typnamespace
      WHERE NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_type'::regclass AND m.objid = t.oid)),
proc AS MATERIALIZED (SELECT p.*, n.nspname FROM pg_proc p JOIN ns n ON n.oid = p.pronamespace
      WHERE NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_proc'::regclass AND m.objid = p.oid)
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'i'))
";

/// Names behind numbers, for the kinds that carry numbers: see [`crate::kind::Lookup`].
const LOOKUPS: &str = "\
SELECT 'lookup class'::text, 0::oid, o.oid, 0, ''::text, ''::text, CASE WHEN pg_opclass_is_visible(o.oid) THEN quote_ident(o.opcname)
       ELSE quote_ident(n.nspname) || '.' || quote_ident(o.opcname) END, o.opcdefault::int, ''::text
  FROM path CROSS JOIN pg_opclass o JOIN pg_namespace n ON n.oid = o.opcnamespace
UNION ALL
SELECT 'lookup collation', 0::oid, c.oid, 0, '', '', quote_ident(n.nspname) || '.' || quote_ident(c.collname), 0, ''
  FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace
 WHERE c.oid IN (SELECT unnest(i.indcollation) FROM pg_index i JOIN kept r ON r.oid = i.indrelid)
UNION ALL
SELECT 'lookup column collation', 0::oid, a.attrelid, a.attnum::int, '', '', '', a.attcollation::int, ''
  FROM kept r JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND a.attcollation NOT IN (0, 100)
UNION ALL
SELECT 'lookup column', 0::oid, a.attrelid, a.attnum::int, '', '', a.attname, 0, ''
  FROM own r JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND r.relkind = 'm'";

/// The statement that reads a whole schema from a server of that version.
pub(super) fn catalog(version: u32) -> String {
    statement(version, KindTag::ALL, Some(unmanaged::select()))
}

/// The statement that reads twins: the kinds that the server words in its own way.
pub(super) fn twins(version: u32) -> String {
    let worded: Vec<KindTag> = KindTag::ALL.iter().copied().filter(|kind| kind.is_worded()).collect();
    statement(version, &worded, None)
}

fn statement(version: u32, kinds: &[KindTag], more: Option<String>) -> String {
    let kinds = kinds.iter().map(|kind| (kind, kind.catalog(version))).filter(|(_, inner)| !inner.is_empty());
    let kinds = kinds.map(|(kind, inner)| {
        let columns = "class, oid, subid, namespace, owner, name, position, object";
        format!(
            "SELECT '{}'::text, class::oid, oid, subid, namespace::text, owner::text, name::text, position, object \
                 FROM ({inner}) AS q({columns})",
            kind.word()
        )
    });
    // Numbers are explained before the rows that hold them: columns come before constraints and indexes anyway.
    let more = more.into_iter().flat_map(|more| [kind::LOOKUPS.to_owned(), more]);
    let all: Vec<String> = [LOOKUPS.to_owned()].into_iter().chain(kinds).chain(more).collect();
    let of_grants = kind::SHARED;
    let head = "kind, class, oid, subid, namespace, owner, name, position, object";
    format!(
        "{SHARED},\n{of_grants}SELECT a.kind, a.oid, a.subid, a.namespace, a.owner, a.name, a.position, a.object, \
                CASE WHEN a.kind = 'role' THEN shobj_description(a.oid, 'pg_authid') ELSE d.description END, a.class \
         FROM ({}) AS a({head}) LEFT JOIN pg_description d \
           ON d.classoid = a.class AND d.objoid = a.oid AND d.objsubid = a.subid AND a.oid <> 0",
        all.join("\nUNION ALL\n")
    )
}
