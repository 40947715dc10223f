//! A channel that was down: what waited leaves in order when it is back, once.

use estair_core::background::SendNotifications;
use estair_core::clock::{Clock, System};
use estair_core::notice::{Audience, Channel, Notice};
use estair_core::notification::{NewNotification, Notification, Notifications};
use estair_core::queue::{Depth, Queue, Schedule};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use estair_http::loops::{Loops, RunningLoops, Wake};
use estair_server::channels::{Around, channels, mail, templates, vapid};
use estair_server::directory::Addresses;
use estair_server::secrets::DataDir;
use estair_server::stores::Stores;
use estair_tests::patience::within;
use serde_json::json;

use crate::listening::free_port;
use crate::sinks::Sinks;
use crate::world::{Scratch, options};

const WAITING: u32 = 10_000;

const RECIPIENTS: u32 = 100;

/// The server's stores and channels, with a schedule that does not take a day.
struct Office {
    stores: Stores,
    work: RunningLoops,
    _scratch: Scratch,
}

impl Office {
    async fn start(smtp_port: u16) -> Self {
        let scratch = Scratch::new();
        let smtp = format!("smtp://127.0.0.1:{smtp_port}");
        let settings = [("ESTAIR_DATA_DIR", scratch.data()), ("SMTP_URL", smtp)];
        let options = options(&settings.map(|(name, value)| (name.to_owned(), value)));
        let (data, _) = DataDir::open(&options.data_dir).unwrap();
        let stores = Stores::open(&options, &data).await.unwrap();
        queue(stores.notifications.as_ref()).await;
        let clock: Arc<dyn Clock> = Arc::new(System);
        let texts = templates(&options, "http://127.0.0.1:8080").unwrap();
        let around = Around {
            mail: mail(&options, &texts, &clock).unwrap(),
            templates: texts,
            vapid: vapid(&options, &data, &System).unwrap(),
            subscriptions: Arc::clone(&stores.subscriptions),
            clock: Arc::clone(&clock),
            ids: Arc::new(System),
        };
        let notifier = Arc::new(channels(&options, around).unwrap());
        let delays = vec![Duration::from_millis(300)];
        let schedule = Schedule::notifications().delays(delays).for_ever(true);
        let job = SendNotifications { queue: Arc::clone(&stores.notifications), notifier, schedule, quiet: None };
        let work = Loops::new(clock, Arc::new(System), Wake::default())
            .notifications(Arc::clone(&stores.pending), Arc::new(Addresses::new(&stores)), job)
            .start();
        Self { stores, work, _scratch: scratch }
    }

    async fn depth(&self) -> Depth {
        let queue: &dyn Queue<Notification> = self.stores.notifications.as_ref();
        queue.depth(System.now()).await.unwrap()
    }
}

impl Office {
    /// Nothing waits any more. A minute in which nothing leaves is one too many.
    async fn is_idle(&self) -> bool {
        let left = |depth: Depth| depth.pending + depth.processing;
        let before = left(self.depth().await);
        for _ in 0..60 {
            tokio::time::sleep(Duration::from_secs(1)).await;
            let now = left(self.depth().await);
            if now < before || now == 0 {
                return now == 0;
            }
        }
        panic!("nothing leaves any more: {before} wait");
    }
}

/// Numbered credits, to one client after the other; of two kinds and priorities, as they come in life.
async fn queue(notifications: &dyn Notifications) {
    let new = |number: u32| {
        let notice = if number.is_multiple_of(3) { Notice::CreditRefused } else { Notice::CreditApproved };
        let recipient = format!("client{}@example.test", number % RECIPIENTS);
        let params = json!({ "amount": number.to_string(), "currency": "XOF", "name": format!("REQ-{number}") });
        let params = params.as_object().unwrap().clone();
        let notification = Notification {
            fact: None,
            notice,
            audience: Audience::Client,
            channel: Channel::Email,
            user: None,
            recipient,
            params,
        };
        NewNotification { notification, not_before: System.now(), skip: None, at: System.now() }
    };
    let all: Vec<_> = (1..=WAITING).map(new).collect();
    for some in all.chunks(500) {
        notifications.enqueue(some).await.unwrap();
    }
}

// rule: N3, N2
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn n3_ten_thousand_that_waited_for_a_channel_leave_in_order_none_lost_none_twice() {
    let port = free_port();
    let office = Office::start(port).await;
    // Down: the first of each recipient is tried again and again, the others wait behind it.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let depth = office.depth().await;
    assert_eq!((depth.completed, depth.failed, depth.skipped), (0, 0, 0), "{depth:?}");
    assert_eq!(depth.pending + depth.processing, u64::from(WAITING));

    let sinks = Sinks::with_mail_at(port).await;
    let idle = async { while !office.is_idle().await {} };
    within(Duration::from_secs(480), "what waited leaves", idle).await;
    office.work.stop(Duration::from_secs(5)).await;

    let mut arrived = BTreeMap::<String, Vec<u32>>::new();
    for mail in sinks.mails() {
        let number: String = mail.subject.chars().filter(char::is_ascii_digit).collect();
        arrived.entry(mail.to).or_default().push(number.parse().unwrap());
    }
    assert_eq!(arrived.len(), RECIPIENTS as usize);
    for (recipient, numbers) in arrived {
        let client: u32 = recipient.trim_start_matches("client").split('@').next().unwrap().parse().unwrap();
        let queued: Vec<_> = (1..=WAITING).filter(|number| number % RECIPIENTS == client).collect();
        assert_eq!(numbers, queued, "{recipient}");
    }
}
