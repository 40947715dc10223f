//! Asking for a credit: an amount, what it would come to, and one press. What passes is created at once; what would wait for finance,
//! or is refused, is said first.

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use estair_core::account::Account;
use estair_core::category::{Category, Status};
use estair_core::id::AccountId;
use estair_core::permission::Permission;
use estair_core::request::{Preview, RequestDraft};
use estair_core::row::Row;

use super::offer::{Offer, credit, foresee};
use super::own_account;
use crate::console::failure::{Failure, Trouble};
use crate::console::form::Form;
use crate::console::frame::{Frame, Section};
use crate::console::pieces::creation::key_of;
use crate::console::render::render;
use crate::console::state::Console;
use crate::console::visitor::Visitor;

#[derive(Template)]
#[template(path = "agency/credit.html")]
struct CreditPage {
    p: Frame,
    f: Form,
    account: Row<AccountId, Account>,
    offer: Offer,
    /// What the amount that was sent would come to, where it does not pass by itself.
    foreseen: Option<Preview>,
    /// Why it is refused.
    refused: Option<Trouble>,
}

impl CreditPage {
    /// The amount of the form: what was typed, or else the greatest that passes.
    fn amount(&self) -> String {
        let offered = || self.p.figure(&self.offer.available);
        match self.f.get("amount") {
            Some(typed) => typed.to_owned(),
            None if self.offer.available.is_positive() => offered(),
            None => String::new(),
        }
    }
}

fn read_draft(f: &Form, account: &Account) -> RequestDraft {
    let mut faults = Vec::new();
    let amount = f.amount("amount", &mut faults);
    RequestDraft { amount, description: f.text("description"), faults, ..credit(account) }
}

/// The form.
pub(in crate::console::pages) async fn form(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Extension(f): Extension<Form>,
) -> Result<Response, Failure> {
    show(&console, &visitor, f, None, None).await
}

async fn show(
    console: &Console,
    visitor: &Visitor,
    f: Form,
    foreseen: Option<Preview>,
    failure: Option<Failure>,
) -> Result<Response, Failure> {
    let view = console.view(visitor);
    view.require(Permission::CreateRequest(Category::DailyCredit))?;
    let account = view.account(own_account(visitor)?).await?;
    let p = Frame::of(console, visitor, Section::Requests).after(failure.as_ref());
    let offer = Offer::of(console, visitor, &p, &account).await?;
    let refusal = foreseen.as_ref().and_then(|preview| preview.outcome.as_ref().err());
    let refused = refusal.map(|refusal| Failure::Refused(refusal.clone()).trouble(&p));
    let status = failure.map_or(StatusCode::OK, |failure| failure.status());
    Ok(render(status, &CreditPage { p, f, account, offer, foreseen, refused }))
}

/// Asks for it; what does not pass by itself only after it was said.
pub(in crate::console::pages) async fn submit(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Extension(f): Extension<Form>,
) -> Result<Response, Failure> {
    let account = console.view(&visitor).account(own_account(&visitor)?).await?;
    let (draft, key) = (read_draft(&f, &account), key_of(&visitor, &f)?);
    if f.get("sure").is_none() && draft.faults.is_empty() {
        let p = Frame::of(&console, &visitor, Section::Requests);
        if let Ok(preview) = foresee(&console, &visitor, &draft, &p).await?
            && preview.outcome != Ok(Status::ToTreat)
        {
            return show(&console, &visitor, f, Some(preview), None).await;
        }
    }
    match console.run(&visitor, draft, key).await {
        Ok(_) => Ok(console.redirect("/?done=asked")),
        Err(failure) => show(&console, &visitor, f, None, Some(failure)).await,
    }
}
