//! A book written a second time, from the text of the rules: a plain list of movements from which every figure is summed
//! anew (F1 to F7), and requests that follow the tables of sections 3 and 5. It shares no code with the book but the names
//! of its statuses; amounts are whole units.

use crate::actor::Role;
use crate::category::{Category, Desk, Status};
use chrono::{DateTime, NaiveDate, Timelike, Utc};

/// A movement that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its account.
    pub account: usize,
    /// Its business day (F6).
    pub day: NaiveDate,
    /// Is it a credit? Otherwise it moves the balance (F1).
    pub credit: bool,
    /// Signed.
    pub amount: i64,
    /// The day on which the credit was cancelled (F3).
    pub cancelled_on: Option<NaiveDate>,
}

/// The figures of an account on a day (F1 to F5).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// F7.
    pub balance_previous_day: i64,
    /// F1.
    pub balance: i64,
    /// F3.
    pub daily_credit: i64,
    /// F5.
    pub active_credit: i64,
    /// F2.
    pub outstanding: i64,
    /// F4.
    pub exposition: i64,
}

/// An account of the model.
#[derive(Clone, Copy, Debug)]
pub struct Account {
    /// Its limit.
    pub limit: i64,
    /// The day of its last movement, or of its creation (F6).
    pub day: NaiveDate,
    /// How many movements it had, traces of cancellations included.
    pub version: u64,
}

/// A request of the model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// What is asked.
    pub category: Category,
    /// Of which account.
    pub account: usize,
    /// How much.
    pub amount: i64,
    /// Where it is.
    pub status: Status,
    /// Who holds it.
    pub desk: Desk,
    /// Nobody has passed it to finance (R8).
    pub draft: bool,
    /// When it dies.
    pub expiry: Option<DateTime<Utc>>,
    /// What it cancels.
    pub parent: Option<usize>,
    /// How often it was passed.
    pub execution: u32,
    /// The credit that it granted, among the entries.
    pub credit: Option<usize>,
}

/// A request that somebody creates.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    /// What.
    pub category: Category,
    /// On which account.
    pub account: usize,
    /// How much.
    pub amount: i64,
    /// Operation keeps it (R2).
    pub kept: bool,
}

/// What a delivery came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivered {
    /// Written now.
    Written,
    /// Written before.
    Known,
    /// A business outcome.
    Outcome,
}

/// The book, a second time.
#[derive(Clone, Debug, Default)]
pub struct Model {
    /// Accounts.
    pub accounts: Vec<Account>,
    /// Movements, in the order in which they were written.
    pub entries: Vec<Entry>,
    /// Requests, in the order in which they were created.
    pub requests: Vec<Request>,
    /// References that were posted, with what they brought (W6).
    pub references: Vec<(String, usize, &'static str, i64)>,
    /// Does the system cancel granted credits that expire (X3)?
    pub cancel_expired: bool,
}

type Now = DateTime<Utc>;

impl Model {
    /// The figures of an account's day, summed from nothing.
    #[must_use]
    pub fn figures(&self, account: usize, day: NaiveDate) -> Figures {
        let own = || self.entries.iter().filter(move |entry| entry.account == account && entry.day <= day);
        let sum =
            |keep: &dyn Fn(&Entry) -> bool| own().filter(|entry| keep(entry)).map(|entry| entry.amount).sum::<i64>();
        // A credit that was cancelled later than this day was active at its end: a closed day is frozen.
        let active = |entry: &Entry| entry.credit && entry.cancelled_on.is_none_or(|on| on > day);
        let balance = sum(&|entry| !entry.credit);
        let daily_credit = sum(&|entry| active(entry) && entry.day == day);
        let outstanding = if balance < 0 { -balance } else { 0 };
        Figures {
            balance_previous_day: sum(&|entry| !entry.credit && entry.day < day),
            balance,
            daily_credit,
            active_credit: sum(&active),
            outstanding,
            exposition: balance + daily_credit - outstanding,
        }
    }

    /// The present figures of an account, as stored.
    #[must_use]
    pub fn stored(&self, account: usize) -> Figures {
        self.figures(account, self.accounts[account].day)
    }

    /// C1: strictly less.
    fn fits(&self, account: usize, amount: i64) -> bool {
        self.stored(account).active_credit + amount < self.accounts[account].limit
    }

