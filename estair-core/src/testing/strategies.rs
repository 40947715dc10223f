//! Generators for properties: amounts, money, drafts, texts, sequences of [`Event`]s.

use crate::actor::Role;
use crate::category::{Category, Desk, Status};
use crate::id::AccountId;
use crate::money::{Amount, Currency, MAX_HUNDREDTHS, Money};
use crate::movement::MovementType;
use crate::request::RequestDraft;
use crate::testing::events::{ACCOUNTS, Event, Flaw};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

/// Every amount there is, the edges often.
pub fn amount() -> impl Strategy<Value = Amount> {
    let hundredths = prop_oneof![
        6 => -MAX_HUNDREDTHS..=MAX_HUNDREDTHS,
        2 => -1_000_i64..=1_000,
        1 => Just(MAX_HUNDREDTHS),
        1 => Just(-MAX_HUNDREDTHS),
        1 => Just(0),
    ];
    hundredths.prop_map(|hundredths| Amount::from_hundredths(hundredths).expect("within the range"))
}

/// A currency without decimals, or with two.
pub fn currency() -> impl Strategy<Value = Currency> {
    prop_oneof![Just("XOF"), Just("EUR"), Just("GNF"), Just("USD")].prop_map(|code| code.parse().expect("a currency"))
}

/// Money that its currency can express.
pub fn money() -> impl Strategy<Value = Money> {
    (amount(), currency()).prop_map(|(amount, currency)| {
        let whole = amount.hundredths() / 100 * 100;
        let amount = amount.in_currency(currency);
        amount.unwrap_or_else(|_| Amount::from_hundredths(whole).and_then(|a| a.in_currency(currency)).expect("whole"))
    })
}

/// Any text, of any script.
pub fn text() -> impl Strategy<Value = String> {
    prop_oneof!["\\PC{0,40}", "[ -~]{0,20}", Just("🛫 مرحبا שלום".to_owned()), Just("\0".to_owned())]
}

/// A draft of a request, good or bad.
pub fn draft(account: AccountId) -> impl Strategy<Value = RequestDraft> {
    let category = option::of(proptest::sample::select(Category::ALL));
    let desk = option::of(proptest::sample::select(Desk::ALL));
    let texts = (option::of(text()), option::of(any::<u64>()), option::of(any::<bool>()));
    (category, option::of(amount()), option::of(currency()), desk, texts).prop_map(
        move |(category, amount, currency, assigned_to, (description, etatsdevente_id, hold))| RequestDraft {
            category,
            account: Some(account),
            amount,
            currency,
            description,
            etatsdevente_id,
            hold,
            assigned_to,
            ..RequestDraft::default()
        },
    )
}

fn role() -> impl Strategy<Value = Role> {
    prop_oneof![
        2 => Just(Role::Client),
        3 => Just(Role::Operation),
        5 => Just(Role::Finance),
        4 => Just(Role::Admin),
        1 => Just(Role::Service),
        1 => Just(Role::Auditor),
    ]
}

fn create() -> impl Strategy<Value = Event> {
    let asked = prop_oneof![
        6 => Just((Role::Client, Category::DailyCredit)),
        3 => Just((Role::Operation, Category::DailyCredit)),
        2 => Just((Role::Operation, Category::Load)),
        2 => Just((Role::Operation, Category::Unload)),
        1 => (role(), proptest::sample::select(&[Category::Load, Category::Unload, Category::DailyCredit][..])),
    ];
    (asked, 0..ACCOUNTS, prop_oneof![20 => 1_i64..500, 1 => -1_i64..=0], any::<bool>()).prop_map(
        |((role, category), account, amount, kept)| Event::Create {
            role,
            category,
            account,
            amount,
            kept: kept && role == Role::Operation,
        },
    )
}

fn patch() -> impl Strategy<Value = Event> {
    let status = option::weighted(
        0.8,
        prop_oneof![
            4 => Just(Status::ToTreat),
            2 => Just(Status::Waiting),
            2 => Just(Status::Processing),
            1 => proptest::sample::select(Status::ALL),
        ],
    );
    let desk = option::weighted(0.3, proptest::sample::select(Desk::ALL));
    (role(), any::<usize>(), status, desk, proptest::bool::weighted(0.05))
        .prop_map(|(role, pick, status, desk, stale)| Event::Patch { role, pick, status, desk, stale })
}

fn deliver() -> impl Strategy<Value = Event> {
    let flaw = prop_oneof![8 => Just(Flaw::None), 1 => Just(Flaw::Stale), 1 => Just(Flaw::Forged)];
    (any::<usize>(), flaw).prop_map(|(pick, flaw)| Event::Deliver { pick, flaw })
}

fn post() -> impl Strategy<Value = Event> {
    let kind = prop_oneof![
        Just(MovementType::Payment),
        Just(MovementType::Debit),
        Just(MovementType::Refund),
        Just(MovementType::Transfer),
        Just(MovementType::Adjustment),
    ];
    (0..ACCOUNTS, kind, 1_i64..4, any::<bool>(), 0_u8..12).prop_map(|(account, kind, size, flip, reference)| {
        // The sign is the type's, most of the time; few amounts and references, so that the same comes again.
        let sign = if kind == MovementType::Debit || (flip && reference % 3 == 0) { -1 } else { 1 };
        Event::Post { account, kind, amount: sign * size * 100, reference }
    })
}

fn clock() -> impl Strategy<Value = Event> {
    prop_oneof![
        6 => 1_i64..300,
        3 => 600_i64..3_000,
        1 => -2_000_i64..0,
    ]
    .prop_map(|minutes| Event::Clock { minutes })
}

/// One event.
pub fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        10 => create(),
        3 => (prop_oneof![8 => Just(Role::Admin), 1 => role()], any::<usize>(), any::<bool>())
            .prop_map(|(role, pick, hold)| Event::Cancel { role, pick, hold }),
        8 => patch(),
        3 => any::<usize>().prop_map(|pick| Event::Sent { pick }),
        14 => deliver(),
        4 => any::<usize>().prop_map(|pick| Event::Expire { pick }),
        2 => (0..ACCOUNTS, 0_i64..2_000).prop_map(|(account, limit)| Event::Limit { account, limit }),
        4 => post(),
        4 => clock(),
        2 => any::<u8>().prop_map(|which| Event::Trouble { which }),
    ]
}

/// A sequence of so many events.
pub fn events(steps: usize) -> impl Strategy<Value = Vec<Event>> {
    vec(event(), steps)
}
