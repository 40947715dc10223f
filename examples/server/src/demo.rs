//! The demonstration: a small book on an empty data directory, with users of every role and their tokens.
//!
//! It is made on a loopback interface alone: its tokens lie in a file. A start that was cut off half way goes on with it.

use estair_core::Book;
use estair_core::account::AccountDraft;
use estair_core::actor::{Actor, ClientKind, Role};
use estair_core::book::Submission;
use estair_core::decision::IdempotencyKey;
use estair_core::hash::Hash;
use estair_core::id::{AccountId, UserId};
use estair_core::membership::Membership;
use estair_core::money::{Amount, Currency};
use estair_core::store::{AccountFilter, Page};
use std::path::PathBuf;

use serde_json::{Map, Value, json};

use crate::error::StartError;
use crate::options::Options;
use crate::people::{NewPerson, People};
use crate::secrets::DataDir;
use crate::stores::Stores;

/// Where the tokens are.
const TOKENS: &str = "tokens.json";

/// There while the demonstration is being made.
const UNFINISHED: &str = ".demo-unfinished";

/// The accounts: name, address, limit in hundredths.
const ACCOUNTS: [(&str, &str, i64); 3] = [
    ("Agence Plateau", "plateau@example.test", 100_000_000),
    ("Agence Cocody", "cocody@example.test", 25_000_000),
    ("Agence Treichville", "treichville@example.test", 0),
];

/// The staff, the service that posts movements, and the auditor.
const STAFF: [(Role, Option<&str>); 5] = [
    (Role::Operation, Some("operation@example.test")),
    (Role::Finance, Some("finance@example.test")),
    (Role::Admin, Some("admin@example.test")),
    (Role::Service, None),
    (Role::Auditor, Some("auditor@example.test")),
];

/// Is a demonstration to be made?
///
/// # Errors
/// When one is, but others than this machine would reach it.
pub fn is_wanted(options: &Options, data: &DataDir, empty: bool) -> Result<bool, StartError> {
    let unfinished = data.read(UNFINISHED)?.is_some();
    if !options.demo || !(empty || unfinished) {
        return Ok(false);
    }
    if !options.listen.ip().is_loopback() {
        let listen = options.listen;
        return Err(StartError::new(format_args!(
            "no demonstration is created on {listen}, which is not a loopback interface: give --no-demo, or listen on 127.0.0.1"
        )));
    }
    data.write(UNFINISHED, "")?;
    Ok(true)
}

/// Where the tokens of the demonstration are, if there is one.
#[must_use]
pub fn tokens(data: &DataDir) -> Option<PathBuf> {
    Some(data.file(TOKENS)).filter(|path| path.exists())
}

/// Makes the demonstration, unless the databases hold a book already.
///
/// # Errors
/// What kept it from being made.
pub async fn create(
    data: &DataDir,
    book: &Book,
    stores: &Stores,
    people: &People,
    options: &Options,
) -> Result<(), StartError> {
    let there = stores.reader.accounts(&AccountFilter::default(), Page::default()).await?.items.len();
    let foreign = options.database_url.is_some() && there > 0;
    if there <= ACCOUNTS.len() && !foreign {
        let tokens = tokens_of(book, people).await?;
        data.write(TOKENS, &serde_json::to_string_pretty(&tokens).map_err(StartError::new)?)?;
    } else {
        tracing::warn!("the database holds accounts already: no demonstration is created");
    }
    data.remove(UNFINISHED)?;
    Ok(())
}

async fn tokens_of(book: &Book, people: &People) -> Result<Value, StartError> {
    let (mut tokens, mut emails) = (Map::new(), Map::new());
    for (role, email) in STAFF {
        let person = NewPerson { membership: Membership::Staff(role), name: None, email: email.map(str::to_owned) };
        let token = people.create(person, Vec::new()).await?;
        tokens.insert(role.name().to_owned(), token.secret.into());
        if let Some(email) = email {
            emails.insert(role.name().to_owned(), email.into());
        }
    }
    let mut clients = Vec::new();
    for (place, (name, email, limit)) in ACCOUNTS.into_iter().enumerate() {
        let account = account(book, place, name, email, limit).await?;
        let membership = Membership::Client(account, ClientKind::Agency);
        let person = NewPerson { membership, name: Some(name.to_owned()), email: Some(email.to_owned()) };
        let token = people.create(person, Vec::new()).await?;
        clients.push(json!({ "account_id": account, "token": token.secret, "email": email }));
    }
    Ok(json!({ "tokens": tokens, "emails": emails, "clients": clients }))
}

/// The account, made once however often this runs.
async fn account(book: &Book, place: usize, name: &str, email: &str, limit: i64) -> Result<AccountId, StartError> {
    let limit = Amount::from_hundredths(limit).map_err(StartError::new)?;
    let draft = AccountDraft::named(name).email(email).currency(Currency::XOF).limit(limit).map_err(StartError::new)?;
    let key = format!("demonstration-account-{}", place.saturating_add(1));
    let key = IdempotencyKey::new(&*key, Hash::of(&key));
    let submission = Submission::new(Actor::Admin(UserId(0)), draft).with_key(Some(key));
    Ok(book.run(submission).await?.into_answer::<AccountDraft>()?.id)
}
