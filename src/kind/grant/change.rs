//! The statements between what a role has and what it is to have.

use std::collections::{BTreeMap, BTreeSet};

use super::{Grant, Granted, OWNER, PUBLIC, Privilege, Rights};
use crate::hazard::{BREAKS_CODE, Hazard, WEAKENS_ACCESS};
use crate::kind::{KindTag, Object};
use crate::plan::{Context, Step};
use crate::schema::Id;
use crate::sql::{ident_list, quote_ident};

type Set = BTreeSet<Privilege>;

/// All that there is.
const ALL: &str = "ALL";

/// Privileges on columns, each with the columns that it is on.
type OnColumns = BTreeMap<Privilege, Vec<String>>;

/// How statements say on what, and to whom.
pub(in crate::kind) struct Saying {
    /// What stands in front, such as `ALTER DEFAULT PRIVILEGES `.
    pub(in crate::kind) head: String,
    /// What stands behind ON.
    pub(in crate::kind) on: String,
    /// What hazards call it.
    pub(in crate::kind) shown: String,
    /// The role.
    pub(in crate::kind) grantee: String,
    /// The role as SQL.
    pub(in crate::kind) to: String,
    /// All that there is to grant.
    pub(in crate::kind) all: &'static [Privilege],
    /// Whether it is in use.
    pub(in crate::kind) in_use: bool,
    /// What of it opens something that is there to who gets it.
    pub(in crate::kind) opens: Set,
    /// Columns that hold nothing yet.
    pub(in crate::kind) fresh: BTreeSet<String>,
    /// What everybody has today, and so the role.
    pub(in crate::kind) of_all: Grant,
    /// What the role has today, which is nothing new to it.
    pub(in crate::kind) had: Grant,
    /// Roles that were given some of it by this one, and keep it.
    pub(in crate::kind) passed_on: Vec<(String, Grant)>,
}

impl Saying {
    /// Of a grant on an object.
    pub(super) fn of(id: &Id, cx: &Context<'_>) -> Self {
        let on = id.subject().unwrap_or_else(|| id.clone());
        // What is only taken away is so before anything else happens to the object, which may get another name.
        let (first, then) = match cx.current.contains(id) && !cx.desired.contains(id) {
            true => (cx.current, cx.desired),
            false => (cx.desired, cx.current),
        };
        let object = first.object(&on).or_else(|| then.object(&on));
        let owner = cx.current.server.owners.get(&(on.namespace.clone(), id.owner.clone()));
        let server = &cx.current.server;
        let owner = owner.unwrap_or(if cx.current.contains(&on) { &server.owner } else { &server.user });
        let to = match id.name.as_str() {
            PUBLIC => "PUBLIC".to_owned(),
            OWNER if *owner == server.user => "CURRENT_USER".to_owned(),
            OWNER => quote_ident(owner),
            role => quote_ident(role),
        };
        let has = |role: &str| match cx.current.object(&Id { name: role.to_owned(), ..id.clone() }) {
            Some(Object::Grant(grant)) => grant.clone(),
            _ => Grant::default(),
        };
        let keeps = |(other, entry): (&Id, &crate::schema::Entry)| match (&entry.object, cx.desired.object(other)) {
            (Object::Grant(has), Some(Object::Grant(_))) if has.by.0.contains(&id.name) => {
                Some((other.name.clone(), has.clone()))
            }
            _ => None,
        };
        Self {
            head: String::new(),
            on: object.map_or_else(|| on.sql(), |object| named(&on, object)),
            shown: if on.kind.belongs_to_table() {
                format!("`{}.{}`", on.owner, on.name)
            } else {
                format!("`{}`", on.name)
            },
            grantee: id.name.clone(),
            to,
            all: on.kind.granted().map_or(&[], |granted| granted.privileges(cx.options.version)),
            in_use: cx.current.contains(&on),
            opens: opens(&on, &id.name, cx),
            fresh: fresh_columns(&on, cx),
            of_all: has(PUBLIC),
            had: has(&id.name),
            passed_on: cx.current.children_of(&on, KindTag::Grant).filter_map(keeps).collect(),
        }
    }
}

