//! Planting: batch by batch, inside the open transaction.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::pin::pin;

use anyhow::{Result, anyhow};
use bytes::{BufMut as _, Bytes, BytesMut};
use futures_util::SinkExt as _;
use tokio_postgres::Client;

use super::bulk::text_copy_escape;
use super::known::{Known, Rows as KnownRows};
use super::make::{Made as MadeValue, Maker, Spot};
use super::model::{Handle, Made, Piece, Rows, Seeds, TenantValue, Value};
use super::order::Batch;
use super::plant_secrets::has_secrets;
use super::read::shown;
use super::stage::{Counts, Stage, Subject};
use super::template::Position;
use super::trouble;
use crate::error::failure;
use crate::load::Place;
use crate::schema::{Id, Schema};
use crate::talk::Talk;

/// What is sent at once.
const CHUNK: usize = 64 * 1024;

/// Plants rows in an open transaction.
pub(super) struct Planter<'a> {
    pub(super) client: &'a Client,
    pub(super) seeds: &'a Seeds,
    pub(super) declared: &'a Schema,
    pub(super) maker: &'a mut Maker,
    pub(super) known: Known,
    /// Columns that others refer to.
    pub(super) wanted: HashMap<Handle, BTreeSet<String>>,
    /// Whether rows that are there can be seen whoever they belong to.
    pub(super) sees_all: bool,
    /// How many rows of each table were written.
    pub(super) counts: Vec<(Id, Counts)>,
    /// Secrets of rows that were inserted: what they are called, and what they are.
    pub(super) secrets: Vec<(String, String)>,
    pub(super) talk: &'a Talk,
    pub(super) stages: usize,
}

/// A row on its way to the stage.
pub(super) struct Line<'p> {
    pub(super) piece: &'p Piece,
    pub(super) position: Position,
}

/// What is known after the rows were sent.
#[derive(Default)]
struct Sent {
    rows: u64,
    /// Expressions for the server: column, text, rows.
    expressions: Vec<(String, String, Vec<i64>)>,
    /// The column that is each row's own tenant, where that is not known before.
    own_tenant: Option<String>,
}

/// What is known after the rows were written.
#[derive(Default)]
pub(super) struct Written {
    counts: Counts,
    /// Rows that were not there before, by their numbers; asked for only where there are secrets.
    pub(super) fresh: HashSet<i64>,
    /// Columns that others refer to, and their values by the number of the row.
    columns: Vec<String>,
    found: HashMap<i64, Vec<Option<String>>>,
}

impl<'a> Planter<'a> {
    /// Plants a batch.
    ///
    /// # Errors
    /// A value cannot be made or is refused; a row was to be written and was not.
    pub(super) async fn batch(&mut self, batch: &Batch<'_>) -> Result<()> {
        let Some(first) = batch.pieces.first() else { return Ok(()) };
        if let Rows::Bulk(file) = &first.rows {
            return self.bulk(first, file).await;
        }
        let columns = first.columns();
        let kept = kept(first);
        let subject =
            Subject { table: &first.table, columns: &columns, key: &first.key, mode: first.mode, kept: &kept };
        self.stages += 1;
        let at = &first.at;
        let stage = Stage::create(self.client, self.stages, self.declared, subject)
            .await
            .map_err(|error| self.at(at, error))?;
        let lines: Vec<Line<'_>> = batch.pieces.iter().flat_map(|piece| lines(piece, &self.known)).collect();
        let sent = self.send(batch.file, &stage, &columns, &lines).await?;
        let written = self.write(batch, &stage, &lines, &sent).await?;
        self.note(batch, &lines, &written);
        self.secrets(&lines, &written)?;
        stage.advance_sequences().await.map_err(|error| self.at(at, error.into()))?;
        stage.drop().await?;
        self.count(&first.table, written.counts);
        Ok(())
    }

    /// Adds to what was written to a table.
    pub(super) fn count(&mut self, table: &Id, counts: Counts) {
        let position = self.counts.iter().position(|(known, _)| known == table).unwrap_or_else(|| {
            self.counts.push((table.clone(), Counts::default()));
            self.counts.len() - 1
        });
        self.counts[position].1.add(counts);
    }

    /// An error at a place of the seed's files.
    pub(super) fn at(&self, at: &Place, error: anyhow::Error) -> anyhow::Error {
        trouble::at(self.seeds, at, error)
    }

