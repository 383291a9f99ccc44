//! Rows to the server by COPY: read and encoded on one thread, sent from another, never the whole file in memory.

use std::pin::Pin;

use anyhow::Context as _;
use bytes::{Bytes, BytesMut};
use futures_util::SinkExt as _;
use tokio::sync::mpsc;
use tokio_postgres::{Client, CopyInSink};

mod cells;

pub use self::cells::{Cells, text_copy_escape};
use super::check::TargetColumn;
use super::encode::Encoder;
use super::jsonl::Shape;
use super::record::Record;
use super::refused;
use super::source::{Reader, Source};
use super::trouble::Trouble;
use crate::sql::quote_ident;
use crate::talk::Progress;

/// How much is sent at once.
const CHUNK: usize = 64 << 10;
/// How many chunks may wait for the server.
const WAITING: usize = 8;
/// What a binary COPY begins with: the signature, no flags, no extension.
const SIGNATURE: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";

/// How values are sent.
#[derive(Debug)]
pub enum Format {
    /// Each column's values in binary form.
    Binary(Vec<Encoder>),
    /// Everything as text: a column has a type that only the server can read. The others are read here all the same,
    /// so that a text is taken or refused whatever other columns there are.
    Text(Vec<Option<Encoder>>),
}

/// Writes the cells of the columns that are not in the file. What went wrong is said of the whole record.
type Lead = Box<dyn FnMut(&Record, &mut Cells<'_>) -> Result<(), String> + Send>;

/// The rows of a file on their way into a table.
pub struct Rows {
    source: Source,
    reader: Reader,
    format: Format,
    shapes: Vec<Shape>,
    lead: Vec<String>,
    lead_cells: Lead,
    table: (String, String),
    progress: Progress,
}

impl std::fmt::Debug for Rows {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rows").field("source", &self.source).field("table", &self.table).finish_non_exhaustive()
    }
}

impl Rows {
    /// The rows of an opened file into a table; `target` are its columns in the file's order, as
    /// [`check_columns`](super::check_columns) gives them.
    pub fn new(source: Source, mut reader: Reader, table: (&str, &str), target: &[TargetColumn]) -> Rows {
        let encoders: Vec<_> = target.iter().map(|c| Encoder::new(&c.type_, c.modifier)).collect();
        let format = match encoders.iter().all(Option::is_some) {
            true => Format::Binary(encoders.into_iter().flatten().collect()),
            false => Format::Text(encoders),
        };
        let shapes: Vec<_> = target.iter().map(|column| Shape::of(&column.type_)).collect();
        reader.set_shapes(shapes.clone());
        Rows {
            source,
            reader,
            format,
            shapes,
            lead: Vec::new(),
            lead_cells: Box::new(|_, _| Ok(())),
            table: (table.0.to_owned(), table.1.to_owned()),
            progress: Progress::default(),
        }
    }

