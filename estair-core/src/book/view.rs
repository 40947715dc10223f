//! The book as one actor may see it: the only way in which a host's handlers read.
//!
//! Guarantees: what a permission does not grant is refused (P1); a list is narrowed to what the actor sees, and a foreign
//! row is not found, like one that does not exist (P2); a missing or foreign row is told before a missing permission (P5).
//! A handler holds a view and no reader, so it cannot forget to ask.

use std::sync::Arc;

use crate::action::Action;
use crate::actor::Actor;
use crate::audit::Log;
use crate::book::Error;
use crate::clock::{BusinessDay, DayOffset, Timestamp};
use crate::fact::Fact;
use crate::id::{AccountId, CommentId, FactId, MovementId, RequestId, SupportId};
use crate::money::Money;
use crate::permission::{Permission, granted, require, require_sight, sees};
use crate::refusal::Refusal;
use crate::request::allowed_actions;
use crate::row::{
    Account, AccountChange, AccountStatus, Closing, Comment, GrantedCredit, LimitChange, Movement, Request, Row, State,
    Support, past_state,
};
use crate::store::{
    AccountFilter, Comments, Event, EventRange, Followers, Page, Reader, RequestFilter, Slice, Statement,
    StatementFilter, SupportFilter, Timeline,
};

/// Reads of the book on behalf of an actor.
#[derive(Clone)]
pub struct View {
    reader: Arc<dyn Reader>,
    actor: Actor,
}

/// An account as it was on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountOn {
    /// The account as it is now.
    pub account: Row<AccountId, Account>,
    /// Its figures on that day (F7).
    pub state: State,
    /// Its limit at the end of that day (C6).
    pub limit: Money,
}

/// What happened after an event, as far as the actor may see it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct News {
    /// The events, oldest first.
    pub events: Vec<Event>,
    /// The number of the last event that was looked at, shown or not; none when nothing happened.
    pub last: Option<u64>,
}

impl View {
    /// What this actor sees of the book behind this reader.
    #[must_use]
    pub fn new(reader: Arc<dyn Reader>, actor: Actor) -> Self {
        Self { reader, actor }
    }

    /// Who looks.
    #[must_use]
    pub const fn actor(&self) -> &Actor {
        &self.actor
    }

    /// May the actor do this at all?
    #[must_use]
    pub fn may(&self, permission: Permission) -> bool {
        granted(self.actor.role(), permission).is_some()
    }

    /// Refuses what the actor may not do.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`] (P1).
    pub fn require(&self, permission: Permission) -> Result<(), Refusal> {
        require(&self.actor, permission)
    }

    /// Is this fact among what the actor may see?
    #[must_use]
    pub fn shows(&self, fact: &Fact) -> bool {
        let seen = fact.account.known().is_some_and(|account| sees(&self.actor, account));
        seen && self.may(Permission::to_read(fact.kind))
    }

    /// Narrows a filter to what the actor sees. False when that leaves nothing.
    fn narrow(&self, account: &mut Option<AccountId>) -> bool {
        let visible = account.is_none_or(|account| sees(&self.actor, account));
        *account = account.or(self.actor.account());
        visible
    }

    /// A row that is there and the actor's to see, and what the actor needs to read it.
    fn seen<T>(
        &self,
        row: Option<T>,
        account: impl FnOnce(&T) -> AccountId,
        what: &'static str,
        permission: Permission,
    ) -> Result<T, Refusal> {
        let row = row.ok_or(Refusal::NotFound { what })?;
        require_sight(&self.actor, account(&row), what)?;
        self.require(permission)?;
        Ok(row)
    }

    /// Financial requests, newest first.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`], or the store's trouble.
    pub async fn requests(
        &self,
        mut filter: RequestFilter,
        page: Page,
    ) -> Result<Slice<Row<RequestId, Request>>, Error> {
        self.require(Permission::ReadRequests)?;
        if !self.narrow(&mut filter.account) {
            return Ok(Slice::empty());
        }
        Ok(self.reader.requests(&filter, page).await?)
    }

    /// One financial request, with what has become of the credit it granted.
    ///
    /// # Errors
    /// [`Refusal::NotFound`], [`Refusal::Forbidden`], or the store's trouble.
    pub async fn request(&self, id: RequestId) -> Result<(Row<RequestId, Request>, GrantedCredit), Error> {
        let found = self.reader.request(id).await?;
        Ok(self.seen(found, |(row, _)| row.account, "request", Permission::ReadRequests)?)
    }

