//! Grants as the catalog keeps them: access lists, of which only what differs from the usual is read.

use std::collections::BTreeSet;

use anyhow::Context as _;

use super::{Grant, OWNER, PUBLIC, Privilege};

/// What the queries about grants share: who owns most, and what is not as usual.
///
/// The usual access list of an object is what PostgreSQL takes where there is none; of the schema `public` it is what
/// `initdb` makes of it, which is always written out.
pub(crate) const SHARED: &str = "\
me AS MATERIALIZED (SELECT u.oid AS \"user\", COALESCE((SELECT relowner FROM own GROUP BY relowner
        ORDER BY count(*) DESC, relowner = u.oid DESC, relowner LIMIT 1), u.oid) AS owner
      FROM pg_roles u WHERE u.rolname = current_user),
able AS MATERIALIZED (
  SELECT c.oid, 0 AS subid, c.nspname, CASE WHEN c.relkind IN ('v', 'm') THEN 'view ' WHEN c.relkind <> 'S' THEN 'table '
         WHEN i.col IS NULL THEN 'sequence ' ELSE 'identity sequence ' || i.col || chr(1) END || COALESCE(i.tab, c.relname) AS subject,
         c.relowner AS owner, c.relacl AS acl, acldefault(CASE c.relkind WHEN 'S' THEN 's'::\"char\" ELSE 'r' END, c.relowner) AS usual,
         c.relacl IS NOT NULL AS written
    FROM own c CROSS JOIN me LEFT JOIN LATERAL (SELECT r.relname AS tab, a.attname AS col FROM pg_depend d
           JOIN pg_class r ON r.oid = d.refobjid JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum = d.refobjsubid
          WHERE c.relkind = 'S' AND d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'i') i ON true
   WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S') AND (c.relacl IS NOT NULL OR c.relowner <> me.owner)
  UNION ALL
  SELECT p.oid, 0, p.nspname, CASE WHEN p.prokind = 'a' THEN 'aggregate ' ELSE 'function ' END || p.proname || chr(1)
         || COALESCE((SELECT string_agg(format_type(t, NULL), ', ' ORDER BY o) FROM unnest(p.proargtypes) WITH ORDINALITY a(t, o)), ''),
         p.proowner, p.proacl, acldefault('f', p.proowner), p.proacl IS NOT NULL
    FROM proc p CROSS JOIN me WHERE p.proacl IS NOT NULL OR p.proowner <> me.owner
  UNION ALL
  SELECT t.oid, 0, t.nspname, CASE t.typtype WHEN 'e' THEN 'enum ' WHEN 'd' THEN 'domain ' WHEN 'r' THEN 'range type ' ELSE 'composite type ' END || t.typname,
         t.typowner, t.typacl, acldefault('T', t.typowner), t.typacl IS NOT NULL
    FROM typ t CROSS JOIN me WHERE t.typtype IN ('e', 'd', 'c', 'r') AND (t.typacl IS NOT NULL OR t.typowner <> me.owner)
  UNION ALL
  SELECT n.oid, 0, '', 'schema ' || n.nspname, n.nspowner, COALESCE(n.nspacl, acldefault('n', n.nspowner)),
         CASE n.nspname WHEN 'public' THEN array_append(acldefault('n', n.nspowner), makeaclitem(0, n.nspowner, 'USAGE', false))
                        ELSE acldefault('n', n.nspowner) END, n.nspacl IS NOT NULL AND n.nspname <> 'public'
    FROM (SELECT full_ns.* FROM pg_namespace full_ns JOIN ns ON ns.oid = full_ns.oid) n)
";

/// Rows about who asks, who owns what, and which roles there are.
pub(crate) const LOOKUPS: &str = "\
SELECT 'lookup server', 0::oid, 0::oid, 0, '', pg_get_userbyid(me.owner)::text, pg_get_userbyid(me.\"user\"), 0, '' FROM me
UNION ALL
SELECT 'lookup owner', 0::oid, 0::oid, 0, a.nspname, a.subject, pg_get_userbyid(a.owner), 0, '' FROM able a JOIN me ON a.owner <> me.owner
UNION ALL
SELECT 'lookup role', 0::oid, 0::oid, 0, '', '', rolname, 0, '' FROM pg_roles";

/// What was given and taken, a line a privilege: its name, a sign, the column and who gave it, both as JSON.
const ITEMS: &str = "string_agg(lower(e.privilege) || E'\\t' || CASE WHEN e.taken THEN '-' WHEN e.grantable THEN '*' ELSE '' END \
     || E'\\t' || COALESCE(to_json(a.col)::text, '') || E'\\t' || COALESCE(e.by, ''), E'\\n')";

/// The entries of an access list that differ from those of the usual one.
const ENTRIES: &str = "\
SELECT COALESCE(i.grantee, u.grantee) AS grantee, COALESCE(i.privilege, u.privilege_type) AS privilege, \
       i.grantable, i.by, i.privilege IS NULL AS taken \
  FROM (SELECT x.grantee, x.privilege_type AS privilege, bool_or(x.is_grantable) AS grantable, \
               json_agg(pg_get_userbyid(x.grantor)) FILTER (WHERE x.grantor <> a.owner)::text AS by \
          FROM aclexplode(a.acl) x GROUP BY 1, 2) i \
  FULL JOIN aclexplode(a.usual) u ON u.grantee = i.grantee AND u.privilege_type = i.privilege \
 WHERE i.privilege IS NULL OR u.privilege_type IS NULL";

/// The owner may pass on everything; that it was given the right by name is an entry of its own kind.
const OF_OWNER: &str = " OR i.grantable <> u.is_grantable";

/// Who an entry is for.
fn grantee(role: &str, owner: &str) -> String {
    format!("CASE {role} WHEN 0 THEN '{PUBLIC}' WHEN {owner} THEN '{OWNER}' ELSE pg_get_userbyid(e.grantee)::text END")
}

/// The rows of [`super::Grant`].
pub(super) fn grants() -> String {
    let grantee = grantee("COALESCE(e.grantee, a.owner)", "a.owner");
    format!(
        "SELECT 'pg_class'::regclass, 0::oid, 0, a.nspname, a.subject, {grantee}, 0, COALESCE({ITEMS}, '') FROM ( \
            SELECT nspname, subject, NULL::name AS col, owner, acl, usual, written FROM able WHERE acl IS NOT NULL \
            UNION ALL \
            SELECT c.nspname, CASE WHEN c.relkind IN ('v', 'm') THEN 'view ' ELSE 'table ' END || c.relname, t.attname, c.relowner, \
                   t.attacl, NULL::aclitem[], false \
              FROM pg_attribute t JOIN own c ON c.oid = t.attrelid \
             WHERE t.attacl IS NOT NULL AND t.attnum > 0 AND NOT t.attisdropped) a \
          LEFT JOIN LATERAL ({ENTRIES}{OF_OWNER}) e ON true WHERE a.written OR e.grantee IS NOT NULL GROUP BY 4, 5, 6"
    )
}

/// The rows of default privileges, whose objects are written the same.
pub(in crate::kind) fn default_privileges() -> String {
    // In a schema they only add; elsewhere they begin with what is usual, the owner's own rights among it.
    let grantee = grantee("e.grantee", "CASE WHEN a.anywhere THEN a.owner END");
    format!(
        "SELECT 'pg_default_acl'::regclass, 0::oid, 0, a.nspname, a.subject, {grantee}, 0, {ITEMS} FROM ( \
            SELECT COALESCE(n.nspname, '') AS nspname, NULL::name AS col, d.defaclrole AS owner, d.defaclacl AS acl, n.oid IS NULL AS anywhere, \
                   CASE d.defaclobjtype WHEN 'r' THEN 'tables' WHEN 'S' THEN 'sequences' WHEN 'f' THEN 'functions' WHEN 'T' THEN 'types' \
                        ELSE 'schemas' END || ' ' || pg_get_userbyid(d.defaclrole) AS subject, \
                   CASE WHEN n.oid IS NULL THEN acldefault(CASE d.defaclobjtype WHEN 'S' THEN 's' ELSE d.defaclobjtype END, d.defaclrole) \
                        END AS usual \
              FROM pg_default_acl d LEFT JOIN ns n ON n.oid = d.defaclnamespace \
             WHERE d.defaclobjtype IN ('r', 'S', 'f', 'T', 'n') AND (d.defaclnamespace = 0 OR n.oid IS NOT NULL)) a \
          CROSS JOIN LATERAL ({ENTRIES}) e GROUP BY 4, 5, 6"
    )
}

/// Understands the lines of a row; there are none where a list is written out and says nothing new.
pub(in crate::kind) fn read(lines: &str) -> anyhow::Result<Grant> {
    let mut grant = Grant { written: lines.is_empty(), ..Grant::default() };
    for line in lines.lines() {
        let mut parts = line.split('\t');
        let mut part = || parts.next().with_context(|| format!("`{line}` is no privilege"));
        let (word, sign, column, by) = (part()?, part()?, part()?, part()?);
        let privilege = Privilege::named(word).with_context(|| format!("there is no privilege `{word}`"))?;
        if sign == "-" {
            grant.revoked.insert(privilege);
            continue;
        }
        let rights = match column {
            "" => &mut grant.rights,
            column => grant.columns.entry(serde_json::from_str(column)?).or_default(),
        };
        rights.privileges.insert(privilege);
        rights.with_grant_option.extend((sign == "*").then_some(privilege));
        if !by.is_empty() {
            grant.by.0.extend(serde_json::from_str::<BTreeSet<String>>(by)?);
        }
    }
    Ok(grant)
}
