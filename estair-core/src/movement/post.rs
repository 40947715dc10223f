//! Posting: how a movement changes its account and leaves its audit trail (F1 to F7, W1 to W5).
//!
//! Everything that enters the book comes through [`post`]: what a message carries and what other sources bring. It is
//! pure; the whole of its result is saved in one transaction (W1).

use uuid::Uuid;

use crate::actor::Origin;
use crate::audit::{ChainLink, Log, Outcome, Sealed, Sealing, evidence};
use crate::decision::{Changes, Context, Known};
use crate::fact::{Fact, FactKind};
use crate::id::{AccountId, MovementId, RequestId, SupportId, UserId};
use crate::json::Json;
use crate::money::Money;
use crate::movement_type::MovementType;
use crate::notice::Notice;
use crate::refusal::Refusal;
use crate::row::{Account, Details, Effect, Failure, Link, Movement, MovementStatus, Posted};
use crate::source::Source;

/// Technical failures after which an alert goes out, unless the schedule says otherwise (G1).
pub const MAX_RETRIES: u32 = 3;

/// A movement that shall be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name, from which it is known again (W3).
    pub name: String,
    /// Its account.
    pub account: AccountId,
    /// What it is.
    pub kind: MovementType,
    /// Where it comes from.
    pub source: Source,
    /// Signed (M3).
    pub amount: Money,
    /// The message that carries it.
    pub message_uuid: Option<Uuid>,
    /// The request it comes from.
    pub request: Option<OfRequest>,
    /// The sale that caused it, where that was a fee (R10).
    pub etatsdevente_id: Option<u64>,
    /// The support request behind it (R10).
    pub helpdesk_id: Option<SupportId>,
    /// The source's reference.
    pub reference: Option<String>,
    /// The whole original request, as it came.
    pub payload: Option<Json>,
    /// The inherited columns.
    pub details: Details,
    /// To whom it is ascribed (W5).
    pub triggered_by: Option<UserId>,
    /// From where that person asked for it, or passed it (W5).
    pub origin: Origin,
}

/// The request that an entry comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OfRequest {
    /// Its number.
    pub id: RequestId,
    /// Its uuid.
    pub uuid: Uuid,
    /// The uuid of its parent.
    pub parent: Option<Uuid>,
}

/// A movement that was decided, with everything it changes but its request.
#[derive(Debug)]
pub struct Written {
    /// Account, movement, log and closing.
    pub changes: Changes,
    /// Its account.
    pub account: AccountId,
    /// The movement's number, or its uuid while it has none.
    pub id: Link<MovementId>,
    /// The movement's uuid.
    pub uuid: Uuid,
}

/// Writes an entry: rolls the account to the day, moves its indicators, adds a link to its chain. `earlier` is the
/// failed row of an attempt before, which becomes this movement (W2); `cancels` is the credit that it takes back (F3).
///
/// # Errors
/// [`Refusal::AmountOutOfRange`] (M4), [`Refusal::CurrencyMismatch`] (M2), or the wrong sign (M3).
pub(crate) fn post(
    context: &mut Context<'_>,
    account: &Account,
    entry: &Entry,
    earlier: Option<&Known<Movement>>,
    cancels: Option<&Known<Movement>>,
) -> Result<Written, Refusal> {
    entry.kind.check_sign(entry.amount)?;
    let day = context.policy.day_offset.day_of(context.now);
    let before = account.state();
    let (rolled, closing) = account.rolled_to(entry.account, day);
    let effect = effect_of(entry.kind, &rolled, cancels);
    let indicators = rolled.indicators.post(effect, entry.amount)?;
    let mut after = Account { indicators, version: account.version.saturating_add(1), ..rolled };
    after.updated_at = context.now;

    let posted = Posted {
        day: after.day,
        sequence: after.version,
        exposition_before: account.indicators.stored_exposition(),
        exposition_after: after.indicators.stored_exposition(),
        balance_after: after.indicators.balance,
    };
    let movement = row(context, entry, earlier, Some(posted));
    let state_after = after.state();
    let sealed = Sealed {
        account: account.uuid,
        movement: &movement.row,
        request: entry.request.map(|request| request.uuid),
        parent: entry.request.and_then(|request| request.parent),
        cancels: cancels.map(|credit| credit.row.uuid),
        attempt: movement.row.attempts,
        triggered_by: entry.triggered_by,
        ip_address: entry.origin.ip_address(),
        user_agent: entry.origin.user_agent(),
        before: &before,
        after: &state_after,
        at: context.now,
    };
    // Until a start has noted from where on the chain needs the key, a link with it would not be believed (W4).
    let keys = context.policy.audit_keys.as_ref().filter(|_| account.keyed.is_some());
    let hash = sealed.hash_after(account.last_hash, Sealing::with(keys));
    let link = ChainLink { version: after.version, before, after: state_after, previous_hash: account.last_hash, hash };
    after.last_hash = hash;

    let mut changes = Changes::default();
    changes.logs.push(log(context, entry, &movement, Outcome::Success(link)));
    changes.closings.extend(closing);
    changes.facts.extend(threshold_fact(context, entry, account, &after));
    changes.accounts.put(account.uuid, Some(entry.account), account.version, after);
    let written = (movement.id, movement.row.uuid);
    put(&mut changes, movement);
    if let Some(credit) = cancels {
        let modified_by = entry.triggered_by;
        let row =
            Movement { cancelled_at: Some(context.now), updated_at: context.now, modified_by, ..credit.row.clone() };
        put(&mut changes, Known { id: credit.id, row });
    }
    let (id, uuid) = written;
    Ok(Written { changes, account: entry.account, id, uuid })
}

