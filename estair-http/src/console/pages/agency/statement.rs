//! An agency's account: its figures and its statement, with the files.

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use estair_core::account::{Account, State as AccountState};
use estair_core::id::{AccountId, MovementId};
use estair_core::movement::Movement;
use estair_core::row::Row;
use estair_core::store::Statement;

use crate::console::failure::Failure;
use crate::console::form::Form;
use crate::console::frame::{Frame, Section};
use crate::console::pages::statement::read_filter;
use crate::console::path::Id;
use crate::console::render::render;
use crate::console::state::Console;
use crate::console::visitor::Visitor;

#[derive(Template)]
#[template(path = "agency/account.html")]
struct AccountPage {
    p: Frame,
    f: Form,
    account: Row<AccountId, Account>,
    today: AccountState,
    statement: Statement,
    next: Option<String>,
    first: Option<String>,
    sheet: String,
    workbook: String,
}

impl AccountPage {
    fn rows(&self) -> &[Row<MovementId, Movement>] {
        &self.statement.page.items
    }
}

/// The account; the period of its statement is its address.
pub(in crate::console::pages) async fn page(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Id(id): Id<AccountId>,
    Extension(f): Extension<Form>,
) -> Result<Response, Failure> {
    let view = console.view(&visitor);
    let account = view.account(id).await?;
    let (filter, page) = read_filter(&console, &f)?;
    let statement = view.statement(id, &filter, page).await?;
    let path = format!("/accounts/{id}");
    let at = |before: &str| format!("{}#statement", console.url(&f.address_with(&path, "before", before)));
    let file = |name: &str| console.url(&f.address_with(&format!("{path}/{name}"), "before", ""));
    let p = Frame::of(&console, &visitor, Section::Accounts);
    let p = p.watching(&console, &view, "account", &id.to_string()).await?;
    let page = AccountPage {
        next: statement.page.next.map(|key| at(&key.to_string())),
        first: page.before.map(|_| at("")),
        sheet: file("releve.csv"),
        workbook: file("releve.xlsx"),
        today: account.state_on(console.access.today()),
        p,
        f,
        account,
        statement,
    };
    Ok(render(StatusCode::OK, &page))
}
