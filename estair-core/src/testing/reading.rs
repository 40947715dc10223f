//! What [`Reader`](crate::store::Reader) promises.

use super::world::*;
use crate::account::{AccountChange, AccountDraft, AccountField, AccountPatch, AccountStatus};
use crate::actor::Actor;
use crate::audit::LogStatus;
use crate::book::Submission;
use crate::category::{Category, Desk, Status};
use crate::clock::BusinessDay;
use crate::command::{Command, FailedEntry};
use crate::decision::Answer;
use crate::id::{AccountId, MovementId, RequestId, SupportId};
use crate::json::Json;
use crate::money::{Amount, Currency, Money};
use crate::movement::{Failure, MovementDraft, MovementStatus, MovementType, Source};
use crate::policy::Policy;
use crate::request::{Request, RequestDraft};
use crate::row::Row;
use crate::shadow::{LegacyAnswer, ShadowDraft, ShadowOutcome};
use crate::store::{
    AccountFilter, Age, EventRange, ExpiredCredits, LastVerification, LogFilter, MoneyMoved, MovementFilter, Page,
    RequestCount, RequestFilter, ShadowCounts, ShadowFilter, Slice, StatementFilter, SupportFilter, SupportSort,
    Timeline,
};
use crate::support::{Assignee, Comment, Side, SupportDraft, SupportPatch, SupportStatus};
use crate::testing::Harness;

/// Ready, and nothing in it.
pub async fn a_new_book_is_ready_and_empty(harness: &impl Harness) {
    let world = World::open(harness).await;
    let reader = &world.stores.reader;
    reader.ready().await.unwrap();
    assert!(reader.requests(&RequestFilter::default(), Page::default()).await.unwrap().items.is_empty());
    assert!(reader.request(RequestId(1)).await.unwrap().is_none());
    assert!(reader.support(SupportId(1)).await.unwrap().is_none());
    assert!(reader.account(AccountId(1)).await.unwrap().is_none());
    assert!(reader.movement(MovementId(1)).await.unwrap().is_none());
    let none = reader.statement(AccountId(1), &StatementFilter::default(), Page::default()).await.unwrap();
    assert!(none.is_none());
    assert_eq!(reader.events(0, 10).await.unwrap(), []);
    assert_eq!(reader.number_events(10).await.unwrap(), 0);
    assert_eq!(reader.event_range(world.now()).await.unwrap(), EventRange::default());
    assert!(reader.movement_of_message(world.uuid()).await.unwrap().is_none());
    assert!(reader.timeline(Timeline::Request(RequestId(1)), Page::default()).await.unwrap().items.is_empty());
    assert!(reader.due(world.now(), true, 10).await.unwrap().is_empty());
}

/// Keys, not offsets: a page is stable while rows are added.
pub async fn requests_are_listed_newest_first_page_by_page(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(1_000).await;
    let mut ids = Vec::new();
    for amount in 1..=5 {
        ids.push(world.credit(account, amount).await.id);
    }
    ids.reverse();
    let reader = &world.stores.reader;
    let first = reader.requests(&RequestFilter::default(), page(2, None)).await.unwrap();
    assert_eq!(first.items.iter().map(|row| row.id).collect::<Vec<_>>(), ids[..2]);
    world.credit(account, 6).await;
    let second = reader.requests(&RequestFilter::default(), page(2, first.next)).await.unwrap();
    assert_eq!(second.items.iter().map(|row| row.id).collect::<Vec<_>>(), ids[2..4]);
    let last = reader.requests(&RequestFilter::default(), page(2, second.next)).await.unwrap();
    assert_eq!((last.items.len(), last.next), (1, None));
    let exact = reader.requests(&RequestFilter::default(), page(6, None)).await.unwrap();
    assert_eq!((exact.items.len(), exact.next), (6, None), "a full last page is the last");
}

