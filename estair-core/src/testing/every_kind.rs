//! Every kind of command, run one by one on a book that is verified after each.

use std::collections::BTreeSet;

use super::world::*;
use crate::account::{AccountDraft, AccountPatch, AccountStatus, LimitDraft};
use crate::actor::{Actor, Origin, Role};
use crate::book::Submission;
use crate::category::{Category, Desk, Status};
use crate::command::{Command, FailedEntry};
use crate::comment::CommentDraft;
use crate::decision::Answer;
use crate::id::{AccountId, RequestId, SupportId, UserId};
use crate::import::{
    Imported, ImportedAccount, ImportedComment, ImportedMovement, ImportedRequest, ImportedTicket, Origin as Came,
};
use crate::json::Json;
use crate::money::Currency;
use crate::movement::{Details, Failure, MovementType, Source};
use crate::request::{DraftEdit, RequestDraft, RequestPatch, Sent};
use crate::row::Rollout;
use crate::shadow::{LegacyAnswer, ShadowDraft, ShadowOutcome};
use crate::support::{Assignee, SupportDraft, SupportPatch, SupportStatus};

/// Which kind of command it is: a new kind is to be run by [`every_kind`].
const fn kind_of(command: &Command) -> &'static str {
    match command {
        Command::CreateAccount(_) => "create account",
        Command::UpdateAccount(..) => "update account",
        Command::SetLimit(..) => "set limit",
        Command::KeyChain(_) => "key chain",
        Command::CreateRequest(_) => "create request",
        Command::UpdateRequest(..) => "update request",
        Command::CreateSupport(_) => "create support",
        Command::UpdateSupport(..) => "update support",
        Command::CommentRequest(..) => "comment request",
        Command::CommentSupport(..) => "comment support",
        Command::MarkSent(_) => "mark sent",
        Command::SendAgain(_) => "send again",
        Command::Receive(_) => "receive",
        Command::Post(_) => "post",
        Command::Shadow(_) => "shadow",
        Command::Import(_) => "import",
        Command::Expire(_) => "expire",
        Command::RecordFailure(_) => "record failure",
    }
}

/// Kinds of commands.
pub(super) const KINDS: usize = 18;

/// A book on which commands are run one by one, and verified after each.
struct Verified<'w> {
    world: &'w World,
    run: BTreeSet<&'static str>,
}

impl Verified<'_> {
    async fn run(&mut self, actor: Actor, command: Command) -> Answer {
        let kind = kind_of(&command);
        self.run.insert(kind);
        let origin = Origin::new(Some("192.0.2.1"), Some("navigateur é"));
        let answer =
            self.world.book.run(Submission { origin, ..Submission::new(actor, command) }).await.unwrap().answer;
        let report = self.world.findings(self.world.book.policy().audit_keys.as_ref()).await;
        assert_eq!(report, [""; 0], "after {kind}");
        self.world.wait(chrono::Duration::microseconds(1_001));
        answer
    }

    async fn request(&mut self, actor: Actor, draft: RequestDraft) -> RequestId {
        match self.run(actor, Command::CreateRequest(draft)).await {
            Answer::Request(row) => row.id,
            other => panic!("no request: {other:?}"),
        }
    }

    async fn update(&mut self, actor: Actor, id: RequestId, status: Option<Status>, assigned_to: Option<Desk>) {
        let patch = RequestPatch { status, assigned_to, ..RequestPatch::default() };
        self.run(actor, Command::UpdateRequest(id, patch)).await;
    }

    async fn sent(&mut self, id: RequestId) {
        let request = self.world.request(id).await;
        let message_uuid = message_of(id, &request).message_uuid;
        let sent = Sent { request: id, execution: request.execution, message_uuid };
        self.run(Actor::System, Command::MarkSent(sent)).await;
    }

    /// Its message is lost, and it is handed over again.
    async fn lost(&mut self, id: RequestId) {
        let request = self.world.request(id).await;
        let message_uuid = request.message_uuid.unwrap();
        let lost = Sent { request: id, execution: request.execution, message_uuid };
        self.run(Actor::System, Command::SendAgain(lost)).await;
        self.sent(id).await;
    }

    async fn deliver(&mut self, id: RequestId) -> Answer {
        let message = message_of(id, &self.world.request(id).await.data);
        self.run(Actor::System, Command::Receive(message)).await
    }
}

pub(super) fn failure() -> Failure {
    Failure { error_type: "storage".into(), message: "disk é".into(), trace: Some("caused by: x".into()) }
}

fn asked(category: Category, account: AccountId, amount: i64) -> RequestDraft {
    RequestDraft {
        category: Some(category),
        account: Some(account),
        amount: Some(units(amount)),
        description: Some("été 🛫".to_owned()),
        ..RequestDraft::default()
    }
}

