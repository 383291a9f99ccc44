//! What has to be there when a function is made, because its body names it: all that an SQL function reads and calls, the
//! types of the variables that a PL/pgSQL function declares.

use super::Function;
use crate::kind::{KindTag, constraint};
use crate::schema::{Id, Schema};
use crate::sql::{TokenKind, names_in, tokens_of};

/// The types that the variables of a body are of; rows of tables are among them.
fn types_in(body: &str, schema: &Schema) -> Vec<Id> {
    let tokens = tokens_of(body).unwrap_or_default();
    let word = |at: usize, word: &str| {
        tokens.get(at).is_some_and(|token| token.kind == TokenKind::Word && token.text.eq_ignore_ascii_case(word))
    };
    let (mut found, mut begin) = (Vec::new(), None);
    for at in 0..tokens.len() {
        if word(at, "declare") {
            begin = begin.or(Some(tokens[at].start));
        } else if let (true, Some(from)) = (word(at, "begin"), begin) {
            found.extend(schema.mentioned(&body[from..tokens[at].start]));
            begin = None;
        }
    }
    found.retain(|id| id.kind.is_type());
    found
}

impl Function {
    /// What the server looks for when it checks the body as the function is made: of an SQL function all that it names, of
    /// others hardly more than the types of variables.
    pub(crate) fn named_in_body(&self, id: &Id, schema: &Schema) -> Vec<Id> {
        if self.body.is_empty() {
            return Vec::new();
        }
        let mut needs = match self.language.as_str() {
            "sql" => constraint::mentioned_in_query(&self.body, schema),
            "plpgsql" => types_in(&self.body, schema),
            _ => Vec::new(),
        };
        if self.language == "sql" {
            needs.extend(constraint::whole_rows(&self.body, schema));
            needs.extend(self.columns_of_rows(schema));
        }
        needs.retain(|need| need != id);
        needs
    }

    /// The columns that a body reads of arguments that are rows of tables, and all of those whose rows it gives back.
    fn columns_of_rows(&self, schema: &Schema) -> Vec<Id> {
        let columns = |r#type: &str| {
            let tables = schema.mentioned(r#type).into_iter().filter(|id| id.kind == KindTag::Table);
            let columns = tables.flat_map(|table| schema.children_of(&table, KindTag::Column).collect::<Vec<_>>());
            columns.map(|(column, _)| column.clone()).collect::<Vec<_>>()
        };
        let mut read: Vec<Id> = self.arguments.iter().flat_map(|argument| columns(&argument.r#type)).collect();
        let said = if read.is_empty() { Vec::new() } else { names_in(&self.body) };
        read.retain(|column| said.contains(&column.name));
        read.extend(columns(self.returns.as_str()));
        read
    }

    /// It as what it holds on to: nobody remembers what a body names that is a text.
    pub(crate) fn held(&self) -> Self {
        if self.is_parsed() { self.clone() } else { Self { body: String::new(), ..self.clone() } }
    }

    /// Whether it has a search path of its own, by which the names in its body are found.
    pub(crate) fn has_own_path(&self) -> bool {
        self.set.iter().any(|set| set.starts_with("search_path="))
    }
}
