//! What is said of the tests of columns. The numbers are remembered; how many settings have been
//! looked at enters here alone.

use super::super::study::Study;
use super::association::{Association, PlaneAssociation, Question};
use super::speaker::{ColumnWords, Speaker};
use super::words;

/// What is said of [`Association`].
#[derive(Debug)]
pub struct AssociationWords {
    /// What it says of the column of interest, in a sentence or two.
    pub verdict: String,
    /// What a reader must know before believing it.
    pub warnings: Vec<String>,
    /// Of each column, in the same order.
    pub columns: Vec<ColumnWords>,
}

impl Study {
    /// What `found` says of the question when `n_viewed` settings have been looked at.
    pub fn association_words(
        &self,
        found: &Association,
        question: &Question,
        n_viewed: usize,
    ) -> AssociationWords {
        let (columns, others) = (&found.columns[..], &found.others);
        let speaker = Speaker::new(self, question, n_viewed)
            .of(found.grouping.clone())
            .among(columns);
        let unjudged = found.grouping.unjudged.clone();
        let warnings = self.excluded().into_iter().chain(unjudged);
        AssociationWords {
            verdict: speaker.verdict(columns, others),
            warnings: warnings.chain(speaker.warnings(columns, others)).collect(),
            columns: columns
                .iter()
                .map(|column| speaker.column(column))
                .collect(),
        }
    }

    /// What `found` says of the question when `n_viewed` settings have been looked at.
    pub fn plane_words(
        &self,
        found: &PlaneAssociation,
        question: &Question,
        n_viewed: usize,
    ) -> ColumnWords {
        let speaker = Speaker::new(self, question, n_viewed).of(found.grouping.clone());
        let untestable = found.test.outcome.as_ref().err();
        ColumnWords {
            reason: untestable.map(|reason| speaker.reason(reason)),
            sentence: speaker.over_plane(found),
        }
    }

    /// Of which images all is said, where some are left out.
    fn excluded(&self) -> Option<String> {
        let conditions = self.conditions.join(" and ");
        (self.n_excluded > 0).then(|| {
            format!(
                "Only {} of {} are asked about, those with {conditions}.",
                words::thousands(self.n_images()),
                words::plural(self.n_images() + self.n_excluded, "image")
            )
        })
    }
}
