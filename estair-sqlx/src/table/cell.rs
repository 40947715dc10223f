//! What fills one column: the types of the core as values, and back.

use estair_core::account::{AccountField, AccountStatus};
use estair_core::actor::{ClientKind, Role};
use estair_core::audit::LogStatus;
use estair_core::category::{Category, Desk, Status};
use estair_core::clock::{BusinessDay, Timestamp};
use estair_core::fact::FactKind;
use estair_core::hash::Hash;
use estair_core::id::{AccountId, CommentId, FactId, MovementId, RequestId, SupportId, UserId};
use estair_core::money::{Amount, Currency, Money};
use estair_core::movement::{MovementStatus, MovementType, Source};
use estair_core::notice::{Audience, Channel, Notice};
use estair_core::notification::Shown;
use estair_core::queue::{AttemptOutcome, JobStatus};
use estair_core::row::{Link, Rollout, ShadowOutcome};
use estair_core::store::{Age, StoreError};
use estair_core::support::{Assignee, Side, SupportStatus, Turn};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::stored::{Columns, Stored, Values};
use crate::driver::Driver;
use crate::value::Value;

/// A type that fills one column.
pub(crate) trait Cell: Sized {
    /// What stands for none of it: the database wants to know the type all the same.
    const NOTHING: Value;

    fn value(&self) -> Value;

    /// Reads the next column; none when it is empty.
    fn take<D: Driver>(columns: &mut Columns<'_, D>) -> Result<Option<Self>, StoreError>;
}

impl<T: Cell> Stored for T {
    fn write(&self, values: &mut Values<'_>) -> Result<(), StoreError> {
        values.push(self.value());
        Ok(())
    }

    fn write_nothing(values: &mut Values<'_>) {
        values.push(T::NOTHING);
    }

