//! A part of a study: the images that meet conditions, as if there were no others.

use std::num::NonZeroUsize;
use std::sync::Arc;

use ndarray::Axis;

use crate::analysis::{Cancelled, Monitor};
use crate::cohort::{Filter, Left};
use crate::memo::{Activity, Memo};

use super::asking::{StudyMemo, StudyTicket, ask};
use super::study::{ModelInfo, Study, StudyError};
use super::warnings::training_warning;

/// Parts that are kept: one of 193 images takes a tenth of a megabyte.
const KEPT: NonZeroUsize = NonZeroUsize::new(16).expect("16 is not 0");
/// Parts of a large cohort that are kept: one of 100,000 images may take hundreds of megabytes.
const KEPT_OF_MANY: NonZeroUsize = NonZeroUsize::new(2).expect("2 is not 0");

/// The parts of a study that were asked for last, by their conditions.
pub struct Parts(StudyMemo<Vec<String>, Study>);

impl Parts {
    /// No parts yet; so many are made at once.
    pub(super) fn new(is_large: bool, threads: usize, busy: &Activity) -> Self {
        let kept = if is_large { KEPT_OF_MANY } else { KEPT };
        Self(Memo::new(kept, threads, busy))
    }

    /// The study of the images that meet all of `conditions`, whatever their order; without any the
    /// whole study. `None` when the computation broke off.
    ///
    /// # Errors
    /// As [`Study::part`].
    pub async fn of(
        &self,
        study: &Arc<Study>,
        given: Vec<Filter>,
    ) -> Option<Result<Arc<Study>, Arc<StudyError>>> {
        if given.is_empty() {
            return Some(Ok(Arc::clone(study)));
        }
        let mut sorted = given.clone();
        sorted.sort_by_cached_key(ToString::to_string);
        sorted.dedup();
        let is_sorted = sorted == given;
        match self.ask(study, sorted).answer().await? {
            // Which one leaves nothing depends on their order, and it is told in the one asked for.
            Err(error) if !is_sorted && matches!(*error, StudyError::NothingLeft(_)) => {
                self.ask(study, given).answer().await
            }
            part => Some(part),
        }
    }

    fn ask(&self, study: &Arc<Study>, conditions: Vec<Filter>) -> StudyTicket<Vec<String>, Study> {
        let key = conditions.iter().map(ToString::to_string).collect();
        let study = Arc::clone(study);
        ask(&self.0, key, move |monitor| {
            study.part(&conditions, monitor)
        })
    }
}

impl Study {
    /// The study of the images that meet all of `conditions`: their records, columns and features.
    ///
    /// # Errors
    /// When a condition names no column, and when no image meets them all.
    pub fn part(&self, conditions: &[Filter], monitor: &dyn Monitor) -> Result<Self, StudyError> {
        let left = self.cohort.left(conditions, &|| monitor.cancelled())?;
        let (cohort, places) = match left.ok_or(Cancelled)? {
            Left::Part(cohort, places) => (*cohort, places),
            Left::Nothing(nothing) => return Err(StudyError::NothingLeft(nothing)),
        };
        let conditions: Vec<String> = conditions.iter().map(ToString::to_string).collect();
        let n_images = self.n_images();
        // What was said of the whole cohort is said anew of the part.
        let of_all = training_warning(&self.cohort);
        let mut warnings = self.model.warnings.clone();
        warnings.retain(|warning| Some(warning) != of_all.as_ref());
        warnings.extend(training_warning(&cohort));
        Ok(Self {
            features: self.features.select(Axis(0), &places),
            coordinates: (self.coordinates.as_ref()).map(|all| all.select(Axis(0), &places)),
            model: ModelInfo {
                warnings,
                ..self.model.clone()
            },
            n_excluded: n_images - places.len(),
            column: self.column.clone(),
            cohort,
            conditions,
            places,
        })
    }
}
