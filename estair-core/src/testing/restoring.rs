//! Book and Messager that were restored to different moments find together again (G14): nothing lost, nothing doubled.

use crate::background::{DeliverMessages, LocalMessager, LocalTransport, SendOutbox, send_lost_again};
use crate::category::{Category, Status};
use crate::id::RequestId;
use crate::messager::{Message, MessagerStore, MessagerView, Operator, Stored};
use crate::queue::{JobStatus, Next, Queue, Report, Schedule, Settlement, Work, Worker, work};
use crate::row::MovementStatus;
use crate::testing::Harness;
use crate::verify::{self, verify_messages};

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use uuid::Uuid;

use super::world::*;

/// Book and Messager of a world, with what goes on between them.
struct Both<'w> {
    world: &'w World,
    messager: Arc<dyn MessagerStore>,
}

impl Both<'_> {
    fn view(&self) -> Arc<dyn MessagerView> {
        Stored::of(Arc::clone(&self.messager))
    }

    /// Everything that is due is done: what was passed is handed over, and what was handed over delivered.
    async fn work(&self, delivers: bool) {
        let world = self.world;
        let worker = world.worker();
        let local = LocalMessager {
            store: Arc::clone(&self.messager),
            schedule: Schedule::messager(),
            clock: world.clock.clone(),
            ids: world.ids.clone(),
        };
        let outbox = SendOutbox {
            queue: world.stores.outbox.clone(),
            book: world.book.clone(),
            reader: world.stores.reader.clone(),
            messager: Arc::new(local),
            schedule: Schedule::outbox(),
        };
        let deliver = DeliverMessages {
            store: Arc::clone(&self.messager),
            transport: Arc::new(LocalTransport { book: world.book.clone() }),
            schedule: Schedule::messager(),
        };
        do_all(&outbox, &worker).await;
        if delivers {
            do_all(&deliver, &worker).await;
        }
    }

    async fn look(&self, settled: Duration) -> usize {
        let (reader, view) = (self.world.stores.reader.as_ref(), self.view());
        send_lost_again(&self.world.book, reader, view.as_ref(), settled).await.unwrap()
    }

    /// What verifying finds between the two.
    async fn findings(&self) -> Vec<String> {
        let mut report = verify::Report::default();
        verify_messages(self.world.stores.audit.as_ref(), self.view().as_ref(), &mut report).await.unwrap();
        report.findings.iter().map(ToString::to_string).collect()
    }

    async fn message_of(&self, id: RequestId) -> Uuid {
        self.world.request(id).await.message_uuid.unwrap()
    }

    /// There is one movement of the request, and nothing more to be done.
    async fn is_written_once(&self, id: RequestId, balance: i64) {
        let request = self.world.request(id).await;
        assert_eq!(request.status, Status::Closed);
        let movement = self.world.movement_of(id).await;
        assert_eq!(movement.status, MovementStatus::Success);
        let account = self.world.account_row(request.account).await;
        assert_eq!(account.indicators.balance.amount(), units(balance), "nothing is doubled");
        assert_eq!(self.look(Duration::ZERO).await, 0);
        assert_eq!(self.findings().await, [""; 0]);
        self.world.assert_healthy().await;
    }
}

async fn do_all<T: Send + Sync>(job: &dyn Work<T>, worker: &Worker<'_>) {
    loop {
        let leased = job.queue().claim(&job.claim(16, worker)).await.unwrap();
        if leased.is_empty() {
            return;
        }
        for one in &leased {
            assert!(work(job, one, worker).await.unwrap());
        }
    }
}

