//! `policy.NAME` of a table.

use super::value::{Body, Toml};
use super::write::{push, push_sql, push_text};
use crate::kind::{Command, Policy};

/// What is said of a policy.
pub(super) fn body(policy: &Policy) -> Body {
    let mut body = Body::new();
    push_text(&mut body, "for", (policy.r#for != Command::All).then(|| word(policy.r#for).to_owned()));
    body.extend(rest(policy));
    body
}

/// The command as the TOML says it.
pub(super) fn word(command: Command) -> &'static str {
    match command {
        Command::All => "all",
        Command::Select => "select",
        Command::Insert => "insert",
        Command::Update => "update",
        Command::Delete => "delete",
    }
}

/// What is said beside the command, as a member of a set says it too.
pub(super) fn rest(policy: &Policy) -> Body {
    let Policy { permissive, r#for: _, to, using, check } = policy;
    let mut body = Body::new();
    push_text(&mut body, "as", (!permissive).then(|| "restrictive".to_owned()));
    push(&mut body, "to", (!to.is_empty()).then(|| Toml::texts(to)));
    push_sql(&mut body, "using", using.as_ref());
    push_sql(&mut body, "check", check.as_ref());
    body
}
