//! Addresses that mail can reach (A3).

use estair_core::account::AccountDraft;
use estair_core::command::Command;
use estair_core::email::checked;
use estair_core::refusal::Refusal;
use proptest::prelude::*;

use crate::world::*;

// rule: A3
#[test]
fn a3_addresses_that_mail_can_reach_are_kept_as_typed() {
    let long_local = format!("{}@example.test", "a".repeat(64));
    let long_label = format!("a@{}.test", "b".repeat(63));
    let domain_253 = format!("{}.{}", vec!["a".repeat(49); 5].join("."), "b".repeat(3));
    assert_eq!(domain_253.len(), 253);
    let longest_domain = format!("{}@{}", "a", &domain_253[1..]);
    assert_eq!(longest_domain.len(), 254);
    for address in [
        "a@b",
        "agence.plateau+credit@example.test",
        "o'brien!#$%&*-/=?^_`{|}~@example.test",
        "\"jean dupont\"@example.test",
        "\"a\\\"b\\\\c\"@example.test",
        "\"a@b\"@example.test",
        "x@1and1.example.test",
        "x@123.45",
        "x@agence-plateau.example.test",
        "contact@sénégal.example.test",
        "contact@例え.テスト",
        "contact@xn--sngal-fsab.example.test",
        "contact@हिन्दी.भारत",
        &long_local,
        &long_label,
        &longest_domain,
    ] {
        assert_eq!(checked("email", address), Ok(address.to_owned()), "{address}");
    }
}

// rule: A3
#[test]
fn a3_addresses_that_nobody_can_mail_are_refused_with_their_field() {
    let punycode_64 = format!("a@{}.test", "é".repeat(58));
    for address in [
        "",
        " ",
        "a",
        "@b.test",
        "a@",
        "a..b@example.test",
        ".a@example.test",
        "a.@example.test",
        "a@example.test.",
        "a@.example.test",
        "a@example..test",
        "a@-example.test",
        "a@example-.test",
        "a@exa_mple.test",
        "a@exam ple.test",
        "a b@example.test",
        " a@example.test",
        "a@example.test ",
        "a@example.test\n",
        "\ta@example.test",
        "a@example.test\u{a0}",
        "\u{feff}a@example.test",
        "a@[127.0.0.1]",
        "a@b@example.test",
        "\"a\"b\"@example.test",
        "\"a@example.test",
        "\"\"@example.test",
        "\"@example.test",
        "é@example.test",
        "a\u{200b}@example.test",
        "a@exam\u{200d}ple.test",
        "a@exa\u{ad}mple.test",
        "a@exam\u{3164}ple.test",
        "a@example\u{fe0f}.test",
        "a@\u{301}example.test",
        "a@example。test",
        "a@example.test\u{0}",
        "a@exa\tmple.test",
        "a,b@example.test",
        "<a@example.test>",
        "a@example.test>",
        &format!("{}@example.test", "a".repeat(65)),
        &format!("a@{}.test", "b".repeat(64)),
        &punycode_64,
        &format!("a@{}", vec!["a".repeat(49); 6].join(".")),
        &format!("{}@{}", "a".repeat(64), vec!["b".repeat(60); 4].join(".")),
    ] {
        let fault = checked("email", address).expect_err(address);
        assert_eq!(fault.field, "email", "{address}");
    }
}

// rule: A3
#[test]
fn a3_an_account_is_created_with_an_address_that_can_be_reached_or_none() {
    let mut world = World::new();
    let draft = |email: Option<&str>| {
        let (name, email) = (Some("Agence".to_owned()), email.map(str::to_owned));
        Command::CreateAccount(AccountDraft { name, email, ..AccountDraft::default() })
    };
    for wrong in ["a..b@example.test", ""] {
        let Err(Refusal::Invalid(faults)) = world.run(ADMIN, draft(Some(wrong))) else { panic!("{wrong} was taken") };
        assert_eq!(faults.iter().map(|fault| fault.field.as_str()).collect::<Vec<_>>(), ["email"]);
    }
    world.run(ADMIN, draft(None)).unwrap();
    world.run(ADMIN, draft(Some("contact@sénégal.example.test"))).unwrap();
}

proptest! {
    // rule: A3
    #[test]
    fn a3_what_is_accepted_is_never_longer_than_it_may_be(address in "[a-zA-Z0-9.\"@é\u{200b}-]{0,80}") {
        if let Ok(address) = checked("email", &address) {
            let (local, domain) = address.rsplit_once('@').unwrap();
            prop_assert!(local.len() <= 64 && !domain.is_empty());
            prop_assert!(domain.split('.').all(|label| !label.is_empty() && !label.starts_with('-')));
            prop_assert!(!address.contains('\u{200b}'), "an invisible character was taken");
        }
    }
}
