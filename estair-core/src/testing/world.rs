//! A book in use: a fresh store, a clock that is set, ids that repeat, and the steps that cases are made of.

use crate::account::{Account, AccountDraft, AccountPatch, AccountStatus, LimitDraft};
use crate::actor::{Actor, ClientKind, Origin};
use crate::audit::AuditKeys;
use crate::book::{Book, Error, Groups, Submission};
use crate::category::Category;
use crate::clock::{BusinessDay, Clock, IdSource, Ids, Timestamp};
use crate::command::Command;
use crate::decision::{Answer, Changes, Context, Decision, LockSet, RequestLock, Snapshot, Writes};
use crate::fact::Fact;
use crate::id::{AccountId, FactId, MovementId, RequestId, SupportId, UserId};
use crate::json::Json;
use crate::money::{Amount, Currency};
use crate::movement::{Movement, MovementDraft, MovementType, Source};
use crate::policy::Policy;
use crate::queue::{Claim, Schedule, Worker};
use crate::refusal::Refusal;
use crate::request::{IncomingMessage, Request, RequestDraft, RequestPatch};
use crate::row::{Link, Numbers, Row};
use crate::store::{Event, Page, StoreError, Timeline, Unit};
use crate::support::{CommentDraft, SupportDraft};
use crate::testing::{Harness, Stores};
use crate::testing::{ManualClock, SeededIds};
use crate::verify::verify;
use std::sync::Arc;

use chrono::TimeZone;
use serde_json::json;
use uuid::Uuid;

/// A book in use.
pub struct World {
    /// What is under test.
    pub stores: Stores,
    /// The clock.
    pub clock: Arc<ManualClock>,
    /// The ids.
    pub ids: Arc<SeededIds>,
    /// The book.
    pub book: Book,
    /// How its callers share transactions, if they do.
    pub groups: Option<Groups>,
}

/// A Tuesday morning, with microseconds that are not whole milliseconds.
#[must_use]
pub fn morning() -> Timestamp {
    chrono::Utc.timestamp_micros(1_761_033_600_123_457).single().expect("an instant")
}

/// Whole units as an amount.
#[must_use]
pub fn units(units: i64) -> Amount {
    Amount::from_hundredths(units * 100).expect("within the range")
}

/// Suspends an account.
#[must_use]
pub fn suspension(account: AccountId, reason: &str) -> Command {
    let status = Some(AccountStatus::Suspended);
    let patch = AccountPatch { status, reason: Some(reason.to_owned()), ..AccountPatch::default() };
    Command::UpdateAccount(account, patch)
}

/// The client of an account.
#[must_use]
pub fn client(account: AccountId) -> Actor {
    Actor::Client { user: UserId(100 + account.0), account, kind: ClientKind::Agency }
}

/// Somebody of operation.
pub const OPERATION: Actor = Actor::Operation(UserId(2));
/// Somebody of finance.
pub const FINANCE: Actor = Actor::Finance(UserId(3));
/// An administrator.
pub const ADMIN: Actor = Actor::Admin(UserId(4));
/// A trusted integration.
pub const SERVICE: Actor = Actor::service(UserId(5));
/// Somebody who reads everything and changes nothing.
pub const AUDITOR: Actor = Actor::Auditor(UserId(6));

/// The message that carries a request as it is now.
#[must_use]
pub fn message_of(id: RequestId, request: &Request) -> IncomingMessage {
    let uuid = Uuid::from_u128(u128::from(id.0) << 32 | u128::from(request.execution));
    IncomingMessage::carrying(uuid, id, request, "agency")
}

/// A movement from elsewhere.
#[must_use]
pub fn posting(account: AccountId, kind: MovementType, amount: Amount, reference: &str) -> MovementDraft {
    MovementDraft {
        source: Some(Source::Wave),
        reference: Some(reference.to_owned()),
        kind: Some(kind),
        amount: Some(amount),
        account: Some(account),
        payload: Some(Json::from(json!({ "reference": reference }))),
        ..MovementDraft::default()
    }
}

impl World {
    /// A fresh book under the default policy.
    pub async fn open(harness: &impl Harness) -> Self {
        Self::under(harness, Policy::default()).await
    }

    /// A fresh book under a policy.
    pub async fn under(harness: &impl Harness, policy: Policy) -> Self {
        let world = Self::over(harness.open().await, policy);
        match harness.groups() {
            Some(groups) => world.in_groups(groups),
            None => world,
        }
    }

