//! Forms that were sent, by their keys: what is kept under no key in a database is done once all the same.

use std::collections::{HashSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

/// Keys that are remembered.
const REMEMBERED: usize = 1_000;

/// The keys of the last forms. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(super) struct Pressed(Arc<Mutex<Keys>>);

#[derive(Debug, Default)]
struct Keys {
    known: HashSet<String>,
    in_order: VecDeque<String>,
}

impl Pressed {
    /// Notes a key; false when it is known.
    pub(super) fn press(&self, key: String) -> bool {
        let mut keys = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !keys.known.insert(key.clone()) {
            return false;
        }
        keys.in_order.push_back(key);
        if keys.in_order.len() > REMEMBERED
            && let Some(oldest) = keys.in_order.pop_front()
        {
            keys.known.remove(&oldest);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_new_once_and_the_room_is_bounded() {
        let pressed = Pressed::default();
        assert!(pressed.press("a".to_owned()));
        assert!(!pressed.clone().press("a".to_owned()));
        for other in 0..REMEMBERED {
            assert!(pressed.press(other.to_string()));
        }
        assert_eq!(pressed.0.lock().unwrap().known.len(), REMEMBERED);
    }
}
