//! Making the values of a row. Touches no database: what other rows have is handed in.

use std::collections::HashMap;

use anyhow::{Result, anyhow};
use argon2::password_hash::PasswordHasher as _;
use sha2::{Digest as _, Sha256};
use time::OffsetDateTime;

use super::draw::{Draw, hex};
use super::known::Known;
use super::model::{Cell, Document, Handle, Rows, Seeds, Uuid, Value};
use super::template::{Position, Template};

/// The namespace of uuids of version 5: that of dbtool, itself made from its name.
const NAMESPACE: uuid::Uuid = uuid::Uuid::from_u128(0x7a4f_6d0e_41a5_5e4b_9f0e_6bd7_2d6c_1b07);

/// A made value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Made {
    /// A text in PostgreSQL's input form.
    Text(String),
    /// An expression for the server.
    Sql(String),
}

/// Where a value goes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spot<'a> {
    /// The file's name, the table, the handle, the column: what the value is drawn from.
    pub place: &'a str,
    /// Which file's secrets are meant.
    pub file: &'a str,
    /// The rows that this one is made for.
    pub made_for: Option<&'a Handle>,
    /// Which row it is.
    pub position: Position,
}

/// Makes values.
#[derive(Debug)]
pub(super) struct Maker {
    draw: Draw,
    now: OffsetDateTime,
    secrets: HashMap<(String, String), String>,
    /// Hashes that are wanted again: a password that all rows of a template share is hashed once.
    hashes: HashMap<String, String>,
}

impl Maker {
    /// Draws the secrets; everything else is drawn when it is asked for.
    pub(super) fn new(seeds: &Seeds, draw: Draw, now: OffsetDateTime) -> Result<Self> {
        let mut maker = Self { draw, now, secrets: HashMap::new(), hashes: HashMap::new() };
        for file in &seeds.files {
            for (name, Cell { value, .. }) in &file.secrets {
                let place = format!("{}/secret.{name}", file.name);
                let spot = Spot { place: &place, file: &file.name, made_for: None, position: Position::default() };
                if let Made::Text(text) = maker.make(value, spot, &Known::default())? {
                    maker.secrets.insert((file.name.clone(), name.clone()), text);
                }
            }
        }
        maker.hash_passwords(seeds)?;
        Ok(maker)
    }

    /// Hashes the passwords that are known: it takes a while, and should not while tables are locked.
    fn hash_passwords(&mut self, seeds: &Seeds) -> Result<()> {
        for file in &seeds.files {
            for piece in &file.pieces {
                let Rows::Made(made) = &piece.rows else { continue };
                for (column, cell) in &made.cells {
                    let known = |part: &Value| !matches!(part, Value::Ref { .. } | Value::Sql(_));
                    if matches!(cell.value, Value::Argon2id(_)) && cell.value.parts().into_iter().all(known) {
                        let place = format!("{}/{}.{column}", file.name, super::read::shown(piece));
                        let spot =
                            Spot { place: &place, file: &file.name, made_for: None, position: Position::default() };
                        self.make(&cell.value, spot, &Known::default())?;
                    }
                }
            }
        }
        Ok(())
    }

    /// A secret of a file.
    pub(super) fn secret(&self, file: &str, name: &str) -> Option<&str> {
        self.secrets.get(&(file.to_owned(), name.to_owned())).map(String::as_str)
    }

    /// Makes a value.
    ///
    /// # Errors
    /// A moment out of range, or a row that is not known.
    pub(super) fn make(&mut self, value: &Value, spot: Spot<'_>, known: &Known) -> Result<Made> {
        let Spot { place, position, .. } = spot;
        let row = position.row;
        let text = match value {
            Value::Text(template) => template.fill(position),
            Value::Sql(expression) => return Ok(Made::Sql(expression.clone())),
            Value::Json(document) => json(document, position),
            Value::Ref { handle, column } => known.get(handle, column, spot.made_for, position)?.to_owned(),
            Value::Time(moment) => moment.at(self.now, position).map_err(|wrong| anyhow!(wrong))?,
            Value::Token { prefix, bytes, .. } => format!("{prefix}{}", hex(&self.draw.bytes(place, row, *bytes))),
            Value::Uuid(version) => self.uuid(version, place, position),
            Value::Argon2id(of) => {
                let of = self.text(of, spot, known)?;
                self.argon2id(&of, place)?
            }
            Value::Sha256(of) => hex(&Sha256::digest(self.text(of, spot, known)?)),
            Value::Secret { name, first } => {
                let secret = self.secret(spot.file, name).unwrap_or_default();
                secret.chars().take(first.unwrap_or(usize::MAX)).collect()
            }
            Value::UnitVector { of, dimensions } => Draw::fixed().unit_vector(&of.fill(position), *dimensions),
            Value::Pick(all) => {
                let at = self.draw.below(&format!("{place}/pick"), row, all.len() as u64);
                return self.make(&all[usize::try_from(at)?], spot, known);
            }
            Value::Cycle(all) => {
                let at = usize::try_from(row % all.len() as u64)?;
                return self.make(&all[at], spot, known);
            }
            Value::Between(from, to) => {
                let span = to.wrapping_sub(*from).cast_unsigned().saturating_add(1);
                let by = self.draw.below(place, row, span);
                from.wrapping_add_unsigned(by).to_string()
            }
        };
        Ok(Made::Text(text))
    }

