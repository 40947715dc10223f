//! A month of a small book's life, for the console to show: sales, payments, credits, tickets, and a message that failed.

use estair_core::Book;
use estair_core::account::{AccountDraft, LimitDraft};
use estair_core::actor::{Actor, ClientKind};
use estair_core::background::SendOutbox;
use estair_core::background::accept;
use estair_core::background::fan_out_facts;
use estair_core::book::Submission;
use estair_core::category::Category;
use estair_core::clock::{Clock, System, Timestamp};
use estair_core::command::Command;
use estair_core::decision::Answer;
use estair_core::id::{AccountId, RequestId, SupportId, UserId};
use estair_core::memory::{MemoryMessager, MemoryStore};
use estair_core::messager::{Message, Messager, OutgoingMessage, Receipt};
use estair_core::movement::{MovementDraft, MovementType, Source};
use estair_core::notice::{Audience, Channel, Notice};
use estair_core::notification::{Directory, Notification, Notifier, Recipient};
use estair_core::policy::Policy;
use estair_core::queue::{Claim, Queue, Report, Schedule, Worker, work};
use estair_core::request::{IncomingMessage, RequestDraft};
use estair_core::row::OutboxEntry;
use estair_core::store::{AccountReader, RequestReader, StoreError};
use estair_core::support::{CommentDraft, SupportDraft};
use estair_core::testing::ManualClock;
use std::error::Error;
use std::sync::Arc;

use async_trait::async_trait;
use chrono::Duration;

/// A month of the book's life, on a clock that is moved by hand.
pub(crate) struct Life {
    pub(crate) store: MemoryStore,
    pub(crate) messager: MemoryMessager,
    clock: Arc<ManualClock>,
    now: Timestamp,
    book: Book,
}

impl Life {
    pub(crate) fn new(now: Timestamp) -> Self {
        let store = MemoryStore::new();
        let clock = Arc::new(ManualClock::new(now));
        let policy = Policy::default().cutoff("24:00".parse().unwrap_or_default());
        let book = Book::new(Arc::new(store.clone()), clock.clone(), Arc::new(System), policy);
        Self { store, messager: MemoryMessager::new(), clock, now, book }
    }

    async fn run(&self, actor: Actor, command: Command) -> Result<Answer, Box<dyn Error>> {
        let reply = self.book.run(Submission::new(actor, command)).await.map_err(|error| error.to_string())?;
        Ok(reply.answer)
    }

    pub(crate) async fn pass(&self, requests: u32) -> Result<(), Box<dyn Error>> {
        self.clock.set(self.now - Duration::days(40));
        for (name, limit) in [("Agence du Port", "1000000"), ("Voyages Teranga", "250000"), ("Sahel Tours", "0")] {
            let (name, email) = (Some(name.to_owned()), Some("agence@example.test".to_owned()));
            let draft = AccountDraft { name, email, limit: Some(limit.parse()?), ..AccountDraft::default() };
            self.run(Actor::Admin(UserId(23)), Command::CreateAccount(draft)).await?;
        }
        for day in 0..32_i64 {
            self.clock.set(self.now - Duration::days(32 - day));
            self.day(day).await?;
        }
        self.clock.set(self.now - Duration::minutes(50));
        let limit = LimitDraft {
            limit: Some("1500000".parse()?),
            reason: Some("Garantie bancaire reçue".to_owned()),
            ..LimitDraft::default()
        };
        self.run(Actor::Finance(UserId(22)), Command::SetLimit(AccountId(1), limit)).await?;
        for number in 0..requests {
            self.clock.advance(Duration::seconds(if requests > 100 { 0 } else { 240 }));
            self.ask(number).await?;
        }
        self.tickets().await?;
        self.send().await?;
        self.fail_some().await?;
        self.tell().await
    }

