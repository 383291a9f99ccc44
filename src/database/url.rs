//! Connection strings as text: `postgres://` URLs and `key=value` lists, read and written.
//!
//! No message in here repeats a value: what looks like a host or a port may be half of a password whose `@` or `/`
//! was not percent-encoded.

use std::borrow::Cow;

use anyhow::{anyhow, bail};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::parameter::Parameters;
use crate::error::failure;

/// All but what RFC 3986 calls unreserved.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

const ENCODE: &str = "a password with one of `@ : / ? # %` in it has to be percent-encoded in a URL: `@` is written \
                      %40, `:` %3A, `/` %2F, `?` %3F, `%` %25";

/// Reads either form. `origin` says where the text came from.
pub(super) fn parse(text: &str, origin: &str) -> anyhow::Result<Parameters> {
    let text = text.trim();
    if let Some(rest) = text.strip_prefix("postgres://").or_else(|| text.strip_prefix("postgresql://")) {
        return parse_url(rest, origin);
    }
    match text.split_once("://") {
        Some((scheme, _)) if scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+.-".contains(c)) => Err(failure(
            format!("`{scheme}://` is not the beginning of a PostgreSQL URL"),
            "a URL looks like `postgres://user@host:5432/database`",
        )),
        _ => parse_pairs(text, origin),
    }
}

fn parse_url(rest: &str, origin: &str) -> anyhow::Result<Parameters> {
    let (before_query, query) = split(rest, '?');
    let (authority, path) = split(before_query, '/');
    // The last `@`, where libpq takes the first: an `@` in a password then costs nothing.
    let (user_info, hosts) = match authority.rsplit_once('@') {
        Some((user_info, hosts)) => (Some(user_info), hosts),
        None => (None, authority),
    };
    // An `@` behind the first `/` belongs to a password that holds a `/`: what follows it would be shown as a host.
    if path.contains('@') {
        return Err(failure("the user or the password in the URL ends too early", ENCODE));
    }
    let mut found = Parameters::default();
    if let Some(user_info) = user_info {
        let (user, password) = split(user_info, ':');
        found.set("user", decode(user, "user")?, origin)?;
        found.set("password", decode(password, "password")?, origin)?;
    }
    parse_hosts(hosts, origin, &mut found)?;
    found.set("dbname", decode(path, "database")?, origin)?;
    // Without an `@` before it, a query with one in it may be the second half of a password.
    let trusted = user_info.is_some() || !query.contains('@');
    parse_query(query, trusted, origin, &mut found)?;
    Ok(found)
}

fn parse_hosts(hosts: &str, origin: &str, found: &mut Parameters) -> anyhow::Result<()> {
    let mut names = Vec::new();
    let mut ports = Vec::new();
    for entry in hosts.split(',') {
        let (name, port) = match entry.strip_prefix('[') {
            Some(bracketed) => {
                let (address, after) = bracketed
                    .split_once(']')
                    .ok_or_else(|| anyhow!("an IPv6 address in the URL lacks its closing `]`"))?;
                (address, after.strip_prefix(':').unwrap_or(after))
            }
            None => split(entry, ':'),
        };
        if port.chars().any(|c| !c.is_ascii_digit()) {
            return Err(failure("the port in the URL is not a number", ENCODE));
        }
        names.push(decode(name, "host")?.into_owned());
        ports.push(port);
    }
    if names.iter().any(|name| !name.is_empty()) {
        found.set("host", names.join(","), origin)?;
    }
    if ports.iter().any(|port| !port.is_empty()) {
        found.set("port", ports.join(","), origin)?;
    }
    Ok(())
}

fn parse_query(query: &str, trusted: bool, origin: &str, found: &mut Parameters) -> anyhow::Result<()> {
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let Some((name, value)) = pair.split_once('=') else {
            return Err(failure("a parameter after the `?` of the URL has no `=`", ENCODE));
        };
        let (name, value) = (decode(name, "parameter")?, decode(value, "parameter")?);
        let set = match (&*name, &*value) {
            // libpq takes this one for JDBC's sake.
            ("ssl", "true") => found.set("sslmode", "require", origin),
            _ => found.set(&name, value, origin),
        };
        if set.is_err() && !trusted {
            return Err(failure("the user or the password in the URL ends too early", ENCODE));
        }
        set?;
    }
    Ok(())
}

/// Reads `key=value key='a value'`, with backslash escapes in both.
fn parse_pairs(text: &str, origin: &str) -> anyhow::Result<Parameters> {
    let mut found = Parameters::default();
    let mut rest = text;
    while !rest.is_empty() {
        let named = rest.split_once('=').map(|(name, after)| (name.trim(), after));
        let is_name = |name: &str| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        let Some((name, after)) = named.filter(|(name, _)| is_name(name)) else {
            return Err(failure(
                "the connection string is neither a `postgres://` URL nor a list of `name=value`",
                "a URL looks like `postgres://user@host:5432/database`; in a list, a value with spaces is written in '...'",
            ));
        };
        let (value, after) = take_value(after.trim_start())?;
        found.set(name, value, origin)?;
        rest = after.trim_start();
    }
    Ok(found)
}

