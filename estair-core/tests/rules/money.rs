//! Exact amounts (M).

use estair_core::money::{Amount, Currency, MAX_AMOUNT_TEXT, MAX_HUNDREDTHS, Money, MoneyError};
use estair_core::movement::{MovementDraft, MovementType};
use estair_core::refusal::Refusal;
use estair_core::request::RequestDraft;
use proptest::prelude::*;
use serde_json::json;

use crate::world::*;

fn xof(text: &str) -> Money {
    amount(text).in_currency(Currency::XOF).unwrap()
}

/// Reads an amount another way: the digits are written out around the point, then cut.
fn written_out(text: &str) -> Result<i64, MoneyError> {
    let (sign, rest) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let (mantissa, exponent) = rest.split_once(['e', 'E']).unwrap_or((rest, "0"));
    let exponent: i32 = exponent.trim_start_matches('+').parse().unwrap();
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let zeros = "0".repeat(200);
    let digits = format!("{zeros}{whole}{fraction}{zeros}");
    let point = usize::try_from(200 + i32::try_from(whole.len()).unwrap() + exponent).unwrap();
    let (whole, fraction) = (digits[..point].trim_start_matches('0'), digits[point..].trim_end_matches('0'));
    if fraction.len() > 2 {
        return Err(MoneyError::TooManyDecimals { allowed: 2 });
    }
    if whole.len() > 13 {
        return Err(MoneyError::OutOfRange);
    }
    Ok(sign * format!("0{whole}{fraction:0<2}").parse::<i64>().unwrap())
}

proptest! {
    // rule: M1
    #[test]
    fn m1_an_amount_is_its_exact_value_or_an_error(text in "-?[0-9]{1,18}(\\.[0-9]{1,6})?([eE][+-]?[0-9]{1,2})?") {
        prop_assert_eq!(text.parse::<Amount>().map(Amount::hundredths), written_out(&text), "{}", text);
    }

    // rule: M1
    #[test]
    fn m1_what_is_written_is_read_again(hundredths in -MAX_HUNDREDTHS..=MAX_HUNDREDTHS) {
        let amount = Amount::from_hundredths(hundredths).unwrap();
        prop_assert_eq!(amount.to_string().parse::<Amount>(), Ok(amount));
        let euros = amount.in_currency("EUR".parse().unwrap()).unwrap();
        prop_assert_eq!(euros.to_string().parse::<Amount>(), Ok(amount));
    }

    // rule: M1
    #[test]
    fn m1_the_notation_does_not_matter(units in 0_i64..=9_999_999_999, zeros in 0_usize..4, after in 0_usize..3) {
        let amount = Amount::from_hundredths(units * 100).unwrap();
        let plain = format!("{}{units}.0{}", "0".repeat(zeros), "0".repeat(after));
        let shifted = format!("{units}{}e-{zeros}", "0".repeat(zeros));
        let small = format!("0.{units:010}E+10");
        for text in [plain, shifted, small] {
            prop_assert_eq!(text.parse::<Amount>(), Ok(amount), "{}", text);
        }
    }

    // rule: M1
    #[test]
    fn m1_no_text_makes_it_panic(text in any::<String>(), bytes in prop::collection::vec(any::<u8>(), 0..80)) {
        let _ = text.parse::<Amount>();
        let _ = text.parse::<Currency>();
        let _ = String::from_utf8_lossy(&bytes).parse::<Amount>();
    }

    // rule: M2, M4
    #[test]
    fn m4_sums_are_exact_or_refused(left in -MAX_HUNDREDTHS..=MAX_HUNDREDTHS, right in -MAX_HUNDREDTHS..=MAX_HUNDREDTHS) {
        let money = |hundredths| Amount::from_hundredths(hundredths).unwrap().in_currency("EUR".parse().unwrap()).unwrap();
        let fits = |sum: i64| sum.abs() <= MAX_HUNDREDTHS;
        match money(left).checked_add(money(right)) {
            Ok(sum) => prop_assert_eq!(sum.hundredths(), left + right),
            Err(error) => prop_assert!(!fits(left + right) && error == MoneyError::OutOfRange),
        }
        match money(left).checked_sub(money(right)) {
            Ok(difference) => prop_assert_eq!(difference.hundredths(), left - right),
            Err(error) => prop_assert!(!fits(left - right) && error == MoneyError::OutOfRange),
        }
    }
}

