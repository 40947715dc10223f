//! What a store promises of facts: the chain of an account's (V2), timelines, and the events that readers follow.

use super::world::*;
use crate::actor::Actor;
use crate::audit::{Sealing, evidence};
use crate::book::Submission;
use crate::category::Category;
use crate::command::{Command, FailedEntry};
use crate::decision::{Changes, LockSet};
use crate::fact::{Fact, FactKind, FactUuids};
use crate::hash::Hash;
use crate::id::{AccountId, RequestId};
use crate::movement::{Failure, MovementType};
use crate::request::Sent;
use crate::row::{Link, Trail};
use crate::store::{AuditedFact, EventRange, MAX_EVENTS, Page, StoreErrorKind, Timeline};
use crate::support::{Assignee, SupportPatch, SupportStatus};
use crate::testing::Harness;
use futures::future::join_all;

/// An account's facts, read a few at a time; each is a link of one chain, up to the end that the account keeps.
async fn chain(world: &World, account: AccountId) -> Vec<AuditedFact> {
    let mut facts: Vec<AuditedFact> = Vec::new();
    loop {
        let after = facts.len() as u64;
        let batch = world.stores.audit.audit_facts(account, after, 3).await.unwrap();
        let done = batch.len() < 3;
        facts.extend(batch);
        if done {
            break;
        }
    }
    let mut end = Trail::EMPTY;
    for fact in &facts {
        let seal = fact.row.seal.expect("a seal");
        assert_eq!((seal.sequence, seal.previous), (end.count + 1, end.hash), "{fact:?}");
        assert!(fact.row.is_sealed_by(&seal, &fact.uuids, Sealing::Plain), "{fact:?}");
        end = Trail { count: seal.sequence, hash: seal.hash };
    }
    assert_eq!(end, world.account_row(account).await.trail);
    facts
}

fn kinds(facts: &[AuditedFact]) -> Vec<FactKind> {
    facts.iter().map(|fact| fact.row.kind).collect()
}

/// One command after the other, a batch with a refusal in the middle, an atomic group over two accounts: one chain each.
pub async fn v2_the_chain_of_facts_goes_on_over_commands_and_batches(harness: &impl Harness) {
    let world = World::open(harness).await;
    let (one, two) = (world.account(1_000).await, world.account(0).await);
    let credit = world.granted(one, 10).await;
    let post = |account, amount, name: &str| {
        let draft = posting(account, MovementType::Payment, units(amount), name);
        Submission::new(SERVICE, Command::Post(vec![draft]))
    };
    let batch =
        vec![post(one, 5, "a"), post(two, 6, "b"), post(one, -7, "refused"), post(one, 8, "c"), post(two, 9, "d")];
    let replies = world.book.run_all(batch).await;
    assert_eq!(replies.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, true, false, true, true]);
    let leg = |account, amount, name: &str| posting(account, MovementType::Transfer, units(amount), name);
    world.run(SERVICE, Command::Post(vec![leg(two, -1, "out"), leg(one, 1, "in")])).await;
    use FactKind::{AccountCreated, MessageSent, MovementWritten, RequestCreated, RequestMoved};
    let of_one = chain(&world, one).await;
    let of_credit = [RequestCreated, RequestMoved, MessageSent, MovementWritten];
    assert_eq!(kinds(&of_one)[..5], [&[AccountCreated][..], &of_credit].concat());
    assert_eq!(kinds(&of_one)[5..], [MovementWritten; 3]);
    assert_eq!(kinds(&chain(&world, two).await), [AccountCreated, MovementWritten, MovementWritten, MovementWritten]);
    let written = &of_one[4];
    let movement = world.movement_of(credit.id).await;
    let uuids = FactUuids {
        account: world.account_row(one).await.uuid,
        request: Some(credit.uuid),
        support: None,
        movement: Some(movement.uuid),
    };
    assert_eq!((written.uuids, written.row.movement), (uuids, Some(Link::Id(movement.id))));
    world.assert_healthy().await;
}

/// Several facts of one command, and of several commands that a host joined to its own transaction.
pub async fn v2_several_facts_of_one_transaction_follow_each_other(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(1_000).await;
    let support = world.support(account, "un sujet").await;
    let patch = SupportPatch {
        status: Some(SupportStatus::Waiting),
        assigned_to: Some(Assignee::Agency),
        subject: Some("un autre".to_owned()),
        ..SupportPatch::default()
    };
    let mut transaction = world.stores.store.begin(0).await.unwrap();
    let commands = [
        (OPERATION, Command::UpdateSupport(support, patch)),
        (client(account), comment(support, "merci")),
        (client(account), Command::CreateRequest(credit_draft(10))),
    ];
    for (actor, command) in commands {
        let submissions = vec![Submission::new(actor, command)];
        assert!(world.book.join(transaction.as_mut(), submissions).await.unwrap().accepted().is_ok());
    }
    transaction.commit().await.unwrap();
    let facts = chain(&world, account).await;
    use FactKind::{RequestCreated, RequestMoved, SupportAssigned, SupportCommented, SupportEdited, SupportMoved};
    let mut wanted = vec![SupportEdited, SupportAssigned, SupportMoved, SupportCommented];
    wanted.extend([SupportAssigned, RequestCreated, RequestMoved]);
    assert_eq!(kinds(&facts)[2..], wanted);
    world.assert_healthy().await;
}

