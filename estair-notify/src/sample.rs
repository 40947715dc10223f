//! Sample notifications: for previews, for tests of a channel's configuration, and to check templates when they are loaded.

use estair_core::notice::{Audience, Channel, Notice};
use estair_core::notification::Notification;
use serde_json::{Map, Value, json};

use crate::sign_in_link::{Language, SignInLink};
use crate::values::TEST;

/// One with made-up details, to nobody.
#[must_use]
pub fn notification(notice: Notice, audience: Audience, channel: Channel) -> Notification {
    Notification { fact: None, notice, audience, channel, user: None, recipient: String::new(), params: params(notice) }
}

/// As [`notification`], to this recipient, and marked as a test in its text.
#[must_use]
pub fn test_delivery(notice: Notice, audience: Audience, channel: Channel, recipient: &str) -> Notification {
    let mut notification = Notification { recipient: recipient.to_owned(), ..notification(notice, audience, channel) };
    notification.params.insert(TEST.to_owned(), Value::Bool(true));
    notification
}

/// One for every line of the matrix, audience and channel, with all its details and with none.
pub(crate) fn all() -> impl Iterator<Item = Notification> {
    let routes = Notice::ALL.iter().flat_map(|notice| {
        notice.routes().into_iter().map(|(audience, channel)| notification(*notice, audience, channel))
    });
    routes.flat_map(|full| {
        let bare = Notification { params: Map::new(), ..full.clone() };
        [full, bare]
    })
}

/// A link that opens nothing.
#[must_use]
pub fn sign_in_link() -> SignInLink {
    SignInLink {
        name: "Awa Diop".to_owned(),
        secret: "0".repeat(64),
        next: Some("/requests/12".to_owned()),
        minutes: 15,
        language: Language::French,
    }
}

fn params(notice: Notice) -> Map<String, Value> {
    let (common, own) = match notice {
        Notice::CreditRequested => {
            (request("daily_credit"), json!({"decision_needed": true, "limit": "1000000", "active_credit": "750000"}))
        }
        Notice::CreditRefused => (
            request("daily_credit"),
            json!({"reason": "credit_limit_exceeded", "limit": "1000000", "active_credit": "750000"}),
        ),
        Notice::CreditAutoApproved | Notice::CreditApproved => (request("daily_credit"), json!({})),
        Notice::CreditExpired => (request("daily_credit"), json!({"reason": "expired"})),
        Notice::RequestCreated => (request("load"), json!({})),
        Notice::MovementSucceeded => {
            (request("load"), json!({"type": "payment", "total_operation": "500000", "balance": "1250000"}))
        }
        Notice::MovementFailed => (request("credit"), failure()),
        Notice::SupportCreated | Notice::SupportResolved => (support(), json!({})),
        Notice::RequestHeld => (request("load"), json!({"reason": "Justificatif de versement manquant"})),
        Notice::RequestReturned => {
            (request("unload"), json!({"reason": "amount_out_of_range", "detail": "balance would leave decimal(15,2)"}))
        }
        Notice::CommentAdded => (request("daily_credit"), json!({"body": COMMENT})),
        Notice::CommentReceived => (support(), json!({"body": COMMENT})),
        Notice::AccountSuspended | Notice::AccountActive => {
            (json!({"account_id": 7, "client": CLIENT, "currency": "XOF", "at": AT}), json!({}))
        }
        Notice::Outage => (json!({"at": AT}), outage()),
        Notice::OutageOver => (
            json!({"at": AT}),
            json!({"failed": 40, "since": SINCE, "until": "2025-10-21T10:29:00Z", "still_failed": 3}),
        ),
        Notice::DailyReport => (json!({"day": "2025-10-21", "at": "2025-10-22T06:00:00Z"}), report()),
        Notice::CreditThreshold => (
            json!({"account_id": 7, "client": CLIENT, "currency": "XOF", "at": AT}),
            json!({"threshold": 80, "limit": "1000000", "active_credit": "850000"}),
        ),
    };
    [common, own].into_iter().filter_map(|part| part.as_object().cloned()).flatten().collect()
}

const CLIENT: &str = "Agence Teranga Voyages";
const COMMENT: &str = "Le versement est parti ce matin.\nLe bordereau suit.";
const AT: &str = "2025-10-21T10:42:00Z";
const SINCE: &str = "2025-10-21T10:21:00Z";

fn request(category: &str) -> Value {
    let expiry = category.contains("credit").then_some("2025-10-21T18:00:00Z");
    json!({
        "requete_id": 123, "name": "REQ-20251021-3F9A2C7D4E10", "category": category, "amount": "500000",
        "currency": "XOF", "client": CLIENT, "account_id": 7, "expiry_date": expiry, "at": AT,
    })
}

fn support() -> Value {
    json!({
        "helpdesk_id": 45, "name": "SUP-20251021-7B1E90AA21C4", "subject": "Billet émis deux fois", "client": CLIENT,
        "account_id": 7, "at": AT,
    })
}

fn outage() -> Value {
    let failure = |number: u64| {
        json!({
            "requete_id": 120 + number, "name": format!("REQ-20251021-3F9A2C7D4E{number:02}"), "client": CLIENT,
            "amount": "500000", "currency": "XOF",
            "message_uuid": format!("0199f1b2-6c3e-7d10-9a44-5f2b8c1d7e{number:02}"),
        })
    };
    json!({
        "group": 1, "count": 35, "failed": 40, "since": SINCE, "other_errors": 2, "more": 1,
        "errors": [
            {"error": "storage_unavailable: the database cannot be reached", "count": 30},
            {"error": "no answer", "count": 3},
        ],
        "failures": (1..=20).map(failure).collect::<Vec<_>>(),
        "requests": [[141, 151], [153, 153]],
        "messages": ["0199f1b2-6c3e-7d10-9a44-5f2b8c1d7f00", "0199f1b2-6c3e-7d10-9a44-5f2b8c1d7f01"],
    })
}

fn report() -> Value {
    json!({
        "requests": [
            {"status": "open", "age": "0-1d", "count": 4},
            {"status": "waiting", "age": "0-1d", "count": 2},
            {"status": "waiting", "age": "1-7d", "count": 1},
        ],
        "money": [
            {"source": "bsp", "currency": "XOF", "money_in": "0", "money_out": "1250000"},
            {"source": "wave", "currency": "XOF", "money_in": "3400000", "money_out": "0"},
        ],
        "expired_credits": [{"count": 2, "currency": "XOF", "amount": "450000"}],
        "failed_messages": 1, "verified_at": "2025-10-22T02:00:00Z", "findings": 0,
    })
}

fn failure() -> Value {
    json!({
        "message_type": "credit_request", "message_uuid": "0199f1b2-6c3e-7d10-9a44-5f2b8c1d7e90",
        "error": "storage_unavailable: the database cannot be reached", "http_status": 503, "attempts": 4,
        "attempts_allowed": 4, "started_at": AT,
        "trace": {
            "type": "about:blank", "title": "storage unavailable", "status": 503, "code": "storage_unavailable",
            "detail": "the database cannot be reached"
        },
        "book_error": "storage: the database answered with error 1114", "book_at": AT,
        "book_trace": "storage: the database answered with error 1114\ncaused by: error returned from database: 1114",
    })
}
