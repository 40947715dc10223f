//! What verifying finds where the book and its Messager do not say the same (V2).

use super::world::*;
use crate::actor::Actor;
use crate::category::{Category, Status};
use crate::command::Command;
use crate::decision::Answer;
use crate::id::{MovementId, RequestId};
use crate::json::Json;
use crate::messager::{DOMAIN, Message, NewMessage, Operator, OutgoingMessage, Stored};
use crate::movement::{Movement, MovementType};
use crate::queue::{Next, Queue, Report, Schedule, Settlement};
use crate::request::{IncomingMessage, Request};
use crate::row::Row;
use crate::testing::Harness;
use crate::verify::{self, verify_messages};

use serde_json::json;
use uuid::Uuid;

/// What verifying the messages against the book finds.
async fn of_messages(world: &World) -> Vec<String> {
    let mut report = verify::Report::default();
    let messager = Stored::of(world.stores.messager.clone());
    verify_messages(world.stores.audit.as_ref(), messager.as_ref(), &mut report).await.unwrap();
    report.findings.iter().map(ToString::to_string).collect()
}

fn messages(world: &World) -> &dyn Queue<Message> {
    world.stores.messager.as_ref()
}

/// Messager takes the message of a request as it is now.
async fn accepted(world: &World, request: &Row<RequestId, Request>) -> Uuid {
    let IncomingMessage { kind, raw, .. } = message_of(request.id, request);
    accepted_payload(world, kind, raw).await
}

async fn accepted_payload(world: &World, kind: String, payload: Json) -> Uuid {
    let message = OutgoingMessage { domain: DOMAIN.to_owned(), kind, payload, idempotency_key: None };
    let new = NewMessage::new(message, world.uuid(), &Schedule::messager(), world.now());
    world.stores.messager.accept(&new).await.unwrap().0.message_uuid
}

fn said(movement: &Row<MovementId, Movement>) -> Json {
    json!({ "success": true, "mouvement_id": movement.id, "mouvement_uuid": movement.uuid }).into()
}

/// Delivers the message that is due to the book, and settles it with the answer.
async fn delivered(world: &World) -> Answer {
    let leased = messages(world).claim(&world.claim(1)).await.unwrap().remove(0);
    let message = IncomingMessage::read(leased.job.uuid, &leased.job.kind, leased.job.payload.clone()).unwrap();
    let answer = world.run(Actor::System, Command::Receive(message)).await;
    let result = match &answer {
        Answer::Written { id, .. } => said(&world.stores.reader.movement(*id).await.unwrap().unwrap()),
        _ => json!({ "success": false, "outcome": "waiting" }).into(),
    };
    let done =
        Settlement { at: world.now(), next: Next::Completed, report: Report::done(Some(result)).with_status(200) };
    assert!(messages(world).settle(&leased.lease, &done).await.unwrap());
    answer
}

/// What is under way, what was written, what a rule refused, and an earlier message of a request that a later one carried.
pub async fn v2_messages_and_book_agree(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(1_000).await;
    let load = world.cash(Category::Load, account, 5).await;
    accepted(&world, &load).await;
    assert_eq!(of_messages(&world).await, [""; 0], "it is under way");
    assert!(matches!(delivered(&world).await, Answer::Written { .. }));
    assert_eq!(of_messages(&world).await, [""; 0]);

    // The answer of the first execution is lost, and its message given up; the second one is written, the first replayed.
    let credit = world.credit(account, 600).await;
    world.granted(account, 600).await;
    let first = accepted(&world, &credit).await;
    world.deliver(credit.id).await;
    assert_eq!(world.request(credit.id).await.status, Status::Waiting);
    let leased = messages(&world).claim(&world.claim(1)).await.unwrap().remove(0);
    let failed = Settlement { at: world.now(), next: Next::Failed, report: Report::retry("timeout") };
    assert!(messages(&world).settle(&leased.lease, &failed).await.unwrap());
    world.limit(account, 9_000, "plus").await;
    let passed = world.pass(credit.id).await;
    accepted(&world, &passed).await;
    assert!(matches!(delivered(&world).await, Answer::Written { .. }));
    let operator = Operator { by: "finance:3".to_owned(), reason: "encore".to_owned(), at: world.now() };
    world.stores.messager.replay(first, &operator).await.unwrap();
    assert!(matches!(delivered(&world).await, Answer::Written { .. }), "a closed request answers with its movement");
    assert_eq!(of_messages(&world).await, [""; 0]);
    let depth = messages(&world).depth(world.now()).await.unwrap();
    assert_eq!((depth.completed, depth.pending), (3, 0));
}

