//! The model: a database schema as a flat, ordered set of objects, each under its [`Id`].
//!
//! Flat, because a set with one key needs one diff and one plan, whatever kinds there are. Ordered, because the order of
//! a table's columns is part of what the author wrote. Pure.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::{Arc, OnceLock};

use foldhash::fast::RandomState;
use indexmap::IndexMap;

use crate::kind::{KindTag, Object, lineage};
use crate::sql;

mod fingerprint;
mod names;
mod relations;
mod server;
mod stand_in;

use relations::{Relations, as_key};
pub use server::Server;

/// The namespace of names that do not say one.
pub const DEFAULT_NAMESPACE: &str = "public";

/// What an object is called: unique within a database.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id {
    /// What it is.
    pub kind: KindTag,
    /// The namespace (PostgreSQL's "schema") that it lives in; empty for what lives in none.
    pub namespace: String,
    /// The table that it belongs to, or the argument types of a function; empty otherwise.
    pub owner: String,
    /// Its own name.
    pub name: String,
}

impl Id {
    /// An object that stands in a namespace by itself.
    pub fn new(kind: KindTag, namespace: &str, name: &str) -> Self {
        Self { kind, namespace: namespace.to_owned(), owner: String::new(), name: name.to_owned() }
    }

    /// An object that belongs to a table.
    pub fn of(kind: KindTag, table: &Id, name: &str) -> Self {
        Self { kind, namespace: table.namespace.clone(), owner: table.name.clone(), name: name.to_owned() }
    }

    /// What a table has one of at most, and no name for.
    pub fn own(kind: KindTag, table: &Id) -> Self {
        Self::of(kind, table, "")
    }

    /// The table that this object belongs to, if it does.
    pub fn table(&self) -> Option<Id> {
        self.kind.belongs_to_table().then(|| Id::new(KindTag::Table, &self.namespace, &self.owner))
    }

    /// What the object may belong to: a table, or what stands where one can.
    pub fn owners(&self) -> impl Iterator<Item = Id> {
        let kinds = KindTag::ALL.iter().filter(|kind| kind.owns() && self.kind.belongs_to_table());
        kinds.map(|kind| Id::new(*kind, &self.namespace, &self.owner))
    }

    /// Says whether it can only have its name once the other is gone: tables, indexes and the indexes behind keys share
    /// one set of names in a namespace, types share another one.
    pub fn takes_name_of(&self, other: &Id) -> bool {
        let relations = self.kind.is_relation() && other.kind.is_relation();
        // "A relation has an associated type of the same name": a sequence has none, and is refused all the same.
        let types = self.kind.wants_type_name() && other.kind.is_type();
        self.name == other.name && self.namespace == other.namespace && (self == other || relations || types)
    }

    /// The name in its namespace, quoted for SQL.
    pub fn sql(&self) -> String {
        if self.namespace.is_empty() {
            sql::quote_ident(&self.name)
        } else {
            sql::qualified(&self.namespace, &self.name)
        }
    }

    /// The quoted name of the table that the object belongs to.
    pub fn table_sql(&self) -> String {
        sql::qualified(&self.namespace, &self.owner)
    }

    /// The quoted name alone.
    pub fn name_sql(&self) -> String {
        sql::quote_ident(&self.name)
    }

    /// The name as the TOML writes it: the namespace only where it is not the default.
    fn shown(&self, name: &str) -> String {
        if self.namespace.is_empty() || self.namespace == DEFAULT_NAMESPACE {
            name.to_owned()
        } else {
            format!("{}.{name}", self.namespace)
        }
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = self.kind.word();
        match self.kind {
            kind if kind.is_routine() => write!(f, "{word} {}({})", self.shown(&self.name), self.owner),
            KindTag::Column => write!(f, "{word} {}.{}", self.shown(&self.owner), self.name),
            KindTag::IdentitySequence => write!(f, "{word} of {}.{}", self.shown(&self.owner), self.name),
            KindTag::Grant => self.fmt_grant(f),
            KindTag::DefaultPrivilege => self.fmt_default_privileges(f),
            _ if self.name.is_empty() => write!(f, "{word} of {}", self.shown(&self.owner)),
            _ if self.owner.is_empty() => write!(f, "{word} {}", self.shown(&self.name)),
            _ => write!(f, "{word} {} on {}", self.name, self.shown(&self.owner)),
        }
    }
}