// rule: M1
#[test]
fn m1_the_edges_of_decimal_15_2() {
    assert_eq!(amount("9999999999999.99").hundredths(), MAX_HUNDREDTHS);
    assert_eq!(amount("-9999999999999.99").hundredths(), -MAX_HUNDREDTHS);
    assert_eq!(amount("5e5"), amount("500000.00"));
    assert_eq!(amount("0.1").hundredths(), 10);
    assert_eq!(amount("0e99999999999999999999"), Amount::ZERO);
    assert_eq!("10000000000000".parse::<Amount>(), Err(MoneyError::OutOfRange));
    assert_eq!("9999999999999.991".parse::<Amount>(), Err(MoneyError::TooManyDecimals { allowed: 2 }));
    assert_eq!("1e-3".parse::<Amount>(), Err(MoneyError::TooManyDecimals { allowed: 2 }));
    assert_eq!("1e99999999999999999999".parse::<Amount>(), Err(MoneyError::OutOfRange));
    assert_eq!("1e-99999999999999999999".parse::<Amount>(), Err(MoneyError::TooManyDecimals { allowed: 2 }));
    assert_eq!(amount(&format!("{}5", "0".repeat(MAX_AMOUNT_TEXT - 1))), amount("5"), "as long as may be");
    let long = "1".repeat(MAX_AMOUNT_TEXT + 1);
    for text in
        ["", "-", "+5", ".5", "5.", "1e", "1e+", "1_000", "1 000", "1,5", "NaN", "inf", "0x10", "--1", "٥", &long]
    {
        assert_eq!(text.parse::<Amount>(), Err(MoneyError::NotANumber), "{text:?}");
    }
}

// rule: M2
#[test]
fn m2_a_currency_is_read_and_written_as_its_code() {
    let euro: Currency = serde_json::from_value(json!("EUR")).unwrap();
    assert_eq!((euro.code(), json!(euro)), ("EUR", json!("EUR")));
    for bad in [json!("XXA"), json!("eur"), json!(978)] {
        assert!(serde_json::from_value::<Currency>(bad).is_err());
    }
}

// rule: M3
#[test]
fn m3_an_amount_without_its_sign() {
    for text in ["-700", "700", "0"] {
        assert_eq!(xof(text).magnitude().to_string(), text.trim_start_matches('-'));
    }
}

// rule: M2
#[test]
fn m2_a_currency_has_its_own_decimals_and_xof_has_none() {
    assert_eq!(Currency::default(), Currency::XOF);
    assert_eq!(xof("500000").to_string(), "500000");
    assert_eq!(amount("12.5").in_currency("EUR".parse().unwrap()).unwrap().to_string(), "12.50");
    assert_eq!(amount("0.5").in_currency(Currency::XOF), Err(MoneyError::TooManyDecimals { allowed: 0 }));
    assert_eq!("TND".parse::<Currency>(), Err(MoneyError::UnservedCurrency));
    for code in ["", "XO", "xof", "XOFX", "XOF XAF", "ÉUR"] {
        assert_eq!(code.parse::<Currency>(), Err(MoneyError::UnknownCurrency), "{code:?}");
    }
}

// rule: M2
#[test]
fn m2_currencies_never_add_up_and_have_no_order() {
    let (francs, euros) = (xof("1"), amount("1").in_currency("EUR".parse().unwrap()).unwrap());
    assert!(matches!(francs.checked_add(euros), Err(MoneyError::CurrencyMismatch { .. })));
    assert!(matches!(francs.checked_sub(euros), Err(MoneyError::CurrencyMismatch { .. })));
    assert_eq!(francs.partial_cmp(&euros), None);

    let (mut world, account) = World::with_account("1000");
    let mut posted = movement(account, MovementType::Payment, "B-1", "5");
    posted.currency = Some("EUR".parse().unwrap());
    assert_eq!(code(world.post(posted)), "currency_mismatch");
    let mut asked = draft(estair_core::category::Category::DailyCredit, account, "5");
    asked.currency = Some("EUR".parse().unwrap());
    assert_eq!(code(world.create(client(account), asked)), "currency_mismatch");
}

