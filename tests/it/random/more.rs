//! What objects can be told beside what makes them: how they are kept, what they cost, under which name.

use toml::{Table as Toml, Value};

use super::model::{Class, Column, Filled, Model, Part, Table, Uid, What};
use super::prng::Rng;
use super::write::Writer;

fn table<const N: usize>(pairs: [(&str, Value); N]) -> Value {
    pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect::<Toml>().into()
}

fn of_column(column: &Column, major: u32) -> Vec<(&'static str, Value)> {
    let mut all =
        vec![("statistics", 70.into()), ("statistics", 0.into()), ("options", table([("n_distinct", (-1).into())]))];
    if matches!(column.class, Class::Text | Class::Texts | Class::Json) {
        all.extend(["external", "main", "extended"].map(|how| ("storage", how.into())));
        all.push(("compression", "pglz".into()));
    }
    if major >= 18 {
        let named = format!("It \"is\" {} ☃", column.uid);
        all.push(("not_null_as", table([("name", named.clone().into())])));
        all.push(("not_null_as", table([("name", named.into()), ("no_inherit", true.into())])));
        all.push(("not_null_as", table([("not_valid", true.into())])));
    }
    all
}

fn of_table(uid: Uid) -> Vec<(&'static str, Value)> {
    let name = |more: &str| Value::from(format!("key -- {uid} {more}"));
    vec![
        ("unlogged", true.into()),
        ("with", table([("autovacuum_enabled", false.into())])),
        ("with", table([("parallel_workers", 3.into()), ("toast.autovacuum_enabled", false.into())])),
        ("replica_identity", "full".into()),
        ("replica_identity", "nothing".into()),
        ("access_method", super::walk::ACCESS_METHOD.into()),
        ("primary_key", table([("name", name("a"))])),
        ("primary_key", table([("name", name("b")), ("comment", "it's the key".into())])),
        ("primary_key", table([("comment", "☃".into()), ("with", table([("fillfactor", 50.into())]))])),
    ]
}

fn of_function() -> Vec<(&'static str, Value)> {
    vec![
        ("parallel", "safe".into()),
        ("parallel", "restricted".into()),
        ("cost", 7.into()),
        ("set", table([("search_path", "public, pg_temp".into())])),
        ("set", table([("statement_timeout", "4s".into()), ("app.its", "a \"b\", c's".into())])),
    ]
}

fn of_part(part: &Part, major: u32) -> Vec<(&'static str, Value)> {
    match part {
        Part::Check { .. } if major >= 18 => vec![("no_inherit", true.into()), ("not_enforced", true.into())],
        Part::Check { .. } => vec![("no_inherit", true.into())],
        Part::ForeignKey { .. } if major >= 18 => vec![("not_valid", true.into()), ("not_enforced", true.into())],
        Part::ForeignKey { .. } => vec![("not_valid", true.into())],
        Part::Unique { .. } => vec![("with", table([("fillfactor", 60.into())]))],
        Part::Index(index) if index.using == "btree" => vec![("nulls_not_distinct", index.unique.into())],
        _ => Vec::new(),
    }
}

impl Model {
    /// Tells something one thing more.
    pub fn add_more(&mut self, rng: &mut Rng) {
        let major = self.major;
        let mut all: Vec<(Uid, &'static str, Value)> = Vec::new();
        let mut add = |uid: Uid, more: Vec<(&'static str, Value)>| {
            all.extend(more.into_iter().map(|(key, value)| (uid, key, value)));
        };
        match rng.below(8) {
            0..3 => self.tables.iter().flat_map(|t| &t.columns).for_each(|c| add(c.uid, of_column(c, major))),
            3 => self.tables.iter().for_each(|t| add(t.uid, of_table(t.uid))),
            4 => self.functions.iter().for_each(|f| add(f.uid, of_function())),
            5 => self.tables.iter().flat_map(|t| &t.parts).for_each(|p| add(p.uid, of_part(&p.part, major))),
            6 => return self.choose_index(rng),
            _ => return self.add_instead(rng),
        }
        if let Some((uid, key, value)) = rng.maybe(&all).cloned() {
            self.more.entry(uid).or_default().insert(key, value);
        }
    }

    /// Chooses the index that subscribers know the rows by, or the one that they are sorted by.
    fn choose_index(&mut self, rng: &mut Rng) {
        let Some(table) = rng.maybe(&self.tables) else { return };
        let btree =
            |part: &Part| matches!(part, Part::Index(index) if index.using == "btree" && index.predicate.is_none());
        let all: Vec<Uid> = table
            .parts
            .iter()
            .filter(|p| btree(&p.part) || matches!(p.part, Part::Unique { .. }))
            .map(|p| p.uid)
            .collect();
        if let Some(index) = rng.maybe(&all) {
            let chosen = if rng.chance(50) { &mut self.known_by } else { &mut self.sorted_by };
            chosen.insert(table.uid, *index);
        }
    }

    /// Calls a function instead of writing to a view; tells what a column of a view is.
    fn add_instead(&mut self, rng: &mut Rng) {
        let view = |one: &What| matches!(one, What::View { materialized: false, with, .. } if with.iter().all(|w| w.0 != "check_option"));
        let views: Vec<Uid> = self.others.iter().filter(|one| view(&one.what)).map(|one| one.uid).collect();
        let Some(view) = rng.maybe(&views).copied() else { return };
        let functions: Vec<Uid> = self.functions.iter().filter(|f| f.gives == Class::Trigger).map(|f| f.uid).collect();
        if let Some(function) = rng.maybe(&functions) {
            self.instead.insert(view, *function);
        }
    }

    pub fn mutate_more(&mut self, rng: &mut Rng) {
        let told: Vec<Uid> = self.more.keys().copied().collect();
        match (rng.below(10), rng.maybe(&told)) {
            (0..4, Some(uid)) => drop(self.more.remove(uid)),
            (4, _) => self.known_by.clear(),
            (5, _) => self.sorted_by.clear(),
            (6, _) => self.instead.clear(),
            _ => self.add_more(rng),
        }
    }
}

impl Writer<'_> {
    /// What an object is told; `fits` says what it can be told as it is now.
    pub fn more(&self, uid: Uid, it: &mut Toml, fits: impl Fn(&str) -> bool) {
        let told = self.model.more.get(&uid).into_iter().flatten();
        it.extend(told.filter(|(key, _)| fits(key)).map(|(key, value)| ((*key).to_owned(), value.clone())));
    }

