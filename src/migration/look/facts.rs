//! What the catalogs say of the tables and views that hazards are about: one query, however many they are.

use std::collections::{BTreeSet, HashMap, HashSet};

use tokio_postgres::types::Type;
use tokio_postgres::{Client, Error, Row};

use crate::hazard::{About, Asks, Moved, Sets, Whither};

/// A table or view.
pub(super) struct Relation {
    pub(super) oid: u32,
    /// Its name as the server writes it.
    pub(super) name: String,
    pub(super) is_view: bool,
    /// Whether its rows stand on another server.
    pub(super) is_foreign: bool,
    pub(super) owner: u32,
    /// Who has rights on it, or on views and tables through which its rows are found, beside their owners.
    pub(super) readers: Vec<String>,
    /// The columns that its own policies read.
    pub(super) own: Vec<String>,
    /// The columns that no two rows have the same in, themselves or with others.
    pub(super) keys: Vec<String>,
    pub(super) is_closed: bool,
    pub(super) is_forced: bool,
    pub(super) columns: Vec<String>,
    pub(super) policies: Vec<String>,
    pub(super) restrictive: Vec<String>,
    /// The columns that policies read, its own and those of others, also by way of keys that follow them.
    pub(super) decides: Vec<String>,
    /// Who has rights on it beside its owner.
    pub(super) granted: Vec<String>,
    /// Each right on the whole of it behind its role, with a star where it may be passed on.
    pub(super) rights: Vec<String>,
    pub(super) triggers: Vec<String>,
    /// The columns that have to have a value, and the constraints that let no two rows be the same.
    pub(super) required: Vec<String>,
    pub(super) unique: Vec<String>,
    /// Whether a policy that restricts hangs on it, or on some view, which may hang on it.
    pub(super) restrains: bool,
    /// Whether policies of other tables read it.
    pub(super) steers: bool,
    /// Its partition for all other rows, as the server writes it.
    pub(super) default: Option<String>,
    /// How many rows it holds, or those that it shows, as the server reckons: also where nobody has counted yet.
    pub(super) rows: i64,
}

/// What is known of names.
#[derive(Default)]
pub(super) struct Facts {
    relations: HashMap<String, Relation>,
    /// Domains that ask something of their values.
    strict: HashSet<String>,
    /// Whether others have rights on a table from its birth.
    pub(super) born_open: bool,
    /// Whether row security binds who looks.
    pub(super) is_bound: bool,
}

