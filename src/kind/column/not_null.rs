//! NOT NULL as a constraint with a name, as PostgreSQL 18 and later keep it.

use serde::{Deserialize, Serialize};

use super::{Alteration, Column};
use crate::hazard::{BLOCKS_READS, BREAKS_CODE, Hazard, MAY_FAIL, Question};
use crate::kind::catalog::Value::{Json, Text};
use crate::kind::catalog::object;
use crate::kind::{KindTag, Known, Object, Origin, lineage};
use crate::load::make;
use crate::plan::{Context, Step};
use crate::schema::{Id, Schema};
use crate::sql::quote_ident;

/// What the NOT NULL of a column has beside being there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NotNull {
    /// Its name, where it is not PostgreSQL's own; of a declaration that names none, whatever it is. PostgreSQL
    /// leaves the name as it is when the table or the column is renamed, and so does dbtool: nobody refers to it.
    pub name: Option<String>,
    /// Whether child tables are free of it.
    pub no_inherit: bool,
    /// Whether rows that were there before may hold NULL.
    pub not_valid: bool,
    /// Whether the server keeps any of this.
    #[serde(skip_serializing)]
    pub kept: Known<bool>,
    /// Whether a child has it by itself, too, so that it stays when the parent's goes.
    #[serde(skip_serializing)]
    pub own: Known<bool>,
}

impl NotNull {
    /// Whether there is nothing to say of it.
    pub fn is_plain(&self) -> bool {
        *self == Self::default()
    }

    /// Takes the live one's name where none is declared, and all of it where the server knows of no such thing.
    pub(super) fn adopt(&mut self, live: &Self) {
        if !live.kept.0 {
            self.clone_from(live);
            return;
        }
        self.kept = live.kept.clone();
        self.own = live.own.clone();
        if self.name.is_none() {
            self.name.clone_from(&live.name);
        }
    }

    /// Keeps its name while its table or column gets another one: what was usual is not any more, or is again.
    fn keep_name(&mut self, former: &Id, present: &Id) {
        if self.kept.0 {
            let name = self.name.take().unwrap_or_else(|| usual_name(&former.owner, &former.name));
            self.name = Some(name).filter(|name| *name != usual_name(&present.owner, &present.name));
        }
    }

    /// The same under another name.
    pub(crate) fn called(&self, name: String) -> Self {
        Self { name: Some(name), ..self.clone() }
    }

    /// `NOT NULL`, as it stands in a column's definition.
    pub(super) fn clause(&self) -> String {
        let Self { name, no_inherit, not_valid: _, kept: _, own: _ } = self;
        let name = name.as_ref().map(|name| format!("CONSTRAINT {} ", quote_ident(name))).unwrap_or_default();
        format!(" {name}NOT NULL{}", if *no_inherit { " NO INHERIT" } else { "" })
    }

    fn name(&self, id: &Id) -> String {
        quote_ident(&self.name.clone().unwrap_or_else(|| usual_name(&id.owner, &id.name)))
    }
}

/// The name that PostgreSQL gives to the NOT NULL of a column.
pub(super) fn usual_name(table: &str, column: &str) -> String {
    make(table, Some(column), "not_null")
}

/// SQL for it, from `pg_constraint nn` and the column `a` of `r`; what is PostgreSQL's own is left out.
pub(super) fn sql(version: u32) -> String {
    if version < 180_000 {
        return "'{}'".to_owned();
    }
    object(&[
        (
            "name",
            Text("CASE WHEN nn.conname <> left(r.relname || '_' || a.attname || '_not_null', 63) THEN nn.conname END"),
        ),
        ("no_inherit", Json("NULLIF(nn.connoinherit, false)")),
        ("not_valid", Json("CASE WHEN NOT nn.convalidated THEN true END")),
        ("kept", Json("true")),
        ("own", Json("CASE WHEN nn.conislocal AND nn.coninhcount > 0 THEN true END")),
    ])
}

/// The join that [`sql`] reads from.
pub(super) fn join(version: u32) -> &'static str {
    if version < 180_000 {
        return "";
    }
    "LEFT JOIN pg_constraint nn ON nn.contype = 'n' AND nn.conrelid = a.attrelid AND nn.conkey[1] = a.attnum"
}

impl Column {
    /// Follows the rename of its table or of itself, which leaves the name of the constraint as it is.
    pub(crate) fn keep_name_of_not_null(&mut self, former: &Id, present: &Id) {
        if self.not_null && self.origin.0 == Origin::Own {
            self.not_null_as.keep_name(former, present);
        }
    }

    /// What its own NOT NULL is called, if it refuses NULL.
    pub(crate) fn not_null_name(&self, id: &Id) -> Option<String> {
        let name = || self.not_null_as.name.clone().unwrap_or_else(|| usual_name(&id.owner, &id.name));
        (self.not_null && self.origin.0 == Origin::Own).then(name)
    }

