//! Sealing what was decided: each fact becomes a link of its account's chain, with the hash of the row that it is about
//! (V2).

use uuid::Uuid;

use crate::audit::{AuditKeys, Sealing, evidence};
use crate::decision::{Changes, Snapshot};
use crate::fact::{Fact, FactKind, FactSeal, FactUuids};
use crate::hash::Hash;
use crate::id::MovementId;
use crate::row::{Account, Link, Movement, Request, Trail};

impl Changes {
    /// Seals the facts in their order. The account of each is among the rows that change: its chain has grown.
    pub(crate) fn seal(&mut self, snapshot: &Snapshot, keys: Option<&AuditKeys>) {
        let mut facts = std::mem::take(&mut self.facts);
        for fact in &mut facts {
            let Some(uuid) = self.take_along(fact, snapshot) else { continue };
            let Some(account) = self.accounts.get(&uuid) else { continue };
            let (subject, uuids) = (self.subject_of(fact, snapshot, account), self.uuids_of(fact, snapshot, account));
            // Until a start has noted from where on the chain needs the key, a fact with it would not be believed (W4).
            let sealing = Sealing::with(keys.filter(|_| account.keyed.is_some()));
            let (previous, sequence) = (account.trail.hash, account.trail.count.saturating_add(1));
            let hash = sealing.seal(fact.text_after(previous, sequence, subject, &uuids).as_bytes());
            fact.seal = Some(FactSeal { sequence, subject, previous, hash });
            if let Some(account) = self.accounts.get_mut(&uuid) {
                account.trail = Trail { count: sequence, hash };
            }
        }
        self.facts = facts;
    }

    /// Has the account of a fact among the rows that change; gives its uuid.
    fn take_along(&mut self, fact: &Fact, snapshot: &Snapshot) -> Option<Uuid> {
        let id = match fact.account {
            Link::New(uuid) => return Some(uuid),
            Link::Id(id) => id,
        };
        let held = snapshot.account(id)?;
        if self.accounts.get(&held.uuid).is_none() {
            self.accounts.put(held.uuid, Some(id), held.version, held.clone());
        }
        Some(held.uuid)
    }

    /// The hash of the row that a fact is about, as it is by now.
    fn subject_of(&self, fact: &Fact, snapshot: &Snapshot, account: &Account) -> Option<Hash> {
        match fact.kind {
            FactKind::AccountCreated | FactKind::AccountChanged | FactKind::ChainKeyed | FactKind::LimitChanged => {
                Some(evidence::of_account(account))
            }
            FactKind::ThresholdCrossed => None,
            FactKind::MovementFailed => self.movement(fact.movement?, snapshot).map(evidence::of_failed_movement),
            _ if fact.support.is_some() => {
                let support = match fact.support? {
                    Link::New(uuid) => self.supports.get(&uuid),
                    Link::Id(id) => {
                        let held = snapshot.supports.get(&id);
                        held.and_then(|held| self.supports.get(&held.uuid)).or(held)
                    }
                };
                support.map(evidence::of_support)
            }
            _ => {
                let request = self.request(fact, snapshot)?;
                Some(evidence::of_request(request, self.movement_uuid(request, snapshot)))
            }
        }
    }

    fn request<'a>(&'a self, fact: &Fact, snapshot: &'a Snapshot) -> Option<&'a Request> {
        match fact.request? {
            Link::New(uuid) => self.requests.get(&uuid),
            Link::Id(id) => {
                let held = snapshot.requests.get(&id);
                held.and_then(|held| self.requests.get(&held.uuid)).or(held)
            }
        }
    }

    fn movement<'a>(&'a self, link: Link<MovementId>, snapshot: &'a Snapshot) -> Option<&'a Movement> {
        match link {
            Link::New(uuid) => self.movements.get(&uuid),
            Link::Id(_) => {
                let held = snapshot.movements.values().find(|known| known.id == link).map(|known| &known.row);
                held.and_then(|held| self.movements.get(&held.uuid)).or(held)
            }
        }
    }

    fn movement_uuid(&self, request: &Request, snapshot: &Snapshot) -> Option<Uuid> {
        request.movement.and_then(|link| self.uuid_of_movement(link, snapshot))
    }

    fn uuid_of_movement(&self, link: Link<MovementId>, snapshot: &Snapshot) -> Option<Uuid> {
        match link {
            Link::New(uuid) => Some(uuid),
            Link::Id(_) => self.movement(link, snapshot).map(|movement| movement.uuid),
        }
    }

    fn uuids_of(&self, fact: &Fact, snapshot: &Snapshot, account: &Account) -> FactUuids {
        let support = |link| match link {
            Link::New(uuid) => Some(uuid),
            Link::Id(id) => snapshot.supports.get(&id).map(|support| support.uuid),
        };
        FactUuids {
            account: account.uuid,
            request: self.request(fact, snapshot).map(|request| request.uuid),
            support: fact.support.and_then(support),
            movement: fact.movement.and_then(|link| self.uuid_of_movement(link, snapshot)),
        }
    }
}
