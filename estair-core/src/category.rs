//! The categories of financial requests (R1), each defined in one place.
//!
//! [`DEFINITIONS`] says everything that sets one category apart from another: what it becomes, whose it is, which flow of
//! the transition table it follows, whether a limit is checked, when it expires. The rest of the crate reads the
//! definition and never asks "is this a daily credit?"; a new kind of credit is a variant here and a line there.

use crate::actor::Role;
use crate::clock::{CutOff, Timestamp};
use crate::movement_type::MovementType;
use crate::named::named;
named! {
    /// What a financial request asks for.
    Category {
        /// Money to be loaded on the account.
        Load = "load",
        /// Money to be taken from it; fees too (R3).
        Unload = "unload",
        /// Credit until the day's cut-off.
        DailyCredit = "daily_credit",
        /// The cancellation of a granted credit.
        CancelCredit = "cancel_credit",
    }
}

named! {
    /// Where a financial request is.
    Status {
        /// Created.
        Open = "open",
        /// Passed: on its way to Messager.
        ToTreat = "to_treat",
        /// Sent to Messager.
        Processing = "processing",
        /// Refused for now: a decision is needed.
        Waiting = "waiting",
        /// Its movement is written. Final.
        Closed = "closed",
        /// Expired. Final.
        Cancelled = "cancelled",
    }
}

named! {
    /// Which desk holds a financial request.
    Desk {
        /// Operation.
        Operation = "operation",
        /// Finance.
        Finance = "finance",
        /// Admin.
        Admin = "admin",
    }
}

impl Status {
    /// Does nothing change any more (R6)?
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Closed | Self::Cancelled)
    }
}

/// Which rows of the transition table a category follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Flow {
    /// Credits: validated by the limit, cancelled when they expire.
    Credit,
    /// Money in and out: validated by finance.
    Cash,
    /// Cancellations: by admin.
    Cancellation,
}

/// When a request that was not granted dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expiry {
    /// Never.
    Never,
    /// At the cut-off of the day on which it is asked (R4).
    DailyCutOff,
}

impl Expiry {
    /// When a request made at `now` expires.
    #[must_use]
    pub fn of(self, now: Timestamp, cutoff: CutOff) -> Option<Timestamp> {
        match self {
            Self::Never => None,
            Self::DailyCutOff => Some(cutoff.on_day_of(now)),
        }
    }
}

/// Everything that sets a category apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Definition {
    /// The category.
    pub category: Category,
    /// The movement it becomes (R1).
    pub movement: MovementType,
    /// The type of the message that carries it (G3).
    pub message: &'static str,
    /// The rows of the transition table it follows.
    pub flow: Flow,
    /// Where it starts, unless it is held (R2).
    pub starts: Status,
    /// Who holds it at first (R2).
    pub desk: Desk,
    /// When it dies (R4).
    pub expiry: Expiry,
    /// May operation keep it while finalising it (R2)?
    pub may_be_kept: bool,
    /// Is the credit limit checked before it passes (C2, C4)?
    pub limited: bool,
    /// Does it reverse a parent's credit (R5)?
    pub reverses_parent: bool,
}

impl Definition {
    /// Does its movement grant a credit, which can be cancelled (R5)?
    #[must_use]
    pub fn grants_credit(&self) -> bool {
        self.movement == MovementType::Credit
    }
}

/// The table of categories.
pub const DEFINITIONS: [Definition; 4] = [
    Definition {
        category: Category::Load,
        movement: MovementType::Payment,
        message: "load_request",
        flow: Flow::Cash,
        starts: Status::Open,
        desk: Desk::Finance,
        expiry: Expiry::Never,
        may_be_kept: true,
        limited: false,
        reverses_parent: false,
    },
    Definition {
        category: Category::Unload,
        movement: MovementType::Debit,
        message: "unload_request",
        flow: Flow::Cash,
        starts: Status::Open,
        desk: Desk::Finance,
        expiry: Expiry::Never,
        may_be_kept: true,
        limited: false,
        reverses_parent: false,
    },
    Definition {
        category: Category::DailyCredit,
        movement: MovementType::Credit,
        message: "credit_request",
        flow: Flow::Credit,
        starts: Status::Open,
        desk: Desk::Finance,
        expiry: Expiry::DailyCutOff,
        may_be_kept: true,
        limited: true,
        reverses_parent: false,
    },
    Definition {
        category: Category::CancelCredit,
        movement: MovementType::CreditCancellation,
        message: "cancel_credit_request",
        flow: Flow::Cancellation,
        starts: Status::ToTreat,
        desk: Desk::Admin,
        expiry: Expiry::Never,
        may_be_kept: false,
        limited: false,
        reverses_parent: true,
    },
];

