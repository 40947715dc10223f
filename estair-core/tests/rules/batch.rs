//! Several movements at once: groups of a source, and batches in which each entry is refused by itself (W6, W7).

use std::collections::BTreeMap;

use estair_core::actor::Actor;
use estair_core::category::{Category, Status};
use estair_core::command::{Command, FailedEntry};
use estair_core::decision::{Answer, Changes, PendingAnswer, PostedAnswer};
use estair_core::id::AccountId;
use estair_core::movement::{MovementDraft, MovementStatus, MovementType, Source};
use proptest::prelude::*;

use crate::posting::failure;
use crate::world::*;

// rule: W6, W3
#[test]
fn w6_a_sources_reference_is_posted_once() {
    let (mut world, account) = World::with_account("0");
    let draft = movement(account, MovementType::Debit, "T-1", "-500");
    let posted = |answer: Result<Answer, _>| match answer {
        Ok(Answer::Posted(mut answers)) => answers.remove(0),
        other => panic!("{other:?}"),
    };
    let first = posted(world.post(draft.clone()));
    let again = posted(world.post(draft.clone()));
    assert!(first.created && !again.created);
    assert_eq!((first.id, first.uuid), (again.id, again.uuid));
    let other = MovementDraft { amount: Some(amount("-501")), ..draft.clone() };
    assert_eq!(code(world.post(other)), "reference_reused");
    let elsewhere = MovementDraft { source: Some(Source::Wave), ..draft };
    assert!(posted(world.post(elsewhere)).created, "another source's reference is another movement");
    assert_eq!(world.account(account).indicators.balance.to_string(), "-1000");
}

// rule: W6
#[test]
fn w6_neither_helpdesk_nor_credits_come_that_way() {
    let (mut world, account) = World::with_account("1000");
    let draft = |source, kind, text| MovementDraft { source: Some(source), ..movement(account, kind, "1", text) };
    assert_eq!(code(world.post(draft(Source::Helpdesk, MovementType::Payment, "5"))), "invalid_value");
    assert_eq!(code(world.post(draft(Source::Wave, MovementType::Credit, "5"))), "invalid_value");
    assert_eq!(code(world.post(draft(Source::Wave, MovementType::CreditCancellation, "-5"))), "invalid_value");
    assert_eq!(code(world.post(movement(AccountId(999), MovementType::Payment, "1", "5"))), "not_found");
}

// rule: W6
#[test]
fn w6_a_group_is_written_whole_or_not_at_all() {
    let (mut world, from) = World::with_account("0");
    let to = world.open("0");
    let out = movement(from, MovementType::Transfer, "X-out", "-500");
    let refused = vec![out.clone(), movement(to, MovementType::Payment, "X-in", "-500")];
    let refusal = world.run(SERVICE, Command::Post(refused.clone())).unwrap_err();
    assert_eq!((refusal.code(), &refusal.figures()["cause"]), ("atomic_group_refused", &"invalid_amount".into()));
    assert_eq!(
        code(world.run(OPERATION, Command::Post(vec![out.clone(), out.clone()]))),
        "forbidden",
        "a role, not an entry"
    );
    assert!(world.snapshot.movements.is_empty());
    let group = vec![out, movement(to, MovementType::Transfer, "X-in", "500")];
    let Ok(Answer::Posted(answers)) = world.run(SERVICE, Command::Post(group)) else { panic!("refused") };
    assert!(answers.iter().all(|answer: &PostedAnswer| answer.created));
    let balance = |id| world.account(id).indicators.balance.to_string();
    assert_eq!((balance(from), balance(to)), ("-500".to_owned(), "500".to_owned()));
}

// rule: W6, W2
#[test]
fn w6_a_source_that_failed_is_posted_again_under_its_reference() {
    let (mut world, account) = World::with_account("0");
    let draft = movement(account, MovementType::Payment, "T-1", "500");
    let failed = FailedEntry::External(vec![draft.clone()], failure("disk full"));
    world.run(SERVICE, Command::RecordFailure(Box::new(failed))).unwrap();
    world.post(draft).unwrap();
    let row = &world.snapshot.movements.values().next().unwrap().row;
    assert_eq!((row.status, row.retry_count, world.snapshot.movements.len()), (MovementStatus::Success, 1, 1));
}

// rule: W6, W2
#[test]
fn w6_each_movement_of_a_group_that_failed_leaves_its_row() {
    let (mut world, from) = World::with_account("0");
    let to = world.open("0");
    let legs = vec![
        movement(from, MovementType::Transfer, "T-out", "-500"),
        movement(to, MovementType::Transfer, "T-in", "500"),
    ];
    let failed =
        |legs: &[_]| Command::RecordFailure(Box::new(FailedEntry::External(legs.to_vec(), failure("disk full"))));
    for attempt in 1..=2 {
        assert_eq!(world.run(SERVICE, failed(&legs)), Ok(Answer::Nothing));
        let rows: Vec<_> = world.snapshot.movements.values().map(|known| &known.row).collect();
        assert!(rows.iter().all(|row| row.status == MovementStatus::Failed && row.attempts == attempt));
        assert_eq!((rows.len(), world.logs.len()), (2, 2 * attempt as usize));
    }
    assert!(world.account(from).indicators.balance.is_zero());
    assert!(matches!(world.run(SERVICE, Command::Post(legs.clone())), Ok(Answer::Posted(_))));
    let Ok(Answer::Posted(again)) = world.run(SERVICE, failed(&legs)) else { panic!("it was written after all") };
    assert!(again.len() == 2 && again.iter().all(|answer| !answer.created));
    assert_eq!(world.snapshot.movements.len(), 2);
}

