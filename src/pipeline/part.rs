//! A part of a study: the images that meet conditions, as if there were no others.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

use lru::LruCache;
use ndarray::Axis;

use crate::cohort::Filter;

use super::study::{ModelInfo, Study, StudyError};
use super::warnings::training_warning;

/// Parts that are kept: one of 193 images takes a tenth of a megabyte.
const KEPT: NonZeroUsize = NonZeroUsize::new(16).expect("16 is not 0");
/// Parts of a large cohort that are kept: one of 100,000 images may take hundreds of megabytes.
const KEPT_OF_MANY: NonZeroUsize = NonZeroUsize::new(2).expect("2 is not 0");

/// The parts of a study that were asked for last, by their conditions.
pub struct Parts {
    kept: Mutex<LruCache<Vec<String>, Arc<Study>>>,
}

impl Parts {
    /// No parts yet.
    pub(super) fn new(is_large: bool) -> Self {
        let kept = if is_large { KEPT_OF_MANY } else { KEPT };
        Self {
            kept: Mutex::new(LruCache::new(kept)),
        }
    }

    /// The study of the images that meet all of `conditions`, whatever their order; without any the
    /// whole study.
    ///
    /// # Errors
    /// As [`Study::part`].
    pub fn of(
        &self,
        study: &Arc<Study>,
        mut conditions: Vec<Filter>,
    ) -> Result<Arc<Study>, StudyError> {
        if conditions.is_empty() {
            return Ok(Arc::clone(study));
        }
        let given = conditions.clone();
        conditions.sort_by_cached_key(ToString::to_string);
        conditions.dedup();
        let key: Vec<String> = conditions.iter().map(ToString::to_string).collect();
        let kept = || self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(part) = kept().get(&key) {
            return Ok(Arc::clone(part));
        }
        let part = match study.part(&conditions) {
            // Which one leaves nothing depends on their order, and it is told in the one asked for.
            Err(StudyError::NothingLeft(_)) => study.part(&given),
            part => part,
        };
        let part = Arc::new(part?);
        kept().put(key, Arc::clone(&part));
        Ok(part)
    }
}

impl Study {
    /// The study of the images that meet all of `conditions`: their records, columns and features.
    ///
    /// # Errors
    /// When a condition names no column, and when no image meets them all.
    pub fn part(&self, conditions: &[Filter]) -> Result<Self, StudyError> {
        if let Some(nothing) = self.cohort.nothing_left(conditions)? {
            return Err(StudyError::NothingLeft(nothing));
        }
        let (cohort, places) = self.cohort.part(conditions)?;
        let conditions: Vec<String> = conditions.iter().map(ToString::to_string).collect();
        let n_images = self.n_images();
        // What was said of the whole cohort is said anew of the part.
        let of_all = training_warning(&self.cohort);
        let mut warnings = self.model.warnings.clone();
        warnings.retain(|warning| Some(warning) != of_all.as_ref());
        warnings.extend(training_warning(&cohort));
        Ok(Self {
            features: self.features.select(Axis(0), &places),
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
