//! Support requests: the list, a ticket with its comments, and a new one.

use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use estair_core::account::Account;
use estair_core::command::{Answer, Command};
use estair_core::id::{AccountId, CommentId, Row, SupportId};
use estair_core::permission::{Permission, require};
use estair_core::read::{AccountFilter, FactFilter, MAX_PAGE, Page, SupportFilter};
use estair_core::refusal::Refusal;
use estair_core::request::Action;
use estair_core::support::{Assignee, Comment, CommentDraft, Draft, Patch, Support, SupportStatus, allowed_actions};

use super::Console;
use super::creation::{Key, categories, new_key};
use super::failure::Failure;
use super::fields::{Fields, accept, id_in_path};
use super::figures::{accounts_of, name_of};
use super::frame::{Frame, Section};
use super::guard::render;
use super::requests::{Button, Moment, buttons, moments};
use super::session::Visitor;

/// A line of the list.
struct Line {
    ticket: Row<SupportId, Support>,
    account: String,
}

#[derive(Template)]
#[template(path = "tickets.html")]
struct ListPage {
    p: Frame,
    f: Fields,
    rows: Vec<Line>,
    next: Option<String>,
    first: Option<String>,
}

/// The list; its filters are its address.
pub(super) async fn list(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Extension(f): Extension<Fields>,
) -> Result<Response, Failure> {
    require(&visitor.actor, Permission::ReadSupport)?;
    let mut faults = Vec::new();
    let filter = SupportFilter {
        status: f.read("status", &mut faults, SupportStatus::from_name).into_iter().collect(),
        account: f.id("account_id", &mut faults),
        assigned_to: f.read("assigned_to", &mut faults, Assignee::from_name),
        q: f.text("q"),
    };
    let page = f.page(&mut faults);
    accept(faults)?;
    let reader = console.host.reader.as_ref();
    let slice = reader.supports(&filter, page).await?;
    let accounts = accounts_of(reader, slice.items.iter().map(|ticket| ticket.account)).await?;
    let rows = slice.items.into_iter().map(|ticket| Line { account: name_of(&accounts, ticket.account), ticket });
    let at = |before: &str| console.url(&f.address_with("/support", "before", before));
    let (next, first) = (slice.next.map(|key| at(&key.to_string())), page.before.map(|_| at("")));
    let p = Frame::of(&console, &visitor, Section::Support).watching(&console, "support", "").await?;
    Ok(render(StatusCode::OK, &ListPage { p, rows: rows.collect(), next, first, f }))
}

#[derive(Template)]
#[template(path = "ticket_new.html")]
struct NewTicket {
    p: Frame,
    f: Fields,
    accounts: Vec<Row<AccountId, Account>>,
    key: String,
}

/// The form of a new ticket.
pub(super) async fn form(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Extension(f): Extension<Fields>,
) -> Result<Response, Failure> {
    show_form(&console, &visitor, f, None).await
}

async fn show_form(
    console: &Console,
    visitor: &Visitor,
    f: Fields,
    failure: Option<Failure>,
) -> Result<Response, Failure> {
    require(&visitor.actor, Permission::CreateSupport)?;
    let page = Page { limit: MAX_PAGE, before: None };
    let accounts = console.host.reader.accounts(&AccountFilter::default(), page).await?.items;
    let p = Frame::of(console, visitor, Section::Support).after(failure.as_ref());
    let status = failure.map_or(StatusCode::OK, |failure| failure.status());
    Ok(render(status, &NewTicket { p, f, accounts, key: new_key(console) }))
}

/// Creates a ticket.
pub(super) async fn create(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Extension(f): Extension<Fields>,
) -> Result<Response, Failure> {
    let mut faults = Vec::new();
    let draft = Draft {
        subject: f.text("subject"),
        description: f.text("description"),
        account: f.id("account_id", &mut faults),
        etatsdevente_id: f.id("etatsdevente_id", &mut faults),
        faults,
    };
    match console.run(&visitor, Command::CreateSupport(draft), Key::of_form(&f)?).await {
        Ok(Answer::Support(ticket)) => Ok(console.redirect(&format!("/support/{}?done=created", ticket.id))),
        Ok(_) => Ok(console.redirect("/support")),
        Err(failure) => show_form(&console, &visitor, f, Some(failure)).await,
    }
}

