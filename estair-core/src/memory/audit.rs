//! What verifying reads of what is committed.

use async_trait::async_trait;
use uuid::Uuid;

use super::read::row;
use super::tables::Tables;
use super::{MemoryStore, Step};
use crate::audit::{Log, LogStatus, UndoneImport, changes};
use crate::category::Status;
use crate::fact::{Fact, FactKind, FactUuids};
use crate::hash::Hash;
use crate::id::{AccountId, FactId, MovementId, RequestId, SupportId};
use crate::import::IMPORTED;
use crate::movement_type::MovementType;
use crate::row::{
    AccountChange, Comment, LimitChange, Link, Movement, MovementStatus, OutboxEntry, Request, Row, Thread,
    name_for_request,
};
use crate::store::{
    AuditReader, AuditedFact, AuditedFailure, AuditedLog, AuditedRequest, AuditedSource, AuditedSupport, Cancelled,
    LastVerification, Relation, StoreError,
};

impl Tables {
    fn link_of(&self, account: AccountId, id: u64, log: &Log) -> Option<((u64, u64), AuditedLog)> {
        let link = log.link().filter(|_| log.account == account)?;
        let movement = log.movement.known().and_then(|id| self.movements.get_key_value(&id)).map(row);
        let request = movement.as_ref().and_then(|movement| self.requests.get(&movement.request?));
        let parent = request.and_then(|request| self.requests.get(&request.parent?));
        let takes_back = movement.as_ref().is_some_and(|movement| movement.kind == MovementType::CreditCancellation);
        let of_parent = parent.filter(|_| takes_back).and_then(|parent| self.movements.get(&parent.movement?.known()?));
        let by_name = movement.as_ref().and_then(|movement| movement.credit_taken_back());
        let credit = of_parent.or_else(|| self.movements.get(self.names.get(&by_name?)?));
        let audited = AuditedLog {
            row: Row { id, data: log.clone() },
            status: log.status(),
            changes: Some(changes(&link.before, &link.after)),
            result: movement.as_ref().and_then(|movement| movement.result()).map(|result| result.to_string()),
            movement,
            has_its_values: true,
            request: request.map(|request| AuditedSource {
                uuid: request.uuid,
                parent: parent.map(|parent| parent.uuid),
                movement: request.movement.and_then(Link::known),
            }),
            cancelled: credit.map(|credit| Cancelled {
                uuid: credit.uuid,
                day: credit.posted.map(|posted| posted.day),
                at: credit.cancelled_at,
                by: credit.modified_by,
            }),
        };
        Some(((link.version, id), audited))
    }

    fn fact_of(&self, id: FactId, fact: &Fact) -> AuditedFact {
        let account = fact.account.known().and_then(|id| self.accounts.get(&id));
        let request = fact.request.and_then(Link::known).and_then(|id| self.requests.get(&id));
        let support = fact.support.and_then(Link::known).and_then(|id| self.supports.get(&id));
        let movement = fact.movement.and_then(Link::known).and_then(|id| self.movements.get(&id));
        let uuids = FactUuids {
            account: account.map(|row| row.uuid).unwrap_or_default(),
            request: request.map(|row| row.uuid),
            support: support.map(|row| row.uuid),
            movement: movement.map(|row| row.uuid),
        };
        AuditedFact { row: Row { id, data: fact.clone() }, uuids }
    }

    /// What the last fact that fits keeps of the row that it is about.
    fn subject(&self, fits: impl Fn(&Fact) -> bool) -> Option<Hash> {
        let last = self.facts.values().rev().find(|fact| fits(fact));
        last.and_then(|fact| fact.seal).and_then(|seal| seal.subject)
    }

    fn written_by_link(&self, id: MovementId) -> bool {
        self.logs.values().any(|log| log.movement == Link::Id(id) && log.link().is_some())
    }

