//! Credits that are due to expire (X1, X3).

use crate::actor::Actor;
use crate::background::ROUND;
use crate::background::trouble::Trouble;
use crate::book::{Book, Error, Submission};
use crate::command::Command;
use crate::store::{Reader, StoreError};

/// Lets due credits expire (X1, X3), each in a transaction of its own. Gives how many were looked at. One that the store has
/// trouble with keeps no other one waiting.
///
/// # Errors
/// The store's first trouble; what is due stays due.
pub async fn expire_due(book: &Book, reader: &dyn Reader) -> Result<usize, StoreError> {
    let due = reader.due(book.clock().now(), book.policy().cancel_expired, ROUND).await?;
    let mut trouble = Trouble::default();
    for id in &due {
        match book.run(Submission::new(Actor::System, Command::Expire(*id))).await {
            Ok(_) | Err(Error::Refused(_)) => {}
            Err(Error::Store(error)) => trouble.of_one(error)?,
        }
    }
    trouble.none_or(due.len())
}
