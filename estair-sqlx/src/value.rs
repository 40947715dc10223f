//! A value on its way into a column: what a statement carries, whatever the database.

use chrono::NaiveDate;
use estair_core::clock::{BusinessDay, Timestamp, to_micros};
use estair_core::hash::Hash;
use estair_core::money::{Currency, Money};
use uuid::Uuid;

/// A value on its way into a column; the type is known even where there is none.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A whole number.
    Int(Option<i64>),
    /// A number of a row: refused beyond 2^63 − 1, which no column of the databases holds.
    Number(Option<u64>),
    /// A text.
    Text(Option<String>),
    /// An amount, in hundredths.
    Hundredths(Option<i64>),
    /// An instant.
    Instant(Option<Timestamp>),
    /// A calendar day.
    Day(Option<NaiveDate>),
    /// The values of a column in many rows, all of one of the kinds above, where a driver takes them as one.
    Column(Vec<Self>),
}

impl Value {
    /// Stands for the number of the row that the same statement inserts: a number that no row has.
    pub(crate) const OF_THE_NEW_ROW: Self = Self::Number(Some(u64::MAX));

    /// Is there none?
    pub(crate) const fn is_nothing(&self) -> bool {
        matches!(
            self,
            Self::Int(None)
                | Self::Number(None)
                | Self::Text(None)
                | Self::Hundredths(None)
                | Self::Instant(None)
                | Self::Day(None)
        )
    }

    /// A row's number to look for: one that no column can hold is one that no row has.
    pub(crate) fn key(number: u64) -> Self {
        Self::Int(Some(i64::try_from(number).unwrap_or(-1)))
    }
}

macro_rules! values {
    ($($from:ty => $variant:ident: $convert:expr),* $(,)?) => {$(
        impl From<$from> for Value {
            fn from(value: $from) -> Self {
                Self::$variant(Some(($convert)(value)))
            }
        }
        impl From<Option<$from>> for Value {
            fn from(value: Option<$from>) -> Self {
                Self::$variant(value.map($convert))
            }
        }
    )*};
}

values! {
    u64 => Number: |number| number,
    i64 => Int: |number| number,
    u32 => Int: i64::from,
    u16 => Int: i64::from,
    bool => Int: i64::from,
    &str => Text: str::to_owned,
    &String => Text: String::clone,
    String => Text: |text| text,
    Uuid => Text: |uuid: Uuid| uuid.to_string(),
    Hash => Text: |hash: Hash| hash.to_string(),
    Currency => Text: |currency: Currency| currency.code().to_owned(),
    Money => Hundredths: |money: Money| money.amount().hundredths(),
    Timestamp => Instant: to_micros,
    BusinessDay => Day: BusinessDay::date,
}
