//! Declared tables, written and read back on a database.

use estair_core::clock::BusinessDay;
use estair_core::money::{Amount, Money};
use estair_core::row::Numbers;
use sqlx::{Connection as _, Executor as _};

use crate::dialect::Sqlite;
use crate::session::{Counter, Session};
use crate::sql::Sql;
use crate::table::{MoneyOf, Stored, Table as _, record, row, row_as, select_as, table, values};

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sale {
    name: String,
    price: Money,
    buyer: Option<Buyer>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Buyer {
    name: String,
    since: BusinessDay,
    note: Option<String>,
}

record! { Buyer { name: "buyer_name", since: "buyer_since", note: "buyer_note" } }

table! {
    /// Sales.
    Sales = "sale" { row: Sale as "sale", id: u64, money: MoneyOf::Row("currency") }
    columns { name: "name", price: "price", buyer: .. }
    written(sale, times => u32) { "times": times, "currency": sale.price.currency() }
}

/// The same table, each line in another place.
#[derive(Debug, PartialEq)]
struct Mirrored {
    buyer: Option<Buyer>,
    price: Money,
    name: String,
}

record! { Mirrored { buyer: .., price: "price", name: "name" } }

fn sales() -> [Sale; 2] {
    let buyer = Buyer { name: "Agence".to_owned(), since: "2025-10-21".parse().unwrap(), note: None };
    let price = "12.50".parse::<Amount>().unwrap().in_currency("EUR".parse().unwrap()).unwrap();
    let sold = Sale { name: "sold".to_owned(), price, buyer: Some(buyer) };
    [Sale { name: "left".to_owned(), buyer: None, ..sold.clone() }, sold]
}

#[tokio::test]
async fn what_is_written_is_read_whatever_the_order_of_the_lines() {
    let mut connection = sqlx::SqliteConnection::connect("sqlite::memory:").await.unwrap();
    let columns = "name text, price int, currency text, times int, buyer_name text, buyer_since text, buyer_note text";
    let create = format!("CREATE TABLE sale (id integer primary key, {columns})");
    connection.execute(sqlx::AssertSqlSafe(create)).await.unwrap();
    let counter = Counter::default();
    let mut session = Session::<Sqlite>::new(&mut connection, &counter);

    let rows = sales().map(|sale| values::<Sales>(&sale, 3, &Numbers::default()).unwrap());
    session.execute(Sql::insert::<sqlx::Sqlite>(Sales::NAME, Sales::columns(), rows)).await.unwrap();

    let found = session.read(Sql::select::<Sales>().and("times = 3 ORDER BY id"), row::<Sales, _>).await.unwrap();
    assert_eq!(found.into_iter().map(|row| row.data).collect::<Vec<_>>(), sales());
    let select = Sql::new(select_as::<Sales, Mirrored>()).and(" ORDER BY id");
    let found = session.read(select, row_as::<Sales, Mirrored, _>).await.unwrap();
    let mirrored = sales().map(|Sale { name, price, buyer }| Mirrored { buyer, price, name });
    assert_eq!(found.into_iter().map(|row| row.data).collect::<Vec<_>>(), mirrored);
}

#[tokio::test]
async fn what_cannot_be_read_is_named_with_its_row() {
    let mut connection = sqlx::SqliteConnection::connect("sqlite::memory:").await.unwrap();
    let counter = Counter::default();
    let mut session = Session::<Sqlite>::new(&mut connection, &counter);
    let broken = "SELECT 7 AS id, 'EUR', 'sold' AS name, NULL AS price, NULL, NULL, NULL";
    let error = session.read_one(Sql::new(broken), row::<Sales, _>).await.unwrap_err();
    assert!(error.to_string().ends_with("sale 7: column price is empty"), "{error}");
    let error = session.read_one(Sql::new("SELECT -1 AS number"), <u64 as Stored>::read).await.unwrap_err();
    assert!(error.to_string().ends_with("column number is negative"), "{error}");
}
