//! What stands beside tables, and triggers, as TOML.

use dbtool::sql::{qualified, quote_ident};
use toml::{Table as Toml, Value};

use super::model::{Class, Filled, Other, Ref, Table, Text, Trigger, What};
use super::write::{Writer, flag, former, said, section};

impl Writer<'_> {
    pub fn others(&self, top: &mut Toml) {
        for one in &self.model.others {
            let Some((kind, mut it)) = self.other(one) else { continue };
            it.extend(said(&[("comment", &one.comment), ("renamed_from", &former(&one.was))]));
            self.grants(one.uid, &mut it);
            section(top, kind).insert(self.key(one.namespace, &one.name), it.into());
        }
    }

    fn other(&self, one: &Other) -> Option<(&'static str, Toml)> {
        let mut it = Toml::new();
        let kind = match &one.what {
            What::Sequence { kind, options, cycle, owner } => {
                it.insert("type".into(), (*kind).into());
                it.extend(options.iter().map(|(key, value)| ((*key).to_owned(), Value::from(*value))));
                flag(&mut it, "cycle", *cycle);
                let owner = owner.and_then(|(table, column)| self.column_of(table, column, one));
                it.extend(said(&[("owned_by", &owner)]));
                "sequence"
            }
            What::Domain { kind, not_null, default, check, .. } => {
                it.insert("type".into(), (*kind).into());
                flag(&mut it, "not_null", *not_null);
                let text = |text: &Option<Text>| text.as_ref().and_then(|text| self.text(None, text));
                it.extend(said(&[("default", &text(default))]));
                if let Some(check) = text(check) {
                    it.insert("check".into(), Toml::from_iter([("fits".to_owned(), check.into())]).into());
                }
                "domain"
            }
            What::Composite { attributes } => {
                let all = attributes.iter().map(|(name, kind)| (name.clone(), Value::from(*kind)));
                it.insert("attributes".into(), all.collect::<Toml>().into());
                "composite"
            }
            What::Range { subtype, options } => {
                it.insert("subtype".into(), (*subtype).into());
                it.extend(options.iter().map(|(key, value)| ((*key).to_owned(), Value::from(value.clone()))));
                "range"
            }
            What::Aggregate { options, last } => {
                it.extend(options.iter().map(|(key, value)| ((*key).to_owned(), Value::from(*value))));
                it.insert("arguments".into(), vec![Value::from("integer")].into());
                if let Some(last) = last {
                    let last = self.text(None, &Text::new("§0", vec![last.clone()]))?;
                    it.insert("finalfunc".into(), last.into());
                }
                "aggregate"
            }
            What::View { materialized, query, columns, with, index } => {
                it.insert("query".into(), self.text(None, query)?.into());
                if !columns.is_empty() {
                    it.insert("columns".into(), columns.clone().into());
                }
                if !with.is_empty() {
                    let with = with.iter().map(|(key, value)| ((*key).to_owned(), value.clone()));
                    it.insert("with".into(), with.collect::<Toml>().into());
                }
                if let Some(column) = index.as_ref().filter(|_| *materialized) {
                    let column = self.output(query).unwrap_or_else(|| column.clone());
                    let on = Toml::from_iter([("on".to_owned(), Value::from(vec![column]))]);
                    let name = format!("idx_{}", one.uid);
                    it.insert("index".into(), Toml::from_iter([(name, on.into())]).into());
                }
                let called = self.model.instead.get(&one.uid).filter(|_| !materialized);
                if let Some(function) = called.and_then(|uid| self.trigger_function(*uid)) {
                    let pairs = [("timing", "instead of"), ("for_each", "row"), ("events", "insert")];
                    let mut call: Toml =
                        pairs.map(|(key, value)| (key.to_owned(), Value::from(value))).into_iter().collect();
                    call.insert("function".into(), function.into());
                    section(&mut it, "trigger").insert("instead -- of it".into(), call.into());
                }
                if *materialized { "materialized_view" } else { "view" }
            }
            What::Procedure { argument, language, body } => {
                it.insert("body".into(), self.text(None, body)?.into());
                it.insert("language".into(), (*language).into());
                if let Some(argument) = argument {
                    let argument = Toml::from_iter(
                        [("name", *argument), ("type", "integer")]
                            .map(|(key, value)| (key.to_owned(), Value::from(value))),
                    );
                    it.insert("arguments".into(), vec![Value::from(argument)].into());
                }
                "procedure"
            }
        };
        Some((kind, it))
    }

    /// The name that the first column of a plain query has today.
    fn output(&self, query: &Text) -> Option<String> {
        let Some(Ref::Other(uid, _)) = query
            .refs
            .get(1)
            .filter(|_| query.text.starts_with("SELECT o.§1,") || query.text.starts_with("SELECT o.§1 FROM"))
        else {
            return None;
        };
        self.model.tables.iter().flat_map(|t| &t.columns).find(|c| c.uid == *uid).map(|c| c.name.clone())
    }

    /// `table.column`, where both are there and in the sequence's own namespace.
    fn column_of(&self, table: u32, column: u32, one: &Other) -> Option<String> {
        let table = self.model.table(table).filter(|table| table.namespace == one.namespace)?;
        let column = table.columns.iter().find(|c| c.uid == column).filter(|c| self.is_there(table, c))?;
        let column = quote_ident(&column.name);
        Some(match self.model.namespace(one.namespace)? {
            "public" => format!("{}.{column}", quote_ident(&table.name)),
            other => format!("{}.{column}", qualified(other, &table.name)),
        })
    }

    fn trigger_function(&self, uid: u32) -> Option<String> {
        let function = self.model.functions.iter().find(|f| f.uid == uid && f.gives == Class::Trigger)?;
        Some(self.sql(function.namespace, &function.name))
    }

    pub fn trigger(&self, table: &Table, trigger: &Trigger) -> Option<Toml> {
        let mut it = said(&[("function", &Some(self.trigger_function(trigger.function)?))]);
        it.insert("timing".into(), trigger.timing.into());
        it.insert("for_each".into(), if trigger.row { "row" } else { "statement" }.into());
        let texts = |all: &[&str]| Value::from(all.iter().map(|one| Value::from(*one)).collect::<Vec<_>>());
        it.insert("events".into(), texts(&trigger.events));
        if !trigger.columns.is_empty() {
            it.insert("columns".into(), self.names(table, &trigger.columns)?);
        }
        if let Some(when) = &trigger.when {
            let computed = |one: &Ref| matches!(one, Ref::Column(uid, _) if table.columns.iter().any(|c| c.uid == *uid && matches!(c.filled, Filled::Generated(..))));
            // There are types that cannot be compared.
            let of_type = |one: &Ref, types: &[&str]| matches!(one, Ref::Column(uid, _) if table.columns.iter().any(|c| c.uid == *uid && types.contains(&c.kind.as_str())));
            let compares = when.text.contains("distinct");
            let incomparable = |one: &Ref| compares && of_type(one, &["xml", "json", "point", "jsonpath"]);
            if when.refs.iter().any(|one| computed(one) || incomparable(one)) {
                return None;
            }
            it.insert("when".into(), self.text(Some(table), when)?.into());
        }
        if !trigger.arguments.is_empty() {
            it.insert("arguments".into(), texts(&trigger.arguments));
        }
        for (key, name) in ["old_table", "new_table"].into_iter().zip(trigger.tables) {
            it.extend(said(&[(key, &name.map(str::to_owned))]));
        }
        if let Some(when) = trigger.constraint {
            it.insert("constraint".into(), true.into());
            it.extend(said(&[("deferrable", &Some(when.to_owned()).filter(|when| !when.is_empty()))]));
        }
        it.insert("enabled".into(), trigger.enabled.into());
        Some(it)
    }
}
