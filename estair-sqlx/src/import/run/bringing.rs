//! Rows are brought by the book itself, so many at once, each once however often the import is killed (L3).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use estair_core::Book;
use estair_core::actor::Actor;
use estair_core::book::{Error, Submission};
use estair_core::clock::System;
use estair_core::command::Command;
use estair_core::decision::Answer;
use estair_core::id::RequestId;
use estair_core::import::{Imported, ImportedMovement};
use estair_core::store::StoreError;

use super::{Import, Mode, ROWS_AT_ONCE};
use crate::import::coming::{Coming, Known};
use crate::import::money;
use crate::import::report::Outcome;

impl Import {
    pub(super) fn book(&self) -> Book {
        // Nobody is told: the notices of a policy are for what happens here.
        let policy = self.target.policy.clone().told_types(Vec::new()).thresholds(Vec::new());
        Book::new(Arc::clone(&self.target.store), Arc::new(System), Arc::new(System), policy)
    }

    /// Brings rows in, in their order. Those of accounts that came with another run are looked up: history goes into an account
    /// once.
    pub(super) async fn bring(
        &mut self,
        coming: Vec<Coming>,
        known: &BTreeMap<String, Known>,
    ) -> Result<(), StoreError> {
        if self.mode == Mode::Compare {
            return self.compare(&coming, "").await;
        }
        let others: BTreeSet<_> = known.values().filter(|known| !known.of_run).map(|known| known.id).collect();
        let is_others = |one: &Coming| one.imported.account().is_some_and(|account| others.contains(&account));
        let (others, own): (Vec<_>, Vec<_>) = coming.into_iter().partition(is_others);
        self.compare(&others, ": its account came before; undo that run and it comes").await?;
        let mut own = own.into_iter();
        loop {
            let mut part: Vec<_> = own.by_ref().take(ROWS_AT_ONCE).collect();
            if part.is_empty() {
                return Ok(());
            }
            if self.mode == Mode::Write {
                self.write(&mut part).await?;
            } else {
                part.iter().for_each(|one| self.note(one, false));
            }
        }
    }

    pub(super) async fn write(&mut self, part: &mut [Coming]) -> Result<(), StoreError> {
        let book = self.book();
        self.ask_for_credits(&book, part).await?;
        let submission = |imported: &Imported| Submission::new(Actor::System, Command::Import(imported.clone()));
        let replies = book.run_all(part.iter().map(|one| submission(&one.imported)).collect()).await;
        for (one, reply) in part.iter().zip(replies) {
            match reply {
                Ok(reply) => self.note(one, is_known(&reply.answer)),
                Err(Error::Refused(refusal)) => self.refused(one, &refusal.to_string()),
                Err(Error::Store(error)) => return Err(error),
            }
        }
        Ok(())
    }

    /// Credits that are still owed become movements of requests: made now, or by a run that was killed.
    pub(super) async fn ask_for_credits(&self, book: &Book, part: &mut [Coming]) -> Result<(), StoreError> {
        let owed: Vec<_> =
            part.iter_mut().filter(|one| one.owed).filter_map(|one| owed_of(&mut one.imported)).collect();
        let names: Vec<_> = owed.iter().map(|movement| movement.from.reference.clone()).collect();
        let known = self.target.imports.requests_known(&[], &names).await?;
        let mut known: BTreeMap<String, RequestId> = known.into_iter().map(|row| (row.name.clone(), row.id)).collect();
        let missing = owed.iter().filter(|movement| !known.contains_key(&movement.from.reference));
        let requests = missing.map(|movement| Imported::Request(Box::new(money::request_of(movement))));
        let requests = requests.map(|request| Submission::new(Actor::System, Command::Import(request))).collect();
        for reply in book.run_all(requests).await {
            match reply.map(|reply| reply.answer) {
                Ok(Answer::Request(row)) => drop(known.insert(row.name.clone(), row.id)),
                // What is refused of the request is refused of its movement, which is told.
                Ok(_) | Err(Error::Refused(_)) => {}
                Err(Error::Store(error)) => return Err(error),
            }
        }
        for movement in owed {
            movement.request = known.get(&movement.from.reference).copied();
        }
        Ok(())
    }

    pub(super) fn note(&mut self, one: &Coming, known: bool) {
        if !one.has_row {
            return;
        }
        let rows = std::iter::once((&one.table, &one.id, &one.mended));
        for (table, id, mended) in rows.chain(one.comments.iter().map(|(table, id, mended)| (table, id, mended))) {
            match (known, mended) {
                (true, _) => self.report.note(table, id, Outcome::Known, None),
                (false, Some(mended)) => self.report.note(table, id, Outcome::Mended, Some(mended.clone())),
                (false, None) => self.report.note(table, id, Outcome::Comes, None),
            }
        }
    }

    pub(super) fn refused(&mut self, one: &Coming, why: &str) {
        if !one.has_row {
            let (table, id) = (one.table.clone(), one.id.clone());
            let why = format!("it is not cancelled at its expiry: {why}");
            self.report.rows.push(crate::import::report::Line { table, id, outcome: Outcome::Quarantined, why });
            return;
        }
        self.report.note(&one.table, &one.id, Outcome::Quarantined, Some(why.to_owned()));
        for (table, id, _) in &one.comments {
            self.report.note(table, id, Outcome::Quarantined, Some(format!("{} did not come", one.id)));
        }
    }
}

/// Was it there before?
fn is_known(answer: &Answer) -> bool {
    match answer {
        Answer::Posted(posted) => posted.iter().all(|one| !one.created),
        Answer::Nothing => true,
        _ => false,
    }
}

fn owed_of(imported: &mut Imported) -> Option<&mut ImportedMovement> {
    match imported {
        Imported::Movement(movement) => Some(movement),
        _ => None,
    }
}
