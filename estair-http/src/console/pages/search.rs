//! One search: accounts, requests, tickets, movements and messages.

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use estair_core::book::Found;
use estair_core::messager::{MessageFilter, MessageRecord};
use estair_core::permission::Permission;
use estair_core::refusal::FieldError;
use estair_core::store::Page;

use crate::console::failure::Failure;
use crate::console::form::{Form, accept};
use crate::console::frame::{Frame, Section};
use crate::console::render::render;
use crate::console::state::Console;
use crate::console::visitor::Visitor;

/// Rows of each kind.
const MOST: u32 = 10;

/// Longest text that is looked for, in characters.
const LONGEST: usize = 100;

#[derive(Template)]
#[template(path = "search.html")]
struct SearchPage {
    p: Frame,
    f: Form,
    asked: bool,
    found: Found,
    messages: Vec<MessageRecord>,
}

impl SearchPage {
    fn is_empty(&self) -> bool {
        let Found { accounts, requests, supports, movements } = &self.found;
        accounts.is_empty()
            && requests.is_empty()
            && supports.is_empty()
            && movements.is_empty()
            && self.messages.is_empty()
    }
}

/// What was found; nothing yet where nothing is asked.
pub(super) async fn page(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Extension(f): Extension<Form>,
) -> Result<Response, Failure> {
    let mut faults = Vec::new();
    let q = f.line("q", &mut faults);
    if q.as_ref().is_some_and(|q| q.chars().count() > LONGEST) {
        faults.push(FieldError::new("q", format_args!("has more than {LONGEST} characters")));
    }
    accept(faults)?;
    let view = console.view(&visitor);
    let (mut found, mut messages) = (Found::default(), Vec::new());
    if let Some(q) = &q {
        found = view.search(q, MOST).await?;
        if let Some(messager) = console.access.messager(visitor.actor).filter(|_| view.may(Permission::ReadMessages)) {
            let filter = MessageFilter { q: Some(q.clone()), ..MessageFilter::default() };
            messages = messager.messages(&filter, Page { limit: MOST, before: None }).await?.items;
        }
    }
    let p = Frame::of(&console, &visitor, Section::None);
    Ok(render(StatusCode::OK, &SearchPage { p, f, asked: q.is_some(), found, messages }))
}
