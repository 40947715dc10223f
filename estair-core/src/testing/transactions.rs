//! What [`Store`](crate::store::Store), [`Unit`](crate::store::Unit) and
//! [`Transaction`](crate::store::Transaction) promise.

use super::world::*;
use crate::account::AccountDraft;
use crate::background::accept;
use crate::book::Submission;
use crate::category::{Category, Status};
use crate::command::Command;
use crate::decision::{Answer, Changes, Committed, IdempotencyKey, LockSet, NewOutboxEntry, Remembered, RequestLock};
use crate::hash::Hash;
use crate::id::{AccountId, RequestId, SupportId, UserId};
use crate::json::Json;
use crate::messager::{DOMAIN, OutgoingMessage};
use crate::money::Currency;
use crate::movement::{Details, MovementType};
use crate::queue::Schedule;
use crate::request::{RequestDraft, RequestPatch};
use crate::row::Link;
use crate::store::StoreErrorKind;
use crate::support::{SupportDraft, SupportPatch};
use crate::testing::Harness;
use crate::verify::verify;

/// Letters of several scripts, right to left among them, a four-byte character and what SQL treats specially.
const TEXT: &str = "réservation « été » 🛫 مرحبا שלום 100% a_b 'x' \"y\" \\z;--";

/// Every column comes back as it was written: long numbers, microseconds, texts in every script.
pub async fn what_was_saved_is_loaded_to_the_last_character(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account_of("Agence 🛫 «Été» مرحبا", Currency::XOF, 1_000).await;
    let support = world.support(account, TEXT).await;
    let draft = RequestDraft {
        category: Some(Category::Unload),
        account: Some(account),
        amount: Some(units(12_345)),
        description: Some(TEXT.to_owned()),
        etatsdevente_id: Some((1 << 53) + 1),
        helpdesk_id: Some(support),
        ..RequestDraft::default()
    };
    let created = world.create(OPERATION, draft).await;
    let locks = LockSet { supports: [support].into(), ..lock_request(created.id, RequestLock::default()) };
    let snapshot = world.snapshot(&locks).await;
    assert_eq!(snapshot.requests[&created.id], created.data);
    assert_eq!(snapshot.supports[&support].subject, TEXT);
    assert_eq!(snapshot.accounts[&account].name, "Agence 🛫 «Été» مرحبا");
    assert_eq!(snapshot.accounts[&account].created_at, morning());
    assert_eq!(world.request(created.id).await, created);

    let mut details = Details { external_id: Some(u64::MAX >> 1), ..Default::default() };
    details.first_passenger = Some(TEXT.to_owned());
    details.created = Some(morning());
    let mut draft = posting(account, MovementType::Payment, units(7), "WAVE-é-1");
    draft.details = details.clone();
    let movement = world.post(draft).await;
    let row = world.stores.reader.movement(movement).await.unwrap().unwrap();
    assert_eq!((row.details.clone(), row.created_at), (details, morning()));
    assert_eq!(row.payload.as_ref().map(Json::as_str), Some(r#"{"reference":"WAVE-é-1"}"#));
    let snapshot = world.snapshot(&LockSet { movements: [row.name.clone()].into(), ..LockSet::default() }).await;
    assert_eq!(snapshot.movements[&row.name].id, Link::Id(movement));
    assert_eq!(snapshot.movements[&row.name].row, row.data);
}

/// Unknown numbers and names are no error.
pub async fn what_does_not_exist_is_left_out(harness: &impl Harness) {
    let world = World::open(harness).await;
    let locks = LockSet {
        accounts: [AccountId(4_000)].into(),
        references: ["none".to_owned()].into(),
        requests: [(RequestId(4_000), RequestLock { account: None, parent: true, credit: true })].into(),
        movements: ["MVT-none".to_owned()].into(),
        supports: [SupportId(4_000)].into(),
        granted_elsewhere: [(AccountId(4_000), None)].into(),
        answers: [("admin:4".to_owned(), "none".to_owned())].into(),
        committed: Some(Committed { account: Link::Id(AccountId(4_000)), sequence: 1, hash: Hash::GENESIS }),
    };
    let snapshot = world.snapshot(&locks).await;
    assert!(snapshot.accounts.is_empty() && snapshot.requests.is_empty() && snapshot.movements.is_empty());
    assert!(snapshot.supports.is_empty() && snapshot.answers.is_empty() && snapshot.live_cancellations.is_empty());
    assert!(!snapshot.is_committed);
}

/// Rolled back: no row, and the next transaction does not wait.
pub async fn w1_nothing_of_a_rolled_back_transaction_remains(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(1_000).await;
    let changes = world.decided(client(account), &Command::CreateRequest(credit_draft(10))).await;
    let mut transaction = world.stores.store.begin(0).await.unwrap();
    transaction.save(&changes).await.unwrap();
    transaction.rollback().await.unwrap();
    let requests = world.stores.reader.requests(&Default::default(), Default::default()).await.unwrap();
    assert!(requests.items.is_empty());
    world.save(&changes).await.expect("the same rows are new again");
}

/// Dropped: as if it had never been.
pub async fn w1_nothing_of_a_dropped_transaction_remains(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(1_000).await;
    let changes = world.decided(client(account), &Command::CreateRequest(credit_draft(10))).await;
    let mut transaction = world.stores.store.begin(0).await.unwrap();
    transaction.save(&changes).await.unwrap();
    drop(transaction);
    assert_eq!(world.facts().await.len(), 1, "the account's creation alone");
    world.save(&changes).await.expect("the same rows are new again");
}

/// All or nothing within one save.
pub async fn w1_one_row_that_cannot_be_written_sinks_the_whole_save(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(1_000).await;
    let mut changes = world.decided(client(account), &Command::CreateRequest(credit_draft(10))).await;
    let taken = world.credit(account, 20).await;
    changes.requests.put(taken.uuid, None, 0, taken.data.clone());
    let error = world.save(&changes).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Duplicate);
    let requests = world.stores.reader.requests(&Default::default(), Default::default()).await.unwrap();
    assert_eq!(requests.items.len(), 1);
    assert_eq!(world.stores.outbox.depth(world.now()).await.unwrap().pending, 1);
}

/// A host joins the book several times in one transaction: the later commands see the earlier ones.
pub async fn a_transaction_sees_what_it_saved(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(1_000).await;
    let mut transaction = world.stores.store.begin(0).await.unwrap();
    let first = posting(account, MovementType::Payment, units(5), "one");
    let second = posting(account, MovementType::Payment, units(7), "two");
    let submission = |draft| vec![Submission::new(SERVICE, Command::Post(vec![draft]))];
    assert!(world.book.join(transaction.as_mut(), submission(first)).await.unwrap().accepted().is_ok());
    assert!(world.book.join(transaction.as_mut(), submission(second)).await.unwrap().accepted().is_ok());
    let snapshot = load(transaction.as_mut(), &LockSet { accounts: [account].into(), ..LockSet::default() }).await;
    assert_eq!(snapshot.accounts[&account].indicators.balance.amount(), units(12));
    assert_eq!(world.account_row(account).await.version, 0, "nobody else sees it yet");
    transaction.commit().await.unwrap();
    assert_eq!(world.account_row(account).await.indicators.balance.amount(), units(12));
}

/// How the book knows the transaction of these changes again.
fn by_first_fact(changes: &Changes) -> Committed {
    let (fact, seal) = (&changes.facts[0], changes.facts[0].seal.expect("what is saved is sealed"));
    Committed { account: fact.account, sequence: seal.sequence, hash: seal.hash }
}

async fn is_committed(world: &World, by: Committed) -> bool {
    world.snapshot(&LockSet { committed: Some(by), ..LockSet::default() }).await.is_committed
}

/// Once it is committed a transaction is known again by the place and the seal of a fact: never when it was rolled back,
/// and not by another fact that took its place.
pub async fn a_commit_in_doubt_is_known_by_its_fact(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(1_000).await;
    let changes = world.decided(client(account), &Command::CreateRequest(credit_draft(10))).await;
    let by = by_first_fact(&changes);
    assert_eq!((by.account, by.sequence), (Link::Id(account), 2), "behind the account's creation");
    assert!(!is_committed(&world, by).await);
    let mut transaction = world.stores.store.begin(0).await.unwrap();
    transaction.save(&changes).await.unwrap();
    transaction.rollback().await.unwrap();
    assert!(!is_committed(&world, by).await, "it was rolled back");
    world.save(&changes).await.unwrap();
    assert!(is_committed(&world, by).await);
    assert!(!is_committed(&world, Committed { hash: Hash::of("another"), ..by }).await, "another fact is there");
    assert!(!is_committed(&world, Committed { sequence: 1, ..by }).await);
    assert!(!world.snapshot(&LockSet::default()).await.is_committed, "nobody asked");
    world.credit(account, 20).await;
    assert!(is_committed(&world, by).await, "whatever came after it");
}

/// A transaction that made an account, whose number nobody knows, is known again by the account's uuid.
pub async fn a_commit_in_doubt_is_known_by_the_account_it_made(harness: &impl Harness) {
    let world = World::open(harness).await;
    let draft = AccountDraft { name: Some("Agence".to_owned()), ..AccountDraft::default() };
    let changes = world.decided(ADMIN, &Command::CreateAccount(draft)).await;
    let by = by_first_fact(&changes);
    assert!(matches!(by.account, Link::New(_)));
    let mut transaction = world.stores.store.begin(0).await.unwrap();
    transaction.save(&changes).await.unwrap();
    transaction.rollback().await.unwrap();
    assert!(!is_committed(&world, by).await, "it was rolled back");
    world.account(0).await;
    assert!(!is_committed(&world, by).await, "another account was made");
    world.save(&changes).await.unwrap();
    assert!(is_committed(&world, by).await);
}

/// Numbers by uuid, for rows of every kind.
pub async fn every_inserted_row_has_its_number(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(1_000).await;
    let draft = SupportDraft { subject: Some("s".into()), description: Some("d".into()), ..SupportDraft::default() };
    let commands = [
        (client(account), Command::CreateRequest(credit_draft(10))),
        (client(account), Command::CreateRequest(credit_draft(11))),
        (client(account), Command::CreateSupport(draft)),
        (SERVICE, Command::Post(vec![posting(account, MovementType::Refund, units(3), "r")])),
    ];
    let changes = world.decided_together(&commands).await;
    let numbers = world.save(&changes).await.unwrap();
    for request in changes.requests.inserts() {
        let id = RequestId(numbers.get(request.uuid).expect("a request's number"));
        assert_eq!(world.request(id).await.uuid, request.uuid);
    }
    for movement in changes.movements.inserts() {
        let id = numbers.get(movement.uuid).expect("a movement's number").into();
        assert_eq!(world.stores.reader.movement(id).await.unwrap().unwrap().uuid, movement.uuid);
    }
    for support in changes.supports.inserts() {
        let id = numbers.get(support.uuid).expect("a support request's number").into();
        assert_eq!(world.stores.reader.support(id).await.unwrap().unwrap().uuid, support.uuid);
    }
}

/// An account that moved since it was read is not overwritten.
pub async fn an_account_is_updated_at_its_version_only(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(1_000).await;
    let command = Command::Post(vec![posting(account, MovementType::Payment, units(5), "late")]);
    let stale = world.decided(SERVICE, &command).await;
    world.post(posting(account, MovementType::Payment, units(7), "first")).await;
    // The link of the chain has its name taken as well: a store may see that first.
    let kind = world.save(&stale).await.unwrap_err().kind();
    assert!(matches!(kind, StoreErrorKind::VersionConflict | StoreErrorKind::Duplicate), "{kind:?}");
    assert_eq!(world.account_row(account).await.indicators.balance.amount(), units(7));
}

/// A request that changed since it was read is not overwritten.
pub async fn a_request_is_updated_at_its_version_only(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(1_000).await;
    let draft = RequestDraft {
        category: Some(Category::Load),
        account: Some(account),
        amount: Some(units(5)),
        ..RequestDraft::default()
    };
    let load = world.create(OPERATION, draft).await;
    let wait = RequestPatch { status: Some(Status::Waiting), ..RequestPatch::default() };
    let stale = world.decided(FINANCE, &Command::UpdateRequest(load.id, wait)).await;
    world.pass(load.id).await;
    let stale = world.sealed_anew(stale).await;
    assert_eq!(world.save(&stale).await.unwrap_err().kind(), StoreErrorKind::VersionConflict);
    assert_eq!(world.request(load.id).await.status, Status::ToTreat);
}

/// A support request that changed since it was read is not overwritten.
pub async fn a_support_request_is_updated_at_its_version_only(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(1_000).await;
    let id = world.support(account, "before").await;
    let edit = |subject: &str| {
        let patch = SupportPatch { subject: Some(subject.to_owned()), ..SupportPatch::default() };
        Command::UpdateSupport(id, patch)
    };
    let stale = world.decided(client(account), &edit("late")).await;
    world.run(client(account), edit("first")).await;
    let stale = world.sealed_anew(stale).await;
    assert_eq!(world.save(&stale).await.unwrap_err().kind(), StoreErrorKind::VersionConflict);
    assert_eq!(world.stores.reader.support(id).await.unwrap().unwrap().subject, "first");
}

/// An update of what does not exist is a conflict, not an insert.
pub async fn an_update_must_find_its_row(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(1_000).await;
    let credit = world.credit(account, 10).await;
    let mut changes = Changes::default();
    changes.requests.put(credit.uuid, Some(RequestId(9_999)), credit.version, credit.data.clone());
    assert_eq!(world.save(&changes).await.unwrap_err().kind(), StoreErrorKind::VersionConflict);
}

/// The unique name of a movement: the second one is a duplicate.
pub async fn w3_same_name_is_one_movement(harness: &impl Harness) {
    let world = World::open(harness).await;
    let (one, two) = (world.account(0).await, world.account(0).await);
    let second = posting(two, MovementType::Payment, units(5), "the-reference");
    let stale = world.decided(SERVICE, &Command::Post(vec![second])).await;
    world.post(posting(one, MovementType::Payment, units(5), "the-reference")).await;
    assert_eq!(world.save(&stale).await.unwrap_err().kind(), StoreErrorKind::Duplicate);
    assert_eq!(world.account_row(two).await.version, 0);
}

/// A transaction that was committed and is saved again does not make a second request.
pub async fn w3_same_uuid_is_one_request(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(1_000).await;
    let changes = world.decided(client(account), &Command::CreateRequest(credit_draft(10))).await;
    world.save(&changes).await.unwrap();
    assert_eq!(world.save(&changes).await.unwrap_err().kind(), StoreErrorKind::Duplicate);
}

/// Two cancellations of one credit, decided on the same past, are not both written.
pub async fn r5_one_live_cancellation_of_a_parent(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(1_000).await;
    let credit = world.granted(account, 100).await;
    let command = Command::CreateRequest(cancellation_draft(credit.id, account));
    let stale = world.decided(ADMIN, &command).await;
    world.run(ADMIN, command).await;
    let stale = world.sealed_anew(stale).await;
    assert_eq!(world.save(&stale).await.unwrap_err().kind(), StoreErrorKind::Duplicate);
}

/// A request and an execution have one outbox entry.
pub async fn g3_one_outbox_entry_for_each_execution(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(1_000).await;
    let credit = world.credit(account, 10).await;
    let entry = |execution| NewOutboxEntry {
        account,
        request: Link::Id(credit.id),
        request_uuid: credit.uuid,
        execution,
        at: world.now(),
    };
    let with = |execution| Changes { outbox: vec![entry(execution)], ..Default::default() };
    assert_eq!(world.save(&with(1)).await.unwrap_err().kind(), StoreErrorKind::Duplicate);
    world.save(&with(2)).await.expect("the next execution is another entry");
}

fn remembered(world: &World, key: &str) -> Remembered {
    Remembered {
        scope: "admin:4".to_owned(),
        key: key.to_owned(),
        fingerprint: Hash::of("body"),
        answer: Answer::Nothing,
        at: world.now(),
    }
}

/// Answers share the fate of their transaction.
pub async fn w3_answers_are_kept_with_their_effect(harness: &impl Harness) {
    let world = World::open(harness).await;
    let place = ("admin:4".to_owned(), "key".to_owned());
    let locks = LockSet { answers: [place.clone()].into(), ..LockSet::default() };
    let mut transaction = world.stores.store.begin(0).await.unwrap();
    transaction.remember(&[remembered(&world, "key")]).await.unwrap();
    transaction.rollback().await.unwrap();
    assert!(world.snapshot(&locks).await.answers.is_empty());
    let mut transaction = world.stores.store.begin(0).await.unwrap();
    transaction.remember(&[remembered(&world, "key")]).await.unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(world.snapshot(&locks).await.answers[&place], (Hash::of("body"), Answer::Nothing));
}

/// A key that was used is a duplicate, in its scope.
pub async fn w3_an_idempotency_key_is_used_once(harness: &impl Harness) {
    let world = World::open(harness).await;
    let keep = async |answer: Remembered| {
        let mut transaction = world.stores.store.begin(0).await.unwrap();
        transaction.remember(&[answer]).await?;
        transaction.commit().await
    };
    keep(remembered(&world, "key")).await.unwrap();
    assert_eq!(keep(remembered(&world, "key")).await.unwrap_err().kind(), StoreErrorKind::Duplicate);
    keep(remembered(&world, "KEY")).await.expect("keys differ by their case");
    let elsewhere = Remembered { scope: "admin:5".to_owned(), ..remembered(&world, "key") };
    keep(elsewhere).await.expect("scopes do not share keys");
}

/// The same key and body: the same answer, nothing done twice; another body: refused.
pub async fn w3_the_same_key_gives_the_same_answer(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(1_000).await;
    let with = |body: &str| Submission {
        key: Some(IdempotencyKey::new("k-1", Hash::of(body))),
        ..Submission::new(client(account), Command::CreateRequest(credit_draft(10)))
    };
    let first = world.book.run(with("body")).await.unwrap();
    world.wait(chrono::Duration::minutes(5));
    let second = world.book.run(with("body")).await.unwrap();
    assert_eq!((first.answer, false, true), (second.answer, first.replayed, second.replayed));
    assert!(world.book.run(with("another body")).await.is_err());
    let requests = world.stores.reader.requests(&Default::default(), Default::default()).await.unwrap();
    assert_eq!(requests.items.len(), 1);
}

/// Whoever names the wrong account, or none, holds the request's own.
pub async fn a_request_brings_its_account(harness: &impl Harness) {
    let world = World::open(harness).await;
    let (account, other) = (world.account(1_000).await, world.account(0).await);
    let credit = world.credit(account, 10).await;
    let support = world.support(account, "s").await;
    let snapshot = world.snapshot(&lock_request(credit.id, RequestLock::default())).await;
    assert_eq!(snapshot.accounts.keys().collect::<Vec<_>>(), [&account]);
    let wrong = RequestLock { account: Some(other), ..RequestLock::default() };
    assert!(world.snapshot(&lock_request(credit.id, wrong)).await.accounts.contains_key(&account));
    let snapshot = world.snapshot(&LockSet { supports: [support].into(), ..LockSet::default() }).await;
    assert_eq!(snapshot.accounts.keys().collect::<Vec<_>>(), [&account]);
}

/// The parent comes when it is asked for.
pub async fn a_request_brings_its_parent_when_it_is_needed(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(1_000).await;
    let credit = world.granted(account, 100).await;
    let cancellation = world.cancellation(credit.id, account).await;
    let plain = world.snapshot(&lock_request(cancellation.id, RequestLock::default())).await;
    assert_eq!(plain.requests.keys().collect::<Vec<_>>(), [&cancellation.id]);
    let parent = RequestLock { parent: true, ..RequestLock::default() };
    let snapshot = world.snapshot(&lock_request(cancellation.id, parent)).await;
    assert_eq!(snapshot.requests[&credit.id], world.request(credit.id).await.data);
}

/// The movements of a request and of its parent, and the live cancellation of either.
pub async fn a_request_brings_its_credit_when_it_is_needed(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(1_000).await;
    let credit = world.granted(account, 100).await;
    let lock = RequestLock { credit: true, ..RequestLock::default() };
    let before = world.snapshot(&lock_request(credit.id, lock)).await;
    assert!(before.movements.contains_key(&credit.movement_name()) && before.live_cancellations.is_empty());
    assert!(world.snapshot(&lock_request(credit.id, RequestLock::default())).await.movements.is_empty());
    let cancellation = world.cancellation(credit.id, account).await;
    for id in [credit.id, cancellation.id] {
        let snapshot = world.snapshot(&lock_request(id, RequestLock { parent: true, ..lock })).await;
        assert!(snapshot.live_cancellations.contains(&credit.id), "seen from {id}");
        assert!(snapshot.movements[&credit.movement_name()].row.is_active_credit());
    }
    world.deliver(cancellation.id).await;
    let snapshot = world.snapshot(&lock_request(cancellation.id, RequestLock { parent: true, ..lock })).await;
    assert!(snapshot.live_cancellations.is_empty() && snapshot.movements.len() == 2);
    assert!(!snapshot.movements[&credit.movement_name()].row.is_active_credit());
}

/// A transaction may hold several saves: one commit for all of them.
pub async fn several_saves_of_one_transaction_are_committed_together(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(1_000).await;
    let as_user =
        |user| crate::actor::Actor::Client { user: UserId(user), account, kind: crate::actor::ClientKind::Agent };
    let credit = |amount| Command::CreateRequest(credit_draft(amount));
    let mut snapshot = world.snapshot(&credit(10).lock_set(&as_user(1))).await;
    let one = world.decided_on(&snapshot, as_user(1), &credit(10));
    snapshot.apply(&one);
    let two = world.decided_on(&snapshot, as_user(2), &credit(20));
    let mut transaction = world.stores.store.begin(0).await.unwrap();
    let first = transaction.save(&one).await.unwrap();
    let second = transaction.save(&two).await.unwrap();
    assert_ne!(first, second);
    transaction.commit().await.unwrap();
    let requests = world.stores.reader.requests(&Default::default(), Default::default()).await.unwrap();
    assert_eq!(requests.items.iter().filter_map(|row| row.created_by).collect::<Vec<_>>(), [UserId(2), UserId(1)]);
}

/// What was committed is there when the stores are opened again, and the book goes on from it; what was not, is not.
pub async fn w1_what_was_committed_is_there_when_the_stores_are_opened_again(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(1_000).await;
    let granted = world.credit(account, 10).await;
    let message = OutgoingMessage {
        domain: DOMAIN.to_owned(),
        kind: granted.definition().message.to_owned(),
        payload: message_of(granted.id, &granted).raw,
        idempotency_key: None,
    };
    let taken = accept(world.stores.messager.as_ref(), message, &Schedule::messager(), &world.worker()).await;
    let (receipt, _) = taken.unwrap();
    let changes = world.decided(client(account), &Command::CreateRequest(credit_draft(20))).await;
    let mut transaction = world.stores.store.begin(0).await.unwrap();
    transaction.save(&changes).await.unwrap();
    drop(transaction);

    let again = World::over(harness.reopen(&world.stores).await, world.book.policy().clone());
    assert_eq!(again.account_row(account).await, world.account_row(account).await);
    assert_eq!(again.request(granted.id).await, granted);
    assert_eq!(again.facts().await.len(), world.facts().await.len());
    assert_eq!(again.stores.outbox.depth(again.now()).await.unwrap().pending, 1, "of the request that was committed");
    let requests = again.stores.reader.requests(&Default::default(), Default::default()).await.unwrap();
    assert_eq!(requests.items.len(), 1, "what was not committed is not there");
    assert!(again.stores.messager.message(receipt.message_uuid).await.unwrap().is_some());

    assert!(again.credit(account, 30).await.id > granted.id);
    assert!(verify(again.stores.audit.as_ref(), None).await.unwrap().is_clean());
}
