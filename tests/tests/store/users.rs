//! Users, their tokens and sessions, links that sign in, and tries to.

use std::collections::BTreeMap;
use std::sync::Arc;

use estair_core::account::AccountDraft;
use estair_core::actor::{Actor, ClientKind, Role};
use estair_core::book::{Error, Submission};
use estair_core::command::Command;
use estair_core::decision::{IdempotencyKey, Once};
use estair_core::hash::Hash;
use estair_core::id::{AccountId, UserId};
use estair_core::membership::Membership;
use estair_core::policy::Policy;
use estair_core::refusal::Refusal;
use estair_core::testing::world::{World, morning};
use estair_sqlx::{
    NewSession, NewSignInLink, NewToken, NewUser, SessionByLink, SignInTry, User, UserPatch, migrate_messager,
    open_book, open_messager_apart,
};
use estair_tests::database::{Kind, options};
use estair_tests::filling::number_in;
use estair_tests::{databases, on_each};

use crate::stores;

/// Users, their tokens and their sessions.
async fn users_are_found_by_token_and_session(kind: Kind) {
    let databases = databases!(kind);
    let users = databases.book().await.users;
    let new = |number: u128, membership, token: &str| NewUser {
        uuid: uuid::Uuid::from_u128(number),
        membership,
        name: format!("user {number}"),
        email: Some(format!("user{number}@example.test")),
        token: Some(NewToken::new(Hash::of(token))),
        disabled: false,
        at: morning(),
    };
    let client = Membership::Client(AccountId(7), ClientKind::Agent);
    let agent = users.create_user(&new(1, client, "one"), None).await.unwrap().made.id;
    let admin = users.create_user(&new(2, Membership::Staff(Role::Admin), "two"), None).await.unwrap().made.id;
    assert!(users.create_user(&new(3, client, "one"), None).await.is_err(), "a token belongs to one user");
    let named = users.names(&[admin, UserId(999), agent]).await.unwrap();
    assert_eq!(
        named.into_iter().collect::<BTreeMap<_, _>>(),
        BTreeMap::from([(agent, "user 1".to_owned()), (admin, "user 2".to_owned())])
    );
    let (now, later) = (morning(), morning() + chrono::Duration::hours(1));
    let found = users.user_of_token(Hash::of("one"), now).await.unwrap().unwrap();
    let expected = Actor::Client { user: agent, account: AccountId(7), kind: ClientKind::Agent };
    assert_eq!(found.user.actor(), Some(expected));
    assert!(users.user_of_token(Hash::of("three"), now).await.unwrap().is_none());
    assert_eq!(users.users_of_role(Role::Admin).await.unwrap()[0].id, admin);
    // That it was used is noted meanwhile.
    let clients = users.clients_of(AccountId(7)).await.unwrap().into_iter();
    let clients: Vec<_> = clients.map(|user| User { last_used_at: None, ..user }).collect();
    assert_eq!(clients, [found.user]);

    let token = users.user_of_token(Hash::of("two"), now).await.unwrap().unwrap().token;
    let session = NewSession {
        secret: Hash::of("secret"),
        user: admin,
        token: token.map(|token| token.id),
        at: now,
        expires_at: later,
    };
    users.open_session(&session).await.unwrap();
    let session = users.user_of_session(Hash::of("secret"), now).await.unwrap();
    assert_eq!(session.and_then(|found| found.user.actor()), Some(Actor::Admin(admin)));
    assert!(users.user_of_session(Hash::of("secret"), later).await.unwrap().is_none(), "it has expired");
    users.close_session(Hash::of("secret"), now).await.unwrap();
    assert!(users.user_of_session(Hash::of("secret"), now).await.unwrap().is_none());
}

