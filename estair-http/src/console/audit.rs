//! The audit trail: a movement with what it changed, and `verify` on demand.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::HeaderValue;
use axum::response::Response;
use estair_core::account::Account;
use estair_core::audit::{Log, Sealed};
use estair_core::clock::Timestamp;
use estair_core::fact::FactKind;
use estair_core::id::{AccountId, FactId, MovementId, RequestId, Row};
use estair_core::money::Money;
use estair_core::movement::Movement;
use estair_core::permission::{Permission, require};
use estair_core::read::{FactFilter, MAX_PAGE, Reader};
use estair_core::refusal::{FieldError, Refusal};
use estair_core::verify::{Report, verify, verify_account};

use super::Console;
use super::failure::Failure;
use super::fields::{Fields, accept, id_in_path};
use super::figures::{accounts_of, name_of};
use super::frame::{Frame, Section};
use super::guard::render;
use super::session::Visitor;

/// Findings that the page shows; more are counted.
const SHOWN: usize = 200;

/// Movements that the page shows: the last ones, among the last facts.
const LATEST: usize = 25;

/// The verification that ran last, or runs: one at a time, since it reads the whole book.
#[derive(Default)]
pub(super) struct Checks {
    last: Mutex<Option<Check>>,
}

/// A verification.
#[derive(Clone)]
struct Check {
    account: Option<AccountId>,
    began: Timestamp,
    ended: Option<(Timestamp, Result<Arc<Report>, String>)>,
}

impl Checks {
    fn last(&self) -> MutexGuard<'_, Option<Check>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that one begins; false while another runs.
    fn begin(&self, account: Option<AccountId>, began: Timestamp) -> bool {
        let mut last = self.last();
        if last.as_ref().is_some_and(|check| check.ended.is_none()) {
            return false;
        }
        *last = Some(Check { account, began, ended: None });
        true
    }

    fn end(&self, at: Timestamp, result: Result<Report, String>) {
        if let Some(check) = self.last().as_mut() {
            check.ended = Some((at, result.map(Arc::new)));
        }
    }
}

/// A movement that was written, or could not be.
struct Written {
    at: Timestamp,
    movement: MovementId,
    account: AccountId,
    account_name: String,
    request: Option<RequestId>,
    by: String,
    status: &'static str,
}

#[derive(Template)]
#[template(path = "audit.html")]
struct AuditPage {
    p: Frame,
    f: Fields,
    check: Option<Check>,
    latest: Vec<Written>,
}

impl AuditPage {
    fn running(&self) -> bool {
        self.check.as_ref().is_some_and(|check| check.ended.is_none())
    }

    fn report(&self) -> Option<&Report> {
        self.check.as_ref()?.ended.as_ref()?.1.as_deref().ok()
    }

    fn trouble(&self) -> Option<&str> {
        self.check.as_ref()?.ended.as_ref()?.1.as_ref().err().map(String::as_str)
    }

    fn findings(&self) -> Vec<String> {
        self.report().iter().flat_map(|report| &report.findings).take(SHOWN).map(ToString::to_string).collect()
    }
}

/// The page: the last verification, and a way to a movement.
pub(super) async fn page(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Extension(f): Extension<Fields>,
) -> Result<Response, Failure> {
    require(&visitor.actor, Permission::ReadAccounts)?;
    let check = console.checks.last().clone();
    let p = Frame::of(&console, &visitor, Section::Audit).watching(&console, "movement", "").await?;
    let latest = latest(&p, console.host.reader.as_ref()).await?;
    let page = AuditPage { p, f, check, latest };
    let mut response = render(StatusCode::OK, &page);
    if page.running() {
        response.headers_mut().insert("refresh", HeaderValue::from_static("2"));
    }
    Ok(response)
}

/// The movements among the last facts, newest first.
async fn latest(p: &Frame, reader: &dyn Reader) -> Result<Vec<Written>, Failure> {
    let end = reader.last_fact().await?.map_or(0, |fact| fact.0);
    let from = FactFilter::After(FactId(end.saturating_sub(u64::from(MAX_PAGE))));
    let facts = reader.facts(from, MAX_PAGE).await?;
    let last: Vec<_> = facts.iter().rev().filter(|fact| is_writing(fact.kind)).take(LATEST).collect();
    let accounts = accounts_of(reader, last.iter().filter_map(|fact| fact.account.known())).await?;
    let written = last.into_iter().filter_map(|fact| {
        let (movement, account) = (fact.movement?.known()?, fact.account.known()?);
        let status = if fact.kind == FactKind::MovementFailed { "failed" } else { "success" };
        Some(Written {
            at: fact.at,
            movement,
            account,
            account_name: name_of(&accounts, account),
            request: fact.request.and_then(|link| link.known()),
            by: p.by(&fact.role, &fact.user),
            status,
        })
    });
    Ok(written.collect())
}

fn is_writing(kind: FactKind) -> bool {
    matches!(kind, FactKind::MovementWritten | FactKind::MovementFailed)
}

