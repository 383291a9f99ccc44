//! The declaration against a live database: load, inspect, reword, diff, plan, as one recipe.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

mod extension;
mod refused;
pub(crate) mod roles;
mod standing;
mod weigh;

pub use weigh::weigh;

use crate::database::Database;
use crate::diff::{Change, adopt, diff, rename};
use crate::error::failure;
use crate::inspect::{Inspected, Scope, Unmanaged, inspect};
use crate::kind::{KindTag, Object, lineage};
use crate::load::Loaded;
use crate::plan::{Expand, Expanded, Kept, Options, Plan, expand, expandable};
use crate::reword::{Former, Moving, Refused, Trial, Way, reword, try_new};
use crate::schema::{Id, Schema};

/// How a declaration and a live database differ, and the way from one to the other.
#[derive(Debug)]
pub struct Comparison {
    /// The live schema as it is.
    pub live: Arc<Schema>,
    /// The live schema under the names that renamed objects will have.
    pub current: Arc<Schema>,
    /// The declared schema, in the server's wording where that was asked for.
    pub desired: Schema,
    /// The renames that lead from `live` to `current`.
    pub renames: Vec<Change>,
    /// What differs between `current` and `desired`.
    pub changes: Vec<Change>,
    /// The statements, in order.
    pub plan: Plan,
    /// How the plan was made.
    pub options: Options,
    /// What dbtool sees and does not manage, with counts.
    pub unmanaged: Vec<Unmanaged>,
    /// The columns that change their type where they stand, though it was to be by way of new ones.
    pub kept: Vec<Kept>,
    /// Why what is new was not tried out, if it was not.
    pub untried: Option<String>,
}

/// What kind of plan is wished.
#[derive(Debug, Clone)]
pub struct How {
    /// Whether it lets others read and write the tables that exist.
    pub online: bool,
    /// The columns that get another type by way of a new one.
    pub expand: Expand,
}

impl Default for How {
    fn default() -> Self {
        Self { online: true, expand: Expand::Nothing }
    }
}

impl Comparison {
    /// The columns that could get their new type by way of a new one and do not, as `--expand` takes them.
    pub fn expandable(&self) -> Option<String> {
        if self.plan.between.is_some() || !self.options.online {
            return None;
        }
        let columns: Vec<String> = expandable(&self.current, &self.desired).iter().map(Expand::name).collect();
        (!columns.is_empty()).then(|| columns.join(","))
    }

    /// Says whether nothing differs.
    pub fn is_same(&self) -> bool {
        self.changes.is_empty() && self.renames.is_empty()
    }
}

/// Compares the declaration with the live database.
///
/// # Errors
/// The server is lost or refuses; a declaration that it does not accept is shown at its place.
pub async fn compare(database: &Database, scope: &Scope, loaded: &Loaded) -> anyhow::Result<Comparison> {
    let inspected = inspect(database, scope).await?;
    compare_inspected(database, inspected, loaded).await
}

/// The same with a live schema that was read already.
///
/// # Errors
/// As [`compare`].
pub async fn compare_inspected(
    database: &Database,
    inspected: Inspected,
    loaded: &Loaded,
) -> anyhow::Result<Comparison> {
    compare_with(database, inspected, loaded, &How::default()).await
}

/// The same with a plan of a certain kind.
///
/// # Errors
/// As [`compare`].
pub async fn compare_with(
    database: &Database,
    mut inspected: Inspected,
    loaded: &Loaded,
    how: &How,
) -> anyhow::Result<Comparison> {
    leave_partitions(&mut inspected, &loaded.schema);
    loaded.not_ours.take_out_of(&mut inspected);
    roles::keep_declared(&mut inspected, &loaded.schema);
    let live = Arc::new(inspected.schema);
    let mut desired = loaded.schema.clone();
    all_are_looked_at(&inspected.scope, loaded)?;
    leave_out(&inspected.scope, &mut desired);
    roles::all_are_known(&desired, &live, loaded)?;
    adopt(&mut desired, &live);
    let (mut current, mut renames) = rename(&live, &desired);
    if !renames.is_empty() {
        // What has another name leaves as much open as what has not.
        adopt(&mut desired, &current);
    }
    let mut changes = diff(&current, &desired);
    if !changes.is_empty() {
        extension::ask_what_is_required(database, &mut desired, &changes).await?;
        let before = changes.len();
        if let Err(refused) = word(database, &current, &mut desired, &renames, &changes).await? {
            return Err(refused::at_its_place(&refused, loaded));
        }
        // Constraints that differed in their text may now differ in nothing but their name.
        (current, renames) = rename(&live, &desired);
        changes = diff(&current, &desired);
        debug_assert!(changes.len() <= before, "rewording only takes differences away");
    }
    let mut untried = None;
    if !changes.is_empty() {
        let former = Former::of(&renames);
        let (past, asked) = (former.name(&current), former.name(&desired));
        let asking = diff(&past, &asked);
        let moving = Moving::new(&past, &asked, &renames, &asking);
        let way = Way { current: &past, desired: &asked, renames: &renames };
        match try_new(database.client(), &way, &asking, &moving).await? {
            Trial::Passed => {}
            Trial::Skipped(why) => untried = Some(why),
            Trial::Refused(refused) => {
                let id = former.present(&refused.id, &asked, &desired);
                return Err(refused::at_its_place(&Refused { id, ..refused }, loaded));
            }
        }
    }
    let options = Options { version: database.version(), online: how.online };
    let Expanded { mut plan, kept } = expand(&current, &desired, &renames, &changes, options, &how.expand);
    standing::mark(database, &mut plan, &renames, [&live, &desired], &inspected.addresses).await?;
    let unmanaged = inspected.unmanaged;
    Ok(Comparison { live, current, desired, renames, changes, plan, options, unmanaged, kept, untried })
}

