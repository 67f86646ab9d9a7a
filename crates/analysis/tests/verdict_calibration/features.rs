//! Columns against the features, without a map.

use crate::clouds::{CLOUDS, Cloud, Cohort, Random, Rejections, n_cohorts};
use negatoscope_analysis::association::{
    Adjustment, AssociationParams, FeatureFinding, FeatureSpace, Held, Values,
};
use rayon::prelude::*;

const PARAMS: AssociationParams = AssociationParams {
    noise: negatoscope_analysis::association::Noise::LeftOut,
    n_permutations: 199,
    seed: 7,
};

fn test(
    cohort: &Cohort,
    column: Values<'_>,
    held: &[Held<'_>],
) -> Option<(FeatureFinding, Adjustment)> {
    let (features, groups) = (cohort.features.view(), &cohort.groups);
    let space = FeatureSpace::new(features, groups, (1, &PARAMS), &()).unwrap();
    let checked = PARAMS.check().unwrap();
    let asked = (&[column][..], Some(0));
    let found = checked.features(&space, groups, asked, held, &()).unwrap();
    let test = &found.columns[0];
    Some((test.outcome.ok()?, test.adjustment))
}

fn p_values(one: impl Fn(&mut Random) -> Option<f64> + Sync) -> Rejections {
    let p = |seed| one(&mut Random::new(seed));
    Rejections::of(
        (0..n_cohorts(200))
            .into_par_iter()
            .map(p)
            .collect::<Vec<_>>(),
    )
}

#[test]
fn columns_that_have_nothing_to_do_with_the_features() {
    for cloud in CLOUDS {
        for (kind, name) in ["category", "number", "goes with the number of images"]
            .into_iter()
            .enumerate()
        {
            let found = p_values(|random| {
                let cohort = Cohort::new(cloud, 60, true, random);
                let sizes = cohort.sizes();
                let codes: Vec<u32> = sizes
                    .iter()
                    .map(|&n| match kind {
                        2 if n == 3 => u32::from(random.uniform() < 0.8),
                        2 => u32::from(random.uniform() < 0.1),
                        _ => random.below(3) as u32,
                    })
                    .collect();
                let numbers: Vec<f64> = sizes.iter().map(|_| random.normal()).collect();
                let (codes, numbers) = (cohort.of_images(&codes), cohort.of_images(&numbers));
                let column = match kind {
                    1 => Values::Numbers(&numbers),
                    _ => Values::Categories(&codes),
                };
                Some(test(&cohort, column, &[])?.0.p_value)
            });
            found.print(&format!("{cloud:?}, {name}"));
            let [at_05, at_20] = found.shares();
            assert!((1.0..=9.0).contains(&at_05), "{cloud:?} {name}: {at_05}");
            assert!((13.0..=28.0).contains(&at_20), "{cloud:?} {name}: {at_20}");
        }
    }
}

/// View, source and exposure, which features and column follow both; column and features have nothing
/// else in common.
#[test]
fn what_goes_with_the_features_through_others_alone() {
    for (n_images, expected) in [(300, Adjustment::Levels), (90, Adjustment::Model)] {
        for held_fixed in [false, true] {
            let found: Vec<Option<(f64, Adjustment)>> = (0..n_cohorts(200))
                .into_par_iter()
                .map(|seed| {
                    let random = &mut Random::new(seed);
                    let mut cohort = Cohort::new(Cloud::Rectified, n_images, true, random);
                    let n = cohort.n_groups;
                    let view: Vec<u32> = (0..n).map(|_| random.below(2) as u32).collect();
                    // So many that hardly two patients are alike in all of it.
                    let n_sources = if expected == Adjustment::Levels {
                        3
                    } else {
                        25
                    };
                    let source: Vec<u32> = (0..n).map(|_| random.below(n_sources) as u32).collect();
                    let exposure: Vec<f64> = (0..n).map(|_| random.normal()).collect();
                    let column: Vec<u32> = (0..n)
                        .map(|i| {
                            u32::from(
                                0.2 + 0.4 * f64::from(view[i])
                                    + 0.3 * f64::from(source[i] % 2)
                                    + 0.1 * exposure[i]
                                    > random.uniform(),
                            )
                        })
                        .collect();
                    for (mut image, &patient) in
                        cohort.features.rows_mut().into_iter().zip(&cohort.groups)
                    {
                        image[0] += 1.5 * view[patient] as f32;
                        image[1] += 1.0 * (source[patient] % 2) as f32;
                        image[2] += 0.5 * exposure[patient] as f32;
                    }
                    let [view, source, column] =
                        [view, source, column].map(|x| cohort.of_images(&x));
                    let exposure = cohort.of_images(&exposure);
                    let held = [
                        Held::Levels(&view),
                        Held::Levels(&source),
                        Held::Numbers(&exposure),
                    ];
                    let held = if held_fixed { &held[..] } else { &[] };
                    let (found, adjustment) = test(&cohort, Values::Categories(&column), held)?;
                    Some((found.p_value, adjustment))
                })
                .collect();
            let of_kind = found
                .iter()
                .flatten()
                .filter(|(_, kind)| *kind == expected)
                .count();
            let rejections = Rejections::of(found.iter().map(|found| found.map(|(p, _)| p)));
            rejections.print(&format!(
                "through view, source and exposure, {n_images} images, held fixed: {held_fixed} ({of_kind} by {expected:?})"
            ));
            let [at_05, _] = rejections.shares();
            if held_fixed {
                assert!(at_05 <= 9.0, "{n_images}: {at_05}");
                assert!(2 * of_kind > found.len(), "{n_images}: {of_kind}");
            }
        }
    }
}

/// The interval of what is explained holds the mean over cohorts in about 95% of them.
#[test]
fn intervals_hold_what_they_say() {
    let one = |seed: u64| {
        let random = &mut Random::new(seed);
        let mut cohort = Cohort::new(Cloud::Gaussian, 120, true, random);
        let column: Vec<u32> = (0..cohort.n_groups)
            .map(|_| random.below(3) as u32)
            .collect();
        for (mut image, &patient) in cohort.features.rows_mut().into_iter().zip(&cohort.groups) {
            image[0] += column[patient] as f32;
        }
        let column = cohort.of_images(&column);
        test(&cohort, Values::Categories(&column), &[]).map(|(found, _)| found)
    };
    let found: Vec<FeatureFinding> = (0..n_cohorts(200))
        .into_par_iter()
        .filter_map(one)
        .collect();
    let mean = found.iter().map(|found| found.explained).sum::<f64>() / found.len() as f64;
    let holds = |found: &&FeatureFinding| (found.interval.0..=found.interval.1).contains(&mean);
    let share = 100.0 * found.iter().filter(holds).count() as f64 / found.len() as f64;
    println!(
        "the interval holds the mean of {mean:.3} in {share:.1}% of {} cohorts",
        found.len()
    );
    assert!((88.0..=99.0).contains(&share), "{share}");
}
