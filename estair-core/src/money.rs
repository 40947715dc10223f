//! Exact amounts of money.
//!
//! Guarantees: an [`Amount`] is always a value that `decimal(15,2)` holds exactly (M1); a [`Money`] is an amount that
//! its currency can express (M2); sums never wrap and never mix currencies (M2, M4). There is no float anywhere.

use std::cmp::Ordering;
use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Hundredths of a unit that still fit in `decimal(15,2)`: 13 digits before the point, 2 after.
pub const MAX_HUNDREDTHS: i64 = 999_999_999_999_999;

/// Longest text that is read as an amount, in bytes: a number counts by its value, with however many zeros it is written.
pub const MAX_AMOUNT_TEXT: usize = 64 * 1024;

/// An exact decimal with at most 13 digits before the point and 2 after, without a currency (M1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount(i64);

/// Why a text is no amount, or two amounts have no sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MoneyError {
    /// The text is not a decimal number.
    NotANumber,
    /// More digits after the point than the amount or its currency has (M1, M2).
    TooManyDecimals {
        /// Digits that are allowed after the point.
        allowed: u8,
    },
    /// More than 13 digits before the point (M1, M4).
    OutOfRange,
    /// The two sides have different currencies (M2).
    CurrencyMismatch {
        /// Currency of the left side.
        left: Currency,
        /// Currency of the right side.
        right: Currency,
    },
    /// Not a code of ISO 4217.
    UnknownCurrency,
    /// A currency with three decimals or more: not served (M2).
    UnservedCurrency,
}

impl fmt::Display for MoneyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotANumber => f.write_str("not a decimal number"),
            Self::TooManyDecimals { allowed } => write!(f, "more than {allowed} digits after the point"),
            Self::OutOfRange => f.write_str("beyond 9999999999999.99"),
            Self::CurrencyMismatch { left, right } => write!(f, "{left} and {right} do not add up"),
            Self::UnknownCurrency => f.write_str("not a currency of ISO 4217"),
            Self::UnservedCurrency => f.write_str("currencies with more than two decimals are not served"),
        }
    }
}

impl std::error::Error for MoneyError {}

impl Amount {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// From hundredths of a unit.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`] beyond 15 significant digits (M1).
    pub const fn from_hundredths(hundredths: i64) -> Result<Self, MoneyError> {
        if hundredths > MAX_HUNDREDTHS || hundredths < -MAX_HUNDREDTHS {
            return Err(MoneyError::OutOfRange);
        }
        Ok(Self(hundredths))
    }

    /// The value in hundredths of a unit.
    #[must_use]
    pub const fn hundredths(self) -> i64 {
        self.0
    }

    /// This amount in a currency (M2).
    ///
    /// # Errors
    /// [`MoneyError::TooManyDecimals`] when the currency has no unit that small.
    pub fn in_currency(self, currency: Currency) -> Result<Money, MoneyError> {
        if self.0 % currency.smallest_unit() != 0 {
            return Err(MoneyError::TooManyDecimals { allowed: currency.decimals() });
        }
        Ok(Money { hundredths: self.0, currency })
    }
}

/// Reads a decimal in plain or scientific notation by its exact value: `5e5`, `500000.00` and `500000` are the same.
impl FromStr for Amount {
    type Err = MoneyError;

    fn from_str(text: &str) -> Result<Self, MoneyError> {
        let (mantissa, exponent) = split_number(text).ok_or(MoneyError::NotANumber)?;
        let (whole, fraction) = mantissa.digits;
        let mut digits: Vec<u8> = whole.bytes().chain(fraction.bytes()).map(|b| b - b'0').collect();
        let mut power = exponent.saturating_sub(i64::try_from(fraction.len()).unwrap_or(i64::MAX));
        while digits.last() == Some(&0) {
            digits.pop();
            power = power.saturating_add(1);
        }
        let significant = digits.iter().skip_while(|d| **d == 0).count();
        if significant == 0 {
            return Ok(Self::ZERO);
        }
        if power < -2 {
            return Err(MoneyError::TooManyDecimals { allowed: 2 });
        }
        let width = i64::try_from(significant).unwrap_or(i64::MAX).saturating_add(power);
        if width > 13 {
            return Err(MoneyError::OutOfRange);
        }
        let value = digits.iter().fold(0_i64, |sum, d| sum.saturating_mul(10).saturating_add(i64::from(*d)));
        let shift = u32::try_from(power.saturating_add(2)).map_err(|_| MoneyError::OutOfRange)?;
        let hundredths = 10_i64.checked_pow(shift).and_then(|unit| value.checked_mul(unit));
        let hundredths = hundredths.ok_or(MoneyError::OutOfRange)?;
        Self::from_hundredths(if mantissa.negative { -hundredths } else { hundredths })
    }
}

