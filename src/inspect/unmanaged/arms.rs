//! The SELECTs of what is not managed inside and around managed objects.

/// Defaults that a view's columns have.
pub(super) const VIEW_DEFAULTS: &str = "SELECT 'default of a view column', 0::oid, 0::oid, o.nspname, o.relname, a.attname, 1 \
               FROM pg_attrdef d JOIN own o ON o.oid = d.adrelid AND o.relkind = 'v' \
               JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum";

/// Columns of indexes and of materialized views.
pub(super) const OF_COLUMNS: &str = "SELECT 'statistics target of an index', 0::oid, 0::oid, o.nspname, o.relname, a.attname, 1 \
               FROM own o JOIN pg_attribute a ON a.attrelid = o.oid WHERE o.relkind IN ('i', 'I') AND a.attstattarget >= 0 \
             UNION ALL \
             SELECT 'setting of a materialized view', 0::oid, 0::oid, o.nspname, o.relname, a.attname, 1 \
               FROM own o JOIN pg_attribute a ON a.attrelid = o.oid AND a.attnum > 0 AND NOT a.attisdropped \
               JOIN pg_type t ON t.oid = a.atttypid \
              WHERE o.relkind = 'm' AND (a.attstattarget >= 0 OR a.attoptions IS NOT NULL OR a.attcompression <> '' \
                     OR a.attstorage <> t.typstorage)";

/// What goes with an extension that did not bring it.
pub(super) const EXTENSIONS: &str = "SELECT 'dependency on an extension', d.classid, d.objid, '', '', pg_describe_object(d.classid, d.objid, d.objsubid), 1 \
               FROM pg_depend d WHERE d.deptype = 'x'";

/// Comments on what an object consists of, such as what a partition takes over.
pub(super) const COMMENTS: &str = "SELECT 'comment on an inner part', 0::oid, 0::oid, x.nspname, x.owner, x.name, 1 FROM ( \
               SELECT 'pg_class'::regclass::oid AS class, o.oid, o.nspname, t.relname AS owner, o.relname AS name \
                 FROM own o JOIN pg_index i ON i.indexrelid = o.oid JOIN pg_class t ON t.oid = i.indrelid \
                WHERE o.relispartition \
               UNION ALL \
               SELECT 'pg_constraint'::regclass, c.oid, o.nspname, o.relname, c.conname FROM pg_constraint c \
                 JOIN own o ON o.oid = c.conrelid WHERE c.contype = 'n' OR NOT c.conislocal OR c.conparentid <> 0 \
               UNION ALL \
               SELECT 'pg_constraint'::regclass, c.oid, t.nspname, t.typname, c.conname FROM pg_constraint c \
                 JOIN typ t ON t.oid = c.contypid WHERE c.contype = 'n' \
               UNION ALL \
               SELECT 'pg_trigger'::regclass, g.oid, o.nspname, o.relname, g.tgname FROM pg_trigger g \
                 JOIN own o ON o.oid = g.tgrelid WHERE g.tgisinternal OR g.tgparentid <> 0 \
               UNION ALL \
               SELECT 'pg_type'::regclass, t.oid, t.nspname, '', t.typname FROM typ t \
                WHERE t.typtype = 'm' OR t.typoutput = 'array_out'::regproc) x \
              WHERE (x.class, x.oid) IN (SELECT d.classoid, d.objoid FROM pg_description d WHERE d.objoid >= 16384)";

/// Indexes of partitions.
pub(super) const OF_INDEXES: &str = "SELECT 'setting of a partition index', 0::oid, 0::oid, o.nspname, o.relname, '', 1 \
               FROM own o JOIN pg_inherits h ON h.inhrelid = o.oid JOIN pg_class p ON p.oid = h.inhparent \
              WHERE o.relkind IN ('i', 'I') AND o.reloptions IS DISTINCT FROM p.reloptions";

