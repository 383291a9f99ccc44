//! pgvector's types, through its crate; the buffers go into its types and come back out of them.

use std::collections::BTreeMap;

use bytes::BytesMut;
use pgvector::{HalfVector, SparseVector, Vector as Dense};
use tokio_postgres::types::{ToSql, Type};

use super::number;
use super::{is_blank, shown, trimmed};

/// The most dimensions of a dense vector, and the most elements of a sparse one that are not zero.
const MOST: usize = 16_000;
/// The most dimensions of a sparse vector.
const MOST_SPARSE: i32 = 1_000_000_000;

#[derive(Debug)]
pub(super) struct Vector {
    dimensions: i32,
    values: Vec<f32>,
}

#[derive(Debug)]
pub(super) struct Halfvec {
    dimensions: i32,
    values: Vec<f32>,
}

#[derive(Debug)]
pub(super) struct Sparsevec {
    dimensions: i32,
    values: BTreeMap<i32, f32>,
}

impl Vector {
    pub(super) fn new(dimensions: i32) -> Self {
        Vector { dimensions, values: Vec::new() }
    }

    pub(super) fn encode(&mut self, text: &str, out: &mut BytesMut) -> Result<(), String> {
        parse_dense(text, "vector", self.dimensions, &mut self.values)?;
        let vector = Dense::from(std::mem::take(&mut self.values));
        let done = put(&vector, out);
        self.values = vector.into();
        done
    }
}

impl Halfvec {
    pub(super) fn new(dimensions: i32) -> Self {
        Halfvec { dimensions, values: Vec::new() }
    }

    pub(super) fn encode(&mut self, text: &str, out: &mut BytesMut) -> Result<(), String> {
        parse_dense(text, "halfvec", self.dimensions, &mut self.values)?;
        let vector = HalfVector::from_f32_slice(&self.values);
        if let Some(at) = vector.as_slice().iter().position(|value| value.is_infinite()) {
            return Err(format!("element {} (`{}`) is out of range for halfvec", at + 1, self.values[at]));
        }
        put(&vector, out)
    }
}

impl Sparsevec {
    pub(super) fn new(dimensions: i32) -> Self {
        Sparsevec { dimensions, values: BTreeMap::new() }
    }

    /// `{1:0.5,7:2}/10`.
    pub(super) fn encode(&mut self, text: &str, out: &mut BytesMut) -> Result<(), String> {
        let wrong = || format!("{} is no sparsevec such as `{{1:0.5,7:2}}/10`", shown(text));
        let body = trimmed(text).strip_prefix('{').ok_or_else(wrong)?;
        let (elements, dimensions) = body.split_once('}').ok_or_else(wrong)?;
        let dimensions = trimmed(dimensions).strip_prefix('/').ok_or_else(wrong)?;
        let dimensions: i32 = number::integer(dimensions, "number of dimensions")?;
        if !(1..=MOST_SPARSE).contains(&dimensions) {
            return Err(format!("a sparsevec has 1 to {MOST_SPARSE} dimensions, not {dimensions}"));
        }
        self.values.clear();
        for element in trimmed(elements).split(',').filter(|_| !trimmed(elements).is_empty()) {
            let (index, value) = element.split_once(':').ok_or_else(wrong)?;
            let index: i32 = number::integer(index, "index")?;
            if !(1..=dimensions).contains(&index) {
                return Err(format!("index {index} is not one of 1 to {dimensions}"));
            }
            if self.values.insert(index - 1, finite(trimmed(value), "sparsevec")?).is_some() {
                return Err(format!("index {index} twice"));
            }
        }
        check_dimensions(self.dimensions, i64::from(dimensions))?;
        let vector = SparseVector::from_map(&self.values, dimensions);
        if vector.values().len() > MOST {
            return Err(format!("a sparsevec has at most {MOST} elements that are not zero"));
        }
        put(&vector, out)
    }
}

/// Reads `[0.1,0.2]`.
fn parse_dense(text: &str, name: &str, dimensions: i32, values: &mut Vec<f32>) -> Result<(), String> {
    values.clear();
    let body = trimmed(text).strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let body = body.ok_or_else(|| format!("{} is no {name} such as `[0.1,0.2]`", shown(text)))?;
    if body.trim_matches(is_blank).is_empty() {
        return Err(format!("a {name} has at least 1 dimension"));
    }
    for element in body.split(',') {
        let value = finite(trimmed(element), name).map_err(|why| format!("element {}: {why}", values.len() + 1))?;
        values.push(value);
        if values.len() > MOST {
            return Err(format!("a {name} has at most {MOST} dimensions"));
        }
    }
    check_dimensions(dimensions, values.len() as i64)
}

fn check_dimensions(expected: i32, found: i64) -> Result<(), String> {
    if expected > 0 && i64::from(expected) != found {
        return Err(format!("expected {expected} dimensions, not {found}"));
    }
    Ok(())
}

/// One element: a number, and neither infinite nor NaN.
fn finite(text: &str, name: &str) -> Result<f32, String> {
    match number::parse::<f32>(text) {
        Some(value) if value.is_finite() => Ok(value),
        Some(value) if value.is_nan() => Err(format!("NaN is not allowed in a {name}")),
        Some(_) if text.bytes().any(|b| b.is_ascii_digit()) => Err(format!("{} is out of range", shown(text))),
        Some(_) => Err(format!("infinity is not allowed in a {name}")),
        None => Err(format!("{} is no number", shown(text))),
    }
}

/// pgvector's own encoding. The type is only looked at by checks that the encoder has done already.
fn put(value: &impl ToSql, out: &mut BytesMut) -> Result<(), String> {
    value.to_sql(&Type::UNKNOWN, out).map(|_| ()).map_err(|error| error.to_string())
}
