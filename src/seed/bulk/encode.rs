//! The text of a value into PostgreSQL's binary form, exactly as the server's own input function reads that text.
//!
//! A text that is not understood so is refused. What the server checks anyway when it receives the bytes (lengths,
//! precision, domains) is left to it.

mod array;
mod number;
mod numeric;
mod plain;
mod time;
mod vector;

use bytes::{BufMut as _, BytesMut};
use tokio_postgres::types::{Kind, Type};

use self::array::Array;
use self::vector::{Halfvec, Sparsevec, Vector};

/// Turns texts into the binary form of one type. It keeps buffers, so one is made a column and used for every row.
#[derive(Debug)]
pub struct Encoder(Way);

#[derive(Debug)]
enum Way {
    Bool,
    Int2,
    Int4,
    Int8,
    Oid,
    Float4,
    Float8,
    Numeric(numeric::Digits),
    Text,
    Name,
    Enum { name: String, labels: Vec<String> },
    Json,
    Jsonb,
    Uuid,
    Bytea,
    Date,
    Timestamp,
    Timestamptz,
    Time,
    Vector(Vector),
    Halfvec(Halfvec),
    Sparsevec(Sparsevec),
    Array(Box<Array>),
}

impl Encoder {
    /// For a type with its modifier (-1 is none); `None` where only the server knows how to read such texts.
    pub fn new(type_: &Type, modifier: i32) -> Option<Encoder> {
        let way = match type_.kind() {
            Kind::Domain(base) => return Encoder::new(base, modifier),
            Kind::Enum(labels) => Way::Enum { name: type_.name().to_owned(), labels: labels.clone() },
            Kind::Array(element) => Way::Array(Box::new(Array::new(element, modifier)?)),
            Kind::Simple => match *type_ {
                Type::BOOL => Way::Bool,
                Type::INT2 => Way::Int2,
                Type::INT4 => Way::Int4,
                Type::INT8 => Way::Int8,
                Type::OID => Way::Oid,
                Type::FLOAT4 => Way::Float4,
                Type::FLOAT8 => Way::Float8,
                Type::NUMERIC => Way::Numeric(numeric::Digits::default()),
                Type::TEXT | Type::VARCHAR | Type::BPCHAR => Way::Text,
                Type::NAME => Way::Name,
                Type::JSON => Way::Json,
                Type::JSONB => Way::Jsonb,
                Type::UUID => Way::Uuid,
                Type::BYTEA => Way::Bytea,
                Type::DATE => Way::Date,
                Type::TIMESTAMP => Way::Timestamp,
                Type::TIMESTAMPTZ => Way::Timestamptz,
                Type::TIME => Way::Time,
                _ => Self::of_extension(type_, modifier)?,
            },
            _ => return None,
        };
        Some(Encoder(way))
    }

    /// Types that extensions bring are known by their name only.
    fn of_extension(type_: &Type, modifier: i32) -> Option<Way> {
        if type_.schema() == "pg_catalog" {
            return None;
        }
        match type_.name() {
            "citext" => Some(Way::Text),
            "vector" => Some(Way::Vector(Vector::new(modifier))),
            "halfvec" => Some(Way::Halfvec(Halfvec::new(modifier))),
            "sparsevec" => Some(Way::Sparsevec(Sparsevec::new(modifier))),
            _ => None,
        }
    }

    /// Appends the value's bytes, without their length. What went wrong is said without the column's name; what was
    /// appended until then means nothing.
    pub fn encode(&mut self, text: &str, out: &mut BytesMut) -> Result<(), String> {
        match &mut self.0 {
            Way::Bool => out.put_u8(plain::boolean(text)?.into()),
            Way::Int2 => out.put_i16(number::integer(text, "smallint")?),
            Way::Int4 => out.put_i32(number::integer(text, "integer")?),
            Way::Int8 => out.put_i64(number::integer(text, "bigint")?),
            Way::Oid => out.put_u32(number::integer(text, "oid")?),
            Way::Float4 => out.put_f32(number::float4(text)?),
            Way::Float8 => out.put_f64(number::float8(text)?),
            Way::Numeric(digits) => digits.encode(text, out)?,
            Way::Text => out.put_slice(text.as_bytes()),
            Way::Name => plain::name(text, out)?,
            Way::Enum { name, labels } => plain::label(text, name, labels, out)?,
            Way::Json => plain::json(text, out)?,
            Way::Jsonb => {
                out.put_u8(1);
                plain::json(text, out)?;
            }
            Way::Uuid => plain::uuid(text, out)?,
            Way::Bytea => plain::bytea(text, out)?,
            Way::Date => out.put_i32(time::date(text)?),
            Way::Timestamp => out.put_i64(time::timestamp(text)?),
            Way::Timestamptz => out.put_i64(time::timestamptz(text)?),
            Way::Time => out.put_i64(time::time(text)?),
            Way::Vector(vector) => vector.encode(text, out)?,
            Way::Halfvec(vector) => vector.encode(text, out)?,
            Way::Sparsevec(vector) => vector.encode(text, out)?,
            Way::Array(array) => array.encode(text, out)?,
        }
        Ok(())
    }
}

/// A text for a message: its beginning, where it is long.
fn shown(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("`{}...`", &text[..end]),
        None => format!("`{text}`"),
    }
}

/// Without the blanks that PostgreSQL's input functions pass over.
fn trimmed(text: &str) -> &str {
    text.trim_matches(is_blank)
}

/// What C's `isspace` takes for a blank.
fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\x0b' | '\x0c')
}

#[cfg(test)]
mod tests;
