//! What must hold in the end, whatever failed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use estair_core::category::Status;
use estair_core::fact::{Fact, FactKind};
use estair_core::id::AccountId;
use estair_core::messager::Stored;
use estair_core::money::Amount;
use estair_core::movement::{MovementType, Source};
use estair_core::notice::Notice;
use estair_core::notification::{Notification, NotificationFilter, Notifications};
use estair_core::row::Row;
use estair_core::store::{FactReader, MovementReader, Page, RequestFilter, RequestReader, StatementFilter};
use estair_core::verify::{Report as Findings, compare, verify, verify_messages};
use serde_json::Value;

use crate::world::{ACCOUNTS, World, run};

impl World {
    /// What must hold in the end.
    pub(crate) fn check(&mut self) {
        let keys = self.servers[0].policy().audit_keys.clone();
        let mut report: Findings = run(verify(&self.store, keys.as_ref())).unwrap();
        let messager = Stored::of(Arc::new(self.messager.clone()));
        run(verify_messages(&self.store, messager.as_ref(), &mut report)).unwrap();
        for anchor in &self.anchors {
            run(compare(&self.store, anchor, keys.as_ref(), &mut report)).unwrap();
        }
        assert!(report.is_clean(), "{:#?}", report.findings);
        self.met.anchors += self.anchors.len() as u64;
        // Nothing is under way any more: each passed request has come to an end.
        assert_eq!(self.requests(Status::ToTreat), []);
        assert_eq!(self.requests(Status::Processing), []);
        self.check_payments();
        self.check_drafts();
        self.check_comments();
        self.check_facts();
    }

    /// What operation has not passed went nowhere (R8).
    fn check_drafts(&self) {
        let filter = RequestFilter { draft: Some(true), ..RequestFilter::default() };
        for draft in run(self.store.requests(&filter, Page { limit: 200, before: None })).unwrap().items {
            assert_eq!((draft.status, draft.message_uuid, &draft.movement), (Status::Open, None, &None), "{draft:?}");
        }
    }

    /// Every comment that was taken is there; none is there twice (W3).
    fn check_comments(&self) {
        let page = Page { limit: 200, before: None };
        for id in self.comments.iter().map(|(id, _)| *id).collect::<BTreeSet<_>>() {
            let said = run(self.store.request_comments(id, true, page)).unwrap().items;
            let once: BTreeSet<_> = said.iter().map(|comment| &comment.body).collect();
            assert_eq!(said.len(), once.len(), "{said:?}");
            let taken = self.comments.iter().filter(|(of, _)| *of == id);
            taken.for_each(|(_, body)| assert!(once.contains(body), "{body} was lost"));
        }
    }

    /// Every acknowledged payment is there, once.
    fn check_payments(&self) {
        let mut found = BTreeMap::<String, u32>::new();
        for account in 1..=ACCOUNTS {
            let filter = StatementFilter { source: Some(Source::Wave), ..StatementFilter::default() };
            let page = Page { limit: 1_000, before: None };
            let statement = run(self.store.statement(AccountId(account), &filter, page)).unwrap().unwrap();
            for movement in statement.page.items {
                *found.entry(movement.reference.clone().unwrap()).or_default() += 1;
            }
        }
        assert!(found.values().all(|times| *times == 1), "a payment was doubled: {found:?}");
        for (account, reference) in &self.references {
            assert!(found.contains_key(&format!("{account}-{reference}")), "payment {account}-{reference} was lost");
        }
    }

    /// Subscribers heard only of what happened, credits stayed under their limits, and everybody was told everything.
    fn check_facts(&mut self) {
        while run(self.store.number_events(1_000)).unwrap() > 0 {}
        let events = run(self.store.events(0, 100_000)).unwrap();
        let unseen = events.get(self.seen.len()..).unwrap_or_default().to_vec();
        self.met.followed += self.seen.len() as u64;
        self.seen.extend(unseen);
        assert_eq!(self.seen, events, "who followed the events missed one");
        let facts: Vec<_> = events.into_iter().map(|event| event.fact).collect();
        let told = self.people.told.lock().unwrap();
        for fact in &facts {
            for notice in &fact.notices {
                for (audience, channel) in notice.routes() {
                    let key = (fact.id.0, *notice, audience, channel);
                    // At least once toward the channel: a settlement that was lost makes it go out again.
                    assert!(told.contains_key(&key), "{key:?} was never told");
                }
            }
            self.met.expiries += u64::from(fact.notices.contains(&Notice::CreditExpired));
            self.met.failed_movements += u64::from(fact.kind == FactKind::MovementFailed);
        }
        let committed: BTreeSet<String> = facts.iter().map(|row| format!("{:?}", row.data)).collect();
        for fact in self.heard.0.lock().unwrap().iter() {
            assert!(committed.contains(&format!("{fact:?}")), "heard of what never happened: {fact:?}");
        }
        self.check_deliveries();
        self.check_limits(&facts);
    }

    /// One fact, one notice, one channel, one recipient: one delivery (N2).
    fn check_deliveries(&self) {
        let (mut seen, mut page) = (BTreeSet::new(), Page { limit: 200, before: None });
        loop {
            let slice = run(self.store.notifications(&NotificationFilter::default(), page)).unwrap();
            for record in slice.items {
                let Notification { fact, notice, audience, channel, recipient, .. } = record.notification;
                let key = (fact, notice, audience, channel, recipient);
                assert!(seen.insert(key.clone()), "{key:?} was queued twice");
            }
            page.before = slice.next;
            if page.before.is_none() {
                return;
            }
        }
    }

    /// Replays limits and credits in the order of the facts: no new credit reached the limit that held then (C4).
    fn check_limits(&self, facts: &[Row<estair_core::id::FactId, Fact>]) {
        let mut limits = BTreeMap::new();
        let mut active = BTreeMap::<u64, i64>::new();
        let units = |value: &Value| value.as_str().unwrap().parse::<Amount>().unwrap().hundredths();
        for fact in facts {
            let account = fact.account.known().unwrap().0;
            match fact.kind {
                FactKind::AccountCreated => drop(limits.insert(account, units(&fact.data.data["limit"]))),
                FactKind::LimitChanged => drop(limits.insert(account, units(&fact.data.data["new"]))),
                FactKind::MovementWritten => {
                    let movement = fact.movement.and_then(|link| link.known()).unwrap();
                    let movement = run(self.store.movement(movement)).unwrap().unwrap();
                    let used = active.entry(account).or_default();
                    match movement.kind {
                        MovementType::Credit => {
                            *used += movement.amount.hundredths();
                            assert!(*used < limits[&account], "account {account} reached its limit");
                        }
                        MovementType::CreditCancellation => *used += movement.amount.hundredths(),
                        _ => {}
                    }
                }
                _ => {}
            }
        }
    }
}
