//! A made-up schema as TOML; what has lost something that it needs is taken out first.

use dbtool::sql::{qualified, quote_ident, quote_literal};
use toml::{Table as Toml, Value};

use super::model::{Class, Column, Filled, Index, Model, Named, Part, Ref, Table, Text, Uid, What};

/// The declaration.
pub fn write(model: &Model) -> String {
    let writer = Writer { model };
    let mut top = Toml::new();
    if model.vector {
        section(&mut top, "extension").insert("vector".into(), Toml::new().into());
    }
    for one in &model.namespaces {
        if one.name != "public" {
            let it = said(&[("comment", &one.comment), ("renamed_from", &one.was)]);
            section(&mut top, "schema").insert(one.name.clone(), it.into());
        }
    }
    for one in &model.enums {
        let mut it = said(&[("comment", &one.comment), ("renamed_from", &one.was)]);
        let value = |(name, was): &(String, Option<String>)| match was {
            Some(was) => Value::from(said(&[("name", &Some(name.clone())), ("renamed_from", &Some(was.clone()))])),
            None => Value::from(name.clone()),
        };
        it.insert("values".into(), one.values.iter().map(value).collect::<Vec<_>>().into());
        section(&mut top, "enum").insert(writer.key(one.namespace, &one.name), it.into());
    }
    writer.functions(&mut top);
    writer.others(&mut top);
    for set in &model.sets {
        let it = set.members.iter().map(|(command, text)| {
            let key = if *command == "insert" { "check" } else { "using" };
            ((*command).to_owned(), Value::from(said(&[(key, &writer.text(None, text))])))
        });
        section(&mut top, "policy_set").insert(set.name.clone(), it.collect::<Toml>().into());
    }
    for table in &model.tables {
        section(&mut top, "table").insert(writer.key(table.namespace, &table.name), writer.table(table).into());
    }
    toml::to_string(&top).unwrap()
}

pub fn section<'a>(top: &'a mut Toml, name: &str) -> &'a mut Toml {
    top.entry(name).or_insert_with(|| Toml::new().into()).as_table_mut().unwrap()
}

/// The keys that have a value.
pub fn said(pairs: &[(&str, &Option<String>)]) -> Toml {
    pairs.iter().filter_map(|(key, value)| Some(((*key).to_owned(), Value::from((*value).clone()?)))).collect()
}

pub fn flag(it: &mut Toml, key: &str, is: bool) {
    if is {
        it.insert(key.into(), true.into());
    }
}

pub struct Writer<'a> {
    pub model: &'a Model,
}

