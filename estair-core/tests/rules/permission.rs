//! Who may do what: the matrix, what a foreign thing looks like, and what is offered (P1, P2, P4).

use std::collections::BTreeSet;

use estair_core::account::{AccountDraft, AccountStatus, LimitDraft};
use estair_core::action::Action;
use estair_core::actor::{Actor, Role};
use estair_core::category::{Category, Desk, Status};
use estair_core::command::Command;
use estair_core::id::{AccountId, RequestId, SupportId};
use estair_core::movement::MovementType;
use estair_core::permission::{MATRIX, Permission as P, Scope, granted};
use estair_core::refusal::Class;
use estair_core::request::allowed_actions;
use estair_core::request::{GrantedCredit, RequestDraft, RequestPatch, Sent};
use estair_core::support::{self, Assignee, CommentDraft, SupportDraft, SupportPatch, SupportStatus};

use crate::world::*;

/// Client, operation, finance, admin, service, system, auditor: a letter where the role may, a point where it may not.
const WHO: [(P, &str); 42] = [
    (P::CreateRequest(Category::Load), ".O....."),
    (P::CreateRequest(Category::Unload), ".O....."),
    (P::CreateRequest(Category::DailyCredit), "CO....."),
    (P::CreateRequest(Category::CancelCredit), "...A.Y."),
    (P::ReadRequests, "COFA.YU"),
    (P::MoveRequest(Category::Load), ".OFA.Y."),
    (P::MoveRequest(Category::Unload), ".OFA.Y."),
    (P::MoveRequest(Category::DailyCredit), ".OFA.Y."),
    (P::MoveRequest(Category::CancelCredit), "...A.Y."),
    (P::AssignRequest(Category::Load), ".O.A..."),
    (P::AssignRequest(Category::Unload), ".O.A..."),
    (P::AssignRequest(Category::DailyCredit), ".O.A..."),
    (P::AssignRequest(Category::CancelCredit), "...A..."),
    (P::EditDrafts, ".O.A..."),
    (P::CommentRequests, "COFA..."),
    (P::CreateSupport, "CO....."),
    (P::ReadSupport, "COFA.YU"),
    (P::EditSupport, "CO.A..."),
    (P::CommentSupport, "COFA..."),
    (P::MoveSupport, ".O.A..."),
    (P::AssignSupport, ".OFA..."),
    (P::CreateAccount, "...AS.."),
    (P::RenameAccount, "...A..."),
    (P::SuspendAccount, "..FA..."),
    (P::ReadAccounts, "COFASYU"),
    (P::ReadLimit, "COFA.YU"),
    (P::SetLimit, "..FA..."),
    (P::ListMovements, ".OFAS.U"),
    (P::ReadAudit, ".OFA..U"),
    (P::ReadReport, ".OFA..U"),
    (P::PostMovements, "....S.."),
    (P::PostPayments, "..FA.Y."),
    (P::TellShadow, "....S.."),
    (P::ReadShadow, ".OFA..U"),
    (P::SetRollout, "...A..."),
    (P::RunBook, ".....Y."),
    (P::ReadMessages, ".OFA.YU"),
    (P::ReplayMessages, "..FA..."),
    (P::PauseDeliveries, "...A..."),
    (P::ReadNotifications, ".OFA..U"),
    (P::SendNotifications, ".OFA..."),
    (P::ManagePeople, "...A..."),
];

// rule: P1
#[test]
fn p1_the_matrix_grants_these_and_nothing_else() {
    for (permission, who) in WHO {
        assert_eq!(who.len(), Role::ALL.len(), "{}", permission.name());
        for (role, letter) in Role::ALL.into_iter().zip(who.chars()) {
            let scope = if role == Role::Client { Scope::Own } else { Scope::All };
            let wanted = (letter != '.').then_some(scope);
            assert_eq!(granted(role, permission), wanted, "{role}: {}", permission.name());
        }
    }
    let written: BTreeSet<P> = WHO.into_iter().map(|(permission, _)| permission).collect();
    let named: BTreeSet<P> = MATRIX.iter().flat_map(|(_, _, permissions)| permissions.iter().copied()).collect();
    assert_eq!(written, named);
}

