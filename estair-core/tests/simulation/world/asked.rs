//! What people and sources ask for.

use estair_core::account::LimitDraft;
use estair_core::actor::{Actor, ClientKind};
use estair_core::book::{Reply, Submission};
use estair_core::category::{Category, Desk, Status};
use estair_core::command::Command;
use estair_core::comment::CommentDraft;
use estair_core::decision::{Answer, IdempotencyKey};
use estair_core::hash::Hash;
use estair_core::id::{AccountId, UserId};
use estair_core::movement::{MovementDraft, MovementType, Source};
use estair_core::request::{DraftEdit, RequestDraft, RequestPatch};
use estair_core::store::{Page, RequestFilter, RequestReader};

use super::{ACCOUNTS, World, amount, run};

impl World {
    pub(super) fn ask_credit(&mut self) {
        let account = AccountId(1 + self.dice.roll(ACCOUNTS));
        let actor = Actor::Client { user: UserId(100 + account.0), account, kind: ClientKind::Agency };
        let amount = Some(amount(10 + self.dice.roll(300)));
        let draft = RequestDraft { category: Some(Category::DailyCredit), amount, ..RequestDraft::default() };
        if let Ok(Reply { answer: Answer::Request(row), .. }) = self.give(actor, Command::CreateRequest(draft)) {
            self.met.limit_refusals += u64::from(row.status == Status::Waiting);
        }
    }

    pub(super) fn ask_cash(&mut self, category: Category) {
        let account = Some(AccountId(1 + self.dice.roll(ACCOUNTS)));
        let amount = Some(amount(1 + self.dice.roll(500)));
        let draft = RequestDraft { category: Some(category), account, amount, ..RequestDraft::default() };
        let _ = self.give(Actor::Operation(UserId(2)), Command::CreateRequest(draft));
    }

    pub(super) fn decide(&mut self) {
        let from = if self.dice.roll(2) == 0 { Status::Open } else { Status::Waiting };
        let to = if self.dice.roll(4) == 0 { Status::Waiting } else { Status::ToTreat };
        if let Some(id) = self.pick(from) {
            let patch = RequestPatch { status: Some(to), ..RequestPatch::default() };
            let _ = self.give(Actor::Finance(UserId(3)), Command::UpdateRequest(id, patch));
        }
    }

    pub(super) fn change_limit(&mut self) {
        let account = AccountId(1 + self.dice.roll(ACCOUNTS));
        let draft = LimitDraft {
            limit: Some(amount(self.dice.roll(2_000))),
            reason: Some("review".into()),
            ..LimitDraft::default()
        };
        let _ = self.give(Actor::Finance(UserId(3)), Command::SetLimit(account, draft));
    }

    pub(super) fn cancel_credit(&mut self) {
        let Some(parent) = self.pick(Status::Closed) else { return };
        let hold = (self.dice.roll(3) == 0).then_some(true);
        let draft = RequestDraft {
            category: Some(Category::CancelCredit),
            parent: Some(parent),
            hold,
            ..RequestDraft::default()
        };
        self.met.cancellations += u64::from(self.give(Actor::Admin(UserId(1)), Command::CreateRequest(draft)).is_ok());
    }

    /// The same reference is posted again now and then, by a source that did not hear the answer.
    pub(super) fn post_payment(&mut self) {
        let (account, reference) = (1 + self.dice.roll(ACCOUNTS), self.dice.roll(40));
        let draft = MovementDraft {
            source: Some(Source::Wave),
            reference: Some(format!("{account}-{reference}")),
            kind: Some(MovementType::Payment),
            amount: Some(amount(1 + reference)),
            account: Some(AccountId(account)),
            ..MovementDraft::default()
        };
        if self.give(Actor::service(UserId(9)), Command::Post(vec![draft])).is_ok() {
            self.references.insert((account, reference));
        }
    }

    /// Operation writes something down that nobody else gets (R8).
    pub(super) fn keep_draft(&mut self) {
        let category = if self.dice.roll(2) == 0 { Category::Load } else { Category::Unload };
        let account = Some(AccountId(1 + self.dice.roll(ACCOUNTS)));
        let amount = Some(amount(1 + self.dice.roll(500)));
        let desk = Some(Desk::Operation);
        let draft =
            RequestDraft { category: Some(category), account, amount, assigned_to: desk, ..RequestDraft::default() };
        let kept = self.give(Actor::Operation(UserId(2)), Command::CreateRequest(draft)).is_ok();
        self.met.drafts_kept += u64::from(kept);
    }

    /// A draft is edited, by its version, or passed on.
    pub(super) fn go_on_with_draft(&mut self) {
        let filter = RequestFilter { draft: Some(true), ..RequestFilter::default() };
        let drafts = run(self.store.requests(&filter, Page::default())).map(|slice| slice.items).unwrap_or_default();
        let place = self.dice.roll(drafts.len().max(1) as u64) as usize;
        let Some(draft) = drafts.get(place) else { return };
        let passes = self.dice.roll(2) == 0;
        let edit = DraftEdit { amount: Some(amount(1 + self.dice.roll(500))), ..DraftEdit::default() };
        let patch = match passes {
            true => RequestPatch { assigned_to: Some(Desk::Finance), ..RequestPatch::default() },
            false => RequestPatch { edit, version: Some(draft.version), ..RequestPatch::default() },
        };
        let done = self.give(Actor::Operation(UserId(2)), Command::UpdateRequest(draft.id, patch)).is_ok();
        self.met.drafts_passed += u64::from(passes && done);
    }

    /// Somebody comments, and says it again under the same key, to any server, until it is answered (W3).
    pub(super) fn comment(&mut self) {
        let Some(id) = self.pick(Status::Waiting) else { return };
        self.tried += 1;
        let body = format!("comment {}", self.tried);
        let draft = CommentDraft { body: Some(body.clone()), ..CommentDraft::default() };
        let key = IdempotencyKey::new(body.clone(), Hash::of(&body));
        let submission =
            Submission::new(Actor::Finance(UserId(3)), Command::CommentRequest(id, draft)).with_key(Some(key));
        for again in 0..4 {
            if self.ask(submission.clone()).is_ok() {
                self.met.comments += 1;
                self.met.comments_repeated += u64::from(again > 0);
                self.comments.push((id, body));
                return;
            }
        }
    }
}
