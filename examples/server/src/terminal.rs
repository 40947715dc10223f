//! What the subcommands say.

use std::io::Write;

use crate::error::StartError;

/// Prints a line. True, so that a task can end with it.
///
/// # Errors
/// When nobody can read it.
pub(crate) fn print(line: &str) -> Result<bool, StartError> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").and_then(|()| out.flush()).map_err(StartError::new)?;
    Ok(true)
}
