//! Whom an object belongs to after it was dropped and created again.

use crate::kind::Object;
use crate::plan::{Context, Step};
use crate::schema::Id;
use crate::sql::quote_ident;

/// Whose an object is when the plan comes to it: what is new is the role's that makes it.
pub(crate) fn owner_of<'a>(id: &Id, cx: &Context<'a>) -> &'a str {
    let server = &cx.current.server;
    let own = server.owners.get(&(id.namespace.clone(), id.as_subject()));
    let owner = own.unwrap_or(&server.owner);
    if cx.current.contains(id) && !owner.is_empty() { owner } else { &server.user }
}

/// The statement that gives back what is made anew to the role that it belonged to. A view reads, and a function may
/// run, with its owner's rights: made anew by a superuser and left to it, it would read past every policy.
pub(super) fn given_back(id: &Id, object: &Object, cx: &Context<'_>) -> Option<Step> {
    id.kind.granted().filter(|_| cx.current.contains(id))?;
    // A schema that nobody read from a server has no owners.
    let owner = owner_of(id, cx);
    if owner == cx.current.server.user {
        return None;
    }
    Some(Step::safe(format!("ALTER {} OWNER TO {}", object.comment_target(id)?, quote_ident(owner))))
}
