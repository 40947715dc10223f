//! Reads of what is committed.

use crate::account::{Account, AccountChange, Closing, LimitChange};
use crate::audit::Log;
use crate::category::Status;
use crate::clock::{BusinessDay, Timestamp};
use crate::comment;
use crate::fact::Fact;
use crate::id::{AccountId, CommentId, FactId, MovementId, RequestId, SupportId};
use crate::memory::tables::{Tables, View};
use crate::memory::{MemoryStore, Step};
use crate::money::Money;
use crate::movement::{Movement, MovementStatus};
use crate::request::{GrantedCredit, Request};
use crate::row::{Link, Row, ShadowDecision, Thread};
use crate::store::{
    AccountFilter, AccountReader, Comments, Event, EventRange, FactReader, Followers, LogFilter, MAX_BEHIND,
    MAX_COUNTED, MAX_EVENTS, MovementFilter, MovementReader, Page, Readiness, RequestFilter, RequestOrder,
    RequestReader, ShadowCounts, ShadowFilter, ShadowReader, Slice, Statement, StatementFilter, StoreError,
    SupportFilter, SupportReader, SupportSort, Timeline, Total,
};
use crate::support::{Comment, Support};
use async_trait::async_trait;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

pub(super) fn row<I: Copy, T: Clone>((id, data): (&I, &T)) -> Row<I, T> {
    Row { id: *id, data: data.clone() }
}

/// The page of the rows that fit, from the newest on.
fn page_of<'a, I, T>(
    rows: impl DoubleEndedIterator<Item = (&'a I, &'a T)>,
    page: Page,
    number: impl Fn(I) -> u64,
    fits: impl Fn(I, &T) -> bool,
) -> Slice<Row<I, T>>
where
    I: Copy + 'a,
    T: Clone + 'a,
{
    let below = |id: &I| page.before.is_none_or(|before| number(*id) < before);
    let fitting = rows.rev().filter(|(id, data)| below(id) && fits(**id, data));
    let surplus = (page.limit as usize).saturating_add(1);
    Slice::of(fitting.take(surplus).map(row).collect(), page.limit, |row| number(row.id))
}

/// Where a request stands in an order: the lesser comes first.
fn place_of(filter: &RequestFilter, id: RequestId, request: &Request) -> (i64, i64) {
    let number = i64::try_from(id.0).unwrap_or(i64::MAX);
    let timed = filter.created_from.is_some() || filter.created_to.is_some();
    let at = if timed { request.created_at.timestamp_micros() } else { 0 };
    match filter.order {
        RequestOrder::Newest => (-at, -number),
        RequestOrder::Oldest => (at, number),
        RequestOrder::Expiry => (request.expiry_date.map_or(i64::MAX, |at| at.timestamp_micros()), -number),
        RequestOrder::Amount(_) => (-request.amount.hundredths(), -number),
    }
}

/// The page of the rows that fit, by creation, then number; it begins behind the row that it names.
fn page_of_a_time<'a, I: Copy + Ord + From<u64> + 'a, T: Clone + 'a>(
    rows: &'a BTreeMap<I, T>,
    page: Page,
    created_at: impl Fn(&T) -> Timestamp,
    number: impl Fn(I) -> u64,
    fits: impl Fn(&T) -> bool,
) -> Slice<Row<I, T>> {
    let place = |(id, data): (&I, &T)| (created_at(data), *id);
    let before = page.before.map(|before| rows.get_key_value(&I::from(before)).map(place));
    let is_later = |found: &(&I, &T)| before.is_none_or(|before| before.is_some_and(|before| place(*found) < before));
    let mut found: Vec<_> = rows.iter().filter(|found| fits(found.1) && is_later(found)).map(row).collect();
    found.sort_by_key(|row| std::cmp::Reverse((created_at(&row.data), row.id)));
    Slice::of(found, page.limit, |row| number(row.id))
}

