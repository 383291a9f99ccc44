//! Roles, what is granted to them on every kind of object, and what will be granted on objects that are made later.

use toml::{Table as Toml, Value};

use super::model::{Model, Named, Part, Uid, What};
use super::names::comment;
use super::prng::Rng;
use super::write::{Writer, flag, said};

/// What stands in the names of made-up roles: each walker puts its own word there, as roles are the whole server's.
pub const WALKER: &str = "@walker@";

#[derive(Debug, Clone)]
pub struct Role {
    pub uid: Uid,
    pub name: String,
    pub comment: Option<String>,
    pub attributes: Vec<(&'static str, Value)>,
    pub member_of: Option<(Uid, bool)>,
}

/// What a role has on an object: nobody's number is everybody's.
#[derive(Debug, Clone)]
pub struct Given {
    pub to: Option<Uid>,
    pub privileges: Vec<&'static str>,
    pub columns: Vec<Uid>,
    pub option: bool,
    /// Taken away from everybody or the owner.
    pub revoked_from: Option<&'static str>,
}

/// What a role will have on objects that are made later.
#[derive(Debug, Clone)]
pub struct Later {
    pub on: &'static str,
    pub namespace: Option<Uid>,
    pub maker: Option<Uid>,
    pub given: Given,
}

/// What can be granted on tables and views.
const OF_TABLES: &[&str] = &["select", "insert", "update", "delete", "truncate", "references", "trigger", "all"];
const OF_COLUMNS: &[&str] = &["select", "insert", "update", "references"];
const OF_SEQUENCES: &[&str] = &["usage", "select", "update", "all"];
const OF_TYPES: &[&str] = &["usage"];
const OF_ROUTINES: &[&str] = &["execute"];
const OF_NAMESPACES: &[&str] = &["usage", "create"];

impl Model {
    pub fn add_role(&mut self, rng: &mut Rng) {
        let uid = self.uid();
        let kinds = ["app", "reader", "it's", "The \"boss\"", "back\\slash", "-- x", "☃", "select"];
        let name = format!("{WALKER}{uid} {}", rng.pick(&kinds));
        let attributes = attributes(rng);
        let member_of = self.group(rng);
        self.roles.push(Role { uid, name, comment: comment(rng), attributes, member_of });
    }

    /// An older role, so that nobody belongs to himself.
    fn group(&self, rng: &mut Rng) -> Option<(Uid, bool)> {
        let group = rng.maybe(&self.roles).filter(|_| rng.chance(40))?;
        Some((group.uid, rng.chance(30)))
    }

    pub fn mutate_roles(&mut self, rng: &mut Rng) {
        if self.roles.is_empty() || rng.chance(20) {
            return self.add_role(rng);
        }
        let at = rng.below(self.roles.len());
        match rng.below(4) {
            0 => drop(self.roles.remove(at)),
            1 => self.roles[at].comment = comment(rng),
            2 => {
                let older: Vec<Uid> = self.roles[..at].iter().map(|role| role.uid).collect();
                self.roles[at].member_of = rng.maybe(&older).map(|uid| (*uid, rng.chance(50)));
            }
            _ => self.roles[at].attributes = attributes(rng),
        }
    }

    fn to(&self, rng: &mut Rng) -> Option<Uid> {
        rng.maybe(&self.roles).filter(|_| rng.chance(80)).map(|role| role.uid)
    }

    /// Grants something on something, on later objects or names a role in a policy.
    pub fn add_grant(&mut self, rng: &mut Rng) {
        if rng.chance(15) {
            return self.add_later(rng);
        }
        let policies = self.tables.iter().flat_map(|t| &t.parts).filter(|p| matches!(p.part, Part::Policy { .. }));
        let policies: Vec<&Named> = policies.collect();
        if let (Some(policy), Some(role), true) = (rng.maybe(&policies), rng.maybe(&self.roles), rng.chance(10)) {
            let (policy, role) = (policy.uid, role.uid);
            self.policy_roles.insert(policy, role);
            return;
        }
        let mut all: Vec<(Uid, &'static [&'static str])> = Vec::new();
        all.extend(self.namespaces.iter().map(|one| (one.uid, OF_NAMESPACES)));
        all.extend(self.enums.iter().map(|one| (one.uid, OF_TYPES)));
        all.extend(self.functions.iter().map(|one| (one.uid, OF_ROUTINES)));
        all.extend(self.tables.iter().flat_map(|one| [(one.uid, OF_TABLES); 2]));
        all.extend(self.children.iter().map(|one| (one.uid, OF_TABLES)));
        all.extend(self.others.iter().map(|one| match one.what {
            What::Sequence { .. } => (one.uid, OF_SEQUENCES),
            What::View { .. } => (one.uid, OF_TABLES),
            What::Procedure { .. } | What::Aggregate { .. } => (one.uid, OF_ROUTINES),
            _ => (one.uid, OF_TYPES),
        }));
        let (on, privileges) = *rng.pick(&all);
        let given = self.given(rng, on, privileges);
        self.grants.entry(on).or_default().push(given);
    }

