//! Numbers that a column gives to new rows.

use serde::{Deserialize, Serialize};

use super::Column;
use crate::hazard::{Hazard, MAY_FAIL, Question};
use crate::kind::catalog::Value::{Json, Text};
use crate::kind::catalog::object;
use crate::kind::{Kind, KindTag, Known, Object, Sequence, Table, identity_sequence, lineage};
use crate::load::make;
use crate::plan::{Context, Step};
use crate::schema::Id;
use crate::sql::{qualified, quote_literal};
use crate::types;

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
    /// The type of its sequence, where it is not the column's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub r#type: Option<String>,
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

/// So many numbers no table has rows for that are numbered while everybody waits.
const ENOUGH: u64 = 1_000_000_000;

impl Identity {
    /// The options of a new one for a column of a type, between parentheses; nothing where there are none.
    pub(super) fn options(&self, id: &Id, of: &str) -> String {
        let Self { generated: _, sequence, r#type, numbers } = self;
        // What is altered next has to be the one that was made, even where its name is taken.
        let said = sequence.0.clone().or_else(|| r#type.is_some().then(|| self.sequence(id).name));
        let name = said.map(|name| format!("SEQUENCE NAME {}", qualified(&id.namespace, &name)));
        let made = if r#type.is_some() { numbers.fit_for(of) } else { numbers.clone() };
        let all: Vec<String> = name.into_iter().chain(made.options(None)).collect();
        if all.is_empty() { String::new() } else { format!(" ({})", all.join(" ")) }
    }

    /// What is left to do once it was made for a column of a type: `GENERATED … AS IDENTITY` takes no `AS`.
    pub(super) fn typed(&self, id: &Id, of: &str, cx: &Context<'_>) -> Vec<Step> {
        if self.r#type.is_none() {
            return Vec::new();
        }
        let made = Self { r#type: None, numbers: self.numbers.fit_for(of), ..self.clone() };
        let steps = made.counting(of).alter(&self.counting(of), &self.sequence(id), cx).unwrap_or_default();
        steps.into_iter().map(|step| Step { hazards: Vec::new(), ..step }).collect()
    }

    /// Its sequence, as one like any other; the type is the column's.
    pub(in crate::kind) fn counting(&self, of: &str) -> Sequence {
        let r#type = self.r#type.clone().unwrap_or_else(|| of.to_owned());
        Sequence { r#type, unlogged: false, numbers: self.numbers.clone() }
    }

    /// That there may be more rows to number than numbers, where those are few.
    pub(super) fn runs_out(&self, id: &Id, of: &str) -> Option<Hazard> {
        let own = self.r#type.as_deref().unwrap_or(of);
        let ((low, high), (column_low, column_high)) = (types::limits(own), types::limits(of));
        let Numbers { increment, min, max, cycle, .. } = self.numbers;
        let (low, high) = (min.unwrap_or(low).max(column_low), max.unwrap_or(high).min(column_high));
        let (first, step) = (i128::from(self.numbers.first()), i128::from(increment.unwrap_or(1)));
        let last = i128::from(if self.numbers.is_upwards() { high } else { low });
        let numbers = u64::try_from((last - first) / step + 1).unwrap_or(0);
        let hazard = MAY_FAIL.because(format!("`{}` has more rows than there are numbers for `{}`", id.owner, id.name));
        let few = !cycle && numbers < ENOUGH;
        few.then(|| hazard.of_rows(id.table()).asking(Question::Beyond { numbers }))
    }

    /// What it is once the column got another type: the server gives that to the sequence too.
    pub(super) fn retyped(&self, to: &str) -> Self {
        Self { r#type: None, numbers: self.numbers.fit_for(to), ..self.clone() }
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
            format!("CREATE SEQUENCE {sequence} AS {}{}", identity.counting(&self.r#type).r#type, counted),
            format!("{alter} ADD COLUMN {}", column.text(id)),
            format!("{alter} ALTER COLUMN {name} DROP DEFAULT"),
            format!(
                "{alter} ALTER COLUMN {name} ADD GENERATED {} AS IDENTITY{}",
                identity.generated.sql(),
                identity.options(id, &self.r#type)
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

    /// The same but for limits that a type has anyway, or has no place for.
    fn fit_for(&self, of: &str) -> Self {
        let (lowest, highest) = types::limits(of);
        let (least, most) = if self.is_upwards() { (1, highest) } else { (lowest, -1) };
        let within = |limit: &i64| (lowest..=highest).contains(limit);
        Self {
            start: self.start.filter(within),
            min: self.min.filter(|min| within(min) && *min != least),
            max: self.max.filter(|max| within(max) && *max != most),
            ..self.clone()
        }
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

/// An identity column's options, those left out that are PostgreSQL's defaults for its type and direction.
pub(super) fn sql() -> String {
    let generated = Text("CASE a.attidentity WHEN 'a' THEN 'always' ELSE 'by_default' END");
    let numbers = numbers_sql();
    let numbers = numbers.iter().map(|(name, sql)| (*name, Json(sql.as_str())));
    let of = "CASE WHEN s.seqtypid <> a.atttypid THEN format_type(s.seqtypid, NULL) END";
    let first = [("generated", generated), ("sequence", Text("x.relname")), ("type", Text(of))];
    let options = object(&first.into_iter().chain(numbers).collect::<Vec<_>>());
    format!(
        "(SELECT {options} FROM pg_depend dep JOIN pg_sequence s ON s.seqrelid = dep.objid \
           JOIN pg_class x ON x.oid = dep.objid \
           WHERE dep.refclassid = 'pg_class'::regclass AND dep.refobjid = a.attrelid AND dep.refobjsubid = a.attnum \
             AND dep.classid = 'pg_class'::regclass AND dep.deptype = 'i')"
    )
}

/// SQL for a sequence's numbers, from `pg_sequence s`, those left out that are PostgreSQL's defaults for its type and
/// direction.
pub(crate) fn numbers_sql() -> [(&'static str, String); 6] {
    let lowest = "CASE s.seqtypid WHEN 20 THEN -9223372036854775808 WHEN 23 THEN -2147483648 ELSE -32768 END";
    let highest = "CASE s.seqtypid WHEN 20 THEN 9223372036854775807 WHEN 23 THEN 2147483647 ELSE 32767 END";
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
