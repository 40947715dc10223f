//! Accounts: the list, a new one, and the page of one with its figures, its history and its statement.

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use estair_core::account::{
    Account, AccountChange, AccountDraft, AccountStatus, LimitChange, Rollout, State as AccountState,
};
use estair_core::clock::BusinessDay;
use estair_core::id::{AccountId, MovementId};
use estair_core::money::{Currency, Money};
use estair_core::movement::Movement;
use estair_core::permission::Permission;
use estair_core::refusal::FieldError;
use estair_core::row::Row;
use estair_core::store::{AccountFilter, Statement};

use super::statement;
use crate::console::failure::Failure;
use crate::console::form::{Form, accept};
use crate::console::frame::{Frame, Section};
use crate::console::path::Id;
use crate::console::pieces::chart::{self, Chart};
use crate::console::pieces::creation::key_of;
use crate::console::pieces::part::Part;
use crate::console::render::render;
use crate::console::state::Console;
use crate::console::visitor::Visitor;

/// A line of the list, with the figures of today.
struct Line {
    account: Row<AccountId, Account>,
    today: AccountState,
    outstanding: Money,
    exposition: Money,
}

impl Line {
    fn is_suspended(&self) -> bool {
        self.account.status == AccountStatus::Suspended
    }

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
    f: Form,
    rows: Vec<Line>,
    next: Option<String>,
    first: Option<String>,
    may_create: bool,
}

/// The list; its filters are its address.
pub(super) async fn list(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Extension(f): Extension<Form>,
) -> Result<Response, Failure> {
    let mut faults = Vec::new();
    let filter = AccountFilter {
        account: f.id("account_id", &mut faults),
        q: f.line("q", &mut faults),
        reference: f.line("reference", &mut faults),
        uuid: None,
        status: f.read("status", &mut faults, AccountStatus::from_name),
        rollout: f.read("rollout", &mut faults, Rollout::from_name),
    };
    let page = f.page(&mut faults);
    accept(faults)?;
    let view = console.view(&visitor);
    let slice = view.accounts(filter, page).await?;
    let today = console.access.today();
    let rows = slice.items.into_iter().map(|account| Line::of(account, today));
    let at = |before: &str| console.url(&f.address_with("/accounts", "before", before));
    let (next, first) = (slice.next.map(|key| at(&key.to_string())), page.before.map(|_| at("")));
    let p = Frame::of(&console, &visitor, Section::Accounts).watching(&console, &view, "account", "").await?;
    let may_create = p.may(Permission::CreateAccount);
    Ok(render(StatusCode::OK, &ListPage { p, rows: rows.collect(), next, first, may_create, f }))
}

#[derive(Template)]
#[template(path = "account_new.html")]
struct NewAccount {
    p: Frame,
    f: Form,
}

/// The form of a new account.
pub(super) async fn form(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Extension(f): Extension<Form>,
) -> Result<Response, Failure> {
    show_form(&console, &visitor, f, None)
}

fn show_form(console: &Console, visitor: &Visitor, f: Form, failure: Option<Failure>) -> Result<Response, Failure> {
    console.view(visitor).require(Permission::CreateAccount)?;
    let p = Frame::of(console, visitor, Section::Accounts).after(failure.as_ref());
    let status = failure.map_or(StatusCode::OK, |failure| failure.status());
    Ok(render(status, &NewAccount { p, f }))
}

