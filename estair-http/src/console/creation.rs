//! Creating a financial request: a form for what the role may create, a preview by the same decision, then the creation.

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use estair_core::account::Account;
use estair_core::actor::Actor;
use estair_core::audit::Hash;
use estair_core::book::Error;
use estair_core::category::{Category, Desk};
use estair_core::clock::Ids;
use estair_core::command::{Answer, Command, IdempotencyKey};
use estair_core::id::{AccountId, Row};
use estair_core::permission::{Permission, granted, require};
use estair_core::read::{AccountFilter, Page};
use estair_core::refusal::Refusal;
use estair_core::request::create::{Draft, Preview};
use estair_core::text::idempotency_key;

use super::Console;
use super::failure::{Failure, Trouble};
use super::fields::{Fields, address};
use super::frame::{Frame, Section};
use super::guard::render;
use super::session::Visitor;

/// Accounts that a form proposes; any other can be typed by its number.
const PROPOSED: u32 = 200;

/// The key of a form: pressed twice, it creates once (W3).
pub(super) struct Key {
    key: String,
    fingerprint: Hash,
}

impl Key {
    /// The key that a form carries, with the fingerprint of what it says.
    pub(super) fn of_form(f: &Fields) -> Result<Option<Self>, Refusal> {
        let Some(key) = f.get("key") else { return Ok(None) };
        let key = idempotency_key(key).map_err(|fault| Refusal::Invalid(vec![fault]))?;
        let said = f.pairs().iter().filter(|(name, _)| name != "csrf").map(|(k, v)| (k.as_str(), v.as_str()));
        Ok(Some(Self { key, fingerprint: Hash::of(address("", &said.collect::<Vec<_>>())) }))
    }

    /// As the core takes it.
    pub(super) fn into_core(self) -> IdempotencyKey {
        IdempotencyKey { key: self.key, fingerprint: self.fingerprint }
    }
}

/// A key for a form that is about to be shown.
pub(super) fn new_key(console: &Console) -> String {
    let mut ids = Ids::new(console.host.clock.now(), console.host.ids.seed());
    format!("console-{}", ids.draw())
}

/// What this actor may create.
pub(super) fn categories(actor: &Actor) -> impl Iterator<Item = Category> + use<> {
    let role = actor.role();
    Category::ALL.iter().copied().filter(move |one| granted(role, Permission::CreateRequest(*one)).is_some())
}

/// What a preview says.
struct Foreseen {
    preview: Preview,
    refused: Option<Trouble>,
}

#[derive(Template)]
#[template(path = "request_new.html")]
struct NewRequest {
    p: Frame,
    f: Fields,
    categories: Vec<Category>,
    accounts: Vec<Row<AccountId, Account>>,
    account: Option<Row<AccountId, Account>>,
    foreseen: Option<Foreseen>,
    key: String,
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

fn read_draft(f: &Fields) -> Draft {
    let mut faults = Vec::new();
    Draft {
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
        ..Draft::default()
    }
}

/// The form; its fields may come filled in by the address.
pub(super) async fn form(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Extension(f): Extension<Fields>,
) -> Result<Response, Failure> {
    show(&console, &visitor, f, None, None).await
}

async fn show(
    console: &Console,
    visitor: &Visitor,
    f: Fields,
    preview: Option<Preview>,
    failure: Option<Failure>,
) -> Result<Response, Failure> {
    let categories: Vec<_> = categories(&visitor.actor).collect();
    if categories.is_empty() {
        require(&visitor.actor, Permission::CreateRequest(Category::Load))?;
    }
    let reader = console.host.reader.as_ref();
    let page = Page { limit: PROPOSED, before: None };
    let accounts = reader.accounts(&AccountFilter::default(), page).await?.items;
    let account = match f.id("account_id", &mut Vec::new()) {
        Some(id) => reader.account(id).await?,
        None => None,
    };
    let p = Frame::of(console, visitor, Section::Requests).after(failure.as_ref());
    let foreseen = preview.map(|preview| Foreseen {
        refused: preview.outcome.as_ref().err().map(|refusal| Failure::Refused(refusal.clone()).trouble(&p)),
        preview,
    });
    let status = failure.map_or(StatusCode::OK, |failure| failure.status());
    let key = new_key(console);
    Ok(render(status, &NewRequest { p, f, categories, accounts, account, foreseen, key }))
}

/// Previews, or creates what was previewed.
pub(super) async fn submit(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Extension(f): Extension<Fields>,
) -> Result<Response, Failure> {
    let draft = read_draft(&f);
    match f.get("step") {
        Some("create") => create(&console, &visitor, f, draft).await,
        Some("edit") => show(&console, &visitor, f, None, None).await,
        _ => match console.host.book.preview(visitor.actor, &draft).await {
            Ok(preview) => show(&console, &visitor, f, Some(preview), None).await,
            Err(Error::Refused(refusal)) => show(&console, &visitor, f, None, Some(refusal.into())).await,
            Err(Error::Store(error)) => Err(error.into()),
        },
    }
}

async fn create(console: &Console, visitor: &Visitor, f: Fields, draft: Draft) -> Result<Response, Failure> {
    let key = Key::of_form(&f)?;
    match console.run(visitor, Command::CreateRequest(draft), key).await {
        Ok(Answer::Request(request)) => Ok(console.redirect(&format!("/requests/{}?done=created", request.id))),
        Ok(_) => Ok(console.redirect("/requests")),
        Err(failure) => show(console, visitor, f, None, Some(failure)).await,
    }
}
