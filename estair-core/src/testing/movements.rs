//! What [`Reader`](crate::store::Reader) tells of the movements of all accounts, and of their audit trail.

use super::world::*;
use crate::actor::Actor;
use crate::audit::LogStatus;
use crate::category::Category;
use crate::command::{Command, FailedEntry};
use crate::movement::{Failure, MovementDraft, MovementStatus, MovementType, Source};
use crate::request::RequestDraft;
use crate::store::{LogFilter, MovementFilter, Page};
use crate::testing::Harness;

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
