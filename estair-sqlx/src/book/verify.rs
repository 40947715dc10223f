//! What `verify` reads: successful movements, links of the audit chain, and what does not belong together (F8, W4).

use std::collections::BTreeMap;

use estair_core::audit::LogStatus;
use estair_core::category::DEFINITIONS;
use estair_core::id::{AccountId, MovementId, RequestId, Row};
use estair_core::movement::Movement;
use estair_core::read::{AuditedLog, UnderWay, Unpaired};
use estair_core::store::StoreError;

use super::movements::{LOG, MOVEMENT, log, movement};
use super::reads::select;
use crate::dialect::Dialect;
use crate::statement::{Session, Sql, Value};

/// Log rows under a condition, each with the currency of its account.
pub(super) fn logs(condition: &str) -> Sql {
    logs_and(&[], condition)
}

fn logs_and(more: &[&str], condition: &str) -> Sql {
    let columns: Vec<_> = LOG.iter().chain(more).map(|column| format!("l.{column}")).collect();
    let columns = columns.join(", ");
    let from = "FROM mouvement_logs l JOIN accounts a ON a.id = l.account_id";
    Sql::new(format!("SELECT a.currency, l.id, {columns} {from} WHERE {condition}"))
}

pub(super) async fn movements<D: Dialect>(
    session: &mut Session<'_, D>,
    id: AccountId,
    after: Option<MovementId>,
    limit: u32,
) -> Result<Vec<Row<MovementId, Movement>>, StoreError> {
    let sql = select("mouvements", &MOVEMENT)
        .and("account_id = ? AND status = 'success' AND id > ? ORDER BY id LIMIT ?")
        .bind(Value::key(id.0))
        .bind(Value::key(after.map_or(0, |after| after.0)))
        .bind(limit);
    session.read(sql, movement).await
}

pub(super) async fn links<D: Dialect>(
    session: &mut Session<'_, D>,
    id: AccountId,
    after: (u64, u64),
    limit: u32,
) -> Result<Vec<AuditedLog>, StoreError> {
    let condition = "l.account_id = ? AND l.account_version IS NOT NULL \
                     AND (l.account_version > ? OR (l.account_version = ? AND l.id > ?)) \
                     ORDER BY l.account_version, l.id LIMIT ?";
    let (version, log_id) = after;
    let sql = logs_and(&["status", "changes"], condition).bind(Value::key(id.0));
    let sql = sql.bind(Value::key(version)).bind(Value::key(version)).bind(Value::key(log_id)).bind(limit);
    let mut links = session
        .read(sql, |c| {
            let (row, status, changes) = (log(c)?, c.named(LogStatus::from_name)?, c.opt_json()?);
            Ok(AuditedLog { row, movement: None, status, changes })
        })
        .await?;
    let named: Vec<_> = links.iter().filter_map(|link| link.row.movement.known()).collect();
    let movements = by_number(session, &named).await?;
    for link in &mut links {
        link.movement = link.row.movement.known().and_then(|id| movements.get(&id)).cloned();
    }
    Ok(links)
}

async fn by_number<D: Dialect>(
    session: &mut Session<'_, D>,
    ids: &[MovementId],
) -> Result<BTreeMap<MovementId, Row<MovementId, Movement>>, StoreError> {
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let sql = select("mouvements", &MOVEMENT).and("id IN ").list(ids.iter().map(|id| Value::key(id.0)));
    let found = session.read(sql, movement).await?;
    Ok(found.into_iter().map(|row| (row.id, row)).collect())
}

pub(super) async fn unpaired<D: Dialect>(
    session: &mut Session<'_, D>,
    limit: u32,
) -> Result<Vec<Unpaired>, StoreError> {
    let mut found = requests_without_movement(session, limit).await?;
    found.extend(movements_without_request(session, limit).await?);
    found.extend(logs_without_link(session, limit).await?);
    found.truncate(limit as usize);
    Ok(found)
}

