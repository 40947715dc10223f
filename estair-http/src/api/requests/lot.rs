//! Many decisions in one call, each with its own outcome, as if one after the other (C11, X5).

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use estair_core::book::{Error, Reply};
use estair_core::category::Category;
use estair_core::command::Command;
use estair_core::id::RequestId;
use estair_core::refusal::{FieldError, Refusal};
use estair_core::request::{GrantedCredit, RequestDraft, RequestPatch};
use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::update::decision_of;
use super::{OneRequest, with_actions};
use crate::api::answer::mark_replayed;
use crate::api::batch::{MAX_LOT, decide_each};
use crate::api::head::Head;
use crate::api::state::Api;
use crate::body::{Body, Fields, MAX_BATCH_BODY};
use crate::caller::Caller;
use crate::problem::Problem;
use crate::runner;
use crate::shapes::{AmountInput, ProblemShape};

/// Decisions to be taken, in this order. Other fields are refused.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewLot, example = json!({"operations": [{"op": "update", "id": 3, "status": "to_treat"}, {"op": "cancel_credit", "parent_id": 2}]}))]
#[expect(dead_code, reason = "documents the body that `decide` reads")]
pub(in crate::api) struct Lot {
    /// 1 to 200.
    operations: Vec<Operation>,
}

/// A decision: `update` with `id` and what shall change, or `cancel_credit` with `parent_id`. Other fields are refused.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = LotOperation)]
#[expect(dead_code, reason = "documents the body that `decide` reads")]
struct Operation {
    /// `update` or `cancel_credit`.
    op: String,
    /// Of an `update`: the request.
    id: Option<u64>,
    /// Of an `update`: the version that was read.
    version: Option<u64>,
    /// Of an `update`: the status wanted.
    status: Option<String>,
    /// Of an `update`: the desk wanted.
    assigned_to: Option<String>,
    /// Of an `update`: why.
    reason: Option<String>,
    /// Of an `update` to `to_treat`: the account's new limit.
    limit: Option<AmountInput>,
    /// Of a `cancel_credit`: the credit request to reverse.
    parent_id: Option<u64>,
}

/// What became of each, in the order given.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LotResults)]
pub(in crate::api) struct Results {
    results: Vec<Outcome>,
}

/// What became of one.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LotResult)]
struct Outcome {
    /// `done` or `refused`.
    #[schema(example = "done")]
    outcome: &'static str,
    /// The request as it is now, or the cancellation that was created.
    #[serde(skip_serializing_if = "Option::is_none")]
    requete: Option<OneRequest>,
    /// Why it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<ProblemShape>)]
    error: Option<Value>,
}

impl Outcome {
    fn refused(problem: &Problem) -> Self {
        Self { outcome: "refused", requete: None, error: Some(problem.to_json()) }
    }
}

/// What an entry asks, or why it cannot be read.
fn command_of(raw: &RawValue) -> Result<Command, Refusal> {
    let mut fields = Fields::nested("", raw);
    let op = fields.take_enum("op", |name| OPERATIONS.into_iter().find(|op| *op == name), OPERATIONS);
    match op {
        Some(CANCEL_CREDIT) => {
            let parent = needed(&mut fields, "parent_id");
            let category = Some(Category::CancelCredit);
            let draft = RequestDraft { category, parent: parent.map(RequestId), ..RequestDraft::default() };
            let faults = fields.finish();
            // Without its parent there is nothing that it could be about.
            match parent {
                Some(_) => Ok(Command::CreateRequest(RequestDraft { faults, ..draft })),
                None => Err(Refusal::Invalid(faults)),
            }
        }
        Some(_) => {
            let id = needed(&mut fields, "id");
            let decision = decision_of(&mut fields);
            let version = fields.take_u64("version");
            let faults = fields.finish();
            match id {
                Some(id) => Ok(Command::UpdateRequest(RequestId(id), RequestPatch { version, faults, ..decision })),
                None => Err(Refusal::Invalid(faults)),
            }
        }
        None => {
            let mut faults = fields.finish();
            if faults.is_empty() {
                faults.push(FieldError::new("op", "is needed"));
            }
            Err(Refusal::Invalid(faults))
        }
    }
}

const UPDATE: &str = "update";
const CANCEL_CREDIT: &str = "cancel_credit";
const OPERATIONS: [&str; 2] = [UPDATE, CANCEL_CREDIT];

/// A number that an entry cannot do without.
fn needed(fields: &mut Fields, name: &'static str) -> Option<u64> {
    if !fields.has(name) {
        fields.fault(name, "is needed");
    }
    fields.refuse_null([name]);
    fields.take_u64(name)
}

/// Takes many decisions, in order, each seeing what those before it did.
///
/// A refusal concerns its own entry alone, and so does an entry that cannot be read. With an `Idempotency-Key`, what was done is
/// answered again and the rest is decided.
#[utoipa::path(
    post, path = "/api/requetes-financieres/lot", operation_id = "decideFinancialRequests", tag = "requests",
    params(("Idempotency-Key" = Option<String>, Header, description = "the same key and body give the first answers again")),
    request_body = Lot,
    responses((status = 200, description = "A result for each, in order", body = Results)),
)]
pub(in crate::api) async fn decide(
    State(api): State<Api>,
    caller: Caller,
    head: Head,
    body: Body<MAX_BATCH_BODY>,
) -> Result<Response, Problem> {
    let mut fields = body.fields()?;
    let key = head.key(&mut fields);
    let entries = fields.take_array("operations").unwrap_or_default();
    if !(1..=MAX_LOT).contains(&entries.len()) {
        fields.fault("operations", format_args!("must be an array of 1 to {MAX_LOT}"));
    }
    let faults = fields.finish();
    if !faults.is_empty() {
        return Err(Refusal::Invalid(faults).into());
    }
    let (mut results, mut commands) = (Vec::new(), Vec::new());
    for (place, raw) in entries.iter().enumerate() {
        match command_of(raw) {
            Ok(command) => {
                commands.push((place, command));
                results.push(None);
            }
            Err(refusal) => results.push(Some(Outcome::refused(&refusal.into()))),
        }
    }
    let replies = decide_each(&api, &caller, commands, key).await?;
    let again = |reply: &Result<Reply, Error>| matches!(reply, Ok(Reply { replayed: true, .. }));
    let replayed = !replies.is_empty() && replies.len() == results.len() && replies.iter().all(again);
    let view = api.view(&caller);
    let mut decided = Vec::with_capacity(replies.len());
    for reply in replies {
        // What creating and what changing a request give is the same.
        decided.push(match runner::done::<RequestDraft>(Some(reply)) {
            Ok(done) => {
                let requete = Some(with_actions(&view, &done.answer, GrantedCredit::default()).await?);
                Outcome { outcome: "done", requete, error: None }
            }
            Err(error) => Outcome::refused(&error.into()),
        });
    }
    let mut decided = decided.into_iter();
    let results = results.into_iter().filter_map(|unreadable| unreadable.or_else(|| decided.next())).collect();
    let mut response = Json(Results { results }).into_response();
    mark_replayed(&mut response, replayed);
    Ok(response)
}
