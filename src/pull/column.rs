//! A column, and the constraints that it can say of itself.

use super::grant;
use super::names::{is_plain, shown, type_name};
use super::sequence::of_numbers;
use super::value::{Body, Toml};
use super::write::{flag, push, push_text, sql};
use crate::kind::{
    Action, Check, Column, Compression, Deferral, ForeignKey, Generated, Identity, IdentitySequence, IdentityWhen,
    KindTag, Match, NotNull, Object, Origin, Storage, Unique, Upkeep,
};
use crate::load::{collation_of, joined, make, one_of_wording, only_column};
use crate::schema::{Entry, Id, Schema};
use crate::sql::{Expr, TokenKind, tokens_of};
use crate::types;

/// What a column has of its own. `implied` is whether something else of it refuses NULL already; `serial` stands for its
/// type, where that brings a default and a sequence along.
pub(super) fn body(column: &Column, implied: bool, serial: Option<&str>) -> Body {
    let Column { r#type, not_null, not_null_as, default, identity, generated, collation, upkeep, origin: _ } = column;
    let shown = serial.map_or_else(|| type_name(r#type), str::to_owned);
    let mut body = vec![("type".to_owned(), Toml::text(shown))];
    if not_null_as.is_plain() {
        flag(&mut body, "not_null", *not_null && !implied && identity.is_none() && serial.is_none());
    } else {
        push(&mut body, "not_null", not_null.then(|| not_null_value(not_null_as)));
    }
    let default = default.as_ref().filter(|_| serial.is_none());
    push(&mut body, "default", default.map(|default| default_value(default, r#type)));
    push(&mut body, "identity", identity.as_ref().map(identity_value));
    push(&mut body, "generated", generated.as_ref().map(generated_value));
    push_text(&mut body, "collation", collation.as_deref().map(collation_name));
    body.extend(of_upkeep(upkeep));
    body
}

/// What a column says that its table gets from a parent: what differs from there, and its type where the table says it.
pub(super) fn of_child(column: &Column, given: &Column, implied: bool) -> Body {
    let Column { r#type, not_null, not_null_as, default, identity, generated, collation: _, upkeep, origin } = column;
    let mut body = Body::new();
    push(&mut body, "type", (origin.0 == Origin::Merged).then(|| Toml::text(type_name(r#type))));
    let changed = *not_null != given.not_null && !(*not_null && (implied || identity.is_some()));
    // The name is the parent's, or left as it is.
    let more = NotNull { name: None, ..not_null_as.clone() };
    let other = *not_null && more != given.not_null_as && !more.is_plain();
    let value = if other { not_null_value(&more) } else { Toml::Flag(*not_null) };
    push(&mut body, "not_null", (changed || other).then_some(value));
    let value = default.as_ref().map_or_else(|| Toml::text("NULL"), |default| default_value(default, r#type));
    push(&mut body, "default", (*default != given.default && generated.is_none()).then_some(value));
    push(&mut body, "identity", identity.as_ref().map(identity_value));
    push(&mut body, "generated", generated.as_ref().filter(|_| *generated != given.generated).map(generated_value));
    let own = of_upkeep(upkeep);
    let other = of_upkeep(&given.upkeep);
    body.extend(own.iter().filter(|one| !other.contains(one)).cloned());
    // To have none where the parent has one.
    for (key, none) in [("storage", "default"), ("compression", "default"), ("statistics", "-1")] {
        let has = |body: &Body| body.iter().any(|(other, _)| other == key);
        let none = if key == "statistics" { Toml::Number(none.to_owned()) } else { Toml::text(none) };
        push(&mut body, key, (has(&other) && !has(&own)).then_some(none));
    }
    body
}

fn generated_value(generated: &Generated) -> Toml {
    let text = sql(&generated.expression);
    if generated.stored {
        return text;
    }
    Toml::Table(vec![("expression".to_owned(), text), ("stored".to_owned(), Toml::Flag(false))])
}

fn of_upkeep(upkeep: &Upkeep) -> Body {
    let Upkeep { storage, compression, statistics, options } = upkeep;
    let mut body = Body::new();
    let storage = storage.map(|storage| match storage {
        Storage::Plain => "plain",
        Storage::External => "external",
        Storage::Extended => "extended",
        Storage::Main => "main",
    });
    push(&mut body, "storage", storage.map(Toml::text));
    let compression = compression.map(|compression| match compression {
        Compression::Pglz => "pglz",
        Compression::Lz4 => "lz4",
    });
    push(&mut body, "compression", compression.map(Toml::text));
    push(&mut body, "statistics", statistics.map(|target| Toml::Number(target.to_string())));
    let options: Body = options.iter().map(|(name, value)| (name.clone(), Toml::scalar(value))).collect();
    push(&mut body, "options", (!options.is_empty()).then_some(Toml::Table(options)));
    body
}

/// What the constraint has beside being there.
pub(super) fn not_null_value(not_null: &NotNull) -> Toml {
    let NotNull { name, no_inherit, not_valid, kept: _, own: _ } = not_null;
    let mut body = Body::new();
    push_text(&mut body, "name", name.clone());
    flag(&mut body, "no_inherit", *no_inherit);
    flag(&mut body, "not_valid", *not_valid);
    Toml::Table(body)
}

/// A number or boolean stands as such; a text literal without the type that the server puts behind it.
pub(super) fn default_value(default: &Expr, of: &str) -> Toml {
    let text = default.trimmed();
    let literal = text.split("::").next().unwrap_or_default();
    if literal != text && types::is_cast_of(default, &literal.into(), of) {
        return Toml::text(literal);
    }
    Toml::scalar(text)
}

/// A collation by its own name where that is enough.
pub(super) fn collation_name(quoted: &str) -> String {
    let parts = tokens_of(quoted).unwrap_or_default();
    let names: Vec<_> = parts.iter().filter_map(crate::sql::name_of).collect();
    let short = names.last().map(|name| name.to_string()).unwrap_or_default();
    [short, names.join(".")].into_iter().find(|name| collation_of(name) == quoted).unwrap_or_else(|| quoted.to_owned())
}

fn identity_value(identity: &Identity) -> Toml {
    let Identity { generated, sequence: _, r#type, numbers } = identity;
    let when = match generated {
        IdentityWhen::Always => "always",
        IdentityWhen::ByDefault => "by default",
    };
    let mut body = vec![("generated".to_owned(), Toml::text(when))];
    push_text(&mut body, "type", r#type.clone());
    body.extend(of_numbers(numbers));
    if body.len() == 1 { Toml::text(when) } else { Toml::Table(body) }
}

/// Adds what there is to say of the sequence behind an identity.
pub(super) fn with_sequence(body: &mut Body, schema: &Schema, column: &Id) {
    let id = Id { kind: KindTag::IdentitySequence, ..column.clone() };
    let value = body.iter_mut().find(|(key, _)| key == "identity").map(|(_, value)| value);
    let (Some(value), Some(entry)) = (value, schema.get(&id)) else { return };
    let Object::IdentitySequence(IdentitySequence { name, numbered: _ }) = &entry.object else { return };
    let mut more = Body::new();
    push_text(&mut more, "name", name.clone());
    push_text(&mut more, "comment", entry.comment.clone());
    more.extend(grant::of_object(schema, &id));
    if more.is_empty() {
        return;
    }
    *value = match std::mem::replace(value, Toml::Flag(false)) {
        Toml::Table(said) => Toml::Table(said.into_iter().chain(more).collect()),
        when => Toml::Table([("generated".to_owned(), when)].into_iter().chain(more).collect()),
    };
}

/// The column that can say a constraint of itself, and how, if it would get the constraint's very name.
pub(super) fn inline(schema: &Schema, id: &Id, entry: &Entry) -> Option<(String, Body)> {
    if entry.comment.is_some() {
        return None;
    }
    let (column, label, body) = match &entry.object {
        Object::Unique(unique) => (unique.columns.first()?.clone(), "key", of_unique(unique)?),
        Object::ForeignKey(key) => (key.columns.first()?.clone(), "fkey", of_foreign_key(key)?),
        Object::Check(check) => {
            let table = id.table()?;
            let columns = schema.children_of(&table, KindTag::Column).map(|(id, _)| id.name.as_str());
            let column = only_column(check.expression.as_str(), columns)?;
            let body = of_check(schema, &Id::of(KindTag::Column, &table, &column), check)?;
            (column, "check", body)
        }
        _ => return None,
    };
    let named = make(&id.owner, Some(&joined(std::slice::from_ref(&column))), label);
    (named == id.name).then_some((column, body))
}

fn of_unique(unique: &Unique) -> Option<Body> {
    let Unique { columns, include, nulls_not_distinct, without_overlaps, with, deferral, index_comment, only, .. } =
        unique;
    let bare = !only && include.is_empty() && with.is_empty() && index_comment.is_none();
    let plain = columns.len() == 1 && bare && !nulls_not_distinct && !without_overlaps;
    (plain && *deferral == Deferral::NotDeferrable).then(|| vec![("unique".to_owned(), Toml::Flag(true))])
}

fn of_check(schema: &Schema, column: &Id, check: &Check) -> Option<Body> {
    let Check { expression, no_inherit, validated, enforced: _ } = check;
    if *no_inherit || !validated {
        return None;
    }
    let Some(Object::Column(of)) = schema.object(column) else { return None };
    let values = one_of(schema, column, of, expression).map(|values| ("one_of".to_owned(), Toml::List(values)));
    Some(vec![values.unwrap_or_else(|| ("check".to_owned(), sql(expression)))])
}

/// The values of a check that only lists them, in the words that the loader gives such a list.
fn one_of(schema: &Schema, column: &Id, of: &Column, expression: &Expr) -> Option<Vec<Toml>> {
    let tokens = tokens_of(expression.as_str()).ok()?;
    let literal = |kind| matches!(kind, TokenKind::Text | TokenKind::Number);
    let literals: Vec<&str> = tokens.iter().filter(|token| literal(token.kind)).map(|token| token.text).collect();
    let numbers = tokens.iter().all(|token| token.kind != TokenKind::Text);
    let of = types::without_modifier(&of.r#type);
    let is_enum = schema.mentioned(&of).iter().any(|id| id.kind == KindTag::Enum);
    let wording = one_of_wording(&column.name, &of, &literals, numbers, is_enum);
    let wording = Expr::from(wording);
    let same = wording == *expression || types::is_cast_element_by_element(expression, &wording);
    if literals.len() < 2 || !same {
        return None;
    }
    let value = |literal: &&str| match literal.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
        Some(text) => Some(Toml::text(text.replace("''", "'"))),
        None => Some(Toml::number_or_text(literal)).filter(|value| numbers && matches!(value, Toml::Number(_))),
    };
    literals.iter().map(value).collect()
}

fn of_foreign_key(key: &ForeignKey) -> Option<Body> {
    let single = key.columns.len() == 1 && key.references_columns.len() == 1;
    if !single || !key.on_delete_columns.is_empty() || !key.validated || key.period {
        return None;
    }
    let mut body = vec![("references".to_owned(), reference(key))];
    body.extend(actions(key));
    Some(body)
}

/// What a foreign key refers to: `tenants(id)`, or a table where names could be misread.
pub(super) fn reference(key: &ForeignKey) -> Toml {
    let ForeignKey { references_namespace, references_table, references_columns, .. } = key;
    let table = shown(references_namespace, references_table);
    let names = [references_namespace, references_table].into_iter().chain(references_columns);
    if names.into_iter().all(|name| is_plain(name)) {
        return Toml::text(format!("{table}({})", references_columns.join(", ")));
    }
    let columns = Toml::texts(references_columns);
    Toml::Table(vec![("table".to_owned(), Toml::text(table)), ("columns".to_owned(), columns)])
}

/// What a foreign key does, and when it is checked.
pub(super) fn actions(key: &ForeignKey) -> Body {
    let action = |action: Action| (action != Action::NoAction).then(|| action.sql().to_lowercase());
    let mut body = Body::new();
    push_text(&mut body, "match", (key.r#match == Match::Full).then(|| "full".to_owned()));
    push_text(&mut body, "on_delete", action(key.on_delete));
    push_text(&mut body, "on_update", action(key.on_update));
    push(&mut body, "deferrable", deferrable(key.deferral));
    body
}

/// `deferrable`, where it has to be said.
pub(super) fn deferrable(deferral: Deferral) -> Option<Toml> {
    match deferral {
        Deferral::NotDeferrable => None,
        Deferral::Immediate => Some(Toml::Flag(true)),
        Deferral::Deferred => Some(Toml::text("deferred")),
    }
}
