//! Support requests (S).

use crate::world::*;
use estair_core::actor::{Actor, Role};
use estair_core::command::Command;
use estair_core::decision::Answer;
use estair_core::fact::FactKind;
use estair_core::id::{AccountId, FactId, SupportId};
use estair_core::notice::Notice;
use estair_core::notification::params_of;
use estair_core::refusal::Refusal;
use estair_core::row::Thread;
use estair_core::support::{
    Assignee, CommentDraft, LastComment, Side, SupportDraft, SupportPatch, SupportStatus, Turn,
};

const ORDER: [SupportStatus; 5] = [
    SupportStatus::Open,
    SupportStatus::InProgress,
    SupportStatus::Waiting,
    SupportStatus::Closed,
    SupportStatus::Cancelled,
];

fn go(world: &mut World, actor: Actor, id: SupportId, to: SupportStatus) -> Result<(), Refusal> {
    world
        .run(actor, Command::UpdateSupport(id, SupportPatch { status: Some(to), ..SupportPatch::default() }))
        .map(|_| ())
}

fn say(world: &mut World, actor: Actor, id: SupportId, text: &str) -> Result<(), Refusal> {
    let body = Some(text.to_owned());
    world.run(actor, Command::CommentSupport(id, CommentDraft { body, ..CommentDraft::default() })).map(|_| ())
}

/// Lines from, columns to, in the order of [`ORDER`]: `+` taken, `x` no transition, `f` another role's, `F` forbidden,
/// `i` immutable.
const BY_OPERATION: [&str; 5] = ["x++x+", "xxx+x", "x+xxx", "iiiii", "iiiii"];
const BY_ADMIN: [&str; 5] = ["x++xf", "xxx+x", "x+xxx", "iiiii", "iiiii"];
const BY_OTHERS: [&str; 5] = ["FFFFF"; 5];

// rule: S1, S2
#[test]
fn s1_every_status_status_and_role_gets_what_the_table_says() {
    for role in Role::ALL {
        let grid = match role {
            Role::Operation => BY_OPERATION,
            Role::Admin => BY_ADMIN,
            Role::Client | Role::Finance | Role::Service | Role::System | Role::Auditor => BY_OTHERS,
        };
        for (from, line) in ORDER.into_iter().zip(grid) {
            for (to, cell) in ORDER.into_iter().zip(line.chars()) {
                let (mut world, account) = World::with_account("0");
                let id = ticket(&mut world, account);
                world.snapshot.supports.get_mut(&id).unwrap().status = from;
                let got = go(&mut world, actor_of(role, account), id, to);
                let got = got.map(|()| '+').unwrap_or_else(|refusal| match refusal.code() {
                    "transition_not_allowed" => 'x',
                    "transition_forbidden" => 'f',
                    "forbidden" => 'F',
                    "immutable" => 'i',
                    other => panic!("{other}"),
                });
                assert_eq!(got, cell, "from {from} to {to} by {role}");
            }
        }
    }
}

// rule: S1
#[test]
fn s1_each_field_is_some_roles_own() {
    // Client, operation, finance, admin, service, system.
    let fields: [(&str, SupportPatch, &str); 3] = [
        ("subject", SupportPatch { subject: Some("Autre".into()), ..SupportPatch::default() }, "++.+.."),
        ("description", SupportPatch { description: Some("Autre".into()), ..SupportPatch::default() }, "++.+.."),
        ("assigned_to", SupportPatch { assigned_to: Some(Assignee::Agent), ..SupportPatch::default() }, ".+++.."),
    ];
    for (field, patch, who) in fields {
        for (role, letter) in Role::ALL.into_iter().zip(who.chars()) {
            let (mut world, account) = World::with_account("0");
            let id = ticket(&mut world, account);
            let got = world.run(actor_of(role, account), Command::UpdateSupport(id, patch.clone()));
            assert_eq!(got.is_ok(), letter == '+', "{role} {field}");
        }
    }
}

// rule: S1
#[test]
fn s1_who_may_update_may_comment_while_it_is_not_final() {
    let (mut world, account) = World::with_account("0");
    let id = ticket(&mut world, account);
    for actor in [client(account), OPERATION, FINANCE, ADMIN] {
        say(&mut world, actor, id, " Merci ").unwrap();
        let comment = world.comments.last().unwrap();
        assert_eq!(
            (comment.thread, comment.body.as_str(), comment.role, comment.author),
            (Thread::Support(id), "Merci", actor.role(), actor.user())
        );
    }
    for actor in [SERVICE, SYSTEM] {
        assert_eq!(code(say(&mut world, actor, id, "Merci")), "forbidden");
    }
    assert_eq!(code(say(&mut world, OPERATION, id, "  ")), "invalid_value");
    assert_eq!(world.support(id).version, 5);
}