    /// What the actor may do with a financial request now (P4). Its account is asked where it may stand in the way (A2).
    ///
    /// # Errors
    /// The store's trouble.
    pub async fn request_actions(
        &self,
        row: &Row<RequestId, Request>,
        credit: GrantedCredit,
    ) -> Result<Vec<Action>, Error> {
        let offered = |account| allowed_actions(&self.actor, row, credit, account);
        let actions = offered(AccountStatus::Active);
        if actions == offered(AccountStatus::Suspended) {
            return Ok(actions);
        }
        let account = self.reader.account(row.account).await?;
        Ok(if account.is_some_and(|account| account.status == AccountStatus::Suspended) {
            offered(AccountStatus::Suspended)
        } else {
            actions
        })
    }

    /// What happened to a financial request, newest first.
    ///
    /// # Errors
    /// As [`request`](Self::request).
    pub async fn request_timeline(&self, id: RequestId, page: Page) -> Result<Slice<Row<FactId, Fact>>, Error> {
        self.request(id).await?;
        Ok(self.reader.timeline(Timeline::Request(id), page).await?)
    }

    /// Support requests, newest first.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`], or the store's trouble.
    pub async fn supports(
        &self,
        mut filter: SupportFilter,
        page: Page,
    ) -> Result<Slice<Row<SupportId, Support>>, Error> {
        self.require(Permission::ReadSupport)?;
        if !self.narrow(&mut filter.account) {
            return Ok(Slice::empty());
        }
        Ok(self.reader.supports(&filter, page).await?)
    }

    /// One support request.
    ///
    /// # Errors
    /// [`Refusal::NotFound`], [`Refusal::Forbidden`], or the store's trouble.
    pub async fn support(&self, id: SupportId) -> Result<Row<SupportId, Support>, Error> {
        let found = self.reader.support(id).await?;
        Ok(self.seen(found, |row| row.account, "support request", Permission::ReadSupport)?)
    }

    /// Those that continue each of these support requests (S4).
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when one of them is foreign, [`Refusal::Forbidden`], or the store's trouble.
    pub async fn followers(&self, supports: &[Row<SupportId, Support>]) -> Result<Followers, Error> {
        let ids = self.seen_supports(supports)?;
        // What continues a ticket is of its account.
        Ok(self.reader.followers(&ids).await?)
    }

    /// The comments of a support request, newest first.
    ///
    /// # Errors
    /// As [`support`](Self::support).
    pub async fn comments(&self, id: SupportId, page: Page) -> Result<Slice<Row<CommentId, Comment>>, Error> {
        self.support(id).await?;
        Ok(self.reader.comments(id, page).await?)
    }

    /// The newest comments of each of these support requests, at most `limit` of each.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when one of them is foreign, [`Refusal::Forbidden`], or the store's trouble.
    pub async fn newest_comments(&self, supports: &[Row<SupportId, Support>], limit: u32) -> Result<Comments, Error> {
        let ids = self.seen_supports(supports)?;
        Ok(self.reader.newest_comments(&ids, limit).await?)
    }

    /// The numbers of support requests that are all the actor's to see.
    fn seen_supports(&self, supports: &[Row<SupportId, Support>]) -> Result<Vec<SupportId>, Refusal> {
        self.require(Permission::ReadSupport)?;
        for support in supports {
            require_sight(&self.actor, support.account, "support request")?;
        }
        Ok(supports.iter().map(|support| support.id).collect())
    }

    /// What happened to a support request, newest first.
    ///
    /// # Errors
    /// As [`support`](Self::support).
    pub async fn support_timeline(&self, id: SupportId, page: Page) -> Result<Slice<Row<FactId, Fact>>, Error> {
        self.support(id).await?;
        Ok(self.reader.timeline(Timeline::Support(id), page).await?)
    }

    /// Accounts, newest first.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`], or the store's trouble.
    pub async fn accounts(
        &self,
        mut filter: AccountFilter,
        page: Page,
    ) -> Result<Slice<Row<AccountId, Account>>, Error> {
        self.require(Permission::ReadAccounts)?;
        if !self.narrow(&mut filter.account) {
            return Ok(Slice::empty());
        }
        Ok(self.reader.accounts(&filter, page).await?)
    }

