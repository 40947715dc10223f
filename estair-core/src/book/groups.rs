//! Group commit: callers who wait at the same time share a transaction.
//!
//! A commit costs the same for one command and for a hundred. So what waits while a transaction is under way goes together
//! in the next one, decided one command after the other (W7). There is no timer: who comes alone goes at once, with the
//! statements that it would take anyway.
//!
//! Commands wait in lanes, by their account: groups of different accounts do not wait for each other's rows, and what one
//! account is asked goes in the order in which it was asked. Lanes are for speed alone; what is right is decided by the locks
//! of the store.
//!
//! What carries on what was accepted before (a message that came back, a hand-over that is noted) goes before what is new, in
//! groups of its own, and while it comes, new commands share smaller ones: they wait longer, what was accepted waits less, and
//! nothing is refused for it.
//!
//! Guarantees: a refusal or a technical error concerns its own command (W7); a group whose commit is in doubt is never
//! parted before it is known; a caller that gives up leaves its effect whole or absent, and the others what they are, as a
//! group runs in a task of the host's ([`Spawn`]) and not in that of a caller; a lane that is full says so at once.

use std::collections::{HashSet, VecDeque};
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use crate::book::cycle::lock_set_of;
use crate::book::{Book, Error, Prepared, Reply};
use crate::decision::LockSet;
use crate::store::{StoreError, StoreErrorKind};

/// Commands of one group, unless the host says otherwise.
const LARGEST: usize = 128;

/// Commands that wait in one lane, unless the host says otherwise.
const WAITING: usize = 4_096;

/// After a group that carried something on, so many groups of what is new are bound.
const BOUND_FOR: u8 = 4;

/// Work for the host's runtime.
pub type Task = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Runs work to its end, whoever waits for it: the host's runtime. A function that spawns a task is one.
pub trait Spawn: Send + Sync {
    /// Begins the work.
    fn spawn(&self, work: Task);
}

impl<F: Fn(Task) + Send + Sync> Spawn for F {
    fn spawn(&self, work: Task) {
        self(work);
    }
}

/// How callers share transactions.
#[derive(Clone)]
pub struct Groups {
    spawn: Arc<dyn Spawn>,
    lanes: usize,
    largest: usize,
    waiting: usize,
}

impl Groups {
    /// One lane, groups of at most 128 commands, at most 4,096 that wait.
    ///
    /// ```
    /// # use estair_core::book::Groups;
    /// # fn spawn(_: impl Future<Output = ()>) {}
    /// // With tokio: `Groups::new(|work| drop(tokio::spawn(work)))`.
    /// let groups = Groups::new(|work| spawn(work)).lanes(4);
    /// ```
    #[must_use]
    pub fn new(spawn: impl Spawn + 'static) -> Self {
        Self { spawn: Arc::new(spawn), lanes: 1, largest: LARGEST, waiting: WAITING }
    }

    /// So many lanes, at least one. A database with one writer at a time (SQLite) wants one; a server several, at most as many
    /// as there are connections: each lane has a transaction of its own.
    #[must_use]
    pub fn lanes(self, lanes: usize) -> Self {
        Self { lanes: lanes.max(1), ..self }
    }

    /// Groups of at most so many commands. A call that brings more is a group of its own.
    #[must_use]
    pub fn largest(self, commands: usize) -> Self {
        Self { largest: commands.max(1), ..self }
    }

    /// At most so many commands wait in a lane: beyond, a call is told that the store is unavailable.
    #[must_use]
    pub fn waiting(self, commands: usize) -> Self {
        Self { waiting: commands, ..self }
    }
}

/// The lanes of a book.
pub(super) struct Lanes {
    groups: Groups,
    lanes: Vec<Arc<Lane>>,
}

/// What waits for one transaction after the other.
#[derive(Default)]
struct Lane(Mutex<Line>);

#[derive(Default)]
struct Line {
    calls: VecDeque<Call>,
    /// Calls that carry on what was accepted before: they go first.
    carrying_on: VecDeque<Call>,
    /// Commands of all these calls.
    waiting: usize,
    /// What the other calls may take.
    share: Share,
    /// Somebody works through the lane.
    driven: bool,
}

