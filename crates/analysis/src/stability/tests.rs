use super::runs::{ABSENT, NOISE, Resample};
use super::*;
use crate::clustering::dbscan::DbscanParams;
use crate::projection::Watch;
use crate::projection::pca::PcaParams;
use crate::projection::tsne::{Init, TsneParams};
use crate::random::Random;
use crate::{Monitor, standardize};
use ndarray::Array2;
use std::sync::atomic::{AtomicU64, Ordering};

/// Two images of each patient; patients of even and odd number lie `gap` apart. Tails are cut, for
/// an outlier is rightly noise in some runs.
fn cohort(n_patients: usize, gap: f64) -> (Array2<f32>, Vec<usize>) {
    let mut random = Random::new(7);
    let features = Array2::from_shape_fn((2 * n_patients, 5), |(image, _)| {
        (gap * (image / 2 % 2) as f64 + random.normal().clamp(-1.5, 1.5)) as f32
    });
    (
        features,
        (0..2 * n_patients).map(|image| image / 2).collect(),
    )
}

fn params(projection: ProjectionParams, eps: f64, n_runs: usize) -> StabilityParams {
    StabilityParams {
        projection,
        clustering: dbscan(eps, 5),
        n_runs,
        fraction: 0.8,
        random_state: 42,
    }
}

fn dbscan(eps: f64, min_samples: usize) -> ClusteringParams {
    ClusteringParams::Dbscan(DbscanParams { eps, min_samples })
}

fn tsne(perplexity: f64) -> ProjectionParams {
    ProjectionParams::Tsne(TsneParams {
        perplexity,
        ..TsneParams::default()
    })
}

const PCA: ProjectionParams = ProjectionParams::Pca(PcaParams { n_components: 2 });

fn run(
    params: StabilityParams,
    (features, groups): &(Array2<f32>, Vec<usize>),
    counter: &dyn Count,
) -> Result<Stability, StabilityError> {
    let watch = Watch::unseen(&());
    let map = params
        .projection
        .fit(features.view(), watch)
        .unwrap()
        .coordinates;
    let points = standardize(map.view());
    let labels = params.clustering.fit(points.view(), &()).unwrap().labels;
    let reference = Reference {
        features: features.view(),
        groups,
        map: map.view(),
        labels: &labels,
    };
    params.check(features.nrows())?.run(&reference, counter)
}

/// Counts units; cancels once there are more than the limit.
struct Counter(AtomicU64, u64);

impl Monitor for Counter {
    fn cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed) > self.1
    }
}

impl Count for Counter {
    fn advance(&self, amount: u64) {
        self.0.fetch_add(amount, Ordering::Relaxed);
    }
}

#[test]
fn separate_clusters_are_stable() {
    let cohort = cohort(40, 20.0);
    for (layout, eps, has_seeds) in [(tsne(15.0), 0.8, true), (PCA, 1.6, false)] {
        let counter = Counter(AtomicU64::new(0), u64::MAX);
        let params = params(layout, eps, 4);
        let found = run(params, &cohort, &counter).unwrap();
        assert_eq!(counter.0.into_inner(), params.n_maps());
        assert_eq!(found.seeds.is_some(), has_seeds);
        let resamples = [&found.resamples, &found.resamples_unscaled];
        for runs in found.seeds.iter().chain(resamples) {
            assert_eq!(runs.ari, [1.0; 4]);
            assert_eq!(runs.ari_without_noise, [Some(1.0); 4]);
            assert_eq!(runs.n_clusters, [2; 4]);
        }
        // Whole patients: 32 of 40, of two images each.
        assert_eq!(found.resamples.n_images, [64; 4]);
        assert_eq!(found.clusters.len(), 2);
        for cluster in &found.clusters {
            assert_eq!(cluster.size, 40);
            assert_eq!(cluster.jaccard_seeds, has_seeds.then_some(1.0));
            assert_eq!(cluster.jaccard_resamples, Some(1.0));
            assert_eq!(cluster.verdict(), Some(Verdict::Stable));
        }
        assert_eq!(found.per_image, [Some(1.0); 80]);
        assert_eq!(found.n_unstable(), 0);
        let rotations = found.rotations.unwrap();
        assert_eq!(rotations.degrees.last(), Some(&85));
        assert_eq!(rotations.ari, [1.0; 18]);
    }
}

