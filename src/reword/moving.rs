//! What a plan makes, drops or changes, and other objects may name.
//!
//! An object that leans on any of it differs from the live one for certain, as the live text cannot mean what is not
//! there yet; and the server cannot be asked about it.

use std::collections::HashSet;

use crate::diff::{Change, is_same_wherever};
use crate::kind::{
    ArgumentMode, Column, Function, KindTag, Object, all_texts, made_of, says, says_within, table_given, texts,
    types_of,
};
use crate::schema::{Id, Schema};
use crate::sql::names_in;

/// See the room's own words.
#[derive(Clone, Default)]
pub(crate) struct Moving {
    names: HashSet<String>,
    /// Columns that come, go, or get another type, under their tables.
    columns: Vec<Id>,
    /// Columns that get another name, under both.
    renamed: Vec<Id>,
    /// Tables whose primary key comes, goes or changes: only grouped by it may a view show their other columns.
    keyed: Vec<Id>,
    /// The namespaces that extensions leave, or come to.
    places: HashSet<String>,
    /// Functions that give rows of tables with such columns.
    given: Vec<(String, Id)>,
    /// Values that an enum is to have and has not, with the enum's name.
    values: Vec<(String, String)>,
    /// New names of values, with the enum's and those of types made of it: what is read as a part of another value, as in
    /// an array, is not followed there.
    within: Vec<(String, String)>,
    /// Domains that allow something else: what is tried out as a value of one may not be allowed today.
    domains: HashSet<String>,
}

impl Moving {
    /// Collects it from the changes that lead from `current` to `desired`, and from the renames of columns: what
    /// another table says of them is not asked under their former names.
    pub(crate) fn new(current: &Schema, desired: &Schema, renames: &[Change], changes: &[Change]) -> Self {
        let mut moving = Self::default();
        for change in renames {
            if let Change::Rename { from, to } = change
                && to.kind == KindTag::Column
            {
                // The server knows the table by the name of today.
                let table = renames.iter().find_map(|rename| match rename {
                    Change::Rename { from, to: table } if to.table().as_ref() == Some(table) => Some(from.name.clone()),
                    _ => None,
                });
                for column in [from, to] {
                    moving.renamed.extend(table.clone().map(|owner| Id { owner, ..column.clone() }));
                    moving.renamed.push(column.clone());
                }
            }
        }
        for change in renames {
            if let Change::RenameValue { id, to, .. } = change
                && id.kind == KindTag::Enum
            {
                let types = with_made_of(id, current, desired).into_iter();
                moving.within.extend(types.map(|of| (of, to.clone())));
            }
        }
        for change in changes {
            let id = change.id();
            match (change, current.object(id), desired.object(id)) {
                (Change::Alter(_), Some(Object::Enum(from)), Some(Object::Enum(to))) => {
                    let types = with_made_of(id, current, desired);
                    let values: Vec<&String> = to.new_values(from).collect();
                    let pairs = types.iter().flat_map(|of| values.iter().map(|value| (of.clone(), (*value).clone())));
                    moving.values.extend(pairs);
                }
                // What is said of its values is read otherwise then.
                (Change::Alter(_), Some(Object::Domain(from)), Some(to))
                    if !Object::from(from.clone()).is_swapped_for(to) =>
                {
                    moving.domains.insert(id.name.clone());
                }
                (Change::Alter(_), Some(from), Some(to))
                    if from.is_swapped_for(to) || id.kind == KindTag::Composite =>
                {
                    moving.names.insert(id.name.clone());
                }
                (Change::Alter(_), Some(Object::Column(from)), Some(Object::Column(to))) if !from.is_retyped(to) => {}
                // Its types are still where it was.
                (Change::Alter(_), Some(Object::Extension(from)), Some(Object::Extension(to)))
                    if from.schema != to.schema =>
                {
                    moving.places.extend([&from.schema, &to.schema].into_iter().flatten().cloned());
                    moving.names.extend(moving.places.iter().cloned());
                }
                // An index wants what is immutable, whatever its text says; a view reads what comes out of it.
                (Change::Alter(_), Some(Object::Function(from)), Some(Object::Function(to)))
                    if from.volatility != to.volatility
                        || gives_other_columns(from, to)
                        || is_called_with_less(from, to) =>
                {
                    moving.names.insert(id.name.clone());
                }
                _ if id.kind == KindTag::PrimaryKey => moving.keyed.extend(id.table()),
                _ if id.kind == KindTag::Column => moving.columns.push(id.clone()),
                (Change::Alter(_), ..) => {}
                _ if id.kind == KindTag::Namespace || !(id.kind.belongs_to_table() || id.namespace.is_empty()) => {
                    moving.names.insert(id.name.clone());
                }
                _ => {}
            }
            // What comes and goes with it, under a name of its own.
            if moving.names.contains(&id.name) {
                let both = [current.object(id), desired.object(id)].into_iter().flatten();
                moving.names.extend(both.filter_map(|object| object.also_called()).map(str::to_owned));
            }
        }
        if !moving.columns.is_empty() {
            moving.given =
                given(current).chain(given(desired)).filter(|(_, table)| moving.is_of_column(table)).collect();
        }
        moving
    }

