//! The rows of `mouvements` and `mouvement_logs`.

use estair_core::account::State;
use estair_core::audit::{ChainLink, Log, Outcome, changes};
use estair_core::id::{AccountId, Link, MovementId, Numbers, RequestId, Row, UserId};
use estair_core::money::Currency;
use estair_core::movement::{Details, Failure, Movement, MovementStatus, MovementType, Posted, Source};
use estair_core::store::StoreError;
use serde_json::Value as Json;

use super::rows::{Read, resolve};
use crate::columns::Columns;
use crate::dialect::Dialect;
use crate::statement::{Value, row};

/// Longest trace that is kept, in bytes: what a `text` column holds on MySQL.
const MAX_TRACE: usize = 60_000;

pub(crate) const MOVEMENT: [&str; 46] = [
    "uuid",
    "name",
    "message_uuid",
    "type",
    "source",
    "status",
    "retry_count",
    "max_retries",
    "currency_code",
    "total_operation",
    "account_id",
    "requete_financiere_id",
    "payload",
    "result",
    "error_type",
    "error_message",
    "error_trace",
    "business_day",
    "account_version",
    "credit_before",
    "credit_after",
    "balance_after",
    "reference",
    "created_at",
    "updated_at",
    "completed_at",
    "cancelled_at",
    "modified_by",
    "is_deleted",
    "created",
    "subagent",
    "action",
    "state",
    "terminal",
    "recordlocator",
    "office_sb",
    "office_cn",
    "document",
    "first_passenger",
    "first_segment",
    "consolidator",
    "document_id",
    "approvisionnement_id",
    "external_id",
    "source_description",
    "description",
];

pub(crate) fn movement_values(movement: &Movement) -> Vec<Value> {
    let Details { created, document_id, approvisionnement_id, external_id, .. } = movement.details;
    let details = &movement.details;
    let failure = movement.failure.as_ref();
    let posted = movement.posted;
    let result = movement.result();
    let mut values = row![
        movement.uuid,
        &movement.name,
        movement.message_uuid,
        movement.kind.name(),
        movement.source.name(),
        movement.status.name(),
        movement.retry_count,
        movement.max_retries,
        movement.amount.currency().code(),
        movement.amount,
        movement.account.0,
        movement.request.map(|id| id.0),
    ];
    values.extend([Value::json(movement.payload.as_ref()), Value::json(result.as_ref())]);
    values.extend(row![
        failure.map(|failure| &failure.error_type),
        failure.map(|failure| cut(&failure.message)),
        failure.and_then(|failure| failure.trace.as_deref()).map(cut),
        posted.map(|posted| posted.day),
        posted.map(|posted| posted.sequence),
        posted.map(|posted| posted.exposition_before),
        posted.map(|posted| posted.exposition_after),
        posted.map(|posted| posted.balance_after),
        movement.reference.as_ref(),
        movement.created_at,
        movement.updated_at,
        movement.completed_at,
        movement.cancelled_at,
        movement.modified_by.map(|user| user.0),
        movement.is_deleted,
        created,
        details.subagent.as_ref(),
        details.action.as_ref(),
        details.state.as_ref(),
        details.terminal.as_ref(),
        details.recordlocator.as_ref(),
        details.office_sb.as_ref(),
        details.office_cn.as_ref(),
        details.document.as_ref(),
        details.first_passenger.as_ref(),
        details.first_segment.as_ref(),
        details.consolidator.as_ref(),
        document_id,
        approvisionnement_id,
        external_id,
        details.source_description.as_ref(),
        details.description.as_ref(),
    ]);
    values
}

