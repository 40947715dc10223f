//! One account with many movements, read page by page: what `verify` recomputes.

use async_trait::async_trait;
use estair_core::account::{Account, Closing, LimitChange};
use estair_core::audit::{ChainLink, Log, LogStatus, Outcome, changes};
use estair_core::clock::{BusinessDay, Timestamp};
use estair_core::id::{AccountId, MovementId, RequestId};
use estair_core::money::Money;
use estair_core::movement::Movement;
use estair_core::refusal::Refusal;
use estair_core::row::{Link, Row};
use estair_core::store::{
    AccountFilter, AccountReader, AuditReader, AuditedLog, LooseLog, NamedMovement, NamedRequest, Page, Slice,
    StoreError, UnderWay,
};

use crate::posting::{book, decide, payment};

/// The movements of one account, in order.
#[derive(Debug)]
pub struct Ledger {
    account: Row<AccountId, Account>,
    movements: Vec<Row<MovementId, Movement>>,
    links: Vec<ChainLink>,
    at: Timestamp,
}

impl Ledger {
    /// A ledger of so many payments.
    ///
    /// # Errors
    /// What the rules refuse: nothing, unless the sum leaves the range.
    pub fn of(count: u64) -> Result<Self, Refusal> {
        let mut snapshot = book(1);
        let (mut movements, mut links) = (Vec::new(), Vec::new());
        for number in 1..=count {
            let changes = decide(&payment(1, number), &snapshot, u128::from(number) << 64)?.changes;
            for (id, _, account) in changes.accounts.updates() {
                snapshot.accounts.insert(id, account.clone());
            }
            movements.extend(changes.movements.inserts().map(|row| Row { id: MovementId(number), data: row.clone() }));
            links.extend(changes.logs.iter().filter_map(Log::link).cloned());
        }
        let data = snapshot.accounts.remove(&AccountId(1)).unwrap_or_else(|| crate::posting::account(1));
        let at = data.updated_at;
        Ok(Self { account: Row { id: AccountId(1), data }, movements, links, at })
    }

    /// The account as it is kept.
    #[must_use]
    pub const fn account(&self) -> &Row<AccountId, Account> {
        &self.account
    }

    fn log(&self, number: u64, link: &ChainLink) -> Row<u64, Log> {
        let data = Log {
            movement: Link::Id(MovementId(number)),
            account: self.account.id,
            attempt_number: 1,
            outcome: Outcome::Success(link.clone()),
            duration_ms: Some(1),
            triggered_by: None,
            ip_address: None,
            user_agent: None,
            created_at: self.at,
        };
        Row { id: number, data }
    }
}

/// The rows of a list after the first `skip`, at most `limit`.
fn page<T>(rows: &[T], skip: u64, limit: u32) -> impl Iterator<Item = &T> {
    rows.iter().skip(usize::try_from(skip).unwrap_or(usize::MAX)).take(limit as usize)
}

/// Of one account, on one day, whose limit never changed.
#[async_trait]
impl AccountReader for Ledger {
    async fn accounts(&self, filter: &AccountFilter, page: Page) -> Result<Slice<Row<AccountId, Account>>, StoreError> {
        let Row { id, data } = &self.account;
        let is_wanted = filter.account.is_none_or(|wanted| wanted == *id)
            && filter.q.as_ref().is_none_or(|text| data.name.contains(text.as_str()))
            && page.before.is_none_or(|before| id.0 < before);
        Ok(Slice { items: is_wanted.then(|| self.account.clone()).into_iter().collect(), next: None })
    }

    async fn account(&self, id: AccountId) -> Result<Option<Row<AccountId, Account>>, StoreError> {
        Ok((id == self.account.id).then(|| self.account.clone()))
    }

    async fn closing(&self, _: AccountId, _: BusinessDay) -> Result<Option<Closing>, StoreError> {
        Ok(None)
    }

    async fn closings(&self, _: AccountId, _: BusinessDay, _: BusinessDay) -> Result<Vec<Closing>, StoreError> {
        Ok(Vec::new())
    }

    async fn limit_history(&self, _: AccountId) -> Result<Vec<LimitChange>, StoreError> {
        Ok(Vec::new())
    }

    async fn limit_at(&self, _: AccountId, _: Timestamp) -> Result<Option<Money>, StoreError> {
        Ok(None)
    }
}

/// Movements and their chain; no request is behind them, and no attempt failed.
#[async_trait]
impl AuditReader for Ledger {
    async fn audit_movements(
        &self,
        _: AccountId,
        after: Option<MovementId>,
        limit: u32,
    ) -> Result<Vec<Row<MovementId, Movement>>, StoreError> {
        Ok(page(&self.movements, after.map_or(0, |id| id.0), limit).cloned().collect())
    }

    async fn audit_logs(&self, _: AccountId, after: (u64, u64), limit: u32) -> Result<Vec<AuditedLog>, StoreError> {
        let rows = page(&self.links, after.0, limit).zip(page(&self.movements, after.0, limit));
        Ok(rows
            .map(|(link, row)| AuditedLog {
                row: self.log(link.version, link),
                movement: Some(row.clone()),
                status: LogStatus::Success,
                changes: Some(changes(&link.before, &link.after)),
            })
            .collect())
    }

    async fn named_movements(&self, _: Option<RequestId>, _: u32) -> Result<Vec<NamedMovement>, StoreError> {
        Ok(Vec::new())
    }

    async fn named_requests(&self, _: Option<MovementId>, _: u32) -> Result<Vec<NamedRequest>, StoreError> {
        Ok(Vec::new())
    }

    async fn loose_logs(&self, _: Option<u64>, _: u32) -> Result<Vec<LooseLog>, StoreError> {
        Ok(Vec::new())
    }

    async fn under_way(&self, _: Option<RequestId>, _: u32) -> Result<Vec<UnderWay>, StoreError> {
        Ok(Vec::new())
    }
}
