//! Accounts: the list, a new one, and the page of one with its figures, its history and its statement.

use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use estair_core::account::{Account, AccountDraft, LimitChange, State as Figures};
use estair_core::clock::BusinessDay;
use estair_core::command::{Answer, Command};
use estair_core::id::{AccountId, MovementId, Row};
use estair_core::money::{Currency, Money};
use estair_core::movement::Movement;
use estair_core::permission::{Permission, require};
use estair_core::read::{AccountFilter, Statement};
use estair_core::refusal::{FieldError, Refusal};

use super::Console;
use super::chart::{self, Chart};
use super::creation::{Key, new_key};
use super::failure::Failure;
use super::fields::{Fields, accept, id_in_path};
use super::frame::{Frame, Section};
use super::guard::render;
use super::session::Visitor;
use super::statement;

/// A line of the list, with the figures of today.
struct Line {
    account: Row<AccountId, Account>,
    today: Figures,
    outstanding: Money,
    exposition: Money,
}

impl Line {
    fn of(account: Row<AccountId, Account>, day: BusinessDay) -> Self {
        let today = account.state_on(day);
        let (outstanding, exposition) = (today.indicators.outstanding(), today.indicators.stored_exposition());
        Self { account, today, outstanding, exposition }
    }
}

#[derive(Template)]
#[template(path = "accounts.html")]
struct ListPage {
    p: Frame,
    f: Fields,
    rows: Vec<Line>,
    next: Option<String>,
    first: Option<String>,
    may_create: bool,
}

/// The list; its filters are its address.
pub(super) async fn list(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Extension(f): Extension<Fields>,
) -> Result<Response, Failure> {
    require(&visitor.actor, Permission::ReadAccounts)?;
    let mut faults = Vec::new();
    let filter = AccountFilter { account: f.id("account_id", &mut faults), q: f.text("q") };
    let page = f.page(&mut faults);
    accept(faults)?;
    let slice = console.host.reader.accounts(&filter, page).await?;
    let today = console.host.book.policy().day_offset.day_of(console.host.clock.now());
    let rows = slice.items.into_iter().map(|account| Line::of(account, today));
    let at = |before: &str| console.url(&f.address_with("/accounts", "before", before));
    let (next, first) = (slice.next.map(|key| at(&key.to_string())), page.before.map(|_| at("")));
    let p = Frame::of(&console, &visitor, Section::Accounts).watching(&console, "account", "").await?;
    let may_create = p.may(Permission::CreateAccount);
    Ok(render(StatusCode::OK, &ListPage { p, rows: rows.collect(), next, first, may_create, f }))
}

#[derive(Template)]
#[template(path = "account_new.html")]
struct NewAccount {
    p: Frame,
    f: Fields,
    key: String,
}

/// The form of a new account.
pub(super) async fn form(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Extension(f): Extension<Fields>,
) -> Result<Response, Failure> {
    show_form(&console, &visitor, f, None)
}

fn show_form(console: &Console, visitor: &Visitor, f: Fields, failure: Option<Failure>) -> Result<Response, Failure> {
    require(&visitor.actor, Permission::CreateAccount)?;
    let p = Frame::of(console, visitor, Section::Accounts).after(failure.as_ref());
    let status = failure.map_or(StatusCode::OK, |failure| failure.status());
    Ok(render(status, &NewAccount { p, f, key: new_key(console) }))
}

/// Creates an account.
pub(super) async fn create(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Extension(f): Extension<Fields>,
) -> Result<Response, Failure> {
    let mut faults = Vec::new();
    let currency = f.get("currency").map(str::parse::<Currency>).transpose();
    let draft = AccountDraft {
        name: f.text("name"),
        email: f.text("email"),
        currency: currency.map_err(|error| faults.push(FieldError::new("currency", error))).ok().flatten(),
        limit: f.amount("limit", &mut faults),
        faults,
    };
    match console.run(&visitor, Command::CreateAccount(draft), Key::of_form(&f)?).await {
        Ok(Answer::Account(account)) => Ok(console.redirect(&format!("/accounts/{}?done=created", account.id))),
        Ok(_) => Ok(console.redirect("/accounts")),
        Err(failure) => show_form(&console, &visitor, f, Some(failure)),
    }
}