    /// Ticket sales, payments and credits of a day.
    async fn day(&self, day: i64) -> Result<(), Box<dyn Error>> {
        let sale = ((day * 7919) % 23 + 4) * 25_000;
        self.post(&format!("BSP-{day}"), Source::Bsp, MovementType::Debit, -sale).await?;
        if day % 4 == 1 {
            self.post(&format!("WAVE-{day}"), Source::Wave, MovementType::Payment, 1_300_000).await?;
        }
        if day % 9 == 0 {
            self.create(Actor::Operation(UserId(21)), Category::DailyCredit, 1, "60000", "Billets du matin").await?;
            self.send().await?;
            self.deliver().await?;
        }
        Ok(())
    }

    async fn post(
        &self,
        reference: &str,
        source: Source,
        kind: MovementType,
        amount: i64,
    ) -> Result<(), Box<dyn Error>> {
        let draft = MovementDraft {
            source: Some(source),
            reference: Some(reference.to_owned()),
            kind: Some(kind),
            amount: Some(amount.to_string().parse()?),
            account: Some(AccountId(1)),
            ..MovementDraft::default()
        };
        self.run(Actor::service(UserId(24)), Command::Post(vec![draft])).await?;
        Ok(())
    }

    async fn create(
        &self,
        actor: Actor,
        category: Category,
        account: u64,
        amount: &str,
        why: &str,
    ) -> Result<RequestId, Box<dyn Error>> {
        let draft = RequestDraft {
            category: Some(category),
            account: Some(AccountId(account)),
            amount: Some(amount.parse()?),
            description: Some(why.to_owned()),
            ..RequestDraft::default()
        };
        match self.run(actor, Command::CreateRequest(draft)).await? {
            Answer::Request(request) => Ok(request.id),
            _ => Err("no request".into()),
        }
    }

    /// One of the requests of today.
    async fn ask(&self, number: u32) -> Result<(), Box<dyn Error>> {
        let client = Actor::Client { user: UserId(11), account: AccountId(2), kind: ClientKind::Agency };
        let operation = Actor::Operation(UserId(21));
        match number % 5 {
            0 => self.create(client, Category::DailyCredit, 2, "400000", "Groupe de 12 pour Dakar").await?,
            1 => self.create(operation, Category::Load, 1, "750000", "Virement reçu, pièce 4471").await?,
            2 => self.create(operation, Category::Unload, 3, "35000", "Frais de réémission").await?,
            3 => self.create(operation, Category::DailyCredit, 1, "90000", "Billets de l'après-midi").await?,
            _ => self.create(client, Category::DailyCredit, 2, "20000", "Complément").await?,
        };
        Ok(())
    }

    async fn tickets(&self) -> Result<(), Box<dyn Error>> {
        let operation = Actor::Operation(UserId(21));
        for (subject, account) in [("Billet émis au mauvais nom", 1), ("Remboursement non reçu", 2), ("Accès perdu", 3)]
        {
            let draft = SupportDraft {
                subject: Some(subject.to_owned()),
                description: Some("Le client a appelé deux fois.\nIl joint la copie de son passeport.".to_owned()),
                account: Some(AccountId(account)),
                etatsdevente_id: Some(8_800 + account),
                ..SupportDraft::default()
            };
            self.run(operation, Command::CreateSupport(draft)).await?;
        }
        let body = Some("Réémission demandée à la compagnie.".to_owned());
        let comment = CommentDraft { body, ..CommentDraft::default() };
        self.run(operation, Command::CommentSupport(SupportId(1), comment)).await?;
        Ok(())
    }

    /// The outbox goes to Messager.
    async fn send(&self) -> Result<(), Box<dyn Error>> {
        let worker = Worker { clock: self.clock.as_ref(), ids: &System };
        let messager = Accepting { messager: self.messager.clone(), clock: Arc::clone(&self.clock) };
        let outbox = SendOutbox {
            queue: Arc::new(self.store.clone()),
            book: self.book.clone(),
            reader: Arc::new(self.store.clone()),
            messager: Arc::new(messager),
            schedule: Schedule::outbox(),
        };
        loop {
            let leased = Queue::<OutboxEntry>::claim(&self.store, &worker.claim(&outbox.schedule, 32)).await?;
            if leased.is_empty() {
                return Ok(());
            }
            for job in &leased {
                work(&outbox, job, &worker).await?;
            }
        }
    }

