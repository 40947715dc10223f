//! Who is told what (N).

use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use async_trait::async_trait;
use estair_core::actor::Role;
use estair_core::background::SendNotifications;
use estair_core::category::Category;
use estair_core::clock::Clock;
use estair_core::fact::{Fact, FactKind};
use estair_core::id::{AccountId, FactId, UserId};
use estair_core::memory::MemoryStore;
use estair_core::movement::{MovementDraft, MovementType};
use estair_core::notice::{Audience, Channel, Notice, choices};
use estair_core::notification::{
    Directory, Entitled, Notification, Notifications, Notifier, QuietHours, Recipient, fan_out, params_of,
};
use estair_core::queue::{AttemptOutcome, Next, Report, Schedule, Work, Worker};
use estair_core::store::{StoreError, StoreErrorKind};
use estair_core::testing::{ManualClock, SeededIds};
use serde_json::json;

use crate::world::*;

/// A directory of one recipient an audience, and channels that are on or off.
struct Office {
    off: Option<Channel>,
    opted_out: bool,
    asked: Mutex<Vec<Option<AccountId>>>,
    own: Vec<Channel>,
}

const SMS: Channel = Channel::other("sms");

#[async_trait]
impl Directory for Office {
    async fn recipients(
        &self,
        audience: Audience,
        channel: Channel,
        _: Notice,
        account: Option<AccountId>,
    ) -> Result<Vec<Recipient>, StoreError> {
        self.asked.lock().unwrap().push(account);
        if channel == SMS && audience != Audience::Client {
            return Ok(Vec::new());
        }
        let address = if channel == Channel::Teams { String::new() } else { format!("{audience}@example.test") };
        Ok(vec![Recipient { user: None, address, opted_out: self.opted_out }])
    }
}

#[async_trait]
impl Notifier for Office {
    fn is_on(&self, channel: Channel) -> bool {
        self.off != Some(channel)
    }

    fn own_channels(&self) -> Vec<Channel> {
        self.own.clone()
    }

    async fn send(&self, _: u64, _: &Notification) -> Report {
        Report::done(None)
    }
}

/// Runs what never waits.
fn at_once<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("it waits"),
    }
}

fn told(office: &Office) -> Vec<(String, Option<String>)> {
    let (mut world, account) = World::with_account("1000");
    let credit = world.ask_credit(account, "5");
    world.now = at("2025-10-21T18:00:00Z");
    world.expire(credit);
    let pending = world.pending(FactId(7), world.facts.last().unwrap());
    let deliveries = at_once(fan_out(&pending, office, office, world.now)).unwrap();
    assert!(office.asked.lock().unwrap().iter().all(|asked| *asked == Some(account)));
    for new in &deliveries {
        assert_eq!(new.notification.fact, Some(FactId(7)));
        assert_eq!(new.notification.params["amount"], "5");
        assert_eq!(new.notification.params["requete_id"], credit.0);
    }
    let line = |d: &Notification| format!("{} {} {}", d.audience, d.channel, d.recipient);
    deliveries.iter().map(|new| (line(&new.notification), new.skip.clone())).collect()
}

// rule: N2, N3
#[test]
fn n3_a_fact_is_fanned_out_once_to_each_audience_and_channel() {
    let lines = told(&Office { off: None, opted_out: false, asked: Mutex::default(), own: Vec::new() });
    let wanted = [
        "client email client@example.test",
        "client push client@example.test",
        "finance email finance@example.test",
        "finance teams ",
        "finance push finance@example.test",
    ];
    assert_eq!(lines.iter().map(|(line, _)| line.as_str()).collect::<Vec<_>>(), wanted);
    assert!(lines.iter().all(|(_, skip)| skip.is_none()));
}

// rule: N1, N7
#[test]
fn n1_a_channel_of_the_hosts_own_reaches_whom_the_directory_knows_there_and_misses_nobody() {
    let told = told(&Office { off: None, opted_out: false, asked: Mutex::default(), own: vec![SMS] });
    let by_sms: Vec<_> = told.iter().filter(|(line, _)| line.contains("sms")).collect();
    assert_eq!(by_sms, [&("client sms client@example.test".to_owned(), None)]);
}

#[test]
fn a_channels_name_is_short_and_none_of_the_matrixs() {
    assert_eq!((SMS.name(), SMS.to_string()), ("sms", "sms".to_owned()));
    for bad in ["", "email", "teams", "push", "SMS", "s m s", "a_name_that_is_too_long"] {
        assert!(Channel::stored(bad).is_none_or(|known| Channel::ALL.contains(&known)), "{bad}");
    }
    assert_eq!(Channel::from_name("pigeon"), None, "nobody has kept it");
    assert_eq!(Channel::stored("pigeon"), Some(Channel::other("pigeon")));
    assert_eq!(Channel::from_name("pigeon"), Some(Channel::other("pigeon")));
    assert_eq!(Channel::from_name("push"), Some(Channel::Push));
}

