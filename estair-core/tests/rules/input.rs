//! Everything that reads what strangers send, on arbitrary bytes: the same functions as the targets under `fuzz/`, on
//! the stable toolchain.

use proptest::prelude::*;

use crate::inputs;

/// Arbitrary bytes, and texts that come close to what is expected.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..200),
        any::<String>().prop_map(String::into_bytes),
        "[-+]?[0-9.eE_, ]{0,40}".prop_map(String::into_bytes),
        "[-+]?[0-9]{1,6}-[0-9]{1,2}-[0-9]{1,2}[T ][0-9]{1,2}:[0-9]{1,2}(:[0-9]{1,2}(\\.[0-9]{1,12})?)?(Z|[-+][0-9]{2}:[0-9]{2})?"
            .prop_map(String::into_bytes),
        "[-+]?[0-9]{2}:[0-9]{2}".prop_map(String::into_bytes),
        "\\{\"(account_id|amount|success|code|detail|type)\": ?(true|null|[0-9]{1,20}|\"[^\"\\\\]{0,20}\"|\\[\\])\\}"
            .prop_map(String::into_bytes),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1024, ..ProptestConfig::default() })]

    // rule: M1, M2
    #[test]
    fn m1_amounts_from_anywhere(data in bytes()) {
        inputs::amount(&data);
    }

    // rule: R4, F6
    #[test]
    fn r4_dates_and_times_from_anywhere(data in bytes()) {
        inputs::date(&data);
    }

    // rule: W3
    #[test]
    fn w3_idempotency_keys_from_anywhere(data in bytes()) {
        inputs::idempotency_key(&data);
    }

    // rule: G2, G9
    #[test]
    fn g2_payloads_and_answers_from_anywhere(data in bytes()) {
        inputs::payload(&data);
    }
}
