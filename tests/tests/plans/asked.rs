//! The hot queries: each is asked for as the rules, the pages and the workers ask for it.

use estair_core::category::{Category, Desk, Status};
use estair_core::decision::{Committed, LockSet, RequestLock};
use estair_core::hash::Hash;
use estair_core::id::{AccountId, MovementId, RequestId, SupportId, UserId};
use estair_core::memory::MemoryMessager;
use estair_core::messager::{Message, MessageFilter, MessagerStore, NewMessage, OutgoingMessage};
use estair_core::movement::{MovementType, Source};
use estair_core::notice::Channel;
use estair_core::notification::{Notification, NotificationFilter, Notifications};
use estair_core::policy::Policy;
use estair_core::queue::{JobStatus, Leased, Queue, Schedule, Worker};
use estair_core::row::{Link, OutboxEntry};
use estair_core::store::{
    AuditReader, LogFilter, MovementFilter, Page, Reader, RequestFilter, StatementFilter, SupportFilter, SupportSort,
    Timeline,
};
use estair_core::support::{Assignee, Side};
use estair_core::testing::world::{World, morning};
use estair_core::testing::{ManualClock, SeededIds, Stores};
use std::sync::Arc;

use estair_sqlx::BookHandles;
use estair_tests::database::Kind;
use estair_tests::filling::{Filler, execute};
use uuid::Uuid;

use crate::expected::{
    CATEGORIES, DESKS, Expect, Hot, MOVEMENT_STATUSES, PRIMARY, SOURCES, TYPES, by, day, each, hear, in_order_of,
    instant, merged, newest_of, number, text, walked,
};
use crate::grown::first_jobs;

pub(crate) async fn hear_all(hot: &mut Vec<Hot>, book: &BookHandles, kind: Kind, url: &str) {
    let BookHandles { store, reader, audit, outbox, pending, notifications, subscriptions, .. } = book.clone();
    let messager = Arc::new(MemoryMessager::new());
    let stores = Stores { store, reader, audit, outbox, pending, notifications, subscriptions, messager };
    let world = World::over(stores, Policy::default());
    let id = world.account(1_000).await;
    execute(kind, url, &first_jobs(Filler(kind))).await;
    hear_load(hot, &world).await;
    hear_requests(hot, book.reader.as_ref()).await;
    hear_account(hot, book.reader.as_ref(), id).await;
    hear_audit(hot, book.audit.as_ref(), id).await;
    execute(kind, url, &["DELETE FROM estair_facts".to_owned()]).await;
    hear_facts(hot, book).await;
    // An index that begins with the status finds the few that are open as well.
    let due = &["estair_outbox_due", "estair_outbox_completed"];
    hear_claim::<OutboxEntry>(hot, "claim of the outbox", book.outbox.as_ref(), 4, due).await;
    let due = &[
        "estair_notifications_due",
        "estair_notifications_order",
        "estair_notifications_listed",
        "estair_notifications_completed",
    ];
    hear_claim::<Notification>(hot, "claim of notifications", book.notifications.as_ref(), 8, due).await;
    let (listed, request) = (&["estair_notifications_listed"], &["estair_notifications_request"]);
    hear_notifications(hot, book.notifications.as_ref(), listed, request).await;
    hear_depth::<OutboxEntry>(hot, "what the outbox holds", book.outbox.as_ref(), &["estair_outbox_completed"]).await;
    let completed = &["estair_notifications_completed"];
    let notifications = book.notifications.as_ref();
    hear_depth::<Notification>(hot, "what the queue of notifications holds", notifications, completed).await;
}

