//! The book and its Messager: what one completed, the other has (V2).

use uuid::Uuid;

use crate::actor::Actor;
use crate::category::Status;
use crate::id::{MovementId, RequestId};
use crate::messager::{DOMAIN, Message, MessageFilter, MessageRecord, MessagerView};
use crate::queue::JobStatus;
use crate::request::Payload;
use crate::row::{Movement, MovementStatus, Row, name_for_request};
use crate::store::{AuditReader, AuditedRequest, MAX_PAGE, Page, StoreError};
use crate::verify::{Finding, Report};

/// Compares the messages of ESTAIR's domain with the book: a completed message whose movement the book lacks or has otherwise, or has
/// though the message says that there is none, and a payload unlike the one that the movement keeps, are findings. So is a request
/// under way whose message Messager does not know, or completed with another outcome (G14). What is under way is none.
///
/// # Errors
/// The trouble of one of the stores.
pub async fn verify_messages(
    reader: &dyn AuditReader,
    messager: &dyn MessagerView,
    report: &mut Report,
) -> Result<(), StoreError> {
    let filter = MessageFilter {
        status: Some(JobStatus::Completed),
        domain: Some(DOMAIN.to_owned()),
        ..MessageFilter::default()
    };
    let mut page = Page { limit: MAX_PAGE, before: None };
    loop {
        let slice = messager.messages(&Actor::System, &filter, page).await?;
        let answers: Vec<_> = slice.items.iter().filter_map(Answered::of).collect();
        let uuids =
            answers.iter().flat_map(|answer| [Some(answer.message.uuid), answer.said]).flatten().collect::<Vec<_>>();
        let requests: Vec<_> =
            answers.iter().filter_map(|answer| Some(answer.payload.as_ref()?.requete_uuid)).collect();
        let movements = reader.movements_of(&uuids, &requests).await?;
        for answer in &answers {
            if let Some(problem) = answer.problem(&movements) {
                report.find(answer.finding(&movements, problem));
            }
        }
        for denied in denied(reader, &slice.items).await? {
            report.find(denied);
        }
        page.before = slice.next;
        if page.before.is_none() {
            break;
        }
    }
    verify_requests(reader, messager, report).await
}

/// Messages that were completed without a movement, by what they say, though the book has one that they carried.
async fn denied(reader: &dyn AuditReader, records: &[MessageRecord]) -> Result<Vec<Finding>, StoreError> {
    let without = records.iter().filter(|record| Answered::of(record).is_none());
    let uuids: Vec<_> = without.map(|record| record.message.uuid).collect();
    let written = reader.movements_of(&uuids, &[]).await?.into_iter();
    let written = written.filter(|movement| movement.status == MovementStatus::Success);
    let carried = written.filter_map(|movement| movement.message_uuid.map(|uuid| (uuid, movement)));
    let carried = carried.filter(|(uuid, _)| uuids.contains(uuid));
    Ok(carried
        .map(|(uuid, movement)| Finding {
            request: movement.request,
            movement: Some(movement.id),
            problem: format!("message {uuid}: is completed without success, and the book has a movement of it"),
            ..Finding::default()
        })
        .collect())
}

/// Requests that one read brings.
const BATCH: u32 = 1_000;

