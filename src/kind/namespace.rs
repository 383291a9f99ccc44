//! A namespace: what PostgreSQL calls a schema.

use serde::{Deserialize, Serialize};

use super::{Granted, Kind, KindTag};
use crate::hazard::{DELETES_DATA, WEAKENS_ACCESS};
use crate::plan::{Context, Step};
use crate::schema::{DEFAULT_NAMESPACE, Id, Schema, Server};
use crate::sql::quote_ident;

/// A namespace that holds other objects.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Namespace {
    /// The role that owns it, where that is not the role that owns most of the database (of `public`: the one that
    /// PostgreSQL gives it to). A declaration without a word of it leaves the owner as it is.
    pub owner: Option<String>,
}

/// Who owns `public` from PostgreSQL 15 on: whoever owns the database.
const OWNS_PUBLIC: &str = "pg_database_owner";

impl Kind for Namespace {
    const WORD: &'static str = "schema";
    const GRANTED: Option<Granted> = Some(Granted::Namespace);

    fn create(&self, id: &Id, _cx: &Context<'_>) -> Vec<Step> {
        let create = Step::safe(format!("CREATE SCHEMA {}", id.name_sql()));
        let owner = self.owner.iter().map(|owner| Step::safe(owned_by(id, owner)));
        [create].into_iter().chain(owner).collect()
    }

    fn drop(&self, id: &Id, _cx: &Context<'_>) -> Vec<Step> {
        let lost = DELETES_DATA.because(format!("`{}` and what dbtool does not manage in it", id.name));
        vec![Step::risky(format!("DROP SCHEMA {}", id.name_sql()), [lost])]
    }

    fn alter(&self, Self { owner }: &Self, id: &Id, cx: &Context<'_>) -> Option<Vec<Step>> {
        if self.owner == *owner {
            return Some(Vec::new());
        }
        let usual = if id.name == DEFAULT_NAMESPACE { OWNS_PUBLIC } else { &cx.current.server.owner };
        let to = owner.as_deref().unwrap_or(usual);
        let gains = WEAKENS_ACCESS.because(format!("`{to}` may make and drop what it likes in `{}`", id.name));
        Some(vec![Step::risky(owned_by(id, to), [gains])])
    }

    fn comment_target(&self, id: &Id) -> Option<String> {
        Some(format!("SCHEMA {}", id.name_sql()))
    }

    fn rename(&self, from: &Id, to: &str) -> Option<String> {
        Some(format!("ALTER SCHEMA {} RENAME TO {}", from.name_sql(), quote_ident(to)))
    }

    fn depends_on(&self, _id: &Id, _schema: &Schema) -> Vec<Id> {
        self.owner.iter().map(|owner| Id::new(KindTag::Role, "", owner)).collect()
    }

    fn catalog(_version: u32) -> String {
        // PostgreSQL's own comment on `public` is not the user's.
        format!(
            "SELECT 'pg_namespace'::regclass AS class, CASE WHEN ns.nspname = 'public' \
                         AND obj_description(ns.oid, 'pg_namespace') = 'standard public schema' THEN 0::oid ELSE ns.oid END AS oid, \
                    0 AS subid, '' AS namespace, '' AS owner, ns.nspname AS name, 0 AS position, json_build_object('owner', \
                    CASE WHEN CASE ns.nspname WHEN 'public' THEN r.rolname <> '{OWNS_PUBLIC}' ELSE n.nspowner <> me.owner END THEN r.rolname END)::text AS object \
               FROM ns JOIN pg_namespace n ON n.oid = ns.oid JOIN pg_roles r ON r.oid = n.nspowner CROSS JOIN me"
        )
    }
}

impl Namespace {
    /// Takes over the owner that a namespace has where the declaration names none, or names the one that is usual.
    pub(crate) fn settle(&mut self, id: &Id, live: Option<&Self>, server: &Server) {
        let of_new = if server.user.is_empty() { None } else { Some(&server.user) };
        let usual = if live.is_some() { Some(&server.owner) } else { of_new };
        let own = id.name != DEFAULT_NAMESPACE;
        match (&self.owner, live) {
            (None, Some(live)) => self.owner.clone_from(&live.owner),
            (Some(owner), _) if own && Some(owner) == usual => self.owner = None,
            (Some(owner), Some(_)) if !own && owner == OWNS_PUBLIC => self.owner = None,
            _ => {}
        }
    }
}

fn owned_by(id: &Id, owner: &str) -> String {
    format!("ALTER SCHEMA {} OWNER TO {}", id.name_sql(), quote_ident(owner))
}
