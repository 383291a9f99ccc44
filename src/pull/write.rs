//! Each kind of object as TOML: what is said of it, and where that stands. The one place that knows all kinds.

use super::layout::Item;
use super::value::{Body, Toml};
use super::{
    aggregate, column, constraint, exclusion, function, index, names, policy, role, sequence, trigger, types, view,
};
use crate::kind::{
    Extension, IdentifiedBy, KindTag, Namespace, Object, Origin, Parameters, ReplicaIdentity, RowSecurity, Table,
    lineage,
};
use crate::schema::{Entry, Id, Schema};
use crate::sql::{Expr, TokenKind, tokens};

/// An object under a name of its own: the section, and what stands there.
#[derive(Debug)]
pub(super) struct Piece {
    pub(super) section: String,
    pub(super) item: Item,
}

/// Adds a key where there is something to say.
pub(super) fn push(body: &mut Body, key: &str, value: Option<Toml>) {
    body.extend(value.map(|value| (key.to_owned(), value)));
}

/// Adds a text.
pub(super) fn push_text(body: &mut Body, key: &str, text: Option<String>) {
    push(body, key, text.map(Toml::Text));
}

/// Adds an SQL expression.
pub(super) fn push_sql(body: &mut Body, key: &str, expression: Option<&Expr>) {
    push(body, key, expression.map(sql));
}

/// An SQL expression, on one line where that is short enough to be read.
pub(super) fn sql(expression: &Expr) -> Toml {
    const WIDEST: usize = 110;
    let text = expression.trimmed();
    let line = if text.contains('\n') { on_one_line(text) } else { None };
    Toml::text(line.filter(|line| line.chars().count() <= WIDEST).as_deref().unwrap_or(text))
}

/// The tokens with one blank at most between them; nothing where a comment or a text of several lines is among them.
fn on_one_line(text: &str) -> Option<String> {
    let mut out = String::new();
    for token in tokens(text).ok()? {
        match token.kind {
            TokenKind::Comment => return None,
            TokenKind::Space if out.ends_with('(') => {}
            TokenKind::Space => out.push(' '),
            _ if token.text.contains('\n') => return None,
            _ => out.push_str(token.text),
        }
    }
    Some(out)
}

/// Storage parameters, where there are any.
pub(super) fn of_parameters(with: &Parameters) -> Option<Toml> {
    let parameters: Body = with.iter().map(|(name, value)| (name.clone(), Toml::scalar(value))).collect();
    (!parameters.is_empty()).then_some(Toml::Table(parameters))
}

/// Adds what is true.
pub(super) fn flag(body: &mut Body, key: &str, is: bool) {
    push(body, key, is.then_some(Toml::Flag(true)));
}

