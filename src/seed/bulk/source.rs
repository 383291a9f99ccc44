//! A file of rows, which can be read more than once: the second time to find the place of a record.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::csv::{Csv, CsvOptions};
use super::jsonl::{Jsonl, Shape};
use super::record::Record;
use super::trouble::Trouble;

/// How much of a file is read at once.
const BUFFER: usize = 128 << 10;

/// What a file of rows is written in.
#[derive(Debug, Clone)]
pub enum FileFormat {
    /// Comma-separated values with a header.
    Csv(CsvOptions),
    /// A JSON object a line.
    Jsonl,
}

/// A file of rows.
#[derive(Debug, Clone)]
pub struct Source {
    /// Where it is.
    pub path: PathBuf,
    /// What it is called in messages.
    pub shown: String,
    /// What it is written in.
    pub format: FileFormat,
}

/// A reader of either format.
#[derive(Debug)]
pub enum Reader {
    /// Comma-separated values with a header.
    Csv(Csv<BufReader<File>>),
    /// A JSON object a line.
    Jsonl(Jsonl<BufReader<File>>),
}

impl FileFormat {
    /// By the end of the file's name; `None` for one that is neither.
    pub fn of(path: &Path) -> Option<FileFormat> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "csv" => Some(FileFormat::Csv(CsvOptions::default())),
            "jsonl" | "ndjson" => Some(FileFormat::Jsonl),
            _ => None,
        }
    }
}

impl Source {
    /// Opens the file and reads the names of its columns.
    pub fn open(&self) -> anyhow::Result<Reader> {
        let file = crate::file::open(&self.path).with_context(|| format!("cannot read `{}`", self.shown))?;
        let input = BufReader::with_capacity(BUFFER, file);
        let reader = match &self.format {
            FileFormat::Csv(options) => Csv::new(input, options.clone()).map(Reader::Csv),
            FileFormat::Jsonl => Jsonl::new(input).map(Reader::Jsonl),
        };
        reader.map_err(|trouble| trouble.into_error(&self.shown))
    }

    /// How many bytes it has, as far as that is known: for the progress.
    pub fn size(&self) -> u64 {
        std::fs::metadata(&self.path).map_or(0, |file| file.len())
    }

    /// Reads up to a record again and says what is wrong with it. `None` where the file has no such record any more.
    pub(super) fn trouble_at(&self, shapes: Vec<Shape>, at: (u64, usize), message: &str) -> Option<Trouble> {
        let mut reader = self.open().ok()?;
        reader.set_shapes(shapes);
        let (number, index) = at;
        while let Some(record) = reader.next_record().ok()? {
            if record.number() == number {
                return Some(Trouble::at_field(record, index, message));
            }
        }
        None
    }
}

impl Reader {
    /// The names of the columns.
    pub fn header(&self) -> &[String] {
        match self {
            Reader::Csv(csv) => csv.header(),
            Reader::Jsonl(jsonl) => jsonl.header(),
        }
    }

    /// How many bytes were read.
    pub fn position(&self) -> u64 {
        match self {
            Reader::Csv(csv) => csv.position(),
            Reader::Jsonl(jsonl) => jsonl.position(),
        }
    }

    /// The next record, `None` at the end.
    pub fn next_record(&mut self) -> Result<Option<&Record>, Trouble> {
        match self {
            Reader::Csv(csv) => csv.next_record(),
            Reader::Jsonl(jsonl) => jsonl.next_record(),
        }
    }

    /// Says what the columns make of JSON; CSV has none.
    pub fn set_shapes(&mut self, shapes: Vec<Shape>) {
        if let Reader::Jsonl(jsonl) = self {
            jsonl.set_shapes(shapes);
        }
    }
}
