//! The columns that go with the clusters beside the column of interest.

use super::association::ColumnAnswer;
use super::speaker::Speaker;
use super::words;

/// So many of them are held against the column of interest.
pub(super) const MOST_COMPARED: usize = 3;

/// Names in one sentence.
const MOST_NAMED: usize = 3;

/// Columns that go with the clusters, best first.
#[derive(Debug, Default)]
pub(super) struct Others {
    /// Places among the columns of those that go with the clusters more closely.
    closer: Vec<usize>,
    /// Places of those that go with them too.
    too: Vec<usize>,
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

    /// "View (q = 0.001, 181 images) goes with them more closely on the images that have both."
    pub(super) fn sentences(&self, speaker: &Speaker<'_>, all: &[ColumnAnswer]) -> Vec<String> {
        let say = |columns: &[usize], end: &str| {
            let named = columns.iter().take(MOST_NAMED);
            let mut names: Vec<String> = named.map(|&column| speaker.named(&all[column])).collect();
            if columns.len() > MOST_NAMED {
                names.push(words::plural(columns.len() - MOST_NAMED, "other column"));
            }
            let go = if columns.len() == 1 { "goes" } else { "go" };
            let names = words::capital(&words::list(&names));
            (!columns.is_empty()).then(|| format!("{names} {go} with them {end}."))
        };
        [
            say(
                &self.closer,
                "more closely, on the images that have a value of both",
            ),
            say(&self.too, "too"),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}
