//! The audit trail (W4, W5): rows are added, never changed.

use estair_core::account::State;
use estair_core::audit::{ChainLink, Log, LogStatus, Outcome, changes};
use estair_core::hash::Hash;
use estair_core::store::StoreError;
use serde_json::Value as Json;

use super::stored::{Columns, Stored, Values};
use super::{Cut, MoneyOf, Way, flattened, record, table};
use crate::driver::Driver;
use crate::value::Value;

table! {
    /// Audit rows, in the currency of their account.
    Logs = "mouvement_logs" { row: Log as "log", id: u64, money: MoneyOf::Account }
    columns {
        movement: "mouvement_id",
        account: "account_id",
        attempt_number: "attempt_number",
        outcome: ..,
        duration_ms: "duration_ms" as Milliseconds,
        triggered_by: "triggered_by",
        ip_address: "ip_address",
        user_agent: "user_agent",
        created_at: "created_at",
    }
    written(log, () => ()) {
        "status": log.status(),
        "changes": log.link().map(|link| changes(&link.before, &link.after)),
    }
}

/// A row with what follows from the rest of it, as it is written.
pub(crate) struct AuditedColumns {
    pub(crate) log: Log,
    pub(crate) status: LogStatus,
    pub(crate) changes: Option<Json>,
}

record! {
    AuditedColumns {
        log: ..,
        status: "status",
        changes: "changes",
    }
}

/// What an attempt came to: a link of a chain, or an error.
struct OutcomeColumns {
    error: Option<String>,
    version: Option<u64>,
    before: Option<State>,
    after: Option<State>,
    previous_hash: Option<Hash>,
    hash: Option<Hash>,
}

record! {
    OutcomeColumns {
        error: "error_details" as Cut,
        version: "account_version",
        before: "state_before" as Figures,
        after: "state_after" as Figures,
        previous_hash: "previous_hash",
        hash: "hash",
    }
}

flattened!(Outcome as OutcomeColumns);

impl From<&Outcome> for OutcomeColumns {
    fn from(outcome: &Outcome) -> Self {
        match outcome {
            Outcome::Success(link) => Self {
                error: None,
                version: Some(link.version),
                before: Some(link.before),
                after: Some(link.after),
                previous_hash: Some(link.previous_hash),
                hash: Some(link.hash),
            },
            Outcome::Failed { error } => Self {
                error: Some(error.clone()),
                version: None,
                before: None,
                after: None,
                previous_hash: None,
                hash: None,
            },
        }
    }
}

impl OutcomeColumns {
    /// Either all that a link has and no error, or an error alone.
    fn unflattened(self) -> Result<Outcome, StoreError> {
        match self {
            Self {
                error: None,
                version: Some(version),
                before: Some(before),
                after: Some(after),
                previous_hash: Some(previous_hash),
                hash: Some(hash),
            } => Ok(Outcome::Success(ChainLink { version, before, after, previous_hash, hash })),
            Self { error: Some(error), version: None, before: None, after: None, previous_hash: None, hash: None } => {
                Ok(Outcome::Failed { error })
            }
            Self { version: Some(_), .. } => Err(StoreError::corrupt("a link of the audit chain is not whole")),
            _ => Err(StoreError::corrupt("it is no link of a chain and keeps what only a link has")),
        }
    }
}

/// A state as people read it, in JSON (W4).
struct Figures;

impl Way<Option<State>> for Figures {
    fn write(it: &Option<State>, values: &mut Values<'_>) -> Result<(), StoreError> {
        it.map(|state| state.to_json()).write(values)
    }

    fn write_nothing(values: &mut Values<'_>) {
        Json::write_nothing(values);
    }

    fn read_any<D: Driver>(columns: &mut Columns<'_, D>) -> Result<Option<Option<State>>, StoreError> {
        let Some(json) = Json::read_any(columns)? else { return Ok(Some(None)) };
        let state = State::from_json(&json, columns.currency()?);
        // Figures that follow from others are there too: they are right, or somebody has changed them.
        let exact = state.filter(|state| state.to_json() == json);
        exact.map(|state| Some(Some(state))).ok_or_else(|| columns.wrong("is no state of an account"))
    }
}

/// The column is an int: a command that took longer than 24 days took that long.
struct Milliseconds;

impl Way<Option<u64>> for Milliseconds {
    fn write(it: &Option<u64>, values: &mut Values<'_>) -> Result<(), StoreError> {
        values.push(Value::from(it.map(|duration| duration.min(i32::MAX as u64))));
        Ok(())
    }

    fn write_nothing(values: &mut Values<'_>) {
        u64::write_nothing(values);
    }

    fn read_any<D: Driver>(columns: &mut Columns<'_, D>) -> Result<Option<Option<u64>>, StoreError> {
        u64::read_any(columns).map(Some)
    }
}
