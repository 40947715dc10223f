//! Messager: its figures, its messages, one message with every attempt, replays and the pause (G4, G5, G8).

use askama::Template;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use chrono::Duration;
use estair_core::clock::Timestamp;
use estair_core::messager::{MessageFilter, MessageRecord, Pause, Stats};
use estair_core::permission::Permission;
use estair_core::queue::{Attempt, JobStatus};
use estair_core::refusal::{FieldError, Refusal};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::console::failure::Failure;
use crate::console::form::{Form, accept};
use crate::console::frame::{Frame, Section};
use crate::console::pieces::timeline::people_of;
use crate::console::render::render;
use crate::console::state::Console;
use crate::console::visitor::Visitor;
use crate::messager::MessagerView;

/// Minutes that the throughput chart shows.
const MINUTES: u32 = 30;

/// The width of the throughput chart, in its own units.
const CHART_WIDTH: i64 = 360;

/// A bar of the throughput chart.
struct Bar {
    /// Its place along the chart.
    x: i64,
    /// Its width.
    width: i64,
    /// Its height, of 60.
    height: i64,
    /// Where it begins.
    y: i64,
    /// Messages delivered in that minute.
    count: u64,
    /// The minute.
    at: Timestamp,
}

/// The throughput chart.
struct Throughput {
    bars: Vec<Bar>,
    /// The most messages in a minute.
    busiest: u64,
    /// The minutes that it shows.
    minutes: u64,
}

#[derive(Template)]
#[template(path = "messages.html")]
struct ListPage {
    p: Frame,
    f: Form,
    stats: Stats,
    pause: Pause,
    throughput: Throughput,
    rows: Vec<MessageRecord>,
    next: Option<String>,
    first: Option<String>,
    may_pause: bool,
    /// How many messages a replay of the filter would take, when that was asked.
    counted: Option<u64>,
    reason: String,
}

impl ListPage {
    /// The filter that a replay carries: its status is failed anyway.
    fn carried(&self) -> Vec<(&'static str, String)> {
        let names = ["type", "domain", "from", "to", "q"].into_iter();
        names.map(|name| (name, self.f.shown(name))).filter(|(_, value)| !value.is_empty()).collect()
    }
}

/// Messager as the visitor sees it; where it cannot be reached there are no pages of it.
fn messager(console: &Console, visitor: &Visitor) -> Result<MessagerView, Failure> {
    console.access.messager(visitor.actor).ok_or(Failure::NotFound)
}

fn read_filter(f: &Form, faults: &mut Vec<FieldError>) -> MessageFilter {
    MessageFilter {
        status: f.read("status", faults, JobStatus::from_name),
        kind: f.line("type", faults),
        domain: f.line("domain", faults),
        from: f.since("from", faults),
        to: f.until("to", faults),
        q: f.line("q", faults),
    }
}

/// The figures and the list.
pub(super) async fn list(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Extension(f): Extension<Form>,
) -> Result<Response, Failure> {
    show_list(&console, &visitor, f, None, None).await
}

async fn show_list(
    console: &Console,
    visitor: &Visitor,
    f: Form,
    counted: Option<u64>,
    failure: Option<Failure>,
) -> Result<Response, Failure> {
    let (view, messager) = (console.view(visitor), messager(console, visitor)?);
    let mut faults = Vec::new();
    let filter = read_filter(&f, &mut faults);
    let page = f.page(&mut faults);
    accept(faults)?;
    let slice = messager.messages(&filter, page).await?;
    let at = |before: &str| console.url(&f.address_with("/messages", "before", before));
    let p = Frame::of(console, visitor, Section::Messages).after(failure.as_ref());
    let page = ListPage {
        stats: messager.stats().await?,
        pause: messager.pause().await?,
        throughput: throughput(&messager, console.access.now()).await?,
        next: slice.next.map(|key| at(&key.to_string())),
        first: page.before.map(|_| at("")),
        rows: slice.items,
        may_pause: p.may(Permission::PauseDeliveries),
        counted,
        reason: f.shown("reason"),
        p: p.watching(console, &view, "message", "").await?,
        f,
    };
    Ok(render(failure.map_or(StatusCode::OK, |failure| failure.status()), &page))
}

/// Messages delivered in each of the last minutes.
async fn throughput(messager: &MessagerView, now: Timestamp) -> Result<Throughput, Failure> {
    let from = now.checked_sub_signed(Duration::minutes(MINUTES.into())).unwrap_or(now);
    Ok(Throughput::of(messager.delivered(from, MINUTES).await?, from))
}

impl Throughput {
    fn of(counts: Vec<u64>, from: Timestamp) -> Self {
        let busiest = counts.iter().copied().max().unwrap_or(0);
        let width = CHART_WIDTH / i64::from(MINUTES);
        let bar = |(minute, count): (i64, u64)| {
            let height = i64::try_from(count.saturating_mul(60) / busiest.max(1)).unwrap_or(0);
            let at = from.checked_add_signed(Duration::minutes(minute)).unwrap_or(from);
            Bar { x: minute * width + 1, width: width - 2, height, y: 60 - height, count, at }
        };
        Self { bars: (0..).zip(counts).map(bar).collect(), busiest, minutes: MINUTES.into() }
    }
}

/// The figures, for pages that poll.
pub(super) async fn stats(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
) -> Result<Response, Failure> {
    let stats = messager(&console, &visitor)?.stats().await?;
    let p = Frame::of(&console, &visitor, Section::Messages);
    Ok(Json(stats_json(&p, &stats)).into_response())
}

