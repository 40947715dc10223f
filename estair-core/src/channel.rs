//! The ways by which people are told: those of the matrix (N1), and those that a host brings itself.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// By which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Channel {
    /// E-mail.
    Email,
    /// A card in a channel of Teams.
    Teams,
    /// Web push.
    Push,
    /// One of the host's own, such as text messages: [`Channel::other`] names it.
    Other(ChannelName),
}

/// The name of a host's own channel: 1 to 20 of `a-z`, `0-9`, `_`, and none of the matrix's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChannelName(&'static str);

/// Longest name of a host's own channel.
const MAX_NAME: usize = 20;

/// The names of hosts' own channels that this process has met. A host has a few; each is kept once, for good.
static MET: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());

impl Channel {
    /// The channels of the matrix, in the order of the specification.
    pub const ALL: &'static [Self] = &[Self::Email, Self::Teams, Self::Push];

    /// A channel of the host's own. Made as a constant, a bad name does not compile:
    ///
    /// ```
    /// use estair_core::notice::Channel;
    ///
    /// const SMS: Channel = Channel::other("sms");
    /// assert_eq!(SMS.name(), "sms");
    /// ```
    ///
    /// # Panics
    /// When the name is not 1 to 20 of `a-z`, `0-9`, `_`, or is one of the matrix's.
    #[must_use]
    pub const fn other(name: &'static str) -> Self {
        assert!(is_name(name), "a channel's name is 1 to 20 of a-z, 0-9 and _, and none of the matrix's");
        Self::Other(ChannelName(name))
    }

    /// The stable name, as stored and sent.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Teams => "teams",
            Self::Push => "push",
            Self::Other(ChannelName(name)) => name,
        }
    }

    /// Is it everybody's of an audience, where the channel itself knows where that is? No client is told by it, and nobody
    /// may choose not to get it (N1).
    #[must_use]
    pub const fn is_shared(self) -> bool {
        match self {
            Self::Teams => true,
            Self::Email | Self::Push | Self::Other(_) => false,
        }
    }

    /// Is it told as skipped when nobody of an audience can be reached by it (N7), if others of the audience were reached
    /// otherwise?
    pub(crate) const fn misses(self, others_reached: bool) -> bool {
        match self {
            Self::Email | Self::Teams => true,
            Self::Push => !others_reached,
            Self::Other(_) => false,
        }
    }

    /// What somebody needs to be reached by it.
    pub(crate) fn address(self) -> Cow<'static, str> {
        match self {
            Self::Email => "an e-mail address".into(),
            Self::Push => "a device".into(),
            Self::Teams | Self::Other(_) => format!("an address on {self}").into(),
        }
    }

    /// Those of the matrix, and those of hosts that this process has met: it has sent by them, or read what they sent.
    #[must_use]
    pub fn known() -> Vec<Self> {
        let met = MET.lock().unwrap_or_else(PoisonError::into_inner);
        Self::ALL.iter().copied().chain(met.iter().map(|name| Self::Other(ChannelName(name)))).collect()
    }

    /// The one with a stable name: one of the matrix, or one of a host's own that this process has met.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let own = || MET.lock().unwrap_or_else(PoisonError::into_inner).get(name).copied();
        let built_in = Self::ALL.iter().copied().find(|one| one.name() == name);
        built_in.or_else(|| own().map(|name| Self::Other(ChannelName(name))))
    }

    /// The one with a name that a store kept. A host's own is met by it: only what this crate wrote itself is read so,
    /// since each new name stays in memory.
    #[must_use]
    pub fn stored(name: &str) -> Option<Self> {
        Self::from_name(name).or_else(|| is_name(name).then(|| Self::Other(ChannelName(meet(name)))))
    }
}

fn meet(name: &str) -> &'static str {
    let mut met = MET.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = met.get(name) {
        return known;
    }
    let kept: &'static str = Box::leak(name.into());
    met.insert(kept);
    kept
}

const fn is_name(name: &str) -> bool {
    let mut built_in = Channel::ALL;
    while let [first, others @ ..] = built_in {
        if same(first.name().as_bytes(), name.as_bytes()) {
            return false;
        }
        built_in = others;
    }
    let mut rest = name.as_bytes();
    while let [first, others @ ..] = rest {
        if !matches!(first, b'a'..=b'z' | b'0'..=b'9' | b'_') {
            return false;
        }
        rest = others;
    }
    !name.is_empty() && name.len() <= MAX_NAME
}

/// Are these the same? No constant can compare texts yet.
const fn same(mut one: &[u8], mut other: &[u8]) -> bool {
    while let ([a, one_left @ ..], [b, other_left @ ..]) = (one, other) {
        if *a != *b {
            return false;
        }
        (one, other) = (one_left, other_left);
    }
    one.is_empty() && other.is_empty()
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for Channel {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Channel {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Self::from_name(&name).ok_or_else(|| D::Error::custom(format_args!("no such channel: {name}")))
    }
}
