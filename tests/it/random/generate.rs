//! Makes schemas up.

use std::collections::HashSet;

use super::model::{
    Class, Column, Enum, Filled, Function, Index, Key, Model, Named, Namespace, Part, Ref, Set, Table, Text, Uid, What,
};
use super::prng::Rng;
use super::texts;

/// Names that a careless quoting or splitting would break.
const ODD: &[&str] = &[
    "order",
    "user",
    "select",
    "Table",
    "a b",
    "ünïcode",
    "x\"y",
    "it's",
    "MixedCase",
    "1st",
    "value",
    "type",
    "comment",
    "naïve ☃",
    "a-b",
    "end",
    "$dollar",
    "back\\slash",
    "100%",
    "a,b",
    "(x)",
    "default",
    "new",
    "o",
    "name",
    "{tenant}",
    "a_name_of_sixty_three_bytes_which_is_the_longest_that_there_can_b",
    "-- x",
    "/* x",
    ";",
    "'",
    "all",
    "public",
    "x;y",
    "§",
    "back\\slash -- x",
    "\"quoted\"",
    "ГРОМ",
    "null",
    "array",
    "🐘",
    " lead",
    "trail ",
    "tab\tin",
    "line\nbreak",
    "dot.ted",
    "$$",
    "%s",
    "_dbtool",
    "pg",
    "ёжик_с_именем_в_63_байта_ёёёёёё",
];

const PLAIN: &[&str] =
    &["id", "tenant_id", "email", "note", "kind", "created", "items", "users", "events", "mood", "state", "amount"];

/// A name that is not taken, and takes it.
pub fn name(rng: &mut Rng, taken: &mut HashSet<String>) -> String {
    for _ in 0..20 {
        let from = if rng.chance(35) { ODD } else { PLAIN };
        let mut name: String = (*rng.pick(from)).to_owned();
        while name.len() > 63 {
            name.pop();
        }
        if taken.insert(name.clone()) {
            return name;
        }
    }
    let name = format!("n{}", rng.below(100_000));
    if taken.insert(name.clone()) { name } else { self::name(rng, taken) }
}

