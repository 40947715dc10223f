//! The indicators of an account, its days and its limit (F, C6).

use estair_core::account::{Effect, LimitDraft, past_state};
use estair_core::category::Status;
use estair_core::clock::BusinessDay;
use estair_core::command::Command;
use estair_core::fact::FactKind;
use estair_core::id::{AccountId, RequestId};
use estair_core::movement::{Movement, MovementType};
use estair_core::refusal::Refusal;
use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::json;

use crate::world::*;

fn day(text: &str) -> BusinessDay {
    text.parse().unwrap()
}

// rule: F1, F2, F3, F4, F5
#[test]
fn f1_the_formulas_on_one_day() {
    let (mut world, account) = World::with_account("1000000");
    assert_eq!(world.figures(account), ["0", "0", "0", "0", "0"]);
    world.post(movement(account, MovementType::Payment, "B-1", "300")).unwrap();
    assert_eq!(world.figures(account), ["300", "0", "0", "0", "300"]);
    let credit = world.granted(account, "500");
    assert_eq!(world.figures(account), ["300", "0", "500", "500", "800"], "a credit is not in the balance");
    world.post(movement(account, MovementType::Debit, "B-2", "-400")).unwrap();
    // The owner's formula, to the letter: what is outstanding weighs twice.
    assert_eq!(world.figures(account), ["-100", "100", "500", "500", "300"]);
    let cancellation = world.cancellation(credit, false).unwrap();
    world.written(cancellation);
    assert_eq!(world.figures(account), ["-100", "100", "0", "0", "-200"], "nor is its cancellation");
}

// rule: F3, F5
#[test]
fn f5_an_expired_credit_stays_active_and_a_late_cancellation_leaves_the_past_day_alone() {
    let (mut world, account) = World::with_account("1000000");
    let credit = world.granted(account, "500");
    world.now = at("2025-10-23T09:00:00Z");
    world.granted(account, "200");
    assert_eq!(world.figures(account), ["0", "0", "200", "700", "200"], "the day's credit starts at nothing (F3)");
    let cancellation = world.cancellation(credit, false).unwrap();
    world.written(cancellation);
    assert_eq!(world.figures(account), ["0", "0", "200", "200", "200"]);
    let closing = world.closings.last().unwrap();
    assert_eq!(closing.state.day, day("2025-10-21"));
    assert_eq!(closing.state.indicators.daily_credit.to_string(), "500", "a closed day is frozen");
    let row = &world.movement(credit).unwrap().row;
    assert_eq!(row.cancelled_at, Some(world.now));
    assert_eq!(row.status.name(), "success", "a cancelled credit keeps its status");
}

// rule: F6
#[test]
fn f6_the_day_follows_the_offset_and_never_goes_back() {
    let (mut world, account) = World::with_account("0");
    let pay = |world: &mut World, reference: &str| {
        world.post(movement(account, MovementType::Payment, reference, "1")).unwrap();
        world.account(account).day.to_string()
    };
    world.now = at("2025-10-21T23:30:00Z");
    assert_eq!(pay(&mut world, "1"), "2025-10-21");
    world.policy.day_offset = "+01:00".parse().unwrap();
    assert_eq!(pay(&mut world, "2"), "2025-10-22", "half past midnight, an hour east");
    world.now = at("2025-10-20T12:00:00Z");
    assert_eq!(pay(&mut world, "3"), "2025-10-22", "a clock that steps back does not reopen a closed day");
    world.policy.day_offset = "-14:00".parse().unwrap();
    world.now = at("2025-10-22T13:59:59Z");
    assert_eq!(pay(&mut world, "4"), "2025-10-22");
    world.now = at("2025-10-23T14:00:00Z");
    assert_eq!(pay(&mut world, "5"), "2025-10-23");
    assert_eq!(
        world.closings.iter().map(|c| c.state.day.to_string()).collect::<Vec<_>>(),
        ["2025-10-21", "2025-10-22"]
    );
}