async fn hear_load(hot: &mut Vec<Hot>, world: &World) {
    let request = RequestLock { account: None, parent: true, credit: true };
    let locks = LockSet {
        accounts: [AccountId(77)].into(),
        references: ["AG-000000000077".to_owned()].into(),
        requests: [(RequestId(777), request)].into(),
        movements: ["MVT-000000000777".to_owned()].into(),
        supports: [SupportId(77)].into(),
        granted_elsewhere: [].into(),
        answers: [("user:1".to_owned(), "key-000000000777".to_owned())].into(),
        committed: Some(Committed { account: Link::Id(AccountId(77)), sequence: 777, hash: Hash::of("fact") }),
    };
    let expected = vec![
        by(PRIMARY, vec![number(777)]),
        by(&["estair_accounts_reference"], vec![text("AG-000000000077")]),
        by(PRIMARY, vec![number(77)]),
        by(PRIMARY, vec![number(77)]),
        by(PRIMARY, vec![number(777)]),
        by(PRIMARY, vec![number(77)]),
        by(&["requetes_financieres_parent"], vec![number(777)]),
        by(&["mouvements_name"], vec![text("MVT-000000000777")]),
        by(&["estair_idempotency_keys_key"], vec![text("user:1"), text("key-000000000777")]),
        by(&["estair_facts_place"], vec![number(77), number(777), text(&Hash::of("fact").to_string())]),
    ];
    let mut transaction = world.stores.store.begin(0).await.unwrap();
    hear(hot, "the locks and looks of a command", transaction.load(&locks), expected).await.unwrap();
    transaction.rollback().await.unwrap();
}

async fn hear_requests(hot: &mut Vec<Hot>, reader: &dyn Reader) {
    let page = Page { limit: 50, before: None };
    let one = reader.request(RequestId(777));
    hear(hot, "one request", one, vec![by(PRIMARY, vec![number(777)])]).await.unwrap();

    let all = RequestFilter::default();
    let newest = vec![newest_of(PRIMARY, vec![number(51)])];
    hear(hot, "the newest requests", reader.requests(&all, page), newest).await.unwrap();
    let next = vec![in_order_of(PRIMARY, vec![number(5_000), number(51)])];
    let before = Page { limit: 50, before: Some(5_000) };
    hear(hot, "the next page of requests", reader.requests(&all, before), next).await.unwrap();
    let own = RequestFilter { account: Some(AccountId(77)), ..RequestFilter::default() };
    let by_account = vec![in_order_of(&["requetes_financieres_account"], vec![number(77), number(51)])];
    hear(hot, "requests of an account", reader.requests(&own, page), by_account).await.unwrap();
    hear_queues(hot, reader, page).await;
    hear_times(hot, reader, page).await;

    let due = vec![
        by(&["requetes_financieres_status"], vec![instant(), number(32)]),
        by(&["mouvements_credit"], vec![instant(), number(32)]),
        by(&["requetes_financieres_live_parent"], vec![instant(), number(32)]),
    ];
    hear(hot, "credits that are due", reader.due(morning(), true, 32), due).await.unwrap();

    let tickets = SupportFilter { account: Some(AccountId(77)), ..SupportFilter::default() };
    let of_account = vec![in_order_of(&["helpdesk_account"], vec![number(77), number(51)])];
    hear(hot, "support requests of an account", reader.supports(&tickets, page), of_account).await.unwrap();
    let waiting = SupportFilter { assigned_to: Some(Assignee::Agency), ..SupportFilter::default() };
    let statuses = ["open", "in_progress", "waiting", "closed", "cancelled"];
    let of_assignee = vec![merged(&["helpdesk_assigned"], &[], &each(&[&statuses, &["agency"]]))];
    hear(hot, "support requests of an assignee", reader.supports(&waiting, page), of_assignee).await.unwrap();
    let queue = SupportFilter { sort: SupportSort::Queue, ..SupportFilter::default() };
    let by_turn = vec![newest_of(&["helpdesk_turn"], vec![number(51)])];
    hear(hot, "the queue of support requests", reader.supports(&queue, page), by_turn).await.unwrap();
    let awaiting = SupportFilter { awaiting: Some(Side::Staff), ..SupportFilter::default() };
    let both = vec![merged(&["helpdesk_turn"], &[], &each(&[&["answered", "created"]]))];
    hear(hot, "support requests that wait for staff", reader.supports(&awaiting, page), both).await.unwrap();
    let followers = vec![by(&["helpdesk_follows"], vec![number(77)])];
    hear(hot, "what continues a support request", reader.followers(&[SupportId(77)]), followers).await.unwrap();
    let comments = &["estair_comments_helpdesk"];
    // A ticket has few: some databases find them by the index and sort them.
    let of_one = vec![by(comments, vec![number(77), number(51)])];
    hear(hot, "the comments of a support request", reader.comments(SupportId(77), page), of_one).await.unwrap();
    let of_several = vec![by(comments, vec![number(77), number(78), number(79), number(51)])];
    let page_of_tickets = [SupportId(77), SupportId(78), SupportId(79)];
    let newest = reader.newest_comments(&page_of_tickets, 50);
    hear(hot, "the newest comments of several support requests", newest, of_several).await.unwrap();
    let waiting = SupportFilter { account: Some(AccountId(1)), ..waiting };
    let own = vec![merged(&["helpdesk_account_assigned"], &[number(1)], &each(&[&statuses, &["agency"]]))];
    hear(hot, "an account's support requests of an assignee", reader.supports(&waiting, page), own).await.unwrap();
}