/// What the last fact about a request keeps is the hash of its row, whatever happened to it.
pub async fn v2_a_fact_keeps_the_hash_of_the_row_it_is_about(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(1_000).await;
    let last = async || chain(&world, account).await.pop().expect("a fact").row.seal.expect("a seal").subject;
    let of_request = async |id: RequestId| {
        let request = world.request(id).await.data;
        let movement = match request.movement {
            Some(_) => Some(world.movement_of(id).await.uuid),
            None => None,
        };
        Some(evidence::of_request(&request, movement))
    };
    assert_eq!(last().await, Some(evidence::of_account(&world.account_row(account).await)));
    let load = world.cash(Category::Load, account, 5).await;
    assert_eq!(last().await, of_request(load.id).await);
    let message = message_of(load.id, &load);
    let sent = Sent { request: load.id, execution: 1, message_uuid: message.message_uuid };
    world.run(Actor::System, Command::MarkSent(sent)).await;
    assert_eq!(last().await, of_request(load.id).await);
    let failure = Failure { error_type: "storage".into(), message: "disk é".into(), trace: None };
    world.run(Actor::System, Command::RecordFailure(Box::new(FailedEntry::Message(message, failure)))).await;
    let locks = LockSet { movements: [load.movement_name()].into(), ..LockSet::default() };
    let failed = world.snapshot(&locks).await.movements[&load.movement_name()].row.clone();
    assert_eq!(last().await, Some(evidence::of_failed_movement(&failed)));
    world.deliver(load.id).await;
    assert_eq!(last().await, of_request(load.id).await, "with the uuid of its movement");
    world.post(posting(account, MovementType::Refund, units(3), "r")).await;
    assert_eq!(last().await, None, "a movement is told by its own chain");
    let support = world.support(account, "sujet").await;
    world.comment(support, account, "bonjour 🛫").await;
    let row = world.stores.reader.support(support).await.unwrap().unwrap();
    assert_eq!(last().await, Some(evidence::of_support(&row)));
    let told = chain(&world, account).await.pop().unwrap().row;
    let comments = world.stores.reader.comments(support, Page::default()).await.unwrap().items;
    assert_eq!(told.data.data["comment"], evidence::of_comment(&comments[0]).to_string());
    world.limit(account, 7, "moins").await;
    assert_eq!(last().await, Some(evidence::of_account(&world.account_row(account).await)));
}

/// Two that were decided on the same past are not both saved, though neither changes a row that the other does.
pub async fn v2_a_place_in_a_chain_is_taken_once(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(1_000).await;
    let stale = world.decided(client(account), &Command::CreateRequest(credit_draft(10))).await;
    world.support(account, "avant").await;
    let kind = world.save(&stale).await.unwrap_err().kind();
    assert!(matches!(kind, StoreErrorKind::VersionConflict | StoreErrorKind::Duplicate), "{kind:?}");
    assert_eq!(chain(&world, account).await.len(), 2);
    let again = world.sealed_anew(stale).await;
    world.save(&again).await.expect("behind what came before it");
    assert_eq!(chain(&world, account).await.len(), 4);
    world.assert_healthy().await;
}

/// A fact without its place in a chain is written by nobody.
pub async fn v2_what_is_not_sealed_is_not_saved(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(1_000).await;
    let mut changes = world.decided(client(account), &Command::CreateRequest(credit_draft(10))).await;
    changes.facts[1].seal = None;
    assert!(world.save(&changes).await.is_err());
    assert_eq!(chain(&world, account).await.len(), 1);
}

/// Timelines: each thing's own facts, whole, newest first.
pub async fn facts_of_a_request_and_of_a_support_request(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(1_000).await;
    let credit = world.granted(account, 10).await;
    world.credit(account, 20).await;
    let support = world.support(account, "sujet 🛫").await;
    let reader = &world.stores.reader;
    let facts = reader.timeline(Timeline::Request(credit.id), Page::default()).await.unwrap();
    assert!(facts.items.iter().all(|fact| fact.request == Some(Link::Id(credit.id))));
    assert_eq!((facts.items[0].movement, facts.next), (credit.movement, None));
    let first = facts.items.last().unwrap();
    assert!(!first.notices.is_empty() && first.data.data["status"] == "open");
    assert_eq!((first.user, first.at), (client(account).user(), morning()));
    let facts = reader.timeline(Timeline::Support(support), Page::default()).await.unwrap().items;
    assert_eq!((facts.len(), facts[0].support), (1, Some(Link::Id(support))));
    assert_eq!(facts[0].data.data["status"], "open");
}

