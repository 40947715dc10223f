//! A host's own pool and its own transactions: what the store relies on is looked at before anything is written there.
//!
//! Guarantee: nothing is decided on a session that repeats its reads, cuts what does not fit, or shifts instants; nothing
//! that joins is committed by itself, because no transaction was open.

use std::sync::Arc;

use estair_core::store::{StoreError, StoreErrorKind};
use sqlx::Pool;
use sqlx::pool::PoolOptions;

use crate::dialect::{ConnectionOf, Dialect};
use crate::fault::fault;
use crate::options::Options;
use crate::pool::{Connections, examine};
use crate::reach::begin_session;

/// Makes every session of a host's pool one that the store can live on: READ COMMITTED, strict, in UTC, durable; on SQLite WAL
/// and foreign keys.
///
/// It takes the pool's `after_connect`: a host that has something of its own to do there calls [`prepare_session`] in it.
#[must_use]
pub fn prepare<D: Dialect>(pool: PoolOptions<D::Driver>, options: &Options) -> PoolOptions<D::Driver> {
    let statements: Arc<[String]> = D::prepare(options).into();
    pool.after_connect(move |connection, _| {
        let statements = Arc::clone(&statements);
        Box::pin(async move { begin_session::<D>(connection, &statements).await })
    })
}

/// As [`prepare`], of one connection: for a host's own `after_connect`.
///
/// # Errors
/// The database's trouble.
pub async fn prepare_session<D: Dialect>(connection: &mut ConnectionOf<D>, options: &Options) -> sqlx::Result<()> {
    begin_session::<D>(connection, &D::prepare(options)).await
}

/// Connections over a host's pool, whose server and sessions were looked at on one of them.
pub(crate) async fn connections<D: Dialect>(
    pool: Pool<D::Driver>,
    options: &Options,
) -> Result<Connections<D>, StoreError> {
    let mut connection = pool.acquire().await.map_err(fault::<D::Driver>)?;
    examine::<D>(&mut connection, options).await?;
    fit::<D>(&mut connection, options.schema.as_deref()).await?;
    drop(connection);
    Ok(Connections::over(pool, options))
}

/// Can the store live on this session?
async fn fit<D: Dialect>(connection: &mut ConnectionOf<D>, schema: Option<&str>) -> Result<(), StoreError> {
    let mut unfit = D::unfit(connection).await.map_err(fault::<D::Driver>)?;
    if let Some(wanted) = schema {
        let found = D::schema(connection).await.map_err(fault::<D::Driver>)?;
        if found.as_deref() != Some(wanted) {
            unfit.push(format!("it is in {}, not in {wanted}", found.as_deref().unwrap_or("no schema")));
        }
    }
    if unfit.is_empty() {
        return Ok(());
    }
    let why = unfit.join("; ");
    let message = format_args!("a session of the host's cannot hold the book: {why} (`estair_sqlx::prepare` sets it)");
    Err(StoreError::new(StoreErrorKind::Other, message))
}

/// Is this connection one that a unit may join: inside a transaction, on a session that the store can live on?
pub(crate) async fn may_join<D: Dialect>(
    connection: &mut ConnectionOf<D>,
    schema: Option<&str>,
) -> Result<(), StoreError> {
    if !D::in_transaction(connection).await.map_err(fault::<D::Driver>)? {
        let message = "the connection is in no transaction: what the book wrote there could not be rolled back";
        return Err(StoreError::new(StoreErrorKind::Other, message));
    }
    fit::<D>(connection, schema).await
}
