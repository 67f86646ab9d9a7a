//! Whether the p values of the search null are what they say: cohorts without clusters are made,
//! and a null may call as many of them unlikely as its level allows.
//!
//! `cargo test --test null_calibration -- --nocapture` prints the figures. With `NEGATOSCOPE_FULL=1`
//! there are five times as many cohorts, and figures for other clouds and surrogates too.

// clippy.toml lets tests unwrap, but does not see that helpers here are tests too.
#![allow(clippy::unwrap_used)]

use ndarray::Array2;
use negatoscope::analysis::arange;
use negatoscope::analysis::null::{MEASURES, NullParams};
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