/// By status, category, account, desk, time and text, one at a time and together.
pub async fn requests_are_filtered(harness: &impl Harness) {
    let world = World::open(harness).await;
    let (one, two) = (world.account(1_000).await, world.account(50).await);
    let passed = world.credit(one, 10).await.id;
    let waits = world.credit(two, 80).await.id;
    world.wait(chrono::Duration::hours(1));
    let later = world.now();
    let kept = RequestDraft {
        category: Some(Category::Unload),
        account: Some(one),
        amount: Some(units(3)),
        description: Some("frais de réémission".to_owned()),
        assigned_to: Some(Desk::Operation),
        ..RequestDraft::default()
    };
    let fee = world.create(OPERATION, kept).await.id;
    let none = RequestFilter::default();
    let cases = [
        (RequestFilter { status: vec![Status::ToTreat], ..none.clone() }, vec![passed]),
        (RequestFilter { status: vec![Status::Waiting, Status::ToTreat], ..none.clone() }, vec![waits, passed]),
        (RequestFilter { category: Some(Category::Unload), ..none.clone() }, vec![fee]),
        (RequestFilter { account: Some(two), ..none.clone() }, vec![waits]),
        (RequestFilter { assigned_to: Some(Desk::Operation), ..none.clone() }, vec![fee]),
        (RequestFilter { created_from: Some(later), ..none.clone() }, vec![fee]),
        (RequestFilter { created_to: Some(later), ..none.clone() }, vec![waits, passed]),
        (RequestFilter { q: Some("réémission".to_owned()), ..none.clone() }, vec![fee]),
        (RequestFilter { q: Some(world.request(waits).await.data.name), ..none.clone() }, vec![waits]),
        (RequestFilter { account: Some(one), status: vec![Status::Waiting], ..none.clone() }, vec![]),
    ];
    for (filter, expected) in cases {
        let found = world.stores.reader.requests(&filter, Page::default()).await.unwrap();
        assert_eq!(found.items.iter().map(|row| row.id).collect::<Vec<_>>(), expected, "{filter:?}");
    }
}

/// The numbers of a list of requests, read in pages of two.
async fn paged(world: &World, filter: &RequestFilter) -> Vec<RequestId> {
    let (mut ids, mut before) = (Vec::new(), None);
    loop {
        let found = world.stores.reader.requests(filter, page(2, before)).await.unwrap();
        ids.extend(found.items.iter().map(|row| row.id));
        before = found.next;
        if before.is_none() {
            return ids;
        }
    }
}

/// Of a time, by creation: a clock that stepped back gives a later number an earlier place.
pub async fn requests_of_a_time_are_listed_by_creation(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(1_000).await;
    let start = world.now();
    let mut created = Vec::new();
    for minutes in [30, -20, 0, 5] {
        world.wait(chrono::Duration::minutes(minutes));
        created.push((world.now(), world.credit(account, 10).await.id));
    }
    created.sort();
    let newest: Vec<_> = created.iter().rev().map(|(_, id)| *id).collect();
    let all = RequestFilter { created_from: Some(start), ..RequestFilter::default() };
    assert_eq!(paged(&world, &all).await, newest);
    let end = world.now() + chrono::Duration::minutes(1);
    let own = RequestFilter { created_to: Some(end), account: Some(account), ..all };
    assert_eq!(paged(&world, &own).await, newest[1..], "the first one is later than the end");
    assert!(paged(&world, &RequestFilter { category: Some(Category::Load), ..own }).await.is_empty());
}

/// Any filters together give what the same rows give when they are picked one by one, page by page.
pub async fn requests_are_filtered_by_anything_together(harness: &impl Harness) {
    let world = World::open(harness).await;
    let (one, two) = (world.account(100).await, world.account(50).await);
    for (account, amount) in [(one, 60), (two, 40), (one, 60), (two, 70)] {
        world.credit(account, amount).await;
        for (category, desk) in [(Category::Load, Desk::Finance), (Category::Unload, Desk::Operation)] {
            let (amount, assigned_to) = (Some(units(amount)), Some(desk));
            let draft = RequestDraft {
                category: Some(category),
                account: Some(account),
                amount,
                assigned_to,
                ..RequestDraft::default()
            };
            world.create(OPERATION, draft).await;
        }
    }
    let all = world.stores.reader.requests(&RequestFilter::default(), Page::default()).await.unwrap().items;
    assert_eq!(all.len(), 12);
    for filter in every_filter(one) {
        let fits = |row: &&Row<RequestId, Request>| {
            (filter.status.is_empty() || filter.status.contains(&row.status))
                && filter.category.is_none_or(|category| category == row.category)
                && filter.account.is_none_or(|account| account == row.account)
                && filter.assigned_to.is_none_or(|desk| desk == row.assigned_to)
        };
        let expected: Vec<_> = all.iter().filter(fits).map(|row| row.id).collect();
        assert_eq!(paged(&world, &filter).await, expected, "{filter:?}");
    }
}