fn put(changes: &mut Changes, movement: Known<Movement>) {
    changes.movements.put(movement.row.uuid, movement.id.known(), 0, movement.row);
}

/// Which indicator the type moves. A cancellation reaches the day's credit only if the credit is of that day (F3).
fn effect_of(kind: MovementType, rolled: &Account, cancels: Option<&Known<Movement>>) -> Effect {
    match kind {
        MovementType::Credit => Effect::Credit,
        MovementType::CreditCancellation => {
            let granted_on = cancels.and_then(|credit| credit.row.posted).map(|posted| posted.day);
            Effect::CreditCancellation { of_today: granted_on == Some(rolled.day) }
        }
        _ => Effect::Balance,
    }
}

/// The movement's row: a new one, or the failed row of an earlier attempt, which it becomes (W2).
fn row(
    context: &mut Context<'_>,
    entry: &Entry,
    earlier: Option<&Known<Movement>>,
    posted: Option<Posted>,
) -> Known<Movement> {
    let now = context.now;
    let attempts = earlier.map_or(0, |known| known.row.attempts).saturating_add(1);
    let fresh = Movement {
        uuid: earlier.map_or_else(|| context.ids.draw(), |known| known.row.uuid),
        name: entry.name.clone(),
        message_uuid: entry.message_uuid,
        kind: entry.kind,
        source: entry.source,
        status: MovementStatus::Success,
        attempts,
        retry_count: Movement::retries_of(attempts, MAX_RETRIES),
        max_retries: MAX_RETRIES,
        account: entry.account,
        request: entry.request.map(|request| request.id),
        etatsdevente_id: entry.etatsdevente_id,
        helpdesk_id: entry.helpdesk_id,
        amount: entry.amount,
        posted,
        reference: entry.reference.clone(),
        payload: entry.payload.clone(),
        failure: None,
        details: entry.details.clone(),
        created_at: earlier.map_or(now, |known| known.row.created_at),
        updated_at: now,
        completed_at: posted.map(|_| now),
        cancelled_at: None,
        modified_by: entry.triggered_by,
        // What is written counts, whatever an older system thought of the failure before it.
        is_deleted: false,
    };
    Known { id: earlier.map_or(Link::New(fresh.uuid), |known| known.id), row: fresh }
}

fn log(context: &Context<'_>, entry: &Entry, movement: &Known<Movement>, outcome: Outcome) -> Log {
    Log {
        movement: movement.id,
        account: entry.account,
        attempt_number: movement.row.attempts,
        outcome,
        duration_ms: None,
        triggered_by: entry.triggered_by,
        ip_address: entry.origin.ip_address().map(str::to_owned),
        user_agent: entry.origin.user_agent().map(str::to_owned),
        created_at: context.now,
    }
}

/// Records a technical failure (W2): the movement's row as `failed`, and a log row that is no link of the chain.
pub(crate) fn record_failure(
    context: &mut Context<'_>,
    entry: &Entry,
    earlier: Option<&Known<Movement>>,
    failure: Failure,
) -> Changes {
    let mut movement = row(context, entry, earlier, None);
    movement.row.status = MovementStatus::Failed;
    movement.row.failure = Some(failure.clone());
    let log = log(context, entry, &movement, Outcome::Failed { error: failure.message.clone() });
    let mut fact = Fact::new(FactKind::MovementFailed, context.actor, context.now, Link::Id(entry.account))
        .of_movement(movement.id)
        .with("attempt", movement.row.attempts)
        .with("error", failure.message)
        .with("log", evidence::of_failure(&log).to_string());
    fact.request = entry.request.map(|request| Link::Id(request.id));
    let mut changes = Changes { logs: vec![log], facts: vec![fact], ..Changes::default() };
    put(&mut changes, movement);
    changes
}

/// The notice that credit use crossed a threshold of the limit: the highest one, once per crossing (N1).
fn threshold_fact(context: &Context<'_>, entry: &Entry, before: &Account, after: &Account) -> Option<Fact> {
    let crossed = |percent: &u8| {
        let reached = |credit: Money| {
            i128::from(credit.hundredths()) * 100 >= i128::from(after.limit.hundredths()) * i128::from(*percent)
        };
        after.limit.is_positive()
            && !reached(before.indicators.active_credit)
            && reached(after.indicators.active_credit)
    };
    let percent = context.policy.thresholds.iter().copied().filter(crossed).max()?;
    let fact = Fact::new(FactKind::ThresholdCrossed, context.actor, context.now, Link::Id(entry.account))
        .with("threshold", percent)
        .with("limit", after.limit.to_string())
        .with("active_credit", after.indicators.active_credit.to_string());
    Some(fact.telling([Notice::CreditThreshold]))
}

/// The fact that a movement is written: the movement says the rest.
pub(crate) fn written_fact(context: &Context<'_>, written: &Written) -> Fact {
    let account = Link::Id(written.account);
    Fact::new(FactKind::MovementWritten, context.actor, context.now, account).of_movement(written.id)
}
