//! What a role gets on objects that are yet to be made: ALTER DEFAULT PRIVILEGES.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::grant::{self, Grant, OWNER, PUBLIC, Saying, change};
use super::{CatalogRow, Kind, KindTag, Lookup, Object};
use crate::plan::{Context, Step};
use crate::schema::{Id, Schema};
use crate::sql::quote_ident;

/// What one role gets on objects of one sort that another role makes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DefaultPrivilege {
    /// What it gets, and what it is not to have.
    pub grant: Grant,
}

impl Kind for DefaultPrivilege {
    const WORD: &'static str = "default privileges";
    // What the plan itself makes is not to be born with what comes, nor with what goes.
    const IS_ABOUT_LATER: bool = true;

    fn create(&self, id: &Id, cx: &Context<'_>) -> Vec<Step> {
        change(&Grant::default(), &self.grant, &saying(id, cx))
    }

    fn drop(&self, id: &Id, cx: &Context<'_>) -> Vec<Step> {
        // They go with the schema that they are about.
        let schema = Id::new(KindTag::Namespace, "", &id.namespace);
        if !id.namespace.is_empty() && !cx.desired.contains(&schema) {
            return Vec::new();
        }
        change(&self.grant, &Grant::default(), &saying(id, cx))
    }

    fn alter(&self, to: &Self, id: &Id, cx: &Context<'_>) -> Option<Vec<Step>> {
        Some(change(&self.grant, &to.grant, &saying(id, cx)))
    }

    fn comment_target(&self, _id: &Id) -> Option<String> {
        None
    }

    fn depends_on(&self, id: &Id, _schema: &Schema) -> Vec<Id> {
        let role = |name: &str| Id::new(KindTag::Role, "", name);
        let of = id.of_default_privileges().and_then(|(_, of)| of).map(role);
        let namespace = (!id.namespace.is_empty()).then(|| Id::new(KindTag::Namespace, "", &id.namespace));
        [role(&id.name)].into_iter().chain(of).chain(namespace).collect()
    }

    fn catalog(_version: u32) -> String {
        grant::default_privileges()
    }

    fn read(row: &CatalogRow<'_>, _lookup: &Lookup) -> anyhow::Result<Self> {
        Ok(Self { grant: grant::read(row.object)? })
    }
}

fn saying(id: &Id, cx: &Context<'_>) -> Saying {
    let server = &cx.current.server;
    let (granted, role) = match id.of_default_privileges() {
        Some((granted, role)) => (Some(granted), role),
        None => (None, None),
    };
    let of = role.unwrap_or(&server.owner);
    let mut head = "ALTER DEFAULT PRIVILEGES ".to_owned();
    if *of != server.user {
        head.push_str(&format!("FOR ROLE {} ", quote_ident(of)));
    }
    if !id.namespace.is_empty() {
        head.push_str(&format!("IN SCHEMA {} ", quote_ident(&id.namespace)));
    }
    let plural = granted.map_or("", grant::Granted::plural);
    let had = match cx.current.object(id) {
        Some(Object::DefaultPrivilege(more)) => more.grant.clone(),
        _ => Grant::default(),
    };
    Saying {
        head,
        on: plural.to_uppercase(),
        shown: match id.namespace.as_str() {
            "" => format!("new {plural}"),
            namespace => format!("new {plural} in `{namespace}`"),
        },
        grantee: id.name.clone(),
        to: match id.name.as_str() {
            PUBLIC => "PUBLIC".to_owned(),
            OWNER if *of == server.user => "CURRENT_USER".to_owned(),
            OWNER => quote_ident(of),
            role => quote_ident(role),
        },
        all: granted.map_or(&[], |granted| granted.privileges(cx.options.version)),
        in_use: true,
        opens: granted
            .map_or(&[][..], |granted| granted.privileges(cx.options.version))
            .iter()
            .copied()
            .filter(|it| it.writes())
            .collect(),
        fresh: BTreeSet::new(),
        of_all: Grant::default(),
        had,
        passed_on: Vec::new(),
    }
}
