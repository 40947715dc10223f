//! Who else may read or write a file that the server relies on. What group or others may write is not the server's own any
//! more; what holds a secret nobody else may read.

use std::io;
use std::path::Path;

/// What stands in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// Settings, or other files: nobody else may write it.
    Settings,
    /// A secret: nobody else may read it either.
    Secret,
}

/// Checks the owner and the mode of a file or directory.
///
/// # Errors
/// [`io::ErrorKind::PermissionDenied`] with what is wrong and how it is mended; and when the file cannot be looked at.
#[cfg(unix)]
pub fn check(path: &Path, content: Content) -> io::Result<()> {
    use std::os::unix::fs::MetadataExt;

    let metadata = std::fs::metadata(path)?;
    let (mode, owner, user) = (metadata.mode(), metadata.uid(), rustix::process::geteuid().as_raw());
    let denied = |why: String| Err(io::Error::new(io::ErrorKind::PermissionDenied, why));
    if owner != user && owner != 0 {
        return denied(format!("belongs to user {owner}, who is neither the server's user ({user}) nor root"));
    }
    if mode & 0o022 != 0 {
        return denied("group or others may write it: chmod go-w".to_owned());
    }
    if content == Content::Secret && mode & 0o044 != 0 {
        return denied("it holds a secret, and group or others may read it: chmod go-r".to_owned());
    }
    Ok(())
}

/// Other systems have other ways to say who may read a file.
#[cfg(not(unix))]
pub fn check(path: &Path, _: Content) -> io::Result<()> {
    std::fs::metadata(path).map(drop)
}
