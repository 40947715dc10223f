//! Reading a row, column after column, in the order in which the query names them.

use estair_core::audit::Hash;
use estair_core::clock::{BusinessDay, Timestamp};
use estair_core::money::{Amount, Currency, Money};
use estair_core::store::StoreError;
use sqlx::{Column as _, Row as _};
use uuid::Uuid;

use crate::dialect::Dialect;

/// A row and the column that is read next.
pub(crate) struct Columns<'r, D: Dialect> {
    row: &'r D::Row,
    next: usize,
}

impl<'r, D: Dialect> Columns<'r, D> {
    pub(crate) fn new(row: &'r D::Row) -> Self {
        Self { row, next: 0 }
    }

    fn take<T>(&mut self, get: fn(&D::Row, usize) -> sqlx::Result<Option<T>>) -> Result<Option<T>, StoreError> {
        let column = self.next;
        self.next += 1;
        get(self.row, column).map_err(|error| self.wrong("is of another type").caused_by(error))
    }

    fn wrong(&self, problem: &str) -> StoreError {
        let name = self.row.columns().get(self.next.saturating_sub(1)).map_or("", |column| column.name());
        StoreError::corrupt(format_args!("column {name} {problem}"))
    }

    fn there<T>(&self, value: Option<T>) -> Result<T, StoreError> {
        value.ok_or_else(|| self.wrong("is empty"))
    }

    /// The answer to a wish for a lock: 1, or nothing at all where waiting is the answer (PostgreSQL's `void`).
    pub(crate) fn lock_taken(&mut self) -> bool {
        self.take(D::int).map_or(true, |taken| taken == Some(1))
    }

    pub(crate) fn opt_number(&mut self) -> Result<Option<u64>, StoreError> {
        let int = self.take(D::int)?;
        int.map(|int| u64::try_from(int).map_err(|_| self.wrong("is negative"))).transpose()
    }

    pub(crate) fn number(&mut self) -> Result<u64, StoreError> {
        let number = self.opt_number()?;
        self.there(number)
    }

    pub(crate) fn small(&mut self) -> Result<u32, StoreError> {
        let number = self.number()?;
        u32::try_from(number).map_err(|_| self.wrong("is too large"))
    }

    pub(crate) fn flag(&mut self) -> Result<bool, StoreError> {
        Ok(self.number()? != 0)
    }

    pub(crate) fn opt_text(&mut self) -> Result<Option<String>, StoreError> {
        self.take(D::text)
    }

    pub(crate) fn text(&mut self) -> Result<String, StoreError> {
        let text = self.opt_text()?;
        self.there(text)
    }

    fn parsed<T>(&mut self, read: impl FnOnce(&str) -> Option<T>) -> Result<Option<T>, StoreError> {
        let text = self.opt_text()?;
        text.map(|text| read(&text).ok_or_else(|| self.wrong("holds an unknown value"))).transpose()
    }

    pub(crate) fn opt_uuid(&mut self) -> Result<Option<Uuid>, StoreError> {
        self.parsed(|text| text.parse().ok())
    }

    pub(crate) fn uuid(&mut self) -> Result<Uuid, StoreError> {
        let uuid = self.opt_uuid()?;
        self.there(uuid)
    }

    pub(crate) fn opt_hash(&mut self) -> Result<Option<Hash>, StoreError> {
        self.parsed(Hash::parse)
    }

    pub(crate) fn hash(&mut self) -> Result<Hash, StoreError> {
        let hash = self.opt_hash()?;
        self.there(hash)
    }

    pub(crate) fn currency(&mut self) -> Result<Currency, StoreError> {
        let currency = self.parsed(|text| text.parse().ok())?;
        self.there(currency)
    }

    /// One of a closed set of names.
    pub(crate) fn named<T>(&mut self, read: fn(&str) -> Option<T>) -> Result<T, StoreError> {
        let named = self.parsed(read)?;
        self.there(named)
    }

    pub(crate) fn opt_named<T>(&mut self, read: fn(&str) -> Option<T>) -> Result<Option<T>, StoreError> {
        self.parsed(read)
    }

    pub(crate) fn opt_json<T: serde::de::DeserializeOwned>(&mut self) -> Result<Option<T>, StoreError> {
        self.parsed(|text| serde_json::from_str(text).ok())
    }

    pub(crate) fn json<T: serde::de::DeserializeOwned>(&mut self) -> Result<T, StoreError> {
        let json = self.opt_json()?;
        self.there(json)
    }

    pub(crate) fn opt_amount(&mut self) -> Result<Option<Amount>, StoreError> {
        let hundredths = self.take(D::hundredths)?;
        let read = |hundredths| Amount::from_hundredths(hundredths).map_err(|_| self.wrong("is out of range"));
        hundredths.map(read).transpose()
    }

    pub(crate) fn opt_money(&mut self, currency: Currency) -> Result<Option<Money>, StoreError> {
        let amount = self.opt_amount()?;
        let read =
            |amount: Amount| amount.in_currency(currency).map_err(|_| self.wrong("is no amount of its currency"));
        amount.map(read).transpose()
    }

    pub(crate) fn money(&mut self, currency: Currency) -> Result<Money, StoreError> {
        let money = self.opt_money(currency)?;
        self.there(money)
    }

    pub(crate) fn opt_instant(&mut self) -> Result<Option<Timestamp>, StoreError> {
        self.take(D::instant)
    }

    pub(crate) fn instant(&mut self) -> Result<Timestamp, StoreError> {
        let instant = self.opt_instant()?;
        self.there(instant)
    }

    pub(crate) fn opt_day(&mut self) -> Result<Option<BusinessDay>, StoreError> {
        Ok(self.take(D::day)?.map(BusinessDay::new))
    }

    pub(crate) fn day(&mut self) -> Result<BusinessDay, StoreError> {
        let day = self.opt_day()?;
        self.there(day)
    }
}