/// Every kind of command, most of them in several ways, verified after each.
pub(super) async fn every_kind(world: &World) -> BTreeSet<&'static str> {
    let mut book = Verified { world, run: BTreeSet::new() };
    let draft = AccountDraft {
        name: Some("Agence Ouaga".to_owned()),
        email: Some("agence@example.test".to_owned()),
        limit: Some(units(1_000)),
        ..AccountDraft::default()
    };
    let Answer::Account(one) = book.run(ADMIN, Command::CreateAccount(draft.clone())).await else {
        panic!("no account")
    };
    let referred = AccountDraft { reference: Some("AG-é-1".to_owned()), ..draft };
    let Answer::Account(two) = book.run(SERVICE, Command::CreateAccount(referred.clone())).await else {
        panic!("no account")
    };
    book.run(SERVICE, Command::CreateAccount(referred)).await;
    let (one, two) = (one.id, two.id);
    let limit = LimitDraft { limit: Some(units(900)), reason: Some("prudence é".to_owned()), faults: Vec::new() };
    book.run(FINANCE, Command::SetLimit(one, limit)).await;
    let name = AccountPatch { name: Some("Évasion".to_owned()), email: Some(None), ..AccountPatch::default() };
    book.run(ADMIN, Command::UpdateAccount(one, name.clone())).await;
    book.run(ADMIN, Command::UpdateAccount(one, name)).await;
    book.run(FINANCE, suspension(one, "impayé é")).await;
    let active = AccountPatch { status: Some(AccountStatus::Active), ..AccountPatch::default() };
    book.run(ADMIN, Command::UpdateAccount(one, active)).await;
    book.run(Actor::System, Command::KeyChain(one)).await;

    // A ticket, from its creation to its end.
    let text = |text: &str| Some(text.to_owned());
    let ticket = SupportDraft { subject: text("sujet"), description: text("texte"), ..SupportDraft::default() };
    let Answer::Support(ticket) = book.run(client(one), Command::CreateSupport(ticket)).await else {
        panic!("no ticket")
    };
    let edit =
        SupportPatch { subject: text("un autre"), assigned_to: Some(Assignee::Agent), ..SupportPatch::default() };
    book.run(OPERATION, Command::UpdateSupport(ticket.id, edit)).await;
    book.run(client(one), comment(ticket.id, "bonjour 🛫")).await;
    book.run(FINANCE, comment(ticket.id, "merci")).await;
    for status in [SupportStatus::InProgress, SupportStatus::Closed] {
        let patch = SupportPatch { status: Some(status), ..SupportPatch::default() };
        book.run(OPERATION, Command::UpdateSupport(ticket.id, patch)).await;
    }

    // Cash: kept, handed over, put on hold, passed, sent, failed and written.
    let kept = RequestDraft {
        assigned_to: Some(Desk::Operation),
        etatsdevente_id: Some(77),
        helpdesk_id: Some(ticket.id),
        ..asked(Category::Unload, one, 40)
    };
    let fee = book.request(OPERATION, kept).await;
    let edit = DraftEdit { amount: Some(units(41)), description: Some(None), ..DraftEdit::default() };
    book.run(OPERATION, Command::UpdateRequest(fee, RequestPatch { edit, ..RequestPatch::default() })).await;
    let said = |text: &str, internal: bool| {
        let (body, internal) = (Some(text.to_owned()), internal.then_some(true));
        Command::CommentRequest(fee, CommentDraft { body, internal, faults: Vec::new() })
    };
    book.run(OPERATION, said("à vérifier 🛫", false)).await;
    book.update(OPERATION, fee, None, Some(Desk::Finance)).await;
    book.run(FINANCE, said("entre nous", true)).await;
    book.run(client(one), said("bonjour", false)).await;
    book.update(OPERATION, fee, Some(Status::Waiting), None).await;
    book.update(FINANCE, fee, Some(Status::ToTreat), None).await;
    book.sent(fee).await;
    book.lost(fee).await;
    let message = message_of(fee, &world.request(fee).await.data);
    for _ in 0..2 {
        let failed = FailedEntry::Message(message.clone(), failure());
        book.run(Actor::System, Command::RecordFailure(Box::new(failed))).await;
    }
    book.deliver(fee).await;
    book.deliver(fee).await;

    // Credits: written early, sent back by the last check, decided again, cancelled, held, expired.
    let first = book.request(client(one), asked(Category::DailyCredit, one, 500)).await;
    let second = book.request(client(one), asked(Category::DailyCredit, one, 600)).await;
    let refused = book.request(client(one), asked(Category::DailyCredit, one, 5_000)).await;
    book.deliver(first).await;
    book.sent(second).await;
    book.deliver(second).await;
    assert_eq!(world.request(second).await.status, Status::Waiting);
    let raise = LimitDraft { limit: Some(units(9_000)), reason: Some("saison".to_owned()), faults: Vec::new() };
    book.run(ADMIN, Command::SetLimit(one, raise)).await;
    book.update(ADMIN, second, Some(Status::ToTreat), None).await;
    book.deliver(second).await;
    let cancellation = book.request(ADMIN, cancellation_draft(first, one)).await;
    book.deliver(cancellation).await;
    let held = RequestDraft { hold: Some(true), ..cancellation_draft(second, one) };
    let held = book.request(ADMIN, held).await;
    let third = book.request(client(one), asked(Category::DailyCredit, one, 10)).await;
    book.deliver(third).await;
    let late = book.request(client(one), asked(Category::DailyCredit, one, 20)).await;

    // Elsewhere: one movement, again, a group, a failure of both.
    let payment = |name: &str| posting(two, MovementType::Payment, units(70), name);
    book.run(SERVICE, Command::Post(vec![payment("w")])).await;
    book.run(SERVICE, Command::Post(vec![payment("w")])).await;
    let leg = |account, amount, name: &str| posting(account, MovementType::Transfer, units(amount), name);
    let legs = vec![leg(one, -5, "out"), leg(two, 5, "in")];
    let failed = FailedEntry::External(legs.clone(), failure());
    book.run(SERVICE, Command::RecordFailure(Box::new(failed))).await;
    book.run(SERVICE, Command::Post(legs)).await;
    let failed = FailedEntry::External(vec![payment("never")], failure());
    book.run(SERVICE, Command::RecordFailure(Box::new(failed))).await;

    // The evening, and the next day.
    world.wait(chrono::Duration::hours(12));
    book.deliver(late).await;
    for id in [refused, third, held, second] {
        book.run(Actor::System, Command::Expire(id)).await;
    }
    book.deliver(held).await;
    world.wait(chrono::Duration::days(1));
    book.run(SERVICE, Command::Post(vec![payment("tomorrow")])).await;
    between_two_systems(&mut book, two).await;
    book.run
}

