//! Numbers as people read them.

use super::wording::Lang;

/// Digits in groups of three, from the exact text of a number: narrow spaces and a comma in French, commas and a point
/// in English; a true minus.
pub(super) fn grouped(lang: Lang, exact: &str) -> String {
    let (separator, point) = match lang {
        Lang::Fr => ('\u{202f}', ','),
        Lang::En => (',', '.'),
    };
    let (sign, digits) = exact.strip_prefix('-').map_or(("", exact), |rest| ("\u{2212}", rest));
    let (whole, rest) = digits.split_once('.').map_or((digits, None), |(whole, rest)| (whole, Some(rest)));
    let mut out = String::from(sign);
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place) % 3 == 0 {
            out.push(separator);
        }
        out.push(digit);
    }
    if let Some(rest) = rest {
        out.push(point);
        out.push_str(rest);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_from_their_exact_text() {
        assert_eq!(grouped(Lang::Fr, "500000"), "500\u{202f}000");
        assert_eq!(grouped(Lang::Fr, "-1234567.50"), "\u{2212}1\u{202f}234\u{202f}567,50");
        assert_eq!(grouped(Lang::En, "9999999999999.99"), "9,999,999,999,999.99");
        assert_eq!(grouped(Lang::En, "12"), "12");
        assert_eq!(grouped(Lang::Fr, "0"), "0");
    }
}
