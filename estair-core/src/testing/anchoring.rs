//! What an anchor finds of a book whose chains were cut, rolled back or written anew since it was made (V3).

use super::keying::keyed;
use super::world::*;
use crate::audit::AuditKeys;
use crate::movement::MovementType;
use crate::testing::Harness;
use crate::verify::{Anchor, Report, compare, make_anchor};

/// What comparing a book with an anchor finds.
async fn compared(world: &World, anchor: &Anchor, keys: Option<&AuditKeys>) -> Vec<String> {
    let mut report = Report::default();
    compare(world.stores.audit.as_ref(), anchor, keys, &mut report).await.unwrap();
    report.findings.iter().map(ToString::to_string).collect()
}

async fn anchor(world: &World, keys: Option<&AuditKeys>) -> Anchor {
    make_anchor(world.stores.audit.as_ref(), keys, world.now()).await.unwrap()
}

/// An anchor of the present, and of the past, of a book that only grew: nothing is found, also when it was kept as text.
pub async fn v3_a_book_that_grew_is_what_its_anchor_says(harness: &impl Harness) {
    let world = World::under(harness, keyed(&["one"])).await;
    let key = keys(&["one"]);
    let empty = anchor(&world, Some(&key)).await;
    let account = three_days(&world).await;
    world.account(0).await;
    let made = anchor(&world, Some(&key)).await;
    let head = made.heads.iter().find(|head| head.account == account).expect("a head");
    let row = world.account_row(account).await;
    assert_eq!((head.uuid, head.links, head.link), (row.uuid, row.version, row.last_hash));
    assert_eq!((head.facts, head.fact), (row.trail.count, row.trail.hash));
    assert_eq!((made.at, made.heads.len(), made.counts["mouvements"]), (world.now(), 2, 5));
    world.granted(account, 20).await;
    world.account(7).await;
    let kept: Anchor = serde_json::from_str(&serde_json::to_string(&made).unwrap()).unwrap();
    assert_eq!((&kept, kept.is_signed(&key)), (&made, Some(true)));
    for past in [&empty, &made, &kept, &anchor(&world, Some(&key)).await] {
        assert_eq!(compared(&world, past, Some(&key)).await, [""; 0]);
        assert_eq!(compared(&world, past, None).await, [""; 0]);
    }
}

/// A chain that is shorter, an account that is not there: a book that was rolled back.
pub async fn v3_a_book_that_was_rolled_back_is_found(harness: &impl Harness) {
    let (world, rolled_back) = (World::open(harness).await, World::open(harness).await);
    for world in [&world, &rolled_back] {
        let account = world.account(1_000).await;
        world.post(posting(account, MovementType::Payment, units(1), "a")).await;
    }
    let account = world.facts().await[0].account.known().expect("a number");
    let before = anchor(&world, None).await;
    assert_eq!(compared(&rolled_back, &before, None).await, [""; 0], "the same book");
    world.post(posting(account, MovementType::Payment, units(2), "b")).await;
    let found = compared(&rolled_back, &anchor(&world, None).await, None).await;
    for problem in [
        "estair_facts has 2 rows, it had 3",
        "mouvement_logs has 1 rows, it had 2",
        "it has 1 links, it had 2: cut or rolled back",
        "it has 2 facts, it had 3: cut or rolled back",
    ] {
        assert!(found.iter().any(|one| one.ends_with(problem)), "{problem}: {found:?}");
    }
    world.account(0).await;
    let found = compared(&rolled_back, &anchor(&world, None).await, None).await;
    assert!(found.iter().any(|one| one.ends_with("the account is gone, or another one")), "{found:?}");
}

/// A chain of the same length that says something else: written anew.
pub async fn v3_a_book_that_was_written_anew_is_found(harness: &impl Harness) {
    let (world, anew) = (World::open(harness).await, World::open(harness).await);
    for (world, amount) in [(&world, 1), (&anew, 1_000)] {
        let account = world.account(1_000).await;
        world.post(posting(account, MovementType::Payment, units(amount), "a")).await;
        world.post(posting(account, MovementType::Payment, units(5), "b")).await;
        world.assert_healthy().await;
    }
    let found = compared(&anew, &anchor(&world, None).await, None).await;
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].ends_with("links up to number 2 were written anew"), "{found:?}");
}

/// A counter that was changed, a signature of somebody else's; made without a key it says that it is unsigned.
pub async fn v3_an_anchor_that_was_changed_is_found(harness: &impl Harness) {
    let world = World::under(harness, keyed(&["one"])).await;
    let (key, other) = (keys(&["one"]), keys(&["two"]));
    three_days(&world).await;
    let made = anchor(&world, Some(&key)).await;
    let signature = |anchor: &Anchor, keys: &AuditKeys| anchor.is_signed(keys);
    assert_eq!((signature(&made, &key), signature(&made, &other)), (Some(true), Some(false)));
    assert_eq!(compared(&world, &made, Some(&other)).await, ["the anchor was signed with another key, or changed"]);
    assert_eq!(compared(&world, &made, Some(&keys(&["two", "one"]))).await, [""; 0], "an older key is believed");
    let mut fewer = made.clone();
    fewer.counts.insert("mouvements".to_owned(), 1);
    assert_eq!(compared(&world, &fewer, Some(&key)).await, ["the anchor was signed with another key, or changed"]);
    let mut shorter = made.clone();
    shorter.heads[0].links -= 1;
    assert_eq!(compared(&world, &shorter, Some(&key)).await.len(), 2, "its link is another one, too");
    let unsigned = anchor(&world, None).await;
    assert_eq!((unsigned.signature, signature(&unsigned, &key)), (None, None));
    let mut more = unsigned.clone();
    more.counts.insert("mouvements".to_owned(), 6);
    assert_eq!(compared(&world, &more, None).await, ["mouvements has 5 rows, it had 6"]);
}
