//! The columns that go with the clusters beside the column of interest.

/// So many of them are held against the column of interest.
pub(super) const MOST_COMPARED: usize = 3;

/// Columns that go with the clusters, best first.
#[derive(Debug, Default)]
pub(super) struct Others {
    /// Places among the columns of those that go with the clusters more closely.
    pub(super) closer: Vec<usize>,
    /// Places of those that go with them too.
    pub(super) too: Vec<usize>,
    /// Whether the column of interest can be tested with the first of them held fixed.
    pub(super) testable_within: bool,
}

impl Others {
    pub(super) fn add(&mut self, column: usize, is_closer: bool) {
        let side = if is_closer {
            &mut self.closer
        } else {
            &mut self.too
        };
        side.push(column);
    }

    /// The one that is looked at first.
    pub(super) fn first(&self) -> Option<usize> {
        self.closer.iter().chain(&self.too).next().copied()
    }

    /// Whether the first goes with the clusters more closely than the column of interest.
    pub(super) fn is_closer(&self) -> bool {
        !self.closer.is_empty()
    }
}
