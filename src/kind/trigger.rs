//! A trigger of a table or view.

use serde::{Deserialize, Serialize};

use super::catalog::Value::{Json, Text};
use super::catalog::object;
use super::{CatalogRow, Deferral, Kind, KindTag, Lookup, Object, Touch, constraint};
use crate::hazard::BREAKS_CODE;
use crate::plan::{Context, Step};
use crate::schema::{Id, Schema};
use crate::sql::{Expr, ident_list, qualified, quote_ident, quote_literal, tokens_of};

/// When a trigger fires.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Timing {
    /// Before the change.
    #[default]
    Before,
    /// After it.
    After,
    /// In its place, on a view.
    InsteadOf,
}

/// What a trigger fires on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// INSERT.
    Insert,
    /// DELETE.
    Delete,
    /// UPDATE.
    Update,
    /// TRUNCATE.
    Truncate,
}

/// In which sessions a trigger fires.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Enabled {
    /// In all but those of replication.
    #[default]
    On,
    /// In none.
    Off,
    /// In all.
    Always,
    /// In those of replication only.
    Replica,
}

/// A trigger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trigger {
    /// When it fires.
    pub timing: Timing,
    /// What it fires on, in the order of PostgreSQL's own texts.
    pub events: Vec<Event>,
    /// The columns whose update it is for; none means all.
    pub columns: Vec<String>,
    /// Whether it fires for each row, or once a statement.
    pub for_each_row: bool,
    /// Which rows it is for.
    pub when: Option<Expr>,
    /// The namespace of the function that it calls.
    pub function_namespace: String,
    /// That function.
    pub function: String,
    /// What it hands to it.
    pub arguments: Vec<String>,
    /// What the rows from before are called as a table.
    pub old_table: Option<String>,
    /// What the rows from after are called as a table.
    pub new_table: Option<String>,
    /// When it fires as a constraint, if it is one.
    pub constraint: Option<Deferral>,
    /// The other table that such a one is about, as SQL names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// In which sessions it fires.
    pub enabled: Enabled,
}

impl Kind for Trigger {
    const WORD: &'static str = "trigger";
    const BELONGS_TO_TABLE: bool = true;
    const IS_WORDED: bool = true;

    fn create(&self, id: &Id, cx: &Context<'_>) -> Vec<Step> {
        let switched = self.switch(Enabled::On, id).map(|step| Step::safe(step.sql));
        let hands_on = cx.hands_on(id, &self.function_id());
        [Step::risky(self.text(id, false), hands_on)].into_iter().chain(switched).collect()
    }

    fn drop(&self, id: &Id, cx: &Context<'_>) -> Vec<Step> {
        let goes = !cx.desired.contains(id);
        let hazard = goes.then(|| BREAKS_CODE.because(format!("`{}` is no longer called", self.function)));
        vec![Step::risky(format!("DROP TRIGGER {} ON {}", id.name_sql(), id.table_sql()), hazard)]
    }

    fn alter(&self, to: &Self, id: &Id, cx: &Context<'_>) -> Option<Vec<Step>> {
        let same_but_for_the_switch = Self { enabled: to.enabled, ..self.clone() } == *to;
        if same_but_for_the_switch {
            let hands_on = cx.hands_on(id, &to.function_id()).filter(|_| to.enabled != Enabled::Off);
            return Some(to.switch(self.enabled, id).into_iter().map(|step| step.also(hands_on.clone())).collect());
        }
        // OR REPLACE cannot make or change constraint triggers, and leaves them switched as they were made: on.
        if self.constraint.is_some() || to.constraint.is_some() || self.enabled != Enabled::On {
            return None;
        }
        Some(
            [Step::risky(to.text(id, true), cx.hands_on(id, &to.function_id()))]
                .into_iter()
                .chain(to.switch(Enabled::On, id))
                .collect(),
        )
    }

    fn comment_target(&self, id: &Id) -> Option<String> {
        Some(format!("TRIGGER {} ON {}", id.name_sql(), id.table_sql()))
    }

    fn rename(&self, from: &Id, to: &str) -> Option<String> {
        let to = quote_ident(to);
        Some(format!("ALTER TRIGGER {} ON {} RENAME TO {to}", from.name_sql(), from.table_sql()))
    }

    fn depends_on(&self, id: &Id, schema: &Schema) -> Vec<Id> {
        let mut needs = constraint::table_and_columns(id, &self.columns);
        needs.push(self.function_id());
        needs.extend(
            self.from.iter().flat_map(|table| schema.mentioned(table)).filter(|need| need.kind == KindTag::Table),
        );
        if let Some(when) = &self.when {
            needs.extend(constraint::mentioned_columns(id, when.as_str(), schema));
            needs.extend(schema.mentioned(when.as_str()));
        }
        needs
    }

