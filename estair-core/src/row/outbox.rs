//! What waits to be handed to Messager.

use crate::id::RequestId;

/// An entry of ESTAIR's outbox: a request's execution to be handed to Messager.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutboxEntry {
    /// The request.
    pub request: RequestId,
    /// Its execution.
    pub execution: u32,
}