/// The privileges that open something to a role: what the object holds, or is allowed to do, is there already.
fn opens(on: &Id, role: &str, cx: &Context<'_>) -> Set {
    let all = on.kind.granted().map_or(&[][..], |granted| granted.privileges(cx.options.version));
    let mut opens: Set = all.iter().copied().filter(|privilege| privilege.writes()).collect();
    match (on.kind.granted(), cx.desired.object(on)) {
        (Some(Granted::Table), _) => drop(opens.insert(Privilege::Select)),
        (_, Some(Object::Function(function))) if function.security_definer => drop(opens.insert(Privilege::Execute)),
        (Some(Granted::Namespace), _) if cx.reaches_into(&on.name, role) => drop(opens.insert(Privilege::Usage)),
        _ => {}
    }
    opens
}

/// The columns that a table gets in this plan, and that are not computed from others.
fn fresh_columns(on: &Id, cx: &Context<'_>) -> BTreeSet<String> {
    let new = |(id, entry): &(&Id, &crate::schema::Entry)| {
        !cx.current.contains(id) && matches!(&entry.object, Object::Column(column) if column.generated.is_none())
    };
    cx.desired.children_of(on, KindTag::Column).filter(new).map(|(id, _)| id.name.clone()).collect()
}

/// An object as GRANT names it.
fn named(on: &Id, object: &Object) -> String {
    let target = object.comment_target(on).unwrap_or_default();
    let word = target.split(' ').next().unwrap_or_default();
    match on.kind.granted() {
        Some(Granted::Table) => on.sql(),
        Some(Granted::Routine) => {
            let word = if word == "PROCEDURE" { word } else { "FUNCTION" };
            format!("{word} {}({})", on.sql(), on.owner)
        }
        _ => target,
    }
}

/// The statements that lead from what a role has to what it is to have.
pub(in crate::kind) fn change(from: &Grant, to: &Grant, say: &Saying) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut lost: Set = &from.rights.privileges - &to.rights.privileges;
    lost.extend(&to.revoked - &from.revoked);
    let mut options = &from.rights.with_grant_option - &to.rights.with_grant_option;
    if say.grantee != OWNER {
        options.retain(|privilege| to.rights.privileges.contains(privilege));
    }
    steps.extend(say.revoke(&say.list(&lost), &lost, from));
    steps.extend(say.revoke_option(&say.list(&options), &options, from));
    // What is revoked on the whole is revoked on every column with it.
    let columns = without(&from.columns, &lost);
    let gone = pairs(&columns, &to.columns, |rights| &rights.privileges);
    let options = kept(pairs(&columns, &to.columns, |rights| &rights.with_grant_option), &to.columns);
    steps.extend(say.revoke(&on_columns(&gone), &keys(&gone), from));
    steps.extend(say.revoke_option(&on_columns(&options), &keys(&options), from));
    let passing = &to.rights.with_grant_option - &from.rights.with_grant_option;
    let mut plain = &(&to.rights.privileges - &from.rights.privileges) - &to.rights.with_grant_option;
    plain.extend(&from.revoked - &to.revoked);
    // Who is to have everything is given everything, whatever it had.
    let all = if to.rights.with_grant_option.is_empty() && !plain.is_empty() { &to.rights.privileges } else { &plain };
    let list = if say.list(all) == ALL { ALL.to_owned() } else { say.list(&plain) };
    steps.extend(say.grant(&list, &whole(&plain), false));
    steps.extend(say.grant(&say.list(&passing), &whole(&passing), true));
    let passing = pairs(&to.columns, &columns, |rights| &rights.with_grant_option);
    let plain = pairs(&to.columns, &columns, |rights| &rights.privileges);
    let plain = unless(plain, &to.columns, |rights| &rights.with_grant_option);
    steps.extend(say.grant(&on_columns(&plain), &plain, false));
    steps.extend(say.grant(&on_columns(&passing), &passing, true));
    steps
}