    fn steps_aside(&self, _id: &Id, other: &Id, touch: Touch<'_>) -> bool {
        match touch {
            Touch::Replaced => true,
            Touch::Rebuilt => other.kind == KindTag::Column,
            // "cannot alter type of a column used in a trigger definition"
            Touch::Altered(Object::Column(from), Object::Column(to)) => from.is_retyped(to),
            Touch::Altered(..) | Touch::Dropped => false,
        }
    }

    fn texts_mut(&mut self) -> Vec<&mut Expr> {
        self.when.iter_mut().collect()
    }

    fn follow_name(&mut self, own: bool, from: &Id, to: &Id) {
        match from.kind {
            KindTag::Column if own => {
                self.columns.iter_mut().filter(|name| **name == from.name).for_each(|name| name.clone_from(&to.name));
            }
            KindTag::Table if self.from.as_deref() == Some(from.sql().as_str()) => self.from = Some(to.sql()),
            KindTag::Function if self.function_id() == *from => self.function.clone_from(&to.name),
            KindTag::Namespace if self.function_namespace == from.name => self.function_namespace.clone_from(&to.name),
            _ => {}
        }
    }

    fn twin(mut self) -> Self {
        self.call_another();
        let timing = if self.timing == Timing::InsteadOf { Timing::Before } else { self.timing };
        let (old_table, new_table, constraint, from, enabled) = Default::default();
        Self { timing, columns: Vec::new(), old_table, new_table, constraint, from, enabled, ..self }
    }

    fn take_wording(&mut self, found: Self) {
        self.when = found.when;
    }

    fn catalog(_version: u32) -> String {
        let when = "CASE WHEN t.tgqual IS NOT NULL THEN pg_get_triggerdef(t.oid, false) END";
        let columns = "COALESCE((SELECT json_agg(a.attname ORDER BY k.at) FROM unnest(t.tgattr::int2[]) WITH ORDINALITY k(n, at) \
                       JOIN pg_attribute a ON a.attrelid = t.tgrelid AND a.attnum = k.n), '[]')";
        let object = object(&[
            ("type", Json("t.tgtype")),
            ("columns", Json(columns)),
            ("definition", Text(when)),
            ("function_namespace", Text("n.nspname")),
            ("function", Text("p.proname")),
            ("arguments", Text("encode(t.tgargs, 'hex')")),
            ("old_table", Text("t.tgoldtable")),
            ("new_table", Text("t.tgnewtable")),
            ("from", Text(FROM_SQL)),
            ("constraint", Text(&format!("CASE WHEN t.tgconstraint <> 0 THEN {DEFERRAL_SQL} END"))),
            (
                "enabled",
                Text(
                    "CASE t.tgenabled WHEN 'O' THEN 'on' WHEN 'D' THEN 'off' WHEN 'A' THEN 'always' ELSE 'replica' END",
                ),
            ),
        ]);
        format!(
            "SELECT 'pg_trigger'::regclass, t.oid, 0, r.nspname, r.relname, t.tgname, 0, {object} \
               FROM pg_trigger t JOIN (SELECT * FROM rel UNION ALL SELECT * FROM own WHERE relkind = 'v') r ON r.oid = t.tgrelid \
               JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_namespace n ON n.oid = p.pronamespace WHERE NOT t.tgisinternal AND t.tgparentid = 0"
        )
    }

    fn read(row: &CatalogRow<'_>, _lookup: &Lookup) -> anyhow::Result<Self> {
        let raw: Raw = serde_json::from_str(row.object)?;
        Ok(raw.into_trigger())
    }
}

const DEFERRAL_SQL: &str = "CASE WHEN NOT t.tgdeferrable THEN 'not_deferrable' \
    WHEN t.tginitdeferred THEN 'deferred' ELSE 'immediate' END";

const FROM_SQL: &str = "(SELECT quote_ident(n.nspname) || '.' || quote_ident(f.relname) FROM pg_class f \
    JOIN pg_namespace n ON n.oid = f.relnamespace WHERE f.oid = t.tgconstrrelid)";

/// A trigger as the catalog holds it.
#[derive(Deserialize)]
struct Raw {
    r#type: i16,
    columns: Vec<String>,
    definition: Option<String>,
    function_namespace: String,
    function: String,
    arguments: String,
    old_table: Option<String>,
    new_table: Option<String>,
    constraint: Option<Deferral>,
    from: Option<String>,
    enabled: Enabled,
}

