//! A number that clusters and column both follow, held fixed.

use negatoscope::analysis::association::{Held, Values};

use crate::tools::{Random, Rejections, finding, n_cohorts};

/// How the number comes to the images of a patient.
#[derive(Debug, Clone, Copy)]
enum Varies {
    /// One for all images.
    Between,
    /// Each image has its own.
    Within,
}

struct Cohort {
    groups: Vec<usize>,
    labels: Vec<Option<u32>>,
    held: Vec<Option<f64>>,
    numbers: Vec<Option<f64>>,
    codes: Vec<Option<u32>>,
}

impl Cohort {
    /// Clusters and values follow the number with a correlation of 0.7 or so, and nothing else
    /// connects them.
    fn new(seed: usize, n_groups: usize, varies: Varies) -> Self {
        let random = &mut Random::new(seed);
        let mut cohort = Self {
            groups: Vec::new(),
            labels: Vec::new(),
            held: Vec::new(),
            numbers: Vec::new(),
            codes: Vec::new(),
        };
        for group in 0..n_groups {
            let n_images = [1, 1, 1, 1, 1, 2, 2, 2, 4, 6][random.below(10)];
            let mut shared = [random.normal(), random.normal(), random.normal()];
            for image in 0..n_images {
                if image > 0 && matches!(varies, Varies::Within) {
                    shared = shared.map(|x| 0.5 * x + 0.75_f64.sqrt() * random.normal());
                }
                let [held, cluster, value] = shared;
                let (cluster, value) = (held + cluster, held + value);
                cohort.groups.push(group);
                cohort.held.push(Some(held));
                // Quarters of a normal distribution.
                let quarter = |x: f64| {
                    [-0.95, 0.0, 0.95]
                        .iter()
                        .filter(|&&bound| x > bound)
                        .count()
                };
                cohort.labels.push(Some(quarter(cluster) as u32));
                cohort.numbers.push(Some(value));
                cohort.codes.push(Some(quarter(value) as u32));
            }
        }
        cohort
    }
}

#[test]
fn a_number_that_is_held_fixed_leaves_little_to_find() {
    for n_groups in [60, 120, 240] {
        for varies in [Varies::Between, Varies::Within] {
            for kind in ["number", "category"] {
                let (mut fixed, mut free) = (Rejections::default(), Rejections::default());
                let mut quarters = Rejections::default();
                for seed in 0..n_cohorts() {
                    let cohort = Cohort::new(seed, n_groups, varies);
                    let parts = (&cohort.labels[..], &cohort.groups[..]);
                    let column = match kind {
                        "number" => Values::Numbers(&cohort.numbers),
                        _ => Values::Categories(&cohort.codes),
                    };
                    let held = Held::Numbers(&cohort.held);
                    if let Some(found) = finding(seed, parts, column, Some(held)) {
                        fixed.add(found.p_value);
                    }
                    let levels = levels(&cohort.held);
                    let held = Held::Levels(&levels);
                    if let Some(found) = finding(seed, parts, column, Some(held)) {
                        quarters.add(found.p_value);
                    }
                    if let Some(found) = finding(seed, parts, column, None) {
                        free.add(found.p_value);
                    }
                }
                let what = format!("{kind}, {n_groups} patients, {varies:?} patients");
                fixed.print(&format!("{what}, held fixed"));
                quarters.print(&format!("{what}, held fixed in quarters alone"));
                free.print(&format!("{what}, not held fixed"));

                let (at_05, at_20) = fixed.shares();
                assert!(at_05 <= 8.0 && at_20 <= 26.0, "{what}: {at_05}% {at_20}%");
                assert!(
                    2 * fixed.n_cohorts > n_cohorts(),
                    "{what}: hardly ever testable"
                );
                assert!(free.at_05 > 4 * fixed.at_05, "{what}");
            }
        }
    }
}

fn levels(numbers: &[Option<f64>]) -> Vec<Option<u32>> {
    let mut sorted: Vec<f64> = numbers.iter().flatten().copied().collect();
    sorted.sort_by(f64::total_cmp);
    let bounds = [1, 2, 3].map(|quarter| sorted[quarter * sorted.len() / 4]);
    let level = |x: f64| bounds.iter().filter(|&&bound| x >= bound).count() as u32;
    numbers.iter().map(|number| number.map(level)).collect()
}

#[test]
fn what_is_there_is_found_with_a_number_held_fixed() {
    let mut found = Rejections::default();
    for seed in 0..n_cohorts() {
        let mut cohort = Cohort::new(seed, 120, Varies::Between);
        // A third of the patients have the value of their cluster.
        let random = &mut Random::new(seed + 1_000_000);
        let follows: Vec<bool> = (0..120).map(|_| random.percent(33)).collect();
        for (image, &group) in cohort.groups.iter().enumerate() {
            if follows[group] {
                cohort.codes[image] = cohort.labels[image];
            }
        }
        let parts = (&cohort.labels[..], &cohort.groups[..]);
        let held = Held::Numbers(&cohort.held);
        let column = Values::Categories(&cohort.codes);
        if let Some(finding) = finding(seed, parts, column, Some(held)) {
            found.add(finding.p_value);
        }
    }
    found.print("an effect beside the number that is held fixed");
    assert!(found.shares().0 >= 70.0, "{}%", found.shares().0);
}
