//! Things that happen to a book, played on a store and on the [`model`](super::model) at once.

use crate::account::{Account, State};
use crate::actor::{Actor, Role};
use crate::book::{Error, Submission};
use crate::category::{Category, Desk, Status};
use crate::clock::BusinessDay;
use crate::command::Command;
use crate::decision::Answer;
use crate::id::{AccountId, RequestId};
use crate::money::Amount;
use crate::movement::MovementType;
use crate::refusal::Refusal;
use crate::request::{RequestDraft, RequestPatch, Sent};
use crate::store::{Page, RequestFilter};
use crate::testing::model::{Asked, Delivered, Figures, Model};
use std::fmt::Write as _;

use chrono::{Duration, NaiveDate};

use super::world::*;

/// Accounts of a game.
pub const ACCOUNTS: usize = 3;

/// Something that happens. Places (`pick`) are taken modulo what there is, so that every sequence can be played.
#[derive(Clone, Debug)]
pub enum Event {
    /// Somebody asks for something.
    Create {
        /// Who.
        role: Role,
        /// What.
        category: Category,
        /// On which account.
        account: usize,
        /// How much, in whole units.
        amount: i64,
        /// Operation keeps it.
        kept: bool,
    },
    /// Somebody wants a credit to be cancelled.
    Cancel {
        /// Who.
        role: Role,
        /// Which.
        pick: usize,
        /// Held until it is released.
        hold: bool,
    },
    /// Somebody changes a request.
    Patch {
        /// Who.
        role: Role,
        /// Which.
        pick: usize,
        /// To which status.
        status: Option<Status>,
        /// To which desk.
        desk: Option<Desk>,
        /// Names a version that is not the present one.
        stale: bool,
    },
    /// Messager has taken a message.
    Sent {
        /// Of which request.
        pick: usize,
    },
    /// A message arrives.
    Deliver {
        /// Of which request.
        pick: usize,
        /// What is wrong with it.
        flaw: Flaw,
    },
    /// The scheduler looks at a request.
    Expire {
        /// Which.
        pick: usize,
    },
    /// Finance sets a limit.
    Limit {
        /// Of which account.
        account: usize,
        /// Which.
        limit: i64,
    },
    /// A movement comes from elsewhere.
    Post {
        /// For which account.
        account: usize,
        /// Of which type.
        kind: MovementType,
        /// Signed, in whole units.
        amount: i64,
        /// Its reference.
        reference: u8,
    },
    /// The clock moves, forwards or back.
    Clock {
        /// By so many minutes.
        minutes: i64,
    },
    /// The store has trouble during the next command.
    Trouble {
        /// Which trouble: the player knows.
        which: u8,
    },
}

/// What may be wrong with a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// Nothing.
    None,
    /// It belongs to an earlier execution (G2).
    Stale,
    /// It names another amount than its request (G2).
    Forged,
}

/// How often what mattered happened in a game.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Events.
    pub steps: u64,
    /// Commands that a rule refused.
    pub refusals: u64,
    /// Messages or references that came again.
    pub duplicates: u64,
    /// Messages of earlier executions, or forged.
    pub flawed: u64,
    /// Movements written.
    pub movements: u64,
    /// Credits that expired.
    pub expiries: u64,
    /// Credits that were cancelled after they were granted.
    pub cancellations: u64,
    /// Accounts that rolled to a later day.
    pub day_changes: u64,
    /// Times that the clock went back.
    pub clock_back: u64,
    /// Times that the store had trouble.
    pub troubles: u64,
}

impl Counters {
    /// Adds another game's.
    pub fn add(&mut self, other: &Self) {
        for (name, total) in self.each_mut() {
            let more = other.each().into_iter().find(|(one, _)| *one == name).map_or(0, |(_, count)| count);
            *total += more;
        }
    }

