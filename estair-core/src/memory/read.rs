//! Reads of what is committed.

use crate::account::{Account, AccountChange, Closing, LimitChange};
use crate::audit::Log;
use crate::category::Status;
use crate::clock::{BusinessDay, Timestamp};
use crate::fact::Fact;
use crate::id::{AccountId, CommentId, FactId, MovementId, RequestId, SupportId};
use crate::memory::tables::{Tables, View};
use crate::memory::{MemoryStore, Step};
use crate::money::Money;
use crate::movement::{Movement, MovementStatus};
use crate::request::{GrantedCredit, Request};
use crate::row::{Link, Row};
use crate::store::{
    AccountFilter, AccountReader, Comments, Event, EventRange, FactReader, Followers, MAX_EVENTS, MovementReader, Page,
    Readiness, RequestFilter, RequestReader, Slice, Statement, StatementFilter, StoreError, SupportFilter,
    SupportReader, SupportSort, Timeline,
};
use crate::support::{Comment, Support, Turn};
use crate::text::folded;
use async_trait::async_trait;
use std::collections::BTreeSet;
use uuid::Uuid;

pub(super) fn row<I: Copy, T: Clone>((id, data): (&I, &T)) -> Row<I, T> {
    Row { id: *id, data: data.clone() }
}

/// Does a text hold the text that is looked for, if one is, whatever case and accents (A5)?
fn holds(q: Option<&str>, texts: &[&str]) -> bool {
    q.map(folded).is_none_or(|q| texts.iter().any(|text| folded(text).contains(&q)))
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

fn matches_request(filter: &RequestFilter, request: &Request) -> bool {
    let RequestFilter { status, category, account, assigned_to, created_from, created_to, q } = filter;
    (status.is_empty() || status.contains(&request.status))
        && category.is_none_or(|category| category == request.category)
        && account.is_none_or(|account| account == request.account)
        && assigned_to.is_none_or(|desk| desk == request.assigned_to)
        && created_from.is_none_or(|from| request.created_at >= from)
        && created_to.is_none_or(|to| request.created_at < to)
        && holds(q.as_deref(), &[&request.name, request.description.as_deref().unwrap_or_default()])
}

fn matches_support(filter: &SupportFilter, support: &Support, account_name: &str) -> bool {
    let SupportFilter { status, account, assigned_to, awaiting, q, sort: _ } = filter;
    (status.is_empty() || status.contains(&support.status))
        && account.is_none_or(|account| account == support.account)
        && assigned_to.is_none_or(|assignee| assignee == support.assigned_to)
        && awaiting.is_none_or(|side| Turn::awaiting(side).contains(&support.turn()))
        && holds(q.as_deref(), &[&support.name, &support.subject, &support.description, account_name])
}

fn matches_movement(filter: &StatementFilter, movement: &Movement) -> bool {
    let Some(posted) = movement.posted else { return false };
    filter.from.is_none_or(|from| posted.day >= from)
        && filter.to.is_none_or(|to| posted.day <= to)
        && filter.kind.is_none_or(|kind| movement.kind == kind)
        && filter.source.is_none_or(|source| movement.source == source)
}

impl Tables {
    fn comments_of(&self, id: SupportId, page: Page) -> Slice<Row<CommentId, Comment>> {
        let comments = self.comments.iter().filter(|(_, (support, _))| *support == id);
        page_of(comments.map(|(id, (_, comment))| (id, comment)), page, |id| id.0, |_, _| true)
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

    /// By creation, then number; the page begins behind the row that it names.
    fn requests_of_a_time(&self, filter: &RequestFilter, page: Page) -> Slice<Row<RequestId, Request>> {
        let place = |(id, request): (&RequestId, &Request)| (request.created_at, *id);
        let before = page.before.map(|before| self.requests.get_key_value(&RequestId(before)).map(place));
        let fits = |found: &(&RequestId, &Request)| {
            matches_request(filter, found.1)
                && before.is_none_or(|before| before.is_some_and(|before| place(*found) < before))
        };
        let mut rows: Vec<_> = self.requests.iter().filter(fits).map(row).collect();
        rows.sort_by_key(|row| std::cmp::Reverse((row.created_at, row.id)));
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
        let fits = |movement: &Movement| matches_movement(filter, movement) && below(movement);
        let fitting = self.counting_of(id).filter(|(_, movement)| fits(movement));
        let mut rows: Vec<_> = fitting.map(row).collect();
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
        if filter.created_from.is_some() || filter.created_to.is_some() {
            return Ok(state.tables.requests_of_a_time(filter, page));
        }
        Ok(page_of(state.tables.requests.iter(), page, |id| id.0, |_, request| matches_request(filter, request)))
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
            matches_support(filter, support, account)
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
        Ok(self.state().tables.comments_of(id, page))
    }

    async fn newest_comments(&self, ids: &[SupportId], limit: u32) -> Result<Comments, StoreError> {
        self.reach(Step::Read)?;
        let state = self.state();
        let of = |id: &SupportId| (*id, state.tables.comments_of(*id, Page { limit, before: None }));
        Ok(ids.iter().map(of).filter(|(_, comments)| !comments.items.is_empty()).collect())
    }
}

#[async_trait]
impl AccountReader for MemoryStore {
    async fn accounts(&self, filter: &AccountFilter, page: Page) -> Result<Slice<Row<AccountId, Account>>, StoreError> {
        self.reach(Step::Read)?;
        let state = self.state();
        let fits = |id, account: &Account| {
            let reference = account.reference.as_ref().map(|reference| reference.name.as_str());
            filter.account.is_none_or(|only| only == id)
                && filter.reference.as_deref().is_none_or(|wanted| reference == Some(wanted))
                && filter.status.is_none_or(|status| status == account.status)
                && holds(filter.q.as_deref(), &[&account.name])
        };
        Ok(page_of(state.tables.accounts.iter(), page, |id| id.0, fits))
    }

    async fn account(&self, id: AccountId) -> Result<Option<Row<AccountId, Account>>, StoreError> {
        self.reach(Step::Read)?;
        Ok(self.state().tables.accounts.get_key_value(&id).map(row))
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
