//! What calls functions without being asked to: triggers, defaults, checks, indexes, views; and by which settings policies
//! decide.

use std::collections::HashSet;

use tokio_postgres::types::Type;
use tokio_postgres::{Client, Error};

use crate::hazard::{Body, in_body};

/// What is called so.
#[derive(Default)]
pub(super) struct Users {
    /// The functions that anything calls.
    pub(super) used: Vec<String>,
    /// Those that are given rows of tables with row security.
    pub(super) hands: Vec<String>,
    /// The settings that policies read themselves.
    pub(super) settings: HashSet<String>,
}

const USED: &str = "\
    SELECT p.proname::pg_catalog.text, pg_catalog.bool_or(u.is_closed) FROM ( \
      SELECT t.tgfoid AS oid, t.tgrelid = ANY ($1) AS is_closed FROM pg_catalog.pg_trigger t WHERE NOT t.tgisinternal \
      UNION ALL \
      SELECT d.refobjid, coalesce(a.adrelid, k.conrelid, i.indrelid) = ANY ($1) \
        OR EXISTS (SELECT FROM pg_catalog.pg_depend r WHERE r.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass \
                   AND d.classid = r.classid AND r.objid = d.objid \
                   AND r.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND r.refobjid = ANY ($1)) \
      FROM pg_catalog.pg_depend d \
      LEFT JOIN pg_catalog.pg_attrdef a ON d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass AND a.oid = d.objid \
      LEFT JOIN pg_catalog.pg_constraint k ON d.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass AND k.oid = d.objid \
      LEFT JOIN pg_catalog.pg_index i ON d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND i.indexrelid = d.objid \
      WHERE d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass \
        AND (a.oid IS NOT NULL OR k.oid IS NOT NULL OR i.indexrelid IS NOT NULL OR d.classid = ANY (ARRAY[ \
             'pg_catalog.pg_rewrite'::pg_catalog.regclass, 'pg_catalog.pg_policy'::pg_catalog.regclass, \
             'pg_catalog.pg_event_trigger'::pg_catalog.regclass]::pg_catalog.oid[]))) AS u \
    JOIN pg_catalog.pg_proc p ON p.oid = u.oid WHERE p.pronamespace <> 'pg_catalog'::pg_catalog.regnamespace \
    GROUP BY p.proname";

const POLICIES: &str = "\
    SELECT pg_catalog.concat_ws(' ', 'SELECT', pg_catalog.pg_get_expr(p.polqual, p.polrelid), ',', \
                                pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid)) \
    FROM pg_catalog.pg_policy p WHERE $1";

impl Users {
    /// Those of a database whose tables with row security are `closed`; its policies too, where that is asked.
    pub(super) async fn of(client: &Client, closed: &[u32], policies: bool) -> Result<Self, Error> {
        let mut users = Self::default();
        for row in client.query_typed(USED, &[(&closed, Type::OID_ARRAY)]).await? {
            let name: String = row.get(0);
            if row.get::<_, Option<bool>>(1) == Some(true) {
                users.hands.push(name.clone());
            }
            users.used.push(name);
        }
        for row in client.query_typed(POLICIES, &[(&policies, Type::BOOL)]).await? {
            users.settings.extend(in_body(row.get(0)).settings);
        }
        Ok(users)
    }

    /// Takes in the settings that functions read which policies call.
    pub(super) fn read_by<'a>(&mut self, bodies: impl Iterator<Item = &'a Body>) {
        self.settings.extend(bodies.flat_map(|body| &body.settings).cloned());
    }

    /// The first of some settings that policies read; what may be any is one of them.
    pub(super) fn decides<'a>(&self, settings: impl IntoIterator<Item = &'a Option<String>>) -> Option<String> {
        let is_read = |it: &&Option<String>| it.as_ref().is_none_or(|name| self.settings.contains(name));
        let found = settings.into_iter().find(is_read)?;
        Some(found.clone().map_or_else(|| "a setting".to_owned(), |name| format!("`{name}`")))
    }
}
