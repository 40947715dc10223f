//! Many decisions at once: what finance decides, grouped by what approving would do, and the credits that are past their
//! expiry (C11, X5). Each row tells what became of it; nothing is decided here.

use std::collections::BTreeMap;

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::Duration;
use estair_core::actor::Role;
use estair_core::book::{Error, Submission, View};
use estair_core::category::{Category, Desk, Status};
use estair_core::command::Command;
use estair_core::id::{AccountId, RequestId};
use estair_core::money::Money;
use estair_core::request::{Request, RequestDraft, RequestPatch};
use estair_core::row::Row;
use estair_core::store::{CreditState, MAX_PAGE, Page, RequestFilter, RequestOrder, Total};

use crate::console::failure::Failure;
use crate::console::form::Form;
use crate::console::frame::{Frame, Section};
use crate::console::numbers::grouped;
use crate::console::pieces::account_names::{Accounts, account, accounts_of, name_of};
use crate::console::pieces::creation::key_of;
use crate::console::pieces::outlook::Outlook;
use crate::console::pieces::raise::raise_to;
use crate::console::render::render;
use crate::console::state::Console;
use crate::console::visitor::Visitor;
use crate::runner;

/// Decisions that one form takes.
const MOST: usize = MAX_PAGE as usize;

/// Refusals that an address tells; of more the list says how many were done.
const MOST_TOLD: usize = 40;

/// A row, with what approving it would do and what became of it just now.
struct Line {
    request: Row<RequestId, Request>,
    account: String,
    outlook: Option<Outlook>,
    /// The limit that lets it pass.
    raise: Option<Money>,
    /// Why it was refused.
    refused: Option<String>,
}

impl Line {
    /// What a form sends of it.
    fn value(&self) -> String {
        format!("{}.{}", self.request.id, self.request.version)
    }
}

/// Rows of which approving does the same.
struct Group {
    /// `soon`, `passes`, `held`, `exceeds`, `expired` or `unpaid`.
    key: &'static str,
    count: u64,
    rows: Vec<Line>,
    total: String,
    /// What its main button does: `to_treat`, `raise` or `cancel`; none where nothing is to be approved.
    main: Option<&'static str>,
    /// May its rows be put on hold?
    may_hold: bool,
}

#[derive(Template)]
#[template(path = "decisions.html")]
struct DecisionsPage {
    p: Frame,
    groups: Vec<Group>,
    more: bool,
    /// Of rows that are not listed any more: which, and why they were refused.
    gone: Vec<(u64, String)>,
}

/// Finance and admin decide here.
fn require(visitor: &Visitor) -> Result<(), Failure> {
    match visitor.actor.role() {
        Role::Finance | Role::Admin => Ok(()),
        _ => Err(Failure::NotFound),
    }
}

/// The table.
pub(super) async fn page(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Extension(f): Extension<Form>,
) -> Result<Response, Failure> {
    require(&visitor)?;
    let view = console.view(&visitor);
    let p = Frame::of(&console, &visitor, Section::Queue).watching(&console, &view, "request", "").await?;
    let mut refused = refused_in(&p, &f);
    let decide = RequestFilter {
        status: vec![Status::Open, Status::Waiting],
        assigned_to: Some(Desk::Finance),
        order: RequestOrder::Oldest,
        ..RequestFilter::default()
    };
    let page = Page { limit: MAX_PAGE, before: None };
    let waiting = view.requests(decide, page).await?;
    let unpaid = match visitor.actor.role() {
        Role::Admin => unpaid(&console, &view, page).await?,
        _ => Vec::new(),
    };
    let named = waiting.items.iter().chain(&unpaid).map(|request| request.account).collect::<Vec<_>>();
    let accounts = accounts_of(&view, named).await?;
    let more = waiting.next.is_some();
    let mut groups = Groups { console: &console, accounts: &accounts, refused: &mut refused, found: BTreeMap::new() };
    waiting.items.into_iter().for_each(|request| groups.add(request));
    unpaid.into_iter().for_each(|request| groups.put("unpaid", request, None, None));
    let groups = groups.shown(&p);
    let gone = refused.into_iter().collect();
    Ok(render(StatusCode::OK, &DecisionsPage { p, groups, more, gone }))
}

