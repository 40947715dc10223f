//! An agency's tickets: the list, a new one, which may continue a closed one (S4), and one with its thread.

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use estair_core::action::Action;
use estair_core::id::SupportId;
use estair_core::notification::Shown;
use estair_core::permission::Permission;
use estair_core::row::Row;
use estair_core::store::{SupportFilter, SupportSort};
use estair_core::support::{Support, SupportDraft, allowed_actions};

use super::{Said, said, yours};
use crate::console::failure::Failure;
use crate::console::form::{Form, accept};
use crate::console::frame::{Frame, Section};
use crate::console::path::Id;
use crate::console::pieces::creation::key_of;
use crate::console::pieces::part::Part;
use crate::console::pieces::unseen::{Unseen, note_seen, unseen_tickets};
use crate::console::render::render;
use crate::console::state::Console;
use crate::console::visitor::Visitor;

#[derive(Template)]
#[template(path = "agency/tickets.html")]
struct ListPage {
    p: Frame,
    rows: Vec<Row<SupportId, Support>>,
    yours: Vec<SupportId>,
    unseen: Unseen,
    next: Option<String>,
    first: Option<String>,
}

/// The list, newest first.
pub(in crate::console::pages) async fn list(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Extension(f): Extension<Form>,
) -> Result<Response, Failure> {
    let mut faults = Vec::new();
    let page = f.page(&mut faults);
    accept(faults)?;
    let view = console.view(&visitor);
    let filter = SupportFilter { sort: SupportSort::Newest, ..SupportFilter::default() };
    let slice = view.supports(filter, page).await?;
    let at = |before: &str| console.url(&f.address_with("/support", "before", before));
    let (next, first) = (slice.next.map(|key| at(&key.to_string())), page.before.map(|_| at("")));
    let p = Frame::of(&console, &visitor, Section::Support).watching(&console, &view, "support", "").await?;
    let unseen = unseen_tickets(&console, &visitor, &slice.items).await?;
    Ok(render(StatusCode::OK, &ListPage { p, yours: yours(&slice.items), unseen, rows: slice.items, next, first }))
}

#[derive(Template)]
#[template(path = "agency/ticket_new.html")]
struct NewTicket {
    p: Frame,
    f: Form,
    /// The closed one that it continues.
    follows: Option<Row<SupportId, Support>>,
}

/// The form of a new one.
pub(in crate::console::pages) async fn form(
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
    let mut faults = Vec::new();
    let follows = f.id::<SupportId>("follows_id", &mut faults);
    accept(faults)?;
    let follows = match follows {
        Some(id) => Some(view.support(id).await?),
        None => None,
    };
    let p = Frame::of(console, visitor, Section::Support).after(failure.as_ref());
    let status = failure.map_or(StatusCode::OK, |failure| failure.status());
    Ok(render(status, &NewTicket { p, f, follows }))
}

/// Creates one.
pub(in crate::console::pages) async fn create(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Extension(f): Extension<Form>,
) -> Result<Response, Failure> {
    let mut faults = Vec::new();
    let draft = SupportDraft {
        subject: f.text("subject"),
        description: f.text("description"),
        follows: f.id("follows_id", &mut faults),
        faults,
        ..SupportDraft::default()
    };
    match console.run(&visitor, draft, key_of(&visitor, &f)?).await {
        Ok(ticket) => Ok(console.redirect(&format!("/support/{}?done=created", ticket.id))),
        Err(failure) => show_form(&console, &visitor, f, Some(failure)).await,
    }
}

#[derive(Template)]
#[template(path = "agency/ticket.html")]
struct TicketPage {
    p: Frame,
    f: Form,
    ticket: Row<SupportId, Support>,
    thread: Vec<Said>,
    older_comments: Option<String>,
    newest_comments: Option<String>,
    may_edit: bool,
    may_comment: bool,
    /// May it be continued (S4)?
    may_follow: bool,
    followers: Vec<SupportId>,
}

/// One of them.
pub(in crate::console::pages) async fn page(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Id(id): Id<SupportId>,
    Extension(f): Extension<Form>,
) -> Result<Response, Failure> {
    show(&console, &visitor, id, f, None).await
}

/// The ticket as its client has it.
pub(in crate::console::pages) async fn show(
    console: &Console,
    visitor: &Visitor,
    id: SupportId,
    f: Form,
    failure: Option<Failure>,
) -> Result<Response, Failure> {
    let view = console.view(visitor);
    let ticket = view.support(id).await?;
    note_seen(console, visitor, Shown::Support, id.0, ticket.version).await;
    let thread = Part::of(&f, "comments")?;
    let comments = view.comments(id, thread.page).await?;
    let (newest_comments, older_comments) = thread.links(console, &f, &format!("/support/{id}"), comments.next);
    let p = Frame::of(console, visitor, Section::Support).after(failure.as_ref());
    let p = p.watching(console, &view, "support", &id.to_string()).await?;
    let (p, words) = said(console, visitor, p, comments.items).await;
    let actions = allowed_actions(&visitor.actor, &ticket);
    let page = TicketPage {
        may_edit: actions.contains(&Action::Edit),
        may_comment: actions.contains(&Action::Comment),
        may_follow: ticket.status.is_final() && view.may(Permission::CreateSupport),
        followers: view.followers(std::slice::from_ref(&ticket)).await?.remove(&id).unwrap_or_default(),
        p,
        f,
        ticket,
        thread: words,
        older_comments,
        newest_comments,
    };
    Ok(render(failure.map_or(StatusCode::OK, |failure| failure.status()), &page))
}