    fn read_any<D: Driver>(columns: &mut Columns<'_, D>) -> Result<Option<Self>, StoreError> {
        T::take(columns)
    }
}

/// Types that become a value of their kind by themselves, and how each is read out of the next column.
macro_rules! cells {
    ($($(#[$doc:meta])* $cell:ty as $kind:ident: |$columns:ident| $take:expr;)*) => {$(
        $(#[$doc])*
        impl Cell for $cell {
            const NOTHING: Value = Value::$kind(None);

            fn value(&self) -> Value {
                Value::from(self.clone())
            }

            fn take<D: Driver>($columns: &mut Columns<'_, D>) -> Result<Option<Self>, StoreError> {
                $take
            }
        }
    )*};
}

cells! {
    u64 as Number: |columns| {
        let int = columns.take(D::int)?;
        int.map(|int| Self::try_from(int).map_err(|_| columns.wrong("is negative"))).transpose()
    };
    u32 as Int: |columns| small(columns);
    u16 as Int: |columns| small(columns);
    bool as Int: |columns| match columns.take(D::int)? {
        None => Ok(None),
        Some(0) => Ok(Some(false)),
        Some(1) => Ok(Some(true)),
        Some(_) => Err(columns.wrong("is neither 0 nor 1")),
    };
    String as Text: |columns| columns.take(D::text);
    Uuid as Text: |columns| columns.parse(|text| text.parse().ok());
    Hash as Text: |columns| columns.parse(Self::parse);
    Currency as Text: |columns| columns.parse(|text| text.parse().ok());
    Timestamp as Instant: |columns| columns.take(D::instant);
    BusinessDay as Day: |columns| Ok(columns.take(D::day)?.map(Self::new));
    /// In the currency of its row.
    Money as Hundredths: |columns| {
        let Some(hundredths) = columns.take(D::hundredths)? else { return Ok(None) };
        let amount = Amount::from_hundredths(hundredths).map_err(|_| columns.wrong("is out of range"))?;
        let money = amount.in_currency(columns.currency()?);
        money.map(Some).map_err(|_| columns.wrong("is no amount of its currency"))
    };
}

/// A number smaller than those of rows.
fn small<D: Driver, T: TryFrom<u64>>(columns: &mut Columns<'_, D>) -> Result<Option<T>, StoreError> {
    let number = u64::take(columns)?;
    number.map(|number| T::try_from(number).map_err(|_| columns.wrong("is too large"))).transpose()
}

impl Cell for serde_json::Value {
    const NOTHING: Value = Value::Text(None);

    fn value(&self) -> Value {
        Value::from(self.to_string())
    }

    fn take<D: Driver>(columns: &mut Columns<'_, D>) -> Result<Option<Self>, StoreError> {
        columns.parse(|text| serde_json::from_str(text).ok())
    }
}

/// The exact text (G12).
impl Cell for estair_core::json::Json {
    const NOTHING: Value = Value::Text(None);

    fn value(&self) -> Value {
        Value::from(self.as_str())
    }

    fn take<D: Driver>(columns: &mut Columns<'_, D>) -> Result<Option<Self>, StoreError> {
        columns.parse(Self::parse)
    }
}

/// Numbers of rows.
macro_rules! ids {
    ($($id:ident),* $(,)?) => {$(
        impl Cell for $id {
            const NOTHING: Value = Value::Number(None);

            fn value(&self) -> Value {
                Value::from(self.0)
            }

            fn take<D: Driver>(columns: &mut Columns<'_, D>) -> Result<Option<Self>, StoreError> {
                Ok(u64::take(columns)?.map(Self))
            }
        }
    )*};
}

ids!(AccountId, CommentId, FactId, MovementId, RequestId, SupportId, UserId);

/// Closed sets, by their names.
macro_rules! named {
    ($($set:ident),* $(,)?) => {$(
        impl Cell for $set {
            const NOTHING: Value = Value::Text(None);

            fn value(&self) -> Value {
                Value::from(self.name())
            }

            fn take<D: Driver>(columns: &mut Columns<'_, D>) -> Result<Option<Self>, StoreError> {
                columns.parse(Self::from_name)
            }
        }
    )*};
}

named! {
    AccountField, AccountStatus, Age, Assignee, AttemptOutcome, Audience, Category, Desk, FactKind, JobStatus, LogStatus, MovementStatus, MovementType, Notice, Role, Rollout, ShadowOutcome, Shown, Side, Source, Status, SupportStatus, Turn,
}

/// An open set: hosts have channels of their own.
impl Cell for Channel {
    const NOTHING: Value = Value::Text(None);

    fn value(&self) -> Value {
        Value::from(self.name())
    }

    fn take<D: Driver>(columns: &mut Columns<'_, D>) -> Result<Option<Self>, StoreError> {
        columns.parse(Self::stored)
    }
}

const fn client_kind_name(kind: ClientKind) -> &'static str {
    match kind {
        ClientKind::Agency => "agency",
        ClientKind::Agent => "agent",
    }
}

impl Cell for ClientKind {
    const NOTHING: Value = Value::Text(None);

    fn value(&self) -> Value {
        Value::from(client_kind_name(*self))
    }

    fn take<D: Driver>(columns: &mut Columns<'_, D>) -> Result<Option<Self>, StoreError> {
        let named = |text: &str| [Self::Agency, Self::Agent].into_iter().find(|kind| client_kind_name(*kind) == text);
        columns.parse(named)
    }
}

/// A row of this transaction has its number when what refers to it is written.
impl<I: Copy + From<u64> + Cell> Stored for Link<I> {
    fn write(&self, values: &mut Values<'_>) -> Result<(), StoreError> {
        let number = self.resolve(values.numbers());
        number.ok_or_else(|| StoreError::corrupt("a row refers to one that was not written"))?.write(values)
    }

    fn write_nothing(values: &mut Values<'_>) {
        I::write_nothing(values);
    }

    fn read_any<D: Driver>(columns: &mut Columns<'_, D>) -> Result<Option<Self>, StoreError> {
        Ok(I::take(columns)?.map(Link::Id))
    }
}

/// Another way to fill a column than the one of a type: named by the line of a declaration.
pub(crate) trait Way<T> {
    fn write(it: &T, values: &mut Values<'_>) -> Result<(), StoreError>;

    fn write_nothing(values: &mut Values<'_>);

    fn read_any<D: Driver>(columns: &mut Columns<'_, D>) -> Result<Option<T>, StoreError>;

    fn read<D: Driver>(columns: &mut Columns<'_, D>) -> Result<T, StoreError> {
        Self::read_any(columns)?.ok_or_else(|| columns.wrong("is empty"))
    }
}

/// As JSON.
pub(crate) struct Json;

impl<T: Serialize + DeserializeOwned> Way<T> for Json {
    fn write(it: &T, values: &mut Values<'_>) -> Result<(), StoreError> {
        let json = serde_json::to_string(it);
        let json = json.map_err(|error| StoreError::corrupt("a value cannot be written as JSON").caused_by(error))?;
        values.push(Value::from(json));
        Ok(())
    }

    fn write_nothing(values: &mut Values<'_>) {
        String::write_nothing(values);
    }

    fn read_any<D: Driver>(columns: &mut Columns<'_, D>) -> Result<Option<T>, StoreError> {
        columns.parse(|text| serde_json::from_str(text).ok())
    }
}

/// Longest text that is kept of an error, in bytes: what a `text` column holds on MySQL.
const MAX_TEXT: usize = 60_000;

/// As much of a text as its column holds; an empty column is a text of which nothing is known.
pub(crate) struct Cut;

fn cut(text: &str) -> &str {
    text.get(..text.floor_char_boundary(MAX_TEXT)).unwrap_or_default()
}

impl Way<String> for Cut {
    fn write(it: &String, values: &mut Values<'_>) -> Result<(), StoreError> {
        values.push(Value::from(cut(it)));
        Ok(())
    }

    fn write_nothing(values: &mut Values<'_>) {
        String::write_nothing(values);
    }

    fn read_any<D: Driver>(columns: &mut Columns<'_, D>) -> Result<Option<String>, StoreError> {
        Ok(Some(String::take(columns)?.unwrap_or_default()))
    }
}

impl Way<Option<String>> for Cut {
    fn write(it: &Option<String>, values: &mut Values<'_>) -> Result<(), StoreError> {
        values.push(Value::from(it.as_deref().map(cut)));
        Ok(())
    }

    fn write_nothing(values: &mut Values<'_>) {
        String::write_nothing(values);
    }

    fn read_any<D: Driver>(columns: &mut Columns<'_, D>) -> Result<Option<Option<String>>, StoreError> {
        String::take(columns).map(Some)
    }
}
