//! The daily report, on screen (L8).

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use estair_core::book::DailyReport;
use estair_core::clock::BusinessDay;

use crate::console::failure::Failure;
use crate::console::form::{Form, accept};
use crate::console::frame::{Frame, Section};
use crate::console::render::render;
use crate::console::state::Console;
use crate::console::visitor::Visitor;

#[derive(Template)]
#[template(path = "report.html")]
struct ReportPage {
    p: Frame,
    f: Form,
    day: BusinessDay,
    report: DailyReport,
    /// Messages that Messager gave up; none where it cannot be read.
    failed: Option<u64>,
}

/// The report of a day: today where none is named. It never verifies the book.
pub(super) async fn page(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Extension(f): Extension<Form>,
) -> Result<Response, Failure> {
    let mut faults = Vec::new();
    let day = f.day("day", console.access.book().policy().day_offset, &mut faults);
    accept(faults)?;
    let day = day.unwrap_or_else(|| console.access.today());
    let report = console.view(&visitor).daily_report(day, console.access.now()).await?;
    let failed = match console.access.messager(visitor.actor) {
        // Messager has a database of its own: without it, the book tells its part.
        Some(messager) => messager.stats().await.map(|stats| stats.failed).ok(),
        None => None,
    };
    let p = Frame::of(&console, &visitor, Section::Audit);
    Ok(render(StatusCode::OK, &ReportPage { p, f, day, report, failed }))
}
