//! What stands beside a run: the voice, a second connection that sees what the first one waits for, the wish to stop.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Result;
use tokio_postgres::Client;

use crate::error::failure;
use crate::talk::Talk;

/// What stands beside a run.
#[derive(Clone)]
pub struct Beside<'a> {
    /// The voice.
    pub talk: &'a Talk,
    /// Another connection to the same database, which sees who blocks the run and how far an index is. Without one
    /// nothing is told of that.
    pub watcher: Option<&'a Client>,
    /// Whether somebody wants the run to end.
    pub stop: Stop,
}

impl<'a> From<&'a Talk> for Beside<'a> {
    /// The voice alone.
    fn from(talk: &'a Talk) -> Beside<'a> {
        Beside { talk, watcher: None, stop: Stop::default() }
    }
}

/// The wish that a run ends at the next good moment. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Asks for the end.
    pub fn ask(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it was asked for.
    pub fn is_asked(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Goes on only while it was not asked for.
    ///
    /// # Errors
    /// It was; `stays` says what that leaves.
    pub(super) fn check(&self, stays: &str) -> Result<()> {
        if self.is_asked() { Err(failure("interrupted", stays)) } else { Ok(()) }
    }
}