    /// Each count by its name.
    #[must_use]
    pub fn each(&self) -> [(&'static str, u64); 10] {
        [
            ("steps", self.steps),
            ("refusals", self.refusals),
            ("duplicates", self.duplicates),
            ("flawed messages", self.flawed),
            ("movements", self.movements),
            ("expiries", self.expiries),
            ("cancellations", self.cancellations),
            ("day changes", self.day_changes),
            ("clock moves back", self.clock_back),
            ("troubles of the store", self.troubles),
        ]
    }

    fn each_mut(&mut self) -> [(&'static str, &mut u64); 10] {
        [
            ("steps", &mut self.steps),
            ("refusals", &mut self.refusals),
            ("duplicates", &mut self.duplicates),
            ("flawed messages", &mut self.flawed),
            ("movements", &mut self.movements),
            ("expiries", &mut self.expiries),
            ("cancellations", &mut self.cancellations),
            ("day changes", &mut self.day_changes),
            ("clock moves back", &mut self.clock_back),
            ("troubles of the store", &mut self.troubles),
        ]
    }

    /// What never happened: a property that was not tried proves nothing.
    #[must_use]
    pub fn never(&self) -> Vec<&'static str> {
        self.each().into_iter().filter(|(_, count)| *count == 0).map(|(name, _)| name).collect()
    }

    /// All of them in one line.
    #[must_use]
    pub fn line(&self) -> String {
        self.each().into_iter().fold(String::new(), |mut line, (name, count)| {
            let _ = write!(line, "{name} {count}; ");
            line
        })
    }
}

/// A game: a book and its model, side by side.
pub struct Game<'w, T> {
    world: &'w World,
    trouble: T,
    model: Model,
    accounts: Vec<AccountId>,
    requests: Vec<RequestId>,
    /// The day of every movement, traces of cancellations included.
    moved_on: Vec<(usize, NaiveDate)>,
    replies: Vec<Result<Answer, Refusal>>,
    counters: Counters,
}

impl<'w, T: FnMut(u8)> Game<'w, T> {
    /// A game on a fresh book under the same policy as the model; `trouble` makes the store's next command fail.
    pub async fn new(world: &'w World, trouble: T) -> Self {
        let mut game = Self {
            world,
            trouble,
            model: Model { cancel_expired: world.book.policy().cancel_expired, ..Model::default() },
            accounts: Vec::new(),
            requests: Vec::new(),
            moved_on: Vec::new(),
            replies: Vec::new(),
            counters: Counters::default(),
        };
        for _ in 0..ACCOUNTS {
            game.accounts.push(world.account(1_000).await);
            let day = world.now().date_naive();
            game.model.accounts.push(super::model::Account { limit: 1_000, day, version: 0 });
        }
        game
    }

    /// Plays every event; after each, what is stored equals what the model gives.
    pub async fn play(self, events: &[Event]) -> Counters {
        self.play_for_replies(events).await.0
    }

    /// Plays every event, and gives what was answered to each command that the events became.
    pub async fn play_for_replies(mut self, events: &[Event]) -> (Counters, Vec<Result<Answer, Refusal>>) {
        for (step, event) in events.iter().enumerate() {
            let before: Vec<_> = self.model.accounts.clone();
            self.happen(event).await;
            self.counters.steps += 1;
            for (place, was) in before.iter().enumerate() {
                let now = self.model.accounts[place];
                if now.version > was.version {
                    self.moved_on.push((place, now.day));
                    self.counters.movements += 1;
                    self.counters.day_changes += u64::from(now.day > was.day);
                }
            }
            self.compare(step, event).await;
        }
        self.compare_closings().await;
        self.world.assert_healthy().await;
        (self.counters, self.replies)
    }

    fn actor(&self, role: Role, account: usize) -> Actor {
        match role {
            Role::Client => client(self.accounts[account]),
            Role::Operation => OPERATION,
            Role::Finance => FINANCE,
            Role::Admin => ADMIN,
            Role::Service => SERVICE,
            Role::System => Actor::System,
            Role::Auditor => AUDITOR,
        }
    }

    /// Runs a command; none when it is refused.
    async fn run(&mut self, actor: Actor, command: Command) -> Option<Answer> {
        let reply = match self.world.book.run(Submission::new(actor, command)).await {
            Ok(reply) => Ok(reply.answer),
            Err(Error::Refused(refusal)) => Err(refusal),
            Err(Error::Store(error)) => panic!("the store failed: {error}"),
        };
        self.counters.refusals += u64::from(reply.is_err());
        self.replies.push(reply.clone());
        reply.ok()
    }

    fn picked(&self, pick: usize) -> Option<(usize, RequestId)> {
        let place = pick % self.requests.len().max(1);
        Some((place, *self.requests.get(place)?))
    }

    /// Mostly a credit that was granted: what is not is refused, which is tried too.
    fn picked_credit(&self, pick: usize) -> Option<(usize, RequestId)> {
        let granted: Vec<_> =
            (0..self.requests.len()).filter(|place| self.model.requests[*place].credit.is_some()).collect();
        match granted.get(pick % granted.len().max(1)) {
            Some(place) if !pick.is_multiple_of(5) => Some((*place, self.requests[*place])),
            _ => self.picked(pick),
        }
    }

