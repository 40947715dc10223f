//! What an actor is offered to do with a request: just the buttons that a front end shows (P4).

/// Something that an actor is offered to do with a request (P4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Take it to this status.
    Transition(&'static str),
    /// Assign it to this desk.
    Assign(&'static str),
    /// Edit its texts.
    Edit,
    /// Comment on it.
    Comment,
    /// Create the request that cancels its credit.
    CancelCredit,
}

impl Action {
    /// `transition`, `assign`, `edit`, `comment` or `cancel_credit`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Transition(_) => "transition",
            Self::Assign(_) => "assign",
            Self::Edit => "edit",
            Self::Comment => "comment",
            Self::CancelCredit => "cancel_credit",
        }
    }

    /// The status or the desk it leads to.
    #[must_use]
    pub const fn to(self) -> Option<&'static str> {
        match self {
            Self::Transition(to) | Self::Assign(to) => Some(to),
            _ => None,
        }
    }
}
