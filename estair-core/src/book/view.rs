//! The book as one actor may see it: the only way in which a host's handlers read.
//!
//! Guarantees: what a permission does not grant is refused (P1); a list is narrowed to what the actor sees, and a foreign
//! row is not found, like one that does not exist (P2); a missing or foreign row is told before a missing permission (P5).
//! A handler holds a view and no reader, so it cannot forget to ask.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::action::Action;
use crate::actor::{Actor, Role};
use crate::audit::Log;
use crate::book::Error;
use crate::book::search::{self, Found};
use crate::clock::{BusinessDay, DayOffset, Timestamp};
use crate::fact::Fact;
use crate::id::{AccountId, CommentId, FactId, MovementId, RequestId, SupportId};
use crate::import::IMPORTED;
use crate::money::Money;
use crate::permission::{Permission, granted, require, require_sight, sees};
use crate::refusal::Refusal;
use crate::request::{allowed_actions, is_visible};
use crate::row::{
    Account, AccountChange, Closing, Comment, GrantedCredit, LimitChange, Movement, Request, Rollout, RolloutPlan, Row,
    ShadowDecision, Standing, State, Support, past_state,
};
use crate::store::{
    AccountFilter, Comments, Event, EventRange, ExpiredCredits, Followers, LastVerification, LogFilter, MoneyMoved,
    MovementFilter, Page, Reader, RequestCount, RequestFilter, ShadowCounts, ShadowFilter, Slice, Statement,
    StatementFilter, SupportFilter, Timeline, Total,
};