/// Lists by status, desk and category, also of those that match nothing.
async fn hear_queues(hot: &mut Vec<Hot>, reader: &dyn Reader, page: Page) {
    let none = RequestFilter::default();
    let rare = RequestFilter { status: vec![Status::Open], ..none.clone() };
    let desk = &["requetes_financieres_desk"];
    let few = vec![merged(desk, &[], &each(&[&["open"], DESKS, CATEGORIES]))];
    hear(hot, "requests of a rare status", reader.requests(&rare, page), few).await.unwrap();
    let closed = RequestFilter { status: vec![Status::Closed], ..none.clone() };
    let many = vec![merged(desk, &[], &each(&[&["closed"], DESKS, CATEGORIES]))];
    hear(hot, "requests of a frequent status", reader.requests(&closed, page), many).await.unwrap();
    let statuses = vec![Status::Open, Status::Waiting];
    let queue = RequestFilter { status: statuses.clone(), assigned_to: Some(Desk::Admin), ..none.clone() };
    let nothing = vec![merged(desk, &[], &each(&[&["open", "waiting"], &["admin"], CATEGORIES]))];
    hear(hot, "the queue of a desk that holds nothing", reader.requests(&queue, page), nothing).await.unwrap();
    let exact = RequestFilter { status: vec![Status::Waiting], category: Some(Category::Load), ..queue };
    let exact_values = vec![text("waiting"), text("admin"), text("load"), number(51)];
    let one = vec![in_order_of(desk, exact_values)];
    hear(hot, "requests of a status, a desk and a category", reader.requests(&exact, page), one).await.unwrap();
    let own = RequestFilter { account: Some(AccountId(1)), status: vec![Status::Waiting], ..none };
    let account_desk = &["requetes_financieres_account_desk"];
    let own_waiting = vec![merged(account_desk, &[number(1)], &each(&[&["waiting"], DESKS, CATEGORIES]))];
    hear(hot, "an account's requests of a status", reader.requests(&own, page), own_waiting).await.unwrap();
}

/// Lists of a time.
async fn hear_times(hot: &mut Vec<Hot>, reader: &dyn Reader, page: Page) {
    let since = RequestFilter { created_from: Some(morning()), ..RequestFilter::default() };
    let created = vec![in_order_of(&["requetes_financieres_created"], vec![instant(), number(51)])];
    hear(hot, "requests since a day", reader.requests(&since, page), created).await.unwrap();
    let until = RequestFilter { created_from: None, created_to: Some(morning()), ..RequestFilter::default() };
    let values = vec![instant(), number(500), number(500), number(500), number(51)];
    let created = vec![in_order_of(&["requetes_financieres_created"], values)];
    let before = Page { before: Some(500), ..page };
    hear(hot, "the next page of requests until a day", reader.requests(&until, before), created).await.unwrap();
    let own = RequestFilter { account: Some(AccountId(1)), ..since };
    // Nothing is as young: the one index tells it as soon as the other.
    let created = &["requetes_financieres_account_created", "requetes_financieres_created"];
    let created = vec![in_order_of(created, vec![number(1), instant(), number(51)])];
    hear(hot, "an account's requests since a day", reader.requests(&own, page), created).await.unwrap();
}