    /// A book over stores that are open.
    #[must_use]
    pub fn over(stores: Stores, policy: Policy) -> Self {
        let (clock, ids) = (Arc::new(ManualClock::new(morning())), Arc::new(SeededIds::new(7)));
        let book = Book::new(stores.store.clone(), clock.clone(), ids.clone(), policy);
        Self { stores, clock, ids, book, groups: None }
    }

    /// With callers who share transactions.
    #[must_use]
    pub fn in_groups(self, groups: Groups) -> Self {
        Self { book: self.book.with_groups(groups.clone()), groups: Some(groups), ..self }
    }

    /// The same book under another policy, as another process would run it: with the same clock and the same source of ids.
    #[must_use]
    pub fn as_under(&self, policy: Policy) -> Self {
        let (stores, clock, ids) = (self.stores.clone(), self.clock.clone(), self.ids.clone());
        let book = Book::new(stores.store.clone(), clock.clone(), ids.clone(), policy);
        let world = Self { stores, clock, ids, book, groups: None };
        match self.groups.clone() {
            Some(groups) => world.in_groups(groups),
            None => world,
        }
    }

    /// The present instant.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Moves the clock.
    pub fn wait(&self, by: chrono::Duration) {
        self.clock.advance(by);
    }

    /// A fresh uuid.
    #[must_use]
    pub fn uuid(&self) -> Uuid {
        Ids::new(self.now(), self.ids.seed()).draw()
    }

