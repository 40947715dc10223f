//! The audit trail: a movement with what it changed, and `verify` on demand.

use std::time::Duration;

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::HeaderValue;
use axum::response::Response;
use estair_core::account::Account;
use estair_core::audit::{AuditKeys, ChainLink, Log, Outcome, Sealed, Sealing};
use estair_core::book::View;
use estair_core::id::{AccountId, MovementId};
use estair_core::money::Money;
use estair_core::movement::{Movement, MovementType};
use estair_core::permission::Permission;
use estair_core::refusal::FieldError;
use estair_core::row::Row;
use estair_core::store::{LogFilter, MAX_PAGE, MovementFilter, Page};
use estair_core::verify::Report;
use tokio::time::timeout;
use uuid::Uuid;

use super::trail::{Line, lines};
use crate::console::failure::Failure;
use crate::console::form::{Form, accept};
use crate::console::frame::{Frame, Section};
use crate::console::path::Id;
use crate::console::pieces::account_names::account;
use crate::console::pieces::part::{Part, newest_of};
use crate::console::render::render;
use crate::console::state::Console;
use crate::console::verification::{Judgement, Verification};
use crate::console::visitor::Visitor;
use crate::details;

/// Findings that the page shows; more are counted.
const SHOWN: usize = 200;

/// Movements that the page shows: the last ones that were written, or could not be.
const LATEST: u32 = 25;

/// How long a verification is waited for: a small book answers at once, a large one on the page.
const AT_ONCE: Duration = Duration::from_secs(1);

#[derive(Template)]
#[template(path = "audit.html")]
struct AuditPage {
    p: Frame,
    f: Form,
    verification: Option<Verification>,
    latest: Vec<Line>,
}

impl AuditPage {
    fn running(&self) -> bool {
        self.verification.as_ref().is_some_and(|verification| verification.result.is_none())
    }

    fn result(&self) -> Option<&Judgement> {
        self.verification.as_ref()?.result.as_ref()
    }

    fn report(&self) -> Option<&Report> {
        match self.result()? {
            Judgement::Reported(verified) => Some(&verified.report),
            Judgement::NeedsKey | Judgement::Failed => None,
        }
    }

    /// Why it could not be judged.
    fn trouble(&self) -> Option<&'static str> {
        match self.result()? {
            Judgement::NeedsKey => Some(self.p.t("audit.needs_key")),
            Judgement::Failed => Some(self.p.t("failure.store")),
            Judgement::Reported(_) => None,
        }
    }

    /// Whether the messages of Messager were compared with the book.
    fn messages(&self) -> Option<&'static str> {
        match self.result()? {
            Judgement::Reported(verified) => verified.messages.map(|compared| {
                self.p.t(if compared { "audit.messages_compared" } else { "audit.messages_not_compared" })
            }),
            Judgement::NeedsKey | Judgement::Failed => None,
        }
    }

    fn findings(&self) -> Vec<String> {
        self.report().iter().flat_map(|report| &report.findings).take(SHOWN).map(ToString::to_string).collect()
    }
}

/// The page: the last verification, and a way to a movement.
pub(super) async fn page(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Extension(f): Extension<Form>,
) -> Result<Response, Failure> {
    let view = console.view(&visitor);
    view.require(Permission::ReadAccounts)?;
    let p = Frame::of(&console, &visitor, Section::Audit).watching(&console, &view, "movement", "").await?;
    let latest = lines(&view, view.all_logs(&LogFilter::default(), newest_of(LATEST)).await?.items).await?;
    let p = p.naming(&console, latest.iter().filter_map(|line| line.log.triggered_by)).await;
    let page = AuditPage { p, f, verification: console.verifications.last(), latest };
    let mut response = render(StatusCode::OK, &page);
    if page.running() {
        response.headers_mut().insert("refresh", HeaderValue::from_static("2"));
    }
    Ok(response)
}

/// Begins a verification, of one account or of the whole book. It goes on when the browser leaves.
pub(super) async fn check(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Extension(f): Extension<Form>,
) -> Result<Response, Failure> {
    let view = console.view(&visitor);
    view.require(Permission::ReadAccounts)?;
    let mut faults = Vec::new();
    let id: Option<AccountId> = f.id("account_id", &mut faults);
    accept(faults)?;
    let account = match id {
        Some(id) => Some(view.account(id).await?),
        None => None,
    };
    let _ = timeout(AT_ONCE, console.verifications.run(account)).await;
    Ok(console.redirect("/audit"))
}

