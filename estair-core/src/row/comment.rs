//! A comment, and the thread that it belongs to.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::actor::Role;
use crate::clock::Timestamp;
use crate::id::{RequestId, SupportId, UserId};

/// On what somebody comments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Thread {
    /// A financial request (R9).
    Request(RequestId),
    /// A support request (S1).
    Support(SupportId),
}

/// A comment on a financial request or on a support request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comment {
    /// Its uuid.
    pub uuid: Uuid,
    /// On what.
    pub thread: Thread,
    /// Who wrote it.
    pub author: Option<UserId>,
    /// In which role.
    pub role: Role,
    /// What.
    pub body: String,
    /// For staff alone (R9).
    pub internal: bool,
    /// When.
    pub created_at: Timestamp,
}
