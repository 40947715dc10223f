//! Amounts and [`rust_decimal::Decimal`]: for hosts that count in decimals. Exact both ways, or an error; nothing is rounded.

use rust_decimal::Decimal;

use crate::money::{Amount, Money, MoneyError};

/// With two digits after the point, always exact.
impl From<Amount> for Decimal {
    fn from(amount: Amount) -> Self {
        Self::new(amount.hundredths(), 2)
    }
}

/// With two digits after the point, always exact; the currency is left behind.
impl From<Money> for Decimal {
    fn from(money: Money) -> Self {
        money.amount().into()
    }
}

/// Exact, however many zeros stand at the end. [`MoneyError::TooManyDecimals`] for what has more than two digits after the
/// point, [`MoneyError::OutOfRange`] for more than 13 before it (M1).
impl TryFrom<Decimal> for Amount {
    type Error = MoneyError;

    fn try_from(decimal: Decimal) -> Result<Self, MoneyError> {
        let decimal = decimal.normalize();
        let missing = 2_u32.checked_sub(decimal.scale()).ok_or(MoneyError::TooManyDecimals { allowed: 2 })?;
        let scaled = 10_i128.checked_pow(missing).and_then(|unit| decimal.mantissa().checked_mul(unit));
        let hundredths = scaled.and_then(|scaled| i64::try_from(scaled).ok()).ok_or(MoneyError::OutOfRange)?;
        Self::from_hundredths(hundredths)
    }
}
