//! Drafts: what operation keeps while it finalises it, and what nobody else gets of it (R8).

use estair_core::action::Action;
use estair_core::actor::Role;
use estair_core::category::{Category, Desk, Status};
use estair_core::command::Command;
use estair_core::comment::CommentDraft;
use estair_core::decision::Answer;
use estair_core::fact::FactKind;
use estair_core::id::{AccountId, RequestId};
use estair_core::notice::Notice;
use estair_core::refusal::Refusal;
use estair_core::request::{DraftEdit, GrantedCredit, RequestDraft, RequestPatch, allowed_actions, is_visible};
use estair_core::row::AccountStatus;
use serde_json::json;

use crate::world::*;

fn kept(world: &mut World, category: Category, account: AccountId, text: &str) -> RequestId {
    let draft = RequestDraft { assigned_to: Some(Desk::Operation), ..draft(category, account, text) };
    world.create(OPERATION, draft).unwrap()
}

fn edit(world: &mut World, role: Role, id: RequestId, edit: DraftEdit) -> Result<Answer, Refusal> {
    let actor = actor_of(role, world.request(id).account);
    world.run(actor, Command::UpdateRequest(id, RequestPatch { edit, ..RequestPatch::default() }))
}

fn priced(text: &str) -> DraftEdit {
    DraftEdit { amount: Some(amount(text)), ..DraftEdit::default() }
}

// rule: R8
#[test]
fn r8_what_operation_creates_to_keep_is_a_draft_until_it_is_passed_and_never_again() {
    let (mut world, account) = World::with_account("1000");
    world.policy.auto_validation = false;
    for category in [Category::Load, Category::Unload, Category::DailyCredit] {
        let id = kept(&mut world, category, account, "5");
        assert!(world.request(id).draft, "{category}");
        world.assign(ADMIN, id, Desk::Admin).unwrap();
        assert!(world.request(id).draft, "{category}: only finance makes it a request");
        world.assign(ADMIN, id, Desk::Finance).unwrap();
        assert!(!world.request(id).draft, "{category}");
        world.assign(OPERATION, id, Desk::Operation).unwrap();
        assert!(!world.request(id).draft, "{category}: whoever holds it");
    }
    for id in [world.ask_credit(account, "5"), world.ask(Category::Load, account, "5")] {
        world.assign(OPERATION, id, Desk::Operation).unwrap();
        assert!(!world.request(id).draft, "it was finance's");
    }
}

// rule: R8
#[test]
fn r8_operation_and_admin_edit_a_draft_and_each_change_is_told_with_old_and_new() {
    let (mut world, account) = World::with_account("1000");
    let id = kept(&mut world, Category::Unload, account, "5");
    let support = ticket(&mut world, account);
    let all = DraftEdit {
        amount: Some(amount("7")),
        description: Some(Some(" frais ".into())),
        etatsdevente_id: Some(Some(42)),
        helpdesk_id: Some(Some(support)),
    };
    let mark = world.facts.len();
    edit(&mut world, Role::Operation, id, all).unwrap();
    let row = world.request(id);
    assert_eq!((row.amount.to_string(), row.description.as_deref(), row.version), ("7".into(), Some("frais"), 2));
    assert_eq!((row.etatsdevente_id, row.helpdesk_id), (Some(42), Some(support)));
    let told: Vec<_> = world.facts[mark..].iter().map(|fact| serde_json::Value::from(fact.data.clone())).collect();
    let change =
        |field: &str, old, new| json!({"status": "open", "internal": true, "field": field, "old": old, "new": new});
    assert_eq!(
        told,
        [
            change("amount", json!("5"), json!("7")),
            change("description", json!(null), json!("frais")),
            change("etatsdevente_id", json!(null), json!(42)),
            change("helpdesk_id", json!(null), json!(support.0)),
        ]
    );
    assert!(world.facts[mark..].iter().all(|fact| fact.kind == FactKind::RequestEdited && fact.is_internal()));
    assert_eq!(world.notices_since(mark), []);

    let emptied = DraftEdit { description: Some(None), etatsdevente_id: Some(None), ..DraftEdit::default() };
    edit(&mut world, Role::Admin, id, emptied).unwrap();
    assert_eq!((world.request(id).description.as_deref(), world.request(id).etatsdevente_id), (None, None));
    let (mark, version) = (world.facts.len(), world.request(id).version);
    edit(&mut world, Role::Operation, id, priced("7.00")).unwrap();
    assert_eq!((world.facts.len(), world.request(id).version), (mark, version), "the same again changes nothing");
}