    /// One account.
    ///
    /// # Errors
    /// [`Refusal::NotFound`], [`Refusal::Forbidden`], or the store's trouble.
    pub async fn account(&self, id: AccountId) -> Result<Row<AccountId, Account>, Error> {
        self.account_for(id, Permission::ReadAccounts).await
    }

    async fn account_for(&self, id: AccountId, permission: Permission) -> Result<Row<AccountId, Account>, Error> {
        require_sight(&self.actor, id, "account")?;
        let found = self.reader.account(id).await?;
        Ok(self.seen(found, |row| row.id, "account", permission)?)
    }

    /// An account with its figures and its limit of a day that is not to come: the account's own while it has not rolled
    /// on, else those of the last closing (F7).
    ///
    /// # Errors
    /// As [`account`](Self::account).
    pub async fn account_on(&self, id: AccountId, day: BusinessDay, offset: DayOffset) -> Result<AccountOn, Error> {
        let account = self.account(id).await?;
        let state = if day >= account.day {
            account.state_on(day)
        } else {
            past_state(day, self.reader.closing(id, day).await?.as_ref(), account.currency())
        };
        let limit = self.reader.limit_at(id, offset.end_of(day)).await?.unwrap_or(account.limit);
        Ok(AccountOn { account, state, limit })
    }

    /// An account's limit, with its changes, newest first.
    ///
    /// # Errors
    /// As [`account`](Self::account).
    pub async fn limit(
        &self,
        id: AccountId,
        page: Page,
    ) -> Result<(Row<AccountId, Account>, Slice<Row<u64, LimitChange>>), Error> {
        let account = self.account_for(id, Permission::ReadLimit).await?;
        let history = self.reader.limit_history(id, page).await?;
        Ok((account, history))
    }

    /// The changes of an account's name, address and status, newest first (A1, A2).
    ///
    /// # Errors
    /// As [`account`](Self::account).
    pub async fn account_history(&self, id: AccountId, page: Page) -> Result<Slice<Row<u64, AccountChange>>, Error> {
        self.account_for(id, Permission::ReadLimit).await?;
        Ok(self.reader.account_history(id, page).await?)
    }

    /// The closings of an account between two days, oldest first, and before them the last one before the first day.
    ///
    /// # Errors
    /// As [`account`](Self::account).
    pub async fn closings(&self, id: AccountId, from: BusinessDay, to: BusinessDay) -> Result<Vec<Closing>, Error> {
        self.account(id).await?;
        let before = self.reader.closing(id, from).await?.filter(|closing| closing.state.day < from);
        let within = self.reader.closings(id, from, to).await?;
        Ok(before.into_iter().chain(within).collect())
    }

    /// A page of an account's statement.
    ///
    /// # Errors
    /// As [`account`](Self::account).
    pub async fn statement(&self, id: AccountId, filter: &StatementFilter, page: Page) -> Result<Statement, Error> {
        require_sight(&self.actor, id, "account")?;
        let statement = self.reader.statement(id, filter, page).await?;
        Ok(self.seen(statement, |_| id, "account", Permission::ReadAccounts)?)
    }

    /// One movement.
    ///
    /// # Errors
    /// [`Refusal::NotFound`], [`Refusal::Forbidden`], or the store's trouble.
    pub async fn movement(&self, id: MovementId) -> Result<Row<MovementId, Movement>, Error> {
        let found = self.reader.movement(id).await?;
        Ok(self.seen(found, |row| row.account, "movement", Permission::ReadAccounts)?)
    }

    /// The audit rows of a movement, newest first.
    ///
    /// # Errors
    /// As [`movement`](Self::movement).
    pub async fn logs(&self, id: MovementId, page: Page) -> Result<Slice<Row<u64, Log>>, Error> {
        self.movement(id).await?;
        Ok(self.reader.logs(id, page).await?)
    }

    /// Which events can be read again: where a reader of news begins.
    ///
    /// # Errors
    /// The store's trouble.
    pub async fn event_range(&self, since: Timestamp) -> Result<EventRange, Error> {
        Ok(self.reader.event_range(since).await?)
    }

    /// What happened after an event, of at most `limit` events.
    ///
    /// # Errors
    /// The store's trouble.
    pub async fn news(&self, after: u64, limit: u32) -> Result<News, Error> {
        let mut events = self.reader.events(after, limit).await?;
        let last = events.last().map(|event| event.number);
        events.retain(|event| self.shows(&event.fact));
        Ok(News { events, last })
    }
}