/// An object with a name of its own. Nothing for what its table says: the table's own keys are [`of_table`]'s.
pub(super) fn piece(schema: &Schema, id: &Id, entry: &Entry) -> Option<Piece> {
    let (body, short) = match &entry.object {
        Object::Table(_) | Object::PrimaryKey(_) | Object::SequenceOwner(_) => return None,
        Object::RowSecurity(_) | Object::ReplicaIdentity(_) | Object::Cluster(_) => return None,
        Object::IdentitySequence(_) => return None,
        Object::Partition(_) | Object::Inheritance(_) => return None,
        Object::Grant(_) | Object::DefaultPrivilege(_) => return None,
        Object::Role(role) => (role::body(role), None),
        Object::Namespace(Namespace { owner }) => {
            (owner.iter().map(|owner| ("owner".to_owned(), Toml::text(owner))).collect(), None)
        }
        Object::Extension(extension) => (of_extension(extension), None),
        Object::Enum(values) => (vec![("values".to_owned(), Toml::texts(&values.values))], None),
        Object::Domain(domain) => (types::domain(domain), None),
        Object::Composite(composite) => (types::composite(composite), None),
        Object::Range(range) => (types::range(id, range), None),
        Object::Function(function) => (function::body(function), None),
        Object::Aggregate(aggregate) => (aggregate::body(aggregate), None),
        Object::Column(column) => {
            let serial = sequence::serial(schema, id, column);
            let mut body = match lineage::inherited(schema, id).filter(|_| column.origin.0 != Origin::Own) {
                Some(given) => column::of_child(column, &given, in_primary_key(schema, id)),
                None => column::body(column, in_primary_key(schema, id), serial),
            };
            column::with_sequence(&mut body, schema, id);
            (body, Some("type"))
        }
        Object::Sequence(sequence) => (sequence::body(sequence), None),
        Object::Unique(unique) => (constraint::unique(unique), Some("columns")),
        Object::Check(check) => (constraint::check(check), Some("expression")),
        Object::ForeignKey(key) => (constraint::foreign_key(key), None),
        // What cannot be taken apart is refused when it is read back.
        Object::Exclusion(exclusion) => {
            (exclusion::body(exclusion).unwrap_or_else(|| by_properties(&entry.object)), None)
        }
        Object::Index(index) => (index::body(index), None),
        Object::IndexPartition(part) => (vec![("name".to_owned(), Toml::text(&part.name))], Some("name")),
        Object::Policy(policy) => (policy::body(policy), None),
        Object::View(view) => (view::body(view), None),
        Object::Trigger(trigger) => (trigger::body(trigger), None),
        // A kind without words of its own is written by its properties; reading it back says whether that was right.
        #[allow(unreachable_patterns, reason = "kinds may come before their words")]
        other => (by_properties(other), None),
    };
    let mut body = body;
    add_comment(&mut body, &entry.object, entry.comment.as_deref());
    let key = if id.kind.belongs_to_table() { id.name.clone() } else { shared_key(schema, id) };
    Some(Piece { section: section(id.kind, &entry.object), item: Item { key, body, short } })
}

/// A comment comes first where the object has a header of its own, else last.
fn add_comment(body: &mut Body, object: &Object, comment: Option<&str>) {
    let Some(comment) = comment else { return };
    let own_header = !object.kind().belongs_to_table() || matches!(object, Object::Policy(_));
    let at = if own_header { 0 } else { body.len() };
    body.insert(at, ("comment".to_owned(), Toml::text(comment)));
}

/// The name of the section that an object stands in.
pub(super) fn section(kind: KindTag, object: &Object) -> String {
    match object {
        Object::View(view) => view::section(view).to_owned(),
        Object::Function(function) if function.is_procedure() => "procedure".to_owned(),
        Object::Composite(_) => "composite".to_owned(),
        Object::Range(_) => "range".to_owned(),
        Object::Exclusion(_) => "exclude".to_owned(),
        Object::IndexPartition(_) => "index_names".to_owned(),
        _ => kind.word().replace(' ', "_"),
    }
}

/// The name under which something stands that belongs to no table; namesakes among functions say their arguments.
fn shared_key(schema: &Schema, id: &Id) -> String {
    let namesake =
        |other: &Id| (other.kind, &other.namespace, &other.name) == (id.kind, &id.namespace, &id.name) && other != id;
    let name = names::key(id);
    let called = || schema.mentioned(&format!("{}(", id.name_sql()));
    let overloaded = !id.owner.is_empty() && called().iter().any(namesake);
    if overloaded { format!("{name}({})", id.owner) } else { name }
}

/// The properties as they are called, those left out that say nothing.
fn by_properties(object: &Object) -> Body {
    let value = serde_json::to_value(object).unwrap_or_default();
    match of_json(&value) {
        Some(Toml::Table(body)) => body,
        _ => Body::new(),
    }
}

fn of_json(value: &serde_json::Value) -> Option<Toml> {
    use serde_json::Value;
    match value {
        Value::Null | Value::Bool(false) => None,
        Value::Bool(true) => Some(Toml::Flag(true)),
        Value::Number(number) => Some(Toml::Number(number.to_string())),
        Value::String(text) => Some(Toml::text(text)),
        Value::Array(items) if items.is_empty() => None,
        Value::Array(items) => Some(Toml::List(items.iter().filter_map(of_json).collect())),
        Value::Object(fields) => {
            let body: Body = fields.iter().filter_map(|(name, value)| Some((name.clone(), of_json(value)?))).collect();
            (!body.is_empty()).then_some(Toml::Table(body))
        }
    }
}