/// The value at the beginning of `text`, and what follows it.
fn take_value(text: &str) -> anyhow::Result<(String, &str)> {
    let (quoted, body) = match text.strip_prefix('\'') {
        Some(body) => (true, body),
        None => (false, text),
    };
    let mut value = String::new();
    let mut characters = body.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' => value.extend(characters.next().map(|(_, escaped)| escaped)),
            '\'' if quoted => return Ok((value, &body[at + 1..])),
            c if c.is_whitespace() && !quoted => return Ok((value, &body[at..])),
            c => value.push(c),
        }
    }
    if quoted {
        bail!("a quoted value in the connection string lacks its closing quote");
    }
    Ok((value, ""))
}

fn split(text: &str, at: char) -> (&str, &str) {
    text.split_once(at).unwrap_or((text, ""))
}

fn decode<'a>(text: &'a str, part: &str) -> anyhow::Result<Cow<'a, str>> {
    let mut after_percent = text.split('%').skip(1);
    let hexadecimal = |piece: &str| piece.len() >= 2 && piece.bytes().take(2).all(|byte| byte.is_ascii_hexdigit());
    if !after_percent.all(hexadecimal) {
        return Err(failure(format!("a `%` in the {part} of the URL is not followed by two digits"), ENCODE));
    }
    percent_decode_str(text)
        .decode_utf8()
        .map_err(|_| anyhow!("the {part} of the URL is not UTF-8 once its percent-encoding is undone"))
}

/// Percent-encodes whatever has a meaning in a URL.
pub(super) fn encode(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::report;

    fn read(text: &str) -> String {
        let found = parse(text, "here").unwrap();
        found.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn urls() {
        for (text, expected) in [
            ("postgres://", ""),
            ("postgresql://h", "host=h"),
            ("postgres://u@h/d", "dbname=d host=h user=u"),
            (
                "postgres://u:p@h:1/d?sslmode=verify-full",
                "dbname=d host=h password=p port=1 sslmode=verify-full user=u",
            ),
            ("postgres://u:p%40%2F%3A@h", "host=h password=p@/: user=u"),
            ("postgres://u:p@ss#x@h/d", "dbname=d host=h password=p@ss#x user=u"),
            ("postgres://[::1]:99/d", "dbname=d host=::1 port=99"),
            ("postgres://a:1,b,[::1]:3/d", "dbname=d host=a,b,::1 port=1,,3"),
            ("postgres://%2Fvar%2Frun/d", "dbname=d host=/var/run"),
            ("postgres:///d?host=/tmp&port=7", "dbname=d host=/tmp port=7"),
            ("postgres://:7/d?host=/tmp", "dbname=d host=/tmp port=7"),
            (
                "postgres://h/d%20b?application_name=a%26b&ssl=true",
                "application_name=a&b dbname=d b host=h sslmode=require",
            ),
            ("  postgres://h\n", "host=h"),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn lists() {
        for (text, expected) in [
            ("host=h port=1", "host=h port=1"),
            ("host = h\n port= 1", "host=h port=1"),
            (r"password='a b\'c\\' user=x", r"password=a b'c\ user=x"),
            (r"password=a\ b", "password=a b"),
            ("dbname=''  user=x", "user=x"),
            ("", ""),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn encoding_is_undone_by_decoding() {
        let wild = "a@b:c/d?e#f%g h&i=j'ü\\";
        assert_eq!(decode(&encode(wild), "x").unwrap(), wild);
        assert_eq!(encode("/var/run"), "%2Fvar%2Frun");
    }

    #[test]
    fn no_message_repeats_the_password() {
        for text in [
            "postgres://app:s3/cret@h/d",
            "postgres://app:s3?cret@h/d",
            "postgres://app:12?s3=cret@h/d",
            "postgres://app:12/s3cret@h/d",
            "postgres://app:s3cret%@h/d",
            "postgres://app:s3cret%zz@h/d",
            "postgres://app:s3cret%ff@h/d",
            "postgres://app:s3cret@h:x/d",
            "postgres://app:s3cret@h/d?sslmod=x",
            "postgres://app:s3cret@h/d?sslmode",
            "postgres://app:s3cret@[::1/d",
            "mysql://app:s3cret@h/d",
            "host=h password=s3cret with more=x",
            "password='s3cret",
            "app:s3cret@h/d",
            "app:s3cret@h/d?sslmode=require",
        ] {
            let error = report(&parse(text, "here").map(|_| ()).unwrap_err());
            assert!(!error.contains("s3") && !error.contains("cret"), "{text}: {error}");
        }
    }

    #[test]
    fn half_a_string_is_an_error_or_less_but_never_a_panic() {
        for whole in ["postgres://ü:%C3%BC@[::1]:5,h/d?sslmode=require&a=%20", r"password='ü\'ü' host = ü port=1"] {
            for end in whole.char_indices().map(|(at, _)| at) {
                let _ = parse(&whole[..end], "here");
                let _ = parse(&whole[end..], "here");
            }
        }
    }
}
