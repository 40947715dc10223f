//! The limit raised with the approval that it makes possible (C10), and the greatest amount that passes (C9).

use estair_core::category::{Category, Status};
use estair_core::command::Command;
use estair_core::decision::Answer;
use estair_core::fact::FactKind;
use estair_core::id::RequestId;
use estair_core::money::Money;
use estair_core::notice::Notice;
use estair_core::policy::LimitComparison;
use estair_core::refusal::Refusal;
use estair_core::request::RequestPatch;

use crate::world::*;

fn approve(world: &mut World, actor: estair_core::actor::Actor, id: RequestId, limit: &str) -> Result<Answer, Refusal> {
    let patch = RequestPatch {
        status: Some(Status::ToTreat),
        limit: Some(amount(limit)),
        reason: Some("saison".into()),
        ..RequestPatch::default()
    };
    world.run(actor, Command::UpdateRequest(id, patch))
}

// rule: C10, C6
#[test]
fn c10_finance_and_admin_raise_the_limit_and_approve_in_one_step() {
    for actor in [FINANCE, ADMIN] {
        let (mut world, account) = World::with_account("1000");
        let credit = world.ask_credit(account, "1500");
        assert_eq!(world.status(credit), Status::Waiting);
        let mark = world.facts.len();
        approve(&mut world, actor, credit, "2000").unwrap();
        assert_eq!((world.status(credit), world.account(account).limit.to_string()), (Status::ToTreat, "2000".into()));
        let (of, change) = world.limits.last().unwrap();
        assert_eq!((*of, change.by, change.reason.as_str()), (account, actor.user(), "saison"));
        assert_eq!((change.old.to_string(), change.new.to_string()), ("1000".into(), "2000".into()));
        let kinds: Vec<_> = world.facts[mark..].iter().map(|fact| fact.kind).collect();
        assert_eq!(kinds, [FactKind::LimitChanged, FactKind::RequestMoved]);
        world.written(credit);
        assert_eq!(world.facts.last().unwrap().notices, [Notice::CreditApproved]);
    }
}

// rule: C10, P5
#[test]
fn c10_both_happen_or_neither() {
    let (mut world, account) = World::with_account("1000");
    let credit = world.ask_credit(account, "1500");
    let changes = world.limits.len();
    for (limit, wanted) in [
        ("1000", "invalid_value"),
        ("999", "invalid_value"),
        ("1500", "credit_limit_exceeded"),
        ("0.5", "invalid_amount"),
        ("-1", "invalid_amount"),
    ] {
        assert_eq!(code(approve(&mut world, FINANCE, credit, limit)), wanted, "{limit}");
    }
    for actor in [OPERATION, SERVICE, client(account)] {
        assert_eq!(code(approve(&mut world, actor, credit, "2000")), "forbidden", "{actor:?}");
    }
    let patch = |status, reason: Option<&str>| RequestPatch {
        status,
        limit: Some(amount("2000")),
        reason: reason.map(str::to_owned),
        ..RequestPatch::default()
    };
    for (status, reason) in [
        (None, Some("x")),
        (Some(Status::Waiting), Some("x")),
        (Some(Status::ToTreat), None),
        (Some(Status::ToTreat), Some(" ")),
    ] {
        let refused = world.run(FINANCE, Command::UpdateRequest(credit, patch(status, reason)));
        assert_eq!(code(refused), "invalid_value", "{status:?} {reason:?}");
    }
    let load = world.ask(Category::Load, account, "5");
    assert_eq!(code(approve(&mut world, FINANCE, load, "2000")), "invalid_value", "a limit is for credits");
    world.now = at("2025-10-21T18:00:00Z");
    assert_eq!(code(approve(&mut world, FINANCE, credit, "2000")), "credit_expired");
    assert_eq!((world.limits.len(), world.account(account).limit.to_string()), (changes, "1000".into()));
}

// rule: C9, C1
#[test]
fn c9_the_greatest_amount_that_passes_is_the_greatest_that_passes() {
    let money = |text: &str, currency: &str| amount(text).in_currency(currency.parse().unwrap()).unwrap();
    for (limit, used, currency, strict, inclusive) in [
        ("1000", "400", "XOF", "599", "600"),
        ("12.50", "2.25", "EUR", "10.24", "10.25"),
        ("1000", "1000", "XOF", "0", "0"),
        ("0", "0", "XOF", "0", "0"),
        ("100", "400", "XOF", "0", "0"),
    ] {
        for (comparison, wanted) in [(LimitComparison::Strict, strict), (LimitComparison::Inclusive, inclusive)] {
            let (limit, used) = (money(limit, currency), money(used, currency));
            let available = comparison.available(limit, used);
            assert_eq!(available.to_string(), wanted, "{limit} less {used}, {comparison:?}");
            let more = available.checked_add(Money::smallest(limit.currency())).unwrap();
            assert!(!comparison.allows(limit, used, more));
            assert!(available.is_zero() || comparison.allows(limit, used, available));
        }
    }
}
