//! Two sets of features that have nothing to do with each other, and two that have a little.

use ndarray::Array2;

use crate::tools::{Random, Rejections, checked, n_cohorts};

/// Patients of a cohort; each has one to four images.
const N_GROUPS: usize = 45;

/// What the two sets have in common.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Common {
    Nothing,
    /// Both go with the number of images of a patient, as those of wards do, and with nothing else.
    Sizes,
    /// So many percent of the variance between patients.
    Percent(u8),
}

struct Cohort {
    groups: Vec<usize>,
    a: Array2<f32>,
    b: Array2<f32>,
}

/// Images of a patient are alike in both sets: nine tenths of the variance is between patients.
fn cohort(seed: usize, common: Common) -> Cohort {
    let mut random = Random::new(seed);
    let (mut groups, mut a, mut b) = (Vec::new(), Vec::new(), Vec::new());
    for group in 0..N_GROUPS {
        let n_images = [1, 1, 1, 2, 2, 3, 4][random.below(7)];
        let mut patient = |n: usize| -> Vec<f64> { (0..n).map(|_| random.normal()).collect() };
        let (mut of_a, mut of_b, shared) = (patient(6), patient(5), patient(5));
        for (place, shared) in shared.iter().enumerate() {
            match common {
                Common::Nothing => {}
                Common::Sizes => {
                    of_a[place] += f64::from(n_images);
                    of_b[place] += f64::from(n_images);
                }
                Common::Percent(percent) => {
                    let share = f64::from(percent) / 100.0;
                    for own in [&mut of_a[place], &mut of_b[place]] {
                        *own = (1.0 - share).sqrt() * *own + share.sqrt() * shared;
                    }
                }
            }
        }
        for _ in 0..n_images {
            groups.push(group);
            let mut image = |of: &[f64]| -> Vec<f32> {
                of.iter()
                    .map(|x| (x + 0.33 * random.normal()) as f32)
                    .collect()
            };
            a.extend(image(&of_a));
            b.extend(image(&of_b));
        }
    }
    let n = groups.len();
    Cohort {
        groups,
        a: Array2::from_shape_vec((n, 6), a).unwrap(),
        b: Array2::from_shape_vec((n, 5), b).unwrap(),
    }
}

/// Rejections by the neighbours and by the distances; `alone` takes each image for a patient.
fn rejections(common: Common, n: usize, alone: bool) -> [Rejections; 2] {
    let mut all = [Rejections::default(), Rejections::default()];
    for seed in 0..n {
        let cohort = cohort(seed, common);
        let groups = match alone {
            true => (0..cohort.groups.len()).collect(),
            false => cohort.groups,
        };
        let sets = [cohort.a.view(), cohort.b.view()];
        let tested = checked(199, seed as u64).sets(sets, &groups, 5, &());
        let found = tested.unwrap().outcome.unwrap();
        all[0].add(found.shared_p_value);
        all[1].add(found.correlation_p_value);
    }
    for (rejections, by) in all.iter().zip(["neighbours", "distances"]) {
        let whole = if alone {
            "single images"
        } else {
            "whole patients"
        };
        rejections.print(&format!(
            "two sets with {common:?} in common, {by}, {whole}"
        ));
    }
    all
}

#[test]
fn two_sets_without_anything_in_common_are_told_to_agree_as_often_as_is_said() {
    for common in [Common::Nothing, Common::Sizes] {
        for kept in rejections(common, n_cohorts(), false) {
            kept.assert_kept(&format!("{common:?}"));
        }
    }
}

/// What keeping patients whole is for.
#[test]
fn single_images_would_find_agreement_in_nothing() {
    let [neighbours, distances] = rejections(Common::Nothing, n_cohorts() / 4, true);
    assert!(neighbours.shares().0 > 90.0 && distances.shares().0 > 10.0);
}

#[test]
fn what_two_sets_share_is_found() {
    rejections(Common::Percent(33), n_cohorts() / 4, false);
    let [neighbours, distances] = rejections(Common::Percent(67), n_cohorts() / 4, false);
    assert!(neighbours.shares().0 > 60.0 && distances.shares().0 > 60.0);
}
