//! Reading facts: timelines, the events that readers follow, and those whose notices are pending (N3).

use std::collections::BTreeMap;

use async_trait::async_trait;
use estair_core::clock::Timestamp;
use estair_core::comment;
use estair_core::fact::Fact;
use estair_core::id::{CommentId, FactId, RequestId};
use estair_core::notification::{FannedOut, PendingFact, PendingFacts};
use estair_core::row::{Comment, Link, Row};
use estair_core::store::{
    Event, EventRange, FactReader, MAX_EVENTS, Page, Slice, StoreError, StoreErrorKind, Timeline,
};

use super::BookStore;
use super::by_number::by_number;
use crate::dialect::Dialect;
use crate::notifications::insert_missing;
use crate::retry::again;
use crate::session::Session;
use crate::sql::Sql;
use crate::table::{
    Accounts, Columns, Comments, Facts, Movements, Notifications, Requests, Stored, Supports, row, shown,
};
use crate::value::Value;
use uuid::Uuid;

/// Events that get their numbers in one transaction at most.
const MAX_NUMBERED: u32 = 1_000;

#[async_trait]
impl<D: Dialect> FactReader for BookStore<D> {
    async fn timeline(&self, of: Timeline, page: Page) -> Result<Slice<Row<FactId, Fact>>, StoreError> {
        let sql = Sql::select::<Facts>();
        let sql = match of {
            Timeline::Request(id) => sql.and("request_id = ?").bind(Value::key(id.0)),
            Timeline::Support(id) => sql.and("support_id = ?").bind(Value::key(id.0)),
        };
        let rows = self.all(sql.page("id", page), row::<Facts, _>).await?;
        Ok(Slice::of(rows, page.limit, |row| row.id.0))
    }

    async fn events(&self, after: u64, limit: u32) -> Result<Vec<Event>, StoreError> {
        let sql = Sql::new(format!(
            "SELECT event, {} FROM estair_facts WHERE event > ? ORDER BY event LIMIT ?",
            shown::<Facts>("")
        ));
        let read = |c: &mut Columns<'_, D::Driver>| Ok(Event { number: c.read()?, fact: row::<Facts, _>(c)? });
        self.all(sql.bind(Value::key(after)).bind(limit), read).await
    }

    async fn event_range(&self, since: Timestamp) -> Result<EventRange, StoreError> {
        let mut connection = self.db.reader().await?;
        let mut session = self.db.session(&mut connection);
        let last = last_event(&mut session).await?;
        let before_first = last.saturating_sub(MAX_EVENTS);
        let first = "SELECT event FROM estair_facts \
                     WHERE event > ? AND event <= ? AND happened_at >= ? ORDER BY event LIMIT 1";
        let sql = Sql::new(first).bind(Value::key(before_first)).bind(Value::key(last)).bind(since);
        let first = session.read_one(sql, <u64 as Stored>::read).await?;
        Ok(EventRange { before_first: first.map_or(last, |first| first.saturating_sub(1)), last })
    }

    async fn number_events(&self, limit: u32) -> Result<u64, StoreError> {
        again!(self.number_once(limit.min(MAX_NUMBERED)).await)
    }
}

async fn last_event<D: Dialect>(session: &mut Session<'_, D>) -> Result<u64, StoreError> {
    let last = session.read_one(Sql::new("SELECT MAX(event) FROM estair_facts"), <Option<u64> as Stored>::read).await?;
    Ok(last.flatten().unwrap_or(0))
}

impl<D: Dialect> BookStore<D> {
    /// The numbers after the last one that is committed go to facts that have none, all in one statement: compared and set.
    ///
    /// INVARIANT: a number is unique, so of two who give the same ones, on one node or on two, one fails and begins again:
    /// what it gives then lies behind. So no number is seen before those below it.
    async fn number_once(&self, limit: u32) -> Result<u64, StoreError> {
        let fresh = Sql::new("SELECT id FROM estair_facts WHERE event IS NULL ORDER BY id LIMIT ?").bind(limit);
        let (last, fresh) = {
            let mut connection = self.db.reader().await?;
            let mut session = self.db.session(&mut connection);
            // The last number first: a fact that gets one in between is not among the fresh ones any more.
            (last_event(&mut session).await?, session.read(fresh, <FactId as Stored>::read).await?)
        };
        if fresh.is_empty() {
            return Ok(0);
        }
        let mut transaction = self.db.begin().await?;
        let given = self.db.session(&mut transaction).execute(numbering(last, &fresh)).await;
        match given {
            Ok(given) if given == fresh.len() as u64 => {
                transaction.commit().await?;
                Ok(given)
            }
            Ok(_) => {
                transaction.rollback().await?;
                Err(numbered_at_once())
            }
            Err(error) if error.kind() == StoreErrorKind::Duplicate => Err(numbered_at_once().caused_by(error)),
            Err(error) => Err(error),
        }
    }

