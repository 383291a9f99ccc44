//! What dbtool sees and does not manage: a word for each table of PostgreSQL's catalog, and the rows that are counted.
//!
//! The list is complete: a test walks `pg_catalog` on a server of each version and fails on a table that has no line here.
//! What has the number of an object that came with `initdb` is PostgreSQL's own, what an extension brought is the
//! extension's, and what a table of ours consists of is told with the table.

use std::collections::BTreeMap;

mod arms;

use arms::{BROUGHT, COMMENTS, EXTENSIONS, OF_COLUMNS, OF_INDEXES, RELATIONS, TRIGGERS, VIEW_DEFAULTS};

/// An object that dbtool leaves alone: never altered, never dropped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmanaged {
    /// What it is, in PostgreSQL's words.
    pub kind: String,
    /// The namespace that it, or the table that it belongs to, lives in; empty for what lives in none.
    pub namespace: String,
    /// The table that it belongs to; empty for most.
    pub owner: String,
    /// Its name; empty for what has none.
    pub name: String,
    /// For how many objects it stands; more than one only where they have no names.
    pub count: i64,
}

impl Unmanaged {
    /// How it is called in a list of its kind.
    pub fn shown(&self) -> String {
        let own = if self.owner.is_empty() { &self.name } else { &self.owner };
        let place = if self.namespace.is_empty() || self.namespace == crate::schema::DEFAULT_NAMESPACE {
            own.clone()
        } else {
            format!("{}.{own}", self.namespace)
        };
        if self.owner.is_empty() || self.name.is_empty() { place } else { format!("{} on {place}", self.name) }
    }
}

/// How many there are of each kind.
pub fn counts(all: &[Unmanaged]) -> BTreeMap<String, i64> {
    let mut counts: BTreeMap<String, i64> = BTreeMap::new();
    for one in all {
        *counts.entry(one.kind.clone()).or_default() += one.count;
    }
    counts
}

/// The counts for a person: `1 cast, 2 rules`.
pub fn listed(all: &[Unmanaged]) -> String {
    let one = |(kind, count): (String, i64)| {
        if count == 1 { format!("1 {kind}") } else { format!("{count} {}", plural(&kind)) }
    };
    counts(all).into_iter().map(one).collect::<Vec<_>>().join(", ")
}

/// More than one of a kind, in English.
fn plural(kind: &str) -> String {
    const AS_IS: &[&str] = &["statistics", "privileges", "inheritance"];
    // `use of a tablespace`: what is behind the first word says which ones.
    let behind = [" of ", " on ", " in "].iter().filter_map(|word| kind.find(word)).min().unwrap_or(kind.len());
    if behind < kind.len() {
        return format!("{}{}", plural(&kind[..behind]), &kind[behind..]);
    }
    match kind {
        _ if AS_IS.iter().any(|word| kind.ends_with(word)) => kind.to_owned(),
        _ if kind.ends_with("ss") => format!("{kind}es"),
        _ if kind.ends_with('y') => format!("{}ies", kind.trim_end_matches('y')),
        _ => format!("{kind}s"),
    }
}