/// Reads of the book on behalf of an actor.
#[derive(Clone)]
pub struct View {
    reader: Arc<dyn Reader>,
    actor: Actor,
    plan: RolloutPlan,
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

/// The book's part of a daily report (L8).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DailyReport {
    /// The business day.
    pub day: BusinessDay,
    /// The requests that are not final, as of now.
    pub requests: Vec<RequestCount>,
    /// The money of the day by source.
    pub money: Vec<MoneyMoved>,
    /// Granted credits past their expiry, as of now.
    pub expired_credits: Vec<ExpiredCredits>,
    /// When the whole book was last verified, and what was found.
    pub verified: Option<LastVerification>,
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
        Self { reader, actor, plan: RolloutPlan::default() }
    }

    /// Where accounts stand of which nothing was said (L6).
    #[must_use]
    pub fn with_rollout(self, plan: &RolloutPlan) -> Self {
        Self { plan: plan.clone(), ..self }
    }

    /// Which system an account works with (L6).
    #[must_use]
    pub fn rollout_of(&self, account: &Row<AccountId, Account>) -> Rollout {
        account.rollout.map_or_else(|| self.plan.of(account.id), |switched| switched.to)
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
        // What came in from a former system did not happen now.
        let hidden = fact.data.get(IMPORTED).is_some() || (fact.is_internal() && self.actor.role() == Role::Client);
        seen && !hidden && self.may(Permission::to_read(fact.kind))
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

    /// Narrows a filter to the requests that the actor sees: a client sees no draft (R8). False when that leaves nothing.
    fn narrow_requests(&self, filter: &mut RequestFilter) -> Result<bool, Refusal> {
        self.require(Permission::ReadRequests)?;
        let mut left = self.narrow(&mut filter.account);
        if self.actor.role() == Role::Client {
            left &= filter.draft != Some(true);
            filter.draft = Some(false);
        }
        Ok(left)
    }

    /// A page of financial requests, in the filter's order.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`], or the store's trouble.
    pub async fn requests(
        &self,
        mut filter: RequestFilter,
        page: Page,
    ) -> Result<Slice<Row<RequestId, Request>>, Error> {
        if !self.narrow_requests(&mut filter)? {
            return Ok(Slice::empty());
        }
        Ok(self.reader.requests(&filter, page).await?)
    }

    /// How many financial requests there are, and what they come to.
    ///
    /// # Errors
    /// As [`requests`](Self::requests).
    pub async fn count_requests(&self, mut filter: RequestFilter) -> Result<Total, Error> {
        if !self.narrow_requests(&mut filter)? {
            return Ok(Total::of([]));
        }
        Ok(self.reader.count_requests(&filter).await?)
    }

    /// One financial request, with what has become of the credit it granted.
    ///
    /// # Errors
    /// [`Refusal::NotFound`], [`Refusal::Forbidden`], or the store's trouble.
    pub async fn request(&self, id: RequestId) -> Result<(Row<RequestId, Request>, GrantedCredit), Error> {
        let found = self.reader.request(id).await?.filter(|(row, _)| is_visible(&self.actor, row));
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
        let offered = |standing: Standing| allowed_actions(&self.actor, row, credit, standing);
        let actions = offered(Standing::Works);
        if actions == offered(Standing::Suspended) && actions == offered(Standing::Elsewhere) {
            return Ok(actions);
        }
        let Some(account) = self.reader.account(row.account).await? else { return Ok(actions) };
        Ok(match self.rollout_of(&account) {
            Rollout::Live => offered(account.status.into()),
            Rollout::Legacy | Rollout::Shadow => offered(Standing::Elsewhere),
        })
    }

    /// What happened to a financial request, newest first. What is for staff alone is left out for a client: a page may hold
    /// fewer than its limit, and still go on.
    ///
    /// # Errors
    /// As [`request`](Self::request).
    pub async fn request_timeline(&self, id: RequestId, page: Page) -> Result<Slice<Row<FactId, Fact>>, Error> {
        self.request(id).await?;
        let mut slice = self.reader.timeline(Timeline::Request(id), page).await?;
        slice.items.retain(|fact| self.shows(fact));
        Ok(slice)
    }

    /// The financial requests behind each of these support requests, newest first (R10); to a client without drafts.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when one of them is foreign, [`Refusal::Forbidden`], or the store's trouble.
    pub async fn requests_behind(
        &self,
        supports: &[Row<SupportId, Support>],
    ) -> Result<BTreeMap<SupportId, Vec<Row<RequestId, Request>>>, Error> {
        self.require(Permission::ReadRequests)?;
        for support in supports {
            require_sight(&self.actor, support.account, "support request")?;
        }
        let ids: Vec<_> = supports.iter().map(|support| support.id).collect();
        let mut behind: BTreeMap<SupportId, Vec<_>> = BTreeMap::new();
        for row in self.reader.requests_behind(&ids, self.actor.role() != Role::Client).await? {
            if let Some(support) = row.helpdesk_id {
                behind.entry(support).or_default().push(row);
            }
        }
        Ok(behind)
    }

    /// The comments of a financial request, newest first; to a client without those for staff alone (R9).
    ///
    /// # Errors
    /// As [`request`](Self::request).
    pub async fn request_comments(&self, id: RequestId, page: Page) -> Result<Slice<Row<CommentId, Comment>>, Error> {
        self.request(id).await?;
        Ok(self.reader.request_comments(id, self.actor.role() != Role::Client, page).await?)
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
        let Some(rollout) = filter.rollout else { return Ok(self.reader.accounts(&filter, page).await?) };
        // Where an account stands of which nothing was said only the plan knows: the page is filled from what fits.
        let (mut items, mut from) = (Vec::new(), page);
        loop {
            let mut slice = self.reader.accounts(&filter, from).await?;
            slice.items.retain(|row| self.rollout_of(row) == rollout);
            items.append(&mut slice.items);
            let most = usize::try_from(page.limit).unwrap_or(usize::MAX);
            if items.len() > most || slice.next.is_none() {
                let more = items.len() > most;
                items.truncate(most);
                let next = items.last().map(|row| row.id.0).filter(|_| more);
                return Ok(Slice { items, next });
            }
            from.before = slice.next;
        }
    }

    /// One account.
    ///
    /// # Errors
    /// [`Refusal::NotFound`], [`Refusal::Forbidden`], or the store's trouble.
    pub async fn account(&self, id: AccountId) -> Result<Row<AccountId, Account>, Error> {
        self.account_for(id, Permission::ReadAccounts).await
    }

    /// Those of these accounts that the actor sees, in one read.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`], or the store's trouble.
    pub async fn accounts_of(&self, ids: &[AccountId]) -> Result<BTreeMap<AccountId, Row<AccountId, Account>>, Error> {
        self.require(Permission::ReadAccounts)?;
        let seen: Vec<_> = ids.iter().copied().filter(|id| sees(&self.actor, *id)).collect();
        let found = self.reader.accounts_of(&seen).await?;
        Ok(found.into_iter().map(|row| (row.id, row)).collect())
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

    /// The lines of a statement after this sequence, oldest first.
    ///
    /// # Errors
    /// As [`account`](Self::account).
    pub async fn statement_lines(
        &self,
        id: AccountId,
        filter: &StatementFilter,
        after: u64,
        limit: u32,
    ) -> Result<Vec<Row<MovementId, Movement>>, Error> {
        self.account(id).await?;
        Ok(self.reader.statement_lines(id, filter, after, limit).await?)
    }

    /// Movements of all accounts, newest first.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`], or the store's trouble.
    pub async fn movements(
        &self,
        filter: &MovementFilter,
        page: Page,
    ) -> Result<Slice<Row<MovementId, Movement>>, Error> {
        self.require(Permission::ListMovements)?;
        Ok(self.reader.movements(filter, page).await?)
    }

    /// The audit trail of all accounts, newest first.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`], or the store's trouble.
    pub async fn all_logs(&self, filter: &LogFilter, page: Page) -> Result<Slice<Row<u64, Log>>, Error> {
        self.require(Permission::ReadAudit)?;
        Ok(self.reader.all_logs(filter, page).await?)
    }

    /// The book's part of the report of a day (L8); what waits is counted as of now.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`], or the store's trouble.
    pub async fn daily_report(&self, day: BusinessDay, now: Timestamp) -> Result<DailyReport, Error> {
        self.require(Permission::ReadReport)?;
        Ok(DailyReport {
            day,
            requests: self.reader.request_counts(now).await?,
            money: self.reader.money_moved(day).await?,
            expired_credits: self.reader.expired_credits(now).await?,
            verified: self.reader.last_verification().await?,
        })
    }

    /// What is found by a text, at most so many of each kind: names, references, uuids, whole amounts and sales, of what the
    /// actor may see.
    ///
    /// # Errors
    /// The store's trouble.
    pub async fn search(&self, q: &str, limit: u32) -> Result<Found, Error> {
        search::search(self.reader.as_ref(), &self.actor, q, limit).await
    }

    /// The audit rows of a movement, newest first.
    ///
    /// # Errors
    /// As [`movement`](Self::movement).
    pub async fn logs(&self, id: MovementId, page: Page) -> Result<Slice<Row<u64, Log>>, Error> {
        self.movement(id).await?;
        Ok(self.reader.logs(id, page).await?)
    }

    /// What both systems decided, newest first (L6).
    ///
    /// # Errors
    /// [`Refusal::Forbidden`], or the store's trouble.
    pub async fn shadows(&self, filter: &ShadowFilter, page: Page) -> Result<Slice<Row<u64, ShadowDecision>>, Error> {
        self.require(Permission::ReadShadow)?;
        Ok(self.reader.shadows(filter, page).await?)
    }

    /// How often both systems agreed, of one account or of all (L6).
    ///
    /// # Errors
    /// As [`shadows`](Self::shadows).
    pub async fn shadow_counts(&self, account: Option<AccountId>) -> Result<ShadowCounts, Error> {
        self.require(Permission::ReadShadow)?;
        Ok(self.reader.shadow_counts(account).await?)
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
