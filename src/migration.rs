//! Migrations: numbered SQL files that refinery records, run so that a file is applied as a whole or not at all, once,
//! by one runner at a time.
//!
//! The rooms, in the order a run walks them: `name` and `script` check what [`Folder`] reads, [`status()`] holds the
//! folder against refinery's `history`, [`migrate`] takes the [`Lock`] and lets refinery run on a `connection` of our
//! own, which asks a `permit` about each file, with a `look` at the database, and lets `run` take it: the `session` is the
//! same before each, a `leftover` of an earlier attempt is dropped (`reindex` has its own sort of them), a `record` says how
//! far a file without a transaction is, a `watch` sees who blocks it, a `failure` is explained. [`rollback()`] goes the same
//! way with the down files. [`write()`] adds new files. What the SQL should be is left to the plan.

mod again;
mod beside;
mod connection;
mod failure;
mod folder;
mod history;
mod inside;
mod leftover;
mod lock;
mod look;
mod name;
mod permit;
mod record;
mod reindex;
mod renumber;
mod rollback;
mod run;
mod runner;
mod script;
mod session;
mod status;
mod watch;
mod write;

pub use again::Begun;
pub use beside::{Beside, Stop};
pub use folder::{Folder, MigrationFile};
pub use history::{Applied, HISTORY};
pub(crate) use lock::DIRECT;
pub use lock::{Holder, Lock, direct, holder};
pub use name::slug;
pub use permit::{Danger, Foreseen, Permit, foresee, unnamed_here};
pub use record::{Direction, Record, UNFINISHED};
pub use renumber::{Move, renumber, renumbering};
pub use rollback::rollback;
pub use runner::{AppliedFile, Options, Report, migrate};
pub(crate) use runner::{check_target, is_up_to_date};
pub use status::{Changed, Status, Unfinished, dry_run, status};
pub use write::{NewFile, write};
