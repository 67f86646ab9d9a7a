//! All settings that could as well have been chosen: a column in all of them, and the plane of one map
//! against chance.

use crate::clouds::{CLOUDS, Cloud, Cohort, Random, Rejections, n_cohorts};
use crate::maps::setting;
use negatoscope_analysis::association::{AssociationParams, Noise, Values};
use negatoscope_analysis::null::{Chance, ChanceParams, PlaneStanding, compare_planes};
use negatoscope_analysis::specification::{Specification, SpecificationParams};
use negatoscope_analysis::surrogate::SurrogateKind;
use rayon::prelude::*;
use std::time::Instant;

fn axes() -> [Vec<f64>; 2] {
    [vec![0.2, 0.3, 0.4, 0.5, 0.7], vec![3.0, 5.0, 8.0]]
}

fn settings(cohort: &Cohort) -> Vec<Specification> {
    let (projection, clustering) = setting(10.0, 0.4, 5);
    let params = SpecificationParams {
        projection,
        clustering,
        along: vec![5.0, 10.0, 15.0],
        axes: axes(),
        n_starts: 2,
    };
    params.settings(cohort.features.view(), &()).unwrap()
}

/// The p of the median and of the share of small p.
fn p_values(cohort: &Cohort, column: Values<'_>, seed: u64) -> [Option<f64>; 2] {
    let settings = settings(cohort);
    let labelings: Vec<&[Option<u32>]> = settings.iter().map(|one| &one.labels[..]).collect();
    let params = AssociationParams {
        noise: Noise::LeftOut,
        n_permutations: 199,
        seed,
    };
    let found = params
        .check()
        .unwrap()
        .specifications(&labelings, &cohort.groups, (column, None), &())
        .unwrap();
    let curve = found.outcome.ok();
    let curve = curve.as_ref();
    [
        curve.map(|curve| curve.median.p_value),
        curve.map(|curve| curve.significant.p_value),
    ]
}

#[test]
fn columns_that_have_nothing_to_do_with_any_setting() {
    for cloud in CLOUDS {
        let found: Vec<[Option<f64>; 2]> = (0..n_cohorts(30))
            .into_par_iter()
            .map(|seed| {
                let random = &mut Random::new(seed);
                let cohort = Cohort::new(cloud, 60, true, random);
                let sizes = cohort.sizes();
                let sized = sizes
                    .iter()
                    .map(|&n| u32::from(random.uniform() < if n == 3 { 0.8 } else { 0.15 }));
                let sized = cohort.of_images(&sized.collect::<Vec<_>>());
                p_values(&cohort, Values::Categories(&sized), seed)
            })
            .collect();
        for (number, name) in ["median effect", "share of p ≤ .05"]
            .into_iter()
            .enumerate()
        {
            let rejections = Rejections::of(found.iter().map(|p| p[number]));
            rejections.print(&format!("{cloud:?}, all settings, {name}"));
            let [at_05, _] = rejections.shares();
            assert!(at_05 <= 17.0, "{cloud:?} {name}: {at_05}");
        }
    }
}

#[test]
fn a_planted_column_is_found_in_all_settings_together() {
    let one = |seed| {
        let random = &mut Random::new(seed);
        let mut cohort = Cohort::new(Cloud::Gaussian, 60, true, random);
        let planted = cohort.plant(4.0);
        let column = cohort.of_images(&planted);
        p_values(&cohort, Values::Categories(&column), seed)
    };
    let found: Vec<[Option<f64>; 2]> = (0..n_cohorts(12)).into_par_iter().map(one).collect();
    for (number, name) in ["median effect", "share of p ≤ .05"]
        .into_iter()
        .enumerate()
    {
        let rejections = Rejections::of(found.iter().map(|p| p[number]));
        rejections.print(&format!("planted at 4 SD, all settings, {name}"));
        assert!(rejections.shares()[0] >= 80.0, "{name}");
    }
}