/// An object with what every kind of object can have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The object itself.
    pub object: Object,
    /// `COMMENT ON` it.
    pub comment: Option<String>,
}

impl From<Object> for Entry {
    fn from(object: Object) -> Self {
        Self { object, comment: None }
    }
}

/// A whole schema.
#[derive(Debug, Clone, Default)]
pub struct Schema {
    entries: IndexMap<Id, Entry, RandomState>,
    /// Who belongs to whom; worked out when somebody asks, as the diff of what is equal never does.
    relations: OnceLock<Relations>,
    /// The tables that take their columns from a table, in order; worked out when somebody asks.
    heirs: OnceLock<HashMap<Id, Vec<Id>, RandomState>>,
    /// Former names of objects, said by the author with `renamed_from`.
    pub renamed_from: BTreeMap<Id, String>,
    /// Former and present names of an enum's values.
    pub renamed_values: BTreeMap<Id, Vec<(String, String)>>,
    /// Tables that say whether partitions which nobody declares are to go.
    pub manages_partitions: BTreeMap<Id, bool>,
    /// What takes the place of what, half-way through a change that goes by way of a new column.
    pub stand_ins: BTreeMap<Id, Id>,
    /// The server that a live schema was read from.
    pub server: Arc<Server>,
}

impl Schema {
    /// Adds an object; gives back what stood under that id before.
    pub fn insert(&mut self, id: Id, entry: Entry) -> Option<Entry> {
        self.forget_heirs(id.kind);
        if let Some(relations) = self.relations.get_mut() {
            match self.entries.get(&id) {
                // Its place among its siblings stays.
                Some(before) if before.object.also_called() == entry.object.also_called() => {}
                before => {
                    before.into_iter().for_each(|before| relations.take(&id, &before.object));
                    relations.add(&id, &entry.object);
                }
            }
        }
        self.entries.insert(id, entry)
    }

    /// Takes an object out.
    pub fn remove(&mut self, id: &Id) -> Option<Entry> {
        self.forget_heirs(id.kind);
        let gone = self.entries.shift_remove(id);
        if let (Some(relations), Some(gone)) = (self.relations.get_mut(), &gone) {
            relations.take(id, &gone.object);
        }
        gone
    }

    /// What a tie says is about to change.
    fn forget_heirs(&mut self, kind: KindTag) {
        if matches!(kind, KindTag::Partition | KindTag::Inheritance) {
            self.heirs.take();
        }
    }

    /// The tables that take their columns from this one: its partitions, then what inherits from it.
    pub(crate) fn heirs(&self, table: &Id) -> &[Id] {
        self.all_heirs().get(table).map_or(&[], Vec::as_slice)
    }

    /// The same for each table that has some.
    pub(crate) fn all_heirs(&self) -> &HashMap<Id, Vec<Id>, RandomState> {
        self.heirs.get_or_init(|| lineage::all_children(self))
    }

    fn relations(&self) -> &Relations {
        self.relations.get_or_init(|| {
            let mut relations = Relations::default();
            self.entries.iter().for_each(|(id, entry)| relations.add(id, &entry.object));
            relations
        })
    }

    /// The object under an id, with its comment.
    pub fn get(&self, id: &Id) -> Option<&Entry> {
        self.entries.get(id)
    }

    /// The same, to change.
    pub fn get_mut(&mut self, id: &Id) -> Option<&mut Entry> {
        self.forget_heirs(id.kind);
        self.entries.get_mut(id)
    }