impl Category {
    /// The category's line in the table.
    #[must_use]
    pub const fn definition(self) -> &'static Definition {
        let [load, unload, daily_credit, cancel_credit] = &DEFINITIONS;
        match self {
            Self::Load => load,
            Self::Unload => unload,
            Self::DailyCredit => daily_credit,
            Self::CancelCredit => cancel_credit,
        }
    }

    /// Reads a category as callers name it: `credit` is accepted for `daily_credit`.
    #[must_use]
    pub fn from_caller(name: &str) -> Option<Self> {
        if name == "credit" { Some(Self::DailyCredit) } else { Self::from_name(name) }
    }
}

/// A line of the transition table: who takes a request of a flow from one status to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transition {
    /// The flow, or all of them.
    pub flow: Option<Flow>,
    /// From here.
    pub from: Status,
    /// To there.
    pub to: Status,
    /// By whom. Admin is not written where it only follows from T2: see [`Transition::may`].
    pub by: &'static [Role],
}

const fn row(flow: Option<Flow>, from: Status, to: Status, by: &'static [Role]) -> Transition {
    Transition { flow, from, to, by }
}

/// The transitions of financial requests (T1), word for word.
pub const TRANSITIONS: [Transition; 16] = {
    use Role::{Admin, Finance, Operation, System};
    use Status::{Cancelled, Closed, Open, Processing, ToTreat, Waiting};
    [
        row(Some(Flow::Credit), Open, ToTreat, &[System, Finance]),
        row(Some(Flow::Credit), Open, Waiting, &[System, Finance]),
        row(Some(Flow::Credit), Waiting, ToTreat, &[Finance]),
        row(Some(Flow::Cash), Open, ToTreat, &[Finance]),
        row(Some(Flow::Cash), Open, Waiting, &[Operation, Finance]),
        row(Some(Flow::Cash), Waiting, ToTreat, &[Finance]),
        row(Some(Flow::Cancellation), Waiting, Processing, &[Admin, System]),
        row(Some(Flow::Credit), ToTreat, Processing, &[System]),
        row(Some(Flow::Cash), ToTreat, Processing, &[System]),
        row(Some(Flow::Cancellation), ToTreat, Processing, &[System, Admin]),
        row(None, Processing, Closed, &[System]),
        row(None, Processing, Waiting, &[System]),
        row(Some(Flow::Credit), Open, Cancelled, &[System]),
        row(Some(Flow::Credit), ToTreat, Cancelled, &[System]),
        row(Some(Flow::Credit), Processing, Cancelled, &[System]),
        row(Some(Flow::Credit), Waiting, Cancelled, &[System]),
    ]
};

impl Transition {
    /// May this role take it? Admin performs every manual transition, those that operation or finance may (T2).
    #[must_use]
    pub fn may(&self, role: Role) -> bool {
        let manual = self.by.contains(&Role::Operation) || self.by.contains(&Role::Finance);
        self.by.contains(&role) || (role == Role::Admin && manual)
    }
}

/// The line that takes a request of this flow from one status to another, if there is one.
#[must_use]
pub fn transition(flow: Flow, from: Status, to: Status) -> Option<&'static Transition> {
    transitions_from(flow, from).find(|row| row.to == to)
}

/// The lines of a flow that leave a status.
pub fn transitions_from(flow: Flow, from: Status) -> impl Iterator<Item = &'static Transition> {
    TRANSITIONS.iter().filter(move |row| row.flow.is_none_or(|f| f == flow) && row.from == from)
}
