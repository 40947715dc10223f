//! Setting an account's limit, with its reason (C6).

use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use estair_core::account::LimitDraft;
use estair_core::id::AccountId;

use super::accounts;
use crate::console::failure::Failure;
use crate::console::form::Form;
use crate::console::path::Id;
use crate::console::pieces::creation::key_of;
use crate::console::state::Console;
use crate::console::visitor::Visitor;

/// Sets the limit.
pub(super) async fn change(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Id(id): Id<AccountId>,
    Extension(f): Extension<Form>,
) -> Result<Response, Failure> {
    let mut faults = Vec::new();
    let draft = LimitDraft { limit: f.amount("limit", &mut faults), reason: f.text("reason"), faults };
    match console.run(&visitor, (id, draft), key_of(&visitor, &f)?).await {
        Ok(_) => Ok(console.redirect(&format!("/accounts/{id}?done=limit"))),
        Err(failure) => accounts::show(&console, &visitor, id, f, Some(failure)).await,
    }
}
