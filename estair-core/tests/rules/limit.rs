//! The credit limit: when it is checked, and what follows (C).

use estair_core::actor::{Actor, Role};
use estair_core::category::{Category, Desk, Status};
use estair_core::clock::Ids;
use estair_core::command::Command;
use estair_core::decision::{BusinessOutcome, Context};
use estair_core::id::RequestId;
use estair_core::policy::LimitComparison;
use estair_core::refusal::FieldError;
use estair_core::refusal::Refusal;
use estair_core::request::{Preview, RequestDraft, RequestPatch};
use proptest::prelude::*;

use crate::world::*;

// rule: C1
#[test]
fn c1_the_comparison_is_chosen_by_name() {
    let read = |name: &str| name.parse::<LimitComparison>();
    assert_eq!(read("strict").unwrap(), LimitComparison::Strict);
    assert_eq!(read("inclusive").unwrap(), LimitComparison::Inclusive);
    assert_eq!(read("Strict").unwrap_err().expected, "strict or inclusive");
}

// rule: C1
#[test]
fn c1_the_amount_must_stay_strictly_under_the_limit() {
    for (asked, comparison, passes) in [
        ("599", LimitComparison::Strict, true),
        ("600", LimitComparison::Strict, false),
        ("600", LimitComparison::Inclusive, true),
        ("601", LimitComparison::Inclusive, false),
    ] {
        let (mut world, account) = World::with_account("1000");
        world.granted(account, "400");
        world.policy.limit = comparison;
        let credit = world.ask_credit(account, asked);
        let wanted = if passes { Status::ToTreat } else { Status::Waiting };
        assert_eq!(world.status(credit), wanted, "{asked} {comparison:?}");
    }
    let (mut world, account) = World::with_account("0");
    let credit = world.ask_credit(account, "1");
    assert_eq!(world.status(credit), Status::Waiting, "without a limit there is no credit");
}

// rule: C1, M2
#[test]
fn c1_what_cannot_be_added_up_does_not_pass() {
    let money = |text: &str, code: &str| amount(text).in_currency(code.parse().unwrap()).unwrap();
    let most = money("9999999999999", "XOF");
    for comparison in [LimitComparison::Strict, LimitComparison::Inclusive] {
        assert!(!comparison.allows(most, most, most));
        assert!(!comparison.allows(money("10", "EUR"), money("0", "XOF"), money("1", "XOF")));
    }
}

// rule: C6
#[test]
fn c6_the_limit_that_it_has_already_changes_and_keeps_nothing() {
    let (mut world, account) = World::with_account("1000");
    let (was, facts) = (world.account(account).clone(), world.facts.len());
    world.now += chrono::Duration::minutes(5);
    for same in ["1000", "1000.00", "1e3"] {
        world.set_limit(account, same);
    }
    assert_eq!(world.account(account), &was);
    assert_eq!((world.limits.len(), world.facts.len()), (0, facts));
    world.set_limit(account, "999");
    assert_eq!((world.limits.len(), world.facts.len()), (1, facts + 1));
}

// rule: C2
#[test]
fn c2_a_credit_is_checked_when_it_is_created() {
    let (mut world, account) = World::with_account("1000");
    let passes = world.ask_credit(account, "500");
    let fails = world.ask_credit(account, "1000");
    assert_eq!((world.status(passes), world.request(passes).execution), (Status::ToTreat, 1));
    assert_eq!((world.status(fails), world.request(fails).execution), (Status::Waiting, 0));
    assert_eq!(world.outbox.len(), 1, "what waits is not sent");
    assert_eq!(
        world.request(passes).passed.as_ref().unwrap().by,
        client(account).user(),
        "the author, where the check passed it"
    );
}

// rule: C2, R2
#[test]
fn c2_a_kept_credit_is_checked_when_operation_hands_it_over() {
    for (asked, wanted) in [("500", Status::ToTreat), ("1000", Status::Waiting)] {
        let (mut world, account) = World::with_account("1000");
        let kept = RequestDraft { assigned_to: Some(Desk::Operation), ..draft(Category::DailyCredit, account, asked) };
        let id = world.create(OPERATION, kept).unwrap();
        assert_eq!((world.status(id), world.outbox.len()), (Status::Open, 0), "a kept credit is not checked yet");
        world.assign(ADMIN, id, Desk::Admin).unwrap();
        assert_eq!(world.status(id), Status::Open, "passing it on is assigning it to finance, and nothing else");
        world.assign(ADMIN, id, Desk::Finance).unwrap();
        assert_eq!(world.status(id), wanted);
    }
}

