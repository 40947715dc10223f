//! Accounts and the movements that are posted on them.

use estair_core::account::{Account, AccountStatus, Indicators, Trail};
use estair_core::actor::{Actor, Origin};
use estair_core::clock::{Ids, Timestamp};
use estair_core::command::Command;
use estair_core::decision::{Changes, Context, Decision, Snapshot};
use estair_core::hash::Hash;
use estair_core::id::{AccountId, UserId};
use estair_core::money::{Amount, Currency, Money};
use estair_core::movement::{MovementDraft, MovementType, Source};
use estair_core::policy::Policy;
use estair_core::refusal::Refusal;
use uuid::Uuid;

/// The instant of every bench: 2025-10-21 at noon.
#[must_use]
pub fn noon() -> Timestamp {
    Timestamp::from_timestamp(1_761_048_000, 0).unwrap_or_default()
}

/// An account with nothing on it.
#[must_use]
pub fn account(number: u64) -> Account {
    Account {
        uuid: Uuid::from_u128(u128::from(number)),
        name: format!("Agence {number}"),
        email: None,
        reference: None,
        status: AccountStatus::Active,
        rollout: None,
        limit: Money::zero(Currency::XOF),
        day: Policy::default().day_offset.day_of(noon()),
        version: 0,
        indicators: Indicators::zero(Currency::XOF),
        last_hash: Hash::GENESIS,
        trail: Trail::EMPTY,
        keyed: None,
        created_at: noon(),
        updated_at: noon(),
    }
}

/// A book of so many accounts, numbered from 1.
#[must_use]
pub fn book(accounts: u64) -> Snapshot {
    Snapshot {
        accounts: (1..=accounts).map(|number| (AccountId(number), account(number))).collect(),
        ..Snapshot::default()
    }
}

/// A payment received, one of a kind.
#[must_use]
pub fn payment(account: u64, reference: u64) -> Command {
    Command::Post(vec![MovementDraft {
        source: Some(Source::Wave),
        reference: Some(format!("TX-{reference}")),
        kind: Some(MovementType::Payment),
        amount: Amount::from_hundredths(50_000_000).ok(),
        account: Some(AccountId(account)),
        ..MovementDraft::default()
    }])
}

/// Decides a command of a trusted service.
///
/// # Errors
/// What the rules refuse.
pub fn decide(command: &Command, snapshot: &Snapshot, seed: u128) -> Result<Decision, Refusal> {
    let (actor, origin, policy) = (Actor::service(UserId(1)), Origin::default(), Policy::default());
    let mut ids = Ids::new(noon(), seed);
    let mut context = Context { actor: &actor, origin: &origin, now: noon(), policy: &policy, ids: &mut ids };
    command.decide(&mut context, snapshot)
}

/// Decides commands as one transaction does, each on what the ones before it left.
///
/// # Errors
/// The first refusal.
pub fn decide_all(commands: &[Command], snapshot: &mut Snapshot) -> Result<Changes, Refusal> {
    let mut all = Changes::default();
    for (seed, command) in (1_u128..).zip(commands) {
        let Decision { changes, .. } = decide(command, snapshot, seed << 64)?;
        snapshot.apply(&changes);
        all.absorb(changes);
    }
    Ok(all)
}
