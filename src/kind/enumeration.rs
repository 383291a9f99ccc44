//! An enumerated type.

use sea_query::extension::postgres::{Type, TypeAlterStatement};
use sea_query::{Alias, IntoTypeRef, PostgresQueryBuilder, TypeRef};
use serde::{Deserialize, Serialize};

use super::{Granted, Kind, KindTag, Known, swap};
use crate::plan::{Context, Step};
use crate::schema::{Id, Schema};
use crate::sql::quote_ident;

/// An enumerated type: its values in their sort order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enum {
    /// The values, in sort order.
    pub values: Vec<String>,
    /// Whether values that it gets are used in the transaction in which they come: only those of a new type can be.
    #[serde(skip)]
    pub at_once: Known<bool>,
}

impl Kind for Enum {
    const WORD: &'static str = "enum";
    const GRANTED: Option<Granted> = Some(Granted::Type);
    const IS_TYPE: bool = true;

    fn create(&self, id: &Id, _cx: &Context<'_>) -> Vec<Step> {
        if self.values.is_empty() {
            return vec![Step::safe(format!("CREATE TYPE {} AS ENUM ()", id.sql()))];
        }
        let mut statement = Type::create();
        statement.as_enum(type_ref(&id.namespace, &id.name)).values(self.values.iter().map(Alias::new));
        vec![Step::safe(statement.to_string(PostgresQueryBuilder))]
    }

    fn drop(&self, id: &Id, _cx: &Context<'_>) -> Vec<Step> {
        vec![Step::safe(Type::drop().name(type_ref(&id.namespace, &id.name)).to_string(PostgresQueryBuilder))]
    }

    fn alter(&self, to: &Self, id: &Id, cx: &Context<'_>) -> Option<Vec<Step>> {
        if self.is_swapped_for(to) {
            let gone: Vec<&str> = self.values.iter().filter(|v| !to.values.contains(v)).map(String::as_str).collect();
            return Some(swap::swap(id, (to.create(id, cx), Vec::new()), &gone, None, cx));
        }
        let Self { values, at_once: _ } = to;
        let mut steps = Vec::new();
        for (at, value) in values.iter().enumerate().filter(|(_, value)| !self.values.contains(value)) {
            let statement = alter(id).add_value(Alias::new(value));
            let last = !values[at..].iter().any(|after| self.values.contains(after));
            let statement = match (at.checked_sub(1).map(|before| &values[before]), self.values.first()) {
                _ if last => statement,
                (Some(before), _) => statement.after(Alias::new(before)),
                (None, Some(first)) => statement.before(Alias::new(first)),
                (None, None) => statement,
            };
            // A new value cannot be used in the transaction that adds it (manual, ALTER TYPE, notes).
            steps.push(Step::safe(statement.to_string(PostgresQueryBuilder)).in_its_own_transaction());
        }
        Some(steps)
    }

    fn comment_target(&self, id: &Id) -> Option<String> {
        Some(format!("TYPE {}", id.sql()))
    }

    fn rename(&self, from: &Id, to: &str) -> Option<String> {
        Some(format!("ALTER TYPE {} RENAME TO {}", from.sql(), quote_ident(to)))
    }

    fn depends_on(&self, id: &Id, _schema: &Schema) -> Vec<Id> {
        vec![Id::new(KindTag::Namespace, "", &id.namespace)]
    }

    fn rebuilds(&self, to: &Self, id: &Id, schema: &Schema) -> Vec<Id> {
        if !self.is_swapped_for(to) {
            return Vec::new();
        }
        swap::users(id, schema).into_iter().map(|(column, _)| column).collect()
    }

    fn is_swapped_for(&self, to: &Self) -> bool {
        // PostgreSQL has no statement that takes values away or moves them.
        let goes = to.values.iter().filter(|value| self.values.contains(value)).ne(&self.values);
        goes || (to.at_once.0 && to.new_values(self).next().is_some())
    }

    fn catalog(_version: u32) -> String {
        "SELECT 'pg_type'::regclass, t.oid, 0, t.nspname, '', t.typname, 0, json_build_object('values', \
                ARRAY(SELECT enumlabel FROM pg_enum e WHERE e.enumtypid = t.oid ORDER BY enumsortorder))::text \
           FROM typ t WHERE t.typtype = 'e'"
            .to_owned()
    }
}

impl Enum {
    /// Such an enum.
    pub fn of(values: Vec<String>) -> Self {
        Self { values, at_once: Known(false) }
    }

    /// The values that another one has not.
    pub(crate) fn new_values<'a>(&'a self, before: &'a Self) -> impl Iterator<Item = &'a String> {
        self.values.iter().filter(|value| !before.values.contains(value))
    }

    /// `ALTER TYPE … RENAME VALUE`.
    pub(crate) fn rename_value(&self, id: &Id, from: &str, to: &str) -> String {
        alter(id).rename_value(Alias::new(from), Alias::new(to)).to_string(PostgresQueryBuilder)
    }
}

fn type_ref(namespace: &str, name: &str) -> TypeRef {
    (Alias::new(namespace), Alias::new(name)).into_type_ref()
}

fn alter(id: &Id) -> TypeAlterStatement {
    Type::alter().name(type_ref(&id.namespace, &id.name))
}
