//! A database that cases use one after the other: a new one for each would take longer than the case itself.

use dbtool::database::Database;

use super::converge::open;
use crate::support::{TestDatabase, server};

/// A database and the connection to it. Gone with it is what a case that failed has left.
pub struct Shared {
    major: u32,
    place: Option<(TestDatabase, Database)>,
}

/// Drops everything that cases make in a database.
const CLEAN: &str = "DO $$ DECLARE it text; BEGIN
  FOR it IN SELECT format('EXTENSION IF EXISTS %I', extname) FROM pg_extension WHERE extname <> 'plpgsql'
    UNION ALL SELECT format('SCHEMA %I', nspname) FROM pg_namespace WHERE oid >= 16384 AND nspname !~ '^pg_'
    UNION ALL SELECT format('%s IF EXISTS public.%I', CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW'
                       WHEN 'S' THEN 'SEQUENCE' WHEN 'c' THEN 'TYPE' ELSE 'TABLE' END, relname)
                FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('v', 'm', 'S', 'c', 'r', 'p')
  LOOP EXECUTE 'DROP ' || it || ' CASCADE'; END LOOP;
  FOR it IN SELECT format('%s IF EXISTS %s', CASE prokind WHEN 'a' THEN 'AGGREGATE' WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END,
                          oid::regprocedure) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT format('TYPE IF EXISTS public.%I', typname)
                FROM pg_type WHERE typnamespace = 'public'::regnamespace AND typelem = 0
  LOOP EXECUTE 'DROP ' || it || ' CASCADE'; END LOOP;
END $$";

/// Whether a database is as a new one, the session's temporary namespace aside.
const IS_CLEAN: &str = "SELECT NOT EXISTS (SELECT FROM pg_depend WHERE objid >= 16384)
   AND NOT EXISTS (SELECT FROM pg_shdepend d JOIN pg_database b ON b.oid = d.dbid WHERE b.datname = current_database())
   AND NOT EXISTS (SELECT FROM pg_default_acl)
   AND NOT EXISTS (SELECT FROM pg_description WHERE objoid >= 16384)
   AND NOT EXISTS (SELECT FROM pg_namespace WHERE oid >= 16384 AND nspname !~ '^pg_(toast_)?temp_')
   AND (SELECT (nspowner::regrole, nspacl)::text FROM pg_namespace WHERE nspname = 'public')
       = '(pg_database_owner,\"{pg_database_owner=UC/pg_database_owner,=U/pg_database_owner}\")'
   AND obj_description('public'::regnamespace) = 'standard public schema'";

impl Shared {
    /// On the server of that version; made when it is first needed.
    pub fn on(major: u32) -> Self {
        Self { major, place: None }
    }

    /// Takes it out, as a new database is: where something is left of the last case, another one. Who is done with it and
    /// found nothing wrong puts it back.
    pub async fn take(&mut self) -> (TestDatabase, Database) {
        if let Some((database, client)) = self.place.take()
            && client.batch_execute(CLEAN).await.is_ok()
            && client.query_one(IS_CLEAN, &[]).await.is_ok_and(|row| row.get(0))
        {
            return (database, client);
        }
        let database = server(self.major).database("case");
        let client = open(&database).await;
        (database, client)
    }

    /// Puts it back for the next case.
    pub fn put_back(&mut self, place: (TestDatabase, Database)) {
        self.place = Some(place);
    }
}
