//! Live database -> [`Schema`]: the catalog queries of all kinds, as one statement in one read-only snapshot.
//!
//! One statement, however many tables there are: each kind brings its SELECT, what they share (which namespaces, which
//! relations, what belongs to an extension) is said once in front of them, and comments are joined once behind them.
//! `pg_catalog` only, as information_schema hides constraints from roles that own nothing. Nothing is written.

use std::collections::HashSet;
use std::pin::pin;
use std::sync::Arc;

use anyhow::Context as _;
use futures_util::TryStreamExt as _;
use futures_util::future::try_join3;
use tokio_postgres::Row;
use tokio_postgres::types::Type;

use crate::database::{Database, Parameter};
use crate::kind::{CatalogRow, KindTag, Lookup, Object, OperatorClass, index_partition};
use crate::schema::{Entry, Id, Schema, Server};
use crate::sql::quote_ident;

mod ignored;
mod orphans;
mod query;
mod unmanaged;

use ignored::Ignored;
pub use unmanaged::{CATALOGS, Treatment, Unmanaged, counts, listed};

/// What to look at.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    /// The namespaces; every one that is the user's where there are none.
    pub namespaces: Option<Vec<String>>,
    /// Names that are not dbtool's business, as patterns with `*` and `?`; with a dot they are matched with the namespace.
    pub ignore: Vec<String>,
}

/// What was found.
#[derive(Debug, Clone, Default)]
pub struct Inspected {
    /// Everything that dbtool manages.
    pub schema: Schema,
    /// What it does not manage: never altered, never dropped.
    pub unmanaged: Vec<Unmanaged>,
    /// What was looked at.
    pub scope: Scope,
    /// Where each object stands in the catalog, in the order of the schema.
    pub addresses: Vec<Address>,
}

/// Where an object stands in the catalog, as in `pg_depend`; the number is 0 for what is not known by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Address {
    /// The catalog.
    pub class: u32,
    /// The row.
    pub oid: u32,
    /// The column, for columns.
    pub part: i32,
}

impl Inspected {
    /// Forgets objects.
    pub fn retain(&mut self, keep: impl Fn(&Id) -> bool) {
        let entries = std::mem::take(&mut self.schema);
        let addresses = std::mem::take(&mut self.addresses);
        self.schema.server = Arc::clone(&entries.server);
        for ((id, entry), address) in entries.into_iter().zip(addresses) {
            if keep(&id) {
                self.schema.insert(id, entry);
                self.addresses.push(address);
            }
        }
    }
}

impl Scope {
    /// Says whether a pattern of `ignore` covers an object, the table it belongs to, or a role that it is about.
    pub fn ignores(&self, id: &Id) -> bool {
        Ignored::of(self).covers_object(id)
    }

    /// Says whether an object is not the project's: ignored, or in a namespace that is not looked at.
    pub fn leaves_out(&self, id: &Id) -> bool {
        let asked = |name: &String| self.namespaces.as_ref().is_none_or(|all| all.contains(name));
        let namespace = if id.kind == KindTag::Namespace { &id.name } else { &id.namespace };
        !(namespace.is_empty() || asked(namespace)) || self.ignores(id)
    }
}

/// The names that unqualified SQL text means, in declarations as in what the server prints.
pub const SEARCH_PATH: &str = crate::schema::DEFAULT_NAMESPACE;

/// Reads the schema of a live database in a snapshot of its own.
///
/// Three messages are sent without waiting for each other: begin, the catalog query, commit.
///
/// # Errors
/// The server refuses or is lost, or a catalog row is not understood.
pub async fn inspect(database: &Database, scope: &Scope) -> anyhow::Result<Inspected> {
    let found = match in_snapshot(database, scope).await {
        // Somebody's migration may have said DEALLOCATE ALL.
        Err(error) if database.forget_plans(&error) => in_snapshot(database, scope).await,
        found => found,
    };
    found.context("cannot read the catalog")?
}

async fn in_snapshot(database: &Database, scope: &Scope) -> Result<anyhow::Result<Inspected>, tokio_postgres::Error> {
    let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL search_path = pg_catalog, pg_temp; \
                 SET LOCAL quote_all_identifiers = off; SET LOCAL jit = off; SET LOCAL lock_timeout = '10s'";
    let namespaces = scope.namespaces.clone();
    let (begun, asked, ended) =
        (database.batch_execute(begin), read(database, namespaces, false, scope), database.batch_execute("COMMIT"));
    let sent = if database.keeps_plans() {
        // A statement that is prepared first must not come behind the end of the transaction.
        async { Ok((begun.await?, asked.await?, ended.await?)) }.await
    } else {
        try_join3(begun, asked, ended).await
    };
    if sent.is_err() {
        // Whatever is left of the transaction is not to meet the next statement.
        let _ = database.batch_execute("ROLLBACK").await;
    }
    sent.map(|((), found, ())| found)
}