impl TryFrom<&str> for Amount {
    type Error = MoneyError;

    fn try_from(text: &str) -> Result<Self, MoneyError> {
        text.parse()
    }
}

impl TryFrom<String> for Amount {
    type Error = MoneyError;

    fn try_from(text: String) -> Result<Self, MoneyError> {
        text.parse()
    }
}

impl From<Infallible> for MoneyError {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

struct Mantissa<'a> {
    negative: bool,
    digits: (&'a str, &'a str),
}

/// Splits `-12.5e3` into its mantissa and exponent; `None` when the text does not have the shape of a JSON number
/// (leading zeros are forgiven).
fn split_number(text: &str) -> Option<(Mantissa<'_>, i64)> {
    if text.len() > MAX_AMOUNT_TEXT {
        return None;
    }
    let (negative, rest) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (mantissa, exponent) = match rest.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, read_exponent(exponent)?),
        None => (rest, 0),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((_, "")) => return None,
        Some(parts) => parts,
        None => (mantissa, ""),
    };
    let all_digits = whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit());
    (all_digits && !whole.is_empty()).then_some((Mantissa { negative, digits: (whole, fraction) }, exponent))
}

fn read_exponent(text: &str) -> Option<i64> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    // A longer exponent than an i64 is beyond any amount on either side: saturate.
    let value = digits.parse::<i64>().unwrap_or(i64::MAX / 4);
    Some(if negative { -value } else { value })
}

/// Two digits after the point: the form of `decimal(15,2)`, used in the canonical text of the audit.
impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_decimal(f, self.0, 2)
    }
}

fn write_decimal(f: &mut fmt::Formatter<'_>, hundredths: i64, decimals: u8) -> fmt::Result {
    if hundredths < 0 {
        f.write_str("-")?;
    }
    let (whole, rest) = (hundredths.unsigned_abs() / 100, hundredths.unsigned_abs() % 100);
    f.write_str(itoa::Buffer::new().format(whole))?;
    if decimals > 0 {
        f.write_str(if rest < 10 { ".0" } else { "." })?;
        f.write_str(itoa::Buffer::new().format(rest))?;
    }
    Ok(())
}

/// A currency of ISO 4217 with none or two decimals (M2).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency {
    code: [u8; 3],
    decimals: u8,
}

/// Currencies whose smallest unit is 1.
const WITHOUT_DECIMALS: &str = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF";

/// Currencies whose smallest unit is a hundredth.
const WITH_TWO_DECIMALS: &str = "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP \
    BYN BZD CAD CDF CHE CHF CHW CNY COP COU CRC CUC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD \
    GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT \
    MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG \
    SEK SGD SHP SLE SLL SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD \
    XCG YER ZAR ZMW ZWG ZWL";

/// Currencies with three or four decimals: known, not served.
const WITH_MORE_DECIMALS: &str = "BHD CLF IQD JOD KWD LYD OMR TND UYW";

impl Currency {
    /// The CFA franc of West Africa, the default.
    pub const XOF: Self = Self { code: *b"XOF", decimals: 0 };

    /// The three letters of ISO 4217.
    #[must_use]
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.code).unwrap_or("XXX")
    }

    /// Digits after the point: 0 or 2.
    #[must_use]
    pub const fn decimals(self) -> u8 {
        self.decimals
    }

    /// The smallest unit, in hundredths.
    const fn smallest_unit(self) -> i64 {
        if self.decimals == 0 { 100 } else { 1 }
    }
}

