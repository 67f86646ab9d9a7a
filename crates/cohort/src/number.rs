//! Numbers as people write them, and what only looks like one.

use std::collections::HashMap;

/// The sign between the whole and its parts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DecimalSign {
    /// `36.6`
    #[default]
    Point,
    /// `36,6`
    Comma,
}

/// What a cell says as a number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Reading {
    /// A finite number that can be written back.
    Number(f64),
    /// Digits that are a name: with leading zeros, or more of them than a number can hold.
    Code,
    /// Digits in groups, such as `1,234` or `1.234,5`, which may be one number or another.
    Grouped,
    /// About a number, such as `50+`, `early 40s` or `60-70`, but none.
    About,
    /// No number.
    NoNumber,
}

/// An integer of more digits than these is not told apart from its neighbours by a double.
const SAFE_DIGITS: usize = 15;

/// Reads `cell`. A number has a point or, in a column that is written so, a comma for its decimals;
/// a leading plus, trailing zeros and an exponent do no harm.
pub(super) fn read(cell: &str, sign: DecimalSign) -> Reading {
    if !is_maybe_number(cell) {
        return Reading::NoNumber;
    }
    if let Some(parts) = Parts::of(cell, sign) {
        return parts.read();
    }
    match grouping(cell) {
        Some(_) => Reading::Grouped,
        None if is_about_a_number(cell) => Reading::About,
        None => Reading::NoNumber,
    }
}

/// No number is without a digit or longer than this, and most cells are no numbers.
fn is_maybe_number(cell: &str) -> bool {
    cell.len() <= 64 && cell.bytes().any(|byte| byte.is_ascii_digit())
}

/// The number that a cell is, if it is one.
pub(super) fn number(cell: &str, sign: DecimalSign) -> Option<f64> {
    match read(cell, sign) {
        Reading::Number(number) => Some(number),
        _ => None,
    }
}

/// Which sign a cell has for its decimals, and whether it may instead stand between groups of digits;
/// `None` where it has neither.
pub(super) fn decimals(cell: &str) -> Option<(DecimalSign, bool)> {
    if !is_maybe_number(cell) {
        return None;
    }
    let comma = Parts::of(cell, DecimalSign::Comma).map(|parts| (DecimalSign::Comma, parts));
    let read = Parts::of(cell, DecimalSign::Point).map(|parts| (DecimalSign::Point, parts));
    let (sign, parts) = read.or(comma)?;
    let decimals = parts.decimals?;
    let may_be_group = decimals.len() == 3
        && (1..=3).contains(&parts.whole.len())
        && !parts.whole.starts_with('0')
        && parts.exponent.is_none();
    Some((sign, may_be_group))
}

/// A number taken apart: `-12.50e3`.
struct Parts<'a> {
    is_negative: bool,
    whole: &'a str,
    /// The digits behind the sign, if there is one.
    decimals: Option<&'a str>,
    exponent: Option<&'a str>,
}

impl<'a> Parts<'a> {
    fn of(cell: &'a str, sign: DecimalSign) -> Option<Self> {
        let unsigned = cell.strip_prefix(['+', '-', '\u{2212}']).unwrap_or(cell);
        let is_negative = unsigned.len() < cell.len() && !cell.starts_with('+');
        let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, Some(exponent)),
            None => (unsigned, None),
        };
        let point = mantissa.split_once('.');
        let comma = || {
            mantissa
                .split_once(',')
                .filter(|_| sign == DecimalSign::Comma)
        };
        let (whole, decimals) = match point.or_else(comma) {
            Some((whole, decimals)) => (whole, Some(decimals)),
            None => (mantissa, None),
        };
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let some = !whole.is_empty() || decimals.is_some_and(|decimals| !decimals.is_empty());
        let power = |text: &str| {
            let text = text.strip_prefix(['+', '-']).unwrap_or(text);
            (1..=4).contains(&text.len()) && digits(text)
        };
        let sound =
            some && digits(whole) && decimals.is_none_or(digits) && exponent.is_none_or(power);
        sound.then_some(Self {
            is_negative,
            whole,
            decimals,
            exponent,
        })
    }

    fn read(&self) -> Reading {
        let decimals = self.decimals.unwrap_or("");
        if self.whole.len() > 1 && self.whole.starts_with('0') {
            return Reading::Code;
        }
        if self.decimals.is_none() && self.exponent.is_none() && self.whole.len() > SAFE_DIGITS {
            return Reading::Code;
        }
        let exponent = self.exponent.unwrap_or("0");
        let minus = if self.is_negative { "-" } else { "" };
        let text = format!("{minus}{}.{decimals}e{exponent}", self.whole);
        let Ok(number) = text.parse::<f64>() else {
            return Reading::NoNumber;
        };
        let digits = format!("{}{decimals}", self.whole);
        let digits = digits.trim_start_matches('0').trim_end_matches('0');
        if number.is_finite() && writes_back(number, digits) {
            Reading::Number(number)
        } else {
            Reading::Code
        }
    }
}

