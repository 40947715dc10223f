//! A book in a few maps: commands are decided on just what they say they need, and what was decided is kept, so that
//! the rules can be proven without a store.

use estair_core::account::{Account, AccountChange, AccountDraft, Closing, LimitChange, LimitDraft};
use estair_core::actor::{Actor, ClientKind, Origin, Role};
use estair_core::audit::Log;
use estair_core::category::{Category, Desk, Status};
use estair_core::clock::{Ids, Timestamp, parse_timestamp};
use estair_core::command::Command;
use estair_core::comment::told_by;
use estair_core::decision::{
    Answer, BusinessOutcome, Changes, Context, Decision, IncomingAnswer, Known, LockSet, NewOutboxEntry, Snapshot,
};
use estair_core::fact::Fact;
use estair_core::id::{AccountId, CommentId, FactId, MovementId, RequestId, SupportId, UserId};
use estair_core::money::Amount;
use estair_core::movement::{Movement, MovementDraft, MovementType, Source, name_for_request};
use estair_core::notice::Notice;
use estair_core::notification::PendingFact;
use estair_core::policy::Policy;
use estair_core::refusal::Refusal;
use estair_core::request::{IncomingMessage, Request, RequestDraft, RequestPatch, Sent};
use estair_core::row::{Link, Numbers, Row};
use estair_core::support::{Comment, Support, SupportDraft};
use std::collections::BTreeMap;

use uuid::Uuid;

pub(crate) const OPERATION: Actor = Actor::Operation(UserId(11));
pub(crate) const FINANCE: Actor = Actor::Finance(UserId(12));
pub(crate) const ADMIN: Actor = Actor::Admin(UserId(13));
pub(crate) const SERVICE: Actor = Actor::service(UserId(14));
pub(crate) const AUDITOR: Actor = Actor::Auditor(UserId(15));
pub(crate) const SYSTEM: Actor = Actor::System;

/// The people of an account.
pub(crate) const fn client(account: AccountId) -> Actor {
    Actor::Client { user: UserId(100 + account.0), account, kind: ClientKind::Agency }
}

/// Somebody of each role; the client is the account's own.
pub(crate) const fn actor_of(role: Role, account: AccountId) -> Actor {
    match role {
        Role::Client => client(account),
        Role::Operation => OPERATION,
        Role::Finance => FINANCE,
        Role::Admin => ADMIN,
        Role::Service => SERVICE,
        Role::System => SYSTEM,
        Role::Auditor => AUDITOR,
    }
}

pub(crate) fn at(text: &str) -> Timestamp {
    parse_timestamp(text).unwrap()
}

pub(crate) fn amount(text: &str) -> Amount {
    text.parse().unwrap()
}

/// The whole book, and everything that was ever decided in it.
#[derive(Clone)]
pub(crate) struct World {
    pub(crate) snapshot: Snapshot,
    pub(crate) policy: Policy,
    pub(crate) origin: Origin,
    pub(crate) now: Timestamp,
    pub(crate) facts: Vec<Fact>,
    pub(crate) logs: Vec<Log>,
    pub(crate) closings: Vec<Closing>,
    pub(crate) outbox: Vec<NewOutboxEntry>,
    pub(crate) limits: Vec<(AccountId, LimitChange)>,
    pub(crate) account_changes: Vec<(AccountId, AccountChange)>,
    pub(crate) comments: Vec<Comment>,
    /// From which the ids of the next command are drawn.
    pub(crate) seed: u128,
    numbers: Numbers,
    next: u64,
}

impl World {
    /// An empty book on a Tuesday morning.
    pub(crate) fn new() -> Self {
        Self {
            snapshot: Snapshot::default(),
            policy: Policy::default(),
            origin: Origin::default(),
            now: at("2025-10-21T10:00:00Z"),
            facts: Vec::new(),
            logs: Vec::new(),
            closings: Vec::new(),
            outbox: Vec::new(),
            limits: Vec::new(),
            account_changes: Vec::new(),
            comments: Vec::new(),
            seed: 1,
            numbers: Numbers::default(),
            next: 1,
        }
    }

    /// With one account of this limit.
    pub(crate) fn with_account(limit: &str) -> (Self, AccountId) {
        let mut world = Self::new();
        let account = world.open(limit);
        (world, account)
    }

    /// Decides a command on what it needs, keeps nothing.
    pub(crate) fn decide(&self, actor: Actor, command: &Command) -> Result<Decision, Refusal> {
        let view = self.view(&command.lock_set(&actor));
        self.decide_on(&view, actor, command)
    }