fn lists(list: &str, code: &str) -> bool {
    list.split_ascii_whitespace().any(|entry| entry == code)
}

impl FromStr for Currency {
    type Err = MoneyError;

    fn from_str(code: &str) -> Result<Self, MoneyError> {
        if lists(WITH_MORE_DECIMALS, code) {
            return Err(MoneyError::UnservedCurrency);
        }
        let decimals = match code {
            _ if lists(WITHOUT_DECIMALS, code) => 0,
            _ if lists(WITH_TWO_DECIMALS, code) => 2,
            _ => return Err(MoneyError::UnknownCurrency),
        };
        let code = code.as_bytes().try_into().map_err(|_| MoneyError::UnknownCurrency)?;
        Ok(Self { code, decimals })
    }
}

impl Default for Currency {
    fn default() -> Self {
        Self::XOF
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}

/// An amount of one currency. Only checked operations exist, and only between amounts of the same currency (M2, M4).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    hundredths: i64,
    currency: Currency,
}

impl Money {
    /// Nothing, in a currency.
    #[must_use]
    pub const fn zero(currency: Currency) -> Self {
        Self { hundredths: 0, currency }
    }

    /// The smallest amount of a currency that is more than nothing: 1 XOF, 0.01 EUR.
    #[must_use]
    pub const fn smallest(currency: Currency) -> Self {
        Self { hundredths: if currency.decimals() == 0 { 100 } else { 1 }, currency }
    }

    /// The amount without its currency.
    #[must_use]
    pub const fn amount(self) -> Amount {
        Amount(self.hundredths)
    }

    /// The value in hundredths of a unit.
    #[must_use]
    pub const fn hundredths(self) -> i64 {
        self.hundredths
    }

    /// The currency.
    #[must_use]
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// Is it more than nothing?
    #[must_use]
    pub const fn is_positive(self) -> bool {
        self.hundredths > 0
    }

    /// Is it less than nothing?
    #[must_use]
    pub const fn is_negative(self) -> bool {
        self.hundredths < 0
    }

    /// Is it nothing?
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.hundredths == 0
    }

    /// The sum.
    ///
    /// # Errors
    /// [`MoneyError::CurrencyMismatch`] (M2) or [`MoneyError::OutOfRange`] (M4).
    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        // Two values within the range cannot overflow an i64.
        let sum = Amount::from_hundredths(self.hundredths.saturating_add(other.hundredths))?;
        Ok(Self { hundredths: sum.0, ..self })
    }

    /// The difference.
    ///
    /// # Errors
    /// As [`checked_add`](Self::checked_add).
    pub fn checked_sub(self, other: Self) -> Result<Self, MoneyError> {
        self.checked_add(other.negated())
    }

    /// The same amount with the other sign: the range is symmetric, so it always exists.
    #[must_use]
    pub const fn negated(self) -> Self {
        Self { hundredths: -self.hundredths, ..self }
    }

    /// The amount without its sign.
    #[must_use]
    pub const fn magnitude(self) -> Self {
        Self { hundredths: self.hundredths.abs(), ..self }
    }

    fn same_currency(self, other: Self) -> Result<(), MoneyError> {
        if self.currency == other.currency {
            return Ok(());
        }
        Err(MoneyError::CurrencyMismatch { left: self.currency, right: other.currency })
    }
}

/// Amounts of different currencies have no order.
impl PartialOrd for Money {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        (self.currency == other.currency).then(|| self.hundredths.cmp(&other.hundredths))
    }
}

/// The exact amount with its currency's own number of decimals, without the code: `500000`, `12.50`.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_decimal(f, self.hundredths, self.currency.decimals())
    }
}

impl fmt::Debug for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self} {}", self.currency)
    }
}

/// `"500000 XOF"`: one text, so that no format can turn the amount into a float.
impl Serialize for Money {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&format_args!("{self} {}", self.currency))
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let (amount, currency) = text.split_once(' ').ok_or_else(|| serde::de::Error::custom("no currency"))?;
        let currency = currency.parse().map_err(serde::de::Error::custom)?;
        amount.parse::<Amount>().and_then(|a| a.in_currency(currency)).map_err(serde::de::Error::custom)
    }
}