/// As much of a text as its column holds.
fn cut(text: &str) -> &str {
    let mut end = text.len().min(MAX_TRACE);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

pub(crate) fn movement<D: Dialect>(c: &mut Columns<'_, D>) -> Read<Row<MovementId, Movement>> {
    let id = MovementId(c.number()?);
    let data = movement_data(c).map_err(|error| error.about(format_args!("movement {id}")))?;
    Ok(Row { id, data })
}

fn movement_data<D: Dialect>(c: &mut Columns<'_, D>) -> Read<Movement> {
    let (uuid, name, message_uuid) = (c.uuid()?, c.text()?, c.opt_uuid()?);
    let (kind, source, status) =
        (c.named(MovementType::from_name)?, c.named(Source::from_name)?, c.named(MovementStatus::from_name)?);
    let (retry_count, max_retries, currency) = (c.small()?, c.small()?, c.currency()?);
    let amount = c.money(currency)?;
    let (account, request) = (AccountId(c.number()?), c.opt_number()?.map(RequestId));
    let (payload, _answer) = (c.opt_json::<Json>()?, c.opt_text()?);
    let failure = failure(c)?;
    let posted = posted(c, currency)?;
    Ok(Movement {
        uuid,
        name,
        message_uuid,
        kind,
        source,
        status,
        retry_count,
        max_retries,
        account,
        request,
        amount,
        posted,
        reference: c.opt_text()?,
        payload,
        failure,
        created_at: c.instant()?,
        updated_at: c.instant()?,
        completed_at: c.opt_instant()?,
        cancelled_at: c.opt_instant()?,
        modified_by: c.opt_number()?.map(UserId),
        is_deleted: c.flag()?,
        details: details(c)?,
    })
}

fn failure<D: Dialect>(c: &mut Columns<'_, D>) -> Read<Option<Failure>> {
    let (error_type, message, trace) = (c.opt_text()?, c.opt_text()?, c.opt_text()?);
    Ok(error_type.map(|error_type| Failure { error_type, message: message.unwrap_or_default(), trace }))
}

fn posted<D: Dialect>(c: &mut Columns<'_, D>, currency: Currency) -> Read<Option<Posted>> {
    let (day, sequence) = (c.opt_day()?, c.opt_number()?);
    let (before, after, balance) = (c.opt_money(currency)?, c.opt_money(currency)?, c.opt_money(currency)?);
    let all = (day, sequence, before, after, balance);
    let (Some(day), Some(sequence), Some(exposition_before), Some(exposition_after), Some(balance_after)) = all else {
        return Ok(None);
    };
    Ok(Some(Posted { day, sequence, exposition_before, exposition_after, balance_after }))
}

fn details<D: Dialect>(c: &mut Columns<'_, D>) -> Read<Details> {
    Ok(Details {
        created: c.opt_instant()?,
        subagent: c.opt_text()?,
        action: c.opt_text()?,
        state: c.opt_text()?,
        terminal: c.opt_text()?,
        recordlocator: c.opt_text()?,
        office_sb: c.opt_text()?,
        office_cn: c.opt_text()?,
        document: c.opt_text()?,
        first_passenger: c.opt_text()?,
        first_segment: c.opt_text()?,
        consolidator: c.opt_text()?,
        document_id: c.opt_number()?,
        approvisionnement_id: c.opt_number()?,
        external_id: c.opt_number()?,
        source_description: c.opt_text()?,
        description: c.opt_text()?,
    })
}

pub(crate) const LOG: [&str; 16] = [
    "mouvement_id",
    "account_id",
    "attempt_number",
    "status",
    "duration_ms",
    "triggered_by",
    "ip_address",
    "user_agent",
    "created_at",
    "error_details",
    "account_version",
    "state_before",
    "state_after",
    "changes",
    "previous_hash",
    "hash",
];

pub(crate) fn log_values(log: &Log, numbers: &Numbers) -> Read<Vec<Value>> {
    let movement: MovementId = resolve(log.movement, numbers)?;
    let error = match &log.outcome {
        Outcome::Failed { error } => Some(cut(error)),
        Outcome::Success(_) => None,
    };
    let link = log.link();
    let mut values = row![
        movement.0,
        log.account.0,
        log.attempt_number,
        log.status().name(),
        // The column is an int: a command that took longer than 24 days took that long.
        log.duration_ms.map(|duration| duration.min(i32::MAX as u64)),
        log.triggered_by.map(|user| user.0),
        log.ip_address.as_ref(),
        log.user_agent.as_ref(),
        log.created_at,
        error,
        link.map(|link| link.version),
    ];
    values.extend([
        Value::json(link.map(|link| link.before.to_json()).as_ref()),
        Value::json(link.map(|link| link.after.to_json()).as_ref()),
        Value::json(link.map(|link| changes(&link.before, &link.after)).as_ref()),
    ]);
    values.extend(row![link.map(|link| link.previous_hash), link.map(|link| link.hash)]);
    Ok(values)
}

/// After its currency, which is its account's.
pub(crate) fn log<D: Dialect>(c: &mut Columns<'_, D>) -> Read<Row<u64, Log>> {
    let currency = c.currency()?;
    let id = c.number()?;
    let data = log_data(c, currency).map_err(|error| error.about(format_args!("log {id}")))?;
    Ok(Row { id, data })
}

fn log_data<D: Dialect>(c: &mut Columns<'_, D>, currency: Currency) -> Read<Log> {
    let (movement, account) = (Link::Id(MovementId(c.number()?)), AccountId(c.number()?));
    // Its status and changes follow from the rest; `verify` compares them.
    let (attempt_number, _status) = (c.small()?, c.text()?);
    let (duration_ms, triggered_by) = (c.opt_number()?, c.opt_number()?.map(UserId));
    let (ip_address, user_agent, created_at) = (c.opt_text()?, c.opt_text()?, c.instant()?);
    let outcome = outcome(c, currency)?;
    Ok(Log {
        movement,
        account,
        attempt_number,
        outcome,
        duration_ms,
        triggered_by,
        ip_address,
        user_agent,
        created_at,
    })
}

fn outcome<D: Dialect>(c: &mut Columns<'_, D>, currency: Currency) -> Read<Outcome> {
    let (error, version) = (c.opt_text()?, c.opt_number()?);
    let (before, after, _changes) = (c.opt_json::<Json>()?, c.opt_json::<Json>()?, c.opt_text()?);
    let (previous_hash, hash) = (c.opt_hash()?, c.opt_hash()?);
    let Some(version) = version else {
        return Ok(Outcome::Failed { error: error.unwrap_or_default() });
    };
    let state = |json: Option<Json>| json.and_then(|json| State::from_json(&json, currency));
    let link = (state(before), state(after), previous_hash, hash);
    let (Some(before), Some(after), Some(previous_hash), Some(hash)) = link else {
        return Err(StoreError::corrupt("a link of the audit chain is not whole"));
    };
    Ok(Outcome::Success(ChainLink { version, before, after, previous_hash, hash }))
}