// rule: N3
#[test]
fn n3_what_is_off_or_unwanted_is_recorded_as_skipped_and_the_rest_goes_out() {
    let lines = told(&Office { off: Some(Channel::Teams), opted_out: false, asked: Mutex::default(), own: Vec::new() });
    let skipped: Vec<_> = lines.iter().filter(|(_, skip)| skip.is_some()).collect();
    assert_eq!(skipped.len(), 1);
    assert_eq!(skipped[0].1.as_deref(), Some("channel not configured"));
    let lines = told(&Office { off: None, opted_out: true, asked: Mutex::default(), own: Vec::new() });
    assert!(lines.iter().all(|(_, skip)| skip.as_deref() == Some("recipient opted out")));
}

// rule: N3
#[test]
fn n3_a_refused_command_tells_nobody_and_a_channel_that_is_down_is_tried_for_a_day() {
    let (mut world, account) = World::with_account("1000");
    let facts = world.facts.len();
    assert!(world.create(FINANCE, draft(Category::Load, account, "5")).is_err());
    assert_eq!(world.facts.len(), facts, "notices are part of what is decided, or not there");

    let schedule = Schedule::notifications();
    let mut now = world.now;
    let mut attempts = 1;
    while let Next::Retry { at } = schedule.settle(attempts, Report::failed(AttemptOutcome::Retry, "down"), now, 0).next
    {
        assert!(at > now);
        (now, attempts) = (at, attempts + 1);
    }
    assert!((now - world.now).num_hours() >= 20, "about a day");
}

// rule: N1
#[test]
fn n1_people_choose_among_what_reaches_themselves() {
    for role in Role::ALL {
        for notice in Notice::ALL {
            for channel in Channel::ALL {
                let reaches =
                    Audience::of(role).is_some_and(|audience| notice.routes().contains(&(audience, *channel)));
                let own = reaches && *channel != Channel::Teams && notice.may_opt_out();
                assert_eq!(choices(role).contains(&(*notice, *channel)), own, "{role} {notice} {channel}");
            }
        }
    }
    assert!(Role::ALL.iter().all(|role| Audience::of(*role) != Some(Audience::Critical)));
}

#[test]
fn quiet_hours_are_a_span_of_each_day() {
    let night: QuietHours = "20:00-07:00".parse().unwrap();
    for (now, holds) in [
        ("2025-10-21T19:59:59.999999Z", false),
        ("2025-10-21T20:00:00Z", true),
        ("2025-10-21T23:59:59Z", true),
        ("2025-10-22T00:00:00Z", true),
        ("2025-10-22T06:59:59.999999Z", true),
        ("2025-10-22T07:00:00Z", false),
    ] {
        assert_eq!(night.holds_at(at(now)), holds, "{now}");
    }
    let noon: QuietHours = "12:00-14:00".parse().unwrap();
    assert!(noon.holds_at(at("2025-10-21T13:00:00Z")) && !noon.holds_at(at("2025-10-21T14:00:00Z")));
    assert!(!noon.holds_at(at("2025-10-21T15:00:00Z")) && !noon.holds_at(at("2025-10-21T11:59:59Z")));
    let evening: QuietHours = "20:00-24:00".parse().unwrap();
    assert!(evening.holds_at(at("2025-10-21T21:00:00Z")) && !evening.holds_at(at("2025-10-22T00:00:00Z")));
    for bad in ["", "20:00", "20:00-20:00", "00:00-24:00", "25:00-07:00", "24:01-07:00", "8pm-7am", "-07:00"] {
        assert!(bad.parse::<QuietHours>().is_err(), "{bad}");
    }
}