/// Granted credits that are past their expiry (X5), without those that are being cancelled.
async fn unpaid(console: &Console, view: &View, page: Page) -> Result<Vec<Row<RequestId, Request>>, Failure> {
    let credit = Some(CreditState::Expired(console.access.now()));
    let filter = RequestFilter { credit, order: RequestOrder::Oldest, ..RequestFilter::default() };
    Ok(view.requests(filter, page).await?.items)
}

/// Rows on their way into their groups.
struct Groups<'a> {
    console: &'a Console,
    accounts: &'a Accounts,
    refused: &'a mut BTreeMap<u64, String>,
    found: BTreeMap<&'static str, Vec<Line>>,
}

/// In this order; what the main button of each does, and whether its rows may wait.
const GROUPS: [(&str, Option<&str>, bool); 6] = [
    ("soon", Some("to_treat"), true),
    ("passes", Some("to_treat"), true),
    ("held", Some("to_treat"), false),
    ("exceeds", Some("raise"), true),
    ("expired", None, false),
    ("unpaid", Some("cancel"), false),
];

/// A credit that passes and dies within this time comes first.
const SOON: Duration = Duration::minutes(60);

impl Groups<'_> {
    fn add(&mut self, request: Row<RequestId, Request>) {
        let (policy, now) = (self.console.access.book().policy(), self.console.access.now());
        let account = self.accounts.get(&request.account);
        let outlook = account.and_then(|account| Outlook::of(&request, account, policy, now));
        let verdict = outlook.as_ref().map_or("", |outlook| outlook.verdict);
        let dies_soon = request.expiry_date.is_some_and(|expiry| expiry < now + SOON);
        let raise = account.filter(|_| verdict == "exceeds").and_then(|one| raise_to(one, policy, request.amount));
        let key = match verdict {
            "expired" | "out_of_range" => "expired",
            "exceeds" => "exceeds",
            // Held by somebody: what approves the others together leaves it.
            _ if request.status == Status::Waiting && !request.definition().limited => "held",
            _ if dies_soon => "soon",
            _ => "passes",
        };
        self.put(key, request, outlook, raise);
    }

    fn put(
        &mut self,
        key: &'static str,
        request: Row<RequestId, Request>,
        outlook: Option<Outlook>,
        raise: Option<Money>,
    ) {
        let account = name_of(self.accounts, request.account);
        let refused = self.refused.remove(&request.id.0);
        self.found.entry(key).or_default().push(Line { request, account, outlook, raise, refused });
    }

    fn shown(mut self, p: &Frame) -> Vec<Group> {
        let group = |(key, main, may_hold)| {
            let rows = self.found.remove(key)?;
            let total = total_of(p, &rows);
            Some(Group { key, count: rows.len() as u64, rows, total, main, may_hold })
        };
        GROUPS.into_iter().filter_map(group).collect()
    }
}

fn total_of(p: &Frame, rows: &[Line]) -> String {
    let sums = Total::of(rows.iter().map(|line| Some(line.request.amount))).sums.unwrap_or_default();
    let shown = sums.iter().map(|(currency, sum)| format!("{}\u{a0}{currency}", grouped(p.lang, &sum.to_string())));
    shown.collect::<Vec<_>>().join(", ")
}

/// What the address says of refusals: `12:credit_limit_exceeded.13:stale_version`, in words.
fn refused_in(p: &Frame, f: &Form) -> BTreeMap<u64, String> {
    let told = f.get("refused").unwrap_or_default();
    let one = |text: &str| {
        let (id, code) = text.split_once(':')?;
        Some((id.parse().ok()?, p.name("refusal", code)))
    };
    told.split('.').take(MOST_TOLD).filter_map(one).collect()
}

