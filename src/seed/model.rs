//! What the files in `seeds/` say, before anything is drawn or asked. Pure.

use std::path::PathBuf;

use indexmap::IndexMap;

use super::clock::Moment;
use super::template::Template;
use crate::load::{Place, Source};
use crate::schema::Id;

/// The files of a run.
#[derive(Debug, Default)]
pub struct Seeds {
    /// The files, in the order of their names.
    pub files: Vec<SeedFile>,
    /// Their texts, for messages; [`Place::file`] counts them.
    pub sources: Vec<Source>,
}

/// One file that plants something.
#[derive(Debug, Default)]
pub struct SeedFile {
    /// What the command line calls it: the file's name without its ending.
    pub name: String,
    /// The path, as messages show it.
    pub path: String,
    /// Where it may be planted; anywhere but in production where it does not say.
    pub environments: Option<Vec<String>>,
    /// Values that are drawn once, used in several places and shown at the end.
    pub secrets: IndexMap<String, Cell>,
    /// The tenant that its rows are written for, where they do not say.
    pub tenant: Option<Tenant>,
    /// Tables that it writes without naming them, such as by a trigger.
    pub writes: Vec<Id>,
    /// The rows.
    pub pieces: Vec<Piece>,
    /// The SQL, of a `*.sql`.
    pub script: Option<Script>,
}

/// Rows for one table that are written alike.
#[derive(Debug, Clone)]
pub struct Piece {
    /// The table.
    pub table: Id,
    /// What it is called by those that refer to it.
    pub handle: String,
    /// Where it stands.
    pub at: Place,
    /// Which columns tell whether a row is there already; empty only where every run inserts.
    pub key: Vec<String>,
    /// What happens to a row that is there already.
    pub mode: Mode,
    /// The tenant that the rows are written for.
    pub tenant: Option<Tenant>,
    /// Where the rows come from.
    pub rows: Rows,
}

/// Where rows come from.
#[derive(Debug, Clone)]
pub enum Rows {
    /// Written out, or made from a template.
    Made(Made),
    /// In a file of their own.
    Bulk(BulkFile),
}

/// A file of rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BulkFile {
    /// Where it is.
    pub path: PathBuf,
    /// The path as messages show it.
    pub shown: String,
    /// How it is written.
    pub format: BulkFormat,
    /// The columns that it gives, in its order.
    pub columns: Vec<String>,
}

/// How a file of rows is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BulkFormat {
    /// Values with a delimiter between them, the names of the columns in the first line.
    Csv {
        /// The byte between two values.
        delimiter: u8,
        /// The unquoted text that stands for NULL; the empty one without it.
        null: Option<String>,
    },
    /// An object a line.
    Jsonl,
}

/// Rows that the TOML says, one or many.
#[derive(Debug, Clone)]
pub struct Made {
    /// How many; of those for each row of `each` where there is one.
    pub repeat: u64,
    /// The rows that these are made for.
    pub each: Option<Handle>,
    /// The values, by column.
    pub cells: IndexMap<String, Cell>,
}

/// The name of rows that others refer to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Handle {
    /// Their table.
    pub table: Id,
    /// Their name.
    pub name: String,
}

/// What happens to a row that is there already.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Mode {
    /// It stays as it is.
    #[default]
    Leave,
    /// It gets the values of the file; what is drawn (tokens, times, hashes) it keeps.
    Upsert,
    /// Nobody looks: every run inserts.
    Insert,
}

/// The tenant that rows are written for.
#[derive(Debug, Clone)]
pub struct Tenant {
    /// The setting that holds it, such as `app.tenant_id`.
    pub setting: String,
    /// Where its value comes from.
    pub value: TenantValue,
    /// Where that is said.
    pub at: Place,
}

/// Where the tenant's value comes from.
#[derive(Debug, Clone)]
pub enum TenantValue {
    /// A column of the row itself.
    Column(String),
    /// The same for all, or a reference.
    Value(Value),
}

/// A value and where it stands.
#[derive(Debug, Clone)]
pub struct Cell {
    /// The value.
    pub value: Value,
    /// Its place.
    pub at: Place,
}

