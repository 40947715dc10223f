//! Accounts and their indicators (F1 to F7).
//!
//! The indicators are kept on the account, never summed from history while posting; [`verify`](mod@crate::verify) proves
//! that they equal what the formulas give (F8). Rolling to a new day (F7) and applying a movement (F1 to F5) happen
//! here and nowhere else.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::clock::{BusinessDay, Timestamp};
use crate::hash::Hash;
use crate::id::{AccountId, UserId};
use crate::money::{Amount, Currency, Money, MoneyError};
use crate::named::named;
use crate::refusal::Refusal;
use crate::row::Switched;

/// An agency's account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Its own name among all rows.
    pub uuid: Uuid,
    /// The agency's name.
    pub name: String,
    /// Where the client's mail goes (N1).
    pub email: Option<String>,
    /// Where it stands between the former system and this one, once somebody has said so for it alone (L6).
    pub rollout: Option<Switched>,
    /// The host's own name for it, where it gave one (A7).
    pub reference: Option<Reference>,
    /// May requests be created on it (A2)?
    pub status: AccountStatus,
    /// The credit limit (C1), in the account's currency.
    pub limit: Money,
    /// The business day of the last movement, or of the creation while there is none.
    pub day: BusinessDay,
    /// How many successful movements it has; also the number of links in its audit chain (W4).
    pub version: u64,
    /// The four indicators that are kept.
    pub indicators: Indicators,
    /// The hash of the last link of its audit chain (W4).
    pub last_hash: Hash,
    /// The end of its chain of facts (V2).
    pub trail: Trail,
    /// From where on its chains are sealed with a key of the host's (W4).
    pub keyed: Option<Keyed>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// The host's own name for an account, unique among all (A7).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reference {
    /// The name.
    pub name: String,
    /// The hash of what the account was created with: the same call again gives the account, another one is refused.
    pub content: Hash,
}

named! {
    /// Whether an account works (A2).
    AccountStatus {
        /// As usual.
        Active = "active",
        /// No request is created on it and none is passed.
        Suspended = "suspended",
    }
}

named! {
    /// What of an account people change, its limit apart (A1, A2).
    AccountField {
        /// Its name.
        Name = "name",
        /// Its e-mail address.
        Email = "email",
        /// Whether it works.
        Status = "status",
        /// Which system it works with (L6).
        Rollout = "rollout",
    }
}

/// Whether an account lets a request be passed: it is not suspended (A2), and it works with this system (L6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It does.
    Works,
    /// It is suspended.
    Suspended,
    /// It works with the former system.
    Elsewhere,
}

impl From<AccountStatus> for Standing {
    fn from(status: AccountStatus) -> Self {
        match status {
            AccountStatus::Active => Self::Works,
            AccountStatus::Suspended => Self::Suspended,
        }
    }
}

/// A change of an account's name, address or status (A1, A2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountChange {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: Option<UserId>,
    /// Of what.
    pub field: AccountField,
    /// What it was; none where there was none.
    pub old: Option<String>,
    /// What it became.
    pub new: Option<String>,
    /// Why; for staff alone.
    pub reason: Option<String>,
}

/// The end of an account's chain of facts: everything that was decided about it, or about what belongs to it (V2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trail {
    /// How many facts there are.
    pub count: u64,
    /// The seal of the last one.
    pub hash: Hash,
}

impl Trail {
    /// Of an account of which nothing is told yet.
    pub const EMPTY: Self = Self { count: 0, hash: Hash::GENESIS };
}

/// From where on an account's chains are keyed: what comes after needs the host's key (W4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keyed {
    /// The version of the last link that may be without the key.
    pub version: u64,
    /// The last fact that may be.
    pub facts: u64,
    /// What the key makes of both, and of the ends of the chains there.
    pub seal: Hash,
}

/// The indicators that are kept; outstanding and exposition follow from them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Indicators {
    /// The balance at the end of the previous day (F7).
    pub balance_previous_day: Money,
    /// The balance (F1).
    pub balance: Money,
    /// The credits of the day that are not cancelled (F3).
    pub daily_credit: Money,
    /// The credits of all days that are not cancelled (F5).
    pub active_credit: Money,
}

impl Indicators {
    /// Of an account without a movement.
    #[must_use]
    pub const fn zero(currency: Currency) -> Self {
        let zero = Money::zero(currency);
        Self { balance_previous_day: zero, balance: zero, daily_credit: zero, active_credit: zero }
    }

