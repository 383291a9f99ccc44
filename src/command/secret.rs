//! Passwords in arguments, and in what is said of them.

use std::ffi::{OsStr, OsString};

/// Where a URL with a password waits that was taken out of the arguments.
pub const URL_VARIABLE: &str = "DBTOOL_URL_ARGUMENT";

/// The arguments without a `--url` that holds a password, and that URL; nothing where there is none.
pub fn without_secret_url(arguments: impl Iterator<Item = OsString>) -> Option<(Vec<OsString>, OsString)> {
    let mut rest = Vec::new();
    let mut secret = None;
    let mut arguments = arguments.peekable();
    while let Some(argument) = arguments.next() {
        let url = match argument.to_str() {
            Some("--url") => arguments.peek().cloned(),
            Some(text) => text.strip_prefix("--url=").map(OsString::from),
            None => None,
        };
        match url.filter(|url| holds_password(url)) {
            Some(url) if secret.is_none() => {
                if argument == "--url" {
                    arguments.next();
                }
                secret = Some(url);
            }
            _ => rest.push(argument),
        }
    }
    Some((rest, secret?))
}

/// Says whether a URL or a list of settings may hold a password; in doubt it does.
pub(crate) fn holds_password(url: &OsStr) -> bool {
    let text = url.to_string_lossy();
    let before_at = text.split_once("://").and_then(|(_, rest)| rest.rsplit_once('@')).map(|(user, _)| user);
    before_at.is_some_and(|user| user.contains(':')) || text.to_lowercase().contains("password")
}

/// A text with `***` in the place of every password that stands in a URL or in a list of settings.
pub fn without_passwords(text: &str) -> String {
    let ends = |rest: &str| rest.find(|c: char| c.is_whitespace() || c.is_control() || "'`\"<>".contains(c));
    let url = text.find("://").map(|at| at + 3);
    let setting = text.to_ascii_lowercase().find("password=").map(|at| at + 9);
    let Some(at) = url.into_iter().chain(setting).min() else { return text.to_owned() };
    let (before, rest) = text.split_at(at);
    let (value, rest) = rest.split_at(ends(rest).unwrap_or(rest.len()));
    let shown = match value.rsplit_once('@').map(|(login, host)| (login.split_once(':'), host)) {
        _ if setting == Some(at) => "***".to_owned(),
        Some((Some((user, _)), host)) => format!("{user}:***@{}", without_passwords(host)),
        _ => without_passwords(value),
    };
    format!("{before}{shown}{}", without_passwords(rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_leaves_the_arguments() {
        let take = |all: &[&str]| without_secret_url(all.iter().map(OsString::from));
        let (rest, url) = take(&["--url", "postgres://a:b@h/d", "diff"]).unwrap();
        assert_eq!((rest, url), (vec!["diff".into()], "postgres://a:b@h/d".into()));
        assert!(take(&["diff", "--url=host=h password=b"]).is_some());
        assert!(take(&["--url", "postgres://a@h/d", "diff"]).is_none());
        assert!(take(&["--url"]).is_none() && take(&[]).is_none());
    }
}
