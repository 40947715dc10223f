//! What [`Reader`](crate::store::Reader) tells of accounts: lists, what changed of one, its limits of past days.

use super::world::*;
use crate::account::{AccountChange, AccountDraft, AccountField, AccountPatch, AccountStatus};
use crate::book::Submission;
use crate::command::Command;
use crate::decision::Answer;
use crate::money::{Currency, Money};
use crate::request::RequestDraft;
use crate::store::{AccountFilter, Page, RequestFilter};
use crate::testing::Harness;

/// By name, and one alone for its client.
pub async fn accounts_are_listed_and_found_by_name(harness: &impl Harness) {
    let world = World::open(harness).await;
    let one = world.account_of("Sahel Voyages", Currency::XOF, 10).await;
    let two = world.account_of("Niger Tours", Currency::XOF, 20).await;
    let find = async |filter: AccountFilter, page| {
        let found = world.stores.reader.accounts(&filter, page).await.unwrap();
        found.items.iter().map(|row| row.id).collect::<Vec<_>>()
    };
    assert_eq!(find(AccountFilter::default(), Page::default()).await, [two, one]);
    assert_eq!(find(AccountFilter::default(), page(5, Some(two.0))).await, [one]);
    assert_eq!(find(AccountFilter { account: Some(one), ..AccountFilter::default() }, Page::default()).await, [one]);
    let named = AccountFilter { q: Some("Tours".to_owned()), ..AccountFilter::default() };
    assert_eq!(find(named, Page::default()).await, [two]);
    let draft = AccountDraft { reference: Some("AG-é-1".to_owned()), ..named_draft("Faso Ciel") };
    let Answer::Account(three) = world.run(ADMIN, Command::CreateAccount(draft)).await else { panic!("no account") };
    let referred =
        |reference: &str| AccountFilter { reference: Some(reference.to_owned()), ..AccountFilter::default() };
    assert_eq!(find(referred("AG-é-1"), Page::default()).await, [three.id]);
    assert_eq!(find(referred("ag-é-1"), Page::default()).await, [], "a reference is exact");
    world.run(FINANCE, suspension(two, "impayé")).await;
    let in_status = |status| AccountFilter { status: Some(status), ..AccountFilter::default() };
    assert_eq!(find(in_status(AccountStatus::Suspended), Page::default()).await, [two]);
    assert_eq!(find(in_status(AccountStatus::Active), Page::default()).await, [three.id, one]);
}

/// Each change of a name, an address and a status, newest first (A1, A2).
pub async fn a1_each_change_of_an_account_is_kept(harness: &impl Harness) {
    let world = World::open(harness).await;
    let (account, other) = (world.account(10).await, world.account(20).await);
    let first = AccountPatch { name: Some("Évasion".to_owned()), email: Some(None), ..AccountPatch::default() };
    world.run(ADMIN, Command::UpdateAccount(account, first)).await;
    world.wait(chrono::Duration::microseconds(1));
    world.run(FINANCE, suspension(account, "impayé é")).await;
    world.run(FINANCE, suspension(other, "ailleurs")).await;
    let reader = &world.stores.reader;
    let slice = reader.account_history(account, page(2, None)).await.unwrap();
    let later = morning() + chrono::Duration::microseconds(1);
    let (old, new) = (Some("active".to_owned()), Some("suspended".to_owned()));
    let reason = Some("impayé é".to_owned());
    let status = AccountChange { at: later, by: FINANCE.user(), field: AccountField::Status, old, new, reason };
    assert_eq!((slice.items.len(), &slice.items[0].data), (2, &status));
    assert_eq!((slice.items[1].field, slice.items[1].new.as_deref()), (AccountField::Email, None));
    let rest = reader.account_history(account, page(2, slice.next)).await.unwrap();
    let name = &rest.items[0].data;
    assert_eq!(
        (name.field, name.old.as_deref(), name.new.as_deref()),
        (AccountField::Name, Some("Agence Ouaga"), Some("Évasion"))
    );
    assert_eq!((name.at, name.by, rest.next), (morning(), ADMIN.user(), None));
    let row = world.account_row(account).await;
    assert_eq!((row.name.as_str(), row.email, row.status), ("Évasion", None, AccountStatus::Suspended));
}

