//! Changing an account: its limit with a reason (C6), its name and address, whether it works (A1, A2), with which system (L6).

use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use estair_core::account::{AccountPatch, AccountStatus, LimitDraft, Rollout};
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

/// Renames it, suspends it or has it work again, switches it to another system, as the button says.
pub(super) async fn update(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Id(id): Id<AccountId>,
    Extension(f): Extension<Form>,
) -> Result<Response, Failure> {
    let mut faults = Vec::new();
    let patch = match f.get("do") {
        Some("rename") => AccountPatch {
            // A name that was emptied is a value that cannot be; an address that was is taken away.
            name: Some(f.shown("name")),
            email: Some(f.get("email").filter(|email| !email.trim().is_empty()).map(str::to_owned)),
            ..AccountPatch::default()
        },
        Some("rollout") => AccountPatch {
            rollout: f.read("rollout", &mut faults, Rollout::from_name),
            faults,
            ..AccountPatch::default()
        },
        wanted => AccountPatch { status: wanted.and_then(AccountStatus::from_name), ..AccountPatch::default() },
    };
    let patch = AccountPatch { reason: f.text("why"), ..patch };
    match console.run(&visitor, (id, patch), key_of(&visitor, &f)?).await {
        Ok(_) => Ok(console.redirect(&format!("/accounts/{id}?done=account"))),
        Err(failure) => accounts::show(&console, &visitor, id, f, Some(failure)).await,
    }
}
