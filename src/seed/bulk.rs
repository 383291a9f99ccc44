//! Bulk rows: CSV and JSON lines into a table by COPY, value by value as the server itself would read them.
//!
//! ```text
//! file --csv, jsonl--> Record --encode--> chunks of 64 KiB --copy_in--> COPY ... FROM STDIN
//! ```
//!
//! Reading and encoding run on a thread of their own while the server works on what it already has. No more than one
//! record and a few chunks are in memory. Whatever is wrong is said with file, line and column, and nothing is guessed:
//! a text that is not understood exactly as PostgreSQL understands it is refused, never turned into another value.

mod check;
mod copy;
mod csv;
mod encode;
mod jsonl;
mod record;
mod refused;
mod source;
mod trouble;

pub use self::check::{TargetColumn, check_columns, target_columns};
pub use self::copy::{Cells, Format, Rows, copy_in, text_copy_escape};
pub use self::csv::{Csv, CsvOptions};
pub use self::encode::Encoder;
pub use self::jsonl::{Jsonl, Shape};
pub use self::record::Record;
pub use self::source::{FileFormat, Reader, Source};
pub use self::trouble::Trouble;
