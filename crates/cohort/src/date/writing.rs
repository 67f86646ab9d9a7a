//! How people write days and times of day.

use super::{Date, DateOrder, Reading, Time};

/// Cuts a time of day (`T12:30:00Z`, ` 12:30`, ` 4:05:00 PM`) off the end.
pub(super) fn split_time(text: &str) -> (&str, Option<Time>) {
    let text = text.trim();
    let starts = text.match_indices(['T', ' ']).map(|(at, _)| at);
    let time = |at: usize| Some((at, read_time(text[at + 1..].trim())?));
    match starts.filter(|at| *at > 0).find_map(time) {
        Some((at, time)) => (text[..at].trim_end().trim_end_matches(','), Some(time)),
        None => (text, None),
    }
}

/// `16:05`, `16:05:00.5+01:00`, `4:05:00 PM`, `4 p.m.`
fn read_time(text: &str) -> Option<Time> {
    let lower = text.to_ascii_lowercase().replace('.', "");
    let half = ["am", "pm"].into_iter().find(|half| lower.ends_with(half));
    let letters = text
        .trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == '.')
        .trim_end();
    let (clock, zone) = match half {
        Some(_) => (letters, None),
        None => split_zone(text)?,
    };
    let mut parts = clock.split(':');
    let hour = small(parts.next()?)?;
    let minute = match parts.next() {
        Some(minute) => two(minute)?,
        // An hour alone is a time only with its half of the day.
        None => half.map(|_| 0)?,
    };
    let (second, fraction) = match parts
        .next()
        .map(|text| text.split_once('.').unwrap_or((text, "")))
    {
        Some((second, fraction)) => (Some(two(second)?), fraction),
        None => (None, ""),
    };
    let hour = match half {
        None => Some(hour).filter(|hour| *hour < 24),
        Some(half) => (1..=12)
            .contains(&hour)
            .then(|| hour % 12 + if half == "pm" { 12 } else { 0 }),
    }?;
    let sound = parts.next().is_none() && minute < 60 && second.unwrap_or(0) <= 60;
    let fraction = (fraction.is_empty().then_some(0))
        .or_else(|| nanos(fraction))
        .map(|digits| (digits, u8::try_from(fraction.len()).unwrap_or(0)))?;
    sound.then_some(Time {
        hour,
        minute,
        second,
        fraction,
        zone,
    })
}

fn nanos(text: &str) -> Option<u32> {
    let sound = text.len() <= 9 && text.bytes().all(|byte| byte.is_ascii_digit());
    sound.then(|| text.parse().ok())?
}

/// Cuts `Z` or `+01:00` off a time.
fn split_zone(text: &str) -> Option<(&str, Option<i16>)> {
    if let Some(clock) = text.strip_suffix(['Z', 'z']) {
        return Some((clock, Some(0)));
    }
    let Some(at) = text.rfind(['+', '-']) else {
        return Some((text, None));
    };
    let zone = text[at + 1..].replace(':', "");
    let hours = i16::from(two(zone.get(..2)?)?);
    let minutes = match zone.get(2..)? {
        "" => 0,
        minutes => i16::from(two(minutes)?),
    };
    let ahead = 60 * hours + minutes;
    let zone = if text[at..].starts_with('-') {
        -ahead
    } else {
        ahead
    };
    Some((&text[..at], Some(zone)))
}

