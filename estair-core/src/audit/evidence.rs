//! Hashes of rows that are evidence: what a fact keeps of the row that it is about, so that a row that was changed by hand
//! is told by its last fact (V2).

use uuid::Uuid;

use crate::audit::Log;
use crate::audit::log::Outcome;
use crate::audit::text::ObjectText;
use crate::hash::Hash;
use crate::row::{Account, Comment, Movement, Request, Support};

/// Of an account: what people decide about it. Its figures are told by its movements.
#[must_use]
pub fn of_account(account: &Account) -> Hash {
    hash(
        ObjectText::after("account", 256)
            .at("created_at", Some(account.created_at))
            .show("currency", Some(account.currency()))
            .text("email", account.email.as_deref())
            .show("limit", Some(account.limit.amount()))
            .text("name", Some(&account.name))
            .text("reference", account.reference.as_ref().map(|reference| reference.name.as_str()))
            .show("reference_content", account.reference.as_ref().map(|reference| reference.content))
            .show("rollout", account.rollout.map(|switched| switched.to))
            .number("rollout_version", account.rollout.map(|switched| switched.version))
            .show("status", Some(account.status))
            .show("uuid", Some(account.uuid)),
    )
}

/// Of a financial request: every column of it. `movement` is the uuid of the movement that it names.
#[must_use]
pub fn of_request(request: &Request, movement: Option<Uuid>) -> Hash {
    let passed = request.passed.as_ref();
    hash(
        ObjectText::after("request", 768)
            .number("account", Some(request.account.0))
            .show("amount", Some(request.amount.amount()))
            .show("assigned_to", Some(request.assigned_to))
            .show("category", Some(request.category))
            .at("created_at", Some(request.created_at))
            .number("created_by", request.created_by.map(|user| user.0))
            .show("currency", Some(request.amount.currency()))
            .text("description", request.description.as_deref())
            .show("draft", Some(request.draft))
            .number("etatsdevente_id", request.etatsdevente_id)
            .number("execution", Some(request.execution.into()))
            .at("expiry_date", request.expiry_date)
            .number("helpdesk_id", request.helpdesk_id.map(|id| id.0))
            .show("message_uuid", request.message_uuid)
            .show("movement", movement)
            .text("name", Some(&request.name))
            .number("parent", request.parent.map(|id| id.0))
            .show("passed", passed.map(|pass| pass.by_hand))
            .number("passed_by", passed.and_then(|pass| pass.by).map(|user| user.0))
            .text("passed_from", passed.and_then(|pass| pass.origin.ip_address()))
            .text("passed_with", passed.and_then(|pass| pass.origin.user_agent()))
            .text("sent_back", request.sent_back.as_deref())
            .show("status", Some(request.status))
            .at("updated_at", Some(request.updated_at))
            .show("uuid", Some(request.uuid))
            .number("version", Some(request.version)),
    )
}

/// Of a support request: every column of it.
#[must_use]
pub fn of_support(support: &Support) -> Hash {
    hash(
        ObjectText::after("support", 512)
            .number("account", Some(support.account.0))
            .show("assigned_to", Some(support.assigned_to))
            .at("created_at", Some(support.created_at))
            .number("created_by", support.created_by.map(|user| user.0))
            .text("description", Some(&support.description))
            .number("etatsdevente_id", support.etatsdevente_id)
            .number("follows", support.follows.map(|id| id.0))
            .at("last_comment_at", support.last_comment.map(|last| last.at))
            .show("last_comment_by", support.last_comment.map(|last| last.by))
            .text("name", Some(&support.name))
            .show("status", Some(support.status))
            .text("subject", Some(&support.subject))
            .at("updated_at", Some(support.updated_at))
            .show("uuid", Some(support.uuid))
            .number("version", Some(support.version)),
    )
}

/// Of a comment: every column of it. The thread it belongs to is told by the fact that keeps the hash.
#[must_use]
pub fn of_comment(comment: &Comment) -> Hash {
    hash(
        ObjectText::after("comment", 256)
            .number("author", comment.author.map(|user| user.0))
            .text("body", Some(&comment.body))
            .at("created_at", Some(comment.created_at))
            .show("internal", Some(comment.internal))
            .show("role", Some(comment.role))
            .show("uuid", Some(comment.uuid)),
    )
}

/// Of a failed attempt: its log row.
#[must_use]
pub fn of_failure(log: &Log) -> Hash {
    let error = match &log.outcome {
        Outcome::Failed { error } => Some(error.as_str()),
        Outcome::Success(_) => None,
    };
    hash(
        ObjectText::after("failure", 256)
            .number("account", Some(log.account.0))
            .at("at", Some(log.created_at))
            .number("attempt", Some(log.attempt_number.into()))
            .text("error", error)
            .text("ip_address", log.ip_address.as_deref())
            .number("triggered_by", log.triggered_by.map(|user| user.0))
            .text("user_agent", log.user_agent.as_deref()),
    )
}

/// Of the row that a failed attempt leaves, until a later attempt changes it.
#[must_use]
pub fn of_failed_movement(movement: &Movement) -> Hash {
    let failure = movement.failure.as_ref();
    hash(
        ObjectText::after("failed movement", 1_280)
            .among(&movement.details)
            .number("account", Some(movement.account.0))
            .show("amount", Some(movement.amount.amount()))
            .number("attempts", Some(movement.attempts.into()))
            .at("created_at", Some(movement.created_at))
            .show("currency", Some(movement.amount.currency()))
            .text("error_message", failure.map(|failure| failure.message.as_str()))
            .text("error_trace", failure.and_then(|failure| failure.trace.as_deref()))
            .text("error_type", failure.map(|failure| failure.error_type.as_str()))
            .number("etatsdevente_id", movement.etatsdevente_id)
            .number("helpdesk_id", movement.helpdesk_id.map(|id| id.0))
            .number("max_retries", Some(movement.max_retries.into()))
            .show("message_uuid", movement.message_uuid)
            .number("modified_by", movement.modified_by.map(|user| user.0))
            .text("name", Some(&movement.name))
            .show("payload", movement.payload.as_ref().map(|payload| Hash::of(payload.as_str())))
            .text("reference", movement.reference.as_deref())
            .number("request", movement.request.map(|id| id.0))
            .number("retry_count", Some(movement.retry_count.into()))
            .show("source", Some(movement.source))
            .show("type", Some(movement.kind))
            .show("uuid", Some(movement.uuid)),
    )
}

fn hash(text: ObjectText<'_>) -> Hash {
    Hash::of(text.end())
}
