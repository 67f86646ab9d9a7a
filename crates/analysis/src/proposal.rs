//! A setting to begin with: among a small grid, the one whose groups come again most and leave few
//! images out.
//!
//! A first picture that is nearly all noise, or all one cluster, shows nothing. This looks at no
//! column, so that nothing which is asked afterwards has been looked at beforehand.

use crate::clustering::ClusteringParams;
use crate::ensemble::{
    Agreement, Ensemble, EnsembleError, EnsembleParams, Member, agreement_with, median_map,
};
use crate::monitor::Count;
use crate::projection::ProjectionParams;
use ndarray::ArrayView2;
use rayon::prelude::*;
use std::cmp::Reverse;
use std::ops::RangeInclusive;

/// Clusters of a map: one says nothing, and more than these cannot be told apart at a glance.
const CLUSTERS: RangeInclusive<f64> = 2.0..=8.0;

/// At least so many of the images are in clusters.
const MIN_CLUSTERED: f64 = 0.5;

/// Scores that differ by less than this part of one are equal.
const STEPS: f64 = 1e6;

/// Among which settings.
#[derive(Debug, Clone, PartialEq)]
pub struct ProposalParams {
    /// How maps are made beside their axis; its own place is where equal settings are nearest to.
    pub projection: ProjectionParams,
    /// How they are clustered beside the two axes; likewise.
    pub clustering: ClusteringParams,
    /// Values along the method's axis; none but its own where it has no axis.
    pub along: Vec<f64>,
    /// Values of the clustering's two axes.
    pub axes: [Vec<f64>; 2],
    /// Maps of each value, of the kinds that an [`Ensemble`] has.
    pub n_maps: u64,
    /// The seed of what differs among them.
    pub random_state: u64,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// The best; `None` where no setting has groups to speak of.
    pub best: Option<Proposed>,
    /// Settings that were tried.
    pub n_settings: usize,
}

/// A setting that is proposed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Proposed {
    /// The value along the method's axis; `None` without one.
    pub along: Option<f64>,
    /// The values of the clustering's two axes.
    pub at: [f64; 2],
    /// The median adjusted Rand index of two maps that its own could as well have been, or of its own
    /// with these where that is smaller.
    pub agreement: f64,
    /// The share of the images that are in clusters on the median of these, or on its own where that is
    /// smaller.
    pub clustered: f64,
}

impl ProposalParams {
    /// Tries `features`, `(n_samples, n_features)`, with the patient of each image, and takes the
    /// setting with the largest product of agreement and share of the images in clusters. A setting
    /// counts that has groups to speak of on the map as it is set, which is the one that is shown, and
    /// on the median of the maps that it could as well have been. Of equal ones it is the nearest to the
    /// parameters' own place, by steps along the axes, and of these the first. Values that so few samples
    /// do not allow, or whose maps would show little but a ball, are left out. The counter hears of one
    /// unit per map.
    ///
    /// # Errors
    /// [`EnsembleError`] when a parameter or the features do not allow it, or the monitor cancels; too
    /// few patients to leave some out are no error but no proposal.
    ///
    /// # Panics
    /// When there is not one group per image.
    pub fn propose(
        &self,
        features: ArrayView2<'_, f32>,
        groups: &[usize],
        counter: &dyn Count,
    ) -> Result<Proposal, EnsembleError> {
        let of_map = |map: (usize, ProjectionParams)| self.of_map(map, features, groups, counter);
        let maps = self.maps(features.nrows()).into_par_iter().map(of_map);
        let maps: Vec<Vec<Option<Tried>>> = maps.collect::<Result<_, EnsembleError>>()?;
        let cells = || maps.iter().flatten();
        let best = cells().flatten().enumerate();
        let best = best.min_by_key(|(index, tried)| (Reverse(tried.score()), tried.steps, *index));
        Ok(Proposal {
            best: best.map(|(_, tried)| tried.proposed),
            n_settings: cells().count(),
        })
    }

    /// The maps that so many samples allow, with the place of each along the axis.
    fn maps(&self, n_samples: usize) -> Vec<(usize, ProjectionParams)> {
        let all: Vec<ProjectionParams> = match self.projection.along() {
            Some(_) => self.along.iter().map(|&x| self.projection.at(x)).collect(),
            None => vec![self.projection],
        };
        let fits =
            |map: &ProjectionParams| map.check(n_samples).is_ok() && !map.is_degenerate(n_samples);
        let all = all.into_iter().enumerate();
        all.filter(|(_, map)| fits(map)).collect()
    }

