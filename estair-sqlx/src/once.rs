//! Calls that are done once: what they made is kept under the caller's key, in the transaction of their effect (W3).

use estair_core::clock::Timestamp;
use estair_core::decision::{Answer, Once, Remembered};
use estair_core::refusal::Refusal;
use estair_core::row::Numbers;
use estair_core::store::{StoreError, StoreErrorKind};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::dialect::Dialect;
use crate::session::Session;
use crate::sql::Sql;
use crate::table::{IdempotencyKeys, row};
use crate::writes::inserts;

/// What an earlier call with this key made; a refusal where that was another call.
pub(crate) async fn recalled<D: Dialect, T: DeserializeOwned>(
    session: &mut Session<'_, D>,
    once: Option<&Once>,
) -> Result<Result<Option<T>, Refusal>, StoreError> {
    let Some(Once { scope, key }) = once else { return Ok(Ok(None)) };
    let sql = Sql::select::<IdempotencyKeys>().and("scope = ? AND idempotency_key = ?");
    let sql = sql.bind(scope.as_str()).bind(key.key.as_str());
    let Some(found) = session.read_one(sql, row::<IdempotencyKeys, _>).await? else { return Ok(Ok(None)) };
    if found.fingerprint != key.fingerprint {
        return Ok(Err(Refusal::IdempotencyKeyReused));
    }
    let Answer::OfHost(made) = found.data.answer else { return Ok(Err(Refusal::IdempotencyKeyReused)) };
    let made = serde_json::from_value(made).map_err(|error| StoreError::corrupt("a kept answer").caused_by(error))?;
    Ok(Ok(Some(made)))
}

/// Keeps what a call made. Another one that keeps the same key at once is met as contention: the call runs again, and finds it.
pub(crate) async fn remember<D: Dialect>(
    session: &mut Session<'_, D>,
    once: Option<&Once>,
    made: &impl Serialize,
    at: Timestamp,
) -> Result<(), StoreError> {
    let Some(Once { scope, key }) = once else { return Ok(()) };
    let made = serde_json::to_value(made)
        .map_err(|error| StoreError::new(StoreErrorKind::Other, "an answer cannot be kept").caused_by(error))?;
    let kept = Remembered {
        scope: scope.clone(),
        key: key.key.clone(),
        fingerprint: key.fingerprint,
        answer: Answer::OfHost(made),
        at,
    };
    let statements = inserts::<D::Driver, IdempotencyKeys>(std::iter::once((&kept, ())), &Numbers::default())?;
    session.execute_all(statements).await.map_err(|error| match error.kind() {
        StoreErrorKind::Duplicate => {
            StoreError::new(StoreErrorKind::Contention, "the key is used at once").caused_by(error)
        }
        _ => error,
    })
}
