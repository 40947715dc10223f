//! The transitions of financial requests, every one of them, through the command that people's changes come in (T).

use crate::world::*;
use estair_core::actor::Role;
use estair_core::category::{Category, Desk, Status, TRANSITIONS, transition};
use estair_core::command::Command;
use estair_core::fact::FactKind;
use estair_core::refusal::Refusal;
use estair_core::request::{RequestDraft, RequestPatch};
use estair_core::row::Link;

const ORDER: [Status; 6] =
    [Status::Open, Status::ToTreat, Status::Processing, Status::Waiting, Status::Closed, Status::Cancelled];

/// A line is a status from, a column a status to, both in the order of [`ORDER`]. `+` is taken, `x` is no transition
/// (409), `f` another role's (403), `F` not this role's to move (403), `i` immutable (409).
///
/// What only an event may do is `f` for everybody, the system included: a movement that is written closes, a rule that
/// refuses it sends back, a credit's expiry cancels. There are commands of their own for those.
type Grid = [&'static str; 6];

const NOT_THEIRS: Grid = ["FFFFFF"; 6];
const FINAL: &str = "iiiiii";

const CREDIT_BY_FINANCE: Grid = ["x+x+xf", "xxfxxf", "xxxfff", "x+xxxf", FINAL, FINAL];
const CREDIT_BY_OPERATION: Grid = ["xfxfxf", "xxfxxf", "xxxfff", "xfxxxf", FINAL, FINAL];
const CREDIT_BY_SYSTEM: Grid = ["x+x+xf", "xx+xxf", "xxxfff", "xfxxxf", FINAL, FINAL];
const CASH_BY_FINANCE: Grid = ["x+x+xx", "xxfxxx", "xxxffx", "x+xxxx", FINAL, FINAL];
const CASH_BY_OPERATION: Grid = ["xfx+xx", "xxfxxx", "xxxffx", "xfxxxx", FINAL, FINAL];
const CASH_BY_SYSTEM: Grid = ["xfxfxx", "xx+xxx", "xxxffx", "xfxxxx", FINAL, FINAL];
const CANCELLATION: Grid = ["xxxxxx", "xx+xxx", "xxxffx", "xx+xxx", FINAL, FINAL];

/// Who finds which grid. Admin takes what finance or operation take (T2).
const GRIDS: [(Category, Role, Grid); 24] = [
    (Category::DailyCredit, Role::Client, NOT_THEIRS),
    (Category::DailyCredit, Role::Operation, CREDIT_BY_OPERATION),
    (Category::DailyCredit, Role::Finance, CREDIT_BY_FINANCE),
    (Category::DailyCredit, Role::Admin, CREDIT_BY_FINANCE),
    (Category::DailyCredit, Role::Service, NOT_THEIRS),
    (Category::DailyCredit, Role::System, CREDIT_BY_SYSTEM),
    (Category::Load, Role::Client, NOT_THEIRS),
    (Category::Load, Role::Operation, CASH_BY_OPERATION),
    (Category::Load, Role::Finance, CASH_BY_FINANCE),
    (Category::Load, Role::Admin, CASH_BY_FINANCE),
    (Category::Load, Role::Service, NOT_THEIRS),
    (Category::Load, Role::System, CASH_BY_SYSTEM),
    (Category::Unload, Role::Client, NOT_THEIRS),
    (Category::Unload, Role::Operation, CASH_BY_OPERATION),
    (Category::Unload, Role::Finance, CASH_BY_FINANCE),
    (Category::Unload, Role::Admin, CASH_BY_FINANCE),
    (Category::Unload, Role::Service, NOT_THEIRS),
    (Category::Unload, Role::System, CASH_BY_SYSTEM),
    (Category::CancelCredit, Role::Client, NOT_THEIRS),
    (Category::CancelCredit, Role::Operation, NOT_THEIRS),
    (Category::CancelCredit, Role::Finance, NOT_THEIRS),
    (Category::CancelCredit, Role::Admin, CANCELLATION),
    (Category::CancelCredit, Role::Service, NOT_THEIRS),
    (Category::CancelCredit, Role::System, CANCELLATION),
];

// rule: T1, T2, T3, R6
#[test]
fn t1_every_category_status_status_and_role_gets_what_the_table_says() {
    for (category, role, grid) in GRIDS {
        for (from, line) in ORDER.into_iter().zip(grid) {
            for (to, cell) in ORDER.into_iter().zip(line.chars()) {
                let (mut world, id) = standing(category, from);
                let account = world.request(id).account;
                let got = match world.go(actor_of(role, account), id, to) {
                    Ok(_) => "taken",
                    Err(refusal) => refusal.code(),
                };
                let wanted = match cell {
                    '+' => "taken",
                    'x' => "transition_not_allowed",
                    'f' => "transition_forbidden",
                    'F' => "forbidden",
                    'i' => "immutable",
                    other => panic!("{other}"),
                };
                assert_eq!(got, wanted, "{category} from {from} to {to} by {role}");
                let now = world.status(id);
                assert_eq!(now, if cell == '+' { to } else { from }, "{category} from {from} to {to} by {role}");
            }
        }
    }
}

/// A request of this category in this status, whoever brought it there.
fn standing(category: Category, status: Status) -> (World, estair_core::id::RequestId) {
    let (mut world, account) = World::with_account("1000000");
    let parent = world.granted(account, "1000");
    let id = match category {
        Category::CancelCredit => world.cancellation(parent, false).unwrap(),
        other => world.ask(other, account, "500"),
    };
    let request = world.snapshot.requests.get_mut(&id).unwrap();
    request.status = status;
    (world, id)
}

// rule: T1
#[test]
fn t1_a_refused_transition_names_where_it_is_what_was_wanted_and_what_is_allowed() {
    let (mut world, account) = World::with_account("0");
    let load = world.ask(Category::Load, account, "500");
    let refusal = world.go(FINANCE, load, Status::Closed).unwrap_err();
    let Refusal::TransitionNotAllowed { from, to, allowed } = &refusal else { panic!("{refusal:?}") };
    assert_eq!((*from, *to, allowed.as_slice()), ("open", "closed", ["to_treat", "waiting"].as_slice()));
    assert_eq!(refusal.to_string(), "from open to closed: allowed are to_treat, waiting");

    let refusal = world.go(OPERATION, load, Status::ToTreat).unwrap_err();
    let Refusal::TransitionForbidden { by, role, .. } = &refusal else { panic!("{refusal:?}") };
    assert_eq!((*role, by.as_slice()), (Role::Operation, [Role::Finance, Role::Admin].as_slice()));
}

// rule: T1
#[test]
fn t1_the_table_is_the_specification_line_by_line() {
    let by = |category: Category, from, to| {
        let row = transition(category.definition().flow, from, to)?;
        Some(Role::ALL.into_iter().filter(|role| row.may(*role)).map(Role::name).collect::<Vec<_>>().join(" "))
    };
    use Category::{CancelCredit, DailyCredit, Load, Unload};
    use Status::{Cancelled, Closed, Open, Processing, ToTreat, Waiting};
    for (categories, from, to, who) in [
        (&[DailyCredit][..], Open, ToTreat, "finance admin system"),
        (&[DailyCredit], Open, Waiting, "finance admin system"),
        (&[DailyCredit], Waiting, ToTreat, "finance admin"),
        (&[Load, Unload], Open, ToTreat, "finance admin"),
        (&[Load, Unload], Open, Waiting, "operation finance admin"),
        (&[Load, Unload], Waiting, ToTreat, "finance admin"),
        (&[CancelCredit], Waiting, Processing, "admin system"),
        (&[DailyCredit, Load, Unload], ToTreat, Processing, "system"),
        (&[CancelCredit], ToTreat, Processing, "admin system"),
        (&[DailyCredit, Load, Unload, CancelCredit], Processing, Closed, "system"),
        (&[DailyCredit, Load, Unload, CancelCredit], Processing, Waiting, "system"),
        (&[DailyCredit], Open, Cancelled, "system"),
        (&[DailyCredit], ToTreat, Cancelled, "system"),
        (&[DailyCredit], Processing, Cancelled, "system"),
        (&[DailyCredit], Waiting, Cancelled, "system"),
    ] {
        for category in categories {
            assert_eq!(by(*category, from, to).as_deref(), Some(who), "{category} from {from} to {to}");
        }
    }
    assert_eq!(TRANSITIONS.len(), 16, "a line more or less than the specification has");
}

// rule: T3
#[test]
fn t3_nobody_cancels_by_hand_not_even_the_system_before_the_expiry() {
    let (mut world, account) = World::with_account("1000");
    let credit = world.ask_credit(account, "500");
    for actor in [client(account), OPERATION, FINANCE, ADMIN, SERVICE, SYSTEM] {
        assert!(world.go(actor, credit, Status::Cancelled).is_err(), "{actor:?}");
    }
    world.expire(credit);
    assert_eq!(world.status(credit), Status::ToTreat, "the scheduler has nothing to do before the expiry");
    world.now = at("2025-10-21T18:00:00Z");
    world.expire(credit);
    assert_eq!(world.status(credit), Status::Cancelled);
}

// rule: T1, W1
#[test]
fn t1_nobody_closes_a_request_without_its_movement() {
    let (mut world, account) = World::with_account("1000");
    let credit = world.ask_credit(account, "500");
    world.mark_sent(credit);
    assert_eq!(code(world.go(SYSTEM, credit, Status::Closed)), "transition_forbidden");
    world.written(credit);
    assert_eq!(world.status(credit), Status::Closed);
    assert!(world.request(credit).movement.is_some());
}

// rule: T1
#[test]
fn t1_every_move_the_timeline_tells_is_a_line_of_the_table() {
    let (mut world, account) = World::with_account("1000");
    // A webhook before the dispatcher's mark, a refusal at the last check, a release, an expiry, a cancellation.
    let early = world.ask_credit(account, "300");
    world.written(early);
    let first = world.ask_credit(account, "600");
    let second = world.ask_credit(account, "650");
    world.mark_sent(first);
    world.written(first);
    world.deliver(second);
    assert_eq!(world.status(second), Status::Waiting);
    let held = world.cancellation(first, true).unwrap();
    world.go(ADMIN, held, Status::Processing).unwrap();
    world.mark_sent(held);
    world.written(held);
    let load = world.ask(Category::Load, account, "10");
    world.go(FINANCE, load, Status::ToTreat).unwrap();
    world.written(load);
    world.now = at("2025-10-21T18:00:00Z");
    world.expire(second);

    let mut standing = std::collections::BTreeMap::new();
    let mut moves = 0;
    for fact in &world.facts {
        let Some(request) = fact.request.and_then(Link::known) else { continue };
        let category = world.request(request).category;
        let status = |key: &str| fact.data.get(key).and_then(|s| s.as_str()).and_then(Status::from_name);
        if fact.kind == FactKind::RequestCreated {
            standing.insert(request, status("status").unwrap());
        }
        // What closes a request says from where; the status it leaves is where it went.
        let to = if fact.kind == FactKind::MovementWritten { status("status") } else { status("to") };
        if let (Some(from), Some(to)) = (status("from"), to) {
            let told = format!("{request}: {category} from {from} to {to}, {:?}", fact.kind);
            assert!(transition(category.definition().flow, from, to).is_some(), "{told}");
            assert_eq!(standing.insert(request, to), Some(from), "{told}");
            moves += 1;
        }
    }
    let wanted =
        [(early, Status::Closed), (first, Status::Closed), (second, Status::Cancelled), (held, Status::Closed)];
    assert!(wanted.iter().all(|(request, status)| standing[request] == *status), "{standing:?}");
    assert_eq!(moves, 15);
}

// rule: R2, T2
#[test]
fn t2_what_operation_keeps_finance_does_not_move_but_admin_may() {
    let (mut world, account) = World::with_account("1000");
    world.policy.auto_validation = false;
    for category in [Category::Load, Category::Unload, Category::DailyCredit] {
        let id = world.ask(category, account, "100");
        world.assign(OPERATION, id, Desk::Operation).unwrap();
        assert_eq!(code(world.go(FINANCE, id, Status::ToTreat)), "transition_forbidden");
        assert_eq!(code(world.go(FINANCE, id, Status::Waiting)), "transition_forbidden");
        world.go(ADMIN, id, Status::ToTreat).unwrap();
    }
}

// rule: T1, P5
#[test]
fn t1_hands_and_status_can_change_in_one_call() {
    let (mut world, account) = World::with_account("1000");
    let kept = RequestDraft { assigned_to: Some(Desk::Operation), ..draft(Category::Load, account, "100") };
    let id = world.create(OPERATION, kept).unwrap();
    let both =
        RequestPatch { assigned_to: Some(Desk::Finance), status: Some(Status::ToTreat), ..RequestPatch::default() };
    world.run(ADMIN, Command::UpdateRequest(id, both)).unwrap();
    let request = world.request(id);
    assert_eq!((request.status, request.assigned_to, request.version), (Status::ToTreat, Desk::Finance, 2));
}