impl Tables {
    fn comments_of(&self, thread: Thread, internal: bool, page: Page) -> Slice<Row<CommentId, Comment>> {
        let fits = |comment: &Comment| comment.thread == thread && (internal || !comment.internal);
        page_of(self.comments.iter(), page, |id| id.0, |_, comment| fits(comment))
    }

    /// All comments of a thread, oldest first.
    pub(super) fn comments_in(&self, thread: Thread) -> Vec<Row<CommentId, Comment>> {
        self.comments.iter().filter(|(_, comment)| comment.thread == thread).map(row).collect()
    }

    /// What these facts keep of comments, oldest first.
    pub(super) fn told_in(&self, about: impl Fn(&Fact) -> bool) -> Vec<String> {
        let facts = self.facts.values().filter(|fact| about(fact));
        facts.filter_map(|fact| Some(fact.data.get(comment::HASH)?.as_str()?.to_owned())).collect()
    }

    fn matches_request(&self, filter: &RequestFilter, id: RequestId, request: &Request) -> bool {
        let account = self.accounts.get(&request.account).map_or("", |account| account.name.as_str());
        filter.fits(request, account, || self.view().granted(id, request).active)
    }

    /// By whose turn it is, then the oldest first; the page begins behind the row that it names (S5).
    fn queue_of_supports(
        &self,
        page: Page,
        fits: impl Fn(SupportId, &Support) -> bool,
    ) -> Slice<Row<SupportId, Support>> {
        let place = |(id, support): (&SupportId, &Support)| (support.turn().name(), *id);
        let before = page.before.map(|before| self.supports.get_key_value(&SupportId(before)).map(place));
        let is_later = |found: &(&SupportId, &Support)| {
            before.is_none_or(|before| before.is_some_and(|before| place(*found) > before))
        };
        let fitting = self.supports.iter().filter(|found| fits(*found.0, found.1) && is_later(found));
        let mut rows: Vec<_> = fitting.map(row).collect();
        rows.sort_by_key(|row| (row.turn().name(), row.id));
        Slice::of(rows, page.limit, |row| row.id.0)
    }