/// A completed message whose movement the book lacks, or has otherwise, and a payload unlike its request.
pub async fn v2_a_message_unlike_the_book_is_found(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(1_000).await;
    let complete = async |result: Json| {
        let leased = messages(&world).claim(&world.claim(1)).await.unwrap().remove(0);
        let report = Report::done(Some(result)).with_status(200);
        let done = Settlement { at: world.now(), next: Next::Completed, report };
        assert!(messages(&world).settle(&leased.lease, &done).await.unwrap());
    };
    let other = world.post(posting(account, MovementType::Payment, units(9), "w")).await;
    let other = world.stores.reader.movement(other).await.unwrap().unwrap();

    let lacking = world.cash(Category::Load, account, 5).await;
    let uuid = accepted(&world, &lacking).await;
    complete(json!({ "success": true, "mouvement_id": 7, "mouvement_uuid": world.uuid() }).into()).await;
    let found = of_messages(&world).await;
    let problem = format!("request {}: message {uuid}: is completed, and the book has no movement of it", lacking.id);
    assert_eq!(found, [problem]);

    let named = world.cash(Category::Load, account, 6).await;
    let uuid = accepted(&world, &named).await;
    let message = IncomingMessage { message_uuid: uuid, ..message_of(named.id, &named) };
    world.run(Actor::System, Command::Receive(message.clone())).await;
    complete(said(&other)).await;
    assert!(of_messages(&world).await[0].ends_with("was answered with another movement"));

    // Written otherwise, it says the same (G12); with something more it does not.
    for (count, before, after) in [(8, "{", " { "), (9, "{", "{\"note\":1,")] {
        let rewritten = world.cash(Category::Load, account, count).await;
        let of_rewritten = message_of(rewritten.id, &rewritten);
        let otherwise = Json::parse(&of_rewritten.raw.as_str().replacen(before, after, 1)).unwrap();
        let uuid = accepted_payload(&world, of_rewritten.kind.clone(), otherwise).await;
        world.run(Actor::System, Command::Receive(IncomingMessage { message_uuid: uuid, ..of_rewritten })).await;
        complete(said(&world.movement_of(rewritten.id).await)).await;
        let found = of_messages(&world).await.into_iter().find(|problem| problem.contains(&uuid.to_string()));
        let ends = |problem: &String| problem.ends_with("carried another payload than its movement keeps");
        assert_eq!(found.as_ref().map(ends), (count == 9).then_some(true), "{found:?}");
    }

    // Written, and its message says that it was not.
    for told in [json!({ "success": false, "outcome": "waiting" }), json!({})] {
        let denied = world.cash(Category::Load, account, 12).await;
        let uuid = accepted(&world, &denied).await;
        let before = of_messages(&world).await.len();
        let message = IncomingMessage { message_uuid: uuid, ..message_of(denied.id, &denied) };
        world.run(Actor::System, Command::Receive(message)).await;
        complete(told.into()).await;
        let found = of_messages(&world).await;
        let problem = format!("message {uuid}: is completed without success, and the book has a movement of it");
        assert!(found.iter().any(|one| one.ends_with(&problem)), "{found:?}");
        assert_eq!(found.len(), before + 1);
    }

    let unlike = world.cash(Category::Load, account, 10).await;
    let payload = message_of(unlike.id, &unlike).raw.as_str().replace("\"10\"", "\"11\"");
    accepted_payload(&world, "load_request".to_owned(), Json::parse(&payload).unwrap()).await;
    world.deliver(unlike.id).await;
    complete(said(&world.movement_of(unlike.id).await)).await;
    let found = of_messages(&world).await;
    assert!(found[0].ends_with("has a payload unlike its request"), "{found:?}");
    assert_eq!(found.len(), 6);
}