    /// `−balance` when the balance is negative, else nothing (F2).
    #[must_use]
    pub fn outstanding(&self) -> Money {
        if self.balance.is_negative() { self.balance.negated() } else { Money::zero(self.balance.currency()) }
    }

    /// `balance + daily_credit − outstanding` (F4). A negative balance weighs twice: once in the balance, once in what
    /// is outstanding. That is the owner's formula, on purpose.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`] when it would leave `decimal(15,2)` (M4); never on an account that was stored.
    pub fn exposition(&self) -> Result<Money, MoneyError> {
        self.balance.checked_add(self.daily_credit)?.checked_sub(self.outstanding())
    }

    /// The exposition of figures that were accepted before: [`Self::post`] refuses those that have none.
    #[must_use]
    pub fn stored_exposition(&self) -> Money {
        self.exposition().unwrap_or(self.balance)
    }

    /// As they are on a later day on which nothing has happened yet (F7).
    #[must_use]
    pub fn carried_forward(&self) -> Self {
        let nothing = Money::zero(self.balance.currency());
        Self { balance_previous_day: self.balance, daily_credit: nothing, ..*self }
    }

    /// After a movement with this effect.
    ///
    /// # Errors
    /// [`Refusal::AmountOutOfRange`] when a figure would leave `decimal(15,2)` (M4), [`Refusal::CurrencyMismatch`] when
    /// the amount is not in the account's currency (M2).
    pub fn post(&self, effect: Effect, amount: Money) -> Result<Self, Refusal> {
        let add = |figure: &'static str, to: Money, amount: Money| to.checked_add(amount).map_err(|e| sum(figure, e));
        let mut after = *self;
        match effect {
            Effect::Balance => after.balance = add("balance", self.balance, amount)?,
            Effect::Credit => {
                after.daily_credit = add("daily_credit", self.daily_credit, amount)?;
                after.active_credit = add("active_credit", self.active_credit, amount)?;
            }
            // The amount of a cancellation is negative (F3): adding it takes the credit away.
            Effect::CreditCancellation { of_today } => {
                after.active_credit = add("active_credit", self.active_credit, amount)?;
                if of_today {
                    after.daily_credit = add("daily_credit", self.daily_credit, amount)?;
                }
            }
        }
        after.exposition().map_err(|e| sum("exposition", e))?;
        // Tomorrow's too, without the day's credit: no account wakes up with figures it cannot have.
        after.carried_forward().exposition().map_err(|e| sum("exposition", e))?;
        Ok(after)
    }
}

fn sum(figure: &'static str, error: MoneyError) -> Refusal {
    match error {
        MoneyError::CurrencyMismatch { left, right } => {
            Refusal::CurrencyMismatch { expected: left.to_string(), given: right.to_string() }
        }
        _ => Refusal::AmountOutOfRange { figure },
    }
}

/// Which indicator a movement moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// The balance (F1).
    Balance,
    /// The daily and the active credit (F3, F5).
    Credit,
    /// Takes a credit back: out of the active credit, and out of the daily credit too when it was granted on the
    /// account's present day; a closed day is frozen (F3).
    CreditCancellation {
        /// Was the credit granted on the account's present day?
        of_today: bool,
    },
}

/// An account's figures at one moment, as the audit and the closings keep them (W4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// The account's current day.
    pub day: BusinessDay,
    /// How many movements it had.
    pub version: u64,
    /// The indicators.
    pub indicators: Indicators,
}

/// The names under which a state's figures are written, in the order people read them.
pub const FIGURES: [&str; 6] =
    ["balance_previous_day", "balance", "daily_credit", "outstanding", "active_credit", "exposition"];