    pub(crate) fn decide_on(&self, snapshot: &Snapshot, actor: Actor, command: &Command) -> Result<Decision, Refusal> {
        let mut ids = Ids::new(self.now, self.seed << 64);
        let mut context =
            Context { actor: &actor, origin: &self.origin, now: self.now, policy: &self.policy, ids: &mut ids };
        command.decide(&mut context, snapshot)
    }

    /// Decides a command and keeps what was decided.
    pub(crate) fn run(&mut self, actor: Actor, command: Command) -> Result<Answer, Refusal> {
        let decision = self.decide(actor, &command);
        self.seed += 1;
        let decision = decision?;
        self.keep(decision.changes);
        Ok(decision.answer.resolve(&self.numbers).expect("every inserted row has a number"))
    }

    /// What a store would show of the book for these needs, and no more.
    fn view(&self, locks: &LockSet) -> Snapshot {
        let mut snapshot = Snapshot::default();
        let mut requests = BTreeMap::new();
        for (id, need) in &locks.requests {
            let Some(request) = self.snapshot.requests.get(id) else { continue };
            requests.insert(*id, *need);
            if let Some(parent) = request.parent.filter(|_| need.parent) {
                requests.entry(parent).or_default();
            }
            for id in [Some(*id), request.parent].into_iter().flatten().filter(|_| need.credit) {
                if self.snapshot.live_cancellations.contains(&id) {
                    snapshot.live_cancellations.insert(id);
                }
                if let Some(known) = self.snapshot.requests.get(&id).and_then(|one| self.snapshot.movement_of(one)) {
                    snapshot.movements.insert(known.row.name.clone(), known.clone());
                }
            }
        }
        for id in requests.keys() {
            snapshot.requests.insert(*id, self.snapshot.requests[id].clone());
        }
        for name in &locks.movements {
            snapshot.movements.extend(self.snapshot.movements.get(name).map(|known| (name.clone(), known.clone())));
        }
        for id in &locks.supports {
            snapshot.supports.extend(self.snapshot.supports.get(id).map(|row| (*id, row.clone())));
        }
        let referred = |account: &Account| {
            account.reference.as_ref().is_some_and(|reference| locks.references.contains(&reference.name))
        };
        let referred = self.snapshot.accounts.iter().filter(|(_, account)| referred(account)).map(|(id, _)| *id);
        let named = locks.accounts.iter().copied().chain(referred);
        let brought =
            snapshot.requests.values().map(|row| row.account).chain(snapshot.supports.values().map(|row| row.account));
        for id in named.chain(brought).collect::<Vec<_>>() {
            snapshot.accounts.extend(self.snapshot.accounts.get(&id).map(|row| (id, row.clone())));
        }
        snapshot
    }

    /// Keeps what was decided, as a store does: every update finds its row at its version, every name is new.
    pub(crate) fn keep(&mut self, changes: Changes) {
        for (id, was, _) in changes.accounts.updates() {
            assert_eq!(self.snapshot.accounts[&id].version, was, "account {id} has moved on");
        }
        for (id, was, _) in changes.requests.updates() {
            assert_eq!(self.snapshot.requests[&id].version, was, "request {id} has moved on");
        }
        for (id, was, _) in changes.supports.updates() {
            assert_eq!(self.snapshot.supports[&id].version, was, "support request {id} has moved on");
        }
        for row in changes.movements.inserts() {
            assert!(!self.snapshot.movements.contains_key(&row.name), "movement {} exists", row.name);
        }
        let new = changes.accounts.inserts().map(|row| row.uuid).collect::<Vec<_>>().into_iter();
        let new = new.chain(changes.requests.inserts().map(|row| row.uuid).collect::<Vec<_>>());
        let new = new.chain(changes.movements.inserts().map(|row| row.uuid).collect::<Vec<_>>());
        let new = new.chain(changes.supports.inserts().map(|row| row.uuid).collect::<Vec<_>>());
        let new = new.chain(changes.comments.iter().map(|row| row.uuid).collect::<Vec<_>>());
        for uuid in new {
            self.numbers.insert(uuid, self.next);
            self.next += 1;
        }
        self.next += 1;
        self.snapshot.apply(&changes);
        let number = |uuid| self.numbers.get(uuid).unwrap();
        for row in changes.accounts.inserts() {
            self.snapshot.accounts.insert(AccountId(number(row.uuid)), row.clone());
        }
        for row in changes.requests.inserts() {
            self.snapshot.requests.insert(RequestId(number(row.uuid)), row.clone());
        }
        for row in changes.supports.inserts() {
            self.snapshot.supports.insert(SupportId(number(row.uuid)), row.clone());
        }
        for known in self.snapshot.movements.values_mut() {
            known.id = Link::Id(known.id.resolve(&self.numbers).unwrap());
        }
        for row in self.snapshot.requests.values_mut() {
            row.movement = row.movement.map(|link| Link::Id(link.resolve(&self.numbers).unwrap()));
        }
        for fact in changes.facts {
            let known = Fact {
                account: Link::Id(fact.account.resolve(&self.numbers).unwrap()),
                request: fact.request.map(|link| Link::Id(link.resolve(&self.numbers).unwrap())),
                support: fact.support.map(|link| Link::Id(link.resolve(&self.numbers).unwrap())),
                movement: fact.movement.map(|link| Link::Id(link.resolve(&self.numbers).unwrap())),
                ..fact
            };
            self.facts.push(known);
        }
        for log in changes.logs {
            let movement = Link::Id(log.movement.resolve(&self.numbers).unwrap());
            self.logs.push(Log { movement, ..log });
        }
        self.closings.extend(changes.closings);
        self.outbox.extend(changes.outbox);
        let account = |link: Link<AccountId>| link.resolve(&self.numbers).unwrap();
        self.limits.extend(changes.limits.into_iter().map(|(link, change)| (account(link), change)));
        self.account_changes.extend(changes.account_changes.into_iter().map(|(link, change)| (account(link), change)));
        self.comments.extend(changes.comments);
    }

