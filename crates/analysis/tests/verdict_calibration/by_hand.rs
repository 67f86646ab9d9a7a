//! Groups that a hand drew, in patients that did not make them.

use crate::clouds::{CLOUDS, Cloud, Cohort, Random, Rejections, n_cohorts};
use negatoscope_analysis::association::{AssociationParams, Values};
use negatoscope_analysis::replication::{Made, ReplicationParams, replicate};
use rayon::prelude::*;

/// The p of a column in groups that a hand has drawn by its own values, among all images.
fn p_of_own_values(cohort: &Cohort, column: &[Option<u32>]) -> f64 {
    let params = ReplicationParams {
        made: Made::ByHand(column),
        n_splits: 20,
        random_state: 3,
    };
    let test = AssociationParams {
        n_permutations: 199,
        ..AssociationParams::default()
    };
    let found = replicate(
        &params,
        (cohort.features.view(), &cohort.groups),
        &[Values::Categories(column)],
        &test.check().unwrap(),
        &(),
    )
    .unwrap();
    found[0].p_value
}

#[test]
fn groups_that_were_drawn_by_the_values_themselves() {
    for cloud in CLOUDS {
        let one = |seed| {
            let random = &mut Random::new(seed);
            let cohort = Cohort::new(cloud, 60, true, random);
            let values = cohort.sizes().into_iter().map(|n| {
                let share = if n == 3 { 0.8 } else { 0.3 };
                u32::from(random.uniform() < share)
            });
            let column = cohort.of_images(&values.collect::<Vec<_>>());
            Some(p_of_own_values(&cohort, &column))
        };
        let found: Vec<Option<f64>> = (0..n_cohorts(60)).into_par_iter().map(one).collect();
        let rejections = Rejections::of(found);
        rejections.print(&format!("{cloud:?}, drawn by the values themselves"));
        assert!(rejections.shares()[0] <= 8.0, "{cloud:?}");
    }
    let one = |seed| {
        let mut cohort = Cohort::new(Cloud::Gaussian, 60, true, &mut Random::new(seed));
        let planted = cohort.plant(4.0);
        let column = cohort.of_images(&planted);
        Some(p_of_own_values(&cohort, &column))
    };
    let found: Vec<Option<f64>> = (0..n_cohorts(40)).into_par_iter().map(one).collect();
    let rejections = Rejections::of(found);
    rejections.print("three groups at 4 SD, drawn by hand");
    assert!(rejections.shares()[0] >= 80.0);
}