// rule: C3
#[test]
fn c3_a_credit_that_waits_leaves_no_movement() {
    let (mut world, account) = World::with_account("100");
    let refused = world.ask_credit(account, "500");
    world.go(FINANCE, refused, Status::ToTreat).expect_err("the limit");
    assert!(world.snapshot.movements.is_empty() && world.logs.is_empty());
    let first = world.ask_credit(account, "60");
    let second = world.ask_credit(account, "60");
    world.written(first);
    world.deliver(second);
    assert_eq!((world.snapshot.movements.len(), world.logs.len()), (1, 1), "nor does one refused at the last check");
}

// rule: C4
#[test]
fn c4_two_that_fit_but_not_together_are_one_movement_and_one_that_waits() {
    let (mut world, account) = World::with_account("1000");
    let first = world.ask_credit(account, "600");
    let second = world.ask_credit(account, "600");
    assert_eq!((world.status(first), world.status(second)), (Status::ToTreat, Status::ToTreat));
    world.written(second);
    let answer = world.deliver(first);
    assert_eq!(outcome(&answer), (BusinessOutcome::Waiting, Some("credit_limit_exceeded")));
    assert_eq!((world.status(first), world.status(second)), (Status::Waiting, Status::Closed));
    assert_eq!(world.account(account).indicators.active_credit.to_string(), "600");
}

// rule: C4, C6
#[test]
fn c4_a_limit_lowered_meanwhile_stops_the_credit_at_the_last_check() {
    let (mut world, account) = World::with_account("1000");
    let credit = world.ask_credit(account, "600");
    world.set_limit(account, "600");
    assert_eq!(outcome(&world.deliver(credit)).0, BusinessOutcome::Waiting);
}

proptest! {
    // rule: C4
    #[test]
    fn c4_in_no_order_of_events_does_a_new_credit_reach_the_limit(
        asked in prop::collection::vec(1_i64..900, 2..8), order in any::<u64>(), limits in prop::collection::vec(0_i64..1_500, 2..8)
    ) {
        let (mut world, account) = World::with_account("1000");
        let ids: Vec<_> = asked.iter().map(|units| world.ask_credit(account, &units.to_string())).collect();
        let mut state = order;
        for round in 0..ids.len() * 3 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let id = ids[(state >> 33) as usize % ids.len()];
            let before = world.account(account).indicators.active_credit;
            match (state >> 20) % 4 {
                0 => world.set_limit(account, &limits[round % limits.len()].to_string()),
                1 => drop(world.go(FINANCE, id, Status::ToTreat)),
                _ => drop(world.deliver(id)),
            }
            let after = world.account(account);
            if after.indicators.active_credit > before {
                prop_assert!(after.indicators.active_credit < after.limit);
            }
        }
        let written: i64 = ids.iter().filter(|id| world.status(**id) == Status::Closed)
            .map(|id| world.request(*id).amount.hundredths()).sum();
        prop_assert_eq!(world.account(account).indicators.active_credit.hundredths(), written);
    }
}

// rule: C5
#[test]
fn c5_finance_moves_a_waiting_credit_and_the_check_runs_there_and_then() {
    let (mut world, account) = World::with_account("100");
    let credit = world.ask_credit(account, "500");
    let refusal = world.go(FINANCE, credit, Status::ToTreat).unwrap_err();
    let Refusal::CreditLimitExceeded { limit, active_credit, amount } = &refusal else { panic!("{refusal:?}") };
    assert_eq!(
        (limit.to_string(), active_credit.to_string(), amount.to_string()),
        ("100".into(), "0".into(), "500".into())
    );
    let figures = refusal.figures();
    assert_eq!(
        (&figures["limit"], &figures["active_credit"], &figures["amount"]),
        (&"100".into(), &"0".into(), &"500".into())
    );
    world.set_limit(account, "501");
    world.go(FINANCE, credit, Status::ToTreat).unwrap();
    assert_eq!(world.request(credit).execution, 1);
    world.written(credit);
    assert_eq!(world.account(account).indicators.active_credit.to_string(), "500");
}

