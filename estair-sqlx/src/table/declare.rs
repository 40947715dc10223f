//! How a table is declared: once, line by line, each naming a column and the field that is kept there.
//!
//! A line is `field: "column"`; the field's type says how it is written and read ([`Stored`]), and `as` names another way
//! ([`Way`](super::Way)). `field: ..` stands for the columns of the field's own [`Record`], which is declared in the same
//! way. What is written beside the fields, because it follows from them or only the writer knows it, is in the block
//! `written`: a value for each column, made from the row and from what it is written with.
//!
//! From the lines come the list of columns, the values and the reader, each in the order of the lines: two lines can change
//! places, and a new column is a new line. Nothing is looked up by name while rows are read.

use std::fmt::Display;

use estair_core::row::{Numbers, Row};
use estair_core::store::{Slice, StoreError, StoreErrorKind};

use super::stored::{Columns, Stored, Values};
use crate::driver::Driver;
use crate::value::Value;

/// What is kept in several columns, whose names it knows.
pub(crate) trait Record: Stored {
    /// Adds the names of its columns.
    fn columns(names: &mut Vec<&'static str>);
}

impl<T: Record> Record for Option<T> {
    fn columns(names: &mut Vec<&'static str>) {
        T::columns(names);
    }
}

/// Where the currency of a row's money stands.
pub(crate) enum MoneyOf {
    /// A row has no money.
    Nothing,
    /// In this column of the row.
    Row(&'static str),
    /// With its account.
    Account,
}

/// A table of rows that have numbers.
pub(crate) trait Table {
    /// Its name.
    const NAME: &'static str;
    /// What one of its rows is, for errors.
    const WORD: &'static str;
    /// Where the currency of its money stands.
    const MONEY: MoneyOf;
    /// The number of a row.
    type Id: From<u64> + Display + Copy;
    /// What is in a row.
    type Row: Record;
    /// What a row is written with.
    type With: Copy;

    /// The columns that are written.
    fn columns() -> &'static [&'static str];