/// Lists of notifications, or of alerts, also of those that match nothing.
async fn hear_notifications(
    hot: &mut Vec<Hot>,
    notifications: &dyn Notifications,
    listed: &'static [&'static str],
    request: &'static [&'static str],
) {
    let page = Page { limit: 50, before: None };
    let none = NotificationFilter::default();
    let failed = NotificationFilter { status: Some(JobStatus::Failed), ..none };
    let channels: Vec<_> = Channel::ALL.iter().map(|channel| channel.name()).collect();
    let by_status = vec![merged(listed, &[], &each(&[&["failed"], &channels]))];
    hear(hot, "notifications that failed", notifications.notifications(&failed, page), by_status).await.unwrap();
    let of_request = NotificationFilter { request: Some(RequestId(777)), ..none };
    let by_request = vec![in_order_of(request, vec![number(777), number(51)])];
    hear(hot, "notifications of a request", notifications.notifications(&of_request, page), by_request).await.unwrap();
}

/// The second look at a queue: what has ended since the first one, and what is left beside what ended before.
async fn hear_depth<T>(
    hot: &mut Vec<Hot>,
    name: &'static str,
    queue: &dyn Queue<T>,
    completed: &'static [&'static str],
) {
    queue.depth(morning()).await.unwrap();
    let later = morning() + chrono::Duration::minutes(1);
    // What ended is of the day before, or has just ended.
    let since = vec![instant(), instant(), instant(), instant()];
    let expected = vec![by(completed, since), by(completed, vec![instant(), instant()])];
    hear(hot, name, queue.depth(later), expected).await.unwrap();
}

async fn hear_account(hot: &mut Vec<Hot>, reader: &dyn Reader, id: AccountId) {
    let one = i64::try_from(id.0).unwrap();
    hear(hot, "one account", reader.account(id), vec![by(PRIMARY, vec![number(one)])]).await.unwrap();
    let page = Page { limit: 50, before: None };
    let whole = vec![
        by(PRIMARY, vec![number(one)]),
        in_order_of(&["mouvements_sequence"], vec![number(one), number(100_000)]),
        in_order_of(&["mouvements_sequence"], vec![number(one), number(0), number(100_000), number(51)]),
    ];
    hear(hot, "a statement", reader.statement(id, &StatementFilter::default(), page), whole).await.unwrap();
    // After the movements: an account has many of them before the days that are asked for.
    let filter = StatementFilter {
        from: Some("2025-10-14".parse().unwrap()),
        to: Some("2025-10-15".parse().unwrap()),
        ..StatementFilter::default()
    };
    let period = vec![
        by(PRIMARY, vec![number(one)]),
        by(&["estair_daily_closings_day"], vec![number(one), day("2025-10-14")]),
        by(&["estair_daily_closings_day"], vec![number(one), day("2025-10-15")]),
        in_order_of(&["mouvements_sequence"], vec![number(one), number(500), number(90_000), number(51)]),
    ];
    hear(hot, "a statement of a period", reader.statement(id, &filter, page), period).await.unwrap();
    hear_filtered_statements(hot, reader, id).await;
    let past = reader.closing(id, "2025-10-20".parse().unwrap());
    let closing = vec![by(&["estair_daily_closings_day"], vec![number(one), day("2025-10-20")])];
    hear(hot, "an account as of a past day", past, closing).await.unwrap();

    let limits = vec![in_order_of(&["estair_credit_limit_history_account"], vec![number(one), number(51)])];
    hear(hot, "the limits of an account", reader.limit_history(id, page), limits).await.unwrap();

    let changes = vec![in_order_of(&["estair_account_changes_account"], vec![number(one), number(51)])];
    hear(hot, "the changes of an account", reader.account_history(id, page), changes).await.unwrap();

    hear_lists(hot, reader, page).await;
    let own = MovementFilter { account: Some(id), ..MovementFilter::default() };
    let listed = merged(&["mouvements_account", "mouvements_of_account"], &[number(one)], &each(&[MOVEMENT_STATUSES]));
    hear(hot, "the movements of an account", reader.movements(&own, page), vec![listed]).await.unwrap();

    let trail = vec![by(&["mouvement_logs_attempt"], vec![number(777), number(51)])];
    hear(hot, "the trail of a movement", reader.logs(MovementId(777), page), trail).await.unwrap();
    let message = vec![by(&["mouvements_message"], vec![text("00000000-0000-4000-8000-000000000777")])];
    let movement = reader.movement_of_message(Uuid::from_u128(777));
    hear(hot, "the movement of a message", movement, message).await.unwrap();
}