/// Statuses, desk, category and account, each asked for or not.
fn every_filter(account: AccountId) -> Vec<RequestFilter> {
    let none = RequestFilter::default();
    let statuses = [vec![], vec![Status::Open], vec![Status::Waiting, Status::Open], vec![Status::Closed]];
    let filters = statuses.into_iter().map(|status| RequestFilter { status, ..none.clone() });
    let desks = [None, Some(Desk::Finance), Some(Desk::Operation), Some(Desk::Admin)];
    let filters = filters.flat_map(|filter| desks.map(|assigned_to| RequestFilter { assigned_to, ..filter.clone() }));
    let categories = [None, Some(Category::Load), Some(Category::DailyCredit)];
    let filters = filters.flat_map(|filter| categories.map(|category| RequestFilter { category, ..filter.clone() }));
    filters
        .flat_map(|filter| [None, Some(account)].map(|account| RequestFilter { account, ..filter.clone() }))
        .collect()
}

/// Active, being cancelled, cancelled.
pub async fn a_request_tells_what_became_of_its_credit(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(1_000).await;
    let credit = world.credit(account, 100).await.id;
    let state = async || {
        let (_, granted) = world.stores.reader.request(credit).await.unwrap().unwrap();
        (granted.active, granted.being_cancelled)
    };
    assert_eq!(state().await, (false, false));
    world.deliver(credit).await;
    assert_eq!(state().await, (true, false));
    let cancellation = world.cancellation(credit, account).await;
    assert_eq!(state().await, (true, true));
    world.deliver(cancellation.id).await;
    assert_eq!(state().await, (false, false));
}

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

/// By name, and one alone for its client.
pub async fn accounts_are_listed_and_found_by_name(harness: &impl Harness) {
    let world = World::open(harness).await;
    let one = world.account_of("Sahel Voyages", Currency::XOF, 10).await;
    let two = world.account_of("Niger Tours", Currency::XOF, 20).await;
    let find = async |filter: AccountFilter, page| {
        let found = world.stores.reader.accounts(&filter, page).await.unwrap();
        found.items.iter().map(|row| row.id).collect::<Vec<_>>()
    };
    assert_eq!(find(AccountFilter::default(), Page::default()).await, [two, one]);
    assert_eq!(find(AccountFilter::default(), page(5, Some(two.0))).await, [one]);
    assert_eq!(find(AccountFilter { account: Some(one), ..AccountFilter::default() }, Page::default()).await, [one]);
    let named = AccountFilter { q: Some("Tours".to_owned()), ..AccountFilter::default() };
    assert_eq!(find(named, Page::default()).await, [two]);
    let draft = AccountDraft { reference: Some("AG-é-1".to_owned()), ..named_draft("Faso Ciel") };
    let Answer::Account(three) = world.run(ADMIN, Command::CreateAccount(draft)).await else { panic!("no account") };
    let referred =
        |reference: &str| AccountFilter { reference: Some(reference.to_owned()), ..AccountFilter::default() };
    assert_eq!(find(referred("AG-é-1"), Page::default()).await, [three.id]);
    assert_eq!(find(referred("ag-é-1"), Page::default()).await, [], "a reference is exact");
    world.run(FINANCE, suspension(two, "impayé")).await;
    let in_status = |status| AccountFilter { status: Some(status), ..AccountFilter::default() };
    assert_eq!(find(in_status(AccountStatus::Suspended), Page::default()).await, [two]);
    assert_eq!(find(in_status(AccountStatus::Active), Page::default()).await, [three.id, one]);
}

/// Each change of a name, an address and a status, newest first (A1, A2).
pub async fn a1_each_change_of_an_account_is_kept(harness: &impl Harness) {
    let world = World::open(harness).await;
    let (account, other) = (world.account(10).await, world.account(20).await);
    let first = AccountPatch { name: Some("Évasion".to_owned()), email: Some(None), ..AccountPatch::default() };
    world.run(ADMIN, Command::UpdateAccount(account, first)).await;
    world.wait(chrono::Duration::microseconds(1));
    world.run(FINANCE, suspension(account, "impayé é")).await;
    world.run(FINANCE, suspension(other, "ailleurs")).await;
    let reader = &world.stores.reader;
    let slice = reader.account_history(account, page(2, None)).await.unwrap();
    let later = morning() + chrono::Duration::microseconds(1);
    let (old, new) = (Some("active".to_owned()), Some("suspended".to_owned()));
    let reason = Some("impayé é".to_owned());
    let status = AccountChange { at: later, by: FINANCE.user(), field: AccountField::Status, old, new, reason };
    assert_eq!((slice.items.len(), &slice.items[0].data), (2, &status));
    assert_eq!((slice.items[1].field, slice.items[1].new.as_deref()), (AccountField::Email, None));
    let rest = reader.account_history(account, page(2, slice.next)).await.unwrap();
    let name = &rest.items[0].data;
    assert_eq!(
        (name.field, name.old.as_deref(), name.new.as_deref()),
        (AccountField::Name, Some("Agence Ouaga"), Some("Évasion"))
    );
    assert_eq!((name.at, name.by, rest.next), (morning(), ADMIN.user(), None));
    let row = world.account_row(account).await;
    assert_eq!((row.name.as_str(), row.email, row.status), ("Évasion", None, AccountStatus::Suspended));
}

