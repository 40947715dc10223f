//! What is expected of the plan of a statement that was heard.

use estair_core::testing::world::morning;
use std::future::Future;

use estair_sqlx::Value;
use estair_tests::listening::statements_of;

/// What a statement must be run with, and the indexes of which it must use one.
pub(crate) struct Expect {
    pub(crate) indexes: &'static [&'static str],
    pub(crate) values: Vec<Value>,
    /// The index gives the order too: nothing is sorted.
    pub(crate) ordered: bool,
    /// The statement walks a whole index, newest first, and stops at its limit.
    pub(crate) walks: bool,
    /// The statement merges so many walks of its one index, each of them as far as its limit.
    pub(crate) merges: usize,
}

pub(crate) fn by(indexes: &'static [&'static str], values: Vec<Value>) -> Expect {
    Expect { indexes, values, ordered: false, walks: false, merges: 0 }
}

pub(crate) fn in_order_of(indexes: &'static [&'static str], values: Vec<Value>) -> Expect {
    Expect { ordered: true, ..by(indexes, values) }
}

pub(crate) fn newest_of(indexes: &'static [&'static str], values: Vec<Value>) -> Expect {
    Expect { walks: true, ..in_order_of(indexes, values) }
}

/// A page of 50 from one walk for each of these combinations of names, all with the same values before them.
pub(crate) fn merged(indexes: &'static [&'static str], before: &[Value], names: &[Vec<&str>]) -> Expect {
    let walks = names.iter().map(|names| names.iter().copied().map(text).collect::<Vec<_>>());
    let mut values: Vec<_> = walks.flat_map(|names| [before, &names, &[number(51)]].concat()).collect();
    values.push(number(51));
    Expect { merges: names.len(), ..by(indexes, values) }
}

/// One walk of its index, of whose rows more is looked up.
pub(crate) fn walked(indexes: &'static [&'static str], values: Vec<Value>) -> Expect {
    Expect { merges: 1, ..by(indexes, values) }
}

/// Each way to take one name of each list.
pub(crate) fn each<'a>(lists: &[&[&'a str]]) -> Vec<Vec<&'a str>> {
    let longer = |ways: Vec<Vec<&'a str>>, names: &&[&'a str]| {
        ways.iter().flat_map(|way| names.iter().map(move |name| [way.as_slice(), &[*name]].concat())).collect()
    };
    lists.iter().fold(vec![Vec::new()], longer)
}

pub(crate) const DESKS: &[&str] = &["operation", "finance", "admin"];
pub(crate) const CATEGORIES: &[&str] = &["load", "unload", "daily_credit", "cancel_credit"];
pub(crate) const MOVEMENT_STATUSES: &[&str] = &["pending", "processing", "success", "failed", "cancelled"];
pub(crate) const TYPES: &[&str] =
    &["credit", "debit", "payment", "refund", "transfer", "adjustment", "credit_cancellation"];
pub(crate) const SOURCES: &[&str] = &["helpdesk", "bmp", "wave", "orange", "spc", "bsp", "email_banking", "manual"];

pub(crate) fn number(number: i64) -> Value {
    Value::Int(Some(number))
}

pub(crate) fn text(text: &str) -> Value {
    Value::Text(Some(text.to_owned()))
}

pub(crate) fn instant() -> Value {
    Value::Instant(Some(morning()))
}

pub(crate) fn day(day: &str) -> Value {
    Value::Day(Some(day.parse().unwrap()))
}

pub(crate) const PRIMARY: &[&str] = &["PRIMARY"];

/// A statement that was heard, and what is expected of its plan.
pub(crate) struct Hot {
    pub(crate) name: &'static str,
    pub(crate) sql: String,
    pub(crate) expect: Expect,
}

/// Hears what one operation sends: just the statements that are expected.
pub(crate) async fn hear<T>(
    hot: &mut Vec<Hot>,
    name: &'static str,
    run: impl Future<Output = T>,
    expected: Vec<Expect>,
) -> T {
    let (done, heard) = statements_of(expected.len(), run).await;
    assert_eq!(heard.len(), expected.len(), "{name} sent {heard:#?}");
    for (sql, expect) in heard.into_iter().zip(expected) {
        hot.push(Hot { name, sql, expect });
    }
    done
}