const SQL: &str = "\
    SELECT n.name, c.oid, c.oid::pg_catalog.regclass::pg_catalog.text, c.relkind IN ('v', 'm'), c.relrowsecurity, \
      c.relforcerowsecurity, \
      ARRAY(SELECT a.attname::pg_catalog.text FROM pg_catalog.pg_attribute a \
            WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum), \
      ARRAY(SELECT p.polname::pg_catalog.text FROM pg_catalog.pg_policy p WHERE p.polrelid = c.oid), \
      ARRAY(SELECT p.polname::pg_catalog.text FROM pg_catalog.pg_policy p WHERE p.polrelid = c.oid AND NOT p.polpermissive), \
      ARRAY(SELECT DISTINCT a.attname::pg_catalog.text FROM pg_catalog.pg_depend d \
            JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid \
            WHERE d.classid = 'pg_catalog.pg_policy'::pg_catalog.regclass \
              AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = c.oid AND d.refobjsubid > 0 \
            UNION SELECT a.attname::pg_catalog.text FROM pg_catalog.pg_constraint f \
            JOIN pg_catalog.pg_attribute a ON a.attrelid = f.confrelid AND a.attnum = ANY (f.confkey) \
            JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_policy'::pg_catalog.regclass \
              AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass \
              AND d.refobjid = f.conrelid AND d.refobjsubid = ANY (f.conkey) \
            WHERE f.contype = 'f' AND f.confrelid = c.oid AND f.confupdtype = 'c'), \
      ARRAY(SELECT CASE g.grantee WHEN 0 THEN 'public' ELSE pg_catalog.pg_get_userbyid(g.grantee)::pg_catalog.text END \
            FROM (SELECT c.relacl UNION ALL SELECT a.attacl FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid) AS l(acl), \
              LATERAL pg_catalog.aclexplode(l.acl) AS g WHERE g.grantee <> c.relowner), \
      ARRAY(SELECT t.tgname::pg_catalog.text FROM pg_catalog.pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal), \
      EXISTS (SELECT FROM pg_catalog.pg_default_acl d, LATERAL pg_catalog.aclexplode(d.defaclacl) AS g \
              WHERE d.defaclobjtype = 'r' AND g.grantee <> d.defaclrole \
                AND d.defaclrole = (SELECT r.oid FROM pg_catalog.pg_roles r WHERE r.rolname = CURRENT_USER)), \
      NOT EXISTS (SELECT FROM pg_catalog.pg_roles r WHERE r.rolname = CURRENT_USER AND (r.rolsuper OR r.rolbypassrls)), \
      EXISTS (SELECT FROM pg_catalog.pg_policy p JOIN pg_catalog.pg_depend d \
                ON d.classid = 'pg_catalog.pg_policy'::pg_catalog.regclass AND d.objid = p.oid \
               AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass \
              JOIN pg_catalog.pg_class t ON t.oid = d.refobjid \
              WHERE NOT p.polpermissive AND (t.relkind IN ('v', 'm') OR t.oid = c.oid AND (d.refobjsubid > 0 OR p.polrelid <> c.oid))), \
      (WITH RECURSIVE down(oid) AS (SELECT c.oid UNION SELECT n.oid FROM down, LATERAL ( \
         SELECT i.inhrelid AS oid FROM pg_catalog.pg_inherits i WHERE i.inhparent = down.oid \
         UNION ALL SELECT d.refobjid FROM pg_catalog.pg_rewrite w JOIN pg_catalog.pg_depend d \
           ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND d.objid = w.oid \
          AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass WHERE w.ev_class = down.oid) AS n) \
       SELECT coalesce(pg_catalog.sum(greatest(r.reltuples, pg_catalog.pg_stat_get_live_tuples(r.oid), 0)), 0)::pg_catalog.int8 \
       FROM down JOIN pg_catalog.pg_class r ON r.oid = down.oid AND r.relkind IN ('r', 'm', 'f')), \
      EXISTS (SELECT FROM pg_catalog.pg_policy p JOIN pg_catalog.pg_depend d \
                ON d.classid = 'pg_catalog.pg_policy'::pg_catalog.regclass AND d.objid = p.oid \
               AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass \
               AND d.refobjid IN (WITH RECURSIVE up(oid) AS (SELECT c.oid UNION SELECT i.inhparent FROM up \
                                  JOIN pg_catalog.pg_inherits i ON i.inhrelid = up.oid) SELECT up.oid FROM up) \
              WHERE p.polrelid <> d.refobjid), \
      (SELECT p.partdefid::pg_catalog.regclass::pg_catalog.text FROM pg_catalog.pg_partitioned_table p \
       WHERE p.partrelid = c.oid AND p.partdefid <> 0), \
      c.relkind = 'f', c.relowner, \
      ARRAY(WITH RECURSIVE up(oid) AS (SELECT c.oid UNION SELECT n.oid FROM up, LATERAL ( \
              SELECT w.ev_class AS oid FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_rewrite w ON w.oid = d.objid \
              WHERE d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass \
                AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = up.oid \
              UNION ALL SELECT i.inhparent FROM pg_catalog.pg_inherits i WHERE i.inhrelid = up.oid) AS n) \
            SELECT CASE g.grantee WHEN 0 THEN 'public' ELSE pg_catalog.pg_get_userbyid(g.grantee)::pg_catalog.text END \
            FROM up JOIN pg_catalog.pg_class r ON r.oid = up.oid, \
              LATERAL (SELECT r.relacl UNION ALL SELECT a.attacl FROM pg_catalog.pg_attribute a WHERE a.attrelid = r.oid) AS l(acl), \
              LATERAL pg_catalog.aclexplode(l.acl) AS g WHERE g.grantee <> r.relowner), \
      ARRAY(SELECT DISTINCT a.attname::pg_catalog.text FROM pg_catalog.pg_policy p JOIN pg_catalog.pg_depend d \
              ON d.classid = 'pg_catalog.pg_policy'::pg_catalog.regclass AND d.objid = p.oid \
             AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = c.oid \
            JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.refobjsubid \
            WHERE p.polrelid = c.oid AND d.refobjsubid > 0), \
      ARRAY(SELECT a.attname::pg_catalog.text FROM pg_catalog.pg_index i JOIN pg_catalog.pg_attribute a \
              ON a.attrelid = c.oid AND a.attnum = ANY (i.indkey) WHERE i.indrelid = c.oid AND i.indisunique AND a.attnum > 0), \
      ARRAY(SELECT a.attname::pg_catalog.text FROM pg_catalog.pg_attribute a \
            WHERE a.attrelid = c.oid AND a.attnum > 0 AND a.attnotnull AND (a.atthasdef OR a.attidentity <> '')), \
      ARRAY(SELECT u.conname::pg_catalog.text FROM pg_catalog.pg_constraint u \
            WHERE u.conrelid = c.oid AND u.contype IN ('p', 'u')), \
      ARRAY(SELECT pg_catalog.concat(CASE g.grantee WHEN 0 THEN 'public' ELSE pg_catalog.pg_get_userbyid(g.grantee)::pg_catalog.text END, \
                                     ' ', g.privilege_type, CASE WHEN g.is_grantable THEN '*' END) \
            FROM pg_catalog.aclexplode(c.relacl) AS g) \
    FROM pg_catalog.unnest($1::pg_catalog.text[]) AS n(name) \
    JOIN pg_catalog.pg_class c ON c.oid = pg_catalog.to_regclass(n.name)";

