//! What is not dbtool's business: the patterns of `ignore`.
//!
//! A pattern with a dot is for what stands in a namespace, and one without is for a name wherever it stands. What belongs
//! to a table goes with it, and a grant with what it is on. `role.NAME` is about roles: what they were granted, what they
//! grant by default, and themselves.

use glob::Pattern;

use super::Scope;
use crate::kind::KindTag;
use crate::schema::Id;

/// What patterns about roles begin with.
const ROLE: &str = "role.";

/// The patterns of `ignore`.
pub(super) struct Ignored(Vec<Pattern>);

impl Ignored {
    pub(super) fn of(scope: &Scope) -> Self {
        Self(scope.ignore.iter().filter_map(|pattern| Pattern::new(pattern).ok()).collect())
    }

    /// Whether a pattern covers an object, the table it belongs to, or a role that it is about.
    pub(super) fn covers_object(&self, id: &Id) -> bool {
        if self.0.is_empty() {
            return false;
        }
        let subject = id.subject();
        let on = subject.as_ref().unwrap_or(id);
        let itself = match on.kind {
            KindTag::Role | KindTag::DefaultPrivilege => false,
            KindTag::Namespace => self.covers_namespace(&on.name),
            kind => self.covers(&on.namespace, if kind.belongs_to_table() { &on.owner } else { &on.name }),
        };
        itself || roles(id).iter().any(|role| self.covers_role(role))
    }

    /// A pattern with a dot is for what stands in a namespace, and one without is for a name wherever it stands.
    pub(super) fn covers(&self, namespace: &str, name: &str) -> bool {
        let with_namespace = || format!("{namespace}.{name}");
        let alone = namespace.is_empty();
        self.0.iter().any(|pattern| match pattern.as_str().contains('.') {
            true => !alone && pattern.matches(&with_namespace()),
            false => pattern.matches(name),
        })
    }

    /// A namespace that is left alone wholly: by its own name, or by `audit.*`.
    fn covers_namespace(&self, name: &str) -> bool {
        self.0.iter().any(|pattern| {
            let text = pattern.as_str();
            let wholly = || text.strip_suffix(".*").and_then(|namespace| Pattern::new(namespace).ok());
            if text.contains('.') {
                wholly().is_some_and(|pattern| pattern.matches(name))
            } else {
                pattern.matches(name)
            }
        })
    }

    fn covers_role(&self, role: &str) -> bool {
        let about_roles = |pattern: &&Pattern| pattern.as_str().starts_with(ROLE);
        self.0.iter().filter(about_roles).any(|pattern| pattern.matches(&format!("{ROLE}{role}")))
    }
}

/// The roles that an object is about.
fn roles(id: &Id) -> Vec<&str> {
    match id.kind {
        KindTag::Role | KindTag::Grant => vec![&id.name],
        KindTag::DefaultPrivilege => {
            let of = id.of_default_privileges().and_then(|(_, role)| role);
            of.into_iter().chain([id.name.as_str()]).collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope(pattern: &str) -> Scope {
        Scope { ignore: vec![pattern.to_owned()], ..Scope::default() }
    }

    fn ignored(pattern: &str, namespace: &str, owner: &str) -> bool {
        scope(pattern).ignores(&Id::of(KindTag::Column, &Id::new(KindTag::Table, namespace, owner), "id"))
    }

    #[test]
    fn patterns_cover_a_table_and_what_belongs_to_it() {
        assert!(ignored("tmp_*", "public", "tmp_x") && !ignored("tmp_*", "public", "my_tmp_x"));
        assert!(ignored("audit.*", "audit", "log") && !ignored("audit.*", "public", "log"));
    }

    #[test]
    fn a_namespace_is_left_alone_only_as_a_whole() {
        let covers = |pattern: &str| scope(pattern).ignores(&Id::new(KindTag::Namespace, "", "audit"));
        assert!(covers("audit") && covers("audit.*") && covers("aud*.*"));
        assert!(!covers("audit.log_*") && !covers("public.*") && !covers("*.log"));
        let extension = |pattern: &str| scope(pattern).ignores(&Id::new(KindTag::Extension, "", "postgis"));
        assert!(extension("postgis*") && !extension("*.postgis") && !extension("*.*"));
    }

    #[test]
    fn what_is_in_a_namespace_that_is_not_asked_about_is_left_out() {
        let scope = Scope { namespaces: Some(vec!["public".to_owned()]), ..Scope::default() };
        let leaves_out = |kind, namespace: &str, name: &str| scope.leaves_out(&Id::new(kind, namespace, name));
        assert!(leaves_out(KindTag::Table, "billing", "t") && leaves_out(KindTag::Namespace, "", "billing"));
        assert!(!leaves_out(KindTag::Table, "public", "t") && !leaves_out(KindTag::Extension, "", "vector"));
    }

    #[test]
    fn patterns_cover_what_is_granted_on_a_table_or_to_a_role() {
        let ignored = |pattern: &str, id: &Id| scope(pattern).ignores(id);
        let grant = |to| Id::grant(&Id::new(KindTag::Table, "audit", "log"), to);
        assert!(ignored("audit.*", &grant("app")) && ignored("log", &grant("app")) && !ignored("app", &grant("app")));
        assert!(ignored("role.op*", &grant("operator")) && !ignored("role.op*", &grant("app")));
        let defaults = Id { owner: "tables boss".to_owned(), ..Id::new(KindTag::DefaultPrivilege, "audit", "app") };
        assert!(ignored("role.boss", &defaults) && ignored("role.app", &defaults) && !ignored("*.log", &defaults));
        let role = Id::new(KindTag::Role, "", "app");
        assert!(ignored("role.*", &role) && !ignored("*", &role));
    }
}
