//! Support requests: the list, a ticket with its comments, and a new one.

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use estair_core::Ask;
use estair_core::account::Account;
use estair_core::action::Action;
use estair_core::category::Category;
use estair_core::id::{AccountId, CommentId, SupportId};
use estair_core::notification::Shown;
use estair_core::permission::Permission;
use estair_core::row::Row;
use estair_core::store::{SupportFilter, SupportSort};
use estair_core::support::{
    Assignee, Comment, CommentDraft, Side, Support, SupportDraft, SupportPatch, SupportStatus, Turn, allowed_actions,
};

use super::agency::tickets;
use crate::console::failure::Failure;
use crate::console::form::{Form, accept};
use crate::console::frame::{Frame, Section};
use crate::console::path::Id;
use crate::console::pieces::account_names::{account, accounts_of, name_of};
use crate::console::pieces::buttons::{Button, buttons};
use crate::console::pieces::creation::{categories, key_of, proposed};
use crate::console::pieces::part::Part;
use crate::console::pieces::timeline::{Moment, moments, people_in};
use crate::console::pieces::unseen::{note_seen, unseen_tickets};
use crate::console::render::render;
use crate::console::state::Console;
use crate::console::visitor::Visitor;

/// A line of the list.
struct Line {
    ticket: Row<SupportId, Support>,
    account: String,
    unseen: bool,
}

impl Line {
    /// Has the client answered, and nobody since (S5)?
    fn is_answered(&self) -> bool {
        self.ticket.turn() == Turn::Answered
    }
}

#[derive(Template)]
#[template(path = "tickets.html")]
struct ListPage {
    p: Frame,
    f: Form,
    rows: Vec<Line>,
    next: Option<String>,
    first: Option<String>,
}

/// The list; its filters are its address.
pub(super) async fn list(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Extension(f): Extension<Form>,
) -> Result<Response, Failure> {
    let mut faults = Vec::new();
    let filter = SupportFilter {
        uuid: None,
        etatsdevente_id: None,
        status: f.read("status", &mut faults, SupportStatus::from_name).into_iter().collect(),
        account: f.id("account_id", &mut faults),
        assigned_to: f.read("assigned_to", &mut faults, Assignee::from_name),
        awaiting: f.read("awaiting", &mut faults, Side::from_name),
        q: f.line("q", &mut faults),
        sort: if f.is("sort", "newest") { SupportSort::Newest } else { SupportSort::Queue },
    };
    let page = f.page(&mut faults);
    accept(faults)?;
    let view = console.view(&visitor);
    let slice = view.supports(filter, page).await?;
    let accounts = accounts_of(&view, slice.items.iter().map(|ticket| ticket.account)).await?;
    let unseen = unseen_tickets(&console, &visitor, &slice.items).await?;
    let rows = slice.items.into_iter().map(|ticket| Line {
        account: name_of(&accounts, ticket.account),
        unseen: unseen.contains(&ticket.id.0),
        ticket,
    });
    let at = |before: &str| console.url(&f.address_with("/support", "before", before));
    let (next, first) = (slice.next.map(|key| at(&key.to_string())), page.before.map(|_| at("")));
    let p = Frame::of(&console, &visitor, Section::Support).watching(&console, &view, "support", "").await?;
    Ok(render(StatusCode::OK, &ListPage { p, rows: rows.collect(), next, first, f }))
}

#[derive(Template)]
#[template(path = "ticket_new.html")]
struct NewTicket {
    p: Frame,
    f: Form,
    accounts: Vec<Row<AccountId, Account>>,
}

/// The form of a new ticket.
pub(super) async fn form(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Extension(f): Extension<Form>,
) -> Result<Response, Failure> {
    show_form(&console, &visitor, f, None).await
}

async fn show_form(
    console: &Console,
    visitor: &Visitor,
    f: Form,
    failure: Option<Failure>,
) -> Result<Response, Failure> {
    let view = console.view(visitor);
    view.require(Permission::CreateSupport)?;
    let accounts = proposed(&view).await?;
    let p = Frame::of(console, visitor, Section::Support).after(failure.as_ref());
    let status = failure.map_or(StatusCode::OK, |failure| failure.status());
    Ok(render(status, &NewTicket { p, f, accounts }))
}

/// Creates a ticket.
pub(super) async fn create(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Extension(f): Extension<Form>,
) -> Result<Response, Failure> {
    let mut faults = Vec::new();
    let draft = SupportDraft {
        subject: f.text("subject"),
        description: f.text("description"),
        account: f.id("account_id", &mut faults),
        etatsdevente_id: f.id("etatsdevente_id", &mut faults),
        follows: f.id("follows_id", &mut faults),
        faults,
    };
    match console.run(&visitor, draft, key_of(&visitor, &f)?).await {
        Ok(ticket) => Ok(console.redirect(&format!("/support/{}?done=created", ticket.id))),
        Err(failure) => show_form(&console, &visitor, f, Some(failure)).await,
    }
}

#[derive(Template)]
#[template(path = "ticket.html")]
struct TicketPage {
    p: Frame,
    f: Form,
    ticket: Row<SupportId, Support>,
    account: Option<Row<AccountId, Account>>,
    comments: Vec<Row<CommentId, Comment>>,
    moves: Vec<Button>,
    assigns: Vec<Button>,
    may_edit: bool,
    may_comment: bool,
    /// What the button says that answers and hands it to the client; none where that cannot be.
    give: Option<&'static str>,
    may_close: bool,
    fee: Option<String>,
    follow_up: Option<String>,
    followers: Vec<SupportId>,
    timeline: Vec<Moment>,
    older: Option<String>,
    newest: Option<String>,
    older_comments: Option<String>,
    newest_comments: Option<String>,
}

