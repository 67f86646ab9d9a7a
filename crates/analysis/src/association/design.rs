//! Columns of numbers that explain other columns: the design of a linear model.

use super::Held;
use super::sample::{Kind, numbered, ordered_bits};
use super::statistic::counts_to_centred_midranks;
use crate::vector::dot;
use multiversion::multiversion;

/// A column that keeps less than this share of its square beside those before it is one of them.
const IDLE: f64 = 1e-9;

/// Orthonormal columns, one entry per image each; the first is constant.
#[derive(Debug, Clone)]
pub(super) struct Basis {
    columns: Vec<Vec<f64>>,
}

impl Basis {
    /// Of the constant, so that what is left has mean 0.
    pub(super) fn constant(n_images: usize) -> Self {
        let mut basis = Self {
            columns: Vec::new(),
        };
        basis.add(&vec![1.0; n_images]);
        basis
    }

    /// Of the constant and what is held fixed: levels as they are, and numbers by their midranks and
    /// the squares of these, since what goes with a number need not do so in a line.
    pub(super) fn held(held: &[Held<'_>], images: &[usize]) -> Self {
        let mut basis = Self::constant(images.len());
        for held in held {
            match held {
                Held::Levels(levels) => {
                    let (levels, names) = numbered(images.iter().map(|&image| levels[image]));
                    for level in 0..names.len() {
                        let is_at = |&at: &usize| f64::from(u8::from(at == level));
                        basis.add(&levels.iter().map(is_at).collect::<Vec<f64>>());
                    }
                }
                Held::Numbers(numbers) => {
                    let bits = images.iter().map(|&image| numbers[image].map(ordered_bits));
                    let ranks = midranks(&numbered(bits).0);
                    let squares: Vec<f64> = ranks.iter().map(|rank| rank * rank).collect();
                    basis.add(&ranks);
                    basis.add(&squares);
                }
            }
        }
        basis
    }

    /// Takes out of `column` what the basis explains.
    fn clear(&self, column: &mut [f64]) {
        for of_basis in &self.columns {
            let amount = dot(of_basis, column);
            add(column, -amount, of_basis);
        }
    }

    /// Adds what is new in `column`, if anything is.
    fn add(&mut self, column: &[f64]) {
        let before = dot(column, column);
        let mut rest = column.to_vec();
        // Twice is enough (Kahan; Parlett 1980).
        self.clear(&mut rest);
        self.clear(&mut rest);
        let square = dot(&rest, &rest);
        if square > IDLE * before {
            let scale = square.sqrt().recip();
            rest.iter_mut().for_each(|x| *x *= scale);
            self.columns.push(rest);
        }
    }

    /// `rows`, `width` numbers for each image, without what the basis explains.
    pub(super) fn residuals(&self, rows: &[f64], width: usize) -> Vec<f64> {
        let mut rest = rows.to_vec();
        for _ in 0..2 {
            for of_basis in &self.columns {
                let mut sums = vec![0.0; width];
                for (row, &weight) in rest.chunks_exact(width).zip(of_basis) {
                    add(&mut sums, weight, row);
                }
                for (row, &weight) in rest.chunks_exact_mut(width).zip(of_basis) {
                    add(row, -weight, &sums);
                }
            }
        }
        rest
    }
}

/// What a patient's leverage leaves of an error, at least: one who is alone at a level has no residual.
const LEFT: f64 = 0.05;

impl Basis {
    /// Residuals `rest` of this basis, `width` numbers for each image, as spread as the errors that
    /// they stand for: a model follows patients of much leverage, those with many images before all,
    /// and leaves less of them than of others, so that residuals as they are cannot be exchanged. Of
    /// each of `groups` the mean and the deviations from it are put right by what the basis takes of
    /// each (the correction of leverage of Bell and McCaffrey 2002 for errors alike within patients).
    pub(super) fn unshrunk(&self, rest: &[f64], width: usize, groups: &[usize]) -> Vec<f64> {
        let n_groups = groups.iter().max().map_or(0, |&last| last + 1);
        let mut members = vec![Vec::new(); n_groups];
        for (image, &group) in groups.iter().enumerate() {
            members[group].push(image);
        }
        let mut unshrunk = rest.to_vec();
        for images in members.iter().filter(|images| !images.is_empty()) {
            let n = images.len() as f64;
            let mut means = vec![0.0; width];
            for &image in images {
                add(&mut means, 1.0 / n, &rest[image * width..][..width]);
            }
            let (of_mean, of_rest) = self.leverage(images);
            let [mean, deviation] =
                [of_mean, of_rest].map(|of| (1.0 - of).max(LEFT).sqrt().recip());
            for &image in images {
                let row = &mut unshrunk[image * width..][..width];
                row.iter_mut().for_each(|x| *x *= deviation);
                add(row, mean - deviation, &means);
            }
        }
        Self::constant(groups.len()).residuals(&unshrunk, width)
    }

