//! Settings that hold while a function runs.

use crate::sql::{Token, TokenKind, quote_ident, quote_literal, tokens_of};

/// `SET name = value`; a list such as a search path keeps its commas.
pub(in crate::kind) fn setting_text(setting: &str) -> String {
    let (name, value) = setting.split_once('=').unwrap_or((setting, ""));
    let name = name.split('.').map(quote_ident).collect::<Vec<_>>().join(".");
    // The catalog keeps these already quoted, element by element (pg_dump's variable_is_guc_list_quote).
    let is_list = matches!(name.as_str(), "search_path" | "temp_tablespaces" | "local_preload_libraries");
    let value = match value {
        // An empty list: there is no name without letters, though the catalog writes one.
        "\"\"" if is_list => quote_literal(""),
        value if is_list && is_names(value) => value.to_owned(),
        value => quote_literal(value),
    };
    format!("SET {name} TO {value}")
}

/// Says whether a text is a list of names and literals with commas between them, and nothing else.
fn is_names(value: &str) -> bool {
    let fits = |(at, token): (usize, &Token<'_>)| match token.kind {
        TokenKind::Word | TokenKind::QuotedName | TokenKind::Text => at % 2 == 0,
        _ => at % 2 == 1 && token.text == ",",
    };
    tokens_of(value).is_ok_and(|all| all.len() % 2 == 1 && all.iter().enumerate().all(fits))
}