/// Dates of digits alone: `2020`, `20200122`, `2020-01(-22)`, `01/2020`, `22.01.2020`, `1/22/20`.
pub(super) fn read_numeric(text: &str, order: Option<DateOrder>) -> Option<Reading> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return match text.len() {
            4 => date(year(text)?, None, None),
            8 => date(
                year(&text[..4])?,
                Some(two(&text[4..6])?),
                Some(two(&text[6..])?),
            ),
            _ => None,
        }
        .map(Reading::Date);
    }
    if let Some((first, second, year)) = slashed(text) {
        let (month, day) = match order {
            _ if text.contains('.') => (second, first),
            Some(DateOrder::MonthFirst) => (first, second),
            Some(DateOrder::DayFirst) => (second, first),
            None if first == second || second > 12 => (first, second),
            None if first > 12 => (second, first),
            None => return Some(Reading::Ambiguous),
        };
        return date(year, Some(month), Some(day)).map(Reading::Date);
    }
    let parts: Vec<&str> = text.split(['-', '/', '_', '.']).collect();
    let read = match parts[..] {
        [y, m, d] if y.len() == 4 => date(far_year(y)?, Some(small(m)?), Some(small(d)?)),
        // `2020.03` would be a number with decimals.
        [..] if text.contains('.') => None,
        [y, m] if y.len() == 4 => date(year(y)?, Some(small(m)?), None),
        [m, y] if y.len() == 4 => date(year(y)?, Some(small(m)?), None),
        _ => None,
    };
    read.map(Reading::Date)
}

/// Two numbers and a year at the end: `1/22/2020`, `22-1-20`, `22.01.2020`.
pub(super) fn slashed(text: &str) -> Option<(u8, u8, u16)> {
    let mut parts = text.split(['/', '-', '.']);
    let (first, second, last) = (parts.next()?, parts.next()?, parts.next()?);
    let sound = parts.next().is_none();
    sound.then_some(())?;
    Some((small(first)?, small(second)?, short_year(last)?))
}

/// Dates with the month's English name: `January 22, 2020`, `22 Jan 2020`, `4-Mar-20`, `March 2020`.
pub(super) fn read_named(text: &str) -> Option<Date> {
    let mut month = None;
    let mut numbers = Vec::new();
    for word in text
        .split([' ', ',', '-', '/', '.', '_'])
        .filter(|word| !word.is_empty())
    {
        match month_of(word) {
            Some(found) if month.is_none() => month = Some(found),
            Some(_) => return None,
            None => numbers.push(word),
        }
    }
    let day_of = |word: &str| {
        let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        matches!(&word[digits.len()..], "" | "st" | "nd" | "rd" | "th").then(|| small(digits))?
    };
    match numbers[..] {
        [y] => date(far_year(y)?, Some(month?), None),
        [y, d] if y.len() == 4 => date(far_year(y)?, Some(month?), Some(day_of(d)?)),
        [d, y] => date(short_year(y)?, Some(month?), Some(day_of(d)?)),
        _ => None,
    }
}

fn month_of(word: &str) -> Option<u8> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let word = word.to_ascii_lowercase();
    if word.len() < 3 {
        return None;
    }
    (1..)
        .zip(MONTHS)
        .find(|(_, name)| name.starts_with(&word))
        .map(|(month, _)| month)
}

/// One digit or two.
fn small(text: &str) -> Option<u8> {
    let short = (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    short.then(|| text.parse().ok())?
}

/// Two digits.
fn two(text: &str) -> Option<u8> {
    small(text).filter(|_| text.len() == 2)
}

/// A year in four digits that says of itself that it is one. Shifted dates of anonymised data lie up
/// to some centuries ahead.
fn year(text: &str) -> Option<u16> {
    far_year(text).filter(|year| (1800..3000).contains(year))
}

/// A year in four digits, beside a month.
fn far_year(text: &str) -> Option<u16> {
    let four = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    four.then(|| text.parse().ok())?
        .filter(|year| *year >= 1000)
}

/// A year in four digits, or in two: 00–49 are of this century, 50–99 of the one before.
fn short_year(text: &str) -> Option<u16> {
    match text.len() {
        2 => two(text).map(|year| u16::from(year) + if year < 50 { 2000 } else { 1900 }),
        _ => far_year(text),
    }
}

fn date(year: u16, month: Option<u8>, day: Option<u8>) -> Option<Date> {
    let sound = match (month, day) {
        (None, day) => day.is_none(),
        (Some(month), None) => (1..=12).contains(&month),
        (Some(month), Some(day)) => {
            (1..=12).contains(&month) && (1..=days_in(year, month)).contains(&day)
        }
    };
    sound.then_some(Date {
        year,
        month,
        day,
        time: None,
    })
}

fn days_in(year: u16, month: u8) -> u8 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}
