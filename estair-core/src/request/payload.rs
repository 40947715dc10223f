//! What a request's message carries, written and read in one place.

use std::collections::BTreeMap;

use serde_json::value::RawValue;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::category::Category;
use crate::clock::{Timestamp, parse_timestamp, rfc3339};
use crate::id::{AccountId, RequestId, SupportId};
use crate::json::{Json, integer};
use crate::money::{Amount, Currency};
use crate::refusal::FieldError;
use crate::row::Request;

/// The payload of a message that carries a request: rendered when it is sent, read when it is delivered (G2, G3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payload {
    /// The request's number.
    pub requete_id: RequestId,
    /// The request's uuid.
    pub requete_uuid: Uuid,
    /// The request's name.
    pub requete_name: String,
    /// Its account.
    pub account_id: AccountId,
    /// The account's name, for people; a message without it is carried out all the same.
    pub account_name: Option<String>,
    /// The type of the movement it becomes.
    pub kind: String,
    /// Unsigned.
    pub amount: Amount,
    /// Its currency.
    pub currency: Currency,
    /// When the request expires, if it can.
    pub expiry_date: Option<Timestamp>,
    /// The execution the message belongs to (G3).
    pub execution: u32,
    /// The sale that caused a fee (R10).
    pub etatsdevente_id: Option<u64>,
    /// The support request behind it (R10).
    pub helpdesk_id: Option<SupportId>,
}

impl Payload {
    /// What a request's message says of it now.
    #[must_use]
    pub fn of(id: RequestId, request: &Request, account_name: &str) -> Self {
        Self {
            requete_id: id,
            requete_uuid: request.uuid,
            requete_name: request.name.clone(),
            account_id: request.account,
            account_name: Some(account_name.to_owned()),
            kind: request.definition().movement.name().to_owned(),
            amount: request.amount.amount(),
            currency: request.amount.currency(),
            expiry_date: request.expiry_date,
            execution: request.execution,
            etatsdevente_id: request.etatsdevente_id,
            helpdesk_id: request.helpdesk_id,
        }
    }

    /// As Messager is given it: `null` stands where there is nothing.
    #[must_use]
    pub fn to_json(&self) -> Json {
        let amount = self.amount.in_currency(self.currency).map_or_else(|_| self.amount.to_string(), |m| m.to_string());
        Json::from(json!({
            "requete_id": self.requete_id,
            "requete_uuid": self.requete_uuid,
            "requete_name": self.requete_name,
            "account_id": self.account_id,
            "account_name": self.account_name,
            "type": self.kind,
            "amount": amount,
            "currency": self.currency,
            "expiry_date": self.expiry_date.map(rfc3339),
            "execution": self.execution,
            "etatsdevente_id": self.etatsdevente_id,
            "helpdesk_id": self.helpdesk_id,
        }))
    }

    /// Reads what [`to_json`](Self::to_json) wrote, or anybody who writes the same fields. Other fields are ignored.
    ///
    /// # Errors
    /// Each field that is needed and missing, or that cannot be read, as `payload.` and its name.
    pub fn from_json(json: &Json) -> Result<Self, Vec<FieldError>> {
        let members: BTreeMap<String, Box<RawValue>> = serde_json::from_str(json.as_str()).unwrap_or_default();
        let mut fields = Fields { members, faults: Vec::new() };
        let payload = fields.payload();
        match payload {
            Some(payload) if fields.faults.is_empty() => Ok(payload),
            _ => Err(fields.faults),
        }
    }
}

/// A payload that is read field by field.
struct Fields {
    members: BTreeMap<String, Box<RawValue>>,
    faults: Vec<FieldError>,
}

impl Fields {
    fn payload(&mut self) -> Option<Payload> {
        let requete_id = self.needed_text("requete_id", integer).map(RequestId);
        let requete_uuid = self.needed("requete_uuid", |value| value.as_str()?.parse().ok());
        let requete_name = self.needed("requete_name", |value| value.as_str().map(str::to_owned));
        let account_id = self.needed_text("account_id", integer).map(AccountId);
        let kind = self.needed("type", |value| value.as_str().map(str::to_owned));
        let amount = self.needed_text("amount", amount);
        let currency = self.needed("currency", |value| value.as_str()?.parse().ok());
        let execution = self.needed_text("execution", |text| u32::try_from(integer(text)?).ok());
        let account_name = self.wanted("account_name", |value| value.as_str().map(str::to_owned));
        let expiry_date = self.wanted("expiry_date", |value| parse_timestamp(value.as_str()?).ok());
        let etatsdevente_id = self.wanted_text("etatsdevente_id", integer);
        let helpdesk_id = self.wanted_text("helpdesk_id", integer).map(SupportId);
        Some(Payload {
            requete_id: requete_id?,
            requete_uuid: requete_uuid?,
            requete_name: requete_name?,
            account_id: account_id?,
            account_name,
            kind: kind?,
            amount: amount?,
            currency: currency?,
            expiry_date,
            execution: execution?,
            etatsdevente_id,
            helpdesk_id,
        })
    }

    fn needed<T>(&mut self, name: &str, read: impl FnOnce(&Value) -> Option<T>) -> Option<T> {
        self.needed_text(name, |text| read(&serde_json::from_str(text).ok()?))
    }

    fn needed_text<T>(&mut self, name: &str, read: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let value = self.members.get(name).and_then(|raw| read(raw.get()));
        if value.is_none() {
            self.faults.push(FieldError::new(format!("payload.{name}"), "is missing or unreadable"));
        }
        value
    }

    fn wanted<T>(&mut self, name: &str, read: impl FnOnce(&Value) -> Option<T>) -> Option<T> {
        self.wanted_text(name, |text| read(&serde_json::from_str(text).ok()?))
    }

    fn wanted_text<T>(&mut self, name: &str, read: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        read(self.members.get(name)?.get())
    }
}

/// A string, or a number by its own text: nothing goes through a float (M1).
fn amount(text: &str) -> Option<Amount> {
    let quoted = text.starts_with('"').then(|| serde_json::from_str::<String>(text).ok());
    quoted.map_or_else(|| text.parse().ok(), |quoted| quoted?.parse().ok())
}

/// Which categories travel in messages of this type.
#[must_use]
pub fn is_message_type(kind: &str) -> bool {
    Category::ALL.iter().any(|category| category.definition().message == kind)
}
