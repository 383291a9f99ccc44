//! Cutting a script into its statements.

use super::lexer::{LexError, Token, TokenKind, tokens};

/// A statement of a script, without its `;`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Statement<'a> {
    /// The text, comments inside it included, those before it not.
    pub text: &'a str,
    /// The byte at which it begins.
    pub start: usize,
}

/// Cuts a script at its semicolons, those in quotes, comments, parentheses and `BEGIN ATOMIC … END` bodies aside.
///
/// # Errors
/// A quote or comment that is not closed.
pub fn split(script: &str) -> Result<Vec<Statement<'_>>, LexError> {
    let mut out = Vec::new();
    let mut nesting = Nesting::default();
    let mut begins = None;
    let mut ends = 0;
    for token in tokens(script)? {
        if matches!(token.kind, TokenKind::Space | TokenKind::Comment) {
            continue;
        }
        if token.text == ";" && nesting.is_outside() {
            out.extend(begins.take().map(|start| Statement { text: &script[start..ends], start }));
            nesting = Nesting::default();
            continue;
        }
        nesting.step(&token);
        begins.get_or_insert(token.start);
        ends = token.start + token.text.len();
    }
    out.extend(begins.map(|start| Statement { text: &script[start..ends], start }));
    Ok(out)
}

/// How deep inside parentheses and SQL-standard function bodies a token stands.
#[derive(Default)]
struct Nesting {
    parentheses: usize,
    /// Open `BEGIN ATOMIC` and, within one, `CASE`: both are closed by `END`.
    blocks: usize,
    after_begin: bool,
}

impl Nesting {
    fn is_outside(&self) -> bool {
        self.parentheses == 0 && self.blocks == 0
    }

    fn step(&mut self, token: &Token<'_>) {
        let word = |text: &str| token.kind == TokenKind::Word && token.text.eq_ignore_ascii_case(text);
        match token.text {
            "(" => self.parentheses += 1,
            ")" => self.parentheses = self.parentheses.saturating_sub(1),
            _ if word("atomic") && self.after_begin => self.blocks += 1,
            _ if word("case") && self.blocks > 0 => self.blocks += 1,
            _ if word("end") => self.blocks = self.blocks.saturating_sub(1),
            _ => {}
        }
        self.after_begin = word("begin");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(script: &str) -> Vec<&str> {
        split(script).unwrap().into_iter().map(|s| s.text).collect()
    }

    #[test]
    fn semicolons_inside_something_do_not_cut() {
        assert_eq!(texts("-- first\nselect ';' ; ; select $$;$$;"), ["select ';'", "select $$;$$"]);
        assert_eq!(
            texts("create rule r as on insert to t do (select 1; select 2); x"),
            ["create rule r as on insert to t do (select 1; select 2)", "x"]
        );
        let body = "create function f() begin atomic select case when a then 1 end; select 2; end";
        assert_eq!(texts(&format!("{body}; x")), [body, "x"]);
    }

    #[test]
    fn places_are_bytes_of_the_script() {
        let all = split("  é;\n b").unwrap();
        assert_eq!(all[1], Statement { text: "b", start: 7 });
    }
}
