//! Carriage returns in expressions: one would not survive a change of line ends in a file, so that literals say it in
//! another way.

use super::lexer::{TokenKind, tokens};
use super::quote_literal;

/// The same expression without a bare carriage return, as far as it stands in strings and white space.
pub(super) fn without_returns(text: &str) -> String {
    let Ok(all) = tokens(text) else { return text.to_owned() };
    let mut out = String::with_capacity(text.len());
    for token in all {
        let has = token.text.contains('\r');
        match token.kind {
            TokenKind::Space | TokenKind::Comment if has => {
                out.push_str(&token.text.replace("\r\n", "\n").replace('\r', "\n"));
            }
            TokenKind::Text if has => out.push_str(&escaped(token.text)),
            _ => out.push_str(token.text),
        }
    }
    out
}

/// A string that holds one, written with `\r`; other forms than the server writes stay as they are.
fn escaped(literal: &str) -> String {
    let inside = |text: &str| text.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')).map(str::to_owned);
    match (literal.strip_prefix(['E', 'e']).and_then(inside), inside(literal)) {
        (Some(inside), _) => format!("E'{}'", inside.replace('\r', "\\r")),
        (None, Some(inside)) => quote_literal(&inside.replace("''", "'")),
        _ => literal.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_say_it_by_its_escape() {
        let same = |from: &str, to: &str| assert_eq!(without_returns(from), to);
        same("f('a\r\nb''c', E'\\\\\r')\r\n || x", "f(E'a\\r\nb''c', E'\\\\\\r')\n || x");
        same("'plain'", "'plain'");
        same("$$a\rb$$", "$$a\rb$$");
    }
}
