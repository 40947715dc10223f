//! Between the former system and this one (L6).

use estair_core::account::{AccountDraft, AccountPatch};
use estair_core::actor::Actor;
use estair_core::category::{Category, Status};
use estair_core::clock::Ids;
use estair_core::command::Command;
use estair_core::decision::{Answer, Context};
use estair_core::id::{AccountId, UserId};
use estair_core::json::Json;
use estair_core::movement::MovementType;
use estair_core::policy::Policy;
use estair_core::request::RequestDraft;
use estair_core::row::{Rollout, RolloutPlan, ShadowOutcome};
use estair_core::shadow::{LegacyAnswer, ShadowDraft};
use std::collections::BTreeSet;

use crate::world::*;

const SERVICE: Actor = Actor::service(UserId(9));

fn live_of(plan: &str) -> BTreeSet<u64> {
    let plan: RolloutPlan = plan.parse().unwrap();
    (1..=2_000).filter(|id| plan.of(AccountId(*id)) == Rollout::Live).collect()
}

// rule: L6
#[test]
fn l6_a_greater_share_takes_nobody_back() {
    let mut before = BTreeSet::new();
    for percent in [0, 1, 10, 25, 50, 75, 99, 100] {
        let live = live_of(&format!("live:{percent}%,shadow"));
        assert!(before.is_subset(&live), "{percent} %");
        let wanted = percent * 20;
        assert!(live.len().abs_diff(wanted) <= 120, "{percent} %: {} of 2000", live.len());
        before = live;
    }
    assert_eq!(before.len(), 2_000);
    assert_eq!(live_of("live").len(), 2_000);
    assert!(live_of("legacy").is_empty());
    let three: RolloutPlan = "live:20%, shadow:30%, legacy".parse().unwrap();
    let shadow = (1..=2_000).filter(|id| three.of(AccountId(*id)) == Rollout::Shadow).count();
    assert!(shadow.abs_diff(600) <= 120, "{shadow}");
}

// rule: L6
#[test]
fn l6_what_is_no_plan_is_refused() {
    for text in [
        "",
        "on",
        "live:25%",
        "live:25,shadow",
        "live:101%,shadow",
        "live:60%,shadow:50%,legacy",
        "live:x%,shadow",
        ",live",
    ] {
        assert!(text.parse::<RolloutPlan>().is_err(), "{text:?}");
    }
}

fn world_under(plan: &str) -> (World, AccountId) {
    let policy = Policy::default().rollout(plan.parse().unwrap());
    let (mut world, account) = World::with_account("1000");
    world.policy = policy;
    (world, account)
}

// rule: L6
#[test]
fn l6_nothing_is_created_or_posted_on_an_account_that_is_not_live() {
    for plan in ["legacy", "shadow"] {
        let (world, account) = world_under(plan);
        let code = format!("account_{plan}");
        for category in [Category::Load, Category::Unload, Category::DailyCredit] {
            let draft = RequestDraft {
                category: Some(category),
                amount: Some(amount("5")),
                account: Some(account),
                ..RequestDraft::default()
            };
            let refused = world.decide(Actor::Operation(UserId(2)), &Command::CreateRequest(draft)).unwrap_err();
            assert_eq!(refused.code(), code, "{category}");
        }
        let post = Command::Post(vec![movement(account, MovementType::Payment, "P-1", "5")]);
        assert_eq!(world.decide(SERVICE, &post).unwrap_err().code(), code);
    }
}

// rule: A2
#[test]
fn a2_a_preview_on_an_account_that_is_not_live_is_refused() {
    for plan in ["legacy", "shadow"] {
        let (world, account) = world_under(plan);
        let (asked, actor) = (draft(Category::DailyCredit, account, "5"), client(account));
        let mut ids = Ids::new(world.now, 1);
        let mut context =
            Context { actor: &actor, origin: &world.origin, now: world.now, policy: &world.policy, ids: &mut ids };
        let preview = asked.preview(&mut context, &world.snapshot).unwrap().to_json();
        assert_eq!((&preview["outcome"], &preview["code"]), (&"refused".into(), &format!("account_{plan}").into()));
    }
}

// rule: P5
#[test]
fn p5_an_account_that_is_not_live_comes_after_the_role_and_before_the_cut_off() {
    let (mut world, account) = world_under("legacy");
    world.now = at("2025-10-21T18:00:00Z");
    let credit = draft(Category::DailyCredit, account, "5");
    assert_eq!(code(world.create(FINANCE, credit.clone())), "forbidden");
    assert_eq!(code(world.create(OPERATION, credit)), "account_legacy");
}

fn told(account: AccountId, asked: &str, at: &str, outcome: ShadowOutcome) -> ShadowDraft {
    ShadowDraft {
        account: Some(account),
        request: RequestDraft {
            category: Some(Category::DailyCredit),
            amount: Some(amount(asked)),
            ..RequestDraft::default()
        },
        raw: Json::parse("{}"),
        at: Some(at.parse().unwrap()),
        legacy: LegacyAnswer { outcome: Some(outcome), ..LegacyAnswer::default() },
        faults: Vec::new(),
    }
}

