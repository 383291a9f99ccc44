//! Makes schemas up.

use std::collections::HashSet;

use super::classes::{identity, kinds};
use super::model::{Class, Column, Enum, Filled, Function, Model, Namespace, Part, Ref, Table, Text, Uid, What};
use super::names::{comment, name};
use super::prng::Rng;
use super::texts;

impl Model {
    /// Names of relations, types, functions and constraints: more than what PostgreSQL wants distinct.
    pub fn taken(&self) -> HashSet<String> {
        let mut taken: HashSet<String> = self.tables.iter().map(|t| t.name.clone()).collect();
        taken.extend(self.tables.iter().flat_map(|t| t.parts.iter().map(|p| p.name.clone())));
        taken.extend(self.enums.iter().map(|e| e.name.clone()));
        taken.extend(self.functions.iter().map(|f| f.name.clone()));
        taken.extend(self.others.iter().map(|o| o.name.clone()));
        taken.extend(self.children.iter().map(|c| c.name.clone()));
        taken
    }

    pub fn place(&self, rng: &mut Rng) -> Uid {
        if rng.chance(75) { self.namespaces[0].uid } else { rng.pick(&self.namespaces).uid }
    }

    /// A whole schema.
    pub fn random(rng: &mut Rng, major: u32, vector: bool) -> Self {
        let mut model = Self { major, vector, ..Self::default() };
        let uid = model.uid();
        model.namespaces.push(Namespace { uid, name: "public".into(), was: None, comment: None });
        (0..rng.below(3)).for_each(|_| model.add_role(rng));
        (0..rng.below(3)).for_each(|_| model.add_namespace(rng));
        // Whoever uses an extension stays where it is: one that moves would have to be followed in every text.
        model.vector_in = rng.maybe(&model.namespaces).filter(|_| vector && rng.chance(30)).map(|one| one.uid);
        (0..rng.below(3)).for_each(|_| model.add_enum(rng));
        (0..rng.below(4)).for_each(|_| model.add_function(rng));
        (0..rng.below(4)).for_each(|_| model.add_simple(rng));
        (0..1 + rng.below(4)).for_each(|_| model.add_table(rng));
        for _ in 0..rng.below(4) {
            model.add_function(rng);
        }
        let count = rng.below(4 * model.tables.len() + 2);
        (0..count).for_each(|_| model.add_part(rng));
        (0..rng.below(4)).for_each(|_| model.add_other(rng));
        (0..rng.below(8)).for_each(|_| model.add_more(rng));
        (0..rng.below(3)).for_each(|_| model.add_child(rng));
        (0..rng.below(5)).for_each(|_| model.add_grant(rng));
        model
    }

    pub fn add_namespace(&mut self, rng: &mut Rng) {
        let mut taken: HashSet<String> = self.namespaces.iter().map(|n| n.name.clone()).collect();
        let (uid, name) = (self.uid(), name(rng, &mut taken).replace('(', "["));
        self.namespaces.push(Namespace { uid, name, was: None, comment: comment(rng) });
    }

    pub fn add_enum(&mut self, rng: &mut Rng) {
        let mut values = HashSet::new();
        let values = (0..1 + rng.below(4)).map(|_| (name(rng, &mut values), None)).collect();
        let (uid, namespace, name) = (self.uid(), self.place(rng), name(rng, &mut self.taken()));
        self.enums.push(Enum { uid, namespace, name, was: None, values, comment: comment(rng) });
    }

    pub fn add_function(&mut self, rng: &mut Rng) {
        let (uid, namespace, name) = (self.uid(), self.place(rng), name(rng, &mut self.taken()).replace('(', "["));
        // `name(x)` would be a cast to PostgreSQL's type of that name.
        let name = if name == "name" { "named".to_owned() } else { name };
        let (takes, gives, language, volatility, body) = self.body(rng);
        let argument = takes.filter(|_| rng.chance(50)).map(|_| "arg".to_owned());
        let more = if rng.chance(20) { rng.some(&["strict", "security_definer"], 2) } else { Vec::new() };
        let comment = comment(rng);
        let (namespace, name) = self.namesake(rng, takes).unwrap_or((namespace, name));
        self.functions.push(Function {
            uid,
            namespace,
            name,
            was: None,
            takes,
            gives,
            argument,
            language,
            volatility,
            body,
            more,
            comment,
        });
    }