    fn given(&self, rng: &mut Rng, on: Uid, privileges: &[&'static str]) -> Given {
        let revoked_from = match privileges {
            _ if rng.chance(75) => None,
            [_] => Some(*rng.pick(&["public", "owner"])),
            _ => Some("owner"),
        };
        let columns = self.table(on).map(|t| t.columns.iter().map(|c| c.uid).collect::<Vec<_>>()).unwrap_or_default();
        let columns = columns.into_iter().filter(|_| revoked_from.is_none() && rng.chance(20)).collect::<Vec<_>>();
        let privileges = if columns.is_empty() { privileges } else { OF_COLUMNS };
        let to = self.to(rng);
        let option = to.is_some() && revoked_from.is_none() && rng.chance(20);
        Given { to, privileges: rng.some(privileges, 2), columns, option, revoked_from }
    }

    fn add_later(&mut self, rng: &mut Rng) {
        let all: [(&str, &[&'static str]); 5] = [
            ("tables", OF_TABLES),
            ("sequences", OF_SEQUENCES),
            ("functions", OF_ROUTINES),
            ("types", OF_TYPES),
            ("schemas", OF_NAMESPACES),
        ];
        let (on, privileges) = *rng.pick(&all);
        let namespace = rng.maybe(&self.namespaces).filter(|_| on != "schemas" && rng.chance(40)).map(|one| one.uid);
        let maker = rng.maybe(&self.roles).filter(|_| rng.chance(20)).map(|role| role.uid);
        let mut given = self.given(rng, 0, privileges);
        given.revoked_from = given.revoked_from.filter(|_| namespace.is_none());
        self.later.push(Later { on, namespace, maker, given });
    }

    pub fn mutate_grants(&mut self, rng: &mut Rng) {
        let granted: Vec<Uid> = self.grants.keys().copied().collect();
        match (rng.below(4), rng.maybe(&granted)) {
            (0, Some(on)) => drop(self.grants.remove(on)),
            (1, Some(on)) => drop(self.grants.get_mut(on).and_then(Vec::pop)),
            (2, _) if !self.later.is_empty() => drop(self.later.remove(rng.below(self.later.len()))),
            _ => self.add_grant(rng),
        }
    }
}

fn attributes(rng: &mut Rng) -> Vec<(&'static str, Value)> {
    let set = Toml::from_iter([("statement_timeout".to_owned(), Value::from("4s"))]);
    let all: [(&str, Value); 9] = [
        ("login", true.into()),
        ("inherit", false.into()),
        ("createdb", true.into()),
        ("createrole", true.into()),
        ("bypassrls", true.into()),
        ("replication", true.into()),
        ("connection_limit", 5.into()),
        ("valid_until", "2031-01-01T12:00:00Z".into()),
        ("set", set.into()),
    ];
    all.into_iter().filter(|_| rng.chance(20)).collect()
}

impl Writer<'_> {
    pub fn roles(&self, top: &mut Toml) {
        for role in &self.model.roles {
            let mut it = said(&[("comment", &role.comment)]);
            it.extend(role.attributes.iter().map(|(key, value)| ((*key).to_owned(), value.clone())));
            let group = role.member_of.and_then(|(uid, admin)| Some((self.role(uid)?, admin)));
            if let Some((group, admin)) = group {
                let mut of = Toml::from_iter([("role".to_owned(), Value::from(group))]);
                flag(&mut of, "admin", admin);
                it.insert("member_of".into(), vec![Value::from(of)].into());
            }
            super::write::section(top, "role").insert(role.name.clone(), it.into());
        }
    }

    pub fn role(&self, uid: Uid) -> Option<&str> {
        self.model.roles.iter().find(|role| role.uid == uid).map(|role| role.name.as_str())
    }

    /// What is granted and revoked on an object.
    pub fn grants(&self, on: Uid, it: &mut Toml) {
        for given in self.model.grants.get(&on).into_iter().flatten() {
            let Some((key, one)) = self.given(on, given) else { continue };
            let list = it.entry(key).or_insert_with(|| Value::Array(Vec::new()));
            list.as_array_mut().unwrap().push(one.into());
        }
    }

    fn given(&self, on: Uid, given: &Given) -> Option<(&'static str, Toml)> {
        let privileges: Vec<Value> = given.privileges.iter().map(|one| Value::from(*one)).collect();
        let mut it = Toml::from_iter([("privileges".to_owned(), Value::from(privileges))]);
        if let Some(from) = given.revoked_from {
            it.insert("from".into(), from.into());
            return Some(("revoke", it));
        }
        let to = given.to.map_or(Some("public"), |uid| self.role(uid))?;
        it.insert("to".into(), to.into());
        if !given.columns.is_empty() {
            it.insert("columns".into(), self.names(self.model.table(on)?, &given.columns)?);
        }
        flag(&mut it, "with_grant_option", given.option);
        Some(("grant", it))
    }

    pub fn later(&self, top: &mut Toml) {
        let mut all: Vec<Value> = Vec::new();
        for later in &self.model.later {
            let mut it = Toml::from_iter([("on".to_owned(), Value::from(later.on))]);
            let namespace = later.namespace.map(|uid| self.model.namespace(uid));
            let maker = later.maker.map(|uid| self.role(uid));
            let (Some((key, given)), false, false) =
                (self.given(0, &later.given), namespace == Some(None), maker == Some(None))
            else {
                continue;
            };
            let text = |one: Option<Option<&str>>| one.flatten().map(str::to_owned);
            it.extend(said(&[("in_schema", &text(namespace)), ("for_role", &text(maker))]));
            it.insert(key.into(), vec![Value::from(given)].into());
            all.push(it.into());
        }
        if !all.is_empty() {
            top.insert("default_privileges".into(), all.into());
        }
    }
}
