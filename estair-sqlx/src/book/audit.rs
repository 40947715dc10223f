//! What only verifying reads (F8, W4): everything that is kept, pair by pair. Nothing is judged here.

use std::collections::BTreeMap;

use async_trait::async_trait;
use estair_core::audit::LogStatus;
use estair_core::category::Status;
use estair_core::id::{AccountId, MovementId, RequestId};
use estair_core::movement::Movement;
use estair_core::row::{Link, Row};
use estair_core::store::{AuditReader, AuditedLog, LooseLog, NamedMovement, NamedRequest, StoreError, UnderWay};

use super::BookStore;
use super::names::{CLOSED, HELPDESK, SUCCESS};
use crate::dialect::Dialect;
use crate::session::Session;
use crate::sql::{Sql, one_of};
use crate::table::{AuditedColumns, Columns, Logs, Movements, Requests, row, row_as, select_as};
use crate::value::Value;

/// A list by number goes on after this one.
fn after(number: Option<u64>) -> Value {
    Value::key(number.unwrap_or(0))
}

/// Links of an account's chain after this version and number.
fn links(id: AccountId, (version, number): (u64, u64), limit: u32) -> Sql {
    let sql = Sql::new(select_as::<Logs, AuditedColumns>()).and(
        " WHERE t.account_id = ? AND t.account_version IS NOT NULL \
         AND (t.account_version > ? OR (t.account_version = ? AND t.id > ?)) ORDER BY t.account_version, t.id LIMIT ?",
    );
    let sql = sql.bind(Value::key(id.0)).bind(Value::key(version)).bind(Value::key(version));
    sql.bind(Value::key(number)).bind(limit)
}

/// Movements by their numbers.
async fn by_number<D: Dialect>(
    session: &mut Session<'_, D>,
    ids: impl Iterator<Item = MovementId>,
) -> Result<BTreeMap<MovementId, Row<MovementId, Movement>>, StoreError> {
    let ids: Vec<_> = ids.map(|id| Value::key(id.0)).collect();
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let found = session.read(Sql::select::<Movements>().and("id IN ").list(ids), row::<Movements, _>).await?;
    Ok(found.into_iter().map(|row| (row.id, row)).collect())
}

#[async_trait]
impl<D: Dialect> AuditReader for BookStore<D> {
    async fn audit_movements(
        &self,
        id: AccountId,
        after: Option<MovementId>,
        limit: u32,
    ) -> Result<Vec<Row<MovementId, Movement>>, StoreError> {
        let condition = format!("account_id = ? AND status = '{SUCCESS}' AND id > ? ORDER BY id LIMIT ?");
        let sql = Sql::select::<Movements>().and(&condition).bind(Value::key(id.0));
        let sql = sql.bind(self::after(after.map(|id| id.0))).bind(limit);
        self.all(sql, row::<Movements, _>).await
    }

    async fn audit_logs(&self, id: AccountId, after: (u64, u64), limit: u32) -> Result<Vec<AuditedLog>, StoreError> {
        let mut connection = self.db.reader().await?;
        let mut session = self.db.session(&mut connection);
        let found = session.read(links(id, after, limit), row_as::<Logs, AuditedColumns, _>).await?;
        let movements = by_number(&mut session, found.iter().filter_map(|link| link.log.movement.known())).await?;
        let pair = |Row { id, data: AuditedColumns { log, status, changes } }| {
            let log: estair_core::audit::Log = log;
            let movement = log.movement.known().and_then(|id| movements.get(&id)).cloned();
            AuditedLog { row: Row { id, data: log }, movement, status, changes }
        };
        Ok(found.into_iter().map(pair).collect())
    }

    async fn named_movements(&self, after: Option<RequestId>, limit: u32) -> Result<Vec<NamedMovement>, StoreError> {
        let condition = format!("(status = '{CLOSED}' OR mouvement_id IS NOT NULL) AND id > ? ORDER BY id LIMIT ?");
        let sql = Sql::select::<Requests>().and(&condition).bind(self::after(after.map(|id| id.0))).bind(limit);
        let mut connection = self.db.reader().await?;
        let mut session = self.db.session(&mut connection);
        let requests = session.read(sql, row::<Requests, _>).await?;
        let named = requests.iter().filter_map(|request| request.movement.and_then(Link::known));
        let movements = by_number(&mut session, named).await?;
        let pair = |request: Row<RequestId, _>| {
            let request: Row<RequestId, estair_core::request::Request> = request;
            let named = request.movement.and_then(Link::known);
            NamedMovement { movement: named.and_then(|id| movements.get(&id)).cloned(), request }
        };
        Ok(requests.into_iter().map(pair).collect())
    }

    async fn named_requests(&self, after: Option<MovementId>, limit: u32) -> Result<Vec<NamedRequest>, StoreError> {
        let sql = Sql::new(format!(
            "SELECT m.id, r.id, r.mouvement_id FROM mouvements m \
             LEFT JOIN requetes_financieres r ON r.id = m.requete_financiere_id \
             WHERE m.status = '{SUCCESS}' AND m.is_deleted = 0 \
             AND (m.requete_financiere_id IS NOT NULL OR m.source = '{HELPDESK}') AND m.id > ? ORDER BY m.id LIMIT ?"
        ));
        let read = |c: &mut Columns<'_, D::Driver>| {
            Ok(NamedRequest { movement: c.read()?, request: c.read()?, names: c.read()? })
        };
        self.all(sql.bind(self::after(after.map(|id| id.0))).bind(limit), read).await
    }

    async fn loose_logs(&self, after: Option<u64>, limit: u32) -> Result<Vec<LooseLog>, StoreError> {
        let sql = "SELECT id, mouvement_id, status FROM mouvement_logs WHERE account_version IS NULL AND id > ? \
                   ORDER BY id LIMIT ?";
        let read = |c: &mut Columns<'_, D::Driver>| {
            Ok(LooseLog { id: c.read()?, movement: c.read()?, status: c.read::<LogStatus>()? })
        };
        self.all(Sql::new(sql).bind(self::after(after)).bind(limit), read).await
    }

    async fn under_way(&self, after: Option<RequestId>, limit: u32) -> Result<Vec<UnderWay>, StoreError> {
        let passed = one_of([Status::ToTreat.name(), Status::Processing.name()]);
        let sql = Sql::new(format!(
            "SELECT r.id, r.execution, (SELECT COUNT(*) FROM estair_outbox o \
             WHERE o.request_uuid = r.uuid AND o.execution = r.execution), r.message_uuid \
             FROM requetes_financieres r WHERE r.status IN {passed} AND r.id > ? ORDER BY r.id LIMIT ?"
        ));
        let read = |c: &mut Columns<'_, D::Driver>| {
            let (request, execution) = (c.read()?, c.read()?);
            Ok(UnderWay { request, execution, in_outbox: c.read()?, message_uuid: c.read()? })
        };
        self.all(sql.bind(self::after(after.map(|id| id.0))).bind(limit), read).await
    }
}
