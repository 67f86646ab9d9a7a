//! What the calibrations share.

use negatoscope::analysis::association::{
    AssociationParams, CheckedAssociation, Finding, Held, Values,
};

/// The cohorts of a calibration: 1,000 with `NEGATOSCOPE_FULL`, which takes minutes, or `NEGATOSCOPE_COHORTS`; else so
/// few.
pub(crate) fn cohorts(few: usize) -> usize {
    if let Ok(asked) = std::env::var("NEGATOSCOPE_COHORTS") {
        return asked.parse().unwrap();
    }
    match std::env::var_os("NEGATOSCOPE_FULL") {
        Some(_) => 1_000,
        None => few,
    }
}

/// As many as bounds of 2 to 8% at 0.05 and 14 to 26% at 0.20 ask for.
pub(crate) fn n_cohorts() -> usize {
    cohorts(400)
}

pub(crate) fn checked(n_permutations: usize, seed: u64) -> CheckedAssociation {
    AssociationParams {
        n_permutations,
        seed,
        ..AssociationParams::default()
    }
    .check()
    .unwrap()
}

/// What the test of one column finds; `None` where it cannot be tested.
pub(crate) fn finding(
    seed: usize,
    (labels, groups): (&[Option<u32>], &[usize]),
    column: Values<'_>,
    within: Option<Held<'_>>,
) -> Option<Finding> {
    let checked = checked(499, seed as u64);
    let found = checked.columns(labels, groups, (&[column], Some(0)), within, &());
    found.unwrap().columns.remove(0).outcome.ok()
}

/// Counts in how many cohorts p is at most 0.05 and 0.2.
#[derive(Default)]
pub(crate) struct Rejections {
    pub(crate) n_cohorts: usize,
    pub(crate) at_05: usize,
    pub(crate) at_20: usize,
}

impl Rejections {
    pub(crate) fn add(&mut self, p_value: f64) {
        self.n_cohorts += 1;
        self.at_05 += usize::from(p_value <= 0.05);
        self.at_20 += usize::from(p_value <= 0.20);
    }

    pub(crate) fn shares(&self) -> (f64, f64) {
        let share = |count: usize| 100.0 * count as f64 / self.n_cohorts as f64;
        (share(self.at_05), share(self.at_20))
    }

    pub(crate) fn print(&self, what: &str) {
        let ((at_05, at_20), n) = (self.shares(), self.n_cohorts);
        println!("{what:70} {at_05:5.1}% at 0.05 {at_20:5.1}% at 0.20, {n} cohorts");
    }

    pub(crate) fn assert_kept(&self, what: &str) {
        let (at_05, at_20) = self.shares();
        assert!((2.0..=8.0).contains(&at_05), "{what}: {at_05}% at 0.05");
        assert!((14.0..=26.0).contains(&at_20), "{what}: {at_20}% at 0.20");
    }
}

/// SplitMix64, whose numbers the core keeps to itself.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: usize) -> Self {
        let mut random = Self(seed as u64 ^ 0x5851_f42d_4c95_7f2d);
        random.below(2);
        random
    }

    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    pub(crate) fn below(&mut self, n: usize) -> usize {
        self.bits() as usize % n
    }

    pub(crate) fn percent(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// Uniform between 0 and 1.
    pub(crate) fn share(&mut self) -> f64 {
        ((self.bits() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    /// Standard normal (Box and Muller 1958).
    pub(crate) fn normal(&mut self) -> f64 {
        let (radius, angle) = (self.share(), self.share());
        (-2.0 * radius.ln()).sqrt() * (std::f64::consts::TAU * angle).cos()
    }

    /// An index with these probabilities.
    pub(crate) fn weighted(&mut self, weights: &[f64]) -> usize {
        let mut left = self.share() * weights.iter().sum::<f64>();
        let mut passes = |weight: &f64| {
            left -= weight;
            left < 0.0
        };
        weights
            .iter()
            .position(&mut passes)
            .unwrap_or(weights.len() - 1)
    }
}

/// A value per image from one per patient.
pub(crate) fn of_images<T: Clone>(of_patients: &[T], groups: &[usize]) -> Vec<Option<T>> {
    groups
        .iter()
        .map(|&group| Some(of_patients[group].clone()))
        .collect()
}
