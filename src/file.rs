//! Files that a person wrote: a pipe or a device in the place of one would be waited for, or read for ever.

use std::fs::{File, metadata};
use std::io::{self, Read as _};
use std::path::Path;

/// Opens a file for reading.
///
/// # Errors
/// There is none, it may not be read, or it is no ordinary file (after links are followed).
pub(crate) fn open(path: &Path) -> io::Result<File> {
    // Asked before it is opened: opening a pipe waits for its writer.
    if !metadata(path)?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a file"));
    }
    File::open(path)
}

/// The bytes of a file.
///
/// # Errors
/// As for [`open`].
pub(crate) fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open(path)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The text of a file.
///
/// # Errors
/// As for [`open`], or it is not UTF-8.
pub(crate) fn read_to_string(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    open(path)?.read_to_string(&mut text)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a");
        std::fs::write(&file, "text").unwrap();
        assert_eq!((read(&file).unwrap().as_slice(), read_to_string(&file).unwrap().as_str()), (&b"text"[..], "text"));
        for other in [folder.path(), Path::new("/dev/zero")] {
            assert_eq!(read(other).unwrap_err().to_string(), "it is not a file");
        }
        assert_eq!(read(&folder.path().join("none")).unwrap_err().kind(), io::ErrorKind::NotFound);
    }
}