// rule: L6: its figures are the basis where they are given, else what it granted that day counts as active.
#[test]
fn l6_our_rules_decide_on_the_former_systems_figures() {
    let (mut world, account) = world_under("shadow");
    // As of the instant that is told, not of when it is told.
    world.now = at("2025-10-21T20:00:00Z");
    let decide = |draft: &ShadowDraft| {
        let decided = world.decide(SERVICE, &Command::Shadow(Box::new(draft.clone()))).unwrap();
        decided.changes.shadows[0].clone()
    };
    let morning = "2025-10-21T09:00:00Z";
    let passes = decide(&told(account, "999", morning, ShadowOutcome::ToTreat));
    assert_eq!((passes.ours, passes.agree), (ShadowOutcome::ToTreat, true));
    let waits = decide(&told(account, "1000", morning, ShadowOutcome::ToTreat));
    assert_eq!(
        (waits.ours, waits.code.as_deref(), waits.agree),
        (ShadowOutcome::Waiting, Some("credit_limit_exceeded"), false)
    );
    let late = decide(&told(account, "5", "2025-10-21T18:00:00Z", ShadowOutcome::Refused));
    assert_eq!(
        (late.ours, late.code.as_deref(), late.agree),
        (ShadowOutcome::Refused, Some("credit_cutoff_passed"), true)
    );
    let mut given = told(account, "1000", morning, ShadowOutcome::ToTreat);
    given.legacy.limit = Some(amount("5000"));
    given.legacy.active_credit = Some(amount("3999"));
    assert!(decide(&given).agree);
    given.legacy.active_credit = Some(amount("4000"));
    assert!(!decide(&given).agree);
    let granted = |text: &str| decide(&told(account, text, morning, ShadowOutcome::ToTreat)).granted();
    assert!(granted("999").is_some());
    assert_eq!(granted("-999"), None, "what cannot have been granted makes no room");
}

// rule: L6
#[test]
fn l6_who_tells_says_what_was_decided() {
    let (world, account) = world_under("shadow");
    let code = |actor, draft: ShadowDraft| {
        world.decide(actor, &Command::Shadow(Box::new(draft))).map(|_| "done").unwrap_or_else(|refusal| refusal.code())
    };
    let good = || told(account, "5", "2025-10-21T09:00:00Z", ShadowOutcome::Open);
    assert_eq!(code(SERVICE, good()), "done");
    assert_eq!(code(Actor::Admin(UserId(1)), good()), "forbidden");
    assert_eq!(code(SERVICE, ShadowDraft { at: Some(world.now), ..good() }), "done");
    let to_come = Some(world.now + chrono::TimeDelta::microseconds(1));
    assert_eq!(code(SERVICE, ShadowDraft { at: to_come, ..good() }), "invalid_value");
    assert_eq!(code(SERVICE, ShadowDraft { account: None, ..good() }), "invalid_value");
    assert_eq!(code(SERVICE, ShadowDraft { raw: None, ..good() }), "invalid_value");
    assert_eq!(code(SERVICE, ShadowDraft { legacy: LegacyAnswer::default(), ..good() }), "invalid_value");
    assert_eq!(code(SERVICE, ShadowDraft { account: Some(AccountId(99)), ..good() }), "not_found");
}

fn switch(world: &mut World, account: AccountId, to: Rollout) -> &'static str {
    let patch = AccountPatch { rollout: Some(to), ..AccountPatch::default() };
    let done = world.run(Actor::Admin(UserId(1)), Command::UpdateAccount(account, patch));
    done.map(|_| "done").unwrap_or_else(|refusal| refusal.code())
}

// rule: L6
#[test]
fn l6_a_switch_is_kept_and_taken_back_while_nothing_was_written() {
    let (mut world, account) = world_under("legacy");
    assert_eq!(switch(&mut world, account, Rollout::Shadow), "done");
    assert_eq!(switch(&mut world, account, Rollout::Live), "done");
    assert_eq!(switch(&mut world, account, Rollout::Legacy), "done");
    assert_eq!(switch(&mut world, account, Rollout::Live), "done");
    let facts = world.facts.len();
    assert_eq!(switch(&mut world, account, Rollout::Live), "done");
    assert_eq!(world.facts.len(), facts, "what is so already keeps nothing");
    world.post(movement(account, MovementType::Payment, "P-1", "5")).unwrap();
    assert_eq!(switch(&mut world, account, Rollout::Shadow), "account_has_movements");
    assert_eq!(switch(&mut world, account, Rollout::Live), "done");
    let patch = AccountPatch { rollout: Some(Rollout::Live), ..AccountPatch::default() };
    let refused = world.decide(Actor::Finance(UserId(3)), &Command::UpdateAccount(account, patch)).unwrap_err();
    assert_eq!(refused.code(), "forbidden");
}

// rule: L6, A7
#[test]
fn l6_an_account_with_a_name_of_the_hosts_is_switched_as_another() {
    let (mut world, _) = world_under("legacy");
    let draft = AccountDraft {
        name: Some("Agence".into()),
        reference: Some("AG-1".into()),
        email: Some("agence@example.test".into()),
        ..AccountDraft::default()
    };
    let Ok(Answer::Account(account)) = world.run(SERVICE, Command::CreateAccount(draft)) else { panic!() };
    assert_eq!(switch(&mut world, account.id, Rollout::Shadow), "done");
    assert_eq!(switch(&mut world, account.id, Rollout::Live), "done");
}

// rule: L6
#[test]
fn l6_what_was_under_way_when_an_account_was_taken_back_is_not_written() {
    let (mut world, account) = world_under("live");
    world.set_limit(account, "1000");
    let credit = world.ask_credit(account, "5");
    assert_eq!(switch(&mut world, account, Rollout::Legacy), "done");
    let answer = world.deliver(credit);
    assert!(world.movement(credit).is_none(), "the former system decides on it");
    assert_eq!(world.status(credit), Status::Waiting, "{answer:?}");
    assert_eq!(switch(&mut world, account, Rollout::Live), "done");
    world.go(Actor::Finance(UserId(3)), credit, Status::ToTreat).unwrap();
}
