//! Numbers that go on from where they were: from the rows that are there, and from what a table gave before it is made
//! anew.

use super::column::Numbers;
use super::{Column, KindTag, Object, backfill, identity_sequence, sequence};
use crate::hazard::{BLOCKS_READS, BREAKS_CODE, Hazard};
use crate::load::make;
use crate::plan::{Context, Step};
use crate::schema::Id;
use crate::sql::{Expr, counted_with, qualified, quote_literal};
use crate::types;

const INTEGERS: [&str; 3] = ["smallint", "integer", "bigint"];

/// The statement that lets a column of a table that is there count on from its largest number: rows may have numbers that
/// are given once more otherwise.
pub(super) fn beyond_rows(column: &Id, of: &str, numbers: &Numbers, sequence: &str, cx: &Context<'_>) -> Option<Step> {
    let table = column.table().filter(|_| INTEGERS.contains(&of))?;
    let (first, name) = (numbers.first(), column.name_sql());
    let (most, limit) = if numbers.is_upwards() { ("max", numbers.max) } else { ("min", numbers.min) };
    let within = match (numbers.is_upwards(), limit) {
        (true, None) => format!("{name} >= {first}"),
        (false, None) => format!("{name} <= {first}"),
        (true, Some(limit)) => format!("{name} BETWEEN {first} AND {limit}"),
        (false, Some(limit)) => format!("{name} BETWEEN {limit} AND {first}"),
    };
    let sql = format!("setval({sequence}, {most}({name})) FROM {} WHERE {within}", table.sql());
    let waits = BLOCKS_READS.because(format!("every row of `{}` is read for the last `{}`", table.name, column.name));
    let waits = Some(waits.of_rows(Some(table.clone()))).filter(|_| !is_led_by(&table, &column.name, cx));
    Some(Step::risky(backfill::seeing_all(&table, &sql, cx), waits))
}

/// Whether a key of a table finds a column's largest value at once.
fn is_led_by(table: &Id, column: &str, cx: &Context<'_>) -> bool {
    let leads = |columns: &[String]| columns.first().is_some_and(|first| first == column);
    cx.current.children(table).any(|(id, entry)| {
        !cx.replaced.contains(id)
            && match &entry.object {
                Object::PrimaryKey(key) => leads(&key.columns),
                Object::Unique(key) => leads(&key.columns),
                _ => false,
            }
    })
}

/// The same for a column that begins to take its numbers from a sequence that comes with the plan.
pub(super) fn beyond_rows_of_serial(column: &Id, to: &Column, default: &Expr, cx: &Context<'_>) -> Option<Step> {
    counted_with(default.as_str())?;
    let mut named = cx.desired.mentioned(default.as_str()).into_iter().filter(|id| id.kind == KindTag::Sequence);
    let id = named.find(|id| !cx.current.contains(id) && !sequence::carries_on(id, cx))?;
    let Some(Object::Sequence(counts)) = cx.desired.object(&id) else { return None };
    beyond_rows(column, &to.r#type, &counts.numbers, &quote_literal(&id.sql()), cx)
}

/// What an identity column's sequence is in SQL.
pub(super) fn sequence_of(column: &Id) -> String {
    let (table, name) = (quote_literal(&column.table_sql()), quote_literal(&column.name));
    format!("pg_get_serial_sequence({table}, {name})")
}

/// How an identity of a table that is made anew goes on.
pub(super) struct Kept {
    /// What keeps the last numbers while there is no table.
    pub(super) before: Vec<Step>,
    /// What lets the new columns count on from there.
    pub(super) after: Vec<Step>,
    /// Which of them begin again.
    pub(super) lost: Vec<Hazard>,
}

/// The numbers of a table's identity columns, beyond its end: rows of its partitions stay, and others name them.
pub(super) fn kept(table: &Id, cx: &Context<'_>) -> Kept {
    let mut kept = Kept { before: Vec::new(), after: Vec::new(), lost: Vec::new() };
    for (column, entry) in cx.current.children_of(table, KindTag::Column) {
        let (Object::Column(from), Some(Object::Column(to))) = (&entry.object, cx.desired.object(column)) else {
            continue;
        };
        let (Some(counted), Some(counts)) = (&from.identity, &to.identity) else { continue };
        let Some(old) = identity_sequence::present(column, cx).filter(|_| from.origin == to.origin) else { continue };
        let (had, has) = (counted.counting(&from.r#type), counts.counting(&to.r#type));
        let narrower = types::limits(&had.r#type).1 > types::limits(&has.r#type).1;
        if narrower || !had.numbers.goes_on_as(&has.numbers) {
            let again = format!("numbers of `{}` begin again at {}", column.name, has.numbers.first());
            kept.lost.push(BREAKS_CODE.because(again));
            continue;
        }
        let probe = Id::new(KindTag::Sequence, &column.namespace, "");
        let spare = cx.free_name(&probe, |digits| make(&column.owner, Some(&column.name), &format!("kept{digits}")));
        let spare = qualified(&column.namespace, &spare);
        let options: String = had.numbers.options(None).iter().map(|option| format!(" {option}")).collect();
        let last = |of: &str, to: &str| Step::safe(format!("SELECT setval({to}, last_value, is_called) FROM {of}"));
        kept.before.push(Step::safe(format!("CREATE SEQUENCE {spare} AS {}{options}", had.r#type)));
        kept.before.push(last(&old.sql(), &quote_literal(&spare)));
        kept.after.push(last(&spare, &sequence_of(column)));
        kept.after.push(Step::safe(format!("DROP SEQUENCE {spare}")));
    }
    kept
}
