//! What is wrong with a configuration, told to the operator.

/// A setting that cannot work. The message says which, why and what to do; it never repeats the value, which may be a
/// secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{setting}: {problem}")]
pub struct ConfigError {
    setting: &'static str,
    problem: String,
}

impl ConfigError {
    /// This setting has this problem.
    #[must_use]
    pub fn new(setting: &'static str, problem: impl Into<String>) -> Self {
        Self { setting, problem: problem.into() }
    }

    /// Which setting.
    #[must_use]
    pub const fn setting(&self) -> &'static str {
        self.setting
    }
}

/// Is this host, as a URL writes it, the machine itself?
#[cfg(any(feature = "email", feature = "teams", feature = "push"))]
pub(crate) fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

/// Is it a domain in ASCII: labels of letters, digits and hyphens?
#[cfg(any(feature = "email", feature = "push"))]
pub(crate) fn is_domain(name: &str) -> bool {
    let is_label = |label: &str| {
        let plain = label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        plain && (1..=63).contains(&label.len()) && !label.starts_with('-') && !label.ends_with('-')
    };
    name.len() <= 253 && name.split('.').all(is_label)
}
