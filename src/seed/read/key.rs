//! Which columns tell whether a row is there already.

use super::Reading;
use crate::kind::{Index, KeyTarget, KindTag, PrimaryKey, Unique};
use crate::schema::{Id, Schema};
use crate::seed::model::{Mode, Piece, Rows};

/// The key of a piece: the one that is said, else the first key of the table whose columns the rows give and do not
/// draw anew in each run. Empty where every run inserts; nothing where it had to complain.
pub(super) fn of(reading: &Reading<'_>, piece: &Piece, said: Option<&[String]>) -> Option<Vec<String>> {
    let given = piece.columns();
    if let Some(key) = said {
        if let Some(missing) = key.iter().find(|column| !given.contains(column)) {
            let message = format!("the row does not give `{missing}`, which is part of the `key`");
            reading.report.say(&piece.at, message);
            return None;
        }
        if let Some(drawn) = key.iter().find(|column| is_drawn(piece, column)).filter(|_| piece.mode != Mode::Insert) {
            let hint = "name columns whose values are the same in each run, or say `mode = \"insert\"`";
            let message = format!("`{drawn}` is drawn anew in each run: the row would never be found by it");
            reading.report.hint(&piece.at, message, hint);
            return None;
        }
        return Some(key.to_vec());
    }
    let fits = |key: &Vec<String>| key.iter().all(|column| given.contains(column) && !is_drawn(piece, column));
    let found = unique_keys(reading.schema, &piece.table).into_iter().find(fits);
    if found.is_none() && piece.mode != Mode::Insert {
        let hint =
            "say which columns tell them apart: `key = [\"...\"]`, or `mode = \"insert\"` if every run is to add them";
        let message = format!("a second run could not tell whether these rows of `{}` are there", piece.table.name);
        reading.report.hint(&piece.at, message, hint);
        return None;
    }
    Some(found.unwrap_or_default())
}

/// The columns of each key that lets no two rows have equal values: primary key first.
pub(in crate::seed) fn unique_keys(schema: &Schema, table: &Id) -> Vec<Vec<String>> {
    let of = |kind: KindTag| schema.children_of(table, kind).map(|(_, entry)| &entry.object);
    let primary = of(KindTag::PrimaryKey).filter_map(|object| <&PrimaryKey>::try_from(object).ok());
    let unique = of(KindTag::Unique).filter_map(|object| <&Unique>::try_from(object).ok());
    let indexes = of(KindTag::Index).filter_map(|object| <&Index>::try_from(object).ok());
    let plain = indexes.filter(|index| index.unique && index.r#where.is_none()).filter_map(|index| {
        let column = |key: &crate::kind::IndexKey| match &key.on {
            KeyTarget::Column(name) => Some(name.clone()),
            KeyTarget::Expression(_) => None,
        };
        index.keys.iter().map(column).collect::<Option<Vec<String>>>()
    });
    primary.map(|key| key.columns.clone()).chain(unique.map(|key| key.columns.clone())).chain(plain).collect()
}

fn is_drawn(piece: &Piece, column: &str) -> bool {
    match &piece.rows {
        Rows::Made(made) => made.cells.get(column).is_some_and(|cell| cell.value.is_drawn()),
        Rows::Bulk(_) => false,
    }
}