/// The p of the best of the plane.
fn over_plane(cohort: &Cohort, seed: u64, n_surrogates: u64) -> f64 {
    let (projection, clustering) = setting(10.0, 0.4, 5);
    let params = ChanceParams {
        projection,
        clustering,
        seed,
    };
    let (features, groups) = (cohort.features.view(), &cohort.groups);
    let kinds = [SurrogateKind::Gaussian, SurrogateKind::Curve];
    let chance = Chance::new(params, features, groups, &kinds, &()).unwrap();
    let observed = chance.observed_plane(&axes(), n_surrogates, &()).unwrap();
    let surrogates = chance
        .surrogate_planes(&axes(), 0..n_surrogates, &())
        .unwrap();
    let surrogates: Vec<&[PlaneStanding]> = surrogates.iter().map(Vec::as_slice).collect();
    compare_planes(&observed, &surrogates).p_value
}

#[test]
fn the_best_of_a_plane_without_groups() {
    for cloud in [Cloud::Gaussian, Cloud::HeavyTailed, Cloud::Arc] {
        let one = |seed| {
            Some(over_plane(
                &Cohort::new(cloud, 60, true, &mut Random::new(seed)),
                seed,
                39,
            ))
        };
        let found: Vec<Option<f64>> = (0..n_cohorts(20)).into_par_iter().map(one).collect();
        let rejections = Rejections::of(found);
        rejections.print(&format!("{cloud:?}, the best of the plane against chance"));
        assert!(rejections.shares()[0] <= 20.0, "{cloud:?}");
    }
    let planted = |seed| {
        let mut cohort = Cohort::new(Cloud::Gaussian, 60, true, &mut Random::new(seed));
        cohort.plant(6.0);
        Some(over_plane(&cohort, seed, 39))
    };
    let found: Vec<Option<f64>> = (0..n_cohorts(12)).into_par_iter().map(planted).collect();
    let rejections = Rejections::of(found);
    rejections.print("three groups at 6 SD, the best of the plane");
    assert!(rejections.shares()[0] >= 60.0);
}

/// Prints how long 193 images take; nothing is asserted of it.
#[test]
fn time_of_all_settings() {
    let cohort = Cohort::new(Cloud::Rectified, 193, true, &mut Random::new(1));
    let (projection, clustering) = setting(17.0, 0.4, 14);
    let method = clustering.method();
    let params = SpecificationParams {
        projection,
        clustering,
        along: vec![4.0, 8.0, 17.0, 34.0, 60.0],
        axes: method.grid.clone(),
        n_starts: 2,
    };
    let started = Instant::now();
    let settings = params.settings(cohort.features.view(), &()).unwrap();
    let laid_out = started.elapsed();
    let labelings: Vec<&[Option<u32>]> = settings.iter().map(|one| &one.labels[..]).collect();
    let codes: Vec<Option<u32>> = cohort.groups.iter().map(|g| Some((g % 4) as u32)).collect();
    let checked = AssociationParams {
        n_permutations: 999,
        ..AssociationParams::default()
    };
    let column = (Values::Categories(&codes), None);
    let checked = checked.check().unwrap();
    let found = checked
        .specifications(&labelings, &cohort.groups, column, &())
        .unwrap();
    println!(
        "{} of {} settings, {} distinct: laid out in {laid_out:?}, tested in {:?}",
        settings.len(),
        params.n_settings(),
        found.n_distinct,
        started.elapsed() - laid_out
    );
    assert!(!settings.is_empty());
    let chance = ChanceParams {
        projection,
        clustering,
        seed: 1,
    };
    let kinds = [SurrogateKind::Copula, SurrogateKind::Curve];
    let chance = Chance::new(chance, cohort.features.view(), &cohort.groups, &kinds, &()).unwrap();
    let started = Instant::now();
    let planes = chance.surrogate_planes(&method.grid, 0..19, &()).unwrap();
    println!(
        "{} cohorts of two kinds on the plane: {:?}",
        planes[0].len(),
        started.elapsed()
    );
}