    // What people do.

    pub(crate) fn open(&mut self, limit: &str) -> AccountId {
        self.open_in(limit, "XOF")
    }

    pub(crate) fn open_in(&mut self, limit: &str, currency: &str) -> AccountId {
        let draft = AccountDraft {
            name: Some("Agence du Plateau".into()),
            email: Some("agence@example.test".into()),
            currency: Some(currency.parse().unwrap()),
            limit: Some(amount(limit)),
            ..AccountDraft::default()
        };
        match self.run(ADMIN, Command::CreateAccount(draft)).unwrap() {
            Answer::Account(row) => row.id,
            other => panic!("{other:?}"),
        }
    }

    pub(crate) fn set_limit(&mut self, account: AccountId, limit: &str) {
        let draft = LimitDraft { limit: Some(amount(limit)), reason: Some("révision".into()), faults: Vec::new() };
        self.run(FINANCE, Command::SetLimit(account, draft)).unwrap();
    }

    pub(crate) fn create(&mut self, actor: Actor, draft: RequestDraft) -> Result<RequestId, Refusal> {
        self.run(actor, Command::CreateRequest(draft)).map(|answer| match answer {
            Answer::Request(row) => row.id,
            other => panic!("{other:?}"),
        })
    }

    /// A request of its usual author.
    pub(crate) fn ask(&mut self, category: Category, account: AccountId, amount: &str) -> RequestId {
        let actor = if category == Category::DailyCredit { client(account) } else { OPERATION };
        self.create(actor, draft(category, account, amount)).unwrap()
    }

    pub(crate) fn ask_credit(&mut self, account: AccountId, amount: &str) -> RequestId {
        self.ask(Category::DailyCredit, account, amount)
    }

    /// A credit that is granted.
    pub(crate) fn granted(&mut self, account: AccountId, amount: &str) -> RequestId {
        let id = self.ask_credit(account, amount);
        self.written(id);
        id
    }

    pub(crate) fn cancellation(&mut self, parent: RequestId, hold: bool) -> Result<RequestId, Refusal> {
        let account = self.request(parent).account;
        let draft = RequestDraft {
            category: Some(Category::CancelCredit),
            account: Some(account),
            parent: Some(parent),
            hold: hold.then_some(true),
            ..RequestDraft::default()
        };
        self.create(ADMIN, draft)
    }

    pub(crate) fn go(&mut self, actor: Actor, id: RequestId, to: Status) -> Result<Answer, Refusal> {
        self.run(actor, Command::UpdateRequest(id, RequestPatch { status: Some(to), ..RequestPatch::default() }))
    }

    pub(crate) fn assign(&mut self, actor: Actor, id: RequestId, to: Desk) -> Result<Answer, Refusal> {
        self.run(actor, Command::UpdateRequest(id, RequestPatch { assigned_to: Some(to), ..RequestPatch::default() }))
    }

    // What the machinery does.

    /// The message of a request's present execution.
    pub(crate) fn message(&self, id: RequestId) -> IncomingMessage {
        let request = self.request(id);
        let message_uuid = Uuid::from_u128(request.uuid.as_u128() ^ u128::from(request.execution));
        IncomingMessage::carrying(message_uuid, id, request, &self.account(request.account).name)
    }

    pub(crate) fn mark_sent(&mut self, id: RequestId) {
        let (execution, message_uuid) = (self.request(id).execution, self.message(id).message_uuid);
        self.run(SYSTEM, Command::MarkSent(Sent { request: id, execution, message_uuid })).unwrap();
    }

