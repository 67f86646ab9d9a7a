//! Dates as people write them, kept in the precision that they were given in.
//!
//! `January 22, 2020` becomes `2020-01-22`, `March 2020` becomes `2020-03`, and `2020` stays
//! `2020`: a cohort in which half of the dates are years must not pretend to know the days. What is
//! not a date (`January 12`, without a year) stays as it was given.

/// Reads `cell`: its date in ISO 8601, cut to the precision that is known.
pub(super) fn read(cell: &str, order: SlashOrder) -> Reading {
    // No date is without a digit, and most cells are no dates.
    if !cell.bytes().any(|byte| byte.is_ascii_digit()) {
        return Reading::NoDate;
    }
    let (date, time) = split_time(cell.trim());
    let reading = read_numeric(date, order)
        .or_else(|| read_named(date).map(Reading::Date))
        .unwrap_or(Reading::NoDate);
    match (reading, time) {
        (Reading::Date(date), Some(time)) => Reading::Date(format!("{date}T{time}")),
        (reading, _) => reading,
    }
}

/// What a cell says as a date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reading {
    /// A date, in ISO 8601.
    Date(String),
    /// A date, but `3/4/2020` may be in March or in April.
    Ambiguous,
    /// No date.
    NoDate,
}

/// Whether the column writes 31 March as `3/31` or as `31/3`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SlashOrder {
    MonthFirst,
    DayFirst,
    /// No cell settles it, or cells contradict each other.
    Unknown,
}

impl SlashOrder {
    /// Settles the order by the cells in which one of the two numbers is above 12.
    pub(super) fn of<'a>(cells: impl Iterator<Item = &'a str>) -> Self {
        let (mut month_first, mut day_first) = (false, false);
        for cell in cells {
            let (date, _) = split_time(cell.trim());
            if let Some((first, second, _)) = slashed(date) {
                month_first |= second > 12 && first <= 12;
                day_first |= first > 12 && second <= 12;
            }
        }
        match (month_first, day_first) {
            (true, false) => Self::MonthFirst,
            (false, true) => Self::DayFirst,
            _ => Self::Unknown,
        }
    }
}

/// Cuts a time of day (`T12:30:00Z`, ` 12:30`) off the end.
fn split_time(text: &str) -> (&str, Option<&str>) {
    let is_time = |rest: &str| {
        let mut bytes = rest.bytes();
        let colon = rest.find(':').is_some_and(|at| at == 1 || at == 2);
        colon && bytes.all(|b| b.is_ascii_digit() || b":.+-Z".contains(&b))
    };
    match text.rsplit_once(['T', ' ']) {
        Some((date, time)) if is_time(time) => (date.trim_end(), Some(time)),
        _ => (text, None),
    }
}

/// Dates of digits alone: `2020`, `20200122`, `2020-01(-22)`, `01/2020`, `22.01.2020`, `1/22/20`.
fn read_numeric(text: &str, order: SlashOrder) -> Option<Reading> {
    if text.bytes().all(|b| b.is_ascii_digit()) {
        return match text.len() {
            4 => iso(year(text)?, None, None),
            8 => iso(year(&text[..4])?, number(&text[4..6]), number(&text[6..])),
            _ => None,
        }
        .map(Reading::Date);
    }
    if let Some((first, second, year)) = slashed(text) {
        let (month, day) = match order {
            _ if text.contains('.') => (second, first),
            SlashOrder::MonthFirst => (first, second),
            SlashOrder::DayFirst => (second, first),
            SlashOrder::Unknown if first == second => (first, second),
            SlashOrder::Unknown if first > 12 => (second, first),
            SlashOrder::Unknown if second > 12 => (first, second),
            SlashOrder::Unknown => return Some(Reading::Ambiguous),
        };
        return iso(year, Some(month), Some(day)).map(Reading::Date);
    }
    let parts: Vec<&str> = text.split(['-', '/', '_', '.']).collect();
    let date = match parts[..] {
        [y, m, d] if y.len() == 4 => iso(year(y)?, Some(number(m)?), Some(number(d)?)),
        // `2020.03` would be a number with decimals.
        [..] if text.contains('.') => None,
        [y, m] if y.len() == 4 => iso(year(y)?, Some(number(m)?), None),
        [m, y] if y.len() == 4 => iso(year(y)?, Some(number(m)?), None),
        _ => None,
    };
    date.map(Reading::Date)
}

/// Two numbers and a year at the end: `1/22/2020`, `22-1-20`, `22.01.2020`.
fn slashed(text: &str) -> Option<(u32, u32, u32)> {
    let mut parts = text.split(['/', '-', '.']);
    let (first, second, last) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || first.len() > 2 || second.len() > 2 {
        return None;
    }
    Some((number(first)?, number(second)?, short_year(last)?))
}

