//! Groups that a hand drew, in patients that did not make them: the one thing that can be said of them,
//! since no other map finds them again and the hand may have seen what is asked.

use crate::analysis::Monitor;
use crate::analysis::association::{LEVEL, Values as Tested};
use crate::analysis::replication::{Made, Replication, ReplicationParams, replicate};

use super::super::study::{Clusters, Study, StudyError};
use super::super::values::{Values, group_numbers};
use super::association::{Question, as_tested};
use super::verdict::{N_SPLITS, SEED, Uncounted, params};
use super::words::{self, Unit};

/// Every column in patients that did not make the groups.
#[derive(Debug)]
pub struct ByHand {
    /// The columns, the one with the least p first.
    pub columns: Vec<(String, Replication)>,
    /// What it says of the column of interest, in two sentences.
    pub sentence: String,
    /// Splits of the patients.
    pub n_splits: usize,
}

impl Study {
    /// Takes the groups as they were drawn in half of the patients, gives each image of the others the
    /// group of the image that is nearest by its features, and tests the columns there.
    pub fn by_hand(
        &self,
        clusters: &Clusters,
        question: &Question,
        monitor: &dyn Monitor,
    ) -> Result<ByHand, StudyError> {
        self.need_features()?;
        let columns = self.cohort.columns.iter().map(|column| &column.name);
        let names: Vec<&String> = columns.collect();
        let values: Vec<Values> = names
            .iter()
            .map(|name| self.values_of("breakdown", name))
            .collect::<Result<_, _>>()?;
        let tested: Vec<Tested<'_>> = values.iter().map(as_tested).collect();
        let of = ReplicationParams {
            made: Made::ByHand(&clusters.clustering.labels),
            n_splits: N_SPLITS,
            random_state: SEED,
        };
        let groups = group_numbers(&self.cohort);
        let cohort = (self.features.view(), &groups[..]);
        let test = params(question.noise()).check()?;
        let found = replicate(&of, cohort, &tested, &test, &Uncounted(monitor))?;
        let mut columns: Vec<(String, Replication)> =
            names.into_iter().cloned().zip(found).collect();
        // Stable: equal ones stay in the order of the table.
        columns.sort_by(|a, b| a.1.p_value.total_cmp(&b.1.p_value));
        Ok(ByHand {
            sentence: self.told_by_hand(&columns, question),
            columns,
            n_splits: N_SPLITS,
        })
    }

    fn told_by_hand(&self, columns: &[(String, Replication)], question: &Question) -> String {
        let column = &question.column;
        let unit = Unit::of(&self.cohort).many();
        let how = format!(
            "Groups that a hand drew are asked about in {unit} that did not make them: {N_SPLITS} times \
             half of the {unit} keep their groups, and each image of the others takes that of the image \
             that is most like it."
        );
        let found = columns.iter().find(|(name, _)| name == column);
        let told = match found.map(|(_, found)| found) {
            None => format!("{column} is no column that can be tested."),
            Some(Replication {
                reason: Some(reason),
                ..
            }) => format!("{column} cannot be tested there: {reason}."),
            Some(found) if found.p_value <= LEVEL => {
                format!(
                    "There {column} goes with them, too ({}).",
                    words::p(found.p_value)
                )
            }
            Some(found) => format!(
                "No evidence that {column} goes with them there ({}).",
                words::p(found.p_value)
            ),
        };
        format!("{how} {}", words::capital(&told))
    }
}
