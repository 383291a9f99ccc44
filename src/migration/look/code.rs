//! What functions do that somebody wrote, themselves or by others that they call: a query for all of them, and another for
//! each step that calls go deep.

use std::collections::{BTreeSet, HashMap, HashSet};

use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Error};

use super::facts::Facts;
use super::leads::{BEGINNINGS, BODIES, OPERATORS};
use super::shows::Shows;
use super::users::Users;
use super::{Found, danger};
use crate::hazard::{About, Asks, Begin, Body, Calls, Moved, Sets, in_body};
use crate::sql::names_in;

/// The functions that hazards lead to.
#[derive(Default)]
pub(super) struct Code {
    /// The functions behind a name.
    bodies: HashMap<String, Body>,
    /// The functions behind operators.
    operators: HashMap<String, Vec<String>>,
    /// The functions behind views.
    views: HashMap<u32, Vec<String>>,
    /// All that policies call.
    guards: HashSet<String>,
    /// All functions and operators that those name, PostgreSQL's own too, and the tables and views that they read.
    named: HashSet<String>,
    guards_read: HashSet<String>,
    /// The tables and views that functions read which policies call, with all names in those.
    steering: HashMap<String, HashSet<String>>,
    /// What policies call themselves.
    policies: HashSet<String>,
    /// All that is given rows of closed tables: by triggers, defaults, checks, views.
    hands: HashSet<String>,
    /// All that anything calls by itself.
    used: HashSet<String>,
    users: Users,
    /// What shows rows that row security hides.
    pub(super) shows: Shows,
}

impl Code {
    /// What `abouts` lead to, in a database whose tables with row security are `closed`.
    pub(super) async fn of(client: &Client, abouts: &[&About], facts: &Facts, closed: &[u32]) -> Result<Self, Error> {
        let mut code = Self::default();
        let (mut next, mut operators, mut views) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        let mut policies = Vec::new();
        let by_setting =
            |about: &&About| matches!(about.inner(), About::Sets(_) | About::Table { asks: Asks::Begins(..), .. });
        let sets = abouts.iter().any(by_setting);
        let users = |about: &&About| matches!(about, About::Hands(_) | About::Under(..) | About::InPlace(_));
        if sets || abouts.iter().any(users) {
            code.users = Users::of(client, closed, sets).await?;
            code.hands = code.users.hands.iter().cloned().collect();
            next.extend(code.users.used.iter().cloned());
        }
        let abouts: Vec<&About> = abouts.iter().map(|about| about.inner()).collect();
        let is_guard =
            |about: &&About| matches!(about, About::Guards(_) | About::Hands(_) | About::Ahead(_) | About::InPlace(_));
        let is_steer = |about: &&About| matches!(about, About::Table { asks: Asks::Steers | Asks::Decides(_), .. });
        let (guards, steers) = (abouts.iter().any(is_guard), sets || abouts.iter().any(is_steer));
        let shows = |about: &&About| {
            matches!(
                about,
                About::Moves(_)
                    | About::Carries(_)
                    | About::Ahead(_)
                    | About::Table { asks: Asks::Copied(_) | Asks::Crosses(_), .. }
            )
        };
        if abouts.iter().any(shows) {
            code.shows = Shows::of(client, closed).await?;
        }
        for about in &abouts {
            match about {
                About::Calls(calls)
                | About::Carries(calls)
                | About::Sets(Sets { by: calls, .. })
                | About::Moves(Moved { by: calls, .. }) => {
                    next.extend(calls.functions.iter().cloned());
                    operators.extend(calls.operators.iter().cloned());
                    views.extend(calls.relations.iter().filter_map(|it| facts.relation(it)).map(|it| it.oid));
                }
                About::Table { sql, asks: Asks::Copied(_) | Asks::Crosses(_), .. } => {
                    views.extend(facts.relation(sql).filter(|it| it.is_view).map(|it| it.oid));
                }
                About::Routine(name) | About::Table { asks: Asks::HandsOn(Some(name)), .. } => {
                    next.insert(name.clone());
                }
                _ => {}
            }
        }
        if guards || steers || !views.is_empty() {
            let views: Vec<u32> = views.into_iter().collect();
            let parameters: [(&(dyn ToSql + Sync), Type); 3] =
                [(&views, Type::OID_ARRAY), (&guards, Type::BOOL), (&steers, Type::BOOL)];
            for row in client.query_typed(BEGINNINGS, &parameters).await? {
                let function: String = row.get(3);
                next.insert(function.clone());
                match row.get(0) {
                    "view" => code.views.entry(row.get(2)).or_default().push(function),
                    "policy" => policies.push(function),
                    _ => drop(code.guards.insert(function)),
                }
            }
        }
        code.walk(client, next, operators).await?;
        code.guards.extend(policies.iter().cloned());
        code.policies = policies.iter().cloned().collect();
        code.steer(policies);
        code.guards = code.reached(code.guards.iter().cloned().collect());
        code.named =
            code.guards.iter().filter_map(|name| code.bodies.get(name)).flat_map(|it| it.named.clone()).collect();
        let read = code.guards.iter().filter_map(|name| code.bodies.get(name)).flat_map(|it| &it.reads);
        code.guards_read = read.map(|table| bare(table)).collect();
        code.hands = code.reached(code.hands.iter().cloned().collect());
        code.used = code.reached(code.users.used.clone());
        Ok(code)
    }

