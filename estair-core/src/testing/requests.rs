//! What [`RequestReader`](crate::store::RequestReader) promises of lists in any order, of drafts, and of comments.

use super::world::*;
use crate::actor::Actor;
use crate::category::{Category, Desk, Status};
use crate::command::Command;
use crate::comment::CommentDraft;
use crate::decision::Answer;
use crate::fact::FactKind;
use crate::id::{AccountId, CommentId, RequestId};
use crate::money::Currency;
use crate::notice::Notice;
use crate::request::{DraftEdit, Request, RequestDraft, RequestPatch};
use crate::row::{Comment, Row, Thread};
use crate::store::{CreditState, Page, RequestFilter, RequestOrder, StatementFilter, Timeline};
use crate::testing::Harness;

/// A load or unload that operation keeps, or hands over at once.
fn cash(category: Category, account: AccountId, amount: i64, kept: bool) -> RequestDraft {
    RequestDraft {
        category: Some(category),
        account: Some(account),
        amount: Some(units(amount)),
        assigned_to: kept.then_some(Desk::Operation),
        ..RequestDraft::default()
    }
}

async fn said(world: &World, actor: Actor, id: RequestId, body: &str, internal: bool) -> Row<CommentId, Comment> {
    let draft = CommentDraft { body: Some(body.to_owned()), internal: Some(internal), faults: Vec::new() };
    match world.run(actor, Command::CommentRequest(id, draft)).await {
        Answer::Comment(row) => row,
        other => panic!("no comment: {other:?}"),
    }
}

/// A whole list, read in pages of this size; sorted by amount, from the amount on that the page before showed.
async fn whole(world: &World, filter: &RequestFilter, limit: u32) -> Vec<Row<RequestId, Request>> {
    let (mut rows, mut before, mut filter) = (Vec::new(), None, filter.clone());
    loop {
        let found = world.stores.reader.requests(&filter, page(limit, before)).await.unwrap();
        assert!(found.items.len() <= limit as usize);
        if let (RequestOrder::Amount(_), Some(last)) = (filter.order, found.items.last()) {
            filter.order = RequestOrder::Amount(Some(last.amount.amount()));
        }
        rows.extend(found.items);
        before = found.next;
        if before.is_none() {
            return rows;
        }
    }
}

async fn ids(world: &World, filter: &RequestFilter) -> Vec<RequestId> {
    whole(world, filter, 200).await.iter().map(|row| row.id).collect()
}

/// Requests of many amounts and expiries, on several accounts, some of them drafts.
async fn many(world: &World) -> [AccountId; 3] {
    let accounts = [
        world.account(1_000).await,
        world.account(50).await,
        world.account_of("Tours", "EUR".parse().unwrap(), 1_000).await,
    ];
    let francs = Currency::XOF;
    for round in 0..3 {
        for (account, currency) in accounts.into_iter().zip([francs, francs, "EUR".parse().unwrap()]) {
            let in_its = |draft: RequestDraft| RequestDraft { currency: Some(currency), ..draft };
            for amount in [7, 60, 7] {
                world.create(client(account), in_its(credit_draft(amount))).await;
                world.create(OPERATION, in_its(cash(Category::Load, account, amount, false))).await;
                world.create(OPERATION, in_its(cash(Category::Unload, account, amount + round, true))).await;
            }
        }
        world.wait(chrono::Duration::hours(24));
    }
    accounts
}

/// By what an order sorts.
type Key = fn(&Row<RequestId, Request>) -> (i64, i64);

/// Each order is the same however long its pages are, with any filter.
pub async fn requests_are_listed_in_every_order_page_by_page(harness: &impl Harness) {
    let world = World::open(harness).await;
    let start = world.now();
    let [one, ..] = many(&world).await;
    let all = RequestFilter::default();
    let filters = [
        all.clone(),
        RequestFilter { account: Some(one), ..all.clone() },
        RequestFilter { status: vec![Status::Open, Status::Waiting], ..all.clone() },
        RequestFilter { category: Some(Category::DailyCredit), ..all.clone() },
        RequestFilter { assigned_to: Some(Desk::Finance), status: vec![Status::Open], ..all.clone() },
        RequestFilter { created_from: Some(start + chrono::Duration::hours(24)), ..all.clone() },
        RequestFilter { draft: Some(false), account: Some(one), ..all },
    ];
    for filter in filters {
        let found = ids(&world, &filter).await;
        let mut rows = Vec::new();
        for id in &found {
            rows.push(world.request(*id).await);
        }
        assert!(rows.len() > 5, "{filter:?}");
        let order = |order| RequestFilter { order, ..filter.clone() };
        let keys: [(RequestOrder, Key); 4] = [
            (RequestOrder::Newest, |row| (0, -(row.id.0 as i64))),
            (RequestOrder::Oldest, |row| (0, row.id.0 as i64)),
            (RequestOrder::Expiry, |row| {
                (row.expiry_date.map_or(i64::MAX, |at| at.timestamp_micros()), -(row.id.0 as i64))
            }),
            (RequestOrder::Amount(None), |row| (-row.amount.hundredths(), -(row.id.0 as i64))),
        ];
        for (by, key) in keys {
            rows.sort_by_key(key);
            let wanted: Vec<_> = rows.iter().map(|row| row.id).collect();
            for limit in [1, 4, 200] {
                let got: Vec<_> = whole(&world, &order(by), limit).await.iter().map(|row| row.id).collect();
                assert_eq!(got, wanted, "{by:?} in pages of {limit}: {filter:?}");
            }
        }
    }
}