/// Messager was restored to before it took the message: it does not know it.
pub async fn g14_what_messager_does_not_know_is_sent_again(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(1_000).await;
    let load = world.cash(Category::Load, account, 5).await;
    // It was handed over to a Messager whose database is another one now.
    let lost = Both { world: &world, messager: harness.open().await.messager };
    lost.work(false).await;
    let both = Both { world: &world, messager: world.stores.messager.clone() };
    let uuid = both.message_of(load.id).await;
    assert_eq!(both.findings().await, [format!("request {}: message {uuid}: is not known to Messager", load.id)]);
    assert_eq!(both.look(Duration::from_secs(60)).await, 0, "it may be on its way");
    world.wait(chrono::Duration::minutes(1));
    assert_eq!(both.look(Duration::from_secs(60)).await, 1);
    assert_eq!(both.look(Duration::ZERO).await, 0, "it waits in the outbox");
    let again = world.request(load.id).await;
    assert_eq!((again.status, again.execution, again.message_uuid), (Status::Processing, 2, None));
    both.work(true).await;
    both.is_written_once(load.id, 5).await;
    assert_ne!(both.message_of(load.id).await, uuid);

    // The message that was lost turns up after all: it is answered with the movement (W3).
    lost.work(true).await;
    let (record, _) = lost.messager.message(uuid).await.unwrap().unwrap();
    assert_eq!(record.status, JobStatus::Completed);
    assert!(record.result.is_some_and(|result| result.get("success").is_some_and(|said| said.as_str() == "true")));
    both.is_written_once(load.id, 5).await;
}

/// The book was restored to before the movement was written: Messager has completed its message.
pub async fn g14_what_messager_completed_and_the_book_lost_is_sent_again(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(1_000).await;
    let load = world.cash(Category::Load, account, 7).await;
    let both = Both { world: &world, messager: world.stores.messager.clone() };
    both.work(false).await;
    let messages: &dyn Queue<Message> = both.messager.as_ref();
    let leased = messages.claim(&world.claim(1)).await.unwrap().remove(0);
    // What it brought is in no book any more.
    let result = json!({ "success": true, "mouvement_id": 77, "mouvement_uuid": world.uuid() });
    let done = Report::done(Some(result.into())).with_status(200);
    let done = Settlement { at: world.now(), next: Next::Completed, report: done };
    assert!(messages.settle(&leased.lease, &done).await.unwrap());
    let uuid = both.message_of(load.id).await;
    let lacks = format!("request {}: message {uuid}: is completed, and the book has no movement of it", load.id);
    assert_eq!(both.findings().await, [lacks]);
    assert_eq!(both.look(Duration::ZERO).await, 1);
    both.work(true).await;
    both.is_written_once(load.id, 7).await;
}

/// What waits, is on its way or has failed is Messager's to go on with; what a business outcome ended there and the book has
/// still under way is sent again.
pub async fn g14_what_is_under_way_is_left_alone(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(1_000).await;
    let load = world.cash(Category::Load, account, 9).await;
    let both = Both { world: &world, messager: world.stores.messager.clone() };
    both.work(false).await;
    let messages: &dyn Queue<Message> = both.messager.as_ref();
    assert_eq!((both.look(Duration::ZERO).await, both.findings().await), (0, Vec::new()), "it waits");
    let leased = messages.claim(&world.claim(1)).await.unwrap().remove(0);
    assert_eq!((both.look(Duration::ZERO).await, both.findings().await), (0, Vec::new()), "it is on its way");
    let settle = |next, report| Settlement { at: world.now(), next, report };
    let failed = settle(Next::Failed, Report::permanent("422"));
    assert!(messages.settle(&leased.lease, &failed).await.unwrap());
    assert_eq!((both.look(Duration::ZERO).await, both.findings().await), (0, Vec::new()), "a replay is asked for");
    let uuid = both.message_of(load.id).await;
    let operator = Operator { by: "finance:3".into(), reason: "encore".into(), at: world.now() };
    both.messager.replay(uuid, &operator).await.unwrap();
    let leased = messages.claim(&world.claim(1)).await.unwrap().remove(0);
    let outcome = Report::done(Some(json!({ "success": false, "outcome": "waiting" }).into()));
    assert!(messages.settle(&leased.lease, &settle(Next::Completed, outcome)).await.unwrap());
    let found = both.findings().await;
    assert_eq!(
        found,
        [format!("request {}: message {uuid}: is completed, and its request is still under way", load.id)]
    );
    assert_eq!(both.look(Duration::ZERO).await, 1);
    both.work(true).await;
    both.is_written_once(load.id, 9).await;
}
