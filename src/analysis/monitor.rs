//! How a long computation is watched and stopped from outside.

/// Watches a computation: hears of its progress and may ask it to stop.
///
/// Called from several threads at once and in inner loops, so both methods should cost no more
/// than an atomic access. `()` watches nothing and never cancels.
pub trait Monitor: Sync {
    /// Whether the computation should stop. It then returns [`Cancelled`] soon, usually within
    /// a few milliseconds.
    fn cancelled(&self) -> bool;

    /// Hears that `amount` more units of work are done. What a unit is, the function that takes
    /// the monitor says.
    fn advance(&self, amount: u64);
}

impl Monitor for () {
    fn cancelled(&self) -> bool {
        false
    }

    fn advance(&self, _amount: u64) {}
}

/// The computation was stopped because its [`Monitor`] asked for it; there is no result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the computation was cancelled before it had a result; start it again to get one")]
pub struct Cancelled;

/// Passes the request to stop on, and keeps the progress of an inner computation to itself.
pub(super) struct Silent<'a>(pub(super) &'a dyn Monitor);

impl Monitor for Silent<'_> {
    fn cancelled(&self) -> bool {
        self.0.cancelled()
    }

    fn advance(&self, _amount: u64) {}
}

/// `Err(Cancelled)` when the monitor asks to stop; made for `?`.
pub(super) fn check(monitor: &dyn Monitor) -> Result<(), Cancelled> {
    if monitor.cancelled() {
        Err(Cancelled)
    } else {
        Ok(())
    }
}