/// Requests that are closed without their movement, or name one without being closed.
async fn requests_without_movement<D: Dialect>(
    session: &mut Session<'_, D>,
    limit: u32,
) -> Result<Vec<Unpaired>, StoreError> {
    // The table of categories says which movement each becomes (R1).
    let pairs = DEFINITIONS.map(|line| format!("(r.category = '{}' AND m.type = '{}')", line.category, line.movement));
    let problem = format!(
        "CASE WHEN r.status <> 'closed' THEN 'the request names a movement and is not closed' \
         WHEN m.id IS NULL THEN 'the request is closed without a movement' \
         WHEN m.requete_financiere_id IS NULL OR m.requete_financiere_id <> r.id \
         THEN 'its movement belongs to another request' \
         WHEN m.status <> 'success' OR m.is_deleted <> 0 THEN 'its movement is not written' \
         WHEN m.account_id <> r.account_id OR m.currency_code <> r.currency OR ABS(m.total_operation) <> r.amount \
         THEN 'its movement is of another account or amount' \
         WHEN NOT ({}) THEN 'its movement is of another type' END",
        pairs.join(" OR ")
    );
    let sql = Sql::new(format!(
        "SELECT id, movement_id, problem FROM (SELECT r.id AS id, r.mouvement_id AS movement_id, {problem} AS problem \
         FROM requetes_financieres r LEFT JOIN mouvements m ON m.id = r.mouvement_id \
         WHERE r.status = 'closed' OR r.mouvement_id IS NOT NULL) pairs \
         WHERE problem IS NOT NULL ORDER BY id LIMIT ?"
    ));
    session
        .read(sql.bind(limit), |c| {
            let (request, movement) = (Some(RequestId(c.number()?)), c.opt_number()?.map(MovementId));
            Ok(Unpaired { request, movement, problem: c.text()? })
        })
        .await
}

/// Written movements of requests that do not name them, or that do not exist.
async fn movements_without_request<D: Dialect>(
    session: &mut Session<'_, D>,
    limit: u32,
) -> Result<Vec<Unpaired>, StoreError> {
    let sql = "SELECT r.id, m.id FROM mouvements m LEFT JOIN requetes_financieres r ON r.id = m.requete_financiere_id \
               WHERE m.status = 'success' AND m.is_deleted = 0 \
               AND (m.requete_financiere_id IS NOT NULL OR m.source = 'helpdesk') \
               AND (r.id IS NULL OR r.mouvement_id IS NULL OR r.mouvement_id <> m.id) ORDER BY m.id LIMIT ?";
    let problem = "the movement is written and its request does not name it";
    session
        .read(Sql::new(sql).bind(limit), |c| {
            let (request, movement) = (c.opt_number()?.map(RequestId), Some(MovementId(c.number()?)));
            Ok(Unpaired { request, movement, problem: problem.to_owned() })
        })
        .await
}

/// Log rows that tell of a success, or of nothing yet, without being a link of a chain (W4).
async fn logs_without_link<D: Dialect>(session: &mut Session<'_, D>, limit: u32) -> Result<Vec<Unpaired>, StoreError> {
    let sql = "SELECT id, mouvement_id FROM mouvement_logs WHERE account_version IS NULL AND status <> 'failed' \
               ORDER BY id LIMIT ?";
    session
        .read(Sql::new(sql).bind(limit), |c| {
            let (log, movement) = (c.number()?, Some(MovementId(c.number()?)));
            let problem = format!("log {log} tells of no failure and is no link of a chain");
            Ok(Unpaired { request: None, movement, problem })
        })
        .await
}

pub(super) async fn under_way<D: Dialect>(
    session: &mut Session<'_, D>,
    after: Option<RequestId>,
    limit: u32,
) -> Result<Vec<UnderWay>, StoreError> {
    let sql = "SELECT r.id, r.execution, r.message_uuid, (SELECT COUNT(*) FROM outbox o \
               WHERE o.request_uuid = r.uuid AND o.execution = r.execution) FROM requetes_financieres r \
               WHERE r.status IN ('to_treat', 'processing') AND r.id > ? ORDER BY r.id LIMIT ?";
    session
        .read(Sql::new(sql).bind(Value::key(after.map_or(0, |after| after.0))).bind(limit), |c| {
            let (request, execution, message_uuid) = (RequestId(c.number()?), c.small()?, c.opt_uuid()?);
            Ok(UnderWay { request, execution, in_outbox: c.flag()?, message_uuid })
        })
        .await
}
