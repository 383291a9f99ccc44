//! Values that are taken over into new types by the names of their parts: in a text parts have places only, so that one
//! in which they come in another order, or more of them, would put values where they do not belong. That holds for
//! whatever composite types lie in: arrays, domains, and other composite types.

use crate::kind::{Object, swap};
use crate::plan::{Context, Step};
use crate::schema::Id;
use crate::sql::{dollar_quote, qualified};

/// How deep types are made of each other; a ring would be a mistake of the declaration.
const DEEPEST: usize = 16;

/// Whether the text of a value would be read wrongly as one of the new type.
pub(in crate::kind) fn needs_names(id: &Id, cx: &Context<'_>) -> bool {
    is_otherwise(id, cx, DEEPEST)
}

fn is_otherwise(id: &Id, cx: &Context<'_>, depth: usize) -> bool {
    let other_names = match (cx.current.object(id), cx.desired.object(id)) {
        (Some(Object::Composite(from)), Some(Object::Composite(to))) => !from.names().eq(to.names()),
        _ => false,
    };
    let mut inside = inner_types(id, cx).into_iter().filter(|_| depth > 0);
    other_names || inside.any(|(_, inner)| is_otherwise(&inner, cx, depth - 1))
}

/// The types that one is made of before and after, as they are written, and that new ones take the place of.
fn inner_types(id: &Id, cx: &Context<'_>) -> Vec<(String, Id)> {
    let names = match (cx.current.object(id), cx.desired.object(id)) {
        (Some(Object::Composite(from)), Some(Object::Composite(to))) => {
            let stays = |name: &str, of: &str| to.attributes.iter().any(|has| has.name == name && has.r#type == of);
            let kept = from.attributes.iter().filter(|had| stays(&had.name, &had.r#type));
            kept.map(|had| had.r#type.clone()).collect()
        }
        (Some(Object::Domain(from)), Some(Object::Domain(to))) if from.r#type == to.r#type => vec![from.r#type.clone()],
        _ => Vec::new(),
    };
    names.into_iter().filter_map(|name| type_of(&name, cx).map(|id| (name, id))).collect()
}

/// The type that a name means, where a new one takes its place.
fn type_of(name: &str, cx: &Context<'_>) -> Option<Id> {
    cx.current.mentioned(name).into_iter().find(|id| id.kind.is_type() && swap::is_swapped_type(id, cx))
}

/// A value of a type as one of the new type.
pub(in crate::kind) fn taken_over(id: &Id, value: &str, cx: &Context<'_>) -> Option<String> {
    match (cx.current.object(id), cx.desired.object(id)) {
        (Some(Object::Composite(from)), Some(Object::Composite(to))) => Some(from.value(to, value, &id.sql(), cx)),
        (Some(Object::Domain(from)), Some(Object::Domain(_))) => {
            Some(format!("({})::{}", written_over(&from.r#type, value, cx)?, id.sql()))
        }
        _ => None,
    }
}

/// The same by the name of the type, or of an array of it; nothing where the text of the value will do.
pub(super) fn written_over(name: &str, value: &str, cx: &Context<'_>) -> Option<String> {
    let id = type_of(name, cx).filter(|id| needs_names(id, cx))?;
    if name.ends_with("[]") { Some(format!("{}({value})", helper(&id))) } else { taken_over(&id, value, cx) }
}

/// A value of a column that is of a type or of an array of it.
pub(in crate::kind) fn of_column(id: &Id, column: &str, target: &str, cx: &Context<'_>) -> Option<String> {
    match target.ends_with("[]") {
        true => needs_names(id, cx).then(|| format!("{}({column})", helper(id))),
        false => taken_over(id, column, cx),
    }
}

/// What makes the functions that take arrays over, of a type and within its values, and what drops them.
pub(in crate::kind) fn helpers(id: &Id, cx: &Context<'_>) -> (Vec<Step>, Vec<Step>) {
    let users = swap::users(id, cx.current);
    let mut users = users.iter().filter(|(column, _)| cx.desired.contains(column)).peekable();
    if users.peek().is_none() || !needs_names(id, cx) {
        return (Vec::new(), Vec::new());
    }
    let mut found = Vec::new();
    if users.any(|(_, column)| column.r#type.ends_with("[]")) {
        found.push(id.clone());
    }
    arrays_in(id, cx, &mut found, DEEPEST);
    let drop = found.iter().map(|id| Step::safe(format!("DROP FUNCTION {}", helper(id)))).collect();
    (found.iter().filter_map(|id| array_helper(id, cx)).collect(), drop)
}

/// The types whose arrays lie in values of a type.
fn arrays_in(id: &Id, cx: &Context<'_>, found: &mut Vec<Id>, depth: usize) {
    for (name, inner) in inner_types(id, cx).into_iter().filter(|(_, inner)| depth > 0 && needs_names(inner, cx)) {
        if name.ends_with("[]") && !found.contains(&inner) {
            found.push(inner.clone());
        }
        arrays_in(&inner, cx, found, depth - 1);
    }
}

fn helper(id: &Id) -> String {
    qualified(&id.namespace, &format!("{}__array", id.name.chars().take(54).collect::<String>()))
}

/// The function that makes an array of the new type of one of the old: no expression can do that.
fn array_helper(id: &Id, cx: &Context<'_>) -> Option<Step> {
    let (helper, old, new) = (helper(id), qualified(&id.namespace, &swap::old_name(id)), id.sql());
    let one = taken_over(id, "had[at]", cx)?;
    let body = format!(
        "BEGIN\n    IF array_ndims(had) > 1 THEN\n        RAISE EXCEPTION 'an array of several dimensions cannot be taken over';\n    \
         END IF;\n    RETURN (SELECT CASE WHEN had IS NOT NULL THEN\n        ARRAY(SELECT {one}\n            FROM generate_subscripts(had, 1) at ORDER BY at) END);\nEND;"
    );
    let head = format!("CREATE FUNCTION {helper}(had {old}[]) RETURNS {new}[] LANGUAGE plpgsql AS");
    Some(Step::safe(format!("{head} {}", dollar_quote(&body))))
}