/// What calls may take of the next groups that carry nothing on: all, unless a group before them did.
#[derive(Clone, Copy, Default)]
struct Share {
    /// For how many groups there is a bound.
    groups: u8,
    /// Commands of each of them.
    most: usize,
}

/// What one caller wants to be run together, and where its replies go.
struct Call {
    work: Vec<Prepared>,
    replies: oneshot::Sender<Vec<Result<Reply, Error>>>,
}

impl Lanes {
    pub(super) fn new(groups: Groups) -> Self {
        let lanes = (0..groups.lanes).map(|_| Arc::default()).collect();
        Self { groups, lanes }
    }

    /// The same lanes, with nobody in them.
    pub(super) fn anew(&self) -> Self {
        Self::new(self.groups.clone())
    }

    /// Runs commands in a group of their lane; one reply for each, in order.
    pub(super) async fn run(&self, book: &Book, work: Vec<Prepared>) -> Vec<Result<Reply, Error>> {
        let count = work.len();
        let replies = match self.begin(book, work) {
            // Work that does not end was dropped with its runtime, or died of a fault in the program.
            Ok(replies) => replies.await.map_err(|_| StoreError::new(StoreErrorKind::Other, "the work did not end")),
            Err(error) => Err(error),
        };
        replies.unwrap_or_else(|error| vec![Err(error.into()); count])
    }

    fn begin(
        &self,
        book: &Book,
        work: Vec<Prepared>,
    ) -> Result<oneshot::Receiver<Vec<Result<Reply, Error>>>, StoreError> {
        let (answer, replies) = oneshot::channel();
        if work.is_empty() {
            let _ = answer.send(Vec::new());
            return Ok(replies);
        }
        let Some(lane) = self.lane_of(&work) else { return Ok(replies) };
        let mut line = lane.line();
        if line.waiting.saturating_add(work.len()) > self.groups.waiting.max(work.len()) {
            return Err(StoreError::new(StoreErrorKind::Unavailable, "too many calls wait for the book"));
        }
        line.waiting = line.waiting.saturating_add(work.len());
        let call = Call { work, replies: answer };
        if call.carries_on() {
            line.carrying_on.push_back(call)
        } else {
            line.calls.push_back(call)
        }
        let begins = !std::mem::replace(&mut line.driven, true);
        drop(line);
        if begins {
            let driver = Driver { lane: Arc::clone(lane), book: Book { lanes: None, ..book.clone() }, done: false };
            self.groups.spawn.spawn(Box::pin(driver.drive(self.groups.largest)));
        }
        Ok(replies)
    }

    /// The lane of the first account that a call locks; of its first request or ticket where no account is known.
    fn lane_of(&self, work: &[Prepared]) -> Option<&Arc<Lane>> {
        if self.lanes.len() < 2 {
            return self.lanes.first();
        }
        let LockSet { accounts, requests, supports, .. } = lock_set_of(work.get(..1).unwrap_or_default());
        let account = accounts.first().copied().or_else(|| requests.values().find_map(|lock| lock.account));
        let key = account.map(|account| account.0);
        let key = key.or_else(|| requests.first_key_value().map(|(id, _)| id.0));
        let key = key.or_else(|| supports.first().map(|id| id.0)).unwrap_or(0);
        // Neighbours go to different lanes.
        self.lanes.get(usize::try_from(key).unwrap_or(0) % self.lanes.len())
    }
}

impl Lane {
    fn line(&self) -> MutexGuard<'_, Line> {
        // Every change of the line is whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What goes next; none when nobody waits: then the lane is driven no more.
    fn next_group(&self, largest: usize) -> Option<Vec<Call>> {
        let mut line = self.line();
        let group = line.next_group(largest);
        line.driven = !group.is_empty();
        line.driven.then_some(group)
    }
}

