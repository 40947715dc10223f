//! An agency's financial requests: the list, and one with its steps and comments.

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use estair_core::action::Action;
use estair_core::id::RequestId;
use estair_core::notification::Shown;
use estair_core::request::Request;
use estair_core::row::Row;
use estair_core::store::RequestFilter;

use super::steps::{Step, steps};
use super::{Said, said};
use crate::console::failure::Failure;
use crate::console::form::{Form, accept};
use crate::console::frame::{Frame, Section};
use crate::console::path::Id;
use crate::console::pieces::part::Part;
use crate::console::pieces::unseen::{Unseen, note_seen, unseen_requests};
use crate::console::render::render;
use crate::console::state::Console;
use crate::console::visitor::Visitor;

#[derive(Template)]
#[template(path = "agency/requests.html")]
struct ListPage {
    p: Frame,
    rows: Vec<Row<RequestId, Request>>,
    unseen: Unseen,
    next: Option<String>,
    first: Option<String>,
}

/// The list.
pub(in crate::console::pages) async fn list(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Extension(f): Extension<Form>,
) -> Result<Response, Failure> {
    let mut faults = Vec::new();
    let page = f.page(&mut faults);
    accept(faults)?;
    let view = console.view(&visitor);
    let slice = view.requests(RequestFilter::default(), page).await?;
    let at = |before: &str| console.url(&f.address_with("/requests", "before", before));
    let (next, first) = (slice.next.map(|key| at(&key.to_string())), page.before.map(|_| at("")));
    let p = Frame::of(&console, &visitor, Section::Requests).watching(&console, &view, "request", "").await?;
    let unseen = unseen_requests(&console, &visitor, &slice.items).await?;
    Ok(render(StatusCode::OK, &ListPage { p, rows: slice.items, unseen, next, first }))
}

#[derive(Template)]
#[template(path = "agency/request.html")]
struct RequestPage {
    p: Frame,
    f: Form,
    request: Row<RequestId, Request>,
    may_comment: bool,
    thread: Vec<Said>,
    older_comments: Option<String>,
    newest_comments: Option<String>,
    steps: Vec<Step>,
    older: Option<String>,
    newest: Option<String>,
}

/// One of them.
pub(in crate::console::pages) async fn page(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Id(id): Id<RequestId>,
    Extension(f): Extension<Form>,
) -> Result<Response, Failure> {
    show(&console, &visitor, id, f, None).await
}

/// The request as its client has it.
pub(in crate::console::pages) async fn show(
    console: &Console,
    visitor: &Visitor,
    id: RequestId,
    f: Form,
    failure: Option<Failure>,
) -> Result<Response, Failure> {
    let view = console.view(visitor);
    let (request, credit) = view.request(id).await?;
    note_seen(console, visitor, Shown::Request, id.0, request.version).await;
    let (part, thread) = (Part::of(&f, "facts")?, Part::of(&f, "comments")?);
    let comments = view.request_comments(id, thread.page).await?;
    let facts = view.request_timeline(id, part.page).await?;
    let p = Frame::of(console, visitor, Section::Requests).after(failure.as_ref());
    let p = p.watching(console, &view, "request", &id.to_string()).await?;
    let (p, words) = said(console, visitor, p, comments.items).await;
    let path = format!("/requests/{id}");
    let (newest, older) = part.links(console, &f, &path, facts.next);
    let (newest_comments, older_comments) = thread.links(console, &f, &path, comments.next);
    let page = RequestPage {
        may_comment: view.request_actions(&request, credit).await?.contains(&Action::Comment),
        steps: steps(&p, facts.items),
        p,
        f,
        request,
        thread: words,
        older_comments,
        newest_comments,
        older,
        newest,
    };
    Ok(render(failure.map_or(StatusCode::OK, |failure| failure.status()), &page))
}