pub fn comment(rng: &mut Rng) -> Option<String> {
    rng.chance(15).then(|| (*rng.pick(&["plain", "it's \\ \"x\" $$", "☃\nsecond line", " "])).to_owned())
}

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

    pub fn add_part(&mut self, rng: &mut Rng) {
        let at = rng.below(self.tables.len());
        if self.tables.is_empty() {
            return;
        }
        if let Some(part) = self.part(rng, at) {
            let name = name(rng, &mut self.taken());
            let (uid, comment) = (self.uid(), comment(rng));
            self.tables[at].parts.push(Named { uid, name, was: None, comment, part });
        }
    }

    /// A new part for a table.
    pub fn part(&mut self, rng: &mut Rng, at: usize) -> Option<Part> {
        match rng.below(15) {
            12 => self.exclusion(rng, at),
            13 | 14 => self.trigger(rng, at),
            0 => self.unique(rng, at),
            1 | 2 => {
                let text = texts::condition(rng, self, &self.tables[at])?;
                Some(Part::Check { text, not_valid: rng.chance(10) })
            }
            3 | 4 => self.foreign_key(rng, at),
            5..8 => self.index(rng, at).map(Part::Index),
            8 => {
                self.add_set(rng, at);
                None
            }
            _ => self.policy(rng, at),
        }
    }

    fn add_set(&mut self, rng: &mut Rng, at: usize) {
        let Some(column) = self.tables[at].columns.iter().find(|c| c.class == Class::Uuid).map(|c| c.uid) else {
            return;
        };
        if self.sets.is_empty() {
            let functions: Vec<_> =
                self.functions.iter().filter(|f| f.gives == Class::Uuid && f.takes.is_none()).collect();
            let text = match rng.maybe(&functions) {
                Some(f) => Text::new("{tenant} = §0()", vec![Ref::Function(f.uid, f.takes, f.gives)]),
                None => Text::new("{tenant} is NOT null", Vec::new()),
            };
            let members = rng.some(&["select", "insert", "update", "delete"], 4);
            let members = members.into_iter().map(|command| (command, text.clone())).collect();
            self.sets.push(Set { name: "tenant".into(), members });
        }
        self.tables[at].set = Some((0, column));
    }

    fn unique(&self, rng: &mut Rng, at: usize) -> Option<Part> {
        let keyable = self.keyable(at);
        let columns = if keyable.is_empty() { return None } else { rng.some(&keyable, 3) };
        let rest: Vec<Uid> = keyable.into_iter().filter(|uid| !columns.contains(uid)).collect();
        let include = if rng.chance(15) && !rest.is_empty() { rng.some(&rest, 1) } else { Vec::new() };
        let deferrable = rng.chance(15).then(|| *rng.pick(&["deferred", "immediate"]));
        Some(Part::Unique { columns, include, nulls: rng.chance(15), deferrable })
    }

    fn foreign_key(&mut self, rng: &mut Rng, at: usize) -> Option<Part> {
        let fits = |t: &&Table| !t.key.is_empty();
        let other = rng.maybe(&self.tables.iter().filter(fits).collect::<Vec<_>>()).copied()?.clone();
        let mut columns = Vec::new();
        let parts = &other.parts;
        let keys = parts.iter().filter_map(|p| match &p.part {
            Part::Unique { columns, deferrable: None, .. } => Some(columns.clone()),
            _ => None,
        });
        let target = rng.pick(&keys.chain([other.key.clone(), other.key.clone()]).collect::<Vec<_>>()).clone();
        for uid in &target {
            let of = other.columns.iter().find(|c| c.uid == *uid)?.clone();
            self.add_column(rng, at);
            let column = self.tables[at].columns.last_mut()?;
            (column.class, column.kind, column.not_null, column.filled) =
                (of.class, of.kind.replace("serial", "int"), false, Filled::Nothing);
            (column.one_of, column.collation, column.unique) = (false, of.collation, false);
            columns.push(column.uid);
        }
        let actions = ["cascade", "restrict", "no action", "set null", "set default"];
        let (delete, update) = (*rng.pick(&actions), *rng.pick(&actions));
        let mut more = Vec::new();
        if rng.chance(20) {
            more.push(("deferrable", *rng.pick(&["deferred", "immediate"])));
        }
        if rng.chance(10) {
            more.push(("match", "full"));
        }
        Some(Part::ForeignKey { columns, table: other.uid, target, delete, update, more })
    }

    fn policy(&self, rng: &mut Rng, at: usize) -> Option<Part> {
        let command = *rng.pick(&["all", "all", "select", "insert", "update", "delete"]);
        let table = &self.tables[at];
        let using = if command == "insert" { None } else { texts::rule(rng, self, table) };
        let may = matches!(command, "all" | "insert" | "update");
        let check = if may && (command == "insert" || rng.chance(50)) { texts::rule(rng, self, table) } else { None };
        let to =
            if rng.chance(25) { rng.some(&["pg_monitor", "pg_read_all_stats", "postgres"], 2) } else { Vec::new() };
        Some(Part::Policy { command, restrictive: rng.chance(25), to, using, check })
    }

    fn index(&self, rng: &mut Rng, at: usize) -> Option<Index> {
        let table = &self.tables[at];
        let is_virtual = |c: &Column| matches!(c.filled, Filled::Generated(_, false));
        let columns: Vec<&Column> = table.columns.iter().filter(|c| !is_virtual(c)).collect();
        let plain = |c: &Column, more| Key {
            text: Text::new("§0", vec![Ref::Column(c.uid, c.class)]),
            expression: false,
            more,
        };
        let make =
            |using, keys| Index { using, keys, unique: false, include: Vec::new(), predicate: None, with: Vec::new() };
        let column = *rng.maybe(&columns)?;
        let mut index = match column.class {
            Class::Vector => {
                make("hnsw", vec![plain(column, vec![("opclass", *rng.pick(&["vector_cosine_ops", "vector_l2_ops"]))])])
            }
            Class::Json if rng.chance(50) => make("gin", vec![plain(column, vec![("opclass", "jsonb_path_ops")])]),
            Class::Json | Class::Texts if rng.chance(80) => make("gin", vec![plain(column, vec![])]),
            Class::Json => return None,
            Class::Range if rng.chance(60) => make("gist", vec![plain(column, vec![])]),
            Class::Inet if rng.chance(50) => make("gist", vec![plain(column, vec![("opclass", "inet_ops")])]),
            Class::Text if rng.chance(15) => make("spgist", vec![plain(column, vec![])]),
            Class::Int | Class::Time if rng.chance(20) => make("brin", vec![plain(column, vec![])]),
            Class::Int | Class::Text | Class::Uuid if rng.chance(15) => make("hash", vec![plain(column, vec![])]),
            _ => self.btree(rng, table, &columns)?,
        };
        if index.using == "hnsw" && rng.chance(60) {
            index.with = vec![("m", 8 + rng.below(3) as i64), ("ef_construction", 64)];
        } else if index.using == "btree" && rng.chance(10) {
            index.with = vec![("fillfactor", 70)];
        }
        if rng.chance(25) {
            index.predicate = texts::condition(rng, self, table).filter(|t| self.may_be_indexed(table, t));
        }
        Some(index)
    }

    fn exclusion(&self, rng: &mut Rng, at: usize) -> Option<Part> {
        let table = &self.tables[at];
        let is_virtual = |c: &Column| matches!(c.filled, Filled::Generated(_, false));
        let column = rng.maybe(&table.columns)?;
        let (using, operator) = match column.class {
            _ if is_virtual(column) => return None,
            Class::Range => ("gist", *rng.pick(&["&&", "=", "-|-"])),
            class if class.ordered() => ("btree", "="),
            _ => return None,
        };
        let predicate = texts::condition(rng, self, table).filter(|t| rng.chance(40) && self.may_be_indexed(table, t));
        let (column, class) = (column.uid, column.class);
        Some(Part::Exclusion { using, column, class, operator, predicate, deferrable: rng.chance(20) })
    }

    /// Whether no column of a text is computed only when it is read.
    fn may_be_indexed(&self, table: &Table, text: &Text) -> bool {
        let is_virtual =
            |uid: &Uid| table.columns.iter().any(|c| c.uid == *uid && matches!(c.filled, Filled::Generated(_, false)));
        !text.refs.iter().any(|r| matches!(r, Ref::Column(uid, _) if is_virtual(uid)))
    }

    fn btree(&self, rng: &mut Rng, table: &Table, columns: &[&Column]) -> Option<Index> {
        let fits: Vec<&Column> = columns.iter().copied().filter(|c| c.class.ordered()).collect();
        let mut keys = Vec::new();
        for column in rng.some(&fits, 3) {
            let mut more = Vec::new();
            if rng.chance(20) {
                more.push(("order", "desc"));
            }
            if rng.chance(20) {
                more.push(("nulls", *rng.pick(&["first", "last"])));
            }
            if column.class == Class::Text && rng.chance(15) {
                more.push(*rng.pick(&[("opclass", "text_pattern_ops"), ("collation", "C")]));
            }
            let expression = texts::computed(column.class).iter().filter(|_| column.class != Class::Json);
            let expression = rng.maybe(&expression.collect::<Vec<_>>()).copied().copied().filter(|_| rng.chance(25));
            let text = Text::new(expression.unwrap_or("§0"), vec![Ref::Column(column.uid, column.class)]);
            keys.push(Key { text, expression: expression.is_some(), more });
        }
        if keys.is_empty() {
            return None;
        }
        let unique = rng.chance(25);
        let of = |c: &&Column| !keys.iter().any(|k| matches!(k.text.refs[0], Ref::Column(uid, _) if uid == c.uid));
        let rest: Vec<Uid> =
            table.columns.iter().filter(of).filter(|c| fits.iter().any(|f| f.uid == c.uid)).map(|c| c.uid).collect();
        let include = if rng.chance(15) && !rest.is_empty() { rng.some(&rest, 2) } else { Vec::new() };
        Some(Index { using: "btree", keys, unique, include, predicate: None, with: Vec::new() })
    }
}

