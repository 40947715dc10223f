//! Comments on financial requests (R9).

use estair_core::action::Action;
use estair_core::actor::{Actor, Role};
use estair_core::category::{Category, Desk, Status};
use estair_core::command::Command;
use estair_core::comment::CommentDraft;
use estair_core::decision::Answer;
use estair_core::id::{FactId, RequestId};
use estair_core::notice::Notice;
use estair_core::notification::params_of;
use estair_core::refusal::Refusal;
use estair_core::request::{GrantedCredit, allowed_actions};
use estair_core::row::{AccountStatus, Thread};

use crate::world::*;

fn say(world: &mut World, actor: Actor, id: RequestId, text: &str, internal: Option<bool>) -> Result<Answer, Refusal> {
    let body = Some(text.to_owned());
    world.run(actor, Command::CommentRequest(id, CommentDraft { body, internal, faults: Vec::new() }))
}

// rule: R9
#[test]
fn r9_who_sees_a_request_comments_on_it_while_it_is_not_final() {
    let (mut world, account) = World::with_account("1000");
    let credit = world.ask_credit(account, "2000");
    for (count, actor) in (2..).zip([client(account), OPERATION, FINANCE, ADMIN]) {
        let Answer::Comment(row) = say(&mut world, actor, credit, " Merci ", None).unwrap() else {
            panic!("no comment")
        };
        assert_eq!((row.thread, row.body.as_str(), row.internal), (Thread::Request(credit), "Merci", false));
        assert_eq!((row.role, row.author), (actor.role(), actor.user()));
        assert_eq!(world.request(credit).version, count, "it is a change");
    }
    for actor in [SERVICE, SYSTEM] {
        assert_eq!(code(say(&mut world, actor, credit, "x", None)), "forbidden");
    }
    let other = world.open("0");
    assert_eq!(code(say(&mut world, client(other), credit, "x", None)), "not_found");
    assert_eq!(code(say(&mut world, client(other), credit, "", Some(true))), "not_found", "before anything else");
    assert_eq!(code(say(&mut world, SERVICE, credit, "  ", None)), "invalid_value", "a value before the role");
    assert_eq!(code(say(&mut world, OPERATION, credit, &"x".repeat(10_001), None)), "invalid_value");
    world.now = at("2025-10-21T18:00:00Z");
    world.expire(credit);
    for actor in [client(account), OPERATION] {
        assert_eq!(code(say(&mut world, actor, credit, "x", None)), "immutable");
        let offered = allowed_actions(&actor, world.request(credit), GrantedCredit::default(), AccountStatus::Active);
        assert!(!offered.contains(&Action::Comment));
    }
}

// rule: R9
#[test]
fn r9_an_internal_comment_changes_nothing_and_is_told_to_nobody() {
    let (mut world, account) = World::with_account("1000");
    let credit = world.ask_credit(account, "2000");
    let (before, mark) = (world.request(credit).clone(), world.facts.len());
    world.now = at("2025-10-21T11:00:00Z");
    for actor in [OPERATION, FINANCE, ADMIN] {
        say(&mut world, actor, credit, "entre nous", Some(true)).unwrap();
    }
    assert_eq!(*world.request(credit), before, "neither version nor updated_at");
    assert_eq!(world.notices_since(mark), []);
    assert!(world.facts[mark..].iter().all(|fact| fact.is_internal()));
    assert!(world.comments.iter().all(|comment| comment.internal));
    assert_eq!(code(say(&mut world, client(account), credit, "x", Some(true))), "forbidden");
    say(&mut world, client(account), credit, "x", Some(false)).unwrap();
    assert_eq!((world.request(credit).version, world.request(credit).updated_at), (before.version + 1, world.now));
}

// rule: R9
#[test]
fn r9_a_comment_is_told_to_the_other_side_with_its_words() {
    let (mut world, account) = World::with_account("1000");
    world.policy.auto_validation = false;
    let credit = world.ask_credit(account, "5");
    for desk in [Desk::Finance, Desk::Operation, Desk::Admin] {
        if world.request(credit).assigned_to != desk {
            world.assign(ADMIN, credit, desk).unwrap();
        }
        let mark = world.facts.len();
        say(&mut world, client(account), credit, "Alors ?", None).unwrap();
        assert_eq!(world.notices_since(mark), [Notice::CommentReceived]);
        assert_eq!(world.facts[mark].data["desk"], desk.name(), "the desk that holds it");
    }
    let mark = world.facts.len();
    say(&mut world, FINANCE, credit, "Bientôt", None).unwrap();
    assert_eq!(world.notices_since(mark), [Notice::CommentAdded]);
    let params = params_of(&world.pending(FactId(9), &world.facts[mark]));
    assert_eq!((&params["body"], &params["requete_id"]), (&"Bientôt".into(), &credit.0.into()));
    assert!(!params.contains_key("comment") && !params.contains_key("comment_uuid"), "seals are for verifying");
    assert!(world.facts.iter().all(|fact| fact.role != Role::Service));
}

// rule: N2, R9
#[test]
fn n2_a_load_put_on_hold_tells_operation_and_one_sent_back_tells_both_desks() {
    let (mut world, account) = World::with_account("0");
    for (actor, told) in [(FINANCE, true), (ADMIN, true), (OPERATION, false)] {
        let load = world.ask(Category::Load, account, "5");
        let mark = world.facts.len();
        world.go(actor, load, Status::Waiting).unwrap();
        let wanted: &[Notice] = if told { &[Notice::RequestHeld] } else { &[] };
        assert_eq!(world.notices_since(mark), wanted, "{actor:?}");
    }
    let full = world.ask(Category::Load, account, "9999999999999");
    world.go(FINANCE, full, Status::ToTreat).unwrap();
    world.written(full);
    let more = world.ask(Category::Load, account, "5");
    world.go(FINANCE, more, Status::ToTreat).unwrap();
    let mark = world.facts.len();
    assert_eq!(outcome(&world.deliver(more)).0.name(), "waiting");
    assert_eq!(world.notices_since(mark), [Notice::RequestReturned]);
}