/// A draft whose amount changes between two pages costs no other row its place.
pub async fn a_page_by_amount_goes_on_from_the_amount_that_was_shown(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(0).await;
    let mut drafts = Vec::new();
    for amount in [10, 20, 30, 40] {
        drafts.push(world.create(OPERATION, cash(Category::Load, account, amount, true)).await.id);
    }
    let by = |amount| RequestFilter { order: RequestOrder::Amount(amount), ..RequestFilter::default() };
    let first = world.stores.reader.requests(&by(None), page(2, None)).await.unwrap();
    assert_eq!(first.items.iter().map(|row| row.id).collect::<Vec<_>>(), [drafts[3], drafts[2]]);
    let edit = DraftEdit { amount: Some(units(5)), ..DraftEdit::default() };
    world.run(OPERATION, Command::UpdateRequest(drafts[2], RequestPatch { edit, ..RequestPatch::default() })).await;
    let rest = world.stores.reader.requests(&by(Some(units(30))), page(5, first.next)).await.unwrap();
    assert_eq!(rest.items.iter().map(|row| row.id).collect::<Vec<_>>(), [drafts[1], drafts[0], drafts[2]]);
}

/// By the sale and by the ticket (R10), drafts alone and without them (R8).
pub async fn r10_requests_are_listed_by_sale_and_ticket_and_r8_drafts_are_told_apart(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(0).await;
    let ticket = world.support(account, "sujet").await;
    let fee = |sale, support, kept| RequestDraft {
        etatsdevente_id: sale,
        helpdesk_id: support,
        ..cash(Category::Unload, account, 5, kept)
    };
    let one = world.create(OPERATION, fee(Some(42), None, false)).await.id;
    let two = world.create(OPERATION, fee(Some(42), Some(ticket), true)).await.id;
    let three = world.create(OPERATION, fee(Some(43), Some(ticket), false)).await.id;
    let all = RequestFilter::default();
    let cases = [
        (RequestFilter { etatsdevente_id: Some(42), ..all.clone() }, vec![two, one]),
        (RequestFilter { etatsdevente_id: Some(44), ..all.clone() }, vec![]),
        (RequestFilter { helpdesk_id: Some(ticket), ..all.clone() }, vec![three, two]),
        (RequestFilter { helpdesk_id: Some(ticket), draft: Some(false), ..all.clone() }, vec![three]),
        (RequestFilter { draft: Some(true), ..all.clone() }, vec![two]),
        (RequestFilter { draft: Some(false), ..all.clone() }, vec![three, one]),
        (RequestFilter { etatsdevente_id: Some(42), status: vec![Status::Open], ..all.clone() }, vec![two, one]),
        (RequestFilter { helpdesk_id: Some(ticket), order: RequestOrder::Oldest, ..all.clone() }, vec![two, three]),
        (RequestFilter { etatsdevente_id: Some(42), status: vec![Status::Closed], ..all }, vec![]),
    ];
    for (filter, wanted) in cases {
        assert_eq!(ids(&world, &filter).await, wanted, "{filter:?}");
        let paged: Vec<_> = whole(&world, &filter, 1).await.iter().map(|row| row.id).collect();
        assert_eq!(paged, wanted, "one by one: {filter:?}");
    }
}