    fn view(&self) -> View<'_> {
        View { committed: self, written: self }
    }

    /// In the filter's order; the page begins behind the row that it names.
    fn requests_in_order(&self, filter: &RequestFilter, page: Page) -> Slice<Row<RequestId, Request>> {
        let place = |(id, request): (&RequestId, &Request)| place_of(filter, *id, request);
        let named = |before: u64| {
            let (_, number) = self.requests.get_key_value(&RequestId(before)).map(place)?;
            match filter.order {
                // As it was when the page before was shown.
                RequestOrder::Amount(Some(amount)) => Some((-amount.hundredths(), number)),
                _ => self.requests.get_key_value(&RequestId(before)).map(place),
            }
        };
        let behind = page.before.map(named);
        let fits = |found: &(&RequestId, &Request)| {
            self.matches_request(filter, *found.0, found.1)
                && behind.is_none_or(|named| named.is_some_and(|named| place(*found) > named))
        };
        let mut rows: Vec<_> = self.requests.iter().filter(fits).map(row).collect();
        rows.sort_by_key(|row| place_of(filter, row.id, row));
        Slice::of(rows, page.limit, |row| row.id.0)
    }

    pub(super) fn written_of(&self, account: AccountId) -> impl DoubleEndedIterator<Item = (&MovementId, &Movement)> {
        let written =
            move |movement: &Movement| movement.account == account && movement.status == MovementStatus::Success;
        self.movements.iter().filter(move |(_, movement)| written(movement))
    }

    pub(super) fn counting_of(&self, account: AccountId) -> impl DoubleEndedIterator<Item = (&MovementId, &Movement)> {
        self.written_of(account).filter(|(_, movement)| movement.counts())
    }

    /// The balance after the last movement of the days that count.
    fn balance_after(&self, id: AccountId, account: &Account, counts: impl Fn(BusinessDay) -> bool) -> Money {
        let posted = self.counting_of(id).filter_map(|(_, movement)| movement.posted);
        let last = posted.filter(|posted| counts(posted.day)).max_by_key(|posted| posted.sequence);
        last.map_or(Money::zero(account.currency()), |posted| posted.balance_after)
    }

    fn statement(&self, id: AccountId, filter: &StatementFilter, page: Page) -> Option<Statement> {
        let account = self.accounts.get(&id)?;
        let sequence = |movement: &Movement| movement.posted.map_or(0, |posted| posted.sequence);
        let below = |movement: &Movement| page.before.is_none_or(|before| sequence(movement) < before);
        let fits = |movement: &Movement| filter.fits(movement) && below(movement);
        let fitting = self.counting_of(id).filter(|(_, movement)| fits(movement));
        let mut rows: Vec<_> = fitting.map(row).map(|row| shown(row, filter)).collect();
        rows.sort_by_key(|row| std::cmp::Reverse(sequence(row)));
        Some(Statement {
            opening_balance: self.balance_after(id, account, |day| filter.from.is_some_and(|from| day < from)),
            closing_balance: self.balance_after(id, account, |day| filter.to.is_none_or(|to| day <= to)),
            page: Slice::of(rows, page.limit, |row| sequence(row)),
        })
    }

    /// Since when it is due at `now` (X1); with `granted`, what was granted too, as long as its credit is active, or its
    /// cancellation if that is held (X3).
    fn due_since(&self, id: RequestId, request: &Request, now: Timestamp, granted: bool) -> Option<Timestamp> {
        let parent = request.parent.filter(|_| granted && request.is_held());
        let dies = parent.map_or(Some(request), |parent| self.requests.get(&parent))?;
        let expiry = dies.expiry_date.filter(|expiry| now >= *expiry)?;
        let due = match request.status {
            Status::Closed if granted => {
                let credit = self.view().granted(id, request);
                credit.active && !credit.being_cancelled
            }
            status => !status.is_final(),
        };
        due.then_some(expiry)
    }
}

#[async_trait]
impl Readiness for MemoryStore {
    async fn ready(&self) -> Result<(), StoreError> {
        self.reach(Step::Read)
    }
}

#[async_trait]
impl RequestReader for MemoryStore {
    async fn requests(&self, filter: &RequestFilter, page: Page) -> Result<Slice<Row<RequestId, Request>>, StoreError> {
        self.reach(Step::Read)?;
        let state = self.state();
        Ok(state.tables.requests_in_order(filter, page))
    }

    async fn count_requests(&self, filter: &RequestFilter) -> Result<Total, StoreError> {
        self.reach(Step::Read)?;
        let state = self.state();
        let fits = |(id, request): &(&RequestId, &Request)| state.tables.matches_request(filter, **id, request);
        let found = state.tables.requests.iter().filter(fits).take(MAX_COUNTED as usize + 1);
        Ok(Total::of(found.map(|(_, request)| Some(request.amount))))
    }

    async fn requests_behind(
        &self,
        supports: &[SupportId],
        drafts: bool,
    ) -> Result<Vec<Row<RequestId, Request>>, StoreError> {
        self.reach(Step::Read)?;
        let state = self.state();
        let fits = |(_, request): &(&RequestId, &Request)| {
            (drafts || !request.draft) && request.helpdesk_id.is_some_and(|id| supports.contains(&id))
        };
        Ok(state.tables.requests.iter().rev().filter(fits).take(MAX_BEHIND as usize).map(row).collect())
    }

    async fn request_comments(
        &self,
        id: RequestId,
        internal: bool,
        page: Page,
    ) -> Result<Slice<Row<CommentId, Comment>>, StoreError> {
        self.reach(Step::Read)?;
        Ok(self.state().tables.comments_of(Thread::Request(id), internal, page))
    }

    async fn request(&self, id: RequestId) -> Result<Option<(Row<RequestId, Request>, GrantedCredit)>, StoreError> {
        self.reach(Step::Read)?;
        let state = self.state();
        let found = state.tables.requests.get_key_value(&id);
        Ok(found.map(|found| (row(found), state.tables.view().granted(id, found.1))))
    }