    /// Rows are only ever added here, each with what it names: a counterpart that is not there was never written.
    fn orphans(&self, relation: &Relation) -> Vec<u64> {
        let movement = |link: Option<Link<MovementId>>| {
            link.and_then(Link::known).is_some_and(|id| !self.movements.contains_key(&id))
        };
        let request = |id: Option<RequestId>| id.is_some_and(|id| !self.requests.contains_key(&id));
        let account = |id: AccountId| !self.accounts.contains_key(&id);
        match (relation.table, relation.column) {
            ("mouvements", "account_id") => keys(&self.movements, |row| account(row.account), |id| id.0),
            ("mouvements", _) => keys(&self.movements, |row| request(row.request), |id| id.0),
            ("mouvement_logs", "account_id") => keys(&self.logs, |row| account(row.account), |id| *id),
            ("mouvement_logs", _) => keys(&self.logs, |row| movement(Some(row.movement)), |id| *id),
            ("requetes_financieres", "account_id") => keys(&self.requests, |row| account(row.account), |id| id.0),
            ("requetes_financieres", "parent_id") => keys(&self.requests, |row| request(row.parent), |id| id.0),
            ("requetes_financieres", "mouvement_id") => keys(&self.requests, |row| movement(row.movement), |id| id.0),
            ("requetes_financieres", _) => {
                let gone = |row: &Request| row.helpdesk_id.is_some_and(|id| !self.supports.contains_key(&id));
                keys(&self.requests, gone, |id| id.0)
            }
            ("helpdesk", "follows_id") => {
                let gone = |row: &crate::row::Support| row.follows.is_some_and(|id| !self.supports.contains_key(&id));
                keys(&self.supports, gone, |id| id.0)
            }
            ("helpdesk", _) => keys(&self.supports, |row| account(row.account), |id| id.0),
            ("estair_comments", column) => {
                let gone = |comment: &Comment| match comment.thread {
                    Thread::Request(id) => column == "request_id" && request(Some(id)),
                    Thread::Support(id) => column == "helpdesk_id" && !self.supports.contains_key(&id),
                };
                keys(&self.comments, gone, |id| id.0)
            }
            ("estair_daily_closings", _) => keys(&self.closings, |row| account(row.account), |(id, _)| id.0),
            ("estair_credit_limit_history", _) => keys(&self.limits, |(id, _)| account(*id), |id| *id),
            ("estair_account_changes", _) => keys(&self.account_changes, |(id, _)| account(*id), |id| *id),
            ("estair_facts", "account_id") => {
                keys(&self.facts, |fact| fact.account.known().is_some_and(account), |id| id.0)
            }
            ("estair_facts", "request_id") => {
                keys(&self.facts, |fact| request(fact.request.and_then(Link::known)), |id| id.0)
            }
            ("estair_facts", _) => keys(&self.facts, |fact| movement(fact.movement), |id| id.0),
            _ => Vec::new(),
        }
    }
}

fn keys<K, T>(
    rows: &std::collections::BTreeMap<K, T>,
    gone: impl Fn(&T) -> bool,
    number: impl Fn(&K) -> u64,
) -> Vec<u64> {
    rows.iter().filter(|(_, row)| gone(row)).map(|(key, _)| number(key)).collect()
}

fn later<'a, K: Ord + Copy + 'a, T: 'a>(
    rows: &'a std::collections::BTreeMap<K, T>,
    after: Option<K>,
) -> impl Iterator<Item = (&'a K, &'a T)> {
    rows.iter().filter(move |(id, _)| after.is_none_or(|after| **id > after))
}

#[async_trait]
impl AuditReader for MemoryStore {
    async fn audit_logs(&self, id: AccountId, after: (u64, u64), limit: u32) -> Result<Vec<AuditedLog>, StoreError> {
        self.reach(Step::Read)?;
        let state = self.state();
        let links = state.tables.logs.iter().filter_map(|(log, row)| state.tables.link_of(id, *log, row));
        let mut links: Vec<_> = links.filter(|(place, _)| *place > after).collect();
        links.sort_by_key(|(place, _)| *place);
        Ok(links.into_iter().take(limit as usize).map(|(_, link)| link).collect())
    }

