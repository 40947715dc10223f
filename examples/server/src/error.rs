//! What keeps the server from starting, or a subcommand from ending well.

use estair_core::book;
use estair_core::store::StoreError;

/// Why the server did not start: a sentence for whoever started it.
#[derive(Debug, thiserror::Error)]
#[error("{said}")]
pub struct StartError {
    said: String,
    is_usage: bool,
}

impl StartError {
    /// An error, as text.
    pub fn new(error: impl std::fmt::Display) -> Self {
        Self { said: error.to_string(), is_usage: false }
    }

    /// An option that does not fit what is there: the command line is wrong, nothing else.
    pub fn usage(error: impl std::fmt::Display) -> Self {
        Self { is_usage: true, ..Self::new(error) }
    }

    /// Does it end as a wrong command line does?
    #[must_use]
    pub const fn is_usage(&self) -> bool {
        self.is_usage
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
    estair_sqlx::import::NotUndone,
    book::Error,
    estair_http::client::ClientError,
    estair_http::signature::SecretError,
    estair_notify::ConfigError,
    estair_notify::TemplateError,
    std::io::Error,
);
