//! What every kind of object can do, and the list of kinds in the order in which they are created.
//!
//! A kind is one file and one line: the file holds its data, its SQL and its catalog query; the line stands in the list
//! at the end of this file. Nothing else in dbtool knows how many kinds there are. Pure.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::plan::{Context, Gradual, Step};
use crate::schema::{Id, Schema};

#[macro_use]
mod list;

mod aggregate;
mod backfill;
mod beside;
mod catalog;
mod check;
mod cluster;
mod column;
mod composite;
mod constraint;
mod default_privilege;
mod domain;
mod enumeration;
mod exclusion;
mod extension;
mod foreign_key;
mod function;
mod grant;
mod identity_sequence;
mod index;
pub(crate) mod index_partition;
mod inheritance;
mod known;
pub(crate) mod lineage;
mod lookup;
mod namespace;
mod numbering;
mod parameters;
mod partition;
mod partly;
mod policy;
mod primary_key;
mod range;
mod replica_identity;
mod role;
mod row_security;
mod said;
mod sequence;
mod sequence_owner;
mod swap;
mod table;
mod trigger;
mod unique;
mod view;

pub use aggregate::{Aggregate, Modify, Moving, Phase};
pub(crate) use beside::comment_on_index;
pub use check::Check;
pub use cluster::Cluster;
pub(crate) use column::sync;
pub use column::{Column, Compression, Generated, Identity, IdentityWhen, NotNull, Numbers, Storage, Upkeep};
pub use composite::{Attribute, Composite};
pub use constraint::Deferral;
pub(crate) use constraint::{rows_of, whole_rows};
pub use default_privilege::DefaultPrivilege;
pub use domain::{Domain, DomainCheck};
pub use enumeration::Enum;
pub use exclusion::Exclusion;
pub(crate) use exclusion::parts as exclusion_parts;
pub use extension::Extension;
pub use foreign_key::{Action, ForeignKey, Match};
pub use function::{Argument, ArgumentMode, Function, Parallel, Volatility};
pub(crate) use function::{goes_first, lets_go};
pub use grant::{Grant, Granted, OWNER, PUBLIC, Privilege, Rights};
pub(crate) use grant::{LOOKUPS, SHARED, at_birth, settle};
pub use identity_sequence::IdentitySequence;
pub(crate) use identity_sequence::{adopt_numbers, ring as ring_of_sequences};
pub use index::{Index, IndexKey, KeyTarget};
pub use index_partition::IndexPartition;
pub use inheritance::Inheritance;
pub use known::Known;
pub use lineage::Origin;
pub use lookup::{CatalogRow, Lookup, OperatorClass};
pub use namespace::Namespace;
pub use parameters::Parameters;
pub(crate) use parameters::with_clause;
pub use partition::{Copied, Partition};
pub(crate) use partition::{is_left_behind, is_taken_over};
pub use policy::{Command, Policy, Roles};
pub use primary_key::PrimaryKey;
pub use range::Range;
pub use replica_identity::{IdentifiedBy, ReplicaIdentity};
pub(crate) use role::WITH_OPTIONS as MEMBERSHIPS_WITH_OPTIONS;
pub use role::{Membership, Role};
pub use row_security::RowSecurity;
pub(crate) use said::{all_texts, says, says_within, texts, types_of};
pub use sequence::Sequence;
pub use sequence_owner::SequenceOwner;
pub(crate) use swap::{along, ending, is_swapped_type, left_for, made_of};
pub use table::Table;
pub(crate) use table::renamed;
pub use trigger::{Enabled, Event, Timing, Trigger};
pub use unique::Unique;
pub use view::{Materialized, View};
pub(crate) use view::{adopt_row_lists, table_given, tables_given};

/// A change that another object is part of, as a dependent sees it.
#[derive(Debug, Clone, Copy)]
pub enum Touch<'a> {
    /// The object will be altered in place.
    Altered(&'a Object, &'a Object),
    /// The object will be dropped and created again.
    Replaced,
    /// It stays, and what it is made of is made anew: expressions about it no longer hold, plain keys do.
    Rebuilt,
    /// It goes, and something else may take its part.
    Dropped,
}

/// What becomes of an object about a column that gets another type by way of a new column.
#[derive(Debug, Clone)]
pub enum Beside {
    /// It changes over when the new column takes the old one's place.
    Changes,
    /// It is made about the new column beforehand, and takes the old one's name.
    Made(Object),
    /// It is made about the new column beforehand as an object of another kind, which it stands on afterwards.
    StandsOn(Object),
    /// It cannot be made beforehand, for this reason.
    Hinders(&'static str),
}

/// A kind of object. `id` is always the object's own.
///
/// `create`, `drop` and `alter` write SQL and say what is dangerous about it; they never look at the order of things,
/// which `depends_on` and `steps_aside` give to the plan.
pub trait Kind: Sized + PartialEq + Serialize + DeserializeOwned {
    /// What the kind is called, in PostgreSQL's words.
    const WORD: &'static str;

    /// Whether its objects belong to a table, or to what stands for one: they are dropped with it.
    const BELONGS_TO_TABLE: bool = false;

    /// Whether it is dropped by itself even where its table goes.
    const GOES_FIRST: bool = false;

    /// Whether others can belong to it: it is a table, or stands where one can.
    const OWNS: bool = false;

    /// Whether its name is a type.
    const IS_TYPE: bool = false;

    /// Whether there can be no type of its name when it is made.
    const WANTS_TYPE_NAME: bool = Self::IS_TYPE;

