//! What policies see otherwise than before because of what they read: columns that are computed in another way, types
//! whose values get another order, tables that show other rows. Fewer rows of a table that a policy looks for in vain,
//! as by NOT EXISTS, are more rows of its own.

use std::collections::{HashMap, HashSet};

use super::handed::closed;
use crate::hazard::WEAKENS_ACCESS;
use crate::kind::{Column, Command, Enum, KindTag, Object, Policy, types_of};
use crate::plan::Context;
use crate::plan::order::Operation;
use crate::schema::{Id, Schema};

/// What the policies that stay read, with the tables whose policies they are.
type Readers = HashMap<Id, Vec<Id>>;

/// Says of each change of what policies read that they let other rows through.
pub(in crate::plan) fn seen_otherwise(ops: &mut [Operation], cx: &Context<'_>) {
    let mut readers: Option<Readers> = None;
    let mut done: HashSet<Id> = HashSet::new();
    // Of what is dropped and made anew, the making counts; it stands behind.
    for op in ops.iter_mut().rev().filter(|op| !op.steps.is_empty()) {
        let Some((read, how)) = cx.shows_otherwise(&op.id) else { continue };
        let readers = readers.get_or_insert_with(|| cx.readers());
        // That it is a policy of its table is no reading of it.
        let mut tables = readers.get(&read).into_iter().flatten().filter(|table| **table != read);
        if let Some(table) = tables.next()
            && done.insert(op.id.clone())
        {
            let hazard = WEAKENS_ACCESS.because(format!("policies of `{}` read {how}", table.name));
            let step = op.steps.remove(0).also(Some(hazard));
            op.steps.insert(0, step);
        }
    }
}

impl Context<'_> {
    /// What a change makes look otherwise to whoever reads it, and how.
    fn shows_otherwise(&self, id: &Id) -> Option<(Id, String)> {
        let name = &id.name;
        let (before, after) = (self.current.object(id), self.desired.object(id));
        match (before, after) {
            (Some(Object::Column(from)), Some(Object::Column(to))) if computed(from) != computed(to) => {
                Some((id.clone(), format!("`{name}` of `{}`, which is computed otherwise", id.owner)))
            }
            (Some(Object::Enum(from)), Some(Object::Enum(to))) if is_reordered(from, to) => {
                Some((id.clone(), format!("values of `{name}`, which come in another order")))
            }
            _ if matches!(id.kind, KindTag::Policy | KindTag::RowSecurity) => self.shows_other_rows(id),
            _ => None,
        }
    }

    /// The table whose policies or row security change in a way that those who read it notice.
    fn shows_other_rows(&self, id: &Id) -> Option<(Id, String)> {
        let table = id.table().filter(|table| self.desired.contains(table) && !self.is_new(table))?;
        let (before, after) = (closed(self.current, &table), closed(self.desired, &table));
        let changes = match id.kind {
            KindTag::RowSecurity => before != after,
            _ => before.0 && after.0 && shown_by(self.current, id) != shown_by(self.desired, id),
        };
        changes.then(|| (table.clone(), format!("`{}`, and see other rows", table.name)))
    }

    /// All that the policies read which are there and stay.
    fn readers(&self) -> Readers {
        let mut all = Readers::new();
        for (policy, _) in self.current.of_kind(KindTag::Policy).filter(|(policy, _)| self.desired.contains(policy)) {
            let Some(table) = policy.table().filter(|table| closed(self.desired, table).0) else { continue };
            for read in read_by(self.current, policy) {
                all.entry(read).or_default().push(table.clone());
            }
        }
        all
    }
}

/// How a column's values are computed.
fn computed(column: &Column) -> Option<&str> {
    column.generated.as_ref().map(|generated| generated.expression.as_str())
}

/// Whether values that stay get another order among each other.
fn is_reordered(from: &Enum, to: &Enum) -> bool {
    let kept = from.values.iter().filter(|value| to.values.contains(value));
    kept.ne(to.values.iter().filter(|value| from.values.contains(value)))
}

/// What a policy says of the rows that can be read.
fn shown_by<'a>(schema: &'a Schema, policy: &Id) -> Option<impl PartialEq + use<'a>> {
    match schema.object(policy) {
        Some(Object::Policy(Policy { permissive, r#for: Command::All | Command::Select, to, using, check: _ })) => {
            Some((permissive, to, using))
        }
        _ => None,
    }
}

/// What a policy reads, itself or by way of views, functions and computed columns, with the types of that.
fn read_by(schema: &Schema, policy: &Id) -> HashSet<Id> {
    let mut todo = vec![policy.clone()];
    let mut seen = HashSet::new();
    while let Some(next) = todo.pop() {
        let Some(object) = schema.object(&next) else { continue };
        let needs = match object {
            // A default is for rows to come.
            Object::Column(Column { generated: None, .. }) => {
                types_of(object).iter().flat_map(|name| schema.mentioned(name)).collect()
            }
            Object::Function(function) => {
                let body = schema.mentioned(&function.body);
                object.depends_on(&next, schema).into_iter().chain(body).collect()
            }
            Object::Policy(_) | Object::View(_) | Object::Aggregate(_) | Object::Column(_) => {
                object.depends_on(&next, schema)
            }
            Object::Domain(_) | Object::Composite(_) => object.depends_on(&next, schema),
            _ => Vec::new(),
        };
        todo.extend(needs.into_iter().filter(|need| seen.insert(need.clone())));
    }
    seen
}
