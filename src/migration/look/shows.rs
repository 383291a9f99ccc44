//! What shows rows that row security hides to whoever is not bound by it: the tables, their partitions, views over them. And
//! what of the system's own nobody is to see: what it knows of values, and secrets.

use std::collections::HashSet;

use tokio_postgres::types::Type;
use tokio_postgres::{Client, Error};

/// What hides rows, or shows those of others.
#[derive(Default)]
pub(super) struct Shows {
    relations: HashSet<u32>,
    /// The same by their names, without namespaces.
    names: HashSet<String>,
    /// Who owns them, and sees what is in them.
    owners: HashSet<u32>,
}

const SQL: &str = "\
    WITH RECURSIVE shows(oid) AS ( \
      SELECT o FROM pg_catalog.unnest($1::pg_catalog.oid[]) AS o \
      UNION \
      SELECT n.oid FROM shows s, LATERAL ( \
        SELECT v.oid FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_rewrite w ON w.oid = d.objid \
        JOIN pg_catalog.pg_class v ON v.oid = w.ev_class AND v.relkind IN ('v', 'm') \
        WHERE d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass \
          AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = s.oid \
        UNION ALL SELECT i.inhrelid FROM pg_catalog.pg_inherits i WHERE i.inhparent = s.oid \
        UNION ALL SELECT i.inhparent FROM pg_catalog.pg_inherits i WHERE i.inhrelid = s.oid) AS n) \
    SELECT c.oid, c.relname::pg_catalog.text, c.relowner FROM shows s JOIN pg_catalog.pg_class c ON c.oid = s.oid \
    UNION ALL \
    SELECT c.oid, c.relname::pg_catalog.text, c.relowner FROM pg_catalog.pg_class c \
    WHERE c.relnamespace = 'pg_catalog'::pg_catalog.regnamespace \
      AND c.relname IN ('pg_authid', 'pg_largeobject', 'pg_shadow', 'pg_statistic', 'pg_statistic_ext_data', 'pg_stats', \
                        'pg_stats_ext', 'pg_stats_ext_exprs', 'pg_subscription', 'pg_user_mapping', 'pg_user_mappings')";

impl Shows {
    /// Those of a database in which some tables have row security.
    pub(super) async fn of(client: &Client, closed: &[u32]) -> Result<Self, Error> {
        let mut shows = Self::default();
        for row in client.query_typed(SQL, &[(&closed, Type::OID_ARRAY)]).await? {
            shows.relations.insert(row.get(0));
            shows.names.insert(row.get(1));
            shows.owners.insert(row.get(2));
        }
        Ok(shows)
    }

    pub(super) fn relation(&self, oid: u32) -> bool {
        self.relations.contains(&oid)
    }

    /// Whether one of them has a name: which namespace a body means only its caller knows.
    pub(super) fn name(&self, bare: &str) -> bool {
        self.names.contains(bare)
    }

    /// Whether a role owns some of them.
    pub(super) fn is_owner(&self, role: u32) -> bool {
        self.owners.contains(&role)
    }
}
