//! The session's state, made the same before every file, so that a `SET` in one cannot leak into the next, and put
//! back at the end as it was found.

use std::time::Duration;

use anyhow::{Context, Result};
use tokio_postgres::Client;

use super::runner::Options;
use crate::sql::{quote_ident, quote_literal};

/// The state as it was found, as the statements that bring it back.
#[derive(Debug)]
pub(super) struct Session {
    /// Brings back what was found.
    pub(super) found: String,
    /// Brings back what was found, then pins what migrations rely on.
    pub(super) pinned: String,
    /// Brings back the role that was found for the length of a transaction.
    pub(super) local: String,
    /// Pins the time to wait for a lock again.
    pub(super) lock_timeout: String,
}

impl Session {
    /// Notes the state of a session.
    pub(super) async fn note(client: &Client, options: &Options) -> Result<Session> {
        let cannot = "cannot note the session's settings";
        let who = "SELECT session_user::pg_catalog.text, pg_catalog.current_setting('role')";
        let since = "SELECT name, setting FROM pg_catalog.pg_settings WHERE source = 'session' AND setting IS NOT NULL";
        let (row, since) = tokio::join!(client.query_typed_one(who, &[]), client.query_typed(since, &[]));
        let row = row.context(cannot)?;
        let (user, role): (String, String) = (row.get(0), row.get(1));
        let role = if role == "none" { "NONE".to_owned() } else { quote_ident(&role) };
        // RESET ALL goes back to what the connection began with: without what was set since, which we bring back,
        // but with the role as it stands, which it leaves alone.
        let user = quote_ident(&user);
        let local = format!("SET LOCAL SESSION AUTHORIZATION {user}; SET LOCAL ROLE {role};");
        let mut found = format!("SET SESSION AUTHORIZATION {user}; SET ROLE {role}; RESET ALL; ");
        for row in since.context(cannot)? {
            found.push_str(&set(row.get(0), row.get(1)));
        }
        let pins = pins(options).into_iter().map(|(name, value)| set(name, &value));
        let pinned = found.clone() + &pins.collect::<String>();
        let lock_timeout = set("lock_timeout", &milliseconds(options.lock_timeout));
        Ok(Session { found, pinned, local, lock_timeout })
    }
}

fn pins(options: &Options) -> [(&'static str, String); 7] {
    [
        ("search_path", options.search_path.clone()),
        ("lock_timeout", milliseconds(options.lock_timeout)),
        ("statement_timeout", milliseconds(options.statement_timeout.unwrap_or_default())),
        ("row_security", "on".into()),
        ("check_function_bodies", "on".into()),
        ("standard_conforming_strings", "on".into()),
        ("client_min_messages", "notice".into()),
    ]
}

fn milliseconds(duration: Duration) -> String {
    // 0 means "for ever", which a short time must not become.
    let shortest = u128::from(!duration.is_zero());
    duration.as_millis().clamp(shortest, 2_147_483_647).to_string()
}

fn set(name: &str, value: &str) -> String {
    format!("SELECT pg_catalog.set_config({}, {}, false); ", quote_literal(name), quote_literal(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timeout_below_a_millisecond_is_not_none() {
        assert_eq!(milliseconds(Duration::ZERO), "0");
        assert_eq!(milliseconds(Duration::from_nanos(1)), "1");
        assert_eq!(milliseconds(Duration::from_secs(3)), "3000");
        assert_eq!(milliseconds(Duration::MAX), "2147483647");
    }
}