    /// Every cell of the plane of one map; `None` where it has no groups to speak of. No cells at all
    /// where there are too few patients.
    fn of_map(
        &self,
        (place, projection): (usize, ProjectionParams),
        features: ArrayView2<'_, f32>,
        groups: &[usize],
        counter: &dyn Count,
    ) -> Result<Vec<Option<Tried>>, EnsembleError> {
        let params = EnsembleParams {
            projection,
            clustering: self.clustering,
            random_state: self.random_state,
        };
        let ensemble = match Ensemble::new(params, features, groups, counter) {
            Ok(ensemble) => ensemble,
            Err(EnsembleError::TooFew { .. }) => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let (shown, others) = rayon::join(
            || ensemble.plane_as_set(&self.axes, counter),
            || ensemble.over_plane(&self.axes, 0..self.n_maps, counter),
        );
        let (shown, others) = (shown?, others?);
        let start = self.projection.along();
        let along = start.map_or(0, |own| nearest(&self.along, own).abs_diff(place));
        let tried = |cell: usize| {
            let others: Vec<&Member> = others.iter().map(|map| &map[cell]).collect();
            let is_tried = has_groups(&[&shown[cell]]) && has_groups(&others);
            is_tried.then(|| self.tried((along, projection.along()), cell, (&shown[cell], &others)))
        };
        Ok((0..shown.len()).into_par_iter().map(tried).collect())
    }

    fn tried(
        &self,
        (steps_along, along): (usize, Option<f64>),
        cell: usize,
        (shown, others): (&Member, &[&Member]),
    ) -> Tried {
        let [first, second] = &self.axes;
        let places = [cell / second.len(), cell % second.len()];
        let own = self.clustering.place();
        let agreement = Agreement::of(others);
        Tried {
            proposed: Proposed {
                along,
                at: [first[places[0]], second[places[1]]],
                agreement: agreement.ari.median.min(agreement_with(shown, others)),
                clustered: agreement.clustered.median.min(shown.clustered()),
            },
            steps: steps_along
                + places[0].abs_diff(nearest(first, own[0]))
                + places[1].abs_diff(nearest(second, own[1])),
        }
    }
}

/// A setting with groups, and how many steps it is from the parameters' own.
struct Tried {
    proposed: Proposed,
    steps: usize,
}

impl Tried {
    /// Larger is better.
    fn score(&self) -> i64 {
        (STEPS * self.proposed.agreement * self.proposed.clustered).round() as i64
    }
}

/// The place of the value that is nearest.
fn nearest(values: &[f64], own: f64) -> usize {
    let places = 0..values.len();
    let distance = |&place: &usize| (values[place] - own).abs();
    let best = places.min_by(|a, b| distance(a).total_cmp(&distance(b)));
    best.unwrap_or(0)
}

fn has_groups(members: &[&Member]) -> bool {
    let (n_clusters, clustered) = median_map(members);
    CLUSTERS.contains(&n_clusters) && clustered >= MIN_CLUSTERED
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::{Cancelled, Monitor};
    use crate::projection::Watch;
    use crate::projection::pca::PcaParams;
    use crate::projection::tsne::TsneParams;
    use crate::random::Random;
    use ndarray::Array2;

    /// Two images of each patient, of so many groups that lie `gap` apart.
    fn cohort(n_patients: usize, n_groups: usize, gap: f64) -> (Array2<f32>, Vec<usize>) {
        let mut random = Random::new(7);
        let features = Array2::from_shape_fn((2 * n_patients, 6), |(image, axis)| {
            let own = axis == image / 2 % n_groups;
            (gap * f64::from(u8::from(own)) + random.normal()) as f32
        });
        (features, (0..2 * n_patients).map(|i| i / 2).collect())
    }

    fn params(projection: ProjectionParams) -> ProposalParams {
        ProposalParams {
            projection,
            clustering: ClusteringParams::default(),
            along: vec![5.0, 10.0],
            axes: [vec![0.1, 0.2, 0.3, 0.4, 0.6, 0.8], vec![4.0, 8.0, 14.0]],
            n_maps: 6,
            random_state: 42,
        }
    }

    fn propose(of: &ProposalParams, (features, groups): &(Array2<f32>, Vec<usize>)) -> Proposal {
        of.propose(features.view(), groups, &()).unwrap()
    }

    #[test]
    fn planted_groups_are_what_is_proposed() {
        let cohort = cohort(45, 3, 14.0);
        let params = params(ProjectionParams::Tsne(TsneParams::default()));
        let found = propose(&params, &cohort);
        assert_eq!(found.n_settings, 2 * 18);
        let best = found.best.unwrap();
        assert!(best.agreement > 0.95, "{best:?}");
        assert!(best.clustered > 0.95, "{best:?}");
        let map = params.projection.at(best.along.unwrap());
        let map = map.fit(cohort.0.view(), Watch::unseen(&())).unwrap();
        let points = crate::standardize(map.coordinates.view());
        let clustering = params.clustering.at(best.at);
        let labels = clustering.fit(points.view(), &()).unwrap().labels;
        let planted: Vec<u32> = (0..90).map(|image| image / 2 % 3).collect();
        let found: Vec<u32> = labels.iter().map(|label| label.unwrap_or(9)).collect();
        assert!(crate::agreement::adjusted_rand(&planted, &found) > 0.9);
    }

    #[test]
    fn groups_of_a_cloud_without_any_do_not_come_again() {
        let params = params(ProjectionParams::Tsne(TsneParams::default()));
        let best = propose(&params, &cohort(45, 1, 0.0)).best;
        assert!(best.is_none_or(|best| best.agreement < 0.6), "{best:?}");
    }

    #[test]
    fn threads_and_repetition_change_nothing() {
        let cohort = cohort(20, 3, 6.0);
        let params = params(ProjectionParams::Tsne(TsneParams::default()));
        let with = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
            pool.build().unwrap().install(|| propose(&params, &cohort))
        };
        assert_eq!(with(1), with(3));
    }

