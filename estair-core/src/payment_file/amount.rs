//! Amounts as people and banks write them: `25 000`, `1.250,50`, `-300 F CFA`.

use crate::money::Amount;

/// Reads an amount exactly, or says why it is none. Of one point or comma before three digits nobody can say whether it
/// parts thousands or decimals: such a text is refused rather than guessed at.
pub(super) fn read(text: &str) -> Result<Amount, String> {
    let text = bare(text);
    let marks: Vec<(usize, char)> = text.char_indices().filter(|(_, c)| matches!(c, '.' | ',')).collect();
    let decimal = match marks.as_slice() {
        [] => None,
        [(at, mark)] => {
            let (before, after) = (text.get(..*at).unwrap_or_default(), text.get(at + 1..).unwrap_or_default());
            let digits = after.bytes().all(|b| b.is_ascii_digit());
            if digits && after.len() == 3 && before.trim_start_matches('-') != "0" {
                return Err(format!("{mark} before three digits may part thousands or decimals: leave it out"));
            }
            Some(*mark)
        }
        [(_, first), .., (_, last)] if first != last => Some(*last),
        // The same mark more than once parts thousands.
        [..] => None,
    };
    let whole = decimal.and_then(|mark| text.rsplit_once(mark)).map_or(text.as_str(), |(whole, _)| whole);
    if !is_grouped(whole) {
        return Err("has marks that part no thousands".to_owned());
    }
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '.' | ',' if Some(c) == decimal => plain.push('.'),
            '.' | ',' => {}
            c => plain.push(c),
        }
    }
    plain.parse::<Amount>().map_err(|error| error.to_string())
}

/// Are the marks of a whole number where thousands are parted?
fn is_grouped(whole: &str) -> bool {
    let mut groups = whole.trim_start_matches('-').split(['.', ',']);
    let first = groups.next().unwrap_or_default();
    let mut rest = groups.peekable();
    rest.peek().is_none() || ((1..=3).contains(&first.len()) && rest.all(|group| group.len() == 3))
}

/// Without spaces, the currency's name, a plus; an amount in brackets, or with its sign behind it, is negative.
fn bare(text: &str) -> String {
    let upper: String = text.chars().filter(|c| !c.is_whitespace() && *c != '\'' && *c != '\u{2019}').collect();
    let upper = upper.to_uppercase().replace('\u{2212}', "-");
    let mut rest = upper.as_str();
    for name in ["FCFA", "XOF", "CFA", "EUR", "USD", "€", "$"] {
        rest = rest.strip_suffix(name).or_else(|| rest.strip_prefix(name)).unwrap_or(rest);
    }
    let inside = rest.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    let behind = rest.strip_suffix('-');
    match inside.or(behind) {
        Some(amount) => format!("-{amount}"),
        None => rest.strip_prefix('+').unwrap_or(rest).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn l7_amounts_are_read_exactly_however_they_are_written() {
        let same = |text: &str, amount: &str| assert_eq!(read(text), Ok(amount.parse().unwrap()), "{text}");
        for text in [
            "25000",
            "25 000",
            "25\u{a0}000",
            "25\u{202f}000 F CFA",
            "25000,00",
            "25000.0",
            "+25000",
            "XOF 25 000",
            "2.5e4",
        ] {
            same(text, "25000");
        }
        for text in ["1.250,50", "1,250.50", "1 250,5", "1250.50"] {
            same(text, "1250.5");
        }
        for text in ["-300", "(300)", "300-", "\u{2212}300", "-300,00"] {
            same(text, "-300");
        }
        same("1.250.000", "1250000");
        same("0,125".trim_end_matches('5'), "0.12");
    }

    #[test]
    fn l7_what_may_be_two_amounts_is_none() {
        for text in ["25,000", "25.000", "1,2,3.4.5", "", "abc", "12abc", "1.2,3.4", "1.2.3", "--5", "0.125"] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
