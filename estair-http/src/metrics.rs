//! Figures of the API for whatever recorder the host has installed; none without the feature `metrics`.

use std::time::Duration;

/// A request was answered, by a route's pattern (never its ids), and perhaps with a problem's code.
#[cfg(feature = "metrics")]
pub(crate) fn answered(method: &str, route: &str, status: u16, code: Option<&'static str>, took: Duration) {
    let labels = [("method", method.to_owned()), ("route", route.to_owned()), ("status", status.to_string())];
    ::metrics::counter!("estair_http_requests_total", &labels).increment(1);
    ::metrics::histogram!("estair_http_request_seconds", &labels).record(took);
    if let Some(code) = code {
        ::metrics::counter!("estair_refusals_total", "code" => code).increment(1);
    }
}

/// Movements were posted by a service (W6).
#[cfg(feature = "metrics")]
pub(crate) fn posted(outcome: &'static str) {
    ::metrics::counter!("estair_movements_posted_total", "outcome" => outcome).increment(1);
}

#[cfg(not(feature = "metrics"))]
pub(crate) fn answered(_: &str, _: &str, _: u16, _: Option<&'static str>, _: Duration) {}

#[cfg(not(feature = "metrics"))]
pub(crate) fn posted(_: &'static str) {}
