//! Values of the core in columns: how they are added to a statement, and how they are read out of a row.
//!
//! Both go column after column, and nobody counts: the list of columns, the values and the reader of a table come from one
//! declaration ([`table!`](super::table)), in whatever order that names them.

use estair_core::money::Currency;
use estair_core::row::Numbers;
use estair_core::store::StoreError;
use sqlx::{Column as _, Row as _};

use crate::driver::Driver;
use crate::value::Value;

/// What is kept in columns: a value in one, a record in several.
pub(crate) trait Stored: Sized {
    /// Adds its values.
    fn write(&self, values: &mut Values<'_>) -> Result<(), StoreError>;

    /// Adds, for each of its columns, that there is nothing.
    fn write_nothing(values: &mut Values<'_>);

    /// Reads it. None where a column is empty that it needs; all of its columns are read all the same.
    fn read_any<D: Driver>(columns: &mut Columns<'_, D>) -> Result<Option<Self>, StoreError>;

    /// Reads it where it must be.
    fn read<D: Driver>(columns: &mut Columns<'_, D>) -> Result<Self, StoreError> {
        Self::read_any(columns)?.ok_or_else(|| columns.wrong("is empty"))
    }
}

impl<T: Stored> Stored for Option<T> {
    fn write(&self, values: &mut Values<'_>) -> Result<(), StoreError> {
        match self {
            Some(value) => value.write(values),
            None => {
                T::write_nothing(values);
                Ok(())
            }
        }
    }

    fn write_nothing(values: &mut Values<'_>) {
        T::write_nothing(values);
    }

    /// A row of which some columns are filled that belong together, and others are not, was written by somebody else.
    fn read_any<D: Driver>(columns: &mut Columns<'_, D>) -> Result<Option<Self>, StoreError> {
        let filled = columns.filled;
        match T::read_any(columns)? {
            None if columns.filled > filled => Err(columns.wrong("ends columns of which some are empty, others not")),
            value => Ok(Some(value)),
        }
    }
}

/// The values of a row in the making.
pub(crate) struct Values<'n> {
    list: Vec<Value>,
    numbers: &'n Numbers,
}

impl<'n> Values<'n> {
    /// None yet, of so many columns; rows of this transaction have these numbers.
    pub(crate) fn of(columns: usize, numbers: &'n Numbers) -> Self {
        Self { list: Vec::with_capacity(columns), numbers }
    }

    pub(crate) fn push(&mut self, value: Value) {
        self.list.push(value);
    }

    pub(crate) fn numbers(&self) -> &'n Numbers {
        self.numbers
    }

    pub(crate) fn into_list(self) -> Vec<Value> {
        self.list
    }
}

/// A row, and the column of it that is read next.
pub(crate) struct Columns<'r, D: Driver> {
    row: &'r D::Row,
    next: usize,
    /// Columns so far that are not empty.
    filled: usize,
    currency: Option<Currency>,
}

impl<'r, D: Driver> Columns<'r, D> {
    pub(crate) fn new(row: &'r D::Row) -> Self {
        Self { row, next: 0, filled: 0, currency: None }
    }

    /// Reads what stands in the next column, or in the next ones.
    pub(crate) fn read<T: Stored>(&mut self) -> Result<T, StoreError> {
        T::read(self)
    }

    /// All money of the row is in this currency.
    pub(crate) fn in_currency(&mut self, currency: Currency) -> &mut Self {
        self.currency = Some(currency);
        self
    }

    /// The currency of the row's money.
    pub(crate) fn currency(&self) -> Result<Currency, StoreError> {
        self.currency.ok_or_else(|| self.wrong("is of no currency"))
    }

    /// Takes the next column, by a function of its driver.
    pub(crate) fn take<T>(
        &mut self,
        get: fn(&D::Row, usize) -> sqlx::Result<Option<T>>,
    ) -> Result<Option<T>, StoreError> {
        let column = self.next;
        self.next += 1;
        let value = get(self.row, column).map_err(|error| self.wrong("is of another type").caused_by(error))?;
        self.filled += usize::from(value.is_some());
        Ok(value)
    }

    /// Is there nothing in the next column, a number's?
    pub(crate) fn is_next_empty(&self) -> Result<bool, StoreError> {
        let number = D::int(self.row, self.next);
        Ok(number.map_err(|error| self.wrong("is before one of another type").caused_by(error))?.is_none())
    }

    /// Goes past so many columns.
    pub(crate) fn pass(&mut self, columns: usize) {
        self.next += columns;
    }

    /// Takes the next column as a text of which something is made.
    pub(crate) fn parse<T>(&mut self, read: impl FnOnce(&str) -> Option<T>) -> Result<Option<T>, StoreError> {
        let text = self.take(D::text)?;
        text.map(|text| read(&text).ok_or_else(|| self.wrong("holds an unknown value"))).transpose()
    }

    /// What is wrong with the column that was read last.
    pub(crate) fn wrong(&self, problem: &str) -> StoreError {
        let name = self.row.columns().get(self.next.saturating_sub(1)).map_or("", |column| column.name());
        StoreError::corrupt(format_args!("column {name} {problem}"))
    }
}