    /// A worker with the world's clock and ids.
    #[must_use]
    pub fn worker(&self) -> Worker<'_> {
        Worker { clock: self.clock.as_ref(), ids: self.ids.as_ref() }
    }

    /// A claim of a minute, under a schedule whose longest delay is a quarter of an hour and its jitter.
    #[must_use]
    pub fn claim(&self, limit: u32) -> Claim {
        self.worker().claim(&Schedule::messager(), limit)
    }

    /// Runs a command that must succeed.
    pub async fn run(&self, actor: Actor, command: Command) -> Answer {
        self.book.run(Submission::new(actor, command)).await.expect("the command succeeds").answer
    }

    /// Runs a command that a rule must refuse.
    pub async fn refused(&self, actor: Actor, command: Command) -> Refusal {
        match self.book.run(Submission::new(actor, command)).await {
            Err(Error::Refused(refusal)) => refusal,
            other => panic!("a refusal was expected: {other:?}"),
        }
    }

    /// A new account in XOF with a limit in whole units.
    pub async fn account(&self, limit: i64) -> AccountId {
        self.account_of("Agence Ouaga", Currency::XOF, limit).await
    }

    /// A new account.
    pub async fn account_of(&self, name: &str, currency: Currency, limit: i64) -> AccountId {
        let draft = AccountDraft {
            name: Some(name.to_owned()),
            email: Some("agence@example.test".to_owned()),
            currency: Some(currency),
            limit: Some(units(limit)),
            ..AccountDraft::default()
        };
        match self.run(ADMIN, Command::CreateAccount(draft)).await {
            Answer::Account(row) => row.id,
            other => panic!("no account: {other:?}"),
        }
    }

    /// Sets a limit.
    pub async fn limit(&self, account: AccountId, limit: i64, reason: &str) {
        let draft = LimitDraft { limit: Some(units(limit)), reason: Some(reason.to_owned()), faults: Vec::new() };
        self.run(FINANCE, Command::SetLimit(account, draft)).await;
    }

    /// Creates a request.
    pub async fn create(&self, actor: Actor, draft: RequestDraft) -> Row<RequestId, Request> {
        match self.run(actor, Command::CreateRequest(draft)).await {
            Answer::Request(row) => row,
            other => panic!("no request: {other:?}"),
        }
    }

    /// A client asks for a credit.
    pub async fn credit(&self, account: AccountId, amount: i64) -> Row<RequestId, Request> {
        self.create(client(account), credit_draft(amount)).await
    }

    /// A credit that is asked for and written.
    pub async fn granted(&self, account: AccountId, amount: i64) -> Row<RequestId, Request> {
        let credit = self.credit(account, amount).await;
        self.deliver(credit.id).await;
        self.request(credit.id).await
    }

    /// Operation creates a load or an unload, which finance passes.
    pub async fn cash(&self, category: Category, account: AccountId, amount: i64) -> Row<RequestId, Request> {
        let draft = RequestDraft {
            category: Some(category),
            account: Some(account),
            amount: Some(units(amount)),
            ..RequestDraft::default()
        };
        let row = self.create(OPERATION, draft).await;
        self.pass(row.id).await
    }

    /// Finance passes a request.
    pub async fn pass(&self, id: RequestId) -> Row<RequestId, Request> {
        let patch = RequestPatch { status: Some(crate::category::Status::ToTreat), ..RequestPatch::default() };
        self.run(FINANCE, Command::UpdateRequest(id, patch)).await;
        self.request(id).await
    }

    /// Admin cancels a granted credit.
    pub async fn cancellation(&self, parent: RequestId, account: AccountId) -> Row<RequestId, Request> {
        self.create(ADMIN, cancellation_draft(parent, account)).await
    }

    /// Delivers the message of a request as it is now.
    pub async fn deliver(&self, id: RequestId) -> Answer {
        let request = self.request(id).await;
        self.run(Actor::System, Command::Receive(message_of(id, &request))).await
    }

    /// Posts a movement from elsewhere.
    pub async fn post(&self, draft: MovementDraft) -> MovementId {
        match self.run(SERVICE, Command::Post(vec![draft])).await {
            Answer::Posted(answers) => answers[0].id.known().expect("a number"),
            other => panic!("no movement: {other:?}"),
        }
    }

    /// A new support request.
    pub async fn support(&self, account: AccountId, subject: &str) -> SupportId {
        let draft = SupportDraft {
            subject: Some(subject.to_owned()),
            description: Some("une question 🛫".to_owned()),
            ..SupportDraft::default()
        };
        match self.run(client(account), Command::CreateSupport(draft)).await {
            Answer::Support(row) => row.id,
            other => panic!("no support request: {other:?}"),
        }
    }

    /// A comment of a client.
    pub async fn comment(&self, support: SupportId, account: AccountId, body: &str) {
        self.run(client(account), comment(support, body)).await;
    }

    /// A request as it is.
    pub async fn request(&self, id: RequestId) -> Row<RequestId, Request> {
        self.stores.reader.request(id).await.unwrap().expect("the request exists").0
    }

    /// An account as it is.
    pub async fn account_row(&self, id: AccountId) -> Account {
        self.stores.reader.account(id).await.unwrap().expect("the account exists").data
    }

    /// The movement that a request became.
    pub async fn movement_of(&self, id: RequestId) -> Row<MovementId, Movement> {
        let movement = self.request(id).await.data.movement.and_then(|link| link.known()).expect("a movement");
        self.stores.reader.movement(movement).await.unwrap().expect("the movement exists")
    }

    /// What a command needs, read in a transaction of its own.
    pub async fn snapshot(&self, locks: &LockSet) -> Snapshot {
        let mut transaction = self.stores.store.begin(0).await.unwrap();
        let snapshot = transaction.load(locks).await.unwrap();
        transaction.rollback().await.unwrap();
        snapshot
    }

    /// Decides a command on the book as it is, and keeps nothing.
    pub async fn decided(&self, actor: Actor, command: &Command) -> Changes {
        self.decided_together(&[(actor, command.clone())]).await
    }

    /// Decides commands as one transaction does: each on what the ones before it left. Keeps nothing.
    pub async fn decided_together(&self, commands: &[(Actor, Command)]) -> Changes {
        let mut locks = LockSet::default();
        commands.iter().for_each(|(actor, command)| locks.merge(command.lock_set(actor)));
        let mut snapshot = self.snapshot(&locks).await;
        let mut all = Changes::default();
        for (actor, command) in commands {
            let changes = self.decided_on(&snapshot, *actor, command);
            snapshot.apply(&changes);
            all.absorb(changes);
        }
        all
    }

    /// Decides a command on what was loaded, and seals its facts as the book does.
    #[must_use]
    pub fn decided_on(&self, snapshot: &Snapshot, actor: Actor, command: &Command) -> Changes {
        let (origin, now) = (Origin::default(), self.now());
        let mut ids = Ids::new(now, self.ids.seed());
        let mut context = Context { actor: &actor, origin: &origin, now, policy: self.book.policy(), ids: &mut ids };
        let Decision { mut changes, .. } = command.decide(&mut context, snapshot).expect("the command is not refused");
        changes.seal(snapshot, self.book.policy().audit_keys.as_ref());
        changes
    }

    /// The same changes with their facts at the present end of their accounts' chains: what else is stale in them is all
    /// that a store can find. Only for changes that write no movement: their accounts are taken as they are now.
    pub async fn sealed_anew(&self, mut changes: Changes) -> Changes {
        let mut locks = LockSet::default();
        for fact in &changes.facts {
            locks.accounts.extend(fact.account.known());
            locks.requests.extend(fact.request.and_then(Link::known).map(|id| (id, RequestLock::default())));
            locks.supports.extend(fact.support.and_then(Link::known));
        }
        let snapshot = self.snapshot(&locks).await;
        changes.accounts = Writes::default();
        changes.seal(&snapshot, self.book.policy().audit_keys.as_ref());
        changes
    }

    /// Saves changes in a transaction of their own and commits.
    pub async fn save(&self, changes: &Changes) -> Result<Numbers, StoreError> {
        let mut transaction = self.stores.store.begin(0).await?;
        let numbers = transaction.save(changes).await?;
        transaction.commit().await?;
        Ok(numbers)
    }
}

