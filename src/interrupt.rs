//! Ctrl-C and the request to end that CI jobs and containers send, heard from the beginning: one that comes while
//! nobody waits for it is not lost.

#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};

/// The wish that somebody outside has for this run to end.
#[derive(Debug)]
pub struct Interrupt {
    #[cfg(unix)]
    interrupt: Option<Signal>,
    #[cfg(unix)]
    terminate: Option<Signal>,
}

impl Interrupt {
    /// Begins to listen; from now on the process no longer ends by itself.
    #[cfg(unix)]
    pub fn listen() -> Self {
        Self { interrupt: signal(SignalKind::interrupt()).ok(), terminate: signal(SignalKind::terminate()).ok() }
    }

    /// Begins to listen; from now on the process no longer ends by itself.
    #[cfg(not(unix))]
    pub fn listen() -> Self {
        Self {}
    }

    /// Waits until somebody asks.
    pub async fn came(&mut self) {
        #[cfg(unix)]
        tokio::select! {
            () = heard(&mut self.interrupt) => {}
            () = heard(&mut self.terminate) => {}
        }
        #[cfg(not(unix))]
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

#[cfg(unix)]
async fn heard(signal: &mut Option<Signal>) {
    match signal {
        Some(signal) => drop(signal.recv().await),
        None => std::future::pending().await,
    }
}
