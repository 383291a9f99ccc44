//! Partitions, and tables that inherit: they take their columns from others, come to them and leave them.

use toml::{Table as Toml, Value};

use super::model::{Class, Column, Filled, Model, Table, Uid};
use super::mutate::rename;
use super::names::{comment, name};
use super::prng::Rng;
use super::write::{Writer, flag, said, section};

/// How rows are spread over partitions.
#[derive(Debug, Clone, Copy)]
pub struct Spread {
    pub by: &'static str,
    pub column: Uid,
}

#[derive(Debug, Clone)]
pub struct Child {
    pub uid: Uid,
    pub namespace: Uid,
    pub name: String,
    pub was: Option<String>,
    pub comment: Option<String>,
    /// The table or the partition that it belongs to.
    pub of: Uid,
    pub inherits: bool,
    /// Which of the possible bounds it has.
    pub slot: usize,
    /// Whether it stands by itself, with the same columns.
    pub alone: bool,
    /// A column of its own, and one of the parent's that it gives another default or an index.
    pub own: Option<&'static str>,
    pub told: Option<Uid>,
    pub indexed: bool,
    pub security: &'static str,
}

/// The bounds that partitions can have, none of which overlap.
fn bounds(by: &str, class: Class) -> Option<[&'static str; 4]> {
    Some(match (by, class) {
        ("range", Class::Int) => ["from (1) to (10)", "from (10) to (20)", "from (minvalue) to (1)", "default"],
        ("range", Class::Text) => ["from ('a') to ('h')", "from ('h') to ('p')", "FROM ('p') TO (MAXVALUE)", "default"],
        ("range", Class::Time) => [
            "from ('2024-01-01') to ('2025-01-01')",
            "from ('2025-01-01') to ('2026-01-01')",
            "from (minvalue) to ('2024-01-01')",
            "default",
        ],
        ("list", Class::Int) => ["in (1, 2)", "in (3)", "in (4, null)", "default"],
        ("list", Class::Text) => ["in ('a', 'it''s')", "IN ('b')", "in (null)", "default"],
        ("hash", Class::Int | Class::Text | Class::Uuid) => [
            "with (modulus 4, remainder 0)",
            "with (modulus 4, remainder 1)",
            "WITH (MODULUS 4, REMAINDER 2)",
            "with (modulus 4, remainder 3)",
        ],
        _ => return None,
    })
}

impl Model {
    /// The table at whose end a child hangs.
    pub fn root(&self, uid: Uid) -> Option<&Table> {
        let mut at = uid;
        for _ in 0..9 {
            match self.children.iter().find(|child| child.uid == at) {
                Some(child) => at = child.of,
                None => return self.table(at),
            }
        }
        None
    }

    fn spread_of(&self, rng: &mut Rng, table: &Table) -> Option<Spread> {
        let plain = |c: &&Column| !matches!(c.filled, Filled::Generated(..));
        let column = *rng.maybe(&table.columns.iter().filter(plain).collect::<Vec<_>>())?;
        let fits = ["range", "list", "hash"].into_iter().filter(|by| bounds(by, column.class).is_some());
        Some(Spread { by: rng.maybe(&fits.collect::<Vec<_>>()).copied()?, column: column.uid })
    }