    async fn due(&self, now: Timestamp, granted: bool, limit: u32) -> Result<Vec<RequestId>, StoreError> {
        self.reach(Step::Read)?;
        let state = self.state();
        let since = |(id, request): (&RequestId, &Request)| {
            state.tables.due_since(*id, request, now, granted).map(|expiry| (expiry, *id))
        };
        let mut due: Vec<_> = state.tables.requests.iter().filter_map(since).collect();
        due.sort();
        Ok(due.into_iter().take(limit as usize).map(|(_, id)| id).collect())
    }
}

#[async_trait]
impl SupportReader for MemoryStore {
    async fn supports(&self, filter: &SupportFilter, page: Page) -> Result<Slice<Row<SupportId, Support>>, StoreError> {
        self.reach(Step::Read)?;
        let state = self.state();
        let tables = &state.tables;
        let fits = |_: SupportId, support: &Support| {
            let account = tables.accounts.get(&support.account).map_or("", |account| account.name.as_str());
            filter.fits(support, account)
        };
        Ok(match filter.sort {
            SupportSort::Newest => page_of(tables.supports.iter(), page, |id| id.0, fits),
            SupportSort::Queue => tables.queue_of_supports(page, fits),
        })
    }

    async fn support(&self, id: SupportId) -> Result<Option<Row<SupportId, Support>>, StoreError> {
        self.reach(Step::Read)?;
        Ok(self.state().tables.supports.get_key_value(&id).map(row))
    }

    async fn followers(&self, ids: &[SupportId]) -> Result<Followers, StoreError> {
        self.reach(Step::Read)?;
        let state = self.state();
        let mut found = Followers::new();
        for (id, support) in &state.tables.supports {
            if let Some(followed) = support.follows.filter(|followed| ids.contains(followed)) {
                found.entry(followed).or_default().push(*id);
            }
        }
        Ok(found)
    }

    async fn comments(&self, id: SupportId, page: Page) -> Result<Slice<Row<CommentId, Comment>>, StoreError> {
        self.reach(Step::Read)?;
        Ok(self.state().tables.comments_of(Thread::Support(id), true, page))
    }

    async fn newest_comments(&self, ids: &[SupportId], limit: u32) -> Result<Comments, StoreError> {
        self.reach(Step::Read)?;
        let state = self.state();
        let of =
            |id: &SupportId| (*id, state.tables.comments_of(Thread::Support(*id), true, Page { limit, before: None }));
        Ok(ids.iter().map(of).filter(|(_, comments)| !comments.items.is_empty()).collect())
    }
}

#[async_trait]
impl AccountReader for MemoryStore {
    async fn accounts(&self, filter: &AccountFilter, page: Page) -> Result<Slice<Row<AccountId, Account>>, StoreError> {
        self.reach(Step::Read)?;
        let state = self.state();
        Ok(page_of(state.tables.accounts.iter(), page, |id| id.0, |id, account| filter.fits(id, account)))
    }

    async fn account(&self, id: AccountId) -> Result<Option<Row<AccountId, Account>>, StoreError> {
        self.reach(Step::Read)?;
        Ok(self.state().tables.accounts.get_key_value(&id).map(row))
    }

    async fn accounts_of(&self, ids: &[AccountId]) -> Result<Vec<Row<AccountId, Account>>, StoreError> {
        self.reach(Step::Read)?;
        let state = self.state();
        Ok(ids.iter().filter_map(|id| state.tables.accounts.get_key_value(id)).map(row).collect())
    }

    async fn closing(&self, id: AccountId, day: BusinessDay) -> Result<Option<Closing>, StoreError> {
        self.reach(Step::Read)?;
        let state = self.state();
        let mut closings = state.tables.closings.values().filter(|closing| closing.account == id);
        Ok(closings.rfind(|closing| closing.state.day <= day).copied())
    }

