//! What users of tools of this kind have suffered from again and again, each as a case that carries its name.
//!
//! The tracker where a complaint was made stands behind it, so that the next reader can see what it looked like there.
//! [`policies`]: access that is re-created on every run, or changes unseen. [`vectors`]: indexes over embeddings.
//! [`wordings`]: differences that are none.

mod policies;
mod vectors;
mod wordings;

use dbtool::compare::{Comparison, compare};
use dbtool::database::Database;
use dbtool::inspect::{Scope, inspect};
use dbtool::load::load_sources;
use dbtool::pull::pull;

use super::converge::{assert_same, converge, declare, difference, files, lines, open, run};
use crate::support::{self, TestDatabase};

/// A database that plain SQL made, as a person or another tool does.
struct Live {
    database: TestDatabase,
    client: Database,
}

impl Live {
    async fn made(major: u32, sql: &str) -> Self {
        let database = support::server(major).database("complaint");
        database.execute(sql);
        Self { client: open(&database).await, database }
    }

    /// What a diff says.
    async fn told(&self, toml: &str) -> Vec<String> {
        lines(&difference(&self.client, &declare(toml)).await)
    }

    /// Brings it to a declaration; after that nothing differs. The statements that it took.
    async fn reach(&self, toml: &str) -> String {
        script(&converge(&self.client, toml).await)
    }

    /// The same, and the ways back lead to where it began.
    async fn reach_and_return(&self, from: &str, to: &str) -> String {
        let comparison = converge(&self.client, to).await;
        for part in files(&comparison).iter().rev() {
            run(&self.client, part.transactional, &part.down).await;
        }
        assert_same(&self.client, &declare(from), "after the ways back").await;
        script(&comparison)
    }

    /// The one value of a query.
    fn value(&self, sql: &str) -> String {
        self.database.query_text(sql).concat().join(" ")
    }

    /// Every file that `pull` writes, one after the other.
    async fn pulled(&self) -> String {
        let found = inspect(&self.client, &Scope::default()).await.unwrap();
        let files = pull(&found.schema, "schema", None).unwrap();
        let loaded = load_sources(files.clone().into_iter().collect()).unwrap();
        assert_same(&self.client, &loaded, "after a pull").await;
        files.into_values().collect()
    }
}

fn script(comparison: &Comparison) -> String {
    dbtool::render::script(comparison)
}

/// The declaration says what the statements made, in other words: nothing differs, on a database that they made and on
/// one that dbtool makes of it, however often one looks.
async fn stays(sql: &str, toml: &str) {
    for major in support::with_vector() {
        let live = Live::made(major, sql).await;
        assert_eq!(live.told(toml).await, Vec::<String>::new(), "on {major}, as plain SQL made it");
        live.pulled().await;
        let own = Live::made(major, "").await;
        own.reach(toml).await;
        assert_eq!(own.told(toml).await, Vec::<String>::new(), "on {major}, at a second look");
    }
}

/// What a diff of some namespaces says.
async fn told_of(live: &Live, namespaces: &[&str], toml: &str) -> Vec<String> {
    let namespaces = Some(namespaces.iter().map(|&name| name.to_owned()).collect());
    let scope = Scope { namespaces, ..Scope::default() };
    lines(&compare(&live.client, &scope, &declare(toml)).await.unwrap())
}
