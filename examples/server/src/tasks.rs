//! The subcommands.

use estair_core::actor::Role;
use estair_core::clock::System;
use estair_core::id::AccountId;
use estair_core::verify::verify;
use std::io::Write;
use std::sync::Arc;

use crate::cli::Task;
use crate::error::StartError;
use crate::notify;
use crate::options::Options;
use crate::secrets::DataDir;
use crate::start::start;
use crate::stores::{BOOK, Stores};

/// Does what is asked; false when it ended badly without an error of its own.
///
/// # Errors
/// What kept it from being done.
pub async fn run(task: Task, options: Options) -> Result<bool, StartError> {
    match task {
        Task::Serve => serve(options).await,
        Task::Migrate => {
            let (data, _) = DataDir::open(&options.data_dir)?;
            Stores::open(&options, &data).await?;
            print("both databases are at this version")
        }
        Task::Verify => check(&options).await,
        Task::CreateToken(role, account) => create_token(&options, role, account).await,
        Task::Preview(notice, channel) => print(&notify::preview(&options, notice, channel)?),
        Task::Test(notice, channel, address) => {
            notify::test(&options, notice, channel, address).await?;
            print(&format!("{channel}: accepted"))
        }
        Task::OpenApi => print(&estair_http::document().to_string()),
    }
}

async fn serve(options: Options) -> Result<bool, StartError> {
    // Heard from the first moment on: a stop during the start is not lost.
    let mut signals = Signals::listen()?;
    let server = start(options).await?;
    // A server serves, though nobody may be there to read where.
    let _ = print(&format!("listening on {}", server.url()));
    if let Some(path) = server.tokens() {
        let _ = print(&format!("tokens are in {}", path.display()));
    }
    signals.stop().await;
    tracing::info!("stopping");
    server.stop().await;
    Ok(true)
}

/// Recomputes the book; prints what is off. A book that is not there is no healthy one.
async fn check(options: &Options) -> Result<bool, StartError> {
    if options.database_url.is_none() && !options.data_dir.join(BOOK).exists() {
        return Err(StartError::new(format_args!("there is no book in {}", options.data_dir.display())));
    }
    let (data, _) = DataDir::open(&options.data_dir)?;
    let stores = Stores::open(options, &data).await?;
    let report = verify(stores.audit.as_ref()).await?;
    for finding in &report.findings {
        print(&finding.to_string())?;
    }
    let (accounts, movements, links) = (report.accounts, report.movements, report.links);
    let found = report.found;
    print(&format!("{accounts} accounts, {movements} movements, {links} links verified: {found} findings"))?;
    Ok(report.is_clean())
}

async fn create_token(options: &Options, role: Role, account: Option<AccountId>) -> Result<bool, StartError> {
    let (data, _) = DataDir::open(&options.data_dir)?;
    let stores = Stores::open(options, &data).await?;
    if account.is_some() && role != Role::Client {
        return Err(StartError::new("--account: only a client has one"));
    }
    if let Some(id) = account
        && stores.reader.account(id).await?.is_none()
    {
        return Err(StartError::new(format_args!("there is no account {id}")));
    }
    let token = stores.people(Arc::new(System), Arc::new(System)).create(role, account, None).await?;
    print(&token.secret)
}

fn print(line: &str) -> Result<bool, StartError> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").and_then(|()| out.flush()).map_err(StartError::new)?;
    Ok(true)
}

/// The signals that end the server.
struct Signals {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

impl Signals {
    fn listen() -> Result<Self, StartError> {
        Ok(Self {
            #[cfg(unix)]
            terminate: tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
                .map_err(StartError::new)?,
        })
    }

    /// Waits for one.
    async fn stop(&mut self) {
        #[cfg(unix)]
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
        #[cfg(not(unix))]
        let _ = tokio::signal::ctrl_c().await;
    }
}