    /// The name of a function that takes nothing, for one that takes something.
    fn namesake(&self, rng: &mut Rng, takes: Option<Class>) -> Option<(Uid, String)> {
        let fits = |f: &&Function| f.takes.is_none() && f.gives != Class::Trigger;
        let all: Vec<&Function> = self.functions.iter().filter(fits).filter(|_| takes.is_some()).collect();
        let one = rng.maybe(&all).filter(|_| rng.chance(20))?;
        let found = (one.namespace, one.name.clone());
        let other = |f: &Function| (f.namespace, &f.name) == (found.0, &found.1) && f.takes == takes;
        (!self.functions.iter().any(other)).then_some(found)
    }

    /// What a function takes, gives, is and does.
    pub fn body(&self, rng: &mut Rng) -> (Option<Class>, Class, &'static str, &'static str, Text) {
        let text = |text| Text::new(text, Vec::new());
        match rng.below(10) {
            8 => {
                (None, Class::Int, "sql", "stable", text(*rng.pick(&["RETURN 7", "BEGIN ATOMIC\n SELECT 1 + 1;\nEND"])))
            }
            9 => match rng.maybe(&self.tables) {
                Some(table) => {
                    let body = "BEGIN ATOMIC\n SELECT EXISTS (SELECT FROM §0);\nEND";
                    (None, Class::Bool, "sql", "stable", Text::new(body, vec![Ref::Table(table.uid)]))
                }
                None => (None, Class::Text, "sql", "volatile", text("RETURN 'a'::text || 'b'")),
            },
            0 | 1 => {
                (None, Class::Uuid, "sql", "stable", text("SELECT NULLIF(current_setting('app.t', true), '')::uuid"))
            }
            2 => (None, Class::Uuid, "plpgsql", "stable", text("BEGIN RETURN gen_random_uuid(); END;")),
            3 => (
                Some(Class::Int),
                Class::Bool,
                "sql",
                "immutable",
                text(*rng.pick(&["SELECT $1 > 0", "SELECT $1 % 2 = 0"])),
            ),
            4 => (Some(Class::Text), Class::Bool, "plpgsql", "immutable", text("BEGIN RETURN $1 <> ''; END")),
            5 => (None, Class::Text, "sql", "immutable", text("SELECT 'it''s $$'")),
            6 => match rng.maybe(&self.enums) {
                Some(one) => {
                    let value = Ref::Value(one.uid, one.values[0].0.clone());
                    let body = Text::new("SELECT §0::§1", vec![value, Ref::Type(one.uid)]);
                    (None, Class::Enum(one.uid), "sql", "stable", body)
                }
                None => (None, Class::Int, "sql", "volatile", text("SELECT 7")),
            },
            _ => match rng.maybe(&self.tables) {
                Some(table) => {
                    let body = Text::new("SELECT EXISTS (SELECT FROM §0)", vec![Ref::Table(table.uid)]);
                    (None, Class::Bool, "sql", "stable", body)
                }
                None => (None, Class::Bool, "plpgsql", "stable", text("begin return true; end")),
            },
        }
    }

    fn kind(&self, rng: &mut Rng) -> (Class, &'static str) {
        let vector = (Class::Vector, "vector(3)");
        match rng.maybe(&self.enums) {
            Some(one) if rng.chance(20) => {
                return (if rng.chance(75) { Class::Enum(one.uid) } else { Class::Enums(one.uid) }, "");
            }
            _ if self.vector && rng.chance(20) => return vector,
            _ => {}
        }
        let types = self.others.iter().filter_map(|one| match one.what {
            What::Domain { .. } => Some(Class::Domain(one.uid)),
            What::Composite { .. } => Some(Class::Composite(one.uid)),
            What::Range { .. } => Some(Class::Domain(one.uid)),
            _ => None,
        });
        if let (Some(class), true) = (rng.maybe(&types.collect::<Vec<_>>()), rng.chance(25)) {
            return match *class {
                // Not of composite types: arrays of those cannot be turned into arrays of what they become.
                Class::Domain(uid) if rng.chance(25) => (Class::Array(uid), ""),
                other => (other, ""),
            };
        }
        let class = *rng.pick(&[
            Class::Text,
            Class::Text,
            Class::Text,
            Class::Int,
            Class::Int,
            Class::Number,
            Class::Bool,
            Class::Uuid,
            Class::Uuid,
            Class::Time,
            Class::Json,
            Class::Texts,
            Class::Ints,
            Class::Range,
            Class::Inet,
            Class::Misc,
            Class::Misc,
        ]);
        (class, *rng.pick(kinds(class)))
    }

