//! Whether a column is in the features at all, before any map: no slider, no clusters.
//!
//! Permutational multivariate analysis of variance (Anderson 2001; with other columns held fixed,
//! McArdle and Anderson 2001): the share of the features' variation, by Euclidean distance, that
//! goes with a column. What is exchanged are patients with equally many images, as everywhere here.

use super::design::{Basis, Effect, Sums};
use super::exchange::Exchange;
use super::sample::Sample;
use super::{
    CheckedAssociation, Held, NotTestable, Values, at_least, check_values, p_value, q_values,
};
use crate::monitor::{Cancelled, Monitor, check};
use crate::patients;
use crate::random::Random;
use crate::vector::dot;
use ndarray::{ArrayView2, Axis};
use rayon::prelude::*;

/// Multiplications that all permutations of all columns may take: a second or two of two cores.
const BUDGET: u64 = 4_000_000_000;

/// Blocks of patients that are left out in turn for the interval.
const N_BLOCKS: usize = 40;

/// Standard errors on either side that make an interval of 95%.
const ERRORS: f64 = 1.96;

/// Columns against the features.
#[derive(Debug, Clone, PartialEq)]
pub struct FeatureTests {
    /// One per column, in the order given.
    pub columns: Vec<FeatureTest>,
    /// Images that were looked at: patients are drawn where there are too many.
    pub n_sampled: usize,
    /// Permutations of each test.
    pub n_permutations: usize,
}

/// One column against the features.
#[derive(Debug, Clone, PartialEq)]
pub struct FeatureTest {
    /// Images that count.
    pub n_images: usize,
    /// Patients of these images.
    pub n_groups: usize,
    /// Images left out because they have no value, or none of what is held fixed.
    pub n_missing: usize,
    /// Patients that can exchange with another.
    pub n_movable: usize,
    /// How the columns that are held fixed are.
    pub adjustment: Adjustment,
    /// What was found, or why nothing could be.
    pub outcome: Result<FeatureFinding, NotTestable>,
}

/// How other columns are held fixed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Adjustment {
    /// None is.
    Nothing,
    /// Patients exchange only with those that are alike in all of them.
    Levels,
    /// Too few patients are alike in all of them: what a linear model of them leaves of the features
    /// is exchanged (Freedman and Lane 1983).
    Model,
}

/// What the test of a column against the features found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FeatureFinding {
    /// The share of the features' variation, 0 to 1, that goes with the column; with columns held
    /// fixed, of what these leave.
    pub r_squared: f64,
    /// The same beyond chance, (R² - mean under permutation) / (1 - mean).
    pub explained: f64,
    /// Between which two numbers `explained` lies in 95% of such cohorts, by leaving out patients in
    /// blocks (the jackknife; Tukey 1958), cut to -1..=1.
    pub interval: (f64, f64),
    /// The share of arrangements that explain as much, the observed one included.
    pub p_value: f64,
    /// Benjamini and Hochberg's, over the columns that could be tested; `None` for the column that
    /// was chosen beforehand.
    pub q_value: Option<f64>,
}

impl FeatureFinding {
    /// Whether it is called a finding: q, or p for the column chosen beforehand, is at most 0.05.
    pub fn is_evident(&self) -> bool {
        self.q_value.unwrap_or(self.p_value) <= super::LEVEL
    }
}

/// Features made ready for tests: coordinates in which distances are what they were, and which no
/// more than `width` of are needed.
#[derive(Debug, Clone)]
pub struct FeatureSpace {
    /// Images of the cohort that are looked at, ascending.
    images: Vec<usize>,
    rows: Vec<f64>,
    width: usize,
}

