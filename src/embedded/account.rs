//! Who runs the server: PostgreSQL refuses to run as root, so root needs somebody else for it.
//!
//! Where things are is `place`'s part.

use std::path::Path;
use std::process::Command;

use anyhow::Context as _;

use crate::error::failure;

/// The user that runs the server, where that is not the one who runs dbtool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Account {
    uid: u32,
    gid: u32,
}

/// Variables that would lead PostgreSQL's programs elsewhere, or that a server should not keep for as long as it runs.
const FOREIGN: [&str; 14] = [
    "DATABASE_URL",
    "PGCLIENTENCODING",
    "PGDATA",
    "PGDATABASE",
    "PGHOST",
    "PGHOSTADDR",
    "PGOPTIONS",
    "PGPASSFILE",
    "PGPASSWORD",
    "PGPORT",
    "PGSERVICE",
    "PGSERVICEFILE",
    "PGTZ",
    "PGUSER",
];

/// A command in the server's name: as its user, without the caller's PG* variables, and in English.
pub(super) fn command(program: &Path, account: Option<Account>) -> Command {
    let mut command = Command::new(program);
    for name in FOREIGN {
        command.env_remove(name);
    }
    // One language, so that what the programs say can be read here.
    command.env("LC_ALL", "C").stdin(std::process::Stdio::null());
    if let Some(account) = account {
        account.run(&mut command);
    }
    command
}

#[cfg(unix)]
impl Account {
    /// Nobody else for an ordinary user; for root `postgres`, or `nobody` where PostgreSQL was never installed.
    pub(super) fn choose() -> anyhow::Result<Option<Self>> {
        if !nix::unistd::geteuid().is_root() {
            return Ok(None);
        }
        for name in ["postgres", "nobody"] {
            if let Some(user) = nix::unistd::User::from_name(name).context("cannot read the list of users")? {
                return Ok(Some(Self { uid: user.uid.as_raw(), gid: user.gid.as_raw() }));
            }
        }
        Err(failure(
            "PostgreSQL does not run as root, and there is neither a user `postgres` nor `nobody`",
            "run dbtool as an ordinary user, or make a user `postgres`",
        ))
    }

    /// Whether this user may walk to the folder (which must exist). Root's own rights say nothing about that.
    pub(super) fn may_enter(self, folder: &Path) -> bool {
        use std::os::unix::fs::MetadataExt as _;
        let Ok(folder) = folder.canonicalize() else { return false };
        folder.ancestors().all(|step| {
            step.metadata().is_ok_and(|found| {
                let bit = if found.uid() == self.uid {
                    0o100
                } else if found.gid() == self.gid {
                    0o010
                } else {
                    0o001
                };
                found.mode() & bit != 0
            })
        })
    }

    /// Makes a file or folder this user's own; a link that somebody put there is not followed.
    pub(super) fn own(self, path: &Path) -> std::io::Result<()> {
        std::os::unix::fs::lchown(path, Some(self.uid), Some(self.gid))
    }

    /// `HOME` stays root's otherwise, and cannot be entered.
    fn run(self, command: &mut Command) {
        use std::os::unix::process::CommandExt as _;
        command.uid(self.uid).gid(self.gid).env("HOME", "/").current_dir("/");
    }
}

#[cfg(not(unix))]
impl Account {
    /// Elsewhere `pg_ctl` itself gives up an administrator's rights.
    pub(super) fn choose() -> anyhow::Result<Option<Self>> {
        Ok(None)
    }

    pub(super) fn may_enter(self, _folder: &Path) -> bool {
        true
    }

    pub(super) fn own(self, _path: &Path) -> std::io::Result<()> {
        Ok(())
    }

    fn run(self, _command: &mut Command) {}
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};

    #[test]
    fn a_closed_folder_on_the_way_is_seen() {
        let folder = tempfile::tempdir_in("/tmp").unwrap();
        let inner = folder.path().join("inner");
        std::fs::create_dir(&inner).unwrap();
        let open = |mode| std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(mode)).unwrap();
        let owner = folder.path().metadata().unwrap();
        let stranger = Account { uid: owner.uid() + 1, gid: owner.gid() + 1 };
        let (same_group, same_user) =
            (Account { gid: owner.gid(), ..stranger }, Account { uid: owner.uid(), ..stranger });
        open(0o700);
        assert!(!stranger.may_enter(&inner) && !same_group.may_enter(&inner) && same_user.may_enter(&inner));
        open(0o710);
        assert!(!stranger.may_enter(&inner) && same_group.may_enter(&inner));
        open(0o701);
        assert!(stranger.may_enter(&inner) && !same_group.may_enter(&inner));
    }
}