    /// Makes the rows and sends them to the stage.
    async fn send(&mut self, file: &str, stage: &Stage<'_>, columns: &[String], lines: &[Line<'_>]) -> Result<Sent> {
        let sink = self.client.copy_in::<_, Bytes>(&stage.copy("text")).await?;
        let mut sink = pin!(sink);
        let mut sent = Sent::default();
        let mut buffer = BytesMut::with_capacity(CHUNK + 4096);
        for line in lines {
            sent.rows += 1;
            self.line(file, columns, line, &mut sent, &mut buffer)?;
            if buffer.len() >= CHUNK {
                sink.send(buffer.split().freeze()).await.map_err(|error| self.of_copy(error, lines, columns))?;
            }
        }
        sink.send(buffer.freeze()).await.map_err(|error| self.of_copy(error, lines, columns))?;
        sink.finish().await.map_err(|error| self.of_copy(error, lines, columns))?;
        Ok(sent)
    }

    fn line(
        &mut self,
        file: &str,
        columns: &[String],
        line: &Line<'_>,
        sent: &mut Sent,
        out: &mut BytesMut,
    ) -> Result<()> {
        let Line { piece, position } = line;
        let Rows::Made(made) = &piece.rows else { return Ok(()) };
        let row = i64::try_from(sent.rows)?;
        let place = format!("{file}/{}", shown(piece));
        let whole = Spot { place: &place, file, made_for: made.each.as_ref(), position: *position };
        out.put_slice(row.to_string().as_bytes());
        out.put_u8(b'\t');
        match self.tenant(piece, made, whole)? {
            Some(Tenancy::Known(tenant)) => text_copy_escape(&tenant, out),
            Some(Tenancy::Own(column)) => {
                sent.own_tenant = Some(column);
                out.put_slice(b"\\N");
            }
            None => out.put_slice(b"\\N"),
        }
        for column in columns {
            out.put_u8(b'\t');
            let cell = &made.cells[column];
            let place = format!("{place}.{column}");
            let spot = Spot { place: &place, ..whole };
            match self.maker.make(&cell.value, spot, &self.known).map_err(|error| self.at(&cell.at, error))? {
                MadeValue::Text(text) => text_copy_escape(&text, out),
                MadeValue::Sql(text) => {
                    out.put_slice(b"\\N");
                    let known = sent.expressions.iter_mut().find(|(of, known, _)| of == column && *known == text);
                    match known {
                        Some((.., rows)) => rows.push(row),
                        None => sent.expressions.push((column.clone(), text, vec![row])),
                    }
                }
            }
        }
        out.put_u8(b'\n');
        Ok(())
    }

    /// The tenant of a row, as far as it is known before the row is there.
    fn tenant(&mut self, piece: &Piece, made: &Made, spot: Spot<'_>) -> Result<Option<Tenancy>> {
        let Some(tenant) = &piece.tenant else { return Ok(None) };
        let value = match &tenant.value {
            TenantValue::Column(column) => return Ok(Some(Tenancy::Own(column.clone()))),
            TenantValue::Value(Value::Ref { handle, column }) if *handle == piece.own() => {
                if !made.cells.contains_key(column) {
                    let message = format!("the row is its own tenant, and does not give its `{column}`");
                    return Err(self
                        .at(&tenant.at, failure(message, "give it one, such as `{ uuid = \"v5\", name = \"...\" }`")));
                }
                return Ok(Some(Tenancy::Own(column.clone())));
            }
            TenantValue::Value(value) => value,
        };
        match self.maker.make(value, spot, &self.known).map_err(|error| self.at(&tenant.at, error))? {
            MadeValue::Text(text) => Ok(Some(Tenancy::Known(text))),
            MadeValue::Sql(_) => Err(anyhow!("a tenant cannot be computed by the server")),
        }
    }

    /// Writes what is on the stage, tenant by tenant.
    async fn write(
        &mut self,
        batch: &Batch<'_>,
        stage: &Stage<'_>,
        lines: &[Line<'_>],
        sent: &Sent,
    ) -> Result<Written> {
        let Some(first) = batch.pieces.first() else { return Ok(Written::default()) };
        let at = &first.at;
        if let Some(column) = &sent.own_tenant {
            stage.own_tenant(column, self.sees_all).await.map_err(|error| self.at(at, error.into()))?;
        }
        if let Some((one, other)) = stage.twice().await.map_err(|error| self.at(at, error.into()))? {
            return Err(self.twice(&lines[index(one)], &lines[index(other)]));
        }
        let setting = first.tenant.as_ref().map(|tenant| tenant.setting.as_str());
        let mut written = Written { columns: self.wanted_of(batch), ..Written::default() };
        for tenant in stage.tenants().await? {
            let tenant = tenant.as_deref();
            self.set_tenant(setting, tenant).await.map_err(|error| self.at(at, error))?;
            for (column, expression, rows) in &sent.expressions {
                let place = cell_place(lines, rows, column).unwrap_or_else(|| at.clone());
                stage.compute(column, expression, rows, tenant).await.map_err(|error| self.at(&place, error.into()))?;
            }
            if has_secrets(lines) {
                written.fresh.extend(stage.fresh(tenant).await.map_err(|error| self.at(at, error.into()))?);
            }
            written.counts.add(self.write_tenant(stage, first, tenant).await?);
            if !written.columns.is_empty() {
                let found = stage.look_up(&written.columns, tenant).await.map_err(|error| self.at(at, error.into()))?;
                written.found.extend(found);
            }
        }
        Ok(written)
    }

    /// The columns of a batch that others refer to.
    fn wanted_of(&self, batch: &Batch<'_>) -> Vec<String> {
        let wanted = batch.pieces.iter().filter_map(|piece| self.wanted.get(&piece.own()));
        wanted.flatten().cloned().collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// Writes the rows of one tenant, and sees to it that they are there.
    pub(super) async fn write_tenant(&self, stage: &Stage<'_>, piece: &Piece, tenant: Option<&str>) -> Result<Counts> {
        let counts = stage.write(tenant).await.map_err(|error| self.at(&piece.at, error.into()))?;
        let absent = stage.absent(tenant, counts).await.map_err(|error| self.at(&piece.at, error.into()))?;
        if absent == 0 {
            return Ok(counts);
        }
        let of = if absent == 1 { "1 row of".to_owned() } else { format!("{absent} rows of") };
        let message = format!("{of} `{}` were to be written and are not there", piece.table.name);
        let hint = "row security or a trigger kept them out without a word; is the tenant the right one?";
        Err(self.at(&piece.at, failure(message, hint)))
    }

    /// Makes a tenant the one of the transaction; none where a setting is known and no tenant is.
    pub(super) async fn set_tenant(&self, setting: Option<&str>, tenant: Option<&str>) -> Result<()> {
        let Some(setting) = setting else { return Ok(()) };
        let tenant = tenant.unwrap_or_default();
        self.client.execute("SELECT pg_catalog.set_config($1, $2, true)", &[&setting, &tenant]).await?;
        Ok(())
    }

    /// Notes what others want to know of the rows.
    fn note(&mut self, batch: &Batch<'_>, lines: &[Line<'_>], written: &Written) {
        for piece in batch.pieces.iter().filter(|piece| self.wanted.contains_key(&piece.own())) {
            let mut rows = KnownRows::default();
            for (at, _) in lines.iter().enumerate().filter(|(_, line)| std::ptr::eq(line.piece, *piece)) {
                rows.count += 1;
                let found = i64::try_from(at + 1).ok().and_then(|row| written.found.get(&row));
                for (column, value) in written.columns.iter().zip(found.into_iter().flatten()) {
                    rows.columns.entry(column.clone()).or_default().push(value.clone());
                }
            }
            if let Rows::Made(Made { each: Some(each), repeat, .. }) = &piece.rows {
                rows.each = Some((each.clone(), *repeat));
            }
            self.known.insert(piece.own(), rows);
        }
    }

    fn twice(&self, one: &Line<'_>, other: &Line<'_>) -> anyhow::Error {
        let key = one.piece.key.join(", ");
        let message = if std::ptr::eq(one.piece, other.piece) {
            let (a, b) = (one.position.row + 1, other.position.row + 1);
            format!("rows {a} and {b} of these have the same `{key}`")
        } else {
            format!("`{}` and `{}` have the same `{key}`", shown(one.piece), shown(other.piece))
        };
        self.at(&other.piece.at, failure(message, "the key tells rows apart: give each another one"))
    }

    /// An error of the stage's COPY, at the value that the server did not take.
    fn of_copy(&self, error: tokio_postgres::Error, lines: &[Line<'_>], columns: &[String]) -> anyhow::Error {
        let place = trouble::place_in_copy(&error).and_then(|(row, column)| {
            let line = lines.get(row.checked_sub(1)?)?;
            let Rows::Made(made) = &line.piece.rows else { return None };
            let cell = column.filter(|column| columns.contains(column)).and_then(|column| made.cells.get(&column));
            Some(cell.map_or_else(|| line.piece.at.clone(), |cell| cell.at.clone()))
        });
        match place {
            Some(place) => self.at(&place, error.into()),
            None => lines.first().map_or_else(|| anyhow!("no rows"), |line| self.at(&line.piece.at, error.into())),
        }
    }
}

/// The tenant of a row.
enum Tenancy {
    Known(String),
    /// A column of the row itself.
    Own(String),
}

/// The rows of a piece.
fn lines<'p>(piece: &'p Piece, known: &Known) -> Vec<Line<'p>> {
    let Rows::Made(made) = &piece.rows else { return Vec::new() };
    let outer = made.each.as_ref().map_or(1, |each| known.count(each).unwrap_or_default());
    let line = |row: u64| Line {
        piece,
        position: Position { row, inner: row % made.repeat.max(1), outer: row / made.repeat.max(1) },
    };
    (0..made.repeat.saturating_mul(outer)).map(line).collect()
}

/// The columns that a row which is there keeps: what is drawn anew in each run.
fn kept(piece: &Piece) -> Vec<String> {
    let Rows::Made(made) = &piece.rows else { return Vec::new() };
    let drawn = made.cells.iter().filter(|(_, cell)| cell.value.is_drawn());
    drawn.map(|(name, _)| name.clone()).collect()
}

/// Which line a row of the stage is; they begin with 1.
fn index(row: i64) -> usize {
    usize::try_from(row - 1).unwrap_or_default()
}

fn cell_place(lines: &[Line<'_>], rows: &[i64], column: &str) -> Option<Place> {
    let Rows::Made(made) = &lines.get(index(*rows.first()?))?.piece.rows else { return None };
    made.cells.get(column).map(|cell| cell.at.clone())
}
