//! Structured logs on the error stream: `RUST_LOG` says how much, `--log-format` in which form.

use tracing_subscriber::EnvFilter;

use crate::options::LogFormat;

/// What is logged when `RUST_LOG` says nothing.
const DEFAULT: &str = "info,sqlx=warn";

/// Installs the logs, once for the process; a second time changes nothing.
pub fn install(format: LogFormat) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(DEFAULT));
    let logs = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // The second to install finds the first one's: that is what is wanted.
    let _ = match format {
        LogFormat::Text => logs.with_ansi(false).try_init(),
        LogFormat::Json => logs.json().flatten_event(true).try_init(),
    };
}
