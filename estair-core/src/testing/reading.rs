//! What [`Reader`](crate::store::Reader) promises.

use super::world::*;
use crate::actor::Actor;
use crate::audit::LogStatus;
use crate::category::{Category, Desk, Status};
use crate::command::{Command, FailedEntry};
use crate::fact::FactKind;
use crate::id::{AccountId, FactId, MovementId, RequestId, SupportId};
use crate::money::Currency;
use crate::money::Money;
use crate::movement::Failure;
use crate::movement::MovementType;
use crate::policy::Policy;
use crate::request::{Request, RequestDraft, Sent};
use crate::row::{Link, Row};
use crate::store::{AccountFilter, AuditedLog, FactFilter, Page, RequestFilter, StatementFilter, SupportFilter};
use crate::support::{Assignee, Comment, CommentDraft, SupportPatch, SupportStatus};
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
    assert_eq!(reader.last_fact().await.unwrap(), None);
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

/// One read for a page: each support request's own, oldest first, however they were written among one another.
pub async fn comments_of_several_support_requests_come_together(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(0).await;
    let (first, second) = (world.support(account, "un").await, world.support(account, "deux").await);
    let silent = world.support(account, "trois").await;
    for (support, body) in [(first, "a"), (second, "b مرحبا"), (first, "c"), (second, "d"), (first, "e")] {
        let comment = CommentDraft { body: Some(body.to_owned()), faults: Vec::new() };
        world.run(client(account), Command::CommentSupport(support, comment)).await;
        world.wait(chrono::Duration::microseconds(1));
    }
    let found = async |ids: &[SupportId]| {
        let comments = world.stores.reader.comments(ids).await.unwrap();
        let bodies = |rows: &[Row<_, Comment>]| rows.iter().map(|row| row.body.as_str()).collect::<Vec<_>>().join(" ");
        comments.iter().map(|(support, rows)| (*support, bodies(rows))).collect::<Vec<_>>()
    };
    let (of_first, of_second) = ((first, "a c e".to_owned()), (second, "b مرحبا d".to_owned()));
    assert_eq!(found(&[second, silent, first]).await, [of_first.clone(), of_second.clone()]);
    assert_eq!(found(&[first]).await, [of_first]);
    assert_eq!(found(&[second, SupportId(4_000)]).await, [of_second]);
    assert_eq!(found(&[silent]).await, []);
    assert_eq!(found(&[]).await, []);
    let comments = world.stores.reader.comments(&[first]).await.unwrap();
    let last = comments[&first].last().unwrap();
    assert_eq!((last.author, last.created_at), (client(account).user(), morning() + chrono::Duration::microseconds(4)));
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
    assert_eq!(find(AccountFilter { account: Some(one), q: None }, Page::default()).await, [one]);
    assert_eq!(find(AccountFilter { account: None, q: Some("Tours".to_owned()) }, Page::default()).await, [two]);
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

/// Rising numbers, nothing skipped, no more than asked.
pub async fn facts_are_told_in_order(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(1_000).await;
    world.granted(account, 10).await;
    let reader = &world.stores.reader;
    let all = reader.facts(FactFilter::After(FactId(0)), 100).await.unwrap();
    let kinds: Vec<_> = all.iter().map(|fact| fact.kind).collect();
    assert_eq!(kinds[..3], [FactKind::AccountCreated, FactKind::RequestCreated, FactKind::RequestMoved]);
    assert_eq!(kinds.last(), Some(&FactKind::MovementWritten));
    assert!(all.is_sorted_by_key(|fact| fact.id));
    assert!(all.iter().all(|fact| fact.account == Link::Id(account)));
    let rest = reader.facts(FactFilter::After(all[0].id), 2).await.unwrap();
    assert_eq!(rest, all[1..3]);
    assert_eq!(reader.last_fact().await.unwrap(), all.last().map(|fact| fact.id));
}

/// Timelines: each thing's own facts, whole.
pub async fn facts_of_a_request_and_of_a_support_request(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(1_000).await;
    let credit = world.granted(account, 10).await;
    world.credit(account, 20).await;
    let support = world.support(account, "sujet 🛫").await;
    let reader = &world.stores.reader;
    let facts = reader.facts(FactFilter::Request(credit.id), 100).await.unwrap();
    assert!(facts.iter().all(|fact| fact.request == Some(Link::Id(credit.id))));
    assert_eq!(facts.last().unwrap().movement, credit.movement);
    assert!(!facts[0].notices.is_empty() && facts[0].data.data["amount"] == "10");
    assert_eq!((facts[0].user, facts[0].at), (client(account).user(), morning()));
    let facts = reader.facts(FactFilter::Support(support), 100).await.unwrap();
    assert_eq!((facts.len(), facts[0].support), (1, Some(Link::Id(support))));
    assert_eq!(facts[0].data.data["subject"], "sujet 🛫");
}

/// `verify` reads in bounded steps.
pub async fn audit_reads_go_on_where_they_stopped(harness: &impl Harness) {
    let world = World::open(harness).await;
    let (account, other) = (three_days(&world).await, world.account(0).await);
    world.post(posting(other, MovementType::Payment, units(1), "other")).await;
    let reader = &world.stores.audit;
    let first = reader.audit_movements(account, None, 2).await.unwrap();
    let rest = reader.audit_movements(account, first.last().map(|row| row.id), 100).await.unwrap();
    assert_eq!((first.len(), rest.len()), (2, 3));
    assert!(first.iter().chain(&rest).all(|row| row.account == account && row.counts()));
    let links = reader.audit_logs(account, (0, 0), 3).await.unwrap();
    let last = links.last().unwrap();
    let version = last.row.link().unwrap().version;
    assert_eq!((links.len(), version), (3, 3));
    let rest = reader.audit_logs(account, (version, last.row.id), 100).await.unwrap();
    assert_eq!(rest.iter().map(|one| one.row.link().unwrap().version).collect::<Vec<_>>(), [4, 5]);
    let named = |one: &AuditedLog| one.movement.as_ref().map(|row| Link::Id(row.id)) == Some(one.row.movement);
    assert!(links.iter().chain(&rest).all(named));
}

/// Closed requests and their movements name each other; what was not written has no pair.
pub async fn closed_requests_and_their_movements_are_pairs(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = three_days(&world).await;
    world.cash(Category::Load, account, 5).await;
    let unload = world.cash(Category::Unload, account, 6).await;
    world.deliver(unload.id).await;
    let audit = &world.stores.audit;
    let movements = audit.named_movements(None, 100).await.unwrap();
    assert!(movements.iter().any(|pair| pair.request.id == unload.id));
    for pair in &movements {
        let movement = pair.movement.as_ref().expect("a closed request has its movement");
        assert_eq!(pair.request.movement, Some(Link::Id(movement.id)));
        assert_eq!(movement.request, Some(pair.request.id));
    }
    let requests = audit.named_requests(None, 100).await.unwrap();
    assert!(requests.iter().all(|pair| pair.names == Some(pair.movement) && pair.request.is_some()));
    assert_eq!(requests.len(), movements.len());
    let rest = audit.named_movements(movements.first().map(|pair| pair.request.id), 100).await.unwrap();
    assert_eq!(rest, movements[1..]);
    let rest = audit.named_requests(requests.first().map(|pair| pair.movement), 1).await.unwrap();
    assert_eq!(rest, requests[1..2.min(requests.len())]);
}

/// A log row of a failure is no link of a chain; it is found by its number.
pub async fn w2_a_failure_is_a_loose_log(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(0).await;
    let load = world.cash(Category::Load, account, 5).await;
    let failure = Failure { error_type: "storage".into(), message: "disk".into(), trace: None };
    let failed = FailedEntry::Message(message_of(load.id, &load), failure);
    world.run(Actor::System, Command::RecordFailure(Box::new(failed))).await;
    let loose = world.stores.audit.loose_logs(None, 10).await.unwrap();
    assert_eq!(loose.iter().map(|log| log.status).collect::<Vec<_>>(), [LogStatus::Failed]);
    assert!(world.stores.audit.loose_logs(Some(loose[0].id), 10).await.unwrap().is_empty());
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

/// From `to_treat` until the end, with the outbox entry and the message.
pub async fn requests_under_way_name_what_carries_them(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(1_000).await;
    let passed = world.credit(account, 1).await;
    let sent = world.credit(account, 2).await;
    world.granted(account, 3).await;
    let message_uuid = world.uuid();
    world.run(Actor::System, Command::MarkSent(Sent { request: sent.id, execution: 1, message_uuid })).await;
    let reader = &world.stores.audit;
    let under_way = reader.under_way(None, 10).await.unwrap();
    let found: Vec<_> = under_way.iter().map(|one| (one.request, one.execution, one.message_uuid)).collect();
    assert!(found.contains(&(sent.id, 1, Some(message_uuid))), "{found:?}");
    assert!(under_way.iter().all(|one| one.in_outbox && [passed.id, sent.id].contains(&one.request)));
    let later = reader.under_way(Some(sent.id), 10).await.unwrap();
    assert!(later.is_empty());
}
