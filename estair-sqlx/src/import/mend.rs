//! Values of old rows: what can be read, what can be mended without a guess, and what cannot.

use estair_core::clock::{DayOffset, Timestamp, parse_day, parse_timestamp};
use estair_core::money::Amount;

/// UTF-8 that was once read as Latin-1 and written again: `Ã©` is `é`. None where a text is none of that.
pub(super) fn unmangled(text: &str) -> Option<String> {
    if text.is_ascii() {
        return None;
    }
    let bytes: Option<Vec<u8>> = text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect();
    String::from_utf8(bytes?).ok().filter(|mended| mended != text)
}

/// An amount, exactly; a decimal that says no more than fewer decimals do is the same amount.
pub(super) fn amount(text: &str) -> Result<Amount, String> {
    let plain: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    plain.replace(',', ".").parse::<Amount>().map_err(|error| format!("{text:?} is no amount: {error}"))
}

/// An instant: with the mapping's offset where it says none.
pub(super) fn instant(text: &str, offset: DayOffset) -> Result<Timestamp, String> {
    let wrong = || format!("{text:?} is no date");
    let text = text.trim();
    if let Ok(at) = text.parse::<chrono::DateTime<chrono::FixedOffset>>() {
        return Ok(at.to_utc());
    }
    // PostgreSQL says the hours of an offset alone.
    if let Ok(at) = format!("{text}:00").parse::<chrono::DateTime<chrono::FixedOffset>>() {
        return Ok(at.to_utc());
    }
    let (day, time) = text.split_once([' ', 'T']).unwrap_or((text, "00:00:00"));
    let day = parse_day(day).map_err(|_| wrong())?;
    let time = time.trim_end_matches('Z');
    let time = if time.len() == 5 { format!("{time}:00") } else { time.to_owned() };
    let local = parse_timestamp(&format!("{day}T{time}Z")).map_err(|_| wrong())?;
    // The offset of the business day says how far a local clock is ahead of UTC.
    let ahead = offset.end_of(day).signed_duration_since(DayOffset::default().end_of(day));
    Ok(local + ahead)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn l2_what_was_mangled_is_mended_and_nothing_else() {
        assert_eq!(unmangled("Ã‰vasion").as_deref(), None, "one of its letters is none of Latin-1");
        assert_eq!(unmangled("TerminÃ©").as_deref(), Some("Terminé"));
        assert_eq!(unmangled("Terminé"), None);
        assert_eq!(unmangled("Agence"), None);
    }

    #[test]
    fn l2_amounts_and_dates_are_exact_or_wrong() {
        assert_eq!(amount("1 500,50"), Ok("1500.5".parse().unwrap()));
        assert_eq!(amount("1500.000"), Ok("1500".parse().unwrap()));
        assert!(amount("1500.005").is_err() && amount("beaucoup").is_err() && amount("").is_err());
        let utc = DayOffset::default();
        assert_eq!(instant("2025-10-21 09:30:00", utc), Ok("2025-10-21T09:30:00Z".parse().unwrap()));
        assert_eq!(instant("2025-10-21", utc), Ok("2025-10-21T00:00:00Z".parse().unwrap()));
        assert_eq!(
            instant("2025-10-21 09:30:00", "+01:00".parse().unwrap()),
            Ok("2025-10-21T08:30:00Z".parse().unwrap())
        );
        assert_eq!(instant("2025-10-21T09:30:00+02:00", utc), Ok("2025-10-21T07:30:00Z".parse().unwrap()));
        assert_eq!(instant("2025-10-21 09:30:00+02", utc), Ok("2025-10-21T07:30:00Z".parse().unwrap()));
        assert_eq!(instant("2025-10-21 09:30", utc), Ok("2025-10-21T09:30:00Z".parse().unwrap()));
        assert!(instant("0000-00-00", utc).is_err() && instant("hier", utc).is_err());
    }
}