impl Saying {
    /// Privileges in the words of a statement; nothing where there are none.
    fn list(&self, privileges: &Set) -> String {
        // On what has one privilege only its name says more.
        if self.all.len() > 1 && self.all.iter().all(|privilege| privileges.contains(privilege)) {
            return ALL.to_owned();
        }
        words(privileges).join(", ")
    }

    /// Gives the owner what it has, which makes an access list of it.
    pub(super) fn write_out(&self) -> Step {
        let all = self.list(&self.all.iter().copied().collect());
        Step::safe(format!("{}GRANT {all} ON {} TO {}", self.head, self.on, self.to))
    }

    fn grant(&self, what: &str, privileges: &OnColumns, option: bool) -> Option<Step> {
        let end = if option { " WITH GRANT OPTION" } else { "" };
        let sql = format!("{}GRANT {what} ON {} TO {}{end}", self.head, self.on, self.to);
        (!what.is_empty()).then(|| Step::risky(sql, self.widens(what, privileges, option)))
    }

    fn revoke(&self, what: &str, privileges: &Set, from: &Grant) -> Vec<Step> {
        self.take_away("", what, privileges, from)
    }

    fn revoke_option(&self, what: &str, privileges: &Set, from: &Grant) -> Vec<Step> {
        self.take_away("GRANT OPTION FOR ", what, privileges, from)
    }

    fn take_away(&self, option: &str, what: &str, privileges: &Set, from: &Grant) -> Vec<Step> {
        if what.is_empty() {
            return Vec::new();
        }
        let mut steps = Vec::new();
        // Whoever was given it by this role, and keeps it, has it from the owner from now on.
        for (other, has) in &self.passed_on {
            let shared: Set = &has.rights.privileges & privileges;
            let (list, other) = (words(&shared).join(", "), quote_ident(other));
            if !shared.is_empty() {
                steps.push(Step::safe(format!("GRANT {list} ON {} TO {other}", self.on)));
                steps.extend(self.as_role(&self.grantee, format!("REVOKE {list} ON {} FROM {other}", self.on)));
            }
        }
        let sql = format!("{}REVOKE {option}{what} ON {} FROM {}", self.head, self.on, self.to);
        // Only who gave it can take it back: the owner's REVOKE would pass over it without a word.
        let by_others = from.by.0.iter().flat_map(|role| self.as_role(role, sql.clone()));
        let by_others: Vec<Step> = by_others.collect();
        steps.push(Step::risky(sql, self.narrows(privileges, option)));
        steps.extend(by_others);
        steps
    }

    /// A statement that another role has to run.
    fn as_role(&self, role: &str, sql: String) -> [Step; 3] {
        [format!("SET LOCAL ROLE {}", quote_ident(role)), sql, "RESET ROLE".to_owned()].map(Step::safe)
    }

    fn who(&self) -> String {
        match self.grantee.as_str() {
            PUBLIC => "everybody".to_owned(),
            OWNER => format!("the owner of {}", self.shown),
            role => format!("`{role}`"),
        }
    }

    fn widens(&self, what: &str, privileges: &OnColumns, option: bool) -> Option<Hazard> {
        let new: Set =
            privileges.iter().filter(|(one, on)| self.is_more(**one, on, option)).map(|(one, _)| *one).collect();
        let weighs = option || self.grantee == PUBLIC || (self.in_use && !new.is_disjoint(&self.opens));
        let risky = weighs && !new.is_empty() && self.grantee != OWNER;
        let passes = if option { ", and may pass it on" } else { "" };
        let list = if what == ALL { "all".to_owned() } else { words(&new).join(", ").to_lowercase() };
        risky.then(|| WEAKENS_ACCESS.because(format!("{} gets {list} on {}{passes}", self.who(), self.shown)))
    }