    /// What the functions read that policies call.
    fn steer(&mut self, policies: Vec<String>) {
        let all: Vec<String> = self.reached(policies).into_iter().collect();
        self.users.read_by(all.iter().filter_map(|name| self.bodies.get(name)));
        for body in all.iter().filter_map(|name| self.bodies.get(name)) {
            for table in body.reads.iter().map(|table| bare(table)) {
                self.steering.entry(table).or_default().extend(body.says.iter().cloned());
            }
        }
    }

    /// The names in what policies call that reads a table of a name; nothing where none of it does.
    pub(super) fn steering(&self, table: &str) -> Option<&HashSet<String>> {
        self.steering.get(&bare(table))
    }

    /// Reads the functions of some names and operators, and those that they call.
    async fn walk(
        &mut self,
        client: &Client,
        mut next: BTreeSet<String>,
        mut operators: BTreeSet<String>,
    ) -> Result<(), Error> {
        let mut seen = next.clone();
        while !next.is_empty() || !operators.is_empty() {
            let symbols: Vec<String> = std::mem::take(&mut operators).into_iter().collect();
            if !symbols.is_empty() {
                for row in client.query_typed(OPERATORS, &[(&symbols, Type::TEXT_ARRAY)]).await? {
                    let function: String = row.get(1);
                    next.extend(seen.insert(function.clone()).then(|| function.clone()));
                    self.operators.entry(row.get(0)).or_default().push(function);
                }
            }
            let names: Vec<String> = std::mem::take(&mut next).into_iter().collect();
            for row in client.query_typed(BODIES, &[(&names, Type::TEXT_ARRAY)]).await? {
                let (name, language, text): (String, String, String) = (row.get(0), row.get(1), row.get(2));
                let body = in_body(&text);
                next.extend(body.calls.iter().filter(|name| seen.insert((*name).clone())).cloned());
                operators.extend(body.operators.iter().filter(|it| !self.operators.contains_key(*it)).cloned());
                let known = self.bodies.entry(name).or_default();
                known.is_dangerous |= body.is_dangerous || !["sql", "plpgsql"].contains(&language.as_str());
                known.writes |= body.writes;
                known.calls.extend(body.calls);
                known.reads.extend(body.reads);
                known.operators.extend(body.operators);
                known.named.extend(body.named);
                known.moves.extend(body.moves);
                known.says.extend(body.says);
                known.sets.extend(body.sets);
                known.settings.extend(body.settings);
            }
            // Nothing stands behind the others.
            for symbol in symbols {
                self.operators.entry(symbol).or_default();
            }
        }
        Ok(())
    }

    /// Some functions, with all that they call.
    fn reached(&self, names: Vec<String>) -> HashSet<String> {
        let mut seen: HashSet<String> = names.iter().cloned().collect();
        let mut next = names;
        while let Some(name) = next.pop() {
            let body = self.bodies.get(&name);
            let operators = body.into_iter().flat_map(|body| &body.operators).filter_map(|it| self.operators.get(it));
            let calls = body.into_iter().flat_map(|body| &body.calls).chain(operators.flatten());
            next.extend(calls.filter(|name| seen.insert((*name).clone())).cloned());
        }
        seen
    }