/// rule: A6: a link signs in once, whoever of many comes first, until its instant; who is disabled or has another address, by none.
async fn a6_a_link_signs_in_once(kind: Kind) {
    let databases = databases!(kind);
    let url = databases.migrated().await;
    let open = || async { open_book(&url, &options()).await.unwrap().users };
    let (users, elsewhere) = (open().await, open().await);
    let (at, later) = (morning(), morning() + chrono::Duration::minutes(15));
    let new = |number: u128| NewUser {
        uuid: uuid::Uuid::from_u128(number),
        membership: Membership::Staff(Role::Finance),
        name: format!("user {number}"),
        email: Some("Awa@example.test".to_owned()),
        token: None,
        disabled: false,
        at,
    };
    let awa = users.create_user(&new(1), None).await.unwrap().made.id;
    let moussa = users.create_user(&new(2), None).await.unwrap().made.id;
    let found = users.users_of_email(" AWA@example.test ").await.unwrap();
    assert_eq!(found.iter().map(|user| user.id).collect::<Vec<_>>(), [awa, moussa]);
    let link = |secret: &str, user, at| NewSignInLink {
        secret: Hash::of(secret),
        user,
        at,
        expires_at: at + chrono::Duration::minutes(15),
    };
    let session = |link: &str, secret: &str, at| SessionByLink {
        link: Hash::of(link),
        secret: Hash::of(secret),
        at,
        expires_at: at + chrono::Duration::hours(12),
    };

    // Two nodes, six who press at once.
    users.create_sign_in_link(&link("raced", awa, at)).await.unwrap();
    let presses = (0..6).map(|number| {
        let (users, session) =
            (Arc::clone([&users, &elsewhere][number % 2]), session("raced", &number.to_string(), at));
        tokio::spawn(async move { users.open_session_by_link(&session).await.unwrap() })
    });
    let mut opened = Vec::new();
    for (number, press) in presses.collect::<Vec<_>>().into_iter().enumerate() {
        opened.extend(press.await.unwrap().map(|user| (number, user)));
    }
    let [(number, user)] = opened.as_slice() else { panic!("{opened:?}") };
    assert_eq!(*user, awa);
    let found = elsewhere.user_of_session(Hash::of(number.to_string()), at).await.unwrap().unwrap();
    assert_eq!((found.user.id, found.token), (awa, None));

    // Until its instant, and a moment before.
    for (secret, at, opens) in [("late", later, false), ("just", later - chrono::Duration::milliseconds(1), true)] {
        users.create_sign_in_link(&link(secret, awa, morning())).await.unwrap();
        let opened = users.open_session_by_link(&session(secret, secret, at)).await.unwrap();
        assert_eq!(opened.is_some(), opens, "{secret}");
    }
    assert!(users.open_session_by_link(&session("none", "none", at)).await.unwrap().is_none());

    // Whose address changes, or who is disabled, is signed in by no link from before; another person's stay.
    let (address, disabled) = (
        UserPatch { email: Some(Some("other@example.test".to_owned())), ..UserPatch::default() },
        UserPatch { disabled: Some(true), ..UserPatch::default() },
    );
    users.create_sign_in_link(&link("moussas", moussa, at)).await.unwrap();
    for (number, patch) in [address, disabled].iter().enumerate() {
        let secret = format!("before {number}");
        users.create_sign_in_link(&link(&secret, awa, at)).await.unwrap();
        users.change_user(awa, patch, at).await.unwrap();
        assert!(users.open_session_by_link(&session(&secret, &secret, at)).await.unwrap().is_none(), "{secret}");
    }
    users.create_sign_in_link(&link("shut out", awa, at)).await.unwrap();
    assert!(users.open_session_by_link(&session("shut out", "shut out", at)).await.unwrap().is_none());
    assert_eq!(users.open_session_by_link(&session("moussas", "m", at)).await.unwrap(), Some(moussa));

    // The newest five are good.
    for number in 0..7 {
        users.create_sign_in_link(&link(&format!("many {number}"), moussa, at)).await.unwrap();
    }
    let mut good = Vec::new();
    for number in 0..7 {
        let session = session(&format!("many {number}"), &format!("session {number}"), at);
        good.push(users.open_session_by_link(&session).await.unwrap().is_some());
    }
    assert_eq!(good, [false, false, true, true, true, true, true]);
}

