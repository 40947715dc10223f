//! The columns that a movement inherits from the former `creditlimit` table, and free texts: each declared once. What fills,
//! shows or seals them goes through [`Details::COLUMNS`].

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::text::{MAX_LINE, MAX_TEXT};

/// A column: its name, and which field of [`Details`] it is.
pub struct DetailColumn {
    /// Its name, in the database and in the API.
    pub name: &'static str,
    /// Its field.
    pub field: DetailField,
}

/// Which field of [`Details`] a column is, to be read or set.
#[derive(Clone, Copy)]
pub enum DetailField {
    /// A text of at most so many characters.
    Text {
        /// The bound.
        max: usize,
        /// Reads it.
        get: fn(&Details) -> &Option<String>,
        /// Sets it.
        set: fn(&mut Details) -> &mut Option<String>,
    },
    /// A number.
    Number {
        /// Reads it.
        get: fn(&Details) -> &Option<u64>,
        /// Sets it.
        set: fn(&mut Details) -> &mut Option<u64>,
    },
    /// An instant.
    Instant {
        /// Reads it.
        get: fn(&Details) -> &Option<Timestamp>,
        /// Sets it.
        set: fn(&mut Details) -> &mut Option<Timestamp>,
    },
}

/// Declares the columns, in the order of their names: in that order they are sealed.
macro_rules! details {
    (@of Text) => { String };
    (@of Number) => { u64 };
    (@of Instant) => { Timestamp };
    ($($(#[$doc:meta])* $name:ident: $kind:ident $({ $max:ident: $bound:expr })?,)*) => {
        /// The columns that come from the former `creditlimit` table, and free texts; all may be empty.
        #[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(default)]
        pub struct Details { $($(#[$doc])* pub $name: Option<details!(@of $kind)>,)* }

        impl Details {
            /// The columns, in the order of their names.
            pub const COLUMNS: &'static [DetailColumn] = &[$(DetailColumn {
                name: stringify!($name),
                field: DetailField::$kind { $($max: $bound,)? get: |row| &row.$name, set: |row| &mut row.$name },
            }),*];
        }
    };
}

details! {
    /// Action.
    action: Text { max: MAX_LINE },
    /// Supply id.
    approvisionnement_id: Number,
    /// Consolidator.
    consolidator: Text { max: MAX_LINE },
    /// The operation's own date.
    created: Instant,
    /// What it is for.
    description: Text { max: MAX_TEXT },
    /// Document number.
    document: Text { max: MAX_LINE },
    /// Document id.
    document_id: Number,
    /// The source's number.
    external_id: Number,
    /// First passenger.
    first_passenger: Text { max: MAX_LINE },
    /// First segment.
    first_segment: Text { max: MAX_LINE },
    /// Office.
    office_cn: Text { max: MAX_LINE },
    /// Office.
    office_sb: Text { max: MAX_LINE },
    /// Booking reference.
    recordlocator: Text { max: MAX_LINE },
    /// What the source says of it.
    source_description: Text { max: MAX_TEXT },
    /// State in the source's system.
    state: Text { max: MAX_LINE },
    /// Sub-agent.
    subagent: Text { max: MAX_LINE },
    /// Terminal.
    terminal: Text { max: MAX_LINE },
}