    /// With columns before those of the file; the closure writes one cell for each of them.
    pub fn with_lead(
        mut self,
        names: &[&str],
        cells: impl FnMut(&Record, &mut Cells<'_>) -> Result<(), String> + Send + 'static,
    ) -> Rows {
        self.lead = names.iter().map(|name| (*name).to_owned()).collect();
        self.lead_cells = Box::new(cells);
        self
    }

    /// With somebody to tell how far it is.
    pub fn with_progress(mut self, progress: Progress) -> Rows {
        self.progress = progress;
        self
    }

    /// As text that nobody but the server reads: it takes more, such as dates in the order of the session's `DateStyle`.
    pub fn as_text(mut self) -> Rows {
        self.format = Format::Text(Vec::new());
        self
    }

    /// Whether values are sent in binary form.
    pub fn is_binary(&self) -> bool {
        matches!(self.format, Format::Binary(_))
    }

    /// The COPY statement for these rows. An empty schema is left out, as for temporary tables.
    pub fn statement(&self) -> String {
        let (schema, table) = &self.table;
        let schema = if schema.is_empty() { String::new() } else { format!("{}.", quote_ident(schema)) };
        let columns: Vec<_> = self.lead.iter().chain(self.reader.header()).map(|name| quote_ident(name)).collect();
        let format = if self.is_binary() { "binary" } else { "text" };
        format!("COPY {schema}{} ({}) FROM STDIN (FORMAT {format})", quote_ident(table), columns.join(", "))
    }

    /// Makes chunks until the file ends, something is wrong, or nobody wants them any more.
    fn produce(&mut self, chunks: &mpsc::Sender<Bytes>) -> Result<(), Trouble> {
        let header = self.reader.header().to_vec();
        let columns = i16::try_from(self.lead.len() + header.len())
            .map_err(|_| Trouble::at(1, 1, "more columns than a table can have"))?;
        let binary = self.is_binary();
        let mut out = BytesMut::with_capacity(CHUNK + CHUNK / 4);
        if binary {
            out.extend_from_slice(SIGNATURE);
        }
        let mut rows = 0;
        while let Some(record) = self.reader.next_record()? {
            let mut cells = Cells::begin(&mut out, binary, columns);
            (self.lead_cells)(record, &mut cells).map_err(|message| Trouble::at_field(record, 0, message))?;
            if cells.count() != self.lead.len() {
                return Err(Trouble::at_field(record, 0, "not a cell for each column before the file's"));
            }
            write_fields(record, &mut self.format, &header, &mut cells)?;
            cells.end();
            rows += 1;
            if out.len() >= CHUNK {
                if !send_most(&mut out, chunks) {
                    return Ok(());
                }
                out.reserve(CHUNK + CHUNK / 4);
                self.progress.set(self.reader.position(), rows);
            }
        }
        if binary {
            out.extend_from_slice(&(-1_i16).to_be_bytes());
        }
        // Who does not take it has an error of their own.
        let _ = chunks.blocking_send(out.freeze());
        self.progress.set(self.reader.position(), rows);
        Ok(())
    }
}

/// Sends what there is, in pieces where a row is a long one: a message may end anywhere, and so no more than a few
/// pieces wait, however long rows are. False where nobody wants them any more.
fn send_most(out: &mut BytesMut, chunks: &mpsc::Sender<Bytes>) -> bool {
    while out.len() >= 2 * CHUNK {
        if chunks.blocking_send(out.split_to(CHUNK).freeze()).is_err() {
            return false;
        }
    }
    chunks.blocking_send(out.split().freeze()).is_ok()
}

fn write_fields(record: &Record, format: &mut Format, header: &[String], cells: &mut Cells<'_>) -> Result<(), Trouble> {
    let wrong = |index: usize, why: String| {
        let name = header.get(index).map_or("?", String::as_str);
        Trouble::at_field(record, index, format!("column `{name}`: {why}"))
    };
    for index in 0..record.len() {
        let Some(text) = record.get(index) else {
            cells.null();
            continue;
        };
        match format {
            Format::Binary(encoders) => match encoders.get_mut(index) {
                Some(encoder) => cells.value(encoder, text).map_err(|why| wrong(index, why))?,
                None => return Err(wrong(index, "it has no type".to_owned())),
            },
            Format::Text(encoders) => {
                if let Some(Some(encoder)) = encoders.get_mut(index) {
                    cells.check(encoder, text).map_err(|why| wrong(index, why))?;
                }
                cells.text(text);
            }
        }
    }
    Ok(())
}

/// Sends the rows; how many they were. Whatever goes wrong, COPY has failed on the server and wrote nothing, and the
/// connection can go on: with ROLLBACK, where a transaction is open.
///
/// The server's own error is seen when the file has been read to its end: tokio-postgres looks for it no earlier.
pub async fn copy_in(client: &Client, statement: &str, mut rows: Rows) -> anyhow::Result<u64> {
    let sink = client.copy_in(statement).await.with_context(|| format!("cannot write to table `{}`", rows.table.1))?;
    let (sender, chunks) = mpsc::channel(WAITING);
    let producer = tokio::task::spawn_blocking(move || {
        let produced = rows.produce(&sender);
        (rows, produced)
    });
    let mut sink = Box::pin(sink);
    let sent = send(sink.as_mut(), chunks).await;
    let (rows, produced) = producer.await.context("reading the rows was stopped")?;
    // Leaving without `finish` drops the sink, which tells the server that COPY has failed.
    produced.map_err(|trouble| trouble.into_error(&rows.source.shown))?;
    let finished = match sent {
        Ok(()) => sink.as_mut().finish().await,
        Err(error) => Err(error),
    };
    match finished {
        Ok(count) => Ok(count),
        Err(error) => Err(rows.refused(error).await),
    }
}

async fn send(
    mut sink: Pin<&mut CopyInSink<Bytes>>,
    mut chunks: mpsc::Receiver<Bytes>,
) -> Result<(), tokio_postgres::Error> {
    while let Some(chunk) = chunks.recv().await {
        sink.feed(chunk).await?;
    }
    Ok(())
}

impl Rows {
    /// The server's error with the place of the record that it is about, where it says which.
    async fn refused(self, error: tokio_postgres::Error) -> anyhow::Error {
        let (names, table) = (self.reader.header().to_vec(), self.table.1);
        let Some(place) = error.as_db_error().and_then(|server| refused::place(server, &table, &names)) else {
            return anyhow::Error::from(error).context(format!("cannot write to table `{table}`"));
        };
        let (source, shapes) = (self.source, self.shapes);
        let shown = source.shown.clone();
        let message = match place.column.and_then(|index| names.get(index)) {
            Some(name) => format!("the server refuses column `{name}` of this row"),
            None => "the server refuses this row".to_owned(),
        };
        let (record, index) = (place.record, place.column.unwrap_or(0));
        let found = tokio::task::spawn_blocking(move || source.trouble_at(shapes, (record, index), &message)).await;
        match found.ok().flatten() {
            Some(trouble) => anyhow::Error::from(error).context(trouble.text(&shown)),
            None => anyhow::Error::from(error).context(format!("{shown}: the server refuses record {record}")),
        }
    }
}