    /// Whether a privilege is more than the role has today, on some columns or, where none are named, on the whole.
    fn is_more(&self, privilege: Privilege, columns: &[String], option: bool) -> bool {
        let of = |rights: &Rights| {
            if option { rights.with_grant_option.contains(&privilege) } else { rights.privileges.contains(&privilege) }
        };
        let all = [&self.had, &self.of_all];
        if all.iter().any(|has| of(&has.rights)) {
            return false;
        }
        let has = |column: &String| all.iter().any(|has| has.columns.get(column).is_some_and(of));
        columns.is_empty() || columns.iter().any(|column| !self.fresh.contains(column) && !has(column))
    }

    fn narrows(&self, privileges: &Set, option: &str) -> Option<Hazard> {
        // What it had not before either, it does not lose.
        let lost = privileges - &self.had.revoked;
        let all = self.list(privileges) == ALL;
        let list = if all { "all".to_owned() } else { words(&lost).join(", ").to_lowercase() };
        let passing = if option.is_empty() { "" } else { "the right to pass on " };
        let hazard = || BREAKS_CODE.because(format!("{} loses {passing}{list} on {}", self.who(), self.shown));
        // Of what is yet to be made nobody has anything; and the owner may pass on what it likes.
        let owner = self.grantee == OWNER && !option.is_empty();
        (self.in_use && !owner && self.head.is_empty() && !lost.is_empty()).then(hazard)
    }
}

/// Privileges on no column in particular.
fn whole(privileges: &Set) -> OnColumns {
    privileges.iter().map(|privilege| (*privilege, Vec::new())).collect()
}

fn words(privileges: &Set) -> Vec<String> {
    privileges.iter().map(|privilege| privilege.word().to_uppercase()).collect()
}

/// `SELECT (a, b), UPDATE (a)`.
fn on_columns(pairs: &OnColumns) -> String {
    let one = |(privilege, columns): (&Privilege, &Vec<String>)| {
        format!("{} ({})", privilege.word().to_uppercase(), ident_list(columns))
    };
    pairs.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn keys(pairs: &OnColumns) -> Set {
    pairs.keys().copied().collect()
}

/// What is in `from` and not in `to`.
fn pairs(from: &BTreeMap<String, Rights>, to: &BTreeMap<String, Rights>, of: impl Fn(&Rights) -> &Set) -> OnColumns {
    let mut found = OnColumns::new();
    for (column, rights) in from {
        let there = to.get(column).map(&of);
        for privilege in of(rights).iter().filter(|one| !there.is_some_and(|there| there.contains(one))) {
            found.entry(*privilege).or_default().push(column.clone());
        }
    }
    found
}

/// Those pairs whose column keeps the privilege.
fn kept(mut pairs: OnColumns, to: &BTreeMap<String, Rights>) -> OnColumns {
    for (privilege, columns) in &mut pairs {
        columns.retain(|column| to.get(column).is_some_and(|rights| rights.privileges.contains(privilege)));
    }
    pairs.retain(|_, columns| !columns.is_empty());
    pairs
}

/// Those pairs that are not in a set of their column's.
fn unless(mut pairs: OnColumns, of: &BTreeMap<String, Rights>, set: impl Fn(&Rights) -> &Set) -> OnColumns {
    for (privilege, columns) in &mut pairs {
        columns.retain(|column| !of.get(column).is_some_and(|rights| set(rights).contains(privilege)));
    }
    pairs.retain(|_, columns| !columns.is_empty());
    pairs
}

/// Rights on columns, some privileges taken away.
fn without(columns: &BTreeMap<String, Rights>, lost: &Set) -> BTreeMap<String, Rights> {
    let one = |(column, rights): (&String, &Rights)| {
        let Rights { privileges, with_grant_option } = rights;
        (column.clone(), Rights { privileges: privileges - lost, with_grant_option: with_grant_option - lost })
    };
    columns.iter().map(one).collect()
}
