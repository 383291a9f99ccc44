//! A sequence that no identity column stands on. To which column it belongs is an object of its own, so that a column
//! may take its default from a sequence that belongs to it.

use serde::{Deserialize, Serialize};

use super::catalog::Value::{Json, Text};
use super::catalog::object;
use super::column::numbers_sql;
use super::{Column, Granted, Kind, KindTag, Numbers, Object, Origin};
use crate::hazard::{BREAKS_CODE, DELETES_DATA, MAY_FAIL};
use crate::plan::{Context, Step};
use crate::schema::{Id, Schema};
use crate::sql::{Expr, quote_ident, quote_literal};
use crate::types;

/// A sequence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sequence {
    /// The type of its numbers.
    pub r#type: String,
    /// Whether it is not written to the write-ahead log.
    pub unlogged: bool,
    /// What it counts.
    #[serde(flatten)]
    pub numbers: Numbers,
}

impl Kind for Sequence {
    const WORD: &'static str = "sequence";
    const GRANTED: Option<Granted> = Some(Granted::Sequence);
    const IS_RELATION: bool = true;
    const WANTS_TYPE_NAME: bool = true;

    fn create(&self, id: &Id, cx: &Context<'_>) -> Vec<Step> {
        let Self { r#type, unlogged, numbers } = self;
        let identity = takes_the_place_of_an_identity(id, cx);
        let of = if r#type == "bigint" { String::new() } else { format!(" AS {type}") };
        let options: String = numbers.options(None).iter().map(|option| format!(" {option}")).collect();
        let create = Step::safe(format!(
            "CREATE {}SEQUENCE {}{of}{options}",
            if *unlogged { "UNLOGGED " } else { "" },
            id.sql()
        ));
        // It counts on where the identity column was.
        let carried = identity.filter(|_| carries_on(id, cx)).map(|(column, _)| {
            let (table, name) = (quote_literal(&column.table_sql()), quote_literal(&column.name));
            let next = format!("nextval(pg_get_serial_sequence({table}, {name}))");
            Step::safe(format!("SELECT setval({}, {next}, false)", quote_literal(&id.sql())))
        });
        [create].into_iter().chain(carried).collect()
    }

    fn drop(&self, id: &Id, cx: &Context<'_>) -> Vec<Step> {
        if goes_with_its_column(id, cx) {
            return Vec::new();
        }
        if becomes_identity(id, cx).is_some() {
            return vec![Step::safe(format!("DROP SEQUENCE {}", Id { name: old_name(id), ..id.clone() }.sql()))];
        }
        let lost = DELETES_DATA.because(format!("the last number of `{}`", id.name));
        vec![Step::risky(format!("DROP SEQUENCE {}", id.sql()), [lost])]
    }

    fn alter(&self, to: &Self, id: &Id, _cx: &Context<'_>) -> Option<Vec<Step>> {
        let Self { r#type, unlogged, numbers } = to;
        let mut options = numbers.options(Some(&self.without_limits_lost_to(to)));
        let mut hazards = Vec::new();
        let turned = self.numbers.is_upwards() != numbers.is_upwards();
        let typed = (self.r#type != *r#type).then(|| format!("AS {type}"));
        // With another type the server moves the limits of the old direction, whatever the same statement says.
        let apart = typed.as_ref().filter(|_| turned).map(|of| Step::safe(format!("ALTER SEQUENCE {} {of}", id.sql())));
        if apart.is_none() {
            options.splice(0..0, typed);
        }
        let inside = self.numbers.brought_within(numbers, &format!("{}::regclass", quote_literal(&id.sql())));
        if inside.again || turned {
            // The last number lies beyond the new limits.
            options.push("RESTART".to_owned());
            hazards.push(BREAKS_CODE.because(format!("numbers of `{}` begin again at {}", id.name, numbers.first())));
        } else if (self.numbers.min, self.numbers.max, &self.r#type) != (numbers.min, numbers.max, r#type) {
            hazards.push(MAY_FAIL.because(format!("the last number of `{}` is beyond the new limits", id.name)));
        }
        let altered = (!options.is_empty())
            .then(|| Step::risky(format!("ALTER SEQUENCE {} {}", id.sql(), options.join(" ")), hazards));
        let logged = if *unlogged { "UNLOGGED" } else { "LOGGED" };
        let moved =
            (self.unlogged != *unlogged).then(|| Step::safe(format!("ALTER SEQUENCE {} SET {logged}", id.sql())));
        let widened = bytes(&self.r#type) < bytes(r#type);
        let (first, last) = if widened { (apart, None) } else { (None, apart) };
        Some(first.into_iter().chain(inside.step).chain(altered).chain(last).chain(moved).collect())
    }

    fn comment_target(&self, id: &Id) -> Option<String> {
        Some(format!("SEQUENCE {}", id.sql()))
    }

    fn rename(&self, from: &Id, to: &str) -> Option<String> {
        Some(format!("ALTER SEQUENCE {} RENAME TO {}", from.sql(), quote_ident(to)))
    }

    fn depends_on(&self, id: &Id, _schema: &Schema) -> Vec<Id> {
        vec![Id::new(KindTag::Namespace, "", &id.namespace)]
    }

    fn each_type(&mut self, change: &mut dyn FnMut(&str) -> String) {
        self.r#type = change(&self.r#type);
    }

    fn catalog(_version: u32) -> String {
        let numbers = numbers_sql();
        let numbers = numbers.iter().map(|(name, sql)| (*name, Json(sql.as_str())));
        let properties = [("type", Text("format_type(s.seqtypid, NULL)")), ("unlogged", Json(UNLOGGED_SQL))]
            .into_iter()
            .chain(numbers);
        let object = object(&properties.collect::<Vec<_>>());
        format!(
            "SELECT 'pg_class'::regclass, o.oid, 0, o.nspname, '', o.relname, 0, {object} \
               FROM seq o JOIN pg_sequence s ON s.seqrelid = o.oid"
        )
    }
}

impl Sequence {
    /// What it counts, without a limit that the server would take for that of its type, which goes with the type.
    fn without_limits_lost_to(&self, to: &Self) -> Numbers {
        let (lowest, highest) = types::limits(&self.r#type);
        let lost = |has: Option<i64>, limit: i64| has.filter(|has| self.r#type == to.r#type || *has != limit);
        Numbers { min: lost(self.numbers.min, lowest), max: lost(self.numbers.max, highest), ..self.numbers.clone() }
    }
}

/// How many bytes a number takes.
fn bytes(of: &str) -> usize {
    match of {
        "smallint" => 2,
        "integer" => 4,
        _ => 8,
    }
}

/// The column that a sequence belongs to.
pub(super) fn owner(id: &Id, schema: &Schema) -> Option<Id> {
    let owners = schema.of_kind(KindTag::SequenceOwner);
    let mut owners = owners.filter(|(owner, _)| owner.name == id.name && owner.namespace == id.namespace);
    owners.find_map(|(id, entry)| match &entry.object {
        Object::SequenceOwner(owner) => Some(owner.column(id)),
        _ => None,
    })
}

/// One that belongs to a column is as the table is.
const UNLOGGED_SQL: &str = "o.relpersistence = 'u' AND NOT EXISTS (SELECT FROM pg_depend d \
    WHERE d.classid = 'pg_class'::regclass AND d.objid = o.oid AND d.deptype = 'a')";

/// What a sequence is called while another takes its place.
fn old_name(id: &Id) -> String {
    format!("{}__old", id.name.chars().take(55).collect::<String>())
}

/// A column that counts with it and was an identity column.
fn takes_the_place_of_an_identity<'a>(id: &Id, cx: &Context<'a>) -> Option<(Id, &'a Numbers)> {
    let mut columns = cx.desired.of_kind(KindTag::Column);
    columns.find_map(|(column, entry)| {
        let Object::Column(Column { default: Some(default), .. }) = &entry.object else { return None };
        let Some(Object::Column(Column { identity: Some(identity), .. })) = cx.current.object(column) else {
            return None;
        };
        cx.desired.mentioned(default.as_str()).contains(id).then(|| (column.clone(), &identity.numbers))
    })
}

/// Whether a new sequence counts on where the identity column was whose place it takes.
pub(super) fn carries_on(id: &Id, cx: &Context<'_>) -> bool {
    let numbers = match cx.desired.object(id) {
        Some(Object::Sequence(sequence)) => &sequence.numbers,
        _ => return false,
    };
    // That goes with its table before.
    let stays = |column: &Id| column.table().is_some_and(|table| !cx.is_new(&table));
    takes_the_place_of_an_identity(id, cx).is_some_and(|(column, from)| stays(&column) && from.goes_on_as(numbers))
}

/// The column that counts with a sequence which goes, and that becomes an identity column: the sequence behind that gets
/// the usual name, and counts on from there.
pub(super) fn becomes_identity(id: &Id, cx: &Context<'_>) -> Option<Id> {
    if cx.desired.contains(id) {
        return None;
    }
    let column = owner(id, cx.current).or_else(|| counting(id, cx))?;
    let (Some(Object::Column(from)), Some(Object::Column(to))) =
        (cx.current.object(&column), cx.desired.object(&column))
    else {
        return None;
    };
    let counts = from.default.as_ref().is_some_and(|default| cx.current.mentioned(default.as_str()).contains(id));
    (counts && from.identity.is_none() && to.identity.is_some()).then_some(column)
}

/// The column that becomes an identity column, of those that count with a sequence of nobody's.
fn counting(id: &Id, cx: &Context<'_>) -> Option<Id> {
    let mut columns = cx.desired.of_kind(KindTag::Column);
    let found = columns.find(|(column, entry)| {
        let Object::Column(Column { identity: Some(_), .. }) = &entry.object else { return false };
        let Some(Object::Column(Column { default: Some(default), .. })) = cx.current.object(column) else {
            return false;
        };
        cx.current.mentioned(default.as_str()).contains(id)
    });
    found.map(|(column, _)| column.clone())
}

/// The sequence that a column leaves for an identity, with the statements that free its name and untie it from the column:
/// `pg_get_serial_sequence` would still give this one.
pub(super) fn left_for_identity(column: &Id, default: &Expr, cx: &Context<'_>) -> Option<(Id, [Step; 2])> {
    let mut named = cx.current.mentioned(default.as_str()).into_iter().filter(|id| id.kind == KindTag::Sequence);
    let id = named.find(|id| becomes_identity(id, cx).as_ref() == Some(column))?;
    Some(out_of_the_way(&id))
}

/// What a sequence is called from then on, and the statements that free its name and untie it from its column.
pub(super) fn out_of_the_way(id: &Id) -> (Id, [Step; 2]) {
    let old = Id { name: old_name(id), ..id.clone() };
    let freed = format!("ALTER SEQUENCE {} RENAME TO {}", id.sql(), old.name_sql());
    let untied = format!("ALTER SEQUENCE {} OWNED BY NONE", old.sql());
    (old, [freed, untied].map(Step::safe))
}

/// The statement that lets an identity column count on where the sequence was that it leaves.
pub(super) fn counts_on(old: &Id, column: &Id, to: &Numbers, cx: &Context<'_>) -> Option<Step> {
    let left = |id: &&Id| old_name(id) == old.name && id.namespace == old.namespace;
    let (_, entry) = cx.current.of_kind(KindTag::Sequence).find(|(id, _)| left(id))?;
    let Object::Sequence(from) = &entry.object else { return None };
    let (table, name) = (quote_literal(&column.table_sql()), quote_literal(&column.name));
    let next = format!("nextval({})", quote_literal(&old.sql()));
    let sql = format!("SELECT setval(pg_get_serial_sequence({table}, {name}), {next}, false)");
    from.numbers.goes_on_as(to).then(|| Step::safe(sql))
}

/// Whether a sequence goes, and its column too, and no other column counts with it: then one statement does both.
pub(super) fn goes_with_its_column(id: &Id, cx: &Context<'_>) -> bool {
    if cx.desired.contains(id) {
        return false;
    }
    let Some(column) = owner(id, cx.current).filter(|column| goes(column, cx)) else { return false };
    // A quick look before the thorough one: the server writes the name as it is, but for what it doubles.
    let part = id.name.split(['"', '\'', '\\']).max_by_key(|part| part.len()).unwrap_or_default();
    let names = |text: &str| text.contains(part) && cx.current.mentioned(text).contains(id);
    let counts = |object: &Object| match object {
        Object::Column(Column { default: Some(default), .. }) => names(default.as_str()),
        _ => false,
    };
    // What a child has from its parent goes before that.
    let inherited = |object: &Object| matches!(object, Object::Column(column) if column.origin.0 != Origin::Own);
    let columns = cx.current.of_kind(KindTag::Column);
    let mut counting = columns.filter(|(other, entry)| counts(&entry.object) && **other != column);
    counting.all(|(other, entry)| inherited(&entry.object) && goes(other, cx))
}

/// Whether a column goes, or its table is made anew.
pub(super) fn goes(column: &Id, cx: &Context<'_>) -> bool {
    !cx.desired.contains(column) || column.table().is_some_and(|table| cx.is_new(&table))
}
