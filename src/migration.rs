//! Migrations: numbered SQL files that refinery records, run so that a file is applied as a whole or not at all, once,
//! by one runner at a time.
//!
//! The rooms, in the order a run walks them: `name` and `script` check what [`Folder`] reads, [`status()`] holds the
//! folder against refinery's `history`, [`migrate`] takes the [`Lock`] and lets refinery run on a `connection` of our
//! own, which makes the `session` the same before each file, drops a `leftover` of an earlier attempt and explains a
//! `failure`. [`write()`] adds new files. What the SQL should be is left to the plan; ways back are found, not run.

mod connection;
mod failure;
mod folder;
mod history;
mod leftover;
mod lock;
mod name;
mod runner;
mod script;
mod session;
mod status;
mod write;

pub use folder::{Folder, MigrationFile};
pub use history::{Applied, HISTORY};
pub use lock::{Holder, Lock, holder};
pub use name::slug;
pub(crate) use runner::check_target;
pub use runner::{AppliedFile, Options, Report, migrate};
pub use status::{Changed, Status, Unfinished, dry_run, status};
pub use write::{NewFile, write};