/// Created again under its reference it is the first one; with other content it is refused (A7).
pub async fn a7_a_reference_is_one_account(harness: &impl Harness) {
    let world = World::open(harness).await;
    let draft = |name: &str| AccountDraft { reference: Some("AG-7".to_owned()), ..named_draft(name) };
    let Answer::Account(first) = world.run(SERVICE, Command::CreateAccount(draft("Agence"))).await else {
        panic!("no account")
    };
    let patch = AccountPatch { name: Some("Autre nom".to_owned()), ..AccountPatch::default() };
    world.run(ADMIN, Command::UpdateAccount(first.id, patch)).await;
    let Answer::KnownAccount(again) = world.run(SERVICE, Command::CreateAccount(draft("Agence"))).await else {
        panic!("another account")
    };
    assert_eq!((again.id, again.name.as_str()), (first.id, "Autre nom"), "as it is now");
    let refusal = world.refused(SERVICE, Command::CreateAccount(draft("Autre nom"))).await;
    assert_eq!(refusal.code(), "reference_reused");
    let both = [draft("B"), draft("B")].map(|draft| AccountDraft { reference: Some("AG-8".to_owned()), ..draft });
    let together = both.map(|draft| Submission::new(SERVICE, Command::CreateAccount(draft)));
    let replies = world.book.run_all(together.into()).await;
    let id_of = |answer| match answer {
        Answer::Account(row) | Answer::KnownAccount(row) => row.id,
        other => panic!("no account: {other:?}"),
    };
    let ids: Vec<_> = replies.into_iter().map(|reply| id_of(reply.unwrap().answer)).collect();
    assert_eq!(ids.len(), 2);
    assert_eq!(ids[0], ids[1], "also when they come in one call");
}

/// An account to be created, of which the name alone is known.
fn named_draft(name: &str) -> AccountDraft {
    AccountDraft { name: Some(name.to_owned()), ..AccountDraft::default() }
}

/// What SQL's `LIKE` treats specially is a letter like any other.
pub async fn searched_text_is_taken_literally(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(1_000).await;
    for (amount, text) in [(1, "remise de 100%"), (2, "code a_b"), (3, "chemin c:\\x"), (4, "l'été"), (5, "code aXb")]
    {
        let described = RequestDraft { description: Some(text.to_owned()), ..credit_draft(amount) };
        world.create(client(account), described).await;
    }
    for (q, amount) in [("100%", 1), ("a_b", 2), ("c:\\x", 3), ("l'été", 4)] {
        let filter = RequestFilter { q: Some(q.to_owned()), ..RequestFilter::default() };
        let found = world.stores.reader.requests(&filter, Page::default()).await.unwrap();
        let amounts: Vec<_> = found.items.iter().map(|row| row.amount.amount()).collect();
        assert_eq!(amounts, [units(amount)], "{q}");
    }
}

/// From the expiry on, oldest first, no more than asked; what is final is not due.
pub async fn x1_what_is_due_comes_oldest_first(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(1_000).await;
    let first = world.credit(account, 1).await;
    let granted = world.granted(account, 2).await;
    world.wait(chrono::Duration::days(1));
    let second = world.credit(account, 3).await;
    let third = world.credit(account, 4).await;
    let load = world.cash(Category::Load, account, 5).await;
    let reader = &world.stores.reader;
    let (early, late) = (first.expiry_date.unwrap(), second.expiry_date.unwrap());
    assert!(reader.due(early - chrono::Duration::microseconds(1), true, 10).await.unwrap().is_empty());
    assert_eq!(reader.due(early, false, 10).await.unwrap(), [first.id]);
    assert_eq!(reader.due(late, false, 10).await.unwrap(), [first.id, second.id, third.id]);
    assert_eq!(reader.due(late, false, 2).await.unwrap(), [first.id, second.id]);
    world.clock.set(late);
    world.run(Actor::System, Command::Expire(first.id)).await;
    let due = reader.due(late, false, 10).await.unwrap();
    assert_eq!(due, [second.id, third.id]);
    assert!(!due.contains(&granted.id) && !due.contains(&load.id));
}