fn came(reference: &str) -> Came {
    Came { reference: reference.to_owned(), run: 1 }
}

/// Tickets and requests keep their numbers, dates and states; each comes in once, and one that is closed names no movement (L3).
async fn threads_of_a_former_system(book: &mut Verified<'_>, account: AccountId) {
    let said = ImportedComment {
        author: Some(UserId(7)),
        role: Role::Client,
        body: "où en est-on ?".to_owned(),
        internal: false,
        at: morning() + chrono::Duration::minutes(1),
    };
    let ticket = ImportedTicket {
        id: SupportId(9_001),
        name: Some("TICKET-9001".to_owned()),
        account,
        subject: "billet".to_owned(),
        description: "perdu".to_owned(),
        status: SupportStatus::Closed,
        assigned_to: Assignee::Operation,
        etatsdevente_id: None,
        created_by: Some(UserId(7)),
        comments: vec![said.clone()],
        from: came("helpdesk-9001"),
        at: morning(),
        updated_at: morning() + chrono::Duration::hours(1),
    };
    let ticket = || Command::Import(Imported::Ticket(Box::new(ticket.clone())));
    let Answer::Support(row) = book.run(Actor::System, ticket()).await else { panic!("no ticket") };
    assert_eq!((row.id.0, row.name.as_str(), row.status), (9_001, "TICKET-9001", SupportStatus::Closed));
    assert_eq!(book.run(Actor::System, ticket()).await, Answer::Nothing, "it is there");
    let load = old_request(account, 9_002, Category::Load, Status::Closed);
    let credit = old_request(account, 9_003, Category::DailyCredit, Status::Cancelled);
    let waits = ImportedRequest {
        comments: vec![said.clone(), ImportedComment { internal: true, role: Role::Finance, ..said }],
        ..old_request(account, 9_004, Category::Unload, Status::Waiting)
    };
    for request in [load.clone(), credit, waits] {
        let (id, status) = (request.id, request.status);
        let Answer::Request(row) = book.run(Actor::System, Command::Import(Imported::Request(Box::new(request)))).await
        else {
            panic!("no request")
        };
        assert_eq!((Some(row.id), row.status, row.movement), (id, status, None));
    }
    let again = Command::Import(Imported::Request(Box::new(load.clone())));
    assert_eq!(book.run(Actor::System, again).await, Answer::Nothing, "it is there");
    let taken = ImportedRequest { category: Category::Unload, ..load };
    let refused = Submission::new(Actor::System, Command::Import(Imported::Request(Box::new(taken))));
    assert!(book.world.book.run(refused).await.unwrap_err().to_string().contains("is taken"), "its number");
}

