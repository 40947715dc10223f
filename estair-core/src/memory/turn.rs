//! A lock that tasks wait for without a runtime: first come, first served.

use crate::memory::locked;
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

/// Whose turn it is to write.
#[derive(Default)]
pub(super) struct Turn {
    line: Mutex<Line>,
}

#[derive(Default)]
struct Line {
    taken: bool,
    last_ticket: u64,
    waiting: BTreeMap<u64, Waker>,
}

impl Line {
    fn wake_first(&self) {
        if let Some((_, waker)) = self.waiting.first_key_value() {
            waker.wake_by_ref();
        }
    }
}

/// The right to write, until it is dropped.
pub(super) struct Writer {
    turn: Arc<Turn>,
}

impl Turn {
    /// Waits for the turn.
    pub(super) fn take(turn: &Arc<Self>) -> Take {
        Take { turn: Arc::clone(turn), ticket: None }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        let mut line = locked(&self.turn.line);
        line.taken = false;
        line.wake_first();
    }
}

/// A task in the line.
pub(super) struct Take {
    turn: Arc<Turn>,
    ticket: Option<u64>,
}

impl Future for Take {
    type Output = Writer;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Writer> {
        let turn = Arc::clone(&self.turn);
        let mut line = locked(&turn.line);
        let ticket = *self.ticket.get_or_insert_with(|| {
            line.last_ticket = line.last_ticket.saturating_add(1);
            line.last_ticket
        });
        let first = line.waiting.first_key_value().is_none_or(|(first, _)| *first >= ticket);
        if line.taken || !first {
            line.waiting.insert(ticket, context.waker().clone());
            return Poll::Pending;
        }
        line.waiting.remove(&ticket);
        line.taken = true;
        drop(line);
        self.ticket = None;
        Poll::Ready(Writer { turn })
    }
}

impl Drop for Take {
    /// A task that gives up leaves the line; the one behind it may have been waiting for it alone.
    fn drop(&mut self) {
        let Some(ticket) = self.ticket else { return };
        let mut line = locked(&self.turn.line);
        line.waiting.remove(&ticket);
        if !line.taken {
            line.wake_first();
        }
    }
}
