//! What happened to a request, in words.

use estair_core::clock::Timestamp;
use estair_core::fact::Fact;
use estair_core::id::{FactId, UserId};
use estair_core::queue::Attempt;
use estair_core::row::Row;
use serde_json::Value;

use crate::console::frame::Frame;
use crate::console::numbers::grouped;

/// An entry of a timeline.
pub(crate) struct Moment {
    /// When.
    pub(crate) at: Timestamp,
    /// The stable name of what happened.
    pub(crate) kind: &'static str,
    /// Who did it.
    pub(crate) by: String,
    /// From where to where, in words.
    pub(crate) step: Option<(String, String)>,
    /// The figures and reasons that go with it.
    pub(crate) details: Vec<(String, String)>,
    /// The message that it is about.
    pub(crate) message: Option<String>,
    /// The notices that people get of it, by their stable names.
    pub(crate) notices: Vec<&'static str>,
}

/// Who did what a timeline tells.
pub(crate) fn people_in(facts: &[Row<FactId, Fact>]) -> impl Iterator<Item = UserId> {
    facts.iter().filter_map(|fact| fact.user)
}

/// Who replayed what attempts tell of.
pub(crate) fn people_of(attempts: &[Attempt]) -> impl Iterator<Item = UserId> {
    attempts.iter().filter_map(|attempt| attempt.replayed_by.as_deref()?.split_once(':')?.1.parse().ok())
}

/// The facts of a timeline, in words. `groups` are the names that `from` and `to` may have.
pub(crate) fn moments(p: &Frame, facts: &[Row<FactId, Fact>], groups: &[&str]) -> Vec<Moment> {
    facts.iter().map(|fact| moment(p, fact, groups)).collect()
}

fn moment(p: &Frame, fact: &Fact, groups: &[&str]) -> Moment {
    let text = |key: &str| fact.data.get(key).and_then(Value::as_str);
    let step = text("from")
        .zip(text("to").or_else(|| text("status")))
        .map(|(from, to)| (p.any_name(groups, from), p.any_name(groups, to)));
    let details = ["limit", "active_credit", "reason", "error"].iter().filter_map(|key| {
        let value = text(key)?;
        let value = match *key {
            "limit" | "active_credit" => grouped(p.lang, value),
            "reason" => p.any_name(&["refusal"], value),
            _ => value.to_owned(),
        };
        Some((p.name("field", key), value))
    });
    let edited = text("field").map(|field| {
        let shown = |key: &str| match fact.data.get(key) {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Number(number)) => number.to_string(),
            _ => "–".to_owned(),
        };
        (p.name("field", field), format!("{} → {}", shown("old"), shown("new")))
    });
    Moment {
        at: fact.at,
        kind: fact.kind.name(),
        by: p.by(&fact.role, &fact.user),
        step,
        details: details.chain(edited).collect(),
        message: text("message_uuid").map(str::to_owned),
        notices: fact.notices.iter().map(|notice| notice.name()).collect(),
    }
}
