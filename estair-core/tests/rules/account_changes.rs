//! Changing accounts: names, addresses, suspension, references (A1, A2, A7).

use estair_core::account::{AccountDraft, AccountField, AccountPatch, AccountStatus};
use estair_core::action::Action;
use estair_core::actor::{Actor, Role};
use estair_core::category::{Category, Desk, Status};
use estair_core::clock::Ids;
use estair_core::command::Command;
use estair_core::decision::{Answer, Context};
use estair_core::fact::FactKind;
use estair_core::id::AccountId;
use estair_core::movement::MovementType;
use estair_core::notice::Notice;
use estair_core::notification::params_of;
use estair_core::policy::LimitComparison;
use estair_core::refusal::Refusal;
use estair_core::request::{GrantedCredit, RequestDraft, allowed_actions};

use crate::world::*;

fn change(world: &mut World, actor: Actor, id: AccountId, patch: AccountPatch) -> Result<Answer, Refusal> {
    world.run(actor, Command::UpdateAccount(id, patch))
}

fn status(status: AccountStatus, reason: Option<&str>) -> AccountPatch {
    AccountPatch { status: Some(status), reason: reason.map(str::to_owned), ..AccountPatch::default() }
}

fn suspend(world: &mut World, id: AccountId) {
    change(world, FINANCE, id, status(AccountStatus::Suspended, Some("impayé"))).unwrap();
}

// rule: A1
#[test]
fn a1_admin_changes_name_and_address_and_each_change_is_kept() {
    let (mut world, account) = World::with_account("1000");
    let (facts, version) = (world.facts.len(), world.account(account).version);
    let patch = AccountPatch {
        name: Some("  Agence Évasion ".into()),
        email: Some(Some("evasion@example.test".into())),
        reason: Some("rachat".into()),
        ..AccountPatch::default()
    };
    for actor in [client(account), OPERATION, FINANCE, SERVICE, SYSTEM] {
        assert_eq!(code(change(&mut world, actor, account, patch.clone())), "forbidden");
    }
    change(&mut world, ADMIN, account, patch.clone()).unwrap();
    let row = world.account(account);
    assert_eq!((row.name.as_str(), row.email.as_deref()), ("Agence Évasion", Some("evasion@example.test")));
    assert_eq!(row.version, version, "only movements change the version");
    let kept: Vec<_> = world.account_changes.iter().map(|(_, change)| change.clone()).collect();
    assert_eq!(kept.iter().map(|change| change.field).collect::<Vec<_>>(), [AccountField::Name, AccountField::Email]);
    let name = &kept[0];
    assert_eq!((name.old.as_deref(), name.new.as_deref()), (Some("Agence du Plateau"), Some("Agence Évasion")));
    assert_eq!((name.by, name.at, name.reason.as_deref()), (ADMIN.user(), world.now, Some("rachat")));
    assert_eq!(world.facts.len(), facts + 2);
    assert!(world.facts[facts..].iter().all(|fact| fact.kind == FactKind::AccountChanged && fact.notices.is_empty()));

    change(&mut world, ADMIN, account, patch).unwrap();
    assert_eq!((world.account_changes.len(), world.facts.len()), (2, facts + 2), "the same again keeps nothing");
    let none = AccountPatch { email: Some(None), ..AccountPatch::default() };
    change(&mut world, ADMIN, account, none).unwrap();
    assert_eq!(world.account(account).email, None);
    let bad = AccountPatch { email: Some(Some("nul".into())), name: Some(" ".into()), ..AccountPatch::default() };
    let Err(Refusal::Invalid(faults)) = change(&mut world, CLIENT_OF_NOBODY, account, bad) else { panic!() };
    assert_eq!(faults.iter().map(|fault| fault.field.as_str()).collect::<Vec<_>>(), ["name", "email"]);
    assert_eq!(code(change(&mut world, ADMIN, account, AccountPatch::default())), "invalid_value");
    assert_eq!(code(change(&mut world, ADMIN, AccountId(999), AccountPatch::default())), "not_found");
}

/// A value is told before a role (P5).
const CLIENT_OF_NOBODY: Actor = SYSTEM;