// rule: R8, P5
#[test]
fn r8_outside_a_draft_its_content_never_changes() {
    let (mut world, account) = World::with_account("1000");
    let id = kept(&mut world, Category::Load, account, "5");
    for role in [Role::Finance, Role::Service, Role::System] {
        assert_eq!(code(edit(&mut world, role, id, priced("7"))), "forbidden", "{role}");
    }
    assert_eq!(code(edit(&mut world, Role::Client, id, priced("7"))), "not_found", "it is not there for its client");
    for (bad, wanted) in [("0", "invalid_amount"), ("-1", "invalid_amount"), ("0.5", "invalid_amount")] {
        assert_eq!(code(edit(&mut world, Role::Finance, id, priced(bad))), wanted, "a value comes before the role");
    }
    let long = DraftEdit { description: Some(Some("x".repeat(10_001))), ..DraftEdit::default() };
    assert_eq!(code(edit(&mut world, Role::Operation, id, long)), "invalid_value");
    let other = world.open("0");
    let foreign = ticket(&mut world, other);
    let behind = DraftEdit { helpdesk_id: Some(Some(foreign)), ..DraftEdit::default() };
    assert_eq!(code(edit(&mut world, Role::Operation, id, behind)), "invalid_value");
    world.assign(OPERATION, id, Desk::Finance).unwrap();
    assert_eq!(code(edit(&mut world, Role::Operation, id, priced("7"))), "not_a_draft");
    world.assign(OPERATION, id, Desk::Operation).unwrap();
    assert_eq!(code(edit(&mut world, Role::Admin, id, priced("7"))), "not_a_draft", "whoever holds it");
    let asked = world.ask(Category::Load, account, "5");
    assert_eq!(code(edit(&mut world, Role::Operation, asked, priced("7"))), "not_a_draft");
    let credit = kept(&mut world, Category::DailyCredit, account, "5");
    world.now = at("2025-10-21T18:00:00Z");
    world.expire(credit);
    assert_eq!(code(edit(&mut world, Role::Operation, credit, priced("7"))), "immutable");
}

// rule: R8, P5
#[test]
fn r8_who_updates_no_cancellation_is_forbidden_to_edit_one_before_it_is_no_draft() {
    let (mut world, account) = World::with_account("1000");
    let credit = world.granted(account, "5");
    let id = world.cancellation(credit, true).unwrap();
    for role in [Role::Operation, Role::Finance] {
        assert_eq!(code(edit(&mut world, role, id, priced("7"))), "forbidden", "{role}");
    }
    assert_eq!(code(edit(&mut world, Role::Admin, id, priced("7"))), "not_a_draft");
}

// rule: R8
#[test]
fn r8_content_hands_and_status_can_change_in_one_call() {
    let (mut world, account) = World::with_account("1000");
    let id = kept(&mut world, Category::DailyCredit, account, "5000");
    let mark = world.facts.len();
    let patch = RequestPatch { assigned_to: Some(Desk::Finance), edit: priced("500"), ..RequestPatch::default() };
    world.run(OPERATION, Command::UpdateRequest(id, patch)).unwrap();
    assert_eq!(world.status(id), Status::ToTreat, "checked with the new amount");
    let internal: Vec<_> = world.facts[mark..].iter().map(|fact| (fact.kind, fact.is_internal())).collect();
    let wanted = [(FactKind::RequestEdited, true), (FactKind::RequestAssigned, false), (FactKind::RequestMoved, false)];
    assert_eq!(internal, wanted);
}

