//! What happened to a request, as its client is told.

use estair_core::clock::Timestamp;
use estair_core::fact::Fact;
use estair_core::id::FactId;
use estair_core::row::Row;

use crate::console::frame::Frame;
use crate::console::pieces::timeline::moments;
use crate::told::kind_to_client;

/// A step.
pub(super) struct Step {
    /// When.
    pub(super) at: Timestamp,
    /// The stable name of what happened.
    pub(super) kind: &'static str,
    /// By the client or a desk; never by whom of it.
    pub(super) by: String,
    /// From where to where, in words.
    pub(super) step: Option<(String, String)>,
    /// The figures and the reason that go with it.
    pub(super) details: Vec<(String, String)>,
}

/// The steps of a timeline, without what is nothing to a client.
pub(super) fn steps(p: &Frame, facts: Vec<Row<FactId, Fact>>) -> Vec<Step> {
    let told = facts.into_iter().filter_map(|mut fact| {
        fact.data.kind = kind_to_client(&fact)?;
        // Who of a desk did it, and what machines said, is for staff.
        fact.data.user = None;
        fact.data.data.remove("error");
        Some(fact)
    });
    let told: Vec<_> = told.collect();
    let steps = moments(p, &told, &["status", "desk"]).into_iter();
    steps.map(|one| Step { at: one.at, kind: one.kind, by: one.by, step: one.step, details: one.details }).collect()
}
