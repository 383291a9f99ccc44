//! A row-level-security policy.

use std::ops::Deref;

use serde::{Deserialize, Serialize, Serializer};

use super::catalog::Value::{Json, Text};
use super::catalog::object;
use super::{Kind, KindTag, Object, Touch, constraint};
use crate::hazard::{Hazard, WEAKENS_ACCESS};
use crate::plan::{Context, Step};
use crate::schema::{Id, Schema};
use crate::sql::{Expr, quote_ident};

/// The commands that a policy is for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// Every command.
    #[default]
    All,
    /// SELECT, and the reading half of others.
    Select,
    /// INSERT.
    Insert,
    /// UPDATE.
    Update,
    /// DELETE.
    Delete,
}

impl Command {
    /// Its SQL.
    pub fn sql(self) -> &'static str {
        match self {
            Self::All => "ALL",
            Self::Select => "SELECT",
            Self::Insert => "INSERT",
            Self::Update => "UPDATE",
            Self::Delete => "DELETE",
        }
    }
}

/// Some roles in the order in which they are said; which that is makes no difference.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(transparent)]
pub struct Roles(pub Vec<String>);

impl Roles {
    fn sorted(&self) -> Vec<&String> {
        let mut all: Vec<&String> = self.0.iter().collect();
        all.sort();
        all
    }
}

impl PartialEq for Roles {
    fn eq(&self, other: &Self) -> bool {
        self.sorted() == other.sorted()
    }
}

impl Eq for Roles {}

impl Serialize for Roles {
    /// Sorted: what is equal is written equally.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.sorted().serialize(serializer)
    }
}

impl Deref for Roles {
    type Target = [String];

    fn deref(&self) -> &[String] {
        &self.0
    }
}

/// A policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// Permissive policies are joined by OR, restrictive ones by AND.
    pub permissive: bool,
    /// The commands it is for.
    pub r#for: Command,
    /// The roles that it binds; empty for everybody.
    pub to: Roles,
    /// Which rows that are there can be seen, changed or deleted.
    pub using: Option<Expr>,
    /// Which rows may be written.
    pub check: Option<Expr>,
}

impl Kind for Policy {
    const WORD: &'static str = "policy";
    const BELONGS_TO_TABLE: bool = true;
    const IS_WORDED: bool = true;