// rule: R8, P2
#[test]
fn r8_nothing_of_a_draft_is_told_to_its_client_not_after_it_has_expired_either() {
    let (mut world, account) = World::with_account("1000");
    let mark = world.facts.len();
    let id = kept(&mut world, Category::DailyCredit, account, "5");
    edit(&mut world, Role::Operation, id, priced("6")).unwrap();
    world.assign(ADMIN, id, Desk::Admin).unwrap();
    let body = CommentDraft { body: Some("à revoir".into()), internal: Some(false), ..CommentDraft::default() };
    world.run(FINANCE, Command::CommentRequest(id, body.clone())).unwrap();
    assert!(world.comments.last().unwrap().internal, "whatever it says of itself");
    assert_eq!(code(world.run(client(account), Command::CommentRequest(id, body))), "not_found");
    assert_eq!(code(world.go(client(account), id, Status::ToTreat)), "not_found");
    world.now = at("2025-10-21T18:00:00Z");
    world.expire(id);
    assert_eq!((world.status(id), world.request(id).draft), (Status::Cancelled, true));
    assert!(world.facts[mark..].iter().all(|fact| fact.is_internal()), "nobody but staff");
    assert_eq!(world.notices_since(mark), [], "in silence");
    let row = world.request(id);
    for role in Role::ALL {
        assert_eq!(is_visible(&actor_of(role, account), row), role != Role::Client, "{role}");
    }
    assert_eq!(allowed_actions(&client(account), row, GrantedCredit::default(), AccountStatus::Active), []);
}

// rule: R8
#[test]
fn r8_a_draft_is_announced_when_it_is_passed_and_a_credit_past_its_expiry_is_not() {
    let (mut world, account) = World::with_account("1000");
    for (category, notice) in
        [(Category::Load, Notice::RequestCreated), (Category::DailyCredit, Notice::CreditRequested)]
    {
        let id = kept(&mut world, category, account, "5");
        let mark = world.facts.len();
        world.assign(OPERATION, id, Desk::Finance).unwrap();
        assert_eq!(world.notices_since(mark), [notice], "{category}");
        assert!(!world.facts[mark].is_internal(), "its client sees it from here on");
    }
    let late = kept(&mut world, Category::DailyCredit, account, "5");
    world.now = at("2025-10-21T18:00:00Z");
    assert_eq!(code(world.assign(OPERATION, late, Desk::Finance)), "credit_expired");
    assert_eq!((world.status(late), world.request(late).draft), (Status::Open, true));
    let load = kept(&mut world, Category::Load, account, "5");
    world.assign(OPERATION, load, Desk::Finance).unwrap();
}

// rule: R8, P4
#[test]
fn r8_a_draft_takes_no_transition_and_is_offered_its_edit() {
    let (mut world, account) = World::with_account("1000");
    for category in [Category::Load, Category::Unload, Category::DailyCredit] {
        let id = kept(&mut world, category, account, "5");
        for role in [Role::Operation, Role::Finance, Role::Admin, Role::System] {
            for to in [Status::ToTreat, Status::Waiting] {
                let refused = code(world.go(actor_of(role, account), id, to));
                assert_eq!(refused, "transition_forbidden", "{category} to {to} by {role}");
            }
            let offered = allowed_actions(
                &actor_of(role, account),
                world.request(id),
                GrantedCredit::default(),
                AccountStatus::Active,
            );
            assert!(!offered.iter().any(|action| matches!(action, Action::Transition(_))), "{role}");
            let edits = matches!(role, Role::Operation | Role::Admin);
            assert_eq!(offered.contains(&Action::Edit), edits, "{role}");
        }
    }
}
