//! Setting an account's limit, with its reason (C6).

use axum::Extension;
use axum::extract::{Path, State};
use axum::response::Response;
use estair_core::account::LimitDraft;
use estair_core::command::Command;
use estair_core::id::AccountId;

use super::Console;
use super::accounts;
use super::failure::Failure;
use super::fields::{Fields, id_in_path};
use super::session::Visitor;

/// Sets the limit.
pub(super) async fn change(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
    Extension(f): Extension<Fields>,
) -> Result<Response, Failure> {
    let id: AccountId = id_in_path(&id)?;
    let mut faults = Vec::new();
    let draft = LimitDraft { limit: f.amount("limit", &mut faults), reason: f.text("reason"), faults };
    match console.run(&visitor, Command::SetLimit(id, draft), None).await {
        Ok(_) => Ok(console.redirect(&format!("/accounts/{id}?done=limit"))),
        Err(failure) => accounts::show(&console, &visitor, id, f, Some(failure)).await,
    }
}
