//! The clusters of a setting against cohorts without clusters.

use crate::clouds::{CLOUDS, Cloud, Cohort, Random, Rejections, n_cohorts};
use crate::maps::setting;
use negatoscope_analysis::null::{Chance, ChanceParams, Standing, compare};
use negatoscope_analysis::surrogate::SurrogateKind;
use rayon::prelude::*;

/// The p of each of the three questions, and that of the three together.
fn p_values(
    make: &(dyn Fn(&mut Random) -> Cohort + Sync),
    kinds: &[SurrogateKind],
    n_surrogates: u64,
) -> Vec<[f64; 4]> {
    let one = |seed: u64| {
        let cohort = make(&mut Random::new(seed));
        let (projection, clustering) = setting(10.0, 0.4, 5);
        let params = ChanceParams {
            projection,
            clustering,
            seed,
        };
        let (features, groups) = (cohort.features.view(), &cohort.groups);
        let chance = Chance::new(params, features, groups, kinds, &()).unwrap();
        let observed = chance.observed(&()).unwrap();
        let surrogates = chance.surrogates(0..n_surrogates, &()).unwrap();
        let surrogates: Vec<&[Standing]> = surrogates.iter().map(Vec::as_slice).collect();
        let test = compare(&observed, &surrogates);
        let [a, b, c] = [0, 1, 2].map(|aspect| test.aspects[aspect].p_value);
        [a, b, c, test.p_value]
    };
    (0..n_cohorts(16)).into_par_iter().map(one).collect()
}

fn print(name: &str, found: &[[f64; 4]]) -> [f64; 4] {
    let questions = ["dense", "separated", "even", "the three together"];
    [0, 1, 2, 3].map(|question| {
        let rejections = Rejections::of(found.iter().map(|p| Some(p[question])));
        rejections.print(&format!("{name}, {}", questions[question]));
        rejections.shares()[0]
    })
}

/// The kinds that a verdict takes.
fn kinds(cloud: Cloud) -> [SurrogateKind; 2] {
    let of_cloud = match cloud {
        Cloud::Rectified => SurrogateKind::Copula,
        _ => SurrogateKind::Gaussian,
    };
    [of_cloud, SurrogateKind::Curve]
}

/// Cohorts of each kind: the fewest that can say that chance gives less, unless figures are wanted.
fn n_surrogates() -> u64 {
    if std::env::var_os("NEGATOSCOPE_COHORTS").is_some() {
        39
    } else {
        19
    }
}

#[test]
fn clouds_without_groups() {
    for in_blocks in [false, true] {
        for cloud in CLOUDS.into_iter().chain([Cloud::Sheet]) {
            let make = |random: &mut Random| Cohort::new(cloud, 60, in_blocks, random);
            let found = p_values(&make, &kinds(cloud), n_surrogates());
            let shares = print(
                &format!("{cloud:?}, blocks {in_blocks}, cloud and curve"),
                &found,
            );
            assert!(shares[3] <= 17.0, "{cloud:?} {in_blocks}: {shares:?}");
        }
    }
}

#[test]
fn planted_groups() {
    let found = |n_images: usize, distance: f64, n_surrogates: u64| {
        let planted = |random: &mut Random| {
            let mut cohort = Cohort::new(Cloud::Gaussian, n_images, true, random);
            cohort.plant(distance);
            cohort
        };
        let found = p_values(&planted, &kinds(Cloud::Gaussian), n_surrogates);
        let name = format!(
            "{n_images} images, three groups at {distance} SD, {n_surrogates} cohorts of each kind"
        );
        let [.., any] = print(&name, &found);
        any
    };
    for distance in [4.0, 6.0] {
        let any = found(60, distance, n_surrogates());
        assert!(any >= 60.0, "{distance}: {any}");
    }
    // As many surrogates as a verdict is refined to, and as many images as the real cohort has.
    if std::env::var_os("NEGATOSCOPE_COHORTS").is_some() {
        found(60, 4.0, 99);
        found(193, 4.0, 99);
    }
}
