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
pub(super) struct Others<'a> {
    closer: Vec<&'a ColumnAnswer>,
    too: Vec<&'a ColumnAnswer>,
    /// Whether the column of interest can be tested with the first of them held fixed.
    pub(super) testable_within: bool,
}

impl<'a> Others<'a> {
    pub(super) fn add(&mut self, column: &'a ColumnAnswer, is_closer: bool) {
        let side = if is_closer {
            &mut self.closer
        } else {
            &mut self.too
        };
        side.push(column);
    }

    /// The one that is looked at first.
    pub(super) fn first(&self) -> Option<&'a ColumnAnswer> {
        self.closer.iter().chain(&self.too).next().copied()
    }

    /// Whether the first goes with the clusters more closely than the column of interest.
    pub(super) fn is_closer(&self) -> bool {
        !self.closer.is_empty()
    }

    /// "View (q = 0.001, 181 images) goes with them more closely on the images that have both."
    pub(super) fn sentences(&self, speaker: &Speaker<'_>) -> Vec<String> {
        let say = |columns: &[&ColumnAnswer], end: &str| {
            let named = columns.iter().take(MOST_NAMED);
            let mut names: Vec<String> = named.map(|column| speaker.named(column)).collect();
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
