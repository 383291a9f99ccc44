//! The schema while it is put together.

use std::collections::{HashMap, HashSet};

use super::Loaded;
use super::draft::Draft;
use super::fields::Text;
use super::names;
use super::report::{Place, Report, Source};
use crate::kind::{KindTag, Namespace, Object};
use crate::schema::{DEFAULT_NAMESPACE, Entry, Id, Schema};
use crate::sql;
use crate::types;

/// The schema while it is put together, and where its parts come from.
pub(super) struct Builder<'a> {
    pub(super) report: &'a Report,
    pub(super) schema: Schema,
    /// Constraints that wait until every name is known.
    pub(super) drafts: Vec<Draft>,
    /// Types that are used, to be looked up once every type is known.
    pub(super) types: Vec<Text>,
    /// Every table that is declared anywhere, added already or not.
    pub(super) tables: HashSet<Id>,
    /// Columns that are said to take NULL although a parent's does not.
    pub(super) nullable: HashSet<Id>,
    /// The multirange types, which are other names of range types: their namespaces and names.
    multiranges: HashSet<(String, String)>,
    places: HashMap<Id, Place>,
    texts: HashMap<Id, Vec<Text>>,
}

impl<'a> Builder<'a> {
    /// An empty schema, which always has the namespace `public`.
    pub(super) fn new(report: &'a Report) -> Self {
        let public = Id::new(KindTag::Namespace, "", DEFAULT_NAMESPACE);
        let schema = [(public, Object::from(Namespace::default()).into())].into_iter().collect();
        let (drafts, types, tables, nullable, multiranges, places, texts) = Default::default();
        Self { report, schema, drafts, types, tables, nullable, multiranges, places, texts }
    }

    /// Adds an object; one that is there already is shown with both places.
    pub(super) fn add(&mut self, id: &Id, object: impl Into<Object>, comment: Option<String>, at: &Place) {
        if let Some(before) = self.places.get(id) {
            return self.report.both(at, format!("`{id}` is declared twice"), before, "it is declared here too");
        }
        self.namespace(&id.namespace, at);
        self.places.insert(id.clone(), at.clone());
        let object = object.into();
        if let Object::Range(range) = &object {
            self.multiranges.insert((id.namespace.clone(), range.multirange.clone()));
        }
        self.schema.insert(id.clone(), Entry { object, comment });
    }

    /// Adds an object that comes along with another one, and stands nowhere by itself.
    pub(super) fn add_quietly(&mut self, id: &Id, object: impl Into<Object>) {
        self.schema.insert(id.clone(), Entry::from(object.into()));
    }

    /// Where an object is declared.
    pub(super) fn place_of(&self, id: &Id) -> Option<&Place> {
        self.places.get(id)
    }

    /// Notes what an object was called.
    pub(super) fn renamed(&mut self, id: &Id, from: Option<Text>) {
        let Some(mut from) = from else { return };
        if id.owner.is_empty() || id.kind.is_routine() {
            let Some(name) = self.former_name(id, &from) else { return };
            from.text = name;
        }
        if from.text == id.name {
            self.report.say(&from.at, format!("`{}` is the name that it has now", from.text));
        } else if names::is_name(self.report, &from.text, &from.at) {
            self.schema.renamed_from.insert(id.clone(), from.text);
        }
    }

    /// The former name of something that stands in a namespace, which may be written in front of it: a rename keeps that,
    /// so it has to be the one of today, or what that was called before.
    fn former_name(&self, id: &Id, said: &Text) -> Option<String> {
        let parts = names::parts(&said.text).unwrap_or_default();
        let former = |namespace: &str| {
            let own = Id::new(KindTag::Namespace, "", &id.namespace);
            namespace == id.namespace || self.schema.renamed_from.get(&own).is_some_and(|old| old == namespace)
        };
        match &parts[..] {
            _ if id.namespace.is_empty() => Some(said.text.clone()),
            [name] => Some(name.to_string()),
            [namespace, name] if former(namespace) => Some(name.to_string()),
            [namespace, _] => {
                let message = format!("`{id}` cannot come from the schema `{namespace}`: a rename stays in its schema");
                let hint = "move it by a migration of your own, `ALTER … SET SCHEMA …`; a name with a dot in it stands in \
                            quotes of its own: `'\"a.b\"'`";
                self.report.hint(&said.at, message, hint);
                None
            }
            _ => {
                self.report.say(&said.at, format!("`{}` has more than one dot", said.text));
                None
            }
        }
    }

    /// Notes where texts of an object stand.
    pub(super) fn note(&mut self, id: &Id, texts: impl IntoIterator<Item = Text>) {
        self.texts.entry(id.clone()).or_default().extend(texts);
    }

    /// The namespace that something is declared in comes along.
    pub(super) fn namespace(&mut self, name: &str, at: &Place) {
        let id = Id::new(KindTag::Namespace, "", name);
        if !name.is_empty() && !self.schema.contains(&id) {
            self.places.insert(id.clone(), at.clone());
            self.schema.insert(id, Object::from(Namespace::default()).into());
        }
    }

    /// A type as PostgreSQL writes it. The name of a declared type may be written as it is declared, whatever its case.
    pub(super) fn type_name(&mut self, said: &Text) -> String {
        let (base, array) = match said.text.trim().strip_suffix("[]") {
            Some(base) => (base.trim_end(), "[]"),
            None => (said.text.trim(), ""),
        };
        let canonical = match names::split(base) {
            Some((namespace, name)) if self.has_type(&namespace, &name) => {
                let name = sql::quote_ident(&name);
                let shown = namespace == DEFAULT_NAMESPACE;
                let prefix = if shown { String::new() } else { format!("{}.", sql::quote_ident(&namespace)) };
                format!("{prefix}{name}{array}")
            }
            _ => types::canonical(&said.text),
        };
        // `public` is on the search path of whoever reads the catalog, and the server leaves it out.
        let canonical = canonical.strip_prefix("public.").unwrap_or(&canonical).to_owned();
        self.types.push(Text { text: canonical.clone(), at: said.at.clone() });
        canonical
    }

    /// Says whether a type of that name is declared, tables aside.
    fn has_type(&self, namespace: &str, name: &str) -> bool {
        let mut kinds = KindTag::ALL.iter().filter(|kind| kind.is_type() && !kind.owns());
        kinds.any(|kind| self.schema.contains(&Id::new(*kind, namespace, name)))
            || self.multiranges.contains(&(namespace.to_owned(), name.to_owned()))
    }

    /// The names of a table's columns, in order.
    pub(super) fn columns_of<'s>(&'s self, table: &Id) -> impl Iterator<Item = &'s str> {
        self.schema.children_of(table, KindTag::Column).map(|(id, _)| id.name.as_str())
    }

    /// The whole, with its sources.
    pub(super) fn finish(self, sources: Vec<Source>) -> Loaded {
        Loaded { schema: self.schema, places: self.places, sources, texts: self.texts, ..Loaded::default() }
    }
}