/// Takes out the partitions that the declaration leaves to somebody else: they are counted, and never touched.
///
/// Those of a declared table are left alone where none of them is declared, unless the table says otherwise.
pub fn leave_partitions(inspected: &mut Inspected, desired: &Schema) {
    let declared: HashSet<Id> = desired.of_kind(KindTag::Partition).filter_map(|(_, e)| parent_of(&e.object)).collect();
    let managed = |parent: &Id| desired.manages_partitions.get(parent).copied().unwrap_or(declared.contains(parent));
    // They go with a table that is to hold its rows itself, or to spread them by another strategy.
    let strategy = |schema: &Schema, table: &Id| match schema.object(table) {
        Some(Object::Table(table)) => {
            table.partition_by.as_ref().and_then(|by| by.as_str().split_whitespace().next().map(str::to_lowercase))
        }
        _ => None,
    };
    let declared_tables = desired.of_kind(KindTag::Table).map(|(table, _)| table);
    let spread_anew: HashSet<&Id> =
        declared_tables.filter(|table| strategy(desired, table) != strategy(&inspected.schema, table)).collect();
    let spread = |table: &Id| !spread_anew.contains(table);
    let former = |table: &Id| {
        let mut named = desired.renamed_from.iter();
        named.any(|(id, old)| Id { name: old.clone(), ..id.clone() } == *table)
    };
    loop {
        let others = inspected.schema.of_kind(KindTag::Partition).filter_map(|(id, entry)| {
            let (table, parent) = (id.table()?, parent_of(&entry.object)?);
            let ours = desired.contains(&table)
                || former(&table)
                || !desired.contains(&parent)
                || !spread(&parent)
                || managed(&parent);
            (!ours).then_some(table)
        });
        let others: Vec<Id> = others.collect();
        if others.is_empty() {
            return;
        }
        // What is below them goes with them.
        let below: BTreeSet<Id> = others.iter().flat_map(|table| lineage::below(&inspected.schema, table)).collect();
        inspected.unmanaged.extend(below.iter().map(Unmanaged::partition));
        // A namespace cannot go while they are in it.
        let kept = below.iter().map(|table| Id::new(KindTag::Namespace, "", &table.namespace));
        let kept: HashSet<Id> = kept.filter(|namespace| !desired.contains(namespace)).collect();
        let sequences = inspected.schema.of_kind(KindTag::SequenceOwner).map(|(id, _)| id);
        let sequences = sequences.filter(|id| id.table().is_some_and(|table| below.contains(&table)));
        let sequences: HashSet<Id> = sequences.map(|id| Id::new(KindTag::Sequence, &id.namespace, &id.name)).collect();
        let goes = |id: &Id| {
            let one = |id: &Id| below.contains(id) || kept.contains(id) || sequences.contains(id);
            one(id) || [id.table(), id.subject()].iter().flatten().any(one)
        };
        inspected.retain(|id| !goes(id));
    }
}

fn parent_of(object: &Object) -> Option<Id> {
    match object {
        Object::Partition(partition) => Some(partition.parent()),
        _ => None,
    }
}

