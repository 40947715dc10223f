//! `estair-server`: ESTAIR, Messager and the console in one process.

use std::io::Write;
use std::process::ExitCode;

use estair_server::cli;
use estair_server::log;
use estair_server::options::{Options, Unknown};
use estair_server::tasks;

/// What clap and the options end with when the command line is wrong.
const USAGE: u8 = 2;

/// What verifying ends with when the book cannot be judged.
const UNJUDGED: u8 = 2;

fn main() -> ExitCode {
    let matches = cli::command().get_matches();
    // What is no text is no option's name; a value that is none cannot be read.
    let text = |text: std::ffi::OsString| text.to_string_lossy().into_owned();
    let environment = std::env::vars_os().map(|(name, value)| (text(name), text(value))).collect();
    let options = match Options::load(&matches, &environment) {
        Ok(options) => options,
        Err(error) => return say(&error, USAGE),
    };
    log::install(options.log_format);
    for Unknown { name, meant } in &options.unknown {
        tracing::warn!(name, meant, "the environment names something that is no option");
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return say(&error, 1),
    };
    let task = cli::task(&matches);
    let unjudged = matches!(task, cli::Task::Verify(_));
    match runtime.block_on(tasks::run(task, options)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) if unjudged => say(&error, UNJUDGED),
        Err(error) => say(&error, if error.is_usage() { USAGE } else { 1 }),
    }
}

fn say(error: &dyn std::error::Error, code: u8) -> ExitCode {
    // Nobody may be listening on the error stream; the status says it too.
    let _ = writeln!(std::io::stderr(), "error: {error}");
    ExitCode::from(code)
}