    async fn closings(&self, id: AccountId, from: BusinessDay, to: BusinessDay) -> Result<Vec<Closing>, StoreError> {
        self.reach(Step::Read)?;
        let state = self.state();
        let closings = state.tables.closings.values().filter(|closing| closing.account == id);
        Ok(closings.filter(|closing| (from..=to).contains(&closing.state.day)).copied().collect())
    }

    async fn limit_history(&self, id: AccountId, page: Page) -> Result<Slice<Row<u64, LimitChange>>, StoreError> {
        self.reach(Step::Read)?;
        let state = self.state();
        let changes = state.tables.limits.iter().filter(|(_, (account, _))| *account == id);
        let changes = changes.map(|(id, (_, change))| (id, change));
        Ok(page_of(changes, page, |id| id, |_, _| true))
    }

    async fn account_history(&self, id: AccountId, page: Page) -> Result<Slice<Row<u64, AccountChange>>, StoreError> {
        self.reach(Step::Read)?;
        let state = self.state();
        let changes = state.tables.account_changes.iter().filter(|(_, (account, _))| *account == id);
        Ok(page_of(changes.map(|(id, (_, change))| (id, change)), page, |id| id, |_, _| true))
    }

    async fn limit_at(&self, id: AccountId, at: Timestamp) -> Result<Option<Money>, StoreError> {
        self.reach(Step::Read)?;
        let state = self.state();
        let mut changes = state.tables.limits.values().filter(|(account, _)| *account == id).map(|(_, change)| change);
        let before = changes.clone().rfind(|change| change.at < at).map(|change| change.new);
        Ok(before.or_else(|| changes.next().map(|change| change.old)))
    }
}

#[async_trait]
impl ShadowReader for MemoryStore {
    async fn shadows(&self, filter: &ShadowFilter, page: Page) -> Result<Slice<Row<u64, ShadowDecision>>, StoreError> {
        self.reach(Step::Read)?;
        Ok(page_of(self.state().tables.shadows.iter(), page, |id| id, |_, shadow| filter.fits(shadow)))
    }

    async fn shadow_counts(&self, account: Option<AccountId>) -> Result<ShadowCounts, StoreError> {
        self.reach(Step::Read)?;
        let state = self.state();
        let all = state.tables.shadows.values().filter(|shadow| account.is_none_or(|only| only == shadow.account));
        Ok(all.fold(ShadowCounts::default(), |mut counts, shadow| {
            let count = if shadow.agree { &mut counts.agreements } else { &mut counts.disagreements };
            *count = count.saturating_add(1);
            counts
        }))
    }
}

/// A line of a statement as it is asked for.
fn shown(mut row: Row<MovementId, Movement>, filter: &StatementFilter) -> Row<MovementId, Movement> {
    row.data.payload = row.data.payload.filter(|_| !filter.without_payloads);
    row
}

#[async_trait]
impl MovementReader for MemoryStore {
    async fn statement(
        &self,
        id: AccountId,
        filter: &StatementFilter,
        page: Page,
    ) -> Result<Option<Statement>, StoreError> {
        self.reach(Step::Read)?;
        Ok(self.state().tables.statement(id, filter, page))
    }

    async fn statement_lines(
        &self,
        id: AccountId,
        filter: &StatementFilter,
        after: u64,
        limit: u32,
    ) -> Result<Vec<Row<MovementId, Movement>>, StoreError> {
        self.reach(Step::Read)?;
        let state = self.state();
        let sequence = |movement: &Movement| movement.posted.map_or(0, |posted| posted.sequence);
        let fits = |movement: &Movement| filter.fits(movement) && sequence(movement) > after;
        let fitting = state.tables.counting_of(id).filter(|(_, movement)| fits(movement));
        let mut rows: Vec<_> = fitting.map(row).map(|row| shown(row, filter)).collect();
        rows.sort_by_key(|row| sequence(row));
        rows.truncate(limit as usize);
        Ok(rows)
    }

