//! Numbers that a column gives to new rows.

use serde::{Deserialize, Serialize};

use super::Column;
use crate::kind::{KindTag, Known, Object, Table, identity_sequence, lineage};
use crate::load::make;
use crate::plan::{Context, Step};
use crate::schema::Id;
use crate::sql::{qualified, quote_literal};

/// When an identity column takes the value that a statement gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdentityWhen {
    /// Never, unless the statement says OVERRIDING SYSTEM VALUE.
    Always,
    /// Whenever it gives one.
    ByDefault,
}

/// Numbers for new rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// When a given value is taken.
    pub generated: IdentityWhen,
    /// What its sequence is called where it is made, if that is not PostgreSQL's own name; what it is called then is
    /// [`IdentitySequence`](crate::kind::IdentitySequence)'s.
    #[serde(default, skip_serializing)]
    pub sequence: Known<Option<String>>,
    /// The numbers.
    #[serde(flatten)]
    pub numbers: Numbers,
}

/// What a sequence counts. What is left out has PostgreSQL's default.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Numbers {
    /// The first number.
    pub start: Option<i64>,
    /// The step.
    pub increment: Option<i64>,
    /// The smallest number.
    pub min: Option<i64>,
    /// The largest number.
    pub max: Option<i64>,
    /// How many numbers a session takes at once.
    pub cache: Option<i64>,
    /// Whether it begins again at the end.
    pub cycle: bool,
}

/// How the next number of a sequence comes within new limits.
#[derive(Default)]
pub(crate) struct Inside {
    /// Whether it begins again.
    pub(crate) again: bool,
    /// The statement that moves it before.
    pub(crate) step: Option<Step>,
}

impl IdentityWhen {
    pub(super) fn sql(self) -> &'static str {
        match self {
            Self::Always => "ALWAYS",
            Self::ByDefault => "BY DEFAULT",
        }
    }
}

impl Identity {
    /// The options of a new one, between parentheses; nothing where there are none.
    pub(super) fn options(&self, id: &Id) -> String {
        let Self { generated: _, sequence, numbers } = self;
        let name = sequence.0.as_ref().map(|name| format!("SEQUENCE NAME {}", qualified(&id.namespace, name)));
        let all: Vec<String> = name.into_iter().chain(numbers.options(None)).collect();
        if all.is_empty() { String::new() } else { format!(" ({})", all.join(" ")) }
    }

    /// What its sequence is called when it is made.
    pub(super) fn sequence(&self, id: &Id) -> Id {
        let usual = || identity_sequence::usual_name(&id.owner, &id.name);
        Id::new(KindTag::Sequence, &id.namespace, &self.sequence.0.clone().unwrap_or_else(usual))
    }
}

impl Column {
    /// Follows the rename of its table or of itself, which leaves the name of its sequence as it is.
    pub(crate) fn keep_name_of_sequence(&mut self, former: &Id, present: &Id) {
        if let Some(identity) = &mut self.identity {
            let name = identity.sequence.0.take();
            identity.sequence = Known(identity_sequence::kept(name, former, present));
        }
    }

    /// The statements that number the rows of a table with children: "cannot recursively add identity column". Its
    /// numbers come from a sequence of their own at first, which knows how far they got.
    pub(super) fn counted_with_children(&self, id: &Id, cx: &Context<'_>) -> Option<Vec<Step>> {
        let identity = self.identity.as_ref()?;
        let table = id.table().filter(|table| !lineage::children(cx.current, table).is_empty())?;
        let partitioned = matches!(cx.current.object(&table), Some(Object::Table(Table { partition_by: Some(_), .. })));
        if partitioned && cx.options.version >= 170_000 {
            return None;
        }
        let probe = Id::new(KindTag::Sequence, &id.namespace, "");
        let spare = cx.free_name(&probe, |digits| make(&id.owner, Some(&id.name), &format!("seq_new{digits}")));
        let (sequence, options) = (qualified(&id.namespace, &spare), identity.numbers.options(None));
        let counted = options.iter().map(|option| format!(" {option}")).collect::<String>();
        let default = format!("nextval({}::regclass)", quote_literal(&sequence));
        let column = Self { identity: None, default: Some(default.into()), ..self.clone() };
        let (alter, name) = (format!("ALTER TABLE {}", id.table_sql()), id.name_sql());
        let (of, own) = (quote_literal(&id.table_sql()), quote_literal(&id.name));
        let steps = [
            format!("CREATE SEQUENCE {sequence} AS {}{}", self.r#type, counted),
            format!("{alter} ADD COLUMN {}", column.text(id)),
            format!("{alter} ALTER COLUMN {name} DROP DEFAULT"),
            format!(
                "{alter} ALTER COLUMN {name} ADD GENERATED {} AS IDENTITY{}",
                identity.generated.sql(),
                identity.options(id)
            ),
            format!("SELECT setval(pg_get_serial_sequence({of}, {own}), last_value, is_called) FROM {sequence}"),
            format!("DROP SEQUENCE {sequence}"),
        ];
        Some(steps.into_iter().map(Step::safe).collect())
    }
}

impl Numbers {
    /// Whether the numbers grow.
    pub(crate) fn is_upwards(&self) -> bool {
        self.increment.is_none_or(|step| step > 0)
    }