impl Line {
    /// What carries on what was accepted and what is new take turns, if both wait. While the former comes, a group of the latter is
    /// bound to as many commands as there were calls: else what was accepted would wait for what comes ever faster.
    fn next_group(&mut self, largest: usize) -> Vec<Call> {
        let others_have_turn = self.share.groups == BOUND_FOR;
        if !others_have_turn || self.calls.is_empty() {
            let carried = self.next_that_carries_on(largest);
            if !carried.is_empty() {
                return carried;
            }
        }
        let most = if self.share.groups > 0 { largest.min(self.share.most) } else { largest };
        self.share.groups = self.share.groups.saturating_sub(1);
        let others = Self::take(&mut self.calls, &mut self.waiting, most);
        // All of them may have been given up.
        if others.is_empty() { self.next_that_carries_on(largest) } else { others }
    }

    fn next_that_carries_on(&mut self, largest: usize) -> Vec<Call> {
        let group = Self::take(&mut self.carrying_on, &mut self.waiting, largest);
        if !group.is_empty() {
            self.share = Share { groups: BOUND_FOR, most: group.len() };
        }
        group
    }

    /// The first calls of a line, in the order in which they came. What was given up before it began is not begun. Calls with the same
    /// key do not share a transaction: the second is answered from what the first one left.
    fn take(calls: &mut VecDeque<Call>, waiting: &mut usize, largest: usize) -> Vec<Call> {
        let (mut group, mut size, mut keys) = (Vec::new(), 0_usize, HashSet::new());
        while let Some(call) = calls.pop_front() {
            let count = call.work.len();
            if call.replies.is_closed() {
                *waiting = waiting.saturating_sub(count);
                continue;
            }
            let fits = group.is_empty() || size.saturating_add(count) <= largest;
            if !fits || !call.keys().all(|key| !keys.contains(&key)) {
                calls.push_front(call);
                break;
            }
            keys.extend(call.keys());
            size = size.saturating_add(count);
            *waiting = waiting.saturating_sub(count);
            group.push(call);
        }
        group
    }
}

impl Call {
    fn carries_on(&self) -> bool {
        self.work.iter().all(|Prepared { submission, .. }| submission.command.carries_on())
    }

    fn keys(&self) -> impl Iterator<Item = (String, String)> + '_ {
        self.work.iter().filter_map(|Prepared { submission, .. }| {
            submission.key.as_ref().map(|key| (submission.actor.scope(), key.key.clone()))
        })
    }
}

/// Works through a lane until nobody waits.
struct Driver {
    lane: Arc<Lane>,
    book: Book,
    done: bool,
}

impl Driver {
    async fn drive(mut self, largest: usize) {
        loop {
            // Who was just answered may have more, and who is just coming goes along.
            let_others_go_first().await;
            let Some(group) = self.lane.next_group(largest) else {
                self.done = true;
                break;
            };
            let (mut work, mut callers) = (Vec::new(), Vec::with_capacity(group.len()));
            for Call { work: part, replies } in group {
                callers.push((part.len(), replies));
                work.extend(part);
            }
            // A fault of the program is told to those whom it meets, and the lane goes on.
            let Some(replies) = unless_it_dies(self.book.run_now(&work)).await else { continue };
            let mut replies = replies.into_iter();
            for (count, caller) in callers {
                // Who has gone does not hear of it.
                let _ = caller.send(replies.by_ref().take(count).collect());
            }
        }
    }
}

impl Drop for Driver {
    /// Dropped before its end, with its runtime: whoever waits is told, and the next caller begins anew.
    fn drop(&mut self) {
        if !self.done {
            *self.lane.line() = Line::default();
        }
    }
}

/// What a future gives; nothing when it dies of a fault in the program.
async fn unless_it_dies<T>(future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    // Whoever dies leaves nothing behind that somebody else looks at: a transaction that was begun is dropped with it.
    poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
        Ok(polled) => polled.map(Some),
        Err(_) => Poll::Ready(None),
    })
    .await
}

/// Gives way once.
async fn let_others_go_first() {
    let mut given = false;
    poll_fn(|context| {
        if std::mem::replace(&mut given, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