    /// What the basis takes of the mean of these images, and of each of their deviations from it.
    fn leverage(&self, images: &[usize]) -> (f64, f64) {
        let (mut of_mean, mut of_all) = (0.0, 0.0);
        for column in &self.columns {
            let sum: f64 = images.iter().map(|&image| column[image]).sum();
            of_mean += sum * sum / images.len() as f64;
            of_all += images
                .iter()
                .map(|&image| column[image].powi(2))
                .sum::<f64>();
        }
        (
            of_mean,
            (of_all - of_mean) / (images.len().max(2) - 1) as f64,
        )
    }
}

/// What a column of values adds to a basis, so that the part of any rows that it explains is quickly
/// found for many orders of these rows.
#[derive(Debug, Clone)]
pub(super) struct Effect {
    values: EffectValues,
    /// Σ over images of what the values' columns and those of the basis have in common,
    /// `n_columns` × the basis's.
    shared: Vec<Vec<f64>>,
    /// Orthonormal combinations of the values' columns beside the basis.
    combinations: Vec<Vec<f64>>,
}

#[derive(Debug, Clone)]
enum EffectValues {
    /// The value of each image.
    Categories(Vec<usize>),
    /// The midrank of each image, less the mean.
    Numbers(Vec<f64>),
}

/// What one thread writes on.
#[derive(Debug, Clone, Default)]
pub(super) struct Sums {
    of_values: Vec<f64>,
    of_basis: Vec<f64>,
    combined: Vec<f64>,
}

impl Effect {
    /// Of images with these values, numbered from 0.
    pub(super) fn new(kind: Kind, values: Vec<usize>, basis: &Basis) -> Self {
        let values = match kind {
            Kind::Categories => EffectValues::Categories(values),
            Kind::Numbers => EffectValues::Numbers(midranks(&values)),
        };
        let columns = values.columns();
        let shared = columns
            .iter()
            .map(|column| basis.columns.iter().map(|of| dot(of, column)).collect())
            .collect();
        let (mut rests, mut combinations): (Vec<Vec<f64>>, Vec<Vec<f64>>) = Default::default();
        for (index, column) in columns.iter().enumerate() {
            let before = dot(column, column);
            let mut rest = column.clone();
            let mut combination = vec![0.0; columns.len()];
            combination[index] = 1.0;
            for _ in 0..2 {
                basis.clear(&mut rest);
                for (of, combined) in rests.iter().zip(&combinations) {
                    let amount = dot(of, &rest);
                    add(&mut rest, -amount, of);
                    add(&mut combination, -amount, combined);
                }
            }
            let square = dot(&rest, &rest);
            if square > IDLE * before {
                let scale = square.sqrt().recip();
                rest.iter_mut().for_each(|x| *x *= scale);
                combination.iter_mut().for_each(|x| *x *= scale);
                rests.push(rest);
                combinations.push(combination);
            }
        }
        Self {
            values,
            shared,
            combinations,
        }
    }

    /// How many columns are new.
    pub(super) fn n_new(&self) -> usize {
        self.combinations.len()
    }