/// From a number to its movement.
pub(super) async fn find(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Extension(f): Extension<Form>,
) -> Result<Response, Failure> {
    console.view(&visitor).require(Permission::ReadAccounts)?;
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
    fn of(log: Row<u64, Log>, content: Option<&Content<'_>>) -> Self {
        let Some(link) = log.link() else { return Self { changes: Vec::new(), sealed: None, log } };
        let pairs = link.before.figures().into_iter().zip(link.after.figures());
        let changes =
            pairs.map(|((figure, before), (_, after))| Change { figure, before, after, moved: before != after });
        let sealed = content.and_then(|content| content.is_sealed(&log, link));
        Self { changes: changes.collect(), sealed, log }
    }

    fn error(&self) -> Option<&str> {
        match &self.log.outcome {
            Outcome::Failed { error } => Some(error),
            Outcome::Success(_) => None,
        }
    }
}

/// What the hashes of a movement's rows cover besides the rows themselves (W4).
struct Content<'a> {
    account: &'a Row<AccountId, Account>,
    movement: &'a Row<MovementId, Movement>,
    request: Option<Uuid>,
    parent: Option<Uuid>,
    cancels: Option<Uuid>,
    keys: Option<&'a AuditKeys>,
}

impl<'a> Content<'a> {
    async fn of(
        view: &View,
        account: &'a Row<AccountId, Account>,
        movement: &'a Row<MovementId, Movement>,
        keys: Option<&'a AuditKeys>,
    ) -> Result<Self, Failure> {
        let mut content = Self { account, movement, request: None, parent: None, cancels: None, keys };
        let Some(id) = movement.request else {
            content.cancels = credit_taken_back(view, movement).await?;
            return Ok(content);
        };
        let (request, _) = view.request(id).await?;
        content.request = Some(request.uuid);
        if let Some(id) = request.parent {
            let (parent, _) = view.request(id).await?;
            content.parent = Some(parent.uuid);
            if let Some(id) = parent.movement.and_then(|link| link.known()) {
                content.cancels = Some(view.movement(id).await?.uuid);
            }
        }
        Ok(content)
    }

    /// Does the content of a row give its hash? None where only the key could tell, and it is not here.
    fn is_sealed(&self, log: &Log, link: &ChainLink) -> Option<bool> {
        let keyed = self.account.keyed.is_some_and(|keyed| link.version > keyed.version);
        if keyed && self.keys.is_none() {
            return None;
        }
        let content = Sealed {
            account: self.account.uuid,
            movement: self.movement,
            request: self.request,
            parent: self.parent,
            cancels: self.cancels,
            attempt: log.attempt_number,
            triggered_by: log.triggered_by,
            ip_address: log.ip_address.as_deref(),
            user_agent: log.user_agent.as_deref(),
            before: &link.before,
            after: &link.after,
            at: log.created_at,
        };
        Some(content.is_sealed_by(link.hash, link.previous_hash, Sealing::with(self.keys.filter(|_| keyed))))
    }
}

/// The credit of a former system that a movement takes back by its name (L3).
async fn credit_taken_back(view: &View, movement: &Movement) -> Result<Option<Uuid>, Failure> {
    let Some(name) = movement.credit_taken_back() else { return Ok(None) };
    let (account, kind) = (Some(movement.account), Some(MovementType::Credit));
    let filter = MovementFilter { account, kind, q: Some(name.clone()), ..MovementFilter::default() };
    let found = view.movements(&filter, Page { limit: MAX_PAGE, before: None }).await?;
    Ok(found.items.into_iter().find(|credit| credit.name == name).map(|credit| credit.data.uuid))
}

#[derive(Template)]
#[template(path = "movement.html")]
struct MovementPage {
    p: Frame,
    movement: Row<MovementId, Movement>,
    account: Option<Row<AccountId, Account>>,
    entries: Vec<Entry>,
    older: Option<String>,
    newest: Option<String>,
}

impl MovementPage {
    /// The inherited texts that are filled in.
    fn details(&self) -> Vec<(String, &str)> {
        details::texts(&self.movement.details).map(|(name, text)| (self.p.name("field", name), text)).collect()
    }
}

/// A movement and its audit rows.
pub(super) async fn movement(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Id(id): Id<MovementId>,
    Extension(f): Extension<Form>,
) -> Result<Response, Failure> {
    let (view, part) = (console.view(&visitor), Part::of(&f, "logs")?);
    let movement = view.movement(id).await?;
    let account = account(&view, movement.account).await?;
    let keys = console.access.book().policy().audit_keys.as_ref();
    let content = match &account {
        Some(account) => Some(Content::of(&view, account, &movement, keys).await?),
        None => None,
    };
    let logs = view.logs(id, part.page).await?;
    let (newest, older) = part.links(&console, &f, &format!("/movements/{id}"), logs.next);
    let p = Frame::of(&console, &visitor, Section::Audit);
    let p = p.naming(&console, logs.items.iter().filter_map(|log| log.triggered_by)).await;
    let entries = logs.items.into_iter().map(|log| Entry::of(log, content.as_ref())).collect();
    Ok(render(StatusCode::OK, &MovementPage { p, movement, account, entries, older, newest }))
}
