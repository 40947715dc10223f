//! The bell that wakes loops before their next look.

use estair_core::book::Subscriber;
use estair_core::fact::Fact;
use tokio::sync::watch;

/// Of what there may be something to do. A loop that hears a bell asks the database, so each hears its own alone.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Topic {
    /// The book has changed: its outbox, its events, its facts whose notices are pending.
    Book,
    /// Messager has messages.
    Messages,
    /// There are notifications.
    Notifications,
    /// Messager has alerts.
    Alerts,
}

impl Topic {
    const ALL: [Self; 4] = [Self::Book, Self::Messages, Self::Notifications, Self::Alerts];
}

/// How often each topic was rung for.
#[derive(Clone, Copy, Debug, Default)]
struct Rings([u64; Topic::ALL.len()]);

impl Rings {
    fn add(&mut self, topic: Topic) {
        if let Some(count) = self.0.get_mut(topic as usize) {
            *count = count.wrapping_add(1);
        }
    }

    fn of(&self, topics: &[Topic]) -> u64 {
        let counts = topics.iter().filter_map(|topic| self.0.get(*topic as usize));
        counts.fold(0, |sum, count| sum.wrapping_add(*count))
    }
}

/// Rings when there may be something to do. Subscribed to a book, it rings with each fact (W8). Cheap to clone.
#[derive(Clone, Debug)]
pub struct Wake(watch::Sender<Rings>);

impl Default for Wake {
    fn default() -> Self {
        Self(watch::Sender::new(Rings::default()))
    }
}

impl Wake {
    /// Wakes all loops that listen, now or as soon as they have finished their round.
    pub fn ring(&self) {
        self.0.send_modify(|rings| Topic::ALL.into_iter().for_each(|topic| rings.add(topic)));
    }

    /// Wakes the loops that have to do with this.
    pub(crate) fn ring_for(&self, topic: Topic) {
        self.0.send_modify(|rings| rings.add(topic));
    }

    /// Hears it ring for these.
    pub(super) fn bell(&self, topics: &'static [Topic]) -> Bell {
        let rings = self.0.subscribe();
        let heard = rings.borrow().of(topics);
        Bell { rings, topics, heard }
    }
}

impl Subscriber for Wake {
    fn on_fact(&self, _: &Fact) {
        self.ring_for(Topic::Book);
    }
}

/// Who hears the bell.
pub(super) struct Bell {
    rings: watch::Receiver<Rings>,
    topics: &'static [Topic],
    heard: u64,
}

impl Bell {
    /// What rang until now is heard.
    pub(super) fn mark_heard(&mut self) {
        self.heard = self.rings.borrow_and_update().of(self.topics);
    }

    /// Waits until it rings, unless it has since it was heard last.
    pub(super) async fn rung(&mut self) {
        let Self { rings, topics, heard } = self;
        // It is there as long as the loops are.
        let _ = rings.wait_for(|rings| rings.of(topics) != *heard).await;
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    #[test]
    fn a_bell_rings_for_its_own_topics_and_for_everybody() {
        let wake = Wake::default();
        let mut bell = wake.bell(&[Topic::Messages, Topic::Alerts]);
        assert!(bell.rung().now_or_never().is_none(), "nothing has rung");
        wake.ring_for(Topic::Book);
        assert!(bell.rung().now_or_never().is_none(), "not for this one");
        wake.ring_for(Topic::Alerts);
        assert!(bell.rung().now_or_never().is_some());
        bell.mark_heard();
        assert!(bell.rung().now_or_never().is_none(), "it was heard");
        wake.ring();
        assert!(bell.rung().now_or_never().is_some());
    }
}