/// Lists over all accounts.
async fn hear_lists(hot: &mut Vec<Hot>, reader: &dyn Reader, page: Page) {
    let none = MovementFilter::default();
    let newest = vec![newest_of(PRIMARY, vec![number(51)])];
    hear(hot, "the newest movements", reader.movements(&none, page), newest).await.unwrap();
    let since = MovementFilter { from: Some(morning()), ..none };
    let created = vec![in_order_of(&["mouvements_created"], vec![instant(), number(51)])];
    hear(hot, "movements since a day", reader.movements(&since, page), created).await.unwrap();
    let of_person = LogFilter { triggered_by: Some(UserId(77)), ..LogFilter::default() };
    let person = vec![by(&["mouvement_logs_person"], vec![number(77), number(51)])];
    hear(hot, "what a person has triggered", reader.all_logs(&of_person, page), person).await.unwrap();
}

/// What verifying reads.
async fn hear_audit(hot: &mut Vec<Hot>, audit: &dyn AuditReader, id: AccountId) {
    let one = i64::try_from(id.0).unwrap();
    let after = vec![number(one), number(50_000), number(50_000), number(50_000), number(1_000)];
    let links = vec![by(&["mouvement_logs_chain"], after)];
    let chain = audit.audit_logs(id, (50_000, 50_000), 1_000);
    hear(hot, "links to be verified", chain, links).await.unwrap();
    let loose = vec![by(&["mouvement_logs_chain"], vec![number(one), number(5), number(1_000)])];
    hear(hot, "log rows that are no links", audit.loose_logs(id, Some(5), 1_000), loose).await.unwrap();
    let facts = vec![by(&["estair_facts_place"], vec![number(one), number(50_000), number(1_000)])];
    hear(hot, "facts to be verified", audit.audit_facts(id, 50_000, 1_000), facts).await.unwrap();
    let seals = vec![by(&["mouvement_logs_chain"], vec![number(one), number(777), number(one), number(777)])];
    hear(hot, "seals at a place", audit.seals_at(id, 777, 777), seals).await.unwrap();
    let rows = || vec![by(PRIMARY, vec![number(5), number(1_000)])];
    let requests = audit.audit_requests(Some(RequestId(5)), 1_000);
    hear(hot, "requests to be verified", requests, rows()).await.unwrap();
    let supports = audit.audit_supports(Some(SupportId(5)), 1_000);
    hear(hot, "support requests to be verified", supports, rows()).await.unwrap();
}