    /// Whether the next number of this is one of that as well.
    pub(crate) fn goes_on_as(&self, to: &Self) -> bool {
        (self.is_upwards(), self.min, self.max) == (to.is_upwards(), to.min, to.max)
    }

    /// The first number.
    pub(crate) fn first(&self) -> i64 {
        let end = if self.is_upwards() { self.min.unwrap_or(1) } else { self.max.unwrap_or(-1) };
        self.start.unwrap_or(end)
    }

    /// What brings the next number of a sequence, named by an SQL expression, within new limits that its first one is not
    /// in: the server would refuse them. The sequence has to begin again where the limits have nothing in common.
    pub(crate) fn brought_within(&self, to: &Self, sequence: &str) -> Inside {
        let (first, upwards) = (self.first(), self.is_upwards());
        if upwards != to.is_upwards() {
            return Inside::default();
        }
        let (least, most) = if upwards { (to.min.or(Some(1)), to.max) } else { (to.min, to.max.or(Some(-1))) };
        let (least, most) = (least.unwrap_or(i64::MIN), most.unwrap_or(i64::MAX));
        let (bound, beyond) = match first {
            _ if first < least => (least, "<"),
            _ if first > most => (most, ">"),
            _ => return Inside::default(),
        };
        if self.max.is_some_and(|max| max < least) || self.min.is_some_and(|min| min > most) {
            return Inside { again: true, step: None };
        }
        let next = format!("COALESCE(pg_sequence_last_value({sequence}), {first})");
        let sql = format!("SELECT setval({sequence}, {bound}, false) WHERE {next} {beyond} {bound}");
        Inside { again: false, step: Some(Step::safe(sql)) }
    }

    /// The options that differ from `from`, or from PostgreSQL's defaults.
    pub(crate) fn options(&self, from: Option<&Self>) -> Vec<String> {
        let Self { start, increment, min, max, cache, cycle } = self;
        let plain = Self::default();
        let turned = from.is_some_and(|from| from.is_upwards() != self.is_upwards());
        let moved = from.is_some_and(|from| from.first() != self.first());
        let from = from.unwrap_or(&plain);
        let mut options = Vec::new();
        let mut option = |word: &str, changed: bool, new: Option<i64>, default: &str| match new {
            _ if !changed => {}
            Some(value) => options.push(format!("{word} {value}")),
            None => options.push(default.to_owned()),
        };
        option("INCREMENT BY", from.increment != *increment, *increment, "INCREMENT BY 1");
        // What the server takes for a limit that is not said hangs on the direction.
        option("MINVALUE", turned || from.min != *min, *min, "NO MINVALUE");
        option("MAXVALUE", turned || from.max != *max, *max, "NO MAXVALUE");
        option("START WITH", moved || from.start != *start, Some(self.first()), "");
        option("CACHE", from.cache != *cache, *cache, "CACHE 1");
        if from.cycle != *cycle {
            options.push(if *cycle { "CYCLE".to_owned() } else { "NO CYCLE".to_owned() });
        }
        options
    }
}

/// SQL for a sequence's numbers, from `pg_sequence s`, those left out that are PostgreSQL's defaults for a type and its
/// direction. The type is that of the sequence, or that of the identity column: `CREATE TABLE … (LIKE … INCLUDING
/// IDENTITY)` makes every sequence a `bigint` with the limits of the column, which it is to be taken by.
pub(crate) fn numbers_sql(of: &str) -> [(&'static str, String); 6] {
    let lowest = format!("CASE {of} WHEN 20 THEN -9223372036854775808 WHEN 23 THEN -2147483648 ELSE -32768 END");
    let highest = format!("CASE {of} WHEN 20 THEN 9223372036854775807 WHEN 23 THEN 2147483647 ELSE 32767 END");
    let up = "s.seqincrement > 0";
    [
        ("start", format!("NULLIF(s.seqstart, CASE WHEN {up} THEN s.seqmin ELSE s.seqmax END)")),
        ("increment", "NULLIF(s.seqincrement, 1)".to_owned()),
        ("min", format!("NULLIF(s.seqmin, CASE WHEN {up} THEN 1 ELSE {lowest} END)")),
        ("max", format!("NULLIF(s.seqmax, CASE WHEN {up} THEN {highest} ELSE -1 END)")),
        ("cache", "NULLIF(s.seqcache, 1)".to_owned()),
        ("cycle", "s.seqcycle".to_owned()),
    ]
}
