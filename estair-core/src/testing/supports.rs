//! What [`Reader`](crate::store::Reader) tells of support requests, and their comments.

use super::world::*;
use crate::command::Command;
use crate::decision::Answer;
use crate::id::SupportId;
use crate::money::Currency;
use crate::row::Row;
use crate::store::{Page, Slice, SupportFilter, SupportSort};
use crate::support::{Assignee, Comment, Side, SupportDraft, SupportPatch, SupportStatus};
use crate::testing::Harness;

/// Newest first with filters.
pub async fn supports_are_listed(harness: &impl Harness) {
    let world = World::open(harness).await;
    let (one, two) = (world.account(0).await, world.account(0).await);
    let first = world.support(one, "bagage perdu").await;
    let second = world.support(two, "remboursement 🛬").await;
    let moved = SupportPatch {
        status: Some(SupportStatus::Waiting),
        assigned_to: Some(Assignee::Agency),
        ..SupportPatch::default()
    };
    world.run(OPERATION, Command::UpdateSupport(second, moved)).await;
    let none = SupportFilter::default();
    let cases = [
        (none.clone(), vec![second, first]),
        (SupportFilter { status: vec![SupportStatus::Waiting], ..none.clone() }, vec![second]),
        (SupportFilter { account: Some(one), ..none.clone() }, vec![first]),
        (SupportFilter { assigned_to: Some(Assignee::Agency), ..none.clone() }, vec![second]),
        (SupportFilter { q: Some("perdu".to_owned()), ..none.clone() }, vec![first]),
    ];
    let reader = &world.stores.reader;
    for (filter, expected) in cases {
        let found = reader.supports(&filter, Page::default()).await.unwrap();
        assert_eq!(found.items.iter().map(|row| row.id).collect::<Vec<_>>(), expected, "{filter:?}");
    }
}

/// By whose turn it is to speak (S5): what the client answered, what is new, what is with the client, what is final.
pub async fn s5_support_requests_are_queued_by_whose_turn_it_is(harness: &impl Harness) {
    let world = World::open(harness).await;
    let (one, two) = (world.account_of("Évasion", Currency::XOF, 0).await, world.account(0).await);
    let mut ids = Vec::new();
    for (account, subject) in [(one, "a"), (one, "b"), (two, "c"), (one, "d"), (two, "e"), (one, "f")] {
        ids.push(world.support(account, subject).await);
    }
    let [over, given, answered, new, held, last] = ids[..] else { panic!("six") };
    let go = |status| SupportPatch { status: Some(status), ..SupportPatch::default() };
    world.run(OPERATION, Command::UpdateSupport(over, go(SupportStatus::Cancelled))).await;
    world.run(OPERATION, comment(given, "Quel vol ?")).await;
    world.comment(answered, two, "AF 520").await;
    let hands = SupportPatch { assigned_to: Some(Assignee::Agency), ..SupportPatch::default() };
    world.run(OPERATION, Command::UpdateSupport(held, hands)).await;
    world.comment(last, one, "bonjour").await;
    let reader = &world.stores.reader;
    let find = async |filter: SupportFilter, page| {
        let found = reader.supports(&filter, page).await.unwrap();
        (found.items.iter().map(|row| row.id).collect::<Vec<_>>(), found.next)
    };
    let queue = SupportFilter { sort: SupportSort::Queue, ..SupportFilter::default() };
    let order = [answered, last, new, given, held, over];
    assert_eq!(find(queue.clone(), Page::default()).await.0, order);
    let (first, next) = find(queue.clone(), page(2, None)).await;
    let (second, next) = find(queue.clone(), page(2, next)).await;
    let (third, next) = find(queue.clone(), page(2, next)).await;
    assert_eq!(([first, second, third].concat(), next), (order.to_vec(), None));
    assert_eq!(find(SupportFilter { account: Some(two), ..queue.clone() }, Page::default()).await.0, [answered, held]);
    let of = |side| SupportFilter { awaiting: Some(side), ..SupportFilter::default() };
    assert_eq!(find(of(Side::Staff), Page::default()).await.0, [last, new, answered]);
    assert_eq!(find(of(Side::Client), Page::default()).await.0, [held, given]);
    let own = SupportFilter { account: Some(one), assigned_to: Some(Assignee::Operation), ..of(Side::Client) };
    assert_eq!(find(own, Page::default()).await.0, [given]);
    let both = SupportFilter { sort: SupportSort::Queue, ..of(Side::Staff) };
    assert_eq!(find(both, Page::default()).await.0, [answered, last, new]);
    let named = SupportFilter { q: Some("evasion".to_owned()), ..SupportFilter::default() };
    assert_eq!(find(named, Page::default()).await.0, [last, new, given, over], "by the name of its account");
    let described = SupportFilter { q: Some("UNE QUESTION".to_owned()), account: Some(two), ..queue };
    assert_eq!(find(described, Page::default()).await.0, [answered, held]);
}

