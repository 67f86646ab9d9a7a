//! Dates as people write them, kept in the precision that they were given in.
//!
//! `January 22, 2020` becomes `2020-01-22`, `March 2020` becomes `2020-03`, and `2020` stays
//! `2020`: a cohort in which half of the dates are years must not pretend to know the days. What is
//! not a date (`January 12`, without a year) stays as it was given.

mod writing;

use std::fmt;
use std::str::FromStr;

use writing::{read_named, read_numeric, slashed, split_time};

/// A date of the Gregorian calendar as far as it is known. Shown in ISO 8601.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Date {
    year: u16,
    month: Option<u8>,
    /// Known only with the month.
    day: Option<u8>,
    /// Known only with the day.
    time: Option<Time>,
}

/// A time of day as it was written: a zone is kept, and nothing is converted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Time {
    hour: u8,
    minute: u8,
    second: Option<u8>,
    /// Digits behind the second and how many they are.
    fraction: (u32, u8),
    /// Minutes ahead of UTC; `Z` is 0.
    zone: Option<i16>,
}

impl Date {
    /// Whether more is known than the year.
    pub fn has_month(&self) -> bool {
        self.month.is_some()
    }

    /// Year, month from 1 and day from 1, as far as they are known.
    pub fn parts(&self) -> (i64, Option<i64>, Option<i64>) {
        (
            i64::from(self.year),
            self.month.map(i64::from),
            self.day.map(i64::from),
        )
    }

    /// As years and fractions of years, for statistics that go by order. The middle of a month stands
    /// for a month; times of day do not count.
    pub fn years(&self) -> f64 {
        let year = f64::from(self.year);
        let month = self.month.map(f64::from);
        match (month, self.day.map(f64::from)) {
            (None, _) => year,
            (Some(month), None) => year + (month - 0.5) / 12.0,
            (Some(month), Some(day)) => year + (month - 1.0 + (day - 0.5) / 31.0) / 12.0,
        }
    }

    /// Whether both are the same; a time of day counts only where `wanted` names one.
    pub(super) fn is(&self, wanted: &Self) -> bool {
        let time = wanted.time.and(self.time);
        Self { time, ..*self } == *wanted
    }

    /// The first and the last moment that it may mean, both in the order of the calendar. That no
    /// month may have 31 days does no harm: no date lies between.
    pub(super) fn span(&self) -> (Moment, Moment) {
        let year = u64::from(self.year);
        let (month, day) = (self.month.map(u64::from), self.day.map(u64::from));
        let clock = self.time.map(|time| {
            let minutes = 60 * u64::from(time.hour) + u64::from(time.minute);
            let (digits, n_digits) = time.fraction;
            let from = u64::from(digits) * 10_u64.pow(9 - u32::from(n_digits));
            let second = time.second.map(u64::from);
            let last = match n_digits {
                _ if second.is_none() => 60 * SECOND - 1,
                n => from + 10_u64.pow(9 - u32::from(n)) - 1,
            };
            let at = |nanos: u64| minutes * 60 * SECOND + second.unwrap_or(0) * SECOND + nanos;
            (at(from), at(last))
        });
        let (first, last) = clock.unwrap_or((0, 24 * 3600 * SECOND - 1));
        let days = |month: u64, day: u64| (year * 12 + month) * 31 + day;
        (
            (days(month.unwrap_or(1), day.unwrap_or(1)), first),
            (days(month.unwrap_or(12), day.unwrap_or(31)), last),
        )
    }
}

/// A number for the day and the nanoseconds since it began.
pub(super) type Moment = (u64, u64);

const SECOND: u64 = 1_000_000_000;

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.year)?;
        for part in [self.month, self.day].into_iter().flatten() {
            write!(f, "-{part:02}")?;
        }
        self.time.map_or(Ok(()), |time| write!(f, "T{time}"))
    }
}

/// Reads what says of itself in which order its parts stand.
impl FromStr for Date {
    type Err = NoDate;

    fn from_str(text: &str) -> Result<Self, NoDate> {
        match read(text, None) {
            Reading::Date(date) => Ok(date),
            Reading::Ambiguous | Reading::NoDate => Err(NoDate),
        }
    }
}

