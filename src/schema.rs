//! The model: a database schema as a flat, ordered set of objects, each under its [`Id`].
//!
//! Flat, because a set with one key needs one diff and one plan, whatever kinds there are. Ordered, because the order of
//! a table's columns is part of what the author wrote. Pure.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use indexmap::IndexMap;
use sha2::{Digest, Sha256};

use crate::kind::{KindTag, Object};
use crate::sql;

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

    /// The table that this object belongs to, if it does.
    pub fn table(&self) -> Option<Id> {
        self.kind.belongs_to_table().then(|| Id::new(KindTag::Table, &self.namespace, &self.owner))
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
            KindTag::Function => write!(f, "{word} {}({})", self.shown(&self.name), self.owner),
            KindTag::Column => write!(f, "{word} {}.{}", self.shown(&self.owner), self.name),
            KindTag::RowSecurity => write!(f, "{word} of {}", self.shown(&self.owner)),
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
    entries: IndexMap<Id, Entry>,
    /// What each table owns, in order; kept with the entries so that asking for it costs nothing.
    children: HashMap<(String, String), Vec<Id>>,
    /// What stands in a namespace by itself, by its bare name, for [`Schema::mentioned`].
    names: HashMap<String, Vec<Id>>,
    /// Former names of objects, said by the author with `renamed_from`.
    pub renamed_from: BTreeMap<Id, String>,
    /// Former and present names of an enum's values.
    pub renamed_values: BTreeMap<Id, Vec<(String, String)>>,
}

impl Schema {
    /// Adds an object; gives back what stood under that id before.
    pub fn insert(&mut self, id: Id, entry: Entry) -> Option<Entry> {
        let before = self.entries.insert(id.clone(), entry);
        if before.is_none() && id.kind.belongs_to_table() {
            self.children.entry((id.namespace.clone(), id.owner.clone())).or_default().push(id);
        } else if before.is_none() && !id.namespace.is_empty() {
            self.names.entry(id.name.clone()).or_default().push(id);
        }
        before
    }

    /// Takes an object out.
    pub fn remove(&mut self, id: &Id) -> Option<Entry> {
        if let Some(siblings) = self.children.get_mut(&(id.namespace.clone(), id.owner.clone())) {
            siblings.retain(|sibling| sibling != id);
        }
        if let Some(namesakes) = self.names.get_mut(&id.name) {
            namesakes.retain(|namesake| namesake != id);
        }
        self.entries.shift_remove(id)
    }

    /// The object under an id, with its comment.
    pub fn get(&self, id: &Id) -> Option<&Entry> {
        self.entries.get(id)
    }

    /// The same, to change.
    pub fn get_mut(&mut self, id: &Id) -> Option<&mut Entry> {
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

    /// All objects, in their order.
    pub fn iter(&self) -> impl Iterator<Item = (&Id, &Entry)> {
        self.entries.iter()
    }

    /// How many objects there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Says whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// A short hash of everything in the schema, whatever its order: what a migration says it starts from.
    pub fn fingerprint(&self) -> String {
        let mut lines: Vec<String> = self
            .iter()
            .map(|(id, entry)| {
                let object = serde_json::to_string(&entry.object).unwrap_or_default();
                format!("{id:?} {object} {:?}", entry.comment)
            })
            .collect();
        lines.sort_unstable();
        let mut hash = Sha256::new();
        lines.iter().for_each(|line| hash.update(line.as_bytes()));
        hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }

    /// What belongs to a table, of one kind, in order.
    pub fn children_of<'a>(&'a self, table: &Id, kind: KindTag) -> impl Iterator<Item = (&'a Id, &'a Entry)> {
        self.children(table).filter(move |(id, _)| id.kind == kind)
    }

    /// The same for the table that an object belongs to; nothing where it belongs to none.
    pub fn of_table<'a>(&'a self, id: &Id, kind: KindTag) -> impl Iterator<Item = (&'a Id, &'a Entry)> {
        let owned = id.table().and_then(|table| self.children.get(&(table.namespace, table.name)));
        let entries = owned.into_iter().flatten().filter_map(|id| self.entries.get_key_value(id));
        entries.filter(move |(id, _)| id.kind == kind)
    }

    /// Everything that belongs to a table, in order.
    pub fn children<'a>(&'a self, table: &Id) -> impl Iterator<Item = (&'a Id, &'a Entry)> {
        let ids = self.children.get(&(table.namespace.clone(), table.name.clone()));
        ids.into_iter().flatten().filter_map(|id| self.entries.get_key_value(id))
    }

    /// What SQL text may refer to: everything in a namespace whose name it holds as a token, functions with a `(` behind.
    /// It can name too much (a column may be called like a table), never too little.
    pub fn mentioned(&self, text: &str) -> Vec<Id> {
        let found = sql::names_and_calls_in(text);
        let fits = |id: &&Id, called: bool| called || id.kind != KindTag::Function;
        let named = found.iter().filter_map(|(name, called)| Some((self.names.get(name)?, *called)));
        named.flat_map(|(ids, called)| ids.iter().filter(move |id| fits(id, called))).cloned().collect()
    }

    /// The objects of one kind.
    pub fn of_kind(&self, kind: KindTag) -> impl Iterator<Item = (&Id, &Entry)> {
        self.entries.iter().filter(move |(id, _)| id.kind == kind)
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
