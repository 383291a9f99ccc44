//! Every `sslmode` against every certificate, and the client's own certificate.

use super::*;

/// Whether it connects with TLS, or what it says instead.
type Expected = Result<bool, &'static str>;

async fn uses_tls(database: &Database) -> bool {
    let row = database.query_one("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()", &[]).await;
    row.unwrap().get(0)
}

#[tokio::test]
async fn each_sslmode_checks_what_libpq_checks() {
    let files = Files::new();
    let (right, wrong) = (files.path("right.pem"), files.path("wrong.pem"));
    let cases = [
        ("right", &TLS, NAME, &right),
        ("wrong authority", &TLS, NAME, &wrong),
        ("wrong name", &TLS, "localhost", &right),
        ("expired", &EXPIRED, NAME, &right),
    ];
    let unknown: Expected = Err("is not signed by any of the root certificates in");
    let unnamed = Err("is not for `localhost`: it is for `db.test`");
    let expired = Err("the server's certificate has expired");
    let expectations = [
        ("disable", true, [Ok(false); 4]),
        ("allow", true, [Ok(true); 4]),
        ("prefer", true, [Ok(true); 4]),
        ("require", false, [Ok(true); 4]),
        ("require", true, [Ok(true), unknown, Ok(true), expired]),
        ("verify-ca", true, [Ok(true), unknown, Ok(true), expired]),
        ("verify-full", true, [Ok(true), unknown, unnamed, expired]),
    ];
    for (mode, with_root, expected) in expectations {
        for ((what, server, host, root), expected) in cases.iter().zip(expected) {
            let root = if with_root { format!("sslrootcert={}", root.display()) } else { String::new() };
            let result = open(server, &format!("host={host} sslmode={mode} {root}")).await;
            match (result, expected) {
                (Ok(database), Ok(tls)) => assert_eq!(uses_tls(&database).await, tls, "{mode}, {what}"),
                (result, Err(said)) => {
                    let complaint = complaint(result);
                    assert!(complaint.contains(said) && complaint.contains("hint: "), "{mode}, {what}: {complaint}");
                }
                (Err(error), Ok(_)) => panic!("{mode}, {what}: {}", report(&error)),
            }
        }
    }
}

#[tokio::test]
async fn the_systems_roots_do_not_know_a_private_authority() {
    for root in ["sslmode=verify-full", "sslrootcert=system"] {
        let complaint = complaint(open(&TLS, root).await);
        // A machine without any roots says so instead.
        assert!(
            complaint.contains("the system's root certificates") || complaint.contains("has no root"),
            "{complaint}"
        );
    }
}

#[tokio::test]
async fn a_server_without_tls_is_refused_where_tls_is_asked_for() {
    let complaint = complaint(open(&PLAIN, "sslmode=require").await);
    assert!(complaint.contains("the server has no TLS") && complaint.contains("`sslmode=disable`"), "{complaint}");
    assert!(!uses_tls(&open(&PLAIN, "sslmode=prefer").await.unwrap()).await);
}

#[tokio::test]
async fn prefer_goes_without_tls_where_the_rules_ask_for_that() {
    assert!(!uses_tls(&open(&TLS, "user=plain_only").await.unwrap()).await);
    let complaint = complaint(open(&TLS, "user=plain_only sslmode=require").await);
    assert!(complaint.contains("the server's rules keep `plain_only` out"), "{complaint}");
    assert!(uses_tls(&open(&TLS, "user=tls_only").await.unwrap()).await);
    assert!(open(&TLS, "user=tls_only sslmode=disable").await.is_err());
}

#[tokio::test]
async fn the_login_can_be_bound_to_the_tls_connection() {
    assert!(open(&TLS, "sslmode=require channel_binding=require").await.is_ok());
    let complaint = complaint(open(&TLS, "sslmode=disable channel_binding=require").await);
    assert!(complaint.contains("cannot be bound to the TLS connection"), "{complaint}");
}

#[tokio::test]
async fn client_certificates() {
    let files = Files::new();
    let good = files.client(&RIGHT.client("certified"));
    assert!(open(&TLS, &format!("user=certified sslmode=require {good}")).await.is_ok());

    let missing = complaint(open(&TLS, "user=certified sslmode=require").await);
    assert!(missing.contains("wants a client certificate") && missing.contains("`sslkey`"), "{missing}");

    let other = files.client(&RIGHT.client("somebody_else"));
    let other = complaint(open(&TLS, &format!("user=certified sslmode=require {other}")).await);
    assert!(other.contains("certificate authentication failed for user"), "{other}");
    assert!(other.contains("common name"), "{other}");

    let untrusted = files.client(&WRONG.client("certified"));
    let untrusted = complaint(open(&TLS, &format!("user=certified sslmode=require {untrusted}")).await);
    // Its word may be overtaken by the end of the connection.
    let either = ["does not accept the client certificate", "may not accept the client certificate"];
    assert!(either.iter().any(|said| untrusted.contains(said)), "{untrusted}");
}

#[tokio::test]
async fn a_client_key_that_cannot_be_used_says_why() {
    let files = Files::new();
    let pair = RIGHT.client("certified");
    let parameters = format!("user=certified sslmode=require {}", files.client(&pair));
    let key = files.path("client.key");

    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    let open_to_all = complaint(open(&TLS, &parameters).await);
    assert!(
        open_to_all.contains("others may read the client key") && open_to_all.contains("chmod 600"),
        "{open_to_all}"
    );

    files.write("client.key", &RIGHT.client("certified").key, 0o600);
    let foreign = complaint(open(&TLS, &parameters).await);
    assert!(foreign.contains("does not go with the certificate"), "{foreign}");

    files.write("client.key", "nothing", 0o600);
    let empty = complaint(open(&TLS, &parameters).await);
    assert!(empty.contains("there is no private key in"), "{empty}");

    fs::remove_file(&key).unwrap();
    assert!(complaint(open(&TLS, &parameters).await).contains("cannot read the client key"));
}

#[tokio::test]
async fn a_root_file_that_is_not_there_or_holds_nothing_is_an_error() {
    let files = Files::new();
    files.write("empty.pem", "", 0o644);
    for (name, said) in
        [("missing.pem", "cannot read the root certificate"), ("empty.pem", "there is no certificate in")]
    {
        let root = files.path(name);
        let complaint = complaint(open(&TLS, &format!("sslmode=verify-ca sslrootcert={}", root.display())).await);
        assert!(complaint.contains(said) && complaint.contains("`sslrootcert`"), "{complaint}");
    }
}

#[tokio::test]
async fn tls_from_the_first_byte() {
    let result = open(&TLS, "sslmode=require sslnegotiation=direct").await;
    if open(&TLS, "").await.unwrap().version() >= 170_000 {
        assert!(uses_tls(&result.unwrap()).await);
    } else {
        // An older server takes the handshake for a broken login.
        complaint(result);
    }
}