    fn claim(&self, limit: u32) -> Claim {
        Worker { clock: self.clock.as_ref(), ids: &System }.claim(&Schedule::messager(), limit)
    }

    /// A message as the webhook reads it; here the request itself is at hand.
    async fn read(&self, message: &Message) -> Result<IncomingMessage, Box<dyn Error>> {
        let id = message.payload.value().get("requete_id").and_then(serde_json::Value::as_u64).ok_or("no request")?;
        let (request, _) = self.store.request(RequestId(id)).await?.ok_or("no request")?;
        let account = self.store.account(request.account).await?.ok_or("no account")?;
        Ok(IncomingMessage::carrying(message.uuid, request.id, &request, &account.name))
    }

    /// Messager's messages reach the book.
    async fn deliver(&self) -> Result<(), Box<dyn Error>> {
        for leased in Queue::<Message>::claim(&self.messager, &self.claim(32)).await? {
            let answer = self.run(Actor::System, Command::Receive(self.read(&leased.job).await?)).await?;
            let result = serde_json::json!({ "success": matches!(answer, Answer::Written { .. }) });
            let now = self.clock.now();
            let settlement = Schedule::messager().settle(
                leased.attempts,
                Report::done(Some(result.into())).with_status(200),
                now,
                0,
            );
            Queue::<Message>::settle(&self.messager, &leased.lease, &settlement).await?;
        }
        Ok(())
    }

    /// Of the messages of today the first reaches the book, the next fails for good, the others wait.
    async fn fail_some(&self) -> Result<(), Box<dyn Error>> {
        let now = self.clock.now();
        for leased in Queue::<Message>::claim(&self.messager, &self.claim(1)).await? {
            let report = Report::permanent("payload_mismatch: amount is not the request's");
            let settlement = Schedule::messager().settle(leased.attempts, report.with_status(409), now, 0);
            Queue::<Message>::settle(&self.messager, &leased.lease, &settlement).await?;
        }
        Ok(())
    }

    async fn tell(&self) -> Result<(), Box<dyn Error>> {
        let worker = Worker { clock: self.clock.as_ref(), ids: &System };
        while fan_out_facts(&self.store, &NoChannels, &NoChannels, &worker).await? > 0 {}
        Ok(())
    }
}

/// Messager in the same process: it accepts at once.
struct Accepting {
    messager: MemoryMessager,
    clock: Arc<ManualClock>,
}

#[async_trait]
impl Messager for Accepting {
    async fn submit(&self, message: &OutgoingMessage) -> Result<Receipt, Report> {
        let worker = Worker { clock: self.clock.as_ref(), ids: &System };
        let accepted = accept(&self.messager, message.clone(), &Schedule::messager(), &worker).await;
        accepted.map(|(receipt, _)| receipt).map_err(|error| Report::retry(error.to_string()))
    }
}

/// A host without channels: everything is recorded as skipped.
struct NoChannels;

#[async_trait]
impl Directory for NoChannels {
    async fn recipients(
        &self,
        audience: Audience,
        _: Channel,
        _: Notice,
        _: Option<AccountId>,
    ) -> Result<Vec<Recipient>, StoreError> {
        Ok(vec![Recipient { user: None, address: format!("{audience}@example.test"), opted_out: false }])
    }
}

#[async_trait]
impl Notifier for NoChannels {
    fn is_on(&self, _: Channel) -> bool {
        false
    }

    async fn send(&self, _: u64, _: &Notification) -> Report {
        Report::skipped("channel not configured")
    }
}
