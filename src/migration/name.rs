//! How a migration file is called: `V0007__add_invoices.sql`, its way back `V0007__add_invoices.down.sql`.
//!
//! refinery passes over a misnamed file with no more than a log line. Here it is an error that shows the right form.
//! Pure; what is inside the files is left to `script.rs`.

use anyhow::Result;

use crate::error::failure;

/// The longest name that is written; the history keeps 255 characters, file systems 255 bytes.
const LONGEST: usize = 100;

/// What an entry of the migrations folder is, by its name.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Entry {
    /// A migration.
    Up(i32, String),
    /// The way back of a migration.
    Down(i32, String),
    /// Not about migrations.
    Other,
    /// Meant as a migration and not named as one.
    Wrong {
        /// What is wrong, and the right form.
        complaint: String,
        /// The number that it takes all the same, so that it is not also called missing.
        version: Option<i32>,
    },
}

/// The file name of a migration.
pub(super) fn file_name(version: i32, name: &str) -> String {
    format!("V{version:04}__{name}.sql")
}

/// What a file of that name is.
pub(super) fn classify(file: &str) -> Entry {
    if !wants_to_be_one(file) {
        return Entry::Other;
    }
    let parts = Parts::of(file);
    let version = parts.version();
    match parts.fault() {
        None if parts.down => Entry::Down(version.unwrap_or_default(), parts.name.to_owned()),
        None => Entry::Up(version.unwrap_or_default(), parts.name.to_owned()),
        Some(fault) => {
            let complaint = format!("`{file}`: {fault}; the right form is `{}`", parts.right_form());
            Entry::Wrong { complaint, version }
        }
    }
}

/// A migration's name from what somebody typed: `Add invoices` becomes `add_invoices`.
///
/// # Errors
/// Nothing is left of it, it is too long, or it holds a character that has no place in a file name.
pub fn slug(name: &str) -> Result<String> {
    let foreign = |c: char| !(c.is_ascii_alphanumeric() || c.is_whitespace() || "_-./:,()'\"+&".contains(c));
    if let Some(c) = name.chars().find(|c| foreign(*c)) {
        return Err(failure(
            format!("the migration name `{}` holds `{}`", name.escape_debug(), c.escape_debug()),
            "use letters a to z, digits and `_`, as in `add_invoices`",
        ));
    }
    let slug = lossy_slug(name);
    if slug.is_empty() {
        return Err(failure("a migration needs a name", "say what it does, as in `add_invoices`"));
    }
    if slug.len() > LONGEST {
        let message = format!("the migration name `{slug}` has {} characters", slug.len());
        return Err(failure(message, format!("use at most {LONGEST}")));
    }
    Ok(slug)
}

/// Lower case, and one `_` for whatever is neither letter nor digit.
fn lossy_slug(name: &str) -> String {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_ascii_lowercase).collect::<Vec<_>>().join("_")
}

/// Whether somebody who wrote a file of that name meant a migration.
fn wants_to_be_one(file: &str) -> bool {
    let lower = file.to_ascii_lowercase();
    let left_behind = ["~", ".orig", ".rej", ".bak", ".tmp"].iter().any(|end| lower.ends_with(end));
    if file.starts_with('.') || left_behind {
        return false;
    }
    let numbered = lower.starts_with(['v', 'u']) && lower[1..].starts_with(|c: char| c.is_ascii_digit());
    numbered || lower.ends_with(".sql")
}

/// The pieces of a file name, right or wrong.
struct Parts<'a> {
    prefix: &'a str,
    digits: &'a str,
    /// `.2` in `V1.2__x.sql`.
    fraction: &'a str,
    separator: &'a str,
    name: &'a str,
    down: bool,
    ending: &'a str,
}