    /// The facts' rows are locked first: of two who fan one out at once, the second finds what the first has queued.
    async fn save_fan_out_once(&self, fanned_out: &[FannedOut]) -> Result<(), StoreError> {
        let ids = || fanned_out.iter().map(|one| Value::key(one.fact.0));
        let mut transaction = self.db.begin().await?;
        let mut session = self.db.session(&mut transaction);
        let sql = Sql::new("SELECT id, request_id FROM estair_facts WHERE id IN ").list(ids()).and(" ORDER BY id ");
        let read = |c: &mut Columns<'_, D::Driver>| Ok((c.read()?, c.read()?));
        let requests: BTreeMap<FactId, Option<RequestId>> =
            session.read(sql.and(D::LOCK), read).await?.into_iter().collect();
        let mut new = Vec::new();
        for FannedOut { fact, notifications } in fanned_out {
            let request = requests.get(fact).copied().flatten();
            new.extend(notifications.iter().map(|new| (new, request)));
        }
        insert_missing::<D, Notifications>(&mut session, &new).await?;
        session.execute(Sql::new("UPDATE estair_facts SET pending = 0 WHERE id IN ").list(ids())).await?;
        transaction.commit().await
    }
}

fn numbered_at_once() -> StoreError {
    StoreError::new(StoreErrorKind::Contention, "somebody else numbers the events at once")
}

/// Gives these facts the numbers after the last one.
fn numbering(last: u64, fresh: &[FactId]) -> Sql {
    let mut sql = Sql::new("UPDATE estair_facts SET event = CASE id");
    for (number, id) in (last.saturating_add(1)..).zip(fresh) {
        sql = sql.and(" WHEN ? THEN ?").bind(Value::key(id.0)).bind(Value::key(number));
    }
    sql.and(" END WHERE event IS NULL AND id IN ").list(fresh.iter().map(|id| Value::key(id.0)))
}

#[async_trait]
impl<D: Dialect> PendingFacts for BookStore<D> {
    async fn pending_facts(&self, limit: u32) -> Result<Vec<PendingFact>, StoreError> {
        let mut connection = self.db.reader().await?;
        let mut session = self.db.session(&mut connection);
        let sql = Sql::select::<Facts>().and("pending = 1 ORDER BY id LIMIT ?").bind(limit);
        let facts = session.read(sql, row::<Facts, _>).await?;
        let accounts = by_number::<D, Accounts>(&mut session, named(&facts, |fact| Some(fact.account))).await?;
        let requests = by_number::<D, Requests>(&mut session, named(&facts, |fact| fact.request)).await?;
        let supports = by_number::<D, Supports>(&mut session, named(&facts, |fact| fact.support)).await?;
        let movements = by_number::<D, Movements>(&mut session, named(&facts, |fact| fact.movement)).await?;
        let comments = comments_told(&mut session, &facts).await?;
        let whole = |fact: Row<FactId, Fact>| {
            let account = of(&accounts, Some(fact.account));
            Ok(PendingFact {
                account: account.ok_or_else(|| StoreError::corrupt(format_args!("fact {} has no account", fact.id)))?,
                request: of(&requests, fact.request),
                support: of(&supports, fact.support),
                movement: of(&movements, fact.movement),
                comment: comment::told_by(&fact).and_then(|uuid| comments.get(&uuid)).cloned(),
                fact,
            })
        };
        facts.into_iter().map(whole).collect()
    }

    async fn save_fan_out(&self, fanned_out: &[FannedOut]) -> Result<(), StoreError> {
        again!(self.save_fan_out_once(fanned_out).await)
    }
}

/// The comments that facts tell of.
async fn comments_told<D: Dialect>(
    session: &mut Session<'_, D>,
    facts: &[Row<FactId, Fact>],
) -> Result<BTreeMap<Uuid, Row<CommentId, Comment>>, StoreError> {
    let told: Vec<_> = facts.iter().filter_map(|fact| comment::told_by(fact)).map(Value::from).collect();
    if told.is_empty() {
        return Ok(BTreeMap::new());
    }
    let found = session.read(Sql::select::<Comments>().and("uuid IN ").list(told), row::<Comments, _>).await?;
    Ok(found.into_iter().map(|row| (row.uuid, row)).collect())
}

/// The numbers of rows that facts name.
fn named<I: Copy + From<u64>>(
    facts: &[Row<FactId, Fact>],
    link: impl Fn(&Fact) -> Option<Link<I>>,
) -> impl Iterator<Item = I> {
    facts.iter().filter_map(move |fact| link(fact)?.known())
}

/// The row that a fact names.
fn of<I: Copy + From<u64> + Ord, T: Clone>(rows: &BTreeMap<I, Row<I, T>>, link: Option<Link<I>>) -> Option<Row<I, T>> {
    link.and_then(Link::known).and_then(|id| rows.get(&id)).cloned()
}
