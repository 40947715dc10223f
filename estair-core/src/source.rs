//! Where movements come from, and the sources to which a service may be confined (P).

use crate::named::named;

named! {
    /// Where a movement comes from.
    Source {
        /// A financial request.
        Helpdesk = "helpdesk",
        /// BMP.
        Bmp = "bmp",
        /// Wave.
        Wave = "wave",
        /// Orange Money.
        Orange = "orange",
        /// SPC.
        Spc = "spc",
        /// Ticket sales.
        Bsp = "bsp",
        /// Payments announced by e-mail.
        EmailBanking = "email_banking",
        /// By hand.
        Manual = "manual",
    }
}

/// The sources whose movements a service may post: all of them, or some.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Sources(u16);

impl Sources {
    /// Every source: a service that is not confined.
    pub const ALL: Self = Self(u16::MAX);

    /// These alone; every source when none is named.
    #[must_use]
    pub fn only(sources: &[Source]) -> Self {
        if sources.is_empty() {
            return Self::ALL;
        }
        Self(sources.iter().fold(0, |bits, source| bits | Self::bit(*source)))
    }

    /// Is this one of them?
    #[must_use]
    pub const fn contains(self, source: Source) -> bool {
        self.0 & Self::bit(source) != 0
    }

    const fn bit(source: Source) -> u16 {
        1 << source as u16
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn none_named_is_all_of_them() {
        let some = Sources::only(&[Source::Wave, Source::Manual]);
        for source in Source::ALL.iter().copied() {
            assert!(Sources::ALL.contains(source) && Sources::only(&[]).contains(source), "{source}");
            assert_eq!(some.contains(source), matches!(source, Source::Wave | Source::Manual), "{source}");
        }
    }
}