    /// Whether it is called: its owner are the types of its arguments, and it is named with a `(` behind.
    const IS_ROUTINE: bool = false;

    /// Whether it shares one set of names in a namespace with tables.
    const IS_RELATION: bool = false;

    /// What can be granted on it, if anything can.
    const GRANTED: Option<Granted> = None;

    /// Whether what it depends on has to be whole before it can be made.
    const NEEDS_WHOLE: bool = false;

    /// Whether it is about objects that are yet to be made: it changes once the plan has made all of its own, and goes
    /// before any of them.
    const IS_ABOUT_LATER: bool = false;

    /// Whether the server may word it in its own way, so that texts that differ can mean the same.
    const IS_WORDED: bool = false;

    /// The statements that make it.
    fn create(&self, id: &Id, cx: &Context<'_>) -> Vec<Step>;

    /// The statements that remove it.
    fn drop(&self, id: &Id, cx: &Context<'_>) -> Vec<Step>;

    /// The statements that turn it into `to`; `None` where only dropping and creating will do.
    fn alter(&self, to: &Self, id: &Id, cx: &Context<'_>) -> Option<Vec<Step>>;

    /// How it becomes whole in two goes, where all of it at once would keep others waiting; `before` is what is altered.
    fn gradual(&self, _before: Option<&Self>, _id: &Id, _cx: &Context<'_>) -> Option<Gradual<Self>> {
        None
    }

    /// The clause for the `CREATE TABLE` of a new table, where the kind has one.
    fn clause(&self, _id: &Id) -> Option<String> {
        None
    }

    /// How `COMMENT ON` names it; `None` where it cannot have a comment.
    fn comment_target(&self, id: &Id) -> Option<String>;

    /// `ALTER … RENAME TO`; `None` where the kind has no such statement.
    fn rename(&self, _from: &Id, _to: &str) -> Option<String> {
        None
    }

    /// What has to be there before it, among the objects of `schema`.
    fn depends_on(&self, id: &Id, schema: &Schema) -> Vec<Id>;

    /// Whether it must be dropped before `other`, which it depends on, changes, and created again after that.
    fn steps_aside(&self, _id: &Id, _other: &Id, touch: Touch<'_>) -> bool {
        matches!(touch, Touch::Replaced)
    }

    /// Other objects that altering this one into `to` rebuilds, so that their dependents have to step aside too.
    fn rebuilds(&self, _to: &Self, _id: &Id, _schema: &Schema) -> Vec<Id> {
        Vec::new()
    }

    /// What becomes of it while a column that it is about gets another type by way of a new column.
    fn beside(&self) -> Beside {
        Beside::Changes
    }

    /// Takes over from the live object what the declaration leaves open, unless the namespace that it names goes.
    fn adopt(&mut self, _live: &Self, _goes: &dyn Fn(&Id) -> bool) {}

    /// Names that the kind's SQL texts hold must be followed when a column or table is renamed.
    fn texts_mut(&mut self) -> Vec<&mut crate::sql::Expr> {
        Vec::new()
    }

    /// Another name in its namespace that comes and goes with it.
    fn also_called(&self) -> Option<&str> {
        None
    }

    /// Whether turning it into `to` puts a new type in its place, in every column.
    fn is_swapped_for(&self, _to: &Self) -> bool {
        false
    }

    /// Puts other names in the place of the types that it says by themselves, outside of expressions.
    fn each_type(&mut self, _change: &mut dyn FnMut(&str) -> String) {}

    /// The same for the operator classes, collations and functions that it names by themselves.
    fn each_name(&mut self, _change: &mut dyn FnMut(&str) -> String) {}

    /// A comment on the index that stands behind it.
    fn index_comment(&self) -> Option<&str> {
        None
    }

    /// Follows an object to its new name where it names it outside of expressions and types; `own` says that it is a
    /// column of the same table.
    fn follow_name(&mut self, _own: bool, _from: &Id, _to: &Id) {}

    /// What is created in the temporary namespace to have the server word it.
    fn twin(self) -> Self {
        self
    }

    /// Takes over what the server made of its twin.
    fn take_wording(&mut self, found: Self) {
        *self = found;
    }

    /// The SELECT that reads all objects of the kind from `pg_catalog`; empty where they follow from what is read of others.
    ///
    /// Its columns: `class` and `oid` and `subid` (as in `pg_description`), `namespace`, `owner`, `name`, `position`,
    /// `object` (json). It may use the common table expressions that `inspect` puts in front: `ns`, `rel`, `typ`, `proc`.
    fn catalog(version: u32) -> String;

    /// Makes the object from a row of its catalog query.
    ///
    /// # Errors
    /// The row does not fit.
    fn read(row: &CatalogRow<'_>, _lookup: &Lookup) -> anyhow::Result<Self> {
        Ok(serde_json::from_str(row.object)?)
    }
}

// Row security comes after policies: they exist before a table is closed, and go after it opens. Grants come last, so
// that nothing is handed out before it is closed.
kinds! {
    Role,
    Namespace,
    Extension,
    Enum,
    Domain,
    Composite,
    Range,
    Sequence,
    Function,
    Aggregate,
    Table,
    Column,
    IdentitySequence,
    PrimaryKey,
    Unique,
    Exclusion,
    Check,
    Inheritance,
    Partition,
    ForeignKey,
    Index,
    IndexPartition,
    ReplicaIdentity,
    Cluster,
    SequenceOwner,
    View,
    Trigger,
    Policy,
    RowSecurity,
    Grant,
    DefaultPrivilege,
}
