//! The columns of a table that rows are for, as they are declared.

use super::Reading;
use crate::kind::{Column, ForeignKey, KindTag, PrimaryKey};
use crate::load::Place;
use crate::schema::{Id, Schema};
use crate::seed::model::{Cell, Piece, Rows, Uuid, Value};

/// The columns of a table.
pub(super) struct Columns<'a> {
    reading: &'a Reading<'a>,
    pub(super) table: Id,
}

impl<'a> Columns<'a> {
    pub(super) fn of(reading: &'a Reading<'a>, table: &Id) -> Self {
        Self { reading, table: table.clone() }
    }

    /// The declared column of a name; complains where there is none, or where it cannot be written.
    pub(super) fn kind(&self, name: &str, at: &Place) -> Option<&'a Column> {
        let schema = self.reading.schema;
        let Some(column) = column_of(schema, &self.table, name) else {
            let all = schema.children_of(&self.table, KindTag::Column).map(|(id, _)| id.name.as_str());
            let near = crate::types::nearest(name, all).map(|near| format!("did you mean `{near}`?"));
            self.reading.report.maybe_hint(at, format!("the table `{}` has no column `{name}`", self.table.name), near);
            return None;
        };
        if column.generated.is_some() {
            self.reading.report.say(at, format!("`{name}` is computed by the database: it cannot be written"));
            return None;
        }
        Some(column)
    }

    /// What a column refers to, by a foreign key of its own or as part of one.
    pub(super) fn refers_to(&self, column: &str) -> Option<(Id, String)> {
        let keys = self.reading.schema.children_of(&self.table, KindTag::ForeignKey);
        keys.filter_map(|(_, entry)| <&ForeignKey>::try_from(&entry.object).ok()).find_map(|key| {
            let at = key.columns.iter().position(|name| name == column)?;
            let table = Id::new(KindTag::Table, &key.references_namespace, &key.references_table);
            Some((table, key.references_columns.get(at)?.clone()))
        })
    }

    /// Draws the uuid of a primary key here, where the database would draw it: then it is known before the row is
    /// there, and a seed value determines it.
    pub(super) fn draw_primary_key(&self, piece: &mut Piece) {
        let at = piece.at.clone();
        let Rows::Made(made) = &mut piece.rows else { return };
        let Some(name) = primary_key(self.reading.schema, &self.table) else { return };
        let Some(column) = column_of(self.reading.schema, &self.table, &name) else { return };
        let default = column.default.as_ref().map(|default| default.to_string());
        let uuid = match default.as_deref().map(|text| text.trim_start_matches("pg_catalog.")) {
            Some("gen_random_uuid()" | "uuid_generate_v4()" | "uuidv4()") => Uuid::V4,
            Some("uuidv7()") => Uuid::V7,
            _ => return,
        };
        if !made.cells.contains_key(&name) {
            made.cells.insert(name, Cell { value: Value::Uuid(uuid), at });
        }
    }
}

fn column_of<'a>(schema: &'a Schema, table: &Id, name: &str) -> Option<&'a Column> {
    schema.object(&Id::of(KindTag::Column, table, name)).and_then(|object| <&Column>::try_from(object).ok())
}

/// The primary key of a table, where it is a single column.
pub(super) fn primary_key(schema: &Schema, table: &Id) -> Option<String> {
    let mut keys = schema.children_of(table, KindTag::PrimaryKey);
    let key = keys.find_map(|(_, entry)| <&PrimaryKey>::try_from(&entry.object).ok())?;
    match key.columns.as_slice() {
        [one] => Some(one.clone()),
        _ => None,
    }
}