/// Where the thing is that a command is about.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Place {
    Own,
    Foreign,
    Unknown,
}

/// A book with two accounts, a kept load and a ticket on each, and a granted credit to cancel.
struct Scene {
    world: World,
    own: AccountId,
    target: AccountId,
    load: RequestId,
    credit: RequestId,
    ticket: SupportId,
}

fn scene(place: Place) -> Scene {
    let (mut world, own) = World::with_account("1000000");
    let foreign = world.open("1000000");
    let target = match place {
        Place::Own => own,
        Place::Foreign => foreign,
        Place::Unknown => AccountId(999_999),
    };
    let real = if place == Place::Unknown { own } else { target };
    let load = world.ask(Category::Load, real, "100");
    let credit = world.granted(real, "100");
    let ticket = ticket(&mut world, real);
    if place != Place::Unknown {
        return Scene { world, own, target, load, credit, ticket };
    }
    let (load, credit, ticket) = (RequestId(999_999), RequestId(999_999), SupportId(999_999));
    Scene { world, own, target, load, credit, ticket }
}

type Attempt = (&'static str, P, fn(&Scene) -> Command);

fn patch_support(scene: &Scene, patch: SupportPatch) -> Command {
    Command::UpdateSupport(scene.ticket, patch)
}

/// Every command that people and services give, and the permission it takes.
const ATTEMPTS: [Attempt; 14] = [
    ("load", P::CreateRequest(Category::Load), |s| Command::CreateRequest(draft(Category::Load, s.target, "5"))),
    ("unload", P::CreateRequest(Category::Unload), |s| Command::CreateRequest(draft(Category::Unload, s.target, "5"))),
    ("credit", P::CreateRequest(Category::DailyCredit), |s| {
        Command::CreateRequest(draft(Category::DailyCredit, s.target, "5"))
    }),
    ("cancel", P::CreateRequest(Category::CancelCredit), |s| {
        let draft = RequestDraft { parent: Some(s.credit), ..draft(Category::CancelCredit, s.target, "100") };
        Command::CreateRequest(draft)
    }),
    ("assign", P::AssignRequest(Category::Load), |s| {
        Command::UpdateRequest(s.load, RequestPatch { assigned_to: Some(Desk::Operation), ..RequestPatch::default() })
    }),
    ("comment on a request", P::CommentRequests, |s| {
        Command::CommentRequest(s.load, CommentDraft { body: Some("Vu".into()), ..CommentDraft::default() })
    }),
    ("ticket", P::CreateSupport, |s| {
        let text = Some("Billet".to_owned());
        let account = Some(s.target);
        Command::CreateSupport(SupportDraft { subject: text.clone(), description: text, account, ..Default::default() })
    }),
    ("edit", P::EditSupport, |s| {
        patch_support(s, SupportPatch { subject: Some("Deux billets".into()), ..Default::default() })
    }),
    ("move ticket", P::MoveSupport, |s| {
        patch_support(s, SupportPatch { status: Some(SupportStatus::InProgress), ..Default::default() })
    }),
    ("assign ticket", P::AssignSupport, |s| {
        patch_support(s, SupportPatch { assigned_to: Some(Assignee::Agency), ..Default::default() })
    }),
    ("comment", P::CommentSupport, |s| {
        Command::CommentSupport(s.ticket, CommentDraft { body: Some("Merci".into()), ..CommentDraft::default() })
    }),
    ("limit", P::SetLimit, |s| {
        let limit = Some(amount("5"));
        Command::SetLimit(s.target, LimitDraft { limit, reason: Some("révision".into()), faults: vec![] })
    }),
    ("post", P::PostMovements, |s| Command::Post(vec![movement(s.target, MovementType::Payment, "B-1", "5")])),
    ("load, finance's transition", P::MoveRequest(Category::Load), |s| {
        Command::UpdateRequest(s.load, RequestPatch { status: Some(Status::Waiting), ..RequestPatch::default() })
    }),
];

// rule: P1, P2
#[test]
fn p1_every_role_action_and_place_gets_what_the_matrix_says() {
    for place in [Place::Own, Place::Foreign, Place::Unknown] {
        for (name, permission, command) in ATTEMPTS {
            for role in Role::ALL {
                let scene = scene(place);
                let actor = actor_of(role, scene.own);
                let got = scene.world.decide(actor, &command(&scene));
                let got = got.map(|_| "done").unwrap_or_else(|refusal| refusal.code());
                let hidden = place == Place::Unknown || (place == Place::Foreign && role == Role::Client);
                // The system has a table of transitions, but open → waiting of a load is not in it.
                let others = permission == P::MoveRequest(Category::Load) && role == Role::System;
                let wanted = match granted(role, permission) {
                    _ if hidden => "not_found",
                    None => "forbidden",
                    Some(_) if others => "transition_forbidden",
                    Some(_) => "done",
                };
                assert_eq!(got, wanted, "{role}: {name}, {place:?}");
            }
        }
    }
}

// rule: P1
#[test]
fn p1_accounts_are_created_by_admin_and_service_and_the_book_is_run_by_the_system() {
    for role in Role::ALL {
        let scene = scene(Place::Own);
        let actor = actor_of(role, scene.own);
        let draft = AccountDraft { name: Some("Agence".into()), ..AccountDraft::default() };
        let created = scene.world.decide(actor, &Command::CreateAccount(draft)).is_ok();
        assert_eq!(created, matches!(role, Role::Admin | Role::Service), "{role}");

        let sent = Sent { request: scene.load, execution: 1, message_uuid: uuid::Uuid::from_u128(1) };
        let delivery = scene.world.message(scene.credit);
        for command in [Command::MarkSent(sent), Command::Receive(delivery), Command::Expire(scene.load)] {
            let got = scene.world.decide(actor, &command);
            assert_eq!(got.is_ok(), role == Role::System, "{role}: {command:?}");
        }
    }
}

// rule: P1, W2
#[test]
fn p1_only_who_may_write_a_movement_leaves_a_failed_one_behind() {
    use estair_core::command::FailedEntry;
    use estair_core::movement::Failure;
    let scene = scene(Place::Own);
    let failure = || Failure { error_type: "contention".into(), message: "deadlock".into(), trace: None };
    let posted = movement(scene.own, MovementType::Payment, "B-9", "5");
    for role in Role::ALL {
        let actor = actor_of(role, scene.own);
        let external = Command::RecordFailure(Box::new(FailedEntry::External(vec![posted.clone()], failure())));
        assert_eq!(scene.world.decide(actor, &external).is_ok(), role == Role::Service, "{role}");
        let mut world = scene.world.clone();
        let credit = world.ask_credit(scene.own, "7");
        let delivery = Command::RecordFailure(Box::new(FailedEntry::Message(world.message(credit), failure())));
        assert_eq!(world.decide(actor, &delivery).is_ok(), role == Role::System, "{role}");
    }
}

// rule: P1, W2
#[test]
fn p1_a_service_confined_to_sources_leaves_no_movement_of_another_behind() {
    use estair_core::command::FailedEntry;
    use estair_core::movement::{Failure, Source, Sources};
    let scene = scene(Place::Own);
    let failure = || Failure { error_type: "contention".into(), message: "deadlock".into(), trace: None };
    let posted = movement(scene.own, MovementType::Payment, "B-9", "5");
    let source = posted.source.unwrap();
    let others = Source::ALL.iter().copied().filter(|one| *one != source).collect::<Vec<_>>();
    for (sources, may) in [(vec![source], true), (others, false), (vec![], true)] {
        let actor = Actor::Service(SERVICE.user().unwrap(), Sources::only(&sources));
        let post = scene.world.decide(actor, &Command::Post(vec![posted.clone()])).map(|_| ());
        assert_eq!(post.map_err(|refusal| refusal.code()), if may { Ok(()) } else { Err("forbidden") });
        let failed = FailedEntry::External(vec![posted.clone()], failure());
        let failed = scene.world.decide(actor, &Command::RecordFailure(Box::new(failed))).map(|_| ());
        assert_eq!(failed.map_err(|refusal| refusal.code()), if may { Ok(()) } else { Err("forbidden") });
    }
}

// rule: P2
#[test]
fn p2_what_is_foreign_looks_just_like_what_does_not_exist() {
    let foreign = scene(Place::Foreign);
    let unknown = scene(Place::Unknown);
    for (name, _, command) in ATTEMPTS {
        let refusal = |scene: &Scene| scene.world.decide(client(scene.own), &command(scene)).unwrap_err();
        let (theirs, nobodys) = (refusal(&foreign), refusal(&unknown));
        assert_eq!((theirs.class(), theirs.to_string()), (Class::NotFound, nobodys.to_string()), "{name}");
        assert_eq!(theirs.figures(), nobodys.figures(), "{name}");
    }
    // Nor through what a request may point at.
    let parent = |scene: &Scene| {
        let draft = RequestDraft {
            parent: Some(scene.credit),
            helpdesk_id: Some(scene.ticket),
            ..draft(Category::CancelCredit, scene.own, "100")
        };
        scene.world.decide(client(scene.own), &Command::CreateRequest(draft)).unwrap_err()
    };
    assert_eq!(parent(&foreign), parent(&unknown));
}

/// Refusals that mean "this is not for you, or not from here": never for what was offered.
const NOT_OFFERED: [&str; 6] =
    ["forbidden", "not_found", "immutable", "transition_not_allowed", "transition_forbidden", "assignment_not_allowed"];

// rule: P4
#[test]
fn p4_on_requests_the_offered_is_never_refused_for_permission_and_the_rest_always_is() {
    for category in Category::ALL.iter().copied() {
        for status in Status::ALL.iter().copied() {
            for desk in Desk::ALL.iter().copied() {
                for role in Role::ALL {
                    for own in [true, false] {
                        check_request_actions(category, status, desk, role, own);
                    }
                }
            }
        }
    }
}

fn check_request_actions(category: Category, status: Status, desk: Desk, role: Role, own: bool) {
    let (mut world, account) = World::with_account("1000000");
    let other = world.open("0");
    let parent = world.granted(account, "1000");
    let id = match category {
        Category::CancelCredit => world.cancellation(parent, false).unwrap(),
        category => world.ask(category, account, "500"),
    };
    let request = world.snapshot.requests.get_mut(&id).unwrap();
    (request.status, request.assigned_to) = (status, desk);
    let actor = actor_of(role, if own { account } else { other });
    let offered = allowed_actions(&actor, world.request(id), GrantedCredit::default(), AccountStatus::Active);
    let all = Status::ALL.iter().map(|to| Action::Transition(to.name()));
    let all = all.chain(Desk::ALL.iter().map(|to| Action::Assign(to.name())));
    for action in all {
        let patch = match action {
            Action::Transition(to) => RequestPatch { status: Status::from_name(to), ..RequestPatch::default() },
            Action::Assign(to) => RequestPatch { assigned_to: Desk::from_name(to), ..RequestPatch::default() },
            _ => continue,
        };
        let got = world.decide(actor, &Command::UpdateRequest(id, patch)).map(|_| ());
        let case = format!("{category} {status} at {desk}: {role} (own: {own}) {action:?}: {got:?}");
        match (offered.contains(&action), got) {
            (true, Err(refusal)) => assert!(!NOT_OFFERED.contains(&refusal.code()), "{case}"),
            (false, got) => assert!(NOT_OFFERED.contains(&code(got)), "{case}"),
            _ => {}
        }
    }
    assert!(!offered.iter().any(|action| matches!(action, Action::Edit | Action::CancelCredit)), "it is no draft");
    let said = world
        .decide(actor, &Command::CommentRequest(id, CommentDraft { body: Some("Vu".into()), ..Default::default() }));
    assert_eq!(offered.contains(&Action::Comment), said.is_ok(), "{category} {status}: {role} (own: {own})");
}

// rule: P4, R5
#[test]
fn p4_the_cancellation_of_a_credit_is_offered_to_whom_it_is_granted_and_while_it_can_be() {
    let (mut world, account) = World::with_account("1000000");
    let credit = world.granted(account, "1000");
    let offered = |world: &World, actor: Actor| {
        let active = world.movement(credit).is_some_and(|known| known.row.is_active_credit());
        let being_cancelled = world.snapshot.live_cancellations.contains(&credit);
        let granted = GrantedCredit { active, being_cancelled };
        allowed_actions(&actor, world.request(credit), granted, AccountStatus::Active).contains(&Action::CancelCredit)
    };
    let asked = |world: &World, actor: Actor| {
        let draft = RequestDraft { parent: Some(credit), ..draft(Category::CancelCredit, account, "1000") };
        world.decide(actor, &Command::CreateRequest(draft)).is_ok()
    };
    let agree = |world: &World| {
        for role in Role::ALL {
            let actor = actor_of(role, account);
            assert_eq!(offered(world, actor), asked(world, actor), "{role}");
        }
        offered(world, ADMIN)
    };
    assert!(agree(&world), "granted");
    let cancellation = world.cancellation(credit, true).unwrap();
    assert!(!agree(&world), "under cancellation");
    world.go(ADMIN, cancellation, Status::Processing).unwrap();
    world.written(cancellation);
    assert!(!agree(&world), "cancelled");
}

// rule: P4, S1
#[test]
fn p4_on_tickets_the_offered_is_never_refused_and_the_rest_always_is() {
    let edit = || SupportPatch { subject: Some("Autre".into()), ..SupportPatch::default() };
    for status in SupportStatus::ALL.iter().copied() {
        for assignee in Assignee::ALL.iter().copied() {
            for (role, own) in Role::ALL.into_iter().flat_map(|role| [(role, true), (role, false)]) {
                let (mut world, account) = World::with_account("0");
                let other = world.open("0");
                let id = ticket(&mut world, account);
                let row = world.snapshot.supports.get_mut(&id).unwrap();
                (row.status, row.assigned_to) = (status, assignee);
                let actor = actor_of(role, if own { account } else { other });
                let offered = support::allowed_actions(&actor, world.support(id));
                let moves = SupportStatus::ALL.iter().map(|to| Action::Transition(to.name()));
                let hands = Assignee::ALL.iter().map(|to| Action::Assign(to.name()));
                for action in moves.chain(hands).chain([Action::Edit, Action::Comment]) {
                    let command = match action {
                        Action::Transition(to) => Command::UpdateSupport(
                            id,
                            SupportPatch { status: SupportStatus::from_name(to), ..Default::default() },
                        ),
                        Action::Assign(to) => Command::UpdateSupport(
                            id,
                            SupportPatch { assigned_to: Assignee::from_name(to), ..Default::default() },
                        ),
                        Action::Edit => Command::UpdateSupport(id, edit()),
                        _ => {
                            let body = Some("Merci".to_owned());
                            Command::CommentSupport(id, CommentDraft { body, ..CommentDraft::default() })
                        }
                    };
                    let got = world.decide(actor, &command).map(|_| ());
                    let case = format!("{status} at {assignee}: {role} (own: {own}) {action:?}: {got:?}");
                    assert_eq!(offered.contains(&action), got.is_ok(), "{case}");
                    assert!(got.is_ok() || NOT_OFFERED.contains(&code(got)), "{case}");
                }
            }
        }
    }
}