impl Writer<'_> {
    pub fn key(&self, namespace: Uid, name: &str) -> String {
        match self.model.namespace(namespace).unwrap() {
            "public" => name.to_owned(),
            other => format!("{other}.{name}"),
        }
    }

    pub fn sql(&self, namespace: Uid, name: &str) -> String {
        match self.model.namespace(namespace).unwrap() {
            "public" => quote_ident(name),
            other => qualified(other, name),
        }
    }

    /// The text with every name in its place; `None` where something is gone.
    pub fn text(&self, own: Option<&Table>, text: &Text) -> Option<String> {
        let mut out = text.text.clone();
        for (at, one) in text.refs.iter().enumerate().rev() {
            out = out.replace(&format!("§{at}"), &self.name(own, one)?);
        }
        Some(out)
    }

    fn name(&self, own: Option<&Table>, one: &Ref) -> Option<String> {
        let column = |uid: &Uid, class: &Class, table: Option<&Table>| -> Option<String> {
            let columns = table?.columns.iter();
            let found = columns.into_iter().find(|c| c.uid == *uid && c.class == *class);
            found.filter(|c| self.is_there(table.unwrap(), c)).map(|c| quote_ident(&c.name))
        };
        let sql = |table: &Table| self.sql(table.namespace, &table.name);
        match one {
            Ref::Column(uid, class) => column(uid, class, own),
            Ref::Own(uid, class) => Some(format!("{}.{}", sql(own?), column(uid, class, own)?)),
            Ref::Other(uid, class) => self.model.tables.iter().find_map(|table| column(uid, class, Some(table))),
            Ref::Table(uid) => self.model.table(*uid).map(sql),
            Ref::Function(uid, takes, gives) => {
                let found = self.model.functions.iter().find(|f| f.uid == *uid);
                let found = found.filter(|f| (f.takes, f.gives) == (*takes, *gives))?;
                self.text(None, &found.body)?;
                Some(self.sql(found.namespace, &found.name))
            }
            Ref::Type(uid) => match self.model.enumeration(*uid) {
                Some(one) => Some(self.sql(one.namespace, &one.name)),
                None => self.model.other(*uid).map(|one| self.sql(one.namespace, &one.name)),
            },
            Ref::Sequence(uid) => self.model.other(*uid).map(|one| quote_literal(&self.sql(one.namespace, &one.name))),
            Ref::View(uid) => {
                let found = self.model.other(*uid)?;
                let What::View { query, .. } = &found.what else { return None };
                self.text(None, query)?;
                Some(self.sql(found.namespace, &found.name))
            }
            Ref::Value(uid, value) => {
                let found = self.model.enumeration(*uid)?;
                let now =
                    |(name, was): &&(String, Option<String>)| was.as_ref().unwrap_or(name) == value || name == value;
                found.values.iter().find(now).map(|(name, _)| quote_literal(name))
            }
        }
    }

    fn type_of(&self, class: Class, plain: &str) -> Option<String> {
        match class {
            Class::Enum(uid) | Class::Domain(uid) | Class::Composite(uid) => self.name(None, &Ref::Type(uid)),
            Class::Trigger => Some("trigger".to_owned()),
            Class::Enums(uid) => Some(format!("{}[]", self.name(None, &Ref::Type(uid))?)),
            _ => Some(plain.to_owned()),
        }
    }

    fn functions(&self, top: &mut Toml) {
        for one in &self.model.functions {
            let Some(body) = self.text(None, &one.body) else { continue };
            let plain = |class| match class {
                Class::Int => "int",
                Class::Bool => "bool",
                Class::Uuid => "uuid",
                _ => "text",
            };
            let Some(gives) = self.type_of(one.gives, plain(one.gives)) else { continue };
            let mut it = said(&[("comment", &one.comment), ("renamed_from", &one.was), ("body", &Some(body))]);
            it.insert("returns".into(), gives.into());
            it.insert("language".into(), one.language.into());
            it.insert("volatility".into(), one.volatility.into());
            one.more.iter().for_each(|key| flag(&mut it, key, true));
            if let Some(takes) = one.takes {
                let Some(of) = self.type_of(takes, plain(takes)) else { continue };
                let argument = said(&[("name", &one.argument), ("type", &Some(of))]);
                it.insert("arguments".into(), vec![Value::from(argument)].into());
            }
            section(top, "function").insert(self.key(one.namespace, &one.name), it.into());
        }
    }

    fn table(&self, table: &Table) -> Toml {
        let mut it = said(&[("comment", &table.comment), ("renamed_from", &table.was)]);
        if let Some(names) = self.names(table, &table.key).filter(|_| !table.key.is_empty()) {
            it.insert("primary_key".into(), names);
        }
        if table.security != "off" {
            it.insert("row_security".into(), table.security.into());
        }
        if let Some(fillfactor) = table.fillfactor {
            it.insert("with".into(), Toml::from_iter([("fillfactor".to_owned(), fillfactor.into())]).into());
        }
        if let Some((set, column)) = table.set
            && let Some(set) = self.model.sets.get(set)
            && let Some(column) = table.columns.iter().find(|c| c.uid == column && c.class == Class::Uuid)
            && set.members.iter().all(|(_, text)| self.text(None, text).is_some())
        {
            let it_is = said(&[("set", &Some(set.name.clone())), ("tenant", &Some(column.name.clone()))]);
            it.insert("policies".into(), it_is.into());
        }
        let columns = table.columns.iter().filter_map(|c| Some((c.name.clone(), self.column(table, c)?)));
        it.insert("column".into(), columns.collect::<Toml>().into());
        for named in &table.parts {
            let Some((kind, mut part)) = self.part(table, named) else { continue };
            part.extend(said(&[("comment", &named.comment), ("renamed_from", &named.was)]));
            section(&mut it, kind).insert(named.name.clone(), part.into());
        }
        it
    }

    /// Whether a column is written: its type is there, and what it is computed from.
    pub fn is_there(&self, table: &Table, column: &Column) -> bool {
        let computed = match &column.filled {
            Filled::Generated(text, _) => self.text(Some(table), text).is_some(),
            _ => true,
        };
        computed && self.type_of(column.class, "").is_some()
    }

    pub fn names(&self, table: &Table, uids: &[Uid]) -> Option<Value> {
        let name = |uid: &Uid| table.columns.iter().find(|c| c.uid == *uid).filter(|c| self.is_there(table, c));
        let names: Option<Vec<Value>> = uids.iter().map(|uid| Some(name(uid)?.name.clone().into())).collect();
        names.map(Value::from)
    }

    fn column(&self, table: &Table, column: &Column) -> Option<Value> {
        if !self.is_there(table, column) {
            return None;
        }
        let of = self.type_of(column.class, &column.kind)?;
        let mut it = said(&[("type", &Some(of)), ("comment", &column.comment), ("renamed_from", &column.was)]);
        flag(&mut it, "not_null", column.not_null);
        flag(&mut it, "unique", column.unique);
        if let (true, Class::Text) = (column.one_of, column.class) {
            it.insert("one_of".into(), vec![Value::from("a"), "it's".into()].into());
        }
        if let Some(collation) = column.collation.filter(|_| column.class == Class::Text) {
            it.insert("collation".into(), collation.into());
        }
        match &column.filled {
            Filled::Nothing => {}
            Filled::Default(text) => it.extend(said(&[("default", &self.text(None, text))])),
            Filled::Identity(when, options) => {
                let options = options.iter().map(|(key, value)| ((*key).to_owned(), Value::from(*value)));
                let when = [("generated".to_owned(), Value::from(*when))];
                it.insert("identity".into(), when.into_iter().chain(options).collect::<Toml>().into());
            }
            Filled::Generated(text, stored) => {
                let mut generated = said(&[("expression", &self.text(Some(table), text))]);
                generated.insert("stored".into(), (*stored).into());
                it.insert("generated".into(), generated.into());
            }
        }
        Some(it.into())
    }

    fn part(&self, table: &Table, named: &Named) -> Option<(&'static str, Toml)> {
        let mut it = Toml::new();
        let kind = match &named.part {
            Part::Unique { columns, include, nulls, deferrable } => {
                it.insert("columns".into(), self.names(table, columns)?);
                if !include.is_empty() {
                    it.insert("include".into(), self.names(table, include)?);
                }
                flag(&mut it, "nulls_not_distinct", *nulls);
                deferrable.iter().for_each(|when| drop(it.insert("deferrable".into(), (*when).into())));
                "unique"
            }
            Part::Check { text, not_valid } => {
                it.insert("expression".into(), self.text(Some(table), text)?.into());
                flag(&mut it, "not_valid", *not_valid);
                "check"
            }
            Part::ForeignKey { columns, table: other, target, delete, update, more } => {
                let other = self.model.table(*other)?;
                let keeps = |named: &Named| matches!(&named.part, Part::Unique { columns, deferrable: None, .. } if columns == target);
                if other.key != *target && !other.parts.iter().any(keeps) {
                    return None;
                }
                it.insert("columns".into(), self.names(table, columns)?);
                let mut to = said(&[("table", &Some(self.key(other.namespace, &other.name)))]);
                to.insert("columns".into(), self.names(other, target)?);
                it.insert("references".into(), to.into());
                let more = more.iter().copied().chain([("on_delete", *delete), ("on_update", *update)]);
                it.extend(more.map(|(key, value)| (key.to_owned(), Value::from(value))));
                "foreign_key"
            }
            Part::Index(index) => return self.index(table, index).map(|it| ("index", it)),
            Part::Trigger(trigger) => return self.trigger(table, trigger).map(|it| ("trigger", it)),
            Part::Exclusion { using, column, class, operator, predicate, deferrable } => {
                let found = table.columns.iter().find(|c| (c.uid, c.class) == (*column, *class))?;
                let name = found.name.clone();
                let virtually = matches!(found.filled, Filled::Generated(_, false));
                if virtually || !self.is_there(table, found) {
                    return None;
                }
                it.insert("using".into(), (*using).into());
                let key = said(&[("column", &Some(name)), ("with", &Some((*operator).to_owned()))]);
                it.insert("on".into(), vec![Value::from(key)].into());
                if let Some(text) = predicate {
                    it.insert("where".into(), self.text(Some(table), text)?.into());
                }
                flag(&mut it, "deferrable", *deferrable);
                "exclude"
            }
            Part::Policy { command, restrictive, to, using, check } => {
                it.insert("for".into(), (*command).into());
                if *restrictive {
                    it.insert("as".into(), "restrictive".into());
                }
                if !to.is_empty() {
                    it.insert("to".into(), to.iter().map(|role| Value::from(*role)).collect::<Vec<_>>().into());
                }
                for (key, text) in [("using", using), ("check", check)] {
                    if let Some(text) = text {
                        it.insert(key.into(), self.text(Some(table), text)?.into());
                    }
                }
                "policy"
            }
        };
        Some((kind, it))
    }

    fn index(&self, table: &Table, index: &Index) -> Option<Toml> {
        let mut it = Toml::from_iter([("using".to_owned(), Value::from(index.using))]);
        let mut keys = Vec::new();
        for key in &index.keys {
            let mut one = Toml::new();
            let text = self.text(Some(table), &key.text)?;
            if key.expression {
                one.insert("expression".into(), text.into());
            } else {
                let Some(Ref::Column(uid, _)) = key.text.refs.first() else { return None };
                let found = table.columns.iter().find(|c| c.uid == *uid && self.is_there(table, c))?;
                one.insert("column".into(), found.name.clone().into());
            }
            one.extend(key.more.iter().map(|(key, value)| ((*key).to_owned(), Value::from(*value))));
            keys.push(Value::from(one));
        }
        it.insert("on".into(), keys.into());
        flag(&mut it, "unique", index.unique);
        if !index.include.is_empty() {
            it.insert("include".into(), self.names(table, &index.include)?);
        }
        if let Some(text) = &index.predicate {
            it.insert("where".into(), self.text(Some(table), text)?.into());
        }
        if !index.with.is_empty() {
            let with = index.with.iter().map(|(key, value)| ((*key).to_owned(), Value::from(*value)));
            it.insert("with".into(), with.collect::<Toml>().into());
        }
        Some(it)
    }
}
