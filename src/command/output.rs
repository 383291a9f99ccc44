//! Data, which goes to stdout; what is said about it goes to stderr, by [`crate::talk`].

use std::io::{ErrorKind, Write as _};

use anyhow::Context as _;

/// Writes data as it is.
///
/// Whoever reads may stop early (`dbtool diff | head -1`): that is no failure. A full disk is one, and no panic.
///
/// # Errors
/// The data cannot be written.
pub(crate) fn data(text: impl AsRef<str>) -> anyhow::Result<()> {
    let mut out = anstream::stdout().lock();
    let written = out.write_all(text.as_ref().as_bytes()).and_then(|()| out.flush());
    match written {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => other.context("cannot write to stdout"),
    }
}

/// The same as a line.
///
/// # Errors
/// The line cannot be written.
pub(crate) fn line(text: impl AsRef<str>) -> anyhow::Result<()> {
    data(format!("{}\n", text.as_ref()))
}