    pub fn add_child(&mut self, rng: &mut Rng) {
        let Some(of) = rng.maybe(&self.tables.iter().map(|t| t.uid).collect::<Vec<_>>()).copied() else { return };
        let mut of = of;
        let inherits = !self.spreads.contains_key(&of) && rng.chance(30);
        if !inherits && !self.spreads.contains_key(&of) {
            let table = self.table(of).cloned();
            let Some(spread) = table.and_then(|table| self.spread_of(rng, &table)) else { return };
            self.spreads.insert(of, spread);
            if let Some(table) = self.tables.iter_mut().find(|t| t.uid == of)
                && !table.key.is_empty()
                && !table.key.contains(&spread.column)
            {
                table.key.push(spread.column);
            }
        }
        // A partition of a partition.
        let below: Vec<Uid> = self.children.iter().filter(|c| c.of == of && !c.inherits).map(|c| c.uid).collect();
        if let (Some(middle), true) = (rng.maybe(&below), rng.chance(25)) {
            let column = self.spreads[&of].column;
            let class = self.root(of).and_then(|t| t.columns.iter().find(|c| c.uid == column)).map(|c| c.class);
            let by = ["hash", "list"].into_iter().find(|by| class.is_some_and(|class| bounds(by, class).is_some()));
            if let Some(by) = by {
                self.spreads.entry(*middle).or_insert(Spread { by, column });
                of = *middle;
            }
        }
        let (uid, namespace, name) = (self.uid(), self.place(rng), name(rng, &mut self.taken()));
        let columns: Vec<Uid> = self.root(of).map(|t| t.columns.iter().map(|c| c.uid).collect()).unwrap_or_default();
        let slot = self.free_slot(rng, of);
        let told = rng.maybe(&columns).copied().filter(|_| rng.chance(40));
        self.children.push(Child {
            uid,
            namespace,
            name,
            was: None,
            comment: comment(rng),
            of,
            inherits,
            slot,
            alone: rng.chance(15),
            own: rng.maybe(&["text", "integer", "uuid[]"]).copied().filter(|_| inherits && rng.chance(60)),
            told,
            indexed: rng.chance(40),
            security: rng.pick::<&str>(&["off", "off", "on", "force"]),
        });
    }

    fn free_slot(&self, rng: &mut Rng, of: Uid) -> usize {
        let taken: Vec<usize> = self.children.iter().filter(|c| c.of == of).map(|c| c.slot).collect();
        // One too many stands by itself, for want of bounds.
        let free: Vec<usize> = (0..4).filter(|slot| !taken.contains(slot)).collect();
        rng.maybe(&free).copied().unwrap_or(4)
    }

    pub fn mutate_children(&mut self, rng: &mut Rng) {
        if self.children.is_empty() || rng.chance(30) {
            return self.add_child(rng);
        }
        let at = rng.below(self.children.len());
        let mut taken = self.taken();
        let (of, uid) = (self.children[at].of, self.children[at].uid);
        let slot = self.free_slot(rng, of);
        let respread = self.root(of).cloned().and_then(|table| self.spread_of(rng, &table));
        let it = &mut self.children[at];
        match rng.below(9) {
            0 => drop(self.children.remove(at)),
            1 => rename(rng, &mut taken, &mut it.name, &mut it.was),
            2 | 3 => it.alone = !it.alone,
            4 => it.slot = slot,
            5 => it.comment = comment(rng),
            6 => it.indexed = !it.indexed,
            7 => it.security = *rng.pick(&["off", "on", "force"]),
            // The parent is spread otherwise, or not at all any more.
            _ => match respread.filter(|_| rng.chance(30)) {
                Some(spread) => drop(self.spreads.insert(of, spread)),
                None => drop(self.spreads.remove(&uid)),
            },
        }
    }
}