impl State {
    /// The figures by name, in the order of [`FIGURES`].
    #[must_use]
    pub fn figures(&self) -> [(&'static str, Money); 6] {
        let i = &self.indicators;
        let [previous, balance, daily, outstanding, active, exposition] = FIGURES;
        [
            (previous, i.balance_previous_day),
            (balance, i.balance),
            (daily, i.daily_credit),
            (outstanding, i.outstanding()),
            (active, i.active_credit),
            (exposition, i.stored_exposition()),
        ]
    }

    /// `{day, version, balance_previous_day, …}` with exact amounts as texts (W4).
    #[must_use]
    pub fn to_json(&self) -> Value {
        let mut object = serde_json::Map::new();
        object.insert("day".into(), json!(self.day));
        object.insert("version".into(), json!(self.version));
        for (name, money) in self.figures() {
            object.insert(name.into(), json!(money.to_string()));
        }
        Value::Object(object)
    }
}

impl State {
    /// Reads what [`Self::to_json`] wrote, for an account in this currency. None when it is not a state.
    #[must_use]
    pub fn from_json(value: &Value, currency: Currency) -> Option<Self> {
        let money = |name: &str| value.get(name)?.as_str()?.parse::<Amount>().ok()?.in_currency(currency).ok();
        Some(Self {
            day: value.get("day")?.as_str()?.parse().ok()?,
            version: value.get("version")?.as_u64()?,
            indicators: Indicators {
                balance_previous_day: money("balance_previous_day")?,
                balance: money("balance")?,
                daily_credit: money("daily_credit")?,
                active_credit: money("active_credit")?,
            },
        })
    }
}

/// The last state of a past day that had movements (F7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Closing {
    /// Whose.
    pub account: AccountId,
    /// The state when the day ended: its day is the day that closed.
    pub state: State,
}

/// A change of an account's limit (C6).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LimitChange {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: Option<UserId>,
    /// The limit before.
    pub old: Money,
    /// The limit after.
    pub new: Money,
    /// Why.
    pub reason: String,
}

impl Account {
    /// The account's currency.
    #[must_use]
    pub const fn currency(&self) -> Currency {
        self.limit.currency()
    }

    /// The figures as stored.
    #[must_use]
    pub const fn state(&self) -> State {
        State { day: self.day, version: self.version, indicators: self.indicators }
    }

    /// The figures as they are on `day`: the present ones on the account's own day, carried forward on a later one (F7).
    #[must_use]
    pub fn state_on(&self, day: BusinessDay) -> State {
        if day <= self.day {
            return self.state();
        }
        State { day, version: self.version, indicators: self.indicators.carried_forward() }
    }

    /// Moves to `day`, if it is later, and gives the closing of the day that ends; a day without movements leaves none
    /// (F7). The day never goes back (F6).
    #[must_use]
    pub fn rolled_to(&self, id: AccountId, day: BusinessDay) -> (Self, Option<Closing>) {
        let state = self.state_on(day);
        let closes = state.day != self.day && self.version > 0;
        let rolled = Self { day: state.day, indicators: state.indicators, ..self.clone() };
        (rolled, closes.then(|| Closing { account: id, state: self.state() }))
    }

    /// Refuses what does not go on while the account is suspended (A2).
    ///
    /// # Errors
    /// [`Refusal::AccountSuspended`].
    pub const fn require_active(&self) -> Result<(), Refusal> {
        match self.status {
            AccountStatus::Active => Ok(()),
            AccountStatus::Suspended => Err(Refusal::AccountSuspended),
        }
    }

    /// Refuses an amount of another currency than the account's; one that names none is in XOF (M2).
    ///
    /// # Errors
    /// [`Refusal::CurrencyMismatch`].
    pub fn require_currency(&self, given: Option<Currency>) -> Result<(), Refusal> {
        let (expected, given) = (self.currency(), given.unwrap_or_default());
        if given == expected {
            return Ok(());
        }
        Err(Refusal::CurrencyMismatch { expected: expected.to_string(), given: given.to_string() })
    }

    /// How much of the limit the active credit leaves; negative after the limit was lowered (C6).
    #[must_use]
    pub fn headroom(&self) -> Money {
        // Both are within the range and the active credit is not negative: the difference fits unless the limit is 0
        // and the credit at the very edge, where the limit itself says it all.
        self.limit.checked_sub(self.indicators.active_credit).unwrap_or(self.limit)
    }
}

/// The figures of a past day, from the last closing at or before it: the day's own, or carried forward (F7). None
/// before the first closing: everything was nothing then.
#[must_use]
pub fn past_state(day: BusinessDay, closing: Option<&Closing>, currency: Currency) -> State {
    match closing {
        Some(closing) if closing.state.day == day => closing.state,
        Some(closing) => State { day, indicators: closing.state.indicators.carried_forward(), ..closing.state },
        None => State { day, version: 0, indicators: Indicators::zero(currency) },
    }
}