/// Created again under its reference it is the first one; with other content it is refused (A7).
pub async fn a7_a_reference_is_one_account(harness: &impl Harness) {
    let world = World::open(harness).await;
    let draft = |name: &str| AccountDraft { reference: Some("AG-7".to_owned()), ..named_draft(name) };
    let Answer::Account(first) = world.run(SERVICE, Command::CreateAccount(draft("Agence"))).await else {
        panic!("no account")
    };
    let patch = AccountPatch { name: Some("Autre nom".to_owned()), ..AccountPatch::default() };
    world.run(ADMIN, Command::UpdateAccount(first.id, patch)).await;
    let Answer::KnownAccount(again) = world.run(SERVICE, Command::CreateAccount(draft("Agence"))).await else {
        panic!("another account")
    };
    assert_eq!((again.id, again.name.as_str()), (first.id, "Autre nom"), "as it is now");
    let refusal = world.refused(SERVICE, Command::CreateAccount(draft("Autre nom"))).await;
    assert_eq!(refusal.code(), "reference_reused");
    let both = [draft("B"), draft("B")].map(|draft| AccountDraft { reference: Some("AG-8".to_owned()), ..draft });
    let together = both.map(|draft| Submission::new(SERVICE, Command::CreateAccount(draft)));
    let replies = world.book.run_all(together.into()).await;
    let id_of = |answer| match answer {
        Answer::Account(row) | Answer::KnownAccount(row) => row.id,
        other => panic!("no account: {other:?}"),
    };
    let ids: Vec<_> = replies.into_iter().map(|reply| id_of(reply.unwrap().answer)).collect();
    assert_eq!(ids.len(), 2);
    assert_eq!(ids[0], ids[1], "also when they come in one call");
}

/// An account to be created, of which the name alone is known.
fn named_draft(name: &str) -> AccountDraft {
    AccountDraft { name: Some(name.to_owned()), ..AccountDraft::default() }
}

/// What SQL's `LIKE` treats specially is a letter like any other.
pub async fn searched_text_is_taken_literally(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(1_000).await;
    for (amount, text) in [(1, "remise de 100%"), (2, "code a_b"), (3, "chemin c:\\x"), (4, "l'été"), (5, "code aXb")]
    {
        let described = RequestDraft { description: Some(text.to_owned()), ..credit_draft(amount) };
        world.create(client(account), described).await;
    }
    for (q, amount) in [("100%", 1), ("a_b", 2), ("c:\\x", 3), ("l'été", 4)] {
        let filter = RequestFilter { q: Some(q.to_owned()), ..RequestFilter::default() };
        let found = world.stores.reader.requests(&filter, Page::default()).await.unwrap();
        let amounts: Vec<_> = found.items.iter().map(|row| row.amount.amount()).collect();
        assert_eq!(amounts, [units(amount)], "{q}");
    }
}

/// The limit of a day long ago is found behind more changes than a page shows (C6).
pub async fn c6_the_limit_of_a_past_day_is_found_behind_any_number_of_changes(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(7).await;
    let at_creation = world.now();
    assert_eq!(world.stores.reader.limit_at(account, at_creation).await.unwrap(), None, "it has never changed");
    let mut instants = Vec::new();
    for limit in 1..=205 {
        world.wait(chrono::Duration::seconds(1));
        instants.push(world.now());
        world.limit(account, limit, "again").await;
    }
    let limit_at = async |at| world.stores.reader.limit_at(account, at).await.unwrap().map(Money::amount);
    assert_eq!(limit_at(at_creation).await, Some(units(7)), "what the first change found");
    assert_eq!(limit_at(instants[0]).await, Some(units(7)), "a change counts after its instant");
    assert_eq!(limit_at(instants[1]).await, Some(units(1)));
    assert_eq!(limit_at(instants[200]).await, Some(units(200)));
    world.wait(chrono::Duration::seconds(1));
    assert_eq!(limit_at(world.now()).await, Some(units(205)));
}
