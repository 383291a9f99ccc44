//! Makes up what belongs to a table: policies, indexes, keys.

use super::model::{Class, Column, Filled, Index, Key, Model, Named, Part, Ref, Set, Table, Text, Uid};
use super::names::{comment, name};
use super::prng::Rng;
use super::texts;

impl Model {
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