// rule: C5, G3
#[test]
fn c5_each_execution_is_a_new_message() {
    let (mut world, account) = World::with_account("1000");
    let first = world.ask_credit(account, "600");
    let second = world.ask_credit(account, "600");
    world.written(first);
    world.deliver(second);
    world.set_limit(account, "5000");
    let stale = world.message(second);
    world.go(FINANCE, second, Status::ToTreat).unwrap();
    assert_eq!(world.outbox.last().unwrap().execution, 2);
    let answer = world.run(SYSTEM, Command::Receive(stale)).unwrap();
    assert_eq!(outcome(&answer), (BusinessOutcome::Superseded, None), "the earlier message does nothing");
    world.written(second);
}

// rule: C7
#[test]
fn c7_loads_and_unloads_wait_for_finance_and_an_unload_may_go_below_zero() {
    let (mut world, account) = World::with_account("0");
    for (category, text) in [(Category::Load, "10"), (Category::Unload, "500")] {
        let id = world.ask(category, account, text);
        assert_eq!((world.status(id), world.request(id).assigned_to), (Status::Open, Desk::Finance));
        world.go(FINANCE, id, Status::ToTreat).expect("no limit is asked");
        world.written(id);
    }
    assert_eq!(world.figures(account), ["-490", "490", "0", "0", "-980"]);
}

// rule: C8
#[test]
fn c8_without_auto_validation_credits_wait_open_for_finance() {
    let (mut world, account) = World::with_account("1000");
    world.policy.auto_validation = false;
    let credit = world.ask_credit(account, "500");
    let kept = RequestDraft { assigned_to: Some(Desk::Operation), ..draft(Category::DailyCredit, account, "5") };
    let kept = world.create(OPERATION, kept).unwrap();
    world.assign(OPERATION, kept, Desk::Finance).unwrap();
    assert_eq!((world.status(credit), world.status(kept)), (Status::Open, Status::Open));
    world.go(FINANCE, credit, Status::ToTreat).unwrap();
    world.go(FINANCE, kept, Status::Waiting).unwrap();
    assert!(world.request(credit).passed.as_ref().unwrap().by_hand);
}

fn previewed(world: &World, actor: Actor, draft: &RequestDraft) -> Result<Preview, Refusal> {
    let mut ids = Ids::new(world.now, 1);
    let (origin, policy) = (&world.origin, &world.policy);
    let mut context = Context { actor: &actor, origin, now: world.now, policy, ids: &mut ids };
    draft.preview(&mut context, &world.snapshot)
}

// rule: C2, R4, R5
#[test]
fn c2_a_rule_against_it_is_what_a_preview_tells_and_a_bad_question_is_refused() {
    let (mut world, account) = World::with_account("1000");
    let asked = world.ask_credit(account, "1000");
    let cancels = |parent| RequestDraft { parent: Some(parent), ..draft(Category::CancelCredit, account, "1000") };
    let told = |world: &World, draft: &RequestDraft| {
        previewed(world, ADMIN, draft).map(|seen| seen.outcome.unwrap_err().code())
    };
    assert_eq!(told(&world, &cancels(asked)), Ok("credit_not_granted"));
    let unknown = RequestDraft { account: None, ..cancels(RequestId(999)) };
    assert_eq!(previewed(&world, ADMIN, &unknown).unwrap_err(), Refusal::InvalidParent);

    let mine = |text: &str| RequestDraft { account: None, ..draft(Category::DailyCredit, account, text) };
    assert_eq!(previewed(&world, client(account), &mine("0")).unwrap_err().code(), "invalid_amount");
    let load = draft(Category::Load, account, "5");
    assert_eq!(previewed(&world, client(account), &load).unwrap_err().code(), "forbidden");
    world.now = at("2025-10-21T18:00:00Z");
    let late = previewed(&world, client(account), &mine("5")).unwrap();
    assert_eq!(late.outcome.unwrap_err().code(), "credit_cutoff_passed");
    assert_eq!((late.amount.map(|amount| amount.to_string()), late.next), (Some("5".to_owned()), None));
}