/// How much of the limit the active credit uses, for a bar of 100.
pub(super) struct Use {
    /// The bar's length, 0 to 100.
    pub(super) bar: i64,
    /// The percentage, which may be above 100; none without a limit.
    pub(super) percent: Option<i64>,
}

impl Use {
    fn of(active: Money, limit: Money) -> Self {
        let percent = (limit.is_positive()).then(|| active.hundredths().saturating_mul(100) / limit.hundredths());
        let bar = percent.unwrap_or(if active.is_positive() { 100 } else { 0 });
        Self { bar: bar.clamp(0, 100), percent }
    }
}

#[derive(Template)]
#[template(path = "account.html")]
struct AccountPage {
    p: Frame,
    f: Fields,
    account: Row<AccountId, Account>,
    today: Figures,
    day_movements: Option<Money>,
    outstanding: Money,
    exposition: Money,
    headroom: Money,
    credit_use: Use,
    chart: Chart,
    limits: Vec<LimitChange>,
    may_set_limit: bool,
    statement: Statement,
    next: Option<String>,
    first: Option<String>,
    csv: String,
    wanted_limit: String,
    reason: String,
}

impl AccountPage {
    fn rows(&self) -> &[Row<MovementId, Movement>] {
        &self.statement.page.items
    }
}

/// The page of an account; the filters of its statement are its address.
pub(super) async fn page(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
    Extension(f): Extension<Fields>,
) -> Result<Response, Failure> {
    let id = id_in_path(&id)?;
    show(&console, &visitor, id, f, None).await
}

/// The page, with what was refused.
pub(super) async fn show(
    console: &Console,
    visitor: &Visitor,
    id: AccountId,
    f: Fields,
    failure: Option<Failure>,
) -> Result<Response, Failure> {
    require(&visitor.actor, Permission::ReadAccounts)?;
    let reader = console.host.reader.as_ref();
    let missing = || Refusal::NotFound { what: "account" };
    let account = reader.account(id).await?.ok_or_else(missing)?;
    let day = console.host.book.policy().day_offset.day_of(console.host.clock.now());
    let today = account.state_on(day);
    // After a refused limit the fields are the form's, and the statement stands without a filter.
    let filters = if failure.is_some() { Fields::default() } else { f.clone() };
    let (filter, page) = statement::read_filter(&filters)?;
    let statement = reader.statement(id, &filter, page).await?.ok_or_else(missing)?;
    let path = format!("/accounts/{id}");
    let at = |before: &str| format!("{}#statement", console.url(&filters.address_with(&path, "before", before)));
    let p = Frame::of(console, visitor, Section::Accounts).after(failure.as_ref());
    let p = p.watching(console, "account", &id.to_string()).await?;
    let indicators = today.indicators;
    let page = AccountPage {
        day_movements: indicators.balance.checked_sub(indicators.balance_previous_day).ok(),
        outstanding: indicators.outstanding(),
        exposition: indicators.stored_exposition(),
        headroom: account.headroom(),
        credit_use: Use::of(indicators.active_credit, account.limit),
        chart: chart::of_account(&p, reader, &account, day).await?,
        limits: reader.limit_history(id).await?,
        may_set_limit: p.may(Permission::SetLimit),
        next: statement.page.next.map(|key| at(&key.to_string())),
        first: page.before.map(|_| at("")),
        csv: console.url(&filters.address_with(&format!("{path}/statement.csv"), "before", "")),
        wanted_limit: f.shown("limit"),
        reason: f.shown("reason"),
        f: filters,
        p,
        account,
        today,
        statement,
    };
    Ok(render(failure.map_or(StatusCode::OK, |failure| failure.status()), &page))
}
