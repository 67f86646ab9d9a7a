//! Ready coordinates: the map is there before the study is, and it is the only one.

use std::collections::HashMap;
use std::path::Path;

use ndarray::{Array2, Axis};

use crate::analysis::clustering::ClusteringParams;
use crate::analysis::projection::given::GivenError;
use crate::analysis::projection::{Fit, ProjectionError, ProjectionParams};
use crate::analysis::settings::SettingError;
use crate::cohort::{Assumption, Cohort};
use crate::config::CohortConfig;
use crate::settings::{self, METHOD};

use super::evidence::choices::notebooks;
use super::evidence::verdict::Tried;
use super::examine::Examiner;
use super::ready::{self, Ready};
use super::study::{Study, StudyError};

/// The parameter that says how many axes a map has.
const N_COMPONENTS: &str = "n_components";

/// What is assumed of files of vectors and of coordinates stands together.
const TOPIC: &str = "vectors";

/// Coordinates and the cohort that they are of, row by row; no vectors.
pub(super) struct Coordinates {
    pub(super) ready: Ready,
    /// `(n_records, 2 or 3)`
    pub(super) places: Array2<f64>,
}

impl Coordinates {
    /// Reads the coordinates at `path` and finds the record of each, as that of a ready vector is found.
    ///
    /// # Errors
    /// As [`ready::join`], and when there are not two or three numbers for each image.
    pub(super) fn read(
        config: &CohortConfig,
        path: &Path,
        examiner: &Examiner,
    ) -> Result<Self, StudyError> {
        let mut ready = ready::join(config, path, examiner)?;
        let n_components = ready.features.ncols();
        if !(2..=3).contains(&n_components) {
            let name = ready.model.name;
            return Err(StudyError::NoCoordinates { name, n_components });
        }
        let places = ready.features.mapv(f64::from);
        ready.features = Array2::zeros((places.nrows(), 0));
        ready.model.n_features = 0;
        ready.model.backend = "ready coordinates".to_owned();
        Ok(Self { ready, places })
    }

    /// What is said of a cohort that has coordinates alone.
    pub(super) fn alone(mut self) -> Self {
        self.ready.cohort.assumed.push(said(format!(
            "The map is that of {}, and there are no features: what is in them, whatever the map, is not told.",
            self.ready.model.name
        )));
        self
    }

    /// The place of each record of a cohort that has features, which leaves out those without one.
    pub(super) fn of(self, cohort: &mut Cohort) -> Joined {
        let Ready {
            cohort: own, model, ..
        } = self.ready;
        let rows: HashMap<&str, usize> = own
            .records
            .iter()
            .map(|one| one.id.as_str())
            .zip(0..)
            .collect();
        let row = |id: &str| rows.get(id).copied();
        let found: Vec<Option<usize>> = cohort.records.iter().map(|one| row(&one.id)).collect();
        let reason = format!("no coordinates in {}", model.name);
        let reasons: Vec<_> = found
            .iter()
            .map(|row| row.is_none().then(|| reason.clone()))
            .collect();
        cohort.leave_out(&reasons);
        cohort
            .assumed
            .extend(own.assumed.into_iter().filter(|one| one.topic == TOPIC));
        cohort.assumed.push(said(format!(
            "The map is that of {}: it is not made of the features.",
            model.name
        )));
        let kept: Vec<usize> = (0..found.len())
            .filter(|&place| found[place].is_some())
            .collect();
        let rows: Vec<usize> = found.into_iter().flatten().collect();
        Joined {
            places: self.places.select(Axis(0), &rows),
            kept,
        }
    }
}

fn said(text: String) -> Assumption {
    Assumption {
        topic: TOPIC,
        column: None,
        text,
    }
}

/// Coordinates beside features.
pub(super) struct Joined {
    /// Those of the records that are left.
    pub(super) places: Array2<f64>,
    /// Which records these are.
    pub(super) kept: Vec<usize>,
}

impl Study {
    /// The map that is given, if one is.
    pub fn given(&self) -> Option<ProjectionParams> {
        let places = self.coordinates.as_ref()?;
        Some(ProjectionParams::given(places.ncols()))
    }

    /// For questions that are asked of other maps than the one that is there.
    ///
    /// # Errors
    /// When the map is given.
    pub fn refuse_given(&self) -> Result<(), StudyError> {
        match self.given() {
            Some(_) => Err(ProjectionError::Given(GivenError).into()),
            None => Ok(()),
        }
    }

    /// Whether the images have vectors, which ready coordinates alone have not.
    ///
    /// # Errors
    /// When they have none.
    pub fn need_features(&self) -> Result<(), StudyError> {
        match self.has_features() {
            true => Ok(()),
            false => Err(StudyError::NoFeatures),
        }
    }

    /// Whether the images have vectors.
    pub fn has_features(&self) -> bool {
        self.coordinates.is_none() || self.features.ncols() > 0
    }

    /// The map and the clusters that are asked for; what is not said is the default for this study.
    ///
    /// # Errors
    /// [`SettingError`] of the first value that cannot be, and of a map that is not the one that is given.
    pub fn setting<'w>(
        &self,
        said: impl Fn(&str) -> Option<&'w str>,
    ) -> Result<(ProjectionParams, ClusteringParams), SettingError> {
        let (map, clusters) = settings::read(&said, self.n_images())?;
        let refused = |key, wanted: &str| SettingError {
            key,
            wanted: wanted.to_owned(),
        };
        match self.given() {
            None if map.is_given() => Err(refused(
                METHOD,
                "one that makes maps: there are no ready coordinates, which --embedding gives",
            )),
            None => Ok((map, clusters)),
            Some(given) => {
                if said(METHOD).is_some() && !map.is_given() {
                    let wanted = "left out: the map is that of the ready coordinates";
                    return Err(refused(METHOD, wanted));
                }
                let n_components = given.n_components();
                if said(N_COMPONENTS).is_some() && map.n_components() != n_components {
                    let wanted = format!("{n_components}, as the ready coordinates have");
                    return Err(refused(N_COMPONENTS, &wanted));
                }
                Ok((given, clusters))
            }
        }
    }

    /// The setting that is taken where nobody says one: the notebook's, on the map that is given if one is.
    pub fn opening(&self) -> Tried {
        let own = notebooks(self.n_images());
        Tried {
            map: self.given().unwrap_or(own.map),
            ..own
        }
    }

    /// The map of these parameters, where it is the one that is given.
    pub(super) fn as_given(&self, params: &ProjectionParams) -> Option<Fit> {
        let coordinates = self.coordinates.as_ref().filter(|_| params.is_given())?;
        Some(Fit {
            coordinates: coordinates.clone(),
            n_iter: 0,
            kl_divergence: None,
            explained_variance_ratio: None,
            neighbor_recall: None,
        })
    }
}