/// Statements of a type, of a source, and of both.
async fn hear_filtered_statements(hot: &mut Vec<Hot>, reader: &dyn Reader, id: AccountId) {
    let page = Page { limit: 50, before: None };
    let one = number(i64::try_from(id.0).unwrap());
    let bounds = [one.clone(), number(0), number(100_000)];
    let listed = &["mouvements_listed"];
    let last = || in_order_of(&["mouvements_sequence"], vec![one.clone(), number(100_000)]);
    let after = |lines: Expect| vec![by(PRIMARY, vec![one.clone()]), last(), lines];
    let none = StatementFilter::default();
    let refunds = StatementFilter { kind: Some(MovementType::Refund), ..none };
    let lines = after(merged(listed, &bounds, &each(&[&["refund"], SOURCES])));
    hear(hot, "a statement of a type", reader.statement(id, &refunds, page), lines).await.unwrap();
    let orange = StatementFilter { source: Some(Source::Orange), ..none };
    let lines = after(merged(listed, &bounds, &each(&[TYPES, &["orange"]])));
    hear(hot, "a statement of a source", reader.statement(id, &orange, page), lines).await.unwrap();
    let both = StatementFilter { source: Some(Source::Orange), ..refunds };
    let values = [bounds.as_slice(), &[text("refund"), text("orange"), number(51)]].concat();
    let lines = after(in_order_of(listed, values));
    hear(hot, "a statement of a type and a source", reader.statement(id, &both, page), lines).await.unwrap();
}

async fn hear_facts(hot: &mut Vec<Hot>, book: &BookHandles) {
    let reader = book.reader.as_ref();
    let event = &["estair_facts_event"];
    let after = vec![in_order_of(event, vec![number(99_900), number(100)])];
    hear(hot, "events after a number", reader.events(99_900, 100), after).await.unwrap();
    let range = vec![by(event, Vec::new()), by(event, vec![number(89_950), number(99_950), instant()])];
    hear(hot, "which events are kept", reader.event_range(morning()), range).await.unwrap();
    let fresh = vec![by(event, Vec::new()), by(event, vec![number(1_000)])];
    hear(hot, "facts without a number", reader.number_events(1_000), fresh).await.unwrap();
    let page = Page { limit: 50, before: None };
    let timeline = vec![in_order_of(&["estair_facts_request"], vec![number(777), number(51)])];
    let request = reader.timeline(Timeline::Request(RequestId(777)), page);
    hear(hot, "the timeline of a request", request, timeline).await.unwrap();
    let timeline = vec![in_order_of(&["estair_facts_support"], vec![number(777), number(51)])];
    let support = reader.timeline(Timeline::Support(SupportId(777)), page);
    hear(hot, "the timeline of a support request", support, timeline).await.unwrap();
    let pending = vec![in_order_of(&["estair_facts_pending"], vec![number(32)])];
    hear(hot, "facts whose notices are pending", book.pending.pending_facts(32), pending).await.unwrap();
    let token = vec![by(&["estair_tokens_secret"], vec![text("token-000000000777")])];
    hear(hot, "the user of a token", book.users.user_of_token(Hash::of("none"), morning()), token).await.unwrap();
}

/// What one claim of one job sends: candidates in each of their ways to be due, compare and set, what was won, and the attempt
/// of an abandoned one never.
async fn hear_claim<T>(
    hot: &mut Vec<Hot>,
    name: &'static str,
    queue: &dyn Queue<T>,
    ways: usize,
    due: &'static [&'static str],
) -> Vec<Leased<T>> {
    let now = morning() + chrono::Duration::days(1);
    let (clock, ids) = (ManualClock::new(now), SeededIds::new(9));
    let claim = Worker { clock: &clock, ids: &ids }.claim(&Schedule::messager(), 1);
    let mut candidates = vec![instant(), instant()];
    candidates.extend((0..ways).flat_map(|_| [instant(), number(1_000)]));
    let token = || text(&claim.token.to_string());
    let expected = vec![
        by(due, candidates),
        by(PRIMARY, vec![token(), instant(), number(777), number(0)]),
        by(PRIMARY, vec![token(), number(777)]),
    ];
    hear(hot, name, queue.claim(&claim), expected).await.unwrap()
}

fn outgoing(key: &str) -> OutgoingMessage {
    let payload = serde_json::json!({ "account_id": 1 }).into();
    OutgoingMessage {
        domain: "estair-helpdesk".to_owned(),
        kind: "load_request".to_owned(),
        payload,
        idempotency_key: Some(key.to_owned()),
    }
}