    /// R2 to R4, C2: the place of the new request, or none when it is refused.
    pub fn create(&mut self, role: Role, asked: Asked, now: Now) -> Option<usize> {
        let Asked { category, account, amount, kept } = asked;
        let may = match category {
            Category::DailyCredit => matches!(role, Role::Client | Role::Operation),
            Category::Load | Category::Unload => role == Role::Operation,
            Category::CancelCredit => false,
        };
        let credit = category == Category::DailyCredit;
        let late = credit && now.hour() >= 18;
        if !may || late || amount <= 0 || (kept && role != Role::Operation) {
            return None;
        }
        let status = match credit && !kept {
            true if self.fits(account, amount) => Status::ToTreat,
            true => Status::Waiting,
            false => Status::Open,
        };
        let expiry = credit.then(|| now.date_naive().and_hms_opt(18, 0, 0)).flatten().map(|at| at.and_utc());
        let desk = if kept { Desk::Operation } else { Desk::Finance };
        self.requests.push(Request {
            category,
            account,
            amount,
            status,
            desk,
            draft: kept,
            expiry,
            parent: None,
            execution: u32::from(status == Status::ToTreat),
            credit: None,
        });
        Some(self.requests.len() - 1)
    }

    /// R5: one live cancellation of a granted credit.
    pub fn cancel(&mut self, role: Role, parent: usize, hold: bool) -> Option<usize> {
        let allowed = matches!(role, Role::Admin | Role::System) && self.is_cancellable(parent);
        if !allowed {
            return None;
        }
        let Request { account, amount, .. } = self.requests[parent];
        self.requests.push(Request {
            category: Category::CancelCredit,
            account,
            amount,
            status: if hold { Status::Waiting } else { Status::ToTreat },
            desk: Desk::Admin,
            expiry: None,
            draft: false,
            parent: Some(parent),
            execution: u32::from(!hold),
            credit: None,
        });
        Some(self.requests.len() - 1)
    }

    fn is_cancellable(&self, parent: usize) -> bool {
        let active = self.requests[parent].credit.is_some_and(|entry| self.entries[entry].cancelled_on.is_none());
        let live =
            |one: &Request| one.parent == Some(parent) && !matches!(one.status, Status::Closed | Status::Cancelled);
        active && !self.requests.iter().any(live)
    }

    /// T, R2, C2, C5, P: true when the change is accepted.
    pub fn patch(&mut self, role: Role, place: usize, status: Option<Status>, desk: Option<Desk>, now: Now) -> bool {
        let Some(next) = self.patched(role, place, status, desk, now) else { return false };
        self.requests[place] = next;
        true
    }

    fn patched(
        &self,
        role: Role,
        place: usize,
        status: Option<Status>,
        desk: Option<Desk>,
        now: Now,
    ) -> Option<Request> {
        let mut next = self.requests[place].clone();
        let cancellation = next.category == Category::CancelCredit;
        let moves = role == Role::Admin || (!cancellation && matches!(role, Role::Operation | Role::Finance));
        let assigns = role == Role::Admin || (!cancellation && role == Role::Operation && desk != Some(Desk::Admin));
        let nothing = status.is_none() && desk.is_none();
        if nothing || (status.is_some() && !moves) || (desk.is_some() && !assigns) {
            return None;
        }
        let expired = next.expiry.is_some_and(|expiry| now >= expiry);
        let credit = next.category == Category::DailyCredit;
        if let Some(desk) = desk {
            if !matches!(next.status, Status::Open | Status::Waiting) || next.desk == desk {
                return None;
            }
            next.desk = desk;
            // Passing it on is setting finance (R2).
            let handed_over = desk == Desk::Finance && next.status == Status::Open;
            // A draft becomes a request, unless it is a credit whose time is over (R8).
            if handed_over && next.draft && expired {
                return None;
            }
            next.draft &= !handed_over;
            if handed_over && status.is_none() && credit && !expired {
                self.check(&mut next);
            }
        }
        if let Some(to) = status {
            let kept = next.status == Status::Open && next.desk == Desk::Operation;
            if !allowed(role, next.category, next.status, to) || (kept && role == Role::Finance) || next.draft {
                return None;
            }
            if to == Status::ToTreat && (expired || (credit && !self.fits(next.account, next.amount))) {
                return None;
            }
            if to == Status::ToTreat || (next.status, to) == (Status::Waiting, Status::Processing) {
                next.execution += 1;
            }
            next.status = to;
        }
        Some(next)
    }

    /// C2.
    fn check(&self, request: &mut Request) {
        if self.fits(request.account, request.amount) {
            request.status = Status::ToTreat;
            request.execution += 1;
        } else {
            request.status = Status::Waiting;
        }
    }

    /// G3: Messager has taken the message.
    pub fn sent(&mut self, place: usize, execution: u32) {
        let request = &mut self.requests[place];
        if request.status == Status::ToTreat && request.execution == execution {
            request.status = Status::Processing;
        }
    }

