//! The subcommands.

use estair_core::Book;
use estair_core::background::key_left_chains;
use estair_core::clock::{Clock, System, rfc3339};
use estair_core::id::AccountId;
use estair_core::membership::Membership;
use estair_core::messager::Stored;
use estair_core::refusal::FieldError;
use estair_core::store::{LastVerification, MAX_PAGE, Page, StoreErrorKind};
use estair_core::verify::{Anchor, Report, UNCOVERED, compare, make_anchor, verify, verify_messages};
use estair_http::messager::RemoteMessager;
use estair_sqlx::{TokenFilter, User, UserFilter, UserPatch};
use std::sync::Arc;

use crate::apart;
use crate::apart::MessagerTask;
use crate::cli::{Migrate, Person, Task, TokenTask, UserTask, Verify};
use crate::error::StartError;
use crate::import;
use crate::notify;
use crate::options::Options;
use crate::payments;
use crate::people::NewPerson;
use crate::report;
use crate::secrets::DataDir;
use crate::start::{Server, start};
use crate::stores::{Stores, adopt, release};
use crate::terminal::print;

/// Does what is asked; false when it ended badly without an error of its own.
///
/// # Errors
/// What kept it from being done.
pub async fn run(task: Task, options: Options) -> Result<bool, StartError> {
    match task {
        Task::Serve => serve_as(Box::pin(start(options))).await,
        Task::Migrate(what) => {
            let (data, _) = DataDir::open(&options.data_dir)?;
            print(migrate(what, &options, &data).await?)
        }
        Task::Verify(verify) => check(&options, &verify).await,
        Task::Uncovered => print(&UNCOVERED.join("\n")),
        Task::User(task) => people(&options, task).await,
        Task::Token(task) => tokens(&options, task).await,
        Task::UndoImport(run) => import::undo(&options, run, print).await,
        Task::Import(task) => import::run(&options, task, print).await,
        Task::Payments(task) => payments::run(&options, task, print).await,
        Task::Report(task) => report::run(&options, &task, print).await,
        Task::Preview(notice, channel) => print(&notify::preview(&options, notice, channel)?),
        Task::Test(notice, channel, address) => {
            notify::test(&options, notice, channel, address).await?;
            print(&format!("{channel}: accepted"))
        }
        Task::Messager(MessagerTask::Serve) => serve_as(apart::start(options)).await,
        Task::Messager(task) => apart::run(&options, task).await,
        Task::OpenApi => print(&estair_http::document().to_string()),
    }
}

/// Brings both databases to this version, or away again; gives what was done.
async fn migrate(what: Migrate, options: &Options, data: &DataDir) -> Result<&'static str, StartError> {
    match what {
        Migrate::Refuse => Stores::open(options, data).await.map(|_| "both databases are at this version"),
        Migrate::Adopt => {
            adopt(options, data).await?;
            Ok("both databases are at this version; what had their names before is called former_… now")
        }
        Migrate::Release if release(options, data).await? => Ok("what was there before has its names back"),
        Migrate::Release => Err(StartError::new("nothing was renamed: there is nothing to give back")),
    }
}

