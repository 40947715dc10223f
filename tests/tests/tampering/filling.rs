//! A book in which every table that is evidence has rows of every kind.

use estair_core::account::{AccountDraft, AccountPatch, AccountStatus, Rollout};
use estair_core::actor::{Actor, Origin};
use estair_core::background::key_chains;
use estair_core::book::Submission;
use estair_core::category::{Category, Desk, Status};
use estair_core::command::{Command, FailedEntry};
use estair_core::comment::CommentDraft;
use estair_core::decision::Answer;
use estair_core::id::{AccountId, RequestId};
use estair_core::messager::{DOMAIN, Message, NewMessage, OutgoingMessage};
use estair_core::movement::{DetailColumn, DetailField, Details, Failure, MovementDraft, MovementType};
use estair_core::policy::Policy;
use estair_core::queue::{Next, Queue, Report, Schedule, Settlement};
use estair_core::request::{DraftEdit, IncomingMessage, RequestDraft, RequestPatch, Sent};
use estair_core::row::Row;
use estair_core::support::{Assignee, SupportDraft, SupportPatch, SupportStatus};
use estair_core::testing::world::{
    ADMIN, FINANCE, OPERATION, SERVICE, World, cancellation_draft, client, comment, keys, message_of, posting,
    suspension, units,
};

fn failure() -> Failure {
    let trace = Some("storage: disk é\ncaused by: x".to_owned());
    Failure { error_type: "storage".to_owned(), message: "disk é".to_owned(), trace }
}

/// Every column that a source may fill.
fn details(world: &World) -> Details {
    let mut details = Details::default();
    for (number, DetailColumn { name, field }) in (11..).zip(Details::COLUMNS) {
        match field {
            DetailField::Text { set, .. } => *set(&mut details) = Some(format!("é {name}")),
            DetailField::Number { set, .. } => *set(&mut details) = Some(number),
            DetailField::Instant { set, .. } => *set(&mut details) = Some(world.now()),
        }
    }
    details
}

/// As [`World::run`], from somewhere.
async fn run(world: &World, actor: Actor, command: Command) -> Answer {
    let origin = Origin::new(Some("192.0.2.1"), Some("navigateur é"));
    world.book.run(Submission { origin, ..Submission::new(actor, command) }).await.expect("the command succeeds").answer
}

async fn update(world: &World, actor: Actor, id: RequestId, status: Option<Status>, assigned_to: Option<Desk>) {
    let patch = RequestPatch { status, assigned_to, ..RequestPatch::default() };
    run(world, actor, Command::UpdateRequest(id, patch)).await;
}

fn said(request: RequestId, body: &str) -> Command {
    Command::CommentRequest(request, CommentDraft { body: Some(body.to_owned()), ..CommentDraft::default() })
}

async fn asked(world: &World, account: AccountId, category: Category, amount: i64, kept: bool) -> RequestId {
    let draft = RequestDraft {
        category: Some(category),
        account: Some(account),
        amount: Some(units(amount)),
        description: Some("été 🛫".to_owned()),
        assigned_to: kept.then_some(Desk::Operation),
        ..RequestDraft::default()
    };
    match run(world, OPERATION, Command::CreateRequest(draft)).await {
        Answer::Request(row) => row.id,
        other => panic!("no request: {other:?}"),
    }
}

/// A request's message is taken by Messager, and waits there.
async fn hand_over(world: &World, id: RequestId) {
    let request = world.request(id).await;
    let IncomingMessage { kind, raw, .. } = message_of(id, &request);
    let message = OutgoingMessage { domain: DOMAIN.to_owned(), kind, payload: raw, idempotency_key: None };
    let new = NewMessage::new(message, world.uuid(), &Schedule::messager(), world.now());
    let message_uuid = world.stores.messager.accept(&new).await.unwrap().0.message_uuid;
    let sent = Sent { request: id, execution: request.execution, message_uuid };
    world.run(Actor::System, Command::MarkSent(sent)).await;
}

/// A request goes the whole way: handed to Messager, delivered, answered.
async fn through_messager(world: &World, id: RequestId) {
    let messages: &dyn Queue<Message> = &*world.stores.messager;
    hand_over(world, id).await;
    let leased = messages.claim(&world.claim(1)).await.unwrap().remove(0);
    let message = IncomingMessage::read(leased.job.uuid, &leased.job.kind, leased.job.payload.clone()).unwrap();
    let Answer::Written { id, .. } = world.run(Actor::System, Command::Receive(message)).await else {
        panic!("request {id} is not written")
    };
    let movement = world.stores.reader.movement(id).await.unwrap().unwrap();
    let said = serde_json::json!({ "success": true, "mouvement_id": id, "mouvement_uuid": movement.uuid });
    let report = Report::done(Some(said.into())).with_status(200);
    let done = Settlement { at: world.now(), next: Next::Completed, report };
    assert!(messages.settle(&leased.lease, &done).await.unwrap());
    world.wait(chrono::Duration::microseconds(1_001));
}

