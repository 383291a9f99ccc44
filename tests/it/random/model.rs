//! A schema while it is made up: objects that refer to each other by number, so that renames and drops stay consistent.

use std::collections::BTreeMap;

use super::children::{Child, Spread};
use super::roles::{Given, Later, Role};

/// The number of an object.
pub type Uid = u32;

/// What a column holds, coarsely: expressions over it stay valid while this stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    Text,
    Int,
    Number,
    Bool,
    Uuid,
    Time,
    Json,
    Texts,
    Ints,
    Range,
    Inet,
    Vector,
    Enum(Uid),
    Enums(Uid),
    Domain(Uid),
    Composite(Uid),
    /// An array of any of these types.
    Array(Uid),
    /// A type that nothing but itself is compared with.
    Misc,
    /// What a function of triggers gives.
    Trigger,
}

/// What an expression names.
#[derive(Debug, Clone, PartialEq)]
pub enum Ref {
    /// A column of its own table, by its bare name.
    Column(Uid, Class),
    /// The same behind the table's name, where another table's column could catch it.
    Own(Uid, Class),
    /// A column of another table, which stands there as `o`.
    Other(Uid, Class),
    Table(Uid),
    /// A function that takes and gives these.
    Function(Uid, Option<Class>, Class),
    /// A type by its name.
    Type(Uid),
    /// A value of an enum.
    Value(Uid, String),
    /// A sequence, as a text that names it.
    Sequence(Uid),
    View(Uid),
}

/// A text with `§0`, `§1` … for what it names.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Text {
    pub text: String,
    pub refs: Vec<Ref>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Filled {
    Nothing,
    Default(Text),
    Identity(&'static str, Vec<(&'static str, i64)>),
    Generated(Text, bool),
}

#[derive(Debug, Clone)]
pub struct Column {
    pub uid: Uid,
    pub name: String,
    pub was: Option<String>,
    pub class: Class,
    /// As it is written; for enums it is the class that says.
    pub kind: String,
    pub not_null: bool,
    pub filled: Filled,
    pub collation: Option<&'static str>,
    pub comment: Option<String>,
    /// Constraints that the column says of itself.
    pub unique: bool,
    pub one_of: bool,
}

#[derive(Debug, Clone)]
pub enum Part {
    Unique {
        columns: Vec<Uid>,
        include: Vec<Uid>,
        nulls: bool,
        deferrable: Option<&'static str>,
    },
    Check {
        text: Text,
        not_valid: bool,
    },
    ForeignKey {
        columns: Vec<Uid>,
        table: Uid,
        target: Vec<Uid>,
        delete: &'static str,
        update: &'static str,
        more: Vec<(&'static str, &'static str)>,
    },
    Index(Index),
    Policy {
        command: &'static str,
        restrictive: bool,
        to: Vec<&'static str>,
        using: Option<Text>,
        check: Option<Text>,
    },
    Exclusion {
        using: &'static str,
        column: Uid,
        class: Class,
        operator: &'static str,
        predicate: Option<Text>,
        deferrable: bool,
    },
    Trigger(Trigger),
}