impl<'a> Parts<'a> {
    fn of(file: &'a str) -> Parts<'a> {
        let (stem, ending) = file.rfind('.').map_or((file, ""), |dot| file.split_at(dot));
        let down = stem.len() > 5 && stem.is_char_boundary(stem.len() - 5) && {
            stem[stem.len() - 5..].eq_ignore_ascii_case(".down")
        };
        let stem = if down { &stem[..stem.len() - 5] } else { stem };
        let prefix = usize::from(stem.starts_with(['V', 'v', 'U', 'u']) && stem[1..].starts_with(digit));
        let (prefix, rest) = stem.split_at(prefix);
        let (digits, rest) = cut(rest, digit);
        let fraction = match rest.strip_prefix('.') {
            Some(after) if after.starts_with(digit) => 1 + cut(after, digit).0.len(),
            _ => 0,
        };
        let (fraction, rest) = rest.split_at(fraction);
        let (separator, name) = cut(rest, |c| "_-. ".contains(c));
        Parts { prefix, digits, fraction, separator, name, down, ending }
    }

    fn version(&self) -> Option<i32> {
        if self.fraction.is_empty() { self.digits.parse().ok() } else { None }
    }

    /// The first thing that is wrong, if any.
    fn fault(&self) -> Option<String> {
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        Some(match self {
            p if p.ending != ".sql" => "a migration ends in `.sql`".into(),
            p if p.prefix.eq_ignore_ascii_case("u") => "refinery's unversioned migrations are not supported".into(),
            p if p.digits.is_empty() => "the number is missing".into(),
            p if p.prefix != "V" => "a migration begins with a capital `V`".into(),
            p if !p.fraction.is_empty() => "the number must be whole".into(),
            p if p.digits.len() < 4 => "the number needs at least four digits".into(),
            p if p.version().is_none() => format!("the number is greater than {}", i32::MAX),
            p if p.version() == Some(0) => "the first number is 0001".into(),
            p if p.separator != "__" => "exactly two underscores stand between number and name".into(),
            p if p.name.is_empty() => "the name is missing".into(),
            p if !p.name.chars().all(fits) => "the name may hold only a to z, 0 to 9 and `_`".into(),
            p if p.name.len() > LONGEST => format!("the name is longer than {LONGEST} characters"),
            _ => return None,
        })
    }

    fn right_form(&self) -> String {
        let number = match self.version() {
            Some(version) if version > 0 => format!("{version:04}"),
            _ => "NNNN".to_owned(),
        };
        let mut name = lossy_slug(self.name);
        name.truncate(LONGEST);
        let name = if name.is_empty() { "what_it_does" } else { &name };
        format!("V{number}__{name}{}.sql", if self.down { ".down" } else { "" })
    }
}

fn digit(c: char) -> bool {
    c.is_ascii_digit()
}

/// The run of characters at the beginning that fit, and the rest.
fn cut(text: &str, fits: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(|c| !fits(c)).unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn good_names_are_taken_apart() {
        assert_eq!(classify("V0001__init.sql"), Entry::Up(1, "init".into()));
        assert_eq!(classify("V12345__a_2.down.sql"), Entry::Down(12345, "a_2".into()));
        for file in
            [".gitkeep", ".gitattributes", "README.md", "notes.txt", "V0001__x.sql~", "V0001__x.sql.orig", "verify.py"]
        {
            assert_eq!(classify(file), Entry::Other, "{file}");
        }
    }

    #[test]
    fn wrong_names_show_the_right_form() {
        let cases = [
            ("v0005__lower.sql", "capital `V`", "V0005__lower.sql"),
            ("V5__add-users.sql", "four digits", "V0005__add_users.sql"),
            ("V0005__add-users.sql", "only a to z", "V0005__add_users.sql"),
            ("V0006_single.sql", "two underscores", "V0006__single.sql"),
            ("V0006___three.sql", "two underscores", "V0006__three.sql"),
            ("V1.2__x.sql", "whole", "VNNNN__x.sql"),
            ("V0007__AddUsers.sql", "only a to z", "V0007__addusers.sql"),
            ("V0007__x.SQL", "ends in `.sql`", "V0007__x.sql"),
            ("V0007__x.txt", "ends in `.sql`", "V0007__x.sql"),
            ("V0007__x.DOWN.sqL", "ends in `.sql`", "V0007__x.down.sql"),
            ("V99999999999__x.sql", "greater than 2147483647", "VNNNN__x.sql"),
            ("V0000__x.sql", "first number is 0001", "VNNNN__x.sql"),
            ("U0003__x.sql", "unversioned", "V0003__x.sql"),
            ("0003_x.sql", "capital `V`", "V0003__x.sql"),
            ("create users.sql", "number is missing", "VNNNN__create_users.sql"),
            ("V0008__.sql", "name is missing", "V0008__what_it_does.sql"),
            ("V0008.sql", "two underscores", "V0008__what_it_does.sql"),
            ("V0009__größe.sql", "only a to z", "V0009__gr_e.sql"),
        ];
        for (file, why, form) in cases {
            let Entry::Wrong { complaint, .. } = classify(file) else { panic!("{file} was taken") };
            assert!(complaint.contains(why) && complaint.ends_with(&format!("`{form}`")), "{complaint}");
        }
    }

    #[test]
    fn names_that_people_type_become_file_names() {
        assert_eq!(slug("Add invoices").unwrap(), "add_invoices");
        assert_eq!(slug("  users: e-mail (unique) ").unwrap(), "users_e_mail_unique");
        for bad in ["", " __ ", "a\0b", "größe", "a;b"] {
            assert!(slug(bad).is_err(), "{bad}");
        }
        assert!(slug(&"x".repeat(101)).is_err());
        assert_eq!(classify(&file_name(7, &slug("2FA").unwrap())), Entry::Up(7, "2fa".into()));
    }
}