/// A statement shows the fees of one sale, with their balances (R10).
pub async fn r10_a_statement_is_filtered_by_the_sale(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(0).await;
    for sale in [Some(42), None, Some(43), Some(42)] {
        let fee = RequestDraft { etatsdevente_id: sale, ..cash(Category::Unload, account, 5, false) };
        let fee = world.create(OPERATION, fee).await;
        world.pass(fee.id).await;
        world.deliver(fee.id).await;
    }
    let filter = StatementFilter { etatsdevente_id: Some(42), ..StatementFilter::default() };
    let statement = world.stores.reader.statement(account, &filter, page(1, None)).await.unwrap().unwrap();
    let first = &statement.page.items[0];
    assert_eq!((first.etatsdevente_id, first.posted.unwrap().sequence), (Some(42), 4));
    let rest = world.stores.reader.statement(account, &filter, page(5, statement.page.next)).await.unwrap().unwrap();
    let sequences: Vec<_> = rest.page.items.iter().map(|row| row.posted.unwrap().sequence).collect();
    assert_eq!((sequences, rest.closing_balance.amount()), (vec![1], units(-20)));
}

/// Granted and not cancelled; those of them that are past their expiry (X5).
pub async fn x5_granted_credits_are_listed_and_totalled_until_they_are_cancelled(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(1_000).await;
    let early = world.granted(account, 10).await;
    world.credit(account, 20).await;
    world.wait(chrono::Duration::hours(24));
    let late = world.granted(account, 30).await;
    let reader = &world.stores.reader;
    let listed = async |credit| {
        let filter = RequestFilter { credit: Some(credit), ..RequestFilter::default() };
        let total = reader.count_requests(&filter).await.unwrap();
        let sums = total.sums.unwrap().into_values().map(|sum| sum.to_string()).collect::<Vec<_>>();
        (ids(&world, &filter).await, sums)
    };
    let (first, second) = (early.expiry_date.unwrap(), late.expiry_date.unwrap());
    assert_eq!(listed(CreditState::Active).await, (vec![late.id, early.id], vec!["40".to_owned()]));
    assert_eq!(listed(CreditState::Expired(first - chrono::Duration::microseconds(1))).await, (vec![], vec![]));
    assert_eq!(listed(CreditState::Expired(first)).await, (vec![early.id], vec!["10".to_owned()]));
    assert_eq!(listed(CreditState::Expired(second)).await, (vec![late.id, early.id], vec!["40".to_owned()]));
    let cancellation = world.cancellation(early.id, account).await;
    assert_eq!(listed(CreditState::Active).await.0, [late.id, early.id], "until its cancellation is written");
    world.deliver(cancellation.id).await;
    assert_eq!(listed(CreditState::Expired(second)).await, (vec![late.id], vec!["30".to_owned()]));
}

/// In name, uuid, description and the account's name; by the whole amount, and by the sale.
pub async fn a5_a_request_is_found_by_all_that_is_looked_for_in_it(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account_of("Évasion Œuvre", Currency::XOF, 10_000).await;
    let other = world.account(10_000).await;
    let described = RequestDraft { description: Some("Été à Lomé".to_owned()), ..credit_draft(1_500) };
    let one = world.create(client(account), described).await;
    let fee = RequestDraft { etatsdevente_id: Some(77_001), ..cash(Category::Unload, other, 40, false) };
    let two = world.create(OPERATION, fee).await;
    let uuid = one.uuid.to_string();
    for (q, wanted) in [
        (one.name.as_str(), vec![one.id]),
        (uuid.as_str(), vec![one.id]),
        (&uuid[9..28], vec![one.id]),
        ("ete a lome", vec![one.id]),
        ("oeuvre", vec![one.id]),
        ("1500", vec![one.id]),
        ("1 500", vec![one.id]),
        ("1500.00", vec![one.id]),
        ("40", vec![two.id]),
        ("77001", vec![two.id]),
        ("7700100", vec![]),
        ("introuvable", vec![]),
        ("%", vec![]),
    ] {
        let filter = RequestFilter { q: Some(q.to_owned()), ..RequestFilter::default() };
        let found = ids(&world, &filter).await;
        // A name and a uuid hold digits too: what else they match is no matter here.
        let found: Vec<_> = found.into_iter().filter(|id| wanted.contains(id) || wanted.is_empty()).collect();
        assert_eq!(found, wanted, "{q}");
    }
}