// rule: S2
#[test]
fn s2_a_final_ticket_is_immutable_for_everybody() {
    for end in [SupportStatus::Closed, SupportStatus::Cancelled] {
        let (mut world, account) = World::with_account("0");
        let id = ticket(&mut world, account);
        if end == SupportStatus::Closed {
            go(&mut world, OPERATION, id, SupportStatus::InProgress).unwrap();
        }
        go(&mut world, OPERATION, id, end).unwrap();
        let before = world.support(id).clone();
        for actor in [client(account), OPERATION, ADMIN] {
            let edit = SupportPatch { subject: Some("Autre".into()), ..SupportPatch::default() };
            assert_eq!(code(world.run(actor, Command::UpdateSupport(id, edit))), "immutable");
            assert_eq!(code(say(&mut world, actor, id, "Merci")), "immutable");
        }
        let hands = SupportPatch { assigned_to: Some(Assignee::Agency), ..SupportPatch::default() };
        assert_eq!(code(world.run(FINANCE, Command::UpdateSupport(id, hands))), "immutable");
        assert_eq!(*world.support(id), before);
    }
}

// rule: S3
#[test]
fn s3_a_new_ticket_is_open_with_operation_who_is_told() {
    let (mut world, account) = World::with_account("0");
    let mark = world.facts.len();
    let id = ticket(&mut world, account);
    let row = world.support(id);
    assert_eq!((row.status, row.assigned_to, row.version), (SupportStatus::Open, Assignee::Operation, 1));
    assert_eq!((row.account, row.created_by), (account, client(account).user()));
    assert_eq!(world.notices_since(mark), [Notice::SupportCreated]);
    go(&mut world, OPERATION, id, SupportStatus::InProgress).unwrap();
    let mark = world.facts.len();
    go(&mut world, OPERATION, id, SupportStatus::Closed).unwrap();
    assert_eq!(world.notices_since(mark), [Notice::SupportResolved]);
}

// rule: S3, P5
#[test]
fn s3_texts_are_needed_bounded_and_all_faults_are_told_at_once() {
    let (mut world, account) = World::with_account("0");
    let draft = SupportDraft { subject: Some("x".repeat(256)), account: Some(account), ..SupportDraft::default() };
    let refusal = world.run(client(account), Command::CreateSupport(draft)).unwrap_err();
    let Refusal::Invalid(faults) = refusal else { panic!("{refusal:?}") };
    assert_eq!(faults.iter().map(|fault| fault.field.as_str()).collect::<Vec<_>>(), ["subject", "description"]);
}

/// A ticket that is closed.
fn closed(world: &mut World, account: AccountId) -> SupportId {
    let id = ticket(world, account);
    go(world, OPERATION, id, SupportStatus::InProgress).unwrap();
    go(world, OPERATION, id, SupportStatus::Closed).unwrap();
    id
}

// rule: S4
#[test]
fn s4_a_ticket_continues_a_final_one_of_its_account() {
    let (mut world, account) = World::with_account("0");
    let other = world.open("0");
    let (done, open, foreign) = (closed(&mut world, account), ticket(&mut world, account), closed(&mut world, other));
    let follow = |world: &mut World, actor, follows| {
        let draft = SupportDraft {
            subject: Some("Suite".into()),
            description: Some("encore".into()),
            account: Some(account),
            follows: Some(follows),
            ..SupportDraft::default()
        };
        world.run(actor, Command::CreateSupport(draft))
    };
    let mut told = Vec::new();
    for wrong in [open, foreign, SupportId(9_999)] {
        told.push(follow(&mut world, client(account), wrong).unwrap_err());
    }
    assert!(matches!(&told[0], Refusal::Invalid(faults) if faults[0].field == "follows_id"));
    assert!(told.iter().all(|refusal| *refusal == told[0]), "unknown, foreign or open: the same answer");
    for actor in [client(account), OPERATION] {
        let Ok(Answer::Support(row)) = follow(&mut world, actor, done) else { panic!() };
        assert_eq!(row.follows, Some(done));
    }
}