#[derive(Template)]
#[template(path = "ticket.html")]
struct TicketPage {
    p: Frame,
    f: Fields,
    ticket: Row<SupportId, Support>,
    account: Option<Row<AccountId, Account>>,
    comments: Vec<Row<CommentId, Comment>>,
    moves: Vec<Button>,
    assigns: Vec<Button>,
    may_edit: bool,
    may_comment: bool,
    fee: Option<String>,
    timeline: Vec<Moment>,
}

/// A ticket.
pub(super) async fn page(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let id = id_in_path(&id)?;
    show(&console, &visitor, id, Fields::default(), None).await
}

async fn show(
    console: &Console,
    visitor: &Visitor,
    id: SupportId,
    f: Fields,
    failure: Option<Failure>,
) -> Result<Response, Failure> {
    require(&visitor.actor, Permission::ReadSupport)?;
    let reader = console.host.reader.as_ref();
    let ticket = reader.support(id).await?.ok_or(Refusal::NotFound { what: "support request" })?;
    let account = reader.account(ticket.account).await?;
    let comments = reader.comments(&[id]).await?.remove(&id).unwrap_or_default();
    let facts = reader.facts(FactFilter::Support(id), MAX_PAGE).await?;
    let p = Frame::of(console, visitor, Section::Support).after(failure.as_ref());
    let p = p.watching(console, "support", &id.to_string()).await?;
    let actions = allowed_actions(&visitor.actor, &ticket);
    let all = buttons(&p, &actions, "support");
    let (moves, assigns) = all.into_iter().partition(|button| button.value.starts_with("transition:"));
    let page = TicketPage {
        timeline: moments(&p, &facts, &["support_status", "assignee"]),
        may_edit: actions.contains(&Action::Edit),
        may_comment: actions.contains(&Action::Comment),
        fee: fee_form(console, visitor, &ticket),
        p,
        f,
        ticket,
        account,
        comments,
        moves,
        assigns,
    };
    let status = failure.map_or(StatusCode::OK, |failure| failure.status());
    Ok(render(status, &page))
}

/// The form of a fee for this ticket, an unload with its sale and its ticket (R3), for who may create one.
fn fee_form(console: &Console, visitor: &Visitor, ticket: &Row<SupportId, Support>) -> Option<String> {
    let unload = estair_core::category::Category::Unload;
    categories(&visitor.actor).find(|one| *one == unload)?;
    let sale = ticket.etatsdevente_id.map(|id| format!("&etatsdevente_id={id}")).unwrap_or_default();
    let (account, id) = (ticket.account, ticket.id);
    Some(console.url(&format!("/requests/new?category={unload}&account_id={account}&helpdesk_id={id}{sale}")))
}

/// Moves, assigns or edits a ticket, as the button says.
pub(super) async fn change(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
    Extension(f): Extension<Fields>,
) -> Result<Response, Failure> {
    let id: SupportId = id_in_path(&id)?;
    let mut patch = Patch::default();
    patch.version = f.id("version", &mut patch.faults);
    match f.get("do").map(|action| action.split_once(':').unwrap_or((action, ""))) {
        Some(("transition", to)) => patch.status = SupportStatus::from_name(to),
        Some(("assign", to)) => patch.assigned_to = Assignee::from_name(to),
        Some(("edit", _)) => {
            // A field that was emptied is a value that cannot be, not one that was left out.
            patch.subject = Some(f.shown("subject"));
            patch.description = Some(f.shown("description"));
        }
        _ => {}
    }
    finish(&console, &visitor, id, f, Command::UpdateSupport(id, patch), "changed").await
}

/// Adds a comment.
pub(super) async fn comment(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
    Extension(f): Extension<Fields>,
) -> Result<Response, Failure> {
    let id: SupportId = id_in_path(&id)?;
    let draft = CommentDraft { body: f.text("body"), faults: Vec::new() };
    finish(&console, &visitor, id, f, Command::CommentSupport(id, draft), "commented").await
}

async fn finish(
    console: &Console,
    visitor: &Visitor,
    id: SupportId,
    f: Fields,
    command: Command,
    done: &str,
) -> Result<Response, Failure> {
    match console.run(visitor, command, None).await {
        Ok(_) => Ok(console.redirect(&format!("/support/{id}?done={done}"))),
        Err(failure) => show(console, visitor, id, f, Some(failure)).await,
    }
}