/// A domain over another one is taken for one that asks as well.
const STRICT: &str = "\
    SELECT n.name FROM pg_catalog.unnest($1::pg_catalog.text[]) AS n(name) \
    JOIN pg_catalog.pg_type t ON t.oid = pg_catalog.to_regtype(n.name) AND t.typtype = 'd' \
    WHERE t.typnotnull OR EXISTS (SELECT FROM pg_catalog.pg_constraint c WHERE c.contypid = t.oid) \
       OR EXISTS (SELECT FROM pg_catalog.pg_type b WHERE b.oid = t.typbasetype AND b.typtype = 'd')";

impl Facts {
    pub(super) async fn of(client: &Client, abouts: &[&About]) -> Result<Self, Error> {
        let names: BTreeSet<&str> = abouts.iter().flat_map(|about| names(about.inner())).collect();
        let mut facts = Self::default();
        if names.is_empty() {
            return Ok(facts);
        }
        let names: Vec<&str> = names.into_iter().collect();
        for row in client.query_typed(SQL, &[(&names, Type::TEXT_ARRAY)]).await? {
            facts.born_open = row.get(12);
            facts.is_bound = row.get(13);
            facts.relations.insert(row.get(0), Relation::of(&row));
        }
        let types = abouts.iter().filter_map(|about| match about {
            About::Table { asks: Asks::Typed(name), .. } => Some(name.as_str()),
            _ => None,
        });
        let types: Vec<&str> = types.collect::<BTreeSet<_>>().into_iter().collect();
        if !types.is_empty() {
            let rows = client.query_typed(STRICT, &[(&types, Type::TEXT_ARRAY)]).await?;
            facts.strict = rows.iter().map(|row| row.get(0)).collect();
        }
        Ok(facts)
    }

    /// With what is known of other names.
    pub(super) fn and(&mut self, more: Self) {
        self.born_open |= more.born_open;
        self.relations.extend(more.relations);
    }

    pub(super) fn is_strict(&self, domain: &str) -> bool {
        self.strict.contains(domain)
    }

    pub(super) fn relation(&self, sql: &str) -> Option<&Relation> {
        self.relations.get(sql)
    }
}

impl Relation {
    fn of(row: &Row) -> Self {
        Self {
            oid: row.get(1),
            name: row.get(2),
            is_view: row.get(3),
            is_closed: row.get(4),
            is_forced: row.get(5),
            columns: row.get(6),
            policies: row.get(7),
            restrictive: row.get(8),
            decides: row.get(9),
            granted: row.get(10),
            triggers: row.get(11),
            restrains: row.get(14),
            rows: row.get(15),
            steers: row.get(16),
            default: row.get(17),
            is_foreign: row.get(18),
            owner: row.get(19),
            readers: row.get(20),
            own: row.get(21),
            keys: row.get(22),
            required: row.get(23),
            unique: row.get(24),
            rights: row.get(25),
        }
    }
}

/// The tables and views that a question names.
fn names(about: &About) -> Vec<&str> {
    match about {
        About::Table { sql, asks: Asks::Copied(Whither::Table(to)), .. } => vec![sql, to],
        About::Table { sql, asks: Asks::Crosses(it), .. } => {
            [sql, &it.to].into_iter().chain(&it.beside).map(String::as_str).collect()
        }
        About::Moves(Moved { whither: Whither::Table(to), .. }) => vec![to],
        About::Table { sql, .. } => vec![sql],
        About::Calls(calls) | About::Carries(calls) | About::Sets(Sets { by: calls, .. }) => {
            calls.relations.iter().map(String::as_str).collect()
        }
        _ => Vec::new(),
    }
}