/// A row that was chosen: its number, and the version that was shown.
fn chosen(value: &str) -> Option<(RequestId, u64)> {
    let (id, version) = value.split_once('.')?;
    Some((RequestId(id.parse().ok()?), version.parse().ok()?))
}

/// Decides what was chosen, in order, each seeing those before (C11), and shows what became of each.
pub(super) async fn decide(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Extension(f): Extension<Form>,
) -> Result<Response, Failure> {
    require(&visitor)?;
    let (action, all) =
        f.get("do").unwrap_or_default().split_once(':').unwrap_or((f.get("do").unwrap_or_default(), ""));
    let field = if all == "all" { "every" } else { "chosen" };
    let rows = f.pairs().iter().filter(|(name, _)| name == field);
    let rows: Vec<_> = rows.filter_map(|(_, value)| chosen(value)).take(MOST).collect();
    let commands = commands_of(&console, &visitor, &f, action, rows).await?;
    let key = key_of(&visitor, &f)?;
    let submission = |(place, command): (usize, &Command)| Submission {
        actor: visitor.actor,
        origin: visitor.origin.clone(),
        command: command.clone(),
        key: key.as_ref().map(|key| key.of_entry(place)),
    };
    let submissions = commands.iter().map(|(_, command)| command).enumerate().map(submission).collect();
    let replies = runner::run_all(console.access.book(), submissions, ()).await;
    let (mut done, mut refused) = (0_u64, Vec::new());
    for ((id, _), reply) in commands.iter().zip(replies) {
        match reply {
            Ok(_) => done = done.saturating_add(1),
            Err(Error::Refused(refusal)) => refused.push(format!("{id}:{}", refusal.code())),
            Err(Error::Store(error)) => return Err(error.into()),
        }
    }
    refused.truncate(MOST_TOLD);
    Ok(console.redirect(&format!("/decisions?done=decided&n={done}&refused={}", refused.join("."))))
}

/// The command of each chosen row. A limit is raised once for all the rows of its account that it lets pass.
async fn commands_of(
    console: &Console,
    visitor: &Visitor,
    f: &Form,
    action: &str,
    rows: Vec<(RequestId, u64)>,
) -> Result<Vec<(RequestId, Command)>, Failure> {
    let (view, reason) = (console.view(visitor), f.text("reason"));
    let mut raised: BTreeMap<AccountId, Money> = BTreeMap::new();
    let mut commands = Vec::with_capacity(rows.len());
    for (id, version) in rows {
        let mut patch = RequestPatch { version: Some(version), reason: reason.clone(), ..RequestPatch::default() };
        let command = match action {
            "to_treat" => Command::UpdateRequest(id, RequestPatch { status: Some(Status::ToTreat), ..patch }),
            "waiting" => Command::UpdateRequest(id, RequestPatch { status: Some(Status::Waiting), ..patch }),
            "raise" => {
                let (request, _) = view.request(id).await?;
                patch.status = Some(Status::ToTreat);
                if let Some(account) = account(&view, request.account).await? {
                    let limit = raised.get(&request.account).copied().unwrap_or(account.limit);
                    let mut account = account.data;
                    account.limit = limit;
                    if let Some(limit) = raise_to(&account, console.access.book().policy(), request.amount) {
                        raised.insert(request.account, limit);
                        patch.limit = Some(limit.amount());
                        patch.reason.get_or_insert_with(|| reason_of(visitor, &request));
                    }
                }
                Command::UpdateRequest(id, patch)
            }
            "cancel" => Command::CreateRequest(RequestDraft {
                category: Some(Category::CancelCredit),
                parent: Some(id),
                ..RequestDraft::default()
            }),
            _ => return Err(Failure::Unreadable),
        };
        commands.push((id, command));
    }
    Ok(commands)
}

/// Why a limit was raised, where nobody typed another reason.
pub(super) fn reason_of(visitor: &Visitor, request: &Request) -> String {
    visitor.lang.find("decisions.raised_for").unwrap_or_default().replace("{name}", &request.name)
}
