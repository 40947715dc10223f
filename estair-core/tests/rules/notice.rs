//! Who hears of what: the matrix, and what each decision tells (N1, N2).

use estair_core::category::{Category, Desk, Status};
use estair_core::command::{Command, FailedEntry};
use estair_core::fact::FactKind;
use estair_core::movement::{Failure, MovementType};
use estair_core::notice::{Audience, Channel, MATRIX, Notice, Priority};
use estair_core::request::{RequestDraft, RequestPatch};

use crate::world::*;

// rule: N1
#[test]
fn n1_the_matrix_is_the_specification_line_by_line() {
    let lines = [
        (Notice::CreditRequested, "finance", "email teams push", Priority::High),
        (Notice::CreditAutoApproved, "client", "email push", Priority::Medium),
        (Notice::CreditRefused, "client", "email push", Priority::High),
        (Notice::CreditApproved, "client", "email push", Priority::Medium),
        (Notice::RequestCreated, "finance", "email teams push", Priority::High),
        (Notice::MovementSucceeded, "client", "email push", Priority::Medium),
        (Notice::MovementFailed, "critical", "email teams", Priority::Critical),
        (Notice::SupportCreated, "operation", "email teams push", Priority::High),
        (Notice::SupportResolved, "client", "email push", Priority::Low),
        (Notice::CreditExpired, "client finance", "email teams push", Priority::Medium),
        (Notice::CreditThreshold, "client finance", "email push", Priority::Medium),
        (Notice::RequestHeld, "operation", "email push", Priority::Medium),
        (Notice::RequestReturned, "operation finance", "email push", Priority::Medium),
        (Notice::CommentAdded, "client", "email push", Priority::Medium),
        (Notice::CommentReceived, "operation finance admin", "email push", Priority::Medium),
        (Notice::AccountSuspended, "client", "email push", Priority::High),
        (Notice::AccountActive, "client", "email push", Priority::High),
        (Notice::Outage, "critical", "email teams", Priority::Critical),
        (Notice::OutageOver, "critical", "email teams", Priority::Critical),
        (Notice::DailyReport, "finance", "email", Priority::Low),
    ];
    assert_eq!((lines.len(), MATRIX.len()), (Notice::ALL.len(), Notice::ALL.len()));
    for (notice, audiences, channels, priority) in lines {
        let rule = notice.rule();
        let names = |names: Vec<&str>| names.join(" ");
        assert_eq!(names(rule.audiences.iter().map(|one| one.name()).collect()), audiences, "{notice}");
        assert_eq!(names(rule.channels.iter().map(|one| one.name()).collect()), channels, "{notice}");
        assert_eq!(rule.priority, priority, "{notice}");
        assert_eq!(notice.may_opt_out(), priority != Priority::Critical);
    }
}

// rule: N1
#[test]
fn n1_a_clients_comment_goes_to_the_one_desk_that_its_fact_names() {
    let desks = |notice: Notice, desk| {
        let routes = notice.routes().into_iter().filter(|(audience, _)| notice.goes_to(*audience, desk));
        routes.map(|(audience, channel)| format!("{audience} {channel}")).collect::<Vec<_>>().join(", ")
    };
    assert_eq!(desks(Notice::CommentReceived, Some("finance")), "finance email, finance push");
    assert_eq!(desks(Notice::CommentReceived, Some("admin")), "admin email, admin push");
    assert_eq!(desks(Notice::CommentReceived, None), "");
    assert_eq!(desks(Notice::RequestHeld, None), "operation email, operation push", "no other notice asks for a desk");
}

// rule: N1
#[test]
fn n1_a_client_has_no_teams_channel() {
    let routes = Notice::CreditExpired.routes();
    assert_eq!(routes.len(), 5);
    assert!(!routes.contains(&(Audience::Client, Channel::Teams)));
    assert!(routes.contains(&(Audience::Finance, Channel::Teams)), "it reaches Teams on finance's channel");
}

// rule: N2, C2
#[test]
fn n2_a_credit_and_who_hears_of_each_step() {
    let (mut world, account) = World::with_account("1000");
    let mut mark = world.facts.len();
    let mut told = |world: &World| {
        let notices = world.notices_since(mark);
        mark = world.facts.len();
        notices
    };
    let auto = world.ask_credit(account, "600");
    assert_eq!(told(&world), [Notice::CreditRequested]);
    let second = world.ask_credit(account, "600");
    told(&world);
    world.mark_sent(auto);
    assert_eq!(told(&world), []);
    world.written(auto);
    assert_eq!(told(&world), [Notice::CreditAutoApproved], "and no movement succeeded");
    world.deliver(second);
    assert_eq!(told(&world), [Notice::CreditRequested, Notice::CreditRefused], "sent back by the last check");
    let waits = world.ask_credit(account, "900");
    assert_eq!(told(&world), [Notice::CreditRequested, Notice::CreditRefused]);
    world.set_limit(account, "5000");
    told(&world);
    world.go(FINANCE, waits, Status::ToTreat).unwrap();
    assert_eq!(told(&world), []);
    world.written(waits);
    assert_eq!(told(&world), [Notice::CreditApproved], "by hand");
    let cancellation = world.cancellation(waits, false).unwrap();
    assert_eq!(told(&world), []);
    world.written(cancellation);
    assert_eq!(told(&world), [Notice::MovementSucceeded]);
}

