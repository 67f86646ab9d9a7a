//! Does a column "go with the clusters more closely" than itself on another scale, or than another
//! one that is as good?

use negatoscope::analysis::association::Values;

use crate::tools::{Random, checked, cohorts, of_images};

const N_GROUPS: usize = 90;

fn n_cohorts() -> usize {
    cohorts(100)
}

/// A number in groups of equal size.
fn groups_of(numbers: &[f64], n_groups: usize) -> Vec<u32> {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    let place = |x: &f64| sorted.partition_point(|other| other < x);
    let group = |x: &f64| (place(x) * n_groups / numbers.len()) as u32;
    numbers.iter().map(group).collect()
}

/// A column as a number and as categories.
enum Form {
    Number(Vec<Option<f64>>),
    Groups(Vec<Option<u32>>),
}

impl Form {
    fn values(&self) -> Values<'_> {
        match self {
            Self::Number(numbers) => Values::Numbers(numbers),
            Self::Groups(codes) => Values::Categories(codes),
        }
    }
}

const FORMS: [&str; 4] = ["number", "octiles", "quartiles", "halves"];

struct Cohort {
    groups: Vec<usize>,
    labels: Vec<Option<u32>>,
    /// What the clusters follow, measured twice.
    measured: [Vec<f64>; 2],
}

impl Cohort {
    fn new(seed: usize, noise: f64) -> Self {
        let random = &mut Random::new(seed);
        let mut cohort = Self {
            groups: Vec::new(),
            labels: Vec::new(),
            measured: [Vec::new(), Vec::new()],
        };
        for group in 0..N_GROUPS {
            let followed = random.normal();
            for _ in 0..1 + random.below(3) {
                let at = followed + 0.8 * random.normal();
                let cluster = [-0.9, 0.0, 0.9].iter().filter(|&&bound| at > bound).count();
                cohort.groups.push(group);
                cohort.labels.push(Some(cluster as u32));
            }
            for measured in &mut cohort.measured {
                measured.push(followed + noise * random.normal());
            }
        }
        cohort
    }

    fn forms(&self, measured: &[f64]) -> Vec<Form> {
        let groups = |n| Form::Groups(of_images(&groups_of(measured, n), &self.groups));
        let number = Form::Number(of_images(measured, &self.groups));
        vec![number, groups(8), groups(4), groups(2)]
    }

    fn claims(&self, seed: usize, first: &Form, second: &Form) -> bool {
        let pair = [first.values(), second.values()];
        let compared = checked(499, seed as u64).compare(&self.labels, &self.groups, pair, &());
        compared
            .unwrap()
            .is_some_and(|compared| compared.first_is_closer())
    }
}

#[test]
fn nothing_goes_with_the_clusters_more_closely_than_itself() {
    let mut n_claims = 0;
    for seed in 0..n_cohorts() {
        let cohort = Cohort::new(seed, 0.0);
        let forms = cohort.forms(&cohort.measured[0]);
        let claims = |first: &Form| {
            forms
                .iter()
                .any(|second| cohort.claims(seed, first, second))
        };
        n_claims += usize::from(forms.iter().any(claims));
    }
    let share = 100.0 * f64::from(n_claims as u32) / n_cohorts() as f64;
    println!("{share}% of cohorts in which a form of a variable is said to beat another");
    assert!(share <= 5.0, "{share}%");
}

#[test]
fn of_two_equally_good_columns_neither_is_closer() {
    let mut claims = [[0; 4]; 4];
    for seed in 0..n_cohorts() {
        let cohort = Cohort::new(seed, 0.7);
        let [first, second] = [0, 1].map(|side| cohort.forms(&cohort.measured[side]));
        for (i, first) in first.iter().enumerate() {
            for (j, second) in second.iter().enumerate() {
                claims[i][j] += usize::from(cohort.claims(seed, first, second));
            }
        }
    }
    for (i, row) in claims.iter().enumerate() {
        for (j, &n_claims) in row.iter().enumerate() {
            let share = 100.0 * n_claims as f64 / n_cohorts() as f64;
            println!("{} said to beat {}: {share:.1}%", FORMS[i], FORMS[j]);
            // Halves know less than octiles do, so that there it is no error to say so.
            let knows_more = i < j && (1..3).contains(&i) && j == 3;
            assert!(
                knows_more || share <= 5.0,
                "{} against {}: {share}%",
                FORMS[i],
                FORMS[j]
            );
        }
    }
}

#[test]
fn a_column_that_is_better_by_far_is_closer() {
    let mut n_claims = 0;
    for seed in 0..n_cohorts() {
        let (cohort, noise) = (Cohort::new(seed, 0.2), Cohort::new(seed + 1_000_000, 0.2));
        let better = cohort.forms(&cohort.measured[0]);
        let worse = cohort.forms(&noise.measured[0]);
        n_claims += usize::from(cohort.claims(seed, &better[1], &worse[0]));
    }
    let share = 100.0 * f64::from(n_claims as u32) / n_cohorts() as f64;
    println!("{share}% of cohorts in which a column is said to beat one of noise");
    assert!(share >= 80.0, "{share}%");
}
