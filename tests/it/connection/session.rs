//! The session once it stands: its name, notices, its loss, a cancelled statement.

use tokio_postgres::SimpleQueryMessage;

use super::*;

#[tokio::test]
async fn the_session_is_named_and_its_password_is_nowhere_to_be_seen() {
    let database = open(&TLS, "options='-c search_path=pg_catalog'").await.unwrap();
    let row = database
        .query_one(
            "SELECT application_name, to_jsonb(a)::text, current_setting('search_path'),
                    current_setting('server_version_num')::int
             FROM pg_stat_activity a WHERE pid = pg_backend_pid()",
            &[],
        )
        .await
        .unwrap();
    assert_eq!((row.get(0), row.get(2)), ("dbtool", "pg_catalog"));
    assert!(!row.get::<_, String>(1).contains("s3cr"));
    assert_eq!(database.version(), row.get::<_, i32>(3) as u32);
    assert!(!format!("{database:?}").contains("s3cr"));
    assert!(!fs::read_to_string("/proc/self/cmdline").unwrap_or_default().contains("s3cr"));
    let named = open(&TLS, "application_name=mine").await.unwrap();
    assert_eq!(named.query_one("SHOW application_name", &[]).await.unwrap().get::<_, &str>(0), "mine");
}

#[tokio::test]
async fn notices_wait_to_be_asked_for() {
    let database = open(&TLS, "").await.unwrap();
    database.batch_execute("DO $$ BEGIN RAISE NOTICE 'one'; RAISE WARNING 'two'; END $$").await.unwrap();
    let said: Vec<String> = database.take_notices().iter().map(|notice| notice.message().to_owned()).collect();
    assert_eq!(said, ["one", "two"]);
    assert!(database.take_notices().is_empty());
}

#[tokio::test]
async fn a_lost_connection_is_called_that_and_says_why() {
    let database = open(&TLS, "").await.unwrap();
    let failed: anyhow::Error = database.batch_execute("SELECT 1/0").await.unwrap_err().into();
    assert!(!lost(&failed));
    assert!(report(&database.explain(failed)).starts_with("error: division by zero"));

    // Without a prepared statement: its closing could still be under way and take the server's last word for its own.
    let rows = database.simple_query("SELECT pg_backend_pid()").await.unwrap();
    let pid = rows.iter().find_map(|row| match row {
        SimpleQueryMessage::Row(row) => row.get(0)?.parse::<i32>().ok(),
        _ => None,
    });
    let root = Environment::empty().with("PGHOST", TLS.socket_dir.display().to_string());
    let root = open_in(&root, &format!("user=postgres dbname=app port={}", TLS.port)).await.unwrap();
    root.execute("SELECT pg_terminate_backend($1)", &[&pid]).await.unwrap();
    while !database.is_closed() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let error: anyhow::Error = database.batch_execute("SELECT 1").await.unwrap_err().into();
    assert!(lost(&error));
    let said = report(&database.explain(error));
    assert!(said.starts_with("error: the connection to `postgres://app@db.test:"), "{said}");
    assert!(said.contains("was lost\ncaused by: terminating connection due to administrator command"), "{said}");
}

#[tokio::test]
async fn a_running_statement_can_be_cancelled() {
    let database = open(&TLS, "sslmode=require").await.unwrap();
    let (slept, cancelled) = tokio::join!(database.batch_execute("SELECT pg_sleep(60)"), async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        database.cancel().await
    });
    cancelled.unwrap();
    let error: anyhow::Error = slept.unwrap_err().into();
    assert!(report(&error).contains("57014") && !lost(&error), "{}", report(&error));
}