/// What is made under a key is made once, by one of many who send it at once; the key is one among all of its actor's.
async fn users_and_tokens_are_made_once_under_a_key(kind: Kind) {
    let databases = databases!(kind);
    let handles = databases.book().await;
    let users = Arc::clone(&handles.users);
    let new = |number: u128| NewUser {
        uuid: uuid::Uuid::from_u128(number),
        membership: Membership::Staff(Role::Finance),
        name: "Fatou".to_owned(),
        email: None,
        token: None,
        disabled: false,
        at: morning(),
    };
    let once =
        |key: &str, body: &str| Once { scope: "admin:4".to_owned(), key: IdempotencyKey::new(key, Hash::of(body)) };
    let key = once("a", "body");
    let calls = (1..=6).map(|number| {
        let (users, new, key) = (Arc::clone(&users), new(number), key.clone());
        tokio::spawn(async move { users.create_user(&new, Some(&key)).await.unwrap() })
    });
    let mut made = Vec::new();
    for call in calls.collect::<Vec<_>>() {
        made.push(call.await.unwrap());
    }
    assert_eq!(made.iter().filter(|one| !one.replayed).count(), 1);
    assert!(made.iter().all(|one| one.made == made[0].made), "the first answer again");
    let user = made[0].made.id;
    assert_eq!(users.users_of_role(Role::Finance).await.unwrap().len(), 1);

    let reused = |error: Option<Error>| matches!(error, Some(Error::Refused(Refusal::IdempotencyKeyReused)));
    assert!(reused(users.create_user(&new(9), Some(&once("a", "other"))).await.err()));
    let token = NewToken::new(Hash::of("secret"));
    assert!(reused(users.create_token(user, &token, morning(), Some(&once("a", "token"))).await.err()));
    let key = once("t", "token");
    let first = users.create_token(user, &token, morning(), Some(&key)).await.unwrap().unwrap();
    let again = users.create_token(user, &token, morning(), Some(&key)).await.unwrap().unwrap();
    assert_eq!((first.made, again.replayed), (again.made, true));
    assert!(users.create_token(UserId(999), &NewToken::new(Hash::of("x")), morning(), None).await.unwrap().is_none());

    // The book knows the key, too, and what it keeps is none of the directory's.
    let world = World::over(stores(&databases, handles).await, Policy::default());
    let draft = AccountDraft { name: Some("Agence".to_owned()), ..AccountDraft::default() };
    let submission = |key: &str| Submission {
        key: Some(once(key, "account").key),
        ..Submission::new(Actor::Admin(UserId(4)), Command::CreateAccount(draft.clone()))
    };
    assert!(reused(world.book.run(submission("a")).await.err()));
    world.book.run(submission("b")).await.unwrap();
    assert!(reused(users.create_user(&new(10), Some(&once("b", "account"))).await.err()));
}

/// rule: A6: of two servers, whoever asks, no more tries are granted than there are; then one more each time so much has passed. What says
/// nothing any more goes, and a clock that was wrong locks nobody out.
async fn a6_tries_to_sign_in_are_counted_for_all_servers(kind: Kind) {
    let databases = databases!(kind);
    let url = databases.migrated().await;
    let open = || async { open_book(&url, &options()).await.unwrap().users };
    let servers = [open().await, open().await];
    let seconds = chrono::Duration::seconds;
    let one = |caller: &str, at| SignInTry { caller: Hash::of(caller), at_once: 20, every: seconds(3), at };
    let now = morning();

    // 40 at once, on both.
    let tries = (0..40).map(|number| {
        let (server, one) = (Arc::clone(&servers[number % 2]), one("a", now));
        tokio::spawn(async move { server.count_try(&one).await.unwrap() })
    });
    let mut waits = Vec::new();
    for tried in tries.collect::<Vec<_>>() {
        waits.extend(tried.await.unwrap());
    }
    assert_eq!(waits, [seconds(3); 20], "{kind:?}: 20 of 40 wait");
    for (number, server) in (0..).zip(&servers) {
        let count = async |caller: &str, at| server.count_try(&one(caller, at)).await.unwrap();
        assert_eq!(count("a", now + seconds(3 * number + 1)).await, Some(seconds(2)));
        assert_eq!(count(&format!("other {number}"), now).await, None, "another caller has its own");
        let later = now + seconds(3 * (number + 1));
        assert_eq!(count("a", later).await, None, "one more has come");
        assert_eq!(count("a", later).await, Some(seconds(3)));
    }

    // Whoever has as many free as at first has no row any more.
    let rows = async || {
        let sql = "SELECT COUNT(*) FROM estair_sign_in_tries";
        number_in(kind, &url, sql).await
    };
    assert_eq!(rows().await, 3);
    let hours = now + chrono::Duration::hours(2);
    assert_eq!(servers[0].count_try(&one("b", hours)).await.unwrap(), None);
    assert_eq!(rows().await, 1, "{kind:?}: only of who tried now");

    // That one had a clock two hours ahead.
    for server in servers.iter().cycle().take(20) {
        assert_eq!(server.count_try(&one("b", now)).await.unwrap(), None);
    }
    assert_eq!(servers[1].count_try(&one("b", now)).await.unwrap(), Some(seconds(3)));

    // Those of a Messager apart are counted in its own database, in the same way.
    let url = databases.create().await;
    migrate_messager(&url, &options()).await.unwrap();
    let open = || async { open_messager_apart(&url, &options()).await.unwrap().directory };
    let servers = [open().await, open().await];
    for server in servers.iter().cycle().take(20) {
        assert_eq!(server.count_try(&one("a", now)).await.unwrap(), None);
    }
    assert_eq!(servers[0].count_try(&one("a", now)).await.unwrap(), Some(seconds(3)));
}

on_each!(
    users_are_found_by_token_and_session,
    users_and_tokens_are_made_once_under_a_key,
    a6_a_link_signs_in_once,
    a6_tries_to_sign_in_are_counted_for_all_servers,
);