    fn text(&mut self, value: &Value, spot: Spot<'_>, known: &Known) -> Result<String> {
        match self.make(value, spot, known)? {
            Made::Text(text) => Ok(text),
            Made::Sql(_) => Err(anyhow!("what the server computes cannot be hashed here")),
        }
    }

    fn argon2id(&mut self, password: &str, place: &str) -> Result<String> {
        if let Some(known) = self.hashes.get(&format!("{place}\0{password}")) {
            return Ok(known.clone());
        }
        let salt = self.draw.bytes(&format!("{place}/salt"), 0, 16);
        let hash = argon2::Argon2::default().hash_password_with_salt(password.as_bytes(), &salt);
        let hash = hash.map_err(|error| anyhow!("cannot hash the password: {error}"))?.to_string();
        self.hashes.insert(format!("{place}\0{password}"), hash.clone());
        Ok(hash)
    }

    fn uuid(&self, version: &Uuid, place: &str, position: Position) -> String {
        let uuid = match version {
            Uuid::V4 => uuid::Builder::from_random_bytes(self.sixteen(place, position.row)).into_uuid(),
            Uuid::V7 => {
                let mut random = [0; 10];
                random.copy_from_slice(&self.draw.bytes(place, position.row, 10));
                let millis = u64::try_from(self.now.unix_timestamp_nanos() / 1_000_000).unwrap_or_default();
                uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
            }
            Uuid::V5(name) => uuid::Uuid::new_v5(&NAMESPACE, name.fill(position).as_bytes()),
        };
        uuid.to_string()
    }

    fn sixteen(&self, place: &str, row: u64) -> [u8; 16] {
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&self.draw.bytes(place, row, 16));
        bytes
    }
}

/// A document as text.
fn json(document: &Document, position: Position) -> String {
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let filled = |template: &Template| quoted(&template.fill(position));
    match document {
        Document::Literal(text) => text.clone(),
        Document::Text(template) => filled(template),
        Document::List(items) => {
            let items: Vec<String> = items.iter().map(|item| json(item, position)).collect();
            format!("[{}]", items.join(", "))
        }
        Document::Object(fields) => {
            let fields: Vec<String> =
                fields.iter().map(|(key, value)| format!("{}: {}", quoted(key), json(value, position))).collect();
            format!("{{{}}}", fields.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn maker(seed_value: &str) -> Maker {
        Maker::new(&Seeds::default(), Draw::new(Some(seed_value)).unwrap(), OffsetDateTime::UNIX_EPOCH).unwrap()
    }

    fn made(maker: &mut Maker, value: &Value, row: u64) -> String {
        let position = Position { row, ..Position::default() };
        let spot = Spot { place: "t.r.c", file: "f", made_for: None, position };
        match maker.make(value, spot, &Known::default()).unwrap() {
            Made::Text(text) => text,
            Made::Sql(text) => panic!("{text}"),
        }
    }

    #[test]
    fn each_kind_of_value_is_what_it_says() {
        let text = |text: &str| Value::Text(Template::read(text).unwrap());
        let mut maker = maker("1");
        let token = Value::Token { prefix: "pk_".into(), bytes: 4, shown: true };
        let first = made(&mut maker, &token, 0);
        assert!(first.starts_with("pk_") && first.len() == 11 && first != made(&mut maker, &token, 1), "{first}");
        let of_abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(made(&mut maker, &Value::Sha256(Box::new(text("abc"))), 0), of_abc);
        let five = made(&mut maker, &Value::Uuid(Uuid::V5(Template::plain("acme"))), 0);
        assert_eq!((five.as_bytes()[14], five.len()), (b'5', 36));
        for (version, digit) in [(Uuid::V4, '4'), (Uuid::V7, '7')] {
            let uuid = made(&mut maker, &Value::Uuid(version), 0);
            assert_eq!(uuid.chars().nth(14), Some(digit), "{uuid}");
        }
        let hash = made(&mut maker, &Value::Argon2id(Box::new(text("password123"))), 0);
        assert!(hash.starts_with("$argon2id$v=19$m="), "{hash}");
        assert_eq!(hash, made(&mut maker, &Value::Argon2id(Box::new(text("password123"))), 7), "hashed once");
        assert_eq!(made(&mut maker, &Value::Cycle(vec![text("a"), text("b")]), 3), "b");
        assert!((0..100).all(|row| (-3..=3).contains(&made(&mut maker, &Value::Between(-3, 3), row).parse().unwrap())));
        made(&mut maker, &Value::Between(i64::MIN, i64::MAX), 0);
        let document =
            Document::Object(vec![("a\"".into(), Document::List(vec![Document::Text(Template::plain("é\n"))]))]);
        assert_eq!(made(&mut maker, &Value::Json(document), 0), r#"{"a\"": ["é\n"]}"#);
    }
}
