//! What goes wrong on the way in, each with its own words.

use super::*;

#[tokio::test]
async fn what_the_server_refuses_is_said_in_words() {
    for (text, said, hint) in [
        ("dbname=nowhere", "there is no database `nowhere`", "createdb"),
        ("dbname=closed", "`app` may not connect to the database `closed`", "GRANT CONNECT"),
        ("user=outsider", "the server's rules keep `outsider` out", "pg_hba.conf"),
        ("user=tls_only sslmode=disable", "the server's rules keep `tls_only` out", "pg_hba.conf"),
        ("user=crowded", "the server has no connection left", "max_connections"),
        ("user=stranger", "the server refused the password of `stranger`", "`PGPASSWORD`"),
    ] {
        let error = open(&TLS, text).await.unwrap_err();
        assert!(server_error(&error).is_some(), "{text}: {error:?}");
        let complaint = complaint(Err(error));
        assert!(complaint.contains(said) && complaint.contains(hint), "{text}: {complaint}");
        assert!(complaint.contains(&format!("@db.test:{}/", TLS.port)), "{text}: {complaint}");
    }
    let socket = Environment::empty().with("PGHOST", TLS.socket_dir.display().to_string());
    let complaint = complaint(open_in(&socket, &format!("user=stranger dbname=app port={}", TLS.port)).await);
    assert!(complaint.contains("does not let `stranger` in"), "{complaint}");
}

/// A listener that answers whatever it is asked with this, or not at all.
fn impostor(answers: Option<Vec<Vec<u8>>>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        let mut kept = Vec::new();
        for mut stream in listener.incoming().flatten() {
            for answer in answers.iter().flatten() {
                let _ = stream.read(&mut [0; 1024]);
                let _ = stream.write_all(answer);
            }
            if answers.is_none() {
                kept.push(stream);
            }
        }
    });
    port
}

#[tokio::test]
async fn a_server_that_never_answers_is_given_up_after_the_timeout() {
    let url = format!("postgres://app:s3cret@127.0.0.1:{}/app?connect_timeout=1", impostor(None));
    let start = Instant::now();
    let complaint = complaint(open_in(&Environment::empty(), &url).await);
    assert!(
        complaint.contains("no answer within 1s") && complaint.contains("`connect_timeout=SECONDS`"),
        "{complaint}"
    );
    // Not before: how long after is the machine's business.
    assert!(start.elapsed() >= Duration::from_secs(1));
}

#[tokio::test]
async fn nobody_there() {
    let free = free_port();
    let down = complaint(open_in(&Environment::empty(), &format!("postgres://app:s3cret@127.0.0.1:{free}/d")).await);
    let expected = format!("error: cannot connect to `postgres://app@127.0.0.1:{free}/d`: nothing listens there\n");
    assert!(down.starts_with(&expected) && down.contains("is the server running"), "{down}");
    let unknown = complaint(open_in(&Environment::empty(), "postgres://app:s3cret@no-such-host.invalid/d").await);
    assert!(unknown.contains("there is no host `no-such-host.invalid`"), "{unknown}");
}

#[tokio::test]
async fn something_else_there() {
    let no = || b"N".to_vec();
    for (answers, said) in [
        (vec![no(), refusal("08P01", "unsupported startup parameter: options")], "does not pass on a parameter"),
        (vec![no(), refusal("08P01", "no such user")], "the connection pooler refused the connection"),
        (vec![no(), refusal("57P03", "the database system is starting up")], "starting, stopping or recovering"),
        (vec![b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec(); 2], "does not speak PostgreSQL's protocol"),
        (vec![], "the connection was closed before the login was done"),
    ] {
        let url = format!("postgres://app:s3cret@127.0.0.1:{}/app", impostor(Some(answers)));
        let complaint = complaint(open_in(&Environment::empty(), &url).await);
        assert!(complaint.contains(said), "{said}: {complaint}");
    }
    let no_tls = impostor(Some(vec![b"S".to_vec(), b"no TLS at all".to_vec()]));
    let url = format!("postgres://app:s3cret@127.0.0.1:{no_tls}/app?sslmode=require");
    assert!(complaint(open_in(&Environment::empty(), &url).await).contains("TLS failed"));
}

/// An error as a server sends it.
fn refusal(code: &str, text: &str) -> Vec<u8> {
    let fields = format!("SFATAL\0VFATAL\0C{code}\0M{text}\0\0");
    let length = u32::try_from(fields.len() + 4).unwrap().to_be_bytes();
    [b"E", &length[..], fields.as_bytes()].concat()
}
