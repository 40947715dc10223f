//! What [`Reader`](crate::store::Reader) promises of past days and of statements.

use super::world::*;
use crate::decision::Changes;
use crate::id::{MovementId, UserId};
use crate::movement::{Movement, MovementType, Source};
use crate::row::Row;
use crate::store::{Page, StatementFilter};
use crate::testing::Harness;

/// The day's own closing, else the one before.
pub async fn f7_the_last_closing_before_a_day_is_found(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = three_days(&world).await;
    let other = world.account(0).await;
    let reader = &world.stores.reader;
    let found = async |text| {
        let closing = reader.closing(account, day(text)).await.unwrap();
        closing.map(|closing| (closing.state.day.to_string(), closing.state.indicators.balance.amount()))
    };
    assert_eq!(found("2025-10-20").await, None);
    assert_eq!(found("2025-10-21").await, Some(("2025-10-21".to_owned(), units(70))));
    assert_eq!(found("2025-10-22").await, Some(("2025-10-21".to_owned(), units(70))));
    assert_eq!(found("2025-10-29").await, Some(("2025-10-23".to_owned(), units(75))));
    let span = reader.closings(account, day("2025-10-22"), day("2025-10-30")).await.unwrap();
    assert_eq!(span.iter().map(|closing| closing.state.day).collect::<Vec<_>>(), [day("2025-10-23")]);
    assert!(reader.closing(other, day("2025-10-30")).await.unwrap().is_none());
}

/// Opening and closing around the period, whatever the filter leaves of its movements.
pub async fn a_statement_has_its_balances_and_its_running_balance(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = three_days(&world).await;
    let reader = &world.stores.reader;
    let all = reader.statement(account, &StatementFilter::default(), Page::default()).await.unwrap().unwrap();
    assert_eq!((all.opening_balance.amount(), all.closing_balance.amount()), (units(0), units(-5)));
    let running: Vec<_> = all.page.items.iter().map(|row| row.posted.unwrap().balance_after.amount()).collect();
    assert_eq!(running, [units(-5), units(75), units(70), units(70), units(100)]);
    let from = StatementFilter { from: Some(day("2025-10-22")), to: Some(day("2025-10-29")), ..Default::default() };
    let middle = reader.statement(account, &from, Page::default()).await.unwrap().unwrap();
    assert_eq!((middle.opening_balance.amount(), middle.closing_balance.amount()), (units(70), units(75)));
    assert_eq!(middle.page.items.len(), 1);
    let late = StatementFilter { from: Some(day("2026-01-01")), ..Default::default() };
    let nothing = reader.statement(account, &late, Page::default()).await.unwrap().unwrap();
    assert_eq!((nothing.opening_balance.amount(), nothing.closing_balance.amount()), (units(-5), units(-5)));
    assert!(nothing.page.items.is_empty());
}

/// Pages go on below a sequence.
pub async fn a_statement_is_cut_by_sequence(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = three_days(&world).await;
    let mut before = None;
    let mut sequences = Vec::new();
    loop {
        let found = world.stores.reader.statement(account, &StatementFilter::default(), page(2, before)).await;
        let statement = found.unwrap().unwrap();
        assert_eq!(statement.closing_balance.amount(), units(-5), "balances are the period's on every page");
        sequences.extend(statement.page.items.iter().map(|row| row.posted.unwrap().sequence));
        before = statement.page.next;
        if before.is_none() {
            break;
        }
    }
    assert_eq!(sequences, [5, 4, 3, 2, 1]);
}

/// By type and source.
pub async fn a_statement_of_a_period_is_filtered(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = three_days(&world).await;
    let count = async |filter: StatementFilter| {
        let statement = world.stores.reader.statement(account, &filter, Page::default()).await.unwrap().unwrap();
        (statement.page.items.len(), statement.closing_balance.amount())
    };
    let none = StatementFilter::default();
    assert_eq!(count(StatementFilter { kind: Some(MovementType::Debit), ..none }).await, (2, units(-5)));
    assert_eq!(count(StatementFilter { source: Some(Source::Orange), ..none }).await, (1, units(-5)));
    assert_eq!(count(StatementFilter { source: Some(Source::Helpdesk), ..none }).await, (1, units(-5)));
    let both = StatementFilter { to: Some(day("2025-10-21")), kind: Some(MovementType::Debit), ..none };
    assert_eq!(count(both).await, (1, units(70)));
}

