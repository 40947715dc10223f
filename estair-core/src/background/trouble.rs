//! A round over many rows: one that cannot be read keeps no other one waiting.

use crate::store::{StoreError, StoreErrorKind};

/// The first trouble of a round.
#[derive(Debug, Default)]
pub(super) struct Trouble(Option<StoreError>);

impl Trouble {
    /// Notes what one row met, and goes on with the next; a store that is away ends the round.
    ///
    /// # Errors
    /// A store that cannot be reached.
    pub(super) fn of_one(&mut self, error: StoreError) -> Result<(), StoreError> {
        if error.kind() == StoreErrorKind::Unavailable {
            return Err(error);
        }
        self.0.get_or_insert(error);
        Ok(())
    }

    /// What the round did.
    ///
    /// # Errors
    /// The first trouble that it met.
    pub(super) fn none_or<T>(self, done: T) -> Result<T, StoreError> {
        self.0.map_or(Ok(done), Err)
    }
}
