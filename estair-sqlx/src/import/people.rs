//! Old rows of people and of their devices.

use std::collections::BTreeMap;

use estair_core::actor::{ClientKind, Role};
use estair_core::clock::{IdSource, Ids, System, Timestamp};
use estair_core::email;
use estair_core::id::AccountId;
use estair_core::membership::Membership;
use estair_core::notification::PushSubscription;
use estair_core::text::MAX_LINE;

use super::mapping::{PeopleTable, called, plain};
use super::reading::Reading;
use super::rules::{Dirt, Trouble};
use crate::users::NewUser;

/// Longest endpoint of a device.
const MAX_ENDPOINT: usize = 1_000;

/// Reads a person. `accounts` are those that came, by their number there.
pub(super) fn person(
    reading: &mut Reading<'_>,
    table: &PeopleTable,
    accounts: &BTreeMap<String, AccountId>,
    at: Timestamp,
) -> Result<NewUser, Trouble> {
    reading.own_number()?;
    let old = reading.field("role").unwrap_or_default().to_owned();
    let role = Role::from_name(&called(&table.roles, &old));
    let role = role.filter(|role| matches!(role, Role::Client | Role::Operation | Role::Finance | Role::Admin));
    let role = role.ok_or_else(|| Trouble::new(Dirt::Category, format_args!("the role {old:?} is unknown")))?;
    let is_client = role == Role::Client;
    let account = reading.field("account_id").filter(|_| is_client).map(str::to_owned);
    let account = match account {
        None if is_client => return Err(Trouble::new(Dirt::Account, "a client has an account")),
        None => None,
        Some(account) => {
            let known = accounts.get(&account).copied();
            let instead = reading.mapping.instead.account.as_ref().and_then(|number| accounts.get(number)).copied();
            let trouble = Trouble::new(Dirt::Account, format_args!("account {account} did not come"));
            match (known, instead) {
                (Some(known), _) => Some(known),
                (None, Some(other)) => {
                    Some(reading.instead(trouble, other, &format!("a client of account {other}"))?)
                }
                (None, None) => return Err(trouble),
            }
        }
    };
    let kind = match plain(&old).as_str() {
        "agent" => ClientKind::Agent,
        _ => ClientKind::from_name(&table.kind).unwrap_or(ClientKind::Agency),
    };
    let membership = Membership::new(role, account, is_client.then_some(kind));
    let membership = membership.map_err(|fault| Trouble::new(Dirt::Category, fault.message))?;
    let email = address(reading)?;
    let else_ = email.clone().unwrap_or_else(|| format!("{} {}", table.table, reading.field("id").unwrap_or_default()));
    let name = reading.bounded("name", MAX_LINE, &else_)?;
    let uuid = Ids::new(at, System.seed()).draw();
    Ok(NewUser { uuid, membership, name, email, token: None, disabled: false, at })
}

/// An address that mail reaches.
pub(super) fn address(reading: &mut Reading<'_>) -> Result<Option<String>, Trouble> {
    let Some(given) = reading.field("email") else { return Ok(None) };
    match email::checked("email", given) {
        Ok(email) => Ok(Some(email)),
        Err(_) => {
            let trouble = Trouble::new(Dirt::Email, format_args!("no mail reaches {given:?}"));
            reading.instead(trouble, None, "it comes without an address")
        }
    }
}

/// Reads a device. Whether its push service is one that is called is asked when it is.
pub(super) fn device(reading: &Reading<'_>) -> Result<PushSubscription, Trouble> {
    let field = |name: &str| reading.field(name).unwrap_or_default().to_owned();
    let device = PushSubscription { endpoint: field("endpoint"), p256dh: field("p256dh"), auth: field("auth") };
    let is_key = |key: &str, least: usize| {
        key.len() >= least
            && key.len() <= MAX_LINE
            && key.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_=+/".contains(&b))
    };
    let endpoint = device.endpoint.as_str();
    let is_endpoint = endpoint.starts_with("https://")
        && endpoint.len() <= MAX_ENDPOINT
        && endpoint.bytes().all(|b| b.is_ascii_graphic())
        && !endpoint.contains(['@', '#']);
    match is_endpoint && is_key(&device.p256dh, 87) && is_key(&device.auth, 22) {
        true => Ok(device),
        false => Err(Trouble::new(Dirt::Device, "its endpoint or its keys are none")),
    }
}