/// Creates an account.
pub(super) async fn create(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Extension(f): Extension<Form>,
) -> Result<Response, Failure> {
    let mut faults = Vec::new();
    let currency = f.get("currency").map(str::parse::<Currency>).transpose();
    let draft = AccountDraft {
        name: f.text("name"),
        email: f.text("email"),
        currency: currency.map_err(|error| faults.push(FieldError::new("currency", error))).ok().flatten(),
        limit: f.amount("limit", &mut faults),
        reference: f.text("reference"),
        faults,
    };
    match console.run(&visitor, draft, key_of(&visitor, &f)?).await {
        Ok(account) => Ok(console.redirect(&format!("/accounts/{}?done=created", account.id))),
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
    f: Form,
    account: Row<AccountId, Account>,
    today: AccountState,
    day_movements: Option<Money>,
    outstanding: Money,
    exposition: Money,
    headroom: Money,
    credit_use: Use,
    chart: Chart,
    limits: Vec<Row<u64, LimitChange>>,
    older_limits: Option<String>,
    newest_limits: Option<String>,
    may_set_limit: bool,
    may_rename: bool,
    may_suspend: bool,
    may_switch: bool,
    rollout: Rollout,
    changes: Vec<Row<u64, AccountChange>>,
    older_changes: Option<String>,
    newest_changes: Option<String>,
    available: Money,
    statement: Statement,
    next: Option<String>,
    first: Option<String>,
    csv: String,
    sheet: String,
    workbook: String,
    wanted_limit: String,
    reason: String,
}

impl AccountPage {
    /// Staff is told where it stands, where that is not the usual.
    fn is_elsewhere(&self) -> bool {
        self.rollout != Rollout::Live && self.p.may(Permission::ReadShadow)
    }

    fn is_suspended(&self) -> bool {
        self.account.status == AccountStatus::Suspended
    }

    fn rows(&self) -> &[Row<MovementId, Movement>] {
        &self.statement.page.items
    }
}

/// The page of an account; the filters of its statement are its address.
pub(super) async fn page(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Id(id): Id<AccountId>,
    Extension(f): Extension<Form>,
) -> Result<Response, Failure> {
    show(&console, &visitor, id, f, None).await
}

/// The page, with what was refused.
pub(super) async fn show(
    console: &Console,
    visitor: &Visitor,
    id: AccountId,
    f: Form,
    failure: Option<Failure>,
) -> Result<Response, Failure> {
    let view = console.view(visitor);
    let part = Part::of(&f, "limits")?;
    let (account, limits) = view.limit(id, part.page).await?;
    let (newest_limits, older_limits) = part.links(console, &f, &format!("/accounts/{id}"), limits.next);
    let changed = Part::of(&f, "changes")?;
    let changes = view.account_history(id, changed.page).await?;
    let (newest_changes, older_changes) = changed.links(console, &f, &format!("/accounts/{id}"), changes.next);
    let day = console.access.today();
    let today = account.state_on(day);
    // After a refused limit the fields are the form's, and the statement stands without a filter.
    let filters = if failure.is_some() { Form::default() } else { f.clone() };
    let (filter, page) = statement::read_filter(console, &filters)?;
    let statement = view.statement(id, &filter, page).await?;
    let path = format!("/accounts/{id}");
    let at = |before: &str| format!("{}#statement", console.url(&filters.address_with(&path, "before", before)));
    let p = Frame::of(console, visitor, Section::Accounts).after(failure.as_ref());
    let p = p.watching(console, &view, "account", &id.to_string()).await?;
    let by = limits.items.iter().filter_map(|change| change.by);
    let p = p.naming(console, by.chain(changes.items.iter().filter_map(|change| change.by))).await;
    let indicators = today.indicators;
    let page = AccountPage {
        day_movements: indicators.balance.checked_sub(indicators.balance_previous_day).ok(),
        outstanding: indicators.outstanding(),
        exposition: indicators.stored_exposition(),
        headroom: account.headroom(),
        credit_use: Use::of(indicators.active_credit, account.limit),
        chart: chart::of_account(&p, &view, &account, day).await?,
        limits: limits.items,
        older_limits,
        newest_limits,
        may_set_limit: p.may(Permission::SetLimit),
        may_rename: p.may(Permission::RenameAccount),
        may_suspend: p.may(Permission::SuspendAccount),
        may_switch: p.may(Permission::SetRollout),
        rollout: view.rollout_of(&account),
        changes: changes.items,
        older_changes,
        newest_changes,
        available: console.access.book().policy().limit.available(account.limit, indicators.active_credit),
        next: statement.page.next.map(|key| at(&key.to_string())),
        first: page.before.map(|_| at("")),
        csv: console.url(&filters.address_with(&format!("{path}/statement.csv"), "before", "")),
        sheet: console.url(&filters.address_with(&format!("{path}/releve.csv"), "before", "")),
        workbook: console.url(&filters.address_with(&format!("{path}/releve.xlsx"), "before", "")),
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
