//! `[table.NAME]` of a seed: its rows, its templates, its files.

use indexmap::IndexMap;

use super::cell;
use super::columns::Columns;
use super::file::{Common, declared_table, tenant};
use super::{Reading, key};
use crate::load::Place;
use crate::load::fields::{self, Fields};
use crate::load::tree::{Field, Node, Value as TomlValue};
use crate::schema::Id;
use crate::seed::model::{BulkFile, BulkFormat, Cell, Made, Mode, Piece, Rows, TenantValue, Value};

/// What holds for all rows of a table in a file.
struct Whole<'a> {
    reading: &'a Reading<'a>,
    common: &'a Common,
    columns: Columns<'a>,
    key: Option<Vec<String>>,
    mode: Mode,
    tenant: Option<crate::seed::model::Tenant>,
}

/// Reads the rows of a table.
pub(super) fn read(reading: &Reading<'_>, table: &Id, field: &Field, common: &Common, pieces: &mut Vec<Piece>) {
    let Some(mut fields) = Fields::of(reading.report, &field.node, &field.key_at) else { return };
    let columns = Columns::of(reading, table);
    let modes = [("leave", Mode::Leave), ("upsert", Mode::Upsert), ("insert", Mode::Insert)];
    let mode = fields.word("mode", &modes).unwrap_or_default();
    let key = fields.take("key").map(|node| {
        let said = fields::texts(reading.report, node);
        for one in &said {
            columns.kind(&one.text, &one.at);
        }
        said.into_iter().map(|one| one.text).collect()
    });
    let tenant =
        fields.take("tenant").map_or_else(|| common.tenant.clone(), |node| tenant(reading, node, common, Some(table)));
    let whole = Whole { reading, common, columns, key, mode, tenant };
    let null = fields.text("null").map(|text| text.text);
    let delimiter = fields.text("delimiter");
    for file in fields.take("file").map(|node| paths(reading, node)).unwrap_or_default() {
        let before = reading.report.count();
        let mut bulk = whole.file(&file.0, &file.1);
        if let BulkFormat::Csv { delimiter: byte, null: text } = &mut bulk.format {
            *text = null.clone();
            match delimiter.as_ref().map(|said| (said.text.as_bytes(), &said.at)) {
                Some(([one], _)) => *byte = *one,
                Some((_, at)) => reading.report.say(at, "a delimiter is a single character of ASCII"),
                None => {}
            }
        }
        let sound = reading.report.count() == before;
        pieces.extend(whole.piece("", &file.1, Rows::Bulk(bulk), sound));
    }
    for (section, template) in [("row", false), ("rows", true)] {
        let Some(node) = fields.take(section) else { continue };
        let Some(rows) = Fields::of(reading.report, node, &node.at) else { continue };
        for (handle, row) in rows.rest() {
            let before = reading.report.count();
            let made = if template { whole.many(row) } else { whole.one(row) };
            let sound = reading.report.count() == before;
            pieces.extend(made.and_then(|made| whole.piece(handle, &row.key_at, Rows::Made(made), sound)));
        }
    }
    fields.finish();
}

/// A file of rows that no TOML names.
pub(super) fn standalone(reading: &Reading<'_>, table: &str, bulk: BulkFile, at: Place) -> Option<Piece> {
    let table = declared_table(reading, table, &at)?;
    let columns = Columns::of(reading, &table);
    let common = Common { setting: None, tenant: None, secrets: Vec::new() };
    let whole = Whole { reading, common: &common, columns, key: None, mode: Mode::Leave, tenant: None };
    let before = reading.report.count();
    let bulk = whole.with_header(bulk, &at);
    whole.piece("", &at, Rows::Bulk(bulk), reading.report.count() == before)
}

/// `file = "a.csv"` or several of them.
fn paths(reading: &Reading<'_>, node: &Node) -> Vec<(String, Place)> {
    let one = |node: &Node| {
        let text = fields::text(reading.report, node)?;
        let fits = text.text.ends_with(".csv") || text.text.ends_with(".jsonl");
        if !fits {
            reading.report.say(&text.at, "a file of rows is called `NAME.csv` or `NAME.jsonl`");
        }
        fits.then_some((text.text, text.at))
    };
    match &node.value {
        TomlValue::Array(all) => all.iter().filter_map(one).collect(),
        _ => one(node).into_iter().collect(),
    }
}

