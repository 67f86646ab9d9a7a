//! Which values may change places when patients stay whole.
//!
//! A permutation test is valid when the exchanges would leave the distribution of the values as it
//! is if clusters and values had nothing to do with each other (Pitman 1937). Images of one patient
//! are alike, so single images are not exchangeable; whole patients are, where they have equally
//! many images: a value that goes with the number of images would otherwise move from patients who
//! weigh much to patients who weigh little.

use super::Moves;
use super::sample::Sample;
use crate::monitor::{Cancelled, Monitor, check};
use crate::random::Random;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Where a number is held fixed, about so many patients next to each other by it exchange values:
/// with more of them a rest of it is left to be found, with fewer there are few arrangements.
const NEIGHBORS: usize = 2;

/// Permutations that one thread does in one go.
const CHUNK: usize = 128;

/// The exchanges that are allowed: values lie in slots, those of one patient side by side, and the
/// patients of one class may exchange what is in their slots.
#[derive(Debug)]
pub(super) struct Exchange {
    pub(super) moves: Moves,
    /// The slot whose value each image has.
    pub(super) slots: Vec<usize>,
    /// Patients that share their class with another: those that can move.
    pub(super) n_movable: usize,
    /// The value in each slot as observed.
    observed: Vec<u32>,
    classes: Vec<Class>,
}

/// Patients that lie side by side from slot `start` on.
#[derive(Debug)]
struct Class {
    start: usize,
    n_patients: usize,
    /// Slots of one patient.
    length: usize,
    /// Slots of one patient at the same level, which are shuffled among themselves; only where
    /// there is more than one.
    runs: Vec<std::ops::Range<usize>>,
}

/// What patients must be alike in: the level of each row, and the number that is held fixed, if one
/// is.
#[derive(Clone, Copy)]
struct Alike<'a> {
    strata: &'a [usize],
    held: &'a [f64],
}

impl Exchange {
    /// Patients with equally many images at each level are a class; where a number is held fixed,
    /// those of them that are next to each other by their mean of it. A patient is one slot where
    /// each has one value for all images, and otherwise each image is one.
    pub(super) fn new(sample: &Sample) -> Self {
        let mut patients = vec![None; sample.n_groups];
        let mut same = true;
        for (&group, &value) in sample.groups.iter().zip(&sample.values) {
            same &= *patients[group].get_or_insert(value) == value;
        }
        let moves = if same { Moves::Values } else { Moves::Blocks };
        let alike = Alike {
            strata: &sample.strata,
            held: &sample.held,
        };
        Self::of(sample, moves, alike, &|row| sample.values[row] as u32)
    }

    /// The same exchanges for whole rows of the sample instead of values: what is in a slot is the
    /// number of a row. `everyone` may exchange with anyone with as many images, whatever is held
    /// fixed.
    pub(super) fn of_rows(sample: &Sample, everyone: bool) -> Self {
        let nothing = vec![0; sample.len()];
        let alike = if everyone {
            Alike {
                strata: &nothing,
                held: &[],
            }
        } else {
            Alike {
                strata: &sample.strata,
                held: &sample.held,
            }
        };
        Self::of(sample, Moves::Blocks, alike, &|row| row as u32)
    }

    fn of(sample: &Sample, moves: Moves, alike: Alike<'_>, value: &dyn Fn(usize) -> u32) -> Self {
        let mut patients = vec![Vec::new(); sample.n_groups];
        for (row, &group) in sample.groups.iter().enumerate() {
            patients[group].push(row);
        }
        let Alike { strata, held } = alike;
        let mut by_profile: BTreeMap<Vec<usize>, Vec<Vec<usize>>> = BTreeMap::new();
        for mut rows in patients {
            // The sort is stable: images stay in the order of the cohort.
            rows.sort_by_key(|&row| strata[row]);
            if !held.is_empty() {
                rows.sort_by(|&a, &b| held[a].total_cmp(&held[b]));
            }
            let profile: Vec<usize> = rows.iter().map(|&row| strata[row]).collect();
            by_profile.entry(profile).or_default().push(rows);
        }
        let mut exchange = Self {
            moves,
            slots: vec![0; sample.len()],
            n_movable: 0,
            observed: Vec::new(),
            classes: Vec::new(),
        };
        let in_order = !held.is_empty();
        for (profile, mut patients) in by_profile {
            if !in_order {
                exchange.add_class(&profile, &patients, (value, in_order));
                continue;
            }
            let sum = |rows: &Vec<usize>| rows.iter().map(|&row| held[row]).sum::<f64>();
            patients.sort_by(|a, b| sum(a).total_cmp(&sum(b)));
            let n_classes = (patients.len() / NEIGHBORS).max(1);
            let bound = |class: usize| class * patients.len() / n_classes;
            for class in 0..n_classes {
                let patients = &patients[bound(class)..bound(class + 1)];
                exchange.add_class(&profile, patients, (value, in_order));
            }
        }
        exchange
    }