/// Types that are not turned into each other.
const MISC: &[&str] = &[
    "bytea",
    "interval",
    "interval hour to minute",
    "time",
    "time(2) with time zone",
    "money",
    "bit(3)",
    "bit varying(5)",
    "varbit",
    "xml",
    "json",
    "cidr",
    "macaddr8",
    "point",
    "box",
    "tsvector",
    "tsquery",
    "int8range",
    "numrange",
    "tstzrange",
    "daterange",
    "int4multirange",
    "oid",
    "regclass",
    "name",
    "\"char\"",
    "uuid[]",
    "numeric(6,2)[]",
    "timestamptz[]",
    "jsonb[]",
    "varchar(20)[]",
    "bit(3)[]",
    "bool[]",
    "pg_lsn",
    "int[][]",
    "character(1)",
    "jsonpath",
];

/// The types of a class.
pub fn kinds(class: Class) -> &'static [&'static str] {
    match class {
        Class::Text => &["text", "text", "varchar(40)", "varchar", "char(8)"],
        Class::Int => &["int", "integer", "bigint", "smallint", "int8"],
        Class::Number => &["numeric(10,2)", "numeric", "double precision", "real", "decimal(6)"],
        Class::Bool => &["bool", "boolean"],
        Class::Uuid => &["uuid"],
        Class::Time => &["timestamptz", "timestamp", "date", "timestamp(3) with time zone"],
        Class::Json => &["jsonb"],
        Class::Texts => &["text[]"],
        Class::Ints => &["int[]"],
        Class::Range => &["int4range"],
        Class::Inet => &["inet"],
        Class::Vector => &["vector(3)", "vector(4)"],
        Class::Misc => MISC,
        _ => &[""],
    }
}

/// Numbers for new rows.
pub fn identity(rng: &mut Rng) -> Filled {
    let all =
        [("start", 10), ("increment", 2), ("min", 1), ("max", 1000), ("cache", 5), ("start", 100), ("increment", 1)];
    let mut options: Vec<(&str, i64)> = if rng.chance(40) { rng.some(&all, 3) } else { Vec::new() };
    options.sort_unstable();
    options.dedup_by_key(|(key, _)| *key);
    Filled::Identity(rng.pick::<&str>(&["always", "by default"]), options)
}