    async fn happen(&mut self, event: &Event) {
        match event {
            Event::Create { role, category, account, amount, kept } => {
                let asked = Asked { category: *category, account: *account, amount: *amount, kept: *kept };
                self.create(*role, asked).await;
            }
            Event::Cancel { role, pick, hold } => self.cancel(*role, *pick, *hold).await,
            Event::Patch { role, pick, status, desk, stale } => {
                self.patch(*role, *pick, (*status, *desk), *stale).await;
            }
            Event::Sent { pick } => self.sent(*pick).await,
            Event::Deliver { pick, flaw } => self.deliver(*pick, *flaw).await,
            Event::Expire { pick } => self.expire(*pick).await,
            Event::Limit { account, limit } => {
                self.world.limit(self.accounts[*account], *limit, "un autre plafond").await;
                self.model.accounts[*account].limit = *limit;
            }
            Event::Post { account, kind, amount, reference } => self.post(*account, *kind, *amount, *reference).await,
            Event::Clock { minutes } => {
                self.counters.clock_back += u64::from(*minutes < 0);
                self.world.wait(Duration::minutes(*minutes));
            }
            Event::Trouble { which } => {
                self.counters.troubles += 1;
                (self.trouble)(*which);
            }
        }
    }

    async fn create(&mut self, role: Role, asked: Asked) {
        let now = self.world.now();
        let expected = self.model.create(role, asked, now);
        let draft = RequestDraft {
            category: Some(asked.category),
            account: Some(self.accounts[asked.account]),
            amount: Some(units(asked.amount)),
            assigned_to: asked.kept.then_some(Desk::Operation),
            ..RequestDraft::default()
        };
        let answer = self.run(self.actor(role, asked.account), Command::CreateRequest(draft)).await;
        self.created(answer, expected.is_some());
    }

    async fn cancel(&mut self, role: Role, pick: usize, hold: bool) {
        let Some((place, id)) = self.picked_credit(pick) else { return };
        let account = self.model.requests[place].account;
        let expected = self.model.cancel(role, place, hold);
        let draft = RequestDraft { hold: hold.then_some(true), ..cancellation_draft(id, self.accounts[account]) };
        let answer = self.run(self.actor(role, account), Command::CreateRequest(draft)).await;
        self.created(answer, expected.is_some());
    }

    fn created(&mut self, answer: Option<Answer>, expected: bool) {
        match answer {
            Some(Answer::Request(row)) if expected => self.requests.push(row.id),
            None if !expected => {}
            other => panic!("created: {expected} was expected: {other:?}"),
        }
    }

    async fn patch(&mut self, role: Role, pick: usize, (status, desk): (Option<Status>, Option<Desk>), stale: bool) {
        let Some((place, id)) = self.picked(pick) else { return };
        let account = self.model.requests[place].account;
        let expected = !stale && self.model.patch(role, place, status, desk, self.world.now());
        let version = stale.then_some(u64::MAX >> 1);
        let patch = RequestPatch { status, assigned_to: desk, version, ..RequestPatch::default() };
        let answer = self.run(self.actor(role, account), Command::UpdateRequest(id, patch)).await;
        assert_eq!(answer.is_some(), expected, "{role} takes {id} to {status:?} and {desk:?}");
    }

    async fn sent(&mut self, pick: usize) {
        let Some((place, id)) = self.picked(pick) else { return };
        let execution = self.model.requests[place].execution;
        self.model.sent(place, execution);
        let message_uuid = message_of(id, &self.world.request(id).await.data).message_uuid;
        self.run(Actor::System, Command::MarkSent(Sent { request: id, execution, message_uuid })).await;
    }