fn old_request(account: AccountId, id: u64, category: Category, status: Status) -> ImportedRequest {
    ImportedRequest {
        id: Some(RequestId(id)),
        name: None,
        account,
        category,
        amount: units(12),
        description: Some("ancienne".to_owned()),
        status,
        assigned_to: None,
        expiry_date: None,
        parent: None,
        etatsdevente_id: Some(3),
        created_by: Some(UserId(7)),
        comments: Vec::new(),
        from: came(&format!("helpdesk-{id}")),
        at: morning(),
        updated_at: morning() + chrono::Duration::hours(1),
    }
}

/// A credit whose day is over is taken back at its expiry; one that is still owed is a request's movement, so that it can be taken
/// back here (L3, R5).
async fn credits_of_a_former_system(book: &mut Verified<'_>, account: AccountId, like: ImportedMovement) {
    let over = ImportedMovement {
        kind: MovementType::Credit,
        amount: units(20),
        from: came("approvisionnements-5"),
        ..like.clone()
    };
    let back = ImportedMovement { kind: MovementType::CreditCancellation, amount: units(-20), ..over.clone() };
    for movement in [&over, &back, &over, &back] {
        book.run(Actor::System, Command::Import(Imported::Movement(Box::new(movement.clone())))).await;
    }
    let indicators = book.world.account_row(account).await.indicators;
    assert!(indicators.active_credit.is_zero() && indicators.daily_credit.is_zero());
    let credit = ImportedRequest { id: None, ..old_request(account, 9_005, Category::DailyCredit, Status::Closed) };
    let Answer::Request(credit) = book.run(Actor::System, Command::Import(Imported::Request(Box::new(credit)))).await
    else {
        panic!("no request")
    };
    let owed =
        ImportedMovement { request: Some(credit.id), amount: units(12), from: came("approvisionnements-6"), ..over };
    for _ in 0..2 {
        book.run(Actor::System, Command::Import(Imported::Movement(Box::new(owed.clone())))).await;
    }
    let row = book.world.request(credit.id).await;
    assert!(row.movement.is_some());
    assert_eq!(book.world.account_row(account).await.indicators.active_credit.amount(), units(12));
}

/// What comes in from a former system, and is decided beside it, until its account is switched (L3, L6).
async fn between_two_systems(book: &mut Verified<'_>, live: AccountId) {
    let account = ImportedAccount {
        id: 4_321,
        name: "Agence é".to_owned(),
        email: None,
        currency: Currency::XOF,
        limit: units(100),
        from: came("accounts-4321"),
        at: morning(),
    };
    let Answer::Account(account) = book.run(Actor::System, Command::Import(Imported::Account(account))).await else {
        panic!("no account")
    };
    assert_eq!(account.id, AccountId(4_321));
    let movement = ImportedMovement {
        account: account.id,
        kind: MovementType::Adjustment,
        source: Source::Manual,
        amount: units(-7),
        request: None,
        from: came("balance-4321"),
        details: Details::default(),
        payload: None,
        at: morning(),
    };
    for _ in 0..2 {
        book.run(Actor::System, Command::Import(Imported::Movement(Box::new(movement.clone())))).await;
    }
    threads_of_a_former_system(book, account.id).await;
    credits_of_a_former_system(book, account.id, movement).await;
    let told = ShadowDraft {
        account: Some(account.id),
        request: asked(Category::DailyCredit, account.id, 10),
        raw: Json::parse("{}"),
        legacy: LegacyAnswer { outcome: Some(ShadowOutcome::Open), ..LegacyAnswer::default() },
        ..ShadowDraft::default()
    };
    book.run(SERVICE, Command::Shadow(Box::new(told))).await;
    for to in [Rollout::Shadow, Rollout::Live] {
        let patch = AccountPatch { rollout: Some(to), ..AccountPatch::default() };
        book.run(ADMIN, Command::UpdateAccount(account.id, patch)).await;
    }
    book.run(SERVICE, Command::Post(vec![posting(account.id, MovementType::Payment, units(3), "after")])).await;
    // The next account gets a number of its own.
    let draft = AccountDraft { name: Some("Agence neuve".to_owned()), ..AccountDraft::default() };
    let Answer::Account(next) = book.run(ADMIN, Command::CreateAccount(draft)).await else { panic!("no account") };
    assert!(next.id > account.id && next.id != live);
}
