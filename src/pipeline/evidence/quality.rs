//! Whether the map can be believed, in words.

use std::time::{Duration, Instant};

use crate::analysis::Monitor;
use crate::analysis::fidelity::{Fidelity, FidelityParams};

use super::super::study::{Projection, Study, StudyError};
use super::words::percent;

/// How faithful a map is to the features.
#[derive(Debug)]
pub struct Quality {
    /// Neighbours compared of each image.
    pub n_neighbors: usize,
    /// The measures.
    pub fidelity: Fidelity,
    /// What they say.
    pub sentence: String,
    /// What a reader must know of them.
    pub warnings: Vec<String>,
    /// Time it took.
    pub elapsed: Duration,
}

impl Study {
    /// Compares a map with the features that it was made from, by the map's own metric.
    pub fn quality(
        &self,
        map: &Projection,
        n_neighbors: usize,
        monitor: &dyn Monitor,
    ) -> Result<Quality, StudyError> {
        let started = Instant::now();
        self.need_features()?;
        let params = FidelityParams {
            n_neighbors,
            metric: map.params.metric(),
            random_state: map.params.random_state(),
        };
        let checked = params.check(self.n_images())?;
        let fidelity = checked.measure(self.features.view(), map.coordinates.view(), monitor)?;
        let sampled = fidelity.n_evaluated < self.n_images();
        let warning = || {
            format!(
                "measured on {} images drawn at random, against all others",
                fidelity.n_evaluated
            )
        };
        Ok(Quality {
            n_neighbors,
            sentence: sentence(&fidelity, n_neighbors),
            warnings: sampled.then(warning).into_iter().collect(),
            fidelity,
            elapsed: started.elapsed(),
        })
    }
}

fn sentence(fidelity: &Fidelity, n_neighbors: usize) -> String {
    format!(
        "Of an image's {n_neighbors} nearest neighbours by its features, {} are among its \
         {n_neighbors} nearest on the map (by chance {}); trustworthiness {:.2}, continuity {:.2}.",
        percent(fidelity.knn_overlap),
        percent(fidelity.chance_overlap),
        fidelity.trustworthiness,
        fidelity.continuity,
    )
}
