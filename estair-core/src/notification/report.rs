//! What the mail of a day's report tells (L8).

use serde_json::{Map, Value, json};

use crate::book::DailyReport;
use crate::clock::{Timestamp, rfc3339};

/// The particular that names the day: of one day there is one report.
pub const DAY: &str = "day";

/// The particulars of a report: the book's figures, and how many messages Messager gave up, where it can be read.
#[must_use]
pub fn params_of(report: &DailyReport, failed_messages: Option<u64>, at: Timestamp) -> Map<String, Value> {
    let requests = report.requests.iter();
    let money = report.money.iter();
    let expired = report.expired_credits.iter();
    let params = [
        (DAY, json!(report.day.to_string())),
        ("at", json!(rfc3339(at))),
        (
            "requests",
            requests.map(|one| json!({ "status": one.status, "age": one.age.name(), "count": one.count })).collect(),
        ),
        (
            "money",
            money
                .map(|one| {
                    json!({
                        "source": one.source, "currency": one.money_in.currency().to_string(),
                        "money_in": one.money_in.to_string(), "money_out": one.money_out.to_string(),
                    })
                })
                .collect(),
        ),
        (
            "expired_credits",
            expired
                .map(|one| {
                    json!({ "count": one.count, "currency": one.currency.to_string(), "amount": one.amount.to_string() })
                })
                .collect(),
        ),
        ("failed_messages", json!(failed_messages)),
        ("verified_at", json!(report.verified.map(|done| rfc3339(done.at)))),
        ("findings", json!(report.verified.map(|done| done.findings))),
    ];
    params.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
