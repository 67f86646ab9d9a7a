//! Whether the p values of the search null are what they say: cohorts without clusters are made,
//! and a null may call as many of them unlikely as its level allows.
//!
//! `cargo test --test null_calibration -- --nocapture` prints the figures. With `NEGATOSCOPE_FULL=1`
//! there are five times as many cohorts, and figures for other clouds and surrogates too.

// clippy.toml lets tests unwrap, but does not see that helpers here are tests too.
#![allow(clippy::unwrap_used)]

#[path = "support/given.rs"]
#[allow(unreachable_pub)]
mod given;

use std::process::Command;

use ndarray::Array2;
use negatoscope::analysis::arange;
use negatoscope::analysis::clustering::ClusteringParams;
use negatoscope::analysis::clustering::dbscan::DbscanParams;
use negatoscope::analysis::null::{Chance, ChanceParams, MEASURES, NullParams, compare};
use negatoscope::analysis::projection::ProjectionParams;
use negatoscope::analysis::search::SearchParams;
use negatoscope::analysis::surrogate::SurrogateKind;
use rayon::prelude::*;

const N_FEATURES: usize = 16;

/// Images of each patient: most have one, some a series.
const IMAGES: [usize; 5] = [1, 1, 2, 1, 3];

/// Normal numbers, not those of the program: SplitMix64 and the sum of twelve (Irwin-Hall).
struct Normal(u64);

