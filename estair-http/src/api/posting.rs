//! Movements from other sources: one, a batch, or an atomic group (W6, W7).

use std::borrow::Cow;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use estair_core::book::{Error, Reply};
use estair_core::command::Command;
use estair_core::decision::{IdempotencyKey, PostedAnswer};
use estair_core::id::AccountId;
use estair_core::movement::{MAX_BATCH, MovementDraft, MovementType, Source};
use estair_core::permission::Permission;
use estair_core::refusal::Refusal;
use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;
use utoipa::{PartialSchema, ToSchema};
use uuid::Uuid;

use super::answer::mark_replayed;
use super::batch::decide_each;
use super::head::Head;
use super::state::Api;
use crate::body::{Body, Fields, MAX_BATCH_BODY};
use crate::caller::Caller;
use crate::details;
use crate::metrics;
use crate::names::names;
use crate::problem::Problem;
use crate::runner;
use crate::shapes::{AmountInput, ProblemShape};

/// A movement as a source brings it: its own columns, and those that it inherits.
pub(super) struct NewMovement;

impl PartialSchema for NewMovement {
    fn schema() -> RefOr<Schema> {
        details::beside(OwnColumns::schema())
    }
}

impl ToSchema for NewMovement {
    fn name() -> Cow<'static, str> {
        "NewMovement".into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        OwnColumns::schemas(schemas);
    }
}

/// A movement as a source brings it. Other fields are refused.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"source": "wave", "reference": "TX-1", "type": "payment", "amount": "25000", "currency": "XOF", "account_id": 1}))]
#[expect(dead_code, reason = "documents what `draft_of` reads")]
struct OwnColumns {
    /// `bmp`, `wave`, `orange`, `spc`, `bsp`, `email_banking` or `manual`; not `helpdesk`.
    source: String,
    /// The source's own, unique in it: the same reference again is the same movement.
    reference: String,
    /// `payment`, `debit`, `refund`, `transfer` or `adjustment`; not a credit.
    r#type: String,
    /// Signed as its type wants it.
    amount: AmountInput,
    /// The account's, no other is accepted; XOF when it is left out.
    currency: Option<String>,
    account_id: u64,
    /// The sale operation that caused it.
    etatsdevente_id: Option<u64>,
    /// The original message of the source; the entry itself when it is left out. Kept exactly as it came.
    #[schema(value_type = Option<Object>)]
    payload: Option<Value>,
}

/// Movements in one call. Other fields are refused.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "documents what `post` reads")]
pub(super) struct NewMovements {
    /// 1 to 1,000.
    mouvements: Vec<NewMovement>,
    /// All or nothing: the legs of a transfer.
    atomic: Option<bool>,
}

/// One movement, or several.
#[derive(ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "documents what `post` reads")]
pub(super) enum Posting {
    /// One.
    One(Box<NewMovement>),
    /// Several.
    Several(NewMovements),
}

/// What became of one movement.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PostedMovement)]
pub(super) struct Posted {
    /// The source's reference, as far as it could be read.
    reference: Option<String>,
    /// `created`, `existing` or `refused`.
    #[schema(example = "created")]
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    mouvement_id: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mouvement_uuid: Option<Uuid>,
    /// Why it was refused: a problem.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<ProblemShape>)]
    error: Option<Value>,
}

/// What became of several movements, in the order given.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PostedMovements)]
pub(super) struct Results {
    results: Vec<Posted>,
}

/// What became of the one movement that was known, or of several.
#[derive(ToSchema)]
#[schema(as = PostingAnswer)]
#[serde(untagged)]
#[expect(dead_code, reason = "documents what `post` answers")]
pub(super) enum Answer {
    /// One.
    One(Box<Posted>),
    /// Several.
    Several(Results),
}

impl From<PostedAnswer> for Posted {
    fn from(answer: PostedAnswer) -> Self {
        let outcome = if answer.created { "created" } else { "existing" };
        metrics::posted(outcome);
        Self {
            reference: Some(answer.reference),
            outcome,
            mouvement_id: answer.id.known().map(|id| id.0),
            mouvement_uuid: Some(answer.uuid),
            error: None,
        }
    }
}

impl Posted {
    fn refused(reference: Option<String>, problem: &Problem) -> Self {
        metrics::posted("refused");
        let error = Some(problem.to_json());
        Self { reference, outcome: "refused", mouvement_id: None, mouvement_uuid: None, error }
    }
}

