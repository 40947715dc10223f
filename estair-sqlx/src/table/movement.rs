//! Movements (W): one line each, whatever it came from.

use estair_core::id::MovementId;
use estair_core::json::Json;
use estair_core::movement::{Details, Failure, Movement, Posted};
use estair_core::text::folded;
use serde_json::Value;

use super::{Cut, MoneyOf, record, table};

table! {
    /// Movements.
    Movements = "mouvements" { row: Movement as "movement", id: MovementId, money: MoneyOf::Row("currency_code") }
    columns {
        uuid: "uuid",
        name: "name",
        message_uuid: "message_uuid",
        kind: "type",
        source: "source",
        status: "status",
        attempts: "attempts",
        retry_count: "retry_count",
        max_retries: "max_retries",
        account: "account_id",
        request: "requete_financiere_id",
        etatsdevente_id: "etatsdevente_id",
        helpdesk_id: "helpdesk_id",
        amount: "total_operation",
        posted: ..,
        reference: "reference",
        payload: "payload_text",
        failure: ..,
        details: ..,
        created_at: "created_at",
        updated_at: "updated_at",
        completed_at: "completed_at",
        cancelled_at: "cancelled_at",
        modified_by: "modified_by",
        is_deleted: "is_deleted",
    }
    written(movement, () => ()) {
        "currency_code": movement.amount.currency(),
        "folded": folded(&movement.searched()),
        // The value, for reports; the text beside it is what came, and what is read (G12). Verifying compares both (V2).
        "payload": movement.payload.as_ref().map(Json::value),
        "result": movement.result().map(|result| result.value()),
        "result_text": movement.result(),
    }
}

record! {
    Posted {
        day: "business_day",
        sequence: "account_version",
        exposition_before: "credit_before",
        exposition_after: "credit_after",
        balance_after: "balance_after",
    }
}

record! {
    Failure {
        error_type: "error_type",
        message: "error_message" as Cut,
        trace: "error_trace" as Cut,
    }
}

record! {
    Details {
        created: "created",
        subagent: "subagent",
        action: "action",
        state: "state",
        terminal: "terminal",
        recordlocator: "recordlocator",
        office_sb: "office_sb",
        office_cn: "office_cn",
        document: "document",
        first_passenger: "first_passenger",
        first_segment: "first_segment",
        consolidator: "consolidator",
        document_id: "document_id",
        approvisionnement_id: "approvisionnement_id",
        external_id: "external_id",
        source_description: "source_description",
        description: "description",
    }
}

/// A movement, the answer that its row keeps, as it is written, and the values that stand beside the texts of both.
pub(crate) struct AnsweredMovement {
    pub(crate) movement: Movement,
    pub(crate) result: Option<String>,
    payload_value: Option<Value>,
    result_value: Option<Value>,
}

impl AnsweredMovement {
    /// Are the values beside the texts those of the texts?
    pub(crate) fn has_its_values(&self) -> bool {
        let same = |text: Option<&Json>, value: Option<&Value>| match (text, value) {
            (Some(text), Some(value)) => text.has_value(value),
            (text, value) => text.is_none() && value.is_none(),
        };
        same(self.movement.payload.as_ref(), self.payload_value.as_ref())
            && same(self.result.as_deref().and_then(Json::parse).as_ref(), self.result_value.as_ref())
    }
}

record! {
    AnsweredMovement {
        movement: ..,
        result: "result_text",
        payload_value: "payload",
        result_value: "result",
    }
}