#[derive(Debug, Clone)]
pub struct Trigger {
    pub timing: &'static str,
    pub events: Vec<&'static str>,
    pub columns: Vec<Uid>,
    pub row: bool,
    pub when: Option<Text>,
    pub function: Uid,
    pub arguments: Vec<&'static str>,
    /// Names of the old and the new rows as tables.
    pub tables: [Option<&'static str>; 2],
    pub constraint: Option<&'static str>,
    pub enabled: &'static str,
}

/// What stands in a namespace beside tables, enums and functions.
#[derive(Debug, Clone)]
pub struct Other {
    pub uid: Uid,
    pub namespace: Uid,
    pub name: String,
    pub was: Option<String>,
    pub comment: Option<String>,
    pub what: What,
}

#[derive(Debug, Clone)]
pub enum What {
    Sequence {
        kind: &'static str,
        options: Vec<(&'static str, i64)>,
        cycle: bool,
        owner: Option<(Uid, Uid)>,
    },
    Domain {
        class: Class,
        kind: &'static str,
        not_null: bool,
        default: Option<Text>,
        check: Option<Text>,
    },
    Composite {
        attributes: Vec<(String, &'static str)>,
    },
    Range {
        subtype: &'static str,
        options: Vec<(&'static str, String)>,
    },
    Aggregate {
        options: Vec<(&'static str, &'static str)>,
        last: Option<Ref>,
    },
    View {
        materialized: bool,
        query: Text,
        columns: Vec<String>,
        with: Vec<(&'static str, toml::Value)>,
        index: Option<String>,
    },
    Procedure {
        argument: Option<&'static str>,
        language: &'static str,
        body: Text,
    },
}

#[derive(Debug, Clone)]
pub struct Index {
    pub using: &'static str,
    pub keys: Vec<Key>,
    pub unique: bool,
    pub include: Vec<Uid>,
    pub predicate: Option<Text>,
    pub with: Vec<(&'static str, i64)>,
}

#[derive(Debug, Clone)]
pub struct Key {
    pub text: Text,
    pub expression: bool,
    pub more: Vec<(&'static str, &'static str)>,
}

#[derive(Debug, Clone)]
pub struct Named {
    pub uid: Uid,
    pub name: String,
    pub was: Option<String>,
    pub comment: Option<String>,
    pub part: Part,
}

#[derive(Debug, Clone)]
pub struct Table {
    pub uid: Uid,
    pub namespace: Uid,
    pub name: String,
    pub was: Option<String>,
    pub comment: Option<String>,
    pub columns: Vec<Column>,
    pub key: Vec<Uid>,
    pub parts: Vec<Named>,
    pub security: &'static str,
    pub set: Option<(usize, Uid)>,
    pub fillfactor: Option<i64>,
}

#[derive(Debug, Clone)]
pub struct Namespace {
    pub uid: Uid,
    pub name: String,
    pub was: Option<String>,
    pub comment: Option<String>,
}

#[derive(Debug, Clone)]
pub struct Enum {
    pub uid: Uid,
    pub namespace: Uid,
    pub name: String,
    pub was: Option<String>,
    pub values: Vec<(String, Option<String>)>,
    pub comment: Option<String>,
}

#[derive(Debug, Clone)]
pub struct Function {
    pub uid: Uid,
    pub namespace: Uid,
    pub name: String,
    pub was: Option<String>,
    pub takes: Option<Class>,
    pub gives: Class,
    pub argument: Option<String>,
    pub language: &'static str,
    pub volatility: &'static str,
    pub body: Text,
    pub more: Vec<&'static str>,
    pub comment: Option<String>,
}

#[derive(Debug, Clone)]
pub struct Set {
    pub name: String,
    pub members: Vec<(&'static str, Text)>,
}

#[derive(Debug, Clone, Default)]
pub struct Model {
    pub major: u32,
    pub vector: bool,
    pub next: Uid,
    /// `public` is the first.
    pub namespaces: Vec<Namespace>,
    pub enums: Vec<Enum>,
    pub functions: Vec<Function>,
    pub sets: Vec<Set>,
    pub tables: Vec<Table>,
    pub others: Vec<Other>,
    pub children: Vec<Child>,
    /// How tables and partitions are spread over partitions.
    pub spreads: BTreeMap<Uid, Spread>,
    /// Where pgvector is.
    pub vector_in: Option<Uid>,
    /// Further keys of whatever has them.
    pub more: BTreeMap<Uid, BTreeMap<&'static str, toml::Value>>,
    pub roles: Vec<Role>,
    /// What is granted on whatever it can be.
    pub grants: BTreeMap<Uid, Vec<Given>>,
    /// What is granted on objects that are made later.
    pub later: Vec<Later>,
    /// The role that a policy is for.
    pub policy_roles: BTreeMap<Uid, Uid>,
    /// What is called instead of writing to a view.
    pub instead: BTreeMap<Uid, Uid>,
    /// The index by which a table is known to subscribers, and the one by which it is sorted.
    pub known_by: BTreeMap<Uid, Uid>,
    pub sorted_by: BTreeMap<Uid, Uid>,
}

impl Model {
    pub fn uid(&mut self) -> Uid {
        self.next += 1;
        self.next
    }

    pub fn table(&self, uid: Uid) -> Option<&Table> {
        self.tables.iter().find(|table| table.uid == uid)
    }

    pub fn enumeration(&self, uid: Uid) -> Option<&Enum> {
        self.enums.iter().find(|one| one.uid == uid)
    }

    pub fn other(&self, uid: Uid) -> Option<&Other> {
        self.others.iter().find(|one| one.uid == uid)
    }

    pub fn namespace(&self, uid: Uid) -> Option<&str> {
        self.namespaces.iter().find(|one| one.uid == uid).map(|one| one.name.as_str())
    }
}

impl Class {
    /// Whether a btree can hold it.
    pub fn ordered(self) -> bool {
        use Class::{Array, Composite, Domain, Json, Misc, Trigger, Vector};
        !matches!(self, Json | Vector | Domain(_) | Composite(_) | Array(_) | Misc | Trigger)
    }

    /// The enum that it is of.
    pub fn of_enum(self) -> Option<Uid> {
        match self {
            Class::Enum(uid) | Class::Enums(uid) => Some(uid),
            _ => None,
        }
    }
}

impl Text {
    pub fn new(text: &str, refs: Vec<Ref>) -> Self {
        Self { text: text.to_owned(), refs }
    }

    /// Two texts in one: the second's numbers move up.
    pub fn join(&self, word: &str, other: &Text) -> Text {
        let first = Text { text: format!("({}) {word} (", self.text), refs: self.refs.clone() };
        let mut both = first.followed_by(other);
        both.text.push(')');
        both
    }

    /// This text, and the other behind it.
    pub fn followed_by(mut self, other: &Text) -> Text {
        let shift = self.refs.len();
        let mut second = other.text.clone();
        for at in (0..other.refs.len()).rev() {
            second = second.replace(&format!("§{at}"), &format!("§{}", at + shift));
        }
        self.text.push_str(&second);
        self.refs.extend_from_slice(&other.refs);
        self
    }
}