    pub(crate) fn deliver(&mut self, id: RequestId) -> Answer {
        let delivery = self.message(id);
        self.run(SYSTEM, Command::Receive(delivery)).unwrap()
    }

    /// Delivers, and the movement must be written.
    pub(crate) fn written(&mut self, id: RequestId) -> MovementId {
        match self.deliver(id) {
            Answer::Written { id, .. } => id,
            other => panic!("no movement: {other:?}"),
        }
    }

    pub(crate) fn expire(&mut self, id: RequestId) {
        self.run(SYSTEM, Command::Expire(id)).unwrap();
    }

    pub(crate) fn post(&mut self, draft: MovementDraft) -> Result<Answer, Refusal> {
        self.run(SERVICE, Command::Post(vec![draft]))
    }

    // What is there.

    pub(crate) fn account(&self, id: AccountId) -> &Account {
        &self.snapshot.accounts[&id]
    }

    pub(crate) fn request(&self, id: RequestId) -> &Request {
        &self.snapshot.requests[&id]
    }

    pub(crate) fn status(&self, id: RequestId) -> Status {
        self.request(id).status
    }

    pub(crate) fn support(&self, id: SupportId) -> &Support {
        &self.snapshot.supports[&id]
    }

    /// A movement by its number.
    pub(crate) fn movement_row(&self, id: MovementId) -> &Movement {
        &self.snapshot.movements.values().find(|known| known.id == Link::Id(id)).expect("the movement").row
    }

    /// A fact with the rows that it is about, as a store shows it whose notices are pending.
    pub(crate) fn pending(&self, id: FactId, fact: &Fact) -> PendingFact {
        let account = fact.account.known().unwrap();
        PendingFact {
            fact: Row { id, data: fact.clone() },
            account: Row { id: account, data: self.account(account).clone() },
            request: fact.request.and_then(Link::known).map(|id| Row { id, data: self.request(id).clone() }),
            support: fact.support.and_then(Link::known).map(|id| Row { id, data: self.support(id).clone() }),
            movement: fact.movement.and_then(Link::known).map(|id| Row { id, data: self.movement_row(id).clone() }),
            comment: told_by(fact).map(|uuid| {
                let comment = self.comments.iter().find(|comment| comment.uuid == uuid).expect("the comment");
                Row { id: CommentId(self.numbers.get(uuid).unwrap()), data: comment.clone() }
            }),
        }
    }

    pub(crate) fn movement(&self, id: RequestId) -> Option<&Known<Movement>> {
        self.snapshot.movements.get(&name_for_request(self.request(id).uuid))
    }

    /// The account's figures, as texts: balance, outstanding, daily credit, active credit, exposition.
    pub(crate) fn figures(&self, id: AccountId) -> [String; 5] {
        let i = self.account(id).indicators;
        [i.balance, i.outstanding(), i.daily_credit, i.active_credit, i.exposition().unwrap()].map(|m| m.to_string())
    }

    /// The notices of the facts since a mark in [`World::facts`].
    pub(crate) fn notices_since(&self, mark: usize) -> Vec<Notice> {
        self.facts[mark..].iter().flat_map(|fact| fact.notices.clone()).collect()
    }
}

/// A request as its author asks for it.
pub(crate) fn draft(category: Category, account: AccountId, text: &str) -> RequestDraft {
    RequestDraft {
        category: Some(category),
        account: Some(account),
        amount: Some(amount(text)),
        ..RequestDraft::default()
    }
}

/// A movement as a source brings it.
pub(crate) fn movement(account: AccountId, kind: MovementType, reference: &str, text: &str) -> MovementDraft {
    MovementDraft {
        source: Some(Source::Bsp),
        reference: Some(reference.into()),
        kind: Some(kind),
        amount: Some(amount(text)),
        account: Some(account),
        ..MovementDraft::default()
    }
}

/// A support request.
pub(crate) fn ticket(world: &mut World, account: AccountId) -> SupportId {
    let draft = SupportDraft {
        subject: Some("Billet".into()),
        description: Some("Le billet ne s'imprime pas".into()),
        account: Some(account),
        ..SupportDraft::default()
    };
    match world.run(client(account), Command::CreateSupport(draft)).unwrap() {
        Answer::Support(row) => row.id,
        other => panic!("{other:?}"),
    }
}

/// The business outcome of an answer, with the code of its error.
pub(crate) fn outcome(answer: &Answer) -> (BusinessOutcome, Option<&'static str>) {
    match answer {
        Answer::Outcome(IncomingAnswer::Outcome { outcome, error }) => (*outcome, error.as_ref().map(|e| e.code)),
        other => panic!("no business outcome: {other:?}"),
    }
}

pub(crate) fn code<T: std::fmt::Debug>(result: Result<T, Refusal>) -> &'static str {
    result.expect_err("a refusal").code()
}