/// Dates with the month's English name: `January 22, 2020`, `22 Jan 2020`, `4-Mar-20`, `March 2020`.
fn read_named(text: &str) -> Option<String> {
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
        matches!(&word[digits.len()..], "" | "st" | "nd" | "rd" | "th").then(|| number(digits))?
    };
    match numbers[..] {
        [y] => iso(year(y)?, Some(month?), None),
        [y, d] if y.len() == 4 => iso(year(y)?, Some(month?), Some(day_of(d)?)),
        [d, y] => iso(short_year(y)?, Some(month?), Some(day_of(d)?)),
        _ => None,
    }
}

fn month_of(word: &str) -> Option<u32> {
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

fn number(text: &str) -> Option<u32> {
    let short = (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    short.then(|| text.parse().ok())?
}

/// A year in four digits, of the centuries that X-rays and their patients are from.
fn year(text: &str) -> Option<u32> {
    let four = text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit());
    four.then(|| text.parse().ok())?
        .filter(|year| (1800..2200).contains(year))
}

/// A year in four digits, or in two: 00–49 are of this century, 50–99 of the one before.
fn short_year(text: &str) -> Option<u32> {
    match text.len() {
        2 => number(text).map(|year| if year < 50 { 2000 + year } else { 1900 + year }),
        _ => year(text),
    }
}

fn iso(year: u32, month: Option<u32>, day: Option<u32>) -> Option<String> {
    match (month, day) {
        (None, _) => Some(format!("{year:04}")),
        (Some(1..=12), None) => Some(format!("{year:04}-{:02}", month?)),
        (Some(month @ 1..=12), Some(day)) => {
            let fits = (1..=days_in(year, month)).contains(&day);
            fits.then(|| format!("{year:04}-{month:02}-{day:02}"))
        }
        _ => None,
    }
}

fn days_in(year: u32, month: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(cell: &str) -> Option<String> {
        match read(cell, SlashOrder::MonthFirst) {
            Reading::Date(date) => Some(date),
            _ => None,
        }
    }

    #[test]
    fn precision_is_kept() {
        for (cell, expected) in [
            ("January 22, 2020", "2020-01-22"),
            ("Mar 4, 2020", "2020-03-04"),
            ("4 March 2020", "2020-03-04"),
            ("4-Mar-20", "2020-03-04"),
            ("March 4th, 2020", "2020-03-04"),
            ("Sept 2019", "2019-09"),
            ("March 2020", "2020-03"),
            ("03/2020", "2020-03"),
            ("2020-03", "2020-03"),
            ("2020", "2020"),
            ("20200304", "2020-03-04"),
            ("2020-03-04", "2020-03-04"),
            ("2020/3/4", "2020-03-04"),
            ("04.03.2020", "2020-03-04"),
            ("2/29/2020", "2020-02-29"),
            ("03/16/20", "2020-03-16"),
            ("03/16/68", "1968-03-16"),
            ("2020-03-04T12:30:00Z", "2020-03-04T12:30:00Z"),
            ("2020-03-04 12:30", "2020-03-04T12:30"),
        ] {
            assert_eq!(date(cell).as_deref(), Some(expected), "{cell}");
        }
    }

    #[test]
    fn what_is_no_date() {
        for cell in [
            "January 12",
            "2/30/2020",
            "2/29/2019",
            "13/13/2020",
            "65",
            "3.5",
            "2020.03",
            "PA",
            "",
            "Mayo Clinic 2020",
            "1234",
            "20201301",
            "March",
            "12:30",
            "X-ray",
            "March March 2020",
        ] {
            assert_eq!(
                read(cell, SlashOrder::MonthFirst),
                Reading::NoDate,
                "{cell}"
            );
        }
    }

    #[test]
    fn the_column_settles_whether_the_month_comes_first() {
        let order = |cells: &[&str]| SlashOrder::of(cells.iter().copied());
        assert_eq!(order(&["3/4/2020", "2/29/2020"]), SlashOrder::MonthFirst);
        assert_eq!(order(&["3/4/2020", "29/2/2020"]), SlashOrder::DayFirst);
        assert_eq!(order(&["3/4/2020"]), SlashOrder::Unknown);
        assert_eq!(order(&["13/4/2020", "4/13/2020"]), SlashOrder::Unknown);
        assert_eq!(
            read("3/4/2020", SlashOrder::DayFirst),
            Reading::Date("2020-04-03".into())
        );
        assert_eq!(read("3/4/2020", SlashOrder::Unknown), Reading::Ambiguous);
        assert_eq!(
            read("4/4/2020", SlashOrder::Unknown),
            Reading::Date("2020-04-04".into())
        );
        assert_eq!(
            read("13/4/2020", SlashOrder::Unknown),
            Reading::Date("2020-04-13".into())
        );
    }
}
