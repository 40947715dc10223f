//! Addresses, as they are sent.

use lettre::Address;
use lettre::address::AddressError;

/// Reads an address and gives it as mail servers take it: its domain in ASCII, which for other letters is punycode (IDNA).
/// Letters before the `@` stay what they are: there SMTPUTF8 alone helps.
pub(super) fn as_sent(text: &str) -> Result<Address, AddressError> {
    // A quoted part may hold nearly anything; a command is one line of visible text.
    if text.chars().any(char::is_control) {
        return Err(AddressError::InvalidInput);
    }
    let address: Address = text.parse()?;
    if address.domain().is_ascii() {
        return Ok(address);
    }
    let domain = idna::domain_to_ascii_strict(address.domain()).map_err(|_| AddressError::InvalidDomain)?;
    Address::new(address.user(), domain)
}

/// Can it be sent to a server that speaks ASCII alone?
pub(super) fn is_ascii(address: &Address) -> bool {
    address.user().is_ascii() && address.domain().is_ascii()
}
