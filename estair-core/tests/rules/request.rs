//! Financial requests: what they start as, who holds them, how they are named (R).

use estair_core::action::Action;
use estair_core::category::{Category, Desk, Status};
use estair_core::command::Command;
use estair_core::movement::{MovementType, Source, name_for_reference};
use estair_core::request::{RequestDraft, RequestPatch};
use std::collections::BTreeSet;

use crate::world::*;

// rule: R2
#[test]
fn r2_each_change_is_dated_and_counted() {
    let (mut world, account) = World::with_account("1000");
    let id = world.ask(Category::Load, account, "700");
    let (version, asked) = (world.request(id).version, world.now);
    world.now = at("2025-10-21T14:30:00Z");
    assert_ne!(world.now, asked);
    world.go(FINANCE, id, Status::ToTreat).unwrap();
    assert_eq!((world.request(id).version, world.request(id).updated_at), (version + 1, world.now));
    assert_eq!(world.request(id).created_at, asked);
}

// rule: R1
#[test]
fn r1_each_category_becomes_its_movement_of_its_amount() {
    let (mut world, account) = World::with_account("1000");
    let kinds = [
        (Category::Load, MovementType::Payment, "700"),
        (Category::Unload, MovementType::Debit, "-700"),
        (Category::DailyCredit, MovementType::Credit, "700"),
    ];
    for (category, kind, signed) in kinds {
        let id = world.ask(category, account, "700");
        if world.status(id) == Status::Open {
            world.go(FINANCE, id, Status::ToTreat).unwrap();
        }
        world.written(id);
        let row = &world.movement(id).unwrap().row;
        assert_eq!((row.kind, row.amount.to_string(), row.source), (kind, signed.to_owned(), Source::Helpdesk));
        assert_eq!(row.request, Some(id));
        if category == Category::DailyCredit {
            let cancellation = world.cancellation(id, false).unwrap();
            world.written(cancellation);
            let row = &world.movement(cancellation).unwrap().row;
            assert_eq!((row.kind, row.amount.to_string()), (MovementType::CreditCancellation, "-700".to_owned()));
        }
    }
}

// rule: R2
#[test]
fn r2_where_requests_start_and_who_holds_them() {
    let (mut world, account) = World::with_account("0");
    world.policy.auto_validation = false;
    for category in [Category::Load, Category::Unload, Category::DailyCredit] {
        let id = world.ask(category, account, "5");
        assert_eq!((world.status(id), world.request(id).assigned_to), (Status::Open, Desk::Finance));
        let kept = RequestDraft { assigned_to: Some(Desk::Operation), ..draft(category, account, "5") };
        let id = world.create(OPERATION, kept).unwrap();
        assert_eq!((world.status(id), world.request(id).assigned_to), (Status::Open, Desk::Operation));
    }
    let kept = RequestDraft { assigned_to: Some(Desk::Operation), ..draft(Category::DailyCredit, account, "5") };
    assert_eq!(code(world.create(client(account), kept)), "forbidden", "only operation keeps");
    let elsewhere = RequestDraft { assigned_to: Some(Desk::Admin), ..draft(Category::Load, account, "5") };
    assert_eq!(code(world.create(OPERATION, elsewhere)), "forbidden");
}

// rule: R2
#[test]
fn r2_a_cancellation_starts_on_its_way_or_held_until_it_is_released() {
    let (mut world, account) = World::with_account("1000");
    let credit = world.granted(account, "5");
    let entries = world.outbox.len();
    let held = world.cancellation(credit, true).unwrap();
    let row = world.request(held);
    assert_eq!((row.status, row.assigned_to, row.execution), (Status::Waiting, Desk::Admin, 0));
    assert_eq!(world.outbox.len(), entries);
    assert_eq!(outcome(&world.deliver(held)).0.name(), "not_ready", "nobody passed it");
    world.go(ADMIN, held, Status::Processing).unwrap();
    assert_eq!((world.request(held).execution, world.outbox.len()), (1, entries + 1), "the release is what sends it");
    world.written(held);

    let other = world.granted(account, "7");
    let free = world.cancellation(other, false).unwrap();
    assert_eq!((world.status(free), world.request(free).execution), (Status::ToTreat, 1));
    let entries = world.outbox.len();
    world.go(ADMIN, free, Status::Processing).unwrap();
    assert_eq!(world.outbox.len(), entries, "an admin's own step uses the entry that is there");
    world.written(free);
}

