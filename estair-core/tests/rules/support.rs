//! Support requests (S).

use crate::world::*;
use estair_core::actor::{Actor, Role};
use estair_core::command::Command;
use estair_core::id::SupportId;
use estair_core::notice::Notice;
use estair_core::refusal::Refusal;
use estair_core::support::{Assignee, CommentDraft, SupportDraft, SupportPatch, SupportStatus};

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
    world.run(actor, Command::CommentSupport(id, CommentDraft { body, faults: Vec::new() })).map(|_| ())
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
        let (of, comment) = world.comments.last().unwrap();
        assert_eq!(
            (*of, comment.body.as_str(), comment.role, comment.author),
            (id, "Merci", actor.role(), actor.user())
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