// rule: N3, G11
#[test]
fn n3_in_quiet_hours_what_is_of_low_priority_is_not_claimed_and_leaves_when_they_are_over() {
    let office = Arc::new(Office { off: None, opted_out: false, asked: Mutex::default(), own: Vec::new() });
    let (world, _) = World::with_account("1000");
    let clock = ManualClock::new(at("2025-10-21T22:00:00Z"));
    let (ids, queue) = (SeededIds::new(1), Arc::new(MemoryStore::new()));
    let worker = Worker { clock: &clock, ids: &ids };
    for (id, notice) in [(7, Notice::SupportResolved), (8, Notice::SupportCreated)] {
        let fact = Fact { notices: vec![notice], ..world.facts.last().unwrap().clone() };
        let pending = world.pending(FactId(id), &fact);
        let new = at_once(fan_out(&pending, office.as_ref(), office.as_ref(), clock.now())).unwrap();
        assert!(
            !new.is_empty() && new.iter().all(|new| new.not_before == clock.now()),
            "{notice}: no delay of its own"
        );
        at_once(queue.enqueue(&new)).unwrap();
    }
    let send = |quiet: Option<&str>| SendNotifications {
        queue: queue.clone(),
        notifier: office.clone(),
        schedule: Schedule::notifications(),
        quiet: quiet.map(|hours| hours.parse().unwrap()),
    };
    let claimed = |send: &SendNotifications| {
        let mut notices: Vec<_> = at_once(send.queue().claim(&send.claim(100, &worker)))
            .unwrap()
            .into_iter()
            .map(|one| one.job.notice)
            .collect();
        notices.dedup();
        notices
    };
    let (night, none) = (send(Some("20:00-07:00")), send(None));
    assert!(night.claim(1, &worker).quiet && !none.claim(1, &worker).quiet);
    assert_eq!(claimed(&night), [Notice::SupportCreated]);
    clock.set(at("2025-10-22T06:59:59Z"));
    assert!(!claimed(&night).contains(&Notice::SupportResolved));
    clock.set(at("2025-10-22T07:00:00Z"));
    assert!(!night.claim(1, &worker).quiet);
    assert_eq!(claimed(&night), [Notice::SupportResolved]);
}

// rule: N4, N2
#[test]
fn n4_a_template_is_told_what_the_fact_says_and_what_its_rows_say_now() {
    let (mut world, account) = World::with_account("1000");
    let credit = world.ask_credit(account, "300");
    world.written(credit);
    let written = world.facts.iter().rfind(|fact| fact.kind == FactKind::MovementWritten).unwrap();
    assert_eq!(written.data.keys().collect::<Vec<_>>(), ["from", "status"], "no copy of what the rows say");
    let params = params_of(&world.pending(FactId(7), written));
    let (request, movement) = (world.request(credit), &world.movement(credit).unwrap().row);
    for (key, wanted) in [
        ("account_id", json!(account)),
        ("client", json!("Agence du Plateau")),
        ("client_email", json!("agence@example.test")),
        ("currency", json!("XOF")),
        ("requete_id", json!(credit)),
        ("uuid", json!(request.uuid)),
        ("name", json!(request.name)),
        ("category", json!("daily_credit")),
        ("amount", json!("300")),
        ("total_operation", json!("300")),
        ("type", json!("credit")),
        ("expiry_date", json!("2025-10-21T18:00:00Z")),
        ("message_uuid", json!(movement.message_uuid)),
        ("balance", json!("0")),
        ("from", json!("processing")),
        ("status", json!("closed")),
        ("at", json!("2025-10-21T10:00:00Z")),
    ] {
        assert_eq!(params.get(key), Some(&wanted), "{key}");
    }
    world.post(movement_from_elsewhere(account)).unwrap();
    let params = params_of(&world.pending(FactId(8), world.facts.last().unwrap()));
    assert_eq!(
        (&params["amount"], &params["source"], &params["reference"]),
        (&json!("500"), &json!("bsp"), &json!("T-1"))
    );
    assert_eq!((params["total_operation"].as_str(), params.get("requete_id")), (Some("-500"), None));
    let ticket = ticket(&mut world, account);
    let params = params_of(&world.pending(FactId(9), world.facts.last().unwrap()));
    assert_eq!((&params["helpdesk_id"], &params["subject"]), (&json!(ticket), &json!("Billet")));
    assert_eq!(params["name"], json!(world.support(ticket).name));
}

fn movement_from_elsewhere(account: AccountId) -> MovementDraft {
    movement(account, MovementType::Debit, "T-1", "-500")
}

// rule: N9
#[test]
fn n9_a_notification_names_the_person_where_the_host_knows() {
    struct Known;
    #[async_trait]
    impl Directory for Known {
        async fn recipients(
            &self,
            _: Audience,
            _: Channel,
            _: Notice,
            _: Option<AccountId>,
        ) -> Result<Vec<Recipient>, StoreError> {
            let recipient = |user| Recipient { user, address: format!("{user:?}"), opted_out: false };
            Ok(vec![recipient(Some(UserId(7))), recipient(None)])
        }
    }
    let (mut world, account) = World::with_account("1000");
    world.ask_credit(account, "5000");
    let refused = world.facts.last().unwrap();
    let office = Office { off: None, opted_out: false, asked: Mutex::default(), own: Vec::new() };
    let all = at_once(fan_out(&world.pending(FactId(1), refused), &Known, &office, world.now)).unwrap();
    assert_eq!(all.len(), 4);
    for new in all {
        assert_eq!(new.notification.recipient, format!("{:?}", new.notification.user));
    }
}

