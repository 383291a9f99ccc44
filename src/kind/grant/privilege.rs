//! Privileges, and which of them there are on what.

use serde::{Deserialize, Serialize};

/// What a role may do, in the order in which PostgreSQL lists it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Privilege {
    /// All that there is, as long as it is not known what that is.
    All,
    /// Read rows, or the last value of a sequence.
    Select,
    /// Add rows.
    Insert,
    /// Change rows, or set a sequence.
    Update,
    /// Remove rows.
    Delete,
    /// Remove all rows at once.
    Truncate,
    /// Refer to it by a foreign key.
    References,
    /// Put triggers on it.
    Trigger,
    /// Vacuum, analyze and the like; since PostgreSQL 17.
    Maintain,
    /// Use a sequence, a type, or what is in a schema.
    Usage,
    /// Make objects in a schema.
    Create,
    /// Call a function.
    Execute,
}

impl Privilege {
    /// Every privilege, `all` among them.
    pub const ALL: &[Self] = &[
        Self::All,
        Self::Select,
        Self::Insert,
        Self::Update,
        Self::Delete,
        Self::Truncate,
        Self::References,
        Self::Trigger,
        Self::Maintain,
        Self::Usage,
        Self::Create,
        Self::Execute,
    ];

    /// What the TOML calls it.
    pub fn word(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Select => "select",
            Self::Insert => "insert",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::Truncate => "truncate",
            Self::References => "references",
            Self::Trigger => "trigger",
            Self::Maintain => "maintain",
            Self::Usage => "usage",
            Self::Create => "create",
            Self::Execute => "execute",
        }
    }

    /// The privilege of that name.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|privilege| privilege.word() == word)
    }

    /// Whether something can be changed or made with it.
    pub(in crate::kind) fn writes(self) -> bool {
        use Privilege::{Create, Delete, Insert, Trigger, Truncate, Update};
        matches!(self, Insert | Update | Delete | Truncate | Trigger | Create)
    }
}

/// What kinds of object have in common as far as grants go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Granted {
    /// Tables, and what is read like one.
    Table,
    /// Sequences.
    Sequence,
    /// Functions, and whatever else is called.
    Routine,
    /// Types.
    Type,
    /// Schemas.
    Namespace,
}

/// The first version that knows MAINTAIN.
const WITH_MAINTAIN: u32 = 170_000;

impl Granted {
    /// Each of them.
    pub const ALL: &[Self] = &[Self::Table, Self::Sequence, Self::Routine, Self::Type, Self::Namespace];

    /// All that can be granted, on a server of that version.
    pub fn privileges(self, version: u32) -> &'static [Privilege] {
        use Privilege::{
            Create, Delete, Execute, Insert, Maintain, References, Select, Trigger, Truncate, Update, Usage,
        };
        match self {
            Self::Table if version < WITH_MAINTAIN => &[Select, Insert, Update, Delete, Truncate, References, Trigger],
            Self::Table => &[Select, Insert, Update, Delete, Truncate, References, Trigger, Maintain],
            Self::Sequence => &[Select, Update, Usage],
            Self::Routine => &[Execute],
            Self::Type => &[Usage],
            Self::Namespace => &[Usage, Create],
        }
    }

    /// All that can be granted on a column.
    pub const OF_COLUMNS: &[Privilege] =
        &[Privilege::Select, Privilege::Insert, Privilege::Update, Privilege::References];

    /// What everybody may do unless it is revoked; the schema `public` aside.
    pub fn of_everybody(self) -> &'static [Privilege] {
        match self {
            Self::Routine => &[Privilege::Execute],
            Self::Type => &[Privilege::Usage],
            Self::Table | Self::Sequence | Self::Namespace => &[],
        }
    }

    /// What `ALTER DEFAULT PRIVILEGES` calls them.
    pub fn plural(self) -> &'static str {
        match self {
            Self::Table => "tables",
            Self::Sequence => "sequences",
            Self::Routine => "functions",
            Self::Type => "types",
            Self::Namespace => "schemas",
        }
    }

    /// Those that `ALTER DEFAULT PRIVILEGES` calls so.
    pub fn of_plural(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|granted| granted.plural() == word)
    }
}
