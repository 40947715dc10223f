//! Previewing a request: the decision of creating it, of which nothing is kept.

use serde_json::json;

use crate::actor::Role;
use crate::category::Status;
use crate::decision::{Context, Snapshot};
use crate::money::Money;
use crate::refusal::Refusal;
use crate::request::create::RequestDraft;
use crate::request::plan::{Plan, find_account};

/// What would happen to a request, with the figures (the answer of a preview).
#[derive(Clone, Debug, PartialEq)]
pub struct Preview {
    /// Where it would start, or why it would be refused.
    pub outcome: Result<Status, Refusal>,
    /// The account's limit.
    pub limit: Money,
    /// Its active credit.
    pub active_credit: Money,
    /// The amount asked.
    pub amount: Option<Money>,
    /// What the active credit leaves of the limit.
    pub headroom: Money,
    /// The greatest amount that would pass now (C9).
    pub available: Money,
    /// It would wait because the limit is not sufficient.
    pub waits_for_limit: bool,
    /// The next step and who takes it.
    pub next: Option<(Status, Role)>,
}

impl RequestDraft {
    /// Previews a request: the same decision, nothing kept. What only concerns the form of the question is an error here
    /// too; a rule that stands against it is the preview's outcome.
    ///
    /// # Errors
    /// [`Refusal::NotFound`], a value that cannot be, [`Refusal::Forbidden`].
    pub fn preview(&self, context: &mut Context<'_>, snapshot: &Snapshot) -> Result<Preview, Refusal> {
        let (account_id, account) = find_account(context, snapshot, self)?;
        let available = context.policy.limit.available(account.limit, account.indicators.active_credit);
        let figures = |outcome, amount, waits_for_limit, next| Preview {
            outcome,
            waits_for_limit,
            limit: account.limit,
            active_credit: account.indicators.active_credit,
            amount,
            headroom: account.headroom(),
            available,
            next,
        };
        match Plan::of(context, snapshot, self, account_id, account) {
            Ok(plan) => {
                let waits = plan.checked && plan.starts == Status::Waiting;
                Ok(figures(Ok(plan.starts), Some(plan.amount), waits, Some(plan.next())))
            }
            Err(refusal) if is_about_the_question(&refusal) => Err(refusal),
            Err(refusal) => {
                let amount = self.amount.and_then(|amount| amount.in_currency(account.currency()).ok());
                Ok(figures(Err(refusal), amount, false, None))
            }
        }
    }
}

fn is_about_the_question(refusal: &Refusal) -> bool {
    use crate::refusal::Class;
    match refusal {
        Refusal::CreditCutoffPassed { .. } => false,
        other => other.class() != Class::Conflict,
    }
}

impl Preview {
    /// The preview as the API gives it.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        let (outcome, code) = match &self.outcome {
            Ok(status) => (status.name(), self.waits_for_limit.then_some("credit_limit_exceeded")),
            Err(refusal) => ("refused", Some(refusal.code())),
        };
        let mut object = json!({
            "outcome": outcome,
            "limit": self.limit.to_string(),
            "active_credit": self.active_credit.to_string(),
            "amount": self.amount.map(|amount| amount.to_string()),
            "headroom": self.headroom.to_string(),
            "available": self.available.to_string(),
            "next": self.next.map(|(status, by)| json!({ "status": status.name(), "by": by.name() })),
        });
        if let (Some(code), Some(map)) = (code, object.as_object_mut()) {
            map.insert("code".into(), code.into());
        }
        object
    }
}
