//! What holds on to more than it names: to a part of a value, to whole rows, to what an extension brought along.

use super::order::Operation;
use crate::kind::{Composite, KindTag, Object, all_texts, rows_of, tables_given, texts, whole_rows};
use crate::plan::Context;
use crate::plan::aside::Way;
use crate::schema::{Id, Schema};

/// The changes of composite types that take a part away, or bring one, which something reads that is there on one side.
pub(super) fn parts_read(op: &Operation, (of, other): (&Schema, &Schema), composites: &[(&Id, usize)]) -> Vec<usize> {
    let types = composites.iter().filter(|(id, _)| *id != &op.id);
    types.filter(|(id, _)| Composite::is_read(id, &op.id, of, other)).map(|(_, at)| *at).collect()
}

/// What reads whole rows holds on to every column that there is, and what gives them back has to give just those: the
/// columns that go have to be gone.
pub(super) fn rows_read(op: &Operation, cx: &Context<'_>) -> Vec<Id> {
    let given = rows_given(op, cx.current);
    let read = match cx.desired.object(&op.id) {
        Some(object @ (Object::View(_) | Object::Policy(_))) => texts(object),
        Some(object @ Object::Function(function)) if function.is_parsed() => all_texts(object),
        Some(Object::Function(function)) if function.language == "sql" => {
            return rows_of(function.returns.as_str(), cx.current);
        }
        _ => Vec::new(),
    };
    read.iter().flat_map(|text| whole_rows(text, cx.current)).chain(given).collect()
}

/// The columns of the rows that the functions give which a view calls: it says which they are.
pub(super) fn rows_given(op: &Operation, schema: &Schema) -> Vec<Id> {
    let Some(Object::View(view)) = schema.object(&op.id) else { return Vec::new() };
    let tables = tables_given(view.query.as_str(), schema);
    let columns = tables.iter().flat_map(|table| schema.children_of(table, KindTag::Column));
    columns.map(|(column, _)| column.clone()).collect()
}

/// What uses an extension is known to the server only: one that goes waits until all that goes is gone, and all that
/// changes has.
pub(super) fn without_extensions(ops: &[Operation], cx: &Context<'_>) -> Vec<(usize, usize)> {
    let goes = |op: &Operation| op.id.kind == KindTag::Extension && op.way == Way::Drop && !cx.desired.contains(&op.id);
    let gone: Vec<usize> = (0..ops.len()).filter(|at| goes(&ops[*at])).collect();
    let lets_go = |op: &Operation| {
        let around = matches!(op.id.kind, KindTag::Role | KindTag::Namespace | KindTag::Extension);
        let whole = op.rest && !op.id.kind.is_type();
        op.way != Way::Create && !(around || whole || op.id.kind.is_about_later())
    };
    let users = (0..ops.len()).filter(|at| !gone.is_empty() && lets_go(&ops[*at]));
    users.flat_map(|user| gone.iter().map(move |gone| (user, *gone))).collect()
}