    /// The column as it is made. What another table has of an earlier one, renamed or a partition of it, keeps the name of
    /// its NOT NULL, and so does a child that says the column before its parent does; then this one would get a number:
    /// so the name is said. So it is where partitions have one of the same column: what that is called need not be the same in
    /// a copy of the schema.
    pub(in crate::kind) fn named_beside<'s>(&self, id: &Id, schemas: impl IntoIterator<Item = &'s Schema>) -> Self {
        let usual = Some(usual_name(&id.owner, &id.name));
        let has = |object: &Object| matches!(object, Object::Column(it) if it.not_null && it.not_null_as.name == usual);
        let is_taken = |schema: &Schema| {
            let mut columns = schema.of_kind(KindTag::Column).filter(|(other, _)| other.namespace == id.namespace);
            let is_of_child = |other: &Id| {
                let tables = other.table().zip(id.table()).filter(|_| other.name == id.name);
                tables.is_some_and(|(other, own)| lineage::above(schema, &other).contains(&own))
            };
            let keeps = |object: &Object| matches!(object, Object::Column(it) if it.not_null && it.not_null_as.kept.0);
            columns.any(|(other, entry)| {
                other != id && (has(&entry.object) || (keeps(&entry.object) && is_of_child(other)))
            })
        };
        let named = self.not_null && self.not_null_as.name.is_none() && schemas.into_iter().any(is_taken);
        let mut column = self.clone();
        column.not_null_as.name = usual.filter(|_| named).or(column.not_null_as.name);
        column
    }

    /// One that says nothing of the rows from before cannot be made along with the column.
    pub(in crate::kind) fn unchecked_not_null(&self, id: &Id) -> Option<Step> {
        let mut change = Alteration { id, steps: Vec::new() };
        if self.not_null && self.not_null_as.not_valid {
            change.add_not_null(self, Vec::new());
        }
        change.steps.pop()
    }
}

/// That what was NULL cannot be any more.
pub(super) fn no_more_nulls(column: &Id) -> Hazard {
    BREAKS_CODE.because(format!("code that writes no `{}`", column.name))
}

/// That a row may lack a value.
pub(super) fn nulls_of(column: &Id) -> Hazard {
    let fails = MAY_FAIL.because(format!("rows where `{}` is NULL", column.name));
    fails.of_rows(column.table()).asking(Question::Nulls { column: column.name.clone() })
}

impl Alteration<'_> {
    /// What makes a column refuse NULL as `to` does.
    pub(super) fn refuse_nulls(&mut self, from: &Column, to: &Column, cx: &Context<'_>) {
        if !from.not_null {
            let new = self.id.table().is_none_or(|table| cx.is_new(&table));
            let nulls = [
                BLOCKS_READS.because(format!("every row of `{}` is read", self.id.owner)).of_rows(self.id.table()),
                nulls_of(self.id),
                no_more_nulls(self.id),
            ];
            return self.add_not_null(to, nulls.into_iter().filter(|_| !new).collect());
        }
        let mut from = from.clone();
        if to.origin.0 != Origin::Own {
            // What a child's is called is the server's choice: the parent's name, mostly.
            from.not_null_as.name.clone_from(&to.not_null_as.name);
        }
        if from.not_null_as != to.not_null_as {
            self.alter_not_null(&from, to);
        }
    }

    fn add_not_null(&mut self, to: &Column, nulls: Vec<Hazard>) {
        let NotNull { name: _, no_inherit, not_valid, kept: _, own: _ } = &to.not_null_as;
        if to.not_null_as.is_plain() {
            return self.say("SET NOT NULL".to_owned(), nulls);
        }
        let (table, column) = (self.id.table_sql(), self.id.name_sql());
        let no_inherit = if *no_inherit { " NO INHERIT" } else { "" };
        let nulls = if *not_valid { Vec::new() } else { nulls };
        let not_valid = if *not_valid { " NOT VALID" } else { "" };
        let name = to.not_null_as.name(self.id);
        self.run(format!("ALTER TABLE {table} ADD CONSTRAINT {name} NOT NULL {column}{no_inherit}{not_valid}"), nulls);
    }

    /// What changes one that stays.
    fn alter_not_null(&mut self, from: &Column, to: &Column) {
        let NotNull { name: _, no_inherit, not_valid, kept: _, own: _ } = &to.not_null_as;
        let (had, has) = (from.not_null_as.name(self.id), to.not_null_as.name(self.id));
        let table = format!("ALTER TABLE {}", self.id.table_sql());
        if !from.not_null_as.not_valid && *not_valid {
            self.run(format!("{table} DROP CONSTRAINT {had}"), None);
            self.add_not_null(to, Vec::new());
            return;
        }
        if had != has {
            self.run(format!("{table} RENAME CONSTRAINT {had} TO {has}"), None);
        }
        if from.not_null_as.no_inherit != *no_inherit {
            let how = if *no_inherit { "NO INHERIT" } else { "INHERIT" };
            self.run(format!("{table} ALTER CONSTRAINT {has} {how}"), None);
        }
        if from.not_null_as.not_valid && !not_valid {
            let nulls = nulls_of(self.id);
            self.run(format!("{table} VALIDATE CONSTRAINT {has}"), Some(nulls));
        }
    }
}
