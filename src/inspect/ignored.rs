//! What is not dbtool's business: the patterns of `ignore`.
//!
//! A pattern with a dot is matched with the namespace in front of the name, one without with the name alone. What belongs
//! to a table goes with it, and a grant with what it is on. `role.NAME` is about roles: what they were granted, what they
//! grant by default, and themselves.

use glob::Pattern;

use crate::kind::KindTag;
use crate::schema::Id;

/// What patterns about roles begin with.
const ROLE: &str = "role.";

/// Says whether a pattern covers an object.
pub(super) fn is(patterns: &[Pattern], id: &Id) -> bool {
    if patterns.is_empty() {
        return false;
    }
    if roles(id).iter().any(|role| patterns.iter().any(|pattern| covers_role(pattern, role))) {
        return true;
    }
    let subject = id.subject();
    let on = subject.as_ref().unwrap_or(id);
    if matches!(on.kind, KindTag::Role | KindTag::DefaultPrivilege) {
        return false;
    }
    let name = if on.kind.belongs_to_table() { &on.owner } else { &on.name };
    // A pattern for tables does not reach what stands in no namespace, such as an extension.
    let stands_alone = on.namespace.is_empty();
    patterns.iter().any(|pattern| match pattern.as_str().contains('.') {
        true => !stands_alone && pattern.matches(&format!("{}.{name}", on.namespace)),
        false => pattern.matches(name),
    })
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

fn covers_role(pattern: &Pattern, role: &str) -> bool {
    pattern.as_str().starts_with(ROLE) && pattern.matches(&format!("{ROLE}{role}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::Id;

    fn ignored(pattern: &str, id: &Id) -> bool {
        is(&[Pattern::new(pattern).unwrap()], id)
    }

    #[test]
    fn patterns_cover_a_table_and_what_belongs_to_it() {
        let column = |namespace, table| Id::of(KindTag::Column, &Id::new(KindTag::Table, namespace, table), "id");
        assert!(ignored("tmp_*", &column("public", "tmp_x")) && !ignored("tmp_*", &column("public", "my_tmp_x")));
        assert!(ignored("audit.*", &column("audit", "log")) && !ignored("audit.*", &column("public", "log")));
    }

    #[test]
    fn patterns_cover_what_is_granted_on_a_table_or_to_a_role() {
        let grant = |to| Id::grant(&Id::new(KindTag::Table, "audit", "log"), to);
        assert!(ignored("audit.*", &grant("app")) && ignored("log", &grant("app")) && !ignored("app", &grant("app")));
        assert!(ignored("role.op*", &grant("operator")) && !ignored("role.op*", &grant("app")));
        let defaults = Id { owner: "tables boss".to_owned(), ..Id::new(KindTag::DefaultPrivilege, "audit", "app") };
        assert!(ignored("role.boss", &defaults) && ignored("role.app", &defaults) && !ignored("audit.*", &defaults));
        assert!(
            ignored("role.*", &Id::new(KindTag::Role, "", "app")) && !ignored("*", &Id::new(KindTag::Role, "", "app"))
        );
    }
}