    #[test]
    fn where_no_setting_has_groups_none_is_proposed() {
        let everywhere_one = ProposalParams {
            axes: [vec![9.0], vec![2.0]],
            ..params(ProjectionParams::Tsne(TsneParams::default()))
        };
        let found = propose(&everywhere_one, &cohort(20, 3, 6.0));
        assert_eq!((found.best, found.n_settings), (None, 2));
        let everywhere_noise = ProposalParams {
            axes: [vec![0.001], vec![10.0]],
            ..everywhere_one
        };
        assert_eq!(propose(&everywhere_noise, &cohort(20, 3, 6.0)).best, None);
    }

    #[test]
    fn tiny_cohorts_are_no_error() {
        let params = params(ProjectionParams::Tsne(TsneParams::default()));
        for n_patients in 1..4 {
            let found = propose(&params, &cohort(n_patients, 1, 0.0));
            assert_eq!((found.best, found.n_settings), (None, 0), "{n_patients}");
        }
        // A perplexity that so few images do not allow is left out, and the others are tried.
        assert_eq!(propose(&params, &cohort(9, 2, 9.0)).n_settings, 18);
    }

    #[test]
    fn of_equal_settings_the_nearest_is_taken() {
        // Two groups so far apart that every eps finds them, on a map that has no axis.
        let mut cohort = cohort(40, 2, 0.0);
        cohort.0.mapv_inplace(|x| x / 1000.0);
        for (image, mut row) in cohort.0.rows_mut().into_iter().enumerate() {
            row[0] += 9.0 * (image / 2 % 2) as f32;
            row[1] += 0.01 * (image / 4) as f32;
        }
        for own in [[0.6, 4.0], [0.6, 8.0], [0.8, 8.0]] {
            let params = ProposalParams {
                clustering: ClusteringParams::default().at(own),
                ..params(ProjectionParams::Pca(PcaParams { n_components: 2 }))
            };
            let found = propose(&params, &cohort);
            assert_eq!(found.n_settings, 18);
            let best = found.best.unwrap();
            assert_eq!((best.agreement, best.clustered), (1.0, 1.0));
            assert_eq!((best.along, best.at), (None, own));
        }
    }

    #[test]
    fn it_stops_when_it_is_cancelled() {
        struct Stop;
        impl Monitor for Stop {
            fn cancelled(&self) -> bool {
                true
            }
        }
        impl Count for Stop {
            fn advance(&self, _: u64) {}
        }
        let (features, groups) = cohort(20, 2, 9.0);
        let params = params(ProjectionParams::Tsne(TsneParams::default()));
        let found = params.propose(features.view(), &groups, &Stop);
        assert_eq!(found, Err(EnsembleError::Cancelled(Cancelled)));
    }
}
