//! What the server keeps for itself in its data directory: generated secrets and tokens, readable by the owner alone.

use estair_core::clock::IdSource;
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use crate::file_access::{Content, check};

/// The data directory.
#[derive(Clone, Debug)]
pub struct DataDir {
    path: PathBuf,
}

/// A file of the data directory that cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {source}")]
pub struct FileError {
    path: String,
    source: std::io::Error,
}

impl DataDir {
    /// Opens the directory, and makes it when it is not there. The second value says whether it was empty.
    ///
    /// # Errors
    /// When it cannot be made or read, or others may write it.
    pub fn open(path: &Path) -> Result<(Self, bool), FileError> {
        let fail = |source| FileError { path: path.display().to_string(), source };
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(path).map_err(fail)?;
        check(path, Content::Settings).map_err(fail)?;
        let empty = std::fs::read_dir(path).map_err(fail)?.next().is_none();
        let path = std::fs::canonicalize(path).map_err(fail)?;
        Ok((Self { path }, empty))
    }

    /// The path of a file in it.
    #[must_use]
    pub fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// The content of a file; it is made, of what `make` gives, when it is not there.
    ///
    /// # Errors
    /// When it can neither be read nor written.
    pub fn kept(&self, name: &str, make: impl FnOnce() -> String) -> Result<String, FileError> {
        if let Some(text) = self.read(name)? {
            return Ok(text);
        }
        self.write(name, &make())?;
        // Another process may have been first: what stands there is what holds.
        self.read(name)?.ok_or_else(|| self.fail(name, ErrorKind::NotFound.into()))
    }

    /// The content of a file, without the line's end.
    ///
    /// # Errors
    /// When it is there and cannot be read, or others may read or write it.
    pub fn read(&self, name: &str) -> Result<Option<String>, FileError> {
        let path = self.file(name);
        match check(&path, Content::Secret).and_then(|()| std::fs::read_to_string(&path)) {
            Ok(text) => Ok(Some(text.trim().to_owned())),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(self.fail(name, error)),
        }
    }

    /// Writes a file that is not there yet, whole or not at all.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, name: &str, text: &str) -> Result<(), FileError> {
        let draft = format!(".{name}.{}", std::process::id());
        let written = create(&self.file(&draft)).and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            file.write_all(b"\n")?;
            file.sync_all()
        });
        // A link fails when the name is taken, where a rename would replace what another process wrote.
        let linked = written.and_then(|()| std::fs::hard_link(self.file(&draft), self.file(name)));
        let _ = std::fs::remove_file(self.file(&draft));
        match linked {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(self.fail(name, error)),
            _ => Ok(()),
        }
    }

    /// Makes an empty file for the owner alone, unless it is there: a database made by its library would be open to all.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn touch(&self, name: &str) -> Result<PathBuf, FileError> {
        let path = self.file(name);
        match create(&path) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(self.fail(name, error)),
            _ => Ok(path),
        }
    }

    /// Removes a file, if it is there.
    ///
    /// # Errors
    /// When it cannot be removed.
    pub fn remove(&self, name: &str) -> Result<(), FileError> {
        match std::fs::remove_file(self.file(name)) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(self.fail(name, error)),
            _ => Ok(()),
        }
    }

    fn fail(&self, name: &str, source: std::io::Error) -> FileError {
        FileError { path: self.file(name).display().to_string(), source }
    }
}

fn create(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// A new token of 256 random bits.
#[must_use]
pub fn token(ids: &dyn IdSource) -> String {
    format!("{:032x}{:032x}", ids.seed(), ids.seed())
}
