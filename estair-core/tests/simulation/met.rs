//! Dice that fall the same for a seed, and what the runs have met.

/// What the runs have met: a simulation that never meets a deadlock proves nothing about deadlocks.
#[derive(Clone, Debug, Default)]
pub(crate) struct Met {
    pub(crate) contention: u64,
    pub(crate) commit_unknown: u64,
    pub(crate) unavailable: u64,
    pub(crate) limit_refusals: u64,
    pub(crate) expiries: u64,
    pub(crate) duplicates: u64,
    pub(crate) lost_answers: u64,
    pub(crate) dead_workers: u64,
    pub(crate) failed_messages: u64,
    pub(crate) failed_movements: u64,
    pub(crate) cancellations: u64,
    pub(crate) days: u64,
    pub(crate) anchors: u64,
    pub(crate) followed: u64,
    pub(crate) drafts_kept: u64,
    pub(crate) drafts_passed: u64,
    pub(crate) comments: u64,
    pub(crate) comments_repeated: u64,
}

impl Met {
    fn counters(&self) -> [(&'static str, u64); 18] {
        [
            ("contention", self.contention),
            ("commit_unknown", self.commit_unknown),
            ("unavailable", self.unavailable),
            ("limit_refusals", self.limit_refusals),
            ("expiries", self.expiries),
            ("duplicates", self.duplicates),
            ("lost_answers", self.lost_answers),
            ("dead_workers", self.dead_workers),
            ("failed_messages", self.failed_messages),
            ("failed_movements", self.failed_movements),
            ("cancellations", self.cancellations),
            ("days", self.days),
            ("anchors", self.anchors),
            ("followed", self.followed),
            ("drafts_kept", self.drafts_kept),
            ("drafts_passed", self.drafts_passed),
            ("comments", self.comments),
            ("comments_repeated", self.comments_repeated),
        ]
    }

    pub(crate) fn add(&mut self, other: &Self) {
        self.contention += other.contention;
        self.commit_unknown += other.commit_unknown;
        self.unavailable += other.unavailable;
        self.limit_refusals += other.limit_refusals;
        self.expiries += other.expiries;
        self.duplicates += other.duplicates;
        self.lost_answers += other.lost_answers;
        self.dead_workers += other.dead_workers;
        self.failed_messages += other.failed_messages;
        self.failed_movements += other.failed_movements;
        self.cancellations += other.cancellations;
        self.days += other.days;
        self.anchors += other.anchors;
        self.followed += other.followed;
        self.drafts_kept += other.drafts_kept;
        self.drafts_passed += other.drafts_passed;
        self.comments += other.comments;
        self.comments_repeated += other.comments_repeated;
    }

    pub(crate) fn assert_all_met(&self) {
        for (name, times) in self.counters() {
            assert!(times > 0, "no run ever met: {name}");
        }
    }
}

/// A small generator of its own, so that a seed means the same for ever.
#[derive(Clone)]
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (word ^ (word >> 31)) % sides
    }
}