impl Raw {
    /// The bits are those of `pg_trigger.h`.
    fn into_trigger(self) -> Trigger {
        let bit = |mask: i16| self.r#type & mask != 0;
        let timing = match (bit(2), bit(64)) {
            (true, _) => Timing::Before,
            (_, true) => Timing::InsteadOf,
            _ => Timing::After,
        };
        let events = [(4, Event::Insert), (8, Event::Delete), (16, Event::Update), (32, Event::Truncate)];
        Trigger {
            timing,
            events: events.iter().filter(|(mask, _)| bit(*mask)).map(|(_, event)| *event).collect(),
            for_each_row: bit(1),
            when: self.definition.as_deref().and_then(condition).map(Expr::from),
            arguments: arguments(&self.arguments),
            columns: self.columns,
            function_namespace: self.function_namespace,
            function: self.function,
            old_table: self.old_table,
            new_table: self.new_table,
            constraint: self.constraint,
            from: self.from,
            enabled: self.enabled,
        }
    }
}

/// What stands behind WHEN in a definition: `pg_get_expr` cannot tell OLD from NEW.
fn condition(definition: &str) -> Option<&str> {
    let all = tokens_of(definition).ok()?;
    let is = |at: usize, text: &str| all.get(at).is_some_and(|token| token.text == text);
    let when = (0..all.len()).find(|at| is(*at, "WHEN") && is(at + 1, "("))?;
    let end = (when..all.len()).rev().find(|at| is(*at, "EXECUTE") && is(at - 1, ")"))?;
    definition.get(all[when + 1].start..all[end - 1].start + 1)
}

/// The arguments, each of which ends with a NUL.
fn arguments(hex: &str) -> Vec<String> {
    let digit = |at: usize| hex.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
    let bytes: Vec<u8> = (0..hex.len()).step_by(2).filter_map(digit).collect();
    let ends = bytes.split(|byte| *byte == 0).map(|part| String::from_utf8_lossy(part).into_owned());
    let mut all: Vec<String> = ends.collect();
    all.pop();
    all
}

impl Trigger {
    /// The statement that switches it, where it is not switched so already.
    fn switch(&self, from: Enabled, id: &Id) -> Option<Step> {
        let word = match self.enabled {
            Enabled::On => "ENABLE",
            Enabled::Off => "DISABLE",
            Enabled::Always => "ENABLE ALWAYS",
            Enabled::Replica => "ENABLE REPLICA",
        };
        let off = (self.enabled == Enabled::Off)
            .then(|| BREAKS_CODE.because(format!("`{}` is no longer called", self.function)));
        let sql = format!("ALTER TABLE {} {word} TRIGGER {}", id.table_sql(), id.name_sql());
        (self.enabled != from).then(|| Step::risky(sql, off))
    }

    fn text(&self, id: &Id, replace: bool) -> String {
        let Self { timing, events, columns, for_each_row, when, function_namespace, function, .. } = self;
        let Self { arguments, old_table, new_table, constraint, from, enabled: _, .. } = self;
        let timing = match timing {
            Timing::Before => "BEFORE",
            Timing::After => "AFTER",
            Timing::InsteadOf => "INSTEAD OF",
        };
        let event = |event: &Event| match event {
            Event::Insert => "INSERT".to_owned(),
            Event::Delete => "DELETE".to_owned(),
            Event::Truncate => "TRUNCATE".to_owned(),
            Event::Update if columns.is_empty() => "UPDATE".to_owned(),
            Event::Update => format!("UPDATE OF {}", ident_list(columns)),
        };
        let events = events.iter().map(event).collect::<Vec<_>>().join(" OR ");
        let how = match (replace, constraint) {
            (_, Some(_)) => "CONSTRAINT ",
            (true, None) => "OR REPLACE ",
            (false, None) => "",
        };
        let mut text = format!("CREATE {how}TRIGGER {} {timing} {events} ON {}", id.name_sql(), id.table_sql());
        text.push_str(&from.as_ref().map(|table| format!(" FROM {table}")).unwrap_or_default());
        text.push_str(constraint.map_or("", Deferral::clause));
        let tables = [("OLD", old_table), ("NEW", new_table)];
        let tables =
            tables.iter().filter_map(|(word, name)| Some(format!(" {word} TABLE AS {}", quote_ident(name.as_ref()?))));
        let tables: String = tables.collect();
        if !tables.is_empty() {
            text.push_str(&format!(" REFERENCING{tables}"));
        }
        text.push_str(if *for_each_row { " FOR EACH ROW" } else { " FOR EACH STATEMENT" });
        if let Some(when) = when {
            text.push_str(&format!(" WHEN {}", when.parenthesised()));
        }
        let arguments = arguments.iter().map(|text| quote_literal(text)).collect::<Vec<_>>().join(", ");
        text.push_str(&format!(" EXECUTE FUNCTION {}({arguments})", qualified(function_namespace, function)));
        text
    }

    /// The function that it calls: one for triggers has no arguments.
    pub fn function_id(&self) -> Id {
        Id::new(KindTag::Function, &self.function_namespace, &self.function)
    }

    /// Lets it call a function that is always there.
    pub(crate) fn call_another(&mut self) {
        (self.function_namespace, self.function) =
            ("pg_catalog".to_owned(), "suppress_redundant_updates_trigger".to_owned());
    }
}
