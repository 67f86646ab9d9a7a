//! Ready vectors: which record each of them is of.
//!
//! A file with names says it itself. One without has as many rows as the cohort that it was made of:
//! all rows of the metadata, those that meet `--where`, those whose picture is there, or those whose
//! picture can be read. Where several of these fit and differ, none is taken.
//!
//! A folder of parts is as good as the network that made them: it says what became of every record.

use std::path::Path;

use ndarray::{Array2, Axis};

use crate::cohort::{self, Assumption, Cohort, CohortError, Source};
use crate::config::CohortConfig;
use crate::features::model::BuiltIn;
use crate::features::vectors::{self, ReadyVectors, RowNames};

use super::examine::{Examiner, Seen};
use super::study::{ModelInfo, StudyError};

mod joint;
mod parts;

use joint::Joint;

/// Vectors and the cohort that they are of, row by row.
pub(super) struct Ready {
    pub(super) cohort: Cohort,
    /// `(n_records, n_features)`
    pub(super) features: Array2<f32>,
    /// What made them, as far as it is told.
    pub(super) model: ModelInfo,
    /// Which of the models that are part of the program that is.
    pub(super) built_in: Option<BuiltIn>,
    /// What was found of each record where its vector was made; empty where that is not told.
    pub(super) told: Vec<Told>,
}

/// What was found of a record where its vector was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Told {
    /// A picture whose bytes have this hash, in hexadecimal.
    Read(String),
    /// No vector, because of this.
    Unread(String),
}

impl Told {
    /// Leaves an image out that has no vector, or whose picture is no longer the one that it has a vector of.
    pub(super) fn correct(&self, seen: &mut Result<Seen, String>) {
        let Ok(found) = seen else { return };
        let now = found.content.map(|content| content.hash.to_hex());
        match self {
            Self::Unread(reason) => *seen = Err(reason.clone()),
            Self::Read(then) if now.is_some_and(|now| now.as_str() != then) => {
                let reason = "its picture changed since its vector was made: embed it again";
                *seen = Err(reason.to_owned());
            }
            Self::Read(_) => {}
        }
    }
}

/// Reads the vectors at `path` and finds the record of each.
///
/// # Errors
/// When either cannot be read, and when it is not clear which vector is of which record.
pub(super) fn join(
    config: &CohortConfig,
    path: &Path,
    examiner: &Examiner,
) -> Result<Ready, StudyError> {
    if path.is_dir() {
        return parts::join(config, path, examiner);
    }
    let mut ready = vectors::read(path)?;
    let taken = ready.taken.take().map(|taken| Assumption {
        topic: "vectors",
        column: None,
        text: format!("Of the vectors' file {taken}."),
    });
    let name = path.file_name().unwrap_or_default();
    let name = name.to_string_lossy().into_owned();
    let told_by = |cohort, features: Array2<f32>| Ready {
        model: ModelInfo {
            name: name.clone(),
            n_features: features.ncols(),
            backend: "ready vectors".to_owned(),
            ..ModelInfo::default()
        },
        cohort,
        features,
        built_in: None,
        told: Vec::new(),
    };
    let (cohort, whole) = match config {
        CohortConfig::Rows => {
            let filenames = match &ready.names {
                Some(RowNames::Files(names)) => Some(&names[..]),
                _ => None,
            };
            let mut cohort = cohort::from_rows(&name, ready.features.nrows(), filenames);
            cohort.assumed.extend(taken);
            return Ok(told_by(cohort, ready.features));
        }
        CohortConfig::Files(source) => with_and_without_filters(source, rows_or_images)?,
        CohortConfig::Demo(source) => {
            with_and_without_filters(source, |source| cohort::demo(source, examiner.drawings()))?
        }
    };
    let ReadyVectors {
        features, names, ..
    } = ready;
    let joint = Joint {
        cohort,
        whole,
        name: &name,
        n_vectors: features.nrows(),
    };
    let (mut cohort, places) = match names {
        Some(names) => joint.by_name(&names)?,
        None => joint.by_order(examiner)?,
    };
    cohort.assumed.extend(taken);
    Ok(told_by(cohort, features.select(Axis(0), &places)))
}

/// Vectors describe rows; a folder without metadata has images in place of rows.
fn rows_or_images(source: &Source) -> Result<Cohort, CohortError> {
    match cohort::open_rows(source) {
        Err(CohortError::NoMetadata) => cohort::open(source),
        other => other,
    }
}

/// The cohort, and all of it whatever the filters.
fn with_and_without_filters(
    source: &Source,
    open: impl Fn(&Source) -> Result<Cohort, CohortError>,
) -> Result<(Cohort, Cohort), CohortError> {
    let cohort = open(source)?;
    if source.filters.is_empty() {
        return Ok((cohort.clone(), cohort));
    }
    let whole = open(&Source {
        filters: Vec::new(),
        ..source.clone()
    })?;
    Ok((cohort, whole))
}