/// Finds requests under way whose message is lost, until they are sent again (G14).
async fn verify_requests(
    reader: &dyn AuditReader,
    messager: &dyn MessagerView,
    report: &mut Report,
) -> Result<(), StoreError> {
    let mut after = None;
    loop {
        let requests = reader.audit_requests(after, BATCH).await?;
        let Some(last) = requests.last().map(|request| request.row.id) else { return Ok(()) };
        for AuditedRequest { row, .. } in requests.iter().filter(|request| request.row.status == Status::Processing) {
            let Some(uuid) = row.message_uuid else { continue };
            let found = messager.message(&Actor::System, uuid).await?;
            let problem = match found.as_ref().map(|(record, _)| (record.status, Answered::of(record))) {
                None => "is not known to Messager",
                // That the book lacks its movement is told already.
                Some((JobStatus::Completed, None)) => "is completed, and its request is still under way",
                Some(_) => continue,
            };
            // It may have moved on since it was read.
            let now = reader.audit_requests(row.id.0.checked_sub(1).map(RequestId), 1).await?;
            let is_same = |now: &&AuditedRequest| now.row.id == row.id && now.row.version == row.version;
            if now.iter().any(|now| is_same(&now)) {
                report.find(Finding {
                    request: Some(row.id),
                    problem: format!("message {uuid}: {problem}"),
                    ..Finding::default()
                });
            }
        }
        after = Some(last);
    }
}

/// A message that was answered with success.
struct Answered<'a> {
    message: &'a Message,
    payload: Option<Payload>,
    /// The uuid of the movement that the answer names.
    said: Option<Uuid>,
}

impl<'a> Answered<'a> {
    /// None for a business outcome.
    fn of(record: &'a MessageRecord) -> Option<Self> {
        let result = record.result.as_ref()?;
        let is_success = result.get("success").is_some_and(|success| success.as_str() == "true");
        let said = result.get("mouvement_uuid").and_then(|uuid| uuid.value().as_str()?.parse().ok());
        let payload = Payload::from_json(&record.message.payload).ok();
        is_success.then_some(Self { message: &record.message, payload, said })
    }

    /// The movement that the message carried, or else the one that it was answered with: its request may have been carried
    /// by another message before.
    fn movement<'m>(&self, all: &'m [Row<MovementId, Movement>]) -> Option<&'m Row<MovementId, Movement>> {
        let carried = all.iter().find(|movement| movement.message_uuid == Some(self.message.uuid));
        carried.or_else(|| all.iter().find(|movement| Some(movement.uuid) == self.said)).or_else(|| self.another(all))
    }

    /// The movement that its request became by another message: what this one brought is lost, and was sent again (G14).
    fn another<'m>(&self, all: &'m [Row<MovementId, Movement>]) -> Option<&'m Row<MovementId, Movement>> {
        let name = name_for_request(self.payload.as_ref()?.requete_uuid);
        all.iter().find(|movement| movement.name == name && movement.status == MovementStatus::Success)
    }

    fn problem(&self, movements: &[Row<MovementId, Movement>]) -> Option<&'static str> {
        let written = self.movement(movements).filter(|movement| movement.status == MovementStatus::Success);
        let Some(written) = written else {
            return Some("is completed, and the book has no movement of it");
        };
        let is_its_own = written.message_uuid == Some(self.message.uuid);
        let is_another = !is_its_own
            && !movements.iter().any(|movement| Some(movement.uuid) == self.said)
            && self.another(movements).is_some();
        let fits = |payload: &Payload| {
            written.request == Some(payload.requete_id)
                && written.account == payload.account_id
                && written.kind.name() == payload.kind
                && written.amount.currency() == payload.currency
                && written.amount.magnitude().amount() == payload.amount
        };
        let expected = [
            (is_another || self.said == Some(written.uuid), "was answered with another movement"),
            (
                !is_its_own
                    || written.payload.as_ref().is_some_and(|kept| kept.means_the_same_as(&self.message.payload)),
                "carried another payload than its movement keeps",
            ),
            (self.payload.as_ref().is_some_and(fits), "has a payload unlike its request"),
        ];
        expected.into_iter().find(|(holds, _)| !holds).map(|(_, problem)| problem)
    }

    fn finding(&self, movements: &[Row<MovementId, Movement>], problem: &str) -> Finding {
        Finding {
            request: self.payload.as_ref().map(|payload| payload.requete_id),
            movement: self.movement(movements).map(|movement| movement.id),
            problem: format!("message {}: {problem}", self.message.uuid),
            ..Finding::default()
        }
    }
}