/// Reads back what was created in the session's temporary namespace, inside the open transaction.
///
/// # Errors
/// The server refuses or is lost, or a catalog row is not understood.
pub async fn inspect_twins(database: &Database) -> anyhow::Result<Schema> {
    let found = read(database, None, true, &Scope::default()).await;
    Ok(found.context("cannot read the twins back")??.schema)
}

/// Runs the catalog query and understands each row as it arrives, while the server works on the next.
///
/// The outer error is the server's, the inner one a row that is not understood.
async fn read(
    database: &Database,
    namespaces: Option<Vec<String>>,
    twins: bool,
    scope: &Scope,
) -> Result<anyhow::Result<Inspected>, tokio_postgres::Error> {
    // A twin is called like its table: what is meant in the user's namespaces must not be taken for it.
    let path = if twins { format!("{}, pg_temp", quote_ident(SEARCH_PATH)) } else { quote_ident(SEARCH_PATH) };
    let parameters: Vec<Parameter> =
        vec![(Box::new(namespaces), Type::TEXT_ARRAY), (Box::new(twins), Type::BOOL), (Box::new(path), Type::TEXT)];
    let version = database.version();
    let sql = if twins { query::twins(version) } else { query::catalog(version) };
    let rows = database.ask(&sql, parameters).await?;
    let mut rows = pin!(rows);
    let mut reading = Reading::new(scope, version);
    let mut wrong = Ok(());
    while let Some(row) = rows.try_next().await? {
        // A row that is not understood is told once the others are off the line.
        wrong = wrong.and_then(|()| reading.take(row));
    }
    Ok(wrong.and_then(|()| reading.finish()))
}

/// What has been understood so far.
struct Reading {
    scope: Scope,
    ignored: Ignored,
    lookup: Lookup,
    server: Server,
    unmanaged: Vec<Unmanaged>,
    objects: Vec<(i32, Id, Entry, Address)>,
    /// Rows that name something by a number that no row has explained yet.
    waiting: Vec<Row>,
    /// Sequences that belong to tables which are ignored.
    not_ours: Vec<Id>,
}

impl Reading {
    fn new(scope: &Scope, version: u32) -> Self {
        Self {
            scope: scope.clone(),
            ignored: Ignored::of(scope),
            lookup: Lookup::default(),
            server: Server { version, ..Server::default() },
            unmanaged: Vec::new(),
            objects: Vec::new(),
            waiting: Vec::new(),
            not_ours: Vec::new(),
        }
    }

    fn take(&mut self, row: Row) -> anyhow::Result<()> {
        let found = Found::read(&row)?;
        self.note(&found)?;
        // The numbers are explained first, as long as the server keeps to the order of the query.
        if self.understand(&found).is_err() {
            self.waiting.push(row);
        }
        Ok(())
    }

    /// Notes what later rows refer to.
    fn note(&mut self, row: &Found<'_>) -> anyhow::Result<()> {
        match row.kind {
            "column" | "lookup column" => self.lookup.add_column(row.oid, i16::try_from(row.subid)?, row.name),
            "lookup class" => {
                let class = OperatorClass { name: row.name.to_owned(), default: row.position != 0 };
                self.lookup.add_class(row.oid, class);
            }
            "lookup column collation" => {
                let collation = u32::try_from(row.position)?;
                self.lookup.add_column_collation(row.oid, i16::try_from(row.subid)?, collation);
            }
            "lookup collation" => self.lookup.add_collation(row.oid, row.name),
            "lookup role" | "lookup server" | "lookup owner" => self.note_role(row),
            "unmanaged" => self.note_unmanaged(row),
            _ => {}
        }
        Ok(())
    }

    fn note_role(&mut self, row: &Found<'_>) {
        let name = row.name.to_owned();
        match row.kind {
            "lookup server" => (self.server.owner, self.server.user) = (row.owner.to_owned(), name),
            "lookup owner" => {
                self.server.owners.insert((row.namespace.to_owned(), row.owner.to_owned()), name);
            }
            _ => {
                self.server.roles.insert(name);
            }
        }
    }

    fn note_unmanaged(&mut self, row: &Found<'_>) {
        let own = if row.owner.is_empty() { row.name } else { row.owner };
        if !self.ignored.covers(row.namespace, own) {
            let text = str::to_owned;
            self.unmanaged.push(Unmanaged {
                kind: text(row.object),
                namespace: text(row.namespace),
                owner: text(row.owner),
                name: text(row.name),
                count: i64::from(row.position),
            });
        }
    }

