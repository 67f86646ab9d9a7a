//! Dates and times as ISO 8601 writes them.

use crate::civil::from_days;

const DAY_MICROS: i64 = 86_400_000_000;

/// `2020-01-22`, of days since 1 January 1970.
pub(super) fn date(days: i64) -> String {
    let (year, month, day) = from_days(days);
    format!("{year:04}-{month:02}-{day:02}")
}

/// `16:05:00`, with as many digits of a second as there are.
pub(super) fn time(micros: i64) -> String {
    let (seconds, fraction) = (micros / 1_000_000, micros % 1_000_000);
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    let mut text = format!("{hours:02}:{minutes:02}:{:02}", seconds % 60);
    if fraction > 0 {
        let digits = format!(".{fraction:06}");
        text.push_str(digits.trim_end_matches('0'));
    }
    text
}

/// A date, and the time where it is not midnight, of microseconds since 1 January 1970.
pub(super) fn moment(micros: i64) -> String {
    let (days, of_day) = (micros.div_euclid(DAY_MICROS), micros.rem_euclid(DAY_MICROS));
    match of_day {
        0 => date(days),
        _ => format!("{} {}", date(days), time(of_day)),
    }
}