/// Begins a verification, of one account or of the whole book. It goes on when the browser leaves.
pub(super) async fn check(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Extension(f): Extension<Fields>,
) -> Result<Response, Failure> {
    require(&visitor.actor, Permission::ReadAccounts)?;
    let mut faults = Vec::new();
    let id: Option<AccountId> = f.id("account_id", &mut faults);
    accept(faults)?;
    let account = match id {
        Some(id) => Some(console.host.reader.account(id).await?.ok_or(Refusal::NotFound { what: "account" })?),
        None => None,
    };
    let (host, checks) = (console.host.clone(), console.checks.clone());
    if checks.begin(id, host.clock.now()) {
        let work = tokio::spawn(async move {
            let result = run(host.reader.as_ref(), account).await;
            checks.end(host.clock.now(), result);
        });
        // A small book answers at once; a large one is waited for on the page.
        let _ = tokio::time::timeout(std::time::Duration::from_secs(1), work).await;
    }
    Ok(console.redirect("/audit"))
}

async fn run(reader: &dyn Reader, account: Option<Row<AccountId, Account>>) -> Result<Report, String> {
    let Some(account) = account else { return verify(reader).await.map_err(|error| error.to_string()) };
    let mut report = Report::default();
    verify_account(reader, &account, &mut report).await.map_err(|error| error.to_string())?;
    Ok(report)
}

/// From a number to its movement.
pub(super) async fn find(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Extension(f): Extension<Fields>,
) -> Result<Response, Failure> {
    require(&visitor.actor, Permission::ReadAccounts)?;
    let mut faults = Vec::new();
    let id: Option<MovementId> = f.id("id", &mut faults);
    let missing = id.is_none() && faults.is_empty();
    faults.extend(missing.then(|| FieldError::new("id", "is needed")));
    accept(faults)?;
    Ok(console.redirect(&id.map_or_else(|| "/audit".to_owned(), |id| format!("/movements/{id}"))))
}

/// A figure before and after.
struct Change {
    figure: &'static str,
    before: Money,
    after: Money,
    moved: bool,
}

/// An audit row as it is shown.
struct Entry {
    log: Row<u64, Log>,
    changes: Vec<Change>,
    /// Does its content give its hash?
    sealed: Option<bool>,
}

impl Entry {
    fn of(log: Row<u64, Log>, movement: &Movement) -> Self {
        let Some(link) = log.link() else { return Self { changes: Vec::new(), sealed: None, log } };
        let pairs = link.before.figures().into_iter().zip(link.after.figures());
        let changes =
            pairs.map(|((figure, before), (_, after))| Change { figure, before, after, moved: before != after });
        let content = Sealed {
            uuid: movement.uuid,
            name: &movement.name,
            kind: movement.kind,
            amount: movement.amount,
            before: &link.before,
            after: &link.after,
            at: log.created_at,
        };
        let sealed = content.hash_after(link.previous_hash) == link.hash;
        Self { changes: changes.collect(), sealed: Some(sealed), log }
    }

    fn error(&self) -> Option<&str> {
        match &self.log.outcome {
            estair_core::audit::Outcome::Failed { error } => Some(error),
            estair_core::audit::Outcome::Success(_) => None,
        }
    }
}

#[derive(Template)]
#[template(path = "movement.html")]
struct MovementPage {
    p: Frame,
    movement: Row<MovementId, Movement>,
    account: Option<Row<AccountId, Account>>,
    entries: Vec<Entry>,
}

impl MovementPage {
    /// The inherited columns that are filled in.
    fn details(&self) -> Vec<(String, String)> {
        let details = &self.movement.details;
        let texts = [
            ("description", &details.description),
            ("source_description", &details.source_description),
            ("subagent", &details.subagent),
            ("action", &details.action),
            ("state", &details.state),
            ("terminal", &details.terminal),
            ("recordlocator", &details.recordlocator),
            ("office_sb", &details.office_sb),
            ("office_cn", &details.office_cn),
            ("document", &details.document),
            ("first_passenger", &details.first_passenger),
            ("first_segment", &details.first_segment),
            ("consolidator", &details.consolidator),
        ];
        let filled = texts.into_iter().filter_map(|(name, text)| Some((self.p.name("field", name), text.clone()?)));
        filled.collect()
    }
}

/// A movement and its audit rows.
pub(super) async fn movement(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    require(&visitor.actor, Permission::ReadAccounts)?;
    let id: MovementId = id_in_path(&id)?;
    let reader = console.host.reader.as_ref();
    let movement = reader.movement(id).await?.ok_or(Refusal::NotFound { what: "movement" })?;
    let account = reader.account(movement.account).await?;
    let entries = reader.logs(id).await?.into_iter().map(|log| Entry::of(log, &movement)).collect();
    let p = Frame::of(&console, &visitor, Section::Audit);
    Ok(render(StatusCode::OK, &MovementPage { p, movement, account, entries }))
}
