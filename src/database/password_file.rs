//! The password file (`~/.pgpass`): lines of `host:port:database:user:password`.
//!
//! Reads and looks up; which file, and for whom, is decided in `settings`.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use super::endpoint::Secret;

/// A password file that could be read.
pub(super) struct PasswordFile {
    path: PathBuf,
    lines: Vec<(usize, Vec<Field>)>,
}

/// One field of a line: its text, and whether it is the wildcard. `\*` is a plain star.
struct Field {
    text: String,
    any: bool,
}

/// What came of opening the file.
pub(super) enum Opened {
    /// It is not there.
    Missing,
    /// It is there and must not be used; why. libpq ignores such a file, too.
    Ignored(String),
    /// It was read.
    Read(PasswordFile),
}

/// Opens the password file, which nobody but its owner may be able to read.
pub(super) fn open(path: &Path) -> Opened {
    let shown = path.display();
    let Ok(metadata) = fs::metadata(path) else { return Opened::Missing };
    if !metadata.is_file() {
        return Opened::Ignored(format!("the password file `{shown}` was ignored: it is not a plain file"));
    }
    if metadata.permissions().mode() & 0o077 != 0 {
        return Opened::Ignored(format!(
            "the password file `{shown}` was ignored: others may read it; `chmod 600 {shown}` makes it private"
        ));
    }
    match fs::read(path) {
        Ok(bytes) => Opened::Read(PasswordFile::parse(path, &String::from_utf8_lossy(&bytes))),
        Err(error) => Opened::Ignored(format!("the password file `{shown}` was ignored: {error}")),
    }
}

impl PasswordFile {
    fn parse(path: &Path, text: &str) -> Self {
        let lines = text.lines().enumerate().filter(|(_, line)| !line.starts_with('#'));
        let lines = lines.map(|(index, line)| (index + 1, fields(line))).filter(|(_, fields)| fields.len() == 5);
        PasswordFile { path: path.to_owned(), lines: lines.collect() }
    }

    /// The password of the first line that matches, and where it stands.
    pub(super) fn look_up(&self, host: &str, port: u16, dbname: &str, user: &str) -> Option<(Secret, String)> {
        let wanted = [host, &port.to_string(), dbname, user];
        let matches = |fields: &[Field]| fields.iter().zip(wanted).all(|(field, text)| field.any || field.text == text);
        let (number, fields) = self.lines.iter().find(|(_, fields)| matches(&fields[..4]))?;
        let place = format!("line {number} of the password file `{}`", self.path.display());
        Some((Secret::new(fields[4].text.clone()), place))
    }
}

/// The five fields of a line; a `:` or `\` inside one is written with a backslash.
fn fields(line: &str) -> Vec<Field> {
    let mut found = Vec::new();
    let mut field = Field { text: String::new(), any: line.starts_with("*:") };
    let mut rest = line.chars();
    while let Some(character) = rest.next() {
        match character {
            '\\' => field.text.extend(rest.next()),
            // The password is the rest of the line, whatever stands in it.
            ':' if found.len() < 4 => {
                let any = rest.as_str().starts_with("*:");
                found.push(std::mem::replace(&mut field, Field { text: String::new(), any }));
            }
            c => field.text.push(c),
        }
    }
    found.push(field);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "# host:port:database:user:password\n\
                        \n\
                        db.example:5432:app:alice:first\n\
                        db.example:*:*:alice:a\\:b\\\\c\n\
                        \\*:5432:app:bob:star\n\
                        too:few:fields\n\
                        *:*:*:carol:with:colons\n\
                        /tmp:5432:*:*:socket\n";

    fn look_up(host: &str, port: u16, dbname: &str, user: &str) -> Option<(String, String)> {
        let found = PasswordFile::parse(Path::new("/pgpass"), FILE).look_up(host, port, dbname, user)?;
        Some((found.0.reveal().to_owned(), found.1))
    }

    #[test]
    fn the_first_line_that_matches_gives_the_password() {
        let (password, place) = look_up("db.example", 5432, "app", "alice").unwrap();
        assert_eq!((&*password, &*place), ("first", "line 3 of the password file `/pgpass`"));
        assert_eq!(look_up("db.example", 5433, "app", "alice").unwrap().0, r"a:b\c");
        assert_eq!(look_up("any", 1, "any", "carol").unwrap().0, "with:colons");
        assert_eq!(look_up("/tmp", 5432, "any", "any").unwrap().0, "socket");
    }

    #[test]
    fn an_escaped_star_is_no_wildcard_and_a_short_line_is_passed_over() {
        assert!(look_up("h", 5432, "app", "bob").is_none());
        assert_eq!(look_up("*", 5432, "app", "bob").unwrap().0, "star");
        assert!(look_up("too", 1, "x", "y").is_none());
    }

    #[test]
    fn a_file_that_others_can_read_is_ignored_and_says_why() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pgpass");
        assert!(matches!(open(&path), Opened::Missing));
        fs::write(&path, FILE).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        let Opened::Ignored(why) = open(&path) else { panic!("read") };
        assert!(why.contains("others may read it"), "{why}");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        assert!(matches!(open(&path), Opened::Read(_)));
        assert!(matches!(open(folder.path()), Opened::Ignored(_)));
    }
}
