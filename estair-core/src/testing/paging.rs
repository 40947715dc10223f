//! Lists that go on page by page, newest first, and say that there is more: nothing in them is out of reach.

use super::world::*;
use crate::account::LimitDraft;
use crate::actor::Actor;
use crate::book::Submission;
use crate::category::Category;
use crate::command::{Command, FailedEntry};
use crate::fact::FactKind;
use crate::movement::Failure;
use crate::store::{Slice, StoreError, Timeline};
use crate::testing::Harness;
use std::collections::BTreeSet;

/// A list, read in pages of this size, and how many pages that were.
async fn whole<T>(
    limit: u32,
    read: impl AsyncFn(crate::store::Page) -> Result<Slice<T>, StoreError>,
) -> (Vec<T>, usize) {
    let (mut items, mut before, mut pages) = (Vec::new(), None, 0);
    loop {
        let slice = read(page(limit, before)).await.unwrap();
        assert!(slice.items.len() <= limit as usize);
        items.extend(slice.items);
        pages += 1;
        before = slice.next;
        if before.is_none() {
            return (items, pages);
        }
    }
}

/// The 1,001st comment of a support request is there, and so is what its timeline says of it.
pub async fn every_comment_of_a_support_request_is_reached(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(0).await;
    let (support, other) = (world.support(account, "long").await, world.support(account, "autre").await);
    world.comment(other, account, "ailleurs").await;
    let all = (1..=1_001).map(|number| Submission::new(client(account), comment(support, &number.to_string())));
    let replies = world.book.run_all(all.collect()).await;
    assert!(replies.iter().all(Result::is_ok));
    let reader = &world.stores.reader;
    let (comments, pages) = whole(200, async |page| reader.comments(support, page).await).await;
    let bodies: Vec<_> = comments.iter().map(|row| row.body.parse::<u32>().unwrap()).collect();
    assert_eq!((bodies, pages), ((1..=1_001).rev().collect(), 6));
    let newest = reader.newest_comments(&[support, other], 50).await.unwrap();
    let (rest, _) = whole(200, async |mut page| {
        page.before = page.before.or(newest[&support].next);
        reader.comments(support, page).await
    })
    .await;
    assert_eq!((newest[&support].items.len(), rest.len()), (50, 951));
    assert_eq!(newest[&other].next, None);

    let (facts, pages) = whole(200, async |page| reader.timeline(Timeline::Support(support), page).await).await;
    assert_eq!((facts.len(), pages), (1_002, 6));
    assert!(facts[..1_001].iter().all(|fact| fact.kind == FactKind::SupportCommented));
    assert_eq!(facts[1_001].kind, FactKind::SupportCreated);
    assert!(facts.is_sorted_by(|later, earlier| later.id > earlier.id));
    world.assert_healthy().await;
}

/// A page of a timeline is stable while facts are added.
pub async fn a_timeline_goes_on_where_its_page_ended(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(1_000).await;
    let credit = world.granted(account, 10).await;
    let cancellation = world.cancellation(credit.id, account).await;
    let reader = &world.stores.reader;
    let read = async |page| reader.timeline(Timeline::Request(credit.id), page).await.unwrap();
    let all = read(page(200, None)).await.items;
    assert_eq!(all.len(), 4);
    let first = read(page(3, None)).await;
    assert_eq!((&first.items[..], first.next), (&all[..3], Some(all[2].id.0)));
    world.deliver(cancellation.id).await;
    world.credit(account, 20).await;
    let rest = read(page(3, first.next)).await;
    assert_eq!((&rest.items[..], rest.next), (&all[3..], None));
    assert_eq!(read(page(4, None)).await.next, None, "a full last page is the last");
}

/// The changes of a limit, however many, each once.
pub async fn the_history_of_a_limit_is_reached_to_its_beginning(harness: &impl Harness) {
    let world = World::open(harness).await;
    let (account, other) = (world.account(0).await, world.account(0).await);
    world.limit(other, 9, "ailleurs").await;
    let set = |limit| {
        let draft = LimitDraft { limit: Some(units(limit)), reason: Some("encore".to_owned()), faults: Vec::new() };
        Submission::new(FINANCE, Command::SetLimit(account, draft))
    };
    let replies = world.book.run_all((1..=250).map(set).collect()).await;
    assert!(replies.iter().all(Result::is_ok));
    let reader = &world.stores.reader;
    let (changes, pages) = whole(100, async |page| reader.limit_history(account, page).await).await;
    let limits: Vec<_> = changes.iter().map(|row| (row.old.amount(), row.new.amount())).collect();
    assert_eq!(limits, (1..=250).rev().map(|limit| (units(limit - 1), units(limit))).collect::<Vec<_>>());
    assert_eq!((pages, changes.iter().map(|row| row.id).collect::<BTreeSet<_>>().len()), (3, 250));
    world.assert_healthy().await;
}

/// The attempts of a movement, newest first.
pub async fn every_log_of_a_movement_is_reached(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(1_000).await;
    let load = world.cash(Category::Load, account, 500).await;
    for _ in 0..4 {
        let failure = Failure { error_type: "storage".into(), message: "disk".into(), trace: None };
        let failed = FailedEntry::Message(message_of(load.id, &load), failure);
        world.run(Actor::System, Command::RecordFailure(Box::new(failed))).await;
    }
    world.deliver(load.id).await;
    let movement = world.movement_of(load.id).await;
    let reader = &world.stores.reader;
    let (logs, pages) = whole(2, async |page| reader.logs(movement.id, page).await).await;
    assert_eq!(logs.iter().map(|log| log.attempt_number).collect::<Vec<_>>(), [5, 4, 3, 2, 1]);
    assert_eq!((pages, logs.iter().filter(|log| log.link().is_some()).count()), (3, 1));
}