impl Writer<'_> {
    /// The column by which a table is spread, where it can be.
    pub fn spread(&self, uid: Uid) -> Option<(&'static str, &Column)> {
        let spread = self.model.spreads.get(&uid)?;
        let table = self.model.root(uid)?;
        let column = table.columns.iter().find(|c| c.uid == spread.column).filter(|c| self.is_there(table, c))?;
        let plain = !matches!(column.filled, Filled::Generated(..)) && bounds(spread.by, column.class).is_some();
        plain.then_some((spread.by, column))
    }

    /// Whether a key over these columns can be made: that of a table in parts holds the column that says which.
    pub fn has_key(&self, table: &Table, columns: &[Uid]) -> bool {
        self.spread(table.uid).is_none_or(|(_, column)| columns.contains(&column.uid))
    }

    pub fn partition_by(&self, uid: Uid, it: &mut Toml) {
        if let Some((by, column)) = self.spread(uid) {
            it.insert("partition_by".into(), format!("{by} ({})", dbtool::sql::quote_ident(&column.name)).into());
            // Else those that nobody declares stay, whatever the way.
            it.insert("partitions".into(), "managed".into());
        }
    }

    /// A child under its key; a parent that is gone takes it along.
    pub fn children(&self, top: &mut Toml) {
        for child in &self.model.children {
            let Some(mut it) = self.child(child) else { continue };
            self.index_names(child, top, &mut it);
            section(top, "table").insert(self.key(child.namespace, &child.name), it.into());
        }
    }

    /// Some partitions call their parts of the root's indexes in their own way, another one among other rows.
    fn index_names(&self, child: &Child, top: &Toml, it: &mut Toml) {
        let Some(root) =
            self.model.root(child.of).filter(|_| child.uid.is_multiple_of(3) && it.contains_key("partition_of"))
        else {
            return;
        };
        let tables = top.get("table").and_then(Value::as_table);
        let above = tables.and_then(|tables| tables.get(&self.key(root.namespace, &root.name)));
        let indexes = above.and_then(|table| table.get("index")).and_then(Value::as_table);
        for (at, name) in indexes.into_iter().flat_map(Toml::keys).enumerate() {
            let own = format!("Part ☃ {} {} {at}", child.uid, child.slot);
            section(it, "index_names").insert(name.clone(), own.into());
        }
    }

    fn child(&self, child: &Child) -> Option<Toml> {
        let root = self.model.root(child.of)?;
        let above = self.model.children.iter().find(|one| one.uid == child.of);
        let parent = match above {
            Some(above) => self.child(above).map(|_| self.key(above.namespace, &above.name))?,
            None => self.key(root.namespace, &root.name),
        };
        let mut it = said(&[("comment", &child.comment), ("renamed_from", &child.was)]);
        it.insert("row_security".into(), child.security.into());
        self.grants(child.uid, &mut it);
        self.partition_by(child.uid, &mut it);
        let mut columns = Toml::new();
        let spread = self.spread(child.of);
        let bound = spread.and_then(|(by, column)| bounds(by, column.class)?.get(child.slot).copied());
        let tied = if child.inherits { spread.is_none() } else { bound.is_some() };
        if child.alone || !tied {
            for column in root.columns.iter().filter(|c| self.is_there(root, c)) {
                columns.insert(column.name.clone(), self.alone(root, column)?);
            }
        } else if child.inherits {
            it.insert("inherits".into(), vec![Value::from(parent)].into());
        } else {
            it.insert("partition_of".into(), parent.into());
            it.insert("values".into(), bound?.into());
        }
        if let Some(own) = child.own.filter(|_| child.inherits) {
            columns.insert("its own ☃".into(), Toml::from_iter([("type".to_owned(), own.into())]).into());
        }
        self.told(child, root, &mut it, &mut columns);
        it.insert("column".into(), columns.into());
        Some(it)
    }

    /// A column of the parent's as one of a table that stands by itself: without constraints and numbers.
    fn alone(&self, root: &Table, column: &Column) -> Option<Value> {
        let mut column = column.clone();
        (column.unique, column.one_of, column.kind) = (false, false, column.kind.replace("serial", "int"));
        if matches!(column.filled, Filled::Identity(..)) {
            column.filled = Filled::Nothing;
        }
        let mut it = self.column(root, &column)?;
        let it_is = it.as_table_mut()?;
        it_is.remove("not_null");
        // What it had from its parent is called as it is there until it leaves: the server renames it with the parent's.
        it_is.remove("renamed_from");
        flag(it_is, "not_null", column.not_null || root.key.contains(&column.uid));
        Some(it)
    }

    /// What a child says of a column that it has from its parent.
    fn told(&self, child: &Child, root: &Table, it: &mut Toml, columns: &mut Toml) {
        let column = child.told.and_then(|uid| root.columns.iter().find(|c| c.uid == uid));
        let Some(column) = column.filter(|c| self.is_there(root, c)) else { return };
        let plain = matches!(column.filled, Filled::Nothing | Filled::Default(_)) && !column.kind.contains("serial");
        if plain && column.class == Class::Text {
            let entry = columns.entry(column.name.clone()).or_insert_with(|| Toml::new().into());
            entry.as_table_mut().into_iter().for_each(|it| drop(it.insert("default".into(), "'own'".into())));
        }
        if child.indexed && column.class.ordered() && !matches!(column.filled, Filled::Generated(_, false)) {
            let on = Toml::from_iter([("on".to_owned(), Value::from(vec![column.name.clone()]))]);
            section(it, "index").insert(format!("of_child_{}", child.uid), on.into());
        }
    }
}