// rule: N2
#[test]
fn n2_a_credit_refused_by_finance_is_told_with_its_reason() {
    let (mut world, account) = World::with_account("1000");
    world.policy.auto_validation = false;
    let credit = world.ask_credit(account, "600");
    let mark = world.facts.len();
    world.go(FINANCE, credit, Status::Waiting).unwrap();
    assert_eq!(world.notices_since(mark), [Notice::CreditRefused]);
    assert_eq!(world.facts.last().unwrap().data["reason"], "refused_by_finance");
    let other = world.ask_credit(account, "600");
    let patch =
        RequestPatch { status: Some(Status::Waiting), reason: Some("dossier incomplet".into()), ..Default::default() };
    world.run(FINANCE, Command::UpdateRequest(other, patch)).unwrap();
    assert_eq!(world.facts.last().unwrap().data["reason"], "dossier incomplet");
}

// rule: N2, C2
#[test]
fn n2_finance_hears_once_and_whether_a_decision_is_needed() {
    for (asked, needed) in [("5", false), ("1000", true)] {
        let (mut world, account) = World::with_account("1000");
        world.ask_credit(account, asked);
        let told: Vec<_> = world.facts.iter().filter(|fact| fact.notices.contains(&Notice::CreditRequested)).collect();
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].data["decision_needed"], needed);
    }
}

// rule: N2, R2
#[test]
fn n2_a_load_is_told_when_it_is_finances_and_succeeds_with_its_movement() {
    for category in [Category::Load, Category::Unload] {
        let (mut world, account) = World::with_account("0");
        let mark = world.facts.len();
        let kept = RequestDraft { assigned_to: Some(Desk::Operation), ..draft(category, account, "5") };
        let id = world.create(OPERATION, kept).unwrap();
        assert_eq!(world.notices_since(mark), [], "operation is still at it");
        world.assign(OPERATION, id, Desk::Finance).unwrap();
        world.go(OPERATION, id, Status::Waiting).unwrap();
        world.go(FINANCE, id, Status::ToTreat).unwrap();
        assert_eq!(world.notices_since(mark), [Notice::RequestCreated]);
        world.written(id);
        assert_eq!(world.notices_since(mark), [Notice::RequestCreated, Notice::MovementSucceeded]);
    }
}

// rule: N2
#[test]
fn n2_a_payment_or_refund_from_elsewhere_tells_its_client_and_other_types_tell_nobody() {
    let (mut world, account) = World::with_account("0");
    for (place, (kind, amount, told)) in [
        (MovementType::Payment, "5", true),
        (MovementType::Refund, "5", true),
        (MovementType::Debit, "-5", false),
        (MovementType::Transfer, "5", false),
        (MovementType::Adjustment, "-1", false),
    ]
    .into_iter()
    .enumerate()
    {
        let mark = world.facts.len();
        world.post(movement(account, kind, &place.to_string(), amount)).unwrap();
        let wanted: &[Notice] = if told { &[Notice::MovementSucceeded] } else { &[] };
        assert_eq!(world.notices_since(mark), wanted, "{kind}");
    }
    world.policy.told_types = vec![MovementType::Transfer];
    let mark = world.facts.len();
    world.post(movement(account, MovementType::Payment, "p", "5")).unwrap();
    world.post(movement(account, MovementType::Transfer, "t", "5")).unwrap();
    assert_eq!(world.notices_since(mark), [Notice::MovementSucceeded], "the host names the types");
}

// rule: N2, W2
#[test]
fn n2_a_failed_attempt_tells_nobody() {
    let (mut world, account) = World::with_account("0");
    let mark = world.facts.len();
    let failure = Failure { error_type: "other".into(), message: "x".into(), trace: None };
    let entry = movement(account, MovementType::Payment, "2", "5");
    let failed = FailedEntry::External(vec![entry], failure);
    world.run(SERVICE, Command::RecordFailure(Box::new(failed))).unwrap();
    assert_eq!(world.notices_since(mark), []);
    assert_eq!(world.facts.last().unwrap().kind, FactKind::MovementFailed, "the timeline says it all the same");
}

// rule: N1
#[test]
fn n1_a_threshold_is_told_once_per_crossing_and_never_by_default() {
    let (mut world, account) = World::with_account("1000");
    world.granted(account, "900");
    assert!(!world.facts.iter().any(|fact| fact.kind == FactKind::ThresholdCrossed), "off by default");

    let (mut world, account) = World::with_account("1000");
    world.policy.thresholds = vec![50, 80];
    let crossed = |world: &World| -> Vec<u64> {
        let facts = world.facts.iter().filter(|fact| fact.kind == FactKind::ThresholdCrossed);
        facts.map(|fact| fact.data["threshold"].as_u64().unwrap()).collect()
    };
    world.granted(account, "499");
    assert!(crossed(&world).is_empty());
    let one = world.granted(account, "1");
    world.granted(account, "100");
    assert_eq!(crossed(&world), [50], "once");
    world.granted(account, "200");
    assert_eq!(crossed(&world), [50, 80]);
    let cancellation = world.cancellation(one, false).unwrap();
    world.written(cancellation);
    assert_eq!(crossed(&world), [50, 80], "going down crosses nothing");
    world.granted(account, "1");
    assert_eq!(crossed(&world), [50, 80, 80], "up again is another crossing");
}