// rule: F7
#[test]
fn f7_the_roll_happens_with_the_first_movement_and_is_seen_before_it() {
    let (mut world, account) = World::with_account("1000000");
    world.post(movement(account, MovementType::Payment, "1", "300")).unwrap();
    world.granted(account, "100");
    let seen = world.account(account).state_on(day("2025-11-30"));
    assert_eq!(seen.indicators.balance_previous_day.to_string(), "300");
    assert_eq!(seen.indicators.daily_credit.to_string(), "0");
    assert_eq!(seen.indicators.active_credit.to_string(), "100");
    let unread = world.account(account).clone();
    assert_eq!(unread.day, day("2025-10-21"), "reading stores nothing");

    world.now = at("2025-11-30T08:00:00Z");
    world.post(movement(account, MovementType::Debit, "2", "-50")).unwrap();
    let after = world.account(account);
    assert_eq!((after.day, after.indicators.balance_previous_day), (seen.day, seen.indicators.balance_previous_day));
    assert_eq!(after.indicators.balance.to_string(), "250");
    // One row for the day that had movements, none for the forty that had not.
    assert_eq!(world.closings.len(), 1);
    let closing = world.closings[0];
    assert_eq!(closing.state, unread.state());
    let past = |text: &str, closing| past_state(day(text), closing, after.currency());
    assert_eq!(past("2025-10-21", Some(&closing)), unread.state());
    let carried = past("2025-11-15", Some(&closing));
    assert_eq!((carried.day, carried.version), (day("2025-11-15"), unread.version));
    assert_eq!(carried.indicators, seen.indicators, "the last one carried forward");
    assert_eq!(past("2025-10-20", None).indicators.balance.to_string(), "0");
}

// rule: F7
#[test]
fn f7_a_day_without_movements_leaves_no_closing() {
    let (mut world, account) = World::with_account("1000");
    world.now = at("2025-10-25T10:00:00Z");
    world.set_limit(account, "2000");
    assert_eq!(world.account(account).day, day("2025-10-21"), "only a movement stores the roll");
    world.post(movement(account, MovementType::Payment, "1", "1")).unwrap();
    assert!(world.closings.is_empty(), "the day of the creation had no movement");
}

// rule: C6
#[test]
fn c6_each_change_of_the_limit_is_kept_with_who_when_and_why() {
    let (mut world, account) = World::with_account("1000");
    world.granted(account, "900");
    let version = world.account(account).version;
    let draft = |limit, reason: &str| {
        Command::SetLimit(
            account,
            LimitDraft { limit: Some(amount(limit)), reason: Some(reason.into()), faults: vec![] },
        )
    };
    for (actor, hour, to) in [(FINANCE, "2025-10-21T11:00:00Z", "200"), (ADMIN, "2025-10-21T12:00:00Z", "100")] {
        world.now = at(hour);
        world.run(actor, draft(to, "prudence")).expect("a limit below the active credit is allowed");
        let (of, change) = world.limits.last().unwrap().clone();
        assert_eq!((of, change.at, change.by, change.reason.as_str()), (account, world.now, actor.user(), "prudence"));
        assert_eq!(change.new.to_string(), to);
        assert_eq!(world.account(account).updated_at, world.now);
        let fact = world.facts.last().unwrap();
        assert_eq!((fact.kind, fact.user, &fact.data["new"]), (FactKind::LimitChanged, actor.user(), &json!(to)));
    }
    assert_eq!(world.limits[0].1.old.to_string(), "1000");
    assert_eq!(world.account(account).version, version, "only movements change the version (W4)");
    assert_eq!(world.account(account).headroom().to_string(), "-800");
    let credit = world.ask_credit(account, "1");
    assert_eq!(world.status(credit), Status::Waiting, "it only stops new credits");
    assert_eq!(code(world.run(FINANCE, draft("-1", "x"))), "invalid_amount");
    assert_eq!(code(world.run(FINANCE, draft("1", "  "))), "invalid_value", "a reason is needed");
    assert_eq!(code(world.run(OPERATION, draft("1", "x"))), "forbidden");
}

// rule: M2, M4
#[test]
fn m2_the_indicators_of_an_account_take_no_other_currency() {
    let (world, account) = World::with_account("1000");
    let euros = amount("1").in_currency("EUR".parse().unwrap()).unwrap();
    let refusal = world.account(account).indicators.post(Effect::Balance, euros).unwrap_err();
    assert_eq!(refusal, Refusal::CurrencyMismatch { expected: "XOF".into(), given: "EUR".into() });
    let most = amount("9999999999999").in_currency(world.account(account).currency()).unwrap();
    let full = world.account(account).indicators.post(Effect::Balance, most).unwrap();
    assert_eq!(code(full.post(Effect::Balance, most)), "amount_out_of_range");
}

