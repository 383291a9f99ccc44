//! A made-up schema as TOML; what has lost something that it needs is taken out first.

use dbtool::sql::{qualified, quote_ident, quote_literal};
use toml::{Table as Toml, Value};

use super::model::{Class, Column, Filled, Function, Index, Model, Named, Part, Ref, Table, Text, Uid, What};

/// The declaration.
pub fn write(model: &Model) -> String {
    let writer = Writer { model };
    let mut top = Toml::new();
    if model.vector {
        let schema = model.vector_in.and_then(|uid| model.namespace(uid)).map(str::to_owned);
        section(&mut top, "extension").insert("vector".into(), said(&[("schema", &schema)]).into());
    }
    writer.roles(&mut top);
    for one in &model.namespaces {
        let mut it = said(&[("comment", &one.comment), ("renamed_from", &one.was)]);
        writer.grants(one.uid, &mut it);
        if one.name != "public" || !it.is_empty() {
            section(&mut top, "schema").insert(one.name.clone(), it.into());
        }
    }
    for one in &model.enums {
        let mut it = said(&[("comment", &one.comment), ("renamed_from", &former(&one.was))]);
        let value = |(name, was): &(String, Option<String>)| match was {
            Some(was) => Value::from(said(&[("name", &Some(name.clone())), ("renamed_from", &Some(was.clone()))])),
            None => Value::from(name.clone()),
        };
        it.insert("values".into(), one.values.iter().map(value).collect::<Vec<_>>().into());
        writer.grants(one.uid, &mut it);
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
    writer.children(&mut top);
    writer.later(&mut top);
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

/// A name in SQL's double quotes, whatever it is.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A name where a namespace may stand in front of it: a dot, or a quote in front, has to stand in quotes.
fn written(name: &str) -> String {
    if name.contains('.') || name.starts_with('"') { quoted(name) } else { name.to_owned() }
}

/// A former name of something that stands in a namespace.
pub fn former(was: &Option<String>) -> Option<String> {
    was.as_deref().map(written)
}

pub struct Writer<'a> {
    pub model: &'a Model,
}

impl Writer<'_> {
    pub fn key(&self, namespace: Uid, name: &str) -> String {
        match self.model.namespace(namespace).unwrap() {
            "public" => written(name),
            other => format!("{}.{}", written(other), written(name)),
        }
    }

    pub fn sql(&self, namespace: Uid, name: &str) -> String {
        match self.model.namespace(namespace).unwrap() {
            "public" => quote_ident(name),
            other => qualified(other, name),
        }
    }

    /// The name of pgvector's type or operator class.
    fn of_vector(&self, name: &str) -> String {
        match self.model.vector_in.and_then(|uid| self.model.namespace(uid)) {
            Some(namespace) if namespace != "public" => format!("{}.{name}", quote_ident(namespace)),
            _ => name.to_owned(),
        }
    }

    /// The text with every name in its place; `None` where something is gone.
    pub fn text(&self, own: Option<&Table>, text: &Text) -> Option<String> {
        let mut out = text.text.replace("vector_dims", &self.of_vector("vector_dims"));
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
                let text = match &found.what {
                    What::View { query, .. } => Some(query),
                    What::Aggregate { .. } => None,
                    _ => return None,
                };
                text.map_or(Some(String::new()), |text| self.text(None, text))?;
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
            Class::Array(uid) => Some(format!("{}[]", self.name(None, &Ref::Type(uid))?)),
            Class::Vector => Some(self.of_vector(plain)),
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
            let mut it = said(&[("comment", &one.comment), ("renamed_from", &former(&one.was)), ("body", &Some(body))]);
            it.insert("returns".into(), gives.into());
            it.insert("language".into(), one.language.into());
            it.insert("volatility".into(), one.volatility.into());
            one.more.iter().for_each(|key| flag(&mut it, key, true));
            if let Some(takes) = one.takes {
                let Some(of) = self.type_of(takes, plain(takes)) else { continue };
                let argument = said(&[("name", &one.argument), ("type", &Some(of))]);
                it.insert("arguments".into(), vec![Value::from(argument)].into());
            }
            self.grants(one.uid, &mut it);
            // What is worked out beforehand cannot be set for a while; what is inlined is not worth it.
            self.more(one.uid, &mut it, |key| key != "set" || one.gives != Class::Trigger);
            section(top, "function").insert(self.key_of(one, &it), it.into());
        }
    }

    /// The key of a function, with its arguments where it has a namesake.
    fn key_of(&self, one: &Function, it: &Toml) -> String {
        let same = |f: &&Function| (f.namespace, &f.name) == (one.namespace, &one.name);
        let key = self.key(one.namespace, &one.name);
        if self.model.functions.iter().filter(same).count() < 2 {
            return key;
        }
        let argument = it.get("arguments").and_then(|all| all.get(0)?.get("type")?.as_str()).unwrap_or_default();
        let name = quoted(&one.name);
        match self.model.namespace(one.namespace).unwrap() {
            "public" => format!("{name}({argument})"),
            other => format!("{}.{name}({argument})", quoted(other)),
        }
    }

    fn table(&self, table: &Table) -> Toml {
        let mut it = said(&[("comment", &table.comment), ("renamed_from", &former(&table.was))]);
        if let Some(names) = self.names(table, &table.key).filter(|_| self.has_primary_key(table)) {
            let told = self.model.more.get(&table.uid).and_then(|more| more.get("primary_key")).cloned();
            let key = match told {
                Some(Value::Table(mut key)) => {
                    key.insert("columns".into(), names);
                    key.into()
                }
                _ => names,
            };
            it.insert("primary_key".into(), key);
        }
        self.grants(table.uid, &mut it);
        self.partition_by(table.uid, &mut it);
        if table.security != "off" {
            it.insert("row_security".into(), table.security.into());
        }
        if let Some(fillfactor) = table.fillfactor.filter(|_| self.spread(table.uid).is_none()) {
            it.insert("with".into(), Toml::from_iter([("fillfactor".to_owned(), fillfactor.into())]).into());
        }
        if let Some((set, column)) = table.set
            && let Some(set) = self.model.sets.get(set)
            && let Some(column) = table.columns.iter().find(|c| c.uid == column && c.class == Class::Uuid)
            && !set.members.is_empty()
            && set.members.iter().all(|(_, text)| self.text(None, text).is_some())
        {
            let it_is = said(&[("set", &Some(set.name.clone())), ("tenant", &Some(column.name.clone()))]);
            it.insert("policies".into(), it_is.into());
        }
        self.more_of_table(table, &mut it);
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

    pub fn column(&self, table: &Table, column: &Column) -> Option<Value> {
        if !self.is_there(table, column) {
            return None;
        }
        let of = self.type_of(column.class, &column.kind)?;
        let mut it = said(&[("type", &Some(of)), ("comment", &column.comment), ("renamed_from", &column.was)]);
        flag(&mut it, "not_null", column.not_null);
        flag(&mut it, "unique", column.unique && self.has_key(table, &[column.uid]));
        self.more_of_column(table, column, &mut it);
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

    /// A part with what it is told more; nothing where the table cannot have it.
    pub fn part(&self, table: &Table, named: &Named) -> Option<(&'static str, Toml)> {
        let whole = self.spread(table.uid).is_none();
        let (kind, mut it) = self.plain_part(table, named)?;
        let children = self.model.children.iter().any(|c| c.of == table.uid);
        self.more(named.uid, &mut it, |key| match key {
            // It may have been told when it was of another kind.
            "no_inherit" => whole && kind == "check",
            "not_enforced" | "not_valid" => whole && matches!(kind, "check" | "foreign_key"),
            "nulls_not_distinct" => matches!(&named.part, Part::Index(index) if index.unique),
            "with" => kind == "unique",
            _ => true,
        });
        if it.contains_key("not_enforced") {
            it.remove("not_valid");
        }
        if let Some(role) = self.model.policy_roles.get(&named.uid).and_then(|uid| self.role(*uid)) {
            it.insert("to".into(), vec![Value::from(role)].into());
        }
        let in_parts = match &named.part {
            Part::Unique { columns, .. } => self.has_key(table, columns),
            Part::Exclusion { .. } => false,
            Part::Index(index) => !index.unique,
            Part::Trigger(trigger) => !trigger.row || trigger.tables == [None, None],
            _ => true,
        };
        let below = match &named.part {
            Part::Trigger(trigger) if children => !trigger.row || trigger.tables == [None, None],
            _ => true,
        };
        ((whole || in_parts) && below).then_some((kind, it))
    }

    fn plain_part(&self, table: &Table, named: &Named) -> Option<(&'static str, Toml)> {
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
                flag(&mut it, "not_valid", *not_valid && self.spread(table.uid).is_none());
                "check"
            }
            Part::ForeignKey { columns, table: other, target, delete, update, more } => {
                let other = self.model.table(*other)?;
                let keeps = |named: &Named| matches!(&named.part, Part::Unique { columns, deferrable: None, .. } if columns == target);
                let key = other.key == *target && self.has_primary_key(other);
                if !(key || (other.parts.iter().any(keeps) && self.has_key(other, target))) {
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
            let Some(Ref::Column(uid, _)) = key.text.refs.first() else { return None };
            let found = table.columns.iter().find(|c| c.uid == *uid && self.is_there(table, c))?;
            // A `char(8)` is no text to these, nor is one of two of them; what else is made of it is.
            let of_text = index.using == "spgist" || key.more.contains(&("opclass", "text_pattern_ops"));
            let stays = !key.expression || key.text.text.starts_with("coalesce");
            if of_text && stays && found.kind.starts_with("char(") {
                return None;
            }
            if key.expression {
                one.insert("expression".into(), text.into());
            } else {
                one.insert("column".into(), found.name.clone().into());
            }
            let value =
                |value: &str| if value.starts_with("vector_") { self.of_vector(value) } else { value.to_owned() };
            one.extend(key.more.iter().map(|(key, one)| ((*key).to_owned(), Value::from(value(one)))));
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
