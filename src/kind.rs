//! What every kind of object can do, and the list of kinds in the order in which they are created.
//!
//! A kind is one file and one line: the file holds its data, its SQL and its catalog query; the line stands in the list
//! at the end of this file. Nothing else in dbtool knows how many kinds there are. Pure.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::plan::{Context, Step};
use crate::schema::{Id, Schema};

mod catalog;
mod check;
mod column;
mod constraint;
mod enumeration;
mod extension;
mod foreign_key;
mod function;
mod index;
mod known;
mod lookup;
mod namespace;
mod policy;
mod primary_key;
mod row_security;
mod sequence;
mod table;
mod trigger;
mod unique;
mod view;

pub use check::Check;
pub use column::{Column, Generated, Identity, IdentityWhen, Numbers};
pub use constraint::Deferral;
pub use enumeration::Enum;
pub use extension::Extension;
pub use foreign_key::{Action, ForeignKey, Match};
pub use function::{Argument, ArgumentMode, Function, Parallel, Volatility};
pub use index::{Index, IndexKey, KeyTarget};
pub use known::{Given, Known};
pub use lookup::{CatalogRow, Lookup, OperatorClass};
pub use namespace::Namespace;
pub use policy::{Command, Policy};
pub use primary_key::PrimaryKey;
pub use row_security::RowSecurity;
pub use sequence::{Sequence, SequenceOwner};
pub use table::Table;
pub(crate) use table::renamed;
pub use trigger::{Enabled, Event, Timing, Trigger};
pub use unique::Unique;
pub use view::{Materialized, View};

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

    /// Whether it shares one set of names in a namespace with tables.
    const IS_RELATION: bool = false;

    /// Whether the server may word it in its own way, so that texts that differ can mean the same.
    const IS_WORDED: bool = false;

    /// The statements that make it.
    fn create(&self, id: &Id, cx: &Context<'_>) -> Vec<Step>;

    /// The statements that remove it.
    fn drop(&self, id: &Id, cx: &Context<'_>) -> Vec<Step>;

    /// The statements that turn it into `to`; `None` where only dropping and creating will do.
    fn alter(&self, to: &Self, id: &Id, cx: &Context<'_>) -> Option<Vec<Step>>;

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

    /// Takes over from the live object what the declaration leaves open, unless the namespace that it names goes.
    fn adopt(&mut self, _live: &Self, _goes: &dyn Fn(&Id) -> bool) {}

    /// Names that the kind's SQL texts hold must be followed when a column or table is renamed.
    fn texts_mut(&mut self) -> Vec<&mut crate::sql::Expr> {
        Vec::new()
    }

    /// Puts other names in the place of the types that it says by themselves, outside of expressions.
    fn each_type(&mut self, _change: &mut dyn FnMut(&str) -> String) {}

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

    /// The SELECT that reads all objects of the kind from `pg_catalog`.
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

/// Writes the enum of objects and hands each call on to the kind.
macro_rules! kinds {
    ($($tag:ident,)*) => {
        /// The kinds of object, in the order in which they are created.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum KindTag { $(#[doc = concat!("See [`struct@", stringify!($tag), "`].")] $tag,)* }

        /// An object of any kind.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
        #[serde(untagged)]
        pub enum Object { $(#[doc = concat!("See [`struct@", stringify!($tag), "`].")] $tag($tag),)* }

        $(impl From<$tag> for Object {
            fn from(object: $tag) -> Self { Object::$tag(object) }
        })*

        $(impl<'a> TryFrom<&'a Object> for &'a $tag {
            type Error = ();
            fn try_from(object: &'a Object) -> Result<Self, ()> {
                match object { Object::$tag(object) => Ok(object), _ => Err(()) }
            }
        })*

        impl KindTag {
            /// Every kind, in creation order.
            pub const ALL: &[KindTag] = &[$(KindTag::$tag,)*];

            /// What the kind is called, in PostgreSQL's words.
            pub fn word(self) -> &'static str {
                match self { $(KindTag::$tag => <$tag as Kind>::WORD,)* }
            }

            /// Whether its objects belong to a table, or to what stands for one: they are dropped with it.
            pub fn belongs_to_table(self) -> bool {
                match self { $(KindTag::$tag => <$tag as Kind>::BELONGS_TO_TABLE,)* }
            }

            /// See [`Kind::GOES_FIRST`].
            pub fn goes_first(self) -> bool {
                match self { $(KindTag::$tag => <$tag as Kind>::GOES_FIRST,)* }
            }

            /// See [`Kind::OWNS`].
            pub fn owns(self) -> bool {
                match self { $(KindTag::$tag => <$tag as Kind>::OWNS,)* }
            }

            /// See [`Kind::IS_TYPE`].
            pub fn is_type(self) -> bool {
                match self { $(KindTag::$tag => <$tag as Kind>::IS_TYPE,)* }
            }

            /// See [`Kind::IS_RELATION`].
            pub fn is_relation(self) -> bool {
                match self { $(KindTag::$tag => <$tag as Kind>::IS_RELATION,)* }
            }

            /// See [`Kind::IS_WORDED`].
            pub fn is_worded(self) -> bool {
                match self { $(KindTag::$tag => <$tag as Kind>::IS_WORDED,)* }
            }

            /// See [`Kind::catalog`].
            pub fn catalog(self, version: u32) -> String {
                match self { $(KindTag::$tag => <$tag as Kind>::catalog(version),)* }
            }

            /// See [`Kind::read`].
            ///
            /// # Errors
            /// The row does not fit.
            pub fn read(self, row: &CatalogRow<'_>, lookup: &Lookup) -> anyhow::Result<Object> {
                Ok(match self { $(KindTag::$tag => Object::$tag(<$tag as Kind>::read(row, lookup)?),)* })
            }
        }

        impl Object {
            /// Which kind it is of.
            pub fn kind(&self) -> KindTag {
                match self { $(Object::$tag(_) => KindTag::$tag,)* }
            }

            /// See [`Kind::create`].
            pub fn create(&self, id: &Id, cx: &Context<'_>) -> Vec<Step> {
                match self { $(Object::$tag(it) => it.create(id, cx),)* }
            }

            /// See [`Kind::drop`].
            pub fn drop(&self, id: &Id, cx: &Context<'_>) -> Vec<Step> {
                match self { $(Object::$tag(it) => it.drop(id, cx),)* }
            }

            /// See [`Kind::alter`].
            pub fn alter(&self, to: &Object, id: &Id, cx: &Context<'_>) -> Option<Vec<Step>> {
                match (self, to) { $((Object::$tag(it), Object::$tag(to)) => it.alter(to, id, cx),)* _ => None }
            }

            /// See [`Kind::clause`].
            pub fn clause(&self, id: &Id) -> Option<String> {
                match self { $(Object::$tag(it) => it.clause(id),)* }
            }

            /// See [`Kind::comment_target`].
            pub fn comment_target(&self, id: &Id) -> Option<String> {
                match self { $(Object::$tag(it) => it.comment_target(id),)* }
            }

            /// See [`Kind::rename`].
            pub fn rename(&self, from: &Id, to: &str) -> Option<String> {
                match self { $(Object::$tag(it) => it.rename(from, to),)* }
            }

            /// See [`Kind::depends_on`].
            pub fn depends_on(&self, id: &Id, schema: &Schema) -> Vec<Id> {
                match self { $(Object::$tag(it) => it.depends_on(id, schema),)* }
            }

            /// See [`Kind::steps_aside`].
            pub fn steps_aside(&self, id: &Id, other: &Id, touch: Touch<'_>) -> bool {
                match self { $(Object::$tag(it) => it.steps_aside(id, other, touch),)* }
            }

            /// See [`Kind::rebuilds`].
            pub fn rebuilds(&self, to: &Object, id: &Id, schema: &Schema) -> Vec<Id> {
                match (self, to) {
                    $((Object::$tag(it), Object::$tag(to)) => it.rebuilds(to, id, schema),)*
                    _ => Vec::new(),
                }
            }

            /// See [`Kind::adopt`].
            pub fn adopt(&mut self, live: &Object, goes: &dyn Fn(&Id) -> bool) {
                match (self, live) { $((Object::$tag(it), Object::$tag(live)) => it.adopt(live, goes),)* _ => {} }
            }

            /// See [`Kind::texts_mut`].
            pub fn texts_mut(&mut self) -> Vec<&mut crate::sql::Expr> {
                match self { $(Object::$tag(it) => it.texts_mut(),)* }
            }

            /// See [`Kind::each_type`].
            pub fn each_type(&mut self, change: &mut dyn FnMut(&str) -> String) {
                match self { $(Object::$tag(it) => it.each_type(change),)* }
            }

            /// See [`Kind::follow_name`].
            pub fn follow_name(&mut self, own: bool, from: &Id, to: &Id) {
                match self { $(Object::$tag(it) => it.follow_name(own, from, to),)* }
            }

            /// See [`Kind::twin`].
            pub fn twin(self) -> Self {
                match self { $(Object::$tag(it) => Object::$tag(it.twin()),)* }
            }

            /// See [`Kind::take_wording`].
            pub fn take_wording(&mut self, found: Object) {
                match (self, found) { $((Object::$tag(it), Object::$tag(found)) => it.take_wording(found),)* _ => {} }
            }
        }
    };
}

// Row security comes after policies: they exist before a table is closed, and go after it opens.
kinds! {
    Namespace,
    Extension,
    Enum,
    Sequence,
    Function,
    Table,
    Column,
    PrimaryKey,
    Unique,
    Check,
    ForeignKey,
    Index,
    SequenceOwner,
    View,
    Trigger,
    Policy,
    RowSecurity,
}