    fn understand(&mut self, row: &Found<'_>) -> anyhow::Result<()> {
        let kind = KindTag::ALL.iter().copied().find(|kind| kind.word() == row.kind);
        let Some(kind) = kind else { return Ok(()) };
        let id = Id { kind, namespace: row.namespace.into(), owner: row.owner.into(), name: row.name.into() };
        if self.ignored.covers_object(&id) {
            if kind == KindTag::SequenceOwner {
                self.not_ours.push(Id::new(KindTag::Sequence, row.namespace, row.name));
            }
            return Ok(());
        }
        let catalog = CatalogRow { oid: row.oid, owner: row.owner, name: row.name, object: row.object };
        let object = kind.read(&catalog, &self.lookup);
        let object = object.with_context(|| format!("cannot understand {id} in the catalog"))?;
        let entry = Entry { object, comment: row.comment.map(str::to_owned) };
        self.objects.push((row.position, id, entry, Address { class: row.class, oid: row.oid, part: row.subid }));
        Ok(())
    }

    /// What is granted on something that dbtool does not manage is none of its business either; and the role that owns
    /// the rest need not be named where default privileges are its own.
    fn keep_grants_on_ours(&mut self) {
        let ours: HashSet<Id> = self.objects.iter().map(|(_, id, ..)| id.clone()).collect();
        let of_other = |id: &Id| !id.subject().is_some_and(|on| ours.contains(&on));
        self.objects.retain(|(_, id, ..)| id.kind != KindTag::Grant || !of_other(id));
        // Beside what is granted on columns nothing would say of a list that it is written out.
        let is_written = |entry: &Entry| matches!(&entry.object, Object::Grant(grant) if grant.is_only_written());
        let says = self.objects.iter().filter(|(_, id, entry, _)| id.kind == KindTag::Grant && !is_written(entry));
        let said: HashSet<Id> = says.filter_map(|(_, id, ..)| id.subject()).collect();
        self.objects
            .retain(|(_, id, entry, _)| !is_written(entry) || !id.subject().is_some_and(|on| said.contains(&on)));
        for (_, id, ..) in &mut self.objects {
            if let Some((granted, Some(role))) = id.of_default_privileges()
                && role == self.server.owner
            {
                id.owner = granted.plural().to_owned();
            }
        }
    }

    /// The order is made here, so that it is the same whatever the server does.
    fn finish(mut self) -> anyhow::Result<Inspected> {
        for row in std::mem::take(&mut self.waiting) {
            self.understand(&Found::read(&row)?)?;
        }
        self.leave_orphans();
        self.objects.retain(|(_, id, ..)| !self.not_ours.contains(id));
        self.keep_grants_on_ours();
        self.objects.sort_by(|(a_at, a, ..), (b_at, b, ..)| {
            (a.kind, &a.namespace, &a.owner, a_at, &a.name).cmp(&(b.kind, &b.namespace, &b.owner, b_at, &b.name))
        });
        self.unmanaged.sort_by(|a, b| {
            (&a.kind, &a.namespace, &a.owner, &a.name).cmp(&(&b.kind, &b.namespace, &b.owner, &b.name))
        });
        let mut addresses: Vec<Address> = self.objects.iter().map(|(.., address)| *address).collect();
        let mut schema: Schema = self.objects.into_iter().map(|(_, id, entry, _)| (id, entry)).collect();
        schema.server = Arc::new(self.server);
        index_partition::derive(&mut schema);
        addresses.resize(schema.len(), Address { class: 0, oid: 0, part: 0 });
        Ok(Inspected { schema, unmanaged: self.unmanaged, scope: self.scope, addresses })
    }
}

/// A row of the catalog query, its texts borrowed from the message.
struct Found<'a> {
    kind: &'a str,
    oid: u32,
    subid: i32,
    namespace: &'a str,
    owner: &'a str,
    name: &'a str,
    position: i32,
    object: &'a str,
    comment: Option<&'a str>,
    class: u32,
}

impl<'a> Found<'a> {
    fn read(row: &'a Row) -> anyhow::Result<Self> {
        Ok(Self {
            kind: row.try_get(0)?,
            oid: row.try_get(1)?,
            subid: row.try_get(2)?,
            namespace: row.try_get(3)?,
            owner: row.try_get(4)?,
            name: row.try_get(5)?,
            position: row.try_get(6)?,
            object: row.try_get(7)?,
            comment: row.try_get(8)?,
            class: row.try_get(9)?,
        })
    }
}
