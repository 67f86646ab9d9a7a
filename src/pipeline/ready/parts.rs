//! A folder of parts: the cohort as it is where a network runs, and what became of each record there.

use std::path::Path;

use ndarray::Array2;

use crate::cohort::{self, Assumption, Cohort, CohortError, Source};
use crate::config::CohortConfig;
use crate::features::vectors::{self, RowNames};

use super::joint::Joint;
use super::{Ready, Told, with_and_without_filters};
use crate::pipeline::examine::Examiner;
use crate::pipeline::manifest;
use crate::pipeline::study::StudyError;

/// Reads the parts in a folder and finds the record of each row: the cohort is then what it is where a network runs.
pub(super) fn join(
    config: &CohortConfig,
    folder: &Path,
    examiner: &Examiner,
) -> Result<Ready, StudyError> {
    let part = vectors::read_parts(folder)?;
    let made = manifest::made_by(&part.manifest, part.features.ncols())?;
    let ready = |cohort, features, told| Ready {
        cohort,
        features,
        model: made.model.clone(),
        built_in: made.built_in,
        told,
    };
    let name = folder.file_name().unwrap_or(folder.as_os_str());
    let name = format!("{}/", name.display());
    let (cohort, whole) = match config {
        CohortConfig::Rows => {
            let n_rows = part.features.nrows();
            let mut cohort = cohort::from_rows(&name, n_rows, Some(&part.filenames));
            cohort.report.n_rows += part.unread.len();
            cohort.report.n_unreadable += part.unread.len();
            cohort
                .skipped
                .extend(part.unread.iter().map(manifest::skipped));
            cohort.assumed.extend(made.assumed);
            return Ok(ready(cohort, part.features, Vec::new()));
        }
        CohortConfig::Files(source) => with_and_without_filters(source, images_or_rows)?,
        CohortConfig::Demo(source) => {
            with_and_without_filters(source, |source| cohort::demo(source, examiner.drawings()))?
        }
    };
    let is_its = |cohort: &Cohort| manifest::hash_of(&cohort.records) == part.manifest.records;
    let is_other = !is_its(&whole) && !is_its(&cohort);
    let other = is_other.then(|| Assumption {
        topic: "vectors",
        column: None,
        text: format!(
            "The parts in {name} were made of another list of images, {} of them, so images without a vector and \
             vectors without an image are left out.",
            part.manifest.n_records
        ),
    });
    // What could not be read is named, too, behind what was.
    let unread = part.unread.iter().map(|one| &one.filename);
    let names: Vec<String> = part.filenames.iter().chain(unread).cloned().collect();
    let joint = Joint {
        cohort,
        whole,
        name: &name,
        n_vectors: names.len(),
    };
    let (mut cohort, places) = joint.by_name(&RowNames::Files(names))?;
    cohort.assumed.extend(other);
    cohort.assumed.extend(made.assumed);
    let read = part.contents.into_iter().map(Told::Read);
    let unread = part.unread.into_iter().map(|one| Told::Unread(one.reason));
    let told: Vec<Told> = read.chain(unread).collect();
    let mut features = Array2::zeros((places.len(), part.features.ncols()));
    for (mut row, &place) in features.rows_mut().into_iter().zip(&places) {
        if place < part.features.nrows() {
            row.assign(&part.features.row(place));
        }
    }
    let told = places.iter().map(|&place| told[place].clone()).collect();
    Ok(ready(cohort, features, told))
}

/// A network reads images; where there is metadata alone, its rows have vectors all the same. Nobody looks for pictures
/// that lie about.
fn images_or_rows(source: &Source) -> Result<Cohort, CohortError> {
    if source.folder.is_none() && source.images.is_none() {
        return cohort::open_rows(source);
    }
    cohort::open(source).or_else(|error| cohort::open_rows(source).map_err(|_| error))
}