    fn is_of_column(&self, table: &Id) -> bool {
        self.columns.iter().any(|column| column.table().as_ref() == Some(table))
    }

    /// The same for what the server still knows under other names, with what is not there to be leaned on: a function's
    /// body keeps the names that are yet to come.
    pub(super) fn around(mut self, renames: &[Change]) -> Self {
        let seen = |id: &Id| !id.kind.belongs_to_table();
        self.names.extend(renames.iter().filter_map(|change| match change {
            Change::Rename { to, .. } if seen(to) => Some(to.name.clone()),
            _ => None,
        }));
        self
    }

    /// Says whether an object names something in a place that an extension leaves or comes to.
    fn is_elsewhere(&self, live: &Object) -> bool {
        !self.places.is_empty()
            && texts(live).iter().flat_map(|text| names_in(text)).any(|it| self.places.contains(&it))
    }

    /// What some objects say while an extension moves: the words of the server may be those of the place that it leaves.
    pub(super) fn said_of_places(&self, ids: &[Id], desired: &Schema) -> Vec<(Id, Object)> {
        let all = ids.iter().filter(|_| !self.places.is_empty());
        let said = all.filter_map(|id| Some((id.clone(), desired.object(id)?.clone())));
        said.filter(|(_, object)| !self.is_elsewhere(object)).collect()
    }

    /// Puts back what has got such words, unless it is what is there.
    pub(super) fn put_back(&self, said: Vec<(Id, Object)>, current: &Schema, desired: &mut Schema) {
        let places: Vec<&str> = self.places.iter().map(String::as_str).collect();
        for (id, object) in said {
            if let Some(entry) = desired.get_mut(&id).filter(|entry| self.is_elsewhere(&entry.object)) {
                let live = current.object(&id).filter(|live| is_same_wherever(live, &entry.object, &places));
                entry.object = live.cloned().unwrap_or(object);
            }
        }
    }

    /// Adds an object that is not there to be leaned on.
    pub(super) fn add(&mut self, id: &Id) {
        self.names.insert(id.name.clone());
    }

    /// Says whether an object's name is one of those.
    pub(super) fn has(&self, id: &Id) -> bool {
        self.names.contains(&id.name)
    }

    /// Says whether an object leans on nothing of it, not even in a body that is checked when the object is made.
    pub(super) fn leaves_all_of(&self, id: &Id, object: &Object, desired: &Schema) -> bool {
        let checked = matches!(object, Object::Function(function) if function.language == "sql");
        let given = match object {
            Object::Function(function) if checked => names_in(function.returns.as_str()),
            _ => Vec::new(),
        };
        // All of a row that is given back has to be there.
        let moves = |column: &Id| given.contains(&column.owner);
        if self.columns.iter().any(moves) {
            return false;
        }
        self.leaves_texts(id, &if checked { all_texts(object) } else { texts(object) }, desired)
    }

