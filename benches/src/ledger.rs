//! One account with many movements, read page by page: what `verify` recomputes.

use async_trait::async_trait;
use estair_core::account::{Account, Closing, LimitChange};
use estair_core::audit::{ChainLink, Log, LogStatus, Outcome, changes};
use estair_core::clock::{BusinessDay, Timestamp};
use estair_core::fact::Fact;
use estair_core::id::{AccountId, FactId, Link, MovementId, RequestId, Row, SupportId};
use estair_core::movement::Movement;
use estair_core::read::{
    AccountFilter, AuditedLog, Comments, FactFilter, Page, Reader, RequestFilter, Slice, Statement, StatementFilter,
    SupportFilter, UnderWay, Unpaired,
};
use estair_core::refusal::Refusal;
use estair_core::request::{GrantedCredit, Request};
use estair_core::store::{StoreError, StoreErrorKind};
use estair_core::support::Support;

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
        let mut held = book(1);
        let (mut movements, mut links) = (Vec::new(), Vec::new());
        for number in 1..=count {
            let changes = decide(&payment(1, number), &held, u128::from(number) << 64)?.changes;
            for (id, _, account) in changes.accounts.updates() {
                held.accounts.insert(id, account.clone());
            }
            movements.extend(changes.movements.inserts().map(|row| Row { id: MovementId(number), data: row.clone() }));
            links.extend(changes.logs.iter().filter_map(Log::link).cloned());
        }
        let data = held.accounts.remove(&AccountId(1)).unwrap_or_else(|| crate::posting::account(1));
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

fn none<T>() -> Result<Slice<T>, StoreError> {
    Ok(Slice { items: Vec::new(), next: None })
}

/// A ledger holds one account's movements and their chain; of anything else it has none.
#[async_trait]
impl Reader for Ledger {
    async fn ready(&self) -> Result<(), StoreError> {
        Ok(())
    }

    async fn requests(&self, _: &RequestFilter, _: Page) -> Result<Slice<Row<RequestId, Request>>, StoreError> {
        none()
    }

    async fn request(&self, _: RequestId) -> Result<Option<(Row<RequestId, Request>, GrantedCredit)>, StoreError> {
        Ok(None)
    }

    async fn due(&self, _: Timestamp, _: bool, _: u32) -> Result<Vec<RequestId>, StoreError> {
        Ok(Vec::new())
    }

    async fn supports(&self, _: &SupportFilter, _: Page) -> Result<Slice<Row<SupportId, Support>>, StoreError> {
        none()
    }

    async fn support(&self, _: SupportId) -> Result<Option<Row<SupportId, Support>>, StoreError> {
        Ok(None)
    }

    async fn comments(&self, _: &[SupportId]) -> Result<Comments, StoreError> {
        Ok(Comments::new())
    }

    async fn accounts(&self, _: &AccountFilter, _: Page) -> Result<Slice<Row<AccountId, Account>>, StoreError> {
        Ok(Slice { items: vec![self.account.clone()], next: None })
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

    async fn statement(&self, _: AccountId, _: &StatementFilter, _: Page) -> Result<Option<Statement>, StoreError> {
        Err(StoreError::new(StoreErrorKind::Other, "a ledger of movements has no statement"))
    }

    async fn movement(&self, id: MovementId) -> Result<Option<Row<MovementId, Movement>>, StoreError> {
        Ok(page(&self.movements, id.0.saturating_sub(1), 1).next().cloned())
    }

    async fn logs(&self, id: MovementId) -> Result<Vec<Row<u64, Log>>, StoreError> {
        let link = page(&self.links, id.0.saturating_sub(1), 1);
        Ok(link.map(|link| self.log(id.0, link)).collect())
    }

    async fn facts(&self, _: FactFilter, _: u32) -> Result<Vec<Row<FactId, Fact>>, StoreError> {
        Ok(Vec::new())
    }

    async fn last_fact(&self) -> Result<Option<FactId>, StoreError> {
        Ok(None)
    }

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

    async fn unpaired(&self, _: u32) -> Result<Vec<Unpaired>, StoreError> {
        Ok(Vec::new())
    }

    async fn under_way(&self, _: Option<RequestId>, _: u32) -> Result<Vec<UnderWay>, StoreError> {
        Ok(Vec::new())
    }
}
