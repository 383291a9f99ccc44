//! Objects as the trial creates them: in namespaces of its own, and away from what is in use.

use std::collections::{BTreeMap, HashSet};

use crate::kind::{KindTag, Materialized, Object, lineage};
use crate::schema::{DEFAULT_NAMESPACE, Id, Schema};
use crate::sql::{Expr, Token, TokenKind, is_before_relation, quote_ident, quote_literal, regclass};

/// The way from the declared namespaces into those of the trial.
pub(super) struct Moved<'a> {
    pub(super) map: &'a BTreeMap<String, String>,
    pub(super) created: &'a HashSet<&'a Id>,
    pub(super) desired: &'a Schema,
    /// The table that what is moved belongs to.
    pub(super) table: Option<Id>,
}

impl Moved<'_> {
    fn namespace(&self, name: &str) -> String {
        self.map.get(name).cloned().unwrap_or_else(|| name.to_owned())
    }

    pub(super) fn id(&self, id: &Id) -> Id {
        let owner = if id.kind.is_routine() { self.type_text(&id.owner) } else { id.owner.clone() };
        Id { namespace: self.namespace(&id.namespace), owner, ..id.clone() }
    }

    /// Whether the trial has a table with all that it has: a partition's keys may be its parent's.
    fn is_whole(&self, table: &Id) -> bool {
        let parents = lineage::parents(self.desired, table);
        self.created.contains(table) && parents.iter().all(|parent| self.created.contains(parent))
    }

    /// The object as it is created there; `None` for what would lock something in use, such as a foreign key.
    pub(super) fn object(&self, object: &Object) -> Option<Object> {
        let mut object = object.clone();
        match &mut object {
            Object::ForeignKey(key) if !self.is_whole(&key.references()) => return None,
            // The parent may be one in use, and would be locked.
            Object::Partition(tie) if !self.created.contains(&tie.parent()) => return None,
            Object::Inheritance(tie) if !tie.parents.iter().all(|parent| self.created.contains(parent)) => return None,
            Object::Partition(tie) => tie.of_namespace = self.namespace(&tie.of_namespace),
            Object::Inheritance(tie) => {
                tie.parents.iter_mut().for_each(|parent| parent.namespace = self.namespace(&parent.namespace));
            }
            // The sequence may be one in use, and would be locked.
            Object::SequenceOwner(_) => return None,
            // Roles are the whole server's; whether those that are named are there has been asked already.
            Object::Role(_) | Object::Grant(_) | Object::DefaultPrivilege(_) => return None,
            Object::Policy(policy) => policy.to.0.clear(),
            Object::ForeignKey(key) => key.references_namespace = self.namespace(&key.references_namespace),
            Object::Extension(extension) => {
                extension.version = None;
                // What it brings into a namespace that is there is called so, by texts that are not looked into: the names
                // of its functions and types are known to nobody before.
                let schema = extension.schema.take().unwrap_or_else(|| DEFAULT_NAMESPACE.to_owned());
                let new = self.created.contains(&Id::new(KindTag::Namespace, "", &schema));
                extension.schema = Some(if new { self.namespace(&schema) } else { schema });
            }
            Object::Function(function) => {
                function.body = self.text(&function.body);
                for default in function.arguments.iter_mut().filter_map(|argument| argument.default.as_mut()) {
                    *default = self.text(default.as_str()).into();
                }
            }
            Object::Aggregate(aggregate) => {
                aggregate.functions_mut().into_iter().for_each(|name| *name = self.text(name));
            }
            Object::Index(index) => {
                for class in index.keys.iter_mut().filter_map(|key| key.opclass.as_mut()) {
                    *class = self.text(class);
                }
            }
            Object::Trigger(trigger) => {
                // The other table may be one in use, and would be locked.
                trigger.from = None;
                if self.created.contains(&trigger.function_id()) {
                    trigger.call_another();
                }
            }
            // To fill it would be to run its query.
            Object::View(view) => view.materialized = view.materialized.map(|_| Materialized { with_data: false }),
            _ => {}
        }
        object.each_type(&mut |name| self.type_text(name));
        for text in object.texts_mut() {
            *text = Expr::from(self.text(text.as_str()));
        }
        Some(object)
    }

    /// Whether a namespace is new and an extension brings along what is in it.
    fn holds_extension(&self, namespace: &str) -> bool {
        let here = |object: &Object| matches!(object, Object::Extension(of) if of.schema.as_deref() == Some(namespace));
        let new = self.created.contains(&Id::new(KindTag::Namespace, "", namespace));
        new && self
            .desired
            .of_kind(KindTag::Extension)
            .any(|(id, entry)| self.created.contains(id) && here(&entry.object))
    }

    /// Whether the tokens from `at` on are the table's own name, which a namespace may have too, a dot, and a column.
    fn is_own_column(&self, all: &[Token<'_>], at: usize) -> bool {
        let name = |at: usize| all.get(at).and_then(crate::sql::name_of);
        let (Some(own), Some(column)) = (&self.table, name(at + 2)) else { return false };
        let mut before =
            all[..at].iter().rev().filter(|token| !matches!(token.kind, TokenKind::Space | TokenKind::Comment));
        let cast = before.next().is_some_and(|token| token.text == "::" || is_before_relation(token.text));
        let follows = |what: &str| all.get(at + 3).is_some_and(|token| token.text == what);
        let named = name(at).is_some_and(|name| *name == own.name);
        named
            && !cast
            && !follows(".")
            && !follows("(")
            && self.desired.contains(&Id::of(KindTag::Column, own, &column))
    }

    /// The same for the name of a type, which no column can be.
    fn type_text(&self, text: &str) -> String {
        Moved { table: None, ..*self }.text(text)
    }

    /// A text in which qualified names of new objects lead into the trial.
    fn text(&self, text: &str) -> String {
        let Ok(all) = crate::sql::tokens(text) else { return text.to_owned() };
        let mut out = String::new();
        for (at, token) in all.iter().enumerate() {
            if let Some(name) = regclass(&all, at) {
                out.push_str(&quote_literal(&self.text(&name)));
                continue;
            }
            let name = crate::sql::name_of(token);
            let dot = |at: usize| all.get(at).is_some_and(|token| token.text == ".");
            let qualifies = dot(at + 1) && !self.is_own_column(&all, at);
            let moved = name.filter(|_| qualifies).and_then(|name| {
                if is_of_operator(&all, at) {
                    return self.map.get(name.as_ref()).filter(|_| self.holds_extension(&name));
                }
                let after = all.get(at + 2).and_then(crate::sql::name_of)?;
                // With a parenthesis, as it may be a function.
                let mut meant = self.desired.mentioned(&format!("{}(", quote_ident(&after))).into_iter();
                let hit = meant.any(|id| *id.namespace == *name && self.created.contains(&id));
                self.map.get(name.as_ref()).filter(|_| hit || self.holds_extension(&name))
            });
            out.push_str(moved.map_or(token.text, String::as_str));
        }
        out
    }
}

/// Whether a name stands in `OPERATOR(name.…)`: only an extension brings operators along.
fn is_of_operator(all: &[Token<'_>], at: usize) -> bool {
    let mut before =
        all[..at].iter().rev().filter(|token| !matches!(token.kind, TokenKind::Space | TokenKind::Comment));
    let opens = before.next().is_some_and(|token| token.text == "(");
    opens && before.next().is_some_and(|token| token.text.eq_ignore_ascii_case("operator"))
}
