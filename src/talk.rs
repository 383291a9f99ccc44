//! Talk to the person at the terminal: progress, warnings, summaries. Always on stderr; data goes to stdout elsewhere.

use std::io::{IsTerminal as _, Write as _};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

mod progress;

pub use self::progress::Progress;

/// How much is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Level {
    /// Errors only.
    Quiet,
    /// What happens, in a line each.
    #[default]
    Normal,
    /// Also how and why.
    Verbose,
}

/// The voice of one run of dbtool.
#[derive(Debug, Clone, Copy, Default)]
pub struct Talk {
    /// How much is said.
    pub level: Level,
}

impl Talk {
    /// Says what happens.
    pub fn say(&self, text: impl AsRef<str>) {
        if self.level >= Level::Normal {
            write(text.as_ref());
        }
    }

    /// Says what only matters to somebody who looks closely.
    pub fn detail(&self, text: impl AsRef<str>) {
        if self.level >= Level::Verbose {
            write(text.as_ref());
        }
    }

    /// Says what the user should know although the run goes on.
    pub fn warn(&self, text: impl AsRef<str>) {
        if self.level >= Level::Normal {
            let style = anstyle::AnsiColor::Yellow.on_default().bold();
            write(&format!("{style}warning:{style:#} {}", text.as_ref()));
        }
    }

    /// Starts a spinner for work that takes a while; a plain line where stderr is no terminal.
    pub fn spin(&self, text: impl Into<String>) -> Spinner {
        let text = text.into();
        if self.level == Level::Quiet {
            return Spinner(None);
        }
        if !std::io::stderr().is_terminal() {
            self.say(text);
            return Spinner(None);
        }
        let bar = ProgressBar::new_spinner().with_message(text);
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} ({elapsed})") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(120));
        Spinner(Some(bar))
    }

    /// Starts to show how far a long work is: a bar, or a line every ten seconds where stderr is no terminal.
    pub fn progress(&self, label: impl Into<String>, total_bytes: u64) -> Progress {
        Progress::start(self, label.into(), total_bytes)
    }
}

/// Writes a line to stderr. Where nobody can read it, nothing else can be done about it either.
fn write(text: &str) {
    let _ = writeln!(anstream::stderr(), "{text}");
}

/// Work in progress; the line goes when this does.
#[derive(Debug)]
pub struct Spinner(Option<ProgressBar>);

impl Spinner {
    /// Whether somebody sees it.
    pub fn is_shown(&self) -> bool {
        self.0.is_some()
    }

    /// Changes what is said.
    pub fn set(&self, text: impl Into<String>) {
        if let Some(bar) = &self.0 {
            bar.set_message(text.into());
        }
    }
}

impl Drop for Spinner {
    fn drop(&mut self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