fn of_extension(extension: &Extension) -> Body {
    // The version is the server's: said here, every other server that is a little newer or older would differ.
    // Where it is has to be said, `public` too: what is not said is wherever it is already.
    let Extension { version: _, schema, requires: _ } = extension;
    let mut body = Body::new();
    push_text(&mut body, "schema", schema.clone());
    body
}

/// Whether the primary key refuses NULL in a column already.
fn in_primary_key(schema: &Schema, column: &Id) -> bool {
    schema
        .of_table(column, KindTag::PrimaryKey)
        .any(|(_, entry)| matches!(&entry.object, Object::PrimaryKey(key) if key.columns.contains(&column.name)))
}

/// The keys of a table's own: `comment`, `unlogged`, `partition_by`, `with`.
pub(super) fn of_table(table: &Table, comment: Option<&str>) -> Body {
    let Table { unlogged, with, partition_by, access_method } = table;
    let mut body = Body::new();
    push(&mut body, "comment", comment.map(Toml::text));
    flag(&mut body, "unlogged", *unlogged);
    push_text(&mut body, "access_method", access_method.clone());
    let spread = partition_by.as_ref().map(Expr::as_str);
    let spread =
        spread.map(|text| text.split_once(' ').map_or(text.to_owned(), |(how, keys)| how.to_lowercase() + " " + keys));
    push_text(&mut body, "partition_by", spread);
    push(&mut body, "with", of_parameters(with));
    body
}

/// `primary_key`; with its name where that is not PostgreSQL's.
pub(super) fn of_primary_key(id: &Id, entry: &Entry, explicit: bool) -> Option<Toml> {
    let Object::PrimaryKey(key) = &entry.object else { return None };
    let named = explicit || crate::load::make(&id.owner, None, "pkey") != id.name;
    let mut body = constraint::primary_key(key, named.then_some(id.name.as_str()));
    push(&mut body, "comment", entry.comment.as_deref().map(Toml::text));
    match body.as_slice() {
        [(only, columns)] if only == "columns" => Some(columns.clone()),
        _ => Some(Toml::Table(body)),
    }
}

/// The keys of a table's own that say an object which has no name, and their values.
pub(super) fn own_keys(object: &Object) -> Vec<(&'static str, Toml)> {
    match object {
        Object::RowSecurity(state) => vec![("row_security", of_row_security(*state))],
        Object::ReplicaIdentity(identity) => vec![("replica_identity", of_replica_identity(identity))],
        Object::Cluster(cluster) => vec![("cluster_on", Toml::text(&cluster.on))],
        Object::Partition(partition) => vec![
            ("partition_of", Toml::text(names::key(&partition.parent()))),
            ("values", Toml::text(partition.values.as_str())),
        ],
        Object::Inheritance(inheritance) => {
            let parents: Vec<String> = inheritance.parents.iter().map(names::key).collect();
            vec![("inherits", Toml::texts(&parents))]
        }
        _ => Vec::new(),
    }
}

fn of_replica_identity(identity: &ReplicaIdentity) -> Toml {
    match &identity.by {
        IdentifiedBy::Full => Toml::text("full"),
        IdentifiedBy::Nothing => Toml::text("nothing"),
        IdentifiedBy::Index(name) => Toml::Table(vec![("index".to_owned(), Toml::text(name))]),
    }
}

/// `row_security`.
fn of_row_security(state: RowSecurity) -> Toml {
    match (state.enabled, state.forced) {
        (true, true) => Toml::text("force"),
        (true, false) => Toml::text("on"),
        (false, true) => Toml::text("off but forced"),
        (false, false) => Toml::text("off"),
    }
}
