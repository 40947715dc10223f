//! The daily report (L8).

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::Uri;
use estair_core::book::DailyReport;
use estair_core::clock::rfc3339;
use estair_core::refusal::FieldError;
use serde::Serialize;
use utoipa::ToSchema;

use super::state::Api;
use crate::caller::Caller;
use crate::problem::Problem;
use crate::query::Params;

/// The report of a day. What waits is counted as of now; the money is the day's.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DailyReport)]
pub(super) struct ReportShape {
    #[schema(example = "2025-10-21")]
    day: String,
    /// Those that are not final.
    requests: Vec<RequestsShape>,
    /// Credits apart.
    money: Vec<MoneyShape>,
    /// Messages that Messager gave up; null where Messager cannot be read.
    failed_messages: Option<u64>,
    /// Granted credits that are past their expiry and not cancelled.
    expired_credits: ExpiredShape,
    /// The last verification of the whole book; null before the first.
    verify: Option<VerifyShape>,
}

/// Requests in one status and of one age.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReportedRequests)]
struct RequestsShape {
    #[schema(example = "waiting")]
    status: &'static str,
    /// `0-1d`, `1-7d` or `7d+`.
    #[schema(example = "0-1d")]
    age: &'static str,
    count: u64,
}

/// What came in and went out by one source.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReportedMoney)]
struct MoneyShape {
    #[schema(example = "wave")]
    source: &'static str,
    #[schema(example = "XOF")]
    currency: String,
    #[serde(rename = "in")]
    #[schema(example = "25000")]
    money_in: String,
    /// Unsigned.
    #[serde(rename = "out")]
    #[schema(example = "0")]
    money_out: String,
}

/// Credits past their expiry.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReportedExpiredCredits)]
struct ExpiredShape {
    count: u64,
    /// By currency.
    amounts: BTreeMap<String, String>,
}

/// A verification.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReportedVerification)]
struct VerifyShape {
    at: String,
    findings: u64,
}

fn shape(report: &DailyReport, failed_messages: Option<u64>) -> ReportShape {
    let expired = &report.expired_credits;
    ReportShape {
        day: report.day.to_string(),
        requests: report
            .requests
            .iter()
            .map(|one| RequestsShape { status: one.status.name(), age: one.age.name(), count: one.count })
            .collect(),
        money: report
            .money
            .iter()
            .map(|one| MoneyShape {
                source: one.source.name(),
                currency: one.money_in.currency().to_string(),
                money_in: one.money_in.to_string(),
                money_out: one.money_out.to_string(),
            })
            .collect(),
        failed_messages,
        expired_credits: ExpiredShape {
            count: expired.iter().map(|one| one.count).sum(),
            amounts: expired.iter().map(|one| (one.currency.to_string(), one.amount.to_string())).collect(),
        },
        verify: report.verified.map(|done| VerifyShape { at: rfc3339(done.at), findings: done.findings }),
    }
}

/// The report of a day as `GET /api/rapport` answers it, for a host that shows it elsewhere.
pub fn daily_report(report: &DailyReport, failed_messages: Option<u64>) -> impl Serialize + use<> {
    shape(report, failed_messages)
}

/// Shows the report of a day: today without `day`. It never verifies the book.
#[utoipa::path(
    get, path = "/api/rapport", operation_id = "getDailyReport", tag = "report",
    params(("day" = Option<String>, Query, description = "a business day, such as 2025-10-21")),
    responses((status = 200, description = "The report", body = ReportShape)),
)]
pub(super) async fn daily(State(api): State<Api>, caller: Caller, uri: Uri) -> Result<Json<ReportShape>, Problem> {
    let mut params = Params::of(&uri);
    let day = params.day("day", api.access.book().policy().day_offset);
    let today = api.access.today();
    if day.is_some_and(|day| day > today) {
        params.faults([FieldError::new("day", format_args!("must not be after {today}"))]);
    }
    params.finish()?;
    let report = api.view(&caller).daily_report(day.unwrap_or(today), api.access.now()).await?;
    let failed = match api.access.messager(caller.actor) {
        // Messager has a database of its own: without it, the book tells its part.
        Some(messager) => messager.stats().await.map(|stats| stats.failed).ok(),
        None => None,
    };
    Ok(Json(shape(&report, failed)))
}
