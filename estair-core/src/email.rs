//! E-mail addresses that mail can reach (A3).

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::refusal::FieldError;
use crate::text::is_invisible;

/// Longest address, in octets as it is sent.
const MAX_ADDRESS: usize = 254;
/// Longest part before the `@`, in octets.
const MAX_LOCAL: usize = 64;
/// Longest domain, in octets as it is sent.
const MAX_DOMAIN: usize = 253;
/// Longest label of a domain, in octets as it is sent.
const MAX_LABEL: usize = 63;

/// An address that mail can reach, as it was typed: a dot-atom or a quoted part of at most 64 octets, `@`, and a domain of
/// letters, digits and hyphens, whose labels have 1 to 63 octets and neither begin nor end with a hyphen. A domain in other
/// letters than ASCII is measured as the punycode in which it is sent.
///
/// # Errors
/// A [`FieldError`] that says what is wrong with it.
pub fn checked(field: &str, text: &str) -> Result<String, FieldError> {
    let wrong = |why: &str| FieldError::new(field, format_args!("is not an e-mail address: {why}"));
    if text.is_empty() {
        return Err(FieldError::new(field, "must not be empty"));
    }
    let (local, domain) = text.rsplit_once('@').ok_or_else(|| wrong("it has no @"))?;
    check_local(local).map_err(wrong)?;
    let sent = ascii_domain(domain).map_err(wrong)?;
    if local.len() + 1 + sent.len() > MAX_ADDRESS {
        return Err(wrong("it is longer than 254 octets"));
    }
    Ok(text.to_owned())
}

fn check_local(local: &str) -> Result<(), &'static str> {
    if local.is_empty() {
        return Err("nothing stands before the @");
    }
    if local.len() > MAX_LOCAL {
        return Err("more than 64 octets stand before the @");
    }
    let quoted = local.strip_prefix('"').map(|rest| rest.strip_suffix('"').filter(|_| local.len() > 1));
    match quoted {
        Some(Some(inner)) if is_quoted(inner) => Ok(()),
        Some(_) => Err("its quotes do not hold one text"),
        None if local.split('.').any(str::is_empty) => Err("a dot stands at an end, or beside another, before the @"),
        None if !local.bytes().all(|byte| byte == b'.' || is_atom(byte)) => {
            Err("a character stands before the @ that cannot stand there unquoted")
        }
        None => Ok(()),
    }
}

/// Visible ASCII and blanks; a quote or a backslash only behind a backslash.
fn is_quoted(inner: &str) -> bool {
    let mut escaped = false;
    for byte in inner.bytes() {
        match byte {
            _ if escaped && (byte == b' ' || byte.is_ascii_graphic()) => escaped = false,
            b'\\' if !escaped => escaped = true,
            b'"' => return false,
            b' ' => {}
            _ if byte.is_ascii_graphic() && !escaped => {}
            _ => return false,
        }
    }
    !escaped && !inner.is_empty()
}

fn is_atom(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte)
}

/// The domain as it is sent.
fn ascii_domain(domain: &str) -> Result<String, &'static str> {
    if domain.is_empty() {
        return Err("nothing stands behind the @");
    }
    let labels = domain.split('.').map(ascii_label).collect::<Result<Vec<_>, _>>()?;
    let domain = labels.join(".");
    if domain.len() > MAX_DOMAIN { Err("its domain is longer than 253 octets") } else { Ok(domain) }
}

fn ascii_label(label: &str) -> Result<String, &'static str> {
    if label.is_empty() {
        return Err("a dot stands at an end of its domain, or beside another");
    }
    if label.starts_with('-') || label.ends_with('-') {
        return Err("a part of its domain begins or ends with a hyphen");
    }
    if !label.chars().all(is_of_domain) || label.starts_with(is_combining_mark) {
        return Err("a character stands in its domain that cannot stand there");
    }
    let sent = if label.is_ascii() {
        label.to_owned()
    } else {
        let plain: String = label.chars().flat_map(char::to_lowercase).nfc().collect();
        let encoded = punycode::encode(&plain).map_err(|()| "a part of its domain cannot be sent")?;
        format!("xn--{encoded}")
    };
    if sent.len() > MAX_LABEL { Err("a part of its domain is longer than 63 octets") } else { Ok(sent) }
}

fn is_of_domain(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric() || c == '-';
    }
    (c.is_alphanumeric() || is_combining_mark(c)) && !is_invisible(c)
}
