//! The tables: each is declared once, in a file of its own, and from that come its columns, its values and its reader.
//!
//! To add a column: a line in its table's file, and the column in each database's migration.

mod cell;
mod declare;
mod stored;

mod account;
mod account_change;
mod attempt;
mod closing;
mod comment;
mod device;
mod fact;
mod idempotency;
mod limit;
mod log;
mod message;
mod movement;
mod notification;
mod opt_out;
mod outbox;
mod request;
mod seen;
mod shadow;
mod support;

pub(crate) use cell::{Cell, Cut, Json, Way};
pub(crate) use declare::{
    MoneyOf, Record, Table, add_columns, columns_of, flattened, list, maybe_row, page_of_list, record, row, row_as,
    row_of_list, select_as, shown, shown_as, shown_without, table, values, values_of, write_nothing, write_nothing_by,
};
pub(crate) use stored::{Columns, Stored, Values};

pub(crate) use account::Accounts;
pub(crate) use account_change::AccountChanges;
pub(crate) use attempt::BegunAttempt;
pub(crate) use closing::Closings;
pub(crate) use comment::Comments;
pub(crate) use device::{Devices, known_as};
pub(crate) use fact::Facts;
pub(crate) use idempotency::IdempotencyKeys;
pub(crate) use limit::LimitChanges;
pub(crate) use log::{AuditedColumns, Logs};
pub(crate) use message::{MessageColumns, Messages};
pub(crate) use movement::{AnsweredMovement, Movements};
pub(crate) use notification::{Alerts, NotificationTable, Notifications, Queued, dedup};
pub(crate) use opt_out::{OptOut, OptOuts};
pub(crate) use outbox::Outbox;
pub(crate) use request::Requests;
pub(crate) use seen::{Seen, SeenMarks};
pub(crate) use shadow::ShadowDecisions;
pub(crate) use support::Supports;