// rule: R2
#[test]
fn r2_nobody_assigns_what_is_on_its_way_until_it_waits_again() {
    let (mut world, account) = World::with_account("1000");
    let first = world.ask_credit(account, "600");
    let second = world.ask_credit(account, "600");
    for actor in [OPERATION, ADMIN] {
        assert_eq!(code(world.assign(actor, second, Desk::Operation)), "assignment_not_allowed");
    }
    world.written(first);
    world.mark_sent(second);
    assert_eq!(code(world.assign(ADMIN, second, Desk::Operation)), "assignment_not_allowed");
    world.deliver(second);
    world.assign(OPERATION, second, Desk::Operation).expect("back in waiting");
    assert_eq!(code(world.assign(OPERATION, second, Desk::Admin)), "forbidden");
    world.assign(ADMIN, second, Desk::Admin).expect("admin sets any desk");
    assert_eq!(code(world.assign(FINANCE, second, Desk::Finance)), "forbidden");
    assert_eq!(code(world.assign(client(account), second, Desk::Finance)), "forbidden");
}

// rule: R3
#[test]
fn r3_a_fee_is_an_unload_with_its_sale_created_by_operation_alone() {
    let (mut world, account) = World::with_account("0");
    let fee = RequestDraft { etatsdevente_id: Some(42), ..draft(Category::Unload, account, "500") };
    for actor in [client(account), FINANCE, ADMIN, SERVICE] {
        assert_eq!(code(world.create(actor, fee.clone())), "forbidden");
    }
    let id = world.create(OPERATION, fee).unwrap();
    assert_eq!(world.request(id).etatsdevente_id, Some(42));
    world.go(FINANCE, id, Status::ToTreat).unwrap();
    world.written(id);
    assert_eq!(world.movement(id).unwrap().row.kind, MovementType::Debit);
}

// rule: R5
#[test]
fn r5_a_cancellation_reverses_a_granted_credit_of_the_account_once_and_in_full() {
    let (mut world, account) = World::with_account("1000");
    let other = world.open("1000");
    let credit = world.granted(account, "300");
    let load = world.ask(Category::Load, account, "300");
    let pending = world.ask_credit(account, "1");
    let base =
        RequestDraft { category: Some(Category::CancelCredit), account: Some(account), ..RequestDraft::default() };
    let mut refused = |draft: RequestDraft| code(world.create(ADMIN, draft));
    assert_eq!(refused(base.clone()), "invalid_value", "a parent is needed");
    assert_eq!(refused(RequestDraft { parent: Some(load), ..base.clone() }), "invalid_parent");
    assert_eq!(refused(RequestDraft { account: Some(other), parent: Some(credit), ..base.clone() }), "invalid_parent");
    assert_eq!(refused(RequestDraft { parent: Some(pending), ..base.clone() }), "credit_not_granted");
    let part = RequestDraft { parent: Some(credit), amount: Some(amount("299")), ..base.clone() };
    assert_eq!(refused(part.clone()), "invalid_amount");
    let elsewhere = RequestDraft { parent: Some(credit), assigned_to: Some(Desk::Finance), ..base.clone() };
    assert_eq!(refused(elsewhere), "invalid_value", "it starts with admin (R2)");
    let said = |actor, world: &mut World| world.create(actor, part.clone()).unwrap_err().to_string();
    assert!(said(ADMIN, &mut world).contains("300"));
    assert!(!said(SERVICE, &mut world).contains("300"), "a service reads no requests (P)");
    let whole = RequestDraft { parent: Some(credit), amount: Some(amount("300.00")), account: None, ..base.clone() };
    let cancellation = world.create(ADMIN, whole).expect("the account follows from the parent");
    assert_eq!(world.request(cancellation).account, account);
    let again = RequestDraft { parent: Some(credit), ..base };
    assert_eq!(code(world.create(ADMIN, again.clone())), "cancellation_in_progress");
    world.written(cancellation);
    assert_eq!(code(world.create(ADMIN, again)), "credit_already_cancelled");
}

// rule: R5
#[test]
fn r5_hold_and_parent_are_for_cancellations_alone() {
    let (mut world, account) = World::with_account("1000");
    let credit = world.granted(account, "300");
    for category in [Category::Load, Category::Unload, Category::DailyCredit] {
        for hold in [true, false] {
            let held = RequestDraft { hold: Some(hold), ..draft(category, account, "5") };
            assert_eq!(code(world.create(OPERATION, held)), "invalid_value", "{category} {hold}");
        }
        let child = RequestDraft { parent: Some(credit), ..draft(category, account, "5") };
        assert_eq!(code(world.create(OPERATION, child)), "invalid_value", "{category}");
    }
}