/// A granted credit is due until it is cancelled or being cancelled.
pub async fn x3_granted_credits_are_due_only_when_asked(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(1_000).await;
    let credit = world.granted(account, 10).await;
    let expiry = credit.expiry_date.unwrap();
    let reader = &world.stores.reader;
    assert!(reader.due(expiry, false, 10).await.unwrap().is_empty());
    assert_eq!(reader.due(expiry, true, 10).await.unwrap(), [credit.id]);
    let cancellation = world.cancellation(credit.id, account).await;
    assert!(reader.due(expiry, true, 10).await.unwrap().is_empty());
    world.deliver(cancellation.id).await;
    assert!(reader.due(expiry, true, 10).await.unwrap().is_empty());
}

/// Of a credit that has expired, a cancellation that is held is due in its place.
pub async fn x3_a_held_cancellation_is_due_when_its_credit_is(harness: &impl Harness) {
    let world = World::under(harness, Policy { cancel_expired: true, ..Policy::default() }).await;
    let account = world.account(1_000).await;
    let credit = world.granted(account, 10).await;
    let expiry = credit.expiry_date.unwrap();
    let draft = RequestDraft { hold: Some(true), ..cancellation_draft(credit.id, account) };
    let snapshot = world.create(ADMIN, draft).await;
    let reader = &world.stores.reader;
    assert!(reader.due(expiry, false, 10).await.unwrap().is_empty());
    assert!(reader.due(expiry - chrono::Duration::microseconds(1), true, 10).await.unwrap().is_empty());
    assert_eq!(reader.due(expiry, true, 10).await.unwrap(), [snapshot.id]);
    world.clock.set(expiry);
    world.run(Actor::System, Command::Expire(snapshot.id)).await;
    assert!(reader.due(expiry, true, 10).await.unwrap().is_empty());
    world.deliver(snapshot.id).await;
    assert!(world.account_row(account).await.indicators.active_credit.is_zero());
}

/// The limit of a day long ago is found behind more changes than a page shows (C6).
pub async fn c6_the_limit_of_a_past_day_is_found_behind_any_number_of_changes(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(7).await;
    let at_creation = world.now();
    assert_eq!(world.stores.reader.limit_at(account, at_creation).await.unwrap(), None, "it has never changed");
    let mut instants = Vec::new();
    for limit in 1..=205 {
        world.wait(chrono::Duration::seconds(1));
        instants.push(world.now());
        world.limit(account, limit, "again").await;
    }
    let limit_at = async |at| world.stores.reader.limit_at(account, at).await.unwrap().map(Money::amount);
    assert_eq!(limit_at(at_creation).await, Some(units(7)), "what the first change found");
    assert_eq!(limit_at(instants[0]).await, Some(units(7)), "a change counts after its instant");
    assert_eq!(limit_at(instants[1]).await, Some(units(1)));
    assert_eq!(limit_at(instants[200]).await, Some(units(200)));
    world.wait(chrono::Duration::seconds(1));
    assert_eq!(limit_at(world.now()).await, Some(units(205)));
}

/// By the message that carried it, written or failed.
pub async fn a_movement_is_found_by_its_message(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(1_000).await;
    world.granted(account, 3).await;
    let load = world.cash(Category::Load, account, 5).await;
    let message = message_of(load.id, &load);
    let found = async |message| world.stores.reader.movement_of_message(message).await.unwrap();
    assert_eq!(found(message.message_uuid).await, None);
    let failure = Failure { error_type: "storage".into(), message: "disk".into(), trace: None };
    let failed = FailedEntry::Message(message.clone(), failure);
    world.run(Actor::System, Command::RecordFailure(Box::new(failed))).await;
    assert_eq!(found(message.message_uuid).await.map(|row| row.data.status), Some(MovementStatus::Failed));
    world.deliver(load.id).await;
    assert_eq!(found(message.message_uuid).await, Some(world.movement_of(load.id).await));
    assert_eq!(found(world.uuid()).await, None);
}

