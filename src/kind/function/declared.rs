//! What the body of a PL/pgSQL function declares: the types of its variables have to be there when it is made.

use crate::schema::{Id, Schema};
use crate::sql::{TokenKind, tokens_of};

/// The types that the variables of a body are of; rows of tables are among them.
pub(super) fn types_in(body: &str, schema: &Schema) -> Vec<Id> {
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