// rule: N9
#[test]
fn n9_who_may_not_see_it_any_more_is_not_told() {
    /// In which this person is told what goes to this account, and nobody else; or which cannot say.
    struct Once(Option<UserId>, AccountId);
    #[async_trait]
    impl Directory for Once {
        async fn recipients(
            &self,
            _: Audience,
            _: Channel,
            _: Notice,
            account: Option<AccountId>,
        ) -> Result<Vec<Recipient>, StoreError> {
            let user = self.0.ok_or_else(|| StoreError::new(StoreErrorKind::Unavailable, "it is away"))?;
            let recipient = Recipient { user: Some(user), address: "device".into(), opted_out: false };
            Ok((account == Some(self.1)).then_some(recipient).into_iter().collect())
        }
    }
    let (person, account) = (UserId(7), AccountId(3));
    let sent = |directory: Once, user| {
        let office = Arc::new(Office { off: None, opted_out: false, asked: Mutex::default(), own: Vec::new() });
        let notifier = Entitled::new(office, Arc::new(directory));
        let notification = Notification {
            fact: None,
            notice: Notice::CreditApproved,
            audience: Audience::Client,
            channel: Channel::Push,
            user,
            recipient: "device".to_owned(),
            params: [("account_id".to_owned(), json!(account))].into_iter().collect(),
        };
        let report = at_once(notifier.send(1, &notification));
        (report.outcome, report.error)
    };
    let reason = Some("the person may not see this any more".to_owned());
    assert_eq!(sent(Once(Some(person), account), Some(person)).0, AttemptOutcome::Done);
    // Of another account or role now, or shut out.
    assert_eq!(sent(Once(Some(person), AccountId(4)), Some(person)), (AttemptOutcome::Skipped, reason.clone()));
    assert_eq!(sent(Once(Some(UserId(8)), account), Some(person)), (AttemptOutcome::Skipped, reason));
    assert_eq!(sent(Once(None, account), Some(person)).0, AttemptOutcome::Retry);
    // What is nobody's own asks nobody.
    assert_eq!(sent(Once(None, account), None).0, AttemptOutcome::Done);
}

/// A directory in which only these routes find somebody.
struct Sparse(&'static [(Audience, Channel)]);

#[async_trait]
impl Directory for Sparse {
    async fn recipients(
        &self,
        audience: Audience,
        channel: Channel,
        _: Notice,
        _: Option<AccountId>,
    ) -> Result<Vec<Recipient>, StoreError> {
        let found = self.0.contains(&(audience, channel));
        let recipient = Recipient { user: None, address: "somebody".into(), opted_out: false };
        Ok(found.then_some(recipient).into_iter().collect())
    }
}

// rule: N7
#[test]
fn n7_where_nobody_is_found_a_skipped_row_says_why() {
    let (mut world, account) = World::with_account("1000");
    world.ask_credit(account, "5000");
    let refused = world.facts.iter().find(|fact| fact.notices.contains(&Notice::CreditRefused)).unwrap().clone();
    let office = Office { off: None, opted_out: false, asked: Mutex::default(), own: Vec::new() };
    let skipped = |found: &'static [(Audience, Channel)]| -> Vec<(Channel, String)> {
        let all = at_once(fan_out(&world.pending(FactId(1), &refused), &Sparse(found), &office, world.now)).unwrap();
        all.into_iter().filter_map(|new| Some((new.notification.channel, new.skip?))).collect()
    };
    let no_address = (Channel::Email, "the account has no e-mail address".to_owned());
    let no_device = (Channel::Push, "nobody of client has a device".to_owned());
    assert_eq!(skipped(&[]), [no_address.clone(), no_device]);
    const BOTH: &[(Audience, Channel)] = &[(Audience::Client, Channel::Email), (Audience::Client, Channel::Push)];
    assert_eq!(skipped(BOTH), []);
    const MAIL: &[(Audience, Channel)] = &[(Audience::Client, Channel::Email)];
    const PUSH: &[(Audience, Channel)] = &[(Audience::Client, Channel::Push)];
    assert_eq!(skipped(MAIL), [], "no device is no miss where the mail took the notice");
    assert_eq!(skipped(PUSH), [no_address], "no address is one all the same");
}
