//! What only verifying reads: everything that is kept, pair by pair. A store shows; what is off is judged by
//! [`verify`](mod@crate::verify).

use async_trait::async_trait;
use serde_json::Value;
use uuid::Uuid;

use crate::audit::{Log, LogStatus};
use crate::id::{AccountId, MovementId, RequestId};
use crate::row::{Movement, Request, Row};
use crate::store::StoreError;
use crate::store::read::AccountReader;

/// A link of an account's chain as `verify` reads it, with the movement it names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditedLog {
    /// The log row.
    pub row: Row<u64, Log>,
    /// The movement it names, if that exists.
    pub movement: Option<Row<MovementId, Movement>>,
    /// Its status, as it is written: the row itself tells it from being a link.
    pub status: LogStatus,
    /// Its changes, as they are written: the row itself tells them from its states.
    pub changes: Option<Value>,
}

/// A request and the movement that it names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedMovement {
    /// The request: closed, or naming a movement.
    pub request: Row<RequestId, Request>,
    /// The movement it names, if that exists.
    pub movement: Option<Row<MovementId, Movement>>,
}

/// A written movement that came from a request, and what that request names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NamedRequest {
    /// The movement.
    pub movement: MovementId,
    /// The request it says it came from, if that exists.
    pub request: Option<RequestId>,
    /// The movement which that request names.
    pub names: Option<MovementId>,
}

/// A log row that is no link of a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LooseLog {
    /// Its number.
    pub id: u64,
    /// Its movement.
    pub movement: MovementId,
    /// Its status, as it is written.
    pub status: LogStatus,
}

/// A request between `to_treat` and its end, and what carries it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnderWay {
    /// The request.
    pub request: RequestId,
    /// Its execution.
    pub execution: u32,
    /// Is there an outbox entry for that execution?
    pub in_outbox: bool,
    /// The message that carries it.
    pub message_uuid: Option<Uuid>,
}

/// Reads for `verify`. Each list goes by number, from one that was seen on, at most `limit` rows at a time.
#[async_trait]
pub trait AuditReader: AccountReader {
    /// An account's successful movements after this one, those marked as deleted among them.
    async fn audit_movements(
        &self,
        id: AccountId,
        after: Option<MovementId>,
        limit: u32,
    ) -> Result<Vec<Row<MovementId, Movement>>, StoreError>;

    /// The links of an account's chain after this version and row number, in that order.
    async fn audit_logs(&self, id: AccountId, after: (u64, u64), limit: u32) -> Result<Vec<AuditedLog>, StoreError>;

    /// The requests that are closed or name a movement, each with that movement.
    async fn named_movements(&self, after: Option<RequestId>, limit: u32) -> Result<Vec<NamedMovement>, StoreError>;

    /// The written movements that came from a request, or from the source of requests, each with what its request names.
    async fn named_requests(&self, after: Option<MovementId>, limit: u32) -> Result<Vec<NamedRequest>, StoreError>;

    /// The log rows that are no link of a chain.
    async fn loose_logs(&self, after: Option<u64>, limit: u32) -> Result<Vec<LooseLog>, StoreError>;

    /// The requests between `to_treat` and their end: whether there is an outbox entry for their execution, done or not,
    /// and the message they name, so that Messager can be asked.
    async fn under_way(&self, after: Option<RequestId>, limit: u32) -> Result<Vec<UnderWay>, StoreError>;
}