/// Any type and source, of any days, gives what the same lines give when they are picked one by one, page by page.
pub async fn a_statement_is_filtered_by_anything_together(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = three_days(&world).await;
    let read = async |filter: &StatementFilter, page: Page| {
        world.stores.reader.statement(account, filter, page).await.unwrap().unwrap().page
    };
    let all = read(&StatementFilter::default(), Page::default()).await.items;
    for filter in every_line_filter() {
        let fits = |row: &&Row<MovementId, Movement>| {
            let on = row.posted.unwrap().day;
            filter.kind.is_none_or(|kind| kind == row.kind)
                && filter.source.is_none_or(|source| source == row.source)
                && filter.from.is_none_or(|from| on >= from)
                && filter.to.is_none_or(|to| on <= to)
        };
        let expected: Vec<_> = all.iter().filter(fits).map(|row| row.id).collect();
        let (mut found, mut before) = (Vec::new(), None);
        loop {
            let slice = read(&filter, page(1, before)).await;
            found.extend(slice.items.iter().map(|row| row.id));
            before = slice.next;
            if before.is_none() {
                break;
            }
        }
        assert_eq!(found, expected, "{filter:?}");
    }
}

/// Whoever shows no payload asks for none; nothing else of the lines changes.
pub async fn a_statement_comes_without_the_payloads_that_nobody_shows(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = three_days(&world).await;
    let reader = &world.stores.reader;
    let plain = StatementFilter::default();
    for kind in [None, Some(MovementType::Payment)] {
        let filter = StatementFilter { kind, ..plain };
        let without = StatementFilter { without_payloads: true, ..filter };
        let page =
            async |filter| reader.statement(account, &filter, Page::default()).await.unwrap().unwrap().page.items;
        let lines = async |filter| reader.statement_lines(account, &filter, 0, 10).await.unwrap();
        for (mut whole, bare) in
            [(page(filter).await, page(without).await), (lines(filter).await, lines(without).await)]
        {
            assert!(!whole.is_empty());
            for row in &mut whole {
                assert!(row.data.payload.take().is_some(), "{}", row.name);
            }
            assert_eq!(bare, whole);
        }
    }
}

/// The marks of an older system come back as they are; what is deleted is read by its number, and by `verify`, alone.
pub async fn what_an_older_system_marked_as_deleted_is_in_no_statement(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(0).await;
    let kept = world.post(posting(account, MovementType::Payment, units(10), "kept")).await;
    let deleted = world.post(posting(account, MovementType::Payment, units(700), "deleted")).await;
    let reader = &world.stores.reader;
    let mut changes = Changes::default();
    for (id, is_deleted, modified_by) in [(kept, false, Some(UserId((1 << 53) + 1))), (deleted, true, None)] {
        let row = reader.movement(id).await.unwrap().unwrap().data;
        assert_eq!((row.is_deleted, row.modified_by), (false, None), "no rule sets them");
        changes.movements.put(row.uuid, Some(id), 0, Movement { is_deleted, modified_by, ..row });
    }
    world.save(&changes).await.unwrap();
    let statement = reader.statement(account, &StatementFilter::default(), Page::default()).await.unwrap().unwrap();
    let lines: Vec<_> = statement.page.items.iter().map(|row| (row.id, row.modified_by)).collect();
    assert_eq!((lines, statement.closing_balance.amount()), (vec![(kept, Some(UserId((1 << 53) + 1)))], units(10)));
    assert!(reader.movement(deleted).await.unwrap().unwrap().is_deleted);
    let audited = world.stores.audit.audit_logs(account, (0, 0), 10).await.unwrap();
    let audited: Vec<_> = audited.iter().filter_map(|link| link.movement.as_ref()).collect();
    assert_eq!(audited.iter().map(|row| (row.id, row.counts())).collect::<Vec<_>>(), [(kept, true), (deleted, false)]);
    assert_eq!(world.stores.audit.audit_count(account).await.unwrap(), 1);
}

/// Types, sources and days, each asked for or not.
fn every_line_filter() -> Vec<StatementFilter> {
    let none = StatementFilter::default();
    let kinds = std::iter::once(None).chain(MovementType::ALL.iter().copied().map(Some));
    let sources: Vec<_> = std::iter::once(None).chain(Source::ALL.iter().copied().map(Some)).collect();
    let filters = kinds.flat_map(|kind| sources.iter().map(move |source| (kind, *source)));
    let days = [None, Some(day("2025-10-20")), Some(day("2025-10-22"))];
    let filters = filters.flat_map(|(kind, source)| days.map(|from| StatementFilter { kind, source, from, ..none }));
    filters.flat_map(|filter| days.map(|to| StatementFilter { to, ..filter })).collect()
}
