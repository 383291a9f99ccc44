//! Twins: empty temporary tables on which declared objects can be created to be read back.

use std::collections::{HashMap, HashSet};

use crate::kind::{Column, KindTag, Known, Object, Origin, Partition, Table, Upkeep, View};
use crate::plan::{Context, Options};
use crate::reword::{names_of, needs_whole_table};
use crate::schema::{Entry, Id, Schema};
use crate::sql::{Expr, mentions, name_of, tokens_of};

/// The namespace that means the session's own temporary one.
const TEMPORARY: &str = "pg_temp";

/// An empty table, or an object that stands by itself such as a function, with the objects that are to be read back from it.
pub(super) struct Twin {
    /// The twin's own name, in the temporary namespace.
    table: Id,
    /// Its columns, and those of them that are asked about.
    columns: Vec<(Id, Column)>,
    /// Where it stands for a materialized view, what its columns come from.
    view: Option<View>,
    /// How it is spread over partitions, where its bounds or just that are asked about.
    spread: Option<Expr>,
    /// What is created on it: the object's name there, the object, and the declared objects that it stands for.
    guests: Vec<Guest>,
}

struct Guest {
    id: Id,
    object: Object,
    members: Vec<Id>,
}

/// Sorts the objects into rounds of twins, so that no two twins of a round have one name.
///
/// Policies, checks and indexes whose meaning hangs on nothing but the columns that they name share a twin with those
/// columns, whatever table they are of, and equal ones are asked about once: a thousand tables with the same four
/// policies cost one twin. The rest get a twin of their whole table, under its name; but for the columns of types that
/// cannot be there, which nothing that is asked about leans on.
pub(super) fn twins(candidates: &[Id], desired: &Schema, missing: &HashSet<Id>) -> Vec<Vec<Twin>> {
    let mut shared: HashMap<Vec<(String, String, Option<String>)>, Twin> = HashMap::new();
    let mut whole: HashMap<Id, Twin> = HashMap::new();
    let mut order: Vec<Id> = Vec::new();
    for (number, id) in candidates.iter().enumerate() {
        let Some(object) = desired.object(id) else { continue };
        if let Some(parent) = spread_over(id, object) {
            let twin = whole.entry(Id::own(KindTag::Partition, &parent)).or_insert_with_key(|key| {
                order.push(key.clone());
                Twin::spread(&parent, desired, missing, number)
            });
            twin.take_in_partition(id, object, number);
            continue;
        }
        let Some(table) = id.table() else {
            // The rows that functions give are still those of today.
            let object = match object {
                Object::View(view) => &Object::View(view.without_row_lists(&[desired])),
                other => other,
            };
            whole.insert(id.clone(), Twin::of_itself(id, object));
            order.push(id.clone());
            continue;
        };
        let shares = matches!(object, Object::Policy(_) | Object::Check(_) | Object::Index(_));
        let names = names_of(object);
        let of_view = !desired.contains(&table);
        if shares && !of_view && !needs_whole_table(&names, id) {
            let columns = columns_named(&table, object, &names, desired);
            let count = shared.len();
            shared
                .entry(signature(&columns))
                .or_insert_with(|| Twin::shared(count, columns))
                .take_in(id, object, number);
        } else {
            let twin = whole.entry(table.clone()).or_insert_with(|| {
                order.push(table.clone());
                Twin::whole(&table, desired, missing)
            });
            twin.take_in(id, object, number);
        }
    }
    let mut rounds: Vec<Vec<Twin>> = vec![Vec::new()];
    let mut shared: Vec<Twin> = shared.into_values().collect();
    shared.sort_by(|a, b| a.table.cmp(&b.table));
    rounds[0].extend(shared);
    for twin in order.iter().filter_map(|id| whole.remove(id)) {
        let free = |round: &Vec<Twin>| !round.iter().any(|other| other.table.name == twin.table.name);
        match rounds.iter().position(free) {
            Some(at) => rounds[at].push(twin),
            None => rounds.push(vec![twin]),
        }
    }
    rounds
}

/// The table that has to be spread over partitions to ask about an object.
fn spread_over(id: &Id, object: &Object) -> Option<Id> {
    match object {
        Object::Partition(partition) => Some(partition.parent()),
        Object::Table(_) => Some(id.clone()),
        _ => None,
    }
}

/// The columns of a table that an object names, in a list or in a text.
fn columns_named(table: &Id, object: &Object, names: &HashSet<String>, desired: &Schema) -> Vec<(Id, Column)> {
    let listed: HashSet<String> = match object {
        Object::Index(index) => index.plain_columns().into_iter().chain(index.include.iter().cloned()).collect(),
        _ => HashSet::new(),
    };
    columns(table, desired, |id| listed.contains(&id.name) || names.contains(&id.name))
}