/// Whether a number that is written with as many digits has these.
fn writes_back(number: f64, digits: &str) -> bool {
    if digits.is_empty() {
        return number == 0.0;
    }
    let written = format!("{:.*e}", digits.len() - 1, number.abs());
    let mantissa = written.split('e').next().unwrap_or_default();
    mantissa
        .bytes()
        .filter(|&byte| byte != b'.')
        .eq(digits.bytes())
}

/// The sign between groups of three digits, such as `1,234,567` or `1 234,5`.
fn grouping(cell: &str) -> Option<char> {
    let unsigned = cell.strip_prefix(['+', '-', '\u{2212}']).unwrap_or(cell);
    let group = unsigned.chars().find(|letter| !letter.is_ascii_digit())?;
    if !matches!(
        group,
        ',' | '.' | '\'' | '\u{2019}' | ' ' | '\u{a0}' | '\u{202f}'
    ) {
        return None;
    }
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let other = |sign: char| sign != group && (sign == '.' || sign == ',');
    let (whole, decimals) = match unsigned.split_once(other) {
        Some((whole, decimals)) => (whole, Some(decimals)),
        None => (unsigned, None),
    };
    let mut groups = whole.split(group);
    let first = groups.next()?;
    let sound = digits(first)
        && first.len() <= 3
        && groups.all(|group| group.len() == 3 && digits(group))
        && decimals.is_none_or(digits);
    sound.then_some(group)
}

/// Whether a cell is a number with a word about it: `50+`, `>89`, `~60`, `40s`, `early 40s`, `60-70`.
fn is_about_a_number(cell: &str) -> bool {
    const BEFORE: [&str; 20] = [
        "<=",
        ">=",
        "<",
        ">",
        "≤",
        "≥",
        "~",
        "≈",
        "±",
        "approximately",
        "approx.",
        "approx",
        "about",
        "around",
        "circa",
        "ca.",
        "over",
        "under",
        "above",
        "below",
    ];
    const PART: [&str; 3] = ["early", "mid", "late"];
    let lower = cell.to_lowercase();
    let is_number = |text: &str| {
        Parts::of(text.trim(), DecimalSign::Comma).is_some_and(|parts| parts.exponent.is_none())
    };
    let strip = |text: &str, words: &[&str]| -> Option<String> {
        words
            .iter()
            .find_map(|word| text.strip_prefix(word))
            .map(|rest| rest.trim().to_owned())
    };
    let before = strip(&lower, &BEFORE);
    let decade = strip(&lower, &PART).map(|rest| rest.trim_start_matches('-').trim().to_owned());
    let bare = before.as_deref().or(decade.as_deref()).unwrap_or(&lower);
    let after = bare.strip_suffix(['+', '?', 's']).unwrap_or(bare);
    let has_word = after.len() < lower.len();
    let range = || {
        let parts = bare
            .split_once(['-', '–'])
            .or_else(|| bare.split_once(" to "));
        parts.is_some_and(|(low, high)| is_number(low) && is_number(high))
    };
    (has_word && is_number(after)) || range()
}