    /// Says whether the type of a column is none of it.
    pub(super) fn leaves_type(&self, id: &Id, column: &Column, desired: &Schema) -> bool {
        self.leaves_texts(id, std::slice::from_ref(&column.r#type), desired)
    }

    /// Says whether an object of a table of `desired` leans on nothing of it.
    pub(crate) fn leaves(&self, id: &Id, object: &Object, desired: &Schema) -> bool {
        match object {
            // The server keeps its statements, which are asked about under the names of today.
            Object::Function(function) if function.is_parsed() => {
                let only = Self { renamed: Vec::new(), ..self.clone() };
                only.leaves_texts(id, &all_texts(object), desired)
            }
            // The server is asked without the names of the rows that functions give.
            Object::View(view) if !self.given.is_empty() => {
                let plain = view.without_row_lists(&[desired]);
                // Names of its own are given to the columns of today.
                let named = plain.names_columns_of(|name| self.given.iter().any(|(function, _)| function == name));
                !named && self.leaves_texts(id, &texts(&plain.into()), desired)
            }
            // Its bounds are values of the columns that its parent is spread by, whose types no text of its own names.
            Object::Partition(partition) => {
                let parent = desired.object(&partition.parent());
                let key = parent.map(texts).unwrap_or_default();
                let said: Vec<String> = texts(object).into_iter().chain(key).collect();
                self.leaves_texts(id, &said, desired) && !self.is_checked(id, &said, desired)
            }
            _ => self.leaves_texts(id, &texts(object), desired),
        }
    }

    /// Whether a column that is named is of a domain that allows something else.
    fn is_checked(&self, id: &Id, said: &[String], desired: &Schema) -> bool {
        if self.domains.is_empty() {
            return false;
        }
        let names: HashSet<String> = said.iter().flat_map(|text| names_in(text)).collect();
        let columns = desired.of_table(id, KindTag::Column).filter(|(column, _)| names.contains(&column.name));
        let mut types = columns.flat_map(|(_, entry)| types_of(&entry.object)).flat_map(|name| names_in(&name));
        types.any(|name| self.domains.contains(&name))
    }

    fn leaves_texts(&self, id: &Id, said: &[String], desired: &Schema) -> bool {
        let columns = self.columns.is_empty() && self.renamed.is_empty() && self.keyed.is_empty();
        if columns && self.names.is_empty() && self.values.is_empty() && self.within.is_empty() {
            return true;
        }
        let mut names: HashSet<String> = said.iter().flat_map(|text| names_in(text)).collect();
        // What a column or a result is compared with is read as a value of its type, which the text need not name.
        let columns = desired.of_table(id, KindTag::Column).filter(|(column, _)| names.contains(&column.name));
        let read = said.iter().flat_map(|text| desired.mentioned(text)).filter_map(|id| desired.object(&id));
        let holders = columns.map(|(_, entry)| &entry.object).chain(read);
        let holders = holders.filter(|object| matches!(object, Object::Column(_) | Object::Function(_)));
        let types: Vec<String> = holders.flat_map(types_of).flat_map(|name| names_in(&name)).collect();
        names.extend(types);
        let own = id.table().map(|table| table.name);
        let named = |name: &String| Some(name) != own.as_ref() && self.names.contains(name);
        // Columns of its own are on the twin as they will be; a sub-select reads the table in use.
        let writes = names.contains("insert");
        let all = writes || said.iter().any(|text| text.contains('*'));
        let gives = |column: &Id| {
            let mut given = self.given.iter().filter(|(_, table)| column.table().as_ref() == Some(table));
            given.any(|(function, _)| names.contains(function))
        };
        let reads =
            |column: &Id| (all || names.contains(&column.name)) && (names.contains(&column.owner) || gives(column));
        // What a routine names is nothing of its own; it may be given rows.
        let words = ["select", "insert", "update", "delete", "merge"];
        let queries = id.kind.is_routine() || words.iter().any(|word| names.contains(*word));
        let reads_moving = queries && self.columns.iter().chain(&self.renamed).any(reads);
        let new_value = || self.values.iter().any(|(of, value)| names.contains(of) && says(said, value));
        let new_part = || self.within.iter().any(|(of, value)| names.contains(of) && says_within(said, value));
        let groups = names.contains("group") && self.keyed.iter().any(|table| names.contains(&table.name));
        let moves = reads_moving || groups || names.iter().any(named) || new_value() || new_part();
        !moves
    }
}

/// The names of a type and of those that are made of it, where a text may hold its values without its name.
fn with_made_of(id: &Id, current: &Schema, desired: &Schema) -> Vec<String> {
    let mut types = vec![id.clone()];
    let mut at = 0;
    while let Some(of) = types.get(at) {
        // Those that are new are made of it, too.
        let more = [made_of(of, current, desired), made_of(of, desired, desired)].concat();
        types.extend(more.into_iter().filter(|other| !types.contains(other)).collect::<Vec<_>>());
        at += 1;
    }
    types.into_iter().map(|id| id.name).collect()
}

/// The functions that give rows of a table, by their names.
fn given(schema: &Schema) -> impl Iterator<Item = (String, Id)> {
    let functions = schema.of_kind(KindTag::Function).map(|(id, _)| id);
    functions.filter_map(|id| Some((id.name.clone(), table_given(id, schema)?)))
}

/// Whether what a function gives back has other columns, or is of another type.
fn gives_other_columns(from: &Function, to: &Function) -> bool {
    let given = |function: &Function| {
        let given = function.arguments.iter().filter(|argument| argument.mode != ArgumentMode::In);
        given.map(|argument| (argument.name.clone(), argument.r#type.clone())).collect::<Vec<_>>()
    };
    from.returns != to.returns || given(from) != given(to)
}

/// Whether a call of a function may leave more arguments out.
fn is_called_with_less(from: &Function, to: &Function) -> bool {
    let optional = |function: &Function| function.arguments.iter().filter(|it| it.default.is_some()).count();
    optional(to) > optional(from)
}