/// The columns of a table that are wanted, with their types only.
fn columns(table: &Id, desired: &Schema, wanted: impl Fn(&Id) -> bool) -> Vec<(Id, Column)> {
    let columns = desired.children_of(table, KindTag::Column).filter(|(id, _)| wanted(id));
    let columns = columns.filter_map(|(id, entry)| match &entry.object {
        Object::Column(column) => Some((id.clone(), bare(column))),
        _ => None,
    });
    columns.collect()
}

/// All columns of a table, but for those of types that are missing.
fn columns_but(table: &Id, desired: &Schema, missing: &HashSet<Id>) -> Vec<(Id, Column)> {
    let mut all = columns(table, desired, |_| true);
    all.retain(|(_, column)| {
        missing.is_empty() || !desired.mentioned(&column.r#type).iter().any(|of| missing.contains(of))
    });
    all
}

fn bare(column: &Column) -> Column {
    Column {
        not_null: false,
        not_null_as: Default::default(),
        default: None,
        identity: None,
        generated: None,
        upkeep: Upkeep::default(),
        origin: Known(Origin::Own),
        ..column.clone()
    }
}

/// The object as it has to read on a twin, which lives in another namespace than its table: `public.notes.id` is
/// `notes.id` there. (A table to read from, `FROM public.notes`, is meant as it stands.)
fn on_twin(object: &Object, id: &Id) -> Object {
    let mut object = object.clone().twin();
    for text in object.texts_mut() {
        if mentions(text.as_str(), &id.namespace) {
            *text = without_namespace(text.as_str(), id).into();
        }
    }
    object
}

/// The text without the namespace in front of the object's own table, where a column follows.
fn without_namespace(text: &str, id: &Id) -> String {
    let Ok(all) = tokens_of(text) else { return text.to_owned() };
    let named = |at: usize, name: &str| all.get(at).and_then(name_of).is_some_and(|found| found == *name);
    let dot = |at: usize| all.get(at).is_some_and(|token| token.text == ".");
    let mut out = text.to_owned();
    for at in (0..all.len()).rev() {
        let first = at == 0 || !dot(at - 1);
        if first && named(at, &id.namespace) && dot(at + 1) && named(at + 2, &id.owner) && dot(at + 3) {
            out.replace_range(all[at].start..all[at + 2].start, "");
        }
    }
    out
}

/// What a shared twin is known by.
fn signature(columns: &[(Id, Column)]) -> Vec<(String, String, Option<String>)> {
    let one = |(id, column): &(Id, Column)| (id.name.clone(), column.r#type.clone(), column.collation.clone());
    let mut all: Vec<_> = columns.iter().map(one).collect();
    all.sort();
    all
}

impl Twin {
    fn shared(count: usize, columns: Vec<(Id, Column)>) -> Self {
        let table = Id::new(KindTag::Table, TEMPORARY, &format!("dbtool_twin_{count}"));
        Self { table, columns, view: None, spread: None, guests: Vec::new() }
    }

    fn spread(parent: &Id, desired: &Schema, missing: &HashSet<Id>, number: usize) -> Self {
        let table = Id::new(KindTag::Table, TEMPORARY, &format!("dbtool_spread_{number}"));
        let spread = match desired.object(parent) {
            Some(Object::Table(parent)) => parent.partition_by.clone(),
            _ => None,
        };
        Self { table, columns: columns_but(parent, desired, missing), view: None, spread, guests: Vec::new() }
    }

    /// Notes a table that is spread over partitions, or a partition of it, which is a table too.
    fn take_in_partition(&mut self, id: &Id, object: &Object, number: usize) {
        let (id_there, object) = match object {
            Object::Partition(partition) => {
                let table = Id::new(KindTag::Table, TEMPORARY, &format!("o{number}"));
                let of = (TEMPORARY.to_owned(), self.table.name.clone());
                let partition = Partition { of_namespace: of.0, of: of.1, ..partition.clone() };
                (Id::own(KindTag::Partition, &table), Object::Partition(partition))
            }
            other => (self.table.clone(), other.clone()),
        };
        self.guests.push(Guest { id: id_there, object, members: vec![id.clone()] });
    }

    fn whole(table: &Id, desired: &Schema, missing: &HashSet<Id>) -> Self {
        let columns = columns_but(table, desired, missing);
        let view = match desired.object(&Id { kind: KindTag::View, ..table.clone() }) {
            Some(Object::View(view)) => Some(view.without_row_lists(&[desired])),
            _ => None,
        };
        Self { table: Id::new(KindTag::Table, TEMPORARY, &table.name), columns, view, spread: None, guests: Vec::new() }
    }

    fn of_itself(id: &Id, object: &Object) -> Self {
        let twin = Id { namespace: TEMPORARY.to_owned(), ..id.clone() };
        let guest = Guest { id: twin.clone(), object: object.clone().twin(), members: vec![id.clone()] };
        Self { table: twin, columns: Vec::new(), view: None, spread: None, guests: vec![guest] }
    }

    fn asked_columns(&self) -> usize {
        self.guests.iter().take_while(|guest| guest.id.kind == KindTag::Column).count()
    }

    /// Notes an object to be asked about, or that it is the same as one noted before.
    fn take_in(&mut self, id: &Id, object: &Object, number: usize) {
        if let Object::Column(column) = object {
            let guest = Id::of(KindTag::Column, &self.table, &id.name);
            let object = Object::Column(Column { origin: Known(Origin::Own), ..column.clone() });
            let guest = Guest { id: guest, object, members: vec![id.clone()] };
            // Columns are added before what stands on them, and computed ones after those they are computed from.
            let at = if column.generated.is_some() { self.asked_columns() } else { 0 };
            self.guests.insert(at, guest);
            return;
        }
        let object = &on_twin(object, id);
        let same = |guest: &&mut Guest| guest.id.kind == id.kind && guest.object == *object;
        if let Some(guest) = self.guests.iter_mut().find(same) {
            guest.members.push(id.clone());
            return;
        }
        let guest = Id::of(id.kind, &self.table, &format!("o{number}"));
        self.guests.push(Guest { id: guest, object: object.clone(), members: vec![id.clone()] });
    }

    /// The statements that make the twin, each with the declared object to blame if the server refuses it.
    pub(super) fn statements(&self) -> Vec<(String, Id)> {
        let nothing = Schema::default();
        let aside = HashSet::new();
        let options = Options { online: false, ..Options::default() };
        let mut made = Schema::default();
        let asked = |name: &str| self.guests.iter().any(|g| g.id.kind == KindTag::Column && g.id.name == name);
        for (id, column) in self.columns.iter().filter(|(id, _)| !asked(&id.name)) {
            made.insert(Id::of(KindTag::Column, &self.table, &id.name), Entry::from(Object::Column(column.clone())));
        }
        let cx = Context { current: &nothing, desired: &made, options, aside: &aside, replaced: &aside };
        let mut out = Vec::new();
        if self.table.kind == KindTag::Table {
            let empty = Object::Table(Table { partition_by: self.spread.clone(), ..Table::default() });
            let steps = || empty.create(&self.table, &cx).into_iter().map(|step| step.sql).collect();
            let sql: Vec<String> = self.view.as_ref().map_or_else(steps, |view| vec![view.as_table(&self.table)]);
            let blamed = self.guests.iter().find_map(|guest| guest.members.first()).unwrap_or(&self.table);
            out.extend(sql.into_iter().map(|sql| (sql, blamed.clone())));
        }
        for guest in self.guests.iter().filter(|guest| guest.id != self.table || self.spread.is_none()) {
            let first = guest.members.first().unwrap_or(&guest.id);
            if let (Object::Partition(_), Some(table)) = (&guest.object, guest.id.table()) {
                let one = [(guest.id.clone(), Entry::from(guest.object.clone()))].into_iter().collect();
                let cx = Context { desired: &one, ..cx };
                let steps = Object::Table(Table::default()).create(&table, &cx);
                out.extend(steps.into_iter().map(|step| (step.sql, first.clone())));
                continue;
            }
            out.extend(guest.object.create(&guest.id, &cx).into_iter().map(|step| (step.sql, first.clone())));
        }
        out
    }

    /// Puts what was read back in the place of what was declared.
    pub(super) fn put_back(&self, found: &Schema, desired: &mut Schema) {
        // The temporary namespace has a number of its own in each session.
        let Some(namespace) = found.iter().map(|(id, _)| id.namespace.clone()).find(|name| !name.is_empty()) else {
            return;
        };
        for guest in &self.guests {
            let read = found.object(&Id { namespace: namespace.clone(), ..guest.id.clone() });
            let Some(read) = read else { continue };
            for member in &guest.members {
                if let Some(entry) = desired.get_mut(member) {
                    entry.object.take_wording(read.clone());
                }
            }
        }
    }
}