    fn create(&self, id: &Id, cx: &Context<'_>) -> Vec<Step> {
        let Self { permissive, r#for, to, using, check } = self;
        let mut sql = format!("CREATE POLICY {} ON {}", id.name_sql(), id.table_sql());
        if !permissive {
            sql.push_str(" AS RESTRICTIVE");
        }
        if *r#for != Command::All {
            sql.push_str(&format!(" FOR {}", r#for.sql()));
        }
        if !to.is_empty() {
            sql.push_str(&format!(" TO {}", roles(to)));
        }
        sql.push_str(&self.clauses(using.as_ref(), check.as_ref()));
        let gain = format!("`{}` lets rows of `{}` through", id.name, id.owner);
        let back = cx.current.object(id) == cx.desired.object(id);
        // A restrictive policy only takes rows away, unless it stands for one that took more.
        let restricted = matches!(cx.current.object(id), Some(Object::Policy(from)) if !from.permissive);
        let widens = (*permissive || restricted) && !back && guards(id, cx.current);
        vec![Step::risky(sql, widens.then(|| WEAKENS_ACCESS.because(gain)))]
    }

    fn drop(&self, id: &Id, cx: &Context<'_>) -> Vec<Step> {
        let stays = cx.desired.object(id).is_some_and(|to| matches!(to, Object::Policy(to) if !to.permissive));
        let table_stays = id.table().is_some_and(|table| cx.desired.contains(&table));
        let opens = !self.permissive && !stays && table_stays && guards(id, cx.current);
        let hazard = opens.then(|| WEAKENS_ACCESS.because(format!("`{}` no longer restricts `{}`", id.name, id.owner)));
        vec![Step::risky(format!("DROP POLICY {} ON {}", id.name_sql(), id.table_sql()), hazard)]
    }

    fn alter(&self, to: &Self, id: &Id, cx: &Context<'_>) -> Option<Vec<Step>> {
        let Self { permissive, r#for, to: to_roles, using, check } = to;
        // ALTER POLICY cannot change the command or the kind, and cannot take USING or WITH CHECK away.
        let takes_away = (self.using.is_some() && using.is_none()) || (self.check.is_some() && check.is_none());
        if takes_away || (permissive, r#for) != (&self.permissive, &self.r#for) {
            return None;
        }
        let mut sql = format!("ALTER POLICY {} ON {}", id.name_sql(), id.table_sql());
        if self.to != *to_roles {
            let everybody = if to_roles.is_empty() { "PUBLIC".to_owned() } else { roles(to_roles) };
            sql.push_str(&format!(" TO {everybody}"));
        }
        let changed = |from: &Option<Expr>, to: &Option<Expr>| if from == to { None } else { to.clone() };
        let (using, check) = (changed(&self.using, using), changed(&self.check, check));
        sql.push_str(&self.clauses(using.as_ref(), check.as_ref()));
        let hazard: Option<Hazard> = (guards(id, cx.current) && !self.only_narrows(to))
            .then(|| WEAKENS_ACCESS.because(format!("`{}` on `{}` may let more rows through", id.name, id.owner)));
        Some(vec![Step::risky(sql, hazard)])
    }

    fn comment_target(&self, id: &Id) -> Option<String> {
        Some(format!("POLICY {} ON {}", id.name_sql(), id.table_sql()))
    }

    fn rename(&self, from: &Id, to: &str) -> Option<String> {
        let to = quote_ident(to);
        Some(format!("ALTER POLICY {} ON {} RENAME TO {to}", from.name_sql(), from.table_sql()))
    }

    fn depends_on(&self, id: &Id, schema: &Schema) -> Vec<Id> {
        let mut needs = constraint::table_and_columns(id, std::iter::empty::<&str>());
        needs.extend(self.to.iter().map(|role| Id::new(KindTag::Role, "", role)));
        for text in [&self.using, &self.check].into_iter().flatten() {
            needs.extend(constraint::mentioned_columns(id, text.as_str(), schema));
            needs.extend(constraint::mentioned_in_query(text.as_str(), schema));
        }
        needs
    }

    fn steps_aside(&self, _id: &Id, _other: &Id, touch: Touch<'_>) -> bool {
        match touch {
            Touch::Replaced | Touch::Rebuilt => true,
            // "cannot alter type of a column used in a policy definition"
            Touch::Altered(Object::Column(from), Object::Column(to)) => from.is_retyped(to),
            Touch::Altered(..) | Touch::Dropped => false,
        }
    }

    fn texts_mut(&mut self) -> Vec<&mut Expr> {
        [&mut self.using, &mut self.check].into_iter().flatten().collect()
    }

    fn twin(self) -> Self {
        // Roles have no wording, and one that is new is not there yet.
        Self { to: Roles::default(), ..self }
    }

    fn take_wording(&mut self, found: Self) {
        let Self { permissive: _, r#for: _, to: _, using, check } = found;
        (self.using, self.check) = (using, check);
    }

    fn catalog(_version: u32) -> String {
        let object = object(&[
            ("permissive", Json("p.polpermissive")),
            (
                "for",
                Text(
                    "CASE p.polcmd WHEN 'r' THEN 'select' WHEN 'a' THEN 'insert' WHEN 'w' THEN 'update' \
                     WHEN 'd' THEN 'delete' ELSE 'all' END",
                ),
            ),
            (
                "to",
                Json(
                    "CASE WHEN p.polroles = '{0}' THEN '[]' ELSE (SELECT json_agg(a.rolname ORDER BY u.n)::text \
                     FROM unnest(p.polroles) WITH ORDINALITY u(role, n) JOIN pg_roles a ON a.oid = u.role) END",
                ),
            ),
            ("using", Text("pg_get_expr(p.polqual, p.polrelid)")),
            ("check", Text("pg_get_expr(p.polwithcheck, p.polrelid)")),
        ]);
        format!(
            "SELECT 'pg_policy'::regclass, p.oid, 0, r.nspname, r.relname, p.polname, 0, {object} \
               FROM pg_policy p JOIN rel r ON r.oid = p.polrelid"
        )
    }
}

impl Policy {
    /// Whether `to` differs in nothing but its roles, and lets nobody see or change more.
    fn only_narrows(&self, to: &Self) -> bool {
        let fewer = |from: &[String], to: &[String]| {
            from.is_empty() || (!to.is_empty() && to.iter().all(|role| from.contains(role)))
        };
        let rest_is_same = Self { to: to.to.clone(), ..self.clone() } == *to;
        rest_is_same && if self.permissive { fewer(&self.to, &to.to) } else { fewer(&to.to, &self.to) }
    }

    fn clauses(&self, using: Option<&Expr>, check: Option<&Expr>) -> String {
        let mut sql = String::new();
        if let Some(using) = using {
            sql.push_str(&format!(" USING {}", using.parenthesised()));
        }
        if let Some(check) = check {
            sql.push_str(&format!(" WITH CHECK {}", check.parenthesised()));
        }
        sql
    }
}

/// Says whether policies of the object's table bind anybody today: it exists and has row security.
fn guards(id: &Id, current: &Schema) -> bool {
    let Some(table) = id.table() else { return false };
    current.children_of(&table, KindTag::RowSecurity).next().is_some()
}

/// Role names, the special ones bare.
fn roles(names: &[String]) -> String {
    let one = |name: &String| match name.as_str() {
        "current_user" | "session_user" | "current_role" => name.to_uppercase(),
        _ => quote_ident(name),
    };
    names.iter().map(one).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::Roles;

    fn roles(names: &[&str]) -> Roles {
        Roles(names.iter().map(|name| (*name).to_owned()).collect())
    }

    #[test]
    fn the_order_of_roles_is_kept_and_makes_no_difference() {
        let (one, other) = (roles(&["b", "a"]), roles(&["a", "b"]));
        assert_eq!(one, other);
        assert_eq!(super::roles(&one), "b, a");
        assert_ne!(one, roles(&["b"]));
        let written = |roles: &Roles| serde_json::to_string(roles).expect("names are text");
        assert_eq!(written(&one), written(&other), "what a schema is known by does not hang on it");
    }
}