    /// The share of what the basis leaves of the rows that the values explain beside it, where image i
    /// has row `order[i]`, `width` numbers of `rows`.
    ///
    /// Residuals of a model that are exchanged are no residuals any more: what the basis explains of
    /// them again counts neither way (Freedman and Lane 1983). Held against all of their square
    /// instead, few patients and many columns in the basis make p too small.
    pub(super) fn share(
        &self,
        basis: &Basis,
        (rows, width): (&[f64], usize),
        order: &[u32],
        sums: &mut Sums,
    ) -> f64 {
        let row = |image: usize| &rows[order[image] as usize * width..][..width];
        let n_columns = self.shared.len();
        let mut total = dot(rows, rows);
        sums.of_values.clear();
        sums.of_values.resize(n_columns * width, 0.0);
        match &self.values {
            EffectValues::Categories(values) => {
                for (image, &value) in values.iter().enumerate() {
                    add(
                        &mut sums.of_values[value * width..][..width],
                        1.0,
                        row(image),
                    );
                }
            }
            EffectValues::Numbers(ranks) => {
                for (image, &rank) in ranks.iter().enumerate() {
                    add(&mut sums.of_values, rank, row(image));
                }
            }
        }
        for (index, of_basis) in basis.columns.iter().enumerate() {
            // Rows have mean 0 in any order.
            if index == 0 {
                continue;
            }
            sums.of_basis.clear();
            sums.of_basis.resize(width, 0.0);
            for (image, &weight) in of_basis.iter().enumerate() {
                add(&mut sums.of_basis, weight, row(image));
            }
            total -= dot(&sums.of_basis, &sums.of_basis);
            for (column, shared) in self.shared.iter().enumerate() {
                let of_value = &mut sums.of_values[column * width..][..width];
                add(of_value, -shared[index], &sums.of_basis);
            }
        }
        let mut explained = 0.0;
        for combination in &self.combinations {
            sums.combined.clear();
            sums.combined.resize(width, 0.0);
            for (column, &weight) in combination.iter().enumerate() {
                if weight != 0.0 {
                    let of_value = &sums.of_values[column * width..][..width];
                    add(&mut sums.combined, weight, of_value);
                }
            }
            explained += dot(&sums.combined, &sums.combined);
        }
        if total > 0.0 { explained / total } else { 0.0 }
    }
}

impl EffectValues {
    fn columns(&self) -> Vec<Vec<f64>> {
        match self {
            Self::Categories(values) => (0..values.iter().max().map_or(0, |&largest| largest + 1))
                .map(|value| {
                    let is_it = |&of: &usize| f64::from(u8::from(of == value));
                    values.iter().map(is_it).collect()
                })
                .collect(),
            Self::Numbers(ranks) => vec![ranks.clone()],
        }
    }
}

/// The midrank of each of `ranks`, distinct ranks from 0, less the mean rank.
fn midranks(ranks: &[usize]) -> Vec<f64> {
    let mut counts = vec![0.0; ranks.iter().max().map_or(0, |&largest| largest + 1)];
    for &rank in ranks {
        counts[rank] += 1.0;
    }
    counts_to_centred_midranks(&mut counts, ranks.len() as f64);
    ranks.iter().map(|&rank| counts[rank]).collect()
}

/// out ← out + amount · row
#[multiversion(targets = "simd")]
fn add(out: &mut [f64], amount: f64, row: &[f64]) {
    for (out, x) in out.iter_mut().zip(row) {
        *out += amount * x;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEVELS: [Option<u32>; 7] = [
        Some(1),
        Some(1),
        Some(0),
        Some(0),
        Some(1),
        Some(0),
        Some(1),
    ];

    fn values() -> Vec<usize> {
        vec![0, 1, 2, 1, 0, 2, 1]
    }

    fn levels() -> Vec<usize> {
        vec![1, 1, 0, 0, 1, 0, 1]
    }

    fn rows() -> Vec<f64> {
        (0..14).map(|i| f64::from((i * i * 7 + i) % 11)).collect()
    }

    fn explained(effect: &Effect, basis: &Basis, rows: &[f64]) -> f64 {
        let order: Vec<u32> = (0..7).collect();
        let share = effect.share(basis, (rows, 2), &order, &mut Sums::default());
        share * square(&basis.residuals(rows, 2))
    }

    fn square(rows: &[f64]) -> f64 {
        dot(rows, rows)
    }

    #[test]
    fn what_groups_explain_is_the_variation_between_them() {
        let basis = Basis::constant(7);
        let effect = Effect::new(Kind::Categories, values(), &basis);
        let rest = basis.residuals(&rows(), 2);
        let mut expected = 0.0;
        for value in 0..3 {
            let members: Vec<usize> = (0..7).filter(|&i| values()[i] == value).collect();
            for axis in 0..2 {
                let sum: f64 = members.iter().map(|&i| rest[2 * i + axis]).sum();
                expected += sum * sum / members.len() as f64;
            }
        }
        let found = explained(&effect, &basis, &rest);
        assert!((found - expected).abs() < 1e-9, "{found} {expected}");
        assert_eq!(effect.n_new(), 2);
    }

    #[test]
    fn beside_what_is_held_fixed_only_the_rest_is_explained() {
        let images: Vec<usize> = (0..7).collect();
        let held = Basis::held(&[Held::Levels(&LEVELS)], &images);
        assert_eq!(held.columns.len(), 2);
        assert_eq!(Effect::new(Kind::Categories, levels(), &held).n_new(), 0);
        let constant = Basis::constant(7);
        let centred = constant.residuals(&rows(), 2);
        let first = Effect::new(Kind::Categories, levels(), &constant);
        let first = explained(&first, &constant, &centred);
        let second = Effect::new(Kind::Categories, values(), &held);
        let of_rest = explained(&second, &held, &held.residuals(&rows(), 2));
        assert!((of_rest - explained(&second, &held, &centred)).abs() < 1e-9);
        let mut both = held.clone();
        for value in 0..3 {
            let is_it = |&of: &usize| f64::from(u8::from(of == value));
            both.add(&values().iter().map(is_it).collect::<Vec<f64>>());
        }
        let together = square(&centred) - square(&both.residuals(&rows(), 2));
        assert!((first + of_rest - together).abs() < 1e-9);
    }
}
