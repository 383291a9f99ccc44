//! Which search paths there are, and what stands under a name in the namespaces that they go through.

use std::collections::{BTreeSet, HashMap, HashSet};

use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Error};

use super::code::Code;
use super::{Found, danger};
use crate::hazard::{About, Ahead, Which};
use crate::sql::names_in;

/// Where names are looked for.
#[derive(Default)]
pub(super) struct Paths {
    /// The search paths of sessions, and of functions that have one of their own.
    all: Vec<Vec<String>>,
    roles: HashSet<String>,
    /// The tables and views of some names or namespaces.
    relations: Vec<Standing>,
    /// The namespace that files begin with.
    first: String,
    /// The tables that extensions brought along.
    members: HashMap<String, String>,
}

/// A table or a view.
struct Standing {
    namespace: String,
    name: String,
    oid: u32,
}

const PATHS: &str = "\
    SELECT pg_catalog.substr(s, 13) FROM pg_catalog.pg_db_role_setting r, pg_catalog.unnest(r.setconfig) AS s \
    WHERE s ILIKE 'search_path=%' AND r.setdatabase IN (0, (SELECT d.oid FROM pg_catalog.pg_database d \
                                                            WHERE d.datname = pg_catalog.current_database())) \
    UNION SELECT pg_catalog.substr(s, 13) FROM pg_catalog.pg_proc p, pg_catalog.unnest(p.proconfig) AS s WHERE s ILIKE 'search_path=%' \
    UNION SELECT reset_val FROM pg_catalog.pg_settings WHERE name = 'search_path'";

const STANDING: &str = "\
    SELECT n.nspname::pg_catalog.text, c.relname::pg_catalog.text, c.oid \
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') \
      AND (c.relname = ANY ($1) OR n.nspname = ANY ($2) \
           OR c.relname IN (SELECT o.relname FROM pg_catalog.pg_class o JOIN pg_catalog.pg_namespace m ON m.oid = o.relnamespace \
                            WHERE m.nspname = ANY ($2)))";

const ROLES: &str = "SELECT rolname::pg_catalog.text FROM pg_catalog.pg_roles";

const MEMBERS: &str = "\
    SELECT e.extname::pg_catalog.text, pg_catalog.min(c.oid::pg_catalog.regclass::pg_catalog.text) \
    FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid JOIN pg_catalog.pg_class c ON c.oid = d.objid \
    WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass \
      AND d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass AND d.deptype = 'e' AND c.relkind IN ('r', 'p') \
    GROUP BY e.extname";

impl Paths {
    pub(super) async fn of(client: &Client, abouts: &[&About], search_path: &str) -> Result<Self, Error> {
        let (mut names, mut schemas) = (BTreeSet::new(), BTreeSet::new());
        for about in abouts {
            let About::Ahead(Ahead { which, .. }) = about else { continue };
            match which {
                Which::Named(_, name) | Which::Anywhere(name) => drop(names.insert(name.as_str())),
                Which::All { of, .. } => drop(schemas.insert(of.as_str())),
            }
        }
        let mut paths = Self { first: names_in(search_path).into_iter().next().unwrap_or_default(), ..Self::default() };
        if abouts.iter().any(|about| matches!(about, About::Extension(_))) {
            let rows = client.query_typed(MEMBERS, &[]).await?;
            paths.members = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
        }
        if names.is_empty() && schemas.is_empty() {
            return Ok(paths);
        }
        let (names, schemas): (Vec<&str>, Vec<&str>) = (names.into_iter().collect(), schemas.into_iter().collect());
        let parameters: [(&(dyn ToSql + Sync), Type); 2] = [(&names, Type::TEXT_ARRAY), (&schemas, Type::TEXT_ARRAY)];
        for row in client.query_typed(STANDING, &parameters).await? {
            paths.relations.push(Standing { namespace: row.get(0), name: row.get(1), oid: row.get(2) });
        }
        let all = client.query_typed(PATHS, &[]).await?;
        paths.all = all.iter().map(|row| names_in(row.get(0))).collect();
        paths.roles = client.query_typed(ROLES, &[]).await?.iter().map(|row| row.get(0)).collect();
        Ok(paths)
    }

    /// The tables that go with an extension.
    pub(super) fn member(&self, extension: &str) -> Found {
        let table = self.members.get(extension);
        table.map_or(Found::Nothing, |table| danger(format!("`{table}` goes with it")))
    }

    /// Whether something that is closed, or that decides who sees what, stands behind what is found first.
    pub(super) fn ahead(&self, ahead: &Ahead, code: &Code) -> Found {
        let behind = match &ahead.which {
            Which::Named(namespace, name) => {
                self.behind(namespace.as_ref().unwrap_or(&self.first), name, ahead.of_role, code)
            }
            Which::Anywhere(name) => self.relations.iter().find(|it| it.name == *name && decides(it, code)),
            Which::All { of, under } => {
                let own = self.relations.iter().filter(|it| it.namespace == *of);
                own.filter_map(|it| self.behind(under, &it.name, ahead.of_role, code)).find(|it| it.namespace != *of)
            }
        };
        match behind {
            Some(it) => danger(format!("`{}.{}` stands behind it in a search path", it.namespace, it.name)),
            None => Found::Nothing,
        }
    }

    fn behind(&self, namespace: &str, name: &str, of_role: bool, code: &Code) -> Option<&Standing> {
        let is_user = of_role || self.roles.contains(namespace);
        let is_it = |part: &String| part == namespace || (part == "$user" && is_user);
        let after = |path: &Vec<String>| path.iter().position(is_it).map(|at| path[at + 1..].to_vec());
        let later: BTreeSet<String> = self.all.iter().filter_map(after).flatten().collect();
        let mut all = self.relations.iter().filter(|it| it.name == name && it.namespace != namespace);
        all.find(|it| later.contains(&it.namespace) && decides(it, code))
    }
}

fn decides(it: &Standing, code: &Code) -> bool {
    code.shows.relation(it.oid) || code.guards_read(&it.name)
}