// rule: M2
#[test]
fn m2_an_amount_finer_than_its_accounts_currency_is_refused_wherever_it_comes_in() {
    use estair_core::category::Category;
    let (mut world, account) = World::with_account("1000");
    for category in [Category::Load, Category::Unload, Category::DailyCredit] {
        assert_eq!(code(world.create(OPERATION, draft(category, account, "10.5"))), "invalid_amount");
    }
    assert_eq!(code(world.post(movement(account, MovementType::Payment, "B-1", "0.01"))), "invalid_amount");
    let euros = world.open_in("1000", "EUR");
    let cent = MovementDraft {
        currency: Some("EUR".parse().unwrap()),
        ..movement(euros, MovementType::Payment, "B-2", "0.01")
    };
    world.post(cent).unwrap();
    assert_eq!(world.account(euros).indicators.balance.to_string(), "0.01");
}

// rule: M2
#[test]
fn m2_an_amount_that_names_no_currency_is_in_xof() {
    use estair_core::category::Category;
    let (mut world, francs) = World::with_account("1000");
    let euros = world.open_in("1000", "EUR");
    let eur = Some("EUR".parse().unwrap());
    for category in [Category::Load, Category::Unload, Category::DailyCredit] {
        world.create(OPERATION, draft(category, francs, "10")).unwrap();
        let refused = world.create(OPERATION, draft(category, euros, "10")).unwrap_err();
        assert_eq!(refused, Refusal::CurrencyMismatch { expected: "EUR".into(), given: "XOF".into() }, "{category}");
        world.create(OPERATION, RequestDraft { currency: eur, ..draft(category, euros, "10") }).unwrap();
    }
    let posted = movement(euros, MovementType::Payment, "B-1", "10");
    assert_eq!(code(world.post(posted.clone())), "currency_mismatch");
    world.post(MovementDraft { currency: eur, ..posted }).unwrap();
}

// rule: M2, R5
#[test]
fn m2_a_cancellation_without_an_amount_is_in_its_parents_currency() {
    use estair_core::category::Category;
    let mut world = World::new();
    let euros = world.open_in("1000", "EUR");
    let eur = Some("EUR".parse().unwrap());
    let asked = RequestDraft { currency: eur, ..draft(Category::DailyCredit, euros, "12.50") };
    let credit = world.create(client(euros), asked).unwrap();
    world.written(credit);
    let id = world.cancellation(credit, false).unwrap();
    assert_eq!(world.request(id).amount.to_string(), "12.50");
}

// rule: M3
#[test]
fn m3_requests_are_positive_and_movements_have_the_sign_of_their_type() {
    use MovementType as T;
    let signs = [
        (T::Payment, "+"),
        (T::Debit, "-"),
        (T::Refund, "+"),
        (T::Transfer, "+-"),
        (T::Adjustment, "+-"),
        (T::Credit, "+"),
        (T::CreditCancellation, "-"),
    ];
    assert_eq!(signs.len(), T::ALL.len());
    for (kind, signs) in signs {
        for (sign, text) in [("+", "5"), ("-", "-5"), ("0", "0")] {
            assert_eq!(kind.check_sign(xof(text)).is_ok(), signs.contains(sign), "{kind} of {text}");
        }
    }
    let (mut world, account) = World::with_account("1000");
    for text in ["0", "-5"] {
        let asked = draft(estair_core::category::Category::Load, account, text);
        assert_eq!(code(world.create(OPERATION, asked)), "invalid_amount");
    }
    assert_eq!(code(world.post(movement(account, T::Debit, "B-1", "5"))), "invalid_amount");
    assert_eq!(code(world.post(movement(account, T::Transfer, "B-1", "0"))), "invalid_amount");
}