    async fn movements(
        &self,
        filter: &MovementFilter,
        page: Page,
    ) -> Result<Slice<Row<MovementId, Movement>>, StoreError> {
        self.reach(Step::Read)?;
        let state = self.state();
        let movements = &state.tables.movements;
        if filter.from.is_some() || filter.to.is_some() {
            return Ok(page_of_a_time(movements, page, |row| row.created_at, |id| id.0, |row| filter.fits(row)));
        }
        Ok(page_of(movements.iter(), page, |id| id.0, |_, movement| filter.fits(movement)))
    }

    async fn all_logs(&self, filter: &LogFilter, page: Page) -> Result<Slice<Row<u64, Log>>, StoreError> {
        self.reach(Step::Read)?;
        let state = self.state();
        if filter.from.is_some() || filter.to.is_some() {
            return Ok(page_of_a_time(&state.tables.logs, page, |row| row.created_at, |id| id, |row| filter.fits(row)));
        }
        Ok(page_of(state.tables.logs.iter(), page, |id| id, |_, log| filter.fits(log)))
    }

    async fn movement(&self, id: MovementId) -> Result<Option<Row<MovementId, Movement>>, StoreError> {
        self.reach(Step::Read)?;
        Ok(self.state().tables.movements.get_key_value(&id).map(row))
    }

    async fn movement_of_message(&self, message: Uuid) -> Result<Option<Row<MovementId, Movement>>, StoreError> {
        self.reach(Step::Read)?;
        let state = self.state();
        Ok(state.tables.movements.iter().find(|(_, movement)| movement.message_uuid == Some(message)).map(row))
    }

    async fn logs(&self, id: MovementId, page: Page) -> Result<Slice<Row<u64, Log>>, StoreError> {
        self.reach(Step::Read)?;
        Ok(page_of(self.state().tables.logs.iter(), page, |id| id, |_, log| log.movement == Link::Id(id)))
    }
}

#[async_trait]
impl FactReader for MemoryStore {
    async fn timeline(&self, of: Timeline, page: Page) -> Result<Slice<Row<FactId, Fact>>, StoreError> {
        self.reach(Step::Read)?;
        let fits = |_: FactId, fact: &Fact| match of {
            Timeline::Request(request) => fact.request == Some(Link::Id(request)),
            Timeline::Support(support) => fact.support == Some(Link::Id(support)),
        };
        Ok(page_of(self.state().tables.facts.iter(), page, |id| id.0, fits))
    }

    async fn events(&self, after: u64, limit: u32) -> Result<Vec<Event>, StoreError> {
        self.reach(Step::Read)?;
        let state = self.state();
        let later = (1_u64..).zip(&state.events).skip(usize::try_from(after).unwrap_or(usize::MAX));
        let facts = later.filter_map(|(number, id)| {
            state.tables.facts.get_key_value(id).map(row).map(|fact| Event { number, fact })
        });
        Ok(facts.take(limit as usize).collect())
    }

    async fn event_range(&self, since: Timestamp) -> Result<EventRange, StoreError> {
        self.reach(Step::Read)?;
        let state = self.state();
        let last = state.events.len() as u64;
        let is_old = |id: &&FactId| state.tables.facts.get(id).is_some_and(|fact| fact.at < since);
        let old = state.events.iter().take_while(is_old).count() as u64;
        Ok(EventRange { before_first: old.max(last.saturating_sub(MAX_EVENTS)), last })
    }

    async fn number_events(&self, limit: u32) -> Result<u64, StoreError> {
        self.reach(Step::Queue)?;
        let mut state = self.state();
        let numbered: BTreeSet<_> = state.events.iter().copied().collect();
        let fresh: Vec<_> = state.tables.facts.keys().filter(|id| !numbered.contains(id)).copied().collect();
        let fresh = fresh.into_iter().take(limit as usize);
        let before = state.events.len();
        state.events.extend(fresh);
        Ok((state.events.len() - before) as u64)
    }
}
