//! A role: who may log in and who others can be.
//!
//! Roles belong to the whole server, and other databases may know them: what is declared is made and kept as it is
//! declared, and nothing is ever dropped. Passwords are neither read nor written.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::catalog::Value::{Json, Text};
use super::catalog::object;
use super::function::setting_text;
use super::{Kind, KindTag};
use crate::hazard::{BREAKS_CODE, Hazard, WEAKENS_ACCESS};
use crate::plan::{Context, Step};
use crate::schema::{Id, Schema};
use crate::sql::{quote_ident, quote_literal};

/// How a role belongs to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Membership {
    /// Whether it may let others in.
    pub admin: bool,
    /// Whether it has the other's rights without asking for them; as the role itself says where it is not said.
    pub inherit: Option<bool>,
    /// Whether it may become the other.
    pub set: bool,
}

impl Default for Membership {
    fn default() -> Self {
        Self { admin: false, inherit: None, set: true }
    }
}

/// A role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Role {
    /// Whether it may connect.
    pub login: bool,
    /// Whether it has the rights of the roles that it belongs to.
    pub inherit: bool,
    /// Whether nothing is forbidden to it.
    pub superuser: bool,
    /// Whether it may make databases.
    pub createdb: bool,
    /// Whether it may make roles.
    pub createrole: bool,
    /// Whether it may replicate.
    pub replication: bool,
    /// Whether policies do not bind it.
    pub bypassrls: bool,
    /// How many connections it may have, where that is limited.
    pub connection_limit: Option<i32>,
    /// Until when its password counts.
    pub valid_until: Option<String>,
    /// The roles that it belongs to.
    pub member_of: BTreeMap<String, Membership>,
    /// Settings that its sessions begin with, each `name=value`.
    pub set: Vec<String>,
}

impl Default for Role {
    fn default() -> Self {
        let (login, superuser, createdb, createrole, replication, bypassrls) = Default::default();
        let (connection_limit, valid_until, member_of, set) = Default::default();
        Self {
            login,
            inherit: true,
            superuser,
            createdb,
            createrole,
            replication,
            bypassrls,
            connection_limit,
            valid_until,
            member_of,
            set,
        }
    }
}

/// The first version in which memberships have options of their own.
pub(crate) const WITH_OPTIONS: u32 = 160_000;

impl Kind for Role {
    const WORD: &'static str = "role";

    fn create(&self, id: &Id, cx: &Context<'_>) -> Vec<Step> {
        let (words, hazards) = Self::default().changed(self, id);
        let sql = format!("CREATE ROLE {}{}", id.name_sql(), joined(&words));
        let rest = Self::default().rest(self, id, cx);
        [Step::risky(sql, hazards.into_iter().filter(|hazard| hazard.rule == &WEAKENS_ACCESS))]
            .into_iter()
            .chain(rest)
            .collect()
    }

    fn drop(&self, id: &Id, _cx: &Context<'_>) -> Vec<Step> {
        // It may own objects of other databases, and there is no way back for its password.
        vec![Step::safe(format!("-- the role {} stays: other databases may know it", id.name_sql()))]
    }

    fn alter(&self, to: &Self, id: &Id, cx: &Context<'_>) -> Option<Vec<Step>> {
        let (words, mut hazards) = self.changed(to, id);
        // Later versions keep it with each membership.
        if cx.options.version < WITH_OPTIONS && to.inherit && !self.inherit {
            hazards.extend(self.member_of.keys().map(|other| gains_rights(id, other)));
        }
        let sql = format!("ALTER ROLE {}{}", id.name_sql(), joined(&words));
        let own = (!words.is_empty()).then(|| Step::risky(sql, hazards));
        Some(own.into_iter().chain(self.rest(to, id, cx)).collect())
    }

    fn comment_target(&self, id: &Id) -> Option<String> {
        Some(format!("ROLE {}", id.name_sql()))
    }

    fn depends_on(&self, _id: &Id, _schema: &Schema) -> Vec<Id> {
        self.member_of.keys().map(|role| Id::new(KindTag::Role, "", role)).collect()
    }