impl Whole<'_> {
    /// One row: a column a key.
    fn one(&self, row: &Field) -> Option<Made> {
        let fields = Fields::of(self.reading.report, &row.node, &row.key_at)?;
        Some(Made { repeat: 1, each: None, cells: self.cells(&fields, false) })
    }

    /// Many rows: how many, for which others, and a template for each column.
    fn many(&self, row: &Field) -> Option<Made> {
        let report = self.reading.report;
        let mut fields = Fields::of(report, &row.node, &row.key_at)?;
        let repeat = match fields.integer("repeat") {
            None => 1,
            Some(count) => u64::try_from(count).unwrap_or_else(|_| {
                report.say(&row.key_at, "`repeat` cannot be negative");
                0
            }),
        };
        let each = fields.text("each").and_then(|said| cell::handle(self.reading, &said, None));
        let columns = fields.take("column").and_then(|node| Fields::of(report, node, &node.at));
        let cells = columns.map(|columns| self.cells(&columns, true)).unwrap_or_default();
        fields.finish();
        Some(Made { repeat, each, cells })
    }

    fn cells(&self, fields: &Fields<'_>, template: bool) -> IndexMap<String, Cell> {
        let one = |(name, field): (&String, &Field)| {
            let kind = self.columns.kind(name, &field.key_at)?;
            let value = cell::read(self.reading, &self.columns, name, kind, &field.node, template)?;
            self.check_secrets(&value, &field.node.at);
            Some((name.clone(), Cell { value, at: field.node.at.clone() }))
        };
        fields.rest().filter_map(one).collect()
    }

    fn check_secrets(&self, value: &Value, at: &Place) {
        for part in value.parts() {
            if let Value::Secret { name, .. } = part
                && !self.common.secrets.contains(name)
            {
                let near = crate::types::nearest(name, self.common.secrets.iter().map(String::as_str));
                let hint = near.map_or_else(
                    || format!("declare it at the top: `secret.{name} = {{ token = \"prefix_\", bytes = 32 }}`"),
                    |near| format!("did you mean `{near}`?"),
                );
                self.reading.report.hint(at, format!("there is no secret `{name}` in this file"), hint);
            }
        }
    }

    fn file(&self, name: &str, at: &Place) -> BulkFile {
        let bulk = BulkFile {
            path: self.reading.folder.join(name),
            shown: format!("{}/{name}", self.reading.shown),
            format: super::format_of(name),
            columns: Vec::new(),
        };
        self.with_header(bulk, at)
    }

    /// The columns that the file's first line names.
    fn with_header(&self, mut bulk: BulkFile, at: &Place) -> BulkFile {
        match super::super::plant_bulk::header(&bulk) {
            Ok(columns) => {
                for column in &columns {
                    self.columns.kind(column, at);
                }
                bulk.columns = columns;
            }
            Err(error) => {
                self.reading.report.say(at, crate::error::report(&error).trim_end().trim_start_matches("error: "))
            }
        }
        bulk
    }

    /// Makes a piece of rows. Where they were not `sound`, what follows from that is not told, too.
    fn piece(&self, handle: &str, at: &Place, rows: Rows, sound: bool) -> Option<Piece> {
        let mut piece = Piece {
            table: self.columns.table.clone(),
            handle: handle.to_owned(),
            at: at.clone(),
            key: Vec::new(),
            mode: self.mode,
            tenant: self.tenant.clone(),
            rows,
        };
        if !sound {
            return Some(piece);
        }
        self.columns.draw_primary_key(&mut piece);
        if let Some(TenantValue::Column(column)) = piece.tenant.as_ref().map(|tenant| &tenant.value)
            && !piece.columns().contains(column)
        {
            let message = format!("the tenant is to be the row's `{column}`, which it does not give");
            self.reading.report.say(at, message);
        }
        piece.key = key::of(self.reading, &piece, self.key.as_deref())?;
        Some(piece)
    }
}