impl Normal {
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((bits ^ (bits >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn next(&mut self) -> f64 {
        (0..12).map(|_| self.uniform()).sum::<f64>() - 6.0
    }
}

/// A cohort of one cloud of 38 patients, 60 images: the variance of feature j falls as 1 / (1 + j),
/// as that of a network's components does, and a fifth of it is within patients.
fn cohort(index: u64, shape: fn(f64) -> f64) -> (Array2<f32>, Vec<usize>) {
    let mut normal = Normal(index.wrapping_mul(0x1234_5678_9abc_def1));
    let sizes = IMAGES.iter().copied().cycle();
    let groups: Vec<usize> = sizes
        .enumerate()
        .flat_map(|(patient, images)| std::iter::repeat_n(patient, images))
        .take(60)
        .collect();
    let patients = Array2::from_shape_simple_fn((60, N_FEATURES), || normal.next());
    let features = Array2::from_shape_fn((60, N_FEATURES), |(image, j)| {
        let z = 0.8_f64.sqrt() * patients[[groups[image], j]] + 0.2_f64.sqrt() * normal.next();
        (shape(z) / (1.0 + j as f64).sqrt()) as f32
    });
    (features, groups)
}

fn params(kind: SurrogateKind, seed: u64) -> NullParams {
    NullParams {
        search: SearchParams {
            along: vec![6.0, 12.0],
            axes: [arange(0.1, 1.3, 0.1), arange(4.0, 10.0, 1.0)],
            ..SearchParams::notebook()
        },
        n_surrogates: 19,
        kind: Some(kind),
        stop_after: None,
        seed,
    }
}

fn is_full() -> bool {
    std::env::var_os("NEGATOSCOPE_FULL").is_some()
}

/// The shares of cohorts with p ≤ 0.05 and p ≤ 0.20, for each measure.
fn rejections(name: &str, kind: SurrogateKind, shape: fn(f64) -> f64) -> Vec<[f64; 2]> {
    let n_cohorts: u64 = if is_full() { 1000 } else { 200 };
    let p_values = |index: u64| -> Vec<f64> {
        let (features, groups) = cohort(index, shape);
        let null = params(kind, index).check().unwrap();
        let result = null.run(features.view(), &groups, &(), &()).unwrap();
        result.statistics.iter().map(|s| s.p_value).collect()
    };
    let p_values: Vec<Vec<f64>> = (0..n_cohorts).into_par_iter().map(p_values).collect();
    let share = |measure: usize, level: f64| {
        let rejected = p_values.iter().filter(|p| p[measure] <= level + 1e-12);
        rejected.count() as f64 / n_cohorts as f64
    };
    let shares = (0..MEASURES.len()).map(|measure| [share(measure, 0.05), share(measure, 0.20)]);
    let shares: Vec<[f64; 2]> = shares.collect();
    for (measure, [low, high]) in MEASURES.iter().zip(&shares) {
        println!(
            "{name}, {kind:?}, {}: {:.1} % at 0.05, {:.1} % at 0.20 of {n_cohorts} cohorts",
            measure.about().name,
            100.0 * low,
            100.0 * high
        );
    }
    shares
}

#[test]
fn one_gaussian_cloud_is_called_unlikely_as_often_as_the_level_says() {
    let shares = rejections("Gaussian", SurrogateKind::Gaussian, |z| z);
    for (measure, [low, high]) in MEASURES.iter().zip(shares) {
        assert!((0.02..=0.08).contains(&low), "{measure:?}: {low} at 0.05");
        assert!((0.14..=0.26).contains(&high), "{measure:?}: {high} at 0.20");
    }
}

#[test]
fn three_clouds_are_no_luck_to_dbcv() {
    let (mut features, groups) = cohort(1, |z| z);
    for (mut image, group) in features.rows_mut().into_iter().zip(&groups) {
        image[group % 3] += 6.0;
    }
    let null = params(SurrogateKind::Gaussian, 1).check().unwrap();
    let result = null.run(features.view(), &groups, &(), &()).unwrap();
    for statistic in &result.statistics {
        println!("{statistic:?}");
    }
    assert_eq!(result.statistics[2].p_value, 0.05);
}

/// What a network gives is no Gaussian cloud; these figures are for the reader.
#[test]
fn rectified_and_skewed_clouds_are_reported() {
    if !is_full() {
        println!("skipped: set NEGATOSCOPE_FULL=1 for these figures, which take some minutes");
        return;
    }
    rejections("rectified", SurrogateKind::Copula, |z| z.max(0.0));
    for kind in [SurrogateKind::Gaussian, SurrogateKind::Permuted] {
        rejections("rectified", kind, |z| z.max(0.0));
        rejections("skewed", kind, |z| (0.7 * z).exp());
    }
    rejections("Gaussian", SurrogateKind::Permuted, |z| z);
}

/// A cohort whose features have the values of a network's, each its own, as a rectifier left them, and go together by a
/// few factors; a fifth of what they are is within patients.
fn cohort_of_network(values: &Array2<f32>, index: u64) -> (Array2<f32>, Vec<usize>) {
    const N_FACTORS: usize = 8;
    let (_, groups) = cohort(index, |z| z);
    let n_features = values.ncols();
    // The same loadings in all cohorts: it is one network.
    let mut normal = Normal(7);
    let loadings = Array2::from_shape_simple_fn((n_features, N_FACTORS), || normal.next());
    let mut normal = Normal(index.wrapping_mul(0x1234_5678_9abc_def1) ^ 1);
    let mut draw = || Array2::from_shape_simple_fn((groups.len(), N_FACTORS), || normal.next());
    let (of_patients, of_images) = (draw(), draw());
    let mut sorted = values.clone();
    for mut column in sorted.columns_mut() {
        let mut values = column.to_vec();
        values.sort_unstable_by(f32::total_cmp);
        column
            .iter_mut()
            .zip(values)
            .for_each(|(at, value)| *at = value);
    }
    let features = Array2::from_shape_fn((groups.len(), n_features), |(image, j)| {
        let row = loadings.row(j);
        let along = |factors: &Array2<f64>, at: usize| row.dot(&factors.row(at));
        let sum = 0.8_f64.sqrt() * along(&of_patients, groups[image])
            + 0.2_f64.sqrt() * along(&of_images, image);
        let z = sum / row.dot(&row).sqrt();
        // The normal distribution, to some thousandths.
        let below = 0.5 + 0.5 * (0.797_884_56 * (z + 0.044_715 * z.powi(3))).tanh();
        let place = (below * sorted.nrows() as f64) as usize;
        sorted[[place.min(sorted.nrows() - 1), j]]
    });
    (features, groups)
}

/// What a verdict asks of a setting, of clouds with the values of the features that a built-in network gives real
/// X-rays: many of them are zero.
#[test]
fn clouds_with_the_values_of_a_network_are_called_groups_as_seldom_as_told() {
    let Some(folder) = given::real_cohort() else {
        return;
    };
    let place = tempfile::tempdir().unwrap();
    let output = place.path().join("features.npy");
    let done = Command::new(env!("CARGO_BIN_EXE_negatoscope"))
        .args([
            "embed",
            "--model",
            "builtin:unseen",
            "--where",
            "modality=X-ray",
            "-o",
        ])
        .arg(&output)
        .arg(folder)
        .arg("--cache-dir")
        .arg(place.path())
        .output()
        .unwrap();
    assert!(done.status.success(), "{done:?}");
    let values: Array2<f32> = ndarray_npy::read_npy(&output).unwrap();
    let one = |index: u64| {
        let (features, groups) = cohort_of_network(&values, index);
        let params = ChanceParams {
            projection: ProjectionParams::default().at(10.0),
            clustering: ClusteringParams::Dbscan(DbscanParams {
                eps: 0.4,
                min_samples: 5,
            }),
            seed: index,
        };
        let kinds = [
            SurrogateKind::fitting(features.view()),
            SurrogateKind::Curve,
        ];
        assert_eq!(kinds[0], SurrogateKind::Copula);
        let chance = Chance::new(params, features.view(), &groups, &kinds, &()).unwrap();
        let n_surrogates = if is_full() { 39 } else { 19 };
        let observed = chance.observed(n_surrogates, &()).unwrap();
        let surrogates = chance.surrogates(0..n_surrogates, &()).unwrap();
        let surrogates: Vec<_> = surrogates.iter().map(Vec::as_slice).collect();
        let test = compare(&observed, &surrogates);
        let [dense, separated, even] = [0, 1, 2].map(|aspect| test.aspects[aspect].p_value);
        [dense, separated, even, test.p_value]
    };
    let n_cohorts: u64 = if is_full() { 1000 } else { 16 };
    let found: Vec<[f64; 4]> = (0..n_cohorts).into_par_iter().map(one).collect();
    for (question, name) in ["dense", "separated", "even", "together"]
        .iter()
        .enumerate()
    {
        let share = |level: f64| {
            let n_below = found.iter().filter(|p| p[question] <= level).count();
            100.0 * n_below as f64 / found.len() as f64
        };
        let [at_05, at_20] = [0.05, 0.20].map(share);
        println!("a network's values, {name}: {at_05:.1} / {at_20:.1} of {n_cohorts}");
        assert!(
            at_05 <= if is_full() { 10.0 } else { 20.0 },
            "{name}: {at_05}"
        );
    }
}