// rule: S5
#[test]
fn s5_a_comment_is_told_and_a_clients_gives_the_ticket_back() {
    let (mut world, account) = World::with_account("0");
    let id = ticket(&mut world, account);
    assert_eq!(world.support(id).turn(), Turn::Created);
    let mark = world.facts.len();
    say(&mut world, OPERATION, id, "Quel vol ?").unwrap();
    assert_eq!(world.notices_since(mark), [Notice::CommentAdded]);
    let row = world.support(id);
    assert_eq!((row.turn(), row.last_comment.map(|last| last.by)), (Turn::Given, Some(Side::Staff)));
    let hands = SupportPatch { assigned_to: Some(Assignee::Agency), ..SupportPatch::default() };
    world.run(OPERATION, Command::UpdateSupport(id, hands)).unwrap();
    assert_eq!(world.support(id).turn(), Turn::Given);

    world.now += chrono::Duration::minutes(5);
    let mark = world.facts.len();
    say(&mut world, client(account), id, "AF 520").unwrap();
    let row = world.support(id);
    assert_eq!((row.assigned_to, row.turn()), (Assignee::Operation, Turn::Answered));
    assert_eq!(row.last_comment, Some(LastComment { at: world.now, by: Side::Client }));
    assert_eq!(world.notices_since(mark), [Notice::CommentReceived]);
    let facts: Vec<_> = world.facts[mark..].iter().map(|fact| fact.kind).collect();
    assert_eq!(facts, [FactKind::SupportCommented, FactKind::SupportAssigned]);
    let said = params_of(&world.pending(FactId(9), &world.facts[mark]));
    assert_eq!((&said["body"], &said["desk"]), (&"AF 520".into(), &"operation".into()));
    say(&mut world, FINANCE, id, "Vu").unwrap();
    assert_eq!(world.support(id).turn(), Turn::Given, "staff has answered");
    go(&mut world, OPERATION, id, SupportStatus::Cancelled).unwrap();
    assert_eq!(world.support(id).turn(), Turn::Over);
    let names: Vec<_> = Turn::ALL.iter().map(|turn| turn.name()).collect();
    assert!(names.is_sorted(), "an index in which they are sorted is operation's queue");
}

// rule: S6
#[test]
fn s6_an_answer_and_its_step_are_one_with_one_message() {
    let (mut world, account) = World::with_account("0");
    let id = ticket(&mut world, account);
    let answer = |status, assigned_to| SupportPatch {
        status,
        assigned_to,
        comment: Some(" Voici ".into()),
        ..SupportPatch::default()
    };
    let (mark, comments) = (world.facts.len(), world.comments.len());
    let give = answer(Some(SupportStatus::Waiting), Some(Assignee::Agency));
    assert_eq!(code(world.run(FINANCE, Command::UpdateSupport(id, give.clone()))), "forbidden");
    let never = answer(Some(SupportStatus::Closed), None);
    assert_eq!(code(world.run(OPERATION, Command::UpdateSupport(id, never))), "transition_not_allowed");
    assert_eq!((world.facts.len(), world.comments.len()), (mark, comments), "both or neither");
    world.run(OPERATION, Command::UpdateSupport(id, give)).unwrap();
    let row = world.support(id);
    assert_eq!((row.status, row.assigned_to, row.version), (SupportStatus::Waiting, Assignee::Agency, 2));
    assert_eq!(world.comments.last().unwrap().body, "Voici");
    assert_eq!(world.notices_since(mark), [Notice::CommentAdded]);

    go(&mut world, OPERATION, id, SupportStatus::InProgress).unwrap();
    let mark = world.facts.len();
    let close = answer(Some(SupportStatus::Closed), None);
    world.run(OPERATION, Command::UpdateSupport(id, close.clone())).unwrap();
    assert_eq!(world.notices_since(mark), [Notice::SupportResolved], "one message");
    let moved = world.facts.last().unwrap();
    let told = params_of(&world.pending(FactId(9), moved));
    assert_eq!((moved.kind, &told["body"]), (FactKind::SupportMoved, &"Voici".into()));
    assert_eq!(code(world.run(OPERATION, Command::UpdateSupport(id, close))), "immutable");

    let own = ticket(&mut world, account);
    let said = SupportPatch { comment: Some("Je précise".into()), ..SupportPatch::default() };
    world.run(client(account), Command::UpdateSupport(own, said)).unwrap();
    assert_eq!(world.support(own).turn(), Turn::Answered);
    let blank = SupportPatch { comment: Some("  ".into()), ..SupportPatch::default() };
    assert_eq!(code(world.run(SERVICE, Command::UpdateSupport(own, blank))), "invalid_value");
}