    /// `in_order`: images lie in the order of the number that is held fixed, and so do those that
    /// they exchange their values with.
    fn add_class(
        &mut self,
        profile: &[usize],
        patients: &[Vec<usize>],
        (value, in_order): (&dyn Fn(usize) -> u32, bool),
    ) {
        let start = self.observed.len();
        for rows in patients {
            for &row in rows {
                if self.moves == Moves::Blocks || row == rows[0] {
                    self.observed.push(value(row));
                }
                self.slots[row] = self.observed.len() - 1;
            }
        }
        let n_patients = patients.len();
        if n_patients > 1 {
            self.n_movable += n_patients;
        }
        let (length, mut runs) = match self.moves {
            Moves::Values => (1, Vec::new()),
            Moves::Blocks if in_order => (profile.len(), Vec::new()),
            Moves::Blocks => (profile.len(), runs_of_equal(profile)),
        };
        runs.retain(|run| run.len() > 1);
        self.classes.push(Class {
            start,
            n_patients,
            length,
            runs,
        });
    }

    /// The value in each slot as observed.
    pub(super) fn observed(&self) -> &[u32] {
        &self.observed
    }

    /// Draws one of the arrangements that the exchanges can reach, all equally likely.
    fn permute(&self, random: &mut Random, values: &mut [u32]) {
        values.copy_from_slice(&self.observed);
        for class in &self.classes {
            let length = class.length;
            let values = &mut values[class.start..][..class.n_patients * length];
            shuffle_blocks(random, values, length);
            if !class.runs.is_empty() {
                for patient in values.chunks_exact_mut(length) {
                    for run in &class.runs {
                        random.shuffle(&mut patient[run.clone()]);
                    }
                }
            }
        }
    }

    /// Shows `visit` the values of `n` permutations, each with a seed of its own, and returns what
    /// the chunks have gathered, in the order of the permutations. What they write on besides is
    /// dropped with the chunk, so that memory does not grow with the permutations.
    ///
    /// Chunks run in parallel.
    pub(super) fn gather<T: Send, Scratch>(
        &self,
        (n, seed): (usize, u64),
        start: impl Fn() -> (T, Scratch) + Sync,
        visit: impl Fn(&mut T, &mut Scratch, &[u32]) + Sync,
        monitor: &dyn Monitor,
    ) -> Result<Vec<T>, Cancelled> {
        let chunk = |chunk: usize| {
            let ((mut found, mut scratch), mut values) = (start(), self.observed.clone());
            let indices = chunk * CHUNK..n.min((chunk + 1) * CHUNK);
            for index in indices {
                check(monitor)?;
                self.permute(&mut Random::nth(seed, index as u64), &mut values);
                visit(&mut found, &mut scratch, &values);
            }
            Ok(found)
        };
        (0..n.div_ceil(CHUNK)).into_par_iter().map(chunk).collect()
    }
}

/// Shuffles blocks of `length` values each, every order of the blocks equally likely.
fn shuffle_blocks(random: &mut Random, values: &mut [u32], length: usize) {
    if length == 1 {
        return random.shuffle(values);
    }
    for last in (1..values.len() / length).rev() {
        let other = random.below(last + 1);
        for slot in 0..length {
            values.swap(last * length + slot, other * length + slot);
        }
    }
}

fn runs_of_equal(profile: &[usize]) -> Vec<std::ops::Range<usize>> {
    let mut start = 0;
    let run = |run: &[usize]| {
        start += run.len();
        start - run.len()..start
    };
    profile.chunk_by(|a, b| a == b).map(run).collect()
}

#[cfg(test)]
mod tests {
    use super::super::{Held, Values};
    use super::*;

    fn arrangements(sample: &Sample, n: usize) -> BTreeMap<Vec<usize>, usize> {
        let exchange = Exchange::new(sample);
        let mut counts = BTreeMap::new();
        let all = exchange
            .gather(
                (n, 5),
                || (Vec::new(), ()),
                |all, (), values| all.push(values.to_vec()),
                &(),
            )
            .unwrap();
        for values in all.concat() {
            let of_images = |&slot: &usize| values[slot] as usize;
            let arranged = exchange.slots.iter().map(of_images).collect();
            *counts.entry(arranged).or_insert(0) += 1;
        }
        counts
    }

