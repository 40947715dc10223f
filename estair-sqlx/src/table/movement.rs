//! Movements (W): one line each, whatever it came from.

use estair_core::id::MovementId;
use estair_core::json::Json;
use estair_core::movement::{Details, Failure, Movement, Posted};

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
        // The value, for reports; the text beside it is what came, and what is read (G12).
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

/// A movement, and the answer that its row keeps, as it is written.
pub(crate) struct AnsweredMovement {
    pub(crate) movement: Movement,
    pub(crate) result: Option<String>,
}

record! {
    AnsweredMovement {
        movement: ..,
        result: "result_text",
    }
}
