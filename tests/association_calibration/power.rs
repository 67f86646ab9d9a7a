//! An effect of just the size that is told to be found in 80% of cohorts is planted, and found in so
//! many, by the decision that was told of.

use negatoscope::analysis::association::{Association, Values};

use crate::tools::{Random, checked, cohorts, of_images};

const N_GROUPS: usize = 90;
/// Shares of the three values, and of the four clusters.
const VALUES: [f64; 3] = [0.5, 0.3, 0.2];
const CLUSTERS: [f64; 4] = [0.4, 0.3, 0.2, 0.1];
/// Columns beside the one in question, which have nothing to do with the clusters.
const N_OTHERS: usize = 10;

fn n_cohorts() -> usize {
    cohorts(150)
}

/// How many images a patient has, and where they are.
#[derive(Debug, Clone, Copy)]
enum Images {
    One,
    UpToFourInOneCluster,
    UpToFourMixed,
}

/// The clusters of patients with a value, where `share` of them follow it.
fn clusters_of(value: usize, share: f64) -> [f64; 4] {
    let mut chances = CLUSTERS.map(|chance| (1.0 - share) * chance);
    chances[value] += share;
    chances
}

/// Cramér's V of that.
fn effect_of(share: f64) -> f64 {
    let joint = |value: usize, cluster: usize| VALUES[value] * clusters_of(value, share)[cluster];
    let mut phi_squared = -1.0;
    for cluster in 0..4 {
        let of_cluster: f64 = (0..3).map(|value| joint(value, cluster)).sum();
        for (value, of_value) in VALUES.iter().enumerate() {
            phi_squared += joint(value, cluster).powi(2) / (of_cluster * of_value);
        }
    }
    (phi_squared / 2.0).max(0.0).sqrt()
}

/// The share that has this effect.
fn share_of(effect: f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..40 {
        let middle = 0.5 * (low + high);
        if effect_of(middle) < effect {
            low = middle;
        } else {
            high = middle;
        }
    }
    low
}

struct Cohort {
    groups: Vec<usize>,
    labels: Vec<Option<u32>>,
    columns: Vec<Vec<Option<u32>>>,
}

impl Cohort {
    fn new(random: &mut Random, images: Images, share: f64) -> Self {
        let mut groups = Vec::new();
        let mut labels = Vec::new();
        let values: Vec<u32> = (0..N_GROUPS)
            .map(|_| random.weighted(&VALUES) as u32)
            .collect();
        for (group, &value) in values.iter().enumerate() {
            let chances = clusters_of(value as usize, share);
            let main = random.weighted(&chances);
            let n_images = match images {
                Images::One => 1,
                _ => 1 + random.below(4),
            };
            for _ in 0..n_images {
                let mixed = matches!(images, Images::UpToFourMixed) && random.percent(50);
                let cluster = if mixed {
                    random.weighted(&chances)
                } else {
                    main
                };
                groups.push(group);
                labels.push(Some(cluster as u32));
            }
        }
        let mut columns = vec![of_images(&values, &groups)];
        for _ in 0..N_OTHERS {
            let other: Vec<u32> = (0..N_GROUPS).map(|_| random.below(3) as u32).collect();
            columns.push(of_images(&other, &groups));
        }
        Self {
            groups,
            labels,
            columns,
        }
    }

    fn test(&self, seed: u64, planned: Option<usize>) -> Association {
        let columns: Vec<Values<'_>> = self
            .columns
            .iter()
            .map(|column| Values::Categories(column))
            .collect();
        let n_tested = if planned.is_some() { 1 } else { columns.len() };
        let asked = checked(1_999, seed);
        let columns = (&columns[..n_tested], planned);
        asked
            .columns(&self.labels, &self.groups, columns, None, &())
            .unwrap()
    }
}

#[test]
fn an_effect_of_the_size_that_is_told_is_found_in_four_of_five_cohorts() {
    for images in [
        Images::One,
        Images::UpToFourInOneCluster,
        Images::UpToFourMixed,
    ] {
        for planned in [Some(0), None] {
            let (mut n_found, mut n_told, mut told) = (0, 0, 0.0);
            for seed in 0..n_cohorts() {
                let random = &mut Random::new(seed);
                let nothing = Cohort::new(random, images, 0.0).test(seed as u64, planned);
                let Some(effect) = nothing.columns[0].outcome.unwrap().detectable_effect else {
                    continue;
                };
                told += effect;
                n_told += 1;
                let planted = Cohort::new(random, images, share_of(effect));
                let found = planted.test(seed as u64, planned);
                n_found += usize::from(found.columns[0].outcome.unwrap().is_evident());
            }
            let share = 100.0 * n_found as f64 / n_told as f64;
            let by = planned.map_or("q among ten others", |_| "p");
            let mean = told / n_told as f64;
            println!("{images:?}, by {by}: effect {mean:.2}, found in {share:.1}% of {n_told}");
            assert!(10 * n_told > 9 * n_cohorts(), "{images:?}, by {by}");
            assert!(
                (73.0..=87.0).contains(&share),
                "{images:?}, by {by}: {share}%"
            );
        }
    }
}