/// A text is no date, or may be one of two.
#[derive(Debug, thiserror::Error)]
#[error("write dates as 2020-12-31, 2020-12 or 2020")]
pub struct NoDate;

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.hour, self.minute)?;
        if let Some(second) = self.second {
            write!(f, ":{second:02}")?;
        }
        if let (digits, n @ 1..) = self.fraction {
            write!(f, ".{digits:0n$}", n = usize::from(n))?;
        }
        match self.zone {
            None => Ok(()),
            Some(0) => f.write_str("Z"),
            Some(zone) => {
                let sign = if zone < 0 { '-' } else { '+' };
                let minutes = zone.abs();
                write!(f, "{sign}{:02}:{:02}", minutes / 60, minutes % 60)
            }
        }
    }
}

/// What a cell says as a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// A date.
    Date(Date),
    /// A date, but `3/4/2020` may be in March or in April.
    Ambiguous,
    /// No date.
    NoDate,
}

/// Whether a column writes 31 March as `3/31` or as `31/3`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateOrder {
    /// `3/31/2020`
    MonthFirst,
    /// `31/3/2020`
    DayFirst,
}

/// What the numeric dates of a column tell of their order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Orders<'a> {
    /// A cell in which only the month can be first.
    pub(super) month_first: Option<&'a str>,
    /// A cell in which only the day can be first.
    pub(super) day_first: Option<&'a str>,
    /// A cell that either order would fit.
    pub(super) either: Option<&'a str>,
    /// A cell with dots, which mean the day first.
    pub(super) dotted: Option<&'a str>,
    /// A cell with a year of two digits, and the year that is meant.
    pub(super) short_year: Option<(&'a str, u16)>,
}

impl<'a> Orders<'a> {
    /// Looks at the cells of two numbers and a year; one number above 12 settles the order.
    pub(super) fn of(cells: impl Iterator<Item = &'a str>) -> Self {
        let mut orders = Self::default();
        for cell in cells.filter(|cell| is_maybe_date(cell)) {
            let (date, _) = split_time(cell);
            let Some((first, second, year)) = slashed(date) else {
                continue;
            };
            let (low, high) = (1..=12, 13..=31);
            let seen = match (low.contains(&first), low.contains(&second)) {
                _ if date.contains('.') => &mut orders.dotted,
                (true, false) if high.contains(&second) => &mut orders.month_first,
                (false, true) if high.contains(&first) => &mut orders.day_first,
                (true, true) if first != second => &mut orders.either,
                _ => &mut None,
            };
            seen.get_or_insert(cell);
            if !date.ends_with(&format!("{year:04}")) {
                orders.short_year.get_or_insert((cell, year));
            }
        }
        orders
    }

    /// The order, where the cells settle it and do not contradict each other.
    pub(super) fn settled(&self) -> Option<DateOrder> {
        match (self.month_first, self.day_first) {
            (Some(_), None) => Some(DateOrder::MonthFirst),
            (None, Some(_)) => Some(DateOrder::DayFirst),
            _ => None,
        }
    }
}

/// No date is without a digit or longer than this, and most cells are no dates.
fn is_maybe_date(cell: &str) -> bool {
    cell.len() <= 64 && cell.bytes().any(|byte| byte.is_ascii_digit())
}

/// Reads `cell` as a date, cut to the precision that is known.
pub(super) fn read(cell: &str, order: Option<DateOrder>) -> Reading {
    if !is_maybe_date(cell) {
        return Reading::NoDate;
    }
    let (date, time) = split_time(cell);
    let reading = read_numeric(date, order)
        .or_else(|| read_named(date).map(Reading::Date))
        .unwrap_or(Reading::NoDate);
    match (reading, time) {
        (Reading::Date(date), Some(_)) if date.day.is_none() => Reading::NoDate,
        (Reading::Date(date), time) => Reading::Date(Date { time, ..date }),
        (reading, _) => reading,
    }
}

#[cfg(test)]
mod tests;
