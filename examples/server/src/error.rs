//! What keeps the server from starting, or a subcommand from ending well.

use estair_core::book;
use estair_core::store::StoreError;

/// Why the server did not start: a sentence for whoever started it.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct StartError(String);

impl StartError {
    /// An error, as text.
    pub fn new(error: impl std::fmt::Display) -> Self {
        Self(error.to_string())
    }
}

macro_rules! start_errors {
    ($($error:ty),* $(,)?) => {
        $(impl From<$error> for StartError {
            fn from(error: $error) -> Self {
                Self::new(error)
            }
        })*
    };
}
start_errors!(
    crate::secrets::FileError,
    StoreError,
    book::Error,
    estair_http::client::ClientError,
    estair_http::signature::SecretError,
    estair_notify::ConfigError,
    estair_notify::TemplateError,
    std::io::Error,
);
