//! Comments on financial requests (R9) and on support requests (S1).

use estair_core::id::{CommentId, RequestId, SupportId};
use estair_core::row::{Comment, Thread};
use estair_core::store::StoreError;

use super::{MoneyOf, flattened, record, table};

table! {
    /// Comments, each of one thread.
    Comments = "estair_comments" { row: Comment as "comment", id: CommentId, money: MoneyOf::Nothing }
    columns {
        uuid: "uuid",
        thread: ..,
        author: "author_id",
        role: "author_role",
        body: "body",
        internal: "internal",
        created_at: "created_at",
    }
}

/// The thread of a comment: one of the two.
struct ThreadColumns {
    request: Option<RequestId>,
    support: Option<SupportId>,
}

record! {
    ThreadColumns {
        request: "request_id",
        support: "helpdesk_id",
    }
}

flattened!(Thread as ThreadColumns);

impl From<&Thread> for ThreadColumns {
    fn from(thread: &Thread) -> Self {
        match *thread {
            Thread::Request(id) => Self { request: Some(id), support: None },
            Thread::Support(id) => Self { request: None, support: Some(id) },
        }
    }
}

impl ThreadColumns {
    fn unflattened(self) -> Result<Thread, StoreError> {
        match (self.request, self.support) {
            (Some(id), None) => Ok(Thread::Request(id)),
            (None, Some(id)) => Ok(Thread::Support(id)),
            _ => Err(StoreError::corrupt("it belongs to no thread, or to two")),
        }
    }
}