/// Who may use what an extension brought, where somebody changed that.
pub(super) const BROUGHT: &str = "SELECT 'grant on what an extension brought', 0::oid, 0::oid, x.nspname, '', x.name, 1 FROM ( \
               SELECT 'pg_class'::regclass::oid AS class, c.oid, n.nspname, c.relname::text AS name, c.relacl AS acl, \
                      acldefault(CASE c.relkind WHEN 'S' THEN 's'::\"char\" ELSE 'r' END, c.relowner) AS usual \
                 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relacl IS NOT NULL \
               UNION ALL \
               SELECT 'pg_proc'::regclass, p.oid, n.nspname, p.oid::regprocedure::text, p.proacl, acldefault('f', p.proowner) \
                 FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE p.proacl IS NOT NULL \
               UNION ALL \
               SELECT 'pg_type'::regclass, t.oid, n.nspname, t.typname, t.typacl, acldefault('T', t.typowner) \
                 FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.typacl IS NOT NULL \
               UNION ALL \
               SELECT 'pg_namespace'::regclass, n.oid, n.nspname, n.nspname, n.nspacl, acldefault('n', n.nspowner) \
                 FROM pg_namespace n WHERE n.nspacl IS NOT NULL \
               UNION ALL \
               SELECT 'pg_language'::regclass, l.oid, '', l.lanname, l.lanacl, acldefault('l', l.lanowner) \
                 FROM pg_language l WHERE l.lanacl IS NOT NULL) x \
               JOIN member m ON m.classid = x.class AND m.objid = x.oid \
               LEFT JOIN pg_init_privs i ON i.classoid = x.class AND i.objoid = x.oid AND i.objsubid = 0 \
              WHERE x.acl <> COALESCE(i.initprivs, x.usual)";

/// Triggers of what is not managed, and those within that somebody switched.
pub(super) const TRIGGERS: &str = "SELECT 'trigger', 'pg_trigger'::regclass, t.oid, o.nspname, o.relname, t.tgname, 1 \
               FROM pg_trigger t JOIN own o ON o.oid = t.tgrelid WHERE NOT t.tgisinternal AND t.tgparentid = 0 AND o.relkind <> 'v' \
                AND NOT EXISTS (SELECT FROM rel WHERE rel.oid = o.oid) \
             UNION ALL \
             SELECT DISTINCT 'switched trigger of a constraint', 0::oid, 0::oid, o.nspname, o.relname, c.conname, 1 \
               FROM pg_trigger t JOIN own o ON o.oid = t.tgrelid JOIN pg_constraint c ON c.oid = t.tgconstraint \
              WHERE t.tgisinternal AND t.tgenabled <> 'O' \
             UNION ALL \
             SELECT 'switched trigger of a partition', 0::oid, 0::oid, o.nspname, o.relname, t.tgname, 1 \
               FROM pg_trigger t JOIN own o ON o.oid = t.tgrelid JOIN pg_trigger p ON p.oid = t.tgparentid \
              WHERE NOT t.tgisinternal AND t.tgenabled <> p.tgenabled";

/// Relations that no kind reads, and what of the others none does.
pub(super) const RELATIONS: &str = "SELECT CASE WHEN relkind = 'f' THEN 'foreign table' WHEN relkind = 'S' THEN 'sequence' \
                         ELSE 'typed table' END, \
                    'pg_class'::regclass, oid, nspname, '', relname, 1 \
               FROM own WHERE (relkind IN ('f', 'S') OR (relkind IN ('p', 'r') AND reloftype <> 0)) \
                AND NOT (relkind = 'S' AND (EXISTS (SELECT FROM seq WHERE seq.oid = own.oid) \
                     OR EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = own.oid AND d.deptype = 'i'))) \
             UNION ALL SELECT 'use of a tablespace', 'pg_class'::regclass, oid, nspname, relname, '', 1 FROM own WHERE reltablespace <> 0 \
             UNION ALL SELECT 'setting of a materialized view', 0::oid, 0::oid, o.nspname, o.relname, '', 1 \
               FROM own o JOIN pg_am m ON m.oid = o.relam LEFT JOIN pg_class t ON t.oid = o.reltoastrelid \
              WHERE o.relkind = 'm' AND (m.amname <> 'heap' OR t.reloptions IS NOT NULL)";