    fn catalog(version: u32) -> String {
        let inherit = if version < WITH_OPTIONS { "NULL" } else { "NULLIF(m.inherit_option, r.rolinherit)" };
        let set = if version < WITH_OPTIONS { "true" } else { "m.set_option" };
        // Several grantors make several memberships, which come to the same.
        let memberships = format!(
            "COALESCE((SELECT json_object_agg(o.rolname, json_build_object('admin', m.admin, 'inherit', m.inherit, 'set', m.set)) \
               FROM (SELECT m.roleid, bool_or(m.admin_option) AS admin, bool_or({inherit}) AS inherit, bool_or({set}) AS set \
                       FROM pg_auth_members m WHERE m.member = r.oid GROUP BY 1) m JOIN pg_roles o ON o.oid = m.roleid), '{{}}')"
        );
        let object = object(&[
            ("login", Json("r.rolcanlogin")),
            ("inherit", Json("r.rolinherit")),
            ("superuser", Json("r.rolsuper")),
            ("createdb", Json("r.rolcreatedb")),
            ("createrole", Json("r.rolcreaterole")),
            ("replication", Json("r.rolreplication")),
            ("bypassrls", Json("r.rolbypassrls")),
            ("connection_limit", Json("NULLIF(r.rolconnlimit, -1)")),
            ("valid_until", Text("NULLIF(r.rolvaliduntil, 'infinity') AT TIME ZONE 'UTC' || '+00'")),
            ("member_of", Json(&memberships)),
            (
                "set",
                Json(
                    "COALESCE((SELECT to_json(s.setconfig) FROM pg_db_role_setting s \
                     WHERE s.setrole = r.oid AND s.setdatabase = 0), '[]')",
                ),
            ),
        ]);
        format!(
            "SELECT 'pg_authid'::regclass, r.oid, 0, '', '', r.rolname, 0, {object} FROM pg_roles r WHERE r.rolname !~ '^pg_'"
        )
    }
}

fn joined(words: &[String]) -> String {
    words.iter().map(|word| format!(" {word}")).collect()
}

impl Role {
    /// The words for what `to` has otherwise, and what is dangerous about them.
    fn changed(&self, to: &Self, id: &Id) -> (Vec<String>, Vec<Hazard>) {
        let Self { login, inherit, superuser, createdb, createrole, replication, bypassrls, .. } = to;
        let Self { connection_limit, valid_until, member_of: _, set: _, .. } = to;
        let role = &id.name;
        let flags = [
            (self.superuser, *superuser, "SUPERUSER", Some("may do everything, whatever policies say")),
            (self.bypassrls, *bypassrls, "BYPASSRLS", Some("is not bound by any policy")),
            (self.createrole, *createrole, "CREATEROLE", Some("may make roles and let others in")),
            (self.replication, *replication, "REPLICATION", Some("may copy the whole server")),
            (self.createdb, *createdb, "CREATEDB", None),
            (self.login, *login, "LOGIN", None),
            (self.inherit, *inherit, "INHERIT", None),
        ];
        let (mut words, mut hazards) = (Vec::new(), Vec::new());
        for (_, to, word, gains) in flags.into_iter().filter(|(from, to, ..)| from != to) {
            words.push(if to { word.to_owned() } else { format!("NO{word}") });
            let lost = || BREAKS_CODE.because(format!("`{role}` is no longer {word}"));
            hazards.extend(if to {
                gains.map(|gains| WEAKENS_ACCESS.because(format!("`{role}` {gains}")))
            } else {
                Some(lost())
            });
        }
        if self.connection_limit != *connection_limit {
            words.push(format!("CONNECTION LIMIT {}", connection_limit.unwrap_or(-1)));
        }
        if self.valid_until != *valid_until {
            let until = valid_until.as_deref().unwrap_or("infinity");
            words.push(format!("VALID UNTIL {}", quote_literal(until)));
        }
        (words, hazards)
    }

