//! What [`Reader`](crate::store::Reader) promises.

use super::world::*;
use crate::actor::Actor;
use crate::category::{Category, Desk, Status};
use crate::clock::BusinessDay;
use crate::command::Command;
use crate::id::{AccountId, MovementId, RequestId, SupportId};
use crate::json::Json;
use crate::money::{Amount, Currency, Money};
use crate::movement::{MovementType, Source};
use crate::policy::Policy;
use crate::request::{Request, RequestDraft};
use crate::row::Row;
use crate::shadow::{LegacyAnswer, ShadowDraft, ShadowOutcome};
use crate::store::{
    AccountFilter, Age, EventRange, ExpiredCredits, LastVerification, MoneyMoved, MovementFilter, Page, RequestCount,
    RequestFilter, ShadowCounts, ShadowFilter, StatementFilter, SupportFilter, Timeline,
};
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
    let world = World::under(harness, Policy::default().cancel_expired(true)).await;
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