/// In names, subjects and descriptions, whatever the case and the accents (A5).
pub async fn a5_a_text_is_found_whatever_its_case_and_accents(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account_of("Évasion Œuvre", Currency::XOF, 1_000).await;
    world.account_of("Straße", Currency::XOF, 0).await;
    let described = RequestDraft { description: Some("RÉÉMISSION à Ouagadougou".to_owned()), ..credit_draft(5) };
    let credit = world.create(client(account), described).await.id;
    let support = world.support(account, "Bagage PERDU à Lomé").await;
    let reader = &world.stores.reader;
    for q in ["evasion", "ÉVASION", "oeuvre", "Œuvre", "E\u{301}vasion"] {
        let filter = AccountFilter { q: Some(q.to_owned()), ..AccountFilter::default() };
        let found = reader.accounts(&filter, Page::default()).await.unwrap().items;
        assert_eq!(found.iter().map(|row| row.id).collect::<Vec<_>>(), [account], "{q}");
    }
    for (q, is_found) in [("reemission", true), ("A OUAGA", true), ("réemissions", false)] {
        let filter = RequestFilter { q: Some(q.to_owned()), ..RequestFilter::default() };
        let found = reader.requests(&filter, Page::default()).await.unwrap().items;
        assert_eq!(found.iter().any(|row| row.id == credit), is_found, "{q}");
    }
    let paid = posting(account, MovementType::Payment, units(5), "ÉTÉ-Œ-7");
    let paid = world.post(paid).await;
    for (q, is_found) in
        [("ÉTÉ-Œ-7", true), ("été-œ", true), ("ete-oe", true), ("mvt-wave-ete", true), ("ete-7", false)]
    {
        let filter = MovementFilter { q: Some(q.to_owned()), ..MovementFilter::default() };
        let found = reader.movements(&filter, Page::default()).await.unwrap().items;
        assert_eq!(found.iter().any(|row| row.id == paid), is_found, "{q}");
    }
    for (q, is_found) in [("perdu a lome", true), ("LOMÉ", true), ("lomme", false)] {
        let filter = SupportFilter { q: Some(q.to_owned()), ..SupportFilter::default() };
        let found = reader.supports(&filter, Page::default()).await.unwrap().items;
        assert_eq!(found.iter().any(|row| row.id == support), is_found, "{q}");
    }
}