/// Numbers from 1 on, in the order of the facts of an account, nothing skipped, no more than asked.
pub async fn events_are_told_in_order(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(1_000).await;
    world.granted(account, 10).await;
    let reader = &world.stores.reader;
    assert_eq!(reader.events(0, 100).await.unwrap(), [], "no fact has a number yet");
    assert_eq!(reader.number_events(2).await.unwrap(), 2);
    assert_eq!(reader.events(0, 100).await.unwrap().len(), 2);
    assert_eq!(reader.number_events(100).await.unwrap(), 3);
    assert_eq!(reader.number_events(100).await.unwrap(), 0);
    let all = reader.events(0, 100).await.unwrap();
    assert_eq!(all.iter().map(|event| event.number).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
    let kinds: Vec<_> = all.iter().map(|event| event.fact.kind).collect();
    assert_eq!(kinds[..3], [FactKind::AccountCreated, FactKind::RequestCreated, FactKind::RequestMoved]);
    assert_eq!(kinds.last(), Some(&FactKind::MovementWritten));
    assert!(all.iter().all(|event| event.fact.account == Link::Id(account)));
    assert_eq!(reader.events(1, 2).await.unwrap(), all[1..3]);
    assert_eq!(reader.events(5, 100).await.unwrap(), []);
    assert_eq!(reader.events(u64::MAX >> 1, 100).await.unwrap(), []);
    world.credit(account, 20).await;
    assert_eq!(reader.events(5, 100).await.unwrap(), []);
    reader.number_events(100).await.unwrap();
    let news = reader.events(5, 100).await.unwrap();
    assert_eq!(news.iter().map(|event| event.number).collect::<Vec<_>>(), [6, 7]);
    assert_eq!(reader.events(0, 5).await.unwrap(), all, "a number is for good");
}

/// However many number at the same time: each fact gets one number, and there is no hole.
pub async fn events_are_numbered_once_by_many_at_once(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(1_000).await;
    for amount in 1..=10 {
        world.credit(account, amount).await;
    }
    let reader = &world.stores.reader;
    let mut numbered = 0;
    while let more @ 1.. =
        join_all((0..4).map(|_| reader.number_events(3))).await.into_iter().map(Result::unwrap).sum::<u64>()
    {
        numbered += more;
    }
    assert_eq!(numbered, 21);
    let events = reader.events(0, 100).await.unwrap();
    assert_eq!(events.iter().map(|event| event.number).collect::<Vec<_>>(), (1..=21).collect::<Vec<_>>());
    let mut sequences: Vec<_> = events.iter().filter_map(|event| event.fact.seal.map(|seal| seal.sequence)).collect();
    sequences.sort_unstable();
    assert_eq!(sequences, (1..=21).collect::<Vec<_>>());
}

/// So many facts of an account, one transaction a thousand.
async fn write_facts(world: &World, account: AccountId, count: u64) {
    let mut left = count;
    while left > 0 {
        let now = left.min(1_000);
        let snapshot = world.snapshot(&LockSet { accounts: [account].into(), ..LockSet::default() }).await;
        let fact = Fact::new(FactKind::ThresholdCrossed, &Actor::System, world.now(), Link::Id(account));
        let mut changes = Changes { facts: vec![fact; now as usize], ..Changes::default() };
        changes.seal(&snapshot, None);
        world.save(&changes).await.unwrap();
        left -= now;
    }
}

/// Those of the last day are kept, ten thousand at most.
pub async fn events_are_kept_for_a_day_and_ten_thousand(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(1_000).await;
    let reader = &world.stores.reader;
    let day_ago = || world.now() - chrono::Duration::hours(24);
    write_facts(&world, account, 4).await;
    assert_eq!(reader.event_range(day_ago()).await.unwrap(), EventRange::default(), "what has no number is no event");
    world.events().await;
    assert_eq!(reader.event_range(day_ago()).await.unwrap(), EventRange { before_first: 0, last: 5 });
    world.wait(chrono::Duration::hours(24));
    assert_eq!(
        reader.event_range(day_ago()).await.unwrap(),
        EventRange { before_first: 0, last: 5 },
        "a day to the instant"
    );
    world.wait(chrono::Duration::microseconds(1));
    assert_eq!(reader.event_range(day_ago()).await.unwrap(), EventRange { before_first: 5, last: 5 });
    write_facts(&world, account, 2).await;
    world.events().await;
    assert_eq!(reader.event_range(day_ago()).await.unwrap(), EventRange { before_first: 5, last: 7 });
    write_facts(&world, account, MAX_EVENTS).await;
    world.events().await;
    let last = MAX_EVENTS + 7;
    assert_eq!(reader.event_range(day_ago()).await.unwrap(), EventRange { before_first: 7, last });
    let kept = reader.events(7, 20_000).await.unwrap();
    assert_eq!((kept.len() as u64, kept[0].number, kept.last().map(|event| event.number)), (MAX_EVENTS, 8, Some(last)));
    assert_eq!(world.account_row(account).await.trail.count, last);
    assert_ne!(world.account_row(account).await.trail.hash, Hash::GENESIS);
}