#[test]
fn clusters_of_one_cloud_are_not() {
    let found = run(params(tsne(10.0), 0.3, 6), &cohort(60, 0.0), &()).unwrap();
    let seeds = found.seeds.clone().unwrap();
    for runs in [seeds, found.resamples.clone()] {
        assert!(Spread::of(runs.ari).unwrap().median < 0.5);
    }
    assert!(found.clusters.len() > 1 && found.n_unstable() > 12);
    let stable = |cluster: &&ClusterStability| cluster.verdict() == Some(Verdict::Stable);
    // Chance structure of the features can come again: few are stable, not none.
    let n_stable = found.clusters.iter().filter(stable).count();
    assert!(4 * n_stable < found.clusters.len(), "{found:?}");
    let rotations = found.rotations.unwrap();
    // At 0 degrees nothing changes; at others something does.
    assert_eq!(rotations.ari[0], 1.0);
    assert_eq!(rotations.n_clusters[0], found.clusters.len());
    assert!(rotations.ari.iter().any(|&ari| ari < 0.9));
}

#[test]
fn fewer_images_are_asked_for_less_density() {
    // Four groups of ten patients, each a neighbourhood of just twenty images. A resample keeps
    // about sixteen of them, which is what it asks for when scaled.
    let mut random = Random::new(7);
    let features = Array2::from_shape_fn((80, 2), |(image, axis)| {
        let corner = [image / 2 % 2, image / 4 % 2][axis] as f64;
        ([20.0, 10.0][axis] * corner + 0.1 * random.normal().clamp(-1.5, 1.5)) as f32
    });
    let cohort = (features, (0..80).map(|image| image / 2).collect());
    let mut params = params(PCA, 0.8, 6);
    params.clustering = dbscan(0.8, 20);
    let found = run(params, &cohort, &()).unwrap();
    assert_eq!(found.clusters.len(), 4);
    let n_clusters = |runs: &Runs| runs.n_clusters.iter().sum::<usize>();
    let (scaled, unscaled) = (
        n_clusters(&found.resamples),
        n_clusters(&found.resamples_unscaled),
    );
    assert!(scaled > 2 * unscaled, "{scaled} {unscaled}");
    // And never less than one.
    assert_eq!(dbscan(0.5, 1).scaled(0.01), dbscan(0.5, 1));
}

#[test]
fn threads_change_nothing() {
    let cohort = cohort(30, 1.0);
    let short = TsneParams {
        perplexity: 10.0,
        max_iter: 250,
        n_components: 3,
        init: Init::Random,
        ..TsneParams::default()
    };
    let with_threads = |n_threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads);
        let run = || run(params(ProjectionParams::Tsne(short), 0.5, 5), &cohort, &()).unwrap();
        pool.build().unwrap().install(run)
    };
    let found = with_threads(1);
    assert_eq!(found, with_threads(3));
    // A map of three axes is not turned, and no run is the reference itself.
    assert_eq!(found.rotations, None);
    assert!(found.seeds.unwrap().ari.iter().all(|&ari| ari < 1.0));
}

#[test]
fn what_becomes_of_members_by_hand() {
    let reference = [0, 0, 0, 1, 1, NOISE];
    let runs = [
        // The first cluster loses a member to the second.
        vec![0, 0, 1, 1, 1, NOISE],
        // An image is absent, and the second cluster is noise.
        vec![0, ABSENT, 0, NOISE, NOISE, 0],
    ];
    let clusters = members::clusters(&reference, Some(&runs[..1]), &runs[1..]);
    let two_thirds = Some(2.0 / 3.0);
    assert_eq!(clusters[0].jaccard_seeds, two_thirds);
    assert_eq!(clusters[0].jaccard_resamples, two_thirds);
    assert_eq!(clusters[0].verdict(), Some(Verdict::Doubtful));
    assert_eq!(
        (clusters[1].jaccard_seeds, clusters[1].jaccard_resamples),
        (two_thirds, Some(0.0))
    );
    assert_eq!(clusters[1].verdict(), Some(Verdict::Dissolves));
    let runs = [runs[0].as_slice(), runs[1].as_slice()];
    let found = members::per_image(&reference, &runs, &()).unwrap();
    // Image 0 is with image 1 in one run of one, with image 2 in one of two; image 1 with 0 in one
    // of one, with 2 in none; image 2 with 0 in one of two.
    let expected = [0.75, 0.5, 0.25, 0.5, 0.5, 0.5].map(Some);
    assert_eq!(found, expected);

    let found = Runs::new(
        &reference,
        &[runs[0].to_vec(), runs[1].to_vec(), vec![ABSENT; 6]],
    );
    assert_eq!(found.n_images, [6, 5, 0]);
    assert_eq!(found.n_clusters, [2, 1, 0]);
    // Pairs together in both 2, in each 4, of 15: (2 - 16/15) / (4 - 16/15).
    assert!((found.ari[0] - 7.0 / 22.0).abs() < 1e-15);
    assert_eq!(found.ari_without_noise[1..], [Some(1.0), None]);
}