/// Decides commands as one transaction does: each on what the ones before it left, saved together.
pub(crate) fn together(world: &mut World, commands: &[(Actor, Command)]) -> Vec<Result<PendingAnswer, &'static str>> {
    let mut held = world.snapshot.clone();
    let mut all = Changes::default();
    let mut replies = Vec::new();
    for (actor, command) in commands {
        let decision = world.decide_on(&held, *actor, command);
        world.seed += 1;
        replies.push(decision.map_err(|refusal| refusal.code()).map(|decision| {
            held.apply(&decision.changes);
            all.absorb(decision.changes);
            decision.answer
        }));
    }
    world.keep(all);
    replies
}

/// A book of two accounts with some requests on their way, and commands about them, some of which are refused.
fn batch(picks: &[(u8, bool, i64)]) -> (World, Vec<(Actor, Command)>) {
    let (mut world, one) = World::with_account("2000");
    let two = world.open("500");
    let mut commands = Vec::new();
    for (place, (what, second, units)) in picks.iter().enumerate() {
        let account = if *second { two } else { one };
        let text = units.to_string();
        match what % 6 {
            0 => {
                let id = world.ask_credit(account, &text);
                commands.push((SYSTEM, Command::Receive(world.message(id))));
            }
            1 => {
                let posted = movement(account, MovementType::Adjustment, &(units % 7).to_string(), &format!("-{text}"));
                commands.push((SERVICE, Command::Post(vec![posted])));
            }
            2 => {
                let legs = vec![
                    movement(one, MovementType::Transfer, &format!("{place}-out"), &format!("-{text}")),
                    movement(two, MovementType::Transfer, &format!("{place}-in"), &text),
                ];
                commands.push((SERVICE, Command::Post(legs)));
            }
            3 => {
                let credit = world.ask_credit(account, "1");
                if world.status(credit) == Status::ToTreat {
                    world.written(credit);
                    let cancellation = world.cancellation(credit, false).unwrap();
                    commands.push((SYSTEM, Command::Receive(world.message(cancellation))));
                }
            }
            4 => {
                let load = world.ask(Category::Load, account, &text);
                world.go(FINANCE, load, Status::ToTreat).unwrap();
                let deliver = Command::Receive(world.message(load));
                commands.extend([(SYSTEM, deliver.clone()), (SYSTEM, deliver)]);
            }
            _ => commands.push((OPERATION, Command::Post(vec![movement(account, MovementType::Payment, "n", &text)]))),
        }
    }
    world.now += chrono::Duration::hours(if picks.len().is_multiple_of(2) { 3 } else { 20 });
    (world, commands)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    // rule: W7
    #[test]
    fn w7_a_batch_gives_what_one_by_one_gives(picks in prop::collection::vec((any::<u8>(), any::<bool>(), 1_i64..900), 1..14)) {
        let (start, commands) = batch(&picks);
        let (mut singly, mut at_once) = (start.clone(), start);
        let one_by_one: Vec<_> =
            commands.iter().map(|(actor, command)| singly.run(*actor, command.clone()).map_err(|r| r.code())).collect();
        let replies = together(&mut at_once, &commands);
        for (single, reply) in one_by_one.iter().zip(&replies) {
            prop_assert_eq!(single.as_ref().err(), reply.as_ref().err());
        }
        prop_assert_eq!(&singly.snapshot.accounts, &at_once.snapshot.accounts, "figures, versions and last hashes");
        prop_assert_eq!(statuses(&singly), statuses(&at_once));
        prop_assert_eq!(&singly.closings, &at_once.closings);
        prop_assert_eq!(&singly.snapshot.live_cancellations, &at_once.snapshot.live_cancellations);
        let rows = |world: &World| world.snapshot.movements.iter().map(|(name, known)| (name.clone(), known.row.clone())).collect::<BTreeMap<_, _>>();
        prop_assert_eq!(rows(&singly), rows(&at_once));
        let links = |world: &World| world.logs.iter().filter_map(|log| log.link().cloned()).collect::<Vec<_>>();
        prop_assert_eq!(links(&singly), links(&at_once));
        let kinds = |world: &World| world.facts.iter().map(|fact| (fact.kind, fact.notices.clone())).collect::<Vec<_>>();
        prop_assert_eq!(kinds(&singly), kinds(&at_once));
        for account in at_once.snapshot.accounts.keys() {
            crate::audit::walk(&at_once, *account).unwrap();
        }
    }
}

fn statuses(world: &World) -> Vec<(Status, u64, u32)> {
    world.snapshot.requests.values().map(|row| (row.status, row.version, row.execution)).collect()
}

// rule: W7
#[test]
fn w7_a_refusal_concerns_its_own_entry_alone() {
    let (mut world, account) = World::with_account("0");
    let post = |reference: &str, text: &str| {
        (SERVICE, Command::Post(vec![movement(account, MovementType::Payment, reference, text)]))
    };
    let replies = together(&mut world, &[post("1", "5"), post("2", "-5"), post("3", "7")]);
    assert_eq!(
        replies.iter().map(|reply| reply.as_ref().err().copied()).collect::<Vec<_>>(),
        [None, Some("invalid_amount"), None]
    );
    assert_eq!(world.account(account).indicators.balance.to_string(), "12");
}