// rule: R6
#[test]
fn r6_nothing_changes_a_final_request_whoever_asks() {
    let (mut world, account) = World::with_account("1000");
    let closed = world.granted(account, "5");
    let cancelled = world.ask_credit(account, "5");
    world.now = at("2025-10-21T18:00:00Z");
    world.expire(cancelled);
    for id in [closed, cancelled] {
        let before = world.request(id).clone();
        for actor in [OPERATION, FINANCE, ADMIN, SYSTEM] {
            for to in Status::ALL {
                assert_eq!(code(world.go(actor, id, *to)), "immutable", "{actor:?} to {to}");
            }
        }
        for desk in Desk::ALL {
            assert_eq!(code(world.assign(ADMIN, id, *desk)), "immutable");
        }
        world.mark_sent(id);
        world.deliver(id);
        world.expire(id);
        assert_eq!(*world.request(id), before);
    }
}

// rule: R7
#[test]
fn r7_names_are_derived_and_unique() {
    let (mut world, account) = World::with_account("1000000");
    let mut names = BTreeSet::new();
    for _ in 0..200 {
        let id = world.ask(Category::Load, account, "1");
        let row = world.request(id);
        let tail = row.uuid.simple().to_string()[20..].to_uppercase();
        assert_eq!(row.name, format!("REQ-20251021-{tail}"));
        assert_eq!(row.uuid.get_version_num(), 7);
        assert!(names.insert(row.name.clone()));
        assert_eq!(row.movement_name(), format!("MVT-{}", row.uuid));
    }
    assert_eq!(name_for_reference(Source::Wave, "TX 1"), "MVT-wave-TX 1");
}

// rule: R2, P5
#[test]
fn r2_a_change_of_nothing_and_a_stale_version_are_refused() {
    let (mut world, account) = World::with_account("1000");
    let load = world.ask(Category::Load, account, "5");
    assert_eq!(code(world.run(FINANCE, Command::UpdateRequest(load, RequestPatch::default()))), "invalid_value");
    let stale = RequestPatch { status: Some(Status::Waiting), version: Some(1), ..RequestPatch::default() };
    world.run(FINANCE, Command::UpdateRequest(load, stale.clone())).unwrap();
    assert_eq!(world.request(load).version, 2);
    assert_eq!(code(world.run(FINANCE, Command::UpdateRequest(load, stale))), "stale_version");
}

// rule: R1
#[test]
fn r1_the_support_request_behind_it_is_the_accounts_own() {
    let (mut world, account) = World::with_account("1000");
    let other = world.open("0");
    let (own, foreign) = (ticket(&mut world, account), ticket(&mut world, other));
    let behind = |support| RequestDraft { helpdesk_id: Some(support), ..draft(Category::Load, account, "5") };
    let id = world.create(OPERATION, behind(own)).unwrap();
    assert_eq!(world.request(id).helpdesk_id, Some(own));
    assert_eq!(code(world.create(OPERATION, behind(foreign))), "invalid_value");
}

// rule: R2
#[test]
fn r2_a_client_may_name_the_desk_it_goes_to_anyway_and_no_other() {
    let (mut world, account) = World::with_account("1000");
    let to = |desk| RequestDraft { assigned_to: Some(desk), ..draft(Category::DailyCredit, account, "5") };
    let id = world.create(client(account), to(Desk::Finance)).unwrap();
    assert_eq!(world.request(id).assigned_to, Desk::Finance);
    assert_eq!(code(world.create(client(account), to(Desk::Operation))), "forbidden");
}

// rule: P4
#[test]
fn p4_an_action_has_a_name_and_perhaps_a_goal() {
    let told = [
        (Action::Transition("to_treat"), ("transition", Some("to_treat"))),
        (Action::Assign("finance"), ("assign", Some("finance"))),
        (Action::Edit, ("edit", None)),
        (Action::Comment, ("comment", None)),
        (Action::CancelCredit, ("cancel_credit", None)),
    ];
    for (action, wanted) in told {
        assert_eq!((action.name(), action.to()), wanted);
    }
}
