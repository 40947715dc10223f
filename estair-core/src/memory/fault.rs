//! Faults on demand: every step of a store can be made to fail, the same way each time.

use crate::store::{StoreError, StoreErrorKind};
/// A step of the store at which it can fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// A transaction begins.
    Begin,
    /// Before a load: nothing was read.
    BeforeLoad,
    /// After a load: the answer is lost.
    AfterLoad,
    /// Before a save: nothing was written.
    BeforeSave,
    /// After a save: written, not committed.
    AfterSave,
    /// Before a commit: it does not happen, whatever kind of error is given.
    BeforeCommit,
    /// After a commit: it has happened, its answer is lost.
    AfterCommit,
    /// A read.
    Read,
    /// A step of a queue.
    Queue,
}

/// A fault of a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// At which step.
    pub step: Step,
    /// At which time that it is reached, from 1.
    pub time: u32,
    /// With which error.
    pub kind: StoreErrorKind,
}

type Judge = Box<dyn FnMut(Step) -> Option<StoreErrorKind> + Send>;

/// When a store fails, and how.
#[derive(Default)]
pub struct FaultPlan {
    judge: Option<Judge>,
}

impl FaultPlan {
    /// Nothing fails.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Asks at each step.
    pub fn by(judge: impl FnMut(Step) -> Option<StoreErrorKind> + Send + 'static) -> Self {
        Self { judge: Some(Box::new(judge)) }
    }

    /// Fails at the listed steps, each the given time that it is reached, counted from here.
    #[must_use]
    pub fn script(faults: Vec<Fault>) -> Self {
        let mut reached: Vec<(Step, u32)> = Vec::new();
        Self::by(move |step| {
            let time = match reached.iter_mut().find(|(one, _)| *one == step) {
                Some((_, times)) => {
                    *times = times.saturating_add(1);
                    *times
                }
                None => {
                    reached.push((step, 1));
                    1
                }
            };
            faults.iter().find(|fault| fault.step == step && fault.time == time).map(|fault| fault.kind)
        })
    }

    /// Fails once, at the first time that this step is reached.
    #[must_use]
    pub fn once(step: Step, kind: StoreErrorKind) -> Self {
        Self::script(vec![Fault { step, time: 1, kind }])
    }

    /// Every step fails: the database is not there.
    #[must_use]
    pub fn down() -> Self {
        Self::by(|_| Some(StoreErrorKind::Unavailable))
    }

    pub(super) fn reach(&mut self, step: Step) -> Result<(), StoreError> {
        match self.judge.as_mut().and_then(|judge| judge(step)) {
            Some(kind) => Err(StoreError::new(kind, format_args!("a planned fault at {step:?}"))),
            None => Ok(()),
        }
    }
}
