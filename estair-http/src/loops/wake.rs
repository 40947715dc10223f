//! The bell that wakes loops before their next look.

use estair_core::book::Subscriber;
use estair_core::fact::Fact;
use tokio::sync::watch;

/// Rings when there may be something to do. Subscribed to a book, it rings with each fact (W8). Cheap to clone.
#[derive(Clone, Debug)]
pub struct Wake(watch::Sender<u64>);

impl Default for Wake {
    fn default() -> Self {
        Self(watch::Sender::new(0))
    }
}

impl Wake {
    /// Wakes all loops that listen, now or as soon as they have finished their round.
    pub fn ring(&self) {
        self.0.send_modify(|rings| *rings = rings.wrapping_add(1));
    }

    /// Hears it ring.
    pub(super) fn bell(&self) -> watch::Receiver<u64> {
        self.0.subscribe()
    }
}

impl Subscriber for Wake {
    fn on_fact(&self, _: &Fact) {
        self.ring();
    }
}
