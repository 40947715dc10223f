//! The chart of an account's balance and exposition over the last days, drawn on the server.
//!
//! Places are computed in whole numbers; figures stay exact and are given for each day, and as a table too.

use chrono::{Datelike, Days};
use estair_core::account::{Account, past_state};
use estair_core::book::{Error, View};
use estair_core::clock::BusinessDay;
use estair_core::id::AccountId;
use estair_core::money::{Amount, Money};
use estair_core::row::Row;

use crate::console::frame::Frame;
use crate::console::numbers::grouped;

/// Days that the chart shows, today included.
const DAYS: u64 = 30;

/// Pixels from the top of the drawing to its bottom, and what is kept free for the words. Across, the drawing takes the
/// room there is: places are thousandths of it.
const HEIGHT: i64 = 240;
const TOP: i64 = 22;
const BOTTOM: i64 = 30;
const WIDTH: i64 = 1000;

/// A figure at the side, with its line across.
pub(crate) struct Tick {
    /// How far down.
    pub(crate) y: i64,
    /// What it says.
    pub(crate) label: String,
}

/// A day below the lines.
pub(crate) struct Date {
    /// How far along, in percent.
    pub(crate) x: String,
    /// Where its words stand to that place: `first` after it, `last` before it, `mid` around it.
    pub(crate) anchor: &'static str,
    /// What it says.
    pub(crate) label: String,
}

/// A day's figures.
pub(crate) struct Day {
    /// The day.
    pub(crate) day: BusinessDay,
    /// The balance at its end.
    pub(crate) balance: Money,
    /// The exposition at its end.
    pub(crate) exposition: Money,
    /// How far along its strip begins, in percent.
    pub(crate) x: String,
}

/// The drawing.
pub(crate) struct Chart {
    /// The days, oldest first.
    pub(crate) days: Vec<Day>,
    /// The line of the balance.
    pub(crate) balance: String,
    /// The line of the exposition.
    pub(crate) exposition: String,
    /// The figures at the side.
    pub(crate) figures: Vec<Tick>,
    /// The days below.
    pub(crate) dates: Vec<Date>,
    /// Where nothing is.
    pub(crate) zero: i64,
}

/// The chart of an account up to a day.
pub(crate) async fn of_account(
    p: &Frame,
    view: &View,
    account: &Row<AccountId, Account>,
    today: BusinessDay,
) -> Result<Chart, Error> {
    let back = |days: u64| BusinessDay::new(today.date().checked_sub_days(Days::new(days)).unwrap_or(today.date()));
    let mut closings = view.closings(account.id, back(DAYS - 1), today).await?.into_iter().peekable();
    let mut last = None;
    let mut days = Vec::new();
    for day in (0..DAYS).rev().map(back) {
        while let Some(closing) = closings.next_if(|closing| closing.state.day <= day) {
            last = Some(closing);
        }
        let state =
            if day >= account.day { account.state_on(day) } else { past_state(day, last.as_ref(), account.currency()) };
        let (balance, exposition) = (state.indicators.balance, state.indicators.stored_exposition());
        let strip = WIDTH * i64::try_from(days.len()).unwrap_or(0) / i64::try_from(DAYS).unwrap_or(1);
        days.push(Day { day, balance, exposition, x: percent(strip) });
    }
    Ok(draw(p, days))
}

fn draw(p: &Frame, days: Vec<Day>) -> Chart {
    let values = days.iter().flat_map(|day| [day.balance.hundredths(), day.exposition.hundredths()]).chain([0]);
    let (low, high) = values.fold((0, 0), |(low, high), value| (value.min(low), value.max(high)));
    let step = step_for(high.saturating_sub(low));
    let (low, high) = (floor_to(low, step), floor_to(high.saturating_add(step - 1), step).max(step));
    let down = |value: i64| {
        let span = i128::from(high) - i128::from(low);
        let part = (i128::from(high) - i128::from(value)) * i128::from(HEIGHT - TOP - BOTTOM);
        TOP + i64::try_from(part / span.max(1)).unwrap_or(0)
    };
    let count = i64::try_from(days.len()).unwrap_or(1);
    let along = |place: usize| {
        let place = i64::try_from(place).unwrap_or(0);
        place * WIDTH / (count - 1).max(1)
    };
    let line = |figure: fn(&Day) -> Money| {
        let points = days.iter().enumerate().map(|(i, day)| format!("{},{}", along(i), down(figure(day).hundredths())));
        points.collect::<Vec<_>>().join(" ")
    };
    let figures = (0..).map(|i| low.saturating_add(step.saturating_mul(i))).take_while(|value| *value <= high).take(12);
    let dates = days.iter().enumerate().filter(|(i, _)| (days.len() - 1 - i).is_multiple_of(7));
    let date = |(i, day): (usize, &Day)| Date {
        x: percent(along(i)),
        anchor: match days.len() - i {
            1 => "last",
            _ if i < 3 => "first",
            _ => "mid",
        },
        label: format!("{:02}/{:02}", day.day.date().day(), day.day.date().month()),
    };
    Chart {
        balance: line(|day| day.balance),
        exposition: line(|day| day.exposition),
        figures: figures.map(|value| Tick { y: down(value), label: short(p, value) }).collect(),
        dates: dates.map(date).collect(),
        zero: down(0),
        days,
    }
}

/// Thousandths of the width in percent.
fn percent(thousandths: i64) -> String {
    format!("{}.{}%", thousandths / 10, thousandths % 10)
}

/// A round step that cuts a span into three to six parts.
fn step_for(span: i64) -> i64 {
    let rough = (span / 5).max(1);
    let mut power = 100;
    while power <= rough / 10 {
        power *= 10;
    }
    [1, 2, 5, 10].into_iter().map(|times| power * times).find(|step| *step >= rough).unwrap_or(power * 10)
}

fn floor_to(value: i64, step: i64) -> i64 {
    value.div_euclid(step) * step
}

/// A figure of the side, in thousands or millions when it is round enough.
fn short(p: &Frame, hundredths: i64) -> String {
    let units = hundredths / 100;
    let (value, unit) = match units.unsigned_abs() {
        0..10_000 => (units, ""),
        _ if units % 1_000_000 == 0 => (units / 1_000_000, "\u{a0}M"),
        _ if units % 1_000 == 0 => (units / 1_000, "\u{a0}k"),
        _ => {
            return Amount::from_hundredths(hundredths)
                .map(|amount| grouped(p.lang, &amount.to_string()))
                .unwrap_or_default();
        }
    };
    format!("{}{unit}", grouped(p.lang, &value.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_round_and_few() {
        for span in [0, 99, 12_345, 100_000_000, 999_999_999_999_999] {
            let step = step_for(span);
            let parts = span / step;
            assert!(parts <= 6, "{span} in steps of {step} has {parts} parts");
            assert!(step.to_string().trim_end_matches('0').len() == 1, "{step} is not round");
        }
    }

    #[test]
    fn what_is_below_nothing_begins_a_step_below() {
        assert_eq!(floor_to(-1, 100), -100);
        assert_eq!(floor_to(199, 100), 100);
    }
}
