//! Movements: their types, the row, and the one way in which they are written (`post`), whether a request or another
//! source brings them (`external`).

mod builder;
pub(crate) mod external;
pub(crate) mod post;

pub use external::{FilePlace, MAX_BATCH, MovementDraft};
pub use post::{Entry, MAX_RETRIES, Written};

pub use crate::movement_type::{MovementType, Sign, TYPES, TypeRule};
pub use crate::row::{
    DetailColumn, DetailField, Details, Failure, Movement, MovementStatus, Posted, name_for_reference, name_for_request,
};
pub use crate::source::{Source, Sources};
