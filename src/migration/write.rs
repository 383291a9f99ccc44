//! New migration files: the next numbers, all of them or none, and never over a file that is there.
//!
//! What stands in them is the caller's; it passes the same checks as any other migration.

use std::fs::{self, File};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::folder::Folder;
use super::name::{file_name, slug};
use super::script;
use crate::error::failure;

/// A migration to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFile {
    /// What it does.
    pub sql: String,
    /// How to go back, if there is a way.
    pub down: Option<String>,
}

/// Writes the next migrations of a folder, in order; answers the paths of the files, ways back included.
///
/// Several files share the name and are told apart by `_2`, `_3` and so on.
///
/// # Errors
/// The folder or the new text is faulty, a file is there already, or writing fails. Then no new file is left.
pub fn write(dir: &Path, name: &str, files: &[NewFile]) -> Result<Vec<PathBuf>> {
    let slug = slug(name)?;
    let first = Folder::read(dir)?.next_version()?;
    let texts = plan(dir, &slug, first, files)?;
    fs::create_dir_all(dir).with_context(|| format!("cannot make the migrations folder `{}`", dir.display()))?;
    let mut written = Written::default();
    for (path, text) in &texts {
        written.add(path, text)?;
    }
    // Somebody else may have written a file of the same number meanwhile, under another name.
    Folder::read(dir).context("another migration was written at the same time; nothing was kept of this one")?;
    Ok(written.keep())
}

/// The files to be written: paths and texts. The text must be one that is read again without complaint.
fn plan(dir: &Path, slug: &str, first: i32, files: &[NewFile]) -> Result<Vec<(PathBuf, String)>> {
    let mut out = Vec::new();
    let mut complaints = Vec::new();
    for (index, file) in files.iter().enumerate() {
        let offset = i32::try_from(index).context("too many migrations at once")?;
        let version = first.checked_add(offset).context("the migration numbers are used up")?;
        let name = if index == 0 { slug.to_owned() } else { format!("{slug}_{}", index + 1) };
        let up = dir.join(file_name(version, &name));
        out.push((up.clone(), script::normalise(&file.sql)));
        out.extend(file.down.as_ref().map(|down| (up.with_extension("down.sql"), script::normalise(down))));
    }
    for (path, text) in &out {
        complaints.extend(script::check(&path.display().to_string(), text).err().into_iter().flatten());
    }
    if complaints.is_empty() {
        return Ok(out);
    }
    Err(failure(format!("the new migration is faulty\n{}", complaints.join("\n")), "nothing was written"))
}

/// Files written so far; those that are not kept are removed again.
#[derive(Default)]
struct Written(Vec<PathBuf>);

impl Written {
    /// Writes one file: beside it under a hidden name first, then linked into place, which fails where one is there.
    fn add(&mut self, path: &Path, text: &str) -> Result<()> {
        let cannot = || format!("cannot write `{}`", path.display());
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let draft = path.with_file_name(format!(".{name}.{}.tmp", std::process::id()));
        let linked = write_new(&draft, text).and_then(|()| fs::hard_link(&draft, path));
        let _ = fs::remove_file(&draft);
        match linked {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => return Err(error).with_context(cannot),
            // Some file systems know no hard links; a new file is still never one that was there.
            Err(_) => {
                let made = File::create_new(path).with_context(cannot)?;
                self.0.push(path.to_owned());
                return fill(made, text).with_context(cannot);
            }
            Ok(()) => self.0.push(path.to_owned()),
        }
        Ok(())
    }

    fn keep(mut self) -> Vec<PathBuf> {
        std::mem::take(&mut self.0)
    }
}

impl Drop for Written {
    fn drop(&mut self) {
        for path in &self.0 {
            let _ = fs::remove_file(path);
        }
    }
}

fn write_new(path: &Path, text: &str) -> std::io::Result<()> {
    fill(File::create_new(path)?, text)
}

fn fill(mut file: File, text: &str) -> std::io::Result<()> {
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new(sql: &str, down: Option<&str>) -> NewFile {
        NewFile { sql: sql.into(), down: down.map(str::to_owned) }
    }

    fn listing(dir: &Path) -> Vec<String> {
        let mut names: Vec<_> =
            fs::read_dir(dir).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn new_files_take_the_next_numbers() {
        let root = tempfile::tempdir().unwrap();
        let dir = root.path().join("migrations");
        write(&dir, "First one", &[new("select 1;\r\n", None)]).unwrap();
        let two = [new("select 2;", Some("select -2;")), new("-- dbtool: no-transaction\nvacuum;", None)];
        let paths = write(&dir, "then two", &two).unwrap();
        assert_eq!(paths[1], dir.join("V0002__then_two.down.sql"));
        let expected =
            ["V0001__first_one.sql", "V0002__then_two.down.sql", "V0002__then_two.sql", "V0003__then_two_2.sql"];
        assert_eq!(listing(&dir), expected);
        let read = Folder::read(&dir).unwrap();
        assert_eq!((read.migrations.len(), read.migrations[0].sql.as_str()), (3, "select 1;\n"));
        assert!(!read.migrations[2].transactional);
    }

    #[test]
    fn faulty_text_is_not_written() {
        let root = tempfile::tempdir().unwrap();
        let error = write(root.path(), "x", &[new("select 1", None), new("commit", None)]).unwrap_err();
        assert!(error.to_string().contains("V0002__x_2.sql:1:1: `COMMIT`"), "{error}");
        assert_eq!(listing(root.path()), Vec::<String>::new());
    }

    #[test]
    fn a_file_that_is_there_is_never_written_over_and_nothing_is_left() {
        let root = tempfile::tempdir().unwrap();
        let path = |name: &str| root.path().join(name);
        fs::write(path("V0002__x.sql"), "mine").unwrap();
        let mut written = Written::default();
        written.add(&path("V0001__x.sql"), "select 1").unwrap();
        assert!(written.add(&path("V0002__x.sql"), "select 2").is_err());
        drop(written);
        assert_eq!(listing(root.path()), ["V0002__x.sql"]);
        assert_eq!(fs::read_to_string(path("V0002__x.sql")).unwrap(), "mine");
    }
}