    pub fn add_table(&mut self, rng: &mut Rng) {
        let (uid, namespace, name) = (self.uid(), self.place(rng), name(rng, &mut self.taken()));
        let fillfactor = rng.chance(10).then(|| 50 + rng.below(50) as i64);
        let security = *rng.pick(&["off", "off", "on", "force", "force"]);
        let comment = comment(rng);
        let (columns, key, parts) = Default::default();
        self.tables.push(Table {
            uid,
            namespace,
            name,
            was: None,
            comment,
            columns,
            key,
            parts,
            security,
            set: None,
            fillfactor,
        });
        let at = self.tables.len() - 1;
        (0..1 + rng.below(6)).for_each(|_| self.add_column(rng, at));
        self.choose_key(rng, at);
    }

    /// Columns that can be in a key, and may become `NOT NULL`.
    pub fn keyable(&self, at: usize) -> Vec<Uid> {
        let table = &self.tables[at];
        let of_fk: Vec<Uid> = table
            .parts
            .iter()
            .flat_map(|p| match &p.part {
                Part::ForeignKey { columns, .. } => columns.clone(),
                _ => Vec::new(),
            })
            .collect();
        let fits =
            |c: &&Column| c.class.ordered() && !matches!(c.filled, Filled::Generated(..)) && !of_fk.contains(&c.uid);
        table.columns.iter().filter(fits).map(|c| c.uid).collect()
    }

    pub fn choose_key(&mut self, rng: &mut Rng, at: usize) {
        let keyable = self.keyable(at);
        self.tables[at].key = if rng.chance(85) && !keyable.is_empty() { rng.some(&keyable, 2) } else { Vec::new() };
    }

    pub fn add_column(&mut self, rng: &mut Rng, at: usize) {
        let mut taken: HashSet<String> = self.tables[at].columns.iter().map(|c| c.name.clone()).collect();
        let (uid, name, (class, kind)) = (self.uid(), name(rng, &mut taken), self.kind(rng));
        let mut column = Column {
            uid,
            name,
            was: None,
            class,
            kind: kind.to_owned(),
            not_null: rng.chance(30),
            filled: Filled::Nothing,
            collation: None,
            comment: comment(rng),
            unique: class.ordered() && rng.chance(5),
            one_of: class == Class::Text && rng.chance(8),
        };
        if class == Class::Text && rng.chance(10) {
            column.collation = Some(*rng.pick(&["C", "POSIX"]));
        }
        column.filled = self.filled(rng, at, &column);
        if (column.class, &column.filled) == (Class::Int, &Filled::Nothing) && rng.chance(10) {
            column.kind = (*rng.pick(&["serial", "bigserial", "smallserial"])).to_owned();
        }
        if matches!(column.filled, Filled::Generated(..)) {
            (column.unique, column.one_of, column.not_null) = (false, false, false);
        }
        self.tables[at].columns.push(column);
    }

    fn filled(&self, rng: &mut Rng, at: usize, column: &Column) -> Filled {
        match rng.below(10) {
            0..4 => texts::default(rng, self, column.class).map_or(Filled::Nothing, Filled::Default),
            4 if column.class == Class::Int => identity(rng),
            5 | 6 => self.computed(rng, at, column.class).unwrap_or(Filled::Nothing),
            _ => Filled::Nothing,
        }
    }

    /// A computation from a column of the same class that is not computed itself.
    pub fn computed(&self, rng: &mut Rng, at: usize, class: Class) -> Option<Filled> {
        let text = *rng.maybe(texts::computed(class))?;
        let fits = |c: &&Column| c.class == class && !matches!(c.filled, Filled::Generated(..));
        let from = rng.maybe(&self.tables[at].columns.iter().filter(fits).collect::<Vec<_>>()).copied()?.uid;
        let stored = self.major < 18 || rng.chance(70);
        Some(Filled::Generated(Text::new(text, vec![Ref::Column(from, class)]), stored))
    }
}