impl FeatureSpace {
    /// Of `features`, `(n_samples, n_features)`, of which whole patients are drawn where tests of so
    /// many columns with so many permutations would take longer than a second or two. The draw
    /// depends on the seed alone.
    ///
    /// # Errors
    /// [`Cancelled`] when the monitor cancels.
    pub fn new(
        features: ArrayView2<'_, f32>,
        groups: &[usize],
        (n_columns, params): (usize, &super::AssociationParams),
        monitor: &dyn Monitor,
    ) -> Result<Self, Cancelled> {
        let per_column = BUDGET / (n_columns.max(1) * params.n_permutations) as u64;
        let n_features = features.ncols().max(1);
        let fits = |n: usize| (n * n.min(n_features)) as u64 <= per_column;
        let images = patients::drawn(groups, params.seed, fits);
        let drawn = features.select(Axis(0), &images);
        let means = drawn.mapv(f64::from).mean_axis(Axis(0));
        let mut rows = Vec::with_capacity(drawn.len());
        for row in drawn.rows() {
            let means = means.iter().flatten();
            rows.extend(row.iter().zip(means).map(|(&x, mean)| f64::from(x) - mean));
        }
        if drawn.ncols() > drawn.nrows() {
            let (rows, width) = by_inner_products(&rows, drawn.nrows(), drawn.ncols(), monitor)?;
            return Ok(Self {
                images,
                rows,
                width,
            });
        }
        Ok(Self {
            images,
            rows,
            width: n_features,
        })
    }
}

/// Fewer coordinates with the same inner products: the Cholesky factor of these, without the columns
/// that add nothing.
fn by_inner_products(
    rows: &[f64],
    n_rows: usize,
    width: usize,
    monitor: &dyn Monitor,
) -> Result<(Vec<f64>, usize), Cancelled> {
    let row = |index: usize| &rows[index * width..][..width];
    let products: Vec<Vec<f64>> = (0..n_rows)
        .into_par_iter()
        .map(|i| {
            check(monitor)?;
            Ok((0..=i).map(|j| dot(row(i), row(j))).collect())
        })
        .collect::<Result<_, Cancelled>>()?;
    let mut factor = vec![0.0; n_rows * n_rows];
    for i in 0..n_rows {
        check(monitor)?;
        for j in 0..=i {
            let (of_i, of_j) = (&factor[i * n_rows..][..j], &factor[j * n_rows..][..j]);
            let rest = products[i][j] - dot(of_i, of_j);
            let pivot = factor[j * n_rows + j];
            factor[i * n_rows + j] = if i == j {
                // The rounding of single precision is no direction.
                let adds = rest > 1e-10 * products[i][i];
                if adds { rest.sqrt() } else { 0.0 }
            } else if pivot > 0.0 {
                rest / pivot
            } else {
                0.0
            };
        }
    }
    Ok((factor, n_rows))
}

