//! Dates as whole steps of the calendar: of days, weeks, months, quarters of a year, or years.

use crate::cohort::civil::{from_days, to_days};
use crate::cohort::{Column, Date, Value};

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Unit {
    /// Since 1 January 1970.
    Day,
    /// Since January of the year 0.
    Month,
    /// Of the calendar.
    Year,
}

impl Unit {
    /// How many of them come before a date; `None` where it is not known as finely.
    fn count(self, date: Date) -> Option<i64> {
        let (year, month, day) = date.parts();
        match self {
            Self::Year => Some(year),
            Self::Month => Some(12 * year + month? - 1),
            Self::Day => Some(to_days(year, month?, day?)),
        }
    }

    /// In ISO 8601, cut to this.
    pub(super) fn text(self, count: i64) -> String {
        match self {
            Self::Year => format!("{count:04}"),
            Self::Month => format!(
                "{:04}-{:02}",
                count.div_euclid(12),
                count.rem_euclid(12) + 1
            ),
            Self::Day => {
                let (year, month, day) = from_days(count);
                format!("{year:04}-{month:02}-{day:02}")
            }
        }
    }

    /// The finest that a date is known in.
    fn finest(date: Date) -> Self {
        match date.parts() {
            (_, _, Some(_)) => Self::Day,
            (_, Some(_), None) => Self::Month,
            _ => Self::Year,
        }
    }
}

/// The dates of a column on one line: in the finest unit that all of them are known in. Years alone
/// have no place among dates that say more, and text that is no date has none anywhere.
pub(super) fn placed(column: &Column) -> (Unit, Vec<Option<i64>>) {
    let dates: Vec<Option<Date>> = column.values.iter().map(date_of).collect();
    let months = dates.iter().flatten().any(Date::has_month);
    let dates = dates
        .into_iter()
        .map(|date| date.filter(|date| date.has_month() || !months));
    let dates: Vec<Option<Date>> = dates.collect();
    let units = dates.iter().flatten().map(|&date| Unit::finest(date));
    let unit = units.max().unwrap_or(Unit::Year);
    let count = |date: Option<Date>| unit.count(date?);
    (unit, dates.into_iter().map(count).collect())
}

/// A value that is a date.
pub(super) fn date_of(value: &Option<Value>) -> Option<Date> {
    match value {
        Some(Value::Date(date)) => Some(*date),
        _ => None,
    }
}

/// Steps of the calendar, all of one length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Steps {
    unit: Unit,
    length: i64,
    /// Where a step begins.
    origin: i64,
}

impl Steps {
    /// The shortest steps, none finer than `unit`, of which `most` hold all that lies between.
    pub(super) fn fitting(unit: Unit, first: i64, last: i64, most: usize) -> Self {
        let steps = |unit, length, origin| Self {
            unit,
            length,
            origin,
        };
        // A week begins on a Monday: 1 January 1970 was a Thursday.
        let short = [
            steps(Unit::Day, 1, 0),
            steps(Unit::Day, 7, -3),
            steps(Unit::Month, 1, 0),
            steps(Unit::Month, 3, 0),
        ];
        let years = (0..5).flat_map(|power| [1, 2, 5].map(|factor| factor * 10_i64.pow(power)));
        let years = years.map(|length| steps(Unit::Year, length, 0));
        let fits = |steps: &Self| {
            let place = |count| steps.place(unit, count);
            steps.unit >= unit && place(last) - place(first) < most as i64
        };
        let mut all = short.into_iter().chain(years);
        all.find(fits).unwrap_or(steps(Unit::Year, 100_000, 0))
    }

    /// In words: "day", "week", "3 months".
    pub(super) fn name(self) -> String {
        let Self { unit, length, .. } = self;
        let one = match unit {
            Unit::Day if length == 7 => return "week".to_owned(),
            Unit::Day => "day",
            Unit::Month => "month",
            Unit::Year => "year",
        };
        match length {
            1 => one.to_owned(),
            _ => format!("{length} {one}s"),
        }
    }

    /// The step that holds this count of a unit that is as fine or finer.
    pub(super) fn place(self, unit: Unit, count: i64) -> i64 {
        let own = match (unit, self.unit) {
            (Unit::Day, Unit::Month) => {
                let (year, month, _) = from_days(count);
                12 * year + month - 1
            }
            (Unit::Day, Unit::Year) => from_days(count).0,
            (Unit::Month, Unit::Year) => count.div_euclid(12),
            _ => count,
        };
        (own - self.origin).div_euclid(self.length)
    }

    /// The first and the last date of a step.
    pub(super) fn ends(self, place: i64) -> (String, String) {
        let first = place * self.length + self.origin;
        let text = |count| self.unit.text(count);
        (text(first), text(first + self.length - 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_week_begins_on_a_monday() {
        let (first, last) = (to_days(2020, 1, 22), to_days(2020, 4, 6));
        let steps = Steps::fitting(Unit::Day, first, last, 20);
        assert_eq!(steps.name(), "week");
        let (monday, sunday) = steps.ends(steps.place(Unit::Day, first));
        assert_eq!(
            (monday.as_str(), sunday.as_str()),
            ("2020-01-20", "2020-01-26")
        );
    }

    #[test]
    fn as_short_as_fits_and_never_finer_than_is_known() {
        let name = |unit, first, last| Steps::fitting(unit, first, last, 20).name();
        assert_eq!(name(Unit::Day, 0, 19), "day");
        assert_eq!(name(Unit::Day, 0, 20), "week");
        assert_eq!(name(Unit::Day, 0, 600), "month");
        assert_eq!(name(Unit::Day, 0, 1500), "3 months");
        assert_eq!(name(Unit::Day, 0, 6000), "year");
        assert_eq!(name(Unit::Month, 24_240, 24_240), "month");
        assert_eq!(name(Unit::Year, 1900, 2020), "10 years");
        assert_eq!(name(Unit::Year, 0, 9999), "500 years");
    }
}
