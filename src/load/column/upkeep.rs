//! What can be set on a column that changes none of its values.

use crate::kind::{Compression, Storage, Upkeep};
use crate::load::fields::Fields;

const STORAGE: &[(&str, Option<Storage>)] = &[
    ("default", None),
    ("plain", Some(Storage::Plain)),
    ("external", Some(Storage::External)),
    ("extended", Some(Storage::Extended)),
    ("main", Some(Storage::Main)),
];

const COMPRESSION: &[(&str, Option<Compression>)] =
    &[("default", None), ("pglz", Some(Compression::Pglz)), ("lz4", Some(Compression::Lz4))];

/// How values are kept, and what the planner is told of them.
pub(super) fn upkeep(fields: &mut Fields<'_>, given: Upkeep) -> Upkeep {
    let at = fields.take("statistics").map(|node| node.at.clone());
    let statistics = fields.integer("statistics").filter(|target| *target != -1);
    let fits = statistics.and_then(|target| i32::try_from(target).ok()).filter(|target| (0..=10_000).contains(target));
    if let (Some(_), None, Some(at)) = (statistics, fits, &at) {
        fields.report.say(at, "`statistics` is a number from 0 to 10000");
    }
    Upkeep {
        storage: fields.word("storage", STORAGE).unwrap_or(given.storage),
        compression: fields.word("compression", COMPRESSION).unwrap_or(given.compression),
        statistics: if at.is_some() { fits } else { given.statistics },
        options: fields.parameters("options"),
    }
}