/// What is not ours is left alone on both sides.
/// Complains where the project's settings leave out every namespace that tables are declared in: it would look as if they
/// were compared.
fn all_are_looked_at(scope: &Scope, loaded: &Loaded) -> anyhow::Result<()> {
    let Some(namespaces) = &scope.namespaces else { return Ok(()) };
    // One of several may well be somebody else's; where nothing at all is left, the name is wrong.
    if loaded.schema.of_kind(KindTag::Table).any(|(id, _)| namespaces.contains(&id.namespace)) {
        return Ok(());
    }
    let is_out = |id: &&Id| !id.namespace.is_empty() && !namespaces.contains(&id.namespace) && !scope.ignores(id);
    let told = |id: &Id| {
        let message =
            format!("`namespaces` in dbtool.toml leaves out the schema `{}`, where this is declared", id.namespace);
        loaded.place_of(id).map(|_| loaded.complain(id, &message))
    };
    let complaints: Vec<String> = loaded
        .schema
        .iter()
        .map(|(id, _)| id)
        .filter(is_out)
        .filter(|id| id.owner.is_empty())
        .filter_map(told)
        .collect();
    if complaints.is_empty() {
        return Ok(());
    }
    Err(failure(complaints.join("\n\n"), "name the schema there as well, or take the declaration out"))
}

fn leave_out(scope: &Scope, desired: &mut Schema) {
    if scope.namespaces.is_some() || !scope.ignore.is_empty() {
        let out: Vec<Id> = desired.iter().map(|(id, _)| id.clone()).filter(|id| scope.leaves_out(id)).collect();
        out.iter().for_each(|id| drop(desired.remove(id)));
    }
}

/// The declaration in the server's words, as far as it declares what is there. What the server refuses, or cannot be
/// asked about, stands there as it was declared: then it differs. The second value says why it was not asked.
///
/// # Errors
/// The server is lost.
pub async fn worded(database: &Database, live: &Schema, loaded: &Loaded) -> anyhow::Result<(Schema, Option<String>)> {
    let mut declared = loaded.schema.clone();
    declared.renamed_from.clear();
    declared.renamed_values.clear();
    adopt(&mut declared, live);
    let (mut worded, why) = worded_as_far_as_possible(database, live, &declared).await?;
    let is_column = |id: &Id| id.kind == KindTag::Column;
    let retyped = worded.iter().any(|(id, entry)| is_column(id) && live.get(id).is_some_and(|other| other != entry));
    if retyped && why.is_none() {
        // What differs will be as it is live: other words hang on the types of columns.
        for (id, entry) in declared.iter_mut().filter(|(id, _)| is_column(id)) {
            live.get(id).into_iter().for_each(|other| entry.clone_from(other));
        }
        let (again, _) = worded_as_far_as_possible(database, live, &declared).await?;
        for (id, entry) in worded.iter_mut().filter(|(id, _)| !is_column(id)) {
            again.get(id).into_iter().for_each(|other| entry.clone_from(other));
        }
    }
    Ok((worded, why))
}

/// Asks for the words of everything that the server does not refuse.
async fn worded_as_far_as_possible(
    database: &Database,
    live: &Schema,
    declared: &Schema,
) -> anyhow::Result<(Schema, Option<String>)> {
    let mut refused: Vec<Id> = Vec::new();
    loop {
        let mut desired = declared.clone();
        for id in &refused {
            match live.get(id) {
                Some(entry) => drop(desired.insert(id.clone(), entry.clone())),
                None => drop(desired.remove(id)),
            }
        }
        let changes = diff(live, &desired);
        let outcome =
            if changes.is_empty() { Ok(Ok(())) } else { word(database, live, &mut desired, &[], &changes).await };
        match outcome {
            Ok(Err(Refused { id, .. })) if !refused.contains(&id) => refused.push(id),
            Err(error) if database.client().is_closed() => return Err(error),
            other => {
                for (id, entry) in refused.iter().filter_map(|id| declared.get(id).map(|entry| (id, entry))) {
                    desired.insert(id.clone(), entry.clone());
                }
                let why = other.map_or_else(|error| Some(error.to_string()), |_| None);
                return Ok((desired, why));
            }
        }
    }
}

/// Puts the server's wording into the declaration, asking under the names that the server knows today.
async fn word(
    database: &Database,
    current: &Schema,
    desired: &mut Schema,
    renames: &[Change],
    changes: &[Change],
) -> anyhow::Result<Result<(), Refused>> {
    let former = Former::of(renames);
    if former.is_empty() {
        let moving = Moving::new(current, desired, renames, changes);
        return reword(database, current, desired, changes, &moving).await;
    }
    let (past, asked) = (former.name(current), former.name(desired).into_owned());
    let mut worded = asked.clone();
    let asking = diff(&past, &asked);
    let moving = Moving::new(&past, &asked, renames, &asking);
    if let Err(refused) = reword(database, &past, &mut worded, &asking, &moving).await? {
        let id = former.present(&refused.id, &asked, desired);
        return Ok(Err(Refused { id, ..refused }));
    }
    former.put_back(&asked, &worded, desired);
    Ok(Ok(()))
}
