//! What is written on the page of a request: a draft's content (R8), comments (R9).

use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use estair_core::comment::CommentDraft;
use estair_core::id::RequestId;
use estair_core::request::{DraftEdit, RequestPatch};

use super::agency::requests as own;
use super::requests::show;
use crate::console::failure::Failure;
use crate::console::form::Form;
use crate::console::path::Id;
use crate::console::pieces::creation::key_of;
use crate::console::state::Console;
use crate::console::visitor::Visitor;

/// Edits a draft: the form holds all that it asks, so that what was emptied becomes empty.
pub(super) async fn edit(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Id(id): Id<RequestId>,
    Extension(f): Extension<Form>,
) -> Result<Response, Failure> {
    let mut faults = Vec::new();
    let edit = DraftEdit {
        amount: f.amount("amount", &mut faults),
        description: Some(f.text("description")),
        etatsdevente_id: Some(f.id("etatsdevente_id", &mut faults)),
        helpdesk_id: Some(f.id("helpdesk_id", &mut faults)),
    };
    let version = f.id("version", &mut faults);
    let patch = RequestPatch { edit, version, faults, ..RequestPatch::default() };
    match console.run(&visitor, (id, patch), key_of(&visitor, &f)?).await {
        Ok(_) => Ok(console.redirect(&format!("/requests/{id}?done=changed"))),
        Err(failure) => show(&console, &visitor, id, f, Some(failure)).await,
    }
}

/// Adds a comment.
pub(super) async fn comment(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Id(id): Id<RequestId>,
    Extension(f): Extension<Form>,
) -> Result<Response, Failure> {
    let internal = Some(f.get("internal").is_some());
    let draft = CommentDraft { body: f.text("body"), internal, faults: Vec::new() };
    match console.run(&visitor, (id, draft), key_of(&visitor, &f)?).await {
        Ok(_) => Ok(console.redirect(&format!("/requests/{id}?done=commented#comments"))),
        Err(failure) if visitor.is_client() => own::show(&console, &visitor, id, f, Some(failure)).await,
        Err(failure) => show(&console, &visitor, id, f, Some(failure)).await,
    }
}