    pub fn more_of_table(&self, table: &Table, it: &mut Toml) {
        let whole = self.spread(table.uid).is_none();
        // What is kept for good refers to nothing that is not.
        let refers = |t: &Table| {
            let to = |part: &Part| matches!(part, Part::ForeignKey { table: other, .. } if *other == table.uid || t.uid == table.uid);
            t.parts.iter().any(|named| to(&named.part))
        };
        let referred = self.model.tables.iter().any(refers) || self.model.children.iter().any(|c| c.of == table.uid);
        let fillfactor = it.get("with").cloned();
        // Where no value can be long, there is no TOAST table, and the server forgets what it is told of one.
        let long = |c: &Column| {
            c.kind == "text" && !matches!(c.filled, Filled::Generated(_, false)) && self.is_there(table, c)
        };
        let toasted = table.columns.iter().any(long);
        self.more(table.uid, it, |key| match key {
            "unlogged" => whole && !referred,
            "with" | "access_method" => whole,
            "primary_key" => false,
            _ => true,
        });
        if let (Some(Value::Table(with)), false) = (it.get_mut("with"), toasted) {
            with.retain(|key, _| !key.starts_with("toast."));
        }
        if let (Some(before), Some(Value::Table(with))) = (fillfactor, it.get_mut("with")) {
            with.extend(before.as_table().cloned().unwrap_or_default());
        }
        if let Some(name) = self.index_of(table, self.model.sorted_by.get(&table.uid), false).filter(|_| whole) {
            it.insert("cluster_on".into(), name.into());
        }
        if let Some(name) = self.index_of(table, self.model.known_by.get(&table.uid), true) {
            it.insert("replica_identity".into(), Toml::from_iter([("index".to_owned(), name.into())]).into());
        }
    }

    pub fn more_of_column(&self, table: &Table, column: &Column, it: &mut Toml) {
        let computed = matches!(column.filled, Filled::Generated(_, false));
        let kept = matches!(column.class, Class::Text | Class::Texts | Class::Json) && !computed;
        self.more(column.uid, it, |key| match key {
            "storage" | "compression" => kept,
            "not_null_as" => false,
            _ => !computed,
        });
        let told = self.model.more.get(&column.uid).and_then(|more| more.get("not_null_as"));
        if let (Some(told), true) = (told, column.not_null) {
            let named = told.get("no_inherit").is_none() && told.get("not_valid").is_none();
            let by_itself = !table.key.contains(&column.uid)
                && self.spread(table.uid).is_none()
                && !self.model.children.iter().any(|c| c.of == table.uid)
                && !matches!(column.filled, Filled::Identity(..));
            if named || by_itself {
                it.insert("not_null".into(), told.clone());
            }
        }
    }

    /// The name of an index, where it is there and, to know rows by it, unique and without NULLs.
    fn index_of(&self, table: &Table, uid: Option<&Uid>, knows: bool) -> Option<String> {
        let named = table.parts.iter().find(|p| Some(&p.uid) == uid)?;
        self.part(table, named)?;
        let columns: Vec<Uid> = match &named.part {
            Part::Unique { columns, deferrable: None, .. } => columns.clone(),
            Part::Index(index) if index.using == "btree" && index.predicate.is_none() && (index.unique || !knows) => {
                let plain = index.keys.iter().map(|key| match key.text.refs.first() {
                    Some(super::model::Ref::Column(uid, _)) if !key.expression => Some(*uid),
                    _ => None,
                });
                plain.collect::<Option<Vec<Uid>>>()?
            }
            _ => return None,
        };
        let filled = |uid: &Uid| {
            table.columns.iter().any(|c| {
                let named = self.model.more.get(uid).is_some_and(|more| more.contains_key("not_null_as"));
                c.uid == *uid
                    && (table.key.contains(uid) || (c.not_null && !named))
                    && !matches!(c.filled, Filled::Generated(..))
            })
        };
        (!knows || (columns.iter().all(filled) && self.has_primary_key(table))).then(|| named.name.clone())
    }

    pub fn has_primary_key(&self, table: &Table) -> bool {
        !table.key.is_empty() && self.has_key(table, &table.key) && self.names(table, &table.key).is_some()
    }
}
