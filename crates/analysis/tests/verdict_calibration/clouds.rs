//! Cohorts that the parts of a verdict are tried on: clouds without groups, and planted ones.

use ndarray::Array2;

/// Features of an image.
pub(crate) const N_FEATURES: usize = 16;

/// Images of each patient in turn: most have one, some a series.
const IMAGES: [usize; 5] = [1, 1, 2, 1, 3];

/// SplitMix64, and the sum of twelve for a normal number (Irwin-Hall): not the program's own.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x1234_5678_9abc_def1) ^ 0x5851_f42d)
    }

    pub(crate) fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((bits ^ (bits >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    pub(crate) fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.uniform()).sum::<f64>() - 6.0
    }

    pub(crate) fn below(&mut self, n: usize) -> usize {
        (self.uniform() * n as f64) as usize
    }
}

/// What a cohort without groups looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cloud {
    Gaussian,
    Rectified,
    HeavyTailed,
    Arc,
    Ring,
    /// Two gradients across each other.
    Sheet,
}

pub(crate) const CLOUDS: [Cloud; 5] = [
    Cloud::Gaussian,
    Cloud::Rectified,
    Cloud::HeavyTailed,
    Cloud::Arc,
    Cloud::Ring,
];

pub(crate) struct Cohort {
    pub(crate) features: Array2<f32>,
    pub(crate) groups: Vec<usize>,
    pub(crate) n_groups: usize,
}

impl Cohort {
    /// Of about so many images; each alone, or in series of a patient that share most of what they
    /// are.
    pub(crate) fn new(cloud: Cloud, n_images: usize, in_blocks: bool, random: &mut Random) -> Self {
        let groups: Vec<usize> = if in_blocks {
            let sizes = IMAGES.iter().copied().cycle().enumerate();
            let patients = sizes.flat_map(|(patient, n)| std::iter::repeat_n(patient, n));
            patients.take(n_images).collect()
        } else {
            (0..n_images).collect()
        };
        let n_groups = groups.last().map_or(0, |last| last + 1);
        let draw = |random: &mut Random| {
            Array2::from_shape_simple_fn((n_groups, N_FEATURES), || random.normal())
        };
        let patients = draw(random);
        let places: Vec<f64> = (0..n_groups).map(|_| random.uniform()).collect();
        let tails: Vec<f64> = (0..n_groups)
            .map(|_| {
                let square: f64 = (0..3).map(|_| random.normal().powi(2)).sum();
                (3.0 / square.max(1e-3)).sqrt()
            })
            .collect();
        let n_across = if cloud == Cloud::Sheet { n_groups } else { 0 };
        let across: Vec<f64> = (0..n_across).map(|_| random.uniform()).collect();
        let within = if in_blocks { 0.2_f64 } else { 0.0 };
        let features = Array2::from_shape_fn((groups.len(), N_FEATURES), |(image, j)| {
            let patient = groups[image];
            let z =
                (1.0 - within).sqrt() * patients[[patient, j]] + within.sqrt() * random.normal();
            let width = (1.0 + j as f64).sqrt().recip();
            let value = match cloud {
                Cloud::Gaussian => z * width,
                Cloud::Rectified => z.max(0.0) * width,
                Cloud::HeavyTailed => z * width * tails[patient],
                Cloud::Arc | Cloud::Ring => {
                    let turn = if cloud == Cloud::Arc { 0.5 } else { 1.0 };
                    let angle = turn * std::f64::consts::TAU * places[patient];
                    let on_curve = match j {
                        0 => 5.0 * angle.cos(),
                        1 => 5.0 * angle.sin(),
                        _ => 0.0,
                    };
                    on_curve + 0.5 * z
                }
                Cloud::Sheet => {
                    let on_sheet = match j {
                        0 => 10.0 * places[patient],
                        1 => 10.0 * across[patient],
                        _ => 0.0,
                    };
                    on_sheet + 0.5 * z
                }
            };
            value as f32
        });
        Self {
            features,
            groups,
            n_groups,
        }
    }

    /// Moves the patients into three groups, so many standard deviations of the widest feature apart.
    pub(crate) fn plant(&mut self, distance: f64) -> Vec<u32> {
        let corners = [[0.0, 0.0], [1.0, 0.0], [0.5, 0.75_f64.sqrt()]];
        let group = |patient: usize| patient % 3;
        for (mut image, &patient) in self.features.rows_mut().into_iter().zip(&self.groups) {
            for (axis, at) in corners[group(patient)].iter().enumerate() {
                image[axis] += (distance * at) as f32;
            }
        }
        (0..self.n_groups)
            .map(|patient| group(patient) as u32)
            .collect()
    }

    /// A value for each image, of the one that its patient has.
    pub(crate) fn of_images<T: Copy>(&self, of_patients: &[T]) -> Vec<Option<T>> {
        self.groups
            .iter()
            .map(|&patient| Some(of_patients[patient]))
            .collect()
    }

    /// Images of each patient.
    pub(crate) fn sizes(&self) -> Vec<usize> {
        let mut sizes = vec![0; self.n_groups];
        for &patient in &self.groups {
            sizes[patient] += 1;
        }
        sizes
    }
}

/// Counts in how many cohorts p is at most 0.05 and 0.2.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Rejections {
    n: usize,
    at_05: usize,
    at_20: usize,
}

impl Rejections {
    pub(crate) fn of(p_values: impl IntoIterator<Item = Option<f64>>) -> Self {
        let mut found = Self::default();
        for p in p_values.into_iter().flatten() {
            found.n += 1;
            found.at_05 += usize::from(p <= 0.05 + 1e-12);
            found.at_20 += usize::from(p <= 0.20 + 1e-12);
        }
        found
    }

    pub(crate) fn shares(&self) -> [f64; 2] {
        [self.at_05, self.at_20].map(|count| 100.0 * count as f64 / self.n.max(1) as f64)
    }

    pub(crate) fn print(&self, what: &str) {
        let [at_05, at_20] = self.shares();
        println!("{what:66} {at_05:5.1} / {at_20:5.1}   of {}", self.n);
    }
}

/// Cohorts of each kind: so many as `NEGATOSCOPE_COHORTS` says (docs/statistics.md has 1,000 where it
/// does not say otherwise), or a few.
pub(crate) fn n_cohorts(few: u64) -> u64 {
    let asked = std::env::var("NEGATOSCOPE_COHORTS").ok();
    asked.and_then(|text| text.parse().ok()).unwrap_or(few)
}