    /// Whether there is a function of a name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.bodies.contains_key(name)
    }

    /// The functions that calls lead to.
    fn behind(&self, calls: &Calls, facts: &Facts) -> HashSet<String> {
        let operators = calls.operators.iter().filter_map(|it| self.operators.get(it));
        let views = calls.relations.iter().filter_map(|it| self.views.get(&facts.relation(it)?.oid));
        self.reached(operators.chain(views).flatten().chain(&calls.functions).cloned().collect())
    }

    /// What moves rows in the functions that calls lead to.
    pub(super) fn carried(&self, calls: &Calls, facts: &Facts) -> Vec<&About> {
        self.behind(calls, facts).iter().filter_map(|name| self.bodies.get(name)).flat_map(|body| &body.moves).collect()
    }

    /// All that moves rows.
    pub(super) fn all_carried(&self) -> Vec<&About> {
        self.bodies.values().flat_map(|body| &body.moves).collect()
    }

    /// Whether what is called does what is dangerous.
    pub(super) fn called(&self, calls: &Calls, facts: &Facts) -> Found {
        let all = self.behind(calls, facts);
        let is_dangerous = |name: &&String| self.bodies.get(*name).is_some_and(|body| body.is_dangerous);
        if let Some(name) = calls.replaced.iter().find(|name| all.contains(*name)) {
            return danger(format!("the file replaces `{name}`, which it calls"));
        }
        let mut dangerous: Vec<String> = all.iter().filter(is_dangerous).cloned().collect();
        dangerous.sort();
        match dangerous.first() {
            Some(name) => danger(format!("`{name}` does what is dangerous, or cannot be looked into")),
            None => Found::Nothing,
        }
    }

    /// What of functions and operators reads rows that row security hides, or may.
    pub(super) fn reader(&self, by: &Calls) -> Option<String> {
        let operators = by.operators.iter().filter_map(|it| self.operators.get(it)).flatten();
        self.reads(operators.chain(&by.functions).cloned().collect())
    }

    /// The same of the functions behind a view.
    pub(super) fn reader_behind(&self, view: u32) -> Option<String> {
        self.reads(self.views.get(&view)?.clone())
    }

    fn reads(&self, names: Vec<String>) -> Option<String> {
        let all: BTreeSet<String> = self.reached(names).into_iter().collect();
        let shown = |body: &Body| body.reads.iter().any(|table| self.shows.name(&bare(table)));
        all.into_iter().find(|name| self.bodies.get(name).is_some_and(|body| body.is_dangerous || shown(body)))
    }

    /// Whether a function writes rows, itself or by others.
    pub(super) fn writes(&self, name: &str) -> bool {
        let all = self.reached(vec![name.to_owned()]);
        all.iter().any(|name| self.bodies.get(name).is_some_and(|body| body.writes || body.is_dangerous))
    }

    /// Whether triggers of closed tables call a function, themselves or by others.
    pub(super) fn hands(&self, name: &str) -> Found {
        if self.hands.contains(name) {
            danger("what is given rows of tables with row security calls it")
        } else {
            Found::Nothing
        }
    }

    /// Whether something that was there before calls a function by itself.
    pub(super) fn is_used(&self, name: &str) -> bool {
        self.used.contains(name)
    }

    /// Whether policies compare rows with a function or a setting.
    pub(super) fn asked_for(&self, begin: &Begin) -> bool {
        match begin {
            Begin::Function(name) => self.policies.contains(name),
            Begin::Setting(name) => self.users.settings.contains(name),
        }
    }

    /// Whether code changes a setting that policies read.
    pub(super) fn sets(&self, sets: &Sets, facts: &Facts) -> Found {
        let all = self.behind(&sets.by, facts);
        let bodies = all.iter().filter_map(|name| self.bodies.get(name)).flat_map(|body| &body.sets);
        match self.users.decides(sets.settings.iter().chain(bodies)) {
            Some(setting) => danger(format!("policies read {setting}, which it changes")),
            None => Found::Nothing,
        }
    }

    /// Whether code that decides who sees what, or that is given closed rows, names a table.
    pub(super) fn names_table(&self, name: &str) -> bool {
        let named = |it: &String| self.bodies.get(it).is_some_and(|body| body.says.contains(name));
        self.guards_read(name) || self.hands.iter().any(named)
    }

    /// Whether what policies call reads a table or a view of a name.
    pub(super) fn guards_read(&self, name: &str) -> bool {
        self.guards_read.contains(name)
    }

    /// Whether policies call a function, themselves or by others.
    pub(super) fn guards(&self, name: &str) -> Found {
        if self.guards.contains(name) || self.named.contains(name) {
            danger("policies, or what runs with its owner's rights, call or read it")
        } else {
            Found::Nothing
        }
    }
}

/// The name of a table without its namespace, and without quotes.
fn bare(sql: &str) -> String {
    names_in(sql).pop().unwrap_or_default()
}
