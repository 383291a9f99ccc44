//! `one_of`: the values that a column may have, as the check that PostgreSQL would store.

use crate::kind::{KindTag, Object};
use crate::load::builder::Builder;
use crate::load::fields::{Text, text};
use crate::load::names;
use crate::load::tree::{Node, Value};
use crate::schema::Id;
use crate::sql::{Expr, quote_ident, quote_literal};
use crate::types;

/// The check for a list of values, in the words that the server itself uses where they are known here: then the diff
/// need not ask it. For a list on a varchar column these are its words for `IN`; given back to it, it would word them
/// anew, so that it gets the `IN` itself.
pub(super) fn expression(builder: &Builder<'_>, column: &str, of: &str, node: &Node) -> Option<Expr> {
    let values = values(builder, node)?;
    complain(builder, of, &values);
    let literals: Vec<&str> = values.iter().map(|value| value.literal.as_str()).collect();
    let numbers = values.iter().all(|value| value.number);
    let of = types::without_modifier(of);
    let wording = wording(column, &of, &literals, numbers, declared(builder, &of).is_some());
    if of == "character varying" && literals.len() > 1 {
        let list = format!("{} IN ({})", quote_ident(column), literals.join(", "));
        return Some(Expr::known_as(&list, &wording));
    }
    Some(wording.into())
}

/// The check's text, for a column of a type without its modifier.
pub(crate) fn wording(column: &str, of: &str, literals: &[&str], numbers: bool, is_enum: bool) -> String {
    let name = quote_ident(column);
    let cast = |to: &str| literals.iter().map(|v| format!("{v}::{to}")).collect::<Vec<_>>().join(", ");
    let single = literals.len() == 1;
    match of {
        "text" if single => format!("({name} = {})", cast("text")),
        "text" => format!("({name} = ANY (ARRAY[{}]))", cast("text")),
        "character varying" if single => format!("(({name})::text = {})", cast("text")),
        "character varying" => format!("(({name})::text = ANY ((ARRAY[{}])::text[]))", cast("character varying")),
        "integer" if numbers && single => format!("({name} = {})", literals.join("")),
        "integer" if numbers => format!("({name} = ANY (ARRAY[{}]))", literals.join(", ")),
        other if is_enum && single => format!("({name} = {})", cast(other)),
        other if is_enum => format!("({name} = ANY (ARRAY[{}]))", cast(other)),
        _ => format!("{name} IN ({})", literals.join(", ")),
    }
}

/// A value, as the file has it and as an SQL literal.
struct Allowed {
    said: Text,
    literal: String,
    number: bool,
}

fn values(builder: &Builder<'_>, node: &Node) -> Option<Vec<Allowed>> {
    let Value::Array(items) = &node.value else {
        builder.report.say(&node.at, format!("expected an array, found {}", node.value.word()));
        return None;
    };
    if items.is_empty() {
        builder.report.say(&node.at, "no value at all is allowed: the list is empty");
        return None;
    }
    items.iter().map(|item| value(builder, item)).collect()
}

fn value(builder: &Builder<'_>, item: &Node) -> Option<Allowed> {
    if let Value::Integer(digits) | Value::Float(digits) = &item.value {
        let said = Text { text: digits.clone(), at: item.at.clone() };
        return Some(Allowed { said, literal: digits.clone(), number: true });
    }
    let said = text(builder.report, item)?;
    Some(Allowed { literal: quote_literal(&said.text), said, number: false })
}

/// Values that are there twice, or that the column's enum does not have.
fn complain(builder: &Builder<'_>, of: &str, values: &[Allowed]) {
    for (at, value) in values.iter().enumerate() {
        let Text { text, at: place } = &value.said;
        if values[..at].iter().any(|before| before.said.text == *text) {
            builder.report.say(place, format!("the value `{text}` is there twice"));
        }
        if let Some(has) = declared(builder, of).filter(|has| !has.contains(text)) {
            let near = types::nearest(text, has.iter().map(String::as_str));
            let hint = near.map(|near| format!("did you mean `{near}`?"));
            builder.report.maybe_hint(place, format!("the enum `{of}` has no value `{text}`"), hint);
        }
    }
}

/// The values of a declared enum. A name that SQL has to quote is left to the server.
fn declared<'b>(builder: &'b Builder<'_>, of: &str) -> Option<&'b Vec<String>> {
    let (namespace, name) = names::split(of)?;
    match builder.schema.object(&Id::new(KindTag::Enum, &namespace, &name))? {
        Object::Enum(found) => Some(&found.values),
        _ => None,
    }
}
