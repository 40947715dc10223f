//! The first screen of an agency: what it has, what it owes, the credit it can have now, and what is under way.

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use estair_core::account::Account;
use estair_core::book::View;
use estair_core::category::Status;
use estair_core::id::{AccountId, RequestId, SupportId};
use estair_core::money::Money;
use estair_core::request::Request;
use estair_core::row::Row;
use estair_core::store::{Page, RequestFilter, SupportFilter, SupportSort};
use estair_core::support::Support;

use super::offer::Offer;
use super::{own_account, yours};
use crate::console::failure::Failure;
use crate::console::frame::{Frame, Section};
use crate::console::pieces::part::newest_of;
use crate::console::pieces::unseen::{Unseen, unseen_requests, unseen_tickets};
use crate::console::render::render;
use crate::console::state::Console;
use crate::console::visitor::Visitor;

/// Requests that are under way, as far as the first screen shows them.
const UNDER_WAY: u32 = 20;

/// Requests that ended, below them.
const ENDED: u32 = 3;

/// Tickets on the first screen.
const TICKETS: u32 = 3;

#[derive(Template)]
#[template(path = "agency/home.html")]
struct Home {
    p: Frame,
    account: Row<AccountId, Account>,
    balance: Money,
    /// What is to be paid back (F2).
    due: Money,
    offer: Offer,
    requests: Vec<Row<RequestId, Request>>,
    tickets: Vec<Row<SupportId, Support>>,
    yours: Vec<SupportId>,
    unseen_requests: Unseen,
    unseen_tickets: Unseen,
}

/// The first screen.
pub(in crate::console::pages) async fn page(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
) -> Result<Response, Failure> {
    let view = console.view(&visitor);
    let account = view.account(own_account(&visitor)?).await?;
    let today = account.state_on(console.access.today()).indicators;
    let p = Frame::of(&console, &visitor, Section::Queue).watching(&console, &view, "request", "").await?;
    let offer = Offer::of(&console, &visitor, &p, &account).await?;
    let requests = requests_of(&view).await?;
    let open = SupportFilter { sort: SupportSort::Newest, ..SupportFilter::default() };
    let tickets = view.supports(open, Page { limit: TICKETS, before: None }).await?.items;
    let (balance, due, yours) = (today.balance, today.outstanding(), yours(&tickets));
    let unseen_requests = unseen_requests(&console, &visitor, &requests).await?;
    let unseen_tickets = unseen_tickets(&console, &visitor, &tickets).await?;
    let page = Home { balance, due, offer, requests, tickets, yours, unseen_requests, unseen_tickets, p, account };
    Ok(render(StatusCode::OK, &page))
}

/// What is under way, newest first, then what ended last.
async fn requests_of(view: &View) -> Result<Vec<Row<RequestId, Request>>, Failure> {
    let (ended, under_way): (Vec<_>, Vec<_>) = Status::ALL.iter().copied().partition(|status| status.is_final());
    let with = |status| RequestFilter { status, ..RequestFilter::default() };
    let mut requests = view.requests(with(under_way), newest_of(UNDER_WAY)).await?.items;
    requests.extend(view.requests(with(ended), newest_of(ENDED)).await?.items);
    Ok(requests)
}