// rule: A2
#[test]
fn a2_finance_and_admin_suspend_with_a_reason_and_the_client_is_told_without_it() {
    for role in Role::ALL {
        let (mut world, account) = World::with_account("1000");
        let actor = actor_of(role, account);
        let got = change(&mut world, actor, account, status(AccountStatus::Suspended, Some("impayé")));
        assert_eq!(got.is_ok(), matches!(role, Role::Finance | Role::Admin), "{role}");
    }
    let (mut world, account) = World::with_account("1000");
    for reason in [None, Some(""), Some("  ")] {
        let Err(Refusal::Invalid(faults)) =
            change(&mut world, OPERATION, account, status(AccountStatus::Suspended, reason))
        else {
            panic!("{reason:?}")
        };
        assert_eq!(faults[0].field, "reason");
    }
    let mark = world.facts.len();
    suspend(&mut world, account);
    assert_eq!(world.notices_since(mark), [Notice::AccountSuspended]);
    let fact = world.facts.last().unwrap().clone();
    let params = params_of(&world.pending(estair_core::id::FactId(1), &fact));
    assert_eq!((params.get("reason"), params.get("status")), (None, Some(&"suspended".into())));
    suspend(&mut world, account);
    assert_eq!((world.facts.len(), world.account_changes.len()), (mark + 1, 1), "the same state again keeps nothing");
    let mark = world.facts.len();
    change(&mut world, ADMIN, account, status(AccountStatus::Active, None)).unwrap();
    assert_eq!(world.notices_since(mark), [Notice::AccountActive]);
    assert_eq!(world.account(account).status, AccountStatus::Active);
}

// rule: A2, P5
#[test]
fn a2_nothing_is_created_or_passed_on_a_suspended_account_and_all_else_goes_on() {
    let (mut world, account) = World::with_account("1000");
    let granted = world.granted(account, "100");
    let under_way = world.ask_credit(account, "50");
    let waiting = world.ask_credit(account, "900000");
    let load = world.ask(Category::Load, account, "10");
    let kept = RequestDraft { assigned_to: Some(Desk::Operation), ..draft(Category::DailyCredit, account, "5") };
    let kept = world.create(OPERATION, kept).unwrap();
    let kept_load = RequestDraft { assigned_to: Some(Desk::Operation), ..draft(Category::Load, account, "5") };
    let kept_load = world.create(OPERATION, kept_load).unwrap();
    suspend(&mut world, account);

    for category in [Category::DailyCredit, Category::Load, Category::Unload] {
        assert_eq!(code(world.create(OPERATION, draft(category, account, "5"))), "account_suspended", "{category}");
    }
    assert_eq!(code(world.create(FINANCE, draft(Category::Load, account, "5"))), "forbidden", "a role comes first");
    assert_eq!(code(world.create(OPERATION, draft(Category::Load, account, "-5"))), "invalid_amount");
    assert_eq!(code(world.go(FINANCE, waiting, Status::ToTreat)), "account_suspended", "before the limit");
    assert_eq!(code(world.go(FINANCE, load, Status::ToTreat)), "account_suspended");
    assert_eq!(code(world.go(OPERATION, load, Status::ToTreat)), "transition_forbidden");
    assert_eq!(code(world.assign(OPERATION, kept, Desk::Finance)), "account_suspended");
    world.assign(OPERATION, kept_load, Desk::Finance).unwrap();
    world.go(FINANCE, load, Status::Waiting).unwrap();

    // What is under way, cancellations and payments from elsewhere go on.
    world.written(under_way);
    let cancellation = world.cancellation(granted, true).unwrap();
    world.go(ADMIN, cancellation, Status::Processing).unwrap();
    world.written(cancellation);
    world.post(movement(account, MovementType::Payment, "B-1", "300")).unwrap();
    world.set_limit(account, "2000");

    world.now = at("2025-10-21T19:00:00Z");
    assert_eq!(code(world.create(OPERATION, draft(Category::DailyCredit, account, "5"))), "account_suspended");
    assert_eq!(code(world.go(FINANCE, waiting, Status::ToTreat)), "account_suspended", "before the expiry");
    change(&mut world, FINANCE, account, status(AccountStatus::Active, None)).unwrap();
    assert_eq!(code(world.go(FINANCE, waiting, Status::ToTreat)), "credit_expired");
    world.create(OPERATION, draft(Category::Load, account, "5")).unwrap();
}