    async fn deliver(&mut self, pick: usize, flaw: Flaw) {
        let Some((place, id)) = self.picked(pick) else { return };
        let mut message = message_of(id, &self.world.request(id).await.data);
        if flaw == Flaw::Stale {
            message.payload.execution = message.payload.execution.saturating_sub(1);
        }
        self.counters.flawed += u64::from(flaw != Flaw::None);
        if flaw == Flaw::Forged {
            let hundredths = message.payload.amount.hundredths() + 100;
            message.payload.amount = Amount::from_hundredths(hundredths).expect("within the range");
            assert_eq!(self.run(Actor::System, Command::Receive(message)).await, None, "a forged message is refused");
            return;
        }
        let was = self.model.requests[place].status;
        let expected = self.model.deliver(place, message.payload.execution, self.world.now());
        let answer = self.run(Actor::System, Command::Receive(message)).await;
        let written = matches!(answer, Some(Answer::Written { .. }));
        assert_eq!(written, expected != Delivered::Outcome, "{answer:?}, {expected:?} was expected");
        self.counters.duplicates += u64::from(expected == Delivered::Known);
        let (request, cancelled) = (&self.model.requests[place], Status::Cancelled);
        self.counters.expiries += u64::from(request.status == cancelled && was != cancelled);
        let takes_back = expected == Delivered::Written && request.category == Category::CancelCredit;
        self.counters.cancellations += u64::from(takes_back);
    }

    async fn expire(&mut self, pick: usize) {
        let Some((place, id)) = self.picked(pick) else { return };
        let known = self.model.requests.len();
        self.counters.expiries += u64::from(self.model.expire(place, self.world.now()));
        self.run(Actor::System, Command::Expire(id)).await;
        if self.model.requests.len() > known {
            let newest = Page { limit: 1, before: None };
            let found = self.world.stores.reader.requests(&RequestFilter::default(), newest).await.unwrap();
            assert_eq!(found.items[0].parent, Some(id), "the system asked for the cancellation");
            self.requests.push(found.items[0].id);
        }
    }

    async fn post(&mut self, account: usize, kind: MovementType, amount: i64, reference: u8) {
        let name = format!("ref-{reference}");
        let expected = self.model.post(account, kind.name(), amount, &name, self.world.now());
        let draft = posting(self.accounts[account], kind, units(amount), &name);
        let created = match self.run(SERVICE, Command::Post(vec![draft])).await {
            Some(Answer::Posted(answers)) => Some(answers[0].created),
            _ => None,
        };
        assert_eq!(created, expected, "{kind} of {amount} as {name}");
        self.counters.duplicates += u64::from(created == Some(false));
    }

    /// F8 after every step: stored figures, versions, days, limits, requests and what is due.
    async fn compare(&self, step: usize, event: &Event) {
        let at = || format!("after step {step}, {event:?}");
        for (place, id) in self.accounts.iter().enumerate() {
            let (stored, model) = (self.world.account_row(*id).await, &self.model.accounts[place]);
            assert_eq!(figures_of(&stored.state()), self.model.stored(place), "{}", at());
            let Account { version, day, limit, .. } = stored;
            assert_eq!((version, day.date()), (model.version, model.day), "{}", at());
            assert_eq!(limit.amount(), units(model.limit), "{}", at());
        }
        for (place, id) in self.requests.iter().enumerate() {
            let (stored, model) = (self.world.request(*id).await, &self.model.requests[place]);
            let found = (stored.status, stored.assigned_to, stored.execution, stored.expiry_date);
            assert_eq!(found, (model.status, model.desk, model.execution, model.expiry), "{id} {}", at());
        }
        let now = self.world.now();
        let mut due = self.world.stores.reader.due(now, self.model.cancel_expired, 1_000).await.unwrap();
        due.sort();
        let places = (0..self.requests.len()).filter(|place| self.model.is_due(*place, now));
        assert_eq!(due, places.map(|place| self.requests[place]).collect::<Vec<_>>(), "{}", at());
    }

    /// F7: every day that ended with movements left its closing, with the figures it had then.
    async fn compare_closings(&self) {
        let (from, to) = ("1970-01-01".parse().expect("a day"), "2999-12-31".parse().expect("a day"));
        for (place, id) in self.accounts.iter().enumerate() {
            let closings = self.world.stores.reader.closings(*id, from, to).await.unwrap();
            let found: Vec<_> = closings.iter().map(|one| (one.state.day, figures_of(&one.state))).collect();
            let days = self.model.closed_days(place, &self.moved_on);
            let expected: Vec<_> =
                days.into_iter().map(|day| (BusinessDay::new(day), self.model.figures(place, day))).collect();
            assert_eq!(found, expected, "closings of {id}");
        }
    }
}

fn figures_of(state: &State) -> Figures {
    let whole = state.figures().map(|(_, money)| money.hundredths() / 100);
    let [balance_previous_day, balance, daily_credit, outstanding, active_credit, exposition] = whole;
    Figures { balance_previous_day, balance, daily_credit, outstanding, active_credit, exposition }
}
