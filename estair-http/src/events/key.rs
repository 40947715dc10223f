//! Ids of events: where a stream stands, readable by this program alone.
//!
//! An id holds how far its reader has come. It is sealed (a synthetic IV over the place and its reader, then the place
//! masked by it), so that it tells nothing of events that its reader may not see, cannot be made up, and is nobody
//! else's. The same place of the same reader has the same id on every node whose host gives the same key.

use std::fmt;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use estair_core::clock::IdSource;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// The key that seals ids of events. All nodes of one book need the same one, or a reader that comes back to another node
/// is told to load its lists again.
#[derive(Clone)]
pub struct EventKey(Arc<[u8; 32]>);

impl EventKey {
    /// From a secret that every node has and no reader knows, whatever else it is for: the key cannot be traced back to it.
    #[must_use]
    pub fn derived_from(secret: &str) -> Self {
        Self(Arc::new(mac(secret.as_bytes(), &[b"estair: ids of events"])))
    }

    /// A key that lasts as long as the process.
    #[must_use]
    pub fn random(ids: &dyn IdSource) -> Self {
        let seed = [ids.seed().to_be_bytes(), ids.seed().to_be_bytes()].concat();
        Self(Arc::new(mac(&seed, &[b"estair: ids of events"])))
    }
}

impl fmt::Debug for EventKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EventKey(hidden)")
    }
}

/// How far a reader has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    /// The number of the book's event that it was given last.
    pub(super) number: u64,
    /// How many of that event's news it was given; 0 for all of them.
    pub(super) part: u8,
    /// The number of Messager's event that it was given last; none for who does not hear of messages, or could not.
    pub(super) messages: Option<u64>,
}

const PLACE: usize = 18;
const TAG: usize = 16;

impl EventKey {
    /// The id of a place of this reader's.
    pub(super) fn seal(&self, reader: &str, place: Place) -> String {
        let plain = place.to_bytes();
        let tag = self.tag(reader, &plain);
        let mut id = tag.to_vec();
        id.extend(self.masked(&tag, &plain));
        URL_SAFE_NO_PAD.encode(id)
    }

    /// The place of an id; none when it is not one that this reader was given.
    pub(super) fn open(&self, reader: &str, id: &str) -> Option<Place> {
        let bytes = URL_SAFE_NO_PAD.decode(id).ok()?;
        let (tag, masked) = bytes.split_at_checked(TAG)?;
        let tag: [u8; TAG] = tag.try_into().ok()?;
        let plain: [u8; PLACE] = self.masked(&tag, masked).try_into().ok()?;
        let same: bool = self.tag(reader, &plain).as_slice().ct_eq(tag.as_slice()).into();
        same.then(|| Place::from_bytes(plain))
    }

    fn tag(&self, reader: &str, plain: &[u8; PLACE]) -> [u8; TAG] {
        // The place has a length of its own: what follows it is the reader, wherever it ends.
        let whole = mac(self.0.as_slice(), &[b"tag", plain, reader.as_bytes()]);
        let mut tag = [0; TAG];
        tag.iter_mut().zip(whole).for_each(|(to, byte)| *to = byte);
        tag
    }

    fn masked(&self, tag: &[u8; TAG], bytes: &[u8]) -> Vec<u8> {
        let mask = mac(self.0.as_slice(), &[b"mask", tag]);
        // A longer text than a place is none: what the mask does not cover is cut off, and no tag fits.
        bytes.iter().zip(mask).map(|(byte, mask)| byte ^ mask).collect()
    }
}

impl Place {
    fn to_bytes(self) -> [u8; PLACE] {
        let Self { number, part, messages } = self;
        let mut bytes = [0; PLACE];
        let parts = number.to_be_bytes().into_iter().chain([part, u8::from(messages.is_some())]);
        let messages = messages.unwrap_or_default().to_be_bytes();
        bytes.iter_mut().zip(parts.chain(messages)).for_each(|(to, byte)| *to = byte);
        bytes
    }

    fn from_bytes(bytes: [u8; PLACE]) -> Self {
        let number =
            |from: usize| bytes.iter().skip(from).take(8).fold(0, |sum: u64, byte| sum << 8 | u64::from(*byte));
        let messages = (bytes.get(9) == Some(&1)).then(|| number(10));
        Self { number: number(0), part: bytes.get(8).copied().unwrap_or_default(), messages }
    }
}

fn mac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    // HMAC takes keys of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return [0; 32] };
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop_assert_eq, proptest};

    use super::*;

    proptest! {
        #[test]
        fn an_id_is_its_readers_alone(number: u64, part: u8, messages in any::<Option<u64>>()) {
            let key = EventKey::derived_from("a secret");
            let place = Place { number, part, messages };
            let id = key.seal("finance:22", place);
            prop_assert_eq!(key.open("finance:22", &id), Some(place));
            prop_assert_eq!(key.open("finance:23", &id), None);
            prop_assert_eq!(EventKey::derived_from("another").open("finance:22", &id), None);
            prop_assert_eq!(id.len(), 46);
        }

        #[test]
        fn whatever_was_not_given_is_not_read(id in "[ -~]{0,80}") {
            prop_assert_eq!(EventKey::derived_from("a secret").open("finance:22", &id), None);
        }

        #[test]
        fn a_changed_id_is_not_read(at in 0_usize..34, bit in 0_u8..8) {
            let key = EventKey::derived_from("a secret");
            let mut id = URL_SAFE_NO_PAD.decode(key.seal("client:11", Place::default())).unwrap();
            id[at] ^= 1 << bit;
            prop_assert_eq!(key.open("client:11", &URL_SAFE_NO_PAD.encode(id)), None);
        }
    }

    #[test]
    fn ids_of_neighbours_have_nothing_in_common() {
        let key = EventKey::derived_from("a secret");
        let id = |number| key.seal("client:11", Place { number, ..Place::default() });
        let same = id(7).bytes().zip(id(8).bytes()).filter(|(a, b)| a == b).count();
        assert!(same < 12, "{same} of 46 characters");
    }
}
