//! Databases and roles of a test's own, dropped when the test is done with them.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

use tokio_postgres::{Client, NoTls, SimpleQueryMessage};

use super::server::TestServer;

/// A database of one test; dropped, with its roles, when this goes.
pub struct TestDatabase {
    /// Its name: the hint, the process, a number.
    pub name: String,
    /// Its URL for the superuser.
    pub url: String,
    /// The server it is in.
    pub server: &'static TestServer,
    roles: Mutex<Vec<String>>,
}

impl TestServer {
    /// A new and empty database. The hint is for whoever reads the server's log.
    pub fn database(&'static self, name_hint: &str) -> TestDatabase {
        self.made_from(name_hint, self.warm.get_or_init(|| self.warm_template()))
    }

    /// A database like `template0` that somebody was connected to: the server notes then what each first connection
    /// would have to gather anew, and a copy has that, too.
    fn warm_template(&self) -> &'static str {
        const NAME: &str = "dbtool_template";
        execute(&self.url("postgres"), &format!("CREATE DATABASE {NAME} TEMPLATE template0"));
        execute(&self.url(NAME), "SELECT count(*) FROM pg_class");
        execute(&self.url("postgres"), &format!("ALTER DATABASE {NAME} ALLOW_CONNECTIONS false"));
        NAME
    }

    fn made_from(&'static self, name_hint: &str, template: &str) -> TestDatabase {
        static COUNT: AtomicU32 = AtomicU32::new(1);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("{name_hint}_{}_{number}", std::process::id());
        // Copying the template's files is eight times as quick as writing them to the log block by block.
        let make = format!("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy", quoted(&name), quoted(template));
        execute(&self.url("postgres"), &make);
        TestDatabase { url: self.url(&name), name, server: self, roles: Mutex::default() }
    }
}

impl TestDatabase {
    /// A connection as the superuser, on the running tokio runtime.
    pub async fn connect(&self) -> Client {
        connect(&self.url).await
    }

    /// A copy of it as it is. Nobody may be connected to it.
    pub fn copy(&self, name_hint: &str) -> TestDatabase {
        self.server.made_from(name_hint, &self.name)
    }

    /// Runs statements as the superuser.
    pub fn execute(&self, sql: &str) {
        execute(&self.url, sql);
    }

    /// The rows of a query, as the superuser, all values as text; SQL's null is `NULL`.
    pub fn query_text(&self, sql: &str) -> Vec<Vec<String>> {
        query_text(&self.url, sql)
    }

    /// A new role, `attributes` as in `CREATE ROLE`; its unique name starts with the database's.
    pub fn role(&self, hint: &str, attributes: &str) -> String {
        let name = format!("{}_{hint}", self.name);
        self.execute(&format!("CREATE ROLE {} {attributes}", quoted(&name)));
        self.roles.lock().unwrap().push(name.clone());
        name
    }

    /// The URL of this database for a role.
    pub fn url_as(&self, role: &str) -> String {
        self.url.replacen("postgres@", &format!("{role}@"), 1)
    }
}

impl Drop for TestDatabase {
    /// Failures are passed over: a panic here would hide the one that a failing test is about.
    fn drop(&mut self) {
        let maintenance = self.server.url("postgres");
        let _ = try_run(&maintenance, &format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", quoted(&self.name)));
        for role in self.roles.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).drain(..) {
            let _ = try_run(&maintenance, &format!("DROP ROLE IF EXISTS {}", quoted(&role)));
        }
    }
}

/// Runs statements at a URL.
pub fn execute(url: &str, sql: &str) {
    query_text(url, sql);
}

/// The rows of a query at a URL, all values as text; SQL's null is `NULL`.
pub fn query_text(url: &str, sql: &str) -> Vec<Vec<String>> {
    match try_run(url, sql) {
        Ok(rows) => rows,
        Err(error) => panic!("{error:?}\nin: {sql}"),
    }
}

/// Runs on a thread with a runtime of its own, so that it can be called inside a runtime too.
fn try_run(url: &str, sql: &str) -> Result<Vec<Vec<String>>, tokio_postgres::Error> {
    let work = async {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
        let connection = tokio::spawn(connection);
        let messages = client.simple_query(sql).await?;
        drop(client);
        let _ = connection.await;
        Ok(messages.iter().filter_map(values).collect())
    };
    std::thread::scope(|scope| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        scope.spawn(move || runtime.block_on(work)).join().unwrap()
    })
}

fn values(message: &SimpleQueryMessage) -> Option<Vec<String>> {
    let SimpleQueryMessage::Row(row) = message else { return None };
    Some((0..row.len()).map(|at| row.get(at).unwrap_or("NULL").to_owned()).collect())
}

async fn connect(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