async fn serve_as(start: impl Future<Output = Result<Server, StartError>>) -> Result<bool, StartError> {
    // Heard from the first moment on: a stop during the start is not lost.
    let mut signals = Signals::listen()?;
    let server = start.await?;
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

/// Recomputes the book; prints what is off. A book that is not there, or that is sealed with a key which is not, cannot be
/// judged: that is an error.
async fn check(options: &Options, task: &Verify) -> Result<bool, StartError> {
    let stores = Stores::of_a_book(options).await?;
    let (reader, keys) = (stores.audit.as_ref(), options.policy.audit_keys.as_ref());
    if stores.lack_their_key(options).await? {
        return Err(StartError::new(
            "the book is sealed with a key, and ESTAIR_AUDIT_KEY is not set: it cannot be judged",
        ));
    }
    let mut report = verify(reader, keys).await?;
    match (&options.messager_api_url, &options.console_token) {
        (None, _) => verify_messages(reader, Stored::of(Arc::clone(&stores.messager)).as_ref(), &mut report).await?,
        (Some(_), None) => {
            print("the messages of the outside Messager are not judged: MESSAGER_CONSOLE_TOKEN is not set")?;
        }
        (Some(url), Some(token)) => {
            let messager = RemoteMessager::new(url, token.clone(), Arc::new(System))?;
            match verify_messages(reader, &messager, &mut report).await {
                Err(error) if error.kind() == StoreErrorKind::Unavailable => {
                    print(&format!("the messages of the outside Messager could not be judged: {error}"))?;
                }
                judged => judged?,
            }
        }
    }
    // What the daily report says of it (L8): a reader of the database may not write it, and judges all the same.
    let done = LastVerification { at: System.now(), findings: report.found };
    if let Err(error) = reader.note_verification(done).await {
        tracing::warn!(%error, "the verification was not noted");
    }
    if let Some(path) = &task.against {
        let failed = |why: &dyn std::fmt::Display| StartError::new(format_args!("{}: {why}", path.display()));
        let text = std::fs::read_to_string(path).map_err(|error| failed(&error))?;
        let anchor: Anchor = serde_json::from_str(&text).map_err(|error| failed(&error))?;
        if anchor.signature.is_none() {
            print("the anchor is unsigned: whoever could have written it is believed")?;
        }
        compare(reader, &anchor, keys, &mut report).await?;
    }
    for told in &report.told {
        print(told)?;
    }
    for finding in &report.findings {
        print(&finding.to_string())?;
    }
    let Report { accounts, links, facts, found, .. } = report;
    print(&format!("{accounts} accounts, {links} links and {facts} facts verified: {found} findings"))?;
    // The ends of chains that do not add up are worth nothing.
    if let Some(path) = task.anchor.as_ref().filter(|_| report.is_clean()) {
        let anchor = make_anchor(reader, keys, System.now()).await?;
        if anchor.signature.is_none() {
            print("the anchor is unsigned: there is no ESTAIR_AUDIT_KEY")?;
        }
        let text = serde_json::to_string_pretty(&anchor).map_err(StartError::new)?;
        std::fs::write(path, text + "\n")
            .map_err(|error| StartError::new(format_args!("{}: {error}", path.display())))?;
    }
    if task.seal {
        seal(&stores, options).await?;
    }
    Ok(report.is_clean())
}

/// Seals chains that no start seals by itself, because others are sealed already: somebody has looked why.
async fn seal(stores: &Stores, options: &Options) -> Result<(), StartError> {
    if options.policy.audit_keys.is_none() {
        return Err(StartError::new("--seal: ESTAIR_AUDIT_KEY is not set"));
    }
    let book = Book::new(Arc::clone(&stores.store), Arc::new(System), Arc::new(System), options.policy.clone());
    let sealed = key_left_chains(&book, stores.reader.as_ref()).await?;
    print(&format!("{sealed} accounts sealed from now on")).map(|_| ())
}

async fn people(options: &Options, task: UserTask) -> Result<bool, StartError> {
    let (data, _) = DataDir::open(&options.data_dir)?;
    let stores = Stores::open(options, &data).await?;
    let nobody = |id| StartError::new(format_args!("there is no user {id}"));
    match task {
        UserTask::Add(person) => {
            let person = new_person(&stores, person).await?;
            print(&stores.people(Arc::new(System), Arc::new(System)).add(person).await?.to_string())
        }
        UserTask::List => {
            print("id\trole\taccount\tkind\tname\te-mail\tdisabled\tlast used")?;
            let mut page = Page { limit: MAX_PAGE, before: None };
            loop {
                let slice = stores.users.users(&UserFilter::default(), page).await?;
                for user in &slice.items {
                    print(&line_of(user))?;
                }
                page.before = slice.next;
                if page.before.is_none() {
                    return Ok(true);
                }
            }
        }
        UserTask::Change(id, person) => {
            let user = stores.users.user(id).await?.ok_or_else(|| nobody(id))?;
            let patch = UserPatch {
                membership: changed_membership(&stores, user.membership, &person).await?,
                name: person.name,
                email: person.email.map(Some),
                disabled: None,
            };
            let changed = stores.users.change_user(id, &patch, System.now()).await?.ok_or_else(|| nobody(id))?;
            print(&line_of(&changed))
        }
        UserTask::Disable(id, disabled) => {
            let patch = UserPatch { disabled: Some(disabled), ..UserPatch::default() };
            let changed = stores.users.change_user(id, &patch, System.now()).await?.ok_or_else(|| nobody(id))?;
            print(&line_of(&changed))
        }
    }
}

async fn tokens(options: &Options, task: TokenTask) -> Result<bool, StartError> {
    let (data, _) = DataDir::open(&options.data_dir)?;
    let stores = Stores::open(options, &data).await?;
    match task {
        TokenTask::Create(person, sources) => {
            let person = new_person(&stores, person).await?;
            print(&stores.people(Arc::new(System), Arc::new(System)).create(person, sources).await?.secret)
        }
        TokenTask::List => {
            print("id\tperson\trole\tcreated\tlast used\twithdrawn")?;
            let mut page = Page { limit: MAX_PAGE, before: None };
            loop {
                let slice = stores.users.tokens(&TokenFilter::default(), page).await?;
                for (token, user) in &slice.items {
                    let role = user.membership.role();
                    let (created, used) = (rfc3339(token.created_at), or_dash(token.last_used_at.map(rfc3339)));
                    let withdrawn = or_dash(token.withdrawn_at.map(rfc3339));
                    let name = &user.name;
                    print(&format!("{}\t{name}\t{role}\t{created}\t{used}\t{withdrawn}", token.id))?;
                }
                page.before = slice.next;
                if page.before.is_none() {
                    return Ok(true);
                }
            }
        }
        TokenTask::Withdraw(id) => match stores.users.withdraw_token(id, System.now()).await? {
            true => print(&format!("token {id} is withdrawn")),
            false => Err(StartError::new(format_args!("there is no token {id}, or it was withdrawn before"))),
        },
    }
}

async fn new_person(stores: &Stores, person: Person) -> Result<NewPerson, StartError> {
    let Person { name, email, role, account, kind } = person;
    let role = role.ok_or_else(|| StartError::new("--role: is needed"))?;
    let membership = Membership::new(role, known(stores, account).await?, kind).map_err(flag)?;
    Ok(NewPerson { membership, name, email })
}

/// Who somebody is to be: what is not given stays, as far as the role has it.
async fn changed_membership(
    stores: &Stores,
    now: Membership,
    person: &Person,
) -> Result<Option<Membership>, StartError> {
    let &Person { role, account, kind, .. } = person;
    if role.is_none() && account.is_none() && kind.is_none() {
        return Ok(None);
    }
    now.changed(role, known(stores, account).await?, kind).map(Some).map_err(flag)
}

/// What is wrong with a flag.
fn flag(fault: FieldError) -> StartError {
    let name = fault.field.trim_end_matches("_id");
    StartError::new(format_args!("--{name}: {}", fault.message))
}

/// The account, if there is one.
async fn known(stores: &Stores, account: Option<AccountId>) -> Result<Option<AccountId>, StartError> {
    if let Some(id) = account
        && stores.reader.account(id).await?.is_none()
    {
        return Err(StartError::new(format_args!("there is no account {id}")));
    }
    Ok(account)
}

fn line_of(user: &User) -> String {
    let who = user.membership;
    let role = who.role();
    let account = or_dash(who.account().map(|id| id.to_string()));
    let kind = or_dash(who.kind().map(|kind| kind.name().to_owned()));
    let (name, email) = (&user.name, or_dash(user.email.clone()));
    let (disabled, used) = (or_dash(user.disabled_at.map(rfc3339)), or_dash(user.last_used_at.map(rfc3339)));
    format!("{}\t{role}\t{account}\t{kind}\t{name}\t{email}\t{disabled}\t{used}", user.id)
}

fn or_dash(text: Option<String>) -> String {
    text.unwrap_or_else(|| "-".to_owned())
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