    /// The values of a row, in the order of its [`columns`](Self::columns).
    fn write(row: &Self::Row, with: Self::With, values: &mut Values<'_>) -> Result<(), StoreError>;

    /// `SELECT … FROM …`, without a WHERE, of rows that [`row`] reads. A table whose currency is its account's is `t` in it.
    fn select() -> &'static str;
}

/// Declares a record: which field is kept in which column.
macro_rules! record {
    ($record:ty { $($field:ident: $column:tt $(as $way:ident)?),* $(,)? }) => {
        impl $crate::table::Record for $record {
            fn columns(names: &mut Vec<&'static str>) {
                $($crate::table::record!(@name $column, |record: &Self| &record.$field, names);)*
            }
        }

        impl $crate::table::Stored for $record {
            fn write(&self, values: &mut $crate::table::Values<'_>) -> Result<(), estair_core::store::StoreError> {
                $($crate::table::record!(@write &self.$field, values $(, $way)?)?;)*
                Ok(())
            }

            fn write_nothing(values: &mut $crate::table::Values<'_>) {
                $($crate::table::record!(@nothing |record: &Self| &record.$field, values $(, $way)?);)*
            }

            fn read_any<D: $crate::driver::Driver>(
                columns: &mut $crate::table::Columns<'_, D>,
            ) -> Result<Option<Self>, estair_core::store::StoreError> {
                $(let $field = $crate::table::record!(@read_any columns $(, $way)?)?;)*
                let ($(Some($field),)*) = ($($field,)*) else { return Ok(None) };
                Ok(Some(Self { $($field),* }))
            }

            fn read<D: $crate::driver::Driver>(
                columns: &mut $crate::table::Columns<'_, D>,
            ) -> Result<Self, estair_core::store::StoreError> {
                Ok(Self { $($field: $crate::table::record!(@read columns $(, $way)?)?),* })
            }
        }
    };

    (@name .., $of:expr, $names:ident) => { $crate::table::add_columns($of, $names) };
    (@name $column:literal, $of:expr, $names:ident) => { $names.push($column) };
    (@write $it:expr, $values:ident) => { $crate::table::Stored::write($it, $values) };
    (@write $it:expr, $values:ident, $way:ident) => { <$way as $crate::table::Way<_>>::write($it, $values) };
    (@nothing $of:expr, $values:ident) => { $crate::table::write_nothing($of, $values) };
    (@nothing $of:expr, $values:ident, $way:ident) => { $crate::table::write_nothing_by::<$way, _, _>($of, $values) };
    (@read_any $columns:ident) => { $crate::table::Stored::read_any($columns) };
    (@read_any $columns:ident, $way:ident) => { <$way as $crate::table::Way<_>>::read_any($columns) };
    (@read $columns:ident) => { $crate::table::Stored::read($columns) };
    (@read $columns:ident, $way:ident) => { <$way as $crate::table::Way<_>>::read($columns) };
}
pub(crate) use record;

/// Adds the names of the columns of a field; the function says which type the field has.
pub(crate) fn add_columns<R, T: Record>(_: fn(&R) -> &T, names: &mut Vec<&'static str>) {
    T::columns(names);
}

/// As [`add_columns`], that a field holds nothing.
pub(crate) fn write_nothing<R, T: Stored>(_: fn(&R) -> &T, values: &mut Values<'_>) {
    T::write_nothing(values);
}

/// As [`write_nothing`], of a field that is kept another way.
pub(crate) fn write_nothing_by<W: super::Way<T>, R, T>(_: fn(&R) -> &T, values: &mut Values<'_>) {
    W::write_nothing(values);
}

/// Keeps a type by way of a record that has its columns side by side.
macro_rules! flattened {
    ($kept:ty as $record:ident) => {
        impl $crate::table::Record for $kept {
            fn columns(names: &mut Vec<&'static str>) {
                <$record as $crate::table::Record>::columns(names);
            }
        }

        impl $crate::table::Stored for $kept {
            fn write(&self, values: &mut $crate::table::Values<'_>) -> Result<(), estair_core::store::StoreError> {
                $crate::table::Stored::write(&$record::from(self), values)
            }

            fn write_nothing(values: &mut $crate::table::Values<'_>) {
                <$record as $crate::table::Stored>::write_nothing(values);
            }

            fn read_any<D: $crate::driver::Driver>(
                columns: &mut $crate::table::Columns<'_, D>,
            ) -> Result<Option<Self>, estair_core::store::StoreError> {
                <$record as $crate::table::Stored>::read(columns)?.unflattened().map(Some)
            }
        }
    };
}
pub(crate) use flattened;

/// Declares a table; the module's documentation says what the lines mean.
macro_rules! table {
    (
        $(#[$doc:meta])*
        $table:ident = $name:literal { row: $row:ident as $word:literal, id: $id:ty, money: $money:expr $(,)? }
        $(columns { $($columns:tt)* })?
        $(written($it:pat, $with:pat => $With:ty) { $($column:literal: $value:expr),* $(,)? })?
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub(crate) struct $table;

        $($crate::table::record! { $row { $($columns)* } })?

        impl $crate::table::Table for $table {
            const NAME: &'static str = $name;
            const WORD: &'static str = $word;
            const MONEY: $crate::table::MoneyOf = $money;
            type Id = $id;
            type Row = $row;
            type With = $crate::table::table!(@with $($With)?);

            fn columns() -> &'static [&'static str] {
                static COLUMNS: std::sync::LazyLock<Vec<&'static str>> = std::sync::LazyLock::new(|| {
                    let mut names = Vec::new();
                    <$row as $crate::table::Record>::columns(&mut names);
                    $($(names.push($column);)*)?
                    names
                });
                &COLUMNS
            }

            fn write(
                row: &$row,
                _with: Self::With,
                values: &mut $crate::table::Values<'_>,
            ) -> Result<(), estair_core::store::StoreError> {
                $crate::table::Stored::write(row, values)?;
                $(
                    let ($it, $with) = (row, _with);
                    $($crate::table::Stored::write(&$value, values)?;)*
                )?
                Ok(())
            }

            fn select() -> &'static str {
                static SELECT: std::sync::LazyLock<String> =
                    std::sync::LazyLock::new(|| $crate::table::select_as::<$table, $row>());
                &SELECT
            }
        }
    };

    (@with) => { () };
    (@with $With:ty) => { $With };
}
pub(crate) use table;

/// `SELECT … FROM …` of rows of a table that [`row_as`] reads.
pub(crate) fn select_as<T: Table, R: Record>() -> String {
    let name = T::NAME;
    match T::MONEY {
        MoneyOf::Nothing | MoneyOf::Row(_) => format!("SELECT {} FROM {name}", shown_as::<T, R>("")),
        MoneyOf::Account => {
            let shown = shown_as::<T, R>("t.");
            format!("SELECT {shown} FROM {name} t JOIN estair_accounts a ON a.id = t.account_id")
        }
    }
}

/// What [`row`] reads, of a table by this alias.
pub(crate) fn shown<T: Table>(alias: &str) -> String {
    shown_as::<T, T::Row>(alias)
}