// rule: A2, P4
#[test]
fn a2_passing_is_not_offered_and_a_preview_is_refused() {
    let (mut world, account) = World::with_account("1000");
    let load = world.ask(Category::Load, account, "10");
    let offered = |world: &World, actor: Actor| {
        let status = world.account(account).status;
        allowed_actions(&actor, world.request(load), GrantedCredit::default(), status)
    };
    let pass = Action::Transition("to_treat");
    assert!(offered(&world, FINANCE).contains(&pass));
    suspend(&mut world, account);
    let left = offered(&world, FINANCE);
    assert!(!left.contains(&pass) && left.contains(&Action::Transition("waiting")), "{left:?}");
    let asked = draft(Category::DailyCredit, account, "5");
    let actor = client(account);
    let mut ids = Ids::new(world.now, 1);
    let mut context =
        Context { actor: &actor, origin: &world.origin, now: world.now, policy: &world.policy, ids: &mut ids };
    let preview = asked.preview(&mut context, &world.snapshot).unwrap().to_json();
    assert_eq!((&preview["outcome"], &preview["code"]), (&"refused".into(), &"account_suspended".into()));
}

// rule: A7
#[test]
fn a7_the_same_reference_and_content_is_the_first_account_again() {
    let mut world = World::new();
    let draft = |name: &str, limit: &str| AccountDraft {
        name: Some(name.into()),
        limit: Some(amount(limit)),
        reference: Some(" AG-1 ".into()),
        ..AccountDraft::default()
    };
    let Ok(Answer::Account(first)) = world.run(SERVICE, Command::CreateAccount(draft("Agence", "100"))) else {
        panic!()
    };
    assert_eq!(first.reference.as_ref().map(|reference| reference.name.as_str()), Some("AG-1"));
    let facts = world.facts.len();
    let again = world.run(ADMIN, Command::CreateAccount(draft("Agence", "100.00"))).unwrap();
    assert!(matches!(again, Answer::KnownAccount(row) if row.id == first.id));
    assert_eq!(world.facts.len(), facts);
    assert_eq!(code(world.run(SERVICE, Command::CreateAccount(draft("Agence", "101")))), "reference_reused");
    assert_eq!(code(world.run(SERVICE, Command::CreateAccount(draft("Autre", "100")))), "reference_reused");
    assert_eq!(code(world.run(OPERATION, Command::CreateAccount(draft("Autre", "100")))), "forbidden");
    let other = AccountDraft { reference: Some("ag-1".into()), ..draft("Agence", "100") };
    assert!(matches!(world.run(SERVICE, Command::CreateAccount(other)), Ok(Answer::Account(_))), "it is exact");
    let blank = AccountDraft { reference: Some("  ".into()), ..draft("Agence", "100") };
    assert_eq!(code(world.run(SERVICE, Command::CreateAccount(blank))), "invalid_value");
}

// rule: C9
#[test]
fn c9_what_is_available_is_the_greatest_amount_that_passes() {
    let money = |text: &str, currency: &str| amount(text).in_currency(currency.parse().unwrap()).unwrap();
    for (comparison, currency, limit, active, available) in [
        (LimitComparison::Strict, "XOF", "1000", "400", "599"),
        (LimitComparison::Inclusive, "XOF", "1000", "400", "600"),
        (LimitComparison::Strict, "EUR", "10", "4", "5.99"),
        (LimitComparison::Strict, "XOF", "400", "400", "0"),
        (LimitComparison::Strict, "XOF", "401", "400", "0"),
        (LimitComparison::Inclusive, "XOF", "100", "400", "0"),
        (LimitComparison::Strict, "XOF", "0", "0", "0"),
    ] {
        let (limit, active) = (money(limit, currency), money(active, currency));
        let most = comparison.available(limit, active);
        assert_eq!(most, money(available, currency), "{comparison:?} {limit} {active}");
        let passes = |amount| comparison.allows(limit, active, amount);
        assert!(!most.is_positive() || passes(most));
        assert!(!passes(most.checked_add(estair_core::money::Money::smallest(limit.currency())).unwrap()));
    }
}