impl World {
    /// Every fact that is committed, in the order of their numbers; those without get one now.
    pub async fn facts(&self) -> Vec<Row<FactId, Fact>> {
        self.events().await.into_iter().map(|event| event.fact).collect()
    }

    /// Every event, from the first on; facts without a number get one now.
    pub async fn events(&self) -> Vec<Event> {
        while self.stores.reader.number_events(1_000).await.unwrap() > 0 {}
        self.stores.reader.events(0, 100_000).await.unwrap()
    }

    /// The whole timeline of a request or a support request, oldest first.
    pub async fn timeline(&self, of: Timeline) -> Vec<Row<FactId, Fact>> {
        let mut facts = Vec::new();
        let mut before = None;
        loop {
            let slice = self.stores.reader.timeline(of, page(200, before)).await.unwrap();
            facts.extend(slice.items);
            before = slice.next;
            if before.is_none() {
                facts.reverse();
                return facts;
            }
        }
    }

    /// Verifies the whole book with the keys of its policy: nothing is found (F8, W4, V1, V2).
    pub async fn assert_healthy(&self) {
        let keys = self.book.policy().audit_keys.as_ref();
        let report = verify(self.stores.audit.as_ref(), keys).await.unwrap();
        assert!(report.is_clean(), "verify finds {:#?}", report.findings);
    }

    /// What verifying the whole book with these keys finds.
    pub async fn findings(&self, keys: Option<&AuditKeys>) -> Vec<String> {
        let report = verify(self.stores.audit.as_ref(), keys).await.unwrap();
        assert_eq!(report.found, report.findings.len() as u64);
        report.findings.iter().map(ToString::to_string).collect()
    }
}

/// Loads inside an open transaction.
pub async fn load(unit: &mut dyn Unit, locks: &LockSet) -> Snapshot {
    unit.load(locks).await.expect("a load")
}

/// A credit of whole units.
#[must_use]
pub fn credit_draft(amount: i64) -> RequestDraft {
    RequestDraft { category: Some(Category::DailyCredit), amount: Some(units(amount)), ..RequestDraft::default() }
}

/// The cancellation of a credit.
#[must_use]
pub fn cancellation_draft(parent: RequestId, account: AccountId) -> RequestDraft {
    RequestDraft {
        category: Some(Category::CancelCredit),
        account: Some(account),
        parent: Some(parent),
        ..RequestDraft::default()
    }
}

/// A comment on a support request.
#[must_use]
pub fn comment(support: SupportId, body: &str) -> Command {
    Command::CommentSupport(support, CommentDraft { body: Some(body.to_owned()), ..CommentDraft::default() })
}

/// Keys of a host, by their names: of one name the same key.
#[must_use]
pub fn keys(names: &[&str]) -> AuditKeys {
    let keys: Vec<_> = names.iter().map(|name| format!("{name:-<32}")).collect();
    keys.join(" ").parse().expect("keys")
}

/// What to load of one request.
#[must_use]
pub fn lock_request(id: RequestId, lock: RequestLock) -> LockSet {
    LockSet { requests: [(id, lock)].into(), ..LockSet::default() }
}

/// A page of a list.
pub fn page(limit: u32, before: Option<u64>) -> Page {
    Page { limit, before }
}

/// A day, written `YYYY-MM-DD`.
pub fn day(text: &str) -> BusinessDay {
    text.parse().expect("a day")
}

/// Movements on 21, 23 and 30 October 2025, three of them on the first day.
pub async fn three_days(world: &World) -> AccountId {
    let account = world.account(1_000).await;
    world.post(posting(account, MovementType::Payment, units(100), "a")).await;
    world.post(posting(account, MovementType::Debit, units(-30), "b")).await;
    world.granted(account, 60).await;
    world.wait(chrono::Duration::days(2));
    let mut orange = posting(account, MovementType::Payment, units(5), "c");
    orange.source = Some(Source::Orange);
    world.post(orange).await;
    world.wait(chrono::Duration::days(7));
    world.post(posting(account, MovementType::Debit, units(-80), "d")).await;
    account
}
