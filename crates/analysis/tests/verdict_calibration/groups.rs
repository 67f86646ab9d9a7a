//! The clusters of a setting against cohorts without clusters.

use crate::clouds::{CLOUDS, Cloud, Cohort, Random, Rejections, is_full};
use crate::maps::setting;
use negatoscope_analysis::null::{Chance, ChanceParams, compare};
use negatoscope_analysis::surrogate::SurrogateKind;
use rayon::prelude::*;

fn n_cohorts() -> u64 {
    if is_full() { 1000 } else { 40 }
}

/// The p of each of the three questions, and the least after Holm.
fn p_values(make: &(dyn Fn(&mut Random) -> Cohort + Sync), kind: SurrogateKind) -> Vec<[f64; 4]> {
    let one = |seed: u64| {
        let cohort = make(&mut Random::new(seed));
        let (projection, clustering) = setting(10.0, 0.4, 5);
        let params = ChanceParams {
            projection,
            clustering,
            kind,
            seed,
        };
        let chance = Chance::new(params, cohort.features.view(), &cohort.groups, &()).unwrap();
        let observed = chance.observed(&()).unwrap();
        let tests = compare(&observed, &chance.surrogates(0..59, &()).unwrap());
        let least = tests
            .iter()
            .filter_map(|test| test.adjusted)
            .fold(1.0, f64::min);
        [tests[0].p_value, tests[1].p_value, tests[2].p_value, least]
    };
    (0..n_cohorts()).into_par_iter().map(one).collect()
}

fn print(name: &str, found: &[[f64; 4]]) -> [f64; 4] {
    let questions = ["dense", "separated", "even", "any, after Holm"];
    [0, 1, 2, 3].map(|question| {
        let rejections = Rejections::of(found.iter().map(|p| Some(p[question])));
        rejections.print(&format!("{name}, {}", questions[question]));
        rejections.shares()[0]
    })
}

#[test]
fn clouds_without_groups_and_planted_ones() {
    for in_blocks in [false, true] {
        for cloud in CLOUDS {
            for kind in [SurrogateKind::Gaussian, SurrogateKind::Copula] {
                // The kind that a verdict would take; in the full run the other one, too.
                let taken = (cloud == Cloud::Rectified) == (kind == SurrogateKind::Copula);
                if !taken && !is_full() {
                    continue;
                }
                let found = p_values(&|random| Cohort::new(cloud, 60, in_blocks, random), kind);
                let shares = print(&format!("{cloud:?}, blocks {in_blocks}, {kind:?}"), &found);
                if taken && matches!(cloud, Cloud::Gaussian | Cloud::Rectified) {
                    assert!(shares[3] <= 18.0, "{cloud:?} {in_blocks}: {shares:?}");
                }
            }
        }
    }
    for distance in [4.0, 6.0] {
        let planted = |random: &mut Random| {
            let mut cohort = Cohort::new(Cloud::Gaussian, 60, true, random);
            cohort.plant(distance);
            cohort
        };
        let found = p_values(&planted, SurrogateKind::Gaussian);
        print(&format!("three groups at {distance} SD"), &found);
    }
}