    /// The object under an id.
    pub fn object(&self, id: &Id) -> Option<&Object> {
        self.entries.get(id).map(|entry| &entry.object)
    }

    /// Says whether there is such an object.
    pub fn contains(&self, id: &Id) -> bool {
        self.entries.contains_key(id)
    }

    /// Says whether there is a table, or what stands where one can, under the name of this table.
    pub fn has_owner(&self, table: &Id) -> bool {
        let mut kinds = KindTag::ALL.iter().filter(|kind| kind.owns());
        kinds.any(|kind| self.contains(&Id { kind: *kind, ..table.clone() }))
    }

    /// All objects, in their order.
    pub fn iter(&self) -> impl Iterator<Item = (&Id, &Entry)> {
        self.entries.iter()
    }

    /// The same, to change.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (&Id, &mut Entry)> {
        self.heirs.take();
        self.entries.iter_mut()
    }

    /// How many objects there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Says whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The same, as read from a server.
    #[must_use]
    pub(crate) fn of_server(self, server: &Arc<Server>) -> Self {
        Self { server: Arc::clone(server), ..self }
    }

    /// What belongs to a table, of one kind, in order.
    pub fn children_of<'a>(&'a self, table: &Id, kind: KindTag) -> impl Iterator<Item = (&'a Id, &'a Entry)> {
        self.children(table).filter(move |(id, _)| id.kind == kind)
    }

    /// The same for the table that an object belongs to; nothing where it belongs to none.
    pub fn of_table<'a>(&'a self, id: &Id, kind: KindTag) -> impl Iterator<Item = (&'a Id, &'a Entry)> {
        let owned = id.table().and_then(|table| self.relations().children.get(&table));
        let entries = owned.into_iter().flatten().filter_map(|id| self.entries.get_key_value(id));
        entries.filter(move |(id, _)| id.kind == kind)
    }

    /// Everything that belongs to a table, and what is granted on any object, in order.
    pub fn children<'a>(&'a self, table: &Id) -> impl Iterator<Item = (&'a Id, &'a Entry)> {
        let ids = self.relations().children.get(as_key(table).as_ref());
        ids.into_iter().flatten().filter_map(|id| self.entries.get_key_value(id))
    }

    /// What SQL text may refer to: everything in a namespace whose name it holds as a token, functions with a `(` behind,
    /// and the columns of such tables. It can name too much (a column may be called like a table), never too little.
    pub fn mentioned(&self, text: &str) -> Vec<Id> {
        let found = sql::names_and_calls_in(text);
        let fits = |id: &&Id, called: bool| called || !id.kind.is_routine();
        let named = found.iter().filter_map(|(name, called)| Some((self.relations().names.get(name)?, *called)));
        let mut all: Vec<Id> =
            named.flat_map(|(ids, called)| ids.iter().filter(move |id| fits(id, called))).cloned().collect();
        let tables = all.iter().filter(|id| id.kind == KindTag::Table);
        let columns = tables.flat_map(|table| self.children_of(table, KindTag::Column).map(|(column, _)| column));
        let read = |column: &&Id| found.iter().any(|(name, _)| *name == column.name);
        let columns: Vec<Id> = columns.filter(read).cloned().collect();
        all.extend(columns);
        all
    }

    /// The objects of one kind.
    pub fn of_kind(&self, kind: KindTag) -> impl Iterator<Item = (&Id, &Entry)> {
        self.entries.iter().filter(move |(id, _)| id.kind == kind)
    }
}

impl IntoIterator for Schema {
    type Item = (Id, Entry);
    type IntoIter = indexmap::map::IntoIter<Id, Entry>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}

impl FromIterator<(Id, Entry)> for Schema {
    fn from_iter<I: IntoIterator<Item = (Id, Entry)>>(entries: I) -> Self {
        let mut schema = Self::default();
        for (id, entry) in entries {
            schema.insert(id, entry);
        }
        schema
    }
}
