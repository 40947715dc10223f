//! What verifying reads of what is committed.

use async_trait::async_trait;

use super::read::row;
use super::tables::Tables;
use super::{MemoryStore, State, Step};
use crate::audit::{Log, changes};
use crate::category::Status;
use crate::id::{AccountId, MovementId, RequestId};
use crate::row::{Link, Movement, OutboxEntry, Request, Row, Source};
use crate::store::{AuditReader, AuditedLog, LooseLog, NamedMovement, NamedRequest, StoreError, UnderWay};

impl Tables {
    fn link_of(&self, account: AccountId, id: u64, log: &Log) -> Option<((u64, u64), AuditedLog)> {
        let link = log.link().filter(|_| log.account == account)?;
        let movement = log.movement.known().and_then(|id| self.movements.get_key_value(&id)).map(row);
        let (status, changes) = (log.status(), Some(changes(&link.before, &link.after)));
        Some(((link.version, id), AuditedLog { row: Row { id, data: log.clone() }, movement, status, changes }))
    }

    /// A request that is closed or names a movement, with that movement.
    fn named_movement(&self, (id, request): (&RequestId, &Request)) -> Option<NamedMovement> {
        let named = request.movement.and_then(Link::known);
        let movement = named.and_then(|movement| self.movements.get_key_value(&movement)).map(row);
        let concerned = request.status == Status::Closed || request.movement.is_some();
        concerned.then(|| NamedMovement { request: row((id, request)), movement })
    }

    /// A written movement of a request, with what that request names.
    fn named_request(&self, (id, movement): (&MovementId, &Movement)) -> Option<NamedRequest> {
        if !movement.counts() || (movement.request.is_none() && movement.source != Source::Helpdesk) {
            return None;
        }
        let request = movement.request.and_then(|request| self.requests.get_key_value(&request));
        let names = request.and_then(|(_, request)| request.movement).and_then(Link::known);
        Some(NamedRequest { movement: *id, request: request.map(|(id, _)| *id), names })
    }
}

impl State {
    fn under_way(&self, id: RequestId, request: &Request) -> Option<UnderWay> {
        if !matches!(request.status, Status::ToTreat | Status::Processing) {
            return None;
        }
        let entry = OutboxEntry { request: id, execution: request.execution };
        let in_outbox = self.outbox.newest(None).any(|(_, job)| job.job == entry);
        Some(UnderWay { request: id, execution: request.execution, in_outbox, message_uuid: request.message_uuid })
    }
}

#[async_trait]
impl AuditReader for MemoryStore {
    async fn audit_movements(
        &self,
        id: AccountId,
        after: Option<MovementId>,
        limit: u32,
    ) -> Result<Vec<Row<MovementId, Movement>>, StoreError> {
        self.reach(Step::Read)?;
        let state = self.state();
        let later = state.tables.written_of(id).filter(|(movement, _)| after.is_none_or(|after| **movement > after));
        Ok(later.take(limit as usize).map(row).collect())
    }

    async fn audit_logs(&self, id: AccountId, after: (u64, u64), limit: u32) -> Result<Vec<AuditedLog>, StoreError> {
        self.reach(Step::Read)?;
        let state = self.state();
        let links = state.tables.logs.iter().filter_map(|(log, row)| state.tables.link_of(id, *log, row));
        let mut links: Vec<_> = links.filter(|(place, _)| *place > after).collect();
        links.sort_by_key(|(place, _)| *place);
        Ok(links.into_iter().take(limit as usize).map(|(_, link)| link).collect())
    }

    async fn named_movements(&self, after: Option<RequestId>, limit: u32) -> Result<Vec<NamedMovement>, StoreError> {
        self.reach(Step::Read)?;
        let state = self.state();
        let later = state.tables.requests.iter().filter(|(id, _)| after.is_none_or(|after| **id > after));
        Ok(later.filter_map(|found| state.tables.named_movement(found)).take(limit as usize).collect())
    }

    async fn named_requests(&self, after: Option<MovementId>, limit: u32) -> Result<Vec<NamedRequest>, StoreError> {
        self.reach(Step::Read)?;
        let state = self.state();
        let later = state.tables.movements.iter().filter(|(id, _)| after.is_none_or(|after| **id > after));
        Ok(later.filter_map(|found| state.tables.named_request(found)).take(limit as usize).collect())
    }

    async fn loose_logs(&self, after: Option<u64>, limit: u32) -> Result<Vec<LooseLog>, StoreError> {
        self.reach(Step::Read)?;
        let state = self.state();
        let loose = |(id, log): (&u64, &Log)| {
            let movement = log.movement.known().filter(|_| log.link().is_none())?;
            Some(LooseLog { id: *id, movement, status: log.status() })
        };
        let later = state.tables.logs.iter().filter(|(id, _)| after.is_none_or(|after| **id > after));
        Ok(later.filter_map(loose).take(limit as usize).collect())
    }

    async fn under_way(&self, after: Option<RequestId>, limit: u32) -> Result<Vec<UnderWay>, StoreError> {
        self.reach(Step::Read)?;
        let state = self.state();
        let later = state.tables.requests.iter().filter(|(id, _)| after.is_none_or(|after| **id > after));
        Ok(later.filter_map(|(id, request)| state.under_way(*id, request)).take(limit as usize).collect())
    }
}
