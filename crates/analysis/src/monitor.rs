//! How a long computation is watched and stopped from outside.

/// Watches a computation and may ask it to stop.
///
/// Asked from several threads at once and in inner loops, so that it should cost no more than an
/// atomic access. `()` never cancels.
pub trait Monitor: Sync {
    /// Whether the computation should stop. It then returns [`Cancelled`] soon, usually within
    /// a few milliseconds.
    fn cancelled(&self) -> bool;
}

/// A monitor that also counts. `()` counts nothing.
///
/// Only a function that says what its unit is, and of how many, takes one; whatever it is made of
/// gets the [`Monitor`] alone and so cannot add other units to the count.
pub trait Count: Monitor {
    /// Hears that `amount` more units of work are done; as cheap as [`Monitor::cancelled`].
    fn advance(&self, amount: u64);

    /// Hears that so much is done of the work that units are made of, those that are not at their end among
    /// them: what time is left can be told before the first unit is done.
    fn part(&self, _n_units: f64) {}
}

impl Monitor for () {
    fn cancelled(&self) -> bool {
        false
    }
}

impl Count for () {
    fn advance(&self, _amount: u64) {}
}

/// The computation was stopped because its [`Monitor`] asked for it; there is no result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the computation was cancelled before it had a result; start it again to get one")]
pub struct Cancelled;

/// Passes parts on where so many units of an inner computation are one of the outer one.
pub(super) struct PartsOf<'a>(pub(super) &'a dyn Count, pub(super) u64);

impl Monitor for PartsOf<'_> {
    fn cancelled(&self) -> bool {
        self.0.cancelled()
    }
}

impl Count for PartsOf<'_> {
    fn advance(&self, _amount: u64) {}

    fn part(&self, n_units: f64) {
        self.0.part(n_units / self.1 as f64);
    }
}

/// `Err(Cancelled)` when the monitor asks to stop; made for `?`.
pub(super) fn check(monitor: &dyn Monitor) -> Result<(), Cancelled> {
    if monitor.cancelled() {
        Err(Cancelled)
    } else {
        Ok(())
    }
}