    #[test]
    fn values_of_patients_move_whole_between_patients_with_as_many_images() {
        // Three patients with two images each, one with one and one with three.
        let column = [0, 0, 1, 1, 2, 2, 3, 4, 4, 4].map(Some);
        let groups = [0, 0, 1, 1, 2, 2, 3, 4, 4, 4];
        let sample = Sample::new(Values::Categories(&column), &groups, None, |_| true);
        let exchange = Exchange::new(&sample);
        assert_eq!((exchange.moves, exchange.n_movable), (Moves::Values, 3));
        let found = arrangements(&sample, 6_000);
        assert_eq!(found.len(), 6);
        assert!(found.contains_key(&vec![2, 2, 0, 0, 1, 1, 3, 4, 4, 4]));
        assert!(found.values().all(|count| count.abs_diff(1_000) < 150));
        // Without one image of patient 1, the patients with one image are 1 and 3.
        let counted = Sample::new(Values::Categories(&column), &groups, None, |i| i != 2);
        assert_eq!(Exchange::new(&counted).n_movable, 4);
        assert_eq!(arrangements(&counted, 1_000).len(), 4);
    }

    #[test]
    fn neighbors_by_a_number_that_is_held_fixed_exchange_values() {
        // 32 patients with one image each: four pairs of neighbours in each quarter.
        let column: Vec<Option<u32>> = (0..32).map(|i| Some(i % 7)).collect();
        let numbers: Vec<Option<f64>> = (0..32).map(|i| Some(f64::from(i * 5 % 32))).collect();
        let groups: Vec<usize> = (0..32).collect();
        let held = Some(Held::Numbers(&numbers));
        let sample = Sample::new(Values::Categories(&column), &groups, held, |_| true);
        let exchange = Exchange::new(&sample);
        assert_eq!((sample.n_strata, exchange.n_movable), (4, 32));
        let sizes: Vec<usize> = exchange.classes.iter().map(|c| c.n_patients).collect();
        assert_eq!(sizes, [2; 16]);
        for (image, slot) in exchange.slots.iter().enumerate() {
            assert_eq!(slot / 2, image * 5 % 32 / 2, "{image}");
        }
    }

    #[test]
    fn images_lie_by_the_number_that_is_held_fixed() {
        // Two patients with two images in the same quarter: the larger number goes with the larger.
        let column = [0, 1, 2, 3].map(Some);
        let numbers = [1.0, 2.0, 2.0, 1.0].map(Some);
        let held = Some(Held::Numbers(&numbers));
        let sample = Sample::new(Values::Categories(&column), &[0, 0, 1, 1], held, |_| true);
        let found = arrangements(&sample, 100);
        assert_eq!(found.len(), 2);
        assert!(found.contains_key(&vec![3, 2, 1, 0]));
    }

    #[test]
    fn blocks_move_between_patients_of_equal_size_and_are_shuffled_inside() {
        // Patients 0 and 2 have two images each, patient 1 three.
        let column = [0, 1, 5, 5, 6, 2, 3].map(Some);
        let groups = [0, 0, 1, 1, 1, 2, 2];
        let sample = Sample::new(Values::Categories(&column), &groups, None, |_| true);
        let exchange = Exchange::new(&sample);
        assert_eq!((exchange.moves, exchange.n_movable), (Moves::Blocks, 2));
        let found = arrangements(&sample, 24_000);
        // Two orders of the pairs, two orders inside each, three places for the 6 among the 5s.
        assert_eq!(found.len(), 24);
        assert!(found.values().all(|count| count.abs_diff(1_000) < 150));
    }

    #[test]
    fn levels_stay_where_they_are() {
        // Both patients have one image at level 0 and two at level 1.
        let column = [0, 1, 2, 3, 4, 5].map(Some);
        let levels = [0, 1, 1, 1, 1, 0].map(Some);
        let groups = [0, 0, 0, 1, 1, 1];
        let held = Some(Held::Levels(&levels));
        let sample = Sample::new(Values::Categories(&column), &groups, held, |_| true);
        let found = arrangements(&sample, 8_000);
        assert_eq!(found.len(), 8);
        assert!(found.contains_key(&vec![5, 4, 3, 2, 1, 0]));
        // A patient with images at other levels has nobody to exchange a constant value with.
        let constant = [0, 0, 1, 2, 3, 3].map(Some);
        let levels = [0, 1, 1, 0, 0, 1].map(Some);
        let groups = [0, 0, 1, 2, 3, 3];
        let held = Some(Held::Levels(&levels));
        let sample = Sample::new(Values::Categories(&constant), &groups, held, |_| true);
        let exchange = Exchange::new(&sample);
        assert_eq!((exchange.moves, exchange.n_movable), (Moves::Values, 2));
        assert_eq!(arrangements(&sample, 100).len(), 2);
    }
}