#[test]
fn clusters_that_no_run_holds_have_no_verdict() {
    let found = members::clusters(&[0, 1], None, &[vec![0, ABSENT]]);
    assert_eq!(found[0].verdict(), Some(Verdict::Stable));
    assert_eq!(found[1].verdict(), None);
    // A cluster of one has no other members.
    assert_eq!(members::per_image(&[0], &[&[0]], &()).unwrap(), [None]);
    use Verdict::{Dissolves, Doubtful, Stable, Untrustworthy};
    assert_eq!([0.75, 0.749].map(Verdict::of), [Stable, Doubtful]);
    assert_eq!([0.6, 0.599].map(Verdict::of), [Doubtful, Untrustworthy]);
    assert_eq!([0.501, 0.5].map(Verdict::of), [Untrustworthy, Dissolves]);
}

#[test]
fn patients_are_drawn_whole_and_anew() {
    let (features, groups) = cohort(20, 1.0);
    let labels = [None; 40];
    let reference = Reference {
        features: features.view(),
        groups: &groups,
        map: ArrayView2::from_shape((40, 0), &[]).unwrap(),
        labels: &labels,
    };
    let checked = params(PCA, 0.5, 3).check(40).unwrap();
    let absent = |run: &Resample| -> Vec<bool> {
        let same = run.scaled.iter().zip(&run.unscaled);
        same.map(|(&label, &unscaled)| {
            assert_eq!(label == ABSENT, unscaled == ABSENT);
            label == ABSENT
        })
        .collect()
    };
    let runs = checked.resamples(&reference, &()).unwrap();
    let runs: Vec<Vec<bool>> = runs.iter().map(absent).collect();
    for run in &runs {
        assert!(run.chunks(2).all(|images| images[0] == images[1]));
        assert_eq!(run.iter().filter(|absent| **absent).count(), 8);
    }
    assert!(runs[0] != runs[1] && runs[1] != runs[2] && runs[0] != runs[2]);
}

#[test]
fn percentiles_are_numpys() {
    let found = Spread::of([4.0, 1.0, 3.0, 2.0]).unwrap();
    assert!((found.low - 1.15).abs() < 1e-12 && (found.high - 3.85).abs() < 1e-12);
    assert_eq!(found.median, 2.5);
    assert_eq!(Spread::of([]), None);
}

#[test]
fn what_cannot_run_says_why() {
    let cohort = cohort(20, 1.0);
    let good = params(PCA, 0.5, 3);
    for bad in [
        StabilityParams { n_runs: 0, ..good },
        StabilityParams {
            n_runs: 1001,
            ..good
        },
        StabilityParams {
            fraction: f64::NAN,
            ..good
        },
        StabilityParams {
            fraction: 1.0,
            ..good
        },
        StabilityParams {
            projection: tsne(40.0),
            ..good
        },
    ] {
        assert!(bad.check(40).is_err(), "{bad:?}");
    }
    let many = StabilityParams {
        n_runs: usize::MAX,
        projection: tsne(5.0),
        ..good
    };
    assert_eq!(many.n_maps(), u64::MAX);
    let one_patient = (cohort.0.clone(), vec![3; 40]);
    let error = run(good, &one_patient, &()).unwrap_err();
    assert!(matches!(
        error,
        StabilityError::TooFewGroups { n_groups: 1, .. }
    ));
    // One patient of twenty has two images, too few for three axes.
    let projection = ProjectionParams::Pca(PcaParams { n_components: 3 });
    let small = StabilityParams {
        fraction: 0.05,
        projection,
        ..good
    };
    let error = run(small, &cohort, &()).unwrap_err();
    assert!(matches!(
        error,
        StabilityError::ResampleTooSmall { n_samples: 2, .. }
    ));
    let error = run(
        params(tsne(5.0), 0.5, 3),
        &cohort,
        &Counter(AtomicU64::new(0), 0),
    )
    .unwrap_err();
    assert!(matches!(error, StabilityError::Cancelled(_)));
}

#[test]
fn the_perplexity_gives_way_to_small_resamples() {
    let found = run(params(tsne(39.0), 0.5, 2), &cohort(20, 9.0), &()).unwrap();
    assert_eq!(found.resamples.n_images, [32; 2]);
}