/// Rows of every kind in every table that is evidence; sealed with a key from the middle on.
pub(crate) async fn fill(plain: &World) -> World {
    let account = plain.account(1_000).await;
    let other = plain.account(500).await;
    plain.limit(account, 900, "prudence é").await;
    let referred = AccountDraft {
        name: Some("Agence é".to_owned()),
        email: Some("agence@example.test".to_owned()),
        reference: Some("AG-é-1".to_owned()),
        ..AccountDraft::default()
    };
    run(plain, SERVICE, Command::CreateAccount(referred)).await;
    let renamed = AccountPatch {
        name: Some("Évasion".to_owned()),
        email: Some(None),
        reason: Some("rachat".to_owned()),
        ..AccountPatch::default()
    };
    run(plain, ADMIN, Command::UpdateAccount(other, renamed)).await;
    run(plain, FINANCE, suspension(other, "impayé é")).await;
    let active = AccountPatch { status: Some(AccountStatus::Active), ..AccountPatch::default() };
    run(plain, FINANCE, Command::UpdateAccount(other, active)).await;
    for to in [Rollout::Shadow, Rollout::Live] {
        let patch = AccountPatch { rollout: Some(to), ..AccountPatch::default() };
        run(plain, ADMIN, Command::UpdateAccount(other, patch)).await;
    }
    let first = plain.support(account, "sujet").await;
    plain.comment(first, account, "bonjour 🛫").await;
    run(plain, FINANCE, comment(first, "merci")).await;
    let edit = SupportPatch { assigned_to: Some(Assignee::Agent), ..SupportPatch::default() };
    run(plain, OPERATION, Command::UpdateSupport(first, edit)).await;
    let second = plain.support(other, "un autre").await;
    for status in [SupportStatus::InProgress, SupportStatus::Closed] {
        let patch = SupportPatch { status: Some(status), ..SupportPatch::default() };
        run(plain, OPERATION, Command::UpdateSupport(second, patch)).await;
    }

    let continued = SupportDraft {
        subject: Some("suite".to_owned()),
        description: Some("encore é".to_owned()),
        follows: Some(second),
        ..SupportDraft::default()
    };
    run(plain, client(other), Command::CreateSupport(continued)).await;

    // Cash: a fee that failed twice before it was written, and one that nobody passed.
    let fee = RequestDraft {
        category: Some(Category::Unload),
        account: Some(account),
        amount: Some(units(40)),
        etatsdevente_id: Some(77),
        helpdesk_id: Some(first),
        ..RequestDraft::default()
    };
    let Answer::Request(Row { id: fee, .. }) = run(plain, OPERATION, Command::CreateRequest(fee)).await else {
        panic!("no request")
    };
    update(plain, OPERATION, fee, Some(Status::Waiting), None).await;
    run(plain, client(account), said(fee, "le bordereau suit é")).await;
    update(plain, FINANCE, fee, Some(Status::ToTreat), None).await;
    let message = message_of(fee, &plain.request(fee).await.data);
    for _ in 0..2 {
        let failed = FailedEntry::Message(message.clone(), failure());
        plain.run(Actor::System, Command::RecordFailure(Box::new(failed))).await;
    }
    through_messager(plain, fee).await;
    let draft = asked(plain, account, Category::Load, 7, true).await;
    let edit = DraftEdit { amount: Some(units(8)), ..DraftEdit::default() };
    run(plain, OPERATION, Command::UpdateRequest(draft, RequestPatch { edit, ..RequestPatch::default() })).await;
    run(plain, FINANCE, said(draft, "à revoir 🛫")).await;

    let world = plain.as_under(Policy::default().audit_keys(Some(keys(&["one"]))));
    assert_eq!(key_chains(&world.book, &*world.stores.reader).await.unwrap().sealed, 3);
    let young = world.account(2_000).await;

    // Credits: written, taken back, marked to be taken back, refused by the check, under way, dead.
    let credits: Vec<_> = [500, 100].map(|amount| world.credit(account, amount)).into();
    let mut ids = Vec::new();
    for credit in credits {
        ids.push(credit.await.id);
    }
    for id in &ids {
        through_messager(&world, *id).await;
    }
    let Answer::Request(Row { id: back, .. }) =
        run(&world, ADMIN, Command::CreateRequest(cancellation_draft(ids[0], account))).await
    else {
        panic!("no cancellation")
    };
    through_messager(&world, back).await;
    let held = RequestDraft { hold: Some(true), ..cancellation_draft(ids[1], account) };
    run(&world, ADMIN, Command::CreateRequest(held)).await;
    world.credit(account, 5_000).await;
    let load = asked(&world, young, Category::Load, 70, false).await;
    update(&world, FINANCE, load, Some(Status::ToTreat), None).await;
    hand_over(&world, load).await;
    let passed = asked(&world, young, Category::Load, 71, false).await;
    update(&world, FINANCE, passed, Some(Status::ToTreat), None).await;

    // Elsewhere: written, failed, a group, the next day.
    let payment = |name: &str| MovementDraft {
        details: details(&world),
        etatsdevente_id: Some(78),
        ..posting(young, MovementType::Payment, units(70), name)
    };
    run(&world, SERVICE, Command::Post(vec![payment("w")])).await;
    let failed = FailedEntry::External(vec![payment("never")], failure());
    run(&world, SERVICE, Command::RecordFailure(Box::new(failed))).await;
    let leg = |account, amount, name: &str| posting(account, MovementType::Transfer, units(amount), name);
    run(&world, SERVICE, Command::Post(vec![leg(account, -5, "out"), leg(other, 5, "in")])).await;
    let dead = world.credit(young, 20).await;
    world.wait(chrono::Duration::days(1));
    world.run(Actor::System, Command::Expire(dead.id)).await;
    for account in [account, other, young] {
        world.post(posting(account, MovementType::Refund, units(3), &format!("tomorrow-{account}"))).await;
    }
    world.wait(chrono::Duration::days(1));
    world.limit(young, 2_500, "saison").await;
    world.account(0).await;
    world
}