/// The figures as the page shows them.
fn stats_json(p: &Frame, stats: &Stats) -> Value {
    json!({
        "pending": p.number(&stats.pending),
        "processing": p.number(&stats.processing),
        "completed": p.number(&stats.completed),
        "failed": p.number(&stats.failed),
        "per_minute": p.number(&stats.per_minute),
        "oldest": oldest(p, stats),
        "paused": stats.paused,
    })
}

fn oldest(p: &Frame, stats: &Stats) -> String {
    stats.oldest_pending_age_seconds.map_or_else(|| "–".to_owned(), |age| p.span(&age))
}

#[derive(Template)]
#[template(path = "message.html")]
struct MessagePage {
    p: Frame,
    record: MessageRecord,
    attempts: Vec<Attempt>,
    request: Option<u64>,
    may_replay: bool,
    reason: String,
}

/// One message.
pub(super) async fn page(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    uuid: Result<Path<String>, PathRejection>,
) -> Result<Response, Failure> {
    let uuid = message_id(uuid)?;
    show(&console, &visitor, uuid, None, String::new()).await
}

fn message_id(path: Result<Path<String>, PathRejection>) -> Result<Uuid, Failure> {
    path.ok().and_then(|Path(text)| text.parse().ok()).ok_or(Failure::NotFound)
}

async fn show(
    console: &Console,
    visitor: &Visitor,
    uuid: Uuid,
    failure: Option<Failure>,
    reason: String,
) -> Result<Response, Failure> {
    let (record, attempts) = messager(console, visitor)?.message(uuid).await?;
    let request = record.message.payload.get("requete_id").and_then(|id| id.as_str().parse().ok());
    let p = Frame::of(console, visitor, Section::Messages).after(failure.as_ref());
    let p = p.watching(console, &console.view(visitor), "message", &uuid.to_string()).await?;
    let p = p.naming(console, people_of(&attempts)).await;
    let may_replay = p.may_replay() && record.status == JobStatus::Failed;
    let status = failure.map_or(StatusCode::OK, |failure| failure.status());
    Ok(render(status, &MessagePage { p, record, attempts, request, may_replay, reason }))
}

/// Replays a failed message.
pub(super) async fn replay(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    uuid: Result<Path<String>, PathRejection>,
    Extension(f): Extension<Form>,
) -> Result<Response, Failure> {
    let uuid = message_id(uuid)?;
    match replay_one(&messager(&console, &visitor)?, uuid, &f).await {
        Ok(()) => Ok(console.redirect(&format!("/messages/{uuid}?done=replayed"))),
        Err(failure) => show(&console, &visitor, uuid, Some(failure), f.shown("reason")).await,
    }
}

async fn replay_one(messager: &MessagerView, uuid: Uuid, f: &Form) -> Result<(), Failure> {
    let operator = messager.operator(f.get("reason")).map_err(invalid)?;
    Ok(messager.replay(uuid, operator).await?)
}

fn invalid(fault: FieldError) -> Refusal {
    Refusal::Invalid(vec![fault])
}

/// Counts what a filter would replay, then replays it when that is confirmed.
pub(super) async fn replay_all(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Extension(f): Extension<Form>,
) -> Result<Response, Failure> {
    let messager = messager(&console, &visitor)?;
    console.view(&visitor).require(Permission::ReplayMessages)?;
    let mut faults = Vec::new();
    let filter = MessageFilter { status: None, ..read_filter(&f, &mut faults) };
    accept(faults)?;
    let count = messager.count_failed(&filter).await?;
    if f.get("step") != Some("confirm") {
        return show_list(&console, &visitor, f, Some(count), None).await;
    }
    match messager.operator_with_reason(f.get("reason")) {
        Ok(operator) => {
            let count = messager.replay_all(&filter, &operator).await?;
            Ok(console.redirect(&format!("/messages?done=replayed_all&n={count}")))
        }
        Err(fault) => show_list(&console, &visitor, f, Some(count), Some(invalid(fault).into())).await,
    }
}

/// Pauses or resumes all deliveries.
pub(super) async fn pause(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Extension(f): Extension<Form>,
) -> Result<Response, Failure> {
    let messager = messager(&console, &visitor)?;
    console.view(&visitor).require(Permission::PauseDeliveries)?;
    let paused = match f.get("do") {
        Some("pause") => true,
        Some("resume") => false,
        _ => return Err(Failure::Unreadable),
    };
    match messager.operator_with_reason(f.get("reason")) {
        Ok(operator) => {
            messager.set_paused(paused, &operator).await?;
            Ok(console.redirect(if paused { "/messages?done=paused" } else { "/messages?done=resumed" }))
        }
        Err(fault) => show_list(&console, &visitor, Form::default(), None, Some(invalid(fault).into())).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chart_has_a_bar_a_minute_and_fills_its_width() {
        let counts = (0..MINUTES).map(|minute| u64::from(minute % 3)).collect();
        let chart = Throughput::of(counts, Timestamp::UNIX_EPOCH);
        assert_eq!(chart.bars.iter().map(|bar| bar.count).take(4).collect::<Vec<_>>(), [0, 1, 2, 0]);
        assert_eq!((chart.busiest, chart.minutes, chart.bars.len()), (2, 30, 30));
        assert_eq!(chart.bars.last().map(|bar| (bar.x + bar.width + 1, bar.height)), Some((CHART_WIDTH, 60)));
        assert_eq!(chart.bars.last().map(|bar| bar.at), Some(Timestamp::UNIX_EPOCH + Duration::minutes(29)));
    }
}
