//! What all suites share: real servers of every major version, databases and roles that go away by themselves,
//! and the built binary in a project folder of its own.
//!
//! [`programs`] brings the server programs, [`server`] runs them, [`database`] hands out databases, [`cli`] runs
//! dbtool. A suite that needs settings, rules or certificates of its own gets a server with [`own_server`].
//! Everything works under `cargo test` (threads) and under `cargo nextest` (a process a test).

#![allow(dead_code, unused_imports)]

#[cfg(unix)]
mod bouncer;
mod cli;
#[cfg(unix)]
mod crash;
mod database;
mod latency;
mod pooler;
mod programs;
mod server;
mod wire;

#[cfg(unix)]
pub use bouncer::{Bouncer, bouncer};
#[cfg(unix)]
pub use cli::give_server_programs;
pub use cli::{Project, Run, Tool, dbtool, folder, stop_private_servers};
#[cfg(unix)]
pub use crash::{Line, kill_running};
pub use database::{TestDatabase, execute, query_text};
pub use latency::{Distance, distance};
pub use pooler::{Pooler, pooled};
pub use server::{TestServer, free_port, own_server, server};
pub use wire::{Moment, Query, Wire};

#[cfg(unix)]
pub use programs::{cache, fixture_programs, programs_with_tls, server_user};

use std::io::Write as _;

/// The major versions that can be had here. 16 and 18 always; 15 and 17 need npm (or an installed 15).
pub fn majors() -> Vec<u32> {
    [15, 16, 17, 18].into_iter().filter(|major| programs::available(*major)).collect()
}

/// The major versions that come with pgvector. For TLS ask [`programs_with_tls`]: these two are built without.
pub fn with_vector() -> [u32; 2] {
    [16, 18]
}

/// Says something on the real stderr: the test harness swallows what the print macros of a passing test say.
pub fn shout(text: &str) {
    let _ = writeln!(std::io::stderr(), "\n*** {text}");
}