/// What continues a final support request is found by it (S4).
pub async fn s4_what_continues_a_support_request_is_found(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(0).await;
    let (first, second) = (world.support(account, "un").await, world.support(account, "deux").await);
    let cancelled = SupportPatch { status: Some(SupportStatus::Cancelled), ..SupportPatch::default() };
    world.run(OPERATION, Command::UpdateSupport(first, cancelled)).await;
    let mut followers = Vec::new();
    for subject in ["suite", "fin"] {
        let draft = SupportDraft {
            subject: Some(subject.to_owned()),
            description: Some("encore".to_owned()),
            follows: Some(first),
            ..SupportDraft::default()
        };
        let Answer::Support(row) = world.run(client(account), Command::CreateSupport(draft)).await else {
            panic!("no support request")
        };
        followers.push(row.id);
    }
    let reader = &world.stores.reader;
    assert_eq!(reader.support(followers[0]).await.unwrap().unwrap().follows, Some(first));
    assert_eq!(reader.followers(&[first, second]).await.unwrap(), [(first, followers)].into());
    assert!(reader.followers(&[]).await.unwrap().is_empty());
    world.assert_healthy().await;
}

/// One read for a page: each support request's own, newest first, however they were written among one another; no more
/// of each than was asked, and where the older ones begin.
pub async fn comments_of_several_support_requests_come_together(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(0).await;
    let (first, second) = (world.support(account, "un").await, world.support(account, "deux").await);
    let silent = world.support(account, "trois").await;
    for (support, body) in [(first, "a"), (second, "b مرحبا"), (first, "c"), (second, "d"), (first, "e")] {
        world.comment(support, account, body).await;
        world.wait(chrono::Duration::microseconds(1));
    }
    let reader = &world.stores.reader;
    let found = async |ids: &[SupportId], limit| {
        let comments = reader.newest_comments(ids, limit).await.unwrap();
        let bodies = |slice: &Slice<Row<_, Comment>>| {
            slice.items.iter().map(|row| row.body.as_str()).collect::<Vec<_>>().join(" ")
        };
        comments.iter().map(|(support, slice)| (*support, bodies(slice), slice.next.is_some())).collect::<Vec<_>>()
    };
    let (of_first, of_second) = ((first, "e c a".to_owned(), false), (second, "d b مرحبا".to_owned(), false));
    assert_eq!(found(&[second, silent, first], 3).await, [of_first.clone(), of_second.clone()]);
    assert_eq!(found(&[first], 50).await, [of_first]);
    assert_eq!(found(&[second, SupportId(4_000)], 50).await, [of_second]);
    assert_eq!(found(&[silent], 50).await, []);
    assert_eq!(found(&[], 50).await, []);
    let newest = [(first, "e c".to_owned(), true), (second, "d b مرحبا".to_owned(), false)];
    assert_eq!(found(&[first, second], 2).await, newest);
    let comments = reader.newest_comments(&[first], 2).await.unwrap();
    let last = &comments[&first].items[0];
    assert_eq!((last.author, last.created_at), (client(account).user(), morning() + chrono::Duration::microseconds(4)));
    let rest = reader.comments(first, page(2, comments[&first].next)).await.unwrap();
    assert_eq!(rest.items.iter().map(|row| row.body.as_str()).collect::<Vec<_>>(), ["a"]);
}
