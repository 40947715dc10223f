//! Financial requests (R).

use estair_core::actor::Origin;
use estair_core::id::RequestId;
use estair_core::request::{Pass, Request};
use estair_core::store::StoreError;
use estair_core::text::folded;

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
        draft: "draft",
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
        sent_back: "sent_back",
    }
    written(request, () => ()) {
        "currency": request.amount.currency(),
        // Unique: one live cancellation of a parent (R5).
        "live_parent_id": request.parent.filter(|_| !request.status.is_final()),
        "folded": folded(&searched(request)),
    }
}

/// What is searched in the row itself; the account's name is looked for with the account.
fn searched(request: &Request) -> String {
    format!("{}\n{}\n{}", request.name, request.uuid, request.description.as_deref().unwrap_or_default())
}

record! {
    Pass {
        by: "passed_by",
        by_hand: "passed_by_hand",
        origin: ..,
    }
}

/// From where a request was passed (W5).
struct OriginColumns {
    ip_address: Option<String>,
    user_agent: Option<String>,
}

record! {
    OriginColumns {
        ip_address: "passed_ip",
        user_agent: "passed_agent",
    }
}

flattened!(Origin as OriginColumns);

impl From<&Origin> for OriginColumns {
    fn from(origin: &Origin) -> Self {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        Self { ip_address: owned(origin.ip_address()), user_agent: owned(origin.user_agent()) }
    }
}

impl OriginColumns {
    fn unflattened(self) -> Result<Origin, StoreError> {
        Ok(Origin::new(self.ip_address.as_deref(), self.user_agent.as_deref()))
    }
}