/// What [`row_as`] reads, of a table by this alias.
pub(crate) fn shown_as<T: Table, R: Record>(alias: &str) -> String {
    let list = list::<R>(alias);
    match T::MONEY {
        MoneyOf::Nothing => format!("{alias}id, {list}"),
        MoneyOf::Row(currency) => format!("{alias}id, {alias}{currency}, {list}"),
        MoneyOf::Account => format!("{alias}id, a.currency, {list}"),
    }
}

/// What [`row`] reads, of a table by this alias, with nothing in the place of this column, which may be empty.
pub(crate) fn shown_without<T: Table>(alias: &str, column: &str) -> String {
    let column = format!(", {alias}{column},");
    shown::<T>(alias).replace(&column, ", NULL,")
}

/// The columns of a record, of a table by this alias (with its point).
pub(crate) fn list<R: Record>(alias: &str) -> String {
    let mut names = Vec::new();
    R::columns(&mut names);
    let mut list = String::new();
    for (place, name) in names.into_iter().enumerate() {
        list.push_str(if place == 0 { "" } else { ", " });
        list.push_str(alias);
        list.push_str(name);
    }
    list
}

/// The columns of a record.
pub(crate) fn columns_of<R: Record>() -> Vec<&'static str> {
    let mut names = Vec::new();
    R::columns(&mut names);
    names
}

/// Reads a row of a table.
pub(crate) fn row<T: Table, D: Driver>(columns: &mut Columns<'_, D>) -> Result<Row<T::Id, T::Row>, StoreError> {
    row_as::<T, T::Row, D>(columns)
}

/// Reads a row of a table, as this record.
pub(crate) fn row_as<T: Table, R: Record, D: Driver>(
    columns: &mut Columns<'_, D>,
) -> Result<Row<T::Id, R>, StoreError> {
    let id = T::Id::from(columns.read::<u64>()?);
    let data = in_its_currency::<T, R, D>(columns);
    data.map(|data| Row { id, data }).map_err(|error| error.about(format_args!("{} {id}", T::WORD)))
}

/// A row of a list, with its number: none where it cannot be read.
pub(crate) type Listed<T> = (u64, Option<RowOf<T>>);

/// Reads a row of a list of everything. One that a hand has made unreadable does not take the list down: it is logged, and
/// verifying tells of it.
pub(crate) fn row_of_list<T: Table, D: Driver>(columns: &mut Columns<'_, D>) -> Result<Listed<T>, StoreError> {
    let id = columns.read::<u64>()?;
    match in_its_currency::<T, T::Row, D>(columns) {
        Ok(data) => Ok((id, Some(Row { id: T::Id::from(id), data }))),
        Err(error) if error.kind() == StoreErrorKind::Corrupt => {
            tracing::error!(table = T::NAME, id, %error, "a row cannot be read, and is left out of a list");
            Ok((id, None))
        }
        Err(error) => Err(error),
    }
}

/// The page of the rows of a list that can be read.
pub(crate) fn page_of_list<T: Table>(rows: Vec<Listed<T>>, limit: u32) -> Slice<RowOf<T>> {
    let Slice { items, next } = Slice::of(rows, limit, |(id, _)| *id);
    Slice { items: items.into_iter().filter_map(|(_, row)| row).collect(), next }
}

/// A row of a table, with its number.
pub(crate) type RowOf<T> = Row<<T as Table>::Id, <T as Table>::Row>;

/// Reads a row of a table that may not be there; its columns are passed over then.
pub(crate) fn maybe_row<T: Table, D: Driver>(columns: &mut Columns<'_, D>) -> Result<Option<RowOf<T>>, StoreError> {
    if columns.is_next_empty()? {
        let money = usize::from(!matches!(T::MONEY, MoneyOf::Nothing));
        columns.pass(1 + money + columns_of::<T::Row>().len());
        return Ok(None);
    }
    row::<T, D>(columns).map(Some)
}

fn in_its_currency<T: Table, R: Record, D: Driver>(columns: &mut Columns<'_, D>) -> Result<R, StoreError> {
    if !matches!(T::MONEY, MoneyOf::Nothing) {
        let currency = columns.read()?;
        columns.in_currency(currency);
    }
    R::read(columns)
}

/// The values of a row of a table, in the order of its columns.
pub(crate) fn values<T: Table>(row: &T::Row, with: T::With, numbers: &Numbers) -> Result<Vec<Value>, StoreError> {
    let mut values = Values::of(T::columns().len(), numbers);
    T::write(row, with, &mut values)?;
    Ok(values.into_list())
}

/// The values of a record, in the order of its columns.
pub(crate) fn values_of<R: Record>(record: &R) -> Result<Vec<Value>, StoreError> {
    let numbers = Numbers::default();
    let mut values = Values::of(8, &numbers);
    record.write(&mut values)?;
    Ok(values.into_list())
}