/// What both systems decided is kept with both answers, listed and counted, and what the former one granted counts (L6).
pub async fn l6_both_answers_are_kept(harness: &impl Harness) {
    let world = World::open(harness).await;
    let (account, other) = (world.account(1_000).await, world.account(1_000).await);
    let told = |account, amount: i64, minutes: i64, outcome| {
        let at = world.now() + chrono::TimeDelta::minutes(minutes);
        Command::Shadow(Box::new(ShadowDraft {
            account: Some(account),
            request: RequestDraft {
                category: Some(Category::DailyCredit),
                amount: Some(Amount::from_hundredths(amount * 100).unwrap()),
                ..RequestDraft::default()
            },
            raw: Json::parse(r#"{"category": "daily_credit"}"#),
            at: Some(at),
            legacy: LegacyAnswer { outcome: Some(outcome), balance: Some(Amount::ZERO), ..LegacyAnswer::default() },
            faults: Vec::new(),
        }))
    };
    let service = Actor::service(crate::id::UserId(9));
    let mut ours = Vec::new();
    for command in [
        told(account, 600, -1, ShadowOutcome::ToTreat),
        told(account, 600, 0, ShadowOutcome::ToTreat),
        told(other, 600, 0, ShadowOutcome::ToTreat),
        told(account, 100, -24 * 60, ShadowOutcome::Waiting),
    ] {
        let answer = world.run(service, command).await;
        let crate::decision::Answer::Shadow(decision) = answer else { panic!("another answer") };
        ours.push(decision.ours);
    }
    let (passes, waits) = (ShadowOutcome::ToTreat, ShadowOutcome::Waiting);
    assert_eq!(ours, [passes, waits, passes, passes], "what was granted the same day before counts, nothing else does");
    let reader = &world.stores.reader;
    let all = reader.shadows(&ShadowFilter::default(), Page::default()).await.unwrap();
    assert_eq!(all.items.iter().map(|row| row.agree).collect::<Vec<_>>(), [false, true, false, true]);
    let first = all.items.last().unwrap();
    assert_eq!(first.draft.as_str(), r#"{"category": "daily_credit"}"#);
    assert_eq!((first.legacy_balance, first.legacy_limit), (Some(Money::zero(Currency::XOF)), None));
    let filter = ShadowFilter { account: Some(account), agree: Some(false) };
    let page = reader.shadows(&filter, page(1, None)).await.unwrap();
    assert_eq!((page.items.len(), page.next.is_some()), (1, true));
    let of_account = reader.shadow_counts(Some(account)).await.unwrap();
    assert_eq!(of_account, ShadowCounts { agreements: 1, disagreements: 2 });
    assert_eq!(reader.shadow_counts(None).await.unwrap(), ShadowCounts { agreements: 2, disagreements: 2 });
}

/// Of all accounts, newest first: by anything that tells one, and of a time (by creation).
pub async fn movements_of_all_accounts_are_listed(harness: &impl Harness) {
    let world = World::open(harness).await;
    let (one, two) = (world.account(1_000).await, world.account(1_000).await);
    let sold = MovementDraft { etatsdevente_id: Some(77), ..posting(one, MovementType::Debit, units(-30), "Vente-9") };
    let sale = world.post(sold).await;
    let payment = world.post(posting(two, MovementType::Payment, units(30), "w-1")).await;
    let ticket = world.support(one, "bagage").await;
    world.wait(chrono::Duration::hours(1));
    let later = world.now();
    let fee = RequestDraft {
        category: Some(Category::Unload),
        account: Some(one),
        amount: Some(units(7)),
        helpdesk_id: Some(ticket),
        ..RequestDraft::default()
    };
    let fee = world.create(OPERATION, fee).await;
    world.pass(fee.id).await;
    world.deliver(fee.id).await;
    let fee = world.movement_of(fee.id).await;
    let credit = world.granted(two, 30).await;
    let credit = world.movement_of(credit.id).await.id;
    let load = world.cash(Category::Load, two, 5).await;
    let failure = Failure { error_type: "storage".into(), message: "disk".into(), trace: None };
    let failed = FailedEntry::Message(message_of(load.id, &load), failure);
    world.run(Actor::System, Command::RecordFailure(Box::new(failed))).await;
    let reader = &world.stores.reader;
    let find = async |filter: MovementFilter| {
        let found = reader.movements(&filter, Page::default()).await.unwrap();
        found.items.iter().map(|row| row.id).collect::<Vec<_>>()
    };
    let none = MovementFilter::default();
    let all = find(none.clone()).await;
    assert_eq!((all.len(), &all[1..]), (5, &[credit, fee.id, payment, sale][..]));
    let failed = all[0];
    let text = |q: &str| MovementFilter { q: Some(q.to_owned()), ..MovementFilter::default() };
    let uuid = reader.movement(sale).await.unwrap().unwrap().uuid.to_string();
    let cases = [
        (MovementFilter { account: Some(two), ..none.clone() }, vec![failed, credit, payment]),
        (MovementFilter { status: Some(MovementStatus::Failed), ..none.clone() }, vec![failed]),
        (MovementFilter { kind: Some(MovementType::Credit), ..none.clone() }, vec![credit]),
        (MovementFilter { source: Some(Source::Wave), account: Some(one), ..none.clone() }, vec![sale]),
        (MovementFilter { etatsdevente_id: Some(77), ..none.clone() }, vec![sale]),
        (MovementFilter { helpdesk_id: Some(ticket), ..none.clone() }, vec![fee.id]),
        (MovementFilter { amount: Some(units(30)), ..none.clone() }, vec![credit, payment, sale]),
        (MovementFilter { from: Some(later), ..none.clone() }, vec![failed, credit, fee.id]),
        (MovementFilter { to: Some(later), ..none.clone() }, vec![payment, sale]),
        (MovementFilter { from: Some(later), account: Some(one), ..none.clone() }, vec![fee.id]),
        (text("vENTE-9"), vec![sale]),
        (text(&uuid.to_uppercase()), vec![sale]),
        (text(&fee.name), vec![fee.id]),
        (text("nulle part"), vec![]),
    ];
    for (filter, expected) in cases {
        assert_eq!(find(filter.clone()).await, expected, "{filter:?}");
    }
    for filter in [none.clone(), MovementFilter { to: Some(world.now() + chrono::Duration::days(1)), ..none }] {
        let first = reader.movements(&filter, page(2, None)).await.unwrap();
        let rest = reader.movements(&filter, page(9, first.next)).await.unwrap();
        let ids: Vec<_> = first.items.iter().chain(&rest.items).map(|row| row.id).collect();
        assert_eq!((ids, rest.next), (all.clone(), None), "{filter:?}");
    }
}

/// The audit trail of all accounts, newest first, by account, person, outcome and time (W5).
pub async fn w5_the_audit_trail_of_all_accounts_is_listed(harness: &impl Harness) {
    let world = World::open(harness).await;
    let (one, two) = (world.account(1_000).await, world.account(1_000).await);
    world.post(posting(one, MovementType::Payment, units(30), "w-1")).await;
    world.wait(chrono::Duration::hours(1));
    let later = world.now();
    world.granted(two, 30).await;
    let load = world.cash(Category::Load, two, 5).await;
    let failure = Failure { error_type: "storage".into(), message: "disk".into(), trace: None };
    let failed = FailedEntry::Message(message_of(load.id, &load), failure);
    world.run(Actor::System, Command::RecordFailure(Box::new(failed))).await;
    let reader = &world.stores.reader;
    let find = async |filter: LogFilter| {
        let found = reader.all_logs(&filter, Page::default()).await.unwrap();
        found.items.iter().map(|row| (row.account, row.status())).collect::<Vec<_>>()
    };
    let (success, failed) = (LogStatus::Success, LogStatus::Failed);
    let none = LogFilter::default();
    let all = [(two, failed), (two, success), (one, success)];
    assert_eq!(find(none).await, all);
    assert_eq!(find(LogFilter { account: Some(one), ..none }).await, all[2..]);
    assert_eq!(find(LogFilter { status: Some(failed), ..none }).await, all[..1]);
    assert_eq!(find(LogFilter { triggered_by: client(two).user(), ..none }).await, all[1..2]);
    assert_eq!(find(LogFilter { from: Some(later), ..none }).await, all[..2]);
    assert_eq!(find(LogFilter { to: Some(later), ..none }).await, all[2..]);
    let first = reader.all_logs(&none, page(1, None)).await.unwrap();
    let rest = reader.all_logs(&none, page(5, first.next)).await.unwrap();
    assert_eq!((rest.items.len(), rest.next), (2, None));
}

/// The lines of a statement, oldest first, from one on.
pub async fn a_statement_is_written_out_oldest_first(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(1_000).await;
    for (amount, reference) in [(30, "a"), (-10, "b"), (7, "c")] {
        let kind = if amount > 0 { MovementType::Payment } else { MovementType::Debit };
        world.post(posting(account, kind, units(amount), reference)).await;
    }
    let reader = &world.stores.reader;
    let lines = async |filter: StatementFilter, after, limit| {
        let found = reader.statement_lines(account, &filter, after, limit).await.unwrap();
        found.iter().map(|row| row.reference.clone().unwrap()).collect::<Vec<_>>()
    };
    let all = StatementFilter::default();
    assert_eq!(lines(all, 0, 9).await, ["a", "b", "c"]);
    assert_eq!(lines(all, 1, 1).await, ["b"]);
    assert_eq!(lines(all, 3, 9).await, [""; 0]);
    let debits = StatementFilter { kind: Some(MovementType::Debit), ..all };
    assert_eq!(lines(debits, 0, 9).await, ["b"]);
    let tomorrow = StatementFilter { from: Some("2025-10-22".parse().unwrap()), ..all };
    assert_eq!(lines(tomorrow, 0, 9).await, [""; 0]);
}

/// The figures of the daily report (L8): requests by status and age, money by source, credits past their expiry.
pub async fn l8_the_figures_of_a_day_are_counted(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(1_000).await;
    let day: BusinessDay = "2025-10-21".parse().unwrap();
    world.post(posting(account, MovementType::Payment, units(30), "w-1")).await;
    world.post(posting(account, MovementType::Payment, units(12), "w-2")).await;
    world.post(posting(account, MovementType::Debit, units(-5), "w-3")).await;
    world.granted(account, 100).await;
    world.granted(account, 50).await;
    world.credit(account, 5_000).await;
    world.wait(chrono::Duration::hours(30));
    world.credit(account, 6_000).await;
    world.credit(account, 7_000).await;
    let reader = &world.stores.reader;
    let count = |age, count| RequestCount { status: Status::Waiting, age, count };
    assert_eq!(reader.request_counts(world.now()).await.unwrap(), [count(Age::Day, 2), count(Age::Week, 1)]);
    let week = world.now() + chrono::Duration::days(7);
    assert_eq!(reader.request_counts(week).await.unwrap(), [count(Age::Older, 3)]);
    let francs = |amount| units(amount).in_currency(Currency::XOF).unwrap();
    let moved = MoneyMoved { source: Source::Wave, money_in: francs(42), money_out: francs(5) };
    assert_eq!(reader.money_moved(day).await.unwrap(), [moved]);
    assert!(reader.money_moved("2025-10-20".parse().unwrap()).await.unwrap().is_empty());
    let expired = ExpiredCredits { currency: Currency::XOF, count: 2, amount: francs(150) };
    assert_eq!(reader.expired_credits(world.now()).await.unwrap(), [expired]);
    assert!(reader.expired_credits(morning()).await.unwrap().is_empty());
    assert_eq!(reader.last_verification().await.unwrap(), None);
    for findings in [3, 0] {
        let done = LastVerification { at: world.now(), findings };
        world.stores.audit.note_verification(done).await.unwrap();
        assert_eq!(reader.last_verification().await.unwrap(), Some(done));
    }
}