/// Something that happens to an account.
#[derive(Clone, Debug)]
enum Step {
    Post(MovementType, i64),
    Credit(i64),
    Cancel(usize),
    Days(i64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let kinds = prop::sample::select(vec![
        MovementType::Payment,
        MovementType::Debit,
        MovementType::Refund,
        MovementType::Transfer,
        MovementType::Adjustment,
    ]);
    let step = prop_oneof![
        4 => (kinds, 1_i64..2_000).prop_map(|(kind, units)| Step::Post(kind, units)),
        4 => (1_i64..700).prop_map(Step::Credit),
        2 => any::<usize>().prop_map(Step::Cancel),
        2 => (-1_i64..4).prop_map(Step::Days),
    ];
    prop::collection::vec(step, 1..40)
}

fn take(world: &mut World, account: AccountId, place: usize, step: &Step) {
    match step {
        Step::Post(kind, units) => {
            let negative = *kind == MovementType::Debit || (kind.rule().sign.to_string() != "+" && units % 2 == 0);
            let text = if negative { format!("-{units}") } else { units.to_string() };
            world.post(movement(account, *kind, &format!("P-{place}"), &text)).unwrap();
        }
        Step::Credit(units) => {
            let id = world.ask_credit(account, &units.to_string());
            let fits = world.status(id) == Status::ToTreat;
            let limit = world.account(account).limit.hundredths();
            let active = world.account(account).indicators.active_credit.hundredths();
            assert_eq!(fits, active + units * 100 < limit, "C1");
            if fits {
                world.written(id);
                let after = world.account(account);
                assert!(after.indicators.active_credit < after.limit, "C4: a new credit reached the limit");
            }
        }
        Step::Cancel(pick) => {
            let granted: Vec<RequestId> = world
                .snapshot
                .requests
                .iter()
                .filter_map(|(id, row)| {
                    let credit = world.snapshot.movement_of(row).is_some_and(|known| known.row.is_active_credit());
                    credit.then_some(*id)
                })
                .collect();
            if let Some(parent) = granted.get(pick % granted.len().max(1)) {
                let id = world.cancellation(*parent, false).unwrap();
                world.written(id);
            }
        }
        Step::Days(days) => world.now += chrono::Duration::days(*days),
    }
}

/// On which day a credit was cancelled, by the movement that did it.
fn cancelled_on(world: &World, credit: &Movement) -> Option<BusinessDay> {
    let cancellation =
        world.snapshot.requests.values().find(|row| row.parent.is_some() && row.parent == credit.request)?;
    Some(world.snapshot.movement_of(cancellation)?.row.posted?.day)
}

/// The formulas of the indicators (F1), over a plain list, as they stood at the end of a day: balance of the day before, balance,
/// daily credit, active credit.
fn formulas(world: &World, account: AccountId, day: BusinessDay) -> [i64; 4] {
    let (mut previous, mut balance, mut daily, mut active) = (0, 0, 0, 0);
    for known in world.snapshot.movements.values().filter(|known| known.row.account == account) {
        let (row, posted) = (&known.row, known.row.posted.unwrap());
        if posted.day > day {
            continue;
        }
        match row.kind {
            MovementType::Credit => {
                if cancelled_on(world, row).is_none_or(|on| on > day) {
                    active += row.amount.hundredths();
                    daily += if posted.day == day { row.amount.hundredths() } else { 0 };
                }
            }
            MovementType::CreditCancellation => {}
            _ => {
                balance += row.amount.hundredths();
                previous += if posted.day < day { row.amount.hundredths() } else { 0 };
            }
        }
    }
    [previous, balance, daily, active]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    // rule: F1, F2, F3, F4, F5, F7, F8, C4
    #[test]
    fn f8_what_is_kept_is_what_the_formulas_give_after_every_step(steps in steps()) {
        let (mut world, account) = World::with_account("1500");
        for (place, step) in steps.iter().enumerate() {
            take(&mut world, account, place, step);
            let kept = world.account(account).state();
            let i = kept.indicators;
            let figures = [i.balance_previous_day, i.balance, i.daily_credit, i.active_credit].map(|m| m.hundredths());
            let wanted = formulas(&world, account, kept.day);
            prop_assert_eq!(figures, wanted, "after {:?}", step);
            let [_, balance, daily, _] = wanted;
            prop_assert_eq!(i.outstanding().hundredths(), (-balance).max(0));
            prop_assert_eq!(i.exposition().unwrap().hundredths(), balance + daily - (-balance).max(0));
            prop_assert_eq!(kept.version, world.snapshot.movements.len() as u64);
        }
        // Every past day that had movements has its closing, once, and it says what the formulas say.
        let mut closed = BTreeMap::new();
        for closing in &world.closings {
            prop_assert!(closed.insert(closing.state.day, closing.state).is_none());
        }
        let today = world.account(account).day;
        for known in world.snapshot.movements.values() {
            let on = known.row.posted.unwrap().day;
            prop_assert!(on == today || closed.contains_key(&on), "{} has no closing", on);
        }
        for (on, state) in closed {
            let i = state.indicators;
            let figures = [i.balance_previous_day, i.balance, i.daily_credit, i.active_credit].map(|m| m.hundredths());
            prop_assert_eq!(figures, formulas(&world, account, on), "the closing of {}", on);
        }
        crate::audit::walk(&world, account).unwrap();
    }
}