    /// The statements for memberships and settings.
    fn rest(&self, to: &Self, id: &Id, cx: &Context<'_>) -> Vec<Step> {
        let mut steps = Vec::new();
        let role = id.name_sql();
        for other in self.member_of.keys().filter(|other| !to.member_of.contains_key(*other)) {
            let lost = BREAKS_CODE.because(format!("`{}` loses the rights of `{other}`", id.name));
            steps.push(Step::risky(format!("REVOKE {} FROM {role}", quote_ident(other)), [lost]));
        }
        // What is not said is as the role is when it is let in; later it stays as it was.
        let said = |of: &Self, other| {
            let membership: Option<&Membership> = of.member_of.get(other);
            membership.map(|one| Membership { inherit: Some(one.inherit.unwrap_or(of.inherit)), ..*one })
        };
        for other in to.member_of.keys() {
            if let (has, Some(wanted)) = (said(self, other), said(to, other))
                && has != Some(wanted)
            {
                steps.extend(membership(id, other, has, wanted, to.inherit, cx.options.version));
            }
        }
        let name = |setting: &String| setting.split('=').next().unwrap_or_default().to_owned();
        let gone = self.set.iter().map(name).filter(|gone| !to.set.iter().any(|kept| name(kept) == *gone));
        let read = |setting: &str| {
            let told = || format!("`{}` begins with another `{setting}`, which is read for others", id.name);
            (cx.current.contains(id) && cx.is_read_setting(setting)).then(|| WEAKENS_ACCESS.because(told()))
        };
        steps.extend(gone.map(|gone| Step::risky(format!("ALTER ROLE {role} RESET {}", dotted(&gone)), read(&gone))));
        let new = to.set.iter().filter(|setting| !self.set.contains(setting));
        steps.extend(
            new.map(|setting| {
                Step::risky(format!("ALTER ROLE {role} {}", setting_text(setting)), read(&name(setting)))
            }),
        );
        steps
    }
}

/// The name of a setting, its parts quoted where they have to be.
fn dotted(name: &str) -> String {
    name.split('.').map(quote_ident).collect::<Vec<_>>().join(".")
}

fn gains_rights(id: &Id, other: &str) -> Hazard {
    WEAKENS_ACCESS.because(format!("`{}` gets the rights of `{other}`", id.name))
}

/// The statements that let a role into another, or change how it belongs to it.
fn membership(
    id: &Id,
    other: &str,
    has: Option<Membership>,
    wanted: Membership,
    inherits: bool,
    version: u32,
) -> Vec<Step> {
    let Membership { admin, inherit, set } = wanted;
    let (role, group) = (id.name_sql(), quote_ident(other));
    let of = |membership: Membership| [membership.admin, membership.inherit.unwrap_or(inherits), membership.set];
    let had = has.map_or([false; 3], of);
    let more = has.is_none() || of(wanted).into_iter().zip(had).any(|(is, was)| is && !was);
    let hazard = more.then(|| gains_rights(id, other));
    if version < WITH_OPTIONS {
        if has.is_some_and(|has| has.admin) && !admin {
            return vec![Step::safe(format!("REVOKE ADMIN OPTION FOR {group} FROM {role}"))];
        }
        let end = if admin { " WITH ADMIN OPTION" } else { "" };
        return vec![Step::risky(format!("GRANT {group} TO {role}{end}"), hazard)];
    }
    let had = has.unwrap_or(Membership { inherit: Some(inherits), ..Membership::default() });
    let mut options = Vec::new();
    let mut say = |word: &str, is: bool| options.push(format!("{word} {}", if is { "TRUE" } else { "FALSE" }));
    if admin != had.admin {
        say("ADMIN", admin);
    }
    if inherit != had.inherit {
        say("INHERIT", inherit.unwrap_or(inherits));
    }
    if set != had.set {
        say("SET", set);
    }
    let end = if options.is_empty() { String::new() } else { format!(" WITH {}", options.join(", ")) };
    vec![Step::risky(format!("GRANT {group} TO {role}{end}"), hazard)]
}
