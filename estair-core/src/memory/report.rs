//! What the daily report reads of what is committed (L8).

use std::collections::BTreeMap;

use async_trait::async_trait;
use chrono::TimeDelta;

use crate::category::Status;
use crate::clock::{BusinessDay, Timestamp};
use crate::memory::{MemoryStore, Step};
use crate::money::Money;
use crate::row::Link;
use crate::source::Source;
use crate::store::{Age, ExpiredCredits, LastVerification, MoneyMoved, ReportReader, RequestCount, StoreError};

fn age(created_at: Timestamp, now: Timestamp) -> Age {
    let since = now.signed_duration_since(created_at);
    match since {
        since if since < TimeDelta::days(1) => Age::Day,
        since if since < TimeDelta::days(7) => Age::Week,
        _ => Age::Older,
    }
}

fn sum(one: Money, other: Money) -> Result<Money, StoreError> {
    one.checked_add(other).map_err(StoreError::corrupt)
}

#[async_trait]
impl ReportReader for MemoryStore {
    async fn request_counts(&self, now: Timestamp) -> Result<Vec<RequestCount>, StoreError> {
        self.reach(Step::Read)?;
        let mut counts = BTreeMap::new();
        for request in self.state().tables.requests.values().filter(|request| !request.status.is_final()) {
            let count: &mut u64 = counts.entry((request.status, age(request.created_at, now))).or_default();
            *count = count.saturating_add(1);
        }
        Ok(counts.into_iter().map(|((status, age), count)| RequestCount { status, age, count }).collect())
    }

    async fn money_moved(&self, day: BusinessDay) -> Result<Vec<MoneyMoved>, StoreError> {
        self.reach(Step::Read)?;
        let mut moved: BTreeMap<(&str, String), (Source, Money, Money)> = BTreeMap::new();
        let state = self.state();
        for movement in state.tables.movements.values().filter(|movement| movement.counts()) {
            let is_of = movement.posted.is_some_and(|posted| posted.day == day);
            if !is_of || movement.kind.rule().credit_family {
                continue;
            }
            let currency = movement.amount.currency();
            let nothing = Money::zero(currency);
            let key = (movement.source.name(), currency.to_string());
            let (_, money_in, money_out) = moved.entry(key).or_insert((movement.source, nothing, nothing));
            let side = if movement.amount.is_negative() { money_out } else { money_in };
            *side = sum(*side, movement.amount.magnitude())?;
        }
        Ok(moved
            .into_values()
            .map(|(source, money_in, money_out)| MoneyMoved { source, money_in, money_out })
            .collect())
    }

    async fn expired_credits(&self, now: Timestamp) -> Result<Vec<ExpiredCredits>, StoreError> {
        self.reach(Step::Read)?;
        let state = self.state();
        let mut expired: BTreeMap<String, ExpiredCredits> = BTreeMap::new();
        for request in state.tables.requests.values().filter(|request| request.status == Status::Closed) {
            if request.expiry_date.is_none_or(|expiry| now < expiry) {
                continue;
            }
            let movement = request.movement.and_then(Link::known).and_then(|id| state.tables.movements.get(&id));
            let Some(movement) = movement.filter(|movement| movement.is_active_credit()) else { continue };
            let currency = movement.amount.currency();
            let nothing = ExpiredCredits { currency, count: 0, amount: Money::zero(currency) };
            let entry = expired.entry(currency.to_string()).or_insert(nothing);
            *entry = ExpiredCredits {
                count: entry.count.saturating_add(1),
                amount: sum(entry.amount, movement.amount)?,
                ..*entry
            };
        }
        Ok(expired.into_values().collect())
    }

    async fn last_verification(&self) -> Result<Option<LastVerification>, StoreError> {
        self.reach(Step::Read)?;
        Ok(self.state().verified)
    }
}