/// What dbtool does about a table of the catalog.
#[derive(Debug, Clone, Copy)]
pub enum Treatment {
    /// A kind reads it; what of it no kind reads is counted by this SELECT, if there can be any.
    Managed(Option<&'static str>),
    /// Its rows are named and counted, by this SELECT.
    Counted(&'static str),
    /// It is left out, for this reason.
    LeftOut(&'static str),
}

use Treatment::{Counted, LeftOut, Managed};

const PART: &str = "part of an object that another table lists";
const CLUSTER: &str = "of the whole server, not of one database";
const BOOKS: &str = "PostgreSQL's own bookkeeping";
const DATA: &str = "data, not schema";

/// Each table of `pg_catalog`. A SELECT gives: kind, class, oid, namespace, owner, name, count.
pub const CATALOGS: &[(&str, Treatment)] = &[
    ("pg_aggregate", LeftOut(PART)),
    (
        "pg_am",
        Counted("SELECT 'access method', 'pg_am'::regclass, oid, '', '', amname, 1 FROM pg_am WHERE oid >= 16384"),
    ),
    // An extension that opens its own families wider (btree_gist) leaves no other trace of that than whose operators these
    // are: its own, or PostgreSQL's.
    (
        "pg_amop",
        Counted(
            "SELECT 'operator in another''s family', 'pg_operator'::regclass, a.amopopr, '', '', f.opfname, 1 \
               FROM pg_amop a JOIN pg_opfamily f ON f.oid = a.amopfamily WHERE a.oid >= 16384 \
                AND (f.oid < 16384 OR a.amopopr >= 16384 \
                     AND EXISTS (SELECT FROM member m WHERE m.classid = 'pg_opfamily'::regclass AND m.objid = f.oid)) \
                AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_operator'::regclass AND m.objid = a.amopopr)",
        ),
    ),
    ("pg_amproc", LeftOut(PART)),
    ("pg_attrdef", Managed(Some(VIEW_DEFAULTS))),
    ("pg_attribute", Managed(Some(OF_COLUMNS))),
    ("pg_auth_members", Managed(None)),
    ("pg_authid", Managed(None)),
    (
        "pg_cast",
        Counted(
            "SELECT 'cast', 'pg_cast'::regclass, oid, '', '', \
                    format_type(castsource, NULL) || ' AS ' || format_type(casttarget, NULL), 1 FROM pg_cast WHERE oid >= 16384 \
                AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_cast'::regclass AND d.objid = pg_cast.oid AND d.deptype = 'i')",
        ),
    ),
    ("pg_class", Managed(Some(RELATIONS))),
    (
        "pg_collation",
        Counted(
            "SELECT 'collation', 'pg_collation'::regclass, c.oid, n.nspname, '', c.collname, 1 \
               FROM pg_collation c JOIN ns n ON n.oid = c.collnamespace",
        ),
    ),
    ("pg_constraint", Managed(None)),
    (
        "pg_conversion",
        Counted(
            "SELECT 'conversion', 'pg_conversion'::regclass, c.oid, n.nspname, '', c.conname, 1 \
               FROM pg_conversion c JOIN ns n ON n.oid = c.connamespace",
        ),
    ),
    ("pg_database", LeftOut(CLUSTER)),
    ("pg_db_role_setting", LeftOut(CLUSTER)),
    (
        "pg_default_acl",
        Managed(Some(
            "SELECT 'default privileges on large objects', 'pg_default_acl'::regclass, d.oid, '', '', pg_get_userbyid(d.defaclrole), 1 \
               FROM pg_default_acl d WHERE d.defaclobjtype NOT IN ('r', 'S', 'f', 'T', 'n')",
        )),
    ),
    ("pg_depend", Managed(Some(EXTENSIONS))),
    ("pg_description", Managed(Some(COMMENTS))),
    ("pg_enum", Managed(None)),
    (
        "pg_event_trigger",
        Counted("SELECT 'event trigger', 'pg_event_trigger'::regclass, oid, '', '', evtname, 1 FROM pg_event_trigger"),
    ),
    ("pg_extension", Managed(None)),
    (
        "pg_foreign_data_wrapper",
        Counted(
            "SELECT 'foreign data wrapper', 'pg_foreign_data_wrapper'::regclass, oid, '', '', fdwname, 1 FROM pg_foreign_data_wrapper",
        ),
    ),
    (
        "pg_foreign_server",
        Counted(
            "SELECT 'foreign server', 'pg_foreign_server'::regclass, oid, '', '', srvname, 1 FROM pg_foreign_server",
        ),
    ),
    ("pg_foreign_table", LeftOut(PART)),
    ("pg_index", Managed(Some(OF_INDEXES))),
    ("pg_inherits", Managed(None)),
    ("pg_init_privs", Managed(Some(BROUGHT))),
    (
        "pg_language",
        Counted(
            "SELECT 'language', 'pg_language'::regclass, oid, '', '', lanname, 1 FROM pg_language WHERE oid >= 16384",
        ),
    ),
    ("pg_largeobject", LeftOut(DATA)),
    (
        "pg_largeobject_metadata",
        Counted(
            "SELECT 'large object', 0::oid, 0::oid, '', '', '', count(*)::int FROM pg_largeobject_metadata HAVING count(*) > 0",
        ),
    ),
    ("pg_namespace", Managed(None)),
    (
        "pg_opclass",
        Counted(
            "SELECT 'operator class', 'pg_opclass'::regclass, o.oid, n.nspname, '', o.opcname, 1 \
               FROM pg_opclass o JOIN ns n ON n.oid = o.opcnamespace",
        ),
    ),
    (
        "pg_operator",
        Counted(
            "SELECT 'operator', 'pg_operator'::regclass, o.oid, n.nspname, '', o.oprname, 1 \
               FROM pg_operator o JOIN ns n ON n.oid = o.oprnamespace",
        ),
    ),
    (
        "pg_opfamily",
        Counted(
            "SELECT 'operator family', 'pg_opfamily'::regclass, o.oid, n.nspname, '', o.opfname, 1 \
               FROM pg_opfamily o JOIN ns n ON n.oid = o.opfnamespace",
        ),
    ),
    ("pg_parameter_acl", LeftOut(CLUSTER)),
    ("pg_partitioned_table", Managed(None)),
    ("pg_policy", Managed(None)),
    ("pg_proc", Managed(None)),
    (
        "pg_publication",
        Counted("SELECT 'publication', 'pg_publication'::regclass, oid, '', '', pubname, 1 FROM pg_publication"),
    ),
    ("pg_publication_namespace", LeftOut(PART)),
    ("pg_publication_rel", LeftOut(PART)),
    ("pg_range", LeftOut(PART)),
    ("pg_replication_origin", LeftOut(CLUSTER)),
    (
        "pg_rewrite",
        Managed(Some(
            "SELECT 'rule', 'pg_rewrite'::regclass, w.oid, o.nspname, o.relname, w.rulename, 1 \
               FROM pg_rewrite w JOIN own o ON o.oid = w.ev_class WHERE w.rulename <> '_RETURN'",
        )),
    ),
    (
        "pg_seclabel",
        Counted(
            "SELECT 'security label', 0::oid, 0::oid, '', '', '', count(*)::int FROM pg_seclabel HAVING count(*) > 0",
        ),
    ),
    ("pg_sequence", Managed(None)),
    ("pg_shdepend", LeftOut(BOOKS)),
    ("pg_shdescription", LeftOut(CLUSTER)),
    ("pg_shseclabel", LeftOut(CLUSTER)),
    ("pg_statistic", LeftOut(DATA)),
    (
        "pg_statistic_ext",
        Counted(
            "SELECT 'statistics object', 'pg_statistic_ext'::regclass, s.oid, n.nspname, '', s.stxname, 1 \
               FROM pg_statistic_ext s JOIN ns n ON n.oid = s.stxnamespace",
        ),
    ),
    ("pg_statistic_ext_data", LeftOut(DATA)),
    (
        "pg_subscription",
        Counted(
            "SELECT 'subscription', 'pg_subscription'::regclass, s.oid, '', '', s.subname, 1 FROM pg_subscription s \
               JOIN pg_database d ON d.oid = s.subdbid AND d.datname = current_database()",
        ),
    ),
    ("pg_subscription_rel", LeftOut(PART)),
    ("pg_tablespace", LeftOut(CLUSTER)),
    (
        "pg_transform",
        Counted(
            "SELECT 'transform', 'pg_transform'::regclass, t.oid, '', '', format_type(t.trftype, NULL) || ' for ' || l.lanname, 1 \
               FROM pg_transform t JOIN pg_language l ON l.oid = t.trflang",
        ),
    ),
    ("pg_trigger", Managed(Some(TRIGGERS))),
    (
        "pg_ts_config",
        Counted(
            "SELECT 'text search configuration', 'pg_ts_config'::regclass, c.oid, n.nspname, '', c.cfgname, 1 \
               FROM pg_ts_config c JOIN ns n ON n.oid = c.cfgnamespace",
        ),
    ),
    ("pg_ts_config_map", LeftOut(PART)),
    (
        "pg_ts_dict",
        Counted(
            "SELECT 'text search dictionary', 'pg_ts_dict'::regclass, d.oid, n.nspname, '', d.dictname, 1 \
               FROM pg_ts_dict d JOIN ns n ON n.oid = d.dictnamespace",
        ),
    ),
    (
        "pg_ts_parser",
        Counted(
            "SELECT 'text search parser', 'pg_ts_parser'::regclass, p.oid, n.nspname, '', p.prsname, 1 \
               FROM pg_ts_parser p JOIN ns n ON n.oid = p.prsnamespace",
        ),
    ),
    (
        "pg_ts_template",
        Counted(
            "SELECT 'text search template', 'pg_ts_template'::regclass, t.oid, n.nspname, '', t.tmplname, 1 \
               FROM pg_ts_template t JOIN ns n ON n.oid = t.tmplnamespace",
        ),
    ),
    (
        "pg_type",
        Managed(Some(
            "SELECT CASE WHEN typtype = 'r' THEN 'range type' WHEN typisdefined THEN 'base type' ELSE 'shell type' END, \
                    'pg_type'::regclass, oid, nspname, '', typname, 1 \
               FROM typ WHERE typoutput <> 'array_out'::regproc AND (typtype IN ('b', 'p') OR (typtype = 'r' \
                AND EXISTS (SELECT FROM pg_range g WHERE g.rngtypid = typ.oid AND g.rngcanonical <> 0)))",
        )),
    ),
    (
        "pg_user_mapping",
        // Only superusers may read the table itself; that a mapping hangs on its server everybody sees.
        Counted(
            "SELECT 'user mapping', 'pg_user_mapping'::regclass, d.objid, '', '', s.srvname, 1 \
               FROM pg_depend d JOIN pg_foreign_server s ON s.oid = d.refobjid \
              WHERE d.classid = 'pg_user_mapping'::regclass AND d.refclassid = 'pg_foreign_server'::regclass",
        ),
    ),
];

/// The SELECT of all rows that are counted, as the catalog statement takes it in.
pub(super) fn select() -> String {
    let arms = CATALOGS.iter().filter_map(|(_, treatment)| match treatment {
        Managed(arm) => *arm,
        Counted(arm) => Some(*arm),
        LeftOut(_) => None,
    });
    let arms: Vec<&str> = arms.collect();
    format!(
        "SELECT 'unmanaged', 0::oid, 0::oid, 0, u.namespace::text, u.owner::text, u.name::text, u.count, u.what::text FROM (\n{}\n) \
           AS u(what, class, oid, namespace, owner, name, count) \
          WHERE NOT EXISTS (SELECT FROM member m WHERE m.classid = u.class AND m.objid = u.oid)",
        arms.join("\nUNION ALL ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some(kind: &str, namespace: &str, owner: &str, name: &str, count: i64) -> Unmanaged {
        let text = str::to_owned;
        Unmanaged { kind: text(kind), namespace: text(namespace), owner: text(owner), name: text(name), count }
    }

    #[test]
    fn counts_are_said_in_english() {
        let all = [
            some("operator class", "public", "", "a", 1),
            some("operator class", "public", "", "b", 1),
            some("operator family", "public", "", "a", 2),
            some("default privileges", "", "", "me", 3),
            some("cast", "", "", "a AS b", 1),
        ];
        assert_eq!(listed(&all), "1 cast, 3 default privileges, 2 operator classes, 2 operator families");
    }

    #[test]
    fn each_is_called_by_what_it_belongs_to() {
        assert_eq!(some("rule", "billing", "t", "r", 1).shown(), "r on billing.t");
        assert_eq!(some("cast", "", "", "a AS b", 1).shown(), "a AS b");
        assert_eq!(some("use of a tablespace", "public", "t", "", 1).shown(), "t");
    }
}
