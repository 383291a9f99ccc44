//! What only the server knows of an object.

use serde::{Deserialize, Serialize};

use super::catalog::Value::{Json, Text};
use super::catalog::object;
use crate::plan::Step;
use crate::sql::quote_ident;

/// What the server tells of an object and nobody declares: never a difference.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Known<T>(pub T);

impl<T> PartialEq for Known<T> {
    fn eq(&self, _other: &Self) -> bool {
        true
    }
}

impl<T> Eq for Known<T> {}

/// Rights that a role was given: they go with the object, and come back with it where it is made anew.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Given {
    privileges: String,
    /// Nobody means everybody.
    to: Option<String>,
    grantable: bool,
}

impl Given {
    /// The statement that gives them on an object, as `GRANT` names it.
    pub(super) fn step(&self, on: &str) -> Step {
        let Self { privileges, to, grantable } = self;
        let to = to.as_deref().map_or_else(|| "PUBLIC".to_owned(), quote_ident);
        let option = if *grantable { " WITH GRANT OPTION" } else { "" };
        Step::safe(format!("GRANT {privileges} ON {on} TO {to}{option}"))
    }
}

/// SQL for the rights of others than the owner, from the access list of an object.
pub(super) fn given_sql(acl: &str, owner: &str) -> String {
    listed(&format!("SELECT '' AS name, a.* FROM aclexplode({acl}) a"), owner)
}

/// The same, from the access lists of what has columns, and of these.
pub(super) fn given_with_columns_sql(oid: &str, acl: &str, owner: &str) -> String {
    let of_object = format!("SELECT '' AS name, a.* FROM aclexplode({acl}) a");
    let of_columns = format!(
        "SELECT ' (' || quote_ident(attname) || ')', a.* FROM pg_attribute, aclexplode(attacl) a WHERE attrelid = {oid}"
    );
    listed(&format!("{of_object} UNION ALL {of_columns}"), owner)
}

fn listed(rights: &str, owner: &str) -> String {
    let given = object(&[
        ("privileges", Text("g.privileges")),
        ("to", Text("(SELECT rolname FROM pg_roles WHERE oid = g.grantee)")),
        ("grantable", Json("g.is_grantable")),
    ]);
    format!(
        "(SELECT json_agg(({given})::json ORDER BY g.grantee, g.is_grantable) FROM (SELECT grantee, is_grantable, \
            string_agg(privilege_type || name, ', ' ORDER BY privilege_type, name) AS privileges \
            FROM ({rights}) e WHERE grantee <> {owner} GROUP BY 1, 2) g)"
    )
}
