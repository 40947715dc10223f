//! Creating a financial request: a form for what the role may create, a preview by the same decision, then the creation.

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use estair_core::account::Account;
use estair_core::book::Error;
use estair_core::category::{Category, Desk};
use estair_core::id::AccountId;
use estair_core::permission::Permission;
use estair_core::request::{Preview, RequestDraft};
use estair_core::row::Row;

use crate::console::failure::{Failure, Trouble};
use crate::console::form::Form;
use crate::console::frame::{Frame, Section};
use crate::console::pieces::account_names;
use crate::console::pieces::creation::{categories, key_of, proposed};
use crate::console::render::render;
use crate::console::state::Console;
use crate::console::visitor::Visitor;

/// What a preview says.
struct Foreseen {
    preview: Preview,
    refused: Option<Trouble>,
}

#[derive(Template)]
#[template(path = "request_new.html")]
struct NewRequest {
    p: Frame,
    f: Form,
    categories: Vec<Category>,
    accounts: Vec<Row<AccountId, Account>>,
    account: Option<Row<AccountId, Account>>,
    foreseen: Option<Foreseen>,
}

impl NewRequest {
    fn chosen(&self, category: &Category) -> bool {
        self.f.get("category") == Some(category.name())
    }

    /// The fields that the confirmation carries.
    fn carried(&self) -> Vec<(&str, &str)> {
        let kept = self.f.pairs().iter().filter(|(name, _)| !matches!(name.as_str(), "csrf" | "key" | "step"));
        kept.map(|(name, value)| (name.as_str(), value.as_str())).collect()
    }
}

fn read_draft(f: &Form) -> RequestDraft {
    let mut faults = Vec::new();
    RequestDraft {
        category: f.read("category", &mut faults, Category::from_caller),
        account: f.id("account_id", &mut faults),
        amount: f.amount("amount", &mut faults),
        description: f.text("description"),
        etatsdevente_id: f.id("etatsdevente_id", &mut faults),
        helpdesk_id: f.id("helpdesk_id", &mut faults),
        parent: f.id("parent_id", &mut faults),
        hold: f.get("hold").map(|_| true),
        assigned_to: f.read("assigned_to", &mut faults, Desk::from_name),
        faults,
        ..RequestDraft::default()
    }
}

/// What the form asks for, its amount in the currency of the account that it names (M2).
async fn draft_of(console: &Console, visitor: &Visitor, f: &Form) -> Result<RequestDraft, Failure> {
    let draft = read_draft(f);
    let (Some(id), Some(_)) = (draft.account, draft.amount) else { return Ok(draft) };
    let account = account_names::account(&console.view(visitor), id).await?;
    Ok(RequestDraft { currency: account.map(|account| account.currency()), ..draft })
}

/// The form; its fields may come filled in by the address.
pub(super) async fn form(
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
    preview: Option<Preview>,
    failure: Option<Failure>,
) -> Result<Response, Failure> {
    let categories: Vec<_> = categories(&visitor.actor).collect();
    let view = console.view(visitor);
    if categories.is_empty() {
        view.require(Permission::CreateRequest(Category::Load))?;
    }
    let accounts = proposed(&view).await?;
    let account = match f.id("account_id", &mut Vec::new()) {
        Some(id) => account_names::account(&view, id).await?,
        None => None,
    };
    let p = Frame::of(console, visitor, Section::Requests).after(failure.as_ref());
    let foreseen = preview.map(|preview| Foreseen {
        refused: preview.outcome.as_ref().err().map(|refusal| Failure::Refused(refusal.clone()).trouble(&p)),
        preview,
    });
    let status = failure.map_or(StatusCode::OK, |failure| failure.status());
    Ok(render(status, &NewRequest { p, f, categories, accounts, account, foreseen }))
}

/// Previews, or creates what was previewed.
pub(super) async fn submit(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Extension(f): Extension<Form>,
) -> Result<Response, Failure> {
    let draft = draft_of(&console, &visitor, &f).await?;
    match f.get("step") {
        Some("create") => create(&console, &visitor, f, draft).await,
        Some("edit") => show(&console, &visitor, f, None, None).await,
        _ => match console.access.book().preview(visitor.actor, &draft).await {
            Ok(preview) => show(&console, &visitor, f, Some(preview), None).await,
            Err(Error::Refused(refusal)) => show(&console, &visitor, f, None, Some(refusal.into())).await,
            Err(Error::Store(error)) => Err(error.into()),
        },
    }
}

async fn create(console: &Console, visitor: &Visitor, f: Form, draft: RequestDraft) -> Result<Response, Failure> {
    let key = key_of(visitor, &f)?;
    match console.run(visitor, draft, key).await {
        Ok(request) => Ok(console.redirect(&format!("/requests/{}?done=created", request.id))),
        Err(failure) => show(console, visitor, f, None, Some(failure)).await,
    }
}