pub(crate) async fn hear_messager(hot: &mut Vec<Hot>, messager: &dyn MessagerStore) {
    let uuid = Uuid::from_u128(77);
    let message = NewMessage::new(outgoing("key-000000000777"), uuid, &Schedule::messager(), morning());
    messager.accept(&message).await.unwrap();
    let again = NewMessage { message: Message { uuid: Uuid::from_u128(78), ..message.message.clone() }, ..message };
    let key = vec![by(&["messager_messages_key"], vec![text("estair-helpdesk"), text("key-000000000777")])];
    hear(hot, "a message that came before", messager.accept(&again), key).await.unwrap();
    let due = &[
        "messager_messages_due",
        "messager_messages_order",
        "messager_messages_listed",
        "messager_messages_completed",
    ];
    hear_claim::<Message>(hot, "claim of messages", messager, 4, due).await;
    let unknown = Uuid::from_u128(79);
    let by_uuid = vec![by(&["messager_messages_uuid"], vec![text("00000000-0000-4000-8000-000000000777")])];
    hear(hot, "one message by its uuid", messager.message(unknown), by_uuid).await.unwrap();
    hear_messages(hot, messager).await;
    hear_notifications(hot, messager, &["messager_alerts_listed"], &["messager_alerts_request"]).await;
    hear_depth::<Message>(hot, "what Messager's queue holds", messager, &["messager_messages_completed"]).await;
    let minute = vec![by(&["messager_messages_completed"], vec![instant(), instant()])];
    hear(hot, "what was delivered in a minute", messager.delivered(morning(), 1), minute).await.unwrap();
}

/// Lists of messages, also of those that match nothing.
async fn hear_messages(hot: &mut Vec<Hot>, messager: &dyn MessagerStore) {
    let page = Page { limit: 50, before: None };
    let none = MessageFilter::default();
    let newest = vec![Expect { walks: true, ..by(PRIMARY, vec![number(51)]) }];
    hear(hot, "the newest messages", messager.messages(&none, page), newest).await.unwrap();
    let failed = MessageFilter { status: Some(JobStatus::Failed), ..none.clone() };
    let by_status = vec![merged(&["messager_messages_listed"], &[], &each(&[&["failed"]]))];
    hear(hot, "messages that failed", messager.messages(&failed, page), by_status).await.unwrap();
    let statuses: Vec<_> = JobStatus::ALL.iter().map(|status| status.name()).collect();
    // Of the open statuses there are few messages: any index will do for these two walks.
    let finished = |expect: Expect| Expect { merges: 3, ..expect };
    let of_type = MessageFilter { kind: Some("no_request".to_owned()), ..none.clone() };
    let by_type = finished(merged(&["messager_messages_type"], &[text("no_request")], &each(&[&statuses])));
    hear(hot, "messages of a type that is not there", messager.messages(&of_type, page), vec![by_type]).await.unwrap();
    let domain = "estair-helpdesk";
    let of_domain = MessageFilter { domain: Some(domain.to_owned()), ..none.clone() };
    let by_domain = finished(merged(&["messager_messages_domain"], &[text(domain)], &each(&[&statuses])));
    hear(hot, "messages of a domain", messager.messages(&of_domain, page), vec![by_domain]).await.unwrap();
    // Where there is nothing to be put in order, the index of the keys tells it as soon.
    let either = &["messager_messages_domain", "messager_messages_key"];
    let nothing = Expect { merges: 0, ..merged(either, &[text("no_domain")], &each(&[&statuses])) };
    hear(hot, "messages of a domain that is not there", messager.messages(&of_domain, page), vec![nothing])
        .await
        .unwrap();
    let exact = MessageFilter { status: Some(JobStatus::Completed), ..of_type };
    let by_both = vec![merged(&["messager_messages_type"], &[text("no_request")], &each(&[&["completed"]]))];
    hear(hot, "messages of a type and a status", messager.messages(&exact, page), by_both).await.unwrap();
    let since = MessageFilter { from: Some(morning()), ..none };
    let created = vec![walked(&["messager_messages_created"], vec![instant(), number(51)])];
    hear(hot, "messages since a day", messager.messages(&since, page), created).await.unwrap();
}