/// How a value is made.
#[derive(Debug, Clone)]
pub enum Value {
    /// A text in PostgreSQL's input form.
    Text(Template),
    /// A JSON document.
    Json(Document),
    /// An expression, which the server computes.
    Sql(String),
    /// A column of another row.
    Ref {
        /// The row.
        handle: Handle,
        /// Its column.
        column: String,
    },
    /// A moment.
    Time(Moment),
    /// Random bytes in hexadecimal digits behind a prefix.
    Token {
        /// What stands in front.
        prefix: String,
        /// How many bytes.
        bytes: usize,
        /// Whether it is shown at the end.
        shown: bool,
    },
    /// A uuid.
    Uuid(Uuid),
    /// The Argon2id hash of a value, as a PHC string.
    Argon2id(Box<Value>),
    /// The SHA-256 hash of a value, in hexadecimal digits.
    Sha256(Box<Value>),
    /// One of the file's secrets, or its first characters.
    Secret {
        /// Its name.
        name: String,
        /// How many characters; all without it.
        first: Option<usize>,
    },
    /// A vector of length 1 that depends on a text only.
    UnitVector {
        /// The text.
        of: Template,
        /// How many numbers.
        dimensions: usize,
    },
    /// One of several, at random.
    Pick(Vec<Value>),
    /// One of several, in turn.
    Cycle(Vec<Value>),
    /// A whole number in a range, at random.
    Between(i64, i64),
}

/// How a uuid is made.
#[derive(Debug, Clone)]
pub enum Uuid {
    /// At random.
    V4,
    /// At random behind the time.
    V7,
    /// From a text, always the same.
    V5(Template),
}

/// A JSON document whose texts may be templates.
#[derive(Debug, Clone)]
pub enum Document {
    /// `true` or `false`, a number: as it is written.
    Literal(String),
    /// A text.
    Text(Template),
    /// A list.
    List(Vec<Document>),
    /// An object, in the author's order.
    Object(Vec<(String, Document)>),
}

/// An SQL file.
#[derive(Debug, Clone, Default)]
pub struct Script {
    /// Which text it is, see [`Seeds::sources`].
    pub file: usize,
    /// The statements, in order.
    pub statements: Vec<ScriptStatement>,
    /// The tenant that it runs for.
    pub tenant: Option<Tenant>,
}

/// A statement of an SQL file.
#[derive(Debug, Clone)]
pub struct ScriptStatement {
    /// Its bytes in the file.
    pub at: Place,
    /// Whether it must write a row.
    pub writes: bool,
}

impl Value {
    /// Whether it is another one in each run, so that a row that is there keeps what it has.
    pub fn is_drawn(&self) -> bool {
        match self {
            Self::Text(_) | Self::Json(_) | Self::Ref { .. } | Self::UnitVector { .. } => false,
            Self::Uuid(Uuid::V5(_)) => false,
            Self::Sha256(of) => of.is_drawn(),
            Self::Cycle(all) => all.iter().any(Self::is_drawn),
            Self::Time(moment) => moment.is_relative(),
            _ => true,
        }
    }

    /// The values that this one is made of, itself first.
    pub fn parts(&self) -> Vec<&Value> {
        let inner: Vec<&Value> = match self {
            Self::Argon2id(of) | Self::Sha256(of) => of.parts(),
            Self::Pick(all) | Self::Cycle(all) => all.iter().flat_map(Self::parts).collect(),
            _ => Vec::new(),
        };
        std::iter::once(self).chain(inner).collect()
    }
}

impl Piece {
    /// Its own handle.
    pub fn own(&self) -> Handle {
        Handle { table: self.table.clone(), name: self.handle.clone() }
    }

    /// The columns that its rows give.
    pub fn columns(&self) -> Vec<String> {
        match &self.rows {
            Rows::Made(made) => made.cells.keys().cloned().collect(),
            Rows::Bulk(file) => file.columns.clone(),
        }
    }

    /// What its rows refer to: the row, its column, and where that is said.
    pub fn refers_to(&self) -> Vec<(Handle, Option<String>, Place)> {
        let mut all = Vec::new();
        let mut note = |value: &Value, at: &Place| {
            all.extend(value.parts().into_iter().filter_map(|part| match part {
                Value::Ref { handle, column } => Some((handle.clone(), Some(column.clone()), at.clone())),
                _ => None,
            }));
        };
        if let Rows::Made(made) = &self.rows {
            made.cells.values().for_each(|cell| note(&cell.value, &cell.at));
        }
        if let Some(Tenant { value: TenantValue::Value(value), at, .. }) = &self.tenant {
            note(value, at);
        }
        if let Rows::Made(Made { each: Some(each), .. }) = &self.rows {
            all.push((each.clone(), None, self.at.clone()));
        }
        all
    }
}

impl Seeds {
    /// All pieces, file by file.
    pub fn pieces(&self) -> impl Iterator<Item = &Piece> {
        self.files.iter().flat_map(|file| &file.pieces)
    }

    /// Every table that is written, once.
    pub fn tables(&self) -> Vec<Id> {
        let written =
            self.files.iter().flat_map(|file| file.pieces.iter().map(|piece| &piece.table).chain(&file.writes));
        let mut all: Vec<Id> = written.cloned().collect();
        all.sort();
        all.dedup();
        all
    }

    /// A message with its place, the line and a caret.
    pub fn complain(&self, at: &Place, message: &str) -> String {
        crate::load::shown(&self.sources, at, message)
    }
}