// rule: R1, P5
#[test]
fn r1_staff_name_the_account_or_hear_that_it_is_needed_once() {
    let (mut world, _) = World::with_account("1000");
    let nameless = |faults: &[&str], parent| RequestDraft {
        category: Some(Category::Load),
        amount: Some(amount("5")),
        parent,
        faults: faults.iter().map(|field| FieldError::new(*field, "is not a number")).collect(),
        ..RequestDraft::default()
    };
    for (faults, parent, named) in [
        (&[][..], None, &["account_id"][..]),
        (&["account_id"], None, &["account_id"]),
        (&["amount"], None, &["amount", "account_id"]),
        (&["parent_id"], Some(RequestId(999)), &["parent_id", "account_id"]),
    ] {
        let Err(Refusal::Invalid(errors)) = world.create(OPERATION, nameless(faults, parent)) else { panic!() };
        assert_eq!(errors.iter().map(|error| error.field.as_str()).collect::<Vec<_>>(), named);
    }
}

// rule: M1, P5
#[test]
fn m1_an_amount_that_cannot_be_read_has_a_code_of_its_own() {
    let (mut world, account) = World::with_account("1000");
    for (faults, code) in
        [(&["amount"][..], "invalid_amount"), (&["hold"], "invalid_value"), (&["amount", "hold"], "invalid_value")]
    {
        let faults = faults.iter().map(|field| FieldError::new(*field, "cannot be read")).collect();
        let unread = RequestDraft { faults, ..draft(Category::DailyCredit, account, "5") };
        assert_eq!(world.create(client(account), unread).unwrap_err().code(), code);
    }
}

// rule: R2
#[test]
fn r2_what_operation_keeps_is_operations_next() {
    let (world, account) = World::with_account("1000");
    for (kept, next) in
        [(Some(Desk::Operation), (Status::Open, Role::Operation)), (None, (Status::ToTreat, Role::Finance))]
    {
        let load = RequestDraft { assigned_to: kept, ..draft(Category::Load, account, "5") };
        assert_eq!(previewed(&world, OPERATION, &load).unwrap().next, Some(next));
    }
    let (mut world, account) = World::with_account("1000");
    let parent = world.granted(account, "400");
    let held = RequestDraft {
        parent: Some(parent),
        hold: Some(true),
        amount: None,
        ..draft(Category::CancelCredit, account, "1")
    };
    assert_eq!(previewed(&world, ADMIN, &held).unwrap().next, Some((Status::Processing, Role::Admin)));
}

// rule: C2
#[test]
fn c2_what_is_handed_over_says_whether_a_decision_is_needed() {
    for (asked, needed) in [("500", false), ("1000", true)] {
        let (mut world, account) = World::with_account("1000");
        let kept = RequestDraft { assigned_to: Some(Desk::Operation), ..draft(Category::DailyCredit, account, asked) };
        let credit = world.create(OPERATION, kept).unwrap();
        let mark = world.facts.len();
        let patch = RequestPatch { assigned_to: Some(Desk::Finance), ..RequestPatch::default() };
        world.run(OPERATION, Command::UpdateRequest(credit, patch)).unwrap();
        assert_eq!(world.facts[mark].data["decision_needed"], needed, "{asked}");
    }
}

// rule: C1, C2
#[test]
fn c2_a_preview_says_what_creation_would_do() {
    let cases: [(&str, &str, &str); 3] =
        [("500", "to_treat", "processing"), ("1000", "waiting", "to_treat"), ("601", "waiting", "to_treat")];
    let (mut world, account) = World::with_account("1000");
    world.granted(account, "400");
    for (asked, wanted, next) in cases {
        let draft = draft(Category::DailyCredit, account, asked);
        let actor = client(account);
        let json = previewed(&world, actor, &draft).unwrap().to_json();
        assert_eq!((json["outcome"].as_str(), json["headroom"].as_str()), (Some(wanted), Some("600")), "{asked}");
        assert_eq!(json["next"]["status"], next);
        let then = world.clone().create(actor, draft).map(|_| ());
        assert!(then.is_ok());
        assert_eq!(json["code"].as_str(), (wanted == "waiting").then_some("credit_limit_exceeded"));
    }
}
