//! When something was done, to the second and in UTC.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::cohort::civil::from_days;

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// Seconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(pub u64);

impl Moment {
    /// What the clock says; 1970 where that is set to before.
    pub fn now() -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        Self(now.map_or(0, |since| since.as_secs()))
    }

    /// "2026-11-29T07:30:05Z".
    pub fn rfc3339(self) -> String {
        let (year, month, day) = self.date();
        let (hour, minute, second) = self.time();
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }

    /// "29 Nov 2026, 07:30 UTC".
    pub fn in_words(self) -> String {
        let (year, month, day) = self.date();
        let (hour, minute, _) = self.time();
        let month = MONTHS[month as usize - 1];
        format!("{day} {month} {year}, {hour:02}:{minute:02} UTC")
    }

    fn time(self) -> (u64, u64, u64) {
        let seconds = self.0 % 86_400;
        (seconds / 3600, seconds / 60 % 60, seconds % 60)
    }

    fn date(self) -> (i64, i64, i64) {
        from_days((self.0 / 86_400) as i64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As `date -u -d @SECONDS` has them.
    #[test]
    fn moments_are_those_of_the_calendar() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_709_251_199, "2024-02-29T23:59:59Z"),
            (1_709_251_200, "2024-03-01T00:00:00Z"),
            (1_795_937_405, "2026-11-29T07:30:05Z"),
            (4_102_444_799, "2099-12-31T23:59:59Z"),
        ] {
            assert_eq!(Moment(seconds).rfc3339(), text);
        }
        let words = Moment(1_795_937_405).in_words();
        assert_eq!(words, "29 Nov 2026, 07:30 UTC");
    }
}