/// Exactly, by currency, up to ten thousand rows.
pub async fn requests_are_counted_and_summed(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(1_000).await;
    let euros = world.account_of("Tours", "EUR".parse().unwrap(), 1_000).await;
    let reader = &world.stores.reader;
    let all = RequestFilter::default();
    let none = reader.count_requests(&all).await.unwrap();
    assert_eq!((none.count, none.more, none.sums.unwrap().len()), (0, false, 0));
    for amount in [5, 7] {
        world.create(OPERATION, cash(Category::Load, account, amount, false)).await;
    }
    let amount = Some("12.5".parse().unwrap());
    let cents = RequestDraft { amount, currency: "EUR".parse().ok(), ..cash(Category::Load, euros, 1, true) };
    world.create(OPERATION, cents).await;
    let total = async |filter: &RequestFilter| {
        let total = reader.count_requests(filter).await.unwrap();
        let sums = total.sums.unwrap().into_iter().map(|(currency, sum)| format!("{sum} {currency}"));
        (total.count, sums.collect::<Vec<_>>())
    };
    let mut sums = total(&all).await;
    sums.1.sort();
    assert_eq!(sums, (3, vec!["12 XOF".to_owned(), "12.50 EUR".to_owned()]));
    assert_eq!(total(&RequestFilter { account: Some(account), ..all.clone() }).await, (2, vec!["12 XOF".to_owned()]));
    assert_eq!(total(&RequestFilter { status: vec![Status::Closed], ..all.clone() }).await, (0, vec![]));
    assert_eq!(total(&RequestFilter { draft: Some(true), ..all }).await.0, 1);
}

/// With and without what is for staff alone, newest first, page by page (R9).
pub async fn r9_comments_of_a_request_are_paged_with_and_without_the_internal_ones(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(10).await;
    let (credit, other) = (world.credit(account, 50).await, world.credit(account, 50).await);
    said(&world, FINANCE, other.id, "ailleurs", false).await;
    let mut written = Vec::new();
    for number in 0..7 {
        let actor = if number % 2 == 0 { client(account) } else { FINANCE };
        written.push(said(&world, actor, credit.id, &format!("n° {number}"), number % 2 == 1).await);
        world.wait(chrono::Duration::seconds(1));
    }
    written.reverse();
    let reader = &world.stores.reader;
    for internal in [true, false] {
        let (mut read, mut before) = (Vec::new(), None);
        loop {
            let slice = reader.request_comments(credit.id, internal, page(2, before)).await.unwrap();
            read.extend(slice.items);
            before = slice.next;
            if before.is_none() {
                break;
            }
        }
        let wanted: Vec<_> = written.iter().filter(|row| internal || !row.internal).cloned().collect();
        assert_eq!(read, wanted, "to the last character, whole");
    }
    assert_eq!(written[0].thread, Thread::Request(credit.id));
    assert_eq!(world.request(credit.id).await.version, 1 + 4, "the internal ones are no change");
    let facts = world.timeline(Timeline::Request(credit.id)).await;
    assert_eq!(facts.iter().filter(|fact| fact.kind == FactKind::RequestCommented).count(), 7);
    world.assert_healthy().await;
}

/// A fact whose notices are pending brings the comment that it tells of.
pub async fn n3_a_pending_fact_brings_the_comment_it_tells_of(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(10).await;
    let credit = world.credit(account, 50).await;
    let comment = said(&world, FINANCE, credit.id, "bientôt 🛫", false).await;
    let pending = world.stores.pending.pending_facts(100).await.unwrap();
    let told: Vec<_> = pending.iter().filter(|one| one.fact.notices == [Notice::CommentAdded]).collect();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].comment.as_ref(), Some(&comment));
    assert!(pending.iter().filter(|one| one.fact.notices != [Notice::CommentAdded]).all(|one| one.comment.is_none()));
}

/// A draft and its edits are kept to the last character (R8).
pub async fn r8_a_draft_is_kept_edited_and_passed(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(0).await;
    let ticket = world.support(account, "sujet").await;
    let draft = world.create(OPERATION, cash(Category::Unload, account, 5, true)).await;
    let edit = DraftEdit {
        amount: Some(units(6)),
        description: Some(Some("été 🛫".to_owned())),
        etatsdevente_id: Some(Some(42)),
        helpdesk_id: Some(Some(ticket)),
    };
    world.run(OPERATION, Command::UpdateRequest(draft.id, RequestPatch { edit, ..RequestPatch::default() })).await;
    let row = world.request(draft.id).await;
    assert!(row.draft && row.version == 2);
    assert_eq!((row.amount.amount(), row.description.as_deref()), (units(6), Some("été 🛫")));
    assert_eq!((row.etatsdevente_id, row.helpdesk_id), (Some(42), Some(ticket)));
    let pass = RequestPatch { assigned_to: Some(Desk::Finance), ..RequestPatch::default() };
    world.run(OPERATION, Command::UpdateRequest(draft.id, pass)).await;
    assert!(!world.request(draft.id).await.draft);
    world.assert_healthy().await;
    assert_eq!(
        world
            .stores
            .reader
            .requests(&RequestFilter { draft: Some(true), ..RequestFilter::default() }, Page::default())
            .await
            .unwrap()
            .items,
        []
    );
}
