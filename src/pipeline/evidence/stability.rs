//! Whether the clusters come again, in words.

use std::time::{Duration, Instant};

use crate::analysis::Count;
use crate::analysis::clustering::ClusteringParams;
use crate::analysis::projection::ProjectionParams;
use crate::analysis::stability::{
    self, Reference, Rotations, Runs, Spread, StabilityError, StabilityParams, Verdict,
};

use super::super::study::{Clusters, Projection, Study, StudyError};
use super::super::values::group_numbers;
use super::words::{self, Unit};

/// How stable the clusters of one setting are.
#[derive(Debug)]
pub struct Stability {
    /// The numbers.
    pub found: stability::Stability,
    /// What was repeated, and how often.
    pub params: StabilityParams,
    /// What they say.
    pub sentence: String,
    /// Time it took.
    pub elapsed: Duration,
}

/// How often to repeat.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Repeats {
    /// Runs of each kind.
    pub n_runs: usize,
    /// The share of the patients that a resample keeps.
    pub fraction: f64,
    /// The seed of everything random.
    pub random_state: u64,
}

impl Default for Repeats {
    fn default() -> Self {
        Self {
            n_runs: 20,
            fraction: 0.8,
            random_state: 42,
        }
    }
}

impl Repeats {
    /// The maps that have to be made, which is what the counter hears of.
    pub fn n_maps(self, map: ProjectionParams, clustering: ClusteringParams) -> u64 {
        self.of(map, clustering).n_maps()
    }

    /// Whether it can be done with so many images.
    ///
    /// # Errors
    /// [`StabilityError`], naming the first parameter out of range.
    pub fn check(
        self,
        map: ProjectionParams,
        clustering: ClusteringParams,
        n_images: usize,
    ) -> Result<(), StabilityError> {
        self.of(map, clustering).check(n_images).map(drop)
    }

    fn of(self, map: ProjectionParams, clustering: ClusteringParams) -> StabilityParams {
        StabilityParams {
            projection: map,
            clustering,
            n_runs: self.n_runs,
            fraction: self.fraction,
            random_state: self.random_state,
        }
    }
}

impl Study {
    /// Repeats the map and its clusters with other seeds, without some patients, and turned; the
    /// counter hears of one unit per map, [`Repeats::n_maps`] in all.
    pub fn stability(
        &self,
        map: &Projection,
        clusters: &Clusters,
        repeats: Repeats,
        counter: &dyn Count,
    ) -> Result<Stability, StudyError> {
        if !clusters.own.is_empty() {
            return Err(StudyError::DrawnByHand);
        }
        self.refuse_given()?;
        let started = Instant::now();
        let params = repeats.of(map.params, clusters.params);
        let groups = group_numbers(&self.cohort);
        let reference = Reference {
            features: self.features.view(),
            groups: &groups,
            map: map.coordinates.view(),
            labels: &clusters.clustering.labels,
        };
        let found = params.check(self.n_images())?.run(&reference, counter)?;
        let unit = Unit::of(&self.cohort);
        Ok(Stability {
            sentence: sentence(&found, &params, clusters, unit),
            found,
            params,
            elapsed: started.elapsed(),
        })
    }
}

fn sentence(
    found: &stability::Stability,
    params: &StabilityParams,
    clusters: &Clusters,
    unit: Unit,
) -> String {
    if clusters.clustering.n_clusters == 0 {
        return "There is no cluster at this setting whose stability could be asked for."
            .to_owned();
    }
    let agreement = |runs: &Runs| {
        Spread::of(runs.ari.iter().copied()).map_or_else(
            String::new,
            |Spread { low, median, high }| {
                format!(
                    "{median:.2} (median of {}; {low:.2} to {high:.2})",
                    runs.ari.len()
                )
            },
        )
    };
    let mut text = match &found.seeds {
        Some(seeds) => format!(
            "Started at random, maps find these clusters again with an adjusted Rand index of {}; \
             without {} of the {}, with {}.",
            agreement(seeds),
            words::percent(1.0 - params.fraction),
            unit.many(),
            agreement(&found.resamples),
        ),
        None => format!(
            "Without {} of the {}, these clusters are found again with an adjusted Rand index of \
             {}; such a map has no seed.",
            words::percent(1.0 - params.fraction),
            unit.many(),
            agreement(&found.resamples),
        ),
    };
    text.push_str(&fates(found));
    let n_unstable = found.n_unstable();
    if n_unstable > 0 {
        let be = if n_unstable == 1 { "is" } else { "are" };
        text.push_str(&format!(
            " {} {be} elsewhere more often than not.",
            words::plural(n_unstable, "image")
        ));
    }
    if let Some(rotations) = &found.rotations {
        text.push_str(&turned(rotations));
    }
    text
}

fn fates(found: &stability::Stability) -> String {
    let with = |wanted: Verdict| -> Vec<String> {
        let all = found.clusters.iter().enumerate();
        let those = all.filter(|(_, cluster)| cluster.verdict() == Some(wanted));
        those.map(|(label, _)| label.to_string()).collect()
    };
    let say = |labels: Vec<String>, one: &str, many: &str| match labels.len() {
        0 => String::new(),
        1 => format!(" Cluster {} {one}.", labels[0]),
        _ => format!(" Clusters {} {many}.", words::list(&labels)),
    };
    [
        say(with(Verdict::Stable), "comes again", "come again"),
        say(with(Verdict::Doubtful), "is doubtful", "are doubtful"),
        say(
            with(Verdict::Untrustworthy),
            "is not to be trusted",
            "are not to be trusted",
        ),
        say(with(Verdict::Dissolves), "dissolves", "dissolve"),
    ]
    .concat()
}

fn turned(rotations: &Rotations) -> String {
    let range = |values: &[usize]| {
        let (low, high) = (values.iter().min(), values.iter().max());
        low.copied().zip(high.copied())
    };
    match range(&rotations.n_clusters) {
        Some((low, high)) if low != high => format!(
            " Turning the map, which should change nothing, gives {low} to {high} clusters."
        ),
        Some((same, _)) => {
            format!(
                " Turned, the map has {} too.",
                words::plural(same, "cluster")
            )
        }
        None => String::new(),
    }
}
