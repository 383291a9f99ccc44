//! The queries for where calls lead to, and where they begin.

/// The functions of operators that nobody of PostgreSQL's own stands behind.
pub(super) const OPERATORS: &str = "\
    SELECT o.oprname::pg_catalog.text, p.proname::pg_catalog.text \
    FROM pg_catalog.pg_operator o JOIN pg_catalog.pg_proc p ON p.oid = o.oprcode \
    WHERE o.oprname = ANY ($1) AND p.pronamespace <> 'pg_catalog'::pg_catalog.regnamespace";

/// What a name behind a dot stands for takes a row.
pub(super) const BODIES: &str = "\
    SELECT n.name, CASE p.prokind WHEN 'a' THEN 'sql' ELSE l.lanname::pg_catalog.text END, \
      CASE p.prokind \
        WHEN 'a' THEN (SELECT 'SELECT ' || pg_catalog.string_agg(pg_catalog.quote_ident(f.proname) || '()', ', ') \
                       FROM pg_catalog.pg_aggregate a JOIN pg_catalog.pg_proc f ON f.oid IN (a.aggtransfn, a.aggfinalfn, a.aggcombinefn, \
                         a.aggserialfn, a.aggdeserialfn, a.aggmtransfn, a.aggminvtransfn, a.aggmfinalfn) WHERE a.aggfnoid = p.oid) \
        ELSE coalesce(pg_catalog.pg_get_function_sqlbody(p.oid), p.prosrc) \
          || coalesce(E'\n; SELECT ' || pg_catalog.pg_get_expr(p.proargdefaults, 0), '') END \
    FROM pg_catalog.unnest($1::pg_catalog.text[]) AS n(name) \
    CROSS JOIN LATERAL (VALUES (n.name, false), (pg_catalog.substr(n.name, 2), true)) AS f(name, of_row) \
    JOIN pg_catalog.pg_proc p ON p.proname = f.name \
      AND (NOT f.of_row OR n.name LIKE '.%' AND (SELECT t.typtype IN ('c', 'd', 'p') FROM pg_catalog.pg_type t \
                                                WHERE t.oid = p.proargtypes[0])) \
    JOIN pg_catalog.pg_language l ON l.oid = p.prolang \
    WHERE p.prokind IN ('f', 'p', 'a') \
      AND p.pronamespace <> 'pg_catalog'::pg_catalog.regnamespace \
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass \
                      AND d.objid = p.oid AND d.deptype = 'e')";

/// Where calls begin that no name of a function stands for: at operators, at views, at policies.
pub(super) const BEGINNINGS: &str = "\
    WITH RECURSIVE seen(root, oid) AS ( \
      SELECT o, o FROM pg_catalog.unnest($1::pg_catalog.oid[]) AS o \
      UNION \
      SELECT s.root, d.refobjid FROM seen s JOIN pg_catalog.pg_rewrite w ON w.ev_class = s.oid \
      JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND d.objid = w.oid \
        AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass) \
    SELECT 'view', '', s.root, p.proname::pg_catalog.text FROM seen s JOIN pg_catalog.pg_rewrite w ON w.ev_class = s.oid \
    JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND d.objid = w.oid \
    LEFT JOIN pg_catalog.pg_operator o ON d.refclassid = 'pg_catalog.pg_operator'::pg_catalog.regclass AND o.oid = d.refobjid \
    JOIN pg_catalog.pg_proc p ON p.oid = CASE d.refclassid WHEN 'pg_catalog.pg_proc'::pg_catalog.regclass THEN d.refobjid \
                                                          ELSE o.oprcode::pg_catalog.oid END \
    WHERE p.pronamespace <> 'pg_catalog'::pg_catalog.regnamespace \
    UNION ALL \
    SELECT DISTINCT 'policy', '', 0::pg_catalog.oid, coalesce(p.proname, c.relname)::pg_catalog.text \
    FROM pg_catalog.pg_depend d \
    LEFT JOIN pg_catalog.pg_proc p ON d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND p.oid = d.refobjid \
    LEFT JOIN pg_catalog.pg_class c ON d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND c.oid = d.refobjid \
      AND c.relkind IN ('v', 'm') \
    WHERE ($2 OR $3) AND d.classid = 'pg_catalog.pg_policy'::pg_catalog.regclass AND (p.oid IS NOT NULL OR c.oid IS NOT NULL) \
    UNION ALL \
    SELECT 'definer', '', 0::pg_catalog.oid, p.proname::pg_catalog.text FROM pg_catalog.pg_proc p \
    WHERE $2 AND p.prosecdef AND p.pronamespace <> 'pg_catalog'::pg_catalog.regnamespace \
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass \
                      AND d.objid = p.oid AND d.deptype = 'e')";