/// Two cells that are one number and differ in zeros behind their decimals, as `1.1` and `1.10` do:
/// they may be versions.
pub(super) fn same_but_for_zeros<'a>(cells: &[&'a str]) -> Option<(&'a str, &'a str)> {
    let mut known = HashMap::new();
    let n_signs = |cell: &str| cell.bytes().filter(|byte| !byte.is_ascii_digit()).count();
    let is_decimal = |cell: &&&str| cell.contains(['.', ',']) && n_signs(cell) == 1;
    for cell in cells.iter().filter(is_decimal) {
        let short = cell.trim_end_matches('0');
        let first = *known.entry(short).or_insert(*cell);
        if first != *cell && short.ends_with(|digit: char| digit.is_ascii_digit()) {
            return Some((first, cell));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(cell: &str) -> Reading {
        read(cell, DecimalSign::Point)
    }

    #[test]
    fn numbers_that_differ_in_zeros_alone_are_found() {
        let found = same_but_for_zeros(&["1.1", "2", "1.10", "1.100"]);
        assert_eq!(found, Some(("1.1", "1.10")));
        let others = [
            "1.0", "1.00", "1", "1.5e10", "1.5e1", "1.2", "1.3", "0,5", "10", "1",
        ];
        assert_eq!(same_but_for_zeros(&others), None);
    }

    #[test]
    fn what_writes_back_is_a_number() {
        for (cell, expected) in [
            ("65", 65.0),
            ("+1", 1.0),
            ("1.0", 1.0),
            ("-1e2", -100.0),
            ("\u{2212}5", -5.0),
            (".5", 0.5),
            ("0.50", 0.5),
            ("5.", 5.0),
            ("0", 0.0),
            ("-0.0", 0.0),
            ("1.5E-3", 0.0015),
            ("123456789012345", 123_456_789_012_345.0),
            ("36.600000000000001", 36.6),
            ("0.30000000000000004", 0.1 + 0.2),
            ("0.1000000000000000055511151231257827", 0.1),
            ("6.02214076e23", 6.02214076e23),
        ] {
            assert_eq!(point(cell), Reading::Number(expected), "{cell}");
        }
    }

    #[test]
    fn digits_that_a_double_cannot_hold_are_a_name() {
        for cell in [
            "123456789012345678",
            "20536686640136348236148679891455886000",
            "1234567890123456",
            "-123456789012345678",
            "3.14159265358979323846",
            "007",
            "-007",
            "00.5",
            "1e999",
            "1e-400",
        ] {
            assert_eq!(point(cell), Reading::Code, "{cell}");
        }
    }

    #[test]
    fn groups_of_digits_are_told_apart() {
        for cell in [
            "1,234",
            "1,234,567",
            "1.234.567",
            "1.234,5",
            "1,234.5",
            "1 234",
            "1'234'567",
        ] {
            assert_eq!(point(cell), Reading::Grouped, "{cell}");
        }
        assert_eq!(point("36,6"), Reading::NoNumber);
        let comma = |cell| read(cell, DecimalSign::Comma);
        assert_eq!(comma("36,6"), Reading::Number(36.6));
        assert_eq!(comma("1,234"), Reading::Number(1.234));
        assert_eq!(comma("1.234,5"), Reading::Grouped);
        assert_eq!(comma("1,234,567"), Reading::Grouped);
    }

    #[test]
    fn a_sign_may_be_between_groups_only_where_it_looks_so() {
        use DecimalSign::{Comma, Point};
        for (cell, expected) in [
            ("36,6", Some((Comma, false))),
            ("0,125", Some((Comma, false))),
            ("1234,567", Some((Comma, false))),
            ("1,234", Some((Comma, true))),
            ("1.234", Some((Point, true))),
            ("36.6", Some((Point, false))),
            ("36", None),
            ("M", None),
        ] {
            assert_eq!(decimals(cell), expected, "{cell}");
        }
    }

    #[test]
    fn about_a_number_is_none() {
        for cell in [
            "50+",
            "67+",
            "early 40s",
            "Mid-50s",
            "40s",
            "<5",
            "> 89",
            ">=90",
            "~60",
            "approx. 60",
            "60-70",
            "60 – 70",
            "60 to 70",
            "55?",
        ] {
            assert_eq!(point(cell), Reading::About, "{cell}");
        }
        for cell in [
            "3a", "T2", "adult", "2 lobes", "", "-", "inf", "nan", "0x10", "1e", "1.2.3",
        ] {
            assert_eq!(point(cell), Reading::NoNumber, "{cell}");
        }
    }
}
