//! How far work is, how long it will take, and whether it is still wanted.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::analysis::{Count, Monitor};

/// A job's own view of itself: it counts its progress here and looks whether it is still wanted.
/// What is lent to code of other units is a [`Monitor`], which cannot count.
#[derive(Debug)]
pub struct Progress {
    done: AtomicU64,
    /// What is done of units, those that are not at their end among them, in [`SHARES`] of a unit.
    parts: AtomicU64,
    /// When the first part was done, and how much was done then: what comes before is done once, and says nothing of
    /// how long the rest takes.
    first: OnceLock<(Instant, f64)>,
    total: u64,
    cancelled: AtomicBool,
}

/// Parts are watched for so long before anything is concluded from them: other work on the machine may have taken the
/// moment before.
const STEADY: Duration = Duration::from_millis(500);

/// Shares of a unit that are told apart.
const SHARES: f64 = (1 << 20) as f64;

impl Progress {
    /// Nothing done of `total` units.
    pub fn new(total: u64) -> Self {
        Self {
            done: AtomicU64::new(0),
            parts: AtomicU64::new(0),
            first: OnceLock::new(),
            total,
            cancelled: AtomicBool::new(false),
        }
    }

    /// Units done. The last one is done when the job has ended: what follows it, such as writing
    /// down what was found, takes its time too.
    pub fn done(&self) -> u64 {
        let done = self.done.load(Ordering::Relaxed);
        done.min(self.total.saturating_sub(1))
    }

    /// The time that is left `now` of work that has `started`, once some of it can be known: as with what is done,
    /// never none before the end.
    pub fn left(&self, started: Instant, now: Instant) -> Option<Duration> {
        let total = self.total as f64;
        let parts = (self.parts.load(Ordering::Relaxed) as f64 / SHARES).min(total - 1.0);
        let done = parts.max(self.done() as f64);
        let (since, before, least) = match self.first.get() {
            Some(&(since, before)) if self.done() == 0 => (since.max(started), before, STEADY),
            _ => (started, 0.0, Duration::ZERO),
        };
        let made = done - before;
        let took = now.saturating_duration_since(since);
        (made > 0.0 && took > least).then(|| took.mul_f64((total - done) / made))
    }

    /// Units in all.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// Asks the one who counts here to stop.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }
}

impl Monitor for Progress {
    fn cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }
}

impl Count for Progress {
    fn advance(&self, amount: u64) {
        let before = self.done.fetch_add(amount, Ordering::Relaxed);
        let (done, total) = (before.saturating_add(amount), self.total);
        debug_assert!(done <= total, "{done} units were counted of {total}");
    }

    fn part(&self, n_units: f64) {
        let more = (n_units * SHARES) as u64;
        let before = self.parts.fetch_add(more, Ordering::Relaxed);
        if self.first.get().is_none() {
            let parts = (before + more) as f64 / SHARES;
            self.first.get_or_init(|| (Instant::now(), parts));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_is_told_before_the_first_unit_is_done() {
        let progress = Progress::new(10);
        let (started, second) = (Instant::now(), Duration::from_secs(1));
        let left = |after: Duration| {
            progress
                .left(started, started + after)
                .map(|left| left.as_secs_f64().round())
        };
        assert_eq!(left(second), None);
        // What comes before the first part is no measure.
        progress.part(0.25);
        assert_eq!(left(second), None);
        progress.part(0.25);
        assert_eq!(left(second), Some(38.0));
        progress.part(0.5);
        progress.advance(1);
        // Once a unit is whole it is.
        assert_eq!(left(3 * second), Some(27.0));
        progress.part(9.0);
        progress.advance(9);
        assert_eq!(left(10 * second), Some(1.0));
        let units = Progress::new(10);
        units.advance(1);
        assert_eq!(units.left(started, started + second), Some(9 * second));
    }

    #[test]
    #[should_panic(expected = "4 units were counted of 3")]
    fn units_of_something_else_are_noticed() {
        Progress::new(3).advance(4);
    }
}
