//! The ways to say where the server is and what the password is: sockets, files, services, several hosts.

use super::*;

#[tokio::test]
async fn a_unix_socket_needs_no_tls_whatever_is_asked() {
    let environment = Environment::empty().with_user("app");
    let folder = dbtool_url(&TLS.socket_dir);
    let url = format!("postgres://{folder}:{}/app", TLS.port);
    let database = open_in(&environment, &url).await.unwrap();
    assert_eq!(database.place(), format!("postgres://app@{folder}:{}/app", TLS.port));
    let url = format!(
        "postgres://:{}/app?sslmode=verify-full&sslrootcert=/nowhere&host={}",
        TLS.port,
        TLS.socket_dir.display()
    );
    assert!(open_in(&environment, &url).await.is_ok());
    let complaint = complaint(open_in(&environment, "postgres:///app?host=/nowhere").await);
    assert!(complaint.contains("there is no server's socket in that folder"), "{complaint}");
}

fn dbtool_url(folder: &Path) -> String {
    folder.display().to_string().replace('/', "%2F")
}

#[tokio::test]
async fn a_wrong_password_says_where_it_came_from_and_not_what_it_is() {
    let files = Files::new();
    let place = format!("127.0.0.1:{}", TLS.port);
    let environment = Environment::empty().with_home(files.0.path());
    let url = format!("postgres://app:s3cr-wrong@{place}/app");
    let in_url = complaint(open_in(&environment, &url).await);
    assert!(
        in_url.contains(&format!("cannot connect to `postgres://app@{place}/app`: the server refused")),
        "{in_url}"
    );
    assert!(in_url.contains("hint: the password came from the test"), "{in_url}");

    let url = format!("postgres://app@{place}/app");
    let variable = environment.clone().with("PGPASSWORD", "s3cr-wrong");
    assert!(complaint(open_in(&variable, &url).await).contains("the password came from `PGPASSWORD`"));

    files.write(".pgpass", "# mine\n*:*:*:app:s3cr-wrong\n", 0o600);
    let in_file = complaint(open_in(&environment, &url).await);
    assert!(in_file.contains("the password came from line 2 of the password file"), "{in_file}");

    fs::remove_file(files.path(".pgpass")).unwrap();
    let none = complaint(open_in(&environment, &url).await);
    assert!(none.contains("asks for the password of `app`, and none was given"), "{none}");
}

#[tokio::test]
async fn the_password_file_is_used_when_it_is_private_and_named_when_it_is_not() {
    let files = Files::new();
    let line = format!("localhost:{}:app:app:{}\n", TLS.port, PASSWORD.replace('\\', "\\\\"));
    let path = files.write("passwords", &line, 0o600);
    let environment = Environment::empty().with("PGPASSFILE", path.display().to_string());
    let url = format!("postgres://app@localhost:{}/app?hostaddr=127.0.0.1", TLS.port);
    assert!(open_in(&environment, &url).await.is_ok());
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    let ignored = complaint(open_in(&environment, &url).await);
    assert!(ignored.contains("none was given") && ignored.contains("was ignored: others may read it"), "{ignored}");
}

#[tokio::test]
async fn a_service_says_it_all() {
    let files = Files::new();
    let text = format!("[mine]\nhost=127.0.0.1\nport={}\nuser=app\ndbname=app\npassword={PASSWORD}\n", TLS.port);
    let path = files.write("services", &text, 0o600);
    let environment = Environment::empty().with("PGSERVICEFILE", path.display().to_string()).with("PGSERVICE", "mine");
    assert!(connect(&Settings::from_variables(&environment).unwrap()).await.is_ok());
}

#[tokio::test]
async fn the_next_host_is_tried_when_one_is_down_but_not_when_one_refuses() {
    let free = free_port();
    let hosts = format!("host=127.0.0.1,127.0.0.1 hostaddr='' port={free},{}", TLS.port);
    let database = open(&TLS, &hosts).await.unwrap();
    assert_eq!(database.place(), format!("postgres://app@127.0.0.1:{}/app", TLS.port));
    let hosts = format!("host=127.0.0.1,127.0.0.1 hostaddr='' port={},{free} dbname=nowhere", TLS.port);
    assert!(complaint(open(&TLS, &hosts).await).contains("there is no database"));
    let wrong_kind = complaint(open(&TLS, "target_session_attrs=read-only").await);
    assert!(wrong_kind.contains("`target_session_attrs`"), "{wrong_kind}");
}