impl CheckedAssociation {
    /// Tests each of `columns` against the features of `space`, patients kept whole; `groups` has
    /// the patient of each image of the cohort, as many as there are values. The column at `planned`
    /// was chosen beforehand: it is judged by its own p, and the q of the others leave it out.
    ///
    /// With columns `held` fixed, patients exchange only with those alike in all of them, where this
    /// leaves at least half of them someone to exchange with, and the residuals of a linear model
    /// are exchanged where it does not. Leave what is held out of `columns`.
    ///
    /// Columns and permutations run in parallel.
    ///
    /// # Errors
    /// [`Cancelled`] when the monitor cancels.
    ///
    /// # Panics
    /// When the arrays are not equally long.
    pub fn features(
        &self,
        space: &FeatureSpace,
        groups: &[usize],
        (columns, planned): (&[Values<'_>], Option<usize>),
        held: &[Held<'_>],
        monitor: &dyn Monitor,
    ) -> Result<FeatureTests, Cancelled> {
        let tested = |&column: &Values<'_>| self.feature(space, groups, column, held, monitor);
        let mut columns: Vec<FeatureTest> =
            columns.par_iter().map(tested).collect::<Result<_, _>>()?;
        judge(&mut columns, planned);
        Ok(FeatureTests {
            columns,
            n_sampled: space.images.len(),
            n_permutations: self.0.n_permutations,
        })
    }

    /// The same of one column, which has no q: nothing else was asked.
    ///
    /// # Errors
    /// [`Cancelled`] when the monitor cancels.
    ///
    /// # Panics
    /// When the arrays are not equally long.
    pub fn feature(
        &self,
        space: &FeatureSpace,
        groups: &[usize],
        column: Values<'_>,
        held: &[Held<'_>],
        monitor: &dyn Monitor,
    ) -> Result<FeatureTest, Cancelled> {
        check(monitor)?;
        let crossed = crossed(held, groups.len());
        let within = match held {
            [] => None,
            [one] => Some(*one),
            _ => Some(Held::Levels(&crossed)),
        };
        let counts = |image: usize| space.images.binary_search(&image).is_ok();
        let sample = Sample::new(column, groups, within, counts);
        self.against(space, sample, held, monitor)
    }

    fn against(
        &self,
        space: &FeatureSpace,
        sample: Sample,
        held: &[Held<'_>],
        monitor: &dyn Monitor,
    ) -> Result<FeatureTest, Cancelled> {
        let values = Exchange::new(&sample);
        let (adjustment, orders) = orders(&sample, held);
        let mut tested = FeatureTest {
            n_images: sample.len(),
            n_groups: sample.n_groups,
            n_missing: sample.n_missing,
            n_movable: orders.n_movable,
            adjustment,
            outcome: Err(NotTestable::FewValues),
        };
        let testable = match sample.len() {
            0 => Err(NotTestable::NoValues),
            // Under a model the exchanges are those of all patients.
            _ if adjustment == Adjustment::Model => check_values(&sample, &orders),
            _ => check_values(&sample, &values),
        };
        if let Err(reason) = testable {
            tested.outcome = Err(reason);
            return Ok(tested);
        }
        let basis = Basis::held(held, &sample.images);
        let effect = Effect::new(sample.kind, sample.values.clone(), &basis);
        if effect.n_new() == 0 {
            tested.outcome = Err(NotTestable::NothingWithin);
            return Ok(tested);
        }
        let rows = rows_of(space, &sample);
        let rest = basis.residuals(&rows, space.width);
        if dot(&rest, &rest) <= 0.0 {
            return Ok(tested);
        }
        let exchanged = match adjustment {
            Adjustment::Model => basis.unshrunk(&rest, space.width, &sample.groups),
            Adjustment::Nothing | Adjustment::Levels => rest.clone(),
        };
        let explained = |rows: &[f64], order: &[u32], sums: &mut Sums| {
            effect.share(&basis, (rows, space.width), order, sums)
        };
        let place =
            |slots: &[u32]| -> Vec<u32> { orders.slots.iter().map(|&slot| slots[slot]).collect() };
        let as_is: Vec<u32> = (0..sample.len() as u32).collect();
        let r_squared = explained(&rest, &as_is, &mut Sums::default());
        let n_permutations = self.0.n_permutations;
        let chunks = orders.gather(
            (n_permutations, self.0.seed),
            || (Vec::new(), Sums::default()),
            |found, sums, slots| found.push(explained(&exchanged, &place(slots), sums)),
            monitor,
        )?;
        let permuted = chunks.concat();
        let threshold = at_least(r_squared);
        let n_as_good = permuted.iter().filter(|&&x| x >= threshold).count();
        let by_chance = permuted.iter().sum::<f64>() / n_permutations as f64;
        let beyond = |r_squared: f64| (r_squared - by_chance) / (1.0 - by_chance).max(1e-9);
        let error = standard_error(&sample, held, (&rows, space.width), self.0.seed);
        let (middle, error) = (beyond(r_squared), error / (1.0 - by_chance).max(1e-9));
        let end = |errors: f64| (middle + errors * error).clamp(-1.0, 1.0);
        tested.outcome = Ok(FeatureFinding {
            r_squared,
            explained: middle,
            interval: (end(-ERRORS), end(ERRORS)),
            p_value: p_value(n_as_good, n_permutations),
            q_value: None,
        });
        Ok(tested)
    }
}

/// Every column that is held fixed as one: its levels are what patients must be alike in. Numbers
/// are taken in quarters. One entry per image; `None` where one of them has no value.
pub fn crossed(held: &[Held<'_>], n_images: usize) -> Vec<Option<u32>> {
    let mut codes: Vec<Option<u32>> = vec![Some(0); n_images];
    for held in held {
        let images: Vec<usize> = (0..n_images).filter(|&image| held.has(image)).collect();
        let (_, levels) = super::sample::held(Some(*held), &images);
        let mut of_image = vec![None; n_images];
        for (image, level) in images.into_iter().zip(levels) {
            of_image[image] = Some(level);
        }
        let pairs = codes.iter().zip(&of_image);
        let pairs: Vec<Option<(u32, u32)>> = pairs.map(|(&a, &b)| Some((a?, b?))).collect();
        let (numbers, _) = super::sample::numbered(pairs.iter().flatten().copied());
        let mut numbers = numbers.into_iter();
        codes = pairs
            .iter()
            .map(|pair| pair.and_then(|_| numbers.next()).map(|code| code as u32))
            .collect();
    }
    codes
}

/// Which rows may change places: those of patients that are alike in what is held fixed, if at least
/// half of the patients have another one like them, and of any with as many images where not.
fn orders(sample: &Sample, held: &[Held<'_>]) -> (Adjustment, Exchange) {
    let alike = Exchange::of_rows(sample, false);
    if held.is_empty() {
        return (Adjustment::Nothing, alike);
    }
    if 2 * alike.n_movable >= sample.n_groups {
        (Adjustment::Levels, alike)
    } else {
        (Adjustment::Model, Exchange::of_rows(sample, true))
    }
}

/// The rows of the images of a sample.
fn rows_of(space: &FeatureSpace, sample: &Sample) -> Vec<f64> {
    let mut rows = Vec::with_capacity(sample.len() * space.width);
    for image in &sample.images {
        if let Ok(place) = space.images.binary_search(image) {
            rows.extend(&space.rows[place * space.width..][..space.width]);
        }
    }
    rows
}

/// The standard error of R² by leaving out patients in blocks.
fn standard_error(
    sample: &Sample,
    held: &[Held<'_>],
    (rows, width): (&[f64], usize),
    seed: u64,
) -> f64 {
    let n_blocks = sample.n_groups.min(N_BLOCKS);
    if n_blocks < 2 {
        return 1.0;
    }
    let mut block_of: Vec<usize> = (0..sample.n_groups).map(|group| group % n_blocks).collect();
    Random::new(!seed).shuffle(&mut block_of);
    let without = |block: usize| {
        let is_kept = |&row: &usize| block_of[sample.groups[row]] != block;
        let kept: Vec<usize> = (0..sample.len()).filter(is_kept).collect();
        let images: Vec<usize> = kept.iter().map(|&row| sample.images[row]).collect();
        let values = kept.iter().map(|&row| sample.values[row]).collect();
        let of_row = |&row: &usize| &rows[row * width..][..width];
        let rows: Vec<f64> = kept.iter().flat_map(of_row).copied().collect();
        let basis = Basis::held(held, &images);
        let effect = Effect::new(sample.kind, values, &basis);
        let rest = basis.residuals(&rows, width);
        let order: Vec<u32> = (0..kept.len() as u32).collect();
        effect.share(&basis, (&rest, width), &order, &mut Sums::default())
    };
    let found: Vec<f64> = (0..n_blocks).map(without).collect();
    let n = found.len() as f64;
    let mean = found.iter().sum::<f64>() / n;
    let squares = found.iter().map(|x| (x - mean).powi(2)).sum::<f64>();
    ((n - 1.0) / n * squares).sqrt()
}

/// Gives every finding its q but the planned one.
fn judge(columns: &mut [FeatureTest], planned: Option<usize>) {
    let others: Vec<usize> = (0..columns.len())
        .filter(|&index| planned != Some(index) && columns[index].outcome.is_ok())
        .collect();
    let p_value = |&index: &usize| columns[index].outcome.as_ref().map_or(1.0, |f| f.p_value);
    let p_values: Vec<f64> = others.iter().map(p_value).collect();
    for (index, q_value) in others.into_iter().zip(q_values(&p_values)) {
        if let Ok(finding) = &mut columns[index].outcome {
            finding.q_value = Some(q_value);
        }
    }
}
