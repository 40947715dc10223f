//! The audit trail of all accounts, with its filters.

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use estair_core::audit::{Log, LogStatus, Outcome};
use estair_core::book::View;
use estair_core::id::MovementId;
use estair_core::row::Row;
use estair_core::store::LogFilter;

use crate::console::failure::Failure;
use crate::console::form::{Form, accept};
use crate::console::frame::{Frame, Section};
use crate::console::pieces::account_names::{accounts_of, name_of};
use crate::console::render::render;
use crate::console::state::Console;
use crate::console::visitor::Visitor;

/// A row of the trail.
pub(super) struct Line {
    /// What was tried.
    pub(super) log: Row<u64, Log>,
    /// The name of its account.
    pub(super) account: String,
}

/// Rows of the trail, with the names of their accounts.
pub(super) async fn lines(view: &View, logs: Vec<Row<u64, Log>>) -> Result<Vec<Line>, Failure> {
    let accounts = accounts_of(view, logs.iter().map(|log| log.account)).await?;
    Ok(logs.into_iter().map(|log| Line { account: name_of(&accounts, log.account), log }).collect())
}

impl Line {
    pub(super) fn movement(&self) -> Option<MovementId> {
        self.log.movement.known()
    }

    fn error(&self) -> Option<&str> {
        match &self.log.outcome {
            Outcome::Failed { error } => Some(error),
            Outcome::Success(_) => None,
        }
    }
}

#[derive(Template)]
#[template(path = "trail.html")]
struct TrailPage {
    p: Frame,
    f: Form,
    rows: Vec<Line>,
    next: Option<String>,
    first: Option<String>,
}

/// The list; its filters are its address.
pub(super) async fn list(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Extension(f): Extension<Form>,
) -> Result<Response, Failure> {
    let mut faults = Vec::new();
    let filter = LogFilter {
        account: f.id("account_id", &mut faults),
        triggered_by: f.id("triggered_by", &mut faults),
        status: f.read("status", &mut faults, LogStatus::from_name),
        from: f.since("from", &mut faults),
        to: f.until("to", &mut faults),
    };
    let page = f.page(&mut faults);
    accept(faults)?;
    let view = console.view(&visitor);
    let slice = view.all_logs(&filter, page).await?;
    let rows = lines(&view, slice.items).await?;
    let at = |before: &str| console.url(&f.address_with("/audit/trail", "before", before));
    let (next, first) = (slice.next.map(|key| at(&key.to_string())), page.before.map(|_| at("")));
    let p = Frame::of(&console, &visitor, Section::Audit);
    let p = p.naming(&console, rows.iter().filter_map(|row| row.log.triggered_by)).await;
    Ok(render(StatusCode::OK, &TrailPage { p, f, rows, next, first }))
}
