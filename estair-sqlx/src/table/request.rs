//! Financial requests (R).

use estair_core::id::{RequestId, UserId};
use estair_core::request::{Pass, Request};
use estair_core::store::StoreError;

use super::{MoneyOf, flattened, record, table};

table! {
    /// Financial requests.
    Requests = "requetes_financieres" { row: Request as "request", id: RequestId, money: MoneyOf::Row("currency") }
    columns {
        uuid: "uuid",
        name: "name",
        account: "account_id",
        category: "category",
        amount: "amount",
        description: "description",
        status: "status",
        assigned_to: "assigned_to",
        expiry_date: "expiry_date",
        parent: "parent_id",
        etatsdevente_id: "etatsdevente_id",
        helpdesk_id: "helpdesk_id",
        movement: "mouvement_id",
        message_uuid: "message_uuid",
        created_by: "created_by",
        created_at: "created_at",
        updated_at: "updated_at",
        version: "version",
        execution: "execution",
        passed: ..,
    }
    written(request, () => ()) {
        "currency": request.amount.currency(),
        // Unique: one live cancellation of a parent (R5).
        "live_parent_id": request.parent.filter(|_| !request.status.is_final()),
    }
}

/// Whether a request was passed, and how.
struct PassColumns {
    passed: bool,
    by: Option<UserId>,
    by_hand: bool,
}

record! {
    PassColumns {
        passed: "passed",
        by: "passed_by",
        by_hand: "passed_by_hand",
    }
}

flattened!(Option<Pass> as PassColumns);

impl From<&Option<Pass>> for PassColumns {
    fn from(pass: &Option<Pass>) -> Self {
        Self {
            passed: pass.is_some(),
            by: pass.and_then(|pass| pass.by),
            by_hand: pass.is_some_and(|pass| pass.by_hand),
        }
    }
}

impl PassColumns {
    fn unflattened(self) -> Result<Option<Pass>, StoreError> {
        let Self { passed, by, by_hand } = self;
        Ok(passed.then_some(Pass { by, by_hand }))
    }
}
