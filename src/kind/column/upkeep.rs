//! How a column's values are kept, and what the planner is told of them.

use serde::{Deserialize, Serialize};

use super::super::catalog::Value::{self, Json, Text};
use super::super::parameters::{Parameters, parameters, sorted};

/// Where values of variable length are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Storage {
    /// In the row, as they are.
    Plain,
    /// Out of the row, as they are.
    External,
    /// Compressed, then out of the row.
    Extended,
    /// Compressed, and out of the row only where nothing else will do.
    Main,
}

/// How values are compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Compression {
    /// PostgreSQL's own.
    Pglz,
    /// LZ4, where the server was built with it.
    Lz4,
}

/// What can be set on a column that changes none of its values. What is left out has PostgreSQL's default.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Upkeep {
    /// Where values are kept, where it is not what the type says.
    pub storage: Option<Storage>,
    /// How they are compressed, where it is not what the server says.
    pub compression: Option<Compression>,
    /// How closely ANALYZE looks.
    pub statistics: Option<i32>,
    /// What the planner is told, such as `n_distinct`.
    #[serde(default, serialize_with = "sorted")]
    pub options: Parameters,
}

impl Storage {
    fn sql(self) -> &'static str {
        match self {
            Self::Plain => "PLAIN",
            Self::External => "EXTERNAL",
            Self::Extended => "EXTENDED",
            Self::Main => "MAIN",
        }
    }

    /// What a type of variable length has where nothing is said; the server knows the word from 16 on.
    fn of_type(r#type: &str, version: u32) -> &'static str {
        match r#type.split('(').next().unwrap_or_default() {
            _ if version >= 160_000 => "DEFAULT",
            "numeric" | "inet" | "cidr" => "MAIN",
            _ => "EXTENDED",
        }
    }
}

impl Compression {
    fn sql(self) -> &'static str {
        match self {
            Self::Pglz => "pglz",
            Self::Lz4 => "lz4",
        }
    }
}

impl Upkeep {
    /// The same after the column got another type, which takes its storage along.
    pub(in crate::kind) fn retyped(&self) -> Self {
        Self { storage: None, compression: None, ..self.clone() }
    }

    /// What has to be said of a column of that type to turn `from` into this, behind `ALTER COLUMN …`.
    pub(super) fn actions(&self, from: &Self, r#type: &str, version: u32) -> Vec<String> {
        let Self { storage, compression, statistics, options } = self;
        let mut actions = Vec::new();
        if from.storage != *storage {
            let word = storage.map_or_else(|| Storage::of_type(r#type, version), Storage::sql);
            actions.push(format!("SET STORAGE {word}"));
        }
        if from.compression != *compression {
            actions.push(format!("SET COMPRESSION {}", compression.map_or("default", Compression::sql)));
        }
        if from.statistics != *statistics {
            actions.push(format!("SET STATISTICS {}", statistics.unwrap_or(-1)));
        }
        let changed = options.iter().filter(|(name, value)| from.options.get(*name) != Some(*value));
        let changed: Parameters = changed.map(|(name, value)| (name.clone(), value.clone())).collect();
        if !changed.is_empty() {
            actions.push(format!("SET ({})", parameters(&changed)));
        }
        let gone: Vec<&str> =
            from.options.keys().filter(|name| !options.contains_key(*name)).map(String::as_str).collect();
        if !gone.is_empty() {
            actions.push(format!("RESET ({})", gone.join(", ")));
        }
        actions
    }
}

/// SQL for an [`Upkeep`] from `pg_attribute a` and its `pg_type t`.
pub(super) fn upkeep_sql() -> [(&'static str, Value<'static>); 4] {
    let storage = "CASE WHEN a.attstorage <> t.typstorage THEN CASE a.attstorage WHEN 'p' THEN 'plain' \
        WHEN 'e' THEN 'external' WHEN 'x' THEN 'extended' ELSE 'main' END END";
    let compression = "CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END";
    let options = "CASE WHEN a.attoptions IS NOT NULL THEN (SELECT json_object_agg(split_part(o, '=', 1), \
        substr(o, strpos(o, '=') + 1)) FROM unnest(a.attoptions) o) END";
    [
        ("storage", Text(storage)),
        ("compression", Text(compression)),
        ("statistics", Json("CASE WHEN a.attstattarget >= 0 THEN a.attstattarget END")),
        ("options", Json(options)),
    ]
}