    async fn audit_count(&self, id: AccountId) -> Result<u64, StoreError> {
        self.reach(Step::Read)?;
        Ok(self.state().tables.counting_of(id).count() as u64)
    }

    async fn unlinked_movements(&self, id: AccountId, limit: u32) -> Result<Vec<MovementId>, StoreError> {
        self.reach(Step::Read)?;
        let state = self.state();
        let unlinked = state.tables.counting_of(id).filter(|(movement, _)| !state.tables.written_by_link(**movement));
        Ok(unlinked.map(|(movement, _)| *movement).take(limit as usize).collect())
    }

    async fn loose_logs(
        &self,
        id: AccountId,
        after: Option<u64>,
        limit: u32,
    ) -> Result<Vec<(Row<u64, Log>, LogStatus)>, StoreError> {
        self.reach(Step::Read)?;
        let state = self.state();
        let loose = later(&state.tables.logs, after).filter(|(_, log)| log.account == id && log.link().is_none());
        Ok(loose.map(|(id, log)| (row((id, log)), log.status())).take(limit as usize).collect())
    }

    async fn audit_facts(&self, id: AccountId, after: u64, limit: u32) -> Result<Vec<AuditedFact>, StoreError> {
        self.reach(Step::Read)?;
        let state = self.state();
        let places = state.tables.places.range((id, after.saturating_add(1))..=(id, u64::MAX));
        let facts = places.filter_map(|(_, id)| state.tables.facts.get(id).map(|fact| state.tables.fact_of(*id, fact)));
        Ok(facts.take(limit as usize).collect())
    }

    async fn audit_limits(&self, id: AccountId) -> Result<Vec<LimitChange>, StoreError> {
        self.reach(Step::Read)?;
        let state = self.state();
        let changes = state.tables.limits.values().filter(|(account, _)| *account == id);
        Ok(changes.map(|(_, change)| change.clone()).collect())
    }

    async fn audit_changes(&self, id: AccountId) -> Result<Vec<AccountChange>, StoreError> {
        self.reach(Step::Read)?;
        let state = self.state();
        let changes = state.tables.account_changes.values().filter(|(account, _)| *account == id);
        Ok(changes.map(|(_, change)| change.clone()).collect())
    }

    async fn audit_requests(&self, after: Option<RequestId>, limit: u32) -> Result<Vec<AuditedRequest>, StoreError> {
        self.reach(Step::Read)?;
        let state = self.state();
        let audited = |(id, request): (&RequestId, &Request)| {
            let entry = OutboxEntry { request: *id, execution: request.execution };
            let named = request.movement.and_then(Link::known);
            let by_itself = request.status == Status::Closed && request.movement.is_none();
            let came = |fact: &Fact| fact.request == Some(Link::Id(*id)) && fact.data.contains_key(IMPORTED);
            AuditedRequest {
                imported: by_itself && state.tables.facts.values().any(came),
                row: row((id, request)),
                movement: named.and_then(|movement| state.tables.movements.get_key_value(&movement)).map(row),
                subject: state
                    .tables
                    .subject(|fact| fact.request == Some(Link::Id(*id)) && fact.kind != FactKind::MovementFailed),
                live_parent: request.parent.filter(|_| !request.status.is_final()),
                comments: state.tables.comments_in(Thread::Request(*id)),
                told: state.tables.told_in(|fact| fact.request == Some(Link::Id(*id))),
                in_outbox: state.outbox.newest(None).any(|(_, job)| job.job == entry),
            }
        };
        Ok(later(&state.tables.requests, after).take(limit as usize).map(audited).collect())
    }