    /// W1, G2, X2, C4.
    pub fn deliver(&mut self, place: usize, execution: u32, now: Now) -> Delivered {
        let request = self.requests[place].clone();
        if request.status == Status::Closed {
            return Delivered::Known;
        }
        let under_way = matches!(request.status, Status::ToTreat | Status::Processing);
        if !under_way || execution < request.execution {
            return Delivered::Outcome;
        }
        let credit = request.category == Category::DailyCredit;
        if request.expiry.is_some_and(|expiry| now >= expiry) {
            self.requests[place].status = Status::Cancelled;
            return Delivered::Outcome;
        }
        if credit && !self.fits(request.account, request.amount) {
            self.requests[place].status = Status::Waiting;
            return Delivered::Outcome;
        }
        let day = self.roll(request.account, now);
        match request.category {
            Category::Load => self.write(request.account, day, false, request.amount),
            Category::Unload => self.write(request.account, day, false, -request.amount),
            Category::DailyCredit => {
                self.requests[place].credit = Some(self.entries.len());
                self.write(request.account, day, true, request.amount);
            }
            Category::CancelCredit => {
                let granted = request.parent.and_then(|parent| self.requests[parent].credit);
                self.entries[granted.expect("a granted credit")].cancelled_on = Some(day);
            }
        }
        self.requests[place].status = Status::Closed;
        Delivered::Written
    }

    /// F6: the day never goes back. Counts the movement.
    fn roll(&mut self, account: usize, now: Now) -> NaiveDate {
        let account = &mut self.accounts[account];
        account.day = account.day.max(now.date_naive());
        account.version += 1;
        account.day
    }

    fn write(&mut self, account: usize, day: NaiveDate, credit: bool, amount: i64) {
        self.entries.push(Entry { account, day, credit, amount, cancelled_on: None });
    }

    /// W6: true when it is written now, none when it is refused.
    pub fn post(&mut self, account: usize, kind: &'static str, amount: i64, reference: &str, now: Now) -> Option<bool> {
        let sign_fits = match kind {
            "payment" | "refund" => amount > 0,
            "debit" => amount < 0,
            _ => amount != 0,
        };
        if !sign_fits {
            return None;
        }
        if let Some((_, a, k, b)) = self.references.iter().find(|(known, ..)| known == reference) {
            return (*a == account && *k == kind && *b == amount).then_some(false);
        }
        self.references.push((reference.to_owned(), account, kind, amount));
        let day = self.roll(account, now);
        self.write(account, day, false, amount);
        Some(true)
    }

    /// X1, X3: true when something was due; with the policy, a cancellation is created for a granted credit, or released.
    pub fn expire(&mut self, place: usize, now: Now) -> bool {
        if !self.is_due(place, now) {
            return false;
        }
        if self.requests[place].status == Status::Closed {
            return self.cancel(Role::System, place, false).is_some();
        }
        if self.requests[place].category == Category::CancelCredit {
            self.requests[place].status = Status::Processing;
            self.requests[place].execution += 1;
            return false; // nothing died
        }
        self.requests[place].status = Status::Cancelled;
        true
    }

    /// What the scheduler must find.
    #[must_use]
    pub fn is_due(&self, place: usize, now: Now) -> bool {
        let request = &self.requests[place];
        if request.category == Category::CancelCredit {
            let untouched = request.status == Status::Waiting && request.execution == 0;
            let credit = request.parent.and_then(|parent| self.requests[parent].expiry);
            return self.cancel_expired && untouched && credit.is_some_and(|expiry| now >= expiry);
        }
        let past = request.expiry.is_some_and(|expiry| now >= expiry);
        let open = match request.status {
            Status::Closed => self.cancel_expired && self.is_cancellable(place),
            Status::Cancelled => false,
            _ => true,
        };
        past && open
    }

    /// The days of an account that ended with movements (F7).
    #[must_use]
    pub fn closed_days(&self, account: usize, moved_on: &[(usize, NaiveDate)]) -> Vec<NaiveDate> {
        let present = self.accounts[account].day;
        let mut days: Vec<_> =
            moved_on.iter().filter(|(one, day)| *one == account && *day < present).map(|(_, day)| *day).collect();
        days.sort();
        days.dedup();
        days
    }
}

/// The table of transitions by hand (T, T2), read once more.
fn allowed(role: Role, category: Category, from: Status, to: Status) -> bool {
    use Status::{Open, Processing, ToTreat, Waiting};
    let decides = matches!(role, Role::Finance | Role::Admin);
    let cash = matches!(category, Category::Load | Category::Unload);
    match (from, to) {
        _ if category == Category::CancelCredit => {
            role == Role::Admin && matches!((from, to), (Waiting | ToTreat, Processing))
        }
        (Open | Waiting, ToTreat) => decides,
        (Open, Waiting) => decides || (cash && role == Role::Operation),
        _ => false,
    }
}
