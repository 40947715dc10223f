//! Bodies as they are read: any text gives an answer, and never a 5xx.

use proptest::prelude::*;
use serde_json::json;

use crate::world::{CLIENT, SERVICE, World};

fn any_json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        any::<bool>().prop_map(|b| b.to_string()),
        any::<i64>().prop_map(|n| n.to_string()),
        any::<f64>().prop_filter("JSON", |n| n.is_finite()).prop_map(|n| format!("{n:e}")),
        "[ -~éà]{0,12}".prop_map(|text| json!(text).to_string()),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(|items| format!("[{}]", items.join(","))),
            prop::collection::vec(("[a-z]{1,4}", inner), 0..4).prop_map(|members| {
                let members: Vec<_> = members.iter().map(|(name, value)| format!("{name:?}:{value}")).collect();
                format!("{{{}}}", members.join(","))
            }),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn any_value_in_any_field_is_answered_without_a_fault_of_the_server(
        field in prop::sample::select(vec!["category", "amount", "account_id", "description", "expiry_date", "hold", "source", "type", "reference", "payload", "x"]),
        value in any_json(),
        junk in ".{0,40}",
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let world = World::new().await;
            for (who, path, base) in [
                (CLIENT, "/api/requetes-financieres", r#""category":"daily_credit","amount":5"#),
                (SERVICE, "/api/mouvements", r#""source":"wave","type":"payment","amount":5,"account_id":1,"reference":"A""#),
            ] {
                let body = format!("{{{base},\"{field}\":{value}}}");
                let status = world.call(who, "POST", path, &[("idempotency-key", "k")], &body).await.status;
                assert!(status < 500, "{status} for {body}");
                let status = world.call(who, "POST", path, &[], &junk).await.status;
                assert!(status == 400 || status == 422, "{status} for {junk}");
            }
        });
    }
}