/// Answers and hands it to the agency.
const GIVE: &str = "reply:agency";

/// The same, where it then waits for the client.
const GIVE_AND_WAIT: &str = "reply:agency-waiting";

/// A ticket.
pub(super) async fn page(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Id(id): Id<SupportId>,
    Extension(f): Extension<Form>,
) -> Result<Response, Failure> {
    show(&console, &visitor, id, f, None).await
}

async fn show(
    console: &Console,
    visitor: &Visitor,
    id: SupportId,
    f: Form,
    failure: Option<Failure>,
) -> Result<Response, Failure> {
    let view = console.view(visitor);
    let ticket = view.support(id).await?;
    note_seen(console, visitor, Shown::Support, id.0, ticket.version).await;
    let account = account(&view, ticket.account).await?;
    let (part, thread) = (Part::of(&f, "facts")?, Part::of(&f, "comments")?);
    let comments = view.comments(id, thread.page).await?;
    let facts = view.support_timeline(id, part.page).await?;
    let path = format!("/support/{id}");
    let (newest, older) = part.links(console, &f, &path, facts.next);
    let (newest_comments, older_comments) = thread.links(console, &f, &path, comments.next);
    let p = Frame::of(console, visitor, Section::Support).after(failure.as_ref());
    let p = p.watching(console, &view, "support", &id.to_string()).await?;
    let authors = comments.items.iter().filter_map(|comment| comment.author).chain(ticket.created_by);
    let p = p.naming(console, people_in(&facts.items).chain(authors)).await;
    let actions = allowed_actions(&visitor.actor, &ticket);
    let all = buttons(&p, &actions, "support");
    let (moves, assigns) = all.into_iter().partition(|button| button.value.starts_with("transition:"));
    let gives = actions.contains(&Action::Assign(Assignee::Agency.name())) && ticket.assigned_to == Assignee::Operation;
    let waits = actions.contains(&Action::Transition(SupportStatus::Waiting.name()));
    let follow_up = (ticket.status.is_final() && p.may(Permission::CreateSupport))
        .then(|| p.url(&format!("/support/new?follows_id={id}&account_id={}", ticket.account)));
    let page = TicketPage {
        give: gives.then_some(if waits { GIVE_AND_WAIT } else { GIVE }),
        may_close: actions.contains(&Action::Transition(SupportStatus::Closed.name())),
        follow_up,
        followers: view.followers(std::slice::from_ref(&ticket)).await?.remove(&id).unwrap_or_default(),
        timeline: moments(&p, &facts.items, &["support_status", "assignee"]),
        may_edit: actions.contains(&Action::Edit),
        may_comment: actions.contains(&Action::Comment),
        fee: fee_form(console, visitor, &ticket),
        p,
        f,
        ticket,
        account,
        // As they were said.
        comments: comments.items.into_iter().rev().collect(),
        moves,
        assigns,
        older,
        newest,
        older_comments,
        newest_comments,
    };
    let status = failure.map_or(StatusCode::OK, |failure| failure.status());
    Ok(render(status, &page))
}

/// The form of a fee for this ticket, an unload with its sale and its ticket (R3), for who may create one.
fn fee_form(console: &Console, visitor: &Visitor, ticket: &Row<SupportId, Support>) -> Option<String> {
    let unload = Category::Unload;
    categories(&visitor.actor).find(|one| *one == unload)?;
    let sale = ticket.etatsdevente_id.map(|id| format!("&etatsdevente_id={id}")).unwrap_or_default();
    let (account, id) = (ticket.account, ticket.id);
    Some(console.url(&format!("/requests/new?category={unload}&account_id={account}&helpdesk_id={id}{sale}")))
}

/// Moves, assigns, edits or answers a ticket, as the button says; an answer and its step are one (S6).
pub(super) async fn change(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Id(id): Id<SupportId>,
    Extension(f): Extension<Form>,
) -> Result<Response, Failure> {
    let mut patch = SupportPatch::default();
    patch.version = f.id("version", &mut patch.faults);
    match f.get("do").map(|action| action.split_once(':').unwrap_or((action, ""))) {
        Some(("transition", to)) => patch.status = SupportStatus::from_name(to),
        Some(("assign", to)) => patch.assigned_to = Assignee::from_name(to),
        Some(("reply", step)) => {
            patch.version = None;
            patch.comment = Some(f.shown("body"));
            patch.assigned_to = step.starts_with("agency").then_some(Assignee::Agency);
            patch.status = match step {
                "closed" => Some(SupportStatus::Closed),
                "agency-waiting" => Some(SupportStatus::Waiting),
                _ => None,
            };
        }
        Some(("edit", _)) => {
            // A field that was emptied is a value that cannot be, not one that was left out.
            patch.subject = Some(f.shown("subject"));
            patch.description = Some(f.shown("description"));
        }
        _ => {}
    }
    finish(&console, &visitor, id, f, (id, patch), "changed").await
}

/// Adds a comment.
pub(super) async fn comment(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Id(id): Id<SupportId>,
    Extension(f): Extension<Form>,
) -> Result<Response, Failure> {
    let draft = CommentDraft { body: f.text("body"), ..CommentDraft::default() };
    finish(&console, &visitor, id, f, (id, draft), "commented").await
}

async fn finish(
    console: &Console,
    visitor: &Visitor,
    id: SupportId,
    f: Form,
    ask: impl Ask,
    done: &str,
) -> Result<Response, Failure> {
    match console.run(visitor, ask, key_of(visitor, &f)?).await {
        Ok(_) => Ok(console.redirect(&format!("/support/{id}?done={done}"))),
        Err(failure) if visitor.is_client() => tickets::show(console, visitor, id, f, Some(failure)).await,
        Err(failure) => show(console, visitor, id, f, Some(failure)).await,
    }
}