// rule: M4
#[test]
fn m4_the_operation_that_would_leave_the_range_is_refused_and_changes_nothing() {
    let (mut world, account) = World::with_account("1000");
    world.post(movement(account, MovementType::Payment, "B-1", "9999999999999")).unwrap();
    let before = world.account(account).clone();
    assert_eq!(code(world.post(movement(account, MovementType::Payment, "B-2", "1"))), "amount_out_of_range");
    // Through a request: the last check sends it back to wait.
    let load = world.ask(estair_core::category::Category::Load, account, "1");
    world.go(FINANCE, load, estair_core::category::Status::ToTreat).unwrap();
    let answer = world.deliver(load);
    assert_eq!(outcome(&answer).1, Some("amount_out_of_range"));
    assert_eq!(world.status(load), estair_core::category::Status::Waiting);
    assert_eq!(*world.account(account), before);
}

// rule: M4, F4
#[test]
fn m4_what_would_have_no_exposition_tomorrow_is_refused_today() {
    // A negative balance weighs twice: today's credit makes room that tomorrow does not have.
    let (mut world, account) = World::with_account("9000000000000");
    world.granted(account, "5000000000000");
    assert_eq!(
        code(world.post(movement(account, MovementType::Debit, "B-1", "-6000000000000"))),
        "amount_out_of_range"
    );
    world.post(movement(account, MovementType::Debit, "B-2", "-4000000000000")).unwrap();
    world.now = at("2025-10-22T10:00:00Z");
    world.post(movement(account, MovementType::Payment, "B-3", "1")).expect("no account is stuck by a new day");
}

// rule: M1
#[test]
fn m1_money_is_kept_as_text_never_as_a_number() {
    let json = serde_json::to_string(&xof("500000")).unwrap();
    assert_eq!(json, "\"500000 XOF\"");
    assert_eq!(serde_json::from_str::<Money>(&json).unwrap(), xof("500000"));
    for text in ["500000", "\"500000\"", "\"0.5 XOF\"", "\"1 TND\"", "\"x XOF\""] {
        assert!(serde_json::from_str::<Money>(text).is_err(), "{text}");
    }
}

// rule: M1
#[cfg(feature = "decimal")]
#[test]
fn m1_decimals_become_amounts_exactly_or_not_at_all() {
    use rust_decimal::Decimal;

    let decimal = |text: &str| Decimal::from_str_exact(text).unwrap();
    for (text, hundredths) in [
        ("0", 0),
        ("-0.00", 0),
        ("1", 100),
        ("12.50", 1_250),
        ("12.5000000", 1_250),
        ("-9999999999999.99", -MAX_HUNDREDTHS),
    ] {
        let amount = Amount::try_from(decimal(text)).unwrap();
        assert_eq!(amount.hundredths(), hundredths, "{text}");
        assert_eq!(Decimal::from(amount), decimal(text), "{text}");
    }
    assert_eq!(Amount::try_from(decimal("0.001")), Err(MoneyError::TooManyDecimals { allowed: 2 }));
    assert_eq!(Amount::try_from(decimal("10000000000000")), Err(MoneyError::OutOfRange));
    assert_eq!(Amount::try_from(Decimal::MAX), Err(MoneyError::OutOfRange));
    assert_eq!(Amount::try_from(Decimal::MIN), Err(MoneyError::OutOfRange));
}

proptest! {
    // rule: M1
    #[cfg(feature = "decimal")]
    #[test]
    fn m1_every_amount_comes_back_from_its_decimal(hundredths in -MAX_HUNDREDTHS..=MAX_HUNDREDTHS) {
        let amount = Amount::from_hundredths(hundredths).unwrap();
        let decimal = rust_decimal::Decimal::from(amount);
        prop_assert_eq!(decimal.to_string(), amount.to_string());
        prop_assert_eq!(Amount::try_from(decimal), Ok(amount));
    }
}