/// Posts movements from another source.
///
/// One alone answers 201 when it was created and 200 when its reference was known with the same content. Several answer
/// 200 with a result each; a refusal concerns its own entry alone. In an atomic group a refusal refuses every entry: the
/// culprit shows its own error, the others `atomic_group_refused`. With an `Idempotency-Key`, entries that were written
/// are answered again and entries that were refused are decided again.
#[utoipa::path(
    post, path = "/api/mouvements", operation_id = "postMovements", tag = "movements",
    params(("Idempotency-Key" = Option<String>, Header, description = "the same key and body give the first answer again")),
    request_body = Posting,
    responses(
        (status = 201, description = "The one movement was created", body = Posted),
        (status = 200, description = "The one movement existed; or the results of several", body = Answer),
    ),
)]
pub(super) async fn post(
    State(api): State<Api>,
    caller: Caller,
    head: Head,
    body: Body<MAX_BATCH_BODY>,
) -> Result<Response, Problem> {
    let mut fields = body.fields()?;
    let key = head.key(&mut fields);
    if !fields.has("mouvements") {
        return one(&api, &caller, fields, key).await;
    }
    let entries = fields.take_array("mouvements").unwrap_or_default();
    if !(1..=MAX_BATCH).contains(&entries.len()) {
        fields.fault("mouvements", format_args!("must be an array of 1 to {MAX_BATCH}"));
    }
    let atomic = fields.take_bool("atomic").unwrap_or(false);
    let faults = fields.finish();
    if !faults.is_empty() {
        return Err(Refusal::Invalid(faults).into());
    }
    api.view(&caller).require(Permission::PostMovements)?;
    let drafts: Vec<_> = entries.iter().map(|raw| draft_of_entry(raw)).collect();
    match atomic {
        true => group(&api, &caller, drafts, key).await,
        false => batch(&api, &caller, drafts, key).await,
    }
}

async fn one(api: &Api, caller: &Caller, fields: Fields, key: Option<IdempotencyKey>) -> Result<Response, Problem> {
    let draft = draft_of(fields);
    let done = api.run(caller, draft, key).await?;
    let status = if done.answer.created { StatusCode::CREATED } else { StatusCode::OK };
    let mut response = (status, Json(Posted::from(done.answer))).into_response();
    mark_replayed(&mut response, done.replayed);
    Ok(response)
}

/// One command for all of them.
async fn group(
    api: &Api,
    caller: &Caller,
    drafts: Vec<MovementDraft>,
    key: Option<IdempotencyKey>,
) -> Result<Response, Problem> {
    let references = references_of(&drafts);
    let call = api.enter(caller, key.as_ref())?;
    let mut replies = api.run_all(caller, vec![(Command::Post(drafts), key)], call).await;
    let (results, replayed) = match runner::done::<Vec<MovementDraft>>(replies.pop()) {
        Ok(done) => (done.answer.into_iter().map(Posted::from).collect(), done.replayed),
        Err(Error::Refused(Refusal::AtomicGroupRefused { place, cause })) => {
            let others = Problem::from(Refusal::AtomicGroupRefused { place, cause: cause.clone() });
            let culprit = Problem::from(*cause);
            let refused = references
                .into_iter()
                .enumerate()
                .map(|(at, reference)| Posted::refused(reference, if at == place { &culprit } else { &others }));
            (refused.collect(), false)
        }
        Err(Error::Refused(refusal)) if references.len() == 1 && refusal != Refusal::IdempotencyKeyReused => {
            let culprit = Problem::from(refusal);
            (references.into_iter().map(|reference| Posted::refused(reference, &culprit)).collect(), false)
        }
        Err(error) => return Err(error.into()),
    };
    Ok(answer_with(results, replayed))
}

/// A command for each of them, in as few transactions as it takes.
async fn batch(
    api: &Api,
    caller: &Caller,
    drafts: Vec<MovementDraft>,
    key: Option<IdempotencyKey>,
) -> Result<Response, Problem> {
    let references = references_of(&drafts);
    let commands = drafts.into_iter().map(|draft| Command::Post(vec![draft])).enumerate().collect();
    let replies = decide_each(api, caller, commands, key).await?;
    let done =
        |reply: &Result<Reply, Error>| matches!(reply, Ok(Reply { replayed: true, .. }) | Err(Error::Refused(_)));
    let replayed = replies.iter().all(done) && replies.iter().any(Result::is_ok);
    let results = references.into_iter().zip(replies).map(|(reference, reply)| {
        match runner::done::<MovementDraft>(Some(reply)) {
            Ok(done) => Posted::from(done.answer),
            Err(error) => Posted::refused(reference, &error.into()),
        }
    });
    Ok(answer_with(results.collect(), replayed))
}

fn references_of(drafts: &[MovementDraft]) -> Vec<Option<String>> {
    drafts.iter().map(|draft| draft.reference.clone()).collect()
}

fn answer_with(results: Vec<Posted>, replayed: bool) -> Response {
    let mut response = Json(Results { results }).into_response();
    mark_replayed(&mut response, replayed);
    response
}

fn draft_of_entry(raw: &RawValue) -> MovementDraft {
    draft_of(Fields::nested("", raw))
}

fn draft_of(mut fields: Fields) -> MovementDraft {
    MovementDraft {
        source: fields.take_enum("source", Source::from_name, names!(Source)),
        reference: fields.take_string("reference"),
        kind: fields.take_enum("type", MovementType::from_name, names!(MovementType)),
        amount: fields.take_amount("amount"),
        currency: fields.take_currency("currency"),
        account: fields.take_u64("account_id").map(AccountId),
        payload: if fields.has("payload") { fields.take_object("payload") } else { fields.whole() },
        etatsdevente_id: fields.take_u64("etatsdevente_id"),
        details: details::take(&mut fields),
        file: None,
        faults: fields.finish(),
    }
}