    async fn audit_supports(&self, after: Option<SupportId>, limit: u32) -> Result<Vec<AuditedSupport>, StoreError> {
        self.reach(Step::Read)?;
        let state = self.state();
        let tables = &state.tables;
        let audited = |(id, support): (&SupportId, &crate::row::Support)| AuditedSupport {
            row: row((id, support)),
            subject: tables.subject(|fact| fact.support == Some(Link::Id(*id))),
            comments: tables.comments_in(Thread::Support(*id)),
            told: tables.told_in(|fact| fact.support == Some(Link::Id(*id))),
        };
        Ok(later(&tables.supports, after).take(limit as usize).map(audited).collect())
    }

    async fn audit_failures(&self, after: Option<MovementId>, limit: u32) -> Result<Vec<AuditedFailure>, StoreError> {
        self.reach(Step::Read)?;
        let state = self.state();
        let failed = later(&state.tables.movements, after).filter(|(_, row)| row.status != MovementStatus::Success);
        let audited = |(id, movement): (&MovementId, &Movement)| AuditedFailure {
            row: row((id, movement)),
            subject: state.tables.subject(|fact| fact.movement == Some(Link::Id(*id))),
        };
        Ok(failed.take(limit as usize).map(audited).collect())
    }

    async fn movements_of(
        &self,
        uuids: &[Uuid],
        requests: &[Uuid],
    ) -> Result<Vec<Row<MovementId, Movement>>, StoreError> {
        self.reach(Step::Read)?;
        let state = self.state();
        let names: Vec<_> = requests.iter().map(|uuid| name_for_request(*uuid)).collect();
        let is_of = |movement: &Movement| {
            names.contains(&movement.name)
                || uuids.contains(&movement.uuid)
                || movement.message_uuid.is_some_and(|uuid| uuids.contains(&uuid))
        };
        Ok(state.tables.movements.iter().filter(|(_, movement)| is_of(movement)).map(row).collect())
    }

    async fn orphans(&self, relation: &Relation, limit: u32) -> Result<Vec<u64>, StoreError> {
        self.reach(Step::Read)?;
        let mut orphans = self.state().tables.orphans(relation);
        orphans.truncate(limit as usize);
        Ok(orphans)
    }

    async fn seals_at(&self, id: AccountId, link: u64, fact: u64) -> Result<(Option<Hash>, Option<Hash>), StoreError> {
        self.reach(Step::Read)?;
        let state = self.state();
        let mut logs = state.tables.logs.values().filter(|log| log.account == id);
        let link = logs.find_map(|log| log.link().filter(|found| found.version == link)).map(|link| link.hash);
        let fact = state.tables.places.get(&(id, fact)).and_then(|id| state.tables.facts.get(id)?.seal);
        Ok((link, fact.map(|seal| seal.hash)))
    }

    async fn note_verification(&self, done: LastVerification) -> Result<(), StoreError> {
        self.reach(Step::Queue)?;
        self.state().verified = Some(done);
        Ok(())
    }

    /// Nothing that came in is undone here: a store that is gone with its process needs no way back.
    async fn undone_imports(&self) -> Result<Vec<(UndoneImport, Hash)>, StoreError> {
        self.reach(Step::Read)?;
        Ok(Vec::new())
    }

    async fn audit_counts(&self) -> Result<Vec<(&'static str, u64)>, StoreError> {
        self.reach(Step::Read)?;
        let state = self.state();
        let tables = &state.tables;
        Ok(vec![
            ("estair_account_changes", tables.account_changes.len() as u64),
            ("estair_accounts", tables.accounts.len() as u64),
            ("estair_comments", tables.comments.len() as u64),
            ("estair_credit_limit_history", tables.limits.len() as u64),
            ("estair_daily_closings", tables.closings.len() as u64),
            ("estair_facts", tables.facts.len() as u64),
            ("helpdesk", tables.supports.len() as u64),
            ("mouvement_logs", tables.logs.len() as u64),
            ("mouvements", tables.movements.len() as u64),
            ("requetes_financieres", tables.requests.len() as u64),
        ])
    }
}
