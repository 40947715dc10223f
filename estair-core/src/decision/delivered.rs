//! What a delivered message came to, and the answer that Messager is given (G2).

use serde_json::{Value, json};
use uuid::Uuid;

use crate::decision::{Answer, BusinessOutcome, IncomingAnswer};
use crate::id::MovementId;
use crate::json::Json;
use crate::refusal::Explanation;

/// What a delivered message came to: no failure, either way.
#[derive(Clone, Debug, PartialEq)]
pub enum Delivered {
    /// The movement, written now or before.
    Written {
        /// Its number.
        id: MovementId,
        /// Its uuid.
        uuid: Uuid,
    },
    /// A business outcome: no movement.
    Outcome {
        /// Which.
        outcome: BusinessOutcome,
        /// The rule that refused, where one did.
        error: Option<Explanation>,
    },
}

impl Delivered {
    /// What an answer says of a delivery. None for the answer to something else.
    pub(crate) fn of(answer: Answer) -> Option<Self> {
        match answer {
            Answer::Written { id, uuid } => Some(Self::Written { id, uuid }),
            Answer::Outcome(IncomingAnswer::Outcome { outcome, error }) => Some(Self::Outcome { outcome, error }),
            _ => None,
        }
    }

    /// As Messager is answered, by whichever way the message came: `success` says whether there is a movement.
    #[must_use]
    pub fn to_json(&self) -> Json {
        Json::from(match self {
            Self::Written { id, uuid } => json!({ "success": true, "mouvement_id": id, "mouvement_uuid": uuid }),
            Self::Outcome { outcome, error: None } => json!({ "success": false, "outcome": outcome }),
            Self::Outcome { outcome, error: Some(error) } => {
                json!({ "success": false, "outcome": outcome, "error": explained(error) })
            }
        })
    }
}

fn explained(error: &Explanation) -> Value {
    let mut object = error.figures.clone();
    object.insert("code".into(), json!(error.code));
    object.insert("rule".into(), json!(error.rule));
    object.insert("message".into(), json!(error.message));
    Value::Object(object)
}
